//! Runs the examples of the documents: every fenced block with the word `hence` is read and checked, and the answers
//! that stand under a block are compared with what the study gives.
//!
//! - A block `hence` must check without a word. Lines of a comment `<!-- with: … -->` directly before it come first.
//! - A block `hence error E0302` must say that code and no other, a block `hence warning W0303` that warning.
//! - A block `text` after it whose first line is `query: BODY` holds the answers, cells apart by two or more blanks.

mod support;

use hence::data::files::Memory;
use hence::session::{self, Cell, Options};
use std::path::Path;
use support::{Study, check, read, root};

/// A fenced block and where it stands.
struct Block {
    line: usize,
    /// `hence`, `hence error E0302`, `text`.
    info: String,
    text: String,
    /// Of a comment before it.
    with: String,
}

/// An example with the questions asked of it.
struct Example {
    line: usize,
    study: String,
    code: Option<String>,
    queries: Vec<Query>,
}

/// A question and its answers.
struct Query {
    line: usize,
    body: String,
    /// The header first.
    rows: Vec<Vec<String>>,
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut with = String::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        if let Some(first) = line.strip_prefix("<!-- with:") {
            with.clear();
            let (mut rest, mut number_of_lines) = (first, 0);
            loop {
                let (line, last) = rest.split_once("-->").map_or((rest, false), |(line, _)| (line, true));
                // The blank after the colon is none of the study's; the indent of a clause is.
                with.push_str(if number_of_lines == 0 { line.trim_start() } else { line });
                with.push('\n');
                number_of_lines += 1;
                if last {
                    break;
                }
                let Some((_, next)) = lines.next() else { break };
                rest = next;
            }
        } else if let Some(info) = line.strip_prefix("```") {
            let body: Vec<&str> = lines.by_ref().map(|(_, l)| l).take_while(|l| *l != "```").collect();
            let text = body.join("\n") + "\n";
            blocks.push(Block { line: number + 1, info: info.to_string(), text, with: std::mem::take(&mut with) });
        } else if !line.trim().is_empty() {
            with.clear();
        }
    }
    blocks
}

fn cells(line: &str) -> Vec<String> {
    line.split("  ").map(str::trim).filter(|c| !c.is_empty()).map(str::to_string).collect()
}

fn examples(path: &Path) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    for block in blocks(&read(path)) {
        let mut words = block.info.split_whitespace();
        match (words.next(), words.next(), words.next()) {
            (Some("hence"), None, None) => {
                let study = block.with + &block.text;
                found.push(Example { line: block.line, study, code: None, queries: Vec::new() });
            }
            (Some("hence"), Some("error" | "warning"), Some(code)) => {
                let (study, code) = (block.with + &block.text, Some(code.to_string()));
                found.push(Example { line: block.line, study, code, queries: Vec::new() });
            }
            (Some("text"), None, None) => {
                let mut lines = block.text.lines();
                let Some(body) = lines.next().and_then(|l| l.strip_prefix("query: ")) else { continue };
                let example = found.last_mut().unwrap_or_else(|| panic!("line {}: of which study?", block.line));
                let rows = lines.map(cells).filter(|r| !r.is_empty()).collect();
                example.queries.push(Query { line: block.line, body: body.to_string(), rows });
            }
            (Some("hence"), ..) => panic!("{}:{}: `{}`", path.display(), block.line, block.info),
            _ => {}
        }
    }
    found
}

fn documents() -> Vec<std::path::PathBuf> {
    let mut all = support::files(&root().join("docs"), "md");
    // The pages of the codes have examples of another form; `tests/pages.rs` runs them.
    all.retain(|path| !path.starts_with(root().join("docs/messages")));
    all.push(root().join("README.md"));
    all
}

#[test]
fn every_example_checks_as_it_says() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for path in documents() {
        for example in examples(&path) {
            count += 1;
            let checked = check(&Study { text: example.study.clone(), ..Study::default() });
            let shown = checked.shown();
            let fine = match &example.code {
                None => checked.diagnostics.is_empty(),
                Some(code) => !checked.diagnostics.is_empty() && checked.diagnostics.iter().all(|d| d.code.id == *code),
            };
            if !fine {
                let wanted = example.code.unwrap_or("nothing".to_string());
                wrong.push(format!("{}:{}\n{}=> {wanted}\n{shown}", path.display(), example.line, example.study));
            }
        }
    }
    assert!(count >= 60, "{count} examples");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_question_has_the_answers_that_stand_under_it() {
    let mut count = 0;
    for path in documents() {
        for example in examples(&path) {
            for query in &example.queries {
                count += 1;
                let question = Some(format!("? {}", query.body));
                let checked = check(&Study { text: example.study.clone(), question, ..Study::default() });
                assert!(checked.diagnostics.is_empty(), "{}:{}\n{}", path.display(), query.line, checked.shown());
                let Some(header) = query.rows.first() else { panic!("{}:{}: no header", path.display(), query.line) };
                for row in &query.rows {
                    assert_eq!(row.len(), header.len(), "{}:{}: {row:?}", path.display(), query.line);
                }
                assert_eq!(answers(&example.study, &query.body), query.rows, "{}:{}", path.display(), query.line);
            }
        }
    }
    assert!(count >= 10, "{count} questions");
}

/// The answers of a question to a study in memory, the header first, as `hence query` prints them.
fn answers(study: &str, body: &str) -> Vec<Vec<String>> {
    let files = Memory::default().with("study.hence", study.as_bytes());
    let mut study = session::Study::open_in(Box::new(files), "study.hence", &Options::default(), &mut |_| {});
    let answers = study.query(body).unwrap_or_else(|| panic!("{body}: {:#?}", study.diagnostics()));
    let shown = |cell: &Cell| match cell {
        Cell::Empty => "-".to_string(),
        Cell::Text(text) | Cell::Number(text) => text.clone(),
    };
    let rows = answers.rows.iter().map(|row| row.iter().map(shown).collect());
    std::iter::once(answers.columns.clone()).chain(rows).collect()
}

#[test]
fn what_a_comment_adds_comes_before_its_block() {
    let text = "<!-- with: code a\ntheme t -->\n```hence\nx\n```\ntext\n```text\nquery: y\nA  B\n```\n";
    let found = blocks(text);
    assert_eq!((found[0].with.as_str(), found[0].text.as_str()), ("code a\ntheme t \n", "x\n"));
    assert_eq!(found[1].with, "");
    assert_eq!(cells("m15  Is there a space?"), ["m15", "Is there a space?"]);
}
