//! Which rule files somebody means who names a folder, a file or nothing: what a command does that treats each file by
//! itself, and needs no data.

use crate::data::{self, Folder, read_file};
use crate::diagnostic::{Diagnostic, codes};
use crate::syntax::tree::{ItemKind, Use};
use crate::syntax::{Cache, decode, parse};
use rustc_hash::FxHashSet;
use std::path::{Path, PathBuf};

/// The rule files that the paths mean, in order and each once, and what is wrong with the paths. A folder means every
/// `.hence` file in it and in the folders in it, a file itself; no path means the study in that folder and what it uses.
pub fn rule_files(here: &Path, paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<Diagnostic>) {
    let mut found = Found::default();
    if paths.is_empty() {
        found.study(here);
    }
    for path in paths {
        if path.is_dir() {
            let before = found.files.len();
            found.folder(path);
            if found.files.len() == before && !found.any_in(path) {
                let message = format!("there are no rule files in `{}`", path.display());
                found.wrong.push(Diagnostic::new(codes::FILE, message).help("rule files end in `.hence`"));
            }
        } else if path.exists() && !is_rule_file(path) {
            let message = format!("`{}` is no rule file", path.display());
            found.wrong.push(Diagnostic::new(codes::DATA_FORMAT, message).help("rule files end in `.hence`"));
        } else {
            // One that does not exist is told of where it is read.
            found.add(path.clone());
        }
    }
    (found.files, found.wrong)
}

#[derive(Default)]
struct Found {
    files: Vec<PathBuf>,
    /// The same files whatever path leads to them.
    seen: FxHashSet<PathBuf>,
    wrong: Vec<Diagnostic>,
}

impl Found {
    /// True where the file is new.
    fn add(&mut self, path: PathBuf) -> bool {
        let new = self.seen.insert(std::fs::canonicalize(&path).unwrap_or_else(|_| path.clone()));
        if new {
            self.files.push(path);
        }
        new
    }

    /// A study's own file and the files that it uses, and those use.
    fn study(&mut self, here: &Path) {
        let main = here.join("study.hence");
        if !main.exists() {
            let message = "there is no `study.hence` in this folder";
            let help = "name the files or folders, for example `hence fmt my-study`";
            self.wrong.push(Diagnostic::new(codes::FILE, message).help(help));
            return;
        }
        self.add(main);
        let mut cache = Cache::default();
        let mut next = 0;
        while let Some(file) = self.files.get(next).cloned() {
            next += 1;
            // What cannot be read is told of by whoever reads it.
            let Some(text) = std::fs::read(&file).ok().and_then(|bytes| decode(&bytes).ok()) else { continue };
            let (tree, _) = parse(crate::base::FileId(0), &text, &mut cache);
            let folder = file.parent().unwrap_or(Path::new("")).to_path_buf();
            for item in &tree.items {
                if let ItemKind::Use(Use::File(used)) = &*item.kind
                    && data::read::extension(&used.text) == "hence"
                {
                    self.used(&folder, &used.text);
                }
            }
        }
    }

    fn used(&mut self, folder: &Path, path: &str) {
        match read_file(&Folder::new(folder), path) {
            Ok(_) => {
                let joined = folder.join(path);
                self.add(joined.to_str().map_or(joined.clone(), |path| PathBuf::from(data::plain(path))));
            }
            Err(problem) => self.wrong.push(problem.into()),
        }
    }

    /// The rule files of a folder and of those in it; nothing that is hidden, and no folder behind a link.
    fn folder(&mut self, folder: &Path) {
        let mut folders = vec![folder.to_path_buf()];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            let entries = match std::fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) => {
                    let why = error.to_string().to_lowercase();
                    let message = format!("`{}` cannot be read: {why}", folder.display());
                    self.wrong.push(Diagnostic::new(codes::FILE, message));
                    continue;
                }
            };
            for entry in entries.flatten() {
                let path = entry.path();
                if entry.file_name().to_string_lossy().starts_with('.') {
                    continue;
                }
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => folders.push(path),
                    _ if is_rule_file(&path) && path.is_file() => files.push(path),
                    _ => {}
                }
            }
        }
        files.sort();
        for file in files {
            self.add(file);
        }
    }

    /// True where one of the files stands in that folder, so that it was named before.
    fn any_in(&self, folder: &Path) -> bool {
        std::fs::canonicalize(folder).is_ok_and(|folder| self.seen.iter().any(|file| file.starts_with(&folder)))
    }
}

fn is_rule_file(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("hence"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of the build's own, made again.
    fn folder(files: &[(&str, &str)]) -> PathBuf {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tmp/rule_files");
        let _ = std::fs::remove_dir_all(&root);
        for (name, text) in files {
            let path = root.join(name);
            std::fs::create_dir_all(path.parent().expect("it has one")).expect("it can be made");
            std::fs::write(path, text).expect("it is writable");
        }
        root
    }

    #[test]
    fn a_study_is_its_file_and_what_that_uses_each_once() {
        let root = folder(&[
            ("study.hence", "use \"a/b.hence\"\nuse \"works.bib\"\nuse theory.proximity\nuse \"non.hence\"\n"),
            ("a/b.hence", "use \"../none.hence\"\nuse \"../study.hence\"\ncode broken \"\n"),
            ("none.hence", "use \"a/b.hence\"\n"),
            ("other.hence", ""),
        ]);
        let (files, wrong) = rule_files(&root, &[]);
        let names: Vec<_> = files.iter().map(|f| f.strip_prefix(&root).expect("it is inside")).collect();
        assert_eq!(names, [Path::new("study.hence"), Path::new("a/b.hence"), Path::new("none.hence")]);
        assert_eq!(wrong.len(), 1);
        assert_eq!(wrong[0].help.as_deref(), Some("did you mean `none.hence`?"));

        let (files, wrong) = rule_files(&root, &[root.clone(), root.join("a"), root.join("other.hence")]);
        assert_eq!((files.len(), wrong.len()), (4, 0));
        let (files, wrong) = rule_files(&root.join("a"), &[]);
        assert_eq!((files.len(), wrong.len()), (0, 1));
    }
}
