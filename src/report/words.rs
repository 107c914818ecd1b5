//! Phrases that several reports share: numbers of things, citations, quotes and places.

use super::Look;
use super::layout::{Piece, plain, soft, strong};
use crate::session::explanation::{CitationShown, PlaceShown, QuoteShown};
use crate::session::findings::{Counts, SaidShown};
use crate::session::phrases::{Book, Phrase};

/// How many characters of a sentence are shown on either side of a passage.
const SIDE: usize = 200;

/// `1 message`, `2 messages`
pub fn number_of(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// `ann, bob and the rules`
pub fn listed(all: &[String]) -> String {
    match all {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `3 messages by 2 authors in 1 thread`; authors and threads only where there are any.
pub fn sizes(counts: Counts) -> String {
    let mut out = number_of(counts.messages, "message");
    if counts.authors > 0 {
        out += &format!(" by {}", number_of(counts.authors, "author"));
    }
    if counts.threads > 0 {
        out += &format!(" in {}", number_of(counts.threads, "thread"));
    }
    out
}

/// `37 rows give no reply: their \`parent\` is empty`: rows that say nothing of a relation, which are no data left out.
pub fn without(relation: &str, count: usize, column: &str) -> String {
    let (give, their) = if count == 1 { ("gives", "its") } else { ("give", "their") };
    format!("{} {give} no {relation}: {their} `{column}` is empty", number_of(count, "row"))
}

/// `study.hence:12`; a file alone where there is no line.
pub fn place(place: &PlaceShown) -> String {
    if place.line == 0 { place.file.clone() } else { format!("{}:{}", place.file, place.line) }
}

/// `Martins & Ling 2017, section 4.1`; the key where no source answers to it.
pub fn citation(citation: &CitationShown) -> String {
    let work = citation.reference.as_deref().map_or(citation.key.as_str(), short);
    match &citation.at {
        Some(at) => format!("{work}, {at}"),
        None => work.to_owned(),
    }
}

/// A reference up to its year, `Martins & Ling 2017`; all of it where it does not begin with names and a year.
fn short(reference: &str) -> &str {
    let mut start = 0;
    for word in reference.split_inclusive(' ').take(12) {
        let year = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let digits = year.trim_end_matches(|c: char| c.is_ascii_lowercase());
        let end = start + word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).len();
        if digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()) && start > 0 {
            return &reference[..end];
        }
        start += word.len();
    }
    reference
}

/// The works that are cited, each once and in full, in order of their references.
pub fn works<'a>(cited: impl Iterator<Item = &'a CitationShown>) -> Vec<&'a str> {
    let mut works: Vec<&str> =
        cited.filter_map(|c| c.reference.as_deref()).filter(|work| short(work) != *work).collect();
    works.sort_unstable();
    works.dedup();
    works
}

/// `Martins & Ling 2017, section 4.1; Weick 1993`
pub fn citations(all: &[CitationShown]) -> String {
    all.iter().map(citation).collect::<Vec<_>>().join("; ")
}

/// A text, with what backs it in brackets.
pub fn said(said: &SaidShown) -> String {
    if said.citations.is_empty() {
        said.text.clone()
    } else {
        format!("{} ({})", said.text, citations(&said.citations))
    }
}

/// The sentence with its passage marked, also where there are no colours. Where a sentence is very long, its far ends
/// are cut and say so.
pub fn sentence(quote: &QuoteShown, look: Look) -> Vec<Piece> {
    sentence_in(Default::default(), quote, look)
}

/// The same in the words of a language.
pub fn sentence_in(book: &Book, quote: &QuoteShown, look: Look) -> Vec<Piece> {
    let (open, close) = if look.unicode { ("«", "»") } else { (">>", "<<") };
    let (left, right) = if look.unicode { ("“", "”") } else { ("\"", "\"") };
    let cut = if look.unicode { "…" } else { "..." };
    if quote.quote.is_empty() {
        // What follows a beginning is only that it goes on.
        let goes_on = !quote.after.is_empty();
        let whole = [quote.before.trim(), if goes_on { cut } else { "" }].join(" ");
        let all = book.say(if goes_on { Phrase::MessageBegins } else { Phrase::WholeMessage }, &[]);
        return vec![plain(format!("{left}{}{right}", whole.trim())), plain(all)];
    }
    let mut before: Vec<char> = quote.before.trim_start().chars().collect();
    let mut after: Vec<char> = quote.after.trim_end().chars().collect();
    if before.len() > SIDE {
        before.drain(..before.len() - SIDE);
        before.splice(0..0, cut.chars());
    }
    if after.len() > SIDE {
        after.truncate(SIDE);
        after.extend(cut.chars());
    }
    let mut pieces = vec![plain(format!("{left}{}{open}", before.iter().collect::<String>()))];
    match quote.gap {
        // Of two passages as one stretch, each has its marks.
        Some((from, to)) => {
            let part = |from: u32, to: u32| -> String {
                quote.quote.chars().skip(from as usize).take(to.saturating_sub(from) as usize).collect()
            };
            let end = u32::try_from(quote.quote.chars().count()).unwrap_or(u32::MAX);
            pieces.push(strong(part(0, from)));
            pieces.push(plain(format!("{close}{}{open}", part(from, to))));
            pieces.push(strong(part(to, end)));
        }
        None => pieces.push(strong(quote.quote.clone())),
    }
    pieces.push(plain(format!("{close}{}{right}", after.iter().collect::<String>())));
    pieces
}

/// `Tom, 2013-09-12, message m15, messages.csv:17`
pub fn source_of(quote: &QuoteShown) -> Vec<Piece> {
    source_in(Default::default(), quote)
}

/// The same in the words of a language.
pub fn source_in(book: &Book, quote: &QuoteShown) -> Vec<Piece> {
    let message = book.say(Phrase::OfMessage, &[("message", &quote.message)]);
    let parts = [quote.author.clone(), quote.date.clone(), Some(message), quote.place.as_ref().map(place)];
    vec![soft(parts.into_iter().flatten().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", "))]
}
