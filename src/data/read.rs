//! Any table: the format follows from the name.

use super::encoding::{decode_any, decode_owned, undisguised};
use super::problem::{Places, Problem, counted, shown};
use super::{csv, json, sheet, tidy};
use crate::base::Table;
use crate::diagnostic::codes;

/// How a table is to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ReadOptions {
    /// What stands between two cells; found in the file where none is stated.
    pub delimiter: Option<char>,
    /// The sheet of a workbook; the first where none is stated.
    pub sheet: Option<String>,
    /// Puts right what an import may: other encodings, a title above the header, columns without a name of their own.
    /// Everything that was done is among the warnings.
    pub tidy: bool,
    /// Leaves out the rows that cannot be read, and counts them, instead of refusing the file.
    pub lenient: bool,
}

/// A table that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The rows that can be read: all of them, unless the reading was lenient.
    pub table: Table,
    /// What a lenient reading left out.
    pub warnings: Vec<Problem>,
}

/// The kinds of tables that are text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Cells between delimiters: `.csv`, `.txt`.
    Delimited,
    /// Cells between tabs: `.tsv`, `.tab`.
    Tabbed,
    /// One JSON text: `.json`.
    Json,
    /// One JSON object a line: `.jsonl`, `.ndjson`.
    JsonLines,
}

impl Format {
    /// The format that a file name or its ending names.
    pub fn of(name: &str) -> Option<Format> {
        Some(match extension(name).as_str() {
            "csv" | "txt" => Format::Delimited,
            "tsv" | "tab" => Format::Tabbed,
            "json" => Format::Json,
            "jsonl" | "ndjson" => Format::JsonLines,
            _ => return None,
        })
    }
}

/// What stands after the last point of a name, in lower case; a name without a point is taken as the ending itself.
pub fn extension(name: &str) -> String {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    file.rsplit('.').next().unwrap_or(file).to_lowercase()
}

/// Reads a table. Its rows know the lines they start on; empty lines are none.
pub fn read_table(name: &str, bytes: &[u8], options: &ReadOptions) -> Result<Read, Problem> {
    read_bytes(name, bytes.to_vec(), options)
}

/// The same of bytes that are given away: the text of a table is not copied.
pub fn read_bytes(name: &str, bytes: Vec<u8>, options: &ReadOptions) -> Result<Read, Problem> {
    if sheet::is_workbook(name) {
        let (table, warnings) = sheet::read(name, bytes, options.sheet.as_deref(), options.tidy)?;
        return Ok(Read { table, warnings });
    }
    if is_parquet(name) {
        return Ok(Read { table: parquet(name, bytes)?, warnings: Vec::new() });
    }
    let format = Format::of(name).filter(|_| name.contains('.')).ok_or_else(|| unreadable(name))?;
    if let Some(sheet) = &options.sheet {
        let message = format!("`{name}` is no workbook and has no sheet `{sheet}`");
        return Err(Problem::new(codes::DATA_FORMAT, name, message).help("delete the line with `sheet`"));
    }
    undisguised(name, &bytes)?;
    let mut done = Vec::new();
    let text = match options.tidy {
        false => decode_owned(name, bytes)?,
        true => {
            let (text, encoding) = decode_any(name, &bytes)?;
            done.extend(encoding.map(|encoding| encoding.words()));
            text.into_owned()
        }
    };
    if text.trim().is_empty() {
        let help = "was it saved, and is it the right file?";
        return Err(Problem::new(codes::FILE, name, format!("`{name}` is empty")).help(help));
    }
    let delimiter = options.delimiter.or((format == Format::Tabbed).then_some('\t'));
    let mut title = None;
    let (table, bad) = match format {
        Format::Delimited | Format::Tabbed if options.tidy => {
            let text = match tidy::tightened(&text, delimiter) {
                Some(tight) if csv::read(name, text.clone(), delimiter).map_or(true, |(_, bad)| bad.count > 0) => {
                    done.push(
                        "blanks between quotation marks and the signs that part the cells were left out".to_owned(),
                    );
                    tight
                }
                _ => text,
            };
            let (first, stated, said) = tidy::tidied(&text, delimiter, false);
            match csv::read(name, first, stated) {
                Ok(read) => {
                    done.extend(said);
                    read
                }
                Err(problem) if problem.code != codes::HEADER => return Err(problem),
                Err(_) => {
                    let (again, stated, said) = tidy::tidied(&text, delimiter, true);
                    done.extend(said);
                    csv::read(name, again, stated)?
                }
            }
        }
        Format::Delimited | Format::Tabbed => {
            title = tidy::title_of(&text, delimiter);
            csv::read(name, text, delimiter).map_err(|problem| below_title(problem, title.as_deref()))?
        }
        Format::Json => json::read(name, &text)?,
        Format::JsonLines => json::read_lines(name, &text)?,
    };
    let mut warnings: Vec<Problem> = done.into_iter().map(|said| Problem::new(codes::LEFT_OUT, name, said)).collect();
    if bad.count == 0 {
        return Ok(Read { table, warnings });
    }
    if options.lenient {
        let message = format!("{} left out: {}", counted(bad.count, "row was", "rows were"), bad.list());
        let help =
            format!("put {} right in the file, so that nothing is missing", if bad.count == 1 { "it" } else { "them" });
        let problem = bad.problem(codes::LEFT_OUT, name, message).help(format!("{help}{}", cause(&bad, format)));
        warnings.push(problem);
        return Ok(Read { warnings, table });
    }
    Err(below_title(refused(name, &bad, format), title.as_deref()))
}

/// The cure where a title stands above the header.
fn below_title(problem: Problem, title: Option<&str>) -> Problem {
    let Some(title) = title else { return problem };
    let help = format!(
        "{} stands above the header and looks like a title: delete what is above the header in the file",
        shown(title)
    );
    problem.help(help)
}

/// True of the name of a Parquet file.
pub fn is_parquet(name: &str) -> bool {
    name.contains('.') && extension(name) == "parquet"
}

#[cfg(feature = "parquet")]
fn parquet(name: &str, bytes: Vec<u8>) -> Result<Table, Problem> {
    super::columnar::read(name, bytes)
}

#[cfg(not(feature = "parquet"))]
fn parquet(name: &str, _: Vec<u8>) -> Result<Table, Problem> {
    Err(without_parquet(name, codes::DATA_FORMAT))
}

/// What is said where Parquet was not built in, and how to get it.
#[cfg(not(feature = "parquet"))]
pub fn without_parquet(name: &str, code: crate::diagnostic::Code) -> Problem {
    let message = format!("`{name}` is Parquet, which this Hence was built without");
    let help = "take CSV instead, or build Hence with it: `cargo build --release --features parquet`";
    Problem::new(code, name, message).help(help)
}

/// What is mostly the cause of rows with too many cells.
fn cause(bad: &Places, format: Format) -> &'static str {
    let cells = format == Format::Delimited && bad.first.iter().any(|(_, what)| what.starts_with("has"));
    if cells { ": a cell with a comma, a semicolon or a line break in it stands in quotation marks" } else { "" }
}

fn refused(name: &str, bad: &Places, format: Format) -> Problem {
    let message = match bad.first.first() {
        Some((_, what)) if bad.count == 1 => format!("this row {what}"),
        _ => format!("{} cannot be read: {}", counted(bad.count, "row", "rows"), bad.list()),
    };
    let (rows, them) = if bad.count == 1 { ("the row", "it") } else { ("the rows", "them") };
    let cause = cause(bad, format);
    let help =
        format!("put {rows} right in the file{cause}; or run with `--lenient` to leave {them} out and count {them}");
    bad.problem(codes::ROW, name, message).help(help)
}

/// Says what can be read, and how to get there from what was given.
fn unreadable(name: &str) -> Problem {
    let ending = extension(name);
    let message = if name.contains('.') {
        format!("`{name}` is no table that can be read: the ending is `.{ending}`")
    } else {
        format!("`{name}` has no ending that says what kind of table it is")
    };
    let help = match ending.as_str() {
        "xlsb" | "numbers" => "save the sheet as `CSV UTF-8`, or the workbook as `.xlsx`",
        "sav" | "dta" | "rds" | "rdata" => "write the table as CSV from the program that made it",
        _ => {
            "tables are read from `.csv`, `.tsv`, `.tab`, `.txt`, `.json`, `.jsonl`, `.ndjson`, `.xlsx`, `.xls` and `.ods`"
        }
    };
    Problem::new(codes::DATA_FORMAT, name, message).help(help)
}
