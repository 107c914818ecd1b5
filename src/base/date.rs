//! Dates and local times, on the calendar of `jiff`.

use std::fmt;

/// The months by their English names, January first.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day of the (proleptic Gregorian) calendar, years -9999 to 9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(jiff::civil::Date);

/// A day and a time of that day, local: without a zone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime(jiff::civil::DateTime);

impl Date {
    /// The day, if there is such a day.
    pub fn new(year: i64, month: i64, day: i64) -> Option<Date> {
        let (year, month, day) = (i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        jiff::civil::Date::new(year, month, day).ok().map(Date)
    }

    /// Reads `2013-09-01`.
    pub fn parse(text: &str) -> Option<Date> {
        let mut parts = text.splitn(3, '-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        if (year.len(), month.len(), day.len()) != (4, 2, 2) {
            return None;
        }
        Date::new(digits(year)?, digits(month)?, digits(day)?)
    }

    /// The year.
    pub fn year(self) -> i64 {
        i64::from(self.0.year())
    }

    /// The month, 1 to 12.
    pub fn month(self) -> i64 {
        i64::from(self.0.month())
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> i64 {
        i64::from(self.0.day())
    }

    /// How many days later this day is than `other`; negative where it is earlier.
    pub fn days_since(self, other: Date) -> i64 {
        let span = self.0.since((jiff::Unit::Day, other.0)).expect("any two days of the calendar have a distance");
        i64::from(span.get_days())
    }

    /// The day `days` days later, if the calendar has it.
    pub fn plus_days(self, days: i64) -> Option<Date> {
        let span = jiff::Span::new().try_days(days).ok()?;
        self.0.checked_add(span).ok().map(Date)
    }
}

impl DateTime {
    /// The time on that day; seconds and nanoseconds may be 0.
    pub fn new(date: Date, hour: i64, minute: i64, second: i64, nanosecond: i64) -> Option<DateTime> {
        let time = jiff::civil::Time::new(
            i8::try_from(hour).ok()?,
            i8::try_from(minute).ok()?,
            i8::try_from(second).ok()?,
            i32::try_from(nanosecond).ok()?,
        );
        time.ok().map(|time| DateTime(date.0.to_datetime(time)))
    }

    /// Reads `2013-09-01T10:30`, with seconds and parts of seconds if there are any; a blank may stand for the `T`.
    pub fn parse(text: &str) -> Option<DateTime> {
        let (date, time) = text.split_once(['T', ' '])?;
        let date = Date::parse(date)?;
        let (clock, part) = match time.split_once('.') {
            Some((clock, part)) => (clock, part),
            None => (time, "0"),
        };
        let mut parts = clock.splitn(3, ':');
        let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next().unwrap_or("00"));
        if (hour.len(), minute.len(), second.len()) != (2, 2, 2) || part.len() > 9 {
            return None;
        }
        let nanosecond = digits(&format!("{part:0<9}"))?;
        DateTime::new(date, digits(hour)?, digits(minute)?, digits(second)?, nanosecond)
    }

    /// The time that many milliseconds after midnight on 1 January 1970.
    pub fn from_unix_ms(ms: i64) -> Option<DateTime> {
        let epoch = jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0);
        let span = jiff::Span::new().try_milliseconds(ms).ok()?;
        epoch.checked_add(span).ok().map(DateTime)
    }

    /// The day it falls on.
    pub fn date(self) -> Date {
        Date(self.0.date())
    }

    /// The same time of the day `days` days later, if the calendar has it.
    pub fn plus_days(self, days: i64) -> Option<DateTime> {
        let span = jiff::Span::new().try_days(days).ok()?;
        self.0.checked_add(span).ok().map(DateTime)
    }

    /// The time so many minutes later, if the calendar has it.
    pub fn plus_minutes(self, minutes: i64) -> Option<DateTime> {
        let span = jiff::Span::new().try_minutes(minutes).ok()?;
        self.0.checked_add(span).ok().map(DateTime)
    }

    /// The hour, 0 to 23.
    pub fn hour(self) -> i64 {
        i64::from(self.0.hour())
    }

    /// The minute, 0 to 59.
    pub fn minute(self) -> i64 {
        i64::from(self.0.minute())
    }
}

/// A run of digits as a number; signs and blanks are no digits.
fn digits(text: &str) -> Option<i64> {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (date, time) = (self.0.date(), self.0.time());
        write!(f, "{date}T{:02}:{:02}", time.hour(), time.minute())?;
        if time.second() != 0 || time.subsec_nanosecond() != 0 {
            write!(f, ":{:02}", time.second())?;
        }
        if time.subsec_nanosecond() != 0 {
            let part = format!("{:09}", time.subsec_nanosecond());
            write!(f, ".{}", part.trim_end_matches('0'))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_read_and_print_alike_and_count_days() {
        let a = Date::parse("2013-09-01").unwrap();
        assert_eq!(a.to_string(), "2013-09-01");
        assert_eq!(Date::parse("2013-12-31").unwrap().days_since(a), 121);
        assert_eq!(a.plus_days(-1).unwrap().to_string(), "2013-08-31");
        assert!(Date::parse("2013-02-30").is_none());
        assert!(Date::parse("2013-2-3").is_none());
    }

    #[test]
    fn times_read_with_and_without_seconds() {
        assert_eq!(DateTime::parse("2013-09-01T10:30").unwrap().to_string(), "2013-09-01T10:30");
        assert_eq!(DateTime::parse("2013-09-01 10:30:05.25").unwrap().to_string(), "2013-09-01T10:30:05.25");
        assert_eq!(DateTime::from_unix_ms(1_403_067_224_363).unwrap().to_string(), "2014-06-18T04:53:44.363");
        assert!(DateTime::parse("2013-09-01T25:00").is_none());
        assert!(DateTime::from_unix_ms(i64::MAX).is_none());
    }
}
