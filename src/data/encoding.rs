//! Bytes to text. Everything is UTF-8; what is not is refused with the name of what it probably is, since guessing
//! would turn `é` into `Ã©` in the quotes of a study without a word. An import, which writes a study with what it took
//! stated in it, may read another encoding ([`decode_any`]).

use super::problem::{Problem, counted};
use crate::diagnostic::codes;
use std::borrow::Cow;

const SAVE: &str = "save the file again as UTF-8 (in Excel: `CSV UTF-8`; in a text editor: save with encoding)";

/// How files begin that are often given the name of a table, what they are, and the way out.
const DISGUISES: [(&[u8], &str, &str); 8] = [
    (b"\xD0\xCF\x11\xE0", "an old Excel workbook or another Office file", "open it and save the sheet as `CSV UTF-8`"),
    (b"%PDF-", "a PDF", "ask for the data as a table, or copy it into a spreadsheet and save that as `CSV UTF-8`"),
    (b"{\\rtf", "a document in rich text", "open it and save it as plain text in UTF-8"),
    (b"<!doctype", WEB_PAGE, DOWNLOAD),
    (b"<html", WEB_PAGE, DOWNLOAD),
    (b"\x1F\x8B", "a packed file", "unpack it first"),
    (b"7z\xBC\xAF", "a packed file", "unpack it first"),
    (b"SQLite format 3", "a database", "export its table as CSV"),
];
const WEB_PAGE: &str = "a web page";
const DOWNLOAD: &str = "a download may have saved the page of a log-in instead of the data: download it again, as CSV";

/// True where a file begins so, without regard to case and to white space before it.
fn starts_with(bytes: &[u8], start: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    bytes.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start))
}

/// Refuses a file that has the name of a table and is something else.
pub fn undisguised(file: &str, bytes: &[u8]) -> Result<(), Problem> {
    match DISGUISES.iter().find(|(start, ..)| starts_with(bytes, start)) {
        None => Ok(()),
        Some((_, what, help)) => {
            let message = format!("`{file}` is {what}, whatever its name says");
            Err(Problem::new(codes::DATA_FORMAT, file, message).help(*help))
        }
    }
}

/// [`decode`] of bytes that are given away.
pub fn decode_owned(file: &str, mut bytes: Vec<u8>) -> Result<String, Problem> {
    let marked = bytes.len() - decode(file, &bytes)?.len();
    bytes.drain(..marked);
    // It has just been found to be UTF-8.
    Ok(String::from_utf8(bytes).unwrap_or_default())
}

/// The text of a file without its byte order mark.
pub fn decode<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, Problem> {
    let refuse = |line, message: String| Problem::at(codes::ENCODING, file, line, message).help(SAVE);
    if bytes.starts_with(b"PK\x03\x04") {
        let message = format!("`{file}` is a packed file such as an Excel workbook, whatever its name says");
        return Err(Problem::new(codes::DATA_FORMAT, file, message).help("open it and save the sheet as `CSV UTF-8`"));
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(refuse(1, format!("`{file}` is written in UTF-16, not in UTF-8")));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.contains(&0)
        && let Some(nul) = bytes.iter().position(|&b| b == 0)
    {
        let looks_wide = bytes.iter().take(200).filter(|&&b| b == 0).count() * 3 >= bytes.len().min(200);
        let what = if looks_wide { "looks like UTF-16, not UTF-8" } else { "has a NUL byte, which no text has" };
        return Err(refuse(line_of(bytes, nul), format!("`{file}` {what}")));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let bad = error.valid_up_to();
        let line = line_of(bytes, bad);
        let byte = bytes.get(bad).copied().unwrap_or_default();
        let message = match likely(bytes) {
            Some(name) => {
                format!("`{file}` is not UTF-8 but probably {name}: the first byte that does not fit is {byte:02X}")
            }
            None => {
                format!("`{file}` is not UTF-8 and perhaps no text: the first byte that does not fit is {byte:02X}")
            }
        };
        refuse(line, message)
    })
}

/// What an import read a text as that is not in UTF-8.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadAs {
    /// All of it in another encoding.
    Other(&'static str),
    /// So many bytes as Windows-1252 that do not fit the rest, which is UTF-8; the first lines on which they stand.
    Mixed(usize, Vec<u32>),
}

impl ReadAs {
    /// The encoding's name.
    pub fn name(&self) -> &'static str {
        match self {
            ReadAs::Other(name) => name,
            ReadAs::Mixed(..) => "a mix of UTF-8 and Windows-1252 (Latin-1)",
        }
    }

    /// What is said of a file.
    pub fn words(&self) -> String {
        let said = match self {
            ReadAs::Other(name) => format!("the file is not in UTF-8 and was read as {name}"),
            ReadAs::Mixed(count, lines) => {
                let bytes = counted(*count, "byte", "bytes");
                let (is, first) = (if *count == 1 { "is" } else { "are" }, if *count == 1 { "" } else { "first " });
                let lines: Vec<String> = lines.iter().map(u32::to_string).collect();
                let on = if lines.len() == 1 { format!("{first}on line") } else { format!("{first}on the lines") };
                format!(
                    "{bytes}, {on} {}, {is} not UTF-8 as the rest is, and read as Windows-1252 (Latin-1)",
                    lines.join(", ")
                )
            }
        };
        format!("decide whether every letter is right: {said}")
    }
}

/// [`decode`] for an import, which reads what is probably in another encoding too, and says what it was read as.
pub fn decode_any<'a>(file: &str, bytes: &'a [u8]) -> Result<(Cow<'a, str>, Option<ReadAs>), Problem> {
    let refused = match decode(file, bytes) {
        Ok(text) => return Ok((Cow::Borrowed(text), None)),
        Err(problem) => problem,
    };
    let wide = encoding_rs::Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let (encoding, called) = match wide {
        Some(encoding) if encoding != encoding_rs::UTF_8 => (encoding, "UTF-16"),
        _ if refused.code == codes::ENCODING && !bytes.contains(&0) && likely(bytes).is_some() => {
            if let Some((text, read)) = mixed(bytes) {
                return Ok((Cow::Owned(text), Some(read)));
            }
            (encoding_rs::WINDOWS_1252, "Windows-1252 (Latin-1)")
        }
        _ => return Err(refused),
    };
    let (text, _, broken) = encoding.decode(bytes);
    if broken || text.contains('\0') { Err(refused) } else { Ok((text, Some(ReadAs::Other(called)))) }
}

/// So many lines are named on which bytes stand that do not fit.
const LINES: usize = 5;

/// A text in UTF-8 in which some bytes are of another encoding; none where more signs speak against UTF-8 than for it.
fn mixed(bytes: &[u8]) -> Option<(String, ReadAs)> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let (mut text, mut lines, mut line) = (String::with_capacity(bytes.len()), Vec::new(), 1u32);
    let (mut fitting, mut wrong) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        let valid = chunk.valid();
        fitting += valid.chars().filter(|c| !c.is_ascii()).count();
        line = line.saturating_add(u32::try_from(valid.matches('\n').count()).unwrap_or(u32::MAX));
        text.push_str(valid);
        let odd = chunk.invalid();
        wrong += odd.len();
        if !odd.is_empty() && lines.last() != Some(&line) && lines.len() < LINES {
            lines.push(line);
        }
        text.push_str(&encoding_rs::WINDOWS_1252.decode_without_bom_handling(odd).0);
    }
    (fitting > wrong).then_some((text, ReadAs::Mixed(wrong, lines)))
}

/// A text of XML, in the encoding that it says it is in, or in UTF-16 by its first signs; and what it was read as.
pub fn decode_xml<'a>(file: &str, bytes: &'a [u8]) -> Result<(Cow<'a, str>, Option<ReadAs>), Problem> {
    let named = match bytes {
        [b'<', 0, ..] => Some((encoding_rs::UTF_16LE, "UTF-16")),
        [0, b'<', ..] => Some((encoding_rs::UTF_16BE, "UTF-16")),
        _ if std::str::from_utf8(bytes).is_ok() => None,
        _ => {
            let head = String::from_utf8_lossy(bytes.get(..200).unwrap_or(bytes)).to_lowercase();
            let label = head.split_once("encoding=").and_then(|(_, rest)| rest.get(1..)?.split(['"', '\'']).next());
            let known = label.and_then(|label| encoding_rs::Encoding::for_label(label.as_bytes()));
            known
                .filter(|encoding| encoding.is_ascii_compatible() && *encoding != encoding_rs::UTF_8)
                .map(|e| (e, e.name()))
        }
    };
    if let Some((encoding, called)) = named {
        let (text, broken) = encoding.decode_without_bom_handling(bytes);
        if !broken && !text.contains('\0') {
            return Ok((text, Some(ReadAs::Other(called))));
        }
    }
    decode_any(file, bytes).map_err(|problem| match problem.code {
        code if code == codes::ENCODING => problem.help("export the project again: REFI-QDA is written in UTF-8"),
        _ => problem,
    })
}

/// The line, from 1, on which a byte stands.
pub fn line_of(bytes: &[u8], offset: usize) -> u32 {
    let before = bytes.iter().take(offset).filter(|&&b| b == b'\n').count();
    u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)
}

/// The eight-bit encoding that these bytes probably have; none where they hold control characters, as pictures do.
fn likely(bytes: &[u8]) -> Option<&'static str> {
    if bytes.iter().any(|&b| b < 0x20 && !matches!(b, b'\n' | b'\r' | b'\t' | 0x0B | 0x0C)) {
        return None;
    }
    let windows = bytes.iter().any(|b| (0x80..0xA0).contains(b));
    Some(if windows { "Windows-1252 (what Excel writes)" } else { "Latin-1 or Windows-1252" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_reads_what_is_probably_another_encoding_and_says_which() {
        let any = |bytes: &[u8]| decode_any("a", bytes).ok().map(|(text, name)| (text.into_owned(), name));
        let is = |text: &str, name| Some((text.to_owned(), name));
        assert_eq!(any(b"caf\xE9 \x93x\x94"), is("café “x”", Some(ReadAs::Other("Windows-1252 (Latin-1)"))));
        assert_eq!(any(b"\xFF\xFEa\0\xE9\0"), is("aé", Some(ReadAs::Other("UTF-16"))));
        assert_eq!(any("é".as_bytes()), is("é", None));
        // One byte among many that fit garbles nothing but itself.
        assert_eq!(any(b"\xC3\xBC\xC3\x9F\nM\xFCn"), is("üß\nMün", Some(ReadAs::Mixed(1, vec![2]))));
        assert!(ReadAs::Mixed(1, vec![2]).words().contains("1 byte, on line 2, is not UTF-8"));
        for bytes in [&b"a\0b"[..], b"\x89PNG\x01\xFF", b"PK\x03\x04", b"i\0d\0"] {
            assert_eq!(any(bytes), None);
        }
    }

    #[test]
    fn the_likely_encoding_and_the_first_bad_line_are_named() {
        let latin = decode("a.csv", b"id\n1\ncaf\xE9\n").unwrap_err();
        assert_eq!((latin.line, latin.message.contains("Latin-1")), (Some(3), true));
        assert!(decode("a", b"caf\xE9 \x93x\x94").unwrap_err().message.contains("Windows-1252 (what"));
        assert!(decode("a", b"\xFF\xFEa\0").unwrap_err().message.contains("UTF-16"));
        assert!(decode("a", b"i\0d\0\n\0").unwrap_err().message.contains("UTF-16"));
        assert!(decode("a", b"id,text\n1,a\0b and so on").unwrap_err().message.contains("NUL"));
        assert!(decode("a", b"PK\x03\x04").unwrap_err().message.contains("Excel"));
        assert!(undisguised("a", b"\xD0\xCF\x11\xE0\xA1").unwrap_err().message.contains("old Excel"));
        assert!(undisguised("a", b"\n <HTML><body>").unwrap_err().message.contains("web page"));
        assert_eq!(decode("a", "\u{FEFF}é".as_bytes()).unwrap(), "é");
    }
}
