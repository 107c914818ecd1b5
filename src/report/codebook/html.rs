//! The codebook as one page: nothing is loaded, nothing runs, and it prints well. What somebody said is escaped, and a
//! content security policy forbids whatever would still get in.

use super::{Block, Item, Run, blocks};
use crate::diagnostic::visible::one_line;
use crate::session::codebook::Codebook;
use std::fmt::Write;

const STYLE: &str = include_str!("codebook.css");

/// What is still open while the page is written.
#[derive(Default)]
struct Page {
    out: String,
    section: bool,
    list: bool,
}

/// The codebook as a page of HTML.
pub fn html(book: &Codebook) -> String {
    let blocks = blocks(book);
    let title = blocks.iter().find_map(|block| match block {
        Block::Title(title) => Some(title.as_str()),
        _ => None,
    });
    let mut page = Page::default();
    let _ = write!(
        page.out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"generator\" content=\"Hence {}\">\n<title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n\
         <body>\n<main>\n",
        env!("CARGO_PKG_VERSION"),
        escaped(&one_line(title.unwrap_or("Codebook"))),
    );
    blocks.iter().for_each(|block| page.block(block));
    page.end_of_list();
    page.end_of_section();
    page.out += "</main>\n</body>\n</html>\n";
    page.out
}

impl Page {
    fn end_of_list(&mut self) {
        if std::mem::take(&mut self.list) {
            self.out += "</dl>\n";
        }
    }

    fn end_of_section(&mut self) {
        if std::mem::take(&mut self.section) {
            self.out += "</section>\n";
        }
    }

    fn block(&mut self, block: &Block) {
        if !matches!(block, Block::Field(..)) {
            self.end_of_list();
        }
        match block {
            Block::Title(title) => {
                let _ = writeln!(self.out, "<h1 dir=\"auto\">{}</h1>", escaped(title));
            }
            Block::Heading(level, title) => {
                self.end_of_section();
                let _ = writeln!(self.out, "<h{level} dir=\"auto\">{}</h{level}>", escaped(title));
            }
            Block::Entry(level, number, title) => {
                self.end_of_section();
                self.section = true;
                let _ = writeln!(
                    self.out,
                    "<section id=\"entry-{number}\" class=\"entry depth-{}\">\n<h{level} dir=\"auto\">{}</h{level}>",
                    level - 3,
                    escaped(title)
                );
            }
            Block::Paragraph(line) => {
                let _ = writeln!(self.out, "<p dir=\"auto\">{}</p>", of_line(line));
            }
            Block::Field(name, items) => self.field(name, items),
            Block::Table(header, rows, texts) => self.table(header, rows, *texts),
        }
    }

    fn field(&mut self, name: &str, items: &[Item]) {
        if !std::mem::replace(&mut self.list, true) {
            self.out += "<dl>\n";
        }
        let _ = writeln!(self.out, "<dt>{}</dt>", escaped(name));
        for item in items {
            match item {
                Item::Text(line) => {
                    let _ = writeln!(self.out, "<dd dir=\"auto\">{}</dd>", of_line(line));
                }
                Item::Quote(words, source, why) => {
                    let why = if why.is_empty() { String::new() } else { format!("; {}", of_line(why)) };
                    let _ = writeln!(
                        self.out,
                        "<dd><blockquote dir=\"auto\">{}</blockquote><p class=\"source\">{}{why}</p></dd>",
                        of_line(words),
                        escaped(source)
                    );
                }
            }
        }
    }

    fn table(&mut self, header: &[&str], rows: &[Vec<Vec<Run>>], texts: usize) {
        let class = |at: usize| if at < texts { "" } else { " class=\"number\"" };
        self.out += "<div class=\"wide\" role=\"group\" aria-label=\"table\" tabindex=\"0\"><table>\n<thead><tr>";
        for (at, name) in header.iter().enumerate() {
            let _ = write!(self.out, "<th scope=\"col\"{}>{}</th>", class(at), escaped(name));
        }
        self.out += "</tr></thead>\n<tbody>\n";
        for row in rows {
            self.out += "<tr>";
            for (at, cell) in row.iter().enumerate() {
                let (open, close) = if at == 0 { ("th scope=\"row\"", "th") } else { ("td", "td") };
                let _ = write!(self.out, "<{open}{}>{}</{close}>", class(at), of_line(cell));
            }
            self.out += "</tr>\n";
        }
        self.out += "</tbody>\n</table></div>\n";
    }
}

fn of_line(line: &[Run]) -> String {
    let mut out = String::new();
    for run in line {
        let _ = match run {
            Run::Text(text) => write!(out, "{}", escaped(text)),
            Run::Strong(text) => write!(out, "<mark>{}</mark>", escaped(text)),
            Run::Code(text) => write!(out, "<code>{}</code>", escaped(text)),
            Run::Link(text, number) => write!(out, "<a href=\"#entry-{number}\">{}</a>", escaped(text)),
        };
    }
    out
}

/// A text as it may stand between tags and in an attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::codebook::tests::hostile;

    #[test]
    fn nothing_that_somebody_said_is_markup() {
        let page = html(&hostile());
        assert!(!page.contains("<script"), "{page}");
        assert!(!page.contains("<img"), "{page}");
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{page}");
        assert!(page.contains("&quot; onload=&quot;"), "{page}");
        // Whatever is opened is closed.
        for tag in ["section", "dl", "dd", "table", "main"] {
            assert_eq!(page.matches(&format!("<{tag}")).count(), page.matches(&format!("</{tag}>")).count(), "{tag}");
        }
    }
}
