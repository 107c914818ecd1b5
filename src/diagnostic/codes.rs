//! The table of codes: one row for everything that Hence says is wrong. Codes are stable; they are grouped by stage:
//! 01 text and syntax, 02 names, 03 logic, 04 data, 05 tests and runs.

use super::Severity;

/// One row of the table.
#[derive(Clone, Copy)]
pub struct Code {
    /// `E0101`
    pub id: &'static str,
    /// What it is, as a heading.
    pub title: &'static str,
}

impl Code {
    /// `E…` is an error, `W…` a warning.
    pub fn severity(self) -> Severity {
        if self.id.starts_with('E') { Severity::Error } else { Severity::Warning }
    }

    /// The number of its stage, one of [`STAGES`]: `02`.
    pub fn stage(self) -> &'static str {
        &self.id[1..3]
    }
}

/// The stages: the two digits after the letter, and what they stand for.
pub const STAGES: &[(&str, &str)] =
    &[("01", "text and syntax"), ("02", "names"), ("03", "logic"), ("04", "data"), ("05", "tests and runs")];

impl PartialEq for Code {
    fn eq(&self, other: &Code) -> bool {
        self.id == other.id
    }
}

impl Eq for Code {}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

macro_rules! codes {
    ($($name:ident $id:literal $title:literal;)*) => {
        $(#[doc = concat!($id, ": ", $title)] pub const $name: Code = Code { id: $id, title: $title };)*
        /// All rows, in order.
        pub const ALL: &[Code] = &[$($name),*];
    };
}

codes! {
    // 01: text and syntax
    SYNTAX "E0101" "this cannot be read";
    CHARACTER "E0102" "a character that has no place here";
    UNCLOSED "E0103" "a quotation mark, bracket or search pattern that is not closed";
    INDENT "E0104" "an item that is indented, or a clause that is not";
    UNKNOWN_ITEM "E0105" "a line that begins with no known word";
    UNKNOWN_CLAUSE "E0106" "a clause that this item does not have";
    RESERVED "E0107" "a word of the language used as a name";
    FOREIGN "E0108" "a form of another language";
    NUMBER_FORM "E0109" "a number or date written another way";
    ESCAPE "E0110" "an unknown escape in a text";
    MIXED_AND_OR "E0111" "`and` and `or` without brackets";
    ENCODING "E0112" "a file that is not UTF-8";
    REGEX "E0113" "a search pattern that cannot be read";
    MISSING_PART "E0114" "something is missing";
    NESTING "E0115" "brackets nested too deeply";
    TWICE_CLAUSE "E0116" "a clause that may stand once stands twice";
    LOOK_ALIKE "W0117" "letters that only look like others";
    HIDDEN "W0118" "a hidden sign that changes the order of reading";
    LIKE_REGEX "W0119" "a phrase that looks like a search pattern";
    // 02: names
    UNKNOWN_NAME "E0201" "a name that nothing declares";
    WRONG_KIND "E0202" "a name of another kind";
    DECLARED_TWICE "E0203" "a name declared twice";
    AMBIGUOUS "E0204" "a name that several kinds have";
    UNKNOWN_RELATION "E0205" "a relation that nothing declares";
    UNKNOWN_COLUMN "E0206" "a column that the relation does not have";
    UNKNOWN_SOURCE "W0207" "a citation that no source answers to";
    MODULE "E0208" "a module or file that cannot be found";
    UNKNOWN_PARAMETER "E0209" "a parameter that nothing declares";
    UNUSED "W0210" "something declared and never used";
    RETIRED "W0211" "a retired concept that is still used";
    EXAMPLE_UNMATCHED "W0212" "an example that its own code does not match";
    EXAMPLE_MESSAGE "W0213" "an example whose message does not exist";
    COUNTEREXAMPLE_MATCHED "W0214" "a counter-example that the code does match";
    UNDER_CIRCLE "E0215" "a concept that stands under itself";
    NEAR_NAME "W0216" "two names that are nearly the same";
    RESERVED_RELATION "E0217" "a relation that the engine makes itself";
    // 03: logic
    UNBOUND "E0301" "a variable that nothing binds";
    ONLY_NEGATED "E0302" "a variable only under `not` or in a comparison";
    SINGLE "W0303" "a variable used once";
    COLUMNS "E0304" "too many or too few columns";
    TYPES "E0305" "two types mixed";
    CIRCLE "E0306" "a circle through `not` or a count";
    NO_THIS "E0307" "a `when` that never speaks of the message";
    THIS_HERE "E0308" "a bare name or pattern where there is no message";
    NO_PLACE "E0309" "a place is wanted and this has none";
    MATCHES_ONLY "E0310" "`matches` takes patterns only";
    NESTED_AGGREGATE "E0311" "a count inside a count";
    AGGREGATE_ROWS "E0312" "a sum or mean that does not say what its rows are";
    AGGREGATE_PLACE "E0313" "a count that stands in no comparison";
    CAN_NEVER_HOLD "W0314" "a condition that can never hold";
    ALWAYS_HOLDS "W0315" "a condition that always holds";
    FUNCTION "E0316" "a function that does not exist, or is used another way";
    TEMPLATE "E0317" "a `reads` text with an unknown hole";
    UNCITED_MAP "W0318" "a map that cites nothing";
    PARAMETER_VALUE "E0319" "a parameter of another type";
    LITERAL_NEVER "W0320" "a value that the column never holds";
    SCOPE "E0321" "a condition that does not fit what it is asked of";
    MAP_SELF "E0322" "a map whose guard depends on what it concludes";
    TABLE_AXIS "E0323" "a cross-table over something that has no messages";
    COVERED "W0324" "a rule that another one covers";
    PRODUCT "W0325" "conditions that have nothing in common";
    THRESHOLD "W0326" "a number beyond what the data hold";
    NOT_DECIDED "W0327" "rules too large to compare";
    // 04: data
    FILE "E0401" "a file that cannot be read";
    HEADER "E0402" "a column that the file does not have";
    ROW "E0403" "a row that cannot be read";
    CELL "E0404" "a value that is not of its column's type";
    DUPLICATE_ID "E0405" "a message id that stands twice";
    UNKNOWN_MESSAGE "W0406" "a message id that no message has";
    UNKNOWN_CODE "W0407" "a code in the data that nothing declares";
    OFFSETS "E0408" "offsets outside the text";
    KEY "E0409" "two rows for one key";
    LEFT_OUT "W0410" "rows that were left out";
    DATA_FORMAT "E0411" "a file of a kind that cannot be read here";
    SOURCES_FILE "E0412" "a file of sources that cannot be read";
    EMPTY_CELL "E0413" "an empty cell in a column that must hold something";
    PATTERN_NOTHING "W0414" "a pattern that matches nothing";
    NO_ROWS "W0415" "a file of which no row takes part";
    PATTERN_EVERYTHING "W0416" "a pattern that matches nearly everything";
    QUOTE_TEXT "W0417" "quotes that do not fit their text";
    CLOCKS "W0418" "times of several clocks in one column";
    // 05: tests and runs
    EXPECTED "E0501" "an expected conclusion is missing";
    UNEXPECTED "E0502" "a conclusion that a test rules out";
    EMPTY_TEST "E0503" "a test that expects nothing";
    SAME_TEST "E0504" "two tests of one name";
    LIMIT "E0505" "a limit was reached";
    OVERFLOW "E0506" "a number too large";
    NO_VALUE "W0507" "a function that had no value";
    NOTHING_FOUND "W0508" "a rule that never fired";
    OUTPUT "E0509" "a file that cannot be written";
    USAGE "E0510" "a command used another way";
    CHANGED "E0511" "a file that changed while it was read";
    EVERYTHING "W0512" "a rule that holds for everything";
    IDLE_EXCEPTION "W0513" "an exception that never applies";
    INTERRUPTED "E0514" "a run that was interrupted";
    REQUEST "E0515" "a message that a session cannot read";
    CHANGE "E0516" "a change that cannot be made";
}

/// The row of an id, in any case of letters.
pub fn find(id: &str) -> Option<Code> {
    ALL.iter().copied().find(|c| c.id.eq_ignore_ascii_case(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_in_order() {
        let numbers: Vec<&str> = ALL.iter().map(|c| &c.id[1..]).collect();
        let mut sorted = numbers.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!(numbers, sorted);
        assert!(ALL.iter().all(|c| STAGES.iter().any(|(number, _)| *number == c.stage())));
    }
}
