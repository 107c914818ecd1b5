//! Clues: where in a text the needles of which leaves stand.

use super::automaton::{Automaton, Hit, LANES};
use super::bytes::Bytes;
use super::inflections::Inflections;
use super::needle::{Needle, Run};
use super::nodes::Node;

/// A needle that stands in a text, with what may stand beside it there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clue {
    /// Which of the texts.
    pub text: u32,
    /// The leaf that the needle is of.
    pub leaf: u32,
    /// The first byte of the needle in its text.
    pub at: u32,
    /// How many characters before it what the leaf surely holds begins.
    pub skipped: u32,
}

/// What the needle of an automaton stands for.
#[derive(Debug)]
struct Probe {
    leaf: u32,
    length: u32,
    skipped: u32,
    before: Bytes,
    after: Bytes,
}

/// The needles of all leaves.
#[derive(Debug, Default)]
pub struct Seeker {
    automata: Vec<Automaton>,
    probes: Vec<Probe>,
    /// Leaves for which no needle speaks.
    pub always: Vec<u32>,
    /// All expressions.
    pub expressions: Vec<u32>,
    /// Inflected words.
    pub inflections: Inflections,
    /// Whether there are substrings.
    pub has_substrings: bool,
}

/// The longest needles that are tried, in bytes; shorter ones stand in more texts, but need a smaller automaton.
const LONGEST: [usize; 3] = [8, 6, 4];

impl Seeker {
    /// The needles of the leaves among nodes.
    pub fn new(nodes: &[Node]) -> Seeker {
        let mut seeker = Seeker::default();
        let mut runs: Vec<(u32, Run)> = Vec::new();
        for (leaf, node) in (0u32..).zip(nodes) {
            match node {
                Node::Phrase(phrase) => match phrase.run() {
                    Some(run) => runs.push((leaf, run)),
                    None => seeker.always.push(leaf),
                },
                Node::Substring(substring) => {
                    seeker.has_substrings = true;
                    runs.push((leaf, substring.run()));
                }
                Node::Expression(expression) => {
                    seeker.expressions.push(leaf);
                    match expression.runs() {
                        Some(of) => runs.extend(of.iter().map(|run| (leaf, run.clone()))),
                        None => seeker.always.push(leaf),
                    }
                }
                Node::Stems(stems) => seeker.inflections.add(leaf, stems),
                Node::Or(_) | Node::Hull(..) | Node::Except(..) => {}
            }
        }
        for longest in LONGEST {
            let needles: Vec<(u32, Needle)> =
                runs.iter().flat_map(|(leaf, run)| run.needles(longest).into_iter().map(|n| (*leaf, n))).collect();
            let numbered: Vec<(&[u8], u32)> = needles.iter().map(|(_, n)| &n.bytes[..]).zip(0..).collect();
            if LONGEST.last() != Some(&longest) && !Automaton::may_fit(&numbered) {
                continue;
            }
            seeker.automata = Automaton::all(&numbered);
            let probe = |(leaf, n): &(u32, Needle)| Probe {
                leaf: *leaf,
                length: n.bytes.len() as u32,
                skipped: n.skipped,
                before: n.before,
                after: n.after,
            };
            seeker.probes = needles.iter().map(probe).collect();
            if seeker.automata.len() < 2 {
                break;
            }
        }
        seeker
    }
}

/// Texts in a row, with what was found in them.
#[derive(Default)]
pub struct Row {
    bytes: Vec<u8>,
    starts: Vec<u32>,
    hits: [Vec<Hit>; LANES],
    /// The clues, sorted.
    pub clues: Vec<Clue>,
}

impl Row {
    /// Empties the row.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.bytes.push(super::bytes::EDGE);
        self.starts.clear();
        self.clues.clear();
    }

    /// Adds a text.
    pub fn push(&mut self, text: &str) {
        self.starts.push(self.bytes.len() as u32);
        self.bytes.extend_from_slice(text.as_bytes());
        self.bytes.push(super::bytes::EDGE);
    }

    /// How many bytes it has.
    pub fn length(&self) -> usize {
        self.bytes.len()
    }

    /// Looks for all needles.
    pub fn seek(&mut self, seeker: &Seeker) {
        for automaton in &seeker.automata {
            self.hits.iter_mut().for_each(Vec::clear);
            automaton.find(&self.bytes, &mut self.hits);
            let mut text = 0;
            for &hit in self.hits.iter().flatten() {
                for &number in automaton.found(hit) {
                    let probe = &seeker.probes[number as usize];
                    let from = hit.end - probe.length;
                    let before = self.bytes[from as usize - 1];
                    if !(probe.before.holds(before) && probe.after.holds(self.bytes[hit.end as usize])) {
                        continue;
                    }
                    while self.starts.get(text + 1).is_some_and(|&next| next <= from) {
                        text += 1;
                    }
                    let at = from - self.starts[text];
                    self.clues.push(Clue { text: text as u32, leaf: probe.leaf, at, skipped: probe.skipped });
                }
            }
        }
        // One automaton goes through the texts in order, so only the clues of each are to be sorted.
        if seeker.automata.len() > 1 {
            self.clues.sort_unstable();
        } else {
            self.clues.chunk_by_mut(|a, b| a.text == b.text).for_each(<[Clue]>::sort_unstable);
        }
    }
}
