//! Tables that people's programs write with a row for each coding, and what a project of another program keeps when it
//! goes through a study.

use super::{exit, folder, hence, imported, shown};
use hence::data::project::{self, ValueKind, Way};
use std::fs;
use std::path::PathBuf;

fn file(name: &str, content: &str) -> PathBuf {
    let file = folder(name);
    fs::write(&file, content).expect("a file");
    file
}

#[test]
fn rows_of_one_id_are_one_message_whatever_else_differs() {
    for (name, column, cells) in [
        ("confidence", "confidence", ["3", "2"]),
        ("at", "at", ["2024-01-01", ""]),
        ("coded_at", "coded_at", ["2024-01-01", "2024-01-05"]),
        ("mood", "mood", ["good", "bad"]),
    ] {
        let [first, second] = cells;
        let text = "The staff were really very kind";
        let csv = format!("id,text,coder,code,{column}\n1,{text},ann,staff,{first}\n1,{text},ben,price,{second}\n");
        let (said, study) = imported(&file(&format!("one-{name}.csv"), &csv), &format!("one-{name}"));
        assert!(said.contains("\n  1 message\n") && said.contains("`id` for the id"), "{name}: {said}");
        let (code, out, err) = hence(&["check", "--deny-warnings", shown(&study)]);
        assert_eq!(code, exit::FINE, "{name}: {out}{err}");
        let (_, out, _) = hence(&["agree", shown(&study)]);
        assert!(out.contains("ann (judged 1 message, made 1 coding)") && out.contains("n = 2"), "{name}: {out}");
        let kept = fs::read_to_string(study.join("codings.csv")).expect("the codings");
        assert!(kept.contains(first) && kept.contains(second), "{name}: {kept}");
    }
}

#[test]
fn an_id_with_two_texts_is_told_with_its_row() {
    let csv = "id,text,coder,code\n1,The staff were really very kind,ann,staff\n2,It is too dear,ann,price\n\
               2,It is too dear,ben,price\n1,The staff were really very kind!,ben,staff\n";
    let (said, _) = imported(&file("texts.csv", csv), "texts-of-one-id");
    assert!(said.contains("  2 messages\n") && said.contains("1 text: ") && said.contains("`1 in row 5`"), "{said}");
}

#[test]
fn a_place_that_is_none_costs_the_others_nothing() {
    let text = "The prices are too high for me";
    let mut csv = "id,text,coder,code,start,end\n".to_owned();
    for (id, start, end) in [
        (1, "4", "10"),
        (2, "4.0", "10.0"),
        (3, "abc", "10"),
        (4, "4", ""),
        (5, "9", "2"),
        (6, "-1", "2"),
        (7, "4", "999"),
    ] {
        csv.push_str(&format!("{id},{text},ann,price,{start},{end}\n"));
    }
    csv.push_str(&format!("8,{text},ann,price,,\n1,{text},ann,price,4,10\n"));
    let (said, study) = imported(&file("places.csv", &csv), "places-of-a-table");
    for told in ["`row 4: abc to 10`", "`row 5: 4 to nothing`", "`row 6: 9 to 2`", "row 7: -1 to 2", "`row 8`"] {
        assert!(said.contains(told), "{told}: {said}");
    }
    assert!(said.contains("1 coding: the same stands in an earlier row (`row 10`)"), "{said}");
    let kept = fs::read_to_string(study.join("codings.csv")).expect("the codings");
    assert_eq!(kept.matches("ann,4,10").count(), 2, "{kept}");
    assert!(said.contains("8 codings"), "{said}");
}

#[test]
fn a_header_that_looks_like_a_message_is_told() {
    let csv = "This is what I think about it all,2024-01-02\nAnother opinion of somebody else is here,2024-01-03\n";
    let (said, _) = imported(&file("nohead.csv", csv), "without-a-header");
    assert!(said.contains("looks like what somebody wrote") && said.contains("(`text,at`"), "{said}");
    let (said, _) =
        imported(&file("w8.csv", "\"id\" , \"text\"\n1, \"quoted, after blank\"\n"), "blanks-beside-quotes");
    assert!(said.contains("  1 message\n") && said.contains("blanks between quotation marks"), "{said}");
}

#[test]
fn rows_that_repeat_texts_without_a_column_of_codes_are_told() {
    let mut csv = "what they said,bucket,who\n".to_owned();
    for row in ["price,ann", "staff,ann", "price,ben", "staff,ben"] {
        csv.push_str(&format!("The staff were kind and the prices high,{row}\n"));
    }
    csv.push_str("Nobody told me anything at all there,info,ann\n");
    let (said, _) = imported(&file("buckets.csv", &csv), "buckets");
    assert!(said.contains("3 of 5 rows repeat the text") && said.contains("(`code`, `codes`,"), "{said}");
    let (said, _) = imported(&file("coded-buckets.csv", &csv.replace("bucket", "code")), "coded-buckets");
    assert!(!said.contains("repeat the text"), "{said}");
}

#[test]
fn selections_of_one_guid_are_told() {
    let selection = |start: u32, end: u32, coding: u32| {
        format!(
            "<PlainTextSelection guid=\"90000000-0000-4000-8000-000000000001\" startPosition=\"{start}\" \
             endPosition=\"{end}\"><Coding guid=\"60000000-0000-4000-8000-00000000000{coding}\"><CodeRef \
             targetGUID=\"20000000-0000-4000-8000-000000000001\"/></Coding></PlainTextSelection>"
        )
    };
    let twice = QDE;
    let at = twice.find("<Coding guid").expect("a coding");
    let twice = format!("{}{}{}{}", &twice[..at], selection(0, 3, 7), selection(4, 9, 8), &twice[at..]);
    let (said, _) = imported(&file("twice.qde", &twice), "selections-twice");
    assert!(said.contains("1 GUID of a selection: something else has the same"), "{said}");
}

const QDE: &str = r##"<?xml version="1.0" encoding="utf-8"?>
<Project xmlns="urn:QDA-XML:project:1.0" name="p" origin="handmade"><Users>
<User guid="10000000-0000-4000-8000-000000000001" name="Ann" id="AM"/><User guid="10000000-0000-4000-8000-000000000002" name="Ben"/></Users>
<CodeBook><Codes><Code guid="20000000-0000-4000-8000-000000000001" name="Good" isCodable="true"><Code guid="20000000-0000-4000-8000-000000000002" name="Staff" isCodable="true"/></Code>
<Code guid="20000000-0000-4000-8000-000000000003" name="Bad" isCodable="true"><Code guid="20000000-0000-4000-8000-000000000004" name="Staff" isCodable="true"/></Code></Codes></CodeBook>
<Variables><Variable guid="30000000-0000-4000-8000-000000000001" name="Interview date" typeOfVariable="Date"/><Variable guid="30000000-0000-4000-8000-000000000002" name="Member?" typeOfVariable="Boolean"/><Variable guid="30000000-0000-4000-8000-000000000003" name="Income" typeOfVariable="Float"/></Variables>
<Cases><Case guid="40000000-0000-4000-8000-000000000001" name="Anna"><CodeRef targetGUID="20000000-0000-4000-8000-000000000001"/>
<VariableValue><VariableRef targetGUID="30000000-0000-4000-8000-000000000002"/><BooleanValue>true</BooleanValue></VariableValue><VariableValue><VariableRef targetGUID="30000000-0000-4000-8000-000000000003"/><FloatValue>1234</FloatValue></VariableValue></Case></Cases>
<Sources><TextSource guid="50000000-0000-4000-8000-000000000001" name="one"><PlainTextContent>The staff were really very kind</PlainTextContent>
<Coding guid="60000000-0000-4000-8000-000000000001" creatingUser="10000000-0000-4000-8000-000000000001"><CodeRef targetGUID="20000000-0000-4000-8000-000000000004"/><NoteRef targetGUID="80000000-0000-4000-8000-000000000001"/></Coding>
<VariableValue><VariableRef targetGUID="30000000-0000-4000-8000-000000000001"/><DateValue>2024-01-31</DateValue></VariableValue></TextSource></Sources>
<Notes><Note guid="80000000-0000-4000-8000-000000000001" name="A heading" creatingUser="10000000-0000-4000-8000-000000000002"><PlainTextContent>why so</PlainTextContent></Note></Notes>
<Links><Link guid="70000000-0000-4000-8000-000000000001" name="both ways" direction="Bidirectional" color="#ff0000" originGUID="20000000-0000-4000-8000-000000000001" targetGUID="20000000-0000-4000-8000-000000000003"><NoteRef targetGUID="80000000-0000-4000-8000-000000000001"/></Link></Links></Project>"##;

#[test]
fn a_project_keeps_its_names_types_people_and_ways_through_a_study() {
    let (said, study) = imported(&file("kept.qde", QDE), "kept");
    for told in ["1 colour of a link", "1 note on a link", "1 short name of a coder", "1 note on a coding is the memo"]
    {
        assert!(said.contains(told), "{told}: {said}");
    }
    let out = folder("kept.qdpx");
    let (code, _, err) = hence(&["export", shown(&out), shown(&study)]);
    assert_eq!(code, exit::FINE, "{err}");
    let back = project::read_bytes("a.qdpx", &fs::read(&out).expect("a file")).expect("a project");
    let codes: Vec<_> = back.codes.iter().map(|code| code.name.as_str()).collect();
    assert_eq!(codes, ["Good", "Staff", "Bad", "Staff"]);
    let mut users: Vec<_> = back.users.iter().map(|user| user.name.as_str()).collect();
    users.sort_unstable();
    assert_eq!(users, ["Ann", "Ben"]);
    let mut variables: Vec<_> = back.variables.iter().map(|v| (v.name.as_str(), v.kind)).collect();
    variables.sort_by_key(|(name, _)| *name);
    let wanted = [("Income", ValueKind::Decimal), ("Interview date", ValueKind::Date), ("Member?", ValueKind::Truth)];
    assert_eq!(variables, wanted);
    let mut links: Vec<_> = back.links.iter().map(|link| (link.name.as_str(), link.way)).collect();
    links.sort_by_key(|(name, _)| *name);
    assert_eq!(links, [("both ways", Way::Both), ("code", Way::To)]);
    // And once more: nothing of it is lost or told as a fact without a place.
    let (_, again) = imported(&out, "kept-again");
    let twice = folder("kept-again.qdpx");
    let (code, said, err) = hence(&["export", shown(&twice), shown(&again)]);
    assert_eq!(code, exit::FINE, "{err}");
    assert!(!format!("{said}{err}").contains("no place for the relation"), "{said}{err}");
    let twice = project::read_bytes("a.qdpx", &fs::read(&twice).expect("a file")).expect("a project");
    assert_eq!((twice.users.len(), twice.variables.len(), twice.links.len()), (2, 3, 2));
}
