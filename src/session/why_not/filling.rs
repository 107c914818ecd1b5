//! Facts that a repair states, as they are written, with a value for what nothing gives.

use super::answer::RepairStep;
use super::fix::{CODED, LEFT_OUT, Plan, READ, Step, UNREAD};
use super::fixes::Mender;
use super::passage::How;
use super::shapes::is_placed;
use super::thresholds::needed;
use super::told::left_out;
use crate::base::{Datum, Value};
use crate::check::Type;
use crate::check::program::{ConceptId, RelationId as Declared};
use crate::eval::holds;
use crate::ir::compute::variables;
use crate::ir::core::{Expr, Literal, RelationId, Term, Var};
use crate::ir::origin::Role;
use crate::proof::{Met, Miss, full, pattern};
use crate::text::Range;

/// So many rows are looked at for a value that fits.
const ROWS: usize = 500;
/// So many values of a column are tried.
const VALUES: usize = 12;
/// So many values are tried in all.
const TRIED: usize = 300;
/// Of a longer passage than this, in characters, so many are quoted on each side of the words that are meant.
const LONG: u32 = 400;
/// So many.
const AROUND: u32 = 120;

impl Mender<'_, '_> {
    /// Somebody codes a message: the sentence whose words fit the code; the whole message where people alone code it so,
    /// and last, if he reads it so, where no word of it speaks for the code.
    pub(super) fn read(&self, id: ConceptId, message: Value) -> Option<Step> {
        let view = self.inquiry.view();
        let text = view.texts.corpus.segments(message);
        if let Some((near, text)) = self.inquiry.speaks_for(id, message).zip(text) {
            let mut step = self.coding(id, message, Some((text.sentence_of(near.range), near.range)))?;
            match near.how {
                How::LeftOut => {
                    step.weight = LEFT_OUT;
                    // Of the passage, it leaves out these words alone.
                    let left_out = left_out(&near.leaf, near.range, text, &self.inquiry.lexicon);
                    step.shown.text += &format!(", though by the codebook {left_out}");
                }
                _ => step.weight = READ,
            }
            return Some(step);
        }
        if let Some((there, text)) = self.inquiry.speaks_in_part(id, message).zip(text) {
            let mut step = self.coding(id, message, Some((text.sentence_of(there), there)))?;
            step.weight = UNREAD + self.inquiry.unlikely(id, message);
            step.shown.text =
                format!("if you read it so, though only a part of its words is there: {}", step.shown.text);
            return Some(step);
        }
        let mut step = self.coding(id, message, None)?;
        if self.is_asked() && is_placed(view.program, id) {
            step.shown.text += ", as a whole (for a theme that wants it near something, code the words instead)";
        }
        self.unread(id, message, &mut step);
        Some(step)
    }

    /// Somebody codes a passage that other words than the code's have led to.
    pub(super) fn read_at(&self, id: ConceptId, message: Value, range: Range, there: Range) -> Option<Step> {
        let near = self.inquiry.speaks_for(id, message).filter(|near| near.how != How::LeftOut);
        let Some(near) = near else {
            let mut step = self.coding(id, message, Some((range, there)))?;
            self.unread(id, message, &mut step);
            return Some(step);
        };
        // Words that fit elsewhere are to be coded there.
        let here = range.0 <= near.range.0 && near.range.1 <= range.1;
        let mut step = here.then(|| self.coding(id, message, Some((range, near.range)))).flatten()?;
        step.weight = READ;
        Some(step)
    }

    /// What somebody coded so as a whole gets a place: the same coding once more, of a passage.
    pub(super) fn placed(&self, id: ConceptId, message: Value, range: Range, there: Range) -> Option<Step> {
        let coder = self.inquiry.whole_coders(id, message).into_iter().next()?;
        let mut step = self.coding_by(&coder, id, message, Some((range, there)))?;
        let (who, label) = (self.inquiry.view().in_words(message), self.inquiry.base().program.concept(id).title());
        let words = around(self.inquiry.view().texts.corpus.text(message)?, range, there);
        step.shown.text =
            format!("let {coder}, who coded {who} as \"{label}\", say where: at the words \"{words}\", if it is there");
        Some(step)
    }

    /// Says so where the code looks for words, and the message has none that come near.
    fn unread(&self, id: ConceptId, message: Value, step: &mut Step) {
        if !self.inquiry.view().program.concept(id).matches.is_empty() {
            step.weight = UNREAD + self.inquiry.unlikely(id, message);
            if self.inquiry.has_no_text(message) {
                return;
            }
            step.shown.text = format!("if you read it so, though no word there speaks for it: {}", step.shown.text);
        }
    }

    /// A coding of a message, or of a passage of it, of which some words are meant; none for what is no code.
    pub(super) fn coding(&self, id: ConceptId, message: Value, range: Option<(Range, Range)>) -> Option<Step> {
        self.coding_by(&self.coder(), id, message, range)
    }

    fn coding_by(&self, coder: &str, id: ConceptId, message: Value, range: Option<(Range, Range)>) -> Option<Step> {
        let view = self.inquiry.view();
        let concept = view.program.concept(id);
        if concept.kind != view.program.known_kind("code") {
            return None;
        }
        let text = view.texts.corpus.text(message)?;
        let coding = view.program.known("coding");
        let offsets = range.map(|((start, end), _)| format!(", {start}, {end}")).unwrap_or_default();
        let code = format!(
            "coding({}, {}, {}{offsets})",
            view.as_written(message, Type::Kind(view.program.known_kind("message"))),
            view.as_written(concept.value, view.program.relation(coding).columns[1].of),
            coder,
        );
        let (who, as_what) = (view.in_words(message), concept.title());
        let text = match range {
            Some((range, meant)) => {
                format!("let somebody code the words \"{}\" of {who} as \"{as_what}\"", around(text, range, meant))
            }
            None => format!("let somebody code {who} as \"{as_what}\""),
        };
        let shown = RepairStep { kind: "coding", text, code: code.clone(), place: None, line: String::new() };
        Some(Step { plan: Plan::Insert(code), shown, weight: CODED })
    }

    /// A fact as it is written; none where a value that it needs is not known.
    pub(super) fn written(&self, declared: Declared, row: &[Option<Value>]) -> Option<String> {
        let view = self.inquiry.view();
        let columns = &view.program.relation(declared).columns;
        let lost = columns.iter().zip(row).any(|(column, value)| value.is_none_or(|v| v.is_none()) && !column.optional);
        if lost {
            return None;
        }
        let there = |value: &Option<Value>| value.is_some_and(|value| !value.is_none());
        let last = row.iter().rposition(there).map_or(0, |at| at + 1);
        if row[..last].iter().all(there) {
            return Some(view.fact(declared, row));
        }
        let named = columns.iter().zip(row).filter(|(_, value)| there(value));
        let named: Vec<String> = named
            .map(|(column, value)| {
                format!("{}: {}", column.name, view.as_written(value.unwrap_or(Value::NONE), column.of))
            })
            .collect();
        Some(format!("{}({})", view.program.relation(declared).name, named.join(", ")))
    }

    /// Who is to code: the one who asks. That somebody in the data coded so is nothing to be put in their mouth.
    pub(super) fn coder(&self) -> String {
        "you".into()
    }

    /// A binding with a value for what nothing gives: one that the conditions on it ask for, or one that stands in the
    /// data.
    pub(super) fn filled(&mut self, miss: &Miss) -> Miss {
        let core = &self.inquiry.base().lowered.core;
        let mut filled = miss.clone();
        let mut open = Vec::new();
        for at in 0..miss.met.len() {
            let Some(Literal::Atom(relation, terms)) = miss.literal(core, at) else { continue };
            if miss.met[at] == Met::Yes {
                continue;
            }
            for (column, term) in terms.iter().enumerate() {
                let Term::Var(var) = term else { continue };
                if filled.binding[var.0 as usize].is_none() {
                    filled.binding[var.0 as usize] = self.asked_of(&filled, *var);
                    // What rules conclude is looked for with the place left open.
                    if !self.inquiry.ways.has_rules(*relation) || self.is_shared(&filled, *var) {
                        open.push((*var, *relation, column));
                    }
                }
            }
        }
        let mut steps = TRIED;
        if !self.fit(&mut filled, &open, &mut steps) {
            for (var, relation, column) in open {
                let value = filled.binding[var.0 as usize].or_else(|| self.some_value(relation, column));
                filled.binding[var.0 as usize] = value;
            }
        }
        filled
    }

    /// The value that a comparison asks of a variable.
    pub(super) fn asked_of(&mut self, miss: &Miss, var: Var) -> Option<Value> {
        let core = &self.inquiry.base().lowered.core;
        (0..miss.met.len()).find_map(|at| match miss.literal(core, at)? {
            Literal::Compare(op, Expr::Var(own), other) if *own == var => {
                let other = self.inquiry.computed(other, miss)?;
                needed(op.turned(), other, &mut self.inquiry.pool)
            }
            Literal::Compare(op, other, Expr::Var(own)) if *own == var => {
                let other = self.inquiry.computed(other, miss)?;
                needed(*op, other, &mut self.inquiry.pool)
            }
            Literal::Bind(own, expr) if *own == var => self.inquiry.computed(expr, miss),
            _ => None,
        })
    }

    /// True where several conditions that fail ask for one value.
    fn is_shared(&self, miss: &Miss, var: Var) -> bool {
        let core = &self.inquiry.base().lowered.core;
        let asks = |at: &usize| match miss.literal(core, *at) {
            Some(Literal::Atom(_, terms)) => miss.met[*at] != Met::Yes && terms.contains(&Term::Var(var)),
            _ => false,
        };
        (0..miss.met.len()).filter(asks).count() > 1
    }

    /// Gives values that stand in the data to what nothing gives, so that no test fails that can be made then.
    fn fit(&self, miss: &mut Miss, open: &[(Var, RelationId, usize)], steps: &mut usize) -> bool {
        let Some((&(var, relation, column), rest)) = open.split_first() else { return true };
        if miss.binding[var.0 as usize].is_some() {
            return self.fit(miss, rest, steps);
        }
        for value in self.values_of(relation, column) {
            if *steps == 0 {
                return false;
            }
            *steps -= 1;
            miss.binding[var.0 as usize] = Some(value);
            if self.is_fit(miss, var) && self.fit(miss, rest, steps) {
                return true;
            }
            miss.binding[var.0 as usize] = None;
        }
        false
    }

    /// True where no test on a value fails.
    pub(super) fn is_fit(&self, miss: &Miss, var: Var) -> bool {
        let base = self.inquiry.base();
        (0..miss.met.len()).all(|at| match miss.literal(&base.lowered.core, at) {
            Some(test @ Literal::Compare(_, a, b)) => {
                let mut vars = Vec::new();
                variables(a, &mut vars);
                variables(b, &mut vars);
                let known = vars.iter().all(|var| miss.binding[var.0 as usize].is_some());
                let holds = || holds(test, &full(&miss.binding), &self.inquiry.pool, base.texts) == Ok(true);
                !known || !vars.contains(&var) || holds()
            }
            Some(Literal::Not(relation, terms)) if terms.contains(&Term::Var(var)) => {
                let row = pattern(terms, &miss.binding);
                let known = |term: &Term| !matches!(term, Term::Var(var) if miss.binding[var.0 as usize].is_none());
                !terms.iter().all(known) || self.inquiry.search.rows(*relation, &row, 1).0.is_empty()
            }
            _ => true,
        })
    }

    /// Some of the values that stand in a column.
    pub(super) fn values_of(&self, relation: RelationId, column: usize) -> Vec<Value> {
        let arity = self.inquiry.base().lowered.core.relation(relation).arity;
        let (rows, _) = self.inquiry.search.rows(relation, &vec![None; arity], ROWS);
        let mut values = Vec::new();
        for value in rows.iter().filter_map(|row| row.get(column).copied()).filter(|value| !value.is_none()) {
            if values.len() < VALUES && !values.contains(&value) {
                values.push(value);
            }
        }
        // A number that stands nowhere in the column may be the one that fits.
        let next = values.iter().filter_map(|value| self.inquiry.pool.as_number(*value)).max();
        values.extend(next.and_then(|n| self.inquiry.pool.find(&Datum::Number(n.checked_add(1)?))));
        let least = values.iter().filter_map(|value| self.inquiry.pool.as_number(*value)).min();
        values.extend(least.and_then(|n| self.inquiry.pool.find(&Datum::Number(n.checked_sub(1)?))));
        values
    }

    pub(super) fn some_value(&self, relation: RelationId, column: usize) -> Option<Value> {
        let base = self.inquiry.base();
        let (rows, _) = self.inquiry.search.rows(relation, &vec![None; base.lowered.core.relation(relation).arity], 20);
        let there = rows.iter().filter_map(|row| row.get(column).copied()).find(|value| !value.is_none());
        if there.is_some() {
            return there;
        }
        let Role::Declared(declared) = base.lowered.role(relation) else { return None };
        match base.program.relation(declared).columns.get(column)?.of {
            Type::Number | Type::Decimal => self.inquiry.pool.find(&Datum::Number(1)),
            _ => None,
        }
    }
}

/// A passage on one line, whole, for these are the words that are to be coded; of a very long one the part around the words that are meant.
fn around(text: &str, range: Range, meant: Range) -> String {
    let chars: Vec<char> = text.chars().skip(range.0 as usize).take((range.1 - range.0) as usize).collect();
    let at = |place: u32| (place.saturating_sub(range.0) as usize).min(chars.len());
    let (mut from, mut to) = (at(meant.0.saturating_sub(AROUND)), at(meant.1.saturating_add(AROUND)));
    if range.1 - range.0 <= LONG {
        (from, to) = (0, chars.len());
    }
    // Words stay whole.
    while from > 0 && !chars[from - 1].is_whitespace() {
        from -= 1;
    }
    while to < chars.len() && !chars[to].is_whitespace() {
        to += 1;
    }
    let words = chars[from..to].iter().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{}{words}{}", if from > 0 { "…" } else { "" }, if to < chars.len() { "…" } else { "" })
}
