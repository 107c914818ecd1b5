//! A study as one HTML page that needs nothing else: no network, no program, no folder.
//!
//! Templates (askama, which escapes everything) draw what is to be read without scripts; all messages, passages and
//! explanations go along as data, which the scripts draw as text and never as markup. A content security policy in the page
//! allows that one script and that one style sheet by their hashes, and no request at all.

mod asked;
mod coders;
mod curve;
mod data;
mod decisions;
mod map;
mod names;

use crate::session::page::model::{ConceptShown, Page};
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
const SCRIPT: &str = concat!(
    "\"use strict\";\n(() => {\n",
    include_str!("script/read.js"),
    include_str!("script/texts.js"),
    include_str!("script/decisions.js"),
    include_str!("script/reasons.js"),
    include_str!("script/lists.js"),
    include_str!("script/search.js"),
    include_str!("script/reader.js"),
    include_str!("script/start.js"),
    "})();\n"
);
/// What tells a page of Hence from any other file.
const MARK: &str = "<meta name=\"generator\" content=\"hence report";
/// The folder of the parts of a page.
pub const PARTS: &str = "data";
/// So many letters stand in one part.
const PART: usize = 1 << 20;
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
