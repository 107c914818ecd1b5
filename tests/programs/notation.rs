//! Core programs as text, for tests.
//!
//! ```text
//! edge(1, 2).                          a fact; `none` is an absent value
//! path(x, z) :- edge(x, y), path(y, z).
//! n := count(path, 1).                 an aggregation: count, sum, mean, min or max of a relation by its first columns
//! many(x) :- edge(x, _), n(x) = c else 0, c > 2, not path(x, x), d := c + 1, present y, absent y, x contains "a".
//! ```
//!
//! Lower-case words are variables, except before a bracket.

use hence::base::{Pool, Value};
use hence::ir::core::*;
use hence::syntax::tree::{AggregateFunction, ArithmeticOp, CompareOp};
use std::collections::HashMap;

/// Reads a program; panics where it is malformed, since it is part of a test.
pub fn program(text: &str, pool: &mut Pool) -> Core {
    let mut reader = Reader { tokens: tokens(text), at: 0, core: Core::default(), names: HashMap::new(), pool };
    while reader.at < reader.tokens.len() {
        reader.statement();
    }
    reader.core
}

/// The relation of a name.
pub fn relation(core: &Core, name: &str) -> RelationId {
    let at = core.relations.iter().position(|relation| relation.name == name);
    RelationId(at.unwrap_or_else(|| panic!("no relation {name}")) as u32)
}

fn tokens(text: &str) -> Vec<String> {
    let (mut tokens, chars, mut at) = (Vec::new(), text.chars().collect::<Vec<_>>(), 0);
    while at < chars.len() {
        let start = at;
        let c = chars[at];
        at += 1;
        let while_ = |at: &mut usize, test: &dyn Fn(char) -> bool| {
            while *at < chars.len() && test(chars[*at]) {
                *at += 1;
            }
        };
        if c.is_whitespace() {
            continue;
        } else if c == '#' {
            while_(&mut at, &|c| c != '\n');
            continue;
        } else if c.is_alphanumeric() || c == '_' {
            while_(&mut at, &|c| c.is_alphanumeric() || c == '_');
        } else if c == '"' {
            while_(&mut at, &|c| c != '"');
            at += 1;
        } else if at < chars.len() && matches!((c, chars[at]), (':', '-') | (':' | '!' | '<' | '>', '=')) {
            at += 1;
        }
        tokens.push(chars[start..at].iter().collect());
    }
    tokens
}

struct Reader<'a> {
    tokens: Vec<String>,
    at: usize,
    core: Core,
    names: HashMap<String, RelationId>,
    pool: &'a mut Pool,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> &str {
        self.tokens.get(self.at + ahead).map_or("", String::as_str)
    }

    fn next(&mut self) -> String {
        self.at += 1;
        self.tokens[self.at - 1].clone()
    }

    fn take(&mut self, token: &str) -> bool {
        let there = self.peek(0) == token;
        self.at += usize::from(there);
        there
    }

    fn expect(&mut self, token: &str) {
        assert!(self.take(token), "expected {token} before {:?}", &self.tokens[self.at..]);
    }

    fn relation(&mut self, name: String, arity: usize) -> RelationId {
        let core = &mut self.core;
        let id = *self.names.entry(name.clone()).or_insert_with(|| core.add_relation(name.clone(), arity));
        assert_eq!(core.relation(id).arity, arity, "columns of {name}");
        id
    }

    fn statement(&mut self) {
        let name = self.next();
        if self.take(":=") {
            let function = match self.next().as_str() {
                "count" => AggregateFunction::Count,
                "sum" => AggregateFunction::Sum,
                "mean" => AggregateFunction::Mean,
                "min" => AggregateFunction::Min,
                "max" => AggregateFunction::Max,
                other => panic!("no aggregate {other}"),
            };
            self.expect("(");
            let body = self.next();
            self.expect(",");
            let groups = self.next().parse().unwrap();
            self.expect(")");
            self.expect(".");
            let head = self.relation(name, groups + 1);
            let body = *self.names.get(&body).expect("the aggregate's body stands before it");
            self.core.aggregations.push(Aggregation { head, body, groups, function });
            return;
        }
        let mut vars = Vec::new();
        let columns = self.exprs(&mut vars);
        let head = self.relation(name, columns.len());
        let mut body = Vec::new();
        if self.take(":-") {
            loop {
                body.push(self.literal(&mut vars));
                if !self.take(",") {
                    break;
                }
            }
        } else {
            let constant = |expr: &Expr| if let Expr::Const(v) = expr { *v } else { panic!("a fact has constants") };
            let row: Vec<Value> = columns.iter().map(constant).collect();
            self.core.add_fact(head, &row, FactPlace::Text);
            return self.expect(".");
        }
        self.expect(".");
        self.core.add_rule(Rule { head, columns, body, vars: vars.len() as u32 }, OriginId(0));
    }

    fn exprs(&mut self, vars: &mut Vec<String>) -> Vec<Expr> {
        let mut exprs = Vec::new();
        self.expect("(");
        while !self.take(")") {
            exprs.push(self.expr(vars));
            self.take(",");
        }
        exprs
    }

    fn terms(&mut self, vars: &mut Vec<String>) -> Vec<Term> {
        let term = |expr| match expr {
            Expr::Var(Var(u32::MAX)) => Term::Any,
            Expr::Var(var) => Term::Var(var),
            Expr::Const(value) => Term::Const(value),
            other => panic!("no term: {other:?}"),
        };
        self.exprs(vars).into_iter().map(term).collect()
    }

    fn literal(&mut self, vars: &mut Vec<String>) -> Literal {
        if self.take("not") {
            let name = self.next();
            let terms = self.terms(vars);
            return Literal::Not(self.relation(name, terms.len()), terms);
        }
        for (word, present) in [("present", true), ("absent", false)] {
            if self.take(word) {
                let var = self.var(vars);
                return if present { Literal::Present(var) } else { Literal::Absent(var) };
            }
        }
        let function = function(self.peek(0)).is_some();
        if self.peek(1) == "(" && !function {
            let name = self.next();
            let terms = self.terms(vars);
            if self.take("=") {
                let value = self.var(vars);
                let default = if self.take("else") { Some(self.constant()) } else { None };
                return Literal::Lookup { relation: self.relation(name, terms.len() + 1), key: terms, value, default };
            }
            return Literal::Atom(self.relation(name, terms.len()), terms);
        }
        if self.peek(1) == ":=" {
            let var = self.var(vars);
            self.expect(":=");
            return Literal::Bind(var, self.expr(vars));
        }
        let left = self.expr(vars);
        let op = match self.next().as_str() {
            "contains" => return Literal::Contains(left, self.expr(vars)),
            "=" => CompareOp::Equal,
            "!=" => CompareOp::NotEqual,
            "<" => CompareOp::Less,
            "<=" => CompareOp::LessEqual,
            ">" => CompareOp::Greater,
            ">=" => CompareOp::GreaterEqual,
            other => panic!("no comparison {other}"),
        };
        Literal::Compare(op, left, self.expr(vars))
    }

    fn var(&mut self, vars: &mut Vec<String>) -> Var {
        let name = self.next();
        let at = vars.iter().position(|var| *var == name).unwrap_or_else(|| {
            vars.push(name);
            vars.len() - 1
        });
        Var(at as u32)
    }

    fn constant(&mut self) -> Value {
        let token = self.next();
        match token.strip_prefix('"') {
            Some(text) => self.pool.text(text.trim_end_matches('"')),
            None if token == "none" => Value::NONE,
            None => self.pool.number(token.parse().unwrap()),
        }
    }

    /// Operators bind to the left, all alike.
    fn expr(&mut self, vars: &mut Vec<String>) -> Expr {
        let mut left = self.operand(vars);
        loop {
            let op = match self.peek(0) {
                "+" => ArithmeticOp::Add,
                "-" => ArithmeticOp::Subtract,
                "*" => ArithmeticOp::Multiply,
                "/" => ArithmeticOp::Divide,
                "div" => ArithmeticOp::WholeDivide,
                "mod" => ArithmeticOp::Remainder,
                _ => return left,
            };
            self.at += 1;
            left = Expr::Arithmetic(op, Box::new(left), Box::new(self.operand(vars)));
        }
    }

    fn operand(&mut self, vars: &mut Vec<String>) -> Expr {
        if self.take("_") {
            return Expr::Var(Var(u32::MAX));
        }
        if self.take("(") {
            let inner = self.expr(vars);
            self.expect(")");
            return inner;
        }
        let first = self.peek(0).chars().next().unwrap_or(' ');
        if first == '"' || first.is_ascii_digit() || self.peek(0) == "none" {
            return Expr::Const(self.constant());
        }
        if let (Some(function), "(") = (function(self.peek(0)), self.peek(1)) {
            self.at += 1;
            return Expr::Call(function, self.exprs(vars));
        }
        Expr::Var(self.var(vars))
    }
}

fn function(name: &str) -> Option<Function> {
    Some(match name {
        "length" => Function::Length,
        "lower" => Function::Lower,
        "concat" => Function::Concat,
        "number" => Function::Number,
        "abs" => Function::Abs,
        "least" => Function::Min,
        _ => return None,
    })
}
