//! The limits of a run that are not the evaluator's own: memory, time, and somebody who asks for an end.

use super::funnel::amount;
use super::{Options, Study};
use crate::base::{Pool, Stop, Stopped};
use crate::diagnostic::{Diagnostic, codes};
use crate::eval::Exceeded;
use std::ops::ControlFlow;
use std::time::Duration;

/// About how many bytes a value of the pool takes, with the table that finds it.
const VALUE: usize = 64;

/// What an evaluation is asked against.
pub(super) struct Guard<'a> {
    options: &'a Options,
    stop: &'a Stop,
    /// What the values took when it began.
    values: usize,
}

impl<'a> Guard<'a> {
    pub fn new(options: &'a Options, stop: &'a Stop, pool: &Pool) -> Guard<'a> {
        Guard { options, stop, values: pool.len() * VALUE }
    }

    /// Whether to go on, with relations that hold so many bytes.
    pub fn check(&self, bytes: usize) -> ControlFlow<Exceeded> {
        match self.stop.stopped() {
            Some(Stopped::Asked) => return ControlFlow::Break(Exceeded::Interrupted),
            Some(Stopped::Time) => return ControlFlow::Break(Exceeded::Time),
            None => {}
        }
        let Some(most) = self.options.max_memory else { return ControlFlow::Continue(()) };
        let used = self.options.memory.map_or(bytes + self.values, |measure| measure());
        if used > most { ControlFlow::Break(Exceeded::Memory) } else { ControlFlow::Continue(()) }
    }
}

impl Study {
    /// Begins to count the time anew: for each piece of work that a session is asked for.
    pub fn begin(&mut self) {
        self.stop = Stop::new(self.options.interrupted.clone(), self.options.timeout);
    }

    /// True where reading is to end before that file; it has been said then.
    pub(super) fn stop_reading(&mut self, path: &str) -> bool {
        self.ended(&format!("before `{path}` was read"))
    }

    /// True where the work is to end; it has been said then, with how far it is.
    pub(super) fn ended(&mut self, when: &str) -> bool {
        let Some(stopped) = self.stop.stopped() else { return false };
        let diagnostic = self.gave_up(stopped, when);
        self.report(diagnostic);
        true
    }

    /// True where the work has been given up already.
    pub(super) fn given_up(&self) -> bool {
        self.diagnostics.iter().any(|d| d.code == codes::INTERRUPTED || d.code == codes::LIMIT && d.labels.is_empty())
    }

    fn gave_up(&self, stopped: Stopped, when: &str) -> Diagnostic {
        match stopped {
            Stopped::Asked => Diagnostic::new(codes::INTERRUPTED, format!("interrupted {when}")),
            Stopped::Time => {
                let message = format!("given up after {}, {when}", self.time_allowed());
                Diagnostic::new(codes::LIMIT, message).help(self.more_time())
            }
        }
    }

    /// `10 seconds`
    pub(super) fn time_allowed(&self) -> String {
        seconds(self.options.timeout.unwrap_or_default())
    }

    /// What to do where the time is too short.
    pub(super) fn more_time(&self) -> String {
        let twice = self.options.timeout.unwrap_or_default().as_secs_f64() * 2.0;
        format!("if it may take longer, allow more: `--timeout {}`", (twice * 1000.0).round() / 1000.0)
    }

    /// The memory that is allowed, and twice as much as an option.
    pub(super) fn memory_allowed(&self) -> (String, String) {
        let most = self.options.max_memory.unwrap_or_default();
        (bytes(most), format!("`--max-memory {}`", bytes(most.saturating_mul(2)).replace(' ', "")))
    }
}

/// `1 second`, `2.5 seconds`
fn seconds(time: Duration) -> String {
    let number = (time.as_secs_f64() * 1000.0).round() / 1000.0;
    if number == 1.0 { "1 second".to_string() } else { format!("{number} seconds") }
}

/// `500 MB`; `1,234 bytes` where that is no whole number of larger units.
fn bytes(number: usize) -> String {
    for (unit, name) in [(1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")] {
        if number >= unit && number.is_multiple_of(unit) {
            return format!("{} {name}", number / unit);
        }
    }
    format!("{} bytes", amount(Some(number)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_read_as_people_write_them() {
        assert_eq!(
            [1000, 2500, 60_000].map(|ms| seconds(Duration::from_millis(ms))).join(", "),
            "1 second, 2.5 seconds, 60 seconds"
        );
        assert_eq!([5 << 20, 1 << 30, 1 << 10, 1500].map(bytes).join(", "), "5 MB, 1 GB, 1 KB, 1,500 bytes");
    }

    #[test]
    fn memory_is_asked_of_whoever_can_measure_it() {
        let (pool, stop) = (Pool::default(), Stop::default());
        let mut options = Options { max_memory: Some(1000), ..Options::default() };
        let ends = |options: &Options, bytes| Guard::new(options, &stop, &pool).check(bytes).is_break();
        assert!(ends(&options, 2000) && !ends(&options, 10));
        options.memory = Some(|| 999);
        assert!(!ends(&options, 2000));
    }
}
