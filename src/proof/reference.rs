//! A second evaluator, small and plain, that says what is there and what is not: the judge of absences and counts.
//!
//! It has nothing in common with the one that draws conclusions but the rules and what a value is worth. Relations are
//! sets of rows with an index on the columns that a join knows; they are filled bottom up, level by level, and within a
//! level by the rows that are new (semi-naive evaluation; Bancilhon 1986). Only what is asked for and what that needs is
//! filled, within a budget.

mod order;
mod table;

use super::terms::form;
use super::words::Words;
use crate::base::{Datum, Decimal, Pool, Stop, Value};
use crate::ir::compute::{Computed, Failure, compute, order_kept};
use crate::ir::core::{Aggregation, Core, Expr, Literal, RelationId, Rule, RuleId, Term, Var};
use crate::syntax::tree::AggregateFunction;
use rustc_hash::FxHashMap;
use table::Table;

/// How much is filled before it gives up.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    /// Rows of all relations together.
    pub rows: usize,
    /// Rows looked at.
    pub steps: usize,
}

impl Default for Allowance {
    fn default() -> Allowance {
        Allowance { rows: 20_000_000, steps: 500_000_000 }
    }
}

/// Why it was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GivenUp {
    /// The budget is spent.
    TooMuch,
    /// A number grew too large.
    TooLarge,
    /// A relation would have to be complete before itself, or a rule never gives a value that it needs.
    Unsound,
    /// Somebody wants the work to end.
    Stopped,
}

/// What holds, as far as it was asked for.
pub struct World<'a> {
    core: &'a Core,
    words: Words<'a>,
    pool: Pool,
    stop: &'a Stop,
    tables: Vec<Table>,
    left: Allowance,
}

impl<'a> World<'a> {
    /// Nothing is filled yet. The pool may hold more than the program's values.
    pub fn new(core: &'a Core, pool: Pool, words: Words<'a>, stop: &'a Stop, allowed: Allowance) -> World<'a> {
        let tables = core.relations.iter().map(|_| Table::default()).collect();
        World { core, words, pool, stop, tables, left: allowed }
    }

    /// The values, with those that rules made.
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    /// The rows of a relation that was filled.
    pub fn rows(&self, id: RelationId) -> &[Vec<Value>] {
        &self.tables[id.0 as usize].rows
    }

    /// The rows that have these values; [`None`] stands for any, and an absence fits nothing.
    pub fn find(&mut self, id: RelationId, form: &[Option<Value>]) -> Vec<Vec<Value>> {
        let known = form.iter().enumerate().filter_map(|(column, value)| Some((column, (*value)?)));
        let (columns, values): (Vec<usize>, Vec<Value>) = known.unzip();
        if values.iter().any(|value| value.is_none()) {
            return Vec::new();
        }
        let table = &mut self.tables[id.0 as usize];
        let found = table.at(&columns, &values).to_vec();
        found.into_iter().map(|row| table.rows[row].clone()).collect()
    }

    /// What the values of a group come to.
    pub fn worth(&mut self, function: AggregateFunction, values: &[Value]) -> Result<Option<Value>, GivenUp> {
        aggregate(function, values, &mut self.pool)
    }

    /// Fills these relations and all that they need. To be called once.
    pub fn fill(&mut self, wanted: &[RelationId]) -> Result<(), GivenUp> {
        let needed = self.needed(wanted);
        let levels = self.levels(&needed)?;
        for (id, given) in self.core.given.iter().enumerate().filter(|(id, _)| needed[*id]) {
            let width = self.core.relations[id].arity;
            for (_, row) in given.rows(width) {
                self.spend(RelationId(id as u32), row.to_vec())?;
            }
        }
        for now in 0..=levels.iter().copied().max().unwrap_or(0) {
            let here = |id: RelationId| needed[id.0 as usize] && levels[id.0 as usize] == now;
            for aggregation in self.core.aggregations.iter().filter(|aggregation| here(aggregation.head)) {
                for row in self.aggregate(aggregation)? {
                    self.spend(aggregation.head, row)?;
                }
            }
            let rules = (0..self.core.rules.len() as u32).map(RuleId);
            let rules: Vec<RuleId> = rules.filter(|&rule| here(self.core.rule(rule).head)).collect();
            self.level(&rules, &here)?;
        }
        Ok(())
    }

    fn level(&mut self, rules: &[RuleId], here: &dyn Fn(RelationId) -> bool) -> Result<(), GivenUp> {
        let lengths = |world: &World<'_>| -> Vec<usize> { world.tables.iter().map(|table| table.rows.len()).collect() };
        let mut from = lengths(self);
        for &rule in rules {
            self.run(rule, None)?;
        }
        loop {
            let to = lengths(self);
            if from == to {
                return Ok(());
            }
            for &rule in rules {
                for (number, literal) in self.core.rule(rule).body.iter().enumerate() {
                    let Literal::Atom(relation, _) = literal else { continue };
                    let new = from[relation.0 as usize]..to[relation.0 as usize];
                    if here(*relation) && !new.is_empty() {
                        self.run(rule, Some((number, new)))?;
                    }
                }
            }
            from = to;
        }
    }

    /// The relations that these need, themselves included.
    fn needed(&self, wanted: &[RelationId]) -> Vec<bool> {
        let mut needed = vec![false; self.core.relations.len()];
        let mut bodies: Vec<Vec<RelationId>> = vec![Vec::new(); self.core.relations.len()];
        for (head, body, _) in edges(self.core) {
            bodies[head.0 as usize].push(body);
        }
        let mut left = wanted.to_vec();
        while let Some(id) = left.pop() {
            if !std::mem::replace(&mut needed[id.0 as usize], true) {
                left.extend(&bodies[id.0 as usize]);
            }
        }
        needed
    }

    /// A number for each relation: as high as what it is filled from, higher than what must be complete before it.
    fn levels(&self, needed: &[bool]) -> Result<Vec<usize>, GivenUp> {
        let mut level = vec![0; self.core.relations.len()];
        let edges: Vec<_> = edges(self.core).into_iter().filter(|(head, ..)| needed[head.0 as usize]).collect();
        loop {
            let mut changed = false;
            for (head, body, strict) in &edges {
                let least = level[body.0 as usize] + usize::from(*strict);
                if level[head.0 as usize] < least {
                    level[head.0 as usize] = least;
                    changed = true;
                    if least > self.core.relations.len() {
                        return Err(GivenUp::Unsound);
                    }
                }
            }
            if !changed {
                return Ok(level);
            }
        }
    }

    fn spend(&mut self, id: RelationId, row: Vec<Value>) -> Result<(), GivenUp> {
        if self.tables[id.0 as usize].add(row) {
            self.left.rows = self.left.rows.checked_sub(1).ok_or(GivenUp::TooMuch)?;
        }
        Ok(())
    }

    fn step(&mut self) -> Result<(), GivenUp> {
        self.left.steps = self.left.steps.checked_sub(1).ok_or(GivenUp::TooMuch)?;
        if self.left.steps.is_multiple_of(4096) && self.stop.stopped().is_some() {
            return Err(GivenUp::Stopped);
        }
        Ok(())
    }

    /// Adds what a rule gives; of one of its atoms only the rows in a range.
    fn run(&mut self, id: RuleId, new: Option<(usize, std::ops::Range<usize>)>) -> Result<(), GivenUp> {
        let rule = self.core.rule(id);
        let order = self.order(rule, new.as_ref().map(|(literal, _)| *literal))?;
        let mut found = Vec::new();
        // What is left to be followed: the next step, and the values so far.
        let mut open = vec![(0, vec![Value::NEVER; rule.vars as usize])];
        while let Some((mut at, mut binding)) = open.pop() {
            let met = loop {
                let Some((literal, columns)) = order.steps.get(at) else { break true };
                match &rule.body[*literal] {
                    Literal::Atom(relation, terms) => {
                        let range =
                            new.as_ref().filter(|(number, _)| number == literal).map(|(_, range)| range.clone());
                        self.join(*relation, terms, columns, range, (at + 1, &binding), &mut open)?;
                        break false;
                    }
                    other if !self.passes(other, &mut binding)? => break false,
                    _ => at += 1,
                }
            };
            if met {
                found.extend(self.head(rule, &binding)?);
            }
        }
        found.into_iter().try_for_each(|row| self.spend(rule.head, row))
    }

    /// Follows every row that an atom matches.
    fn join(
        &mut self,
        relation: RelationId,
        terms: &[Term],
        columns: &[usize],
        range: Option<std::ops::Range<usize>>,
        (next, binding): (usize, &[Value]),
        open: &mut Vec<(usize, Vec<Value>)>,
    ) -> Result<(), GivenUp> {
        let table = &mut self.tables[relation.0 as usize];
        let rows: Vec<usize> = match range {
            Some(range) => range.collect(),
            None if columns.is_empty() => (0..table.rows.len()).collect(),
            None => {
                let values: Vec<Value> = columns
                    .iter()
                    .map(|&column| match terms[column] {
                        Term::Var(var) => binding[var.0 as usize],
                        Term::Const(value) => value,
                        Term::Any => Value::NONE,
                    })
                    .collect();
                if values.iter().any(|value| value.is_none()) {
                    return Ok(());
                }
                table.at(columns, &values).to_vec()
            }
        };
        for row in rows {
            self.step()?;
            let row = &self.tables[relation.0 as usize].rows[row];
            let mut binding = binding.to_vec();
            let fits = terms.iter().zip(row).all(|(term, &value)| match term {
                Term::Var(var) => meet(&mut binding, *var, value),
                Term::Const(wanted) => *wanted == value,
                Term::Any => true,
            });
            if fits {
                open.push((next, binding));
            }
        }
        Ok(())
    }

    /// Whether a literal that is no atom holds; a lookup and a binding give a value.
    fn passes(&mut self, literal: &Literal, binding: &mut [Value]) -> Result<bool, GivenUp> {
        self.step()?;
        Ok(match literal {
            Literal::Not(relation, terms) => {
                let form = form(terms, binding);
                self.find(*relation, &form).is_empty()
            }
            Literal::Lookup { relation, key, value, default } => {
                let mut form = form(key, binding);
                form.push(None);
                let found = self.find(*relation, &form).first().and_then(|row| row.last().copied());
                found.or(*default).is_some_and(|found| meet(binding, *value, found))
            }
            Literal::Bind(var, Expr::Var(other)) if binding[other.0 as usize] == Value::NEVER => {
                let known = binding[var.0 as usize];
                !known.is_none() && meet(binding, *other, known)
            }
            Literal::Bind(var, expr) => match self.value(expr, binding)? {
                Some(value) => meet(binding, *var, value),
                None => false,
            },
            test => self.words.meet(test, binding, &self.pool).unwrap_or(false),
        })
    }

    /// The row of a head; none where a column has no value.
    fn head(&mut self, rule: &Rule, binding: &[Value]) -> Result<Option<Vec<Value>>, GivenUp> {
        rule.columns.iter().map(|column| self.value(column, binding)).collect()
    }

    fn value(&mut self, expr: &Expr, binding: &[Value]) -> Result<Option<Value>, GivenUp> {
        match compute(expr, binding, &self.pool) {
            Ok(Computed::Kept(value)) => Ok(Some(value)),
            Ok(Computed::Fresh(datum)) => Ok(Some(self.pool.intern(datum))),
            Err(Failure::Absent | Failure::Undefined(_)) => Ok(None),
            Err(Failure::Overflow(_) | Failure::Full) => Err(GivenUp::TooLarge),
        }
    }

    /// The groups of an aggregation with what each comes to.
    fn aggregate(&mut self, of: &Aggregation) -> Result<Vec<Vec<Value>>, GivenUp> {
        let mut groups: FxHashMap<&[Value], Vec<Value>> = FxHashMap::default();
        let mut order: Vec<&[Value]> = Vec::new();
        for row in &self.tables[of.body.0 as usize].rows {
            let group = &row[..of.groups];
            let value = row.last().copied().unwrap_or(Value::NONE);
            groups.entry(group).or_insert_with(|| {
                order.push(group);
                Vec::new()
            });
            groups.entry(group).and_modify(|values| values.push(value));
        }
        let mut found = Vec::new();
        for group in order {
            let values = groups.remove(group).unwrap_or_default();
            if let Some(value) = aggregate(of.function, &values, &mut self.pool)? {
                found.push(group.iter().copied().chain([value]).collect());
            }
        }
        Ok(found)
    }
}

/// What rows come to: the value of the last column of each.
fn aggregate(function: AggregateFunction, values: &[Value], pool: &mut Pool) -> Result<Option<Value>, GivenUp> {
    let present = || values.iter().copied().filter(|value| !value.is_none());
    let least = |a: &Value, b: &Value| order_kept(*a, *b, pool).then_with(|| pool.compare(*a, *b));
    let numbers: Vec<Decimal> = match function {
        AggregateFunction::Count => return Ok(Some(pool.number(values.len() as i64))),
        AggregateFunction::Min => return Ok(present().min_by(least)),
        AggregateFunction::Max => return Ok(present().max_by(least)),
        AggregateFunction::Sum | AggregateFunction::Mean => present().filter_map(|v| pool.as_decimal(v)).collect(),
    };
    if numbers.is_empty() {
        return Ok(None);
    }
    let total = numbers.iter().try_fold(Decimal::default(), |sum, &number| sum.checked_add(number));
    let total = total.ok_or(GivenUp::TooLarge)?;
    let result = match function {
        AggregateFunction::Mean => total.checked_div(Decimal::from_i64(numbers.len() as i64)),
        // Whole numbers come to a whole number, or to too much.
        _ => Some(total).filter(|total| {
            let whole = present().all(|v| pool.as_number(v).is_some() || pool.as_decimal(v).is_none());
            !whole || total.to_i64().is_some()
        }),
    };
    let result = result.ok_or(GivenUp::TooLarge)?;
    Ok(Some(pool.intern(Datum::Decimal(result))))
}

/// Head, body, and whether the body must be complete before.
fn edges(core: &Core) -> Vec<(RelationId, RelationId, bool)> {
    let of_rule = |rule: &Rule| -> Vec<(RelationId, RelationId, bool)> {
        let of_literal = |literal: &Literal| match literal {
            Literal::Atom(body, _) => Some((rule.head, *body, false)),
            Literal::Not(body, _) | Literal::Lookup { relation: body, .. } => Some((rule.head, *body, true)),
            _ => None,
        };
        rule.body.iter().filter_map(of_literal).collect()
    };
    let mut edges: Vec<_> = core.rules.iter().flat_map(of_rule).collect();
    edges.extend(core.aggregations.iter().map(|of| (of.head, of.body, true)));
    edges
}

/// Gives a variable a value, or compares; two absences are never equal.
fn meet(binding: &mut [Value], var: Var, value: Value) -> bool {
    let known = &mut binding[var.0 as usize];
    if *known == Value::NEVER {
        *known = value;
        return true;
    }
    *known == value && !value.is_none()
}
