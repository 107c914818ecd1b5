//! Tries a repair: the study is changed, asked again, and taken back. Only what does make the fact hold is a repair,
//! and it comes with what else it would change.

use super::answer::{Effect, LeftOut, Repair, Untried};
use super::fix::{BY_HAND, Fix, Plan, Step};
use super::reach::{Reach, class, most_in, takes};
use crate::base::{FileId, Location, Span};
use crate::session::change::{Change, Edit, Statement};
use crate::session::{Progress, Study};
use crate::{check, syntax};
use std::time::{Duration, Instant};

/// So many repairs are given.
const GIVEN: usize = 5;
/// So many that state facts of the same relations are given: those that change the least of some.
const ALIKE: usize = 2;
/// So many of them are tried.
const COMPARED: usize = 4;
/// With so many repairs, none is offered that nothing in the text speaks for.
const ENOUGH: usize = 2;
/// So many repairs are tried.
const TRIED: usize = 40;
/// With less time than this, nothing is begun.
const LEAST: Duration = Duration::from_millis(20);
/// So much of what is left of the time a repair has to itself.
const OWN: f64 = 0.8;

/// So many of the repairs that come first are tried though the time is over, as long as it is not over so many times and
/// none took longer than all of it: on a machine that is busy with other things, a little time is soon gone.
const FIRST: usize = 6;
/// So many times.
pub(super) const OVER: u32 = 3;

/// The time that an answer has.
#[derive(Clone, Copy)]
pub(super) struct Allowed {
    pub time: Duration,
    pub from: Instant,
}

impl Allowed {
    /// What is left of it, or, for what is tried in any case, of several times as much.
    fn left(self, first: bool) -> Duration {
        let until = self.from + if first { self.time * OVER } else { self.time };
        until.saturating_duration_since(Instant::now())
    }

    /// What is left until nothing more may be done.
    pub(super) fn left_at_most(self) -> Duration {
        self.left(true)
    }
}

/// What came of the repairs that were looked for.
#[derive(Default)]
pub(super) struct Verified {
    /// Those that do make the fact hold, in their order.
    pub repairs: Vec<Repair>,
    /// Those that were not tried for want of time, without those that nothing in the text speaks for.
    pub not_tried: Vec<Untried>,
    /// True where any was not.
    pub cut: bool,
    /// Codings that no word speaks for and that are not given, since there are enough others.
    pub left_out: Vec<LeftOut>,
}

/// What came of a repair.
enum Tried {
    /// It does, and this comes with it.
    Holds(Effect),
    /// What is asked does not hold with it.
    Fails,
    /// It cannot be made.
    Refused,
    /// It takes longer than there is time.
    GivenUp,
}

impl Study {
    /// The repairs that do make a fact hold, and those that were not tried for want of time.
    pub(super) fn verified(&mut self, fixes: Vec<Fix>, atom: &str, fact: &str, allowed: Allowed) -> Verified {
        let (mut repairs, mut not_tried): (Vec<(Fix, Repair)>, Vec<Untried>) = (Vec::new(), Vec::new());
        let (mut tried, mut cut, mut left_out, mut given_up) = (0, false, Vec::<Fix>::new(), false);
        // What moves as much as something that took too long takes too long, too.
        let mut too_much = u32::MAX;
        let kept = (self.options.timeout, self.trail.asked.timeout);
        let mut of_statements = 0;
        let Some(fixes) = self.view().map(|view| in_order(fixes, &Reach::new(view), allowed.time)) else {
            return Default::default();
        };
        for (reach, fix) in fixes {
            if tried >= TRIED || fix.is_of_statements() && of_statements >= GIVEN {
                left_out.push(fix);
                continue;
            }
            // What nothing in the text speaks for is offered alone, and where little else is; or where nothing else is, with
            // an exception that is left out.
            let spoken_for = repairs.iter().filter(|(known, _)| !known.is_unread()).count();
            let alone = fix.steps.len() == 1 || fix.is_freed() && repairs.len() < ENOUGH;
            if fix.is_unread() && (!alone || spoken_for > 0) {
                left_out.push(fix);
                continue;
            }
            // One that says the same as another, or the same and more, is none of its own.
            let says = fix.says();
            let whole = |smaller: &Fix| smaller.says().iter().all(|step| says.contains(step));
            if repairs.len() >= GIVEN + COMPARED
                || repairs.iter().any(|(smaller, _)| whole(smaller) || fix.is_more_than(smaller))
            {
                continue;
            }
            let alike = |known: &Fix| known.is_stated() && known.sort() == fix.sort();
            let by_hand = |fix: &Fix| fix.steps.iter().any(|step| step.weight == BY_HAND);
            if repairs.iter().filter(|(known, _)| alike(known)).count() >= COMPARED
                || by_hand(&fix) && repairs.len() >= ENOUGH
            {
                continue;
            }
            let first = tried < FIRST && !given_up && fix.is_of_statements() && class(reach) == 0;
            let left = allowed.left(first).min(allowed.time);
            // What moves much takes most of the time, and is no small repair; but time that nothing else needs is for it.
            let much = class(reach) > 0 && (repairs.len() >= ENOUGH || class(reach) >= too_much);
            if much || left < LEAST {
                self.leave(&fix, &mut not_tried);
                cut = true;
                continue;
            }
            tried += 1;
            // What is left over is for telling what moved, and taking it back.
            let own = left.mul_f64(OWN);
            (self.options.timeout, self.trail.asked.timeout) = (Some(own), Some(own));
            self.following.most = Some(most_in(left));
            match self.effect(&fix, atom, fact) {
                Tried::Holds(effect) => {
                    let steps = self.with_lines(&fix);
                    of_statements += usize::from(fix.is_of_statements());
                    repairs.push((fix, Repair { steps, effect }));
                }
                Tried::GivenUp => {
                    self.leave(&fix, &mut not_tried);
                    (cut, given_up) = (true, true);
                    if class(reach) > 0 {
                        too_much = too_much.min(class(reach));
                    }
                }
                Tried::Fails | Tried::Refused => {}
            }
            self.following.most = None;
            (self.options.timeout, self.trail.asked.timeout) = kept;
        }
        self.begin();
        // What does it alone needs no coding beside it.
        let enough: Vec<Vec<String>> = repairs.iter().map(|(fix, _)| fix.says()).collect();
        left_out.retain(|fix| !enough.iter().any(|steps| steps.iter().all(|step| fix.says().contains(step))));
        let (repairs, beside) = best(repairs);
        // Where codings like them are given, it is not told of others that they were not tried.
        if repairs.iter().any(|(fix, _)| fix.is_unread()) {
            left_out.extend(beside);
        }
        let left_out = self.other_codings(left_out, &repairs);
        Verified { repairs: repairs.into_iter().map(|(_, repair)| repair).collect(), not_tried, cut, left_out }
    }

    /// The codings among repairs that are not given, each once, wherever they would stand, and none that is given; with an
    /// exception left out, or alone.
    fn other_codings(&mut self, fixes: Vec<Fix>, given: &[(Fix, Repair)]) -> Vec<LeftOut> {
        let examples = given.iter().filter(|(fix, _)| fix.is_unread()).count();
        let codings = given.iter().flat_map(|(fix, _)| &fix.steps).filter(|step| step.shown.kind == "coding");
        let codes: Vec<String> = codings.map(|step| step.shown.code.clone()).collect();
        let mut known: Vec<String> = codes.iter().filter_map(|code| self.named_coding(code)).collect();
        let mut left_out = Vec::new();
        for fix in fixes.iter().filter(|fix| fix.is_unread() && fix.is_freed()) {
            let mut codings = fix.steps.iter().filter(|step| step.is_unread());
            let (Some(step), None) = (codings.next(), codings.next()) else { continue };
            let Some(coding) = self.named_coding(&step.shown.code).filter(|coding| !known.contains(coding)) else {
                continue;
            };
            known.push(coding.clone());
            left_out.push(LeftOut { coding, freed: fix.steps.len() > 1, examples });
        }
        left_out
    }

    /// The message and the code of a coding as it is written: `m20 as "A place that firms share"`.
    fn named_coding(&mut self, code: &str) -> Option<String> {
        let file = FileId(u32::MAX);
        let (parsed, _) = syntax::parse_atom(file, code);
        let (_, row) = check::check_atom(&self.program, &mut self.pool, &parsed?, file).0?;
        let &[Some(message), Some(code), ..] = &row[..] else { return None };
        let view = self.view()?;
        Some(format!("{} as {}", view.in_words(message), view.in_words(code)))
    }

    /// What a repair changes beside what is asked, if that holds with it.
    fn effect(&mut self, fix: &Fix, atom: &str, fact: &str) -> Tried {
        let Some(edits) = self.edits(fix) else { return Tried::Refused };
        let mark = self.mark();
        let asked = self.questions();
        let change = Change { edits, number: 0, tables: false };
        self.following.trying = true;
        let applied = self.apply(&change, &mut |_: Progress| {});
        if let Err(refused) = applied {
            self.following.trying = false;
            return if refused.is_for_want_of_time() { Tried::GivenUp } else { Tried::Refused };
        }
        let moved = std::mem::take(&mut self.following.tried);
        self.complete();
        let holds = self.holds(atom);
        let tried = if holds { Tried::Holds(self.beside(&moved, fact, fix)) } else { Tried::Fails };
        self.back_to(mark);
        self.following.trying = false;
        self.forget(asked);
        tried
    }

    /// Keeps what was not tried, unless nothing in the text speaks for it.
    fn leave(&self, fix: &Fix, not_tried: &mut Vec<Untried>) {
        if !fix.is_unread() {
            not_tried.push(self.untried(fix));
        }
    }

    /// What was not tried, with the command that tries it.
    fn untried(&self, fix: &Fix) -> Untried {
        let quoted = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
        let word = |step: &Step| match &step.plan {
            Plan::Insert(code) => Some(format!("--add {}", quoted(code))),
            Plan::Delete(code) => Some(format!("--remove {}", quoted(code))),
            Plan::Set(name, value) => Some(format!("--set {name}={value}")),
            Plan::Source(..) | Plan::Row { .. } => None,
        };
        let edits = self.edits(fix).unwrap_or_default();
        let items = edits.iter().filter_map(|edit| match edit {
            Edit::Item(_, new) => Some(format!("--with {}", quoted(new.trim_end()))),
            _ => None,
        });
        let words: Vec<String> = fix.steps.iter().filter_map(word).chain(items).collect();
        let rows = fix.steps.iter().any(|step| matches!(step.plan, Plan::Row { .. }));
        let set =
            fix.steps.iter().filter_map(|step| if let Plan::Set(name, _) = &step.plan { Some(&**name) } else { None });
        let study = self.argument_but(&set.collect::<Vec<&str>>());
        let command = (!words.is_empty() && !rows).then(|| format!("hence what-if {}{study}", words.join(" ")));
        Untried { steps: self.with_lines(fix), command }
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
                Plan::Row { at, label, word } => {
                    let (path, text) = self.with_keyword(*at, label, word)?;
                    edits.push(Edit::Replace(path, text));
                }
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
        self.view().is_some_and(|view| !view.answering(relation, &row).is_empty())
    }
}

/// In which order repairs are tried, each with about how much it moves: statements come and go at once, however large the
/// study, if not much rests on each; where rules change, it is read again. What is only offered where nothing else helps is
/// tried last, but before what will hardly be done in the time.
fn in_order(fixes: Vec<Fix>, reach: &Reach<'_>, time: Duration) -> Vec<(usize, Fix)> {
    let mut fixes: Vec<(usize, Fix)> = fixes.into_iter().map(|fix| (reach.of(&fix), fix)).collect();
    fixes.sort_by_key(|(reach, fix)| {
        let last = fix.is_unread() || fix.steps.iter().any(|step| step.weight == BY_HAND);
        (takes(*reach) > time, last, !fix.nearest, !fix.is_of_statements(), class(*reach))
    });
    fixes
}

/// The repairs that are given, and the others: those of the way that comes nearest first; of two of one sort, the one that
/// changes less is the smaller; what nothing in the text speaks for, or what rules conclude, is stated by hand only where
/// nothing else helps.
fn best(mut repairs: Vec<(Fix, Repair)>) -> (Vec<(Fix, Repair)>, Vec<Fix>) {
    repairs.sort_by_key(|(fix, repair)| {
        let is = |weight: u32| fix.steps.iter().any(|step| step.weight == weight);
        let sort = fix.steps.iter().map(|step| step.weight).max();
        (fix.is_unread(), is(BY_HAND), fix.steps.len(), !fix.nearest, sort, repair.effect.gained + repair.effect.lost)
    });
    let (mut given, mut others): (Vec<(Fix, Repair)>, Vec<Fix>) = Default::default();
    for (fix, repair) in repairs {
        let alike = given.iter().filter(|(known, _)| known.is_stated() && known.sort() == fix.sort()).count();
        let more = given.iter().any(|(smaller, _)| fix.is_more_than(smaller));
        if given.len() < GIVEN && alike < ALIKE && !more {
            given.push((fix, repair));
        } else {
            others.push(fix);
        }
    }
    (given, others)
}
