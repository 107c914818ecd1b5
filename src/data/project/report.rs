//! What came in of a project, and what was left out and why. Nothing is dropped without a line in here.

use super::read::{Clock, clock};
use crate::base::digits::thousands;

/// What was left out: how many of what, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// How many.
    pub count: usize,
    /// Of what, one and several: `picture`, `pictures`.
    pub what: (&'static str, &'static str),
    /// Why.
    pub why: String,
    /// The first of them, by name.
    pub first: Vec<String>,
}

/// How many names are kept of what was left out.
const FIRST: usize = 3;

/// What a reader has to say of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// What kind of project it is: `REFI-QDA project`.
    pub format: &'static str,
    /// The program that wrote it, where it says so.
    pub origin: Option<String>,
    /// How the places are counted that fit the text.
    pub reading: Option<String>,
    /// Quotes that came with their places and fit the text there.
    pub fitting: usize,
    /// Quotes that came with their places.
    pub quotes: usize,
    /// What was left out.
    pub left_out: Vec<LeftOut>,
    /// What else the analyst should know.
    pub remarks: Vec<String>,
    /// Times that stood with an offset from UTC, and came in as UTC.
    pub in_utc: usize,
    /// Times that stood without one, and came in as they were written.
    pub as_written: usize,
}

impl Report {
    /// Counts one thing that was left out; things of one kind and reason are counted together.
    pub fn leave_out(&mut self, what: (&'static str, &'static str), why: &str, name: &str) {
        self.leave_out_all(1, what, why);
        let group = self.left_out.iter_mut().find(|l| l.what == what && l.why == why);
        if let Some(left_out) = group.filter(|l| l.first.len() < FIRST && !name.trim().is_empty()) {
            left_out.first.push(name.trim().chars().take(60).collect());
        }
    }

    /// Counts several things that were left out and have no names.
    pub fn leave_out_all(&mut self, count: usize, what: (&'static str, &'static str), why: &str) {
        match self.left_out.iter_mut().find(|l| l.what == what && l.why == why) {
            Some(group) => group.count += count,
            None => self.left_out.push(LeftOut { count, what, why: why.to_owned(), first: Vec::new() }),
        }
    }

    /// A time as [`clock`] reads it, counted.
    pub fn time(&mut self, written: &str) -> Option<String> {
        let (time, of) = clock(written)?;
        match of {
            Clock::Utc => self.in_utc += 1,
            Clock::Unknown => self.as_written += 1,
            Clock::Day => {}
        }
        Some(time)
    }

    /// Says which times are in UTC now, and which are as they were written.
    pub fn say_times(&mut self) {
        let number = |n: usize| thousands(n as u128);
        let utc = match self.in_utc {
            0 => return,
            1 => "1 time stood with an offset from UTC (`Z`, `+02:00`) and is in UTC now".to_owned(),
            n => format!("{} times stood with an offset from UTC (`Z`, `+02:00`) and are in UTC now", number(n)),
        };
        self.remark(match self.as_written {
            0 => utc,
            1 => format!("decide whether that is so of all: {utc}; 1 time stood without one and is as it was written"),
            n => format!(
                "decide whether that is so of all: {utc}; {} times stood without one and are as they were written",
                number(n)
            ),
        });
    }

    /// Says something once.
    pub fn remark(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.remarks.contains(&text) {
            self.remarks.push(text);
        }
    }
}

impl LeftOut {
    /// `3 pictures: they have no text (a.png, b.png, c.png)`
    pub fn words(&self) -> String {
        let what = if self.count == 1 { self.what.0 } else { self.what.1 };
        let more = if self.count > self.first.len() { ", …" } else { "" };
        let first = match self.first.as_slice() {
            [] => String::new(),
            names => format!(" (`{}`{more})", names.join("`, `")),
        };
        let (one, many) = (
            ["it has ", "it had ", "it is ", "it was ", "it cannot "],
            ["they have ", "they had ", "they are ", "they were ", "they cannot "],
        );
        let (from, to) = if self.count == 1 { (many, one) } else { (one, many) };
        let begins = from.iter().zip(to).find_map(|(from, to)| Some(format!("{to}{}", self.why.strip_prefix(from)?)));
        format!("{} {what}: {}{first}", self.count, begins.unwrap_or_else(|| self.why.clone()))
    }
}
