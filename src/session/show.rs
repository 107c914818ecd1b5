//! An evaluated program as explanations and reports read it: the study's own, or that of a test.

use super::Study;
use super::answers::Cell;
use super::explanation::{CitationShown, PlaceShown};
use super::findings::SaidShown;
use super::phrases::Phrase;
use super::run::StudyTexts;
use crate::base::{Datum, Location, Pool, Sources, Value};
use crate::check::Type;
use crate::check::program::{Citation, Program, Said};
use crate::eval::Database;
use crate::ir::Lowered;
use crate::plan::Strata;
use crate::proof::Evaluated;

/// Everything that a fact's words may need.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub program: &'a Program,
    pub lowered: &'a Lowered,
    pub strata: &'a Strata,
    pub db: &'a Database,
    pub pool: &'a Pool,
    pub texts: &'a StudyTexts,
    pub sources: &'a Sources,
    pub data_files: &'a [String],
}

impl Study {
    /// The evaluated study; nothing before it is evaluated.
    pub(super) fn view(&self) -> Option<View<'_>> {
        let strata = self.strata.as_ref().filter(|_| self.evaluated)?;
        Some(View {
            program: &self.program,
            lowered: &self.lowered,
            strata,
            db: &self.db,
            pool: &self.pool,
            texts: &self.texts,
            sources: &self.sources,
            data_files: &self.data_files,
        })
    }
}

impl<'a> View<'a> {
    /// For the search of proofs.
    pub fn evaluated(&self) -> Evaluated<'a> {
        Evaluated { core: &self.lowered.core, strata: self.strata, db: self.db, pool: self.pool, texts: self.texts }
    }

    /// A place in a file of the study.
    pub fn place(&self, at: Location) -> PlaceShown {
        let file = self.sources.get(at.file);
        PlaceShown { file: file.name.clone(), line: file.line_column(at.span.start).0 }
    }

    /// The author's words at a place, on one line and without comments.
    pub fn words(&self, at: Location) -> String {
        one_line(self.sources.slice(at))
    }

    /// A citation with its reference.
    pub fn citation(&self, citation: &Citation) -> CitationShown {
        let reference = self.program.source(&citation.key).map(|s| s.reference.clone());
        CitationShown { key: citation.key.clone(), reference, at: citation.place.clone() }
    }

    /// A reason with what backs it.
    pub fn said(&self, said: &Said) -> SaidShown {
        let citations = said.cites.iter().map(|c| self.citation(c)).collect();
        SaidShown { text: said.text.clone(), citations, of_all: false }
    }

    /// A value in a sentence: a concept by its label.
    pub fn in_words(&self, value: Value) -> String {
        if value.is_none() {
            return self.say(Phrase::Nothing, &[]);
        }
        match self.program.concept_values.get(&value) {
            Some(&id) => format!("\"{}\"", self.program.concept(id).title()),
            None => self.pool.show(value),
        }
    }

    /// A value as it is written in a rule.
    pub fn as_written(&self, value: Value, of: Type) -> String {
        if value.is_none() {
            return "_".to_string();
        }
        let shown = self.pool.show(value);
        match (self.pool.get(value), of) {
            (Datum::Text(_), Type::Kind(_)) if is_bare(&shown) => shown,
            (Datum::Text(_), _) => {
                format!("\"{}\"", shown.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
            }
            (Datum::Quote { message, range: Some((start, end)) }, _) => {
                let message = self.pool.show(message);
                let message = if is_bare(&message) { message } else { format!("\"{message}\"") };
                format!("{message}@{start}-{end}")
            }
            (Datum::Quote { .. }, _) if !is_bare(&shown) => format!("\"{shown}\""),
            (Datum::Concept { kind, name }, Type::Concept) => format!("{kind}.{name}"),
            _ => shown,
        }
    }

    /// A value as a cell of a table.
    pub fn cell(&self, value: Value) -> Cell {
        if value.is_none() {
            return Cell::Empty;
        }
        match self.pool.get(value) {
            Datum::Number(_) | Datum::Decimal(_) => Cell::Number(self.pool.show(value)),
            _ => Cell::Text(self.pool.show(value)),
        }
    }
}

/// True for an id that may stand without quotation marks: a name, or a number.
fn is_bare(id: &str) -> bool {
    let mut chars = id.chars();
    let Some(first) = chars.next() else { return false };
    if first.is_ascii_digit() {
        return id.chars().all(|c| c.is_ascii_digit());
    }
    first.is_alphabetic() && !first.is_uppercase() && chars.all(|c| c.is_alphanumeric() || c == '_')
}

/// Source text on one line: comments go, white space is folded.
pub(super) fn one_line(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let (mut in_text, mut end) = (false, line.len());
        for (i, c) in line.char_indices() {
            match c {
                '"' => in_text = !in_text,
                '#' if !in_text => {
                    end = i;
                    break;
                }
                _ => {}
            }
        }
        for word in line[..end].split_whitespace() {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
        }
    }
    out
}
