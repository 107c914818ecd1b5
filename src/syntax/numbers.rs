//! Numbers, days and times as they are written elsewhere: `12,5`, `1 000`, `1e5`, `.5`, `50%`, `2024-3-4`, `10:30`.
//!
//! What can mean one thing alone gets a safe fix; what has two readings is told with both, and none is taken.

use super::token::{Token, TokenKind};
use crate::base::date::MONTHS;
use crate::base::{Date, FileId, Location, Span};
use crate::diagnostic::{Diagnostic, Edit, codes};

/// Signs that a number or a day in another form is made of; none of them stands before its first one.
const SIGNS: [char; 8] = ['.', ',', ':', '-', '/', '@', '_', '+'];
/// Blanks that group digits: the plain one, and those that do not break or are thin.
const BLANKS: [char; 6] = [' ', '\u{A0}', '\u{202F}', '\u{2007}', '\u{2009}', '\''];
/// Years of which slashes make days: `2024/3/4` is a day and `1000/4/2` a number.
const YEARS: std::ops::Range<u32> = 1500..2200;

/// What is said of a number, a day or a time that begins with this token and is written another way. Only forms that are
/// never right are told, whatever stands around them.
pub(super) fn foreign(text: &str, tokens: &[Token], i: usize) -> Option<Diagnostic> {
    let token = tokens.get(i)?;
    let start = token.span.start as usize;
    let (before, rest) = (&text[..start], text[start..].lines().next()?);
    // Keys of sources and ids of messages are words of their own making: `2005-3-4`.
    let asked = tokens[..i].iter().rfind(|t| !t.kind.is_trivia()).map_or("", |t| &text[t.span.range()]);
    if matches!(asked, "cites" | "source" | "message") {
        return None;
    }
    let number = Found { start, alone: stands_alone(before, tokens, i) };
    let glued = before.chars().next_back().is_some_and(|c| c.is_alphanumeric() || SIGNS.contains(&c) || c == ')');
    match token.kind {
        _ if glued && !(token.kind == TokenKind::Number && before.ends_with(['-', '+', '/'])) => None,
        TokenKind::Dot => number.without_zero(rest),
        TokenKind::Number if before.ends_with(['-', '+', '/']) => number.plain(rest),
        TokenKind::Number => number.day(rest).or_else(|| number.time(rest)).or_else(|| number.plain(rest)),
        TokenKind::Date | TokenKind::DateTime => number.day_and_time(rest, token.kind == TokenKind::Date),
        _ => None,
    }
}

/// `03/04/2024`, `3.4.2024`, `3-4-2024`: both readings, where there are two.
pub(super) fn foreign_date(at: Location, word: &str) -> Diagnostic {
    let parts: Vec<u32> = word.split(['/', '.', '-']).filter_map(|p| p.parse().ok()).collect();
    let (first, second, year) = match parts[..] {
        [first, second, year] => (first, second, year),
        _ => (0, 0, 0),
    };
    let mut readings = Vec::new();
    for (day, month) in [(first, second), (second, first)] {
        let reading = format!("{year:04}-{month:02}-{day:02}");
        if Date::parse(&reading).is_some() && readings.iter().all(|(r, _)| *r != reading) {
            readings.push((reading, spoken(day, month)));
        }
    }
    let help = match &readings[..] {
        [] => "a date is written year, month, day: `2013-09-01`".to_string(),
        [(one, _)] => format!("write `{one}`: year, month, day"),
        [(one, day), (other, month), ..] => format!("write `{one}` for {day}, or `{other}` for {month}"),
    };
    let message = match readings.len() {
        2 => format!("`{word}` has two readings, and a date is written another way here"),
        _ => format!("`{word}` is no date here"),
    };
    let safe = readings.len() == 1;
    let said = Diagnostic::at(codes::NUMBER_FORM, at, message).help(help);
    readings.into_iter().fold(said, |said, (reading, _)| {
        let edits = vec![Edit { location: at, text: reading.clone() }];
        said.fix(format!("write `{reading}`"), edits, safe)
    })
}

/// What is told of a day that no calendar has: why, and what may be meant.
pub(super) fn no_such_day(written: &str) -> (String, Option<String>) {
    let day = written.split('T').next().unwrap_or(written);
    let parts: Vec<u32> = day.split('-').filter_map(|p| p.parse().ok()).collect();
    let form = "a date is written year, month, day: `2013-09-01`, with a time `2013-09-01T10:30`".to_string();
    let [year, month, number] = parts[..] else { return (form, None) };
    if Date::parse(day).is_some() {
        return ("a day has the hours 00 to 23, an hour the minutes 00 to 59: `2013-09-01T10:30`".into(), None);
    }
    let turned = format!("{year:04}-{number:02}-{month:02}");
    if Date::parse(&turned).is_some() {
        let right = written.replacen(day, &turned, 1);
        return (format!("write `{right}`: year, month, day"), Some(right));
    }
    let last = (28..=31).rev().find(|d| Date::parse(&format!("{year:04}-{month:02}-{d:02}")).is_some());
    match (last, month.checked_sub(1).and_then(|m| MONTHS.get(m as usize))) {
        (Some(last), Some(name)) => (format!("{name} {year} has {last} days"), None),
        _ => (form, None),
    }
}

/// What digits with points and commas between them may mean: `12,5`, `1.000,5`, `1,000,000`. One reading, or two where
/// three digits follow a single comma; none where it is no number at all.
pub(super) fn grouped(run: &str) -> Vec<String> {
    let sign_at = |c: char| run.matches(c).count();
    let (points, commas) = (sign_at('.'), sign_at(','));
    let groups = |part: &str, sign: char| {
        let mut parts = part.split(sign);
        let first = parts.next().is_some_and(|p| (1..=3).contains(&p.len()));
        first && parts.all(|p| p.len() == 3)
    };
    let whole = |part: &str, sign: char| part.replace(sign, "");
    match (points, commas) {
        (0, 1) => {
            let decimal = run.replace(',', ".");
            match groups(run, ',') && !run.starts_with('0') {
                true => vec![whole(run, ','), decimal],
                false => vec![decimal],
            }
        }
        (0, 2..) if groups(run, ',') => vec![whole(run, ',')],
        (2.., 0) if groups(run, '.') => vec![whole(run, '.')],
        (_, 1) => match run.split_once(',') {
            // `1.000,5`
            Some((left, right)) if !right.contains('.') && groups(left, '.') => {
                vec![format!("{}.{right}", whole(left, '.'))]
            }
            // `1,000.5`
            Some(_) => thousands_first(run, groups),
            None => Vec::new(),
        },
        (1, _) => thousands_first(run, groups),
        _ => Vec::new(),
    }
}

/// `1,000,000.5`
fn thousands_first(run: &str, groups: impl Fn(&str, char) -> bool) -> Vec<String> {
    match run.split_once('.') {
        Some((left, right)) if !right.contains(',') && groups(left, ',') => {
            vec![format!("{}.{right}", left.replace(',', ""))]
        }
        _ => Vec::new(),
    }
}

/// What is told of a number with points and commas; [`None`] where it is none.
pub(super) fn grouped_number(at: Location, run: &str) -> Option<Diagnostic> {
    let readings = grouped(run);
    let help = match &readings[..] {
        [] => return None,
        [one] => format!("write `{one}`"),
        [one, other, ..] => format!("write `{one}` if the comma groups the digits, `{other}` if a fraction follows it"),
    };
    let message = match readings.len() {
        1 => format!("`{run}` is no number here"),
        _ => format!("`{run}` has two readings, and no number has a comma here"),
    };
    let safe = readings.len() == 1;
    let said = Diagnostic::at(codes::NUMBER_FORM, at, message).help(help);
    Some(readings.into_iter().fold(said, |said, reading| {
        let edits = vec![Edit { location: at, text: reading.clone() }];
        said.fix(format!("write `{reading}`"), edits, safe)
    }))
}

fn spoken(day: u32, month: u32) -> String {
    let name = month.checked_sub(1).and_then(|m| MONTHS.get(m as usize)).copied().unwrap_or("");
    format!("{day} {name}")
}

/// True where what stands before the token asks for one value: a sign of comparison, an operator, an `=`.
fn stands_alone(before: &str, tokens: &[Token], i: usize) -> bool {
    let last = tokens[..i].iter().rfind(|t| !t.kind.is_trivia());
    last.is_some_and(|t| matches!(t.kind, TokenKind::Compare | TokenKind::Operator)) && !before.is_empty()
}

/// How many digits a text begins with.
fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// True where nothing of a word or a number goes on.
fn ends(rest: &str) -> bool {
    let mut chars = rest.chars();
    match (chars.next(), chars.next()) {
        (None, _) => true,
        (Some(c), _) if c.is_alphanumeric() || c == '_' => false,
        (Some('.' | ',' | ':' | '-' | '/'), Some(next)) => !next.is_ascii_digit(),
        _ => true,
    }
}

/// Where a number in another form begins.
struct Found {
    start: usize,
    /// One value is asked for here, so that what follows can be no second one.
    alone: bool,
}

impl Found {
    fn at(&self, length: usize) -> Location {
        Location::new(FileId(0), Span::of(self.start..self.start + length))
    }

    /// One right form; where it is not sure that this is meant, the fix is not safe.
    fn write(&self, written: &str, right: &str, safe: bool) -> Diagnostic {
        let at = self.at(written.len());
        let edits = vec![Edit { location: at, text: right.to_string() }];
        let help = format!("write `{right}`");
        Diagnostic::at(codes::NUMBER_FORM, at, format!("`{written}` is no number here"))
            .help(help.clone())
            .fix(help, edits, safe)
    }

    /// `.5`
    fn without_zero(&self, rest: &str) -> Option<Diagnostic> {
        let n = digits(&rest[1..]);
        let written = &rest[..1 + n];
        (n > 0 && ends(&rest[1 + n..])).then(|| self.write(written, &format!("0{written}"), true))
    }

    /// `2024-3-4`, `2024/03/04`, `31-12-2024`
    fn day(&self, rest: &str) -> Option<Diagnostic> {
        let first = digits(rest);
        let sign = rest[first..].chars().next().filter(|c| matches!(c, '-' | '/' | '.'))?;
        let rest_two = &rest[first + 1..];
        let second = digits(rest_two);
        let rest_three = rest_two[second..].strip_prefix(sign)?;
        let third = digits(rest_three);
        let length = first + 1 + second + 1 + third;
        if !(1..=2).contains(&second) || !ends(&rest[length..]) {
            return None;
        }
        let written = &rest[..length];
        let part = |text: &str| text.parse::<u32>().unwrap_or(0);
        let (one, two) = (part(&rest[..first]), part(&rest_two[..second]));
        match (first, third) {
            (4, 1..=2) if sign != '/' || YEARS.contains(&one) => {
                let three = part(&rest_three[..third]);
                let right = format!("{one:04}-{two:02}-{three:02}");
                let known = Date::parse(&right).is_some();
                let (help, right) = match known {
                    true => (format!("write `{right}`: a month and a day have two digits"), Some(right)),
                    false => no_such_day(&right),
                };
                let said = Diagnostic::at(
                    codes::NUMBER_FORM,
                    self.at(length),
                    match known {
                        true => format!("`{written}` is no date here"),
                        false => format!("there is no `{written}` in the calendar"),
                    },
                );
                let edit = |text: String| vec![Edit { location: self.at(length), text }];
                Some(match right {
                    Some(right) => said.help(help).fix(format!("write `{right}`"), edit(right), known),
                    None => said.help(help),
                })
            }
            (1..=2, 4) if sign == '-' => Some(foreign_date(self.at(length), written)),
            (1..=2, 2) if sign == '.' => {
                let century =
                    |c: u32| format!("{}.{}.{c}{}", &rest[..first], &rest_two[..second], &rest_three[..third]);
                let mut said = foreign_date(self.at(length), &century(20));
                said.message = format!("`{written}` is no date here");
                said.help = said.help.map(|h| format!("{h}; a year has four digits"));
                said.fixes.iter_mut().for_each(|f| f.safe = false);
                Some(said)
            }
            _ => None,
        }
    }

    /// `10:30` without its day.
    fn time(&self, rest: &str) -> Option<Diagnostic> {
        let length = clock(rest)?;
        let written = &rest[..length];
        let edits = vec![Edit { location: self.at(length), text: format!("\"{written}\"") }];
        let message = format!("`{written}` is a time without its day");
        Some(
            Diagnostic::at(codes::NUMBER_FORM, self.at(length), message)
                .help(format!("a time stands with its day: `2013-09-01T10:30`; a text would be `\"{written}\"`"))
                .fix("write it as a text", edits, false),
        )
    }

    /// `2024-03-04 10:30`, and times with seconds in parts or a zone.
    fn day_and_time(&self, rest: &str, day: bool) -> Option<Diagnostic> {
        if day {
            let after = rest.get(10..)?.strip_prefix([' ', 't'])?;
            let (length, pad) = (clock(after)?, if after[1..].starts_with(':') { "0" } else { "" });
            let (written, right) = (&rest[..11 + length], format!("{}T{pad}{}", &rest[..10], &after[..length]));
            let mut said = self.write(written, &right, true);
            said.message = format!("`{written}` is no date with a time here");
            said.help = Some(format!("write `{right}`, with a `T` between the day and the time"));
            return Some(said);
        }
        let length = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | ':' | 'T'))).unwrap_or(rest.len());
        let length = length.min(if rest.as_bytes().get(16) == Some(&b':') { 19 } else { 16 });
        let after = &rest[length..];
        let parts = after.strip_prefix('.').map_or(0, |r| 1 + digits(r));
        let zone = match after[parts..].chars().next() {
            Some('Z' | 'z') => 1,
            Some('+' | '-') => 1 + clock(&after[parts + 1..]).or((digits(&after[parts + 1..]) == 4).then_some(4))?,
            _ => 0,
        };
        let end = length + parts + zone;
        if parts + zone < 1 || !ends(&rest[end..]) {
            return None;
        }
        let (written, right) = (&rest[..end], &rest[..length]);
        let mut said = self.write(written, right, false);
        said.message = match zone {
            0 => "a time has no parts of seconds here".to_string(),
            _ => format!("a time has no zone here: `{}`", &after[parts..parts + zone]),
        };
        said.help = Some(format!("write `{right}`, and all times as the same clock shows them"));
        Some(said)
    }

    /// `1 000`, `1_000`, `1.000.000`, `1e5`, `50%`, `5.`
    fn plain(&self, rest: &str) -> Option<Diagnostic> {
        let whole = digits(rest);
        let part = match rest[whole..].strip_prefix('.').map(digits) {
            Some(n) if n > 0 => n + 1,
            _ => 0,
        };
        let number = &rest[..whole + part];
        let after = &rest[number.len()..];
        if let Some(length) = exponent(after).filter(|n| ends(&after[*n..])) {
            let written = &rest[..number.len() + length];
            let id = format!("; an id stands in quotation marks: `\"{written}\"`");
            return Some(match shifted(number, &after[1..length]) {
                Some(right) => {
                    let mut said = self.write(written, &right, self.alone);
                    if !self.alone {
                        said.help = said.help.map(|h| h + &id);
                    }
                    said
                }
                None => {
                    Diagnostic::at(codes::NUMBER_FORM, self.at(written.len()), format!("`{written}` is no number here"))
                        .help(format!("write its digits out{id}"))
                }
            });
        }
        if after.starts_with('%') {
            let written = &rest[..=number.len()];
            let share = shifted(number, "-2")?;
            let said =
                Diagnostic::at(codes::NUMBER_FORM, self.at(written.len()), format!("`{written}` is no number here"));
            let edit = |text: &str| vec![Edit { location: self.at(written.len()), text: text.to_string() }];
            let help = format!(
                "write `{share}` if shares go to 1, as `mean` and `/` give them, or `{number}` if they go to 100"
            );
            return Some(said.help(help).fix(format!("write `{share}`"), edit(&share), false).fix(
                format!("write `{number}`"),
                edit(number),
                false,
            ));
        }
        if part == 0 {
            if let Some(next) = after.strip_prefix('.')
                && !next.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.')
            {
                return Some(self.write(&rest[..whole + 1], &rest[..whole], true));
            }
            if let Some(length) = groups(after, '_').filter(|n| ends(&after[*n..])) {
                let written = &rest[..whole + length];
                return Some(self.write(written, &written.replace('_', ""), true));
            }
            let length =
                BLANKS.iter().find_map(|&blank| groups(after, blank).filter(|_| whole <= 3 && !rest.starts_with('0')));
            if let Some(length) = length.filter(|n| ends(&after[*n..]) || decimals(&after[*n..]) > 0) {
                let written = &rest[..whole + length + decimals(&after[length..])];
                let right: String = written.replace(',', ".").chars().filter(|c| !BLANKS.contains(c)).collect();
                return Some(self.write(written, &right, self.alone));
            }
        }
        let run = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
        let run = rest[..run].trim_end_matches('.');
        let several = run.matches('.').count() > 1;
        several.then(|| grouped_number(self.at(run.len()), run)).flatten()
    }
}

/// The length of `,5` or `.5` behind groups of digits.
fn decimals(rest: &str) -> usize {
    match rest.strip_prefix([',', '.']).map(digits) {
        Some(n) if n > 0 && ends(&rest[1 + n..]) => 1 + n,
        _ => 0,
    }
}

/// The length of `_000_000`, groups of three digits behind such a sign.
fn groups(rest: &str, sign: char) -> Option<usize> {
    let mut length = 0;
    while let Some(next) = rest[length..].strip_prefix(sign).filter(|next| digits(next) == 3) {
        length = rest.len() - next.len() + 3;
    }
    (length > 0).then_some(length)
}

/// The length of `10:30` or `10:30:15`.
fn clock(rest: &str) -> Option<usize> {
    let hour = digits(rest);
    let minute = rest[hour..].strip_prefix(':').filter(|r| (1..=2).contains(&hour) && digits(r) == 2)?;
    let length = hour + 3;
    let length = match minute[2..].strip_prefix(':').map(digits) {
        Some(2) => length + 3,
        _ => length,
    };
    ends(&rest[length..]).then_some(length)
}

/// The length of `e5`, `E+5`.
fn exponent(rest: &str) -> Option<usize> {
    let sign = rest.strip_prefix(['e', 'E'])?;
    let number = sign.strip_prefix(['+', '-']).unwrap_or(sign);
    let n = digits(number);
    (n > 0).then(|| rest.len() - number.len() + n)
}

/// A number with its point moved; [`None`] where it would be longer than numbers are here.
fn shifted(number: &str, by: &str) -> Option<String> {
    let by: i32 = by.trim_start_matches('+').parse().ok().filter(|by| (-12..=15).contains(by))?;
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let all = format!("{whole}{part}");
    let point = whole.len() as i32 + by;
    let zeros = |n: i32| "0".repeat(usize::try_from(n).unwrap_or(0));
    let all = format!("{}{all}{}", zeros(1 - point), zeros(point - all.len() as i32));
    let point = usize::try_from(point.max(1)).ok()?;
    let (whole, part) = all.split_at_checked(point)?;
    let (whole, part) = (whole.trim_start_matches('0'), part.trim_end_matches('0'));
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(if part.is_empty() { whole.to_string() } else { format!("{whole}.{part}") })
}

#[cfg(test)]
mod tests {
    use super::super::token::lex;
    use super::*;

    fn said(text: &str) -> Option<(String, Vec<String>)> {
        let tokens = lex(text);
        let said = (0..tokens.len()).find_map(|i| foreign(text, &tokens, i))?;
        let right = said.fixes.iter().map(|f| f.edits[0].text.clone() + if f.safe { "" } else { "?" });
        Some((said.message, right.collect()))
    }

    #[test]
    fn forms_of_other_places_are_told_with_the_right_one() {
        let right = |text: &str| said(text).unwrap_or_else(|| panic!("{text}")).1.join(" ");
        for (text, wanted) in [
            ("N > 1e5", "100000"),
            ("N > 2.5E-3", "0.0025"),
            ("r(1e5)", "100000?"),
            ("N > .5", "0.5"),
            ("N > 5. and a", "5"),
            ("N > 50%", "0.5? 50?"),
            ("N > 1 000", "1000"),
            ("N > 1\u{A0}000\u{A0}000,5", "1000000.5"),
            ("r(1 000)", "1000?"),
            ("N > 1_000", "1000"),
            ("N > 1.000.000", "1000000"),
            ("T > 2024-3-4", "2024-03-04"),
            ("T > 2024/03/04", "2024-03-04"),
            ("T > 31-12-2024", "2024-12-31"),
            ("T > 3-4-2024", "2024-04-03? 2024-03-04?"),
            ("T > 3.4.24", "2024-04-03? 2024-03-04?"),
            ("T > 2024-13-4", "2024-04-13?"),
            ("T > 10:30", "\"10:30\"?"),
            ("T > 2024-03-04 9:30", "2024-03-04T09:30"),
            ("T > 2024-03-04T10:30:00.000Z", "2024-03-04T10:30:00?"),
            ("T > 2024-03-04T10:30+01:00", "2024-03-04T10:30?"),
        ] {
            assert_eq!(right(text), wanted, "{text}");
        }
        assert_eq!(right("N > 1e500"), "");
    }

    #[test]
    fn right_forms_are_let_be() {
        let forms = [
            "N > 12 and M < 1.5",
            "r(1.5, 1, 000)",
            "T > 2024-03-04T10:30:00 and T < 2024-03-05",
            "m15@33-85",
            "cites boschma:2005-3-4",
            "source 2005-3-4 \"x\"",
            "N = 10-3",
            "N = 1000/4/2",
            "N-1 > 3",
            "r(id: 5)",
            "within 5 words",
            "fact r(5), r(100)",
        ];
        forms.iter().for_each(|text| assert_eq!(said(text), None, "{text}"));
    }

    #[test]
    fn points_and_commas_are_told_apart() {
        for (run, wanted) in [
            ("12,5", "12.5"),
            ("1.000,5", "1000.5"),
            ("1,000.5", "1000.5"),
            ("1,000", "1000 1.000"),
            ("0,125", "0.125"),
            ("1,000,000", "1000000"),
            ("1,00,5", ""),
            ("1.5,2.5", ""),
        ] {
            assert_eq!(grouped(run).join(" "), wanted, "{run}");
        }
    }
}
