//! What all commands that open a study share: opening it under a watch, saying what is wrong, and the exit code.

use super::args::StudyArgs;
use super::format::Format;
use super::progress::Watch;
use super::screen::Screen;
use super::{exit, interrupt};
use crate::diagnostic::codes;
use crate::session::trail::{Trail, Wanted};
use crate::session::{Mutants, Options, Study};

/// A study and what it takes to end well with it.
pub struct Opened {
    /// The study.
    pub study: Study,
    deny_warnings: bool,
    format: Format,
    watched: bool,
    /// True where the run sets a parameter.
    varied: bool,
}

/// How the command line wants the study read.
pub fn options(args: &StudyArgs) -> Options {
    Options {
        set: args.set.clone(),
        lenient: args.lenient,
        only: args.only.clone(),
        max_facts: args.max_facts,
        max_memory: args.max_memory,
        memory: interrupt::memory(),
        timeout: args.timeout,
        named: Some(args.path.to_string_lossy().into_owned()),
        interrupted: interrupt::flag(),
        ..Options::default()
    }
}

/// The same for a study that is going to change: every relation is filled at once, since changes go through all.
pub fn options_for_changes(args: &StudyArgs) -> Options {
    Options { large: Some(usize::MAX), ..options(args) }
}

/// Opens the study that the command line names.
pub fn open(args: &StudyArgs, format: Format, screen: &Screen<'_>) -> Opened {
    open_with(&options(args), args, format, screen)
}

/// Opens the study that the command line names, to be read in that way.
pub fn open_with(options: &Options, args: &StudyArgs, format: Format, screen: &Screen<'_>) -> Opened {
    let watched = screen.terminal().err && !format.is_data();
    let mut watch = Watch::new(watched);
    let study = Study::open(&args.path, options, &mut |progress| watch.step(&progress));
    Opened { study, deny_warnings: args.deny_warnings, format, watched, varied: !args.set.is_empty() }
}

impl Opened {
    /// A study that has been opened already.
    pub fn of(study: Study, args: &StudyArgs, format: Format) -> Opened {
        Opened { study, deny_warnings: args.deny_warnings, format, watched: false, varied: !args.set.is_empty() }
    }

    /// Draws all conclusions.
    pub fn evaluate(&mut self) {
        let mut watch = Watch::new(self.watched);
        self.study.evaluate(&mut |progress| watch.step(&progress));
    }

    /// Takes away one condition after the other.
    pub fn mutate(&mut self) -> Mutants {
        let mut watch = Watch::new(self.watched);
        self.study.mutate(&mut |progress| watch.step(&progress))
    }

    /// Draws all conclusions, and says what they tell of the rules.
    pub fn survey(&mut self) {
        // What is missing from a study with errors would be told as if its rules never fired.
        if !self.broken() {
            self.evaluate();
            self.study.survey();
        }
    }

    /// Puts the audit trail together.
    pub fn trail(&mut self, wanted: &Wanted) -> Trail {
        let mut watch = Watch::new(self.watched);
        self.study.audit_trail(wanted, &mut |progress| watch.step(&progress))
    }

    /// True where there are errors.
    pub fn broken(&self) -> bool {
        self.study.diagnostics().iter().any(|d| d.is_error())
    }

    /// True where there is no study at all, or a `--set` or an `--only` is wrong, so that what was found is not what was
    /// asked for.
    pub fn misasked(&self) -> bool {
        if self.study.is_missing() {
            return true;
        }
        let by_option = |d: &crate::diagnostic::Diagnostic| match d.location() {
            _ if d.code == codes::UNKNOWN_PARAMETER || d.code == codes::PARAMETER_VALUE => self.varied,
            Some(at) => self.study.sources().get(at.file).name == "--only",
            None => false,
        };
        self.study.diagnostics().iter().any(|d| d.is_error() && by_option(d))
    }

    /// Ends with the study as the process does: to take it apart piece by piece would take as long as a phase.
    pub fn leave(self) {
        std::mem::forget(self);
    }

    /// Says what is wrong, and gives the exit code.
    pub fn close(&self, screen: &mut Screen<'_>) -> u8 {
        let diagnostics = self.study.diagnostics();
        if self.format.is_data() || !diagnostics.is_empty() {
            screen.diagnostics(diagnostics, self.study.sources(), self.format);
        }
        if diagnostics.iter().any(|d| d.code == codes::INTERRUPTED) {
            exit::INTERRUPTED
        } else if self.broken() {
            exit::ERRORS
        } else if self.deny_warnings && !diagnostics.is_empty() {
            exit::WARNINGS
        } else {
            exit::FINE
        }
    }
}
