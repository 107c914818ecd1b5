//! JSON and JSON Lines.
//!
//! `serde_json` judges whether a text is JSON and reads its strings; the cutting is done here, because a table wants
//! numbers as they are written and every row's line, and neither survives in the library's values. The cutting does
//! not recurse, so depth costs nothing.

use super::problem::{Places, Problem, shown, shown_list};
use crate::base::Table;
use crate::base::table::{Body, Row};
use crate::diagnostic::codes;
use rustc_hash::FxHashMap;
use serde::de::IgnoredAny;
use std::borrow::Cow;

/// How many columns a table of objects may have. Beyond, its keys are data: every row would pay for every column.
const COLUMNS: usize = 2_000;

/// A part of a JSON text: valid by itself, without white space around.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// Where it starts in the text, in bytes.
    pub start: usize,
    /// As written.
    pub text: &'a str,
}

/// Reads an array of objects, or an object that holds one such array.
pub fn read(name: &str, text: &str) -> Result<(Table, Places), Problem> {
    let items = array(name, text, codes::ROW)?;
    let mut rows = Rows::new(name);
    let mut lines = LineCount::new(text);
    for item in items {
        rows.add(lines.line(item.start), item.text);
    }
    Ok(rows.finish())
}

/// Reads one object a line.
pub fn read_lines(name: &str, text: &str) -> Result<(Table, Places), Problem> {
    let mut rows = Rows::new(name);
    for (line, text) in (1..).zip(text.lines()) {
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        match serde_json::from_str::<IgnoredAny>(text) {
            Ok(_) => rows.add(line, text),
            Err(error) => rows.bad.add(line, || format!("is no JSON: {}", plainly(&error))),
        }
    }
    Ok(rows.finish())
}

/// The members of the array that a JSON file is, or holds.
pub fn array<'a>(name: &str, text: &'a str, code: crate::diagnostic::Code) -> Result<Vec<Part<'a>>, Problem> {
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        let line = u32::try_from(error.line()).unwrap_or(u32::MAX).max(1);
        return Err(Problem::at(code, name, line, format!("`{name}` is no JSON: {}", plainly(&error))));
    }
    let refuse = |message: String| {
        let help = "a table is a list of objects: `[{\"id\": \"m1\", \"text\": \"…\"}, …]`";
        Err(Problem::new(codes::DATA_FORMAT, name, message).help(help))
    };
    let whole = Part { start: text.len() - text.trim_start().len(), text: text.trim() };
    match whole.text.as_bytes().first() {
        Some(b'[') => Ok(cut(whole)),
        Some(b'{') => {
            let lists: Vec<(String, Part)> = members(whole).into_iter().filter(|(_, value)| is_table(*value)).collect();
            match lists.as_slice() {
                [(_, list)] => Ok(cut(*list)),
                [] => refuse(format!("`{name}` holds no list of objects")),
                many => {
                    let names = shown_list(many.iter().map(|(name, _)| name.as_str()), 5);
                    let help = "keep the one that is meant: save its list, from `[` to `]`, as a file of its own, and name that \
                         file here; several lists want an `input` for each";
                    let message = format!("`{name}` holds several lists of objects: {names}");
                    Err(Problem::new(codes::DATA_FORMAT, name, message).help(help))
                }
            }
        }
        _ => refuse(format!("`{name}` holds a single value")),
    }
}

fn is_table(value: Part) -> bool {
    value.text.starts_with('[') && value.text[1..].trim_start().starts_with('{')
}

/// What is wrong, without the library's own count of lines.
fn plainly(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or(&text).to_lowercase();
    match error.is_eof() {
        true => "it ends in the middle".to_owned(),
        false => format!("{what} (column {})", error.column()),
    }
}

/// The members of a JSON array or object, between its commas; a member of an object is `"key": value`.
pub fn cut(whole: Part) -> Vec<Part> {
    let (bytes, mut parts) = (whole.text.as_bytes(), Vec::new());
    let (mut depth, mut quoted, mut from, mut at) = (0usize, false, 1, 0);
    while at < bytes.len() {
        let byte = bytes[at];
        match byte {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let ends = !quoted && ((byte == b',' && depth == 1) || (matches!(byte, b']' | b'}') && depth == 0));
        if ends {
            let raw = whole.text.get(from..at).unwrap_or("");
            let text = raw.trim();
            if !text.is_empty() {
                parts.push(Part { start: whole.start + from + raw.len() - raw.trim_start().len(), text });
            }
            from = at + 1;
        }
        at += 1;
    }
    parts
}

/// The keys and values of a JSON object, in order.
pub fn members(object: Part) -> Vec<(String, Part)> {
    cut(object)
        .into_iter()
        .filter_map(|member| {
            let end = string_end(member.text)?;
            let key = serde_json::from_str(&member.text[..end]).ok()?;
            let rest = member.text[end..].trim_start().strip_prefix(':')?.trim();
            Some((key, Part { start: member.start + member.text.len() - rest.len(), text: rest }))
        })
        .collect()
}

/// Where the string with which a text begins ends.
fn string_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 1;
    loop {
        match bytes.get(at)? {
            b'\\' => at += 2,
            b'"' => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// A JSON value as a cell: texts without quotation marks, numbers as written, lists and objects as compact JSON.
fn cell(value: &str) -> Result<Option<String>, serde_json::Error> {
    match value.as_bytes().first() {
        Some(b'"') => serde_json::from_str(value).map(Some),
        Some(b'{' | b'[') => Ok(Some(compact(value))),
        _ if value == "null" => Ok(None),
        _ => Ok(Some(value.to_owned())),
    }
}

fn compact(value: &str) -> String {
    let (mut quoted, mut escaped) = (false, false);
    let keep = |c: &char| {
        let kept = quoted || !c.is_ascii_whitespace();
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = quoted,
            '"' => quoted = !quoted,
            _ => {}
        }
        kept
    };
    value.chars().filter(keep).collect()
}

/// Rows whose columns are found on the way.
struct Rows {
    table: Table,
    rows: Vec<Row<'static>>,
    places: FxHashMap<String, usize>,
    bad: Places,
}

impl Rows {
    fn new(name: &str) -> Rows {
        let table = Table { file: name.to_owned(), ..Table::default() };
        Rows { table, rows: Vec::new(), places: FxHashMap::default(), bad: Places::default() }
    }

    fn add(&mut self, line: u32, text: &str) {
        if !text.starts_with('{') {
            return self.bad.add(line, || format!("holds {} and no object", shown(text)));
        }
        let members = members(Part { start: 0, text });
        if self.table.header.len() + members.len() > COLUMNS
            && members.iter().any(|(key, _)| !self.places.contains_key(key))
        {
            return self
                .bad
                .add(line, || format!("brings the table to more than {COLUMNS} columns: its keys seem to be data"));
        }
        let mut cells: Vec<Option<Option<String>>> = vec![None; self.table.header.len()];
        for (key, value) in members {
            let place = *self.places.entry(key).or_insert_with_key(|key| {
                self.table.header.push(key.clone());
                self.table.header.len() - 1
            });
            if cells.len() <= place {
                cells.resize(place + 1, None);
            }
            if cells[place].is_some() {
                return self.bad.add(line, || format!("has {} twice", shown(&self.table.header[place])));
            }
            match cell(value.text) {
                Ok(cell) => cells[place] = Some(cell),
                Err(_) => {
                    let header = &self.table.header[place];
                    return self.bad.add(line, || format!("has half a character in {}", shown(header)));
                }
            }
        }
        self.rows.push(Row { line, cells: cells.into_iter().map(|cell| cell.flatten().map(Cow::Owned)).collect() });
    }

    fn finish(mut self) -> (Table, Places) {
        for row in &mut self.rows {
            row.cells.resize(self.table.header.len(), None);
        }
        self.table.body = Body::Cells(self.rows);
        (self.table, self.bad)
    }
}

/// Lines of offsets that only grow.
pub struct LineCount<'a> {
    text: &'a [u8],
    at: usize,
    line: u32,
}

impl<'a> LineCount<'a> {
    /// At the first line.
    pub fn new(text: &'a str) -> LineCount<'a> {
        LineCount { text: text.as_bytes(), at: 0, line: 1 }
    }

    /// The line of an offset that is no smaller than the last.
    pub fn line(&mut self, offset: usize) -> u32 {
        while self.at < offset.min(self.text.len()) {
            self.line = self.line.saturating_add(u32::from(self.text[self.at] == b'\n'));
            self.at += 1;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_as_written_and_lists_become_compact() {
        let (table, _) =
            read("a.json", r#"[{"a": 1.50, "b": 12345678901234567890, "c": [ 1, {"x y": "\" ]"} ]}]"#).unwrap();
        let row = table.rows().next().unwrap();
        let cells: Vec<&str> = row.cells.iter().flatten().map(|cell| &**cell).collect();
        assert_eq!(cells, ["1.50", "12345678901234567890", r#"[1,{"x y":"\" ]"}]"#]);
    }

    #[test]
    fn keys_that_are_data_make_no_columns() {
        let rows: String = (0..3_000).map(|i| format!("{{\"k{i}\": 1}}\n")).collect();
        let (table, bad) = read_lines("a.jsonl", &rows).unwrap();
        assert_eq!((table.header.len(), bad.count), (COLUMNS, 1_000));
    }

    #[test]
    fn depth_costs_nothing() {
        let deep = format!("[{{\"a\": {}1{}}}]", "[".repeat(200_000), "]".repeat(200_000));
        assert!(read("a.json", &deep).is_ok_and(|(table, _)| table.len() == 1));
    }
}
