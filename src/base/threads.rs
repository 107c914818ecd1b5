//! Work on several threads whose result does not depend on how many there are.

use std::panic::resume_unwind;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

/// More threads than this are never used.
const MOST: usize = 16;

/// How many threads there may be: as many as the machine runs at once, or as the environment's `HENCE_THREADS` says.
pub fn available() -> usize {
    static WANTED: OnceLock<usize> = OnceLock::new();
    *WANTED.get_or_init(|| {
        let asked = std::env::var("HENCE_THREADS").ok().and_then(|text| text.trim().parse().ok());
        let all = || thread::available_parallelism().map_or(1, |n| n.get());
        asked.unwrap_or_else(all).clamp(1, MOST)
    })
}

/// Works on each of the items, and gives the results in their order. Items are taken in order by whoever is free.
pub fn each<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let workers = available().min(items.len());
    if workers < 2 {
        return items.into_iter().map(work).collect();
    }
    let queue = Mutex::new(items.into_iter().enumerate());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let all = || {
        let mut done = Vec::new();
        while let Some((number, item)) = next() {
            done.push((number, work(item)));
        }
        done
    };
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (1..workers).map(|_| scope.spawn(all)).collect();
        let mut done = all();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_come_in_the_order_of_the_items() {
        let squares = super::each((0..1000u64).collect(), |n| n * n);
        assert!((0u64..).zip(&squares).all(|(n, &square)| n * n == square) && squares.len() == 1000);
    }
}
