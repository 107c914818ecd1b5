//! What comes of an evaluation does not depend on how many threads it ran on, facts and ranks and all.

#[path = "programs/notation.rs"]
mod notation;

use hence::base::{Pool, Value};
use hence::eval::{Database, Limits, Texts, run_on};
use hence::ir::core::{FactPlace, PlaceTest, RelationId};
use hence::plan::strata;
use notation::{program, relation};
use std::ops::ControlFlow;

struct NoTexts;

impl Texts for NoTexts {
    fn place(&self, _: PlaceTest, _: Value, _: (u32, u32), _: (u32, u32)) -> bool {
        false
    }
    fn matches(&self, _: u32, _: &str) -> bool {
        false
    }
}

/// Large enough that rounds and passes are shared.
const PROGRAM: &str = "edge(0, 0). colour(0, 0).
    path(x, y) :- edge(x, y). path(x, z) :- path(x, y), path(y, z).
    reach(x, y) :- path(x, y), x != y. reach(y, x) :- path(x, y), colour(x, 1). n := count(reach, 1).
    same(x, y) :- colour(x, c), colour(y, c), path(x, y), not path(y, x).
    triple(x, y, c) :- path(x, y), colour(y, c). tripled(x, c) :- triple(x, y, c), triple(y, x, c).
    hub(x) :- n(x) = c, c > 100, path(x, _). step(x, c) :- path(x, y), c := y mod 7.
    far(x, y, 0) :- edge(x, y). far(x, z, d + 1) :- far(x, y, d), edge(y, z), d < 3.";

#[test]
fn answers_do_not_depend_on_the_number_of_threads() {
    let rows = |threads: usize| {
        let mut pool = Pool::default();
        let mut core = program(PROGRAM, &mut pool);
        let mut seed = 1u32;
        let mut next = |below: u32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            i64::from((seed >> 8) % below)
        };
        for (name, many) in [("edge", 900), ("colour", 500)] {
            let id = relation(&core, name);
            for n in 0..many {
                let row = if name == "edge" { [next(500), next(500)] } else { [n, n % 5] };
                let row = row.map(|n| pool.number(n));
                core.add_fact(id, &row, FactPlace::Text);
            }
        }
        let (strata, mut db) = (strata(&core).expect("no circle"), Database::default());
        let (texts, limits) = (NoTexts, Limits::default());
        let mut watch = |_| ControlFlow::Continue(());
        let outcome = run_on(threads, &core, &strata, &mut db, &mut pool, &texts, &limits, &mut watch);
        let all = (0..core.relations.len() as u32).map(|id| {
            let relation = db.relation(RelationId(id));
            (0..relation.len() as u32).map(|at| (relation.row(at).to_vec(), relation.rank(at))).collect::<Vec<_>>()
        });
        (all.collect::<Vec<_>>(), outcome.expect("evaluates"), pool.len())
    };
    let one = rows(1);
    assert!(one.0[relation(&program(PROGRAM, &mut Pool::default()), "path").0 as usize].len() > 30_000);
    for threads in [2, 3, 8] {
        assert!(rows(threads) == one, "{threads} threads");
    }
}
