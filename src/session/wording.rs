//! Facts as sentences, and as they are written in rules.

use super::phrases::{ENGLISH, Phrase};
use super::show::View;
use crate::base::Value;
use crate::check::program::{ConceptId, Relation, RelationId, RelationKind, Template, TemplatePart};
use crate::ir::core;
use crate::ir::origin::Role;

/// So many characters of a memo stand in a sentence.
const MEMO: usize = 200;

impl View<'_> {
    /// The declared relation and the whole row of a core fact, where it is one that an author can name.
    pub fn named_fact(
        &self,
        relation: core::RelationId,
        row: &[Option<Value>],
    ) -> Option<(RelationId, Vec<Option<Value>>)> {
        let with = |id: ConceptId, relation: RelationId| {
            let mut whole = row.to_vec();
            whole.insert(1.min(whole.len()), Some(self.program.concept(id).value));
            Some((relation, whole))
        };
        match self.lowered.role(relation) {
            Role::Declared(id) | Role::Union(id) => Some((id, row.to_vec())),
            Role::Has(id) => with(id, self.program.kind(self.program.concept(id).kind).relation?),
            Role::Coded(id) => with(id, self.program.known("coded")),
            Role::Evidence(id) => with(id, self.program.known("evidence")),
            Role::Stimulates(theme, to) => {
                let values = [theme, to].map(|c| Some(self.program.concept(c).value));
                Some((self.program.known("stimulates"), values.to_vec()))
            }
            _ => None,
        }
    }

    /// `theme(m15, collaborative_workspaces)`
    pub fn fact(&self, relation: RelationId, row: &[Option<Value>]) -> String {
        let relation = self.program.relation(relation);
        let mut values: Vec<String> = relation
            .columns
            .iter()
            .zip(row)
            .map(|(column, value)| value.map_or("_".to_string(), |v| self.as_written(v, column.of)))
            .collect();
        // Columns that may be left out are, where nothing stands in them and all after them.
        while let (Some("_"), Some(column)) =
            (values.last().map(String::as_str), relation.columns.get(values.len().wrapping_sub(1)))
        {
            if !column.optional {
                break;
            }
            values.pop();
        }
        format!("{}({})", relation.name, values.join(", "))
    }

    /// A fact as a sentence.
    pub fn sentence(&self, relation: RelationId, row: &[Option<Value>]) -> String {
        let declared = self.program.relation(relation);
        if let Some(Some(concept)) = row.get(1).map(|v| v.and_then(|v| self.program.concept_values.get(&v)))
            && self.program.kind(self.program.concept(*concept).kind).relation == Some(relation)
        {
            let subject = row[0].map_or("something".to_string(), |v| self.in_words(v));
            return self.concept_sentence(&subject, *concept, true);
        }
        if declared.name == "message" && declared.columns.len() == 5 {
            return self.message_sentence(row);
        }
        let said = match &declared.reads {
            Some(template) => self.fill(template, row),
            None => self.fact(relation, row),
        };
        if declared.kind == RelationKind::Coding { self.coding_sentence(said, declared, row) } else { said }
    }

    /// `ann coded m15 as "Price" on 2013-09-12, with the memo "unsure"`: when, and what was noted, where that is known.
    fn coding_sentence(&self, said: String, declared: &Relation, row: &[Option<Value>]) -> String {
        let known = |name: &str| {
            let value = row.get(declared.column(name)?).copied().flatten().filter(|v| !v.is_none())?;
            Some(self.pool.show(value))
        };
        let mut text = said;
        if let Some(at) = known("at") {
            text.push_str(&format!(" on {at}"));
        }
        if let Some(memo) = known("memo").filter(|memo| !memo.trim().is_empty()) {
            let mut shown: String = memo.chars().take(MEMO).collect();
            if memo.chars().nth(MEMO).is_some() {
                shown.push('…');
            }
            text.push_str(&format!(", with the memo \"{shown}\""));
        }
        text
    }

    /// That a fact does not hold, as a sentence.
    pub fn denial(&self, relation: RelationId, row: &[Option<Value>]) -> String {
        match (row, self.program.relation(relation).kind) {
            (&[Some(subject), Some(concept)], RelationKind::Has(_)) => {
                match self.program.concept_values.get(&concept) {
                    Some(&id) => self.concept_sentence(&self.in_words(subject), id, false),
                    None => self.not_so(relation, row),
                }
            }
            _ => self.not_so(relation, row),
        }
    }

    fn not_so(&self, relation: RelationId, row: &[Option<Value>]) -> String {
        ENGLISH.say(Phrase::NotSo, &[("statement", &self.sentence(relation, row))])
    }

    /// `m15 belongs to the theme "Collaborative workspaces"`, or that it does not.
    pub fn concept_sentence(&self, subject: &str, id: ConceptId, holds: bool) -> String {
        let concept = self.program.concept(id);
        let (kind, label) = (&self.program.kind(concept.kind).name, concept.title());
        let spoken = kind.replace('_', " ");
        match (kind.as_str(), holds) {
            ("theme", true) => format!("{subject} belongs to the theme \"{label}\""),
            (_, true) => format!("{subject} has the {spoken} \"{label}\""),
            ("theme", false) => ENGLISH.say(Phrase::NoTheme, &[("subject", subject), ("label", label)]),
            (_, false) => ENGLISH.say(Phrase::NoConcept, &[("subject", subject), ("kind", &spoken), ("label", label)]),
        }
    }

    fn message_sentence(&self, row: &[Option<Value>]) -> String {
        let known = |i: usize| row.get(i).copied().flatten().filter(|v| !v.is_none()).map(|v| self.pool.show(v));
        let mut text = format!("{} is a message", known(0).unwrap_or_else(|| "something".into()));
        if let Some(author) = known(2) {
            text.push_str(&format!(" by {author}"));
        }
        if let Some(at) = known(3) {
            text.push_str(&format!(" of {at}"));
        }
        if let Some(thread) = known(1) {
            text.push_str(&format!(" in the thread {thread}"));
        }
        text
    }

    /// A template with its holes filled.
    pub fn fill(&self, template: &Template, row: &[Option<Value>]) -> String {
        template
            .parts
            .iter()
            .map(|part| match part {
                TemplatePart::Text(text) => text.clone(),
                TemplatePart::Column(column) => match row.get(*column).copied().flatten() {
                    Some(value) => self.in_words(value),
                    None => "something".to_string(),
                },
            })
            .collect()
    }
}
