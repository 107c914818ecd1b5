//! The patterns of a matcher, taken apart: leaves and combinations, each kept once however many patterns hold it.

use super::combine::{self, Relation};
use super::error::PatternError;
use super::expression::Expression;
use super::pattern::Pattern;
use super::phrase::Phrase;
use super::segment::{Range, Segments};
use super::stem::Stems;
use super::substring::Substring;
use rustc_hash::FxHashMap;

/// A part of a pattern.
#[derive(Debug)]
pub enum Node {
    /// A leaf: a phrase.
    Phrase(Phrase),
    /// A leaf: a run of characters.
    Substring(Substring),
    /// A leaf: a regular expression.
    Expression(Expression),
    /// A leaf: inflected words.
    Stems(Stems),
    /// The places of any of these nodes.
    Or(Vec<u32>),
    /// The hulls of the places of two nodes.
    Hull(Relation, u32, u32),
    /// The places of one node that overlap none of another.
    Except(u32, u32),
}

impl Node {
    /// The places of a combination, out of those of its parts; none for a leaf.
    pub fn combine<'p>(&self, segments: &Segments, of: impl Fn(u32) -> &'p [Range]) -> Vec<Range> {
        match self {
            Node::Or(parts) => {
                let mut found = parts.iter().map(|&part| of(part)).collect::<Vec<_>>().concat();
                found.sort_unstable();
                found.dedup();
                found
            }
            Node::Hull(relation, a, b) => combine::hulls(*relation, segments, of(*a), of(*b)),
            Node::Except(a, b) => combine::except(of(*a), of(*b)),
            Node::Phrase(_) | Node::Substring(_) | Node::Expression(_) | Node::Stems(_) => Vec::new(),
        }
    }

    /// The nodes that a combination is made of.
    pub fn parts(&self) -> Vec<u32> {
        match self {
            Node::Or(parts) => parts.clone(),
            Node::Hull(_, a, b) | Node::Except(a, b) => vec![*a, *b],
            Node::Phrase(_) | Node::Substring(_) | Node::Expression(_) | Node::Stems(_) => Vec::new(),
        }
    }
}

/// Combinations within combinations, at most.
const DEEPEST: usize = 100;

/// Takes patterns apart.
#[derive(Default)]
pub struct Builder {
    /// Leaves and combinations; what a combination is made of comes before it.
    pub nodes: Vec<Node>,
    /// The node of every pattern and of every part of one.
    pub known: FxHashMap<Pattern, u32>,
    leaves: FxHashMap<Pattern, u32>,
    combinations: FxHashMap<(u8, Option<Relation>, Vec<u32>), u32>,
}

impl Builder {
    /// The node of a pattern.
    pub fn add(&mut self, pattern: &Pattern) -> Result<u32, PatternError> {
        self.add_at(pattern, 0)
    }

    fn add_at(&mut self, pattern: &Pattern, depth: usize) -> Result<u32, PatternError> {
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
                let parts = parts.iter().map(|p| self.add_at(p, depth + 1)).collect::<Result<Vec<u32>, _>>()?;
                Ok(self.combination((0, None, parts.clone()), Node::Or(parts)))
            }
            Pattern::Near(a, b, _)
            | Pattern::Before(a, b, _)
            | Pattern::InSame(_, a, b)
            | Pattern::Overlaps(a, b)
            | Pattern::Except(a, b) => {
                let (a, b) = (self.add_at(a, depth + 1)?, self.add_at(b, depth + 1)?);
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
}
