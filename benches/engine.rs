//! The engine alone: the rules of the studies on the facts of a folder, without the reading of `hence`.
//!
//! `cargo bench --bench engine -- themes_100000 sg` measures these; without names all whose data are there. Data are made
//! by `benches/run prepare`, in the folder `HENCE_BENCH` or `target/bench`. Answers are held against `counts.csv`.

mod common;

use common::{NoTexts, Ready, mib};
use hence::eval::{Database, Limits, run};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const USUAL: [&str; 9] = [
    "tc_random",
    "tc_chain",
    "tc_nonlinear",
    "sg",
    "andersen",
    "themes_131",
    "themes_10000",
    "themes_100000",
    "themes_1000000",
];

/// A stratum is told apart where it takes at least this share of the whole.
const WORTH_TELLING: f64 = 0.02;

fn main() {
    let named: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let work = std::env::var_os("HENCE_BENCH").map_or(here.join("target/bench"), PathBuf::from);
    let counts = std::fs::read_to_string(here.join("benches/counts.csv")).unwrap_or_default();
    let workloads: Vec<&str> =
        if named.is_empty() { USUAL.to_vec() } else { named.iter().map(String::as_str).collect() };
    // Each has a process of its own, so that its memory is its own.
    if let ([workload], false) = (workloads.as_slice(), named.is_empty()) {
        if let Err(message) = measure(workload, &work.join("data").join(workload), &counts) {
            println!("{workload}: {message}");
            std::process::exit(1);
        }
        return;
    }
    let this = std::env::current_exe().expect("a running program has a file");
    for workload in workloads {
        if !work.join("data").join(workload).join("study.hence").exists() {
            println!("{workload}: no data; `benches/run prepare` makes them");
            continue;
        }
        let ended = std::process::Command::new(&this).arg(workload).status().expect("it can be started again");
        if !ended.success() {
            std::process::exit(1);
        }
    }
}

fn measure(workload: &str, folder: &Path, counts: &str) -> Result<(), String> {
    let mut ready = Ready::read(folder)?;
    let before = mib("VmRSS");
    let (mut phases, mut since) = (vec![Duration::ZERO; ready.strata.strata.len()], Instant::now());
    let mut at = 0;
    let mut db = Database::default();
    let limits = Limits { facts: usize::MAX, ..Limits::default() };
    let start = Instant::now();
    // What comes before the first stratum, which is taking in the given facts, counts as its.
    let result = run(&ready.core, &ready.strata, &mut db, &mut ready.pool, &NoTexts, &limits, &mut |progress| {
        phases[at] += since.elapsed();
        (at, since) = (progress.stratum, Instant::now());
        std::ops::ControlFlow::Continue(())
    });
    let took = start.elapsed();
    phases[at] += since.elapsed();
    let outcome = result.map_err(|error| format!("{error:?}"))?;
    let (after, most) = (mib("VmRSS"), mib("VmHWM"));
    println!(
        "{workload}: {:.4} s for {} facts in {} rounds, {:.1} million facts a second; memory {before} MiB before, \
         {after} after, at most {most}",
        took.as_secs_f64(),
        outcome.derived,
        outcome.rounds,
        outcome.derived as f64 / took.as_secs_f64() / 1e6,
    );
    for (stratum, took_here) in ready.strata.strata.iter().zip(&phases) {
        if took_here.as_secs_f64() >= took.as_secs_f64() * WORTH_TELLING {
            let named: Vec<&str> = stratum.relations.iter().map(|&id| ready.core.relation(id).name.as_str()).collect();
            let rows: usize = stratum.relations.iter().map(|&id| db.relation(id).len()).sum();
            println!("  {:>9.4} s  {} ({rows})", took_here.as_secs_f64(), named.join(", "));
        }
    }
    for (name, id) in &ready.answers {
        let found = db.relation(*id).len();
        let line = format!("{workload},{name},");
        let wanted = counts.lines().find_map(|l| l.strip_prefix(&line)?.parse::<usize>().ok());
        if wanted.is_some_and(|wanted| wanted != found) {
            return Err(format!("`{name}` has {found} facts, and not {}", wanted.unwrap_or_default()));
        }
    }
    Ok(())
}
