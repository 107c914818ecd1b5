//! Passages as people read them: in their sentence, with who wrote it and where it stands.

use super::explanation::{PlaceShown, QuoteShown};
use super::show::View;
use crate::base::Value;
use crate::ir::core::FactPlace;

/// So many characters of a long sentence are shown on each side of a passage.
const AROUND: usize = 120;
/// So many characters of a message are shown where all of it is meant.
const WHOLE: usize = 160;
/// Of a message that has so many more at most, all of it is shown.
const REST: usize = 60;

impl View<'_> {
    /// A passage in its sentence.
    pub(super) fn quote_shown(&self, quote: Value) -> Option<QuoteShown> {
        let (message, range) = self.pool.as_quote(quote)?;
        self.passage_shown(message, range)
    }

    /// A passage of a message, or the beginning of all of it.
    pub(super) fn passage_shown(&self, message: Value, range: Option<(u32, u32)>) -> Option<QuoteShown> {
        let row = self.message_row(message);
        let column = |i: usize| {
            let value = row.as_ref().map(|r| r[i]).filter(|v| !v.is_none())?;
            Some(self.pool.show(value))
        };
        let (before, passage, after) = match range {
            Some(range) => {
                let excerpt = self.texts.corpus.excerpt(message, range, AROUND)?;
                (excerpt.before, excerpt.quote, excerpt.after)
            }
            None => {
                let text = self.texts.corpus.text(message)?;
                let (start, cut) = beginning(text);
                (start.to_string(), String::new(), if cut { "…".into() } else { String::new() })
            }
        };
        Some(QuoteShown {
            message: self.pool.show(message),
            author: column(2),
            date: column(3),
            before,
            quote: passage,
            after,
            gap: None,
            range,
            told: false,
            place: self.message_place(message),
        })
    }

    /// Two passages of a message as one stretch of its sentence, with what lies between them told apart.
    pub(super) fn stretch_shown(&self, message: Value, a: (u32, u32), b: (u32, u32)) -> Option<QuoteShown> {
        let hull = (a.0.min(b.0), a.1.max(b.1));
        let mut shown = self.passage_shown(message, Some(hull))?;
        let (first, second) = if a.0 <= b.0 { (a, b) } else { (b, a) };
        shown.gap = (first.1 < second.0).then(|| (first.1 - hull.0, second.0 - hull.0));
        Some(shown)
    }

    /// The row of a message.
    pub(super) fn message_row(&self, message: Value) -> Option<Vec<Value>> {
        let relation = self.lowered.declared(self.program.known("message"));
        let rows = self.db.relation(relation);
        let found = rows.starting_with(&[message]).next()?;
        Some(rows.row(found).to_vec())
    }

    /// Where the row of a message stands.
    pub(super) fn message_place(&self, message: Value) -> Option<PlaceShown> {
        let relation = self.lowered.declared(self.program.known("message"));
        let rows = self.db.relation(relation);
        let row = rows.starting_with(&[message]).next()?;
        self.given_place(relation, rows.given(row)?)
    }

    /// Where a given fact stands.
    pub(super) fn given_place(&self, relation: crate::ir::core::RelationId, place: usize) -> Option<PlaceShown> {
        match self.lowered.core.given.get(relation.0 as usize)?.places.get(place)? {
            FactPlace::Row(row) => {
                let file = self.data_files.get(row.file.0 as usize)?.clone();
                Some(PlaceShown { file, line: row.line as usize })
            }
            FactPlace::Written(origin) => self.lowered.origin(origin).at.map(|at| self.place(at)),
            FactPlace::Text => None,
        }
    }
}

/// The beginning of a text, cut between words, and whether anything is cut; all of it where little would be missing.
fn beginning(text: &str) -> (&str, bool) {
    let Some((end, _)) = text.char_indices().nth(WHOLE).filter(|_| text.chars().nth(WHOLE + REST).is_some()) else {
        return (text, false);
    };
    let end = text[..end].rfind(char::is_whitespace).filter(|&at| at > 0).unwrap_or(end);
    (text[..end].trim_end(), true)
}
