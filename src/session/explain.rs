//! From the proof of a core fact to an explanation in the author's words.
//!
//! What lowering made up is passed through: brackets, unions, ways and passages show what they rest on instead of
//! themselves. Every leaf is a row of a file, something written in the study, a passage, a comparison with its
//! values, or an absence.

use super::comparing::Bound;
use super::explanation::{Explanation, QuoteShown, ReasonCount, Step, StepKind};
use super::findings::SaidShown;
use super::identity;
use super::labels::Labels;
use super::narrow::Parts;
use super::phrases::Phrase;
use super::reasons::Alone;
use super::show::View;
use crate::base::{Location, Value};
use crate::check::program::{ConceptId, Map, Said};
use crate::ir::core::{self, Literal, Var};
use crate::ir::origin::{Origin, OriginKind, Role};
use crate::proof::{self, Backward, Canon, Identity, Node, NodeId, Premise, Proof, Source, identities};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// So many steps are explained one under the other; what is further down is to be asked by itself.
const DEEPEST: usize = 100;

/// Explains a fact that holds.
pub(super) fn explain(view: View<'_>, relation: core::RelationId, row: u32) -> Option<Explanation> {
    explain_with(&mut Explaining::new(view), relation, row)
}

/// What the explanations of one study share.
pub(super) struct Explaining<'a> {
    pub(super) view: View<'a>,
    pub(super) backward: Backward<'a>,
    labels: Labels<'a>,
    parts: Parts,
    /// The reasons that concepts have by themselves, which many facts rest on.
    pub(super) alone: FxHashMap<(core::RelationId, u32), Rc<Alone>>,
    /// What puts identities into words, where steps are to have them.
    canon: Option<Canon<'a>>,
}

impl<'a> Explaining<'a> {
    pub fn new(view: View<'a>) -> Explaining<'a> {
        Explaining {
            view,
            backward: Backward::new(view.evaluated()),
            labels: Labels::of(view.program),
            parts: Parts::default(),
            alone: FxHashMap::default(),
            canon: None,
        }
    }

    /// The same with ids for all steps.
    pub fn with_ids(view: View<'a>) -> Explaining<'a> {
        Explaining { canon: Some(Canon::of(view.lowered, view.pool)), ..Explaining::new(view) }
    }

    /// True where steps are to have ids, and so what was counted is shown, too.
    pub fn whole(&self) -> bool {
        self.canon.is_some()
    }

    /// A proof as steps.
    pub fn in_words(&mut self, proof: &Proof) -> Step {
        let view = self.view;
        let ids = self.canon.as_ref().map_or_else(Vec::new, |canon| identities(proof, canon, view.db));
        let mut explainer = Explainer {
            view,
            proof,
            labels: &self.labels,
            parts: &mut self.parts,
            backward: &mut self.backward,
            ids: &ids,
            explained: FxHashSet::default(),
            named: FxHashSet::default(),
            depth: 0,
        };
        let mut root = explainer.step(NodeId(0), None);
        root.book = view.book();
        if self.canon.is_some() {
            identity::name(&mut root);
        }
        root
    }
}

/// Explains one fact of several by its best reason; whether there are others is not looked at.
pub(super) fn explain_with(
    explaining: &mut Explaining<'_>,
    relation: core::RelationId,
    row: u32,
) -> Option<Explanation> {
    let proof = proof::best_with(&mut explaining.backward, relation, row, proof::Budget::default())?;
    let root = explaining.in_words(&proof);
    let shortest = proof.proven_best;
    Some(Explanation {
        root,
        others: Vec::new(),
        reasons: ReasonCount::ONE,
        coded: None,
        shortest,
        ways: None,
        ways_below: Vec::new(),
    })
}

/// Explains a fact by its best reason, as one of the concept itself where it is one of a concept.
pub(super) fn explain_own(
    explaining: &mut Explaining<'_>,
    relation: core::RelationId,
    row: u32,
) -> Option<Explanation> {
    let (relation, row) = own_fact(explaining.view, relation, row);
    explain_with(explaining, relation, row)
}

/// The fact of the concept itself, where a row is one of a relation that is kept concept by concept.
pub(super) fn own_fact(view: View<'_>, relation: core::RelationId, row: u32) -> (core::RelationId, u32) {
    let Role::Union(_) = view.lowered.role(relation) else { return (relation, row) };
    let values = view.db.row(relation, row).to_vec();
    let found = || {
        let &[subject, concept] = &values[..] else { return None };
        let has = view.lowered.has(view.program, *view.program.concept_values.get(&concept)?)?;
        Some((has, view.db.find(has, &[subject])?))
    };
    found().unwrap_or((relation, row))
}

/// One proof on its way to words.
pub(super) struct Explainer<'p, 'a> {
    pub(super) view: View<'a>,
    pub(super) proof: &'p Proof,
    pub(super) labels: &'p Labels<'a>,
    pub(super) parts: &'p mut Parts,
    pub(super) backward: &'p mut Backward<'a>,
    /// Of the nodes of the proof; none where steps have no ids.
    ids: &'p [Identity],
    /// What has been explained further up.
    pub(super) explained: FxHashSet<NodeId>,
    /// The concepts whose names have been told beside their labels.
    pub(super) named: FxHashSet<ConceptId>,
    /// How far down the step is that is being explained.
    depth: usize,
}

impl<'p, 'a> Explainer<'p, 'a> {
    /// What a premise shows: itself, or what it rests on.
    fn shown(&mut self, id: NodeId, at: Option<Location>) -> Vec<Step> {
        let node = self.proof.node(id);
        match self.view.lowered.role(node.relation) {
            Role::Domain(_) => Vec::new(),
            Role::Way(..) | Role::Group(_) | Role::Place(_) | Role::Passages(_) | Role::Blocked(_) | Role::Question => {
                self.premises(node)
            }
            Role::Union(_) => match &node.source {
                Source::Rule { premises, .. } => match premises.first() {
                    Some(Premise::Node(inner)) => self.shown(*inner, at),
                    _ => vec![self.step(id, at)],
                },
                _ => vec![self.step(id, at)],
            },
            Role::Declared(relation) if self.view.program.relation(relation).name == "quote" => self.premises(node),
            Role::Coded(concept) if self.is_internal(node) => {
                let mut step = self.step(id, at);
                step.statement = self.coded_sentence(node, concept, false);
                vec![step]
            }
            _ => vec![self.step(id, at)],
        }
    }

    fn is_internal(&self, node: &Node) -> bool {
        matches!(self.origin(node).map(|o| o.kind), Some(OriginKind::Internal))
    }

    pub(super) fn origin(&self, node: &Node) -> Option<&'a Origin> {
        let lowered = self.view.lowered;
        match node.source {
            Source::Rule { rule, .. } => Some(lowered.origin(lowered.core.rule_origins[rule.0 as usize])),
            _ => None,
        }
    }

    fn step(&mut self, id: NodeId, at: Option<Location>) -> Step {
        let node = self.proof.node(id);
        let role = self.view.lowered.role(node.relation);
        if let (Role::Union(_), Source::Rule { premises, .. }) = (role, &node.source)
            && let Some(Premise::Node(inner)) = premises.first()
        {
            return self.step(*inner, at);
        }
        let round = Some(self.view.db.relation(node.relation).rank(node.row));
        let name = self.ids.get(id.0 as usize).map(Identity::to_string).unwrap_or_default();
        let mut step =
            Step { id: name, statement: self.sentence(node), fact: self.fact(node), round, ..Step::default() };
        if self.explained.contains(&id) && self.has_reasons(node) {
            step.kind = StepKind::Again;
            return step;
        }
        if self.depth >= DEEPEST && self.has_reasons(node) {
            step.kind = StepKind::Deeper;
            return step;
        }
        self.explained.insert(id);
        match (&node.source, role) {
            (_, Role::Match(_)) => return Step { id: step.id, ..self.quote_step(node, at) },
            (Source::Given { place }, _) => {
                step.kind = StepKind::Row;
                step.place = self.view.given_place(node.relation, *place);
                let place = self.view.lowered.core.given[node.relation.0 as usize].places.get(*place);
                if matches!(place, Some(core::FactPlace::Written(_))) {
                    step.kind = StepKind::Written;
                }
            }
            (Source::Aggregated { .. }, _) => return Step { id: step.id, ..self.count_step(node, at) },
            (Source::Rule { .. }, _) => self.derived(node, &mut step),
        }
        step
    }

    fn has_reasons(&self, node: &Node) -> bool {
        matches!(&node.source, Source::Rule { .. } | Source::Aggregated { .. })
            && !matches!(self.view.lowered.role(node.relation), Role::Match(_))
    }

    fn values(node: &Node) -> Vec<Option<Value>> {
        node.values.iter().map(|&v| Some(v)).collect()
    }

    fn fact(&self, node: &Node) -> Option<String> {
        let (relation, row) = self.view.named_fact(node.relation, &Self::values(node))?;
        Some(self.view.fact(relation, &row))
    }

    fn sentence(&self, node: &Node) -> String {
        if let Role::Coded(concept) = self.view.lowered.role(node.relation) {
            return self.coded_sentence(node, concept, self.depth == 0);
        }
        match self.view.named_fact(node.relation, &Self::values(node)) {
            Some((relation, row)) => {
                let own = self.origin(node).and_then(|o| match o.kind {
                    OriginKind::Rule(number) => self.view.program.rules[number].reads.as_ref(),
                    _ => None,
                });
                match own {
                    Some(template) => self.view.fill(template, &row),
                    None => self.view.sentence(relation, &row),
                }
            }
            None => {
                let values: Vec<String> = node.values.iter().map(|&v| self.view.in_words(v)).collect();
                values.join(", ")
            }
        }
    }

    /// `a passage of m15 has the code "A place people share"`; where it was asked who coded it, the rules are named, too.
    fn coded_sentence(&self, node: &Node, concept: ConceptId, asked: bool) -> String {
        let label = self.view.program.concept(concept).title();
        let coder = node.values.get(1).map_or(String::new(), |&c| self.view.pool.show(c));
        let quote = node.values.first().and_then(|&q| self.view.pool.as_quote(q));
        let subject = quote.map_or_else(|| self.view.say(Phrase::Something, &[]), |(m, _)| self.view.pool.show(m));
        let of_passage = quote.is_some_and(|(_, range)| range.is_some());
        let (subject, label) = (("subject", &*subject), ("label", label));
        match (coder.as_str(), of_passage) {
            ("rules", true) if asked => self.view.say(Phrase::ByRulesPassage, &[subject, label]),
            ("rules", false) if asked => self.view.say(Phrase::ByRulesMessage, &[subject, label]),
            ("rules", true) => self.view.say(Phrase::RulesPassage, &[subject, label]),
            ("rules", false) => self.view.say(Phrase::RulesMessage, &[subject, label]),
            (coder, true) => self.view.say(Phrase::PersonPassage, &[("coder", coder), subject, label]),
            (coder, false) => self.view.say(Phrase::PersonMessage, &[("coder", coder), subject, label]),
        }
    }

    /// Fills in how a derived fact follows.
    fn derived(&mut self, node: &'p Node, step: &mut Step) {
        let Some(origin) = self.origin(node) else { return };
        let program = self.view.program;
        step.place = origin.at.map(|at| self.view.place(at));
        // Names are told where a reader meets them first, above what the step rests on.
        let clause = match origin.kind {
            OriginKind::Holds(id, number) | OriginKind::When(id, number) => {
                let at = program.concept(id).when[number].at;
                let met = self.conditions(node);
                self.labels.clause_by(self.view, at, &met, Some(&mut self.named))
            }
            _ => String::new(),
        };
        step.because = self.premises(node);
        if let Source::Rule { binding, .. } = &node.source {
            // What is counted has many values, and none of its own.
            let named = origin.vars.iter().zip(binding).filter(|(name, value)| !name.is_empty() && !value.is_none());
            step.values = named.map(|(name, &value)| (name.clone(), self.view.pool.show(value))).collect();
        }
        match origin.kind {
            OriginKind::Rule(number) => {
                let rule = &program.rules[number];
                let head = self.view.words(rule.head_at);
                let body = self.view.words(rule.body.at);
                let stated = rule.body.at.span == rule.at.span;
                let text = if stated { head } else { format!("{head} if {body}") };
                step.by = Some(self.view.say(Phrase::ByRule, &[("rule", &text)]));
                step.has_sentence = rule.reads.is_some() || program.relation(rule.head).reads.is_some();
                step.rule = Some(format!("rule {text}"));
                step.reasons = rule.because.iter().map(|s| self.view.said(s)).collect();
                step.citations = rule.cites.iter().map(|c| self.view.citation(c)).collect();
                if step.because.is_empty() {
                    step.kind = StepKind::Written;
                }
            }
            OriginKind::Holds(id, number) | OriginKind::When(id, number) => {
                let concept = program.concept(id);
                let at = concept.when[number].at;
                let of = concept.when.len() + concept.matches.len();
                step.by = Some(match of {
                    1 => self.view.say(Phrase::ByDefinition, &[("clause", &clause)]),
                    _ => self.view.say(Phrase::ByOneWay, &[("number", &of.to_string()), ("clause", &clause)]),
                });
                step.rule = Some(format!("when {}", self.view.words(at)));
                step.found = self.found(node);
                self.defined(id, step);
            }
            // The pattern itself stands with the passage that it found.
            OriginKind::Matches(id, _) => self.defined(id, step),
            OriginKind::CodeOf(id) => {
                // The passage's own reason is the message's reason.
                if let [only] = &mut step.because[..] {
                    let only = std::mem::take(only);
                    step.rule = only.rule;
                    step.by = only.by;
                    step.place = only.place;
                    step.because = only.because;
                    step.quote = only.quote;
                }
                self.defined(id, step);
            }
            OriginKind::People(_) => {
                step.rule = None;
                step.place = None;
                step.quote = node.values.first().and_then(|&q| self.view.quote_shown(q));
            }
            OriginKind::Under { child, parent } => {
                let (child, parent) = (program.concept(child), program.concept(parent));
                let quoted = |title: &str| format!("\"{title}\"");
                let holders = [("child", &*quoted(child.title())), ("parent", &quoted(parent.title()))];
                step.by = Some(self.view.say(Phrase::InCodebook, &holders));
                step.rule = Some(format!("{} stands under {}", child.name, parent.name));
            }
            OriginKind::Map(number) | OriginKind::Inferred(number) => {
                let map = &program.maps[number];
                let to: Vec<&str> = map.to.iter().map(|&t| program.concept(t).name.as_str()).collect();
                let guard = map.guard.as_ref().map(|g| format!(" if {}", self.view.words(g.at))).unwrap_or_default();
                step.rule = Some(format!("map {} -> {}{guard}", program.concept(map.theme).name, to.join(", ")));
                let title = |id: ConceptId| format!("\"{}\"", program.concept(id).title());
                let concepts: Vec<String> = map.to.iter().map(|&to| title(to)).collect();
                let concepts = self.view.listed(&concepts);
                let holders = [("theme", &*title(map.theme)), ("concepts", &concepts)];
                step.by = Some(self.view.say(Phrase::ByMap, &holders));
                let to = match self.view.lowered.role(node.relation) {
                    Role::Stimulates(_, to) | Role::Has(to) => Some(to),
                    _ => None,
                };
                step.reasons =
                    reasons_of(map, to).map(|(said, of_all)| SaidShown { of_all, ..self.view.said(said) }).collect();
                step.citations = map.cites.iter().map(|c| self.view.citation(c)).collect();
            }
            OriginKind::Evidence(_)
            | OriginKind::Fact(_)
            | OriginKind::Unless(..)
            | OriginKind::Internal
            | OriginKind::Question => {}
        }
    }

    /// What the concept means, and on whose word.
    fn defined(&self, id: ConceptId, step: &mut Step) {
        let concept = self.view.program.concept(id);
        let said = |s: &Said| self.view.said(s);
        step.reasons = concept.means.iter().chain(&concept.because).map(said).collect();
        step.citations = concept.cites.iter().map(|c| self.view.citation(c)).collect();
    }

    /// What the literals of a rule show.
    pub(super) fn premises(&mut self, node: &Node) -> Vec<Step> {
        self.depth += 1;
        let steps = self.premises_below(node);
        self.depth -= 1;
        steps
    }

    fn premises_below(&mut self, node: &Node) -> Vec<Step> {
        let Source::Rule { rule, binding, premises } = &node.source else { return Vec::new() };
        let Some(origin) = self.origin(node) else { return Vec::new() };
        let body = &self.view.lowered.core.rule(*rule).body;
        let bystanders = proof::bystanders(self.view.lowered.core.rule(*rule));
        let mut steps = Vec::new();
        // Counts wait for the comparison that uses them.
        let mut counts: Vec<(Var, Step)> = Vec::new();
        for (i, (literal, premise)) in body.iter().zip(premises).enumerate() {
            let at = origin.literals.get(i).copied().flatten();
            match (literal, premise) {
                (Literal::Lookup { value, .. }, Premise::Node(id)) => {
                    counts.push((*value, self.step(*id, at)));
                }
                (Literal::Lookup { value, .. }, Premise::Default { value: found, .. }) => {
                    counts.push((*value, self.empty_count(at, *found)));
                }
                (Literal::Atom(relation, terms), Premise::Node(id)) => {
                    let aside = bystanders.contains(&i);
                    let form = proof::form(terms, binding);
                    let mut shown = self.shown(*id, at);
                    // Beside the shortest walk stands that walk, and no other would do.
                    if aside
                        && !self.gives_extreme(premises, *id)
                        && let [only] = &mut shown[..]
                    {
                        self.one_of_such(only, *relation, &form);
                    }
                    steps.extend(shown);
                }
                (_, Premise::Node(id)) => steps.extend(self.shown(*id, at)),
                // Hulls around smaller ones were dropped: nothing that the author said.
                (_, Premise::Absent { relation, .. })
                    if at.is_none() && matches!(self.view.lowered.role(*relation), Role::Place(_)) => {}
                (_, Premise::Absent { relation, pattern }) => steps.push(self.absence(*relation, pattern, at)),
                (Literal::Place(test, a, b), _)
                    if matches!(self.view.lowered.role(node.relation), Role::Place(_)) && at.is_some() =>
                {
                    // Two passages and how they stand to one another are one stretch of text.
                    let mut both = self.passages(*test, (a, b), binding, at);
                    if let core::PlaceTest::Near(most) = *test {
                        both.found = self.also_near(most, (a, b), (body, binding));
                    }
                    both.because = std::mem::take(&mut steps);
                    both.because.iter_mut().for_each(|step| told(step, both.quote.as_ref()));
                    steps.push(both);
                }
                (literal, _) => {
                    if let Some(step) = self.comparison(literal, Bound { body, binding, origin }, at, &mut counts) {
                        steps.push(step);
                    }
                }
            }
        }
        steps.extend(counts.into_iter().map(|(_, step)| step));
        // A message is one of its own thread: what two conditions ask of one row is said once.
        steps.dedup();
        steps
    }
}

/// The reasons that a map gives for one of its concepts: where there is one for each, the one in the same place, and what
/// follows the last of them, which is true of all together; else all.
fn reasons_of(map: &Map, to: Option<ConceptId>) -> impl Iterator<Item = (&Said, bool)> {
    let at = to.and_then(|to| map.to.iter().position(|&other| other == to));
    let at = at.filter(|_| map.because.len() >= map.to.len());
    map.because.iter().enumerate().filter_map(move |(number, said)| match at {
        Some(at) => (number == at || number >= map.to.len()).then_some((said, number >= map.to.len())),
        None => Some((said, false)),
    })
}

/// Passages whose sentence stands above them need not show it again.
fn told(step: &mut Step, above: Option<&QuoteShown>) {
    let Some(whole) = above.and_then(|above| above.range.map(|range| (range, &above.message))) else { return };
    if let Some(quote) = &mut step.quote
        && let Some(range) = quote.range
    {
        quote.told = quote.message == *whole.1 && whole.0.0 <= range.0 && range.1 <= whole.0.1;
    }
    // A code has its passage, and a passage its pattern: no more.
    step.because.iter_mut().for_each(|under| told(under, above));
}
