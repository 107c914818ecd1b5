//! What the templates ask of a page: counts, shares and labels for people.

use super::names::{amount, anchor, day, encoded};
use super::{Html, words};
use crate::session::explanation::{CitationShown, PlaceShown, QuoteShown};
use crate::session::findings::TableRow;
use crate::session::page::model::{ConceptShown, Explained, InferenceShown, KindShown, SourceShown};

/// So many messages of a list are shown where there are no scripts.
const FIRST: usize = 5;
/// So many characters of them.
const EXCERPT: usize = 200;
/// So many rows of a relation stand there before others are unfolded.
const ROWS: usize = 5;

/// A number, however a template holds it.
pub(super) trait Amount {
    /// The number.
    fn amount(&self) -> usize;
}

impl Amount for usize {
    fn amount(&self) -> usize {
        *self
    }
}

impl Amount for u32 {
    fn amount(&self) -> usize {
        *self as usize
    }
}

impl<T: Amount> Amount for &T {
    fn amount(&self) -> usize {
        (**self).amount()
    }
}

impl<'a> Html<'a> {
    pub(super) fn title(&self) -> &str {
        self.page.title.as_deref().unwrap_or("A study")
    }

    /// `131 messages by 52 authors in 36 threads, 2 September 2013 to 14 January 2014`
    pub(super) fn lead(&self) -> String {
        let counts = self.page.findings.size;
        let mut size = self.number(counts.messages, "message");
        if counts.authors > 0 {
            size += &format!(" by {}", self.number(counts.authors, "author"));
        }
        if counts.threads > 0 {
            size += &format!(" in {}", self.number(counts.threads, "thread"));
        }
        match &self.page.period {
            Some((first, last)) => format!("{size}, {} to {}", day(first), day(last)),
            None => size,
        }
    }

    /// What the contents name: id, label and how many.
    pub(super) fn sections(&self) -> Vec<(&'static str, &'static str, Option<usize>)> {
        let page = self.page;
        let rows = [
            ("about", "About this study", None, !page.about.is_empty()),
            ("findings", "Findings", None, true),
            ("map", "Theory to data", None, self.map.is_some()),
            ("themes", "Themes", Some(self.themes().len()), !self.themes().is_empty()),
            ("theory", "Concepts of theory", None, !self.other_kinds().is_empty()),
            ("codes", "Codes", Some(self.codes().len()), !self.codes().is_empty()),
            ("relations", "Further conclusions", None, !page.relations.is_empty()),
            ("messages", "Messages", Some(page.messages.ids.len()), true),
            ("uncoded", "Uncoded messages", Some(page.uncoded.len()), true),
            ("overlap", "Found together", None, !page.carried.codes.is_empty() || !page.pairs.is_empty()),
            ("saturation", "Saturation", None, self.curve.is_some()),
            ("people", "People and rules", None, true),
            ("checks", "Tests of the rules", Some(page.tests.0), page.tests.0 > 0),
            ("reviews", "Decisions", (!page.decisions.is_empty()).then_some(page.decisions.len()), true),
            ("memos", "Memos", Some(page.memos.len()), !page.memos.is_empty()),
            ("rules", "Further rules", Some(page.rules.len()), !page.rules.is_empty()),
            ("sources", "Sources", Some(page.sources.len()), true),
            ("data", "Data and files", None, true),
            ("changes", "Changes", Some(page.changes.len()), !page.changes.is_empty()),
        ];
        rows.into_iter().filter(|(.., there)| *there).map(|(id, label, count, _)| (id, label, count)).collect()
    }

    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        let (page, size) = (self.page, self.page.findings.size);
        let mut facts = vec![("Messages", amount(size.messages))];
        if size.authors > 0 {
            facts.push(("Participants", amount(size.authors)));
        }
        if size.threads > 0 {
            facts.push(("Threads", amount(size.threads)));
        }
        facts.push(("Themes", amount(self.themes().len())));
        facts.push(("Codes", amount(self.codes().len())));
        let coders = page.people.coders.len().saturating_sub(1);
        facts.push(("Coders", if coders == 0 { "rules only".into() } else { format!("{coders} and rules") }));
        facts.push(("Approach", page.approach.into()));
        facts
    }

    pub(super) fn of_kind(&self, kind: &str) -> Vec<&'a ConceptShown> {
        self.page.concepts.iter().filter(|c| c.kind == kind).collect()
    }

    pub(super) fn themes(&self) -> Vec<&'a ConceptShown> {
        self.of_kind("theme")
    }

    pub(super) fn codes(&self) -> Vec<&'a ConceptShown> {
        self.of_kind("code")
    }

    pub(super) fn other_kinds(&self) -> Vec<&'a KindShown> {
        self.page.kinds.iter().filter(|k| k.name != "theme" && k.name != "code").collect()
    }

    /// What maps infer, those of one map together.
    pub(super) fn maps(&self) -> Vec<&'a [InferenceShown]> {
        let one = |a: &InferenceShown, b: &InferenceShown| a.inference.place == b.inference.place;
        self.page.inferences.chunk_by(one).collect()
    }

    /// What is inferred from a theme.
    pub(super) fn leads(&self, theme: &ConceptShown) -> Vec<&'a InferenceShown> {
        self.page.inferences.iter().filter(|i| i.inference.theme == theme.name && theme.kind == "theme").collect()
    }

    /// The same: what holds, and what does not.
    pub(super) fn led(&self, theme: &ConceptShown) -> (Vec<&'a InferenceShown>, Vec<&'a InferenceShown>) {
        self.leads(theme).into_iter().partition(|i| i.inference.holds)
    }

    pub(super) fn day(&self, at: &str) -> String {
        day(at)
    }

    /// Who and where: nothing of authors where no author is known, nor of threads.
    pub(super) fn spread_words(&self, concept: &ConceptShown) -> String {
        let mut out = self.number(concept.members.len(), "message");
        if self.has_authors() {
            out += &format!(" by {}", self.number(concept.authors, "author"));
        }
        if self.has_threads() {
            out += &format!(" in {}", self.number(concept.threads, "thread"));
        }
        out
    }

    pub(super) fn has_authors(&self) -> bool {
        !self.page.messages.authors.is_empty()
    }

    pub(super) fn has_threads(&self) -> bool {
        !self.page.messages.threads.is_empty()
    }

    /// The concepts that a theme's rules name, and whether they ask for them.
    pub(super) fn uses(&self, concept: &ConceptShown) -> Vec<(&'a ConceptShown, bool)> {
        concept.uses.iter().filter_map(|(id, asked)| Some((*self.by_id.get(id.as_str())?, *asked))).collect()
    }

    /// The strongest quotes of a theme or code.
    pub(super) fn quotes(&self, concept: &ConceptShown) -> &'a [QuoteShown] {
        let findings = &self.page.findings;
        let mut all = findings.themes.iter().chain(&findings.codes);
        all.find(|c| c.kind == concept.kind && c.name == concept.name).map_or(&[], |c| &c.quotes)
    }

    pub(super) fn count(&self, count: impl Amount) -> String {
        amount(count.amount())
    }

    pub(super) fn number(&self, count: impl Amount, one: &str) -> String {
        let count = count.amount();
        if count == 1 { format!("1 {one}") } else { format!("{} {one}s", amount(count)) }
    }

    /// `37 rows give no reply: their …`
    pub(super) fn without(&self, relation: &str, rows: &usize, column: &str) -> String {
        crate::report::words::without(relation, *rows, column)
    }

    pub(super) fn messages(&self) -> usize {
        self.page.messages.ids.len()
    }

    pub(super) fn percent(&self, part: impl Amount) -> String {
        match self.messages() {
            0 => String::new(),
            all => {
                let tenths = (part.amount() * 2000 + all) / (all * 2);
                format!("{}.{} %", tenths / 10, tenths % 10)
            }
        }
    }

    /// The share that stands beside a number of a table, where it has one.
    pub(super) fn share<'b>(&self, row: &'b TableRow, column: impl Amount) -> Option<&'b str> {
        row.shares.get(column.amount()).map(String::as_str)
    }

    /// A share, in hundredths.
    pub(super) fn hundredth(&self, part: impl Amount, whole: impl Amount) -> String {
        let (part, whole) = (part.amount(), whole.amount().max(1));
        let tenths = (part * 1000 / whole).min(1000);
        format!("{}.{}", tenths / 10, tenths % 10)
    }

    pub(super) fn short(&self, citation: &CitationShown) -> String {
        words::citation(&CitationShown { at: None, ..citation.clone() })
    }

    pub(super) fn place(&self, place: &PlaceShown) -> String {
        words::place(place)
    }

    pub(super) fn kind_label(&self, kind: &str) -> String {
        match kind {
            "theme" => "themes".into(),
            "code" => "codes".into(),
            _ => {
                let known = self.page.kinds.iter().find(|k| k.name == kind);
                known.map_or_else(|| kind.replace('_', " "), |k| k.label.clone())
            }
        }
    }

    pub(super) fn label_of(&self, kind: &str, name: &str) -> String {
        self.by_id.get(format!("{kind}.{name}").as_str()).map_or_else(|| name.to_string(), |c| c.label.clone())
    }

    /// The id and the beginning of a message.
    pub(super) fn message_of(&self, message: impl Amount) -> (&'a str, String) {
        let messages = &self.page.messages;
        let at = message.amount();
        let (Some(id), Some(text)) = (messages.ids.get(at), messages.texts.get(at)) else {
            return ("", String::new());
        };
        let mut excerpt: String = text.chars().take(EXCERPT).collect();
        if excerpt.len() < text.len() {
            excerpt.push('…');
        }
        (id, excerpt)
    }

    pub(super) fn first<'b>(&self, messages: &'b [u32]) -> &'b [u32] {
        &messages[..messages.len().min(FIRST)]
    }

    /// Codes and themes as they came up: id, label, kind, message and its number.
    pub(super) fn firsts(&self) -> Vec<(&'a str, &'a str, &'static str, &'a str, u32)> {
        let page = self.page;
        let of = |all: &'a [(String, String, u32)], kind: &'static str| {
            all.iter().map(move |(id, label, at)| {
                let message = page.messages.ids.get(*at as usize - 1).map_or("", String::as_str);
                (id.as_str(), label.as_str(), kind, message, *at)
            })
        };
        let mut all: Vec<_> = of(&page.saturation.codes, "code").chain(of(&page.saturation.themes, "theme")).collect();
        all.sort_by_key(|(.., at)| *at);
        all
    }

    /// Where a work can be read: only what is plainly an address.
    pub(super) fn links(&self, source: &SourceShown) -> Vec<(&'static str, String)> {
        let mut links = Vec::new();
        if let Some(doi) = source.doi.as_deref().map(str::trim).filter(|d| d.starts_with("10.")) {
            links.push(("doi", format!("https://doi.org/{}", encoded(doi, "/.:;()"))));
        }
        let address = |url: &&str| url.starts_with("https://") || url.starts_with("http://");
        if let Some(url) = source.url.as_deref().map(str::trim).filter(address) {
            links.push(("link", url.to_string()));
        }
        links
    }

    /// How dark a cell is: in fifths of the largest number of its column.
    pub(super) fn shade(&self, count: impl Amount, column: impl Amount) -> usize {
        let column = column.amount();
        let counts = self.page.carried.codes.iter().filter_map(|(.., counts)| counts.get(column));
        let most = counts.copied().max().unwrap_or_default();
        if most == 0 { 0 } else { (count.amount() * 5).div_ceil(most) }
    }

    pub(super) fn anchor(&self, id: &str) -> String {
        anchor(id)
    }

    /// How many reasons and ways there are beside the one that is shown.
    pub(super) fn count_of(&self, proof: &Explained) -> String {
        super::data::count_of(proof)
    }

    /// The first of some rows, and the others.
    pub(super) fn parted<'b, T>(&self, rows: &'b [T]) -> [&'b [T]; 2] {
        let (first, rest) = rows.split_at(rows.len().min(ROWS));
        [first, rest]
    }
}
