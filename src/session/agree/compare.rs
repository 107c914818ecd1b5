//! What was asked for, compared: from judgements to the tables and figures that are shown.

use super::super::Study;
use super::super::show::View;
use super::alpha::{Distance, Judged, alpha};
use super::count::{Counted, PAIRS_OF, Sets, Side};
use super::formula::{Formula, Undefined};
use super::judgements::{Given, Judgements, Passage, Unit};
use super::many::Groups;
use super::pair::Kappa;
use super::result::*;
use crate::base::Value;
use crate::check::program::{Approach, ConceptId};
use crate::diagnostic::{Diagnostic, codes, suggest};
use rustc_hash::{FxHashMap, FxHashSet};

/// The relation that says which messages are passages that coders cut out of a document: who saw one and left it is not
/// known, and every figure asks for that.
pub(in crate::session) const CODED_PASSAGE: &str = "coded_passage";

/// More coders than these are likely a wrong column.
const MOST_CODERS: usize = 20_000;

/// How codes lie to each other, where a unit has one of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Categories.
    #[default]
    Nominal,
    /// Ranks, in the order of the codebook.
    Ordinal,
    /// Numbers, which their labels are; differences count.
    Interval,
    /// Numbers whose ratios count.
    Ratio,
}

/// What somebody wants to know.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// What is judged one by one.
    pub unit: Unit,
    /// These coders; all people where it is empty. `rules` may be one of them.
    pub coders: Vec<String>,
    /// These codes, by name or label; all where it is empty.
    pub codes: Vec<String>,
    /// True where the rules are one more coder.
    pub rules: bool,
    /// Which messages were given to a coder, where that is not to be found out.
    pub given: Option<Given>,
    /// How codes lie to each other.
    pub scale: Scale,
    /// How many disagreements are listed with their quotes.
    pub listed: usize,
}

/// Who is compared, and about what.
struct Chosen {
    people: Vec<(Value, String)>,
    /// True where the rules are one of the coders.
    rules: bool,
    codes: Vec<ConceptId>,
}

impl Study {
    /// How far coders agree; none where what was asked for is not there, which is told.
    pub fn agreement(&mut self, asked: &Asked) -> Option<Agreement> {
        self.evaluate_all(&mut |_| {});
        let view = self.view()?;
        let all = self.people_who_coded(view);
        let chosen = match self.chosen(asked, &all) {
            Ok(chosen) => chosen,
            Err(wrong) => {
                self.diagnostics.extend(wrong);
                return None;
            }
        };
        Some(self.agreement_of(view, asked, &all, &chosen))
    }

    fn chosen(&self, asked: &Asked, all: &[(Value, String)]) -> Result<Chosen, Vec<Diagnostic>> {
        let mut wrong = Vec::new();
        let mut unknown = |what: &str, name: &str, names: &[&str]| {
            let message = format!("no {what} is called `{name}`");
            let help = match suggest::nearest(name, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if names.is_empty() => format!("there is no {what} in this study"),
                None => format!("there are: {}", names[..names.len().min(20)].join(", ")),
            };
            wrong.push(Diagnostic::new(codes::UNKNOWN_NAME, message).help(help));
        };
        let code = self.program.known_kind("code");
        let mut ids = Vec::new();
        for name in &asked.codes {
            match self.program.find_concept(code, name) {
                Some(id) => ids.push(id),
                None => {
                    let names: Vec<&str> = self.program.concepts_of(code).map(|(_, c)| c.name.as_str()).collect();
                    unknown("code", name, &names);
                }
            }
        }
        let (mut people, mut rules) = (Vec::new(), asked.rules);
        for name in &asked.coders {
            match all.iter().find(|(_, known)| known == name) {
                Some(person) => people.push(person.clone()),
                None if name == "rules" => rules = true,
                None => {
                    let names: Vec<&str> = all.iter().map(|(_, n)| n.as_str()).chain(["rules"]).collect();
                    unknown("coder", name, &names);
                }
            }
        }
        people.dedup();
        if people.is_empty() {
            people = all.to_vec();
        }
        if people.len() > MOST_CODERS {
            let message = format!("there are {} coders, which are too many to be compared", people.len());
            let help = "name some of them: `--coders ann,ben`; is the column of the coder the right one?";
            wrong.push(Diagnostic::new(codes::LIMIT, message).help(help));
        }
        if let (Some(Given::Assigned), None) = (asked.given, self.assigned()) {
            let message = "nothing says which messages were given to which coder";
            let help = "declare it: `relation assigned(coder: coder, message: message)`, with an `input` or facts";
            wrong.push(Diagnostic::new(codes::UNKNOWN_NAME, message).help(help));
        }
        if wrong.is_empty() { Ok(Chosen { people, rules, codes: ids }) } else { Err(wrong) }
    }

    /// True where messages are passages that coders cut out.
    fn is_cut_out(&self, view: View<'_>, all: &Judgements) -> bool {
        let passages = self.values_of(view, CODED_PASSAGE, &["message"]);
        let passages: FxHashSet<Value> = passages.iter().map(|row| row[0]).collect();
        all.messages.iter().any(|message| passages.contains(message))
    }

    fn agreement_of(&self, view: View<'_>, asked: &Asked, everybody: &[(Value, String)], chosen: &Chosen) -> Agreement {
        let mut out = Agreement { title: self.program.study.title.clone(), unit: asked.unit, ..Agreement::default() };
        out.reflexive = self.program.study.approach == Approach::Reflexive;
        if everybody.is_empty() {
            out.notes.push(
                "nobody coded anything in this study: bring codings with `input coding from \"codings.csv\"`".into(),
            );
            return out;
        }
        let mut people = chosen.people.clone();
        people.sort_by_key(|(value, _)| everybody.iter().position(|(v, _)| v == value));
        people.dedup();
        let all = self.judgements(view, &people, asked.unit, asked.given);
        let coders: Vec<u16> = (0..all.rules() + u16::from(chosen.rules)).collect();
        let wanted = |id: &ConceptId| chosen.codes.is_empty() || chosen.codes.contains(id);
        let mut codes: Vec<usize> = (0..all.codes.len()).filter(|&c| wanted(&all.codes[c])).collect();
        if chosen.rules {
            // Where no rule speaks of a code, the rules say neither yes nor no.
            let many = codes.len();
            codes.retain(|&code| all.ruled[code]);
            let silent = many - codes.len();
            if silent > 0 {
                let are = if silent == 1 { "code is" } else { "codes are" };
                out.notes.push(format!("{silent} {are} left out, since no rule speaks of them"));
            }
        }
        let side = Side::new(&all, &coders);
        out.given = Some(all.given);
        out.coders = coders
            .iter()
            .zip(0..)
            .map(|(&coder, place)| CoderShown {
                name: all.coders[coder as usize].clone(),
                messages: side.judged.iter().filter(|judges| judges.contains(&place)).count(),
                codings: all.codings[coder as usize],
            })
            .collect();
        out.alone = side.judged.iter().filter(|judges| judges.len() == 1).count();
        let compared = Comparing { study: self, view, all: &all, side: &side, asked, codes: &codes };
        if coders.len() > 1 {
            compared.disagreements(&mut out);
            if !out.reflexive {
                compared.figures(&mut out);
                if asked.given.is_none() && all.given == Given::Coded && self.is_cut_out(view, &all) {
                    out.withhold(Undefined::CutOut);
                }
            }
        } else {
            let name = &all.coders[0];
            out.notes.push(format!("only `{name}` coded, and coders agree or differ where there are two"));
        }
        if all.ruled.iter().zip(0..).any(|(&ruled, code)| ruled && codes.contains(&code)) {
            out.rules = Some(compared.rules(out.reflexive));
        }
        out
    }
}

/// What is compared, and how.
pub(super) struct Comparing<'a> {
    pub study: &'a Study,
    pub view: View<'a>,
    pub all: &'a Judgements,
    pub side: &'a Side,
    pub asked: &'a Asked,
    pub codes: &'a [usize],
}

impl Comparing<'_> {
    pub fn name(&self, code: usize) -> (String, String) {
        let concept = self.study.program.concept(self.all.codes[code]);
        (concept.name.clone(), concept.title().to_string())
    }

    fn coder(&self, place: u16) -> String {
        self.all.coders[self.side.coders[place as usize] as usize].clone()
    }

    /// The id of a message, and the passage, or else the unit, in its sentence.
    pub fn place(&self, unit: u32, passage: Passage) -> (String, Option<super::super::explanation::QuoteShown>) {
        let unit = self.all.units[unit as usize];
        let message = self.all.messages[unit.message as usize];
        (self.view.pool.show(message), self.view.passage_shown(message, passage.or(unit.range)))
    }

    /// True where a stretch of characters goes on in the next, of the same message.
    pub fn goes_on(&self, unit: u32, end: Passage, next: u32) -> bool {
        let (unit, next) = (self.all.units[unit as usize], self.all.units[next as usize]);
        self.asked.unit == Unit::Characters
            && unit.message == next.message
            && end.zip(next.range).is_some_and(|(end, next)| end.1 == next.0)
    }

    /// What is shown of a unit: the passage that was coded, or of characters the stretch.
    pub fn stretch(&self, unit: u32, passage: Passage) -> Passage {
        if self.asked.unit == Unit::Characters { self.all.units[unit as usize].range } else { passage }
    }

    fn disagreements(&self, out: &mut Agreement) {
        let mut found: Vec<(u32, usize, Vec<u16>, Passage)> = Vec::new();
        for &code in self.codes {
            let differ = self.side.differ(self.all, &self.all.marks[code]);
            let from = found.len();
            for (unit, yes, passage) in differ {
                let range = self.stretch(unit, passage);
                match found[from..].last_mut() {
                    Some((first, _, who, before)) if *who == yes && self.goes_on(*first, *before, unit) => {
                        *before = before.zip(range).map(|(a, b)| (a.0, b.1));
                    }
                    _ => found.push((unit, code, yes, range)),
                }
            }
        }
        // Where two differ on a code, they differ on what it stands under, too: once is enough.
        let parents = self.codes.iter().any(|&code| !self.all.beneath[code].is_empty());
        if parents {
            let yes: FxHashMap<(u32, usize), Vec<u16>> =
                found.iter().map(|(unit, code, yes, _)| ((*unit, *code), yes.clone())).collect();
            let told = |unit: u32, code: usize, who: &Vec<u16>| {
                let beneath = self.all.beneath[code].iter();
                beneath.into_iter().any(|&child| yes.get(&(unit, child)) == Some(who))
            };
            found.retain(|(unit, code, who, _)| !told(*unit, *code, who));
        }
        found.sort_by_key(|(unit, code, _, _)| (*unit, *code));
        out.disagreement_count = found.len();
        let listed = found.into_iter().take(self.asked.listed).map(|(unit, code, yes, passage)| {
            let (message, quote) = self.place(unit, passage);
            let judges = &self.side.judged[self.all.units[unit as usize].message as usize];
            Disagreement {
                code: self.name(code).0,
                message,
                no: judges.iter().filter(|j| !yes.contains(j)).map(|&j| self.coder(j)).collect(),
                yes: yes.into_iter().map(|j| self.coder(j)).collect(),
                quote,
            }
        });
        out.disagreements = listed.collect();
    }

    fn figures(&self, out: &mut Agreement) {
        let dependent = self.asked.unit == Unit::Characters;
        let mut pooled: Option<Counted> = None;
        let mut unused = 0;
        for &code in self.codes {
            let counted = self.side.count(self.all, &self.all.marks[code]);
            if counted.given == 0 {
                // What nobody used is no decision that anybody made.
                unused += 1;
                continue;
            }
            let (code, label) = self.name(code);
            out.codes.push(self.shown(code, label, &counted, dependent));
            match &mut pooled {
                Some(all) => all.add(&counted),
                None => pooled = Some(counted),
            }
        }
        if unused > 0 {
            let (are, have) = if unused == 1 { ("code was", "has") } else { ("codes were", "have") };
            out.notes.push(format!("{unused} {are} given by none of these coders and {have} no figures"));
        }
        if self.codes.iter().any(|&code| !self.all.beneath[code].is_empty()) {
            out.notes.push("a code counts with those under it, in the list of disagreements and in every figure; as the one category of a unit the narrowest counts".into());
        }
        if self.side.coders.len() > PAIRS_OF {
            out.notes.push(format!("pairs of coders are told for up to {PAIRS_OF} coders"));
        }
        if let Some(pooled) = pooled {
            let sets = self.side.sets(self.all, self.codes);
            out.overall = Some(Overall {
                pooled: self.shown(String::new(), "over all".into(), &pooled, true),
                sets: self.sets(&sets),
                single: self.single(&sets),
            });
        }
    }

    fn shown(&self, code: String, label: String, counted: &Counted, dependent: bool) -> CodeAgreement {
        let groups = counted.groups();
        let pairs = counted.pairs().into_iter().map(|(a, b)| {
            let table = counted.table(a, b);
            PairShown {
                first: self.coder(a as u16),
                second: self.coder(b as u16),
                figures: vec![
                    figure(Formula::Percent, table.percent()),
                    kappa(Formula::Cohen, table.cohen(), dependent),
                    figure(Formula::Scott, table.scott()),
                ],
                table,
            }
        });
        let pairs: Vec<PairShown> = pairs.collect();
        let mut figures = vec![figure(Formula::Percent, groups.percent())];
        figures.extend(match (&pairs[..], self.side.coders.len()) {
            ([only], 2) => only.figures[1..].to_vec(),
            _ => vec![
                figure(Formula::Cohen, Err(Undefined::NotTwo)),
                figure(Formula::Scott, Err(Undefined::NotTwo)),
                figure(Formula::Conger, groups.conger(&counted.by_coder())),
            ],
        });
        figures.extend(of_groups(&groups));
        CodeAgreement { code, label, units: groups.units(), given: counted.given, pairs, figures }
    }

    fn sets(&self, sets: &Sets) -> (u64, Vec<FigureShown>) {
        let judged = sets.judged();
        let units = judged.iter().filter(|(given, _)| given.iter().map(|(_, n)| n).sum::<u64>() >= 2);
        let values = sets.sets.len();
        let of = |distance| alpha(&judged, values, distance);
        let figures = vec![
            figure(Formula::AlphaJaccard, of(Distance::Jaccard(&sets.sets))),
            figure(Formula::AlphaMasi, of(Distance::Masi(&sets.sets))),
        ];
        (units.map(|(_, n)| n).sum(), figures)
    }
}

pub(super) fn figure(formula: Formula, value: Result<f64, Undefined>) -> FigureShown {
    FigureShown { formula, value, error: None }
}

/// A kappa with its error, unless what it counts hangs together.
pub(super) fn kappa(formula: Formula, kappa: Result<Kappa, Undefined>, dependent: bool) -> FigureShown {
    let error = kappa.map(|k| (k.error, k.low, k.high));
    let error = if dependent { error.and(Err(Undefined::Dependent)) } else { error };
    FigureShown { formula, value: kappa.map(|k| k.value), error: Some(error) }
}

/// The figures for any number of coders.
pub(super) fn of_groups(groups: &Groups) -> Vec<FigureShown> {
    let judged: Vec<Judged> = groups
        .groups()
        .iter()
        .map(|(counts, units)| {
            let given = counts.iter().zip(0..).filter(|(n, _)| **n > 0).map(|(&n, at)| (at, n));
            (given.collect(), *units)
        })
        .collect();
    let categories = groups.groups().first().map_or(0, |(counts, _)| counts.len());
    vec![
        figure(Formula::Fleiss, groups.fleiss()),
        figure(Formula::Gwet, groups.gwet()),
        figure(Formula::BrennanPrediger, groups.brennan_prediger()),
        figure(Formula::AlphaNominal, alpha(&judged, categories, Distance::Nominal)),
    ]
}

pub(super) fn of_retrieval(retrieval: super::pair::Retrieval) -> Vec<FigureShown> {
    vec![
        figure(Formula::Precision, retrieval.precision()),
        figure(Formula::Recall, retrieval.recall()),
        figure(Formula::F1, retrieval.f1()),
    ]
}
