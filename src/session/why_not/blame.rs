//! What is to blame for a condition that is not met, with its values: rows that are nearly there, what stands in the
//! way of a `not`, and both sides of a comparison.

use super::answer::Blame;
use super::conditions::Cond;
use super::inquiry::{Inquiry, OpenRow};
use super::shapes::condition_at;
use crate::base::Location;
use crate::check::Type;
use crate::check::program::{Condition, ConditionKind, Place, PlaceKind, RelationId as Declared, RelationKind};
use crate::ir::compute::Computed;
use crate::ir::core::{Expr, Literal, RelationId};
use crate::ir::origin::Role;
use crate::proof::{Miss, pattern};
use crate::session::explain::explain;
use crate::session::explanation::{QuoteShown, Step};
use crate::syntax::tree::CompareOp;
use crate::text::{Range, slice};
use std::cmp::Ordering;

/// So many places of a code that stands against something are named.
const NAMED: usize = 6;
/// So many passages behind one condition are shown.
const QUOTES: usize = 3;

impl Inquiry<'_> {
    /// A row that is not there: that it is not, and the row that comes nearest.
    pub(super) fn blame_row(&mut self, relation: RelationId, row: &OpenRow, own: Option<Location>) -> Vec<Blame> {
        let view = self.view();
        let (Role::Declared(declared) | Role::Union(declared)) = view.lowered.role(relation) else { return Vec::new() };
        let name = &view.program.relation(declared).name;
        if view.db.relation(relation).is_empty() {
            return vec![Blame::of(format!("nothing is known of `{name}`: it has no facts"))];
        }
        let of = view.program.relation(declared);
        if let Some(blame) = self.other_thread(declared, relation, row, own) {
            return vec![blame];
        }
        let known = row.iter().all(Option::is_some);
        // Of what is given, that there is nothing at all of that is more than that this is not there.
        if known && row.len() > 1 && of.kind == RelationKind::Declared && !self.ways.has_rules(relation) {
            let mut open = vec![None; row.len()];
            open[0] = row[0];
            if view.is_spoken(declared) && self.search.rows(relation, &open, 1).0.is_empty() {
                let blame = Blame::of(view.denial_of_any(declared, &open));
                self.lacking.insert(relation);
                return vec![blame];
            }
            // So it is that another value has it of nothing: a message that nobody answers.
            let alone = |at: usize| (0..row.len()).map(|other| row[other].filter(|_| other == at)).collect::<OpenRow>();
            let nowhere = |open: &OpenRow| self.search.rows(relation, open, 1).0.is_empty();
            let named = |at: usize| matches!(of.columns[at].of, Type::Kind(_));
            let all_named = view.is_spoken(declared) && (0..row.len()).all(named);
            let lost = (1..row.len()).map(alone).find(|open| all_named && nowhere(open));
            if let Some(open) = lost {
                let mut blame = vec![Blame::of(view.denial_of_any(declared, &open))];
                blame.extend(self.nearest_row(relation, declared, row));
                self.lacking.insert(relation);
                return blame;
            }
        }
        if known && matches!(of.kind, RelationKind::Has(_)) {
            return vec![Blame::of(view.denial(declared, row))];
        }
        let mut blame = vec![Blame::of(match row.iter().any(Option::is_some) {
            true if known && view.is_spoken(declared) => view.denial(declared, row),
            true if view.is_spoken(declared) => view.denial_of_any(declared, row),
            true => format!("there is no `{}`", view.fact(declared, row)),
            false => view.denial(declared, row),
        })];
        blame.extend(self.nearest_row(relation, declared, row));
        blame
    }

    /// A message that is there, but of another thread or author than is asked for.
    fn other_thread(
        &self,
        declared: Declared,
        relation: RelationId,
        row: &OpenRow,
        own: Option<Location>,
    ) -> Option<Blame> {
        let view = self.view();
        let message = row.first().copied().flatten()?;
        if declared != view.program.known("message") {
            return None;
        }
        let mut open = vec![None; row.len()];
        open[0] = Some(message);
        let found = self.search.rows(relation, &open, 1).0.pop()?;
        let (at, kind) = [(1, "thread"), (2, "author")].into_iter().find(|(at, _)| {
            row.get(*at).copied().flatten().is_some_and(|asked| found.get(*at).is_some_and(|there| *there != asked))
        })?;
        let [asked, there] = [row[at]?, *found.get(at)?].map(|value| view.in_words(value));
        let message = view.in_words(message);
        // Of `thread has (...)`, what is lacking is any message there.
        let scope = own.and_then(|own| condition_at(view.program, own)).map(|c| &c.kind);
        let is_scope = matches!(scope, Some(ConditionKind::Has(..)));
        Some(Blame::of(match (kind, is_scope) {
            ("thread", true) => {
                format!("no message in the thread {asked} has that; {message} has, in the thread {there}")
            }
            (_, true) => format!("no message by {asked} has that; {message} has, which is by {there}"),
            ("thread", false) => format!("{message} would do, but is in the thread {there}, not {asked}"),
            _ => format!("{message} would do, but is by {there}, not {asked}"),
        }))
    }

    /// A row that has all values but one, the last first, since the first says what it is about; or else any of that.
    pub(super) fn nearest_row(&self, relation: RelationId, declared: Declared, row: &OpenRow) -> Option<Blame> {
        let view = self.view();
        let asked: Vec<usize> = (0..row.len()).filter(|&at| row[at].is_some()).collect();
        if asked.len() < 2 {
            return None;
        }
        // What is said of the same first value comes nearer than the same said of another.
        let (first, rest) = asked.split_first()?;
        let without = |open_at: &[usize]| {
            let open = (0..row.len()).map(|at| row[at].filter(|_| !open_at.contains(&at))).collect::<OpenRow>();
            self.search.rows(relation, &open, 1).0.pop()
        };
        let found = rest.iter().rev().find_map(|&at| without(&[at]));
        let found = found.or_else(|| without(rest)).or_else(|| without(&[*first]))?;
        let values: OpenRow = found.iter().map(|&value| Some(value)).collect();
        let there = view.db.relation(relation);
        let place = there.find(&found).and_then(|at| view.given_place(relation, there.given(at)?));
        let text = match view.is_spoken(declared) {
            true => format!("what is so: {}", view.sentence(declared, &values)),
            false => format!("there is `{}`", view.fact(declared, &values)),
        };
        Some(Blame { text, quote: None, place })
    }

    /// Something is there that may not be: a short reason why.
    pub(super) fn blame_presence(&mut self, relation: RelationId, row: &OpenRow) -> Vec<Blame> {
        let Some(found) = self.search.rows(relation, row, 1).0.pop() else { return Vec::new() };
        let base = self.base();
        let Some(at) = base.db.find(relation, &found) else { return Vec::new() };
        let Some(explanation) = explain(base, relation, at) else { return Vec::new() };
        let root = &explanation.root;
        let leaf = first_leaf(root);
        let quote = leaf.quote.clone();
        let place = leaf.place.clone().filter(|_| quote.is_none());
        let text = match base.lowered.role(relation) {
            Role::Blocked(id) => {
                let concept = base.program.concept(id);
                let clause = concept.unless.iter().find(|body| Some(base.place(body.at)) == root.place);
                let clause = clause.or(concept.unless.first());
                let words = clause.map_or(String::new(), |body| self.view().words(body.at));
                let labels = clause.map_or(String::new(), |body| self.labels(body.at));
                let why = said(root.because.first().unwrap_or(root), leaf);
                let found = clause.and_then(|body| self.found_by(&body.condition, row));
                let (quote, why) = match found {
                    Some((by, both)) => {
                        let said = why.rsplit_once(" (`").map_or(why.as_str(), |(said, _)| said);
                        (both.or(quote), format!("{said}, found by {by}"))
                    }
                    None => (quote, why),
                };
                let text = match words == labels {
                    true => format!("`unless {words}` holds: {why}"),
                    false => format!("unless {labels}, which holds: {why}"),
                };
                return vec![Blame { text, quote, place }];
            }
            Role::Group(at) => {
                format!("{} holds: {}", self.marked(at), said(root.because.first().unwrap_or(root), leaf))
            }
            _ => said(root, leaf),
        };
        vec![Blame { text, quote, place }]
    }

    /// Of a code that stands against something: the words of each place where it was found, if there are several, and of
    /// two a quotation of both.
    fn found_by(&self, condition: &Condition, row: &OpenRow) -> Option<(String, Option<QuoteShown>)> {
        let id = match &condition.kind {
            ConditionKind::Holds(id) => *id,
            ConditionKind::Place(Place { kind: PlaceKind::Code(id), .. }) => *id,
            _ => return None,
        };
        let message = row.first().copied().flatten()?;
        let text = self.base().texts.corpus.segments(message)?;
        let clauses = self.base().program.concept(id).matches.iter();
        let mut ranges: Vec<Range> = clauses.flat_map(|m| self.ranges(&m.place, message, text)).collect();
        ranges.sort_unstable();
        ranges.dedup();
        ranges.truncate(NAMED);
        let words = ranges.iter().map(|&range| format!("\"{}\"", slice(text.text(), range)));
        let words: Vec<String> = words.collect();
        let (last, rest) = words.split_last().filter(|(_, rest)| !rest.is_empty())?;
        let both = match ranges[..] {
            [a, b] => self.base().stretch_shown(message, a, b),
            _ => None,
        };
        Some((format!("{} and {last}", rest.join(", ")), both))
    }

    /// The words on which a row rests.
    pub(super) fn quote_of(&mut self, relation: RelationId, row: &OpenRow) -> Option<QuoteShown> {
        let found = self.search.rows(relation, row, 1).0.pop()?;
        let base = self.base();
        let at = base.db.find(relation, &found)?;
        first_leaf(&explain(base, relation, at)?.root).quote.clone()
    }

    /// The words of each message on which a row rests, a few of them.
    pub(super) fn quotes_of(&mut self, relation: RelationId, row: &OpenRow) -> Vec<QuoteShown> {
        let Some(found) = self.search.rows(relation, row, 1).0.pop() else { return Vec::new() };
        let base = self.base();
        let explanation = base.db.find(relation, &found).and_then(|at| explain(base, relation, at));
        let mut quotes: Vec<QuoteShown> = Vec::new();
        let mut steps: Vec<&Step> = explanation.iter().map(|explanation| &explanation.root).collect();
        while let Some(step) = steps.pop() {
            let below = step.because.iter().rev();
            match &step.quote {
                Some(quote) if !below.clone().any(has_words) => {
                    let known = quotes.iter().any(|q| (&q.message, q.range) == (&quote.message, quote.range));
                    if quotes.len() < QUOTES && !known {
                        quotes.push(quote.clone());
                    }
                }
                _ => steps.extend(below),
            }
        }
        quotes
    }

    /// The exception that holds of what is asked about, where one does.
    pub(super) fn exception(&mut self, relation: RelationId, row: &OpenRow) -> Vec<Blame> {
        let Role::Has(id) = self.role(relation) else { return Vec::new() };
        let Some(blocked) = self.ways.of_role(Role::Blocked(id)) else { return Vec::new() };
        let mut blame = self.blame_presence(blocked, &row[..row.len().min(1)].to_vec());
        blame.iter_mut().for_each(|blame| blame.text = format!("An exception stands against it: {}", blame.text));
        self.decisive = (!blame.is_empty()).then_some(blocked);
        blame
    }

    /// A comparison or test with its values.
    pub(super) fn blame_test(
        &mut self,
        literal: &Literal,
        miss: &Miss,
        cond: &Cond,
        own: Option<Location>,
    ) -> Vec<Blame> {
        let mut blame = Vec::new();
        match literal {
            Literal::Compare(..) => {
                let counts = self.counts(literal, miss);
                self.note_short(literal, miss);
                let kind = own.and_then(|own| condition_at(self.base().program, own)).map(|c| &c.kind);
                let several = matches!(kind, Some(ConditionKind::AtLeast(..) | ConditionKind::Agreed(..)));
                let set = own.map_or(String::new(), |own| self.set_for_this(own));
                let said = self.not_so(literal, miss, several || !counts.is_empty());
                blame.extend(counts);
                match said {
                    Some(said) => blame.push(Blame::of(format!("{said}{set}"))),
                    None => blame.push(Blame::of("one of the values is missing or cannot be computed")),
                }
            }
            Literal::Lookup { relation, key, .. } => {
                let key = pattern(key, &miss.binding);
                let of: Vec<String> = key.iter().flatten().map(|&value| self.view().in_words(value)).collect();
                let of = if of.is_empty() { String::new() } else { format!(" for {}", of.join(", ")) };
                let words = match self.role(*relation) {
                    Role::Count(at) => self.view().words(at),
                    _ => cond.words.clone(),
                };
                blame.push(Blame::of(format!("`{words}` has nothing to work on{of}")));
            }
            Literal::Bind(var, expr) => {
                let wanted = miss.binding[var.0 as usize].map(|value| self.view().in_words(value));
                let counts = self.counts(literal, miss);
                let counted = !counts.is_empty();
                blame.extend(counts);
                blame.push(Blame::of(match (self.worth(expr, miss), wanted) {
                    (Some(_), Some(wanted)) if counted => format!("asked for is {wanted}"),
                    (Some(value), Some(wanted)) => format!("the value is {value}, not {wanted}"),
                    _ => "the value cannot be computed".to_string(),
                }));
            }
            Literal::Matches(term, _) => {
                let text = match term {
                    crate::ir::core::Term::Var(var) => miss.binding[var.0 as usize],
                    crate::ir::core::Term::Const(value) => Some(*value),
                    crate::ir::core::Term::Any => None,
                };
                let text = text.map(|value| self.pool.show(value)).unwrap_or_default();
                blame.push(Blame::of(format!("the text is \"{}\"", shorter(&text))));
                if let Literal::Matches(_, number) = literal {
                    blame.extend(self.near_in(&text, *number));
                }
            }
            Literal::Contains(a, _) => {
                let text = self.worth(a, miss).unwrap_or_default();
                blame.push(Blame::of(format!("the text is \"{}\"", shorter(&text))));
            }
            Literal::Place(test, a, b) => blame.extend(self.blame_passages(*test, a, b, miss)),
            Literal::Present(_) => blame.push(Blame::of("nothing stands there")),
            Literal::Absent(_) => blame.push(Blame::of("something stands there")),
            Literal::Atom(..) | Literal::Not(..) => {}
        }
        blame
    }

    /// What a comparison asks, and what there is: `10, and at least 20 is needed`; without the number where what was counted
    /// has been said.
    fn not_so(&self, literal: &Literal, miss: &Miss, counted: bool) -> Option<String> {
        let Literal::Compare(op, a, b) = literal else { return None };
        let constant = |expr: &Expr| matches!(expr, Expr::Const(_));
        // `2 <= N` is told as `N >= 2`.
        let (op, a, b) = if constant(a) && !constant(b) { (op.turned(), b, a) } else { (*op, a, b) };
        let (left, right) = (self.worth(a, miss)?, self.worth(b, miss)?);
        if let Some(days) = self.days(a, b, miss) {
            let how = match op {
                CompareOp::Less => "before",
                CompareOp::LessEqual => "on or before",
                CompareOp::Greater => "after",
                CompareOp::GreaterEqual => "on or after",
                CompareOp::Equal => return Some(format!("{left} is not {right}{days}")),
                CompareOp::NotEqual => return Some(format!("both are {left}")),
            };
            return Some(format!("{left} is not {how} {right}{days}"));
        }
        let asked = match op {
            CompareOp::Equal => return Some(format!("{left} is not {right}")),
            CompareOp::NotEqual => return Some(format!("both are {left}")),
            _ => self.asked_for(op, b, miss)?,
        };
        Some(if counted { asked } else { format!("it is {left}, and {asked}") })
    }

    /// `at least 3 are needed`; of whole numbers the next one, instead of "more than 2".
    pub(super) fn asked_for(&self, op: CompareOp, right: &Expr, miss: &Miss) -> Option<String> {
        let whole = match self.value_of(right, miss)? {
            Computed::Kept(value) => self.pool.as_number(value),
            Computed::Fresh(_) => None,
        };
        let shown = self.worth(right, miss)?;
        let of = |number: Option<i64>| number.map_or(shown.clone(), |number| number.to_string());
        let (words, limit, verb) = match (op, whole) {
            (CompareOp::GreaterEqual, _) => ("at least", shown.clone(), "needed"),
            (CompareOp::Greater, Some(n)) if n < i64::MAX => ("at least", of(Some(n + 1)), "needed"),
            (CompareOp::Greater, _) => ("more than", shown.clone(), "needed"),
            (CompareOp::LessEqual, _) => ("at most", shown.clone(), "allowed"),
            (CompareOp::Less, Some(n)) if n > i64::MIN => ("at most", of(Some(n - 1)), "allowed"),
            (CompareOp::Less, _) => ("less than", shown.clone(), "needed"),
            _ => return None,
        };
        let be = if limit == "1" { "is" } else { "are" };
        Some(format!("{words} {limit} {be} {verb}"))
    }

    /// By how many days two dates miss each other; nothing where they are none.
    fn days(&self, a: &Expr, b: &Expr, miss: &Miss) -> Option<String> {
        let (Computed::Kept(left), Computed::Kept(right)) = (self.value_of(a, miss)?, self.value_of(b, miss)?) else {
            return None;
        };
        let by = self.pool.as_date(left)?.days_since(self.pool.as_date(right)?);
        let of = |by: i64| if by == 1 { "1 day".to_string() } else { format!("{by} days") };
        Some(match by.cmp(&0) {
            Ordering::Equal => ": it is the same day".to_string(),
            Ordering::Less => format!(": it is {} earlier", of(-by)),
            Ordering::Greater => format!(": it is {} later", of(by)),
        })
    }

    /// Where a condition asks for a parameter that the question sets: that it does, and what the study says.
    fn set_for_this(&self, at: Location) -> String {
        let view = self.view();
        let Some(ConditionKind::Compare(_, a, b)) = condition_at(view.program, at).map(|c| &c.kind) else {
            return String::new();
        };
        let set = [a, b].into_iter().find_map(|operand| view.parameter_set(&view.words(operand.at)));
        set.map_or(String::new(), |(name, said)| format!(" (`{name}`, {said})"))
    }
}

/// True where words are shown for a step or for what it rests on.
fn has_words(step: &Step) -> bool {
    let mut steps = vec![step];
    while let Some(step) = steps.pop() {
        if step.quote.is_some() {
            return true;
        }
        steps.extend(&step.because);
    }
    false
}

/// The first thing that a reason rests on which rests on nothing else.
fn first_leaf(root: &Step) -> &Step {
    let mut step = root;
    while let Some(first) = step.because.first() {
        if step.quote.is_some() {
            break;
        }
        step = first;
    }
    step
}

/// A statement, and what it rests on where that says more.
fn said(step: &Step, leaf: &Step) -> String {
    let by = |step: &Step| step.rule.as_deref().map(|rule| format!(" (`{}`)", shorter(rule))).unwrap_or_default();
    match step.statement == leaf.statement || leaf.quote.is_some() {
        true => format!("{}{}", step.statement, by(leaf)),
        false => format!("{}, since {}", step.statement, leaf.statement),
    }
}

/// A long text, cut.
pub(super) fn shorter(text: &str) -> String {
    const MOST: usize = 120;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    }
}
