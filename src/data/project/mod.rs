//! Projects of other programs, as plain data: documents or messages, codes, who coded what where, notes, cases, sets and
//! links. Every reader fills a [`Project`], and everything that is made of one knows only that.
//!
//! What these readers keep true: places are Unicode characters of the source's own text, and lie in it; indices point to
//! what is there; a code stands under no code of its own descent; and what a file held that is not in the project is in
//! the [`Report`], with a number and a reason. [`read()`] finds out which reader a file is for.

mod archive;
mod database;
pub mod guid;
mod hierarchy;
mod html;
mod messages;
mod offsets;
mod qualcoder;
pub mod read;
mod refi;
mod refi_markup;
pub mod refi_names;
pub mod refi_write;
mod refi_xml;
mod report;
mod rqda;
mod table;
mod table_codebook;
mod table_coded;
mod table_kinds;
mod table_said;
mod taguette;
mod taguette_sheet;

pub use read::{is_project, read, read_bytes};
pub use report::{LeftOut, Report};

/// What another program knows of a study.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Project {
    /// Its title.
    pub name: String,
    /// What it is about, in the words of whoever made it.
    pub memo: String,
    /// People, in the order of the file.
    pub users: Vec<User>,
    /// Documents or messages.
    pub sources: Vec<Source>,
    /// Codes, parents before children.
    pub codes: Vec<Code>,
    /// Who coded what where.
    pub codings: Vec<Coding>,
    /// What else is known of codings.
    pub coding_facts: Vec<Variable>,
    /// Notes, memos, annotations and journals.
    pub notes: Vec<Note>,
    /// Cases: people or sites to which sources belong.
    pub cases: Vec<Case>,
    /// What is known of sources and cases.
    pub variables: Vec<Variable>,
    /// Those of the variables whose values may be what people said, so that the analyst may want them as messages.
    pub spoken: Vec<usize>,
    /// Groups of codes, sources or notes.
    pub sets: Vec<Set>,
    /// Arrows between any two things.
    pub links: Vec<Link>,
    /// Sources that are passages which coders cut out of a document: what they left is not there.
    pub passages: Vec<usize>,
    /// Which user was given which source to read.
    pub assigned: Vec<(usize, usize)>,
    /// What came in, and what did not.
    pub report: Report,
}

/// Who coded what no person did: the rules of a study.
pub const RULES: &str = "rules";

/// A person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// How the program knows them: a GUID, or a name.
    pub id: String,
    /// What they are called.
    pub name: String,
}

impl User {
    /// The user under whom [`refi_write`] writes what rules found.
    pub fn rules() -> User {
        User { id: guid::guid("user", RULES), name: RULES.to_owned() }
    }

    /// True of that user; a person who happens to have the name is another one.
    pub fn is_rules(&self) -> bool {
        self.name == RULES && *self == User::rules()
    }
}

/// A document, or a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// How the program knows it: a GUID, or a number.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Its text, without a byte order mark and otherwise as it stood.
    pub text: String,
    /// To which conversation it belongs.
    pub thread: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// When it was written, as `2013-09-01T10:30`.
    pub at: Option<String>,
    /// When it was added to the project.
    pub added: Option<String>,
    /// What it answers, by its place in [`Project::sources`].
    pub parent: Option<usize>,
    /// A note on it.
    pub memo: String,
    /// Values of variables, by their place in [`Project::variables`].
    pub values: Vec<(usize, String)>,
}

/// A code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Code {
    /// How the program knows it.
    pub id: String,
    /// As people see it.
    pub name: String,
    /// The code it stands under, by its place in [`Project::codes`].
    pub parent: Option<usize>,
    /// Other codes that it stands under as well.
    pub also: Vec<usize>,
    /// What it means; empty where nobody said.
    pub definition: String,
    /// When to use it; empty where nobody said.
    pub include: String,
    /// When not to use it; empty where nobody said.
    pub exclude: String,
    /// `#rrggbb`
    pub colour: Option<String>,
    /// A heading that no passage carries.
    pub heading: bool,
}

/// A passage, or a whole source, with a code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Coding {
    /// How the program knows it; empty where it does not.
    pub id: String,
    /// The place of its source.
    pub source: usize,
    /// The place of its code.
    pub code: usize,
    /// The place of who coded, among the users.
    pub coder: Option<usize>,
    /// First character and the one after the last; none for the whole source.
    pub place: Option<(u32, u32)>,
    /// The words, as the program that wrote the file has them.
    pub quote: Option<String>,
    /// When, as `2013-09-01T10:30:00`.
    pub at: Option<String>,
    /// A note on it.
    pub memo: String,
    /// What else is known of it, by the place in [`Project::coding_facts`].
    pub values: Vec<(usize, String)>,
}

/// A note.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Note {
    /// How the program knows it.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// What it says.
    pub text: String,
    /// Who wrote it, among the users.
    pub by: Option<usize>,
    /// When.
    pub at: Option<String>,
    /// What it is about.
    pub about: Vec<About>,
}

/// What a note or a link is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The project as a whole.
    Project,
    /// A code.
    Code(usize),
    /// A source, or characters of it.
    Source(usize, Option<(u32, u32)>),
    /// A coding.
    Coding(usize),
    /// A case.
    Case(usize),
    /// Another note.
    Note(usize),
}

/// What a case stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CaseOf {
    /// What another program calls a case.
    #[default]
    Case,
    /// Somebody who wrote messages, with what is known of them.
    Author,
    /// A conversation, with what is known of it.
    Thread,
}

impl CaseOf {
    /// The kind that it is in a study.
    pub fn kind(self) -> &'static str {
        match self {
            CaseOf::Case => "case",
            CaseOf::Author => "author",
            CaseOf::Thread => "thread",
        }
    }
}

/// A case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Case {
    /// What it stands for.
    pub of: CaseOf,
    /// How the program knows it.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// A note on it.
    pub memo: String,
    /// Sources that belong to it, or characters of them.
    pub sources: Vec<(usize, Option<(u32, u32)>)>,
    /// Values of variables.
    pub values: Vec<(usize, String)>,
}

/// What is known of sources or cases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variable {
    /// How the program knows it.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What it means.
    pub definition: String,
    /// What its values are.
    pub kind: ValueKind,
}

/// What the values of a variable are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ValueKind {
    /// Anything.
    #[default]
    Text,
    /// `true` or `false`.
    Truth,
    /// A whole number.
    Number,
    /// A number with a fraction.
    Decimal,
    /// A day.
    Date,
    /// A day and a time.
    Time,
}

/// A group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Set {
    /// How the program knows it.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// A note on it.
    pub memo: String,
    /// Codes in it.
    pub codes: Vec<usize>,
    /// Sources in it.
    pub sources: Vec<usize>,
    /// Notes in it.
    pub notes: Vec<usize>,
}

/// Which way a link points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// From the first to the second.
    #[default]
    To,
    /// Either way.
    Both,
    /// Neither: the two belong together.
    With,
}

impl Way {
    /// How a table of links says it, and how REFI-QDA does.
    pub const WORDS: [(Way, &'static str, &'static str); 3] =
        [(Way::To, "to", "OneWay"), (Way::Both, "both", "Bidirectional"), (Way::With, "with", "Associative")];
}

/// The name of the link from a case to a code that it was given, which REFI-QDA keeps with the case.
pub const CODE_OF_CASE: &str = "code";

/// An arrow from one thing to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// How the program knows it.
    pub id: String,
    /// What stands on it.
    pub name: String,
    /// Where it begins.
    pub from: About,
    /// Where it ends.
    pub to: About,
    /// Which way it points.
    pub way: Way,
}

impl ValueKind {
    /// How REFI-QDA calls each.
    pub const WORDS: [(ValueKind, &'static str); 6] = [
        (ValueKind::Text, "Text"),
        (ValueKind::Truth, "Boolean"),
        (ValueKind::Number, "Integer"),
        (ValueKind::Decimal, "Float"),
        (ValueKind::Date, "Date"),
        (ValueKind::Time, "DateTime"),
    ];

    /// The word of this one.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(kind, _)| *kind == self).map_or("Text", |(_, word)| word)
    }

    /// The kind of a word; text where it is none.
    pub fn of_word(written: &str) -> ValueKind {
        Self::WORDS.iter().find(|(_, word)| *word == written).map_or(ValueKind::Text, |(kind, _)| *kind)
    }
}

impl Project {
    /// True where something has a time of the day.
    pub fn has_times(&self) -> bool {
        let sources = self.sources.iter().flat_map(|source| [&source.at, &source.added]);
        let codings = self.codings.iter().map(|coding| &coding.at);
        let mut all = sources.chain(codings).chain(self.notes.iter().map(|note| &note.at)).flatten();
        all.any(|at| at.len() > 10) || self.variables.iter().any(|variable| variable.kind == ValueKind::Time)
    }

    /// The user of that id, added under that name where nobody has it yet.
    pub fn user(&mut self, id: &str, name: &str) -> usize {
        self.users.iter().position(|user| user.id == id).unwrap_or_else(|| {
            self.users.push(User { id: id.to_owned(), name: name.to_owned() });
            self.users.len() - 1
        })
    }

    /// The names of a code from the topmost down.
    pub fn path(&self, code: usize) -> Vec<&str> {
        let mut path = Vec::new();
        let mut at = Some(code);
        while let Some(code) = at.and_then(|at| self.codes.get(at)).filter(|_| path.len() <= self.codes.len()) {
            path.push(code.name.as_str());
            at = code.parent;
        }
        path.reverse();
        path
    }
}
