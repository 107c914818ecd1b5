//! The rows of the study's inputs as facts: tables are read, bound to relations, and handed to the program.

use super::findings::InputFinding;
use super::load::{at_use, beside, read_table, reading};
use super::marks::at_column;
use super::offers;
use super::rows::{InputRows, ValueSet};
use super::{Progress, Study};
use crate::base::table::RowPlace;
use crate::base::{FileId, Location, Pool, Table, Value};
use crate::check::Type;
use crate::check::program::{Cell, CellFormat, CellSource, Input, KindId, Program, RelationId, RelationKind};
use crate::data::files::Stamp;
use crate::data::{
    self, Binding, CellType, ColumnSpec, ConceptCells, Files, OnlySpec, OnlyValue, Picture, ReadOptions, Reason,
    TimeFormat,
};
use crate::diagnostic::{Diagnostic, codes};
use crate::ir::Lowered;
use crate::ir::core::FactPlace;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Why a row is left out that speaks of a message which was.
pub(super) const MESSAGE_LEFT_OUT: &str = "its message was left out";

/// A table that was read, and its number among the data files.
type DataFile = (Table, FileId);

impl Study {
    /// Reads all inputs. The rows are kept apart from the program, so that tests run without them.
    pub(super) fn read_inputs(&mut self, before: Option<&Study>, watch: &mut dyn FnMut(Progress)) {
        let inputs = self.program.inputs.clone();
        let keys: Vec<(String, ReadOptions)> = inputs
            .iter()
            .map(|input| {
                let path = beside(&self.sources.get(input.at.file).name, &input.path);
                (path, reading(input, self.options.lenient))
            })
            .collect();
        let mut tables: FxHashMap<&(String, ReadOptions), Option<DataFile>> = FxHashMap::default();
        let mut stamps: Vec<(String, Location, Option<Stamp>)> = Vec::new();
        // False where a table of messages could not be read: then nobody knows which messages there are.
        let (mut whole, message) = (true, self.program.known("message"));
        let said = self.diagnostics.len();
        for (number, (input, key)) in inputs.iter().zip(&keys).enumerate() {
            let path = &key.0;
            watch(Progress { task: format!("reading {path}"), done: number, of: inputs.len() });
            if before.is_some_and(|before| self.take_input(input, path, before)) {
                continue;
            }
            if self.stop_reading(path) {
                return;
            }
            let (from, found) = (self.rows.len(), self.diagnostics.len());
            if !tables.contains_key(key) {
                stamps.push((path.clone(), input.path_at, self.files.stamp(path)));
                let table = self.input_table(path, input);
                if self.ended(&format!("while `{path}` was read")) {
                    return;
                }
                tables.insert(key, table);
            }
            let bound = match tables.get(key) {
                Some(Some((table, file))) => self.bind_input(input, table, *file),
                _ => false,
            };
            whole &= bound || input.relation != message;
            if !keys[number + 1..].contains(key) {
                // Nobody asks for the text again.
                tables.insert(key, None);
            }
            self.note_input(input, path, from, found);
        }
        let bound = self.row_count();
        self.check_unchanged(&stamps);
        self.check_messages();
        self.leave_out();
        self.check_rows(whole);
        self.note_rows(said, bound);
    }

    /// How many rows the inputs gave.
    pub(super) fn row_count(&self) -> usize {
        self.rows.iter().map(InputRows::len).sum()
    }

    /// Rows read from a file at different times need not fit together.
    fn check_unchanged(&mut self, stamps: &[(String, Location, Option<Stamp>)]) {
        for (path, at, before) in stamps {
            let (Some(before), Some(after)) = (before, self.files.stamp(path)) else { continue };
            let named = format!("`{path}`");
            let told = self.diagnostics.iter().any(|d| d.code == codes::CHANGED && d.message.contains(&named));
            if *before != after && !told {
                self.diagnostics.push(at_use(data::files::changed(path), *at));
            }
        }
    }

    /// The ids of the messages that were read.
    pub(super) fn message_ids(&self) -> ValueSet {
        let message = self.program.known("message");
        self.rows.iter().filter(|r| r.relation == message).flat_map(|r| r.rows()).map(|row| row[0]).collect()
    }

    /// Rows that name a message which was left out are left out with it, and counted.
    fn leave_out(&mut self) {
        if self.left_out.is_empty() {
            return;
        }
        let kept = self.message_ids();
        self.left_out.retain(|id| !kept.contains(*id));
        let left_out = std::mem::take(&mut self.left_out);
        if !left_out.is_empty() {
            self.keep_rows(|id| !left_out.contains(&id), MESSAGE_LEFT_OUT);
        }
        self.left_out = left_out;
    }

    /// Keeps the rows whose messages are all wanted; counts the others.
    pub(super) fn keep_rows(&mut self, wanted: impl Fn(Value) -> bool, reason: &str) {
        let message = Type::Kind(self.program.known_kind("message"));
        let relations = &self.program.relations;
        let mut counts = vec![0usize; relations.len()];
        for rows in Arc::make_mut(&mut self.rows) {
            let columns = &relations[rows.relation.0 as usize].columns;
            let columns: Vec<usize> = (0..columns.len()).filter(|&c| columns[c].of == message).collect();
            counts[rows.relation.0 as usize] +=
                rows.retain(|_, row| columns.iter().all(|&c| row[c].is_none() || wanted(row[c])));
        }
        for (relation, count) in relations.iter().zip(counts) {
            if let (true, Some(input)) = (count > 0, self.inputs.iter_mut().find(|i| i.relation == relation.name)) {
                input.kept -= count.min(input.kept);
                input.left_out.push((count, reason.to_string()));
            }
        }
    }

    fn input_table(&mut self, path: &str, input: &Input) -> Option<DataFile> {
        match read_table(&self.files, path, &reading(input, self.options.lenient)) {
            Ok(read) => {
                self.diagnostics.extend(read.warnings.into_iter().map(|problem| at_use(problem, input.path_at)));
                self.data_files.push(path.to_string());
                Some((read.table, FileId(self.data_files.len() as u32 - 1)))
            }
            Err(problem) => {
                let mut diagnostic = at_use(problem, input.path_at);
                let from = &self.sources.get(input.path_at.file).name;
                diagnostic.fixes.extend(offers::other_file(&self.files, from, path, input.path_at));
                self.diagnostics.push(diagnostic);
                None
            }
        }
    }

    /// Takes in the rows of a table; false where its columns could not be found, or it has no rows.
    fn bind_input(&mut self, input: &Input, table: &Table, file: FileId) -> bool {
        if !self.check_pictures(input) {
            return false;
        }
        let program = &self.program;
        let relation = program.relation(input.relation);
        let lookups = Lookups::new(program, &relation.columns.iter().map(|c| c.of).collect::<Vec<_>>());
        let mut columns: Vec<ColumnSpec> = relation
            .columns
            .iter()
            .zip(&input.columns)
            .enumerate()
            .map(|(i, (column, cell))| {
                let (source, format) = cell_source(cell.as_ref());
                ColumnSpec {
                    name: column.name.clone(),
                    source,
                    cell: lookups.cell_type(program, i, column.of, &format),
                    optional: column.optional,
                    or_skip: cell.as_ref().is_some_and(|c| c.or_skip),
                }
            })
            .collect();
        let width = columns.len();
        columns.extend(input.quote.as_ref().map(|cell| ColumnSpec {
            name: "quote".to_string(),
            source: cell_source(Some(cell)).0,
            cell: CellType::Text,
            optional: true,
            or_skip: cell.or_skip,
        }));
        let only = input.only.iter().map(|o| OnlySpec {
            header: o.header.clone(),
            negated: o.negated,
            values: o.values.iter().map(|v| only_value(v)).collect(),
        });
        let binding =
            Binding { columns, only: only.collect(), empty: input.empty.clone(), lenient: self.options.lenient };
        let bound = data::bind(table, &binding, &mut self.pool);
        let (mut left_out, mut without) = (Vec::new(), Vec::new());
        for rows in &bound.tally.left_out {
            match &rows.reason {
                Reason::Empty(column) if !self.is_said_at_length(input.relation, column) => {
                    without.push((rows.count, column.clone()));
                }
                reason => left_out.push((rows.count, reason.to_string())),
            }
        }
        let (read, wrong) = (bound.tally.read, !bound.problems.is_empty());
        if bound.tally.kept == 0 && !wrong && (read == 0 || !input.only.is_empty()) {
            let file = &self.data_files[file.0 as usize];
            let (message, help) = match read {
                0 => (format!("`{file}` has no rows"), "a header alone says nothing: is it the right file?"),
                1 => (format!("the one row of `{file}` is left out"), "is its value as `only` asks for?"),
                n => {
                    let help = "does `only` name the values as they stand in the file?";
                    (format!("all {n} rows of `{file}` are left out"), help)
                }
            };
            self.diagnostics.push(Diagnostic::at(codes::NO_ROWS, input.path_at, message).help(help));
        }
        self.inputs.push(InputFinding {
            relation: relation.name.clone(),
            file: self.data_files[file.0 as usize].clone(),
            read: bound.tally.read,
            kept: bound.tally.kept,
            left_out,
            without,
        });
        let id = input.relation;
        if id == self.program.known("message") && bound.tally.kept < bound.tally.read {
            // Which messages these are, so that rows which name them are left out with them.
            let alone = Binding { columns: binding.columns[..1].to_vec(), lenient: true, ..Binding::default() };
            let all = data::bind(table, &alone, &mut self.pool);
            self.left_out.extend(all.values);
        }
        Arc::make_mut(&mut self.rows).push(InputRows::new(id, file, width, (bound.width, bound.values, bound.lines)));
        let found = read > 0 && !bound.problems.iter().any(|p| p.code == codes::HEADER);
        for problem in bound.problems {
            let diagnostic = at_column(problem, input, &self.program, &self.sources);
            self.diagnostics.push(diagnostic);
        }
        found
    }

    /// True where a row is something that somebody said or did even if this column of it is empty: a message, or a coding
    /// that names its code. Then whoever skips it leaves data out; any other row says nothing without the column.
    fn is_said_at_length(&self, relation: RelationId, column: &str) -> bool {
        let known = |name: &str| relation == self.program.known(name);
        known("message") || (known("coding") && column != "code")
    }

    /// Reports pictures of dates that cannot be read.
    fn check_pictures(&mut self, input: &Input) -> bool {
        let mut fine = true;
        for cell in input.columns.iter().flatten() {
            let CellSource::Header { format: CellFormat::Pictures(pictures), .. } = &cell.source else { continue };
            for message in pictures.iter().filter_map(|p| Picture::parse(p).err()) {
                let help = "a picture is made of dd, mm, yyyy, hh, mm, ss and the signs between them: \"dd/mm/yyyy\"";
                self.diagnostics.push(Diagnostic::at(codes::NUMBER_FORM, cell.at, message).help(help));
                fine = false;
            }
        }
        fine
    }

    /// The input that a row came by.
    pub(super) fn input_of(&self, place: RowPlace, relation: RelationId) -> Option<&Input> {
        let file = &self.data_files[place.file.0 as usize];
        let from = |input: &&Input| beside(&self.sources.get(input.at.file).name, &input.path) == *file;
        self.program.inputs.iter().filter(|input| input.relation == relation).find(from)
    }

    /// `messages.csv:17`
    pub(super) fn row_place(&self, place: RowPlace) -> String {
        format!("{}:{}", self.data_files[place.file.0 as usize], place.line)
    }

    /// Hands the rows to the program that will be evaluated.
    pub(super) fn add_rows(&mut self) {
        for rows in self.rows.iter() {
            add_rows(&self.program, &mut self.lowered, rows, |_| true);
        }
    }
}

/// Reads a table whose columns are called as those of a relation: of these columns the ones that are asked for.
pub(super) fn cells_of(
    program: &Program,
    id: RelationId,
    asked: &[bool],
    table: &Table,
    pool: &mut Pool,
) -> data::Bound {
    let relation = program.relation(id);
    let lookups = Lookups::new(program, &relation.columns.iter().map(|c| c.of).collect::<Vec<_>>());
    let columns = relation.columns.iter().enumerate().zip(asked).filter(|(_, asked)| **asked);
    let columns = columns.map(|((i, column), _)| ColumnSpec {
        name: column.name.clone(),
        source: data::Source::Header(column.name.clone()),
        cell: lookups.cell_type(program, i, column.of, &CellFormat::Plain),
        optional: column.optional,
        or_skip: false,
    });
    data::bind(table, &Binding { columns: columns.collect(), ..Binding::default() }, pool)
}

/// Hands the rows of an input to a program: those of the relations that want them.
pub(super) fn add_rows(
    program: &Program,
    lowered: &mut Lowered,
    rows: &InputRows,
    wanted: impl Fn(crate::ir::core::RelationId) -> bool,
) {
    use RelationKind::{Coded, Evidence, Has, Stimulates};
    if !matches!(program.relation(rows.relation).kind, Has(_) | Coded | Evidence | Stimulates) {
        // No row of it belongs to a relation of one concept.
        let relation = lowered.declared(rows.relation);
        if wanted(relation) {
            lowered.core.add_rows(relation, &rows.values, rows.file, &rows.lines);
        }
        return;
    }
    for (number, row) in rows.rows().enumerate() {
        let (relation, values) = lowered.route(program, rows.relation, row);
        if wanted(relation) {
            lowered.core.add_fact(relation, &values, FactPlace::Row(rows.place(number)));
        }
    }
}

/// Where the cells of a column come from, and how they are read.
fn cell_source(cell: Option<&Cell>) -> (data::Source, CellFormat) {
    match cell.map(|c| &c.source) {
        Some(CellSource::Header { header, format }) if header.contains('{') => {
            (data::Source::Template(header.clone()), format.clone())
        }
        Some(CellSource::Header { header, format }) => (data::Source::Header(header.clone()), format.clone()),
        Some(CellSource::Constant(value)) => (data::Source::Constant(*value), CellFormat::Plain),
        None => (data::Source::Constant(Value::NONE), CellFormat::Plain),
    }
}

/// Names and labels of the concepts that columns may name.
struct Lookups {
    known: Vec<Vec<String>>,
    finders: Vec<Option<Finder>>,
}

type Finder = Box<dyn Fn(&str) -> Option<Value> + Sync>;

impl Lookups {
    fn new(program: &Program, types: &[Type]) -> Lookups {
        let mut lookups = Lookups { known: Vec::new(), finders: Vec::new() };
        for &of in types {
            if !of.is_concept(program) {
                lookups.known.push(Vec::new());
                lookups.finders.push(None);
                continue;
            }
            let kinds: Vec<KindId> = match of {
                Type::Kind(kind) => vec![kind],
                _ => (0..program.kinds.len() as u32).map(KindId).filter(|&k| !program.kind(k).open).collect(),
            };
            let mut values: FxHashMap<String, Value> = FxHashMap::default();
            let mut known: Vec<String> = Vec::new();
            for &kind in &kinds {
                for (_, concept) in program.concepts_of(kind) {
                    values.entry(concept.name.clone()).or_insert(concept.value);
                    known.push(concept.name.clone());
                    known.extend(concept.label.clone());
                }
            }
            let mut labels: FxHashMap<String, Value> = FxHashMap::default();
            for (&(kind, ref label), &id) in &program.concept_labels {
                if kinds.contains(&kind) {
                    labels.insert(label.clone(), program.concept(id).value);
                }
            }
            let find = move |text: &str| {
                let by_name = values.get(text.trim());
                by_name.or_else(|| labels.get(&crate::check::labels::fold_label(text))).copied()
            };
            lookups.known.push(known);
            lookups.finders.push(Some(Box::new(find)));
        }
        lookups
    }

    fn cell_type<'a>(&'a self, program: &'a Program, column: usize, of: Type, format: &CellFormat) -> CellType<'a> {
        match of {
            Type::Text => CellType::Text,
            Type::Number => CellType::Number,
            Type::Decimal => CellType::Decimal,
            Type::Date => CellType::Date(time_format(format)),
            Type::DateTime => CellType::DateTime(time_format(format)),
            Type::Kind(_) | Type::Concept => match &self.finders[column] {
                Some(find) => CellType::Concept(ConceptCells {
                    kind: of.name(program),
                    lookup: &**find,
                    known: &self.known[column],
                }),
                None if of.name(program) == "quote" => CellType::Quote,
                None => CellType::Id,
            },
        }
    }
}

fn time_format(format: &CellFormat) -> TimeFormat {
    match format {
        CellFormat::Plain => TimeFormat::Iso,
        CellFormat::Pictures(texts) => TimeFormat::Pictures(texts.iter().flat_map(|t| Picture::parse(t)).collect()),
        CellFormat::UnixSeconds => TimeFormat::UnixSeconds,
        CellFormat::UnixMilliseconds => TimeFormat::UnixMs,
    }
}

fn only_value(text: &str) -> OnlyValue {
    match crate::base::Decimal::parse(text) {
        Ok(number) => OnlyValue::Number(number),
        Err(_) => OnlyValue::Text(text.to_string()),
    }
}
