//! The quotations that come with codings, held against the messages: `quote = "Selected text"`.
//!
//! A coding with a place stays where it is, whether its quotation fits or not. A coding without one is given the place
//! at which its quotation stands, if there is exactly one; otherwise it stays a coding of the whole message.

use super::Study;
use super::rows::{InputRows, RowId};
use super::shifts::{Letters, Shift, cause};
use crate::base::Value;
use crate::base::table::RowPlace;
use crate::data::problem::{Places, counted, shown};
use crate::diagnostic::{Diagnostic, codes};
use crate::text::quotation::{Quotation, Quoted};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// So many places of one quotation are looked at.
const PLACES: usize = 100;

/// What was found of the quotations of one file.
#[derive(Default)]
struct Found {
    /// Those of codings with a place.
    placed: usize,
    /// Which of them do not fit, in which row.
    misfits: Vec<Misfit>,
    /// Those of codings without a place.
    unplaced: usize,
    /// Which of them stand nowhere or several times.
    lost: Vec<(RowId, bool)>,
}

/// A quotation that does not fit the text at its place.
struct Misfit {
    row: RowId,
    shift: Option<Shift>,
    /// It stands in the message once.
    once: bool,
}

/// What is to be looked for in a message.
struct Wanted {
    row: RowId,
    quotation: Quotation,
    place: Option<(u32, u32)>,
    /// How many blanks it has before and after its words.
    blanks: (u32, u32),
}

impl Study {
    /// Compares the quotations of codings with the messages, and places the codings that have none.
    pub(super) fn check_quotations(&mut self) {
        let quoted = |(block, of): (usize, &InputRows)| -> Vec<RowId> {
            let rows = (0..of.quotes.len()).filter(|&row| !of.quotes[row].is_none());
            rows.map(|row| (block, row)).collect()
        };
        let mut rows: Vec<RowId> = self.rows.iter().enumerate().flat_map(quoted).collect();
        if rows.is_empty() {
            return;
        }
        let texts = self.message_texts();
        let message_of = |(block, row): RowId| self.rows[block].row(row)[0];
        rows.sort_by_key(|&id| (message_of(id).bits(), id));
        let mut found: FxHashMap<u32, Found> = FxHashMap::default();
        let mut rest = rows.as_slice();
        while let Some(&(block, row)) = rest.first() {
            let message = self.rows[block].row(row)[0];
            let (group, others) =
                rest.split_at(rest.partition_point(|&(block, row)| self.rows[block].row(row)[0] <= message));
            if let Some(text) = texts.get(&message) {
                self.compare(group, text, &mut found);
            }
            rest = others;
        }
        let mut found: Vec<(u32, Found)> = found.into_iter().collect();
        found.sort_by_key(|(file, _)| *file);
        for (file, mut found) in found {
            found.misfits.sort_by_key(|m| m.row);
            found.lost.sort_unstable();
            let told = [self.misfits(file, &found, &texts), self.lost(file, &found)];
            told.into_iter().flatten().for_each(|d| self.report(d));
        }
    }

    fn row_id_place(&self, (block, row): RowId) -> RowPlace {
        self.rows[block].place(row)
    }

    fn message_texts(&self) -> FxHashMap<Value, Arc<str>> {
        let message = self.program.known("message");
        let written = self.program.facts.iter().filter(|f| f.relation == message).map(|f| &f.row[..]);
        let rows = self.rows.iter().filter(|r| r.relation == message).flat_map(|r| r.rows()).chain(written);
        rows.filter_map(|row| Some((row[0], self.pool.shared_text(row[4])?))).collect()
    }

    /// Looks at the quotations of one message.
    fn compare(&mut self, group: &[RowId], text: &str, found: &mut FxHashMap<u32, Found>) {
        let letters = Letters::new(text);
        let mut wanted: Vec<Wanted> = Vec::new();
        for &id in group {
            let rows = &self.rows[id.0];
            let of_file = found.entry(rows.file.0).or_default();
            let Some(quote) = self.pool.as_text(rows.quote(id.1)) else { continue };
            let (start, end) = (rows.row(id.1)[3], rows.row(id.1)[4]);
            if start.is_none() && end.is_none() {
                let Some(quotation) = Quotation::new(quote) else { continue };
                of_file.unplaced += 1;
                wanted.push(Wanted { row: id, quotation, place: None, blanks: (0, 0) });
                continue;
            }
            let number = |value| self.pool.as_number(value).and_then(|n| u32::try_from(n).ok());
            // A place outside the text is told on its own.
            let Some((place, there)) =
                number(start).zip(number(end)).and_then(|place| Some((place, text.get(letters.bytes(place)?)?)))
            else {
                continue;
            };
            if there != quote {
                let Some(quotation) = Quotation::new(quote) else { continue };
                if !quotation.is(there) {
                    let blanks = (blanks(quote.chars()), blanks(quote.chars().rev()));
                    wanted.push(Wanted { row: id, quotation, place: Some(place), blanks });
                }
            }
            of_file.placed += 1;
        }
        if wanted.is_empty() {
            return;
        }
        let quoted = Quoted::new(text, wanted.iter().map(|w| &w.quotation));
        for Wanted { row, quotation, place, blanks } in wanted {
            let of_file = found.entry(self.rows[row.0].file.0).or_default();
            let Some(place) = place else {
                match quotation.places(&quoted, 2)[..] {
                    [(start, end)] => {
                        let of = &mut Arc::make_mut(&mut self.rows)[row.0];
                        let values = &mut Arc::make_mut(&mut of.values)[row.1 * of.width..];
                        values[3] = self.pool.number(start.into());
                        values[4] = self.pool.number(end.into());
                    }
                    ref places => of_file.lost.push((row, !places.is_empty())),
                }
                continue;
            };
            let places = quotation.places(&quoted, PLACES);
            let nearest = places.iter().min_by_key(|p| p.0.abs_diff(place.0));
            let whole = nearest.map(|p| (p.0.saturating_sub(blanks.0), p.1 + blanks.1));
            let shift = whole.and_then(|there| Shift::new(place, there, &letters));
            of_file.misfits.push(Misfit { row, shift, once: places.len() == 1 });
        }
    }

    /// Says which quotations do not fit the text at their places.
    fn misfits(&self, file: u32, found: &Found, texts: &FxHashMap<Value, Arc<str>>) -> Option<Diagnostic> {
        let first = self.row_id_place(found.misfits.first()?.row);
        let mut places = Places::default();
        for misfit in &found.misfits {
            let (block, number) = misfit.row;
            let row = self.rows[block].row(number);
            places.add(self.row_id_place(misfit.row).line, || {
                let quote = self.pool.as_text(self.rows[block].quote(number)).unwrap_or("");
                let number = |value| self.pool.as_number(value).and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
                let place = (number(row[3]), number(row[4]));
                let there = texts.get(&row[0]).map_or("", |text| crate::text::slice(text, place));
                let (there, quote) = apart(there, quote);
                let (start, end) = place;
                let elsewhere = match &misfit.shift {
                    Some(shift) => shift.words(),
                    None => "which does not stand in the message".to_string(),
                };
                format!("has {there} at {start}-{end} and the quote {quote}, {elsewhere}")
            });
        }
        let fit = found.placed - found.misfits.len();
        let quotes = counted(found.placed, "quote", "quotes");
        let verb = if fit == 1 { "fits" } else { "fit" };
        let message = match found.placed {
            1 => format!("the one quote does not fit the text at its place: {}", places.list()),
            _ => format!("{fit} of {quotes} {verb} the text at their places: {}", places.list()),
        };
        let shifts: Vec<&Shift> = found.misfits.iter().filter(|m| m.once).filter_map(|m| m.shift.as_ref()).collect();
        let help = cause(&shifts, found.misfits.len()).unwrap_or_else(|| {
            "was the text changed after it was coded, or the quote by hand? the codings stay where `start` and `end` put \
             them; `[...]` in a quote stands for what was left out"
                .to_string()
        });
        Some(self.at_quote(file, message).in_data(self.row_place(first)).help(help))
    }

    /// Says which quotations give no place.
    fn lost(&self, file: u32, found: &Found) -> Option<Diagnostic> {
        let first = self.row_id_place(found.lost.first()?.0);
        let mut places = Places::default();
        for &(row, several) in &found.lost {
            let rows = &self.rows[row.0];
            places.add(self.row_id_place(row).line, || {
                let quote = self.pool.as_text(rows.quote(row.1)).map_or(String::new(), shown);
                let often = if several { "several times" } else { "nowhere" };
                format!("has {quote}, which stands {often} in `{}`", self.pool.show(rows.row(row.1)[0]))
            });
        }
        let fine = found.unplaced - found.lost.len();
        let of = counted(found.unplaced, "quote", "quotes");
        let verb = match fine {
            1 => "stands once in its message and gives its coding a place",
            _ => "stand once in their message and give their coding a place",
        };
        let whole = if found.lost.len() == 1 { "this coding is" } else { "these codings are" };
        let message = match found.unplaced {
            1 => {
                let list = places.list();
                format!("the one quote gives its coding no place; this coding is of the whole message: {list}")
            }
            _ => format!("{fine} of {of} {verb}; {whole} of the whole message: {}", places.list()),
        };
        let several = found.lost.iter().any(|(_, several)| *several);
        let nowhere = found.lost.iter().any(|(_, several)| !several);
        let mut help: Vec<&str> = Vec::new();
        if nowhere {
            help.push("quote as the message has it, capitals too; `[...]` stands for what was left out");
        }
        if several {
            help.push("a longer quote, or columns for `start` and `end`, say which place is meant");
        }
        Some(self.at_quote(file, message).in_data(self.row_place(first)).help(help.join("; ")))
    }

    /// A diagnostic at the line of the study that names the column of that file.
    fn at_quote(&self, file: u32, message: String) -> Diagnostic {
        let path = &self.data_files[file as usize];
        let of_file = self
            .program
            .inputs
            .iter()
            .filter(|input| super::load::beside(&self.sources.get(input.at.file).name, &input.path) == *path);
        match of_file.filter_map(|input| input.quote.as_ref()).next() {
            Some(cell) => Diagnostic::at(codes::QUOTE_TEXT, cell.at, message),
            None => Diagnostic::new(codes::QUOTE_TEXT, message),
        }
    }
}

/// How many blanks come first.
fn blanks(text: impl Iterator<Item = char>) -> u32 {
    text.take_while(|c| c.is_whitespace()).count() as u32
}

/// Two texts to be shown, cut so that where they part can be seen.
fn apart(a: &str, b: &str) -> (String, String) {
    let common = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let cut = |text: &str| match common.checked_sub(10) {
        Some(skipped) if common > 20 => shown(&format!("…{}", text.chars().skip(skipped).collect::<String>())),
        _ => shown(text),
    };
    if a.is_empty() { ("nothing".to_string(), shown(b)) } else { (cut(a), cut(b)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_before_they_part() {
        let (a, b) = apart(&format!("{}one", "x".repeat(60)), &format!("{}two", "x".repeat(60)));
        assert_eq!((a.as_str(), b.as_str()), ("`…xxxxxxxxxxone`", "`…xxxxxxxxxxtwo`"));
        assert_eq!(apart("", "b"), ("nothing".to_string(), "`b`".to_string()));
    }
}
