//! What the library benches share: a study's rules as core rules with the facts of a folder, without the reading that
//! `hence` itself does, so that the engine can be timed alone.

#![allow(dead_code, reason = "each bench uses a part")]

use hence::base::{Pool, Value};
use hence::check::Type;
use hence::check::program::{CellSource, Input};
use hence::data::Memory;
use hence::eval::Texts;
use hence::ir::core::{Core, Expr, FactPlace, Literal, PlaceTest, RelationId};
use hence::plan::{Strata, strata};
use hence::session::{Options, Study};
use std::path::Path;

/// A program with its facts, ready to be evaluated.
pub struct Ready {
    /// Its rules and given facts.
    pub core: Core,
    /// The order of its relations.
    pub strata: Strata,
    /// Its values.
    pub pool: Pool,
    /// The relations that the study's own rules fill, in the study's order.
    pub answers: Vec<(String, RelationId)>,
}

impl Ready {
    /// Reads `study.hence` and the tables it names from a folder.
    pub fn read(folder: &Path) -> Result<Ready, String> {
        let file = |name: &str| {
            let path = folder.join(name);
            std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
        };
        let text = file("study.hence")?;
        let study = Study::open_in(
            Box::new(Memory::default().with("study.hence", text.as_str())),
            "study.hence",
            &Options::default(),
            &mut |_| {},
        );
        let program = study.program();
        let own = |id: hence::check::program::RelationId| program.rules.iter().any(|rule| rule.head == id);
        let names: Vec<String> = (0..program.relations.len() as u32)
            .map(hence::check::program::RelationId)
            .filter(|&id| own(id))
            .map(|id| program.relation(id).name.clone())
            .collect();
        let mut core = study.core().clone();
        let answers: Vec<(String, RelationId)> = names.iter().map(|name| (name.clone(), find(&core, name))).collect();
        keep_needed(&mut core, answers.iter().map(|(_, id)| *id).collect());
        let mut pool = Pool::default();
        for input in &program.inputs {
            let relation = program.relation(input.relation);
            let types: Vec<Type> = relation.columns.iter().map(|column| column.of).collect();
            add_rows(&mut core, &mut pool, &relation.name, input, &types, &file(&input.path)?);
        }
        let strata = strata(&core).map_err(|_| "the study has a circle".to_owned())?;
        Ok(Ready { core, strata, pool, answers })
    }
}

/// The relation of a name.
pub fn find(core: &Core, name: &str) -> RelationId {
    let at = core.relations.iter().position(|relation| relation.name == name);
    RelationId(at.unwrap_or_else(|| panic!("the study has a relation `{name}`")) as u32)
}

/// Leaves the rules that the answers need. Those of the prelude name concepts of another pool.
fn keep_needed(core: &mut Core, mut left: Vec<RelationId>) {
    let mut needed = vec![false; core.relations.len()];
    while let Some(relation) = left.pop() {
        if std::mem::replace(&mut needed[relation.0 as usize], true) {
            continue;
        }
        for rule in core.rules.iter().filter(|rule| rule.head == relation) {
            left.extend(rule.body.iter().filter_map(|literal| match literal {
                Literal::Atom(id, _) | Literal::Not(id, _) | Literal::Lookup { relation: id, .. } => Some(*id),
                _ => None,
            }));
        }
        left.extend(core.aggregations.iter().filter(|a| a.head == relation).map(|a| a.body));
    }
    let mut of_needed = core.rules.iter().map(|rule| needed[rule.head.0 as usize]);
    core.rule_origins.retain(|_| of_needed.next().unwrap_or(false));
    core.rules.retain(|rule| needed[rule.head.0 as usize]);
    core.aggregations.retain(|aggregation| needed[aggregation.head.0 as usize]);
    core.given.iter_mut().for_each(|given| *given = Default::default());
    // Constants of these rules are whole numbers, which are the same in every pool.
    let is_whole = |value: Value| value.is_none() || Pool::default().as_number(value).is_some();
    assert!(core.rules.iter().flat_map(|rule| &rule.columns).all(|column| match column {
        Expr::Const(value) => is_whole(*value),
        _ => true,
    }));
}

/// Takes in the rows of a table as the study binds them: numbers as numbers, ids as texts that are kept once.
fn add_rows(core: &mut Core, pool: &mut Pool, relation: &str, input: &Input, types: &[Type], text: &str) {
    let mut lines = text.lines();
    let headers: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let columns: Vec<Option<usize>> = input
        .columns
        .iter()
        .map(|cell| match cell.as_ref().map(|cell| &cell.source) {
            Some(CellSource::Header { header, .. }) => headers.iter().position(|h| h == header),
            _ => None,
        })
        .collect();
    let (relation, nothing) = (find(core, relation), pool.text(""));
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let row: Vec<Value> = columns
            .iter()
            .zip(types)
            .map(|(column, of)| match (column, of) {
                (Some(at), Type::Number) => pool.number(cells[*at].parse().expect("a whole number")),
                (Some(at), _) => pool.text(cells[*at]),
                (None, Type::Text) => nothing,
                (None, _) => Value::NONE,
            })
            .collect();
        core.add_fact(relation, &row, FactPlace::Text);
    }
}

/// No rule of the benches asks for texts.
pub struct NoTexts;

impl Texts for NoTexts {
    fn place(&self, _: PlaceTest, _: Value, _: (u32, u32), _: (u32, u32)) -> bool {
        false
    }
    fn matches(&self, _: u32, _: &str) -> bool {
        false
    }
}

/// A figure of this process in MiB: `VmRSS` is what it holds now, `VmHWM` the most it ever held. 0 where the system does
/// not tell.
pub fn mib(figure: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(figure));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse::<usize>().ok()).unwrap_or(0) / 1024
}
