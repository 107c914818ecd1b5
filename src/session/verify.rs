//! A proof document held against the study as it is now, and what is wrong with it in words.

use super::explanation::PlaceShown;
use super::prove::{statement, written};
use super::show::View;
use super::{Progress, Study};
use crate::base::{Pool, Value};
use crate::ir::core::{FactPlace, Literal, RelationId, RuleId};
use crate::ir::origin::Role;
use crate::proof::document::{Document, DocumentSource};
use crate::proof::verify::{Fault, Ground, Looked, Read, Verified, Wrong, verify};
use crate::proof::{Allowance, GivenUp, Words};
use crate::text::slice;

/// So many characters of a text are shown.
const SHOWN: usize = 100;

/// What came of holding a proof against a study.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What the proof says, as it is written in rules.
    pub fact: String,
    /// What is wrong; nothing where the proof holds.
    pub faults: Vec<FaultShown>,
    /// How much was looked at.
    pub looked: Looked,
}

impl Verdict {
    /// True where the proof holds.
    pub fn holds(&self) -> bool {
        self.faults.is_empty()
    }
}

/// Something wrong with a proof, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultShown {
    /// The node; none where it is about the whole document.
    pub node: Option<String>,
    /// The fact of the node in words.
    pub of: Option<String>,
    /// What is wrong.
    pub message: String,
    /// Where the study says otherwise.
    pub place: Option<PlaceShown>,
}

impl Study {
    /// Holds a proof against the study. Nothing is concluded for that. [`None`] where reading the data had to end early.
    pub fn verify(&mut self, document: &Document, watch: &mut dyn FnMut(Progress)) -> Option<Verdict> {
        if !self.lay_out(watch) {
            return None;
        }
        let matcher = self.texts.matcher();
        let ground = Ground {
            core: &self.lowered.core,
            pool: &self.pool,
            patterns: &self.lowered.patterns,
            matches: &self.lowered.matches,
            words: Words { corpus: &self.texts.corpus, matcher },
            stop: &self.stop,
            allowed: Allowance::default(),
        };
        let verified = verify(document, ground);
        let view = View {
            program: &self.program,
            lowered: &self.lowered,
            strata: self.strata.as_ref()?,
            db: &self.db,
            pool: &verified.pool,
            texts: &self.texts,
            sources: &self.sources,
            data_files: &self.data_files,
        };
        let teller = Teller { view, document, verified: &verified };
        Some(teller.verdict())
    }
}

struct Teller<'a> {
    view: View<'a>,
    document: &'a Document,
    verified: &'a Verified,
}

impl Teller<'_> {
    fn verdict(&self) -> Verdict {
        let mut faults: Vec<FaultShown> = self.verified.faults.iter().map(|fault| self.fault(fault)).collect();
        faults.extend(self.wording());
        Verdict { fact: self.document.fact.clone(), faults, looked: self.verified.looked }
    }

    fn fault(&self, fault: &Fault) -> FaultShown {
        let (message, place) = self.wrong(fault);
        let node = fault.node.and_then(|at| self.document.nodes.get(at));
        FaultShown { node: node.map(|node| node.id.clone()), of: fault.node.map(|at| self.name(at)), message, place }
    }

    fn read(&self, node: Option<usize>) -> Option<&Read> {
        self.verified.nodes.get(node?)?.as_ref()
    }

    /// A node in words: its fact, or what it is about.
    fn name(&self, at: usize) -> String {
        if let Some(read) = self.read(Some(at))
            && let Some(fact) = written(self.view, read.relation, &read.values)
        {
            return format!("`{fact}`");
        }
        let node = &self.document.nodes[at];
        let values: Vec<String> = match self.read(Some(at)) {
            Some(read) => read.values.iter().map(|&value| self.view.pool.show(value)).collect(),
            None => {
                let mut pool = Pool::default();
                let values: Vec<_> = node.values.iter().map(|cell| cell.value(&mut pool)).collect();
                values.iter().map(|value| value.map_or("_".to_string(), |value| pool.show(value))).collect()
            }
        };
        let what = match (&node.source, node.relation.split(['#', '@']).next().unwrap_or_default()) {
            (DocumentSource::Aggregate { .. }, _) => "a count",
            (_, "match") => "a passage",
            _ if node.relation.contains(['#', '@']) => "a condition",
            (_, name) => name,
        };
        if values.is_empty() { what.to_string() } else { format!("{what} of `{}`", cut(&values.join(", "))) }
    }

    /// The sentences of a document, held against those of the study.
    fn wording(&self) -> Vec<FaultShown> {
        let of_node = |at: usize, message: String| FaultShown {
            node: Some(self.document.nodes[at].id.clone()),
            of: Some(self.name(at)),
            message,
            place: None,
        };
        let whole = |message: String| FaultShown { node: None, of: None, message, place: None };
        let mut faults = Vec::new();
        let title = self.view.program.study.title.clone().unwrap_or_default();
        if title != self.document.study {
            faults.push(whole(format!("the proof is of the study `{}`, and this is `{title}`", self.document.study)));
        }
        for (at, node) in self.document.nodes.iter().enumerate() {
            let sound = self.verified.faults.iter().all(|fault| fault.node != Some(at));
            let Some(read) = self.read(Some(at)).filter(|_| sound) else { continue };
            let said = statement(self.view, read.relation, &read.values, read.rule);
            if said != node.statement {
                let said = said.map_or("has no sentence for it".to_string(), |said| format!("says \"{said}\""));
                faults.push(of_node(at, format!("the document words it otherwise: the study {said}")));
            }
            if node.id != self.document.root {
                continue;
            }
            let fact = written(self.view, read.relation, &read.values).unwrap_or_default();
            if fact != self.document.fact {
                faults.push(whole(format!(
                    "the proof is of `{fact}`, and the document calls it `{}`",
                    self.document.fact
                )));
            }
            if node.statement.as_ref().is_some_and(|said| *said != self.document.statement) {
                faults.push(whole("the sentence of the document is not that of its root".to_string()));
            }
        }
        faults
    }

    /// What is wrong, and where the study says otherwise.
    fn wrong(&self, fault: &Fault) -> (String, Option<PlaceShown>) {
        let read = self.read(fault.node);
        let node = fault.node.and_then(|at| self.document.nodes.get(at));
        let show = |value: Value| if value.is_none() { "nothing".into() } else { cut(&self.view.pool.show(value)) };
        let message = match &fault.wrong {
            Wrong::NoRoot => {
                format!("no node is called `{}`, which the document names as its root", self.document.root)
            }
            Wrong::NoIdentity => "its id is none: an id has 16 digits, 0 to 9 and a to f".to_string(),
            Wrong::Twice => "another node has its id, too".to_string(),
            Wrong::Altered => "it was changed: what stands here is not what its id was made from".to_string(),
            Wrong::Nowhere(id) => format!("it rests on `{}`, which is no node of the document", cut(id)),
            Wrong::Circle => "it rests on itself: the document goes in a circle".to_string(),
            Wrong::NoRelation(Some(rule)) => {
                return self.nearest(*rule, "no condition of the study reads so");
            }
            Wrong::NoRelation(None) => match node.map(|node| node.relation.as_str()) {
                Some(name) if !name.contains('#') => format!("the study has nothing called `{}`", cut(name)),
                _ => "nothing in the study is defined so".to_string(),
            },
            Wrong::Width(columns) => format!("the study has it with {columns} values"),
            Wrong::AnyValue => "one of its values is left open".to_string(),
            Wrong::NoPattern(pattern) => format!("no pattern of the study reads {}", cut(pattern)),
            Wrong::NotGiven(nearest) => return self.not_given(read, *nearest),
            Wrong::GivenOtherwise => {
                "the study has it from elsewhere: a row of data, a statement or a text".to_string()
            }
            Wrong::NoPassage(message, range) => return self.passage(*message, *range, "finds nothing at"),
            Wrong::OtherText(message, range) => return self.passage(*message, *range, "finds still"),
            Wrong::OtherWords(message, range) => {
                let now = self.view.texts.corpus.text(*message).map_or("", |text| slice(text, *range));
                format!("the passage reads \"{}\"", cut(now))
            }
            Wrong::NoRule(Some(rule)) => return self.nearest(*rule, "no rule of the study reads so"),
            Wrong::NoRule(None) => "no rule of the study concludes it".to_string(),
            Wrong::Misfit => "the number of values or of premises is not that of the rule".to_string(),
            Wrong::HeadValue(column, given) => {
                let stated = read.and_then(|read| read.values.get(*column)).map_or(String::new(), |&value| show(value));
                match given {
                    Some(given) => format!("the rule gives `{}`, the proof says `{stated}`", show(*given)),
                    None => format!("the rule does not give `{stated}`"),
                }
            }
            Wrong::EqualAbsences => "two empty cells are taken for equal".to_string(),
            Wrong::Premise(number) => {
                let (words, place) = self.condition(read, *number);
                return (format!("what it names for {words} is not what that asks for"), place);
            }
            Wrong::NotMet(number) => {
                let (words, place) = self.condition(read, *number);
                return (format!("{words} is not met"), place);
            }
            Wrong::Present(number, relation, row) => {
                let (words, place) = self.condition(read, *number);
                return match written(self.view, *relation, row) {
                    Some(fact) => {
                        let given = self.place_of(*relation, row).or(place);
                        (format!("it rests on there being no `{fact}`, and there is"), given)
                    }
                    None => (format!("it rests on an absence that is none: {words} is not met"), place),
                };
            }
            Wrong::NoCount => "the study counts nothing of the kind".to_string(),
            Wrong::OtherCount(Some(now), stated) => {
                format!("it comes to {}, the proof says {}", show(*now), show(*stated))
            }
            Wrong::OtherCount(None, stated) => {
                format!("there is nothing to count, the proof says {}", show(*stated))
            }
            Wrong::OtherRows(more, fewer) => {
                let row = |row: &[Value]| cut(&row.iter().map(|&value| show(value)).collect::<Vec<_>>().join(", "));
                match (more, fewer) {
                    (Some(more), _) => format!("what is counted is other: `{}` is counted, too", row(more)),
                    (None, Some(fewer)) => format!("what is counted is other: `{}` is not", row(fewer)),
                    (None, None) => "something is counted twice".to_string(),
                }
            }
            Wrong::NotCounted => "a fact that it names is none of what is counted".to_string(),
            Wrong::GivenUp(reason) => {
                let what = "what is absent and what is counted could not be checked";
                match reason {
                    GivenUp::TooMuch => format!("{what}: there is too much of what they rest on"),
                    GivenUp::TooLarge => format!("{what}: a number grew too large"),
                    GivenUp::Unsound => format!("{what}: the rules that they rest on cannot be worked out"),
                    GivenUp::Stopped => format!("{what}: it was ended before"),
                }
            }
        };
        (message, None)
    }

    /// The rule that comes nearest, in the author's words.
    fn nearest(&self, rule: RuleId, what: &str) -> (String, Option<PlaceShown>) {
        let origin = self.view.lowered.origin(self.view.lowered.core.rule_origins[rule.0 as usize]);
        match origin.at {
            Some(at) => (format!("{what}: nearest is `{}`", cut(&self.view.words(at))), Some(self.view.place(at))),
            None => (what.to_string(), None),
        }
    }

    /// A condition of a node's rule in the author's words.
    fn condition(&self, read: Option<&Read>, number: usize) -> (String, Option<PlaceShown>) {
        let plain = || (format!("condition {}", number + 1), None);
        let Some(rule) = read.and_then(|read| read.rule) else { return plain() };
        let lowered = self.view.lowered;
        let origin = lowered.origin(lowered.core.rule_origins[rule.0 as usize]);
        let absent = matches!(lowered.core.rule(rule).body.get(number), Some(Literal::Not(..)));
        match origin.literals.get(number).copied().flatten() {
            Some(at) => (format!("the condition `{}`", cut(&self.view.words(at))), Some(self.view.place(at))),
            None if absent => ("that nothing speaks against it".to_string(), origin.at.map(|at| self.view.place(at))),
            None => (plain().0, origin.at.map(|at| self.view.place(at))),
        }
    }

    /// That a fact is given no more, and what is given instead.
    fn not_given(&self, read: Option<&Read>, nearest: Option<(usize, usize)>) -> (String, Option<PlaceShown>) {
        let nothing = || ("the study and its data do not say so".to_string(), None);
        let Some((read, (place, column))) = read.zip(nearest) else { return nothing() };
        let width = read.values.len();
        let given = &self.view.lowered.core.given[read.relation.0 as usize];
        let Some(row) = given.values.get(place * width..(place + 1) * width) else { return nothing() };
        let at = self.view.given_place(read.relation, place);
        let show = |value: Value| {
            if value.is_none() { "empty".into() } else { format!("`{}`", cut(&self.view.pool.show(value))) }
        };
        let name = match self.view.lowered.role(read.relation) {
            Role::Declared(id) => self.view.program.relation(id).columns.get(column).map(|column| column.name.clone()),
            _ => None,
        };
        let (now, stated) = (show(row[column]), show(read.values[column]));
        let message = match name {
            Some(name) => format!("`{name}` is now {now}, the proof says {stated}"),
            None => format!("the data say now {now}, the proof says {stated}"),
        };
        (message, at)
    }

    /// What a message says now.
    fn passage(&self, message: Value, range: (u32, u32), finds: &str) -> (String, Option<PlaceShown>) {
        let id = self.view.pool.show(message);
        let relation = self.view.lowered.declared(self.view.program.known("message"));
        let place = self.first_place(relation, &[message]);
        let Some(text) = self.view.texts.corpus.text(message) else {
            return (format!("there is no message `{id}` with a text"), place);
        };
        let said = match finds {
            "finds still" => format!("`{id}` has changed: it says now \"{}\"", cut(text)),
            _ => format!(
                "`{id}` says now \"{}\", and the pattern {finds} characters {} to {}",
                cut(text),
                range.0,
                range.1
            ),
        };
        (said, place)
    }

    /// Where a given row stands.
    fn place_of(&self, relation: RelationId, row: &[Value]) -> Option<PlaceShown> {
        self.first_place(relation, row)
    }

    /// Where the first given row stands that begins so.
    fn first_place(&self, relation: RelationId, beginning: &[Value]) -> Option<PlaceShown> {
        let core = &self.view.lowered.core;
        let given = &core.given[relation.0 as usize];
        let (place, _) = given.rows(core.relation(relation).arity).find(|(_, row)| row.starts_with(beginning))?;
        match given.places.get(place)? {
            FactPlace::Text => None,
            _ => self.view.given_place(relation, place),
        }
    }
}

/// A text on one line, cut where it is long.
fn cut(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}
