//! The audit trail of a study as a folder: what the six classes of Halpern (1983), as Lincoln and Guba (1985) hand them
//! down, ask for, as far as the study knows it, and the reporting tables of journals. A guide leads through the folder, as
//! Markdown and as a page; the files it names are tables, documents and proofs that can be read without Hence.
//!
//! The trail says what the study says. That something is sound, clear or enough is for people to say, and no sentence here
//! does.

mod answers;
mod blocks;
mod chapters;
mod checklists;
mod page;
mod process;
mod rows;
mod tables;
pub mod verified;

use super::words::number_of;
use super::{Look, agree, agree_data, codebook, csv, html, stale};
use crate::base::hash::sha256;
use crate::data::trail::{Entry, MANIFEST, Manifest, Origin, Proven, SourceFile, VERSION, may_name};
use crate::data::workbook::{harmless, workbook};
use crate::data::{OutputCell, Problem, plain, write_table};
use crate::diagnostic::codes;
use crate::session::trail::{Told, Trail};
use std::collections::BTreeMap;

/// Where proofs are.
pub const PROOFS: &str = "3-reconstruction/proofs";
/// Where the study is copied to.
const COPY: &str = "1-raw-data/study";
/// Where rule files are copied to.
const RULES: &str = "6-instrument-development/rules";
/// How a text is laid out for files.
const LOOK: Look = Look { colour: false, unicode: false, width: 100 };

/// The files of a folder, by their path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// What is copied into the folder as it was read.
#[derive(Clone, Debug, Default)]
pub struct Copies {
    /// By the study's name of it: what stands in each file.
    pub files: BTreeMap<String, Vec<u8>>,
    /// True where the data are among them.
    pub with_data: bool,
}

/// The whole folder, its manifest with it. `study` is how a command names the study.
///
/// # Errors
///
/// Where something cannot be laid out, or a file cannot be copied: which.
pub fn folder(trail: &Trail, copies: &Copies, study: &str) -> Result<Files, Problem> {
    let mut files = Files::new();
    raw_data(trail, &mut files)?;
    reduction(trail, &mut files)?;
    reconstruction(trail, copies, study, &mut files)?;
    process(trail, &mut files)?;
    intentions(trail, &mut files)?;
    instrument(trail, &mut files)?;
    let copy = copied(trail, copies, &mut files)?;
    tables::put(trail, &mut files)?;
    // The guide comes last, since it leads only to what is there.
    let chapters = chapters::chapters(trail, copies, &files);
    let lists = tables::filled(trail);
    files.insert("README.md".into(), chapters::markdown(trail, copies, &chapters, &lists).into_bytes());
    files.insert("index.html".into(), page::page(trail, copies, &chapters, &lists).into_bytes());
    if let Some(path) = files.keys().find(|path| !may_name(path)) {
        let message = format!("`{path}` is no name for a file on every system, and nothing was written");
        return Err(Problem::new(codes::OUTPUT, path, message));
    }
    let manifest = manifest(trail, &files, copy);
    files.insert(MANIFEST.into(), manifest.bytes());
    Ok(files)
}

fn manifest(trail: &Trail, files: &Files, copy: Option<String>) -> Manifest {
    let page = &trail.page;
    let of = |kind: &str| page.concepts.iter().filter(|c| c.kind == kind && c.own).count();
    let size = page.findings.size;
    let entry = |(path, bytes): (&String, &Vec<u8>)| Entry {
        path: path.clone(),
        bytes: bytes.len() as u64,
        sha256: sha256(bytes),
    };
    let source = |file: &crate::session::page::model::FileShown| SourceFile {
        name: file.name.clone(),
        rules: file.rules,
        bytes: file.bytes as u64,
        sha256: file.hash.clone(),
    };
    Manifest {
        hence_audit: VERSION,
        hence: env!("CARGO_PKG_VERSION").into(),
        study: Origin {
            title: page.title.clone().unwrap_or_default(),
            main: trail.main.clone(),
            set: trail.set.clone(),
            lenient: trail.lenient,
            messages: size.messages,
            authors: size.authors,
            threads: size.threads,
            themes: of("theme"),
            codes: of("code"),
            copy,
        },
        sources: page.files.iter().map(source).collect(),
        proofs: Proven {
            conclusions: trail.proofs.conclusions,
            files: trail.proofs.kept.iter().map(|proof| format!("{PROOFS}/{}", proof.path)).collect(),
        },
        files: files.iter().map(entry).collect(),
        seal: String::new(),
    }
}

fn raw_data(trail: &Trail, files: &mut Files) -> Result<(), Problem> {
    let page = &trail.page;
    let rows = page.files.iter().map(|file| {
        let what = if file.rules { "rules" } else { "data" };
        vec![said(&file.name), said(what), count(file.bytes), said(&file.hash)]
    });
    put_table(files, "1-raw-data/files.csv", &["file", "what", "bytes", "sha256"], rows.collect())?;
    let rows = page.findings.inputs.iter().flat_map(|input| {
        let row = |state: &str, rows: usize, why: &str| {
            vec![said(&input.relation), said(&input.file), said(state), count(rows), said(why)]
        };
        let kept = [row("read", input.read, ""), row("kept", input.kept, "")];
        let left = input.left_out.iter().map(move |(rows, why)| row("left out", *rows, why));
        let nothing =
            move |(rows, column): &(usize, String)| row("says nothing of it", *rows, &format!("`{column}` is empty"));
        kept.into_iter().chain(left).chain(input.without.iter().map(nothing))
    });
    put_table(files, "1-raw-data/rows.csv", &["what", "file", "state", "rows", "reason"], rows.collect())
}

fn reduction(trail: &Trail, files: &mut Files) -> Result<(), Problem> {
    for sheet in trail.sheets.iter().filter(|sheet| sheet.name == "codings") {
        let header: Vec<&str> = sheet.header.iter().map(String::as_str).collect();
        put_table(files, "2-data-reduction/codings.csv", &header, sheet.rows.clone())?;
    }
    let name = "2-data-reduction/findings-codings-codebook.xlsx";
    files.insert(name.into(), workbook(name, &trail.sheets)?.0);
    files.insert("2-data-reduction/codebook.md".into(), codebook::markdown::markdown(&trail.book).into_bytes());
    files.insert("2-data-reduction/codebook.html".into(), codebook::html::html(&trail.book).into_bytes());
    let ids = &trail.page.messages.ids;
    let rows = trail.page.uncoded.iter().filter_map(|&at| Some(vec![said(ids.get(at as usize)?)]));
    put_table(files, "2-data-reduction/uncoded.csv", &["message"], rows.collect())
}

fn reconstruction(trail: &Trail, copies: &Copies, study: &str, files: &mut Files) -> Result<(), Problem> {
    files.insert("3-reconstruction/findings.csv".into(), csv::findings_to_open(&trail.page.findings));
    let rows = trail.proofs.kept.iter().map(|proof| {
        vec![said(&proof.statement), said(&proof.fact), said(&proof.root), said(format!("proofs/{}", proof.path))]
    });
    put_table(files, "3-reconstruction/proofs.csv", &["conclusion", "written", "id", "file"], rows.collect())?;
    for proof in &trail.proofs.kept {
        files.insert(format!("{PROOFS}/{}", proof.path), proof.text.clone().into_bytes());
    }
    if copies.with_data {
        // The page holds the text of every message.
        files.insert("3-reconstruction/report.html".into(), html::page(&trail.page, study).into_bytes());
    }
    let rows = trail.page.sources.iter().flat_map(|source| {
        source.cited.iter().map(|by| {
            vec![said(&source.reference), said(&by.label), said(by.what), said(by.at.as_deref().unwrap_or_default())]
        })
    });
    put_table(files, "3-reconstruction/theory.csv", &["work", "cited by", "for", "at"], rows.collect())
}

fn process(trail: &Trail, files: &mut Files) -> Result<(), Problem> {
    if let Some(history) = &trail.history {
        for (number, change) in history.changes.iter().rev().enumerate() {
            let Told::Otherwise(found) = &change.told else { continue };
            let hash: String = change.commit.hash.chars().filter(char::is_ascii_alphanumeric).collect();
            let hash = if hash.is_empty() { "not-committed" } else { &hash };
            let path = change_path(number, hash);
            files.insert(path, crate::report::difference::difference(found, LOOK).into_bytes());
        }
    }
    let rows = trail.reviews.iter().map(|one| {
        let decision = &one.decision;
        vec![
            said(&decision.conclusion),
            said(crate::session::review::word(decision.verdict)),
            said(&decision.reason),
            said(&decision.by),
            said(&decision.at),
            said(if one.counts { "counts" } else { "a later one counts" }),
            said(one.standing.words().unwrap_or("as it was")),
            said(if decision.absent.is_some() { "did not hold" } else { "" }),
        ]
    });
    if !trail.reviews.is_empty() {
        let header = ["conclusion", "decision", "reason", "by", "at", "counts", "conclusion now", "conclusion then"];
        put_table(files, "4-process-notes/decisions.csv", &header, rows.collect())?;
    }
    if let Some(agreement) = &trail.agreement {
        files.insert("4-process-notes/agreement.txt".into(), agree::agreement(agreement, ".", LOOK).into_bytes());
        files.insert("4-process-notes/agreement.csv".into(), agree_data::table_to_open(agreement));
    }
    if let Some(found) = trail.stale.as_ref().filter(|stale| stale.recorded > 0) {
        files.insert("4-process-notes/codings-to-look-at-again.txt".into(), stale::stale(found, LOOK).into_bytes());
    }
    Ok(())
}

fn intentions(trail: &Trail, files: &mut Files) -> Result<(), Problem> {
    let rows = chapters::memos(trail).map(|memo| {
        let where_ = super::words::place(&memo.place);
        vec![said(&memo.about.0), said(&memo.about.1), said(super::words::said(&memo.said)), said(where_)]
    });
    put_table(files, "5-intentions/memos.csv", &["of", "label", "memo", "where"], rows.collect())
}

fn instrument(trail: &Trail, files: &mut Files) -> Result<(), Problem> {
    let rows = trail.tests.iter().map(|test| {
        let result = if test.passed() { "passes" } else { "fails" };
        let why: Vec<&str> = test.failures.iter().map(|failure| failure.message.as_str()).collect();
        vec![said(&test.name), said(result), said(why.join("; ")), said(super::words::place(&test.place))]
    });
    let header = ["test", "result", "why", "where"];
    put_table(files, "6-instrument-development/tests.csv", &header, rows.collect())
}

/// Where it is told what a revision changed; the first is 1.
fn change_path(number: usize, hash: &str) -> String {
    format!("4-process-notes/changes/{:03}-{hash}.txt", number + 1)
}

/// Copies what was read as it was read. Where the main file is in the folder, if all of the study is.
fn copied(trail: &Trail, copies: &Copies, files: &mut Files) -> Result<Option<String>, Problem> {
    for (name, bytes) in &copies.files {
        let path = plain(name);
        let rules = trail.page.files.iter().any(|file| file.rules && file.name == *name);
        let told = rules && !trail.data_in_rules.contains(name);
        if told && !path.starts_with("../") && may_name(&path) {
            files.insert(format!("{RULES}/{path}"), bytes.clone());
        }
    }
    if !copies.with_data {
        return Ok(None);
    }
    // What lies above the study's folder stays above it.
    let above = |name: &String| plain(name).split('/').take_while(|part| *part == "..").count();
    let deep = copies.files.keys().map(above).max().unwrap_or_default();
    let inner = format!("{COPY}{}", "/study".repeat(deep));
    let mut main = None;
    for (name, bytes) in &copies.files {
        let path = plain(&format!("{inner}/{name}"));
        let fits = path.starts_with(&format!("{COPY}/")) && !name.starts_with('/') && may_name(&path);
        if !fits || files.insert(path.clone(), bytes.clone()).is_some() {
            let why = match name.starts_with('/') {
                true => "it is named from the root of the disk",
                false => "its name cannot be kept on every system",
            };
            let message = format!("`{name}` cannot be copied, since {why}; nothing was written");
            let help = "name it by a path from the study's folder, or leave out `--with-data`";
            return Err(Problem::new(codes::OUTPUT, name, message).help(help));
        }
        if *name == trail.main {
            main = Some(path);
        }
    }
    Ok(main)
}

/// A cell with a text.
fn said(text: impl AsRef<str>) -> OutputCell {
    match text.as_ref() {
        "" => OutputCell::Empty,
        text => OutputCell::Text(text.to_owned()),
    }
}

/// A cell with a number.
fn count(n: usize) -> OutputCell {
    OutputCell::Number(n.to_string())
}

/// A table for spreadsheets, in which nothing is a formula.
fn put_table(files: &mut Files, path: &str, header: &[&str], rows: Vec<Vec<OutputCell>>) -> Result<(), Problem> {
    let header: Vec<String> = header.iter().map(|name| (*name).to_owned()).collect();
    let rows: Vec<Vec<OutputCell>> = rows.into_iter().map(|row| row.into_iter().map(harmless).collect()).collect();
    files.insert(path.into(), write_table(path, &header, &rows)?);
    Ok(())
}

/// `1 message`, `2 messages`
fn number(count: usize, one: &str) -> String {
    match one {
        "near miss" if count != 1 => format!("{count} near misses"),
        _ => number_of(count, one),
    }
}
