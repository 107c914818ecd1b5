//! A study as one HTML page that needs nothing else: no network, no program, no folder.
//!
//! Templates (askama, which escapes everything) draw what is to be read without scripts; all messages, passages and
//! explanations go along as data, which `page.js` draws as text and never as markup. A content security policy in the page
//! allows that one script and that one style sheet by their hashes, and no request at all.

mod curve;
mod data;
mod decisions;
mod map;

use crate::base::Date;
use crate::base::date::MONTHS;
use crate::base::digits::thousands;
use crate::session::explanation::{CitationShown, PlaceShown, QuoteShown};
use crate::session::findings::TableRow;
use crate::session::page::model::{ConceptShown, InferenceShown, KindShown, Page, SourceShown};
use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use curve::Curve;
use map::Map;
use rustc_hash::FxHashMap;

use super::words;

/// What makes the page look as it does.
const STYLES: &str = include_str!("styles.css");
/// What makes the page move.
const SCRIPT: &str =
    concat!("\"use strict\";\n(() => {\n", include_str!("decisions.js"), include_str!("page.js"), "})();\n");
/// What tells a page of Hence from any other file.
const MARK: &str = "<meta name=\"generator\" content=\"hence report";
/// The folder of the parts of a page.
pub const PARTS: &str = "data";
/// So many letters stand in one part.
const PART: usize = 1 << 20;
/// So many messages of a list are shown where there are no scripts.
const FIRST: usize = 5;
/// So many characters of them.
const EXCERPT: usize = 200;
/// What stands in the page under these names cannot be the name of a message there.
const SECTIONS: [&str; 35] = [
    "content",
    "findings",
    "inferences",
    "relations",
    "tables",
    "map",
    "themes",
    "theory",
    "codes",
    "messages",
    "uncoded",
    "overlap",
    "saturation",
    "people",
    "memos",
    "rules",
    "sources",
    "data",
    "changes",
    "reader",
    "reader-title",
    "search",
    "q",
    "found",
    "named",
    "results",
    "authors",
    "trouble",
    "study-data",
    "message",
    "reviews",
    "mine",
    "hand",
    "hand-count",
    "hand-out",
];

/// True for a text that this module wrote.
pub fn is_page(text: &[u8]) -> bool {
    let head = &text[..text.len().min(2000)];
    String::from_utf8_lossy(head).contains(MARK)
}

/// The page in one file. `study` is how a command names the study.
pub fn page(page: &Page, study: &str) -> String {
    let packed = data::packed(page, study);
    drawn(page, packed.is_packed, packed.text, Vec::new(), String::new())
}

/// A page in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// The page itself.
    pub index: String,
    /// The files that it loads, with their names in the folder. A name says what stands in the file, so those of two
    /// reports never mix.
    pub parts: Vec<(String, String)>,
}

/// The page with its data in files beside it, so that it opens before they are read. `study` is how a command names the
/// study.
pub fn folder(page: &Page, study: &str) -> Folder {
    let packed = data::gzipped(page, study);
    let hash = crate::base::hash::sha256(packed.as_bytes());
    // Nobody can foresee it who does not know all that the page holds.
    let nonce = STANDARD.encode(&crate::base::hash::sha256_bytes(format!("nonce {hash}").as_bytes())[..16]);
    let part = |(number, text): (usize, &[u8])| {
        let text = String::from_utf8_lossy(text);
        (format!("{PARTS}/{}-{}.js", &hash[..16], number + 1), format!("henceData({number},\"{text}\");\n"))
    };
    let parts: Vec<(String, String)> = packed.as_bytes().chunks(PART).enumerate().map(part).collect();
    let names = parts.iter().map(|(name, _)| name.clone()).collect();
    Folder { index: drawn(page, true, String::new(), names, nonce), parts }
}

/// True for a name that [`folder`] gives a part, without its folder.
pub fn is_part(name: &str) -> bool {
    let hex = |text: &str| text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let parts = name.strip_suffix(".js").and_then(|name| name.split_once('-'));
    parts.is_some_and(|(hash, rest)| hex(hash) && number(rest))
}

fn drawn(page: &Page, packed: bool, data: String, parts: Vec<String>, nonce: String) -> String {
    let hash = |text: &str| STANDARD.encode(crate::base::hash::sha256_bytes(text.as_bytes()));
    let also = if parts.is_empty() { String::new() } else { format!(" 'nonce-{nonce}'") };
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'{also}; img-src data:; base-uri 'none'; form-action 'none'",
        hash(STYLES),
        hash(SCRIPT)
    );
    let html = Html {
        page,
        generator: concat!("hence report ", env!("CARGO_PKG_VERSION")),
        policy,
        styles: STYLES,
        script: SCRIPT,
        packed,
        data,
        parts,
        nonce,
        map: map::map(page),
        curve: curve::curve(page),
        by_id: page.concepts.iter().map(|c| (c.id.as_str(), c)).collect(),
    };
    // Writing to a text in memory does not fail.
    html.render().unwrap_or_default()
}

/// What the templates ask.
#[derive(Template)]
#[template(path = "page.html")]
struct Html<'a> {
    page: &'a Page,
    generator: &'static str,
    policy: String,
    styles: &'static str,
    script: &'static str,
    packed: bool,
    data: String,
    /// The files with data that stand beside the page.
    parts: Vec<String>,
    /// What allows their scripts.
    nonce: String,
    map: Option<Map>,
    curve: Option<Curve>,
    by_id: FxHashMap<&'a str, &'a ConceptShown>,
}

/// A number, however a template holds it.
trait Amount {
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
    fn title(&self) -> &str {
        self.page.title.as_deref().unwrap_or("A study")
    }

    /// `131 messages by 52 authors in 36 threads, 2 September 2013 to 14 January 2014`
    fn lead(&self) -> String {
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
    fn sections(&self) -> Vec<(&'static str, &'static str, Option<usize>)> {
        let page = self.page;
        let rows = [
            ("findings", "Findings", None, true),
            ("map", "Theory to data", None, self.map.is_some()),
            ("themes", "Themes", Some(self.themes().len()), !self.themes().is_empty()),
            ("theory", "Concepts of theory", None, !self.other_kinds().is_empty()),
            ("codes", "Codes", Some(self.codes().len()), !self.codes().is_empty()),
            ("messages", "Messages", Some(page.messages.ids.len()), true),
            ("uncoded", "Nothing codes", Some(page.uncoded.len()), true),
            ("overlap", "Found together", None, !page.carried.codes.is_empty() || !page.pairs.is_empty()),
            ("saturation", "Saturation", None, self.curve.is_some()),
            ("people", "People and rules", None, true),
            ("reviews", "Decisions", (!page.decisions.is_empty()).then_some(page.decisions.len()), true),
            ("memos", "Memos", Some(page.memos.len()), !page.memos.is_empty()),
            ("rules", "Further rules", Some(page.rules.len()), !page.rules.is_empty()),
            ("sources", "Sources", Some(page.sources.len()), true),
            ("data", "Data and files", None, true),
            ("changes", "Changes", Some(page.changes.len()), !page.changes.is_empty()),
        ];
        rows.into_iter().filter(|(.., there)| *there).map(|(id, label, count, _)| (id, label, count)).collect()
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
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

    fn of_kind(&self, kind: &str) -> Vec<&'a ConceptShown> {
        self.page.concepts.iter().filter(|c| c.kind == kind).collect()
    }

    fn themes(&self) -> Vec<&'a ConceptShown> {
        self.of_kind("theme")
    }

    fn codes(&self) -> Vec<&'a ConceptShown> {
        self.of_kind("code")
    }

    fn other_kinds(&self) -> Vec<&'a KindShown> {
        self.page.kinds.iter().filter(|k| k.name != "theme" && k.name != "code").collect()
    }

    /// What maps infer, those of one map together.
    fn maps(&self) -> Vec<&'a [InferenceShown]> {
        let one = |a: &InferenceShown, b: &InferenceShown| a.inference.place == b.inference.place;
        self.page.inferences.chunk_by(one).collect()
    }

    /// What is inferred from a theme.
    fn leads(&self, theme: &ConceptShown) -> Vec<&'a InferenceShown> {
        self.page.inferences.iter().filter(|i| i.inference.theme == theme.name && theme.kind == "theme").collect()
    }

    fn day(&self, at: &str) -> String {
        day(at)
    }

    /// Who and where: nothing of authors where no author is known, nor of threads.
    fn spread_words(&self, concept: &ConceptShown) -> String {
        let mut out = self.number(concept.members.len(), "message");
        if self.has_authors() {
            out += &format!(" by {}", self.number(concept.authors, "author"));
        }
        if self.has_threads() {
            out += &format!(" in {}", self.number(concept.threads, "thread"));
        }
        out
    }

    fn has_authors(&self) -> bool {
        !self.page.messages.authors.is_empty()
    }

    fn has_threads(&self) -> bool {
        !self.page.messages.threads.is_empty()
    }

    /// The concepts that a theme's rules name, and whether they ask for them.
    fn uses(&self, concept: &ConceptShown) -> Vec<(&'a ConceptShown, bool)> {
        concept.uses.iter().filter_map(|(id, asked)| Some((*self.by_id.get(id.as_str())?, *asked))).collect()
    }

    /// The strongest quotes of a theme or code.
    fn quotes(&self, concept: &ConceptShown) -> &'a [QuoteShown] {
        let findings = &self.page.findings;
        let mut all = findings.themes.iter().chain(&findings.codes);
        all.find(|c| c.kind == concept.kind && c.name == concept.name).map_or(&[], |c| &c.quotes)
    }

    fn count(&self, count: impl Amount) -> String {
        amount(count.amount())
    }

    fn number(&self, count: impl Amount, one: &str) -> String {
        let count = count.amount();
        if count == 1 { format!("1 {one}") } else { format!("{} {one}s", amount(count)) }
    }

    fn messages(&self) -> usize {
        self.page.messages.ids.len()
    }

    fn percent(&self, part: impl Amount) -> String {
        match self.messages() {
            0 => String::new(),
            all => {
                let tenths = (part.amount() * 2000 + all) / (all * 2);
                format!("{}.{} %", tenths / 10, tenths % 10)
            }
        }
    }

    /// The share that stands beside a number of a table, where it has one.
    fn share<'b>(&self, row: &'b TableRow, column: impl Amount) -> Option<&'b str> {
        row.shares.get(column.amount()).map(String::as_str)
    }

    /// A share, in hundredths.
    fn hundredth(&self, part: impl Amount, whole: impl Amount) -> String {
        let (part, whole) = (part.amount(), whole.amount().max(1));
        let tenths = (part * 1000 / whole).min(1000);
        format!("{}.{}", tenths / 10, tenths % 10)
    }

    fn short(&self, citation: &CitationShown) -> String {
        words::citation(&CitationShown { at: None, ..citation.clone() })
    }

    fn place(&self, place: &PlaceShown) -> String {
        words::place(place)
    }

    fn kind_label(&self, kind: &str) -> String {
        match kind {
            "theme" => "themes".into(),
            "code" => "codes".into(),
            _ => {
                let known = self.page.kinds.iter().find(|k| k.name == kind);
                known.map_or_else(|| kind.replace('_', " "), |k| k.label.clone())
            }
        }
    }

    fn label_of(&self, kind: &str, name: &str) -> String {
        self.by_id.get(format!("{kind}.{name}").as_str()).map_or_else(|| name.to_string(), |c| c.label.clone())
    }

    /// The id and the beginning of a message.
    fn message_of(&self, message: impl Amount) -> (&'a str, String) {
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

    fn first<'b>(&self, messages: &'b [u32]) -> &'b [u32] {
        &messages[..messages.len().min(FIRST)]
    }

    fn coders(&self) -> Vec<(&'a str, (usize, usize, usize))> {
        let people = &self.page.people;
        people.coders.iter().map(String::as_str).zip(people.work.iter().copied()).collect()
    }

    /// Codes and themes as they came up: id, label, kind, message and its number.
    fn firsts(&self) -> Vec<(&'a str, &'a str, &'static str, &'a str, u32)> {
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
    fn links(&self, source: &SourceShown) -> Vec<(&'static str, String)> {
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
    fn shade(&self, count: impl Amount, column: impl Amount) -> usize {
        let column = column.amount();
        let counts = self.page.carried.codes.iter().filter_map(|(.., counts)| counts.get(column));
        let most = counts.copied().max().unwrap_or_default();
        if most == 0 { 0 } else { (count.amount() * 5).div_ceil(most) }
    }

    /// The name of a message in the page's address: its id where that is plain, `message:` and the id otherwise.
    fn anchor(&self, id: &str) -> String {
        anchor(id)
    }
}

fn anchor(id: &str) -> String {
    let plain = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if plain && !SECTIONS.contains(&id) && !id.starts_with("f-") {
        id.to_string()
    } else {
        format!("message:{}", encoded(id, ""))
    }
}

/// A text as part of an address.
fn encoded(text: &str, kept: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        let c = char::from(byte);
        if c.is_ascii_alphanumeric() || "-_".contains(c) || kept.contains(c) {
            out.push(c);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// `2013-09-02T00:00` and `2013-09-02` as `2 September 2013`; anything else as it is.
fn day(at: &str) -> String {
    let Some(date) = at.get(..10).and_then(Date::parse) else { return at.to_owned() };
    let month = usize::try_from(date.month() - 1).ok().and_then(|month| MONTHS.get(month)).copied().unwrap_or_default();
    format!("{} {month} {}", date.day(), date.year())
}

/// `12,345`
fn amount(count: usize) -> String {
    thousands(count as u128)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_have_names_that_are_no_sections() {
        assert_eq!(anchor("m15"), "m15");
        assert_eq!(anchor("themes"), "message:themes");
        assert_eq!(anchor("Answer 7/ü"), "message:Answer%207%2F%C3%BC");
        assert_eq!(anchor("theme.x"), "message:theme%2Ex");
    }

    #[test]
    fn days_and_numbers_are_for_people() {
        assert_eq!(
            (day("2013-09-02"), day("2013-09-02T10:00:00")),
            ("2 September 2013".into(), "2 September 2013".into())
        );
        assert_eq!(day("in autumn"), "in autumn");
        assert_eq!((amount(999), amount(100_000)), ("999".into(), "100,000".into()));
    }

    #[test]
    fn every_section_name_in_the_templates_is_reserved() {
        let texts = [
            include_str!("page.html"),
            include_str!("overview.html"),
            include_str!("map.html"),
            include_str!("themes.html"),
            include_str!("codes.html"),
            include_str!("reading.html"),
            include_str!("figures.html"),
            include_str!("record.html"),
            include_str!("reviews.html"),
        ];
        for text in texts {
            for id in text.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                let free = id.contains("{{") || id.ends_with("-h") || id.starts_with("f-");
                assert!(free || SECTIONS.contains(&id), "{id}");
            }
        }
    }
}
