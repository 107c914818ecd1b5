//! The folder of an audit trail: how it is written, and what has become of it since.
//!
//! A folder is written as a whole or not at all, and only where nothing else is lost. Whoever hands one in is a stranger:
//! a manifest names files within its folder only, and nothing outside of that is ever opened, through a link neither.

mod manifest;

use super::files::{Files, plain};
use super::problem::Problem;
use crate::base::hash::sha256_of;
use crate::diagnostic::codes;
use manifest::{DEEPEST, LARGEST, MOST};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

pub use manifest::{Entry, MANIFEST, Manifest, Origin, Proven, SourceFile, Unreadable, VERSION, may_name};

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
