//! Changes of a study: single codings in and out, codes of themes exchanged, and one batch of 1 % of the codings.
//!
//! `cargo bench --bench changes -- FOLDER CHANGES.csv` prints what `benches/peers` prints for differential-dataflow:
//! `latency KIND SECONDS` for each change, and at the end how many facts each answer has. `benches/run measure
//! changes_100000` runs both and compares.

mod common;

use common::{NoTexts, Ready, find, mib};
use hence::base::Value;
use hence::eval::change::{Change, Plans, Setting, maintain};
use hence::eval::{self, Database, Limits, run, unwatched};
use hence::ir::core::{FactPlace, RelationId};
use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

const LIMITS: Limits = Limits { facts: usize::MAX, rounds: 1_000_000, text: 1 << 28 };

/// A row that comes or goes.
struct Row {
    relation: RelationId,
    values: Vec<Value>,
    comes: bool,
}

/// A study that follows changes.
struct Kept {
    ready: Ready,
    db: Database,
    plans: Plans,
    /// Where each given row of the relations that change stands.
    places: HashMap<(RelationId, Vec<Value>), usize>,
}

impl Kept {
    fn new(ready: Ready) -> Kept {
        Kept { ready, db: Database::default(), plans: Plans::default(), places: HashMap::new() }
    }

    /// Fills all relations.
    fn evaluate(&mut self) {
        let Ready { core, strata, pool, .. } = &mut self.ready;
        if let Err(error) = run(core, strata, &mut self.db, pool, &NoTexts, &LIMITS, &mut unwatched) {
            panic!("{error:?}");
        }
    }

    /// Remembers where the rows of a relation stand.
    fn index(&mut self, relation: RelationId) {
        let given = &self.ready.core.given[relation.0 as usize];
        let arity = self.ready.core.relation(relation).arity;
        let rows = given.values.chunks_exact(arity).enumerate();
        self.places.extend(rows.map(|(at, row)| ((relation, row.to_vec()), at)));
    }

    /// Changes the given facts, and carries that through all conclusions.
    fn change(&mut self, rows: &[Row]) {
        let Ready { core, strata, pool, .. } = &mut self.ready;
        let mut change = Change::default();
        for row in rows {
            let given = &mut core.given[row.relation.0 as usize];
            let (key, fact) = ((row.relation, row.values.clone()), eval::Row::from(&row.values[..]));
            if row.comes {
                change.insert.push((row.relation, fact, given.places.len()));
                self.places.insert(key, given.places.len());
                given.push(&row.values, FactPlace::Text);
            } else if let Some(place) = self.places.remove(&key) {
                given.set_gone(place, true);
                change.remove.push((row.relation, fact, place));
            }
        }
        let setting = Setting { core, strata, texts: &NoTexts, limits: &LIMITS };
        if let Err(error) = maintain(setting, &change, &mut self.db, pool, &mut self.plans, &mut unwatched) {
            panic!("{error:?}");
        }
    }
}

/// The steps of a script: what they are called, and their rows. All rows of a batch are one step.
fn steps(script: &str, ready: &mut Ready) -> Vec<(String, Vec<Row>)> {
    let (marked, theme_code) = (find(&ready.core, "marked"), find(&ready.core, "theme_code"));
    let mut steps: Vec<(String, Vec<Row>)> = Vec::new();
    for line in script.lines().skip(1) {
        let mut cells = line.split(',');
        let kind = cells.next().unwrap_or_default();
        let ids: Vec<Value> = cells.map(|cell| ready.pool.text(cell)).collect();
        let row = |relation, values: &[Value], comes| Row { relation, values: values.to_vec(), comes };
        let rows = match kind {
            "exchange" => vec![row(theme_code, &ids[..2], false), row(theme_code, &[ids[0], ids[2]], true)],
            _ => vec![row(marked, &ids, kind.ends_with("insert"))],
        };
        match steps.last_mut() {
            Some((last, batch)) if last == "batch" && kind.starts_with("batch") => batch.extend(rows),
            _ => steps.push((if kind.starts_with("batch") { "batch".to_owned() } else { kind.to_owned() }, rows)),
        }
    }
    steps
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let [folder, script] = words.as_slice() else {
        println!("wanted: a folder of themes and a script of changes; `benches/run measure changes_100000` gives both");
        return;
    };
    let mut ready = Ready::read(Path::new(folder)).unwrap_or_else(|message| panic!("{message}"));
    let script = std::fs::read_to_string(script).unwrap_or_else(|error| panic!("{script}: {error}"));
    let steps = steps(&script, &mut ready);
    let changing = [find(&ready.core, "marked"), find(&ready.core, "theme_code")];
    let mut kept = Kept::new(ready);
    changing.iter().for_each(|&relation| kept.index(relation));
    let start = Instant::now();
    kept.evaluate();
    println!("seconds evaluate {:.6}", start.elapsed().as_secs_f64());
    println!("mib begun {}", mib("VmHWM"));
    for (kind, rows) in &steps {
        let start = Instant::now();
        kept.change(rows);
        println!("latency {kind} {:.9}", start.elapsed().as_secs_f64());
    }
    for (name, id) in &kept.ready.answers {
        println!("facts {name} {}", kept.db.relation(*id).len());
    }
}
