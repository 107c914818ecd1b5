//! How many messages are left after each condition of a clause, in the author's order, from all of them to those that
//! meet the whole.
//!
//! Every beginning of a clause is a question of its own, and all questions are one program on a fork of the evaluated
//! study. So the last number is what the clause itself found, and the engine is the only one who knows what a condition
//! means. A condition that needs a value from a later one waits for it.

use super::clauses::{Clause, clauses};
use super::explanation::PlaceShown;
use super::laid::{Laid, all_of, equal};
use super::parts::parts;
use super::run::StudyTexts;
use super::show::one_line;
use super::{Progress, Study};
use crate::base::{Location, Pool, Sources, Value};
use crate::check::Type;
use crate::check::program::{Condition, ConditionKind, OperandKind, PatternSource, Program, Subject, VarId, Variable};
use crate::eval::{self, Database, Limits};
use crate::ir::Lowered;
use crate::ir::lower::{Question, lower_questions};
use crate::plan;
use rustc_hash::FxHashSet;
use std::borrow::Cow;

/// So many rows the questions about a study may have together, and one alone. A beginning of a clause may have far
/// more than the whole of it; then nobody counts them.
const ROWS: usize = 2_000_000;

/// How many messages are left after each condition of a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Funnel {
    /// `matches`, `when`, `unless`, `rule` or `map`.
    pub word: String,
    /// The concept whose clause it is, the relation that the rule concludes, or the theme of the map.
    pub owner: String,
    /// Where it stands.
    pub place: PlaceShown,
    /// How many messages (or authors, or threads) there are; none for a rule or map, which asks of no message.
    pub whole: Option<usize>,
    /// Of what: `message`, `author`, `thread`; empty where there is no whole.
    pub unit: String,
    /// One for each condition.
    pub stages: Vec<Stage>,
    /// How many rows a rule concludes by it, where a number of its own is needed.
    pub concluded: Option<usize>,
}

/// What is left after a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// The condition as written.
    pub text: String,
    /// What it does with the messages: "with `price`".
    pub phrase: String,
    /// Where it stands.
    pub place: PlaceShown,
    /// How many are left; none where they are too many to count.
    pub left: Option<usize>,
    /// What is counted: `message`, `combination`; empty for a condition that holds or does not.
    pub unit: String,
    /// What its parts have each, where the parts say why it is as it is.
    pub parts: Vec<Part>,
    /// How the parts stand together where the condition holds: "in the same sentence".
    pub together: Option<String>,
}

/// A part of a condition, asked of what was left before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// "with `price`", or a value: "`authors of workspaces` is 1".
    pub phrase: String,
    /// How many; none for a value, and where they are too many to count.
    pub left: Option<usize>,
}

impl Funnel {
    /// True where something meets all conditions.
    pub fn holds(&self) -> bool {
        self.stages.last().is_none_or(|stage| stage.left != Some(0))
    }

    /// The place of the condition that lost the last.
    pub fn lost(&self) -> Option<usize> {
        self.stages.iter().position(|stage| stage.left == Some(0))
    }
}

impl Funnel {
    /// The funnel on one line, up to where the last is lost: "1,204 messages -> 85 with `price` -> 0 with `high`".
    pub fn chain(&self) -> String {
        let mut steps: Vec<String> = self.whole.map(|whole| count(Some(whole), &self.unit)).into_iter().collect();
        let last = self.lost().map_or(self.stages.len(), |lost| lost + 1);
        for stage in &self.stages[..last] {
            steps.extend(stage.steps(steps.is_empty(), &self.unit));
        }
        steps.join(" -> ")
    }
}

impl Stage {
    /// What the stage adds to a line; the first of a line, and one that counts something else, names what is counted.
    fn steps(&self, first: bool, unit: &str) -> Vec<String> {
        let values: Vec<&str> = self.parts.iter().filter(|p| p.left.is_none()).map(|p| p.phrase.as_str()).collect();
        if self.unit.is_empty() {
            let holds = if self.left == Some(0) { "does not hold" } else { "holds" };
            let why = if values.is_empty() { String::new() } else { format!(": {}", values.join(", ")) };
            return vec![format!("{} {holds}{why}", self.phrase.trim_start_matches("where "))];
        }
        let named = first || self.unit != unit;
        let number = if named { count(self.left, &self.unit) } else { amount(self.left) };
        let parts: Vec<String> = self
            .parts
            .iter()
            .filter(|p| p.left.is_some())
            .map(|p| format!("{} {}", amount(p.left), p.phrase))
            .collect();
        match (&self.together, &parts[..]) {
            (_, []) => vec![format!("{number} {}", self.phrase)],
            (Some(together), _) => vec![parts.join(", "), format!("{number} {together}")],
            (None, _) => vec![parts.join(", "), format!("{number} {}", self.phrase)],
        }
    }
}

/// `1,204`
pub fn amount(number: Option<usize>) -> String {
    let Some(number) = number else { return "very many".to_string() };
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1,204 messages`
pub fn count(number: Option<usize>, unit: &str) -> String {
    format!("{} {unit}{}", amount(number), if number == Some(1) { "" } else { "s" })
}

/// An evaluated program of which questions are asked.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub program: &'a Program,
    pub lowered: &'a Lowered,
    pub db: &'a Database,
    pub texts: &'a StudyTexts,
    pub sources: &'a Sources,
}

/// So many characters of a condition stand in a line.
const SHOWN: usize = 60;

/// A condition that is long, cut between words where there are any.
pub(super) fn shortened(words: &str) -> String {
    let Some((end, _)) = words.char_indices().nth(SHOWN) else { return words.to_string() };
    let kept = &words[..end];
    let kept = kept.rfind(' ').filter(|&at| at > SHOWN / 2).map_or(kept, |at| &kept[..at]);
    format!("{kept} …")
}

/// What a question found: how many rows, and the first.
#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    pub rows: Option<usize>,
    pub first: Vec<Value>,
}

impl Study {
    /// The funnels of all clauses of the study's own, in order of their places; none where it has errors.
    pub fn funnels(&mut self) -> Vec<Funnel> {
        self.evaluate_all(&mut |_: Progress| {});
        if self.has_errors() {
            return Vec::new();
        }
        let all = clauses(&self.program, &self.shipped);
        self.funnels_of(&all)
    }

    pub(super) fn funnels_of(&mut self, clauses: &[Clause]) -> Vec<Funnel> {
        let mut pool = std::mem::take(&mut self.pool);
        let found = self.ground().funnels(&mut pool, clauses);
        self.pool = pool;
        found
    }

    pub(super) fn ground(&self) -> Ground<'_> {
        Ground {
            program: &self.program,
            lowered: &self.lowered,
            db: &self.db,
            texts: &self.texts,
            sources: &self.sources,
        }
    }
}

impl Ground<'_> {
    /// The funnels of clauses.
    pub fn funnels(&self, pool: &mut Pool, clauses: &[Clause]) -> Vec<Funnel> {
        let laid: Vec<Laid> = clauses.iter().map(|clause| self.lay(*clause)).collect();
        let mut questions = Vec::new();
        for (clause, laid) in clauses.iter().zip(&laid) {
            questions.extend((0..laid.conditions.len()).map(|k| laid.beginning(k)));
            questions.extend(laid.conclusion(clause.head(self.program)));
        }
        let mut answers = self.ask(pool, &questions, &[]).into_iter();
        let mut funnels = Vec::new();
        for (clause, laid) in clauses.iter().zip(&laid) {
            let left: Vec<Option<usize>> =
                answers.by_ref().take(laid.conditions.len()).map(|answer| answer.rows).collect();
            let concluded = match laid.conclusion(clause.head(self.program)) {
                Some(_) => answers.next().and_then(|answer| answer.rows),
                None => None,
            };
            funnels.push(self.funnel(*clause, laid, &left, concluded));
        }
        self.add_parts(pool, &laid, &mut funnels);
        funnels
    }

    fn funnel(&self, clause: Clause, laid: &Laid, left: &[Option<usize>], concluded: Option<usize>) -> Funnel {
        let stage = |k: usize| {
            let condition = &laid.conditions[k];
            Stage {
                text: self.words(condition.at),
                phrase: self.phrase(condition),
                place: self.place(condition.at),
                left: left[k],
                unit: self.unit(laid, k),
                parts: Vec::new(),
                together: None,
            }
        };
        Funnel {
            word: clause.word().to_string(),
            owner: clause.owner(self.program).to_string(),
            place: self.place(clause.at(self.program)),
            whole: laid.subject.map(|subject| self.whole(subject)),
            unit: laid.subject.map_or(String::new(), |s| s.name().to_string()),
            stages: (0..laid.conditions.len()).map(stage).collect(),
            concluded,
        }
    }

    /// The stages of a clause without numbers.
    pub fn funnel_without_data(&self, clause: Clause) -> Funnel {
        let laid = self.lay(clause);
        let left = vec![None; laid.conditions.len()];
        Funnel { whole: None, ..self.funnel(clause, &laid, &left, None) }
    }

    /// Adds the parts of the conditions that lost the last, and of passages that are combined.
    fn add_parts(&self, pool: &mut Pool, laid: &[Laid], funnels: &mut [Funnel]) {
        let (mut questions, mut extra, mut wanted) = (Vec::new(), Vec::new(), Vec::new());
        for (number, (laid, funnel)) in laid.iter().zip(funnels.iter_mut()).enumerate() {
            let alone = || matches!(&laid.conditions[..], [only] if matches!(only.kind, ConditionKind::Place(_)));
            let Some(stage) = funnel.lost().or_else(|| alone().then_some(0)) else { continue };
            let found = parts(self, &laid.conditions[stage], &mut extra);
            funnel.stages[stage].together = found.together;
            for (phrase, condition) in found.parts {
                questions.push(laid.with_part(stage, condition));
                wanted.push((number, stage, phrase, false));
            }
            if let Some((question, phrase)) = self.value_of(laid, stage) {
                questions.push(question);
                wanted.push((number, stage, phrase, true));
            }
        }
        let answers = self.ask(pool, &questions, &extra);
        for ((number, stage, phrase, is_value), answer) in wanted.into_iter().zip(answers) {
            let parts = &mut funnels[number].stages[stage].parts;
            if !is_value {
                parts.push(Part { phrase, left: answer.rows });
            } else if let (Some(1), Some(value)) = (answer.rows, answer.first.first()) {
                parts.push(Part { phrase: format!("{phrase} is {}", pool.show(*value)), left: None });
            }
        }
    }

    /// The number that a comparison of the whole study compares: a question that has it as its only column.
    fn value_of(&self, laid: &Laid, stage: usize) -> Option<(Question, String)> {
        let ConditionKind::Compare(_, a, b) = &laid.conditions[stage].kind else { return None };
        let before = stage.checked_sub(1).map_or(&[][..], |k| &laid.columns[k]);
        if laid.subject.is_some() || !before.is_empty() {
            return None;
        }
        let asked = [a, b]
            .into_iter()
            .find(|o| matches!(o.kind, OperandKind::Aggregate(_) | OperandKind::Counted(..) | OperandKind::Var(_)))?;
        let mut question = laid.beginning(stage);
        let var = VarId(question.body.vars.len() as u32);
        question.body.vars.push(Variable { name: "value".to_string(), of: asked.of, at: asked.at });
        let mut conditions = laid.conditions[..stage].to_vec();
        conditions.push(equal(var, asked.clone()));
        question.body.condition = all_of(conditions, laid.body.at);
        question.columns = vec![var];
        Some((question, format!("`{}`", self.words(asked.at))))
    }

    /// The conditions of a clause in an order in which each has the values that it needs.
    pub fn lay(&self, clause: Clause) -> Laid {
        let (body, subject) = clause.body(self.program);
        Laid::new(body, subject, clause.head(self.program))
    }

    /// Asks questions; `extra` are patterns that only they have.
    pub fn ask(&self, pool: &mut Pool, questions: &[Question], extra: &[PatternSource]) -> Vec<Answer> {
        if questions.is_empty() {
            return Vec::new();
        }
        let program = match extra {
            [] => Cow::Borrowed(self.program),
            extra => {
                let mut program = self.program.clone();
                program.patterns.extend_from_slice(extra);
                Cow::Owned(program)
            }
        };
        // Where they are too many together, each is asked alone.
        self.ask_together(&program, pool, questions).unwrap_or_else(|| {
            let alone = |question| self.ask_together(&program, pool, std::slice::from_ref(question));
            questions.iter().map(alone).map(|found| found.and_then(|mut f| f.pop()).unwrap_or_default()).collect()
        })
    }

    fn ask_together(&self, program: &Program, pool: &mut Pool, questions: &[Question]) -> Option<Vec<Answer>> {
        let known = self.lowered.matches.len();
        let (mut lowered, heads) = lower_questions(program, pool, self.lowered, questions);
        // The patterns that a comparison asks are the study's own; those of parts are only looked for.
        self.texts.fill_new(&mut lowered, pool, known);
        let strata = plan::strata(&lowered.core).ok()?;
        let mut db = self.db.clone();
        let limits = Limits { facts: db.derived() + ROWS, ..Limits::default() };
        eval::run(&lowered.core, &strata, &mut db, pool, self.texts, &limits, &mut eval::unwatched).ok()?;
        let answer = |&head| {
            let relation = db.relation(head);
            let first = relation.rows().next().map_or(Vec::new(), |row| row.to_vec());
            Answer { rows: Some(relation.len()), first }
        };
        Some(heads.iter().map(answer).collect())
    }

    /// How many there are of what a clause asks of; none before anything is evaluated.
    pub fn whole(&self, subject: Subject) -> usize {
        if self.db.is_empty() {
            return 0;
        }
        let rows = self.db.relation(self.lowered.declared(self.program.known("message")));
        let column = match subject {
            Subject::Message => return rows.len(),
            Subject::Thread => 1,
            Subject::Author => 2,
        };
        let there: FxHashSet<Value> = rows.rows().map(|row| row[column]).filter(|v| !v.is_none()).collect();
        there.len()
    }

    fn unit(&self, laid: &Laid, stage: usize) -> String {
        match (laid.subject, &laid.columns[stage][..]) {
            (Some(subject), _) => subject.name().to_string(),
            (None, []) => String::new(),
            (None, [only]) => match laid.body.vars[only.0 as usize].of {
                Type::Kind(kind) => self.program.kind(kind).name.clone(),
                _ => "value".to_string(),
            },
            (None, _) => "combination".to_string(),
        }
    }

    /// What a condition does with the messages, as a phrase.
    pub fn phrase(&self, condition: &Condition) -> String {
        let words = |c: &Condition| shortened(&self.words(c.at));
        let carried = |c: &Condition| {
            matches!(c.kind, ConditionKind::Holds(_) | ConditionKind::Place(_) | ConditionKind::Agreed(..))
        };
        match &condition.kind {
            _ if carried(condition) => format!("with `{}`", words(condition)),
            ConditionKind::Not(inner) if carried(inner) => format!("without `{}`", words(inner)),
            _ => format!("where `{}`", words(condition)),
        }
    }

    /// The author's words on one line.
    pub fn words(&self, at: Location) -> String {
        one_line(self.sources.slice(at))
    }

    /// A place in a file of the study.
    pub fn place(&self, at: Location) -> PlaceShown {
        let file = self.sources.get(at.file);
        PlaceShown { file: file.name.clone(), line: file.line_column(at.span.start).0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        let numbers = [Some(0), Some(999), Some(1204), Some(1_204_567), None].map(amount);
        assert_eq!(numbers.join(" "), "0 999 1,204 1,204,567 very many");
        assert_eq!([count(Some(1), "message"), count(Some(0), "author")].join(" "), "1 message 0 authors");
    }

    #[test]
    fn a_long_condition_is_cut_between_words() {
        assert_eq!(shortened("price"), "price");
        let long = shortened(&"word ".repeat(40));
        assert!(long.ends_with("word …") && long.chars().count() <= SHOWN + 2, "{long}");
        assert!(shortened(&"共".repeat(100)).chars().count() <= SHOWN + 2);
    }
}
