//! The files of a folder or of a packed one, by name.

use crate::data::problem::Problem;

/// What reads one of the files; none where it is not there.
type ReadOne<'a> = Box<dyn FnMut(&str) -> Result<Option<Vec<u8>>, Problem> + 'a>;

/// The files below a folder.
pub struct Members<'a> {
    /// What the folder is called.
    pub name: String,
    names: Vec<String>,
    read: ReadOne<'a>,
}

impl<'a> Members<'a> {
    /// Files by their names, with `/`, in any order; a folder that holds all of them is left out of the names.
    pub fn new(name: &str, mut names: Vec<String>, read: ReadOne<'a>) -> Members<'a> {
        names.retain(|name| !name.ends_with('/') && !hidden(name));
        names.sort();
        Members { name: name.to_owned(), names, read }
    }

    /// The names, sorted.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The folder in which a file of that name stands, with its `/`; the first by name.
    pub fn folder_of(&self, file: &str) -> Option<String> {
        let whole = |name: &&String| *name == file || name.strip_suffix(file).is_some_and(|rest| rest.ends_with('/'));
        self.names.iter().find(whole).map(|name| name[..name.len() - file.len()].to_owned())
    }

    /// The bytes of a file.
    pub fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, Problem> {
        (self.read)(name)
    }
}

/// True of what a system leaves beside people's files.
fn hidden(name: &str) -> bool {
    name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX")
}
