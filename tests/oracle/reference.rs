//! A slow and obvious evaluator: every rule over all rows, again and again, until nothing is new.

use hence::base::{Decimal, Pool, Value};
use hence::eval::{Texts, holds};
use hence::ir::compute::{Computed, compute};
use hence::ir::core::*;
use hence::syntax::tree::{AggregateFunction, ArithmeticOp};
use std::collections::{BTreeMap, BTreeSet};

pub type Rows = BTreeSet<Vec<Value>>;

/// All facts, by relation; [`None`]: `not` or an aggregate in a circle.
pub fn evaluate(core: &Core, pool: &mut Pool, texts: &dyn Texts) -> Option<Vec<Rows>> {
    let level = levels(core)?;
    let mut rows = vec![Rows::new(); core.relations.len()];
    for (id, given) in core.given.iter().enumerate() {
        let width = core.relations[id].arity;
        for place in 0..given.places.len() {
            rows[id].insert(given.values[place * width..(place + 1) * width].to_vec());
        }
    }
    for now in 0..=level.iter().copied().max().unwrap_or(0) {
        for aggregation in core.aggregations.iter().filter(|a| level[a.head.0 as usize] == now) {
            let found = aggregate(aggregation, &rows[aggregation.body.0 as usize], pool);
            rows[aggregation.head.0 as usize].extend(found);
        }
        loop {
            let mut new = false;
            for rule in core.rules.iter().filter(|rule| level[rule.head.0 as usize] == now) {
                for row in give(rule, &rows, pool, texts) {
                    new |= rows[rule.head.0 as usize].insert(row);
                }
            }
            if !new {
                break;
            }
        }
    }
    Some(rows)
}

/// What a rule gives from these rows.
pub fn give(rule: &Rule, rows: &[Rows], pool: &mut Pool, texts: &dyn Texts) -> Rows {
    let mut found = Rows::new();
    solve(rule, rule.body.iter().collect(), vec![None; rule.vars as usize], rows, pool, texts, &mut found);
    found
}

fn levels(core: &Core) -> Option<Vec<usize>> {
    let mut level = vec![0; core.relations.len()];
    loop {
        let before = level.clone();
        let mut raise = |head: RelationId, body: RelationId, strict: bool| {
            let least = level[body.0 as usize] + usize::from(strict);
            level[head.0 as usize] = level[head.0 as usize].max(least);
        };
        for rule in &core.rules {
            for literal in &rule.body {
                match literal {
                    Literal::Atom(body, _) => raise(rule.head, *body, false),
                    Literal::Not(body, _) | Literal::Lookup { relation: body, .. } => raise(rule.head, *body, true),
                    _ => {}
                }
            }
        }
        core.aggregations.iter().for_each(|a| raise(a.head, a.body, true));
        if level == before {
            return Some(level);
        }
        if level.iter().any(|&level| level > core.relations.len()) {
            return None;
        }
    }
}

/// What an aggregation gives from these rows.
pub fn aggregate(aggregation: &Aggregation, rows: &Rows, pool: &mut Pool) -> Vec<Vec<Value>> {
    let mut groups: BTreeMap<Vec<Value>, Vec<Value>> = BTreeMap::new();
    for row in rows {
        let value = row.last().copied().unwrap_or(Value::NONE);
        groups.entry(row[..aggregation.groups].to_vec()).or_default().push(value);
    }
    let mut found = Vec::new();
    for (mut group, values) in groups {
        let present: Vec<Value> = values.iter().copied().filter(|v| !v.is_none()).collect();
        let numbers: Vec<Decimal> = present.iter().filter_map(|&v| pool.as_decimal(v)).collect();
        let sum = numbers.iter().try_fold(Decimal::default(), |sum, n| sum.checked_add(*n)).expect("few numbers");
        let sum = pool.decimal(sum);
        let count = pool.number(numbers.len() as i64);
        let value = match aggregation.function {
            AggregateFunction::Count => Some(pool.number(values.len() as i64)),
            AggregateFunction::Sum => (!numbers.is_empty()).then_some(sum),
            AggregateFunction::Mean => {
                let divide = |a, b| Expr::Arithmetic(ArithmeticOp::Divide, Box::new(a), Box::new(b));
                let mean = compute(&divide(Expr::Const(sum), Expr::Const(count)), &[], pool);
                mean.ok().map(|mean| keep(mean, pool))
            }
            AggregateFunction::Min => present.iter().copied().min_by(|a, b| pool.compare(*a, *b)),
            AggregateFunction::Max => present.iter().copied().max_by(|a, b| pool.compare(*a, *b)),
        };
        if let Some(value) = value {
            group.push(value);
            found.push(group);
        }
    }
    found
}

fn keep(value: Computed, pool: &mut Pool) -> Value {
    match value {
        Computed::Kept(value) => value,
        Computed::Fresh(datum) => pool.intern(datum),
    }
}

type Env = Vec<Option<Value>>;

/// Gives a variable a value, or compares; two absences are never equal.
fn meet(env: &mut Env, var: Var, value: Value) -> bool {
    match env[var.0 as usize] {
        None => {
            env[var.0 as usize] = Some(value);
            true
        }
        Some(known) => known == value && !value.is_none(),
    }
}

fn is_known(expr: &Expr, env: &Env) -> bool {
    match expr {
        Expr::Var(var) => env[var.0 as usize].is_some(),
        Expr::Const(_) => true,
        Expr::Arithmetic(_, a, b) => is_known(a, env) && is_known(b, env),
        Expr::Call(_, args) => args.iter().all(|arg| is_known(arg, env)),
    }
}

fn ready(literal: &Literal, env: &Env) -> bool {
    let term = |term: &Term| !matches!(term, Term::Var(var) if env[var.0 as usize].is_none());
    match literal {
        Literal::Atom(..) => false,
        Literal::Not(_, terms) | Literal::Lookup { key: terms, .. } => terms.iter().all(term),
        Literal::Compare(_, a, b) | Literal::Contains(a, b) => is_known(a, env) && is_known(b, env),
        Literal::Bind(var, Expr::Var(other)) => env[var.0 as usize].is_some() || env[other.0 as usize].is_some(),
        Literal::Bind(_, expr) => is_known(expr, env),
        Literal::Present(var) | Literal::Absent(var) => env[var.0 as usize].is_some(),
        Literal::Place(_, a, b) => term(a) && term(b),
        Literal::Matches(a, _) => term(a),
    }
}

fn matches(terms: &[Term], row: &[Value], env: &mut Env) -> bool {
    terms.iter().zip(row).all(|(term, value)| match term {
        Term::Var(var) => meet(env, *var, *value),
        Term::Const(constant) => constant == value,
        Term::Any => true,
    })
}

fn solve(
    rule: &Rule,
    mut left: Vec<&Literal>,
    mut env: Env,
    rows: &[Rows],
    pool: &mut Pool,
    texts: &dyn Texts,
    found: &mut Rows,
) {
    let at = left.iter().position(|literal| ready(literal, &env));
    let at = at.or_else(|| left.iter().position(|literal| matches!(literal, Literal::Atom(..))));
    let Some(at) = at else {
        assert!(left.is_empty(), "unsafe: {left:?}");
        let binding: Vec<Value> = env.iter().map(|value| value.unwrap_or(Value::NONE)).collect();
        let mut row = Vec::new();
        for column in &rule.columns {
            match compute(column, &binding, pool) {
                Ok(value) => row.push(keep(value, pool)),
                Err(_) => return,
            }
        }
        found.insert(row);
        return;
    };
    let binding: Vec<Value> = env.iter().map(|value| value.unwrap_or(Value::NONE)).collect();
    let met = match left.remove(at) {
        Literal::Atom(relation, terms) => {
            for row in &rows[relation.0 as usize] {
                let mut env = env.clone();
                if matches(terms, row, &mut env) {
                    solve(rule, left.clone(), env, rows, pool, texts, found);
                }
            }
            return;
        }
        Literal::Not(relation, terms) => {
            !rows[relation.0 as usize].iter().any(|row| matches(terms, row, &mut env.clone()))
        }
        Literal::Lookup { relation, key, value, default } => {
            let row = rows[relation.0 as usize].iter().find(|row| matches(key, row, &mut env.clone()));
            let got = row.and_then(|row| row.last().copied()).or(*default);
            got.is_some_and(|got| meet(&mut env, *value, got))
        }
        Literal::Bind(var, Expr::Var(other)) if env[other.0 as usize].is_none() => {
            let known = binding[var.0 as usize];
            !known.is_none() && meet(&mut env, *other, known)
        }
        Literal::Bind(var, expr) => match compute(expr, &binding, pool) {
            Ok(value) => {
                let value = keep(value, pool);
                meet(&mut env, *var, value)
            }
            Err(_) => false,
        },
        test => holds(test, &binding, pool, texts).unwrap_or(false),
    };
    if met {
        solve(rule, left, env, rows, pool, texts, found);
    }
}
