//! How far coders agree, for people: first where they do not, with the quotes, then the tables and figures of each code
//! and of all together, then the rules against people. A figure that is undefined says so, and why.

use super::Look;
use super::agree_tables as tables;
use super::layout::{heading, paragraph, plain, soft};
use super::table::draw;
use super::words::{number_of, sentence, source_of};
use crate::base::digits::thousands;
use crate::session::agree::result::*;
use crate::session::argument;
use crate::session::explanation::QuoteShown;

/// So many disagreements are shown unless all are asked for.
pub const LISTED: usize = 20;

/// The whole report of the study at a path, which the questions that it prints name.
pub fn agreement(all: &Agreement, path: &str, look: Look) -> String {
    let mut out = String::new();
    let title = all.title.as_deref().unwrap_or("A study without a title");
    heading(&mut out, &format!("{title}: how far coders agree"), look);
    who(&mut out, all, look);
    if all.coders.len() > 1 {
        disagreements(&mut out, all, look);
    }
    if all.reflexive {
        heading(&mut out, "Why no coefficient is shown", look);
        paragraph(&mut out, &[plain(REFLEXIVE)], "", "", look);
    }
    by_code(&mut out, all, look);
    over_all(&mut out, all, look);
    if let Some(rules) = &all.rules {
        against_people(&mut out, all, (rules, path), look);
    }
    undefined(&mut out, all, look);
    legend(&mut out, all, look);
    out
}

/// What a reflexive study is told.
pub const REFLEXIVE: &str = "This study says `approach reflexive`. There the analyst's own reading is the means of analysis \
and no error, and two readings need not be the same, so a coefficient of agreement would measure what the approach does not \
ask for (Braun & Clarke 2021). Where readings differ is shown, since that is worth talking about.";

fn who(out: &mut String, all: &Agreement, look: Look) {
    let coder = |c: &CoderShown| {
        let (judged, made) = (number_of(c.messages, "message"), number_of(c.codings, "coding"));
        format!("{} (judged {judged}, made {made})", c.name)
    };
    let coders: Vec<String> = all.coders.iter().map(coder).collect();
    if !coders.is_empty() {
        paragraph(out, &[plain(format!("Coders: {}.", coders.join(", ")))], "", "  ", look);
    }
    if let Some(line) = tables::given(all) {
        paragraph(out, &[plain(line)], "", "  ", look);
    }
    for note in &all.notes {
        paragraph(out, &[plain(format!("{}{}.", note[..1].to_uppercase(), &note[1..]))], "", "  ", look);
    }
}

fn disagreements(out: &mut String, all: &Agreement, look: Look) {
    heading(out, &format!("Disagreements ({})", thousands(all.disagreement_count as u128)), look);
    if let Some(text) = tables::no_disagreement(all) {
        paragraph(out, &[plain(text)], "", "", look);
    }
    for one in &all.disagreements {
        let line = format!("{}: coded by {}, not by {}", one.code, one.yes.join(", "), one.no.join(", "));
        paragraph(out, &[plain(line)], "- ", "  ", look);
        quote(out, one.quote.as_ref(), look);
    }
    more(out, all.disagreement_count - all.disagreements.len(), look);
}

fn quote(out: &mut String, quote: Option<&QuoteShown>, look: Look) {
    if let Some(quote) = quote {
        paragraph(out, &sentence(quote, look), "    ", "    ", look);
        paragraph(out, &source_of(quote), "    ", "    ", look);
    }
}

fn more(out: &mut String, more: usize, look: Look) {
    if more > 0 {
        paragraph(out, &[soft(format!("and {} more; `--all` shows them", thousands(more as u128)))], "", "", look);
    }
}

fn by_code(out: &mut String, all: &Agreement, look: Look) {
    let tables = tables::by_code(all);
    if tables.is_empty() {
        return;
    }
    heading(out, "Agreement by code", look);
    for (place, table) in tables.iter().enumerate() {
        if place > 0 {
            out.push('\n');
        }
        out.push_str(&draw(&table.heads, &table.rows, 0, look));
    }
    if let Some(text) = tables::how_sure(all) {
        out.push('\n');
        paragraph(out, &[plain(text)], "", "", look);
    }
}

fn over_all(out: &mut String, all: &Agreement, look: Look) {
    let tables = tables::over_all(all);
    if tables.is_empty() {
        return;
    }
    heading(out, "Over all", look);
    for (place, (line, table)) in tables.iter().enumerate() {
        if place > 0 {
            out.push('\n');
        }
        if !line.is_empty() {
            paragraph(out, &[plain(line)], "", "  ", look);
        }
        out.push_str(&draw(&table.heads, &table.rows, 0, look));
    }
}

fn against_people(out: &mut String, all: &Agreement, (rules, path): (&RulesAgreement, &str), look: Look) {
    heading(out, "The rules against people", look);
    let (line, table) = tables::against_people(all, rules);
    paragraph(out, &[plain(line)], "", "  ", look);
    out.push_str(&draw(&table.heads, &table.rows, 0, look));
    if rules.wrong_count > 0 {
        out.push('\n');
        let many = thousands(rules.wrong_count as u128);
        paragraph(out, &[plain(format!("Where rules and people differ ({many}):"))], "", "", look);
    }
    for one in &rules.wrong {
        let who = if one.by_rules { "by the rules, not by people" } else { "by people, not by the rules" };
        paragraph(out, &[plain(format!("{}: {who}", one.code))], "- ", "  ", look);
        quote(out, one.quote.as_ref(), look);
        // To be pasted: on one line, and with the study that is meant.
        let question = format!("hence {}{}", one.ask, argument(path));
        let wide = Look { width: 10_000, ..look };
        paragraph(out, &[soft(question)], "    ", "      ", wide);
    }
    more(out, rules.wrong_count - rules.wrong.len(), look);
}

/// Why some figures are undefined.
fn undefined(out: &mut String, all: &Agreement, look: Look) {
    let lines = tables::undefined(all);
    if lines.is_empty() {
        return;
    }
    heading(out, "What is undefined", look);
    for line in lines {
        paragraph(out, &[plain(line)], "- ", "  ", look);
    }
}

/// The formulas by name.
fn legend(out: &mut String, all: &Agreement, look: Look) {
    let lines = tables::legend(all);
    if lines.is_empty() {
        return;
    }
    heading(out, "How to read it", look);
    for line in lines {
        paragraph(out, &[soft(line)], "", "  ", look);
    }
}
