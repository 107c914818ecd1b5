//! Random programs from a string of bytes, so that a failing one shrinks.
#![allow(dead_code, reason = "each test takes of it what it needs")]

use hence::base::{Pool, Value};
use hence::ir::core::*;
use hence::syntax::tree::{AggregateFunction, ArithmeticOp, CompareOp};

/// The bytes that decide; at their end every choice is the first.
pub struct Choices<'a>(std::slice::Iter<'a, u8>);

impl<'a> Choices<'a> {
    /// From the first byte on.
    pub fn new(bytes: &'a [u8]) -> Choices<'a> {
        Choices(bytes.iter())
    }

    pub fn below(&mut self, n: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or(0)) % n
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) >= 100 - percent
    }

    pub fn of<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// A program: most are stratified, all are safe and end.
pub fn program(bytes: &[u8], pool: &mut Pool) -> Core {
    program_of(&mut Choices::new(bytes), pool)
}

/// The values that facts and rules have.
pub fn values(pool: &mut Pool) -> Vec<Value> {
    let mut values: Vec<Value> = (0..4).map(|n| pool.number(n)).collect();
    values.extend(["7", "n/a"].map(|text| pool.text(text)));
    values
}

/// [`program`] from where the choices are.
pub fn program_of(c: &mut Choices<'_>, pool: &mut Pool) -> Core {
    let mut core = Core::default();
    let values = values(pool);
    for name in ["a", "b", "c"] {
        let arity = c.below(4);
        let id = core.add_relation(name, arity);
        for _ in 0..c.below(7) {
            let row: Vec<Value> = (0..arity).map(|_| if c.chance(20) { Value::NONE } else { c.of(&values) }).collect();
            core.add_fact(id, &row, FactPlace::Text);
        }
    }
    let derived = 2 + c.below(4);
    let mut aggregates = Vec::new();
    for at in 0..derived {
        let before = core.relations.len();
        let body = RelationId(c.below(before) as u32);
        if c.chance(25) && core.relation(body).arity > 0 {
            let groups = c.below(core.relation(body).arity);
            let head = core.add_relation(format!("n{at}"), groups + 1);
            use AggregateFunction::*;
            let function = c.of(&[Count, Sum, Mean, Min, Max]);
            core.aggregations.push(Aggregation { head, body, groups, function });
            aggregates.push(head);
        } else {
            let arity = c.below(4);
            core.add_relation(format!("d{at}"), arity);
        }
    }
    for head in (3..core.relations.len() as u32).map(RelationId) {
        if aggregates.contains(&head) {
            continue;
        }
        for _ in 0..1 + c.below(3) {
            let rule = rule(c, &core, head, &aggregates, &values);
            core.add_rule(rule, OriginId(0));
        }
        if c.chance(15) {
            let row: Vec<Value> = (0..core.relation(head).arity).map(|_| c.of(&values)).collect();
            core.add_fact(head, &row, FactPlace::Text);
        }
    }
    core
}

/// A rule of a program.
pub fn rule(c: &mut Choices<'_>, core: &Core, head: RelationId, aggregates: &[RelationId], values: &[Value]) -> Rule {
    let mut vars: Vec<Var> = Vec::new();
    let mut body = Vec::new();
    for _ in 0..c.below(4) {
        // Now and then a later relation, for recursion through others.
        let highest = if c.chance(15) { core.relations.len() } else { head.0 as usize + 1 };
        let relation = RelationId(c.below(highest) as u32);
        let terms = (0..core.relation(relation).arity).map(|_| term(c, &mut vars, values, true)).collect();
        body.push(Literal::Atom(relation, terms));
    }
    for _ in 0..c.below(3) {
        let literal = condition(c, core, head, aggregates, values, &mut vars);
        let at = c.below(body.len() + 1);
        body.insert(at, literal);
    }
    let columns = (0..core.relation(head).arity)
        .map(|_| {
            if c.chance(5) {
                Expr::Const(Value::NONE)
            } else if c.chance(15) {
                small(c, &vars, values)
            } else {
                operand(c, &vars, values)
            }
        })
        .collect();
    let most = vars.iter().map(|var| var.0 + 1).max().unwrap_or(0);
    Rule { head, columns, body, vars: most }
}

fn term(c: &mut Choices<'_>, vars: &mut Vec<Var>, values: &[Value], fresh: bool) -> Term {
    match c.below(10) {
        0 => Term::Any,
        1 => Term::Const(c.of(values)),
        2..=5 if fresh || vars.is_empty() => {
            if !fresh {
                return Term::Const(c.of(values));
            }
            let var = Var(c.below(4) as u32);
            if !vars.contains(&var) {
                vars.push(var);
            }
            Term::Var(var)
        }
        _ if vars.is_empty() => Term::Any,
        _ => Term::Var(c.of(vars)),
    }
}

fn operand(c: &mut Choices<'_>, vars: &[Var], values: &[Value]) -> Expr {
    if vars.is_empty() || c.chance(10) { Expr::Const(c.of(values)) } else { Expr::Var(c.of(vars)) }
}

/// Arithmetic whose results stay few.
fn small(c: &mut Choices<'_>, vars: &[Var], values: &[Value]) -> Expr {
    use ArithmeticOp::*;
    let op = c.of(&[Add, Subtract, Multiply, WholeDivide, Divide]);
    let inner = Expr::Arithmetic(op, Box::new(operand(c, vars, values)), Box::new(operand(c, vars, values)));
    if c.chance(20) {
        return Expr::Call(Function::Number, vec![operand(c, vars, values)]);
    }
    Expr::Arithmetic(Remainder, Box::new(inner), Box::new(Expr::Const(values[3])))
}

fn condition(
    c: &mut Choices<'_>,
    core: &Core,
    head: RelationId,
    aggregates: &[RelationId],
    values: &[Value],
    vars: &mut Vec<Var>,
) -> Literal {
    let fresh = |c: &mut Choices<'_>, vars: &mut Vec<Var>| {
        let var = Var(c.below(5) as u32);
        if !vars.contains(&var) {
            vars.push(var);
        }
        var
    };
    let earlier: Vec<RelationId> = aggregates.iter().copied().filter(|id| *id < head).collect();
    match c.below(9) {
        0..=2 => {
            let highest = if c.chance(3) { core.relations.len() } else { head.0 as usize };
            let relation = RelationId(c.below(highest) as u32);
            let terms = (0..core.relation(relation).arity).map(|_| term(c, vars, values, false)).collect();
            Literal::Not(relation, terms)
        }
        3 | 4 if !earlier.is_empty() => {
            let relation = c.of(&earlier);
            let key = (1..core.relation(relation).arity)
                .map(|_| match operand(c, vars, values) {
                    Expr::Var(var) => Term::Var(var),
                    _ => Term::Const(c.of(values)),
                })
                .collect();
            let default = c.chance(50).then(|| values[0]);
            Literal::Lookup { relation, key, value: fresh(c, vars), default }
        }
        3..=5 => {
            use CompareOp::*;
            let op = c.of(&[Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual]);
            Literal::Compare(op, operand(c, vars, values), operand(c, vars, values))
        }
        6 if !vars.is_empty() => {
            let var = c.of(vars);
            if c.chance(50) { Literal::Present(var) } else { Literal::Absent(var) }
        }
        // `X = Y` where only X may be known yet.
        7 if !vars.is_empty() && c.chance(40) => {
            let known = c.of(vars);
            Literal::Bind(known, Expr::Var(fresh(c, vars)))
        }
        _ => {
            let expr = if c.chance(50) { operand(c, vars, values) } else { small(c, vars, values) };
            Literal::Bind(fresh(c, vars), expr)
        }
    }
}
