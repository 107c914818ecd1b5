//! Circles through `not` and counts: what depends on whether it does not hold. Drawn place by place in the order in
//! which one asks for the next, with two ways out.

use super::Study;
use crate::base::{Location, Value};
use crate::check::program::{ConceptId, RelationId as DeclaredId};
use crate::diagnostic::{Diagnostic, codes};
use crate::ir::core::{Expr, Literal, RelationId};
use crate::ir::origin::{OriginKind, Role};
use crate::plan::{Cause, Circle, Turn};

/// What an author knows of a circle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Thing {
    Concept(ConceptId),
    Relation(DeclaredId),
    /// The map from a theme to a concept.
    Map(ConceptId, ConceptId),
}

/// How one thing asks for the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asks {
    That,
    ThatNot,
    HowMany,
}

/// One step around: `of` asks for `next` at a place.
struct Step {
    of: Thing,
    next: Thing,
    asks: Asks,
    at: Option<Location>,
}

/// The steps that the study itself takes.
fn drawn(steps: &[Step]) -> Vec<&Step> {
    steps.iter().filter(|step| step.at.is_some()).collect()
}

impl Study {
    /// Reports a circle and takes its first author's rule out of the program, so that the rest still works.
    pub(super) fn report_circle(&mut self, circle: &Circle) {
        let steps = self.steps(circle);
        let map = steps.iter().find_map(|step| match step.of {
            Thing::Map(theme, to) => Some((theme, to)),
            _ => None,
        });
        let mut diagnostic = match map {
            Some((theme, to)) => self.map_on_itself(theme, to),
            None => self.own_absence(&steps),
        };
        let drawn = drawn(&steps);
        for (i, step) in drawn.iter().enumerate() {
            let number = if drawn.len() > 1 { format!("{}. ", i + 1) } else { String::new() };
            let words = format!("{number}{}", self.step_words(step));
            match step.at {
                Some(at) if diagnostic.labels.iter().all(|l| l.location != at) => {
                    diagnostic = diagnostic.label(at, words);
                }
                _ => {}
            }
        }
        self.report(diagnostic);
        self.cut(circle);
    }

    /// E0306, without its places.
    fn own_absence(&self, steps: &[Step]) -> Diagnostic {
        let Some(first) = steps.first() else {
            let help = "take the `not`, `unless` or count out of one of the conditions";
            return Diagnostic::new(codes::CIRCLE, "a condition depends on its own absence").help(help);
        };
        let name = self.bare(first.of);
        let absent = steps.iter().any(|step| step.asks == Asks::ThatNot);
        let on = if absent { "its own absence" } else { "how often it holds itself" };
        let round: Vec<String> = steps.iter().map(|step| format!("`{}`", self.bare(step.of))).collect();
        let message = match round.len() {
            1 => format!("`{name}` depends on {on}"),
            _ => format!("`{name}` depends on {on}: {} -> `{name}`", round.join(" -> ")),
        };
        let kind = match first.of {
            Thing::Concept(id) => self.program.kind(self.program.concept(id).kind).name.as_str(),
            _ => "relation",
        };
        let places = drawn(steps);
        let closed = steps.last().is_some_and(|step| step.at.is_some()) && first.at.is_some();
        let help = match places.len() {
            _ if !closed => format!(
                "two ways out: take the condition away at one of these places; or declare a {kind} `{name}_first` that \
                 does not ask for the others, and let them ask for that one instead of `{name}`"
            ),
            1 => format!(
                "two ways out: take this condition away; or declare a {kind} `{name}_first` that holds without it, and \
                 ask for that one here"
            ),
            last => format!(
                "two ways out: take the condition away at one of these places; or declare a {kind} `{name}_first` that \
                 holds without the condition at 1, and ask for that one at {last} instead of `{name}`"
            ),
        };
        Diagnostic::new(codes::CIRCLE, message).help(help)
    }

    /// E0322, without its places.
    fn map_on_itself(&self, theme: ConceptId, to: ConceptId) -> Diagnostic {
        let (theme, to) = (&self.program.concept(theme).name, &self.program.concept(to).name);
        let message =
            format!("the condition of the map from `{theme}` rests on `{to}`, which the map itself concludes");
        let help = format!(
            "ask in its `if` for the theme alone, as in `messages of {theme} >= 1`; or for something that does not \
             depend on `{to}`"
        );
        Diagnostic::new(codes::MAP_SELF, message).help(help)
    }

    /// The circle as its author knows it, from what asks to what is asked for.
    fn steps(&self, circle: &Circle) -> Vec<Step> {
        // Turns lead from what is needed to what needs it; read backwards, each asks for the next.
        let mut turns: Vec<&Turn> = circle.turns.iter().rev().collect();
        let known = |turn: &&Turn| self.thing(turn.to).is_some();
        turns.rotate_right(1);
        let Some(first) = turns.iter().position(known) else { return Vec::new() };
        turns.rotate_left(first);
        let mut steps: Vec<Step> = Vec::new();
        let (mut of, mut asks, mut at) = (None, Asks::That, None);
        for (i, turn) in turns.iter().enumerate() {
            of = of.or_else(|| self.thing(turn.to));
            asks = match (asks, turn.strict) {
                (Asks::HowMany, _) => Asks::HowMany,
                (_, true) if self.counts(turn) => Asks::HowMany,
                (_, true) => Asks::ThatNot,
                (asks, false) => asks,
            };
            at = self.place_of(turn).or(at);
            let (Some(this), Some(next)) = (of, self.thing(turn.from)) else { continue };
            let back = i + 1 == turns.len();
            if this != next || back && (steps.is_empty() || asks != Asks::That) {
                steps.push(Step { of: this, next, asks, at });
                (of, asks, at) = (None, Asks::That, None);
            }
        }
        steps
    }

    fn counts(&self, turn: &Turn) -> bool {
        matches!(turn.cause, Cause::Aggregation(_)) || matches!(self.lowered.role(turn.from), Role::Count(_))
    }

    /// "`optimism` holds only where `pessimism` does not"
    fn step_words(&self, step: &Step) -> String {
        let (of, next) = (self.words(step.of), self.words(step.next));
        match (step.asks, step.next) {
            (Asks::ThatNot, _) => format!("{of} holds only where {next} does not"),
            (Asks::HowMany, _) => format!("{of} asks how often {next} holds"),
            (Asks::That, Thing::Map(..)) => format!("{next} concludes {of}"),
            (Asks::That, _) => format!("{of} asks for {next}"),
        }
    }

    fn words(&self, thing: Thing) -> String {
        match thing {
            Thing::Map(theme, _) => format!("the map from `{}`", self.program.concept(theme).name),
            _ => format!("`{}`", self.bare(thing)),
        }
    }

    fn bare(&self, thing: Thing) -> &str {
        match thing {
            Thing::Concept(id) | Thing::Map(id, _) => &self.program.concept(id).name,
            Thing::Relation(id) => &self.program.relation(id).name,
        }
    }

    /// Lets the strict step of a circle conclude nothing.
    fn cut(&mut self, circle: &Circle) {
        let Some(turn) = circle.turns.iter().find(|t| t.strict) else { return };
        match turn.cause {
            Cause::Rule(rule) => {
                let never = self.empty_relation(0);
                let rule = &mut self.lowered.core.rules[rule.0 as usize];
                rule.body = vec![Literal::Atom(never, Vec::new())];
                rule.columns.iter_mut().for_each(|c| *c = Expr::Const(Value::NONE));
            }
            Cause::Aggregation(number) => {
                let width = self.lowered.core.relation(self.lowered.core.aggregations[number].body).arity;
                self.lowered.core.aggregations[number].body = self.empty_relation(width);
            }
        }
    }

    fn empty_relation(&mut self, width: usize) -> RelationId {
        let name = format!("never#{}", self.lowered.core.relations.len());
        self.lowered.roles.push(Role::Question);
        self.lowered.core.add_relation(name, width)
    }

    /// What a relation is for the author, where it is something to him.
    fn thing(&self, id: RelationId) -> Option<Thing> {
        match self.lowered.role(id) {
            Role::Declared(relation) | Role::Union(relation) => Some(Thing::Relation(relation)),
            Role::Has(id)
            | Role::Coded(id)
            | Role::Way(id, _)
            | Role::Blocked(id)
            | Role::Evidence(id)
            | Role::Passages(id) => Some(Thing::Concept(id)),
            Role::Stimulates(theme, to) => Some(Thing::Map(theme, to)),
            Role::Match(_)
            | Role::Domain(_)
            | Role::Group(_)
            | Role::Place(_)
            | Role::Counted(_)
            | Role::Count(_)
            | Role::Question => None,
        }
    }

    /// Where the study asks for what a turn needs; nothing where the engine does, or a module.
    fn place_of(&self, turn: &Turn) -> Option<Location> {
        let Cause::Rule(rule) = turn.cause else { return None };
        let origin = self.origin_of(rule);
        let literal = self.lowered.core.rule(rule).body.iter().position(|l| match l {
            Literal::Atom(r, _) | Literal::Not(r, _) | Literal::Lookup { relation: r, .. } => *r == turn.from,
            _ => false,
        });
        let place = literal.and_then(|i| origin.literals.get(i).copied().flatten());
        let at = place.or(origin.at.filter(|_| origin.kind != OriginKind::Internal))?;
        Some(at).filter(|at| !self.shipped.contains(&at.file))
    }
}
