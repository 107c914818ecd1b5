//! Why something does not hold, as text: each way with its conditions ticked or crossed, what is to blame under each
//! cross, and what would make it hold.

use super::Look;
use super::layout::{paragraph, plain, soft, strong};
use super::words::{number_of, place, sentence, source_of};
use crate::session::why_not::answer::{Blame, ConditionShown, Effect, Missing, Repair, RepairStep, WayMissed, WhyNot};

/// So far in, lines are not moved any further.
const DEEPEST: usize = 24;
/// So many concepts and relations are named with what they gain and lose.
const BY: usize = 5;

/// The answer of `why-not`; nothing for a question that could not be read.
pub fn why_not(answer: &WhyNot, look: Look) -> String {
    let mut out = String::new();
    match answer {
        WhyNot::Wrong => {}
        WhyNot::Holds { statement, fact } => {
            paragraph(&mut out, &[strong(statement.clone())], "", "", look);
            paragraph(&mut out, &[plain(format!("It does hold: `hence why '{fact}'` says why."))], "", "", look);
        }
        WhyNot::Impossible { statement, reason, help, repairs } => {
            paragraph(&mut out, &[strong(statement.clone())], "", "", look);
            let text = format!("Nothing in the study can conclude it: {reason}.");
            paragraph(&mut out, &[plain(text)], "", "", look);
            if let Some(help) = help {
                paragraph(&mut out, &[plain(format!("{}.", capital(help)))], "", "", look);
            }
            if !repairs.is_empty() {
                all_repairs(&mut out, repairs, 0, look);
            }
        }
        WhyNot::Missing(missing) => of_missing(&mut out, missing, look),
        WhyNot::Open { fact, hold, nearest, more, stopped } => {
            let held = match hold {
                0 => format!("Nothing of the form `{fact}` holds."),
                1 => format!("One fact of the form `{fact}` holds; `hence why '{fact}'` shows it."),
                hold => format!("{hold} facts of the form `{fact}` hold; `hence why '{fact}'` shows them."),
            };
            paragraph(&mut out, &[strong(held)], "", "", look);
            if nearest.is_empty() {
                let text =
                    "Nothing else meets any condition that would tell it from the rest; name one to see what it lacks.";
                paragraph(&mut out, &[plain(text)], "", "", look);
            } else {
                paragraph(&mut out, &[plain("These come nearest:")], "", "", look);
            }
            for near in nearest {
                out.push('\n');
                let lacks = format!(" (lacks {})", number_of(near.way.failed(), "condition"));
                paragraph(&mut out, &[strong(near.statement.clone()), soft(lacks)], "", "  ", look);
                way(&mut out, &near.way, "  ", look);
            }
            if *more > 0 {
                let text = format!("\nand {more} more; name one to see it, and what would make it hold");
                out.push('\n');
                paragraph(&mut out, &[soft(text)], "", "", look);
            }
            if *stopped {
                early(&mut out, look);
            }
        }
    }
    out
}

fn of_missing(out: &mut String, missing: &Missing, look: Look) {
    paragraph(out, &[strong(missing.statement.clone())], "", "", look);
    if let Some(beside) = &missing.beside {
        one_blame(out, &Blame { text: capital(&beside.text), ..beside.clone() }, "", look);
    }
    let ways = missing.ways.len() + missing.more;
    for (number, shown) in missing.ways.iter().enumerate() {
        out.push('\n');
        let (met, of) = (shown.met(), shown.conditions.len());
        let what = match (number, ways) {
            (_, 1) => "There is one way to it".to_string(),
            (0, _) => format!("The nearest of {ways} ways to it"),
            _ => "Another way".to_string(),
        };
        let met = if of > 1 { format!(", with {met} of {of} conditions met") } else { String::new() };
        paragraph(out, &[plain(format!("{what}{met}:"))], "", "", look);
        way(out, shown, "  ", look);
    }
    if missing.more > 0 {
        out.push('\n');
        paragraph(
            out,
            &[soft(format!("and {} that come less near", number_of(missing.more, "other way")))],
            "",
            "",
            look,
        );
    }
    all_repairs(out, &missing.repairs, missing.not_tried, look);
    if missing.stopped {
        early(out, look);
    }
}

fn early(out: &mut String, look: Look) {
    out.push('\n');
    let text =
        "There was too much to look through all of it: something else may come nearer. `--timeout` allows more time.";
    paragraph(out, &[soft(text)], "", "", look);
}

/// A way: the clause as it is written, and its conditions under it.
pub fn way(out: &mut String, shown: &WayMissed, indent: &str, look: Look) {
    // A clause that is one condition is not said twice.
    if let [only] = &shown.conditions[..]
        && (shown.rule == only.words || shown.rule.split_once(' ').is_some_and(|(_, rest)| rest == only.words))
    {
        let only = ConditionShown { words: shown.rule.clone(), place: shown.place.clone(), ..only.clone() };
        return one_condition(out, &only, true, indent, look);
    }
    let mut line = vec![plain(cut(&shown.rule, look))];
    line.extend(shown.place.as_ref().map(|at| soft(format!(" ({})", place(at)))));
    paragraph(out, &line, indent, &format!("{indent}  "), look);
    for condition in &shown.conditions {
        one_condition(out, condition, false, &deeper(indent, 2), look);
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
    let mut line = vec![plain(cut(&condition.words, look))];
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
        paragraph(out, &source_of(quote), &rest, &rest, look);
    }
}

fn all_repairs(out: &mut String, repairs: &[Repair], not_tried: usize, look: Look) {
    if !repairs.is_empty() {
        out.push('\n');
        let head = if repairs.len() == 1 {
            "What would make it hold (tried):"
        } else {
            "What would make it hold (each was tried):"
        };
        paragraph(out, &[strong(head)], "", "", look);
    }
    for (number, repair) in repairs.iter().enumerate() {
        let first = format!("  {}. ", number + 1);
        for (at, step) in repair.steps.iter().enumerate() {
            let mut line = vec![plain(if at == 0 { in_words(step) } else { format!("and {}", in_words(step)) })];
            line.extend(step.place.as_ref().map(|at| soft(format!(" ({})", place(at)))));
            paragraph(out, &line, if at == 0 { &first } else { "     " }, "     ", look);
        }
        paragraph(out, &[soft(effect(&repair.effect))], "     ", "     ", look);
    }
    if repairs.is_empty() && not_tried == 0 {
        out.push('\n');
        paragraph(out, &[soft("No small change was found that would make it hold.")], "", "", look);
    }
    if not_tried > 0 {
        out.push('\n');
        let text = format!(
            "{} could not be tried in the time; `--timeout` allows more.",
            number_of(not_tried, "other change")
        );
        paragraph(out, &[soft(text)], "", "", look);
    }
}

fn in_words(step: &RepairStep) -> String {
    match step.kind {
        "threshold" | "pattern" => step.text.clone(),
        _ => format!("{}: {}", step.text, step.code),
    }
}

/// What else a repair changes.
fn effect(effect: &Effect) -> String {
    let all = effect.gained + effect.lost;
    if all == 0 {
        return "changes no other conclusion".to_string();
    }
    let named = |came: bool| -> Vec<&str> {
        effect.first.iter().filter(|(_, comes)| *comes == came).map(|(fact, _)| fact.as_str()).collect()
    };
    let part = |count: usize, word: &str, came: bool| {
        let shown = named(came);
        let rest = if count > shown.len() { ", ..." } else { "" };
        match count {
            0 => None,
            1 if all == 1 => Some(format!("{word} {}", shown.join(", "))),
            _ if came => Some(format!("{word} {count} more ({}{rest})", shown.join(", "))),
            _ => Some(format!("{word} {} ({}{rest})", number_of(count, "other"), shown.join(", "))),
        }
    };
    let parts = [part(effect.gained, "concludes", true), part(effect.lost, "takes away", false)];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let mut text = format!("also {}", parts.join(" and "));
    if all > effect.first.len() && effect.by.len() > 1 {
        let by = effect.by.iter().take(BY).map(|(name, gained, lost)| match (gained, lost) {
            (gained, 0) => format!("{name} +{gained}"),
            (0, lost) => format!("{name} -{lost}"),
            (gained, lost) => format!("{name} +{gained} -{lost}"),
        });
        let rest = effect.by.len().saturating_sub(BY);
        let rest = if rest > 0 { format!(" and {}", number_of(rest, "other")) } else { String::new() };
        text += &format!("; in all: {}{rest}", by.collect::<Vec<_>>().join(", "));
    }
    text
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}
