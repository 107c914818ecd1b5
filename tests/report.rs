//! The page of a study as a file: what it holds without scripts, that it is the same again, and what it may not write over.
//! `tests/browser.rs` shows it to a browser.

mod support;

use hence::cli::run;
use hence::data::Folder;
use hence::session::explanation::Step;
use hence::session::page::model::{Explained, Page};
use hence::session::{Asked, Options, Study, Why};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use support::WIDE;

/// A folder of this test's own, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

/// Exit code, and what was said.
fn hence(words: &[&str]) -> (u8, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = std::iter::once("hence").chain(words.iter().copied()).map(OsString::from);
    let code = run(args, &mut out, &mut err, WIDE);
    assert!(out.is_empty(), "a page goes to its file");
    (code, String::from_utf8_lossy(&err).into_owned())
}

fn example() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/creative_digital").display().to_string()
}

#[test]
fn files_of_theory_that_are_part_of_hence_are_listed_with_their_hashes() {
    let mut study = Study::open(Path::new(&example()), &Options::default(), &mut |_| {});
    study.evaluate(&mut |_| {});
    let page = study.page();
    let names: Vec<&str> = page.theory_files.iter().map(|file| &*file.name).collect();
    assert!(names.contains(&"rules/theory/capacity.hence"), "{names:?}");
    assert!(page.theory_files.iter().all(|file| file.hash.len() == 64 && file.bytes > 0));
    assert!(!page.files.iter().any(|file| names.contains(&&*file.name)), "the study's own files are apart");
}

#[test]
fn the_main_things_stand_in_the_page_without_scripts() {
    let file = folder("whole").join("report.html");
    let path = file.display().to_string();
    let (code, said) = hence(&["report", &example(), "-o", &path]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("wrote "), "{said}");
    let page = std::fs::read_to_string(&file).expect("it was written");
    for part in [
        "What a regional network says it needs",
        "id=\"theme.collaborative_workspaces\"",
        "id=\"theme.collaborative_workspaces.when.9\"",
        "The region needs places where people of different firms work",
        "<mark>",
        "id=\"map.collaborative_workspaces.capacity.absorptive\"",
        "id=\"map.collaborative_workspaces.proximity.social\"",
        "id=\"source.martins2017\"",
        "id=\"code.shared_place\"",
        "id=\"rule.builds_on.2\"",
        "place_to_be near informal_encounter within 20 words",
        "space on a server, a shared folder, parking spaces",
        "Executive at a software company",
        "Content-Security-Policy",
        "default-src &#39;none&#39;",
    ] {
        assert!(page.contains(part) || page.contains(&part.replace("&#39;", "&#x27;")), "{part}");
    }
    let messages = std::fs::read(Path::new(&example()).join("messages.csv")).expect("the example has messages");
    assert!(page.contains(&hence::base::hash::sha256(&messages)), "the hash of the data");
    let outside =
        |attribute: &str| page.split(attribute).skip(1).any(|rest| rest.starts_with("http") || rest.starts_with("//"));
    assert!(!outside("src=\"") && !page.contains("<link") && !page.contains("@import") && !page.contains("style=\""));
    let again = folder("again").join("report.html");
    hence(&["report", &example(), "-o", &again.display().to_string()]);
    assert!(std::fs::read_to_string(&again).is_ok_and(|text| text == page), "the same files give the same page");
}

#[test]
fn only_an_earlier_page_is_written_over() {
    let folder = folder("over");
    std::fs::write(folder.join("study.hence"), "code c\n  matches \"a\"\n").expect("it can be written");
    let (study, file) = (folder.display().to_string(), folder.join("page.html"));
    let path = file.display().to_string();
    std::fs::write(&file, "my thesis").expect("it can be written");
    let (code, said) = hence(&["report", &study, "-o", &path]);
    assert!(code == 1 && said.contains("is no report of Hence") && said.contains("--force"), "{code} {said}");
    assert!(std::fs::read_to_string(&file).is_ok_and(|text| text == "my thesis"));
    let (code, said) = hence(&["report", &study, "-o", &path, "--force"]);
    assert_eq!(code, 0, "{said}");
    let (code, said) = hence(&["report", &study, "-o", &path]);
    assert_eq!(code, 0, "an earlier page gives way: {said}");
    let (code, said) = hence(&["report", &study, "-o", &study]);
    assert!(code == 1 && said.contains("is a folder"), "{code} {said}");
    let beside = std::fs::read_dir(&folder).map(|all| all.flatten().count()).unwrap_or_default();
    assert_eq!(beside, 2, "nothing is left beside it");
}

#[test]
fn a_name_that_is_no_page_is_refused_with_the_cure() {
    let folder = folder("endings");
    std::fs::write(folder.join("study.hence"), "code c\n  matches \"a\"\n").expect("it can be written");
    let (study, at) = (folder.display().to_string(), |name: &str| folder.join(name).display().to_string());
    for (name, cure) in [("x.pdf", "as PDF"), ("x.docx", "x.html`"), ("x", "--folder")] {
        let (code, said) = hence(&["report", &study, "-o", &at(name)]);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(code == 1 && said.contains(cure) && !folder.join(name).exists(), "{code} {said}");
    }
    let (code, said) = hence(&["report", &study, "-o", &at("x.HTM")]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn a_folder_is_written_again_and_no_other_is_touched() {
    let folder = folder("folder");
    std::fs::write(folder.join("study.hence"), "code c\n  matches \"a\"\n").expect("it can be written");
    let (study, target) = (folder.display().to_string(), folder.join("out"));
    let path = target.display().to_string();
    let (code, said) = hence(&["report", &study, "--folder", &study]);
    assert!(code == 1 && said.contains("no report of Hence") && !folder.join("index.html").exists(), "{said}");
    let (code, said) = hence(&["report", &study, "--folder", &path]);
    assert!(code == 0 && said.contains("index.html"), "{code} {said}");
    let parts = || -> Vec<String> {
        let all = std::fs::read_dir(target.join("data")).expect("it is there").flatten();
        all.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    };
    let before = parts();
    std::fs::write(target.join("data/notes.js"), "mine").expect("it can be written");
    std::fs::write(folder.join("study.hence"), "code d\n  matches \"b\"\n").expect("it can be written");
    let (code, said) = hence(&["report", &study, "--folder", &path]);
    assert_eq!(code, 0, "{said}");
    let after = parts();
    assert!(after.len() == 2 && after.contains(&"notes.js".to_string()) && !after.contains(&before[0]), "{after:?}");
    let page = std::fs::read_to_string(target.join("index.html")).expect("it was written");
    assert!(after.iter().filter(|name| *name != "notes.js").all(|name| page.contains(&format!("data/{name}"))));
}

#[test]
fn nothing_is_said_of_authors_that_nobody_knows() {
    let folder = folder("authors");
    let rules =
        "input message from \"m.csv\"\n  id = \"id\"\n  text = \"text\"\ncode c\n  matches \"a\"\ntheme t\n  when c\n";
    std::fs::write(folder.join("study.hence"), rules).expect("it can be written");
    std::fs::write(folder.join("m.csv"), "id,text\nm1,a\n").expect("it can be written");
    let file = folder.join("report.html");
    let (code, said) = hence(&["report", &folder.display().to_string(), "-o", &file.display().to_string()]);
    assert_eq!(code, 0, "{said}");
    let page = std::fs::read_to_string(&file).expect("it was written");
    let page = &page[..page.find("study-data").unwrap_or(page.len())];
    assert!(!page.contains("0 author") && !page.contains(">authors<") && !page.contains("0 thread"));
}

#[test]
fn a_study_with_errors_has_no_page() {
    let folder = folder("broken");
    std::fs::write(folder.join("study.hence"), "theme t\n  when nothing_here\n").expect("it can be written");
    let file = folder.join("report.html");
    let (code, said) = hence(&["report", &folder.display().to_string(), "-o", &file.display().to_string()]);
    assert!(code == 1 && said.contains("no report was written") && !file.exists(), "{code} {said}");
}

#[test]
fn people_beside_rules_and_empty_studies_have_pages_too() {
    let folder = folder("people");
    std::fs::write(
        folder.join("study.hence"),
        "input message from \"m.csv\"\n  id = \"id\"\n  text = \"text\"\ninput coding from \"c.csv\"\n  message = \"message\"\n  code = \"code\"\n  coder = \"coder\"\n\ncode c \"See\"\n  matches \"a\"\n  unless d\n\ncode d\n  matches \"b\"\n",
    )
    .expect("it can be written");
    std::fs::write(folder.join("m.csv"), "id,text\nm1,a\nm2,a b\nm3,z\n").expect("it can be written");
    std::fs::write(folder.join("c.csv"), "message,code,coder\nm1,c,Ann\nm3,c,Ann\nm3,d,Bob\n")
        .expect("it can be written");
    let file = folder.join("report.html");
    let (code, said) = hence(&["report", &folder.display().to_string(), "-o", &file.display().to_string()]);
    assert_eq!(code, 0, "{said}");
    let page = std::fs::read_to_string(&file).expect("it was written");
    assert!(page.contains("Where they differ on See") && page.contains("Only people") && page.contains("Ann"));
    assert!(page.contains("Negative cases"), "m2 is set aside by `unless d`");
    std::fs::write(folder.join("study.hence"), "study \"Empty\"\n").expect("it can be written");
    let (code, said) = hence(&["report", &folder.display().to_string(), "-o", &file.display().to_string()]);
    assert_eq!(code, 0, "{said}");
}

/// A step of the page with all under it, as lines.
fn lines_of_page(page: &Page, at: u32, depth: usize, out: &mut Vec<String>) {
    let step = &page.proofs.steps[at as usize];
    out.push(format!("{depth} {} | {:?} | {:?} | {:?}", step.statement, step.found, step.by, step.fact));
    step.because.iter().for_each(|&under| lines_of_page(page, under, depth + 1, out));
}

/// The same of what a command shows.
fn lines_of_why(step: &Step, depth: usize, out: &mut Vec<String>) {
    out.push(format!("{depth} {} | {:?} | {:?} | {:?}", step.statement, step.found, step.by, step.fact));
    step.because.iter().for_each(|under| lines_of_why(under, depth + 1, out));
}

/// Holds an explanation of the page against what the command shows first.
fn same_as_why(study: &mut Study, page: &Page, explained: &Explained, fact: &str) {
    let why = study.why_as(fact, Asked { reasons: 1, ids: true });
    let Why::Explained { explanations, .. } = why else { panic!("{fact}: {why:?}") };
    let [first] = &explanations[..] else { panic!("{fact} is one conclusion") };
    assert_eq!(explained.id, first.root.id, "{fact}: another reason than the command's");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    lines_of_page(page, explained.step, 0, &mut ours);
    lines_of_why(&first.root, 0, &mut theirs);
    assert_eq!(ours, theirs, "{fact}");
    let count = &explained.count;
    assert_eq!((count.reasons, &count.ways, &count.ways_below), (first.reasons, &first.ways, &first.ways_below));
}

#[test]
fn the_page_shows_the_reason_that_the_command_shows_first() {
    for (name, every) in [("creative_digital", 23), ("two_coders", 1)] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
        let files = Box::new(Folder::new(folder));
        let mut study = Study::open_in(files, "study.hence", &Options::default(), &mut |_| {});
        study.evaluate(&mut |_| {});
        let page = study.page();
        let mut seen = 0;
        for inference in &page.inferences {
            let (Some(explained), Some(fact)) = (&inference.proof, &inference.fact) else { continue };
            same_as_why(&mut study, &page, explained, fact);
            seen += 1;
        }
        for row in page.relations.iter().flat_map(|relation| relation.shown.iter().step_by(every)) {
            let Some(explained) = &row.proof else { continue };
            same_as_why(&mut study, &page, explained, &row.fact);
            seen += 1;
        }
        for (id, of) in &page.proofs.of {
            for (place, explained) in of.iter().step_by(every) {
                let fact = page.proofs.steps[explained.step as usize].fact.clone().expect("a conclusion has a name");
                let concept = page.concepts.iter().find(|c| c.id == *id).expect("it stands in the page");
                let named = match concept.subjects.get(*place as usize) {
                    Some(subject) => subject,
                    None => &page.messages.ids[*place as usize],
                };
                assert!(fact.contains(named.as_str()) && fact.contains(&concept.name), "{fact}: {id} of {named}");
                same_as_why(&mut study, &page, explained, &fact);
                seen += 1;
            }
        }
        assert!(seen > 20, "{name}: {seen}");
    }
}

/// The page of a study in a folder, without the data behind it.
fn page_of(study: &Path, name: &str) -> String {
    let file = folder(name).join("report.html");
    let (code, said) = hence(&["report", &study.display().to_string(), "-o", &file.display().to_string()]);
    assert_eq!(code, 0, "{said}");
    let page = std::fs::read_to_string(&file).expect("it was written");
    page[..page.find("<script").unwrap_or(page.len())].to_string()
}

/// What stands between tags, with one blank wherever there are any.
fn text_of(html: &str) -> String {
    let kept = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    let text = kept.collect::<Vec<_>>().join(" ").replace("&#39;", "'").replace("&#38;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A folder with the files of an example, of which one is changed.
fn changed(example: &str, name: &str, from: &str, to: &str) -> PathBuf {
    let (folder, source) = (folder(name), Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example));
    for entry in std::fs::read_dir(source).expect("the example is there").flatten().filter(|e| e.path().is_file()) {
        std::fs::copy(entry.path(), folder.join(entry.file_name())).expect("it can be copied");
    }
    let rules = std::fs::read_to_string(folder.join("study.hence")).expect("it has rules");
    assert!(rules.contains(from), "{from}");
    std::fs::write(folder.join("study.hence"), rules.replacen(from, to, 1)).expect("it can be written");
    folder
}

#[test]
fn a_passage_that_several_coded_is_one_passage() {
    let study = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/two_coders");
    let text = text_of(&page_of(&study, "passages"));
    for (code, passages, by) in [
        ("Quiet quiet", 6, "ann (3 passages), bob (1) and the rules (3)"),
        ("Price price", 6, "ann (3 passages), bob (3) and the rules (3)"),
        ("Staff staff", 5, "ann (3 passages), bob (2) and the rules (2)"),
    ] {
        let told = format!("{code} {passages} passages in 3 messages Coded by {by}");
        assert!(text.contains(&told), "{told} in {text}");
    }
    assert!(text.contains("6 passages with the code Quiet") && !text.contains("7 passages"));
}

#[test]
fn the_page_tells_of_coders_what_agree_tells() {
    let study = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/two_coders");
    let page = page_of(&study, "coders");
    let people = &page[page.find("<section id=\"people\"").expect("it is there")..];
    let people = &people[..people.find("</section>").expect("it ends")];
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let words = ["hence", "agree", &study.display().to_string(), "--format", "plain"].map(OsString::from);
    assert_eq!(run(words.into_iter(), &mut out, &mut err, WIDE), 0);
    let said = String::from_utf8_lossy(&out).into_owned();
    // The rows of tables, without what stands in their first cell: the page has labels there.
    let rows: Vec<String> = people
        .split("<tr>")
        .skip(1)
        .map(|row| text_of(&row[..row.find("</tr>").unwrap_or(row.len())].replace("</th>", "|")))
        .collect();
    let rows: Vec<&str> = rows.iter().filter_map(|row| row.split_once('|')).map(|(_, cells)| cells.trim()).collect();
    let mut seen = 0;
    for line in said.lines().filter(|line| line.starts_with(' ')) {
        let cells: Vec<&str> = line.split_whitespace().collect();
        if let ["quiet" | "price" | "staff", rest @ ..] = &cells[..] {
            assert!(rows.contains(&rest.join(" ").as_str()), "{line} in {rows:?}");
            seen += 1;
        }
    }
    assert_eq!(seen, 9, "{said}");
    let text = text_of(people);
    for part in ["ann, bob 6 3 0 15 0.8750 0.7143 0.7091", "Cohen's kappa 0.7143", "all together 9 8 8", "n = 24"] {
        let of_command = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(of_command.contains(part) && text.contains(part), "{part} in {text}");
    }
    for told in ["q4 · Quiet", "q6 · Quiet", "q8 · Staff"] {
        assert!(text.contains(&format!("{told} : coded by ann, not by bob")), "{told} in {text}");
    }
    assert!(text.contains("Where coders differ 3") && said.contains("Disagreements (3)") && people.contains("#q4"));
    assert!(text.contains("ann 8 7 3 9 bob 8 5 3 6"), "judged, coded, codes, passages: {text}");
}

#[test]
fn a_reflexive_study_gets_its_disagreements_and_no_coefficient() {
    let study = changed("two_coders", "reflexive-study", "coding_reliability", "reflexive");
    let text = text_of(&page_of(&study, "reflexive"));
    assert!(text.contains("q4 · Quiet : coded by ann, not by bob") && text.contains("no error, and two readings"));
    assert!(!text.contains("kappa") && !text.contains("0.3846") && !text.contains("precision"), "{text}");
}

#[test]
fn what_does_not_hold_is_said_so_everywhere_with_what_came_short_and_its_decision() {
    let study = changed("creative_digital", "short-study", ">= min_authors", ">= 11");
    let decision = "{\"version\":1,\"conclusion\":\"stimulates(collaborative_workspaces, capacity.absorptive)\",\
        \"decision\":\"discuss\",\"reason\":\"Of firms?\",\"by\":\"Ann\",\"at\":\"2026-11-22T23:29:47Z\",\"proof\":\"b07cd34a8c1c6240\"}\n";
    std::fs::write(study.join("reviews.jsonl"), decision).expect("it can be written");
    let page = page_of(&study, "short");
    let text = text_of(&page);
    assert!(text.contains("Does not lead to Absorptive capacity , Social proximity , Operational design"), "{text}");
    assert!(!text.contains("Leads to Absorptive capacity") && text.contains("at least 11 authors speak of it; 10 do"));
    assert!(text.contains("Why not? not met authors of") && text.contains("at least 11 are needed"));
    assert!(page.contains("class=\"dotted\"") && text.contains("Dotted lines come from what is not concluded"));
    assert!(page.contains("data-decided=\"fact:stimulates(collaborative_workspaces, capacity.absorptive)\""));
    assert!(text.contains("Collaborative workspaces leads to Absorptive capacity to discuss stale: no longer holds"));
}

#[test]
fn near_misses_lack_little_of_the_theme_and_say_what() {
    let study = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/creative_digital");
    let page = page_of(&study, "near");
    let text = text_of(&page);
    let theme = &page[page.find("id=\"theme.business_network_resources\"").expect("it is there")..];
    let theme = text_of(&theme[..theme.find("</article>").expect("it ends")]);
    let near = &theme[theme.find("Came near").expect("some came near")..];
    assert!(near.contains("m39 A list. Seriously.") && near.contains("“Finding who does what”: “A list”"), "{near}");
    assert!(near.contains("“Says what is needed or would help” is not there") && !near.contains("spelled"), "{near}");
    assert!(near.contains("is held back: it speaks of “The world beyond the country” (“Asia”"), "{near}");
    assert!(!near.contains("m13 ") && !near.contains("m21 "), "what only is spelled alike is not near: {near}");
    let abroad = &page[page.find("id=\"theme.pathways_to_internationalisation\"").expect("it is there")..];
    let abroad = text_of(&abroad[..abroad.find("</article>").expect("it ends")]);
    assert_eq!(abroad.matches("m124 ").count(), 1, "set aside, and not once more as near: {abroad}");
    assert!(text.contains("ARE INVENTED") && text.contains("20 tests made up for the purpose: 20 passed"));
    assert!(page.find("id=\"relations\"") > page.find("id=\"themes\""), "what was found comes before further rows");
    assert!(!page.contains("data-count=\"This is reason 1 of 36; `--all"));
}
