//! The folder of an audit trail: its manifest, how it is written, and what has become of it since.
//!
//! A folder is written as a whole or not at all, and only where nothing else is lost. Whoever hands one in is a stranger:
//! a manifest names files within its folder only, and nothing outside of that is ever opened, through a link neither.

use super::files::{Files, plain};
use super::problem::Problem;
use crate::base::hash::{sha256, sha256_of};
use crate::diagnostic::codes;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// What the manifest is called; it stands at the top of the folder.
pub const MANIFEST: &str = "manifest.json";
/// The version of the form that is written, and the newest that is read.
pub const VERSION: u64 = 1;
/// A manifest of more bytes is none that anybody wrote.
const LARGEST: u64 = 64 << 20;
/// So many files a folder may hold.
const MOST: usize = 200_000;
/// So deep folders may lie in each other.
const DEEPEST: usize = 32;
/// So long a path may be.
const LONGEST: usize = 1_000;

/// What a folder holds and what it was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of the form.
    pub hence_audit: u64,
    /// The version of the program.
    pub hence: String,
    /// The study.
    pub study: Origin,
    /// The files that the study was read from.
    pub sources: Vec<SourceFile>,
    /// How much the study concludes, and of how much of that the proof is here.
    pub proofs: Proven,
    /// The files of this folder but the manifest.
    pub files: Vec<Entry>,
    /// The SHA-256 of the manifest without this line.
    #[serde(default)]
    pub seal: String,
}

/// The study that a folder is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// Its title; empty where it has none.
    pub title: String,
    /// Its main file.
    pub main: String,
    /// Values that were set for the run: parameter and value.
    pub set: Vec<(String, String)>,
    /// True where rows that cannot be read were left out.
    pub lenient: bool,
    /// How many messages it has.
    pub messages: usize,
    /// By how many authors.
    pub authors: usize,
    /// In how many threads.
    pub threads: usize,
    /// How many themes it declares.
    pub themes: usize,
    /// How many codes.
    pub codes: usize,
    /// Where the main file is in this folder; none where the folder holds no copy of the data.
    pub copy: Option<String>,
}

/// A file that the study was read from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    /// As the study names it.
    pub name: String,
    /// True for one with rules, false for data.
    pub rules: bool,
    /// How large it is.
    pub bytes: u64,
    /// The SHA-256 of what stands in it.
    pub sha256: String,
}

/// How much is proven.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proven {
    /// How many conclusions there are.
    pub conclusions: usize,
    /// The files with proofs.
    pub files: Vec<String>,
}

/// A file of the folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Where it is, from the folder, with `/`.
    pub path: String,
    /// How large it is.
    pub bytes: u64,
    /// The SHA-256 of what stands in it.
    pub sha256: String,
}

/// Why there is no manifest to go by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// There is no folder, or no manifest in it.
    Missing(String),
    /// It is there and cannot be used: what is wrong.
    Wrong(String),
}

impl Unreadable {
    /// What is wrong, in words.
    pub fn message(&self) -> &str {
        match self {
            Unreadable::Missing(message) | Unreadable::Wrong(message) => message,
        }
    }
}

impl Manifest {
    /// The bytes of the file, sealed.
    pub fn bytes(&self) -> Vec<u8> {
        let mut sealed = Manifest { seal: String::new(), ..self.clone() };
        sealed.seal = sha256(&sealed.text());
        sealed.text()
    }

    fn text(&self) -> Vec<u8> {
        // Texts and numbers in memory can always be written.
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// The manifest of a folder, and whether it is as it was written.
    ///
    /// # Errors
    ///
    /// Where there is none, or one that no program of ours wrote: then nothing it names is looked at.
    pub fn read(folder: &Path) -> Result<(Manifest, bool), Unreadable> {
        let path = folder.join(MANIFEST);
        let shown = path.display();
        let unread = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound if !folder.exists() => {
                Unreadable::Missing(format!("there is no folder `{}`", folder.display()))
            }
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
                Unreadable::Missing(format!("`{}` is no audit trail: there is no `{MANIFEST}` in it", folder.display()))
            }
            _ => Unreadable::Wrong(format!("`{shown}` cannot be read: {}", error.to_string().to_lowercase())),
        };
        let about = fs::symlink_metadata(&path).map_err(unread)?;
        if !about.is_file() {
            return Err(Unreadable::Wrong(format!("`{shown}` is a link or a folder, and not a manifest")));
        }
        let mut bytes = Vec::new();
        let file = fs::File::open(&path).map_err(unread)?;
        file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unread)?;
        if bytes.len() as u64 > LARGEST {
            return Err(Unreadable::Wrong(format!("`{shown}` is too large for a manifest")));
        }
        Manifest::of(&bytes).map_err(|why| Unreadable::Wrong(format!("`{shown}` {why}")))
    }

    fn of(bytes: &[u8]) -> Result<(Manifest, bool), String> {
        let known: serde_json::Value = serde_json::from_slice(bytes)
            .map_err(|error| format!("is no manifest, or not a whole one: line {}: {error}", error.line()))?;
        match known.get("hence_audit").and_then(serde_json::Value::as_u64) {
            None => return Err("is no manifest of an audit trail".into()),
            Some(version) if version > VERSION => {
                return Err(format!(
                    "is of version {version}, and this program reads version {VERSION}: take a newer one"
                ));
            }
            Some(_) => {}
        }
        let manifest: Manifest =
            serde_json::from_value(known).map_err(|error| format!("has a mistake in its form: {error}"))?;
        if manifest.files.len() > MOST {
            return Err(format!("names more than {MOST} files"));
        }
        let mut seen = BTreeSet::new();
        for entry in &manifest.files {
            inside(&entry.path)?;
            if entry.path == MANIFEST || !seen.insert(entry.path.as_str()) {
                return Err(format!("names `{}` twice", shortened(&entry.path)));
            }
        }
        let listed = |path: &String| match seen.contains(path.as_str()) {
            true => Ok(()),
            false => Err(format!("speaks of `{}` and does not list it", shortened(path))),
        };
        manifest.proofs.files.iter().chain(&manifest.study.copy).try_for_each(listed)?;
        let mut proofs = BTreeSet::new();
        if let Some(twice) = manifest.proofs.files.iter().find(|path| !proofs.insert(path.as_str())) {
            return Err(format!("names `{}` twice", shortened(twice)));
        }
        let whole = manifest.bytes() == bytes;
        Ok((manifest, whole))
    }
}

/// True for a path that a manifest may name: within the folder, whatever the system.
pub fn may_name(path: &str) -> bool {
    path != MANIFEST && inside(path).is_ok()
}

/// Whether a path stays within the folder, whatever the system.
fn inside(path: &str) -> Result<(), String> {
    let leads_out = || format!("names `{}`, which need not lie in the folder", shortened(path));
    let part = |part: &str| {
        let strange = |c: char| c.is_control() || matches!(c, '\\' | ':');
        !part.is_empty() && part != "." && part != ".." && !part.contains(strange)
    };
    let fits = path.len() <= LONGEST && path.split('/').count() <= DEEPEST;
    if fits && path.split('/').all(part) { Ok(()) } else { Err(leads_out()) }
}

fn shortened(path: &str) -> String {
    const SHOWN: usize = 80;
    let mut out: String = path.chars().take(SHOWN).collect();
    if out.len() < path.len() {
        out.push('…');
    }
    out
}

/// What has become of a folder since its manifest was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// How many files are as they were, the manifest not counted.
    pub same: usize,
    /// Files that hold something else.
    pub changed: Vec<String>,
    /// Files that are not there.
    pub missing: Vec<String>,
    /// Files that the manifest does not know; links and whatever is no file among them.
    pub extra: Vec<String>,
    /// Files that could not be read, and why.
    pub unread: Vec<(String, String)>,
    /// True where there is more in the folder than anybody looks at.
    pub too_many: bool,
}

impl Kept {
    /// True where nothing has changed.
    pub fn is_whole(&self) -> bool {
        !self.too_many
            && [&self.changed, &self.missing, &self.extra].iter().all(|list| list.is_empty())
            && self.unread.is_empty()
    }
}

/// Holds a folder against its manifest. No link is followed.
pub fn look(folder: &Path, manifest: &Manifest) -> Kept {
    let (there, too_many) = below(folder);
    let mut kept = Kept { too_many, ..Kept::default() };
    let mut known = BTreeSet::from([MANIFEST]);
    for entry in &manifest.files {
        known.insert(&entry.path);
        let path = &entry.path;
        match there.get(path) {
            None => kept.missing.push(path.clone()),
            // A link in the place of a file holds something else, wherever it leads.
            Some(None) => kept.changed.push(path.clone()),
            Some(Some(size)) if *size != entry.bytes => kept.changed.push(path.clone()),
            Some(Some(_)) => match fs::File::open(folder.join(path)).and_then(|f| sha256_of(f.take(entry.bytes + 1))) {
                Ok(hash) if hash == entry.sha256 => kept.same += 1,
                Ok(_) => kept.changed.push(path.clone()),
                Err(error) => kept.unread.push((path.clone(), error.to_string().to_lowercase())),
            },
        }
    }
    kept.extra = there.into_keys().filter(|path| !known.contains(path.as_str())).collect();
    for list in [&mut kept.changed, &mut kept.missing] {
        list.sort();
    }
    kept
}

/// The bytes of a file that the manifest lists, where it is a file within the folder and no larger than that.
///
/// # Errors
///
/// Where it cannot be read, or is something else.
pub fn bytes(folder: &Path, path: &str, most: u64) -> io::Result<Vec<u8>> {
    let mut here = folder.to_path_buf();
    for part in path.split('/') {
        here.push(part);
        if fs::symlink_metadata(&here)?.is_symlink() {
            return Err(io::ErrorKind::NotFound.into());
        }
    }
    // Whoever opens what is no file may wait for ever.
    if !fs::symlink_metadata(&here)?.is_file() {
        return Err(io::ErrorKind::NotFound.into());
    }
    let mut bytes = Vec::new();
    fs::File::open(&here)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}

/// The study that a folder holds a copy of. Nothing that the manifest does not list is read, whatever the study asks for.
pub struct Copy {
    folder: PathBuf,
    /// The folder of the study in it, with `/` at its end.
    root: String,
    sizes: BTreeMap<String, u64>,
}

impl Copy {
    /// The copied study, and its main file; none where there is none.
    pub fn of(folder: &Path, manifest: &Manifest) -> Option<(Copy, String)> {
        let path = manifest.study.copy.as_ref()?;
        // The main file may be in a folder of its own, below the study's.
        let root = path.strip_suffix(&manifest.study.main)?.to_string();
        let sizes = manifest.files.iter().map(|entry| (entry.path.clone(), entry.bytes)).collect();
        Some((Copy { folder: folder.to_path_buf(), root, sizes }, manifest.study.main.clone()))
    }
}

impl Files for Copy {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let path = plain(&format!("{}{path}", self.root));
        let size = self.sizes.get(&path).ok_or(io::ErrorKind::NotFound)?;
        // One that has grown is told as changed, and is read as far as anybody would.
        bytes(&self.folder, &path, (*size).max(LARGEST))
    }
}

/// All that lies below a folder: files with their size, and whatever else is there without one. True where that is not
/// all.
fn below(folder: &Path) -> (BTreeMap<String, Option<u64>>, bool) {
    let (mut found, mut folders, mut too_many) = (BTreeMap::new(), vec![(String::new(), 0)], false);
    while let Some((at, depth)) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder.join(&at)) else {
            found.insert(at, None);
            continue;
        };
        for entry in entries.flatten() {
            if found.len() > MOST || depth > DEEPEST {
                too_many = true;
                break;
            }
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if at.is_empty() { name } else { format!("{at}/{name}") };
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push((path, depth + 1)),
                Ok(kind) if kind.is_file() => {
                    let size = entry.metadata().map(|about| about.len()).ok();
                    found.insert(path, size);
                }
                _ => {
                    found.insert(path, None);
                }
            }
        }
    }
    (found, too_many)
}

/// Whether a trail may be written there: a new or empty folder, or one with an earlier trail that nobody touched.
///
/// # Errors
///
/// Where something would be lost: what, and what to do.
pub fn allowed(folder: &Path) -> Result<(), Problem> {
    let shown = folder.display().to_string();
    let problem = |message: String| {
        let help = "name a new folder, or an empty one; an earlier audit trail is replaced only as long as nobody \
                    changed it";
        Err(Problem::new(codes::OUTPUT, &shown, message).help(help))
    };
    let Ok(about) = fs::metadata(folder) else {
        return match fs::symlink_metadata(folder) {
            Ok(_) => problem(format!("`{shown}` is a link that leads nowhere, and nothing was written")),
            Err(_) => Ok(()),
        };
    };
    if !about.is_dir() {
        return problem(format!("`{shown}` is a file, and an audit trail is a folder; nothing was written"));
    }
    match fs::read_dir(folder).map(|mut entries| entries.next().is_none()) {
        Ok(true) => return Ok(()),
        Ok(false) => {}
        Err(error) => return problem(format!("`{shown}` cannot be read: {}", error.to_string().to_lowercase())),
    }
    let manifest = match Manifest::read(folder) {
        Ok((manifest, _)) => manifest,
        Err(Unreadable::Missing(_)) => {
            return problem(format!("`{shown}` holds something else than an audit trail, and nothing was written"));
        }
        Err(Unreadable::Wrong(why)) => return problem(format!("nothing was written: {why}")),
    };
    let kept = look(folder, &manifest);
    let lost = kept.extra.first().map(|path| format!("`{path}` in `{shown}` is no part of the earlier audit trail"));
    let edited = kept.changed.first().map(|path| format!("somebody changed `{path}` in `{shown}`"));
    match lost.or(edited) {
        Some(why) => problem(format!("{why}, and would be lost; nothing was written")),
        None if kept.is_whole() || !kept.missing.is_empty() => Ok(()),
        None => problem(format!("`{shown}` could not be looked at as a whole, and nothing was written")),
    }
}

/// Writes a folder: beside its place first, then all at once. What [`allowed`] lets go is replaced.
///
/// # Errors
///
/// Where it cannot be written; then what was there is there still.
pub fn write(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<(), Problem> {
    allowed(folder)?;
    let shown = folder.display().to_string();
    let told = |error: io::Error| {
        let why = match error.kind() {
            io::ErrorKind::PermissionDenied => "you may not write there".to_string(),
            _ => error.to_string().to_lowercase(),
        };
        Problem::new(codes::OUTPUT, &shown, format!("`{shown}` cannot be written: {why}"))
    };
    // A link to a folder stays one, and the folder that it leads to is replaced.
    let target = if folder.exists() { fs::canonicalize(folder).map_err(told)? } else { folder.to_path_buf() };
    let parent = match target.parent().filter(|p| !p.as_os_str().is_empty()) {
        Some(parent) => parent.to_path_buf(),
        None => PathBuf::from("."),
    };
    fs::create_dir_all(&parent).map_err(told)?;
    let name = target.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = |what: &str| parent.join(format!(".{name}.{}.{what}", std::process::id()));
    let (fresh, before) = (beside("new"), beside("old"));
    fs::create_dir(&fresh).map_err(told)?;
    let filled = fill(&fresh, files).and_then(|()| {
        if !target.exists() {
            return fs::rename(&fresh, &target);
        }
        fs::rename(&target, &before)?;
        fs::rename(&fresh, &target).inspect_err(|_| {
            // The earlier trail goes back to its place; where even that fails it stays beside it.
            let _ = fs::rename(&before, &target);
        })
    });
    if filled.is_err() {
        // It holds nothing that is not elsewhere.
        let _ = fs::remove_dir_all(&fresh);
    } else if before.exists() {
        // It held an earlier trail that nobody touched, or nothing.
        let _ = fs::remove_dir_all(&before);
    }
    filled.map_err(told)
}

fn fill(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    for (path, bytes) in files {
        let file = folder.join(path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(file, bytes)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(paths: &[&str]) -> Manifest {
        let entry = |path: &&str| Entry { path: (*path).into(), bytes: 1, sha256: sha256(b"a") };
        Manifest { hence_audit: VERSION, files: paths.iter().map(entry).collect(), ..Manifest::default() }
    }

    #[test]
    fn a_manifest_is_sealed() {
        let bytes = manifest(&["a/b.md"]).bytes();
        let (read, whole) = Manifest::of(&bytes).unwrap();
        assert!(whole && read.seal.len() == 64);
        for at in 0..bytes.len() {
            let mut other = bytes.clone();
            other[at] ^= 1;
            assert!(!Manifest::of(&other).is_ok_and(|(_, whole)| whole), "byte {at}");
        }
    }

    #[test]
    fn a_manifest_names_nothing_outside_its_folder() {
        for path in ["../a", "/etc/passwd", "a/../../b", "a//b", "", ".", "C:\\a", "a\\b", "a\nb", "c:/a", "a/"] {
            let told = Manifest::of(&manifest(&[path]).bytes());
            assert!(told.is_err_and(|why| why.contains("need not lie")), "{path:?}");
        }
        let deep = "a/".repeat(40) + "b";
        let long = "a".repeat(2000);
        assert!([deep.as_str(), long.as_str()].iter().all(|path| Manifest::of(&manifest(&[path]).bytes()).is_err()));
        assert!(Manifest::of(&manifest(&["a", "a"]).bytes()).is_err_and(|why| why.contains("twice")));
        assert!(Manifest::of(&manifest(&[MANIFEST]).bytes()).is_err());
        let mut copy = manifest(&["a"]);
        copy.study.copy = Some("../study.hence".into());
        assert!(Manifest::of(&copy.bytes()).is_err_and(|why| why.contains("does not list it")));
    }
}
