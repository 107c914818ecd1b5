//! Looking through texts: from clues to places of leaves, and from those to places of patterns.
//!
//! Many texts are searched for needles at once; a text without a clue is done with. Where there are clues, a plain text
//! is looked at only around them. A text that is not plain is folded, searched for needles again, and looked at around
//! what these tell. Expressions, and leaves without needles, are looked for in the whole text. What a combination is
//! made of comes before it, so combinations are made in ascending order, and only those of which a part was found.

use super::clue::{Clue, Row, Seeker};
use super::fold::Folded;
use super::inflections::Heard;
use super::matcher::Matcher;
use super::nodes::Node;
use super::plain::is_plain;
use super::segment::{Range, Segments};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A passage that a pattern found in one of many texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Which text, by its place among them.
    pub text: u32,
    /// Which pattern, by its place in what the matcher was made of.
    pub pattern: u32,
    /// The first character.
    pub start: u32,
    /// The character after the last.
    pub end: u32,
}

/// Texts are searched together until they have so many bytes: few enough to stay near the processor.
const TOGETHER: usize = 64 << 10;

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Ascii,
    Plain,
    Folded,
}

/// A matcher at work, with what it needs for it.
pub struct Scanner<'m> {
    matcher: &'m Matcher,
    row: Row,
    forms: Vec<Form>,
    /// For texts that are folded.
    folded: Row,
    lower: Row,
    /// The places of every node in the text at hand.
    places: Vec<Vec<Range>>,
    /// The nodes that have some.
    filled: Vec<u32>,
    /// Combinations of which a part has some.
    due: BinaryHeap<Reverse<u32>>,
    patterns: Vec<(u32, u32)>,
    starts: Vec<usize>,
    bytes: Vec<(usize, usize)>,
    heard: Heard,
    inflected: Vec<u32>,
    /// For every node, in how many texts it has a place.
    pub found_in: Vec<u32>,
}

impl<'m> Scanner<'m> {
    /// Makes ready to look through texts.
    pub fn new(matcher: &'m Matcher) -> Scanner<'m> {
        let nodes = matcher.nodes.len();
        Scanner {
            matcher,
            row: Row::default(),
            forms: Vec::new(),
            folded: Row::default(),
            lower: Row::default(),
            places: vec![Vec::new(); nodes],
            filled: Vec::new(),
            due: BinaryHeap::new(),
            patterns: Vec::new(),
            starts: Vec::new(),
            bytes: Vec::new(),
            heard: Heard::default(),
            inflected: Vec::new(),
            found_in: vec![0; nodes],
        }
    }

    /// Adds all matches in texts, sorted by text, by pattern and then by place, each once. The first text has the given
    /// number.
    pub fn scan(&mut self, texts: &[&Segments], first: u32, found: &mut Vec<Found>) {
        let seeker = self.matcher.seeker();
        let mut done = 0;
        while done < texts.len() {
            let from = done;
            self.row.clear();
            self.forms.clear();
            while done < texts.len() && (done == from || self.row.length() + texts[done].text().len() <= TOGETHER) {
                let text = texts[done].text();
                self.row.push(text);
                self.forms.push(match text {
                    text if text.is_ascii() => Form::Ascii,
                    text if is_plain(text) => Form::Plain,
                    _ => Form::Folded,
                });
                done += 1;
            }
            self.row.seek(seeker);
            let clues = std::mem::take(&mut self.row.clues);
            let mut rest = &clues[..];
            for (i, &segments) in texts[from..done].iter().enumerate() {
                let count = rest.iter().take_while(|clue| clue.text == i as u32).count();
                let (here, after) = rest.split_at(count);
                rest = after;
                let form = self.forms[i];
                self.inflected(segments, form);
                if !here.is_empty() || form == Form::Folded || !seeker.always.is_empty() {
                    self.leaves(segments, form, here);
                }
                if !self.filled.is_empty() {
                    self.combine(segments);
                    self.tell(first + (from + i) as u32, found);
                }
            }
            self.row.clues = clues;
        }
    }

    /// Finds the places of inflected words.
    fn inflected(&mut self, segments: &Segments, form: Form) {
        let (matcher, inflections) = (self.matcher, &self.matcher.seeker().inflections);
        if inflections.is_empty() {
            return;
        }
        let mut leaves = std::mem::take(&mut self.inflected);
        inflections.leaves(segments.text(), &matcher.nodes, &mut self.heard, &mut leaves);
        for leaf in leaves.drain(..) {
            self.leaf(leaf, &[], segments, form);
        }
        self.inflected = leaves;
    }

    /// Finds the places of all other leaves in a text.
    fn leaves(&mut self, segments: &Segments, form: Form, clues: &[Clue]) {
        let text = &**segments.text();
        let seeker = self.matcher.seeker();
        for &leaf in &seeker.always {
            self.leaf(leaf, &[], segments, form);
        }
        if form != Form::Folded {
            for here in clues.chunk_by(|a, b| a.leaf == b.leaf) {
                self.leaf(here[0].leaf, here, segments, form);
            }
            return;
        }
        // In a text that is not plain, needles speak only for expressions.
        let is_expression = |leaf: u32| matches!(self.matcher.nodes[leaf as usize], Node::Expression(_));
        let any = text.contains(['\u{17F}', '\u{212A}']);
        let mut expressions: Vec<u32> = match any {
            true => seeker.expressions.iter().copied().filter(|leaf| !seeker.always.contains(leaf)).collect(),
            false => clues.iter().map(|clue| clue.leaf).filter(|&leaf| is_expression(leaf)).collect(),
        };
        expressions.dedup();
        for leaf in expressions {
            self.leaf(leaf, &[], segments, form);
        }
        self.folded_leaves(text);
    }

    /// Finds the places of phrases and substrings for which needles speak in a text that is folded for it.
    fn folded_leaves(&mut self, text: &str) {
        let (matcher, seeker) = (self.matcher, self.matcher.seeker());
        let folded = Folded::new(text);
        seek_one(&mut self.folded, seeker, &folded.text);
        let (mut starts, mut bytes) = (std::mem::take(&mut self.starts), std::mem::take(&mut self.bytes));
        for clues in self.folded.clues.chunk_by(|a, b| a.leaf == b.leaf) {
            let leaf = clues[0].leaf as usize;
            if let Node::Phrase(phrase) = &matcher.nodes[leaf] {
                part_starts(&folded.text, clues, &mut starts);
                bytes.clear();
                phrase.find_around(&folded.text, false, &starts, &mut bytes);
                self.places[leaf].extend(bytes.iter().map(|&(start, end)| folded.original(start, end)));
                note(&self.places, &mut self.filled, leaf);
            }
        }
        (self.starts, self.bytes) = (starts, bytes);
        if seeker.has_substrings {
            let lower = Folded::lower(text);
            seek_one(&mut self.lower, seeker, &lower.text);
            for clues in self.lower.clues.chunk_by(|a, b| a.leaf == b.leaf) {
                let leaf = clues[0].leaf as usize;
                if let Node::Substring(substring) = &matcher.nodes[leaf] {
                    substring.find(&lower, &mut self.places[leaf]);
                    note(&self.places, &mut self.filled, leaf);
                }
            }
        }
    }

    /// Finds the places of a leaf in a text, around clues or, without any, in all of it.
    fn leaf(&mut self, leaf: u32, clues: &[Clue], segments: &Segments, form: Form) {
        let leaf = leaf as usize;
        let text = &**segments.text();
        let places = &mut self.places[leaf];
        self.bytes.clear();
        match &self.matcher.nodes[leaf] {
            Node::Phrase(phrase) if clues.is_empty() => {
                let folded = Folded::new(text);
                phrase.find(&folded.text, &mut self.bytes);
                places.extend(self.bytes.drain(..).map(|(start, end)| folded.original(start, end)));
            }
            Node::Phrase(phrase) => {
                part_starts(text, clues, &mut self.starts);
                phrase.find_around(text, true, &self.starts, &mut self.bytes);
            }
            Node::Substring(substring) => {
                part_starts(text, clues, &mut self.starts);
                if !substring.find_around(text, &self.starts, &mut self.bytes) {
                    self.bytes.clear();
                    substring.find(&Folded::lower(text), places);
                }
            }
            Node::Expression(expression) => expression.find(text, places),
            Node::Stems(stems) => stems.find(segments, places),
            Node::Or(_) | Node::Hull(..) | Node::Except(..) => {}
        }
        match form {
            Form::Ascii => places.extend(self.bytes.iter().map(|&(start, end)| (start as u32, end as u32))),
            Form::Plain | Form::Folded => {
                let (mut byte, mut character) = (0, 0u32);
                let mut count = |to: usize| {
                    character += text[byte..to].chars().count() as u32;
                    byte = to;
                    character
                };
                places.extend(self.bytes.iter().map(|&(start, end)| (count(start), count(end))));
            }
        }
        note(&self.places, &mut self.filled, leaf);
    }

    /// Finds the places of the combinations of what was found.
    fn combine(&mut self, segments: &Segments) {
        let matcher = self.matcher;
        for &leaf in &self.filled {
            self.due.extend(matcher.wholes[leaf as usize].iter().map(|&node| Reverse(node)));
        }
        let mut last = None;
        while let Some(Reverse(node)) = self.due.pop() {
            if last.replace(node) == Some(node) {
                continue;
            }
            let found = matcher.nodes[node as usize].combine(segments, |part| &self.places[part as usize]);
            if !found.is_empty() {
                self.places[node as usize] = found;
                self.filled.push(node);
                self.due.extend(matcher.wholes[node as usize].iter().map(|&node| Reverse(node)));
            }
        }
    }

    /// Tells the places of all patterns, and forgets those of the nodes.
    fn tell(&mut self, text: u32, found: &mut Vec<Found>) {
        for &node in &self.filled {
            self.found_in[node as usize] += 1;
            self.patterns.extend(self.matcher.patterns_of[node as usize].iter().map(|&pattern| (pattern, node)));
        }
        self.patterns.sort_unstable();
        for (pattern, node) in self.patterns.drain(..) {
            let places = &self.places[node as usize];
            found.extend(places.iter().map(|&(start, end)| Found { text, pattern, start, end }));
        }
        for node in self.filled.drain(..) {
            self.places[node as usize].clear();
        }
    }
}

/// Notes a leaf that was found.
fn note(places: &[Vec<Range>], filled: &mut Vec<u32>, leaf: usize) {
    if !places[leaf].is_empty() {
        filled.push(leaf as u32);
    }
}

fn seek_one(row: &mut Row, seeker: &Seeker, text: &str) {
    row.clear();
    row.push(text);
    row.seek(seeker);
}

/// Where in a text begins what a leaf surely holds, by the clues to it; in ascending order.
fn part_starts(text: &str, clues: &[Clue], starts: &mut Vec<usize>) {
    starts.clear();
    for clue in clues {
        let before = &text[..clue.at as usize];
        let skipped = clue.skipped as usize;
        let start = match skipped {
            0 => Some(before.len()),
            _ if before.len() >= skipped && before.as_bytes()[before.len() - skipped..].is_ascii() => {
                Some(before.len() - skipped)
            }
            _ => before.char_indices().rev().nth(skipped - 1).map(|(at, _)| at),
        };
        starts.extend(start);
    }
    if !starts.is_sorted() {
        starts.sort_unstable();
    }
    starts.dedup();
}
