//! Text cells to days and times: ISO as it is, anything else by its picture, and for what has neither the pictures
//! that would fit.

use super::cell::CellError;
use super::picture::Picture;
use crate::base::{Date, DateTime};
use std::sync::OnceLock;

const DATE: &str = "a date";
const TIME: &str = "a date with a time";

/// A day. A time is let go only at midnight, where programs write one for a day; any other is refused, so that
/// nothing is lost without a word.
pub fn date(cell: &str, picture: Option<&Picture>) -> Result<Date, CellError> {
    let cell = cell.trim();
    let late = || CellError::new(cell, DATE, "it has a time of day: declare the column as `datetime`");
    if let Some(picture) = picture {
        let found = picture.read(cell).map_err(|hint| misfit(cell, DATE, picture, hint))?;
        return if found.time == (0, 0, 0, 0) { Ok(found.date) } else { Err(late()) };
    }
    if let Some(date) = Date::parse(cell) {
        return Ok(date);
    }
    match iso(cell) {
        Some(time) if DateTime::new(time.date(), 0, 0, 0, 0) == Some(time) => Ok(time.date()),
        Some(_) => Err(late()),
        None => Err(CellError { found: cell.to_owned(), wanted: DATE, hint: guess(cell) }),
    }
}

/// A day and a time, local as written: a zone or offset after it says where the clock stood and is not added. A day
/// without a time is its midnight.
pub fn datetime(cell: &str, picture: Option<&Picture>) -> Result<DateTime, CellError> {
    let cell = cell.trim();
    if let Some(picture) = picture {
        let found = picture.read(cell).map_err(|hint| misfit(cell, TIME, picture, hint))?;
        return found.date_time().ok_or_else(|| CellError::plain(cell, TIME));
    }
    // A day alone will do here, so what does not fit is simply no date.
    let midnight = || Date::parse(cell).and_then(|date| DateTime::new(date, 0, 0, 0, 0));
    iso(cell).or_else(midnight).ok_or_else(|| CellError { found: cell.to_owned(), wanted: DATE, hint: guess(cell) })
}

/// Seconds since 1970 began, in UTC; parts of a second after a point.
pub fn unix_seconds(cell: &str) -> Result<DateTime, CellError> {
    let wanted = "a time in seconds since 1970";
    let cell = cell.trim();
    let ms = super::cell::decimal(cell)
        .ok()
        .and_then(|d| d.checked_mul(crate::base::Decimal::from_i64(1000))?.round(0).to_i64());
    let ms = ms.ok_or_else(|| CellError::plain(cell, wanted))?;
    if ms.unsigned_abs() > 100_000_000_000_000 {
        return Err(CellError::new(
            cell,
            wanted,
            "it lies thousands of years away and seems to count milliseconds: write `as unix ms`",
        ));
    }
    DateTime::from_unix_ms(ms).ok_or_else(|| CellError::plain(cell, wanted))
}

/// Milliseconds since 1970 began, in UTC.
pub fn unix_ms(cell: &str) -> Result<DateTime, CellError> {
    let wanted = "a time in milliseconds since 1970";
    let cell = cell.trim();
    let ms = super::cell::number(cell).map_err(|_| CellError::plain(cell, wanted))?;
    DateTime::from_unix_ms(ms).ok_or_else(|| CellError::plain(cell, wanted))
}

/// An ISO time, without the zone that may stand after it.
fn iso(cell: &str) -> Option<DateTime> {
    let clock = cell.find(['T', 't', ' ']).map(|at| at + 1)?;
    let time = cell.get(clock..)?;
    let zone = time.find(['Z', 'z', '+', '-']);
    let local = match zone {
        Some(at) if is_zone(&time[at..]) => cell[..clock + at].trim_end(),
        Some(_) => return None,
        None => cell,
    };
    DateTime::parse(&local.replace('t', "T"))
}

/// How many minutes the clock of an ISO time is before UTC, where the time says so.
pub fn minutes_ahead(cell: &str) -> Option<i64> {
    let time = &cell[cell.find(['T', 't', ' '])? + 1..];
    let zone = &time[time.find(['Z', 'z', '+', '-'])?..];
    if !is_zone(zone) {
        return None;
    }
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let part = |range: std::ops::Range<usize>| digits.get(range).and_then(|d| d.parse::<i64>().ok()).unwrap_or(0);
    let minutes = part(0..2) * 60 + part(2..4);
    Some(if zone.starts_with('-') { -minutes } else { minutes })
}

/// `Z`, `+02:00`, `-0530`, `+02`
fn is_zone(text: &str) -> bool {
    if text.eq_ignore_ascii_case("z") {
        return true;
    }
    let digits: String = text[1..].chars().filter(|c| *c != ':').collect();
    matches!(digits.len(), 2 | 4) && digits.bytes().all(|b| b.is_ascii_digit()) && text.matches(':').count() <= 1
}

/// What is wrong with a cell under its picture, with the picture that does fit.
fn misfit(cell: &str, wanted: &'static str, picture: &Picture, hint: String) -> CellError {
    let all = fitting(cell);
    let fits: Vec<&str> = all.iter().map(Picture::text).filter(|fit| *fit != picture.text()).collect();
    let hint = match fits.as_slice() {
        [] if Date::parse(cell).is_some() || iso(cell).is_some() => {
            format!("{hint}; `2013-09-01` is read where no picture is given")
        }
        [] => hint,
        [fit] => format!("{hint}; `as \"{fit}\"` would fit"),
        [fit, other, ..] => format!("{hint}; `as \"{fit}\"` or `as \"{other}\"` would fit"),
    };
    CellError::new(cell, wanted, hint)
}

/// What a cell that is no ISO date may be.
fn guess(cell: &str) -> Option<String> {
    let fits = fitting(cell);
    let day = |picture: &Picture| picture.read(cell).map(|found| found.date);
    match fits.as_slice() {
        [] => {}
        [one, two, ..] => {
            let reading = |p: &Picture| day(p).map_or(String::new(), |date| format!("{date} (`as \"{}\"`)", p.text()));
            return Some(format!("it may be {} or {}", reading(one), reading(two)));
        }
        [fit] => return Some(format!("write `as \"{}\"` after the column", fit.text())),
    }
    let all_digits = cell.bytes().all(|b| b.is_ascii_digit());
    match cell.len() {
        5 if all_digits => {
            Some("it seems to be a spreadsheet's count of days: show the column as dates there and save again".into())
        }
        10 if all_digits => Some("it seems to count seconds: write `as unix seconds` after the column".into()),
        13 if all_digits => Some("it seems to count milliseconds: write `as unix ms` after the column".into()),
        4 if all_digits => Some("it is a year alone: declare the column as `number`".into()),
        _ if short_year(cell) => {
            Some("its year has two digits, which leaves the century open: write all four in the file".into())
        }
        _ if looks_iso(cell) => Some("the calendar has no such day or time".into()),
        _ => Some("dates are written `2013-09-01`, or in the form that `as \"dd/mm/yyyy\"` states".into()),
    }
}

/// `30/09/21`
fn short_year(cell: &str) -> bool {
    let parts: Vec<&str> = cell.split(['/', '.', '-']).collect();
    parts.len() == 3 && parts.iter().all(|p| matches!(p.len(), 1 | 2) && p.bytes().all(|b| b.is_ascii_digit()))
}

/// `2013-02-30`
fn looks_iso(cell: &str) -> bool {
    let form: String = cell.chars().take(10).map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    form == "0000-00-00"
}

/// The common pictures that fit a cell, without two that only differ in how many digits they ask for.
pub fn fitting(cell: &str) -> Vec<Picture> {
    const DAYS: [&str; 14] = [
        "dd/mm/yyyy",
        "mm/dd/yyyy",
        "dd.mm.yyyy",
        "dd-mm-yyyy",
        "mm-dd-yyyy",
        "mm.dd.yyyy",
        "yyyy/mm/dd",
        "yyyy.mm.dd",
        "yyyymmdd",
        "yyyy-mm-dd",
        "d mon yyyy",
        "mon d, yyyy",
        "mon d yyyy",
        "d-mon-yyyy",
    ];
    const TIMES: [&str; 5] = ["", " hh:mm", " hh:mm:ss", " h:mm am/pm", " h:mm:ss am/pm"];
    if cell.len() > 40 || !cell.bytes().any(|b| b.is_ascii_digit()) {
        return Vec::new();
    }
    static ALL: OnceLock<Vec<Picture>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let texts = DAYS.iter().flat_map(|day| TIMES.iter().map(move |time| format!("{day}{time}")));
        texts.filter_map(|text| Picture::parse(&text).ok()).collect()
    });
    all.iter().filter(|picture| picture.fits(cell)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_let_go_and_the_clock_stays() {
        for cell in [
            "2013-09-01T10:30",
            "2013-09-01 10:30Z",
            "2013-09-01T10:30:00+02:00",
            "2013-09-01T10:30-0530",
            "2013-09-01 10:30 +02",
        ] {
            assert_eq!(datetime(cell, None).unwrap().to_string(), "2013-09-01T10:30", "{cell}");
        }
        assert!(datetime("2013-09-01T10:30+2", None).is_err());
        assert!(datetime("2013-09-01T10:30+é", None).is_err());
    }

    #[test]
    fn both_readings_of_an_open_date_are_told() {
        let hint = date("03/04/2024", None).unwrap_err().hint.unwrap();
        assert!(hint.contains("2024-04-03") && hint.contains("2024-03-04"), "{hint}");
        let hint = date("13/04/2024", None).unwrap_err().hint.unwrap();
        assert_eq!(hint, "write `as \"dd/mm/yyyy\"` after the column");
    }
}
