//! Why something does not hold, as text: each way with its conditions ticked or crossed, what is to blame under each
//! cross. What would make it hold is told by `why_not_repairs`.

use super::Look;
use super::layout::{paragraph, plain, soft, strong};
use super::missed::{is_told, told_once, told_once_of};
use super::why_not_repairs::all_repairs;
use super::words::{number_of, place, sentence, source_of};
use crate::diagnostic::visible::visible;
use crate::session::question as asked;
use crate::session::why_not::answer::{Blame, ConditionShown, Missing, WayMissed, WhyNot};

/// So far in, lines are not moved any further.
const DEEPEST: usize = 24;
/// Of more conditions than this, those that are met are only counted.
const MANY: usize = 20;

/// The answer of `why-not`; nothing for a question that could not be read. `study` is what follows the question where it is
/// asked again, as one types it: the study, and what it was asked with.
pub fn why_not(answer: &WhyNot, study: &str, look: Look) -> String {
    let mut out = String::new();
    match answer {
        WhyNot::Wrong => {}
        WhyNot::Holds { statement, fact } => {
            paragraph(&mut out, &[strong(statement.clone())], "", "", look);
            to_copy(&mut out, &format!("It does hold: `hence why {}{study}` says why.", asked(fact)));
        }
        WhyNot::Impossible { statement, reason, help, repairs } => {
            paragraph(&mut out, &[strong(statement.clone())], "", "", look);
            let text = format!("Nothing in the study can conclude it: {reason}.");
            paragraph(&mut out, &[plain(text)], "", "", look);
            if let Some(help) = help {
                let end = if help.ends_with('?') { "" } else { "." };
                paragraph(&mut out, &[plain(format!("{}{end}", capital(help)))], "", "", look);
            }
            if !repairs.is_empty() {
                let missing = Missing { repairs: repairs.clone(), of_texts: true, ..Missing::default() };
                all_repairs(&mut out, &missing, look);
            }
        }
        WhyNot::Missing(missing) => of_missing(&mut out, missing, study, look),
        WhyNot::Open { .. } => of_open(&mut out, answer, study, look),
    }
    out
}

/// What comes nearest to a question with open places.
fn of_open(out: &mut String, answer: &WhyNot, study: &str, look: Look) {
    let WhyNot::Open { statement, question, hold, nearest, more, far, of, note, stopped, late, .. } = answer else {
        return;
    };
    if let Some(said) = note {
        note_first(out, said, look);
    }
    paragraph(out, &[strong(statement.clone())], "", "", look);
    if *hold > 0 {
        to_copy(out, &format!("`hence why {}{study}` says why", asked(question)));
    }
    // What the open place stands for; nothing where there are several.
    let thing = if of.is_empty() { String::new() } else { format!(" {of}") };
    let (nothing, none) = if *hold > 0 { ("Nothing else", "no other") } else { ("Nothing", "no") };
    let any = match (of.is_empty(), *hold > 0) {
        (true, false) => "none meets any of the conditions".to_string(),
        _ => format!("{none}{thing} meets any of the conditions"),
    };
    let one = if of.is_empty() { "ask about one by name".to_string() } else { format!("ask about one{thing}") };
    let head = match nearest.len() {
        0 if *stopped => format!("{nothing} that comes near was found so far."),
        0 => format!("{nothing} comes near: {any}; {one} to see what it lacks."),
        1 => "This comes nearest:".to_string(),
        _ => "These come nearest:".to_string(),
    };
    paragraph(out, &[plain(head)], "", "", look);
    let mut nearest = nearest.clone();
    told_once_of(&mut nearest.iter_mut().map(|near| &mut near.way).collect::<Vec<_>>());
    for near in &nearest {
        out.push('\n');
        let lacks = format!(" (lacks {})", number_of(near.way.failed(), "condition"));
        paragraph(out, &[strong(near.statement.clone()), soft(lacks)], "", "  ", look);
        way(out, &near.way, "  ", look);
    }
    if *more > 0 {
        out.push('\n');
        let text = format!("and {more} more; {one} to see what it lacks, and what would make it hold");
        paragraph(out, &[soft(text)], "", "", look);
    }
    if *far > 0 && !nearest.is_empty() {
        let (far, meet) = (number_of(*far, &format!("other{thing}")), if *far == 1 { "meets" } else { "meet" });
        paragraph(out, &[soft(format!("{far} {meet} no condition at all"))], "", "", look);
    }
    if *stopped {
        let cure = format!(" {} to see what it lacks.", capital(&one));
        early(out, *late, if *late { "" } else { &cure }, look);
    }
}

/// A line with something to copy, which is never broken.
pub(super) fn to_copy(out: &mut String, line: &str) {
    out.push_str(&visible(line));
    out.push('\n');
}

fn of_missing(out: &mut String, missing: &Missing, study: &str, look: Look) {
    paragraph(out, &[strong(missing.statement.clone())], "", "", look);
    if let Some(beside) = &missing.beside {
        one_blame(out, &Blame { text: capital(&beside.text), ..beside.clone() }, "", look);
    }
    for blame in &missing.decisive {
        one_blame(out, blame, "", look);
    }
    let ways = missing.ways.len() + missing.more;
    if !missing.none.is_empty() {
        missing.none.iter().for_each(|none| one_blame(out, none, "", look));
        nothing_of_it(out, &missing.ways, ways, look);
    }
    let told = told_once(missing);
    let shown = if !missing.none.is_empty() { &[] } else { &told[..] };
    let barred = !missing.decisive.is_empty();
    for (number, shown) in shown.iter().enumerate() {
        out.push('\n');
        let (met, of) = (shown.met(), shown.of());
        let what = match (number, ways) {
            (_, 1) => "There is one way to it".to_string(),
            (0, _) => format!("The nearest of {ways} ways to it"),
            _ => "Another way".to_string(),
        };
        let met = match (met == of, of) {
            (true, 1) if barred => ", with its condition met".to_string(),
            (true, 2) if barred => ", with both conditions met".to_string(),
            (true, _) if barred => format!(", with all {of} conditions met"),
            (_, 2..) => format!(", with {met} of {of} conditions met"),
            _ => String::new(),
        };
        let met = if barred { format!("{met}, but for the exception") } else { met };
        paragraph(out, &[plain(format!("{what}{met}:"))], "", "", look);
        way(out, shown, "  ", look);
    }
    if missing.more > 0 && missing.none.is_empty() {
        out.push('\n');
        paragraph(
            out,
            &[soft(format!(
                "and {} that {} no nearer",
                number_of(missing.more, "other way"),
                if missing.more == 1 { "comes" } else { "come" }
            ))],
            "",
            "",
            look,
        );
    }
    for further in &missing.further {
        out.push('\n');
        paragraph(out, &[plain(format!("{}.", capital(&further.text)))], "", "", look);
        to_copy(out, &format!("`hence why-not {}{study}` says what it lacks", asked(&further.question)));
    }
    match &missing.advice {
        Some(advice) => paragraph(out, &[strong(format!("{}.", capital(advice)))], "", "", look),
        None => all_repairs(out, missing, look),
    }
    if missing.advice.is_none() && missing.repairs.is_empty() && missing.cut.is_none() {
        what_stands_against(out, missing, look);
    }
    if missing.stopped {
        early(out, missing.late, "", look);
    }
}

/// What a question may have meant otherwise; what is there to be copied stands on a line of its own.
pub fn note_first(out: &mut String, note: &str, look: Look) {
    let (said, command) = note.split_once('\n').map_or((note, None), |(said, command)| (said, Some(command)));
    let end = if command.is_some() { "" } else { "." };
    paragraph(out, &[plain(format!("{}{end}", capital(said)))], "", "", look);
    if let Some(command) = command {
        to_copy(out, command);
    }
}

/// Where nothing helps: what stands against it, in one line each.
fn what_stands_against(out: &mut String, missing: &Missing, look: Look) {
    let Some(nearest) = missing.ways.first().filter(|_| missing.none.is_empty()) else { return };
    let first = |condition: &ConditionShown| match condition.blame.first() {
        // What names nothing is told of its condition.
        Some(blame) if !blame.text.contains(['"', '`']) => Some(format!("`{}`: {}", condition.words, blame.text)),
        Some(blame) => Some(blame.text.clone()),
        None if condition.values.iter().any(|value| value == "see above") => None,
        None if condition.label.is_empty() => Some(format!("`{}` is not met", condition.words)),
        None => Some(format!("{} is not met", condition.label)),
    };
    let mut all: Vec<String> =
        missing.decisive.iter().map(|blame| blame.text.replacen("An exception stands against it: ", "", 1)).collect();
    all.extend(nearest.conditions.iter().filter(|condition| condition.met == Some(false)).filter_map(first));
    // One thing alone has just been said.
    let (2.., Some(count)) = (all.len(), ["Two", "Three", "Four", "Five"].get(all.len().saturating_sub(2))) else {
        return;
    };
    paragraph(out, &[plain(format!("{count} things stand against it:"))], "", "", look);
    for text in all {
        paragraph(out, &[plain(text)], "  - ", "    ", look);
    }
}

/// Where nothing of what is asked for is there: how many clauses ask for it, and one of them.
fn nothing_of_it(out: &mut String, ways: &[WayMissed], number: usize, look: Look) {
    let Some(first) = ways.first() else { return };
    let lead = match number {
        1 => "There is one way to it: ".to_string(),
        number => format!("There are {number} ways to it, such as: "),
    };
    let mut line = vec![plain(format!("{lead}{}", cut(&first.label, look)))];
    line.extend(first.place.as_ref().map(|at| soft(format!(" ({})", place(at)))));
    paragraph(out, &line, "", "  ", look);
}

/// That not everything was looked through, and what to do; only where time was wanting, more time helps.
fn early(out: &mut String, late: bool, cure: &str, look: Look) {
    out.push('\n');
    let (was, more) = if late { ("was", " `--timeout` allows more time.") } else { ("is", "") };
    let text = format!("There {was} too much to look through all of it: something else may come nearer.{more}{cure}");
    paragraph(out, &[soft(text)], "", "", look);
}

/// A way: the clause as it is written, and its conditions under it.
pub fn way(out: &mut String, shown: &WayMissed, indent: &str, look: Look) {
    // A clause that is one condition is not said twice.
    if let [only] = &shown.conditions[..]
        && shown.rule.ends_with(&only.words)
    {
        let before = shown.rule.strip_suffix(&only.words).unwrap_or_default();
        let label = if only.label.is_empty() { shown.rule.clone() } else { format!("{before}{}", only.label) };
        let only = ConditionShown { label, words: shown.rule.clone(), place: shown.place.clone(), ..only.clone() };
        return one_condition(out, &only, true, indent, look);
    }
    let mut line = vec![plain(cut(&shown.rule, look))];
    line.extend(shown.place.as_ref().map(|at| soft(format!(" ({})", place(at)))));
    paragraph(out, &line, indent, &format!("{indent}  "), look);
    // Of very many conditions, those that are met are counted.
    let many = shown.conditions.len() > MANY;
    let left_out = |condition: &ConditionShown| many && condition.met == Some(true);
    for condition in shown.conditions.iter().filter(|condition| !left_out(condition)).take(MANY) {
        one_condition(out, condition, false, &deeper(indent, 2), look);
    }
    let met = shown.conditions.iter().filter(|condition| left_out(condition)).count();
    let more = (shown.conditions.len() - met).saturating_sub(MANY);
    for (count, what) in [(met, "that are met"), (more, "that are not met")] {
        if count > 0 {
            let text = format!("and {} {what}", number_of(count, "other condition"));
            paragraph(out, &[soft(text)], &deeper(indent, 2), &deeper(indent, 2), look);
        }
    }
}

fn deeper(indent: &str, by: usize) -> String {
    " ".repeat((indent.len() + by).min(DEEPEST))
}

/// A long clause, cut between words.
fn cut(words: &str, look: Look) -> String {
    const MOST: usize = 140;
    let Some((end, _)) = words.char_indices().nth(MOST) else { return words.to_string() };
    let kept = &words[..end];
    let kept = kept.rfind(' ').filter(|&at| at > MOST / 2).map_or(kept, |at| &kept[..at]);
    format!("{kept} {}", if look.unicode { "…" } else { "..." })
}

fn one_condition(out: &mut String, condition: &ConditionShown, placed: bool, indent: &str, look: Look) {
    let mark = match (condition.met, look.unicode) {
        (Some(true), true) => "✓",
        (Some(false), true) => "✗",
        (None, true) => "?",
        (Some(true), false) => "yes",
        (Some(false), false) => "no ",
        (None, false) => "?  ",
    };
    let words = if condition.label.is_empty() { &condition.words } else { &condition.label };
    let mut line = vec![plain(cut(words, look))];
    line.extend(condition.place.as_ref().filter(|_| placed).map(|at| soft(format!(" ({})", place(at)))));
    if condition.met.is_none() {
        line.push(soft(" (cannot be told: it needs a value that is missing)"));
    } else if !condition.values.is_empty() {
        line.push(soft(format!(" ({})", condition.values.join(", "))));
    }
    let inner = deeper(indent, mark.chars().count() + 1);
    paragraph(out, &line, &format!("{indent}{mark} "), &format!("{inner}  "), look);
    for blame in &condition.blame {
        one_blame(out, blame, &inner, look);
    }
    let mut quotes = condition.quote.iter().chain(&condition.further).peekable();
    while let Some(quote) = quotes.next() {
        paragraph(out, &sentence(quote, look), &inner, &inner, look);
        // What somebody else said is not to be taken for words of the message that is asked about; of several passages of
        // one message, that is said once.
        let last = quotes.peek().is_none_or(|next| next.message != quote.message);
        if last && condition.subject.as_ref().is_some_and(|subject| *subject != quote.message) {
            paragraph(out, &source_of(quote), &inner, &inner, look);
        }
    }
    for below in &condition.below {
        way(out, below, &inner, look);
    }
}

fn one_blame(out: &mut String, blame: &Blame, indent: &str, look: Look) {
    let mut line = vec![plain(blame.text.clone())];
    line.extend(blame.place.as_ref().map(|at| soft(format!(" ({})", place(at)))));
    let rest = format!("{indent}  ");
    paragraph(out, &line, indent, &rest, look);
    if let Some(quote) = &blame.quote {
        paragraph(out, &sentence(quote, look), &rest, &rest, look);
        if !is_told(quote) {
            paragraph(out, &source_of(quote), &rest, &rest, look);
        }
    }
}

pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}
