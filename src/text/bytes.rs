//! Sets of bytes: what may stand right before or right after a needle.
//!
//! All bytes of characters beyond ASCII are one: such a neighbour decides nothing, and is looked at as a character
//! later. No byte of a text is 255, so it stands for the edge of the text.

/// What stands before the first byte of a text, and after the last.
pub const EDGE: u8 = 0xFF;

/// A set of bytes and of the edge of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bytes([u64; 4]);

impl Bytes {
    /// Nothing.
    pub const NONE: Bytes = Bytes([0; 4]);
    /// Any byte, and the edge.
    pub const ANY: Bytes = Bytes([u64::MAX; 4]);

    /// The ASCII bytes of which something is true, every byte beyond ASCII, and the edge.
    pub fn ascii(is_in: impl Fn(u8) -> bool) -> Bytes {
        let mut set = Bytes([0, 0, u64::MAX, u64::MAX]);
        (0..0x80).filter(|&byte| is_in(byte)).for_each(|byte| set.set(byte));
        set
    }

    /// The edge alone.
    pub fn edge() -> Bytes {
        let mut set = Bytes::NONE;
        set.set(EDGE);
        set
    }

    fn set(&mut self, byte: u8) {
        self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    /// Adds a byte; one beyond ASCII brings all of them.
    pub fn insert(&mut self, byte: u8) {
        match byte {
            0..0x80 => self.set(byte),
            _ => {
                self.0[2] = u64::MAX;
                self.0[3] |= !(1 << 63);
            }
        }
    }

    /// Adds a byte of a text in which capital and small letters are one.
    pub fn insert_folded(&mut self, byte: u8) {
        self.insert(byte.to_ascii_lowercase());
        self.insert(byte.to_ascii_uppercase());
    }

    /// What is in either.
    pub fn or(self, other: Bytes) -> Bytes {
        Bytes(std::array::from_fn(|i| self.0[i] | other.0[i]))
    }

    /// What is in both.
    pub fn and(self, other: Bytes) -> Bytes {
        Bytes(std::array::from_fn(|i| self.0[i] & other.0[i]))
    }

    /// True for a byte that is in the set.
    #[inline]
    pub fn holds(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_beyond_ascii_are_one_and_the_edge_is_none_of_them() {
        let mut set = Bytes::NONE;
        set.insert(b'a');
        assert!(set.holds(b'a') && !set.holds(b'b') && !set.holds(0xC3) && !set.holds(EDGE));
        set.insert(0xC3);
        assert!(set.holds(0x80) && set.holds(0xFE) && !set.holds(EDGE));
        assert!(set.or(Bytes::edge()).holds(EDGE) && !set.and(Bytes::edge()).holds(b'a'));
        let digits = Bytes::ascii(|b| b.is_ascii_digit());
        assert!(digits.holds(b'7') && !digits.holds(b'a') && digits.holds(0x90) && digits.holds(EDGE));
    }
}
