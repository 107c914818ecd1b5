//! Runs the pages of the codes in `docs/messages/`: the wrong example says its code and nothing else, the right one says
//! nothing. What the wrong one says is kept in `tests/cases/pages/`, in all three forms; `UPDATE=1` writes it anew.
//!
//! The right example has the files and the command of the wrong one, but for those that it brings itself.

mod support;

use hence::cli::{Terminal, exit, run};
use hence::diagnostic::pages::{self, Block, Page};
use hence::diagnostic::{Severity, codes};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use support::{files, read, read_whatever, root};

/// Words of logic that may stand only where the page speaks in the field's terms.
const TECHNICAL: &[&str] =
    &["arity", "unground", "stratum", "strata", "stratified", "idb", "predicate", "tuple", "literal", "unsatisfiable"];

const TERMS: &str = "In the field's terms";

/// A section's example: its files by name, and a command.
#[derive(Clone, Default)]
struct Example {
    files: BTreeMap<String, String>,
    command: Option<String>,
    /// What the command prints, where the page shows it.
    printed: String,
}

impl Example {
    /// The example under a heading, over that of another.
    fn of(page: Page, heading: &str, base: Example) -> Example {
        let mut example = Example { printed: String::new(), ..base };
        let sections = page.sections();
        let Some(section) = sections.iter().find(|s| s.heading == Some(heading)) else {
            panic!("{}: no section `{heading}`", page.id)
        };
        for block in &section.blocks {
            match block {
                Block::Example { language: "console", text, .. } => {
                    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
                    let command = first.strip_prefix("$ ").unwrap_or_else(|| panic!("{}: a command", page.id));
                    (example.command, example.printed) = (Some(command.to_string()), rest.to_string());
                }
                Block::Example { file, text, .. } => {
                    let name = file.unwrap_or("study.hence");
                    example.files.insert(name.to_string(), text.clone());
                }
                Block::Paragraph(_) => {}
            }
        }
        example
    }

    fn wrong(page: Page) -> Example {
        Example::of(page, "Wrong", Example::default())
    }

    fn right(page: Page) -> Example {
        Example::of(page, "Right", Example::wrong(page))
    }

    /// Writes the files into a folder of its own and runs the command there.
    fn run(&self, folder: &str, format: Option<&str>) -> Said {
        let folder = fresh(folder);
        for (name, text) in &self.files {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("the folder can be made");
            std::fs::write(path, text).expect("the file can be written");
        }
        let command = self.command.as_deref().unwrap_or("hence check .");
        let mut words = words(command);
        for word in words.iter_mut().filter(|w| *w == ".") {
            *word = folder.to_string_lossy().into_owned();
        }
        words.extend(format.into_iter().flat_map(|f| ["--format".to_string(), f.to_string()]));
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = run(words.into_iter().map(OsString::from), &mut out, &mut err, Terminal::default());
        let text = |bytes| String::from_utf8(bytes).expect("it is UTF-8");
        Said { out: text(out), err: text(err), code }
    }
}

/// The words of a command; single quotation marks hold together.
fn words(command: &str) -> Vec<String> {
    let parts = command.split('\'').enumerate();
    let words = parts.flat_map(|(i, part)| if i % 2 == 1 { vec![part] } else { part.split_whitespace().collect() });
    words.map(str::to_string).collect()
}

fn fresh(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

struct Said {
    out: String,
    err: String,
    code: u8,
}

impl Said {
    /// The stream on which a code was said.
    fn with(self, id: &str) -> String {
        if self.err.contains(id) { self.err } else { self.out }
    }

    /// The codes of what was said in the plain form: `error[E0201]`, or ` [E0501]` behind what a test says.
    fn codes(&self) -> BTreeSet<String> {
        let both = self.err.split('[').skip(1).chain(self.out.split('[').skip(1));
        let code = |rest: &str| rest.split_once(']').and_then(|(code, _)| codes::find(code));
        both.filter_map(code).map(|code| code.id.to_string()).collect()
    }
}

/// The pages whose examples are run.
fn run_pages() -> impl Iterator<Item = Page> {
    pages::ALL.iter().copied().filter(|p| p.not_run().is_none())
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let of_pages: Vec<&str> = pages::ALL.iter().map(|p| p.id).collect();
    let of_codes: Vec<&str> = codes::ALL.iter().map(|c| c.id).collect();
    assert_eq!(of_pages, of_codes);
    let written: Vec<String> = files(&root().join("docs/messages"), "md").iter().map(|p| stem(p)).collect();
    let wanted: BTreeSet<&str> = of_codes.into_iter().chain(["README"]).collect();
    assert_eq!(written.iter().map(String::as_str).collect::<BTreeSet<_>>(), wanted);
}

fn stem(path: &Path) -> String {
    path.file_stem().expect("it has a name").to_string_lossy().into_owned()
}

#[test]
fn every_page_has_its_sections_in_order() {
    for page in pages::ALL {
        let code = page.code().expect("it has a code");
        let first = format!("# {}: {}\n\n", code.id, code.title);
        assert!(page.text.starts_with(&first), "{}: the first line is `{}`", page.id, first.trim());
        let sections = page.sections();
        let headings: Vec<Option<&str>> = sections.iter().map(|s| s.heading).collect();
        let needed = [None, Some("Why it matters"), Some("Wrong"), Some("Right")];
        assert_eq!(&headings[..needed.len().min(headings.len())], &needed, "{}", page.id);
        assert!(matches!(&headings[4..], [] | [Some(TERMS)]), "{}: {headings:?}", page.id);
        for section in &sections {
            assert!(!section.blocks.is_empty(), "{}: {:?} is empty", page.id, section.heading);
        }
        assert!(page.text.lines().all(|l| !l.ends_with(' ')), "{}: blanks at the end of a line", page.id);
    }
}

#[test]
fn both_examples_are_short_and_of_one_study() {
    let study = |example: &Example| example.files.get("study.hence").cloned().unwrap_or_default();
    for page in pages::ALL.iter().copied().filter(|p| p.code() != Some(codes::USAGE)) {
        let (wrong, right) = (study(&Example::wrong(page)), study(&Example::right(page)));
        assert!(wrong.starts_with("study \"") && wrong.lines().next() == right.lines().next(), "{}", page.id);
        let lines = wrong.lines().count().max(right.lines().count());
        assert!((2..=15).contains(&lines), "{}: {lines} lines", page.id);
        let files = |example: Example| example.files.into_values().chain(example.command).collect::<Vec<_>>();
        assert_ne!(files(Example::wrong(page)), files(Example::right(page)), "{}: no difference", page.id);
    }
}

#[test]
fn no_sentence_stands_twice() {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for page in pages::ALL {
        for section in page.sections() {
            for block in &section.blocks {
                let Block::Paragraph(words) = block else { continue };
                for sentence in words.split_inclusive(['.', '?', ':', ';']).map(str::trim) {
                    if sentence.split_whitespace().count() < 5 {
                        continue;
                    }
                    if let Some(before) = seen.insert(sentence.to_lowercase(), page.id) {
                        panic!("`{sentence}` stands in {before} and in {}", page.id);
                    }
                }
            }
        }
    }
}

#[test]
fn the_wrong_example_says_its_code_and_nothing_else() {
    let mut wrong = Vec::new();
    for page in run_pages() {
        let said = Example::wrong(page).run(&format!("{}/wrong", page.id), Some("plain"));
        let found = said.codes();
        if found.iter().map(String::as_str).eq([page.id]) {
            let error = page.code().is_some_and(|c| c.severity() == Severity::Error);
            if error != (said.code != exit::FINE) {
                wrong.push(format!("{}: exit code {}", page.id, said.code));
            }
        } else {
            wrong.push(format!("{}: the wrong example says {found:?}\n{}{}", page.id, said.err, said.out));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_right_example_says_nothing() {
    let mut wrong = Vec::new();
    for page in run_pages() {
        let said = Example::right(page).run(&format!("{}/right", page.id), Some("plain"));
        if !said.codes().is_empty() || said.code != exit::FINE {
            wrong.push(format!("{}: the right example says\n{}{}", page.id, said.err, said.out));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_a_page_shows_of_a_command_is_what_it_prints() {
    for page in run_pages() {
        for (name, example) in [("wrong", Example::wrong(page)), ("right", Example::right(page))] {
            if !example.printed.trim().is_empty() {
                let said = example.run(&format!("{}/{name}-printed", page.id), None);
                assert_eq!(format!("{}{}", said.out, said.err).trim(), example.printed.trim(), "{}: {name}", page.id);
            }
        }
    }
}

#[test]
fn the_examples_of_a_command_used_another_way() {
    let page = pages::of(codes::USAGE).expect("it has a page");
    let right = Example::right(page);
    let wrong = Example { command: Example::wrong(page).command, ..right.clone() };
    let said = wrong.run("E0510/wrong", None);
    assert_eq!(said.code, exit::USAGE, "{}", said.err);
    assert!(said.out.is_empty() && said.err.contains("--omly"), "{}", said.err);
    let said = right.run("E0510/right", None);
    assert!(said.code == exit::FINE && said.out.contains("Slugs"), "{}", said.err);
}

#[test]
fn the_wrong_examples_say_what_is_kept() {
    let folder = root().join("tests/cases/pages");
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    let mut kept: BTreeSet<String> = BTreeSet::new();
    for page in run_pages() {
        let example = Example::wrong(page);
        let say = |name: &str, format| example.run(&format!("{}/{name}", page.id), format);
        let plain = say("kept-plain", Some("plain"));
        let (human, json) = (say("kept-human", None), say("kept-json", Some("json")));
        let [human, plain, json] = [human, plain, json].map(|said| said.with(page.id));
        let now = format!("--- human ---\n{human}\n--- plain ---\n{plain}\n--- json ---\n{json}");
        // What a temporary folder is called is no part of a message.
        let path = fresh(&format!("{}/kept-human", page.id)).to_string_lossy().into_owned();
        if now.contains(&path) {
            wrong.push(format!("{}: the folder's path is shown", page.id));
        }
        let file = folder.join(format!("{}.txt", page.id));
        kept.insert(page.id.to_string());
        if update {
            std::fs::create_dir_all(&folder).expect("the folder can be made");
            std::fs::write(&file, &now).expect("the case can be written");
        } else if !file.exists() {
            wrong.push(format!("{}: nothing is kept; UPDATE=1 writes it", page.id));
        } else if read(&file) != now {
            wrong.push(format!("{}: another message than is kept; read it, then UPDATE=1\n{plain}", page.id));
        }
    }
    for file in files(&folder, "txt") {
        let id = stem(&file);
        if !kept.contains(&id) {
            wrong.push(format!("{id}: kept, and no page says it"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_index_lists_every_page() {
    let mut index = String::from(
        "# Messages\n\nEvery message of Hence has a code and a page: what it means, why it matters for the analysis, an \
         example that\nbrings it about and one that does not. `hence help E0201` shows the same page. `E` is an error, \
         `W` a warning.\n",
    );
    for (number, stage) in codes::STAGES {
        index += &format!("\n## {number}: {stage}\n\n| code | it says that there is |\n|---|---|\n");
        for code in codes::ALL.iter().filter(|c| c.stage() == *number) {
            index += &format!("| [{}]({0}.md) | {} |\n", code.id, code.title);
        }
    }
    let path = root().join("docs/messages/README.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, index).expect("the index can be written");
    } else {
        assert!(read(&path) == index, "the index is out of date: UPDATE=1 writes it");
    }
}

/// The words of a text: runs of letters, digits and `_`.
fn word_set(text: &str) -> BTreeSet<&str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty()).collect()
}

#[test]
fn technical_words_stand_only_under_the_fields_terms() {
    let technical = |text: &str| {
        let lower = text.to_lowercase();
        let found = word_set(&lower);
        TECHNICAL.iter().copied().filter(|t| found.contains(t)).collect::<Vec<_>>()
    };
    for page in pages::ALL {
        let text = page.text.split(&format!("## {TERMS}")).next().unwrap_or_default();
        assert_eq!(technical(text), Vec::<&str>::new(), "{}", page.id);
    }
    for file in files(&root().join("tests/cases/pages"), "txt") {
        assert_eq!(technical(&read(&file)), Vec::<&str>::new(), "{}", file.display());
    }
}

/// What a case of any runner says: in `tests/cases`, what follows `=>`; among the pages and drawings, all of it.
fn messages(text: &str) -> Vec<&str> {
    if !text.contains("\n=>\n") {
        return vec![text];
    }
    text.split("\n--- ").filter_map(|case| case.split_once("\n=>\n")).map(|(_, said)| said).collect()
}

#[test]
fn no_message_shows_the_inside_of_the_program() {
    let types = [
        "Vec<", "Option<", "Result<", "Some(", "Ok(", "Err(", "Box<", "Rule::", "Value::", "Token::", "&str", "::<",
        "panicked", "unwrap",
    ];
    let words = ["usize", "isize", "u8", "u32", "u64", "i32", "i64", "f64", "EOI", "SOI", "Utf8Error", "ParseIntError"];
    let grammar = read(&root().join("grammar/hence.pest"));
    let rules: BTreeSet<&str> = grammar
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name.trim())
        .filter(|name| name.contains('_') && name.chars().all(|c| c.is_alphanumeric() || c == '_'))
        .collect();
    assert!(rules.len() > 10, "the grammar has rules of two words");
    let mut wrong = Vec::new();
    let all = files(&root().join("tests/cases"), "txt").into_iter().chain(files(&root().join("docs/messages"), "md"));
    for file in all {
        let text = read_whatever(&file);
        for said in messages(&text) {
            let found = word_set(said);
            let shown = types.iter().copied().filter(|t| said.contains(t));
            let shown = shown.chain(words.iter().copied().filter(|w| found.contains(w)));
            let shown = shown.chain(rules.iter().copied().filter(|r| found.contains(r)));
            wrong.extend(shown.map(|what| format!("{}: `{what}`", file.display())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
