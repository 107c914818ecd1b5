//! The curve of saturation: how many codes and themes had come up after so many messages.

use crate::session::page::model::Page;

/// A drawn curve.
pub(super) struct Curve {
    /// What it says, in a sentence.
    pub words: String,
    /// The line of codes and that of themes.
    pub codes: String,
    pub themes: String,
    /// Heights with their numbers.
    pub ticks: Vec<(usize, usize)>,
    /// Places with their numbers of messages.
    pub marks: Vec<(usize, usize)>,
    /// The names of the lines: where they stand, and their class.
    pub labels: Vec<(usize, usize, &'static str, String)>,
}

const LEFT: usize = 46;
const RIGHT: usize = 700;
const TOP: usize = 24;
const BOTTOM: usize = 220;

/// The curve; none where nothing came up.
pub(super) fn curve(page: &Page) -> Option<Curve> {
    let (codes, themes) = (&page.saturation.codes, &page.saturation.themes);
    let messages = page.messages.ids.len();
    let most = codes.len().max(themes.len());
    if most == 0 || messages < 2 {
        return None;
    }
    let top = round_up(most);
    let x = |at: usize| LEFT + (RIGHT - LEFT) * at / messages;
    let y = |count: usize| BOTTOM - (BOTTOM - TOP) * count / top;
    let line = |all: &[(String, String, u32)]| {
        let mut path = format!("M{} {}", LEFT, y(0));
        for (count, (.., at)) in all.iter().enumerate() {
            path.push_str(&format!("H{}V{}", x(*at as usize), y(count + 1)));
        }
        path.push_str(&format!("H{RIGHT}"));
        path
    };
    let last = |all: &[(String, String, u32)], one: &str| {
        let at = all.last().map(|(.., at)| *at)?;
        let many = if all.len() == 1 { String::new() } else { "s".to_string() };
        Some(format!(
            "the last of {} {one}{many} came up in message {} of {}",
            all.len(),
            super::names::amount(at as usize),
            super::names::amount(messages)
        ))
    };
    let told: Vec<String> = [last(codes, "code"), last(themes, "theme")].into_iter().flatten().collect();
    let mut words = told.join(", and ");
    if let Some(first) = words.get(..1) {
        words = format!("{}{}.", first.to_uppercase(), &words[1..]);
    }
    let mut labels = Vec::new();
    let mut above = |all: &[(String, String, u32)], class: &'static str, name: &str| {
        if !all.is_empty() {
            labels.push((RIGHT, y(all.len()) - 7, class, format!("{} {name}", all.len())));
        }
    };
    above(codes, "codes", "codes");
    if codes.len() != themes.len() {
        above(themes, "themes", "themes");
    }
    let step = if top >= 4 { top / 4 } else { 1 };
    Some(Curve {
        words,
        codes: if codes.is_empty() { String::new() } else { line(codes) },
        themes: if themes.is_empty() { String::new() } else { line(themes) },
        ticks: (0..=top).step_by(step).map(|n| (y(n), n)).collect(),
        marks: (0..=4).map(|n| (x(messages * n / 4), messages * n / 4)).collect(),
        labels,
    })
}

/// The next number that four steps reach evenly.
fn round_up(most: usize) -> usize {
    if most < 4 {
        return most;
    }
    let step = [1, 2, 5].iter().flat_map(|n| (0..9).map(move |e| n * 10_usize.pow(e))).filter(|s| s * 4 >= most).min();
    step.map_or(most, |s| s * 4)
}
