//! Where a command's words go: findings to one stream, everything else to the other. A reader that has gone away is
//! no error; a disk that is full is one.

use super::format::{Color, Format};
use crate::base::Sources;
use crate::diagnostic::render::{Form, Style, render};
use crate::diagnostic::{Diagnostic, codes, visible::one_line};
use crate::report::Look;
use std::io::{ErrorKind, IsTerminal, Write};

/// What is known of the terminal, if there is one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terminal {
    /// True where findings go to a terminal.
    pub out: bool,
    /// True where messages go to a terminal.
    pub err: bool,
    /// Its columns, where known.
    pub width: Option<usize>,
    /// True where `NO_COLOR` is set.
    pub no_color: bool,
    /// True where it shows more than ASCII.
    pub unicode: bool,
}

/// The columns of a page where no terminal says otherwise.
const WIDTH: usize = 100;

/// The columns of a page on the widest terminal: longer lines are hard to read.
const WIDEST: usize = 140;

impl Terminal {
    /// Asks the surroundings of this process.
    pub fn detect() -> Terminal {
        let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty());
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set);
        let unicode = match locale {
            Some(locale) => {
                let locale = locale.to_string_lossy().to_ascii_lowercase();
                locale.contains("utf-8") || locale.contains("utf8")
            }
            None => cfg!(windows),
        };
        Terminal {
            out: std::io::stdout().is_terminal(),
            err: std::io::stderr().is_terminal(),
            width: terminal_size::terminal_size().map(|(width, _)| usize::from(width.0).min(WIDEST)),
            no_color: set("NO_COLOR").is_some() || set("TERM").is_some_and(|t| t == "dumb"),
            unicode,
        }
    }
}

/// Both streams, and how to write on them.
pub struct Screen<'a> {
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
    terminal: Terminal,
    color: Color,
    /// True where people asked for no graphics.
    pub plain: bool,
    /// True where a program that reads the first stream wants the mistakes there.
    pub mistakes_are_findings: bool,
    trouble: Option<std::io::Error>,
}

impl<'a> Screen<'a> {
    /// Streams for one command.
    pub fn new(out: &'a mut dyn Write, err: &'a mut dyn Write, terminal: Terminal, color: Color) -> Screen<'a> {
        Screen { out, err, terminal, color, plain: false, mistakes_are_findings: false, trouble: None }
    }

    /// The terminal.
    pub fn terminal(&self) -> Terminal {
        self.terminal
    }

    fn colour(&self, on_terminal: bool) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => on_terminal && !self.terminal.no_color && !self.plain,
        }
    }

    fn width(&self) -> usize {
        self.terminal.width.unwrap_or(WIDTH).max(40)
    }

    /// How findings may look.
    pub fn look(&self) -> Look {
        let graphics = self.terminal.out && self.terminal.unicode && !self.plain;
        Look { colour: self.colour(self.terminal.out), unicode: graphics, width: self.width() }
    }

    /// How diagnostics may look.
    pub fn style(&self, form: Form) -> Style {
        let graphics = self.terminal.err && self.terminal.unicode && !self.plain;
        Style { form, colour: self.colour(self.terminal.err), unicode: graphics, width: self.width() }
    }

    /// Prints findings.
    pub fn print(&mut self, bytes: impl AsRef<[u8]>) {
        let written = self.out.write_all(bytes.as_ref());
        self.note(written);
    }

    /// Hands over what has been printed so far.
    pub fn flush(&mut self) {
        let written = self.out.flush();
        self.note(written);
        let written = self.err.flush();
        self.note(written);
    }

    /// Says something about the work, one line.
    pub fn say(&mut self, text: &str) {
        let written = writeln!(self.err, "{}", one_line(text));
        self.note(written);
    }

    /// Says that the command was used another way, with the code of that and where more is said of it.
    pub fn misused(&mut self, text: &str) {
        let code = codes::USAGE.id;
        let head = format!("error[{code}]:");
        // What comes from the reader of the command line has its word already, with or without a colour.
        let text = match text.starts_with("error:") || text.starts_with('\u{1b}') {
            true => text.replacen("error:", &head, 1),
            false => format!("{head} {}", one_line(text)),
        };
        self.show(&format!("{}\n`hence help {code}` says what that means\n", text.trim_end()));
    }

    /// Prints what has been drawn for people already.
    pub fn show(&mut self, drawn: &str) {
        let written = self.err.write_all(drawn.as_bytes());
        self.note(written);
    }

    /// Draws diagnostics. A form that is asked for to be kept in a file is what the command finds.
    pub fn diagnostics(&mut self, diagnostics: &[Diagnostic], sources: &Sources, format: Format) {
        let drawn = render(diagnostics, sources, self.style(format.diagnostics()));
        if self.mistakes_are_findings && format.is_data() { self.print(&drawn) } else { self.show(&drawn) }
    }

    fn note(&mut self, written: std::io::Result<()>) {
        if let Err(error) = written
            && self.trouble.is_none()
            && error.kind() != ErrorKind::BrokenPipe
        {
            self.trouble = Some(error);
        }
    }

    /// Finishes both streams; false where something could not be written.
    pub fn finish(mut self) -> bool {
        let written = self.out.flush();
        self.note(written);
        let written = self.err.flush();
        self.note(written);
        if let Some(error) = self.trouble.take() {
            let _ = writeln!(self.err, "error[E0509]: the result cannot be written: {error}");
            return false;
        }
        true
    }
}
