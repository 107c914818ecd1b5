//! Tries a repair: the study is changed, asked again, and taken back. Only what does make the fact hold is a repair,
//! and it comes with what else it would change.

use super::answer::{Effect, Repair};
use super::fixes::{BY_HAND, Fix, Plan};
use crate::base::{FileId, Location, Span};
use crate::check::program::RelationKind;
use crate::session::answers::Cell;
use crate::session::ask::matching;
use crate::session::change::{Change, Delta, Edit, Statement};
use crate::session::{Progress, Study};
use crate::{check, syntax};
use std::time::{Duration, Instant};

/// So many repairs are given.
const GIVEN: usize = 5;
/// So many repairs are tried.
const TRIED: usize = 40;
/// So much of what else changes is named.
const NAMED: usize = 2;
/// With less time than this, nothing is begun.
const LEAST: Duration = Duration::from_millis(20);

impl Study {
    /// The repairs that do make a fact hold, in their order, and how many were not tried for want of time.
    pub(super) fn verified(&mut self, fixes: Vec<Fix>, atom: &str, until: Instant) -> (Vec<Repair>, usize) {
        let (mut repairs, mut not_tried): (Vec<(Fix, Repair)>, usize) = (Vec::new(), 0);
        let kept = (self.options.timeout, self.trail.asked.timeout);
        for fix in fixes.into_iter().take(TRIED) {
            let whole = |smaller: &Fix| smaller.steps.iter().all(|step| fix.steps.contains(step));
            if repairs.len() >= GIVEN || repairs.iter().any(|(smaller, _)| whole(smaller)) {
                continue;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left < LEAST {
                not_tried += 1;
                continue;
            }
            (self.options.timeout, self.trail.asked.timeout) = (Some(left), Some(left));
            match self.effect(&fix, atom) {
                Some(Ok(effect)) => {
                    let steps = fix.steps.iter().map(|step| step.shown.clone()).collect();
                    repairs.push((fix, Repair { steps, effect }));
                }
                Some(Err(())) => {}
                None => not_tried += usize::from(Instant::now() >= until),
            }
            (self.options.timeout, self.trail.asked.timeout) = kept;
        }
        self.begin();
        // Of two that take as many steps, the one that changes less is the smaller; what rules conclude is stated by hand
        // only where nothing else helps.
        repairs.sort_by_key(|(fix, repair)| {
            let by_hand = fix.steps.iter().any(|step| step.weight == BY_HAND);
            (fix.steps.len(), by_hand, repair.effect.gained + repair.effect.lost)
        });
        (repairs.into_iter().map(|(_, repair)| repair).collect(), not_tried)
    }

    /// What a repair changes beside what is asked; an error where that does not hold with it, and none where it could
    /// not be made.
    fn effect(&mut self, fix: &Fix, atom: &str) -> Option<Result<Effect, ()>> {
        let edits = self.edits(fix)?;
        let mark = self.mark();
        let asked = self.questions();
        let change = Change { edits, number: 0, tables: false };
        let delta = self.apply(&change, &mut |_: Progress| {}).ok()?;
        self.complete();
        let holds = self.holds(atom);
        let effect = holds.then(|| self.beside(&delta, atom, fix));
        self.back_to(mark);
        self.forget(asked);
        Some(effect.ok_or(()))
    }

    /// The edits that a repair is; none where its places are in no file that may be changed.
    fn edits(&self, fix: &Fix) -> Option<Vec<Edit>> {
        let mut edits = Vec::new();
        let mut places: Vec<(Location, &str)> = Vec::new();
        for step in &fix.steps {
            match &step.plan {
                Plan::Insert(code) => edits.push(Edit::Insert(Statement::Written(code.clone()))),
                Plan::Delete(code) => edits.push(Edit::Delete(Statement::Written(code.clone()))),
                Plan::Set(name, value) => edits.push(Edit::Set(name.clone(), value.clone())),
                Plan::Source(at, text) => places.push((*at, text)),
            }
        }
        // From the last to the first, so that the places before hold.
        places.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        while let Some(&(first, _)) = places.first() {
            let (item, offset) = self.item_at(first)?;
            let holds =
                |at: Location| at.file == item.file && item.span.start <= at.span.start && at.span.end <= item.span.end;
            let (inside, rest): (Vec<_>, Vec<_>) = places.into_iter().partition(|(at, _)| holds(*at));
            let old = self.sources.slice(item).to_string();
            let mut new = old.clone();
            for (at, text) in inside {
                let range = (at.span.start.checked_sub(offset)?) as usize..(at.span.end.checked_sub(offset)?) as usize;
                new.get(range.clone())?;
                new.replace_range(range, text);
            }
            edits.push(Edit::Item(old, new));
            places = rest;
        }
        Some(edits)
    }

    /// The item in which something stands, and where it starts.
    fn item_at(&self, at: Location) -> Option<(Location, u32)> {
        let tree = self.trees.iter().find(|tree| tree.id == at.file && !self.shipped.contains(&tree.id))?;
        let holds = |span: Span| span.start <= at.span.start && at.span.end <= span.end;
        let item = tree.items.iter().map(|item| item.location(item.span)).find(|item| holds(item.span))?;
        Some((item, item.span.start))
    }

    /// Whether something holds now.
    pub(super) fn holds(&mut self, atom: &str) -> bool {
        let file = FileId(u32::MAX);
        let (parsed, _) = syntax::parse_atom(file, atom);
        let row = parsed.and_then(|parsed| check::check_atom(&self.program, &mut self.pool, &parsed, file).0);
        let Some((relation, row)) = row else { return false };
        !matching(&self.db, self.lowered.declared(relation), &row, &self.pool).is_empty()
    }

    /// What a change did beside what is asked and what it states itself.
    fn beside(&mut self, delta: &Delta, atom: &str, fix: &Fix) -> Effect {
        let flat = |text: &str| text.chars().filter(|c| !c.is_whitespace() && *c != '"').collect::<String>();
        let mut known = vec![flat(atom)];
        known.extend(fix.steps.iter().filter_map(|step| match &step.plan {
            Plan::Insert(code) | Plan::Delete(code) => Some(flat(code)),
            _ => None,
        }));
        let mut effect = Effect::default();
        let mut add = |name: &str, fact: String, came: bool| {
            if known.contains(&flat(&fact)) {
                return;
            }
            match effect.by.iter_mut().find(|(known, _, _)| known == name) {
                Some(by) if came => by.1 += 1,
                Some(by) => by.2 += 1,
                None => effect.by.push((name.to_string(), usize::from(came), usize::from(!came))),
            }
            *(if came { &mut effect.gained } else { &mut effect.lost }) += 1;
            let same = effect.first.iter().filter(|(_, known)| *known == came).count();
            if same < NAMED {
                effect.first.push((fact, came));
            }
        };
        for (all, came) in [(&delta.gained, true), (&delta.lost, false)] {
            for c in all {
                add(&format!("{} {}", c.kind, c.name), format!("{}({}, {})", c.kind, c.subject, c.name), came);
            }
        }
        let program = &self.program;
        for relation in &delta.relations {
            let Some(&id) = program.relation_names.get(&relation.name) else { continue };
            let concluded = program.rules.iter().any(|rule| rule.head == id);
            if program.relation(id).kind != RelationKind::Declared || !concluded {
                continue;
            }
            let cell = |cell: &Cell| match cell {
                Cell::Empty => "_".to_string(),
                Cell::Text(text) | Cell::Number(text) => text.clone(),
            };
            for (rows, came) in [(&relation.came, true), (&relation.went, false)] {
                for row in rows {
                    let values: Vec<String> = row.iter().map(cell).collect();
                    add(&relation.name, format!("{}({})", relation.name, values.join(", ")), came);
                }
            }
        }
        effect
    }
}
