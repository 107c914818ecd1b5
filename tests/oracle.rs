//! The evaluator against a slow and obvious one, and every conclusion against the proof checker.

#[path = "oracle/generate.rs"]
mod generate;
#[path = "oracle/proofs.rs"]
mod proofs;
#[path = "oracle/reference.rs"]
mod reference;

use hence::base::{Pool, Value};
use hence::eval::{Database, Error, Limits, Texts, run, unwatched};
use hence::ir::core::{Core, PlaceTest, RelationId};
use hence::plan::{print_plan, strata, unfold};
use hence::proof::{Budget, Evaluated, best, check};
use proptest::prelude::*;
use reference::Rows;

struct NoTexts;

impl Texts for NoTexts {
    fn place(&self, _: PlaceTest, _: Value, _: (u32, u32), _: (u32, u32)) -> bool {
        false
    }
    fn matches(&self, _: u32, _: &str) -> bool {
        false
    }
}

fn evaluate_on(core: &Core, db: &mut Database, pool: &mut Pool) -> Result<(), Error> {
    let strata = strata(core).expect("no circle");
    run(core, &strata, db, pool, &NoTexts, &Limits::default(), &mut unwatched).map(|_| ())
}

fn rows(core: &Core, db: &Database) -> Vec<Rows> {
    let of = |id| db.relation(RelationId(id)).rows().map(|row| row.to_vec()).collect();
    (0..core.relations.len() as u32).map(of).collect()
}

/// The same program with its facts the other way round.
fn turned(core: &Core) -> Core {
    let mut turned = core.clone();
    for (relation, given) in core.relations.iter().zip(&mut turned.given) {
        let rows: Vec<Vec<Value>> = (0..given.places.len())
            .map(|at| given.values[at * relation.arity..(at + 1) * relation.arity].to_vec())
            .collect();
        given.values = std::sync::Arc::new(rows.into_iter().rev().flatten().collect());
    }
    turned
}

/// What is wanted is the same where what stands between is written out; the rest is filled afterwards.
fn written_out(core: &Core, expected: &[Rows], pool: &mut Pool, wanted: &dyn Fn(RelationId) -> bool) {
    let order = strata(core).expect("no circle");
    let Some(mut shorter) = unfold(core, &order, wanted) else { return };
    shorter.core.given.clone_from(&core.given);
    let mut db = Database::default();
    evaluate_on(&shorter.core, &mut db, pool).expect("evaluates");
    for (id, rows) in rows(&shorter.core, &db).iter().enumerate() {
        assert!(shorter.hidden.contains(&RelationId(id as u32)) || *rows == expected[id], "{id} of {core:?}");
    }
    db.reset(&shorter.hidden);
    evaluate_on(core, &mut db, pool).expect("evaluates");
    compare(core, &db, expected, pool, "written out");
}

/// The first relations alone, where they need no other.
fn beginning(core: &Core, count: usize) -> Option<Core> {
    let mut first = core.clone();
    first.relations.truncate(count);
    first.given.truncate(count);
    first.aggregations.retain(|a| (a.head.0 as usize) < count);
    first.rules.retain(|rule| (rule.head.0 as usize) < count);
    use hence::ir::core::Literal::{Atom, Lookup, Not};
    let inside = |relation: &RelationId| (relation.0 as usize) < count;
    let closed = first.rules.iter().flat_map(|rule| &rule.body).all(|literal| match literal {
        Atom(relation, _) | Not(relation, _) | Lookup { relation, .. } => inside(relation),
        _ => true,
    });
    closed.then_some(first)
}

fn prove_all(core: &Core, db: &Database, pool: &Pool, budget: Budget) {
    let strata = strata(core).expect("no circle");
    let evaluated = Evaluated { core, strata: &strata, db, pool, texts: &NoTexts };
    for id in (0..core.relations.len() as u32).map(RelationId) {
        for row in 0..db.relation(id).len() as u32 {
            let name = || format!("{}{:?}", core.relation(id).name, db.row(id, row));
            let proof = best(evaluated, id, row, budget).unwrap_or_else(|| panic!("no proof of {}", name()));
            assert_eq!((proof.root().relation, proof.root().row), (id, row));
            if let Err(wrong) = check(core, db, pool, &NoTexts, &proof) {
                panic!("proof of {}: {wrong}: {proof:?}", name());
            }
        }
    }
}

/// The first difference, and the program as it is run.
fn compare(core: &Core, db: &Database, expected: &[Rows], pool: &Pool, how: &str) {
    let got = rows(core, db);
    let Some(at) = (0..got.len()).find(|&at| got[at] != expected[at]) else { return };
    let mut story = format!("{how}: {}: got {:?}, expected {:?}\n", core.relations[at].name, got[at], expected[at]);
    for id in (0..core.rules.len() as u32).map(hence::ir::core::RuleId) {
        let plan = hence::plan::plan(core, id, Default::default(), db).expect("safe");
        story += &format!("{}\n", print_plan(core, pool, &plan));
    }
    panic!("{story}{:?}\n{:?}", core.aggregations, got);
}

fn agrees(bytes: &[u8]) {
    let mut pool = Pool::default();
    let core = generate::program(bytes, &mut pool);
    let expected = reference::evaluate(&core, &mut pool, &NoTexts);
    assert_eq!(expected.is_some(), strata(&core).is_ok(), "circle");
    let Some(expected) = expected else { return };

    let mut db = Database::default();
    match evaluate_on(&core, &mut db, &mut pool) {
        Err(Error::Unsafe(_)) => panic!("every generated rule is safe"),
        other => other.expect("evaluates"),
    }
    compare(&core, &db, &expected, &pool, "as is");

    let other = turned(&core);
    let mut turned_db = Database::default();
    evaluate_on(&other, &mut turned_db, &mut pool).expect("evaluates");
    compare(&core, &turned_db, &expected, &pool, "facts turned");

    written_out(&core, &expected, &mut pool, &|_| false);
    written_out(&core, &expected, &mut pool, &|id| id.0 % 2 == 0);

    for count in 3..core.relations.len() {
        if let Some(first) = beginning(&core, count) {
            let mut base = Database::default();
            evaluate_on(&first, &mut base, &mut pool).expect("evaluates");
            let mut fork = base.clone();
            evaluate_on(&core, &mut fork, &mut pool).expect("evaluates");
            compare(&core, &fork, &expected, &pool, "in two steps");
            assert_eq!(base.len(), count);
        }
    }
    if expected.iter().map(Rows::len).sum::<usize>() < 200 {
        prove_all(&core, &db, &pool, Budget::default());
        prove_all(&core, &db, &pool, Budget { facts: 0, derivations: 0 });
        let strata = strata(&core).expect("no circle");
        proofs::agree(Evaluated { core: &core, strata: &strata, db: &db, pool: &pool, texts: &NoTexts });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn random_programs_agree(bytes in proptest::collection::vec(any::<u8>(), 60..400)) {
        agrees(&bytes);
    }
}
