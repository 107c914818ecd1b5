//! `hence audit`: the audit trail of a study as a folder, and whether such a folder is still what it was.

use super::args::StudyArgs;
use super::format::Format;
use super::progress::Watch;
use super::screen::Screen;
use super::study::Opened;
use super::verify::unreadable;
use super::{exit, report, study};
use crate::base::Sources;
use crate::base::hash::sha256;
use crate::data::Problem;
use crate::data::files::changed;
use crate::data::trail::{self, Copy, Manifest};
use crate::diagnostic::{Diagnostic, codes};
use crate::proof::document::Document;
use crate::report::audit::verified::{self, Differs, Replayed, Verified};
use crate::report::audit::{Copies, folder};
use crate::session::trail::{Trail, Wanted};
use crate::session::verify::Texts;
use crate::session::{Study, place_of};
use clap::Args;
use std::path::{Path, PathBuf};

/// A file of more bytes is no proof that anybody made.
const LARGEST: u64 = 64 << 20;

/// What is to be written, or checked.
#[derive(Args, Clone, Debug)]
pub struct AuditArgs {
    /// The folder to write
    #[arg(short, long, value_name = "FOLDER", required_unless_present = "verify", conflicts_with = "verify")]
    pub output: Option<PathBuf>,
    /// Copy the data into the folder too, and the page with every message
    #[arg(long, conflicts_with = "verify")]
    pub with_data: bool,
    /// Check an audit trail: the hash of every file, and every proof
    #[arg(long, value_name = "FOLDER")]
    pub verify: Option<PathBuf>,
    /// The study to hold the proofs against, where the folder holds no copy of it
    #[arg(long = "study", value_name = "PATH")]
    pub against: Option<PathBuf>,
}

/// Writes a trail, or checks one.
pub fn run(asked: &AuditArgs, args: &StudyArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    if args.only.is_some() {
        screen.misused("`hence audit` takes no `--only`: a trail is of the whole study");
        return exit::USAGE;
    }
    if asked.against.is_some() && asked.verify.is_none() {
        screen.misused(
            "`--study` goes with `--verify`; the study that a trail is written of is named as in all commands",
        );
        return exit::USAGE;
    }
    match (&asked.verify, &asked.output) {
        (Some(folder), _) => verify(folder, asked.against.as_deref(), args, format, screen),
        (None, Some(output)) => write(output, asked.with_data, args, format, screen),
        // The command line asks for one of both.
        (None, None) => exit::USAGE,
    }
}

fn write(output: &Path, with_data: bool, args: &StudyArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    let tell = |screen: &mut Screen<'_>, diagnostic: Diagnostic| {
        screen.diagnostics(&[diagnostic], &Sources::default(), format);
        exit::ERRORS
    };
    // Said before the work, and looked at again before anything is written.
    if let Err(problem) = trail::allowed(output) {
        return tell(screen, problem.into());
    }
    let mut opened = study::open(args, format, screen);
    if opened.study.is_missing() {
        return opened.close(screen);
    }
    if !opened.broken() {
        opened.evaluate();
    }
    let mut found = Trail::default();
    if !opened.broken() {
        found = opened.trail(&Wanted { with_data, own: own_folder(output, &args.path) });
    }
    if opened.broken() {
        let code = opened.close(screen);
        let why = match opened.study.diagnostics().iter().any(|d| d.code == codes::INTERRUPTED) {
            true => "no audit trail was written, because the run was interrupted",
            false => "no audit trail was written, because of the errors",
        };
        screen.say(why);
        return code;
    }
    let copies = match copies(&opened.study, &found, with_data) {
        Ok(copies) => copies,
        Err(problem) => return tell(screen, problem.into()),
    };
    let made = folder(&found, &copies, &report::named(args)).and_then(|files| {
        trail::write(output, &files)?;
        Ok(files.len())
    });
    let files = match made {
        Ok(files) => files,
        Err(problem) => return tell(screen, problem.into()),
    };
    let shown = output.display().to_string();
    match Manifest::read(output) {
        Ok((manifest, _)) if format == Format::Json => screen.print(verified::written(&shown, files, &manifest)),
        Ok((manifest, _)) => {
            let (proofs, of) = (manifest.proofs.files.len(), manifest.proofs.conclusions);
            let data = if with_data { "with a copy of the data" } else { "without the data" };
            screen.print(format!(
                "wrote {shown}: {files} files, {data}, proofs of {proofs} of {of} conclusions\nbegin with {}\nthe seal of its \
                 manifest is {}\n",
                output.join("index.html").display(),
                manifest.seal,
            ));
        }
        Err(wrong) => screen.say(&format!("error: {}", wrong.message())),
    }
    let code = opened.close(screen);
    opened.leave();
    code
}

/// What is copied: the rules, and with the data everything that was read.
fn copies(study: &Study, found: &Trail, with_data: bool) -> Result<Copies, Problem> {
    let mut out = Copies { with_data, ..Copies::default() };
    let all = &found.page.files;
    for file in all {
        // What came out of a project of another program is in that project.
        let unpacked = all.iter().any(|other| file.name.starts_with(&format!("{}/", other.name)));
        if unpacked || !(file.rules || with_data) {
            continue;
        }
        let bytes = study.source_bytes(&file.name).map_err(|error| {
            let message = format!("`{}` cannot be read any more: {}", file.name, error.to_string().to_lowercase());
            Problem::new(codes::FILE, &file.name, message)
        })?;
        if sha256(&bytes) != file.hash {
            return Err(changed(&file.name));
        }
        out.files.insert(file.name.clone(), bytes);
    }
    Ok(out)
}

/// The folder of the trail as the study's folder names it, where it lies in it.
fn own_folder(output: &Path, path: &Path) -> Option<String> {
    let root = place_of(path).0.canonicalize().ok()?;
    // The folder need not be there yet.
    let place = match output.canonicalize() {
        Ok(place) => place,
        Err(_) => {
            let parent = output.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            parent.canonicalize().ok()?.join(output.file_name()?)
        }
    };
    let inner = place.strip_prefix(root).ok()?;
    Some(inner.to_string_lossy().replace('\\', "/"))
}

fn verify(folder: &Path, against: Option<&Path>, args: &StudyArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    if !args.set.is_empty() || args.lenient {
        screen.misused(
            "`hence audit --verify` takes no `--set` and no `--lenient`: the trail says how the study was read",
        );
        return exit::USAGE;
    }
    if args.path != Path::new(".") {
        screen.misused(&format!(
            "the study to hold a trail against is named by `--study`: `hence audit --verify {} --study {}`",
            folder.display(),
            args.path.display()
        ));
        return exit::USAGE;
    }
    let (manifest, sealed) = match Manifest::read(folder) {
        Ok(read) => read,
        Err(wrong) => {
            if format == Format::Json {
                screen.print(verified::unusable(wrong.message()));
            } else {
                screen.say(&format!("error: {}; nothing was checked", wrong.message()));
            }
            return exit::ERRORS;
        }
    };
    let kept = trail::look(folder, &manifest);
    let options_of = StudyArgs { set: manifest.study.set.clone(), lenient: manifest.study.lenient, ..args.clone() };
    let mut opened = match (against, Copy::of(folder, &manifest)) {
        (Some(path), _) => {
            let path = match path.is_dir() {
                true => path.join(&manifest.study.main),
                false => path.to_path_buf(),
            };
            Some(study::open(&StudyArgs { path, ..options_of }, format, screen))
        }
        (None, Some((copy, main))) => {
            let study = Study::open_in(Box::new(copy), &main, &study::options(&options_of), &mut |_| {});
            Some(Opened::of(study, &options_of, format))
        }
        (None, None) => None,
    };
    if let Some(opened) = opened.as_ref().filter(|opened| opened.study.is_missing()) {
        if format == Format::Json {
            screen.print(verified::unusable("there is no study to hold the proofs against; nothing was checked"));
        }
        return opened.close(screen);
    }
    let replayed = opened.as_mut().map(|opened| replay(folder, &manifest, opened, format, screen));
    let found = Verified { folder: folder.display().to_string(), manifest, sealed, kept, replayed };
    match format {
        Format::Json => screen.print(verified::json(&found)),
        _ => screen.print(verified::text(&found, screen.look())),
    }
    let code = opened.as_ref().map_or(exit::FINE, |opened| opened.close(screen));
    if code == exit::FINE && !found.holds() { exit::ERRORS } else { code }
}

/// Holds the study's files and the proofs against the study as it is now.
fn replay(folder: &Path, manifest: &Manifest, opened: &mut Opened, format: Format, screen: &Screen<'_>) -> Replayed {
    let mut out = Replayed::default();
    let now = opened.study.source_files();
    for then in &manifest.sources {
        match now.iter().find(|file| file.name == then.name) {
            Some(file) if file.hash == then.sha256 => out.same += 1,
            Some(_) => out.sources.push((then.name.clone(), Differs::Changed)),
            None => out.sources.push((then.name.clone(), Differs::Missing)),
        }
    }
    let new = now.iter().filter(|file| manifest.sources.iter().all(|then| then.name != file.name));
    out.sources.extend(new.map(|file| (file.name.clone(), Differs::New)));
    if opened.broken() {
        out.stopped = Some("the study has errors");
        return out;
    }
    let mut watch = Watch::new(screen.terminal().err && !format.is_data());
    let mut texts = Texts::default();
    for path in &manifest.proofs.files {
        let read = trail::bytes(folder, path, LARGEST)
            .map_err(|error| format!("it cannot be read: {}", error.to_string().to_lowercase()))
            .and_then(|bytes| Document::read(&bytes).map_err(|why| unreadable(path, why)));
        let document = match read {
            Ok(document) => document,
            Err(why) => {
                out.unread.push((path.clone(), why));
                continue;
            }
        };
        match opened.study.verify_with(&document, &mut texts, &mut |progress| watch.step(&progress)) {
            Some(verdict) if verdict.holds() => out.hold += 1,
            Some(verdict) => out.fail.push((path.clone(), Box::new(verdict))),
            None => {
                out.stopped = Some("the work had to end");
                break;
            }
        }
    }
    out
}
