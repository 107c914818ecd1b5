//! How far long work is: shown only to people at a terminal, and only where they would begin to wonder.

use crate::diagnostic::visible::one_line;
use crate::session::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::{Duration, Instant};

/// Shorter work says nothing.
const PATIENCE: Duration = Duration::from_millis(300);

/// Watches one piece of work.
pub struct Watch {
    started: Instant,
    shown: bool,
    bar: Option<ProgressBar>,
}

impl Watch {
    /// A watch that starts now and stays silent where there is no terminal.
    pub fn new(terminal: bool) -> Watch {
        Watch { started: Instant::now(), shown: terminal, bar: None }
    }

    /// Takes a report.
    pub fn step(&mut self, progress: &Progress) {
        if !self.shown || self.started.elapsed() < PATIENCE {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()));
        let template = if progress.of > 0 { "{msg} {pos} of {len}" } else { "{msg}" };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_length(progress.of as u64);
        bar.set_position(progress.done as u64);
        bar.set_message(one_line(&progress.task));
        bar.tick();
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
