//! All patterns over one text in one pass.
//!
//! Patterns are taken apart into leaves (phrases, substrings, expressions, stems), each kept once however many
//! patterns hold it, and combinations of them. For most leaves there is a needle, a text that every match holds: one
//! automaton looks for all needles at once, and only leaves whose needle is there are looked for. Needles lose no
//! match; they are only asked of the folded text that their leaf is found in.

use super::combine::{self, Relation};
use super::error::PatternError;
use super::expression::Expression;
use super::fold::Folded;
use super::pattern::Pattern;
use super::phrase::Phrase;
use super::segment::{Range, Segments};
use super::stem::Stems;
use super::substring::Substring;
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use rustc_hash::FxHashMap;

/// A passage that a pattern found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Match {
    /// Which pattern, by its place in what the matcher was made of.
    pub pattern: u32,
    /// The first character.
    pub start: u32,
    /// The character after the last.
    pub end: u32,
}

/// Patterns, ready to be looked for.
#[derive(Debug)]
pub struct Matcher {
    /// The node of every pattern.
    roots: Vec<u32>,
    /// Leaves and combinations; what a combination is made of comes before it.
    nodes: Vec<Node>,
    /// Leaves for which no needle speaks.
    always: Vec<u32>,
    /// Expressions, which are looked for in every text that is not ASCII.
    expressions: Vec<u32>,
    needles: Option<AhoCorasick>,
    /// The leaves of each needle.
    needed_by: Vec<Vec<u32>>,
    has_substrings: bool,
    /// The node of every pattern and of every part of one.
    known: FxHashMap<Pattern, u32>,
}

#[derive(Debug)]
enum Node {
    Phrase(Phrase),
    Substring(Substring),
    Expression(Expression),
    Stems(Stems),
    Or(Vec<u32>),
    Hull(Relation, u32, u32),
    Except(u32, u32),
}

/// Combinations within combinations, at most.
const DEEPEST: usize = 100;
/// Needles of more bytes than this together get a smaller, slower automaton.
const SMALL_AUTOMATON: usize = 20_000;

/// Tells whether a pattern can be looked for.
pub fn check(pattern: &Pattern) -> Result<(), PatternError> {
    Builder::default().add(pattern, 0).map(|_| ())
}

impl Matcher {
    /// Makes a matcher of patterns. An error comes with the place of its pattern.
    pub fn new(patterns: &[Pattern]) -> Result<Matcher, (usize, PatternError)> {
        let mut builder = Builder::default();
        let mut roots = Vec::with_capacity(patterns.len());
        for (i, pattern) in patterns.iter().enumerate() {
            roots.push(builder.add(pattern, 0).map_err(|error| (i, error))?);
        }
        builder.finish(roots)
    }

    /// How many patterns there are.
    pub fn len(&self) -> usize {
        self.roots.len()
    }

    /// True without patterns.
    pub fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }

    /// Adds all matches in a text, sorted by pattern and then by place, each once. `segments` are those of the text.
    pub fn scan(&self, text: &str, segments: &Segments, matches: &mut Vec<Match>) {
        let Some(places) = self.places(text, segments) else { return };
        for (pattern, &root) in (0u32..).zip(&self.roots) {
            matches.extend(places[root as usize].iter().map(|&(start, end)| Match { pattern, start, end }));
        }
    }

    /// The same; adds one to the count of every node that has a place in the text.
    pub fn scan_counting(&self, text: &str, segments: &Segments, matches: &mut Vec<Match>, found_in: &mut Vec<u32>) {
        found_in.resize(self.nodes.len(), 0);
        let Some(places) = self.places(text, segments) else { return };
        for (pattern, &root) in (0u32..).zip(&self.roots) {
            matches.extend(places[root as usize].iter().map(|&(start, end)| Match { pattern, start, end }));
        }
        for (count, places) in found_in.iter_mut().zip(&places) {
            *count += u32::from(!places.is_empty());
        }
    }

    /// The node that stands for a pattern, or for a part of one, in the counts of [`Matcher::scan_counting`].
    pub fn node(&self, pattern: &Pattern) -> Option<usize> {
        self.known.get(pattern).map(|&node| node as usize)
    }

    /// All matches in a text.
    pub fn find(&self, text: &str) -> Vec<Match> {
        let mut matches = Vec::new();
        self.scan(text, &Segments::new(text), &mut matches);
        matches
    }

    /// True where a pattern, by its place in what the matcher was made of, is found in a text.
    pub fn is_match(&self, pattern: usize, text: &str) -> bool {
        let Some(&root) = self.roots.get(pattern) else { return false };
        self.places(text, &Segments::new(text)).is_some_and(|places| !places[root as usize].is_empty())
    }

    /// The places of every node, or nothing where no leaf has any.
    fn places(&self, text: &str, segments: &Segments) -> Option<Vec<Vec<Range>>> {
        let folds = Folds::new(text, self.has_substrings);
        let candidates = self.candidates(&folds);
        if candidates.is_empty() {
            return None;
        }
        let mut places: Vec<Vec<Range>> = vec![Vec::new(); self.nodes.len()];
        let mut any = false;
        for leaf in candidates {
            let found = &mut places[leaf as usize];
            match &self.nodes[leaf as usize] {
                Node::Phrase(phrase) => phrase.find(&folds.folded, found),
                Node::Substring(substring) => substring.find(folds.lower(), found),
                Node::Expression(expression) => expression.find(text, found),
                Node::Stems(stems) => stems.find(segments, found),
                Node::Or(_) | Node::Hull(..) | Node::Except(..) => {}
            }
            any |= !found.is_empty();
        }
        if !any {
            return None;
        }
        for (i, node) in self.nodes.iter().enumerate() {
            let of = |node: &u32| &places[*node as usize][..];
            let found = match node {
                Node::Or(parts) => {
                    let mut found = parts.iter().map(of).collect::<Vec<_>>().concat();
                    found.sort_unstable();
                    found.dedup();
                    found
                }
                Node::Hull(relation, a, b) => combine::hulls(*relation, segments, of(a), of(b)),
                Node::Except(a, b) => combine::except(of(a), of(b)),
                Node::Phrase(_) | Node::Substring(_) | Node::Expression(_) | Node::Stems(_) => continue,
            };
            places[i] = found;
        }
        Some(places)
    }

    /// The leaves that may have a place in a text, each once.
    fn candidates(&self, folds: &Folds<'_>) -> Vec<u32> {
        let mut candidates = self.always.clone();
        let ascii = folds.lower.is_none() && folds.ascii;
        if !folds.ascii {
            candidates.extend(&self.expressions);
        }
        if let Some(needles) = &self.needles {
            let is_sought = |leaf: &u32, in_lower: bool| match self.nodes[*leaf as usize] {
                Node::Phrase(_) => !in_lower,
                Node::Substring(_) => in_lower || ascii,
                _ => ascii,
            };
            let mut look = |text: &str, in_lower: bool| {
                for found in needles.find_overlapping_iter(text) {
                    let leaves = &self.needed_by[found.pattern().as_usize()];
                    candidates.extend(leaves.iter().filter(|leaf| is_sought(leaf, in_lower)));
                    if candidates.len() > 4 * self.nodes.len() + 64 {
                        candidates.sort_unstable();
                        candidates.dedup();
                    }
                }
            };
            look(&folds.folded.text, false);
            if let Some(lower) = &folds.lower {
                look(&lower.text, true);
            }
        }
        candidates.sort_unstable();
        candidates.dedup();
        candidates
    }
}

/// The forms of one text that leaves are found in. The two are one for an ASCII text.
struct Folds<'t> {
    ascii: bool,
    folded: Folded<'t>,
    lower: Option<Folded<'t>>,
}

impl<'t> Folds<'t> {
    fn new(text: &'t str, has_substrings: bool) -> Folds<'t> {
        let ascii = text.is_ascii();
        let lower = (!ascii && has_substrings).then(|| Folded::lower(text));
        Folds { ascii, folded: Folded::new(text), lower }
    }

    fn lower(&self) -> &Folded<'t> {
        self.lower.as_ref().unwrap_or(&self.folded)
    }
}

#[derive(Default)]
struct Builder {
    nodes: Vec<Node>,
    leaves: FxHashMap<Pattern, u32>,
    combinations: FxHashMap<(u8, Option<Relation>, Vec<u32>), u32>,
    known: FxHashMap<Pattern, u32>,
}

impl Builder {
    fn add(&mut self, pattern: &Pattern, depth: usize) -> Result<u32, PatternError> {
        let node = self.add_parts(pattern, depth)?;
        self.known.insert(pattern.clone(), node);
        Ok(node)
    }

    fn add_parts(&mut self, pattern: &Pattern, depth: usize) -> Result<u32, PatternError> {
        if depth > DEEPEST {
            let error = PatternError::new("this pattern is nested too deeply");
            return Err(error.help("give its parts names of their own, as codes"));
        }
        let relation = match pattern {
            Pattern::Near(_, _, within) => Some(Relation::Near(*within)),
            Pattern::Before(_, _, within) => Some(Relation::Before(*within)),
            Pattern::InSame(unit, _, _) => Some(Relation::Same(*unit)),
            Pattern::Overlaps(_, _) => Some(Relation::Overlaps),
            _ => None,
        };
        match pattern {
            Pattern::Or(parts) => {
                let parts = parts.iter().map(|p| self.add(p, depth + 1)).collect::<Result<Vec<u32>, _>>()?;
                Ok(self.combination((0, None, parts.clone()), Node::Or(parts)))
            }
            Pattern::Near(a, b, _)
            | Pattern::Before(a, b, _)
            | Pattern::InSame(_, a, b)
            | Pattern::Overlaps(a, b)
            | Pattern::Except(a, b) => {
                let (a, b) = (self.add(a, depth + 1)?, self.add(b, depth + 1)?);
                let node = relation.map_or(Node::Except(a, b), |relation| Node::Hull(relation, a, b));
                Ok(self.combination((1, relation, vec![a, b]), node))
            }
            leaf => self.leaf(leaf),
        }
    }

    fn leaf(&mut self, pattern: &Pattern) -> Result<u32, PatternError> {
        if let Some(&node) = self.leaves.get(pattern) {
            return Ok(node);
        }
        let node = match pattern {
            Pattern::Phrase(text) => Node::Phrase(Phrase::parse(text)?),
            Pattern::Substring(text) => Node::Substring(Substring::parse(text)?),
            Pattern::Regex { pattern, insensitive } => Node::Expression(Expression::parse(pattern, *insensitive)?),
            Pattern::Stem { text, language } => Node::Stems(Stems::parse(text, *language)?),
            _ => Node::Or(Vec::new()),
        };
        let index = self.push(node);
        self.leaves.insert(pattern.clone(), index);
        Ok(index)
    }

    fn combination(&mut self, key: (u8, Option<Relation>, Vec<u32>), node: Node) -> u32 {
        if let Some(&known) = self.combinations.get(&key) {
            return known;
        }
        let index = self.push(node);
        self.combinations.insert(key, index);
        index
    }

    fn push(&mut self, node: Node) -> u32 {
        self.nodes.push(node);
        self.nodes.len() as u32 - 1
    }

    fn finish(self, roots: Vec<u32>) -> Result<Matcher, (usize, PatternError)> {
        let mut texts: Vec<String> = Vec::new();
        let mut ids: FxHashMap<String, usize> = FxHashMap::default();
        let mut needed_by: Vec<Vec<u32>> = Vec::new();
        let (mut always, mut expressions) = (Vec::new(), Vec::new());
        for (leaf, node) in (0u32..).zip(&self.nodes) {
            let needles: Option<Vec<String>> = match node {
                Node::Phrase(phrase) => phrase.needle().map(|n| vec![n.to_string()]),
                Node::Substring(substring) => Some(vec![substring.needle().to_string()]),
                Node::Expression(expression) => {
                    expressions.push(leaf);
                    expression.needles().map(<[String]>::to_vec)
                }
                Node::Stems(_) => None,
                Node::Or(_) | Node::Hull(..) | Node::Except(..) => continue,
            };
            let Some(needles) = needles else {
                always.push(leaf);
                continue;
            };
            for needle in needles {
                let id = *ids.entry(needle.clone()).or_insert_with(|| {
                    texts.push(needle);
                    needed_by.push(Vec::new());
                    texts.len() - 1
                });
                needed_by[id].push(leaf);
            }
        }
        let kind = (texts.iter().map(String::len).sum::<usize>() <= SMALL_AUTOMATON).then_some(AhoCorasickKind::DFA);
        let automaton = AhoCorasick::builder().kind(kind).build(&texts);
        let too_many = |_| (0, PatternError::new("these patterns are too many to be looked for at once"));
        let needles = if texts.is_empty() { None } else { Some(automaton.map_err(too_many)?) };
        let has_substrings = self.nodes.iter().any(|n| matches!(n, Node::Substring(_)));
        let known = self.known;
        Ok(Matcher { roots, nodes: self.nodes, always, expressions, needles, needed_by, has_substrings, known })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrase(text: &str) -> Pattern {
        Pattern::Phrase(text.into())
    }

    #[test]
    fn equal_leaves_are_kept_once() {
        let near = Pattern::Near(Box::new(phrase("space")), Box::new(phrase("share*")), 5);
        let matcher = Matcher::new(&[phrase("space"), near.clone(), near, phrase("space")]).unwrap();
        assert_eq!(matcher.nodes.len(), 3);
        let found = matcher.find("a space to share");
        let pattern = |pattern, start, end| Match { pattern, start, end };
        assert_eq!(found, [pattern(0, 2, 7), pattern(1, 2, 16), pattern(2, 2, 16), pattern(3, 2, 7)]);
    }

    #[test]
    fn an_error_names_its_pattern() {
        let wrong = Pattern::Or(vec![phrase("fine"), Pattern::Regex { pattern: "(".into(), insensitive: false }]);
        assert_eq!(Matcher::new(&[phrase("a"), wrong.clone()]).unwrap_err().0, 1);
        assert!(check(&wrong).is_err());
        assert!(check(&phrase("a")).is_ok());
    }

    #[test]
    fn deep_nesting_is_refused() {
        let deep = (0..500).fold(phrase("a"), |p, _| Pattern::Except(Box::new(p), Box::new(phrase("b"))));
        assert!(check(&deep).unwrap_err().message.contains("nested"));
    }

    #[test]
    fn no_patterns_find_nothing() {
        let matcher = Matcher::new(&[]).unwrap();
        assert!(matcher.is_empty() && matcher.find("text").is_empty() && !matcher.is_match(0, "text"));
        assert!(Matcher::new(&[Pattern::Or(vec![])]).unwrap().find("text").is_empty());
    }

    #[test]
    fn thousands_of_places_in_one_text_are_combined() {
        let text = "space to share ".repeat(20_000);
        let near = |n| Pattern::Near(Box::new(phrase("space")), Box::new(phrase("share")), n);
        let found = Matcher::new(&[near(1), near(10_000)]).unwrap().find(&text);
        assert_eq!(found.len(), 2 * 39_999);
    }
}
