//! What is said of a question that names something there is not: which names there are, the nearest first. Who asks need not
//! declare anything, and need not see where the language itself declares what it knows.

use crate::base::Span;
use crate::check::Type;
use crate::check::program::{Program, RelationId, RelationKind};
use crate::diagnostic::{Diagnostic, codes, suggest};
use crate::syntax::tree::Atom;

/// So many names are listed.
const LISTED: usize = 12;
/// Names are compared up to this length: a longer one is no slip of the pen.
const LONGEST: usize = 200;

/// The diagnostics of a question as somebody needs them who asks.
pub(super) fn of_question(program: &Program, atom: &Atom, text: &str, wrong: Vec<Diagnostic>) -> Vec<Diagnostic> {
    wrong.into_iter().map(|diagnostic| reworded(program, atom, text, diagnostic)).collect()
}

fn reworded(program: &Program, atom: &Atom, text: &str, mut diagnostic: Diagnostic) -> Diagnostic {
    let Some(first) = diagnostic.labels.first().map(|label| label.location) else { return diagnostic };
    // Where something is declared is no answer: one asks, and need not change the study.
    diagnostic.labels.retain(|label| label.location.file == first.file);
    let at = first.span;
    let written = text.get(at.start as usize..at.end as usize).unwrap_or_default().trim_matches('"');
    let wanted = written.rsplit('.').next().unwrap_or(written);
    if diagnostic.code == codes::UNKNOWN_RELATION {
        let asked = |kind: RelationKind| !matches!(kind, RelationKind::Quote | RelationKind::Properties(_));
        let names: Vec<&str> = program.relations.iter().filter(|r| asked(r.kind)).map(|r| r.name.as_str()).collect();
        diagnostic.message = format!("there is nothing called `{written}` to ask about");
        let meant = suggest::nearest(wanted, names.iter().copied()).map(|name| {
            let args =
                text.get(at.end as usize..).filter(|rest| rest.starts_with('(') && rest.chars().count() < LONGEST);
            format!("did you mean `{name}{}`? ", args.unwrap_or_default().trim_end())
        });
        diagnostic.help = Some(format!("{}one can ask about {}", meant.unwrap_or_default(), listed(wanted, names)));
        diagnostic.fixes.clear();
    } else if diagnostic.code == codes::COLUMNS
        && let Some(help) = whole_question(program, atom, text)
    {
        diagnostic.help = Some(help);
    } else if diagnostic.code == codes::UNKNOWN_NAME
        && let Some(Type::Kind(kind)) = column_at(program, atom, at)
    {
        let names: Vec<&str> =
            program.concepts.iter().filter(|concept| concept.kind == kind).map(|c| c.name.as_str()).collect();
        let kind = program.kind(kind).name.replace('_', " ");
        diagnostic.message = format!("there is no {kind} `{written}`");
        diagnostic.help = Some(match names.is_empty() {
            true => format!("the study has no {kind} at all"),
            false => format!("there is {}", listed(wanted, names)),
        });
        diagnostic.fixes.clear();
    }
    diagnostic
}

/// What a question names of which a part is left out, in words, and the whole question with a name in capitals for that
/// part; nothing where too much is given, or columns are named.
fn whole_question(program: &Program, atom: &Atom, text: &str) -> Option<String> {
    let columns = &program.relation(*program.relation_names.get(&atom.name.text)?).columns;
    if atom.args.is_empty() || atom.args.len() >= columns.len() || atom.args.iter().any(|arg| arg.column.is_some()) {
        return None;
    }
    let given = atom.args.iter().map(|arg| {
        text.get(arg.value.span.start as usize..arg.value.span.end as usize).unwrap_or_default().to_string()
    });
    let lacking = columns[atom.args.len()..].iter().map(|column| {
        let mut letters = column.name.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    });
    let values: Vec<String> = given.chain(lacking).collect();
    let words: Vec<String> = columns.iter().map(|column| format!("a {}", column.name.replace('_', " "))).collect();
    let (name, values) = (&atom.name.text, values.join(", "));
    Some(format!(
        "a question about `{name}` names {}, with a word in capitals for what is asked: `{name}({values})`",
        words.join(" and ")
    ))
}

/// The examples that the grammar gives of a question, with names of the study in the place of those of no study.
pub(super) fn with_own_names(help: &str, program: &Program, message: Option<&str>) -> String {
    let message = message.unwrap_or("m1");
    help.replace("theme(m1, shared_ground)", &example(program, message)).replace("(m1, ", &format!("({message}, "))
}

/// A question of the study itself, as an example.
pub(super) fn example(program: &Program, message: &str) -> String {
    let of = |kind: &str| {
        let kind = program.known_kind(kind);
        program.concepts.iter().find(|concept| concept.kind == kind).map(|concept| concept.name.as_str())
    };
    match (of("theme"), of("code")) {
        (Some(theme), _) => format!("theme({message}, {theme})"),
        (None, Some(code)) => format!("code({message}, {code})"),
        (None, None) => format!("theme({message}, T)"),
    }
}

/// What the column holds in which something stands.
fn column_at(program: &Program, atom: &Atom, at: Span) -> Option<Type> {
    let id: RelationId = *program.relation_names.get(&atom.name.text)?;
    let columns = &program.relation(id).columns;
    let (number, arg) =
        atom.args.iter().enumerate().find(|(_, a)| a.value.span.start <= at.start && at.end <= a.value.span.end)?;
    let column = match &arg.column {
        Some(name) => columns.iter().find(|column| column.name == name.text)?,
        None => columns.get(number)?,
    };
    Some(column.of)
}

/// Names in one line, the nearest first.
fn listed(wanted: &str, mut names: Vec<&str>) -> String {
    names.sort_by_cached_key(|name| far(wanted, name));
    let shown: Vec<String> = names.iter().take(LISTED).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(LISTED);
    match more {
        0 => shown.join(", "),
        _ => format!("{} and {more} more", shown.join(", ")),
    }
}

/// How far a name is from what was written: as a whole, or one of its words from one of those written.
fn far(wanted: &str, name: &str) -> usize {
    let wanted = wanted.to_lowercase();
    if wanted.chars().count() > LONGEST {
        return 0;
    }
    let name = name.to_lowercase();
    let distance = |a: &str, b: &str| suggest::distance(a, b, 2 * LONGEST).unwrap_or(2 * LONGEST);
    let words = || wanted.split(['_', ' ', '-']).filter(|word| word.len() > 3);
    let parts = words().flat_map(|word| name.split('_').map(move |part| 1 + distance(word, part)));
    parts.min().unwrap_or(usize::MAX).min(distance(&wanted, &name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_comes_first() {
        let names = vec!["business_network_resources", "pathways_abroad", "collaborative_workspaces"];
        assert!(listed("worksapces", names.clone()).starts_with("`collaborative_workspaces`"));
        assert!(listed("pathway", names.clone()).starts_with("`pathways_abroad`"));
        assert!(listed("bussiness", names).starts_with("`business_network_resources`"));
        let many: Vec<String> = (0..20).map(|n| format!("t{n}")).collect();
        let said = listed("t7", many.iter().map(String::as_str).collect());
        assert!(said.starts_with("`t7`") && said.ends_with("and 8 more"), "{said}");
    }
}
