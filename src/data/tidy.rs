//! Tables as people keep them, put right where an import may do it: a title above the header, a name that two columns
//! have, a column without one. Whoever uses this says what was done; a study's own inputs are refused instead, since
//! nothing in its rule file would show it.

use super::delimiter;
use super::headers::{is_text, plain};
use rustc_hash::FxHashSet;

/// So many lines above a header may be a title.
const LINES: usize = 8;

/// How many of the first rows are a title: rows with one cell, above one with several that are all names. `rows` are the
/// cells of the first rows.
pub fn titles(rows: &[Vec<String>]) -> usize {
    let filled = |row: &Vec<String>| row.iter().filter(|cell| !cell.trim().is_empty()).count();
    let Some(header) = rows.iter().take(LINES + 1).position(|row| filled(row) > 1) else { return 0 };
    let (Some(first), Some(names)) = (rows.first(), rows.get(header)) else { return 0 };
    // A table of one column has a name there that texts have, and no title.
    if header == 0 || first.iter().any(|cell| is_text(&plain(cell))) {
        return 0;
    }
    let named = |cell: &String| cell.trim().is_empty() || cell.contains(char::is_alphabetic);
    let below = rows.get(header + 1..).unwrap_or_default();
    let fitting = below.iter().filter(|row| row.len() <= names.len()).count();
    let fits = !below.is_empty() && 2 * fitting >= below.len();
    if names.iter().all(named) && fits { header } else { 0 }
}

/// The first rows of a text of cells, each with the byte at which it ends.
fn first_rows(text: &str, delimiter: u8) -> Vec<(Vec<String>, usize)> {
    let mut reader = delimiter::reader(text, delimiter);
    let mut rows = Vec::new();
    let mut record = ::csv::StringRecord::new();
    while rows.len() < 2 * LINES && reader.read_record(&mut record).unwrap_or(false) {
        let end = usize::try_from(reader.position().byte()).unwrap_or(text.len()).min(text.len());
        rows.push((record.iter().map(str::to_owned).collect(), end));
    }
    rows
}

/// The title above the header of a text of cells, if there is one.
pub fn title_of(text: &str, delimiter: Option<char>) -> Option<String> {
    let rows = delimited(text, delimiter).1;
    let cells: Vec<Vec<String>> = rows.into_iter().map(|(cells, _)| cells).collect();
    (titles(&cells) > 0).then(|| cells[0].iter().map(|cell| cell.trim()).collect::<String>())
}

/// What stands between the cells, and the first rows. A title may have other signs in it than the table below.
fn delimited(text: &str, stated: Option<char>) -> (u8, Vec<(Vec<String>, usize)>) {
    let stated = stated.filter(char::is_ascii).map(|sign| sign as u8);
    let guess = stated.unwrap_or_else(|| delimiter::guess(text));
    let rows = first_rows(text, guess);
    if stated.is_some() || below_titles(&rows) {
        return (guess, rows);
    }
    let others = b",;\t|".iter().map(|&sign| (sign, first_rows(text, sign)));
    others.into_iter().find(|(_, rows)| below_titles(rows)).unwrap_or((guess, rows))
}

/// True of rows with a title above, and below it all of one width.
fn below_titles(rows: &[(Vec<String>, usize)]) -> bool {
    let cells: Vec<Vec<String>> = rows.iter().map(|(cells, _)| cells.clone()).collect();
    let titles = titles(&cells);
    titles > 0 && cells[titles..].windows(2).all(|two| two[0].len() == two[1].len())
}

/// The text without titles, and with a name of its own for every column of its header; and what was done. The columns
/// without a name get one only where `nameless` is true: most are empty, or hold the numbers of the rows. Lines stay on
/// their lines.
pub fn tidied(text: &str, delimiter: Option<char>, nameless: bool) -> (String, Option<char>, Vec<String>) {
    let (sign, rows) = delimited(text, delimiter);
    let mut said = Vec::new();
    let cells: Vec<Vec<String>> = rows.iter().map(|(cells, _)| cells.clone()).collect();
    let titles = titles(&cells);
    let (mut header, from) = match titles.checked_sub(1) {
        Some(last) => {
            let title: String = cells[0].iter().map(|cell| cell.trim()).collect();
            said.push(format!(
                "`{}` above the header was taken for a title",
                title.chars().take(60).collect::<String>()
            ));
            (cells[titles].clone(), rows[last].1)
        }
        None => (cells.first().cloned().unwrap_or_default(), 0),
    };
    let to = rows.get(titles).map_or(0, |(_, end)| *end);
    let renamed = name(&mut header, nameless);
    if titles == 0 && renamed.is_empty() {
        return (text.to_owned(), delimiter, said);
    }
    said.extend(renamed);
    let lines = |part: &str| part.matches('\n').count();
    let mut out = "\n".repeat(lines(&text[..from]));
    let mut writer = ::csv::WriterBuilder::new().delimiter(sign).from_writer(Vec::new());
    let written = writer.write_record(&header).is_ok();
    let line = writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).filter(|_| written);
    let Some(line) = line else { return (text.to_owned(), delimiter, Vec::new()) };
    out.push_str(&"\n".repeat(lines(&text[from..to]).saturating_sub(lines(&line))));
    out.push_str(&line);
    out.push_str(&text[to..]);
    (out, Some(char::from(sign)), said)
}

/// The text without blanks between a quotation mark and what parts cells, as in `"id" , "text"`; none where there are
/// no such blanks.
pub fn tightened(text: &str, stated: Option<char>) -> Option<String> {
    let first = text.lines().take(4).any(|line| line.contains("\" ") || line.contains(" \""));
    if !first {
        return None;
    }
    let sign = delimited(text, stated).0;
    let bytes = text.as_bytes();
    let blanks = |from: usize| from + bytes[from..].iter().take_while(|&&byte| byte == b' ').count();
    let (mut out, mut at, mut fresh, mut quoted, mut changed) =
        (Vec::with_capacity(bytes.len()), 0, true, false, false);
    while let Some(&byte) = bytes.get(at) {
        let skip = blanks(at);
        if quoted {
            if byte == b'"' && bytes.get(at + 1) == Some(&b'"') {
                out.push(byte);
                at += 1;
            } else if byte == b'"' {
                quoted = false;
                let after = blanks(at + 1);
                let ends = bytes.get(after).is_none_or(|&next| next == sign || matches!(next, b'\n' | b'\r'));
                if ends && after > at + 1 {
                    (changed, at) = (true, after - 1);
                }
            }
            out.push(if quoted { byte } else { b'"' });
        } else if fresh && skip > at && bytes.get(skip) == Some(&b'"') {
            (changed, at) = (true, skip);
            continue;
        } else {
            quoted = fresh && byte == b'"';
            fresh = byte == sign || byte == b'\n';
            out.push(byte);
        }
        at += 1;
    }
    String::from_utf8(out).ok().filter(|_| changed)
}

/// Gives every column a name of its own; says which were changed.
pub fn name(header: &mut [String], nameless: bool) -> Vec<String> {
    let mut said = Vec::new();
    let mut seen: FxHashSet<String> = FxHashSet::default();
    let taken: FxHashSet<String> = header.iter().map(|name| name.trim().to_owned()).collect();
    for (at, name) in header.iter_mut().enumerate() {
        let old = name.trim().to_owned();
        if old.is_empty() {
            if nameless {
                *name = free(&format!("column {}", at + 1), &taken);
                said.push(format!("the column {} has no name and is called `{name}`", at + 1));
            }
        } else if !seen.insert(old.clone()) {
            let mut number = 2;
            while taken.contains(&format!("{old} ({number})")) || seen.contains(&format!("{old} ({number})")) {
                number += 1;
            }
            *name = format!("{old} ({number})");
            seen.insert(name.clone());
            said.push(format!("two columns are called `{old}`, and the later one is called `{name}`"));
        }
    }
    said
}

fn free(name: &str, taken: &FxHashSet<String>) -> String {
    let mut name = name.to_owned();
    while taken.contains(&name) {
        name.push('\'');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_go_and_lines_stay() {
        let (text, sign, _) = tidied("Survey, spring 2023\nid;text\n1;a\n2;c\n", None, true);
        assert_eq!((text.as_str(), sign), ("\nid;text\n1;a\n2;c\n", Some(';')));
        let (text, _, said) = tidied("Survey, spring 2023\n\nid;text;text\n1;a;b\n2;c;d\n", None, true);
        assert_eq!(text, "\n\nid;text;text (2)\n1;a;b\n2;c;d\n");
        assert_eq!(said.len(), 2, "{said:?}");
        let (text, _, said) = tidied("Our survey,,\nid,,text\n1,2,b\n2,3,d\n", None, true);
        assert_eq!((text.as_str(), said.len()), ("\nid,column 2,text\n1,2,b\n2,3,d\n", 2));
    }

    #[test]
    fn blanks_beside_quotation_marks_go() {
        let tight = tightened("\"id\" , \"text\"\n1, \"a \"\"b\"\" , c\" \n2,d \" e\n", None);
        assert_eq!(tight.as_deref(), Some("\"id\",\"text\"\n1,\"a \"\"b\"\" , c\"\n2,d \" e\n"));
        assert_eq!(tightened("id,text\n1,\"a \"\"b\"\" c\"\n", None), None);
    }

    #[test]
    fn what_is_no_title_stays() {
        for text in [
            "text\nI came, I saw\nand, well, went\n",
            "a,b\n1,2\n",
            "id\n1\n2\n",
            "note\n1,2\n3,4\n",
            "x",
            "",
            "a\nb,c\n",
        ] {
            let (out, _, said) = tidied(text, None, true);
            assert_eq!((out.as_str(), said.len()), (text, 0));
        }
    }
}
