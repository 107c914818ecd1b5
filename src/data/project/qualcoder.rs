//! QualCoder's database, as its versions 1 to 35 lay it out: texts, coded places with their words, categories above
//! codes, cases and attributes, annotations and journals.

use super::database::Database;
use super::hierarchy::ordered;
use super::offsets::{Counted, Text, Unit, settle};
use super::{About, Case, Code, Coding, Note, Project, Source, ValueKind, Variable};
use crate::data::problem::Problem;
use rustc_hash::FxHashMap;

/// Reads a project.
pub fn read(database: &Database<'_>) -> Result<Project, Problem> {
    let mut out = Project::default();
    out.report.format = "QualCoder project";
    database.rows("project", ["memo", "about"], "date", |[memo, about]| {
        out.memo = memo.text();
        out.report.origin = Some(about.text()).filter(|a| !a.is_empty());
    })?;
    let (sources, marked) = sources(database, &mut out)?;
    let codes = codes(database, &mut out)?;
    let mut waiting = Waiting::default();
    codings(database, &mut out, &sources, &codes, &mut waiting)?;
    notes(database, &mut out, &sources, &mut waiting)?;
    cases(database, &mut out, &sources, &mut waiting)?;
    attributes(database, &mut out, &sources)?;
    waiting.settle(&mut out, &marked);
    out.report.remark(
        "who made a document, code, case or attribute, and when a code, case or attribute was made, has no place in a study",
    );
    let mut hidden = Vec::new();
    database.rows("coder_names", ["name", "visibility"], "name", |[name, seen]| {
        hidden.extend((seen.number() == Some(0)).then(|| name.text()));
    })?;
    if !hidden.is_empty() {
        let names = hidden.join("`, `");
        out.report.remark(format!("QualCoder hides the codings of `{names}`, and they came in like all others"));
    }
    for (table, what, why) in [
        ("code_image", ("part of a picture", "parts of pictures"), "a rectangle has no characters"),
        ("code_av", ("stretch of sound or film", "stretches of sound or film"), "they are times, not characters"),
        ("graph", ("drawing", "drawings"), "drawings are not read"),
        ("stored_sql", ("stored query", "stored queries"), "queries of another program are not read"),
        ("ris", ("field of a reference", "fields of references"), "references come in as BibTeX or CSL-JSON"),
    ] {
        for _ in 0..database.count(table)? {
            out.report.leave_out(what, why, "");
        }
    }
    Ok(out)
}

/// Places that are found when all are known.
#[derive(Default)]
struct Waiting {
    /// Source, start, end, words.
    places: Vec<(usize, i64, i64, Option<String>)>,
    /// The place of each coding; none for a whole source.
    codings: Vec<usize>,
    /// The notes with a place: note and place.
    notes: Vec<(usize, usize)>,
    /// The cases with a place: case and place.
    cases: Vec<(usize, usize)>,
}

impl Waiting {
    fn add(&mut self, source: usize, start: i64, end: i64, quote: Option<String>) -> usize {
        self.places.push((source, start, end, quote));
        self.places.len() - 1
    }

    fn settle(self, out: &mut Project, marked: &[bool]) {
        let texts: Vec<Text<'_>> =
            out.sources.iter().zip(marked).map(|(s, &marked)| Text { text: &s.text, marked }).collect();
        let counted: Vec<Counted<'_>> = self
            .places
            .iter()
            .map(|(source, start, end, quote)| Counted {
                source: *source,
                start: *start,
                end: *end,
                quote: quote.as_deref(),
            })
            .collect();
        let found = settle(&texts, &counted, Unit::Character, &mut out.report);
        let mut kept = Vec::new();
        for (mut coding, &place) in std::mem::take(&mut out.codings).into_iter().zip(&self.codings) {
            coding.place = found[place];
            if coding.place.is_some() {
                kept.push(coding);
            } else {
                let code = out.codes[coding.code].name.clone();
                out.report.leave_out(("coding", "codings"), "their place lies outside of their text", &code);
            }
        }
        out.codings = kept;
        for (note, place) in self.notes {
            let source = self.places[place].0;
            out.notes[note].about.push(About::Source(source, found[place]));
        }
        for (case, place) in self.cases {
            let source = self.places[place].0;
            let whole = out.sources[source].text.chars().count();
            let part = found[place].filter(|&(start, end)| start > 0 || (end as usize) + 1 < whole);
            out.cases[case].sources.push((source, part));
        }
    }
}

type Numbers = FxHashMap<i64, usize>;

fn sources(database: &Database<'_>, out: &mut Project) -> Result<(Numbers, Vec<bool>), Problem> {
    let (mut numbers, mut marked) = (Numbers::default(), Vec::new());
    database.rows(
        "source",
        ["id", "name", "fulltext", "memo", "date"],
        "id",
        |[id, mut name, mut text, mut memo, date]| {
            let (text, name) = (text.take(), name.take());
            let Some(number) = id.number() else { return };
            if text.is_empty() {
                let why = "they have no text: pictures, sound, film, or empty";
                return out.report.leave_out(("document", "documents"), why, &name);
            }
            numbers.insert(number, out.sources.len());
            marked.push(text.starts_with('\u{FEFF}'));
            let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text).to_owned();
            out.sources.push(Source {
                id: id.text(),
                name,
                text,
                memo: memo.take(),
                added: out.report.time(&date.text()),
                ..Source::default()
            });
        },
    )?;
    Ok((numbers, marked))
}

/// Categories are headings above codes; a newer version also knows codes under codes.
fn codes(database: &Database<'_>, out: &mut Project) -> Result<Numbers, Problem> {
    let mut list: Vec<(Code, Option<i64>, Option<i64>)> = Vec::new();
    let (mut categories, mut numbers) = (Numbers::default(), Numbers::default());
    database.rows(
        "code_cat",
        ["catid", "name", "memo", "supercatid"],
        "catid",
        |[id, mut name, mut memo, above]| {
            let Some(number) = id.number() else { return };
            categories.insert(number, list.len());
            let (id, name, definition) = (format!("category {number}"), name.take(), memo.take());
            list.push((Code { id, name, definition, heading: true, ..Code::default() }, above.number(), None));
        },
    )?;
    let columns = ["cid", "name", "memo", "catid", "color", "supercid"];
    database.rows("code_name", columns, "cid", |[id, mut name, mut memo, category, colour, above]| {
        let Some(number) = id.number() else { return };
        numbers.insert(number, list.len());
        let colour = Some(colour.text()).filter(|c| c.starts_with('#'));
        let code = Code { id: id.text(), name: name.take(), definition: memo.take(), colour, ..Code::default() };
        list.push((code, category.number(), above.number()));
    })?;
    let list: Vec<Code> = list
        .into_iter()
        .map(|(mut code, category, above)| {
            let above = above.and_then(|above| numbers.get(&above));
            code.parent = above.or_else(|| categories.get(&category?)).copied();
            code
        })
        .collect();
    let (list, moved) = ordered(list, &mut out.report);
    out.codes = list;
    numbers.values_mut().for_each(|at| *at = moved[*at]);
    Ok(numbers)
}

fn codings(
    database: &Database<'_>,
    out: &mut Project,
    sources: &Numbers,
    codes: &Numbers,
    waiting: &mut Waiting,
) -> Result<(), Problem> {
    let what = ("coding", "codings");
    let columns = ["ctid", "cid", "fid", "seltext", "pos0", "pos1", "owner", "date", "memo", "important"];
    database.rows("code_text", columns, "ctid", |row| {
        let [id, code, source, mut quote, start, end, owner, date, mut memo, important] = row;
        let Some(&code) = code.number().and_then(|n| codes.get(&n)) else {
            return out.report.leave_out(what, "their code is not in the project", &quote.text());
        };
        let Some(&source) = source.number().and_then(|n| sources.get(&n)) else {
            return out.report.leave_out(what, "their document was left out", &quote.text());
        };
        let Some((start, end)) = start.number().zip(end.number()) else {
            return out.report.leave_out(what, "they do not say where they begin and end", &quote.text());
        };
        let quote = Some(quote.take()).filter(|quote| !quote.is_empty());
        let place = waiting.add(source, start, end, quote.clone());
        waiting.codings.push(place);
        let owner = owner.text();
        let coder = (!owner.is_empty()).then(|| out.user(&owner, &owner));
        let at = out.report.time(&date.text());
        let mut values = Vec::new();
        if important.number() == Some(1) {
            if out.coding_facts.is_empty() {
                let name = "important".to_owned();
                out.coding_facts.push(Variable {
                    id: name.clone(),
                    name,
                    kind: ValueKind::Number,
                    ..Variable::default()
                });
            }
            values.push((0, "1".to_owned()));
        }
        out.codings.push(Coding {
            id: id.text(),
            source,
            code,
            coder,
            quote,
            at,
            memo: memo.take(),
            values,
            ..Coding::default()
        });
    })
}

fn notes(database: &Database<'_>, out: &mut Project, sources: &Numbers, waiting: &mut Waiting) -> Result<(), Problem> {
    let columns = ["anid", "fid", "pos0", "pos1", "memo", "owner", "date"];
    database.rows("annotation", columns, "anid", |[id, source, start, end, mut text, owner, date]| {
        let source = source.number().and_then(|n| sources.get(&n)).copied();
        let place = source.zip(start.number()).zip(end.number());
        let Some(((source, start), end)) = place else {
            return out.report.leave_out(("annotation", "annotations"), "their document was left out", &text.text());
        };
        let place = waiting.add(source, start, end, None);
        waiting.notes.push((out.notes.len(), place));
        let owner = owner.text();
        let by = (!owner.is_empty()).then(|| out.user(&owner, &owner));
        let id = format!("annotation {}", id.text());
        out.notes.push(Note { id, text: text.take(), by, at: out.report.time(&date.text()), ..Note::default() });
    })?;
    database.rows(
        "journal",
        ["jid", "name", "jentry", "date", "owner"],
        "jid",
        |[id, mut title, mut text, date, owner]| {
            let owner = owner.text();
            let by = (!owner.is_empty()).then(|| out.user(&owner, &owner));
            let (id, title, text) = (format!("journal {}", id.text()), title.take(), text.take());
            out.notes.push(Note {
                id,
                title,
                text,
                by,
                at: out.report.time(&date.text()),
                about: vec![About::Project],
            });
        },
    )
}

fn cases(database: &Database<'_>, out: &mut Project, sources: &Numbers, waiting: &mut Waiting) -> Result<(), Problem> {
    let mut numbers = Numbers::default();
    database.rows("cases", ["caseid", "name", "memo"], "caseid", |[id, mut name, mut memo]| {
        let Some(number) = id.number() else { return };
        numbers.insert(number, out.cases.len());
        out.cases.push(Case { id: id.text(), name: name.take(), memo: memo.take(), ..Case::default() });
    })?;
    database.rows("case_text", ["caseid", "fid", "pos0", "pos1", "memo"], "id", |[case, source, start, end, memo]| {
        if !memo.text().trim().is_empty() {
            let what = ("note on a part of a case", "notes on parts of cases");
            out.report.leave_out(what, "a study has no place for it", &memo.text());
        }
        let case = case.number().and_then(|n| numbers.get(&n)).copied();
        let source = source.number().and_then(|n| sources.get(&n)).copied();
        match (case, source, start.number().zip(end.number())) {
            (Some(case), Some(source), Some((start, end))) if end > start => {
                let place = waiting.add(source, start, end, None);
                waiting.cases.push((case, place));
            }
            (Some(case), Some(source), _) => out.cases[case].sources.push((source, None)),
            _ => {
                let what = ("source of a case", "sources of cases");
                out.report.leave_out(what, "what they name was left out", "");
            }
        }
    })
}

fn attributes(database: &Database<'_>, out: &mut Project, sources: &Numbers) -> Result<(), Problem> {
    let mut cases = Numbers::default();
    for (at, case) in out.cases.iter().enumerate() {
        cases.extend(case.id.parse::<i64>().ok().map(|number| (number, at)));
    }
    let columns = ["name", "memo", "valuetype"];
    database.rows("attribute_type", columns, "name", |[mut name, mut memo, kind]| {
        let kind = if kind.text() == "numeric" { ValueKind::Decimal } else { ValueKind::Text };
        let name = name.take();
        out.variables.push(Variable { id: name.clone(), name, definition: memo.take(), kind });
    })?;
    database.rows("attribute", ["name", "attr_type", "value", "id"], "attrid", |[name, of, mut value, id]| {
        let (name, value) = (name.text(), value.take());
        if value.trim().is_empty() {
            return;
        }
        let variable = out.variables.iter().position(|v| v.id == name).unwrap_or_else(|| {
            out.variables.push(Variable { id: name.clone(), name: name.clone(), ..Variable::default() });
            out.variables.len() - 1
        });
        let numbers = if of.text() == "case" { &cases } else { sources };
        match id.number().and_then(|n| numbers.get(&n)).copied() {
            Some(at) if of.text() == "case" => out.cases[at].values.push((variable, value)),
            Some(at) => out.sources[at].values.push((variable, value)),
            None => out.report.leave_out(("value", "values"), "what they are of was left out", &name),
        }
    })
}
