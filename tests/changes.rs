//! Changes against an evaluation from scratch: after every step of random scripts the database holds what the slow
//! evaluator finds for the program as it is then, ranks are sound, and every fact has a proof.
//!
//! `HENCE_SCRIPTS=100000 cargo test --release --test changes` runs so many scripts; `HENCE_SEED=7` runs one.

#[path = "oracle/generate.rs"]
mod generate;
#[path = "oracle/reference.rs"]
mod reference;
#[path = "oracle/script.rs"]
mod script;

use generate::Choices;
use hence::base::{Pool, Value};
use hence::eval::change::{Change, Delta, Plans, Setting, maintain};
use hence::eval::{Database, Error, Exceeded, Limits, Texts, run, unwatched};
use hence::ir::core::*;
use hence::plan::{Strata, strata};
use hence::proof::{Budget, Evaluated, best, check};
use reference::Rows;
use script::Edit;
use std::ops::ControlFlow;

struct NoTexts;

impl Texts for NoTexts {
    fn place(&self, _: PlaceTest, _: Value, _: (u32, u32), _: (u32, u32)) -> bool {
        false
    }
    fn matches(&self, pattern: u32, text: &str) -> bool {
        text.len() as u32 == pattern
    }
}

fn evaluate(core: &Core, pool: &mut Pool) -> Database {
    let mut db = Database::default();
    let strata = strata(core).expect("no circle");
    run(core, &strata, &mut db, pool, &NoTexts, &Limits::default(), &mut unwatched).expect("evaluates");
    db
}

fn apply(edit: &Edit, db: &mut Database, pool: &mut Pool, plans: &mut Plans) -> Result<Delta, Error> {
    let strata = strata(&edit.core).expect("no circle");
    let limits = Limits::default();
    let setting = Setting { core: &edit.core, strata: &strata, texts: &NoTexts, limits: &limits };
    maintain(setting, &edit.change, db, pool, plans, &mut |_| ControlFlow::Continue(()))
}

fn rows(db: &Database) -> Vec<Rows> {
    let of = |id| db.relation(RelationId(id)).rows().map(|row| row.to_vec()).collect();
    (0..db.len() as u32).map(of).collect()
}

/// Rows with their ranks and places.
type Marked = Vec<Vec<(Vec<Value>, u32, Option<usize>)>>;

fn marked(db: &Database) -> Marked {
    let of = |id| {
        let relation = db.relation(RelationId(id));
        (0..relation.len() as u32)
            .map(|at| (relation.row(at).to_vec(), relation.rank(at), relation.given(at)))
            .collect()
    };
    (0..db.len() as u32).map(of).collect()
}

/// Whether every derived fact follows from facts of lower rank in its stratum, and every given one is given.
fn sound(core: &Core, db: &Database, strata: &Strata, pool: &mut Pool) {
    let all = rows(db);
    for (id, relation) in all.iter().enumerate() {
        let given = &core.given[id];
        let arity = core.relations[id].arity;
        for at in 0..relation.len() as u32 {
            let stored = db.relation(RelationId(id as u32));
            let row = stored.row(at);
            let said = (0..given.places.len()).find(|&place| given.values[place * arity..][..arity] == *row);
            assert_eq!(stored.given(at), said, "place of {}{row:?}", core.relations[id].name);
        }
    }
    for stratum in &strata.strata {
        let mut ranks: Vec<u32> = Vec::new();
        for &id in &stratum.relations {
            let relation = db.relation(id);
            ranks.extend(
                (0..relation.len() as u32).filter(|&at| relation.given(at).is_none()).map(|at| relation.rank(at)),
            );
        }
        ranks.sort_unstable();
        ranks.dedup();
        for rank in ranks {
            let mut below = all.clone();
            for &id in &stratum.relations {
                let relation = db.relation(id);
                let at = |row: &Vec<Value>| relation.find(row).expect("it is there");
                below[id.0 as usize].retain(|row| relation.rank(at(row)) < rank);
            }
            let mut found: Vec<Rows> = vec![Rows::new(); all.len()];
            for rule in &stratum.rules {
                let rule = core.rule(*rule);
                found[rule.head.0 as usize].extend(reference::give(rule, &below, pool, &NoTexts));
            }
            for &number in &stratum.aggregations {
                let one = &core.aggregations[number];
                found[one.head.0 as usize].extend(reference::aggregate(one, &all[one.body.0 as usize], pool));
            }
            for &id in &stratum.relations {
                let relation = db.relation(id);
                for at in
                    (0..relation.len() as u32).filter(|&at| relation.rank(at) == rank && relation.given(at).is_none())
                {
                    let row = relation.row(at).to_vec();
                    let name = &core.relation(id).name;
                    assert!(
                        found[id.0 as usize].contains(&row),
                        "{name}{row:?} of rank {rank} stands on nothing below"
                    );
                }
            }
        }
    }
}

fn prove_all(core: &Core, db: &Database, strata: &Strata, pool: &Pool, budget: Budget) {
    let evaluated = Evaluated { core, strata, db, pool, texts: &NoTexts };
    for id in (0..core.relations.len() as u32).map(RelationId) {
        for row in 0..db.relation(id).len() as u32 {
            let name = || format!("{}{:?}", core.relation(id).name, db.row(id, row));
            let proof = best(evaluated, id, row, budget).unwrap_or_else(|| panic!("no proof of {}", name()));
            if let Err(wrong) = check(core, db, pool, &NoTexts, &proof) {
                panic!("proof of {}: {wrong}: {proof:?}", name());
            }
        }
    }
}

/// All that must hold after a step.
fn agrees(core: &Core, db: &Database, pool: &mut Pool, thorough: bool) {
    let expected = reference::evaluate(core, pool, &NoTexts).expect("no circle");
    let got = rows(db);
    assert_eq!(got.len(), expected.len(), "relations");
    for (id, (got, expected)) in got.iter().zip(&expected).enumerate() {
        assert_eq!(got, expected, "{}", core.relations[id].name);
    }
    let strata = strata(core).expect("no circle");
    assert!((0..core.relations.len() as u32).all(|id| db.is_complete(RelationId(id))));
    sound(core, db, &strata, pool);
    if thorough && expected.iter().map(Rows::len).sum::<usize>() < 100 {
        prove_all(core, db, &strata, pool, Budget { facts: 0, derivations: 0 });
    }
}

/// What a change says it did is the difference.
fn tells(before: &[Rows], after: &[Rows], delta: &Delta) {
    let none = Rows::new();
    for id in 0..before.len().max(after.len()) {
        let (before, after) = (before.get(id).unwrap_or(&none), after.get(id).unwrap_or(&none));
        let moved = delta.relations.get(&RelationId(id as u32)).cloned().unwrap_or_default();
        let came: Vec<Vec<Value>> = moved.came.iter().map(|row| row.to_vec()).collect();
        let went: Vec<Vec<Value>> = moved.went.iter().map(|row| row.to_vec()).collect();
        assert_eq!(came, after.difference(before).cloned().collect::<Vec<_>>(), "came to {id}");
        assert_eq!(went, before.difference(after).cloned().collect::<Vec<_>>(), "went from {id}");
    }
}

/// A change that is stopped at its n-th look leaves everything.
fn stops(edit: &Edit, db: &Database, pool: &mut Pool, plans: &Plans, looks: usize, facts: usize) {
    let (mut fork, mut plans, mut left) = (db.clone(), plans.clone(), looks);
    let strata = strata(&edit.core).expect("no circle");
    let limits = Limits { facts, ..Limits::default() };
    let setting = Setting { core: &edit.core, strata: &strata, texts: &NoTexts, limits: &limits };
    let result = maintain(setting, &edit.change, &mut fork, pool, &mut plans, &mut |_| {
        left = left.saturating_sub(1);
        if left == 0 { ControlFlow::Break(Exceeded::Rounds) } else { ControlFlow::Continue(()) }
    });
    if result.is_err() {
        assert_eq!(marked(&fork), marked(db), "a change that failed left something");
        // Not only does it look the same: it goes on from there.
        apply(edit, &mut fork, pool, &mut plans).expect("applies");
        agrees(&edit.core, &fork, pool, false);
    }
}

fn script(bytes: &[u8]) {
    let mut pool = Pool::default();
    let c = &mut Choices::new(bytes);
    let mut core = generate::program_of(c, &mut pool);
    if strata(&core).is_err() {
        return;
    }
    // With little patience large changes are of a few rows.
    let mut plans = if c.chance(70) { Plans::default() } else { Plans::with_patience(c.below(8)) };
    let mut db = evaluate(&core, &mut pool);
    let mut forks: Vec<(Database, Marked)> = Vec::new();
    for step in 0..3 + c.below(6) {
        let Some(edit) = script::edit(c, &core, &mut pool) else { continue };
        if number("HENCE_SEED").is_some() {
            eprintln!(
                "step {step}: {:?}\n{:?}\n{:?}\n{:?}",
                edit.change, core.relations, core.rules, core.aggregations
            );
            eprintln!("{:?}", rows(&db));
        }
        let before = rows(&db);
        if c.chance(10) {
            let facts = if c.chance(50) { usize::MAX } else { c.below(20) };
            stops(&edit, &db, &mut pool, &plans, 1 + c.below(4), facts);
        }
        let fork = db.clone();
        forks.push((fork.clone(), marked(&fork)));
        let delta = apply(&edit, &mut db, &mut pool, &mut plans).expect("applies");
        agrees(&edit.core, &db, &mut pool, step % 3 == 0);
        tells(&before, &rows(&db), &delta);
        if c.chance(20) {
            // There and back.
            let mut undone = db.clone();
            let back = script::back(&core, &edit);
            apply(&back, &mut undone, &mut pool, &mut plans.clone()).expect("applies");
            agrees(&core, &undone, &mut pool, true);
        }
        if c.chance(20)
            && let Some(other) = script::edit(c, &core, &mut pool)
            && other.change.is_of_facts()
            && edit.change.is_of_facts()
        {
            commute(&core, &edit, &other, &fork, &mut pool);
        }
        core = edit.core;
    }
    assert!(forks.iter().all(|(fork, marks)| marked(fork) == *marks), "a fork changed");
}

/// Two changes of facts in both orders.
fn commute(core: &Core, one: &Edit, other: &Edit, db: &Database, pool: &mut Pool) {
    let only_in = |edit: &Edit| {
        let mut only = Edit { core: core.clone(), change: Change::default() };
        edit.change.insert.iter().for_each(|(id, row, _)| script::give(&mut only, *id, row));
        only
    };
    let (one, other) = (only_in(one), only_in(other));
    let mut results = Vec::new();
    for (first, second) in [(&one, &other), (&other, &one)] {
        let (mut db, mut plans) = (db.clone(), Plans::default());
        apply(first, &mut db, pool, &mut plans).expect("applies");
        let mut both = Edit { core: first.core.clone(), change: Change::default() };
        second.change.insert.iter().for_each(|(id, row, _)| script::give(&mut both, *id, row));
        apply(&both, &mut db, pool, &mut plans).expect("applies");
        results.push(rows(&db));
    }
    assert_eq!(results[0], results[1], "the order matters");
}

/// The bytes of a seed (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014).
fn bytes(seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut next = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)).to_le_bytes()
    };
    let count = 20 + usize::from(next()[0]) / 2;
    (0..count).flat_map(|_| next()).collect()
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn random_scripts_end_as_from_scratch() {
    if let Some(seed) = number("HENCE_SEED") {
        return script(&bytes(seed));
    }
    let scripts = number("HENCE_SCRIPTS").unwrap_or(400);
    let failed: Vec<u64> =
        (0..scripts).filter(|&seed| std::panic::catch_unwind(|| script(&bytes(seed))).is_err()).take(20).collect();
    assert!(failed.is_empty(), "HENCE_SEED of scripts that fail: {failed:?}");
}

/// An atom or head over variables by number.
fn vars(numbers: &[u32]) -> Vec<Term> {
    numbers.iter().map(|&var| Term::Var(Var(var))).collect()
}

fn rule(head: RelationId, columns: &[u32], body: Vec<Literal>) -> Rule {
    let columns = columns.iter().map(|&var| Expr::Var(Var(var))).collect();
    Rule { head, columns, body, vars: 4 }
}

/// Reachability over a random graph.
fn graph(nodes: usize, edges: usize, seed: u64, pool: &mut Pool) -> Core {
    let mut core = Core::default();
    let (edge, path) = (core.add_relation("edge", 2), core.add_relation("path", 2));
    let bytes: Vec<u8> = (seed..).flat_map(bytes).take(edges * 2).collect();
    for pair in bytes.chunks_exact(2) {
        let row = [0, 1].map(|at| pool.number((usize::from(pair[at]) % nodes) as i64));
        core.add_fact(edge, &row, FactPlace::Text);
    }
    core.add_rule(rule(path, &[0, 1], vec![Literal::Atom(edge, vars(&[0, 1]))]), OriginId(0));
    let step = vec![Literal::Atom(path, vars(&[0, 1])), Literal::Atom(edge, vars(&[1, 2]))];
    core.add_rule(rule(path, &[0, 2], step), OriginId(0));
    core
}

#[test]
fn an_edge_of_a_cyclic_graph_touches_little_more_than_it_changes() {
    let pool = &mut Pool::default();
    let core = graph(60, 75, 1, pool);
    let edge = RelationId(0);
    let db = evaluate(&core, pool);
    let (mut touched, mut changed) = (0, 0);
    for place in 0..core.given[0].places.len() {
        let mut out = Edit { core: core.clone(), change: Change::default() };
        script::take(&mut out, edge, place);
        let (mut db, mut plans) = (db.clone(), Plans::with_patience(usize::MAX));
        let delta = apply(&out, &mut db, pool, &mut plans).expect("applies");
        assert_eq!(delta.recomputed, 0);
        touched += delta.touched;
        changed += delta.relations.values().map(|moved| moved.came.len() + moved.went.len()).sum::<usize>();
        assert_eq!(rows(&db), reference::evaluate(&out.core, pool, &NoTexts).expect("no circle"));
    }
    assert!(changed > 1000 && touched < 10 * changed, "{touched} touched, {changed} changed");
}

/// Messages that answer each other, their codes, themes by code, and how many messages a theme has.
fn codings(messages: i64, pool: &mut Pool) -> Core {
    let mut core = Core::default();
    let [reply, coded, map] =
        [("reply", 2), ("coded", 2), ("map", 2)].map(|(name, width)| core.add_relation(name, width));
    let [above, in_thread, theme] =
        [("above", 2), ("in_thread", 2), ("theme", 2)].map(|(name, width)| core.add_relation(name, width));
    let [of_theme, support, without] =
        [("of_theme", 2), ("support", 2), ("without", 1)].map(|(name, width)| core.add_relation(name, width));
    for message in 0..messages {
        let row = |a: i64, b: i64, pool: &mut Pool| [pool.number(a), pool.number(b)];
        if message % 5 > 0 {
            core.add_fact(reply, &row(message, message - 1, pool), FactPlace::Text);
        }
        core.add_fact(coded, &row(message, 1000 + message % 7, pool), FactPlace::Text);
    }
    for code in 0..7 {
        core.add_fact(map, &[pool.number(1000 + code), pool.number(2000 + code % 3)], FactPlace::Text);
    }
    let atom = |id: RelationId, numbers: &[u32]| Literal::Atom(id, vars(numbers));
    for rule in [
        rule(above, &[0, 1], vec![atom(reply, &[0, 1])]),
        rule(above, &[0, 2], vec![atom(above, &[0, 1]), atom(reply, &[1, 2])]),
        rule(in_thread, &[0, 1], vec![atom(coded, &[0, 1])]),
        rule(in_thread, &[0, 2], vec![atom(above, &[0, 1]), atom(coded, &[1, 2])]),
        rule(theme, &[0, 2], vec![atom(in_thread, &[0, 1]), atom(map, &[1, 2])]),
        rule(of_theme, &[1, 0], vec![atom(theme, &[0, 1])]),
        rule(without, &[0], vec![atom(reply, &[0, 1]), Literal::Not(coded, vec![Term::Var(Var(0)), Term::Any])]),
    ] {
        core.add_rule(rule, OriginId(0));
    }
    let function = hence::syntax::tree::AggregateFunction::Count;
    core.aggregations.push(Aggregation { head: support, body: of_theme, groups: 1, function });
    core
}

#[test]
fn a_coding_costs_the_same_however_many_messages_there_are() {
    let cost = |messages: i64| {
        let pool = &mut Pool::default();
        let core = codings(messages, pool);
        let (mut db, mut plans) = (evaluate(&core, pool), Plans::default());
        let mut edit = Edit { core, change: Change::default() };
        script::give(&mut edit, RelationId(1), &[pool.number(11), pool.number(1002)]);
        let came = apply(&edit, &mut db, pool, &mut plans).expect("applies");
        let back = script::back(&codings(messages, pool), &edit);
        let went = apply(&back, &mut db, pool, &mut plans).expect("applies");
        let moved = |delta: &Delta| {
            delta.relations.values().map(|moved| (moved.came.len(), moved.went.len())).collect::<Vec<_>>()
        };
        let woken = |delta: &Delta| delta.rules_woken.iter().map(|id| id.0).collect::<Vec<_>>();
        let of = |delta: &Delta| (delta.touched, woken(delta), moved(delta), delta.recomputed);
        (of(&came), of(&went))
    };
    let (few, many) = (cost(50), cost(1500));
    assert_eq!(few, many);
    // Its message and the three below it; not the closure of replies, which reads no code.
    assert_eq!(few.0.1, [2, 3, 4, 5, 6]);
    assert!(few.0.0 < 25 && few.1.0 < 40, "{few:?}");
}
