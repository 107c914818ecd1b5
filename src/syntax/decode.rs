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
            Encoding::Nul => "no text: it holds NUL bytes",
        }
    }
}

impl EncodingError {
    /// What is said of the file of that name.
    pub fn diagnostic(&self, file: &str) -> Diagnostic {
        let message = format!("`{file}` is not UTF-8: byte {} in line {}", self.offset, self.line);
        let help = match self.likely {
            Encoding::Nul => "the file holds NUL bytes; it may be damaged, or no text file".to_string(),
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
        Err(EncodingError { offset, line, likely })
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
        Err(e) => error(e.valid_up_to(), Encoding::Windows1252),
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
        assert_eq!(told(b"code a\n\0\0 and much more text"), Err((7, 2, Encoding::Nul)));
    }
}
