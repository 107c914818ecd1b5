//! A study that goes out as a project and comes in again: what people did stays theirs, and what rules found stays theirs.

use super::{Folder, exit, folder, hence, imported, rich, shown};
use hence::data::project;
use std::fs;
use std::path::{Path, PathBuf};

const STUDY: &str = "study \"How we live\"
fact message(id: m1, thread: t, author: ann, at: 2024-05-01, text: \"A lab here\")
fact message(id: m2, thread: t, author: ben, at: 2024-05-01T10:00, text: \"A second lab\")
code place \"Place\"
  means \"Where it is\"
  include \"labs\"
  exclude \"homes\"
  matches \"lab\"
code thing \"Thing\"
code both \"Both\"
  under place
  under thing
fact coding(message: m1, code: place, coder: eva, at: 2024-05-02)
fact coding(message: m2, code: both, coder: tom, start: 2, end: 8, at: 2024-05-02T10:00)
theme all
  when place
";

fn exported(study: &Path, name: &str) -> std::path::PathBuf {
    let out = folder(name);
    let (code, _, err) = hence(&["export", shown(&out), shown(study)]);
    assert_eq!(code, exit::FINE, "{err}");
    out
}

#[test]
fn what_rules_found_is_no_persons_after_a_round() {
    let first = folder("rules-study");
    fs::create_dir_all(&first).expect("a folder");
    fs::write(first.join("study.hence"), STUDY).expect("a study");
    let out = exported(&first, "rules.qdpx");
    let (said, second) = imported(&out, "rules-back");
    assert!(said.contains("2 codings\n  6 codings by rules\n  2 coders\n"), "{said}");
    assert!(said.contains("rules had made 6 of the codings"), "{said}");
    let (code, _, err) = hence(&["check", "--deny-warnings", shown(&second)]);
    assert_eq!(code, exit::FINE, "{err}");
    let (_, agree, err) = hence(&["agree", shown(&second)]);
    assert!(
        agree.contains("Coders: eva (judged 1 message, made 1 coding), tom (judged 1 message, made 1 coding).\n"),
        "{agree}{err}"
    );
    // Days, criteria and a second parent are what they were.
    let table = fs::read_to_string(second.join("codings.csv")).expect("the codings");
    assert!(table.contains("m1,place,eva,,,2024-05-02,,\n"), "{table}");
    let book = fs::read_to_string(second.join("codebook.hence")).expect("the codebook");
    assert!(book.contains("  include \"labs\"\n  exclude \"homes\"\n"), "{book}");
    assert!(book.contains("  under place\n  under thing\n"), "{book}");
    // And they go out again as what they were, with the reason once.
    let again = exported(&second, "rules-again.qdpx");
    let read = |path: &Path| project::read_bytes("a.qdpx", &fs::read(path).expect("a file")).expect("a project");
    let (one, two) = (read(&out), read(&again));
    let of = |p: &project::Project| {
        let one = |c: &project::Coding| {
            (
                p.sources[c.source].name.clone(),
                p.codes[c.code].name.clone(),
                c.coder.map(|u| p.users[u].clone()),
                c.place,
            )
        };
        let mut all: Vec<_> = p.codings.iter().map(|c| format!("{:?} {:?}", one(c), c.at)).collect();
        all.sort();
        all
    };
    assert_eq!(of(&one), of(&two));
    assert_eq!((one.notes.len(), one.codes), (two.notes.len(), two.codes));
    assert_eq!((one.name.as_str(), two.name.as_str()), ("How we live", "How we live"));
}

#[test]
fn a_study_that_uses_the_project_leaves_the_rules_of_the_other_out_and_says_so() {
    let first = folder("rules-of-another");
    fs::create_dir_all(&first).expect("a folder");
    fs::write(first.join("study.hence"), STUDY).expect("a study");
    let out = exported(&first, "rules-used.qdpx");
    let study = folder("rules-use");
    fs::create_dir_all(&study).expect("a folder");
    fs::copy(out, study.join("p.qdpx")).expect("a copy");
    fs::write(study.join("study.hence"), "use \"p.qdpx\"\ntheme found\n  when place\n").expect("a study");
    let (_, out, err) = hence(&["query", "coding(message: M, coder: K)", shown(&study)]);
    assert!(out.contains("2 answers"), "{out}{err}");
    let (_, out, err) = hence(&["check", shown(&study)]);
    assert!(format!("{out}{err}").contains("6 codings that rules of another study made, and no person"), "{out}{err}");
}

#[test]
fn sets_of_notes_and_links_between_notes_come_back_through_a_study() {
    let bytes = project::refi_write::project("a.qdpx", &rich()).expect("it can be written");
    let file = folder("rich.qdpx");
    fs::write(&file, bytes).expect("a file");
    let (_, study) = imported(&file, "rich-study");
    let (code, out, err) = hence(&["check", shown(&study)]);
    assert_eq!(code, exit::FINE, "{out}{err}");
    let out = exported(&study, "rich-again.qdpx");
    let back = project::read_bytes("a.qdpx", &fs::read(out).expect("a file")).expect("a project");
    let wanted = rich();
    let set = &back.sets[0];
    assert_eq!((set.notes.len(), set.codes.len(), set.sources.len(), set.memo.as_str()), (1, 1, 1, "m"));
    assert_eq!(back.notes[set.notes[0]].text, "on a code");
    let called = |p: &project::Project, about| match about {
        project::About::Note(note) => p.notes[note].text.clone(),
        project::About::Code(code) => p.codes[code].name.clone(),
        project::About::Coding(coding) => p.codes[p.codings[coding].code].name.clone(),
        other => format!("{other:?}"),
    };
    let links = |p: &project::Project| {
        let mut all: Vec<_> = p.links.iter().map(|l| (l.name.clone(), called(p, l.from), called(p, l.to))).collect();
        all.sort();
        all
    };
    assert_eq!(links(&back), links(&wanted));
    // What came in with a GUID goes out with it.
    let ids = |p: &project::Project| {
        let mut ids: Vec<String> = p.users.iter().map(|u| u.id.clone()).collect();
        ids.extend(p.cases.iter().map(|c| c.id.clone()).chain(p.sets.iter().map(|s| s.id.clone())));
        ids.extend(p.variables.iter().map(|v| v.id.clone()).chain(p.notes.iter().map(|n| n.id.clone())));
        ids
    };
    let (kept, again) = (ids(&back), ids(&wanted));
    let lost: Vec<_> = again.iter().filter(|id| !kept.contains(id)).collect();
    // A note on a coding becomes its memo, and values of messages and of cases are two relations of one variable.
    assert_eq!(lost, ["00000000-0000-4000-8000-000000000009"]);
    // The first of several is where a code stands.
    assert_eq!((back.codes[2].parent, back.codes[2].also.as_slice()), (Some(0), &[1][..]));
    let added: Vec<_> = back.sources.iter().map(|s| s.added.as_deref()).collect();
    assert_eq!(added, [Some("2024-05-01T10:00:00"), Some("2024-05-05")]);
    let on_all = back.notes.iter().find(|n| n.text == "on all").expect("the note");
    assert_eq!((on_all.at.as_deref(), on_all.about.as_slice()), (Some("2024-05-04"), &[project::About::Project][..]));
}

#[test]
fn a_set_that_is_called_otherwise_is_the_same_set() {
    let bytes = project::refi_write::project("a.qdpx", &rich()).expect("it can be written");
    let file = folder("renamed.qdpx");
    fs::write(&file, bytes).expect("a file");
    let (_, study) = imported(&file, "renamed-study");
    for table in ["other_guids.csv", "code_sets.csv", "message_sets.csv", "note_sets.csv"] {
        let text = fs::read_to_string(study.join(table)).expect(table);
        fs::write(study.join(table), text.replace("\ns,", "\nour set,").replace("set,s,", "set,our set,"))
            .expect(table);
    }
    let back = exported(&study, "renamed-again.qdpx");
    let back = project::read_bytes("a.qdpx", &fs::read(back).expect("a file")).expect("a project");
    let renamed = back.sets.iter().find(|set| set.name == "our set").expect("the set");
    assert_eq!(renamed.id, rich().sets[0].id);
}

#[test]
fn what_is_coded_of_messages_without_words_stays() {
    let written = "input message from \"messages.csv\"\n  id = \"id\"\n  text = \"text\" or skip\n\
        input message from \"silent.csv\"\n  id = \"id\"\n  text is \"\"\ninput coding from \"codings.csv\"\n  \
        message = \"message\"\n  code = \"code\"\n  coder = \"coder\"\n  start = \"start\"\n  end = \"end\"\n\
        code place \"Place\"\n";
    let codings = "message,code,coder,start,end\nm1,place,eva,2,7\nm2,place,tom,,\nm3,place,tom,,\nm9,place,eva,3,9\n\
        m9,place,eva,5,9\n";
    let files = [
        ("study.hence", written),
        ("messages.csv", "id,text\nm1,a place\nm3,\n"),
        ("silent.csv", "id\nm2\n"),
        ("codings.csv", codings),
    ];
    let told = study("silent", &files);
    let file = folder("silent.qdpx");
    let (code, said, err) = hence(&["export", shown(&file), shown(&told)]);
    assert_eq!(code, exit::FINE, "{said}{err}");
    // What a study leaves out by its own words is told with the way to keep it.
    assert!(said.contains("left out: 1 row: its message was left out (`coding` from `codings.csv`)"), "{said}");
    assert!(said.contains("`text is \"\"`"), "{said}");
    assert!(said.contains("codings name 1 message that the study does not have, as `m9`"), "{said}");
    let (said, back) = imported(&file, "silent-back");
    assert!(said.contains("  3 messages\n") && said.contains("2 messages have no words"), "{said}");
    let (code, out, err) = hence(&["check", "--deny-warnings", shown(&back)]);
    assert_eq!(code, exit::FINE, "{out}{err}");
    let ask = |study: &Path| hence(&["query", "coding(message: M, code: C, coder: K, memo: N)", shown(study)]).1;
    assert!(ask(&back).contains("characters 3 to 9 of a text that is not here"), "{}", ask(&back));
    let again = exported(&back, "silent-again.qdpx");
    let (said, third) = imported(&again, "silent-third");
    assert!(said.contains("  3 messages\n"), "{said}");
    let coded = |study: &Path| hence(&["query", "coding(message: M, code: C, coder: K)", shown(study)]).1;
    assert_eq!(coded(&third), coded(&back));
    assert!(["m1", "m2", "m9"].iter().all(|id| coded(&third).contains(id)), "{}", coded(&third));
    // A table says so of its own messages, where they have ids.
    let table = folder("silent.csv");
    fs::write(
        &table,
        "id,text,code,coder\na,We met here often,place,eva\nb,,place,tom\nc,,,\nd,Nobody came that day,other,tom\n",
    )
    .expect("a table");
    let (said, _) = imported(&table, "silent-table");
    assert!(said.contains("  3 messages\n") && said.contains("1 row: it has no text (`c`)"), "{said}");
}

#[test]
fn a_study_sets_codes_of_a_project_under_all_that_they_stand_under() {
    let first = study("several-parents", &[("study.hence", STUDY)]);
    let out = exported(&first, "several-parents.qdpx");
    let study = folder("several-parents-used");
    fs::create_dir_all(&study).expect("a folder");
    fs::copy(out, study.join("p.qdpx")).expect("a copy");
    fs::write(study.join("study.hence"), "use \"p.qdpx\"\n").expect("a study");
    let (_, out, err) = hence(&["query", "under(code.both, P)", shown(&study)]);
    assert!(out.contains("place") && out.contains("thing"), "{out}{err}");
}

#[test]
fn passages_that_coders_cut_out_have_no_figures_in_any_round() {
    let (_, first) = imported(&super::cases().join("segments.csv"), "cut-out");
    let out = exported(&first, "cut-out.qdpx");
    let (_, back) = imported(&out, "cut-out-back");
    for study in [first, back] {
        let (_, out, err) = hence(&["agree", shown(&study)]);
        assert!(out.contains("passages that coders cut out"), "{out}{err}");
        assert!(out.contains("Disagreements (2)"), "{out}{err}");
        // Who says who saw what gets figures.
        let (_, out, err) = hence(&["agree", "--given", "all", shown(&study)]);
        assert!(!out.contains("coders cut out"), "{out}{err}");
    }
}

#[test]
fn codes_of_a_table_in_a_circle_are_told() {
    let book: String = (0..30).map(|n| format!("c{n},c{}\n", (n + 1) % 30)).collect();
    let files = [("study.hence", "use \"book.csv\"\n"), ("book.csv", &format!("code,parent\n{book}"))];
    let study = study("circle", &files);
    let (code, out, err) = hence(&["check", shown(&study)]);
    let said = format!("{out}{err}").split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(code, exit::ERRORS, "{said}");
    assert!(said.contains("`c29` would stand under itself") && said.contains("-> … ->"), "{said}");
}

/// A study of these files in a folder of its own.
fn study(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = folder(name);
    fs::create_dir_all(&folder).expect("a folder");
    for (file, text) in files {
        fs::write(folder.join(file), text).expect("a file");
    }
    folder
}

const MESSAGES: &str = "id,thread,author,text\nm1,t1,eva,a place to meet\nm2,t1,tom,no place here\nm3,t2,eva,none\n";
const INPUTS: &str = "input message from \"messages.csv\"\n  id = \"id\"\n  thread = \"thread\"\n  author = \"author\"\n  \
    text = \"text\"\ninput coding from \"codings.csv\"\n  message = \"message\"\n  code = \"code\"\n  coder = \"coder\"\n  \
    start = \"start\"\n  end = \"end\"\n  memo = \"memo\"\ncode place \"Place\"\n";

#[test]
fn who_was_given_what_to_read_comes_back_and_agreement_is_the_same() {
    let two = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/two_coders");
    let out = exported(&two, "given.qdpx");
    let (_, back) = imported(&out, "given-back");
    let kappa = |study: &Path| {
        let (_, out, _) = hence(&["agree", shown(study)]);
        out.lines().find(|line| line.trim_start().starts_with("Cohen's kappa  ")).map(str::to_owned)
    };
    assert!(kappa(&two).is_some_and(|line| line.contains("0.7143")));
    assert_eq!(kappa(&back), kappa(&two));
    let again = project::read(&Folder::new(back.parent().expect("it has one")), "given.qdpx").expect("a project");
    assert_eq!((again.assigned.len(), again.sets.len()), (16, 0));
}

#[test]
fn what_is_known_of_authors_and_threads_comes_back_and_the_rest_is_named() {
    let written = format!(
        "{INPUTS}relation role(author: author, role: text)\ninput role from \"roles.csv\"\n  author = \"author\"\n  \
         role = \"role\"\nrelation titled(thread: thread, title: text)\nfact titled(\"t1\", \"Places\")\n\
         relation knows(one: author, other: author)\nfact knows(\"eva\", \"tom\")\n\
         relation twice(author: author)\nrule twice(A) if knows(A, _)\n"
    );
    let roles = "author,role\neva,artist\neva,teacher\ntom,clerk\nzoe,nobody's\n";
    let codings = "message,code,coder,start,end,memo\nm1,place,eva,2,7,\n";
    let files = [("study.hence", written.as_str()), ("messages.csv", MESSAGES), ("roles.csv", roles)];
    let told = study("known", &[&files[..], &[("codings.csv", codings)]].concat());
    let file = folder("known.qdpx");
    let (code, out, err) = hence(&["export", shown(&file), shown(&told)]);
    assert_eq!(code, exit::FINE, "{out}{err}");
    assert!(out.contains("left out: 1 fact: the format has no place for the relation `knows`"), "{out}");
    assert!(out.contains("stays here: `twice`"), "{out}");
    let (said, back) = imported(&file, "known-back");
    assert!(said.contains("  3 authors with values\n  1 thread with values\n"), "{said}");
    let (_, out, _) = hence(&["query", "role(A, R)", shown(&back)]);
    for (author, role) in [("eva", "artist"), ("eva", "teacher"), ("tom", "clerk"), ("zoe", "nobody's")] {
        assert!(out.lines().any(|line| line.contains(author) && line.contains(role)), "{author} {role}: {out}");
    }
    let (_, out, _) = hence(&["query", "titled(T, N)", shown(&back)]);
    assert!(out.contains("t1") && out.contains("Places"), "{out}");
    assert!(!back.join("cases.csv").exists());
}

#[test]
fn one_passage_goes_out_once_and_what_was_refused_is_counted() {
    let codings = "message,code,coder,start,end,memo\nm1,place,eva,2,7,one\nm1,place,eva,2,7,two\nm1,other,eva,2,7,\n\
        m1,other,tom,2,7,\nm9,place,eva,2,7,\n";
    let written =
        format!("{INPUTS}theme found\n  when place\n  when here\ncode here\n  matches \"place\" or \"place*\"\n");
    let files = [("study.hence", written.as_str()), ("messages.csv", MESSAGES), ("codings.csv", codings)];
    let told = study("once", &files);
    let csv = folder("once.csv");
    let (_, said, _) = hence(&["export", shown(&csv), shown(&told)]);
    assert!(
        said.contains("left out: 1 coding: the same passage has the same code by the same coder already"),
        "{said}"
    );
    assert!(said.contains("left out: 2 rows: `code` is not declared (`coding` from `codings.csv`)"), "{said}");
    let text = fs::read_to_string(csv).expect("a table");
    assert!(text.contains("m9,Place,eva,2,7"), "{text}");
    assert!(text.contains("one\n\ntwo"), "{text}");
    let out = folder("once.qdpx");
    hence(&["export", shown(&out), shown(&told)]);
    let project = project::read_bytes("a.qdpx", &fs::read(out).expect("a file")).expect("a project");
    let mut all: Vec<_> = project.codings.iter().map(|c| (c.source, c.code, c.coder, c.place)).collect();
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count);
}

/// A codebook of codes each under the one before it.
fn chain(depth: usize) -> String {
    let opened: String = (0..depth)
        .map(|n| format!("<Code guid=\"00000000-0000-4000-8000-{n:012}\" name=\"c{n}\" isCodable=\"true\">"))
        .collect();
    let closed = "</Code>".repeat(depth);
    format!("<CodeBook xmlns=\"urn:QDA-XML:codebook:1.0\"><Codes>{opened}{closed}</Codes></CodeBook>")
}

#[test]
fn codes_stand_a_thousand_deep_and_no_deeper() {
    let file = folder("deep.qdc");
    fs::write(&file, chain(1_000)).expect("a file");
    let (_, made) = imported(&file, "deep-study");
    let (code, out, err) = hence(&["check", "--deny-warnings", shown(&made)]);
    assert_eq!(code, exit::FINE, "{out}{err}");
    fs::write(&file, chain(1_001)).expect("a file");
    let (code, _, err) = hence(&["import", shown(&file), shown(&folder("deeper-study"))]);
    assert!(code == exit::ERRORS && err.contains("codes stand more than"), "{err}");
}

#[test]
fn headings_that_came_out_of_a_study_do_not_warn() {
    let told = study("heads", &[("study.hence", STUDY)]);
    let (_, back) = imported(&exported(&told, "heads.qdpx"), "heads-back");
    assert!(fs::read_to_string(back.join("codebook.hence")).expect("a codebook").contains("a heading"));
    let (code, out, err) = hence(&["check", "--deny-warnings", shown(&back)]);
    assert_eq!(code, exit::FINE, "{out}{err}");
    // With no person's coding nothing makes the codes hold that the headings head, and still nothing is said.
    let lines: Vec<&str> = STUDY.lines().filter(|line| !line.starts_with("fact coding")).collect();
    let told = study("heads-alone", &[("study.hence", &format!("{}\n", lines.join("\n")))]);
    let (_, back) = imported(&exported(&told, "heads-alone.qdpx"), "heads-alone-back");
    let (code, out, err) = hence(&["check", "--deny-warnings", shown(&back)]);
    assert_eq!(code, exit::FINE, "{out}{err}");
}
