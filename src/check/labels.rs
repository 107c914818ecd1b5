//! Labels of concepts: how two are compared, and the name that one gives.

use unicode_normalization::UnicodeNormalization;

/// A label as it is compared: trimmed, white space folded, without case, letters and their accents composed.
pub fn fold_label(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase().nfc().collect()
}

/// The name that a label gives a concept: its letters and digits in lower case, everything else one `_`.
pub fn name_of_label(label: &str) -> String {
    let mut name = String::new();
    for c in label.trim().nfc() {
        if c.is_alphanumeric() {
            name.extend(c.to_lowercase());
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
    }
    let name = name.trim_end_matches('_');
    if name.starts_with(|c: char| c.is_numeric()) { format!("n{name}") } else { name.to_string() }
}
