//! Ways that another way makes idle: whatever they would conclude, the other concludes too. Also a `when` or `matches`
//! that never gets past its own concept's `unless`, since that is the same question: does the one follow from the other?

use super::literal::{Lit, Test};
use super::pattern::{finds_too, found_elsewhere, is_plain, written};
use super::search::{Marks, Search, Undecided};
use super::shape;
use super::ways::{Goal, List, Way, lists, ways};
use super::{Logic, Truths, hull};
use crate::base::Location;
use crate::check::program::{Concept, Matches, PlaceKind};
use crate::diagnostic::{Diagnostic, codes};
use crate::text::Pattern;
use rustc_hash::FxHashMap;

/// Concepts with more alternatives than this in their `matches` are not looked through.
const MOST_LEAVES: usize = 400;
/// More ways to one thing than this are not compared.
const MOST_WAYS: usize = 500;
/// Steps for one pair of ways.
const STEPS: usize = 20_000;
/// Steps for all the ways to one thing.
const STEPS_OF_ONE: usize = 100_000;
/// Steps for a whole study.
const ALL_STEPS: usize = 300_000;

/// Says which ways are covered by others. What an `unless` rules out is noted, and its message is among the causes.
pub(super) fn covered(logic: &Logic<'_>, truths: &mut Truths) -> Vec<Diagnostic> {
    let mut room = Room { left: ALL_STEPS };
    for concept in logic.program.concepts.iter().filter(|c| logic.own(c.at)) {
        ruled_out(logic, concept, truths, &mut room);
        passages(logic, concept, truths);
    }
    let mut found = Vec::new();
    for (goal, ways) in ways(logic, truths) {
        let most = STEPS_OF_ONE.min(room.left);
        let mut own = Room { left: most };
        compare(logic, goal, &ways, &mut own, &mut found);
        room.left -= most - own.left;
    }
    for rule in logic.program.rules.iter().filter(|r| logic.own(r.at)) {
        if let Some(lists) = lists(logic, &rule.body.condition, &rule.columns)
            && !lists.is_empty()
            && lists.iter().all(|list| says_itself(rule.head.0, list))
        {
            let message = "this rule adds nothing: what it concludes is among its own conditions";
            let help = "a rule must conclude something from something else: is another relation meant?";
            found.push(Diagnostic::at(codes::COVERED, rule.at, message).help(help));
        }
    }
    found
}

/// True where what is concluded stands among the conditions.
fn says_itself(relation: u32, list: &List) -> bool {
    let wanted = Lit::of_relation(relation);
    list.lits.iter().any(|l| l.key == wanted && l.args == list.head)
}

/// What is left of the steps of a study.
struct Room {
    left: usize,
}

impl Room {
    /// Whether one of the lists covers another list.
    fn covers(&mut self, logic: &Logic<'_>, general: &[List], special: &List) -> Result<bool, Undecided> {
        for list in general {
            if !list.marks.may_cover(&special.marks) {
                continue;
            }
            let steps = STEPS.min(self.left);
            let mut search = Search { logic, steps };
            let covers = search.covers((&list.head, &list.lits), (&special.head, &special.lits));
            self.left -= steps - search.steps;
            if covers? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn covers_all(&mut self, logic: &Logic<'_>, general: &[List], special: &[List]) -> Result<bool, Undecided> {
        for list in special {
            if !self.covers(logic, general, list)? {
                return Ok(false);
            }
        }
        Ok(!special.is_empty())
    }
}

fn compare(logic: &Logic<'_>, goal: Goal, ways: &[Way], room: &mut Room, found: &mut Vec<Diagnostic>) {
    let mut undecided: Option<(Location, Location)> = None;
    let mut idle: Vec<(usize, usize, bool)> = Vec::new();
    if let (true, [first, second, ..]) = (ways.len() > MOST_WAYS, ways) {
        undecided = Some((first.at, second.at));
    }
    for (i, way) in ways.iter().enumerate().filter(|_| ways.len() <= MOST_WAYS) {
        for (j, other) in ways.iter().enumerate() {
            if i == j || (way.word == "map" && way.reasoned) {
                continue;
            }
            let (Some(special), Some(general)) = (&way.lists, &other.lists) else {
                if j < i && way.at != other.at {
                    undecided.get_or_insert((other.at, way.at));
                }
                continue;
            };
            let covers = room.covers_all(logic, general, special);
            let equal = match covers {
                Ok(true) => room.covers_all(logic, special, general),
                Ok(false) => continue,
                Err(Undecided) => Err(Undecided),
            };
            match equal {
                // Of two equal ones the first stays.
                Ok(equal) if !equal || j < i => {
                    idle.push((i, j, equal));
                    break;
                }
                Ok(_) => {}
                Err(Undecided) => {
                    undecided.get_or_insert((other.at, way.at));
                }
            }
        }
    }
    // A way of several alternatives that are all idle by other ways is said once.
    let mut done = Vec::new();
    for &(i, j, equal) in &idle {
        let way = &ways[i];
        let whole = way.part
            && ways
                .iter()
                .enumerate()
                .filter(|(_, w)| w.clause == way.clause && w.part)
                .all(|(k, w)| idle.iter().any(|&(a, b, _)| a == k && ways[b].clause != w.clause));
        if whole {
            if !done.contains(&way.clause) {
                done.push(way.clause);
                let at = ways.iter().filter(|w| w.clause == way.clause).map(|w| w.at).reduce(hull).unwrap_or(way.at);
                found.push(idle_way(logic, goal, (way.word, false, at), &ways[j], equal));
            }
        } else {
            found.push(idle_way(logic, goal, (way.word, way.part, way.at), &ways[j], equal));
        }
    }
    if let Some((first, second)) = undecided {
        let what = name(logic, goal);
        let message = format!("whether one of these makes the other idle was not decided, nor for others of {what}");
        let help = "they are too large to compare in a short time: give parts of them a name of their own";
        found.push(Diagnostic::at(codes::NOT_DECIDED, second, message).label(first, "and this").help(help));
    }
}

/// What the ways lead to, in words.
fn name(logic: &Logic<'_>, goal: Goal) -> String {
    let concept = |id| &logic.program.concept(id).name;
    match goal {
        Goal::Concept(id) => format!("`{}`", concept(id)),
        Goal::Relation(id) => format!("`{}`", logic.program.relation(id).name),
        Goal::Map(theme, to) => format!("`{} -> {}`", concept(theme), concept(to)),
    }
}

fn idle_way(
    logic: &Logic<'_>,
    goal: Goal,
    (word, part, at): (&str, bool, Location),
    by: &Way,
    equal: bool,
) -> Diagnostic {
    let what = if part { logic.said(at) } else { format!("this {}", spoken(word)) };
    let other = if by.part { logic.said(by.at) } else { format!("another {}", spoken(by.word)) };
    let of = name(logic, goal);
    let (message, mark) = if equal {
        (format!("{what} adds nothing to {of}: {other} says the same"), "this says the same")
    } else {
        (
            format!("{what} adds nothing to {of}: wherever it holds, {other} holds too"),
            "this holds wherever the other does",
        )
    };
    let help = match (equal, word) {
        (true, _) => "take one of the two away, or put there what was meant".to_string(),
        (false, "when") => {
            "take this one away; or narrow the wider one, if it finds too much. Only passages that this one alone \
             shows as evidence would be lost"
                .to_string()
        }
        (false, _) => "take this one away; or narrow the wider one, if it concludes too much".to_string(),
    };
    Diagnostic::at(codes::COVERED, at, message).label(by.at, mark).help(help)
}

/// `` `when` `` and `rule`: clauses are named as they are written.
fn spoken(word: &str) -> String {
    if word == "when" { format!("`{word}`") } else { word.to_string() }
}

/// What its own `unless` always rules out.
fn ruled_out(logic: &Logic<'_>, concept: &Concept, truths: &mut Truths, room: &mut Room) {
    for unless in &concept.unless {
        let Some(general) = lists(logic, &unless.condition, &[]) else { continue };
        for when in &concept.when {
            if truths.is_known(&when.condition) {
                continue;
            }
            let Some(special) = lists(logic, &when.condition, &[]) else { continue };
            if let Ok(true) = room.covers_all(logic, &general, &special) {
                let message =
                    format!("this `when` of `{}` can never hold: where it does, the `unless` does too", concept.name);
                let help = "an `unless` stands against every `when`; for an exception to one of them write `and not (…)` there";
                let cause = truths.say(
                    Diagnostic::at(codes::CAN_NEVER_HOLD, when.at, message)
                        .label(unless.at, "this rules it out")
                        .help(help),
                );
                truths.note(&when.condition, false, Some(cause));
            }
        }
        for matches in &concept.matches {
            if truths.is_known(&matches.place) {
                continue;
            }
            let Some(special) = found_by(matches) else { continue };
            if let Ok(true) = room.covers(logic, &general, &special) {
                let message = format!(
                    "this `matches` of `{}` can never find anything: where it does, the `unless` holds",
                    concept.name
                );
                let help = "an `unless` looks at the whole message; for an exception to a passage write `except`";
                let cause = truths.say(
                    Diagnostic::at(codes::CAN_NEVER_HOLD, matches.at, message)
                        .label(unless.at, "this rules it out")
                        .help(help),
                );
                truths.note(&matches.place, false, Some(cause));
            }
        }
    }
}

/// A `matches` as the condition that the message has such a passage.
fn found_by(matches: &Matches) -> Option<List> {
    let lit = match &matches.place.kind {
        PlaceKind::Pattern(id) => Lit::of_test("finds", Test::Pattern(*id)),
        PlaceKind::Code(id) => Lit::of_test("has", Test::Concept(*id)),
        _ => return None,
    };
    let lits = vec![lit];
    Some(List { head: Vec::new(), marks: Marks::of(&lits), lits })
}

/// Phrases and expressions in the `matches` clauses of one concept of which another clause finds what they find.
fn passages(logic: &Logic<'_>, concept: &Concept, truths: &mut Truths) {
    // Rows of a table stand at one place, and nothing could be marked there.
    let mut places: FxHashMap<Location, usize> = FxHashMap::default();
    for matches in &concept.matches {
        *places.entry(matches.place.at).or_default() += 1;
    }
    let by_hand = |at: Location| places.get(&at) == Some(&1);
    let mut leaves: Vec<(usize, Location, &Pattern)> = Vec::new();
    for (number, matches) in concept.matches.iter().enumerate().filter(|(_, m)| by_hand(m.place.at)) {
        if let PlaceKind::Pattern(id) = matches.place.kind {
            let source = logic.program.pattern(id);
            let parts = match &source.pattern {
                Pattern::Or(parts) => &parts[..],
                one => std::slice::from_ref(one),
            };
            leaves.extend(parts.iter().map(|p| (number, matches.place.at, p)));
        }
    }
    if leaves.len() > MOST_LEAVES {
        return;
    }
    let shapes: Vec<String> = leaves.iter().map(|(_, _, pattern)| shape::pattern(pattern)).collect();
    for (i, &(clause, at, narrow)) in leaves.iter().enumerate() {
        let by = leaves.iter().enumerate().find(|&(j, &(other, _, wide))| {
            let equal = shapes[i] == shapes[j];
            // A combination finds other passages than its parts do.
            let plain = equal || (is_plain(narrow) && is_plain(wide));
            other != clause && (!equal || j < i) && plain && finds_too(wide, narrow)
        });
        if let Some((_, &(_, wide_at, wide))) = by {
            let place = |at, pattern| written(logic, at, pattern).first().copied().unwrap_or(at);
            found_elsewhere(logic, (place(wide_at, wide), wide), (place(at, narrow), narrow), truths);
        }
    }
}
