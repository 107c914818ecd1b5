//! Why something does not hold, as text: each way with its conditions ticked or crossed, what is to blame under each
//! cross, and what would make it hold.

use super::Look;
use super::layout::{paragraph, plain, soft, strong};
use super::missed::told_once;
use super::words::{number_of, place, sentence, source_of};
use crate::diagnostic::visible::visible;
use crate::session::why_not::answer::{Blame, Changed, ConditionShown, Missing, Repair, RepairStep, WayMissed, WhyNot};
use crate::session::{argument, question as asked};

/// So far in, lines are not moved any further.
const DEEPEST: usize = 24;
/// So many concepts and relations are named with what they gain and lose.
const BY: usize = 5;
/// Of more of them than this, no examples are named.
const EXAMPLES: usize = 4;
/// Of more conditions than this, those that are met are only counted.
const MANY: usize = 20;
/// So many changes that were not tried are shown.
const UNTRIED: usize = 3;

/// What is said where nothing helps: which changes have been looked for.
const NO_CHANGE: &str = "No small change was found that would make it hold: no coding, pattern, number or exception, \
    and no fact of the study's own relations to add or to take out.";

/// The answer of `why-not` of the study at a path; nothing for a question that could not be read.
pub fn why_not(answer: &WhyNot, path: &str, look: Look) -> String {
    let path = argument(path);
    let mut out = String::new();
    match answer {
        WhyNot::Wrong => {}
        WhyNot::Holds { statement, fact } => {
            paragraph(&mut out, &[strong(statement.clone())], "", "", look);
            to_copy(&mut out, &format!("It does hold: `hence why {}{path}` says why.", asked(fact)));
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
        WhyNot::Missing(missing) => of_missing(&mut out, missing, look),
        WhyNot::Open { statement, question, hold, nearest, more, far, note, stopped, late, .. } => {
            if let Some(said) = note {
                note_first(&mut out, said, look);
            }
            paragraph(&mut out, &[strong(statement.clone())], "", "", look);
            if *hold > 0 {
                to_copy(&mut out, &format!("`hence why {}{path}` says why", asked(question)));
            }
            let (other, any) =
                if *hold > 0 { ("Nothing else", "no other meets any") } else { ("Nothing", "none meets any") };
            let head = match nearest.len() {
                0 if *stopped => format!("{other} that comes near was found so far."),
                0 => format!("{other} comes near: {any} of the conditions; name one to see what it lacks."),
                1 => "This comes nearest:".to_string(),
                _ => "These come nearest:".to_string(),
            };
            paragraph(&mut out, &[plain(head)], "", "", look);
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
            if *far > 0 && !nearest.is_empty() {
                let (far, meet) = (number_of(*far, "other"), if *far == 1 { "meets" } else { "meet" });
                paragraph(&mut out, &[soft(format!("{far} {meet} no condition at all"))], "", "", look);
            }
            if *stopped {
                early(&mut out, *late, look);
            }
        }
    }
    out
}

/// A line with something to copy, which is never broken.
fn to_copy(out: &mut String, line: &str) {
    out.push_str(&visible(line));
    out.push('\n');
}

fn of_missing(out: &mut String, missing: &Missing, look: Look) {
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
    match &missing.advice {
        Some(advice) => paragraph(out, &[strong(format!("{}.", capital(advice)))], "", "", look),
        None => all_repairs(out, missing, look),
    }
    if missing.advice.is_none() && missing.repairs.is_empty() && missing.cut.is_none() {
        what_stands_against(out, missing, look);
    }
    if missing.stopped {
        early(out, missing.late, look);
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

/// That not everything was looked through; only where time was wanting, more time helps.
fn early(out: &mut String, late: bool, look: Look) {
    out.push('\n');
    let text = if late {
        "There was too much to look through all of it: something else may come nearer. `--timeout` allows more time."
    } else {
        "There is too much to look through all of it: something else may come nearer. Name it to see what it lacks."
    };
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
        paragraph(out, &source_of(quote), &rest, &rest, look);
    }
}

fn all_repairs(out: &mut String, missing: &Missing, look: Look) {
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
            (None, true) => format!("this {}; no other conclusion changes", reach(repair)),
            (None, false) if common.is_empty() => "changes nothing else".to_string(),
            (None, false) => continue,
            (Some(text), true) => {
                let count: usize = own.iter().map(|changed| moved(changed)).sum();
                let count = number_of(count, "other conclusion");
                format!("this {}, and {count} would change: {text}", reach(repair))
            }
            (Some(text), false) => format!("would also change {text}"),
        };
        paragraph(out, &[soft(text)], "     ", "     ", look);
    }
    let all: Vec<&Changed> = common.iter().collect();
    if let Some(text) = changes(&all) {
        paragraph(out, &[soft(format!("With each of them would also change {text}."))], "", "", look);
    }
    if !repairs.is_empty() {
        if missing.left_out > 0 {
            let text = match missing.left_out {
                1 => "1 other coding was left out and not tried: no word of the text speaks for it.".to_string(),
                count => {
                    format!("{count} other codings were left out and not tried: no word of the text speaks for them.")
                }
            };
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

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}
