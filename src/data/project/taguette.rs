//! Taguette's database: documents in HTML, of which highlights count the UTF-8 bytes between the tags; tags whose names
//! are paths; and who made a highlight, in the list of what people did.

use super::database::Database;
use super::hierarchy::{of_paths, ordered};
use super::html::Plain;
use super::offsets::{Counted, Text, Unit, settle};
use super::{Code, Coding, Project, Source};
use crate::data::problem::Problem;
use rustc_hash::FxHashMap;

/// Reads all projects of a database.
pub fn read(database: &Database<'_>) -> Result<Project, Problem> {
    let mut out = Project::default();
    out.report.format = "Taguette project";
    let mut projects: Vec<(i64, String, String)> = Vec::new();
    database.rows("projects", ["id", "name", "description"], "id", |[id, name, memo]| {
        projects.extend(id.number().map(|id| (id, name.text(), memo.text())));
    })?;
    let several = projects.len() > 1;
    if let [(_, name, memo)] = projects.as_slice() {
        (out.name, out.memo) = (name.clone(), memo.clone());
    } else if several {
        let names: Vec<&str> = projects.iter().map(|(_, name, _)| name.as_str()).collect();
        let remark = format!("the file holds {} projects, which came in together: {}", names.len(), names.join(", "));
        out.report.remark(remark);
    }
    let project_name = |id: Option<i64>| projects.iter().find(|p| Some(p.0) == id).map_or("", |p| p.1.as_str());
    let (mut documents, mut plains) = (FxHashMap::default(), Vec::new());
    let columns = ["id", "name", "description", "contents", "created", "project_id"];
    database.rows("documents", columns, "id", |[id, mut name, mut memo, mut html, added, project]| {
        let Some(number) = id.number() else { return };
        documents.insert(number, out.sources.len());
        plains.push(Plain::of(&html.take()));
        let thread = several.then(|| project_name(project.number()).to_owned());
        out.sources.push(Source {
            id: id.text(),
            name: name.take(),
            memo: memo.take(),
            thread,
            added: out.report.time(&added.text()),
            ..Source::default()
        });
    })?;
    let (mut tags, mut codes) = (FxHashMap::default(), Vec::new());
    database.rows("tags", ["id", "path", "description", "project_id"], "id", |[id, mut path, mut memo, project]| {
        let Some(number) = id.number() else { return };
        let path = path.take();
        let name = if several { format!("{}/{path}", project_name(project.number())) } else { path };
        tags.insert(number, codes.len());
        codes.push(Code { id: id.text(), name, definition: memo.take(), ..Code::default() });
    })?;
    of_paths(&mut codes, &['.', '/']);
    let (codes, moved) = ordered(codes, &mut out.report);
    out.codes = codes;
    let mut tagged: FxHashMap<i64, Vec<usize>> = FxHashMap::default();
    database.rows("highlight_tags", ["highlight_id", "tag_id"], "highlight_id", |[highlight, tag]| {
        let tag = tag.number().and_then(|tag| tags.get(&tag)).map(|&tag| moved[tag]);
        if let (Some(highlight), Some(tag)) = (highlight.number(), tag) {
            tagged.entry(highlight).or_default().push(tag);
        }
    })?;
    let made = makers(database, &mut out)?;
    highlights(database, &mut out, &documents, &plains, &tagged, &made)?;
    Ok(out)
}

/// Who made each highlight or changed it last, and when.
fn makers(database: &Database<'_>, out: &mut Project) -> Result<FxHashMap<i64, (usize, Option<String>)>, Problem> {
    let (mut made, mut left) = (FxHashMap::default(), 0);
    let mut users: Vec<String> = Vec::new();
    database.rows("users", ["login"], "login", |[login]| users.push(login.text()))?;
    for login in users {
        out.user(&login, &login);
    }
    database.rows("commands", ["date", "user_login", "payload"], "id", |[date, login, payload]| {
        let payload = payload.text();
        if !payload.contains("highlight_add") {
            return;
        }
        let Ok(said) = serde_json::from_str::<serde_json::Value>(&payload) else {
            left += 1;
            return;
        };
        let Some(highlight) = said.get("highlight_id").and_then(serde_json::Value::as_i64) else { return };
        let login = login.text();
        let user = out.user(&login, &login);
        made.insert(highlight, (user, out.report.time(&date.text())));
    })?;
    if left > 0 {
        out.report.remark(format!("{left} entries on who did what cannot be read"));
    }
    Ok(made)
}

fn highlights(
    database: &Database<'_>,
    out: &mut Project,
    documents: &FxHashMap<i64, usize>,
    plains: &[Plain],
    tagged: &FxHashMap<i64, Vec<usize>>,
    made: &FxHashMap<i64, (usize, Option<String>)>,
) -> Result<(), Problem> {
    /// A highlight as it stands in the file.
    struct Highlight {
        id: i64,
        source: usize,
        start: i64,
        end: i64,
        quote: String,
    }
    let mut found = Vec::new();
    let columns = ["id", "document_id", "start_offset", "end_offset", "snippet"];
    let report = &mut out.report;
    let what = ("highlight", "highlights");
    database.rows("highlights", columns, "id", |[id, document, start, end, mut snippet]| {
        let source = document.number().and_then(|d| documents.get(&d)).copied();
        let quote = Plain::of(&snippet.take()).bare;
        match (id.number(), source, start.number(), end.number()) {
            (Some(id), Some(source), Some(start), Some(end)) => {
                found.push(Highlight { id, source, start, end, quote });
            }
            _ => report.leave_out(what, "their document is not in the file", &quote),
        }
    })?;
    let texts: Vec<Text<'_>> = plains.iter().map(|p| Text { text: &p.bare, marked: false }).collect();
    let counted: Vec<Counted<'_>> = found
        .iter()
        .map(|h| Counted { source: h.source, start: h.start, end: h.end, quote: Some(h.quote.as_str()) })
        .collect();
    let places = settle(&texts, &counted, Unit::Byte, report);
    for (highlight, place) in found.iter().zip(places) {
        let Some(place) = place else {
            report.leave_out(what, "their place lies outside of their document", &highlight.quote);
            continue;
        };
        let Some(tags) = tagged.get(&highlight.id) else {
            report.leave_out(what, "they have no tag", &highlight.quote);
            continue;
        };
        let place = plains[highlight.source].place(place);
        let by = made.get(&highlight.id);
        out.codings.extend(tags.iter().map(|&code| Coding {
            id: highlight.id.to_string(),
            source: highlight.source,
            code,
            coder: by.map(|(user, _)| *user),
            place: Some(place),
            quote: Some(highlight.quote.clone()),
            at: by.and_then(|(_, at)| at.clone()),
            ..Coding::default()
        }));
    }
    for (source, plain) in out.sources.iter_mut().zip(plains) {
        source.text = plain.text();
    }
    Ok(())
}
