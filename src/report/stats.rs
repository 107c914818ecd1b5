//! How codes and rules work together, for people: one table a kind, then the ways of each concept that has several,
//! the pairs, and what it all says in sentences.

use super::Look;
use super::layout::{heading, paragraph, plain, soft};
use super::table::{Column, draw};
use super::words::{number_of, place};
use crate::session::statistics::{ConceptStatistics, KindStatistics, Pair, Statistics, WayStatistics};

/// So many pairs of a kind are shown.
const PAIRS: usize = 20;

/// So many remarks are shown.
const REMARKS: usize = 20;

/// So much of a way's words is shown in a table.
const WORDS: usize = 60;

/// The whole report.
pub fn statistics(all: &Statistics, look: Look) -> String {
    let mut out = String::new();
    let title = all.title.as_deref().unwrap_or("A study without a title");
    heading(&mut out, &format!("{title}: how its codes and rules work together"), look);
    paragraph(&mut out, &[plain(number_of(all.messages, "message"))], "", "", look);
    for one in &all.kinds {
        kind(&mut out, one, look);
    }
    if all.kinds.is_empty() && all.relations.is_empty() {
        paragraph(&mut out, &[plain("The study has no codes, no themes and no rules.")], "", "", look);
    }
    if !all.relations.is_empty() {
        heading(&mut out, "Rules", look);
        let columns = columns(&["rule", "rows", "alone", "with others"]);
        let mut rows = Vec::new();
        for relation in &all.relations {
            rows.push(vec![relation.name.clone(), relation.rows.to_string(), String::new(), String::new()]);
            for way in &relation.ways {
                rows.push(vec![words_of(way), way.found.to_string(), way.alone.to_string(), way.overlap.to_string()]);
            }
        }
        out.push_str(&draw(&columns, &rows, 0, look));
    }
    remarks(&mut out, &all.remarks, look);
    legend(&mut out, all, look);
    out
}

fn columns(names: &[&str]) -> Vec<Column> {
    names.iter().enumerate().map(|(i, name)| ((*name).to_owned(), i > 0)).collect()
}

fn kind(out: &mut String, kind: &KindStatistics, look: Look) {
    heading(out, &format!("Kind: {}", kind.kind), look);
    let of = format!("{} of {}", kind.found, number_of(kind.of, &kind.subject));
    let have = if kind.found == 1 { "has" } else { "have" };
    let mut line = format!("{of} {have} one, {} two or more", kind.overlap);
    if kind.conflict > 0 {
        line += &format!("; in {} something speaks against one", kind.conflict);
    }
    paragraph(out, &[plain(line)], "", "  ", look);
    let heads = columns(&[&kind.kind, "found", "share", "alone", "with others", "conflict"]);
    let mut rows = Vec::new();
    for concept in &kind.concepts {
        rows.push(row_of(concept));
        // A concept with a single way is that way.
        let several = concept.ways.len() > 1;
        rows.extend(concept.ways.iter().filter(|_| several).map(row_of_way));
    }
    out.push_str(&draw(&heads, &rows, 0, look));
    for concept in kind.concepts.iter().filter(|c| c.people.is_some()) {
        let Some(people) = concept.people else { continue };
        let line = format!(
            "{}, in {} that people coded: by people and rules {}, by people only {}, by rules only {}",
            concept.name,
            number_of(people.coded, "message"),
            people.both,
            people.only_people,
            people.only_rules
        );
        paragraph(out, &[plain(line)], "", "  ", look);
    }
    if kind.too_many_pairs {
        paragraph(out, &[soft("the concepts meet too often for pairs to be counted")], "", "", look);
    }
    pairs(out, &kind.pairs, look);
}

fn row_of(concept: &ConceptStatistics) -> Vec<String> {
    let share = if concept.share.is_empty() { String::new() } else { format!("{}%", concept.share) };
    let numbers = [concept.alone, concept.overlap, concept.conflict].map(|n| n.to_string());
    [concept.name.clone(), concept.found.to_string(), share].into_iter().chain(numbers).collect()
}

fn row_of_way(way: &WayStatistics) -> Vec<String> {
    let numbers = [way.alone, way.overlap, way.conflict].map(|n| n.to_string());
    [words_of(way), way.found.to_string(), String::new()].into_iter().chain(numbers).collect()
}

/// `- when price and high (study.hence:12)`, its words cut where they are many.
fn words_of(way: &WayStatistics) -> String {
    let text = match way.text.char_indices().nth(WORDS) {
        Some((end, _)) => format!("{}…", way.text[..end].trim_end()),
        None => way.text.clone(),
    };
    format!("- {text} ({})", place(&way.place))
}

fn pairs(out: &mut String, pairs: &[Pair], look: Look) {
    if pairs.is_empty() {
        return;
    }
    out.push('\n');
    let heads = columns(&["found together", "both", "only first", "only second", "alike", "by chance"]);
    let rows: Vec<Vec<String>> = pairs
        .iter()
        .take(PAIRS)
        .map(|pair| {
            let numbers = [pair.both, pair.only_first, pair.only_second].map(|n| n.to_string());
            let rest = [format!("{}%", pair.alike), pair.by_chance.clone()];
            std::iter::once(format!("{}, {}", pair.first, pair.second)).chain(numbers).chain(rest).collect()
        })
        .collect();
    out.push_str(&draw(&heads, &rows, 0, look));
    let more = pairs.len().saturating_sub(PAIRS);
    if more > 0 {
        paragraph(out, &[soft(format!("and {}; `--format json` has all", number_of(more, "more pair")))], "", "", look);
    }
}

fn remarks(out: &mut String, remarks: &[String], look: Look) {
    if remarks.is_empty() {
        return;
    }
    heading(out, "What stands out", look);
    for remark in remarks.iter().take(REMARKS) {
        paragraph(out, &[plain(remark.clone())], "- ", "  ", look);
    }
    let more = remarks.len().saturating_sub(REMARKS);
    if more > 0 {
        paragraph(out, &[soft(format!("and {more} more; `--format json` has all"))], "", "", look);
    }
}

/// What the headings mean.
fn legend(out: &mut String, all: &Statistics, look: Look) {
    let people = all.kinds.iter().any(|k| k.concepts.iter().any(|c| c.people.is_some()));
    let pairs = all.kinds.iter().any(|k| !k.pairs.is_empty());
    let mut lines = vec![
        "found: has it; of a line under it: found by this way, before an `unless`",
        "alone: has no other of its kind; of a way: found by no other way of it",
        "with others: has another of its kind too; of a way: found by another way too",
        if people {
            "conflict: one way finds it and an `unless` takes it away, or people who coded the message say otherwise"
        } else {
            "conflict: one way finds it and an `unless` takes it away"
        },
    ];
    if pairs {
        lines.push("alike: both, of all that have one of the two; by chance: how many would have both if neither had to do with the other");
    }
    heading(out, "How to read it", look);
    for line in lines {
        paragraph(out, &[soft(line)], "", "  ", look);
    }
}
