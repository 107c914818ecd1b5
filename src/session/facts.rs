//! The rows of the study's inputs as facts, and what is wrong with them once they are seen together: ids that stand
//! twice, messages that do not exist, keys that do not hold, offsets outside a text.

use super::findings::InputFinding;
use super::load::{at_use, beside, read_table};
use super::marks::{at_column, nearest_id};
use super::offers;
use super::run::with_place;
use super::{Progress, Study};
use crate::base::table::RowPlace;
use crate::base::{FileId, Location, Pool, Table, Value};
use crate::check::Type;
use crate::check::program::{Cell, CellFormat, CellSource, Input, KindId, Program, RelationId};
use crate::data::files::Stamp;
use crate::data::problem::shown as shown_cell;
use crate::data::{self, Binding, CellType, ColumnSpec, ConceptCells, Files, OnlySpec, OnlyValue, Picture, TimeFormat};
use crate::diagnostic::{Diagnostic, codes};
use crate::ir::core::FactPlace;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// A row of a relation and where it stands.
#[derive(Clone)]
pub(super) struct InputRow {
    pub relation: RelationId,
    pub row: Vec<Value>,
    pub place: RowPlace,
    /// The words that a coding is said to be of; none where the file does not say.
    pub quote: Value,
}

/// A table that was read, and its number among the data files.
pub(super) type DataFile = (Table, FileId);

impl Study {
    /// Reads all inputs. The rows are kept apart from the program, so that tests run without them.
    pub(super) fn read_inputs(&mut self, before: Option<&Study>, watch: &mut dyn FnMut(Progress)) {
        let inputs = self.program.inputs.clone();
        let mut tables: FxHashMap<(String, Option<char>), Option<DataFile>> = FxHashMap::default();
        let mut stamps: Vec<(String, Location, Option<Stamp>)> = Vec::new();
        // False where a table of messages could not be read: then nobody knows which messages there are.
        let (mut whole, message) = (true, self.program.known("message"));
        let said = self.diagnostics.len();
        for (number, input) in inputs.iter().enumerate() {
            let path = beside(&self.sources.get(input.at.file).name, &input.path);
            watch(Progress { task: format!("reading {path}"), done: number, of: inputs.len() });
            if before.is_some_and(|before| self.take_input(input, &path, before)) {
                continue;
            }
            if self.stop_reading(&path) {
                return;
            }
            let (from, found) = (self.rows.len(), self.diagnostics.len());
            let key = (path.clone(), input.delimiter);
            if !tables.contains_key(&key) {
                stamps.push((path.clone(), input.path_at, self.files.stamp(&path)));
                let table = self.input_table(&path, input);
                if self.ended(&format!("while `{path}` was read")) {
                    return;
                }
                tables.insert(key.clone(), table);
            }
            let bound = match tables.get(&key) {
                Some(Some((table, file))) => self.bind_input(input, table, *file),
                _ => false,
            };
            whole &= bound || input.relation != message;
            self.note_input(input, &path, from, found);
        }
        let bound = self.rows.len();
        self.check_unchanged(&stamps);
        self.check_messages(&tables.into_values().flatten().collect::<Vec<_>>());
        self.leave_out();
        self.check_rows(whole);
        self.note_rows(said, bound);
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

    /// Rows that name a message which was left out are left out with it, and counted.
    fn leave_out(&mut self) {
        let message = self.program.known("message");
        let kept: FxHashSet<Value> = self.rows.iter().filter(|r| r.relation == message).map(|r| r.row[0]).collect();
        self.left_out.retain(|id| !kept.contains(id));
        let left_out = std::mem::take(&mut self.left_out);
        if !left_out.is_empty() {
            self.keep_rows(|id| !left_out.contains(&id), "its message was left out");
        }
        self.left_out = left_out;
    }

    /// Keeps the rows whose messages are all wanted; counts the others.
    pub(super) fn keep_rows(&mut self, wanted: impl Fn(Value) -> bool, reason: &str) {
        let message = Type::Kind(self.program.known_kind("message"));
        let relations = &self.program.relations;
        let mut counts = vec![0usize; relations.len()];
        Arc::make_mut(&mut self.rows).retain(|row| {
            let columns = &relations[row.relation.0 as usize].columns;
            let stays = columns.iter().zip(&row.row).all(|(c, &v)| c.of != message || v.is_none() || wanted(v));
            counts[row.relation.0 as usize] += usize::from(!stays);
            stays
        });
        for (relation, count) in relations.iter().zip(counts) {
            if let (true, Some(input)) = (count > 0, self.inputs.iter_mut().find(|i| i.relation == relation.name)) {
                input.kept -= count.min(input.kept);
                input.left_out.push((count, reason.to_string()));
            }
        }
    }

    fn input_table(&mut self, path: &str, input: &Input) -> Option<DataFile> {
        match read_table(&self.files, path, input.delimiter, self.options.lenient) {
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
        let left_out = bound.tally.left_out.iter().map(|l| (l.count, l.reason.to_string())).collect();
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
        });
        let id = input.relation;
        if id == self.program.known("message") && bound.tally.kept < bound.tally.read {
            // Which messages these are, so that rows which name them are left out with them.
            let alone = Binding { columns: binding.columns[..1].to_vec(), lenient: true, ..Binding::default() };
            let all = data::bind(table, &alone, &mut self.pool);
            self.left_out.extend(all.values);
        }
        let rows = Arc::make_mut(&mut self.rows);
        for (line, row) in bound.rows() {
            let quote = row.get(width).copied().unwrap_or(Value::NONE);
            let row = row[..width].to_vec();
            rows.push(InputRow { relation: id, row, place: RowPlace { file, line }, quote });
        }
        let found = read > 0 && !bound.problems.iter().any(|p| p.code == codes::HEADER);
        for problem in bound.problems {
            let diagnostic = at_column(problem, input, &self.program, &self.sources);
            self.diagnostics.push(diagnostic);
        }
        found
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

    /// What the rows of other relations say of messages that do not exist, of offsets, and of keys.
    fn check_rows(&mut self, whole: bool) {
        if whole {
            self.check_known();
        }
        self.check_quotations();
        self.check_offsets();
        self.check_keys();
    }

    /// Messages that rows name and that do not exist, with the nearest that do.
    fn check_known(&mut self) {
        let message = self.program.known("message");
        let kind = Type::Kind(self.program.known_kind("message"));
        let written = self.program.facts.iter().filter(|f| f.relation == message).map(|f| f.row[0]);
        let read = self.rows.iter().filter(|r| r.relation == message).map(|r| r.row[0]);
        let known: FxHashSet<Value> = read.chain(written).collect();
        for (i, relation) in self.program.relations.iter().enumerate() {
            let id = RelationId(i as u32);
            let columns: Vec<usize> =
                (0..relation.columns.len()).filter(|&c| relation.columns[c].of == kind && id != message).collect();
            let unknown: Vec<&InputRow> = self
                .rows
                .iter()
                .filter(|r| {
                    r.relation == id && columns.iter().any(|&c| !r.row[c].is_none() && !known.contains(&r.row[c]))
                })
                .collect();
            if let Some(first) = unknown.first() {
                let place = self.row_place(first.place);
                let mut ids: Vec<Value> = Vec::new();
                let mut seen: FxHashSet<Value> = FxHashSet::default();
                for row in &unknown {
                    let of_row = columns.iter().map(|&c| row.row[c]).filter(|v| !v.is_none() && !known.contains(v));
                    ids.extend(of_row.filter(|&id| seen.insert(id)));
                }
                let rows = if unknown.len() == 1 { "1 row".to_string() } else { format!("{} rows", unknown.len()) };
                let shown: Vec<String> = ids.iter().take(5).map(|&id| format!("`{}`", self.pool.show(id))).collect();
                let more = match ids.len().saturating_sub(5) {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                let what = match ids.len() {
                    1 => "a message that does not exist".to_string(),
                    more => format!("{more} messages that do not exist"),
                };
                let text = format!("`{}` names {what}: {}{more} (in {rows})", relation.name, shown.join(", "));
                let at = self.input_of(first.place, id).map(|input| {
                    let named = columns.iter().find(|&&c| !first.row[c].is_none() && !known.contains(&first.row[c]));
                    named.and_then(|&c| input.columns[c].as_ref()).map_or(input.path_at, |cell| cell.at)
                });
                let near: Vec<String> = ids
                    .iter()
                    .take(3)
                    .filter_map(|&id| {
                        let id = self.pool.show(id);
                        Some(format!("`{}` for `{id}`", nearest_id(&id, known.iter().map(|&v| self.pool.show(v)))?))
                    })
                    .collect();
                let help = if near.is_empty() {
                    "is the id spelled the same in both files, and was the message left out by an `only`?".to_string()
                } else {
                    format!("there is {}: spell the ids the same in both files", near.join(", "))
                };
                self.diagnostics.push(with_place(codes::UNKNOWN_MESSAGE, at, text).in_data(place).help(help));
            }
        }
    }

    fn check_offsets(&mut self) {
        let (message, coding) = (self.program.known("message"), self.program.known("coding"));
        let texts: FxHashMap<Value, usize> = self
            .rows
            .iter()
            .map(|r| (r.relation, &r.row))
            .chain(self.program.facts.iter().map(|f| (f.relation, &f.row)))
            .filter(|(relation, _)| *relation == message)
            .filter_map(|(_, row)| Some((row[0], self.pool.as_text(row[4])?.chars().count())))
            .collect();
        let is_outside = |row: &[Value]| {
            let (start, end) = (self.pool.as_number(row[3]), self.pool.as_number(row[4]));
            let length = texts.get(&row[0]).copied().unwrap_or(usize::MAX) as i128;
            match (start, end) {
                (Some(s), Some(e)) => s < 0 || e < s || i128::from(e) > length,
                (None, None) => false,
                _ => true,
            }
        };
        let help = "offsets count characters from 0, the end excluded, and stand in pairs; was the text changed after it was coded?";
        for fact in self.program.facts.iter().filter(|f| f.relation == coding && is_outside(&f.row)) {
            let text = outside(&self.pool, &fact.row, texts.get(&fact.row[0]).copied());
            self.diagnostics.push(Diagnostic::at(codes::OFFSETS, fact.at, text).help(help));
        }
        let outside: Vec<&InputRow> = self.rows.iter().filter(|r| r.relation == coding && is_outside(&r.row)).collect();
        if let Some(first) = outside.first() {
            let place = self.row_place(first.place);
            let all = self.rows.iter().filter(|r| r.relation == coding).count();
            let what = self::outside(&self.pool, &first.row, texts.get(&first.row[0]).copied());
            let text = match outside.len() {
                1 => what,
                more => format!("{more} of {all} codings name passages that are not there; the first: {what}"),
            };
            let at = self.input_of(first.place, coding).map(|input| input.path_at);
            self.diagnostics.push(with_place(codes::OFFSETS, at, text).in_data(place).help(help));
        }
    }

    fn check_keys(&mut self) {
        for (i, relation) in self.program.relations.iter().enumerate() {
            let id = RelationId(i as u32);
            for key in &relation.keys {
                let mut seen: FxHashMap<Vec<Value>, &InputRow> = FxHashMap::default();
                for row in self.rows.iter().filter(|r| r.relation == id) {
                    let values: Vec<Value> = key.iter().map(|&c| row.row[c]).collect();
                    let Some(first) = seen.get(&values) else {
                        seen.insert(values, row);
                        continue;
                    };
                    if first.row == row.row {
                        continue;
                    }
                    let names: Vec<&str> = key.iter().map(|&c| relation.columns[c].name.as_str()).collect();
                    let shown: Vec<String> = values.iter().map(|&v| self.pool.show(v)).collect();
                    let differ: Vec<usize> = (0..row.row.len()).filter(|&c| first.row[c] != row.row[c]).collect();
                    let cell = |value: Value| {
                        if value.is_none() { "nothing".to_string() } else { shown_cell(&self.pool.show(value)) }
                    };
                    let differences: Vec<String> = differ
                        .iter()
                        .map(|&c| {
                            let (one, other) = (cell(first.row[c]), cell(row.row[c]));
                            format!("`{}` is {one} in the first and {other} in the second", relation.columns[c].name)
                        })
                        .collect();
                    let (first, again) = (self.row_place(first.place), self.row_place(row.place));
                    let text = format!(
                        "two rows of `{}` have the same `{}` ({}), {first} and {again}: {}",
                        relation.name,
                        names.join("`, `"),
                        shown.join(", "),
                        differences.join("; ")
                    );
                    let more: Vec<&str> = differ.iter().map(|&c| relation.columns[c].name.as_str()).collect();
                    let help = format!(
                        "put one of the rows right in the file; or, if both are meant, let the key say so: `key {}`",
                        [names, more].concat().join(", ")
                    );
                    let diagnostic = Diagnostic::at(codes::KEY, relation.at, text).in_data(again).help(help);
                    self.diagnostics.push(diagnostic.saying("the `key` of this relation says that this cannot be"));
                    break;
                }
            }
        }
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
        for row in self.rows.iter() {
            let (relation, values) = self.lowered.route(&self.program, row.relation, &row.row);
            self.lowered.core.add_fact(relation, &values, FactPlace::Row(row.place));
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

/// What is wrong with a coding whose passage is not in its text of so many characters.
pub(super) fn outside(pool: &Pool, row: &[Value], length: Option<usize>) -> String {
    let message = pool.show(row[0]);
    match (pool.as_number(row[3]), pool.as_number(row[4])) {
        (Some(start), None) => format!("this passage of `{message}` starts at {start} and has no end"),
        (None, Some(end)) => format!("this passage of `{message}` ends at {end} and has no start"),
        (Some(start), Some(end)) if end < start => {
            format!("this passage of `{message}` starts at {start} and ends before that, at {end}")
        }
        (start, end) => {
            let (start, end) = (start.unwrap_or_default(), end.unwrap_or_default());
            let length = length.map_or(String::new(), |n| format!(": its text has {n} characters"));
            format!("no passage of `{message}` goes from {start} to {end}{length}")
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

type Finder = Box<dyn Fn(&str) -> Option<Value>>;

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
                by_name.or_else(|| labels.get(&crate::check::program::fold_label(text))).copied()
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
