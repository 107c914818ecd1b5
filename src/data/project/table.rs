//! A table of messages, as a spreadsheet or a survey program keeps them: what its columns are is guessed, and said.

use super::table_coded::Coded;
use super::table_kinds::{labels, other_than_messages};
use super::table_said::say;
use super::{Coding, Project, Source, ValueKind, Variable, table_codebook, taguette_sheet};
use crate::base::Table;
use crate::base::date::DateTime;
use crate::base::table::{Body, Row};
use crate::data::headers::{SEGMENT, is_text, plain};
use crate::data::picture::Picture;
use crate::data::problem::Problem;
use crate::data::project::Report;
use crate::data::project::read::time;
use crate::data::read::{ReadOptions, read_table};
use crate::data::roles::{Cells, Roles, guess};
use crate::data::sheet;
use crate::diagnostic::codes;
use rustc_hash::FxHashMap;

/// Reads a table; the highlights of another program where its columns are theirs. Of a workbook the first sheet that holds
/// texts is read: the one before it may be a page that says what the file is.
pub fn read(name: &str, bytes: &[u8]) -> Result<Project, Problem> {
    let sheets = if sheet::is_workbook(name) { sheet::names(name, bytes.to_vec())? } else { Vec::new() };
    let first = one(name, bytes, None);
    // A refusal that names the way to use the file is an answer.
    let settled = match &first {
        Ok((project, sure)) => *sure && !project.sources.is_empty(),
        Err(problem) => problem.code != codes::FILE && !problem.message.starts_with("no column of"),
    };
    if settled || sheets.len() < 2 {
        return first.map(|(project, _)| project);
    }
    let others = sheets.iter().skip(1).filter_map(|sheet| {
        let (project, sure) = one(name, bytes, Some(sheet)).ok()?;
        (!project.sources.is_empty()).then_some((sheet, project, sure))
    });
    let mut others: Vec<_> = others.collect();
    let first_is_read = first.as_ref().is_ok_and(|(project, _)| !project.sources.is_empty());
    let best = others.iter().position(|(_, _, sure)| *sure).or((!first_is_read && !others.is_empty()).then_some(0));
    let Some(best) = best else { return first.map(|(project, _)| project) };
    let (taken, mut project, _) = others.swap_remove(best);
    let left: Vec<&str> = sheets.iter().filter(|sheet| *sheet != taken).map(String::as_str).collect();
    project.report.remark(format!(
        "decide: the sheet `{taken}` was read, since it holds texts and the first, `{}`, does not seem to; left out: `{}`",
        sheets[0],
        left.join("`, `")
    ));
    Ok(project)
}

/// Reads one sheet, or a table that has no sheets; and whether its columns show that it is what it was taken for.
fn one(name: &str, bytes: &[u8], sheet: Option<&str>) -> Result<(Project, bool), Problem> {
    let options = ReadOptions { tidy: true, sheet: sheet.map(str::to_owned), ..ReadOptions::default() };
    let mut read = read_table(name, bytes, &options).map_err(|mut problem| {
        // An import has no `--lenient`.
        problem.help =
            problem.help.map(|help| help.split("; or run with `--lenient`").next().unwrap_or_default().into());
        problem
    })?;
    let known = |header: &String| is_text(&plain(header)) || SEGMENT.contains(&plain(header).as_str());
    let sure = read.table.header.len() > 2 || read.table.header.iter().any(known);
    let labels = labels(&mut read.table);
    let said = flattened(&mut read.table);
    if let Some(problem) = other_than_messages(name, &read.table) {
        return Err(problem);
    }
    let codebook = table_codebook::of_table(&read.table);
    let roles = guess(&read.table);
    let alone = roles.as_ref().and_then(|roles| codings_alone(&read.table, roles));
    let mut project = match taguette_sheet::of_table(&read.table) {
        Some(project) => project,
        None if codebook.is_some() => codebook.unwrap_or_else(|| Ok(Project::default()))?,
        None if alone.is_some() => {
            let (id, code, coder) = alone.unwrap_or_default();
            let message = format!("`{name}` holds codings, and not the texts of the messages that were coded");
            let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
            let help = format!(
                "import the table of the messages, and add to its study: `input coding from \"{file}\"` with the lines \
                 `message = \"{id}\"`, `code = \"{code}\"` and {coder}"
            );
            return Err(Problem::new(codes::DATA_FORMAT, name, message).help(help));
        }
        None => roles.and_then(|roles| messages(&read.table, roles, labels.as_deref())).ok_or_else(|| {
            let message = format!("no column of `{name}` holds texts");
            Problem::new(codes::DATA_FORMAT, name, message)
                .help("is it the right table, and has it rows below its header?")
        })?,
    };
    if labels.is_some() {
        project.report.remark(
            "the two rows below the header, as Qualtrics writes them, are no answers: the first says what was asked, and \
             the second, with `ImportId`, is left out",
        );
    }
    said.into_iter().for_each(|said| project.report.remark(said));
    read.warnings.into_iter().for_each(|warning| project.report.remark(warning.message));
    Ok((project, sure))
}

/// The headers of ids and codes of a table that holds codings and no texts, and the line that says who coded.
fn codings_alone(table: &Table, roles: &Roles) -> Option<(String, String, String)> {
    let (at, coded) = (roles.without_texts?, roles.coded?);
    let coder = match coded.coder {
        Some(coder) => format!("`coder = \"{}\"`", table.header[coder]),
        None => "`coder is eva`, with the name of whoever coded in place of `eva`".to_owned(),
    };
    Some((table.header[at].clone(), table.header[coded.codes].clone(), coder))
}

fn messages(table: &Table, roles: Roles, labels: Option<&[String]>) -> Option<Project> {
    // What was asked, where the table says it below the header.
    let asked = |at: usize| {
        labels.and_then(|labels| labels.get(at)).filter(|label| !label.is_empty()).unwrap_or(&table.header[at])
    };
    let mut out = Project::default();
    out.report.format = if roles.questions.is_empty() { "table of messages" } else { "survey" };
    let spoken = |(at, cells): &(usize, Cells)| {
        let open = roles.sentences.contains(at) || asked(*at).trim_end().ends_with('?');
        *cells == Cells::Texts && open && !roles.times.contains(at)
    };
    out.spoken = (0..roles.others.len()).filter(|&n| spoken(&roles.others[n])).collect();
    let known = roles.others.iter().map(|(at, cells)| {
        let definition = if labels.is_some() { asked(*at).clone() } else { String::new() };
        Variable { definition, ..variable(&table.header[*at], *cells) }
    });
    out.variables = known.collect();
    out.coding_facts = roles.of_coding.iter().map(|(at, cells)| variable(&table.header[*at], *cells)).collect();
    say(table, &roles, &mut out);
    if let Some((at, _)) = roles.at.as_ref().filter(|(_, pictures)| pictures.len() > 1) {
        out.variables.push(variable(&table.header[*at], Cells::Texts));
    }
    let question = out.variables.len();
    if !roles.questions.is_empty() {
        out.variables.push(variable("question", Cells::Texts));
    }
    for &at in &roles.empty {
        out.report.leave_out(("column", "columns"), "it is empty in every row", &table.header[at]);
    }
    let mut all = Rows {
        roles: &roles,
        known: FxHashMap::default(),
        answers: Vec::new(),
        coded: Coded::new(table, &roles, &mut out),
    };
    for row in table.rows() {
        match roles.questions.as_slice() {
            [] => all.message(&row, &mut out),
            questions => {
                let mut answered = 0;
                for (number, &at) in (1..).zip(questions) {
                    answered += usize::from(all.answer(&row, (number, at), asked(at), question, &mut out));
                }
                if answered == 0 {
                    out.report.leave_out(("row", "rows"), "it answers none of the questions", &all.id(&row));
                }
            }
        }
    }
    let Rows { known, answers, coded, .. } = all;
    parents(&known, &answers, &mut out);
    coded.finish(&mut out);
    if roles.segments {
        out.passages = (0..out.sources.len()).collect();
    }
    (!out.sources.is_empty()).then_some(out)
}

/// Rows becoming messages.
struct Rows<'a> {
    roles: &'a Roles,
    known: FxHashMap<String, usize>,
    /// The id of what each message answers.
    answers: Vec<Option<String>>,
    coded: Coded,
}

impl Rows<'_> {
    fn id(&self, row: &Row<'_>) -> String {
        filled(row, self.roles.id).unwrap_or_else(|| format!("row-{}", row.line))
    }

    /// The message of a row, without its text.
    fn of(&self, row: &Row<'_>, report: &mut Report) -> Source {
        let roles = self.roles;
        let mut values: Vec<(usize, String)> =
            roles.others.iter().enumerate().filter_map(|(n, (at, _))| Some((n, filled(row, Some(*at))?))).collect();
        let at = match &roles.at {
            None => None,
            Some((at, pictures)) => match pictures.as_slice() {
                [] | [_] => when(cell(row, *at).trim(), pictures, roles.unix, report),
                _ => {
                    values.extend(filled(row, Some(*at)).map(|text| (roles.others.len(), text)));
                    None
                }
            },
        };
        let at = match filled(row, roles.clock).filter(|_| at.is_some()) {
            Some(clock) => {
                let day = at.as_deref().and_then(|at| at.get(..10)).unwrap_or_default();
                time(&format!("{day}T{clock:0>5}"))
            }
            None => at,
        };
        let (thread, author) = (filled(row, roles.thread), filled(row, roles.author));
        Source { thread, author, at, values, ..Source::default() }
    }

    /// Adds a row of a message that an earlier row spoke of too.
    fn again(&mut self, at: usize, row: &Row<'_>, codings: Vec<Coding>, out: &mut Project) {
        let text = cell(row, self.roles.text);
        let source = Source { text: text.to_owned(), ..self.of(row, &mut out.report) };
        let known = &mut out.sources[at];
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        if known.text.trim().is_empty() {
            known.text = source.text;
        } else if !text.trim().is_empty() && words(text) != words(&known.text) {
            let why = "an earlier row of the same id has another text, which was taken: decide which one was coded";
            let name = format!("`{}` in row {}", known.id, row.line).replace('`', "");
            out.report.leave_out(("text", "texts"), why, &name);
        }
        // What stands in the first row of a message alone, or in a later one, is of the message.
        let known = &mut out.sources[at];
        (known.thread, known.author) = (known.thread.take().or(source.thread), known.author.take().or(source.author));
        known.at = known.at.take().or(source.at);
        for (variable, value) in source.values {
            if known.values.iter().all(|(other, _)| *other != variable) {
                known.values.push((variable, value));
            }
        }
        self.coded.add(at, codings, row.line, out);
    }

    fn message(&mut self, row: &Row<'_>, out: &mut Project) {
        let (mut id, text) = (self.id(row), cell(row, self.roles.text));
        // What was coded of a message that has no words stays, where the message has an id of its own.
        let coded = self.roles.coded.filter(|_| filled(row, self.roles.id).is_some() && !self.roles.segments);
        if text.trim().is_empty() && coded.and_then(|coded| filled(row, Some(coded.codes))).is_none() {
            return out.report.leave_out(("row", "rows"), "it has no text", &id);
        }
        let mut source = Source { text: text.to_owned(), ..self.of(row, &mut out.report) };
        let answers = filled(row, self.roles.parent);
        let codings = self.coded.of_row(row, self.roles, out);
        if let Some(at) = self.known.get(&id).copied().filter(|_| self.roles.keyed) {
            return self.again(at, row, codings, out);
        }
        let called = self.roles.repeated.as_ref().and_then(|(at, _)| filled(row, Some(*at)));
        if self.roles.coded.is_some() {
            // A row a coding: rows that say the same of their message are one message, unless a coding stood twice.
            if let Some(called) = &called {
                id.clone_from(called);
            }
            if let Some(at) =
                self.coded.message(called.as_deref(), &source, &codings).filter(|_| self.roles.id.is_none())
            {
                if says_otherwise(&out.sources[at], &source) {
                    let why = "an earlier row of the same passage has other values beside it, and those were taken";
                    out.report.leave_out(("row's other columns", "rows' other columns"), why, &id);
                }
                return self.coded.add(at, codings, row.line, out);
            }
            while self.known.contains_key(&id) {
                id = format!("{id} (row {})", row.line);
            }
        }
        self.known.insert(id.clone(), out.sources.len());
        self.answers.push(answers);
        if self.roles.coded.is_some() {
            self.coded.first(out.sources.len(), called.as_deref(), &source, &codings);
            self.coded.add(out.sources.len(), codings, row.line, out);
        }
        (source.name, source.id) = (id.clone(), id);
        out.sources.push(source);
    }

    /// The answer of a row to a question, if there is one.
    fn answer(
        &mut self,
        row: &Row<'_>,
        (number, at): (usize, usize),
        asked: &str,
        question: usize,
        out: &mut Project,
    ) -> bool {
        let text = cell(row, at);
        if text.trim().is_empty() {
            return false;
        }
        let who = self.id(row);
        let id = format!("{who}/{number}");
        let mut source =
            Source { name: id.clone(), id: id.clone(), text: text.to_owned(), ..self.of(row, &mut out.report) };
        source.thread = Some(who.clone());
        source.author.get_or_insert(who);
        source.values.push((question, asked.trim().to_owned()));
        self.known.insert(id, out.sources.len());
        self.answers.push(None);
        out.sources.push(source);
        true
    }
}

/// The time of a cell, of a column in which these forms fit all cells.
pub(super) fn when(cell: &str, pictures: &[Picture], unix: Option<i64>, report: &mut Report) -> Option<String> {
    match pictures {
        [] if unix.is_some() => {
            let count = cell.parse::<i64>().ok();
            let ms = count.and_then(|count| count.checked_mul(unix?));
            ms.and_then(DateTime::from_unix_ms).map(|at| at.to_string())
        }
        [] => report.time(cell),
        [form, ..] => {
            let found = form.read(cell).ok().and_then(|found| found.date_time());
            // A form without a time gives a day.
            found.map(|at| at.to_string()).map(|at| match form.has_time() {
                true => at,
                false => at.chars().take(10).collect(),
            })
        }
    }
}

/// True where two rows of one passage say something else beside it.
fn says_otherwise(one: &Source, other: &Source) -> bool {
    (&one.values, &one.author, &one.at) != (&other.values, &other.author, &other.at)
}

fn cell<'r>(row: &'r Row<'_>, at: usize) -> &'r str {
    row.cells.get(at).and_then(|cell| cell.as_deref()).unwrap_or_default()
}

fn filled(row: &Row<'_>, at: Option<usize>) -> Option<String> {
    at.map(|at| cell(row, at).trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Which message answers which.
fn parents(known: &FxHashMap<String, usize>, answers: &[Option<String>], out: &mut Project) {
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

/// What people are called in an object of JSON, the best first.
pub(super) const CALLED: [&str; 10] =
    ["name", "display_name", "displayName", "screen_name", "username", "user_name", "login", "nick", "title", "id"];

/// Columns whose cells are all objects of JSON, as `{"name": "Ann", "id": 7}`, become the names in them; says which.
fn flattened(table: &mut Table) -> Vec<String> {
    let Body::Cells(rows) = &mut table.body else { return Vec::new() };
    let mut said = Vec::new();
    for (at, header) in table.header.iter().enumerate() {
        let cells =
            || rows.iter().filter_map(|row| row.cells.get(at)?.as_deref()).filter(|cell| !cell.trim().is_empty());
        if cells().next().is_none() || !cells().all(|cell| cell.starts_with('{')) {
            continue;
        }
        let objects: Option<Vec<serde_json::Value>> = cells().map(|cell| serde_json::from_str(cell).ok()).collect();
        let Some(objects) = objects else { continue };
        let text = |value: &serde_json::Value| match value {
            serde_json::Value::String(text) => Some(text.clone()),
            serde_json::Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let known = |key: &&str| objects.iter().any(|object| text(&object[*key]).is_some());
        let Some(key) = CALLED.into_iter().find(known) else { continue };
        let mut left: Vec<String> = Vec::new();
        for other in objects.iter().filter_map(|object| object.as_object()).flat_map(|object| object.keys()) {
            if other != key && !left.contains(other) {
                left.push(other.clone());
            }
        }
        let rest = if left.is_empty() {
            String::new()
        } else {
            format!(", and not its `{}`", left.iter().take(5).cloned().collect::<Vec<_>>().join("`, `"))
        };
        said.push(format!("of `{header}`, which holds objects, the `{key}` was taken{rest}"));
        let mut names = objects.iter().map(|object| text(&object[key]));
        for row in rows.iter_mut() {
            if let Some(cell) =
                row.cells.get_mut(at).filter(|cell| cell.as_deref().is_some_and(|c| !c.trim().is_empty()))
            {
                *cell = names.next().flatten().map(std::borrow::Cow::Owned);
            }
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_survey_comes_in_as_messages_with_their_attributes() {
        let csv = "Response ID,Age,Date,What could be better?\nR1,30,13/09/2013,The waiting was long and nobody said why\nR2,,01/09/2013,\nR3,41,02/09/2013,Nothing at all: it was wonderful\n";
        let project = read("survey.csv", csv.as_bytes()).unwrap();
        let all: Vec<_> = project.sources.iter().map(|s| (s.id.as_str(), s.at.as_deref(), s.values.len())).collect();
        assert_eq!(all, [("R1", Some("2013-09-13"), 1), ("R3", Some("2013-09-02"), 1)]);
        assert_eq!((project.variables[0].kind, project.report.left_out[0].count), (ValueKind::Number, 1));
        let both = csv.replace("13/09", "03/09");
        let project = read("survey.csv", both.as_bytes()).unwrap();
        assert_eq!((project.sources[0].at.as_deref(), project.sources[0].values.len()), (None, 2));
    }

    #[test]
    fn every_answer_to_several_questions_is_a_message() {
        let csv = "Respondent ID,Age,What went well?,What could be better?\nR1,30,The nurses were kind to all of us,The waiting was long and nobody said why\nR2,41,,Somebody should have told me more\nR3,50,,\n";
        let project = read("survey.csv", csv.as_bytes()).unwrap();
        let all: Vec<_> = project
            .sources
            .iter()
            .map(|s| {
                (
                    s.id.as_str(),
                    s.thread.as_deref().unwrap(),
                    s.author.as_deref().unwrap(),
                    s.values.last().unwrap().1.as_str(),
                )
            })
            .collect();
        let (well, better) = ("What went well?", "What could be better?");
        assert_eq!(all, [("R1/1", "R1", "R1", well), ("R1/2", "R1", "R1", better), ("R2/2", "R2", "R2", better)]);
        assert_eq!(project.variables[1].name, "question");
        assert_eq!(project.report.left_out[0].words(), "1 row: it answers none of the questions (`R3`)");
        // A text with a remark beside it is no survey.
        let csv = csv.replace("What went well?", "text").replace("What could be better?", "remarks");
        assert_eq!(read("messages.csv", csv.as_bytes()).unwrap().sources.len(), 1);
    }

    #[test]
    fn codes_beside_messages_are_codings() {
        let csv = "id,text,codes,coder\n1,The waiting was long,waiting; staff,eva\n2,They were kind to us,staff,eva\n3,Nothing to say of it,,eva\n1,The waiting was long,waiting,tom\n";
        let project = read("coded.csv", csv.as_bytes()).unwrap();
        let all: Vec<_> = project
            .codings
            .iter()
            .map(|c| {
                (
                    project.sources[c.source].id.as_str(),
                    project.codes[c.code].name.as_str(),
                    project.users[c.coder.unwrap()].name.as_str(),
                )
            })
            .collect();
        assert_eq!(
            all,
            [("1", "waiting", "eva"), ("1", "staff", "eva"), ("2", "staff", "eva"), ("1", "waiting", "tom")]
        );
        assert_eq!(project.sources.len(), 3);
        // Codes that are in every row another one are ids.
        let csv = "code,text\nP1,The waiting was long\nP2,They were kind to us\nP3,Nothing to say\nP4,It was so loud\n";
        assert!(read("a.csv", csv.as_bytes()).unwrap().codings.is_empty());
    }

    #[test]
    fn codings_without_texts_are_refused_with_the_way_to_use_them() {
        for csv in [
            "message,code\nA 1 - Q1,waiting\nA 1 - Q1,staff\nB 2 - Q1,waiting\n",
            "message,code,coder,quote\nm1,waiting,eva,it took so long to wait\nm2,waiting,eva,nobody told me anything\n",
        ] {
            let problem = read("codes.csv", csv.as_bytes()).unwrap_err();
            let help = problem.help.as_deref().unwrap();
            assert!(help.contains("input coding from \"codes.csv\""), "{problem:?}");
            assert!(
                help.contains(if csv.contains("coder") { "`coder = \"coder\"`" } else { "`coder is eva`" }),
                "{help}"
            );
        }
    }

    #[test]
    fn authors_that_are_objects_are_called_by_their_names() {
        let json = r#"[{"id": 1, "author": {"id": 7, "name": "Ann"}, "text": "I like the place"}, {"id": 2, "author": {"id": 8, "name": "Tom"}, "text": "So do I, very much"}]"#;
        let project = read("a.json", json.as_bytes()).unwrap();
        let all: Vec<_> = project.sources.iter().map(|s| s.author.as_deref().unwrap()).collect();
        assert_eq!(all, ["Ann", "Tom"]);
        assert!(project.report.remarks.iter().any(|r| r.contains("and not its `id`")), "{:?}", project.report.remarks);
    }

    #[test]
    fn other_encodings_and_titles_are_read_and_said() {
        let csv = b"Our survey of 2023\n\nid;text\n1;Das Caf\xE9 war sch\xF6n\n2;Es war zu laut\n";
        let project = read("a.csv", csv).unwrap();
        assert_eq!((project.sources[0].text.as_str(), project.sources[0].id.as_str()), ("Das Café war schön", "1"));
        let said = project.report.remarks.join("\n");
        assert!(said.contains("read as Windows-1252") && said.contains("taken for a title"), "{said}");
    }
}
