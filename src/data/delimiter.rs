//! Finding out what stands between the cells of a file that does not say it.

/// What may stand between two cells, the most common first.
const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];
/// How much of a file is looked at.
const ROWS: usize = 20;

/// The candidate that cuts the first rows most evenly, and a comma where none cuts the header: a table may have one
/// column. Delimiters inside quotation marks do not count.
pub fn guess(text: &str) -> u8 {
    let mut best = (0, 0, b',');
    for candidate in CANDIDATES {
        let mut reader = reader(text, candidate);
        let mut widths = reader.byte_records().take(ROWS).map_while(Result::ok).map(|record| record.len());
        let Some(header) = widths.next().filter(|&width| width > 1) else { continue };
        let (mut even, mut rows) = (0, 0);
        for width in widths {
            rows += 1;
            even += usize::from(width == header);
        }
        // A header without rows is as even as can be.
        let share = (even * 100usize).checked_div(rows).unwrap_or(100);
        if (share, header) > (best.0, best.1) {
            best = (share, header, candidate);
        }
    }
    best.2
}

/// What the cells of a header that came out as one column are probably separated by, and how an input states it.
pub fn missed(header: &[String]) -> Option<(&'static str, &'static str)> {
    let [only] = header else { return None };
    [(';', "semicolons", "\";\""), ('\t', "tabs", "\"tab\""), ('|', "vertical bars", "\"|\""), (',', "commas", "\",\"")]
        .into_iter()
        .find(|(sign, ..)| only.contains(*sign))
        .map(|(_, name, word)| (name, word))
}

/// The one way in which delimited text is read.
pub fn reader(text: &str, delimiter: u8) -> ::csv::Reader<&[u8]> {
    ::csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_evenest_cut_wins() {
        assert_eq!(guess("id;text\n1;a, b\n2;c, d, e\n"), b';');
        assert_eq!(guess("id,text\n1,\"a;b\"\n"), b',');
        assert_eq!(guess("id\ttext, as written\n1\tx\n"), b'\t');
        assert_eq!(guess("a|b|c\n1|2|3\n"), b'|');
        assert_eq!(guess("\"a;b\",c\n1,2\n"), b',');
        assert_eq!(guess("text\na;b\n"), b',');
        assert_eq!(guess("a;b"), b';');
    }
}
