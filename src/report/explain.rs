//! Explanations as text, for somebody who has never seen a rule engine: each statement stands above what it rests on,
//! with the rule as its author wrote it, the reasons, the works cited, and the passages in their sentences.
//!
//! The tree is walked with a stack of its own, and indentation stops growing where the page gets narrow, so no
//! explanation is too deep to be written down.

use super::Look;
use super::layout::{Piece, paragraph, plain, soft, strong};
use super::words::{citation, number_of, place, said, sentence, source_of, works};
use crate::base::digits::thousands;
use crate::session::explanation::{CitationShown, Explanation, ReasonCount, Step, StepKind};
use rustc_hash::FxHashSet;

/// How many columns one level takes.
const LEVEL: usize = 3;

/// How much is told of each step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// What it says, on one line.
    Brief,
    /// How it follows as well, why, and the passage; of what was counted the names.
    Normal,
    /// What was counted is explained, too.
    Whole,
    /// The values of names, the round and the id of each step, too.
    Full,
}

/// How an explanation is written down, and what has been told on the page so far.
struct Page {
    level: Level,
    look: Look,
    /// Reasons and citations that stand further up.
    told: FxHashSet<String>,
}

/// Explanations, one under the other, and the works they cite.
pub fn explanations(all: &[Explanation], level: Level, look: Look) -> String {
    let mut out = String::new();
    let mut page = Page { level, look, told: FxHashSet::default() };
    for (i, explanation) in all.iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        let shown = 1 + explanation.others.len();
        let roots = std::iter::once(&explanation.root).chain(&explanation.others);
        for (number, root) in roots.enumerate() {
            if number > 0 {
                out.push('\n');
            }
            if shown > 1 {
                let of = if number == 0 { "The shortest reason" } else { "Another reason" };
                paragraph(&mut out, &[soft(format!("{of} ({} of {shown} shown)", number + 1))], "", "", look);
            }
            page.steps(&mut out, root, "");
        }
        // Where nobody coded, all rests on patterns and rules, and nothing is to be told.
        if let (true, patterns) = explanation.rests_on()
            && level > Level::Brief
        {
            let text = if patterns {
                "It rests on what people coded and on patterns."
            } else {
                "It rests on what people coded."
            };
            out.push('\n');
            paragraph(&mut out, &[soft(text)], "", "", look);
        }
        let ways = ways(explanation);
        if !ways.is_empty() {
            out.push('\n');
            paragraph(&mut out, &[plain(ways)], "", "", look);
        }
    }
    if level == Level::Brief {
        return out;
    }
    let mut cited = Vec::new();
    all.iter().flat_map(|e| std::iter::once(&e.root).chain(&e.others)).for_each(|root| cite(root, level, &mut cited));
    let works = works(cited.into_iter());
    if !works.is_empty() {
        out.push_str("\nSources\n");
        for work in works {
            paragraph(&mut out, &[plain(work)], "  ", "    ", look);
        }
    }
    out
}

/// What the steps that are written cite.
fn cite<'a>(root: &'a Step, level: Level, cited: &mut Vec<&'a CitationShown>) {
    let mut left = vec![root];
    while let Some(step) = left.pop() {
        cited.extend(step.reasons.iter().flat_map(|r| &r.citations).chain(&step.citations));
        if level >= Level::Whole || step.kind != StepKind::Count {
            left.extend(&step.because);
        }
    }
}

/// How many reasons there are, and which of them was shown.
fn ways(explanation: &Explanation) -> String {
    let ReasonCount { number, at_least, apart } = explanation.reasons;
    let shown = 1 + explanation.others.len();
    let one = match explanation.shortest {
        true => "This is the shortest",
        false => "This is a short one (there may be a shorter)",
    };
    let all = number <= shown as u128 && !at_least;
    let of = match (number, at_least) {
        (u128::MAX, _) => "more than 10^38".to_owned(),
        (number, true) => format!("at least {}", thousands(number)),
        (number, false) => thousands(number),
    };
    match (shown, apart) {
        (1, _) if all && explanation.shortest => String::new(),
        (1, _) if all => "There may be a shorter explanation.".to_owned(),
        (_, true) if all => format!("These are all {}.", number_of(shown, "reason")),
        (1, true) => format!("{one} of {of} reasons; `--all 5` shows more of them."),
        (1, false) => format!("{one} of {of} ways to conclude it; `--all 5` shows more of them."),
        (_, true) => format!("These are {shown} of {of} reasons, the shortest first."),
        (_, false) => format!("These are {shown} reasons, the shortest first; it can be concluded in {of} ways."),
    }
}

/// A step to write, and how it hangs in the tree.
struct Open<'a> {
    step: &'a Step,
    /// The rule by which the step above follows, and where it stands.
    above: Option<&'a Step>,
    /// How many steps are above it.
    depth: usize,
    /// For each of the nearest levels, its own last, whether something still follows there.
    levels: Vec<bool>,
}

/// Writes a step with everything under it, behind an indent.
pub(super) fn steps(out: &mut String, root: &Step, indent: &str, level: Level, look: Look) {
    Page { level, look, told: FxHashSet::default() }.steps(out, root, indent);
}

/// A comparison of a count speaks for the count: what was counted stands under it.
fn counted(step: &Step) -> Option<&Step> {
    match &step.because[..] {
        [only] if step.kind == StepKind::Comparison && only.kind == StepKind::Count => Some(only),
        _ => None,
    }
}

impl Page {
    fn steps(&mut self, out: &mut String, root: &Step, indent: &str) {
        let look = self.look;
        let deepest = (look.width / 2 / LEVEL).max(3);
        let mut stack = vec![Open { step: root, above: None, depth: 0, levels: Vec::new() }];
        while let Some(Open { step, above, depth, levels }) = stack.pop() {
            let (first, rest) = indents(&levels, indent, look);
            // In full, the count has its own line, with its own name.
            let folded = counted(step).filter(|_| self.level < Level::Full);
            let shown = folded.unwrap_or(step);
            let named = self.level == Level::Normal && shown.kind == StepKind::Count;
            let under: &[Step] =
                if self.level == Level::Brief && shown.kind == StepKind::Count { &[] } else { &shown.because };
            let bar = if under.is_empty() || named { "   " } else { guide(look).0 };
            let mut pieces = statement(step, depth == 0, self.level);
            if depth > deepest {
                pieces.insert(0, soft(format!("({depth} steps down) ")));
            }
            let inner = format!("{rest}{bar}");
            let hanging = format!("{inner}  ");
            paragraph(out, &pieces, &first, &hanging, look);
            if self.level > Level::Brief {
                for detail in self.details(step, above) {
                    paragraph(out, &detail, &inner, &hanging, look);
                }
                if let Some(line) = folded.and_then(how_many) {
                    paragraph(out, &line, &inner, &hanging, look);
                }
            }
            if named {
                for counted in &shown.because {
                    paragraph(out, &[plain("- "), plain(in_short(counted))], &inner, &hanging, look);
                }
                continue;
            }
            let last = under.len().saturating_sub(1);
            for (i, child) in under.iter().enumerate().rev() {
                let kept = &levels[(levels.len() + 1).saturating_sub(deepest).min(levels.len())..];
                let levels = kept.iter().copied().chain([i < last]).collect();
                stack.push(Open { step: child, above: Some(step), depth: depth + 1, levels });
            }
        }
    }
}

/// Something that was counted, and the first thing it rests on.
fn in_short(counted: &Step) -> String {
    match counted.because.first() {
        // `m13: m13 belongs to the theme` says a name twice.
        Some(first) if first.statement.strip_prefix(&counted.statement).is_some_and(|rest| rest.starts_with(' ')) => {
            first.statement.clone()
        }
        Some(first) => format!("{}: {}", counted.statement, first.statement),
        None => counted.statement.clone(),
    }
}

/// What is drawn beside a step that others follow, before such a step, and before the last.
fn guide(look: Look) -> (&'static str, &'static str, &'static str) {
    if look.unicode { ("│  ", "├─ ", "└─ ") } else { ("|  ", "|- ", "`- ") }
}

/// What stands before the first line of a step and before its other lines.
fn indents(levels: &[bool], indent: &str, look: Look) -> (String, String) {
    let (bar, branch, end) = guide(look);
    let mut rest = indent.to_owned();
    let Some((own, above)) = levels.split_last() else { return (rest.clone(), rest) };
    for follows in above {
        rest.push_str(if *follows { bar } else { "   " });
    }
    let first = format!("{rest}{}", if *own { branch } else { end });
    rest.push_str(if *own { bar } else { "   " });
    (first, rest)
}

fn statement(step: &Step, root: bool, level: Level) -> Vec<Piece> {
    let text = step.statement.clone();
    let mut pieces = vec![if root { strong(text) } else { plain(text) }];
    match step.kind {
        StepKind::Absence if step.rule.is_none() => pieces.push(soft(" (looked for, and not there)")),
        StepKind::Again => pieces.push(soft(" (explained above)")),
        StepKind::Deeper => {
            let fact = step.fact.as_deref().unwrap_or(&step.statement);
            pieces.push(soft(format!(" (far down: `hence why '{fact}'` goes on from here)")));
        }
        StepKind::Count if !step.because.is_empty() && level > Level::Brief => {
            pieces.push(soft(" (what was counted follows)"));
        }
        StepKind::Quote if level == Level::Brief => {
            if let Some(quote) = step.quote.as_ref().filter(|quote| !quote.quote.is_empty()) {
                pieces.push(plain(format!(": \"{}\"", quote.quote)));
            }
        }
        _ => {}
    }
    pieces
}

/// By what a step follows: the word before it, and the clause or rule itself.
fn by_what(step: &Step) -> Option<(&'static str, &str)> {
    let rule = step.rule.as_deref()?;
    Some(match step.kind {
        StepKind::Quote => ("by the pattern: ", rule),
        StepKind::Absence => ("looked for: ", rule),
        _ => match rule.split_once(' ') {
            Some(("rule", words)) => ("by the rule: ", words),
            Some(("map", words)) => ("by the map: ", words),
            Some(("when", _)) => ("by its definition: ", rule),
            _ => ("in the codebook: ", rule),
        },
    })
}

/// So many characters of a rule or pattern are shown, unless all is.
const RULE: usize = 240;

/// A long rule or pattern, cut.
fn shortened(rule: &str, look: Look) -> String {
    match rule.char_indices().nth(RULE) {
        Some((end, _)) => format!("{} {}", rule[..end].trim_end(), if look.unicode { "…" } else { "..." }),
        None => rule.to_owned(),
    }
}

/// Of how many only the first are shown.
fn how_many(step: &Step) -> Option<Vec<Piece>> {
    match (step.more, step.because.len()) {
        (0, 0) if step.kind == StepKind::Count => Some(vec![plain("there is none")]),
        (0, _) => None,
        (more, 0) => Some(vec![plain(format!("and {more} more of the same sort"))]),
        (more, shown) => Some(vec![plain(format!("the first {shown} of {} are shown", shown + more))]),
    }
}

impl Page {
    /// The lines under a statement: how it follows, why, who says so, and the passage.
    fn details(&mut self, step: &Step, above: Option<&Step>) -> Vec<Vec<Piece>> {
        let mut lines = Vec::new();
        let at = step.place.as_ref().map(place);
        let full = self.level == Level::Full;
        match (by_what(step), at) {
            // What a step follows by is not said again of the step under it: a map of the map's guard.
            (Some(_), _) if above.is_some_and(|a| a.rule == step.rule && a.place == step.place) && !full => {}
            (Some((word, rule)), at) => {
                let rule = if full { rule.to_owned() } else { shortened(rule, self.look) };
                let mut line = vec![plain(word), plain(rule)];
                line.extend(at.map(|at| soft(format!(" ({at})"))));
                lines.push(line);
            }
            (None, Some(at)) => {
                let words = match step.kind {
                    StepKind::Row => "in the data: ",
                    StepKind::Written => "written in the study: ",
                    StepKind::Count if above.is_some_and(|a| a.place == step.place) => "",
                    _ => "at ",
                };
                // A quote names its own row.
                let of_quote = step.quote.as_ref().and_then(|q| q.place.as_ref()) == step.place.as_ref();
                // The pattern that found a passage of a code has a place of its own.
                let below = step.because.first().filter(|_| step.because.len() == 1 && step.kind == StepKind::Derived);
                let of_pattern = below.is_some_and(|below| below.kind == StepKind::Quote && below.rule.is_some());
                if !words.is_empty() && !of_quote && (full || !of_pattern) {
                    lines.push(vec![soft(format!("{words}{at}"))]);
                }
            }
            (None, None) => {}
        }
        for reason in &step.reasons {
            let text = said(reason);
            if self.told.insert(text.clone()) || full {
                lines.push(vec![plain("as the study says: "), plain(text)]);
            }
        }
        for work in &step.citations {
            // A work is cited for something: for another statement it is cited again.
            let text = citation(work);
            if self.told.insert(format!("{text} {:?} {:?}", step.place, step.rule)) || full {
                lines.push(vec![plain("see "), plain(text)]);
            }
        }
        if let Some(quote) = &step.quote {
            lines.push(sentence(quote, self.look));
            lines.push(source_of(quote));
        }
        if step.more > 0 {
            lines.extend(how_many(step));
        }
        if full {
            if !step.values.is_empty() {
                let values: Vec<String> = step.values.iter().map(|(name, value)| format!("{name} = {value}")).collect();
                lines.push(vec![soft(format!("with {}", values.join(", ")))]);
            }
            let round = step.round.map(|round| match round {
                0 => "given".to_owned(),
                round => format!("first concluded in round {round}"),
            });
            let id = (!step.id.is_empty()).then(|| format!("id {}", step.id));
            let line: Vec<String> = round.into_iter().chain(id).collect();
            if !line.is_empty() {
                lines.push(vec![soft(line.join(", "))]);
            }
        }
        lines
    }
}
