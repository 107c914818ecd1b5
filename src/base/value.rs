//! Values in 32 bits: a handle to what a pool keeps once, or a small whole number itself.

/// A handle to a [`super::Datum`]. With the top bit set it is a whole number of 31 bits itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(transparent)]
pub struct Value(pub(super) u32);

const INLINE: u32 = 1 << 31;
/// Whole numbers from `-SMALL` up to and without `SMALL` stand in the handle.
const SMALL: i64 = 1 << 30;

impl Value {
    /// What stands in an optional column that is empty. Not a [`super::Datum`]: ask [`Value::is_none`] first.
    pub const NONE: Value = Value(0);

    /// What no value ever is, for tables that need a mark for an empty place.
    pub const NEVER: Value = Value(INLINE - 1);

    /// True for the value of an empty optional column.
    pub fn is_none(self) -> bool {
        self == Value::NONE
    }

    /// True for a whole number that stands in the handle; such bits are ordered as the numbers are.
    pub fn is_inline(self) -> bool {
        self.0 & INLINE != 0
    }

    /// The bits, for tables that pack values.
    pub fn bits(self) -> u32 {
        self.0
    }

    /// Back from [`Value::bits`].
    pub const fn from_bits(bits: u32) -> Value {
        Value(bits)
    }

    /// The value that stands for this one of a clone, after [`super::Pool::adopt`] with the same `from`.
    pub fn moved(self, from: usize, adopted: &[Value]) -> Value {
        if self.0 & INLINE != 0 {
            return self;
        }
        (self.0 as usize).checked_sub(from).and_then(|at| adopted.get(at)).copied().unwrap_or(self)
    }

    pub(super) fn small(n: i64) -> Option<Value> {
        (-SMALL..SMALL).contains(&n).then(|| Value((n + SMALL) as u32 | INLINE))
    }

    pub(super) fn as_small(self) -> Option<i64> {
        (self.0 & INLINE != 0).then(|| i64::from(self.0 & !INLINE) - SMALL)
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.as_small() {
            Some(n) => write!(f, "{n}"),
            None => write!(f, "#{}", self.0),
        }
    }
}
