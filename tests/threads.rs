//! What comes of an evaluation does not depend on how many threads it ran on, facts and ranks and all.

#[path = "programs/notation.rs"]
mod notation;

use hence::base::{Pool, Value};
use hence::eval::{Database, Error, Exceeded, Limits, Texts, run_on};
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
    both(x, y) :- path(x, y). both(x, y) :- both(y, x).
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

/// Rows with ranks, which rules found anything, and how many rounds it took.
type Came = (Vec<(Vec<Value>, u32)>, Vec<bool>, usize);

/// What comes of `path` over random edges, on so many threads, or the limit that was met.
fn came(rules: &str, seed: u32, threads: usize, limits: &Limits) -> Result<Came, Exceeded> {
    let mut pool = Pool::default();
    let mut core = program(&format!("edge(0, 1). path(2, 2). never(0). {rules}"), &mut pool);
    let mut seed = seed;
    let mut next = |below: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) % below
    };
    let (nodes, given) = (2 + next(60), next(2) * next(9));
    for (name, many) in [("edge", next(150)), ("path", given), ("never", 0)] {
        let id = relation(&core, name);
        core.given[id.0 as usize] = Default::default();
        for _ in 0..many {
            let row = [0; 2].map(|_| match next(nodes + 1) {
                0 => Value::NONE,
                n => pool.number(i64::from(n)),
            });
            core.add_fact(id, &row, FactPlace::Text);
        }
    }
    let (strata, mut db, mut watch) =
        (strata(&core).expect("no circle"), Database::default(), |_| ControlFlow::Continue(()));
    match run_on(threads, &core, &strata, &mut db, &mut pool, &NoTexts, limits, &mut watch) {
        Ok(outcome) => {
            let path = db.relation(relation(&core, "path"));
            let rows = (0..path.len() as u32).map(|at| (path.row(at).to_vec(), path.rank(at))).collect();
            Ok((rows, outcome.fired, outcome.rounds))
        }
        Err(Error::Limit { exceeded, .. }) => Err(exceeded),
        Err(error) => panic!("{error:?}"),
    }
}

#[test]
fn searches_find_what_rounds_find() {
    // The second of each pair asks for the column that is handed on, so that it is left to rounds.
    let forms = [
        ("path(x, z) :- path(x, y), edge(y, z).", "path(x, z) :- path(x, y), edge(y, z), not never(x)."),
        ("path(x, z) :- edge(x, y), path(y, z).", "path(x, z) :- edge(x, y), path(y, z), not never(z)."),
        ("path(x, z) :- path(x, y), path(y, z).", "path(x, z) :- path(x, y), path(y, z), not never(x)."),
        (
            "path(x, z) :- edge(z, y), path(x, y), y != z. path(x, z) :- path(x, y), edge(y, w), edge(w, z), not edge(w, w).",
            "path(x, z) :- edge(z, y), path(x, y), y != z, not never(x). path(x, z) :- path(x, y), edge(y, w), edge(w, z), not edge(w, w), not never(x).",
        ),
    ];
    let limits =
        [Limits::default(), Limits { facts: 300, ..Limits::default() }, Limits { rounds: 4, ..Limits::default() }];
    let mut met = 0;
    for seed in 0..150 {
        for (searched, by_rounds) in forms {
            for base in ["path(x, y) :- edge(x, y).", ""] {
                for limits in &limits {
                    let wanted = came(&format!("{base} {by_rounds}"), seed, 1, limits);
                    for threads in [1, 3] {
                        let found = came(&format!("{base} {searched}"), seed, threads, limits);
                        assert!(found == wanted, "{base} {searched} {seed} {threads}: {found:?} and not {wanted:?}");
                    }
                    met += usize::from(wanted.is_err());
                }
            }
        }
    }
    assert!(met > 100, "{met}");
}
