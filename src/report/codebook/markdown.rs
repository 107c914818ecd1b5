//! The codebook as Markdown (CommonMark with the tables of GitHub). What somebody said is never markup: every sign that
//! could be is escaped.

use super::{Block, Item, Run, blocks};
use crate::session::codebook::Codebook;

/// The codebook as a page of Markdown.
pub fn markdown(book: &Codebook) -> String {
    let mut out = String::new();
    for block in blocks(book) {
        if !out.is_empty() {
            out.push('\n');
        }
        match block {
            Block::Title(title) => heading(&mut out, 1, &title),
            Block::Heading(level, title) | Block::Entry(level, _, title) => heading(&mut out, level, &title),
            Block::Paragraph(line) => out += &format!("{}\n", of_line(&line)),
            Block::Field(name, items) => field(&mut out, name, &items),
            Block::Table(header, rows, texts) => table(&mut out, &header, &rows, texts),
        }
    }
    out
}

fn heading(out: &mut String, level: u8, title: &str) {
    // A number sign at the end would close the heading.
    *out += &format!("{} {}\n", "#".repeat(level.into()), inner(title).replace('#', "\\#"));
}

fn field(out: &mut String, name: &str, items: &[Item]) {
    if let [Item::Text(line)] = items {
        *out += &format!("**{name}.** {}\n", of_line(line));
        return;
    }
    *out += &format!("**{name}**\n\n");
    for item in items {
        let line = match item {
            Item::Text(line) => of_line(line),
            Item::Quote(words, source, why) if why.is_empty() => format!("{} ({})", of_line(words), escaped(source)),
            Item::Quote(words, source, why) => {
                format!("{} ({}); {}", of_line(words), escaped(source), of_line(why))
            }
        };
        *out += &format!("- {line}\n");
    }
}

fn table(out: &mut String, header: &[&str], rows: &[Vec<Vec<Run>>], texts: usize) {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    *out += &line(header.iter().map(|name| escaped(name)).collect());
    *out += &line((0..header.len()).map(|at| if at < texts { "---" } else { "---:" }.to_owned()).collect());
    for row in rows {
        *out += &line(row.iter().map(|cell| of_line(cell)).collect());
    }
}

fn of_line(line: &[Run]) -> String {
    let mut out = String::new();
    for (at, run) in line.iter().enumerate() {
        match run {
            // Only what stands at the start of a line can begin a list or a heading there.
            Run::Text(text) if at == 0 => out += &escaped(text),
            Run::Text(text) => out += &inner(text),
            Run::Strong(text) => {
                // Between letters and signs two stars would not be read as a mark.
                let marks = text.starts_with(char::is_alphanumeric) && text.ends_with(char::is_alphanumeric);
                let text = inner(text);
                out += &if marks { format!("**{text}**") } else { format!("«{text}»") };
            }
            Run::Code(text) => out += &code(text),
            Run::Link(text, _) => out += &inner(text),
        }
    }
    out
}

/// Code between backticks, more of them than stand in it one after the other.
pub(in crate::report) fn code(text: &str) -> String {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A text that stands where a line begins.
pub(in crate::report) fn escaped(text: &str) -> String {
    let out = inner(text);
    let digits = out.find(|c: char| !c.is_ascii_digit()).unwrap_or(out.len());
    match out[digits..].chars().next() {
        Some('.' | ')') if digits > 0 => format!("{}\\{}", &out[..digits], &out[digits..]),
        Some('#' | '+' | '-' | '=') if digits == 0 => format!("\\{out}"),
        _ => out,
    }
}

/// A text within a line.
pub(in crate::report) fn inner(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut signs = text.chars().peekable();
    while let Some(c) = signs.next() {
        let entity = c == '&' && signs.peek().is_some_and(|next| next.is_alphanumeric() || *next == '#');
        if entity || matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '$' | '@') {
            out.push('\\');
        }
        out.push(c);
    }
    // What looks like an address would become a link.
    out.replace("://", "\\://").replace("www.", "www\\.").replace("WWW.", "WWW\\.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_said_is_never_markup() {
        assert_eq!(escaped("# <b>*hi*</b> [x](y) a_b"), "\\# \\<b\\>\\*hi\\*\\</b\\> \\[x\\](y) a\\_b");
        assert_eq!(escaped("12. one | two"), "12\\. one \\| two");
        assert_eq!(escaped("see https://a.example"), "see https\\://a.example");
        assert_eq!(escaped("a & b &lt; &#60;"), "a & b \\&lt; \\&#60;");
        assert_eq!(code("a ``b"), "```a ``b```");
        assert_eq!(code("`"), "`` ` ``");
        let strong = |text: &str| of_line(&[Run::Strong(text.into())]);
        assert_eq!((strong("word"), strong("\"word\"")), ("**word**".into(), "«\"word\"»".into()));
        let mut out = String::new();
        heading(&mut out, 2, "C# and #");
        assert_eq!(out, "## C\\# and \\#\n");
    }
}
