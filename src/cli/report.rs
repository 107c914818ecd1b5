//! `hence report`: the study as one page for people who have nothing but a browser.

use super::args::{Format, StudyArgs};
use super::screen::Screen;
use super::{exit, study};
use crate::diagnostic::codes;
use crate::report::html;
use crate::session::place_of;
use std::path::{Path, PathBuf};

/// The file that is written where nobody says otherwise, in the folder in which the command runs.
const FILE: &str = "report.html";

/// Evaluates, draws and writes. Of a study with errors no page is written, since it would look like its findings.
pub fn run(output: Option<&Path>, force: bool, args: &StudyArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    let path: PathBuf = output.map_or_else(|| FILE.into(), Path::to_path_buf);
    if let Err(message) = allowed(&path, force) {
        screen.say(&format!("error: {message}"));
        return exit::ERRORS;
    }
    let mut opened = study::open(args, format, screen);
    if opened.study.is_missing() {
        return opened.close(screen);
    }
    if !opened.broken() {
        opened.evaluate();
    }
    if opened.misasked() || opened.broken() {
        let code = opened.close(screen);
        let interrupted = opened.study.diagnostics().iter().any(|d| d.code == codes::INTERRUPTED);
        screen.show("\n");
        screen.say(match interrupted {
            true => "no report was written, because the run was interrupted",
            false => "no report was written, because the study has errors",
        });
        return code;
    }
    let page = opened.study.page();
    let text = html::page(&page, &named(args));
    let code = opened.close(screen);
    match write(&path, text.as_bytes()) {
        Ok(()) => screen.say(&format!("wrote {} ({})", path.display(), size(text.len()))),
        Err(error) => {
            screen.say(&format!("error: `{}` cannot be written: {}", path.display(), error.to_string().to_lowercase()));
            return exit::ERRORS;
        }
    }
    opened.leave();
    code
}

/// How commands name the study.
pub fn named(args: &StudyArgs) -> String {
    let (folder, main) = place_of(&args.path);
    let name = folder.canonicalize().ok().and_then(|f| f.file_name().map(|n| n.to_string_lossy().into_owned()));
    let name = name.unwrap_or_else(|| ".".into());
    if main == "study.hence" { name } else { format!("{name}/{main}") }
}

/// Whether a page may be written there.
fn allowed(path: &Path, force: bool) -> Result<(), String> {
    let shown = path.display();
    if path.is_dir() {
        return Err(format!("`{shown}` is a folder; name a file in it: `-o {}`", path.join(FILE).display()));
    }
    match std::fs::read(path) {
        Ok(before) if !force && !before.is_empty() && !html::is_page(&before) => {
            Err(format!("`{shown}` is no report of Hence, and was left as it is; `--force` writes over it"))
        }
        _ => Ok(()),
    }
}

/// Writes all of it or nothing: whoever opens the file meanwhile finds the page before or this one.
fn write(path: &Path, text: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, path));
    if written.is_err() {
        // It holds nothing that is not elsewhere.
        let _ = std::fs::remove_file(&beside);
    }
    written
}

/// `312 kB`
fn size(bytes: usize) -> String {
    match bytes {
        0..10_000 => format!("{bytes} bytes"),
        10_000..1_000_000 => format!("{} kB", bytes / 1000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}
