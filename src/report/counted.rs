//! What was counted, as it stands under the number of it: names with their messages, or one after the other with what
//! they said.

use super::Look;
use super::layout::{paragraph, plain, soft};
use super::words::{place, sentence_in, source_in};
use crate::session::explanation::{Step, StepKind};
use crate::session::phrases::{Book, Phrase};

/// So many that were counted by a rule are shown with what they said.
const QUOTED: usize = 3;
/// So many messages of one who was counted are named.
const MESSAGES: usize = 5;

/// True where everything that was counted is a name with messages.
pub(super) fn by_messages(count: &Step) -> bool {
    !count.because.is_empty() && count.because.iter().all(|counted| !counted.through.is_empty())
}

/// The row of a coding that something rests on.
fn coding(counted: &Step) -> Option<&Step> {
    let mut open = vec![counted];
    while let Some(step) = open.pop() {
        if step.kind == StepKind::Row && step.fact.as_deref().is_some_and(|fact| fact.starts_with("coding(")) {
            return Some(step);
        }
        open.extend(step.because.iter().rev());
    }
    None
}

/// Something that was counted, and the first thing it rests on.
fn in_short(counted: &Step) -> String {
    match counted.because.first() {
        // Conditions that are counted say themselves what holds.
        Some(first) if counted.statement.contains(&first.statement) || counted.kind != StepKind::Derived => {
            counted.statement.clone()
        }
        // `m13: m13 belongs to the theme` says a name twice.
        Some(first) if first.statement.strip_prefix(&counted.statement).is_some_and(|rest| rest.starts_with(' ')) => {
            first.statement.clone()
        }
        Some(first) => format!("{}: {}", counted.statement, first.statement),
        None => counted.statement.clone(),
    }
}

/// What was counted: names with their messages in one paragraph, or one after the other with what they rest on.
pub(super) fn names(out: &mut String, count: &Step, (inner, hanging): (&str, &str), (book, look): (&Book, Look)) {
    let few = count.more == 0 && count.because.len() <= QUOTED;
    if few && count.rule.as_deref().is_some_and(|rule| rule.starts_with("count of")) {
        let said: Option<Vec<&String>> =
            count.because.iter().map(|one| one.because.first().and_then(|first| first.found.as_ref())).collect();
        if let Some(said) = said.filter(|said| !said.is_empty() && by_messages(count)) {
            for (one, said) in count.because.iter().zip(said) {
                let text = format!("- {}: {said}", with_messages(one, true, book));
                paragraph(out, &[plain(text)], inner, hanging, look);
            }
            return;
        }
    }
    if by_messages(count) {
        paragraph(out, &[plain(in_a_line(count, book))], inner, hanging, look);
        return;
    }
    for counted in &count.because {
        // A passage, or two that stand near each other, say themselves where they are; a coding says who made it.
        let own = counted.quote.as_ref().filter(|_| matches!(counted.kind, StepKind::Quote | StepKind::Comparison));
        let quoted = own.or_else(|| counted.because.first()?.quote.as_ref()).filter(|quote| !quote.told);
        let mut pieces = vec![plain("- ")];
        match quoted {
            Some(quote) => {
                pieces.push(plain(format!("{}: ", counted.statement)));
                pieces.extend(sentence_in(book, quote, look));
            }
            None => pieces.push(plain(in_short(counted))),
        }
        paragraph(out, &pieces, inner, hanging, look);
        // Who wrote the message, and where the coding stands.
        let Some(quote) = quoted else { continue };
        paragraph(out, &source_in(book, quote), hanging, hanging, look);
        if let Some(row) = coding(counted) {
            let at = row.place.as_ref().map_or(String::new(), |at| format!(" ({})", place(at)));
            paragraph(out, &[plain(row.statement.clone()), soft(at)], hanging, hanging, look);
        }
    }
}

/// `Tom (m15), Marcus (m10, m83) and 2 more`: all that was counted and is known, one after the other.
pub(super) fn in_a_line(count: &Step, book: &Book) -> String {
    let named = by_messages(count);
    let one = |one: &Step| if named { with_messages(one, false, book) } else { one.statement.clone() };
    let all: Vec<String> = count.because.iter().map(one).collect();
    // Sentences, and what has commas of its own, are told apart by more than a comma.
    let sentences = !named && all.iter().any(|one| one.contains([',', '"']));
    let listed = all.join(if sentences { "; " } else { ", " });
    match count.more {
        0 => listed,
        more => book.say(Phrase::AndMore, &[("listed", &listed), ("number", &more.to_string())]),
    }
}

/// `Marcus (m10, m83)`; where one of the messages is shown, which.
pub(super) fn with_messages(counted: &Step, shown: bool, book: &Book) -> String {
    let through = &counted.through;
    if through.iter().all(|message| *message == counted.statement) {
        return counted.statement.clone();
    }
    let mut listed = through[..through.len().min(MESSAGES)].join(", ");
    if through.len() > MESSAGES {
        let more = (through.len() - MESSAGES).to_string();
        listed = book.say(Phrase::AndMore, &[("listed", &listed), ("number", &more)]);
    }
    let holders = [("counted", &*counted.statement), ("messages", &listed)];
    match counted.shown.as_deref().filter(|_| shown) {
        Some(message) => book.say(Phrase::ThroughOf, &[holders[0], holders[1], ("message", message)]),
        None => book.say(Phrase::Through, &holders),
    }
}
