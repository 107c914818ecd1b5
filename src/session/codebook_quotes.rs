//! The examples of a code in the codebook of a study in which people coded: passages on which they agree. A passage that
//! only some coders gave the code to contradicts what the codebook is for; it is told apart, with who gave it.

use super::Study;
use super::agree::judgements::{Judgements, Unit};
use super::explanation::QuoteShown;
use super::show::View;
use super::summary::{People, QUOTES, passages, strongest};
use crate::base::Value;
use crate::check::program::ConceptId;
use rustc_hash::FxHashMap;

/// A passage that some coders gave a code to, and others who judged its message did not.
#[derive(Clone, Debug, PartialEq)]
pub struct Differing {
    /// Who gave it; `rules` for patterns and conditions.
    pub by: Vec<String>,
    /// Which people judged the message and did not give it; nobody where it is only known that one of several coders did.
    pub not_by: Vec<String>,
    /// What the message says.
    pub quote: QuoteShown,
}

/// How the coders of a message stand to a code that it has.
enum Standing {
    /// All people and the rules gave it.
    All,
    /// All people who judged it gave it, or nobody judged it.
    Enough,
    /// Some did and some did not; or one of several coders did and nobody knows who else read it.
    Some(Vec<String>, Vec<String>),
}

/// What people and rules judged, made once for all codes.
pub(super) struct Judged {
    judgements: Judgements,
    numbers: FxHashMap<Value, u32>,
    codes: FxHashMap<ConceptId, usize>,
    /// Whether the study says which messages were given to whom.
    assigned: bool,
}

impl Study {
    /// The judgements of people; none where nobody coded.
    pub(super) fn judged(&self, view: View<'_>) -> Option<Judged> {
        let people = self.people_who_coded(view);
        if people.is_empty() {
            return None;
        }
        let judgements = self.judgements(view, &people, Unit::Message, None);
        let numbers = judgements.messages.iter().copied().zip(0..).collect();
        let codes = judgements.codes.iter().copied().zip(0..).collect();
        Some(Judged { judgements, numbers, codes, assigned: self.assigned().is_some() })
    }
}

impl Judged {
    /// The strongest quotes of a code on which its coders agree, and those on which they do not; none for what is no code.
    pub(super) fn quotes(&self, view: View<'_>, id: ConceptId) -> Option<(Vec<QuoteShown>, Vec<Differing>)> {
        let code = *self.codes.get(&id)?;
        let (mut all, mut enough, mut some) = (Vec::new(), Vec::new(), Vec::new());
        let mut by_whom = FxHashMap::default();
        for passage in passages(view, id) {
            let Some((message, _)) = view.pool.as_quote(passage) else { continue };
            match self.standing(code, message) {
                Standing::All => all.push(passage),
                Standing::Enough => enough.push(passage),
                Standing::Some(by, not_by) => {
                    by_whom.insert(view.pool.show(message), (by, not_by));
                    some.push(passage);
                }
            }
        }
        let people = People::new(view);
        let mut quotes = strongest(view, &people, &all);
        quotes.extend(strongest(view, &people, &enough));
        quotes.truncate(QUOTES);
        let differing = strongest(view, &people, &some).into_iter().filter_map(|quote| {
            let (by, not_by) = by_whom.get(&quote.message)?.clone();
            Some(Differing { by, not_by, quote })
        });
        Some((quotes, differing.collect()))
    }

    fn standing(&self, code: usize, message: Value) -> Standing {
        let all = &self.judgements;
        let Some(&number) = self.numbers.get(&message) else { return Standing::Enough };
        let marks = &all.marks[code];
        let from = marks.partition_point(|mark| mark.unit < number);
        let gave: Vec<u16> = marks[from..].iter().take_while(|m| m.unit == number).map(|m| m.coder).collect();
        let judged = &all.judged[number as usize];
        let names = |coders: Vec<u16>| coders.into_iter().map(|c| all.coders[c as usize].clone()).collect();
        let not: Vec<u16> = judged.iter().copied().filter(|coder| !gave.contains(coder)).collect();
        let several = all.coders.len() > 2;
        let alone = several && judged.len() == 1 && !self.assigned;
        if !not.is_empty() || alone {
            return Standing::Some(names(gave), names(not));
        }
        if gave.contains(&all.rules()) || !all.ruled[code] { Standing::All } else { Standing::Enough }
    }
}
