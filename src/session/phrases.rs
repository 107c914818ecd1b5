//! What explanations say of absences, counts and passages, in one table. Another language is another table: the test
//! holds that each has every phrase, with exactly the place-holders that the phrase has.

/// A phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phrase {
    /// A message does not belong to a theme.
    NoTheme,
    /// A message, person or thread does not have a code or another concept.
    NoConcept,
    /// A fact of a declared relation does not hold.
    NotSo,
    /// A condition in brackets does not hold.
    NotMet,
    /// No `unless` of a concept holds.
    NoException,
    /// The exceptions that were looked for.
    Exceptions,
    /// A pattern does not match a text.
    NotInText,
    /// Something is not of a kind.
    NotOfKind,
    /// There is no message of that id.
    NoMessage,
    /// Nothing is known of a relation.
    NothingKnown,
    /// A count or another aggregate, and its value.
    Count,
    /// A count of nothing.
    CountOfNone,
    /// A count whose words are not known.
    UnnamedCount,
    /// A comparison or computation with its values.
    WithValues,
    /// A condition on a text that a rule names, with its beginning.
    OnText,
    /// How far two passages are apart.
    Apart,
    /// Two passages with one word between them.
    OneApart,
    /// Two passages next to each other.
    SideBySide,
    /// Two passages, as they stand in the text.
    Passages,
    /// A pattern matches a text.
    InText,
    /// Somebody gave a passage a code.
    CodedPassage,
    /// Somebody gave a whole message a code.
    CodedMessage,
    /// The rules, as somebody who codes.
    Rules,
    /// A subject that is not known.
    Something,
}

impl Phrase {
    /// What stands in its place-holders.
    #[cfg(test)]
    fn holders(self) -> &'static [&'static str] {
        match self {
            Phrase::NoTheme => &["subject", "label"],
            Phrase::NoConcept => &["subject", "kind", "label"],
            Phrase::NotSo => &["statement"],
            Phrase::NotMet | Phrase::NothingKnown => &["words"],
            Phrase::UnnamedCount | Phrase::SideBySide | Phrase::OneApart | Phrase::Rules | Phrase::Something => &[],
            Phrase::Exceptions => &["clauses"],
            Phrase::NotInText => &["subject", "words"],
            Phrase::NotOfKind => &["subject", "kind"],
            Phrase::NoMessage | Phrase::InText | Phrase::NoException => &["subject"],
            Phrase::Count | Phrase::CountOfNone => &["words", "value"],
            Phrase::WithValues => &["words", "values"],
            Phrase::OnText => &["words", "text"],
            Phrase::Apart => &["number"],
            Phrase::Passages => &["words", "first", "second", "apart"],
            Phrase::CodedPassage | Phrase::CodedMessage => &["coder", "subject", "label"],
        }
    }
}

/// The phrases of one language.
pub(super) struct Language {
    /// As `language` in a study names it.
    #[cfg_attr(not(test), allow(dead_code, reason = "there is one language until there is another"))]
    pub name: &'static str,
    table: &'static [(Phrase, &'static str)],
}

/// What is shipped.
pub(super) const ENGLISH: Language = Language {
    name: "english",
    table: &[
        (Phrase::NoTheme, "{subject} does not belong to the theme \"{label}\""),
        (Phrase::NoConcept, "{subject} does not have the {kind} \"{label}\""),
        (Phrase::NotSo, "it is not so that {statement}"),
        (Phrase::NotMet, "it is not so that {words}"),
        (Phrase::NoException, "no exception holds for {subject}"),
        (Phrase::Exceptions, "unless {clauses}"),
        (Phrase::NotInText, "the text of {subject} does not say {words}"),
        (Phrase::NotOfKind, "{subject} is no {kind}"),
        (Phrase::NoMessage, "there is no message `{subject}`"),
        (Phrase::NothingKnown, "nothing is known of `{words}` at all: no rule, row or fact says anything of it"),
        (Phrase::Count, "{words} = {value}"),
        (Phrase::CountOfNone, "{words} = {value}: there is none"),
        (Phrase::UnnamedCount, "the count"),
        (Phrase::WithValues, "{words}: {values}"),
        (Phrase::OnText, "{words}, where the text is \"{text}\""),
        (Phrase::Apart, "{number} words apart"),
        (Phrase::OneApart, "1 word apart"),
        (Phrase::SideBySide, "side by side"),
        (Phrase::Passages, "{words}: \"{first}\" and \"{second}\"{apart}"),
        (Phrase::InText, "the text of {subject} says so"),
        (Phrase::CodedPassage, "{coder} gave a passage of {subject} the code \"{label}\""),
        (Phrase::CodedMessage, "{coder} gave {subject} the code \"{label}\""),
        (Phrase::Rules, "the rules"),
        (Phrase::Something, "something"),
    ],
};

impl Language {
    /// A phrase with what stands in its place-holders.
    pub fn say(&self, phrase: Phrase, holders: &[(&str, &str)]) -> String {
        let found = self.table.iter().find(|(of, _)| *of == phrase);
        fill(found.map_or("", |(_, text)| text), holders)
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
        out.push_str(holders.iter().find(|(of, _)| *of == name).map_or("", |(_, value)| value));
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const LANGUAGES: &[Language] = &[ENGLISH];

    #[test]
    fn every_language_has_every_phrase_with_its_place_holders() {
        // The last phrase of the list; the compiler holds that `holders` knows all.
        let all = Phrase::Something as usize + 1;
        for language in LANGUAGES {
            let phrases: BTreeSet<Phrase> = language.table.iter().map(|(phrase, _)| *phrase).collect();
            assert_eq!((phrases.len(), language.table.len()), (all, all), "{}", language.name);
            for (phrase, text) in language.table {
                let there: BTreeSet<&str> =
                    text.split('{').skip(1).filter_map(|p| Some(p.split_once('}')?.0)).collect();
                assert_eq!(there, phrase.holders().iter().copied().collect(), "{} {phrase:?}", language.name);
                assert!(!text.is_empty() && text.matches('{').count() == there.len(), "{phrase:?}: each stands once");
            }
        }
    }

    #[test]
    fn what_is_put_in_is_not_filled_again() {
        let said = ENGLISH.say(Phrase::NotInText, &[("subject", "{words}"), ("words", "{")]);
        assert_eq!(said, "the text of {words} does not say {");
    }
}
