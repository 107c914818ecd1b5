//! Projects of other programs: what comes in, what goes out again, and files that were made to do harm.
//!
//! `tests/cases/import` holds small projects that were made for these tests: `taguette.sqlite3`, `highlights.csv`,
//! `highlights.xlsx` and `tags.qdc` by Taguette 1.5.2 itself, `gardens.qda` by Exegete 0.15.1, which writes projects of
//! QualCoder 4.0, with three codings placed as the window of QualCoder counts them (PyQt 6), and the databases
//! `qualcoder.qda` and `talks.rqda` after the tables of their programs' sources. The texts are invented. `NAME.txt` is what an import says; `UPDATE=1` writes it again.

#[path = "import/coded.rs"]
mod coded;
#[path = "import/qualcoder.rs"]
mod qualcoder;
#[path = "import/rounds.rs"]
mod rounds;
mod support;

use hence::cli::{exit, run};
use hence::data::project::{
    self, About, Case, Code, Coding, Link, Note, Project, Set, Source, User, ValueKind, Variable, Way,
};
use hence::data::{Folder, Memory};
use std::ffi::OsString;
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use support::WIDE;

const FILES: [&str; 29] = [
    "taguette.sqlite3",
    "qualcoder.qda",
    "gardens.qda",
    "talks.rqda",
    "highlights.csv",
    "highlights.xlsx",
    "tags.qdc",
    // Messages as people have them.
    "list.mbox",
    "slack.zip",
    "topic.json",
    "dump.zst",
    "letters",
    "survey.xlsx",
    // Tables and folders as they should not be.
    "questions.csv",
    "coded.csv",
    "authors.json",
    "titled.xlsx",
    "mixed",
    "mails",
    "segments.csv",
    "html.mbox",
    "qualtrics.csv",
    "formula.xlsx",
    "entities.qde",
    // Times with and without offsets, codes in lists and between commas, what mail programs add, posts cut down.
    "zones.csv",
    "tags.json",
    "commas.csv",
    "answers.mbox",
    "comments.ndjson",
];

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/import")
}

/// A folder of a test's own; not there yet.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("import").join(name);
    let _ = fs::remove_dir_all(&folder);
    let _ = fs::remove_file(&folder);
    fs::create_dir_all(folder.parent().expect("it has one")).expect("the folder can be made");
    folder
}

/// What a command prints, and its exit code.
fn hence(words: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = std::iter::once("hence").chain(words.iter().copied()).map(OsString::from);
    let code = run(args, &mut out, &mut err, WIDE);
    (code, String::from_utf8(out).expect("UTF-8"), String::from_utf8(err).expect("UTF-8"))
}

fn shown(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// Imports a file into a new folder; gives what was said and the folder.
fn imported(file: &Path, name: &str) -> (String, PathBuf) {
    let folder = folder(name);
    let (code, out, err) = hence(&["import", shown(file), shown(&folder)]);
    assert_eq!((code, err.as_str()), (exit::FINE, ""), "{}: {out}", file.display());
    (out.replace(shown(file), "FILE").replace(shown(&folder), "FOLDER"), folder)
}

fn read(file: &str) -> Project {
    project::read(&Folder::new(cases()), file).expect("it is a project")
}

/// The words at a place.
fn slice(text: &str, place: (u32, u32)) -> String {
    text.chars().skip(place.0 as usize).take((place.1 - place.0) as usize).collect()
}

/// Without white space.
fn signs(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn places_of_qualcoder_are_found_however_they_were_counted() {
    let project = read("gardens.qda");
    assert_eq!(project.codings.len(), 9);
    for coding in &project.codings {
        let text = &project.sources[coding.source].text;
        let here = coding.place.map(|place| slice(text, place)).unwrap_or_default();
        // A window has other signs for the end of a line.
        assert_eq!(here, coding.quote.clone().unwrap_or_default().replace('\u{2029}', "\n"));
    }
    let important = project.codings.iter().filter(|c| !c.values.is_empty()).map(|c| c.quote.as_deref());
    assert_eq!(important.collect::<Vec<_>>(), [Some("I grow beans"), Some("Nobody minds the rain.")]);
    let about: Vec<_> = project.notes.iter().map(|n| (n.title.as_str(), n.text.as_str(), n.about[0])).collect();
    assert_eq!(about[0], ("", "it had rained & <all> night", About::Source(1, Some((65, 69)))));
    assert_eq!(about[2].0, "After the first day");
    let case = &project.cases[0];
    assert_eq!((case.name.as_str(), case.memo.as_str()), ("Anna", "lives near"));
    assert_eq!((case.sources.as_slice(), case.values.as_slice()), (&[(0, None)][..], &[(0, "41".to_owned())][..]));
    assert_eq!(project.sources[1].values, [(1, "the north side".to_owned())]);
    let path = |code: &str| project.codes.iter().position(|c| c.name == code).map(|c| project.path(c).join(" / "));
    assert_eq!(path("tools").as_deref(), Some("Garden & life / Sharing / shares / tools"));
}

#[test]
fn every_project_makes_a_study_without_mistakes() {
    for file in FILES {
        let (said, folder) = imported(&cases().join(file), &format!("study-{file}"));
        let kept = cases().join(format!("{file}.txt"));
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&kept, &said).expect("it can be written");
        }
        assert_eq!(said, fs::read_to_string(&kept).unwrap_or_default(), "{file}: UPDATE=1 writes it again");
        let (code, out, err) = hence(&["check", "--deny-warnings", shown(&folder)]);
        assert_eq!(code, exit::FINE, "{file}: {out}{err}");
        let (code, out, err) = hence(&["fmt", "--check", shown(&folder)]);
        assert_eq!(code, exit::FINE, "{file}: {out}{err}");
        let (code, _, err) = hence(&["run", shown(&folder)]);
        assert_eq!(code, exit::FINE, "{file}: {err}");
        // A second time it is in the way.
        let (code, _, err) = hence(&["import", shown(&cases().join(file)), shown(&folder)]);
        assert_eq!(code, exit::ERRORS);
        assert!(err.contains("is there already"), "{err}");
    }
}

#[test]
fn times_keep_their_instant_on_the_way_in_and_out() {
    let file = folder("zones.qde");
    let text = r#"<Project name="p" xmlns="urn:QDA-XML:project:1.0"><Users><User guid="u" name="Eva"/></Users>
        <CodeBook><Codes><Code guid="c" name="kind" isCodable="true"/></Codes></CodeBook>
        <Variables><Variable guid="v" name="Said" typeOfVariable="DateTime"/></Variables><Sources>
        <TextSource guid="s" name="one"><PlainTextContent>They were kind</PlainTextContent>
        <PlainTextSelection guid="x" startPosition="0" endPosition="4">
        <Coding guid="k" creatingUser="u" creationDateTime="2024-03-02T00:30:00+02:00"><CodeRef targetGUID="c"/></Coding>
        </PlainTextSelection><VariableValue><VariableRef targetGUID="v"/><DateTimeValue>2024-03-01T10:00:00-05:00</DateTimeValue>
        </VariableValue></TextSource></Sources></Project>"#;
    fs::write(&file, text).expect("a file");
    let (said, study) = imported(&file, "zones-study");
    assert!(said.contains("2 times stood with an offset from UTC (`Z`, `+02:00`) and are in UTC now"), "{said}");
    let out = folder("zones.qdpx");
    let (_, said, err) = hence(&["export", shown(&out), shown(&study)]);
    assert!(said.contains("times go out as UTC (`Z`)"), "{said}{err}");
    for file in [&file, &out] {
        let project = project::read_bytes(shown(file), &fs::read(file).expect("a file")).expect("a project");
        assert_eq!(project.codings[0].at.as_deref(), Some("2024-03-01T22:30:00"));
        assert_eq!(project.sources[0].values[0].1, "2024-03-01T15:00:00");
        assert_eq!((project.report.in_utc, project.report.as_written), (2, 0));
    }
}

#[test]
fn a_label_may_change_after_an_import_and_its_codings_stay() {
    let (_, study) = imported(&cases().join("talks.rqda"), "label-changes");
    let book = study.join("codebook.hence");
    let text = fs::read_to_string(&book).expect("the codebook");
    assert!(text.contains("code joy \"joy\""), "{text}");
    fs::write(&book, text.replace("code joy \"joy\"", "code joy \"Delight\"")).expect("written");
    let (code, out, err) = hence(&["check", "--deny-warnings", shown(&study)]);
    assert_eq!(code, exit::FINE, "{out}{err}");
    let out = folder("label-changes.qdpx");
    assert_eq!(hence(&["export", shown(&out), shown(&study)]).0, exit::FINE);
    let back = project::read_bytes("a.qdpx", &fs::read(&out).expect("a file")).expect("a project");
    let of = |p: &Project, name: &str| p.codings.iter().filter(|c| p.codes[c.code].name == name).count();
    assert_eq!((of(&back, "Delight"), of(&read("talks.rqda"), "joy") > 0), (of(&read("talks.rqda"), "joy"), true));
}

#[test]
fn every_place_holds_the_words_that_the_program_kept() {
    for (file, codings) in [("taguette.sqlite3", 8), ("qualcoder.qda", 6), ("talks.rqda", 2)] {
        let project = read(file);
        assert_eq!(project.codings.len(), codings, "{file}");
        assert_eq!((project.report.fitting, project.report.quotes > 0), (project.report.quotes, true), "{file}");
        for coding in &project.codings {
            let place = coding.place.expect("a place");
            let words = slice(&project.sources[coding.source].text, place);
            assert_eq!(signs(&words), signs(coding.quote.as_deref().expect("a quote")), "{file}");
        }
    }
}

#[test]
fn what_a_program_knows_is_known_after_the_import() {
    let taguette = read("taguette.sqlite3");
    let coders: Vec<&str> = taguette.users.iter().map(|u| u.name.as_str()).collect();
    assert_eq!(coders, ["ana", "ben"]);
    let by: Vec<Option<usize>> = taguette.codings.iter().map(|c| c.coder).collect();
    assert_eq!(by, [0, 1, 1, 1, 0, 0, 1, 1].map(Some));
    assert_eq!(taguette.path(1), ["space", "shared"]);
    let qualcoder = read("qualcoder.qda");
    let shared = qualcoder.codes.iter().position(|c| c.name == "shared space").expect("the code");
    assert_eq!(qualcoder.path(shared), ["Places", "Inside", "shared space"]);
    assert_eq!(qualcoder.codes[shared].colour.as_deref(), Some("#F5A9A9"));
    assert_eq!(qualcoder.cases[0].sources, [(0, None)]);
    assert_eq!(qualcoder.cases[1].sources, [(1, Some((0, 5)))]);
    assert_eq!(qualcoder.notes[0].about, [About::Source(0, Some((0, 2)))]);
    let left: Vec<usize> = qualcoder.report.left_out.iter().map(|l| l.count).collect();
    assert_eq!(left, [1, 1]);
    let rqda = read("talks.rqda");
    let deleted: Vec<&str> = rqda.report.left_out.iter().map(|l| l.what.0).collect();
    assert_eq!(deleted, ["document", "code", "coding"]);
    assert_eq!((rqda.sets.len(), rqda.codings[0].at.as_deref()), (2, Some("2024-05-02T09:00:00")));
}

#[test]
fn a_study_uses_a_project_as_it_is() {
    for (file, code) in [("taguette.sqlite3", "space"), ("talks.rqda", "joy")] {
        let folder = folder(&format!("use-{file}"));
        fs::create_dir_all(&folder).expect("a folder");
        fs::copy(cases().join(file), folder.join(file)).expect("a copy");
        let study = format!("use \"{file}\"\ntheme found\n  when {code}\n");
        fs::write(folder.join("study.hence"), study).expect("a study");
        let (code, out, err) = hence(&["query", "theme(M, found) and coding(M, C, K)", shown(&folder)]);
        assert_eq!(code, exit::FINE, "{err}");
        assert!(out.lines().count() > 2, "{out}");
    }
    let folder = folder("use-qualcoder");
    fs::create_dir_all(folder.join("p.qda")).expect("a folder");
    fs::copy(cases().join("qualcoder.qda/data.qda"), folder.join("p.qda/data.qda")).expect("a copy");
    fs::write(folder.join("study.hence"), "use \"p.qda\"\ntheme found\n  when joy\n").expect("a study");
    let (_, out, err) = hence(&["query", "theme(M, found)", shown(&folder)]);
    assert!(out.contains("interview 1.txt"), "{out}{err}");
}

/// A project with everything in it that REFI-QDA can carry.
fn rich() -> Project {
    let id = |n: u32| format!("00000000-0000-4000-8000-{n:012}");
    let text = "Où est le café ? 😀\r\nHere & <there>\u{2029}]]> end";
    let value = |variable, value: &str| (variable, value.to_owned());
    let variable = |n, name: &str, kind| Variable { id: id(n), name: name.into(), definition: "says".into(), kind };
    Project {
        name: "A \"rich\" one".into(),
        memo: "What it is about.".into(),
        users: vec![User { id: id(1), name: "Eva".into() }, User { id: id(2), name: "Tom".into() }],
        sources: vec![
            Source {
                id: id(3),
                name: "one".into(),
                text: text.into(),
                memo: "of one".into(),
                added: Some("2024-05-01T10:00:00".into()),
                values: vec![
                    value(0, "3"),
                    value(1, "2.5"),
                    value(2, "2024-05-01"),
                    value(3, "true"),
                    value(4, "a < b"),
                ],
                ..Source::default()
            },
            Source {
                id: id(4),
                name: "two".into(),
                text: "Second".into(),
                added: Some("2024-05-05".into()),
                ..Source::default()
            },
        ],
        codes: vec![
            Code { id: id(5), name: "top".into(), definition: "Two\nlines".into(), heading: true, ..Code::default() },
            Code {
                id: id(6),
                name: "under".into(),
                parent: Some(0),
                colour: Some("#aabbcc".into()),
                ..Code::default()
            },
            Code {
                id: id(7),
                name: "alone & <so>".into(),
                also: vec![0, 1],
                include: "in\ntwo lines".into(),
                exclude: "out".into(),
                ..Code::default()
            },
        ],
        codings: vec![
            Coding { source: 0, code: 1, coder: Some(0), place: Some((10, 18)), ..Coding::default() },
            Coding {
                source: 0,
                code: 2,
                coder: Some(1),
                place: Some((10, 18)),
                at: Some("2024-05-02T09:00:00".into()),
                ..Coding::default()
            },
            Coding { source: 0, code: 2, coder: Some(1), place: Some((20, 24)), ..Coding::default() },
            Coding { source: 1, code: 1, coder: Some(0), at: Some("2024-05-03".into()), ..Coding::default() },
        ],
        notes: vec![
            Note {
                id: id(8),
                title: "t".into(),
                text: "on a code".into(),
                about: vec![About::Code(1)],
                ..Note::default()
            },
            Note {
                id: id(9),
                text: "on a coding\r\nsecond".into(),
                by: Some(1),
                about: vec![About::Coding(1)],
                ..Note::default()
            },
            Note {
                id: id(10),
                text: "on a place".into(),
                about: vec![About::Source(0, Some((0, 2)))],
                ..Note::default()
            },
            Note {
                id: id(11),
                text: "on all".into(),
                at: Some("2024-05-04".into()),
                about: vec![About::Project],
                ..Note::default()
            },
        ],
        cases: vec![Case {
            of: project::CaseOf::Case,
            id: id(12),
            name: "Ana".into(),
            memo: "speaks".into(),
            sources: vec![(1, None), (0, Some((20, 24)))],
            values: vec![value(0, "34")],
        }],
        variables: vec![
            variable(13, "n", ValueKind::Number),
            variable(14, "d", ValueKind::Decimal),
            variable(15, "day", ValueKind::Date),
            variable(16, "yes", ValueKind::Truth),
            variable(17, "t", ValueKind::Text),
        ],
        sets: vec![Set {
            id: id(18),
            name: "s".into(),
            memo: "m".into(),
            codes: vec![2],
            sources: vec![1],
            notes: vec![0],
        }],
        links: vec![
            Link { id: id(19), name: "l".into(), from: About::Code(1), to: About::Code(2), way: Way::To },
            Link { id: id(20), name: "n".into(), from: About::Note(0), to: About::Note(3), way: Way::With },
            Link { id: id(21), name: "c".into(), from: About::Note(2), to: About::Coding(0), way: Way::To },
        ],
        ..Project::default()
    }
}

#[test]
fn a_project_that_goes_out_and_comes_in_is_the_same() {
    let mut wanted = rich();
    let bytes = project::refi_write::project("a.qdpx", &wanted).expect("it can be written");
    let mut back = project::read_bytes("a.qdpx", &bytes).expect("it can be read");
    assert!(back.report.left_out.is_empty(), "{:?}", back.report);
    assert_eq!(back.report.fitting, back.report.quotes);
    // GUIDs of codings are made of what they say, and quotes are the words.
    for project in [&mut wanted, &mut back] {
        project.report = Default::default();
        for coding in &mut project.codings {
            coding.id.clear();
            coding.quote = None;
        }
    }
    assert_eq!(back, wanted);
    let again = project::refi_write::project("a.qdpx", &back).expect("it can be written");
    assert_eq!(again, bytes);
}

#[test]
fn a_study_goes_out_and_comes_in_and_says_the_same() {
    let (_, first) = imported(&cases().join("qualcoder.qda"), "round");
    let out = folder("round.qdpx");
    let (code, _, err) = hence(&["export", shown(&out), shown(&first)]);
    assert_eq!(code, exit::FINE, "{err}");
    let (_, second) = imported(&out, "round-back");
    let (code, _, err) = hence(&["check", "--deny-warnings", shown(&second)]);
    assert_eq!(code, exit::FINE, "{err}");
    for asked in [
        "message(id: M, text: T)",
        "coding(message: M, code: C, coder: K, start: S, end: E, at: A, memo: N)",
        "coding(message: M, code: C, coder: K, start: S, end: E)",
        "under(C, P)",
        "case_memo(C, N)",
        "case_of(case: C, message: M)",
        "age(C, V)",
        "town(C, V)",
        "round(M, V)",
        "note(text: T, by: B, at: A, of: O, about: M)",
    ] {
        let ask = |folder: &Path| hence(&["query", asked, shown(folder)]).1;
        assert_eq!(ask(&second), ask(&first), "{asked}");
        assert!(ask(&first).lines().count() > 1, "{asked}");
    }
    // And from there it is the same file.
    let again = folder("round-again.qdpx");
    assert_eq!(hence(&["export", shown(&again), shown(&second)]).0, exit::FINE);
    let (one, two) = (project::read(&Folder::new("/"), shown(&out)), project::read(&Folder::new("/"), shown(&again)));
    let mut both = [one.expect("read"), two.expect("read")];
    both.iter_mut().for_each(|p| p.sources.iter_mut().for_each(|s| s.added = None));
    assert_eq!(both[0].codings, both[1].codings);
    assert_eq!((&both[0].sources, &both[0].codes, &both[0].cases), (&both[1].sources, &both[1].codes, &both[1].cases));
}

#[test]
fn guids_stay_when_labels_change() {
    let folder = folder("guids");
    fs::create_dir_all(&folder).expect("a folder");
    let guids = |label: &str, file: &str| {
        let study = format!(
            "fact message(id: m1, thread: t, author: ann, at: 2024-05-01T10:00, text: \"A lab\")\nfact message(id: m2, text: \"x\")\n\
             fact reply(m2, m1), coding(m1, place, eva)\ncode place \"{label}\"\n  matches \"lab\"\ntheme all\n  when place\n"
        );
        fs::write(folder.join("study.hence"), study).expect("a study");
        let out = folder.join(file);
        let (code, _, err) = hence(&["export", shown(&out), shown(&folder)]);
        assert_eq!(code, exit::FINE, "{err}");
        project::read_bytes(file, &fs::read(out).expect("a file")).expect("a project")
    };
    let (one, two) = (guids("Place", "a.qdpx"), guids("A place", "b.qdpx"));
    let ids = |p: &Project| p.codes.iter().map(|c| c.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&one), ids(&two));
    assert_eq!(
        one.codings.iter().map(|c| &c.id).collect::<Vec<_>>(),
        two.codings.iter().map(|c| &c.id).collect::<Vec<_>>()
    );
    // People and rules are users of their own, and a reason stands in a note.
    let users: Vec<&str> = one.users.iter().map(|u| u.name.as_str()).collect();
    assert_eq!(users, ["eva", "rules"]);
    let reason = one.notes.iter().find(|n| n.about.contains(&About::Source(0, None))).expect("a reason");
    assert!(reason.text.contains("study.hence:"), "{}", reason.text);
    // What the format has no place for comes back too.
    let told = &one.sources[0];
    assert_eq!((told.author.as_deref(), told.thread.as_deref()), (Some("ann"), Some("t")));
    assert_eq!((told.at.as_deref(), one.sources[1].parent), (Some("2024-05-01T10:00:00"), Some(0)));
}

#[test]
fn what_goes_out_is_valid_by_the_standards_schemas() {
    let above = ["../shared/data/refi-qda", "../../shared/data/refi-qda"];
    let found =
        above.map(|path| Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).into_iter().find(|path| path.is_dir());
    let Some(schemas) = found else {
        eprintln!("skipped: {} is not there, so nothing was held against the schemas", above[0]);
        return;
    };
    if Command::new("xmllint").arg("--version").output().is_err() {
        eprintln!("skipped: `xmllint` is not installed, so nothing was held against the schemas");
        return;
    }
    let folder = folder("valid");
    fs::create_dir_all(&folder).expect("a folder");
    let mut projects = vec![("rich", rich())];
    projects.extend(["taguette.sqlite3", "qualcoder.qda", "talks.rqda"].map(|file| (file, read(file))));
    // Studies, which write variables, cases, sets, links and notes of their own besides.
    let study = folder.join("full");
    fs::create_dir_all(&study).expect("a folder");
    fs::write(study.join("study.hence"), FULL).expect("a study");
    let rich_file = folder.join("rich.qdpx");
    fs::write(&rich_file, project::refi_write::project("a", &rich()).expect("it can be written")).expect("a file");
    let (_, again) = imported(&rich_file, "valid-rich");
    for (name, study) in [("full", study), ("rich again", again)] {
        let out = folder.join(format!("{name}.qdpx"));
        let _ = fs::remove_file(&out);
        let (code, said, err) = hence(&["export", shown(&out), shown(&study)]);
        assert_eq!(code, exit::FINE, "{said}{err}");
        let project = project::read_bytes("a.qdpx", &fs::read(&out).expect("a file")).expect("a project");
        let all = [
            project.cases.len(),
            project.sets.len() + project.assigned.len(),
            project.links.len(),
            project.notes.len(),
        ];
        assert!(all.iter().all(|&many| many > 0), "{name}: {all:?}");
        assert!(project.codes.iter().any(|code| !code.also.is_empty()), "{name}");
        projects.push((name, project));
        let packed = fs::read(&out).expect("a file");
        let mut zip = zip::ZipArchive::new(Cursor::new(packed)).expect("a packed file");
        let mut text = String::new();
        std::io::Read::read_to_string(&mut zip.by_name("project.qde").expect("it is there"), &mut text).expect("UTF-8");
        known_once(name, &text);
        let file = folder.join(format!("{name} as it went out.qde"));
        fs::write(&file, text).expect("written");
        valid(&schemas.join("Project-mrt2019.xsd"), &file);
    }
    for (name, project) in projects {
        let bytes = project::refi_write::project(name, &project).expect("it can be written");
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a packed file");
        let file = folder.join(format!("{name}.qde"));
        let mut text = String::new();
        std::io::Read::read_to_string(&mut zip.by_name("project.qde").expect("it is there"), &mut text).expect("UTF-8");
        known_once(name, &text);
        fs::write(&file, text).expect("written");
        valid(&schemas.join("Project-mrt2019.xsd"), &file);
        let file = folder.join(format!("{name}.qdc"));
        fs::write(&file, project::refi_write::codebook(&project)).expect("written");
        valid(&schemas.join("Codebook_from_spec_1.5.xsd"), &file);
    }
}

/// A study with all that goes out beside texts and codings.
const FULL: &str = "study \"Full & <so>\"
fact message(id: m1, thread: t, author: ann, at: 2024-05-01, text: \"A lab here\")
fact message(id: m2, thread: t, author: ben, at: 2024-05-01T10:00, text: \"A second lab & <more>\")
fact message(id: m3, text: \"\")
fact reply(m2, m1)
relation role(author: author, role: text)
fact role(ann, \"artist\"), role(ben, \"a < b\")
relation titled(thread: thread, title: text)
fact titled(\"t\", \"Places\")
relation link(name?: text, from_kind: text, from: text, way: text, to_kind: text, to: text)
fact link(\"leads to\", \"code\", \"place\", \"to\", \"code\", \"thing\")
relation length(message: message, words: number)
fact length(m1, 3)
relation assigned(coder: coder, message: message)
fact assigned(eva, m1), assigned(tom, m2)
code place \"Place\"
  means \"Where it is\"
  include \"labs\"
  exclude \"homes\"
  matches \"lab\"
code thing \"Thing\"
code both \"Both\"
  under place
  under thing
fact coding(message: m1, code: place, coder: eva, at: 2024-05-02, memo: \"sure?\")
fact coding(message: m2, code: both, coder: tom, start: 2, end: 8, at: 2024-05-02T10:00)
fact coding(message: m3, code: both, coder: tom)
fact coding(message: m9, code: both, coder: tom, start: 2, end: 8)
fact coding(message: m9, code: both, coder: tom, start: 4, end: 8)
theme all
  when place
";

/// No two things have one GUID, and what is named by one is there.
fn known_once(name: &str, text: &str) {
    let values = |attribute: &str| {
        let begins = format!(" {attribute}=\"");
        let found = text.match_indices(&begins).map(|(at, found)| at + found.len());
        found.map(|at| text[at..].split('"').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let mut known = values("guid");
    for reference in ["targetGUID", "originGUID", "creatingUser"] {
        values(reference).iter().for_each(|id| assert!(known.contains(id), "{name}: {reference} {id}"));
    }
    let count = known.len();
    known.sort();
    known.dedup();
    assert_eq!(known.len(), count, "{name}");
}

fn valid(schema: &Path, file: &Path) {
    let said = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema"])
        .args([schema, file])
        .output()
        .expect("it runs");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}

#[test]
fn tables_that_go_out_run_nothing() {
    let (_, study) = imported(&cases().join("qualcoder.qda"), "formulas");
    let out = folder("formulas.csv");
    let (_, said, err) = hence(&["export", shown(&out), shown(&study)]);
    let text = fs::read_to_string(&out).unwrap_or_else(|_| panic!("{err}"));
    assert!(text.contains(",'=1+1,") && said.contains("1 cell looks like a formula"), "{text}{said}");
    let out = folder("formulas.xlsx");
    assert_eq!(hence(&["export", shown(&out), shown(&study)]).0, exit::FINE);
    let mut zip = zip::ZipArchive::new(fs::File::open(&out).expect("a file")).expect("a workbook");
    let mut text = String::new();
    for name in ["xl/worksheets/sheet2.xml", "xl/sharedStrings.xml"] {
        std::io::Read::read_to_string(&mut zip.by_name(name).expect("a sheet"), &mut text).expect("UTF-8");
    }
    assert!(!text.contains("<f>") && text.contains("=1+1"));
    // What is there stays, and an ending that says nothing is refused.
    assert_eq!(hence(&["export", shown(&out), shown(&study)]).0, exit::ERRORS);
    assert_eq!(hence(&["export", shown(&folder("formulas.doc")), shown(&study)]).0, exit::ERRORS);
}

/// What an export says.
fn said_of(study: &Path, name: &str) -> String {
    let out = folder(name);
    let (code, said, err) = hence(&["export", shown(&out), shown(study)]);
    assert_eq!(code, exit::FINE, "{err}");
    said
}

#[test]
fn a_workbook_says_how_far_coders_agree() {
    let study = folder("agreement");
    fs::create_dir_all(&study).expect("a folder");
    let text = "study \"S\"\n  approach codebook\nfact message(id: m1, text: \"A lab\"), message(id: m2, text: \"B\")\ncode place\n  matches \
                \"lab\"\nfact coding(m1, place, eva), coding(m1, place, tom), coding(m2, place, tom)\ntheme both_say\n  when place agreed by 2\n";
    fs::write(study.join("study.hence"), text).expect("a study");
    let said = said_of(&study, "agreement.json");
    assert!(said.contains("4 tables"), "{said}");
    let tables =
        fs::read_to_string(Path::new(env!("CARGO_TARGET_TMPDIR")).join("import/agreement.json")).expect("tables");
    assert!(tables.contains("\"section\": \"code\", \"code\": \"place\""), "{tables}");
    // The reason in a project says what was done, and not that a person is no rule.
    let out = folder("agreement.qdpx");
    assert_eq!(hence(&["export", shown(&out), shown(&study)]).0, exit::FINE);
    let project = project::read_bytes("a.qdpx", &fs::read(&out).expect("a file")).expect("a project");
    let reason = &project.notes[0].text;
    assert!(reason.contains("    eva gave m1 the code \"place\"\n") && !reason.contains("same as"), "{reason}");
    fs::write(study.join("study.hence"), text.replace("codebook", "reflexive")).expect("a study");
    assert!(
        said_of(&study, "reflexive.xlsx")
            .contains("there is no sheet `agreement`: the study says `approach reflexive`")
    );
    let alone = text.replace(", coding(m1, place, tom), coding(m2, place, tom)", "");
    fs::write(study.join("study.hence"), alone).expect("a study");
    let said = said_of(&study, "alone.xlsx");
    assert!(said.contains("there is no sheet `agreement`: coders agree or differ where at least two"), "{said}");
}

#[test]
fn selections_on_pages_come_in_by_their_words() {
    let text = r#"<Project name="p" xmlns="urn:QDA-XML:project:1.0"><Users><User guid="u" name="Eva"/></Users>
        <CodeBook><Codes><Code guid="c" name="kind" isCodable="true"/></Codes></CodeBook><Sources>
        <PDFSource guid="p" name="report.pdf">
        <PDFSelection guid="s1" page="0" firstX="1" firstY="1" secondX="2" secondY="2"><Representation guid="r1">
        <PlainTextContent>nurses werekind</PlainTextContent></Representation>
        <Coding guid="k1" creatingUser="u"><CodeRef targetGUID="c"/></Coding></PDFSelection>
        <PDFSelection guid="s2" page="1" firstX="1" firstY="1" secondX="2" secondY="2"><Representation guid="r2">
        <PlainTextContent>said only in a picture</PlainTextContent></Representation>
        <Coding guid="k2" creatingUser="u"><CodeRef targetGUID="c"/></Coding></PDFSelection>
        <PDFSelection guid="s3" page="1" firstX="1" firstY="1" secondX="2" secondY="2" name="box">
        <Coding guid="k3" creatingUser="u"><CodeRef targetGUID="c"/></Coding></PDFSelection>
        <PDFSelection guid="s4" page="1" firstX="1" firstY="1" secondX="2" secondY="2">
        <Coding guid="k4" creatingUser="u"><CodeRef targetGUID="c"/></Coding></PDFSelection>
        <Representation guid="r"><PlainTextContent>The nurses were kind. They were.</PlainTextContent>
        <PlainTextSelection guid="s4" name="They" startPosition="22" endPosition="26">
        <Coding guid="k4" creatingUser="u"><CodeRef targetGUID="c"/></Coding></PlainTextSelection></Representation>
        </PDFSource></Sources></Project>"#;
    let project = project::read_bytes("a.qde", text.as_bytes()).expect("read");
    let all: Vec<_> =
        project.codings.iter().map(|c| (project.sources[c.source].name.as_str(), c.place, c.coder)).collect();
    assert_eq!(
        all,
        [
            ("report.pdf", Some((4, 20)), Some(0)),
            ("report.pdf, page 2", None, Some(0)),
            ("report.pdf", Some((22, 26)), Some(0))
        ]
    );
    let left: Vec<String> = project.report.left_out.iter().map(|l| l.words()).collect();
    assert_eq!(
        left,
        [
            "1 selection on a page: a rectangle has no characters (`box`)",
            "1 coding: what they are of was left out (`kind`)"
        ]
    );
    let said = project.report.remarks.join("\n");
    assert!(said.contains("1 selection on a page stands where") && said.contains("is a message by itself"), "{said}");
}

/// Where it is built in, Parquet goes out and comes in; otherwise it is said how to get it.
#[test]
fn parquet_goes_out_and_comes_in_where_it_is_built_in() {
    let (_, study) = imported(&cases().join("coded.csv"), "parquet-study");
    let out = folder("codings.parquet");
    let (code, said, err) = hence(&["export", shown(&out), shown(&study)]);
    if !cfg!(feature = "parquet") {
        assert_eq!(code, exit::ERRORS, "{said}");
        // Lines are broken where they are long.
        let plain = |err: &str| err.split_whitespace().filter(|word| *word != "|").collect::<Vec<_>>().join(" ");
        let err = plain(&err);
        assert!(err.contains("which this Hence was built without") && err.contains("--features parquet"), "{err}");
        fs::write(&out, "PAR1").expect("a file");
        let (code, _, err) = hence(&["import", shown(&out), shown(&folder("parquet-back"))]);
        assert_eq!(code, exit::ERRORS);
        assert!(plain(&err).contains("--features parquet"), "{err}");
        return;
    }
    assert_eq!((code, err.as_str()), (exit::FINE, ""), "{said}");
    let text = "input message from \"messages.csv\"\n  id = \"id\"\n  text = \"text\"\nuse \"codebook.hence\"\n\
                input coding from \"codings.parquet\"\n  message = \"message\"\n  code = \"code\"\n  coder = \"coder\"\n";
    let second = folder("parquet-second");
    fs::create_dir_all(&second).expect("a folder");
    for (from, to) in [
        (study.join("messages.csv"), "messages.csv"),
        (study.join("codebook.hence"), "codebook.hence"),
        (out, "codings.parquet"),
    ] {
        fs::copy(from, second.join(to)).expect("a copy");
    }
    fs::write(second.join("study.hence"), text).expect("a study");
    let ask = |folder: &Path| hence(&["query", "coding(M, C, K)", shown(folder)]).1;
    assert!(ask(&second).contains("4 answers"), "{}", ask(&second));
    assert_eq!(ask(&second), ask(&study));
}

/// A packed file.
fn packed(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a member");
        zip.write_all(bytes).expect("its bytes");
    }
    zip.finish().expect("a packed file").into_inner()
}

const SOURCE: &str = r#"<Project name="p"><Sources><TextSource guid="a" name="n" plainTextPath="internal://t.txt"/></Sources></Project>"#;

fn refused(name: &str, bytes: &[u8]) -> String {
    let problem = project::read_bytes(name, bytes).expect_err("it is refused");
    format!("{} {}", problem.code.id, problem.message)
}

#[test]
fn packed_files_that_grow_without_end_are_refused() {
    let zeros = vec![b' '; 100 << 20];
    let bomb = packed(&[("project.qde", SOURCE.as_bytes()), ("sources/t.txt", &zeros)]);
    assert!(bomb.len() < 1 << 20);
    let said = refused("bomb.qdpx", &bomb);
    assert!(said.starts_with("E0505") && said.contains("unpacks to more than"), "{said}");
    let said = refused("bomb.qdpx", &packed(&[("project.qde", &zeros)]));
    assert!(said.starts_with("E0505"), "{said}");
}

#[test]
fn names_in_packed_files_lead_nowhere() {
    let stray = SOURCE.replace("t.txt", "../../../etc/passwd");
    let bytes = packed(&[("project.qde", stray.as_bytes()), ("../etc/passwd", b"x"), ("/etc/passwd", b"y")]);
    let project = project::read_bytes("a.qdpx", &bytes).expect("the rest is read");
    assert!(project.sources.is_empty());
    let left: Vec<(usize, &str)> = project.report.left_out.iter().map(|l| (l.count, l.what.1)).collect();
    assert_eq!(left, [(2, "packed files"), (1, "documents")]);
    for path in ["relative:///a.txt", "absolute:///etc/passwd", "/etc/passwd", "file:///etc/passwd"] {
        let project = project::read_bytes("a.qde", SOURCE.replace("internal://t.txt", path).as_bytes()).expect("read");
        assert_eq!((project.sources.len(), project.report.left_out.len()), (0, 1), "{path}");
    }
}

#[test]
fn entities_and_depth_cost_nothing() {
    let laughs = r#"<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>
        <Project name="&b;"><Description>&b;&c; &#233;</Description></Project>"#;
    let project = project::read_bytes("a.qde", laughs.as_bytes()).expect("read");
    assert_eq!(project.memo, "&b;&c; é");
    assert!(project.report.remarks.iter().any(|r| r.contains("entities of its own")), "{:?}", project.report.remarks);
    let deep = |n: usize| {
        let (opened, closed) = ("<Code name=\"a\" guid=\"g\">".repeat(n), "</Code>".repeat(n));
        format!("<Project name=\"p\"><CodeBook><Codes>{opened}{closed}</Codes></CodeBook></Project>")
    };
    let said = refused("a.qde", deep(50_000).as_bytes());
    assert!(said.contains("codes stand more than 1,000 deep"), "{said}");
    let n = 1_000;
    let project = project::read_bytes("a.qde", deep(n).as_bytes()).expect("read");
    assert_eq!(project.codes[n - 1].parent, Some(n - 2));
    assert!(project::refi_write::codebook(&project).len() > n);
    for cut in (0..laughs.len()).filter(|&cut| laughs.is_char_boundary(cut)) {
        let _ = project::read_bytes("a.qde", &laughs.as_bytes()[..cut]);
    }
}

#[test]
fn other_encodings_are_left_out_and_told() {
    let of = |bytes: &[u8]| {
        let bytes = packed(&[("project.qde", SOURCE.as_bytes()), ("sources/t.txt", bytes)]);
        project::read_bytes("a.qdpx", &bytes).expect("the rest is read")
    };
    let left: Vec<String> = of(b"a\0b").report.left_out.iter().map(|l| l.words()).collect();
    assert_eq!(left, ["1 document: their text is in no encoding that is known (`n`)"]);
    for (bytes, text, encoding) in
        [(&b"\xFF\xFEa\0b\0"[..], "ab", "UTF-16"), (b"caf\xE9", "café", "Windows-1252 (Latin-1)")]
    {
        let project = of(bytes);
        assert_eq!(project.sources[0].text, text);
        let said = format!("decide whether every letter is right: `n` is not in UTF-8 and was read as {encoding}");
        assert_eq!(project.report.remarks, [said]);
    }
    let wide: Vec<u8> = SOURCE.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let latin = [&b"<?xml version='1.0' encoding='ISO-8859-1'?><Project name=\"caf\xE9\"/>"[..]].concat();
    for (bytes, name) in [(wide.clone(), "p"), ([b"\xFF\xFE".to_vec(), wide].concat(), "p"), (latin, "café")] {
        let project = project::read_bytes("a.qde", &bytes).expect("read");
        assert_eq!(project.name, name);
        assert!(project.report.remarks[0].contains("not in UTF-8 and was read as"), "{:?}", project.report.remarks);
    }
    let problem = project::read_bytes("a.qde", b"\xFF\xFE<\0\0\0").expect_err("it is refused");
    assert!(problem.help.is_some_and(|help| help.starts_with("export the project again")));
    let said = refused("a.qda", b"");
    assert!(said.starts_with("E0401"), "{said}");
    assert!(refused("a.qdpx", b"PK\x03\x04 and no more").starts_with("E0401"));
    assert!(refused("a.docx", b"anything").starts_with("E0411"));
}

#[test]
fn what_stands_twice_is_told() {
    let two = SOURCE.replace(
        "<Sources>",
        "<Sources><TextSource guid=\"a\" name=\"first\"><PlainTextContent>x</PlainTextContent></TextSource>",
    );
    let bytes = packed(&[("project.qde", two.as_bytes()), ("sources/t.txt", b"y")]);
    let project = project::read_bytes("a.qdpx", &bytes).expect("read");
    assert_eq!(project.sources.len(), 2);
    assert_ne!(project.sources[0].id, project.sources[1].id);
    assert!(project.report.left_out[0].words().starts_with("1 GUID of a document: another document has the same"));
    // Two members of one name: writers refuse it, so the name of one is put in afterwards.
    let mut bytes = packed(&[("project.qde", SOURCE.as_bytes()), ("project.qdx", SOURCE.as_bytes())]);
    for at in 0..bytes.len() - 11 {
        if &bytes[at..at + 11] == b"project.qdx" {
            bytes[at..at + 11].copy_from_slice(b"project.qde");
        }
    }
    let project = project::read_bytes("a.qdpx", &bytes).expect("read");
    let left: Vec<String> = project.report.left_out.iter().map(|l| l.words()).collect();
    assert!(left[0].starts_with("1 packed file: another one of the same name stands behind it"), "{left:?}");
}

#[cfg(unix)]
#[test]
fn what_is_hidden_or_a_link_in_a_folder_of_texts_is_counted() {
    let texts = folder("hidden-texts");
    fs::create_dir_all(&texts).expect("a folder");
    for (name, text) in [("one.txt", "They were kind"), (".two.txt", "hidden"), ("three.txt", "It was loud")] {
        fs::write(texts.join(name), text).expect("a file");
    }
    std::os::unix::fs::symlink("/etc/hostname", texts.join("four.txt")).expect("a link");
    let (said, _) = imported(&texts, "hidden-study");
    assert!(said.contains("  2 messages\n"), "{said}");
    assert!(said.contains("1 file: it is hidden, as what a system leaves beside files is (`.two.txt`)"), "{said}");
    assert!(
        said.contains("1 file: it is a link, which is not followed, or has a name that cannot be read (`four.txt`)"),
        "{said}"
    );
}

#[test]
fn one_byte_of_another_encoding_garbles_nothing_but_itself() {
    let table = b"id,text\n1,Gr\xC3\xBC\xC3\x9Fe aus K\xC3\xB6ln\n2,M\xFCnchen ist eine Stadt\n";
    let project = project::read_bytes("a.csv", table).expect("read");
    let texts: Vec<&str> = project.sources.iter().map(|s| s.text.as_str()).collect();
    assert_eq!(texts, ["Grüße aus Köln", "München ist eine Stadt"]);
    let said = project.report.remarks.join("\n");
    assert!(said.contains("1 byte, on line 3, is not UTF-8 as the rest is"), "{said}");
}

#[test]
fn databases_that_are_broken_or_lie_are_refused() {
    let whole = fs::read(cases().join("taguette.sqlite3")).expect("a database");
    for cut in (0..whole.len()).step_by(256) {
        let _ = project::read_bytes("a.sqlite3", &whole[..cut]);
    }
    let mut torn = whole.clone();
    for at in (100..torn.len()).step_by(97) {
        torn[at] ^= 0x55;
        if at % 31 == 0 {
            let _ = project::read_bytes("a.sqlite3", &torn);
        }
    }
    assert!(refused("a.sqlite3", &torn).starts_with('E'));
    // A view in the place of a table is a program of whoever made the file: it is no table, and is not run.
    let file = folder("view.sqlite3");
    let made = rusqlite::Connection::open(&file).expect("a database");
    made.execute_batch(
        "create table documents (id integer); create view highlights as with recursive n(x) as (select 1 union all select \
         x + 1 from n) select x as id from n;",
    )
    .expect("tables");
    drop(made);
    let said = refused("view.sqlite3", &fs::read(&file).expect("bytes"));
    assert!(said.contains("not of QualCoder, Taguette or RQDA"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_the_folder_is_not_followed() {
    let (target, link) = (folder("link-target"), folder("link"));
    fs::create_dir_all(&target).expect("a folder");
    let _ = fs::remove_file(&link);
    std::os::unix::fs::symlink(&target, &link).expect("a link");
    let (code, _, err) = hence(&["import", shown(&cases().join("tags.qdc")), shown(&link)]);
    assert_eq!(code, exit::ERRORS, "{err}");
    assert!(fs::read_dir(&target).expect("a folder").next().is_none());
}

#[test]
fn what_is_no_project_is_told() {
    let files = Memory::default().with("a.txt", "x");
    for (path, words) in [("a.txt", "is no project that can be read"), ("b.qdpx", "there is no file")] {
        assert!(project::read(&files, path).expect_err("refused").message.contains(words), "{path}");
    }
    let (code, _, err) = hence(&["import", "nowhere.qdpx", shown(&folder("nowhere"))]);
    assert_eq!(code, exit::ERRORS);
    assert!(err.contains("name the project's file"), "{err}");
}
