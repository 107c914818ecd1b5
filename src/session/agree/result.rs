//! How far coders agree, in words and numbers: plain data for every report.

use super::super::explanation::QuoteShown;
use super::formula::{Figure, Formula, Undefined};
use super::judgements::{Given, Unit};
use super::pair::{Retrieval, Table};

/// All that is said of the agreement of coders.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Agreement {
    /// The study's title.
    pub title: Option<String>,
    /// What is judged one by one.
    pub unit: Unit,
    /// Who is compared.
    pub coders: Vec<CoderShown>,
    /// Which messages count as given to a coder; none where nobody coded.
    pub given: Option<Given>,
    /// How many messages only one of the coders judged.
    pub alone: usize,
    /// Where coders differ, by message and code; as many as were asked for.
    pub disagreements: Vec<Disagreement>,
    /// How many there are.
    pub disagreement_count: usize,
    /// Each code that somebody gave.
    pub codes: Vec<CodeAgreement>,
    /// All codes together.
    pub overall: Option<Overall>,
    /// The rules against people.
    pub rules: Option<RulesAgreement>,
    /// True where the study's approach has no use for coefficients.
    pub reflexive: bool,
    /// What else is to be known.
    pub notes: Vec<String>,
}

impl Agreement {
    /// Takes every figure back, for a reason; what was counted stays.
    pub(super) fn withhold(&mut self, why: Undefined) {
        let codes = self.codes.iter_mut().chain(self.overall.iter_mut().map(|overall| &mut overall.pooled));
        let mut all: Vec<&mut FigureShown> = Vec::new();
        for code in codes {
            all.extend(code.pairs.iter_mut().flat_map(|pair| &mut pair.figures));
            all.extend(&mut code.figures);
        }
        for figure in all {
            (figure.value, figure.error) = (Err(why), None);
        }
        if let Some(overall) = &mut self.overall {
            let single = overall.single.iter_mut().flat_map(|single| &mut single.figures);
            for figure in overall.sets.1.iter_mut().chain(single) {
                (figure.value, figure.error) = (Err(why), None);
            }
        }
    }
}

/// A coder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CoderShown {
    /// The name; `rules` for the rules.
    pub name: String,
    /// How many messages he judged.
    pub messages: usize,
    /// How many codings he made.
    pub codings: usize,
}

/// A unit on whose code coders differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Disagreement {
    /// The code's name.
    pub code: String,
    /// The id of the message.
    pub message: String,
    /// Who gave it the code.
    pub yes: Vec<String>,
    /// Who judged it and did not.
    pub no: Vec<String>,
    /// What was coded, or else the unit.
    pub quote: Option<QuoteShown>,
}

/// A figure with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureShown {
    /// Which it is.
    pub formula: Formula,
    /// What it comes to.
    pub value: Figure,
    /// Standard error, and the ends of the interval of 95 %, of what has them.
    pub error: Option<Result<(f64, f64, f64), Undefined>>,
}

/// Two coders.
#[derive(Clone, Debug, PartialEq)]
pub struct PairShown {
    /// One.
    pub first: String,
    /// The other.
    pub second: String,
    /// What one said against what the other said.
    pub table: Table,
    /// The figures of the two.
    pub figures: Vec<FigureShown>,
}

/// One code, or all together.
#[derive(Clone, Debug, PartialEq)]
pub struct CodeAgreement {
    /// The code's name; empty for all together.
    pub code: String,
    /// Its label.
    pub label: String,
    /// How many units two or more judged.
    pub units: u64,
    /// How many units somebody gave it.
    pub given: u64,
    /// The pairs of coders; none where there are very many coders.
    pub pairs: Vec<PairShown>,
    /// The figures of all coders together.
    pub figures: Vec<FigureShown>,
}

/// All codes together.
#[derive(Clone, Debug, PartialEq)]
pub struct Overall {
    /// Every unit and code is one decision.
    pub pooled: CodeAgreement,
    /// The sets of codes that were given to units: how many units, and the figures.
    pub sets: (u64, Vec<FigureShown>),
    /// Where nobody gave a unit two codes: the codes as categories of one judgement.
    pub single: Option<Single>,
}

/// One code a unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Single {
    /// The categories that were used, in the author's order; `no code` is the last, where it was used.
    pub categories: Vec<String>,
    /// How many units two or more judged.
    pub units: u64,
    /// Of two coders: what one said against what the other said.
    pub table: Option<Table>,
    /// The figures.
    pub figures: Vec<FigureShown>,
}

/// The rules against people.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RulesAgreement {
    /// How many units people judged.
    pub units: u64,
    /// The people, of whom at least one must have given a code.
    pub people: Vec<String>,
    /// Each code of which rules speak.
    pub codes: Vec<RulesOfCode>,
    /// All of them together; none where figures are held back.
    pub all: Option<(Retrieval, Vec<FigureShown>)>,
    /// Where rules and people differ, by code and message; as many as were asked for.
    pub wrong: Vec<Wrong>,
    /// How many there are.
    pub wrong_count: usize,
}

/// A code by rules and by people.
#[derive(Clone, Debug, PartialEq)]
pub struct RulesOfCode {
    /// The code's name.
    pub code: String,
    /// Its label.
    pub label: String,
    /// Who gave it.
    pub retrieval: Retrieval,
    /// What people said against what the rules said.
    pub table: Table,
    /// Precision, recall, F1 and kappa; none where figures are held back.
    pub figures: Vec<FigureShown>,
}

/// A unit that the rules judged otherwise than people.
#[derive(Clone, Debug, PartialEq)]
pub struct Wrong {
    /// The code's name.
    pub code: String,
    /// The id of the message.
    pub message: String,
    /// True where the rules gave the code and nobody else did.
    pub by_rules: bool,
    /// What was coded, or else the unit.
    pub quote: Option<QuoteShown>,
    /// What to ask for the reasons: `why 'coded(m15, price, rules)'`.
    pub ask: String,
}
