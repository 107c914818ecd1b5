//! Rules, facts, maps and tests.

use super::fixes::{misspelt, quoted, write};
use super::program::*;
use super::{Checker, Type, Used};
use crate::base::{Location, Value};
use crate::diagnostic::{Diagnostic, codes};
use crate::syntax::tree::{self, Atom, ExprKind, TestClause};

impl Checker<'_> {
    pub(super) fn read_rule(&mut self, item: &tree::Item, rule: &tree::Rule) {
        let Some(head) = self.relation_named(item, &rule.head.name) else { return };
        if self.refuse_engine_relation(item, head, &rule.head, "rule").is_none() {
            return;
        }
        let because = rule.because.iter().map(|s| self.said(item, s)).collect();
        let cites = rule.cites.iter().flat_map(|c| self.citations(item, c)).collect();
        let reads = rule.reads.as_ref().and_then(|r| self.template(item, head, r));
        let Some((columns, body)) = self.clause(item, None, Some((head, &rule.head)), rule.body.as_ref()) else {
            return;
        };
        self.program.rules.push(Rule {
            head,
            columns,
            body,
            because,
            cites,
            reads,
            at: item.location(item.span),
            head_at: item.location(rule.head.span),
        });
    }

    /// Some relations are read before rules run, or made by the engine.
    fn refuse_engine_relation(&mut self, item: &tree::Item, id: RelationId, atom: &Atom, what: &str) -> Option<()> {
        let (name, kind) = (self.program.relation(id).name.clone(), self.program.relation(id).kind);
        let help = match kind {
            RelationKind::Message if what == "rule" => {
                "messages come with `input message` or `fact message(…)`, since texts are read before rules run"
            }
            RelationKind::Quote => "passages come with `coded` and `evidence`",
            RelationKind::Under => "write `under PARENT` below the concept",
            RelationKind::Stimulates => "write `map THEME -> CONCEPT`",
            RelationKind::Properties(_) => "write the property below the concept: `from = …`",
            RelationKind::Message
            | RelationKind::Declared
            | RelationKind::Has(_)
            | RelationKind::Coding
            | RelationKind::Coded
            | RelationKind::Evidence => return Some(()),
        };
        let at = item.location(atom.span);
        self.error(codes::RESERVED_RELATION, at, format!("`{name}` takes no {what} of yours"), help);
        None
    }

    pub(super) fn read_facts(&mut self, item: &tree::Item, atoms: &[Atom]) {
        for atom in atoms {
            let Some(id) = self.relation_named(item, &atom.name) else { continue };
            if self.refuse_engine_relation(item, id, atom, "fact").is_some()
                && let Some(fact) = self.fact(item, id, atom)
            {
                self.program.facts.push(fact);
            }
        }
    }

    /// A row of constants.
    fn fact(&mut self, item: &tree::Item, id: RelationId, atom: &Atom) -> Option<Fact> {
        let before = self.diagnostics.len();
        let fact = self.fact_row(item, id, atom);
        self.offer_exchanges(item, before, Some(atom), None);
        fact
    }

    fn fact_row(&mut self, item: &tree::Item, id: RelationId, atom: &Atom) -> Option<Fact> {
        let args = self.arguments(item, id, atom, true)?;
        let mut row = Vec::with_capacity(args.len());
        for (column, arg) in args.iter().enumerate() {
            let Column { of, optional, .. } = self.program.relation(id).columns[column];
            row.push(match arg {
                None => Some(Value::NONE),
                Some(expr) if matches!(expr.kind, ExprKind::Any) && optional => Some(Value::NONE),
                Some(expr) => self.fact_value(item, expr, of),
            });
        }
        let row = row.into_iter().collect::<Option<Vec<Value>>>()?;
        Some(Fact { relation: id, row, at: item.location(atom.span) })
    }

    fn fact_value(&mut self, item: &tree::Item, expr: &tree::Expr, of: Type) -> Option<Value> {
        let at = item.location(expr.span);
        match &expr.kind {
            ExprKind::Var(name) => {
                let message = format!("`{name}` stands for something unknown, and a fact names its values");
                let text = quoted(name);
                let help = format!("a name of data begins with a small letter or stands in quotation marks: {text}");
                let diagnostic = Diagnostic::at(codes::UNBOUND, at, message).help(help);
                self.report(diagnostic.fix(format!("write {text}"), write(at, text), false));
                None
            }
            ExprKind::Any => {
                self.error(
                    codes::UNBOUND,
                    at,
                    "a fact must say what stands in this column",
                    "write the value; only a column that is declared with `?` may stay empty",
                );
                None
            }
            _ => {
                let (value, found) = self.constant_or_error(item, expr, of)?;
                if found.fits(of, &self.program) {
                    return Some(value);
                }
                let (found, wanted) = (found.phrase(&self.program), of.phrase(&self.program));
                self.error(
                    codes::TYPES,
                    at,
                    format!("this is {found}, and the column holds {wanted}"),
                    format!("write {wanted}"),
                );
                None
            }
        }
    }

    fn constant_or_error(&mut self, item: &tree::Item, expr: &tree::Expr, of: Type) -> Option<(Value, Type)> {
        let before = self.diagnostics.len();
        let found = self.constant(item, expr, Some(of));
        if found.is_none() && self.diagnostics.len() == before {
            let named_something_broken = matches!(expr.kind, ExprKind::Ref(_));
            if !named_something_broken {
                self.error(
                    codes::SCOPE,
                    item.location(expr.span),
                    "a fact holds values as they are, nothing to be computed",
                    "write the value itself, or use a `rule`",
                );
            }
        }
        found
    }

    /// A row in which some values are left open: an expectation, the question of `why`.
    pub(super) fn pattern_row(&mut self, item: &tree::Item, atom: &Atom) -> Option<OpenRow> {
        let before = self.diagnostics.len();
        let row = self.open_row(item, atom);
        self.offer_exchanges(item, before, Some(atom), None);
        row
    }

    fn open_row(&mut self, item: &tree::Item, atom: &Atom) -> Option<OpenRow> {
        let id = self.relation_named(item, &atom.name)?;
        let args = self.arguments(item, id, atom, false)?;
        let before = self.diagnostics.len();
        let mut row = Vec::with_capacity(args.len());
        for (column, arg) in args.iter().enumerate() {
            let of = self.program.relation(id).columns[column].of;
            row.push(match arg {
                None => None,
                Some(expr) if matches!(expr.kind, ExprKind::Any | ExprKind::Var(_)) => None,
                Some(expr) => match self.fact_value(item, expr, of) {
                    Some(value) => Some(value),
                    None => {
                        self.kind_of_atom(item, before, id, atom);
                        return None;
                    }
                },
            });
        }
        Some((id, row))
    }

    pub(super) fn read_map(&mut self, item: &tree::Item, map: &tree::Map) {
        let theme = self.program.known_kind("theme");
        let from = self.concept_of_kind(item, &map.from, theme);
        let to: Vec<Option<ConceptId>> = map.to.iter().map(|to| self.map_target(item, to, theme)).collect();
        let guard = match &map.guard {
            Some(guard) => match self.body(item, None, None, guard) {
                Some(guard) => Some(guard),
                None => return,
            },
            None => None,
        };
        let because: Vec<Said> = map.because.iter().map(|s| self.said(item, s)).collect();
        let cites: Vec<Citation> = map.cites.iter().flat_map(|c| self.citations(item, c)).collect();
        let at = item.location(item.span);
        if item.whole && cites.is_empty() && because.iter().all(|b| b.cites.is_empty()) {
            let name = &map.from.name.text;
            let diagnostic = Diagnostic::at(
                codes::UNCITED_MAP,
                item.location(map.from.span),
                format!("the inference from `{name}` rests on no source"),
            );
            self.report(diagnostic.help("add `because \"the reason\" cites KEY at \"place\"`"));
        }
        let Some(theme) = from else { return };
        let to: Vec<ConceptId> = to.into_iter().flatten().collect();
        self.program.maps.push(Map { theme, to, guard, because, cites, at });
    }

    fn map_target(&mut self, item: &tree::Item, to: &tree::Ref, theme: KindId) -> Option<ConceptId> {
        let before = self.diagnostics.len();
        let Some(id) = self.concept_named(item, to, Some(Subject::Message)) else {
            // A new code would be of no use here.
            if let Some(unknown) = self.diagnostics.get_mut(before).filter(|d| {
                d.help
                    .as_ref()
                    .is_some_and(|h| h.starts_with("declare it: `code") || suggests_no_target(&self.program, h))
            }) {
                unknown.fixes.clear();
                let name = &to.name.text;
                unknown.fixes.clear();
                unknown.help = Some(format!(
                    "`use` the module that has it, such as `use theory.capacity`, or declare it under a kind of your own: `kind barrier`, `barrier {name}`"
                ));
            }
            return None;
        };
        let kind = self.program.concept(id).kind;
        if kind == theme
            || self.program.kind(kind).subject != Subject::Message
            || kind == self.program.known_kind("code")
        {
            let name = self.program.kind(kind).name.clone();
            let message = format!("`{}` is a {name}, and a theme is mapped to concepts of theory", to.name.text);
            let help = "name a capacity, a proximity or a concept of another kind over messages";
            self.error(codes::WRONG_KIND, item.location(to.span), message, help);
            return None;
        }
        Some(id)
    }

    pub(super) fn read_test(&mut self, item: &tree::Item, test: &tree::Test) {
        let at = item.location(test.name.span);
        if let Some(first) = self.program.tests.iter().find(|t| t.name == test.name.text) {
            let first = first.at;
            let diagnostic =
                Diagnostic::at(codes::SAME_TEST, at, format!("two tests are called \"{}\"", test.name.text));
            self.report(diagnostic.label(first, "the first stands here").help("give each a name of its own"));
        }
        let mut read =
            Test { name: test.name.text.clone(), set: Vec::new(), given: Vec::new(), expect: Vec::new(), at };
        let mut whole = true;
        for clause in &test.clauses {
            whole &= self.read_test_clause(item, clause, &mut read).is_some();
        }
        let expects = test.clauses.iter().any(|c| matches!(c, TestClause::Expect(..)));
        if !expects && !item.whole {
            // The expectation may stand in what could not be read.
        } else if !expects {
            self.error(codes::EMPTY_TEST, at, "this test expects nothing", "add a line `expect …` or `expect no …`");
        } else if whole {
            self.program.tests.push(read);
        }
    }

    fn read_test_clause(&mut self, item: &tree::Item, clause: &TestClause, test: &mut Test) -> Option<()> {
        match clause {
            TestClause::Given(atom) => {
                let id = self.relation_named(item, &atom.name)?;
                let fact = self.fact(item, id, atom)?;
                test.given.push(fact);
            }
            TestClause::Set(name, literal) => {
                let Some(parameter) = self.program.parameters.iter().find(|p| p.name == name.text) else {
                    if !self.broken.contains(&name.text) {
                        let names: Vec<&str> = self.program.parameters.iter().map(|p| p.name.as_str()).collect();
                        let message = format!("no parameter is called `{}`", name.text);
                        let at = item.location(name.span);
                        let unknown = Diagnostic::at(codes::UNKNOWN_PARAMETER, at, message);
                        let otherwise = || "declare it: `parameter NAME = VALUE`".to_string();
                        let diagnostic = misspelt(unknown, at, &name.text, &names, otherwise);
                        self.report(diagnostic);
                    }
                    return None;
                };
                let of = parameter.of;
                self.used.insert(Used::Parameter(name.text.clone()));
                let before = self.diagnostics.len();
                let Some((value, found)) = self.plain_literal(item, literal) else {
                    if of != Type::Text {
                        // A text would not do either.
                        self.diagnostics[before..].iter_mut().for_each(|d| d.fixes.clear());
                    }
                    return None;
                };
                if !(found.fits(of, &self.program) || (found.is_numeric() && of.is_numeric())) {
                    let message = format!("`{}` is {}", name.text, of.phrase(&self.program));
                    self.error(
                        codes::PARAMETER_VALUE,
                        item.location(literal.span),
                        message,
                        "set a value of the same type",
                    );
                    return None;
                }
                test.set.push((name.text.clone(), value));
            }
            TestClause::Expect(expectation, atom) => {
                let at: Location = item.location(atom.span);
                let (relation, row) = self.pattern_row(item, atom)?;
                test.expect.push(Expect { expectation: *expectation, relation, row, at });
            }
        }
        Some(())
    }
}

/// True where "did you mean" offers a code or a theme, to which nothing is mapped.
fn suggests_no_target(program: &Program, help: &str) -> bool {
    let Some(name) = help.strip_prefix("did you mean `").and_then(|h| h.strip_suffix("`?")) else { return false };
    let mut named = program.concepts.iter().filter(|c| c.name == name || c.label.as_deref() == Some(name));
    named.all(|c| ["code", "theme"].contains(&program.kind(c.kind).name.as_str()))
}
