//! The nearest name: the same without case first, then with `-`, `_` and blanks alike, then by edit distance up to a
//! third of the length, then one and many, then one that begins like it.

/// A name of which only the beginning was written comes after all others.
const BEGINNING: usize = 1_000;

/// The candidate nearest to `wanted`, if any is near enough. Ties go to the first of them: names come in order
/// of declaration.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = wanted.to_lowercase();
    let folded = fold(wanted);
    let limit = folded.chars().count() / 3;
    candidates
        .into_iter()
        .filter_map(|c| {
            let score = if c.to_lowercase() == lower {
                0
            } else if fold(c) == folded {
                1
            } else if let Some(distance) = distance(&folded, &fold(c), limit) {
                1 + distance
            } else if folded.chars().count() >= 4 && singular(&fold(c)) == singular(&folded) {
                2
            } else if folded.chars().count() >= 4 && fold(c).starts_with(&folded) {
                BEGINNING + c.chars().count()
            } else {
                return None;
            };
            Some((score, c))
        })
        .min_by_key(|(score, _)| *score)
        .map(|(_, c)| c)
}

/// The one candidate that is the same but for case, `-`, `_`, `.` and blanks: what is meant without a doubt. None where
/// several are.
pub fn same<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(wanted);
    let mut found = None;
    for candidate in candidates.into_iter().filter(|c| fold(c) == folded) {
        if found.is_some_and(|f| f != candidate) {
            return None;
        }
        found = Some(candidate);
    }
    found.filter(|_| !folded.is_empty())
}

fn fold(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_' | ' ' | '.')).flat_map(char::to_lowercase).collect()
}

/// A name without the ending of an English plural: `replies` and `reply` are near, though their letters are not.
fn singular(folded: &str) -> String {
    match folded.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => folded.strip_suffix("es").or(folded.strip_suffix('s')).unwrap_or(folded).to_string(),
    }
}

/// The number of inserted, deleted, changed or swapped characters (Damerau-Levenshtein, adjacent swaps only), if it
/// is at most `limit`.
pub fn distance(a: &str, b: &str, limit: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = change.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    Some(rows[a.len()][b.len()]).filter(|&d| d <= limit)
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
    fn only_one_name_is_meant_without_a_doubt() {
        assert_eq!(same("Shared-Space", ["hub", "shared_space", "shared_space"]), Some("shared_space"));
        assert_eq!(same("shared space", ["shared_space", "sharedspace"]), None);
        assert_eq!(same("shraed_space", ["shared_space"]), None);
        assert_eq!(same("_", ["-"]), None);
    }
}
