//! The author's clauses with labels in the place of short names: `when "A place that firms share" and not "Abroad"`. The
//! name follows its label once in an explanation, so that one can go on asking by it.

use super::show::{View, one_line};
use crate::base::{FileId, Location};
use crate::check::Type;
use crate::check::program::{
    Body, ConceptId, Condition, ConditionKind, Operand, OperandKind, Place, PlaceKind, Program,
};
use rustc_hash::{FxHashMap, FxHashSet};

/// A clause as it is written, and where in its file.
struct Text<'a> {
    file: FileId,
    start: usize,
    text: &'a str,
}

impl Text<'_> {
    fn part(&self, from: usize, to: usize) -> &str {
        self.text.get(from.saturating_sub(self.start)..to.saturating_sub(self.start)).unwrap_or("")
    }
}

/// The first byte and the one after the last.
type Bytes = (usize, usize);

/// A part of a clause that is shown: a range of its file, or words in the place of what is not shown.
enum Piece {
    Kept(usize, usize),
    Said(&'static str),
}

/// Where a program names its concepts, and its conditions by where they stand.
pub(super) struct Labels<'a> {
    program: &'a Program,
    /// File, the first byte and the one after the last, and the concept; sorted.
    names: Vec<(FileId, usize, usize, ConceptId)>,
    /// Where alternatives stand: file, the first byte and the one after the last, and the same of each alternative.
    ors: Vec<(FileId, usize, usize, Vec<Bytes>)>,
    conditions: FxHashMap<Location, &'a Condition>,
    counts: FxHashMap<Location, &'a Operand>,
    /// Where a name is compared with a count of the author's own: what is counted.
    units: FxHashMap<Location, Type>,
}

impl<'a> Labels<'a> {
    pub fn of(program: &'a Program) -> Labels<'a> {
        let mut labels = Labels {
            program,
            names: Vec::new(),
            ors: Vec::new(),
            conditions: FxHashMap::default(),
            counts: FxHashMap::default(),
            units: FxHashMap::default(),
        };
        for concept in &program.concepts {
            concept.when.iter().chain(&concept.unless).for_each(|body| labels.body(body));
            concept.matches.iter().for_each(|m| labels.place(&m.place));
        }
        program.rules.iter().for_each(|rule| labels.body(&rule.body));
        program.maps.iter().filter_map(|map| map.guard.as_ref()).for_each(|guard| labels.body(guard));
        labels.names.sort_unstable_by_key(|&(file, start, end, _)| (file, start, end));
        // What stands around others comes before them.
        labels.ors.sort_unstable_by_key(|&(file, start, end, _)| (file, start, std::cmp::Reverse(end)));
        labels
    }

    /// The condition that stands at a place.
    pub fn condition(&self, at: Location) -> Option<&'a Condition> {
        self.conditions.get(&at).copied()
    }

    /// The count that stands at a place.
    pub fn count(&self, at: Location) -> Option<&'a Operand> {
        self.counts.get(&at).copied()
    }

    /// What is counted by the condition that stands at a place, where that is `N = count of …`.
    pub fn unit(&self, at: Location) -> Option<Type> {
        self.units.get(&at).copied()
    }

    /// What an author wrote, with labels; the name follows where the concept was not `named` before, if names are wanted.
    pub fn clause(&self, view: View<'_>, at: Location, named: Option<&mut FxHashSet<ConceptId>>) -> String {
        self.clause_by(view, at, &[], named)
    }

    /// The same; of alternatives those in which one of the conditions stands that are `met`.
    pub fn clause_by(
        &self,
        view: View<'_>,
        at: Location,
        met: &[Location],
        mut named: Option<&mut FxHashSet<ConceptId>>,
    ) -> String {
        let range = (at.span.start as usize, at.span.end as usize);
        let met: Vec<(usize, usize)> = met
            .iter()
            .filter(|met| met.file == at.file)
            .map(|met| (met.span.start as usize, met.span.end as usize))
            .collect();
        let mut pieces = Vec::new();
        self.pieces(at.file, range, &met, &mut pieces);
        let text = Text { file: at.file, start: range.0, text: view.sources.slice(at) };
        let mut out = String::new();
        for piece in pieces {
            match piece {
                Piece::Kept(from, to) => self.labelled(&text, (from, to), &mut named, &mut out),
                Piece::Said(words) => out.push_str(words),
            }
        }
        out.trim().to_string()
    }

    /// Takes a range apart where it holds alternatives of which some are met and some are not.
    fn pieces(&self, file: FileId, (start, end): (usize, usize), met: &[(usize, usize)], out: &mut Vec<Piece>) {
        let from = self.ors.partition_point(|&(of, first, ..)| (of, first) < (file, start));
        let inside = self.ors[from..].iter().take_while(|&&(of, first, ..)| of == file && first < end);
        let mut done = start;
        for (_, first, last, parts) in inside.filter(|&&(_, _, last, _)| last <= end) {
            let holds = |&&(a, b): &&(usize, usize)| met.iter().any(|&(from, to)| a <= from && to <= b);
            let kept: Vec<(usize, usize)> = parts.iter().filter(holds).copied().collect();
            let (Some(opening), Some(closing)) = (parts.first(), parts.last()) else { continue };
            if *first < done || kept.is_empty() || kept.len() == parts.len() {
                continue;
            }
            out.push(Piece::Kept(done, opening.0));
            for (at, &part) in kept.iter().enumerate() {
                if at > 0 {
                    out.push(Piece::Said(" or "));
                }
                // Alternatives are as deep as the parser lets them be.
                self.pieces(file, part, met, out);
            }
            out.push(Piece::Said(" or …"));
            done = closing.1;
            debug_assert!(done <= *last);
        }
        out.push(Piece::Kept(done, end));
    }

    /// A part of a text with labels in the place of names.
    fn labelled(
        &self,
        whole: &Text<'_>,
        (start, end): (usize, usize),
        named: &mut Option<&mut FxHashSet<ConceptId>>,
        out: &mut String,
    ) {
        let from = self.names.partition_point(|&(file, first, ..)| (file, first) < (whole.file, start));
        let inside = self.names[from..].iter().take_while(|&&(file, first, ..)| file == whole.file && first < end);
        let mut done = start;
        for &(_, first, last, id) in inside.filter(|&&(_, _, last, _)| last <= end) {
            let concept = self.program.concept(id);
            let name = whole.part(first, last);
            // A name without a label would look like a phrase in quotation marks.
            let Some(found) = word(name, &concept.name).filter(|_| concept.label.is_some() && done <= first) else {
                continue;
            };
            push(out, whole.part(done, first));
            push(out, &name[..found]);
            out.push_str(&format!("\"{}\"", concept.title()));
            if named.as_mut().is_some_and(|named| named.insert(id)) {
                out.push_str(&format!(" ({})", concept.name));
            }
            done = first + found + concept.name.len();
        }
        push(out, whole.part(done, end));
    }

    fn name(&mut self, id: ConceptId, at: Location) {
        self.names.push((at.file, at.span.start as usize, at.span.end as usize, id));
    }

    fn alternatives(&mut self, at: Location, parts: impl Iterator<Item = Location>) {
        let range = |at: Location| (at.span.start as usize, at.span.end as usize);
        let (start, end) = range(at);
        self.ors.push((at.file, start, end, parts.map(range).collect()));
    }

    fn body(&mut self, body: &'a Body) {
        self.walk(&body.condition);
        let mut open = vec![&body.condition];
        while let Some(condition) = open.pop() {
            match &condition.kind {
                ConditionKind::And(parts) | ConditionKind::Or(parts) => open.extend(parts),
                ConditionKind::Compare(_, a, b) => {
                    let counted = [a, b].into_iter().find_map(|side| match &side.kind {
                        OperandKind::Aggregate(aggregate) => match &aggregate.over[..] {
                            [Operand { kind: OperandKind::Var(var), .. }] => body.vars.get(var.0 as usize),
                            _ => None,
                        },
                        _ => None,
                    });
                    self.units.extend(counted.map(|var| (condition.at, var.of)));
                }
                _ => {}
            }
        }
    }

    // Conditions are as deep as the parser lets them be.
    fn walk(&mut self, condition: &'a Condition) {
        self.conditions.insert(condition.at, condition);
        match &condition.kind {
            ConditionKind::And(parts) | ConditionKind::Or(parts) | ConditionKind::AtLeast(_, parts) => {
                if matches!(condition.kind, ConditionKind::Or(_)) {
                    self.alternatives(condition.at, parts.iter().map(|part| part.at));
                }
                parts.iter().for_each(|part| self.walk(part));
            }
            ConditionKind::Not(inner) | ConditionKind::Has(_, inner) => self.walk(inner),
            ConditionKind::Holds(id) | ConditionKind::Agreed(id, _) => self.name(*id, condition.at),
            ConditionKind::Place(place) => self.place(place),
            ConditionKind::Atom(_, operands) => operands.iter().for_each(|operand| self.operand(operand)),
            ConditionKind::Compare(_, a, b) | ConditionKind::Passages(_, a, b) | ConditionKind::Contains(a, b) => {
                self.operand(a);
                self.operand(b);
            }
            ConditionKind::Matches(operand, _) | ConditionKind::IsA(operand, _) => self.operand(operand),
        }
    }

    fn place(&mut self, place: &'a Place) {
        match &place.kind {
            PlaceKind::Pattern(_) => {}
            PlaceKind::Code(id) => self.name(*id, place.at),
            PlaceKind::Or(parts) => {
                self.alternatives(place.at, parts.iter().map(|part| part.at));
                parts.iter().for_each(|part| self.place(part));
            }
            PlaceKind::Both(_, a, b) | PlaceKind::Except(a, b) => {
                self.place(a);
                self.place(b);
            }
        }
    }

    fn operand(&mut self, operand: &'a Operand) {
        match &operand.kind {
            OperandKind::Const(value) => {
                if let Some(&id) = self.program.concept_values.get(value) {
                    self.name(id, operand.at);
                }
            }
            OperandKind::Counted(_, id, _) => {
                self.counts.insert(operand.at, operand);
                self.name(*id, operand.at);
            }
            OperandKind::Arithmetic(_, a, b) => {
                self.operand(a);
                self.operand(b);
            }
            OperandKind::Call(_, args) => args.iter().for_each(|arg| self.operand(arg)),
            OperandKind::Aggregate(aggregate) => {
                aggregate.over.iter().for_each(|over| self.operand(over));
                self.walk(&aggregate.body);
            }
            OperandKind::Var(_) | OperandKind::This | OperandKind::Any => {}
        }
    }
}

/// Where a name stands in a text as a word of its own.
fn word(text: &str, name: &str) -> Option<usize> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).map(|(at, _)| at).find(|&at| {
        !text[..at].chars().next_back().is_some_and(part) && !text[at + name.len()..].chars().next().is_some_and(part)
    })
}

/// Adds what stands between two names, on one line.
fn push(out: &mut String, text: &str) {
    let line = one_line(text);
    let blank = |c: Option<char>| c.is_some_and(char::is_whitespace);
    if blank(text.chars().next()) && !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
    out.push_str(&line);
    if blank(text.chars().next_back()) && !line.is_empty() {
        out.push(' ');
    }
}
