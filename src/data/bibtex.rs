//! BibTeX and BibLaTeX: what reference managers export, and what people have typed.
//!
//! The file is cut into entries here, and each entry is parsed alone, so one that is broken takes no other with it.
//! Each field is resolved alone too: a lone `$` in an abstract must not cost the title. Abbreviations (`@string`) are
//! put in before, and fields nested too deeply are taken as they are, since the library resolves both by recursion.

use super::encoding::decode;
use super::problem::{Problem, shown};
use super::reference::{SourceEntry, SourceList, Work, plain_doi, year_in};
use crate::diagnostic::codes;
use biblatex::{
    Bibliography, ChunksExt, Entry, Pair, ParseErrorKind, Person, RawBibliography, RawChunk, RawEntry, Spanned,
};
use rustc_hash::FxHashMap;

/// How deeply brackets may nest in a field whose LaTeX is resolved.
const DEPTH: usize = 32;
/// How many entries an entry without an end may seem to hold before it is given up.
const SWALLOWED: usize = 16;
/// The fields that a reference is made of.
const FIELDS: [&str; 19] = [
    "author",
    "editor",
    "title",
    "subtitle",
    "year",
    "date",
    "journal",
    "journaltitle",
    "booktitle",
    "volume",
    "number",
    "issue",
    "pages",
    "publisher",
    "institution",
    "school",
    "organization",
    "doi",
    "url",
];

/// Reads the entries of a file.
pub fn read(name: &str, bytes: &[u8]) -> Result<SourceList, Problem> {
    let text = decode(name, bytes)?;
    let mut list = SourceList::default();
    let mut abbreviations = FxHashMap::default();
    let mut lines = super::json::LineCount::new(text);
    for piece in pieces(text) {
        let line = lines.line(piece.start);
        let entry = key(piece.text).map_or("this entry".to_owned(), |key| format!("the entry {}", shown(key)));
        let bad = |line, why: &str| {
            let message = format!("{entry} cannot be read: {why}");
            Problem::at(codes::SOURCES_FILE, name, line, message)
                .help("put it right in the file; the other entries are read")
        };
        if !piece.closed {
            list.problems.push(bad(line, "its closing bracket is missing"));
            continue;
        }
        match RawBibliography::parse(piece.text) {
            Ok(raw) => {
                for pair in &raw.abbreviations {
                    let value = plain_field(&pair.value.v, &abbreviations);
                    abbreviations.insert(pair.key.v.to_lowercase(), value);
                }
                for entry in &raw.entries {
                    if entry.v.key.v.is_empty() {
                        list.problems.push(bad(line, "it has no key to cite it by"));
                    } else {
                        list.add(name, source(&entry.v, line, &abbreviations));
                    }
                }
            }
            Err(error) => {
                let before = piece.text.get(..error.span.start.min(piece.text.len())).unwrap_or(piece.text);
                let newlines = before.trim_end().bytes().filter(|&b| b == b'\n').count();
                let at = line.saturating_add(u32::try_from(newlines).unwrap_or(0));
                list.problems.push(bad(at, &plainly(&error.kind, piece.text)));
            }
        }
    }
    Ok(list)
}

/// What stands in the place of an entry's key, up to the comma or the end of the line.
fn head(text: &str) -> Option<&str> {
    let inside = &text[text.find(['{', '('])? + 1..];
    Some(inside.lines().next()?.split(',').next()?.trim())
}

/// The key of an entry, as far as it can be told from a text that may be broken.
fn key(text: &str) -> Option<&str> {
    let head = head(text)?;
    let key = match head.split_once('=') {
        // Without its comma the first field follows at once.
        Some((before, _)) => before.trim().split_once(char::is_whitespace)?.0,
        None => head,
    };
    (!key.is_empty() && !key.contains(['{', '}'])).then_some(key)
}

fn plainly(kind: &ParseErrorKind, text: &str) -> String {
    if text.find(['{', '(']).is_some_and(|at| text[at..].starts_with('(')) {
        return "it stands in round brackets; write `{` and `}`".to_owned();
    }
    match kind {
        ParseErrorKind::UnexpectedEof => "it ends in the middle of a field".to_owned(),
        ParseErrorKind::Expected(token) => match token.to_string().as_str() {
            "comma" => match head(text) {
                Some(head) if head.contains('=') => "a comma is missing after its key".to_owned(),
                Some(key) if key.contains(char::is_whitespace) => {
                    let joined: Vec<&str> = key.split_whitespace().collect();
                    format!("its key has a blank in it; write `{}`", joined.join("_"))
                }
                _ => "a comma is missing at the end of a field".to_owned(),
            },
            "equals" => "a field has no `=`".to_owned(),
            "identifier" => "a field has no name".to_owned(),
            other => format!("a sign is missing ({other})"),
        },
        other => other.to_string(),
    }
}

/// One entry's text and where it starts.
struct Entries<'a> {
    text: &'a str,
    start: usize,
    closed: bool,
}

/// Cuts a file at the `@` of its entries. An entry without an end is given up where the next one begins a line.
fn pieces(text: &str) -> Vec<Entries<'_>> {
    let (bytes, mut pieces, mut at, mut remark) = (text.as_bytes(), Vec::new(), 0, false);
    while let Some(start) = text[at..].find('@').map(|offset| at + offset) {
        let between = &text[at..start];
        let line = between.rsplit('\n').next().unwrap_or("");
        remark = line.contains('%') || (remark && line.len() == between.len());
        at = start + 1;
        if remark || opening(&text[start..]).is_none() {
            continue;
        }
        let word = text[start + 1..].split(['{', '(']).next().unwrap_or("").trim();
        let ignored = ["comment", "preamble"].iter().any(|w| word.eq_ignore_ascii_case(w));
        let end = closing(bytes, start);
        at = end.unwrap_or_else(|| next_entry(text, start + 1));
        if !ignored {
            pieces.push(Entries { text: text[start..at].trim_end(), start, closed: end.is_some() });
        }
    }
    pieces
}

/// Where the bracket after `@word` opens.
fn opening(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('@')?;
    let word = rest.bytes().take_while(|b| b.is_ascii_alphabetic()).count();
    let blanks = rest[word..].len() - rest[word..].trim_start().len();
    (word > 0 && rest[word + blanks..].starts_with(['{', '('])).then_some(1 + word + blanks)
}

/// One past the bracket that closes the entry that starts there.
fn closing(bytes: &[u8], start: usize) -> Option<usize> {
    let open = start + bytes[start..].iter().position(|b| matches!(b, b'{' | b'('))?;
    let round = bytes[open] == b'(';
    let (mut depth, mut at, mut begun, mut swallowed) = (0usize, open, true, 0);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'{' => depth += 1,
            b'}' if depth > 0 => depth -= 1,
            b'@' if begun && at > open => {
                swallowed += 1;
                if swallowed > SWALLOWED {
                    return None;
                }
            }
            _ => {}
        }
        if depth == 0 && ((round && byte == b')') || (!round && byte == b'}')) {
            return Some(at + 1);
        }
        begun = byte == b'\n' || (begun && byte.is_ascii_whitespace());
        at += 1;
    }
    None
}

/// Where the next line that begins with an entry starts.
fn next_entry(text: &str, from: usize) -> usize {
    let mut at = from;
    while let Some(newline) = text[at..].find('\n').map(|offset| at + offset + 1) {
        let blanks = text[newline..].len() - text[newline..].trim_start().len();
        if opening(&text[newline + blanks..]).is_some() {
            return newline + blanks;
        }
        at = newline;
    }
    text.len()
}

/// The fields of an entry, resolved one by one.
fn source(raw: &RawEntry, line: u32, abbreviations: &FxHashMap<String, String>) -> SourceEntry {
    let mut fields: FxHashMap<&str, Entry> = FxHashMap::default();
    for pair in &raw.fields {
        let key = pair.key.v.to_lowercase();
        if let Some(field) = FIELDS.iter().find(|f| **f == key) {
            let value = plain_field(&pair.value.v, abbreviations);
            fields.entry(field).or_insert_with(|| resolved(field, &value));
        }
    }
    let get = |names: &[&str]| -> String {
        let found = names.iter().find_map(|n| fields.get(n).and_then(|e| e.get(n)).map(|c| c.format_verbatim()));
        found.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let people = |name: &str| fields.get(name).and_then(|e| e.get_as::<Vec<Person>>(name).ok()).unwrap_or_default();
    let (mut authors, mut edited) = (people("author"), false);
    if authors.is_empty() {
        (authors, edited) = (people("editor"), true);
    }
    let and_others = authors.iter().any(|p| p.name == "others" && p.given_name.is_empty());
    authors.retain(|p| p.name != "others" || !p.given_name.is_empty());
    let date = get(&["year", "date"]);
    let (title, subtitle) = (get(&["title"]), get(&["subtitle"]));
    let work = Work {
        edited: edited && !authors.is_empty(),
        authors: authors.iter().map(|p| format!("{} {}", p.prefix, p.name).trim().to_owned()).collect(),
        and_others,
        year: year_in(&date).map_or(date.clone(), str::to_owned),
        title: if subtitle.is_empty() { title } else { format!("{title}: {subtitle}") },
        journal: get(&["journal", "journaltitle"]),
        book: get(&["booktitle"]),
        volume: get(&["volume"]),
        issue: get(&["number", "issue"]),
        pages: get(&["pages"]),
        publisher: get(&["publisher", "institution", "school", "organization"]),
    };
    let (doi, url) = (get(&["doi"]), get(&["url"]));
    SourceEntry {
        key: raw.key.v.to_owned(),
        reference: work.reference(),
        doi: plain_doi(&doi),
        url: (!url.is_empty()).then_some(url),
        line,
    }
}

/// A field with its abbreviations put in. An abbreviation that nothing declares stands for itself.
fn plain_field(field: &[Spanned<RawChunk>], abbreviations: &FxHashMap<String, String>) -> String {
    let mut text = String::new();
    for chunk in field {
        match chunk.v {
            RawChunk::Normal(part) => text.push_str(part),
            RawChunk::Abbreviation(name) => {
                text.push_str(abbreviations.get(&name.to_lowercase()).map_or(name, String::as_str));
            }
        }
        // An abbreviation of abbreviations could double at every step.
        if text.len() > 100_000 {
            break;
        }
    }
    text
}

/// An entry with this one field, its LaTeX resolved; where that cannot be done, as it stands without brackets.
fn resolved(key: &str, value: &str) -> Entry {
    let bare: String = value.chars().filter(|c| !matches!(c, '{' | '}' | '\\' | '$')).collect();
    let first = if depth(value) <= DEPTH { value } else { &bare };
    parsed(key, first)
        .or_else(|| parsed(key, &bare))
        .unwrap_or_else(|| Entry::new(key.to_owned(), biblatex::EntryType::Misc))
}

/// A part with a place: the library counts on from it, and a part without one overflows.
fn at<T>(part: T) -> Spanned<T> {
    Spanned::new(part, 0..0)
}

fn parsed(key: &str, value: &str) -> Option<Entry> {
    let field = vec![at(RawChunk::Normal(value))];
    let fields = vec![Pair::new(at(key), at(field))];
    let entry = RawEntry { key: at("x"), kind: at("misc"), fields };
    let raw = RawBibliography { preamble: String::new(), entries: vec![at(entry)], abbreviations: Vec::new() };
    Bibliography::from_raw(raw).ok()?.into_vec().pop()
}

/// How deeply brackets nest, escaped ones counted too: the library counts some of them.
fn depth(text: &str) -> usize {
    let (mut depth, mut most) = (0usize, 0);
    for byte in text.bytes() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        most = most.max(depth);
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<String> {
        read("a.bib", text.as_bytes()).unwrap().entries.into_iter().map(|e| e.key).collect()
    }

    #[test]
    fn a_broken_entry_costs_no_other() {
        let text = "@article{a, title={X}}\n@article{b, title={Y\n@article{c, title={Z}}\n@article{d, title Q}\n@book{e, title=\"W\"}\n";
        assert_eq!(keys(text), ["a", "c", "e"]);
        let lines: Vec<_> = read("a.bib", text.as_bytes()).unwrap().problems.iter().map(|p| p.line).collect();
        assert_eq!(lines, [Some(2), Some(4)]);
    }

    #[test]
    fn what_recurses_in_the_library_is_kept_from_it() {
        assert_eq!(keys("@string{a = a}\n@misc{k, title = a}"), ["k"]);
        let deep = format!("@misc{{k, title = {{{}x{}}}}}", "\\a{".repeat(100_000), "}".repeat(100_000));
        assert_eq!(keys(&deep), ["k"]);
        let doubling: String = (1..60).map(|i| format!("@string{{s{i} = s{} # s{}}}\n", i - 1, i - 1)).collect();
        assert_eq!(keys(&format!("@string{{s0 = \"ha\"}}\n{doubling}@misc{{k, title = s59}}")), ["k"]);
    }

    #[test]
    fn many_entries_without_an_end_do_not_hang() {
        let list = read("a.bib", "@a{b, c = {\n".repeat(50_000).as_bytes()).unwrap();
        assert_eq!(list.problems.len(), 50_000);
    }
}
