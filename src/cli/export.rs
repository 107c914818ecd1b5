//! `hence export`: a study for other programs. The ending of the file says what is written; nothing is overwritten.

use super::args::StudyArgs;
use super::format::Format;
use super::screen::Screen;
use super::{exit, output, study};
use crate::base::Sources;
use crate::data::problem::counted;
use crate::data::project::{Project, Report, refi_write};
use crate::data::read::extension;
use crate::data::workbook::{Sheet, harmless, workbook};
use crate::data::write::write_table;
use crate::data::{OutputCell, Problem};
use crate::diagnostic::{Diagnostic, codes};
use crate::report::{agree_data, import};
use crate::session::Study;
use crate::session::agree::Asked;
use std::path::Path;

/// The endings that can be written.
const ENDINGS: [&str; 6] = ["qdpx", "qdc", "xlsx", "csv", "json", "parquet"];

/// Evaluates the study and writes it.
pub fn run(file: &Path, args: &StudyArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    let tell = |screen: &mut Screen<'_>, diagnostic: Diagnostic| {
        screen.diagnostics(&[diagnostic], &Sources::default(), format);
        exit::ERRORS
    };
    let name = file.to_string_lossy().into_owned();
    let ending = extension(&name);
    if !ENDINGS.contains(&ending.as_str()) || !name.contains('.') {
        let message = format!("nothing can be exported to `{name}`: its ending says what to write");
        let help = "write to `.qdpx` or `.qdc` (REFI-QDA), `.xlsx`, `.csv`, `.json` or `.parquet`";
        return tell(screen, Diagnostic::new(codes::OUTPUT, message).help(help));
    }
    if file.symlink_metadata().is_ok() {
        let message = format!("`{name}` is there already, and nothing was written");
        return tell(screen, Diagnostic::new(codes::OUTPUT, message).help("name another file, or take that one away"));
    }
    let mut opened = study::open(args, format, screen);
    if opened.study.is_missing() || opened.broken() {
        return opened.close(screen);
    }
    opened.evaluate();
    if opened.misasked() {
        return opened.close(screen);
    }
    let (bytes, counts, report) = match bytes(&name, &ending, &mut opened.study) {
        Ok(made) => made,
        Err(problem) => return tell(screen, problem.into()),
    };
    if let Err(problem) = output::write_new(file, &name, &bytes) {
        return tell(screen, *problem);
    }
    if format == Format::Json {
        screen.print(import::exported_json(&name, &counts, &report));
    } else {
        screen.print(import::exported(&name, &counts, &report));
    }
    opened.close(screen)
}

type Made = (Vec<u8>, Vec<(usize, &'static str, &'static str)>, Report);

fn bytes(name: &str, ending: &str, study: &mut Study) -> Result<Made, Problem> {
    match ending {
        "qdpx" => {
            let mut project = study.project();
            if project.has_times() {
                project.report.remark(
                    "times go out as UTC (`Z`), as an import brings them in: where another clock was meant, put them right \
                     in the table before",
                );
            }
            Ok((refi_write::project(name, &project)?, counts(&project), project.report))
        }
        "qdc" => {
            let project = study.project();
            if project.codes.is_empty() {
                let message = "the study has no codes, and a codebook has one at least";
                return Err(Problem::new(codes::OUTPUT, name, message));
            }
            let counts = vec![(project.codes.len(), "code", "codes")];
            let report = Report { remarks: project.report.remarks.clone(), ..Report::default() };
            Ok((refi_write::codebook(&project).into_bytes(), counts, report))
        }
        _ => {
            let (mut sheets, mut report) = study.sheets();
            if !matches!(ending, "csv" | "parquet") {
                match agreement(study) {
                    Ok(sheet) => sheets.push(sheet),
                    Err(why) => report.remark(why),
                }
            }
            let (bytes, written) = match ending {
                "xlsx" => {
                    let (bytes, cut, left_out) = workbook(name, &sheets)?;
                    if cut > 0 {
                        report.remark(format!("{cut} cells were cut, since a cell of Excel holds 32,767 characters"));
                    }
                    if left_out > 0 {
                        report.remark(format!("{left_out} rows were left out, since a sheet holds 1,048,576"));
                    }
                    (bytes, &sheets[..])
                }
                "parquet" => {
                    let at = sheets.iter().position(|sheet| sheet.name == "codings").unwrap_or_default();
                    (write_table(name, &sheets[at].header, &sheets[at].rows)?, &sheets[at..=at])
                }
                "csv" => {
                    let at = sheets.iter().position(|sheet| sheet.name == "codings").unwrap_or_default();
                    let sheet = &sheets[at..=at];
                    let cells = |row: &Vec<OutputCell>| row.iter().cloned().map(harmless).collect();
                    let rows: Vec<Vec<OutputCell>> = sheet[0].rows.iter().map(cells).collect();
                    let changed =
                        rows.iter().flatten().zip(sheet[0].rows.iter().flatten()).filter(|(a, b)| a != b).count();
                    if changed > 0 {
                        let cells = counted(changed, "cell looks like a formula", "cells look like formulas");
                        report.remark(format!("{cells}, and got an apostrophe in front"));
                    }
                    (write_table(name, &sheet[0].header, &rows)?, sheet)
                }
                _ => (json(name, &sheets)?, &sheets[..]),
            };
            let rows = written.iter().map(|sheet| sheet.rows.len()).sum();
            Ok((bytes, vec![(written.len(), "table", "tables"), (rows, "row", "rows")], report))
        }
    }
}

/// How far the people who coded agree, or why there is no sheet of it.
fn agreement(study: &mut Study) -> Result<Sheet, String> {
    let without = |why: &str| Err(format!("there is no sheet `agreement`: {why}"));
    let found = study.agreement(&Asked { listed: usize::MAX, ..Asked::default() });
    match found {
        Some(found) if found.reflexive => {
            without("the study says `approach reflexive`; `hence agree` lists where people read otherwise")
        }
        Some(found) if found.coders.len() >= 2 => Ok(agree_data::sheet(&found)),
        _ => without("coders agree or differ where at least two coded"),
    }
}

/// An object with a list for each table.
fn json(name: &str, sheets: &[Sheet]) -> Result<Vec<u8>, Problem> {
    let mut out = b"{".to_vec();
    for (at, sheet) in sheets.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        out.extend(format!("{comma}\n\"{}\": ", sheet.name).into_bytes());
        out.extend(write_table("a.json", &sheet.header, &sheet.rows).map_err(|p| Problem { file: name.into(), ..p })?);
    }
    out.extend(b"}\n");
    Ok(out)
}

fn counts(project: &Project) -> Vec<(usize, &'static str, &'static str)> {
    vec![
        (project.sources.len(), "message", "messages"),
        (project.codes.len(), "code", "codes"),
        (project.codings.len(), "coding", "codings"),
        (project.users.len(), "coder", "coders"),
        (project.cases.len(), "case", "cases"),
        (project.variables.len(), "variable", "variables"),
        (project.notes.len(), "note", "notes"),
        (project.sets.len(), "set", "sets"),
        (project.links.len(), "link", "links"),
    ]
}
