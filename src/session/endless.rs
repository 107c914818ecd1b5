//! A rule that computes new values from its own conclusions and never comes to an end: which column grows, from where, and
//! the condition that would end it.

use super::Study;
use crate::eval::Row;
use crate::ir::compute::variables;
use crate::ir::core::{Expr, Literal, RelationId, RuleId, Var};
use crate::ir::origin::Role;

/// So many of the first values are shown.
const SHOWN: usize = 4;

impl Study {
    /// What is wrong with such a rule, and what would end it; [`None`] where no column of it is computed.
    pub(super) fn endless(&self, rule: RuleId, relation: RelationId) -> Option<(String, String)> {
        let Role::Declared(declared) = self.lowered.role(relation) else { return None };
        let declared = self.program.relation(declared);
        let relation = self.db.relation(relation);
        let rows: Vec<Row> = relation.by_rank().into_iter().map(|at| relation.row(at)).collect();
        let (column, grown, from) = self.grown(rule)?;
        let name = &declared.columns.get(column)?.name;
        let mut first: Vec<String> = Vec::new();
        for row in &rows {
            let value = self.pool.show(*row.get(column)?);
            if !first.contains(&value) {
                first.push(value);
            }
            if first.len() == SHOWN {
                break;
            }
        }
        let last = rows.last().map(|row| self.pool.show(row[column])).unwrap_or_default();
        let message = format!(
            "this rule does not come to an end: the column `{name}` of `{}` keeps growing: {}, … {last}",
            declared.name,
            first.join(", ")
        );
        let vars = &self.origin_of(rule).vars;
        let of = |var: Var| vars.get(var.0 as usize).filter(|v| !v.is_empty()).cloned();
        let var = from.or(grown).and_then(of).unwrap_or_else(|| "N".to_string());
        let end = match rows.first()?[column] {
            value if self.pool.as_number(value).is_some() => format!("{var} < 100"),
            value if self.pool.as_text(value).is_some() => format!("length({var}) < 100"),
            _ => format!("{var} < …"),
        };
        let help = format!(
            "it computes new values from what it concludes, so it needs a condition that ends it, such as `{end}`"
        );
        Some((message, help))
    }

    /// The first column of a rule that is computed: its place, the variable that it becomes, and one that it comes from.
    fn grown(&self, rule: RuleId) -> Option<(usize, Option<Var>, Option<Var>)> {
        let rule = self.lowered.core.rule(rule);
        let first = |expr: &Expr| {
            let mut vars = Vec::new();
            variables(expr, &mut vars);
            vars.first().copied()
        };
        rule.columns.iter().enumerate().find_map(|(i, column)| match column {
            Expr::Arithmetic(..) | Expr::Call(..) => Some((i, None, first(column))),
            Expr::Var(var) => rule.body.iter().find_map(|literal| match literal {
                Literal::Bind(bound, expr @ (Expr::Arithmetic(..) | Expr::Call(..))) if bound == var => {
                    Some((i, Some(*var), first(expr)))
                }
                _ => None,
            }),
            Expr::Const(_) => None,
        })
    }
}
