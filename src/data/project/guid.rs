//! GUIDs that stay: what has one keeps it, and anything else gets one made from its kind and the id under which its
//! study knows it, so that it is the same in every export, however labels, definitions or the order of things change.
//!
//! The digits are those of SHA-256 over `hence`, the kind and the id, laid out as a UUID of version 8 (RFC 9562, 5.8).

use crate::base::hash::digest;

/// True of a GUID without brackets.
pub fn is_guid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|p| p.len()).eq([8, 4, 4, 4, 12]) && parts.iter().all(|p| p.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// The GUID of a thing.
pub fn guid(kind: &str, id: &str) -> String {
    if is_guid(id) {
        return id.to_lowercase();
    }
    let first = digest(&format!("hence\n{kind}\n{id}"));
    let second = digest(&format!("hence\n{kind}\n{id}\nagain"));
    let part = |text: &str, from: usize, to: usize| text.get(from..to).unwrap_or("0").to_owned();
    format!(
        "{}-{}-8{}-8{}-{}",
        part(&first, 0, 8),
        part(&first, 8, 12),
        part(&first, 13, 16),
        part(&second, 1, 4),
        part(&second, 4, 16)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_stays_and_tells_kinds_apart() {
        let one = guid("code", "space");
        assert!(is_guid(&one), "{one}");
        assert_eq!(one, guid("code", "space"));
        assert_ne!(one, guid("message", "space"));
        assert_eq!(guid("code", "2CE89C66-C28D-473B-B5C4-6CF87D20EF04"), "2ce89c66-c28d-473b-b5c4-6cf87d20ef04");
    }
}
