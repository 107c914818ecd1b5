//! A table of messages, as a spreadsheet or a survey program keeps them: what its columns are is guessed, and said.

use super::{Project, Source, ValueKind, Variable, taguette_sheet};
use crate::base::Table;
use crate::data::problem::Problem;
use crate::data::project::read::time;
use crate::data::read::{ReadOptions, read_table};
use crate::data::roles::{Cells, Roles, guess};
use crate::diagnostic::codes;
use rustc_hash::FxHashMap;

/// Reads a table; the highlights of another program where its columns are theirs.
pub fn read(name: &str, bytes: &[u8]) -> Result<Project, Problem> {
    let read = read_table(name, bytes, &ReadOptions::default()).map_err(|mut problem| {
        // An import has no `--lenient`.
        problem.help =
            problem.help.map(|help| help.split("; or run with `--lenient`").next().unwrap_or_default().into());
        problem
    })?;
    let mut project = match taguette_sheet::of_table(&read.table) {
        Some(project) => project,
        None => messages(&read.table).ok_or_else(|| {
            let message = format!("no column of `{name}` holds texts");
            Problem::new(codes::DATA_FORMAT, name, message)
                .help("is it the right table, and has it rows below its header?")
        })?,
    };
    read.warnings.into_iter().for_each(|warning| project.report.remark(warning.message));
    Ok(project)
}

fn messages(table: &Table) -> Option<Project> {
    let roles = guess(table)?;
    let mut out = Project::default();
    out.report.format = "table of messages";
    say(table, &roles, &mut out);
    out.variables = roles.others.iter().map(|(at, cells)| variable(&table.header[*at], *cells)).collect();
    let when = roles.at.as_ref().filter(|(_, pictures)| pictures.len() < 2);
    if let Some((at, pictures)) = roles.at.as_ref().filter(|(_, pictures)| pictures.len() > 1) {
        let forms: Vec<&str> = pictures.iter().map(|picture| picture.text()).collect();
        out.report.remark(format!(
            "decide: the times in `{}` can be read as `{}`: they are kept as text until you say which",
            table.header[*at],
            forms.join("` or `")
        ));
        out.variables.push(variable(&table.header[*at], Cells::Texts));
    }
    for &at in &roles.empty {
        out.report.leave_out(("column", "columns"), "it is empty in every row", &table.header[at]);
    }
    let mut known: FxHashMap<String, usize> = FxHashMap::default();
    let mut answers: Vec<Option<String>> = Vec::new();
    for row in table.rows() {
        let cell = |at: usize| row.cells.get(at).and_then(|cell| cell.as_deref()).unwrap_or_default();
        let filled = |at: Option<usize>| at.map(cell).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let id = filled(roles.id).unwrap_or_else(|| format!("row-{}", row.line));
        if cell(roles.text).trim().is_empty() {
            out.report.leave_out(("row", "rows"), "it has no text", &id);
            continue;
        }
        let mut values: Vec<(usize, String)> =
            roles.others.iter().enumerate().filter_map(|(n, (at, _))| Some((n, filled(Some(*at))?))).collect();
        let at = match when {
            Some((at, pictures)) => match pictures.first() {
                None => time(cell(*at).trim()),
                Some(form) => {
                    form.read(cell(*at).trim()).ok().and_then(|found| found.date_time()).map(|at| at.to_string())
                }
            },
            None => {
                let left = roles.at.as_ref().and_then(|(at, _)| filled(Some(*at)));
                values.extend(left.map(|text| (roles.others.len(), text)));
                None
            }
        };
        let clock = filled(roles.clock).filter(|_| at.is_some());
        let at = match clock {
            Some(clock) => {
                let day = at.as_deref().and_then(|at| at.get(..10)).unwrap_or_default();
                time(&format!("{day}T{clock:0>5}"))
            }
            None => at,
        };
        known.insert(id.clone(), out.sources.len());
        answers.push(filled(roles.parent));
        out.sources.push(Source {
            name: id.clone(),
            id,
            text: cell(roles.text).to_owned(),
            thread: filled(roles.thread),
            author: filled(roles.author),
            at,
            values,
            ..Source::default()
        });
    }
    let parents: Vec<Option<usize>> = answers.iter().map(|id| known.get(id.as_ref()?).copied()).collect();
    let lost = answers.iter().zip(&parents).filter(|(id, parent)| id.is_some() && parent.is_none()).count();
    if lost > 0 {
        out.report.leave_out(("answer", "answers"), "what it answers is not in the table", "");
        if let Some(left) = out.report.left_out.last_mut() {
            left.count = lost;
        }
    }
    for (at, _) in parents.iter().enumerate().filter(|(at, parent)| **parent == Some(*at)) {
        let id = out.sources[at].id.clone();
        out.report.leave_out(("answer", "answers"), "it answers itself", &id);
    }
    for (at, parent) in parents.into_iter().enumerate() {
        out.sources[at].parent = parent.filter(|&parent| parent != at);
    }
    (!out.sources.is_empty()).then_some(out)
}

fn variable(header: &str, cells: Cells) -> Variable {
    let kind = match cells {
        Cells::Numbers => ValueKind::Number,
        Cells::Decimals => ValueKind::Decimal,
        Cells::Days => ValueKind::Date,
        Cells::Texts => ValueKind::Text,
    };
    Variable { id: header.to_owned(), name: header.to_owned(), kind, ..Variable::default() }
}

/// What was guessed, in words.
fn say(table: &Table, roles: &Roles, out: &mut Project) {
    let header = |at: usize| table.header[at].as_str();
    let mut taken = vec![format!("`{}` for what was said", header(roles.text))];
    let others = [
        (roles.id, "the id"),
        (roles.author, "the author"),
        (roles.thread, "the thread"),
        (roles.parent, "what is answered"),
    ];
    taken.extend(others.into_iter().filter_map(|(at, what)| Some(format!("`{}` for {what}", header(at?)))));
    if let Some((at, pictures)) = &roles.at {
        let form = pictures.first().map_or(String::new(), |picture| format!(", as `{}`", picture.text()));
        if pictures.len() < 2 {
            let clock = roles.clock.map_or(String::new(), |at| format!(" with `{}`", header(at)));
            taken.push(format!("`{}`{clock} for the time{form}", header(*at)));
        }
    }
    out.report.remark(format!("decide whether this is so: taken was {}", taken.join(", ")));
    match &roles.repeated {
        Some((at, twice)) => out.report.remark(format!(
            "`{}` has `{twice}` more than once, so a message is called by the line of its row",
            header(*at)
        )),
        None if roles.id.is_none() => {
            out.report
                .remark("no column has another value in every row, so a message is called by the line of its row");
        }
        None => {}
    }
    if let Some((at, odd)) = &roles.odd {
        out.report.remark(format!(
            "decide: the times in `{}` are not all of one form that is known, such as `{odd}`: they are kept as text",
            header(*at)
        ));
    }
    if !roles.sentences.is_empty() {
        let names: Vec<&str> = roles.sentences.iter().map(|&at| header(at)).collect();
        out.report.remark(format!(
            "decide: other columns hold sentences too, and only `{}` was taken for what was said: `{}`",
            header(roles.text),
            names.join("`, `")
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_survey_comes_in_as_messages_with_their_attributes() {
        let csv = "Response ID,Age,Date,What could be better?\nR1,30,13/09/2013,The waiting was long and nobody said why\nR2,,01/09/2013,\nR3,41,02/09/2013,Nothing at all: it was wonderful\n";
        let project = read("survey.csv", csv.as_bytes()).unwrap();
        let all: Vec<_> = project.sources.iter().map(|s| (s.id.as_str(), s.at.as_deref(), s.values.len())).collect();
        assert_eq!(all, [("R1", Some("2013-09-13T00:00"), 1), ("R3", Some("2013-09-02T00:00"), 1)]);
        assert_eq!((project.variables[0].kind, project.report.left_out[0].count), (ValueKind::Number, 1));
        let both = csv.replace("13/09", "03/09");
        let project = read("survey.csv", both.as_bytes()).unwrap();
        assert_eq!((project.sources[0].at.as_deref(), project.sources[0].values.len()), (None, 2));
    }
}
