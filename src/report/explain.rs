//! Explanations as text, for somebody who has never seen a rule engine: each statement stands above what it rests on,
//! with the rule as its author wrote it, the reasons, the works cited, and the passages in their sentences.
//!
//! The tree is walked with a stack of its own, and indentation stops growing where the page gets narrow, so no
//! explanation is too deep to be written down.

use super::Look;
use super::counted::{by_messages, in_a_line, names, with_messages};
use super::layout::{Piece, paragraph, plain, soft, strong};
use super::reason_count;
use super::words::{citation, place, said, sentence_in, source_in, works};
use crate::base::cut::between_conditions;
use crate::base::digits::thousands;
use crate::diagnostic::visible::visible;
use crate::session::explanation::{CitationShown, Explanation, Step, StepKind};
use crate::session::phrases::{Book, Phrase};
use crate::session::question;
use rustc_hash::FxHashSet;

/// So many answers are a list that goes on.
const LISTED: usize = 200;

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
    /// The words around the author's.
    book: &'static Book,
    /// Reasons and citations that stand further up.
    told: FxHashSet<String>,
}

/// What answers an open question, before the reasons: nothing where one fact does.
pub fn answers(all: &[Explanation], more: usize, answers: &[String], look: Look) -> String {
    let Some(first) = all.first().filter(|_| all.len() + more > 1) else { return String::new() };
    let (book, number) = (first.root.book, all.len() + more);
    let mut out = String::new();
    let head = book.say(Phrase::Answer, &[("number", &thousands(number as u128))]);
    let mut list = answers.join(", ");
    if answers.len() < number && answers.len() >= LISTED {
        list += if look.unicode { ", …" } else { ", ..." };
    }
    paragraph(&mut out, &[plain(format!("{head} ")), plain(list)], "", "  ", look);
    if more > 0 {
        let shown = all.len().to_string();
        paragraph(&mut out, &[plain(book.say(Phrase::FirstExplained, &[("shown", &shown)]))], "", "", look);
    }
    out.push('\n');
    out
}

/// Explanations, one under the other, and the works they cite.
pub fn explanations(all: &[Explanation], level: Level, look: Look) -> String {
    let mut out = String::new();
    let book = all.first().map_or_else(Default::default, |first| first.root.book);
    let mut page = Page { level, look, book, told: FxHashSet::default() };
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
                let (number, shown) = ((number + 1).to_string(), shown.to_string());
                let head = book.say(Phrase::ReasonNumber, &[("number", &number), ("shown", &shown)]);
                paragraph(&mut out, &[soft(head)], "", "", look);
            }
            page.steps(&mut out, root, "");
        }
        // Where nobody coded, all rests on patterns and rules, and nothing is to be told.
        if let Some(text) = explanation.rests_in_words(book).filter(|_| level > Level::Brief) {
            out.push('\n');
            paragraph(&mut out, &[soft(text)], "", "", look);
        }
        let ways = reason_count::told(explanation, book);
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
        out.push_str(&format!("\n{}\n", book.say(Phrase::Sources, &[])));
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
    Page { level, look, book: root.book, told: FxHashSet::default() }.steps(out, root, indent);
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
            let folded = counted(step);
            let shown = folded.unwrap_or(step);
            let named = self.level <= Level::Normal && shown.kind == StepKind::Count;
            let bar = if shown.because.is_empty() || named { "   " } else { guide(look).0 };
            let mut pieces = self.statement(step, above);
            if depth > deepest {
                pieces.insert(0, soft(self.book.say(Phrase::StepsDown, &[("number", &depth.to_string())])));
            }
            let inner = format!("{rest}{bar}");
            let hanging = format!("{inner}  ");
            paragraph(out, &pieces, &first, &hanging, look);
            if step.kind == StepKind::Deeper {
                // On one line, however far in: it is there to be copied.
                let asked = question(step.fact.as_deref().unwrap_or(&step.statement)) + &step.study;
                out.push_str(&format!("{inner}{}\n", visible(&self.say(Phrase::FarDown, "question", &asked))));
            }
            if self.level == Level::Brief {
                if named && !step.announces && !shown.because.is_empty() {
                    paragraph(out, &[plain(in_a_line(shown, self.book))], &inner, &hanging, look);
                }
            } else {
                for detail in self.details(step, above) {
                    paragraph(out, &detail, &inner, &hanging, look);
                }
                let listed = named && by_messages(shown);
                if let Some(line) = folded.and_then(|folded| self.how_many(folded)).filter(|_| !listed) {
                    paragraph(out, &line, &inner, &hanging, look);
                }
            }
            if named {
                if self.level == Level::Normal {
                    names(out, shown, (&inner, &hanging), (self.book, look));
                }
                continue;
            }
            let under = &shown.because;
            let last = under.len().saturating_sub(1);
            for (i, child) in under.iter().enumerate().rev() {
                let kept = &levels[(levels.len() + 1).saturating_sub(deepest).min(levels.len())..];
                let levels = kept.iter().copied().chain([i < last]).collect();
                stack.push(Open { step: child, above: Some(step), depth: depth + 1, levels });
            }
        }
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

/// So many characters of a rule or pattern are shown, unless all is.
const RULE: usize = 240;

/// A long rule or pattern, cut between its conditions.
fn shortened(rule: &str, look: Look) -> String {
    match between_conditions(rule, RULE) {
        Some(start) => format!("{start} {}", if look.unicode { "…" } else { "..." }),
        None => rule.to_owned(),
    }
}

impl Page {
    fn say(&self, phrase: Phrase, holder: &str, value: &str) -> String {
        self.book.say(phrase, &[(holder, value)])
    }

    fn statement(&self, step: &Step, above: Option<&Step>) -> Vec<Piece> {
        let text = match step.through.len() {
            0 | 1 => step.statement.clone(),
            _ => with_messages(step, true, self.book),
        };
        // In brief, those that are counted stand on the same line.
        let text = match (step.announces, counted(step)) {
            (true, Some(count)) if self.level == Level::Brief => {
                format!("{} {}", self.say(Phrase::Announced, "statement", &text), in_a_line(count, self.book))
            }
            (true, Some(_)) => self.say(Phrase::Announced, "statement", &text),
            _ => text,
        };
        let mut pieces = vec![if above.is_none() { strong(text) } else { plain(text) }];
        match step.kind {
            StepKind::Absence if step.rule.is_none() => {
                let defined = above.and_then(|a| a.rule.as_ref()).is_some_and(|rule| rule.starts_with("when "));
                let phrase = if defined { Phrase::AsDefined } else { Phrase::AsRuled };
                pieces.push(soft(self.book.say(phrase, &[])));
            }
            StepKind::Again => pieces.push(soft(self.book.say(Phrase::Above, &[]))),
            StepKind::Count if !step.because.is_empty() && self.level > Level::Brief => {
                pieces.push(soft(self.book.say(Phrase::Follows, &[])));
            }
            _ => {}
        }
        pieces
    }

    /// Of how many only the first are shown.
    fn how_many(&self, step: &Step) -> Option<Vec<Piece>> {
        let text = match (step.more, step.because.len()) {
            (0, 0) if step.kind == StepKind::Count => self.book.say(Phrase::NoneThere, &[]),
            (0, _) => return None,
            (more, 0) => self.say(Phrase::MoreOfSort, "number", &more.to_string()),
            (more, shown) => {
                let (number, shown) = ((shown + more).to_string(), shown.to_string());
                self.book.say(Phrase::FirstOf, &[("shown", &shown), ("number", &number)])
            }
        };
        Some(vec![plain(text)])
    }

    /// The lines under a statement: how it follows, why, who says so, and the passage.
    fn details(&mut self, step: &Step, above: Option<&Step>) -> Vec<Vec<Piece>> {
        let mut lines = Vec::new();
        let at = step.place.as_ref().map(place);
        let full = self.level == Level::Full;
        // What a step follows by is not said again of the step under it: a map of the map's guard.
        let said_above = above.is_some_and(|a| a.rule == step.rule && a.place == step.place);
        lines.extend(step.found.iter().map(|found| vec![plain(found.clone())]));
        match (&step.by, at) {
            (Some(_), _) if said_above => {}
            (Some(_), Some(at)) if step.has_sentence && !full => {
                lines.push(vec![soft(self.say(Phrase::ByRuleAt, "place", &at))]);
            }
            (Some(by), at) => {
                // The conditions of a clause stand below: none of them is cut away.
                let whole = full || step.kind == StepKind::Derived;
                let by = if whole { by.clone() } else { shortened(by, self.look) };
                let mut line = vec![plain(by)];
                line.extend(at.map(|at| soft(format!(" ({at})"))));
                lines.push(line);
            }
            (None, Some(at)) => {
                let phrase = match step.kind {
                    StepKind::Row => Some(Phrase::InData),
                    StepKind::Written => Some(Phrase::InStudy),
                    StepKind::Count if above.is_some_and(|a| a.place == step.place) => None,
                    // Where a condition of the clause above stands is where the clause stands.
                    StepKind::Comparison | StepKind::Absence
                        if !is_exception(step) && above.is_some_and(|a| one_clause(a, step)) =>
                    {
                        None
                    }
                    _ => Some(Phrase::At),
                };
                // A quote names its own row.
                let of_quote = step.quote.as_ref().and_then(|q| q.place.as_ref()) == step.place.as_ref();
                // The pattern that found a passage of a code has a place of its own.
                let below = step.because.first().filter(|_| step.because.len() == 1 && step.kind == StepKind::Derived);
                let of_pattern = below.is_some_and(|below| below.kind == StepKind::Quote && below.rule.is_some());
                if let Some(phrase) = phrase.filter(|_| !of_quote && !of_pattern) {
                    lines.push(vec![soft(self.say(phrase, "place", &at))]);
                }
            }
            (None, None) => {}
        }
        // A condition stands in the clause of the step above.
        let clause = above.and_then(|a| a.rule.as_deref());
        let written = |rule: &str| is_said(step, rule) || clause.is_some_and(|clause| clause.contains(rule));
        if full && let Some(rule) = step.rule.as_deref().filter(|rule| !written(rule)) {
            lines.push(vec![soft(self.say(Phrase::AsWritten, "rule", rule))]);
        }
        for reason in &step.reasons {
            let text = said(reason);
            if self.told.insert(text.clone()) {
                let phrase = if reason.of_all { Phrase::StudySaysOfAll } else { Phrase::StudySays };
                lines.push(vec![plain(self.say(phrase, "reason", &text))]);
            }
        }
        for work in &step.citations {
            // A work is cited for something: for another statement it is cited again.
            let text = citation(work);
            if self.told.insert(format!("{text} {:?} {:?}", step.place, step.rule)) {
                lines.push(vec![plain(self.say(Phrase::See, "work", &text))]);
            }
        }
        if let Some(quote) = step.quote.as_ref().filter(|quote| !quote.told) {
            lines.push(sentence_in(self.book, quote, self.look));
            lines.push(source_in(self.book, quote));
        }
        if step.more > 0 {
            lines.extend(self.how_many(step));
        }
        if full {
            if !step.values.is_empty() {
                let values: Vec<String> = step.values.iter().map(|(name, value)| format!("{name} = {value}")).collect();
                lines.push(vec![soft(self.say(Phrase::With, "values", &values.join(", ")))]);
            }
            // Rounds tell something where rules follow from themselves, and an id names a conclusion with what it rests on.
            let round = step.round.filter(|&round| round > 1);
            let round = round.map(|round| self.say(Phrase::FirstRound, "number", &round.to_string()));
            let concluded = step.kind == StepKind::Derived && step.fact.is_some();
            let id = Some(&step.id).filter(|id| !id.is_empty() && (concluded || above.is_none()));
            let id = id.map(|id| self.say(Phrase::Id, "id", id));
            let line: Vec<String> = round.into_iter().chain(id).collect();
            if !line.is_empty() {
                lines.push(vec![soft(line.join(", "))]);
            }
        }
        lines
    }
}

/// True where a step says all that its rule says: as it is written, or with labels in the place of names.
fn is_said(step: &Step, rule: &str) -> bool {
    let written = rule.strip_prefix("rule ").unwrap_or(rule);
    match &step.by {
        Some(by) => by.contains(written) || !(by.contains('…') || rule.starts_with('/')),
        None => {
            let right = written.split_once(" = ").map_or(written, |(_, right)| right);
            step.kind == StepKind::Count || counted(step).is_some() || step.statement.contains(right)
        }
    }
}

/// True for an exception that was looked for: a clause of its own.
fn is_exception(step: &Step) -> bool {
    step.kind == StepKind::Absence && step.rule.is_some()
}

/// True where a step stands in the clause of the step above it, on the same line or a line further down.
fn one_clause(above: &Step, step: &Step) -> bool {
    let (Some(a), Some(b)) = (&above.place, &step.place) else { return false };
    above.by.is_some() && a.file == b.file && a.line <= b.line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Memory;
    use crate::session::{Asked, Options, Study, Why};

    // In tests the book of this language has another letter in the place of each of English. What the author says has no
    // small letters but in names and in the words of the language of rules.
    const RULES: &str = "study \"S\"\n  language finnish\nsource s1 \"HALL 2001\"\n\
        input message from \"messages.csv\"\n  id = \"id\"\n  author = \"author\"\n  text = \"text\"\n\
        code a \"A\"\n  means \"MEANS A.\" cites s1 at \"P 3\"\n  matches \"ONE\" near \"TWO\" within 5 words\n\
        code b \"B\"\n  matches \"THREE\" or \"FOUR\"\n\
        code c \"C\"\n  matches \"FIVE\"\n\
        code d \"D\"\n  under b\n  matches \"SIX\"\n\
        theme t \"T\"\n  when a and b\n  when a near b within 9 words\n  when a before b\n\
        \x20 when a in same sentence as b\n  when at least 2 of (a, b, c)\n  unless c\n\
        theme u \"U\"\n  when a and not \"SEVEN\" and (b or c)\n  unless c\n  unless \"EIGHT\"\n\
        kind k \"K\"\nk x \"X\"\nparameter p = 1 \"P\"\n\
        map t -> x\n  if authors of t >= p and messages of t < 5\n  because \"SO.\" cites s1\n\
        relation r(m: message, n: number)\n\
        rule r(M, N) if message(id: M, text: T) and N = length(T) and N > 1 and T contains \"ONE\" and not reply(M, _)\n\
        relation q(m: message)\nrule q(M) if code(M, a) and N = count of X where (code(X, c)) and N < 5 and not theme(M, v)\n\
        theme v \"V\"\n  when c\n";
    const ROWS: &str = "id,author,text\n1,A1,ONE X TWO X THREE. FOUR X\n2,A2,ONE TWO SIX\n3,A3,\"FIVE\"\n";

    #[test]
    fn an_explanation_says_nothing_that_is_not_in_the_book() {
        let files = Memory::default().with("study.hence", RULES).with("messages.csv", ROWS);
        let mut study = Study::open_in(Box::new(files), "study.hence", &Options::default(), &mut |_| {});
        assert!(!study.has_errors(), "{:?}", study.diagnostics());
        // Names, words of rules, files and units of the author's own.
        let own = "a b c d k p q r s t u v x m n study hence messages csv and or not near before within words in same \
                   sentence as at least of unless when if length contains reply message count where code theme map \
                   authors rule rules parent id text stands under cites why all none coded";
        let own: FxHashSet<&str> = own.split_whitespace().collect();
        let mut seen = 0;
        for atom in ["theme(M, T)", "k(M, x)", "r(M, N)", "q(M)", "code(M, C)", "stimulates(t, x)", "evidence(1, t, Q)"]
        {
            for (level, reasons) in [(Level::Brief, 1), (Level::Normal, 9), (Level::Whole, 1), (Level::Full, 2)] {
                let why = study.why_as(atom, Asked { reasons, ids: level == Level::Full });
                let Why::Explained { explanations: found, more, answers: list, .. } = why else {
                    panic!("{atom}: {why:?} {:?}", study.diagnostics())
                };
                let look = Look { width: 400, ..Look::default() };
                let told = answers(&found, more, &list, look) + &explanations(&found, level, look);
                let told: Vec<&str> = told.lines().collect();
                for word in told.iter().flat_map(|line| line.split(|c: char| !c.is_ascii_lowercase())) {
                    // Ids are digits and the first letters.
                    let id = word.chars().all(|c| ('a'..='f').contains(&c));
                    assert!(word.is_empty() || id || own.contains(word), "{atom}: `{word}`\n{}", told.join("\n"));
                    seen += 1;
                }
            }
        }
        assert!(seen > 1_000, "{seen}");
    }
}
