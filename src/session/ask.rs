//! Questions: `query` and `why`. A question is a rule more, evaluated on a fork of what is there.

use super::answers::{Answers, Cell, Why};
use super::capitals::capitals;
use super::change::Refused;
use super::explain::Explaining;
use super::explanation::Explanation;
use super::guard::Guard;
use super::names;
use super::phrases::{Book, Phrase};
use super::reasons::explain_all;
use super::summary::natural;
use super::{Progress, Study};
use crate::base::Value;
use crate::check::program::{Body, Subject, VarId};
use crate::check::{self, safety};
use crate::diagnostic::{Diagnostic, codes};
use crate::eval::{self, Database, Exceeded, Row};
use crate::ir::core::RelationId;
use crate::ir::lower::lower_question;
use crate::{plan, syntax};

/// So many facts are explained at once.
const EXPLAINED: usize = 20;

/// What a question found.
pub(super) struct Found {
    pub columns: Vec<String>,
    pub types: Vec<String>,
    pub rows: Vec<Vec<Value>>,
}

/// What an explanation is to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// So many reasons, the best first.
    pub reasons: usize,
    /// Ids for all steps, which take a while where much was counted.
    pub ids: bool,
}

impl Default for Asked {
    fn default() -> Asked {
        Asked { reasons: 1, ids: false }
    }
}

/// How much had been asked of a study at some time.
#[derive(Clone, Copy, Debug)]
pub struct Questions {
    sources: usize,
    diagnostics: usize,
    patterns: usize,
}

impl Study {
    /// How much has been asked so far.
    pub fn questions(&self) -> Questions {
        Questions {
            sources: self.sources.len(),
            diagnostics: self.diagnostics.len(),
            patterns: self.program.patterns.len(),
        }
    }

    /// Forgets what was asked since, and gives what was said of it.
    pub fn forget(&mut self, since: Questions) -> Refused {
        let sources = self.sources.clone();
        self.sources.truncate(since.sources);
        self.program.patterns.truncate(since.patterns);
        let diagnostics = self.diagnostics.split_off(since.diagnostics.min(self.diagnostics.len()));
        Refused { diagnostics, sources }
    }

    /// The answers of a body, sorted. [`None`] where it could not be asked: see the diagnostics.
    pub fn query(&mut self, body: &str) -> Option<Answers> {
        let found = self.ask("the question", body)?;
        let view = self.view()?;
        let rows: Vec<Vec<Cell>> = found.rows.iter().map(|row| row.iter().map(|&v| view.cell(v)).collect()).collect();
        Some(Answers { columns: found.columns, types: found.types, rows })
    }

    /// The answers of a body as values; the first column is the message where the body asks of one.
    pub(super) fn ask(&mut self, name: &str, text: &str) -> Option<Found> {
        let file = self.add_question(name, text);
        let (expr, wrong) = syntax::parse_body(file, text);
        let broken = wrong.iter().any(Diagnostic::is_error);
        self.diagnostics.extend(wrong);
        let expr = expr.filter(|_| !broken)?;
        let subject = check::asks_of_message(&expr).then_some(Subject::Message);
        let (body, wrong) = check::check_question(&self.program, &mut self.pool, &expr, file);
        let told = |d: &Diagnostic| d.is_error() || d.code == crate::diagnostic::codes::SINGLE;
        self.diagnostics.extend(wrong.into_iter().filter(told));
        let (body, patterns) = body?;
        self.program.patterns.extend(patterns);
        let mut bound = rustc_hash::FxHashSet::default();
        safety::bind(&body.condition, &mut bound);
        let mut vars: Vec<VarId> = bound.into_iter().collect();
        // Columns stand in the order in which their names do.
        vars.sort_by_key(|var| (body.vars[var.0 as usize].at.span.start, *var));
        self.answer(&body, &vars, subject)
    }

    pub(super) fn answer(&mut self, body: &Body, vars: &[VarId], subject: Option<Subject>) -> Option<Found> {
        if !self.evaluated {
            self.evaluate(&mut |_: Progress| {});
        }
        let known = self.lowered.matches.len();
        let (mut lowered, head) = lower_question(&self.program, &mut self.pool, &self.lowered, body, vars, subject);
        let texts = self.texts.with(&lowered.patterns);
        texts.fill_new(&mut lowered, &mut self.pool, known);
        let strata = match plan::strata(&lowered.core) {
            Ok(strata) => strata,
            Err(circle) => {
                self.report_circle(&circle);
                return None;
            }
        };
        let mut db: Database = self.db.clone();
        let limits = self.limits();
        // Only what the question asks of, where something was left out.
        let strata = if self.between.is_empty() { strata } else { strata.needed(&lowered.core, &[head]) };
        let guard = Guard::new(&self.options, &self.stop, &self.pool);
        let mut tell = |p: eval::Progress| guard.check(p.bytes);
        let run = eval::run(&lowered.core, &strata, &mut db, &mut self.pool, &texts, &limits, &mut tell);
        if let Err(error) = run {
            let (time, memory) = (self.time_allowed(), self.memory_allowed());
            let given_up = |exceeded: &Exceeded| match exceeded {
                Exceeded::Interrupted => {
                    Some((codes::INTERRUPTED, "interrupted while this question was answered".to_string(), None))
                }
                Exceeded::Time => {
                    Some((codes::LIMIT, format!("this question was given up after {time}"), Some(self.more_time())))
                }
                Exceeded::Memory => {
                    let help = format!("if there is more, allow it: {}", memory.1);
                    Some((codes::LIMIT, format!("this question was given up at {} of memory", memory.0), Some(help)))
                }
                _ => None,
            };
            if let eval::Error::Limit { exceeded, .. } = &error
                && let Some((code, message, help)) = given_up(exceeded)
            {
                let mut diagnostic = Diagnostic::at(code, body.at, message);
                diagnostic.help = help;
                self.report(diagnostic);
                return None;
            }
            let message = match error {
                eval::Error::Limit { .. } => "this question has more answers than can be shown",
                eval::Error::Overflow { .. } => "a number grew too large in this question",
                eval::Error::Unsafe(_) => "a value that this question needs is never given",
            };
            let diagnostic = Diagnostic::at(crate::diagnostic::codes::LIMIT, body.at, message);
            self.report(diagnostic.help("ask for less: add conditions that share a name with the others"));
            return None;
        }
        let rows = db.sorted_rows(head, &self.pool).into_iter().map(|row| db.row(head, row).to_vec()).collect();
        let message = self.program.known_kind("message");
        let mut columns: Vec<String> = subject.iter().map(|_| "message".to_string()).collect();
        let mut types: Vec<String> = subject.iter().map(|_| self.program.kind(message).name.clone()).collect();
        for var in vars {
            let var = &body.vars[var.0 as usize];
            columns.push(var.name.clone());
            types.push(var.of.name(&self.program).to_string());
        }
        Some(Found { columns, types, rows })
    }

    /// Why a fact holds; with `_` or names in capitals, all facts of that form, up to a limit.
    pub fn why(&mut self, atom: &str) -> Why {
        self.why_as(atom, Asked::default())
    }

    /// The same as somebody wants it.
    pub fn why_as(&mut self, atom: &str, asked: Asked) -> Why {
        let file = self.add_question("the question", atom);
        let (parsed, wrong) = syntax::parse_atom(file, atom);
        let broken = wrong.iter().any(Diagnostic::is_error);
        let wrong = wrong.into_iter().map(|diagnostic| self.as_asked(atom, diagnostic)).collect::<Vec<_>>();
        self.diagnostics.extend(wrong);
        let Some(parsed) = parsed.filter(|_| !broken) else { return Why::Wrong };
        let (row, wrong) = check::check_atom(&self.program, &mut self.pool, &parsed, file);
        self.diagnostics.extend(names::of_question(&self.program, &parsed, atom, wrong));
        let Some((relation, row)) = row else { return Why::Wrong };
        self.evaluate_all(&mut |_: Progress| {});
        let Some(view) = self.view() else { return Why::Wrong };
        let core = self.lowered.declared(relation);
        let found = view.answering(relation, &row);
        let answers = if found.len() > 1 { view.open_values(relation, core, &row, &found) } else { Vec::new() };
        if found.is_empty() {
            let statement = view.denial(relation, &row);
            let nearest = self.nearest_way(relation, &row).map(Box::new);
            let hint = match &nearest {
                Some(_) => {
                    let (fact, path) = (question(&view.fact(relation, &row)), self.argument());
                    format!("`hence why-not {fact}{path}` says more, and what would make it hold")
                }
                None => self.hint(relation, &row),
            };
            return Why::DoesNotHold { statement, hint, nearest };
        }
        let more = found.len().saturating_sub(EXPLAINED);
        let mut explaining = if asked.ids { Explaining::with_ids(view) } else { Explaining::new(view) };
        let note = (found.len() > 1).then(|| capitals(view, self.argument(), relation, &parsed, false)).flatten();
        let explained = found.into_iter().take(EXPLAINED);
        let explained = explained.filter_map(|row| explain_all(&mut explaining, core, row, asked.reasons));
        let mut explanations: Vec<Explanation> = explained.collect();
        let study = self.argument();
        explanations.iter_mut().for_each(|explanation| explanation.asked_of(&study));
        Why::Explained { explanations, more, answers, note }
    }

    /// What is wrong with the form of a question, with names of the study in its examples; of a name alone, whether
    /// there is anything of that name.
    fn as_asked(&self, asked: &str, mut diagnostic: Diagnostic) -> Diagnostic {
        let messages = self.rows.iter().filter(|rows| rows.relation == self.program.known("message"));
        let first = messages.clone().find_map(|rows| rows.rows().next().map(|row| self.pool.show(row[0])));
        let plain = |id: &&String| id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let message = first.as_ref().filter(plain).map(String::as_str);
        let name = asked.trim();
        if name.contains(char::is_whitespace) && !name.contains('(') {
            // A sentence of everyday language: which word of it comes amiss is of no help.
            let example = names::example(&self.program, message.unwrap_or("m1"));
            diagnostic.help = Some(format!("a conclusion is written like `{example}`, and nothing else"));
            diagnostic.fixes.clear();
        } else if let Some(help) = &diagnostic.help {
            diagnostic.help = Some(names::with_own_names(help, &self.program, message));
        }
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        let known = self.program.concepts.iter().any(|concept| concept.name == name)
            || self.pool.find_text(name).is_some()
            || self.program.relation_names.contains_key(name);
        if is_name && !known && name.chars().any(|c| c.is_ascii_digit()) {
            diagnostic.message = format!("there is no message `{name}`");
            if let Some(first) = message {
                diagnostic.help = Some(format!("messages of the study are named like `{first}`: `theme({first}, T)`"));
            }
        }
        diagnostic
    }

    /// That there is no such message, where a question names one.
    fn no_message(&self, relation: crate::check::program::RelationId, row: &[Option<Value>]) -> Option<String> {
        let message = crate::check::Type::Kind(self.program.known_kind("message"));
        let messages = self.db.relation(self.lowered.declared(self.program.known("message")));
        let columns = self.program.relation(relation).columns.iter().zip(row);
        let mut named = columns.filter(|(column, _)| column.of == message).filter_map(|(_, value)| *value);
        let missing = named.find(|&value| messages.starting_with(&[value]).is_empty())?;
        let book = Book::of(self.program.study.language);
        Some(book.say(Phrase::NoMessage, &[("subject", &self.pool.show(missing))]))
    }

    /// What to look at where something does not hold.
    fn hint(&self, relation: crate::check::program::RelationId, row: &[Option<Value>]) -> String {
        let declared = self.program.relation(relation);
        let book = Book::of(self.program.study.language);
        if let Some(missing) = self.no_message(relation, row) {
            return missing;
        }
        let open: Vec<&str> = declared.columns.iter().map(|_| "_").collect();
        if self.db.relation(self.lowered.declared(relation)).is_empty() {
            return book.say(Phrase::NothingKnown, &[("words", &declared.name)]);
        }
        // Of a form with a value in it, what comes nearest tells more than all that holds.
        let named = row.iter().any(Option::is_some);
        if let Some(view) = self.view().filter(|_| named) {
            let (fact, path) = (question(&view.fact(relation, row)), self.argument());
            return format!("`hence why-not {fact}{path}` shows what comes nearest");
        }
        format!("`hence why '{}({})'{}` shows what does hold", declared.name, open.join(", "), self.argument())
    }

    /// The study as the questions name it that answers suggest, with what else was asked of it: another value of a
    /// parameter, or a part of the messages, may be why an answer is as it is.
    pub fn argument(&self) -> String {
        self.argument_but(&[])
    }

    /// The same without the values of some parameters.
    pub(super) fn argument_but(&self, but: &[&str]) -> String {
        let asked = &self.trail.asked;
        let mut out = argument(self.options.named.as_deref().unwrap_or("."));
        for (name, value) in asked.set.iter().filter(|(name, _)| !but.contains(&name.as_str())) {
            let set = format!("{name}={value}");
            let plain = set.chars().all(|c| c.is_alphanumeric() || "_-.=".contains(c));
            out.push_str(&format!(" --set {}", if plain { set } else { question(&set) }));
        }
        if let Some(only) = &asked.only {
            out.push_str(&format!(" --only {}", question(only)));
        }
        out
    }
}

/// A statement as one types it after a command: in quotation marks, which it may hold itself.
pub fn question(statement: &str) -> String {
    format!("'{}'", statement.replace('\'', "'\\''"))
}

/// A path as one types it after a command; nothing for the folder where one is.
pub fn argument(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_-./\\:".contains(c);
    match path {
        "." | "" => String::new(),
        path if path.chars().all(plain) => format!(" {path}"),
        path => format!(" '{}'", path.replace('\'', "'\\''")),
    }
}

/// The rows of a relation that have these values, in the order in which people count.
pub(super) fn matching(
    db: &Database,
    relation: RelationId,
    row: &[Option<Value>],
    pool: &crate::base::Pool,
) -> Vec<u32> {
    let fits = |values: &[Value]| row.iter().zip(values).all(|(want, have)| want.is_none_or(|w| w == *have));
    let rows = db.relation(relation);
    if let Some(whole) = row.iter().copied().collect::<Option<Vec<Value>>>() {
        return db.find(relation, &whole).into_iter().collect();
    }
    let mut found: Vec<(Row, u32)> = rows.rows().zip(0..).filter(|(row, _)| fits(row)).collect();
    // People count: `m2` comes before `m10`.
    let order = |x: Value, y: Value| match (pool.as_text(x), pool.as_text(y)) {
        (Some(x), Some(y)) => natural(x, y),
        _ => pool.compare(x, y),
    };
    found.sort_by(|(a, _), (b, _)| {
        let orders = a.iter().zip(b).map(|(&x, &y)| order(x, y).then_with(|| pool.compare(x, y)));
        orders.into_iter().find(|o| o.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
    });
    found.into_iter().map(|(_, at)| at).collect()
}
