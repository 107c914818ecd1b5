//! What if: what a study would conclude if some of it were otherwise. The change goes through the one door for changes
//! and is taken back at once, so that the study, and everything on the disk, stays as it is.

mod counts;
mod items;
mod kept;
mod over;
mod passage;
mod steady;
mod unmoved;

pub use counts::ConceptCount;
pub(super) use counts::compare;
pub use over::{NumberOver, Over};

use super::change::{Change, Delta, Edit, Refused, STATED, Statement};
use super::explanation::PlaceShown;
use super::{Progress, Study};
use crate::diagnostic::{Diagnostic, codes};

/// So many combinations of values are tried.
pub const MOST_CASES: usize = 200;

/// The place of a fact that is only supposed.
pub const ADDED: &str = "--add";

/// One thing that is supposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Supposed {
    /// A statement holds as well: `coding(m1, price, coder: "eva")`.
    Add(String),
    /// A given statement does not hold; `_` stands for anything.
    Remove(String),
    /// Items more. One that declares what an item of the study declares takes its place.
    With(String),
    /// The study lacks an item, named by what it declares or by its text. What speaks of a concept goes on reading, and
    /// finds nothing of it.
    Without(String),
    /// A file of the study holds another text.
    File {
        /// As the study names it.
        name: String,
        /// What it would hold.
        text: String,
    },
}

/// A parameter and the values to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    /// Its name.
    pub parameter: String,
    /// As they are written.
    pub values: Vec<String>,
}

/// What would be.
#[derive(Clone, Debug, PartialEq)]
pub struct WhatIf {
    /// One for each combination of values; one where no parameter is set.
    pub cases: Vec<Case>,
    /// The values that the study itself gives the parameters that are set, as they are written.
    pub standing: Vec<(String, String)>,
    /// Where there are several cases: what each gives, relation by relation.
    pub over: Vec<Over>,
    /// Of parameters whose values change nothing: why, as far as numbers tell it.
    pub steady: Vec<String>,
}

/// What would be in one case.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The parameters that are set: name and value.
    pub set: Vec<(String, String)>,
    /// What would come and go.
    pub delta: Delta,
    /// How many have each concept, before and then.
    pub counts: Vec<ConceptCount>,
    /// Of statements that would come in and bring nothing, or nothing but what they say: why.
    pub unmoved: Vec<String>,
}

impl Study {
    /// What the study would conclude. Nothing of it changes, whatever comes of this.
    ///
    /// # Errors
    ///
    /// Where a change cannot be made or would bring an error: what is wrong with it. The study is as it was.
    pub fn what_if(
        &mut self,
        supposed: &[Supposed],
        sweeps: &[Sweep],
        watch: &mut dyn FnMut(Progress),
    ) -> Result<WhatIf, Box<Refused>> {
        self.evaluate_all(watch);
        let edits = self.edits_of(supposed)?;
        let count = sweeps.iter().fold(1_usize, |count, sweep| count.saturating_mul(sweep.values.len()));
        if count > MOST_CASES {
            let message = format!("these values make {count} combinations");
            let help = format!("at most {MOST_CASES} are tried at once; name fewer values");
            return Err(self.refuse(Diagnostic::new(codes::PARAMETER_VALUE, message).help(help)));
        }
        let standing = sweeps.iter().filter_map(|sweep| self.standing(&sweep.parameter)).collect();
        let before = self.concept_counts();
        let mut stated = self.stated(supposed);
        let removed = if sweeps.is_empty() { self.removed(supposed) } else { Vec::new() };
        if !sweeps.is_empty() {
            // What a passage would bring is tried of one study, not of many.
            stated.iter_mut().for_each(|one| one.whole = None);
        }
        let mut cases = Vec::new();
        for set in combinations(sweeps) {
            let values = set.iter().map(|(name, value)| Edit::Set(name.clone(), value.clone()));
            let change = Change { edits: edits.iter().cloned().chain(values).collect(), number: 1, tables: true };
            let mark = self.mark();
            let mut delta = match self.apply(&change, watch) {
                Ok(delta) => delta,
                Err(refused) => return Err(still_needed(refused, supposed)),
            };
            supposed_places(&mut delta);
            let counts = counts::compare(&before, &self.concept_counts());
            let mut unmoved = self.unmoved(&stated, &delta);
            unmoved.extend(self.held_otherwise(&removed));
            self.back_to(mark);
            cases.push(Case { set, delta, counts, unmoved });
        }
        let over = if cases.len() > 1 { self.over(&cases) } else { Vec::new() };
        let steady = self.steady(sweeps, &cases);
        Ok(WhatIf { cases, standing, over, steady })
    }

    fn edits_of(&mut self, supposed: &[Supposed]) -> Result<Vec<Edit>, Box<Refused>> {
        let mut edits = Vec::new();
        for one in supposed {
            match one {
                Supposed::Add(fact) => edits.push(Edit::Insert(Statement::Written(fact.clone()))),
                Supposed::Remove(fact) => edits.push(Edit::Delete(Statement::Written(fact.clone()))),
                Supposed::With(text) => edits.extend(self.edits_with(text)?),
                Supposed::Without(item) => edits.push(self.edit_without(item)?),
                Supposed::File { name, text } => {
                    if !self.files_asked_for().iter().any(|(path, _)| *path == crate::data::plain(name)) {
                        return Err(self.refuse(self.no_file(name)));
                    }
                    edits.push(Edit::Replace(name.clone(), text.clone()));
                }
            }
        }
        Ok(edits)
    }

    fn no_file(&self, name: &str) -> Diagnostic {
        let asked = self.files_asked_for();
        let names = asked.iter().map(|(path, _)| path.as_str());
        let help = match crate::diagnostic::suggest::nearest(name, names.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the study reads {}", names.collect::<Vec<_>>().join(", ")),
        };
        Diagnostic::new(codes::CHANGE, format!("the study reads no file `{name}`")).help(help)
    }

    /// The value that the study gives a parameter.
    fn standing(&self, name: &str) -> Option<(String, String)> {
        let parameter = self.program.parameters.iter().find(|p| p.name == name)?;
        Some((name.to_string(), self.pool.show(parameter.value)))
    }

    fn refuse(&self, wrong: Diagnostic) -> Box<Refused> {
        Box::new(Refused { diagnostics: vec![wrong], sources: self.sources.clone() })
    }
}

/// What is taken out on purpose is not to be declared again: what is wrong then is what still needs it.
fn still_needed(mut refused: Box<Refused>, supposed: &[Supposed]) -> Box<Refused> {
    let without = supposed.iter().filter_map(|one| match one {
        Supposed::Without(item) => item.split_whitespace().last(),
        _ => None,
    });
    for name in without {
        let quoted = format!("`{name}`");
        for wrong in refused.diagnostics.iter_mut().filter(|wrong| wrong.is_error() && wrong.message.contains(&quoted))
        {
            let help = format!("what is shown here still needs {quoted}: take it out, too");
            wrong.help = Some(help);
        }
    }
    refused
}

/// Facts that are only supposed stand in no file: their place is the option by which they came.
fn supposed_places(delta: &mut Delta) {
    let through = delta.gained.iter_mut().chain(&mut delta.lost).filter_map(|conclusion| conclusion.through.as_mut());
    for place in through.filter_map(|through| through.place.as_mut()).filter(|place| place.file == STATED) {
        *place = PlaceShown { file: ADDED.to_string(), line: 0 };
    }
}

/// Every value of the first parameter with every value of the others, the last changing first.
fn combinations(sweeps: &[Sweep]) -> Vec<Vec<(String, String)>> {
    let mut all = vec![Vec::new()];
    for sweep in sweeps {
        let with = |known: &Vec<(String, String)>| {
            let known = known.clone();
            let longer = |value: &String| [known.clone(), vec![(sweep.parameter.clone(), value.clone())]].concat();
            sweep.values.iter().map(longer).collect::<Vec<_>>()
        };
        all = all.iter().flat_map(with).collect();
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_of_one_parameter_meets_every_value_of_the_others() {
        let sweep = |name: &str, values: &[&str]| Sweep {
            parameter: name.into(),
            values: values.iter().map(|v| v.to_string()).collect(),
        };
        let shown = |sweeps: &[Sweep]| -> Vec<String> {
            let one = |set: &Vec<(String, String)>| set.iter().map(|(n, v)| format!("{n}{v}")).collect::<String>();
            combinations(sweeps).iter().map(one).collect()
        };
        assert_eq!(shown(&[]), [""]);
        assert_eq!(shown(&[sweep("a", &["1", "2"]), sweep("b", &["x", "y"])]), ["a1bx", "a1by", "a2bx", "a2by"]);
    }
}
