//! What a count counted, where a comparison with it fails: its value and the first of what was counted, or which of several
//! conditions are met.

use super::answer::Blame;
use super::inquiry::{Inquiry, OpenRow};
use super::shapes::condition_at;
use crate::base::{Location, Value};
use crate::check::program::ConditionKind;
use crate::ir::compute::variables;
use crate::ir::core::{Literal, RelationId, Var};
use crate::ir::origin::Role;
use crate::proof::{Miss, pattern};

/// So many of those that were counted are named.
const NAMED: usize = 6;

impl Inquiry<'_> {
    /// What the counts counted that a comparison uses.
    pub(super) fn counts(&self, literal: &Literal, miss: &Miss) -> Vec<Blame> {
        let mut used: Vec<Var> = Vec::new();
        match literal {
            Literal::Compare(_, a, b) => {
                variables(a, &mut used);
                variables(b, &mut used);
            }
            Literal::Bind(_, expr) => variables(expr, &mut used),
            _ => {}
        }
        let body = &self.base().lowered.core.rule(miss.rule).body;
        // `N = count of …` before `N >= 2`.
        for literal in body {
            if let Literal::Bind(var, expr) = literal
                && used.contains(var)
            {
                variables(expr, &mut used);
            }
        }
        let is_used = |literal: &&Literal| matches!(literal, Literal::Lookup { value, .. } if used.contains(value));
        let alone = body.iter().filter(is_used).count() == 1;
        let of = |literal: &Literal| match literal {
            Literal::Lookup { relation, key, value, .. } if used.contains(value) => {
                self.counted(*relation, &pattern(key, &miss.binding), miss.binding[value.0 as usize], alone)
            }
            _ => None,
        };
        body.iter().filter_map(of).collect()
    }

    /// A part of an `at least`: a code by its label, anything else as it is written.
    fn named_part(&self, at: Location) -> String {
        self.marked(at)
    }

    /// What a count is called; `the count`, where it is the only one and has conditions of its own, which have just been read.
    fn named_count(&self, at: Location, alone: bool) -> String {
        let words = self.view().words(at);
        match words.split_once(' ') {
            Some((what, rest)) if alone && rest.contains(" where ") => format!("the {what}"),
            _ => self.marked(at),
        }
    }

    /// `authors of x is 2: Tom, John`
    fn counted(&self, head: RelationId, key: &OpenRow, value: Option<Value>, alone: bool) -> Option<Blame> {
        let view = self.view();
        let Role::Count(at) = view.lowered.role(head) else { return None };
        let shown = value.map_or("nothing".to_string(), |value| view.in_words(value));
        let condition = condition_at(view.program, at);
        if let Some(ConditionKind::AtLeast(_, parts)) = condition.map(|c| &c.kind) {
            let rows = self.counted_rows(head, key);
            let number = |row: &Vec<Value>| row.last().and_then(|&v| view.pool.as_number(v));
            let met: Vec<i64> = rows.0.iter().filter_map(number).collect();
            let named = |wanted: bool| -> Vec<String> {
                let parts = parts.iter().zip(1..).filter(|(_, n)| met.contains(n) == wanted);
                parts.map(|(part, _)| self.named_part(part.at)).collect()
            };
            let (there, not) = (named(true), named(false));
            let (there, not) = (there.join(", "), not.join(", "));
            let of = parts.len();
            return Some(Blame::of(match met.len() {
                0 => format!("none of the {of} is there: {not}"),
                1 => format!("1 of the {of} is there: {there}; not there: {not}"),
                met => format!("{met} of the {of} are there: {there}; not there: {not}"),
            }));
        }
        let (rows, more) = self.counted_rows(head, key);
        let names: Vec<String> = rows
            .iter()
            .take(NAMED)
            .map(|row| row.iter().map(|&value| view.in_words(value)).collect::<Vec<_>>().join(", "))
            .collect();
        let rest = if more || rows.len() > NAMED { ", and others" } else { "" };
        let list = if names.is_empty() { String::new() } else { format!(": {}{rest}", names.join(", ")) };
        Some(Blame::of(match condition.map(|c| &c.kind) {
            Some(ConditionKind::Agreed(..)) => format!("{shown} coded it so{list}"),
            _ => format!("{} is {shown}{list}", self.named_count(at, alone)),
        }))
    }

    /// The rows of a group without the values that make it.
    pub(super) fn counted_rows(&self, head: RelationId, key: &OpenRow) -> (Vec<Vec<Value>>, bool) {
        let core = &self.base().lowered.core;
        let Some(aggregation) = core.aggregations.iter().find(|a| a.head == head) else { return (Vec::new(), false) };
        let mut row = key.clone();
        row.resize(core.relation(aggregation.body).arity, None);
        let (rows, more) = self.search.rows(aggregation.body, &row, NAMED * 4);
        let mut rows: Vec<Vec<Value>> = rows.iter().map(|row| row[aggregation.groups..].to_vec()).collect();
        rows.sort_by(|a, b| {
            let orders = a.iter().zip(b).map(|(&x, &y)| self.pool.compare(x, y));
            orders.into_iter().find(|o| o.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
        });
        (rows, more)
    }
}
