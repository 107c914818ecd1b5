//! What became of the tests as JUnit XML, which servers for continuous integration read.

use super::words::place;
use crate::session::answers::TestResult;
use crate::session::explanation::Step;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

/// One `testcase` a test, with a `failure` for each expectation that was not met; `name` names the suite.
pub fn tests(name: &str, results: &[TestResult]) -> String {
    let mut bytes = Vec::new();
    // A vector takes whatever is written into it.
    let written = write(&mut bytes, name, results);
    debug_assert!(written.is_ok());
    let mut text = String::from_utf8(bytes).unwrap_or_default();
    text.push('\n');
    text
}

fn write(out: &mut Vec<u8>, name: &str, results: &[TestResult]) -> std::io::Result<()> {
    let failed = results.iter().filter(|r| !r.passed()).count().to_string();
    let count = results.len().to_string();
    let numbers = [("tests", count.as_str()), ("failures", failed.as_str()), ("errors", "0"), ("skipped", "0")];
    let mut writer = Writer::new_with_indent(out, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let suites = writer.create_element("testsuites").with_attributes(numbers);
    suites.write_inner_content(|writer| {
        let name = sound(name);
        let suite = writer.create_element("testsuite").with_attribute(("name", name.as_str())).with_attributes(numbers);
        suite.write_inner_content(|writer| {
            for result in results {
                case(writer, &name, result)?;
            }
            Ok(())
        })?;
        Ok(())
    })?;
    Ok(())
}

fn case(writer: &mut Writer<&mut Vec<u8>>, suite: &str, result: &TestResult) -> std::io::Result<()> {
    let (name, line) = (sound(&result.name), result.place.line.to_string());
    let case = writer.create_element("testcase").with_attributes([
        ("classname", suite),
        ("name", name.as_str()),
        ("file", result.place.file.as_str()),
        ("line", line.as_str()),
    ]);
    if result.passed() {
        case.write_empty()?;
        return Ok(());
    }
    case.write_inner_content(|writer| {
        for failure in &result.failures {
            let message = sound(&format!("{}: {}", failure.expectation, failure.message));
            let mut text = format!("{}\n", place(&failure.place));
            failure.details.iter().for_each(|step| explain(&mut text, step));
            writer
                .create_element("failure")
                .with_attributes([("type", "expectation"), ("message", message.as_str())])
                .write_text_content(BytesText::new(&sound(&text)))?;
        }
        Ok(())
    })?;
    Ok(())
}

/// The steps of an explanation, one a line, indented by their depth.
fn explain(out: &mut String, root: &Step) {
    let mut open = vec![(root, 0)];
    while let Some((step, depth)) = open.pop() {
        out.push_str(&"  ".repeat(depth));
        out.push_str(&step.statement);
        if let Some(place_of) = &step.place {
            out.push_str(&format!(" ({})", place(place_of)));
        }
        out.push('\n');
        open.extend(step.because.iter().rev().map(|s| (s, depth + 1)));
    }
}

/// Text without the control characters that XML 1.0 does not have.
fn sound(text: &str) -> String {
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r') || (c >= ' ' && c != '\u{FFFE}' && c != '\u{FFFF}');
    text.chars().map(|c| if allowed(c) { c } else { '\u{FFFD}' }).collect()
}
