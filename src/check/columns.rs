//! Too many or too few values: what was written under the columns there are, and a whole line to write instead.

use super::program::{Column, RelationId};
use super::{Checker, Type};
use crate::syntax::print::print_expr;
use crate::syntax::tree::{Atom, Expr, ExprKind};

impl Checker<'_> {
    /// What was written under the columns there are, one below the other, with what lacks or is too many.
    pub(super) fn columns_help(&self, id: RelationId, atom: &Atom, head: bool) -> String {
        let relation = self.program.relation(id);
        let columns: Vec<String> = relation
            .columns
            .iter()
            .map(|c| format!("{}{}: {}", c.name, if c.optional { "?" } else { "" }, c.of.name(&self.program)))
            .collect();
        let form = format!("{}({})", relation.name, columns.join(", "));
        if atom.args.iter().any(|a| a.column.is_some()) {
            let given = |c: &Column| atom.args.iter().any(|a| a.column.as_ref().is_some_and(|n| n.text == c.name));
            let by_place = atom.args.iter().filter(|a| a.column.is_none()).count();
            let missing: Vec<String> = relation
                .columns
                .iter()
                .skip(by_place)
                .filter(|c| !c.optional && !given(c))
                .map(|c| format!("`{}`", c.name))
                .collect();
            let verb = if missing.len() == 1 { "is" } else { "are" };
            let line = self.whole_line(id, atom, head);
            return format!("{} {verb} missing; its form is `{form}`\nwrite: {line}", missing.join(", "));
        }
        if columns.is_empty() || atom.args.is_empty() {
            if columns.is_empty() {
                return format!("its form is `{form}`");
            }
            return format!("its form is `{form}`\nwrite: {}", self.whole_line(id, atom, head));
        }
        let shown: Vec<String> = atom.args.iter().map(|a| print_expr(&a.value)).collect();
        let cells = columns.len().max(shown.len());
        let wide = |s: &str| unicode_width::UnicodeWidthStr::width(s);
        let (mut above, mut below) = (String::new(), String::new());
        for i in 0..cells {
            let (one, other) = (shown.get(i).map_or("", String::as_str), columns.get(i).map_or("", String::as_str));
            let width = wide(one).max(wide(other));
            for (line, cell, of) in [(&mut above, one, shown.len()), (&mut below, other, columns.len())] {
                let sign = match i + 1 {
                    n if n < of => ", ",
                    n if n == of => ")",
                    _ => "",
                };
                line.push_str(cell);
                line.push_str(sign);
                if i + 1 < of {
                    line.push_str(&" ".repeat(width - wide(cell)));
                }
            }
        }
        let what = if shown.len() > columns.len() {
            let surplus: Vec<String> = shown[columns.len()..].iter().map(|s| format!("`{s}`")).collect();
            format!("no column is left for {}", surplus.join(", "))
        } else {
            let lacking = relation.columns[shown.len()..].iter().filter(|c| !c.optional);
            let missing: Vec<String> = lacking.map(|c| format!("`{}`", c.name)).collect();
            format!("nothing stands for {}", missing.join(", "))
        };
        let line = self.whole_line(id, atom, head);
        format!("{what}\nwritten: {0}({above}\ncolumns: {0}({below}\nwrite:   {line}", relation.name)
    }

    /// The line with a value in every column that needs one: what was written where it fits, for the rest an example of
    /// a value in a fact, a name in a conclusion, and `_` in a condition.
    fn whole_line(&self, id: RelationId, atom: &Atom, head: bool) -> String {
        let relation = self.program.relation(id);
        let mut places: Vec<Option<&Expr>> = vec![None; relation.columns.len()];
        let by_place: Vec<&Expr> = atom.args.iter().filter(|a| a.column.is_none()).map(|a| &a.value).collect();
        let needed: Vec<usize> = (0..places.len()).filter(|&c| !relation.columns[c].optional).collect();
        let all: Vec<usize> = (0..places.len()).collect();
        // What lacks may stand anywhere: each value goes into the first column in which it may stand.
        let fitting = |columns: &[usize]| -> Option<Vec<usize>> {
            let mut left = columns.iter().copied();
            let fits = |value: &Expr, c: usize| self.may_stand(value, relation.columns[c].of, atom.span, &[]);
            by_place.iter().map(|value| left.find(|&c| fits(value, c))).collect()
        };
        let columns = fitting(&needed).or_else(|| fitting(&all)).unwrap_or_else(|| all.clone());
        for (&column, value) in columns.iter().zip(&by_place) {
            places[column] = Some(value);
        }
        for arg in &atom.args {
            let column = arg.column.as_ref().and_then(|name| relation.column(&name.text));
            if let Some(place) = column.and_then(|column| places.get_mut(column)) {
                *place = Some(&arg.value);
            }
        }
        let is_rule = atom.args.iter().any(|arg| matches!(arg.value.kind, ExprKind::Var(_)));
        let value = |(column, value): (&Column, &Option<&Expr>)| match value {
            Some(value) => Some((column.name.clone(), print_expr(value))),
            None if column.optional => None,
            None if !head => Some((column.name.clone(), "_".to_string())),
            None if is_rule => Some((column.name.clone(), capitalised(&column.name))),
            None => Some((column.name.clone(), self.example_value(column.of, atom))),
        };
        let given: Vec<(String, String)> = relation.columns.iter().zip(&places).filter_map(value).collect();
        // Where no column is left out, the places say enough.
        let named = given.len() < relation.columns.len();
        let given = given.into_iter().map(|(name, value)| if named { format!("{name}: {value}") } else { value });
        format!("{}({})", relation.name, given.collect::<Vec<_>>().join(", "))
    }

    /// A value as it could stand in a column of that type: a concept of the study's own where the type has any.
    fn example_value(&self, of: Type, atom: &Atom) -> String {
        let program = &self.program;
        let concept = |is: &dyn Fn(&super::program::Concept) -> bool| {
            program.concepts.iter().find(|concept| is(concept)).map(|concept| concept.name.clone())
        };
        match of {
            Type::Text => "\"some words\"".to_string(),
            Type::Number => "1".to_string(),
            Type::Decimal => "1.5".to_string(),
            Type::Date | Type::DateTime => "2024-01-31".to_string(),
            Type::Concept => concept(&|_| true).unwrap_or_else(|| "price".to_string()),
            Type::Kind(kind) => {
                let name = program.kind(kind).name.as_str();
                let own = concept(&|concept| concept.kind == kind);
                own.unwrap_or_else(|| match name {
                    "author" => "tom".to_string(),
                    "coder" => "ann".to_string(),
                    name => {
                        // Another than those that stand there.
                        let first: String = name.chars().take(1).flat_map(char::to_lowercase).collect();
                        let stands = |id: &String| atom.args.iter().any(|arg| print_expr(&arg.value) == *id);
                        let mut ids = (1..10).map(|number| format!("{first}{number}"));
                        ids.find(|id| !stands(id)).unwrap_or_else(|| first.clone())
                    }
                })
            }
        }
    }
}

/// `Parent`
fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
