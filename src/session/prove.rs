//! A proof as a document of its own, with sentences, places and the words that patterns found.

use super::Study;
use super::answers::Why;
use super::show::View;
use crate::base::Value;
use crate::base::hash::digest;
use crate::ir::core::{FactPlace, RelationId, RuleId};
use crate::ir::origin::{OriginKind, Role};
use crate::proof::document::{Document, DocumentGiven, DocumentPlace, Telling};
use crate::proof::{self, Backward, Budget, Canon, Node, Proof, Source};
use crate::syntax;
use crate::text::slice;

/// What came of asking for the proof of a statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Proven {
    /// It holds, and this is its proof.
    Proof(Box<Document>),
    /// It does not hold, or the question could not be read.
    Not(Why),
    /// The question leaves something open, and so many facts answer it: the first of them, as it is written.
    Open(usize, String),
}

impl Study {
    /// The best proof of a fact as a document.
    pub fn proof(&mut self, atom: &str) -> Proven {
        let file = self.add_question("the question", atom);
        let (parsed, wrong) = syntax::parse_atom(file, atom);
        let broken = wrong.iter().any(crate::diagnostic::Diagnostic::is_error);
        self.diagnostics.extend(wrong);
        let Some(parsed) = parsed.filter(|_| !broken) else { return Proven::Not(Why::Wrong) };
        let (row, wrong) = crate::check::check_atom(&self.program, &mut self.pool, &parsed, file);
        self.diagnostics.extend(wrong);
        let Some((relation, row)) = row else { return Proven::Not(Why::Wrong) };
        self.evaluate_all(&mut |_| {});
        let core = self.lowered.declared(relation);
        let Some(view) = self.view() else { return Proven::Not(Why::Wrong) };
        let found = view.answering(relation, &row);
        let &[only] = found.as_slice() else {
            let Some(&first) = found.first() else { return Proven::Not(self.why(atom)) };
            let first: Vec<Option<Value>> = self.db.row(core, first).iter().map(|&value| Some(value)).collect();
            return Proven::Open(found.len(), view.fact(relation, &first));
        };
        let best = proof::best_with(&mut Backward::new(view.evaluated()), core, only, Budget::default());
        best.map_or(Proven::Not(Why::Wrong), |proof| Proven::Proof(Box::new(document(view, &proof))))
    }
}

/// The document of a proof.
pub(super) fn document(view: View<'_>, proof: &Proof) -> Document {
    document_in(view, &Canon::of(view.lowered, view.pool), proof)
}

/// The same in words that serve other proofs, too.
pub(super) fn document_in(view: View<'_>, canon: &Canon<'_>, proof: &Proof) -> Document {
    Document::of(proof, canon, view.db, &Teller { view, canon })
}

/// Words and places for the nodes of a document.
struct Teller<'a> {
    view: View<'a>,
    canon: &'a Canon<'a>,
}

impl Telling for Teller<'_> {
    fn title(&self) -> String {
        self.view.program.study.title.clone().unwrap_or_default()
    }

    fn written(&self, node: &Node) -> Option<String> {
        written(self.view, node.relation, &node.values)
    }

    fn statement(&self, node: &Node) -> Option<String> {
        let rule = if let Source::Rule { rule, .. } = node.source { Some(rule) } else { None };
        statement(self.view, node.relation, &node.values, rule)
    }

    fn given(&self, node: &Node, place: usize) -> DocumentGiven {
        let view = self.view;
        let places = &view.lowered.core.given[node.relation.0 as usize].places;
        let shown = || {
            let place = view.given_place(node.relation, place).unwrap_or_default();
            DocumentPlace { file: place.file, line: place.line as u64 }
        };
        match places.get(place) {
            Some(FactPlace::Row(_)) => DocumentGiven::Row(shown()),
            Some(FactPlace::Text) => {
                let pattern = match view.lowered.role(node.relation) {
                    Role::Match(number) => self.canon.pattern(number),
                    _ => String::new(),
                };
                let quote = node.values.last().and_then(|&quote| view.pool.as_quote(quote));
                let text = quote.and_then(|(message, range)| Some((view.texts.corpus.text(message)?, range?)));
                let (words, message) =
                    text.map_or_else(Default::default, |(text, range)| (slice(text, range).to_string(), digest(text)));
                DocumentGiven::Passage { pattern, words, message }
            }
            _ => DocumentGiven::Written(shown()),
        }
    }
}

/// A fact as a sentence, in the words of the rule that says so where it has its own; none for what no author named.
pub(super) fn statement(view: View<'_>, of: RelationId, values: &[Value], rule: Option<RuleId>) -> Option<String> {
    let row: Vec<Option<Value>> = values.iter().map(|&value| Some(value)).collect();
    let (relation, row) = view.named_fact(of, &row)?;
    let own = rule.and_then(|rule| {
        let origin = view.lowered.origin(view.lowered.core.rule_origins[rule.0 as usize]);
        match origin.kind {
            OriginKind::Rule(number) => view.program.rules[number].reads.as_ref(),
            _ => None,
        }
    });
    Some(own.map_or_else(|| view.sentence(relation, &row), |template| view.fill(template, &row)))
}

/// A fact as it is written in rules.
pub(super) fn written(view: View<'_>, of: RelationId, values: &[Value]) -> Option<String> {
    let row: Vec<Option<Value>> = values.iter().map(|&value| Some(value)).collect();
    let (relation, row) = view.named_fact(of, &row)?;
    Some(view.fact(relation, &row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Memory;
    use crate::session::Options;

    const RULES: &str = "study \"Prices\"\n\
        input message from \"messages.csv\"\n  id = \"id\"\n  author = \"author\"\n  text = \"text\"\n\
        code price \"Price\"\n  matches \"price*\" near \"rise*\" within 3 words\n\
        code calm \"Calm\"\n  matches \"calm\"\n\
        theme worry \"Worry\"\n  when price and not calm and (authors of price >= 2 or calm)\n";

    const ROWS: [&str; 4] = ["m1,ann,The prices rise", "m2,tom,A price will rise", "m3,eva,Calm", "m4,kim,Prices rise"];

    fn proof(rules: &str, rows: &[&str], atom: &str) -> Document {
        let table = format!("id,author,text\n{}\n", rows.join("\n"));
        let files = Memory::default().with("study.hence", rules).with("messages.csv", table.as_str());
        let mut study = Study::open_in(Box::new(files), "study.hence", &Options::default(), &mut |_| {});
        match study.proof(atom) {
            Proven::Proof(document) => *document,
            other => panic!("{other:?} {:?}", study.diagnostics()),
        }
    }

    /// The identities of all nodes, in order.
    fn ids(rules: &str, rows: &[&str]) -> Vec<String> {
        let mut ids: Vec<String> = proof(rules, rows, "theme(m1, worry)").nodes.into_iter().map(|n| n.id).collect();
        ids.sort();
        ids
    }

    #[test]
    fn identities_go_by_content_alone() {
        let usual = ids(RULES, &ROWS);
        assert!(usual.len() > 10 && usual.windows(2).all(|two| two[0] != two[1]), "{usual:?}");
        let shuffled: Vec<&str> = [3, 1, 0, 2].map(|at| ROWS[at]).to_vec();
        assert_eq!(ids(RULES, &shuffled), usual);
        let spaced = format!("# What it is about.\n\n{}", RULES.replace("code calm", "\n\n# Rest.\ncode calm"));
        assert_eq!(ids(&spaced, &ROWS), usual);
        let more = "code other \"Other\"\n  matches \"zebra\" near \"horse\" within 2 words\ntheme first \"First\"\n  \
                    when not (other and (price or calm)) and authors of other >= 4\n  when price or calm\n";
        assert_eq!(ids(&RULES.replace("code price", &format!("{more}code price")), &ROWS), usual);
        let unrelated: Vec<&str> = ["m0,zoe,Zebra before a horse"].into_iter().chain(ROWS).collect();
        assert_eq!(ids(RULES, &unrelated), usual);
    }

    #[test]
    fn another_quote_rule_or_number_has_another_identity() {
        let root = |rules: &str, rows: &[&str]| proof(rules, rows, "theme(m1, worry)").root;
        let usual = root(RULES, &ROWS);
        for (from, to) in [(">= 2", ">= 1"), ("within 3", "within 4"), ("not calm and ", ""), ("\"rise*\"", "\"ris*\"")]
        {
            assert_ne!(root(&RULES.replace(from, to), &ROWS), usual, "{from}");
        }
        let moved: Vec<String> = ROWS.iter().map(|row| row.replace("The prices", "Their prices")).collect();
        let moved: Vec<&str> = moved.iter().map(String::as_str).collect();
        assert_ne!(root(RULES, &moved), usual, "the quote stands elsewhere");
        assert_ne!(root(RULES, &ROWS[..3]), usual, "fewer are counted");
    }
}
