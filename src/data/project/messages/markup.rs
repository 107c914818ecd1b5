//! The words of a mail in HTML, on lines as they are seen. What stands in a `blockquote` gets the sign `>` that plain mail
//! has before what is quoted, so that both are told apart from the author's words in one place, [`super::words`].

use crate::data::project::html::{BLOCKS, HIDDEN, reference, tag};

/// The text of a mail.
pub fn lines(html: &str) -> String {
    let mut page = Page::default();
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        page.text(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("<!--") {
            rest = after.find("-->").map_or("", |end| &after[end + 3..]);
        } else if rest.starts_with('&') {
            let (text, after) = reference(rest);
            page.text(&text);
            rest = after;
        } else if let Some((name, after)) = tag(rest) {
            rest = if HIDDEN.contains(&name.as_str()) { after_close(after, &name) } else { after };
            page.tag(&name);
        } else {
            page.text("<");
            rest = &rest[1..];
        }
    }
    page.text(rest);
    page.end_line();
    page.out
}

/// Lines being written.
#[derive(Default)]
struct Page {
    out: String,
    line: String,
    /// How many quotations the place stands in.
    quoted: usize,
    /// How many elements in which white space stands as it is written.
    kept: usize,
}

impl Page {
    fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\n' if self.kept > 0 => self.break_line(),
                // A blank that does not break a line is a blank.
                ' ' | '\u{a0}' | '\t' | '\n' | '\r' if self.kept == 0 => {
                    if !self.line.is_empty() && !self.line.ends_with(' ') {
                        self.line.push(' ');
                    }
                }
                c => self.line.push(c),
            }
        }
    }

    fn tag(&mut self, name: &str) {
        match name {
            "br" => return self.break_line(),
            "td" | "th" => return self.text(" "),
            _ => {}
        }
        let (closes, plain) = (name.starts_with('/'), name.trim_start_matches('/'));
        if !BLOCKS.contains(&plain) {
            return;
        }
        self.end_line();
        if plain == "p" && !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
        let depth = match plain {
            "blockquote" => &mut self.quoted,
            "pre" => &mut self.kept,
            _ => return,
        };
        *depth = if closes { depth.saturating_sub(1) } else { *depth + 1 };
    }

    /// Ends a line that has words.
    fn end_line(&mut self) {
        if !self.line.trim().is_empty() {
            self.break_line();
        }
        self.line.clear();
    }

    fn break_line(&mut self) {
        if self.quoted > 0 && !self.line.trim().is_empty() {
            self.out.push_str("> ");
        }
        self.out.push_str(self.line.trim_end());
        self.out.push('\n');
        self.line.clear();
    }
}

/// What comes after the end of an element whose text nobody reads; nothing where it never ends.
fn after_close<'a>(text: &'a str, name: &str) -> &'a str {
    let close = format!("</{name}");
    let found = text.as_bytes().windows(close.len()).position(|part| part.eq_ignore_ascii_case(close.as_bytes()));
    let Some(at) = found else { return "" };
    text[at..].find('>').map_or("", |end| &text[at + end + 1..])
}

#[cfg(test)]
mod tests {
    use super::super::words::{Taken, own};
    use super::*;

    #[test]
    fn what_a_mail_quotes_is_marked_and_blocks_end_lines() {
        let html = "<style>p { color: red }</style><div>No staff!<div>See\n you</div></div><br>\
                    <div>On Mon, Ann wrote:<br></div><blockquote type=\"cite\"><p>Could we open on Sundays?</p>\
                    <blockquote>Why<br>not?</blockquote></blockquote>Tom &amp; Eva";
        let text = lines(html);
        assert_eq!(
            text,
            "No staff!\nSee you\n\nOn Mon, Ann wrote:\n\n> Could we open on Sundays?\n\n> Why\n> not?\nTom & Eva\n"
        );
        let mut taken = Taken::default();
        assert_eq!(own(&text, &mut taken), "No staff!\nSee you\n\nTom & Eva");
        assert_eq!(taken.quoted, 4, "with the line that announces them");
    }

    #[test]
    fn broken_markup_costs_no_words() {
        assert_eq!(lines("</blockquote>a < b<pre>c\n  d</pre>e&nbsp;f"), "a < b\nc\n  d\ne f\n");
    }
}
