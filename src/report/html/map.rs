//! The map from theory to data: a layered drawing whose layers are fixed (works, inferences, themes, codes, passages) and
//! whose order within a layer follows the barycentres of what each is connected with (Sugiyama, Tagawa & Toda 1981,
//! "Methods for Visual Understanding of Hierarchical System Structures", IEEE SMC 11(2)), so that few lines cross.

use super::names::amount;
use super::words;
use crate::session::explanation::CitationShown;
use crate::session::page::model::Page;
use rustc_hash::{FxHashMap, FxHashSet};

/// A drawn map.
pub(super) struct Map {
    pub width: usize,
    pub height: usize,
    /// The headings of layers, where they begin.
    pub heads: Vec<(usize, &'static str)>,
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge>,
    /// So many works are not drawn.
    pub left_out: usize,
    /// True where a rule excludes something that is drawn.
    pub dashed: bool,
    /// True where something that is drawn is not concluded.
    pub dotted: bool,
}

/// A box.
pub(super) struct Node {
    pub x: usize,
    pub y: usize,
    pub width: usize,
    pub height: usize,
    /// So much of it is filled: the share of the most frequent.
    pub fill: usize,
    /// What stands in it, on one line or two, and how high.
    pub lines: Vec<(usize, String)>,
    /// All of it, for those who point at it or hear it.
    pub title: String,
    pub class: &'static str,
    /// Where it leads.
    pub target: String,
}

/// A line.
pub(super) struct Edge {
    pub from: usize,
    pub to: usize,
    pub path: String,
    /// `dashed` where a rule excludes it, `dotted` where what it stands for is not concluded.
    pub class: Option<&'static str>,
}

/// What a line stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    /// Something that holds, or is asked for.
    Plain,
    /// A code that a rule excludes.
    Excluded,
    /// An inference that does not hold.
    Fails,
}

const WIDTHS: [usize; 5] = [158, 212, 216, 232, 108];
const GAP: usize = 52;
const HEIGHT: usize = 36;
const SPACE: usize = 7;
const TOP: usize = 30;
/// So many characters fit a hundred units of a box, about; of bold ones, fewer.
const LETTERS: usize = 13;
const HEADS: [&str; 5] = ["Works", "Inferred", "Themes", "Codes", "Passages"];
const CLASSES: [&str; 5] = ["work", "inferred", "theme", "code", "passages"];

/// A box before it has a place.
struct Open {
    layer: usize,
    label: String,
    title: String,
    target: String,
    fill: usize,
}

/// The map; none for a study without themes and codes.
pub(super) fn map(page: &Page) -> Option<Map> {
    let mut drawing = Drawing::default();
    let of_kind = |kind: &'static str| page.concepts.iter().filter(move |c| c.kind == kind);
    for theme in of_kind("theme") {
        let title = format!("Theme: {}, {} messages", theme.label, amount(theme.members.len()));
        drawing.add(&theme.id, 2, &theme.label, title, &theme.id, 0);
    }
    let most = of_kind("code").map(|c| c.passage_count()).max().unwrap_or_default().max(1);
    for code in of_kind("code") {
        let title = format!("Code: {}, {} passages", code.label, amount(code.passage_count()));
        drawing.add(&code.id, 3, &code.label, title, &code.id, 0);
        let label = amount(code.passage_count());
        let title = format!("{label} passages with the code {}", code.label);
        let fill = WIDTHS[4] * code.passage_count() / most;
        drawing.add(&format!("{} passages", code.id), 4, &label, title, &code.id, fill);
        drawing.join(&code.id, &format!("{} passages", code.id), Line::Plain);
    }
    if drawing.open.is_empty() {
        return None;
    }
    let labels: FxHashMap<&str, &str> = page.kinds.iter().map(|k| (k.name.as_str(), k.label.as_str())).collect();
    for inferred in &page.inferences {
        let i = &inferred.inference;
        let id = format!("{}.{}", i.kind, i.concept);
        let kind = labels.get(i.kind.as_str()).copied().unwrap_or(&i.kind);
        drawing.add(&id, 1, &i.concept_label, format!("{kind}: {}", i.concept_label), &id, 0);
        drawing.join(&id, &format!("theme.{}", i.theme), if i.holds { Line::Plain } else { Line::Fails });
        let cited = i.because.iter().flat_map(|s| &s.citations).chain(&i.citations);
        cited.for_each(|c| drawing.cite(c, &id));
    }
    for theme in of_kind("theme") {
        theme.means.iter().chain(&theme.because).flat_map(|s| &s.citations).chain(&theme.cites).for_each(|c| {
            drawing.cite(c, &theme.id);
        });
        for (used, asked) in &theme.uses {
            drawing.join(&theme.id, used, if *asked { Line::Plain } else { Line::Excluded });
        }
    }
    let drawn: FxHashSet<&str> = drawing.open.iter().filter(|o| o.layer == 0).map(|o| o.target.as_str()).collect();
    let left_out = page
        .sources
        .iter()
        .filter(|s| !s.cited.is_empty() && !drawn.contains(format!("source.{}", s.key).as_str()))
        .count();
    Some(drawing.laid_out(left_out))
}

#[derive(Default)]
struct Drawing {
    open: Vec<Open>,
    places: FxHashMap<String, usize>,
    lines: Vec<(usize, usize, Line)>,
}

impl Drawing {
    fn add(&mut self, id: &str, layer: usize, label: &str, title: String, target: &str, fill: usize) {
        if !self.places.contains_key(id) {
            self.places.insert(id.to_string(), self.open.len());
            self.open.push(Open { layer, label: label.to_string(), title, target: target.to_string(), fill });
        }
    }

    /// A line from left to right between two boxes that are there; a line within a layer is not drawn.
    fn join(&mut self, from: &str, to: &str, line: Line) {
        let (Some(&from), Some(&to)) = (self.places.get(from), self.places.get(to)) else { return };
        if self.open[from].layer >= self.open[to].layer {
            return;
        }
        match self.lines.iter_mut().find(|known| (known.0, known.1) == (from, to)) {
            // What one map concludes is concluded, though another with the same ends is not.
            Some(known) if known.2 == Line::Fails => known.2 = line,
            Some(_) => {}
            None => self.lines.push((from, to, line)),
        }
    }

    fn cite(&mut self, citation: &CitationShown, by: &str) {
        if citation.reference.is_none() {
            return;
        }
        let id = format!("source.{}", citation.key);
        let label = words::citation(&CitationShown { at: None, ..citation.clone() });
        let title = citation.reference.clone().unwrap_or_default();
        self.add(&id, 0, &label, title, &id, 0);
        self.join(&id, by, Line::Plain);
    }

    fn laid_out(self, left_out: usize) -> Map {
        let mut layers: Vec<Vec<usize>> = vec![Vec::new(); WIDTHS.len()];
        for (i, open) in self.open.iter().enumerate() {
            layers[open.layer].push(i);
        }
        let mut beside: Vec<Vec<usize>> = vec![Vec::new(); self.open.len()];
        for &(from, to, _) in &self.lines {
            beside[from].push(to);
            beside[to].push(from);
        }
        let mut at = vec![0.0_f64; self.open.len()];
        let spread = |layer: &[usize], at: &mut [f64]| {
            let all = layer.len().max(1) as f64;
            layer.iter().enumerate().for_each(|(n, &node)| at[node] = (n as f64 + 0.5) / all);
        };
        layers.iter().for_each(|layer| spread(layer, &mut at));
        // Themes keep the author's order; the others follow them, outwards, and once more.
        for _ in 0..3 {
            for layer in [3, 4, 1, 0] {
                let centre = |node: usize| {
                    let near = &beside[node];
                    // What nothing leads to goes last.
                    if near.is_empty() { 2.0 } else { near.iter().map(|&n| at[n]).sum::<f64>() / near.len() as f64 }
                };
                let mut order: Vec<(f64, usize)> = layers[layer].iter().map(|&n| (centre(n), n)).collect();
                order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
                layers[layer] = order.into_iter().map(|(_, n)| n).collect();
                spread(&layers[layer], &mut at);
            }
        }
        // The passages stand beside their codes.
        layers[4] = layers[3]
            .iter()
            .filter_map(|&code| beside[code].iter().copied().find(|&n| self.open[n].layer == 4))
            .collect();
        let tall = layers.iter().map(Vec::len).max().unwrap_or_default();
        let height = TOP + tall * (HEIGHT + SPACE) + SPACE;
        let mut places = vec![(0, 0); self.open.len()];
        let mut heads = Vec::new();
        let mut x = 8;
        for (number, layer) in layers.iter().enumerate() {
            if layer.is_empty() {
                continue;
            }
            heads.push((x, HEADS[number]));
            let step = (height - TOP - SPACE) / layer.len();
            let first = TOP + (height - TOP - SPACE - step * layer.len()) / 2 + (step - HEIGHT) / 2;
            for (n, &node) in layer.iter().enumerate() {
                places[node] = (x, first + n * step);
            }
            x += WIDTHS[number] + GAP;
        }
        // Inferences and works stand as near to what they are connected with as there is room.
        for layer in [1, 0] {
            let wanted = |node: usize| {
                let right = beside[node].iter().filter(|&&n| self.open[n].layer > layer).map(|&n| places[n].1);
                let (count, sum) = right.fold((0, 0), |(count, sum), y| (count + 1, sum + y));
                if count == 0 { height as f64 } else { sum as f64 / f64::from(count) }
            };
            let mut order: Vec<(f64, usize)> = layers[layer].iter().map(|&n| (wanted(n), n)).collect();
            order.sort_by(|a, b| a.0.total_cmp(&b.0));
            let wanted: Vec<f64> = order.iter().map(|&(y, _)| y).collect();
            // Where all are wanted in the middle, as in a large map, they take up most of the height nevertheless.
            let even = (height - TOP - SPACE) / order.len().max(1);
            let step = (HEIGHT + SPACE).max(even * 2 / 3);
            for (y, &(_, node)) in apart(&wanted, step, TOP, height - SPACE - HEIGHT).into_iter().zip(&order) {
                places[node].1 = y;
            }
        }
        let edge = |&(from, to, line): &(usize, usize, Line)| {
            let (x1, y1) = (places[from].0 + WIDTHS[self.open[from].layer], places[from].1 + HEIGHT / 2);
            let (x2, y2) = (places[to].0, places[to].1 + HEIGHT / 2);
            let bend = (x2.saturating_sub(x1)) / 2;
            let path = format!("M{x1} {y1}C{} {y1} {} {y2} {x2} {y2}", x1 + bend, x2 - bend);
            let class = match line {
                Line::Plain => None,
                Line::Excluded => Some("dashed"),
                Line::Fails => Some("dotted"),
            };
            Edge { from, to, path, class }
        };
        let edges: Vec<Edge> = self.lines.iter().map(edge).collect();
        let drawn = |class| edges.iter().any(|edge| edge.class == Some(class));
        let (dashed, dotted) = (drawn("dashed"), drawn("dotted"));
        let nodes = self.open.into_iter().zip(&places).map(|(open, &(x, y))| Node {
            x,
            y,
            width: WIDTHS[open.layer],
            height: HEIGHT,
            fill: open.fill,
            lines: lines(
                &open.label,
                WIDTHS[open.layer] * if open.layer == 2 { LETTERS - 1 } else { LETTERS } / 100,
                y,
            ),
            title: open.title,
            class: CLASSES[open.layer],
            target: open.target,
        });
        Map { width: x - GAP + 8, height, heads, nodes: nodes.collect(), edges, left_out, dashed, dotted }
    }
}

/// Heights as near to those wanted, which are in order, as places allow that keep a distance from each other and lie between
/// two ends: the least squares under an order, by pooling neighbours that stand in each other's way (Ayer, Brunk, Ewing, Reid
/// & Silverman 1955, "An Empirical Distribution Function for Sampling with Incomplete Information", Ann. Math. Statist. 26(4)).
fn apart(wanted: &[f64], step: usize, top: usize, bottom: usize) -> Vec<usize> {
    let mut pools: Vec<(f64, usize)> = Vec::new();
    let mean = |pool: (f64, usize)| pool.0 / pool.1 as f64;
    for (n, y) in wanted.iter().enumerate() {
        let mut pool = (y - (n * step) as f64, 1);
        while let Some(&before) = pools.last().filter(|&&before| mean(before) > mean(pool)) {
            pool = (pool.0 + before.0, pool.1 + before.1);
            pools.pop();
        }
        pools.push(pool);
    }
    let last = bottom.saturating_sub(wanted.len().saturating_sub(1) * step).max(top);
    let places =
        pools.into_iter().flat_map(|pool| std::iter::repeat_n(mean(pool).clamp(top as f64, last as f64), pool.1));
    places.enumerate().map(|(n, y)| y as usize + n * step).collect()
}

/// A label on one line or two, each with its height; what does not fit is cut with an ellipsis.
fn lines(label: &str, most: usize, y: usize) -> Vec<(usize, String)> {
    let wide = |text: &str| unicode_width::UnicodeWidthStr::width(text);
    let mut first = String::new();
    let mut rest = label.trim();
    while let Some(word) = rest.split_inclusive(' ').next() {
        if wide(&first) + wide(word.trim_end()) > most {
            break;
        }
        first.push_str(word);
        rest = &rest[word.len()..];
    }
    match (first.is_empty(), rest.is_empty()) {
        (_, true) => vec![(y + HEIGHT / 2 + 4, first)],
        (true, false) => vec![(y + HEIGHT / 2 + 4, cut(rest, most))],
        (false, false) => vec![(y + HEIGHT / 2 - 3, first), (y + HEIGHT / 2 + 11, cut(rest, most))],
    }
}

/// As much of a label as fits, with an ellipsis where there is more.
fn cut(label: &str, most: usize) -> String {
    if unicode_width::UnicodeWidthStr::width(label) <= most {
        return label.to_string();
    }
    let mut out = String::new();
    let mut width = 1;
    for c in label.chars() {
        width += unicode_width::UnicodeWidthChar::width(c).unwrap_or_default();
        if width > most {
            break;
        }
        out.push(c);
    }
    format!("{}…", out.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::page::model::ConceptShown;

    #[test]
    fn sixty_themes_stand_apart_and_inside() {
        let concept = |kind: &str, n: usize| ConceptShown {
            id: format!("{kind}.c{n}"),
            kind: kind.into(),
            name: format!("c{n}"),
            label: format!("A label of {kind} that is rather long {n}"),
            uses: vec![(format!("code.c{}", n * 7 % 200), true), (format!("code.c{}", n * 3 % 200), false)],
            ..ConceptShown::default()
        };
        let concepts = (0..60).map(|n| concept("theme", n)).chain((0..200).map(|n| concept("code", n))).collect();
        let map = map(&Page { concepts, ..Page::default() }).unwrap();
        assert_eq!((map.nodes.len(), map.dashed), (460, true));
        for (i, a) in map.nodes.iter().enumerate() {
            assert!(a.x + a.width <= map.width && a.y + a.height <= map.height && a.y >= TOP);
            assert!(a.lines.len() == if a.class == "passages" { 1 } else { 2 }, "{:?}", a.lines);
            let apart = |b: &Node| a.x != b.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
            assert!(map.nodes[i + 1..].iter().all(apart), "{}", a.title);
        }
    }

    #[test]
    fn boxes_stand_where_they_are_wanted_or_as_near_as_there_is_room() {
        let step = HEIGHT + SPACE;
        assert_eq!(apart(&[100.0, 300.0], step, 0, 1000), [100, 300]);
        assert_eq!(apart(&[200.0, 200.0, 200.0], step, 0, 1000), [200 - step, 200, 200 + step]);
        assert_eq!(apart(&[0.0, 0.0], step, 30, 1000), [30, 30 + step]);
        assert_eq!(apart(&[990.0, 999.0], step, 0, 1000), [1000 - step, 1000]);
        assert_eq!(apart(&[], step, 0, 10), [0; 0]);
    }
}
