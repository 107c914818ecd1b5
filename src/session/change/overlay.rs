//! The files of a study that changes: what lies beneath, with other texts in the place of some. What the study consists
//! of is read once and kept, so that a change never mixes in what somebody saved meanwhile and nobody told.

use crate::base::persist::Map;
use crate::data::files::Stamp;
use crate::data::{Files, plain};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;
use std::sync::Arc;

/// The bytes of a file; none for one that is gone.
pub(in crate::session) type Bytes = Option<Arc<[u8]>>;

/// Files with other texts on top. A clone shares both.
#[derive(Clone)]
pub(in crate::session) struct Overlay {
    beneath: Rc<dyn Files>,
    /// What stands in the place of a file, whatever lies beneath: put there, or read once.
    instead: RefCell<Map<String, Bytes>>,
    /// How often a file was said to be another.
    versions: Map<String, u32>,
    /// True while what is read is kept.
    keeping: Cell<bool>,
    /// Every path that was asked for, and what the file looked like then.
    asked: Rc<RefCell<BTreeMap<String, Option<Stamp>>>>,
}

impl Overlay {
    pub fn new(beneath: Box<dyn Files>) -> Overlay {
        Overlay {
            beneath: beneath.into(),
            instead: RefCell::default(),
            versions: Map::default(),
            keeping: Cell::new(false),
            asked: Rc::default(),
        }
    }

    /// Puts other bytes in the place of a file.
    pub fn replace(&mut self, path: &str, bytes: Bytes) {
        self.reload(path);
        self.instead.borrow_mut().insert(plain(path), bytes);
    }

    /// Puts a file where none lies beneath, made of others; it is another one only where its bytes are.
    pub fn provide(&mut self, path: &str, bytes: Vec<u8>) {
        let same = self.instead.borrow().get(&plain(path)).is_some_and(|b| b.as_deref() == Some(bytes.as_slice()));
        if !same {
            self.replace(path, Some(bytes.into()));
        }
    }

    /// Says that another file lies beneath now.
    pub fn reload(&mut self, path: &str) {
        let path = plain(path);
        self.instead.borrow_mut().remove(&path);
        let version = self.versions.get(&path).copied().unwrap_or_default();
        self.versions.insert(path, version + 1);
    }

    /// From now on, what is read is kept, or no longer.
    pub fn keep(&self, keeping: bool) {
        self.keeping.set(keeping);
    }

    /// True where nobody said that a file is another than it was for the other.
    pub fn is_same(&self, other: &Overlay, path: &str) -> bool {
        let path = plain(path);
        self.versions.get(&path) == other.versions.get(&path)
    }

    /// Every path that was asked for so far, and what the file looked like when it was asked for last.
    pub fn asked(&self) -> Vec<(String, Option<Stamp>)> {
        self.asked.borrow().iter().map(|(path, stamp)| (path.clone(), *stamp)).collect()
    }

    /// What a file looks like beneath.
    pub fn looks(&self, path: &str) -> Option<Stamp> {
        self.beneath.stamp(path)
    }
}

impl Files for Overlay {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let path = plain(path);
        match self.instead.borrow().get(&path) {
            Some(Some(bytes)) => return Ok(bytes.to_vec()),
            Some(None) => return Err(io::ErrorKind::NotFound.into()),
            None => {}
        }
        let stamp = self.beneath.stamp(&path);
        self.asked.borrow_mut().insert(path.clone(), stamp);
        let bytes = self.beneath.read(&path)?;
        if self.keeping.get() {
            self.instead.borrow_mut().insert(path, Some(bytes.as_slice().into()));
        }
        Ok(bytes)
    }

    fn stamp(&self, path: &str) -> Option<Stamp> {
        if self.instead.borrow().contains_key(&plain(path)) { None } else { self.beneath.stamp(path) }
    }

    fn beside(&self, path: &str) -> Vec<String> {
        self.beneath.beside(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Memory;

    #[test]
    fn what_is_put_in_the_place_of_a_file_is_read_instead_and_a_clone_keeps_its_own() {
        let mut files = Overlay::new(Box::new(Memory::default().with("a", "1").with("b", "2")));
        let before = files.clone();
        files.replace("./a", Some(Arc::from(*b"3")));
        files.replace("b", None);
        assert_eq!((files.read("a").unwrap(), before.read("a").unwrap()), (b"3".to_vec(), b"1".to_vec()));
        assert!(files.read("b").is_err() && before.read("b").is_ok());
        let asked: Vec<String> = files.asked().into_iter().map(|(path, _)| path).collect();
        assert_eq!(asked, ["a", "b"]);
        assert!(!files.is_same(&before, "a") && files.is_same(&before, "c"));
    }
}
