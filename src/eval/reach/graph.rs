//! What a search goes through: values by number, and which follow on which.

use crate::base::Value;
use rustc_hash::FxHashMap;

/// Two values as one number, in the order of their bits.
pub(super) fn packed(first: Value, second: Value) -> u64 {
    u64::from(first.bits()) << 32 | u64::from(second.bits())
}

pub(super) fn first(pair: u64) -> Value {
    Value::from_bits((pair >> 32) as u32)
}

pub(super) fn second(pair: u64) -> Value {
    Value::from_bits(pair as u32)
}

/// Sorts pairs, and keeps each once.
pub(super) fn settle(pairs: &mut Vec<u64>) {
    if !pairs.is_sorted_by(|a, b| a < b) {
        pairs.sort_unstable();
        pairs.dedup();
    }
}

/// Numbers for values, in the order of their bits.
#[derive(Debug)]
pub(super) struct Nodes {
    /// By number.
    pub values: Vec<Value>,
    numbers: Numbers,
}

#[derive(Debug)]
enum Numbers {
    /// The numbers begin here, and every value after it has one.
    From(u32),
    Hashed(FxHashMap<Value, u32>),
}

impl Nodes {
    /// For all values of these pairs that a search may come to: the second ones.
    pub fn of(pairs: &[&[u64]]) -> Nodes {
        let all = || pairs.iter().flat_map(|pairs| pairs.iter()).map(|&pair| second(pair));
        let (low, high) = all().fold((u32::MAX, 0), |(low, high), v| (low.min(v.bits()), high.max(v.bits())));
        let count: usize = pairs.iter().map(|pairs| pairs.len()).sum();
        if count > 0 && (high - low) as usize <= 2 * count + 1024 {
            let values = (low..=high).map(Value::from_bits).collect();
            return Nodes { values, numbers: Numbers::From(low) };
        }
        let mut values: Vec<Value> = all().collect();
        values.sort_unstable();
        values.dedup();
        let numbers = Numbers::Hashed(values.iter().copied().zip(0..).collect());
        Nodes { values, numbers }
    }

    /// The number of a value; too high where it has none.
    pub fn number(&self, value: Value) -> u32 {
        match &self.numbers {
            Numbers::From(low) => value.bits().wrapping_sub(*low),
            Numbers::Hashed(numbers) => numbers.get(&value).copied().unwrap_or(u32::MAX),
        }
    }
}

/// Which values follow on each.
#[derive(Debug)]
pub(super) struct Graph {
    /// Where those of each number begin, and at the end where all end.
    starts: Vec<u32>,
    targets: Vec<u32>,
}

impl Graph {
    /// Of pairs in order. What begins with an absence, or with what no search comes to, is left out.
    pub fn new(nodes: &Nodes, pairs: &[u64]) -> Graph {
        let mut graph = Graph { starts: vec![0], targets: Vec::with_capacity(pairs.len()) };
        for &pair in pairs.iter().filter(|pair| !first(**pair).is_none()) {
            let from = nodes.number(first(pair)) as usize;
            if from < nodes.values.len() {
                // Numbers ascend as values do.
                graph.starts.resize(graph.starts.len().max(from + 1), graph.targets.len() as u32);
                graph.targets.push(nodes.number(second(pair)));
            }
        }
        graph.starts.resize(nodes.values.len() + 1, graph.targets.len() as u32);
        graph
    }

    /// What follows.
    #[inline]
    pub fn after(&self, number: u32) -> &[u32] {
        let at = number as usize;
        &self.targets[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_is_found_by_number_however_far_apart_values_are() {
        for step in [1, 1 << 20] {
            let value = |n: u32| Value::from_bits(n * step + 7);
            let mut pairs: Vec<u64> = (0..300u32).map(|n| packed(value(n * 7 % 100), value(n * 11 % 90))).collect();
            pairs.push(packed(Value::NONE, value(3)));
            settle(&mut pairs);
            let nodes = Nodes::of(&[&pairs]);
            let graph = Graph::new(&nodes, &pairs);
            assert!(nodes.values.is_sorted());
            for n in 0..90 {
                let found: Vec<Value> =
                    graph.after(nodes.number(value(n))).iter().map(|&to| nodes.values[to as usize]).collect();
                let of = |pair: &&u64| first(**pair) == value(n);
                let wanted: Vec<Value> = pairs.iter().filter(of).map(|pair| second(*pair)).collect();
                assert_eq!(found, wanted);
            }
            assert!(nodes.number(value(95)) as usize >= nodes.values.len());
        }
    }
}
