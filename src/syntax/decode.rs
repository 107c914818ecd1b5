//! From bytes to text. A file that is no UTF-8 is refused with the place of the first bad byte and a guess at what it is,
//! since that is what its author needs to save it again.

use crate::diagnostic::{Diagnostic, codes};

/// Why bytes are no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodingError {
    /// The first byte that does not fit, counted from 0.
    pub offset: usize,
    /// Its line, from 1.
    pub line: usize,
    /// Its place in that line, from 1, in characters.
    pub column: usize,
    /// The byte.
    pub byte: u8,
    /// What the file seems to be.
    pub likely: Encoding,
}

/// What a file that is no UTF-8 seems to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// Latin-1 or Windows-1252.
    Windows1252,
    /// UTF-8 in which a letter has lost a part.
    Damaged,
    /// UTF-8 but for NUL bytes: damaged, or no text at all.
    Nul,
}

impl Encoding {
    /// As programs name it when they save a file.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf16Le => "UTF-16 LE",
            Encoding::Utf16Be => "UTF-16 BE",
            Encoding::Windows1252 => "Windows-1252 (Latin-1)",
            Encoding::Damaged => "damaged UTF-8",
            Encoding::Nul => "no text: it holds NUL bytes",
        }
    }
}

impl EncodingError {
    /// What is said of the file of that name.
    pub fn diagnostic(&self, file: &str) -> Diagnostic {
        let message = format!(
            "`{file}` is not UTF-8: line {}, column {} (byte {} of the file, {:02X})",
            self.line, self.column, self.offset, self.byte
        );
        let help = match self.likely {
            Encoding::Nul => "the file holds NUL bytes; it may be damaged, or no text file".to_string(),
            Encoding::Damaged => {
                "a letter has lost a part there; type it again, or take the file from where it came from once more"
                    .into()
            }
            Encoding::Windows1252 if self.byte >= 0xA0 => format!(
                "it seems to be {}, where this byte is `{}`; save it as UTF-8",
                self.likely.name(),
                char::from(self.byte)
            ),
            likely => format!("it seems to be {}; save it as UTF-8", likely.name()),
        };
        Diagnostic::new(codes::ENCODING, message).in_data(format!("{file}:{}", self.line)).help(help)
    }
}

/// The text that bytes are in UTF-8; a byte order mark stays in it.
pub fn decode(bytes: &[u8]) -> Result<String, EncodingError> {
    let error = |offset: usize, likely: Encoding| {
        let line = match likely {
            Encoding::Utf16Le | Encoding::Utf16Be => 1,
            _ => 1 + bytes[..offset].iter().filter(|&&b| b == b'\n').count(),
        };
        let start = bytes[..offset].iter().rposition(|&b| b == b'\n').map_or(0, |i| i + 1);
        let column = match likely {
            Encoding::Utf16Le | Encoding::Utf16Be => 1 + offset / 2,
            _ => 1 + String::from_utf8_lossy(&bytes[start..offset]).chars().count(),
        };
        Err(EncodingError { offset, line, column, byte: bytes.get(offset).copied().unwrap_or(0), likely })
    };
    match bytes {
        [0xFF, 0xFE, ..] => return error(0, Encoding::Utf16Le),
        [0xFE, 0xFF, ..] => return error(0, Encoding::Utf16Be),
        _ => {}
    }
    if let Some(offset) = bytes.iter().position(|&b| b == 0) {
        let even = bytes.iter().step_by(2).filter(|&&b| b == 0).count();
        let odd = bytes.iter().skip(1).step_by(2).filter(|&&b| b == 0).count();
        let likely = if odd * 4 > bytes.len() && even * 8 < bytes.len() {
            Encoding::Utf16Le
        } else if even * 4 > bytes.len() && odd * 8 < bytes.len() {
            Encoding::Utf16Be
        } else {
            Encoding::Nul
        };
        return error(offset, likely);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_string()),
        Err(e) => {
            let before = &bytes[..e.valid_up_to()];
            let rest = bytes.get(e.valid_up_to() + e.error_len().unwrap_or(1)..).unwrap_or(&[]);
            let several = |bytes: &[u8]| std::str::from_utf8(bytes).is_ok_and(|t| !t.is_ascii());
            // A sequence that lacks its end among letters that are whole.
            let lacks_end = e.error_len().unwrap_or(bytes.len() - e.valid_up_to()) > 1;
            let likely = match several(before) || several(rest) || lacks_end {
                true => Encoding::Damaged,
                false => Encoding::Windows1252,
            };
            error(e.valid_up_to(), likely)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likely_encoding_and_the_first_bad_byte_are_told() {
        let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let told = |bytes: &[u8]| decode(bytes).map_err(|e| (e.offset, e.line, e.likely));
        assert_eq!(told("\u{FEFF}é".as_bytes()), Ok("\u{FEFF}é".to_string()));
        assert_eq!(told(b"a\ncaf\xe9"), Err((5, 2, Encoding::Windows1252)));
        assert_eq!(told(&utf16("\u{FEFF}study")), Err((0, 1, Encoding::Utf16Le)));
        assert_eq!(told(&utf16("study \"a\"")), Err((1, 1, Encoding::Utf16Le)));
        let big: Vec<u8> = "study".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(told(&big), Err((0, 1, Encoding::Utf16Be)));
        assert_eq!(told(b"a\ncaf\xe9 bar\xe9e"), Err((5, 2, Encoding::Windows1252)));
        assert_eq!(told(b"caf\xc3\xa9 caf\xc3 x"), Err((9, 1, Encoding::Damaged)));
        assert_eq!(told(b"dash \xe2\x80"), Err((5, 1, Encoding::Damaged)));
        assert_eq!(told(b"code a\n\0\0 and much more text"), Err((7, 2, Encoding::Nul)));
    }
}
