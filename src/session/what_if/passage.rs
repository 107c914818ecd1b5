//! What the coding of a whole message would bring if it were of a passage. What asks for two things near each other asks
//! where each of them stands, and a whole message stands nowhere: so it may lack nothing but a start and an end. That is
//! tried, sentence by sentence, on a study that is taken back at once.

use super::super::answers::Why;
use super::super::ask::question;
use super::super::change::{Change, Conclusion, Edit, Statement};
use super::super::{Asked, Study};
use super::unmoved::in_brackets;
use crate::base::Value;
use crate::check::program::{ConceptId, RelationId};
use crate::text::segment::slice;

/// So many sentences of a message are tried, and then all of it as one passage.
const SENTENCES: usize = 6;

impl Study {
    /// That a coding of a whole message, which has been made, would bring more if it had a start and an end, and by what;
    /// nothing where it would not.
    pub(super) fn with_passage(&mut self, coding: RelationId, row: &[Value], given: ConceptId) -> Option<String> {
        let message = *row.first()?;
        let segments = self.texts.corpus.segments(message)?;
        let whole = (0, u32::try_from(segments.text().chars().count()).ok()?);
        // A sentence ends before the blanks that follow it.
        let bare = |&(start, end): &(u32, u32)| {
            let blanks = slice(segments.text(), (start, end)).chars().rev().take_while(|c| c.is_whitespace()).count();
            (start, end.saturating_sub(u32::try_from(blanks).unwrap_or_default()))
        };
        let mut passages: Vec<(u32, u32)> = segments.sentences().iter().take(SENTENCES).map(bare).collect();
        passages.retain(|passage| *passage != whole && passage.0 < passage.1);
        passages.push(whole);
        passages.into_iter().find_map(|passage| self.one_passage(coding, row, given, passage))
    }

    fn one_passage(
        &mut self,
        coding: RelationId,
        row: &[Value],
        given: ConceptId,
        (start, end): (u32, u32),
    ) -> Option<String> {
        let relation = self.program.relation(coding);
        let shown = |(column, value): (&crate::check::program::Column, &Value)| match column.name.as_str() {
            "start" => Some((column.name.clone(), Some(start.to_string()))),
            "end" => Some((column.name.clone(), Some(end.to_string()))),
            _ => (!value.is_none()).then(|| (column.name.clone(), Some(self.pool.show(*value)))),
        };
        let cells: Vec<_> = relation.columns.iter().zip(row).filter_map(shown).collect();
        let statement = Statement::Cells { relation: relation.name.clone(), cells };
        let (mark, said, questions) = (self.mark(), self.diagnostics.len(), self.sources.len());
        let change = Change { edits: vec![Edit::Insert(statement)], number: 1, tables: false };
        let told = match self.apply(&change, &mut |_| {}) {
            Ok(delta) => {
                let subject = self.pool.show(row[0]);
                let own =
                    |gained: &&Conclusion| gained.subject == subject && gained.name != self.program.concept(given).name;
                let mut own: Vec<Conclusion> = delta.gained.iter().filter(own).cloned().collect();
                own.sort_by_key(|gained| match gained.kind.as_str() {
                    "theme" => 0,
                    "code" => 2,
                    _ => 1,
                });
                own.first().and_then(|gained| self.by_passage(gained, given, (row[0], coding, row), (start, end)))
            }
            Err(_) => None,
        };
        self.back_to(mark);
        self.diagnostics.truncate(said);
        self.sources.truncate(questions);
        told
    }

    /// What a passage brought, in words, with the line that tries it.
    fn by_passage(
        &mut self,
        gained: &Conclusion,
        given: ConceptId,
        (message, coding, row): (Value, RelationId, &[Value]),
        (start, end): (u32, u32),
    ) -> Option<String> {
        let concept =
            self.program.concepts.iter().position(|concept| {
                concept.name == gained.name && self.program.kind(concept.kind).name == gained.kind
            })?;
        let (asked, wanted) = self.having(message, ConceptId(u32::try_from(concept).ok()?))?;
        let wanted: Vec<Option<Value>> = wanted.into_iter().map(Some).collect();
        let fact = self.view()?.fact(asked, &wanted);
        let Why::Explained { explanations, .. } = self.why_as(&fact, Asked::default()) else { return None };
        let root = &explanations.first()?.root;
        let clause = root.rule.as_deref().map(|rule| rule.split(" (one of ").next().unwrap_or(rule));
        let clause = clause.map(|rule| rule.strip_prefix("when ").unwrap_or(rule).to_string())?;
        let place = in_brackets(root.place.as_ref());
        let (from, to) = (self.pool.number(i64::from(start)), self.pool.number(i64::from(end)));
        let relation = self.program.relation(coding);
        let value = |(column, value): (&crate::check::program::Column, &Value)| match column.name.as_str() {
            "start" => Some(from),
            "end" => Some(to),
            _ => Some(*value),
        };
        let row: Vec<Option<Value>> = relation.columns.iter().zip(row).map(value).collect();
        let last = row.iter().rposition(|value| value.is_some_and(|value| !value.is_none()))?;
        let tried = self.view()?.fact(coding, &row[..=last]);
        Some(format!(
            "The {} \"{}\" comes nearest of what asks for \"{}\": `{clause}`{place} looks at passages, and this coding is of the \
             whole message. Give it the start and the end of the words that you mean, for instance:\n\
             `hence what-if --add {}{}` tries it",
            gained.kind,
            gained.label,
            self.program.concept(given).title(),
            question(&tried),
            self.argument(),
        ))
    }
}
