//! The item that a head begins, still without its clauses.

use super::build::Builder;
use super::found::Found;
use super::grammar::Rule;
use super::tree::{Rule as RuleTree, *};
use pest::iterators::Pair;

impl Builder<'_> {
    /// The item that a head begins.
    pub fn head(&mut self, pair: Pair<'_, Rule>) -> ItemKind {
        let rule = pair.as_rule();
        let mut found = Found::new(self, pair);
        if matches!(rule, Rule::use_head | Rule::input_head | Rule::output_head | Rule::concepts_head)
            && let Some(name) = found.strings.first()
        {
            self.file_name(name);
        }
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
                sheet: None,
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
                sheet: None,
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
}
