//! The codebook of a study, as people publish it: plain data for every form.
//!
//! Its fields are those of MacQueen, McLellan, Kay and Milstein (1998, "Codebook Development for Team-Based Qualitative
//! Analysis", Cultural Anthropology Methods 10(2)): name, brief and full definition, when to use, when not, examples;
//! and what a study that runs knows besides: real quotes, what came near and was kept out, who coded it how often, and
//! what it leads to in theory. Everything stands in the order of the study, what stands under another after it.

use super::Study;
pub use super::codebook_quotes::Differing;
use super::explanation::{CitationShown, QuoteShown};
use super::findings::{ConceptFinding, Counts, Inference, Rests, SaidShown};
use super::near_misses::NearMisses;
use super::pattern_words::quoted;
use super::show::View;
use crate::base::Value;
use crate::check::program::{
    Concept, ConceptId, Condition, ConditionKind, KindId, Operand, OperandKind, Place, PlaceKind, Said,
};
use crate::data::project::Project;
use crate::text::Pattern;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// So many messages that were kept out are shown of a concept.
const KEPT_OUT: usize = 3;

/// What an import notes for other programs, which is no memo of a person's.
const NOTES_OF_PROGRAMS: [&str; 3] = ["guid ", "colour ", "a heading"];

/// The codebook of a study.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Codebook {
    /// The study's title.
    pub title: Option<String>,
    /// Who made it.
    pub by: Vec<String>,
    /// The language of its messages, by its English name.
    pub language: Option<&'static str>,
    /// How many messages, authors and threads the figures are of.
    pub size: Counts,
    /// The kinds: codes, themes, and the others in the order of the study.
    pub kinds: Vec<CodebookKind>,
}

/// A kind of concepts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CodebookKind {
    /// `code`
    pub kind: String,
    /// "Forms of proximity"; the name where there is no label.
    pub label: String,
    /// `message`, `author` or `thread`: what its concepts are said of.
    pub subject: &'static str,
    /// What it is.
    pub means: Vec<SaidShown>,
    /// Its concepts, each before those that stand under it.
    pub entries: Vec<Entry>,
}

/// A code, theme or other concept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// `theme`
    pub kind: String,
    /// `shared_space`
    pub name: String,
    /// "A place people share"; the name where there is no label.
    pub label: String,
    /// True for a concept of the library, which the study only uses.
    pub of_library: bool,
    /// How many concepts it stands under, one under the other.
    pub depth: usize,
    /// The labels of those it stands under directly.
    pub under: Vec<String>,
    /// `draft`, `agreed` or `retired`, where the author says so. What is only taken for granted would read, beside the
    /// figures of several coders, as if these agreed.
    pub status: Option<&'static str>,
    /// The first sentence of its definition.
    pub brief: Option<String>,
    /// Its definition.
    pub means: Vec<SaidShown>,
    /// When to use it.
    pub include: Vec<SaidShown>,
    /// When not.
    pub exclude: Vec<SaidShown>,
    /// What the study finds it by, as its author wrote it.
    pub rules: Vec<String>,
    /// What keeps it out, as its author wrote it.
    pub exceptions: Vec<String>,
    /// Examples that the author wrote.
    pub examples: Vec<String>,
    /// Counter-examples that the author wrote.
    pub counterexamples: Vec<String>,
    /// Messages that the author names as examples.
    pub named: Vec<QuoteShown>,
    /// Messages that the author names as counter-examples.
    pub named_against: Vec<QuoteShown>,
    /// The strongest quotes of the data.
    pub quotes: Vec<QuoteShown>,
    /// Of a code: passages that some of its coders gave it to and others did not.
    pub differing: Vec<Differing>,
    /// Messages that came near it and do not have it.
    pub kept_out: Vec<KeptOut>,
    /// Reasons.
    pub because: Vec<SaidShown>,
    /// Citations that stand alone.
    pub citations: Vec<CitationShown>,
    /// What a theme stands for in theory.
    pub inferences: Vec<Inference>,
    /// What stands for this in theory: kind and label.
    pub inferred_from: Vec<(String, String)>,
    /// The concepts whose conditions ask for it: kind and label.
    pub used_by: Vec<(String, String)>,
    /// What was noted of it.
    pub memos: Vec<SaidShown>,
    /// What has it.
    pub counts: Counts,
    /// How many passages carry it or speak for it.
    pub passages: usize,
    /// Of a code: who gave it, people first, then the rules.
    pub coders: Vec<CoderCount>,
    /// What it rests on, in a study in which people coded.
    pub rests: Option<Rests>,
}

/// How often somebody gave a code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CoderCount {
    /// Who; `rules` for patterns and conditions.
    pub coder: String,
    /// To how many messages.
    pub messages: usize,
    /// To how many passages.
    pub passages: usize,
}

/// A message that came near a concept and does not have it.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptOut {
    /// True where an exception holds, false where a condition is not met.
    pub exception: bool,
    /// The exception, or the condition that is not met, as written; none where several exceptions may be it.
    pub by: Option<String>,
    /// What the message says.
    pub quote: QuoteShown,
}

impl Study {
    /// The study's codebook; empty before the study is evaluated.
    pub fn codebook(&mut self) -> Codebook {
        self.complete();
        let Some(view) = self.view() else { return Codebook::default() };
        let findings = self.findings();
        let all = findings.themes.iter().chain(&findings.codes);
        let all = all.chain(findings.others.iter().flat_map(|kind| &kind.concepts));
        let found: FxHashMap<(&str, &str), &ConceptFinding> =
            all.map(|c| ((c.kind.as_str(), c.name.as_str()), c)).collect();
        let used = self.uses();
        let own = |id: ConceptId, concept: &Concept| {
            let kind = &self.program.kind(concept.kind).name;
            !self.shipped.contains(&concept.at.file)
                || self.program.maps.iter().any(|map| map.to.contains(&id))
                || found.get(&(kind.as_str(), concept.name.as_str())).is_some_and(|f| !f.members.is_empty())
        };
        let judged = self.judged(view);
        let mut near = NearMisses::new(view);
        let mut kinds: Vec<(KindId, CodebookKind)> = Vec::new();
        for (id, depth) in self.nested() {
            let concept = self.program.concept(id);
            if !own(id, concept) {
                continue;
            }
            let declared = self.program.kind(concept.kind);
            let at = kinds.iter().position(|(kind, _)| *kind == concept.kind).unwrap_or_else(|| {
                let kind = CodebookKind {
                    kind: declared.name.clone(),
                    label: declared.label.clone().unwrap_or_else(|| declared.name.clone()),
                    subject: declared.subject.name(),
                    means: said(view, &declared.means),
                    entries: Vec::new(),
                };
                kinds.push((concept.kind, kind));
                kinds.len() - 1
            });
            let mut entry = self.entry(view, id, depth);
            if let Some(found) = found.get(&(declared.name.as_str(), concept.name.as_str())) {
                entry.counts = found.counts;
                entry.passages = found.passages;
                entry.quotes.clone_from(&found.quotes);
                entry.rests = found.rests;
            }
            if let Some((quotes, differing)) = judged.as_ref().and_then(|judged| judged.quotes(view, id)) {
                (entry.quotes, entry.differing) = (quotes, differing);
            }
            entry.kept_out = near.of(id, KEPT_OUT);
            let of_theme = |i: &&Inference| declared.name == "theme" && i.theme == concept.name;
            entry.inferences = findings.inferences.iter().filter(of_theme).cloned().collect();
            let to_this = |i: &&Inference| i.kind == declared.name && i.concept == concept.name;
            let from = findings.inferences.iter().filter(to_this);
            entry.inferred_from = from.map(|i| ("theme".to_owned(), i.theme_label.clone())).collect();
            entry.used_by = used.get(&id).into_iter().flatten().map(|&by| self.kind_and_label(by)).collect();
            kinds[at].1.entries.push(entry);
        }
        let first = ["code", "theme"];
        kinds.sort_by_key(|(_, kind)| first.iter().position(|name| *name == kind.kind).unwrap_or(first.len()));
        Codebook {
            title: self.program.study.title.clone(),
            by: self.program.study.by.clone(),
            language: self.program.study.language.map(crate::text::Language::name),
            size: findings.size,
            kinds: kinds.into_iter().map(|(_, kind)| kind).collect(),
        }
    }

    /// The codes as other programs read them, each with a description made of its entry.
    pub fn codebook_project(&self, book: &Codebook, describe: impl Fn(&Entry) -> String) -> Project {
        let entries = book.kinds.iter().flat_map(|kind| &kind.entries);
        let described: FxHashMap<(&str, &str), String> =
            entries.map(|e| ((e.kind.as_str(), e.name.as_str()), describe(e))).collect();
        self.project_of_codes(|kind, name| described.get(&(kind, name)).cloned())
    }

    /// All concepts in the order of the study, each followed by those that stand under it, and how deep they stand.
    fn nested(&self) -> Vec<(ConceptId, usize)> {
        let mut children: FxHashMap<ConceptId, Vec<ConceptId>> = FxHashMap::default();
        let mut roots = Vec::new();
        for at in 0..self.program.concepts.len() as u32 {
            let id = ConceptId(at);
            let concept = self.program.concept(id);
            if self.program.kind(concept.kind).open {
                continue;
            }
            match concept.under.first() {
                Some(&parent) if parent != id => children.entry(parent).or_default().push(id),
                _ => roots.push(id),
            }
        }
        let (mut order, mut seen) = (Vec::new(), FxHashSet::default());
        let mut waiting: Vec<(ConceptId, usize)> = roots.into_iter().rev().map(|id| (id, 0)).collect();
        while let Some((id, depth)) = waiting.pop() {
            if seen.insert(id) {
                order.push((id, depth));
                waiting.extend(children.get(&id).into_iter().flatten().rev().map(|&child| (child, depth + 1)));
            }
        }
        order
    }

    fn kind_and_label(&self, id: ConceptId) -> (String, String) {
        let concept = self.program.concept(id);
        (self.program.kind(concept.kind).name.clone(), concept.title().to_owned())
    }

    /// What the study says of a concept, and who coded it.
    fn entry(&self, view: View<'_>, id: ConceptId, depth: usize) -> Entry {
        let concept = self.program.concept(id);
        let means = said(view, &concept.means);
        let when = concept.when.iter().map(|body| clause("when", view.words(body.at)));
        let texts = |positive: bool| {
            let of = concept.examples.iter().filter(move |e| e.positive == positive);
            of.filter_map(|e| e.text.clone().ok()).collect()
        };
        let messages = |positive: bool| {
            let of = concept.examples.iter().filter(move |e| e.positive == positive);
            of.filter_map(|e| view.passage_shown(e.text.clone().err()?, None)).collect()
        };
        let memos: Vec<Said> = concept
            .memos
            .iter()
            .filter(|memo| !NOTES_OF_PROGRAMS.iter().any(|start| memo.text.starts_with(start)))
            .cloned()
            .collect();
        Entry {
            kind: self.program.kind(concept.kind).name.clone(),
            name: concept.name.clone(),
            label: concept.title().to_owned(),
            of_library: self.shipped.contains(&concept.at.file),
            depth,
            under: concept.under.iter().map(|&parent| self.program.concept(parent).title().to_owned()).collect(),
            status: concept.written_status(),
            brief: means.first().map(|first| first_sentence(&first.text)),
            means,
            include: said(view, &concept.include),
            exclude: said(view, &concept.exclude),
            rules: self.matches_of(view, concept).into_iter().chain(when).collect(),
            exceptions: concept.unless.iter().map(|body| clause("unless", view.words(body.at))).collect(),
            examples: texts(true),
            counterexamples: texts(false),
            named: messages(true),
            named_against: messages(false),
            because: said(view, &concept.because),
            citations: concept.cites.iter().map(|c| view.citation(c)).collect(),
            memos: said(view, &memos),
            coders: self.coders(view, id),
            ..Entry::default()
        }
    }

    /// What `matches` says, clause by clause; the keywords of a table as one list after its name.
    fn matches_of(&self, view: View<'_>, concept: &Concept) -> Vec<String> {
        let (mut out, mut tables) = (Vec::new(), FxHashMap::default());
        for matches in &concept.matches {
            let (words, raw) = (view.words(matches.at), view.sources.slice(matches.at));
            let keyword = match &matches.place.kind {
                PlaceKind::Pattern(id) => Some(&self.program.pattern(*id).pattern),
                _ => None,
            };
            // A keyword of a table stands where the table is named, and is not written there.
            let (keyword, how) = match keyword {
                Some(pattern @ Pattern::Substring(text)) if !raw.contains(text) => (quoted(pattern), " as contains"),
                Some(pattern @ Pattern::Phrase(text)) if !raw.contains(text) => (quoted(pattern), ""),
                Some(pattern @ Pattern::Regex { pattern: text, .. }) if !raw.contains(text) => (quoted(pattern), ""),
                _ => {
                    out.push(clause("matches", words));
                    continue;
                }
            };
            let line = tables.entry((matches.at, how)).or_insert_with(|| {
                out.push(format!("matches{how} from {words}: "));
                out.len() - 1
            });
            let list = &mut out[*line];
            if !list.ends_with(": ") {
                list.push_str(", ");
            }
            list.push_str(&keyword);
        }
        out
    }

    /// Who gave a code how often: people by name, then the rules.
    fn coders(&self, view: View<'_>, id: ConceptId) -> Vec<CoderCount> {
        let Some(core) = view.lowered.of_concept(self.program.known("coded"), id) else { return Vec::new() };
        let mut by: BTreeMap<(bool, String), (FxHashSet<Value>, usize)> = BTreeMap::new();
        for row in view.db.relation(core).rows() {
            let Some((message, _)) = view.pool.as_quote(row[0]) else { continue };
            let coder = view.pool.show(row[1]);
            let (messages, passages) = by.entry((coder == crate::data::project::RULES, coder)).or_default();
            messages.insert(message);
            *passages += 1;
        }
        let count = |((_, coder), (messages, passages)): ((bool, String), (FxHashSet<Value>, usize))| CoderCount {
            coder,
            messages: messages.len(),
            passages,
        };
        by.into_iter().map(count).collect()
    }

    /// By concept: the concepts whose conditions and patterns ask for it, in the order of the study.
    fn uses(&self) -> FxHashMap<ConceptId, Vec<ConceptId>> {
        let mut used: FxHashMap<ConceptId, Vec<ConceptId>> = FxHashMap::default();
        for at in 0..self.program.concepts.len() as u32 {
            let by = ConceptId(at);
            let concept = self.program.concept(by);
            let mut open: Vec<Part<'_>> = concept.matches.iter().map(|m| Part::Place(&m.place)).collect();
            open.extend(concept.when.iter().chain(&concept.unless).map(|body| Part::Condition(&body.condition)));
            while let Some(part) = open.pop() {
                if let Some(id) = part.opened(&mut open).filter(|id| *id != by) {
                    let by_it = used.entry(id).or_default();
                    if by_it.last() != Some(&by) {
                        by_it.push(by);
                    }
                }
            }
        }
        used
    }
}

/// A part of what a concept asks for.
enum Part<'a> {
    Condition(&'a Condition),
    Place(&'a Place),
    Operand(&'a Operand),
}

impl<'a> Part<'a> {
    /// The concept that it names, and its parts to those that are still to be looked at.
    fn opened(self, open: &mut Vec<Part<'a>>) -> Option<ConceptId> {
        match self {
            Part::Condition(condition) => match &condition.kind {
                ConditionKind::And(all) | ConditionKind::Or(all) | ConditionKind::AtLeast(_, all) => {
                    open.extend(all.iter().map(Part::Condition));
                }
                ConditionKind::Not(one) | ConditionKind::Has(_, one) => open.push(Part::Condition(one)),
                ConditionKind::Holds(id) | ConditionKind::Agreed(id, _) => return Some(*id),
                ConditionKind::Place(place) => open.push(Part::Place(place)),
                ConditionKind::Atom(_, operands) => open.extend(operands.iter().map(Part::Operand)),
                ConditionKind::Compare(_, a, b) | ConditionKind::Passages(_, a, b) | ConditionKind::Contains(a, b) => {
                    open.extend([Part::Operand(a), Part::Operand(b)]);
                }
                ConditionKind::Matches(operand, _) => open.push(Part::Operand(operand)),
                ConditionKind::IsA(operand, _) => open.push(Part::Operand(operand)),
            },
            Part::Place(place) => match &place.kind {
                PlaceKind::Pattern(_) => {}
                PlaceKind::Code(id) => return Some(*id),
                PlaceKind::Or(all) => open.extend(all.iter().map(Part::Place)),
                PlaceKind::Both(_, a, b) | PlaceKind::Except(a, b) => open.extend([Part::Place(a), Part::Place(b)]),
            },
            Part::Operand(operand) => match &operand.kind {
                OperandKind::Arithmetic(_, a, b) => open.extend([Part::Operand(a), Part::Operand(b)]),
                OperandKind::Call(_, all) => open.extend(all.iter().map(Part::Operand)),
                OperandKind::Aggregate(aggregate) => {
                    open.extend(aggregate.over.iter().map(Part::Operand));
                    open.push(Part::Condition(&aggregate.body));
                }
                OperandKind::Counted(_, id, _) => return Some(*id),
                OperandKind::Var(_) | OperandKind::This | OperandKind::Const(_) | OperandKind::Any => {}
            },
        }
        None
    }
}

fn said(view: View<'_>, all: &[Said]) -> Vec<SaidShown> {
    all.iter().map(|said| view.said(said)).collect()
}

/// A clause with its first word, which its place may hold already.
pub(super) fn clause(word: &str, words: String) -> String {
    let has_it = words.strip_prefix(word).is_some_and(|rest| rest.starts_with(char::is_whitespace));
    if has_it { words } else { format!("{word} {words}") }
}

/// A text up to the end of its first sentence: a full stop, question or exclamation mark before a blank and a capital.
fn first_sentence(text: &str) -> String {
    let text = text.trim();
    for (at, sign) in text.char_indices().filter(|(_, c)| matches!(c, '.' | '!' | '?' | '。' | '！' | '？')) {
        let end = at + sign.len_utf8();
        let rest = &text[end..];
        let full_width = matches!(sign, '。' | '！' | '？');
        // `e.g. The` and `et al. The` end no sentence; neither does one letter, as of a name.
        let word = text[..at].rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or("");
        let short = word.chars().count() < 2 || word.contains('.') || matches!(word, "al" | "cf" | "Dr" | "vs" | "etc");
        let begins = rest.trim_start().starts_with(|c: char| !c.is_lowercase());
        if full_width || (!short && rest.starts_with(char::is_whitespace) && begins) {
            return text[..end].to_owned();
        }
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::first_sentence;

    #[test]
    fn a_definition_in_brief_is_its_first_sentence() {
        let of = first_sentence;
        assert_eq!(of("A place. People share it."), "A place.");
        assert_eq!(of("After Martins et al. The rest follows. Then more."), "After Martins et al. The rest follows.");
        assert_eq!(of("Costs, e.g. Rent of 3.50 a day"), "Costs, e.g. Rent of 3.50 a day");
        assert_eq!(of("場所。人が分け合う。"), "場所。");
        assert_eq!(of("  "), "");
    }
}
