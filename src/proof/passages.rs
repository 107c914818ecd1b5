//! The passages of a message in a relation, for steps back from a message. A rule such as "a message has a code where one of
//! its passages has" gives the message as what a function makes of the passage, so that a step back would pass over all
//! passages there are. Who asks once does so; who asks again gets a list by messages.

use super::derivation::Evaluated;
use crate::base::{Pool, Value};
use crate::eval::Database;
use crate::ir::core::{Expr, Function, Literal, RelationId, Rule, Term, Var};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// So often the rows of a column are passed over before they are listed by messages.
const PASSED: usize = 4;

/// Passages of a column by their messages, of the columns for which that was asked often enough.
#[derive(Default)]
pub(super) struct Passages(FxHashMap<(RelationId, usize), Listed>);

enum Listed {
    Asked(usize),
    ByMessage(Rc<FxHashMap<Value, Vec<Value>>>),
}

/// A variable of a rule that must be one of the passages of a message.
pub(super) struct Choice {
    pub var: Var,
    pub message: Value,
    listed: Rc<FxHashMap<Value, Vec<Value>>>,
}

impl Choice {
    /// The passages, in the order of the texts.
    pub fn values(&self) -> &[Value] {
        self.listed.get(&self.message).map_or(&[], Vec::as_slice)
    }
}

impl Passages {
    /// The first variable without a value that is a passage of a message with one. [`None`] where there is none, or where
    /// its rows may as well be passed over.
    pub fn choice(&mut self, evaluated: Evaluated<'_>, rule: &Rule, bound: &[(Var, Value)]) -> Option<Choice> {
        let value = |var: &Var| bound.iter().find(|(other, _)| other == var).map(|&(_, value)| value);
        let open = |literal: &Literal| match literal {
            Literal::Bind(of, Expr::Call(Function::MessageOf, args)) => match &args[..] {
                [Expr::Var(quote)] if value(quote).is_none() => Some((*quote, value(of)?)),
                _ => None,
            },
            _ => None,
        };
        let (var, message) = rule.body.iter().find_map(open)?;
        let of_var = |term: &Term| matches!(term, Term::Var(other) if *other == var);
        let column = |literal: &Literal| match literal {
            Literal::Atom(relation, terms) => Some((*relation, terms.iter().position(of_var)?)),
            _ => None,
        };
        let column = rule.body.iter().find_map(column)?;
        match self.0.entry(column).or_insert(Listed::Asked(0)) {
            Listed::ByMessage(listed) => Some(Choice { var, message, listed: listed.clone() }),
            Listed::Asked(times) if *times < PASSED => {
                *times += 1;
                None
            }
            asked => {
                let listed = Rc::new(by_message(evaluated.db, evaluated.pool, column));
                *asked = Listed::ByMessage(listed.clone());
                Some(Choice { var, message, listed })
            }
        }
    }
}

fn by_message(db: &Database, pool: &Pool, (relation, column): (RelationId, usize)) -> FxHashMap<Value, Vec<Value>> {
    let (mut seen, mut listed) = (FxHashSet::default(), FxHashMap::<Value, Vec<Value>>::default());
    for row in db.relation(relation).rows() {
        let value = row[column];
        if !value.is_none()
            && let Some((message, _)) = pool.as_quote(value)
            && seen.insert(value)
        {
            listed.entry(message).or_default().push(value);
        }
    }
    // No order may depend on when values became known.
    listed.values_mut().for_each(|values| values.sort_by(|&a, &b| pool.compare(a, b)));
    listed
}
