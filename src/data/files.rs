//! The files of a study, behind a trait: a folder on a disk, or texts in memory for tests and the browser.

use super::problem::Problem;
use crate::diagnostic::{codes, suggest};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Where a study's files are read from. Paths are as the study writes them, with `/`, relative to its folder.
pub trait Files {
    /// The bytes of a file.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;

    /// What tells whether a file has changed; nothing where that cannot be told, or there is no such file.
    fn stamp(&self, _path: &str) -> Option<Stamp> {
        None
    }

    /// The paths of all files below a folder, from that folder, in order; links are not followed.
    fn below(&self, _folder: &str) -> Vec<String> {
        Vec::new()
    }

    /// What stands below a folder and is not among its files: links, and names that are no text.
    fn passed_over(&self, _folder: &str) -> Vec<String> {
        Vec::new()
    }

    /// The paths of the files beside that one, for "did you mean".
    fn beside(&self, _path: &str) -> Vec<String> {
        Vec::new()
    }
}

/// So many files below a folder are looked at.
const MOST: usize = 200_000;

/// The size of a file and when it was last written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// In bytes.
    pub size: u64,
    /// Where the system knows it.
    pub modified: Option<SystemTime>,
}

/// A folder on a disk. `..` may lead out of it, since data often stands beside a study; a study is as trusted as
/// whoever runs it.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The files of that folder.
    pub fn new(root: impl Into<PathBuf>) -> Folder {
        Folder { root: root.into() }
    }

    /// Where the folder is.
    pub fn root(&self) -> &Path {
        &self.root
    }
}

impl Files for Folder {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        std::fs::read(self.root.join(path))
    }

    fn stamp(&self, path: &str) -> Option<Stamp> {
        let data = std::fs::metadata(self.root.join(path)).ok()?;
        Some(Stamp { size: data.len(), modified: data.modified().ok() })
    }

    fn below(&self, folder: &str) -> Vec<String> {
        walk(&self.root.join(folder)).0
    }

    fn passed_over(&self, folder: &str) -> Vec<String> {
        walk(&self.root.join(folder)).1
    }

    fn beside(&self, path: &str) -> Vec<String> {
        let (folder, _) = split(path);
        let Ok(entries) = std::fs::read_dir(self.root.join(folder)) else { return Vec::new() };
        let mut names: Vec<String> = entries
            .flatten()
            .filter(|entry| entry.path().is_file())
            .filter_map(|entry| Some(format!("{folder}{}", entry.file_name().to_str()?)))
            .collect();
        names.sort();
        names
    }
}

/// The files below a folder, and what is none there; links are not followed.
fn walk(root: &Path) -> (Vec<String>, Vec<String>) {
    let (mut names, mut others, mut folders) = (Vec::new(), Vec::new(), vec![String::new()]);
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(root.join(&folder)) else { continue };
        for entry in entries.flatten() {
            let (kind, name) = (entry.file_type(), entry.file_name());
            let named = name.to_str().is_some();
            let name = name.to_string_lossy();
            let path = if folder.is_empty() { name.into_owned() } else { format!("{folder}/{name}") };
            match kind {
                Ok(kind) if kind.is_dir() && named => folders.push(path),
                Ok(kind) if kind.is_file() && named => names.push(path),
                _ => others.push(path),
            }
        }
        if names.len() > MOST {
            break;
        }
    }
    names.sort();
    others.sort();
    (names, others)
}

/// Files in memory.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: BTreeMap<String, Vec<u8>>,
}

impl Memory {
    /// Adds a file, or puts another text in its place.
    pub fn add(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.files.insert(plain(path), bytes.into());
    }

    /// The same, for building one in a line.
    pub fn with(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Memory {
        self.add(path, bytes);
        self
    }
}

impl Files for Memory {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.files.get(&plain(path)).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn beside(&self, path: &str) -> Vec<String> {
        let path = plain(path);
        let (folder, _) = split(&path);
        self.files.keys().filter(|name| split(name).0 == folder).cloned().collect()
    }
}

/// A file that was written to while the study was read, so that its parts need not fit together.
pub fn changed(path: &str) -> Problem {
    let message = format!("`{path}` changed while it was read, so its rows may be of two versions");
    Problem::new(codes::CHANGED, path, message).help("wait until whatever writes it is done, and run again")
}

/// The bytes of a file, or why there are none, with the nearest name. A file that somebody is writing is refused.
pub fn read_file(files: &dyn Files, path: &str) -> Result<Vec<u8>, Problem> {
    let before = files.stamp(path);
    let bytes = read_bytes(files, path)?;
    match (before, files.stamp(path)) {
        (Some(before), Some(after)) if before != after => Err(changed(path)),
        _ => Ok(bytes),
    }
}

fn read_bytes(files: &dyn Files, path: &str) -> Result<Vec<u8>, Problem> {
    files.read(path).map_err(|error| {
        let problem = |message: String| Problem::new(codes::FILE, path, message);
        match error.kind() {
            io::ErrorKind::NotFound => {
                let names = files.beside(path);
                let nearest = suggest::nearest(path, names.iter().map(String::as_str));
                let problem = problem(format!("there is no file `{path}`"));
                match nearest {
                    Some(name) => problem.help(format!("did you mean `{name}`?")),
                    None => problem.help("paths are counted from the folder of the study"),
                }
            }
            io::ErrorKind::PermissionDenied => problem(format!("`{path}` may not be read")),
            io::ErrorKind::IsADirectory => {
                problem(format!("`{path}` is a folder")).help("name the file in it that holds the table")
            }
            _ => problem(format!("`{path}` cannot be read: {}", error.to_string().to_lowercase())),
        }
    })
}

/// The folder with its `/`, and the name in it.
fn split(path: &str) -> (&str, &str) {
    path.split_at(path.rfind('/').map_or(0, |slash| slash + 1))
}

/// A path without `.` and without `..` that its own folders can pay for: `b/../a.csv` is `a.csv`.
pub fn plain(path: &str) -> String {
    let (start, path) = path.strip_prefix('/').map_or(("", path), |rest| ("/", rest));
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    format!("{start}{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_in_memory_are_compared_by_what_they_mean() {
        let files = Memory::default().with("data/a.csv", "x").with("../b.csv", "y");
        assert_eq!(files.read("./data/../data/a.csv").unwrap(), b"x");
        assert_eq!(files.read("x/../../b.csv").unwrap(), b"y");
        assert!(files.read("a.csv").is_err());
    }

    #[test]
    fn a_file_that_somebody_is_writing_is_refused() {
        /// Grows with every look at it.
        struct Growing(std::cell::Cell<u64>);
        impl Files for Growing {
            fn read(&self, _path: &str) -> io::Result<Vec<u8>> {
                Ok(b"id,text\n".to_vec())
            }
            fn stamp(&self, _path: &str) -> Option<Stamp> {
                self.0.set(self.0.get() + 1);
                Some(Stamp { size: self.0.get(), modified: None })
            }
        }
        let problem = read_file(&Growing(std::cell::Cell::new(0)), "a.csv").unwrap_err();
        assert_eq!(problem.code, codes::CHANGED);
    }

    #[test]
    fn a_missing_file_is_told_with_the_nearest_name() {
        let files = Memory::default().with("data/messages.csv", "x").with("messages.csv", "");
        let problem = read_file(&files, "data/mesages.csv").unwrap_err();
        assert_eq!(problem.help.as_deref(), Some("did you mean `data/messages.csv`?"));
    }

    #[test]
    fn a_folder_reads_from_the_disk_and_says_what_is_no_file() {
        let folder = Folder::new(env!("CARGO_MANIFEST_DIR"));
        assert!(read_file(&folder, "Cargo.toml").unwrap().starts_with(b"[package]"));
        assert!(read_file(&folder, "src/../Cargo.toml").is_ok());
        assert_eq!(read_file(&folder, "src").unwrap_err().message, "`src` is a folder");
        assert_eq!(read_file(&folder, "cargo.tom").unwrap_err().help.as_deref(), Some("did you mean `Cargo.toml`?"));
    }
}
