//! Makes the tree of an item out of what the grammar found. Heads and clauses come one by one, so that the clauses of an
//! item with a broken neighbour are built as well.

use super::found::Found;
use super::grammar::Rule;
use super::literal;
use super::tree::{Rule as RuleTree, *};
use crate::base::{Date, DateTime, Decimal, FileId, Location, Span};
use crate::diagnostic::{Diagnostic, codes, suggest};
use pest::iterators::Pair;

/// Builds from pairs whose text starts `base` bytes behind the start of the item.
pub(crate) struct Builder<'a> {
    /// The item as its author wrote it.
    pub text: &'a str,
    /// Where the parsed text starts in it.
    pub base: usize,
    /// What was wrong with what the grammar let through; places count from the start of the item.
    pub diagnostics: Vec<Diagnostic>,
    /// Clauses seen that may stand once.
    once: Vec<(&'static str, Span)>,
}

impl<'a> Builder<'a> {
    /// A builder for one item.
    pub fn new(text: &'a str) -> Builder<'a> {
        Builder { text, base: 0, diagnostics: Vec::new(), once: Vec::new() }
    }

    /// Where a pair stands in the item.
    ///
    /// A rule that ends in something optional has eaten the blanks behind it; what counts is its last word or sign.
    pub fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let start = pair.as_span().start();
        let mut last = pair.clone();
        while let Some(inner) = last.clone().into_inner().next_back() {
            last = inner;
        }
        // A text inside an atomic rule, such as that of a quoted passage, is followed by signs without a name.
        let atomic = matches!(pair.as_rule(), Rule::quote | Rule::reference | Rule::key | Rule::id);
        let end = if atomic { pair.as_span().end() } else { last.as_span().end() };
        Span::of(self.base + start..self.base + end)
    }

    /// What the author wrote there.
    pub fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// A place in the item.
    pub fn location(&self, span: Span) -> Location {
        Location::new(FileId(0), span)
    }

    /// The name that a pair is.
    pub fn name(&self, pair: &Pair<'_, Rule>) -> Name {
        let span = self.span(pair);
        Name { text: literal::name(self.slice(span)), span }
    }

    /// The text that a pair is; escapes that there are not are told.
    pub fn str(&mut self, pair: &Pair<'_, Rule>) -> Str {
        let span = self.span(pair);
        let written = self.slice(span);
        let (text, wrong) = literal::unquote(written);
        for range in wrong {
            let escape = written[range.clone()].to_string();
            let at = self.location(Span::of(range).shift(span.start));
            let twice = vec![crate::diagnostic::Edit { location: at, text: format!("\\{escape}") }];
            self.diagnostics.push(
                Diagnostic::at(codes::ESCAPE, at, format!("`{escape}` is no escape"))
                    .help(format!(
                        "for a backslash write `\\\\`; there are `\\\"`, `\\\\`, `\\n`, `\\t`, `\\*` and `\\u{{…}}`; {}",
                        "a regular expression stands between slashes, `/…/`"
                    ))
                    .fix("write the backslash twice", twice, false),
            );
        }
        Str { text, span }
    }

    /// A key or an id: a text or a bare word.
    pub(super) fn text_or_word(&mut self, pair: Pair<'_, Rule>) -> Name {
        let span = self.span(&pair);
        match pair.into_inner().next() {
            Some(inner) if inner.as_rule() == Rule::string => Name { text: self.str(&inner).text, span },
            _ => Name { text: literal::name(self.slice(span)), span },
        }
    }

    /// `care_plans`, `code."Care plans"`
    pub fn reference(&mut self, pair: Pair<'_, Rule>) -> Ref {
        let span = self.span(&pair);
        let (mut kind, mut name, mut by_label) = (None, None, false);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => {
                    kind = name.take();
                    name = Some(self.name(&part));
                }
                Rule::string => {
                    kind = name.take();
                    let Str { text, span } = self.str(&part);
                    name = Some(Name { text, span });
                    by_label = true;
                }
                _ => {}
            }
        }
        let name = name.unwrap_or_else(|| Name { text: String::new(), span });
        Ref { kind, name, by_label, span }
    }

    /// A number as written; one too large is told and read as 0.
    pub fn number(&mut self, written: &str, span: Span) -> LiteralKind {
        let value = if written.contains('.') {
            Decimal::parse(written).ok().map(LiteralKind::Decimal)
        } else {
            written.parse().ok().map(LiteralKind::Number)
        };
        value.unwrap_or_else(|| {
            let message = format!("`{written}` is larger than any number here");
            let help = "whole numbers go to 9,223,372,036,854,775,807; write an id in quotation marks";
            self.diagnostics.push(Diagnostic::at(codes::NUMBER_FORM, self.location(span), message).help(help));
            LiteralKind::Number(0)
        })
    }

    /// A day as written; one that no calendar has is told.
    pub fn date(&mut self, span: Span) -> LiteralKind {
        let written = self.slice(span);
        let value = match written.contains('T') {
            true => DateTime::parse(written).map(LiteralKind::DateTime),
            false => Date::parse(written).map(LiteralKind::Date),
        };
        value.unwrap_or_else(|| {
            let message = format!("there is no `{written}` in the calendar");
            let help = "a date is written year, month, day: `2013-09-01`, with a time `2013-09-01T10:30`";
            self.diagnostics.push(Diagnostic::at(codes::NUMBER_FORM, self.location(span), message).help(help));
            LiteralKind::Text(written.to_string())
        })
    }

    pub(super) fn literal(&mut self, pair: Pair<'_, Rule>) -> Literal {
        let span = self.span(&pair);
        let kind = match pair.into_inner().next() {
            Some(inner) => match inner.as_rule() {
                Rule::date | Rule::datetime => self.date(span),
                Rule::number => self.number(self.slice(span), span),
                Rule::string => LiteralKind::Text(self.str(&inner).text),
                _ => LiteralKind::Ref(self.reference(inner)),
            },
            None => LiteralKind::Text(String::new()),
        };
        Literal { kind, span }
    }

    pub(super) fn cite(&mut self, pair: Pair<'_, Rule>) -> Cite {
        let span = self.span(&pair);
        let mut cite = Cite { keys: Vec::new(), at: None, span };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::key => {
                    let key = self.text_or_word(part);
                    cite.keys.push(key);
                }
                Rule::string => cite.at = Some(self.str(&part)),
                _ => {}
            }
        }
        cite
    }

    fn said(&mut self, pair: Pair<'_, Rule>) -> Said {
        let mut said = Said { text: Str { text: String::new(), span: self.span(&pair) }, cite: None };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::string => said.text = self.str(&part),
                Rule::cite => said.cite = Some(self.cite(part)),
                _ => {}
            }
        }
        said
    }

    pub(super) fn column(&self, pair: Pair<'_, Rule>) -> ColumnDeclaration {
        let span = self.span(&pair);
        let none = Name { text: String::new(), span };
        let mut column = ColumnDeclaration { name: none.clone(), optional: false, of: none };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::column_name => column.name = self.name(&part),
                Rule::question => column.optional = true,
                Rule::name => column.of = self.name(&part),
                _ => {}
            }
        }
        column
    }

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

    /// The item that a head begins.
    pub fn head(&mut self, pair: Pair<'_, Rule>) -> ItemKind {
        let rule = pair.as_rule();
        let mut found = Found::new(self, pair);
        match rule {
            Rule::study_head => {
                ItemKind::Study(Study { title: found.string(), approach: None, language: None, by: Vec::new() })
            }
            Rule::use_head => match found.strings.is_empty() {
                true => ItemKind::Use(Use::Module(found.names)),
                false => ItemKind::Use(Use::File(found.string())),
            },
            Rule::parameter_head => ItemKind::Parameter(Parameter {
                name: found.name(),
                value: found.literals.pop().unwrap_or(Literal { kind: LiteralKind::Number(0), span: found.span }),
                label: found.strings.pop(),
            }),
            Rule::source_head => ItemKind::Source(Source {
                key: found.name(),
                reference: found.string(),
                doi: None,
                url: None,
                notes: Vec::new(),
            }),
            Rule::kind_head => ItemKind::Kind(Kind {
                name: found.name(),
                label: found.strings.pop(),
                of: found.of.take(),
                from_data: found.from_data,
                has: Vec::new(),
                means: Vec::new(),
            }),
            Rule::concepts_head => ItemKind::Concepts(Concepts {
                kind: found.name(),
                from: found.string(),
                columns: Vec::new(),
                only: Vec::new(),
                empty: Vec::new(),
                delimiter: None,
            }),
            Rule::relation_head => ItemKind::Relation(Relation {
                name: found.name(),
                columns: found.columns,
                means: Vec::new(),
                reads: None,
                keys: Vec::new(),
            }),
            Rule::input_head => ItemKind::Input(Input {
                relation: found.name(),
                from: found.string(),
                columns: Vec::new(),
                only: Vec::new(),
                empty: Vec::new(),
                delimiter: None,
            }),
            Rule::output_head => ItemKind::Output(Output { relation: found.name(), to: found.string() }),
            Rule::table_head => ItemKind::Table(CrossTable {
                title: found.string(),
                rows: Axis { name: Name { text: String::new(), span: found.span }, column: None },
                columns: None,
                count: None,
                totals: false,
                shares: None,
            }),
            Rule::fact_head => ItemKind::Fact(found.atoms),
            Rule::rule_head => ItemKind::Rule(RuleTree {
                head: found.atom(),
                body: found.guard.take(),
                because: Vec::new(),
                cites: Vec::new(),
                reads: None,
            }),
            Rule::map_head => {
                let mut refs = found.refs.into_iter();
                let none = || Name { text: String::new(), span: found.span };
                ItemKind::Map(Map {
                    from: refs.next().unwrap_or_else(|| Ref {
                        kind: None,
                        name: none(),
                        by_label: false,
                        span: found.span,
                    }),
                    to: refs.collect(),
                    guard: found.guard.take(),
                    because: Vec::new(),
                    cites: Vec::new(),
                })
            }
            Rule::test_head => ItemKind::Test(Test { name: found.string(), clauses: Vec::new() }),
            _ => ItemKind::Concept(Concept {
                kind: found.name(),
                name: found.name(),
                label: found.strings.pop(),
                clauses: Vec::new(),
                lost_unless: false,
            }),
        }
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
                self.input_clause(&mut c.columns, &mut c.only, &mut c.empty, &mut c.delimiter, pair)
            }
            ItemKind::Input(i) => self.input_clause(&mut i.columns, &mut i.only, &mut i.empty, &mut i.delimiter, pair),
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
        delimiter: &mut Option<Str>,
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
            _ => {
                let text = found.string();
                if self.first("delimiter", span) {
                    *delimiter = Some(text);
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

impl Builder<'_> {
    pub(super) fn format(&mut self, pair: Pair<'_, Rule>) -> Format {
        let (mut pictures, mut words) = (Vec::new(), Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::string => pictures.push(self.str(&part)),
                Rule::format_word => words.push(self.name(&part)),
                _ => {}
            }
        }
        if pictures.is_empty() { Format::Words(words) } else { Format::Pictures(pictures) }
    }

    /// A number that must be whole.
    pub(super) fn whole_number(&mut self, span: Span) -> LiteralKind {
        let written = self.slice(span);
        if written.contains('.') {
            let message = format!("`{written}` is no whole number");
            self.diagnostics.push(
                Diagnostic::at(codes::NUMBER_FORM, self.location(span), message).help("write a whole number, like `2`"),
            );
            return LiteralKind::Number(0);
        }
        self.number(written, span)
    }
}
