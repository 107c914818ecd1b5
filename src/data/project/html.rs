//! The text of a document in HTML: what stands between the tags, with a line end where a block ends and no white space
//! says so. Nothing of it is ever shown as HTML.

/// A text, and how it came of the one without tags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plain {
    /// All that stands between the tags, as programs count in it.
    pub bare: String,
    /// Characters of the bare text before which a line end was added, in order.
    breaks: Vec<u32>,
}

/// Elements that stand on lines of their own.
pub const BLOCKS: [&str; 27] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "dd",
    "div",
    "dl",
    "dt",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tr",
    "ul",
];
/// Elements whose text nobody reads.
pub const HIDDEN: [&str; 4] = ["script", "style", "head", "title"];

impl Plain {
    /// Reads a document.
    pub fn of(html: &str) -> Plain {
        let mut plain = Plain::default();
        let (mut count, mut broken) = (0u32, false);
        let mut rest = html;
        let mut add = |plain: &mut Plain, text: &str, broken: &mut bool| {
            for c in text.chars() {
                if std::mem::take(broken) && !c.is_whitespace() && plain.bare.ends_with(|c: char| !c.is_whitespace()) {
                    plain.breaks.push(count);
                }
                plain.bare.push(c);
                count += 1;
            }
        };
        while let Some(at) = rest.find(['<', '&', '\r']) {
            add(&mut plain, &rest[..at], &mut broken);
            rest = &rest[at..];
            if let Some(after) = rest.strip_prefix('\r') {
                // HTML knows one line end.
                add(&mut plain, "\n", &mut broken);
                rest = after.strip_prefix('\n').unwrap_or(after);
            } else if let Some(after) = rest.strip_prefix("<!--") {
                rest = after.find("-->").map_or("", |end| &after[end + 3..]);
            } else if rest.starts_with('&') {
                let (text, after) = reference(rest);
                add(&mut plain, &text, &mut broken);
                rest = after;
            } else if let Some((name, after)) = tag(rest) {
                broken |= BLOCKS.contains(&name.trim_start_matches('/'));
                rest = after;
                if HIDDEN.contains(&name.as_str()) {
                    let end = format!("</{name}");
                    rest = find_close(rest, &end);
                }
            } else {
                add(&mut plain, "<", &mut broken);
                rest = &rest[1..];
            }
        }
        add(&mut plain, rest, &mut broken);
        plain
    }

    /// The text to be read.
    pub fn text(&self) -> String {
        if self.breaks.is_empty() {
            return self.bare.clone();
        }
        let mut text = String::with_capacity(self.bare.len() + self.breaks.len());
        let mut breaks = self.breaks.iter().peekable();
        for (at, c) in self.bare.chars().enumerate() {
            if breaks.next_if(|&&b| b as usize == at).is_some() {
                text.push('\n');
            }
            text.push(c);
        }
        text
    }

    /// Where characters of the bare text stand in the text.
    pub fn place(&self, (start, end): (u32, u32)) -> (u32, u32) {
        let before = |at: u32, itself: bool| {
            let many = self.breaks.partition_point(|&b| if itself { b <= at } else { b < at });
            u32::try_from(many).unwrap_or(0)
        };
        (start + before(start, start < end), end + before(end, false))
    }
}

/// The name of the tag that a text begins with, and what comes after it; none where it begins with no tag.
pub fn tag(text: &str) -> Option<(String, &str)> {
    let inside = text.strip_prefix('<')?;
    let first = inside.chars().next()?;
    if !(first.is_ascii_alphabetic() || matches!(first, '/' | '!' | '?')) {
        return None;
    }
    let name_end = inside.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(inside.len());
    let name = inside[..name_end].trim_end_matches('/').to_lowercase();
    // A `>` in a quoted attribute ends nothing.
    let mut quote = None;
    for (at, c) in inside.char_indices() {
        match (quote, c) {
            (None, '>') => return Some((name, &inside[at + 1..])),
            (None, '"' | '\'') if at > name_end => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    Some((name, ""))
}

/// What comes after a closing tag; nothing where it never comes.
fn find_close<'a>(text: &'a str, end: &str) -> &'a str {
    let found = text.to_ascii_lowercase().find(end);
    match found.and_then(|at| text[at..].find('>').map(|close| at + close + 1)) {
        Some(after) => &text[after..],
        None => "",
    }
}

/// What a reference stands for, and what comes after it; a `&` that begins none stands for itself.
pub fn reference(text: &str) -> (String, &str) {
    let itself = || ("&".to_owned(), &text[1..]);
    let Some(end) = text.bytes().take(12).position(|b| b == b';') else { return itself() };
    let (name, after) = (&text[1..end], &text[end + 1..]);
    let number = name.strip_prefix('#').and_then(|n| match n.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => n.parse().ok(),
    });
    let known = [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\''), ("nbsp", '\u{A0}')];
    let named = known.iter().find(|(n, _)| *n == name).map(|(_, c)| *c);
    match number.and_then(char::from_u32).or(named) {
        Some(c) => (c.to_string(), after),
        None => itself(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_without_tags_and_blocks_stay_apart() {
        let plain = Plain::of(
            "<p>Caf&#233; <b>a</b>b</p><p title='>'>c &amp; d</p>\r\n<p>e</p><!-- no --><script>x</script>&co; 1 < 2",
        );
        assert_eq!(plain.bare, "Café abc & d\ne&co; 1 < 2");
        assert_eq!(plain.text(), "Café ab\nc & d\ne\n&co; 1 < 2");
        let text: Vec<char> = plain.text().chars().collect();
        let slice = |place: (u32, u32)| text[place.0 as usize..place.1 as usize].iter().collect::<String>();
        assert_eq!(slice(plain.place((7, 8))), "c");
        assert_eq!(slice(plain.place((5, 7))), "ab");
        assert_eq!(slice(plain.place((13, 14))), "e");
    }

    #[test]
    fn what_never_ends_ends() {
        for html in ["<", "<p", "<!--", "<script>", "&#x110000;", "&", "<p a='", "é<é>&é;"] {
            let _ = Plain::of(html).text();
        }
        assert_eq!(Plain::of("&#x110000;").bare, "&#x110000;");
    }
}
