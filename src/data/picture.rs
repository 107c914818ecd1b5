//! Pictures of dates: `dd/mm/yyyy hh:mm`.
//!
//! A picture names the parts in their order and every sign between them. `mm` is the month, except beside hours or
//! seconds. A picture without a century is refused, so no cell is ever put into the wrong one.

use super::problem::shown;
use crate::base::date::MONTHS;
use crate::base::{Date, DateTime};

/// How dates stand in a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Year,
    Month,
    MonthName,
    Day,
    Hour,
    Minute,
    Second,
    Fraction,
    HalfDay,
    Literal(char),
}

/// What a picture finds in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The day.
    pub date: Date,
    /// Hour, minute, second and nanosecond; midnight where the picture has no hours.
    pub time: (i64, i64, i64, i64),
}

impl Found {
    /// The day and the time.
    pub fn date_time(self) -> Option<DateTime> {
        let (hour, minute, second, nanosecond) = self.time;
        DateTime::new(self.date, hour, minute, second, nanosecond)
    }
}

const KNOWN: &str =
    "a picture is made of `d` or `dd`, `m`, `mm`, `mon` or `month`, `yyyy`, and for times `hh`, `mm`, `ss` and `am/pm`";

impl Picture {
    /// Reads a picture, in any case of letters; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Picture, String> {
        let parts = resolve(tokens(text)?)?;
        for (part, name) in [(Part::Year, "year (`yyyy`)"), (Part::Day, "day (`dd`)")] {
            if !parts.contains(&part) {
                return Err(format!("the picture `{text}` has no {name}"));
            }
        }
        if !parts.iter().any(|part| matches!(part, Part::Month | Part::MonthName)) {
            return Err(format!("the picture `{text}` has no month (`mm`, or `mon` for `Sep`)"));
        }
        let kind = |part: &Part| match part {
            Part::MonthName => Part::Month,
            other => other.clone(),
        };
        for (i, part) in parts.iter().enumerate() {
            if !matches!(part, Part::Literal(_)) && parts[..i].iter().any(|p| kind(p) == kind(part)) {
                return Err(format!("the picture `{text}` names one part twice"));
            }
        }
        let needs = [
            (Part::Minute, Part::Hour),
            (Part::HalfDay, Part::Hour),
            (Part::Second, Part::Minute),
            (Part::Fraction, Part::Second),
        ];
        if needs.iter().any(|(part, other)| parts.contains(part) && !parts.contains(other)) {
            return Err(format!("the picture `{text}` has a part of a time without the larger part before it"));
        }
        Ok(Picture { text: text.to_owned(), parts })
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// True where cells of this form have a time.
    pub fn has_time(&self) -> bool {
        self.parts.contains(&Part::Hour)
    }

    /// True where a trimmed cell has this form and a day of the calendar.
    pub fn fits(&self, cell: &str) -> bool {
        self.find(cell).is_ok()
    }

    /// What a trimmed cell says. The error is about the cell, ready to be shown.
    pub fn read(&self, cell: &str) -> Result<Found, String> {
        self.find(cell).map_err(|misfit| match misfit {
            Misfit::Form if short_year(cell) => {
                let text = &self.text;
                format!("it does not look like `{text}`, and its year has two digits: write all four in the file (in Excel by the format of the cells)")
            }
            Misfit::Form => format!("it does not look like `{}`", self.text),
            Misfit::ShortYear => {
                "its year has two digits, which leaves the century open: write all four in the file".to_owned()
            }
            Misfit::Rest(rest) => format!("after what looks like `{}` comes {}", self.text, shown(rest.trim())),
            Misfit::HalfDay(hour) => format!("there is no hour {hour} with am or pm"),
            Misfit::Day(_, month, _) if !(1..=12).contains(&month) => format!("there is no month {month}"),
            Misfit::Day(year, month, day) => format!("there is no day {day} in month {month} of {year}"),
            Misfit::Time(hour, minute, second) => format!("there is no time {hour}:{minute:02}:{second:02}"),
        })
    }

    /// The same without words, since many pictures are tried on one cell.
    fn find<'c>(&self, cell: &'c str) -> Result<Found, Misfit<'c>> {
        let mut rest = cell;
        let (mut year, mut month, mut day, mut hour, mut minute, mut second, mut nanosecond) = (0, 0, 0, 0, 0, 0, 0);
        let mut afternoon = None;
        for (i, part) in self.parts.iter().enumerate() {
            let next = self.parts.get(i + 1);
            let packed = next.is_some_and(|n| !matches!(n, Part::Literal(_) | Part::HalfDay | Part::MonthName));
            let two = if packed { 2..=2 } else { 1..=2 };
            let value = match part {
                Part::Year => digits(&mut rest, 4..=4),
                Part::MonthName => month_name(&mut rest),
                Part::HalfDay => half_day(&mut rest),
                Part::Fraction => fraction(&mut rest),
                Part::Literal(' ') => white_space(&mut rest),
                Part::Literal(sign) => literal(&mut rest, *sign),
                Part::Month | Part::Day | Part::Hour | Part::Minute | Part::Second => digits(&mut rest, two),
            };
            let Some(value) = value else {
                let short = *part == Part::Year && rest.bytes().take_while(u8::is_ascii_digit).count() == 2;
                return Err(if short { Misfit::ShortYear } else { Misfit::Form });
            };
            match part {
                Part::Year => year = value,
                Part::Month | Part::MonthName => month = value,
                Part::Day => day = value,
                Part::Hour => hour = value,
                Part::Minute => minute = value,
                Part::Second => second = value,
                Part::Fraction => nanosecond = value,
                Part::HalfDay => afternoon = Some(value == 1),
                Part::Literal(_) => {}
            }
        }
        if !rest.is_empty() {
            return Err(Misfit::Rest(rest));
        }
        if let Some(afternoon) = afternoon {
            if !(1..=12).contains(&hour) {
                return Err(Misfit::HalfDay(hour));
            }
            hour = hour % 12 + if afternoon { 12 } else { 0 };
        }
        let date = Date::new(year, month, day).ok_or(Misfit::Day(year, month, day))?;
        let found = Found { date, time: (hour, minute, second, nanosecond) };
        found.date_time().map(|_| found).ok_or(Misfit::Time(hour, minute, second))
    }
}

/// Why a cell is no date of a picture.
enum Misfit<'c> {
    Form,
    ShortYear,
    /// What stands behind the date.
    Rest(&'c str),
    /// An hour that no half day has.
    HalfDay(i64),
    /// A year, month and day that are none.
    Day(i64, i64, i64),
    /// An hour, minute and second that are none.
    Time(i64, i64, i64),
}

/// A part as it is written, before `m` is decided.
enum Token {
    Part(Part),
    M,
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let lower = text.to_ascii_lowercase();
    let words = [
        ("month", Part::MonthName),
        ("mon", Part::MonthName),
        ("am/pm", Part::HalfDay),
        ("ampm", Part::HalfDay),
        ("am", Part::HalfDay),
        ("pm", Part::HalfDay),
    ];
    let mut tokens = Vec::new();
    let mut rest = lower.as_str();
    while let Some(first) = rest.chars().next() {
        if let Some((word, part)) = words.iter().find(|(word, _)| rest.starts_with(word)) {
            tokens.push(Token::Part(part.clone()));
            rest = &rest[word.len()..];
            continue;
        }
        let run = rest.chars().take_while(|c| *c == first).count();
        let at = text.len() - rest.len();
        let written = |run: usize| text[at..].chars().take(run).collect::<String>();
        let wrong = || Err(format!("the picture `{text}` has `{}`, which is no part of a date: {KNOWN}", written(run)));
        let token = match (first, run) {
            ('y', 4) => Token::Part(Part::Year),
            ('y', 2) => {
                return Err(format!(
                    "the picture `{text}` has years of two digits, which leave the century open: write all four in the file, and `yyyy` here"
                ));
            }
            ('m', 1 | 2) => Token::M,
            ('d', 1 | 2) => Token::Part(Part::Day),
            ('h', 1 | 2) => Token::Part(Part::Hour),
            ('s', 1 | 2) => Token::Part(Part::Second),
            ('f', 1..=9) => Token::Part(Part::Fraction),
            ('t' | 'z', 1) => Token::Part(Part::Literal(first)),
            (c, _) if c.is_alphanumeric() => return wrong(),
            (c, _) => {
                tokens.push(Token::Part(Part::Literal(if c.is_whitespace() { ' ' } else { c })));
                rest = &rest[c.len_utf8()..];
                continue;
            }
        };
        tokens.push(token);
        rest = &rest[run..];
    }
    Ok(tokens)
}

/// `m` is minutes where the part before it is the hour or the part after it the second.
fn resolve(tokens: Vec<Token>) -> Result<Vec<Part>, String> {
    let timed = |token: Option<&Token>, wanted: &Part| matches!(token, Some(Token::Part(part)) if part == wanted);
    let named: Vec<usize> =
        (0..tokens.len()).filter(|&i| !matches!(tokens[i], Token::Part(Part::Literal(_)))).collect();
    let mut parts = Vec::with_capacity(tokens.len());
    for (i, token) in tokens.iter().enumerate() {
        parts.push(match token {
            Token::Part(part) => part.clone(),
            Token::M => {
                let place = named.binary_search(&i).unwrap_or_default();
                let before = place.checked_sub(1).and_then(|p| tokens.get(named[p]));
                let after = named.get(place + 1).and_then(|&n| tokens.get(n));
                if timed(before, &Part::Hour) || timed(after, &Part::Second) { Part::Minute } else { Part::Month }
            }
        });
    }
    Ok(parts)
}

fn digits(rest: &mut &str, lengths: std::ops::RangeInclusive<usize>) -> Option<i64> {
    let length = rest.bytes().take(*lengths.end()).take_while(u8::is_ascii_digit).count();
    if !lengths.contains(&length) {
        return None;
    }
    let (number, after) = rest.split_at(length);
    *rest = after;
    number.parse().ok()
}

fn fraction(rest: &mut &str) -> Option<i64> {
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, after) = rest.split_at(length);
    *rest = after;
    if !(1..=9).contains(&length) {
        return None;
    }
    format!("{number:0<9}").parse().ok()
}

fn literal(rest: &mut &str, sign: char) -> Option<i64> {
    let first = rest.chars().next().filter(|c| c.to_ascii_lowercase() == sign)?;
    *rest = &rest[first.len_utf8()..];
    Some(0)
}

/// Any white space stands for a blank; before `am` and `pm` the narrow one is common, and none may stand there.
fn white_space(rest: &mut &str) -> Option<i64> {
    let after = rest.trim_start();
    let found = after.len() < rest.len() || half_day(&mut { after }).is_some();
    *rest = after;
    found.then_some(0)
}

fn half_day(rest: &mut &str) -> Option<i64> {
    let trimmed = rest.trim_start();
    [("a.m.", 0), ("p.m.", 1), ("am", 0), ("pm", 1)].into_iter().find_map(|(word, value)| {
        trimmed.get(..word.len()).filter(|start| start.eq_ignore_ascii_case(word))?;
        *rest = &trimmed[word.len()..];
        Some(value)
    })
}

/// `Sep`, `Sept` or `September`.
fn month_name(rest: &mut &str) -> Option<i64> {
    let length = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (word, after) = rest.split_at(length);
    let names = |month: &&str| {
        let short = [&month[..3], if *month == "September" { "Sept" } else { month }];
        short.iter().chain([month]).any(|name| name.eq_ignore_ascii_case(word))
    };
    let place = MONTHS.iter().position(names)?;
    *rest = after.strip_prefix('.').unwrap_or(after);
    i64::try_from(place + 1).ok()
}

/// True of `30.09.21` and `3/4/21`: three numbers of at most two digits.
fn short_year(cell: &str) -> bool {
    let numbers: Vec<&str> = cell.split(['.', '/', '-']).collect();
    numbers.len() == 3 && numbers.iter().all(|n| (1..=2).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(picture: &str, cell: &str) -> Result<String, String> {
        Picture::parse(picture)?.read(cell).map(|found| found.date_time().unwrap().to_string())
    }

    #[test]
    fn m_is_the_month_or_the_minute_by_its_place() {
        assert_eq!(read("dd/mm/yyyy hh:mm", "03/04/2024 10:30").unwrap(), "2024-04-03T10:30");
        assert_eq!(read("mm/dd/yyyy h:m:s", "3/4/2024 9:5:7").unwrap(), "2024-03-04T09:05:07");
        assert_eq!(read("hh:mm dd.mm.yyyy", "10:30 03.04.2024").unwrap(), "2024-04-03T10:30");
        assert_eq!(read("yyyymmddhhmmss", "20240403103005").unwrap(), "2024-04-03T10:30:05");
        assert_eq!(read("yyyy-mm-ddThh:mm:ss.fff", "2024-04-03T10:30:05.25").unwrap(), "2024-04-03T10:30:05.25");
    }

    #[test]
    fn a_year_of_two_digits_is_told_whatever_the_picture() {
        assert!(read("dd/mm/yyyy", "30.09.21").unwrap_err().contains("two digits"));
        assert!(!read("dd/mm/yyyy", "30.09.2021").unwrap_err().contains("two digits"));
    }

    #[test]
    fn noon_and_midnight_are_told_apart() {
        assert_eq!(read("d mon yyyy h:mm am/pm", "3 Sept. 2024 12:05 a.m.").unwrap(), "2024-09-03T00:05");
        assert_eq!(read("month d, yyyy h:mm am/pm", "September 3, 2024 12:05PM").unwrap(), "2024-09-03T12:05");
        assert!(read("d mon yyyy h:mm am/pm", "3 Sep 2024 13:05 pm").is_err());
    }

    #[test]
    fn pictures_that_leave_something_open_are_refused() {
        for picture in [
            "dd/mm/yy",
            "mm/yyyy",
            "dd/mm/yyyy dd",
            "dd/mm/yyyy mm",
            "dd/mm/yyyy ss",
            "dd/qq/yyyy",
            "",
            "é",
            "yyyymmm",
            "dd/mm/yyyy am/pm",
        ] {
            assert!(Picture::parse(picture).is_err(), "{picture}");
        }
    }

    #[test]
    fn cells_in_other_scripts_do_no_harm() {
        for cell in ["é3/04/2024", "０３/04/2024", "3", "", "03/04/2024é", "03/04/20é4"] {
            assert!(read("dd/mm/yyyy", cell).is_err(), "{cell}");
        }
        assert!(read("d mon yyyy h am/pm", "1 Sep 2024 1 aé").is_err());
    }
}
