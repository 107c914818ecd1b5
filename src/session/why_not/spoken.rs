//! Facts with open places in words: a reader never sees `_` where the study says how a relation reads.

use crate::base::Value;
use crate::check::Type;
use crate::check::program::{RelationId as Declared, RelationKind, TemplatePart};
use crate::session::phrases::Phrase;
use crate::session::show::View;

impl View<'_> {
    /// True where a fact of a relation is a sentence, and not only what is written in a rule.
    pub(super) fn is_spoken(&self, declared: Declared) -> bool {
        let relation = self.program.relation(declared);
        relation.reads.is_some()
            || relation.kind != RelationKind::Declared
            || self.program.known("reply") == declared && relation.name == "reply"
    }

    /// That no fact of a form holds: "it is not so that m13 answers any message".
    pub(super) fn denial_of_any(&self, declared: Declared, row: &[Option<Value>]) -> String {
        let relation = self.program.relation(declared);
        if let RelationKind::Has(_) = relation.kind {
            return self.denial(declared, row);
        }
        let any = |at: usize| format!("any {}", self.thing(declared, at));
        let filled = |at: usize| row.get(at).copied().flatten().map_or_else(|| any(at), |value| self.in_words(value));
        let statement = match &relation.reads {
            Some(template) => template
                .parts
                .iter()
                .map(|part| match part {
                    TemplatePart::Text(text) => text.clone(),
                    TemplatePart::Column(column) => filled(*column),
                })
                .collect(),
            None if relation.name == "reply" => {
                self.say(Phrase::Answers, &[("child", &filled(0)), ("parent", &filled(1))])
            }
            None => return self.denial(declared, row),
        };
        self.say(Phrase::NotSo, &[("statement", &statement)])
    }

    /// What stands in a column: a message, an author, or what the column is called.
    pub(super) fn thing(&self, declared: Declared, at: usize) -> String {
        let Some(column) = self.program.relation(declared).columns.get(at) else { return "value".into() };
        let name = match column.of {
            Type::Kind(kind) => &self.program.kind(kind).name,
            _ => &column.name,
        };
        name.replace('_', " ")
    }

    /// How many facts of a form hold, in words: "12 messages belong to the theme \"Calm\"".
    pub(super) fn how_many(
        &self,
        declared: Declared,
        row: &[Option<Value>],
        hold: usize,
        first: Option<Vec<Value>>,
    ) -> String {
        let relation = self.program.relation(declared);
        if let RelationKind::Has(kind) = relation.kind {
            let kind = self.program.kind(kind);
            let spoken = kind.name.replace('_', " ");
            let concept = |value: Value| self.program.concept_values.get(&value).map(|&id| self.program.concept(id));
            let one = hold == 1;
            let held = match (kind.name.as_str(), one) {
                ("theme", true) => "belongs to",
                ("theme", false) => "belong to",
                (_, true) => "has",
                (_, false) => "have",
            };
            return match *row {
                _ if hold == 0 => self.denial(declared, row),
                [None, Some(value)] => {
                    let label = concept(value).map_or_else(|| self.pool.show(value), |c| c.title().to_string());
                    let things = counted(hold, kind.subject.name());
                    format!("{things} {held} the {spoken} \"{label}\"")
                }
                [Some(subject), None] => {
                    let held = if kind.name == "theme" { "belongs to" } else { "has" };
                    format!("{} {held} {}", self.in_words(subject), counted(hold, &spoken))
                }
                _ => format!("in {} a {} has a {spoken}", counted(hold, "case"), kind.subject.name()),
            };
        }
        let fact = self.fact(declared, row);
        match (hold, self.is_spoken(declared)) {
            (0, true) => self.denial_of_any(declared, row),
            (0, false) => format!("nothing of the form `{fact}` holds"),
            (_, true) => {
                let first = first.unwrap_or_default();
                let passage = (declared == self.program.known("coded")).then(|| self.coding_told(&first)).flatten();
                let first: Vec<Option<Value>> = first.into_iter().map(Some).collect();
                let sentence = passage.unwrap_or_else(|| self.sentence(declared, &first));
                if hold == 1 { sentence } else { format!("it is so in {hold} cases, of which one is that {sentence}") }
            }
            (1, false) => format!("one fact of the form `{fact}` holds"),
            (_, false) => format!("{hold} facts of the form `{fact}` hold"),
        }
    }

    /// The question as it may be asked again: an open place has a name.
    pub(super) fn question(&self, declared: Declared, row: &[Option<Value>]) -> String {
        const NAMES: [&str; 6] = ["X", "Y", "Z", "U", "V", "W"];
        let relation = self.program.relation(declared);
        let mut names: Vec<String> = Vec::new();
        let mut values: Vec<String> = Vec::new();
        let last = (0..row.len()).rev().find(|&at| row[at].is_some() || !relation.columns[at].optional);
        for (column, value) in relation.columns.iter().zip(row).take(last.map_or(0, |at| at + 1)) {
            values.push(match value {
                Some(value) => self.as_written(*value, column.of),
                None if column.optional => "_".to_string(),
                None => {
                    let thing = match column.of {
                        Type::Kind(kind) => self.program.kind(kind).name.as_str(),
                        Type::Concept => relation.name.as_str(),
                        _ => column.name.as_str(),
                    };
                    let initial =
                        thing.chars().find(char::is_ascii_alphabetic).map(|c| c.to_ascii_uppercase().to_string());
                    let free = |name: &String| !names.contains(name);
                    let other = || NAMES.iter().map(|n| n.to_string()).find(free).unwrap_or_else(|| "_".into());
                    let name = initial.filter(free).unwrap_or_else(other);
                    names.push(name.clone());
                    name
                }
            });
        }
        format!("{}({})", relation.name, values.join(", "))
    }

    /// A parameter of this name that the question sets: its name, and that with what the study says.
    pub(super) fn parameter_set(&self, name: &str) -> Option<(String, String)> {
        let parameter = self.program.parameters.iter().find(|p| p.name == name && p.set)?;
        let text = &self.sources.get(parameter.at.file).text;
        let rest = text.get(parameter.at.span.end as usize..)?.trim_start().strip_prefix('=')?.trim_start();
        let said = rest.split(|c: char| c.is_whitespace() || c == '#').next().filter(|said| !said.is_empty());
        let place = self.place(parameter.at);
        let said = said.map_or(String::new(), |said| format!("; {}:{} says {said}", place.file, place.line));
        Some((parameter.name.clone(), format!("set for this question{said}")))
    }
}

fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}
