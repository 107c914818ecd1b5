//! Tables for people, drawn by comfy-table: answers, cross-tables and lists of concepts. Without a terminal a table
//! is columns of text with nothing drawn around them.

use super::Look;
use super::words::number_of;
use crate::diagnostic::visible::one_line;
use crate::session::answers::{Answers, Cell};
use crate::session::findings::TableFinding;
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, presets};

/// How many characters of a cell are shown.
const CELL: usize = 300;

/// One column: its heading, and whether it holds numbers.
pub type Column = (String, bool);

/// Draws a table, `indent` columns in.
pub fn draw(columns: &[Column], rows: &[Vec<String>], indent: usize, look: Look) -> String {
    let mut table = Table::new();
    table
        .load_style(if look.unicode { presets::UTF8_HORIZONTAL_ONLY } else { presets::NOTHING })
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(look.width.saturating_sub(indent).max(20)).unwrap_or(u16::MAX));
    if look.unicode {
        table.style_mut().row_separator = LineStyle::none();
    }
    table.set_header(columns.iter().map(|(name, _)| shown(name)));
    for row in rows {
        table.add_row(row.iter().map(|cell| shown(cell)));
    }
    for (i, (_, number)) in columns.iter().enumerate() {
        if let Some(column) = table.column_mut(i)
            && *number
        {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let blanks = " ".repeat(indent);
    table.lines().map(|line| format!("{blanks}{}", line.trim_end()).trim_end().to_owned() + "\n").collect()
}

/// A cell's text on one line, its end cut where it is very long.
fn shown(text: &str) -> String {
    let text = one_line(text);
    match text.char_indices().nth(CELL) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Answers as a table, with their number.
pub fn answers(answers: &Answers, look: Look) -> String {
    if answers.columns.is_empty() {
        // A question without variables holds or not.
        return if answers.rows.is_empty() { "It does not hold.\n" } else { "It holds.\n" }.to_owned();
    }
    if answers.rows.is_empty() {
        return "No answers.\n".to_owned();
    }
    let numeric = |i: usize| answers.rows.iter().all(|r| matches!(r.get(i), Some(Cell::Number(_) | Cell::Empty)));
    let columns: Vec<Column> = answers.columns.iter().enumerate().map(|(i, c)| (c.clone(), numeric(i))).collect();
    let rows: Vec<Vec<String>> = answers
        .rows
        .iter()
        .map(|row| {
            let text = |cell: &Cell| match cell {
                Cell::Empty => String::new(),
                Cell::Text(text) | Cell::Number(text) => text.clone(),
            };
            row.iter().map(text).collect()
        })
        .collect();
    format!("{}\n{}\n", draw(&columns, &rows, 0, look), number_of(answers.rows.len(), "answer"))
}

/// A cross-table, with shares beside the numbers where they are asked for.
pub fn cross(table: &TableFinding, look: Look) -> String {
    let mut columns: Vec<Column> = vec![(table.row_name.clone(), false)];
    columns.extend(table.columns.iter().map(|c| (c.clone(), true)));
    let rows: Vec<Vec<String>> = table
        .rows
        .iter()
        .map(|row| {
            let numbers = row.numbers.iter().enumerate().map(|(i, number)| match row.shares.get(i) {
                Some(share) if table.shares => format!("{number} ({share}%)"),
                _ => number.to_string(),
            });
            std::iter::once(row.label.clone()).chain(numbers).collect()
        })
        .collect();
    draw(&columns, &rows, 2, look)
}
