//! What might make a fact hold, found by the same search: for each condition that is not met, a coding, a fact, a wider
//! pattern, another threshold, a fact to take out. Whether it does is for a fork to tell; here is only what to try.

use super::answer::RepairStep;
use super::fix::{BY_HAND, Fix, Plan, READ, REMOVED, ROW, STATED, Step, TOGETHER, WIDER};
use super::inquiry::{Inquiry, OpenRow};
use super::reach::{Reach, class};
use super::shapes::condition_at;
use crate::base::{Location, Value};
use crate::check::program::{ConditionKind, RelationKind};
use crate::ir::core::{Expr, Literal, RelationId};
use crate::ir::origin::{OriginKind, Role};
use crate::proof::{self, Met, Miss, Source, Wanted, pattern};
use crate::syntax::tree::CompareOp;

/// So far down repairs are looked for.
const DEEPEST: usize = 5;
/// So many bindings of one way are mended.
const MISSES: usize = 8;
/// So far down more is looked at than what comes nearest.
const BEYOND: usize = 3;
/// So many repairs of one condition are tried with those of others.
const CHOICES: usize = 5;
/// So many repairs of one fact go on to be tried.
const KEPT: usize = 40;
/// So many with those that are only counted.
const COUNTED: usize = 200;
/// So many of them are of one sort.
const ALIKE: usize = 8;
/// So many facts repairs are looked for in all.
const GOALS: usize = 250;

/// Looks for repairs.
pub(super) struct Mender<'i, 'a> {
    pub inquiry: &'i mut Inquiry<'a>,
    /// What is being looked for right now: nothing is mended by itself.
    path: Vec<(RelationId, OpenRow)>,
    goals: usize,
    reach: Reach<'a>,
}

impl<'i, 'a> Mender<'i, 'a> {
    pub fn new(inquiry: &'i mut Inquiry<'a>) -> Mender<'i, 'a> {
        let reach = Reach::new(inquiry.base());
        Mender { inquiry, path: Vec::new(), goals: 0, reach }
    }

    /// True where what is being mended is what was asked.
    pub(super) fn is_asked(&self) -> bool {
        self.path.is_empty()
    }

    /// What might make a row hold, smallest first.
    pub fn fixes(&mut self, relation: RelationId, row: &[Option<Value>]) -> Vec<Fix> {
        let goal = (relation, row.to_vec());
        if self.path.len() >= DEEPEST || self.goals >= GOALS || self.path.contains(&goal) {
            return Vec::new();
        }
        if self.inquiry.stop.stopped().is_some() {
            return Vec::new();
        }
        self.goals += 1;
        let mut fixes: Vec<Fix> = self.statement(relation, row).into_iter().map(Fix::of).collect();
        // What is asked, stated as it is, is no way round.
        fixes.iter_mut().for_each(|fix| fix.nearest = self.path.is_empty());
        self.path.push(goal);
        let open = row.iter().any(Option::is_none);
        let wanted = Wanted { most: if open { 12 } else { 24 }, whole: open, ..Wanted::default() };
        let stated = fixes.len();
        let top = self.path.len() == 1;
        for beyond in 0..=usize::from(self.path.len() <= BEYOND) {
            // What fails in one condition more may be mended where the nearest may not: `X != Y` by another Y.
            if fixes.len() > stated {
                break;
            }
            let most = wanted.most << (2 * beyond);
            for tried in self.inquiry.tried(relation, row, Wanted { beyond, most, ..wanted }) {
                let nearest = tried.misses.first().map_or(0, Miss::cost);
                let further = tried.misses.iter().filter(|miss| beyond == 0 || miss.cost() > nearest);
                for miss in further.take(MISSES) {
                    if open && !self.is_new(relation, miss) {
                        continue;
                    }
                    let nearest = top && self.inquiry.nearest.is_some_and(|way| way == (tried.way.kind, tried.way.at));
                    fixes.extend(self.of_miss(miss).into_iter().map(|fix| Fix { nearest, ..fix }));
                }
            }
        }
        self.path.pop();
        fixes.extend(self.by_others(relation, row, &fixes));
        // Of codings that no word speaks for, those come first that mend the way which is shown as the nearest.
        let unread = |fix: &Fix| (fix.is_unread(), fix.is_unread() && !fix.nearest);
        fixes.sort_by_cached_key(|fix| (unread(fix), fix.weight() + class(self.reach.of(fix))));
        let mut kept: Vec<Fix> = Vec::new();
        for fix in fixes {
            let alike = kept.iter().filter(|known| known.sort() == fix.sort()).count();
            // Those that are not tried are counted, and so all of them are kept.
            let counted = top && fix.is_unread() && kept.len() < COUNTED;
            if (kept.len() < KEPT && alike < ALIKE || counted) && !kept.contains(&fix) {
                kept.push(fix);
            }
        }
        kept
    }

    /// A word that other messages with the code have, where no word near the code's own widens a pattern.
    fn by_others(&self, relation: RelationId, row: &[Option<Value>], known: &[Fix]) -> Vec<Fix> {
        let (Role::Has(id), Some(Some(message))) = (self.inquiry.role(relation), row.first()) else {
            return Vec::new();
        };
        let is_wider = |fix: &Fix| matches!(fix.steps[..], [Step { weight: WIDER | ROW | READ, .. }]);
        if known.iter().any(is_wider) {
            return Vec::new();
        }
        self.telling(id, *message)
    }

    /// True where a binding would give a row that is not there yet.
    fn is_new(&self, relation: RelationId, miss: &Miss) -> bool {
        let base = self.inquiry.base();
        let core = &base.lowered.core;
        if core.rule(miss.rule).head != relation {
            return true;
        }
        let row: Option<Vec<Value>> = miss.row(core, &self.inquiry.pool).into_iter().collect();
        row.is_some_and(|row| base.db.find(relation, &row).is_none())
    }

    /// The fact itself, where somebody may state it: a coding, or a row of a relation that takes facts.
    fn statement(&self, relation: RelationId, row: &[Option<Value>]) -> Option<Step> {
        let view = self.inquiry.view();
        match view.lowered.role(relation) {
            Role::Has(id) if view.program.concept(id).kind == view.program.known_kind("code") => {
                self.read(id, row.first().copied().flatten()?)
            }
            Role::Declared(declared) => {
                let of = view.program.relation(declared);
                let derived = self.inquiry.ways.has_rules(relation);
                if of.kind != RelationKind::Declared || derived && self.path.is_empty() {
                    return None;
                }
                // What nobody asks of may be anything that stands there elsewhere.
                let row: OpenRow = (row.iter().zip(&of.columns).enumerate())
                    .map(|(at, (value, column))| match value {
                        None if !column.optional => self.some_value(relation, at),
                        value => *value,
                    })
                    .collect();
                let code = self.written(declared, &row)?;
                Some(Step {
                    plan: Plan::Insert(code.clone()),
                    shown: RepairStep {
                        kind: "fact",
                        text: "add the fact".into(),
                        code,
                        place: None,
                        line: String::new(),
                    },
                    // What rules conclude is stated by hand only where nothing else helps.
                    weight: if derived { BY_HAND } else { STATED },
                })
            }
            _ => None,
        }
    }

    /// What might make a rule conclude with a binding: all that fails mended at once.
    fn of_miss(&mut self, miss: &Miss) -> Vec<Fix> {
        let miss = self.filled(miss);
        let failed: Vec<usize> = (0..miss.met.len()).filter(|&at| miss.met[at] == Met::No).collect();
        if failed.is_empty() || failed.len() > TOGETHER {
            return Vec::new();
        }
        let mut all = vec![Fix::default()];
        for at in failed.iter().copied() {
            let choices = self.of_literal(&miss, at);
            let most = if failed.len() == 1 { KEPT } else { CHOICES };
            all = all.iter().flat_map(|fix| choices.iter().take(most).filter_map(|choice| fix.and(choice))).collect();
        }
        all
    }

    /// What might make one condition hold.
    fn of_literal(&mut self, miss: &Miss, at: usize) -> Vec<Fix> {
        let core = &self.inquiry.base().lowered.core;
        let Some(literal) = miss.literal(core, at).cloned() else { return Vec::new() };
        let place = self.inquiry.ways.origin(miss.rule).literals.get(at).copied().flatten();
        match &literal {
            Literal::Atom(relation, terms) => {
                let row = pattern(terms, &miss.binding);
                let message = row.first().copied().flatten();
                match self.inquiry.role(*relation) {
                    Role::Match(number) => {
                        let pattern = self.inquiry.base().lowered.patterns[number as usize].clone();
                        match (message, place) {
                            (Some(message), Some(place)) => self.wider(&pattern, place, message),
                            _ => Vec::new(),
                        }
                    }
                    Role::Place(at) => message.map_or(Vec::new(), |message| self.in_place(at, message)),
                    Role::Passages(id) => {
                        let base = self.inquiry.base();
                        base.lowered.has(base.program, id).map_or(Vec::new(), |has| self.fixes(has, &row[..1]))
                    }
                    Role::Domain(_) => Vec::new(),
                    _ => self.fixes(*relation, &row),
                }
            }
            Literal::Not(relation, terms) => {
                let mut fixes = self.without(*relation, &pattern(terms, &miss.binding));
                fixes.extend(place.and_then(|place| self.without_not(place)).map(Fix::of));
                fixes
            }
            Literal::Compare(..) => {
                let mut fixes: Vec<Fix> = place.map_or(Vec::new(), |place| {
                    let coder = self.one_coder_more(&literal, miss, place);
                    coder.into_iter().chain(self.threshold(&literal, miss, place)).map(Fix::of).collect()
                });
                fixes.extend(self.one_more(&literal, miss));
                fixes.extend(self.other_fact(&literal, miss));
                fixes.extend(self.one_less(&literal, miss));
                fixes
            }
            Literal::Matches(term, number) => self.wider_test(term, *number, miss, place),
            Literal::Lookup { relation, key, .. } => {
                let key = pattern(key, &miss.binding);
                let mut fixes = self.counted_more(*relation, &key);
                fixes.extend(self.counted_less(*relation, &key));
                fixes
            }
            Literal::Bind(..) => self.one_less(&literal, miss),
            _ => Vec::new(),
        }
    }

    /// One person more who codes a message so.
    fn one_coder_more(&mut self, literal: &Literal, miss: &Miss, at: Location) -> Option<Step> {
        let base = self.inquiry.base();
        let (Some(ConditionKind::Agreed(id, _)), Literal::Compare(_, Expr::Var(value), least)) =
            (condition_at(base.program, at).map(|c| &c.kind), literal)
        else {
            return None;
        };
        let least = self.inquiry.computed(least, miss);
        let number = |value: Option<Value>| self.inquiry.pool.as_number(value?);
        let (now, least) = (number(miss.binding[value.0 as usize])?, number(least)?);
        let (head, key) = base.lowered.core.rule(miss.rule).body.iter().find_map(|literal| match literal {
            Literal::Lookup { relation, key, value: own, .. } if own == value => {
                Some((*relation, pattern(key, &miss.binding)))
            }
            _ => None,
        })?;
        let message = key.first().copied().flatten()?;
        let coders: Vec<String> =
            self.inquiry.counted_rows(head, &key).0.iter().flatten().map(|&v| self.inquiry.pool.show(v)).collect();
        let named = self.inquiry.other_coder(message, &coders);
        let made_up = || ["you", "somebody_else"].into_iter().find(|name| !coders.iter().any(|known| known == name));
        let other = named.clone().or_else(|| made_up().map(str::to_string))?;
        if now + 1 < least {
            return None;
        }
        let passage = self.inquiry.first_passage(*id, message).map(|range| (range, range));
        let mut step = self.coding(*id, message, passage)?;
        let code = step.shown.code.replacen(&format!(", {}", self.coder()), &format!(", {other}"), 1);
        step.shown.text = step.shown.text.replacen("somebody", named.as_deref().unwrap_or("somebody else"), 1);
        (step.shown.code, step.plan) = (code.clone(), Plan::Insert(code));
        Some(step)
    }

    /// One more of what a count counts, where that is what a comparison lacks.
    fn one_more(&mut self, literal: &Literal, miss: &Miss) -> Vec<Fix> {
        let Literal::Compare(op, a, b) = literal else { return Vec::new() };
        let more = match op {
            CompareOp::Greater | CompareOp::GreaterEqual => a,
            CompareOp::Less | CompareOp::LessEqual => b,
            CompareOp::Equal | CompareOp::NotEqual => {
                if matches!(a, Expr::Const(_)) {
                    b
                } else {
                    a
                }
            }
        };
        let mut vars = Vec::new();
        crate::ir::compute::variables(more, &mut vars);
        let body = self.inquiry.base().lowered.core.rule(miss.rule).body.clone();
        let mut fixes = Vec::new();
        for literal in &body {
            if let Literal::Lookup { relation, key, value, .. } = literal
                && vars.contains(value)
            {
                fixes.extend(self.counted_more(*relation, &pattern(key, &miss.binding)));
            }
        }
        fixes
    }

    fn counted_more(&mut self, head: RelationId, key: &OpenRow) -> Vec<Fix> {
        let core = &self.inquiry.base().lowered.core;
        let Some(aggregation) = core.aggregations.iter().find(|a| a.head == head) else { return Vec::new() };
        let mut row = key.clone();
        row.resize(core.relation(aggregation.body).arity, None);
        let body = aggregation.body;
        // What was found to come nearest to being counted is mended before what merely could be.
        let nearest = self.inquiry.not_counted.get(&(head, key.clone())).cloned().unwrap_or_default();
        let mut fixes: Vec<Fix> = Vec::new();
        if !nearest.is_empty() {
            // That it is asked of in the end what it is counted for takes nothing from how far down it is followed.
            let below = self.path.split_off(1.min(self.path.len()));
            nearest.iter().for_each(|near| fixes.extend(self.fixes(body, &near.row)));
            self.path.extend(below);
        }
        fixes.extend(self.fixes(body, &row));
        fixes
    }

    /// What might take a row away: the facts it rests on, or the exception that it is.
    pub(super) fn without(&mut self, relation: RelationId, row: &OpenRow) -> Vec<Fix> {
        let base = self.inquiry.base();
        let Some(found) = self.inquiry.search.rows(relation, row, 1).0.pop() else { return Vec::new() };
        let Some(at) = base.db.find(relation, &found) else { return Vec::new() };
        let budget = proof::Budget { facts: 2_000, derivations: 20_000 };
        let Some(proof) = proof::best(base.evaluated(), relation, at, budget) else { return Vec::new() };
        let mut fixes = Vec::new();
        for node in &proof.nodes {
            if !matches!(node.source, Source::Given { .. }) || fixes.len() >= CHOICES {
                continue;
            }
            let values: OpenRow = node.values.iter().map(|&value| Some(value)).collect();
            let Some((declared, values)) = base.named_fact(node.relation, &values) else { continue };
            let kind = base.program.relation(declared).kind;
            if !matches!(kind, RelationKind::Declared | RelationKind::Coding | RelationKind::Has(_)) {
                continue;
            }
            let Some(code) = self.written(declared, &values) else { continue };
            let place = match &node.source {
                Source::Given { place } => base.given_place(node.relation, *place),
                _ => None,
            };
            let text = "take the fact out".to_string();
            let shown = RepairStep { kind: "remove", text, code: code.clone(), place, line: String::new() };
            fixes.push(Fix::of(Step { plan: Plan::Delete(code), shown, weight: REMOVED }));
        }
        if let Source::Rule { rule, .. } = &proof.root().source
            && let OriginKind::Unless(id, number) = self.inquiry.ways.origin(*rule).kind
        {
            let body = base.program.concept(id).unless.get(number).map(|body| body.at);
            fixes.extend(body.and_then(|at| self.without_unless(at)).map(Fix::of));
        }
        fixes
    }
}
