//! Runs code: batches go down the stages, depth first, so that each stage needs room for one batch.

use super::code::{Code, Emit, Operand, Place, Source, Stage};
use super::condition::{Means, Scratch, bind, fill};
use super::gather;
use super::scan::Scan;
use super::sink::Sink;
use super::view::{Found, Scope};
use crate::base::Value;
use crate::eval::host::Fault;
use crate::eval::outcome::{Exceeded, Site};
use crate::eval::work::FEW;
use crate::ir::compute::{Failure, compute};
use crate::ir::core::{Expr, Rule};

/// A batch has about so many rows. From 512 up speed is the same; less is wasted where one witness is enough.
const ROWS: usize = 2048;
const WITNESS_ROWS: usize = 128;

/// Why a run ends before its time.
#[derive(Clone, Debug)]
pub(in crate::eval) enum Stop {
    /// An overflow, or texts without end, under this binding.
    Fault(Fault, Vec<Value>),
    /// A limit.
    Limit(Exceeded),
    /// A row was found, and no more are wanted.
    Enough,
}

/// Rows of registers.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub columns: Vec<Vec<Value>>,
    /// The row of the witness stage that each row comes from, after that stage.
    origins: Vec<u32>,
    pub len: usize,
}

impl Batch {
    pub fn clear(&mut self) {
        self.columns.iter_mut().for_each(Vec::clear);
        self.origins.clear();
        self.len = 0;
    }

    /// A register's room, to be filled and put back.
    pub fn unfilled(&mut self, register: usize) -> Vec<Value> {
        let mut column = std::mem::take(&mut self.columns[register]);
        column.clear();
        column
    }

    /// Keeps the rows that pass.
    pub fn retain(&mut self, pass: &[bool]) {
        let kept = pass.iter().filter(|pass| **pass).count();
        if kept == self.len {
            return;
        }
        fn compact<T: Copy>(column: &mut Vec<T>, pass: &[bool]) {
            // A register that is not filled yet has no rows.
            if column.len() < pass.len() {
                return;
            }
            let mut to = 0;
            for (from, &pass) in pass.iter().enumerate() {
                column[to] = column[from];
                to += usize::from(pass);
            }
            column.truncate(to);
        }
        if kept == 0 {
            return self.clear();
        }
        self.columns.iter_mut().for_each(|column| compact(column, pass));
        compact(&mut self.origins, pass);
        self.len = kept;
    }
}

/// Where a stage is.
#[derive(Default)]
struct Cursor<'a> {
    /// The row of the batch before.
    row: usize,
    /// The groups of that row.
    scan: Option<Scan<'a>>,
    /// The group that is open.
    open: Option<(Value, Found<'a>)>,
    /// How many of its rows are done.
    skip: usize,
    done: bool,
}

/// The room of a run, kept from one to the next.
#[derive(Debug, Default)]
pub(in crate::eval) struct Machine {
    batches: Vec<Batch>,
    before: Batch,
    scratch: Scratch,
    witnessed: Vec<bool>,
    tails: Vec<Value>,
    room: gather::Room,
}

/// What a run is about.
pub(in crate::eval) struct Run<'a> {
    pub code: &'a Code,
    pub rule: &'a Rule,
    pub scope: Scope<'a>,
    /// The first values that the first stage goes through, where it ascends.
    pub between: Option<(Value, Value)>,
    /// The values of what is known before.
    pub bound: &'a [Value],
    /// Which part of how many is wanted: rows that begin with values of other parts are left to others.
    pub owner: Option<(usize, usize)>,
}

impl Machine {
    /// Runs a rule. The sink gets the rows of its head.
    pub fn run<M: Means, S: Sink>(&mut self, run: &Run<'_>, means: &mut M, sink: &mut S) -> Result<(), Stop> {
        let Run { code, rule, scope, .. } = run;
        let stages = &code.stages;
        while self.batches.len() < stages.len() {
            self.batches.push(Batch::default());
        }
        for (batch, stage) in self.batches.iter_mut().zip(stages) {
            batch.columns.resize_with(batch.columns.len().max(stage.width), Vec::new);
        }
        self.before.len = 1;
        let mut cursors: Vec<Cursor<'_>> = stages.iter().map(|_| Cursor::default()).collect();
        let (mut depth, mut filled) = (0, 0u32);
        loop {
            filled = filled.wrapping_add(1);
            if filled % 32 == 0 {
                sink.check()?;
            }
            let stage = &stages[depth];
            let witness = code.witness_after.filter(|after| depth > *after);
            let (before, rest) = self.batches.split_at_mut(depth);
            let (input, batch) = (before.last().unwrap_or(&self.before), &mut rest[0]);
            batch.clear();
            let mut fill = Fill { run, stage, input, batch, depth, witness, witnessed: &self.witnessed };
            fill.fill(&mut cursors[depth], &mut self.scratch.key);
            if let (Some((part, parts)), true) = (run.owner, code.owner.0 == depth) {
                own(batch, code.owner.1, part, parts, &mut self.scratch.pass);
            }
            for condition in &stage.conditions {
                if batch.len > 0 {
                    condition.apply(batch, rule, *scope, means, &mut self.scratch)?;
                }
            }
            if batch.len > 0 && depth + 1 < stages.len() {
                if code.witness_after == Some(depth) {
                    self.witnessed.clear();
                    self.witnessed.resize(batch.len, false);
                }
                depth += 1;
                cursors[depth] = Cursor::default();
                continue;
            }
            match code.witness_after {
                Some(_) => self.batches[depth].origins.iter().for_each(|&row| self.witnessed[row as usize] = true),
                None => self.emit(run, depth, means, sink)?,
            }
            // Back to the last stage with more to come.
            while cursors[depth].done {
                if depth == 0 {
                    return Ok(());
                }
                depth -= 1;
                if code.witness_after == Some(depth) {
                    self.batches[depth].retain(&self.witnessed);
                    self.emit(run, depth, means, sink)?;
                }
            }
        }
    }

    /// Hands the rows of the last batch to the sink.
    fn emit<M: Means, S: Sink>(
        &mut self,
        run: &Run<'_>,
        depth: usize,
        means: &mut M,
        sink: &mut S,
    ) -> Result<(), Stop> {
        let batch = &self.batches[depth];
        if batch.len == 0 {
            return Ok(());
        }
        let (key, tails) = (&mut self.scratch.key, &mut self.tails);
        match &run.code.emit {
            Emit::Found { view, key: operands, opens, first, place } => {
                for row in 0..batch.len {
                    fill(key, operands, batch, row);
                    let found = view.find(run.scope, key, *opens);
                    let first = first.map_or(Value::NONE, |first| first.of(batch, row));
                    if let Found::Slice(slice, 1) = found
                        && slice.len() < FEW
                    {
                        sink.take(first, slice);
                        continue;
                    }
                    let (stride, at) = (found.stride(), if let Place::Tail(at) = place { *at } else { 0 });
                    found.pieces(0, usize::MAX, |slice| {
                        if stride == 1 {
                            let bits = if slice.len() < FEW { None } else { view.bits(run.scope, key) };
                            sink.take_bits(first, slice, bits);
                        } else {
                            tails.clear();
                            tails.extend(slice.iter().skip(at).step_by(stride));
                            sink.take(first, tails);
                        }
                    });
                    if row % 64 == 63 {
                        sink.check()?;
                    }
                }
            }
            Emit::Gathered(gathered) => gather::emit(gathered, run, batch, &mut self.room, sink)?,
            Emit::Rows(columns) => emit_rows(columns, batch, tails, sink),
            Emit::Computed { columns, gather } => {
                for row in 0..batch.len {
                    bind(&mut self.scratch.binding, run.rule, gather, batch, row);
                    if head_row(columns, &self.scratch.binding, means, tails)? {
                        match &tails[..] {
                            [] => sink.take(Value::NONE, &[Value::NONE]),
                            [_] => sink.take(Value::NONE, tails),
                            [first, rest @ ..] => sink.take(*first, rest),
                        }
                    }
                }
            }
        }
        sink.check()
    }
}

/// Leaves the rows of other parts to others.
fn own(batch: &mut Batch, first: Operand, part: usize, parts: usize, pass: &mut Vec<bool>) {
    pass.clear();
    pass.extend((0..batch.len).map(|row| crate::eval::work::part_of(first.of(batch, row), parts) == part));
    batch.retain(pass);
}

/// Rows of what is known, in runs that begin alike.
fn emit_rows<S: Sink>(columns: &[Operand], batch: &Batch, tails: &mut Vec<Value>, sink: &mut S) {
    let (first, rest) = match columns {
        [] => return sink.take(Value::NONE, &[Value::NONE]),
        [only] => (Operand::Value(Value::NONE), std::slice::from_ref(only)),
        [first, rest @ ..] => (*first, rest),
    };
    let mut from = 0;
    while from < batch.len {
        let begins = first.of(batch, from);
        let to = match first {
            Operand::Value(_) => batch.len,
            Operand::Register(at) => {
                from + batch.columns[at][from..].iter().take_while(|value| **value == begins).count()
            }
        };
        match rest {
            [Operand::Register(at)] => sink.take(begins, &batch.columns[*at][from..to]),
            [Operand::Value(value)] => sink.take(begins, &[*value]),
            _ => {
                tails.clear();
                for row in from..to {
                    tails.extend(rest.iter().map(|operand| operand.of(batch, row)));
                }
                sink.take(begins, tails);
            }
        }
        from = to;
    }
}

/// Computes a row of the head; false where a column has no value.
fn head_row<M: Means>(columns: &[Expr], binding: &[Value], means: &mut M, row: &mut Vec<Value>) -> Result<bool, Stop> {
    row.clear();
    for (at, column) in columns.iter().enumerate() {
        let value = match column {
            Expr::Var(var) => binding[var.0 as usize],
            Expr::Const(value) => *value,
            expr => match compute(expr, binding, means.pool()).and_then(|value| means.keep(value)) {
                Ok(Some(value)) => value,
                Err(failure @ (Failure::Overflow(_) | Failure::Full)) => {
                    return Err(Stop::Fault(Fault { site: Site::Column(at), failure }, binding.to_vec()));
                }
                missing => {
                    if let Err(Failure::Undefined(operation)) = missing {
                        means.undefined(Site::Column(at), operation, binding);
                    }
                    return Ok(false);
                }
            },
        };
        row.push(value);
    }
    Ok(true)
}

/// Fills a stage's batch.
struct Fill<'b, 'a> {
    run: &'b Run<'a>,
    stage: &'a Stage,
    input: &'b Batch,
    batch: &'b mut Batch,
    depth: usize,
    witness: Option<usize>,
    witnessed: &'b [bool],
}

impl<'a> Fill<'_, 'a> {
    /// Goes on where the cursor is, until the batch is full or there is no more.
    fn fill(&mut self, cursor: &mut Cursor<'a>, key: &mut Vec<Value>) {
        let most = if self.witness.is_some() { WITNESS_ROWS } else { ROWS };
        while cursor.row < self.input.len {
            if self.batch.len >= most {
                return;
            }
            if self.is_witnessed(cursor.row) {
                (cursor.scan, cursor.open, cursor.skip) = (None, None, 0);
                cursor.row += 1;
                continue;
            }
            let more = match &self.stage.source {
                Source::Start => {
                    for &(_, to) in &self.stage.finds {
                        self.batch.columns[to].push(self.run.bound[to]);
                    }
                    self.batch.len = 1;
                    false
                }
                Source::Found(view, operands, opens) => {
                    let (first, found) = match cursor.open.take() {
                        Some(open) => open,
                        None => {
                            fill(key, operands, self.input, cursor.row);
                            (key[0], view.find(self.run.scope, key, *opens))
                        }
                    };
                    self.take(cursor, first, found, most)
                }
                Source::Rows(view) | Source::Groups(view) => {
                    let between = self.run.between.filter(|_| self.depth == 0);
                    let scan = cursor.scan.get_or_insert_with(|| Scan::new(view, between));
                    match cursor.open.take().or_else(|| scan.next(self.run.scope)) {
                        None => {
                            cursor.scan = None;
                            false
                        }
                        Some((first, found)) => {
                            if matches!(self.stage.source, Source::Groups(_)) {
                                self.append(cursor.row, first, 1, |_, _| {});
                            } else {
                                self.take(cursor, first, found, most);
                            }
                            true
                        }
                    }
                }
            };
            cursor.row += usize::from(!more);
        }
        cursor.done = true;
    }

    fn is_witnessed(&self, row: usize) -> bool {
        let Some(after) = self.witness else { return false };
        let origin = if self.depth == after + 1 { row } else { self.input.origins[row] as usize };
        self.witnessed[origin]
    }

    /// Takes as many rows of a group as there is room for; true where some are left.
    fn take(&mut self, cursor: &mut Cursor<'a>, first: Value, found: Found<'a>, most: usize) -> bool {
        let (rows, stride) = (found.len(), found.stride());
        // Most groups are short, lie in one slice, and fit.
        if cursor.skip == 0
            && rows <= most - self.batch.len
            && let Some(slice) = found.single()
        {
            if rows > 0 {
                self.append_slice(cursor.row, first, rows, slice, stride);
            }
            return false;
        }
        let now = (rows - cursor.skip).min(most - self.batch.len);
        if stride == 0 {
            // Only what the group begins with.
            self.append(cursor.row, first, now, |_, _| {});
        } else if now > 0 {
            let skip = cursor.skip;
            self.append(cursor.row, first, now, |at, column| {
                found.pieces(skip, now, |slice| match stride {
                    1 => column.extend_from_slice(slice),
                    _ => column.extend(slice.iter().skip(at).step_by(stride)),
                });
            });
        }
        cursor.skip += now;
        if cursor.skip < rows {
            cursor.open = Some((first, found));
            return true;
        }
        cursor.skip = 0;
        false
    }

    /// Adds the rows of a slice.
    #[inline]
    fn append_slice(&mut self, row: usize, first: Value, rows: usize, slice: &[Value], stride: usize) {
        for &(from, to) in &self.stage.keeps {
            let value = self.input.columns[from][row];
            repeat(&mut self.batch.columns[to], value, rows);
        }
        for &(place, to) in &self.stage.finds {
            let column = &mut self.batch.columns[to];
            match place {
                Place::First => repeat(column, first, rows),
                Place::Tail(at) if rows == 1 => column.push(slice[at]),
                Place::Tail(_) if stride == 1 => column.extend_from_slice(slice),
                Place::Tail(at) => column.extend(slice.chunks_exact(stride).map(|tail| tail[at])),
            }
        }
        if let Some(after) = self.witness {
            let origin = if self.depth == after + 1 { row as u32 } else { self.input.origins[row] };
            self.batch.origins.extend(std::iter::repeat_n(origin, rows));
        }
        self.batch.len += rows;
    }

    /// Adds rows: what is kept of the row before, and what `tail` gives for a word.
    fn append(&mut self, row: usize, first: Value, rows: usize, tail: impl Fn(usize, &mut Vec<Value>)) {
        for &(from, to) in &self.stage.keeps {
            let value = self.input.columns[from][row];
            repeat(&mut self.batch.columns[to], value, rows);
        }
        for &(place, to) in &self.stage.finds {
            match place {
                Place::First => repeat(&mut self.batch.columns[to], first, rows),
                Place::Tail(at) => tail(at, &mut self.batch.columns[to]),
            }
        }
        if let Some(after) = self.witness {
            let origin = if self.depth == after + 1 { row as u32 } else { self.input.origins[row] };
            self.batch.origins.extend(std::iter::repeat_n(origin, rows));
        }
        self.batch.len += rows;
    }
}

#[inline]
fn repeat(column: &mut Vec<Value>, value: Value, rows: usize) {
    if rows == 1 { column.push(value) } else { column.resize(column.len() + rows, value) }
}
