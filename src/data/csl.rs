//! CSL-JSON: the list of references that most reference managers export.

use super::encoding::decode;
use super::json::{LineCount, array};
use super::problem::{Problem, shown};
use super::reference::{SourceEntry, SourceList, Work, plain_doi, year_in};
use crate::diagnostic::codes;
use serde_json::Value;

/// Reads the items of a file.
pub fn read(name: &str, bytes: &[u8]) -> Result<SourceList, Problem> {
    let text = decode(name, bytes)?;
    let mut list = SourceList::default();
    let mut lines = LineCount::new(text);
    for item in array(name, text, codes::SOURCES_FILE)? {
        let line = lines.line(item.start);
        let value: Value = serde_json::from_str(item.text).unwrap_or_default();
        let key = ["citation-key", "id"].into_iter().map(|field| text_of(&value[field])).find(|key| !key.is_empty());
        match key {
            Some(key) => list.add(name, source(key, &value, line)),
            None => {
                let message = format!("this item has no `id` to cite it by: {}", shown(item.text));
                list.problems.push(Problem::at(codes::SOURCES_FILE, name, line, message));
            }
        }
    }
    Ok(list)
}

fn source(key: String, item: &Value, line: u32) -> SourceEntry {
    let get = |field: &str| text_of(&item[field]);
    let (authors, edited) = match people(&item["author"]) {
        authors if authors.is_empty() => (people(&item["editor"]), true),
        authors => (authors, false),
    };
    let chapter = get("type") == "chapter" || get("type") == "paper-conference";
    let container = get("container-title");
    let work = Work {
        edited: edited && !authors.is_empty(),
        authors,
        and_others: false,
        year: year(&item["issued"]),
        title: get("title"),
        journal: if chapter { String::new() } else { container.clone() },
        book: if chapter { container } else { String::new() },
        volume: get("volume"),
        issue: get("issue"),
        pages: get("page"),
        publisher: get("publisher"),
    };
    let url = get("URL");
    SourceEntry {
        key,
        reference: work.reference(),
        doi: plain_doi(&get("DOI")),
        url: (!url.is_empty()).then_some(url),
        line,
    }
}

/// A text or number, without the few tags that titles may have.
fn text_of(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(n) => n.to_string(),
        _ => return String::new(),
    };
    let tags =
        ["<i>", "</i>", "<b>", "</b>", "<sub>", "</sub>", "<sup>", "</sup>", "<span class=\"nocase\">", "</span>"];
    tags.iter().fold(text, |text, tag| text.replace(tag, "")).trim().to_owned()
}

fn people(value: &Value) -> Vec<String> {
    let name = |person: &Value| {
        let family = text_of(&person["family"]);
        if family.is_empty() {
            return [text_of(&person["literal"]), text_of(&person["given"])].into_iter().find(|s| !s.is_empty());
        }
        Some(format!("{} {family}", text_of(&person["non-dropping-particle"])).trim().to_owned())
    };
    value.as_array().map(|people| people.iter().filter_map(name).collect()).unwrap_or_default()
}

/// The year of `{"date-parts": [[2017, 3]]}`, of its text forms, or of a bare text.
fn year(issued: &Value) -> String {
    let parts = text_of(&issued["date-parts"][0][0]);
    if !parts.is_empty() {
        return parts;
    }
    let texts = [text_of(&issued["raw"]), text_of(&issued["literal"]), text_of(issued)];
    texts.iter().find_map(|text| year_in(text)).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_shapes_give_what_they_hold() {
        let text = r#"[{"id": 7, "author": "x", "issued": 3, "title": {"a": 1}},
            {"title": "no id"}, 5, {"id": "b", "issued": {"raw": "March 2017"}, "author": [{"literal": "WHO"}, {}]}]"#;
        let list = read("a.json", text.as_bytes()).unwrap();
        assert_eq!(list.entries.iter().map(|e| e.reference.as_str()).collect::<Vec<_>>(), ["", "WHO 2017."]);
        assert_eq!(list.problems.iter().map(|p| p.line).collect::<Vec<_>>(), [Some(2), Some(2)]);
    }
}
