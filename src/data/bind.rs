//! Rows of text to rows of values.
//!
//! Every row is kept, or left out for one reason that is counted: first the `only`s are asked, then the cells that
//! may be skipped, then all cells are read, so that one row with two bad cells tells both. What is wrong is gathered
//! by column: one problem each, with the first lines.

use super::cell::{self, CellError};
use super::columns::{self, Cells, Failure};
use super::date;
use super::picture::Picture;
use super::problem::{Asked, Places, Problem, counted, shown};
use super::spec::{Binding, CellType, ColumnSpec, ConceptCells, Source, TimeFormat};
use super::stub;
use super::tally::{Reason, Tally};
use crate::base::{Date, Datum, Pool, Table, Value};
use crate::diagnostic::{codes, suggest};
use rustc_hash::FxHashMap;

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
    pub lines: Vec<u32>,
    /// What became of the rows.
    pub tally: Tally,
    /// What is wrong. Where a column is not found there are no rows; otherwise the rows that can be read are there.
    pub problems: Vec<Problem>,
}

impl Bound {
    /// The rows with their lines.
    pub fn rows(&self) -> impl Iterator<Item = (u32, &[Value])> {
        self.lines.iter().copied().zip(self.values.chunks(self.width.max(1)))
    }

    /// True where nothing can be concluded from these rows.
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(Problem::is_error)
    }
}

/// Binds the rows of a table.
pub fn bind(table: &Table, binding: &Binding, pool: &mut Pool) -> Bound {
    let mut bound = Bound { width: binding.columns.len(), ..Bound::default() };
    if table.header.is_empty() && table.rows.is_empty() {
        // An empty list of JSON has no columns either.
        return bound;
    }
    let (cells, only) = match find_columns(table, binding) {
        Ok(found) => found,
        Err(problems) => return Bound { problems, ..bound },
    };
    let mut columns: Vec<Column> =
        binding.columns.iter().zip(cells).map(|(spec, cells)| Column::new(spec, cells)).collect();
    for row in &table.rows {
        bound.tally.read += 1;
        let refused = binding.only.iter().zip(&only).find(|(spec, place)| {
            let cell = row.cells.get(**place).and_then(|c| c.as_deref()).unwrap_or("");
            spec.values.iter().any(|value| value.is(cell)) == spec.negated
        });
        if let Some((spec, _)) = refused {
            bound.tally.leave_out(row.line, Reason::Only(spec.header.clone()));
            continue;
        }
        let mut buffer = String::new();
        let skipped = columns.iter().find(|c| {
            c.spec.or_skip
                && !c.is_constant()
                && columns::cell(row, &c.cells, c.is_text(), &binding.empty, &mut buffer).is_none()
        });
        if let Some(column) = skipped {
            bound.tally.leave_out(row.line, Reason::Empty(column.spec.name.clone()));
            continue;
        }
        let (start, mut reason) = (bound.values.len(), None);
        for column in &mut columns {
            let cell = columns::cell(row, &column.cells, column.is_text(), &binding.empty, &mut buffer);
            match column.value(cell, row.line, pool) {
                Ok(value) => bound.values.push(value),
                Err(why) => reason = reason.or(Some(why)),
            }
        }
        match reason {
            None => bound.lines.push(row.line),
            Some(reason) => {
                bound.values.truncate(start);
                bound.tally.leave_out(row.line, reason);
            }
        }
    }
    bound.tally.kept = bound.lines.len();
    for column in columns {
        column.problems(&table.file, binding.lenient, &mut bound.problems);
    }
    bound
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
    cells: Cells,
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
}

impl<'a> Column<'a> {
    fn new(spec: &'a ColumnSpec<'a>, cells: Cells) -> Column<'a> {
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
            return Ok(value);
        }
        let Some(text) = cell else { return self.absent(line, pool) };
        if let CellType::Concept(concepts) = self.spec.cell {
            return self.concept(concepts, text.trim(), line);
        }
        typed(&self.spec.cell, text, pool).inspect(|_| self.good += 1).map_err(|error| {
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
