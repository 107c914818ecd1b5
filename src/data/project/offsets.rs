//! Places that other programs counted, found in the text.
//!
//! REFI-QDA counts Unicode characters from 0, but programs differ: in whether the byte order mark and both signs of a
//! line end count, in whether a sign beyond the first 65,536 counts once or twice, and in whether the last character
//! belongs to the passage or comes after it. So every reading is tried on the whole project, the one under which the most
//! quotes are what stands at their places is taken, and the standard's own where several are as good. A source whose
//! quotes fit another reading better is read by that one, and so is a single place: QualCoder counts what is selected in
//! its window otherwise than what it finds by itself, and keeps both in one document.

use super::Report;

/// What one character counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// One.
    Character,
    /// One or two, as in UTF-16.
    Utf16,
    /// One to four, as in UTF-8.
    Byte,
}

/// What a line end counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LineEnd {
    AsWritten,
    One,
    Two,
}

/// A way to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    unit: Unit,
    line_end: LineEnd,
    /// The byte order mark counts.
    mark: bool,
    /// The end is the last character, not the one after it.
    inclusive: bool,
}

/// A place as a program counted it.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'a> {
    /// The source, by its place in the list.
    pub source: usize,
    /// Where it begins.
    pub start: i64,
    /// Where it ends.
    pub end: i64,
    /// The words that should stand there; a few at their beginning will do.
    pub quote: Option<&'a str>,
}

/// A text, and whether a byte order mark stood before it.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// Without the mark.
    pub text: &'a str,
    /// It had one.
    pub marked: bool,
}

/// How well a reading fits: quotes without white space beside them, all quotes, neat passages.
type Score = (usize, usize, usize);

/// The places in characters; none where one lies outside its text under the reading that was taken.
pub fn settle(
    texts: &[Text<'_>],
    counted: &[Counted<'_>],
    usual: Unit,
    report: &mut Report,
) -> Vec<Option<(u32, u32)>> {
    let mut by_source: Vec<Vec<usize>> = vec![Vec::new(); texts.len()];
    for (at, place) in counted.iter().enumerate() {
        if let Some(list) = by_source.get_mut(place.source) {
            list.push(at);
        }
    }
    let readings = distinct(readings(usual), usual, texts);
    // How often each source's quotes fit under each reading, with white space beside them or without and without alone, and
    // how often its passages begin and end with words.
    let mut scores = vec![vec![Score::default(); readings.len()]; texts.len()];
    let quoted: Vec<Option<String>> = counted.iter().map(|place| place.quote.and_then(letters)).collect();
    for (source, list) in by_source.iter().enumerate().filter(|(_, list)| !list.is_empty()) {
        for (number, reading) in readings.iter().enumerate() {
            let ruler = Ruler::new(texts[source], *reading);
            let score = &mut scores[source][number];
            for &at in list {
                let Some(place) = ruler.place(&counted[at]) else { continue };
                let words = ruler.slice(place);
                let fits = quoted[at].as_ref().is_some_and(|quote| fits(words, quote));
                score.0 += usize::from(fits && edges_fit(words, counted[at].quote));
                score.1 += usize::from(fits);
                score.2 += usize::from(ruler.is_neat(place));
            }
        }
    }
    let sum = |number: usize| {
        let add = |sum: Score, of: Score| (sum.0 + of.0, sum.1 + of.1, sum.2 + of.2);
        scores.iter().map(|of| of[number]).fold((0, 0, 0), add)
    };
    let best = |scores: &dyn Fn(usize) -> Score| {
        (0..readings.len()).fold(0, |best, number| if scores(number) > scores(best) { number } else { best })
    };
    let chosen = best(&sum);
    let mut places = vec![None; counted.len()];
    let (mut apart, mut alone, mut unsure) = (0, 0, 0);
    for (source, list) in by_source.iter().enumerate().filter(|(_, list)| !list.is_empty()) {
        let own = best(&|number| scores[source][number]);
        // Only words count against the reading of the whole.
        let words = |number: usize| (scores[source][number].0, scores[source][number].1);
        let number = if words(own) > words(chosen) { own } else { chosen };
        apart += usize::from(number != chosen);
        let ruler = Ruler::new(texts[source], readings[number]);
        let fit = |ruler: &Ruler<'_>, at: usize, whole: bool| {
            let place = ruler.place(&counted[at])?;
            let words = ruler.slice(place);
            let same = |quote: &&String| fits(words, quote) && (!whole || edges_fit(words, counted[at].quote));
            quoted[at].as_ref().filter(same).map(|_| place)
        };
        let mut misfits = Vec::new();
        for &at in list {
            places[at] = ruler.place(&counted[at]);
            let here = fit(&ruler, at, false).is_some();
            report.fitting += usize::from(here);
            if !here && quoted[at].is_some() {
                misfits.push(at);
            }
        }
        let before = alone;
        // First the ways that are nearest, and that take no white space along.
        let mut others: Vec<&Reading> = readings.iter().filter(|other| **other != readings[number]).collect();
        others.sort_by_key(|other| other.differs(&readings[number]));
        for (reading, whole) in others.iter().map(|r| (*r, true)).chain(others.iter().map(|r| (*r, false))) {
            if misfits.is_empty() {
                break;
            }
            let ruler = Ruler::new(texts[source], *reading);
            misfits.retain(|&at| match fit(&ruler, at, whole) {
                Some(place) => {
                    places[at] = Some(place);
                    report.fitting += 1;
                    alone += 1;
                    false
                }
                None => true,
            });
        }
        if alone > before {
            unsure += list.iter().filter(|&&at| quoted[at].is_none() && counted[at].start > 0).count();
        }
    }
    report.quotes += quoted.iter().flatten().count();
    if !counted.is_empty() {
        report.reading = Some(readings[chosen].words());
    }
    if apart > 0 {
        report.remark(format!("places are counted another way in {apart} of the sources, and were read that way"));
    }
    if alone > 0 {
        report.remark(format!(
            "places of one text are counted in several ways: {alone} quotes stand where another way of counting than that \
             of the others has them, and were read there"
        ));
    }
    if unsure > 0 {
        let many = crate::data::problem::counted(unsure, "place", "places");
        report.remark(format!(
            "decide: {many} in these texts, as of a note or a case, came without words, so that nothing says which way \
             of counting is meant; an emoji before one may shift it by a character"
        ));
    }
    places
}

/// All ways to count, the usual one first.
fn readings(usual: Unit) -> Vec<Reading> {
    let mut all = Vec::new();
    let mut units = vec![usual];
    units.extend([Unit::Character, Unit::Utf16, Unit::Byte].into_iter().filter(|unit| *unit != usual));
    for line_end in [LineEnd::AsWritten, LineEnd::One, LineEnd::Two] {
        for &unit in &units {
            for inclusive in [false, true] {
                for mark in [false, true] {
                    all.push(Reading { unit, line_end, mark, inclusive });
                }
            }
        }
    }
    all
}

/// Leaves the readings that cannot be told from one before them.
fn distinct(readings: Vec<Reading>, usual: Unit, texts: &[Text<'_>]) -> Vec<Reading> {
    let has = |holds: &dyn Fn(&Text<'_>) -> bool| texts.iter().any(holds);
    let marked = has(&|t| t.marked);
    let pairs = has(&|t| t.text.contains("\r\n"));
    let lone = has(&|t| t.text.replace("\r\n", "").contains(['\n', '\r']));
    let wide = has(&|t| !t.text.is_ascii());
    let keeps = |reading: &Reading| {
        let line_end = match reading.line_end {
            LineEnd::AsWritten => true,
            LineEnd::One => pairs,
            LineEnd::Two => lone,
        };
        (!reading.mark || marked) && line_end && (reading.unit == usual || wide)
    };
    readings.into_iter().filter(keeps).collect()
}

impl Reading {
    /// In how many ways two readings differ.
    fn differs(&self, other: &Reading) -> usize {
        usize::from(self.unit != other.unit)
            + usize::from(self.line_end != other.line_end)
            + usize::from(self.mark != other.mark)
            + usize::from(self.inclusive != other.inclusive)
    }

    fn words(&self) -> String {
        let unit = match self.unit {
            Unit::Character => "Unicode characters",
            Unit::Utf16 => "UTF-16 units",
            Unit::Byte => "UTF-8 bytes",
        };
        let end = if self.inclusive { "the end included" } else { "the end excluded" };
        let line = match self.line_end {
            LineEnd::AsWritten => "",
            LineEnd::One => ", a line end counted once",
            LineEnd::Two => ", a line end counted twice",
        };
        let mark = if self.mark { ", the byte order mark counted" } else { "" };
        format!("{unit} from 0, {end}{line}{mark}")
    }
}

/// Where the characters of a text stand under a reading.
struct Ruler<'a> {
    text: &'a str,
    /// What comes before each character, and before the end.
    at: Vec<u32>,
    /// The byte of each character, and of the end.
    bytes: Vec<u32>,
    inclusive: bool,
}

impl<'a> Ruler<'a> {
    fn new(text: Text<'a>, reading: Reading) -> Ruler<'a> {
        let mut position = match (text.marked && reading.mark, reading.unit) {
            (false, _) => 0,
            (true, Unit::Byte) => 3,
            (true, _) => 1,
        };
        let text = text.text;
        let (mut at, mut bytes) = (Vec::with_capacity(text.len() + 1), Vec::with_capacity(text.len() + 1));
        let mut chars = text.char_indices().peekable();
        let mut after_return = false;
        while let Some((byte, c)) = chars.next() {
            at.push(position);
            bytes.push(u32::try_from(byte).unwrap_or(u32::MAX));
            let before_line_feed = c == '\r' && chars.peek().is_some_and(|(_, next)| *next == '\n');
            position += match (reading.line_end, c) {
                (LineEnd::One, '\r') if before_line_feed => 0,
                (LineEnd::Two, '\n') if !after_return => 2,
                (LineEnd::Two, '\r') if !before_line_feed => 2,
                _ => match reading.unit {
                    Unit::Character => 1,
                    Unit::Utf16 => c.len_utf16() as u32,
                    Unit::Byte => c.len_utf8() as u32,
                },
            };
            after_return = c == '\r';
        }
        at.push(position);
        bytes.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
        Ruler { text, at, bytes, inclusive: reading.inclusive }
    }

    /// The characters of a counted place; a count inside a character means its beginning, or its end for an end.
    fn place(&self, counted: &Counted<'_>) -> Option<(u32, u32)> {
        let end = counted.end.checked_add(i64::from(self.inclusive))?;
        let (start, end) = (u32::try_from(counted.start).ok()?, u32::try_from(end).ok()?);
        if start > end || end > *self.at.last()? {
            return None;
        }
        // Of characters that count nothing, the first is where something begins.
        let first = self.at.partition_point(|&at| at < start);
        let first = if self.at.get(first) == Some(&start) { first } else { first.saturating_sub(1) };
        let last = self.at.partition_point(|&at| at < end).max(first);
        Some((u32::try_from(first).ok()?, u32::try_from(last).ok()?))
    }

    fn slice(&self, place: (u32, u32)) -> &'a str {
        let byte = |at: u32| self.bytes.get(at as usize).map_or(0, |&byte| byte as usize);
        self.text.get(byte(place.0)..byte(place.1)).unwrap_or("")
    }

    /// True where a passage begins and ends as words do.
    fn is_neat(&self, place: (u32, u32)) -> bool {
        let byte = |at: u32| self.bytes.get(at as usize).map_or(0, |&byte| byte as usize);
        let (start, end) = (byte(place.0), byte(place.1));
        let (Some(before), Some(here), Some(after)) =
            (self.text.get(..start), self.text.get(start..end), self.text.get(end..))
        else {
            return false;
        };
        let cuts = |left: Option<char>, right: Option<char>| {
            left.is_some_and(char::is_alphanumeric) && right.is_some_and(char::is_alphanumeric)
        };
        let edge = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
        edge(here.chars().next())
            && edge(here.chars().next_back())
            && !cuts(before.chars().next_back(), here.chars().next())
            && !cuts(here.chars().next_back(), after.chars().next())
    }
}

/// The signs of a quote without white space, and without the mark of what was cut off; none where nothing is left.
fn letters(quote: &str) -> Option<String> {
    let quote = quote.trim().trim_end_matches("...").trim_end_matches('…');
    let signs: String = quote.chars().filter(|c| is_sign(*c)).collect();
    (!signs.is_empty()).then_some(signs)
}

fn is_sign(c: char) -> bool {
    !c.is_whitespace() && !matches!(c, '\u{FEFF}' | '\u{200B}')
}

/// True where a quote is what stands there, or its beginning where it was cut.
fn fits(words: &str, quote: &str) -> bool {
    let mut signs = words.chars().filter(|c| is_sign(*c));
    let same = quote.chars().all(|c| signs.next() == Some(c));
    // A cut quote is long; a short one is whole.
    same && (quote.chars().count() >= CUT || signs.next().is_none())
}

/// True where no white space stands beside the words, or the quote has some there as well.
fn edges_fit(words: &str, quote: Option<&str>) -> bool {
    let bare = |text: &str| text.trim() == text;
    bare(words) || quote.is_some_and(|quote| !bare(quote))
}

/// From how many signs on a quote may be the beginning of its passage.
const CUT: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str, marked: bool, counted: &[(i64, i64, &str)]) -> (Vec<Option<(u32, u32)>>, Report) {
        let mut report = Report::default();
        let counted: Vec<Counted<'_>> = counted
            .iter()
            .map(|&(start, end, quote)| Counted { source: 0, start, end, quote: Some(quote).filter(|q| !q.is_empty()) })
            .collect();
        let found = settle(&[Text { text, marked }], &counted, Unit::Character, &mut report);
        (found, report)
    }

    #[test]
    fn the_reading_that_fits_is_taken() {
        let text = "😀 Hé\r\nthere\nworld";
        // Characters: 😀=0 ' '=1 H=2 é=3 CR=4 LF=5 t=6 … LF=11 w=12
        let same = |counted: &[(i64, i64, &str)], words: &str| {
            let (found, report) = places(text, false, counted);
            assert_eq!(found, [Some((2, 4)), Some((6, 11)), Some((12, 17))], "{words} {report:?}");
            assert_eq!((report.fitting, report.quotes), (3, 3));
            assert_eq!(report.reading.as_deref(), Some(words));
        };
        same(&[(2, 4, "Hé"), (6, 11, "there"), (12, 17, "world")], "Unicode characters from 0, the end excluded");
        same(&[(2, 3, "Hé"), (6, 10, "there"), (12, 16, "world")], "Unicode characters from 0, the end included");
        same(&[(3, 5, "Hé"), (7, 12, "there"), (13, 18, "world")], "UTF-16 units from 0, the end excluded");
        same(&[(5, 8, "Hé"), (10, 15, "there"), (16, 21, "world")], "UTF-8 bytes from 0, the end excluded");
        same(
            &[(3, 5, "Hé"), (6, 11, "there"), (12, 17, "world")],
            "UTF-16 units from 0, the end excluded, a line end counted once",
        );
        same(
            &[(2, 4, "Hé"), (6, 11, "there"), (13, 18, "world")],
            "Unicode characters from 0, the end excluded, a line end counted twice",
        );
    }

    #[test]
    fn a_byte_order_mark_may_count() {
        let (found, report) = places("one two", true, &[(1, 4, "one"), (5, 8, "two")]);
        assert_eq!(found, [Some((0, 3)), Some((4, 7))]);
        assert!(report.reading.is_some_and(|reading| reading.ends_with("the byte order mark counted")));
    }

    #[test]
    fn one_text_may_hold_places_that_are_counted_in_several_ways() {
        let text = "😀 one\r\ntwo 😀 three";
        let counted =
            [(2, 5, "one"), (7, 10, "two"), (8, 11, "two"), (15, 20, "three"), (13, 18, "three"), (1, 2, "gone")];
        let (found, report) = places(text, false, &counted);
        assert_eq!(found[..5], [Some((2, 5)), Some((7, 10)), Some((7, 10)), Some((13, 18)), Some((13, 18))]);
        assert_eq!((report.fitting, report.quotes, report.remarks.len()), (5, 6, 1));
        assert_eq!(report.reading.as_deref(), Some("Unicode characters from 0, the end excluded"));
    }

    #[test]
    fn without_quotes_whole_words_decide_and_the_standard_otherwise() {
        let (found, _) = places("one two three", false, &[(4, 6, ""), (8, 12, "")]);
        assert_eq!(found, [Some((4, 7)), Some((8, 13))]);
        let (found, _) = places("one two three", false, &[(4, 7, ""), (8, 13, ""), (9, 99, "")]);
        assert_eq!(found, [Some((4, 7)), Some((8, 13)), None]);
    }
}
