//! Tables out: CSV, TSV, JSON and JSON Lines, and Parquet where it is built in, in the order given.
//!
//! Cells are written as they are, also those that begin with `=`, `+`, `-` or `@`, which a spreadsheet may take for
//! a formula. The usual guard, an apostrophe before them, changes the data: `-1` would come back as a text, a quote
//! would no longer stand in its message, and what was written would not read back the same. A table of findings is
//! data first; whoever opens one of unknown origin in a spreadsheet imports its columns as text.

use super::problem::Problem;
use super::read::{Format, extension};
use crate::diagnostic::codes;

/// One cell to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutputCell {
    /// Nothing: an empty cell, `null` in JSON.
    Empty,
    /// A text, a date, a name.
    Text(String),
    /// A number as it is printed: bare in JSON.
    Number(String),
}

impl OutputCell {
    fn text(&self) -> &str {
        match self {
            OutputCell::Empty => "",
            OutputCell::Text(text) | OutputCell::Number(text) => text,
        }
    }
}

/// Writes a table in the format that a file's name, or its ending alone, names. Every row has a cell for every
/// column; cells that are missing are empty, and cells without a column are left out.
pub fn write_table(name: &str, header: &[String], rows: &[Vec<OutputCell>]) -> Result<Vec<u8>, Problem> {
    match Format::of(name) {
        Some(Format::Delimited) => delimited(name, b',', header, rows),
        Some(Format::Tabbed) => delimited(name, b'\t', header, rows),
        Some(Format::Json) => {
            let mut out = String::from("[");
            for (i, row) in rows.iter().enumerate() {
                out.push_str(if i == 0 { "\n  " } else { ",\n  " });
                object(&mut out, header, row);
            }
            out.push_str(if rows.is_empty() { "]\n" } else { "\n]\n" });
            Ok(out.into_bytes())
        }
        Some(Format::JsonLines) => {
            let mut out = String::new();
            for row in rows {
                object(&mut out, header, row);
                out.push('\n');
            }
            Ok(out.into_bytes())
        }
        #[cfg(feature = "parquet")]
        None if super::read::is_parquet(name) => super::columnar::write(name, header, rows),
        #[cfg(not(feature = "parquet"))]
        None if super::read::is_parquet(name) => Err(super::read::without_parquet(name, codes::OUTPUT)),
        None => {
            let message = format!("no table can be written to `{name}`: the ending is `.{}`", extension(name));
            let stem = name.strip_suffix(&format!(".{}", extension(name))).unwrap_or(name);
            let help = format!("write `{stem}.csv`; tables are written to `.csv`, `.tsv`, `.json` and `.jsonl`");
            Err(Problem::new(codes::OUTPUT, name, message).help(help))
        }
    }
}

fn delimited(name: &str, delimiter: u8, header: &[String], rows: &[Vec<OutputCell>]) -> Result<Vec<u8>, Problem> {
    let mut writer = ::csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    let refuse = |error: String| Problem::new(codes::OUTPUT, name, format!("`{name}` cannot be written: {error}"));
    writer.write_record(header).map_err(|error| refuse(error.to_string()))?;
    for row in rows {
        let cells = (0..header.len()).map(|i| row.get(i).map_or("", OutputCell::text));
        writer.write_record(cells).map_err(|error| refuse(error.to_string()))?;
    }
    writer.into_inner().map_err(|error| refuse(error.to_string()))
}

fn object(out: &mut String, header: &[String], row: &[OutputCell]) {
    out.push('{');
    for (i, name) in header.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        string(out, name);
        out.push_str(": ");
        match row.get(i) {
            None | Some(OutputCell::Empty) => out.push_str("null"),
            Some(OutputCell::Number(n)) if is_json_number(n) => out.push_str(n),
            Some(OutputCell::Number(text) | OutputCell::Text(text)) => string(out, text),
        }
    }
    out.push('}');
}

fn string(out: &mut String, text: &str) {
    out.push_str(&serde_json::Value::from(text).to_string());
}

/// `-12.5`, without leading zeros and exponents.
fn is_json_number(text: &str) -> bool {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let body = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = body.split_once('.').unwrap_or((body, "0"));
    digits(whole) && digits(part) && (whole == "0" || !whole.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::read::{ReadOptions, read_table};

    #[test]
    fn what_is_written_reads_back_the_same() {
        let header = vec!["id".to_owned(), "a \"b\", c".to_owned()];
        let texts = ["=1+1", "-1", "@x", "a\r\nb", "\"", "", " ", ";", "\t", "é", "\u{2028}"];
        let rows: Vec<Vec<OutputCell>> =
            texts.iter().map(|t| vec![OutputCell::Number("1".into()), OutputCell::Text((*t).into())]).collect();
        for name in ["a.csv", "a.tsv", "a.json", "a.jsonl"] {
            let bytes = write_table(name, &header, &rows).unwrap();
            let read = read_table(name, &bytes, &ReadOptions::default()).unwrap();
            assert_eq!(read.table.header, header, "{name}");
            let rows: Vec<_> = read.table.rows().collect();
            let back: Vec<&str> = rows.iter().map(|row| row.cells[1].as_deref().unwrap()).collect();
            assert_eq!(back, texts, "{name}");
        }
    }
}
