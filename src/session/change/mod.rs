//! The one door for change. Whatever surface asks, a change goes through [`Study::apply`]: all of it or nothing, with an
//! account of what it did.
//!
//! Statements that come and go touch only what rests on them. Where files, items or parameters change, the study is read
//! anew, but what it has in common with the one before is taken over: items that read the same, rows of files that
//! nobody touched, matches of patterns that stayed, and every relation that the change cannot reach. So the state after
//! any changes is that of a study opened on the changed files, and a step back costs nothing: what was is kept, and
//! shares with what is.

mod carry;
mod cause;
pub(super) mod compare;
mod conclude;
mod credit;
mod delta;
mod facts;
mod follow;
mod overlay;
mod paired;
mod program;
mod remark;
mod statement;

pub(super) use carry::Trail;
pub(super) use conclude::Moved;
pub(super) use delta::how_many;
pub use delta::{Conclusion, Delta, RelationDelta, TableDelta, Theory, Through, Told};
pub(super) use facts::Late;
pub(super) use follow::Following;
pub(super) use overlay::Overlay;
pub use paired::Paired;
pub(super) use paired::number_column;
pub use remark::Remark;

use super::findings::TableFinding;
use super::run::StudyTexts;
use super::show::View;
use super::{Opening, Progress, Study};
use crate::base::{Pool, Sources};
use crate::data::Files;
use crate::data::files::Stamp;
use crate::diagnostic::{Diagnostic, codes, suggest};
use crate::eval::{Database, Missing};
use crate::syntax::Cache;
use cause::Causes;
use compare::Compared;
pub use facts::FILE as STATED;
use facts::{Ledger, Move};
use std::sync::Arc;

/// What is to change, all at once.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// The edits, in order.
    pub edits: Vec<Edit>,
    /// The number under which explanations name the statements that come in by it.
    pub number: u32,
    /// Whether the account tells what changed in the cross-tables, which are then counted anew.
    pub tables: bool,
}

/// One edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// A statement comes in.
    Insert(Statement),
    /// A given statement goes out, or, where it leaves columns open, all that fit.
    Delete(Statement),
    /// A file gets another text. A path as the study writes it, from its folder.
    Replace(String, String),
    /// A file is another one on the disk.
    Reload(String),
    /// An item of a rule file, found by its text, is replaced by another text; nothing takes it away. Blanks and line
    /// breaks around it do not count.
    Item(String, String),
    /// Items more, at the end of the main file.
    Add(String),
    /// A parameter gets another value, as it is written.
    Set(String, String),
    /// A parameter gets back the value that the study gives it.
    Unset(String),
}

/// A fact, as a message names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// In the words of the language: `coding(m1, price, coder: "eva")`.
    Written(String),
    /// By columns, each cell as it would stand in a file.
    Cells {
        /// The relation.
        relation: String,
        /// Column and cell; [`None`] is an empty one.
        cells: Vec<(String, Option<String>)>,
    },
}

/// A change that was not made. The study is as it was.
#[derive(Debug)]
pub struct Refused {
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that these point into.
    pub sources: Sources,
}

impl Refused {
    /// True where the change may be sound, and took more time than there was, or moved more than it was to.
    pub fn is_for_want_of_time(&self) -> bool {
        let limit = |d: &Diagnostic| d.code == codes::INTERRUPTED || d.code == codes::LIMIT && d.labels.is_empty();
        self.diagnostics.is_empty() || self.diagnostics.iter().any(limit)
    }
}

/// A place in the history of a study, to come back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark(usize);

/// What was, step by step.
#[derive(Default)]
pub(super) struct History {
    steps: Vec<Step>,
}

/// What one change replaced, and the account of it.
struct Step {
    before: Before,
    delta: Delta,
}

enum Before {
    /// Only given facts changed.
    Facts(Box<FactsBefore>),
    /// The whole study as it was, without the pool and the cache, which only grow.
    Study(Box<Study>),
}

struct FactsBefore {
    moves: Vec<Move>,
    db: Database,
    texts: StudyTexts,
    late: Late,
    missing: Vec<Missing>,
    fired: Vec<bool>,
    diagnostics: Vec<Diagnostic>,
}

impl Study {
    /// Makes a change, all of it or nothing. A change that brings an error is refused.
    pub fn apply(&mut self, change: &Change, watch: &mut dyn FnMut(Progress)) -> Result<Delta, Box<Refused>> {
        self.begin();
        // What stands between other relations has to be there for a change to go through it.
        self.evaluate_all(watch);
        let texts = self.sources.len();
        let tables = if change.tables { self.cross_tables() } else { Vec::new() };
        let is_statement = |edit: &Edit| matches!(edit, Edit::Insert(_) | Edit::Delete(_));
        let simple = change.edits.iter().all(is_statement) && self.trail.asked.only.is_none() && !self.given_up();
        let result = match simple {
            true => self.apply_statements(change, &tables, watch),
            false => self.apply_all(change, &tables, watch),
        };
        if result.is_err() {
            self.sources.truncate(texts);
        }
        result
    }

    /// Takes the last change back, and tells what that did. [`None`] where nothing has changed.
    pub fn undo(&mut self) -> Option<Delta> {
        let Step { before, delta } = self.history.steps.pop()?;
        match before {
            Before::Facts(before) => {
                self.take_back(&before.moves);
                let FactsBefore { db, texts, late, missing, fired, diagnostics, .. } = *before;
                (self.db, self.texts, self.late, self.fired) = (db, texts, late, fired);
                (self.trail.missing, self.diagnostics) = (missing, diagnostics);
            }
            Before::Study(mut before) => {
                before.pool = std::mem::take(&mut self.pool);
                before.cache = std::mem::take(&mut self.cache);
                before.history = std::mem::take(&mut self.history);
                *self = *before;
            }
        }
        Some(delta.reversed())
    }

    /// Where the study stands in its history: what is changed from here on can be taken back as one.
    pub fn mark(&self) -> Mark {
        Mark(self.history.steps.len())
    }

    /// Takes back everything since a mark, and tells what that did.
    pub fn back_to(&mut self, mark: Mark) -> Delta {
        let mut all = Delta::default();
        while self.history.steps.len() > mark.0 {
            let Some(delta) = self.undo() else { break };
            all = all.then(delta);
        }
        all
    }

    /// How many changes can be taken back.
    pub fn changes(&self) -> usize {
        self.history.steps.len()
    }

    /// Every file that was asked for, whether it is there or not, as the study names it, with what it looked like then.
    pub fn files_asked_for(&self) -> Vec<(String, Option<Stamp>)> {
        self.files.asked()
    }

    /// What a file of the study looks like now; none where it is not there.
    pub fn file_looks(&self, path: &str) -> Option<Stamp> {
        self.files.looks(path)
    }

    /// The study as its files and the statements made since give it, read and evaluated from nothing: what a changed study
    /// must equal.
    pub fn afresh(&self, watch: &mut dyn FnMut(Progress)) -> Result<Study, Box<Refused>> {
        let opening = self.opening(self.files.clone(), Pool::default(), Cache::default());
        let mut study = Study::read(opening, None, watch);
        study.root.clone_from(&self.root);
        let late = self.late_edits();
        for same in late.chunk_by(|a, b| a.0 == b.0) {
            let edits = same.iter().map(|(_, edit)| edit.clone()).collect();
            study.apply(&Change { edits, number: same[0].0, tables: false }, watch)?;
        }
        study.evaluate(watch);
        study.history = History::default();
        Ok(study)
    }

    fn opening(&self, files: Overlay, pool: Pool, cache: Cache) -> Opening {
        Opening { files, main: self.main.clone(), options: self.trail.asked.clone(), cache, pool }
    }

    /// A change that leaves the files as they are.
    fn apply_statements(
        &mut self,
        change: &Change,
        tables: &[TableFinding],
        watch: &mut dyn FnMut(Progress),
    ) -> Result<Delta, Box<Refused>> {
        let mut before = FactsBefore {
            moves: Vec::new(),
            db: self.db.clone(),
            texts: self.texts.clone(),
            late: self.late.clone(),
            missing: self.trail.missing.clone(),
            fired: self.fired.clone(),
            diagnostics: self.diagnostics.clone(),
        };
        let mut ledger = Ledger::new(change.edits.len());
        let stated = self.state_all(change, &mut ledger);
        let moved = stated.and_then(|()| self.conclude_again(&ledger, watch));
        let moved = match moved {
            Ok(moved) => moved,
            Err(diagnostics) => {
                let sources = self.sources.clone();
                self.take_back(&ledger.moves);
                (self.db, self.texts, self.late) = (before.db, before.texts, before.late);
                return Err(Box::new(Refused { diagnostics, sources }));
            }
        };
        self.settle();
        let delta = match self.view().filter(|_| !self.following.trying) {
            Some(after) => {
                let then = View { db: &before.db, texts: &before.texts, ..after };
                let causes = Causes::of_statements(self, &ledger);
                let mut delta = delta::account(then, after, &moved, &causes);
                delta.remarks(&before.diagnostics, &self.sources, &self.diagnostics, &self.sources);
                delta
            }
            None => Delta::default(),
        };
        if self.following.trying {
            self.following.tried = moved;
        }
        let delta = self.with_tables(delta, change, tables);
        before.moves = ledger.moves;
        self.history.steps.push(Step { before: Before::Facts(Box::new(before)), delta: delta.clone() });
        Ok(delta)
    }

    fn state_all(&mut self, change: &Change, ledger: &mut Ledger) -> Result<(), Vec<Diagnostic>> {
        let number = change.number;
        change.edits.iter().try_for_each(|edit| match edit {
            Edit::Insert(statement) => self.insert(statement, number, ledger),
            Edit::Delete(statement) => self.delete(statement, number, ledger),
            _ => Ok(()),
        })
    }

    /// A change of files and parameters too: the study is read anew, over what it has in common with this one.
    fn apply_all(
        &mut self,
        change: &Change,
        tables: &[TableFinding],
        watch: &mut dyn FnMut(Progress),
    ) -> Result<Delta, Box<Refused>> {
        let mut opening = self.opening(self.files.clone(), Pool::default(), Cache::default());
        if let Err(diagnostics) = self.edit_files(change, &mut opening) {
            return Err(Box::new(Refused { diagnostics, sources: self.sources.clone() }));
        }
        let (mut next, delta) = self.next(opening, change, watch)?;
        let delta = next.with_tables(delta, change, tables);
        next.history = std::mem::take(&mut self.history);
        std::mem::swap(self, &mut next);
        self.history.steps.push(Step { before: Before::Study(Box::new(next)), delta: delta.clone() });
        Ok(delta)
    }

    /// A newer version of this study, which lies in other files, and what it concludes otherwise. This one is left without
    /// its pool: that of the newer one serves both.
    pub(super) fn newer(
        &mut self,
        files: Box<dyn Files>,
        main: &str,
        watch: &mut dyn FnMut(Progress),
    ) -> Result<(Study, Delta), Box<Refused>> {
        let mut files = Overlay::new(files);
        for (path, _) in self.files.asked() {
            if self.files.read(&path).ok() != files.read(&path).ok() {
                files.reload(&path);
            }
        }
        let mut opening = self.opening(files, Pool::default(), Cache::default());
        opening.main = main.to_string();
        let tables = self.cross_tables();
        let change = Change { edits: Vec::new(), number: 0, tables: true };
        let (next, delta) = self.next(opening, &change, watch)?;
        let delta = next.with_tables(delta, &change, &tables);
        Ok((next, delta))
    }

    /// The study that is read from another opening, over what it has in common with this one, with a change of statements
    /// on top; this one lends it the pool, and has it back only on an error.
    fn next(
        &mut self,
        mut opening: Opening,
        change: &Change,
        watch: &mut dyn FnMut(Progress),
    ) -> Result<(Study, Delta), Box<Refused>> {
        (opening.pool, opening.cache) = (std::mem::take(&mut self.pool), std::mem::take(&mut self.cache));
        let mut next = Study::read(opening, Some(self), watch);
        next.root.clone_from(&self.root);
        let made = match remark::new_errors(&self.diagnostics, &self.sources, &next.diagnostics, &next.sources) {
            true => Err(std::mem::take(&mut next.diagnostics)),
            false => next.follow(self, change, watch),
        };
        let (moved, compared) = match made {
            Ok(made) => made,
            Err(diagnostics) => {
                self.pool = std::mem::take(&mut next.pool);
                self.cache = std::mem::take(&mut next.cache);
                return Err(Box::new(Refused { diagnostics, sources: next.sources.clone() }));
            }
        };
        if self.following.trying {
            next.following.tried = moved;
            return Ok((next, Delta::default()));
        }
        let delta = match (self.view_with(&next.pool), next.view()) {
            (Some(then), Some(after)) => {
                let causes = Causes::of_programs(self, &next, &compared);
                let mut delta = delta::account(then, after, &moved, &causes);
                delta.remarks(&self.diagnostics, &self.sources, &next.diagnostics, &next.sources);
                delta
            }
            _ => Delta::default(),
        };
        Ok((next, delta))
    }

    /// The files and options as a change would have them.
    fn edit_files(&self, change: &Change, opening: &mut Opening) -> Result<(), Vec<Diagnostic>> {
        for edit in &change.edits {
            match edit {
                Edit::Insert(_) | Edit::Delete(_) => {}
                Edit::Replace(path, text) => opening.files.replace(path, Some(Arc::from(text.as_bytes()))),
                Edit::Reload(path) => opening.files.reload(path),
                Edit::Set(name, value) => {
                    self.known_parameter(name)?;
                    opening.options.set.retain(|(other, _)| other != name);
                    opening.options.set.push((name.clone(), value.clone()));
                }
                Edit::Unset(name) => {
                    self.known_parameter(name)?;
                    opening.options.set.retain(|(other, _)| other != name);
                }
                Edit::Add(text) => {
                    let mut whole = opening.files.read(&self.main).unwrap_or_default();
                    whole.extend_from_slice(b"\n");
                    whole.extend_from_slice(text.as_bytes());
                    opening.files.replace(&self.main, Some(whole.into()));
                }
                Edit::Item(old, new) => {
                    let (path, text) = self.with_item(&opening.files, old, new)?;
                    opening.files.replace(&path, Some(Arc::from(text.as_bytes())));
                }
            }
        }
        Ok(())
    }

    fn known_parameter(&self, name: &str) -> Result<(), Vec<Diagnostic>> {
        let names = || self.program.parameters.iter().map(|p| p.name.as_str());
        if names().any(|known| known == name) {
            return Ok(());
        }
        let help = match suggest::nearest(name, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if names().next().is_none() => "the study declares none".to_string(),
            None => format!("the study declares: {}", names().collect::<Vec<_>>().join(", ")),
        };
        let message = format!("no parameter is called `{name}`");
        Err(vec![Diagnostic::new(codes::UNKNOWN_PARAMETER, message).help(help)])
    }

    /// The file in which an item stands that reads so, with another text in its place.
    fn with_item(&self, files: &Overlay, old: &str, new: &str) -> Result<(String, String), Vec<Diagnostic>> {
        let old = old.trim();
        for tree in self.trees.iter().filter(|tree| !self.shipped.contains(&tree.id)) {
            let path = &self.sources.get(tree.id).name;
            let Some(text) = files.read(path).ok().and_then(|bytes| String::from_utf8(bytes).ok()) else { continue };
            // Found in the text as an edit before this one left it.
            let (parsed, _) = crate::syntax::parse(tree.id, &text, &mut Cache::default());
            for item in &parsed.items {
                let (from, to) = (item.offset as usize, item.offset as usize + item.span.end as usize);
                if !old.is_empty() && text.get(from..to).is_some_and(|written| written.trim() == old) {
                    return Ok((path.clone(), format!("{}{}{}", &text[..from], new.trim(), &text[to..])));
                }
            }
        }
        let first = old.lines().next().unwrap_or_default();
        let message = format!("no item of the study reads `{first}`");
        let help = "an item is named by its whole text, from its first word to the last of its clauses";
        Err(vec![Diagnostic::new(codes::CHANGE, message).help(help)])
    }

    /// Takes over from the study before what a change leaves as it was, makes the statements, and draws conclusions.
    fn follow(
        &mut self,
        before: &Study,
        change: &Change,
        watch: &mut dyn FnMut(Progress),
    ) -> Result<(Moved, Compared), Vec<Diagnostic>> {
        let mut compared = Compared::new(&before.lowered, &self.lowered);
        let apart = self.trail.asked.only.is_some() || before.trail.ends.len() != before.lowered.core.relations.len();
        if apart {
            let statement = |edit: &Edit| matches!(edit, Edit::Insert(_) | Edit::Delete(_));
            if change.edits.iter().any(statement) || !before.late.is_empty() {
                let message = "with `--only`, no statements come in or go out";
                return Err(vec![Diagnostic::new(codes::CHANGE, message).help("open the study without it")]);
            }
            self.evaluate_all(watch);
            if self.given_up() {
                return Err(std::mem::take(&mut self.diagnostics));
            }
            let moved = self.moved_since(before, &compared.ours, &vec![None; compared.ours.len()]);
            return Ok((moved, compared));
        }
        self.evaluated = true;
        self.trail.before_run = self.diagnostics.clone();
        self.carry_rows(before, &compared.ours);
        let changed = self.carry_texts(before);
        self.carry_matches(before, &changed);
        if self.ended("while looking for patterns in the messages") {
            return Err(self.diagnostics.split_off(self.diagnostics.len() - 1));
        }
        let mut ledger = Ledger::new(change.edits.len() + before.late.len());
        self.say_again(before, &mut ledger)?;
        self.state_all(change, &mut ledger)?;
        compared.add_given(&before.lowered, &self.lowered);
        let moved = self.conclude_after(before, &compared, !changed.is_empty() || ledger.texts, watch)?;
        self.settle();
        Ok((moved, compared))
    }

    /// Says of the conclusions as they are now what is to be said.
    fn settle(&mut self) {
        self.diagnostics = self.trail.before_run.clone();
        let missing = std::mem::take(&mut self.trail.missing);
        self.report_missing(&missing);
        self.trail.missing = missing;
        let late = self.late_warnings();
        self.diagnostics.extend(late);
        self.sort_diagnostics();
        self.surveyed = false;
    }

    fn with_tables(&self, mut delta: Delta, change: &Change, before: &[TableFinding]) -> Delta {
        if change.tables {
            delta.tables = delta::tables(before, &self.cross_tables());
        }
        delta
    }

    /// This study as it was evaluated, with the pool that another has taken over.
    pub(in crate::session) fn view_with<'a>(&'a self, pool: &'a Pool) -> Option<View<'a>> {
        Some(View { pool, ..self.view()? })
    }
}
