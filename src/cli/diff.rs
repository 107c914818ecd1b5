//! `hence diff`: what a newer version of a study concludes otherwise. A version is a folder, a file, or a revision of the
//! git repository that the study is in.

use super::args::{DiffArgs, StudyArgs};
use super::format::Format;
use super::screen::Screen;
use super::{exit, study};
use crate::data::Folder;
use crate::data::files::Files;
use crate::data::revision::{Revision, Unread};
use crate::report::difference;
use crate::session::{Study, place_of};
use std::path::{Path, PathBuf};

/// A version of a study: its files, and the main one among them.
type Version = (Box<dyn Files>, String);

/// Prints what differs. That something does is an answer, not a mistake.
pub fn run(args: &DiffArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    let (older, newer) = match versions(args) {
        Ok(versions) => versions,
        Err(wrong) => {
            screen.misused(&wrong);
            return exit::USAGE;
        }
    };
    let read = StudyArgs { path: PathBuf::from("."), deny_warnings: false, ..args.reading.clone() };
    let options = study::options_for_changes(&read);
    let mut old = Study::open_in(older.0, &older.1, &options, &mut |_| {});
    old.evaluate(&mut |_| {});
    if old.diagnostics().iter().any(|d| d.is_error()) {
        screen.diagnostics(old.diagnostics(), old.sources(), format);
        screen.say(&format!("{} has mistakes, so nothing can be compared with it", args.old));
        return exit::ERRORS;
    }
    match old.difference(newer.0, &newer.1, &mut |_| {}) {
        Ok(found) if format == Format::Json => screen.print(difference::difference_json(&found)),
        Ok(found) => screen.print(difference::difference(&found, screen.look())),
        Err(refused) => {
            screen.diagnostics(&refused.diagnostics, &refused.sources, format);
            screen.say("the newer version has mistakes, so nothing can be compared with it");
            return exit::ERRORS;
        }
    }
    exit::FINE
}

/// Both versions. A path that exists is a folder or file; anything else is a revision.
fn versions(args: &DiffArgs) -> Result<(Version, Version), String> {
    let (old, new) = (Path::new(&args.old), args.new.as_deref().map(Path::new));
    let there = |path: &Path| path.exists();
    let here = Path::new(".");
    // The study whose revisions are meant.
    let study = match (&args.reading.path, new) {
        (path, Some(new)) if path == here && there(new) => new.to_path_buf(),
        (path, _) if path == here && there(old) => old.to_path_buf(),
        (path, _) => path.clone(),
    };
    let version = |named: &str| -> Result<Version, String> {
        let path = Path::new(named);
        if there(path) {
            let (root, main) = place_of(path);
            return Ok((Box::new(Folder::new(root)), main));
        }
        let (root, main) = place_of(&study);
        match Revision::open(&root, named) {
            Ok(revision) => Ok((Box::new(revision), main)),
            Err(Unread::NoGit) => {
                Err(format!("there is no folder `{named}`, and no git on this machine to ask for a revision"))
            }
            Err(Unread::NoRepository) => {
                Err(format!("there is no folder `{named}`, and `{}` is in no git repository", root.display()))
            }
            Err(Unread::NoRevision) => {
                Err(format!("`{named}` is neither a folder nor a revision of the repository of `{}`", root.display()))
            }
        }
    };
    let newer = match &args.new {
        Some(new) => version(new)?,
        None => {
            let (root, main) = place_of(&study);
            (Box::new(Folder::new(root)) as Box<dyn Files>, main)
        }
    };
    Ok((version(&args.old)?, newer))
}
