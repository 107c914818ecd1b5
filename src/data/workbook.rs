//! Sheets out: one workbook of Excel (`.xlsx`) with several tables. A text is written as a text, so that one that looks
//! like a formula is none.

use super::problem::Problem;
use super::write::OutputCell;
use crate::diagnostic::codes;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

/// So many characters fit into a cell of Excel.
const CELL: usize = 32_767;
/// So many rows fit into a sheet.
const ROWS: usize = 1_048_575;

/// A table of a workbook.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// What stands on its tab.
    pub name: String,
    /// Its columns.
    pub header: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<OutputCell>>,
}

/// The bytes of a workbook, and how many cells were cut and rows left out, since Excel has no room for them.
pub fn workbook(file: &str, sheets: &[Sheet]) -> Result<(Vec<u8>, usize, usize), Problem> {
    write(sheets).map_err(|error| {
        Problem::new(codes::OUTPUT, file, format!("`{file}` cannot be written: {}", error.to_string().to_lowercase()))
    })
}

fn write(sheets: &[Sheet]) -> Result<(Vec<u8>, usize, usize), XlsxError> {
    let (mut book, mut cut, mut left_out) = (Workbook::new(), 0, 0);
    // The day on which it is made is nobody's business, and the same tables give the same bytes.
    let always = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&always));
    let bold = Format::new().set_bold();
    for sheet in sheets {
        let page = book.add_worksheet();
        page.set_name(&sheet.name)?;
        page.set_freeze_panes(1, 0)?;
        for (column, header) in (0u16..).zip(&sheet.header) {
            page.write_string_with_format(0, column, header, &bold)?;
        }
        left_out += sheet.rows.len().saturating_sub(ROWS);
        for (line, row) in (1u32..).zip(sheet.rows.iter().take(ROWS)) {
            for (column, cell) in (0u16..).zip(row) {
                match cell {
                    OutputCell::Empty => {}
                    OutputCell::Number(number) => match number.parse::<f64>() {
                        // A number of more digits than Excel keeps stays a text.
                        Ok(n) if number.len() <= 15 => {
                            page.write_number(line, column, n)?;
                        }
                        _ => {
                            page.write_string(line, column, number)?;
                        }
                    },
                    OutputCell::Text(text) if text.chars().count() <= CELL => {
                        page.write_string(line, column, text)?;
                    }
                    OutputCell::Text(text) => {
                        cut += 1;
                        let short: String = text.chars().take(CELL - 1).chain(['…']).collect();
                        page.write_string(line, column, short)?;
                    }
                }
            }
        }
    }
    Ok((book.save_to_buffer()?, cut, left_out))
}

/// A cell for a file that is opened in a spreadsheet: one that would be run as a formula gets an apostrophe before it.
pub fn harmless(cell: OutputCell) -> OutputCell {
    match cell {
        OutputCell::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => {
            OutputCell::Text(format!("'{text}"))
        }
        other => other,
    }
}
