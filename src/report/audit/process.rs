//! The chapter of process notes: how the study changed, what reviewers decided, how it was read and checked.

use super::answers::{day, number_of_people};
use super::blocks::{Block, Line, file, line, name, text};
use super::chapters::{para, table};
use super::{Files, number};
use crate::session::trail::{Change, Told, Trail};

/// What the chapter says.
pub(super) fn process(trail: &Trail, files: &Files) -> Vec<Block> {
    let mut out = vec![Block::Heading("How the study changed".into())];
    match &trail.history {
        None => out.push(para("No git repository keeps the study, so that its versions are not known.")),
        Some(history) if history.changes.is_empty() => {
            out.push(para("The study is in a git repository, and nothing of it is committed."));
        }
        Some(history) => {
            let all = history.changes.len();
            let told = (0..).zip(&history.changes).map(|(at, change)| {
                let prefix = format!("4-process-notes/changes/{:03}-", all - at);
                let path = files.keys().find(|path| path.starts_with(&prefix));
                row_of_change(change, path.map(String::as_str))
            });
            let header =
                vec!["Revision", "Day", "By", "What it says of itself", "Files", "What it changed in the conclusions"];
            out.push(Block::Table(header, told.collect()));
            if history.not_compared > 0 {
                out.push(para(format!(
                    "The latest {} were compared; that of the other {} would take longer than a trail may: `hence diff` compares \
                     any two.",
                    number(all - history.not_compared.min(all), "revision"),
                    history.not_compared
                )));
            }
            if history.earlier > 0 {
                out.push(para(format!("{} are not listed.", number(history.earlier, "earlier revision"))));
            }
        }
    }
    out.push(Block::Heading("Decisions of reviewers".into()));
    if trail.reviews.is_empty() {
        out.push(para("None are recorded."));
    } else {
        let rows = trail.reviews.iter().map(|one| {
            let decision = &one.decision;
            let now = match (one.counts, one.standing.words()) {
                (false, _) => "a later decision counts",
                (true, words) => words.unwrap_or("counts"),
            };
            let word = crate::session::review::word(decision.verdict);
            let absent = decision.absent.is_some().then(|| text(", which did not hold"));
            vec![
                std::iter::once(name(&decision.conclusion)).chain(absent).collect(),
                line(word),
                line(&decision.reason),
                line(&decision.by),
                line(day(&decision.at)),
                line(now),
            ]
        });
        let header = vec!["Conclusion", "Decision", "Reason", "By", "Day", "Now"];
        out.extend(table(header, rows.collect(), "4-process-notes/decisions.csv"));
    }
    out.push(Block::Heading("How it was read and checked".into()));
    let mut list = Vec::new();
    for (parameter, value) in &trail.set {
        list.push(vec![text("set for this trail: "), name(format!("{parameter} = {value}"))]);
    }
    if trail.lenient {
        list.push(line("rows that could not be read were left out (--lenient); 1-raw-data/rows.csv counts them"));
    }
    if let Some(agreement) = &trail.agreement {
        list.push(vec![
            text(format!("codings of {} compared: ", number_of_people(agreement.coders.len()))),
            file("4-process-notes/agreement.txt"),
        ]);
    }
    match &trail.stale {
        Some(stale) if stale.recorded > 0 => {
            let codings: usize = stale.codes.iter().map(|code| code.codings.len()).sum();
            list.push(vec![
                text(format!(
                    "{} made under another definition of their code than today's: ",
                    number(codings, "coding")
                )),
                file("4-process-notes/codings-to-look-at-again.txt"),
            ]);
        }
        Some(stale) if stale.codings > 0 => {
            list.push(line("under which definition of its code a coding was made is not recorded"));
        }
        _ => {}
    }
    for (code, count) in &trail.warnings {
        list.push(vec![name(code.id), text(format!(" {}: {}", code.title, number(*count, "warning")))]);
    }
    if trail.warnings.is_empty() {
        list.push(vec![name("hence check"), text(" has nothing to say of the study")]);
    }
    out.push(Block::List(list));
    out
}

fn row_of_change(change: &Change, path: Option<&str>) -> Vec<Line> {
    const FILES: usize = 6;
    let commit = &change.commit;
    let more = commit.files.len().saturating_sub(FILES);
    let mut names = commit.files.iter().take(FILES).cloned().collect::<Vec<_>>().join(", ");
    if more > 0 {
        names += &format!(" and {more} more");
    }
    let revision = match commit.hash.as_str() {
        "" => line("not committed yet"),
        hash => vec![name(hash)],
    };
    let mut told = line(changed(&change.told));
    if let Some(path) = path {
        told.push(text(" "));
        told.push(file(path));
    }
    vec![revision, line(&commit.date), line(&commit.author), line(&commit.subject), line(names), told]
}

/// What a revision changed, in short.
fn changed(told: &Told) -> String {
    const CONCEPTS: usize = 6;
    let found = match told {
        Told::NotCompared => return "not compared".into(),
        Told::First => return "the first version that could be read".into(),
        Told::NoStudy => return "there is no study at this revision".into(),
        Told::Mistakes(errors) => return format!("the study had {} then", number(*errors, "error")),
        Told::Otherwise(found) => found,
    };
    let mut parts: Vec<String> = Vec::new();
    let moved: Vec<_> = found.counts.iter().filter(|count| count.before != count.then).collect();
    parts.extend(moved.iter().take(CONCEPTS).map(|count| match (count.before, count.then) {
        (None, then) => format!("{} \"{}\" is new, with {}", count.kind, count.label, then.unwrap_or_default()),
        (before, None) => format!("{} \"{}\" went, with {}", count.kind, count.label, before.unwrap_or_default()),
        (before, then) => {
            let (before, then) = (before.unwrap_or_default(), then.unwrap_or_default());
            format!("{} \"{}\" from {before} to {then}", count.kind, count.label)
        }
    }));
    if moved.len() > CONCEPTS {
        parts.push(format!("and {} more", number(moved.len() - CONCEPTS, "concept")));
    }
    let exchanged = found.delta.gained.len().min(found.delta.lost.len());
    if moved.is_empty() && exchanged > 0 {
        parts.push(format!("{} came and {} went", found.delta.gained.len(), found.delta.lost.len()));
    }
    let (came, went): (Vec<_>, Vec<_>) = found.delta.theory.iter().partition(|theory| theory.holds);
    if !came.is_empty() {
        parts.push(format!("{} more", number(came.len(), "inference")));
    }
    if !went.is_empty() {
        parts.push(format!("{} fewer", number(went.len(), "inference")));
    }
    if !found.otherwise.is_empty() {
        parts.push(format!("{} for other reasons", number(found.otherwise.len(), "conclusion")));
    }
    if found.not_compared > 0 {
        parts.push(format!("the reasons of {} were not compared", number(found.not_compared, "conclusion")));
    }
    if parts.is_empty() { "no conclusion".into() } else { parts.join("; ") }
}
