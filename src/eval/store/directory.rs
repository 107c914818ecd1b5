//! Children by the lowest key that each may hold, and how many rows come before each.
//!
//! The child of a key is guessed from where the key lies between the lowest and the highest: handles are given in order
//! of arrival, so keys are spread evenly, and the guess is nearly always right. Where it is not, the search halves.

/// Children in ascending order.
#[derive(Clone, Debug)]
pub(super) struct Directory<T> {
    keys: Vec<u32>,
    /// The rows before each child, and at the end those of all.
    starts: Vec<u32>,
    items: Vec<T>,
    /// The lowest key of all.
    low: u32,
    /// From the lowest key to the highest.
    span: u32,
    /// Children a unit of key, in parts of 2^32.
    scale: u64,
}

impl<T> Default for Directory<T> {
    fn default() -> Directory<T> {
        Directory { keys: Vec::new(), starts: vec![0], items: Vec::new(), low: 0, span: 0, scale: 0 }
    }
}

impl<T> Directory<T> {
    /// How many children.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// The rows of all children.
    pub fn rows(&self) -> u32 {
        self.starts[self.items.len()]
    }

    /// The children.
    pub fn items(&self) -> &[T] {
        &self.items
    }

    pub fn item_mut(&mut self, at: usize) -> &mut T {
        &mut self.items[at]
    }

    /// The lowest key that a child may hold.
    pub fn key(&self, at: usize) -> u32 {
        self.keys[at]
    }

    /// How many rows come before a child.
    pub fn start(&self, at: usize) -> u32 {
        self.starts[at]
    }

    /// The child that would hold a key: the last whose lowest key is not above it, or the first.
    #[inline]
    pub fn place(&self, key: u32) -> usize {
        let Some(last) = self.keys.len().checked_sub(1) else { return 0 };
        let guess = (u64::from(key.saturating_sub(self.low).min(self.span)) * self.scale) >> 32;
        let guess = (guess as usize).min(last);
        // A guess beside the right one is as likely as the right one, so nothing is made of it that could be mistaken.
        let before = usize::from(self.keys[guess] > key);
        let after = usize::from(self.keys[(guess + 1).min(last)] <= key);
        let at = (guess + after).saturating_sub(before).min(last);
        if (at == 0 || self.keys[at] <= key) && (at == last || self.keys[at + 1] > key) {
            return at;
        }
        self.keys.partition_point(|&other| other <= key).saturating_sub(1)
    }

    /// The child that holds a row, and the row's number in it.
    pub fn place_of_row(&self, row: u32) -> (usize, u32) {
        let at = self.starts.partition_point(|&start| start <= row).saturating_sub(1);
        (at, row - self.starts[at])
    }

    /// Adds a child at the end.
    pub fn push(&mut self, key: u32, item: T, rows: u32) {
        self.starts.push(self.rows() + rows);
        self.keys.push(key);
        self.items.push(item);
        self.measure();
    }

    /// Adds a child.
    pub fn insert(&mut self, at: usize, key: u32, item: T, rows: u32) {
        self.starts.insert(at + 1, self.starts[at]);
        self.keys.insert(at, key);
        self.items.insert(at, item);
        self.change(at, rows as i32);
        self.measure();
    }

    /// Adds what a child gave away after it; `rows` are those that it kept.
    pub fn split(&mut self, at: usize, rows: u32, key: u32, item: T) {
        self.starts.insert(at + 1, self.starts[at] + rows);
        self.keys.insert(at + 1, key);
        self.items.insert(at + 1, item);
        self.measure();
    }

    /// Takes a child out; its rows go with it.
    pub fn remove(&mut self, at: usize) -> T {
        self.change(at, -((self.starts[at + 1] - self.starts[at]) as i32));
        self.starts.remove(at + 1);
        self.keys.remove(at);
        let item = self.items.remove(at);
        self.measure();
        item
    }

    /// Takes a child out that has gone into the one before it.
    pub fn merge(&mut self, at: usize) -> T {
        self.starts.remove(at);
        self.keys.remove(at);
        let item = self.items.remove(at);
        self.measure();
        item
    }

    /// A child has so many rows more.
    pub fn change(&mut self, at: usize, by: i32) {
        self.starts[at + 1..].iter_mut().for_each(|start| *start = start.wrapping_add_signed(by));
    }

    /// A child may hold a lower key.
    pub fn lower(&mut self, at: usize, key: u32) {
        if key < self.keys[at] {
            self.keys[at] = key;
            self.measure();
        }
    }

    /// A child holds no lower key than this any more.
    pub fn set_key(&mut self, at: usize, key: u32) {
        if key != self.keys[at] {
            self.keys[at] = key;
            self.measure();
        }
    }

    /// Keeps the first children and gives the others away.
    pub fn split_off(&mut self, at: usize) -> Directory<T> {
        let before = self.starts[at];
        let mut starts = self.starts.split_off(at);
        starts.iter_mut().for_each(|start| *start -= before);
        self.starts.push(before);
        let (keys, items) = (self.keys.split_off(at), self.items.split_off(at));
        self.measure();
        let mut rest = Directory { keys, starts, items, low: 0, span: 0, scale: 0 };
        rest.measure();
        rest
    }

    fn measure(&mut self) {
        let (low, high) = (self.keys.first().copied().unwrap_or(0), self.keys.last().copied().unwrap_or(0));
        (self.low, self.span) = (low, high - low);
        self.scale = ((self.keys.len().max(1) as u64 - 1) << 32).checked_div(u64::from(self.span)).unwrap_or(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_however_uneven_the_keys_are() {
        let keys: Vec<u32> = (0..300).map(|n: u32| n * n * n).chain([u32::MAX - 5, u32::MAX - 1]).collect();
        let mut directory = Directory::default();
        keys.iter().for_each(|&key| directory.push(key, (), 1));
        for (at, &key) in keys.iter().enumerate() {
            assert_eq!((directory.place(key), directory.place_of_row(at as u32)), (at, (at, 0)));
            assert_eq!(directory.place(key + 1), if key == 0 { 1 } else { at });
        }
    }

    #[test]
    fn rows_are_counted_through_every_change() {
        let mut directory = Directory::default();
        directory.push(10, 'a', 5);
        directory.push(20, 'c', 7);
        directory.insert(1, 15, 'b', 2);
        directory.split(2, 3, 25, 'd');
        directory.change(0, 1);
        assert_eq!((0..5).map(|at| directory.start(at)).collect::<Vec<_>>(), [0, 6, 8, 11, 15]);
        let rest = directory.split_off(2);
        assert_eq!((directory.rows(), rest.rows(), rest.start(1)), (8, 7, 3));
        assert_eq!((directory.remove(0), directory.rows(), directory.key(0)), ('a', 2, 15));
    }
}
