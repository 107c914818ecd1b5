//! The command line, run in this process: what it prints where, and what it leaves behind.

mod support;

use hence::cli::{Terminal, exit, run, run_on};
use std::ffi::OsString;
use std::io::{Error, ErrorKind, Write};
use std::path::{Path, PathBuf};
use support::WIDE;

struct Said {
    out: String,
    err: String,
    code: u8,
}

fn hence_on(terminal: Terminal, words: &[&str]) -> Said {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = std::iter::once("hence").chain(words.iter().copied()).map(OsString::from);
    let code = run(args, &mut out, &mut err, terminal);
    let text = |bytes| String::from_utf8(bytes).expect("it is UTF-8");
    Said { out: text(out), err: text(err), code }
}

fn hence(words: &[&str]) -> Said {
    hence_on(WIDE, words)
}

/// A folder of this test's own, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

/// A study of one file.
fn study(name: &str, text: &str) -> String {
    let folder = folder(name);
    std::fs::write(folder.join("study.hence"), text).expect("the study can be written");
    folder.to_string_lossy().into_owned()
}

#[test]
fn help_goes_to_the_first_stream_and_usage_errors_to_the_second() {
    let help = hence(&["--help"]);
    assert_eq!(help.code, exit::FINE);
    assert!(help.out.contains("hence new my-study") && help.err.is_empty());
    let none = hence(&[]);
    assert_eq!(none.code, exit::USAGE);
    assert!(none.err.contains("Usage: hence"), "{}", none.err);
    for words in [&["frobnicate"][..], &["run", "--set", "x"], &["query"], &["check", "--color", "blue"]] {
        let wrong = hence(words);
        assert_eq!(wrong.code, exit::USAGE, "{words:?}");
        assert!(wrong.out.is_empty() && !wrong.err.is_empty());
        assert!(!wrong.err.contains('\x1b'));
    }
    assert_eq!(hence(&["--version"]).out, concat!("hence ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn a_command_used_another_way_has_its_code_and_the_nearest_word() {
    for (words, near) in
        [(&["chekc"][..], "'check'"), (&["run", "--omly", "x"], "'--only'"), (&["help", "E9999"], "hence help codes")]
    {
        let wrong = hence(words);
        assert_eq!(wrong.code, exit::USAGE);
        assert!(wrong.err.starts_with("error[E0510]: ") && wrong.err.contains(near), "{}", wrong.err);
        assert!(wrong.err.ends_with("`hence help E0510` says what that means\n"), "{}", wrong.err);
    }
    assert!(!hence(&[]).err.contains("E0510"));
}

#[test]
fn a_limit_on_facts_can_be_named_and_raised() {
    let items: Vec<String> = (0..30).map(|n| format!("item(i{n})")).collect();
    let text = format!(
        "relation item(a: text)\nrelation pair(a: text, b: text)\nfact {}\nrule pair(A, B) if item(A) and item(B)\n",
        items.join(", ").replace("(i", "(\"i").replace(')', "\")")
    );
    let study = study("limit", &text);
    let run = hence(&["run", "--max-facts", "500", &study]);
    assert!(run.code == exit::ERRORS && run.err.contains("E0505"), "{}", run.err);
    let words = run.err.split_whitespace().filter(|word| *word != "|").collect::<Vec<_>>().join(" ");
    assert!(words.contains("the limit of 500 facts was reached") && words.contains("`--max-facts 1000`"), "{words}");
    assert_eq!(hence(&["run", "--max-facts", "1000", &study]).code, exit::FINE);
}

#[test]
fn a_form_that_a_command_does_not_have_is_refused_with_those_it_has() {
    let wrong = hence(&["why", "x()", "--format", "csv"]);
    assert_eq!(wrong.code, exit::USAGE);
    assert_eq!(
        wrong.err,
        "error[E0510]: `hence why` cannot print `csv`; possible values of `--format` are human, plain, json, dot, mermaid\n\
         `hence help E0510` says what that means\n"
    );
    assert!(hence(&["run", "--format", "xml"]).err.contains("human, plain, json, table, csv"));
    assert_eq!(hence(&["help", "--format", "json"]).code, exit::USAGE);
}

#[test]
fn help_knows_codes_and_commands() {
    let code = hence(&["help", "e0201"]);
    assert_eq!(code.code, exit::FINE);
    assert!(code.out.starts_with("E0201: a name that nothing declares\n"), "{}", code.out);
    assert!(hence(&["help", "W0303"]).out.contains("a warning"));
    assert!(hence(&["help", "run"]).out.contains("--only"));
    assert!(hence(&["help"]).out.contains("completions"));
    let wrong = hence(&["help", "E0200"]);
    assert_eq!(wrong.code, exit::USAGE);
    assert!(wrong.err.contains("did you mean `E0"), "{}", wrong.err);
}

#[test]
fn help_on_a_code_shows_its_page() {
    let page = hence(&["help", "W0303"]).out;
    for part in ["\nWhy it matters\n", "\nWrong\n", "\nRight\n", "\n    study \"", "\nIn the field's terms\n"] {
        assert!(page.contains(part), "{part:?} in {page}");
    }
    assert!(hence(&["help", "W0406"]).out.contains("\n    (posts.csv)\n    Post,Answers,Body\n"));
    assert!(hence(&["help", "E0501"]).out.contains("\n    $ hence test .\n"));
    let narrow = Terminal { width: Some(50), ..Terminal::default() };
    let page = hence_on(narrow, &["help", "E0306"]).out;
    assert!(page.lines().filter(|l| !l.starts_with("    ")).all(|l| l.chars().count() <= 50), "{page}");
    let hidden = hence(&["help", "W0118"]).out;
    assert!(!hidden.contains('\u{202E}') && hidden.contains('\u{FFFD}'), "{hidden}");
}

#[test]
fn help_lists_the_codes_and_has_a_form_for_programs() {
    let all = hence(&["help", "codes"]);
    assert_eq!(all.code, exit::FINE);
    assert!(all.out.contains("02 names\n--------\nE0201 a name that nothing declares\n"), "{}", all.out);
    let json = hence(&["help", "codes", "--format", "json"]).out;
    let json: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!(json["codes"][0]["code"], "E0101");
    assert_eq!(json["codes"][0]["stage"], "text and syntax");
    let json = hence(&["help", "W0406", "--format", "json"]).out;
    let json: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!((&json["version"], &json["severity"]), (&1.into(), &"warning".into()));
    assert_eq!(json["sections"][0]["heading"], "What it means");
    assert_eq!(json["sections"][2]["blocks"][1]["file"], "posts.csv");
    assert_eq!(hence(&["help", "run", "--format", "json"]).code, exit::USAGE);
}

#[test]
fn help_on_what_is_no_code_offers_the_nearest() {
    for (wanted, offered) in [("E0303", "`W0303`"), ("303", "`W0303`"), ("E040l", "`E0401`"), ("code", "`codes`")] {
        let wrong = hence(&["help", wanted]);
        assert_eq!(wrong.code, exit::USAGE);
        assert!(wrong.err.contains(&format!("did you mean {offered}?")), "{}", wrong.err);
    }
    assert!(hence(&["help", "E0999"]).err.contains("`hence help codes` lists the codes"));
}

#[test]
fn completions_are_printed() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(hence(&["completions", shell]).out.contains("hence"), "{shell}");
    }
}

#[test]
fn a_new_study_is_sound_and_nothing_is_overwritten() {
    let folder = folder("new").join("my study");
    let path = folder.to_string_lossy().into_owned();
    let new = hence(&["new", &path]);
    assert_eq!((new.code, new.err.as_str()), (exit::FINE, ""));
    assert!(new.out.contains("hence run '") && new.out.contains("invented"), "{}", new.out);
    assert!(folder.join("messages.csv").is_file());
    let check = hence(&["check", &path]);
    assert_eq!((check.code, check.err.as_str()), (exit::FINE, "no mistakes found\n"));
    std::fs::write(folder.join("study.hence"), "mine").expect("it is writable");
    std::fs::remove_file(folder.join("messages.csv")).expect("it is there");
    let again = hence(&["new", &path]);
    assert_eq!(again.code, exit::ERRORS);
    assert!(again.err.contains("is there already") && again.out.is_empty());
    assert!(!folder.join("messages.csv").exists());
    assert_eq!(std::fs::read_to_string(folder.join("study.hence")).expect("it is readable"), "mine");
    let file = folder.join("study.hence").join("inner");
    assert_eq!(hence(&["new", &file.to_string_lossy()]).code, exit::ERRORS);
}

/// The words of an example, without what is said of it; quotation marks hold words together.
fn words_of_example(line: &str) -> Vec<String> {
    let (mut words, mut quoted, mut blanks) = (vec![String::new()], false, 0);
    for c in line.trim().chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => {
                blanks += 1;
                if blanks > 1 {
                    break;
                }
                words.push(String::new());
                continue;
            }
            c => words.last_mut().expect("there is always one").push(c),
        }
        blanks = 0;
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn examples_of_the_help_run_in_the_study_they_are_meant_for() {
    let study = folder("examples").join("my-study").to_string_lossy().into_owned();
    assert_eq!(hence(&["new", &study]).code, exit::FINE);
    let mut tried = 0;
    for command in ["check", "run", "query", "why", "why-not", "what-if", "expand", "stats", "agree", "test"] {
        let help = hence(&[command, "--help"]).out;
        // What comes from another place, and what the shell does with the output, is left out.
        let here = |line: &&str| line.starts_with("  hence ") && !line.contains("@other") && !line.contains(" > ");
        for line in help.lines().filter(here).filter(|line| line.contains("my-study") || line.contains("examples/")) {
            let words = words_of_example(line);
            let words: Vec<&str> = words.iter().map(|w| if w == "my-study" { &study } else { w.as_str() }).collect();
            let said = hence(&words[1..]);
            assert_eq!(said.code, exit::FINE, "{line}: {}", said.err);
            assert!(!said.out.contains("No conclusion comes or goes"), "{line}");
            tried += 1;
        }
    }
    assert!(tried >= 18, "{tried} examples");
}

#[test]
fn mistakes_go_to_the_second_stream_in_the_form_asked_for() {
    let path = study("mistakes", "code a\n  matches \"x\" or\n");
    let human = hence(&["check", &path]);
    assert_eq!(human.code, exit::ERRORS);
    assert!(human.out.is_empty() && human.err.contains("1 error\n"), "{}", human.err);
    assert!(human.err.is_ascii(), "{}", human.err);
    let plain = hence(&["check", &path, "--format", "plain"]);
    assert!(plain.err.starts_with("error[E01") && plain.err.contains(" study.hence:"), "{}", plain.err);
    let json = hence(&["check", "--format", "json", &path]);
    let read: serde_json::Value = serde_json::from_str(&json.out).expect("it is JSON");
    assert_eq!(read["diagnostics"][0]["severity"], "error");
    let missing = hence(&["run", "/no/such/place"]);
    assert_eq!(missing.code, exit::ERRORS);
    assert!(missing.out.is_empty() && missing.err.contains("help:"), "{}", missing.err);
}

#[test]
fn colours_need_a_terminal_or_the_word() {
    let path = study("colours", "code a\n  matches \"x\" or\n");
    let terminal = Terminal { out: true, err: true, width: Some(80), no_color: false, unicode: true };
    let coloured = |terminal, words: &[&str]| {
        let words: Vec<&str> = words.iter().copied().chain(["check", &path]).collect();
        hence_on(terminal, &words).err.contains('\x1b')
    };
    assert!(coloured(terminal, &[]));
    assert!(!coloured(Terminal { no_color: true, ..terminal }, &[]));
    assert!(!coloured(terminal, &["--color", "never"]));
    assert!(!coloured(Terminal::default(), &[]));
    assert!(coloured(Terminal::default(), &["--color", "always"]));
}

/// A stream that refuses.
struct Closed(ErrorKind);

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(Error::from(self.0))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Err(Error::from(self.0))
    }
}

#[test]
fn a_reader_that_has_gone_is_no_error_and_a_full_disk_is_one() {
    let help = |kind, err: &mut Vec<u8>| {
        let args = ["hence", "help", "E0201"].map(OsString::from);
        run(args.into_iter(), &mut Closed(kind), err, Terminal::default())
    };
    let mut err = Vec::new();
    assert_eq!((help(ErrorKind::BrokenPipe, &mut err), err.len()), (exit::FINE, 0));
    assert_eq!(help(ErrorKind::StorageFull, &mut err), exit::ERRORS);
    assert!(!err.is_empty());
}

/// An answer under other values than those asked for would be no answer.
#[test]
fn a_wrong_option_is_told_and_nothing_is_answered() {
    let study = study(
        "misasked",
        "parameter least = 2\nrelation p(n: number)\nfact p(3)\nrelation q(n: number)\n\
                                   rule q(N) if p(N) and N >= least\ntest \"t\"\n  expect no q(3)\n",
    );
    for words in [&["query", "q(N)"][..], &["why", "q(3)"], &["test"]] {
        let wrong = hence(&[words, &["--set", "lest=5", &study]].concat());
        assert_eq!(wrong.code, exit::ERRORS, "{words:?}");
        assert!(wrong.out.is_empty() && wrong.err.contains("did you mean `least`?"), "{}{}", wrong.out, wrong.err);
    }
}

/// What the README shows is what is printed; `...` stands for lines left out.
#[test]
fn the_readme_shows_what_is_printed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).expect("there is a README");
    let mut shown = 0;
    for block in readme.split("```console\n").skip(1) {
        let block = block.split("```").next().expect("a block ends");
        let (command, expected) = block.strip_prefix("$ hence ").and_then(|b| b.split_once('\n')).expect("a command");
        let mut words: Vec<String> = Vec::new();
        for (i, part) in command.split('\'').enumerate() {
            if i % 2 == 1 {
                words.push(part.to_owned());
            } else {
                words.extend(part.split_whitespace().map(str::to_owned));
            }
        }
        let study = words.last_mut().expect("a study");
        *study = root.join(&*study).to_string_lossy().into_owned();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let printed = hence_on(Terminal::default(), &words).out;
        let mut rest = printed.as_str();
        for piece in expected.split("...\n").filter(|p| !p.is_empty()) {
            let at = rest.find(piece).unwrap_or_else(|| panic!("not printed:\n{piece}\nbut:\n{rest}"));
            rest = &rest[at + piece.len()..];
        }
        shown += 1;
    }
    assert!(shown >= 2, "{shown} commands");
}

#[test]
fn a_wrong_option_shows_no_findings() {
    let path = study("options", "parameter least = 2\ncode a\n  matches \"x\"\n");
    for option in [["--set", "last=3"], ["--set", "least=many"], ["--only", "b"], ["--only", ""]] {
        let wrong = hence(&["run", option[0], option[1], &path]);
        assert_eq!((wrong.code, wrong.out.as_str()), (exit::ERRORS, ""), "{option:?}: {}", wrong.err);
        assert!(wrong.err.contains("an option of this run is wrong"), "{}", wrong.err);
    }
    assert!(hence(&["run", "--set", "least=3", &path]).out.contains("least = 3"));
    assert!(hence(&["run", "--set", "last=3", &path]).err.contains("did you mean `least`?"));
    let folder = hence(&["run", "no-such-folder"]);
    assert!(folder.err.contains("there is no folder and no file `no-such-folder`"), "{}", folder.err);
}

#[test]
fn one_slip_in_a_name_is_told_once_and_with_the_name_to_write() {
    for (name, head) in
        [("capital", "code Own_place \"x\""), ("dash", "code own-place \"x\""), ("blank", "code own place \"x\"")]
    {
        let path = study(name, &format!("{head}\n  matches \"x\"\ntheme t\n  when own_place\n"));
        let said = hence(&["check", &path]);
        assert!(said.err.contains("1 error\n"), "{name}: {}", said.err);
    }
    let path = study("label", "code own_place \"A place\"\n  matches \"x\"\ntheme t\n  when own_plce\n");
    assert!(hence(&["check", &path]).err.contains("did you mean `own_place`?"));
    let path = study("comma", "code a\n  matches \"x\", \"y\" or \"z\"\n");
    let said = hence(&["check", &path]);
    assert!(said.err.contains("1 error\n") && said.err.contains("join alternatives with `or`"), "{}", said.err);
    let path = study("beginning", "code a\n  match \"x\"\n");
    assert!(hence(&["check", &path]).err.contains("write `matches`"));
    let path = study("parameter", "parameter p = two\ntheme t\n  when messages of t2 >= p\ntheme t2\n  when \"x\"\n");
    assert!(hence(&["check", &path]).err.contains("1 error\n"));
}

/// `hence fmt` on that standard input.
fn hence_fmt_on(input: &[u8], words: &[&str]) -> Said {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = ["hence", "fmt", "--stdin"].iter().chain(words).map(OsString::from);
    let code = run_on(args, &mut &input[..], &mut out, &mut err, Terminal::default());
    let text = |bytes| String::from_utf8(bytes).expect("it is UTF-8");
    Said { out: text(out), err: text(err), code }
}

const LOOSE: &str = "code  a\n   matches   \"x\"\n";
const NEAT: &str = "code a\n  matches \"x\"\n";

#[test]
fn fmt_writes_what_changes_and_names_it() {
    let folder = folder("fmt");
    let at = |name: &str| folder.join(name);
    std::fs::create_dir_all(at("deep/.hidden")).expect("the folders can be made");
    for (name, text) in
        [("study.hence", LOOSE), ("deep/b.hence", NEAT), ("deep/.hidden/c.hence", LOOSE), ("notes.txt", LOOSE)]
    {
        std::fs::write(at(name), text).expect("it is writable");
    }
    let text = |name: &str| std::fs::read_to_string(at(name)).expect("it is readable");
    let path = folder.to_string_lossy().into_owned();

    let check = hence(&["fmt", "--check", &path]);
    assert_eq!(check.code, exit::ERRORS);
    let study = at("study.hence").to_string_lossy().into_owned();
    assert_eq!(check.out, format!("{study}:1\n  now:  `code  a`\n  then: `code a`\n"));
    assert!(check.err.starts_with("1 file would change"), "{}", check.err);
    assert_eq!(text("study.hence"), LOOSE);

    let write = hence(&["fmt", &path, &study]);
    assert_eq!((write.code, write.out, write.err.as_str()), (exit::FINE, format!("{study}\n"), "1 file changed\n"));
    assert_eq!(text("study.hence"), NEAT);
    assert_eq!((text("notes.txt").as_str(), text("deep/.hidden/c.hence").as_str()), (LOOSE, LOOSE));
    assert_eq!(std::fs::read_dir(&folder).expect("it is there").count(), 3, "nothing is left behind");

    let again = hence(&["fmt", "--check", &path]);
    assert_eq!((again.code, again.out.as_str(), again.err.as_str()), (exit::FINE, "", "2 files: nothing to change\n"));
    // The bytes that nobody sees are told in words.
    std::fs::write(&study, format!("\u{FEFF}{NEAT}")).expect("it is writable");
    assert!(hence(&["fmt", "--check", &study]).out.contains("now:  a byte-order mark"));
    std::fs::write(&study, NEAT.trim_end()).expect("it is writable");
    assert!(hence(&["fmt", "--check", &study]).out.contains(":3\n  now:  the end of the file\n  then: ``"));
}

#[test]
fn fmt_leaves_what_it_cannot_read_or_write() {
    let folder = folder("fmt_wrong");
    let at = |name: &str| folder.join(name).to_string_lossy().into_owned();
    std::fs::write(at("latin.hence"), b"code  a \"caf\xe9\"\n").expect("it is writable");
    std::fs::write(at("ok.hence"), LOOSE).expect("it is writable");
    std::fs::write(at("broken.hence"), "code  a\n  matches  or\n").expect("it is writable");
    let all = hence(&["fmt", &folder.to_string_lossy()]);
    assert_eq!((all.code, all.out), (exit::ERRORS, format!("{}\n", at("ok.hence"))));
    assert!(all.err.contains("E0112") && all.err.contains("Windows-1252"), "{}", all.err);
    assert!(all.err.contains("broken.hence: an item with a mistake stays as it is"), "{}", all.err);
    assert_eq!(std::fs::read(at("latin.hence")).expect("it is there"), b"code  a \"caf\xe9\"\n");

    std::fs::write(at("ok.hence"), LOOSE).expect("it is writable");
    let mut permissions = std::fs::metadata(at("ok.hence")).expect("it is there").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(at("ok.hence"), permissions).expect("it can be set");
    let protected = hence(&["fmt", &at("ok.hence")]);
    assert_eq!((protected.code, protected.out.as_str()), (exit::ERRORS, ""));
    assert!(protected.err.contains("E0509") && protected.err.contains("is write-protected"), "{}", protected.err);
    assert_eq!(std::fs::read_to_string(at("ok.hence")).expect("it is there"), LOOSE);

    std::fs::create_dir_all(at("empty")).expect("it can be made");
    std::fs::write(at("table.csv"), "a  ,b\n").expect("it is writable");
    for (words, said) in [
        (at("none.hence"), "there is no file"),
        (at("empty"), "there are no rule files"),
        (at("table.csv"), "is no rule file"),
    ] {
        let wrong = hence(&["fmt", &words]);
        assert_eq!((wrong.code, wrong.out.as_str()), (exit::ERRORS, ""));
        assert!(wrong.err.contains(said), "{}", wrong.err);
    }
}

#[cfg(unix)]
#[test]
fn fmt_keeps_permissions_and_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder("fmt_unix");
    let (file, link) = (folder.join("a.hence"), folder.join("b.hence"));
    std::fs::write(&file, LOOSE).expect("it is writable");
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o640)).expect("it can be set");
    symlink("a.hence", &link).expect("it can be made");
    assert_eq!(hence(&["fmt", &link.to_string_lossy()]).code, exit::FINE);
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), NEAT);
    assert!(link.symlink_metadata().expect("it is there").is_symlink());
    assert_eq!(file.metadata().expect("it is there").permissions().mode() & 0o777, 0o640);
}

#[test]
fn fmt_reads_the_standard_input() {
    let neat = hence_fmt_on(LOOSE.as_bytes(), &[]);
    assert_eq!((neat.code, neat.out.as_str(), neat.err.as_str()), (exit::FINE, NEAT, ""));
    let broken = hence_fmt_on(b"code  a\n   matches  or\n", &[]);
    assert_eq!((broken.code, broken.out.as_str()), (exit::FINE, "code  a\n   matches  or\n"));
    assert!(broken.err.starts_with("note: standard input: "), "{}", broken.err);
    let check = hence_fmt_on(LOOSE.as_bytes(), &["--check"]);
    assert_eq!((check.code, check.out.lines().next()), (exit::ERRORS, Some("standard input:1")));
    assert_eq!(hence_fmt_on(NEAT.as_bytes(), &["--check"]).code, exit::FINE);
    let latin = hence_fmt_on(b"# caf\xe9", &[]);
    assert_eq!((latin.code, latin.out.as_str()), (exit::ERRORS, ""));
    assert_eq!(hence(&["fmt", "--stdin", "x.hence"]).code, exit::USAGE);
}

const FIXABLE: &str = "relation p(n: number)\nfact p(\"2\")\nfact p(\"3\"), p(\"4\")\noutput p to \"p.csv\"\n";

#[test]
fn fix_puts_right_what_is_beyond_doubt_and_tells_what_remains() {
    let path = study("fix", FIXABLE);
    let file = Path::new(&path).join("study.hence");
    let text = || std::fs::read_to_string(&file).expect("it is readable");
    let check = hence(&["check", &path]);
    assert_eq!(check.code, exit::ERRORS);
    assert!(check.err.ends_with("3 errors\n3 of these can be put right by `hence fix`\n"), "{}", check.err);
    let dry = hence(&["fix", "--dry-run", &path]);
    assert_eq!((dry.code, text().as_str()), (exit::FINE, FIXABLE));
    assert_eq!(
        dry.out,
        "--- study.hence\n+++ study.hence\n@@ line 2 @@\n relation p(n: number)\n-fact p(\"2\")\n-fact p(\"3\"), p(\"4\")\n\
         +fact p(2)\n+fact p(3), p(4)\n output p to \"p.csv\"\n"
    );
    assert_eq!(dry.err, "3 fixes would be made, and nothing was written\n");
    let fix = hence(&["fix", &path]);
    assert_eq!((fix.code, fix.err.as_str()), (exit::FINE, "3 fixes made\n"));
    assert_eq!(fix.out, "study.hence:2: write 2\nstudy.hence:3: write 3\nstudy.hence:3: write 4\n");
    assert_eq!(text(), "relation p(n: number)\nfact p(2)\nfact p(3), p(4)\noutput p to \"p.csv\"\n");
    let again = hence(&["fix", &path]);
    assert_eq!((again.code, again.out.as_str(), again.err.as_str()), (exit::FINE, "", "nothing was put right\n"));
    assert_eq!(std::fs::read_dir(&path).expect("a folder").count(), 1, "nothing else is left in the folder");
}

#[test]
fn fix_leaves_what_it_is_not_sure_of_and_what_would_be_worse() {
    let worse = "relation p(n: number)\nfact p(\"2\")\nrule p(X) if q(X) && r(X) && s(X)\n";
    let path = study("fix_worse", worse);
    let fix = hence(&["fix", &path, "--format", "plain"]);
    assert_eq!(fix.code, exit::ERRORS);
    assert_eq!(fix.out, "study.hence:2: write 2\n");
    assert!(
        fix.err.starts_with("1 fix made\nnot done, since more would be wrong afterwards:\nstudy.hence:3: "),
        "{}",
        fix.err
    );
    assert!(fix.err.contains("\n\nerror[E0108] study.hence:3:"), "{}", fix.err);
    let text = std::fs::read_to_string(Path::new(&path).join("study.hence")).expect("it is readable");
    assert_eq!(text, worse.replace("\"2\"", "2"));
    let guess = "relation p(n: number)\nfact q(2)\nrelation long_name(n: number)\nfact long_nmae(2)\n";
    let path = study("fix_guess", guess);
    let fix = hence(&["fix", &path, "--format", "json"]);
    assert_eq!(fix.code, exit::ERRORS);
    let read: serde_json::Value = serde_json::from_str(&fix.out).expect("it is JSON");
    assert_eq!((&read["version"], &read["written"]), (&1.into(), &true.into()));
    assert_eq!(read["fixes"].as_array().map(Vec::len), Some(0));
    let rest: serde_json::Value = serde_json::from_str(&fix.err).expect("it is JSON");
    assert_eq!(rest["diagnostics"].as_array().map(Vec::len), Some(2));
    let missing = hence(&["fix", "/no/such/place"]);
    assert_eq!(missing.code, exit::ERRORS);
}

#[test]
fn sarif_goes_to_the_first_stream() {
    let sarif = hence(&["check", "--format", "sarif", &study("sarif", FIXABLE)]);
    assert_eq!((sarif.code, sarif.err.as_str()), (exit::ERRORS, ""));
    let read: serde_json::Value = serde_json::from_str(&sarif.out).expect("it is JSON");
    assert_eq!(read["runs"][0]["results"][0]["ruleId"], "E0305");
    let fine =
        hence(&["check", "--format", "sarif", &study("sarif_fine", "parameter p = 1 \"x\"\nrelation q(n: number)\n")]);
    assert!(fine.out.contains("\"2.1.0\""), "{}", fine.out);
    assert_eq!(hence(&["run", "--format", "sarif"]).code, exit::USAGE);
}
