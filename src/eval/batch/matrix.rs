//! Small relations of two columns as one bitmap, for rules that ask again and again whether a row is there.

use crate::base::Value;
use crate::eval::store::Order;

/// Larger bitmaps would not stay in cache.
const MOST_WORDS: usize = 1 << 15;

/// A bit for each pair of values between the lowest and the highest of each column. Rows with an absence are left out,
/// since an absence equals nothing that is asked for.
#[derive(Debug)]
pub(in crate::eval) struct Matrix {
    low: (u32, u32),
    /// The words of one first value.
    width: usize,
    words: Vec<u64>,
}

impl Matrix {
    /// The rows of an order of two columns; [`None`] where the bitmap would be large, or take longer to make than so
    /// many searches are worth.
    pub fn of(order: &Order, searches: usize) -> Option<Matrix> {
        if order.columns() != [0, 1] || order.len() > MOST_WORDS.min(searches) {
            return None;
        }
        let pairs = || {
            let all = order.cursor().map(|(first, tail)| (first, tail[0]));
            all.filter(|(a, b)| !a.is_none() && !b.is_none()).map(|(a, b)| (a.bits(), b.bits()))
        };
        let (low, high) = (pairs().next()?.0, pairs().last()?.0);
        let (lowest, highest) = pairs().fold((u32::MAX, 0), |(low, high), (_, b)| (low.min(b), high.max(b)));
        let width = (highest - lowest) as usize / 64 + 1;
        let room = ((high - low) as usize + 1).checked_mul(width)?;
        if room > MOST_WORDS.min(searches) {
            return None;
        }
        let mut matrix = Matrix { low: (low, lowest), width, words: vec![0; room] };
        for (a, b) in pairs() {
            let bit = (b - lowest) as usize;
            matrix.words[(a - low) as usize * width + bit / 64] |= 1 << (bit % 64);
        }
        Some(matrix)
    }

    /// What follows a first value.
    #[inline]
    pub fn line(&self, first: Value) -> Line<'_> {
        let at = first.bits().wrapping_sub(self.low.0) as usize;
        let words = at.checked_mul(self.width).and_then(|from| self.words.get(from..from + self.width));
        Line { low: self.low.1, words: words.unwrap_or_default() }
    }

    /// True where there is such a row.
    #[inline]
    pub fn contains(&self, row: &[Value]) -> bool {
        matches!(row, [first, second] if self.line(*first).contains(*second))
    }
}

/// The bits of one first value.
#[derive(Clone, Copy)]
pub(in crate::eval) struct Line<'a> {
    low: u32,
    words: &'a [u64],
}

impl Line<'_> {
    /// True where this follows.
    #[inline]
    pub fn contains(self, second: Value) -> bool {
        let at = second.bits().wrapping_sub(self.low);
        self.words.get(at as usize / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }
}
