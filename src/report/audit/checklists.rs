//! The tables that journals ask authors of qualitative studies to fill in: COREQ, SRQR and JARS-Qual. Names of items are
//! short and in words of our own; what an item asks in full is to be read in its source. The items of COREQ have its numbers,
//! 1 to 32, in its order; the topics of SRQR stand in its order, numbered S1 to S21 like the published standard; JARS-Qual
//! numbers nothing, and its matters are paraphrased, section by section.
//!
//! For each item the table says what a study can know of it, and what is left to a person. Where a study knows nothing,
//! only a person can write it, and the table says so and no more.

/// What of an item a study can know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Only a person can say.
    Author,
    /// The title.
    Title,
    /// The declared approach and the works that are cited.
    Approach,
    /// Messages, authors, threads.
    Size,
    /// What the data say of authors beside their names.
    Attributes,
    /// From when to when messages were written.
    Period,
    /// Rows that were read, kept and left out.
    Rows,
    /// When codes and themes came up first.
    Saturation,
    /// Who coded.
    Coders,
    /// Codes and themes with their definitions.
    Codebook,
    /// Clauses and maps: how codes and themes come about.
    Rules,
    /// The name and version of the program.
    Program,
    /// Passages, with who wrote them.
    Quotes,
    /// Themes with their counts, and what is inferred from them.
    Themes,
    /// Messages without a code, near misses and exceptions.
    Negative,
    /// Proofs, tests, agreement and decisions of reviewers.
    Checks,
}

/// An item of a table.
pub struct Item {
    /// Its number; empty where the source gives none.
    pub number: &'static str,
    /// The part of the table.
    pub part: &'static str,
    /// A short name.
    pub topic: &'static str,
    /// What a study can know of it.
    pub known: Known,
    /// What is left to a person, where a study knows something; empty where nothing is.
    pub rest: &'static str,
}

/// A table with its source.
pub struct Checklist {
    /// `COREQ`
    pub name: &'static str,
    /// The name of its file, without the ending.
    pub file: &'static str,
    /// Where it was published.
    pub source: &'static str,
    /// What is to be known of the table as a whole.
    pub remark: &'static str,
    /// Its items.
    pub items: &'static [Item],
}

use Known::*;

/// An item that only a person can write.
const fn author(number: &'static str, part: &'static str, topic: &'static str) -> Item {
    Item { number, part, topic, known: Author, rest: "" }
}

/// An item of which a study knows something.
const fn item(number: &'static str, part: &'static str, topic: &'static str, known: Known, rest: &'static str) -> Item {
    Item { number, part, topic, known, rest }
}

/// All tables.
pub const ALL: [Checklist; 3] = [COREQ, SRQR, JARS];

const TEAM: &str = "Research team and reflexivity";
const DESIGN: &str = "Study design";
const ANALYSIS: &str = "Analysis and findings";

const COREQ: Checklist = Checklist {
    name: "COREQ",
    file: "coreq",
    source: "Tong, A., Sainsbury, P., & Craig, J. (2007). Consolidated criteria for reporting qualitative research (COREQ): \
             a 32-item checklist for interviews and focus groups. International Journal for Quality in Health Care, 19(6), \
             349-357. https://doi.org/10.1093/intqhc/mzm042",
    remark: "Written for interviews and focus groups; of messages that were written without a researcher, some items \
             do not apply, and the author says which.",
    items: &[
        author("1", TEAM, "interviewer or moderator"),
        author("2", TEAM, "credentials"),
        author("3", TEAM, "occupation"),
        author("4", TEAM, "gender"),
        author("5", TEAM, "experience and training"),
        author("6", TEAM, "relationship with participants before the study"),
        author("7", TEAM, "what participants knew of the researcher"),
        author("8", TEAM, "the researcher's interests and assumptions"),
        item("9", DESIGN, "methodological orientation and theory", Approach, "the orientation, and why"),
        author("10", DESIGN, "sampling"),
        author("11", DESIGN, "how participants were approached"),
        item("12", DESIGN, "sample size", Size, ""),
        author("13", DESIGN, "who did not take part, and why"),
        author("14", DESIGN, "setting of data collection"),
        author("15", DESIGN, "who else was present"),
        item("16", DESIGN, "description of the sample", Attributes, "what matters of the sample"),
        author("17", DESIGN, "guide and prompts"),
        author("18", DESIGN, "repeat interviews"),
        author("19", DESIGN, "recording"),
        author("20", DESIGN, "field notes"),
        author("21", DESIGN, "duration"),
        item("22", DESIGN, "saturation", Saturation, "whether saturation was sought, and what decided"),
        author("23", DESIGN, "transcripts returned"),
        item("24", ANALYSIS, "number of coders", Coders, ""),
        item("25", ANALYSIS, "coding tree", Codebook, ""),
        item(
            "26",
            ANALYSIS,
            "where themes come from",
            Rules,
            "which themes were set beforehand and which came from the data",
        ),
        item("27", ANALYSIS, "software", Program, "other software that was used"),
        author("28", ANALYSIS, "participants' feedback on findings"),
        item("29", ANALYSIS, "quotations", Quotes, "which of them the report presents"),
        item("30", ANALYSIS, "data and findings consistent", Checks, "whether they are consistent"),
        item("31", ANALYSIS, "major themes", Themes, "whether they are presented clearly"),
        item("32", ANALYSIS, "minor themes and diverse cases", Negative, "how the report deals with them"),
    ],
};

const SRQR: Checklist = Checklist {
    name: "SRQR",
    file: "srqr",
    source: "O'Brien, B. C., Harris, I. B., Beckman, T. J., Reed, D. A., & Cook, D. A. (2014). Standards for reporting \
             qualitative research: a synthesis of recommendations. Academic Medicine, 89(9), 1245-1251. \
             https://doi.org/10.1097/ACM.0000000000000388",
    remark: "",
    items: &[
        item("S1", "Title and abstract", "title", Title, "the title of the report"),
        author("S2", "Title and abstract", "abstract"),
        author("S3", "Introduction", "problem formulation"),
        author("S4", "Introduction", "purpose or research question"),
        item("S5", "Methods", "approach and paradigm", Approach, "the paradigm, and why"),
        author("S6", "Methods", "researchers and reflexivity"),
        author("S7", "Methods", "context"),
        author("S8", "Methods", "sampling strategy"),
        author("S9", "Methods", "ethics"),
        item("S10", "Methods", "data collection methods", Period, "how and why the data were collected"),
        author("S11", "Methods", "instruments and technologies of collection"),
        item("S12", "Methods", "units of study", Size, "who or what they are"),
        item("S13", "Methods", "data processing", Rows, "transcription, anonymisation and security"),
        item("S14", "Methods", "data analysis", Rules, "how themes were found, and by whom"),
        item("S15", "Methods", "techniques to enhance trustworthiness", Checks, "what else was done, and why"),
        item("S16", "Results", "synthesis and interpretation", Themes, "the interpretation"),
        item("S17", "Results", "links to empirical data", Quotes, "which of them the report presents"),
        author("S18", "Discussion", "prior work, implications, transferability, contribution"),
        author("S19", "Discussion", "limitations"),
        author("S20", "Other", "conflicts of interest"),
        author("S21", "Other", "funding"),
    ],
};

const JARS: Checklist = Checklist {
    name: "JARS-Qual",
    file: "jars-qual",
    source: "Levitt, H. M., Bamberg, M., Creswell, J. W., Frost, D. M., Josselson, R., & Suárez-Orozco, C. (2018). Journal \
             article reporting standards for qualitative primary, qualitative meta-analytic, and mixed methods research in \
             psychology. American Psychologist, 73(1), 26-46. https://doi.org/10.1037/amp0000151",
    remark: "Paraphrased after its table on reports of primary qualitative studies, section by section. The source numbers \
             nothing; the topics are its matters in words of our own, not its headings.",
    items: &[
        item("", "Title page", "what the title says", Title, "the title of the report"),
        author("", "Title page", "funding, thanks, conflicts of interest"),
        author("", "Abstract", "what the abstract says, and its keywords"),
        author("", "Introduction", "the problem or question, and what is known of it"),
        author("", "Introduction", "what the study sets out to do"),
        item("", "Method", "the design in short", Approach, "the design, and why"),
        author("", "Method", "who the researchers are"),
        item("", "Method", "who or what was studied", Size, "who or what they are"),
        author("", "Method", "how researchers and participants stood to each other"),
        author("", "Method", "how participants were found and asked"),
        author("", "Method", "why these participants or sources, and how many"),
        item("", "Method", "how data were collected", Period, "how the data were collected"),
        item("", "Method", "how data were recorded and changed", Rows, "how they were recorded and transcribed"),
        item("", "Method", "how data were analysed", Rules, "the process of analysis, and by whom"),
        item("", "Method", "what warrants the claims", Checks, "how the claims are warranted"),
        item(
            "",
            "Findings or results",
            "what was found, with evidence",
            Themes,
            "the findings, in the light of the design",
        ),
        author("", "Discussion", "contribution, limits, and what follows"),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_whole() {
        let numbers = |list: &Checklist| list.items.iter().map(|item| item.number).collect::<Vec<_>>();
        assert_eq!(numbers(&COREQ), (1..=32).map(|n| n.to_string()).collect::<Vec<_>>());
        assert_eq!(numbers(&SRQR), (1..=21).map(|n| format!("S{n}")).collect::<Vec<_>>());
        assert_eq!(JARS.items.len(), 17);
        for list in &ALL {
            assert!(list.source.contains("https://doi.org/"), "{}", list.name);
            assert!(list.items.iter().all(|item| item.known != Author || item.rest.is_empty()), "{}", list.name);
        }
    }
}
