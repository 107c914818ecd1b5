//! Runs `tests/cases/commands/*.txt`: the files of a study (`~~~ name` to `~~~`), then command lines (`$ what-if --set n=3
//! study`) and what each prints on both streams, with its exit code where that is not 0. No command may change a file;
//! `$ COMMAND > NAME` keeps what it finds in one, and `$ edit NAME 'from' 'to'` changes one as somebody would.
//! `UPDATE=1 cargo test --test commands` rewrites what is expected.

mod support;

use hence::cli::{Terminal, run};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::{cases, files, root};

/// A folder of this test's own, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("commands").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

/// The words of a command line: quotation marks of either kind hold words together.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None::<char>);
    for c in line.chars() {
        match (quote, c) {
            (Some(q), c) if q == c => quote = None,
            (None, '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// Every file under a folder.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for path in std::fs::read_dir(folder).expect("the folder can be read").flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            found.extend(contents(&path));
        } else {
            found.insert(path.clone(), std::fs::read(&path).expect("the file can be read"));
        }
    }
    found
}

/// Puts one text in the place of another in a file.
fn edit(line: &str, folder: &Path) {
    let words = words(line);
    let [_, name, from, to] = words.as_slice() else { panic!("`edit NAME FROM TO`: {line}") };
    let (path, (from, to)) = (folder.join(name), (from.replace("\\n", "\n"), to.replace("\\n", "\n")));
    let text = support::read(&path);
    assert!(text.contains(&from), "{line}: there is no such text");
    std::fs::write(path, text.replace(&from, &to)).expect("it can be written");
}

/// What a command line prints; names of this test's folder do not count.
fn said(line: &str, folder: &Path) -> String {
    if line.starts_with("edit ") {
        edit(line, folder);
        return String::new();
    }
    let (line, kept) = line.split_once(" > ").map_or((line, None), |(line, name)| (line, Some(name.trim())));
    let at = folder.to_string_lossy();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = words(line).into_iter().map(|word| match folder.join(&word) {
        path if !word.is_empty() && path.exists() => path.into_os_string(),
        _ => match word.split_once("=./") {
            Some((name, path)) => format!("{name}={at}/{path}").into(),
            None => match word.strip_prefix("@./") {
                Some(path) => format!("@{at}/{path}").into(),
                None => OsString::from(word),
            },
        },
    });
    let code = run(std::iter::once("hence".into()).chain(args), &mut out, &mut err, Terminal::default());
    let text = |bytes| String::from_utf8(bytes).expect("it is UTF-8").replace(&*at, ".");
    let out = match kept {
        Some(name) => {
            std::fs::write(folder.join(name), out).expect("it can be written");
            String::new()
        }
        None => text(out),
    };
    let mut said = out + &text(err);
    if code != 0 {
        let _ = writeln!(said, "exit code {code}");
    }
    said.lines().map(|line| line.trim_end().to_string() + "\n").collect()
}

#[test]
fn commands_say_what_the_cases_say_and_change_no_file() {
    let mut wrong = Vec::new();
    for path in files(&root().join("tests/cases/commands"), "txt") {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut written = String::new();
        for (number, case) in cases(&path).into_iter().enumerate() {
            let folder = folder(&format!("{name}-{number}"));
            let mut commands: Vec<String> = Vec::new();
            let mut lines = case.source.lines();
            while let Some(line) = lines.next() {
                if let Some(file) = line.strip_prefix("~~~ ") {
                    let text: Vec<&str> = lines.by_ref().take_while(|line| line.trim() != "~~~").collect();
                    let file = folder.join(file);
                    std::fs::create_dir_all(file.parent().expect("it has a folder")).expect("it can be made");
                    std::fs::write(file, text.join("\n") + "\n").expect("it can be written");
                } else if let Some(command) = line.strip_prefix("$ ") {
                    commands.push(command.to_string());
                } else if let Some(command) = commands.last_mut() {
                    command.push('\n');
                    command.push_str(line);
                }
            }
            let mut before = contents(&folder);
            let mut found = String::new();
            for command in &commands {
                let command = command.trim_end();
                let meant = command.starts_with("edit ") || command.contains(" > ");
                let _ = writeln!(found, "$ {}\n{}", command.lines().next().unwrap_or_default(), said(command, &folder));
                if meant {
                    before = contents(&folder);
                }
            }
            assert!(contents(&folder) == before, "{name}: {}: a file has changed", case.name);
            let found = found.trim_end();
            if found != case.expected.trim_end() {
                wrong.push(format!("{name}: {}\n=> found\n{found}\n=> expected\n{}", case.name, case.expected));
            }
            let _ = write!(written, "--- {} ---\n{}\n=>\n{found}\n\n", case.name, case.source.trim_end());
        }
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, written.trim_end().to_string() + "\n").expect("a case file is writable");
        }
    }
    assert!(std::env::var_os("UPDATE").is_some() || wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// `git` in a folder, with a name of its own.
fn git(folder: &Path, words: &[&str]) {
    let names = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false"];
    let done = Command::new("git").arg("-C").arg(folder).args(names).args(words).output().expect("git runs");
    assert!(done.status.success(), "{words:?}: {}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn revisions_of_a_repository_are_compared_and_nothing_is_checked_out() {
    if Command::new("git").arg("--version").output().is_err() {
        eprintln!("skipped: there is no git here");
        return;
    }
    let repository = folder("repository");
    let study = repository.join("work/study");
    std::fs::create_dir_all(&study).expect("it can be made");
    let write = |path: &Path, text: &str| std::fs::write(path, text).expect("it can be written");
    let rules = "study \"Calm\"\nuse \"../codes.hence\"\ninput message from \"messages.csv\"\n  id = \"id\"\n  text = \"text\"\n\
                 theme calm \"Calm\"\n  when quiet\n";
    write(&study.join("study.hence"), rules);
    write(&repository.join("work/codes.hence"), "code quiet \"Quiet\"\n  matches \"quiet\"\n");
    write(&study.join("messages.csv"), "id,text\nm1,a quiet room\nm2,a calm room\n");
    git(&repository, &["init", "-q"]);
    git(&repository, &["add", "-A"]);
    git(&repository, &["commit", "-qm", "one"]);
    write(&repository.join("work/codes.hence"), "code quiet \"Quiet\"\n  matches \"quiet\" or \"calm\"\n");
    git(&repository, &["commit", "-qam", "two"]);
    write(&study.join("messages.csv"), "id,text\nm2,a calm room\n");
    let gained = "theme Calm, code Quiet: from 1 to 2";
    let two = said("diff HEAD~1 HEAD work/study", &repository);
    assert!(two.contains(gained) && two.contains("gained: m2"), "{two}");
    let back = said("diff HEAD HEAD~1 work/study", &repository);
    assert!(back.contains("theme Calm, code Quiet: from 2 to 1"), "{back}");
    let disk = said("diff HEAD work/study", &repository);
    assert!(disk.contains("theme Calm, code Quiet: from 2 to 1") && disk.contains("lost: m1"), "{disk}");
    assert!(said("diff HEAD HEAD work/study", &repository).contains("No conclusion comes or goes."));
    for wrong in ["diff nosuch work/study", "diff HEAD~7 HEAD work/study", "diff --end-of-options work/study"] {
        let said = said(wrong, &repository);
        assert!(said.contains("exit code 2"), "{said}");
    }
}
