//! What is said of the agreement of coders in tables and sentences, so that the command and the page say the same: heads
//! and cells are made here once, and drawn elsewhere.

use super::table::Column;
use super::words::number_of;
use crate::base::digits::thousands;
use crate::session::agree::formula::{Figure, Formula, Undefined};
use crate::session::agree::result::*;
use crate::session::agree::{Given, Unit};

/// A table before it is drawn.
pub struct Cells {
    /// What stands above each column, and whether that holds numbers.
    pub heads: Vec<Column>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

/// Four places, or that there is none.
fn shown(figure: &Figure) -> String {
    match figure {
        Ok(value) => decimal(*value),
        Err(_) => "undefined".to_owned(),
    }
}

fn decimal(value: f64) -> String {
    let text = format!("{value:.4}");
    if text == "-0.0000" { "0.0000".to_owned() } else { text }
}

fn value(figures: &[FigureShown], formula: Formula) -> String {
    figures.iter().find(|f| f.formula == formula).map_or(String::new(), |f| shown(&f.value))
}

fn interval(figures: &[FigureShown], formula: Formula) -> String {
    match figures.iter().find(|f| f.formula == formula).and_then(|f| f.error) {
        Some(Ok((_, low, high))) if low == high => "-".to_owned(),
        Some(Ok((_, low, high))) => format!("{} to {}", decimal(low), decimal(high)),
        _ => String::new(),
    }
}

fn error(figures: &[FigureShown], formula: Formula) -> String {
    match figures.iter().find(|f| f.formula == formula).and_then(|f| f.error) {
        Some(Ok((error, _, _))) => decimal(error),
        _ => String::new(),
    }
}

fn columns(names: &[&str]) -> Vec<Column> {
    names.iter().enumerate().map(|(i, name)| ((*name).to_owned(), i > 0)).collect()
}

/// In which messages units are judged, and how many say nothing of agreement; none where nobody coded.
pub fn given(all: &Agreement) -> Option<String> {
    let one = all.unit.one();
    let which = match all.given? {
        Given::Assigned => "that a coder was to judge (the study says so in `assigned`), or coded anyway".to_owned(),
        Given::Coded => {
            "that a coder coded anything in; a message without any coding of a coder counts as one that this \
             coder never saw (a relation `assigned(coder, message)`, or `--given all`, says otherwise)"
                .to_owned()
        }
        Given::All => "of the study, for every coder".to_owned(),
    };
    let mut line = format!("Each {one} is judged by itself, in the messages {which}.");
    if all.alone > 0 && all.coders.len() > 1 {
        let (are, say) = if all.alone == 1 { ("is", "says") } else { ("are", "say") };
        line +=
            &format!(" {} {are} of one coder alone and {say} nothing of agreement.", number_of(all.alone, "message"));
    }
    Some(line)
}

/// Why no disagreement is listed; none where some are.
pub fn no_disagreement(all: &Agreement) -> Option<&'static str> {
    let shared = all.overall.as_ref().is_some_and(|o| o.pooled.units > 0) || all.reflexive;
    let text = if shared { "There are none." } else { "Nothing was judged by two of these coders." };
    (all.disagreement_count == 0).then_some(text)
}

/// Each code: who gave it and how far coders agree; of two coders their other figures stand in a table of their own.
pub fn by_code(all: &Agreement) -> Vec<Cells> {
    if all.codes.is_empty() {
        return Vec::new();
    }
    let [first, second] = [0, 1].map(|i| all.coders.get(i).map_or("", |c| c.name.as_str()));
    let two = all.coders.len() == 2;
    let (only_first, only_second) = (format!("only {first}"), format!("only {second}"));
    let tables =
        columns(&["code", "n", "both", &only_first, &only_second, "neither", "share", "kappa", "95 % interval"]);
    let many = columns(&["code", "n", "given", "share", "Fleiss", "Conger", "alpha", "AC1"]);
    let rows = all.codes.iter().map(|code| {
        let mut row = vec![code.code.clone(), code.units.to_string()];
        match code.pairs.first().filter(|_| two) {
            Some(pair) => {
                row.extend(pair.table.cells().iter().map(u64::to_string));
                row.extend([Formula::Percent, Formula::Cohen].map(|f| value(&code.figures, f)));
                row.push(interval(&code.figures, Formula::Cohen));
            }
            None => {
                let figures =
                    [Formula::Percent, Formula::Fleiss, Formula::Conger, Formula::AlphaNominal, Formula::Gwet];
                row.push(code.given.to_string());
                row.extend(figures.map(|f| value(&code.figures, f)));
            }
        }
        row
    });
    let mut out = vec![Cells { rows: rows.collect(), heads: if two { tables } else { many } }];
    if two {
        let heads = columns(&["code", "kappa's error", "pi", "Fleiss", "alpha", "AC1", "Brennan-Prediger"]);
        let rows = all.codes.iter().map(|code| {
            let figures =
                [Formula::Scott, Formula::Fleiss, Formula::AlphaNominal, Formula::Gwet, Formula::BrennanPrediger];
            let mut row = vec![code.code.clone(), error(&code.figures, Formula::Cohen)];
            row.extend(figures.map(|f| value(&code.figures, f)));
            row
        });
        out.push(Cells { rows: rows.collect(), heads });
    }
    out
}

/// On how many units the figures of codes rest, and how far the least certain of them may lie from what it would be on
/// many: no number of units is called enough, since that is a question of what the figures are for.
pub fn how_sure(all: &Agreement) -> Option<String> {
    let units = all.codes.iter().map(|code| code.units);
    let (fewest, most) = (units.clone().min()?, units.max()?);
    if most == 0 {
        return None;
    }
    let one = all.unit.one();
    let of = match fewest == most {
        true => number_of(usize::try_from(most).unwrap_or(usize::MAX), one),
        false => format!("{} to {} {one}s", thousands(fewest.into()), thousands(most.into())),
    };
    let rest = format!("Each of these figures rests on {of} that two or more coders judged");
    let figures = all.codes.iter().flat_map(|code| code.figures.iter().map(move |figure| (code, figure)));
    let known = figures.filter_map(|(code, figure)| match (figure.value.as_ref(), figure.error.as_ref()) {
        (Ok(value), Some(Ok((error, low, high)))) if low < high => Some((code, figure, *value, *error, *low, *high)),
        _ => None,
    });
    let widest = known.max_by(|a, b| (a.5 - a.4).total_cmp(&(b.5 - b.4)));
    Some(match widest {
        Some((code, figure, value, error, low, high)) => format!(
            "{rest}. The least certain is {} of {}: {}, with a standard error of {} and a 95 % interval from {} to {}.",
            figure.formula.name(),
            code.code,
            decimal(value),
            decimal(error),
            decimal(low),
            decimal(high)
        ),
        None => format!("{rest}."),
    })
}

/// Every figure on a line of its own.
pub fn figures(figures: &[FigureShown]) -> Cells {
    let wanted = figures.iter().filter(|f| f.value != Err(Undefined::NotTwo));
    let rows = wanted.map(|f| {
        let one = std::slice::from_ref(f);
        vec![f.formula.name().to_owned(), shown(&f.value), error(one, f.formula), interval(one, f.formula)]
    });
    Cells { rows: rows.collect(), heads: columns(&["figure", "value", "standard error", "95 % interval"]) }
}

/// All codes together: a sentence before each table, or an empty one where a table goes on with what the last one said.
pub fn over_all(all: &Agreement) -> Vec<(String, Cells)> {
    let Some(overall) = &all.overall else { return Vec::new() };
    let (one, pooled) = (all.unit.one(), &overall.pooled);
    let mut line =
        format!("Each code of each {one} is one decision, given or not: n = {}.", thousands(pooled.units.into()));
    let mut out = Vec::new();
    if !pooled.pairs.is_empty() {
        let heads =
            columns(&["coders", "both", "only the first", "only the second", "neither", "share", "kappa", "pi"]);
        let rows = pooled.pairs.iter().map(|pair| {
            let mut row = vec![format!("{}, {}", pair.first, pair.second)];
            row.extend(pair.table.cells().iter().map(u64::to_string));
            row.extend([Formula::Percent, Formula::Cohen, Formula::Scott].map(|f| value(&pair.figures, f)));
            row
        });
        out.push((std::mem::take(&mut line), Cells { rows: rows.collect(), heads }));
    }
    out.push((line, figures(&pooled.figures)));
    let (units, sets) = &overall.sets;
    out.push((format!("The codes of each {one} as a set: n = {}.", thousands((*units).into())), figures(sets)));
    if let Some(single) = &overall.single {
        one_code(&mut out, all, single);
    }
    out
}

/// Codes as categories.
fn one_code(out: &mut Vec<(String, Cells)>, all: &Agreement, single: &Single) {
    let one = all.unit.one();
    let mut line = match single.categories.is_empty() {
        true => format!("The codes of each {one} on a scale."),
        false => format!(
            "Nobody gave a {one} two codes, so that each has one of {}: n = {}.",
            single.categories.join(", "),
            thousands(single.units.into())
        ),
    };
    if let Some(table) = single.table.as_ref().filter(|t| t.categories() <= 12)
        && let [first, second] = &all.coders[..]
    {
        let corner = format!("{}, and {} in columns", first.name, second.name);
        let mut heads = vec![(corner, false)];
        heads.extend(single.categories.iter().map(|c| (c.clone(), true)));
        let rows = single.categories.iter().enumerate().map(|(i, name)| {
            let cells = (0..table.categories()).map(|j| table.at(i, j).to_string());
            std::iter::once(name.clone()).chain(cells).collect()
        });
        out.push((std::mem::take(&mut line), Cells { rows: rows.collect(), heads }));
    }
    out.push((line, figures(&single.figures)));
}

/// The rules beside people, in a sentence and a table.
pub fn against_people(all: &Agreement, rules: &RulesAgreement) -> (String, Cells) {
    let people = match &rules.people[..] {
        [only] => only.clone(),
        several => format!("at least one of {}", several.join(", ")),
    };
    let (units, one) = (thousands(rules.units.into()), all.unit.one());
    let line = format!("People gave a {one} a code where {people} did, out of {units} that people judged.");
    let mut heads = vec!["code", "people", "rules", "both"];
    if !all.reflexive {
        heads.extend(["precision", "recall", "F1", "kappa", "95 % interval"]);
    }
    let rows = rules.codes.iter().map(|code| {
        let r = code.retrieval;
        let numbers = [r.both + r.only_people, r.both + r.only_rules, r.both].map(|n| n.to_string());
        let mut row: Vec<String> = std::iter::once(code.code.clone()).chain(numbers).collect();
        if !all.reflexive {
            let figures = [Formula::Precision, Formula::Recall, Formula::F1, Formula::Cohen];
            row.extend(figures.map(|f| value(&code.figures, f)));
            row.push(interval(&code.figures, Formula::Cohen));
        }
        row
    });
    let mut rows: Vec<Vec<String>> = rows.collect();
    if let Some((r, figures)) = rules.all.as_ref().filter(|_| rules.codes.len() > 1) {
        let numbers = [r.both + r.only_people, r.both + r.only_rules, r.both].map(|n| n.to_string());
        let mut row: Vec<String> = std::iter::once("all together".to_owned()).chain(numbers).collect();
        row.extend([Formula::Precision, Formula::Recall, Formula::F1].map(|f| value(figures, f)));
        rows.push(row);
    }
    (line, Cells { heads: columns(&heads), rows })
}

/// Every figure with what it is of.
fn each_figure(all: &Agreement) -> impl Iterator<Item = (&str, &FigureShown)> {
    let of_codes = all.codes.iter().flat_map(|code| code.figures.iter().map(|f| (code.code.as_str(), f)));
    let overall = all.overall.iter().flat_map(|o| {
        let single = o.single.iter().flat_map(|s| &s.figures);
        o.pooled.figures.iter().chain(&o.sets.1).chain(single).map(|f| ("over all", f))
    });
    let rules = all.rules.iter().flat_map(|r| {
        let all = r.all.iter().flat_map(|(_, figures)| figures.iter().map(|f| ("all together", f)));
        r.codes.iter().flat_map(|code| code.figures.iter().map(|f| (code.code.as_str(), f))).chain(all)
    });
    of_codes.chain(overall).chain(rules)
}

/// Why some figures are undefined, a line a reason.
pub fn undefined(all: &Agreement) -> Vec<String> {
    let mut reasons: Vec<(Undefined, Vec<&str>, Vec<&str>)> = Vec::new();
    let mut add = |reason: Undefined, of, what| {
        if reason == Undefined::NotTwo {
            return;
        }
        let at = reasons.iter().position(|(known, _, _)| *known == reason).unwrap_or(reasons.len());
        if at == reasons.len() {
            reasons.push((reason, Vec::new(), Vec::new()));
        }
        for (list, new) in [(1, of), (2, what)] {
            let list = if list == 1 { &mut reasons[at].1 } else { &mut reasons[at].2 };
            if !list.contains(&new) {
                list.push(new);
            }
        }
    };
    for (of, figure) in each_figure(all) {
        match (figure.value, figure.error) {
            (Err(reason), _) => add(reason, of, figure.formula.name()),
            (Ok(_), Some(Err(reason))) => add(reason, of, "standard error"),
            _ => {}
        }
    }
    let line = |(reason, of, what): (Undefined, Vec<&str>, Vec<&str>)| {
        format!("{}: undefined, since {} ({})", what.join("; "), reason.reason(), of.join(", "))
    };
    reasons.into_iter().map(line).collect()
}

/// How to read the tables, and the formulas by name.
pub fn legend(all: &Agreement) -> Vec<String> {
    let mut formulas: Vec<Formula> =
        each_figure(all).filter(|(_, f)| f.value != Err(Undefined::NotTwo)).map(|(_, f)| f.formula).collect();
    formulas.sort();
    formulas.dedup();
    if formulas.is_empty() {
        return Vec::new();
    }
    let one = all.unit.one();
    let mut lines =
        vec![format!("n: the number of {one}s that two or more coders judged; both, only, neither: who gave it")];
    lines.push("share: how many of the n two coders judged alike, from 0 to 1".to_owned());
    let alike = |f: &FigureShown| matches!(f.error, Some(Ok((_, low, high))) if low == high);
    if each_figure(all).any(|(_, f)| alike(f)) {
        lines.push("-: no interval, since all judgements are alike, or too few to differ".to_owned());
    }
    lines.extend(formulas.into_iter().map(|f| format!("{}: {}", f.name(), f.source())));
    lines.push("no figure says by itself what is enough: read the disagreements first".to_owned());
    if all.unit != Unit::Message {
        lines.push(format!("a coding of a whole message counts for each {one} of it"));
    }
    lines
}
