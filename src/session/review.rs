//! What reviewers decided of conclusions, held against the study as it is: which decisions stand, which are on a
//! conclusion that holds for another reason by now, and which on one that does not hold any more.
//!
//! A conclusion is named by its statement, a reason by the id of the explanation's first step, a digest of all that it
//! says and rests on. Both are the same on every machine, so a decision can be taken elsewhere.

use super::Study;
use super::absence::Absences;
use super::answers::Why;
use super::explain::{Explaining, explain_own};
use super::explanation::{Explanation, QuoteShown, Step};
use super::reasons::explain_all;
use super::review_faults::Fault;
use super::show::View;
pub use super::standing::Standing;
use crate::base::Value;
use crate::base::hash::digest;
use crate::check;
use crate::check::program::{OpenRow, RelationId};
use crate::data::Files;
use crate::data::problem::Problem;
use crate::data::reviews::{self, Decision, NAME, Reviews, TOLD, Verdict};
use crate::diagnostic::{Diagnostic, codes};
use crate::syntax;
use rustc_hash::{FxHashMap, FxHashSet};

/// A decision and how it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Reviewed {
    /// What was decided.
    pub decision: Decision,
    /// Its conclusion in the one form in which the program writes it; as it stands in the file where it names something
    /// that there is not.
    pub fact: String,
    /// The conclusion as a sentence, and a passage that it rests on; nothing where it does not hold.
    pub shown: Option<(String, Option<QuoteShown>)>,
    /// That it does not hold, as a sentence, where that is what was decided on and is so still.
    pub denied: Option<String>,
    /// How it stands.
    pub standing: Standing,
    /// True for the newest decision of its person on its conclusion: the one that counts.
    pub counts: bool,
    /// The line of the file.
    pub line: u32,
}

/// How many decisions count, and how many of these are stale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReviewCount {
    /// Decisions that count.
    pub decisions: usize,
    /// Those whose conclusion or its reason is another by now; none where the run is of a part of the study.
    pub stale: Option<usize>,
}

impl ReviewCount {
    /// Of a list.
    pub fn of(all: &[Reviewed]) -> ReviewCount {
        let counting = || all.iter().filter(|one| one.counts);
        ReviewCount {
            decisions: counting().count(),
            stale: Some(counting().filter(|one| one.standing.is_stale()).count()),
        }
    }
}

/// What came of adding decisions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Added {
    /// The decisions that were added.
    pub added: Vec<Reviewed>,
    /// How many were there already.
    pub known: usize,
    /// How many lines of a file were not added, which is told of each.
    pub refused: usize,
}

/// What came of asking for one conclusion.
#[derive(Clone, Debug, PartialEq)]
pub enum Taken {
    /// The decision was added.
    Added(Added),
    /// Nothing was decided, since the conclusion does not hold or could not be read.
    Not(Why),
    /// The question leaves something open, and so many facts answer it: the first of them.
    Open(usize, String),
    /// Nothing was decided, since it does not hold and nothing could conclude it: that it does not hold, why nothing can,
    /// and what to do.
    Never(String, String, Option<String>),
    /// The file could not be read or written, which is told.
    Failed,
}

/// A conclusion that somebody named.
struct Named {
    /// As the program writes it; none for what names something that there is not.
    fact: Option<String>,
    /// Where it holds of one thing, the ids of the reasons that people are shown for it: the preferred one first.
    proofs: Option<Vec<String>>,
    /// The conclusion as a sentence, and a passage.
    shown: Option<(String, Option<QuoteShown>)>,
    /// The digest of the messages that it speaks of, as [`Decision::text`] has it.
    text: Option<String>,
    /// Of what names one thing and does not hold: that it does not, as a sentence, and the digest of the rules that could
    /// conclude it.
    absent: Option<(String, String)>,
}

impl Named {
    /// What names something that there is not.
    fn nothing() -> Named {
        Named { fact: None, proofs: None, shown: None, text: None, absent: None }
    }
}

impl Study {
    /// All decisions, in the order of the file, and how they stand; none where there is no file, or where it cannot be
    /// read, which is told.
    pub fn reviews(&mut self) -> Option<Vec<Reviewed>> {
        let (_, read) = self.reviews_file()?;
        Some(self.held_against(&read.decisions))
    }

    /// How many decisions there are; none where there is no file.
    pub fn review_count(&mut self) -> Option<ReviewCount> {
        if !self.varied {
            return self.reviews().map(|all| ReviewCount::of(&all));
        }
        let (_, read) = self.reviews_file()?;
        let facts = self.facts_of(&read.decisions);
        let counting: FxHashSet<(String, &str)> =
            facts.into_iter().zip(read.decisions.iter().map(|(_, d)| d.by.as_str())).collect();
        Some(ReviewCount { decisions: counting.len(), stale: None })
    }

    /// The decisions that count on what is explained.
    pub fn reviews_of(&mut self, explanations: &[Explanation]) -> Vec<Reviewed> {
        let facts: FxHashSet<&str> = explanations.iter().filter_map(|e| e.root.fact.as_deref()).collect();
        let Some((_, mut read)) = self.reviews_file() else { return Vec::new() };
        let mut named = self.facts_of(&read.decisions).into_iter().map(|fact| facts.contains(fact.as_str()));
        read.decisions.retain(|_| named.next().unwrap_or(false));
        let mut all = self.held_against(&read.decisions);
        all.retain(|one| one.counts);
        all
    }

    /// Adds a person's decision on one conclusion, which holds, or does not and could. What tells later whether it is the
    /// same still is found here: its proof, or the rules that could conclude it.
    pub fn review(&mut self, mut decision: Decision) -> Taken {
        let asked = self.why_as(&decision.conclusion, super::Asked::default());
        let fact = match &asked {
            Why::Explained { explanations, more, .. } => {
                let Some(fact) = explanations.first().and_then(|first| first.root.fact.clone()) else {
                    return Taken::Not(Why::Wrong);
                };
                if explanations.len() + more > 1 {
                    return Taken::Open(explanations.len() + more, fact);
                }
                fact
            }
            Why::DoesNotHold { statement, .. } => {
                let Some((relation, row)) = self.decided_rows(&[decision.conclusion.clone()]).pop().flatten() else {
                    return Taken::Not(Why::Wrong);
                };
                if !self.is_one(relation, &row) {
                    return Taken::Not(asked);
                }
                if let Some((reason, help)) = self.impossible(relation, &row) {
                    return Taken::Never(statement.clone(), reason, help);
                }
                decision.conclusion.clone()
            }
            Why::Wrong => return Taken::Not(asked),
        };
        match self.decided_on(std::slice::from_ref(&fact)).into_iter().next() {
            Some(Named { fact: Some(fact), proofs: Some(proofs), text, .. }) => {
                decision.conclusion = fact;
                decision.proof = proofs.into_iter().next();
                decision.text = text;
            }
            Some(Named { fact: Some(fact), absent: Some((_, rules)), text, .. }) => {
                decision.conclusion = fact;
                decision.absent = Some(rules);
                decision.text = text;
            }
            _ => return Taken::Not(Why::Wrong),
        }
        self.add_reviews(vec![decision]).map_or(Taken::Failed, Taken::Added)
    }

    /// True where a statement leaves nothing open but what may be left out.
    fn is_one(&self, relation: RelationId, row: &[Option<Value>]) -> bool {
        let columns = &self.program.relation(relation).columns;
        columns.iter().zip(row).all(|(column, value)| value.is_some() || column.optional)
    }

    /// Adds the decisions of a file that was handed out. Lines that are no decision, or that speak of what the study does
    /// not have, are told, as are decisions of a time after `now`, and the others added. None where the study's own file
    /// cannot be read or written, which is told.
    pub fn review_all(&mut self, bytes: &[u8], name: &str, now: Option<&str>) -> Option<Added> {
        let (mut read, wrong) = Reviews::read_sound(bytes, name);
        wrong.into_iter().for_each(|problem| self.report(problem.into()));
        self.tell_cut(&read.cut, name);
        let mut refused = read.cut.len() + read.wrong;
        let atoms: Vec<String> = read.decisions.iter().map(|(_, decision)| decision.conclusion.clone()).collect();
        let rows = self.decided_rows(&atoms);
        let mut faults = rows.into_iter().zip(&read.decisions).map(|(row, (_, decision))| {
            let late = || now.filter(|now| *now < decision.at.as_str()).map(|_| Fault::Late);
            self.no_conclusion(row, decision).or_else(late)
        });
        let faults: Vec<Option<Fault>> = faults.by_ref().collect();
        let told: Vec<(u32, Fault)> =
            read.decisions.iter().zip(&faults).filter_map(|((line, _), fault)| Some((*line, fault.clone()?))).collect();
        for (line, fault) in told.iter().take(TOLD) {
            self.report(fault.told(name, *line).into());
        }
        if let Some((line, _)) = told.get(TOLD) {
            let lines = if told.len() == TOLD + 1 { "line is" } else { "lines are" };
            let message = format!("{} more {lines} not added", told.len() - TOLD);
            self.report(Problem::at(codes::ROW, name, *line, message).into());
        }
        refused += told.len();
        let mut faults = faults.into_iter();
        read.decisions.retain(|_| faults.next().is_some_and(|fault| fault.is_none()));
        let mut added = self.add_reviews(read.decisions.into_iter().map(|(_, decision)| decision).collect())?;
        added.known += read.repeated;
        added.refused = refused;
        Some(added)
    }

    /// What is there already is not added again, however its conclusion is written.
    fn add_reviews(&mut self, mut decisions: Vec<Decision>) -> Option<Added> {
        let said = self.diagnostics.len();
        let there = self.reviews_file();
        if there.is_none() && self.diagnostics[said..].iter().any(Diagnostic::is_error) {
            return None;
        }
        let (before, read) = there.unwrap_or_default();
        let mut known: FxHashSet<Decision> = FxHashSet::default();
        for ((_, decision), conclusion) in read.decisions.iter().zip(self.facts_of(&read.decisions)) {
            known.insert(Decision { conclusion, ..decision.clone() });
        }
        let numbered: Vec<(u32, Decision)> = decisions.iter().map(|decision| (0, decision.clone())).collect();
        for (decision, fact) in decisions.iter_mut().zip(self.facts_of(&numbered)) {
            decision.conclusion = fact;
        }
        let all = decisions.len();
        let new: Vec<Decision> = decisions.into_iter().filter(|decision| known.insert(decision.clone())).collect();
        if let (Some(root), false) = (&self.root, new.is_empty())
            && let Err(problem) = reviews::append(&root.join(NAME), &before, &new)
        {
            self.report(problem.into());
            return None;
        }
        let known = all - new.len();
        let numbered: Vec<(u32, Decision)> = new.into_iter().map(|decision| (0, decision)).collect();
        Some(Added { added: self.held_against(&numbered), known, refused: 0 })
    }

    /// What the study's own file says; none where there is none, or where it cannot be read, which is told.
    fn reviews_file(&mut self) -> Option<(Vec<u8>, Reviews)> {
        let bytes = match self.files.read(NAME) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
            Err(error) => {
                let message = format!("`{NAME}` cannot be read: {}", error.to_string().to_lowercase());
                self.report(Problem::new(codes::FILE, NAME, message).into());
                return None;
            }
        };
        match Reviews::read(&bytes, NAME) {
            Ok(read) => {
                self.tell_cut(&read.cut, NAME);
                Some((bytes, read))
            }
            Err(problem) => {
                self.report(problem.into());
                None
            }
        }
    }

    fn tell_cut(&mut self, lines: &[u32], name: &str) {
        let Some(&first) = lines.first() else { return };
        let message = match lines.len() {
            1 => format!("a decision in `{name}` is cut off, and does not count"),
            more => format!("{more} decisions in `{name}` are cut off, and do not count"),
        };
        let diagnostic: Diagnostic = Problem::at(codes::LEFT_OUT, name, first, message)
            .help("decide again, and take the line out when what it was about is known")
            .into();
        if !self.diagnostics.contains(&diagnostic) {
            self.report(diagnostic);
        }
    }

    /// How decisions stand, each with its line.
    fn held_against(&mut self, decisions: &[(u32, Decision)]) -> Vec<Reviewed> {
        let mut atoms: Vec<String> = decisions.iter().map(|(_, d)| d.conclusion.clone()).collect();
        atoms.sort();
        atoms.dedup();
        let named: FxHashMap<&str, Named> = atoms.iter().map(String::as_str).zip(self.decided_on(&atoms)).collect();
        let named = |decision: &Decision| named.get(decision.conclusion.as_str());
        let fact = |decision: &Decision| {
            named(decision).and_then(|one| one.fact.clone()).unwrap_or_else(|| decision.conclusion.clone())
        };
        let mut newest: FxHashMap<(String, &str), (&str, usize)> = FxHashMap::default();
        for (place, (_, decision)) in decisions.iter().enumerate() {
            let one = newest.entry((fact(decision), &decision.by)).or_insert((&decision.at, place));
            // Of two at the same moment the one further down is newer.
            *one = (*one).max((&decision.at, place));
        }
        let counting: FxHashSet<usize> = newest.into_values().map(|(_, place)| place).collect();
        let shown = |(place, (line, decision)): (usize, &(u32, Decision))| {
            let found = named(decision);
            let absent = found.and_then(|one| one.absent.as_ref());
            let standing = Standing::of(
                decision,
                found.and_then(|one| one.proofs.as_deref()),
                absent.map(|(_, rules)| rules.as_str()),
                found.and_then(|one| one.text.as_deref()),
            );
            let denied = absent.filter(|_| decision.absent.is_some()).map(|(statement, _)| statement.clone());
            let (fact, counts) = (fact(decision), counting.contains(&place));
            let shown = named(decision).and_then(|one| one.shown.clone());
            Reviewed { decision: decision.clone(), fact, shown, denied, standing, counts, line: *line }
        };
        decisions.iter().enumerate().map(shown).collect()
    }

    /// What decisions are on, in the one form in which the program writes it; as it stands for what names something that
    /// there is not.
    fn facts_of(&mut self, decisions: &[(u32, Decision)]) -> Vec<String> {
        let atoms: Vec<String> = decisions.iter().map(|(_, d)| d.conclusion.clone()).collect();
        let rows = self.decided_rows(&atoms);
        let Some(view) = self.view() else { return atoms };
        let fact = |row: Option<OpenRow>| row.map(|(relation, row)| view.fact(relation, &row));
        rows.into_iter().zip(atoms).map(|(row, atom)| fact(row).unwrap_or(atom)).collect()
    }

    /// Reads statements, quietly.
    pub(super) fn decided_rows(&mut self, atoms: &[String]) -> Vec<Option<OpenRow>> {
        let before = self.questions();
        let mut rows = Vec::with_capacity(atoms.len());
        for atom in atoms {
            let file = self.add_question("a decision", atom);
            let (parsed, wrong) = syntax::parse_atom(file, atom);
            let sound = !wrong.iter().any(Diagnostic::is_error);
            let row = parsed.filter(|_| sound).and_then(|parsed| {
                let (row, wrong) = check::check_atom(&self.program, &mut self.pool, &parsed, file);
                row.filter(|_| !wrong.iter().any(Diagnostic::is_error))
            });
            rows.push(row);
        }
        self.forget(before);
        rows
    }

    /// What each statement is in the study as it is.
    fn decided_on(&mut self, atoms: &[String]) -> Vec<Named> {
        let rows = self.decided_rows(atoms);
        self.evaluate_all(&mut |_| {});
        let Some(view) = self.view() else {
            return atoms.iter().map(|_| Named::nothing()).collect();
        };
        let mut explaining = Explaining::with_ids(view);
        let mut absences: Option<Absences<'_>> = None;
        let one = |row: Option<OpenRow>| {
            let Some((relation, row)) = row else { return Named::nothing() };
            let core = self.lowered.declared(relation);
            let &[only] = view.answering(relation, &row).as_slice() else {
                let closed = view.answering(relation, &row).is_empty() && self.is_one(relation, &row);
                let absent = closed.then(|| {
                    (
                        view.denial(relation, &row),
                        absences.get_or_insert_with(|| Absences::new(view)).of(relation, &row),
                    )
                });
                let text = text_of(view, &row).filter(|_| closed);
                return Named { fact: Some(view.fact(relation, &row)), proofs: None, text, shown: None, absent };
            };
            let values: Vec<Option<Value>> = self.db.row(core, only).iter().map(|&value| Some(value)).collect();
            let shown = explain_all(&mut explaining, core, only, 1);
            let best = explain_own(&mut explaining, core, only);
            let told = best.as_ref().map(|best| (best.root.statement.clone(), passage(&best.root)));
            let proofs = shown.into_iter().chain(best).map(|explanation| explanation.root.id).collect();
            let text = text_of(view, &values);
            Named { fact: Some(view.fact(relation, &values)), proofs: Some(proofs), text, shown: told, absent: None }
        };
        rows.into_iter().map(one).collect()
    }
}

/// The first passage below a step.
fn passage(step: &Step) -> Option<QuoteShown> {
    let mut open = vec![step];
    while let Some(step) = open.pop() {
        if let Some(quote) = step.quote.as_ref().filter(|quote| !quote.quote.is_empty()) {
            return Some(quote.clone());
        }
        open.extend(step.because.iter().rev());
    }
    None
}

/// The digest of the texts of the messages that a conclusion speaks of, in the order in which it names them.
pub(super) fn text_of(view: View<'_>, values: &[Option<Value>]) -> Option<String> {
    let texts = values.iter().flatten().filter_map(|&value| view.texts.corpus.text(value));
    let digests: Vec<String> = texts.map(|text| digest(text)).collect();
    match &digests[..] {
        [] => None,
        [one] => Some(one.clone()),
        several => Some(digest(&several.join("\n"))),
    }
}

/// What was decided, in a word.
pub fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted => "accepted",
        Verdict::Disputed => "disputed",
        Verdict::Discuss => "to discuss",
    }
}
