//! Lines of an input, none of them longer than anybody means.

use std::io::{BufRead, BufReader, ErrorKind, Read};

/// A message may be so long. A file that is longer is reloaded, not sent.
const LONGEST: usize = 64 << 20;

/// What was read.
pub(super) enum Line {
    /// A line without its end.
    Text(Vec<u8>),
    /// A line that was skipped.
    TooLong,
    /// The input is over.
    End,
    /// The input failed.
    Broken(std::io::Error),
}

pub(super) struct Lines<'a> {
    input: BufReader<&'a mut dyn Read>,
    longest: usize,
}

impl<'a> Lines<'a> {
    pub fn new(input: &'a mut dyn Read) -> Lines<'a> {
        Lines { input: BufReader::new(input), longest: LONGEST }
    }

    pub fn next(&mut self) -> Line {
        let (mut line, mut long) = (Vec::new(), false);
        loop {
            let buffer = match self.input.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Line::Broken(error),
            };
            let end = buffer.iter().position(|&b| b == b'\n');
            let part = &buffer[..end.unwrap_or(buffer.len())];
            let over = buffer.is_empty();
            long |= line.len() + part.len() > self.longest;
            if long {
                line = Vec::new();
            } else {
                line.extend_from_slice(part);
            }
            let used = part.len() + usize::from(end.is_some());
            self.input.consume(used);
            if end.is_some() || over {
                return match (long, over && line.is_empty()) {
                    (true, _) => Line::TooLong,
                    (false, true) => Line::End,
                    (false, false) => Line::Text(line),
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_too_long_is_skipped_and_the_next_is_read() {
        let mut input: &[u8] = b"one\n0123456789\ntwo";
        let mut lines = Lines { longest: 5, ..Lines::new(&mut input) };
        let mut read = Vec::new();
        loop {
            read.push(match lines.next() {
                Line::Text(line) => String::from_utf8(line).unwrap(),
                Line::TooLong => "too long".to_string(),
                Line::End => break,
                Line::Broken(error) => panic!("{error}"),
            });
        }
        assert_eq!(read, ["one", "too long", "two"]);
    }
}
