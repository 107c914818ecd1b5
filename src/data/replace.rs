//! Another text in the place of a file's own, all of it or nothing: whoever reads the file meanwhile, or pulls the plug,
//! finds the old text or the new one.

use super::problem::Problem;
use crate::diagnostic::codes;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// How many names are tried for the new text while it is being written.
const TRIES: u32 = 64;

/// Puts a text in the place of the one that was read from a file. Its permissions stay, and where the path is a link the
/// file that it leads to is written. A file that may not be written, or that no longer holds what was read, stays as it is.
pub fn replace(path: &Path, read: &[u8], text: &[u8]) -> Result<(), Problem> {
    let shown = path.display().to_string();
    let problem = |error: io::Error| {
        let why = match error.kind() {
            io::ErrorKind::PermissionDenied => "you may not write there".to_string(),
            _ => error.to_string().to_lowercase(),
        };
        Problem::new(codes::OUTPUT, &shown, format!("`{shown}` cannot be written: {why}"))
            .help("the file stays as it is; is there room in its folder, and may you write there?")
    };
    let file = fs::canonicalize(path).map_err(problem)?;
    let permissions = fs::metadata(&file).map_err(problem)?.permissions();
    if permissions.readonly() {
        let message = format!("`{shown}` is write-protected");
        return Err(Problem::new(codes::OUTPUT, &shown, message).help("allow writing to it, or leave it out"));
    }
    let (beside, mut open) = beside(&file).map_err(problem)?;
    let written = open.write_all(text).and_then(|()| open.set_permissions(permissions)).and_then(|()| open.sync_all());
    drop(open);
    let result = written.and_then(|()| fs::read(&file)).map_err(problem).and_then(|now| match now == read {
        true => fs::rename(&beside, &file).map_err(problem),
        false => {
            let message = format!("`{shown}` changed meanwhile, and was not written");
            Err(Problem::new(codes::CHANGED, &shown, message).help("run the command again"))
        }
    });
    if result.is_err() {
        // It holds nothing that is not elsewhere; where it cannot be taken away either, the first error is the one to tell.
        let _ = fs::remove_file(&beside);
    }
    result
}

/// A new file beside that one, which nobody else has.
fn beside(file: &Path) -> io::Result<(PathBuf, fs::File)> {
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let mut tries = 0;
    loop {
        let path = file.with_file_name(format!(".{name}.{}-{tries}.tmp", std::process::id()));
        match fs::OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(open) => return Ok((path, open)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && tries < TRIES => tries += 1,
            Err(error) => return Err(error),
        }
    }
}
