//! `hence verify`: a proof held against the study as it is now.

use super::args::StudyArgs;
use super::format::Format;
use super::progress::Watch;
use super::screen::Screen;
use super::{exit, study};
use crate::proof::document::{Document, Unreadable, VERSION};
use crate::report::verify;
use std::path::Path;

/// A file of more bytes is no proof that anybody made.
const LARGEST: u64 = 1 << 30;

/// Reads a proof, holds it against the study, and says what is wrong with it.
pub fn run(path: &Path, args: &StudyArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    let document = match read(path) {
        Ok(document) => document,
        Err(message) => {
            if format == Format::Json {
                screen.print(verify::unreadable(&message));
            } else {
                screen.say(&format!("error: {message}"));
            }
            return exit::ERRORS;
        }
    };
    if args.only.is_some() {
        screen.misused("`hence verify` takes no `--only`: a proof holds of the whole study");
        return exit::USAGE;
    }
    let mut opened = study::open(args, format, screen);
    if opened.broken() {
        return opened.close(screen);
    }
    let mut watch = Watch::new(screen.terminal().err && !format.is_data());
    let verdict = opened.study.verify(&document, &mut |progress| watch.step(&progress));
    drop(watch);
    let holds = verdict.as_ref().is_some_and(|verdict| verdict.holds());
    match &verdict {
        Some(verdict) if format == Format::Json => screen.print(verify::json(verdict)),
        Some(verdict) => screen.print(verify::text(verdict, screen.look())),
        None => {}
    }
    let code = opened.close(screen);
    if code == exit::FINE && !holds { exit::ERRORS } else { code }
}

/// The document in a file, or why there is none.
fn read(path: &Path) -> Result<Document, String> {
    let name = path.display();
    let size = std::fs::metadata(path).map_err(|error| format!("`{name}` cannot be read: {error}"))?.len();
    if size > LARGEST {
        return Err(format!("`{name}` is too large for a proof"));
    }
    let bytes = std::fs::read(path).map_err(|error| format!("`{name}` cannot be read: {error}"))?;
    Document::read(&bytes).map_err(|why| unreadable(&name.to_string(), why))
}

/// Why a file is no proof that can be read.
pub fn unreadable(name: &str, why: Unreadable) -> String {
    match why {
        Unreadable::NoJson(line, column, what) => {
            format!("`{name}` is no proof, or not a whole one: line {line}, column {column}: {what}")
        }
        Unreadable::NoProof => {
            format!("`{name}` is no proof: `hence why 'STATEMENT' --proof` prints one")
        }
        Unreadable::Newer(version) => {
            format!(
                "`{name}` is a proof of version {version}, and this program reads version {VERSION}: take a newer one"
            )
        }
        Unreadable::Malformed(line, column, what) => {
            format!("`{name}` is a proof with a mistake in its form: line {line}, column {column}: {what}")
        }
    }
}
