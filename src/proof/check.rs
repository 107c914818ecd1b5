//! Replays a proof. Trusts nothing from the evaluator's joins: every literal is compared with its premise under the
//! stated binding, absences by going through all rows, aggregates from the rows again.

use super::derivation::{Node, NodeId, Premise, Proof, Source};
use super::terms::{fits, form, matches, places_that_bind};
use crate::base::{Pool, Value};
use crate::eval::{Database, Texts, aggregate, holds};
use crate::ir::compute::compute;
use crate::ir::core::{Core, Literal, RelationId, RuleId, Var};

/// Whether a proof holds; if not, what is wrong with it.
pub fn check(core: &Core, db: &Database, pool: &Pool, texts: &dyn Texts, proof: &Proof) -> Result<(), String> {
    let checker = Checker { core, db, pool, texts, proof };
    if proof.nodes.is_empty() {
        return Err("the proof is empty".into());
    }
    checker.no_circle()?;
    for node in &proof.nodes {
        checker.node(node).map_err(|reason| {
            let values: Vec<String> = node.values.iter().map(|&value| pool.show(value)).collect();
            format!("{}({}): {reason}", core.relation(node.relation).name, values.join(", "))
        })?;
    }
    Ok(())
}

struct Checker<'a> {
    core: &'a Core,
    db: &'a Database,
    pool: &'a Pool,
    texts: &'a dyn Texts,
    proof: &'a Proof,
}

fn require(condition: bool, otherwise: &str) -> Result<(), String> {
    if condition { Ok(()) } else { Err(otherwise.into()) }
}

impl Checker<'_> {
    fn get(&self, id: NodeId) -> Result<&Node, String> {
        self.proof.nodes.get(id.0 as usize).ok_or_else(|| "a premise is no node of the proof".into())
    }

    /// No node stands on itself; every premise exists.
    fn no_circle(&self) -> Result<(), String> {
        let premises = |node: &Node| -> Vec<NodeId> {
            match &node.source {
                Source::Given { .. } => Vec::new(),
                Source::Rule { premises, .. } => {
                    let of = |premise: &Premise| if let Premise::Node(id) = premise { Some(*id) } else { None };
                    premises.iter().filter_map(of).collect()
                }
                Source::Aggregated { shown, .. } => shown.clone(),
            }
        };
        // A node leaves when all that it stands on has left.
        let mut users = vec![Vec::new(); self.proof.nodes.len()];
        let mut left = Vec::new();
        let mut ready = Vec::new();
        for (id, node) in self.proof.nodes.iter().enumerate() {
            let premises = premises(node);
            for premise in &premises {
                self.get(*premise)?;
                users[premise.0 as usize].push(id);
            }
            left.push(premises.len());
            if premises.is_empty() {
                ready.push(id);
            }
        }
        let mut gone = 0;
        while let Some(id) = ready.pop() {
            gone += 1;
            for &user in &users[id] {
                left[user] -= 1;
                if left[user] == 0 {
                    ready.push(user);
                }
            }
        }
        require(gone == self.proof.nodes.len(), "the proof goes in a circle")
    }

    fn node(&self, node: &Node) -> Result<(), String> {
        let width = self.core.relation(node.relation).arity;
        require(node.values.len() == width, "the number of columns is wrong")?;
        match &node.source {
            Source::Given { place } => {
                let given = &self.core.given[node.relation.0 as usize];
                let row = given.values.get(place * width..(place + 1) * width);
                let stands = *place < given.places.len() && !given.gone.contains(place);
                require(stands && row == Some(&node.values), "it is not given")
            }
            Source::Rule { rule, binding, premises } => self.rule(node, *rule, binding, premises),
            Source::Aggregated { aggregation, rows, shown } => self.aggregated(node, *aggregation, rows, shown),
        }
    }

    fn rule(&self, node: &Node, id: RuleId, binding: &[Value], premises: &[Premise]) -> Result<(), String> {
        let rule = self.core.rules.get(id.0 as usize).ok_or("there is no such rule")?;
        require(rule.head == node.relation, "the rule is of another relation")?;
        require(binding.len() == rule.vars as usize, "the binding does not fit the rule")?;
        require(premises.len() == rule.body.len(), "the premises do not fit the rule")?;
        for (column, value) in rule.columns.iter().zip(&node.values) {
            let computed = compute(column, binding, self.pool).map_err(|_| "a column has no value")?;
            require(computed.find(self.pool) == Some(*value), "a column has another value")?;
        }
        for var in (0..rule.vars).map(Var) {
            let absent = binding[var.0 as usize].is_none();
            require(!absent || places_that_bind(rule, var) <= 1, "two absences are taken for equal")?;
        }
        let mut literals = rule.body.iter().zip(premises).enumerate();
        literals.try_for_each(|(at, (literal, premise))| {
            self.literal(literal, premise, binding).map_err(|reason| format!("condition {}: {reason}", at + 1))
        })
    }

    fn literal(&self, literal: &Literal, premise: &Premise, binding: &[Value]) -> Result<(), String> {
        match (literal, premise) {
            (Literal::Atom(relation, terms), Premise::Node(id)) => {
                let node = self.get(*id)?;
                require(node.relation == *relation, "the fact is of another relation")?;
                require(matches(terms, &node.values, binding), "the fact does not match")
            }
            (Literal::Not(relation, terms), Premise::Absent { relation: stated, pattern }) => {
                require(stated == relation && *pattern == form(terms, binding), "another absence is stated")?;
                require(!self.any_row(*relation, pattern), "there is such a row")
            }
            (Literal::Lookup { relation, key, value, .. }, Premise::Node(id)) => {
                let node = self.get(*id)?;
                require(node.relation == *relation, "the aggregate is another one")?;
                let (last, group) = node.values.split_last().ok_or("an aggregate has a value")?;
                let wanted = form(key, binding);
                require(fits(&wanted, group), "the group does not match")?;
                require(*last == binding[value.0 as usize], "the aggregate has another value")
            }
            (Literal::Lookup { relation, key, value, default }, Premise::Default { relation: r, key: k, value: v }) => {
                require(r == relation && *k == form(key, binding), "another group is stated")?;
                require(!self.any_row(*relation, k), "the group has rows")?;
                require(default.is_some() && *default == Some(*v), "there is no such default")?;
                require(*v == binding[value.0 as usize], "the aggregate has another value")
            }
            (Literal::Bind(var, expr), Premise::Holds) => {
                let computed = compute(expr, binding, self.pool).map_err(|_| "an expression has no value")?;
                let same = computed.find(self.pool) == Some(binding[var.0 as usize]);
                require(same, "an expression has another value")
            }
            (Literal::Atom(..) | Literal::Not(..) | Literal::Lookup { .. }, _) => Err("the premise is missing".into()),
            (test, Premise::Holds) => {
                require(holds(test, binding, self.pool, self.texts) == Ok(true), "the condition does not hold")
            }
            _ => Err("the premise is of another kind".into()),
        }
    }

    fn any_row(&self, relation: RelationId, pattern: &[Option<Value>]) -> bool {
        self.db.relation(relation).rows().any(|row| fits(pattern, &row[..pattern.len()]))
    }

    fn aggregated(&self, node: &Node, number: usize, rows: &[u32], shown: &[NodeId]) -> Result<(), String> {
        let aggregation = self.core.aggregations.get(number).ok_or("there is no such aggregation")?;
        require(aggregation.head == node.relation, "the aggregation is of another relation")?;
        let body = self.db.relation(aggregation.body);
        let group = &node.values[..aggregation.groups];
        let all = (0..body.len() as u32).filter(|&row| body.row(row)[..aggregation.groups] == *group);
        require(all.eq(rows.iter().copied()), "the rows of the group are others")?;
        let values = rows.iter().map(|&row| body.row(row).last().copied().unwrap_or(Value::NONE));
        let value = aggregate(aggregation.function, values, self.pool).map_err(|_| "the sum is too large")?;
        let value = value.and_then(|value| value.find(self.pool));
        require(value.is_some() && value == node.values.last().copied(), "the aggregate has another value")?;
        for (&id, &row) in shown.iter().zip(rows) {
            let shown = self.get(id)?;
            require(shown.relation == aggregation.body && shown.values == body.row(row), "a row is another one")?;
        }
        Ok(())
    }
}
