//! How decisions of reviewers stand to the study as it is, on what held and on what did not.

use crate::data::reviews::Decision;

/// How a decision stands to the study as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The conclusion holds for the reason that was seen, or nobody knows which was; or it does not hold, as it did not
    /// then, and the study looks for the same in the same text.
    Current,
    /// It holds, for another reason.
    OtherReason,
    /// It holds for the same reason, and the message that it speaks of has another text.
    OtherText,
    /// It does not hold any more.
    Gone,
    /// It did not hold, and does now.
    HoldsNow,
    /// It did not hold and does not, and the rules that could conclude it are others.
    OtherRules,
    /// It did not hold and does not, by the same rules, and the message that it speaks of has another text.
    AbsentInOtherText,
}

impl Standing {
    /// Of a decision: `proofs` are the ids of the reasons of what holds, `absent` is the digest of the rules that could
    /// conclude what does not, and `text` that of the messages.
    pub(super) fn of(
        decision: &Decision,
        proofs: Option<&[String]>,
        absent: Option<&str>,
        text: Option<&str>,
    ) -> Standing {
        let other_text = decision.text.is_some() && decision.text.as_deref() != text;
        match (&decision.absent, proofs) {
            (None, None) => Standing::Gone,
            (None, Some(proofs)) => match &decision.proof {
                Some(proof) if !proofs.contains(proof) => Standing::OtherReason,
                _ if other_text => Standing::OtherText,
                _ => Standing::Current,
            },
            (Some(_), Some(_)) => Standing::HoldsNow,
            // What names something that is gone is looked for by no rule.
            (Some(then), None) if Some(then.as_str()) != absent => Standing::OtherRules,
            (Some(_), None) if other_text => Standing::AbsentInOtherText,
            (Some(_), None) => Standing::Current,
        }
    }

    /// As it stands in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Standing::Current => "current",
            Standing::OtherReason => "other reason",
            Standing::OtherText | Standing::AbsentInOtherText => "other text",
            Standing::Gone => "gone",
            Standing::HoldsNow => "holds now",
            Standing::OtherRules => "other rules",
        }
    }

    /// As people are told; nothing where all is as it was.
    pub fn words(self) -> Option<&'static str> {
        match self {
            Standing::Current => None,
            Standing::OtherReason => Some("still holds, for another reason"),
            Standing::OtherText => Some("still holds, but the message has changed"),
            Standing::Gone => Some("no longer holds"),
            Standing::HoldsNow => Some("did not hold then, and holds now"),
            Standing::OtherRules => Some("still does not hold, but the rules have changed"),
            Standing::AbsentInOtherText => Some("still does not hold, but the message has changed"),
        }
    }

    /// True where the decision is on something else than there is.
    pub fn is_stale(self) -> bool {
        self != Standing::Current
    }
}
