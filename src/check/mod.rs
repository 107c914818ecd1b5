//! Layer 4: from trees to the checked program. Every name is resolved or reported once, with the nearest one; what has
//! an error is left out, and the rest of the study still works.

mod body;
mod clauses;
mod columns;
mod combinations;
mod computed;
mod concepts;
mod constant;
mod counted;
mod declare;
mod declare_kind;
pub(crate) mod fixes;
mod functions;
mod giving;
mod infer;
mod items;
pub mod labels;
pub mod lint;
mod mixed;
mod operand;
mod place;
pub mod program;
mod program_body;
mod program_concept;
mod program_io;
mod rules;
pub mod safety;
mod same;
mod scope;
mod scoped;
mod sources;
mod swapped;
pub mod types;
mod under;
mod unused;

use crate::base::{FileId, Location, Pool, Span, Table};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::tree;
pub use lint::lint;
pub use program::Program;
use rustc_hash::{FxHashMap, FxHashSet};
pub use types::Type;

/// What a study consists of, read but not understood.
#[derive(Default)]
pub struct Input<'a> {
    /// The prelude first, then modules and files in order of reading.
    pub files: Vec<&'a tree::File>,
    /// How many of them ship with Hence: nothing in these is reported as unused.
    pub shipped: FxHashSet<FileId>,
    /// The files of the rule library's modules that are used, by name.
    pub modules: FxHashMap<String, FileId>,
    /// The tables of `concepts` items. A table that could not be read is
    /// missing: that has been reported.
    pub tables: FxHashMap<TableKey, Table>,
    /// Works from bibliographies.
    pub works: Vec<program::Source>,
    /// Concepts from codebooks of other programs.
    pub codebook: Vec<CodebookEntry>,
    /// The concepts and kinds of modules that could be used, with the module's name.
    pub library: Vec<(String, &'static str)>,
    /// Values for parameters, by name, as the text of a literal.
    pub set: Vec<(String, tree::Literal)>,
}

/// Which table a `concepts` item reads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TableKey {
    /// The file with the item.
    pub file: FileId,
    /// The path as written.
    pub path: String,
    /// The sheet of a workbook, where one is stated.
    pub sheet: Option<String>,
}

impl TableKey {
    /// The table of an item in a file.
    pub fn of(file: FileId, concepts: &tree::Concepts) -> TableKey {
        let sheet = concepts.sheet.as_ref().map(|sheet| sheet.text.clone());
        TableKey { file, path: concepts.from.text.clone(), sheet }
    }
}

/// A code of another program's codebook.
#[derive(Clone, Debug)]
pub struct CodebookEntry {
    /// Its label.
    pub label: String,
    /// Its definition.
    pub means: Option<String>,
    /// When it is given.
    pub include: Option<String>,
    /// When it is not.
    pub exclude: Option<String>,
    /// What else is said of it.
    pub memo: Option<String>,
    /// The entries of the same list under which it stands.
    pub under: Vec<usize>,
    /// The `use` that brought it.
    pub at: Location,
}

/// Checks a study. Never fails: what is wrong is told in the diagnostics, which come sorted.
pub fn check(input: &Input<'_>, pool: &mut Pool) -> (Program, Vec<Diagnostic>) {
    let mut checker = Checker {
        input,
        pool,
        program: Program::default(),
        diagnostics: Vec::new(),
        broken: FxHashSet::default(),
        used: FxHashSet::default(),
        steps: under::Steps::default(),
    };
    checker.declare();
    checker.read_concepts();
    checker.read_items();
    checker.report_unused();
    let Checker { program, mut diagnostics, .. } = checker;
    crate::diagnostic::sort(&mut diagnostics);
    same::without_follow_ups(&mut diagnostics, input);
    same::join(&mut diagnostics);
    (program, diagnostics)
}

/// Resolves one body on top of a checked program: a question from the command line. `this` may be used.
pub fn check_question(
    program: &Program,
    pool: &mut Pool,
    expr: &tree::Expr,
    file: FileId,
) -> (Option<(program::Body, Vec<program::PatternSource>)>, Vec<Diagnostic>) {
    let input = Input::default();
    let mut checker = Checker::over(&input, program, pool);
    let item = question_item(file, expr.span);
    let known = program.patterns.len();
    let subject = body::speaks_of_this(expr).then_some(program::Subject::Message);
    let body = checker.body(&item, subject, None, expr);
    let patterns = checker.program.patterns.split_off(known);
    // What a question names once is what it asks for, unless it is a concept but for its capital.
    let meant = |d: &Diagnostic| d.help.as_ref().is_some_and(|help| help.starts_with("did you mean the "));
    checker.diagnostics.retain(|d| d.code != crate::diagnostic::codes::SINGLE || meant(d));
    (body.map(|b| (b, patterns)), checker.diagnostics)
}

/// True where a question asks something of messages without naming them: with bare codes and patterns, or `this`.
pub fn asks_of_message(expr: &tree::Expr) -> bool {
    body::speaks_of_this(expr)
}

/// Resolves the atom of `why`: one value a column, or [`None`] where nothing is asked.
pub fn check_atom(
    program: &Program,
    pool: &mut Pool,
    atom: &tree::Atom,
    file: FileId,
) -> (Option<program::OpenRow>, Vec<Diagnostic>) {
    let input = Input::default();
    let mut checker = Checker::over(&input, program, pool);
    let item = question_item(file, atom.span);
    let row = checker.pattern_row(&item, atom);
    (row, checker.diagnostics)
}

/// Resolves a fact that is stated outside any file.
pub fn check_fact(
    program: &Program,
    pool: &mut Pool,
    atom: &tree::Atom,
    file: FileId,
) -> (Option<program::Fact>, Vec<Diagnostic>) {
    let input = Input::default();
    let mut checker = Checker::over(&input, program, pool);
    let item = question_item(file, atom.span);
    let known = program.facts.len();
    checker.read_facts(&item, std::slice::from_ref(atom));
    let fact = checker.program.facts.drain(known..).next();
    (fact, checker.diagnostics)
}

fn question_item(file: FileId, span: Span) -> tree::Item {
    let kind = std::sync::Arc::new(tree::ItemKind::Broken(tree::Broken::default()));
    tree::Item { file, offset: 0, kind, span, whole: true }
}

/// The state of one check.
struct Checker<'a> {
    input: &'a Input<'a>,
    pool: &'a mut Pool,
    program: Program,
    diagnostics: Vec<Diagnostic>,
    /// Names that something broken seems to declare: using them is no further mistake.
    broken: FxHashSet<String>,
    /// What has been referred to, for the report of what never is.
    used: FxHashSet<Used>,
    /// Which concepts stand under which.
    steps: under::Steps,
}

/// Something that can be used.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Used {
    Concept(program::ConceptId),
    Relation(program::RelationId),
    Parameter(String),
    Source(String),
}

impl<'a> Checker<'a> {
    fn over(input: &'a Input<'a>, program: &Program, pool: &'a mut Pool) -> Checker<'a> {
        Checker {
            input,
            pool,
            program: program.clone(),
            diagnostics: Vec::new(),
            broken: FxHashSet::default(),
            used: FxHashSet::default(),
            steps: under::Steps::default(),
        }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn error(&mut self, code: Code, at: Location, message: impl Into<String>, help: impl Into<String>) {
        self.report(Diagnostic::at(code, at, message).help(help));
    }
}
