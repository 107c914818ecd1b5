//! What is wrong with a proof, in words: what it says, and what the study has instead.

use super::explanation::PlaceShown;
use super::prove::{statement, written};
use super::show::View;
use super::verify::{FaultShown, Verdict};
use crate::base::{Pool, Value};
use crate::ir::core::{FactPlace, Literal, RelationId};
use crate::ir::origin::{OriginKind, Role};
use crate::proof::GivenUp;
use crate::proof::document::{Document, DocumentGiven, DocumentPremise, DocumentSource};
use crate::proof::verify::{Fault, Near, Read, Verified, Wrong};
use crate::text::slice;
use rustc_hash::{FxHashMap, FxHashSet};

/// So many faults of either kind are put into words.
const MOST: usize = 200;
/// So many characters of a text are shown.
const SHOWN: usize = 100;

/// Puts the faults of one document into words.
pub(super) struct Teller<'a> {
    view: View<'a>,
    document: &'a Document,
    verified: &'a Verified,
    /// For each node one that rests on it.
    over: Vec<Option<usize>>,
}

impl<'a> Teller<'a> {
    /// Puts what is wrong with a document into words.
    pub fn new(view: View<'a>, document: &'a Document, verified: &'a Verified) -> Teller<'a> {
        let numbers: FxHashMap<&str, usize> =
            document.nodes.iter().enumerate().map(|(at, node)| (node.id.as_str(), at)).collect();
        let mut over = vec![None; document.nodes.len()];
        for (at, node) in document.nodes.iter().enumerate() {
            let DocumentSource::Rule { premises, .. } = &node.source else { continue };
            for premise in premises {
                if let DocumentPremise::Fact(id) = premise
                    && let Some(&under) = numbers.get(id.as_str())
                {
                    over[under].get_or_insert(at);
                }
            }
        }
        Teller { view, document, verified, over }
    }

    /// Whether it holds, and if not, why.
    pub fn verdict(&self) -> Verdict {
        if let Some(other) = self.other_study() {
            let (fact, looked) = (self.document.fact.clone(), self.verified.looked);
            return Verdict { fact, faults: vec![other], more: 0, looked };
        }
        let mut faults: Vec<FaultShown> = Vec::new();
        let first = self.first_faults();
        let told = first.iter().take(MOST).map(|fault| self.fault(fault));
        let more = first.len().saturating_sub(MOST);
        for fault in told.chain(self.wording()) {
            // Of two facts that are written alike it is said once.
            if !faults.iter().rev().take(MOST).any(|known| known.is_like(&fault)) {
                faults.push(fault);
            }
        }
        Verdict { fact: self.document.fact.clone(), faults, more, looked: self.verified.looked }
    }

    /// That the document is of a study with another title, where this one does not know the rule of the conclusion.
    fn other_study(&self) -> Option<FaultShown> {
        let title = self.view.program.study.title.clone().unwrap_or_default();
        let unknown = |fault: &Fault| {
            let root = fault.node.is_some_and(|at| self.document.nodes[at].id == self.document.root);
            root && matches!(fault.wrong, Wrong::NoRule(None) | Wrong::NoRelation(None) | Wrong::NotGiven(None))
        };
        if title == self.document.study || !self.verified.faults.iter().any(unknown) {
            return None;
        }
        let message = format!("the proof is of the study `{}`, and this is `{title}`", self.document.study);
        Some(FaultShown { node: None, of: None, message, place: None })
    }

    /// The faults but for those that only follow from others: where a rule reads otherwise, what stands for its
    /// conditions is called otherwise, and so neither what rests on them nor what they rest on is known.
    fn first_faults(&self) -> Vec<&Fault> {
        let made = |at: usize| self.document.nodes[at].relation.contains('#');
        let unknown = self.verified.faults.iter().filter(|fault| matches!(fault.wrong, Wrong::NoRelation(_)));
        let unknown: FxHashSet<usize> = unknown.filter_map(|fault| fault.node.filter(|&at| made(at))).collect();
        let above: FxHashSet<usize> = unknown.iter().filter_map(|&at| self.over[at]).collect();
        let follows = |fault: &&Fault| {
            let Some(at) = fault.node else { return false };
            match fault.wrong {
                Wrong::NoRule(_) => above.contains(&at),
                Wrong::NoRelation(_) => self.over[at].is_some_and(|over| unknown.contains(&over)),
                _ => false,
            }
        };
        let first: Vec<&Fault> = self.verified.faults.iter().filter(|fault| !follows(fault)).collect();
        // In a circle each follows from another: a proof with faults is never without one.
        if first.is_empty() { self.verified.faults.iter().collect() } else { first }
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
            return format!("`{}`", cut(&fact));
        }
        if let Some(read) = self.read(Some(at))
            && let Role::Count(at) = self.view.lowered.role(read.relation)
        {
            let group = read.values.split_last().map_or(&[][..], |(_, group)| group);
            let group: Vec<String> = group.iter().map(|&value| self.view.pool.show(value)).collect();
            let of = if group.is_empty() { String::new() } else { format!(" of `{}`", cut(&group.join(", "))) };
            return format!("`{}`{of}", cut(&self.view.words(at)));
        }
        let node = &self.document.nodes[at];
        if let DocumentSource::Given(DocumentGiven::Passage { words, .. }) = &node.source {
            return format!("the words \"{}\"", cut(words));
        }
        // What stands for the conditions of a rule is told as the fact that rests on it.
        if node.relation.contains('#') && node.relation.starts_with("when@") {
            let named = std::iter::successors(self.over[at], |&at| self.over[at]).take(SHOWN);
            let mut facts = named.filter_map(|at| self.read(Some(at)));
            if let Some(fact) = facts.find_map(|read| written(self.view, read.relation, &read.values)) {
                return format!("`{}`", cut(&fact));
            }
        }
        let values: Vec<String> = match self.read(Some(at)) {
            Some(read) => read.values.iter().map(|&value| self.view.pool.show(value)).collect(),
            None => {
                let mut pool = Pool::default();
                let values: Vec<_> = node.values.iter().map(|cell| cell.value(&mut pool)).collect();
                values.iter().map(|value| value.map_or("_".to_string(), |value| pool.show(value))).collect()
            }
        };
        let values =
            if node.relation.starts_with("match#") { values.last().into_iter().cloned().collect() } else { values };
        let what = match (&node.source, node.relation.split(['#', '@']).next().unwrap_or_default()) {
            (DocumentSource::Aggregate { .. }, _) => "a count",
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
        let faulty: FxHashSet<usize> = self.verified.faults.iter().filter_map(|fault| fault.node).collect();
        let mut faults = Vec::new();
        let title = self.view.program.study.title.clone().unwrap_or_default();
        if title != self.document.study {
            faults.push(whole(format!("the proof is of the study `{}`, and this is `{title}`", self.document.study)));
        }
        for (at, node) in self.document.nodes.iter().enumerate() {
            let Some(read) = self.read(Some(at)).filter(|_| !faulty.contains(&at)) else { continue };
            let said = statement(self.view, read.relation, &read.values, read.rule);
            if said != node.statement && faults.len() < MOST {
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
            Wrong::NoRelation(Some(near)) => {
                return self.nearest(near, "the study no longer has the conditions by which it was concluded");
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
                match node.map(|node| &node.source) {
                    Some(DocumentSource::Given(DocumentGiven::Passage { words, .. })) => {
                        format!("the passage reads \"{}\", the proof says \"{}\"", cut(now), cut(words))
                    }
                    _ => format!("the passage reads \"{}\"", cut(now)),
                }
            }
            Wrong::NoRule(Some(near)) => {
                return self.nearest(near, "the study no longer has the rule by which it was concluded");
            }
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
                if let Role::Blocked(id) = self.view.lowered.role(*relation) {
                    let unless = &self.view.program.concept(id).unless;
                    let words: Vec<String> = unless.iter().map(|body| self.view.words(body.at)).collect();
                    let place = unless.first().map(|body| self.view.place(body.at));
                    let words = cut(&words.join("`, or `"));
                    return (format!("it rests on no exception, and there is one: `{words}`"), place);
                }
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

    /// The rule that comes nearest, in the author's words, and what differs where that is little.
    fn nearest(&self, near: &Near, what: &str) -> (String, Option<PlaceShown>) {
        let lowered = self.view.lowered;
        let origin = lowered.origin(lowered.core.rule_origins[near.rule.0 as usize]);
        let Some(at) = origin.at else { return (what.to_string(), None) };
        let words = self.view.words(at);
        let words = match origin.kind {
            OriginKind::When(..) | OriginKind::Holds(..) => format!("when {words}"),
            OriginKind::Unless(..) => format!("unless {words}"),
            OriginKind::Map(number) | OriginKind::Inferred(number) => self.map(number),
            _ => words,
        };
        let mut text = format!("{what}: nearest is `{}`", cut(&words));
        // A name with a digest says nothing to a reader; what it stands for is told where it is.
        if let ([then], [now]) = (near.proof.as_slice(), near.study.as_slice())
            && !then.contains(['#', '('])
            && !now.contains(['#', '('])
        {
            let (then, now) = (cut(unnamed(then)), cut(unnamed(now)));
            text += &format!(", where the proof has `{then}` and the study `{now}`");
        }
        (text, Some(self.view.place(at)))
    }

    /// `map worry -> social if authors of worry >= 3`
    fn map(&self, number: usize) -> String {
        let program = self.view.program;
        let map = &program.maps[number];
        let to: Vec<&str> = map.to.iter().map(|&to| program.concept(to).name.as_str()).collect();
        let guard = map.guard.as_ref().map_or(String::new(), |guard| format!(" if {}", self.view.words(guard.at)));
        format!("map {} -> {}{guard}", program.concept(map.theme).name, to.join(", "))
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
        let mut shown = (show(row[column]), show(read.values[column]));
        if let (Some(now), Some(then)) =
            (self.view.pool.as_text(row[column]), self.view.pool.as_text(read.values[column]))
        {
            let at = now.chars().zip(then.chars()).take_while(|(a, b)| a == b).count();
            shown = (format!("`{}`", around(now, at)), format!("`{}`", around(then, at)));
        }
        let (now, stated) = shown;
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
                around(text, range.0 as usize),
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

/// A comparison without the name that the document gives the value on its left, `V0`: `>= 2`.
fn unnamed(condition: &str) -> &str {
    let rest = condition.strip_prefix('V').map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    rest.and_then(|rest| rest.strip_prefix(' ')).filter(|rest| rest.starts_with(['<', '>', '='])).unwrap_or(condition)
}

/// A text on one line, cut where it is long.
fn cut(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

/// What stands around a character of a text, on one line.
fn around(text: &str, at: usize) -> String {
    const BEFORE: usize = 24;
    let from = at.saturating_sub(BEFORE);
    let part: String = text.chars().skip(from).take(SHOWN).collect();
    let part = part.split_whitespace().collect::<Vec<_>>().join(" ");
    let (start, end) =
        (if from > 0 { "…" } else { "" }, if text.chars().nth(from + SHOWN).is_some() { "…" } else { "" });
    format!("{start}{part}{end}")
}
