//! The variables of one body: which name is which variable, and what type each has.
//!
//! A name that stands in the head or in a condition outside every aggregate is one variable everywhere. A name that
//! stands only inside an aggregate is that aggregate's own.

use super::Type;
use super::program::{RelationId, Subject, VarId, Variable};
use crate::base::{Location, Span};
use crate::syntax::tree::{Arg, Expr, ExprKind};
use rustc_hash::{FxHashMap, FxHashSet};

/// The state of resolving one body.
pub(super) struct Scope {
    /// What `this` is, where there is one.
    pub subject: Option<Subject>,
    /// The relation that the rule concludes, where it is one.
    pub concludes: Option<RelationId>,
    /// The names that stand outside every aggregate.
    outer: FxHashSet<String>,
    /// By name, and by aggregate for its own.
    ids: FxHashMap<(Option<Span>, String), VarId>,
    /// By [`VarId`].
    pub vars: Vec<Entry>,
    /// The aggregate that is being resolved.
    pub aggregate: Option<Span>,
}

/// What is known of a variable.
pub(super) struct Entry {
    pub name: String,
    /// Its type and the place that told it.
    pub of: Option<(Type, Location)>,
    pub at: Location,
    /// True for a name of an aggregate's own.
    pub own: bool,
    /// How often it is written.
    pub uses: usize,
    /// Set where a mistake about it has been reported.
    pub reported: bool,
}

impl Scope {
    pub fn new(subject: Option<Subject>, head: &[Arg], body: Option<&Expr>) -> Scope {
        let mut outer = FxHashSet::default();
        for arg in head {
            outside_names(&arg.value, &mut outer);
        }
        if let Some(body) = body {
            outside_names(body, &mut outer);
        }
        Scope { subject, concludes: None, outer, ids: FxHashMap::default(), vars: Vec::new(), aggregate: None }
    }

    /// The variable of a name where it stands.
    pub fn var(&mut self, name: &str, at: Location) -> VarId {
        let own = self.aggregate.filter(|_| !self.outer.contains(name));
        let vars = &mut self.vars;
        *self.ids.entry((own, name.to_string())).or_insert_with(|| {
            vars.push(Entry { name: name.to_string(), of: None, at, own: own.is_some(), uses: 0, reported: false });
            VarId(vars.len() as u32 - 1)
        })
    }

    pub fn entry(&mut self, id: VarId) -> &mut Entry {
        &mut self.vars[id.0 as usize]
    }

    pub fn of(&self, id: VarId) -> Option<Type> {
        self.vars[id.0 as usize].of.map(|(t, _)| t)
    }

    /// The variables as the program keeps them. What has no type was never bound, and that is reported elsewhere.
    pub fn variables(&self) -> Vec<Variable> {
        let variable = |e: &Entry| Variable { name: e.name.clone(), of: e.of.map_or(Type::Text, |(t, _)| t), at: e.at };
        self.vars.iter().map(variable).collect()
    }
}

/// The variables that stand outside every aggregate.
fn outside_names(expr: &Expr, names: &mut FxHashSet<String>) {
    match &expr.kind {
        ExprKind::Var(name) => {
            names.insert(name.clone());
        }
        ExprKind::Aggregate(_) => {}
        _ => each_part(expr, &mut |part| outside_names(part, names)),
    }
}

/// Calls `visit` for the expressions directly inside one.
pub(super) fn each_part<'e>(expr: &'e Expr, visit: &mut impl FnMut(&'e Expr)) {
    match &expr.kind {
        ExprKind::And(parts) | ExprKind::Or(parts) | ExprKind::AtLeast(_, parts) => parts.iter().for_each(visit),
        ExprKind::Not(inner)
        | ExprKind::Has(_, inner)
        | ExprKind::IsA(inner, _)
        | ExprKind::AgreedBy(inner, _)
        | ExprKind::Negate(inner) => visit(inner),
        ExprKind::Compare(_, a, b)
        | ExprKind::Near(a, b, _)
        | ExprKind::Before(a, b, _)
        | ExprKind::InSame(_, a, b)
        | ExprKind::Overlaps(a, b)
        | ExprKind::Except(a, b)
        | ExprKind::Contains(a, b)
        | ExprKind::Matches(a, b)
        | ExprKind::Arithmetic(_, a, b) => {
            visit(a);
            visit(b);
        }
        ExprKind::Aggregate(aggregate) => {
            aggregate.over.iter().for_each(&mut *visit);
            visit(&aggregate.body);
        }
        ExprKind::Atom(atom) => atom.args.iter().for_each(|arg| visit(&arg.value)),
        ExprKind::Counted(_)
        | ExprKind::Stem(..)
        | ExprKind::Quote { .. }
        | ExprKind::Text(_)
        | ExprKind::Regex { .. }
        | ExprKind::Date(_)
        | ExprKind::DateTime(_)
        | ExprKind::Number(_)
        | ExprKind::Decimal(_)
        | ExprKind::This
        | ExprKind::Ref(_)
        | ExprKind::Var(_)
        | ExprKind::Any => {}
    }
}
