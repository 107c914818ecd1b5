//! One automaton that looks for many needles at once, at several places of the text at a time.
//!
//! It is that of Aho and Corasick (1975) with every transition spelt out, so each byte costs one look into a table;
//! capital ASCII letters go the way of the small ones. A look waits for the one before, so the text is cut into equal
//! lanes that are read in turn: their waiting overlaps. A table has at most 65,536 entries of 16 bits; needles that
//! need more are spread over several automata. The states where a needle ends are those with the highest bit, so one look
//! tells for all lanes. A byte that is in no needle leads back to the start, so texts may stand
//! in one buffer with [`super::bytes::EDGE`] between them.

use std::collections::VecDeque;

/// Entries of a table, and some more, so that a state of 16 bits and a class of 8 are always within it.
const ENTRIES: usize = (1 << 16) + 256;
/// The first state where a needle ends; as many entries come before it as after.
const FOUND: u16 = 1 << 15;
/// Places of the text that are read in turn.
pub const LANES: usize = 4;

/// A needle that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The byte after its last.
    pub end: u32,
    /// The state, of which [`Automaton::found`] tells the needles.
    state: u16,
}

/// Needles, ready to be looked for.
pub struct Automaton {
    /// For a state, which is the place of its row, and the class of a byte: the next state.
    table: Box<[u16; ENTRIES]>,
    /// For every byte, its column.
    classes: [u8; 256],
    /// The length of a row.
    width: usize,
    /// For every state from [`FOUND`] on, where its needles start in `needles`; one more at the end.
    starts: Vec<u32>,
    needles: Vec<u32>,
    /// Bytes of the longest needle.
    longest: usize,
}

impl std::fmt::Debug for Automaton {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Automaton({} needles)", self.needles.len())
    }
}

/// A tree of needles while it is made.
struct Tree {
    classes: [u8; 256],
    width: usize,
    /// Rows of next nodes; 0 where there is none.
    next: Vec<u32>,
    needles: Vec<Vec<u32>>,
    longest: usize,
}

impl Automaton {
    /// Makes automata of needles in small ASCII letters, of which each has a number; more than one where one would be
    /// too large. No needle is empty or longer than a few hundred bytes.
    pub fn all(needles: &[(&[u8], u32)]) -> Vec<Automaton> {
        let mut all = Vec::new();
        let mut rest = needles;
        while !rest.is_empty() {
            // The largest part that fits, found by halves.
            let mut count = rest.len();
            while count > 1 && !Automaton::may_fit(&rest[..count]) {
                count = count.div_ceil(2);
            }
            let mut tree = Tree::new(&rest[..count]);
            while !tree.fits() && count > 1 {
                count = count.div_ceil(2);
                tree = Tree::new(&rest[..count]);
            }
            all.push(tree.finish());
            rest = &rest[count..];
        }
        all
    }

    /// False where needles surely need more than one automaton: tells it without making any.
    pub fn may_fit(needles: &[(&[u8], u32)]) -> bool {
        let mut sorted: Vec<&[u8]> = needles.iter().map(|&(bytes, _)| bytes).collect();
        sorted.sort_unstable();
        let (mut nodes, mut before, mut seen) = (1, &[][..], [false; 256]);
        for &bytes in &sorted {
            nodes += bytes.len() - bytes.iter().zip(before).take_while(|(a, b)| a == b).count();
            bytes.iter().for_each(|&byte| seen[usize::from(byte)] = true);
            before = bytes;
        }
        let width = 1 + seen.iter().filter(|&&is| is).count();
        nodes * width <= ENTRIES
    }

    /// Adds all hits in a text, in ascending order of their ends.
    pub fn find(&self, text: &[u8], hits: &mut [Vec<Hit>; LANES]) {
        let length = text.len() / LANES;
        let mut states = [0u16; LANES];
        for (lane, state) in states.iter_mut().enumerate().skip(1) {
            let from = lane * length;
            for &byte in &text[from.saturating_sub(self.longest.saturating_sub(1))..from] {
                *state = self.step(*state, byte);
            }
        }
        let [mut a, mut b, mut c, mut d] = states;
        let lane = |lane: usize| text[lane * length..][..length].iter();
        let mut at = 0;
        for (((&p, &q), &r), &s) in lane(0).zip(lane(1)).zip(lane(2)).zip(lane(3)) {
            (a, b, c, d) = (self.step(a, p), self.step(b, q), self.step(c, r), self.step(d, s));
            at += 1;
            if (a | b | c | d) >= FOUND {
                for (lane, state) in [a, b, c, d].into_iter().enumerate().filter(|&(_, state)| state >= FOUND) {
                    hits[lane].push(Hit { end: (lane * length) as u32 + at, state });
                }
            }
        }
        let mut state = d;
        for (i, &byte) in text.iter().enumerate().skip(LANES * length) {
            state = self.step(state, byte);
            if state >= FOUND {
                hits[LANES - 1].push(Hit { end: i as u32 + 1, state });
            }
        }
    }

    #[inline(always)]
    fn step(&self, state: u16, byte: u8) -> u16 {
        self.table[usize::from(state) + usize::from(self.classes[usize::from(byte)])]
    }

    /// The needles that end at a hit.
    pub fn found(&self, hit: Hit) -> &[u32] {
        let at = usize::from(hit.state - FOUND) / self.width;
        &self.needles[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}

impl Tree {
    fn new(needles: &[(&[u8], u32)]) -> Tree {
        let mut classes = [0u8; 256];
        let mut width = 1u8;
        for &byte in needles.iter().flat_map(|(bytes, _)| bytes.iter()) {
            let class = &mut classes[usize::from(byte)];
            if *class == 0 {
                *class = width;
                width += 1;
            }
        }
        for byte in b'A'..=b'Z' {
            classes[usize::from(byte)] = classes[usize::from(byte.to_ascii_lowercase())];
        }
        let width = usize::from(width);
        let mut tree = Tree { classes, width, next: vec![0; width], needles: vec![vec![]], longest: 0 };
        for &(bytes, number) in needles {
            tree.longest = tree.longest.max(bytes.len());
            let mut node = 0;
            for &byte in bytes {
                let at = node * tree.width + usize::from(tree.classes[usize::from(byte)]);
                if tree.next[at] == 0 {
                    tree.next[at] = tree.needles.len() as u32;
                    tree.needles.push(Vec::new());
                    tree.next.extend(std::iter::repeat_n(0, tree.width));
                }
                node = tree.next[at] as usize;
            }
            tree.needles[node].push(number);
            if tree.next.len() > 4 * ENTRIES {
                break;
            }
        }
        tree
    }

    /// True where the table has room for the states, those where a needle ends and the others.
    fn fits(&self) -> bool {
        // A state may find a shorter needle than its own, so all but the first may be of the one sort.
        self.next.len() <= usize::from(FOUND)
            || self.next.len() <= ENTRIES && {
                let (_, quiet, found) = self.sorted();
                quiet.len().max(found.len()) * self.width <= usize::from(FOUND)
            }
    }

    /// For every node, the one of the longest end of its text that begins a needle; and all nodes from the start on,
    /// those where a needle ends apart from the others.
    fn sorted(&self) -> (Vec<u32>, Vec<usize>, Vec<usize>) {
        let mut fallback = vec![0u32; self.needles.len()];
        let mut ends: Vec<bool> = self.needles.iter().map(|needles| !needles.is_empty()).collect();
        let mut order = Vec::with_capacity(self.needles.len());
        let mut queue = VecDeque::from([0usize]);
        while let Some(node) = queue.pop_front() {
            order.push(node);
            for class in 1..self.width {
                let child = self.next[node * self.width + class] as usize;
                if child == 0 {
                    continue;
                }
                let mut shorter = node;
                while shorter != 0 && fallback[child] == 0 {
                    shorter = fallback[shorter] as usize;
                    fallback[child] = self.next[shorter * self.width + class];
                }
                ends[child] |= ends[fallback[child] as usize];
                queue.push_back(child);
            }
        }
        let (found, quiet) = order.into_iter().partition(|&node| ends[node]);
        (fallback, quiet, found)
    }

    /// Spells out where each state goes for each byte. The states near the start come first, since they are visited
    /// most.
    fn finish(mut self) -> Automaton {
        let width = self.width;
        let (fallback, quiet, found) = self.sorted();
        let mut places = vec![0u16; self.needles.len()];
        for (sort, first) in [(&quiet, 0), (&found, FOUND)] {
            for (place, &node) in sort.iter().enumerate() {
                places[node] = first + (place * width) as u16;
            }
        }
        let mut table = vec![0u16; ENTRIES];
        // Shorter texts come first in either sort, but a fallback may be of the other one: go by length.
        let mut queue = VecDeque::from([0usize]);
        while let Some(node) = queue.pop_front() {
            let shorter = fallback[node] as usize;
            for class in 1..width {
                let at = node * width + class;
                match self.next[at] {
                    0 if node == 0 => {}
                    0 => self.next[at] = self.next[shorter * width + class],
                    child => queue.push_back(child as usize),
                }
                table[usize::from(places[node]) + class] = places[self.next[at] as usize];
            }
            if node != 0 {
                let shorter = self.needles[shorter].clone();
                self.needles[node].extend(shorter);
            }
        }
        let mut starts = vec![0];
        let mut needles = Vec::new();
        for &node in &found {
            needles.extend(&self.needles[node]);
            starts.push(needles.len() as u32);
        }
        let table = table.into_boxed_slice().try_into().unwrap_or_else(|_| Box::new([0; ENTRIES]));
        Automaton { table, classes: self.classes, width, starts, needles, longest: self.longest }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(needles: &[&str], text: &str) -> Vec<(usize, u32)> {
        let numbered: Vec<(&[u8], u32)> = needles.iter().map(|n| n.as_bytes()).zip(0..).collect();
        let mut all = Vec::new();
        for automaton in Automaton::all(&numbered) {
            let mut hits = [const { Vec::new() }; LANES];
            automaton.find(text.as_bytes(), &mut hits);
            for hit in hits.concat() {
                all.extend(automaton.found(hit).iter().map(|&n| (hit.end as usize, n)));
            }
        }
        all.sort_unstable();
        all
    }

    fn obvious(needles: &[&str], text: &str) -> Vec<(usize, u32)> {
        let text = text.to_ascii_lowercase();
        let mut all = Vec::new();
        for (needle, n) in needles.iter().zip(0..) {
            let ends = (0..=text.len()).filter(|&end| text.as_bytes()[..end].ends_with(needle.as_bytes()));
            all.extend(ends.map(|end| (end, n)));
        }
        all.sort_unstable();
        all
    }

    #[test]
    fn needles_within_and_across_lanes_are_found() {
        let needles = ["he", "she", "hers", "his", "e", "é", "hers"];
        for text in ["", "h", "ushers", "His sHe É é shershershershers", "shehishersheheresheéhershhe"] {
            assert_eq!(found(&needles, text), obvious(&needles, text), "{text}");
        }
    }

    #[test]
    fn needles_that_need_several_tables_are_all_found() {
        let needles: Vec<String> = (0..4000u32).map(|i| format!("{}x{i}", i.wrapping_mul(2_654_435_761))).collect();
        let needles: Vec<&str> = needles.iter().map(String::as_str).collect();
        let numbered: Vec<(&[u8], u32)> = needles.iter().map(|n| n.as_bytes()).zip(0..).collect();
        assert!(Automaton::all(&numbered).len() > 1);
        let text = needles[17].to_string() + needles[3999] + needles[2000];
        assert_eq!(found(&needles, &text), obvious(&needles, &text));
    }
}
