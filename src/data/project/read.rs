//! Which reader a project is for, found out by its content and, where that could be several, by its name.

use super::messages::{self, Members};
use super::{Project, archive, database, hierarchy, refi, table};
use crate::base::date::{Date, DateTime};
use crate::base::digits::thousands;
use crate::data::files::Files;
use crate::data::problem::Problem;
use crate::data::read::{Format, extension, is_parquet};
use crate::data::sheet;
use crate::diagnostic::codes;
use std::cell::RefCell;
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
    Kind { is: |name, _| sheet::is_workbook(name), read: table::read },
    Kind { is: |name, _| is_parquet(name), read: table::read },
    Kind { is: |_, bytes| archive::is_archive(bytes), read: packed },
    Kind { is: |name, _| matches!(extension(name).as_str(), "qde" | "qdc"), read: refi::read },
    Kind { is: messages::is_file, read: messages::read_file },
    Kind { is: |name, _| Format::of(name).is_some() && extension(name) != "txt", read: table::read },
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
            if files.read(&inside).is_ok() {
                return read_file(files, &inside);
            }
            let names = files.below(path);
            let read = |name: &str| crate::data::read_file(files, &format!("{path}/{name}")).map(Some);
            let mut project = messages::read_members(&mut Members::new(path, names, Box::new(read))).unwrap_or_else(|| {
                let message = format!("the folder `{path}` holds nothing that can be read");
                let help = "folders are read that QualCoder keeps a project in, that Slack exports, of topics of Discourse \
                            (`.json`), and of texts (`.txt`, `.md`)";
                Err(Problem::new(codes::DATA_FORMAT, path, message).help(help))
            })?;
            for other in files.passed_over(path) {
                let why = "it is a link, which is not followed, or has a name that cannot be read";
                project.report.leave_out(("file", "files"), why, &other);
            }
            name_by_file(&mut project, path);
            Ok(project)
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
    name_by_file(&mut project, path);
    Ok(project)
}

/// A project without a title has that of its file.
fn name_by_file(project: &mut Project, path: &str) {
    if project.name.is_empty() {
        let file = path.strip_suffix("/data.qda").unwrap_or(path);
        let file = file.rsplit('/').next().unwrap_or(file);
        project.name = file.rsplit_once('.').map_or(file, |(stem, _)| stem).to_owned();
    }
}

/// Reads what is packed: a project of REFI-QDA, or a folder of messages.
fn packed(name: &str, bytes: &[u8]) -> Result<Project, Problem> {
    let archive = RefCell::new(archive::Archive::open(name, bytes)?);
    let names = archive.borrow().names().to_vec();
    if names.iter().any(|name| extension(name) == "qde") {
        return refi::read(name, bytes);
    }
    let (strays, repeated) = (archive.borrow().strays.clone(), archive.borrow().repeated);
    let inside = names.into_iter().filter(|name| !strays.contains(name)).collect();
    let read = |name: &str| archive.borrow_mut().member(name);
    let mut members = Members::new(name, inside, Box::new(read));
    let Some(read) = messages::read_members(&mut members) else { return refi::read(name, bytes) };
    let mut project = read?;
    if repeated > 0 {
        project.report.leave_out_all(repeated, ("packed file", "packed files"), archive::REPEATED);
    }
    for stray in &strays {
        let why = "its name leads out of the folder";
        project.report.leave_out(("file", "files"), why, stray);
    }
    Ok(project)
}

/// Reads the bytes of a project's file.
pub fn read_bytes(name: &str, bytes: &[u8]) -> Result<Project, Problem> {
    match KINDS.iter().find(|kind| (kind.is)(name, bytes)) {
        Some(kind) => {
            let mut project = (kind.read)(name, bytes)?;
            project.report.say_times();
            if hierarchy::too_deep(&project.codes) {
                let deepest = thousands(hierarchy::DEEPEST as u128);
                let message = format!("`{name}` cannot be read: codes stand more than {deepest} deep");
                let help = "no person codes with so deep a codebook: is the file whole, and what it claims to be?";
                return Err(Problem::new(codes::DATA_FORMAT, name, message).help(help));
            }
            Ok(project)
        }
        None if bytes.is_empty() => Err(Problem::new(codes::FILE, name, format!("`{name}` is empty"))
            .help("was it saved, and is it the right file?")),
        None => {
            let message = format!("`{name}` is no project that can be read");
            let help = "projects are read from REFI-QDA (`.qdpx`, `.qdc`), QualCoder (`.qda`), Taguette (`.sqlite3`, and \
                        its highlights as `.csv` or `.xlsx`) and RQDA (`.rqda`); messages from tables (`.csv`, `.xlsx`, `.ods`, \
                        `.json`), mail (`.mbox`), exports of Slack and Discourse, dumps of Reddit and folders of texts";
            Err(Problem::new(codes::DATA_FORMAT, name, message).help(help))
        }
    }
}

/// What a time says of where its clock stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// It is a day, without a time.
    Day,
    /// Nothing: the time is as it was written.
    Unknown,
    /// How far from UTC, so that the time is in UTC now.
    Utc,
}

/// A time as files write it, as `2018-03-27T19:29:27`: without parts of seconds, and in UTC where an offset stands with it.
/// A day without a time stays a day.
pub fn time(written: &str) -> Option<String> {
    clock(written).map(|(time, _)| time)
}

/// The same, with what it says of where its clock stood.
pub fn clock(written: &str) -> Option<(String, Clock)> {
    let written = written.trim();
    let day = written.get(..10)?;
    let after = written.get(11..).unwrap_or("");
    let (hands, rest) = after.split_at(after.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(after.len()));
    if hands.is_empty() {
        return Date::parse(day).map(|_| (day.to_owned(), Clock::Day));
    }
    let time = format!("{day}T{hands}");
    let read = DateTime::parse(&time)?;
    let part = rest.strip_prefix(['.', ',']).map(|part| part.trim_start_matches(|c: char| c.is_ascii_digit()));
    let zone = part.unwrap_or(rest).trim();
    if zone.to_lowercase().starts_with(['a', 'p']) && zone.to_lowercase().replace('.', "").ends_with('m') {
        // Half of a day is no time that is read here.
        return None;
    }
    let Some(minutes) = offset(zone) else { return Some((time, Clock::Unknown)) };
    let mut utc = read.plus_minutes(-minutes)?.to_string();
    if utc.len() == 16 && time.len() == 19 {
        utc.push_str(":00");
    }
    Some((utc, Clock::Utc))
}

/// How many minutes a clock is before UTC: `Z`, `+02:00`, `-0530`, `+02`.
fn offset(zone: &str) -> Option<i64> {
    if ["z", "utc", "gmt"].iter().any(|name| zone.eq_ignore_ascii_case(name)) {
        return Some(0);
    }
    let ahead = match zone.chars().next()? {
        '+' => 1,
        '-' | '\u{2212}' => -1,
        _ => return None,
    };
    let digits: String = zone.chars().skip(1).filter(|c| *c != ':').collect();
    if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let hours: i64 = digits[..2].parse().ok()?;
    let minutes: i64 = digits.get(2..).filter(|m| !m.is_empty()).map_or(Ok(0), str::parse).ok()?;
    (hours <= 18 && minutes < 60).then_some(ahead * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_come_in_utc_and_without_fractions() {
        for (written, read) in [
            ("2018-03-27T19:29:27Z", Some("2018-03-27T19:29:27")),
            ("2018-03-27 19:29:27.125000", Some("2018-03-27T19:29:27")),
            ("2018-03-27T19:29:27+02:00", Some("2018-03-27T17:29:27")),
            ("2018-12-31 22:30:00.5 -0530", Some("2019-01-01T04:00:00")),
            ("2018-03-27T19:29+02", Some("2018-03-27T17:29")),
            ("2018-03-27T07:29:27 PM", None),
            ("2018-03-27", Some("2018-03-27")),
            ("Tue Mar 27 2018", None),
            ("é2018-03-2é", None),
        ] {
            assert_eq!(time(written).as_deref(), read, "{written}");
        }
    }
}
