//! Where something stands in a text.

use super::source::FileId;

/// A half-open range of zero-based UTF-8 byte offsets.
///
/// Inside a syntax tree the offsets count from the start of the item, so that an edit above an item leaves its
/// tree as it was; a [`Location`] counts from the start of the file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The range from `start` to `end`, `end` excluded.
    pub const fn new(start: u32, end: u32) -> Span {
        Span { start, end }
    }

    /// The range of a file too long for 32 bits is cut at the limit, never wrapped.
    pub fn of(range: std::ops::Range<usize>) -> Span {
        let cut = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Span::new(cut(range.start), cut(range.end))
    }

    /// The smallest range that holds both.
    pub fn to(self, other: Span) -> Span {
        Span::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// The same range, counted from `base` bytes earlier.
    pub fn shift(self, base: u32) -> Span {
        Span::new(self.start + base, self.end + base)
    }

    /// As a range of indices into a string.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// True where the range holds nothing.
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }
}

impl std::fmt::Debug for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// A range in one file, counted from its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The file.
    pub file: FileId,
    /// The bytes in it.
    pub span: Span,
}

impl Location {
    /// A place in a file.
    pub const fn new(file: FileId, span: Span) -> Location {
        Location { file, span }
    }
}
