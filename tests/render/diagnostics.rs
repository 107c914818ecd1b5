//! Diagnostics in their three forms.

use super::{acts, golden};
use hence::base::{FileId, Location, Sources, Span};
use hence::diagnostic::render::{Form, SHOWN, Style, render};
use hence::diagnostic::{Diagnostic, Edit, codes};

const STUDY: &str = "study \"Workspaces\"\n\ncode shared_space \"A place people share\"\n  matches \"co-work*\"\n\
                     theme workspaces\n  when shraed_space and playful\n";

pub fn at(sources: &Sources, file: FileId, piece: &str) -> Location {
    let start = sources.get(file).text.rfind(piece).expect("the piece is in the text") as u32;
    Location::new(file, Span::new(start, start + piece.len() as u32))
}

/// Diagnostics of every shape, and the files that they speak of.
pub fn shapes() -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    let study = sources.add("study.hence", STUDY);
    let book = sources.add("codebook.hence", "kind barrier \"What stands in the way\"\nbarrier cost \"Cost\"\n");
    let wide = sources.add("wide.hence", "code 共享空间 \"共享\"\n\tmatches \"Café\" or 空\n");
    let long = sources.add(
        "long.hence",
        format!(
            "code long\n  matches {}\"needle\" or {}\"end\"\n  memo \"short\"\n",
            "\"hay\" or ".repeat(60),
            "\"hay\" or ".repeat(60)
        ),
    );
    let end = sources.add("end.hence", "code open\n  matches \"x\" or");
    let odd = sources.add("odd.hence", "code a\n  memo \"\x1b[31mred\u{202E}\x07\" zzz\r\n");
    let shraed = at(&sources, study, "shraed_space");
    let diagnostics = vec![
        Diagnostic::at(codes::UNKNOWN_NAME, shraed, "no code, theme or other concept is called `shraed_space`")
            .saying("not declared")
            .label(at(&sources, study, "shared_space"), "this is")
            .help("did you mean `shared_space`?")
            .fix("write `shared_space`", vec![Edit { location: shraed, text: "shared_space".into() }], true),
        Diagnostic::at(codes::DECLARED_TWICE, at(&sources, study, "workspaces\n"), "`workspaces` is declared twice")
            .label(at(&sources, book, "cost"), "here first")
            .label(at(&sources, book, "barrier"), "")
            .help("give one of them another name"),
        Diagnostic::at(codes::UNKNOWN_NAME, at(&sources, wide, "空"), "no concept is called `空`")
            .saying("not declared")
            .label(at(&sources, wide, "共享空间"), "did you mean this?"),
        Diagnostic::at(
            codes::PATTERN_NOTHING,
            at(&sources, long, "\"needle\""),
            "the pattern `\"needle\"` matches nothing",
        )
        .saying("no message has it"),
        Diagnostic::at(codes::PATTERN_NOTHING, at(&sources, long, "\"end\""), "the pattern `\"end\"` matches nothing"),
        Diagnostic::at(codes::MISSING_PART, Location::new(end, Span::new(25, 25)), "a pattern is missing after `or`")
            .saying("here"),
        Diagnostic::at(codes::SYNTAX, at(&sources, odd, "zzz"), "`zzz\x1b[2J` cannot be read here")
            .help("two\nlines\x07"),
        Diagnostic::new(codes::CELL, "`yesterday` in the column `Posted` is no date")
            .in_data("messages.csv:17")
            .help("write dates as the study says: `dd/mm/yyyy`"),
        Diagnostic::new(codes::CELL, "`soon` in the column `Posted` is no date").in_data("messages.csv:9"),
        Diagnostic::at(
            codes::INDENT,
            at(&sources, study, "matches \"co-work*\"\ntheme workspaces\n  when"),
            "over several lines",
        ),
        Diagnostic::new(codes::LIMIT, "a limit was reached"),
    ];
    (sources, diagnostics)
}

#[test]
fn every_shape_is_drawn_in_every_form() {
    let (sources, diagnostics) = shapes();
    let style = Style { form: Form::Human, colour: false, unicode: true, width: 80 };
    for (name, style) in [
        ("diagnostics_human", style),
        ("diagnostics_ascii", Style { unicode: false, width: 60, ..style }),
        ("diagnostics_plain", Style { form: Form::Plain, ..style }),
        ("diagnostics_json", Style { form: Form::Json, ..style }),
        ("diagnostics_sarif", Style { form: Form::Sarif, ..style }),
    ] {
        let drawn = render(&diagnostics, &sources, style);
        assert!(!acts(&drawn), "{drawn:?}");
        golden(name, &drawn);
    }
    let coloured = render(&diagnostics[..1], &sources, Style { colour: true, ..style });
    assert!(coloured.contains("\x1b["));
}

#[test]
fn json_is_read_back_and_counts_characters() {
    let (sources, diagnostics) = shapes();
    let drawn = render(&diagnostics, &sources, Style { form: Form::Json, ..Style::default() });
    let read: serde_json::Value = serde_json::from_str(&drawn).expect("it is JSON");
    assert_eq!(read["version"], 1);
    let wide = &read["diagnostics"].as_array().expect("a list").iter().find(|d| d["file"] == "wide.hence");
    let wide = wide.expect("the wide one is there");
    assert_eq!((&wide["line"], &wide["column"], &wide["end_column"]), (&2.into(), &20.into(), &21.into()));
    assert_eq!((&wide["start"], &wide["end"]), (&34.into(), &35.into()));
}

#[test]
fn no_error_is_left_out_for_a_warning() {
    let (sources, shapes) = shapes();
    let error = shapes[0].clone();
    let warning = shapes[3].clone();
    let mut many = vec![warning.clone(); 30];
    many.extend(vec![error; 7]);
    let style = Style { form: Form::Plain, ..Style::default() };
    let drawn = render(&many, &sources, style);
    assert_eq!(drawn.matches("error[").count(), 7);
    assert_eq!(drawn.matches("warning[").count(), SHOWN - 7);
    let human = render(&many, &sources, Style { form: Form::Human, ..style });
    assert_eq!((human.matches("error[").count(), human.matches("warning[").count()), (7, SHOWN - 7));
    assert!(human.ends_with("\n\nand 17 more, of 1 kind\n  17 of W0414: a pattern that matches nothing\n"), "{human}");
    for form in [Form::Json, Form::Sarif] {
        let whole = render(&many, &sources, Style { form, ..style });
        assert_eq!(whole.matches("\"W0414\"").count() - usize::from(form == Form::Sarif), 30, "{whole}");
    }
    assert!(drawn.contains("and 17 more, of 1 kind\n  17 of W0414: a pattern that matches nothing\n"), "{drawn}");
    assert!(!render(&many[..SHOWN], &sources, style).contains("more, of"));
    assert_eq!(render(&[], &sources, style), "");
}

#[test]
fn every_place_of_every_text_can_be_marked() {
    let texts = ["", "\n", "a", "a\n", "\r\n", "a\r\nb", "共\n\n共", "\t", "é\u{301}\n", &"x".repeat(500), "\u{FEFF}a"];
    for text in texts {
        let mut sources = Sources::default();
        let file = sources.add("a.hence", text);
        for start in 0..=text.len() as u32 + 2 {
            for end in [start, start + 1, start + 40] {
                let at = Location::new(file, Span::new(start, end));
                let d = [Diagnostic::at(codes::SYNTAX, at, "no").label(Location::new(file, Span::new(0, 1)), "first")];
                for width in [0, 20, 80] {
                    let drawn = render(&d, &sources, Style { width, ..Style::default() });
                    assert!(drawn.contains('^') && drawn.contains("a.hence:"), "{text:?} {start}..{end}\n{drawn}");
                    assert!(!drawn.contains("Failed"), "{drawn}");
                }
                render(&d, &sources, Style { form: Form::Json, ..Style::default() });
                render(&d, &sources, Style { form: Form::Plain, ..Style::default() });
                super::forms::valid(&render(&d, &sources, Style { form: Form::Sarif, ..Style::default() }));
            }
        }
    }
}
