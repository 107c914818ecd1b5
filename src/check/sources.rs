//! Works and citations.

use super::fixes::write;
use super::program::{Citation, Said, Source};
use super::{Checker, Used};
use crate::diagnostic::{Diagnostic, codes, suggest};
use crate::syntax::tree;

impl Checker<'_> {
    pub(super) fn declare_source(&mut self, item: &tree::Item, source: &tree::Source) {
        let at = item.location(source.key.span);
        if let Some(first) = self.program.source(&source.key.text) {
            // The same work may be declared by a module and by the study; two different works may not.
            if first.reference != source.reference.text {
                let first = first.at;
                self.declared_twice(item, "source", &source.key.text, at, first);
            }
            return;
        }
        let text = |s: &Option<tree::Str>| s.as_ref().map(|s| s.text.clone());
        self.program.sources.push(Source {
            key: source.key.text.clone(),
            reference: source.reference.text.clone(),
            doi: text(&source.doi),
            url: text(&source.url),
            notes: source.notes.iter().map(|n| n.text.clone()).collect(),
            at,
        });
    }

    /// Works of bibliographies yield to what a study declares itself under the same key.
    pub(super) fn declare_works(&mut self) {
        let input = self.input;
        for work in &input.works {
            if self.program.source(&work.key).is_none() {
                self.program.sources.push(work.clone());
            }
        }
    }

    pub(super) fn said(&mut self, item: &tree::Item, said: &tree::Said) -> Said {
        let cites = said.cite.as_ref().map(|c| self.citations(item, c)).unwrap_or_default();
        Said { text: said.text.text.clone(), cites, at: item.location(said.text.span) }
    }

    pub(super) fn citations(&mut self, item: &tree::Item, cite: &tree::Cite) -> Vec<Citation> {
        let place = cite.at.as_ref().map(|a| a.text.clone());
        cite.keys
            .iter()
            .map(|key| {
                let at = item.location(key.span);
                self.used.insert(Used::Source(key.text.clone()));
                if self.program.source(&key.text).is_none()
                    && !self.broken.contains(&key.text)
                    && !self.is_something_else(at, &key.text, super::mixed::Wanted::Source)
                {
                    let keys = || self.program.sources.iter().map(|s| s.key.as_str());
                    let message = format!("no source is called `{}`", key.text);
                    let unknown = Diagnostic::at(codes::UNKNOWN_SOURCE, at, message);
                    let diagnostic = match suggest::nearest(&key.text, keys()) {
                        Some(near) => {
                            let sure = suggest::same(&key.text, keys()) == Some(near);
                            let edits = write(at, key_as_written(near));
                            let help = format!("did you mean `{near}`?");
                            unknown.help(help).fix(format!("write `{near}`"), edits, sure)
                        }
                        None => {
                            let stub = format!("source {} \"Author year. Title.\"", key_as_written(&key.text));
                            let help = format!("add `{stub}`, or `use` a bibliography that has it");
                            self.declared(unknown.help(help), item, &key.text, &stub)
                        }
                    };
                    self.report(diagnostic);
                }
                Citation { key: key.text.clone(), place: place.clone(), at }
            })
            .collect()
    }
}

/// A key as it can stand in a file: in quotation marks where it is no name.
fn key_as_written(key: &str) -> String {
    let plain = key.chars().all(|c| c.is_alphanumeric() || c == '_');
    if plain { key.to_string() } else { format!("{key:?}") }
}
