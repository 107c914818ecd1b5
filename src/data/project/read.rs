//! Which reader a project is for, found out by its content and, where that could be several, by its name.

use super::{Project, archive, database, refi, sheet, taguette_sheet};
use crate::base::date::DateTime;
use crate::data::files::Files;
use crate::data::problem::Problem;
use crate::data::read::extension;
use crate::diagnostic::codes;
use std::io;

/// One kind of project.
struct Kind {
    /// True where a file is of this kind.
    is: fn(&str, &[u8]) -> bool,
    /// Reads it.
    read: fn(&str, &[u8]) -> Result<Project, Problem>,
}

/// All kinds; the first that a file is of is taken.
const KINDS: &[Kind] = &[
    Kind { is: |_, bytes| bytes.starts_with(b"SQLite format 3\0"), read: database::read },
    Kind { is: |name, bytes| archive::is_archive(bytes) && extension(name) == "xlsx", read: sheet::read },
    Kind { is: |_, bytes| archive::is_archive(bytes), read: refi::read },
    Kind { is: |name, _| matches!(extension(name).as_str(), "qde" | "qdc"), read: refi::read },
    Kind { is: taguette_sheet::is_csv, read: taguette_sheet::read_csv },
];

/// The endings of files that are projects and nothing else, so that a study may `use` them.
const ENDINGS: [&str; 6] = ["qdpx", "qde", "qda", "rqda", "sqlite3", "sqlite"];

/// True of a file that is a project by its name.
pub fn is_project(name: &str) -> bool {
    ENDINGS.contains(&extension(name.trim_end_matches('/')).as_str())
}

/// Reads a project: a file, or the folder of one.
pub fn read(files: &dyn Files, path: &str) -> Result<Project, Problem> {
    let path = path.trim_end_matches('/');
    // QualCoder keeps its database in a folder.
    let inside = format!("{path}/data.qda");
    match files.read(path) {
        Err(error) if error.kind() == io::ErrorKind::IsADirectory || files.read(&inside).is_ok() => {
            if files.read(&inside).is_err() {
                let message = format!("the folder `{path}` is no project: there is no `data.qda` in it");
                let help = "name a project's file, or the folder that QualCoder keeps a project in";
                return Err(Problem::new(codes::DATA_FORMAT, path, message).help(help));
            }
            read_file(files, &inside)
        }
        _ => read_file(files, path),
    }
}

fn read_file(files: &dyn Files, path: &str) -> Result<Project, Problem> {
    let bytes = crate::data::read_file(files, path)?;
    let mut project = read_bytes(path, &bytes)?;
    if files.read(&format!("{path}-wal")).is_ok_and(|log| !log.is_empty()) {
        let remark =
            format!("`{path}-wal` holds the last changes, which are not read: close the program, then import again");
        project.report.remark(remark);
    }
    if project.name.is_empty() {
        let file = path.strip_suffix("/data.qda").unwrap_or(path);
        let file = file.rsplit('/').next().unwrap_or(file);
        project.name = file.rsplit_once('.').map_or(file, |(stem, _)| stem).to_owned();
    }
    Ok(project)
}

/// Reads the bytes of a project's file.
pub fn read_bytes(name: &str, bytes: &[u8]) -> Result<Project, Problem> {
    match KINDS.iter().find(|kind| (kind.is)(name, bytes)) {
        Some(kind) => (kind.read)(name, bytes),
        None if bytes.is_empty() => Err(Problem::new(codes::FILE, name, format!("`{name}` is empty"))
            .help("was it saved, and is it the right file?")),
        None => {
            let message = format!("`{name}` is no project that can be read");
            let help = "projects are read from REFI-QDA (`.qdpx`, `.qdc`), QualCoder (`.qda`), Taguette (`.sqlite3`, and \
                        its highlights as `.csv` or `.xlsx`) and RQDA (`.rqda`)";
            Err(Problem::new(codes::DATA_FORMAT, name, message).help(help))
        }
    }
}

/// A time as files write it, as `2018-03-27T19:29:27`: without parts of seconds, and by the clock that it was written by.
pub fn time(written: &str) -> Option<String> {
    let written = written.trim();
    let day = written.get(..10)?;
    let clock = written.get(11..).unwrap_or("");
    let clock = &clock[..clock.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(clock.len())];
    let clock = if clock.is_empty() { "00:00" } else { clock };
    let time = format!("{day}T{clock}");
    DateTime::parse(&time).map(|_| time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_come_without_zones_and_fractions() {
        for (written, read) in [
            ("2018-03-27T19:29:27Z", Some("2018-03-27T19:29:27")),
            ("2018-03-27 19:29:27.125000", Some("2018-03-27T19:29:27")),
            ("2018-03-27T19:29:27+02:00", Some("2018-03-27T19:29:27")),
            ("2018-03-27", Some("2018-03-27T00:00")),
            ("Tue Mar 27 2018", None),
            ("é2018-03-2é", None),
        ] {
            assert_eq!(time(written).as_deref(), read, "{written}");
        }
    }
}
