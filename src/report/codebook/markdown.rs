//! The codebook as Markdown (CommonMark with the tables of GitHub). What somebody said is never markup: every sign that
//! could be is escaped.

use super::{Block, Item, Run, blocks};
use crate::report::markdown::{code, escaped, heading, inner, table};
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
            Block::Table(header, rows, texts) => {
                let rows = rows.iter().map(|row| row.iter().map(|cell| of_line(cell)).collect());
                table(&mut out, &header, texts, rows);
            }
        }
    }
    out
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_matter_are_marked_where_a_mark_would_be_read() {
        let strong = |text: &str| of_line(&[Run::Strong(text.into())]);
        assert_eq!((strong("word"), strong("\"word\"")), ("**word**".into(), "«\"word\"»".into()));
    }
}
