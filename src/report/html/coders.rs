//! What the templates ask about those who coded: the same tables and sentences as `hence agree` prints.

use super::names::amount;
use super::{Html, words};
use crate::report::agree::{LISTED, REFLEXIVE};
use crate::report::agree_tables::{self as tables, Cells};
use crate::session::agree::result::{Agreement, Disagreement, RulesAgreement};
use crate::session::page::model::ConceptShown;

/// A coder, in how many messages his judgements count, and how many passages, codes and messages he coded.
type CoderRow<'a> = (&'a str, Option<usize>, (usize, usize, usize));

impl<'a> Html<'a> {
    /// `Coded by ann (3 passages), bob (1) and the rules (3)`; none where only rules code.
    pub(super) fn coded_by(&self, code: &ConceptShown) -> Option<String> {
        let coders = &self.page.people.coders;
        let by = code.coded_by();
        if coders.len() < 2 || by.is_empty() {
            return None;
        }
        let name = |coder: u32| match coder {
            0 => "the rules",
            coder => coders.get(coder as usize).map_or("", String::as_str),
        };
        // People first, the rules last.
        let all = by.iter().filter(|(coder, _)| *coder > 0).chain(by.iter().filter(|(coder, _)| *coder == 0));
        let told = all.enumerate().map(|(place, &(coder, count))| match place {
            0 => format!("{} ({})", name(coder), self.number(count, "passage")),
            _ => format!("{} ({})", name(coder), amount(count)),
        });
        Some(format!("Coded by {}", words::listed(&told.collect::<Vec<_>>())))
    }

    /// Each coder, in how many messages judgements of his count, and how many passages he coded with how many codes in how
    /// many messages.
    pub(super) fn coders(&self) -> Vec<CoderRow<'a>> {
        let people = &self.page.people;
        let judged = |name: &str| {
            let all = self.page.agreement.as_ref()?;
            all.coders.iter().find(|coder| coder.name == name).map(|coder| coder.messages)
        };
        let all = people.coders.iter().map(String::as_str).zip(people.work.iter().copied());
        // The first stands for the rules, and a person may be called so, too.
        all.enumerate().map(|(at, (name, work))| (name, judged(name).filter(|_| at > 0), work)).collect()
    }

    pub(super) fn given(&self, all: &Agreement) -> Option<String> {
        tables::given(all)
    }

    pub(super) fn no_disagreement(&self, all: &Agreement) -> Option<&'static str> {
        tables::no_disagreement(all)
    }

    /// The first disagreements, and the others that are listed.
    pub(super) fn disagreements<'b>(&self, all: &'b Agreement) -> [&'b [Disagreement]; 2] {
        let (first, rest) = all.disagreements.split_at(all.disagreements.len().min(LISTED));
        [first, rest]
    }

    pub(super) fn reflexive(&self) -> &'static str {
        REFLEXIVE
    }

    pub(super) fn by_code(&self, all: &Agreement) -> Vec<Cells> {
        tables::by_code(all)
    }

    pub(super) fn how_sure(&self, all: &Agreement) -> Option<String> {
        tables::how_sure(all)
    }

    pub(super) fn over_all(&self, all: &Agreement) -> Vec<(String, Cells)> {
        tables::over_all(all)
    }

    pub(super) fn against_people(&self, all: &Agreement, rules: &RulesAgreement) -> (String, Cells) {
        tables::against_people(all, rules)
    }

    pub(super) fn undefined(&self, all: &Agreement) -> Vec<String> {
        tables::undefined(all)
    }

    pub(super) fn legend(&self, all: &Agreement) -> Vec<String> {
        tables::legend(all)
    }

    /// A note as a sentence of its own.
    pub(super) fn sentence(&self, note: &str) -> String {
        let mut letters = note.chars();
        letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
    }

    /// True for the name of a code.
    pub(super) fn is_code(&self, name: &str) -> bool {
        self.by_id.contains_key(format!("code.{name}").as_str())
    }
}
