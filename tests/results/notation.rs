//! The notation of the cases: studies, files beside them, questions and answers, as a person writes them down.
//!
//! ```text
//! === people ===                    a block that cases share
//! fact message(m1, text: "Hello")
//! --- greeting ---                  a case
//! with people                       takes a block
//! options set n=3                   or `lenient`, `only BODY`
//! as written                        the other treatments would change what it says
//! code hello
//!   matches "hello"
//! file role.csv
//! author,role
//! end
//! =>
//! code(m1, hello) yes
//! query code(M, hello) -> m1        rows are divided by ` ; `, columns by ` | `; `none`, `holds`, or codes of errors
//! why code(m1, hello)
//!   …                               longer answers are indented
//! diagnostics E0301 W0507 -W0303    these errors exactly; of warnings these, and not those with `-`
//! table "Title"
//! test "name" -> passed
//! left out message -> 2 its `text` is empty
//! without reply -> 1 `parent`
//! ```
//!
//! An answer `?` is filled in where `UPDATE=1` is set, for its author to check by hand.

use std::collections::BTreeMap;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    Query(String),
    Atom(String),
    Why(String),
    Diagnostics,
    Table(String),
    Test(String),
    LeftOut(String),
    Without(String),
}

/// A question and its answer.
#[derive(Clone, Debug)]
pub struct Question {
    pub ask: Ask,
    pub answer: Vec<String>,
    /// The lines of the file that it takes, from 0.
    pub lines: std::ops::Range<usize>,
}

/// A study with what must come of it.
#[derive(Clone, Debug, Default)]
pub struct Case {
    pub name: String,
    pub text: String,
    pub files: BTreeMap<String, String>,
    pub set: Vec<(String, String)>,
    pub lenient: bool,
    pub only: Option<String>,
    pub as_written: bool,
    /// Treated as a large study: what stands between rules is filled when it is asked for.
    pub large: bool,
    pub questions: Vec<Question>,
}

/// The cases of a file. What stands before the first block or case is for readers.
pub fn cases(text: &str) -> Vec<Case> {
    let lines: Vec<&str> = text.lines().collect();
    let mut blocks: BTreeMap<String, Case> = BTreeMap::new();
    let mut cases: Vec<Case> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let heading = |mark: &str| Some(lines[at].strip_prefix(mark)?.strip_suffix(mark)?.trim().to_string());
        let (block, name) = match (heading("==="), heading("---")) {
            (Some(name), _) => (true, name),
            (_, Some(name)) => (false, name),
            _ => {
                at += 1;
                continue;
            }
        };
        at += 1;
        let case = case(name.clone(), &lines, &mut at, &blocks);
        if block {
            blocks.insert(name, case);
        } else {
            assert!(!case.questions.is_empty(), "nothing is asked of `{name}`");
            cases.push(case);
        }
    }
    cases
}

fn ends(line: &str) -> bool {
    (line.starts_with("--- ") && line.ends_with(" ---")) || (line.starts_with("=== ") && line.ends_with(" ==="))
}

fn case(name: String, lines: &[&str], at: &mut usize, blocks: &BTreeMap<String, Case>) -> Case {
    let mut case = Case { name, ..Case::default() };
    while *at < lines.len() && !ends(lines[*at]) && lines[*at] != "=>" {
        let line = lines[*at];
        *at += 1;
        if let Some(block) = line.strip_prefix("with ") {
            let block = blocks.get(block).unwrap_or_else(|| panic!("{}: there is no block `{block}`", case.name));
            case.text.push_str(&block.text);
            case.files.extend(block.files.clone());
        } else if let Some(set) = line.strip_prefix("options set ") {
            let (name, value) = set.split_once('=').expect("NAME=VALUE");
            case.set.push((name.to_string(), value.to_string()));
        } else if line == "options lenient" {
            case.lenient = true;
        } else if let Some(only) = line.strip_prefix("options only ") {
            case.only = Some(only.to_string());
        } else if line == "as written" {
            case.as_written = true;
        } else if let Some(file) = line.strip_prefix("file ") {
            let mut text = String::new();
            while lines[*at] != "end" {
                text.push_str(lines[*at]);
                text.push('\n');
                *at += 1;
            }
            *at += 1;
            case.files.insert(file.to_string(), text);
        } else {
            case.text.push_str(line);
            case.text.push('\n');
        }
    }
    if *at < lines.len() && lines[*at] == "=>" {
        *at += 1;
        while *at < lines.len() && !ends(lines[*at]) {
            let from = *at;
            *at += 1;
            if lines[from].trim().is_empty() {
                continue;
            }
            while *at < lines.len() && lines[*at].starts_with("  ") {
                *at += 1;
            }
            case.questions.push(question(lines, from..*at));
        }
    }
    case
}

fn question(lines: &[&str], range: std::ops::Range<usize>) -> Question {
    let first = lines[range.start].trim_end();
    let mut answer: Vec<String> = lines[range.start + 1..range.end].iter().map(|l| l[2..].to_string()).collect();
    let (asked, inline) = match first.rsplit_once(" ->") {
        Some((asked, inline)) => (asked, Some(inline.trim())),
        None => (first, None),
    };
    if let Some(inline) = inline {
        answer.extend(inline.split(" ; ").map(|row| row.trim().to_string()));
    }
    let ask = if let Some(body) = asked.strip_prefix("query ") {
        Ask::Query(body.to_string())
    } else if let Some(atom) = asked.strip_prefix("why ") {
        Ask::Why(atom.to_string())
    } else if let Some(codes) = asked.strip_prefix("diagnostics ") {
        answer = codes.split_whitespace().map(str::to_string).collect();
        Ask::Diagnostics
    } else if let Some(title) = asked.strip_prefix("table ") {
        Ask::Table(title.trim_matches('"').to_string())
    } else if let Some(name) = asked.strip_prefix("test ") {
        Ask::Test(name.trim_matches('"').to_string())
    } else if let Some(relation) = asked.strip_prefix("left out ") {
        Ask::LeftOut(relation.to_string())
    } else if let Some(relation) = asked.strip_prefix("without ") {
        Ask::Without(relation.to_string())
    } else {
        let (atom, holds) = asked.rsplit_once(' ').unwrap_or_else(|| panic!("what is asked by `{asked}`?"));
        assert!(matches!(holds, "yes" | "no"), "`{asked}` wants yes or no");
        answer = vec![holds.to_string()];
        Ask::Atom(atom.to_string())
    };
    Question { ask, answer, lines: range }
}
