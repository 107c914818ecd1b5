//! What ships with Hence: the prelude and the modules that `use` finds by name, embedded in the binary.

use crate::syntax::item_words;
use rustc_hash::FxHashSet;

/// The prelude, under the name by which messages speak of it.
pub const PRELUDE: (&str, &str) = ("rules/prelude.hence", include_str!("../../rules/prelude.hence"));

/// Module, file name, text.
const MODULES: [(&str, &str, &str); 4] = [
    ("theory.capacity", "rules/theory/capacity.hence", include_str!("../../rules/theory/capacity.hence")),
    ("theory.proximity", "rules/theory/proximity.hence", include_str!("../../rules/theory/proximity.hence")),
    (
        "theory.socialisation",
        "rules/theory/socialisation.hence",
        include_str!("../../rules/theory/socialisation.hence"),
    ),
    ("theory.sources", "rules/theory/sources.hence", include_str!("../../rules/theory/sources.hence")),
];

/// The file name and text of a module.
pub fn module(name: &str) -> Option<(&'static str, &'static str)> {
    MODULES.iter().find(|(module, _, _)| *module == name).map(|&(_, file, text)| (file, text))
}

/// The names of all modules, in order.
pub fn modules() -> impl Iterator<Item = &'static str> {
    MODULES.iter().map(|&(name, _, _)| name)
}

/// Adds what a module declares, and what the modules that it uses do: names, labels and keys.
pub fn declared(name: &str, found: &mut FxHashSet<&'static str>) {
    let Some((_, text)) = module(name) else { return };
    for line in text.lines().filter(|line| line.starts_with(char::is_alphabetic)) {
        let mut words = line.split([' ', '(']).filter(|word| !word.is_empty());
        let (Some(first), Some(second)) = (words.next(), words.next()) else { continue };
        match first {
            // A module that was looked through is known by its name.
            "use" if found.insert(second) => declared(second, found),
            _ => drop(found.insert(second)),
        }
        found.extend(line.split('"').nth(1));
    }
}

/// The concepts and kinds that modules declare, each with its module: for whoever names one without using it.
pub fn concepts() -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    for (module, _, text) in MODULES {
        for line in text.lines().filter(|line| line.starts_with(char::is_alphabetic)) {
            let mut words = line.split_whitespace();
            if let (Some(first), Some(name)) = (words.next(), words.next())
                && (first == "kind" || !item_words().any(|word| word == first))
            {
                found.push((name.to_string(), module));
            }
        }
    }
    found
}
