//! `hence report`: the study as one page for people who have nothing but a browser.

use super::args::StudyArgs;
use super::format::Format;
use super::screen::Screen;
use super::{exit, study};
use crate::base::Sources;
use crate::diagnostic::{Diagnostic, codes};
use crate::report::html;
use crate::session::place_of;
use std::path::{Path, PathBuf};

/// The file that is written where nobody says otherwise, in the folder in which the command runs.
const FILE: &str = "report.html";
/// The page of a folder.
const INDEX: &str = "index.html";

/// What is written, and where.
enum Target {
    /// One file.
    File(PathBuf),
    /// A folder with a page and the data beside it.
    Folder(PathBuf),
}

/// Evaluates, draws and writes. Of a study with errors no page is written, since it would look like its findings.
pub fn run(
    (output, folder): (Option<&Path>, Option<&Path>),
    force: bool,
    args: &StudyArgs,
    format: Format,
    screen: &mut Screen<'_>,
) -> u8 {
    let target = match folder {
        Some(folder) => Target::Folder(folder.to_path_buf()),
        None => Target::File(output.map_or_else(|| FILE.into(), Path::to_path_buf)),
    };
    let allowed = match &target {
        Target::File(path) => allowed(path, force),
        Target::Folder(path) => allowed_folder(path, force),
    };
    if let Err((message, help)) = allowed {
        let diagnostic = Diagnostic::new(codes::OUTPUT, message).help(help);
        screen.diagnostics(&[diagnostic], &Sources::default(), format);
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
    let written = match &target {
        Target::File(path) => {
            let text = html::page(&page, &named(args));
            write(path, text.as_bytes()).map(|()| (path.clone(), text.len()))
        }
        Target::Folder(path) => write_folder(path, &html::folder(&page, &named(args))),
    };
    let code = opened.close(screen);
    match written {
        Ok((path, bytes)) => screen.say(&format!("wrote {} ({})", path.display(), size(bytes))),
        Err(error) => {
            let (Target::File(path) | Target::Folder(path)) = &target;
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

/// Whether a page may be written there; if not, why, and what to do.
fn allowed(path: &Path, force: bool) -> Result<(), (String, String)> {
    let shown = path.display();
    if path.is_dir() {
        let help =
            format!("name a file in it: `-o {}`; or write a folder: `--folder {shown}`", path.join(FILE).display());
        return Err((format!("`{shown}` is a folder"), help));
    }
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    if !ending.as_deref().is_some_and(|ending| ending == "html" || ending == "htm") {
        let page = path.with_extension("html");
        let help = match ending.as_deref() {
            Some("pdf") => format!("write `-o {}`, open it in a browser, and print it there as PDF", page.display()),
            Some(_) => format!("name it `-o {}`", page.display()),
            None => format!("name it `-o {}`; or write a folder: `--folder {shown}`", page.display()),
        };
        return Err((format!("a report is a web page, and `{shown}` is no name of one"), help));
    }
    match std::fs::read(path) {
        Ok(before) if !force && !before.is_empty() && !html::is_page(&before) => {
            let help = "name another file; or `--force` writes over it".to_owned();
            Err((format!("`{shown}` is no report of Hence, and was left as it is"), help))
        }
        _ => Ok(()),
    }
}

/// Whether a folder may be filled: a new one, an empty one, or one that holds an earlier report.
fn allowed_folder(path: &Path, force: bool) -> Result<(), (String, String)> {
    let shown = path.display();
    if path.is_file() {
        let help = format!("name a folder; or write one file: `-o {shown}`");
        return Err((format!("`{shown}` is a file"), help));
    }
    let empty = std::fs::read_dir(path).map_or(true, |mut all| all.next().is_none());
    let earlier = || std::fs::read(path.join(INDEX)).is_ok_and(|before| html::is_page(&before));
    if force || empty || earlier() {
        return Ok(());
    }
    let help = "name a new folder; or `--force` writes among them".to_owned();
    Err((format!("`{shown}` holds files that are no report of Hence, and was left as it is"), help))
}

/// Writes the data, then the page that names them, and takes away the data of an earlier report.
fn write_folder(path: &Path, folder: &html::Folder) -> std::io::Result<(PathBuf, usize)> {
    let beside = path.join(html::PARTS);
    std::fs::create_dir_all(&beside)?;
    for (name, text) in &folder.parts {
        write(&path.join(name), text.as_bytes())?;
    }
    let index = path.join(INDEX);
    write(&index, folder.index.as_bytes())?;
    for entry in std::fs::read_dir(&beside)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let current = folder.parts.iter().any(|(part, _)| *part == format!("{}/{name}", html::PARTS));
        if html::is_part(&name) && !current {
            // What is left of an earlier report does no harm.
            let _ = std::fs::remove_file(entry.path());
        }
    }
    let bytes = folder.parts.iter().map(|(_, text)| text.len()).sum::<usize>() + folder.index.len();
    Ok((index, bytes))
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
