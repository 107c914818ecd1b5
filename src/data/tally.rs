//! What became of the rows of a table. Every row is kept, or left out for one reason.

/// How many rows were read, kept and left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows of the table.
    pub read: usize,
    /// Rows that became rows of the relation.
    pub kept: usize,
    /// The others, by reason, in the order in which the reasons were first met.
    pub left_out: Vec<LeftOut>,
}

/// Rows that share a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Why.
    pub reason: Reason,
    /// How many.
    pub count: usize,
    /// The line of the first.
    pub first_line: u32,
}

/// Why a row was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// An `only` over this column of the table does not mean it.
    Only(String),
    /// This column of the relation is empty, and says `or skip`.
    Empty(String),
    /// This column names a concept that nothing declares.
    UnknownConcept(String),
    /// A cell of this column is not of its type, or empty where it may not be.
    Unreadable(String),
}

impl Tally {
    /// Counts a row that is left out.
    pub fn leave_out(&mut self, line: u32, reason: Reason) {
        match self.left_out.iter_mut().find(|group| group.reason == reason) {
            Some(group) => group.count += 1,
            None => self.left_out.push(LeftOut { reason, count: 1, first_line: line }),
        }
    }
}

impl Tally {
    /// Adds what became of the rows that come next.
    pub fn append(&mut self, next: Tally) {
        self.read += next.read;
        self.kept += next.kept;
        for group in next.left_out {
            match self.left_out.iter_mut().find(|known| known.reason == group.reason) {
                Some(known) => known.count += group.count,
                None => self.left_out.push(group),
            }
        }
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Reason::Only(header) => write!(f, "not what `only \"{header}\"` asks for"),
            Reason::Empty(column) => write!(f, "`{column}` is empty"),
            Reason::UnknownConcept(column) => write!(f, "`{column}` is not declared"),
            Reason::Unreadable(column) => write!(f, "`{column}` cannot be read"),
        }
    }
}
