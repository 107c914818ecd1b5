//! The audit trail as a folder: what stands in it, that it is the same again, that whatever happens to it afterwards is
//! found, and that neither a careless author nor a hostile folder can do harm. Texts to compare with stand in
//! `tests/cases/audit`; `UPDATE=1 cargo test --test audit` writes them, to be read before they are kept.

mod support;

use hence::cli::run;
use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use support::WIDE;

/// A folder of this test's own, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("audit").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

/// Exit code, findings, and what was said.
fn hence(words: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = std::iter::once("hence").chain(words.iter().copied()).map(OsString::from);
    let code = run(args, &mut out, &mut err, WIDE);
    (code, String::from_utf8_lossy(&out).into_owned(), String::from_utf8_lossy(&err).into_owned())
}

fn example(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name).display().to_string()
}

/// All files below a folder with what stands in them.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut out, mut open) = (BTreeMap::new(), vec![folder.to_path_buf()]);
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(&at).expect("a folder").map(|e| e.expect("an entry").path()) {
            if entry.is_dir() {
                open.push(entry);
            } else {
                let name = entry.strip_prefix(folder).expect("below").to_string_lossy().replace('\\', "/");
                out.insert(name, fs::read(&entry).expect("a file"));
            }
        }
    }
    out
}

const STUDY: &str = "study \"Prices\"\n  by \"Eva\"\n\
    input message from \"messages.csv\"\n  id = \"id\"\n  author = \"author\"\n  text = \"text\"\n\
    code price \"Price\"\n  means \"What things cost.\"\n  memo \"A <b>wide</b> code.\"\n  matches \"price*\"\n\
    code calm \"Calm\"\n  matches \"calm\"\n\
    theme worry \"Worry\"\n  when price and not calm and authors of price >= 2\n";
const ROWS: &str = "id,author,text\nm1,ann,The prices rise again and nobody says a word of it\n\
    m2,tom,A price will rise, and <script>alert(1)</script> stays\nm3,eva,=calm\n";

/// A study of three messages.
fn small(name: &str) -> (PathBuf, String) {
    let place = folder(name);
    let study = place.join("study");
    fs::create_dir_all(&study).expect("the folder can be made");
    fs::write(study.join("study.hence"), STUDY).expect("it can be written");
    fs::write(
        study.join("messages.csv"),
        ROWS.replace("A price will rise, and", "\"A price will rise, and").replace(" stays", " stays\""),
    )
    .expect("it can be written");
    let shown = study.display().to_string();
    (place, shown)
}

/// The same with its trail.
fn audited(name: &str, more: &[&str]) -> (PathBuf, String, String) {
    let (place, study) = small(name);
    let trail = place.join("trail").display().to_string();
    let (code, out, err) = hence(&[&["audit", &study, "-o", &trail], more].concat());
    assert_eq!(code, 0, "{out}{err}");
    (place, study, trail)
}

/// What `--verify` says, as a value, and the exit code.
fn verified(trail: &str, study: Option<&str>) -> (u8, Value) {
    let mut words = vec!["audit", "--verify", trail, "--format", "json"];
    words.extend(study.iter().flat_map(|study| ["--study", study]));
    let (code, out, err) = hence(&words);
    (code, serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out}{err}")))
}

fn golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/audit").join(name);
    let text = text.replace(&format!("Hence {}.", env!("CARGO_PKG_VERSION")), "Hence VERSION.");
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        fs::write(&path, text).expect("it can be written");
        return;
    }
    let wanted = fs::read_to_string(&path).unwrap_or_default();
    assert!(text == wanted, "{name} is another; UPDATE=1 writes it\n{text}");
}

#[test]
fn the_worked_example_has_its_tables_and_every_proof_holds() {
    let trail = folder("worked").join("trail");
    let (shown, study) = (trail.display().to_string(), example("creative_digital"));
    let (code, out, err) = hence(&["audit", &study, "-o", &shown]);
    assert_eq!(code, 0, "{out}{err}");
    let all = files(&trail);
    for list in ["coreq", "srqr", "jars-qual"] {
        golden(&format!("{list}.md"), &String::from_utf8_lossy(&all[&format!("reporting-tables/{list}.md")]));
    }
    for chapter in 1..=6 {
        assert!(all.keys().any(|path| path.starts_with(&format!("{chapter}-"))), "class {chapter}");
    }
    // No message stands here as a whole, but for short ones that the codebook quotes.
    let messages = fs::read_to_string(Path::new(&study).join("messages.csv")).expect("the example has messages");
    let long = "Half of what my company does came out of messing about with somebody I had only just met";
    assert!(messages.contains(long));
    for (path, bytes) in &all {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains(long) || path.contains("codebook"), "{path}");
        assert!(!path.ends_with("report.html") && !path.ends_with("messages.csv"), "{path}");
    }
    let (code, found) = verified(&shown, Some(&study));
    assert_eq!(code, 0, "{found}");
    assert_eq!(found["replayed"]["hold"], found["conclusions"], "every conclusion has a proof, and it holds");
    assert!(found["conclusions"].as_u64().is_some_and(|n| n > 500));
}

#[test]
fn two_coders_are_compared_and_their_trail_holds_with_its_data() {
    let trail = folder("coders").join("trail");
    let shown = trail.display().to_string();
    let (code, out, err) = hence(&["audit", &example("two_coders"), "-o", &shown, "--with-data"]);
    assert_eq!(code, 0, "{out}{err}");
    let all = files(&trail);
    golden("guide.md", &without_history(&String::from_utf8_lossy(&all["README.md"])));
    assert!(all.contains_key("4-process-notes/agreement.txt") && all.contains_key("3-reconstruction/report.html"));
    let messages = fs::read(Path::new(&example("two_coders")).join("messages.csv")).expect("a file");
    assert_eq!(all["1-raw-data/study/messages.csv"], messages);
    let (code, found) = verified(&shown, None);
    assert!(code == 0 && found["replayed"]["hold"] == found["proofs"], "the copy is enough: {found}");
}

/// A guide without what the repository of these tests says.
fn without_history(guide: &str) -> String {
    let start = guide.find("### How the study changed").expect("the section");
    let end = guide.find("### Decisions of reviewers").expect("the section");
    format!("{}{}", &guide[..start], &guide[end..])
}

#[test]
fn the_same_study_gives_the_same_bytes_and_replaces_its_earlier_trail() {
    let (place, study, trail) = audited("same", &["--with-data"]);
    let before = files(Path::new(&trail));
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let (code, _, err) = hence(&["audit", &study, "-o", &trail, "--with-data"]);
    assert_eq!(code, 0, "{err}");
    let after = files(Path::new(&trail));
    let differ: Vec<&String> = before.keys().filter(|path| before[*path] != after[*path]).collect();
    assert!(differ.is_empty() && before.len() == after.len(), "{differ:?}");
    let left: Vec<_> = fs::read_dir(&place).expect("a folder").map(|e| e.expect("an entry").file_name()).collect();
    assert_eq!(left.len(), 2, "nothing is left beside it: {left:?}");
}

#[test]
fn a_changed_byte_is_found_in_every_file() {
    let (_, study, trail) = audited("bytes", &["--with-data"]);
    let _ = study;
    for (path, bytes) in files(Path::new(&trail)) {
        let file = Path::new(&trail).join(&path);
        for at in [0, bytes.len() / 2, bytes.len().saturating_sub(1)] {
            let mut other = bytes.clone();
            match other.get_mut(at) {
                Some(byte) => *byte ^= 1,
                None => other.push(b'x'),
            }
            fs::write(&file, &other).expect("it can be written");
            let (code, found) = verified(&trail, None);
            assert_eq!(code, 1, "{path}, byte {at}");
            if path == "manifest.json" {
                assert!(found["sealed"] != true, "{found}");
            } else {
                assert_eq!(found["files"]["changed"], serde_json::json!([path]), "{found}");
            }
        }
        fs::write(&file, &bytes).expect("it can be written");
    }
    assert_eq!(verified(&trail, None).0, 0, "and all is well again");
}

#[test]
fn a_changed_message_is_told_with_the_proofs_it_breaks() {
    let (_, study, trail) = audited("message", &[]);
    let (code, out, _) = hence(&["audit", "--verify", &trail]);
    assert!(code == 0 && out.contains("The proofs were not replayed") && out.contains("--study STUDY"), "{out}");
    let (code, found) = verified(&trail, Some(&study));
    assert!(code == 0 && found["replayed"]["hold"] == found["proofs"], "{found}");
    // A proof of a trail is a proof, though it keeps texts back.
    let proof = Path::new(&trail).join("3-reconstruction/proofs/theme.worry/00001-m1.json");
    let text = fs::read_to_string(&proof).expect("a file");
    assert!(text.contains("\"withheld\"") && !text.contains("nobody says a word"), "{text}");
    let (code, out, _) = hence(&["verify", &proof.display().to_string(), &study]);
    assert!(code == 0 && out.contains("holds"), "{out}");
    let messages = Path::new(&study).join("messages.csv");
    let text = fs::read_to_string(&messages).expect("a file");
    fs::write(&messages, text.replace("The prices rise", "The rents rise")).expect("it can be written");
    let (code, out, _) = hence(&["audit", "--verify", &trail, "--study", &study]);
    assert_eq!(code, 1);
    golden("changed-message.txt", &scrubbed(&out, &trail));
    // What changes in the files of the study alone is told, too.
    fs::write(&messages, format!("{text}m4,kim,Nothing\n")).expect("it can be written");
    let (code, found) = verified(&trail, Some(&study));
    let differ = serde_json::json!([{ "file": "messages.csv", "how": "changed" }]);
    assert!(code == 1 && found["replayed"]["sources"]["differ"] == differ, "{found}");
}

/// Without what is another on every machine.
fn scrubbed(text: &str, trail: &str) -> String {
    let words: Vec<String> = text
        .replace(trail, "TRAIL")
        .lines()
        .map(
            |line| {
                if line.starts_with("The seal of the manifest is") { "The seal …".into() } else { line.to_string() }
            },
        )
        .filter(|line| !line.trim_start().chars().all(|c| c.is_ascii_hexdigit() || c == '.') || line.is_empty())
        .collect();
    words.join("\n") + "\n"
}

#[test]
fn missing_and_extra_files_are_named() {
    let (_, _, trail) = audited("missing", &[]);
    let at = Path::new(&trail);
    fs::remove_file(at.join("2-data-reduction/codings.csv")).expect("it can go");
    fs::write(at.join("3-reconstruction/notes.txt"), "mine").expect("it can be written");
    let (code, found) = verified(&trail, None);
    assert_eq!(code, 1);
    assert_eq!(found["files"]["missing"], serde_json::json!(["2-data-reduction/codings.csv"]));
    assert_eq!(found["files"]["extra"], serde_json::json!(["3-reconstruction/notes.txt"]));
    let (_, out, _) = hence(&["audit", "--verify", &trail]);
    assert!(out.contains("Missing:") && out.contains("Not part of the trail:"), "{out}");
}

#[test]
fn nothing_else_is_ever_written_over() {
    let (place, study, trail) = audited("over", &[]);
    let refused = |output: &Path, why: &str| {
        let before = if output.is_dir() { files(output) } else { BTreeMap::new() };
        let (code, _, err) = hence(&["audit", &study, "-o", &output.display().to_string()]);
        // Long lines are broken where the page ends.
        let said = err.replace("\n  | ", " ");
        assert!(code == 1 && said.contains(why), "{code} {err}");
        assert!(!output.is_dir() || files(output) == before, "all is as it was");
    };
    refused(Path::new(&study), "holds something else than an audit trail");
    let file = place.join("thesis.txt");
    fs::write(&file, "mine").expect("it can be written");
    refused(&file, "is a file");
    let table = Path::new(&trail).join("reporting-tables/coreq.md");
    let text = fs::read(&table).expect("a file");
    fs::write(&table, "filled in by hand").expect("it can be written");
    refused(Path::new(&trail), "somebody changed `reporting-tables/coreq.md`");
    fs::write(&table, text).expect("it can be written");
    fs::write(Path::new(&trail).join("notes.md"), "mine").expect("it can be written");
    refused(Path::new(&trail), "`notes.md` in");
    fs::remove_file(Path::new(&trail).join("notes.md")).expect("it can go");
    let empty = place.join("deep/empty");
    fs::create_dir_all(&empty).expect("it can be made");
    assert_eq!(hence(&["audit", &study, "-o", &empty.display().to_string()]).0, 0);
    assert_eq!(hence(&["audit", &study, "-o", &trail]).0, 0, "its own may go");
}

#[test]
fn a_hostile_folder_is_refused_and_nothing_outside_of_it_is_read() {
    let (place, _, trail) = audited("hostile", &["--with-data"]);
    let manifest = Path::new(&trail).join("manifest.json");
    let text = fs::read_to_string(&manifest).expect("a file");
    for (from, to) in [
        ("\"README.md\"", "\"../study/study.hence\""),
        ("\"README.md\"", "\"/etc/passwd\""),
        ("\"README.md\"", "\"C:\\\\x\""),
        ("\"README.md\"", "\"index.html\""),
        ("\"1-raw-data/study/study.hence\"\n", "\"../study/study.hence\"\n"),
        ("\"hence_audit\": 1", "\"hence_audit\": 7"),
        ("\"hence_audit\": 1", "\"hence_audit\": 1, \"more\": 1"),
        ("{\n  \"hence_audit\"", "{\n  \"no\""),
        ("    \"files\": [\n", "    \"files\": [\n      \"3-reconstruction/proofs/theme.worry/00001-m1.json\",\n"),
    ] {
        assert!(text.contains(from), "{from}");
        fs::write(&manifest, text.replacen(from, to, 1)).expect("it can be written");
        let (code, out, err) = hence(&["audit", "--verify", &trail]);
        assert!(code == 1 && out.is_empty() && err.contains("nothing was checked"), "{to}: {out}{err}");
        assert_eq!(verified(&trail, None).1["holds"], false);
    }
    fs::write(&manifest, "[".repeat(100_000)).expect("it can be written");
    assert_eq!(hence(&["audit", "--verify", &trail]).0, 1);
    fs::write(&manifest, &text).expect("it can be written");
    // A copied study that asks for files outside of the folder gets none.
    let copy = Path::new(&trail).join("1-raw-data/study/study.hence");
    let study = fs::read_to_string(&copy).expect("a file");
    fs::write(&copy, study.replace("messages.csv", "../../../study/messages.csv")).expect("it can be written");
    let (code, found) = verified(&trail, None);
    assert!(code == 1 && found["replayed"]["hold"] == 0, "{found}");
    fs::write(&copy, &study).expect("it can be written");
    #[cfg(unix)]
    {
        let readme = Path::new(&trail).join("README.md");
        let same = place.join("same.md");
        fs::rename(&readme, &same).expect("it can be moved");
        std::os::unix::fs::symlink(&same, &readme).expect("a link can be made");
        let (code, found) = verified(&trail, None);
        assert!(code == 1 && found["files"]["changed"][0] == "README.md", "a link is no file: {found}");
        fs::remove_file(&readme).expect("it can go");
        fs::rename(&same, &readme).expect("it can be moved");
        let elsewhere = place.join("elsewhere");
        fs::rename(Path::new(&trail).join("2-data-reduction"), &elsewhere).expect("it can be moved");
        std::os::unix::fs::symlink(&elsewhere, Path::new(&trail).join("2-data-reduction")).expect("a link can be made");
        let (code, found) = verified(&trail, None);
        assert!(code == 1 && found["files"]["missing"].as_array().is_some_and(|all| all.len() == 5), "{found}");
        fs::rename(&manifest, place.join("manifest.json")).expect("it can be moved");
        std::os::unix::fs::symlink(place.join("manifest.json"), &manifest).expect("a link can be made");
        let (code, _, err) = hence(&["audit", "--verify", &trail]);
        assert!(code == 1 && err.contains("is a link or a folder"), "{err}");
    }
}

#[test]
fn what_somebody_said_stays_text_and_no_cell_is_a_formula() {
    let (_, study, trail) = audited("text", &[]);
    let all = files(Path::new(&trail));
    let index = String::from_utf8_lossy(&all["index.html"]).into_owned();
    assert!(!index.contains("<script") && !index.contains("<b>wide") && index.contains("&#60;b&#62;wide"), "{index}");
    assert!(index.contains("default-src 'none'") && !index.contains("http-equiv=\"refresh"));
    let guide = String::from_utf8_lossy(&all["README.md"]).into_owned();
    assert!(guide.contains("\\<b\\>wide"), "{guide}");
    let study_file = Path::new(&study).join("study.hence");
    let text = fs::read_to_string(&study_file).expect("a file");
    fs::write(&study_file, text.replace("memo \"A <b>wide</b> code.\"", "memo \"=1+1\"")).expect("it can be written");
    assert_eq!(hence(&["audit", &study, "-o", &trail]).0, 0);
    let memos = fs::read_to_string(Path::new(&trail).join("5-intentions/memos.csv")).expect("a file");
    assert!(memos.contains(",'=1+1,"), "{memos}");
}

#[test]
fn a_study_that_states_messages_in_its_rules_is_not_copied() {
    let place = folder("stated");
    let study = place.join("study.hence");
    let text =
        "fact message(\"m1\", author: ann, text: \"what nobody should read twice\")\ncode c\n  matches \"nobody\"\n";
    fs::write(&study, text).expect("it can be written");
    let trail = place.join("trail");
    let (code, _, err) = hence(&["audit", &study.display().to_string(), "-o", &trail.display().to_string()]);
    assert_eq!(code, 0, "{err}");
    let all = files(&trail);
    assert!(!all.keys().any(|path| path.ends_with(".hence")), "{:?}", all.keys());
    assert!(String::from_utf8_lossy(&all["README.md"]).contains("not copied: it states facts"));
}

#[test]
fn the_command_says_what_it_needs() {
    let (_, study, trail) = audited("usage", &[]);
    let used = |words: &[&str], code: u8, why: &str| {
        let (found, out, err) = hence(words);
        assert!(found == code && (out + &err).contains(why), "{words:?}: {found} {err}");
    };
    used(&["audit", &study], 2, "--output");
    used(&["audit", &study, "-o", &trail, "--only", "this"], 2, "a trail is of the whole study");
    used(&["audit", "--verify", &trail, &study], 2, "is named by `--study`");
    used(&["audit", "--verify", &trail, "--set", "a=1"], 2, "the trail says how the study was read");
    used(&["audit", "--verify", &trail, "-o", "x"], 2, "cannot be used with");
    used(&["audit", &study, "-o", &trail, "--study", &study], 2, "goes with `--verify`");
    used(&["audit", "--verify", &study], 1, "is no audit trail");
    used(&["audit", "--verify", "/nowhere/at/all"], 1, "there is no folder");
    used(&["audit", "/nowhere/at/all", "-o", "/tmp/never"], 1, "there is no folder and no file");
    let broken = folder("broken");
    fs::write(broken.join("study.hence"), "theme t\n  when nothing_there\n").expect("it can be written");
    let output = broken.join("trail");
    let words = ["audit", &broken.display().to_string(), "-o", &output.display().to_string()];
    used(&words, 1, "no audit trail was written");
    assert!(!output.exists());
}

#[test]
fn revisions_are_told_with_what_they_changed() {
    let (place, study) = small("history");
    let git = |words: &[&str]| {
        let told = std::process::Command::new("git")
            .args([
                "-C",
                &study,
                "-c",
                "user.name=Eva",
                "-c",
                "user.email=eva@example.org",
                "-c",
                "commit.gpgsign=false",
            ])
            .args(words)
            .env("GIT_AUTHOR_DATE", "2024-03-01T12:00:00Z")
            .env("GIT_COMMITTER_DATE", "2024-03-01T12:00:00Z")
            .output();
        told.is_ok_and(|told| told.status.success())
    };
    if !git(&["init", "-q"]) {
        return;
    }
    let file = Path::new(&study).join("study.hence");
    let text = fs::read_to_string(&file).expect("a file");
    let commit = |text: &str, what: &str| {
        fs::write(&file, text).expect("it can be written");
        assert!(git(&["add", "."]) && git(&["commit", "-qm", what]), "{what}");
    };
    commit(&text, "The first | version");
    commit(&text.replace("matches \"price*\"", "matches \"price*\" or \"calm\""), "A wider code");
    commit("theme", "A slip");
    commit(&text.replace("price >= 2", "price >= 9"), "More authors");
    fs::write(&file, &text).expect("it can be written");
    let trail = place.join("study/trail");
    let shown = trail.display().to_string();
    let (code, _, err) = hence(&["audit", &study, "-o", &shown]);
    assert_eq!(code, 0, "{err}");
    let all = files(&trail);
    let guide = String::from_utf8_lossy(&all["README.md"]).into_owned();
    let start = guide.find("### How the study changed").expect("the section");
    let end = guide.find("### Decisions of reviewers").expect("the section");
    // Hashes of commits are the same wherever the contents are.
    golden("history.md", &guide[start..end]);
    assert_eq!(all.keys().filter(|path| path.contains("/changes/")).count(), 3, "{:?}", all.keys());
    // A trail that is committed with the study is no change of it.
    fs::write(&file, text.replace("price >= 2", "price >= 9")).expect("it can be written");
    assert_eq!(hence(&["audit", &study, "-o", &shown]).0, 0);
    let before = files(&trail);
    assert!(git(&["add", "."]) && git(&["commit", "-qm", "The trail"]));
    assert_eq!(hence(&["audit", &study, "-o", &shown]).0, 0);
    assert!(files(&trail) == before, "the same again");
}

#[test]
fn data_above_the_study_are_copied_to_their_place_and_others_are_refused() {
    let place = folder("above");
    fs::create_dir_all(place.join("study")).expect("it can be made");
    fs::create_dir_all(place.join("data")).expect("it can be made");
    fs::write(place.join("data/messages.csv"), "id,text\nm1,An apple\n").expect("it can be written");
    let rules = |file: &str| {
        format!("input message from \"{file}\"\n  id = \"id\"\n  text = \"text\"\ncode c\n  matches \"apple\"\n")
    };
    let file = place.join("study/study.hence");
    fs::write(&file, rules("../data/messages.csv")).expect("it can be written");
    let (study, trail) = (place.join("study").display().to_string(), place.join("trail").display().to_string());
    let (code, _, err) = hence(&["audit", &study, "-o", &trail, "--with-data"]);
    assert_eq!(code, 0, "{err}");
    fs::remove_dir_all(place.join("data")).expect("it can go");
    let (code, found) = verified(&trail, None);
    assert!(code == 0 && found["replayed"]["hold"] == 1, "the copy needs nothing else: {found}");
    let away = place.join("away.csv");
    fs::write(&away, "id,text\nm1,An apple\n").expect("it can be written");
    fs::write(&file, rules(&away.display().to_string())).expect("it can be written");
    let other = place.join("other").display().to_string();
    let (code, _, err) = hence(&["audit", &study, "-o", &other, "--with-data"]);
    let said = err.replace("\n  | ", " ");
    assert!(code == 1 && said.contains("it is named from the root of the disk"), "{err}");
    assert_eq!(hence(&["audit", &study, "-o", &other]).0, 0, "its hash needs no copy");
}

#[test]
fn decisions_of_reviewers_stand_in_the_process_notes() {
    let (_, study, trail) = audited("decisions", &[]);
    let words =
        ["review", "add", "theme(m1, worry)", "--disputed", "--reason", "=irony", "--by", "Ann", "--at", "2026-03-01"];
    let (code, _, err) = hence(&[&words[..], &[&study]].concat());
    assert_eq!(code, 0, "{err}");
    assert_eq!(hence(&["audit", &study, "-o", &trail]).0, 0);
    let decisions = fs::read_to_string(Path::new(&trail).join("4-process-notes/decisions.csv")).expect("a file");
    assert!(decisions.contains("\"theme(m1, worry)\",disputed,'=irony,Ann,2026-03-01"), "{decisions}");
    let coreq = fs::read_to_string(Path::new(&trail).join("reporting-tables/coreq.md")).expect("a file");
    assert!(coreq.contains("1 decision of reviewers counts"), "{coreq}");
}
