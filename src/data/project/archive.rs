//! Zip files of other people. A member is found by its name and read into memory, never unpacked to a disk, so no name
//! can lead anywhere; and what a file may grow to is bounded, for each member and for all of them, before and while it is
//! unpacked, since the sizes that stand in it may lie.

use crate::data::problem::{Problem, shown};
use crate::diagnostic::codes;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// So much text may come out of all members together.
const TOTAL: u64 = 1 << 30;
/// A member may be so many times as large as what is packed, once it is over [`SMALL`].
const RATIO: u64 = 200;
/// What no ratio is asked of.
const SMALL: u64 = 16 << 20;
/// So many members at most.
const MEMBERS: usize = 200_000;

/// A packed file.
pub struct Archive<'a> {
    file: &'a str,
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// The members' names, in one spelling.
    names: Vec<String>,
    left: u64,
    /// Names that would lead out of a folder; nothing is read from them.
    pub strays: Vec<String>,
    /// How many members have the name of a later one, which alone is read.
    pub repeated: usize,
}

/// Why those are left out.
pub const REPEATED: &str = "another one of the same name stands behind it, and that one was read";

/// True where bytes begin as packed files do.
pub fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

impl<'a> Archive<'a> {
    /// Opens a packed file.
    pub fn open(file: &'a str, bytes: &'a [u8]) -> Result<Archive<'a>, Problem> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| {
            Problem::new(codes::FILE, file, format!("`{file}` is a packed file that is broken or cut off"))
                .help("export or download it again")
        })?;
        if zip.len() > MEMBERS {
            let message = format!("`{file}` packs {} files, more than the {MEMBERS} that are read", zip.len());
            return Err(Problem::new(codes::LIMIT, file, message).help("is it the right file?"));
        }
        let name = |at| zip.name_for_index(at).and_then(Result::ok).map_or(String::new(), |name| plain(&name));
        let names: Vec<String> = (0..zip.len()).map(name).collect();
        let strays = names.iter().filter(|name| is_stray(name)).cloned().collect();
        let repeated = entries(bytes).unwrap_or_default().saturating_sub(names.len());
        Ok(Archive { file, zip, names, left: TOTAL, strays, repeated })
    }

    /// The members' names.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// A member by its name, whatever the case of its letters; none where there is no such member.
    pub fn member(&mut self, name: &str) -> Result<Option<Vec<u8>>, Problem> {
        let name = plain(name);
        let found = self.names.iter().position(|n| *n == name);
        let found = found.or_else(|| self.names.iter().position(|n| n.to_lowercase() == name.to_lowercase()));
        match found {
            Some(at) if !is_stray(&name) => self.read(at, &name).map(Some),
            _ => Ok(None),
        }
    }

    fn read(&mut self, at: usize, name: &str) -> Result<Vec<u8>, Problem> {
        let file = self.file;
        let broken = || {
            let message = format!("{} in `{file}` cannot be unpacked", shown(name));
            Problem::new(codes::FILE, file, message).help("export or download the file again, without a password")
        };
        let member = self.zip.by_index(at).map_err(|_| broken())?;
        let packed = member.compressed_size();
        let limit = self.left.min(packed.saturating_mul(RATIO).max(SMALL));
        let mut bytes = Vec::with_capacity(member.size().min(limit).min(SMALL) as usize);
        member.take(limit + 1).read_to_end(&mut bytes).map_err(|_| broken())?;
        if bytes.len() as u64 > limit {
            let message = format!(
                "{} in `{file}` unpacks to more than {} MB, which no text of its size does",
                shown(name),
                limit >> 20
            );
            return Err(Problem::new(codes::LIMIT, file, message)
                .help("the file may be made to fill a memory; ask whoever sent it"));
        }
        self.left -= bytes.len() as u64;
        Ok(bytes)
    }
}

/// How many members a packed file says it has, in the record at its end; none where the number stands elsewhere.
fn entries(bytes: &[u8]) -> Option<usize> {
    const END: &[u8] = b"PK\x05\x06";
    // A comment of at most 65,535 bytes may follow the 22 of the record.
    let from = bytes.len().saturating_sub(22 + 0xFFFF);
    let at = bytes.get(from..)?.windows(END.len()).rposition(|found| found == END)? + from;
    let count = usize::from(u16::from_le_bytes(bytes.get(at + 10..at + 12)?.try_into().ok()?));
    (count < 0xFFFF).then_some(count)
}

/// A name with `/` and without a drive's or a root's beginning.
fn plain(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches("./").to_owned()
}

/// True of a name that would lead out of the folder it is unpacked to.
fn is_stray(name: &str) -> bool {
    name.starts_with('/') || name.contains(':') || name.split('/').any(|part| part == "..") || name.contains('\0')
}
