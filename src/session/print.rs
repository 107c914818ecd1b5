//! `expand`: the plain rules that a study becomes.

use super::Study;
use super::wording_core::CorePrinter;
use crate::ir::origin::{OriginKind, Role};

impl Study {
    /// The plain rules, each under the clause that it comes from; of one concept or relation where `only` names it.
    /// [`None`] where nothing has that name.
    pub fn expand(&self, only: Option<&str>) -> Option<String> {
        let printer = CorePrinter { lowered: &self.lowered, pool: &self.pool, names: None };
        let mut out = String::new();
        let mut last = None;
        for (i, rule) in self.lowered.core.rules.iter().enumerate() {
            let origin = self.origin_of(crate::ir::core::RuleId(i as u32));
            if let Some(only) = only
                && !self.belongs(origin.kind, self.lowered.role(rule.head), only)
            {
                continue;
            }
            if only.is_none() && matches!(self.lowered.role(rule.head), Role::Union(_)) {
                continue;
            }
            let place = origin.at.map(|at| self.sources.name_line(at));
            let heading = format!(
                "# {}{}",
                place.clone().map(|p| format!("{p}, ")).unwrap_or_default(),
                self.origin_words(origin.kind)
            );
            if last.as_ref() != Some(&heading) {
                if !out.is_empty() {
                    out.push('\n');
                }
                out.push_str(&heading);
                out.push('\n');
                last = Some(heading);
            }
            out.push_str(&printer.rule(rule, &origin.vars));
            out.push('\n');
        }
        for aggregation in &self.lowered.core.aggregations {
            if only.is_none() {
                out.push_str(&printer.aggregation(aggregation));
                out.push('\n');
            }
        }
        (only.is_none() || !out.is_empty()).then_some(out)
    }

    /// True where a rule belongs to the concept or relation of that name.
    fn belongs(&self, kind: OriginKind, head: Role, name: &str) -> bool {
        let concept = |id| {
            let concept = self.program.concept(id);
            let kind = &self.program.kind(concept.kind).name;
            concept.name == name || format!("{kind}.{}", concept.name) == name
        };
        let by_origin = match kind {
            OriginKind::When(id, _)
            | OriginKind::Unless(id, _)
            | OriginKind::Holds(id, _)
            | OriginKind::Matches(id, _)
            | OriginKind::People(id)
            | OriginKind::CodeOf(id)
            | OriginKind::Evidence(id) => concept(id),
            OriginKind::Under { child, parent } => concept(child) || concept(parent),
            OriginKind::Map(number) | OriginKind::Inferred(number) => concept(self.program.maps[number].theme),
            OriginKind::Rule(number) => self.program.relation(self.program.rules[number].head).name == name,
            OriginKind::Fact(_) | OriginKind::Internal | OriginKind::Question => false,
        };
        by_origin
            || match head {
                Role::Declared(id) | Role::Union(id) => self.program.relation(id).name == name,
                Role::Has(id) | Role::Coded(id) | Role::Evidence(id) | Role::Way(id, _) | Role::Blocked(id) => {
                    concept(id)
                }
                _ => false,
            }
    }
}
