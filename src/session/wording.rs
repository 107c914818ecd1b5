//! Facts as sentences, and as they are written in rules.

use super::phrases::{Book, Phrase};
use super::show::{View, one_line};
use crate::base::Value;
use crate::check::Type;
use crate::check::program::{ConceptId, Relation, RelationId, RelationKind, Subject, Template, TemplatePart};
use crate::ir::core;
use crate::ir::origin::Role;

/// So many answers to an open question are listed.
const ANSWERS: usize = 200;

/// So many characters of a passage are shown among answers.
const PASSAGE: usize = 40;
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

    /// The words of the study's language.
    pub fn book(&self) -> &'static Book {
        Book::of(self.program.study.language)
    }

    /// A phrase in the study's language.
    pub fn say(&self, phrase: Phrase, holders: &[(&str, &str)]) -> String {
        self.book().say(phrase, holders)
    }

    /// A fact as a sentence.
    pub fn sentence(&self, relation: RelationId, row: &[Option<Value>]) -> String {
        let declared = self.program.relation(relation);
        if let Some(Some(concept)) = row.get(1).map(|v| v.and_then(|v| self.program.concept_values.get(&v)))
            && self.program.kind(self.program.concept(*concept).kind).relation == Some(relation)
        {
            let subject = row[0].map_or_else(|| self.say(Phrase::Something, &[]), |v| self.in_words(v));
            return self.concept_sentence(&subject, *concept, true);
        }
        let value = |at: usize| match row.get(at).copied().flatten() {
            Some(value) => self.in_words(value),
            None => self.say(Phrase::Blank, &[]),
        };
        let two = |phrase, first, second| self.say(phrase, &[(first, &value(0)), (second, &value(1))]);
        match (declared.kind, &declared.reads) {
            (RelationKind::Message, _) if declared.columns.len() == 5 => self.message_sentence(row),
            (RelationKind::Stimulates, _) => two(Phrase::Stimulates, "theme", "concept"),
            (RelationKind::Under, _) => two(Phrase::StandsUnder, "child", "parent"),
            (RelationKind::Evidence, _) => two(Phrase::SpeaksFor, "subject", "label"),
            (RelationKind::Coding, _) => {
                let holders = [("coder", &*value(2)), ("subject", &value(0)), ("label", &value(1))];
                self.coding_sentence(self.say(Phrase::Codes, &holders), declared, row)
            }
            _ if declared.name == "reply" && self.program.known("reply") == relation => {
                two(Phrase::Answers, "child", "parent")
            }
            (_, Some(template)) => self.fill(template, row),
            (_, None) => self.fact(relation, row),
        }
    }

    /// `ann coded m15 as "Price" on 2013-09-12, with the memo "unsure"`: when, and what was noted, where that is known.
    fn coding_sentence(&self, mut said: String, declared: &Relation, row: &[Option<Value>]) -> String {
        let known = |name: &str| {
            let value = row.get(declared.column(name)?).copied().flatten().filter(|v| !v.is_none())?;
            Some(self.pool.show(value))
        };
        if let Some(at) = known("at") {
            said.push_str(&self.say(Phrase::CodedOn, &[("date", &at)]));
        }
        if let Some(memo) = known("memo").filter(|memo| !memo.trim().is_empty()) {
            let mut shown: String = memo.chars().take(MEMO).collect();
            if memo.chars().nth(MEMO).is_some() {
                shown.push('…');
            }
            said.push_str(&self.say(Phrase::WithMemo, &[("memo", &shown)]));
        }
        said
    }

    /// That a fact does not hold, as a sentence.
    pub fn denial(&self, relation: RelationId, row: &[Option<Value>]) -> String {
        let declared = self.program.relation(relation);
        let RelationKind::Has(kind) = declared.kind else { return self.not_so(relation, row) };
        let kind = self.program.kind(kind);
        let spoken = kind.name.replace('_', " ");
        let thing = kind.subject.name();
        let known = |value: Value| self.program.concept_values.get(&value).copied();
        match *row {
            [Some(subject), Some(concept)] => match known(concept) {
                Some(id) => self.concept_sentence(&self.in_words(subject), id, false),
                None => self.not_so(relation, row),
            },
            [Some(subject), None] => {
                let phrase = if spoken == "theme" { Phrase::NoThemeAtAll } else { Phrase::NoConceptAtAll };
                let subject = self.in_words(subject);
                match phrase {
                    Phrase::NoThemeAtAll => self.say(phrase, &[("subject", &subject)]),
                    _ => self.say(phrase, &[("subject", &subject), ("kind", &spoken)]),
                }
            }
            [None, Some(concept)] => match known(concept).map(|id| self.program.concept(id).title()) {
                Some(label) if spoken == "theme" => {
                    self.say(Phrase::NothingHasTheme, &[("thing", thing), ("label", label)])
                }
                Some(label) => self.say(Phrase::NothingHas, &[("thing", thing), ("kind", &spoken), ("label", label)]),
                None => self.not_so(relation, row),
            },
            [None, None] => self.say(Phrase::NothingHasAny, &[("thing", thing), ("kind", &spoken)]),
            _ => self.not_so(relation, row),
        }
    }

    fn not_so(&self, relation: RelationId, row: &[Option<Value>]) -> String {
        let statement = self.sentence(relation, row);
        let columns = self.program.relation(relation).columns.iter().zip(row);
        let open: Vec<String> = columns
            .filter(|(c, value)| value.is_none() && !c.optional)
            .map(|(column, _)| column.name.replace('_', " "))
            .collect();
        // A sentence without a hole for a value says nothing of it.
        if open.is_empty() || !statement.contains(&self.say(Phrase::Blank, &[])) {
            return self.say(Phrase::NotSo, &[("statement", &statement)]);
        }
        let columns = self.listed(&open);
        self.say(Phrase::NotSoForAny, &[("statement", &statement), ("columns", &columns)])
    }

    /// `a, b and c`
    pub fn listed(&self, all: &[String]) -> String {
        match all.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, first)) => format!("{}{}{last}", first.join(", "), self.say(Phrase::And, &[])),
            None => String::new(),
        }
    }

    /// `m15 belongs to the theme "Collaborative workspaces"`, or that it does not.
    pub fn concept_sentence(&self, subject: &str, id: ConceptId, holds: bool) -> String {
        let concept = self.program.concept(id);
        let (kind, label) = (&self.program.kind(concept.kind).name, concept.title());
        let spoken = kind.replace('_', " ");
        let short = [("subject", subject), ("label", label)];
        let whole = [("subject", subject), ("label", label), ("kind", &*spoken)];
        match (kind.as_str(), holds) {
            ("theme", true) => self.say(Phrase::HasTheme, &short),
            ("theme", false) => self.say(Phrase::NoTheme, &short),
            (_, true) if self.is_inferred(id) => self.say(Phrase::InTheory, &short),
            (_, false) if self.is_inferred(id) => self.say(Phrase::NotInTheory, &short),
            (_, true) => self.say(Phrase::HasConcept, &whole),
            (_, false) => self.say(Phrase::NoConcept, &whole),
        }
    }

    /// True for a concept that messages have only by way of a theme that stimulates it.
    fn is_inferred(&self, id: ConceptId) -> bool {
        let concept = self.program.concept(id);
        let of_messages = self.program.kind(concept.kind).subject == Subject::Message;
        let by_itself = !concept.when.is_empty() || !concept.matches.is_empty();
        let above = self.program.concepts.iter().any(|other| other.under.contains(&id));
        of_messages && !by_itself && !above && self.program.maps.iter().any(|map| map.to.contains(&id))
    }

    fn message_sentence(&self, row: &[Option<Value>]) -> String {
        let known = |i: usize| row.get(i).copied().flatten().filter(|v| !v.is_none()).map(|v| self.pool.show(v));
        let part = |at: usize, phrase: Phrase, holder: &str| {
            known(at).map_or(String::new(), |value| self.say(phrase, &[(holder, &value)]))
        };
        let subject = known(0).unwrap_or_else(|| self.say(Phrase::Something, &[]));
        let by = part(2, Phrase::MessageBy, "author");
        let of = part(3, Phrase::MessageOf, "date");
        let within = part(1, Phrase::MessageIn, "thread");
        self.say(Phrase::IsMessage, &[("subject", &subject), ("by", &by), ("of", &of), ("in", &within)])
    }

    /// Of facts of one form, what each says where the form was left open: `m15`, or `m15: "Calm"` where that is several
    /// values.
    pub fn open_values(
        &self,
        relation: RelationId,
        core: core::RelationId,
        form: &[Option<Value>],
        rows: &[u32],
    ) -> Vec<String> {
        let columns = &self.program.relation(relation).columns;
        let open: Vec<usize> = (0..form.len()).filter(|&at| form[at].is_none()).collect();
        let asked: Vec<usize> = open.iter().copied().filter(|&at| !columns[at].optional).collect();
        let open = if asked.is_empty() { open } else { asked };
        let row = |row: u32| {
            let values = self.db.row(core, row).to_vec();
            let shown: Vec<String> = open.iter().map(|&at| self.answer(columns[at].of, values[at])).collect();
            match &shown[..] {
                [passage, others @ ..] if !others.is_empty() && self.pool.as_quote(values[open[0]]).is_some() => {
                    format!("{passage} ({})", others.join(", "))
                }
                shown => shown.join(": "),
            }
        };
        let mut all: Vec<String> = rows.iter().take(ANSWERS).map(|&at| row(at)).collect();
        all.dedup();
        all
    }

    /// What stands in an open place: of a passage its beginning and where it stands.
    fn answer(&self, of: Type, value: Value) -> String {
        let passage = self.pool.as_quote(value).and_then(|(message, range)| {
            let (start, end) = range?;
            let text = self.texts.corpus.text(message)?;
            let length = end.saturating_sub(start) as usize;
            let mut shown: String = text.chars().skip(start as usize).take(length.min(PASSAGE)).collect();
            if length > PASSAGE {
                shown.push('…');
            }
            Some((one_line(&shown), self.pool.show(message)))
        });
        if let Some((passage, subject)) = passage {
            return self.say(Phrase::PassageOf, &[("passage", &passage), ("subject", &subject)]);
        }
        let is_coder = of == Type::Kind(self.program.known_kind("coder"));
        match is_coder && self.pool.as_text(value) == Some("rules") {
            true => self.say(Phrase::TheRules, &[]),
            false => self.in_words(value),
        }
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
                    None => self.say(Phrase::Blank, &[]),
                },
            })
            .collect()
    }
}
