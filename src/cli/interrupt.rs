//! Ctrl-C: ends the work that is being done, in order, and the program where there is none or somebody insists.
//!
//! Only the program itself installs this; whoever runs a command line as a library keeps their own signals.

use super::exit;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

struct Interrupt {
    /// Set where the work is to end.
    asked: Arc<AtomicBool>,
    /// True while nothing is done but waiting.
    idle: AtomicBool,
}

static INTERRUPT: OnceLock<Interrupt> = OnceLock::new();

/// Listens for Ctrl-C from now on. Where the system refuses, Ctrl-C ends the program as usual.
pub fn install() {
    let interrupt = INTERRUPT.get_or_init(|| Interrupt { asked: Arc::default(), idle: AtomicBool::new(false) });
    // A second one, or one while nothing is done, does not wait.
    let listen = move || {
        if interrupt.idle.load(Ordering::Relaxed) || interrupt.asked.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(exit::INTERRUPTED));
        }
    };
    let _ = ctrlc::set_handler(listen);
}

/// What work asks whether it is to end.
pub(super) fn flag() -> Option<Arc<AtomicBool>> {
    INTERRUPT.get().map(|interrupt| interrupt.asked.clone())
}

/// Says that a piece of work begins: an interruption before it does not count.
pub(super) fn busy() {
    if let Some(interrupt) = INTERRUPT.get() {
        interrupt.idle.store(false, Ordering::Relaxed);
        interrupt.asked.store(false, Ordering::Relaxed);
    }
}

/// Says that nothing is done but waiting.
pub(super) fn idle() {
    if let Some(interrupt) = INTERRUPT.get() {
        interrupt.idle.store(true, Ordering::Relaxed);
    }
}

/// How to learn how much memory this process has in use; none where the system does not say, or this is no process of
/// its own.
pub(super) fn memory() -> Option<fn() -> usize> {
    INTERRUPT.get().and_then(|_| resident().map(|_| (|| resident().unwrap_or(0)) as fn() -> usize))
}

/// The resident memory, as Linux tells it: the second number, in pages.
fn resident() -> Option<usize> {
    const PAGE: usize = 4096;
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    text.split(' ').nth(1)?.parse::<usize>().ok()?.checked_mul(PAGE)
}
