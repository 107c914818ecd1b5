//! The proofs that an audit trail keeps: of every inference first, then of conclusions, one of each concept after the
//! other, so that each has some where there are more than anybody keeps.

use crate::base::hash::digest;
use crate::check::program::{ConceptId, RelationId as Declared, RelationKind};
use crate::ir::core::RelationId;
use crate::proof::{self, Backward, Budget, Canon};
use crate::session::prove::document_in;
use crate::session::show::View;
use crate::session::{Progress, Study};
use rustc_hash::FxHashSet;

/// So many proofs are kept.
const MOST: usize = 5_000;
/// So many bytes all of them may take.
const BYTES: usize = 48 << 20;

/// A proof and where it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// The path below the folder of proofs: `theme.welcome/0001-m15.json`.
    pub path: String,
    /// The conclusion, as it is written in rules.
    pub fact: String,
    /// The same as a sentence.
    pub statement: String,
    /// The id of what it proves.
    pub root: String,
    /// The document.
    pub text: String,
}

/// The proofs that are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proofs {
    /// In the order of the study.
    pub kept: Vec<Proof>,
    /// How many conclusions there are.
    pub conclusions: usize,
    /// At how many places in them a text stands as its hash.
    pub withheld: usize,
}

/// The conclusions of one sort, one row after the other.
struct Sort {
    folder: String,
    relation: RelationId,
    rows: Vec<u32>,
}

impl Study {
    pub(super) fn proofs_kept(&self, withhold: bool, watch: &mut dyn FnMut(Progress)) -> Proofs {
        let mut out = Proofs::default();
        let Some(view) = self.view() else { return out };
        let sorts = self.sorts(view);
        out.conclusions = sorts.iter().map(|sort| sort.rows.len()).sum();
        let texts: FxHashSet<&str> = match withhold {
            true => {
                let corpus = &self.texts.corpus;
                corpus.iter().filter_map(|(message, _)| corpus.text(message)).map(|text| &**text).collect()
            }
            false => FxHashSet::default(),
        };
        let canon = Canon::of(view.lowered, view.pool);
        let mut backward = Backward::new(view.evaluated());
        let of = out.conclusions.min(MOST);
        let mut kept: Vec<(usize, usize, Proof)> = Vec::new();
        let (mut bytes, longest) = (0, sorts.iter().map(|sort| sort.rows.len()).max().unwrap_or_default());
        'all: for round in 0..longest {
            for (number, sort) in sorts.iter().enumerate() {
                let Some(&row) = sort.rows.get(round) else { continue };
                if kept.len() == MOST || bytes > BYTES || self.stop.stopped().is_some() {
                    break 'all;
                }
                if kept.len().is_multiple_of(32) {
                    watch(Progress { task: "looking for proofs".into(), done: kept.len(), of });
                }
                let Some(found) = proof::best_with(&mut backward, sort.relation, row, Budget::default()) else {
                    continue;
                };
                let mut document = document_in(view, &canon, &found);
                if withhold {
                    out.withheld += document.withhold(|text| texts.contains(text));
                }
                let text = document.text();
                bytes += text.len();
                let subject = view.db.row(sort.relation, row).first().map(|&value| view.pool.show(value));
                let name = named(&subject.unwrap_or_default());
                let path = format!("{}/{:05}-{name}.json", sort.folder, round + 1);
                let (fact, statement, root) = (document.fact, document.statement, document.root);
                kept.push((number, round, Proof { path, fact, statement, root, text }));
            }
        }
        kept.sort_by_key(|(sort, round, _)| (*sort, *round));
        out.kept = kept.into_iter().map(|(.., proof)| proof).collect();
        out
    }

    /// Inferences, then concepts, then the relations of the author's own that rules fill.
    fn sorts(&self, view: View<'_>) -> Vec<Sort> {
        let all = |folder: String, relation: RelationId| {
            let rows = view.db.sorted_rows(relation, view.pool).into_iter().collect();
            Sort { folder: named(&folder), relation, rows }
        };
        let mut out = Vec::new();
        let mut seen = FxHashSet::default();
        for map in &view.program.maps {
            for &to in &map.to {
                let Some(relation) = view.lowered.stimulates(map.theme, to) else { continue };
                if seen.insert(relation) {
                    let (theme, to) = (view.program.concept(map.theme), view.program.concept(to));
                    let kind = &view.program.kind(to.kind).name;
                    out.push(all(format!("inference.{}.{kind}.{}", theme.name, to.name), relation));
                }
            }
        }
        let rank = |id: &ConceptId| match view.program.kind(view.program.concept(*id).kind).name.as_str() {
            "theme" => (0, 0),
            "code" => (2, 0),
            _ => (1, view.program.concept(*id).kind.0),
        };
        let mut ids: Vec<ConceptId> = (0..view.program.concepts.len() as u32).map(ConceptId).collect();
        ids.retain(|id| !view.program.kind(view.program.concept(*id).kind).open);
        ids.sort_by_key(rank);
        for id in ids {
            let (concept, relation) = (view.program.concept(id), view.lowered.has(view.program, id));
            if let Some(relation) = relation.filter(|&r| !view.db.relation(r).is_empty() && seen.insert(r)) {
                out.push(all(format!("{}.{}", view.program.kind(concept.kind).name, concept.name), relation));
            }
        }
        for (number, declared) in view.program.relations.iter().enumerate() {
            let id = Declared(number as u32);
            let own = declared.kind == RelationKind::Declared && !self.shipped.contains(&declared.at.file);
            let filled = view.program.rules.iter().any(|rule| rule.head == id);
            let relation = view.lowered.declared(id);
            if own && filled && !view.db.relation(relation).is_empty() && seen.insert(relation) {
                out.push(all(format!("relation.{}", declared.name), relation));
            }
        }
        out
    }
}

/// A name for a file: letters, digits and a few signs, and what does not fit as the beginning of its hash, so that two
/// names that differ give two files.
fn named(name: &str) -> String {
    const LONGEST: usize = 60;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let fits = !name.is_empty() && name.len() <= LONGEST && name.chars().all(plain) && !name.starts_with(['.', '-']);
    // On some systems a name that differs in capitals only is the same file.
    if fits && !name.ends_with('.') && !name.chars().any(|c| c.is_ascii_uppercase()) {
        return name.to_string();
    }
    let mut short: String = name.chars().filter(|&c| plain(c)).take(20).collect::<String>().to_ascii_lowercase();
    short = short.trim_matches(['.', '-']).to_string();
    if !short.is_empty() {
        short.push('-');
    }
    short + &digest(name)[..10]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_file_whatever_it_holds() {
        assert_eq!(named("m15"), "m15");
        for name in ["../../etc/passwd", "", "a/b", "a\0b", "CON", ".hidden", "é", "a:b", &"x".repeat(300)] {
            let file = named(name);
            assert!(!file.contains(['/', '\\', ':']) && !file.starts_with('.') && file.len() < 64, "{name} {file}");
        }
        assert_ne!(named("M1"), named("m1"));
        assert_ne!(named("a b"), named("ab"));
    }
}
