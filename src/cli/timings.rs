//! Where the time of a run goes: for benches, and for whoever waits.

use super::screen::Screen;
use std::time::{Duration, Instant};

/// Phases in the order in which they end.
pub struct Timings {
    since: Instant,
    phases: Vec<(&'static str, Duration)>,
}

impl Timings {
    /// Starts now.
    pub fn start() -> Timings {
        Timings { since: Instant::now(), phases: Vec::new() }
    }

    /// Ends a phase; the next one begins.
    pub fn end(&mut self, phase: &'static str) {
        let now = Instant::now();
        self.phases.push((phase, now - self.since));
        self.since = now;
    }

    /// Says how long each phase took, one a line.
    pub fn tell(&self, screen: &mut Screen<'_>) {
        for (phase, took) in &self.phases {
            screen.say(&format!("seconds {phase} {:.6}", took.as_secs_f64()));
        }
    }
}
