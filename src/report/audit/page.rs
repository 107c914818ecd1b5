//! The guide as a page: one file that loads nothing and runs nothing. The template escapes whatever somebody said.

use super::Copies;
use super::blocks::{Block, Run, address};
use super::chapters::{Chapter, introduction, lead, title};
use super::tables::{Filled, about};
use crate::session::trail::Trail;
use askama::Template;

const STYLES: &str = include_str!("audit.css");

/// What the template asks.
#[derive(Template)]
#[template(path = "audit.html")]
struct Html<'a> {
    version: &'static str,
    styles: &'static str,
    title: String,
    lead: String,
    introduction: Vec<Block>,
    chapters: &'a [Chapter],
    lists: &'a [Filled],
}

impl Html<'_> {
    fn address(&self, path: &str) -> String {
        address(path)
    }

    fn about(&self, filled: &Filled) -> Vec<String> {
        about(filled)
    }
}

/// The page.
pub(super) fn page(trail: &Trail, copies: &Copies, chapters: &[Chapter], lists: &[Filled]) -> String {
    let html = Html {
        version: env!("CARGO_PKG_VERSION"),
        styles: STYLES,
        title: title(trail),
        lead: lead(trail),
        introduction: introduction(trail, copies),
        chapters,
        lists,
    };
    // Writing to a text in memory does not fail.
    html.render().unwrap_or_default()
}
