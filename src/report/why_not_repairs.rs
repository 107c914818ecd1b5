//! What would make something hold, as text: each change with what it writes and what else it moves, what was left out, and
//! what there was no time to try.

use super::Look;
use super::layout::{paragraph, plain, soft, strong};
use super::why_not::to_copy;
use super::words::{number_of, place};
use crate::session::why_not::answer::{Changed, LeftOut, Missing, Repair, RepairStep};

/// So many concepts and relations are named with what they gain and lose.
const BY: usize = 5;
/// Of more of them than this, no examples are named.
const EXAMPLES: usize = 4;
/// So many codings that were left out are named.
const NAMED: usize = 3;
/// So many changes that were not tried are shown.
const UNTRIED: usize = 3;
/// What is said where nothing helps: which changes have been looked for.
const NO_CHANGE: &str = "No small change was found that would make it hold: no coding, pattern, number or exception, \
    and no fact of the study's own relations to add or to take out.";

/// The repairs of an answer, and what is said of those that were not tried.
pub(super) fn all_repairs(out: &mut String, missing: &Missing, look: Look) {
    let (repairs, not_tried, cut) = (&missing.repairs[..], &missing.not_tried[..], missing.cut);
    // Without messages, or of facts alone, no text tells what is right.
    let of_facts = |repair: &Repair| repair.steps.iter().all(|step| matches!(step.kind, "fact" | "remove"));
    let of_texts = missing.of_texts && !repairs.iter().all(of_facts);
    // What every repair brings with it is said once.
    let common = common(repairs);
    if !repairs.is_empty() {
        out.push('\n');
        let tried = if repairs.len() == 1 { "tried" } else { "each was tried" };
        let only_if = if of_texts { "the text bears it out" } else { "it is so" };
        paragraph(out, &[strong(format!("What would make it hold, if {only_if} ({tried}):"))], "", "", look);
    }
    for (number, repair) in repairs.iter().enumerate() {
        let first = format!("  {}. ", number + 1);
        for (at, step) in repair.steps.iter().enumerate() {
            let mut line = vec![plain(if at == 0 { in_words(step) } else { format!("and {}", in_words(step)) })];
            line.extend(step.place.as_ref().map(|at| soft(format!(" ({})", place(at)))));
            paragraph(out, &line, if at == 0 { &first } else { "     " }, "     ", look);
            if step.kind == "coding" && !step.line.is_empty() {
                to_copy(out, &format!("     to write it, under the coder's name: {}", step.line));
            }
        }
        if let Some(loses) = &repair.effect.loses {
            paragraph(out, &[plain(loses.clone())], "     ", "     ", look);
        }
        let own: Vec<&Changed> = repair.effect.by.iter().filter(|changed| !common.contains(changed)).collect();
        let text = match (changes(&own), of_rules(repair)) {
            (None, true) if common.is_empty() => format!("this {}; no other conclusion changes", reach(repair)),
            (None, true) => {
                format!("this {}; besides what is told below of all of them, nothing changes", reach(repair))
            }
            (None, false) if common.is_empty() => "changes nothing else".to_string(),
            (None, false) => continue,
            (Some(text), true) => {
                let count: usize = own.iter().map(|changed| moved(changed)).sum();
                let count = number_of(count, "other conclusion");
                let besides = if common.is_empty() { "" } else { "besides what is told below of all of them, " };
                format!("this {}, and {besides}{count} would change: {text}", reach(repair))
            }
            (Some(text), false) => format!("would also change {text}"),
        };
        paragraph(out, &[soft(text)], "     ", "     ", look);
    }
    let all: Vec<&Changed> = common.iter().collect();
    if let Some(text) = changes(&all) {
        paragraph(out, &[soft(format!("With each of them this would change, too: {text}."))], "", "", look);
    }
    if !repairs.is_empty() {
        if let Some(text) = left_out(&missing.left_out) {
            paragraph(out, &[soft(text)], "", "", look);
        }
        let right = if of_texts { "right by what was said" } else { "so" };
        let text = format!("Where none of these is {right}, the conclusion rightly does not hold.");
        paragraph(out, &[soft(text)], "", "", look);
    }
    if repairs.is_empty() && not_tried.is_empty() && cut.is_none() {
        out.push('\n');
        paragraph(out, &[soft(NO_CHANGE)], "", "", look);
    }
    if let Some(time) = cut.filter(|_| repairs.is_empty() || !not_tried.is_empty()) {
        out.push('\n');
        let seconds = time.as_secs_f64();
        let more = (seconds * 10.0).ceil().max(20.0);
        let text = format!(
            "Not all changes could be tried in the time allowed ({seconds} s); ask again with `--timeout {more}`."
        );
        paragraph(out, &[soft(text)], "", "", look);
        for untried in not_tried.iter().take(UNTRIED) {
            let steps = untried.steps.iter().map(in_words).collect::<Vec<_>>().join(", and ");
            paragraph(out, &[soft(format!("not tried: {steps}"))], "  ", "    ", look);
            if let Some(command) = &untried.command {
                paragraph(out, &[soft(format!("to try it: {command}"))], "    ", "      ", look);
            }
        }
    }
}

/// Codings that are not offered, the first of them by name. Where others like them are, these are examples, and what no
/// word speaks for is said of all.
fn left_out(codings: &[LeftOut]) -> Option<String> {
    let named: Vec<&str> = codings.iter().take(NAMED).map(|left| left.coding.as_str()).collect();
    let (last, before) = named.split_last()?;
    let rest = match codings.len() - named.len() {
        0 if before.is_empty() => last.to_string(),
        0 => format!("{} and {last}", before.join(", ")),
        more => format!("{} and {more} more", named.join(", ")),
    };
    let freed = if codings.iter().all(|left| left.freed) { ", each with the exception left out," } else { "" };
    let examples = codings.iter().map(|left| left.examples).max().unwrap_or_default();
    Some(match codings.len() {
        count if examples > 0 => {
            let others = number_of(count, "other coding");
            let freed = match (count, freed.is_empty()) {
                (_, true) => "",
                (1, false) => ", with the exception left out,",
                _ => freed,
            };
            let shown = match examples {
                1 => "one is shown as an example".to_string(),
                _ => format!("{examples} are shown as examples"),
            };
            let any = if count + examples > 2 { "any of them" } else { "either" };
            format!("{others}{freed} would perhaps do as well: {rest}; {shown}, since no word speaks for {any}.")
        }
        1 => {
            let freed = if freed.is_empty() { "" } else { ", with the exception left out," };
            format!("1 other coding{freed} was not tried, since no word of the message speaks for it: {rest}.")
        }
        count => {
            format!("{count} other codings{freed} were not tried, since no word speaks for them: {rest}.")
        }
    })
}

fn in_words(step: &RepairStep) -> String {
    match step.kind {
        // Of a coding, the words tell more than how it is written.
        "threshold" | "pattern" | "row" | "coding" => step.text.clone(),
        // What follows the words is what the reader is to know of it.
        "fact" => {
            let more = step.text.strip_prefix("add the fact").unwrap_or_default();
            match step.line.is_empty() {
                true => format!("add the fact: {}{more}", step.code),
                false => format!("add to the study: {}{more}", step.line),
            }
        }
        _ => format!("{}: {}", step.text, step.code),
    }
}

/// True where a repair changes how every message is read, and not this one alone.
fn of_rules(repair: &Repair) -> bool {
    repair.steps.iter().any(|step| matches!(step.kind, "threshold" | "pattern" | "exception" | "row"))
}

/// How far a change of the rules goes.
fn reach(repair: &Repair) -> &'static str {
    let leaves_out = repair.steps.iter().any(|step| step.kind == "exception");
    if leaves_out {
        "leaves it out for every message, not this one alone"
    } else if repair
        .steps
        .iter()
        .all(|step| step.kind != "pattern" && step.kind != "row" && step.text.contains("parameter"))
    {
        "changes the number for the whole study"
    } else {
        "changes the codebook for every message"
    }
}

/// What all of several repairs change alike.
fn common(repairs: &[Repair]) -> Vec<Changed> {
    let Some((first, rest)) = repairs.split_first().filter(|(_, rest)| !rest.is_empty()) else { return Vec::new() };
    let everywhere = |changed: &&Changed| rest.iter().all(|repair| repair.effect.by.contains(changed));
    first.effect.by.iter().filter(everywhere).cloned().collect()
}

/// What changes, by concept and relation, with how many there are before and then; nothing where nothing does.
fn changes(all: &[&Changed]) -> Option<String> {
    let one = |changed: &&Changed| {
        let named = |comes: bool| -> Vec<&str> {
            changed.first.iter().filter(|fact| fact.comes == comes).map(|fact| fact.of.as_str()).collect()
        };
        let part = |count: usize, sign: &str, comes: bool| {
            let shown = named(comes);
            let rest = if count > shown.len() { ", ..." } else { "" };
            (count > 0).then(|| format!("{sign}{}{rest}", shown.join(&format!(", {sign}"))))
        };
        let both = changed.gained > 0 && changed.lost > 0;
        let signs = if both {
            ["with ", "without "]
        } else if changed.lost > 0 {
            ["", "without "]
        } else {
            ["", ""]
        };
        let parts = [part(changed.gained, signs[0], true), part(changed.lost, signs[1], false)];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        // Rows that are told otherwise are neither more nor less.
        if is_told_otherwise(changed) {
            return format!("{} of {}", number_of(changed.gained, "row"), changed.label);
        }
        if spoken(changed) {
            let counts = format!("{} from {} to {}", changed.label, changed.before, changed.then);
            let named = |comes, how: &str| {
                let all = named(comes);
                let rest = if (if comes { changed.gained } else { changed.lost }) > all.len() { ", ..." } else { "" };
                (!all.is_empty()).then(|| format!("{how}: {}{rest}", all.join(", ")))
            };
            let parts: Vec<String> = [named(true, "now"), named(false, "no longer")].into_iter().flatten().collect();
            return if changed.gained > 0 && changed.lost == 0 {
                format!("{counts} ({})", parts.join("").trim_start_matches("now: "))
            } else {
                format!("{counts} ({})", parts.join("; "))
            };
        }
        let named = if all.len() > EXAMPLES { String::new() } else { format!(" ({})", parts.join("; ")) };
        format!("{} from {} to {}{named}", changed.label, changed.before, changed.then)
    };
    let (counted, others): (Vec<&Changed>, Vec<&Changed>) =
        all.iter().take(BY).partition(|changed| told_otherwise(changed).is_some());
    let mut shown: Vec<String> = others.iter().map(one).collect();
    let counted: Vec<String> = counted.into_iter().filter_map(told_otherwise).collect();
    if !counted.is_empty() {
        let before = shown.join(", ");
        let and = if before.is_empty() { "" } else { "; and " };
        shown = vec![format!("{before}{and}what is counted: {}", counted.join("; "))];
    }
    let more = match all.len().saturating_sub(BY) {
        0 => String::new(),
        more => {
            let names: Vec<&str> = all[BY..].iter().take(BY).map(|changed| changed.label.as_str()).collect();
            let rest = if more > BY { " and others" } else { "" };
            format!("; and with them {}{rest}", names.join(", "))
        }
    };
    (!shown.is_empty()).then(|| format!("{}{more}", shown.join(", ")))
}

/// True where as many rows come as go: they say another number, mostly.
fn is_told_otherwise(changed: &Changed) -> bool {
    changed.gained > 0 && changed.lost > 0 && changed.before == changed.then
}

/// How many conclusions change: what is told otherwise is one, and not two.
fn moved(changed: &Changed) -> usize {
    if is_told_otherwise(changed) { changed.gained } else { changed.gained + changed.lost }
}

/// True where its rows are told as sentences.
fn spoken(changed: &Changed) -> bool {
    changed.label.starts_with('`') && changed.first.iter().any(|fact| fact.of != fact.fact && fact.of.contains(' '))
}

/// `2 of those who work as Designer speak of "Calm" (so far 1)`; nothing where no sentence tells it.
fn told_otherwise(changed: &Changed) -> Option<String> {
    if !spoken(changed) || !is_told_otherwise(changed) {
        return None;
    }
    let first = |comes: bool| changed.first.iter().find(|fact| fact.comes == comes).map(|fact| fact.of.as_str());
    let (now, before) = (first(true)?, first(false)?);
    let (new, old): (Vec<&str>, Vec<&str>) = (now.split(' ').collect(), before.split(' ').collect());
    let differ: Vec<usize> = (0..new.len().min(old.len())).filter(|&at| new[at] != old[at]).collect();
    let more = changed.gained - 1;
    Some(match differ[..] {
        _ if more > 0 => format!("{now}, and {} of {}", number_of(more, "other row"), changed.label),
        [at] if new.len() == old.len() => format!("{now} (so far {})", old[at]),
        _ => format!("{now} (so far: {before})"),
    })
}
