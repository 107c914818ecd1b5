//! The rules against people: precision and recall, each unit where they differ, and what to ask for the reasons.

use super::compare::{Comparing, figure, kappa, of_retrieval};
use super::count::against;
use super::formula::Formula;
use super::judgements::{Passage, Unit};
use super::pair::Retrieval;
use super::result::{RulesAgreement, RulesOfCode, Wrong};
use crate::base::{Datum, Value};
use crate::check::Type;

impl Comparing<'_> {
    pub fn rules(&self, reflexive: bool) -> RulesAgreement {
        let people = self.all.coders[..self.all.rules() as usize].to_vec();
        let units = self.all.units.iter().map(|unit| unit.weight).sum();
        let mut out = RulesAgreement { units, people, ..RulesAgreement::default() };
        let mut all = Retrieval::default();
        let dependent = self.asked.unit == Unit::Characters;
        let mut wrong: Vec<(usize, u32, bool, Passage)> = Vec::new();
        for &code in self.codes.iter().filter(|&&code| self.all.ruled[code]) {
            let found = against(self.all, &self.all.marks[code]);
            let retrieval = found.retrieval;
            all.both += retrieval.both;
            all.only_rules += retrieval.only_rules;
            all.only_people += retrieval.only_people;
            let mut figures = of_retrieval(retrieval);
            figures.push(figure(Formula::Percent, found.table.percent()));
            figures.push(kappa(Formula::Cohen, found.table.cohen(), dependent));
            let (name, label) = self.name(code);
            let figures = if reflexive { Vec::new() } else { figures };
            out.codes.push(RulesOfCode { code: name, label, retrieval, table: found.table, figures });
            let from = wrong.len();
            for (unit, by_rules, passage) in found.wrong {
                let range = self.stretch(unit, passage);
                match wrong[from..].last_mut() {
                    Some((_, first, who, before)) if *who == by_rules && self.goes_on(*first, *before, unit) => {
                        *before = before.zip(range).map(|(a, b)| (a.0, b.1));
                    }
                    _ => wrong.push((code, unit, by_rules, range)),
                }
            }
        }
        out.all = (!reflexive).then(|| (all, of_retrieval(all)));
        out.wrong_count = wrong.len();
        let listed = wrong.into_iter().take(self.asked.listed).map(|(code, unit, by_rules, passage)| {
            let (message, quote) = self.place(unit, passage);
            Wrong { code: self.name(code).0, message, by_rules, quote, ask: self.question(code, unit, by_rules) }
        });
        out.wrong = listed.collect();
        out
    }

    /// What to ask for the reasons of what the rules say of a unit.
    fn question(&self, code: usize, unit: u32, by_rules: bool) -> String {
        let program = &self.study.program;
        let message = self.all.messages[self.all.units[unit as usize].message as usize];
        let written = |value: Value, kind: &str| self.view.as_written(value, Type::Kind(program.known_kind(kind)));
        let concept = program.concept(self.all.codes[code]);
        let name = written(concept.value, "code");
        let rules = self.all.rules();
        let own = self.all.own[code].iter().find(|mark| (mark.unit, mark.coder) == (unit, rules));
        match own {
            Some(mark) => {
                let quote = self.view.pool.find(&Datum::Quote { message, range: mark.passage });
                let holds = quote.is_some_and(|quote| self.is_coded(code, quote));
                match holds {
                    // A message stands for its passages.
                    true => format!("why 'coded({}, {name}, rules)'", written(message, "message")),
                    false => format!("why 'code({}, {name})'", written(message, "message")),
                }
            }
            None if by_rules => format!("why 'code({}, {name})'", written(message, "message")),
            None => format!("why-not 'coded({}, {name}, rules)'", written(message, "message")),
        }
    }

    fn is_coded(&self, code: usize, quote: Value) -> bool {
        let coded = self.study.program.known("coded");
        let relation = self.study.lowered.of_concept(coded, self.all.codes[code]);
        let rules = self.view.pool.find_text("rules");
        relation.zip(rules).is_some_and(|(relation, rules)| self.view.db.relation(relation).contains(&[quote, rules]))
    }
}
