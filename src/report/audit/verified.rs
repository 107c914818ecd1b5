//! What came of checking a folder: for people as sentences, for programs as a value.

use crate::data::trail::{Kept, Manifest};
use crate::report::Look;
use crate::report::json::{VERSION, document};
use crate::report::layout::{paragraph, plain, strong};
use crate::report::words::number_of;
use crate::session::verify::Verdict;
use serde_json::{Value, json};

/// So many of a sort are told to people.
const SHOWN: usize = 20;
/// So many faults of a proof.
const FAULTS: usize = 3;

/// How a file of the study differs from the one that the trail was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Differs {
    /// It holds something else.
    Changed,
    /// The study does not read it any more.
    Missing,
    /// The study reads it, and did not then.
    New,
}

/// What came of replaying proofs.
#[derive(Clone, Debug, Default)]
pub struct Replayed {
    /// The files of the study that are others than then.
    pub sources: Vec<(String, Differs)>,
    /// How many files of it are the same.
    pub same: usize,
    /// How many proofs hold.
    pub hold: usize,
    /// Those that do not: the file, and what is wrong.
    pub fail: Vec<(String, Box<Verdict>)>,
    /// Those that could not be read, and why.
    pub unread: Vec<(String, String)>,
    /// Why no proof, or no further one, was held against the study.
    pub stopped: Option<&'static str>,
}

/// What came of checking a folder.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The folder, as it was named.
    pub folder: String,
    /// What it says it is.
    pub manifest: Manifest,
    /// True where the manifest is as it was written.
    pub sealed: bool,
    /// What became of its files.
    pub kept: Kept,
    /// What came of the proofs; none where there was no study to hold them against.
    pub replayed: Option<Replayed>,
}

impl Verified {
    /// True where nothing is wrong with what was looked at.
    pub fn holds(&self) -> bool {
        let replayed = self.replayed.as_ref();
        let sound =
            |r: &Replayed| r.sources.is_empty() && r.fail.is_empty() && r.unread.is_empty() && r.stopped.is_none();
        self.sealed && self.kept.is_whole() && replayed.is_none_or(sound)
    }
}

/// For people.
pub fn text(found: &Verified, look: Look) -> String {
    let mut out = String::new();
    let kept = &found.kept;
    let files = found.manifest.files.len();
    if !found.sealed {
        let text = "manifest.json is not as it was written, so nothing that it says can be relied on";
        paragraph(&mut out, &[plain(text)], "", "", look);
    }
    let as_was = format!("Files as they were written: {} of {files}.", kept.same);
    paragraph(&mut out, &[plain(as_was)], "", "", look);
    let mut list = |title: &str, names: &[String]| {
        if names.is_empty() {
            return;
        }
        paragraph(&mut out, &[plain(format!("{title}:"))], "", "", look);
        for name in names.iter().take(SHOWN) {
            paragraph(&mut out, &[strong(name.as_str())], "  - ", "    ", look);
        }
        if names.len() > SHOWN {
            paragraph(&mut out, &[plain(format!("and {} more", names.len() - SHOWN))], "  - ", "    ", look);
        }
    };
    list("Changed", &kept.changed);
    list("Missing", &kept.missing);
    list("Not part of the trail", &kept.extra);
    let unread: Vec<String> = kept.unread.iter().map(|(path, why)| format!("{path}: {why}")).collect();
    list("Could not be read", &unread);
    if kept.too_many {
        paragraph(&mut out, &[plain("There is more in the folder than was looked at.")], "", "", look);
    }
    match &found.replayed {
        None => {
            let text = format!(
                "The proofs were not replayed, since the folder holds no copy of the data: `hence audit --verify {} --study STUDY` \
                 holds them against the study.",
                found.folder
            );
            paragraph(&mut out, &[plain(text)], "", "", look);
        }
        Some(replayed) => replayed_text(&mut out, replayed, found, look),
    }
    let (proofs, all) = (found.manifest.proofs.files.len(), found.manifest.proofs.conclusions);
    if proofs < all {
        let text = format!("Of {}, {proofs} have their proof in the folder.", number_of(all, "conclusion"));
        paragraph(&mut out, &[plain(text)], "", "", look);
    }
    let seal = format!("The seal of the manifest is {}.", found.manifest.seal);
    paragraph(&mut out, &[plain(seal)], "", "", look);
    out
}

fn replayed_text(out: &mut String, replayed: &Replayed, found: &Verified, look: Look) {
    let of = replayed.same + replayed.sources.iter().filter(|(_, differs)| *differs != Differs::New).count();
    let text = format!("Files of the study as they were then: {} of {of}.", replayed.same);
    paragraph(out, &[plain(text)], "", "", look);
    for (name, differs) in replayed.sources.iter().take(SHOWN) {
        let why = match differs {
            Differs::Changed => " holds something else than then",
            Differs::Missing => " is read no longer, or not there",
            Differs::New => " is read now, and was not then",
        };
        paragraph(out, &[strong(name.as_str()), plain(why)], "  - ", "    ", look);
    }
    let all = found.manifest.proofs.files.len();
    let text = format!("Proofs that hold: {} of {all}.", replayed.hold);
    paragraph(out, &[plain(text)], "", "", look);
    if let Some(why) = replayed.stopped {
        paragraph(out, &[plain(format!("Not all were replayed: {why}."))], "", "", look);
    }
    for (path, verdict) in replayed.fail.iter().take(SHOWN) {
        let pieces = [strong(verdict.fact.as_str()), plain(format!(" does not hold any more as proven ({path}):"))];
        paragraph(out, &pieces, "  - ", "    ", look);
        for fault in verdict.faults.iter().take(FAULTS) {
            let of = fault.of.as_ref().map_or(String::new(), |of| format!("{of}: "));
            let at = fault.place.as_ref().map_or(String::new(), |at| format!(" ({})", crate::report::words::place(at)));
            paragraph(out, &[plain(format!("{of}{}{at}", fault.message))], "      - ", "        ", look);
        }
        let more = (verdict.faults.len() + verdict.more).saturating_sub(FAULTS);
        if more > 0 {
            paragraph(out, &[plain(format!("and {more} more"))], "      - ", "        ", look);
        }
    }
    let more = replayed.fail.len().saturating_sub(SHOWN);
    if more > 0 {
        paragraph(out, &[plain(format!("and {more} more"))], "  - ", "    ", look);
    }
    for (path, why) in replayed.unread.iter().take(SHOWN) {
        paragraph(out, &[strong(path.as_str()), plain(format!(": {why}"))], "  - ", "    ", look);
    }
}

/// For programs.
pub fn json(found: &Verified) -> String {
    let (kept, origin) = (&found.kept, &found.manifest.study);
    let replayed = found.replayed.as_ref().map(|replayed| {
        let differs = |differs: &Differs| match differs {
            Differs::Changed => "changed",
            Differs::Missing => "missing",
            Differs::New => "new",
        };
        json!({
            "sources": {
                "same": replayed.same,
                "differ": replayed.sources.iter().map(|(name, how)| json!({ "file": name, "how": differs(how) }))
                    .collect::<Vec<_>>(),
            },
            "hold": replayed.hold,
            "stopped": replayed.stopped,
            "fail": replayed.fail.iter().map(|(path, verdict)| {
                json!({ "file": path, "verdict": crate::report::verify::value(verdict) })
            }).collect::<Vec<_>>(),
            "unread": replayed.unread.iter().map(|(path, why)| json!({ "file": path, "message": why })).collect::<Vec<_>>(),
        })
    });
    document(&json!({
        "version": VERSION,
        "holds": found.holds(),
        "study": origin.title,
        "made_with": found.manifest.hence,
        "sealed": found.sealed,
        "seal": found.manifest.seal,
        "files": {
            "same": kept.same,
            "changed": kept.changed,
            "missing": kept.missing,
            "extra": kept.extra,
            "unread": kept.unread.iter().map(|(path, why)| json!({ "file": path, "message": why })).collect::<Vec<_>>(),
            "too_many": kept.too_many,
        },
        "conclusions": found.manifest.proofs.conclusions,
        "proofs": found.manifest.proofs.files.len(),
        "replayed": replayed.unwrap_or(Value::Null),
    }))
}

/// For programs: that a folder cannot be checked.
pub fn unusable(message: &str) -> String {
    document(&json!({ "version": VERSION, "holds": false, "message": message }))
}

/// For programs: what was written.
pub fn written(folder: &str, files: usize, manifest: &Manifest) -> String {
    document(&json!({
        "version": VERSION,
        "folder": folder,
        "files": files,
        "conclusions": manifest.proofs.conclusions,
        "proofs": manifest.proofs.files.len(),
        "with_data": manifest.study.copy.is_some(),
        "seal": manifest.seal,
    }))
}
