//! `hence new`: a small study that runs, to start from. Its messages are invented, and it says so.

use super::exit;
use super::screen::Screen;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// The files of a new study.
pub const FILES: [(&str, &str); 2] =
    [("study.hence", include_str!("new/study.hence")), ("messages.csv", include_str!("new/messages.csv"))];

/// Writes the files; one that is there already stays as it is, and then nothing is written at all.
pub fn run(folder: &Path, screen: &mut Screen<'_>) -> u8 {
    let shown = folder.display();
    for (name, _) in FILES {
        let path = folder.join(name);
        if path.symlink_metadata().is_ok() {
            screen.say(&format!("error: `{}` is there already, and nothing was written", path.display()));
            screen.say("  help: name a folder that does not exist yet, or one without a study");
            return exit::ERRORS;
        }
    }
    let written =
        fs::create_dir_all(folder).and_then(|()| FILES.iter().try_for_each(|(n, t)| write(&folder.join(n), t)));
    if let Err(error) = written {
        let why = match error.kind() {
            ErrorKind::AlreadyExists | ErrorKind::NotADirectory => "there is a file of that name".to_owned(),
            ErrorKind::PermissionDenied => "you may not write there".to_owned(),
            _ => error.to_string(),
        };
        screen.say(&format!("error: the study cannot be written to `{shown}`: {why}"));
        return exit::ERRORS;
    }
    let folder = quoted(folder);
    let next = [
        (format!("hence run {folder}"), "what it finds"),
        (format!("hence why 'theme(m1, room_to_meet)' {folder}"), "why message m1 has its theme"),
        (format!("hence test {folder}"), "whether the rules do what they should"),
    ];
    let width = next.iter().map(|(command, _)| command.chars().count()).max().unwrap_or(0);
    let next: String = next.iter().map(|(command, what)| format!("  {command:width$}   {what}\n")).collect();
    screen.print(format!(
        "A small study is in {folder}: study.hence (the codebook) and messages.csv (eight invented messages).\n\n\
         Next:\n{next}\n\
         Then open study.hence in an editor, and put your own messages in the place of the invented ones.\n"
    ));
    exit::FINE
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    // A file that somebody else makes in this moment is not overwritten either.
    fs::OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}

/// A folder as it can be typed into a shell.
pub(super) fn quoted(folder: &Path) -> String {
    let text = crate::diagnostic::visible::one_line(&folder.display().to_string());
    let safe = |c: char| c.is_alphanumeric() || "/._-~".contains(c);
    if text.chars().all(safe) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{FileId, Pool};
    use crate::check::{Input, check};
    use crate::syntax::{Cache, parse};

    #[test]
    fn a_new_study_has_nothing_to_be_said_about() {
        let prelude = include_str!("../../rules/prelude.hence");
        let files: Vec<_> = [prelude, FILES[0].1]
            .into_iter()
            .enumerate()
            .map(|(i, text)| parse(FileId(i as u32), text, &mut Cache::default()))
            .collect();
        let read: Vec<_> = files.iter().flat_map(|(_, diagnostics)| diagnostics).collect();
        assert!(read.is_empty(), "{read:#?}");
        let input = Input {
            files: files.iter().map(|(file, _)| file).collect(),
            shipped: [FileId(0)].into_iter().collect(),
            ..Input::default()
        };
        let (_, diagnostics) = check(&input, &mut Pool::default());
        assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    }
}
