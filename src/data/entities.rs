//! Entities in XML files of strangers: the five of XML and characters by number, and those that a file declares itself,
//! where they stand for a short text without further references. So nothing outside is read and nothing grows; any other
//! stands for its own name, as in `&a;`, in texts as in attributes.

use quick_xml::XmlVersion;
use quick_xml::events::BytesRef;
use quick_xml::events::attributes::Attribute;
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// A declared text of more characters than these is not taken, and no more than so many declarations and characters in all.
const LONG: usize = 256;
const MANY: usize = 1_000;
const ALL: usize = 1 << 20;

/// What is said of a file that uses others.
pub const UNREAD: &str = "uses entities of its own that stand for more than a short text: where one is used, as in `&a;`, its \
                          name stands instead";

/// What a file declares, and what of it was used.
#[derive(Clone, Debug, Default)]
pub struct Entities {
    texts: FxHashMap<String, String>,
    given: usize,
    /// Something was used that stands for its own name.
    pub unread: bool,
}

impl Entities {
    /// Takes the declarations of a document type.
    pub fn declare(&mut self, kind: &str) {
        for declared in kind.split("<!ENTITY").skip(1) {
            let Some((name, rest)) = declared.trim_start().split_once(|c: char| c.is_whitespace()) else { continue };
            let rest = rest.trim_start();
            let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else { continue };
            let Some((text, _)) = rest[1..].split_once(quote) else { continue };
            let plain = text.len() <= LONG && !text.contains(['&', '%', '<']);
            if plain && self.texts.len() < MANY {
                // The first declaration counts.
                self.texts.entry(name.to_owned()).or_insert_with(|| text.to_owned());
            }
        }
    }

    /// What a reference in a text stands for.
    pub fn text(&mut self, reference: &BytesRef<'_>) -> String {
        match reference.resolve_char_ref() {
            Ok(Some(c)) => c.to_string(),
            _ => self.named(reference).into_owned(),
        }
    }

    /// The value of an attribute.
    pub fn value(&mut self, attribute: &Attribute<'_>) -> String {
        if let Ok(value) = attribute.normalized_value(XmlVersion::default()) {
            return value.into_owned();
        }
        let written: &str = &attribute.value;
        let mut value = String::new();
        let mut rest = written;
        while let Some((before, after)) = rest.split_once('&') {
            value.push_str(before);
            rest = after;
            let ends = |c: char| !c.is_alphanumeric() && !matches!(c, '#' | '_' | '-' | '.' | ':');
            match after.split_once(ends).filter(|(name, _)| after[name.len()..].starts_with(';')) {
                Some((name, after)) => {
                    value.push_str(&self.text(&BytesRef::new(name)));
                    rest = after;
                }
                None => value.push('&'),
            }
        }
        value.push_str(rest);
        value
    }

    fn named<'a>(&'a mut self, name: &str) -> Cow<'a, str> {
        let known = [("amp", "&"), ("lt", "<"), ("gt", ">"), ("quot", "\""), ("apos", "'")];
        if let Some((_, text)) = known.iter().find(|(n, _)| *n == name) {
            return Cow::Borrowed(text);
        }
        match self.texts.get(name).filter(|text| self.given + text.len() <= ALL) {
            Some(text) => {
                self.given += text.len();
                Cow::Borrowed(text)
            }
            None => {
                self.unread = true;
                Cow::Owned(format!("&{name};"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quick_xml::name::QName;

    #[test]
    fn plain_texts_are_read_and_nothing_grows() {
        let mut entities = Entities::default();
        entities.declare(
            "x [<!ENTITY a \"A title\"><!ENTITY b '&a;&a;'><!ENTITY c SYSTEM \"file:///etc/passwd\"><!ENTITY % d \"e\">\
             <!ENTITY a \"later\">]",
        );
        let mut value =
            |text: &'static str| entities.value(&Attribute { key: QName("name"), value: Cow::Borrowed(text) });
        let read = ["&a;", "&b; &amp; &#233;", "&c;", "&d;", "a & b", "&a &;"].map(&mut value);
        assert_eq!(read, ["A title", "&b; & é", "&c;", "&d;", "a & b", "&a &;"]);
        assert!(entities.unread);
        entities.declare(&format!("<!ENTITY long \"{}\">", "x".repeat(LONG)));
        let all: usize = (0..2 * ALL / LONG).map(|_| entities.text(&BytesRef::new("long")).len()).sum();
        assert!(all < 2 * ALL, "{all}");
    }
}
