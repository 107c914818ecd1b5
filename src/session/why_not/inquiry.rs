//! The search for what comes nearest to a fact that does not hold, and the answer in the author's words: each way with
//! its conditions, ticked or crossed, and what is to blame, followed down as far as it goes.

use super::answer::{ConditionShown, WayMissed};
use super::conditions::{Cond, conditions};
use super::further::{NotCounted, Short};
use super::lexicon::Lexicon;
use super::passage::Nearby;
use super::ways::{Way, Ways};
use crate::base::{FileId, Location, Pool, Stop, Value};
use crate::check::program::ConceptId;
use crate::ir::compute::Computed;
use crate::ir::core::{Expr, Literal, RelationId, Var};
use crate::ir::origin::{OriginKind, Role};
use crate::proof::{Met, Miss, Nearest, Wanted, pattern};
use crate::session::explanation::QuoteShown;
use crate::session::labels::Labels;
use crate::session::show::View;
use crate::syntax::tree::CompareOp;
use crate::text::Language;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::cmp::Reverse;

/// So many ways are shown at the top, right under it, and further down.
const SHOWN: [usize; 3] = [5, 2, 1];
/// So many alternatives of one condition are shown.
const ALTERNATIVES: usize = 4;
/// So far down a reason is followed.
pub(super) const DEEPEST: usize = 6;
/// So many steps all searches of one question take together.
const STEPS: usize = 2_000_000;
/// So many conditions that are not met are followed.
const FOLLOWED: usize = 60;
/// So many ways of which nothing is there are shown at most.
const FAR: usize = 2;
/// So many ways are shown where an exception stands against each.
const BARRED: usize = 2;
/// So many passages behind one condition are shown.
const BEHIND: usize = 4;
/// So far down the words are quoted for which a condition is met.
const QUOTED: usize = 2;

/// A row of which some values are known.
pub(super) type OpenRow = Vec<Option<Value>>;

/// A way with the bindings that come nearest.
#[derive(Clone, Debug)]
pub(super) struct Tried {
    pub way: Way,
    pub misses: Vec<Miss>,
    /// How far the nearest is from what is asked.
    pub far: Far,
    /// How many of the author's conditions it meets, without those that something is not there.
    pub met: usize,
}

/// How far a way is from what is asked, the nearest first: one that has nothing of it; by how many of the author's conditions
/// are not met, whether no word speaks for what is lacking, how many things that are, and how many conditions are met.
pub(super) type Far = (bool, usize, bool, usize, Reverse<usize>);

/// One question, and what has been found for it.
pub(super) struct Inquiry<'a> {
    base: View<'a>,
    pub ways: Ways<'a>,
    pub search: Nearest<'a>,
    /// The study's values, and those that a search computes on its way.
    pub pool: Pool,
    /// When two words are one.
    pub lexicon: Lexicon,
    /// The author's clauses with labels in the place of names.
    pub clauses: Labels<'a>,
    /// What has been followed already.
    seen: FxHashSet<(RelationId, OpenRow)>,
    followed: usize,
    /// The messages that have been shown as a whole, which is done once.
    pub whole: RefCell<FxHashSet<Value>>,
    /// What comes near the patterns of a code in a message, and near one pattern: looked for once.
    pub near_codes: RefCell<FxHashMap<(ConceptId, Value), Vec<Nearby>>>,
    pub near_patterns: RefCell<FxHashMap<(u32, Value), bool>>,
    pub stop: &'a Stop,
    /// The exceptions of the concept that is asked about, where one holds: said once, at the head.
    pub decisive: Option<RelationId>,
    /// The way that is shown as the nearest.
    pub nearest: Option<(OriginKind, Option<Location>)>,
    /// Counts that are too small, with how many each lacks; and what comes nearest to being counted by each.
    pub short: Vec<(Short, usize)>,
    pub not_counted: FxHashMap<Short, Vec<NotCounted>>,
    /// The relations of given facts that have nothing at all of what was asked.
    pub lacking: FxHashSet<RelationId>,
    /// The rule files that nobody may change.
    pub shipped: &'a FxHashSet<FileId>,
}

impl<'a> Inquiry<'a> {
    pub fn new(view: View<'a>, stop: &'a Stop, shipped: &'a FxHashSet<FileId>) -> Inquiry<'a> {
        Inquiry {
            base: view,
            ways: Ways::new(view.program, view.lowered),
            search: Nearest::new(view.evaluated(), stop, STEPS),
            pool: view.pool.clone(),
            lexicon: Lexicon::of(view.program, view.program.study.language.unwrap_or(Language::English)),
            clauses: Labels::of(view.program),
            seen: FxHashSet::default(),
            followed: 0,
            whole: RefCell::default(),
            near_codes: RefCell::default(),
            near_patterns: RefCell::default(),
            stop,
            decisive: None,
            nearest: None,
            short: Vec::new(),
            not_counted: FxHashMap::default(),
            lacking: FxHashSet::default(),
            shipped,
        }
    }

    /// The study with the values of this question.
    pub fn view(&self) -> View<'_> {
        View { pool: &self.pool, ..self.base }
    }

    /// The study without them.
    pub fn base(&self) -> View<'a> {
        self.base
    }

    pub fn role(&self, relation: RelationId) -> Role {
        self.base.lowered.role(relation)
    }

    /// The ways to a row with the bindings that come nearest, the nearest way first. A way that leads to the row is
    /// none that misses it, and does not count.
    pub fn tried(&mut self, relation: RelationId, row: &[Option<Value>], wanted: Wanted) -> Vec<Tried> {
        let ways = self.ways.of(relation, row, &self.pool);
        let mut tried: Vec<Tried> = Vec::new();
        for way in ways {
            let mut misses: Vec<Miss> = Vec::new();
            for goal in &way.goals {
                let failing = misses.first().map_or(wanted.failing, |miss| miss.cost().min(wanted.failing));
                let found = self.search.bindings(&mut self.pool, goal, Wanted { failing, ..wanted });
                misses.extend(found);
            }
            misses.retain(|miss| miss.cost() > 0);
            let failed = |miss: &Miss| conditions(self, miss).iter().filter(|c| c.met != Some(true)).count();
            misses.sort_by_cached_key(|miss| (failed(miss), miss.cost(), self.lacks(miss)));
            if let Some(first) = misses.first() {
                let (met, far) = (self.score(first).0, self.far(first, relation));
                tried.push(Tried { way, misses, far, met });
            }
        }
        tried.sort_by_key(|tried| tried.far);
        // Of those that lack as many conditions, one that a word of the message speaks for comes first.
        if let Some((nothing, failed, ..)) = tried.first().map(|first| first.far)
            && row.iter().all(Option::is_some)
        {
            let alike = tried.partition_point(|tried| (tried.far.0, tried.far.1) <= (nothing, failed));
            for tried in &mut tried[..alike] {
                let (_, _, spoken, ..) = &mut tried.far;
                *spoken = !self.is_spoken_for(&tried.misses[0]);
            }
            tried[..alike].sort_by_key(|tried| tried.far);
        }
        tried
    }

    /// True where a word of the message speaks for each code that a binding lacks, and some are there of each number of
    /// things.
    fn is_spoken_for(&self, miss: &Miss) -> bool {
        let core = &self.base.lowered.core;
        let mut lost = (0..miss.met.len()).filter(|&at| miss.met[at] == Met::No);
        lost.all(|at| {
            let literal = miss.literal(core, at);
            if self.number_lacking(miss, literal).is_some_and(|(has, _)| has > 0) {
                return true;
            }
            let Some(Literal::Atom(relation, terms)) = literal else { return false };
            let Some(&Some(message)) = pattern(terms, &miss.binding).first() else { return false };
            match self.role(*relation) {
                Role::Has(id) => self.is_spoken(id, message),
                Role::Place(at) => self.speaks_for_side(at, message),
                _ => false,
            }
        })
    }

    /// How far a binding is from a row of a relation. Of a concept, what meets nothing but absences comes last.
    pub fn far(&self, miss: &Miss, relation: RelationId) -> Far {
        let (met, failed) = self.score(miss);
        let nothing = matches!(self.role(relation), Role::Has(_)) && self.has_nothing(miss);
        // Of rules, the author's order tells which comes first.
        let met = if matches!(self.role(relation), Role::Has(_)) { met } else { 0 };
        (nothing, failed, true, self.lacks(miss), Reverse(met))
    }

    /// True where a binding meets nothing but absences, counts nothing of what is to be counted, and has no word near one
    /// that is looked for, nor a side of a combination.
    pub fn has_nothing(&self, miss: &Miss) -> bool {
        self.score(miss).0 == 0 && !self.is_counted(miss) && !self.has_near_word(miss) && !self.has_side(miss)
    }

    /// True where a count that is too small is one of something.
    fn is_counted(&self, miss: &Miss) -> bool {
        let core = &self.base.lowered.core;
        (0..miss.met.len()).any(|at| self.number_lacking(miss, miss.literal(core, at)).is_some_and(|(has, _)| has > 0))
    }

    /// Of a condition that several things are there: how many are, and how many are asked for.
    pub(super) fn number_lacking(&self, miss: &Miss, literal: Option<&Literal>) -> Option<(i64, i64)> {
        let Literal::Compare(CompareOp::GreaterEqual, has, asked) = literal? else { return None };
        let number = |expr: &Expr| match self.value_of(expr, miss)? {
            Computed::Kept(value) => self.pool.as_number(value),
            Computed::Fresh(_) => None,
        };
        let body = &self.base.lowered.core.rule(miss.rule).body;
        let is_count = |var: &Var| {
            body.iter().any(|literal| {
                matches!(literal, Literal::Lookup { relation, value, .. }
                if value == var && matches!(self.role(*relation), Role::Count(_)))
            })
        };
        let Expr::Var(var) = has else { return None };
        let (has, asked) = (number(has)?, number(asked)?);
        (is_count(var) && has < asked).then_some((has, asked))
    }

    /// The ways to a row in words, nearest first, and how many are not shown.
    pub fn explained(&mut self, relation: RelationId, row: &[Option<Value>], depth: usize) -> (Vec<WayMissed>, usize) {
        if depth >= DEEPEST || self.followed >= FOLLOWED || !self.seen.insert((relation, row.to_vec())) {
            return (Vec::new(), 0);
        }
        self.followed += 1;
        let wanted = Wanted { most: 1, ..Wanted::default() };
        let mut tried = self.tried(relation, row, wanted);
        // The alternatives of an `or` belong together.
        let either = matches!(self.role(relation), Role::Group(_));
        let most = if either { ALTERNATIVES } else { SHOWN[depth.min(SHOWN.len() - 1)] };
        let all = tried.len();
        if depth == 0 {
            self.nearest = tried.first().map(|first| (first.way.kind, first.way.at));
        }
        let of_text = matches!(self.role(relation), Role::Has(_));
        // Beside what has something of it, what has nothing of it tells nothing; and where no way has, one is enough.
        let first_is_near = tried.first().is_some_and(|tried| self.has_something(tried, !of_text));
        if !either && first_is_near {
            // One that meets nothing comes no nearer than another that lacks less and is not shown.
            let hidden =
                tried.iter().filter(|tried| !self.has_something(tried, !of_text)).map(|tried| tried.far.1).min();
            let mut first = true;
            tried.retain(|tried| {
                let near = tried.met > 0 || hidden.is_none_or(|hidden| tried.far.1 <= hidden);
                std::mem::take(&mut first) || near && self.has_something(tried, !of_text)
            });
        } else if !either && all > FAR {
            tried.truncate(1);
        }
        tried.truncate(most);
        // Under an exception, whatever comes near is beside the point.
        if depth == 0 && self.decisive.is_some() {
            tried.truncate(BARRED);
        }
        let mut shown = Vec::new();
        for tried in &tried {
            shown.push(self.shown(&tried.way, &tried.misses[0], depth));
            // Where there is nothing at all to begin with, a way round fails for the same reason.
            if !self.lacking.is_empty() && !of_text {
                break;
            }
        }
        let more = all - shown.len();
        (shown, more)
    }

    /// True where something of a way is there: a condition that is met, a word or a passage of it; or, where that counts,
    /// where it asks of no text.
    fn has_something(&self, tried: &Tried, lenient: bool) -> bool {
        let part = |miss: &Miss| self.is_counted(miss) || self.has_part(miss, lenient);
        tried.met > 0 || tried.misses.first().is_none_or(part)
    }

    /// True where the row has been asked about further up.
    pub fn is_seen(&self, relation: RelationId, row: &[Option<Value>]) -> bool {
        self.seen.contains(&(relation, row.to_vec()))
    }

    /// A way and its nearest binding in words.
    pub fn shown(&mut self, way: &Way, miss: &Miss, depth: usize) -> WayMissed {
        let conds = conditions(self, miss);
        let shown: Vec<ConditionShown> = conds.iter().map(|cond| self.condition(cond, miss, depth)).collect();
        let view = self.view();
        let rule = self.ways.title(way, &|at| view.words(at));
        let label = self.ways.title(way, &|at| self.labels(at));
        WayMissed { rule, label, place: self.ways.place(way).map(|at| view.place(at)), conditions: shown }
    }

    fn condition(&mut self, cond: &Cond, miss: &Miss, depth: usize) -> ConditionShown {
        let mut shown = ConditionShown {
            words: cond.words.clone(),
            place: cond.at.map(|at| self.view().place(at)),
            met: cond.met,
            values: self.values(cond, miss),
            absence: self.is_absence(cond, miss),
            ..ConditionShown::default()
        };
        shown.label = self.label_of(cond);
        if cond.met == Some(true)
            && let Some(guard) =
                cond.literals.iter().find_map(|&at| self.guard_told(miss.literal(&self.base.lowered.core, at)))
        {
            shown.label = guard;
        }
        if cond.met == Some(true) && depth < QUOTED {
            let mut behind = self.words_behind(cond, miss).into_iter();
            (shown.quote, shown.further) = (behind.next(), behind.collect());
            shown.subject = shown.quote.as_ref().and_then(|_| self.subject(miss));
        }
        if cond.met == Some(false) {
            for &at in cond.literals.iter().filter(|&&at| miss.met[at] == Met::No) {
                if depth == 0 && self.is_decisive(miss, at) {
                    shown.values = vec!["see above".into()];
                    continue;
                }
                let Some(literal) = miss.literal(&self.base.lowered.core, at).cloned() else { continue };
                let own = self.ways.origin(miss.rule).literals.get(at).copied().flatten();
                let (mut blame, below) = self.blame(&literal, miss, cond, own, depth);
                // Of several conditions in one, it is said which is meant.
                if let (Some(first), Some(own)) = (blame.first_mut(), own)
                    && Some(own) != cond.at
                    && !first.text.contains('`')
                {
                    let part = self.marked(own);
                    // A sentence that names a code by its label says by itself which is meant.
                    if !first.text.contains(&part) {
                        first.text = format!("{part}: {}", first.text);
                    }
                }
                shown.blame.extend(blame);
                shown.below.extend(below);
            }
        }
        // A guard is one condition and not two.
        if let [only] = &mut shown.below[..]
            && let [inner] = &mut only.conditions[..]
            && shown.words.strip_prefix("if ") == Some(&inner.words)
        {
            let inner = std::mem::take(inner);
            (shown.blame, shown.below) = (inner.blame, inner.below);
        }
        shown
    }

    /// True where a condition is that something is not there.
    fn is_absence(&self, cond: &Cond, miss: &Miss) -> bool {
        let core = &self.base.lowered.core;
        let absent = |at: &usize| matches!(miss.literal(core, *at), Some(Literal::Not(..) | Literal::Absent(_)));
        !cond.literals.is_empty() && cond.literals.iter().all(absent)
    }

    /// True where an exception of the concept that is asked about holds, which has been said at the head of the answer.
    fn is_decisive(&self, miss: &Miss, at: usize) -> bool {
        let core = &self.base.lowered.core;
        matches!(miss.literal(core, at), Some(Literal::Not(relation, _)) if self.decisive == Some(*relation))
    }

    /// How many of the author's conditions a binding meets, without those that something is not there; and how many not.
    pub fn score(&self, miss: &Miss) -> (usize, usize) {
        let conds = conditions(self, miss);
        let met = conds.iter().filter(|c| c.met == Some(true) && !self.is_absence(c, miss)).count();
        (met, conds.iter().filter(|c| c.met != Some(true)).count())
    }

    /// The words for which a condition is met, of each part of it: one that another message meets with two codes rests on
    /// the words of both.
    fn words_behind(&mut self, cond: &Cond, miss: &Miss) -> Vec<QuoteShown> {
        let mut behind: Vec<QuoteShown> = Vec::new();
        for &at in &cond.literals {
            let Some(Literal::Atom(relation, terms)) = miss.literal(&self.base.lowered.core, at) else { continue };
            let row = pattern(terms, &miss.binding);
            let quotes = match self.role(*relation) {
                Role::Group(_) => self.quotes_of(*relation, &row),
                Role::Has(_) | Role::Match(_) | Role::Place(_) | Role::Passages(_) | Role::Coded(_) => {
                    self.quote_of(*relation, &row).into_iter().collect()
                }
                _ => Vec::new(),
            };
            for quote in quotes {
                let known = behind.iter().any(|q| (&q.message, q.range) == (&quote.message, quote.range));
                if !known && behind.len() < BEHIND {
                    behind.push(quote);
                }
            }
        }
        behind
    }

    /// The message that a binding is of.
    fn subject(&self, miss: &Miss) -> Option<String> {
        let of = miss.row(&self.base.lowered.core, &self.pool).first().copied().flatten()?;
        let message = self.pool.as_quote(of).map_or(of, |(message, _)| message);
        Some(self.pool.show(message))
    }

    /// The kind of clause that a rule comes from.
    pub fn kind(&self, miss: &Miss) -> OriginKind {
        self.ways.origin(miss.rule).kind
    }
}
