//! What several test runners need: a study in memory, read and checked, and diagnostics as lines of text.

#![allow(dead_code, reason = "each runner uses a part")]

use hence::base::{FileId, Location, Pool, Sources, Table};
use hence::check::{self, Program};
use hence::cli::Terminal;
use hence::diagnostic::{Diagnostic, sort};
use hence::syntax::tree::{File, Item, ItemKind, Use};
use hence::syntax::{Cache, parse, parse_atom, parse_body};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A page on which no line ends early. Where lines are folded they end elsewhere when a path is longer, and a test that
/// looks for words would hang on where the project lies.
pub const WIDE: Terminal = Terminal { out: false, err: false, width: Some(100_000), no_color: false, unicode: false };

/// The project's folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a folder with that extension, deep, in order.
pub fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for path in entries.filter_map(Result::ok).map(|e| e.path()) {
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The text of a file of the project.
pub fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The same of a file that may be no text, as some fixtures are.
pub fn read_whatever(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A study as a test writes it.
#[derive(Default)]
pub struct Study {
    /// What stands in `study.hence`.
    pub text: String,
    /// Tables beside it, by name, as CSV.
    pub tables: Vec<(String, String)>,
    /// Values for parameters: name and literal.
    pub set: Vec<(String, String)>,
    /// `? BODY` or `! ATOM`: a question to ask of it.
    pub question: Option<String>,
}

impl Study {
    /// Reads the form of the cases: `~~~ name.csv` to `~~~` is a table, `$ name = value` sets a parameter, and a last
    /// line `? BODY` or `! ATOM` asks.
    pub fn of(case: &str) -> Study {
        let mut study = Study::default();
        let mut lines = case.lines();
        while let Some(line) = lines.next() {
            if let Some(name) = line.strip_prefix("~~~ ") {
                let cells: Vec<&str> = lines.by_ref().take_while(|l| l.trim() != "~~~").collect();
                study.tables.push((name.to_string(), cells.join("\n")));
            } else if let Some((name, value)) = line.strip_prefix("$ ").and_then(|l| l.split_once('=')) {
                study.set.push((name.trim().to_string(), value.trim().to_string()));
            } else if line.starts_with("? ") || line.starts_with("! ") {
                study.question = Some(line.to_string());
            } else {
                study.text.push_str(line);
                study.text.push('\n');
            }
        }
        study
    }
}

/// A study that has been read and checked.
pub struct Checked {
    /// The program.
    pub program: Program,
    /// What was wrong, of reading and checking, in order of place; of a question afterwards.
    pub diagnostics: Vec<Diagnostic>,
    /// What is worth a look; nothing where there are errors.
    pub lints: Vec<Diagnostic>,
    /// All texts; the study is [`Checked::study`].
    pub sources: Sources,
    /// The study's own file.
    pub study: FileId,
}

/// The modules that a file uses.
fn modules(file: &File) -> Vec<String> {
    let name = |item: &Item| match &*item.kind {
        ItemKind::Use(Use::Module(parts)) => Some(parts.iter().map(|p| p.text.as_str()).collect::<Vec<_>>().join("/")),
        _ => None,
    };
    file.items.iter().filter_map(name).collect()
}

/// Reads and checks a study with the prelude and the modules of the rule library that it uses.
pub fn check(study: &Study) -> Checked {
    CACHE.with(|cache| check_with(study, &mut cache.borrow_mut()))
}

thread_local! {
    /// The prelude and the modules are parsed once a thread.
    static CACHE: RefCell<Cache> = RefCell::default();
}

fn check_with(study: &Study, cache: &mut Cache) -> Checked {
    static PRELUDE: OnceLock<String> = OnceLock::new();
    let mut sources = Sources::default();
    let mut trees: Vec<File> = Vec::new();
    let mut diagnostics = Vec::new();
    let mut shipped = FxHashSet::default();

    let prelude = PRELUDE.get_or_init(|| read(&root().join("rules/prelude.hence")));
    let id = sources.add("rules/prelude.hence", prelude.as_str());
    let (tree, wrong) = parse(id, prelude, cache);
    assert!(wrong.is_empty(), "the prelude is sound: {wrong:#?}");
    shipped.insert(id);
    trees.push(tree);

    let own = sources.add("study.hence", study.text.as_str());
    let (tree, wrong) = parse(own, &study.text, cache);
    diagnostics.extend(wrong);
    let mut wanted = modules(&tree);
    trees.push(tree);
    let mut seen = FxHashSet::default();
    let mut used = FxHashMap::default();
    while let Some(module) = wanted.pop() {
        let path = root().join("rules").join(format!("{module}.hence"));
        if !path.exists() || !seen.insert(module.clone()) {
            continue;
        }
        let text = read(&path);
        let id = sources.add(format!("rules/{module}.hence"), text.as_str());
        let (tree, wrong) = parse(id, &text, cache);
        assert!(wrong.is_empty(), "{module} is sound: {wrong:#?}");
        shipped.insert(id);
        used.insert(module.replace('/', "."), id);
        wanted.extend(modules(&tree));
        trees.push(tree);
    }

    let tables: FxHashMap<check::TableKey, Table> = study
        .tables
        .iter()
        .map(|(name, text)| {
            let (table, _) = hence::data::csv::read(name, text.clone(), None).expect("the table of a case is readable");
            (check::TableKey { file: own, path: name.clone(), sheet: None }, table)
        })
        .collect();
    let literal = |text: &str| {
        let (file, wrong) = parse(FileId(u32::MAX), &format!("parameter p = {text}"), &mut Cache::default());
        assert!(wrong.is_empty(), "`{text}` is a literal");
        match &*file.items[0].kind {
            ItemKind::Parameter(p) => p.value.clone(),
            other => panic!("{other:?}"),
        }
    };
    let input = check::Input {
        files: trees.iter().collect(),
        shipped,
        modules: used,
        tables,
        set: study.set.iter().map(|(name, value)| (name.clone(), literal(value))).collect(),
        ..check::Input::default()
    };
    let mut pool = Pool::default();
    let (program, wrong) = check::check(&input, &mut pool);
    diagnostics.extend(wrong);
    sort(&mut diagnostics);
    let sound = !diagnostics.iter().any(Diagnostic::is_error);
    let lints = if sound { check::lint(&input, &program, &pool, &sources) } else { Vec::new() };

    if let Some(question) = &study.question {
        let text = &question[2..];
        let id = sources.add("question", text);
        if question.starts_with('?') {
            let (body, wrong) = parse_body(id, text);
            diagnostics.extend(wrong);
            if let Some(body) = body {
                diagnostics.extend(check::check_question(&program, &mut pool, &body, id).1);
            }
        } else {
            let (atom, wrong) = parse_atom(id, text);
            diagnostics.extend(wrong);
            if let Some(atom) = atom {
                diagnostics.extend(check::check_atom(&program, &mut pool, &atom, id).1);
            }
        }
    }
    Checked { program, diagnostics, lints, sources, study: own }
}

impl Checked {
    /// `2:9-2:10`, with the file before it where it is not the study's own.
    pub fn place(&self, at: Location) -> String {
        let file = self.sources.get(at.file);
        let ((line, column), (to_line, to_column)) = (file.line_column(at.span.start), file.line_column(at.span.end));
        let name = if at.file == self.study { String::new() } else { format!("{}:", file.name) };
        format!("{name}{line}:{column}-{to_line}:{to_column}")
    }

    /// What was wrong, line by line: code, place, message; then other places, help and what a fix makes of its line.
    pub fn shown(&self) -> String {
        self.lines(&self.diagnostics)
    }

    /// The same for any diagnostics.
    pub fn lines(&self, diagnostics: &[Diagnostic]) -> String {
        let mut out = String::new();
        for d in diagnostics {
            let place = d.location().map_or("-".to_string(), |at| self.place(at));
            let _ = writeln!(out, "{} {place} {}", d.code.id, d.message);
            for (i, label) in d.labels.iter().enumerate() {
                if i == 0 && !label.text.is_empty() {
                    let _ = writeln!(out, "here: {}", label.text);
                } else if i > 0 {
                    // Places in files that ship with Hence move when those are edited; their names do not.
                    let at = label.location;
                    let shown =
                        if at.file == self.study { self.place(at) } else { self.sources.get(at.file).name.clone() };
                    let _ = writeln!(out, "also: {shown} {}", label.text);
                }
            }
            if let Some(help) = &d.help {
                let _ = writeln!(out, "help: {help}");
            }
            for fix in &d.fixes {
                let Some(first) = fix.edits.first() else { continue };
                let text = &self.sources.get(first.location.file).text;
                let mut fixed = text.to_string();
                for edit in fix.edits.iter().rev() {
                    fixed.replace_range(edit.location.span.range(), &edit.text);
                }
                let line = text.lines().zip(fixed.lines()).find(|(a, b)| a != b).map_or("", |(_, b)| b);
                let _ = writeln!(out, "fix{}: {line}", if fix.safe { "" } else { "?" });
            }
        }
        out
    }
}

/// One section of a file of cases.
pub struct Case {
    /// Between the dashes.
    pub name: String,
    /// Up to the line `=>`.
    pub source: String,
    /// After it.
    pub expected: String,
}

/// The cases of a file: `--- name ---`, source, `=>`, what is expected.
pub fn cases(path: &Path) -> Vec<Case> {
    let text = read(path);
    let mut cases: Vec<Case> = Vec::new();
    let mut after = false;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("--- ").and_then(|l| l.strip_suffix(" ---")) {
            cases.push(Case { name: name.to_string(), source: String::new(), expected: String::new() });
            after = false;
            continue;
        }
        let case = cases.last_mut().unwrap_or_else(|| panic!("{}: a case begins with its name", path.display()));
        if line == "=>" {
            after = true;
            continue;
        }
        let part = if after { &mut case.expected } else { &mut case.source };
        part.push_str(line);
        part.push('\n');
    }
    cases
}
