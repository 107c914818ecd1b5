//! Whole studies on their data: the worked example with its published table, the textbook, and larger bodies of text that
//! stand beside this folder. Where those are missing, their tests say so and pass.

use hence::check::program::Concept;
use hence::data::{Files, Folder};
use hence::session::{Answers, Cell, Options, Study, Why};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn open(folder: &str) -> Study {
    Study::open(&root().join("examples").join(folder), &Options::default(), &mut |_| {})
}

/// A study's text in memory; all other files are read from a folder.
struct Beside {
    text: String,
    data: Folder,
}

impl Files for Beside {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        if path == "study.hence" { Ok(self.text.clone().into_bytes()) } else { self.data.read(path) }
    }
}

/// The folder of shared material, where there is one.
fn shared() -> Option<PathBuf> {
    let found =
        root().ancestors().skip(1).map(|a| a.join("shared")).find(|s| s.join("data/nhs-fft/messages.csv").is_file());
    if found.is_none() {
        println!("skipped: the shared data are not here");
    }
    found
}

fn on_data(text: String, data: PathBuf, options: &Options) -> Study {
    Study::open_in(Box::new(Beside { text, data: Folder::new(data) }), "study.hence", options, &mut |_| {})
}

/// A shared study on its data.
fn shared_study(name: &str, data: &str, options: &Options, change: impl Fn(String) -> String) -> Option<Study> {
    let shared = shared()?;
    let text = std::fs::read_to_string(shared.join("design/studies").join(name)).ok()?;
    Some(on_data(change(text), shared.join("data").join(data), options))
}

/// The diagnostics, each on a line.
fn said(study: &Study) -> Vec<String> {
    let line = |d: &hence::diagnostic::Diagnostic| {
        format!("{} {} ({})", d.code.id, d.message, d.help.as_deref().unwrap_or_default())
    };
    study.diagnostics().iter().map(line).collect()
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) | Cell::Number(text) => text.clone(),
    }
}

fn ask(study: &mut Study, body: &str) -> Answers {
    let before = study.diagnostics().len();
    let answers = study.query(body).unwrap_or_else(|| panic!("{body}: {:?}", said(study)));
    assert_eq!(study.diagnostics().len(), before, "{body}: {:?}", said(study));
    answers
}

/// The answers of a question as rows of texts, with these columns in this order.
fn rows(study: &mut Study, body: &str, columns: &[&str]) -> BTreeSet<Vec<String>> {
    let answers = ask(study, body);
    let place = |name: &&str| answers.columns.iter().position(|c| c == name).expect("the column is there");
    let places: Vec<usize> = columns.iter().map(place).collect();
    answers.rows.iter().map(|row| places.iter().map(|&p| text(&row[p])).collect()).collect()
}

/// The rows of a table as texts by header.
fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).expect("the table can be read");
    reader.deserialize().collect::<Result<_, _>>().expect("the table is whole")
}

fn assert_tests_pass(study: &mut Study, wanted: usize) {
    let results = study.test(None);
    let failed: Vec<_> = results.iter().filter(|r| !r.passed()).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert_eq!(results.len(), wanted);
}

fn pairs(list: &[(&str, &str)]) -> BTreeSet<Vec<String>> {
    list.iter().map(|(a, b)| vec![a.to_string(), b.to_string()]).collect()
}

// --- The worked example

#[test]
fn the_worked_example_has_nothing_to_say_against_itself() {
    let mut study = open("creative_digital");
    study.evaluate(&mut |_| {});
    assert_eq!(said(&study), Vec::<String>::new());
    let tests = study.program().tests.len();
    assert!(tests >= 20);
    assert_tests_pass(&mut study, tests);
}

#[test]
fn the_worked_example_gives_the_published_table_and_nothing_else() {
    let mut study = open("creative_digital");
    let stimulates = rows(&mut study, "stimulates(T, C)", &["T", "C"]);
    let published = pairs(&[
        ("collaborative_workspaces", "absorptive"),
        ("collaborative_workspaces", "social"),
        ("collaborative_workspaces", "operational_design"),
        ("business_network_resources", "connective"),
        ("business_network_resources", "institutional"),
        ("business_network_resources", "shared_operational_systems_and_tools"),
        ("pathways_to_internationalisation", "desorptive"),
        ("pathways_to_internationalisation", "cognitive"),
        ("pathways_to_internationalisation", "motivational_structures"),
    ]);
    assert_eq!(stimulates, published);
    for kind in ["capacity", "proximity", "design"] {
        // A message has what its themes lead to, and nothing more.
        let has = rows(&mut study, &format!("{kind}(M, C)"), &["M", "C"]);
        let led = rows(&mut study, &format!("theme(M, T) and stimulates(T, C) and C is a {kind}"), &["M", "C"]);
        assert_eq!(has, led, "{kind}");
        assert_eq!(has.iter().map(|row| &row[1]).collect::<BTreeSet<_>>().len(), 3, "{kind}");
    }
    let findings = study.findings();
    assert_eq!(findings.inferences.len(), 9);
    assert!(findings.inferences.iter().all(|i| i.holds && !i.because.is_empty()));
    let size = findings.size;
    assert_eq!((size.messages, size.authors, size.threads), (131, 52, 36));
}

#[test]
fn the_messages_that_the_article_quotes_are_in_their_themes() {
    let mut study = open("creative_digital");
    let theme = rows(&mut study, "theme(M, T)", &["M", "T"]);
    let quoted: &[(&str, &[u32])] = &[
        ("collaborative_workspaces", &[15, 21]),
        ("business_network_resources", &[51, 103, 105]),
        ("pathways_to_internationalisation", &[98, 111]),
    ];
    for (name, numbers) in quoted {
        for number in *numbers {
            assert!(theme.contains(&vec![format!("m{number}"), name.to_string()]), "m{number} {name}");
        }
    }
    let by = rows(&mut study, "message(id: M, author: A)", &["M", "A"]);
    for (number, who) in
        [(15, "Tom"), (21, "John"), (105, "George"), (103, "Ed"), (51, "Jane"), (98, "Tim"), (111, "Briony")]
    {
        assert!(by.contains(&vec![format!("m{number}"), who.to_string()]), "m{number} {who}");
    }
}

#[test]
fn the_worked_example_finds_forty_of_forty_two_and_nothing_wrong() {
    let mut study = open("creative_digital");
    let found = rows(&mut study, "theme(M, T)", &["M", "T"]);
    let expected: BTreeSet<Vec<String>> = table(&root().join("examples/creative_digital/expected.csv"))
        .into_iter()
        .map(|row| vec![row["message"].clone(), row["theme"].clone()])
        .collect();
    let both = found.intersection(&expected).count();
    let missed: Vec<_> = expected.difference(&found).collect();
    let wrong: Vec<_> = found.difference(&expected).collect();
    let figures = format!(
        "precision {both}/{}, recall {both}/{}; missed {missed:?}, wrong {wrong:?}",
        found.len(),
        expected.len()
    );
    assert_eq!((both, found.len(), expected.len()), (40, 40, 42), "{figures}");
}

#[test]
fn an_explanation_ends_in_a_quote_its_place_the_pattern_and_the_citation() {
    let mut study = open("creative_digital");
    let Why::Explained { explanations, .. } = study.why("theme(m15, collaborative_workspaces)") else {
        panic!("it holds")
    };
    assert_eq!(explanations.len(), 1);
    let mut steps = vec![&explanations[0].root];
    let mut all = Vec::new();
    while let Some(step) = steps.pop() {
        all.push(step);
        steps.extend(&step.because);
    }
    assert!(all[0].statement.contains("m15") && all[0].statement.contains("Collaborative workspaces"));
    let quotes: Vec<_> = all.iter().filter(|s| s.quote.as_ref().is_some_and(|q| !q.quote.is_empty())).collect();
    assert!(!quotes.is_empty());
    for step in quotes {
        let quote = step.quote.as_ref().expect("it was asked for");
        assert_eq!((quote.message.as_str(), quote.author.as_deref()), ("m15", Some("Tom")));
        assert!(quote.place.as_ref().is_some_and(|p| p.file == "messages.csv" && p.line > 1), "{step:#?}");
        assert!(quote.range.is_some(), "{step:#?}");
    }
    // The step under a code names the pattern that found the passage, and its line in the codebook.
    let pattern = |s: &&hence::session::Step| {
        s.quote.is_some()
            && s.place.as_ref().is_some_and(|p| p.file == "codebook.hence")
            && s.rule.as_deref().is_some_and(|r| r.contains('"'))
    };
    assert!(all.iter().any(pattern), "{all:#?}");
    let cites = |s: &&hence::session::Step| {
        s.citations.iter().chain(s.reasons.iter().flat_map(|r| &r.citations)).any(|c| c.key == "martins2017")
    };
    assert!(all.iter().any(cites), "{all:#?}");

    let Why::Explained { explanations, .. } = study.why("capacity(m15, absorptive)") else { panic!("it holds") };
    let shown = format!("{:?}", explanations[0]);
    assert!(
        shown.contains("authors of collaborative_workspaces >= min_authors") && shown.contains("section 5"),
        "{shown}"
    );
}

#[test]
fn the_parameter_of_the_worked_example_decides() {
    let options = Options { set: vec![("min_authors".into(), "11".into())], ..Options::default() };
    let folder = root().join("examples/creative_digital");
    let mut study = Study::open(&folder, &options, &mut |_| {});
    let left = rows(&mut study, "stimulates(T, _)", &["T"]);
    assert_eq!(left, BTreeSet::from([vec!["business_network_resources".to_string()]]));
}

// --- Two coders

#[test]
fn two_coders_differ_on_three_requests() {
    let mut study = open("two_coders");
    study.evaluate(&mut |_| {});
    study.survey();
    assert_eq!(said(&study), Vec::<String>::new());
    let asked = hence::session::agree::Asked { listed: 10, ..Default::default() };
    let all = study.agreement(&asked).expect("there are two coders");
    let told: Vec<String> = all.disagreements.iter().map(|d| format!("{} {}", d.message, d.code)).collect();
    assert_eq!((told, all.alone), (vec!["q4 quiet".into(), "q6 quiet".into(), "q8 staff".into()], 0));
    let tables: Vec<&[u64]> = all.codes.iter().map(|c| c.pairs[0].table.cells()).collect();
    assert_eq!(tables, [&[1, 2, 0, 5][..], &[3, 0, 0, 5], &[2, 1, 0, 5]]);
    let rules = all.rules.expect("rules speak of all codes");
    let wrong: Vec<(&str, bool)> = rules.wrong.iter().map(|w| (w.message.as_str(), w.by_rules)).collect();
    assert_eq!(wrong, [("q8", false)]);
    let findings = study.findings();
    let rests = findings.themes[0].rests.expect("people coded");
    assert_eq!(
        (rests.people, rests.rules, rests.both),
        (1, 0, 1),
        "two people agree on one, and rules say the other too"
    );
    let codes: Vec<_> = findings.codes.iter().filter_map(|c| c.rests).map(|r| [r.people, r.rules, r.both]).collect();
    assert_eq!(codes, [[0, 0, 3], [0, 0, 3], [1, 0, 2]]);
}

// --- The textbook

#[test]
fn the_textbook_holds() {
    let mut study = open("textbook");
    study.evaluate(&mut |_| {});
    assert_eq!(said(&study), Vec::<String>::new());
    let tests = study.program().tests.len();
    assert_tests_pass(&mut study, tests);
    assert_eq!(ask(&mut study, "reaches(york, X)").rows.len(), 4);
    assert!(matches!(study.why("reaches(york, bath)"), Why::Explained { explanations: e, .. } if e[0].shortest));
}

#[test]
fn the_shared_textbook_refuses_win_move_and_nothing_else() {
    let Some(mut study) = shared_study("textbook.hence", "", &Options::default(), |t| t) else { return };
    study.evaluate(&mut |_| {});
    let errors: Vec<_> = study.diagnostics().iter().filter(|d| d.is_error()).map(|d| d.code.id).collect();
    assert_eq!(errors, ["E0306"], "{:?}", said(&study));
    let warnings: BTreeSet<_> = study.diagnostics().iter().filter(|d| !d.is_error()).map(|d| d.code.id).collect();
    assert_eq!(warnings, BTreeSet::from(["W0207"]), "{:?}", said(&study));
    assert_eq!(ask(&mut study, "path(X, Y)").rows.len(), 9);
    assert_eq!(rows(&mut study, "shortest(a, c, N)", &["N"]), BTreeSet::from([vec!["5".to_string()]]));
    assert_eq!(ask(&mut study, "even(N)").rows.len(), 51);
    assert_eq!(ask(&mut study, "parity(N, H, R)").rows.len(), 25);
    assert_eq!(ask(&mut study, "odd_pair(X, Y)").rows.len(), 0);
    assert_eq!(ask(&mut study, "win(X)").rows.len(), 0);
    let with = |facts: &str| {
        let change = |text: String| format!("{text}\n{facts}\n");
        shared_study("textbook.hence", "", &Options::default(), change).expect("it was there")
    };
    let mut more =
        with("fact parent(x, p), parent(y, p), parent(u, x), parent(v, y)\nfact new(v1, o1), assign(v2, v1)");
    assert_eq!(rows(&mut more, "sg(u, X)", &["X"]), BTreeSet::from([vec!["v".to_string()]]));
    assert_eq!(ask(&mut more, "pts(v2, o1)").rows.len(), 1);
    let mut more = with(
        "fact message(m1, t1, ann, 2013-09-02, \"We met together and put it in the wiki.\")\n\
         fact message(m2, t1, ann, 2013-11-20, \"So together we wrote a manual.\")",
    );
    let periods = rows(&mut more, "period(M, P)", &["M", "P"]);
    assert_eq!(periods, pairs(&[("m1", "launch")]), "a period without an end asks for an end that is not there");
    assert_eq!(ask(&mut more, "conversion(m1, C)").rows.len(), 2);
    assert_eq!(rows(&mut more, "together(A, B, N)", &["N"]).len(), 1);
}

// --- A consultation

#[test]
fn a_consultation_lacks_one_use_and_says_so() {
    let Some(mut study) = shared_study("polis.hence", "polis", &Options::default(), |t| t) else { return };
    study.evaluate(&mut |_| {});
    let errors: Vec<_> = study.diagnostics().iter().filter(|d| d.is_error()).collect();
    assert_eq!(errors.len(), 1, "{:?}", said(&study));
    assert_eq!(errors[0].code.id, "E0201");
    assert!(errors[0].help.as_deref().is_some_and(|h| h.contains("use theory.proximity")), "{:?}", said(&study));
    assert_eq!(ask(&mut study, "stance(M, consensus)").rows.len(), 278);
}

#[test]
fn a_consultation_is_counted_as_by_hand() {
    let change = |text: String| format!("use theory.proximity\n{text}");
    let Some(mut study) = shared_study("polis.hence", "polis", &Options::default(), change) else { return };
    study.evaluate(&mut |_| {});
    assert!(!study.has_errors(), "{:?}", said(&study));
    assert_tests_pass(&mut study, 1);
    let data = shared().expect("it was there").join("data/polis");
    let kept: BTreeSet<String> = table(&data.join("comments.csv"))
        .into_iter()
        .filter(|row| ["0", "1"].contains(&row["moderated"].as_str()))
        .map(|row| row["id"].clone())
        .collect();
    // The last vote of each voter on each statement; two at the same instant both stand.
    let mut last: BTreeMap<(String, String), (i64, BTreeSet<String>)> = BTreeMap::new();
    for row in table(&data.join("votes_sample.csv")) {
        if !kept.contains(&row["comment"]) {
            continue;
        }
        let at: i64 = row["timestamp_ms"].parse().expect("a number");
        let vote = last.entry((row["comment"].clone(), row["voter"].clone())).or_default();
        if at > vote.0 {
            *vote = (at, BTreeSet::new());
        }
        if at == vote.0 {
            vote.1.insert(row["vote"].clone());
        }
    }
    let mut tally: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for ((statement, _), (_, votes)) in &last {
        let counts = tally.entry(statement).or_default();
        counts[0] += 1;
        counts[1] += usize::from(votes.contains("1"));
        counts[2] += usize::from(votes.contains("-1"));
    }
    let wanted = |fits: &dyn Fn(usize, usize, usize) -> bool| -> BTreeSet<Vec<String>> {
        let fitting = tally.iter().filter(|(_, [n, a, d])| *n >= 20 && fits(*n, *a, *d));
        fitting.map(|(statement, _)| vec![statement.to_string()]).collect()
    };
    let consensus = rows(&mut study, "stance(M, consensus)", &["M"]);
    assert_eq!(consensus.len(), 278);
    assert_eq!(consensus, wanted(&|n, a, _| 10 * a >= 6 * n));
    let divided = wanted(&|n, a, d| 100 * a >= 35 * n && 100 * d >= 35 * n && 5 * a.abs_diff(d) <= n);
    assert_eq!(rows(&mut study, "stance(M, divided)", &["M"]), divided);
    assert_eq!(
        ask(&mut study, "stance(M, ignored)").rows.len(),
        kept.len() - tally.values().filter(|t| t[0] >= 20).count()
    );
    // Three statements on shared ground are fewer than the map asks for.
    let findings = study.findings();
    assert_eq!((findings.inferences.len(), findings.inferences[0].holds), (1, false));
    let three = |text: String| change(text).replace("shared_ground >= 5", "shared_ground >= 3");
    let mut wider = shared_study("polis.hence", "polis", &Options::default(), three).expect("it was there");
    wider.evaluate(&mut |_| {});
    assert!(wider.findings().inferences[0].holds);
    assert_eq!(ask(&mut wider, "proximity(M, cognitive)").rows.len(), 3);
}

// --- Patients' comments

/// The concept's label by its name.
fn labels(study: &Study, kind: &str) -> BTreeMap<String, String> {
    let kind = study.program().known_kind(kind);
    let label = |concept: &Concept| concept.label.clone().unwrap_or_else(|| concept.name.clone());
    study.program().concepts_of(kind).map(|(_, c)| (c.name.clone(), label(c))).collect()
}

#[test]
fn rules_against_people_are_counted_as_by_hand() {
    let options = Options { lenient: true, ..Options::default() };
    let Some(mut study) = shared_study("nhs_fft.hence", "nhs-fft", &options, |t| t) else { return };
    study.evaluate(&mut |_| {});
    assert!(!study.has_errors(), "{:?}", said(&study));
    assert_tests_pass(&mut study, 2);
    assert!(said(&study).iter().any(|d| d.starts_with("W0410") && d.contains("238") && d.contains("mm/dd/yyyy")));
    let data = shared().expect("it was there").join("data/nhs-fft");

    // Left out are texts that say nothing and rows whose date has no such month.
    let mut kept: BTreeMap<String, BTreeMap<String, String>> = table(&data.join("messages.csv"))
        .into_iter()
        .filter(|row| !["Did not answer", "Nothing."].contains(&row["text"].trim()))
        .map(|row| (row["id"].clone(), row))
        .collect();
    let before = kept.len();
    kept.retain(|_, row| row["date"].split('/').nth(1).is_some_and(|m| m.parse::<u32>().is_ok_and(|m| m <= 12)));
    assert_eq!(before - kept.len(), 238);
    assert_eq!(study.findings().size.messages, kept.len());

    let people: BTreeSet<(String, String)> =
        table(&data.join("codes_long.csv")).into_iter().map(|r| (r["code"].clone(), r["message"].clone())).collect();
    let mut hits: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut left_out: BTreeSet<String> = BTreeSet::new();
    for row in table(&data.join("keyword_rule_hits.csv")) {
        if kept.contains_key(&row["message"]) {
            hits.entry(row["code"].clone()).or_default().insert(row["message"].clone());
        } else {
            left_out.insert(row["code"].clone());
        }
    }
    let names = labels(&study, "code");
    let precision: BTreeMap<String, f64> = rows(&mut study, "precision(C, P)", &["C", "P"])
        .into_iter()
        .filter(|row| row[0] != "rude_staff")
        .map(|row| (names[&row[0]].clone(), row[1].parse().expect("a number")))
        .collect();
    assert_eq!(precision.len(), hits.len());
    for (code, found) in &hits {
        let both = found.iter().filter(|m| people.contains(&(code.clone(), m.to_string()))).count();
        let wanted = both as f64 / found.len() as f64;
        assert!((precision[code] - wanted).abs() < 1e-9, "{code}: {} against {wanted}", precision[code]);
    }
    // Where nothing was left out of a code, the published figure must come out.
    for row in table(&data.join("keyword_rules_vs_human.csv")) {
        if !left_out.contains(&row["code"]) {
            assert_eq!(
                format!("{:.4}", precision[&row["code"]]),
                format!("{:.4}", row["precision"].parse::<f64>().unwrap())
            );
        }
    }

    // The cross-table: years of messages with a theme by service, with the mean sentiment.
    let crosstab = rows(&mut study, "crosstab(T, S, Y, N, Mean)", &["T", "S", "Y", "N", "Mean"]);
    assert!(crosstab.len() > 100, "{}", crosstab.len());
    let themes = labels(&study, "theme");
    let of_theme = rows(&mut study, "theme(M, T)", &["M", "T"]);
    for row in crosstab.iter().step_by(7) {
        let here = |m: &Vec<String>| {
            let message = &kept[&m[0]];
            (m[1] == row[0] && message["service1"].trim() == row[1] && message["date"].ends_with(&row[2]))
                .then_some(message)
        };
        let messages: Vec<_> = of_theme.iter().filter_map(here).collect();
        assert_eq!(messages.len().to_string(), row[3], "{row:?} {}", themes[&row[0]]);
        let sentiments: Vec<f64> = messages.iter().filter_map(|m| m["sentiment"].parse().ok()).collect();
        let mean = sentiments.iter().sum::<f64>() / sentiments.len() as f64;
        assert!((row[4].parse::<f64>().expect("a number") - mean).abs() < 1e-9, "{row:?}");
    }
}

const KEYWORDS: &str = r#"study "Keywords of the health service"
input message from "messages.csv"
  id   = "id"
  text = "text"
concepts code from "codes_long.csv"
  label = "code"
concepts code from "keyword_rules.csv"
  label   = "code"
  matches = "keyword" as contains
input coding from "codes_long.csv"
  message = "message"
  code    = "code"
  coder is panel
relation compared(code: code, human: number, rule: number, both: number)
rule compared(C, H, R, B)
  if  C is a code
  and H = count of M where (coding(message: M, code: C))
  and R = count of M where (coded(Q, C, rules) and quote(quote: Q, message: M))
  and B = count of M where (coded(Q, C, rules) and quote(quote: Q, message: M) and coding(message: M, code: C))
  and R > 0
"#;

#[test]
fn keywords_find_exactly_what_the_health_service_finds() {
    let Some(shared) = shared() else { return };
    let data = shared.join("data/nhs-fft");
    let mut study = on_data(KEYWORDS.to_string(), data.clone(), &Options::default());
    assert_eq!(said(&study), Vec::<String>::new());
    let names = labels(&study, "code");
    let texts: BTreeMap<String, Vec<char>> =
        table(&data.join("messages.csv")).into_iter().map(|r| (r["id"].clone(), r["text"].chars().collect())).collect();
    assert_eq!(texts.len(), 7908);
    let passages =
        rows(&mut study, "coded(Q, C, rules) and quote(quote: Q, message: M, start: S, end: E)", &["M", "C", "S", "E"]);
    let found: BTreeSet<[String; 3]> = passages
        .into_iter()
        .map(|row| {
            let range = row[2].parse::<usize>().expect("a number")..row[3].parse().expect("a number");
            let passage: String = texts[&row[0]][range].iter().collect();
            [row[0].clone(), names[&row[1]].clone(), passage.to_lowercase()]
        })
        .collect();
    let wanted: BTreeSet<[String; 3]> = table(&data.join("keyword_rule_hits.csv"))
        .into_iter()
        .map(|r| [r["message"].clone(), r["code"].clone(), r["keyword"].to_lowercase()])
        .collect();
    let missing: Vec<_> = wanted.difference(&found).take(5).collect();
    let wrong: Vec<_> = found.difference(&wanted).take(5).collect();
    assert!(missing.is_empty() && wrong.is_empty(), "missing {missing:?}, wrong {wrong:?}");
    assert_eq!(found.len(), 3994);

    let compared = rows(&mut study, "compared(C, H, R, B)", &["C", "H", "R", "B"]);
    let compared: BTreeSet<Vec<String>> =
        compared.into_iter().map(|r| [&[names[&r[0]].clone()], &r[1..]].concat()).collect();
    let published: BTreeSet<Vec<String>> = table(&data.join("keyword_rules_vs_human.csv"))
        .into_iter()
        .map(|r| ["code", "human", "rule", "both"].map(|h| r[h].clone()).to_vec())
        .collect();
    assert_eq!(compared, published);
}
