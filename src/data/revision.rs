//! The files of a study as they were at a revision of a git repository, read by `git` itself. Nothing is checked out.

use super::files::{Files, plain};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A folder at a revision.
#[derive(Clone, Debug)]
pub struct Revision {
    /// The folder of the repository.
    root: PathBuf,
    /// The commit, as a hash.
    commit: String,
    /// The study's folder, counted from that of the repository, with `/` at its end unless it is that.
    prefix: String,
}

/// Why a revision cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// There is no `git` to ask.
    NoGit,
    /// The folder is in no repository.
    NoRepository,
    /// The repository knows no such revision.
    NoRevision,
}

impl Revision {
    /// The folder as it was at a revision: a branch, a tag, a hash, `HEAD~2`.
    ///
    /// # Errors
    ///
    /// Where there is no such thing.
    pub fn open(folder: &Path, revision: &str) -> Result<Revision, Unread> {
        let top = git(folder, &["rev-parse", "--show-toplevel"]).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Unread::NoGit,
            _ => Unread::NoRepository,
        })?;
        let line = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']).to_string();
        let prefix = git(folder, &["rev-parse", "--show-prefix"]).map_err(|_| Unread::NoRepository)?;
        let wanted = format!("{revision}^{{commit}}");
        let commit = git(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted])
            .map_err(|_| Unread::NoRevision)?;
        Ok(Revision { root: line(top).into(), commit: line(commit), prefix: line(prefix) })
    }

    /// The path of a file, counted from the folder of the repository; none for one outside.
    fn inside(&self, path: &str) -> Option<String> {
        let path = plain(&format!("{}{path}", self.prefix));
        (!path.starts_with("../") && !path.starts_with('/')).then_some(path)
    }
}

/// What `git` prints; an error where it ends with one.
fn git(folder: &Path, words: &[&str]) -> io::Result<Vec<u8>> {
    let told = Command::new("git").arg("-C").arg(folder).args(words).stdin(Stdio::null()).output()?;
    if told.status.success() { Ok(told.stdout) } else { Err(io::ErrorKind::InvalidInput.into()) }
}

impl Files for Revision {
    /// What lies outside the repository, or is named from the root of the disk, has no versions: it is read as it is.
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        match self.inside(path) {
            Some(_) if Path::new(path).is_absolute() => std::fs::read(path),
            Some(inside) => git(&self.root, &["cat-file", "blob", &format!("{}:{inside}", self.commit)])
                .map_err(|_| io::ErrorKind::NotFound.into()),
            None => std::fs::read(self.root.join(&self.prefix).join(path)),
        }
    }

    fn beside(&self, path: &str) -> Vec<String> {
        let folder = &path[..path.rfind('/').map_or(0, |slash| slash + 1)];
        let Some(inside) = self.inside(folder) else { return Vec::new() };
        let tree = format!("{}:{inside}", self.commit);
        let listed = git(&self.root, &["ls-tree", "-z", "--name-only", &tree]).unwrap_or_default();
        let names = listed.split(|&byte| byte == 0).filter_map(|name| std::str::from_utf8(name).ok());
        names.filter(|name| !name.is_empty()).map(|name| format!("{folder}{name}")).collect()
    }
}

/// A commit that touches a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// The first digits of its hash.
    pub hash: String,
    /// The day, as its author's clock had it.
    pub date: String,
    /// Who made it.
    pub author: String,
    /// The first line of what it says.
    pub subject: String,
    /// The files in the folder that it touches, counted from the folder.
    pub files: Vec<String>,
}

/// The commits that touch a folder, the latest first; none where it is in no repository, or there is no `git`.
pub fn log(folder: &Path) -> Option<Vec<Commit>> {
    let words = [
        "log",
        "--no-color",
        "--relative",
        "--no-merges",
        "--name-only",
        "--format=%x1e%h%x1f%ad%x1f%an%x1f%s%x1f",
        "--date=short",
        "--",
        ".",
    ];
    let told = git(folder, &[&["-c", "core.quotePath=false"], &words[..]].concat()).ok()?;
    let text = String::from_utf8_lossy(&told);
    let commits = text.split('\u{1e}').skip(1).filter_map(|commit| {
        let mut parts = commit.splitn(5, '\u{1f}');
        let mut part = || parts.next().map(|p| p.trim().to_string());
        let (hash, date, author, subject) = (part()?, part()?, part()?, part()?);
        let files = part()?.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_string).collect();
        Some(Commit { hash, date, author, subject, files })
    });
    Some(commits.collect())
}
