//! Goes through the groups of a view, and stops where a batch is full.

use super::view::{Found, Scope, View};
use crate::base::Value;
use crate::eval::store::Groups;

/// Where a scan is.
pub(super) enum Scan<'a> {
    /// Of what is only searched.
    Nothing,
    /// In an order.
    Order(Groups<'a>),
    /// In a working relation: the part and the group in it.
    Work { at: usize, part: usize, group: usize, delta: bool },
}

impl<'a> Scan<'a> {
    /// From the start, or between two first values of an order, both included.
    pub fn new(view: &'a View, between: Option<(Value, Value)>) -> Scan<'a> {
        match (view, between) {
            (View::Order(order), None) => Scan::Order(order.groups()),
            (View::Order(order), Some((from, to))) => Scan::Order(order.groups_between(from, to)),
            (View::Flat(_), _) => Scan::Nothing,
            (View::Work { at, delta, .. }, _) => Scan::Work { at: *at, part: 0, group: 0, delta: *delta },
        }
    }

    /// The next group.
    pub fn next(&mut self, scope: Scope<'a>) -> Option<(Value, Found<'a>)> {
        match self {
            Scan::Nothing => None,
            Scan::Order(groups) => groups.next().map(|(first, tails)| (first, Found::Tails(tails))),
            Scan::Work { at, part, group, delta } => {
                let work = &scope.works[*at];
                while *part < work.parts() {
                    if let Some((first, tails)) = work.nth(*part, *group, *delta) {
                        *group += 1;
                        return Some((first, Found::Slice(tails, work.width)));
                    }
                    (*part, *group) = (*part + 1, 0);
                }
                None
            }
        }
    }
}
