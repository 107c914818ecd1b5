//! Why something that is supposed changes nothing, or nothing but what it says itself: it holds as the study is, or what
//! asks for it asks for more.

use super::super::answers::Why;
use super::super::change::{Delta, Statement};
use super::super::explanation::{PlaceShown, Step};
use super::super::funnel::shortened;
use super::super::why_not::answer::{ConditionShown, WayMissed};
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
    /// The row, where it is the coding of a whole message.
    pub(super) whole: Option<(RelationId, Vec<Value>)>,
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
        let is_coding = matches!(self.program.relation(relation).kind, RelationKind::Coding);
        let start = self.program.relation(relation).column("start").filter(|_| is_coding);
        let whole = start.filter(|&at| row[at].is_none()).map(|_| (relation, row.clone()));
        let (asked, wanted) = match gives.and_then(|(subject, concept)| self.having(subject, concept)) {
            Some(having) => having,
            None => (relation, row),
        };
        let (core, values) = self.lowered.route(&self.program, asked, &wanted);
        let already = self.db.find(core, &values).is_some().then(|| self.already(asked, &wanted)).flatten();
        Some(Stated { fact: fact.to_string(), gives, already, whole, message })
    }

    /// The fact that a subject has a concept.
    pub(super) fn having(&self, subject: Value, concept: ConceptId) -> Option<(RelationId, Vec<Value>)> {
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
    pub(super) fn unmoved(&mut self, stated: &[Stated], delta: &Delta) -> Vec<String> {
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
        let mut out = Vec::new();
        for one in stated {
            out.extend(match (&one.already, one.gives) {
                (Some(already), _) => Some(format!("`{}` brings nothing new: {already}.", one.fact)),
                (None, Some((subject, concept))) => {
                    let passage = one.whole.as_ref().and_then(|(coding, row)| self.with_passage(*coding, row, concept));
                    passage.or_else(|| self.asks_for_more(subject, concept))
                }
                (None, None) => one.message.as_ref().and_then(|message| {
                    let found = delta.gained.iter().any(|gained| gained.subject == *message);
                    (!found).then(|| format!("No code finds anything in the message {message}."))
                }),
            });
        }
        out
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
        // An exception is no condition that its author wrote among the others.
        let (against, lacking): (Vec<&ConditionShown>, Vec<&ConditionShown>) =
            way.conditions.iter().filter(|c| c.met != Some(true)).partition(|c| c.absence && c.place.is_none());
        let needed: Vec<String> = lacking.iter().map(|c| format!("`{}`", shortened(&c.words))).collect();
        let mut lacks = Vec::new();
        if !needed.is_empty() {
            lacks.push(format!("still needs {}{}", needed.join(" and "), in_brackets(way.place.as_ref())));
        }
        if !against.is_empty() {
            lacks.push(format!("is held back by {}", self.exceptions(subject, id)?));
        }
        let (relation, row) = self.having(subject, id)?;
        let row: Vec<Option<Value>> = row.into_iter().map(Some).collect();
        let kind = &self.program.kind(self.program.concept(id).kind).name;
        Some(format!(
            "The {kind} \"{}\" comes nearest of what asks for \"{}\", and {}.\n`hence why-not '{}'{}` says more",
            label(id),
            label(given),
            lacks.join(", and "),
            view.fact(relation, &row),
            self.argument(),
        ))
    }
}

impl Study {
    /// The exceptions of a concept that hold of a subject: `the exception "Said with irony" (study.hence:7)`. Of one that is
    /// no concept by itself it is only known where it is the only one.
    fn exceptions(&self, subject: Value, id: ConceptId) -> Option<String> {
        let view = self.view()?;
        let unless = &self.program.concept(id).unless;
        let holds = |words: &str| {
            let named = self.program.concepts.iter().position(|concept| concept.name == words);
            let named = named.and_then(|at| u32::try_from(at).ok()).map(ConceptId)?;
            let has = self.lowered.has(&self.program, named)?;
            self.db.find(has, &[subject]).map(|_| format!("\"{}\"", self.program.concept(named).title()))
        };
        let mut told: Vec<String> = Vec::new();
        for clause in unless {
            let at = in_brackets(Some(&view.place(clause.at)));
            told.extend(holds(&view.words(clause.at)).map(|label| format!("{label}{at}")));
        }
        Some(match (&told[..], &unless[..]) {
            ([], [only]) => {
                let at = in_brackets(Some(&view.place(only.at)));
                format!("the exception `{}`{at}", shortened(&view.words(only.at)))
            }
            ([], _) => "one of its exceptions".to_string(),
            ([one], _) => format!("the exception {one}"),
            (several, _) => format!("the exceptions {}", several.join(" and ")),
        })
    }
}

/// True where a text has the name as a word.
fn names(text: &str, name: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
}

/// ` (study.hence:7)`
pub(super) fn in_brackets(place: Option<&PlaceShown>) -> String {
    match place {
        Some(place) if place.line > 0 => format!(" ({}:{})", place.file, place.line),
        Some(place) => format!(" ({})", place.file),
        None => String::new(),
    }
}
