//! Changes of a study: single codings in and out, codes of themes exchanged, and one batch of 1 % of the codings.
//!
//! `cargo bench --bench changes -- FOLDER CHANGES.csv` prints what `benches/peers` prints for differential-dataflow:
//! `latency KIND SECONDS` for each change, and at the end how many facts each answer has. `benches/run measure
//! changes_100000` runs both and compares.

mod common;

use common::{NoTexts, Ready, find, mib};
use hence::base::Value;
use hence::eval::{Database, Limits, run, unwatched};
use hence::ir::core::{FactPlace, RelationId};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A kind of change is measured no longer than this; what is left of it is applied without being measured, so that the
/// answers at the end are those of the whole script.
const PATIENCE: Duration = Duration::from_secs(30);

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
    /// Where each given row of the relations that change stands.
    places: HashMap<(RelationId, Vec<Value>), usize>,
}

impl Kept {
    fn new(ready: Ready) -> Kept {
        Kept { ready, db: Database::default(), places: HashMap::new() }
    }

    /// Brings all relations up to date.
    fn evaluate(&mut self) {
        let limits = Limits { facts: usize::MAX, ..Limits::default() };
        let Ready { core, strata, pool, .. } = &mut self.ready;
        if let Err(error) = run(core, strata, &mut self.db, pool, &NoTexts, &limits, &mut unwatched) {
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

    /// Changes the given facts, and forgets what depends on them.
    fn change(&mut self, rows: &[Row]) {
        let mut changed = Vec::new();
        for row in rows {
            let given = &mut self.ready.core.given[row.relation.0 as usize];
            let key = (row.relation, row.values.clone());
            let arity = row.values.len();
            if row.comes {
                self.places.insert(key, given.places.len());
                Arc::make_mut(&mut given.values).extend(&row.values);
                Arc::make_mut(&mut given.places).push(FactPlace::Text);
            } else if let Some(at) = self.places.remove(&key) {
                let last = given.places.len() - 1;
                // All places are alike here.
                Arc::make_mut(&mut given.places).pop();
                let values = Arc::make_mut(&mut given.values);
                if at < last {
                    let moved = values[last * arity..].to_vec();
                    values[at * arity..][..arity].copy_from_slice(&moved);
                    self.places.insert((row.relation, moved), at);
                }
                values.truncate(last * arity);
            }
            changed.push(row.relation);
        }
        let affected = self.ready.strata.affected(&self.ready.core, &changed);
        self.db.reset(&affected);
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
    let mut spent: HashMap<String, Duration> = HashMap::new();
    for (kind, rows) in &steps {
        let spent = spent.entry(kind.clone()).or_default();
        let start = Instant::now();
        kept.change(rows);
        if *spent < PATIENCE {
            kept.evaluate();
            println!("latency {kind} {:.9}", start.elapsed().as_secs_f64());
            *spent += start.elapsed();
        }
    }
    kept.evaluate();
    for (name, id) in &kept.ready.answers {
        println!("facts {name} {}", kept.db.relation(*id).len());
    }
}
