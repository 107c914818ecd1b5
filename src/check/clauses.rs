//! What stands under a concept.

use super::Checker;
use super::body::speaks_of_this;
use super::fixes::{misspelt, write};
use super::place::no_place;
use super::program::*;
use super::safety::each_operand;
use super::scope::Scope;
use crate::base::{Location, Value};
use crate::diagnostic::{Diagnostic, Fix, codes};
use crate::syntax::print::print_expr;
use crate::syntax::tree::{self, ClauseKind, Example as TreeExample};

impl Checker<'_> {
    pub(super) fn read_clauses(&mut self, item: &tree::Item, tree: &tree::Concept) {
        let Some(&kind) = self.program.kind_names.get(&tree.kind.text) else { return };
        let Some(&id) = self.program.concept_names.get(&(kind, tree.name.text.clone())) else { return };
        if self.program.concept(id).at != item.location(tree.name.span) {
            return;
        }
        let subject = self.program.kind(kind).subject;
        self.concept_mut(id).withheld = tree.lost_unless;
        let mut properties: Vec<(usize, Value, Location)> = Vec::new();
        let before = self.diagnostics.len();
        for clause in &tree.clauses {
            self.read_clause(item, id, subject, clause, &mut properties);
        }
        let whole = item.whole && !self.diagnostics[before..].iter().any(Diagnostic::is_error);
        self.property_fact(kind, id, &properties, whole);
    }

    fn read_clause(
        &mut self,
        item: &tree::Item,
        id: ConceptId,
        subject: Subject,
        clause: &tree::Clause,
        properties: &mut Vec<(usize, Value, Location)>,
    ) {
        let at = item.location(clause.span);
        match &clause.kind {
            ClauseKind::Means(said) => {
                let said = self.said(item, said);
                self.concept_mut(id).means.push(said);
            }
            ClauseKind::Include(said) => {
                let said = self.said(item, said);
                self.concept_mut(id).include.push(said);
            }
            ClauseKind::Exclude(said) => {
                let said = self.said(item, said);
                self.concept_mut(id).exclude.push(said);
            }
            ClauseKind::Because(said) => {
                let said = self.said(item, said);
                self.concept_mut(id).because.push(said);
            }
            ClauseKind::Memo(said) => {
                let said = self.said(item, said);
                self.concept_mut(id).memos.push(said);
            }
            ClauseKind::Example(example) => self.example(item, id, example, true),
            ClauseKind::Counterexample(example) => self.example(item, id, example, false),
            ClauseKind::Status(status) => self.status(item, id, status),
            ClauseKind::Under(parent) => {
                let kind = self.program.concept(id).kind;
                if let Some(parent) = self.concept_of_kind(item, parent, kind) {
                    let before = self.diagnostics.len();
                    self.under(id, parent, at);
                    if let Some(circle) = self.diagnostics.get_mut(before) {
                        circle.fixes.push(Fix {
                            title: "take this `under` away".into(),
                            edits: write(at, ""),
                            safe: false,
                        });
                    }
                }
            }
            ClauseKind::Cites(cite) => {
                let cites = self.citations(item, cite);
                self.concept_mut(id).cites.extend(cites);
            }
            ClauseKind::Matches(expr) => {
                if subject != Subject::Message {
                    let help = format!("write `when {} has (…)` with the pattern in the brackets", subject.name());
                    self.error(
                        codes::SCOPE,
                        at,
                        format!("`matches` looks at a message, and this is said of {}s", subject.name()),
                        help,
                    );
                } else if let Some(stranger) = no_place(expr)
                    && let tree::ExprKind::And(_) = stranger.kind
                {
                    let help = format!(
                        "join alternatives with `or`; what must be said together goes into a `when` clause: `when {}`",
                        print_expr(stranger)
                    );
                    let message = "`matches` finds one passage, and `and` or a comma asks for several";
                    self.error(codes::MATCHES_ONLY, item.location(stranger.span), message, help);
                } else if let Some(stranger) = no_place(expr) {
                    self.error(
                        codes::MATCHES_ONLY,
                        item.location(stranger.span),
                        "only patterns and codes can stand here: words in quotation marks, /expressions/, `stem \"…\"`, names of codes, and combinations of them",
                        "ask with `and` and `not`, or for other messages and numbers, in a `when` clause instead",
                    );
                } else {
                    let mut scope = Scope::new(Some(subject), &[], None);
                    if let Some(place) = self.place(item, &mut scope, expr) {
                        self.concept_mut(id).matches.push(Matches { place, at });
                    }
                }
            }
            ClauseKind::When(expr) => {
                if let Some(body) = self.asked(item, subject, expr, "when") {
                    self.concept_mut(id).when.push(body);
                }
            }
            ClauseKind::Unless(expr) => match self.asked(item, subject, expr, "unless") {
                Some(body) => self.concept_mut(id).unless.push(body),
                None => self.concept_mut(id).withheld = true,
            },
            ClauseKind::Property(name, literal) => {
                if let Some(property) = self.property(item, id, name, literal, properties) {
                    properties.push(property);
                }
            }
        }
    }

    pub(super) fn concept_mut(&mut self, id: ConceptId) -> &mut Concept {
        &mut self.program.concepts[id.0 as usize]
    }

    fn asked(&mut self, item: &tree::Item, subject: Subject, expr: &tree::Expr, word: &str) -> Option<Body> {
        let before = self.diagnostics.len();
        let body = self.body(item, Some(subject), None, expr);
        self.ask_once(before, item, expr, subject);
        let body = body?;
        if !speaks_of_this(expr) {
            let of = subject.name();
            let counted = self.counted_here(subject, &body.condition).filter(|_| word == "when");
            let help = match counted {
                Some(name) => {
                    let written = match &expr.kind {
                        tree::ExprKind::Or(_) => format!("({})", print_expr(expr)),
                        _ => print_expr(expr),
                    };
                    format!("write `{name} and {written}` to ask it of the {of}s that have `{name}`")
                }
                None => {
                    format!("use `this` for the {of}, as in `message(this, author: A)`, or name a code or a pattern")
                }
            };
            self.error(
                codes::NO_THIS,
                item.location(expr.span),
                format!("this `{word}` never speaks of the {of} it is asked of, so it would hold for all or for none"),
                help,
            );
            return None;
        }
        Some(body)
    }

    /// All that one clause asks of the wrong thing is one mistake.
    fn ask_once(&mut self, before: usize, item: &tree::Item, expr: &tree::Expr, subject: Subject) {
        let found = self.diagnostics.split_off(before);
        let whole = item.location(expr.span).span;
        for diagnostic in found {
            let same = |d: &&mut Diagnostic| d.code == codes::SCOPE && d.message == diagnostic.message;
            match (self.diagnostics[before..].iter_mut().find(same), diagnostic.location()) {
                (Some(first), Some(at)) if diagnostic.fixes.is_empty() || !first.fixes.is_empty() => {
                    first.labels.push(crate::diagnostic::Label { location: at, text: "and this".to_string() });
                    first.fixes.clear();
                    let starts = first.labels.iter().any(|label| label.location.span.start == whole.start);
                    if starts && at.span.end == whole.end {
                        let form = format!("{} has ({})", subject.name(), print_expr(expr));
                        first.help = Some(format!("write it around the whole: `{form}`"));
                    }
                }
                _ => self.diagnostics.push(diagnostic),
            }
        }
    }

    /// The concept whose count a condition asks for, if it can be asked of the same.
    fn counted_here(&self, subject: Subject, condition: &Condition) -> Option<String> {
        let mut found = None;
        each_operand(condition, &mut |operand| {
            if let OperandKind::Counted(_, id, _) = operand.kind {
                found.get_or_insert(id);
            }
        });
        let concept = self.program.concept(found?);
        let fits = self.program.kind(concept.kind).subject == subject && !self.program.kind(concept.kind).open;
        fits.then(|| concept.name.clone())
    }

    fn example(&mut self, item: &tree::Item, id: ConceptId, example: &TreeExample, positive: bool) {
        let (text, span) = match example {
            TreeExample::Text(text) => (Ok(text.text.clone()), text.span),
            TreeExample::Message(name) => (Err(self.pool.text(&name.text)), name.span),
        };
        let at = item.location(span);
        self.concept_mut(id).examples.push(Example { text, positive, at });
    }

    fn status(&mut self, item: &tree::Item, id: ConceptId, status: &tree::Name) {
        let status = match status.text.as_str() {
            "draft" => Status::Draft,
            "agreed" => Status::Agreed,
            "retired" => Status::Retired,
            other => {
                let known = ["draft", "agreed", "retired"];
                let at = item.location(status.span);
                let unknown = Diagnostic::at(codes::UNKNOWN_NAME, at, format!("`{other}` is no status"));
                let otherwise = || "a status is `draft`, `agreed` or `retired`".to_string();
                return self.report(misspelt(unknown, at, other, &known, otherwise));
            }
        };
        let concept = self.concept_mut(id);
        (concept.status, concept.status_said) = (status, true);
    }

    fn property(
        &mut self,
        item: &tree::Item,
        id: ConceptId,
        name: &tree::Name,
        literal: &tree::Literal,
        properties: &[(usize, Value, Location)],
    ) -> Option<(usize, Value, Location)> {
        let at = item.location(name.span);
        let kind = self.program.kind(self.program.concept(id).kind);
        let Some(relation) = kind.properties else {
            if self.broken.contains(&format!("{}_is", kind.name)) {
                return None;
            }
            let message = format!("a {} has no properties", kind.name);
            let help = format!("declare it under `kind {}`: `has {}: text`", kind.name, name.text);
            self.error(codes::UNKNOWN_CLAUSE, at, message, help);
            return None;
        };
        let Some(column) = self.program.relation(relation).column(&name.text).filter(|&c| c > 0) else {
            let kind_name = kind.name.clone();
            let names: Vec<&str> =
                self.program.relation(relation).columns[1..].iter().map(|c| c.name.as_str()).collect();
            // A property that is given already is not the one that is meant.
            let given = |name: &str| match &*item.kind {
                tree::ItemKind::Concept(concept) => {
                    concept.clauses.iter().any(|c| matches!(&c.kind, ClauseKind::Property(n, _) if n.text == name))
                }
                _ => false,
            };
            let near: Vec<&str> = names.iter().copied().filter(|n| !given(n)).collect();
            let message = format!("a {kind_name} has no property `{}`", name.text);
            let unknown = Diagnostic::at(codes::UNKNOWN_COLUMN, at, message);
            let otherwise = || format!("its properties are: {}", names.join(", "));
            let diagnostic = misspelt(unknown, at, &name.text, &near, otherwise);
            self.report(diagnostic);
            return None;
        };
        if properties.iter().any(|(c, _, _)| *c == column) {
            let message = format!("the property `{}` is given twice", name.text);
            self.error(codes::TWICE_CLAUSE, at, message, "keep one of them");
            return None;
        }
        let of = self.program.relation(relation).columns[column].of;
        let (value, _) = self.literal(item, literal, of)?;
        Some((column, value, at))
    }

    /// The properties of a concept are a fact of its kind's relation of properties.
    fn property_fact(&mut self, kind: KindId, id: ConceptId, properties: &[(usize, Value, Location)], whole: bool) {
        let Some(relation) = self.program.kind(kind).properties else { return };
        let at = self.program.concept(id).at;
        let columns = self.program.relation(relation).columns.clone();
        let mut row = vec![Value::NONE; columns.len()];
        row[0] = self.program.concept(id).value;
        for &(column, value, _) in properties {
            row[column] = value;
        }
        let missing = (1..columns.len()).find(|&c| row[c].is_none() && !columns[c].optional);
        if let Some(missing) = missing {
            if !whole {
                return;
            }
            let name = &self.program.concept(id).name;
            let message = format!("`{name}` does not say its `{}`", columns[missing].name);
            let help = format!(
                "add a line `{} = …`, or write `has {}?` under the kind",
                columns[missing].name, columns[missing].name
            );
            self.error(codes::MISSING_PART, at, message, help);
            return;
        }
        self.program.facts.push(Fact { relation, row, at });
    }
}
