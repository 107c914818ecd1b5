//! Why something does not hold, in the author's words: plain data for every report.

use crate::session::explanation::{PlaceShown, QuoteShown};
use std::time::Duration;

/// What `why-not` has to say.
#[derive(Clone, Debug, PartialEq)]
pub enum WhyNot {
    /// The question could not be read: see the diagnostics.
    Wrong,
    /// It holds.
    Holds {
        /// What was asked, as a sentence.
        statement: String,
        /// The same as it is written in a rule.
        fact: String,
    },
    /// Nothing in the study can conclude it.
    Impossible {
        /// That it does not hold, as a sentence.
        statement: String,
        /// Why nothing can.
        reason: String,
        /// The nearest that something can conclude, or what to do.
        help: Option<String>,
        /// What would make it hold all the same.
        repairs: Vec<Repair>,
    },
    /// It does not hold.
    Missing(Box<Missing>),
    /// A question with open places: what comes nearest to it.
    Open {
        /// What was asked, as it is written in a rule.
        fact: String,
        /// How many there are, as a sentence: "12 messages belong to the theme".
        statement: String,
        /// How it is asked again.
        question: String,
        /// So many facts of that form hold.
        hold: usize,
        /// What comes nearest, nearest first.
        nearest: Vec<Near>,
        /// So many others come near.
        more: usize,
        /// So many others meet no condition at all.
        far: usize,
        /// What the one open place stands for, such as `message`; empty where several are open.
        of: String,
        /// What is to be said of the question.
        note: Option<String>,
        /// True where not everything was looked through.
        stopped: bool,
        /// True where that was for want of time.
        late: bool,
    },
}

/// Why one fact does not hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Missing {
    /// That it does not hold, as a sentence.
    pub statement: String,
    /// The fact as it is written in a rule.
    pub fact: String,
    /// The fact of the same relation that comes nearest, where it has several columns.
    pub beside: Option<Blame>,
    /// That it has nothing of what is asked for, where it has nothing; and the word that comes nearest all the same.
    pub none: Vec<Blame>,
    /// What could have concluded it, nearest first.
    pub ways: Vec<WayMissed>,
    /// What stands against it whichever way it is looked for, said once.
    pub decisive: Vec<Blame>,
    /// So many further ways are not shown.
    pub more: usize,
    /// What would make it hold, smallest first.
    pub repairs: Vec<Repair>,
    /// Possible repairs that were not tried for want of time.
    pub not_tried: Vec<Untried>,
    /// Further codings, for which no word of the text speaks, that are not offered.
    pub left_out: Vec<LeftOut>,
    /// What comes nearest to being counted too, where a count is short.
    pub further: Vec<Further>,
    /// True where the study has messages, so that it is their text which tells what is right.
    pub of_texts: bool,
    /// The time that was allowed, where not all repairs could be looked for and tried in it.
    pub cut: Option<Duration>,
    /// What to do instead, where no change of the study is the answer.
    pub advice: Option<String>,
    /// True where not everything was looked through.
    pub stopped: bool,
    /// True where that was for want of time.
    pub late: bool,
}

/// A fact that does not hold, and the way that comes nearest to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Near {
    /// The fact as a sentence.
    pub statement: String,
    /// The fact as it is written in a rule.
    pub fact: String,
    /// What comes nearest.
    pub way: WayMissed,
}

/// A clause or rule that could have concluded something.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WayMissed {
    /// `when shared_space and playful_encounter`
    pub rule: String,
    /// The same with labels in the place of names.
    pub label: String,
    /// Where it stands.
    pub place: Option<PlaceShown>,
    /// Its conditions in the author's order.
    pub conditions: Vec<ConditionShown>,
}

impl WayMissed {
    /// How many conditions are met, of those that are shown.
    pub fn met(&self) -> usize {
        self.conditions.iter().filter(|c| c.met == Some(true)).count()
    }

    /// How many conditions there are.
    pub fn of(&self) -> usize {
        self.conditions.len()
    }

    /// How many are not met.
    pub fn failed(&self) -> usize {
        self.of() - self.met()
    }

    /// True where something of it is there: that something is *not* there is so nearly everywhere, and brings nothing nearer.
    pub fn has_something(&self) -> bool {
        self.conditions.iter().any(|c| c.met == Some(true) && !c.absence)
    }
}

/// A condition, and whether it is met by the values that come nearest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConditionShown {
    /// As written.
    pub words: String,
    /// The same with labels in the place of names.
    pub label: String,
    /// The message that it is asked of: words of another one are shown with who said them and where.
    pub subject: Option<String>,
    /// Where it stands.
    pub place: Option<PlaceShown>,
    /// Whether it is met; none where it needs a value that a condition above does not give.
    pub met: Option<bool>,
    /// True where it asks that something is not there.
    pub absence: bool,
    /// The words behind it, where it is met.
    pub quote: Option<QuoteShown>,
    /// Further words behind it, where it holds through several messages.
    pub further: Vec<QuoteShown>,
    /// Its values: "M = m15", "`authors of x` is 1".
    pub values: Vec<String>,
    /// What is to blame where it is not met.
    pub blame: Vec<Blame>,
    /// Why that does not hold in its turn.
    pub below: Vec<WayMissed>,
}

/// What is to blame for a condition that is not met.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Blame {
    /// A sentence.
    pub text: String,
    /// The passage that it speaks of.
    pub quote: Option<QuoteShown>,
    /// The row of data, or the place in a rule file, that it speaks of.
    pub place: Option<PlaceShown>,
}

impl Blame {
    /// A sentence alone.
    pub fn of(text: impl Into<String>) -> Blame {
        Blame { text: text.into(), ..Blame::default() }
    }
}

/// Something that would make it hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Repair {
    /// What to do, one sentence a step.
    pub steps: Vec<RepairStep>,
    /// What else it would change; it was tried, and does make the fact hold.
    pub effect: Effect,
}

/// A coding that is not offered, since no word of the text speaks for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// The message and the code: `m20 as "A place that firms share"`.
    pub coding: String,
    /// True where an exception would have to be left out with it.
    pub freed: bool,
    /// So many codings that no word speaks for either are among the repairs, as examples.
    pub examples: usize,
}

/// What a count that is too small does not count, and comes nearest to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Further {
    /// A sentence without its full stop.
    pub text: String,
    /// How to ask what it lacks: `theme(m115, workspaces)`.
    pub question: String,
}

/// A change that there was no time to try.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Untried {
    /// What to do.
    pub steps: Vec<RepairStep>,
    /// The command that tries it, where there is one.
    pub command: Option<String>,
}

/// One step of a repair.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepairStep {
    /// What sort: `coding`, `fact`, `pattern`, `threshold`, `exception` or `remove`.
    pub kind: &'static str,
    /// In words: "let somebody code it so".
    pub text: String,
    /// What is written, or taken out: `coding(m15, shared_space, "Anna")`.
    pub code: String,
    /// A whole line to paste: a new one of the study or of a table, or, of a change to a rule, the one that takes the place of
    /// the line at `place`. Empty where something is taken out, and where more than one line changes.
    pub line: String,
    /// Where in the study's files.
    pub place: Option<PlaceShown>,
}

/// What a repair changes beside what was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// So many conclusions come beside it.
    pub gained: usize,
    /// So many go.
    pub lost: usize,
    /// What the message that is asked about would lose itself, as a sentence.
    pub loses: Option<String>,
    /// The same by concept and relation.
    pub by: Vec<Changed>,
}

/// What a repair changes of one concept or relation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// `theme collaborative_workspaces`, `builds_on`
    pub name: String,
    /// "Collaborative workspaces", `builds_on`
    pub label: String,
    /// So many come beside what was asked and what the repair states.
    pub gained: usize,
    /// So many go.
    pub lost: usize,
    /// So many there are as the study is.
    pub before: usize,
    /// So many there would be.
    pub then: usize,
    /// The first of them, as they are written: come, or go.
    pub first: Vec<ChangedFact>,
}

/// A fact that a repair brings or takes away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangedFact {
    /// What has it, or its values: `m15`.
    pub of: String,
    /// As it is written.
    pub fact: String,
    /// True where it comes.
    pub comes: bool,
}
