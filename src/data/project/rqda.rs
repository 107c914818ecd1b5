//! RQDA's database: texts, coded places with their words, categories of codes and files, cases and attributes. What a
//! user deleted stays in the file with status 0, and is left out here.

use super::database::{Cell, Database};
use super::hierarchy::ordered;
use super::offsets::{Counted, Text, Unit, settle};
use super::{About, Case, Code, Coding, Note, Project, Set, Source, ValueKind, Variable};
use crate::base::date::MONTHS;
use crate::data::problem::Problem;
use rustc_hash::FxHashMap;

type Numbers = FxHashMap<i64, usize>;

/// Reads a project.
pub fn read(database: &Database<'_>) -> Result<Project, Problem> {
    let mut out = Project::default();
    out.report.format = "RQDA project";
    database.rows("project", ["memo", "about"], "date", |[memo, about]| {
        out.memo = memo.text();
        out.report.origin = Some(about.text()).filter(|a| !a.is_empty());
    })?;
    let mut sources = Numbers::default();
    database.rows(
        "source",
        ["id", "name", "file", "memo", "status", "date"],
        "id",
        |[id, mut name, mut text, mut memo, status, date]| {
            let (Some(number), name) = (id.number(), name.take()) else { return };
            if deleted(&status) {
                return out.report.leave_out(("document", "documents"), DELETED, &name);
            }
            sources.insert(number, out.sources.len());
            let text = text.take();
            let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text).to_owned();
            out.sources.push(Source {
                id: id.text(),
                name,
                text,
                memo: memo.take(),
                added: time(&date.text()),
                ..Source::default()
            });
        },
    )?;
    let codes = codes(database, &mut out)?;
    codings(database, &mut out, &sources, &codes)?;
    notes(database, &mut out, &sources)?;
    cases(database, &mut out, &sources)?;
    file_categories(database, &mut out, &sources)?;
    for (table, what) in
        [("image", ("picture", "pictures")), ("imageCoding", ("part of a picture", "parts of pictures"))]
    {
        for _ in 0..database.count(table)? {
            out.report.leave_out(what, "they have no text", "");
        }
    }
    Ok(out)
}

const DELETED: &str = "they had been deleted in RQDA";

fn deleted(status: &Cell) -> bool {
    status.number() == Some(0)
}

fn codes(database: &Database<'_>, out: &mut Project) -> Result<Numbers, Problem> {
    let mut list: Vec<Code> = Vec::new();
    let (mut categories, mut numbers) = (Numbers::default(), Numbers::default());
    database.rows("codecat", ["catid", "name", "memo", "status"], "catid", |[id, mut name, mut memo, status]| {
        let (Some(number), name) = (id.number(), name.take()) else { return };
        if deleted(&status) {
            return out.report.leave_out(("category", "categories"), DELETED, &name);
        }
        categories.insert(number, list.len());
        let (id, definition) = (format!("category {number}"), memo.take());
        list.push(Code { id, name, definition, heading: true, ..Code::default() });
    })?;
    let columns = ["id", "name", "memo", "color", "status"];
    database.rows("freecode", columns, "id", |[id, mut name, mut memo, colour, status]| {
        let (Some(number), name) = (id.number(), name.take()) else { return };
        if deleted(&status) {
            return out.report.leave_out(("code", "codes"), DELETED, &name);
        }
        numbers.insert(number, list.len());
        let colour = Some(colour.text()).filter(|c| c.starts_with('#'));
        list.push(Code { id: id.text(), name, definition: memo.take(), colour, ..Code::default() });
    })?;
    // A code may be in several categories: it stands under the first, and is a member of the others.
    let mut others: Vec<(usize, usize)> = Vec::new();
    database.rows("treecode", ["cid", "catid", "status"], "", |[code, category, status]| {
        let code = code.number().and_then(|n| numbers.get(&n)).copied();
        let category = category.number().and_then(|n| categories.get(&n)).copied();
        let Some((code, category)) = code.zip(category).filter(|_| !deleted(&status)) else { return };
        match list[code].parent {
            None => list[code].parent = Some(category),
            Some(parent) if parent != category => others.push((category, code)),
            Some(_) => {}
        }
    })?;
    let (list, moved) = ordered(list, &mut out.report);
    out.codes = list;
    numbers.values_mut().for_each(|at| *at = moved[*at]);
    for (category, code) in others {
        let name = out.codes[moved[category]].name.clone();
        let set = set_of(out, &format!("category {name}"), &name);
        out.sets[set].codes.push(moved[code]);
    }
    Ok(numbers)
}

fn set_of(out: &mut Project, id: &str, name: &str) -> usize {
    out.sets.iter().position(|set| set.id == id).unwrap_or_else(|| {
        out.sets.push(Set { id: id.to_owned(), name: name.to_owned(), ..Set::default() });
        out.sets.len() - 1
    })
}

fn codings(database: &Database<'_>, out: &mut Project, sources: &Numbers, codes: &Numbers) -> Result<(), Problem> {
    let what = ("coding", "codings");
    let mut places: Vec<(i64, i64)> = Vec::new();
    for table in ["coding", "coding2"] {
        let columns = ["cid", "fid", "seltext", "selfirst", "selend", "status", "owner", "date", "memo"];
        database.rows(table, columns, "", |[code, source, mut quote, start, end, status, owner, date, mut memo]| {
            if deleted(&status) {
                return out.report.leave_out(what, DELETED, &quote.text());
            }
            let code = code.number().and_then(|n| codes.get(&n)).copied();
            let source = source.number().and_then(|n| sources.get(&n)).copied();
            let Some((code, source)) = code.zip(source) else {
                return out.report.leave_out(what, "their code or document was left out", &quote.text());
            };
            let Some(place) = start.number().zip(end.number()) else {
                return out.report.leave_out(what, "they do not say where they begin and end", &quote.text());
            };
            places.push(place);
            // The second table is that of a second coder.
            let mut owner = owner.text();
            if table != "coding" {
                owner = format!("{} (second)", owner.trim()).trim().to_owned();
                out.report.remark(format!(
                    "decide whether this is so: what stands in the table `coding2` was taken for the work of another coder, `{owner}`"
                ));
            }
            let coder = (!owner.is_empty()).then(|| out.user(&owner, &owner));
            let quote = Some(quote.take()).filter(|quote| !quote.is_empty());
            let (at, memo) = (time(&date.text()), memo.take());
            out.codings.push(Coding { source, code, coder, quote, at, memo, ..Coding::default() });
        })?;
    }
    let texts: Vec<Text<'_>> = out.sources.iter().map(|s| Text { text: &s.text, marked: false }).collect();
    let counted: Vec<Counted<'_>> = out
        .codings
        .iter()
        .zip(&places)
        .map(|(c, &(start, end))| Counted { source: c.source, start, end, quote: c.quote.as_deref() })
        .collect();
    let found = settle(&texts, &counted, Unit::Character, &mut out.report);
    let mut kept = Vec::new();
    for (mut coding, place) in std::mem::take(&mut out.codings).into_iter().zip(found) {
        coding.place = place;
        if place.is_some() {
            kept.push(coding);
        } else {
            let code = out.codes[coding.code].name.clone();
            out.report.leave_out(what, "their place lies outside of their text", &code);
        }
    }
    out.codings = kept;
    Ok(())
}

fn notes(database: &Database<'_>, out: &mut Project, sources: &Numbers) -> Result<(), Problem> {
    let columns = ["fid", "position", "annotation", "owner", "date", "status"];
    database.rows("annotation", columns, "", |[source, place, mut text, owner, date, status]| {
        let source = source.number().and_then(|n| sources.get(&n)).copied();
        let Some(source) = source.filter(|_| !deleted(&status)) else {
            return out.report.leave_out(("annotation", "annotations"), DELETED, &text.text());
        };
        let length = out.sources[source].text.chars().count();
        let at = place.number().and_then(|at| u32::try_from(at).ok()).filter(|&at| at as usize <= length);
        let owner = owner.text();
        let by = (!owner.is_empty()).then(|| out.user(&owner, &owner));
        let (id, about) = (format!("annotation {}", out.notes.len() + 1), About::Source(source, at.map(|at| (at, at))));
        let at = time(&date.text());
        out.notes.push(Note { id, text: text.take(), by, at, about: vec![about], ..Note::default() });
    })?;
    database.rows(
        "journal",
        ["name", "journal", "date", "owner", "status"],
        "",
        |[mut title, mut text, date, owner, status]| {
            if deleted(&status) {
                return out.report.leave_out(("journal", "journals"), DELETED, &title.text());
            }
            let owner = owner.text();
            let by = (!owner.is_empty()).then(|| out.user(&owner, &owner));
            let (id, title, text) = (format!("journal {}", out.notes.len() + 1), title.take(), text.take());
            out.notes.push(Note { id, title, text, by, at: time(&date.text()), about: vec![About::Project] });
        },
    )
}

fn cases(database: &Database<'_>, out: &mut Project, sources: &Numbers) -> Result<(), Problem> {
    let mut numbers = Numbers::default();
    database.rows("cases", ["id", "name", "memo", "status"], "id", |[id, mut name, mut memo, status]| {
        let (Some(number), name) = (id.number(), name.take()) else { return };
        if deleted(&status) {
            return out.report.leave_out(("case", "cases"), DELETED, &name);
        }
        numbers.insert(number, out.cases.len());
        out.cases.push(Case { id: id.text(), name, memo: memo.take(), ..Case::default() });
    })?;
    let columns = ["caseid", "fid", "selfirst", "selend", "status"];
    database.rows("caselinkage", columns, "", |[case, source, start, end, status]| {
        let case = case.number().and_then(|n| numbers.get(&n)).copied();
        let source = source.number().and_then(|n| sources.get(&n)).copied();
        let Some((case, source)) = case.zip(source).filter(|_| !deleted(&status)) else {
            return out.report.leave_out(("source of a case", "sources of cases"), DELETED, "");
        };
        let length = out.sources[source].text.chars().count();
        let number = |cell: &Cell| cell.number().and_then(|n| u32::try_from(n).ok());
        let part = number(&start).zip(number(&end));
        let part = part.filter(|&(start, end)| {
            start < end && end as usize <= length && (start > 0 || (end as usize) + 1 < length)
        });
        out.cases[case].sources.push((source, part));
    })?;
    let mut gone: Vec<String> = Vec::new();
    database.rows(
        "attributes",
        ["name", "memo", "class", "status"],
        "name",
        |[mut name, mut memo, kind, status]| {
            let name = name.take();
            if deleted(&status) {
                gone.push(name);
            } else {
                let kind = if kind.text() == "numeric" { ValueKind::Decimal } else { ValueKind::Text };
                out.variables.push(Variable { id: name.clone(), name, definition: memo.take(), kind });
            }
        },
    )?;
    for (table, column) in [("caseAttr", "caseID"), ("fileAttr", "fileID")] {
        database.rows(table, ["variable", "value", column, "status"], "", |[name, mut value, id, status]| {
            let (name, value) = (name.text(), value.take());
            if value.trim().is_empty() || deleted(&status) {
                return;
            }
            let known = out.variables.iter().position(|v| v.id == name);
            if known.is_none() && gone.contains(&name) {
                return out.report.leave_out(("value", "values"), DELETED, &name);
            }
            // RQDA keeps values of attributes that nobody defined.
            let variable = known.unwrap_or_else(|| {
                let id = name.clone();
                out.variables.push(Variable { id, name: name.clone(), kind: ValueKind::Text, ..Variable::default() });
                out.variables.len() - 1
            });
            let place = id.number().and_then(|n| if table == "caseAttr" { numbers.get(&n) } else { sources.get(&n) });
            match place {
                Some(&at) if table == "caseAttr" => out.cases[at].values.push((variable, value)),
                Some(&at) => out.sources[at].values.push((variable, value)),
                None => out.report.leave_out(("value", "values"), "what they are of was left out", &name),
            }
        })?;
    }
    Ok(())
}

fn file_categories(database: &Database<'_>, out: &mut Project, sources: &Numbers) -> Result<(), Problem> {
    let mut numbers = Numbers::default();
    database.rows("filecat", ["catid", "name", "memo", "status"], "catid", |[id, mut name, mut memo, status]| {
        let (Some(number), name) = (id.number(), name.take()) else { return };
        if !deleted(&status) {
            numbers.insert(number, out.sets.len());
            let (id, memo) = (format!("files {number}"), memo.take());
            out.sets.push(Set { id, name, memo, ..Set::default() });
        }
    })?;
    database.rows("treefile", ["fid", "catid", "status"], "", |[source, set, status]| {
        let source = source.number().and_then(|n| sources.get(&n)).copied();
        let set = set.number().and_then(|n| numbers.get(&n)).copied();
        if let Some((source, set)) = source.zip(set).filter(|_| !deleted(&status)) {
            out.sets[set].sources.push(source);
        }
    })
}

/// R's `Tue Mar 27 19:29:27 2018`, or a date as others write it.
fn time(written: &str) -> Option<String> {
    let parts: Vec<&str> = written.split_whitespace().collect();
    let [_, month, day, clock, year] = parts.as_slice() else { return super::read::time(written) };
    let month = MONTHS.iter().position(|name| &name[..3] == *month)? + 1;
    super::read::time(&format!("{year:0>4}-{month:02}-{day:0>2}T{clock}"))
}
