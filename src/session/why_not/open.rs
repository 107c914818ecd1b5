//! A question with open places: what comes nearest to a fact of that form, the fewest failed conditions first.

use super::answer::{Near, WhyNot};
use super::inquiry::{Far, Inquiry, OpenRow, Tried};
use crate::base::{FileId, Stop, Value};
use crate::check::Type;
use crate::check::program::{RelationId as Declared, RelationKind};
use crate::ir::core::{Expr, Literal, RelationId, Var};
use crate::ir::origin::{OriginKind, Role};
use crate::proof::{Miss, Wanted};
use crate::session::show::View;
use crate::session::summary::natural;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::{Ordering, Reverse};

/// So many facts are shown.
const SHOWN: usize = 5;
/// So many bindings of one clause are looked at.
const MOST: usize = 300;
/// Of no more misses than this, each is weighed by what it has.
const WEIGHED: usize = 600;

/// Of so many facts for each that is shown, the nearest way is looked for as where one of them is asked for.
const AGAIN: usize = 3;

/// How far a row is, with how many conditions met; how many of the core's fail; by which way, and by which binding of it.
type Rank = ((Far, Reverse<usize>), usize, usize, usize);

/// What comes nearest to a row with open places, of which so many facts hold.
pub(super) fn nearest(
    view: View<'_>,
    stop: &Stop,
    shipped: &FxHashSet<FileId>,
    declared: Declared,
    row: &OpenRow,
    (hold, first): (usize, Option<Vec<Value>>),
    note: Option<String>,
) -> WhyNot {
    let mut inquiry = Inquiry::new(view, stop, shipped);
    let fact = view.fact(declared, row);
    let (statement, question) = (view.how_many(declared, row, hold, first), view.question(declared, row));
    let Ranked { first, more, far } = ranked(&mut inquiry, declared, row, SHOWN, &mut |_, _| true);
    let mut near = Vec::new();
    for (values, tried) in first {
        let open: OpenRow = values.iter().map(|&value| Some(value)).collect();
        let way = inquiry.shown(&tried.way, &tried.misses[0], 1);
        let view = inquiry.view();
        // What a rule counted is so: that it is too few is why nothing is concluded from it.
        let statement = match is_counted(view, row, &tried.misses[0]) {
            true => format!("it is not concluded that {}", view.sentence(declared, &open)),
            false => view.denial(declared, &open),
        };
        near.push(Near { statement, fact: view.fact(declared, &open), way });
    }
    let late = stop.stopped().is_some();
    let stopped = inquiry.search.cut || late;
    let columns = &view.program.relation(declared).columns;
    let mut open = (0..row.len()).filter(|&at| row[at].is_none() && !columns[at].optional);
    let of = match (open.next(), open.next()) {
        (Some(at), None) if is_named(view, columns[at].of) => view.thing(declared, at),
        _ => String::new(),
    };
    WhyNot::Open { fact, statement, question, hold, nearest: near, more, far, of, note, stopped, late }
}

/// True for what has a name of its own: a message, a person, a theme; but no passage and no number.
fn is_named(view: View<'_>, of: Type) -> bool {
    matches!(of, Type::Kind(kind) if kind != view.program.known_kind("quote"))
}

/// What comes nearest to a row with open places.
pub(super) struct Ranked {
    /// The rows that come first, each with the way that comes nearest to it.
    pub first: Vec<(Vec<Value>, Tried)>,
    /// So many others come near.
    pub more: usize,
    /// So many others meet no condition at all.
    pub far: usize,
}

/// The rows that come nearest to one with open places, of those that are wanted; so many of them in full.
pub(super) fn ranked(
    inquiry: &mut Inquiry<'_>,
    declared: Declared,
    row: &OpenRow,
    most: usize,
    is_wanted: &mut dyn FnMut(&mut Inquiry<'_>, &[Value]) -> bool,
) -> Ranked {
    let (view, stop) = (inquiry.base(), inquiry.stop);
    // By row: how it comes nearest.
    let mut best: FxHashMap<Vec<Value>, Rank> = FxHashMap::default();
    let mut all: Vec<Tried> = Vec::new();
    let wanted = Wanted { most: MOST, alike: MOST, whole: true, ..Wanted::default() };
    for (core, core_row, concept) in parts(view, declared, row) {
        for tried in inquiry.tried(core, &core_row, wanted) {
            for (number, miss) in tried.misses.iter().enumerate() {
                let Some(found) = whole_row(inquiry, miss, core, concept) else { continue };
                let fits = row.iter().zip(&found).all(|(asked, value)| asked.is_none_or(|asked| asked == *value));
                if !fits || holds(view, declared, &found) {
                    continue;
                }
                let mut far = inquiry.far(miss, core);
                far.0 = inquiry.has_nothing(miss);
                let rank = ((far, Reverse(inquiry.score(miss).0)), miss.cost(), all.len(), number);
                let known = best.entry(found).or_insert(rank);
                *known = (*known).min(rank);
            }
            all.push(tried);
        }
        // What meets no condition may come near all the same.
        let (Role::Has(id), Some(concept), None) = (inquiry.role(core), concept, core_row[0]) else { continue };
        for message in inquiry.candidates(id) {
            let found = vec![message, concept];
            if stop.stopped().is_some() || holds(view, declared, &found) {
                continue;
            }
            let alone = Wanted { most: 1, ..Wanted::default() };
            let Some(tried) = inquiry.tried(core, &[Some(message)], alone).into_iter().next() else { continue };
            let miss = &tried.misses[0];
            let mut far = inquiry.far(miss, core);
            far.0 = inquiry.has_nothing(miss);
            let rank = ((far, Reverse(inquiry.score(miss).0)), miss.cost(), all.len(), 0);
            let known = best.entry(found).or_insert(rank);
            *known = (*known).min(rank);
            all.push(tried);
        }
    }
    // A message without text comes near nothing but what people coded in it.
    let mut ranked: Vec<(Vec<Value>, Rank)> = best.into_iter().collect();
    for (values, ((far, met), ..)) in &mut ranked {
        far.0 |= met.0 == 0 && values.first().is_some_and(|&message| inquiry.has_no_text(message));
    }
    // As people count: m9 before m10.
    let pool = &inquiry.pool;
    ranked.sort_by(|(a, rank), (b, other)| {
        let orders = || a.iter().zip(b).map(|(&a, &b)| natural(&pool.show(a), &pool.show(b)));
        (rank.0, rank.1)
            .cmp(&(other.0, other.1))
            .then_with(|| orders().find(|order| order.is_ne()).unwrap_or(Ordering::Equal))
            .then_with(|| rank.2.cmp(&other.2))
    });
    let all_of_them = ranked.len();
    ranked.retain(|(_, rank)| !rank.0.0.0);
    let far = all_of_them - ranked.len();
    ranked.retain(|(values, _)| is_wanted(inquiry, values));
    let more = ranked.len().saturating_sub(most);
    // What is there counts by how rare it is, so that what half of all messages have brings nothing near.
    if ranked.len() <= WEIGHED {
        let weigh = |rank: &Rank| inquiry.weight(&all[rank.2].misses[rank.3]);
        ranked.sort_by_cached_key(|(_, rank)| (rank.0.0.1, Reverse(weigh(rank))));
    }
    ranked.truncate(most * AGAIN);
    // Each is shown as it would be where it is asked for by name.
    let mut again: Vec<(Far, Vec<Value>, Tried)> = Vec::new();
    for (values, ((far, _), _, way, number)) in ranked {
        let Tried { way, misses, met, .. } = &all[way];
        let known = Tried { way: way.clone(), misses: vec![misses[number].clone()], far, met: *met };
        let (core, row) = view.lowered.route(view.program, declared, &values);
        let row: OpenRow = row.iter().map(|value| if value.is_none() { None } else { Some(*value) }).collect();
        let alone = Wanted { most: 1, ..Wanted::default() };
        let first = match stop.stopped() {
            None => inquiry.tried(core, &row, alone).into_iter().next(),
            Some(_) => None,
        };
        let nearest = first.filter(|first| first.far <= known.far).unwrap_or(known);
        again.push((nearest.far, values, nearest));
    }
    again.sort_by_cached_key(|(far, _, tried)| {
        (far.0, far.1, Reverse(inquiry.weight(&tried.misses[0])), *far, Reverse(tried.met))
    });
    again.truncate(most);
    let first = again.into_iter().map(|(_, values, tried)| (values, tried)).collect();
    Ranked { first, more, far }
}

/// True where a rule counts or computes what stands in an open place of a row.
fn is_counted(view: View<'_>, row: &OpenRow, miss: &Miss) -> bool {
    let rule = view.lowered.core.rule(miss.rule);
    let gives = |var: &Var| {
        rule.body.iter().any(|literal| match literal {
            Literal::Lookup { value, .. } => value == var,
            Literal::Bind(bound, _) => bound == var,
            _ => false,
        })
    };
    let mut open = row.iter().zip(&rule.columns).filter(|(asked, _)| asked.is_none());
    open.any(|(_, column)| matches!(column, Expr::Var(var) if gives(var)))
}

/// The core relations that a row with open places may stand in, each with the concept that it is of.
fn parts(view: View<'_>, declared: Declared, row: &OpenRow) -> Vec<(RelationId, OpenRow, Option<Value>)> {
    let program = view.program;
    let RelationKind::Has(kind) = program.relation(declared).kind else {
        return vec![(view.lowered.declared(declared), row.clone(), None)];
    };
    let asked = row.get(1).copied().flatten();
    let concepts = program.concepts_of(kind).filter(|(_, c)| asked.is_none_or(|asked| asked == c.value));
    let part = |(id, c): (_, &crate::check::program::Concept)| {
        Some((view.lowered.has(program, id)?, row[..1].to_vec(), Some(c.value)))
    };
    concepts.filter_map(part).collect()
}

/// The row that a binding would have concluded, where all of it is known.
fn whole_row(inquiry: &Inquiry<'_>, miss: &Miss, core: RelationId, concept: Option<Value>) -> Option<Vec<Value>> {
    let base = inquiry.base();
    let head = base.lowered.core.rule(miss.rule).head;
    let row: Option<Vec<Value>> = miss.row(&base.lowered.core, &inquiry.pool).into_iter().collect();
    let mut row = match (base.lowered.role(head), inquiry.kind(miss)) {
        _ if head == core => row?,
        (Role::Coded(_), OriginKind::Matches(..)) => vec![miss.binding.first().copied().flatten()?],
        (Role::Coded(_), _) => vec![inquiry.pool.as_quote(*row?.first()?)?.0],
        _ => row?,
    };
    if let Some(concept) = concept {
        row.truncate(1);
        row.push(concept);
    }
    Some(row)
}

fn holds(view: View<'_>, declared: Declared, row: &[Value]) -> bool {
    let (core, values) = view.lowered.route(view.program, declared, row);
    view.db.find(core, &values).is_some()
}
