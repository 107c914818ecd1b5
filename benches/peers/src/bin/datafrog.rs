//! The programs in datafrog, which joins sorted vectors; it has neither negation of derived relations nor aggregates,
//! so there are no themes.

use datafrog::{Iteration, Relation};
use hence_peers::{Clock, facts, pairs};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Pair = (u32, u32);

fn swapped(rows: &[Pair]) -> Relation<Pair> {
    rows.iter().map(|&(a, b)| (b, a)).collect()
}

/// Paths by their ends: `(y, x)`.
fn linear(edges: &[Pair]) -> Relation<Pair> {
    let edge: Relation<Pair> = edges.iter().copied().collect();
    let mut rounds = Iteration::new();
    let path = rounds.variable::<Pair>("path by end");
    path.insert(swapped(edges));
    while rounds.changed() {
        path.from_join(&path, &edge, |_, &x, &z| (z, x));
    }
    path.complete()
}

fn nonlinear(edges: &[Pair]) -> Relation<Pair> {
    let mut rounds = Iteration::new();
    let (from, to) = (rounds.variable::<Pair>("path"), rounds.variable::<Pair>("path by end"));
    from.insert(edges.iter().copied().collect());
    while rounds.changed() {
        to.from_map(&from, |&(x, y)| (y, x));
        from.from_join(&to, &from, |_, &x, &z| (x, z));
    }
    from.complete()
}

fn same_generation(parents: &[Pair]) -> Relation<Pair> {
    let parent: Relation<Pair> = parents.iter().copied().collect();
    let mut siblings = Vec::new();
    for family in parents.chunk_by(|a, b| a.0 == b.0) {
        for &(_, x) in family {
            siblings.extend(family.iter().filter(|&&(_, y)| x != y).map(|&(_, y)| (x, y)));
        }
    }
    let mut rounds = Iteration::new();
    let (sg, half) = (rounds.variable::<Pair>("sg"), rounds.variable::<Pair>("child, other"));
    sg.insert(siblings.into());
    while rounds.changed() {
        half.from_join(&sg, &parent, |_, &b, &x| (b, x));
        sg.from_join(&half, &parent, |_, &x, &y| (x, y));
    }
    sg.complete()
}

/// The two rules of three atoms go by a relation between: what a load reads, and what a store writes to.
fn andersen(address_of: Vec<Pair>, assign: &[Pair], load: &[Pair], store: &[Pair]) -> Relation<Pair> {
    let (assign, load) = (swapped(assign), swapped(load));
    let store: Relation<Pair> = store.iter().copied().collect();
    let mut rounds = Iteration::new();
    let pt = rounds.variable::<Pair>("pt");
    let (reads, writes) = (rounds.variable::<Pair>("reads"), rounds.variable::<Pair>("writes"));
    pt.insert(address_of.into());
    while rounds.changed() {
        pt.from_join(&pt, &assign, |_, &x, &y| (y, x));
        reads.from_join(&pt, &load, |_, &z, &y| (z, y));
        pt.from_join(&reads, &pt, |_, &y, &w| (y, w));
        writes.from_join(&pt, &store, |_, &z, &x| (x, z));
        pt.from_join(&writes, &pt, |_, &z, &w| (z, w));
    }
    pt.complete()
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let folder = args[2].as_str();
    let mut clock = Clock::start();
    match args[1].as_str() {
        what @ ("tc_random" | "tc_chain" | "tc_nonlinear") => {
            let edges = pairs(folder, "edge");
            clock.phase("read");
            let by_end = what != "tc_nonlinear";
            let path = if by_end { linear(&edges) } else { nonlinear(&edges) };
            clock.phase("evaluate");
            facts("path", path.iter().map(|&(a, b)| if by_end { (b, a) } else { (a, b) }));
        }
        "sg" => {
            let parents = pairs(folder, "parent");
            clock.phase("read");
            let sg = same_generation(&parents);
            clock.phase("evaluate");
            facts("sg", sg.iter());
        }
        "andersen" => {
            let [address_of, assign, load, store] =
                ["address_of", "assign", "load", "store"].map(|table| pairs(folder, table));
            clock.phase("read");
            let pt = andersen(address_of, &assign, &load, &store);
            clock.phase("evaluate");
            facts("pt", pt.iter());
        }
        other => panic!("datafrog has no program for {other}"),
    }
    // Nobody waits for memory to be given back piece by piece.
    std::process::exit(0);
}
