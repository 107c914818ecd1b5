//! Offsets of another program: how far they are from where the words stand, and what they may have counted.

/// What stands before a character of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Before {
    /// Bytes.
    bytes: u32,
    /// Line ends that are one character.
    line_ends: u32,
    /// Line ends that are two.
    double_ends: u32,
    /// Characters that some programs count as two: most emoji.
    wide: u32,
}

/// What stands before each character of a text, and before its end.
pub(super) struct Letters(Vec<Before>);

impl Letters {
    pub(super) fn new(text: &str) -> Letters {
        let (mut before, mut last) = (Before::default(), ' ');
        let mut all = Vec::with_capacity(text.len() + 1);
        for c in text.chars() {
            all.push(before);
            before.bytes += c.len_utf8() as u32;
            before.wide += u32::from(c.len_utf16() == 2);
            before.double_ends += u32::from(c == '\n' && last == '\r');
            before.line_ends += u32::from(c == '\n' && last != '\r');
            last = c;
        }
        all.push(before);
        Letters(all)
    }

    /// The bytes of a passage; nothing where it is not in the text.
    pub(super) fn bytes(&self, (start, end): (u32, u32)) -> Option<std::ops::Range<usize>> {
        let byte = |at: u32| self.0.get(at as usize).map(|b| b.bytes as usize);
        Some(byte(start)?..byte(end)?)
    }
}

/// From where a quotation is said to stand to where it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shift {
    start: i64,
    end: i64,
    /// What stands before the place where it does.
    before: (Before, Before),
    at: (u32, u32),
}

impl Shift {
    pub(super) fn new(said: (u32, u32), there: (u32, u32), letters: &Letters) -> Option<Shift> {
        let before = |at: u32| letters.0.get(at as usize).copied();
        Some(Shift {
            start: i64::from(there.0) - i64::from(said.0),
            end: i64::from(there.1) - i64::from(said.1),
            before: (before(there.0)?, before(there.1)?),
            at: there,
        })
    }

    /// Where it stands: `which stands 2 characters later`.
    pub(super) fn words(&self) -> String {
        match (self.start, self.end) {
            (0, end) => {
                let (end, later) = (characters(end), if end > 0 { "later" } else { "earlier" });
                format!("which begins there and ends {end} {later}")
            }
            (start, _) => {
                let (start, later) = (characters(start), if start > 0 { "later" } else { "earlier" });
                format!("which stands {start} {later}")
            }
        }
    }

    /// True where the offsets are so far off as these counts say, at both ends.
    fn is(&self, off: impl Fn(&Before, u32) -> i64) -> bool {
        self.start == off(&self.before.0, self.at.0) && self.end == off(&self.before.1, self.at.1)
    }
}

fn characters(n: i64) -> String {
    if n.abs() == 1 { "1 character".to_string() } else { format!("{} characters", n.abs()) }
}

/// What all offsets that are off have in common, and what to do; nothing where there is no such thing. One alone shows
/// nothing.
pub(super) fn cause(shifts: &[&Shift], misfits: usize) -> Option<String> {
    let (first, cured) = (*shifts.first()?, "or leave out the lines for `start` and `end`: the quotes give the places");
    if shifts.len() < 2 {
        return None;
    }
    let all = |off: &dyn Fn(&Before, u32) -> i64| shifts.iter().all(|shift| shift.is(off));
    let which = if shifts.len() == misfits { "all of them are".to_string() } else { format!("{} are", shifts.len()) };
    let counting = if all(&|b, _| -i64::from(b.line_ends)) {
        "by the line ends before them: the offsets count a line end as two characters, and the messages have one"
    } else if all(&|b, _| i64::from(b.double_ends)) {
        "by the line ends before them: the offsets count a line end as one character, and the messages have two"
    } else if all(&|b, _| -i64::from(b.wide)) {
        "by the emoji and rare signs before them: the offsets count each of those as two characters"
    } else if all(&|b, at| i64::from(at) - i64::from(b.bytes)) {
        "by the letters before them that are not plain ones: the offsets count bytes, not characters"
    } else if shifts.iter().all(|s| (s.start, s.end) == (first.start, first.end)) {
        return constant(first.start, first.end).map(|(how, cure)| format!("{which} off {how}: {cure}, {cured}"));
    } else {
        return None;
    };
    Some(format!("{which} off {counting}; export both from one program anew, {cured}"))
}

/// The same shift everywhere.
fn constant(start: i64, end: i64) -> Option<(String, String)> {
    Some(match (start, end) {
        (0, 1) => ("at the end".to_string(), "they name the last character, so add 1 to each `end`".to_string()),
        (-1, 0) => {
            let how = "at the start: they count from 1 and name the last character";
            (how.to_string(), "subtract 1 from each `start`".to_string())
        }
        (-1, -1) => {
            let how = "by 1 character: they count from 1, or count a byte order mark as a character";
            (how.to_string(), "subtract 1 from each `start` and `end`".to_string())
        }
        (by, end) if by == end => {
            let (verb, from) = if by > 0 { ("add", "to") } else { ("subtract", "from") };
            let why = "something stood before the text that was coded, or stands before this one";
            (
                format!("by {}, as if {why}", characters(by)),
                format!("{verb} {} {from} each `start` and `end`", by.abs()),
            )
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cause, where these quotations stand and offsets count as a function says.
    fn told(text: &str, places: &[(u32, u32)], said: impl Fn(u32) -> u32) -> String {
        let letters = Letters::new(text);
        let shift = |&(s, e): &(u32, u32)| Shift::new((said(s), said(e)), (s, e), &letters).unwrap();
        let shifts: Vec<Shift> = places.iter().map(shift).collect();
        cause(&shifts.iter().collect::<Vec<_>>(), places.len()).unwrap_or_default()
    }

    #[test]
    fn what_the_offsets_counted_is_told() {
        let said = told("a\nb c\nd e", &[(2, 3), (8, 9)], |at| at + if at > 5 { 2 } else { 1 });
        assert!(
            said.starts_with("all of them are off by the line ends before them: the offsets count a line end as two")
        );
        let said = told("a\r\nb\r\nc", &[(3, 4), (6, 7)], |at| at - if at > 5 { 2 } else { 1 });
        assert!(said.contains("a line end as one character, and the messages have two"), "{said}");
        let said = told("😀 b 😀 d", &[(2, 3), (6, 7)], |at| at + if at > 4 { 2 } else { 1 });
        assert!(said.contains("by the emoji"), "{said}");
        let said = told("é b é d", &[(2, 3), (6, 7)], |at| at + if at > 4 { 2 } else { 1 });
        assert!(said.contains("count bytes"), "{said}");
        let said = told("a b c d", &[(2, 3), (6, 7)], |at| at + 1);
        assert!(said.contains("by 1 character: they count from 1, or count a byte order mark"), "{said}");
        let said = told("a b c d", &[(2, 3), (4, 5)], |at| at + 2);
        assert!(said.contains("subtract 2 from each `start` and `end`"), "{said}");
        assert_eq!(told("a b c d", &[(2, 3)], |at| at + 1), "");
        assert_eq!(told("a b c d", &[(2, 3), (6, 7)], |at| at * 2), "");
    }
}
