//! The guide through the folder: an introduction, and a chapter for each of the six classes.

use super::answers::day;
use super::blocks::{Block, Line, file, line, markdown as draw, name, text};
use super::process::process;
use super::tables::{Filled, about};
use super::{COPY, Copies, Files, PROOFS, RULES, number};
use crate::diagnostic::visible::one_line;
use crate::report::words::{citations, place, said, sizes, without};
use crate::session::page::model::Memo;
use crate::session::trail::Trail;
use std::collections::BTreeSet;

/// So many rows of a table stand in the guide; the files have all.
const SHOWN: usize = 60;

/// A class of the trail.
pub(super) struct Chapter {
    /// Its folder.
    pub folder: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What belongs to it.
    pub about: &'static str,
    /// What the study has of it.
    pub blocks: Vec<Block>,
}

pub(super) fn title(trail: &Trail) -> String {
    trail.page.title.as_deref().map_or_else(|| "A study".to_string(), one_line)
}

/// `131 messages by 52 authors in 36 threads, from 2013-09-02 to 2014-01-14`
pub(super) fn lead(trail: &Trail) -> String {
    let size = sizes(trail.page.findings.size);
    match &trail.page.period {
        Some((first, last)) => format!("{size}, from {} to {}", day(first), day(last)),
        None => size,
    }
}

/// What the folder is, what of participants is in it, and how to check it.
pub(super) fn introduction(trail: &Trail, copies: &Copies) -> Vec<Block> {
    let mut out = Vec::new();
    let mut para = |text: &str| out.push(Block::Text(line(text)));
    if !trail.page.by.is_empty() {
        para(&format!("A study by {}.", trail.page.by.join(", ")));
    }
    para(
        "An audit trail lets somebody else follow how conclusions came from data. Its six classes are those of Halpern \
         (1983), as Lincoln and Guba hand them down (1985, Naturalistic inquiry, pages 319-320). This folder holds what \
         the study's own files say in each of them. What they do not say, such as why participants were chosen, is for its \
         authors to add; whether the analysis is good is for its readers to judge.",
    );
    let passages = number(trail.quoted, "message");
    if copies.with_data {
        para(&format!(
            "This folder holds copies of the data as they were read (in {COPY}), and a page with the text of every message. Hand \
             it on as you would the data."
        ));
    } else {
        para(&format!(
            "This folder holds no copy of the data: of each file its size and its hash. It does hold passages: words of \
             {passages} are quoted where they carry a code, and the codebook quotes sentences; of a short message that may be \
             all. Ids, names and what else the data say stand here as the data have them. In proofs, the text of a message \
             that is needed as a whole stands as its hash ({} in all). Read 2-data-reduction and 4-process-notes before you \
             hand the folder on.",
            number(trail.proofs.withheld, "place"),
        ));
    }
    let study = if copies.with_data { "" } else { " --study STUDY" };
    out.push(Block::Text(vec![
        text("To check it: "),
        name(format!("hence audit --verify FOLDER{study}")),
        text(
            " looks at the hash of every file that manifest.json names, compares the study's files with those that the trail was \
             made from, and replays the proofs against the data. Everything here can be read without Hence.",
        ),
    ]));
    out
}

/// The six chapters.
pub(super) fn chapters(trail: &Trail, copies: &Copies, files: &Files) -> Vec<Chapter> {
    vec![
        Chapter {
            folder: "1-raw-data",
            title: "Raw data",
            about: "What participants said, as it was collected.",
            blocks: raw_data(trail, copies),
        },
        Chapter {
            folder: "2-data-reduction",
            title: "Data reduction and analysis",
            about: "Codings, codes, counts: what was made of the data to work with.",
            blocks: reduction(trail),
        },
        Chapter {
            folder: "3-reconstruction",
            title: "Data reconstruction and synthesis",
            about: "Themes, what is inferred from them, and the proofs of it.",
            blocks: reconstruction(trail, copies),
        },
        Chapter {
            folder: "4-process-notes",
            title: "Process notes",
            about: "How the study came to be, what was decided, and how it was checked.",
            blocks: process(trail, files),
        },
        Chapter {
            folder: "5-intentions",
            title: "Intentions and dispositions",
            about: "The analyst's memos and reasons.",
            blocks: intentions(trail),
        },
        Chapter {
            folder: "6-instrument-development",
            title: "Instrument development",
            about: "The rules by which codes and themes are found, their values and their tests.",
            blocks: instrument(trail, files),
        },
    ]
}

/// The guide as Markdown.
pub(super) fn markdown(trail: &Trail, copies: &Copies, chapters: &[Chapter], lists: &[Filled]) -> String {
    use crate::report::markdown::inner;
    let mut out = format!("# Audit trail: {}\n\n{}\n", inner(&title(trail)).replace('#', "\\#"), lead(trail));
    draw(&mut out, &introduction(trail, copies));
    for (number, chapter) in (1..).zip(chapters) {
        out += &format!("\n## {number}. {}\n\n{}\n", chapter.title, chapter.about);
        draw(&mut out, &chapter.blocks);
    }
    out += "\n## Reporting tables\n";
    let rows = lists.iter().map(|filled| {
        let items = filled.list.items.len();
        vec![
            vec![file(&filled.path)],
            line(number(items, "item")),
            line(format!("{} to write, at least in part", filled.left)),
        ]
    });
    let mut blocks = vec![Block::Table(vec!["Table", "Items", "Left to the author"], rows.collect())];
    blocks
        .extend(lists.iter().filter_map(|filled| about(filled).into_iter().next()).map(|said| Block::Text(line(said))));
    draw(&mut out, &blocks);
    out
}

/// Rows up to a number, and a line that says how many more there are, and where.
pub(super) fn table(header: Vec<&'static str>, rows: Vec<Vec<Line>>, all: &str) -> Vec<Block> {
    let more = rows.len().saturating_sub(SHOWN);
    let mut out = vec![Block::Table(header, rows.into_iter().take(SHOWN).collect())];
    if more > 0 {
        out.push(Block::Text(vec![text(format!("and {more} more; all are in ")), file(all)]));
    }
    out
}

pub(super) fn para(said: impl AsRef<str>) -> Block {
    Block::Text(line(said))
}

fn see(said: &str, path: &str) -> Block {
    Block::Text(vec![text(said), file(path)])
}

fn raw_data(trail: &Trail, copies: &Copies) -> Vec<Block> {
    let page = &trail.page;
    let mut out = vec![para(format!("{}.", lead(trail)))];
    let rows = page.files.iter().map(|f| {
        let what = if f.rules { "rules" } else { "data" };
        vec![vec![name(&f.name)], line(what), line(f.bytes.to_string()), vec![name(&f.hash)]]
    });
    out.extend(table(vec!["File", "What", "Bytes", "SHA-256"], rows.collect(), "1-raw-data/files.csv"));
    out.push(see("The same as a table: ", "1-raw-data/files.csv"));
    if !page.findings.inputs.is_empty() {
        out.push(Block::Heading("Rows that were read".into()));
        let rows = page.findings.inputs.iter().map(|input| {
            let left = input.left_out.iter().map(|(rows, why)| format!("{rows} left out: {why}"));
            let nothing = input.without.iter().map(|(rows, column)| without(&input.relation, *rows, column));
            let left: Vec<String> = left.chain(nothing).collect();
            let left = if left.is_empty() { "none".to_string() } else { left.join("; ") };
            let (read, kept) = (input.read.to_string(), input.kept.to_string());
            vec![vec![name(&input.relation)], vec![name(&input.file)], line(read), line(kept), line(left)]
        });
        out.extend(table(vec!["What", "File", "Rows", "Kept", "Of the others"], rows.collect(), "1-raw-data/rows.csv"));
    }
    let said = page.messages.attributes.iter().map(|attribute| {
        let known = attribute.values.iter().filter(|value| !value.is_empty()).count();
        vec![name(&attribute.name), text(format!(" of {}", number(known, attribute.of)))]
    });
    let said: Vec<Line> = said.collect();
    if !said.is_empty() {
        out.push(para("Beside the messages, the data say:"));
        out.push(Block::List(said));
    }
    if copies.with_data {
        out.push(Block::Text(vec![text("Copies of all files of the study are in "), name(COPY), text(".")]));
    }
    out
}

fn reduction(trail: &Trail) -> Vec<Block> {
    let page = &trail.page;
    let mut out = Vec::new();
    let rows: Vec<Vec<Line>> = page
        .findings
        .codes
        .iter()
        .map(|c| {
            let counts = [c.counts.messages, c.counts.authors, c.passages];
            let mut row = vec![line(&c.label)];
            row.extend(counts.map(|n| line(n.to_string())));
            row
        })
        .collect();
    if rows.is_empty() {
        out.push(para("The study declares no codes."));
    } else {
        let header = vec!["Code", "Messages", "Authors", "Passages"];
        out.extend(table(header, rows, "2-data-reduction/findings-codings-codebook.xlsx"));
    }
    out.push(Block::Heading("Who coded".into()));
    let rows = page.people.coders.iter().zip(&page.people.work).map(|(coder, (codings, codes, messages))| {
        vec![line(coder), line(codings.to_string()), line(codes.to_string()), line(messages.to_string())]
    });
    let header = vec!["Coder", "Passages", "Codes", "Messages"];
    out.push(Block::Table(header, rows.collect()));
    out.push(para(
        "\"rules\" stands for what patterns and conditions of the study find; every other name is a person's, as the data have it.",
    ));
    out.push(Block::Heading("Files".into()));
    let uncoded = number(page.uncoded.len(), "message");
    out.push(Block::List(vec![
        vec![file("2-data-reduction/codings.csv"), text(": every coding, by whom, of which message and passage")],
        vec![
            file("2-data-reduction/codebook.html"),
            text(": codes and themes with definition, criteria, rules, quotes and counts; also as "),
            file("2-data-reduction/codebook.md"),
        ],
        vec![file("2-data-reduction/findings-codings-codebook.xlsx"), text(": the same as a workbook")],
        vec![file("2-data-reduction/uncoded.csv"), text(format!(": {uncoded} that no code and no theme has"))],
    ]));
    out
}

fn reconstruction(trail: &Trail, copies: &Copies) -> Vec<Block> {
    let findings = &trail.page.findings;
    let mut out = Vec::new();
    if findings.themes.is_empty() {
        out.push(para("The study declares no themes."));
    } else {
        let rows = findings.themes.iter().map(|t| {
            let counts = [t.counts.messages, t.counts.authors, t.counts.threads];
            let mut row = vec![line(&t.label), line(t.means.as_deref().unwrap_or_default())];
            row.extend(counts.map(|n| line(n.to_string())));
            row
        });
        let header = vec!["Theme", "Definition", "Messages", "Authors", "Threads"];
        out.extend(table(header, rows.collect(), "3-reconstruction/findings.csv"));
    }
    if !findings.inferences.is_empty() {
        out.push(Block::Heading("What is inferred from themes".into()));
        let rows = findings.inferences.iter().map(|i| {
            let holds = if i.holds { "yes" } else { "no" };
            let why: Vec<String> =
                i.because.iter().map(said).chain(Some(citations(&i.citations)).filter(|c| !c.is_empty())).collect();
            let guard = i.guard.as_ref().map_or_else(Vec::new, |guard| vec![name(guard)]);
            let to = format!("{}: {}", i.kind.replace('_', " "), i.concept_label);
            vec![line(&i.theme_label), line(to), line(holds), guard, line(why.join(" "))]
        });
        let header = vec!["From the theme", "Inferred", "Holds", "If", "Because"];
        out.extend(table(header, rows.collect(), "3-reconstruction/findings.csv"));
    }
    out.push(Block::Heading("Proofs".into()));
    let (kept, all) = (trail.proofs.kept.len(), trail.proofs.conclusions);
    let share = match all - kept {
        0 => format!("All {} of the study are proven here, one file each.", number(all, "conclusion")),
        _ => format!(
            "The study has {}. Of {kept} the proof is here, one file each: all inferences first, then conclusions on messages, \
             taken evenly from every concept; of the others it can be had with `hence why --proof`.",
            number(all, "conclusion")
        ),
    };
    out.push(para(share));
    out.push(Block::Text(vec![
        text("Each leads from the conclusion to the rules and rows it rests on. "),
        name("hence verify FILE STUDY"),
        text(" replays one. They are listed in "),
        file("3-reconstruction/proofs.csv"),
        text(" and stand in "),
        name(PROOFS),
        text("."),
    ]));
    out.push(Block::Heading("Files".into()));
    let mut list = vec![
        vec![file("3-reconstruction/findings.csv"), text(": themes, inferences, cross-tables, counts")],
        vec![file("3-reconstruction/theory.csv"), text(": works, and what cites them for what")],
    ];
    list.push(match copies.with_data {
        true => vec![
            file("3-reconstruction/report.html"),
            text(": the study as one page, every quotation with \"why is this here\""),
        ],
        false => vec![
            text("The page of the study, which holds the text of every message, is not here: "),
            name("hence report STUDY"),
            text(" makes it from the data."),
        ],
    });
    out.push(Block::List(list));
    out
}

/// The memos of the study itself; those of a library are not its analyst's.
pub(super) fn memos(trail: &Trail) -> impl Iterator<Item = &Memo> {
    let own: BTreeSet<&str> = trail.page.concepts.iter().filter(|c| c.own).map(|c| c.id.as_str()).collect();
    trail.page.memos.iter().filter(move |memo| own.contains(memo.about.0.as_str()))
}

fn intentions(trail: &Trail) -> Vec<Block> {
    let page = &trail.page;
    let mut out = vec![Block::Heading("Memos".into())];
    let memos: Vec<Vec<Line>> = memos(trail)
        .map(|memo| vec![line(&memo.about.1), line(said(&memo.said)), vec![name(place(&memo.place))]])
        .collect();
    if memos.is_empty() {
        out.push(para("The study's own codes, themes and concepts hold no memos."));
    } else {
        out.extend(table(vec!["About", "Memo", "Where"], memos, "5-intentions/memos.csv"));
        out.push(see("The same as a table: ", "5-intentions/memos.csv"));
    }
    let column = |sheet: &crate::data::workbook::Sheet| sheet.header.iter().position(|name| name == "memo");
    let notes = trail.sheets.iter().filter(|sheet| sheet.name == "codings").find_map(|sheet| {
        let at = column(sheet)?;
        let noted = |row: &&Vec<crate::data::OutputCell>| {
            row.get(at).is_some_and(|cell| !matches!(cell, crate::data::OutputCell::Empty))
        };
        Some(sheet.rows.iter().filter(noted).count())
    });
    if let Some(notes) = notes.filter(|notes| *notes > 0) {
        out.push(see(
            &format!("{} with a note by whoever coded: ", number(notes, "coding")),
            "2-data-reduction/codings.csv",
        ));
    }
    let reasons: Vec<Vec<Line>> = page
        .concepts
        .iter()
        .filter(|concept| concept.own && !concept.because.is_empty())
        .map(|c| {
            let why: Vec<String> = c.because.iter().map(said).collect();
            vec![line(&c.label), line(why.join(" ")), vec![name(place(&c.place))]]
        })
        .collect();
    if !reasons.is_empty() {
        out.push(Block::Heading("Reasons that are given for codes and themes".into()));
        out.push(Block::Table(vec!["Of", "Reason", "Where"], reasons));
    }
    out.push(Block::Heading("What is declared".into()));
    out.push(para(format!("The study declares the approach \"{}\".", page.approach)));
    out.push(para(
        "Proposal, expectations and reflexive journal are not among the study's files: author to add, where there are any.",
    ));
    out
}

fn instrument(trail: &Trail, files: &Files) -> Vec<Block> {
    let page = &trail.page;
    let mut out = vec![Block::Heading("The rules".into())];
    let rows = page.files.iter().filter(|f| f.rules).map(|f| {
        let path = format!("{RULES}/{}", crate::data::plain(&f.name));
        let copy = match files.contains_key(&path) {
            true => vec![file(path)],
            false if trail.data_in_rules.contains(&f.name) => {
                line("not copied: it states facts, which may be what participants said")
            }
            false => line("not copied: it lies outside the study's folder"),
        };
        vec![vec![name(&f.name)], copy]
    });
    out.push(Block::Table(vec!["File", "Copy"], rows.collect()));
    let parameters: Vec<Vec<Line>> = page
        .findings
        .parameters
        .iter()
        .map(|p| {
            let set = if p.set { "set for this trail" } else { "" };
            vec![vec![name(&p.name)], line(&p.value), line(p.label.as_deref().unwrap_or_default()), line(set)]
        })
        .collect();
    if !parameters.is_empty() {
        out.push(Block::Heading("Parameters".into()));
        out.push(Block::Table(vec!["Name", "Value", "What for", ""], parameters));
    }
    out.push(Block::Heading("Tests".into()));
    if trail.tests.is_empty() {
        out.push(para("The study has no tests of its rules."));
    } else {
        let rows = trail.tests.iter().map(|test| {
            let became = match test.failures.first() {
                None => "passes".to_string(),
                Some(first) => format!("fails: {}", first.message),
            };
            vec![line(&test.name), line(became), vec![name(place(&test.place))]]
        });
        out.extend(table(vec!["Test", "Result", "Where"], rows.collect(), "6-instrument-development/tests.csv"));
    }
    let examples = |is: bool| {
        let all = page.concepts.iter().filter(|c| c.own).flat_map(|c| &c.examples);
        all.filter(|(example, _)| *example == is).count()
    };
    out.push(para(format!(
        "Codes and themes name {} and {}.",
        number(examples(true), "example"),
        number(examples(false), "counter-example")
    )));
    if !trail.unfinished.is_empty() {
        out.push(Block::Heading("Drafts, and what is retired".into()));
        let rows = trail.unfinished.iter().map(|(kind, label, status)| vec![line(label), line(kind), line(status)]);
        out.push(Block::Table(vec!["Label", "Kind", "Status"], rows.collect()));
    }
    out
}
