//! Values of a relation in the wrong order: where types do not fit as they stand and one exchange makes all of them fit,
//! the mistake is told with that exchange.

use super::program::*;
use super::scope::each_part;
use super::{Checker, Type};
use crate::base::{Location, Span};
use crate::diagnostic::{Diagnostic, Edit, Fix, codes};
use crate::syntax::print::print_expr;
use crate::syntax::tree::{self, Atom, Expr, ExprKind};

/// What the columns tell of variables: name, type and the atom that tells it.
type Told<'e> = Vec<(&'e str, Type, Span)>;

/// An exchange of two values.
struct Exchange {
    /// The atom.
    at: Location,
    /// How it is written then.
    written: String,
    edits: Vec<Edit>,
}

impl Checker<'_> {
    /// Looks through what was said since `before` of these conditions for mistakes that an exchange would mend, and
    /// offers it there.
    pub(super) fn offer_exchanges(
        &mut self,
        item: &tree::Item,
        before: usize,
        head: Option<&Atom>,
        body: Option<&Expr>,
    ) {
        let mistaken = |d: &Diagnostic| {
            [codes::TYPES, codes::WRONG_KIND, codes::UNKNOWN_NAME].contains(&d.code)
                && !d.help.as_ref().is_some_and(|h| h.starts_with("did you mean"))
                && !d.fixes.iter().any(|f| f.title.ends_with(")`"))
        };
        if !self.diagnostics[before..].iter().any(mistaken) {
            return;
        }
        let mut atoms = Vec::new();
        atoms.extend(head);
        if let Some(body) = body {
            all_atoms(body, &mut atoms);
        }
        let mut told = Told::new();
        for &atom in &atoms {
            self.tell(atom, &mut told);
        }
        let exchanges: Vec<Exchange> = atoms.iter().filter_map(|atom| self.exchange(item, atom, &told)).collect();
        let inside = |at: &Location, label: Location| {
            at.file == label.file && at.span.start <= label.span.start && label.span.end <= at.span.end
        };
        let mut said: Vec<Location> = Vec::new();
        let mut kept = self.diagnostics.split_off(before);
        kept.retain_mut(|diagnostic| {
            if !mistaken(diagnostic) {
                return true;
            }
            let touched = |e: &&Exchange| diagnostic.labels.iter().any(|label| inside(&e.at, label.location));
            let meant: Vec<&Exchange> = exchanges.iter().filter(touched).collect();
            // Where two would do, the one at the mistake itself is offered.
            let first = |e: &&&Exchange| diagnostic.location().is_some_and(|label| inside(&e.at, label));
            let chosen = if meant.len() > 1 { meant.iter().find(first) } else { meant.first() };
            let Some(exchange) = chosen else { return true };
            // All values of an atom in the wrong order are one mistake.
            if said.contains(&exchange.at) {
                return false;
            }
            said.push(exchange.at);
            let written = &exchange.written;
            diagnostic.help = Some(format!("did you mean the other order? swap them: `{written}`"));
            diagnostic.fixes =
                vec![Fix { title: format!("write `{written}`"), edits: exchange.edits.clone(), safe: false }];
            true
        });
        self.diagnostics.extend(kept);
    }

    fn tell<'e>(&self, atom: &'e Atom, told: &mut Told<'e>) {
        let Some(&id) = self.program.relation_names.get(&atom.name.text) else { return };
        let relation = self.program.relation(id);
        for (position, arg) in atom.args.iter().enumerate() {
            let column = match &arg.column {
                Some(name) => relation.column(&name.text),
                None => Some(position),
            };
            if let (ExprKind::Var(name), Some(column)) = (&arg.value.kind, column.and_then(|c| relation.columns.get(c)))
            {
                told.push((name, column.of, atom.span));
            }
        }
    }

    /// The atom with two values exchanged, where it fits so and does not as it stands.
    fn exchange(&self, item: &tree::Item, atom: &Atom, told: &Told<'_>) -> Option<Exchange> {
        let &id = self.program.relation_names.get(&atom.name.text)?;
        let columns = &self.program.relation(id).columns;
        if atom.args.len() > columns.len() || atom.args.iter().any(|a| a.column.is_some()) {
            return None;
        }
        let fits = |order: &[usize]| {
            order
                .iter()
                .zip(columns)
                .all(|(&i, column)| self.may_stand(&atom.args[i].value, column.of, atom.span, told))
        };
        let mut order: Vec<usize> = (0..atom.args.len()).collect();
        if fits(&order) {
            return None;
        }
        let mut found = None;
        for i in 0..order.len() {
            for j in i + 1..order.len() {
                order.swap(i, j);
                if fits(&order) && found.replace((i, j)).is_some() {
                    return None;
                }
                order.swap(i, j);
            }
        }
        let (i, j) = found?;
        let (a, b) = (&atom.args[i].value, &atom.args[j].value);
        let mut shown: Vec<String> = atom.args.iter().map(|arg| print_expr(&arg.value)).collect();
        let edit = |to: &Expr, text: &str| Edit { location: item.location(to.span), text: text.to_string() };
        let edits = vec![edit(a, &shown[j]), edit(b, &shown[i])];
        shown.swap(i, j);
        let written = format!("{}({})", atom.name.text, shown.join(", "));
        Some(Exchange { at: item.location(atom.span), written, edits })
    }

    /// True where a value may stand in a column of that type, as far as it can be told without the column it stands in.
    pub(super) fn may_stand(&self, value: &Expr, of: Type, atom: Span, told: &[(&str, Type, Span)]) -> bool {
        let program = &self.program;
        let open = matches!(of, Type::Kind(kind) if program.kind(kind).open);
        match &value.kind {
            ExprKind::Var(name) => {
                let mut others = told.iter().filter(|(n, _, span)| n == name && *span != atom);
                others.all(|(_, other, _)| other.meet(of, program).is_some())
            }
            ExprKind::Text(text) => match of {
                Type::Kind(kind) if !open => program.find_concept(kind, text).is_some(),
                Type::Kind(_) | Type::Text => true,
                Type::Concept => {
                    (0..program.kinds.len() as u32).any(|kind| program.find_concept(KindId(kind), text).is_some())
                }
                _ => false,
            },
            ExprKind::Number(_) => of.is_numeric() || open,
            ExprKind::Decimal(_) => of == Type::Decimal,
            ExprKind::Date(_) | ExprKind::DateTime(_) => of.is_time(),
            ExprKind::Quote { .. } => of == Type::Kind(program.known_kind("quote")),
            ExprKind::Ref(name) => {
                let parameter = program.parameters.iter().find(|p| p.name == name.name.text && name.kind.is_none());
                match (parameter, of) {
                    (Some(parameter), _) => parameter.of.fits(of, program) || (open && parameter.of == Type::Text),
                    (None, Type::Kind(_)) if open => true,
                    (None, Type::Kind(kind)) => self.named_in(kind, name),
                    (None, Type::Concept) => !self.all_named(name).is_empty(),
                    (None, _) => false,
                }
            }
            _ => true,
        }
    }
}

fn all_atoms<'e>(expr: &'e Expr, found: &mut Vec<&'e Atom>) {
    if let ExprKind::Atom(atom) = &expr.kind {
        found.push(atom);
    }
    each_part(expr, &mut |part| all_atoms(part, found));
}
