//! The side of a working relation that a round writes: a set a group, and a log of what is new.

use super::directory::Directory;
use super::set::{Fresh, Set, Span};
use crate::base::Value;

/// What a round writes, by part.
#[derive(Debug)]
pub(in crate::eval) struct Written {
    /// One an owner.
    pub parts: Vec<Out>,
}

impl Written {
    pub fn new(arity: usize, parts: usize) -> Written {
        let width = arity.max(2) - 1;
        Written { parts: (0..parts).map(|_| Out::new(width)).collect() }
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.parts.iter().map(Out::bytes).sum()
    }
}

/// One part.
#[derive(Debug)]
pub(in crate::eval) struct Out {
    width: usize,
    directory: Directory,
    pub(super) sets: Vec<Set>,
    /// The first values of groups that are not seen yet.
    pub(super) firsts: Vec<Value>,
    /// The log: groups with so many tails each, and the tails.
    pub(super) runs: Vec<(u32, u32)>,
    pub(super) tails: Fresh,
    span: Span,
    /// The group of the last row.
    last: Option<(Value, u32)>,
    /// About how many bytes the sets take beside themselves.
    apart: usize,
}

impl Out {
    fn new(width: usize) -> Out {
        Out {
            width,
            directory: Directory::default(),
            sets: Vec::new(),
            firsts: Vec::new(),
            runs: Vec::new(),
            tails: Fresh::default(),
            span: Span::default(),
            last: None,
            apart: 0,
        }
    }

    fn group(&mut self, first: Value) -> u32 {
        if let Some((_, group)) = self.last.filter(|(last, _)| *last == first) {
            return group;
        }
        let group = self.directory.get(first).unwrap_or_else(|| {
            let group = self.sets.len() as u32;
            self.directory.set(first, group);
            self.sets.push(Set::new(self.width));
            self.firsts.push(first);
            group
        });
        self.last = Some((first, group));
        group
    }

    /// Adds rows that begin with `first`; how many were new. `bits` are the same tails as a bitmap, if there is one.
    pub fn add(&mut self, first: Value, tails: &[Value], bits: Option<(u32, &[u64])>) -> usize {
        let group = self.group(first);
        let (set, before) = (&mut self.sets[group as usize], self.tails.len());
        let apart = set.apart();
        let joined = bits.is_some_and(|(from, words)| set.join(from, words, &mut self.tails));
        if self.width == 1 && !joined {
            set.add(tails, &mut self.tails, &mut self.span);
        } else if self.width > 1 {
            for tail in tails.chunks_exact(self.width) {
                set.add_wide(tail, &mut self.tails);
            }
        }
        let new = (self.tails.len() - before) / self.width;
        if new > 0 {
            self.apart += set.apart() - apart.min(set.apart());
            match self.runs.last_mut() {
                Some((last, rows)) if *last == group => *rows += new as u32,
                _ => self.runs.push((group, new as u32)),
            }
        }
        new
    }

    pub(super) fn clear(&mut self) {
        self.firsts.clear();
        self.runs.clear();
        self.tails.clear();
    }

    fn bytes(&self) -> usize {
        self.directory.bytes()
            + self.apart
            + self.sets.capacity() * size_of::<Set>()
            + self.runs.capacity() * 8
            + self.tails.bytes()
    }
}
