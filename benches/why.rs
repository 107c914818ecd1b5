//! Why something holds, asked of a large study: the best proof and five reasons of facts of every relation that rules
//! fill, and of programs in which a fact has more proofs than anybody could list.
//!
//! `cargo bench --bench why -- FOLDER` takes a folder of themes as `benches/data.py themes` makes it. For each relation it
//! prints the median and the longest time of a sample of its facts, spread over all of them, and of the fact for which the
//! most had to be looked at; and, each on a study that is evaluated anew, the time of the very first question.

mod common;

use common::{NoTexts, Ready, mib};
use hence::base::Pool;
use hence::eval::{Database, Limits, run, unwatched};
use hence::ir::core::{Core, Expr, FactPlace, Literal, OriginId, RelationId, Rule, Term, Var};
use hence::plan::{Strata, strata};
use hence::proof::{Backward, Budget, Evaluated, Number, Preference, best_with, reasons};
use std::path::Path;
use std::time::{Duration, Instant};

const LIMITS: Limits = Limits { facts: usize::MAX, rounds: 1_000_000, text: 1 << 28 };

/// So many facts of each relation are asked for.
const SAMPLE: usize = 200;

/// A program with all its facts.
struct Filled {
    core: Core,
    strata: Strata,
    pool: Pool,
    db: Database,
}

impl Filled {
    fn new(core: Core, strata: Strata, mut pool: Pool) -> Filled {
        let mut db = Database::default();
        run(&core, &strata, &mut db, &mut pool, &NoTexts, &LIMITS, &mut unwatched).expect("it can be evaluated");
        Filled { core, strata, pool, db }
    }

    fn evaluated(&self) -> Evaluated<'_> {
        Evaluated { core: &self.core, strata: &self.strata, db: &self.db, pool: &self.pool, texts: &NoTexts }
    }

    /// Asks for a fact in the middle of a relation, and then for five reasons of another, when nothing has been asked
    /// before; how long each took.
    fn first(&self, relation: RelationId) -> (Duration, Duration) {
        let facts = self.db.relation(relation).len() as u32;
        let start = Instant::now();
        best_with(&mut Backward::new(self.evaluated()), relation, facts / 2, Budget::default()).expect("a proof");
        let best = start.elapsed();
        let start = Instant::now();
        let mut backward = Backward::new(self.evaluated());
        let prefer = &mut Preference::smallest;
        reasons(&mut backward, relation, facts / 3, 5, Budget::default(), &|_| false, prefer).expect("reasons");
        (best, start.elapsed())
    }

    /// Asks for some facts of a relation, and prints how long it took.
    fn ask(&self, name: &str, relation: RelationId) {
        let facts = self.db.relation(relation).len();
        let step = (facts / SAMPLE).max(1);
        let rows: Vec<u32> = (0..facts).step_by(step).map(|row| row as u32).collect();
        let (mut best, mut five, mut whole) = (Vec::new(), Vec::new(), 0);
        let mut most = String::new();
        for &row in &rows {
            let start = Instant::now();
            let proof = best_with(&mut Backward::new(self.evaluated()), relation, row, Budget::default());
            best.push(start.elapsed());
            whole += usize::from(proof.expect("a proof").proven_best);
            let start = Instant::now();
            let mut backward = Backward::new(self.evaluated());
            let found =
                reasons(&mut backward, relation, row, 5, Budget::default(), &|_| false, &mut Preference::smallest)
                    .expect("reasons");
            five.push(start.elapsed());
            if five.iter().max() == five.last() {
                most = match found.number {
                    Number::Reasons { number, at_least: false } => format!("{number} reasons"),
                    Number::Reasons { number, at_least: true } => format!("at least {number} reasons"),
                    Number::Ways(ways) if ways.at_least => format!("at least {} ways", ways.number),
                    Number::Ways(ways) => format!("{} ways", ways.number),
                };
            }
        }
        println!(
            "{name:24} {facts:>9} facts   best {} of which {whole} of {} the shortest   five {}   longest: {most}",
            times(&mut best),
            rows.len(),
            times(&mut five),
        );
    }
}

/// The median and the longest.
fn times(all: &mut [Duration]) -> String {
    all.sort_unstable();
    let ms = |time: Option<&Duration>| time.map_or(0.0, |time| time.as_secs_f64() * 1e3);
    format!("{:8.3} ms, at most {:8.3} ms", ms(all.get(all.len() / 2)), ms(all.last()))
}

fn var(n: u32) -> Term {
    Term::Var(Var(n))
}

/// `head(columns) if body`, all of variables.
fn rule(head: RelationId, columns: &[u32], body: Vec<Literal>) -> Rule {
    Rule { head, columns: columns.iter().map(|&n| Expr::Var(Var(n))).collect(), body, vars: 4 }
}

/// A chain of diamonds: two ways from each node to the next.
fn diamonds(count: i64) -> (Core, Pool) {
    let (mut core, mut pool) = (Core::default(), Pool::default());
    let (edge, path) = (core.add_relation("edge", 2), core.add_relation("path", 2));
    for n in 0..count {
        for middle in [3 * n + 1, 3 * n + 2] {
            let row = [pool.number(3 * n), pool.number(middle)];
            core.add_fact(edge, &row, FactPlace::Text);
            let row = [pool.number(middle), pool.number(3 * n + 3)];
            core.add_fact(edge, &row, FactPlace::Text);
        }
    }
    paths(&mut core, edge, path);
    (core, pool)
}

/// Everybody beside everybody.
fn clique(count: i64) -> (Core, Pool) {
    let (mut core, mut pool) = (Core::default(), Pool::default());
    let (edge, path) = (core.add_relation("edge", 2), core.add_relation("path", 2));
    for (a, b) in (0..count).flat_map(|a| (0..count).map(move |b| (a, b))).filter(|(a, b)| a != b) {
        let row = [pool.number(a), pool.number(b)];
        core.add_fact(edge, &row, FactPlace::Text);
    }
    paths(&mut core, edge, path);
    (core, pool)
}

fn paths(core: &mut Core, edge: RelationId, path: RelationId) {
    let step = Literal::Atom(edge, vec![var(0), var(1)]);
    core.add_rule(rule(path, &[0, 1], vec![step.clone()]), OriginId(0));
    core.add_rule(rule(path, &[0, 2], vec![step, Literal::Atom(path, vec![var(1), var(2)])]), OriginId(0));
}

/// One fact that as many rows speak for.
fn crowd(count: i64) -> (Core, Pool) {
    let (mut core, mut pool) = (Core::default(), Pool::default());
    let (says, said) = (core.add_relation("says", 2), core.add_relation("said", 1));
    let what = pool.number(1);
    for n in 0..count {
        let row = [pool.number(n), what];
        core.add_fact(says, &row, FactPlace::Text);
    }
    core.add_rule(rule(said, &[1], vec![Literal::Atom(says, vec![var(0), var(1)])]), OriginId(0));
    (core, pool)
}

fn main() {
    let folder = std::env::args().skip(1).find(|word| !word.starts_with("--"));
    if let Some(folder) = folder {
        let ready = Ready::read(Path::new(&folder)).unwrap_or_else(|message| panic!("{message}"));
        let answers = ready.answers.clone();
        let facts = {
            let filled = Filled::new(ready.core.clone(), ready.strata.clone(), ready.pool.clone());
            answers.iter().for_each(|(name, relation)| filled.ask(name, *relation));
            filled.db.derived()
        };
        println!("{facts} derived facts; the first question of all, and then five reasons of another fact");
        for (name, relation) in answers {
            let (best, five) =
                Filled::new(ready.core.clone(), ready.strata.clone(), ready.pool.clone()).first(relation);
            println!("{name:24} best {:8.3} ms   five {:8.3} ms", best.as_secs_f64() * 1e3, five.as_secs_f64() * 1e3);
        }
    }
    for (name, (core, pool)) in
        [("40 diamonds", diamonds(40)), ("a clique of 300", clique(300)), ("a million rows", crowd(1_000_000))]
    {
        let last = RelationId(core.relations.len() as u32 - 1);
        let order = strata(&core).expect("no circle");
        Filled::new(core, order, pool).ask(name, last);
    }
    println!("memory {} MiB", mib("VmHWM"));
}
