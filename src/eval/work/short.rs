//! A list of values that needs no room of its own while it is short. Most groups of most relations are.

use crate::base::Value;

/// So many values stand in the list itself.
const HERE: usize = 7;

/// A growing list of values.
#[derive(Clone, Debug)]
pub(super) enum Short {
    Here(u8, [Value; HERE]),
    Apart(Vec<Value>),
}

impl Default for Short {
    fn default() -> Short {
        Short::Here(0, [Value::NONE; HERE])
    }
}

impl Short {
    pub fn as_slice(&self) -> &[Value] {
        match self {
            Short::Here(len, values) => &values[..usize::from(*len)],
            Short::Apart(values) => values,
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Short::Here(len, _) => usize::from(*len),
            Short::Apart(values) => values.len(),
        }
    }

    pub fn extend(&mut self, more: &[Value]) {
        match self {
            Short::Apart(values) => values.extend_from_slice(more),
            Short::Here(len, here) => {
                let (from, to) = (usize::from(*len), usize::from(*len) + more.len());
                if to <= HERE {
                    here[from..to].copy_from_slice(more);
                    *len = to as u8;
                } else {
                    let mut values = Vec::with_capacity(to.max(2 * HERE + 2));
                    values.extend_from_slice(&here[..from]);
                    values.extend_from_slice(more);
                    *self = Short::Apart(values);
                }
            }
        }
    }

    /// Bytes beside the list itself.
    pub fn apart(&self) -> usize {
        match self {
            Short::Here(..) => 0,
            Short::Apart(values) => values.capacity() * size_of::<Value>(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_reads_the_same_wherever_it_stands() {
        for step in 1..9 {
            let (mut list, mut plain) = (Short::default(), Vec::new());
            for round in 0..5 {
                let more: Vec<Value> = (0..step).map(|n| Value::from_bits(round * step + n)).collect();
                list.extend(&more);
                plain.extend(more);
                assert_eq!((list.as_slice(), list.len()), (&plain[..], plain.len()));
            }
        }
    }
}
