//! Rows of text to rows of values.
//!
//! Every row is kept, or left out for one reason that is counted: first the `only`s are asked, then the cells that
//! may be skipped, then all cells are read, so that one row with two bad cells tells both. What is wrong is gathered
//! by column: one problem each, with the first lines.

use super::cell::{self, CellError};
use super::columns::{self, Cells, CellsOf, Failure};
use super::date;
use super::picture::Picture;
use super::problem::{Asked, Places, Problem, counted, shown};
use super::spec::{Binding, CellType, ColumnSpec, ConceptCells, Source, TimeFormat};
use super::stub;
use super::tally::{Reason, Tally};
use crate::base::records::{Part, Record};
use crate::base::table::{Body, Cut, Lines, Row};
use crate::base::{Date, Datum, Pool, Table, Value, threads};
use crate::diagnostic::{codes, suggest};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// How many undeclared labels are told one by one.
const LABELS: usize = 20;

/// The rows of a table as rows of a relation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bound {
    /// How many columns a row has.
    pub width: usize,
    /// All values, row by row.
    pub values: Vec<Value>,
    /// The line of each row.
    pub lines: Lines,
    /// What became of the rows.
    pub tally: Tally,
    /// What is wrong. Where a column is not found there are no rows; otherwise the rows that can be read are there.
    pub problems: Vec<Problem>,
}

impl Bound {
    /// The rows with their lines.
    pub fn rows(&self) -> impl Iterator<Item = (u32, &[Value])> {
        self.lines.iter().zip(self.values.chunks(self.width.max(1)))
    }

    /// True where nothing can be concluded from these rows.
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(Problem::is_error)
    }
}

/// Binds the rows of a table. The parts of a large text are worked on by several threads, each of which adds its values
/// to a clone of the pool; taken in one after another these give the values that one thread would have given.
pub fn bind(table: &Table, binding: &Binding, pool: &mut Pool) -> Bound {
    let width = binding.columns.len();
    let bound = Bound { width, ..Bound::default() };
    if table.header.is_empty() && table.is_empty() {
        // An empty list of JSON has no columns either.
        return bound;
    }
    let (cells, only) = match find_columns(table, binding) {
        Ok(found) => found,
        Err(problems) => return Bound { problems, ..bound },
    };
    let mut values = vec![Value::NONE; table.len() * width];
    let work = || Work::new(binding, &cells, &only);
    let done = match &table.body {
        Body::Cells(rows) => {
            let mut work = work();
            let mut out = Out { values: &mut values, at: 0 };
            rows.iter().for_each(|row| work.row(row, row.line, &mut out, pool));
            work
        }
        Body::Delimited(cut) if cut.parts.len() == 1 || threads::available() == 1 => {
            let mut work = work();
            let mut out = Out { values: &mut values, at: 0 };
            cut.parts.iter().for_each(|part| work.part(cut, part, &mut out, pool));
            work
        }
        Body::Delimited(cut) => {
            let from = pool.len();
            let shared = &*pool;
            let items = cut.parts.iter().zip(split(&mut values, cut, width)).collect();
            let parts = threads::each(items, |(part, values)| {
                let (mut work, mut own) = (work(), shared.clone());
                work.part(cut, part, &mut Out { values, at: 0 }, &mut own);
                (work, own)
            });
            let moves: Vec<Vec<Value>> = parts.iter().map(|(_, own)| pool.adopt(own, from)).collect();
            let parts: Vec<Work> = parts.into_iter().map(|(work, _)| work).collect();
            let items = split(&mut values, cut, width).into_iter().zip(moves).filter(|(_, own)| !own.is_empty());
            threads::each(items.collect(), |(values, own)| {
                values.iter_mut().for_each(|value| *value = value.moved(from, &own));
            });
            close_up(&mut values, cut, width, &parts);
            parts.into_iter().reduce(Work::and).unwrap_or_else(work)
        }
    };
    let Work { columns, mut tally, lines, .. } = done;
    values.truncate(lines.len() * width);
    tally.kept = lines.len();
    let mut problems = Vec::new();
    for column in columns {
        column.problems(&table.file, binding.lenient, &mut problems);
    }
    Bound { values, lines, tally, problems, ..bound }
}

/// True where a cell has nothing to be trimmed, and is not empty.
fn is_plain(cell: &str) -> bool {
    let ends = cell.as_bytes().first().zip(cell.as_bytes().last());
    ends.is_some_and(|(first, last)| first.is_ascii_graphic() && last.is_ascii_graphic())
}

/// The room of each part.
fn split<'v>(mut values: &'v mut [Value], cut: &Cut, width: usize) -> Vec<&'v mut [Value]> {
    let rooms = cut.parts.iter().map(|part| {
        let (room, rest) = std::mem::take(&mut values).split_at_mut(part.rows * width);
        values = rest;
        room
    });
    rooms.collect()
}

/// Moves the rows of each part to those of the part before, over the room of rows that were left out.
fn close_up(values: &mut [Value], cut: &Cut, width: usize, parts: &[Work]) {
    let (mut from, mut to) = (0, 0);
    for (part, work) in cut.parts.iter().zip(parts) {
        let kept = work.lines.len() * width;
        if from != to {
            values.copy_within(from..from + kept, to);
        }
        from += part.rows * width;
        to += kept;
    }
}

/// Where the values of rows go.
struct Out<'v> {
    values: &'v mut [Value],
    at: usize,
}

/// The rows of a table, or of a part of one, on their way.
struct Work<'a> {
    binding: &'a Binding<'a>,
    only: &'a [usize],
    columns: Vec<Column<'a>>,
    /// Whether empty cells of any column let a row be left out.
    skips: bool,
    tally: Tally,
    lines: Lines,
    buffer: String,
}

impl CellsOf for Row<'_> {
    fn cell(&self, column: usize) -> Option<Cow<'_, str>> {
        self.cells.get(column)?.as_deref().map(Cow::Borrowed)
    }
}

/// A record whose cells are asked for by the columns of its table.
struct Place<'a, 'r>(&'a Cut, &'a Record<'r, 'a>);

impl CellsOf for Place<'_, '_> {
    fn cell(&self, column: usize) -> Option<Cow<'_, str>> {
        self.1.cell(*self.0.columns.get(column)?)
    }

    fn plain(&self, column: usize) -> Option<&str> {
        self.1.plain(*self.0.columns.get(column)?)
    }
}

impl<'a> Work<'a> {
    fn new(binding: &'a Binding<'a>, cells: &'a [Cells], only: &'a [usize]) -> Work<'a> {
        let columns: Vec<Column> =
            binding.columns.iter().zip(cells).map(|(spec, cells)| Column::new(spec, cells, &binding.empty)).collect();
        let skips = columns.iter().any(|c| c.spec.or_skip && !c.is_constant());
        let (tally, lines) = (Tally::default(), Lines::default());
        Work { binding, only, columns, skips, tally, lines, buffer: String::new() }
    }

    fn part(&mut self, cut: &Cut, part: &Part, out: &mut Out<'_>, pool: &mut Pool) {
        cut.each(part, |record| self.row(&Place(cut, record), record.line, out, pool));
    }

    fn row(&mut self, row: &impl CellsOf, line: u32, out: &mut Out<'_>, pool: &mut Pool) {
        self.tally.read += 1;
        if let Some(reason) = self.unwanted(row) {
            return self.tally.leave_out(line, reason);
        }
        let (start, mut reason) = (out.at, None);
        for column in &mut self.columns {
            if let Some(number) = column.plain_number.and_then(|at| cell::plain_number(row.plain(at)?)) {
                column.good += 1;
                out.values[out.at] = pool.number(number);
                out.at += 1;
                continue;
            }
            if let Some(id) = column.plain_id.and_then(|at| row.plain(at)).filter(|id| is_plain(id)) {
                out.values[out.at] = column.text(id, pool);
                out.at += 1;
                continue;
            }
            let cell = columns::cell(row, column.cells, column.is_text(), &self.binding.empty, &mut self.buffer);
            match column.value(cell, line, pool) {
                Ok(value) => {
                    out.values[out.at] = value;
                    out.at += 1;
                }
                Err(why) => reason = reason.or(Some(why)),
            }
        }
        match reason {
            None => self.lines.push(line),
            Some(reason) => {
                out.at = start;
                self.tally.leave_out(line, reason);
            }
        }
    }

    /// Why a row is not meant, if it is not.
    fn unwanted(&mut self, row: &impl CellsOf) -> Option<Reason> {
        let refused = self.binding.only.iter().zip(self.only).find(|(spec, place)| {
            let cell = row.cell(**place).unwrap_or_default();
            spec.values.iter().any(|value| value.is(&cell)) == spec.negated
        });
        if let Some((spec, _)) = refused {
            return Some(Reason::Only(spec.header.clone()));
        }
        if !self.skips {
            return None;
        }
        let skipped = self.columns.iter().find(|c| {
            c.spec.or_skip
                && !c.is_constant()
                && columns::cell(row, c.cells, c.is_text(), &self.binding.empty, &mut self.buffer).is_none()
        });
        skipped.map(|column| Reason::Empty(column.spec.name.clone()))
    }

    /// With the part of the table that comes next.
    fn and(mut self, next: Work<'a>) -> Work<'a> {
        self.tally.append(next.tally);
        self.lines.extend(&next.lines, 0);
        for (column, of_next) in self.columns.iter_mut().zip(next.columns) {
            column.append(of_next);
        }
        self
    }
}

/// The columns of the table that the binding asks for, or all that are missing, each told once.
fn find_columns(table: &Table, binding: &Binding) -> Result<(Vec<Cells>, Vec<usize>), Vec<Problem>> {
    let (mut cells, mut only, mut problems) = (Vec::new(), Vec::new(), Vec::<Problem>::new());
    let mut missing = Vec::new();
    for spec in &binding.columns {
        match columns::resolve(table, &spec.source, &spec.name) {
            Ok(found) => cells.push(found),
            Err(Failure::Missing(asks)) => missing.extend(asks),
            Err(Failure::Composed(problem)) => problems.push(problem.about(spec)),
        }
    }
    for spec in &binding.only {
        match columns::find(table, &spec.header, None) {
            Ok(place) => only.push(place),
            Err(asked) => missing.push(asked),
        }
    }
    if !missing.is_empty() {
        problems.insert(0, columns::missing(table, missing));
    }
    if problems.is_empty() { Ok((cells, only)) } else { Err(problems) }
}

/// One column on its way through the rows.
struct Column<'a> {
    spec: &'a ColumnSpec<'a>,
    cells: &'a Cells,
    bad: Places,
    hint: Option<String>,
    /// How many cells could be read.
    good: usize,
    /// The pictures that fit every cell so far that is no date.
    pictures: Vec<Picture>,
    wanted: &'static str,
    empty: Places,
    /// What each different concept cell means, or its place among the unknown.
    known: FxHashMap<String, Result<Value, usize>>,
    /// The concept cells that mean nothing, in order of appearance.
    unknown: Vec<(String, Places)>,
    /// The column of the table, where its cells are whole numbers that may stand for themselves.
    plain_number: Option<usize>,
    /// The column of the table, where its cells are ids.
    plain_id: Option<usize>,
    /// The value of the last text or id: rows often repeat it.
    last: Value,
    /// Times by how far their clocks are before UTC, in minutes; none where they do not say.
    clocks: Vec<(Option<i64>, Places)>,
}

impl<'a> Column<'a> {
    fn new(spec: &'a ColumnSpec<'a>, cells: &'a Cells, empty: &[String]) -> Column<'a> {
        let (plain_number, plain_id) = match (cells, &spec.cell) {
            (Cells::Column(column), CellType::Number) if empty.is_empty() => (Some(*column), None),
            (Cells::Column(column), CellType::Id) if empty.is_empty() => (None, Some(*column)),
            _ => (None, None),
        };
        let (bad, empty, known) = (Places::default(), Places::default(), FxHashMap::default());
        Column {
            spec,
            cells,
            bad,
            hint: None,
            good: 0,
            pictures: Vec::new(),
            wanted: "",
            empty,
            known,
            unknown: Vec::new(),
            plain_number,
            plain_id,
            last: Value::NONE,
            clocks: Vec::new(),
        }
    }

    fn is_constant(&self) -> bool {
        matches!(self.cells, Cells::Constant(_))
    }

    fn is_text(&self) -> bool {
        matches!(self.spec.cell, CellType::Text)
    }

    fn value(&mut self, cell: Option<&str>, line: u32, pool: &mut Pool) -> Result<Value, Reason> {
        if let Cells::Constant(value) = self.cells {
            return Ok(*value);
        }
        let Some(text) = cell else { return self.absent(line, pool) };
        if matches!(self.spec.cell, CellType::Id | CellType::Text) {
            let text = if self.is_text() { text } else { text.trim() };
            return Ok(self.text(text, pool));
        }
        if let CellType::Concept(concepts) = self.spec.cell {
            return self.concept(concepts, text.trim(), line);
        }
        let value = typed(&self.spec.cell, text, pool);
        if value.is_ok() {
            self.good += 1;
            // A day alone has no clock.
            if matches!(self.spec.cell, CellType::DateTime(TimeFormat::Iso)) && text.trim().len() > 10 {
                let ahead = date::minutes_ahead(text.trim());
                let at = self.clocks.iter().position(|(known, _)| *known == ahead).unwrap_or_else(|| {
                    self.clocks.push((ahead, Places::default()));
                    self.clocks.len() - 1
                });
                self.clocks[at].1.add(line, || shown(text.trim()));
            }
        }
        value.map_err(|error| {
            if self.bad.count == 0 {
                self.wanted = error.wanted;
                self.hint = error.hint;
                if matches!(self.spec.cell, CellType::Date(_) | CellType::DateTime(_)) {
                    self.pictures = date::fitting(text.trim());
                }
            } else {
                self.pictures.retain(|picture| picture.fits(text.trim()));
            }
            self.bad.add(line, || shown(&error.found));
            Reason::Unreadable(self.spec.name.clone())
        })
    }

    fn text(&mut self, text: &str, pool: &mut Pool) -> Value {
        self.good += 1;
        if !pool.is_text(self.last, text) {
            self.last = pool.text(text);
        }
        self.last
    }

    fn absent(&mut self, line: u32, pool: &mut Pool) -> Result<Value, Reason> {
        if self.spec.optional {
            return Ok(Value::NONE);
        }
        if self.is_text() {
            return Ok(pool.text(""));
        }
        self.empty.add(line, String::new);
        Err(Reason::Unreadable(self.spec.name.clone()))
    }

    fn concept(&mut self, concepts: ConceptCells, text: &str, line: u32) -> Result<Value, Reason> {
        let found = match self.known.get(text) {
            Some(found) => *found,
            None => {
                let found = (concepts.lookup)(text).ok_or_else(|| {
                    self.unknown.push((text.to_owned(), Places::default()));
                    self.unknown.len() - 1
                });
                self.known.insert(text.to_owned(), found);
                found
            }
        };
        found.map_err(|place| {
            self.unknown[place].1.add(line, String::new);
            Reason::UnknownConcept(self.spec.name.clone())
        })
    }

    /// Adds what was found of the column in the part of the table that comes next.
    fn append(&mut self, next: Column<'a>) {
        if self.bad.count == 0 {
            (self.wanted, self.hint, self.pictures) = (next.wanted, next.hint, next.pictures);
        } else if next.bad.count > 0 {
            self.pictures.retain(|picture| next.pictures.contains(picture));
        }
        self.bad.append(next.bad, 0);
        self.empty.append(next.empty, 0);
        self.good += next.good;
        for (ahead, places) in next.clocks {
            match self.clocks.iter_mut().find(|(known, _)| *known == ahead) {
                Some((_, all)) => all.append(places, 0),
                None => self.clocks.push((ahead, places)),
            }
        }
        for (label, places) in next.unknown {
            match self.unknown.iter_mut().find(|(known, _)| *known == label) {
                Some((_, all)) => all.append(places, 0),
                None => self.unknown.push((label, places)),
            }
        }
    }

    /// What would put the bad cells right: one more look at dates, of which one cell may settle what another leaves
    /// open.
    fn cure(&self) -> Option<String> {
        match (self.good, self.pictures.as_slice()) {
            (0, [only]) if self.bad.count > 1 => {
                Some(format!("all of them fit `as \"{}\"`: write it after the column", only.text()))
            }
            (good, [form, ..]) if good > 0 => {
                let (others, form) = (counted(good, "other cell is", "other cells are"), form.text());
                let pictured = matches!(
                    self.spec.cell,
                    CellType::Date(TimeFormat::Pictures(_)) | CellType::DateTime(TimeFormat::Pictures(_))
                );
                let doubt = if pictured { ", so some of those may have day and month the wrong way round" } else { "" };
                Some(format!(
                    "these fit `{form}`, and {others} in another form{doubt}: write all of them one way in the file, best \
                     `yyyy-mm-dd`"
                ))
            }
            _ => self.hint.clone(),
        }
    }

    fn problems(self, file: &str, lenient: bool, problems: &mut Vec<Problem>) {
        let name = &self.spec.name;
        // The header as the file has it, and the column that reads it where that is another word.
        let named = match &self.spec.source {
            Source::Header(header) if !header.trim().eq_ignore_ascii_case(name) => {
                format!("{} (`{name}`)", shown(header))
            }
            _ => format!("`{name}`"),
        };
        if self.bad.count > 0 {
            let (code, left) = if lenient { (codes::LEFT_OUT, " (left out)") } else { (codes::CELL, "") };
            let what = match self.bad.count {
                1 => format!("{} is not {}", self.bad.first[0].1, self.wanted),
                n => format!("{n} cells are not {}: {}", self.wanted, self.bad.list()),
            };
            let problem = self.bad.problem(code, file, format!("in column {named}, {what}{left}")).about(self.spec);
            let help =
                self.cure().or_else(|| Some(format!("{} is written like `{}`", self.wanted, example(self.wanted)?)));
            problems.push(Problem { help, ..problem });
        }
        if self.empty.count > 0 {
            let n = self.empty.count;
            let (code, left) = if lenient { (codes::LEFT_OUT, " (left out)") } else { (codes::EMPTY_CELL, "") };
            let what = match n {
                1 => format!("column {named} must hold something, and one cell is empty"),
                _ => format!("column {named} must hold something, and {n} cells are empty: {}", self.empty.list()),
            };
            let help = format!(
                "write `or skip` after the column to leave such rows out, or declare it as `{name}?` to keep them"
            );
            problems.push(self.empty.problem(code, file, format!("{what}{left}")).about(self.spec).help(help));
        }
        if let [(_, one), (_, other), ..] = self.clocks.as_slice()
            && let (Some((line, first)), Some((_, second))) = (one.first.first(), other.first.first())
        {
            let message = format!(
                "the times in column {named} are of several clocks, as {first} in line {line} and {second} in line {}: each \
                 is read as it is written, so their order may be wrong",
                other.line().unwrap_or_default()
            );
            let help = "write all times of the column by one clock, best in UTC; `hence import` turns those with an offset \
                        into UTC";
            problems.push(other.problem(codes::CLOCKS, file, message).about(self.spec).help(help));
        }
        if let CellType::Concept(concepts) = self.spec.cell {
            let (first, rest) = self.unknown.split_at(self.unknown.len().min(LABELS));
            let told = first.iter().map(|(label, places)| undeclared(file, concepts, label, places).about(self.spec));
            problems.extend(told);
            if let Some((_, places)) = rest.first() {
                let rows = rest.iter().map(|(_, places)| places.count).sum();
                let labels = counted(rest.len(), "more label", "more labels");
                let message = format!(
                    "{labels} in column {named} are not declared either: {} left out",
                    counted(rows, "row", "rows")
                );
                let help = format!("is `{name}` bound to the right column of the file?");
                let problem =
                    Problem { line: places.line(), count: rows, ..Problem::new(codes::UNKNOWN_CODE, file, message) };
                problems.push(problem.about(self.spec).help(help));
            }
        }
    }
}

/// A label in the data that nothing declares.
fn undeclared(file: &str, concepts: ConceptCells, label: &str, places: &Places) -> Problem {
    let kind = concepts.kind;
    let rows = if places.count == 1 {
        "1 row was left out".to_owned()
    } else {
        format!("{} were left out", counted(places.count, "row", "rows"))
    };
    let message = format!("the {kind} {} is not declared: {rows} ({})", shown(label), places.list());
    let stub = stub::concept(kind, label, |name| (concepts.lookup)(name).is_some());
    let declare = format!("declare it: `{stub}`");
    let help = match suggest::nearest(label, concepts.known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean {}? otherwise {declare}", shown(near)),
        None => declare,
    };
    places.problem(codes::UNKNOWN_CODE, file, message).help(help).cured_by(stub)
}

impl Problem {
    /// Says which column of the relation it is about.
    fn about(self, spec: &ColumnSpec) -> Problem {
        let header = match &spec.source {
            Source::Header(header) => header.clone(),
            Source::Template(_) | Source::Constant(_) => String::new(),
        };
        self.asking(vec![Asked { column: Some(spec.name.clone()), header, nearest: None }])
    }
}

/// An example of what a column wants.
fn example(wanted: &str) -> Option<&'static str> {
    Some(match wanted {
        "a whole number" => "12",
        "a number" => "2.5",
        "a date" => "2013-09-01",
        "a date with a time" | "a date and a time" => "2013-09-01T10:30",
        "a passage" => "m15@33-85",
        _ => return None,
    })
}

/// The first picture that fits a cell, or the first of all, whose complaint is then told.
fn first_fit<'p>(pictures: &'p [Picture], text: &str) -> Option<&'p Picture> {
    pictures.iter().find(|picture| picture.fits(text.trim())).or(pictures.first())
}

/// A cell that is not empty as a value of its type.
fn typed(cell_type: &CellType, text: &str, pool: &mut Pool) -> Result<Value, CellError> {
    Ok(match cell_type {
        CellType::Text => pool.text(text),
        CellType::Id | CellType::Concept(_) => pool.text(text.trim()),
        CellType::Number => pool.number(cell::number(text)?),
        CellType::Decimal => pool.decimal(cell::decimal(text)?),
        CellType::Quote => quote(text.trim(), pool)?,
        CellType::Date(format) => pool.intern(Datum::Date(match format {
            TimeFormat::Iso => date::date(text, None)?,
            TimeFormat::Pictures(pictures) => date::date(text, first_fit(pictures, text))?,
            TimeFormat::UnixSeconds => date::unix_seconds(text)?.date(),
            TimeFormat::UnixMs => date::unix_ms(text)?.date(),
        })),
        // A day alone stays a day: no midnight is made up for it.
        CellType::DateTime(format) => pool.intern(match format {
            TimeFormat::Iso => match Date::parse(text.trim()) {
                Some(day) => Datum::Date(day),
                None => Datum::DateTime(date::datetime(text, None)?),
            },
            TimeFormat::Pictures(pictures) => match first_fit(pictures, text) {
                Some(picture) if !picture.has_time() => Datum::Date(date::date(text, Some(picture))?),
                picture => Datum::DateTime(date::datetime(text, picture)?),
            },
            TimeFormat::UnixSeconds => Datum::DateTime(date::unix_seconds(text)?),
            TimeFormat::UnixMs => Datum::DateTime(date::unix_ms(text)?),
        }),
    })
}

/// `m15@33-85`. An `@` without a range belongs to the message's id.
fn quote(text: &str, pool: &mut Pool) -> Result<Value, CellError> {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let placed = text.rsplit_once('@').and_then(|(id, range)| Some((id, range.split_once('-')?)));
    let Some((id, (start, end))) = placed.filter(|(id, (start, end))| !id.is_empty() && digits(start) && digits(end))
    else {
        let message = pool.text(text);
        return Ok(pool.quote(message, None));
    };
    match (start.parse::<u32>(), end.parse::<u32>()) {
        (Ok(start), Ok(end)) if start < end => {
            let message = pool.text(id);
            Ok(pool.quote(message, Some((start, end))))
        }
        _ => Err(CellError::new(text, "a passage", "the end must come after the start: `m15@33-85`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_read_from_the_right() {
        let mut pool = Pool::default();
        for (text, shown) in
            [("m15@33-85", "m15@33-85"), ("a@b.c@1-2", "a@b.c@1-2"), ("a@b.c", "a@b.c"), ("@1-2", "@1-2")]
        {
            let value = quote(text, &mut pool).unwrap();
            assert_eq!(pool.show(value), shown);
        }
        assert!(quote("m15@85-33", &mut pool).is_err());
        assert!(quote("m15@1-99999999999", &mut pool).is_err());
    }
}
