//! Rules that fire on nothing or on everything, and exceptions that never apply, told where the last message was lost.
//!
//! One cause, one message: what waits for a concept or a relation that is empty is named where that is said, and a
//! pattern that matches nothing is said of the pattern. What the rule library holds is never told.

use super::Study;
use super::blame::{Blame, Blamer, nearly_all};
use super::clauses::{Clause, clauses, reached};
use super::funnel::{Funnel, amount, count};
use super::laid::Laid;
use crate::base::Location;
use crate::check::Type;
use crate::check::program::{ConceptId, Condition, ConditionKind, OperandKind, RelationId, RelationKind, Status};
use crate::diagnostic::{Code, Diagnostic, codes};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;

/// Of fewer messages it says little that all have something.
const MANY: usize = 20;

/// So many that wait for one cause are named.
const NAMED: usize = 3;

impl Study {
    /// Reports what never fires, and what always does. A study without rows of data has nothing that could. To be called
    /// after what else a run tells, since that may be the cause.
    pub(super) fn survey_fired(&mut self) {
        if !self.inputs.iter().any(|input| input.kept > 0) {
            return;
        }
        self.know_fired();
        let mut fired = FxHashSet::default();
        reached(&self.lowered, &self.fired, &mut fired, &self.program);
        let all = clauses(&self.program, &self.shipped);
        let mut found = self.never(&all, &fired);
        found.extend(self.taken_away(&all, &fired));
        found.extend(self.always(&all));
        self.diagnostics.extend(found);
    }

    /// W0508 and W0513: what fires on nothing, by its own conditions.
    fn never(&mut self, all: &[Clause], fired: &FxHashSet<Clause>) -> Vec<Diagnostic> {
        let ground = self.ground();
        let blamer = Blamer::new(ground);
        let asks = |clause: &&Clause| {
            let subject = clause.body(&self.program).1;
            !matches!(clause, Clause::Matches(..)) && subject.is_none_or(|subject| ground.whole(subject) > 0)
        };
        let idle: Vec<Clause> = all.iter().filter(|c| !fired.contains(c)).filter(asks).copied().collect();
        let mut own: Vec<Clause> = Vec::new();
        let mut waiting = Waiting::default();
        for &clause in &idle {
            match causes(&blamer, clause, &ground.lay(clause)) {
                // A pattern that occurs nowhere is told of the pattern; where it is not, the clause tells it. What an
                // exception looks for may well be there in case.
                Some(blamed) if blamed.iter().any(|b| *b != Blame::Pattern) => waiting.add(clause, blamed),
                Some(_) if matches!(clause, Clause::Unless(..)) => {}
                _ => own.push(clause),
            }
        }
        own.retain(|&clause| !self.is_explained(clause));
        let funnels = self.funnels_of(&own);
        let blamer = Blamer::new(self.ground());
        let mut cases = Vec::new();
        for (clause, funnel) in own.into_iter().zip(funnels) {
            let laid = self.ground().lay(clause);
            let Some(lost) = funnel.lost() else { continue };
            if self.waits_for_told(&laid.conditions[lost]) {
                continue;
            }
            match blamer.counts_nothing(&laid.conditions[lost]) {
                Some(blamed) => waiting.add(clause, blamed),
                None => cases.push((clause, laid, lost, funnel)),
            }
        }
        let mut found = Vec::new();
        let mut told = BTreeSet::new();
        for (clause, laid, lost, funnel) in &cases {
            let others = self.result(&blamer, *clause).filter(|key| told.insert(*key));
            let others = others.map_or(Vec::new(), |key| waiting.after(key, |c| self.result(&blamer, c)));
            found.extend(self.starved(*clause, &laid.conditions[*lost], funnel, &others));
        }
        found.extend(self.unfilled(&blamer, &waiting));
        found
    }

    /// True where something that has been said of a clause explains that it fires on nothing: one mistake, one message.
    fn is_explained(&self, clause: Clause) -> bool {
        let within = [codes::LITERAL_NEVER, codes::THRESHOLD, codes::CAN_NEVER_HOLD, codes::PATTERN_NOTHING];
        let body = clause.body(&self.program).0.at;
        let item = clause.concept().map(|id| self.program.concept(id).at);
        let never = match clause {
            Clause::Rule(number) => Some(self.program.relation(self.program.rules[number].head).at),
            _ => item,
        };
        self.has_said(&within, body)
            || item.is_some_and(|item| self.has_said(&[codes::PATTERN_NOTHING], item))
            || never.is_some_and(|at| self.is_known_to_lack(at))
    }

    /// True where a condition asks for what a clause concludes of which a value or a number has been told: that it finds
    /// less than was meant is told there.
    fn waits_for_told(&self, condition: &Condition) -> bool {
        let said = [codes::LITERAL_NEVER, codes::THRESHOLD];
        let of_concept = |id: ConceptId| {
            let concept = self.program.concept(id);
            concept.when.iter().any(|body| self.has_said(&said, body.at))
        };
        match &condition.kind {
            ConditionKind::Atom(relation, _) => {
                let mut rules = self.program.rules.iter().filter(|rule| rule.head == *relation);
                rules.any(|rule| self.has_said(&said, rule.body.at))
            }
            ConditionKind::Holds(id) => of_concept(*id),
            ConditionKind::And(parts) | ConditionKind::Or(parts) | ConditionKind::AtLeast(_, parts) => {
                parts.iter().any(|part| self.waits_for_told(part))
            }
            ConditionKind::Has(_, inner) => self.waits_for_told(inner),
            _ => false,
        }
    }

    /// True where it has been said of what is declared at a place that it can never hold, or that nothing fills it.
    fn is_known_to_lack(&self, declared: Location) -> bool {
        let said = [codes::CAN_NEVER_HOLD, codes::UNUSED];
        let mut spoken = self.diagnostics.iter().filter(|d| said.contains(&d.code));
        spoken.any(|d| d.labels.iter().any(|label| label.location == declared))
    }

    /// True where one of these has been said of something inside a place.
    fn has_said(&self, said: &[Code], inside: Location) -> bool {
        let within = |at: Location| {
            at.file == inside.file && inside.span.start <= at.span.start && at.span.end <= inside.span.end
        };
        let mut spoken = self.diagnostics.iter().filter(|d| said.contains(&d.code));
        spoken.any(|d| d.labels.iter().any(|label| within(label.location)))
    }

    /// One clause that fires on nothing.
    fn starved(&self, clause: Clause, lost: &Condition, funnel: &Funnel, waiting: &[Clause]) -> Option<Diagnostic> {
        let name = clause.owner(&self.program);
        let chain = funnel.chain();
        let (code, message) = match clause {
            Clause::Matches(..) => return None,
            Clause::When(..) => (codes::NOTHING_FOUND, format!("no {} meets this `when` of `{name}`", funnel.unit)),
            Clause::Unless(..) => {
                (codes::IDLE_EXCEPTION, format!("no {} meets this `unless` of `{name}`", funnel.unit))
            }
            Clause::Rule(_) => (codes::NOTHING_FOUND, format!("this rule for `{name}` finds nothing")),
            Clause::Map(_) => {
                // That a theme is said by too few is a finding, and stands among them.
                let counted = matches!(lost.kind, ConditionKind::Compare(..));
                let stage = &funnel.stages[funnel.lost()?];
                if counted && !stage.parts.iter().any(|part| part.phrase.ends_with(" is 0")) {
                    return None;
                }
                (codes::NOTHING_FOUND, format!("the condition of this map from `{name}` never holds"))
            }
        };
        let help = match clause {
            Clause::Unless(..) => format!("{chain}; if it is there in case, all is well"),
            _ => format!("{chain}{}{}", self.small_letter(lost), self.named(waiting)),
        };
        let label = match funnel.lost() {
            Some(0) => "nothing meets this",
            _ => "the last are lost here",
        };
        Some(Diagnostic::at(code, lost.at, message).saying(label).help(help))
    }

    /// "; there is no message `m`: …" where a condition names an id that looks like a variable in a small letter.
    fn small_letter(&self, condition: &Condition) -> String {
        let ConditionKind::Atom(relation, operands) = &condition.kind else { return String::new() };
        let messages = self.db.relation(self.lowered.declared(self.program.known("message")));
        let message = Type::Kind(self.program.known_kind("message"));
        let columns = &self.program.relation(*relation).columns;
        for (operand, _) in operands.iter().zip(columns).filter(|(_, column)| column.of == message) {
            let OperandKind::Const(id) = operand.kind else { continue };
            let name = self.pool.show(id);
            if name.chars().all(char::is_lowercase) && messages.starting_with(&[id]).is_empty() {
                let capital = name.to_uppercase();
                return format!("; there is no message `{name}`: a name in capitals, `{capital}`, stands for any");
            }
        }
        String::new()
    }

    /// "; so the theme `cost` and 2 others find nothing either"
    fn named(&self, waiting: &[Clause]) -> String {
        let mut names: Vec<String> = Vec::new();
        for clause in waiting.iter().filter(|c| !matches!(c, Clause::Unless(..))) {
            let owner = clause.owner(&self.program);
            let name = match clause {
                Clause::Rule(_) => format!("a rule for `{owner}`"),
                Clause::Map(_) => format!("the map from `{owner}`"),
                _ => format!("a `{}` of `{owner}`", clause.word()),
            };
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let more = names.len().saturating_sub(NAMED);
        names.truncate(NAMED);
        if more > 0 {
            names.push(if more == 1 { "1 other".to_string() } else { format!("{more} others") });
        }
        match &names[..] {
            [] => String::new(),
            [one] => format!("; {one} waits for it"),
            [first @ .., last] => format!("; {} and {last} wait for it", first.join(", ")),
        }
    }

    /// What rules wait for and nothing fills: concepts that nobody coded and no clause finds, and relations without
    /// input, fact or rule.
    fn unfilled(&self, blamer: &Blamer<'_>, waiting: &Waiting) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let keys: BTreeSet<Blame> = waiting.by.keys().copied().collect();
        for key in keys {
            let (at, message, help) = match key {
                Blame::Concept(id) if self.is_unfilled(id) => {
                    let concept = self.program.concept(id);
                    let kind = &self.program.kind(concept.kind).name;
                    let help = "it has no `matches` or `when` of its own, no rule concludes it and nobody coded it";
                    let message = format!("nothing has the {kind} `{}`", concept.name);
                    (Some(concept.at).filter(|at| !self.shipped.contains(&at.file)), message, help)
                }
                Blame::Relation(id) if self.is_without_source(id) => {
                    let message = format!("nothing says anything of `{}`", self.program.relation(id).name);
                    (None, message, "no input, fact or rule fills it")
                }
                _ => continue,
            };
            let declared = match key {
                Blame::Concept(id) => Some(self.program.concept(id).at),
                Blame::Relation(id) => Some(self.program.relation(id).at),
                _ => None,
            };
            if declared.is_some_and(|at| self.is_known_to_lack(at)) {
                continue;
            }
            let others = waiting.after(key, |c| self.result(blamer, c));
            // What the study did not declare itself is told where it is first used.
            let first = others.iter().filter(|c| !matches!(c, Clause::Unless(..))).map(|c| c.at(&self.program)).min();
            let (Some(first), place) = (first, at) else { continue };
            let message = Diagnostic::at(codes::NOTHING_FOUND, place.unwrap_or(first), message);
            found.push(message.help(format!("{help}{}", self.named(&others))));
        }
        found
    }

    /// True for a concept that nothing could have filled but people.
    fn is_unfilled(&self, id: ConceptId) -> bool {
        let program = &self.program;
        let concept = program.concept(id);
        let relations =
            [program.kind(concept.kind).relation, Some(program.known("coded")), Some(program.known("coding"))];
        let concluded = program.rules.iter().any(|rule| {
            relations.contains(&Some(rule.head)) && {
                let named = rule.columns.get(1).map(|o| &o.kind);
                !matches!(named, Some(crate::check::program::OperandKind::Const(v)) if *v != concept.value)
            }
        });
        concept.status != Status::Retired
            && !concept.withheld
            && concept.matches.is_empty()
            && concept.when.is_empty()
            && !concluded
            && !program.maps.iter().any(|map| map.to.contains(&id))
            && !program.concepts.iter().any(|child| child.under.contains(&id))
    }

    /// True for a relation that nothing could have filled.
    fn is_without_source(&self, id: RelationId) -> bool {
        let made = !matches!(self.program.relation(id).kind, RelationKind::Declared | RelationKind::Coding);
        !made
            && !self.program.inputs.iter().any(|input| input.relation == id)
            && !self.program.rules.iter().any(|rule| rule.head == id)
            && !self.program.facts.iter().any(|fact| fact.relation == id)
    }

    /// What is empty because a clause fires on nothing: its concept or relation, if nothing else fills it.
    fn result(&self, blamer: &Blamer<'_>, clause: Clause) -> Option<Blame> {
        match clause {
            Clause::When(id, _) => (blamer.holds_of(id) == 0).then_some(Blame::Concept(id)),
            Clause::Rule(number) => {
                let head = self.program.rules[number].head;
                let empty = self.db.relation(self.lowered.declared(head)).is_empty();
                empty.then_some(Blame::Relation(head))
            }
            Clause::Matches(..) | Clause::Unless(..) | Clause::Map(_) => None,
        }
    }

    /// W0508: concepts whose every message an `unless` takes away.
    fn taken_away(&self, all: &[Clause], fired: &FxHashSet<Clause>) -> Vec<Diagnostic> {
        let blamer = Blamer::new(self.ground());
        let concepts: BTreeSet<ConceptId> = all.iter().filter_map(|c| c.concept()).collect();
        let mut found = Vec::new();
        for id in concepts {
            let concept = self.program.concept(id);
            if blamer.holds_of(id) > 0 || concept.unless.is_empty() {
                continue;
            }
            let Some(blocked) = blamer.blocked(id).map(|relation| self.db.relation(relation)) else { continue };
            let (mut met, mut when) = (BTreeSet::new(), None);
            for number in 0..concept.when.len() {
                let Some(way) = blamer.way(id, number) else { continue };
                let subjects = self.db.relation(way).rows().map(|row| row[0]).filter(|&s| blocked.find(&[s]).is_some());
                let before = met.len();
                met.extend(subjects);
                if met.len() > before {
                    when.get_or_insert(concept.when[number].at);
                }
            }
            let Some(when) = when else { continue };
            let (Some(example), unit) = (
                met.iter().copied().min_by(|&a, &b| self.pool.compare(a, b)),
                self.program.kind(concept.kind).subject.name(),
            ) else {
                continue;
            };
            let number = (0..concept.unless.len()).find(|&n| fired.contains(&Clause::Unless(id, n))).unwrap_or(0);
            let message = format!("an `unless` of `{}` takes away every {unit} that it would have", concept.name);
            let help = format!(
                "{} a `when` and an `unless`, for instance `{}`; narrow the `unless`",
                match met.len() {
                    1 => format!("1 {unit} meets"),
                    n => format!("{} meet", count(Some(n), unit)),
                },
                self.pool.show(example)
            );
            let diagnostic = Diagnostic::at(codes::NOTHING_FOUND, concept.unless[number].at, message);
            found.push(diagnostic.label(when, "this would hold").help(help));
        }
        found
    }

    /// W0512: a `when` that nearly every message meets.
    fn always(&self, all: &[Clause]) -> Vec<Diagnostic> {
        let ground = self.ground();
        let blamer = Blamer::new(ground);
        let mut most: FxHashMap<ConceptId, (usize, usize, Location)> = FxHashMap::default();
        for &clause in all {
            let Clause::When(id, number) = clause else { continue };
            let concept = self.program.concept(id);
            let whole = blamer.whole(self.program.kind(concept.kind).subject);
            let body = &concept.when[number];
            let held = blamer.way(id, number).map_or(0, |way| self.db.relation(way).len());
            let had = blamer.holds_of(id);
            if whole < MANY
                || !nearly_all(held, whole)
                || !nearly_all(had, whole)
                || blamer.everything(&body.condition, whole)
                || self.has_said(&[codes::ALWAYS_HOLDS], body.at)
                || self.has_said(&[codes::PATTERN_EVERYTHING], concept.at)
            {
                continue;
            }
            let entry = most.entry(id).or_insert((had, whole, body.at));
            entry.2 = entry.2.min(body.at);
        }
        let mut found: Vec<Diagnostic> = Vec::new();
        for (id, (had, whole, at)) in most {
            let concept = self.program.concept(id);
            let kind = self.program.kind(concept.kind);
            let unit = kind.subject.name();
            let of = if had == whole {
                format!("all {}", count(Some(whole), unit))
            } else {
                format!("{} of {}", amount(Some(had)), count(Some(whole), unit))
            };
            let message = format!("`{}` holds for {of}", concept.name);
            let help = format!("a {} that nearly every {unit} has tells none apart: narrow this `when`", kind.name);
            found
                .push(Diagnostic::at(codes::EVERYTHING, at, message).saying("nearly everything meets this").help(help));
        }
        crate::diagnostic::sort(&mut found);
        found
    }
}

/// What clauses wait for.
#[derive(Default)]
struct Waiting {
    by: FxHashMap<Blame, Vec<Clause>>,
}

impl Waiting {
    fn add(&mut self, clause: Clause, blamed: Vec<Blame>) {
        for blame in blamed {
            let clauses = self.by.entry(blame).or_default();
            if !clauses.contains(&clause) {
                clauses.push(clause);
            }
        }
    }

    /// All that waits for something, near and far.
    fn after(&self, first: Blame, result: impl Fn(Clause) -> Option<Blame>) -> Vec<Clause> {
        let (mut found, mut open, mut seen) = (Vec::new(), vec![first], BTreeSet::from([first]));
        while let Some(blame) = open.pop() {
            for &clause in self.by.get(&blame).into_iter().flatten() {
                if found.contains(&clause) {
                    continue;
                }
                found.push(clause);
                open.extend(result(clause).filter(|next| seen.insert(*next)));
            }
        }
        found
    }
}

/// What a clause that fires on nothing waits for; none where its own conditions are the cause.
fn causes(blamer: &Blamer<'_>, clause: Clause, laid: &Laid) -> Option<Vec<Blame>> {
    if let Some(theme) = blamer.theme_of(clause).filter(|&theme| blamer.holds_of(theme) == 0) {
        return Some(vec![Blame::Concept(theme)]);
    }
    laid.conditions.iter().find_map(|condition| blamer.empty(condition))
}
