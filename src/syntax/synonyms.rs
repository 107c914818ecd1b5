//! Words that people bring from other codebooks and languages, with the words that stand for them here. They are looked
//! up whole, before any word that is only spelled nearly the same.

use super::layout::{self, Words};

/// What a clause is called elsewhere, and what it may be called here; the first that an item has is meant.
const CLAUSES: &[(&[&str], &[&str])] = &[
    (&["definition", "define", "defined", "description", "describes", "meaning", "def"], &["means"]),
    (
        &[
            "keyword", "keywords", "pattern", "patterns", "words", "terms", "search", "find", "finds", "contains",
            "regex",
        ],
        &["matches"],
    ),
    (&["condition", "conditions", "if", "where", "rule", "requires"], &["when", "if"]),
    (&["comment", "comments", "remark", "memos", "notes", "note"], &["memo", "note", "because"]),
    (&["exception", "exceptions", "except", "without"], &["unless"]),
    (
        &["reference", "references", "ref", "source", "sources", "citation", "citations", "literature", "see"],
        &["cites"],
    ),
    (&["includes", "inclusion", "including"], &["include"]),
    (&["excludes", "exclusion", "excluding"], &["exclude"]),
    (&["parent", "part_of", "subcode_of", "below", "broader", "belongs_to"], &["under"]),
    (&["rationale", "reason", "reasons", "why"], &["because"]),
    (&["quote", "quotation", "sample", "positive"], &["example"]),
    (&["negative", "nonexample", "non_example"], &["counterexample"]),
    (&["state"], &["status"]),
    (&["text", "sentence", "template", "says"], &["reads"]),
    (&["property", "properties", "field", "attribute"], &["has"]),
    (&["filter", "where", "select"], &["only"]),
    (&["missing", "na", "null", "blank"], &["empty"]),
    (&["separator", "sep"], &["delimiter"]),
    (&["tab", "worksheet", "page"], &["sheet"]),
    (&["author", "authors", "researcher"], &["by"]),
    (&["method"], &["approach"]),
    (&["row"], &["rows"]),
    (&["column", "cols"], &["columns"]),
    (&["percent", "percentages", "share"], &["shares"]),
    (&["assume", "facts", "input"], &["given"]),
    (&["expects", "then", "should", "assert"], &["expect"]),
    (&["link", "web"], &["url"]),
];

/// What an item is called elsewhere, and what it may be called here.
const ITEMS: &[(&[&str], &[&str])] = &[
    (&["codes", "node", "tag", "category", "categories", "concept"], &["code", "theme"]),
    (&["topic", "topics", "themes", "finding"], &["theme"]),
    (&["import", "include", "require", "load", "open"], &["use", "input"]),
    (&["read", "data", "dataset", "file", "csv", "from"], &["input"]),
    (&["let", "var", "const", "set", "param", "variable", "constant", "setting", "option"], &["parameter"]),
    (&["define", "def", "declare"], &["parameter", "relation", "rule"]),
    (&["export", "write", "save", "print"], &["output"]),
    (&["crosstab", "crosstable", "tabulate", "pivot"], &["table"]),
    (&["title", "project", "program"], &["study"]),
    (&["check", "assert", "scenario", "case"], &["test"]),
    (&["type", "class", "enum", "category_of", "variable_of"], &["kind"]),
    (&["predicate", "table_of", "record", "struct"], &["relation"]),
    (&["reference", "citation", "cite", "work", "bibliography", "literature"], &["source"]),
    (&["infer", "derive", "conclude", "function", "fn"], &["rule"]),
    (&["mapping", "link", "stimulates"], &["map"]),
    (&["codebook", "codelist"], &["concepts"]),
    (&["given", "assertion", "row"], &["fact"]),
];

/// The clause of an item that a word from elsewhere stands for, and how it is written.
pub(super) fn clause(words: &Words, word: &str) -> Option<(&'static str, &'static str)> {
    let word = word.to_lowercase();
    let meant = CLAUSES.iter().filter(|(said, _)| said.contains(&word.as_str())).flat_map(|(_, meant)| *meant);
    meant.into_iter().find_map(|meant| words.clauses.iter().find(|(w, _)| w == meant)).copied()
}

/// The items that a word from elsewhere may stand for: their words, none for a word that nobody brings.
pub(crate) fn items(word: &str) -> &'static [&'static str] {
    let word = word.to_lowercase();
    ITEMS.iter().find(|(said, _)| said.contains(&word.as_str())).map_or(&[], |(_, meant)| *meant)
}

/// How these items are written: `` `use theory.proximity` or `input message from "messages.csv"` ``.
pub(crate) fn forms(items: &[&str]) -> String {
    let form = |item: &&str| match *item {
        "theme" => "`theme common_ground \"label\"`".to_string(),
        item => layout::words_of(item).map_or(String::new(), |words| format!("`{}`", words.form)),
    };
    items.iter().map(form).collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_from_elsewhere_stands_for_a_clause_that_the_item_has() {
        let meant = |item, word| layout::words_of(item).and_then(|words| clause(words, word)).map(|(w, _)| w);
        assert_eq!(meant("code", "Definition"), Some("means"));
        assert_eq!(meant("code", "condition"), Some("when"));
        assert_eq!(meant("rule", "condition"), Some("if"));
        assert_eq!(meant("source", "comment"), Some("note"));
        assert_eq!(meant("output", "definition"), None);
    }

    #[test]
    fn every_word_meant_is_one_of_the_language() {
        let all: Vec<&str> = layout::item_words().collect();
        for item in ITEMS.iter().flat_map(|(_, meant)| *meant) {
            assert!(all.contains(item) || ["code", "theme"].contains(item), "{item}");
        }
        for (_, meant) in CLAUSES {
            assert!(meant.iter().all(|m| layout::is_any_clause(m)), "{meant:?}");
        }
        assert_eq!(forms(items("import")), "`use theory.proximity` or `input message from \"messages.csv\"`");
    }
}
