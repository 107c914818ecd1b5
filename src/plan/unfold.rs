//! The same program with fewer facts to build: a relation that merely joins others for one later rule is written out
//! in that rule instead of being filled.
//!
//! Only where this can never cost more: every variable of the body must stand in the head, so that a row has one way
//! to be found and the rule that reads it goes through no more than the rows that there would have been; and one rule
//! reads the relation, unless it is a renaming or a selection of a single other one. What is left out has no rows
//! after the run; whoever asks for it runs the whole program on the same database, which fills only what is missing.
//!
//! Unfolding is the textbook transformation of logic programs: Tamaki and Sato, "Unfold/fold transformation of logic
//! programs", ICLP 1984.

use super::strata::Strata;
use crate::ir::core::{Core, Expr, Literal, RelationId, Rule, RuleId, Term, Var};
use rustc_hash::FxHashMap;

/// A program some of whose relations are written out where they are read.
#[derive(Clone, Debug, Default)]
pub struct Unfolded {
    /// The program; relations keep their numbers. Its given facts are for whoever runs it to lend from the whole one,
    /// since there may be millions.
    pub core: Core,
    /// For each of its rules the rules of the whole program that it stands for: the one whose head it has, then those
    /// that were written out in it.
    pub stands_for: Vec<Vec<RuleId>>,
    /// The relations without rules, by number.
    pub hidden: Vec<RelationId>,
}

/// The program with every relation written out that may be and is not `wanted`; [`None`] where there is none.
pub fn unfold(core: &Core, strata: &Strata, wanted: &dyn Fn(RelationId) -> bool) -> Option<Unfolded> {
    let mut program = Program::new(core, strata);
    let hidden: Vec<RelationId> =
        (0..core.relations.len() as u32).map(RelationId).filter(|&id| !wanted(id) && program.may_hide(id)).collect();
    // Those that need others come later in the order of strata, so that a relation is whole when it is written out.
    let mut order = hidden.clone();
    order.sort_by_key(|id| strata.of[id.0 as usize]);
    let hidden: Vec<RelationId> = order.into_iter().filter(|&id| program.hide(id)).collect();
    if hidden.is_empty() {
        return None;
    }
    Some(program.finish(hidden))
}

/// A rule in the making, and the rules it stands for.
#[derive(Clone)]
struct Line {
    rule: Rule,
    stands_for: Vec<RuleId>,
}

struct Program<'a> {
    core: &'a Core,
    recursive: Vec<bool>,
    /// True for what is asked for in another way than by an atom.
    needed_whole: Vec<bool>,
    lines: Vec<Option<Line>>,
    /// For each relation the lines that read it, or did before they changed.
    readers: Vec<Vec<usize>>,
    /// For each relation its rules.
    rules: Vec<Vec<usize>>,
}

impl<'a> Program<'a> {
    fn new(core: &'a Core, strata: &Strata) -> Program<'a> {
        let mut needed_whole = vec![false; core.relations.len()];
        for literal in core.rules.iter().flat_map(|rule| &rule.body) {
            if let Literal::Not(id, _) | Literal::Lookup { relation: id, .. } = literal {
                needed_whole[id.0 as usize] = true;
            }
        }
        for aggregation in &core.aggregations {
            needed_whole[aggregation.head.0 as usize] = true;
            needed_whole[aggregation.body.0 as usize] = true;
        }
        let (mut readers, mut rules) = (vec![Vec::new(); core.relations.len()], vec![Vec::new(); core.relations.len()]);
        for (at, rule) in core.rules.iter().enumerate() {
            rules[rule.head.0 as usize].push(at);
            note(&mut readers, at, rule);
        }
        let recursive = strata.of.iter().map(|&of| strata.strata[of].recursive).collect();
        let line = |(id, rule): (usize, &Rule)| Some(Line { rule: rule.clone(), stands_for: vec![RuleId(id as u32)] });
        let lines = core.rules.iter().enumerate().map(line).collect();
        Program { core, recursive, needed_whole, lines, readers, rules }
    }

    /// What does not depend on what else is written out.
    fn may_hide(&self, id: RelationId) -> bool {
        let at = id.0 as usize;
        !self.recursive[at] && !self.needed_whole[at] && self.core.given[at].places.is_empty()
    }

    /// Writes a relation out in the rules that read it; false where that may cost more than it saves.
    fn hide(&mut self, id: RelationId) -> bool {
        let &[definition] = self.rules[id.0 as usize].as_slice() else { return false };
        let Some(line) = self.lines[definition].clone().filter(|line| is_plain(&line.rule)) else { return false };
        let reads = |literal: &Literal| matches!(literal, Literal::Atom(of, _) if *of == id);
        let mut readers = std::mem::take(&mut self.readers[id.0 as usize]);
        readers.sort_unstable();
        readers.dedup();
        readers.retain(|&at| self.lines[at].as_ref().is_some_and(|l| l.rule.body.iter().any(reads)));
        let times = |at: &usize| self.lines[*at].iter().flat_map(|l| &l.rule.body).filter(|l| reads(l)).count();
        let atoms = line.rule.body.iter().filter(|l| matches!(l, Literal::Atom(..))).count();
        let reading: usize = readers.iter().map(times).sum();
        if reading == 0 || (atoms > 1 && reading > 1) {
            return false;
        }
        let written: Option<Vec<Option<Line>>> =
            readers.iter().map(|&at| self.lines[at].clone().and_then(|reader| write_out(reader, id, &line))).collect();
        let Some(written) = written else { return false };
        for (at, line) in readers.into_iter().zip(written) {
            if let Some(line) = &line {
                note(&mut self.readers, at, &line.rule);
            }
            self.lines[at] = line;
        }
        self.lines[definition] = None;
        true
    }

    fn finish(self, hidden: Vec<RelationId>) -> Unfolded {
        let mut core = Core { aggregations: self.core.aggregations.clone(), ..Core::default() };
        core.relations.clone_from(&self.core.relations);
        core.given.resize_with(core.relations.len(), Default::default);
        let mut stands_for = Vec::new();
        for line in self.lines.into_iter().flatten() {
            core.add_rule(line.rule, self.core.rule_origins[line.stands_for[0].0 as usize]);
            stands_for.push(line.stands_for);
        }
        let mut hidden = hidden;
        hidden.sort_unstable();
        Unfolded { core, stands_for, hidden }
    }
}

/// Notes which relations a line reads.
fn note(readers: &mut [Vec<usize>], at: usize, rule: &Rule) {
    for literal in &rule.body {
        if let Literal::Atom(id, _) = literal {
            readers[id.0 as usize].push(at);
        }
    }
}

/// A rule whose rows have one way to be found, and whose conditions can neither fault nor be counted as without value.
fn is_plain(rule: &Rule) -> bool {
    let mut shown = vec![false; rule.vars as usize];
    for column in &rule.columns {
        match column {
            Expr::Var(var) => shown[var.0 as usize] = true,
            Expr::Const(value) if !value.is_none() => {}
            _ => return false,
        }
    }
    let simple = |expr: &Expr| matches!(expr, Expr::Var(_) | Expr::Const(_));
    rule.body.iter().all(|literal| match literal {
        Literal::Atom(_, terms) => terms.iter().all(|term| match term {
            Term::Var(var) => shown[var.0 as usize],
            Term::Const(_) => true,
            Term::Any => false,
        }),
        Literal::Not(..) | Literal::Present(_) | Literal::Absent(_) => true,
        Literal::Compare(_, a, b) => simple(a) && simple(b),
        _ => false,
    })
}

/// A rule with every atom of `id` replaced by the body of its one rule. [`None`] where that cannot be said; a line of
/// [`None`] where two constants differ, so that the rule never holds.
fn write_out(mut reader: Line, id: RelationId, definition: &Line) -> Option<Option<Line>> {
    while let Some(at) = reader.rule.body.iter().position(|l| matches!(l, Literal::Atom(of, _) if *of == id)) {
        let Literal::Atom(_, terms) = reader.rule.body[at].clone() else { return None };
        match replace(&mut reader.rule, at, &terms, &definition.rule) {
            Replaced::Done => {}
            Replaced::Never => return Some(None),
            Replaced::Refused => return None,
        }
        let new = definition.stands_for.iter().filter(|rule| !reader.stands_for.contains(rule)).copied();
        let new: Vec<RuleId> = new.collect();
        reader.stands_for.extend(new);
    }
    Some(Some(reader))
}

enum Replaced {
    Done,
    Never,
    Refused,
}

fn replace(rule: &mut Rule, at: usize, terms: &[Term], definition: &Rule) -> Replaced {
    // What each variable of the definition is in the rule, and what variables of the rule turn out to be.
    let mut inner: FxHashMap<Var, Term> = FxHashMap::default();
    let mut outer: FxHashMap<Var, Term> = FxHashMap::default();
    for (place, (&term, column)) in terms.iter().zip(&definition.columns).enumerate() {
        // An absence equals nothing, so a variable that stands twice asks for more than two variables that are equal.
        if matches!(term, Term::Var(_)) && terms[..place].contains(&term) {
            return Replaced::Refused;
        }
        match (term, column) {
            (Term::Any, _) => {}
            (Term::Const(a), Expr::Const(b)) if a != *b => return Replaced::Never,
            (Term::Const(_), Expr::Const(_)) => {}
            (Term::Var(var), Expr::Const(value)) => {
                outer.insert(var, Term::Const(*value));
            }
            (term, Expr::Var(var)) => match (inner.get(var).copied(), term) {
                (None, term) => {
                    inner.insert(*var, term);
                }
                (Some(Term::Const(a)), Term::Const(b)) if a != b => return Replaced::Never,
                (Some(known), Term::Var(other)) => {
                    outer.insert(other, known);
                }
                (Some(Term::Var(_)), Term::Const(_)) => return Replaced::Refused,
                _ => {}
            },
            _ => return Replaced::Refused,
        }
    }
    let first = rule.vars;
    let inner = |var: Var| inner.get(&var).copied().unwrap_or(Term::Var(Var(first + var.0)));
    let Some(new) = definition.body.iter().map(|literal| renamed(literal, &inner)).collect::<Option<Vec<_>>>() else {
        return Replaced::Refused;
    };
    let mut whole = rule.clone();
    whole.body.splice(at..=at, new);
    whole.vars += definition.vars;
    if !outer.is_empty() {
        let outer = |var: Var| outer.get(&var).copied().unwrap_or(Term::Var(var));
        let body = whole.body.iter().map(|literal| renamed(literal, &outer)).collect::<Option<Vec<_>>>();
        let columns = whole.columns.iter().map(|column| renamed_expr(column, &outer)).collect();
        let Some(body) = body else { return Replaced::Refused };
        (whole.body, whole.columns) = (body, columns);
    }
    *rule = whole;
    Replaced::Done
}

/// A literal with other variables; [`None`] where a constant comes to stand where only a variable can.
fn renamed(literal: &Literal, to: &dyn Fn(Var) -> Term) -> Option<Literal> {
    let term = |term: &Term| match term {
        Term::Var(var) => to(*var),
        other => *other,
    };
    let terms = |terms: &[Term]| terms.iter().map(term).collect::<Vec<_>>();
    let variable = |var: &Var| match to(*var) {
        Term::Var(var) => Some(var),
        _ => None,
    };
    let expr = |expr: &Expr| renamed_expr(expr, to);
    Some(match literal {
        Literal::Atom(id, of) => Literal::Atom(*id, terms(of)),
        Literal::Not(id, of) => Literal::Not(*id, terms(of)),
        Literal::Lookup { relation, key, value, default } => {
            Literal::Lookup { relation: *relation, key: terms(key), value: variable(value)?, default: *default }
        }
        Literal::Compare(op, a, b) => Literal::Compare(*op, expr(a), expr(b)),
        Literal::Bind(var, of) => Literal::Bind(variable(var)?, expr(of)),
        Literal::Present(var) => Literal::Present(variable(var)?),
        Literal::Absent(var) => Literal::Absent(variable(var)?),
        Literal::Place(test, a, b) => Literal::Place(*test, term(a), term(b)),
        Literal::Matches(of, pattern) => Literal::Matches(term(of), *pattern),
        Literal::Contains(a, b) => Literal::Contains(expr(a), expr(b)),
    })
}

fn renamed_expr(expr: &Expr, to: &dyn Fn(Var) -> Term) -> Expr {
    match expr {
        Expr::Var(var) => match to(*var) {
            Term::Const(value) => Expr::Const(value),
            Term::Var(var) => Expr::Var(var),
            Term::Any => expr.clone(),
        },
        Expr::Const(_) => expr.clone(),
        Expr::Arithmetic(op, a, b) => {
            Expr::Arithmetic(*op, Box::new(renamed_expr(a, to)), Box::new(renamed_expr(b, to)))
        }
        Expr::Call(function, args) => Expr::Call(*function, args.iter().map(|arg| renamed_expr(arg, to)).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::strata;
    use super::*;
    use crate::base::Pool;
    use crate::ir::core::OriginId;

    fn atom(id: RelationId, vars: &[u32]) -> Literal {
        Literal::Atom(id, vars.iter().map(|&var| Term::Var(Var(var))).collect())
    }

    fn add(core: &mut Core, head: RelationId, columns: &[u32], body: Vec<Literal>, vars: u32) {
        let columns = columns.iter().map(|&var| Expr::Var(Var(var))).collect();
        core.add_rule(Rule { head, columns, body, vars }, OriginId(0));
    }

    #[test]
    fn a_join_for_one_reader_is_written_out_and_a_projection_stays() {
        let mut core = Core::default();
        let [coded, of, joined, some, theme] =
            [("coded", 2), ("of", 2), ("joined", 3), ("some", 1), ("theme", 2)].map(|(n, a)| core.add_relation(n, a));
        add(&mut core, joined, &[0, 1, 2], vec![atom(coded, &[0, 1]), atom(of, &[2, 1])], 3);
        add(&mut core, some, &[0], vec![atom(coded, &[0, 1])], 2);
        // theme(m, t) if joined(m, c, t), some(m)
        add(&mut core, theme, &[0, 2], vec![atom(joined, &[0, 1, 2]), atom(some, &[0])], 3);
        let order = strata(&core).unwrap();
        let unfolded = unfold(&core, &order, &|id| id == theme).unwrap();
        assert_eq!(unfolded.hidden, [joined]);
        assert_eq!(unfolded.core.rules.len(), 2);
        let rule = &unfolded.core.rules[1];
        assert_eq!(rule.body, [atom(coded, &[0, 1]), atom(of, &[2, 1]), atom(some, &[0])]);
        assert_eq!(unfolded.stands_for[1], [RuleId(2), RuleId(0)]);
        assert!(unfold(&core, &order, &|_| true).is_none());

        // A second reader of the join: then it is filled once.
        add(&mut core, some, &[0], vec![atom(joined, &[0, 1, 2])], 3);
        assert!(unfold(&core, &strata(&core).unwrap(), &|id| id == theme).is_none());
    }

    #[test]
    fn constants_meet_or_the_rule_never_holds() {
        let (mut core, mut pool) = (Core::default(), Pool::default());
        let [p, kept, one, other] =
            [("p", 2), ("kept", 2), ("one", 1), ("other", 1)].map(|(n, a)| core.add_relation(n, a));
        let (five, six) = (pool.number(5), pool.number(6));
        // kept(x, 5) if p(x, 6)
        let columns = vec![Expr::Var(Var(0)), Expr::Const(five)];
        let body = vec![Literal::Atom(p, vec![Term::Var(Var(0)), Term::Const(six)])];
        core.add_rule(Rule { head: kept, columns, body: body.clone(), vars: 1 }, OriginId(0));
        add(&mut core, one, &[1], vec![atom(kept, &[0, 1])], 2);
        let never = vec![Literal::Atom(kept, vec![Term::Var(Var(0)), Term::Const(six)])];
        core.add_rule(Rule { head: other, columns: vec![Expr::Var(Var(0))], body: never, vars: 1 }, OriginId(0));
        let unfolded = unfold(&core, &strata(&core).unwrap(), &|id| id != kept).unwrap();
        assert_eq!(unfolded.hidden, [kept]);
        assert_eq!(unfolded.core.rules.len(), 1);
        assert_eq!(unfolded.core.rules[0].columns, [Expr::Const(five)]);
        assert_eq!(unfolded.core.rules[0].body, body);
    }
}
