//! `hence codebook`: the codebook as people publish it. The ending of the file says what is written; nothing is
//! overwritten.

use super::args::StudyArgs;
use super::format::Format;
use super::screen::Screen;
use super::{exit, output, study};
use crate::base::Sources;
use crate::data::Problem;
use crate::data::project::{Report, refi_write};
use crate::data::read::extension;
use crate::diagnostic::{Diagnostic, codes};
use crate::report::{codebook, import};
use crate::session::Study;
use crate::session::codebook::Codebook;
use std::path::Path;

/// The endings that can be written.
const ENDINGS: [&str; 9] = ["md", "html", "htm", "docx", "qdc", "json", "csv", "tsv", "xlsx"];

/// Evaluates the study and prints or writes its codebook.
pub fn run(output: Option<&Path>, args: &StudyArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    let tell = |screen: &mut Screen<'_>, diagnostic: Diagnostic| {
        screen.diagnostics(&[diagnostic], &Sources::default(), format);
        exit::ERRORS
    };
    let name = output.map(|file| file.to_string_lossy().into_owned()).unwrap_or_default();
    if let Some(file) = output {
        if !ENDINGS.contains(&extension(&name).as_str()) || !name.contains('.') {
            let message = format!("no codebook can be written to `{name}`: its ending says what to write");
            let help = "write to `.md` (Markdown), `.html`, `.docx` (Word, LibreOffice), `.qdc` (REFI-QDA), `.csv`, \
                        `.xlsx` or `.json`";
            return tell(screen, Diagnostic::new(codes::OUTPUT, message).help(help));
        }
        if file.symlink_metadata().is_ok() {
            let last = file.file_name().map_or(name.to_string(), |last| last.to_string_lossy().into_owned());
            let message = format!("`{last}` is there already, and nothing was written");
            let help = "name another file, or take that one away";
            return tell(screen, Diagnostic::new(codes::OUTPUT, message).help(help));
        }
    }
    let mut opened = study::open(args, format, screen);
    if opened.study.is_missing() || opened.broken() {
        return opened.close(screen);
    }
    opened.evaluate();
    if opened.misasked() {
        return opened.close(screen);
    }
    let book = opened.study.codebook();
    let Some(file) = output else {
        match format {
            Format::Json => screen.print(codebook::json::json(&book)),
            _ => screen.print(codebook::markdown::markdown(&book)),
        }
        return opened.close(screen);
    };
    let mut report = Report::default();
    let bytes = match bytes(&name, &opened.study, &book, &mut report) {
        Ok(bytes) => bytes,
        Err(problem) => return tell(screen, problem.into()),
    };
    if let Err(problem) = output::write_new(file, &name, &bytes) {
        return tell(screen, *problem);
    }
    let entries: usize = book.kinds.iter().map(|kind| kind.entries.len()).sum();
    let left_out: usize = report.left_out.iter().map(|left| left.count).sum();
    let counts = [(entries.saturating_sub(left_out), "entry", "entries")];
    if format == Format::Json {
        screen.print(import::exported_json(&name, &counts, &report));
    } else {
        screen.print(import::exported(&name, &counts, &report));
    }
    opened.close(screen)
}

fn bytes(name: &str, study: &Study, book: &Codebook, report: &mut Report) -> Result<Vec<u8>, Problem> {
    Ok(match extension(name).as_str() {
        "md" => codebook::markdown::markdown(book).into_bytes(),
        "json" => codebook::json::json(book).into_bytes(),
        "csv" | "tsv" | "xlsx" => {
            let (bytes, others) = codebook::table::table(name, book)?;
            if others > 0 {
                let why = "a table that `use` reads holds codes; the other forms hold all";
                report.leave_out_all(others, ("theme or other concept", "themes and other concepts"), why);
            }
            bytes
        }
        "docx" => codebook::docx::docx(name, book)?,
        "qdc" => {
            let project = study.codebook_project(book, codebook::description);
            if project.codes.is_empty() {
                let message = "the study has no codes, and a codebook of REFI-QDA has one at least";
                return Err(Problem::new(codes::OUTPUT, name, message));
            }
            refi_write::codebook(&project).into_bytes()
        }
        _ => codebook::html::html(book).into_bytes(),
    })
}
