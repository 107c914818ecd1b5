//! What things of a project are called in a study: ids of messages, names and labels of codes, coders. Two things of one
//! name are told apart, and what had to be called otherwise is told.

use super::by_rules;
use crate::base::digits::thousands;
use crate::check::labels::{fold_label, name_of_label};
use crate::data::project::{Case, CaseOf, Project, RULES};
use crate::data::stub::{free, name_of};
use crate::session::agree::CODED_PASSAGE;
use crate::session::export::{ADDED, CODED_BY_RULES, SET_OF_NOTES};
use crate::session::export_guids::{GUID_OF, VARIABLE_OF};
use rustc_hash::{FxHashMap, FxHashSet};

/// Names that every study has.
const TAKEN: [&str; 30] = [
    "assigned",
    "message",
    "thread",
    "author",
    "coder",
    "quote",
    "code",
    "theme",
    "reply",
    "coding",
    "coded",
    "evidence",
    "under",
    "stimulates",
    "case",
    "case_of",
    "case_memo",
    "note",
    "link",
    "guid",
    GUID_OF,
    VARIABLE_OF,
    CODED_PASSAGE,
    "place",
    "set_of_codes",
    "set_of_messages",
    SET_OF_NOTES,
    CODED_BY_RULES,
    ADDED,
    "rules",
];

/// The names of a project.
pub struct Names {
    /// The id of each source.
    pub messages: Vec<String>,
    /// The name of each code.
    pub codes: Vec<String>,
    /// The label of each code, no two of which are the same.
    pub labels: Vec<String>,
    /// The name of each user.
    pub coders: Vec<String>,
    /// The name of each case.
    pub cases: Vec<String>,
    /// The relations that hold variables, with these and the types of their values.
    pub variables: Vec<(String, usize, &'static str)>,
    /// Names of relations and kinds.
    pub taken: FxHashSet<String>,
    /// What had to be called otherwise.
    pub remarks: Vec<String>,
}

impl Names {
    /// Finds names for everything.
    pub fn new(project: &Project) -> Names {
        let mut remarks = Vec::new();
        let sources = project.sources.iter().map(|s| (s.name.as_str(), "document"));
        let messages = apart(sources, "messages", &mut remarks);
        let own = project.cases.iter().filter(|c| c.of == CaseOf::Case);
        let mut own = apart(own.map(|c| (c.name.as_str(), "case")), "cases", &mut remarks).into_iter();
        // Authors and threads are called as their messages call them.
        let called = |c: &Case| if c.of == CaseOf::Case { own.next() } else { Some(c.name.clone()) };
        let cases = project.cases.iter().map(called).map(Option::unwrap_or_default).collect();
        let users = project.users.iter().map(|u| match u.name.trim() {
            RULES if !u.is_rules() => ("rules (imported)", "coder"),
            name => (name, "coder"),
        });
        let coders = apart(users, "coders", &mut remarks);
        if project.users.iter().any(|u| u.name.trim() == RULES && !u.is_rules()) {
            remarks.push("the coder `rules` is called `rules (imported)`, since `rules` are those of the study".into());
        }
        let by_rules = by_rules(project);
        if by_rules > 0 {
            remarks.push(format!(
                "rules had made {} of the codings, in the study that this came out of: they are no person's, stand in \
                 `rule_codings.csv`, and `hence agree` does not compare them",
                thousands(by_rules as u128)
            ));
        }
        let mut used = FxHashSet::default();
        let codes: Vec<String> = project
            .codes
            .iter()
            .map(|code| {
                let name = free(&name_of(&code.name), |name| used.contains(name));
                used.insert(name.clone());
                name
            })
            .collect();
        let labels = labels(project, &codes, &mut remarks);
        let taken = TAKEN.map(str::to_owned).into_iter().collect();
        Names { messages, codes, labels, coders, cases, variables: Vec::new(), taken, remarks }
    }

    /// A name that no relation has, made of a text.
    pub fn relation(&mut self, text: &str) -> String {
        let text = if text.chars().any(char::is_alphanumeric) { text } else { "variable" };
        let name = free(&name_of(text), |name| self.taken.contains(name));
        self.taken.insert(name.clone());
        name
    }
}

/// Labels that are found again, whatever else a code is called.
fn labels(project: &Project, names: &[String], remarks: &mut Vec<String>) -> Vec<String> {
    let own: FxHashSet<&str> = names.iter().map(String::as_str).collect();
    let (mut seen, mut renamed, mut numbered) = (FxHashSet::<String>::default(), Vec::new(), Numbered::default());
    let labels = (0..project.codes.len())
        .map(|at| {
            let fold = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let label: String = fold(&project.codes[at].name).chars().filter(|c| !c.is_control()).collect();
            // A label that is also another code's name would be taken for that one.
            let taken = |label: &str, seen: &FxHashSet<String>| {
                seen.contains(&fold_label(label)) || (own.contains(label) && names[at] != label)
            };
            let path = || fold(&project.path(at).join(" / "));
            let mut wanted = label.clone();
            if name_of_label(&wanted).is_empty() {
                wanted = names[at].clone();
            }
            if taken(&wanted, &seen) {
                wanted = path();
            }
            let base = wanted.clone();
            while taken(&wanted, &seen) {
                wanted = format!("{base} ({})", numbered.next(&base));
            }
            if wanted != label {
                renamed.push(wanted.clone());
            }
            seen.insert(fold_label(&wanted));
            wanted
        })
        .collect();
    told(&renamed, "codes", remarks);
    labels
}

/// Names without outer blanks, no two of which are the same.
fn apart<'a>(names: impl Iterator<Item = (&'a str, &'a str)>, what: &str, remarks: &mut Vec<String>) -> Vec<String> {
    let (mut seen, mut renamed, mut numbered) = (FxHashSet::<String>::default(), Vec::new(), Numbered::default());
    let names = names
        .enumerate()
        .map(|(at, (name, kind))| {
            let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
            let base = if name.is_empty() { format!("{kind} {}", at + 1) } else { name };
            let mut wanted = base.clone();
            while !seen.insert(wanted.clone()) {
                wanted = format!("{base} ({})", numbered.next(&base));
            }
            if wanted != base {
                renamed.push(wanted.clone());
            }
            wanted
        })
        .collect();
    told(&renamed, what, remarks);
    names
}

/// Which number a name gets next, from 2. All documents of a project may be called the same.
#[derive(Default)]
struct Numbered(FxHashMap<String, usize>);

impl Numbered {
    fn next(&mut self, name: &str) -> usize {
        let number = self.0.entry(name.to_owned()).or_insert(1);
        *number += 1;
        *number
    }
}

fn told(renamed: &[String], what: &str, remarks: &mut Vec<String>) {
    if let Some(first) = renamed.first() {
        let many = renamed.len();
        remarks
            .push(format!("{many} of the {what} had a name that another one has, and got one of their own: `{first}`"));
    }
}
