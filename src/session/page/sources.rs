//! The works of a page with the places that cite them, the memos, and the files with their hashes.

use super::concepts::id_of;
use super::model::{CitedBy, FileShown, Memo, SourceShown};
use crate::base::hash::sha256;
use crate::check::program::{Citation, Said};
use crate::data::Files;
use crate::session::Study;
use crate::session::load::beside;
use crate::session::show::View;
use crate::syntax::tree::{File, ItemKind, Use};
use rustc_hash::{FxHashMap, FxHashSet};

impl Study {
    /// The works that what is shown cites, and those of the study's own; and how many others a library has.
    pub(super) fn sources_shown(&self, view: View<'_>, shown: &FxHashSet<String>) -> (Vec<SourceShown>, usize) {
        let mut cited: FxHashMap<&str, Vec<CitedBy>> = FxHashMap::default();
        let mut note = |id: &str, label: &str, what: &'static str, citation: &'_ Citation| {
            let by = CitedBy { id: id.to_string(), label: label.to_string(), what, at: citation.place.clone() };
            let key = view.program.source(&citation.key).map(|s| s.key.as_str());
            if let Some(key) = key {
                cited.entry(key).or_default().push(by);
            }
        };
        for (number, concept) in view.program.concepts.iter().enumerate() {
            let id = id_of(view, crate::check::program::ConceptId(number as u32));
            if !shown.contains(&id) {
                continue;
            }
            let parts: [(&'static str, &[Said]); 5] = [
                ("definition", &concept.means),
                ("criterion", &concept.include),
                ("criterion", &concept.exclude),
                ("reason", &concept.because),
                ("memo", &concept.memos),
            ];
            for (what, all) in parts {
                all.iter().flat_map(|s| &s.cites).for_each(|c| note(&id, concept.title(), what, c));
            }
            concept.cites.iter().for_each(|c| note(&id, concept.title(), "the concept", c));
        }
        for kind in &view.program.kinds {
            let id = format!("kind.{}", kind.name);
            if shown.contains(&id) {
                let label = kind.label.as_deref().unwrap_or(&kind.name);
                kind.means.iter().flat_map(|s| &s.cites).for_each(|c| note(&id, label, "definition", c));
            }
        }
        for map in &view.program.maps {
            let Some(&to) = map.to.first() else { continue };
            let theme = view.program.concept(map.theme);
            let id = map_id(view, map.theme, to);
            let label = format!("what follows from {}", theme.title());
            map.because.iter().flat_map(|s| &s.cites).for_each(|c| note(&id, &label, "reason", c));
            map.cites.iter().for_each(|c| note(&id, &label, "the inference", c));
        }
        let mut numbers: FxHashMap<&str, usize> = FxHashMap::default();
        for rule in &view.program.rules {
            let name = view.program.relation(rule.head).name.as_str();
            let number = numbers.entry(name).or_default();
            *number += 1;
            let id = format!("rule.{name}.{number}");
            let cites = rule.because.iter().flat_map(|s| &s.cites).chain(&rule.cites);
            cites.for_each(|c| note(&id, name, "reason", c));
        }
        let mut uncited = 0;
        let mut out = Vec::new();
        for source in &view.program.sources {
            let mut by = cited.remove(source.key.as_str()).unwrap_or_default();
            let mut seen = FxHashSet::default();
            by.retain(|c| seen.insert((c.id.clone(), c.what, c.at.clone())));
            if by.is_empty() && self.shipped.contains(&source.at.file) {
                uncited += 1;
                continue;
            }
            out.push(SourceShown {
                key: source.key.clone(),
                reference: source.reference.clone(),
                doi: source.doi.clone(),
                url: source.url.clone(),
                notes: source.notes.clone(),
                cited: by,
            });
        }
        out.sort_by(|a, b| (a.reference.to_lowercase(), &a.key).cmp(&(b.reference.to_lowercase(), &b.key)));
        (out, uncited)
    }

    /// The memos of concepts that are shown.
    pub(super) fn memos(&self, view: View<'_>, shown: &FxHashSet<String>) -> Vec<Memo> {
        let mut out = Vec::new();
        for (number, concept) in view.program.concepts.iter().enumerate() {
            let id = id_of(view, crate::check::program::ConceptId(number as u32));
            if !shown.contains(&id) {
                continue;
            }
            for memo in &concept.memos {
                let about = (id.clone(), concept.title().to_string());
                out.push(Memo { about, said: view.said(memo), place: view.place(memo.at) });
            }
        }
        out
    }

    /// The files that the study was read from, with their hashes. What cannot be read any more is left out.
    pub(in crate::session) fn files_shown(&self) -> Vec<FileShown> {
        let mut out = Vec::new();
        let trees = || self.trees.iter().filter(|tree| !self.shipped.contains(&tree.id));
        let rules = trees().map(|tree| self.sources.get(tree.id).name.clone());
        let used = trees().flat_map(|tree| {
            let file = &self.sources.get(tree.id).name;
            tree.items.iter().filter_map(move |item| match &*item.kind {
                ItemKind::Use(Use::File(path)) => Some(beside(file, &path.text)),
                _ => None,
            })
        });
        let data = self.data_files.iter().chain(self.tables.keys().map(|key| &key.path)).cloned();
        let mut seen = FxHashSet::default();
        let mut named: Vec<(bool, String)> = rules.map(|name| (true, name)).collect();
        let mut others: Vec<(bool, String)> = data.map(|name| (false, name)).collect();
        others.extend(used.map(|name| (false, name)));
        others.sort();
        named.extend(others);
        for (rules, name) in named {
            if !seen.insert(name.clone()) {
                continue;
            }
            let Ok(bytes) = self.files.read(&name) else { continue };
            out.push(FileShown { name, rules, bytes: bytes.len(), hash: sha256(&bytes) });
        }
        out
    }

    /// The files of rules and theory that the study uses and that are part of Hence: what stands in them is shown, too.
    pub(in crate::session) fn theory_files(&self) -> Vec<FileShown> {
        let shown = |tree: &File| {
            let source = self.sources.get(tree.id);
            let text = source.text.as_bytes();
            FileShown { name: source.name.clone(), rules: true, bytes: text.len(), hash: sha256(text) }
        };
        self.trees.iter().filter(|tree| self.shipped.contains(&tree.id)).map(shown).collect()
    }
}

/// The name of what a map infers.
pub(super) fn map_id(
    view: View<'_>,
    theme: crate::check::program::ConceptId,
    to: crate::check::program::ConceptId,
) -> String {
    format!("map.{}.{}", view.program.concept(theme).name, id_of(view, to))
}
