//! A codebook to publish: what stands in it is put together here once, and each form (Markdown, a page, a Word
//! document) only says how it looks, so that all of them say the same. Every text of the study is on one line and cannot
//! act on a terminal before a form sees it; the form then sees to it that it stays text.

pub mod docx;
pub mod html;
pub mod json;
pub mod markdown;
pub mod table;

use super::words::{citations, number_of, said, sizes};
use crate::diagnostic::visible::one_line;
use crate::session::codebook::{Codebook, CodebookKind, Differing, Entry, KeptOut};
use crate::session::explanation::{CitationShown, QuoteShown};
use crate::session::findings::SaidShown;

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Run {
    /// As it is.
    Text(String),
    /// The words that matter.
    Strong(String),
    /// In the language of the study.
    Code(String),
    /// A label that leads to the entry of that number.
    Link(String, usize),
}

type Line = Vec<Run>;

/// A piece of the codebook, from top to bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// What the whole is called.
    Title(String),
    /// The heading of a part, 2 for the outermost.
    Heading(u8, String),
    /// The heading of an entry: 3 for the outermost, its number, its label.
    Entry(u8, usize, String),
    /// A line of its own.
    Paragraph(Line),
    /// A field of an entry: its name and what stands in it.
    Field(&'static str, Vec<Item>),
    /// Headings and rows; all columns but the first so many hold numbers.
    Table(Vec<&'static str>, Vec<Vec<Line>>, usize),
}

/// What stands in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// A text.
    Text(Line),
    /// Words of a message, who said them where, and what is to be said of them.
    Quote(Line, String, Line),
}

fn text(text: impl AsRef<str>) -> Run {
    Run::Text(one_line_within(text.as_ref()))
}

/// As [`one_line`], but blanks at either end stay one blank.
pub(in crate::report) fn one_line_within(text: &str) -> String {
    let mut out = String::new();
    if text.starts_with(char::is_whitespace) {
        out.push(' ');
    }
    out += &one_line(text);
    if text.ends_with(char::is_whitespace) && !out.ends_with(' ') {
        out.push(' ');
    }
    out
}

fn code(text: &str) -> Run {
    Run::Code(one_line(text))
}

/// The whole codebook.
pub(super) fn blocks(book: &Codebook) -> Vec<Block> {
    let title = book.title.as_deref().map_or("Codebook".to_owned(), |title| format!("{}: codebook", one_line(title)));
    let mut out = vec![Block::Title(title)];
    if !book.by.is_empty() {
        out.push(Block::Paragraph(vec![text(book.by.join(", "))]));
    }
    out.push(Block::Paragraph(vec![text(format!("Figures are of {}.", sizes(book.size)))]));
    overview(book, &mut out);
    let mut number = 0;
    for kind in &book.kinds {
        out.push(Block::Heading(2, one_line(&heading(kind))));
        if !kind.means.is_empty() {
            out.push(Block::Paragraph(vec![text(joined(&kind.means))]));
        }
        for entry in &kind.entries {
            let level = u8::try_from(entry.depth.min(3)).unwrap_or(3) + 3;
            out.push(Block::Entry(level, number, one_line(&entry.label)));
            of_entry(kind, entry, &mut out);
            number += 1;
        }
    }
    let works = works(book);
    if !works.is_empty() {
        out.push(Block::Heading(2, "Works cited".into()));
        out.extend(works.into_iter().map(|work| Block::Paragraph(vec![text(work)])));
    }
    out
}

/// `Codes`, `Themes`; for other kinds their label.
fn heading(kind: &CodebookKind) -> String {
    match kind.kind.as_str() {
        "code" => "Codes".into(),
        "theme" => "Themes".into(),
        _ => kind.label.clone(),
    }
}

/// All entries at a glance.
fn overview(book: &Codebook, out: &mut Vec<Block>) {
    let entries = || book.kinds.iter().flat_map(|kind| kind.entries.iter().map(move |entry| (kind, entry)));
    if entries().next().is_none() {
        out.push(Block::Paragraph(vec![text("The study has no codes, themes or other concepts yet.")]));
        return;
    }
    // Where no author is known, "0 authors" would say that there are none.
    let known = book.size.authors > 0;
    // What no author wrote is not told: `agreed` beside coders would be read as their agreement.
    let stated = entries().any(|(_, entry)| entry.status.is_some());
    let row = |(number, (_, entry)): (usize, (&CodebookKind, &Entry))| {
        let inset = "– ".repeat(entry.depth.min(6));
        let label = Run::Link(one_line(&entry.label), number);
        let first = if inset.is_empty() { vec![label] } else { vec![text(inset), label] };
        let number = |n: usize| vec![text(n.to_string())];
        let (counts, passages) = (entry.counts, number(entry.passages));
        let kind = vec![text(&entry.kind)];
        let status = stated.then(|| entry.status.map_or_else(Vec::new, |status| vec![text(status)]));
        let authors = known.then(|| number(counts.authors));
        [Some(first), Some(kind), status, Some(number(counts.messages)), authors, Some(passages)]
            .into_iter()
            .flatten()
            .collect()
    };
    let rows = entries().enumerate().map(row).collect();
    let mut header = vec!["name", "kind", "status", "messages", "authors", "passages"];
    header.retain(|name| (known || *name != "authors") && (stated || *name != "status"));
    out.push(Block::Table(header, rows, if stated { 3 } else { 2 }));
}

fn of_entry(kind: &CodebookKind, entry: &Entry, out: &mut Vec<Block>) {
    let mut line = vec![code(&entry.name), text(format!(", {}", entry.kind))];
    line.extend(entry.status.map(|status| text(format!(", {status}"))));
    if !entry.under.is_empty() {
        line.push(text(format!(", under {}", entry.under.join(" and "))));
    }
    out.push(Block::Paragraph(line));
    let mut field = |name: &'static str, items: Vec<Item>| {
        if !items.is_empty() {
            out.push(Block::Field(name, items));
        }
    };
    let all = |said: &[SaidShown]| said.iter().map(text_of).collect::<Vec<Item>>();
    let lines = |texts: &[String]| texts.iter().map(|t| Item::Text(vec![text(t)])).collect::<Vec<Item>>();
    let rules = |rules: &[String]| rules.iter().map(|r| Item::Text(vec![code(r)])).collect::<Vec<Item>>();
    let quotes = |quotes: &[QuoteShown]| quotes.iter().map(|q| quoted(q, Vec::new())).collect::<Vec<Item>>();
    if let Some(brief) = is_brief(entry) {
        field("In brief", vec![Item::Text(vec![text(brief)])]);
    }
    field("Definition", all(&entry.means));
    field("When to use", all(&entry.include));
    field("When not to use", all(&entry.exclude));
    field("Examples from the data", [quotes(&entry.named), unnamed(&entry.quotes, &entry.named)].concat());
    field("Given by some coders only", entry.differing.iter().map(differing).collect());
    field("Examples in the author's words", lines(&entry.examples));
    let kept_out = entry.kept_out.iter().map(kept_out);
    field("Near it, and not it", quotes(&entry.named_against).into_iter().chain(kept_out).collect());
    field("Counter-examples in the author's words", lines(&entry.counterexamples));
    field("Found by", rules(&entry.rules));
    field("Exceptions", rules(&entry.exceptions));
    field("Theory", theory(entry));
    field("Asked for by", lines(&entry.used_by.iter().map(|(k, l)| format!("{k} \"{l}\"")).collect::<Vec<_>>()));
    field("Reasons", all(&entry.because));
    field("Memos", all(&entry.memos));
    field("Still to write", still_to_write(entry));
    field("In the data", vec![Item::Text(vec![text(in_the_data(kind, entry))])]);
    if !entry.coders.is_empty() {
        let row = |c: &crate::session::codebook::CoderCount| {
            vec![vec![text(&c.coder)], vec![text(c.messages.to_string())], vec![text(c.passages.to_string())]]
        };
        out.push(Block::Table(vec!["coder", "messages", "passages"], entry.coders.iter().map(row).collect(), 1));
    }
}

/// The brief definition, where there is more of one.
fn is_brief(entry: &Entry) -> Option<&str> {
    let brief = entry.brief.as_deref()?;
    let whole = entry.means.len() == 1 && entry.means[0].text.trim() == brief;
    (!whole).then_some(brief)
}

fn text_of(one: &SaidShown) -> Item {
    Item::Text(vec![text(said(one))])
}

fn joined(all: &[SaidShown]) -> String {
    all.iter().map(said).collect::<Vec<_>>().join(" ")
}

/// The strongest quotes, without messages that the author names.
fn unnamed(quotes: &[QuoteShown], named: &[QuoteShown]) -> Vec<Item> {
    let new = quotes.iter().filter(|q| named.iter().all(|n| n.message != q.message));
    new.map(|q| quoted(q, Vec::new())).collect()
}

fn kept_out(kept: &KeptOut) -> Item {
    let why = match (&kept.by, kept.exception) {
        (Some(words), true) => vec![text("kept out by "), code(words)],
        (None, _) => vec![text("kept out by an exception")],
        (Some(words), false) => vec![text("all but "), code(words)],
    };
    quoted(&kept.quote, why)
}

/// `coded by ann and rules, not by bob`
fn differing(one: &Differing) -> Item {
    let who = |names: &[String]| {
        let names = names.iter().map(|name| if name == "rules" { "the rules" } else { name });
        names.collect::<Vec<_>>().join(" and ")
    };
    let people = one.by.iter().filter(|name| *name != "rules").count();
    let why = match &one.not_by[..] {
        [] if people == 1 && one.by.len() == 1 => format!("coded by {} alone", who(&one.by)),
        [] => format!("coded by {}, and by no other person", who(&one.by)),
        not => format!("coded by {}, not by {}", who(&one.by), who(not)),
    };
    quoted(&one.quote, vec![text(why)])
}

/// A passage in its sentence; or, where the whole message is meant, its beginning.
fn quoted(quote: &QuoteShown, why: Line) -> Item {
    let mut words = vec![text("“")];
    if quote.quote.is_empty() {
        words.push(text(format!("{}{}", quote.before.trim_start(), quote.after.trim_end())));
    } else {
        words.push(text(quote.before.trim_start()));
        words.push(Run::Strong(one_line(&quote.quote)));
        words.push(text(quote.after.trim_end()));
    }
    words.push(text("”"));
    words.retain(|run| !matches!(run, Run::Text(text) if text.is_empty()));
    let source = [quote.author.clone(), quote.date.clone(), Some(format!("message {}", quote.message))];
    let source: Vec<String> = source.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    Item::Quote(words, one_line(&source.join(", ")), why)
}

/// What it leads to and comes from in theory, and what backs it.
fn theory(entry: &Entry) -> Vec<Item> {
    let mut out = Vec::new();
    for inference in &entry.inferences {
        let mut line =
            vec![text(format!("the study infers from it the {} \"{}\"", inference.kind, inference.concept_label))];
        if let Some(guard) = &inference.guard {
            line.extend([text(" if "), code(guard)]);
        }
        if !inference.holds {
            line.push(text(", which does not hold in these data"));
        }
        let why: Vec<String> = inference.because.iter().map(said).collect();
        if !why.is_empty() {
            line.push(text(format!(": {}", why.join(" "))));
        }
        if !inference.citations.is_empty() {
            line.push(text(format!(" ({})", citations(&inference.citations))));
        }
        out.push(Item::Text(line));
    }
    let from = entry.inferred_from.iter();
    out.extend(
        from.map(|(kind, label)| Item::Text(vec![text(format!("the study infers it from the {kind} \"{label}\""))])),
    );
    if !entry.citations.is_empty() {
        out.push(Item::Text(vec![text(citations(&entry.citations))]));
    }
    out
}

/// The fields of a codebook that are empty; nothing is asked of what is retired, and of what others wrote.
fn still_to_write(entry: &Entry) -> Vec<Item> {
    if entry.status == Some("retired") || entry.of_library {
        return Vec::new();
    }
    let fields = [
        ("a definition", entry.means.is_empty()),
        ("when to use it", entry.include.is_empty()),
        ("when not to use it", entry.exclude.is_empty()),
    ];
    let missing: Vec<&str> = fields.iter().filter(|(_, empty)| *empty).map(|(name, _)| *name).collect();
    if missing.is_empty() { Vec::new() } else { vec![Item::Text(vec![text(missing.join(", "))])] }
}

fn in_the_data(kind: &CodebookKind, entry: &Entry) -> String {
    let counts = entry.counts;
    let mut out = match kind.subject {
        "author" => number_of(counts.authors, "author"),
        "thread" => number_of(counts.threads, "thread"),
        _ => sizes(counts),
    };
    if entry.passages > 0 {
        out += &format!(", {}", number_of(entry.passages, "passage"));
    }
    if let Some(rests) = entry.rests.filter(|r| r.people + r.rules + r.both > 0) {
        out += &format!(
            "; resting on people alone {}, on rules alone {}, on both {}",
            rests.people, rests.rules, rests.both
        );
    }
    out
}

/// All works that are cited, in full.
fn works(book: &Codebook) -> Vec<&str> {
    let mut cited: Vec<&CitationShown> = Vec::new();
    for kind in &book.kinds {
        cited.extend(kind.means.iter().flat_map(|s| &s.citations));
        for entry in &kind.entries {
            let said = [&entry.means, &entry.include, &entry.exclude, &entry.because, &entry.memos];
            cited.extend(said.into_iter().flatten().flat_map(|s| &s.citations));
            cited.extend(&entry.citations);
            for inference in &entry.inferences {
                cited.extend(inference.because.iter().flat_map(|s| &s.citations));
                cited.extend(&inference.citations);
            }
        }
    }
    super::words::works(cited.into_iter())
}

/// The description of a code for programs that have one field for all of it.
pub fn description(entry: &Entry) -> String {
    let mut parts: Vec<String> = entry.means.iter().map(said).collect();
    let texts = |all: &[SaidShown]| all.iter().map(said).collect::<Vec<_>>().join("\n");
    for (name, text) in [
        ("When to use", texts(&entry.include)),
        ("When not to use", texts(&entry.exclude)),
        ("Examples", entry.examples.join("\n")),
        ("Counter-examples", entry.counterexamples.join("\n")),
    ] {
        if !text.is_empty() {
            parts.push(format!("{name}: {text}"));
        }
    }
    parts.join("\n\n")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A codebook in which everything tries to be more than text.
    pub fn hostile() -> Codebook {
        let bad = "<script>alert(1)</script>]]> & \" onload=\" '\u{0}\u{1b}\u{FFFF}\u{202E} <img src=x>".to_owned();
        let said = SaidShown { text: bad.clone(), citations: Vec::new(), of_all: false };
        let quote = QuoteShown {
            message: bad.clone(),
            author: Some(bad.clone()),
            date: None,
            before: bad.clone(),
            quote: bad.clone(),
            after: bad.clone(),
            gap: None,
            range: Some((0, 1)),
            told: false,
            place: None,
        };
        let entry = Entry {
            kind: "code".into(),
            name: bad.clone(),
            label: bad.clone(),
            status: Some("agreed"),
            means: vec![said.clone()],
            include: vec![said.clone(), said.clone()],
            rules: vec![bad.clone()],
            examples: vec![bad.clone()],
            quotes: vec![quote.clone()],
            kept_out: vec![KeptOut { exception: true, by: Some(bad.clone()), quote }],
            ..Entry::default()
        };
        let child = Entry { depth: 9, ..entry.clone() };
        let kind = CodebookKind { kind: "code".into(), entries: vec![entry, child], ..CodebookKind::default() };
        Codebook { title: Some(bad), kinds: vec![kind], ..Codebook::default() }
    }
}
