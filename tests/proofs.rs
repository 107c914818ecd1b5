//! Proof documents of random programs: every derived fact has one that `verify` accepts, and no altered one is accepted.

#[path = "oracle/generate.rs"]
mod generate;

use hence::base::{Pool, Stop, Value};
use hence::eval::{Database, Limits, Texts, run, unwatched};
use hence::ir::core::{Core, Expr, FactPlace, Given, Literal, OriginId, PlaceTest, RelationId, Rule, Term, Var};
use hence::plan::{Strata, strata};
use hence::proof::document::{
    Cell, Document, DocumentGiven, DocumentNode, DocumentPlace, DocumentPremise, DocumentSource, Telling,
};
use hence::proof::verify::{Fault, Ground, Wrong, verify};
use hence::proof::{
    Allowance, Backward, Budget, Canon, Content, Evaluated, GivenBy, GivenUp, Node, Words, World, best_with,
};
use hence::session::prove::Proven;
use hence::session::{Cell as Shown, Options, Study};
use hence::text::Corpus;
use proptest::prelude::*;
use std::path::Path;

struct NoTexts;

impl Texts for NoTexts {
    fn place(&self, _: PlaceTest, _: Value, _: (u32, u32), _: (u32, u32)) -> bool {
        false
    }
    fn matches(&self, _: u32, _: &str) -> bool {
        false
    }
}

/// Says what it must.
struct Terse;

impl Telling for Terse {
    fn title(&self) -> String {
        String::new()
    }
    fn written(&self, _: &Node) -> Option<String> {
        None
    }
    fn statement(&self, _: &Node) -> Option<String> {
        None
    }
    fn given(&self, _: &Node, _: usize) -> DocumentGiven {
        DocumentGiven::Written(DocumentPlace::default())
    }
}

/// A random program with its facts.
struct Ran {
    core: Core,
    strata: Strata,
    pool: Pool,
    db: Database,
}

fn ran(bytes: &[u8]) -> Option<Ran> {
    let mut pool = Pool::default();
    let mut core = generate::program(bytes, &mut pool);
    // Facts of a text would have to be passages.
    for (relation, given) in core.relations.iter().zip(&mut core.given) {
        let mut written = Given::default();
        given.rows(relation.arity).for_each(|(_, row)| written.push(row, FactPlace::Written(OriginId(0))));
        *given = written;
    }
    let strata = strata(&core).ok()?;
    let mut db = Database::default();
    run(&core, &strata, &mut db, &mut pool, &NoTexts, &Limits::default(), &mut unwatched).ok()?;
    Some(Ran { core, strata, pool, db })
}

fn judge(core: &Core, pool: &Pool, document: &Document) -> Vec<Fault> {
    let words = Words { corpus: &Corpus::default(), matcher: None };
    let (stop, allowed) = (Stop::default(), Allowance::default());
    verify(document, Ground { core, pool, patterns: &[], matches: &[], words, stop: &stop, allowed }).faults
}

impl Ran {
    /// The documents of the first facts of each relation.
    fn documents(&self, most: u32) -> Vec<Document> {
        let evaluated =
            Evaluated { core: &self.core, strata: &self.strata, db: &self.db, pool: &self.pool, texts: &NoTexts };
        let (mut backward, canon) = (Backward::new(evaluated), Canon::new(&self.core, &self.pool, &[], &[]));
        let mut all = Vec::new();
        for id in (0..self.core.relations.len() as u32).map(RelationId) {
            for row in 0..(self.db.relation(id).len() as u32).min(most) {
                let proof = best_with(&mut backward, id, row, Budget::default()).expect("a fact has a proof");
                all.push(Document::of(&proof, &canon, &self.db, &Terse));
            }
        }
        all
    }

    /// Every fact of a document is one of the program.
    fn all_hold(&self, document: &Document) {
        let mut pool = self.pool.clone();
        for node in &document.nodes {
            let id =
                self.core.relations.iter().position(|relation| relation.name == node.relation).expect("it is known");
            let row: Option<Vec<Value>> = node.values.iter().map(|cell| cell.value(&mut pool)).collect();
            let holds = self.db.find(RelationId(id as u32), &row.expect("every value is told")).is_some();
            assert!(holds, "{node:?} of {:?}", self.core);
        }
    }

    /// What the second evaluator finds.
    fn agrees(&self) {
        let words = Words { corpus: &Corpus::default(), matcher: None };
        let stop = Stop::default();
        let mut world = World::new(&self.core, self.pool.clone(), words, &stop, Allowance::default());
        let all: Vec<RelationId> = (0..self.core.relations.len() as u32).map(RelationId).collect();
        world.fill(&all).expect("it is small");
        for &id in &all {
            let mut found: Vec<Vec<Value>> = world.rows(id).to_vec();
            let mut expected: Vec<Vec<Value>> = self.db.relation(id).rows().map(|row| row.to_vec()).collect();
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "{} of {:?}", self.core.relation(id).name, self.core);
        }
    }
}

/// One thing in a document made another; none where there is nothing to change.
fn altered(document: &Document, c: &mut generate::Choices<'_>) -> Option<Document> {
    let mut other = document.clone();
    let ids: Vec<String> = document.nodes.iter().map(|node| node.id.clone()).collect();
    let at = c.below(other.nodes.len());
    let another = |cell: &Cell| match cell {
        Cell::Number(number) => Cell::Number(number + 1),
        _ => Cell::Number(41),
    };
    let node = &mut other.nodes[at];
    match (c.below(10), &mut node.source) {
        (0, _) => {
            let cell = node.values.first_mut()?;
            *cell = another(cell);
        }
        (1, _) => node.id = "0123456789abcdef".into(),
        (2, DocumentSource::Rule { text, .. } | DocumentSource::Aggregate { text, .. }) => {
            *text = text.replace('V', "W") + " "
        }
        (3, DocumentSource::Rule { premises, .. }) if !premises.is_empty() => {
            premises.remove(c.below(premises.len()));
        }
        (4, DocumentSource::Rule { premises, .. }) => {
            let fact = premises.iter_mut().find(|premise| matches!(premise, DocumentPremise::Fact(_)))?;
            let instead = ids[c.below(ids.len())].clone();
            if *fact == DocumentPremise::Fact(instead.clone()) {
                return None;
            }
            *fact = DocumentPremise::Fact(instead);
        }
        (5, DocumentSource::Rule { binding, .. }) => {
            let cell = binding.first_mut()?;
            *cell = another(cell);
        }
        (6, _) => {
            let cell = node.values.last_mut()?;
            *cell = another(cell);
        }
        (7, DocumentSource::Rule { premises, .. }) => {
            let form = premises.iter_mut().find_map(|premise| match premise {
                DocumentPremise::Absent { pattern, .. } | DocumentPremise::NoneOf { pattern, .. } => {
                    pattern.first_mut()
                }
                DocumentPremise::Fact(_) | DocumentPremise::Holds => None,
            })?;
            *form = another(form);
        }
        (8, _) => drop(other.nodes.remove(at)),
        (9, _) => {
            let instead = c.below(ids.len());
            if instead == at {
                return None;
            }
            node.id = ids[instead].clone();
            other.nodes[instead].id = ids[at].clone();
        }
        (_, DocumentSource::Aggregate { rows, .. }) => {
            rows.pop()?;
        }
        _ => return None,
    }
    Some(other)
}

fn holds_and_nothing_else(bytes: &[u8]) {
    let Some(ran) = ran(bytes) else { return };
    ran.agrees();
    let mut c = generate::Choices::new(bytes);
    for document in ran.documents(6) {
        let read = Document::read(document.text().as_bytes()).expect("it can be read");
        assert_eq!(read, document);
        let faults = judge(&ran.core, &ran.pool, &read);
        assert!(faults.is_empty(), "{faults:?}\n{}\n{:?}", document.text(), ran.core);
        if let Some(other) = altered(&document, &mut c) {
            let faults = judge(&ran.core, &ran.pool, &other);
            assert!(!faults.is_empty(), "{}", other.text());
            // Whoever gave every node the identity of what it says now would still have to say what is so.
            if faults.iter().all(|fault| fault.wrong == Wrong::Altered) {
                ran.all_hold(&other);
            }
        }
        if let Ok(other) = Document::read(&damaged(&document.text(), &mut c)) {
            judge(&ran.core, &ran.pool, &other);
        }
    }
}

/// The bytes of a document with one changed, left out or cut off.
fn damaged(text: &str, c: &mut generate::Choices<'_>) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    let at = (c.below(256) * 256 + c.below(256)) % bytes.len();
    match c.below(3) {
        0 => bytes.truncate(at),
        1 => drop(bytes.remove(at)),
        _ => bytes[at] = b"0123456789\"{}[],:-"[c.below(18)],
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn every_fact_has_a_document_that_holds(bytes in proptest::collection::vec(any::<u8>(), 60..400)) {
        holds_and_nothing_else(&bytes);
    }
}

/// The example: every theme and inference has a document that holds of the study, read anew and as it was evaluated.
#[test]
fn every_finding_of_the_example_has_a_document_that_holds() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/creative_digital");
    let open = || Study::open(&path, &Options::default(), &mut |_| {});
    let (mut evaluated, mut anew) = (open(), open());
    let mut found = 0;
    for relation in ["theme", "proximity", "capacity", "carried_over"] {
        let width = evaluated.program().relation(evaluated.program().known(relation)).columns.len();
        let names: Vec<String> = (0..width).map(|n| format!("X{n}")).collect();
        let answers = evaluated.query(&format!("{relation}({})", names.join(", "))).expect("it can be asked");
        for row in answers.rows.iter().step_by(3) {
            let values: Vec<String> = row
                .iter()
                .map(|cell| match cell {
                    Shown::Text(text) | Shown::Number(text) => text.clone(),
                    Shown::Empty => "_".to_string(),
                })
                .collect();
            let fact = format!("{relation}({})", values.join(", "));
            let Proven::Proof(document) = evaluated.proof(&fact) else { panic!("{fact} has no proof") };
            let document = Document::read(document.text().as_bytes()).expect("it can be read");
            for study in [&mut evaluated, &mut anew] {
                let verdict = study.verify(&document, &mut |_| {}).expect("nothing ends it");
                assert!(
                    verdict.holds() && verdict.looked.facts == document.nodes.len(),
                    "{fact}: {:?}",
                    verdict.faults
                );
            }
            found += 1;
        }
    }
    assert!(found > 20, "{found}");
    // Nothing was concluded for that, so it is now.
    anew.evaluate(&mut |_| {});
    assert_eq!(anew.findings().themes.len(), evaluated.findings().themes.len());
    assert_eq!(anew.findings(), evaluated.findings());
}

/// `p(x)` by itself, `q(1)` given.
fn itself() -> (Core, Pool) {
    let mut pool = Pool::default();
    let mut core = Core::default();
    let p = core.add_relation("p", 1);
    let q = core.add_relation("q", 1);
    core.add_fact(q, &[pool.number(1)], FactPlace::Written(OriginId(0)));
    let x = Term::Var(Var(0));
    let columns = vec![Expr::Var(Var(0))];
    core.add_rule(Rule { head: p, columns, body: vec![Literal::Atom(p, vec![x])], vars: 1 }, OriginId(0));
    (core, pool)
}

fn node(id: &str, relation: &str, source: DocumentSource) -> DocumentNode {
    DocumentNode { id: id.into(), relation: relation.into(), values: vec![Cell::Number(1)], statement: None, source }
}

#[test]
fn what_stands_on_itself_or_on_nothing_is_told() {
    let (core, pool) = itself();
    let by = |premise: &str| DocumentSource::Rule {
        text: "p(V0) :- p(V0).".into(),
        binding: vec![Cell::Number(1)],
        premises: vec![DocumentPremise::Fact(premise.into())],
    };
    let said = |root: &str, nodes: Vec<DocumentNode>| -> Vec<Wrong> {
        let [study, statement, fact] = ["", "", "p(1)"].map(String::from);
        let document = Document { hence_proof: 1, study, statement, fact, root: root.into(), nodes };
        judge(&core, &pool, &document).into_iter().map(|fault| fault.wrong).collect()
    };
    let (a, b) = ("000000000000000a", "000000000000000b");
    assert!(said(a, vec![node(a, "p", by(a))]).contains(&Wrong::Circle));
    assert!(said(a, vec![node(a, "p", by(b)), node(b, "p", by(a))]).contains(&Wrong::Circle));
    assert!(said(a, vec![node(a, "p", by(b))]).contains(&Wrong::Nowhere(b.into())));
    assert_eq!(said(a, vec![]), [Wrong::NoRoot]);
    assert!(said(a, vec![node("x", "p", by(a))]).contains(&Wrong::NoIdentity));
    assert!(said(a, vec![node(a, "p", by(a)), node(a, "p", by(a))]).contains(&Wrong::Twice));
    let given = || DocumentSource::Given(DocumentGiven::Written(DocumentPlace::default()));
    let id = |relation: &str| Content::of(&format!("{relation}(1)")).given(GivenBy::Written).identity().to_string();
    assert_eq!(said(&id("q"), vec![node(&id("q"), "q", given())]), []);
    assert_eq!(said(&id("p"), vec![node(&id("p"), "p", given())]), [Wrong::NotGiven(None)]);
    assert_eq!(said(&id("r"), vec![node(&id("r"), "r", given())]), [Wrong::NoRelation(None)]);
    // A fact that names its own wish as its reason, with the identity that goes with it.
    let wish = Content::of("p(1)").rule("p(V0) :- p(V0).", "1").fact(&id("p")).identity().to_string();
    let nodes = vec![node(&wish, "p", by(&id("p"))), node(&id("p"), "p", given())];
    assert_eq!(said(&wish, nodes), [Wrong::NotGiven(None)]);
}

#[test]
fn a_document_of_many_nodes_that_are_all_wrong_is_told_soon() {
    let (core, pool) = itself();
    let many = 50_000;
    let id = |n: usize| format!("{n:016x}");
    let rule = |n: usize| DocumentSource::Rule {
        text: format!("p(V0) :- r{n}(V0)."),
        binding: vec![Cell::Number(1)],
        premises: vec![DocumentPremise::Fact(id((n + 1) % many))],
    };
    let nodes = (0..many).map(|n| node(&id(n), if n % 2 == 0 { "p" } else { "q" }, rule(n))).collect();
    let [study, statement, fact] = ["", "", "p(1)"].map(String::from);
    let document = Document { hence_proof: 1, study, statement, fact, root: id(0), nodes };
    let faults = judge(&core, &pool, &document);
    assert!(faults.len() > many && faults.iter().any(|fault| fault.wrong == Wrong::Circle), "{}", faults.len());
}

#[test]
fn a_world_beyond_its_allowance_is_given_up() {
    let (core, pool) = itself();
    let fill = |allowed: Allowance| {
        let (stop, words) = (Stop::default(), Words { corpus: &Corpus::default(), matcher: None });
        World::new(&core, pool.clone(), words, &stop, allowed).fill(&[RelationId(0), RelationId(1)])
    };
    assert_eq!(fill(Allowance { rows: 0, ..Allowance::default() }), Err(GivenUp::TooMuch));
    assert_eq!(fill(Allowance { rows: 1, ..Allowance::default() }), Ok(()));
}
