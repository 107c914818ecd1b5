//! How other programs know what a study calls by names alone: sets, cases, coders and variables keep the GUIDs with which
//! they came in, as long as the table of GUIDs calls them as the others do.

use super::Study;
use super::show::View;
use crate::data::project::guid::{guid, is_guid};
use rustc_hash::{FxHashMap, FxHashSet};

/// The relation that says so, and its columns.
pub(super) const GUID_OF: &str = "guid_of";
/// The relation that says what other programs call variables, and of what type they are there; and its columns.
pub(super) const VARIABLE_OF: &str = "variable_of";
/// See [`VARIABLE_OF`].
pub(super) const OF_VARIABLE: [&str; 3] = ["variable", "name", "values"];
/// See [`GUID_OF`].
pub(super) const COLUMNS: [&str; 3] = ["kind", "name", "guid"];

/// What a GUID is made from besides the name, where a study knows none.
pub(super) fn made_of(kind: &str) -> &str {
    if kind == "coder" { "user" } else { kind }
}

/// The GUIDs that came in.
#[derive(Clone, Default)]
pub(super) struct Guids(FxHashMap<(String, String), String>);

impl Guids {
    /// The GUID of a set, case, coder or variable: the one that came in, or else one made from its name.
    pub fn of(&self, kind: &str, name: &str) -> String {
        self.0.get(&(kind.to_owned(), name.to_owned())).cloned().unwrap_or_else(|| guid(made_of(kind), name))
    }
}

impl Guids {
    /// Everyone who coded in the program that the study came from, coded or not: their GUIDs and names.
    pub fn coders(&self) -> Vec<(&str, &str)> {
        let all = self.0.iter().filter(|((kind, _), _)| kind == "coder");
        let mut all: Vec<_> = all.map(|((_, name), id)| (id.as_str(), name.as_str())).collect();
        all.sort_unstable_by_key(|(id, name)| (*name, *id));
        all
    }
}

impl Study {
    /// What [`GUID_OF`] says; of two things of one GUID the first has it.
    pub(super) fn guids(&self, view: View<'_>) -> Guids {
        let (mut guids, mut taken) = (Guids::default(), FxHashSet::default());
        for row in self.texts(view, GUID_OF, &COLUMNS) {
            if let Ok([kind, name, id]) = <[String; 3]>::try_from(row)
                && is_guid(&id)
                && !guids.0.contains_key(&(kind.clone(), name.clone()))
                && taken.insert(id.to_lowercase())
            {
                guids.0.insert((kind, name), id);
            }
        }
        guids
    }
}
