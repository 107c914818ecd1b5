//! Files that a command writes where there was none.

use crate::diagnostic::{Diagnostic, codes};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// Writes a new file; an error, in words, where there is one already or it cannot be written.
pub fn write_new(file: &Path, name: &str, bytes: &[u8]) -> Result<(), Box<Diagnostic>> {
    let written = OpenOptions::new().write(true).create_new(true).open(file).and_then(|mut file| file.write_all(bytes));
    written.map_err(|error| {
        let why = match error.kind() {
            ErrorKind::NotFound => "there is no such folder".to_owned(),
            ErrorKind::PermissionDenied => "you may not write there".to_owned(),
            _ => error.to_string().to_lowercase(),
        };
        Box::new(Diagnostic::new(codes::OUTPUT, format!("`{name}` cannot be written: {why}")))
    })
}
