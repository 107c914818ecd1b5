//! Codes in an order in which each comes after the one it stands under, and names of a hierarchy that are written as
//! paths. A circle is cut where it closes.

use super::{Code, Report};
use rustc_hash::FxHashMap;

/// Puts parents before children. Gives the codes and, for each old place, the new one.
pub fn ordered(codes: Vec<Code>, report: &mut Report) -> (Vec<Code>, Vec<usize>) {
    let mut codes = codes;
    // 0 not looked at, 1 on the way up from here, 2 known to end.
    let mut state = vec![0u8; codes.len()];
    for start in 0..codes.len() {
        let (mut way, mut at) = (Vec::new(), start);
        loop {
            match state.get(at) {
                Some(0) => {}
                Some(1) => {
                    let last = way.last().copied().unwrap_or(at);
                    report.remark(format!("the code `{}` stood under itself, and now under nothing", codes[last].name));
                    codes[last].parent = None;
                    break;
                }
                _ => break,
            }
            state[at] = 1;
            way.push(at);
            match codes[at].parent.filter(|&parent| parent < codes.len()) {
                Some(parent) => at = parent,
                None => {
                    codes[at].parent = None;
                    break;
                }
            }
        }
        way.into_iter().for_each(|at| state[at] = 2);
    }
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); codes.len()];
    for (at, code) in codes.iter().enumerate() {
        if let Some(parent) = code.parent {
            children[parent].push(at);
        }
    }
    let mut places = vec![0; codes.len()];
    let mut sorted = Vec::with_capacity(codes.len());
    let mut waiting: Vec<usize> = (0..codes.len()).rev().filter(|&at| codes[at].parent.is_none()).collect();
    while let Some(at) = waiting.pop() {
        places[at] = sorted.len();
        waiting.extend(children[at].iter().rev());
        let mut code = std::mem::take(&mut codes[at]);
        code.parent = code.parent.map(|parent| places[parent]);
        sorted.push(code);
    }
    (sorted, places)
}

/// So deep may codes stand under one another. No codebook of people comes near it, and whatever walks a hierarchy may
/// rely on it.
pub const DEEPEST: usize = 1_000;

/// True where codes, parents before children, stand deeper than may be.
pub fn too_deep(codes: &[Code]) -> bool {
    let mut depths: Vec<usize> = Vec::with_capacity(codes.len());
    for code in codes {
        let depth = code.parent.and_then(|parent| depths.get(parent)).map_or(1, |above| above + 1);
        depths.push(depth);
    }
    depths.into_iter().any(|depth| depth > DEEPEST)
}

/// Codes whose names are paths, as `a/b` with one of these ASCII signs: a code stands under the one whose path is the longest before its own.
pub fn of_paths(codes: &mut [Code], signs: &[char]) {
    let known: FxHashMap<String, usize> =
        codes.iter().enumerate().map(|(at, code)| (code.name.clone(), at)).rev().collect();
    for (at, code) in codes.iter_mut().enumerate() {
        let mut path = code.name.as_str();
        while let Some((above, _)) = path.rsplit_once(signs) {
            if let Some(&parent) = known.get(above).filter(|&&parent| parent != at) {
                let rest = code.name.get(above.len() + 1..).unwrap_or("").trim();
                code.parent = Some(parent);
                if !rest.is_empty() {
                    code.name = rest.to_owned();
                }
                break;
            }
            path = above;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(name: &str, parent: Option<usize>) -> Code {
        Code { name: name.into(), parent, ..Code::default() }
    }

    #[test]
    fn parents_come_first_and_circles_are_cut() {
        let mut report = Report::default();
        let codes =
            vec![code("a", Some(2)), code("b", Some(1)), code("c", None), code("d", Some(4)), code("e", Some(3))];
        let (sorted, places) = ordered(codes, &mut report);
        for (at, code) in sorted.iter().enumerate() {
            assert!(code.parent.is_none_or(|parent| parent < at), "{sorted:?}");
        }
        assert_eq!(sorted[places[0]].parent, Some(places[2]));
        assert_eq!((sorted.len(), report.remarks.len()), (5, 2));
    }

    #[test]
    fn paths_become_a_hierarchy_where_there_is_a_parent() {
        let mut codes = ["a", "a/b", "a/b/c", "x/y", "a/z/q"].map(|name| code(name, None));
        of_paths(&mut codes, &['/', '.']);
        let seen: Vec<_> = codes.iter().map(|c| (c.name.as_str(), c.parent)).collect();
        assert_eq!(seen, [("a", None), ("b", Some(0)), ("c", Some(1)), ("x/y", None), ("z/q", Some(0))]);
    }
}
