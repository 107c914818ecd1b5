//! REFI-QDA between Hence and QualCoder, whose files and whose reading differ from the standard in ways of their own: it
//! writes the places of annotations into notes and does not escape these, asks selections and not codings who made them,
//! passes over codings of whole texts, and stops at notes without a date and at the second note of a title.

use super::{exit, folder, hence, imported, shown};
use hence::data::project::{self, About};
use std::fs;
use std::io::{Cursor, Write};

/// A project as QualCoder 3.8 and 4.0 write it, with an annotation.
fn exported(annotation: &str) -> Vec<u8> {
    let user = "10000000-0000-4000-8000-000000000001";
    let (code, source) = ("20000000-0000-4000-8000-000000000001", "50000000-0000-4000-8000-000000000001");
    let (first, second) = ("80000000-0000-4000-8000-000000000001", "80000000-0000-4000-8000-000000000002");
    let note = |id: &str, text: &str, start: u32, end: u32| {
        format!(
            "<Note guid=\"{id}\" creatingUser=\"{user}\" creationDateTime=\"2026-01-02T10:00:00Z\" >\n\
             <PlainTextContent>{text}</PlainTextContent>\n<PlainTextSelection guid=\"9{}\" startPosition=\"{start}\" \
             endPosition=\"{end}\" />\n</Note>\n",
            &id[1..]
        )
    };
    let markup = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Project name=\"talks.qda\" origin=\"QualCoder 3.8\" \
         creatingUserGUID=\"{user}\" xmlns=\"urn:QDA-XML:project:1.0\">\n<Users>\n<User guid=\"{user}\" name=\"ann\" />\n\
         </Users>\n<CodeBook>\n<Codes>\n<Code guid=\"{code}\" name=\"rain\" isCodable=\"true\" color=\"#F5BCA9\" />\n\
         </Codes>\n</CodeBook>\n<Sources>\n<TextSource plainTextPath=\"internal://a.txt\" creatingUser=\"{user}\" \
         creationDateTime=\"2026-01-02T10:00:00Z\" guid=\"{source}\" name=\"one.txt\">\n<PlainTextSelection \
         guid=\"70000000-0000-4000-8000-000000000001\" startPosition=\"4\" endPosition=\"8\" name=\"rain\" \
         creatingUser=\"{user}\" creationDateTime=\"2026-01-02T10:00:00Z\">\n<Description>wet</Description>\n<Coding \
         guid=\"60000000-0000-4000-8000-000000000001\" creatingUser=\"{user}\" >\n<CodeRef targetGUID=\"{code}\" />\n\
         </Coding>\n</PlainTextSelection>\n<NoteRef targetGUID=\"{first}\" />\n</TextSource>\n</Sources>\n<Notes>\n{}{}\
         </Notes>\n<Description></Description>\n</Project>",
        note(first, annotation, 13, 17),
        note(second, "of another place", 0, 3)
    );
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, text) in [("project.qde", markup.as_str()), ("sources/a.txt", "\u{FEFF}The rain\r\nhad gone.\r\n")] {
        zip.start_file(name, options).expect("a file");
        zip.write_all(text.as_bytes()).expect("its bytes");
    }
    zip.finish().expect("a packed file").into_inner()
}

#[test]
fn annotations_of_qualcoder_keep_their_places_and_their_signs() {
    let bytes = exported("mud & more mud");
    let file = folder("annotated.qdpx");
    fs::write(&file, &bytes).expect("a file");
    let (said, _) = imported(&file, "annotated");
    assert!(said.contains("1 of 1 quote fit"), "{said}");
    assert!(said.contains("1 text holds an `&` where XML wants `&amp;`"), "{said}");
    assert!(said.contains("1 place of a note: the file does not say of which text") && said.contains("of another"));
    let project = project::read_bytes("a.qdpx", &bytes).expect("a project");
    assert_eq!(project.notes[0].text, "mud & more mud");
    assert_eq!(project.notes[0].about, [About::Source(0, Some((14, 18)))]);
    assert_eq!((project.codings[0].memo.as_str(), project.codings[0].place), ("wet", Some((4, 8))));
    // What cannot be read at all is told with another way in.
    fs::write(&file, exported("mud <3 mud")).expect("a file");
    let (code, out, err) = hence(&["import", shown(&file), shown(&folder("annotated-broken"))]);
    assert!(code != exit::FINE && format!("{out}{err}").contains("`.qda`"), "{out}{err}");
}

const STUDY: &str = "study \"Rain\"
fact message(id: m1, thread: t, author: ann, at: 2024-05-01, text: \"The rain had gone\")
fact message(id: m2, thread: t, author: ben, at: 2024-05-01, text: \"No rain at all\")
code rain \"Rain\"
code mud \"Mud\"
code none \"None\"
fact coding(message: m1, code: rain, coder: eva, start: 4, end: 8, at: 2024-05-02T10:00, memo: \"sure\")
fact coding(message: m1, code: rain, coder: tom, start: 4, end: 8)
fact coding(message: m1, code: mud, coder: eva, start: 4, end: 8, at: 2024-05-02T10:00, memo: \"sure\")
fact coding(message: m2, code: none, coder: eva, memo: \"all of it\")
fact coding(message: m2, code: none, coder: tom, start: 0, end: 14)
relation note(note: text, title?: text, text: text, by?: text, at?: datetime, of?: text, about?: text)
fact note(note: \"a\", title: \"Rain\", text: \"one\", of: \"code\", about: \"rain\")
fact note(note: \"b\", title: \"Rain\", text: \"two\", of: \"message\", about: \"m1\")
theme wet \"Wet\"
  when rain
";

#[test]
fn every_selection_says_who_made_it_and_every_note_has_a_date_and_a_title_of_its_own() {
    let study = folder("rain");
    fs::create_dir_all(&study).expect("a folder");
    fs::write(study.join("study.hence"), STUDY).expect("a study");
    let out = folder("rain.qdpx");
    let (code, _, err) = hence(&["export", shown(&out), shown(&study)]);
    assert_eq!(code, exit::FINE, "{err}");
    let bytes = fs::read(&out).expect("a file");
    let mut zip = zip::ZipArchive::new(Cursor::new(&bytes)).expect("a packed file");
    let markup = std::io::read_to_string(zip.by_name("project.qde").expect("the project")).expect("text");
    let tags = |name: &str| -> Vec<&str> {
        markup.split('<').filter(|tag| tag.split([' ', '>', '/']).next() == Some(name)).collect()
    };
    let value = |tag: &str, key: &str| {
        let at = tag.find(&format!(" {key}=\""))? + key.len() + 3;
        tag[at..].split('"').next().map(str::to_owned)
    };
    for selection in tags("PlainTextSelection") {
        assert!(value(selection, "creatingUser").is_some(), "{selection}");
    }
    let notes = tags("Note");
    let mut titles: Vec<_> = notes.iter().filter_map(|note| value(note, "name")).collect();
    titles.sort();
    let all = titles.len();
    titles.dedup();
    assert_eq!(titles.len(), all, "{titles:?}");
    assert!(titles.contains(&"Rain".to_owned()) && titles.contains(&"Rain · 2".to_owned()), "{titles:?}");
    for note in &notes {
        assert!(value(note, "creationDateTime").is_some(), "{note}");
    }
    // A coding in a text stands in a selection, one of a whole text too.
    for source in markup.split("<TextSource").skip(1) {
        let outside: String = source
            .split("<PlainTextSelection")
            .map(|part| part.rsplit("</PlainTextSelection>").next().unwrap())
            .collect();
        assert!(!outside.contains("<Coding"), "{outside}");
    }
    // And all of it is what it was when it comes back.
    let back = project::read_bytes("a.qdpx", &bytes).expect("a project");
    let mut codings: Vec<_> =
        back.codings.iter().filter(|c| c.coder.is_some_and(|k| !back.users[k].is_rules())).collect();
    codings.sort_by_key(|c| (c.source, c.code, c.coder.map(|k| back.users[k].name.clone())));
    let told = |c: &&project::Coding| {
        (back.codes[c.code].name.clone(), back.users[c.coder.unwrap()].name.clone(), c.place, c.memo.clone())
    };
    let of = |code: &str, coder: &str, place, memo: &str| (code.to_owned(), coder.to_owned(), place, memo.to_owned());
    assert_eq!(
        codings.iter().map(told).collect::<Vec<_>>(),
        [
            of("Rain", "eva", Some((4, 8)), "sure"),
            of("Rain", "tom", Some((4, 8)), ""),
            of("Mud", "eva", Some((4, 8)), "sure"),
            of("None", "eva", None, "all of it"),
            of("None", "tom", Some((0, 14)), ""),
        ]
    );
    let noted: Vec<_> = back.notes.iter().filter(|n| n.title.starts_with("Rain")).collect();
    assert_eq!(noted.iter().map(|n| (n.title.as_str(), n.at.as_deref())).collect::<Vec<_>>(), [("Rain", None); 2]);
    assert_eq!(back.codings.iter().filter(|c| c.at.is_some()).count(), 2);
}
