//! Selections on pages of a PDF. A rectangle has no characters, but a program may write down the words in it: then the
//! selection is where these words stand in the text of the PDF, or, where they stand there not at all or more than once, a
//! message of its own. What has no words is left out and counted.

use super::{Reader, Thing};
use crate::data::problem::{Problem, counted};
use crate::data::project::{About, Source};
use rustc_hash::FxHashMap;

/// A text without white space, and the character at which each of its bytes stands in the whole one.
struct Squeezed {
    text: String,
    characters: Vec<u32>,
}

impl Squeezed {
    fn new(text: &str) -> Squeezed {
        let mut out = Squeezed { text: String::with_capacity(text.len()), characters: Vec::with_capacity(text.len()) };
        for (at, sign) in (0..).zip(text.chars()).filter(|(_, sign)| !sign.is_whitespace()) {
            out.text.push(sign);
            out.characters.resize(out.text.len(), at);
        }
        out
    }

    /// The one place of some words, in characters of the whole text.
    fn only(&self, words: &str) -> Option<(u32, u32)> {
        let first = self.text.find(words)?;
        let next = first + self.text[first..].chars().next().map_or(1, char::len_utf8);
        if self.text.get(next..)?.contains(words) {
            return None;
        }
        Some((*self.characters.get(first)?, self.characters.get(first + words.len() - 1)? + 1))
    }
}

impl Reader<'_> {
    /// All selections on pages, once all texts are known.
    pub(super) fn pages(&mut self) -> Result<(), Problem> {
        let (mut texts, mut placed, mut alone) = (FxHashMap::<usize, Squeezed>::default(), 0, 0);
        for at in 0..self.markup.elements.len() {
            if self.markup.name(at) != "PDFSelection" {
                continue;
            }
            // The same selection may stand in the text of the PDF as well.
            let twin = self.markup.guid(at, "guid").and_then(|guid| self.things.get(&guid)).copied();
            if let Some(twin @ Thing::Selection(_)) = twin {
                self.at.insert(at, twin);
                continue;
            }
            let text = (at + 1..self.markup.elements.len())
                .take_while(|&e| self.markup.parent(e).is_some_and(|parent| parent >= at))
                .find(|&e| self.markup.parent(e) == Some(at) && self.markup.name(e) == "Representation");
            let text = match text {
                Some(representation) => self.text_of(representation)?.map(|(text, _)| text),
                None => None,
            };
            let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
                let (what, why) = (("selection on a page", "selections on pages"), "a rectangle has no characters");
                self.out.report.leave_out(what, why, &self.called(at));
                continue;
            };
            let pdf = self.markup.parent(at);
            let source = match pdf.and_then(|pdf| self.at.get(&pdf)).copied() {
                Some(Thing::About(About::Source(source, None))) => Some(source),
                _ => None,
            };
            let words: String = text.chars().filter(|sign| !sign.is_whitespace()).collect();
            let place = source.and_then(|source| {
                let squeezed = texts.entry(source).or_insert_with(|| Squeezed::new(&self.out.sources[source].text));
                Some((source, squeezed.only(&words)?))
            });
            match place {
                Some((source, place)) => {
                    placed += 1;
                    self.element(at, About::Source(source, Some(place)));
                }
                None => {
                    alone += 1;
                    self.alone(at, pdf, text);
                }
            }
        }
        if placed > 0 {
            let selections = counted(placed, "selection on a page stands", "selections on pages stand");
            self.out.report.remark(format!("{selections} where the words are in the text of the PDF"));
        }
        if alone > 0 {
            let selections = counted(alone, "selection on a page is a message", "selections on pages are messages");
            let why = "the text of the PDF is not there, or has its words not once";
            self.out.report.remark(format!("{selections} by itself, since {why}"));
        }
        Ok(())
    }

    /// A selection as a message of its own, in the thread of its PDF.
    fn alone(&mut self, at: usize, pdf: Option<usize>, text: String) {
        let thread = pdf.map(|pdf| self.called(pdf)).filter(|name| !name.is_empty());
        let page = self.markup.attribute(at, "page").and_then(|page| page.parse::<u32>().ok());
        let page = page.map_or(String::new(), |page| format!(", page {}", u64::from(page) + 1));
        let name = format!("{}{page}", thread.as_deref().unwrap_or("PDF"));
        let date = self.date(at);
        self.element(at, About::Source(self.out.sources.len(), None));
        self.marked.push(false);
        let (id, text) = (self.id(at), text.trim().to_owned());
        self.out.sources.push(Source { id, name, text, thread, added: date, ..Source::default() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_where_they_stand_once() {
        let text = Squeezed::new("Où est\nle café ? Où donc ?");
        assert_eq!(text.only("estlecafé"), Some((3, 14)));
        assert_eq!((text.only("Où"), text.only("thé")), (None, None));
    }
}
