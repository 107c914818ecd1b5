//! Data cases: files, cells and bindings with what must come out of them, in `tests/cases/data/*.txt`.
//!
//! A case begins with `--- name ---` and lines `# key: value` that say what is done, then comes the file's content,
//! then a line `=>`, then what comes out. In the content `\r`, `\t`, `\0`, `\\`, `\xE9` and `\u{FEFF}` stand for
//! bytes that an editor would not keep. `UPDATE=1 cargo test --test data` writes down what comes out now.
//!
//! `# read: a.csv lenient delimiter=;` a table · `# kept:` of a file in `tests/cases/sheets`, `sheet=Name` of it · `# cell: number` one cell a line · `# picture:` one picture a line ·
//! `# bind: column = "Header" as number optional skip` with `# only:` and `# empty:` · `# bib: a.bib`, `# csl: a.json`,
//! `# codebook: a.qdc` · `# write: a.csv` a CSV written in another form.

use hence::base::{Datum, Pool, Table, Value};
use hence::data::*;
use hence::diagnostic::Diagnostic;
use proptest::prelude::*;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/data");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let (mut count, mut wrong) = (0, String::new());
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let mut updated = String::new();
        for case in text.split("--- ").skip(1).collect::<Vec<_>>() {
            let (name, rest) = case.split_once(" ---\n").expect("a case's name ends in ` ---`");
            let (input, expected) = rest.split_once("=>\n").unwrap_or((rest, ""));
            let output = run(input);
            count += 1;
            if output.trim_end() != expected.trim_end() {
                writeln!(wrong, "{}: {name}\n{output}", file.file_name().unwrap().display()).unwrap();
            }
            write!(updated, "--- {name} ---\n{input}=>\n{}\n\n", output.trim_end()).unwrap();
        }
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&file, updated).unwrap();
        }
    }
    assert!(count >= 120, "{count} cases");
    assert!(wrong.is_empty() || std::env::var_os("UPDATE").is_some(), "{wrong}");
}

/// The one place that knows what is done with a case.
fn run(input: &str) -> String {
    let is_key = |line: &&str| line.strip_prefix("# ").is_some_and(|rest| rest.contains(':'));
    let keys: Vec<(&str, &str)> = input
        .lines()
        .take_while(is_key)
        .map(|line| line[2..].split_once(':').unwrap())
        .map(|(k, v)| (k, v.trim()))
        .collect();
    let content: Vec<&str> = input.lines().skip(keys.len()).collect();
    let get = |key: &str| keys.iter().find(|(k, _)| *k == key).map(|(_, value)| *value);
    let bytes = bytes(&content.join("\n"));
    let mut out = String::new();
    if let Some(how) = get("cell") {
        for line in &content {
            let value = cell(how, &String::from_utf8_lossy(&self::bytes(line)));
            writeln!(out, "{value}").unwrap();
        }
    } else if get("picture").is_some() {
        for line in &content {
            match Picture::parse(line) {
                Ok(picture) => writeln!(out, "fine{}", if picture.has_time() { ", with a time" } else { "" }).unwrap(),
                Err(error) => writeln!(out, "{error}").unwrap(),
            }
        }
    } else if let Some(name) = get("bib").or(get("csl")) {
        let read = if get("bib").is_some() { bibtex::read } else { csl::read };
        match read(name, &bytes) {
            Err(problem) => say(&mut out, problem),
            Ok(list) => {
                for entry in list.entries {
                    writeln!(out, "{} {}: {}", entry.line, entry.key, entry.reference).unwrap();
                    for (what, value) in [("doi", entry.doi), ("url", entry.url)] {
                        value.into_iter().for_each(|value| writeln!(out, "  {what} {value}").unwrap());
                    }
                }
                list.problems.into_iter().for_each(|problem| say(&mut out, problem));
            }
        }
    } else if let Some(name) = get("codebook") {
        match codebook::read(name, &bytes) {
            Err(problem) => say(&mut out, problem),
            Ok(book) => {
                for entry in &book.entries {
                    let parent = entry.parent.map_or(String::new(), |p| format!(" under {}", book.entries[p].name));
                    let codable = if entry.codable { "" } else { " (heading)" };
                    writeln!(out, "{} {}{parent}{codable}: {}", entry.line, entry.name, entry.definition).unwrap();
                }
                writeln!(out, "sets: {}", book.sets).unwrap();
                book.problems.into_iter().for_each(|problem| say(&mut out, problem));
            }
        }
    } else if let Some(name) = get("write") {
        let read = read_table("in.jsonl", &bytes, &ReadOptions::default()).unwrap().table;
        let numeric = |cell: &str| cell::decimal(cell).is_ok();
        let cell = |cell: &Option<Cow<str>>| match cell {
            None => OutputCell::Empty,
            Some(text) if numeric(text) => OutputCell::Number(text.to_string()),
            Some(text) => OutputCell::Text(text.to_string()),
        };
        let rows: Vec<Vec<OutputCell>> = read.rows().map(|row| row.cells.iter().map(cell).collect()).collect();
        match write_table(name, &read.header, &rows) {
            Ok(bytes) => out.push_str(&String::from_utf8(bytes).unwrap().replace('\r', "\\r").replace('\t', "\\t")),
            Err(problem) => say(&mut out, problem),
        }
    } else {
        let mut words = get("read").unwrap_or("x.csv").split(' ');
        let name = words.next().unwrap();
        let mut options = ReadOptions::default();
        for word in words {
            match word.split_once('=') {
                Some(("delimiter", sign)) => options.delimiter = sign.chars().next(),
                Some((_, sheet)) => options.sheet = Some(sheet.replace('_', " ")),
                None => options.lenient = word == "lenient",
            }
        }
        let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/sheets").join(name);
        let bytes = if get("kept").is_some() { std::fs::read(kept).unwrap() } else { bytes };
        match read_table(name, &bytes, &options) {
            Err(problem) => say(&mut out, problem),
            Ok(read) => {
                read.warnings.into_iter().for_each(|problem| say(&mut out, problem));
                if get("bind").is_some() { bound(&mut out, &read.table, &keys) } else { table(&mut out, &read.table) }
            }
        }
    }
    out
}

fn say(out: &mut String, problem: Problem) {
    let count = problem.count;
    let diagnostic = Diagnostic::from(problem);
    let times = if count == 1 { String::new() } else { format!(" ×{count}") };
    writeln!(out, "{} {}{times}: {}", diagnostic.code.id, diagnostic.place.unwrap(), diagnostic.message).unwrap();
    diagnostic.help.into_iter().for_each(|help| writeln!(out, "  help: {help}").unwrap());
}

fn table(out: &mut String, table: &Table) {
    writeln!(out, "{}", table.header.join(" | ")).unwrap();
    for row in table.rows() {
        let show = |cell: &Option<Cow<str>>| cell.as_deref().map_or("∅".to_owned(), escape);
        writeln!(out, "{}: {}", row.line, row.cells.iter().map(show).collect::<Vec<_>>().join(" | ")).unwrap();
    }
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t")
}

fn cell(how: &str, text: &str) -> String {
    let (kind, picture) = how.split_once(' ').map_or((how, None), |(kind, p)| (kind, Some(Picture::parse(p).unwrap())));
    let result = match kind {
        "number" => cell::number(text).map(|n| n.to_string()),
        "decimal" => cell::decimal(text).map(|d| d.to_string()),
        "date" => date::date(text, picture.as_ref()).map(|d| d.to_string()),
        "datetime" => date::datetime(text, picture.as_ref()).map(|d| d.to_string()),
        "seconds" => date::unix_seconds(text).map(|d| d.to_string()),
        "ms" => date::unix_ms(text).map(|d| d.to_string()),
        other => panic!("no kind of cell: {other}"),
    };
    match result {
        Ok(value) => value,
        Err(error) => format!("{error}{}", error.hint.as_deref().map_or(String::new(), |hint| format!(" ({hint})"))),
    }
}

fn bound(out: &mut String, table: &Table, keys: &[(&str, &str)]) {
    let mut pool = Pool::default();
    let codes = ["care", "Care plans", "waiting"];
    let known: Vec<String> = codes.iter().map(|c| (*c).to_owned()).collect();
    let values: Vec<(String, Value)> =
        codes.iter().map(|c| (c.to_lowercase(), pool.concept("code", &stub::name_of(c)))).collect();
    let lookup = |label: &str| values.iter().find(|(c, _)| *c == label.to_lowercase()).map(|(_, value)| *value);
    let concepts = ConceptCells { kind: "code", lookup: &lookup, known: &known };
    let mut binding = Binding::default();
    for (key, value) in keys {
        match *key {
            "bind" => binding.columns.push(column(value, concepts, &mut pool)),
            "only" => binding.only.push(only(value)),
            "empty" => binding.empty = value.split(", ").map(str::to_owned).collect(),
            "lenient" => binding.lenient = true,
            _ => {}
        }
    }
    let bound = bind(table, &binding, &mut pool);
    for (line, row) in bound.rows() {
        let show = |value: &Value| if value.is_none() { "∅".to_owned() } else { typed(&pool, *value) };
        writeln!(out, "{line}: {}", row.iter().map(show).collect::<Vec<_>>().join(" | ")).unwrap();
    }
    writeln!(out, "read {}, kept {}", bound.tally.read, bound.tally.kept).unwrap();
    for group in &bound.tally.left_out {
        writeln!(out, "left out {} from line {}: {}", group.count, group.first_line, group.reason).unwrap();
    }
    bound.problems.into_iter().for_each(|problem| say(out, problem));
}

fn typed(pool: &Pool, value: Value) -> String {
    match pool.get(value) {
        Datum::Text(text) => format!("{:?}", &*text),
        Datum::Concept { kind, name } => format!("{kind}.{name}"),
        _ => pool.show(value),
    }
}

/// `id = "Message" as number optional skip`, `coder = panel`, `at = "Posted" as datetime dd/mm/yyyy`
fn column<'a>(text: &str, concepts: ConceptCells<'a>, pool: &mut Pool) -> ColumnSpec<'a> {
    let (name, rest) = text.split_once(" = ").expect("a column and its source");
    let (source, rest) = match rest.strip_prefix('"') {
        Some(rest) => {
            let (header, rest) = rest.split_once('"').expect("a closed header");
            let template = header.contains('{');
            (if template { Source::Template(header.to_owned()) } else { Source::Header(header.to_owned()) }, rest)
        }
        None => (Source::Constant(pool.text(rest)), ""),
    };
    let words: Vec<&str> = rest.split_whitespace().collect();
    let after = words.iter().position(|w| *w == "as").map_or(&[][..], |at| &words[at + 1..]);
    let format = match after.get(1).copied() {
        Some("ms") => TimeFormat::UnixMs,
        Some("seconds") => TimeFormat::UnixSeconds,
        Some(picture) if picture.contains('y') => TimeFormat::Pictures(vec![Picture::parse(picture).unwrap()]),
        _ => TimeFormat::Iso,
    };
    let cell = match after.first().copied().unwrap_or("text") {
        "text" => CellType::Text,
        "number" => CellType::Number,
        "decimal" => CellType::Decimal,
        "id" => CellType::Id,
        "quote" => CellType::Quote,
        "code" => CellType::Concept(concepts),
        "date" => CellType::Date(format),
        "datetime" => CellType::DateTime(format),
        other => panic!("no type of cell: {other}"),
    };
    let has = |word: &str| words.contains(&word);
    ColumnSpec { name: name.to_owned(), source, cell, optional: has("optional"), or_skip: has("skip") }
}

/// `"moderated" is not 0, "x"`
fn only(text: &str) -> OnlySpec {
    let (header, rest) = text[1..].split_once("\" is ").expect("a header and `is`");
    let (negated, rest) = rest.strip_prefix("not ").map_or((false, rest), |rest| (true, rest));
    let value = |v: &str| match v.strip_prefix('"').and_then(|v| v.strip_suffix('"')) {
        Some(text) => OnlyValue::Text(text.to_owned()),
        None => OnlyValue::Number(cell::decimal(v).unwrap()),
    };
    OnlySpec { header: header.to_owned(), negated, values: rest.split(", ").map(value).collect() }
}

fn bytes(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        let escape = &rest[at + 1..];
        let (one, length) = match escape.as_bytes().first() {
            Some(b'r') => (vec![b'\r'], 1),
            Some(b't') => (vec![b'\t'], 1),
            Some(b'0') => (vec![0], 1),
            Some(b'\\') => (vec![b'\\'], 1),
            Some(b'x') => (vec![u8::from_str_radix(&escape[1..3], 16).unwrap()], 3),
            Some(b'u') => {
                let end = escape.find('}').unwrap();
                let c = char::from_u32(u32::from_str_radix(&escape[2..end], 16).unwrap()).unwrap();
                (c.to_string().into_bytes(), end + 1)
            }
            _ => (vec![b'\\'], 0),
        };
        out.extend(one);
        rest = &escape[length..];
    }
    out.extend_from_slice(rest.as_bytes());
    out
}

/// Signs that readers trip over, and words that lead them somewhere.
fn noise() -> impl Strategy<Value = String> {
    let signs = prop::sample::select(vec![
        "@",
        "{",
        "}",
        "(",
        ")",
        "\"",
        "'",
        ",",
        ";",
        "\t",
        "|",
        "\n",
        "\r",
        "\\",
        "$",
        "#",
        "=",
        "%",
        "&",
        "<",
        ">",
        "/",
        "-",
        ":",
        ".",
        "~",
        "^",
        "[",
        "]",
        " ",
        "1",
        "12",
        "2024",
        "e",
        "T",
        "Z",
        "am",
        "é",
        "e\u{301}",
        "共",
        "\u{FEFF}",
        "null",
        "\\u00e9",
        "@article{a,",
        "@string{a=",
        "@comment{",
        "title={",
        "author={",
        " and ",
        "others",
        "year=",
        "a # a",
        "van",
        "Lee",
        "family=",
        "<Code name=\"a\">",
        "</Code>",
        "<CodeBook>",
        "</CodeBook>",
        "<Description>",
        "<![CDATA[",
        "]]>",
        "&#1;",
        "&amp;",
        "{\"id\":",
        "\"author\":",
        "\"issued\":",
        "[{",
        "}]",
        "date-parts",
        "dd",
        "mm",
        "yyyy",
        "hh",
        "mon",
        "Sep",
    ]);
    prop::collection::vec(signs, 0..40).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_input_makes_a_reader_panic(text in noise()) {
        for name in ["a.csv", "a.tsv", "a.json", "a.jsonl"] {
            for lenient in [false, true] {
                let options = ReadOptions { lenient, ..ReadOptions::default() };
                if let Ok(read) = read_table(name, text.as_bytes(), &options) {
                    prop_assert!(read.table.rows().all(|row| row.cells.len() == read.table.header.len()));
                    let most = text.lines().count().max(text.split('\r').count()) as u32 + 1;
                    prop_assert!(read.table.rows().all(|row| row.line <= most));
                }
            }
        }
        let _ = bibtex::read("a.bib", text.as_bytes());
        let _ = bibtex::read("a.bib", format!("@a{{k, title={{{text}}}, author={{{text}}}}}").as_bytes());
        let _ = csl::read("a.json", text.as_bytes());
        let _ = codebook::read("a.qdc", text.as_bytes());
        for how in ["number", "decimal", "date", "datetime", "seconds", "ms", "datetime dd/mm/yyyy h:mm am/pm", "date d mon yyyy"] {
            let _ = cell(how, &text);
        }
        if let Ok(picture) = Picture::parse(&text) {
            let _ = picture.read(&text);
        }
    }

    #[test]
    fn what_is_written_reads_back(cells in prop::collection::vec((noise(), noise()), 0..8)) {
        let header = ["a".to_owned(), "b".to_owned()];
        let rows: Vec<Vec<OutputCell>> =
            cells.iter().map(|(a, b)| vec![OutputCell::Text(format!("x{a}")), OutputCell::Text(b.clone())]).collect();
        for name in ["a.csv", "a.tsv", "a.json", "a.jsonl"] {
            let bytes = write_table(name, &header, &rows).unwrap();
            if cells.is_empty() && name.contains("json") {
                continue;
            }
            let table = read_table(name, &bytes, &ReadOptions { delimiter: (name == "a.csv").then_some(','), ..ReadOptions::default() }).unwrap().table;
            let rows: Vec<_> = table.rows().collect();
            let back: Vec<(&str, &str)> =
                rows.iter().map(|row| (&row.cells[0].as_deref().unwrap()[1..], row.cells[1].as_deref().unwrap())).collect();
            let given: Vec<(&str, &str)> = cells.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            prop_assert_eq!(back, given, "{}", name);
        }
    }
}

/// The bytes of a file of the shared data; none, aloud, where it is not there.
fn shared(path: &str) -> Option<Vec<u8>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(path);
    let near = std::fs::read(&file)
        .or_else(|_| std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(path)));
    if near.is_err() {
        eprintln!("skipped: {} is not there", file.display());
    }
    near.ok()
}

#[test]
fn the_shared_tables_read_whole() {
    let tables = [
        ("nhs-fft/messages.csv", 7_908),
        ("nhs-fft/codes_long.csv", 10_307),
        ("nhs-fft/keyword_rules.csv", 134),
        ("polis/comments.csv", 11_082),
        ("polis/votes_sample.csv", 115_688),
        ("irc-small/messages.csv", 14_400),
    ];
    for (path, rows) in tables {
        let Some(bytes) = shared(path) else { continue };
        let start = std::time::Instant::now();
        let read = read_table(path, &bytes, &ReadOptions::default()).unwrap();
        eprintln!("{path}: {rows} rows in {:?}", start.elapsed());
        assert_eq!(read.table.len(), rows, "{path}");
        let lines: Vec<u32> = read.table.rows().map(|row| row.line).collect();
        assert!(lines.windows(2).all(|pair| pair[0] < pair[1]), "{path}");
    }
}

#[test]
fn the_shared_messages_bind_by_day() {
    let Some(bytes) = shared("nhs-fft/messages.csv") else { return };
    let table = read_table("messages.csv", &bytes, &ReadOptions::default()).unwrap().table;
    let mut pool = Pool::default();
    let lookup = |_: &str| None;
    let concepts = ConceptCells { kind: "code", lookup: &lookup, known: &[] };
    let columns = [
        "id = \"id\" as id",
        "at = \"date\" as datetime dd/mm/yyyy optional",
        "text = \"text\"",
        "score = \"fft_score\" as number optional",
    ];
    let columns = columns.iter().map(|c| column(c, concepts, &mut pool)).collect();
    let binding =
        Binding { columns, only: vec![only("\"text\" is not \"Did not answer\", \"Nothing.\"")], ..Binding::default() };
    let bound = bind(&table, &binding, &mut pool);
    // In one stretch of the real file month and day have changed places, and that is told.
    assert_eq!(bound.problems.len(), 1);
    let problem = &bound.problems[0];
    assert_eq!((problem.code.id, problem.line, problem.count), ("E0404", Some(4264), 238));
    assert!(problem.help.as_deref().unwrap().contains("these fit `mm/dd/yyyy`"));
    let out: usize = bound.tally.left_out.iter().map(|group| group.count).sum();
    assert_eq!((bound.tally.read, bound.tally.kept + out), (7_908, 7_908));
    assert_eq!(bound.rows().count(), bound.tally.kept);
}

#[test]
fn the_shared_statements_bind_by_the_millisecond() {
    let Some(bytes) = shared("polis/comments.csv") else { return };
    let table = read_table("comments.csv", &bytes, &ReadOptions::default()).unwrap().table;
    let mut pool = Pool::default();
    let lookup = |_: &str| None;
    let concepts = ConceptCells { kind: "code", lookup: &lookup, known: &[] };
    let columns = ["id = \"id\" as id", "at = \"timestamp_ms\" as datetime ms", "text = \"text\""];
    let columns = columns.iter().map(|c| column(c, concepts, &mut pool)).collect();
    let binding = Binding { columns, only: vec![only("\"moderated\" is 0, 1")], ..Binding::default() };
    let bound = bind(&table, &binding, &mut pool);
    assert_eq!(bound.problems, []);
    let (_, row) = bound.rows().next().unwrap();
    assert_eq!(pool.show(row[1]), "2018-11-16T22:09:36.584");
}

#[test]
fn the_shared_codebooks_read_whatever_their_namespace() {
    for (path, codes, sets) in [("refi-qda/REFI-QDA-1-5.qdc", 6, 0), ("refi-qda/portableQDA_Atlasti.qdc", 5, 2)] {
        let Some(bytes) = shared(path) else { continue };
        let book = codebook::read(path, &bytes).unwrap();
        assert_eq!((book.entries.len(), book.sets, book.problems.len()), (codes, sets, 0), "{path}");
    }
}

/// What takes the square of its length takes minutes here.
#[test]
fn large_and_wrong_input_does_not_hang() {
    let n = 50_000;
    for text in
        ["@".repeat(n), "@a{b,".repeat(n), "x @a{\n".repeat(n), "@a{b, c={d}} ".repeat(n), "@string{a=a#a}\n".repeat(n)]
    {
        bibtex::read("a.bib", text.as_bytes()).unwrap();
    }
    for text in
        ["\"".repeat(n), "\"\n".repeat(n), "a\"b,\"\n".repeat(n), ",".repeat(n), "{\"a\":".repeat(n), "[{".repeat(n)]
    {
        for name in ["a.csv", "a.json", "a.jsonl"] {
            let _ = read_table(name, text.as_bytes(), &ReadOptions { lenient: true, ..ReadOptions::default() });
        }
    }
    let xml = format!("<CodeBook>{}{}", "<x>".repeat(n), "<Code name=\"a\"/>".repeat(n));
    assert!(codebook::read("a.qdc", xml.as_bytes()).is_err());

    let rows: String = (0..n).map(|i| format!("label {i},{:02}/13/20\n", i % 90)).collect();
    let table = read_table("a.csv", format!("code,day\n{rows}").as_bytes(), &ReadOptions::default()).unwrap().table;
    let lookup = |_: &str| None;
    let known: Vec<String> = (0..500).map(|i| format!("label x{i}")).collect();
    let concepts = ConceptCells { kind: "code", lookup: &lookup, known: &known };
    let mut pool = Pool::default();
    let columns = ["code = \"code\" as code", "day = \"day\" as date", "at = \"day\" as datetime dd/mm/yyyy"];
    let columns = columns.iter().map(|c| column(c, concepts, &mut pool)).collect();
    let bound = bind(&table, &Binding { columns, ..Binding::default() }, &mut pool);
    assert_eq!((bound.tally.kept, bound.tally.left_out.len()), (0, 1));
    assert_eq!(bound.problems.len(), 23);
}
