//! Reading what a study consists of: its files, the modules and bibliographies they use, the tables of concepts.

use super::lost::Lost;
use super::{library, offers};
use crate::base::{FileId, Location, Sources, Span, Table};
use crate::check::fixes::{misspelt, quoted, write};
use crate::check::{CodebookEntry, TableKey, program};
use crate::data::{self, Files, ReadOptions};
use crate::diagnostic::{Diagnostic, codes, suggest};
use crate::syntax::tree::{self, ItemKind};
use crate::syntax::{self, Cache};
use rustc_hash::{FxHashMap, FxHashSet};

/// Everything that was read, before anything is understood.
#[derive(Default)]
pub(super) struct Loaded {
    /// The texts.
    pub sources: Sources,
    /// Their trees: the prelude, modules and files in order of reading.
    pub trees: Vec<tree::File>,
    /// The files that ship with Hence.
    pub shipped: FxHashSet<FileId>,
    /// The modules of the library that are used, by name.
    pub modules: FxHashMap<String, FileId>,
    /// The tables of `concepts` items.
    pub tables: FxHashMap<TableKey, Table>,
    /// Works of bibliographies.
    pub works: Vec<program::Source>,
    /// Codes of other programs' codebooks.
    pub codebook: Vec<CodebookEntry>,
    /// Tables that came out of projects of other programs, by the path under which the study reads them.
    pub tables_of_projects: Vec<(String, Vec<u8>)>,
    /// What could not be found.
    pub lost: Vec<Lost>,
    /// What was wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads the study whose main file has that path.
pub(super) fn load(files: &dyn Files, main: &str, lenient: bool, cache: &mut Cache) -> Loaded {
    let mut loader = Loader { files, lenient, cache, seen: FxHashSet::default(), out: Loaded::default() };
    loader.add(library::PRELUDE.0, library::PRELUDE.1, true);
    match data::read_file(files, main) {
        Ok(_) if is_data(main) => {
            let message = format!("`{main}` is data, and a study is wanted");
            let help = "name the study's folder or its `.hence` file; an `input` there names the data";
            loader.out.diagnostics.push(Diagnostic::new(codes::FILE, message).help(help));
        }
        Ok(bytes) => loader.hence_file(main, &bytes),
        Err(problem) => {
            let help = problem.help.filter(|h| h.starts_with("did you mean"));
            let help =
                help.unwrap_or_else(|| "name the study's folder or file, or begin one with `hence new FOLDER`".into());
            let message = match problem.message.strip_prefix("there is no file ") {
                Some(name) if !name.ends_with(".hence`") => format!("there is no folder and no file {name}"),
                _ => problem.message,
            };
            loader.out.diagnostics.push(Diagnostic::new(problem.code, message).help(help));
        }
    }
    loader.tables();
    loader.out
}

/// True of a file that holds data by its ending.
fn is_data(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or(String::new(), |(_, ending)| ending.to_lowercase());
    matches!(ending.as_str(), "csv" | "tsv" | "json" | "jsonl" | "xlsx" | "xls" | "ods" | "docx" | "doc")
}

struct Loader<'a> {
    files: &'a dyn Files,
    lenient: bool,
    cache: &'a mut Cache,
    /// Paths and module names that have been read.
    seen: FxHashSet<String>,
    out: Loaded,
}

impl Loader<'_> {
    fn hence_file(&mut self, path: &str, bytes: &[u8]) {
        match syntax::decode(bytes) {
            Ok(text) => {
                let id = self.add(path, &text, false);
                self.follow(id);
            }
            Err(error) => self.out.diagnostics.push(error.diagnostic(path)),
        }
    }

    fn add(&mut self, name: &str, text: &str, shipped: bool) -> FileId {
        let id = self.out.sources.add(name, text);
        let (tree, diagnostics) = syntax::parse(id, text, self.cache);
        self.seen.insert(name.to_string());
        self.out.trees.push(tree);
        self.out.diagnostics.extend(diagnostics);
        if shipped {
            self.out.shipped.insert(id);
        }
        id
    }

    /// Reads what a file uses.
    fn follow(&mut self, id: FileId) {
        let Some(tree) = self.out.trees.iter().find(|t| t.id == id) else { return };
        let uses: Vec<(tree::Use, Location)> = tree
            .items
            .iter()
            .filter_map(|item| match &*item.kind {
                ItemKind::Use(used) => Some((used.clone(), item.location(use_span(used)))),
                _ => None,
            })
            .collect();
        for (used, at) in uses {
            match used {
                tree::Use::Module(parts) => {
                    let name = parts.iter().map(|p| p.text.as_str()).collect::<Vec<_>>().join(".");
                    self.module(&name, at);
                }
                tree::Use::File(path) => self.used_file(id, &path.text, at),
            }
        }
    }

    fn module(&mut self, name: &str, at: Location) {
        let Some((file, text)) = library::module(name) else {
            let known: Vec<&str> = library::modules().collect();
            // A module is often called by its last word, and a file of one's own written like a module.
            let last = known.iter().find(|k| k.rsplit('.').next() == Some(name)).copied();
            let own = format!("{}.hence", name.replace('.', "/"));
            let here = beside(&self.out.sources.get(at.file).name, &own);
            let message = format!("the library has no module `{name}`");
            let unknown = Diagnostic::at(codes::MODULE, at, message);
            let otherwise =
                || format!("the library has: {}; a file of your own stands in quotation marks", known.join(", "));
            let meant = last.or_else(|| suggest::nearest(name, known.iter().copied()));
            self.out.lost.push(meant.map_or(Lost::Rules, Lost::Module));
            self.out.diagnostics.push(match last {
                _ if self.files.read(&here).is_ok() => unknown
                    .help(format!("a file of your own stands in quotation marks: `use \"{own}\"`"))
                    .fix(format!("write \"{own}\""), write(at, quoted(&own)), false),
                Some(last) => unknown.help(format!("did you mean `{last}`?")).fix(
                    format!("write `{last}`"),
                    write(at, last),
                    false,
                ),
                None => misspelt(unknown, at, name, &known, otherwise),
            });
            return;
        };
        if !self.seen.contains(file) {
            let id = self.add(file, text, true);
            self.out.modules.insert(name.to_string(), id);
            self.follow(id);
        }
    }

    fn used_file(&mut self, from: FileId, written: &str, at: Location) {
        let path = beside(&self.out.sources.get(from).name, written);
        if !self.seen.insert(path.clone()) {
            return;
        }
        if data::project::is_project(&path) && self.is_there(&path) {
            return self.project(&path, at);
        }
        let bytes = match data::read_file(self.files, &path) {
            Ok(bytes) => bytes,
            Err(problem) => {
                let module = library::modules().find(|m| *m == written);
                self.out.lost.push(module.map_or(Lost::file(&path), Lost::Module));
                let help = self.where_else(from, written, &path, problem.help);
                let diagnostic = Diagnostic::at(codes::MODULE, at, problem.message);
                let mut diagnostic = diagnostic.help(help);
                let from = &self.out.sources.get(from).name;
                diagnostic.fixes.extend(offers::other_file(self.files, from, &path, at));
                self.out.diagnostics.push(diagnostic);
                return;
            }
        };
        match data::read::extension(&path).as_str() {
            "hence" => self.hence_file(&path, &bytes),
            "bib" | "bibtex" => self.works(&path, data::bibtex::read(&path, &bytes), at),
            "json" => self.works(&path, data::csl::read(&path, &bytes), at),
            "qdc" => self.codebook(data::codebook::read(&path, &bytes), at),
            "csv" | "tsv" | "xlsx" | "xls" | "ods" => self.codebook(self.codebook_table(&path, bytes), at),
            other => {
                let message = format!("a file ending in `.{other}` cannot be used here");
                let help = "`use` reads `.hence` files, bibliographies (`.bib`, CSL `.json`), codebooks (`.qdc`, `.csv`, `.xlsx`, \
                            `.ods`) and projects of other programs (`.qdpx`, `.qda`, `.sqlite3`, `.rqda`); tables are read with \
                            `input … from` and `concepts … from`";
                self.out.diagnostics.push(Diagnostic::at(codes::DATA_FORMAT, at, message).help(help));
            }
        }
    }

    /// Where a file that a study uses may be, if it is not where it was looked for.
    fn where_else(&self, from: FileId, written: &str, looked: &str, near: Option<String>) -> String {
        let user = &self.out.sources.get(from).name;
        let folder = user.rsplit_once('/').map(|(folder, _)| folder);
        if library::module(written).is_some() {
            return format!("a module of the library stands without quotation marks: `use {written}`");
        }
        let names = self.files.beside(looked);
        if let Some(name) = names.iter().find(|n| n.to_lowercase() == looked.to_lowercase()) {
            return format!("it is called `{name}`: capital and small letters count");
        }
        if let Some(folder) = folder
            && self.files.read(&data::plain(written)).is_ok()
        {
            let up = "../".repeat(folder.split('/').count());
            return format!("paths are counted from `{folder}`, where `{user}` is: write `{up}{written}`");
        }
        match (near.filter(|help| help.starts_with("did you mean")), folder) {
            (Some(near), _) => near,
            (None, Some(folder)) => format!("paths are counted from `{folder}`, where `{user}` is"),
            (None, None) => "paths are counted from the file that names them".to_string(),
        }
    }

    fn works(&mut self, path: &str, read: Result<data::SourceList, data::Problem>, at: Location) {
        let list = match read {
            Ok(list) => list,
            Err(problem) => {
                self.out.lost.push(Lost::Works);
                return self.out.diagnostics.push(at_use(problem, at));
            }
        };
        self.out.diagnostics.extend(list.problems.into_iter().map(Diagnostic::from));
        self.out.works.extend(list.entries.into_iter().map(|entry| program::Source {
            key: entry.key,
            reference: entry.reference,
            doi: entry.doi,
            url: entry.url,
            notes: vec![format!("{path}:{}", entry.line)],
            at,
        }));
    }

    /// A codebook that is a table.
    fn codebook_table(&self, path: &str, bytes: Vec<u8>) -> Result<data::codebook::Codebook, data::Problem> {
        let read = data::read_bytes(path, bytes, &ReadOptions { lenient: self.lenient, ..ReadOptions::default() })?;
        let mut book = data::codebook_table::read(&read.table)?;
        book.problems.extend(read.warnings);
        Ok(book)
    }

    /// True of a file, and of the folder of a project.
    fn is_there(&self, path: &str) -> bool {
        match self.files.read(path) {
            Ok(_) => true,
            Err(_) => self.files.read(&format!("{path}/data.qda")).is_ok(),
        }
    }

    /// The codes, messages and codings of another program's project.
    fn project(&mut self, path: &str, at: Location) {
        let project = match data::project::read(self.files, path) {
            Ok(project) => project,
            Err(problem) => {
                self.out.lost.push(Lost::Concepts);
                return self.out.diagnostics.push(at_use(problem, at));
            }
        };
        let left_out: Vec<String> = project.report.left_out.iter().map(|left| left.words()).collect();
        if !left_out.is_empty() {
            let message = format!("left out of `{path}`: {}", left_out.join("; "));
            let help = "a study takes what has text; `hence import` tells all that is in a project";
            self.out.diagnostics.push(Diagnostic::at(codes::LEFT_OUT, at, message).help(help));
        }
        let by_rules = super::import::by_rules(&project);
        if by_rules > 0 {
            let codings = data::problem::counted(by_rules, "coding", "codings");
            let message = format!("left out of `{path}`: {codings} that rules of another study made, and no person");
            let help = "the rules of this study find by themselves; `hence import` keeps them in a table of their own";
            self.out.diagnostics.push(Diagnostic::at(codes::LEFT_OUT, at, message).help(help));
        }
        let used = super::import::used(&project);
        let before = self.out.codebook.len();
        self.out.codebook.extend(project.codes.iter().zip(used.labels).map(|(code, label)| CodebookEntry {
            label,
            means: Some(code.definition.trim().to_owned()).filter(|d| !d.is_empty()),
            include: Some(code.include.clone()).filter(|text| !text.is_empty()),
            exclude: Some(code.exclude.clone()).filter(|text| !text.is_empty()),
            memo: None,
            under: code.parent.iter().chain(&code.also).map(|p| p + before).collect(),
            at,
        }));
        self.add(&format!("{path}/inputs.hence"), &used.text, true);
        let tables = used.files.into_iter().map(|(name, bytes)| (format!("{path}/{name}"), bytes));
        self.out.tables_of_projects.extend(tables);
    }

    fn codebook(&mut self, read: Result<data::codebook::Codebook, data::Problem>, at: Location) {
        let book = match read {
            Ok(book) => book,
            Err(problem) => {
                self.out.lost.push(Lost::Concepts);
                return self.out.diagnostics.push(at_use(problem, at));
            }
        };
        self.out.diagnostics.extend(book.problems.into_iter().map(Diagnostic::from));
        let before = self.out.codebook.len();
        self.out.codebook.extend(book.entries.into_iter().map(|entry| CodebookEntry {
            label: entry.name,
            means: Some(entry.definition).filter(|d| !d.is_empty()),
            include: Some(entry.include).filter(|i| !i.is_empty()),
            exclude: Some(entry.exclude).filter(|e| !e.is_empty()),
            memo: Some(entry.memo).filter(|m| !m.is_empty()),
            under: entry.parent.iter().map(|p| p + before).collect(),
            at,
        }));
    }

    /// Reads the tables that `concepts` items name.
    fn tables(&mut self) {
        let mut wanted = Vec::new();
        for tree in &self.out.trees {
            for item in &tree.items {
                if let ItemKind::Concepts(concepts) = &*item.kind {
                    let at = item.location(concepts.from.span);
                    let delimiter = concepts.delimiter.as_ref().and_then(|d| d.text.chars().next());
                    wanted.push((TableKey::of(tree.id, concepts), delimiter, at));
                }
            }
        }
        for (key, delimiter, at) in wanted {
            if self.out.tables.contains_key(&key) {
                continue;
            }
            let full = beside(&self.out.sources.get(key.file).name, &key.path);
            let options = ReadOptions { delimiter, sheet: key.sheet.clone(), lenient: self.lenient, tidy: false };
            match read_table(self.files, &full, &options) {
                Ok(read) => {
                    self.out.diagnostics.extend(read.warnings.into_iter().map(Diagnostic::from));
                    self.out.tables.insert(key, read.table);
                }
                Err(problem) => {
                    self.out.lost.push(Lost::Concepts);
                    let mut diagnostic = at_use(problem, at);
                    let from = &self.out.sources.get(key.file).name;
                    diagnostic.fixes.extend(offers::other_file(self.files, from, &full, at));
                    self.out.diagnostics.push(diagnostic);
                }
            }
        }
    }
}

/// A table of the study.
pub(super) fn read_table(files: &dyn Files, path: &str, options: &ReadOptions) -> Result<data::Read, data::Problem> {
    let bytes = data::read_file(files, path)?;
    data::read_bytes(path, bytes, options)
}

/// How the table of an input is to be read.
pub(super) fn reading(input: &program::Input, lenient: bool) -> ReadOptions {
    ReadOptions { delimiter: input.delimiter, sheet: input.sheet.clone(), lenient, tidy: false }
}

/// A problem of a whole file is shown where the study names the file; one of a line keeps its line too.
pub(super) fn at_use(problem: data::Problem, at: Location) -> Diagnostic {
    let place = problem.line.map(|_| problem.place());
    let mut diagnostic = Diagnostic::at(problem.code, at, problem.message);
    diagnostic.place = place;
    diagnostic.help = problem.help;
    diagnostic
}

/// A path that a file names, from the study's folder: it is counted from the file that names it.
pub(super) fn beside(file: &str, path: &str) -> String {
    match file.rsplit_once('/') {
        Some((folder, _)) if !path.starts_with('/') => data::plain(&format!("{folder}/{path}")),
        _ => data::plain(path),
    }
}

fn use_span(used: &tree::Use) -> Span {
    match used {
        tree::Use::Module(parts) => parts.iter().map(|p| p.span).reduce(Span::to).unwrap_or_default(),
        tree::Use::File(path) => path.span,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Memory;

    /// What is said of a study that uses what it does not find.
    fn said(files: Memory) -> Vec<String> {
        let loaded = load(&files, "study.hence", false, &mut Cache::default());
        let found = loaded.diagnostics.into_iter().filter(|d| d.code == codes::MODULE);
        found.map(|d| format!("{}; {}", d.message, d.help.unwrap_or_default())).collect()
    }

    #[test]
    fn what_is_used_and_not_found_is_told_with_where_it_is() {
        let study = |text: &str| Memory::default().with("study.hence", text).with("Codebook.hence", "code a\n");
        let case = said(study("use \"codebook.hence\"\n"));
        assert_eq!(
            case,
            ["there is no file `codebook.hence`; it is called `Codebook.hence`: capital and small letters count"]
        );
        let module = said(study("use \"theory.proximity\"\n"));
        assert!(module[0].ends_with("without quotation marks: `use theory.proximity`"), "{module:?}");
        let last = said(study("use proximity\n"));
        assert!(last[0].ends_with("did you mean `theory.proximity`?"), "{last:?}");
        let own = said(study("use parts\n").with("parts.hence", ""));
        assert!(own[0].ends_with("quotation marks: `use \"parts.hence\"`"), "{own:?}");
    }

    #[test]
    fn a_path_counted_from_another_folder_is_told() {
        let files = Memory::default()
            .with("study.hence", "use \"parts/a.hence\"\n")
            .with("parts/a.hence", "use \"b.hence\"\nuse \"codes_of_all.hence\"\n")
            .with("b.hence", "");
        assert_eq!(
            said(files),
            [
                "there is no file `parts/b.hence`; paths are counted from `parts`, where `parts/a.hence` is: write `../b.hence`",
                "there is no file `parts/codes_of_all.hence`; paths are counted from `parts`, where `parts/a.hence` is",
            ]
        );
    }
}
