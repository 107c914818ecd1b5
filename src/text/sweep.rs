//! All texts of a study in one sweep, on as many threads as are wanted.
//!
//! The texts are cut into parts of some hundred kilobytes, which threads take one after the other; what was found is
//! put together in the order of the texts, so neither it nor its order depends on the threads.

use super::matcher::Matcher;
use super::scan::{Found, Scanner};
use super::segment::Segments;
use crate::base::Stop;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a sweep found.
#[derive(Debug, Default)]
pub struct Sweep {
    /// The matches of successive parts of the texts; all of them are sorted by text, by pattern and then by place.
    pub parts: Vec<Vec<Found>>,
    /// For every node of the matcher, in how many texts it has a place.
    pub found_in: Vec<u32>,
}

/// So many bytes make a part: enough for what a thread does between two parts not to count.
const PART: usize = 512 << 10;
/// So many texts make a part at most, so that a watch hears often enough of texts that hardly have any bytes.
const TEXTS: usize = 16 << 10;

impl Sweep {
    /// Looks for all patterns of a matcher in texts, on at most so many threads. `watch` is told how many texts are
    /// done. What is found where it is to stop is not all.
    pub fn new(
        matcher: &Matcher,
        texts: &[&Segments],
        threads: usize,
        stop: &Stop,
        watch: &mut dyn FnMut(usize),
    ) -> Sweep {
        let parts = parts(texts);
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let work = |watch: &mut dyn FnMut(usize)| {
            let mut scanner = Scanner::new(matcher);
            let mut all = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(part) = parts.get(number).filter(|_| stop.stopped().is_none()) else { break };
                let mut found = Vec::new();
                scanner.scan(&texts[part.clone()], part.start as u32, &mut found);
                found.shrink_to_fit();
                all.push((number, found));
                watch(done.fetch_add(part.len(), Ordering::Relaxed) + part.len());
            }
            (all, scanner.found_in)
        };
        let others = threads.min(parts.len()).saturating_sub(1);
        let mut results = std::thread::scope(|scope| {
            let started: Vec<_> = (0..others).map(|_| scope.spawn(|| work(&mut |_| {}))).collect();
            let mut results = vec![work(watch)];
            for thread in started {
                match thread.join() {
                    Ok(result) => results.push(result),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            results
        });
        let mut found_in = vec![0; matcher.nodes()];
        for (_, counts) in &results {
            found_in.iter_mut().zip(counts).for_each(|(all, count)| *all += count);
        }
        let mut parts: Vec<(usize, Vec<Found>)> = results.iter_mut().flat_map(|(all, _)| all.drain(..)).collect();
        parts.sort_unstable_by_key(|&(number, _)| number);
        Sweep { parts: parts.into_iter().map(|(_, found)| found).collect(), found_in }
    }

    /// How many matches there are.
    pub fn len(&self) -> usize {
        self.parts.iter().map(Vec::len).sum()
    }

    /// True without matches.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn parts(texts: &[&Segments]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut from, mut bytes) = (0, 0);
    for (i, text) in texts.iter().enumerate() {
        bytes += text.text().len() + 1;
        if bytes >= PART || i + 1 - from >= TEXTS || i + 1 == texts.len() {
            parts.push(from..i + 1);
            (from, bytes) = (i + 1, 0);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Pattern;

    #[test]
    fn threads_change_nothing() {
        let texts: Vec<Segments> = (0..40_000).map(|i| Segments::new(format!("space {i} to share é"))).collect();
        let texts: Vec<&Segments> = texts.iter().collect();
        let number = Pattern::Regex { pattern: "[0-9]+99 ".into(), insensitive: false };
        let near = Pattern::Near(Box::new(Pattern::Phrase("space".into())), Box::new(number.clone()), 3);
        let matcher = Matcher::new(&[Pattern::Phrase("shar*".into()), number, near]).unwrap();
        let mut heard = 0;
        let one = Sweep::new(&matcher, &texts, 1, &Stop::default(), &mut |done| heard = done);
        assert_eq!(heard, texts.len());
        let three = Sweep::new(&matcher, &texts, 3, &Stop::default(), &mut |_| {});
        assert!(one.parts.len() > 1 && one.len() == 40_000 + 399 * 2);
        assert_eq!((&one.parts, &one.found_in), (&three.parts, &three.found_in));
        assert!(Sweep::new(&matcher, &[], 2, &Stop::default(), &mut |_| {}).is_empty());
    }
}
