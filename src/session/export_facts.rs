//! Facts of the author's own in a project: what is known of messages, cases, authors and threads goes out as variables,
//! the last two as cases of their own; who was given what to read as a set for each coder. Whatever has no place in the
//! format is named: nothing is dropped in silence.

use super::Study;
use super::agree::CODED_PASSAGE;
use super::export::{ADDED, CODED_BY_RULES, Places, SET_OF_NOTES};
use super::export_guids::{COLUMNS, GUID_OF, OF_VARIABLE, VARIABLE_OF};
use super::facts::MESSAGE_LEFT_OUT;
use super::show::View;
use crate::check::Type;
use crate::check::program::{Relation, RelationId, RelationKind, Subject};
use crate::data::project::guid::guid;
use crate::data::project::refi_names::{ASSIGNED, CASE_OF, PASSAGES};
use crate::data::project::{Case, CaseOf, Project, Set, ValueKind, Variable};
use rustc_hash::{FxHashMap, FxHashSet};

/// Relations that have a place of their own, with their columns.
const PLACED: [(&str, &[&str]); 13] = [
    ("guid", &["message", "guid"]),
    (GUID_OF, &COLUMNS),
    (VARIABLE_OF, &OF_VARIABLE),
    (ADDED, &["message", "at"]),
    (CODED_PASSAGE, &["message"]),
    (CODED_BY_RULES, &["message", "code", "start", "end"]),
    ("case_memo", &["case", "memo"]),
    ("case_of", &["case", "message", "start", "end"]),
    ("set_of_codes", &["set", "code"]),
    ("set_of_messages", &["set", "message"]),
    (SET_OF_NOTES, &["set", "note"]),
    ("link", &["name", "from_kind", "from", "way", "to_kind", "to"]),
    ("note", &["note", "title", "text", "by", "at", "of", "about"]),
];

/// What a variable is of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Message,
    Case(CaseOf),
}

impl Study {
    /// What is known of what, where a relation says one thing of one message, case, author or thread.
    fn as_variable(&self, relation: &Relation) -> Option<(Of, ValueKind)> {
        let [first, second] = relation.columns.as_slice() else { return None };
        let Type::Kind(of) = first.of else { return None };
        let of = match self.program.kind(of).name.as_str() {
            "message" => Of::Message,
            "case" => Of::Case(CaseOf::Case),
            "author" => Of::Case(CaseOf::Author),
            "thread" => Of::Case(CaseOf::Thread),
            _ => return None,
        };
        let kind = match second.of {
            Type::Text => ValueKind::Text,
            Type::Number => ValueKind::Number,
            Type::Decimal => ValueKind::Decimal,
            Type::Date => ValueKind::Date,
            Type::DateTime => ValueKind::Time,
            Type::Kind(_) | Type::Concept => return None,
        };
        Some((of, kind))
    }

    /// True where an input or a fact says what a relation holds, and not rules alone.
    fn is_stated(&self, id: RelationId) -> bool {
        self.program.inputs.iter().any(|input| input.relation == id)
            || self.program.facts.iter().any(|fact| fact.relation == id)
    }

    fn is_placed(&self, relation: &Relation) -> bool {
        PLACED.iter().any(|(name, columns)| {
            relation.name == *name && relation.columns.iter().map(|c| c.name.as_str()).eq(columns.iter().copied())
        })
    }

    /// Relations of a message, case, author or thread and one value are variables; others are named as left out.
    pub(super) fn variables_out(&self, view: View<'_>, out: &mut Project, places: &mut Places) {
        let sources: FxHashMap<String, usize> =
            out.sources.iter().enumerate().map(|(at, s)| (s.name.clone(), at)).collect();
        let elsewhere = [self.assigned().map(|(id, ..)| id), Some(self.program.known("reply"))];
        let told = self.texts(view, VARIABLE_OF, &OF_VARIABLE).into_iter();
        let told = told.filter_map(|row| <[String; 3]>::try_from(row).ok());
        let told: FxHashMap<String, (String, ValueKind)> =
            told.map(|[variable, name, values]| (variable, (name, ValueKind::of_word(&values)))).collect();
        let mut concluded = Vec::new();
        for (at, relation) in self.program.relations.iter().enumerate() {
            let id = RelationId(at as u32);
            if relation.kind != RelationKind::Declared || elsewhere.contains(&Some(id)) || self.is_placed(relation) {
                continue;
            }
            let core = view.lowered.declared(id);
            let count = view.db.relation(core).rows().count();
            if !self.is_stated(id) {
                if count > 0 {
                    concluded.push(format!("`{}`", relation.name));
                }
                continue;
            }
            let Some((of, kind)) = self.as_variable(relation) else {
                let why = format!("the format has no place for the relation `{}`", relation.name);
                if count > 0 {
                    out.report.leave_out_all(count, ("fact", "facts"), &why);
                }
                continue;
            };
            let definition = relation.means.first().map_or(String::new(), |m| m.text.clone());
            let id = places.guids.of("variable", &relation.name);
            let called = told.get(&relation.name).cloned();
            // What is known of messages and of cases may be one variable, as it was where it came from.
            let same = called.as_ref().and_then(|(name, kind)| {
                out.variables.iter().position(|known| known.name == *name && known.kind == *kind)
            });
            let variable = same.unwrap_or(out.variables.len());
            if same.is_none() {
                let (name, kind) = called.unwrap_or_else(|| (relation.name.clone(), kind));
                let definition = if definition == name { String::new() } else { definition };
                out.variables.push(Variable { id, name, definition, kind });
            }
            let columns: Vec<&str> = relation.columns.iter().map(|c| c.name.as_str()).collect();
            for row in self.texts(view, &relation.name, &columns) {
                let value = (variable, row[1].clone());
                let lost = match of {
                    _ if row[1].is_empty() => Some("without a value"),
                    Of::Message => match sources.get(&row[0]) {
                        Some(&source) => {
                            out.sources[source].values.push(value);
                            None
                        }
                        None => Some("of a message that is not in the study"),
                    },
                    Of::Case(of) => match told_case(out, places, of, &row[0]) {
                        Some(case) => {
                            out.cases[case].values.push(value);
                            None
                        }
                        None => Some("of a case that `case_memo` does not name"),
                    },
                };
                if let Some(lost) = lost {
                    let why = format!("the relation `{}` has them {lost}", relation.name);
                    out.report.leave_out(("fact", "facts"), &why, &row[0]);
                }
            }
        }
        if !concluded.is_empty() {
            let concluded = concluded.join(", ");
            out.report.remark(format!("what rules conclude is not part of the format, and stays here: {concluded}"));
        }
        // The messages of authors and threads belong to them.
        for (at, source) in out.sources.iter().enumerate() {
            for (of, name) in [(CaseOf::Author, &source.author), (CaseOf::Thread, &source.thread)] {
                let case = name.as_ref().and_then(|name| places.cases.get(&(of, name.clone())));
                if let Some(&case) = case {
                    out.cases[case].sources.push((at, None));
                }
            }
        }
    }

    /// Which messages are passages that coders cut out, as a set.
    pub(super) fn passages_out(&self, view: View<'_>, out: &mut Project, places: &Places) {
        let rows = self.values_of(view, CODED_PASSAGE, &["message"]);
        let sources: Vec<usize> = rows.iter().filter_map(|row| places.messages.get(&row[0]).copied()).collect();
        if !sources.is_empty() {
            let memo = "What coders saw and left is not among them.".to_owned();
            out.passages.clone_from(&sources);
            let (id, name) = (guid("passages", PASSAGES), PASSAGES.to_owned());
            out.sets.push(Set { id, name, memo, sources, ..Set::default() });
        }
    }

    /// Who was given what to read, as a set for each coder.
    pub(super) fn assigned_out(&self, view: View<'_>, out: &mut Project, places: &Places) {
        let Some((id, coder, message)) = self.assigned() else { return };
        let core = view.lowered.declared(id);
        if self.program.relation(id).columns.len() > 2 {
            out.report.remark("of the relation `assigned` the coder and the message go out, and nothing else");
        }
        let (mut sets, mut known) = (FxHashMap::<String, usize>::default(), FxHashSet::default());
        for row in view.db.sorted_rows(core, view.pool) {
            let row = view.db.row(core, row);
            let name = view.pool.show(row[coder]);
            let Some(&source) = places.messages.get(&row[message]) else {
                out.report.leave_out(
                    ("fact", "facts"),
                    "the relation `assigned` names a message that is not here",
                    &name,
                );
                continue;
            };
            let user = out.user(&places.guids.of("coder", &name), &name);
            let at = *sets.entry(name.clone()).or_insert(out.sets.len());
            if at == out.sets.len() {
                let memo = "The messages that the coder was given to read.".to_owned();
                out.sets.push(Set {
                    id: guid("assigned", &name),
                    name: format!("{ASSIGNED}{name}"),
                    memo,
                    ..Set::default()
                });
            }
            if known.insert((user, source)) {
                out.sets[at].sources.push(source);
                out.assigned.push((user, source));
            }
        }
    }

    /// What was not taken in when the study was read, and concepts that are no message's.
    pub(super) fn told_left_out(&mut self, out: &mut Project) {
        for input in &self.inputs {
            let told: usize = input.left_out.iter().map(|(count, _)| count).sum::<usize>()
                + input.without.iter().map(|(count, _)| count).sum::<usize>();
            let refused = input.read.saturating_sub(input.kept + told);
            let refused =
                Some((refused, "they were refused when the study was read: `hence check` says why".to_owned()));
            let of = |why: &str| format!("{why} (`{}` from `{}`)", input.relation, input.file);
            for (count, why) in input.left_out.iter().cloned().chain(refused).filter(|(count, _)| *count > 0) {
                // An empty cell that the study passes over says nothing.
                if why.ends_with(" is empty") {
                    continue;
                }
                out.report.leave_out_all(count, ("row", "rows"), &of(&why));
            }
        }
        let lost = |relation: &str, why: &str| {
            let of = self.inputs.iter().filter(|input| input.relation == relation);
            of.flat_map(|input| &input.left_out).any(|(_, reason)| reason == why)
        };
        if lost("message", "`text` is empty") && lost("coding", MESSAGE_LEFT_OUT) {
            out.report.remark(
                "what is coded of messages without words stays where these have an `input message` of their own, with \
                 `text is \"\"` in the place of `text = …`",
            );
        }
        let program = &self.program;
        for concept in &program.concepts {
            let kind = program.kind(concept.kind);
            if kind.subject != Subject::Message && !kind.open {
                let what = ("concept", "concepts");
                out.report.leave_out(what, "they are of something else than messages", &concept.name);
            }
        }
    }
}

/// The case of that name. Those of authors and threads begin where something is known of them.
fn told_case(out: &mut Project, places: &mut Places, of: CaseOf, name: &str) -> Option<usize> {
    let key = (of, name.to_owned());
    if let Some(&case) = places.cases.get(&key) {
        return Some(case);
    }
    if of == CaseOf::Case {
        return None;
    }
    places.cases.insert(key, out.cases.len());
    out.cases.push(Case { of, id: guid(of.kind(), name), name: name.to_owned(), ..Case::default() });
    Some(out.cases.len() - 1)
}

/// Says of the cases that are authors or threads that they are, in a variable that an import knows.
pub(super) fn told_of_cases(out: &mut Project) {
    if out.cases.iter().all(|case| case.of == CaseOf::Case) {
        return;
    }
    let variable = out.variables.len();
    let (id, name) = (guid("of cases", CASE_OF), CASE_OF.to_owned());
    out.variables.push(Variable { id, name, definition: String::new(), kind: ValueKind::Text });
    for case in out.cases.iter_mut().filter(|case| case.of != CaseOf::Case) {
        case.values.push((variable, case.of.kind().to_owned()));
    }
}
