//! Values, relations, patterns and rules as texts that depend on nothing but their content: not on the order in which
//! values were interned, not on the numbers of rules, patterns and relations, not on where something stands.
//!
//! A relation that lowering made up has a name with a number, `either#7`, which shifts when something unrelated is
//! added. Here it is named by what it is defined by, `either#` and a digest of its rules; so two that say the same have
//! one name. A pattern is named by what it finds. Whoever reads such a text must be able to tell all values apart, so
//! texts stand in quotation marks, and nothing here follows what a newer version of Rust thinks can be printed.

use super::contents::{pattern, show, unit_name};
use crate::base::hash::digest;
use crate::base::{Pool, Value};
use crate::ir::Lowered;
use crate::ir::core::{Aggregation, Core, Expr, Literal, PlaceTest, RelationId, Rule, RuleId, Term, Var};
use crate::text::Pattern;

/// What lowering puts between a made-up name and its number.
const NUMBERED: char = '#';

/// The contents of one program as texts.
pub struct Canon<'a> {
    core: &'a Core,
    pool: &'a Pool,
    patterns: Vec<String>,
    names: Vec<String>,
}

impl<'a> Canon<'a> {
    /// For a study.
    pub fn of(lowered: &'a Lowered, pool: &'a Pool) -> Canon<'a> {
        Canon::new(&lowered.core, pool, &lowered.patterns, &lowered.matches)
    }

    /// For core rules, their patterns by number, and the relations that matches of patterns fill.
    pub fn new(core: &'a Core, pool: &'a Pool, patterns: &[Pattern], matches: &[(u32, RelationId)]) -> Canon<'a> {
        let patterns = patterns.iter().map(pattern).collect();
        let names = core.relations.iter().map(|relation| relation.name.clone()).collect();
        let mut canon = Canon { core, pool, patterns, names };
        for &(number, relation) in matches {
            let found = digest(&canon.pattern(number));
            if let Some(name) = canon.names.get_mut(relation.0 as usize) {
                *name = format!("match#{found}");
            }
        }
        canon.name_numbered(matches);
        canon
    }

    /// The program.
    pub fn core(&self) -> &'a Core {
        self.core
    }

    /// The values.
    pub fn pool(&self) -> &'a Pool {
        self.pool
    }

    /// The name of a relation.
    pub fn name(&self, id: RelationId) -> &str {
        &self.names[id.0 as usize]
    }

    /// What the pattern of that number finds.
    pub fn pattern(&self, number: u32) -> String {
        self.patterns.get(number as usize).cloned().unwrap_or_default()
    }

    /// A value, so that no two have one text: `"m15"`, `15`, `2013-09-01`, `theme.sharing`, `"m15"@33-85`, `none`.
    pub fn value(&self, value: Value) -> String {
        show(value, self.pool)
    }

    /// Values with commas between them; [`None`] stands for any value.
    pub fn values(&self, values: impl IntoIterator<Item = Option<Value>>) -> String {
        let shown = values.into_iter().map(|value| value.map_or("_".to_string(), |value| self.value(value)));
        shown.collect::<Vec<_>>().join(", ")
    }

    /// A fact, or with [`None`] for any value a form of facts: `theme@sharing("m15")`.
    pub fn fact(&self, id: RelationId, values: impl IntoIterator<Item = Option<Value>>) -> String {
        format!("{}({})", self.name(id), self.values(values))
    }

    /// A rule: `theme@sharing(V0) :- code@shared_space(V0), not unless@theme@sharing(V0).`
    pub fn rule(&self, id: RuleId) -> String {
        self.rule_text(self.core.rule(id))
    }

    /// The variables of a rule in the order in which its text numbers them; those that stand nowhere are left out.
    pub fn variables(rule: &Rule) -> Vec<Var> {
        let mut order = Order(Vec::new());
        rule.columns.iter().for_each(|column| order.expr(column));
        rule.body.iter().for_each(|literal| order.literal(literal));
        order.0
    }

    /// An aggregation: `count of counted#0123456789abcdef by 1`.
    pub fn aggregation(&self, aggregation: &Aggregation) -> String {
        let Aggregation { body, groups, function, .. } = aggregation;
        format!("{} of {} by {groups}", function.text(), self.name(*body))
    }

    fn rule_text(&self, rule: &Rule) -> String {
        let printer = Printer { canon: self, order: Self::variables(rule) };
        let columns: Vec<String> = rule.columns.iter().map(|column| printer.expr(column)).collect();
        let body: Vec<String> = rule.body.iter().map(|literal| printer.literal(literal)).collect();
        let head = format!("{}({})", self.name(rule.head), columns.join(", "));
        if body.is_empty() { format!("{head}.") } else { format!("{head} :- {}.", body.join(", ")) }
    }

    /// Names the relations that have a number by what they are defined by, those that they need first.
    fn name_numbered(&mut self, matches: &[(u32, RelationId)]) {
        let count = self.core.relations.len();
        let mut open: Vec<bool> = self.core.relations.iter().map(|r| r.name.contains(NUMBERED)).collect();
        matches.iter().for_each(|(_, relation)| open[relation.0 as usize] = false);
        let mut rules = vec![Vec::new(); count];
        let mut aggregations = vec![Vec::new(); count];
        for (number, rule) in self.core.rules.iter().enumerate() {
            rules[rule.head.0 as usize].push(RuleId(number as u32));
        }
        for (number, aggregation) in self.core.aggregations.iter().enumerate() {
            aggregations[aggregation.head.0 as usize].push(number);
        }
        let core = self.core;
        let needs = |id: usize| -> Vec<usize> {
            let of_rules = rules[id].iter().flat_map(|rule| &core.rule(*rule).body).filter_map(|l| match l {
                Literal::Atom(relation, _) | Literal::Not(relation, _) | Literal::Lookup { relation, .. } => {
                    Some(relation.0 as usize)
                }
                _ => None,
            });
            of_rules.chain(aggregations[id].iter().map(|&number| core.aggregations[number].body.0 as usize)).collect()
        };
        for start in 0..count {
            let mut path: Vec<(usize, Vec<usize>)> = Vec::new();
            if std::mem::take(&mut open[start]) {
                path.push((start, needs(start)));
            }
            while let Some((id, left)) = path.last_mut() {
                if let Some(next) = left.pop() {
                    if std::mem::take(&mut open[next]) {
                        path.push((next, needs(next)));
                    }
                    continue;
                }
                let id = *id;
                path.pop();
                let word = core.relations[id].name.split(NUMBERED).next().unwrap_or_default().to_string();
                // Its own name stands in none of its texts.
                self.names[id].clone_from(&word);
                let mut said: Vec<String> = rules[id].iter().map(|&rule| self.rule(rule)).collect();
                said.extend(aggregations[id].iter().map(|&number| self.aggregation(&core.aggregations[number])));
                said.sort();
                said.dedup();
                self.names[id] = format!("{word}#{}", digest(&said.join("\n")));
            }
        }
    }
}

/// The variables in order of appearance.
struct Order(Vec<Var>);

impl Order {
    fn var(&mut self, var: Var) {
        if !self.0.contains(&var) {
            self.0.push(var);
        }
    }

    fn expr(&mut self, expr: &Expr) {
        let mut found = Vec::new();
        crate::ir::compute::variables(expr, &mut found);
        found.into_iter().for_each(|var| self.var(var));
    }

    fn term(&mut self, term: &Term) {
        if let Term::Var(var) = term {
            self.var(*var);
        }
    }

    fn literal(&mut self, literal: &Literal) {
        match literal {
            Literal::Atom(_, terms) | Literal::Not(_, terms) => terms.iter().for_each(|term| self.term(term)),
            Literal::Lookup { key, value, .. } => {
                key.iter().for_each(|term| self.term(term));
                self.var(*value);
            }
            Literal::Compare(_, a, b) | Literal::Contains(a, b) => {
                self.expr(a);
                self.expr(b);
            }
            Literal::Bind(var, expr) => {
                self.var(*var);
                self.expr(expr);
            }
            Literal::Present(var) | Literal::Absent(var) => self.var(*var),
            Literal::Place(_, a, b) => {
                self.term(a);
                self.term(b);
            }
            Literal::Matches(term, _) => self.term(term),
        }
    }
}

/// One rule on its way to text.
struct Printer<'c, 'a> {
    canon: &'c Canon<'a>,
    order: Vec<Var>,
}

impl Printer<'_, '_> {
    fn var(&self, var: Var) -> String {
        let number = self.order.iter().position(|&known| known == var).unwrap_or_default();
        format!("V{number}")
    }

    fn term(&self, term: &Term) -> String {
        match term {
            Term::Var(var) => self.var(*var),
            Term::Const(value) => self.canon.value(*value),
            Term::Any => "_".to_string(),
        }
    }

    fn terms(&self, terms: &[Term]) -> String {
        terms.iter().map(|term| self.term(term)).collect::<Vec<_>>().join(", ")
    }

    fn expr(&self, expr: &Expr) -> String {
        match expr {
            Expr::Var(var) => self.var(*var),
            Expr::Const(value) => self.canon.value(*value),
            Expr::Arithmetic(op, a, b) => format!("({} {} {})", self.expr(a), op.text(), self.expr(b)),
            Expr::Call(function, args) => {
                let args: Vec<String> = args.iter().map(|arg| self.expr(arg)).collect();
                format!("{}({})", function.name(), args.join(", "))
            }
        }
    }

    fn literal(&self, literal: &Literal) -> String {
        let name = |id: &RelationId| self.canon.name(*id);
        match literal {
            Literal::Atom(relation, terms) => format!("{}({})", name(relation), self.terms(terms)),
            Literal::Not(relation, terms) => format!("not {}({})", name(relation), self.terms(terms)),
            Literal::Lookup { relation, key, value, default } => {
                let default = default.map(|value| format!(" else {}", self.canon.value(value))).unwrap_or_default();
                format!("{} = {}({}){default}", self.var(*value), name(relation), self.terms(key))
            }
            Literal::Compare(op, a, b) => format!("{} {} {}", self.expr(a), op.text(), self.expr(b)),
            Literal::Bind(var, expr) => format!("{} := {}", self.var(*var), self.expr(expr)),
            Literal::Present(var) => format!("{} is there", self.var(*var)),
            Literal::Absent(var) => format!("{} is not there", self.var(*var)),
            Literal::Place(test, a, b) => {
                let (a, b) = (self.term(a), self.term(b));
                match test {
                    PlaceTest::Near(within) => format!("{a} near {b} within {within} words"),
                    PlaceTest::Before(Some(within)) => format!("{a} before {b} within {within} words"),
                    PlaceTest::Before(None) => format!("{a} before {b}"),
                    PlaceTest::InSame(unit) => format!("{a} in same {} as {b}", unit_name(*unit)),
                    PlaceTest::Overlaps => format!("{a} overlaps {b}"),
                    PlaceTest::Contains => format!("{a} holds {b}"),
                }
            }
            Literal::Matches(term, number) => {
                format!("{} matches {}", self.term(term), self.canon.pattern(*number))
            }
            Literal::Contains(a, b) => format!("{} contains {}", self.expr(a), self.expr(b)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Datum;
    use crate::ir::core::OriginId;
    use crate::syntax::tree::AggregateFunction;

    #[test]
    fn different_values_have_different_texts() {
        let mut pool = Pool::default();
        let (a, whole) = (pool.text("m1"), pool.text("m1@0-2"));
        let texts = ["", "1", "none", "theme.x", "2013-09-01", "_", "a\"b", "a\\\"b", "a\nb", "a\\nb"];
        let mut values: Vec<Value> = texts.map(|text| pool.text(text)).to_vec();
        values.extend([a, whole, Value::NONE, pool.number(1), pool.number(-1), pool.concept("theme", "x")]);
        values.extend([pool.quote(a, None), pool.quote(a, Some((0, 2))), pool.quote(a, Some((0, 3)))]);
        let date = crate::base::Date::parse("2013-09-01").unwrap();
        values.push(pool.intern(Datum::Date(date)));
        let mut shown: Vec<String> = values.iter().map(|&value| show(value, &pool)).collect();
        assert!(shown.iter().all(|text| !text.contains('\n')));
        shown.sort();
        shown.dedup();
        assert_eq!(shown.len(), values.len());
    }

    /// `p` by a relation that lowering made up, with numbers and an order of interning of its own.
    fn program(shift: usize, pool: &mut Pool, value: i64) -> Core {
        let mut core = Core::default();
        (0..shift).for_each(|n| {
            core.add_relation(format!("other#{n}"), 1);
            pool.text(&format!("other {n}"));
        });
        let given = core.add_relation("q", 1);
        let head = core.add_relation("p", 1);
        let either = core.add_relation(format!("either#{}", shift + 1), 1);
        let count = core.add_relation(format!("count#{}", shift + 2), 1);
        let (first, x) = (Var(shift as u32), Expr::Var(Var(shift as u32)));
        let atom = |relation| Literal::Atom(relation, vec![Term::Var(first)]);
        let rule = |head, body: Vec<Literal>| Rule { head, columns: vec![x.clone()], body, vars: shift as u32 + 1 };
        let number = pool.number(value);
        let least = Literal::Compare(crate::syntax::tree::CompareOp::GreaterEqual, x.clone(), Expr::Const(number));
        core.add_rule(rule(head, vec![atom(either)]), OriginId(0));
        core.add_rule(rule(either, vec![atom(given), least]), OriginId(0));
        core.aggregations.push(Aggregation {
            head: count,
            body: either,
            groups: 0,
            function: AggregateFunction::Count,
        });
        core
    }

    #[test]
    fn made_up_names_go_by_content() {
        let texts = |shift: usize, value: i64| {
            let mut pool = Pool::default();
            let core = program(shift, &mut pool, value);
            let canon = Canon::new(&core, &pool, &[], &[]);
            let count = RelationId(core.relations.len() as u32 - 1);
            (canon.rule(RuleId(0)), canon.rule(RuleId(1)), canon.name(count).to_string())
        };
        let (first, either, count) = texts(0, 3);
        assert!(
            first.starts_with("p(V0) :- either#") && either.ends_with("(V0) :- q(V0), V0 >= 3."),
            "{first} {either}"
        );
        assert_eq!(texts(5, 3), (first.clone(), either, count.clone()));
        assert_ne!(texts(0, 4).0, first);
        assert_ne!(texts(0, 4).2, count);
    }
}
