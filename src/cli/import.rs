//! `hence import`: a study made of another program's project. Nothing that is there is overwritten.

use super::exit;
use super::format::Format;
use super::screen::Screen;
use crate::base::Sources;
use crate::data::{Folder, project};
use crate::diagnostic::{Diagnostic, codes};
use crate::report::import;
use crate::session::import::{Draft, draft};
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Reads a project and writes the study that it makes.
pub fn run(file: &Path, folder: &Path, format: Format, screen: &mut Screen<'_>) -> u8 {
    let tell = |screen: &mut Screen<'_>, diagnostic: Diagnostic| {
        screen.diagnostics(&[diagnostic], &Sources::default(), format);
        exit::ERRORS
    };
    match is_free(folder) {
        Ok(true) => {}
        Ok(false) => {
            let message = format!("`{}` is there already, and nothing was written", folder.display());
            let help = "name a folder that does not exist yet, or an empty one";
            return tell(screen, Diagnostic::new(codes::OUTPUT, message).help(help));
        }
        Err(error) => return tell(screen, unwritten(folder, &error)),
    }
    let name = file.to_string_lossy();
    let project = match project::read(&Folder::new("."), &name) {
        Ok(project) => project,
        Err(mut problem) => {
            if problem.help.as_deref() == Some("paths are counted from the folder of the study") {
                problem.help = Some("name the project's file, or the folder that QualCoder keeps a project in".into());
            }
            return tell(screen, problem.into());
        }
    };
    let draft = draft(&project, &name);
    if let Err(error) = write(folder, &draft) {
        return tell(screen, unwritten(folder, &error));
    }
    let shown = folder.display().to_string();
    if format == Format::Json {
        screen.print(import::json(&project.report, &draft, &name, &shown));
    } else {
        screen.print(import::text(&project.report, &draft, &name));
        let files: Vec<&str> = draft.files.iter().map(|(name, _)| name.as_str()).collect();
        let folder = super::new::quoted(folder);
        screen.print(format!(
            "\nWritten to {folder}: {}.\n\nNext:\n  open study.hence: lines that say \"decide\" were guessed\n  \
             hence check {folder}\n  hence run {folder}\n",
            files.join(", ")
        ));
    }
    exit::FINE
}

/// True where a folder may be made, or is there and empty.
fn is_free(folder: &Path) -> io::Result<bool> {
    match folder.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
        // A link may lead anywhere.
        Ok(data) if !data.is_dir() => Ok(false),
        Ok(_) => Ok(fs::read_dir(folder)?.next().is_none()),
    }
}

fn write(folder: &Path, draft: &Draft) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for (name, bytes) in &draft.files {
        // A file that somebody else makes in this moment is not overwritten either.
        fs::OpenOptions::new().write(true).create_new(true).open(folder.join(name))?.write_all(bytes)?;
    }
    Ok(())
}

fn unwritten(folder: &Path, error: &io::Error) -> Diagnostic {
    let why = match error.kind() {
        io::ErrorKind::PermissionDenied => "you may not write there".to_owned(),
        io::ErrorKind::NotADirectory => "there is a file of that name".to_owned(),
        _ => error.to_string().to_lowercase(),
    };
    Diagnostic::new(codes::OUTPUT, format!("the study cannot be written to `{}`: {why}", folder.display()))
}
