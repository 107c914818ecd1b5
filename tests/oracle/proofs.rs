//! All proofs of a fact, by trying every choice: slow and obvious, to judge what is listed and counted as reasons.

use hence::ir::core::{Literal, RelationId, Term};
use hence::proof::{
    Backward, Budget, Derivation, Evaluated, Number, Preference, Proof, Source, bystanders, count_proofs, reasons,
};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

type Fact = (RelationId, u32);

/// What a derivation stands on, and what it adds to the leaves itself.
#[derive(Clone)]
struct Way {
    premises: Vec<Fact>,
    leaves: Vec<String>,
}

/// So many choices are tried for one fact.
const MOST: usize = 400;

/// So many reasons are listed and compared.
const LISTED: usize = 60;

/// So many reasons of a fact are gone through one by one.
const GONE_THROUGH: usize = 200;

struct Proofs<'a> {
    backward: Backward<'a>,
    ways: BTreeMap<Fact, Vec<Way>>,
    /// How many choices for the last fact led in a circle.
    circles: usize,
    /// Facts of which several rows would do for a condition that only names the group of a count: these are one reason,
    /// by whichever proof is smallest.
    any_row: BTreeSet<Fact>,
}

/// The leaves of one derivation.
fn leaves(evaluated: Evaluated<'_>, fact: Fact, derivation: &Derivation) -> Vec<String> {
    let mut leaves = Vec::new();
    match derivation {
        Derivation::Given { .. } | Derivation::Aggregated { .. } => leaves.push(format!("{fact:?}")),
        Derivation::Rule { rule, binding, rows } => {
            let value = |term: &Term| match term {
                Term::Var(var) => Some(binding[var.0 as usize]),
                Term::Const(value) => Some(*value),
                Term::Any => None,
            };
            let body = &evaluated.core.rule(*rule).body;
            for (literal, row) in body.iter().zip(rows) {
                match literal {
                    Literal::Not(relation, terms) => {
                        leaves.push(format!("no {relation:?}{:?}", terms.iter().map(value).collect::<Vec<_>>()));
                    }
                    Literal::Lookup { relation, key, .. } if row.is_none() => {
                        leaves.push(format!("no {relation:?}{:?}", key.iter().map(value).collect::<Vec<_>>()));
                    }
                    _ => {}
                }
            }
            if leaves.is_empty() && rows.iter().all(Option::is_none) {
                leaves.push(format!("{fact:?}"));
            }
        }
    }
    leaves
}

impl Proofs<'_> {
    fn ways(&mut self, fact: Fact) -> Vec<Way> {
        if let Some(known) = self.ways.get(&fact) {
            return known.clone();
        }
        let evaluated = self.backward.evaluated();
        let mut found = Vec::new();
        let any_row = &mut self.any_row;
        let _ = self.backward.derivations(fact.0, fact.1, &mut |derivation| {
            if let Derivation::Rule { rule, .. } = &derivation
                && !bystanders(evaluated.core.rule(*rule)).is_empty()
            {
                any_row.insert(fact);
            }
            let counted = matches!(derivation, Derivation::Aggregated { .. });
            let premises = if counted { Vec::new() } else { derivation.premises(evaluated.core) };
            found.push(Way { premises, leaves: leaves(evaluated, fact, &derivation) });
            ControlFlow::Continue(())
        });
        self.ways.insert(fact, found.clone());
        found
    }

    /// The leaves of every proof; none where there are too many to try.
    fn all(&mut self, goal: Fact) -> Option<BTreeSet<BTreeSet<String>>> {
        let mut found = BTreeSet::new();
        let mut left = MOST;
        self.circles = 0;
        self.choose(goal, &mut vec![goal], &mut BTreeMap::new(), &mut found, &mut left).then_some(found)
    }

    fn choose(
        &mut self,
        goal: Fact,
        agenda: &mut Vec<Fact>,
        chosen: &mut BTreeMap<Fact, Way>,
        found: &mut BTreeSet<BTreeSet<String>>,
        left: &mut usize,
    ) -> bool {
        let Some(fact) = agenda.pop() else {
            if *left == 0 {
                return false;
            }
            *left -= 1;
            if circular(goal, chosen, &mut Vec::new()) {
                self.circles += 1;
            } else {
                found.insert(chosen.values().flat_map(|way| way.leaves.iter().cloned()).collect());
            }
            return true;
        };
        if chosen.contains_key(&fact) {
            let fine = self.choose(goal, agenda, chosen, found, left);
            agenda.push(fact);
            return fine;
        }
        let ways = self.ways(fact);
        if self.any_row.contains(&fact) {
            return false;
        }
        for way in ways {
            let mut further: Vec<Fact> = agenda.iter().chain(&way.premises).copied().collect();
            chosen.insert(fact, way);
            if !self.choose(goal, &mut further, chosen, found, left) {
                return false;
            }
            chosen.remove(&fact);
        }
        agenda.push(fact);
        true
    }

    /// How many proof trees there are; none where a fact stands on itself, or there are too many.
    fn trees(&mut self, fact: Fact, path: &mut Vec<Fact>) -> Option<u128> {
        if path.contains(&fact) || path.len() > 12 {
            return None;
        }
        path.push(fact);
        let mut sum = 0_u128;
        for way in self.ways(fact) {
            let mut product = 1_u128;
            for premise in way.premises {
                product = product.checked_mul(self.trees(premise, path)?)?;
            }
            sum = sum.checked_add(product)?;
        }
        path.pop();
        Some(sum)
    }
}

fn circular(fact: Fact, chosen: &BTreeMap<Fact, Way>, path: &mut Vec<Fact>) -> bool {
    if path.contains(&fact) {
        return true;
    }
    path.push(fact);
    let found = chosen[&fact].premises.iter().any(|&premise| circular(premise, chosen, path));
    path.pop();
    found
}

/// The size of a proof as a tree, with what it names and does not prove.
fn size(proof: &Proof) -> u64 {
    let mut sizes = vec![0_u64; proof.nodes.len()];
    // A circle would never settle.
    for _ in 0..=proof.nodes.len() {
        for (at, node) in proof.nodes.iter().enumerate() {
            sizes[at] = 1 + match &node.source {
                Source::Given { .. } => 0,
                Source::Aggregated { rows, shown, .. } => {
                    let proven: u64 = shown.iter().map(|id| sizes[id.0 as usize]).sum();
                    proven + (rows.len() - shown.len()) as u64
                }
                Source::Rule { premises, .. } => premises
                    .iter()
                    .map(|premise| match premise {
                        hence::proof::Premise::Node(id) => sizes[id.0 as usize],
                        hence::proof::Premise::Holds => 0,
                        _ => 1,
                    })
                    .sum(),
            };
        }
    }
    sizes[0]
}

/// The reasons of every fact are those of all its proofs, each once, the smallest first, and are counted so.
pub fn agree(evaluated: Evaluated<'_>) {
    let Evaluated { core, db, pool, texts, .. } = evaluated;
    let mut proofs =
        Proofs { backward: Backward::new(evaluated), ways: BTreeMap::new(), circles: 0, any_row: BTreeSet::new() };
    let mut backward = Backward::new(evaluated);
    for id in (0..core.relations.len() as u32).map(RelationId) {
        for row in 0..db.relation(id).len() as u32 {
            let name = || format!("{}{:?}", core.relation(id).name, db.row(id, row));
            let best = hence::proof::best_with(&mut backward, id, row, Budget::default()).expect("a proof");
            let found =
                reasons(&mut backward, id, row, LISTED, Budget::default(), &|_| false, &mut Preference::smallest)
                    .expect("reasons");
            for proof in &found.proofs {
                hence::proof::check(core, db, pool, texts, proof).unwrap_or_else(|wrong| panic!("{}: {wrong}", name()));
            }
            assert_eq!(size(&found.proofs[0]), size(&best), "{}: the best comes first", name());
            if let Some(wanted) = proofs.all((id, row)) {
                let number = wanted.len();
                let exact = found.number == Number::Reasons { number, at_least: false };
                // Beyond so many, proofs are counted and not gone through; and of many circles a search tires, and says so.
                let fair = match found.number {
                    Number::Reasons { number: some, at_least } => at_least && some <= number && proofs.circles > 0,
                    Number::Ways(ways) => number > GONE_THROUGH || ways.at_least && proofs.circles > 0,
                };
                assert!(exact || fair, "{}: {:?}, and there are {number}", name(), found.number);
                assert!(!exact || found.proofs.len() == number.min(LISTED), "{}: {}", name(), found.proofs.len());
            }
            if let Some(trees) = proofs.trees((id, row), &mut Vec::new()) {
                let counted = count_proofs(&mut backward, id, row, Budget::default(), &|_| false).expect("a number");
                assert_eq!((counted.number, counted.at_least), (trees, false), "{}", name());
            }
        }
    }
}
