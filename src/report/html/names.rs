//! How things are called in a page and in its address: the same on every run, and never what something else there is called.

use crate::base::Date;
use crate::base::date::MONTHS;
use crate::base::digits::thousands;

/// What stands in the page under these names cannot be the name of a message there.
const SECTIONS: [&str; 40] = [
    "content",
    "findings",
    "inferences",
    "relations",
    "tables",
    "map",
    "themes",
    "theory",
    "codes",
    "messages",
    "uncoded",
    "overlap",
    "saturation",
    "people",
    "checks",
    "about",
    "disagreements",
    "agreement",
    "rules-people",
    "memos",
    "rules",
    "sources",
    "data",
    "changes",
    "reader",
    "reader-title",
    "search",
    "q",
    "found",
    "named",
    "results",
    "authors",
    "trouble",
    "study-data",
    "message",
    "reviews",
    "mine",
    "hand",
    "hand-count",
    "hand-out",
];

/// The name of a message in the page's address: its id where that is plain, `message:` and the id otherwise.
pub(super) fn anchor(id: &str) -> String {
    let plain = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if plain && !SECTIONS.contains(&id) && !id.starts_with("f-") {
        id.to_string()
    } else {
        format!("message:{}", encoded(id, ""))
    }
}

/// A text as part of an address.
pub(super) fn encoded(text: &str, kept: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        let c = char::from(byte);
        if c.is_ascii_alphanumeric() || "-_".contains(c) || kept.contains(c) {
            out.push(c);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// `2013-09-02T00:00` and `2013-09-02` as `2 September 2013`; anything else as it is.
pub(super) fn day(at: &str) -> String {
    let Some(date) = at.get(..10).and_then(Date::parse) else { return at.to_owned() };
    let month = usize::try_from(date.month() - 1).ok().and_then(|month| MONTHS.get(month)).copied().unwrap_or_default();
    format!("{} {month} {}", date.day(), date.year())
}

/// `12,345`
pub(super) fn amount(count: usize) -> String {
    thousands(count as u128)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_have_names_that_are_no_sections() {
        assert_eq!(anchor("m15"), "m15");
        assert_eq!(anchor("themes"), "message:themes");
        assert_eq!(anchor("Answer 7/ü"), "message:Answer%207%2F%C3%BC");
        assert_eq!(anchor("theme.x"), "message:theme%2Ex");
    }

    #[test]
    fn days_and_numbers_are_for_people() {
        assert_eq!(
            (day("2013-09-02"), day("2013-09-02T10:00:00")),
            ("2 September 2013".into(), "2 September 2013".into())
        );
        assert_eq!(day("in autumn"), "in autumn");
        assert_eq!((amount(999), amount(100_000)), ("999".into(), "100,000".into()));
    }

    #[test]
    fn every_section_name_in_the_templates_is_reserved() {
        let texts = [
            include_str!("page.html"),
            include_str!("overview.html"),
            include_str!("map.html"),
            include_str!("themes.html"),
            include_str!("codes.html"),
            include_str!("reading.html"),
            include_str!("figures.html"),
            include_str!("further.html"),
            include_str!("checks.html"),
            include_str!("people.html"),
            include_str!("record.html"),
            include_str!("reviews.html"),
        ];
        for text in texts {
            for id in text.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                let free = id.contains("{{") || id.ends_with("-h") || id.starts_with("f-");
                assert!(free || SECTIONS.contains(&id), "{id}");
            }
        }
    }
}
