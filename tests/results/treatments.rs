//! The same study written in other ways, which must all give the same answers.

use super::notation::{Ask, Case};
use hence::base::FileId;
use hence::session::Answers;
use hence::syntax::print::{print_file, print_item};
use hence::syntax::tree::{File, ItemKind};
use hence::syntax::{Cache, parse};

fn tree(text: &str) -> File {
    parse(FileId(0), text, &mut Cache::default()).0
}

fn readable(case: &Case) -> bool {
    !parse(FileId(0), &case.text, &mut Cache::default()).1.iter().any(|d| d.is_error())
}

/// Printed and to be read again. Not where something cannot be read, since that is printed as a comment.
pub fn printed(case: &Case) -> Option<Case> {
    let file = tree(&case.text);
    readable(case).then(|| Case { text: print_file(&file), ..case.clone() })
}

/// The last item first.
pub fn reversed(case: &Case) -> Option<Case> {
    let file = tree(&case.text);
    let texts = file.items.iter().rev().map(|item| {
        let from = item.offset as usize;
        &case.text[from + item.span.start as usize..from + item.span.end as usize]
    });
    let text = texts.collect::<Vec<_>>().join("\n");
    Some(Case { text: text + "\n", ..case.clone() })
}

/// One fact an item, in an order of no meaning, and the rows of tables from the last to the first.
pub fn shuffled(case: &Case) -> Option<Case> {
    if !readable(case) {
        return None;
    }
    let file = tree(&case.text);
    let (mut rest, mut facts) = (String::new(), Vec::new());
    for item in &file.items {
        match &*item.kind {
            ItemKind::Fact(atoms) => facts.extend(atoms.iter().map(|a| print_item(&ItemKind::Fact(vec![a.clone()])))),
            other => rest.push_str(&print_item(other)),
        }
    }
    facts.sort_by_key(|text| text.bytes().fold(7u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)));
    let mut files = case.files.clone();
    for (name, text) in &mut files {
        if name.ends_with(".csv") && !text.contains('"') {
            let mut lines: Vec<&str> = text.lines().collect();
            lines[1..].reverse();
            *text = lines.join("\n") + "\n";
        }
    }
    Some(Case { text: facts.concat() + &rest, files, ..case.clone() })
}

/// The questions as rules of the study: each is answered by the relation that its rule fills.
pub fn as_rules(case: &Case, answers: &[Option<Answers>]) -> Option<Case> {
    let mut other = Case { questions: Vec::new(), ..case.clone() };
    for (number, (question, answers)) in case.questions.iter().zip(answers).enumerate() {
        if question.ask == Ask::Diagnostics {
            other.questions.push(question.clone());
        }
        let (Ask::Query(body), Some(answers)) = (&question.ask, answers) else { continue };
        if answers.columns.first().is_some_and(|column| column == "message") || answers.columns.is_empty() {
            continue;
        }
        let columns = answers.types.iter().enumerate().map(|(i, of)| format!("column{i}: {of}"));
        let declared = columns.collect::<Vec<_>>().join(", ");
        let head = format!("answer{number}({})", answers.columns.join(", "));
        other.text += &format!("relation answer{number}({declared})\nrule {head} if {body}\n");
        let mut question = question.clone();
        question.ask = Ask::Query(head);
        other.questions.push(question);
    }
    other.questions.iter().any(|q| q.ask != Ask::Diagnostics).then_some(other)
}
