//! Prints a tree as source text in the canonical layout. Reading what is printed gives the tree again, but for places.

use super::literal::quote;
use super::print_expr::{atom, expr, reference};
use super::tree::*;
use std::fmt::Write;

pub use super::print_expr::print_expr;

/// A file, its items divided by blank lines. Comments are not in the tree and so not in what is printed.
pub fn print_file(file: &File) -> String {
    file.items.iter().map(|item| print_item(&item.kind)).collect::<Vec<_>>().join("\n")
}

/// One item, each clause on its own line; ends with a line break. A broken item prints as a comment.
pub fn print_item(item: &ItemKind) -> String {
    let mut p = Lines::default();
    match item {
        ItemKind::Study(study) => {
            p.head(format!("study {}", str(&study.title)));
            p.each(&study.approach, |n| format!("approach {}", n.text));
            p.each(&study.language, |n| format!("language {}", n.text));
            p.each(&study.by, |s| format!("by {}", str(s)));
        }
        ItemKind::Use(Use::Module(names)) => {
            let names: Vec<&str> = names.iter().map(|n| n.text.as_str()).collect();
            p.head(format!("use {}", names.join(".")));
        }
        ItemKind::Use(Use::File(file)) => p.head(format!("use {}", str(file))),
        ItemKind::Parameter(parameter) => {
            let value = literal(&parameter.value);
            p.head(format!("parameter {} = {value}{}", parameter.name.text, label(&parameter.label)));
        }
        ItemKind::Source(source) => {
            p.head(format!("source {} {}", key(&source.key), str(&source.reference)));
            p.each(&source.doi, |s| format!("doi {}", str(s)));
            p.each(&source.url, |s| format!("url {}", str(s)));
            p.each(&source.notes, |s| format!("note {}", str(s)));
        }
        ItemKind::Kind(kind) => {
            let mut head = format!("kind {}{}", kind.name.text, label(&kind.label));
            if let Some(of) = &kind.of {
                let _ = write!(head, " of {}", of.text);
            }
            if kind.from_data {
                head.push_str(" from data");
            }
            p.head(head);
            p.each(&kind.has, |c| format!("has {}", column(c)));
            p.each(&kind.means, |s| format!("means {}", said(s)));
        }
        ItemKind::Concepts(c) => {
            p.head(format!("concepts {} from {}", c.kind.text, str(&c.from)));
            p.input(&c.columns, &c.only, &c.empty);
            p.each(&c.delimiter, |d| format!("delimiter {}", str(d)));
            p.each(&c.sheet, |s| format!("sheet {}", str(s)));
        }
        ItemKind::Relation(relation) => {
            let columns: Vec<String> = relation.columns.iter().map(column).collect();
            p.head(format!("relation {}({})", relation.name.text, columns.join(", ")));
            p.each(&relation.means, |s| format!("means {}", said(s)));
            p.each(&relation.reads, |s| format!("reads {}", str(s)));
            p.each(&relation.keys, |k| {
                format!("key {}", k.iter().map(|n| n.text.as_str()).collect::<Vec<_>>().join(", "))
            });
        }
        ItemKind::Input(i) => {
            p.head(format!("input {} from {}", i.relation.text, str(&i.from)));
            p.input(&i.columns, &i.only, &i.empty);
            p.each(&i.delimiter, |d| format!("delimiter {}", str(d)));
            p.each(&i.sheet, |s| format!("sheet {}", str(s)));
        }
        ItemKind::Output(output) => p.head(format!("output {} to {}", output.relation.text, str(&output.to))),
        ItemKind::Table(table) => {
            p.head(format!("table {}", str(&table.title)));
            p.clause(format!("rows {}", axis(&table.rows)));
            p.each(&table.columns, |a| format!("columns {}", axis(a)));
            p.each(&table.count, |n| format!("count {}", n.text));
            p.each(&table.totals.then_some(()), |()| "totals".to_string());
            p.each(&table.shares, |n| format!("shares of {}", n.text));
        }
        ItemKind::Fact(atoms) => {
            for (i, a) in atoms.iter().enumerate() {
                match i {
                    0 => p.head(format!("fact {}", atom(a))),
                    _ => p.clause(atom(a)),
                }
            }
        }
        ItemKind::Rule(rule) => {
            p.head(format!("rule {}", atom(&rule.head)));
            p.each(&rule.body, |b| format!("if {}", expr(b)));
            p.each(&rule.because, |s| format!("because {}", said(s)));
            p.each(&rule.cites, cite);
            p.each(&rule.reads, |s| format!("reads {}", str(s)));
        }
        ItemKind::Map(map) => {
            let to: Vec<String> = map.to.iter().map(reference).collect();
            p.head(format!("map {} -> {}", reference(&map.from), to.join(", ")));
            p.each(&map.guard, |b| format!("if {}", expr(b)));
            p.each(&map.because, |s| format!("because {}", said(s)));
            p.each(&map.cites, cite);
        }
        ItemKind::Test(test) => {
            p.head(format!("test {}", str(&test.name)));
            p.each(&test.clauses, test_clause);
        }
        ItemKind::Concept(concept) => {
            p.head(format!("{} {}{}", concept.kind.text, concept.name.text, label(&concept.label)));
            p.each(&concept.clauses, clause);
        }
        ItemKind::Broken(broken) => {
            let name = broken.name.as_ref().map_or("", |n| &n.text);
            p.head(format!("# not read: {} {name}", broken.keyword).trim_end().to_string());
        }
    }
    p.out
}

/// Lines of an item.
#[derive(Default)]
struct Lines {
    out: String,
}

impl Lines {
    fn head(&mut self, text: String) {
        self.out.push_str(&text);
        self.out.push('\n');
    }

    fn clause(&mut self, text: String) {
        self.out.push_str("  ");
        self.head(text);
    }

    fn each<'a, T: 'a>(&mut self, all: impl IntoIterator<Item = &'a T>, print: impl Fn(&T) -> String) {
        for one in all {
            self.clause(print(one));
        }
    }

    fn input(&mut self, columns: &[ColumnBinding], only: &[Only], empty: &[Str]) {
        self.each(columns, binding);
        self.each(only, |o| {
            let values: Vec<String> = o.values.iter().map(literal).collect();
            format!("only {} is {}{}", str(&o.header), if o.negated { "not " } else { "" }, values.join(", "))
        });
        if !empty.is_empty() {
            self.clause(format!("empty {}", empty.iter().map(str).collect::<Vec<_>>().join(", ")));
        }
    }
}

fn str(text: &Str) -> String {
    quote(&text.text)
}

fn label(label: &Option<Str>) -> String {
    label.as_ref().map_or(String::new(), |l| format!(" {}", str(l)))
}

fn said(said: &Said) -> String {
    match &said.cite {
        Some(c) => format!("{} {}", str(&said.text), cite(c)),
        None => str(&said.text),
    }
}

fn cite(c: &Cite) -> String {
    let keys: Vec<String> = c.keys.iter().map(key).collect();
    match &c.at {
        Some(at) => format!("cites {} at {}", keys.join(", "), str(at)),
        None => format!("cites {}", keys.join(", ")),
    }
}

/// A key or id, bare where it can be read that way.
fn key(name: &Name) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let bare = !name.text.is_empty() && name.text.chars().all(plain);
    if bare { name.text.clone() } else { quote(&name.text) }
}

fn column(column: &ColumnDeclaration) -> String {
    format!("{}{}: {}", column.name.text, if column.optional { "?" } else { "" }, column.of.text)
}

fn binding(binding: &ColumnBinding) -> String {
    let column = &binding.column.text;
    match &binding.value {
        CellSource::Constant(value) => format!("{column} is {}", literal(value)),
        CellSource::Header { header, format, or_skip } => {
            let format = match format {
                Some(Format::Pictures(pictures)) => {
                    format!(" as {}", pictures.iter().map(str).collect::<Vec<_>>().join(" or "))
                }
                Some(Format::Words(words)) => {
                    format!(" as {}", words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" "))
                }
                None => String::new(),
            };
            format!("{column} = {}{format}{}", str(header), if *or_skip { " or skip" } else { "" })
        }
    }
}

fn axis(axis: &Axis) -> String {
    match &axis.column {
        Some(column) => format!("{}.{}", axis.name.text, column.text),
        None => axis.name.text.clone(),
    }
}

fn literal(literal: &Literal) -> String {
    match &literal.kind {
        LiteralKind::Text(text) => quote(text),
        LiteralKind::Number(n) => n.to_string(),
        LiteralKind::Decimal(d) => super::print_expr::decimal(d),
        LiteralKind::Date(d) => d.to_string(),
        LiteralKind::DateTime(t) => t.to_string(),
        LiteralKind::Ref(r) => reference(r),
    }
}

fn test_clause(clause: &TestClause) -> String {
    match clause {
        TestClause::Given(a) => format!("given {}", atom(a)),
        TestClause::Set(name, value) => format!("set {} = {}", name.text, literal(value)),
        TestClause::Expect(Expectation::Holds, a) => format!("expect {}", atom(a)),
        TestClause::Expect(Expectation::Fails, a) => format!("expect no {}", atom(a)),
        TestClause::Expect(Expectation::Count(n), a) => format!("expect {n} of {}", atom(a)),
    }
}

fn clause(clause: &Clause) -> String {
    let example = |e: &Example| match e {
        Example::Text(text) => str(text),
        Example::Message(id) => format!("message {}", key(id)),
    };
    match &clause.kind {
        ClauseKind::Means(s) => format!("means {}", said(s)),
        ClauseKind::Include(s) => format!("include {}", said(s)),
        ClauseKind::Exclude(s) => format!("exclude {}", said(s)),
        ClauseKind::Because(s) => format!("because {}", said(s)),
        ClauseKind::Memo(s) => format!("memo {}", said(s)),
        ClauseKind::Example(e) => format!("example {}", example(e)),
        ClauseKind::Counterexample(e) => format!("counterexample {}", example(e)),
        ClauseKind::Status(name) => format!("status {}", name.text),
        ClauseKind::Under(r) => format!("under {}", reference(r)),
        ClauseKind::Cites(c) => cite(c),
        ClauseKind::Matches(e) => format!("matches {}", expr(e)),
        ClauseKind::When(e) => format!("when {}", expr(e)),
        ClauseKind::Unless(e) => format!("unless {}", expr(e)),
        ClauseKind::Property(name, value) => format!("{} = {}", name.text, literal(value)),
    }
}
