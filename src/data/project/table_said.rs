//! What was guessed of a table, in words, so that the analyst can decide otherwise.

use super::Project;
use super::read::time;
use crate::base::Table;
use crate::data::headers::{AT, AUTHOR, CODER, CODES, ID, THREAD, is_text, plain};
use crate::data::roles::Roles;
use rustc_hash::FxHashSet;

/// What was guessed, in words.
pub fn say(table: &Table, roles: &Roles, out: &mut Project) {
    let header = |at: usize| table.header[at].as_str();
    let mut taken = Vec::new();
    if roles.questions.is_empty() {
        taken.push(format!("`{}` for what was said", header(roles.text)));
    }
    let others = [
        (roles.id, "the id"),
        (roles.author, "the author"),
        (roles.thread, "the thread"),
        (roles.parent, "what is answered"),
    ];
    taken.extend(others.into_iter().filter_map(|(at, what)| Some(format!("`{}` for {what}", header(at?)))));
    if let Some((at, pictures)) = &roles.at {
        let form = pictures.first().map_or(String::new(), |picture| format!(", as `{}`", picture.text()));
        let form = match roles.unix {
            Some(1) => ", as milliseconds since 1970 in UTC".to_owned(),
            Some(_) => ", as seconds since 1970 in UTC".to_owned(),
            None => form,
        };
        if pictures.len() < 2 {
            let clock = roles.clock.map_or(String::new(), |at| format!(" with `{}`", header(at)));
            taken.push(format!("`{}`{clock} for the time{form}", header(*at)));
        }
    }
    if !taken.is_empty() {
        out.report.remark(format!("decide whether this is so: taken was {}", taken.join(", ")));
    }
    headless(table, roles, out);
    codeless(table, roles, out);
    match &roles.repeated {
        Some((at, twice)) if roles.coded.is_some() => out.report.remark(format!(
            "decide: `{}` has `{twice}` more than once, with other texts, so it was not taken for the id of messages",
            header(*at)
        )),
        Some((at, twice)) => out.report.remark(format!(
            "`{}` has `{twice}` more than once, so a message is called by the line of its row",
            header(*at)
        )),
        None if roles.id.is_none() => {
            out.report
                .remark("no column has another value in every row, so a message is called by the line of its row");
        }
        None => {}
    }
    if let Some((at, odd)) = &roles.odd {
        out.report.remark(format!(
            "decide: the times in `{}` are not all of one form that is known, such as `{odd}`: they are kept as text",
            header(*at)
        ));
    }
    if let Some((at, pictures)) = roles.at.as_ref().filter(|(_, pictures)| pictures.len() > 1) {
        let forms: Vec<&str> = pictures.iter().map(|picture| picture.text()).collect();
        out.report.remark(format!(
            "decide: the times in `{}` can be read as `{}`: they are kept as text until you say which",
            header(*at),
            forms.join("` or `")
        ));
    }
    if let Some(coded) = &roles.coded {
        let by = match coded.coder {
            Some(coder) => format!(" by `{}`", header(coder)),
            None => ", and nobody says by whom".to_owned(),
        };
        out.report.remark(format!(
            "decide whether this is so: `{}` holds codes that were given already{by}; `;`, `|` and line breaks stand between \
             several",
            header(coded.codes)
        ));
    }
    if let Some(when) = &roles.coded_at {
        let what = format!("`{}` for the time of coding", header(when.column));
        out.report.remark(format!("decide whether this is so: taken was {what}, and not of the message"));
    }
    let beside: Vec<usize> = roles.of_coding.iter().map(|(at, _)| *at).collect();
    if !beside.is_empty() {
        let what = listed(table, &beside, "says something", "say something");
        out.report.remark(format!("{what} of each coding, and not of its message"));
    }
    if let (true, Some(document)) = (roles.segments, roles.thread) {
        out.report.remark(format!(
            "each row is a passage that somebody coded: it is a message, and its `{}` is the thread; what nobody coded is \
             not in the table, so how far coders agree cannot be computed from it: import the documents, with the codings of \
             everyone, for that",
            header(document)
        ));
    }
    if !roles.times.is_empty() {
        let only = match &roles.at {
            Some((at, _)) => format!("only `{}` was taken for the time", header(*at)),
            None => {
                "none was taken for the time: call the right one `date` in the table and import it again".to_owned()
            }
        };
        out.report.remark(format!("decide: {} times, and {only}", listed(table, &roles.times, "holds", "hold")));
    }
    let kept: Vec<usize> = roles.others.iter().map(|(at, _)| *at).collect();
    if !kept.is_empty() {
        let are = listed(table, &kept, "is a variable", "are variables");
        out.report.remark(format!("{are}: known of each message, and not read as what was said"));
    }
    let asked: Vec<usize> = out.spoken.iter().map(|&n| roles.others[n].0).collect();
    if !asked.is_empty() {
        out.report.remark(format!(
            "decide: {} what people said: to make the answers messages, take the signs before `input message from \
             \"attributes.csv\"` away, below the variable in study.hence",
            listed(table, &asked, "may hold", "may hold")
        ));
    }
    if !roles.questions.is_empty() {
        let names: Vec<&str> = roles.questions.iter().map(|&at| header(at)).collect();
        out.report.remark(format!(
            "decide whether this is so: `{}` are questions. Each answer is a message of its own; the answers of a row are a \
             thread, and `question` says which question a message answers",
            names.join("`, `")
        ));
        return;
    }
    if !roles.sentences.is_empty() {
        let names: Vec<&str> = roles.sentences.iter().map(|&at| header(at)).collect();
        out.report.remark(format!(
            "decide: other columns hold sentences too, and only `{}` was taken for what was said: `{}`",
            header(roles.text),
            names.join("`, `")
        ));
    }
}

/// A header that looks like a row of messages.
fn headless(table: &Table, roles: &Roles, out: &mut Project) {
    let headers: Vec<String> = table.header.iter().map(|header| plain(header)).collect();
    let known = [ID, AT, AUTHOR, THREAD, CODES, CODER];
    let named = headers.iter().any(|header| is_text(header) || known.iter().any(|of| of.contains(&header.as_str())));
    let text = table.header[roles.text].trim();
    let long = text.split_whitespace().count() > 4 && !text.contains('?') && roles.questions.is_empty();
    let day = table.header.iter().find(|header| time(header).is_some());
    if named || !(long || day.is_some()) {
        return;
    }
    let shown: String = if long { text } else { day.map_or(text, |day| day.trim()) }.chars().take(60).collect();
    let at = roles.at.as_ref().map(|(at, _)| *at);
    let names = [(Some(roles.text), "text"), (roles.id, "id"), (at, "at"), (roles.author, "author")];
    let name = |column: usize| {
        let known = names.iter().find(|(of, _)| *of == Some(column)).map(|(_, name)| (*name).to_owned());
        known.unwrap_or_else(|| match time(&table.header[column]) {
            Some(_) if at.is_none() => "at".to_owned(),
            _ => format!("column_{}", column + 1),
        })
    };
    let line = (0..table.header.len()).map(name).collect::<Vec<_>>().join(",");
    out.report.remark(format!(
        "decide: the first row was taken for the names of the columns, and `{shown}` looks like what somebody wrote: if it \
         is, put a row with names above it (`{line}`, with the sign between columns that the table has, and better names \
         where you know them), and import the table again"
    ));
}

/// Says which columns codes are looked for in, where rows repeat texts as those of codings do and none of them was found.
fn codeless(table: &Table, roles: &Roles, out: &mut Project) {
    if roles.coded.is_some() || !roles.questions.is_empty() {
        return;
    }
    let (mut seen, mut again, mut rows) = (FxHashSet::default(), 0usize, 0usize);
    for row in table.rows() {
        let text = row.cells.get(roles.text).and_then(|cell| cell.as_deref()).unwrap_or_default().trim();
        if text.split_whitespace().count() > 3 {
            rows += 1;
            again += usize::from(!seen.insert(text.to_owned()));
        }
    }
    if again >= 2 && again * 4 >= rows {
        let names = |of: &[&str]| of.iter().take(NAMES).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        out.report.remark(format!(
            "decide: {again} of {rows} rows repeat the text of an earlier one, as a table with a row for each coding does, \
             and no column is called like one of codes ({} and the like) or, beside these, of coders ({} and the like): if \
             there is one, call it so and import the table again",
            names(CODES),
            names(CODER)
        ));
    }
}

/// How many names that are looked for are told.
const NAMES: usize = 6;

/// How many names of columns are told.
const NAMED: usize = 20;

/// ``the columns `a`, `b` hold``
fn listed(table: &Table, columns: &[usize], one: &str, many: &str) -> String {
    let names: Vec<&str> = columns.iter().take(NAMED).map(|&at| table.header[at].as_str()).collect();
    let more = columns.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("`{}`{more} {}", names.join("`, `"), if columns.len() == 1 { one } else { many })
}
