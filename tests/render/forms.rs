//! Odd texts in the forms for people, where every mark must stand under its word and every word be said, and SARIF,
//! which must be as its schema wants it.

use super::diagnostics::{at, shapes};
use super::{acts, golden};
use hence::base::{FileId, Location, Sources, Span};
use hence::diagnostic::render::{Form, Style, render};
use hence::diagnostic::{Diagnostic, Edit, codes};
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

/// Texts that are hard to draw, each with the words to mark, the first with a word about it.
const ODD: [(&str, &str, &[&str]); 9] = [
    ("tabs.hence", "code a\n\tmatches\t\"x\"\tor\tsecond", &["second", "\"x\""]),
    ("cjk.hence", "code 共享空间 \"共享\"\n  matches \"空间\" or 没有\n", &["没有", "\"空间\"", "共享空间"]),
    ("emoji.hence", "code a\n  matches \"👩‍🔬 lab\" or wrong", &["wrong"]),
    ("combining.hence", "code a\n  matches \"cafe\u{301} u\u{308}ber\" or wrong", &["wrong"]),
    ("hebrew.hence", "code a\n  matches \"מרחב משותף\" or wrong", &["wrong"]),
    ("crlf.hence", "code a\r\n  matches \"x\" or wrong\r\n  memo \"y\"\r\n", &["wrong", "\"x\""]),
    ("several.hence", "rule p(A, B) if q(A) and r(B) and s(A, C)", &["C", "A, B", "q(A)"]),
    ("lines.hence", "code a\n  matches \"x\"\n    or \"y\"\n    or wrong\n  memo \"z\"\n", &["\"x\"\n    or \"y\""]),
    ("bom.hence", "\u{FEFF}code a b\n", &["b"]),
];

fn odd() -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    let mut all = Vec::new();
    for (name, text, words) in ODD {
        let file = sources.add(name, text);
        let mut d = Diagnostic::at(codes::SYNTAX, at(&sources, file, words[0]), "this is not as it should be");
        d = d.saying("look here");
        for word in &words[1..] {
            d = d.label(at(&sources, file, word), "and here");
        }
        all.push(d);
    }
    let empty = sources.add("empty.hence", "");
    let end = sources.add("end.hence", "code a\n  matches \"x\" or\n");
    all.push(Diagnostic::at(codes::SYNTAX, Location::new(empty, Span::new(0, 0)), "there is nothing here"));
    all.push(Diagnostic::at(codes::SYNTAX, Location::new(end, Span::new(23, 23)), "the end").saying("here"));
    all.push(
        Diagnostic::at(codes::DECLARED_TWICE, at(&sources, FileId(0), "code"), "two files")
            .label(at(&sources, FileId(6), "r(B)"), "in another")
            .label(at(&sources, FileId(5), "memo"), ""),
    );
    (sources, all)
}

#[test]
fn odd_texts_are_drawn_in_any_width_and_told_in_words() {
    let (sources, all) = odd();
    let style = Style { form: Form::Human, colour: false, unicode: true, width: 80 };
    for (name, style) in [
        ("odd_human", style),
        ("odd_narrow", Style { unicode: false, width: 40, ..style }),
        ("odd_plain", Style { form: Form::Plain, ..style }),
    ] {
        let drawn = render(&all, &sources, style);
        assert!(!acts(&drawn), "{drawn:?}");
        golden(name, &drawn);
    }
    // Every place and every word of the pictures stands in the plain form.
    let plain = render(&all, &sources, Style { form: Form::Plain, ..style });
    for d in &all {
        for label in &d.labels {
            let file = sources.get(label.location.file);
            let (line, column) = file.line_column(label.location.span.start);
            let note = plain
                .lines()
                .find(|l| l.contains(&format!("{}:{line}:{column}: ", file.name)) && l.contains(&label.text));
            let note = note.unwrap_or_else(|| panic!("{} {line}\n{plain}", file.name));
            let word = file.slice(label.location.span).lines().next().unwrap_or("");
            assert!(word.is_empty() || plain.contains(&format!("`{word}`")), "{note}");
        }
    }
}

/// The column where the marks under a word start, and that of the word, as a terminal shows them.
fn columns(drawn: &str, word: &str) -> Vec<(usize, usize)> {
    let lines: Vec<&str> = drawn.lines().collect();
    let pairs = lines.windows(2).filter(|w| w[1].trim_start().starts_with(':') && w[0].contains(word));
    let width = |line: &str, to: &str| line[..line.rfind(to).unwrap_or(0)].width();
    let first = |line: &str| line.find(['^', '|']).map_or(usize::MAX, |i| line[..i].width());
    pairs.map(|w| (width(w[0], word), first(w[1]))).collect()
}

#[test]
fn marks_stand_under_their_words() {
    let (sources, all) = odd();
    let style = Style { form: Form::Human, colour: false, unicode: false, width: 100 };
    for (d, (name, _, words)) in all.iter().zip(ODD) {
        // What a terminal makes of joined signs differs from one to the next; with one label the mark is the first.
        if words.len() > 1 || name == "lines.hence" {
            continue;
        }
        let drawn = render(std::slice::from_ref(d), &sources, style);
        for (word, mark) in columns(&drawn, words[0]) {
            assert_eq!(word, mark, "{drawn}");
        }
        assert!(!columns(&drawn, words[0]).is_empty(), "{drawn}");
    }
}

#[test]
fn in_a_long_line_every_mark_is_seen_with_its_word() {
    let mut sources = Sources::default();
    let line = format!("first {} middle {} last", "word ".repeat(500), "word ".repeat(500));
    let file = sources.add("long.hence", format!("quote\n  {line}\n  memo\n"));
    let d = |first: &str, others: &[&str]| {
        let d = Diagnostic::at(codes::SYNTAX, at(&sources, file, first), "too long");
        others.iter().fold(d.saying("the mark"), |d, word| d.label(at(&sources, file, word), format!("at {word}")))
    };
    for width in [40, 60, 100] {
        let style = Style { width, ..Style::default() };
        for word in ["first", "middle", "last"] {
            let drawn = render(&[d(word, &[])], &sources, style);
            assert!(drawn.lines().all(|l| l.width() <= width), "{drawn}");
            let found = columns(&drawn, word);
            assert!(found.len() == 1 && found[0].0 == found[0].1, "{drawn}");
        }
        let drawn = render(&[d("middle", &["last", "first"])], &sources, style);
        for word in ["first", "middle", "last"] {
            assert!(columns(&drawn, word).iter().any(|(w, m)| w == m), "{word} at {width}\n{drawn}");
        }
        assert_eq!(drawn.matches("this belongs to it").count(), 2, "{drawn}");
        assert!(drawn.contains("at last") && drawn.contains("at first"), "{drawn}");
    }
}

/// Asserts what the schema of SARIF 2.1.0 demands of the parts that are used.
pub fn valid(drawn: &str) -> Value {
    let read: Value = serde_json::from_str(drawn).expect("it is JSON");
    only(&read, &["version", "$schema", "runs"]);
    assert_eq!(read["version"], "2.1.0");
    for run in &list(&read["runs"]) {
        only(run, &["tool", "invocations", "columnKind", "results"]);
        assert_eq!(run["columnKind"], "unicodeCodePoints");
        let driver = &run["tool"]["driver"];
        only(driver, &["name", "version", "semanticVersion", "rules"]);
        assert_eq!((&driver["name"], &driver["version"]), (&"hence".into(), &env!("CARGO_PKG_VERSION").into()));
        let rules = list(&driver["rules"]);
        for (i, rule) in rules.iter().enumerate() {
            only(rule, &["id", "shortDescription", "help", "defaultConfiguration"]);
            message(&rule["shortDescription"]);
            message(&rule["help"]);
            assert!(rules[..i].iter().all(|r| r["id"] != rule["id"]));
        }
        for result in &list(&run["results"]) {
            only(result, &["ruleId", "ruleIndex", "level", "message", "locations", "relatedLocations", "fixes"]);
            let index = result["ruleIndex"].as_u64().expect("a number") as usize;
            assert_eq!(rules[index]["id"], result["ruleId"]);
            assert!(["error", "warning"].contains(&result["level"].as_str().expect("a level")));
            message(&result["message"]);
            assert!(list(&result["locations"]).len() <= 1);
            list(&result["locations"]).iter().for_each(location);
            let related = result.get("relatedLocations").map_or_else(Vec::new, list);
            related.iter().for_each(|place| {
                location(place);
                message(&place["message"]);
            });
            let fixes = result.get("fixes").map_or_else(Vec::new, list);
            for set in [&related, &fixes] {
                assert!(set.iter().enumerate().all(|(i, v)| !set[..i].contains(v)), "a set holds nothing twice");
            }
            for fix in fixes {
                only(&fix, &["description", "artifactChanges", "properties"]);
                message(&fix["description"]);
                let changes = list(&fix["artifactChanges"]);
                assert!(!changes.is_empty());
                for change in changes {
                    only(&change, &["artifactLocation", "replacements"]);
                    uri(&change["artifactLocation"]);
                    assert!(!list(&change["replacements"]).is_empty());
                    for replacement in list(&change["replacements"]) {
                        only(&replacement, &["deletedRegion", "insertedContent"]);
                        region(&replacement["deletedRegion"]);
                        let text = replacement.get("insertedContent").map(|c| c["text"].as_str().expect("a text"));
                        assert!(text.is_none_or(|t| !t.is_empty()));
                    }
                }
            }
        }
    }
    read
}

fn only(value: &Value, known: &[&str]) {
    for key in value.as_object().expect("an object").keys() {
        assert!(known.contains(&key.as_str()), "{key} in {value}");
    }
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("a list: {value}")).clone()
}

fn message(value: &Value) {
    only(value, &["text"]);
    let text = value["text"].as_str().expect("a text");
    assert!(!text.is_empty() && !text.contains('\n'));
    assert!(!text.replace("{{", "").replace("}}", "").contains(['{', '}']), "{text}");
}

fn location(value: &Value) {
    only(value, &["physicalLocation", "message"]);
    let physical = &value["physicalLocation"];
    only(physical, &["artifactLocation", "region"]);
    uri(&physical["artifactLocation"]);
    if let Some(found) = physical.get("region") {
        region(found);
    }
}

fn uri(value: &Value) {
    only(value, &["uri"]);
    let uri = value["uri"].as_str().expect("a text");
    assert!(!uri.is_empty() && uri.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/%:".contains(&b)), "{uri}");
}

fn region(value: &Value) {
    only(value, &["startLine", "startColumn", "endLine", "endColumn", "charOffset", "charLength"]);
    let number = |key: &str| value.get(key).map(|n| n.as_u64().expect("a number that is not negative"));
    let start = (number("startLine").expect("a line"), number("startColumn").unwrap_or(1));
    assert!(start.0 >= 1 && start.1 >= 1, "{value}");
    if let (Some(line), Some(column)) = (number("endLine"), number("endColumn")) {
        assert!((line, column) >= start, "{value}");
        assert!(number("charOffset").is_some() && number("charLength").is_some());
    }
}

#[test]
fn sarif_is_as_its_schema_wants_it() {
    let style = Style { form: Form::Sarif, ..Style::default() };
    let (sources, mut all) = shapes();
    let first = all[0].labels[0].location;
    let again = all[0].fixes[0].clone();
    all[0].fixes.push(again);
    all[0].message.push_str(" in {text} [see](1)");
    let gone = Edit { location: first, text: String::new() };
    all[0] = all[0].clone().fix("leave it out", vec![gone], false);
    let read = valid(&render(&all, &sources, style));
    let results = list(&read["runs"][0]["results"]);
    assert_eq!(results.len(), all.len());
    let of = |code: &str| results.iter().filter(|r| r["ruleId"] == code).cloned().collect::<Vec<_>>();
    let named = of("E0201").into_iter().find(|r| r.get("fixes").is_some()).expect("it has fixes");
    assert_eq!(list(&named["fixes"]).len(), 2);
    assert_eq!(named["fixes"][0]["properties"]["safe"], true);
    assert!(named["message"]["text"].as_str().expect("a text").contains("{{text}} [see] (1). Help: did you mean"));
    let data = of("E0404");
    let place = &data[1]["locations"][0]["physicalLocation"];
    assert_eq!(
        (&place["artifactLocation"]["uri"], &place["region"]["startLine"]),
        (&"messages.csv".into(), &17.into())
    );
    assert!(list(&of("E0505")[0]["locations"]).is_empty());
    assert_eq!(of("E0203")[0]["relatedLocations"][1]["message"]["text"], "this belongs to it");
    let (sources, all) = odd();
    valid(&render(&all, &sources, style));
    assert_eq!(list(&valid(&render(&[], &sources, style))["runs"][0]["results"]).len(), 0);
}
