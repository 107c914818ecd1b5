//! Facts that follow by rules, and counts: each condition under the stated values.

use super::{Decoded, Near, Premise, Verifier, Wrong};
use crate::base::Value;
use crate::ir::compute::compute;
use crate::ir::core::{Literal, RelationId, RuleId};
use crate::proof::canon::Canon;
use crate::proof::reference::World;
use crate::proof::terms::{fits, form, matches, places_that_bind};
use rustc_hash::FxHashSet;

/// A rule that a node stands on, with what it says of it.
type Stated<'d> = (RuleId, &'d [Value], &'d [Premise]);

/// An aggregation that a node stands on, with the rows and facts it names.
type Counted<'d> = (usize, &'d [Vec<Value>], &'d [Option<usize>]);

impl Verifier<'_, '_> {
    /// The rule for a relation that reads so; where there is none, that is said.
    pub(super) fn rule_of(&mut self, at: usize, relation: RelationId, text: &str) -> Option<RuleId> {
        let canon = self.canon;
        let found = self.rules.get(canon.name(relation)).and_then(|rules| rules.get(text)).copied();
        if found.is_none() {
            let nearest = self.nearest_rule(&|name| name == canon.name(relation), text);
            self.fault(at, Wrong::NoRule(nearest));
        }
        found
    }

    /// The rule for such relations whose parts have the most in common with a text.
    pub(super) fn nearest_rule(&mut self, of: &dyn Fn(&str) -> bool, text: &str) -> Option<Near> {
        self.patience = self.patience.checked_sub(1)?;
        let wanted: FxHashSet<&str> = parts(text).collect();
        let named = self.rules.iter().filter(|(name, _)| of(name));
        let rules = named.flat_map(|(_, rules)| rules.iter().map(|(text, rule)| (text.as_str(), *rule)));
        let apart = |(own, rule): &(&str, RuleId)| {
            let own: FxHashSet<&str> = parts(own).collect();
            (own.symmetric_difference(&wanted).count(), *rule)
        };
        let (own, rule) = rules.min_by_key(apart)?;
        let missing = |from: &str, other: &str| -> Vec<String> {
            let known: FxHashSet<&str> = parts(other).collect();
            parts(from).filter(|part| !known.contains(part)).map(str::to_string).collect()
        };
        Some(Near { rule, proof: missing(text, own), study: missing(own, text) })
    }

    /// Judges a fact that follows by a rule. Without a world, what is absent is not judged.
    pub(super) fn rule(
        &mut self,
        at: usize,
        node: &Decoded,
        (id, binding, premises): Stated<'_>,
        nodes: &[Option<Decoded>],
        mut world: Option<&mut World<'_>>,
    ) {
        let rule = self.ground.core.rule(id);
        let variables = Canon::variables(rule);
        if binding.len() != variables.len() || premises.len() != rule.body.len() {
            return self.fault(at, Wrong::Misfit);
        }
        let mut values = vec![Value::NONE; rule.vars as usize];
        for (var, value) in variables.iter().zip(binding) {
            values[var.0 as usize] = *value;
        }
        let pool = self.canon.pool();
        for (column, (expr, stated)) in rule.columns.iter().zip(&node.values).enumerate() {
            let given = compute(expr, &values, pool).ok().map(|value| value.find(pool));
            if given != Some(Some(*stated)) {
                self.fault(at, Wrong::HeadValue(column, given.flatten()));
            }
        }
        if variables.iter().any(|&var| values[var.0 as usize].is_none() && places_that_bind(rule, var) > 1) {
            self.fault(at, Wrong::EqualAbsences);
        }
        for (number, (literal, premise)) in rule.body.iter().zip(premises).enumerate() {
            let wrong = self.condition(number, (literal, premise), &values, nodes, world.as_deref_mut());
            if let Some(wrong) = wrong {
                self.fault(at, wrong);
            }
        }
    }

    /// What is wrong with one condition and its premise.
    fn condition(
        &mut self,
        number: usize,
        (literal, premise): (&Literal, &Premise),
        values: &[Value],
        nodes: &[Option<Decoded>],
        world: Option<&mut World<'_>>,
    ) -> Option<Wrong> {
        let node = |place: &Option<usize>| nodes.get((*place)?)?.as_ref();
        let otherwise = |holds: bool, wrong: Wrong| if holds { None } else { Some(wrong) };
        match (literal, premise) {
            // Told where the node itself is wrong, or the identity that names it.
            (Literal::Atom(..) | Literal::Lookup { .. }, Premise::Fact(place)) if node(place).is_none() => None,
            (Literal::Atom(relation, terms), Premise::Fact(place)) => {
                let node = node(place)?;
                let fits = self.same(node.relation, *relation) && matches(terms, &node.values, values);
                otherwise(fits, Wrong::Premise(number))
            }
            (Literal::Lookup { relation, key, value, .. }, Premise::Fact(place)) => {
                let node = node(place)?;
                let (last, group) = node.values.split_last()?;
                let fits = self.same(node.relation, *relation)
                    && fits(&form(key, values), group)
                    && *last == values[value.0 as usize];
                otherwise(fits, Wrong::Premise(number))
            }
            (Literal::Not(relation, terms), Premise::Absent { relation: Some(stated), form: said }) => {
                self.looked.absences += 1;
                if !self.same(*stated, *relation) || *said != form(terms, values) {
                    return Some(Wrong::Premise(number));
                }
                // Of two relations that say the same, the one that the name stands for is filled.
                let row = world?.find(*stated, said).into_iter().next()?;
                Some(Wrong::Present(number, *relation, row))
            }
            (
                Literal::Lookup { relation, key, value, default },
                Premise::NoneOf { relation: Some(stated), form: said, value: told },
            ) => {
                self.looked.absences += 1;
                let given = values[value.0 as usize];
                let same = self.same(*stated, *relation) && *said == form(key, values);
                if !same || default.is_none() || *told != *default || *default != Some(given) {
                    return Some(Wrong::Premise(number));
                }
                let mut whole = said.clone();
                whole.push(None);
                let row = world?.find(*stated, &whole).into_iter().next()?;
                Some(Wrong::Present(number, *relation, row))
            }
            (Literal::Bind(var, expr), Premise::Holds) => {
                let pool = self.canon.pool();
                let value = compute(expr, values, pool).ok().and_then(|value| value.find(pool));
                otherwise(value == Some(values[var.0 as usize]), Wrong::NotMet(number))
            }
            (Literal::Atom(..) | Literal::Not(..) | Literal::Lookup { .. }, _) => Some(Wrong::Premise(number)),
            (test, Premise::Holds) => {
                let met = self.ground.words.meet(test, values, self.canon.pool());
                otherwise(met == Some(true), Wrong::NotMet(number))
            }
            _ => Some(Wrong::Premise(number)),
        }
    }

    /// Judges a count or another aggregate.
    pub(super) fn aggregate(
        &mut self,
        at: usize,
        node: &Decoded,
        (number, rows, facts): Counted<'_>,
        nodes: &[Option<Decoded>],
        world: &mut World<'_>,
    ) {
        let of = &self.ground.core.aggregations[number];
        let Some((stated, group)) = node.values.split_last() else { return };
        let width = self.ground.core.relation(of.body).arity;
        // An absence is a group of its own, which no form of facts fits.
        let there: Vec<Vec<Value>> = match group.iter().any(|value| value.is_none()) {
            true => world.rows(of.body).iter().filter(|row| row[..of.groups] == *group).cloned().collect(),
            false => {
                let mut form: Vec<Option<Value>> = group.iter().map(|&value| Some(value)).collect();
                form.resize(width, None);
                world.find(of.body, &form)
            }
        };
        let values: Vec<Value> = there.iter().map(|row| row.last().copied().unwrap_or(Value::NONE)).collect();
        let value = if there.is_empty() { Ok(None) } else { world.worth(of.function, &values) };
        match value {
            Err(reason) => self.fault(at, Wrong::GivenUp(reason)),
            Ok(value) if value != Some(*stated) => self.fault(at, Wrong::OtherCount(value, *stated)),
            Ok(_) => {}
        }
        let listed: FxHashSet<&[Value]> = rows.iter().map(Vec::as_slice).collect();
        let known: FxHashSet<&[Value]> = there.iter().map(Vec::as_slice).collect();
        let more = there.iter().find(|row| !listed.contains(row.as_slice()));
        let fewer = rows.iter().find(|row| !known.contains(row.as_slice()) || row.len() != width);
        if more.is_some() || fewer.is_some() || listed.len() != rows.len() {
            self.fault(at, Wrong::OtherRows(more.cloned(), fewer.cloned()));
        }
        for fact in facts.iter().filter_map(|place| nodes.get((*place)?)?.as_ref()) {
            if !self.same(fact.relation, of.body) || !listed.contains(fact.values.as_slice()) {
                self.fault(at, Wrong::NotCounted);
            }
        }
    }
}

/// The head of a rule's text and its conditions; texts in quotation marks may be cut, which does no harm here.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.trim_end_matches('.').split(" :- ").flat_map(|part| part.split("), ")).flat_map(|part| part.split(", "))
}
