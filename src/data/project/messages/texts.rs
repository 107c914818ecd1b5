//! A folder of text files: each is a message, and a folder within it a thread.

use super::{Encodings, Gathered, Members, Source};
use crate::data::problem::Problem;
use crate::data::project::Project;
use crate::data::read::extension;
use crate::diagnostic::codes;

/// True of a folder with a text in it.
pub fn is(members: &Members<'_>) -> bool {
    members.names().iter().any(|name| is_text(name))
}

/// True of a file with the name of a text.
pub fn is_text(name: &str) -> bool {
    name.contains('.') && matches!(extension(name).as_str(), "txt" | "md" | "text")
}

/// Reads every text; what is none is named.
pub fn read(members: &mut Members<'_>) -> Result<Project, Problem> {
    let mut all = Gathered::new("folder of texts");
    let mut seen = Encodings::default();
    for name in members.names().to_vec() {
        if !is_text(&name) {
            all.project.report.leave_out(("file", "files"), "only `.txt` and `.md` files are read", &name);
            continue;
        }
        let text = match members.text(&name, &mut seen)? {
            Ok(text) => text.replace("\r\n", "\n"),
            Err(why) => {
                all.project.report.leave_out(("file", "files"), why, &name);
                continue;
            }
        };
        if text.trim().is_empty() {
            all.project.report.leave_out(("file", "files"), "it is empty", &name);
            continue;
        }
        let id = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).to_owned();
        let thread = id.rsplit_once('/').map(|(folder, _)| folder.to_owned());
        all.add(Source { name: id.clone(), id, text, thread, ..Source::default() }, None);
    }
    if all.project.sources.is_empty() {
        let message = format!("no text in `{}` can be read and has a word in it", members.name);
        return Err(Problem::new(codes::FILE, &members.name, message).help("is it the right folder?"));
    }
    seen.say(&mut all.project.report);
    Ok(all.finish())
}
