//! Phrases found the slow and obvious way: every start, every end, every way to read the stars. It knows only the
//! characters that the random tests are made of.

/// A folded character and the characters of the text that it came from.
type Folded = (char, u32, u32);

fn fold(text: &str) -> Vec<Folded> {
    let mut folded: Vec<Folded> = Vec::new();
    for (at, c) in (0u32..).zip(text.chars()) {
        let place = |c| (c, at, at + 1);
        match c {
            '\u{ad}' => {}
            '\u{301}' => match folded.last_mut() {
                Some(last) if last.0 == 'e' => (last.0, last.2) = ('é', at + 1),
                _ => folded.push(place(c)),
            },
            '’' => folded.push(place('\'')),
            '\u{2011}' => folded.push(place('-')),
            c if c.is_whitespace() => folded.push(place(' ')),
            'ß' => folded.extend([place('s'), place('s')]),
            c => folded.extend(c.to_lowercase().map(place)),
        }
    }
    folded
}

#[derive(Clone, Copy, PartialEq)]
enum Piece {
    Char(char),
    Star,
}

/// The phrase with its stars, folded, trimmed.
fn read(phrase: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (i, part) in phrase.replace("\\*", "\u{1}").split('*').enumerate() {
        if i > 0 && pieces.last() != Some(&Piece::Star) {
            pieces.push(Piece::Star);
        }
        pieces.extend(fold(part).into_iter().map(|f| Piece::Char(if f.0 == '\u{1}' { '*' } else { f.0 })));
    }
    let blank = |p: Option<&Piece>| p == Some(&Piece::Char(' '));
    while blank(pieces.last()) {
        pieces.pop();
    }
    while blank(pieces.first()) {
        pieces.remove(0);
    }
    pieces
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '\u{301}'
}

fn is_han(c: char) -> bool {
    matches!(c, '房' | '屋')
}

fn at(text: &[Folded], i: usize) -> char {
    text.get(i).map_or('\0', |f| f.0)
}

fn before(text: &[Folded], i: usize) -> char {
    if i == 0 { '\0' } else { at(text, i - 1) }
}

/// Whether the character at `i` stands within a word though it is a sign.
fn is_inner(text: &[Folded], i: usize) -> bool {
    let (a, b) = (before(text, i), at(text, i + 1));
    match at(text, i) {
        '\'' => is_word(a) && is_word(b) && !is_han(a) && !is_han(b),
        '.' | ',' => a == '1' && b == '1',
        _ => false,
    }
}

fn is_boundary(text: &[Folded], i: usize) -> bool {
    let (a, b) = (before(text, i), at(text, i));
    if i == 0 || i == text.len() {
        return true;
    }
    if b == '\u{301}' || is_word(a) && is_word(b) && !is_han(a) && !is_han(b) {
        return false;
    }
    let not = a == 'n' && b == '\'' && at(text, i + 1) == 't' && !is_word(at(text, i + 2));
    let number = |i: usize| matches!(at(text, i), '.' | ',') && is_inner(text, i);
    !(is_word(a) && (not || number(i)) || is_word(b) && number(i - 1))
}

fn matches(pieces: &[Piece], whole: &[Piece], text: &[Folded], start: usize, end: usize) -> bool {
    let is_gap = |p: Option<&Piece>| matches!(p, Some(Piece::Char(' ' | '-')));
    match pieces.first() {
        None => start == end,
        Some(Piece::Star) => {
            let first = pieces.len() == whole.len();
            let previous = whole.len().checked_sub(pieces.len() + 1).map(|i| &whole[i]);
            let alone = (first || starts_gap(whole, whole.len() - pieces.len(), false) && is_gap(previous))
                && (pieces.len() == 1 || starts_gap(whole, whole.len() - pieces.len() + 1, true));
            let mut stop = start;
            let least = start + usize::from(alone);
            loop {
                if stop >= least && matches(&pieces[1..], whole, text, stop, end) {
                    return true;
                }
                let c = at(text, stop);
                if stop >= end || !(is_word(c) && !is_han(c) || is_inner(text, stop)) {
                    return false;
                }
                stop += 1;
            }
        }
        piece if is_gap(piece) => {
            let length = pieces.iter().take_while(|p| is_gap(Some(p))).count();
            let dashes = pieces[..length].iter().filter(|p| **p == Piece::Char('-')).count();
            let (first, last) = (pieces.len() == whole.len(), length == pieces.len());
            let mut stop = start;
            let blanks = |stop: &mut usize| {
                while *stop < end && at(text, *stop) == ' ' {
                    *stop += 1;
                }
            };
            if dashes <= 1 && !first && !last {
                blanks(&mut stop);
                if stop < end && at(text, stop) == '-' {
                    stop += 1;
                    blanks(&mut stop);
                }
                return stop > start && matches(&pieces[length..], whole, text, stop, end);
            }
            for i in 0..dashes {
                if !(first && i == 0) {
                    blanks(&mut stop);
                }
                if stop >= end || at(text, stop) != '-' {
                    return false;
                }
                stop += 1;
            }
            if !last {
                blanks(&mut stop);
            }
            matches(&pieces[length..], whole, text, stop, end)
        }
        Some(&Piece::Char(c)) => {
            start < end && at(text, start) == c && matches(&pieces[1..], whole, text, start + 1, end)
        }
    }
}

/// Whether the gap that ends before, or starts at, a place in the phrase is one that any blank or dash fills.
fn starts_gap(whole: &[Piece], at: usize, forwards: bool) -> bool {
    let is_gap = |p: &Piece| matches!(p, Piece::Char(' ' | '-'));
    let gap: Vec<Piece> = match forwards {
        true => whole[at..].iter().copied().take_while(is_gap).collect(),
        false => whole[..at].iter().rev().copied().take_while(is_gap).collect(),
    };
    let edge = if forwards { at + gap.len() == whole.len() } else { gap.len() == at };
    let dashes = gap.iter().filter(|p| **p == Piece::Char('-')).count();
    !gap.is_empty() && dashes <= 1 && !(edge && dashes == 1)
}

/// All places of a phrase in a text.
pub fn find(phrase: &str, text: &str) -> Vec<(u32, u32)> {
    let (pieces, text) = (read(phrase), fold(text));
    let mut places = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let starts_at_sign = matches!(pieces[0], Piece::Char(c) if !is_word(c));
        let can_start =
            starts_at_sign || is_boundary(&text, start) || pieces[0] == Piece::Star && !is_word(at(&text, start));
        let end = (start + 1..=text.len()).rev().find(|&end| {
            can_start
                && (!is_word(at(&text, end - 1)) || is_boundary(&text, end))
                && matches(&pieces, &pieces, &text, start, end)
        });
        match end {
            Some(end) => {
                places.push((text[start].1, text[end - 1].2));
                start = end;
            }
            None => start += 1,
        }
    }
    places
}
