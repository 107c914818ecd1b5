//! A message stands for its passages: who asks whether a message was coded need not know from which character to which.
//! One place resolves that for all who name facts: `why`, `why-not`, proofs and reviews.

use super::ask::matching;
use super::show::View;
use crate::base::{Datum, Value};
use crate::check::Type;
use crate::check::program::RelationId;

impl View<'_> {
    /// The rows that a fact as somebody names it means, in the order in which people count: the one with exactly these
    /// values, or else those of passages of the messages that stand in the place of passages.
    pub fn answering(&self, relation: RelationId, row: &[Option<Value>]) -> Vec<u32> {
        let core = self.lowered.declared(relation);
        let found = matching(self.db, core, row, self.pool);
        let columns = &self.program.relation(relation).columns;
        let quote = Type::Kind(self.program.known_kind("quote"));
        let named = |at: usize| row[at].filter(|_| columns[at].of == quote).and_then(|value| self.pool.as_quote(value));
        let whole: Vec<(usize, Value)> = (0..row.len())
            .filter_map(|at| named(at).filter(|(_, range)| range.is_none()).map(|(m, _)| (at, m)))
            .collect();
        // Who names everything and is right means just that.
        let closed = row.iter().all(Option::is_some);
        if whole.is_empty() || closed && !found.is_empty() {
            return found;
        }
        let mut wider = row.to_vec();
        for &(at, message) in &whole {
            wider[at] = self.pointed_at(message);
        }
        let mut found = matching(self.db, core, &wider, self.pool);
        found.retain(|&row| {
            let values = self.db.row(core, row).to_vec();
            let of_message = |&(at, message): &(usize, Value)| {
                wider[at].is_some() || self.pool.as_quote(values[at]).is_some_and(|(m, _)| m == message)
            };
            whole.iter().all(of_message)
        });
        found
    }

    /// The passage that an id in quotation marks points at: `"q2@23-42"`, where no message is called so.
    fn pointed_at(&self, message: Value) -> Option<Value> {
        if self.message_row(message).is_some() {
            return None;
        }
        let (id, range) = self.pool.as_text(message)?.rsplit_once('@')?;
        let (start, end) = range.split_once('-')?;
        let range = Some((start.parse().ok()?, end.parse().ok()?));
        self.pool.find(&Datum::Quote { message: self.pool.find_text(id)?, range })
    }
}

#[cfg(test)]
mod tests {
    use crate::data::Memory;
    use crate::session::{Options, Study, Why};

    /// How many facts of that form hold.
    fn answers(study: &mut Study, atom: &str) -> usize {
        match study.why(atom) {
            Why::Explained { explanations, more, .. } => explanations.len() + more,
            _ => 0,
        }
    }

    #[test]
    fn a_message_stands_for_its_passages_and_a_passage_for_itself() {
        let rules = "study \"Prices\"\ninput message from \"m.csv\"\n  id = \"id\"\n  text = \"text\"\n\
            input coding from \"c.csv\"\n  message = \"m\"\n  code = \"c\"\n  coder = \"k\"\n  start = \"s\"\n  end = \"e\"\n\
            code price \"Price\"\n  matches \"dear\"\n";
        let files = Memory::default()
            .with("study.hence", rules)
            .with("m.csv", "id,text\nq1,\"dear, and dear again\"\nq2,no word of it\n")
            .with("c.csv", "m,c,k,s,e\nq1,price,ann,0,4\nq1,price,bob,,\nq2,price,ann,0,2\n");
        let mut study = Study::open_in(Box::new(files), "study.hence", &Options::default(), &mut |_| {});
        let expected = [
            ("coded(q1, price, ann)", 1),
            ("coded(q1, price, bob)", 1),
            ("coded(q1, price, rules)", 2),
            ("coded(q1@0-4, price, ann)", 1),
            ("coded(\"q1@0-4\", price, ann)", 1),
            ("coded(q1@0-4, price, bob)", 0),
            ("coded(q2, price, rules)", 0),
            ("coded(q1, price, K)", 4),
        ];
        for (atom, number) in expected {
            assert_eq!(answers(&mut study, atom), number, "{atom}");
        }
    }
}
