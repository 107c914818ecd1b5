//! What Hence knows and REFI-QDA has no place for, under names of its own: variables, links and a note that an import of
//! Hence's own files takes back to where they came from, and that people can read in any other program.

use super::guid::guid;
use super::refi_write::coding_guid;
use super::{About, CaseOf, Code, Link, Note, Project, Way};
use crate::base::date::Date;
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// The variable that says who wrote a message.
pub const AUTHOR: &str = "hence: author";
/// The variable that says to which thread it belongs.
pub const THREAD: &str = "hence: thread";
/// The variable that says when it was written.
pub const WRITTEN: &str = "hence: written";
/// The variable that says of a case that it is an author or a thread of messages.
pub const CASE_OF: &str = "hence: the case is";
/// The beginning of the name of a set of the messages that a coder was given to read; the coder's name follows.
pub const ASSIGNED: &str = "hence: assigned to ";
/// The set of the messages that are passages which coders cut out.
pub const PASSAGES: &str = "hence: passages that coders cut out";
/// The link from a message to the one it answers.
pub const ANSWERS: &str = "hence: answers";
/// The link from a code to another one that it stands under as well.
pub const ALSO_UNDER: &str = "hence: also under";
/// The note on all whose day is known and whose time is not, and the link to it from notes.
pub const DAY_ONLY: &str = "hence: only the day is known";
/// The date of a note whose date nobody knows: QualCoder stops at notes without one.
pub const TIME_UNKNOWN: &str = "1970-01-01T00:00:00Z";
/// What stands between the title of a note and its number among those of that title.
const NUMBERED: &str = " · ";
/// The note that says where in a text something is that is not here.
const PLACE: &str = "hence: place";
/// What Hence writes before the criteria of a code, which share one field with its definition.
const CRITERIA: [&str; 2] = ["When to use: ", "When not to use: "];
/// What follows them in a codebook that Hence wrote.
const EXAMPLES: [&str; 2] = ["Examples: ", "Counter-examples: "];

/// True of a day without a time.
pub fn is_day(text: &str) -> bool {
    text.len() == 10 && Date::parse(text).is_some()
}

/// The definition and the criteria of a code, as one text.
pub fn described(code: &Code) -> Cow<'_, str> {
    let criteria = [&code.include, &code.exclude];
    if criteria.iter().all(|text| text.is_empty()) {
        return Cow::Borrowed(&code.definition);
    }
    let mut parts: Vec<String> = Some(code.definition.clone()).filter(|text| !text.is_empty()).into_iter().collect();
    let said = CRITERIA.iter().zip(criteria).filter(|(_, text)| !text.is_empty());
    parts.extend(said.map(|(name, text)| format!("{name}{text}")));
    Cow::Owned(parts.join("\n\n"))
}

/// Takes the criteria out of a description again.
fn taken_apart(code: &mut Code) {
    let mut parts: [Vec<&str>; 3] = Default::default();
    let mut of = 0;
    for paragraph in code.definition.split("\n\n") {
        let criterion = CRITERIA.iter().zip(1..).find_map(|(name, of)| Some((paragraph.strip_prefix(name)?, of)));
        let text = match criterion {
            Some((text, criterion)) => {
                of = criterion;
                text
            }
            None => {
                if EXAMPLES.iter().any(|name| paragraph.starts_with(name)) {
                    of = 0;
                }
                paragraph
            }
        };
        parts[of].push(text);
    }
    let [definition, include, exclude] = parts.map(|texts| texts.join("\n\n"));
    (code.definition, code.include, code.exclude) = (definition, include, exclude);
}

/// The project with what is said of characters of a text that is not here said of the whole of it; of codings a note
/// keeps where they were.
pub fn on_wholes(project: &Project) -> Cow<'_, Project> {
    let absent: Vec<bool> = project.sources.iter().map(|source| source.text.is_empty()).collect();
    let is_lost = |about: &About| matches!(about, About::Source(source, Some(_)) if absent[*source]);
    let lost: Vec<usize> = (0..project.codings.len())
        .filter(|&c| project.codings[c].place.is_some() && absent[project.codings[c].source])
        .collect();
    let of_notes = project.notes.iter().any(|note| note.about.iter().any(is_lost));
    let of_links = project.links.iter().any(|link| is_lost(&link.from) || is_lost(&link.to));
    let of_cases =
        project.cases.iter().any(|case| case.sources.iter().any(|(source, at)| at.is_some() && absent[*source]));
    if lost.is_empty() && !of_notes && !of_links && !of_cases {
        return Cow::Borrowed(project);
    }
    let mut whole = project.clone();
    for coding in lost {
        // What it is known by, while it has its place.
        whole.codings[coding].id = coding_guid(project, coding);
        let Some((start, end)) = whole.codings[coding].place.take() else { continue };
        whole.notes.push(Note {
            id: guid("note", &format!("place of {}", whole.codings[coding].id)),
            title: PLACE.to_owned(),
            text: format!("characters {start} to {end} of a text that is not here"),
            about: vec![About::Coding(coding)],
            ..Note::default()
        });
    }
    let made_whole = |about: &mut About| {
        if let About::Source(_, place) = about {
            *place = None;
        }
    };
    whole.notes.iter_mut().flat_map(|note| &mut note.about).filter(|about| is_lost(about)).for_each(made_whole);
    let ends = whole.links.iter_mut().flat_map(|link| [&mut link.from, &mut link.to]);
    ends.filter(|about| is_lost(about)).for_each(made_whole);
    let parts = whole.cases.iter_mut().flat_map(|case| &mut case.sources);
    parts.filter(|(source, _)| absent[*source]).for_each(|(_, place)| *place = None);
    Cow::Owned(whole)
}

/// The project with notes of one title numbered: QualCoder stops at the second of a title.
pub fn titles_apart(project: &Project) -> Cow<'_, Project> {
    let mut seen: FxHashMap<&str, usize> = FxHashMap::default();
    let mut again = Vec::new();
    for (at, note) in project.notes.iter().enumerate().filter(|(_, note)| !note.title.is_empty()) {
        let number = seen.entry(note.title.as_str()).or_insert(0);
        *number += 1;
        if *number > 1 {
            again.push((at, format!("{}{NUMBERED}{number}", note.title)));
        }
    }
    if again.is_empty() {
        return Cow::Borrowed(project);
    }
    let mut apart = project.clone();
    for (at, title) in again {
        apart.notes[at].title = title;
    }
    Cow::Owned(apart)
}

/// Takes the numbers away again.
fn titles(project: &mut Project) {
    let mut seen: FxHashMap<String, usize> = FxHashMap::default();
    for note in &mut project.notes {
        let numbered = note.title.rsplit_once(NUMBERED);
        if let Some((title, number)) = numbered
            && let Some(before) = seen.get_mut(title)
            && number == (*before + 1).to_string()
        {
            *before += 1;
            note.title.truncate(title.len());
            continue;
        }
        seen.entry(note.title.clone()).or_insert(1);
    }
}

/// The project with a note on everything whose day is known and whose time is not: the format has no days without a time.
pub fn days_marked(project: &Project) -> Cow<'_, Project> {
    let day = |at: &Option<String>| at.as_deref().is_some_and(is_day);
    let codings = project.codings.iter().enumerate().filter(|(_, c)| day(&c.at)).map(|(at, _)| About::Coding(at));
    let sources = project.sources.iter().enumerate().filter(|(_, s)| day(&s.added));
    let about: Vec<About> = codings.chain(sources.map(|(at, _)| About::Source(at, None))).collect();
    let notes: Vec<usize> = (0..project.notes.len()).filter(|&at| day(&project.notes[at].at)).collect();
    if about.is_empty() && notes.is_empty() {
        return Cow::Borrowed(project);
    }
    let mut marked = project.clone();
    let marker = marked.notes.len();
    marked.notes.push(Note {
        id: guid("note", DAY_ONLY),
        title: DAY_ONLY.to_owned(),
        text: "The time that stands there is midnight because the time of the day is not known.".to_owned(),
        about,
        ..Note::default()
    });
    marked.links.extend(notes.into_iter().map(|note| Link {
        id: String::new(),
        name: DAY_ONLY.to_owned(),
        from: About::Note(note),
        to: About::Note(marker),
        way: Way::To,
    }));
    Cow::Owned(marked)
}

/// Takes what has these names back to where it belongs.
pub fn taken_back(project: &mut Project) {
    variables(project);
    cases(project);
    assigned(project);
    days(project);
    let (sources, codes) = (&mut project.sources, &mut project.codes);
    project.links.retain(|link| match (link.name.as_str(), link.from, link.to) {
        (ANSWERS, About::Source(child, None), About::Source(parent, None)) => {
            sources[child].parent = Some(parent);
            false
        }
        (ALSO_UNDER, About::Code(code), About::Code(above)) if !is_under(codes, above, code) => {
            if codes[code].parent != Some(above) && !codes[code].also.contains(&above) {
                codes[code].also.push(above);
            }
            false
        }
        _ => true,
    });
    if project.report.origin.as_deref().is_some_and(|origin| origin.starts_with("Hence ")) {
        titles(project);
        project.codes.iter_mut().for_each(taken_apart);
    }
}

/// True where a code is another one, or stands under it by any number of steps.
fn is_under(codes: &[Code], code: usize, above: usize) -> bool {
    let (mut open, mut seen) = (vec![code], vec![false; codes.len()]);
    while let Some(at) = open.pop() {
        if at == above {
            return true;
        }
        if !std::mem::replace(&mut seen[at], true) {
            open.extend(codes[at].parent);
            open.extend(&codes[at].also);
        }
    }
    false
}

fn variables(project: &mut Project) {
    let names = [AUTHOR, THREAD, WRITTEN];
    for (at, name) in names.into_iter().enumerate() {
        let Some(variable) = project.variables.iter().position(|v| v.name == name) else { continue };
        for source in &mut project.sources {
            let Some(place) = source.values.iter().position(|(v, _)| *v == variable) else { continue };
            let value = Some(source.values.remove(place).1);
            match at {
                0 => source.author = value,
                1 => source.thread = value,
                _ => source.at = value,
            }
        }
        without_variable(project, variable);
    }
}

/// Takes a variable away.
fn without_variable(project: &mut Project, variable: usize) {
    project.variables.remove(variable);
    let sources = project.sources.iter_mut().map(|s| &mut s.values);
    for values in sources.chain(project.cases.iter_mut().map(|c| &mut c.values)) {
        values.retain(|(v, _)| *v != variable);
        values.iter_mut().filter(|(v, _)| *v > variable).for_each(|(v, _)| *v -= 1);
    }
}

/// Cases that are authors or threads. One whose messages are not the author's any more, or that has a memo, was changed
/// by another program, and is a case like others.
fn cases(project: &mut Project) {
    let Some(variable) = project.variables.iter().position(|v| v.name == CASE_OF) else { return };
    let sources = &project.sources;
    for case in &mut project.cases {
        let said = case.values.iter().find(|(v, _)| *v == variable).map_or("", |(_, value)| value.trim());
        let of = [CaseOf::Author, CaseOf::Thread].into_iter().find(|of| of.kind() == said);
        let belongs = |&(source, place): &(usize, Option<(u32, u32)>)| {
            let known = if of == Some(CaseOf::Author) { &sources[source].author } else { &sources[source].thread };
            place.is_none() && known.as_deref() == Some(case.name.as_str())
        };
        if let Some(of) = of.filter(|_| case.memo.trim().is_empty() && case.sources.iter().all(belongs)) {
            case.of = of;
        }
    }
    without_variable(project, variable);
}

/// Sets of the messages that a coder was given, and of those that are passages.
fn assigned(project: &mut Project) {
    let (users, assigned, passages) = (&project.users, &mut project.assigned, &mut project.passages);
    project.sets.retain(|set| {
        if set.name == PASSAGES && set.codes.is_empty() && set.notes.is_empty() {
            passages.extend(&set.sources);
            return false;
        }
        let user = set.name.strip_prefix(ASSIGNED).and_then(|name| users.iter().position(|user| user.name == name));
        let Some(user) = user.filter(|_| set.codes.is_empty() && set.notes.is_empty()) else { return true };
        assigned.extend(set.sources.iter().map(|&source| (user, source)));
        false
    });
}

/// Makes days of the midnights that the note speaks of, and takes the note away.
fn days(project: &mut Project) {
    let id = guid("note", DAY_ONLY);
    let Some(marker) = project.notes.iter().position(|note| note.id == id) else { return };
    let cut = |at: &mut Option<String>| {
        let day = at.as_deref().and_then(|at| at.split_once('T')).filter(|(_, clock)| clock.starts_with("00:00"));
        if let Some(day) = day.map(|(day, _)| day.to_owned()) {
            *at = Some(day);
        }
    };
    for about in project.notes.remove(marker).about {
        match about {
            About::Coding(coding) => cut(&mut project.codings[coding].at),
            About::Source(source, None) => cut(&mut project.sources[source].added),
            _ => {}
        }
    }
    // What stood behind the note moves up.
    let moved = |note: usize| note - usize::from(note > marker);
    let notes = &mut project.notes;
    project.links.retain_mut(|link| {
        if let (DAY_ONLY, About::Note(from), About::Note(to)) = (link.name.as_str(), link.from, link.to)
            && to == marker
            && from != marker
        {
            cut(&mut notes[moved(from)].at);
        }
        if [link.from, link.to].contains(&About::Note(marker)) {
            return false;
        }
        for end in [&mut link.from, &mut link.to] {
            if let About::Note(note) = end {
                *note = moved(*note);
            }
        }
        true
    });
    for set in &mut project.sets {
        set.notes.retain(|&note| note != marker);
        set.notes.iter_mut().for_each(|note| *note = moved(*note));
    }
}
