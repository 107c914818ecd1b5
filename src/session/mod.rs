//! Layer 10: a study as a whole, the one door for all surfaces. It reads, checks and evaluates, answers questions and
//! explains, and speaks in texts, numbers and places.

mod absence;
pub mod agree;
pub mod answers;
mod ask;
mod attempts;
mod audit;
mod between;
mod blame;
mod capitals;
pub mod change;
mod circle;
mod clauses;
pub mod codebook;
mod codebook_quotes;
mod comparing;
mod counting;
pub mod coverage;
mod difference;
pub mod edits;
mod endless;
mod example_reasons;
mod examples;
mod explain;
pub mod explanation;
pub mod export;
mod export_back;
mod export_facts;
mod export_guids;
mod export_sheets;
mod facts;
mod faults;
pub mod findings;
mod fired;
pub mod fix;
pub mod funnel;
mod gist;
mod grounds;
mod guard;
mod held;
mod identity;
pub mod import;
mod labels;
mod laid;
mod library;
mod load;
mod lost;
mod marks;
mod mutate;
mod mutation;
mod names;
mod narrow;
mod near_misses;
mod nearby;
mod nearness;
mod offers;
mod only;
pub mod page;
mod parts;
mod passages;
mod pattern_words;
mod patterns;
pub mod phrases;
mod prefer;
mod print;
mod products;
pub mod prove;
mod quotations;
mod quotes;
mod reasons;
mod repeated;
mod rests;
pub mod review;
mod review_faults;
mod rows;
mod rows_checked;
mod rule_files;
mod run;
mod shifts;
mod show;
pub mod stale;
pub mod standing;
pub mod statistics;
mod stats;
mod summary;
mod survey;
mod tables;
mod test;
pub mod trail;
mod unchanged;
mod values;
pub mod verify;
pub mod versions;
mod vocabulary;
mod ways;
pub mod what_if;
pub mod why_not;
mod wording;
mod wording_core;
mod write;

use crate::base::{FileId, Pool, Sources, Stop, Table, Value};
use crate::check::{self, Program, TableKey};
use crate::data::{Files, Folder};
use crate::diagnostic::{Diagnostic, codes};
use crate::eval::Database;
use crate::ir::{Lowered, lower};
use crate::plan::Strata;
use crate::syntax::Cache;
use crate::syntax::tree::{Literal, LiteralKind, Name, Ref};
use crate::text::Matcher;
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

pub use answers::{Answers, Attempt, Cell, Check, Mutant, Mutants, Noticed, TestFailure, TestResult, Why};
pub use ask::{Asked, Questions, argument, question};
pub use coverage::{Coverage, Covered};
pub use explanation::{Explanation, ReasonCount, Step, StepKind};
pub use findings::Findings;
pub use funnel::{Funnel, Part, Stage};
pub use library::modules;
pub use rule_files::rule_files;
pub use statistics::Statistics;
pub use why_not::answer::WhyNot;

/// How a study is to be read and run.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Values for parameters: name and literal as written, `min_authors` and `3`.
    pub set: Vec<(String, String)>,
    /// Leaves out rows that cannot be read, and counts them.
    pub lenient: bool,
    /// A condition on messages: only those that meet it take part.
    pub only: Option<String>,
    /// How many facts the rules may conclude before the run is given up, where another number than the usual one.
    pub max_facts: Option<usize>,
    /// From how many given facts on a relation that nothing but other rules reads is left unfilled until somebody
    /// asks for it, where another number than the usual one.
    pub large: Option<usize>,
    /// How many bytes may be in use before the run is given up.
    pub max_memory: Option<usize>,
    /// How many bytes this process has in use, where somebody knows; else what the facts take is estimated.
    pub memory: Option<fn() -> usize>,
    /// How long reading and running, or one change, may take.
    pub timeout: Option<Duration>,
    /// How the study is named on the command line, for the questions that answers suggest.
    pub named: Option<String>,
    /// Set by whoever wants the work to end.
    pub interrupted: Option<Arc<AtomicBool>>,
}

/// How far a long piece of work is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done: "reading messages.csv", "evaluating".
    pub task: String,
    /// So much is done.
    pub done: usize,
    /// Of so much; 0 where nobody knows.
    pub of: usize,
}

/// What a study is read from.
struct Opening {
    files: change::Overlay,
    main: String,
    options: Options,
    cache: Cache,
    pool: Pool,
}

/// A study that has been read, and, after [`Study::evaluate`], evaluated.
///
/// Opening never fails: what is wrong stands in [`Study::diagnostics`], and what is right works.
pub struct Study {
    files: change::Overlay,
    /// The main file, as the files name it.
    main: String,
    /// Items parsed before.
    cache: Cache,
    /// The files that ship with Hence.
    shipped: FxHashSet<FileId>,
    /// The folder that outputs go to.
    root: Option<PathBuf>,
    options: Options,
    /// Whether the work is to end.
    stop: Stop,
    sources: Sources,
    /// The names of data files, as [`crate::base::table::RowPlace`] numbers them.
    data_files: Vec<String>,
    trees: Vec<crate::syntax::tree::File>,
    tables: FxHashMap<TableKey, Table>,
    works: Vec<check::program::Source>,
    codebook: Vec<check::CodebookEntry>,
    program: Program,
    pool: Pool,
    diagnostics: Vec<Diagnostic>,
    rows: Arc<Vec<rows::InputRows>>,
    inputs: Vec<findings::InputFinding>,
    /// What carries changes of facts on.
    following: change::Following,
    /// True where [`Study::fired`] tells of the conclusions before the last changes.
    fired_before: bool,
    /// What a changed study needs to know of how this one came to be.
    trail: change::Trail,
    /// Statements that no file holds.
    late: change::Late,
    /// What was, for undo.
    history: change::History,
    /// Messages that an `only` or an unreadable row left out: rows that name them are left out too.
    left_out: FxHashSet<Value>,
    lowered: Lowered,
    /// The study's patterns, ready to be looked for.
    matcher: Option<Arc<Matcher>>,
    strata: Option<Strata>,
    db: Database,
    texts: run::StudyTexts,
    evaluated: bool,
    /// True where everything given is there.
    laid_out: bool,
    /// True where the run takes part of the messages, or other values than the study's.
    varied: bool,
    surveyed: bool,
    /// What is worth a look in the study itself, for [`Study::survey`] to tell.
    lints: Vec<Diagnostic>,
    /// The relations that were left out because only other rules read them, until somebody asks.
    between: Vec<crate::ir::core::RelationId>,
    /// Which core rules found anything.
    fired: Vec<bool>,
    /// The clauses that the tests which ran last reach.
    tested: FxHashSet<clauses::Clause>,
    /// True where those were all tests.
    tested_all: bool,
    /// By node of the matcher: in how many messages it has a place.
    found_in: Vec<u32>,
}

impl Study {
    /// Reads a study: a folder with a `study.hence`, or a file.
    pub fn open(path: &Path, options: &Options, watch: &mut dyn FnMut(Progress)) -> Study {
        let (root, main) = place_of(path);
        let files = Box::new(Folder::new(root.clone()));
        let mut study = Study::open_in(files, &main, options, watch);
        study.root = Some(root);
        study
    }

    /// Reads a study from anywhere.
    pub fn open_in(files: Box<dyn Files>, main: &str, options: &Options, watch: &mut dyn FnMut(Progress)) -> Study {
        let opening = Opening {
            files: change::Overlay::new(files),
            main: main.to_string(),
            options: options.clone(),
            cache: Cache::default(),
            pool: Pool::default(),
        };
        Study::read(opening, None, watch)
    }

    /// Reads a study; what the one before has in common with it is not read again.
    fn read(opening: Opening, before: Option<&Study>, watch: &mut dyn FnMut(Progress)) -> Study {
        let Opening { mut files, main, options, mut cache, mut pool } = opening;
        files.keep(true);
        let loaded = load::load(&files, &main, options.lenient, &mut cache);
        files.keep(false);
        for (path, bytes) in loaded.tables_of_projects {
            files.provide(&path, bytes);
        }
        let mut diagnostics = loaded.diagnostics;
        let set = options.set.iter().filter_map(|(name, text)| {
            let literal = literal(text);
            if literal.is_none() {
                let message = format!("`{text}` is no value for the parameter `{name}`");
                let help = "write a number, a date such as 2013-09-01, or a text";
                diagnostics.push(Diagnostic::new(codes::PARAMETER_VALUE, message).help(help));
            }
            Some((name.clone(), literal?))
        });
        let input = check::Input {
            set: set.collect(),
            files: loaded.trees.iter().collect(),
            shipped: loaded.shipped.clone(),
            modules: loaded.modules,
            tables: loaded.tables.clone(),
            works: loaded.works.clone(),
            codebook: loaded.codebook.clone(),
            library: library::concepts(),
        };
        let (program, mut found) = check::check(&input, &mut pool);
        lost::hold_back(&mut found, &loaded.lost, &loaded.sources);
        // What could not be read may be what uses it.
        if diagnostics.iter().any(Diagnostic::is_error) {
            found.retain(|d| d.code != codes::UNUSED);
        }
        diagnostics.extend(found);
        let sound = !diagnostics.iter().any(Diagnostic::is_error);
        let lints = if sound { check::lint(&input, &program, &pool, &loaded.sources) } else { Vec::new() };
        let lowered = lower(&program, &mut pool);
        let mut study = Study {
            files,
            main,
            cache,
            root: None,
            stop: Stop::new(options.interrupted.clone(), options.timeout),
            sources: loaded.sources,
            data_files: Vec::new(),
            trees: loaded.trees,
            shipped: loaded.shipped,
            tables: loaded.tables,
            works: loaded.works,
            codebook: loaded.codebook,
            program,
            pool,
            diagnostics,
            rows: Arc::default(),
            inputs: Vec::new(),
            trail: change::Trail::new(&options, &lowered),
            late: change::Late::default(),
            history: change::History::default(),
            left_out: FxHashSet::default(),
            matcher: match before {
                Some(before) if before.lowered.patterns == lowered.patterns => before.matcher.clone(),
                _ => run::matcher(&lowered.patterns),
            },
            lowered,
            strata: None,
            db: Database::default(),
            texts: run::StudyTexts::default(),
            evaluated: false,
            laid_out: false,
            varied: !options.set.is_empty() || options.only.is_some(),
            options,
            surveyed: false,
            lints: Vec::new(),
            between: Vec::new(),
            following: change::Following::default(),
            fired_before: false,
            fired: Vec::new(),
            tested: FxHashSet::default(),
            tested_all: false,
            found_in: Vec::new(),
        };
        study.order();
        if before.is_none_or(|before| !study.take_rows(before)) {
            study.read_inputs(before, watch);
        }
        study.check_examples();
        // A circle or a file that cannot be read may be what takes a use away.
        if !study.has_errors() {
            study.lints = lints;
        }
        study.sort_diagnostics();
        study
    }

    /// What is wrong, sorted by file and place.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// True where no file of the study could be read.
    pub fn is_missing(&self) -> bool {
        self.trees.len() <= 1
    }

    /// True where nothing stands in the study's files.
    pub fn is_empty(&self) -> bool {
        self.trees.iter().filter(|tree| !self.shipped.contains(&tree.id)).all(|tree| tree.items.is_empty())
    }

    /// True where something is wrong enough that conclusions are missing or cannot be trusted.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// The texts that diagnostics point into.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The checked program.
    pub fn program(&self) -> &Program {
        &self.program
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn sort_diagnostics(&mut self) {
        crate::diagnostic::sort(&mut self.diagnostics);
    }

    /// A text that is asked from outside, as a file of its own so that messages can point into it.
    fn add_question(&mut self, name: &str, text: &str) -> FileId {
        self.sources.add(name, text)
    }
}

/// The folder and the main file of a study that is named by either.
pub fn place_of(path: &Path) -> (PathBuf, String) {
    if path.is_dir() {
        return (path.to_path_buf(), "study.hence".to_string());
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().map_or("study.hence".into(), |n| n.to_string_lossy().into_owned());
    (folder.to_path_buf(), name)
}

/// A value from the command line: a number, a date, a text with or without quotation marks.
fn literal(text: &str) -> Option<Literal> {
    use crate::base::{Date, DateTime, Decimal, Span};
    let text = text.trim();
    let span = Span::default();
    let kind = if let Ok(n) = text.parse() {
        LiteralKind::Number(n)
    } else if let Ok(d) = Decimal::parse(text) {
        LiteralKind::Decimal(d)
    } else if let Some(d) = Date::parse(text) {
        LiteralKind::Date(d)
    } else if let Some(t) = DateTime::parse(text) {
        LiteralKind::DateTime(t)
    } else if let Some(inner) = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')) {
        LiteralKind::Text(inner.to_string())
    } else if text.is_empty() {
        return None;
    } else {
        LiteralKind::Text(text.to_string())
    };
    Some(Literal { kind, span })
}

/// A value as a literal of the language, for a run that sets it.
fn value_literal(pool: &Pool, value: Value) -> Literal {
    use crate::base::{Datum, Span};
    let span = Span::default();
    let kind = match pool.get(value) {
        Datum::Text(text) => LiteralKind::Text(text.to_string()),
        Datum::Number(n) => LiteralKind::Number(n),
        Datum::Decimal(d) => LiteralKind::Decimal(d),
        Datum::Date(d) => LiteralKind::Date(d),
        Datum::DateTime(t) => LiteralKind::DateTime(t),
        Datum::Concept { name, .. } => {
            let name = Name { text: name.to_string(), span };
            LiteralKind::Ref(Ref { kind: None, name, by_label: false, span })
        }
        Datum::Quote { .. } => LiteralKind::Text(pool.show(value)),
    };
    Literal { kind, span }
}
