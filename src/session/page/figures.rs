//! Numbers of a page: how concepts are spread, when they came up first, and which are found together.

use super::messages::Numbered;
use super::model::{Carried, ConceptShown, Messages, Saturation, Spread};

/// So many rows of a spread are shown.
const ROWS: usize = 12;
/// So many months are, since they are read as a line.
const MONTHS: usize = 36;
/// An attribute with more values than these tells nothing at a glance.
const VALUES: usize = 60;

/// How messages are spread; how many authors and threads they have.
pub(super) fn spreads(messages: &Messages, members: &[u32]) -> (Vec<Spread>, usize, usize) {
    let mut out = Vec::new();
    let author = |m: usize| messages.author[m];
    let thread = |m: usize| messages.thread[m];
    let mut months: Vec<String> = messages.at.iter().filter_map(|at| at.get(..7)).map(str::to_string).collect();
    months.sort();
    months.dedup();
    let month = |m: usize| {
        let month = messages.at[m].get(..7).and_then(|at| months.binary_search_by(|known| known.as_str().cmp(at)).ok());
        month.map_or(-1, |n| n as i32)
    };
    let (by_author, authors) = spread("author", messages, members, &messages.authors, &author, false);
    let (by_thread, threads) = spread("thread", messages, members, &titles(messages), &thread, false);
    let (by_month, _) = spread("month", messages, members, &months, &month, true);
    for attribute in &messages.attributes {
        let mut values: Vec<String> = attribute.values.iter().filter(|v| !v.is_empty()).cloned().collect();
        values.sort();
        values.dedup();
        if !(2..=VALUES).contains(&values.len()) || values.len() == attribute.values.len() {
            continue;
        }
        let of_subject: Vec<i32> =
            attribute.values.iter().map(|value| values.binary_search(value).map_or(-1, |found| found as i32)).collect();
        let value = |m: usize| {
            let subject = match attribute.of {
                "author" => messages.author[m],
                "thread" => messages.thread[m],
                _ => m as i32,
            };
            usize::try_from(subject).ok().and_then(|s| of_subject.get(s).copied()).unwrap_or(-1)
        };
        out.extend(spread(&attribute.name, messages, members, &values, &value, false).0);
    }
    out.extend(by_month);
    out.extend(by_author);
    out.extend(by_thread);
    (out, authors, threads)
}

/// Threads by what the data say of them first, as where a message is shown: a title, where there is one.
fn titles(messages: &Messages) -> Vec<String> {
    let said = messages.attributes.iter().find(|attribute| attribute.of == "thread");
    let title = |at: usize| said.and_then(|said| said.values.get(at)).filter(|title| !title.is_empty());
    messages.threads.iter().enumerate().map(|(at, id)| title(at).unwrap_or(id).clone()).collect()
}

/// One spread, and over how many things.
fn spread(
    by: &str,
    messages: &Messages,
    members: &[u32],
    names: &[String],
    of: &dyn Fn(usize) -> i32,
    in_order: bool,
) -> (Option<Spread>, usize) {
    let (mut all, mut found) = (vec![0; names.len()], vec![0; names.len()]);
    for message in 0..messages.ids.len() {
        if let Ok(place) = usize::try_from(of(message)) {
            all[place] += 1;
        }
    }
    for &message in members {
        if let Ok(place) = usize::try_from(of(message as usize)) {
            found[place] += 1;
        }
    }
    let touched = found.iter().filter(|&&n| n > 0).count();
    if touched == 0 || names.len() < 2 {
        return (None, touched);
    }
    let mut places: Vec<usize> = (0..names.len()).collect();
    let mut shown = ROWS;
    if in_order {
        shown = MONTHS;
    } else {
        places.retain(|&p| found[p] > 0);
        places.sort_by(|&a, &b| found[b].cmp(&found[a]).then_with(|| names[a].cmp(&names[b])));
    }
    let more = places.len().saturating_sub(shown);
    let rows = places.iter().take(shown).map(|&p| (names[p].clone(), found[p], all[p])).collect();
    (Some(Spread { by: by.to_string(), rows, more }), touched)
}

/// When codes and themes came up first.
pub(super) fn saturation(numbered: &Numbered, concepts: &[ConceptShown]) -> Saturation {
    let firsts = |kind: &str| {
        let of_kind = concepts.iter().filter(|c| c.kind == kind);
        let mut firsts: Vec<(String, String, u32)> =
            of_kind.filter_map(|c| Some((c.id.clone(), c.label.clone(), *c.members.first()? + 1))).collect();
        firsts.sort_by_key(|(_, _, at)| *at);
        firsts
    };
    Saturation {
        codes: firsts("code"),
        themes: firsts("theme"),
        by_time: numbered.messages.at.iter().any(|at| !at.is_empty()),
    }
}

/// Which codes the messages of each theme carry.
pub(super) fn carried(concepts: &[ConceptShown]) -> Carried {
    let of_kind = |kind: &'static str| concepts.iter().filter(move |c| c.kind == kind && !c.members.is_empty());
    let themes: Vec<&ConceptShown> = of_kind("theme").collect();
    let codes = of_kind("code").map(|code| {
        let counts = themes.iter().map(|theme| common(&theme.members, &code.members)).collect();
        (code.id.clone(), code.label.clone(), counts)
    });
    Carried { codes: codes.collect(), themes: themes.iter().map(|t| (t.id.clone(), t.label.clone())).collect() }
}

/// How many numbers two sorted lists have in common.
fn common(a: &[u32], b: &[u32]) -> usize {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    short.iter().filter(|n| long.binary_search(n).is_ok()).count()
}
