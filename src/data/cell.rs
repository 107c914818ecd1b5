//! Text cells to numbers, and what is said where a cell is none.
//!
//! Nothing is guessed that has two readings: `1,234` is a thousand to some and one and a bit to others.

use super::problem::shown;
use crate::base::decimal::{Decimal, ParseError};
use std::borrow::Cow;

/// Why a cell is not of its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellError {
    /// The cell, trimmed.
    pub found: String,
    /// What the column wants: `a number`.
    pub wanted: &'static str,
    /// What would fit, or what the cell seems to be.
    pub hint: Option<String>,
}

impl CellError {
    /// An error with a word on what would fit.
    pub fn new(found: &str, wanted: &'static str, hint: impl Into<String>) -> CellError {
        CellError { found: found.to_owned(), wanted, hint: Some(hint.into()) }
    }

    /// An error that explains itself.
    pub fn plain(found: &str, wanted: &'static str) -> CellError {
        CellError { found: found.to_owned(), wanted, hint: None }
    }
}

impl std::fmt::Display for CellError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} is not {}", shown(&self.found), self.wanted)
    }
}

impl std::error::Error for CellError {}

const NUMBER: &str = "a whole number";
const DECIMAL: &str = "a number";

/// A whole number of a few digits and nothing else, as nearly all are; [`None`] says nothing.
pub fn plain_number(cell: &str) -> Option<i64> {
    let digits = cell.as_bytes();
    if digits.is_empty() || digits.len() > 18 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(digits.iter().fold(0, |n, digit| n * 10 + i64::from(digit - b'0')))
}

/// A whole number. `3.0` is one, as statistics programs write it where a column has gaps. An exponent is refused:
/// a spreadsheet writes `1.40E+12` when it has already lost the other digits.
pub fn number(cell: &str) -> Result<i64, CellError> {
    let cell = cell.trim();
    let plain = unsigned(cell);
    if let Ok(n) = plain.parse::<i64>() {
        return Ok(n);
    }
    match Decimal::parse(&plain) {
        Ok(decimal) => decimal.to_i64().ok_or_else(|| {
            let hint = if plain.contains('.') {
                "it has a part after the point: declare the column as `decimal`"
            } else {
                TOO_LARGE
            };
            CellError::new(cell, NUMBER, hint)
        }),
        Err(_) if exponent(&plain).is_some() => Err(CellError::new(
            cell,
            NUMBER,
            "it is written with an exponent, which may have lost digits: write it out",
        )),
        Err(error) => Err(refused(cell, NUMBER, error)),
    }
}

const TOO_LARGE: &str = "it is too large; if nothing is calculated with it, declare the column as `text`";

/// An exact decimal. An exponent (`2.5e-3`) is read where 12 places hold the value.
pub fn decimal(cell: &str) -> Result<Decimal, CellError> {
    let cell = cell.trim();
    let plain = unsigned(cell);
    match Decimal::parse(&plain) {
        Ok(decimal) => Ok(decimal),
        Err(error) => match exponent(&plain) {
            Some(written_out) => Decimal::parse(&written_out).map_err(|error| refused(cell, DECIMAL, error)),
            None => Err(refused(cell, DECIMAL, error)),
        },
    }
}

/// Without a plus sign, and `.5` as `0.5`.
fn unsigned(cell: &str) -> Cow<'_, str> {
    let plain = cell.strip_prefix('+').filter(|rest| !rest.starts_with('-')).unwrap_or(cell);
    let (sign, body) = plain.strip_prefix('-').map_or(("", plain), |rest| ("-", rest));
    if body.starts_with('.') { format!("{sign}0{body}").into() } else { plain.into() }
}

/// `2.5e-3` written out, where it is such a number and not of absurd length.
fn exponent(text: &str) -> Option<String> {
    let (digits, exponent) = text.split_once(['e', 'E'])?;
    let power: i32 = exponent.parse().ok().filter(|power| (-40..=40).contains(power))?;
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() || !whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let all = format!("{whole}{part}");
    let point = i32::try_from(whole.len()).ok()?.checked_add(power)?;
    let (zeros, point) = if point < 1 { (1 - point, 1) } else { (0, point) };
    let all = format!("{}{all}", "0".repeat(usize::try_from(zeros).ok()?));
    let point = usize::try_from(point).ok()?;
    let all = format!("{all:0<point$}");
    let (whole, part) = all.split_at(point);
    Some(if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") })
}

fn refused(cell: &str, wanted: &'static str, error: ParseError) -> CellError {
    match error {
        ParseError::Places => CellError::new(cell, wanted, "it has more than 12 places after the point"),
        ParseError::Size => CellError::new(cell, wanted, TOO_LARGE),
        ParseError::Form => CellError { found: cell.to_owned(), wanted, hint: form(cell) },
    }
}

/// What a cell that is no number seems to be.
fn form(cell: &str) -> Option<String> {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let body = cell.strip_prefix('-').unwrap_or(cell);
    if let Some((whole, part)) = body.split_once(',').filter(|(whole, part)| digits(whole) && digits(part)) {
        let with_point = format!("{}{whole}.{part}", &cell[..cell.len() - body.len()]);
        return Some(if part.len() == 3 && whole.len() <= 3 && whole != "0" {
            format!("it may be {whole}{part} or {whole}.{part}: write it without the comma, or with a decimal point")
        } else {
            format!("it has a decimal comma: write `{with_point}`")
        });
    }
    if body.contains(',') && body.contains('.') && body.bytes().all(|b| b.is_ascii_digit() || matches!(b, b',' | b'.'))
    {
        return Some("write it without separators between thousands, and with a decimal point".to_owned());
    }
    let packed: String =
        body.chars().filter(|c| !matches!(c, ' ' | '\'' | '’' | '\u{A0}' | '\u{202F}' | '_' | ',')).collect();
    if packed.len() < body.len() && digits(&packed) {
        return Some(format!("write it without separators between thousands: `{packed}`"));
    }
    if let Some(rest) = cell.strip_prefix(['−', '–']).filter(|rest| Decimal::parse(rest).is_ok()) {
        return Some(format!("its minus sign is a dash: write `-{rest}`"));
    }
    if let Some(rest) = cell.strip_suffix('%').map(str::trim).filter(|rest| Decimal::parse(rest).is_ok()) {
        return Some(format!("it is a percentage: write `{rest}`"));
    }
    if body.strip_suffix('.').is_some_and(digits) {
        return Some("write it without the point, or a digit after it".to_owned());
    }
    let missing = ["na", "n/a", "nan", "null", "none", "-", "--", ".", "?", "missing"];
    if missing.contains(&cell.to_lowercase().as_str()) {
        return Some(format!("if it means that nothing was said, write `empty \"{cell}\"` in the input"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_are_written_out_exactly() {
        for (text, out) in
            [("2.5e-3", "0.0025"), ("1E3", "1000"), ("-1.5e1", "-15"), ("12.34e1", "123.4"), ("0e0", "0")]
        {
            assert_eq!(decimal(text).unwrap().to_string(), out, "{text}");
        }
        assert!(decimal("1e-13").is_err());
        assert!(decimal("1e999999999").is_err());
        assert!(decimal("e5").is_err());
        assert!(number("1.4E+12").unwrap_err().hint.unwrap().contains("exponent"));
    }

    #[test]
    fn the_whole_range_of_numbers_is_read() {
        assert_eq!(number("-9223372036854775808"), Ok(i64::MIN));
        assert_eq!(number(" 3.0 "), Ok(3));
        assert_eq!(number("+7"), Ok(7));
        assert!(number("+-7").is_err());
        assert!(number("9223372036854775808").unwrap_err().hint.unwrap().contains("too large"));
        assert!(number("-12,5").unwrap_err().hint.unwrap().contains("`-12.5`"));
    }
}
