//! Findings, explanations, answers and tests.

use super::{acts, golden};
use hence::diagnostic::codes;
use hence::report::explain::Level;
use hence::report::{Look, csv, explain, json, table, test, text};
use hence::session::answers::{Answers, Attempt, Cell, Check, TestFailure, TestResult};
use hence::session::explanation::{CitationShown, Explanation, PlaceShown, QuoteShown, ReasonCount, Step, StepKind};
use hence::session::findings::*;

const LOOK: Look = Look { colour: false, unicode: true, width: 80 };

fn place(file: &str, line: usize) -> PlaceShown {
    PlaceShown { file: file.into(), line }
}

fn martins(at: &str) -> CitationShown {
    CitationShown { key: "martins2017".into(), reference: Some("Martins & Ling 2017".into()), at: Some(at.into()) }
}

fn quote(message: &str, before: &str, quote: &str, after: &str) -> QuoteShown {
    QuoteShown {
        message: message.into(),
        author: Some("Tom".into()),
        date: Some("2013-09-12".into()),
        before: before.into(),
        quote: quote.into(),
        after: after.into(),
        gap: None,
        range: Some((3, 9)),
        told: false,
        place: Some(place("messages.csv", 17)),
    }
}

fn concept(kind: &str, name: &str, label: &str, counts: (usize, usize, usize)) -> ConceptFinding {
    ConceptFinding {
        kind: kind.into(),
        name: name.into(),
        label: label.into(),
        counts: Counts { messages: counts.0, authors: counts.1, threads: counts.2 },
        passages: counts.0 + 1,
        members: vec!["m15".into()],
        ..ConceptFinding::default()
    }
}

fn map(kind: &str, concept: &str, label: &str, holds: bool) -> Inference {
    Inference {
        theme: "collaborative_workspaces".into(),
        theme_label: "Collaborative workspaces".into(),
        kind: kind.into(),
        concept: concept.into(),
        concept_label: label.into(),
        holds,
        guard: Some(
            if holds {
                "authors of collaborative_workspaces >= min_authors"
            } else {
                "messages of collaborative_workspaces > 100"
            }
            .into(),
        ),
        because: vec![SaidShown {
            text: "Shared places bring diverse knowledge bases together, which those who work there can take up."
                .into(),
            citations: vec![martins("section 5")],
            of_all: false,
        }],
        citations: Vec::new(),
        place: place("study.hence", if holds { 44 } else { 51 }),
    }
}

fn study() -> Findings {
    let mut theme = concept("theme", "collaborative_workspaces", "Collaborative workspaces", (23, 14, 9));
    theme.means =
        Some("The region needs places that feed collaboration, and that people of several firms can use.".into());
    theme.quotes = vec![
        quote("m15", "Is there ", "a space we could share", ", to be creative together?"),
        quote("m9", "\x1b[31mDanger\x07 ", "co-working\u{202E}", " 共享空间 in the old mill"),
        quote("m3", "We all want this.", "", ""),
        quote("m7", &"long ago ".repeat(60), "we met", &" and so on".repeat(60)),
    ];
    let rows = |label: &str, numbers: [usize; 2]| TableRow {
        label: label.into(),
        numbers: numbers.to_vec(),
        shares: vec!["12.5".into(), "100.0".into()],
    };
    Findings {
        between: Vec::new(),
        relations: vec![RelationFinding {
            name: "builds_on".into(),
            means: Some("The later message answers the earlier.".into()),
            rows: 7,
            shown: vec!["m15 builds on m10".into()],
        }],
        title: Some("What a regional network says it needs".into()),
        size: Counts { messages: 131, authors: 52, threads: 36 },
        parameters: vec![
            ParameterShown {
                name: "min_authors".into(),
                value: "3".into(),
                label: Some("authors a theme needs".into()),
                set: true,
            },
            ParameterShown { name: "reach".into(), value: "5".into(), label: None, set: false },
        ],
        themes: vec![
            theme,
            concept("theme", "nothing_here", "Nothing here", (0, 0, 0)),
            concept("theme", "one", "One", (1, 1, 1)),
        ],
        codes: vec![
            concept("code", "shared_space", "A place people share", (30, 20, 12)),
            concept("code", "game", "共享 games", (4, 3, 2)),
        ],
        others: vec![
            KindFinding {
                kind: "proximity".into(),
                label: "Forms of proximity".into(),
                subject: "message".into(),
                empty: 3,
                concepts: vec![concept("proximity", "social", "Social proximity", (23, 14, 9))],
            },
            KindFinding {
                kind: "voice".into(),
                label: "Voices".into(),
                subject: "author".into(),
                empty: 0,
                concepts: vec![concept("voice", "loud", "Loud", (0, 7, 0))],
            },
            KindFinding {
                kind: "design".into(),
                label: "Design".into(),
                subject: "message".into(),
                empty: 2,
                concepts: vec![],
            },
        ],
        inferences: vec![
            map("capacity", "absorptive", "Absorptive capacity", true),
            map("proximity", "social", "Social proximity", true),
            map("capacity", "desorptive", "Desorptive capacity", false),
        ],
        tables: vec![
            TableFinding {
                title: "Themes by profession".into(),
                count: "messages".into(),
                row_name: "theme".into(),
                column_name: Some("role.role".into()),
                columns: vec!["designer".into(), "total".into()],
                rows: vec![rows("Collaborative workspaces", [3, 23]), rows("total", [3, 24])],
                totals: true,
                shares: true,
            },
            TableFinding {
                title: "Empty".into(),
                count: "authors".into(),
                row_name: "theme".into(),
                column_name: None,
                columns: vec![],
                rows: vec![],
                totals: false,
                shares: false,
            },
        ],
        uncoded: Uncoded { messages: 40, members: (1..=40).map(|i| format!("m{i}")).collect() },
        inputs: vec![
            InputFinding {
                relation: "message".into(),
                file: "messages.csv".into(),
                read: 135,
                kept: 131,
                left_out: vec![(3, "`Moderated` is neither 0 nor 1".into())],
                without: vec![],
            },
            InputFinding {
                relation: "reply".into(),
                file: "messages.csv".into(),
                read: 135,
                kept: 98,
                left_out: vec![],
                without: vec![(37, "parent".into())],
            },
            InputFinding {
                relation: "role".into(),
                file: "participants.csv".into(),
                read: 52,
                kept: 52,
                left_out: vec![],
                without: vec![],
            },
        ],
        outputs: vec![OutputFinding { relation: "theme".into(), file: "out/themes.csv".into(), rows: 1 }],
    }
}

fn step(statement: &str, kind: StepKind) -> Step {
    Step { statement: statement.into(), kind, ..Step::default() }
}

fn proof() -> Explanation {
    let passage = Step {
        quote: Some(quote("m15", "Is there ", "a space we could share", ", to be creative together?")),
        place: Some(place("messages.csv", 17)),
        ..step("the text of m15 matches \"space\" near \"share*\" within 5 words", StepKind::Quote)
    };
    let code = Step {
        fact: Some("code(m15, shared_space)".into()),
        rule: Some("matches \"co-work*\" or \"hang* out\" or (\"space\" near \"share*\" within 5 words)".into()),
        place: Some(place("study.hence", 22)),
        reasons: vec![SaidShown {
            text: "A physical place where people from different firms work, test things or meet.".into(),
            citations: vec![],
            of_all: false,
        }],
        because: vec![passage],
        ..step("m15 has the code \"A place people share\"", StepKind::Derived)
    };
    let count = Step {
        because: vec![
            step("Tom", StepKind::Row),
            Step { place: Some(place("participants.csv", 4)), ..step("Jane", StepKind::Row) },
        ],
        more: 12,
        ..step("authors of collaborative_workspaces is 14, which is at least 3", StepKind::Count)
    };
    let theme = Step {
        fact: Some("theme(m15, collaborative_workspaces)".into()),
        rule: Some("when shared_space and playful_encounter unless sells_something".into()),
        by: Some("by its clause: when shared_space and playful_encounter unless sells_something".into()),
        place: Some(place("study.hence", 41)),
        reasons: vec![SaidShown {
            text: "The region needs places that feed collaboration.".into(),
            citations: vec![martins("section 4.1")],
            of_all: false,
        }],
        because: vec![
            code,
            Step { more: 2, ..step("m15 has the code \"Meeting others playfully\"", StepKind::Again) },
            step("m15 does not have the code \"Sells something\"", StepKind::Absence),
        ],
        ..step("m15 belongs to the theme \"Collaborative workspaces\"", StepKind::Derived)
    };
    let root = Step {
        rule: Some("map collaborative_workspaces -> absorptive".into()),
        by: Some("by its clause: map collaborative_workspaces -> absorptive".into()),
        place: Some(place("study.hence", 44)),
        citations: vec![martins("section 5"), CitationShown { key: "weick1993".into(), reference: None, at: None }],
        because: vec![
            theme,
            count,
            Step {
                place: Some(place("study.hence", 9)),
                ..step("absorptive stands under learning", StepKind::Written)
            },
            step("14 >= 3", StepKind::Comparison),
        ],
        ..step("m15 speaks for the capacity \"Absorptive capacity\"", StepKind::Derived)
    };
    Explanation {
        root,
        others: Vec::new(),
        reasons: ReasonCount { number: 7, ..ReasonCount::ONE },
        shortest: true,
        coded: None,
        ways: None,
        ways_below: Vec::new(),
    }
}

#[test]
fn findings_are_told_in_words() {
    let told = text::findings(&study(), LOOK);
    assert!(!acts(&told), "{told:?}");
    golden("findings", &told);
    golden("findings_narrow", &text::findings(&study(), Look { unicode: false, width: 50, ..LOOK }));
    golden("findings_empty", &text::findings(&Findings::default(), LOOK));
}

#[test]
fn findings_are_told_to_programs() {
    let read: serde_json::Value = serde_json::from_str(&json::findings(&study())).expect("it is JSON");
    assert_eq!(read["version"], 1);
    assert_eq!(read["themes"][0]["counts"]["authors"], 14);
    assert_eq!(read["inputs"][0]["left_out"][0]["rows"], 3);
    golden("findings_csv", &String::from_utf8(csv::findings(&study())).expect("it is UTF-8"));
    golden("findings_json", &json::findings(&Findings { themes: study().themes, ..Findings::default() }));
}

#[test]
fn an_explanation_reads_as_one() {
    let told = explain::explanations(&[proof()], Level::Whole, LOOK);
    assert!(!acts(&told));
    golden("explanation", &told);
    golden(
        "explanation_ascii",
        &explain::explanations(&[proof()], Level::Whole, Look { unicode: false, width: 50, ..LOOK }),
    );
    let coloured = explain::explanations(&[proof()], Level::Whole, Look { colour: true, ..LOOK });
    assert!(coloured.contains("\x1b[1ma\x1b[0m \x1b[1mspace\x1b[0m"), "{coloured}");
    let read: serde_json::Value = serde_json::from_str(&json::explanations(&[proof()], 0)).expect("it is JSON");
    let steps = read["explanations"][0]["steps"].as_array().expect("a list");
    assert_eq!(steps.len(), 11);
    assert_eq!(steps[0]["because"], serde_json::json!([1, 2, 3, 4]));
    assert_eq!(steps[1]["because"], serde_json::json!([5, 6, 7]));
}

#[test]
fn ways_are_counted_in_words() {
    let wide = Look { width: 120, ..LOOK };
    let last = |number, at_least, apart, shortest| {
        let root = step("it holds", StepKind::Written);
        let reasons = ReasonCount { number, at_least, apart };
        let one = Explanation {
            root,
            others: Vec::new(),
            reasons,
            shortest,
            coded: None,
            ways: None,
            ways_below: Vec::new(),
        };
        let told = explain::explanations(&[one], Level::Whole, wide);
        told.lines().last().unwrap_or_default().to_owned()
    };
    assert_eq!(last(1, false, true, true), "it holds");
    assert_eq!(last(7, false, true, true), "This is reason 1 of 7; `--all 5` shows more.");
    assert_eq!(
        last(1 << 40, false, false, true),
        "This is one of 1,099,511,627,776 ways to conclude it; `--all 5` shows more."
    );
    assert_eq!(last(100, true, true, false), "This is one of at least 100 reasons; `--all 5` shows more.");
}

#[test]
fn a_long_chain_is_told_to_its_end() {
    let mut root = step("the first", StepKind::Row);
    for i in 0..400 {
        root = Step {
            because: vec![root, step("beside", StepKind::Written)],
            ..step(&format!("link {i}"), StepKind::Derived)
        };
    }
    let proof = Explanation {
        root,
        others: Vec::new(),
        reasons: ReasonCount::ONE,
        shortest: true,
        coded: None,
        ways: None,
        ways_below: Vec::new(),
    };
    let told = explain::explanations(std::slice::from_ref(&proof), Level::Whole, LOOK);
    assert!(told.contains("the first") && told.contains("(400 steps down)"));
    assert!(told.lines().all(|l| l.chars().count() <= 80));
    let read: Result<serde_json::Value, _> = serde_json::from_str(&json::explanations(std::slice::from_ref(&proof), 0));
    assert!(read.is_ok());
}

#[test]
fn answers_are_a_table() {
    let cell = |t: &str| Cell::Text(t.into());
    let answers = Answers {
        columns: vec!["Message".into(), "Theme".into(), "N".into()],
        types: vec!["message".into(), "theme".into(), "number".into()],
        rows: vec![
            vec![cell("m15"), cell("collaborative_workspaces"), Cell::Number("3".into())],
            vec![cell("=1+1"), cell("共享空间\x1b[2J\nnext"), Cell::Number("12".into())],
            vec![cell("m3"), Cell::Empty, Cell::Empty],
        ],
    };
    let drawn = table::answers(&answers, LOOK);
    assert!(!acts(&drawn));
    golden("answers", &format!("{drawn}\n{}", table::answers(&answers, Look { unicode: false, ..LOOK })));
    assert_eq!(table::answers(&Answers { rows: vec![], ..answers.clone() }, LOOK), "No answers.\n");
    assert_eq!(table::answers(&Answers { rows: vec![vec![]], ..Answers::default() }, LOOK), "It holds.\n");
    assert_eq!(table::answers(&Answers::default(), LOOK), "It does not hold.\n");
    assert_eq!(csv::answers(&answers).iter().filter(|b| **b == b'\n').count(), 5);
    let read: serde_json::Value = serde_json::from_str(&json::answers(&answers)).expect("it is JSON");
    assert_eq!(read["rows"][0][2], 3);
    assert!(read["rows"][2][1].is_null());
}

fn check(condition: &str, met: Option<bool>) -> Check {
    Check { condition: condition.into(), place: place("study.hence", 22), met }
}

#[test]
fn failed_tests_say_what_happened() {
    let results = [
        TestResult { name: "fine".into(), place: place("study.hence", 60), failures: vec![] },
        TestResult {
            name: "a wish for a place".into(),
            place: place("study.hence", 64),
            failures: vec![
                TestFailure {
                    code: codes::EXPECTED,
                    expectation: "expect theme(m15, spaces)".into(),
                    place: place("study.hence", 65),
                    message: "it does not hold".into(),
                    details: vec![],
                    attempts: vec![Attempt {
                        rule: "when".into(),
                        place: place("study.hence", 21),
                        checks: vec![
                            check("shared_space", Some(true)),
                            check("message(this, author: A)", Some(false)),
                            check("role(A, \"designer\")", None),
                        ],
                        against: Some(check("unless sells_something", Some(true))),
                    }],
                    more: 1,
                },
                TestFailure {
                    code: codes::UNEXPECTED,
                    expectation: "expect no capacity(m15, absorptive)".into(),
                    place: place("study.hence", 66),
                    message: "it does hold".into(),
                    details: vec![proof().root],
                    attempts: vec![],
                    more: 0,
                },
            ],
        },
    ];
    golden("tests", &test::results(&results, LOOK));
    let read: serde_json::Value = serde_json::from_str(&json::tests(&results, None)).expect("it is JSON");
    let failures = &read["tests"][1]["failures"];
    assert_eq!((&failures[0]["code"], &failures[1]["code"]), (&"E0501".into(), &"E0502".into()));
    assert!(failures[0]["attempts"][0]["checks"][2]["met"].is_null());
    assert_eq!(test::results(&results[..1], LOOK), "1 test passed\n");
    assert_eq!(test::results(&[], LOOK), "there are no tests to run\n");
}
