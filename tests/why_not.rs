//! Runs `tests/cases/why_not/`: a study and a question `! STATEMENT`, then what `hence why-not` answers, as text or, in
//! `json.txt`, as JSON. `UPDATE=1 cargo test --test why_not` rewrites what is expected. Then random programs: what does
//! not hold gets an answer, and what is called a repair makes it hold.

#[path = "why_not/random.rs"]
mod random;
mod support;

use hence::data::Memory;
use hence::report::{Look, why_not, why_not_json};
use hence::session::why_not::answer::Repair;
use hence::session::{Options, Study, WhyNot};
use std::fmt::Write;
use std::time::Duration;
use support::{cases, files, root};

/// Long enough for every case, so that no answer depends on the machine.
const TIME: Duration = Duration::from_secs(600);

fn study(written: &support::Study) -> Study {
    let mut memory = Memory::default().with("study.hence", written.text.as_str());
    for (name, table) in &written.tables {
        memory.add(name, table.as_str());
    }
    let options = Options { set: written.set.clone(), ..Options::default() };
    let mut study = Study::open_in(Box::new(memory), "study.hence", &options, &mut |_| {});
    study.evaluate(&mut |_| {});
    let errors: Vec<_> = study.diagnostics().iter().filter(|d| d.is_error()).collect();
    assert!(errors.is_empty(), "{}\n{errors:?}", written.text);
    study
}

#[test]
fn answers_are_as_expected() {
    let mut wrong = Vec::new();
    for path in files(&root().join("tests/cases/why_not"), "txt") {
        let json = path.ends_with("json.txt");
        let look = Look { unicode: path.ends_with("marks.txt"), width: 110, ..Look::default() };
        let mut written = String::new();
        for case in cases(&path) {
            let source = support::Study::of(&case.source);
            let question = source.question.clone().unwrap_or_default();
            let mut study = study(&source);
            let before = study.diagnostics().len();
            let answer = study.why_not(question.trim_start_matches("! "), TIME);
            let found = if json { why_not_json::why_not(&answer) } else { why_not::why_not(&answer, "", look) };
            let trimmed: Vec<&str> = found.lines().map(str::trim_end).collect();
            let found = trimmed.join("\n");
            assert_eq!(study.diagnostics().len(), before, "{}: {:?}", case.name, study.diagnostics());
            if found.trim() != case.expected.trim() {
                wrong.push(format!("{}\n=> found\n{found}\n=> expected\n{}", case.name, case.expected));
            }
            let _ = write!(written, "--- {} ---\n{}\n=>\n{}\n\n", case.name, case.source.trim_end(), found.trim_end());
        }
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, written.trim_end().to_string() + "\n").expect("a case file is writable");
        }
    }
    assert!(wrong.is_empty() || std::env::var_os("UPDATE").is_some(), "{}", wrong.join("\n\n"));
}

/// The study is as it was after any number of repairs were tried.
#[test]
fn a_question_leaves_the_study_as_it_was() {
    for path in files(&root().join("tests/cases/why_not"), "txt") {
        for case in cases(&path) {
            let source = support::Study::of(&case.source);
            let mut asked = study(&source);
            let question = source.question.clone().unwrap_or_default();
            let question = question.trim_start_matches("! ");
            let first = asked.why_not(question, TIME);
            assert_eq!(first, asked.why_not(question, TIME), "{}", case.name);
            assert_eq!(asked.changes(), 0);
            let fresh = study(&source);
            assert_eq!(asked.findings(), fresh.findings(), "{}", case.name);
            assert_eq!(asked.diagnostics().len(), fresh.diagnostics().len(), "{}", case.name);
        }
    }
}

/// Names with what stands for each: files, or parameters.
type Texts = Vec<(String, String)>;

/// A study as its files: what is pasted into it stands in one of them.
fn opened(files: &[(String, String)], set: &[(String, String)]) -> Study {
    let mut memory = Memory::default();
    files.iter().for_each(|(name, text)| memory.add(name, text.as_str()));
    let options = Options { set: set.to_vec(), ..Options::default() };
    let mut study = Study::open_in(Box::new(memory), "study.hence", &options, &mut |_| {});
    study.evaluate(&mut |_| {});
    study
}

/// Whether a repair, written into the files line by line, is sound and makes the statement hold; none where it is no line.
fn pasted(files: &[(String, String)], set: &[(String, String)], question: &str, repair: &Repair) -> Option<bool> {
    let mut files = files.to_vec();
    for step in &repair.steps {
        if step.line.is_empty() {
            return None;
        }
        let place = step.place.as_ref().filter(|_| !matches!(step.kind, "coding" | "fact"));
        let name = place.map_or("study.hence", |place| &place.file);
        let (_, text) = files.iter_mut().find(|(known, _)| known == name)?;
        match place {
            Some(place) => {
                let mut lines: Vec<&str> = text.lines().collect();
                lines[place.line - 1] = &step.line;
                *text = lines.join("\n") + "\n";
            }
            None if step.kind == "row" => return None,
            None => *text += &format!("\n{}\n", step.line),
        }
    }
    let mut study = opened(&files, set);
    let sound = !study.diagnostics().iter().any(|d| d.is_error());
    Some(sound && matches!(study.why_not(question, TIME), WhyNot::Holds { .. }))
}

/// What a repair writes is a line of the study that is sound there, and with it the statement holds: in all cases, and in
/// the studies that come with Hence.
#[test]
fn what_a_repair_writes_can_be_pasted() {
    let mut all: Vec<(Texts, Texts, String)> = Vec::new();
    for path in files(&root().join("tests/cases/why_not"), "txt") {
        for case in cases(&path) {
            let source = support::Study::of(&case.source);
            let question = source.question.clone().unwrap_or_default().trim_start_matches("! ").to_string();
            let mut files = source.tables.clone();
            files.push(("study.hence".into(), source.text.clone()));
            all.push((files, source.set.clone(), question));
        }
    }
    for (name, questions) in EXAMPLES {
        let folder = root().join("examples").join(name);
        let mut files = Vec::new();
        for entry in std::fs::read_dir(&folder).expect("it is there").flatten().filter(|e| e.path().is_file()) {
            let text = std::fs::read_to_string(entry.path()).expect("a text");
            files.push((entry.file_name().to_string_lossy().into_owned(), text));
        }
        all.extend(questions.iter().map(|question| (files.clone(), Vec::new(), question.to_string())));
    }
    let (mut wrong, mut by_kind) = (Vec::new(), std::collections::BTreeMap::<&str, usize>::new());
    for (files, set, question) in &all {
        let (WhyNot::Missing(missing), mut repairs) = (opened(files, set).why_not(question, TIME), Vec::new()) else {
            continue;
        };
        repairs.extend(missing.repairs);
        for repair in repairs {
            match pasted(files, set, question, &repair) {
                Some(true) => repair.steps.iter().for_each(|step| *by_kind.entry(step.kind).or_default() += 1),
                Some(false) => wrong.push(format!("{question}: {:#?}", repair.steps)),
                None => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for kind in ["coding", "fact", "pattern", "threshold"] {
        assert!(by_kind.get(kind).is_some_and(|number| *number > 1), "{by_kind:?}");
    }
}

/// Questions about the studies that come with Hence.
const EXAMPLES: [(&str, &[&str]); 3] = [
    (
        "creative_digital",
        &[
            "theme(m20, collaborative_workspaces)",
            "theme(m115, collaborative_workspaces)",
            "theme(m10, pathways_to_internationalisation)",
            "capacity(m44, absorptive)",
            "builds_on(m1, m3)",
        ],
    ),
    ("textbook", &["reaches(bath, york)", "same_generation(ada, ben)", "cut_off(york, bath)"]),
    ("two_coders", &["theme(q2, welcome)", "theme(q3, welcome)", "code(q5, price)", "theme(q7, welcome)"]),
];

/// However little time there is, there is one thing to blame; and it is said that more time would find more.
#[test]
fn no_time_at_all_gives_one_blame() {
    for path in files(&root().join("tests/cases/why_not"), "txt") {
        for case in cases(&path) {
            let source = support::Study::of(&case.source);
            let question = source.question.clone().unwrap_or_default();
            let answer = study(&source).why_not(question.trim_start_matches("! "), Duration::ZERO);
            if let WhyNot::Missing(missing) = answer {
                let lost = missing.ways.iter().flat_map(|way| &way.conditions).any(|c| c.met == Some(false));
                assert!(lost || !missing.decisive.is_empty(), "{}", case.name);
                assert!(missing.stopped && missing.late, "{}", case.name);
                let text = why_not::why_not(&WhyNot::Missing(missing), "", Look::default());
                assert!(text.contains("`--timeout"), "{}: {text}", case.name);
            }
        }
    }
}
