//! `hence fmt`: the one layout of rule files. What changes is written file by file, and named.

use super::exit;
use super::format::Format;
use super::screen::Screen;
use crate::base::Sources;
use crate::data::{Folder, read_file, replace};
use crate::diagnostic::visible::visible;
use crate::diagnostic::{Diagnostic, codes};
use crate::session::rule_files;
use crate::syntax::{decode, format};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Lays out the files that the paths mean, or with `check` says which would change.
pub fn run(paths: &[PathBuf], check: bool, form: Format, screen: &mut Screen<'_>) -> u8 {
    let (files, mut wrong) = rule_files(Path::new(""), paths);
    let mut changed = 0;
    for file in &files {
        match lay_out(file, check, screen) {
            Ok(change) => changed += usize::from(change),
            Err(diagnostic) => wrong.push(*diagnostic),
        }
    }
    if !wrong.is_empty() {
        return refuse(&wrong, form, screen);
    }
    screen.say(&match (changed, check) {
        (0, _) => format!("{}: nothing to change", number_of(files.len())),
        (n, true) => format!("{} would change; `hence fmt` without `--check` writes them", number_of(n)),
        (n, false) => format!("{} changed", number_of(n)),
    });
    if check && changed > 0 { exit::ERRORS } else { exit::FINE }
}

/// Lays out the standard input.
pub fn run_on_input(check: bool, form: Format, input: &mut dyn Read, screen: &mut Screen<'_>) -> u8 {
    const NAME: &str = "standard input";
    let mut bytes = Vec::new();
    let wrong = match input.read_to_end(&mut bytes) {
        Ok(_) => None,
        Err(error) => {
            let message = format!("the standard input cannot be read: {}", error.to_string().to_lowercase());
            Some(Diagnostic::new(codes::FILE, message))
        }
    };
    let text = match (wrong, decode(&bytes)) {
        (None, Ok(text)) => text,
        (Some(wrong), _) => return refuse(&[wrong], form, screen),
        (None, Err(error)) => return refuse(&[error.diagnostic(NAME)], form, screen),
    };
    let formatted = format(&text);
    warn(NAME, formatted.untouched, screen);
    match check {
        true if formatted.text != text => {
            screen.print(difference(NAME, &text, &formatted.text));
            exit::ERRORS
        }
        true => exit::FINE,
        false => {
            screen.print(&formatted.text);
            exit::FINE
        }
    }
}

/// True where a file changes or would change; it is named then.
fn lay_out(file: &Path, check: bool, screen: &mut Screen<'_>) -> Result<bool, Box<Diagnostic>> {
    let name = file.to_string_lossy();
    let bytes = read_file(&Folder::new(""), &name).map_err(|problem| Box::new(problem.into()))?;
    let text = decode(&bytes).map_err(|error| Box::new(error.diagnostic(&name)))?;
    let formatted = format(&text);
    warn(&name, formatted.untouched, screen);
    if formatted.text == text {
        return Ok(false);
    }
    if check {
        screen.print(difference(&name, &text, &formatted.text));
    } else {
        replace(file, &bytes, formatted.text.as_bytes()).map_err(|problem| Box::new(problem.into()))?;
        screen.print(format!("{}\n", visible(&name)));
    }
    Ok(true)
}

/// Says what is wrong.
fn refuse(wrong: &[Diagnostic], form: Format, screen: &mut Screen<'_>) -> u8 {
    screen.diagnostics(wrong, &Sources::default(), form);
    exit::ERRORS
}

/// Says that something was left as it was.
fn warn(file: &str, untouched: usize, screen: &mut Screen<'_>) {
    let items = match untouched {
        0 => return,
        1 => "an item with a mistake stays as it is".to_string(),
        n => format!("{n} items with a mistake stay as they are"),
    };
    screen.say(&format!("note: {file}: {items}; `hence check` says what is wrong"));
}

/// The first line that would change, as it is and as it would be.
fn difference(file: &str, before: &str, after: &str) -> String {
    let file = visible(file);
    if before.starts_with('\u{FEFF}') {
        return format!("{file}:1\n  now:  a byte-order mark stands before the text\n  then: none does\n");
    }
    let (mut old, mut new) = (before.split('\n'), after.split('\n'));
    let mut line = 1;
    loop {
        let (now, then) = (old.next(), new.next());
        if now != then || now.is_none() {
            let shown = |line: Option<&str>| match line {
                Some(line) => format!("`{}`", visible(line)),
                None => "the end of the file".to_string(),
            };
            return format!("{file}:{line}\n  now:  {}\n  then: {}\n", shown(now), shown(then));
        }
        line += 1;
    }
}

/// `1 file`, `2 files`
fn number_of(files: usize) -> String {
    if files == 1 { "1 file".to_string() } else { format!("{files} files") }
}
