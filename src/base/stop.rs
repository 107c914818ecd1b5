//! Whether long work is to end before it is done: because its time is over, or because somebody asked.
//!
//! Asking costs little, so that inner loops may ask every few thousand steps.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What long work asks.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    asked: Option<Arc<AtomicBool>>,
    until: Option<Instant>,
}

/// Why work is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Its time is over.
    Time,
    /// Somebody asked for it.
    Asked,
}

impl Stop {
    /// Ends where somebody sets the flag, and, where a time is given, once that has passed from now on.
    pub fn new(asked: Option<Arc<AtomicBool>>, within: Option<Duration>) -> Stop {
        Stop { asked, until: within.and_then(|within| Instant::now().checked_add(within)) }
    }

    /// Why the work is to end, where it is.
    pub fn stopped(&self) -> Option<Stopped> {
        if self.asked.as_ref().is_some_and(|asked| asked.load(Ordering::Relaxed)) {
            return Some(Stopped::Asked);
        }
        self.until.is_some_and(|until| Instant::now() >= until).then_some(Stopped::Time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_ends_when_it_is_asked_to_or_its_time_is_over() {
        assert_eq!(Stop::default().stopped(), None);
        let flag = Arc::new(AtomicBool::new(false));
        let stop = Stop::new(Some(flag.clone()), None);
        assert_eq!(stop.stopped(), None);
        flag.store(true, Ordering::Relaxed);
        assert_eq!(stop.stopped(), Some(Stopped::Asked));
        assert_eq!(Stop::new(None, Some(Duration::ZERO)).stopped(), Some(Stopped::Time));
        assert_eq!(Stop::new(None, Some(Duration::MAX)).stopped(), None);
    }
}
