//! The manifest of an audit trail: what the folder holds, with hashes, what it was made from, and a seal over all of that.
//!
//! Reading one trusts nothing: what comes out names files within its folder only, each once.

use crate::base::hash::sha256;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

/// What the manifest is called; it stands at the top of the folder.
pub const MANIFEST: &str = "manifest.json";
/// The version of the form that is written, and the newest that is read.
pub const VERSION: u64 = 1;
/// A manifest of more bytes is none that anybody wrote.
pub(super) const LARGEST: u64 = 64 << 20;
/// So many files a folder may hold.
pub(super) const MOST: usize = 200_000;
/// So deep folders may lie in each other.
pub(super) const DEEPEST: usize = 32;
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
