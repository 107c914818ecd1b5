//! One message for each cause of what can never hold, with what follows from it: the chain from the theme to the cause,
//! and the other concepts and relations that wait for it too.

use super::chain::{Blocked, Never, Node};
use super::{Logic, Truths};
use crate::base::Location;
use crate::check::program::{ConceptId, RelationKind, Status};
use crate::diagnostic::{Diagnostic, codes};
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// So many consequences are marked; how many more there are is said.
const MOST_MARKED: usize = 4;

/// What something that can never hold goes back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Root {
    /// A message that has been given.
    Said(usize),
    /// Something of which a message has been given elsewhere.
    Elsewhere,
    /// Something that nothing can make hold.
    Empty(Node),
    /// Something that waits for itself.
    Itself(Node),
}

/// So many steps of a chain are named.
const MOST_STEPS: usize = 8;

/// So many steps are taken in all; the nearest consequences come first in a long chain, and few of them are named.
const STEPS: usize = 1_000_000;

/// From something that never holds to its cause: each step with the place that asks for the next.
type Path = Vec<(Node, Location)>;

/// Gives the messages.
pub(super) fn explain(logic: &Logic<'_>, never: &Never, truths: &mut Truths) {
    let mut causes: BTreeMap<Root, Vec<(Node, Path)>> = BTreeMap::new();
    let mut budget = STEPS;
    for &node in never.order.iter().filter(|&&n| is_own(logic, n)) {
        for (root, path) in roots(never, node, &mut budget) {
            causes.entry(root).or_default().push((node, path));
        }
    }
    for (root, mut nodes) in causes {
        nodes.retain(|(node, _)| is_told(logic, *node));
        // What is nearest to the cause comes first.
        nodes.sort_by_key(|(_, path)| path.len());
        match root {
            Root::Said(number) => {
                if let Some(cause) = truths.causes.get_mut(number) {
                    let all: Vec<Node> = nodes.iter().map(|(n, _)| *n).collect();
                    *cause = mark(logic, cause.clone(), &all, "so ");
                }
            }
            Root::Elsewhere => {}
            Root::Empty(empty) => {
                nodes.retain(|(node, _)| *node != empty);
                if !is_retired(logic, empty)
                    && let Some(diagnostic) = wanting(logic, empty, &nodes)
                {
                    truths.say(diagnostic);
                }
            }
            Root::Itself(first) => {
                truths.say(waiting(logic, first, &nodes));
            }
        }
    }
}

/// The causes of one thing, nearest first, each once. `budget` goes down by one for each step; what is looked at when it
/// is spent has no causes.
fn roots(never: &Never, start: Node, budget: &mut usize) -> Vec<(Root, Path)> {
    let mut found: Vec<(Root, Path)> = Vec::new();
    let mut seen: FxHashSet<Node> = FxHashSet::default();
    // What is open, each with the place that asks for it and the step before.
    let mut steps: Vec<(Node, Location, usize)> = Vec::new();
    let mut next: Vec<usize> = vec![usize::MAX];
    let mut at = 0;
    let mut smallest = start;
    while let Some(&step) = next.get(at) {
        at += 1;
        if *budget == 0 {
            return Vec::new();
        }
        *budget -= 1;
        let node = steps.get(step).map_or(start, |(node, ..)| *node);
        if !seen.insert(node) {
            continue;
        }
        smallest = smallest.min(node);
        let blocked = never.nodes.get(&node).map_or(&[][..], |b| b);
        let mut add = |root: Root, steps: &[(Node, Location, usize)]| {
            if found.iter().all(|(known, _)| *known != root) {
                found.push((root, path_to(steps, step)));
            }
        };
        if blocked.is_empty() {
            add(Root::Empty(node), &steps);
        }
        for by in blocked {
            match by {
                Blocked::By(Some(cause)) => add(Root::Said(*cause), &steps),
                Blocked::By(None) => add(Root::Elsewhere, &steps),
                Blocked::Asks(asked, place) => {
                    next.push(steps.len());
                    steps.push((*asked, *place, step));
                }
            }
        }
    }
    if found.is_empty() {
        found.push((Root::Itself(smallest), Vec::new()));
    }
    found
}

/// The steps that lead to one of them, from the first.
fn path_to(steps: &[(Node, Location, usize)], mut last: usize) -> Path {
    let mut path = Vec::new();
    while let Some(&(node, at, before)) = steps.get(last) {
        path.push((node, at));
        last = before;
    }
    path.reverse();
    path
}

fn is_own(logic: &Logic<'_>, node: Node) -> bool {
    match node {
        Node::Concept(id) => logic.own(logic.program.concept(id).at),
        Node::Relation(id) => logic.own(logic.program.relation(id).at),
    }
}

/// A consequence is told of what has ways of its own: what is only declared, or holds what other concepts give, is not.
fn is_told(logic: &Logic<'_>, node: Node) -> bool {
    match node {
        Node::Concept(id) => {
            let concept = logic.program.concept(id);
            // A code that only heads others holds what they give.
            let heads = concept.kind == logic.program.known_kind("code")
                && concept.matches.is_empty()
                && concept.when.is_empty();
            !heads && !is_retired(logic, node) && logic.own(concept.at)
        }
        Node::Relation(id) => matches!(logic.program.relation(id).kind, RelationKind::Declared),
    }
}

fn is_retired(logic: &Logic<'_>, node: Node) -> bool {
    matches!(node, Node::Concept(id) if logic.program.concept(id).status == Status::Retired)
}

/// "the theme `x`", "the relation `r`"
fn name(logic: &Logic<'_>, node: Node) -> String {
    match node {
        Node::Concept(id) => {
            let concept = logic.program.concept(id);
            format!("the {} `{}`", logic.program.kind(concept.kind).name, concept.name)
        }
        Node::Relation(id) => format!("the relation `{}`", logic.program.relation(id).name),
    }
}

fn place(logic: &Logic<'_>, node: Node) -> Location {
    match node {
        Node::Concept(id) => logic.program.concept(id).at,
        Node::Relation(id) => logic.program.relation(id).at,
    }
}

/// Marks what follows from a cause.
fn mark(logic: &Logic<'_>, mut diagnostic: Diagnostic, nodes: &[Node], so: &str) -> Diagnostic {
    for (i, &node) in nodes.iter().take(MOST_MARKED).enumerate() {
        let more = nodes.len() - MOST_MARKED.min(nodes.len());
        let more = if i + 1 == MOST_MARKED && more > 0 { format!(", nor can {more} more") } else { String::new() };
        diagnostic = diagnostic.label(place(logic, node), format!("{so}{} can never hold{more}", name(logic, node)));
    }
    diagnostic
}

/// The message for something that nothing can make hold, and that others wait for.
fn wanting(logic: &Logic<'_>, empty: Node, nodes: &[(Node, Path)]) -> Option<Diagnostic> {
    let program = logic.program;
    // The longest way to the cause tells most; of equal ones the first.
    let rank = |(node, path): &&(Node, Path)| (is_theme(logic, *node), path.len());
    let mut best: Option<&(Node, Path)> = None;
    for one in nodes {
        if best.is_none_or(|b| rank(&one) > rank(&b)) {
            best = Some(one);
        }
    }
    let (node, path) = best?;
    let (last, asked) = path.last()?;
    let mut steps = Vec::new();
    for (number, (step, _)) in path.iter().enumerate() {
        // Of a long chain the beginning and the end are named.
        if path.len() > MOST_STEPS && (MOST_STEPS / 2..path.len() - 2).contains(&number) {
            if number == MOST_STEPS / 2 {
                steps.push(format!("and so on over {} more", path.len() - 2 - MOST_STEPS / 2));
            }
            continue;
        }
        let needs = if steps.is_empty() { "it needs" } else { "which needs" };
        steps.push(format!("{needs} {}", name(logic, *step)));
    }
    let (why, help) = match *last {
        Node::Relation(id) => {
            let name = &program.relation(id).name;
            (
                "which nothing fills",
                format!("fill it with `input {name} from \"…\"`, a `rule` or a `fact`, or ask for something else"),
            )
        }
        Node::Concept(id) => of_concept(logic, id),
    };
    let message = format!("{} can never hold: {}, {why}", name(logic, *node), steps.join(", "));
    let message = message.trim_start_matches("the ").to_string();
    // What ships with Hence is no place to mend.
    let at = if is_own(logic, empty) { place(logic, empty) } else { *asked };
    let label = if is_own(logic, empty) { "nothing makes this hold" } else { "asked for here" };
    let mut diagnostic = Diagnostic::at(codes::CAN_NEVER_HOLD, at, message).saying(label);
    diagnostic = diagnostic.label(place(logic, *node), "so this can never hold");
    let others: Vec<Node> = nodes.iter().map(|(n, _)| *n).filter(|n| n != node).collect();
    Some(mark(logic, diagnostic, &others, "and ").help(help))
}

fn is_theme(logic: &Logic<'_>, node: Node) -> bool {
    matches!(node, Node::Concept(id) if logic.program.concept(id).kind == logic.program.known_kind("theme"))
}

fn of_concept(logic: &Logic<'_>, id: ConceptId) -> (&'static str, String) {
    let program = logic.program;
    let concept = program.concept(id);
    let kind = &program.kind(concept.kind).name;
    if concept.kind == program.known_kind("code") {
        let help = "give it a `matches` or a `when`, or bring what people coded with `input coding from \"…\"`";
        ("which has no `matches` and no `when`, and no input brings what people coded", help.to_string())
    } else if concept.kind == program.known_kind("theme") {
        ("which has no `when` and no `matches`", "give it a `when`".to_string())
    } else {
        let help = format!("give it a `when`, or lead a theme to it: `map THEME -> {kind}.{}`", concept.name);
        ("which has no `when`, and no `map` leads to it", help)
    }
}

/// The message for things that wait for one another.
fn waiting(logic: &Logic<'_>, first: Node, nodes: &[(Node, Path)]) -> Diagnostic {
    let name_of = name(logic, first);
    let name_of = name_of.trim_start_matches("the ");
    let message = format!("{name_of} can never hold: every way to it needs it first, and nothing begins");
    let help = "add a way that does not need it: a `rule`, a `when`, a `fact` or an `input` to begin with";
    let others: Vec<Node> = nodes.iter().map(|(n, _)| *n).filter(|n| *n != first).collect();
    mark(logic, Diagnostic::at(codes::CAN_NEVER_HOLD, place(logic, first), message), &others, "and ").help(help)
}
