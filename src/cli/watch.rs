//! `hence watch`: keeps an eye on the files of a study, and on every save tells what changed in the findings.
//!
//! Files are looked at by their size and time, some thirty times a second: that sees every way of saving, on every kind of
//! disk. A file that was just written is left alone for a moment; one that is gone is waited for; one that cannot be read
//! or brings mistakes leaves the findings as they were until it is put right.

use super::args::StudyArgs;
use super::format::Format;
use super::screen::Screen;
use super::{exit, interrupt, study};
use crate::data::files::Stamp;
use crate::diagnostic::codes;
use crate::report::change;
use crate::session::Study;
use crate::session::change::{Change, Delta, Edit, Refused};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime};

/// How long is waited between two looks.
const LOOK: Duration = Duration::from_millis(30);

/// A file that was written to in so short a time may still be written to.
const SETTLED: Duration = Duration::from_millis(60);

/// An empty file is mostly one that is about to be written; after so long it is taken for what it is.
const EMPTY: Duration = Duration::from_secs(1);

/// Watches until it is interrupted.
pub fn run(args: &StudyArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    interrupt::busy();
    let opened = Instant::now();
    let options = study::options_for_changes(args);
    let mut opened_study = study::open_with(&options, args, format, screen);
    opened_study.evaluate();
    if opened_study.study.is_missing() || opened_study.misasked() {
        return opened_study.close(screen);
    }
    let code = opened_study.close(screen);
    if code == exit::INTERRUPTED {
        return code;
    }
    let mut watch = Watch { eyes: Eyes::new(&opened_study.study), study: opened_study.study, format };
    watch.begin(screen, opened.elapsed());
    loop {
        interrupt::idle();
        std::thread::sleep(LOOK);
        interrupt::busy();
        if !watch.step(screen) {
            return exit::FINE;
        }
    }
}

struct Watch {
    study: Study,
    eyes: Eyes,
    format: Format,
}

impl Watch {
    fn begin(&mut self, screen: &mut Screen<'_>, took: Duration) {
        let files = self.eyes.seen.len();
        if self.format == Format::Json {
            let title = self.study.program().study.title.as_deref();
            self.line(screen, json!({ "event": "watching", "title": title, "files": files, "ms": ms(took) }));
        } else {
            let themes = self.study.findings();
            let themes = themes.themes.iter().filter(|t| !t.members.is_empty()).count();
            screen.say(&format!(
                "watching {files} file{} after {} ms; {themes} theme{} found something. Ctrl-C ends it",
                if files == 1 { "" } else { "s" },
                ms(took),
                if themes == 1 { "" } else { "s" },
            ));
        }
        screen.flush();
    }

    /// One look at the files; false where it is over.
    fn step(&mut self, screen: &mut Screen<'_>) -> bool {
        let look = self.eyes.look(&self.study, SystemTime::now(), Instant::now());
        for path in &look.vanished {
            match self.format {
                Format::Json => self.line(screen, json!({ "event": "waiting", "file": path })),
                _ => screen.say(&format!("`{path}` is gone; waiting for it")),
            }
        }
        if !look.changed.is_empty() {
            let began = Instant::now();
            let edits = look.changed.iter().map(|path| Edit::Reload(path.clone())).collect();
            let change = Change { edits, number: 0, tables: true };
            let result = self.study.apply(&change, &mut |_| {});
            let took = began.elapsed();
            match &result {
                Ok(delta) => self.tell(screen, &look.changed, delta, took),
                Err(refused) => self.refuse(screen, &look.changed, refused, took),
            }
            // What was not taken in is taken in together with the next save.
            self.eyes.done(&self.study, &look.changed, result.is_ok());
            if let Err(refused) = result
                && refused.diagnostics.iter().any(|d| d.code == codes::INTERRUPTED)
            {
                return false;
            }
        }
        if !(look.vanished.is_empty() && look.changed.is_empty()) {
            screen.flush();
        }
        true
    }

    fn tell(&self, screen: &mut Screen<'_>, paths: &[String], delta: &Delta, took: Duration) {
        if self.format == Format::Json {
            let mut fields = change::fields(delta);
            fields.insert("event".into(), "changed".into());
            fields.insert("files".into(), paths.into());
            fields.insert("ms".into(), ms(took).into());
            return self.line(screen, Value::Object(fields));
        }
        let told = change::lines(delta, screen.look());
        let head = match (told.is_empty(), delta.is_empty()) {
            (true, true) => ": nothing changed",
            (true, false) if delta.said.is_empty() => ": the findings stay as they were",
            _ => "",
        };
        screen.print(format!("{} ({} ms){head}\n{told}", paths.join(", "), ms(took)));
        // What is said now and was not before, as `hence check` shows it.
        let new: Vec<_> = self
            .study
            .diagnostics()
            .iter()
            .filter(|d| delta.said.iter().any(|r| r.code == d.code.id && r.message == d.message))
            .cloned()
            .collect();
        if !new.is_empty() {
            screen.flush();
            screen.diagnostics(&new, self.study.sources(), self.format);
        }
    }

    fn refuse(&self, screen: &mut Screen<'_>, paths: &[String], refused: &Refused, took: Duration) {
        if self.format == Format::Json {
            let errors = super::session::diagnostics(&refused.diagnostics, &refused.sources);
            let fields = json!({ "event": "refused", "files": paths, "errors": errors, "ms": ms(took) });
            return self.line(screen, fields);
        }
        screen.flush();
        screen.diagnostics(&refused.diagnostics, &refused.sources, self.format);
        screen.say(&format!(
            "{} ({} ms): the findings stay as they were until this is put right",
            paths.join(", "),
            ms(took)
        ));
    }

    fn line(&self, screen: &mut Screen<'_>, mut value: Value) {
        if let Value::Object(fields) = &mut value {
            fields.shift_insert(0, "version".into(), crate::report::json::VERSION.into());
        }
        screen.print(format!("{value}\n"));
    }
}

/// `0.4`, `12`
fn ms(time: Duration) -> f64 {
    let ms = time.as_secs_f64() * 1000.0;
    if ms < 10.0 { (ms * 10.0).round() / 10.0 } else { ms.round() }
}

/// What a look found.
#[derive(Default)]
struct Look {
    changed: Vec<String>,
    vanished: Vec<String>,
}

/// What the files looked like when they were last taken in.
struct Eyes {
    seen: BTreeMap<String, Option<Stamp>>,
    /// Files that are gone, and were told.
    gone: Vec<String>,
    /// Files that were another when they were last refused, so that nothing is said twice of one state.
    refused: BTreeMap<String, Option<Stamp>>,
    /// Since when a file is empty.
    empty: BTreeMap<String, Instant>,
    /// What the files that are being taken in look like.
    taking: BTreeMap<String, Option<Stamp>>,
}

impl Eyes {
    fn new(study: &Study) -> Eyes {
        Eyes {
            seen: study.files_asked_for().into_iter().collect(),
            gone: Vec::new(),
            refused: BTreeMap::new(),
            empty: BTreeMap::new(),
            taking: BTreeMap::new(),
        }
    }

    /// The files that are others than when they were taken in, once they have come to rest.
    fn look(&mut self, study: &Study, now: SystemTime, clock: Instant) -> Look {
        let mut look = Look::default();
        let mut new = false;
        self.taking.clear();
        for (path, seen) in &self.seen {
            let looks = study.file_looks(path);
            let Some(stamp) = looks else {
                if seen.is_some() && !self.gone.contains(path) {
                    self.gone.push(path.clone());
                    look.vanished.push(path.clone());
                }
                continue;
            };
            self.gone.retain(|gone| gone != path);
            if looks == *seen {
                self.empty.remove(path);
                continue;
            }
            let age = stamp.modified.and_then(|time| now.duration_since(time).ok());
            if age.is_some_and(|age| age < SETTLED) {
                return Look { vanished: look.vanished, ..Look::default() };
            }
            if stamp.size == 0 {
                let since = *self.empty.entry(path.clone()).or_insert(clock);
                if clock.duration_since(since) < EMPTY {
                    continue;
                }
            } else {
                self.empty.remove(path);
            }
            new |= self.refused.get(path) != Some(&looks);
            look.changed.push(path.clone());
            self.taking.insert(path.clone(), looks);
        }
        // What was refused as it is now has been told.
        if !new {
            look.changed.clear();
        }
        look
    }

    /// Notes what became of the files that were taken in.
    fn done(&mut self, study: &Study, paths: &[String], taken: bool) {
        let taking = std::mem::take(&mut self.taking);
        for path in paths {
            let looks = taking.get(path).copied().flatten();
            if taken {
                self.refused.remove(path);
                self.seen.insert(path.clone(), looks);
            } else {
                self.refused.insert(path.clone(), looks);
            }
        }
        // A change may ask for files that nobody asked for before.
        for (path, looks) in study.files_asked_for() {
            self.seen.entry(path).or_insert(looks);
        }
    }
}
