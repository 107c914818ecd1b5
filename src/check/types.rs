//! Types of columns and values, and which fits where.

use super::program::{KindId, Program};

/// What a column holds. Kinds are nominal: a voter is no author.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// Any text.
    Text,
    /// A whole number of 64 bits.
    Number,
    /// An exact decimal; a number is one too.
    Decimal,
    /// A day.
    Date,
    /// A day and a time; a day alone may stand there.
    DateTime,
    /// An id of an open kind, or a concept of a closed one.
    Kind(KindId),
    /// A concept of any kind.
    Concept,
}

impl Type {
    /// As it is written in a declaration.
    pub fn name(self, program: &Program) -> &str {
        match self {
            Type::Text => "text",
            Type::Number => "number",
            Type::Decimal => "decimal",
            Type::Date => "date",
            Type::DateTime => "datetime",
            Type::Kind(kind) => &program.kind(kind).name,
            Type::Concept => "concept",
        }
    }

    /// With its article, for a sentence: `a text`, `an author`.
    pub fn phrase(self, program: &Program) -> String {
        let name = self.name(program);
        let vowel = name.starts_with(['a', 'e', 'i', 'o', 'u']);
        format!("{} `{name}`", if vowel { "an" } else { "a" })
    }

    /// True for numbers and decimals.
    pub fn is_numeric(self) -> bool {
        matches!(self, Type::Number | Type::Decimal)
    }

    /// True for dates and times.
    pub fn is_time(self) -> bool {
        matches!(self, Type::Date | Type::DateTime)
    }

    /// True for a kind of concepts, or their union.
    pub fn is_concept(self, program: &Program) -> bool {
        match self {
            Type::Concept => true,
            Type::Kind(kind) => !program.kind(kind).open,
            _ => false,
        }
    }

    /// The type of a variable that stands in columns of both types; [`None`] where no value is of both.
    pub fn meet(self, other: Type, program: &Program) -> Option<Type> {
        match (self, other) {
            (a, b) if a == b => Some(a),
            (Type::Number, Type::Decimal) | (Type::Decimal, Type::Number) => Some(Type::Number),
            (Type::Concept, kind @ Type::Kind(_)) | (kind @ Type::Kind(_), Type::Concept)
                if kind.is_concept(program) =>
            {
                Some(kind)
            }
            _ => None,
        }
    }

    /// True where a value of this type may be put into a column of the other.
    pub fn fits(self, column: Type, program: &Program) -> bool {
        self == column
            || matches!((self, column), (Type::Number, Type::Decimal))
            || (self.is_time() && column.is_time())
            || (column == Type::Concept && self.is_concept(program))
    }

    /// True where values of the two may be compared.
    pub fn comparable(self, other: Type, program: &Program) -> bool {
        self == other
            || (self.is_numeric() && other.is_numeric())
            || (self.is_time() && other.is_time())
            || (self.is_concept(program) && other.is_concept(program) && self.meet(other, program).is_some())
    }
}

impl Type {
    /// The types that are not kinds.
    pub const BUILTIN: [(&'static str, Type); 6] = [
        ("text", Type::Text),
        ("number", Type::Number),
        ("decimal", Type::Decimal),
        ("date", Type::Date),
        ("datetime", Type::DateTime),
        ("concept", Type::Concept),
    ];

    /// The type of that name, unless it is a kind's.
    pub fn builtin(name: &str) -> Option<Type> {
        Type::BUILTIN.iter().find(|(n, _)| *n == name).map(|&(_, t)| t)
    }
}
