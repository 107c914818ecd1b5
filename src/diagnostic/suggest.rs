//! The nearest name: the same without case first, then with `-`, `_` and blanks alike, then by edit distance up to a
//! third of the length, then one and many, then one that begins like it.

/// A name of which only the beginning was written comes after all others.
const BEGINNING: usize = 1_000;

/// The candidate nearest to `wanted`, if any is near enough. Ties go to the first of them: names come in order
/// of declaration.
///
/// A study may have thousands of names, and a mistake in each: what is further than the best so far is given up early.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded: Vec<char> = folded(wanted).collect();
    let mut room = Room::default();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let below = best.map_or(usize::MAX, |(score, _)| score);
        if let Some(score) = room.score(wanted, &folded, candidate).filter(|&score| score < below) {
            room.limit = Some(score.saturating_sub(2));
            best = Some((score, candidate));
        }
        if below == 0 {
            break;
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// What is used again from candidate to candidate.
#[derive(Default)]
struct Room {
    /// The candidate without case and separators.
    candidate: Vec<char>,
    rows: Rows,
    /// The largest distance that is still better than the best.
    limit: Option<usize>,
}

impl Room {
    /// How far a candidate is from what is wanted; none where it is too far.
    fn score(&mut self, wanted: &str, folded: &[char], candidate: &str) -> Option<usize> {
        self.candidate.clear();
        self.candidate.extend(self::folded(candidate));
        if self.candidate == folded {
            let same_case =
                || candidate.chars().flat_map(char::to_lowercase).eq(wanted.chars().flat_map(char::to_lowercase));
            return Some(usize::from(!same_case()));
        }
        let limit = (folded.len() / 3).min(self.limit.unwrap_or(usize::MAX));
        if let Some(distance) = self.rows.distance(folded, &self.candidate, limit) {
            return Some(1 + distance);
        }
        if folded.len() >= 4 && (is_plural(folded, &self.candidate) || is_plural(&self.candidate, folded)) {
            return Some(2);
        }
        (folded.len() >= 4 && self.candidate.starts_with(folded)).then(|| BEGINNING + candidate.chars().count())
    }
}

/// The one candidate that is the same but for case, `-`, `_`, `.` and blanks: what is meant without a doubt. None where
/// several are.
pub fn same<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = folded(wanted).collect();
    let mut found = None;
    for candidate in candidates.into_iter().filter(|c| folded(c).eq(wanted.iter().copied())) {
        if found.is_some_and(|f| f != candidate) {
            return None;
        }
        found = Some(candidate);
    }
    found.filter(|_| !wanted.is_empty())
}

fn folded(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|c| !matches!(c, '-' | '_' | ' ' | '.')).flat_map(char::to_lowercase)
}

/// True for an English plural and its singular: `replies` and `reply` are near, though their letters are not.
fn is_plural(many: &[char], one: &[char]) -> bool {
    let rest = |ending: &[char]| many.strip_suffix(ending);
    let y = one.strip_suffix(&['y']).is_some_and(|stem| rest(&['i', 'e', 's']) == Some(stem));
    y || rest(&['s']) == Some(one) || rest(&['e', 's']) == Some(one)
}

/// The number of inserted, deleted, changed or swapped characters (Damerau-Levenshtein, adjacent swaps only), if it
/// is at most `limit`.
pub fn distance(a: &str, b: &str, limit: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    Rows::default().distance(&a, &b, limit)
}

/// The last three rows of the table of distances.
#[derive(Default)]
struct Rows {
    before: Vec<usize>,
    last: Vec<usize>,
    next: Vec<usize>,
}

impl Rows {
    fn distance(&mut self, a: &[char], b: &[char], limit: usize) -> Option<usize> {
        if a.len().abs_diff(b.len()) > limit {
            return None;
        }
        self.last.clear();
        self.last.extend(0..=b.len());
        self.before.clone_from(&self.last);
        for i in 1..=a.len() {
            self.next.clear();
            self.next.push(i);
            let mut least = i;
            for j in 1..=b.len() {
                let change = self.last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let mut best = change.min(self.last[j] + 1).min(self.next[j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    best = best.min(self.before[j - 2] + 1);
                }
                least = least.min(best);
                self.next.push(best);
            }
            // A row rests on the two before it, by way of a swap, which costs one.
            if least > limit + 1 {
                return None;
            }
            std::mem::swap(&mut self.before, &mut self.last);
            std::mem::swap(&mut self.last, &mut self.next);
        }
        self.last.last().copied().filter(|&d| d <= limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_then_separators_then_distance() {
        let names = ["shared_space", "Shared_Space", "sharedspaces", "hub"];
        assert_eq!(nearest("SHARED_SPACE", names), Some("shared_space"));
        assert_eq!(nearest("shared-space", ["hub", "shared_space"]), Some("shared_space"));
        assert_eq!(nearest("shraed_space", ["hub", "shared_space"]), Some("shared_space"));
        assert_eq!(nearest("zebra", names), None);
        assert_eq!(nearest("b", ["a", "c"]), None, "names of one letter are not near each other");
        assert_eq!(nearest("code_x", ["code_z", "code_a"]), Some("code_z"), "the first of equals");
        assert_eq!(nearest("replies", ["message", "reply"]), Some("reply"), "one and many");
        assert_eq!(nearest("rnu", ["new", "run"]), Some("run"));
    }

    #[test]
    fn what_comes_later_must_be_nearer() {
        assert_eq!(nearest("workspaces", ["workplaces", "workspace", "Work-Spaces", "workspaces"]), Some("workspaces"));
        assert_eq!(nearest("works", ["works_and_more", "works_on", "worms"]), Some("worms"), "a beginning comes last");
        assert_eq!(nearest("works", ["works_in_places", "works_together"]), Some("works_together"));
        assert_eq!(distance("abcdefgh", "badcfehg", 4), Some(4), "swaps reach over a row");
        assert_eq!(distance("abcdefgh", "badcfehg", 3), None);
        assert_eq!(distance("", "ab", 2), Some(2));
    }

    #[test]
    fn only_one_name_is_meant_without_a_doubt() {
        assert_eq!(same("Shared-Space", ["hub", "shared_space", "shared_space"]), Some("shared_space"));
        assert_eq!(same("shared space", ["shared_space", "sharedspace"]), None);
        assert_eq!(same("shraed_space", ["shared_space"]), None);
        assert_eq!(same("_", ["-"]), None);
    }
}
