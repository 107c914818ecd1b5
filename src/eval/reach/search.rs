//! The search from one value: breadth first, so that the level at which a value is found is its rank.

use super::graph::Graph;
use crate::base::Value;
use std::ops::{ControlFlow, Range};

/// So many values are gone through before somebody is told.
const OFTEN: usize = 1 << 14;

/// What all searches have in common.
pub(super) struct Ground<'a> {
    /// What follows on what, by rule.
    pub graphs: &'a [Graph],
    /// How many different values there are to be found at all.
    pub targets: usize,
    /// The rank of what is found at a level.
    pub rank: fn(u32) -> u32,
}

/// The room of searches, kept from one to the next.
pub(super) struct Search {
    /// By number: one more than the rank, or 0 where a value is not found.
    ranks: Vec<u32>,
    /// What is found, in order; one place more than there are values, so that one can be written before it counts.
    queue: Vec<u32>,
    len: usize,
    /// By rule: whether something followed.
    pub fired: Vec<bool>,
    /// The highest rank of all searches.
    pub highest: u32,
    /// What was found, ascending, and its marks.
    pub tails: Vec<Value>,
    pub marks: Vec<u32>,
}

impl Search {
    pub fn new(nodes: usize, rules: usize) -> Search {
        Search {
            ranks: vec![0; nodes],
            queue: vec![0; nodes + 1],
            len: 0,
            fired: vec![false; rules],
            highest: 0,
            tails: Vec::new(),
            marks: Vec::new(),
        }
    }

    /// Finds all that follows on values of level 0 and of level 1; false where it was told to end.
    pub fn run(
        &mut self,
        ground: &Ground<'_>,
        (start, base): (&[u32], &[u32]),
        tell: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> bool {
        self.add(start, 1);
        let (mut from, mut to, mut level) = (0, self.len, 1);
        self.add(base, (ground.rank)(1) + 1);
        loop {
            let mark = (ground.rank)(level) + 1;
            for begin in (from..to).step_by(OFTEN) {
                for (rule, graph) in ground.graphs.iter().enumerate() {
                    // Nothing more can be found, nor learnt of the rules.
                    let full = if self.fired.iter().all(|fired| *fired) { ground.targets } else { usize::MAX };
                    self.fired[rule] |= self.step(graph, begin..to.min(begin + OFTEN), mark, full);
                }
                if begin > from && tell().is_break() {
                    return false;
                }
            }
            (from, to) = (to, self.len);
            if from == to {
                return true;
            }
            level += 1;
        }
    }

    /// Adds what follows on some of the queue, until it has so many; whether anything does.
    fn step(&mut self, graph: &Graph, some: Range<usize>, mark: u32, full: usize) -> bool {
        let (queue, ranks, mut len, mut fired) = (&mut self.queue[..], &mut self.ranks[..], self.len, false);
        for at in some {
            if len == full {
                break;
            }
            let after = graph.after(queue[at]);
            fired |= !after.is_empty();
            len = add(queue, ranks, len, after, mark);
        }
        self.len = len;
        fired
    }

    fn add(&mut self, values: &[u32], mark: u32) {
        self.len = add(&mut self.queue, &mut self.ranks, self.len, values, mark);
    }

    /// Puts what was found in order, and forgets it.
    pub fn settle(&mut self, values: &[Value]) {
        let last = self.queue[..self.len].last().map_or(0, |last| self.ranks[*last as usize] - 1);
        self.highest = self.highest.max(last);
        if self.len * 8 > self.ranks.len() {
            self.tails.resize(self.ranks.len() + 1, Value::NONE);
            self.marks.resize(self.ranks.len() + 1, 0);
            let mut at = 0;
            for (rank, &value) in self.ranks.iter_mut().zip(values) {
                self.tails[at] = value;
                self.marks[at] = rank.wrapping_sub(1);
                at += usize::from(*rank != 0);
                *rank = 0;
            }
            self.tails.truncate(at);
            self.marks.truncate(at);
        } else {
            let found = &mut self.queue[..self.len];
            found.sort_unstable();
            self.tails.clear();
            self.marks.clear();
            self.tails.extend(found.iter().map(|&at| values[at as usize]));
            self.marks.extend(found.iter().map(|&at| std::mem::take(&mut self.ranks[at as usize]) - 1));
        }
        self.len = 0;
    }
}

/// Adds what is not found yet; how much there is then. Whether it is decides no jump: that could not be foretold.
#[inline(always)]
fn add(queue: &mut [u32], ranks: &mut [u32], mut len: usize, values: &[u32], mark: u32) -> usize {
    for &value in values {
        let rank = &mut ranks[value as usize];
        let new = *rank == 0;
        queue[len] = value;
        len += usize::from(new);
        *rank |= mark & u32::from(new).wrapping_neg();
    }
    len
}
