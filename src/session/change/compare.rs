//! What a changed program has in common with the one before, told by content: a relation that an author named is the
//! same by its name, matches are the same by their pattern, and a relation that lowering made up is the same where its
//! rules are. Rules are compared as they read, wherever they stand.

use crate::ir::Lowered;
use crate::ir::core::{Aggregation, Literal, RelationId, Rule, RuleId};
use crate::ir::origin::Role;
use crate::syntax::tree::AggregateFunction;
use crate::text::Pattern;
use rustc_hash::FxHashMap;

/// Two programs side by side.
pub(in crate::session) struct Compared {
    /// For each relation of the new program, its number in the old one.
    pub ours: Vec<Option<RelationId>>,
    /// For each rule of the new program, one of the old that reads the same.
    pub rules: Vec<Option<RuleId>>,
    /// Rules that only the new program has.
    pub rules_in: Vec<RuleId>,
    /// Rules that only the old program has, by its numbers.
    pub rules_out: Vec<RuleId>,
    /// Relations of the new program whose rules, counts or given facts are others than before.
    pub changed: Vec<RelationId>,
}

/// What a relation is, whatever its number.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Meaning {
    Named(String, usize),
    Matches(Pattern),
    /// Its width, rules and counts, and which of several that have the same.
    Made(usize, Vec<Rule>, Vec<(RelationId, usize, AggregateFunction)>, usize),
}

/// Numbers for meanings and patterns, the same in both programs.
#[derive(Default)]
struct Meanings {
    numbers: FxHashMap<Meaning, u32>,
    patterns: FxHashMap<Pattern, u32>,
}

/// A program with its relations numbered by meaning.
struct Read {
    /// The meaning of each relation.
    of: Vec<RelationId>,
    /// The rules, in terms of meanings.
    rules: Vec<Rule>,
    counts: Vec<Aggregation>,
}

impl Compared {
    /// Compares a program with the one before it, but for given facts.
    pub fn new(old: &Lowered, new: &Lowered) -> Compared {
        let mut meanings = Meanings::default();
        let (before, after) = (meanings.read(old), meanings.read(new));
        let numbers: FxHashMap<RelationId, usize> = before.of.iter().enumerate().map(|(i, &m)| (m, i)).collect();
        let ours: Vec<Option<RelationId>> =
            after.of.iter().map(|m| numbers.get(m).map(|&i| RelationId(i as u32))).collect();
        let mut left: FxHashMap<&Rule, Vec<RuleId>> = FxHashMap::default();
        for (i, rule) in before.rules.iter().enumerate().rev() {
            left.entry(rule).or_default().push(RuleId(i as u32));
        }
        let rules: Vec<Option<RuleId>> = after.rules.iter().map(|rule| left.get_mut(rule).and_then(Vec::pop)).collect();
        let of_new = |found: &[Option<RuleId>]| {
            found.iter().enumerate().filter(|(_, old)| old.is_none()).map(|(i, _)| RuleId(i as u32)).collect()
        };
        let rules_in: Vec<RuleId> = of_new(&rules);
        let mut rules_out: Vec<RuleId> = left.into_values().flatten().collect();
        rules_out.sort_unstable();
        let mut compared = Compared { ours, rules, rules_in, rules_out, changed: Vec::new() };
        compared.changed = compared.changes(new, &before, &after);
        compared
    }

    /// Adds the relations whose given facts are others.
    pub fn add_given(&mut self, old: &Lowered, new: &Lowered) {
        for (id, our) in self.ours.iter().enumerate() {
            let Some(our) = our else { continue };
            let (now, then) = (&new.core.given[id], &old.core.given[our.0 as usize]);
            let same = now.is_shared(then) || now.values == then.values && now.gone == then.gone;
            self.changed.extend((!same).then_some(RelationId(id as u32)));
        }
        self.changed.sort_unstable();
        self.changed.dedup();
    }

    fn changes(&self, new: &Lowered, before: &Read, after: &Read) -> Vec<RelationId> {
        let mut changed = vec![false; new.core.relations.len()];
        let heads: FxHashMap<RelationId, usize> = after.of.iter().enumerate().map(|(i, &m)| (m, i)).collect();
        for rule in &self.rules_in {
            changed[new.core.rule(*rule).head.0 as usize] = true;
        }
        for rule in &self.rules_out {
            if let Some(&head) = heads.get(&before.rules[rule.0 as usize].head) {
                changed[head] = true;
            }
        }
        for (id, our) in self.ours.iter().enumerate() {
            changed[id] |= our.is_none() || counts(after, after.of[id]) != counts(before, after.of[id]);
        }
        (0..changed.len()).filter(|&id| changed[id]).map(|id| RelationId(id as u32)).collect()
    }
}

/// What is counted for a relation.
fn counts(read: &Read, of: RelationId) -> Vec<&Aggregation> {
    read.counts.iter().filter(|a| a.head == of).collect()
}

impl Meanings {
    fn read(&mut self, lowered: &Lowered) -> Read {
        let relations = lowered.core.relations.len();
        let mut rules = vec![Vec::new(); relations];
        for (number, rule) in lowered.core.rules.iter().enumerate() {
            rules[rule.head.0 as usize].push(number);
        }
        let mut reader =
            Reader { meanings: self, lowered, rules, of: vec![None; relations], twice: FxHashMap::default() };
        let of: Vec<RelationId> = (0..relations as u32).map(|id| reader.meaning(RelationId(id))).collect();
        let rules = (0..lowered.core.rules.len()).map(|rule| reader.rule(rule)).collect();
        let mut counts = lowered.core.aggregations.clone();
        for count in &mut counts {
            (count.head, count.body) = (of[count.head.0 as usize], of[count.body.0 as usize]);
        }
        Read { of, rules, counts }
    }

    fn number(&mut self, meaning: Meaning) -> RelationId {
        let next = self.numbers.len() as u32;
        RelationId(*self.numbers.entry(meaning).or_insert(next))
    }
}

struct Reader<'a> {
    meanings: &'a mut Meanings,
    lowered: &'a Lowered,
    /// The rules of each relation.
    rules: Vec<Vec<usize>>,
    of: Vec<Option<RelationId>>,
    /// How many made relations had the same rules.
    twice: FxHashMap<Meaning, usize>,
}

impl Reader<'_> {
    fn meaning(&mut self, id: RelationId) -> RelationId {
        if let Some(known) = self.of[id.0 as usize] {
            return known;
        }
        let declared = self.lowered.core.relation(id);
        let named = Meaning::Named(declared.name.clone(), declared.arity);
        let number = match self.lowered.roles[id.0 as usize] {
            Role::Match(number) => {
                self.meanings.number(Meaning::Matches(self.lowered.patterns[number as usize].clone()))
            }
            // Names that lowering numbers say nothing: what such a relation is, its rules say. Brackets stand in
            // brackets no deeper than the reader allows, so this ends.
            Role::Group(_) | Role::Place(_) | Role::Counted(_) | Role::Count(_) | Role::Way(..) => {
                // Where it needs itself, the name has to do.
                self.of[id.0 as usize] = Some(self.meanings.number(named));
                self.made(id, declared.arity)
            }
            _ => self.meanings.number(named),
        };
        self.of[id.0 as usize] = Some(number);
        number
    }

    fn made(&mut self, id: RelationId, arity: usize) -> RelationId {
        // The head is the relation itself: it says nothing, and must be the same in both programs.
        let head = RelationId(u32::MAX);
        let numbers = self.rules[id.0 as usize].clone();
        let rules = numbers.into_iter().map(|rule| Rule { head, ..self.rule(rule) }).collect();
        let lowered = self.lowered;
        let counts = lowered.core.aggregations.iter().filter(|a| a.head == id);
        let counts = counts.map(|a| (self.meaning(a.body), a.groups, a.function)).collect();
        let Meaning::Made(arity, rules, counts, nth) = ({
            let meaning = Meaning::Made(arity, rules, counts, 0);
            let nth = self.twice.entry(meaning.clone()).or_default();
            *nth += 1;
            match meaning {
                Meaning::Made(arity, rules, counts, _) => Meaning::Made(arity, rules, counts, *nth),
                other => other,
            }
        }) else {
            return head;
        };
        self.meanings.number(Meaning::Made(arity, rules, counts, nth))
    }

    /// A rule in terms of meanings.
    fn rule(&mut self, number: usize) -> Rule {
        let lowered = self.lowered;
        let mut rule = lowered.core.rules[number].clone();
        rule.head = match self.of[rule.head.0 as usize] {
            Some(known) => known,
            None => self.meaning(rule.head),
        };
        for literal in &mut rule.body {
            match literal {
                Literal::Atom(id, _) | Literal::Not(id, _) | Literal::Lookup { relation: id, .. } => {
                    *id = self.meaning(*id);
                }
                Literal::Matches(_, pattern) => {
                    let patterns = &mut self.meanings.patterns;
                    let next = patterns.len() as u32;
                    *pattern = *patterns.entry(lowered.patterns[*pattern as usize].clone()).or_insert(next);
                }
                _ => {}
            }
        }
        rule
    }
}

#[cfg(test)]
mod tests {
    use crate::data::Memory;
    use crate::session::{Options, Study};

    fn study(text: &str) -> Study {
        let files = Memory::default().with("study.hence", text);
        Study::open_in(Box::new(files), "study.hence", &Options::default(), &mut |_| {})
    }

    fn compared(old: &str, new: &str) -> (usize, usize, Vec<String>) {
        // Both must share a pool for their values to mean the same.
        let old = study(old);
        let mut new = study(new);
        let mut pool = old.pool.clone();
        new.lowered = crate::ir::lower(&check(&new, &mut pool), &mut pool);
        let compared = super::Compared::new(&old.lowered, &new.lowered);
        let names = compared.changed.iter().map(|id| new.lowered.core.relation(*id).name.clone());
        (compared.rules_in.len(), compared.rules_out.len(), names.collect())
    }

    fn check(study: &Study, pool: &mut crate::base::Pool) -> crate::check::Program {
        let mut loaded = crate::session::load::load(&study.files, "study.hence", false, &mut Default::default());
        let trees = std::mem::take(&mut loaded.trees);
        let input = crate::check::Input {
            files: trees.iter().collect(),
            shipped: loaded.shipped,
            modules: loaded.modules,
            library: crate::session::library::concepts(),
            ..Default::default()
        };
        crate::check::check(&input, pool).0
    }

    const OLD: &str = "code a\n  matches \"x\" or \"y\"\ntheme t\n  when a and not (\"q\" and \"z\")\n";

    #[test]
    fn what_only_moved_is_the_same() {
        assert_eq!(compared(OLD, OLD), (0, 0, vec![]));
        let moved = format!("# a remark\ncode b\n  matches \"new\" and \"other\"\n{OLD}");
        let (came, went, changed) = compared(OLD, &moved);
        assert!(came > 0 && went == 0, "{came} {went}");
        assert!(!changed.contains(&"theme@t".to_string()) && !changed.contains(&"code@a".to_string()), "{changed:?}");
    }

    #[test]
    fn what_reads_otherwise_is_found_and_nothing_else() {
        let (_, _, changed) = compared(OLD, &OLD.replace("\"z\"", "\"w\""));
        assert!(!changed.iter().any(|name| name == "code@a" || name == "code"), "{changed:?}");
        assert!(!changed.is_empty());
    }
}
