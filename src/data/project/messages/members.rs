//! The files of a folder or of a packed one, by name.

use crate::data::encoding::decode_any;
use crate::data::problem::Problem;
use crate::data::project::Report;
use crate::diagnostic::codes;

/// What reads one of the files; none where it is not there.
type ReadOne<'a> = Box<dyn FnMut(&str) -> Result<Option<Vec<u8>>, Problem> + 'a>;

/// The files below a folder.
pub struct Members<'a> {
    /// What the folder is called.
    pub name: String,
    names: Vec<String>,
    /// What a system leaves beside people's files, and what people hid there.
    hidden: Vec<String>,
    read: ReadOne<'a>,
}

impl<'a> Members<'a> {
    /// Files by their names, with `/`, in any order; a folder that holds all of them is left out of the names.
    pub fn new(name: &str, mut names: Vec<String>, read: ReadOne<'a>) -> Members<'a> {
        names.retain(|name| !name.ends_with('/'));
        names.sort();
        let (hidden, names) = names.into_iter().partition(|name| hidden(name));
        Members { name: name.to_owned(), names, hidden, read }
    }

    /// Counts what is hidden among what was left out.
    pub fn say_hidden(&self, report: &mut Report) {
        for name in &self.hidden {
            report.leave_out(("file", "files"), "it is hidden, as what a system leaves beside files is", name);
        }
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

    /// The text of a file, or why it is left out.
    pub fn text(&mut self, name: &str, seen: &mut Encodings) -> Result<Result<String, &'static str>, Problem> {
        let bytes = match self.read(name) {
            Ok(bytes) => bytes.unwrap_or_default(),
            Err(problem) => return why_left_out(problem).map(Err),
        };
        match decode_any(name, &bytes) {
            Ok((text, encoding)) => {
                encoding.into_iter().for_each(|encoding| seen.seen(encoding.name(), name));
                Ok(Ok(text.into_owned()))
            }
            Err(problem) => why_left_out(problem).map(Err),
        }
    }

    /// The bytes of a file.
    pub fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, Problem> {
        (self.read)(name)
    }
}

/// Encodings that texts were read in, to be said once they all are.
#[derive(Default)]
pub struct Encodings(Vec<(&'static str, usize, String)>);

impl Encodings {
    /// Remembers what a text was read in.
    pub fn seen(&mut self, encoding: &'static str, file: &str) {
        match self.0.iter_mut().find(|(known, ..)| *known == encoding) {
            Some((_, count, _)) => *count += 1,
            None => self.0.push((encoding, 1, file.to_owned())),
        }
    }

    /// Says it.
    pub fn say(self, report: &mut Report) {
        for (encoding, count, first) in self.0 {
            let (which, was) = match count {
                1 => (format!("`{first}`"), "is not in UTF-8 and was"),
                _ => (format!("`{first}` and {} more", count - 1), "are not in UTF-8 and were"),
            };
            report.remark(format!("decide whether every letter is right: {which} {was} read as {encoding}"));
        }
    }
}

/// Why a file is left out, where it alone is concerned; what may harm the machine ends the import.
pub fn why_left_out(problem: Problem) -> Result<&'static str, Problem> {
    match problem.code {
        code if code == codes::LIMIT => Err(problem),
        code if code == codes::ENCODING => Ok("it is no text in an encoding that is known"),
        code if code == codes::DATA_FORMAT => Ok("it is something else than its name says"),
        _ => Ok("it cannot be read"),
    }
}

/// True of what a system leaves beside people's files.
fn hidden(name: &str) -> bool {
    name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX")
}
