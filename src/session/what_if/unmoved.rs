//! Why something that is supposed changes nothing, or nothing but what it says itself: it holds as the study is, or what
//! asks for it asks for more.

use super::super::answers::Why;
use super::super::change::{Delta, Statement};
use super::super::explanation::{PlaceShown, Step};
use super::super::funnel::shortened;
use super::super::why_not::answer::WayMissed;
use super::super::{Asked, Study};
use super::Supposed;
use crate::base::Value;
use crate::check::program::{ConceptId, RelationId, RelationKind};

/// So many statements are looked into.
const MOST: usize = 3;

/// A statement that is supposed, as the study is without it.
pub(super) struct Stated {
    fact: String,
    /// The subject and the concept, where it gives a subject a concept.
    gives: Option<(Value, ConceptId)>,
    /// Why it holds already, where it does.
    already: Option<String>,
    /// The message, where it is one.
    message: Option<String>,
}

impl Study {
    /// The statements that would come in, each with why it holds already.
    pub(super) fn stated(&mut self, supposed: &[Supposed]) -> Vec<Stated> {
        let added = supposed.iter().filter_map(|one| match one {
            Supposed::Add(fact) => Some(fact.clone()),
            _ => None,
        });
        let added: Vec<String> = added.take(MOST).collect();
        added.into_iter().filter_map(|fact| self.one_stated(&fact)).collect()
    }

    fn one_stated(&mut self, fact: &str) -> Option<Stated> {
        let questions = self.sources.len();
        let resolved = self.resolve(&Statement::Written(fact.to_string()), true);
        self.sources.truncate(questions);
        let (relation, row) = resolved.ok()?;
        let row: Vec<Value> = row.into_iter().collect::<Option<_>>()?;
        let concept = |at: usize| self.program.concept_values.get(row.get(at)?).copied();
        let gives = match self.program.relation(relation).kind {
            RelationKind::Coding | RelationKind::Has(_) => concept(1).map(|concept| (row[0], concept)),
            _ => None,
        };
        let is_message = matches!(self.program.relation(relation).kind, RelationKind::Message);
        let message = row.first().filter(|_| is_message).map(|&id| self.pool.show(id));
        let (asked, wanted) = match gives.and_then(|(subject, concept)| self.having(subject, concept)) {
            Some(having) => having,
            None => (relation, row),
        };
        let (core, values) = self.lowered.route(&self.program, asked, &wanted);
        let already = self.db.find(core, &values).is_some().then(|| self.already(asked, &wanted)).flatten();
        Some(Stated { fact: fact.to_string(), gives, already, message })
    }

    /// The fact that a subject has a concept.
    fn having(&self, subject: Value, concept: ConceptId) -> Option<(RelationId, Vec<Value>)> {
        let concept = self.program.concept(concept);
        Some((self.program.kind(concept.kind).relation?, vec![subject, concept.value]))
    }

    /// `m15 has the code "Price" already: the text of m15 says "prices" (study.hence:7)`
    fn already(&mut self, relation: RelationId, row: &[Value]) -> Option<String> {
        let fact = {
            let open: Vec<Option<Value>> = row.iter().map(|&value| Some(value)).collect();
            self.view()?.fact(relation, &open)
        };
        let (questions, said) = (self.sources.len(), self.diagnostics.len());
        let why = self.why_as(&fact, Asked::default());
        self.sources.truncate(questions);
        self.diagnostics.truncate(said);
        let Why::Explained { explanations, .. } = why else { return None };
        let root = &explanations.first()?.root;
        let through = |step: &Step| format!("{}{}", step.statement, in_brackets(step.place.as_ref()));
        let text = match &root.because[..] {
            [] => format!("{} already{}", root.statement, in_brackets(root.place.as_ref())),
            [first, rest @ ..] => {
                let more = if rest.is_empty() { "" } else { ", and more" };
                format!("{} already: {}{more}", root.statement, through(first))
            }
        };
        Some(text)
    }

    /// Why a change that has been made brought nothing, or nothing but the concepts that its statements give.
    pub(super) fn unmoved(&self, stated: &[Stated], delta: &Delta) -> Vec<String> {
        let given = |kind: &str, name: &str| {
            let is = |concept: ConceptId| {
                let concept = self.program.concept(concept);
                concept.name == name && self.program.kind(concept.kind).name == kind
            };
            stated.iter().filter_map(|one| one.gives).any(|(_, concept)| is(concept))
        };
        let bare = delta.lost.is_empty()
            && delta.theory.is_empty()
            && delta.gained.iter().all(|gained| given(&gained.kind, &gained.name));
        if !bare {
            return Vec::new();
        }
        let of = |one: &Stated| match (&one.already, one.gives) {
            (Some(already), _) => Some(format!("`{}` brings nothing new: {already}.", one.fact)),
            (None, Some((subject, concept))) => self.asks_for_more(subject, concept),
            (None, None) => {
                let message = one.message.as_ref()?;
                let found = delta.gained.iter().any(|gained| gained.subject == *message);
                (!found).then(|| format!("No code finds anything in the message {message}."))
            }
        };
        stated.iter().filter_map(of).collect()
    }

    /// True where a clause of a concept speaks of another by its name.
    fn asks_for(&self, id: ConceptId, name: &str) -> bool {
        let concept = self.program.concept(id);
        let clauses = concept.when.iter().map(|body| body.at).chain(concept.matches.iter().map(|clause| clause.at));
        clauses.into_iter().any(|at| names(self.sources.slice(at), name))
    }

    /// What comes nearest of all that asks for a concept, and what it needs beside it.
    fn asks_for_more(&self, subject: Value, given: ConceptId) -> Option<String> {
        let view = self.view()?;
        let name = &self.program.concept(given).name;
        let all = (0..self.program.concepts.len()).filter_map(|at| u32::try_from(at).ok().map(ConceptId));
        let mut asking: Vec<ConceptId> = all.filter(|&id| id != given && self.asks_for(id, name)).collect();
        // What a code asks for in its words is of interest only where nothing is made of it.
        let is_code = |id: &ConceptId| self.program.kind(self.program.concept(*id).kind).name == "code";
        if asking.iter().any(|id| !is_code(id)) {
            asking.retain(|id| !is_code(id));
        }
        let mut nearest: Option<(ConceptId, WayMissed)> = None;
        for &id in &asking {
            let Some((relation, row)) = self.having(subject, id) else { continue };
            let row: Vec<Option<Value>> = row.into_iter().map(Some).collect();
            let Some(way) = self.nearest_way(relation, &row) else { continue };
            let is_nearer = nearest.as_ref().is_none_or(|(_, known)| way.failed() < known.failed());
            if names(&way.rule, name) && way.failed() > 0 && is_nearer {
                nearest = Some((id, way));
            }
        }
        let label = |id: ConceptId| self.program.concept(id).title();
        let Some((id, way)) = nearest else {
            return asking.is_empty().then(|| format!("No theme or other concept asks for \"{}\".", label(given)));
        };
        let lacking: Vec<String> = way
            .conditions
            .iter()
            .filter(|c| c.met != Some(true))
            .map(|c| format!("`{}`", shortened(&c.words)))
            .collect();
        let (relation, row) = self.having(subject, id)?;
        let row: Vec<Option<Value>> = row.into_iter().map(Some).collect();
        let kind = &self.program.kind(self.program.concept(id).kind).name;
        Some(format!(
            "The {kind} \"{}\" comes nearest of what asks for \"{}\", and still needs {}{}.\n`hence why-not '{}'{}` says more",
            label(id),
            label(given),
            lacking.join(" and "),
            in_brackets(way.place.as_ref()),
            view.fact(relation, &row),
            self.argument(),
        ))
    }
}

/// True where a text has the name as a word.
fn names(text: &str, name: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
}

/// ` (study.hence:7)`
fn in_brackets(place: Option<&PlaceShown>) -> String {
    match place {
        Some(place) if place.line > 0 => format!(" ({}:{})", place.file, place.line),
        Some(place) => format!(" ({})", place.file),
        None => String::new(),
    }
}
