//! Everything that an explanation says in words that are not the author's, in one table. Another language is another table,
//! chosen by `language` of a study; where there is none, English speaks. Tests hold that each table has every phrase with
//! exactly its place-holders, and that an explanation says nothing that is not in the table.
//!
//! The lists of words by which one reason is preferred to another belong to a language as well.

use crate::text::Language;

/// The phrases, each with its place-holders in English.
macro_rules! phrases {
    ($($name:ident: $doc:literal = $text:literal;)*) => {
        /// A phrase.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Phrase {
            $(#[doc = $doc] $name,)*
        }

        const ENGLISH_TABLE: &[(Phrase, &str)] = &[$((Phrase::$name, $text),)*];
    };
}

phrases! {
    HasTheme: "A message belongs to a theme." = "{subject} belongs to the theme \"{label}\"";
    HasConcept: "A message, person or thread has a code or another concept." = "{subject} has the {kind} \"{label}\"";
    InTheory: "A message has a concept of theory, which it has by way of a theme." =
        "{subject} belongs to a theme from which the study infers \"{label}\"";
    NoTheme: "A message does not belong to a theme." = "{subject} does not belong to the theme \"{label}\"";
    NoConcept: "A message, person or thread does not have a concept." =
        "{subject} does not have the {kind} \"{label}\"";
    NotInTheory: "A message does not have a concept of theory." =
        "{subject} belongs to no theme from which the study infers \"{label}\"";
    NoThemeAtAll: "A message belongs to no theme." = "{subject} belongs to no theme";
    NoConceptAtAll: "A message, person or thread has no concept of a kind." = "{subject} has no {kind}";
    NothingHasTheme: "No message belongs to a theme." = "no {thing} belongs to the theme \"{label}\"";
    NothingHas: "No message, person or thread has a concept." = "no {thing} has the {kind} \"{label}\"";
    NothingHasAny: "No message, person or thread has any concept of a kind." = "no {thing} has any {kind}";
    IsMessage: "What is known of a message." = "{subject} is a message{by}{of}{in}";
    MessageBy: "Who wrote it." = " by {author}";
    MessageOf: "When it was written." = " of {date}";
    MessageIn: "Where it was written." = " in the thread {thread}";
    Stimulates: "What the study infers from a theme." = "the study infers {concept} from {theme}";
    StandsUnder: "One concept stands under another." = "{child} stands under {parent}";
    SpeaksFor: "A passage is evidence." = "a passage of {subject} speaks for {label}";
    Answers: "One message answers another." = "{child} answers {parent}";
    Codes: "What somebody coded, as a row says it." = "{coder} coded {subject} as {label}";
    RestsOnPeople: "What people coded bears it, and nothing else." = "It rests on what people coded.";
    RestsOnBoth: "What people coded bears it, and patterns do." = "It rests on what people coded and on patterns.";
    ThisRestsOnPeople: "The same of one reason of several." = "This reason rests on what people coded.";
    ThisRestsOnBoth: "The same of one reason of several." = "This reason rests on what people coded and on patterns.";
    TheseRestOnPeople: "The same of some reasons of several." = "These reasons rest on what people coded.";
    TheseRestOnBoth: "The same of some reasons of several." =
        "These reasons rest on what people coded and on patterns.";
    SomeRestOnPeople: "People coded for some of the reasons shown, and patterns found for some." =
        "What people coded bears some of these reasons, and what patterns found bears some.";
    PatternFindsToo: "People gave a code, and so does a pattern." =
        "People coded it ({coders}), and a search pattern finds it too.";
    RulesGiveToo: "People gave a code, and so does a condition of the codebook." =
        "People coded it ({coders}), and the codebook gives it by a condition too.";
    CodedOn: "When it was coded." = " on {date}";
    WithMemo: "What the coder noted." = ", with the memo \"{memo}\"";
    PersonPassage: "Somebody gave a passage a code." = "{coder} gave a passage of {subject} the code \"{label}\"";
    PersonMessage: "Somebody gave a whole message a code." = "{coder} gave {subject} the code \"{label}\"";
    RulesPassage: "A passage has a code by the codebook." = "a passage of {subject} has the code \"{label}\"";
    RulesMessage: "A whole message has a code by the codebook." = "{subject} has the code \"{label}\"";
    ByRulesPassage: "A passage has a code by the codebook, and who coded it was asked." =
        "the rules gave a passage of {subject} the code \"{label}\"";
    ByRulesMessage: "A whole message has a code by the codebook, and who coded it was asked." =
        "the rules gave {subject} the code \"{label}\"";
    TheRules: "The coder of what the codebook finds." = "the rules";
    PassageOf: "A passage and its message." = "\"{passage}\" in {subject}";
    NotSo: "A fact does not hold." = "it is not so that {statement}";
    NotSoForAny: "A fact holds for no value of some columns." =
        "nothing says that {statement}, whatever the {columns}";
    Blank: "What stands for a value that is left open." = "...";
    And: "Between the last two of several." = " and ";
    NotMet: "A condition in brackets does not hold." = "it is not so that {words}";
    NoException: "The only exception is a code or the like, and does not hold." =
        "{subject} is no exception: {denial}";
    It: "What was named just before." = "it";
    NoExceptions: "None of the exceptions of a concept holds." =
        "{subject} is no exception: this is not so: {clauses}";
    OrExcept: "Between exceptions." = "; or: ";
    NotInText: "A pattern does not match a text." = "the text of {subject} says nothing of what was looked for";
    NotInTextShort: "A short pattern does not match a text." = "the text of {subject} does not say {words}";
    WasLookedFor: "What was looked for." = "looked for: {words}";
    TheException: "The exceptions that were looked for." = "what would rule it out: {words}";
    NamedLabel: "A concept by its label, with the name to go on asking by." = "\"{label}\" ({name})";
    Unless: "An exception of a concept." = "unless {clause}";
    OrUnless: "Between exceptions of a concept as they are written." = ", or ";
    NotOfKind: "Something is not of a kind." = "{subject} is no {kind}";
    NoMessage: "There is no message of that id." = "there is no message `{subject}`";
    NothingKnown: "Nothing is known of a relation." =
        "nothing is known of `{words}` at all: no rule, row or fact says anything of it";
    Nothing: "A value that is left empty." = "nothing";
    Something: "A subject that is not known." = "something";
    Says: "A text says something." = "the text of {subject} says \"{passage}\"";
    SaysSo: "A text says something that cannot be shown." = "the text of {subject} says so";
    FoundBy: "The pattern that found a passage." = "found by the pattern {pattern}";
    FoundByExpression: "A long expression found a passage." = "found by a search pattern";
    FoundAsWritten: "A pattern that is nothing but the words it found." = "found word for word";
    FoundInOne: "The passages that a definition rests on stand in one sentence." = "found in one sentence: {passages}";
    FoundInSeveral: "The passages that a definition rests on stand in several sentences." =
        "found in {number} sentences: {passages}";
    OnText: "A condition on a text that a rule names, with its beginning." = "{words}, where the text is \"{text}\"";
    Near: "Two passages stand near each other." =
        "\"{first}\" stands near \"{second}\": {apart}, at most {most} allowed";
    Before: "A passage stands before another." = "\"{first}\" stands before \"{second}\"";
    BeforeWithin: "A passage stands shortly before another." =
        "\"{first}\" stands before \"{second}\": {apart}, at most {most} allowed";
    SameSentence: "Two passages stand in one sentence." = "\"{first}\" and \"{second}\" stand in the same sentence";
    SameParagraph: "Two passages stand in one paragraph." =
        "\"{first}\" and \"{second}\" stand in the same paragraph";
    Overlap: "Two passages overlap." = "\"{first}\" and \"{second}\" overlap";
    Apart: "How far two passages are apart." = "{number} words apart";
    OneApart: "Two passages with one word between them." = "1 word apart";
    SideBySide: "Two passages next to each other." = "side by side";
    OneMessage: "One message was counted." = "1 message speaks of {label}";
    Messages: "Messages were counted." = "{number} messages speak of {label}";
    OneMessageWith: "The same of what is no theme." = "1 message with {label}";
    MessagesWith: "Several of what is no theme." = "{number} messages with {label}";
    OneAuthor: "One author was counted." = "1 person speaks of {label}";
    Authors: "Authors were counted." = "{number} people speak of {label}";
    OneAuthorWith: "The same of what is no theme." = "1 person has messages with {label}";
    AuthorsWith: "Several of what is no theme." = "{number} people have messages with {label}";
    OneThread: "One thread was counted." = "1 thread speaks of {label}";
    Threads: "Threads were counted." = "{number} threads speak of {label}";
    OneThreadWith: "The same of what is no theme." = "1 thread with {label}";
    ThreadsWith: "Several of what is no theme." = "{number} threads with {label}";
    OneQuote: "One passage was counted." = "1 passage speaks of {label}";
    Quotes: "Passages were counted." = "{number} passages speak of {label}";
    OneQuoteWith: "The same of what is no theme." = "1 passage with {label}";
    QuotesWith: "Several of what is no theme." = "{number} passages with {label}";
    OneCoder: "One coder was counted." = "1 person coded {label}";
    Coders: "Coders were counted." = "{number} people coded {label}";
    NotTheRules: "Where people are to agree, the codebook's own findings are not counted." =
        "{coder} is a person, not the rules of the codebook";
    InMessage: "Only one message is counted." = "{counted} in this message";
    InThread: "Only one thread is counted." = "{counted} in this thread";
    ByAuthor: "Only one author is counted." = "{counted} by this author";
    OneCondition: "One of several conditions holds." = "1 of these conditions holds";
    Conditions: "Several of several conditions hold." = "{number} of these conditions hold";
    AtLeast: "A number is at least so large." = "{left}, at least {right} needed";
    MoreThan: "A number is larger." = "{left}, more than {right} needed";
    AtMost: "A number is at most so large." = "{left}, at most {right} allowed";
    LessThan: "A number is smaller." = "{left}, less than {right} needed";
    NotEarlier: "A day is not before another." = "{left}, not before {right}";
    Later: "A day is after another." = "{left}, after {right}";
    NotLater: "A day is not after another." = "{left}, not after {right}";
    Earlier: "A day is before another." = "{left}, before {right}";
    WhenSorted: "What is no number and no day comes before or after another." = "{statement} when sorted";
    Same: "Two values are the same." = "{left}, the same as {right}";
    Other: "Two values are not the same." = "{left}, not the same as {right}";
    Is: "What a name stands for." = "{name} is {value}";
    IsBy: "What a name stands for, and how that was computed." = "{name} is {value}: {words}";
    IsCounted: "What a name stands for, where that is how many of something there are." =
        "{name} is {value}, the number of those that follow";
    IsPerson: "A name stands for how many people there are, and it is one." = "1 person";
    ArePeople: "A name stands for how many people there are." = "{value} people";
    IsOneMessage: "A name stands for how many messages there are, and it is one." = "1 message";
    AreMessages: "A name stands for how many messages there are." = "{value} messages";
    Announced: "What is listed or stands below, after how many there are." = "{statement}:";
    ColumnOf: "What a name of a rule stands for, by the column that gives it." = "the {column} of {subject}";
    OneColumnOf: "The same, where it has several." = "one {column} of {subject}";
    DateWord: "The column that says when." = "date";
    OneOfSuch: "Of several rows that would do any is enough, and one is shown." =
        "{statement} (one of {number} such rows)";
    AlsoNear: "Other passages that stand near enough, too." = "also near enough: {passages}";
    WordsAway: "Two passages, and how far they stand apart." = "\"{first}\" and \"{second}\" ({apart})";
    ThisReason: "Of several reasons, one is shown." = "This is reason 1 of {number}";
    Called: "A value with what the study calls it." = "{value} ({name})";
    Count: "A count or another aggregate, and its value." = "{value} is the {words}";
    UnnamedCount: "A count whose words are not known." = "count";
    WithValues: "A comparison or computation with its values." = "{words}: {values}";
    NoneThere: "A count of nothing." = "there is none";
    MoreOfSort: "So many are not shown." = "and {number} more of the same sort";
    FirstOf: "Only the first are shown." = "the first {shown} of {number} are shown";
    ByDefinition: "The clause of a concept that has one." = "by its definition: when {clause}";
    ByOneWay: "The clause of a concept that has several." =
        "by one of the {number} ways in which it is defined: when {clause}";
    ByRule: "The rule by which a step follows." = "by the rule: {rule}";
    ByRuleAt: "A rule for what has a sentence of its own." = "by the rule at {place}";
    ByMap: "The map by which a step follows." = "the study links {theme} to {concepts}";
    InCodebook: "A concept stands under another." = "in the codebook, {child} stands under {parent}";
    StudySays: "A reason that the study gives." = "as the study says: {reason}";
    StudySaysOfAll: "A reason that the study gives for an inference as a whole." =
        "as the study says of the inference as a whole: {reason}";
    See: "A work that is cited." = "see {work}";
    InData: "A row of the data." = "in the data: {place}";
    InStudy: "A line of the study." = "written in the study: {place}";
    At: "Where a condition stands." = "at {place}";
    AsDefined: "An absence that a definition asks for." = " (the definition asks for this absence)";
    AsRuled: "An absence that a rule asks for." = " (the rule asks for this absence)";
    Above: "A step that is explained further up." = " (explained above)";
    FarDown: "A step that is to be asked for by itself." = "far down: `hence why {question}` goes on from here";
    Through: "What was counted, and the messages through which." = "{counted} ({messages})";
    ThroughOf: "The same, where one of the messages is shown." = "{counted} ({messages}; shown: {message})";
    AndMore: "So many are not named." = "{listed} and {number} more";
    Follows: "What was counted stands below." = " (what was counted follows)";
    StepsDown: "A step far down." = "({number} steps down) ";
    AsWritten: "The clause or rule as its author wrote it." = "as written: {rule}";
    With: "What the names of a rule stand for." = "with {values}";
    FirstRound: "When a fact was concluded." = "first concluded in round {number}";
    Id: "The name of a step." = "id {id}";
    MessageBegins: "All of a long message is meant, and only its beginning is shown." = " (the message begins)";
    WholeMessage: "All of a message is meant." = " (the whole message)";
    OfMessage: "The message of a passage." = "message {message}";
    Sources: "The heading above the works that are cited." = "Sources";
    Answer: "Before the answers to an open question." = "{number} answers:";
    FirstExplained: "Only some answers are explained." = "The first {shown} are explained; name a value to see why of another.";
    ReasonNumber: "One of several reasons that are shown." = "Reason {number} of the {shown} shown";
    MeetsWays: "How many of the ways in which a concept is written a subject meets." =
        "{subject} meets {met} of the {of} ways in which this is defined";
    MeetsWaysOf: "The same of a concept that the conclusion rests on." =
        "{subject} meets {met} of the {of} ways in which \"{label}\" is defined";
    MeetsOneWay: "What is defined in one way, and rests on several passages." =
        "{subject} meets the one way in which this is defined";
    MeetsOneWayOf: "The same of a concept that the conclusion rests on." =
        "{subject} meets the one way in which \"{label}\" is defined";
    InPassage: "The reasons rest on one passage." = ", found in 1 place of the texts";
    InPassages: "The reasons rest on several passages." = ", found in {number} places of the texts";
    ShowsEach: "More reasons can be seen, one of each way." = "; `--all {number}` shows one of each way";
    ShowsMore: "More reasons can be seen." = "; `--all {number}` shows more";
    OneReason: "This is one of several reasons." = "This is one of {number} reasons";
    OneWay: "This is one of several ways to conclude it." = "This is one of {number} ways to conclude it";
    AllReasons: "All reasons are shown." = "These are all {number} reasons";
    SomeReasons: "Some reasons are shown." = "These are {shown} of {number} reasons";
    SomeWays: "Some ways to conclude it are shown." =
        "These are {shown} reasons; it can be concluded in {number} ways";
    HasAuthors: "How many people speak of a theme." = "\"{label}\" has {number} authors";
    HasMessages: "How many messages speak of a theme." = "\"{label}\" has {number} messages";
    EachAtLeast: "Why another value of a parameter changes nothing: all numbers that are compared are large enough." =
        "{listed}: each has at least {bound}, so nothing changes";
    EachMoreThan: "The same where they must be larger." = "{listed}: each has more than {bound}, so nothing changes";
    EachTooFew: "The same where all are too small." = "{listed}: each has fewer than {bound}, so nothing changes";
    AtLeastSo: "A number that may be larger." = "at least {number}";
    VeryMany: "A number too large to be told." = "more than 10^38";
    MayBeOthers: "Not all reasons could be looked for." = "There may be other reasons";
    MayBeShorter: "The search ended early." = "There may be a shorter explanation";
}

/// The phrases of one language, and its words that tell reasons apart.
pub struct Book {
    language: Language,
    table: &'static [(Phrase, &'static str)],
    lists: Lists,
}

/// Words beside or in a passage that make it a worse witness.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lists {
    /// Words that deny what follows them.
    pub denying: &'static [&'static str],
    /// Endings of words that do.
    pub endings: &'static [&'static str],
    /// Words that turn away from what is beside them.
    pub turning: &'static [&'static str],
    /// Words that say no more than that something would be good.
    pub wishing: &'static [&'static str],
}

/// What is shipped.
static ENGLISH: Book = Book {
    language: Language::English,
    table: ENGLISH_TABLE,
    lists: Lists {
        denying: &["not", "no", "never", "none", "nor", "without", "hardly", "cannot", "nothing", "nobody"],
        endings: &["n't", "n’t"],
        turning: &["but", "rather", "except"],
        wishing: &[
            "would",
            "could",
            "should",
            "might",
            "must",
            "need",
            "needs",
            "needed",
            "want",
            "wants",
            "wish",
            "better",
            "let's",
            "important",
            "improve",
            "provide",
        ],
    },
};

/// All books; English speaks for languages that have none.
static BOOKS: &[&Book] = &[&ENGLISH];

impl Book {
    /// The book of a language.
    pub fn of(language: Option<Language>) -> &'static Book {
        #[cfg(test)]
        if language == Some(tests::INVENTED) {
            return tests::invented();
        }
        BOOKS.iter().find(|book| Some(book.language) == language).unwrap_or(&&ENGLISH)
    }

    /// The words of a language by which reasons are told apart; none for a language without a book.
    pub(super) fn lists(language: Option<Language>) -> Lists {
        let book = Book::of(language);
        if language.is_none_or(|language| language == book.language) { book.lists } else { Lists::default() }
    }

    /// A phrase with what stands in its place-holders.
    pub fn say(&self, phrase: Phrase, holders: &[(&str, &str)]) -> String {
        let found = self.table.iter().find(|(of, _)| *of == phrase);
        fill(found.map_or("", |(_, text)| text), holders)
    }
}

impl Default for &'static Book {
    fn default() -> &'static Book {
        &ENGLISH
    }
}

impl std::fmt::Debug for Book {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Book({:?})", self.language)
    }
}

impl PartialEq for Book {
    fn eq(&self, other: &Book) -> bool {
        self.language == other.language
    }
}

/// Fills each place-holder once; what is put in is never read as one.
fn fill(text: &str, holders: &[(&str, &str)]) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            rest = after;
            break;
        };
        debug_assert!(holders.iter().any(|(of, _)| *of == name), "{text}: nothing is put in for {name}");
        out.push_str(holders.iter().find(|(of, _)| *of == name).map_or("", |(_, value)| value));
        rest = after;
    }
    out + rest
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::sync::LazyLock;

    /// The language whose book is only here.
    pub const INVENTED: Language = Language::Finnish;

    /// English with another letter in the place of each: what it says is told from everything else.
    pub fn invented() -> &'static Book {
        static BOOK: LazyLock<Book> = LazyLock::new(|| {
            let table: Vec<(Phrase, &str)> = ENGLISH_TABLE
                .iter()
                .map(|&(phrase, text)| {
                    let mut inside = false;
                    let other = text.chars().map(|c| {
                        inside = c == '{' || inside && c != '}';
                        if c.is_alphabetic() && !inside { 'ж' } else { c }
                    });
                    (phrase, &*other.collect::<String>().leak())
                })
                .collect();
            Book { language: INVENTED, table: table.leak(), lists: Lists::default() }
        });
        &BOOK
    }

    fn holders(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0)).collect()
    }

    #[test]
    fn every_book_has_every_phrase_with_the_place_holders_of_english() {
        for book in BOOKS.iter().copied().chain([invented()]) {
            let phrases: BTreeSet<Phrase> = book.table.iter().map(|(phrase, _)| *phrase).collect();
            assert_eq!((phrases.len(), book.table.len()), (ENGLISH_TABLE.len(), ENGLISH_TABLE.len()));
            for (phrase, english) in ENGLISH_TABLE {
                let (_, text) = book.table.iter().find(|(of, _)| of == phrase).expect("it is there");
                assert_eq!(holders(text), holders(english), "{:?} {phrase:?}", book.language);
                assert!(text.matches('{').count() == holders(text).len(), "{phrase:?}: each stands once");
                assert!(!text.is_empty(), "{phrase:?}");
            }
        }
    }

    #[test]
    fn what_is_put_in_is_not_filled_again() {
        let said = ENGLISH.say(Phrase::NotInTextShort, &[("subject", "{words}"), ("words", "{")]);
        assert_eq!(said, "the text of {words} does not say {");
    }
}
