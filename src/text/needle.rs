//! Needles: short runs of bytes of which a text must hold one for a pattern to have a place in it.
//!
//! A [`Run`] is what a pattern surely holds, character by character, each with the ways in which a text may write it;
//! capital ASCII letters need no mention, since they are looked for as small ones. A needle is a window of it, as rare
//! as can be had, with the bytes that may stand on either side. Needles lose no match in a plain text (see
//! [`super::plain`]) or in a folded one; what they find is looked at again.

use super::bytes::Bytes;

/// The ways in which a text may write one character, in small ASCII letters.
#[derive(Clone, Debug)]
pub enum Slot {
    /// As itself alone, as nearly all are.
    One(char),
    /// As any of several.
    Any(Vec<char>),
}

impl Slot {
    /// The slot of these ways.
    pub fn of(ways: Vec<char>) -> Slot {
        if let [way] = ways[..] { Slot::One(way) } else { Slot::Any(ways) }
    }

    /// The ways.
    pub fn ways(&self) -> &[char] {
        match self {
            Slot::One(way) => std::slice::from_ref(way),
            Slot::Any(ways) => ways,
        }
    }

    /// The bytes of the longest way.
    fn longest(&self) -> usize {
        self.ways().iter().map(|way| way.len_utf8()).max().unwrap_or(0)
    }

    /// How rare it is in texts, in bits.
    fn rarity(&self) -> f32 {
        let of_way = |way: char| way.encode_utf8(&mut [0; 4]).bytes().map(rarity).sum::<f32>();
        match self {
            Slot::One(way) => of_way(*way),
            Slot::Any(ways) => -ways.iter().map(|&way| (-of_way(way)).exp2()).sum::<f32>().log2(),
        }
    }
}

/// Characters that a pattern surely holds, one after the other.
#[derive(Clone, Debug)]
pub struct Run {
    /// The characters; not empty.
    pub slots: Vec<Slot>,
    /// What may stand before the first.
    pub before: Bytes,
    /// What may stand after the last.
    pub after: Bytes,
}

/// Bytes to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needle {
    /// In small ASCII letters.
    pub bytes: Vec<u8>,
    /// What may stand before them.
    pub before: Bytes,
    /// What may stand after them.
    pub after: Bytes,
    /// How many characters of the run come before it.
    pub skipped: u32,
}

/// So many needles may be made of one run.
const MOST: usize = 16;
/// What a neighbour that is known is worth, in bits.
const EDGE_WORTH: f32 = 2.5;

/// How rare a byte is in texts, in bits: from English, and not far off for its neighbours.
fn rarity(byte: u8) -> f32 {
    match byte.to_ascii_lowercase() {
        b' ' => 2.5,
        b'e' => 3.2,
        b't' | b'a' | b'o' | b'i' | b'n' => 3.8,
        b's' | b'r' | b'h' => 4.1,
        b'l' | b'd' => 4.8,
        b'c' | b'u' | b'm' => 5.3,
        b'w' | b'f' | b'g' | b'y' | b'p' | b'b' => 5.8,
        b'v' | b'k' => 7.0,
        b'a'..=b'z' => 9.0,
        0x80.. => 3.5,
        _ => 7.0,
    }
}

impl Run {
    /// How rare its best window of at most so many bytes is, in bits.
    pub fn worth(&self, longest: usize) -> f32 {
        self.best(longest).2
    }

    /// The needles of its best window of at most so many bytes.
    pub fn needles(&self, longest: usize) -> Vec<Needle> {
        let (from, to, _) = self.best(longest);
        let neighbour = |slot: &Slot, byte: fn(&[u8]) -> Option<&u8>| {
            let mut set = Bytes::NONE;
            for way in slot.ways() {
                byte(way.encode_utf8(&mut [0; 4]).as_bytes()).into_iter().for_each(|&b| set.insert_folded(b));
            }
            set
        };
        let before = from.checked_sub(1).map_or(self.before, |i| neighbour(&self.slots[i], <[u8]>::last));
        let after = self.slots.get(to).map_or(self.after, |slot| neighbour(slot, <[u8]>::first));
        let mut all: Vec<Vec<u8>> = vec![Vec::with_capacity(longest)];
        for slot in &self.slots[from..to] {
            let add = |bytes: &mut Vec<u8>, way: char| {
                bytes.extend_from_slice(way.encode_utf8(&mut [0; 4]).as_bytes());
            };
            if let Slot::One(way) = slot {
                all.iter_mut().for_each(|bytes| add(bytes, *way));
                continue;
            }
            let longer = all.iter().flat_map(|start| {
                slot.ways().iter().map(|&way| {
                    let mut bytes = start.clone();
                    add(&mut bytes, way);
                    bytes
                })
            });
            all = longer.collect();
        }
        all.sort();
        all.dedup();
        all.into_iter().map(|bytes| Needle { bytes, before, after, skipped: from as u32 }).collect()
    }

    /// The window with the rarest text: its first slot, the one after its last, and how rare it is.
    fn best(&self, longest: usize) -> (usize, usize, f32) {
        let mut best = (0, 1, f32::MIN);
        let known: Vec<(f32, usize)> = self.slots.iter().map(|slot| (slot.rarity(), slot.longest())).collect();
        for from in 0..self.slots.len() {
            let (mut ways, mut bytes, mut worth) = (1, 0, 0.0);
            for to in from + 1..=self.slots.len() {
                let (rarity, length) = known[to - 1];
                ways *= self.slots[to - 1].ways().len();
                bytes += length;
                if to > from + 1 && (ways > MOST || bytes > longest) {
                    break;
                }
                worth += rarity;
                let left = from > 0 || self.before != Bytes::ANY;
                let right = to < self.slots.len() || self.after != Bytes::ANY;
                let worth = worth + EDGE_WORTH * f32::from(u8::from(left) + u8::from(right));
                if worth > best.2 {
                    best = (from, to, worth);
                }
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str) -> Run {
        let slots = text.chars().map(Slot::One).collect();
        Run { slots, before: Bytes::ANY, after: Bytes::ANY }
    }

    #[test]
    fn the_rarest_window_is_taken_with_its_neighbours() {
        let needles = run("teatqzkxtee").needles(4);
        assert_eq!((&needles[0].bytes[..], needles[0].skipped), (&b"qzkx"[..], 4));
        assert!(needles[0].before.holds(b'T') && !needles[0].before.holds(b'a') && needles[0].after.holds(b't'));
        assert_eq!(run("a").needles(8)[0].bytes, b"a");
        assert!(run("zz").worth(8) > run("ee").worth(8));
    }

    #[test]
    fn every_way_to_write_it_is_a_needle_of_its_own() {
        let mut accented = run("caf");
        accented.slots.push(Slot::of(vec!['é', 'É']));
        let needles = accented.needles(8);
        let bytes: Vec<&[u8]> = needles.iter().map(|n| &n.bytes[..]).collect();
        assert_eq!(bytes, ["cafÉ".as_bytes(), "café".as_bytes()]);
    }
}
