//! Adds the clauses to their item, one by one; a clause that may stand once and stands twice is told.

use super::build::Builder;
use super::found::Found;
use super::grammar::Rule;
use super::tree::*;
use crate::base::Span;
use crate::diagnostic::{Diagnostic, codes, suggest};
use pest::iterators::Pair;

/// What is said once of the file of a table.
struct TableFile<'t> {
    delimiter: &'t mut Option<Str>,
    sheet: &'t mut Option<Str>,
}

impl Builder<'_> {
    /// Notes a clause that may stand once; true the first time.
    fn first(&mut self, word: &'static str, span: Span) -> bool {
        let Some(&(_, before)) = self.once.iter().find(|(w, _)| *w == word) else {
            self.once.push((word, span));
            return true;
        };
        self.diagnostics.push(
            Diagnostic::at(
                codes::TWICE_CLAUSE,
                self.location(span),
                format!("`{word}` stands twice, and may stand once"),
            )
            .label(self.location(before), "the first one")
            .help("keep one of them"),
        );
        false
    }

    /// A word that must be one of a few.
    fn one_of(&mut self, name: Name, words: &[&str]) -> Option<Name> {
        if words.contains(&name.text.as_str()) {
            return Some(name);
        }
        let list = words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ");
        let nearest = suggest::nearest(&name.text, words.iter().copied());
        let help = nearest.map_or(format!("write one of {list}"), |n| format!("write `{n}`; there are {list}"));
        let at = self.location(name.span);
        self.diagnostics
            .push(Diagnostic::at(codes::SYNTAX, at, format!("`{}` is not known here", name.text)).help(help));
        None
    }

    /// Adds a clause to its item.
    pub fn clause(&mut self, item: &mut ItemKind, pair: Pair<'_, Rule>) {
        let Some(pair) = pair.into_inner().find(|p| p.as_rule() != Rule::mark) else { return };
        let span = self.span(&pair);
        match item {
            ItemKind::Study(study) => self.study_clause(study, pair, span),
            ItemKind::Source(source) => {
                let rule = pair.as_rule();
                let text = Found::new(self, pair).string();
                match rule {
                    Rule::doi if self.first("doi", span) => source.doi = Some(text),
                    Rule::url if self.first("url", span) => source.url = Some(text),
                    Rule::note => source.notes.push(text),
                    _ => {}
                }
            }
            ItemKind::Kind(kind) => match pair.as_rule() {
                Rule::means => kind.means.push(self.said(pair)),
                _ => kind.has.append(&mut Found::new(self, pair).columns),
            },
            ItemKind::Concepts(c) => {
                let file = TableFile { delimiter: &mut c.delimiter, sheet: &mut c.sheet };
                self.input_clause(&mut c.columns, &mut c.only, &mut c.empty, file, pair)
            }
            ItemKind::Input(i) => {
                let file = TableFile { delimiter: &mut i.delimiter, sheet: &mut i.sheet };
                self.input_clause(&mut i.columns, &mut i.only, &mut i.empty, file, pair)
            }
            ItemKind::Relation(relation) => match pair.as_rule() {
                Rule::means => relation.means.push(self.said(pair)),
                Rule::reads if self.first("reads", span) => {
                    relation.reads = Some(Found::new(self, pair).string());
                }
                Rule::key_columns => relation.keys.push(Found::new(self, pair).names),
                _ => {}
            },
            ItemKind::Table(table) => self.table_clause(table, pair, span),
            ItemKind::Rule(rule) => match pair.as_rule() {
                Rule::guard => {
                    if rule.body.is_some() {
                        self.once.push(("if", rule.head.span));
                    }
                    if self.first("if", span) {
                        rule.body = Found::new(self, pair).guard;
                    }
                }
                Rule::because => rule.because.push(self.said(pair)),
                Rule::cite => rule.cites.push(self.cite(pair)),
                Rule::reads if self.first("reads", span) => rule.reads = Some(Found::new(self, pair).string()),
                _ => {}
            },
            ItemKind::Map(map) => match pair.as_rule() {
                Rule::guard => {
                    if let Some(guard) = &map.guard {
                        self.once.push(("if", guard.span));
                    }
                    if self.first("if", span) {
                        map.guard = Found::new(self, pair).guard;
                    }
                }
                Rule::because => map.because.push(self.said(pair)),
                Rule::cite => map.cites.push(self.cite(pair)),
                _ => {}
            },
            ItemKind::Test(test) => self.test_clause(test, pair),
            ItemKind::Concept(concept) => {
                if let Some(kind) = self.concept_clause(pair) {
                    concept.clauses.push(Clause { kind, span });
                }
            }
            _ => {}
        }
    }

    fn study_clause(&mut self, study: &mut Study, pair: Pair<'_, Rule>, span: Span) {
        let rule = pair.as_rule();
        let mut found = Found::new(self, pair);
        match rule {
            Rule::approach => {
                let name = found.name();
                if self.first("approach", span) {
                    study.approach = self.one_of(name, &["codebook", "reflexive", "coding_reliability"]);
                }
            }
            Rule::language => {
                let name = found.name();
                if self.first("language", span) {
                    study.language = Some(name);
                }
            }
            _ => study.by.push(found.string()),
        }
    }

    fn table_clause(&mut self, table: &mut CrossTable, pair: Pair<'_, Rule>, span: Span) {
        let rule = pair.as_rule();
        let mut names = Found::new(self, pair).names.into_iter();
        let (name, column) = (names.next(), names.next());
        match (rule, name) {
            (Rule::rows, Some(name)) if self.first("rows", span) => table.rows = Axis { name, column },
            (Rule::columns, Some(name)) if self.first("columns", span) => table.columns = Some(Axis { name, column }),
            (Rule::count_of, Some(name)) if self.first("count", span) => {
                table.count = self.one_of(name, &["messages", "authors", "threads"]);
            }
            (Rule::shares, Some(name)) if self.first("shares", span) => {
                table.shares = self.one_of(name, &["rows", "columns", "all"]);
            }
            (Rule::totals, _) if self.first("totals", span) => table.totals = true,
            _ => {}
        }
    }

    fn input_clause(
        &mut self,
        columns: &mut Vec<ColumnBinding>,
        only: &mut Vec<Only>,
        empty: &mut Vec<Str>,
        file: TableFile<'_>,
        pair: Pair<'_, Rule>,
    ) {
        let (rule, span) = (pair.as_rule(), self.span(&pair));
        let mut found = Found::new(self, pair);
        match rule {
            Rule::binding => {
                let value =
                    CellSource::Header { header: found.string(), format: found.format.take(), or_skip: found.or_skip };
                columns.push(ColumnBinding { column: found.name(), value, span });
            }
            Rule::constant => {
                let column = found.name();
                if let Some(value) = found.literals.pop() {
                    columns.push(ColumnBinding { column, value: CellSource::Constant(value), span });
                }
            }
            Rule::only => {
                only.push(Only { header: found.string(), negated: found.negated, values: found.literals, span })
            }
            Rule::empty => empty.append(&mut found.strings),
            Rule::sheet => {
                let text = found.string();
                if self.first("sheet", span) {
                    *file.sheet = Some(text);
                }
            }
            _ => {
                let text = found.string();
                if self.first("delimiter", span) {
                    *file.delimiter = Some(text);
                }
            }
        }
    }

    fn test_clause(&mut self, test: &mut Test, pair: Pair<'_, Rule>) {
        let rule = pair.as_rule();
        let mut found = Found::new(self, pair);
        let clause = match rule {
            Rule::given => TestClause::Given(found.atom()),
            Rule::set => match found.literals.pop() {
                Some(value) => TestClause::Set(found.name(), value),
                None => return,
            },
            _ => TestClause::Expect(found.expectation, found.atom()),
        };
        test.clauses.push(clause);
    }

    fn concept_clause(&mut self, pair: Pair<'_, Rule>) -> Option<ClauseKind> {
        let span = self.span(&pair);
        Some(match pair.as_rule() {
            Rule::means => ClauseKind::Means(self.said(pair)),
            Rule::include => ClauseKind::Include(self.said(pair)),
            Rule::exclude => ClauseKind::Exclude(self.said(pair)),
            Rule::because => ClauseKind::Because(self.said(pair)),
            Rule::memo => ClauseKind::Memo(self.said(pair)),
            Rule::example => ClauseKind::Example(Found::new(self, pair).example()),
            Rule::counterexample => ClauseKind::Counterexample(Found::new(self, pair).example()),
            Rule::status => {
                let name = Found::new(self, pair).name();
                if !self.first("status", span) {
                    return None;
                }
                ClauseKind::Status(self.one_of(name, &["draft", "agreed", "retired"])?)
            }
            Rule::under => ClauseKind::Under(Found::new(self, pair).refs.pop()?),
            Rule::cite => ClauseKind::Cites(self.cite(pair)),
            Rule::matches => {
                let before = self.diagnostics.len();
                let guard = Found::new(self, pair).guard;
                // An `and` is not for `matches` at all, and the checker says so: brackets would not help.
                let mut later = self.diagnostics.split_off(before);
                later.retain(|d| d.code != codes::MIXED_AND_OR);
                self.diagnostics.append(&mut later);
                ClauseKind::Matches(guard?)
            }
            Rule::when => ClauseKind::When(Found::new(self, pair).guard?),
            Rule::unless => ClauseKind::Unless(Found::new(self, pair).guard?),
            Rule::property => {
                let mut found = Found::new(self, pair);
                ClauseKind::Property(found.name(), found.literals.pop()?)
            }
            _ => return None,
        })
    }
}
