//! Putting right what can be put right without a doubt: the safe fixes of a study's diagnostics, made in rounds until
//! none is left.
//!
//! All rounds run in memory, over the files as they were read. Only when they are over is anything written, each file
//! at once or not at all, and only where the file on the disk is still the one that was read. A round that would leave
//! more errors than there were is not taken, and neither is a fix that leads to one.

use super::{Options, Progress, Study};
use crate::base::FileId;
use crate::data::{Files, Folder, replace};
use crate::diagnostic::fix::{apply, difference, together};
use crate::diagnostic::{Diagnostic, Fix, codes};
use rustc_hash::FxHashSet;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// How many rounds there may be: a fix that makes room for the next one needs one more.
const ROUNDS: usize = 20;
/// How often a study is read again at most, where fixes must be tried one by one.
const READINGS: usize = 80;

/// A fix that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The code of what was wrong: `E0108`.
    pub code: &'static str,
    /// The file, as messages name it.
    pub file: String,
    /// Its line, from 1, in the text of that moment.
    pub line: usize,
    /// The column, from 1, in Unicode characters.
    pub column: usize,
    /// What was done, in a few words: "write `theme`".
    pub title: String,
}

/// A file that the fixes changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The file, as messages name it.
    pub file: String,
    /// As it was read.
    pub before: String,
    /// As it is to be.
    pub after: String,
}

impl Changed {
    /// The lines that go and come.
    pub fn difference(&self) -> String {
        difference(&self.file, &self.before, &self.after)
    }
}

/// What the fixes came to. Nothing is written yet.
pub struct Repair {
    /// The study with the fixes made.
    pub study: Study,
    /// The fixes, in the order in which they were made.
    pub made: Vec<Made>,
    /// Fixes that were offered and not made, since more would have been wrong afterwards.
    pub held_back: Vec<Made>,
    /// The files that are to be written.
    pub changed: Vec<Changed>,
    root: PathBuf,
}

/// Makes the safe fixes of a study, in memory.
pub fn repair(path: &Path, options: &Options, watch: &mut dyn FnMut(Progress)) -> Repair {
    let (root, main) = super::place_of(path);
    let texts: Texts = Texts::default();
    let mut readings = 0;
    let mut read = |texts: &Texts| {
        readings += 1;
        let files = Overlay { folder: Folder::new(root.clone()), texts: texts.clone() };
        let mut study = Study::open_in(Box::new(files), &main, options, &mut *watch);
        study.root = Some(root.clone());
        (study, readings < READINGS)
    };
    let (mut study, _) = read(&texts);
    let (mut made, mut held_back) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let offered = study.safe_fixes();
        let fixes = together(offered.iter().map(|(_, fix)| *fix));
        if fixes.is_empty() {
            break;
        }
        let told = |fixes: &[&Fix]| -> Vec<Made> { fixes.iter().map(|fix| study.made(&offered, fix)).collect() };
        // All at once, and one by one where that would leave more errors than there were.
        let before = texts.copy();
        study.put(&fixes, &texts);
        let (next, mut more) = read(&texts);
        let mut taken = fixes.clone();
        let mut best = (next.errors() <= study.errors()).then_some(next);
        if best.is_none() {
            taken.clear();
            for fix in &fixes {
                taken.push(fix);
                texts.set(before.clone());
                study.put(&taken, &texts);
                if !more {
                    taken.pop();
                    continue;
                }
                let (next, again) = read(&texts);
                more = again;
                if next.errors() <= best.as_ref().map_or(study.errors(), Study::errors) {
                    best = Some(next);
                } else {
                    taken.pop();
                }
            }
            texts.set(before);
            study.put(&taken, &texts);
        }
        let refused: Vec<&Fix> =
            fixes.iter().filter(|f| !taken.iter().any(|t| std::ptr::eq(*t, **f))).copied().collect();
        made.extend(told(&taken));
        held_back = told(&refused);
        let Some(next) = best.filter(|_| !taken.is_empty()) else { break };
        study = next;
        if !more {
            break;
        }
    }
    let changed = texts.copy().into_iter().filter_map(|(file, after)| {
        let before = texts.first(&file)?;
        (before != after).then_some(Changed { file, before, after })
    });
    Repair { changed: changed.collect(), study, made, held_back, root }
}

impl Repair {
    /// Writes the files. Where one is no longer as it was read, none is written, and that is told; the same for one
    /// that cannot be written. What is told is also among the diagnostics of the study. True where all went well; else
    /// the fixes of files that were not written are taken from the list of those made.
    pub fn write(&mut self) -> bool {
        let mut wrong = Vec::new();
        for changed in &self.changed {
            if !fs::read(self.root.join(&changed.file)).is_ok_and(|now| now == changed.before.as_bytes()) {
                wrong.push(moved_on(&changed.file));
            }
        }
        let mut kept: FxHashSet<String> = FxHashSet::default();
        let untouched = wrong.is_empty();
        for changed in self.changed.iter().filter(|_| untouched) {
            match write(&self.root, changed) {
                Ok(()) => drop(kept.insert(changed.file.clone())),
                Err(told) => {
                    wrong.push(*told);
                    break;
                }
            }
        }
        self.changed.retain(|c| kept.contains(&c.file));
        self.made.retain(|m| kept.contains(&m.file));
        let fine = wrong.is_empty();
        self.study.diagnostics.extend(wrong);
        fine
    }
}

/// Somebody saved the file meanwhile.
fn moved_on(name: &str) -> Diagnostic {
    let message = format!("`{name}` changed while it was put right, and was left as it is");
    Diagnostic::new(codes::CHANGED, message).help("run `hence fix` again")
}

impl Study {
    /// How many diagnostics have a fix that `hence fix` would make.
    pub fn fixable(&self) -> usize {
        let safe = |d: &&Diagnostic| d.fixes.iter().any(|f| f.safe && self.owns(f));
        self.diagnostics.iter().filter(safe).count()
    }

    fn errors(&self) -> usize {
        self.diagnostics.iter().filter(|d| d.is_error()).count()
    }

    /// The first safe fix of each diagnostic that touches the study's own files alone.
    fn safe_fixes(&self) -> Vec<(&Diagnostic, &Fix)> {
        let first = |d: &'_ Diagnostic| d.fixes.iter().position(|f| f.safe && self.owns(f) && self.fits(f));
        self.diagnostics.iter().filter_map(|d| Some((d, &d.fixes[first(d)?]))).collect()
    }

    /// True where every edit is in a file of the study's folder.
    fn owns(&self, fix: &Fix) -> bool {
        let own = |file: FileId| {
            let name = &self.sources.get(file).name;
            let inside = !name.starts_with('/') && !name.split('/').any(|part| part == "..");
            inside && !self.shipped.contains(&file) && self.trees.iter().any(|t| t.id == file)
        };
        !fix.edits.is_empty() && fix.edits.iter().all(|e| own(e.location.file))
    }

    /// True where the fix alone can be made as it stands.
    fn fits(&self, fix: &Fix) -> bool {
        let files: FxHashSet<FileId> = fix.edits.iter().map(|e| e.location.file).collect();
        files.into_iter().all(|file| {
            let edits = fix.edits.iter().filter(|e| e.location.file == file);
            apply(&self.sources.get(file).text, edits).is_some_and(|text| *text != *self.sources.get(file).text)
        })
    }

    /// Makes fixes that do not touch one another in the texts of the study's files.
    fn put(&self, fixes: &[&Fix], texts: &Texts) {
        for (id, source) in self.sources.iter() {
            let mut edits = fixes.iter().flat_map(|f| &f.edits).filter(|e| e.location.file == id).peekable();
            if edits.peek().is_some()
                && let Some(text) = apply(&source.text, edits)
            {
                texts.changed.borrow_mut().insert(source.name.clone(), text);
            }
        }
    }

    fn made(&self, offered: &[(&Diagnostic, &Fix)], fix: &Fix) -> Made {
        let code = offered.iter().find(|(_, f)| std::ptr::eq(*f, fix)).map_or("", |(d, _)| d.code.id);
        let at = fix.edits[0].location;
        let file = self.sources.get(at.file);
        let (line, column) = file.line_column(at.span.start);
        Made { code, file: file.name.clone(), line, column, title: fix.title.clone() }
    }
}

/// The texts of the study's files; the files of every reading share them.
#[derive(Clone, Default)]
struct Texts {
    /// What fixes made of them, by name.
    changed: Rc<RefCell<BTreeMap<String, String>>>,
    /// What was read first under each name, so that every later reading gets the same.
    first: Rc<RefCell<BTreeMap<String, Vec<u8>>>>,
}

impl Texts {
    fn copy(&self) -> BTreeMap<String, String> {
        self.changed.borrow().clone()
    }

    fn set(&self, texts: BTreeMap<String, String>) {
        *self.changed.borrow_mut() = texts;
    }

    fn first(&self, name: &str) -> Option<String> {
        String::from_utf8(self.first.borrow().get(name)?.clone()).ok()
    }
}

/// A folder in which some files have another text than on the disk.
struct Overlay {
    folder: Folder,
    texts: Texts,
}

impl Files for Overlay {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        if let Some(text) = self.texts.changed.borrow().get(path) {
            return Ok(text.clone().into_bytes());
        }
        if let Some(bytes) = self.texts.first.borrow().get(path) {
            return Ok(bytes.clone());
        }
        let bytes = self.folder.read(path)?;
        if path.ends_with(".hence") {
            self.texts.first.borrow_mut().insert(path.to_owned(), bytes.clone());
        }
        Ok(bytes)
    }

    fn beside(&self, path: &str) -> Vec<String> {
        self.folder.beside(path)
    }
}

/// Puts the new text in the file's place, where that lies in the study's folder: a link is followed, so that it stays
/// one, but not out of there.
fn write(root: &Path, changed: &Changed) -> Result<(), Box<Diagnostic>> {
    let path = root.join(&changed.file);
    let inside = path.canonicalize().and_then(|path| Ok(path.starts_with(root.canonicalize()?)));
    if let Ok(false) = inside {
        let message = format!("`{}` cannot be written: it lies outside the folder of the study", changed.file);
        let told = Diagnostic::new(codes::OUTPUT, message);
        return Err(Box::new(told.help("put it right where it lies, or copy it into the folder")));
    }
    replace(&path, changed.before.as_bytes(), changed.after.as_bytes()).map_err(|problem| {
        Box::new(if problem.code == codes::CHANGED { moved_on(&changed.file) } else { problem.into() })
    })
}
