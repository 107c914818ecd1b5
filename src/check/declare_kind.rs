//! First pass, kinds: what a study declares of kinds and their properties, before relations name them.

use super::declare::column;
use super::fixes::misspelt;
use super::program::*;
use super::{Checker, Type};
use crate::diagnostic::{Diagnostic, codes};
use crate::syntax::tree;

impl Checker<'_> {
    pub(super) fn declare_kind(&mut self, item: &tree::Item, kind: &tree::Kind) {
        let at = item.location(kind.name.span);
        self.label_of_lines(item, kind.label.as_ref());
        if let Some(&first) = self.program.kind_names.get(&kind.name.text) {
            let first = self.program.kind(first).at;
            return self.declared_twice(item, "kind", &kind.name.text, at, first);
        }
        if Type::builtin(&kind.name.text).is_some() {
            return self.error(
                codes::DECLARED_TWICE,
                at,
                format!("`{}` is a type of Hence's own and cannot be a kind", kind.name.text),
                "choose another name",
            );
        }
        let subject = match kind.of.as_ref().map(|n| n.text.as_str()) {
            None | Some("message") => Subject::Message,
            Some("author") => Subject::Author,
            Some("thread") => Subject::Thread,
            Some(other) => {
                let at = item.location(kind.of.as_ref().expect("matched above").span);
                let message = format!("a kind is said of messages, authors or threads, not of `{other}`");
                let help = "write `of author` or `of thread`, or leave it out for messages";
                let diagnostic = Diagnostic::at(codes::UNKNOWN_NAME, at, message);
                let mut diagnostic = misspelt(diagnostic, at, other, &["author", "thread", "message"], String::new);
                diagnostic.help = Some(help.to_string());
                self.report(diagnostic);
                Subject::Message
            }
        };
        let id = KindId(self.program.kinds.len() as u32);
        self.program.kind_names.insert(kind.name.text.clone(), id);
        self.program.kinds.push(Kind {
            name: kind.name.text.clone(),
            label: kind.label.as_ref().map(|l| l.text.clone()),
            open: kind.from_data,
            subject,
            relation: None,
            properties: None,
            means: Vec::new(),
            at,
        });
    }

    /// The relations that a kind brings: `stance(message, stance)` and, where it `has` something, `stance_is(stance, …)`.
    pub(super) fn declare_properties(&mut self, item: &tree::Item, kind: &tree::Kind) {
        let Some(&id) = self.program.kind_names.get(&kind.name.text) else { return };
        if self.program.kind(id).at != item.location(kind.name.span) {
            return;
        }
        self.program.kinds[id.0 as usize].means = kind.means.iter().map(|s| self.said(item, s)).collect();
        let (name, subject, at) = {
            let kind = self.program.kind(id);
            (kind.name.clone(), kind.subject, kind.at)
        };
        if !kind.from_data {
            let about = Type::Kind(self.program.known_kind(subject.name()));
            let mut columns = vec![column(subject.name(), about, false), column(&name, Type::Kind(id), false)];
            if columns[0].name == columns[1].name {
                columns[1].name = "is".into();
            }
            let relation = self.add_relation(item, &name, columns, RelationKind::Has(id), at);
            self.program.kinds[id.0 as usize].relation = relation;
        } else if let Some(first) = kind.has.first() {
            self.error(
                codes::WRONG_KIND,
                item.location(first.name.span),
                format!("`{name}` comes from the data, and only declared concepts have properties"),
                "declare a relation for it, and read it with `input`",
            );
        }
        if !kind.from_data && kind.has.is_empty() && !item.whole {
            // The properties may stand in what could not be read.
            self.broken.insert(format!("{name}_is"));
        } else if !kind.has.is_empty() && !kind.from_data {
            let mut columns = vec![column(&name, Type::Kind(id), false)];
            let mut whole = item.whole;
            for declared in &kind.has {
                if columns.iter().any(|c| c.name == declared.name.text) {
                    let at = item.location(declared.name.span);
                    let message = format!("a {name} has `{}` already", declared.name.text);
                    self.error(codes::DECLARED_TWICE, at, message, "give each property a name of its own");
                } else if let Some(column) = self.column(item, declared) {
                    columns.push(column);
                } else {
                    whole = false;
                }
            }
            let relation = format!("{name}_is");
            if whole {
                let relation = self.add_relation(item, &relation, columns, RelationKind::Properties(id), at);
                self.program.kinds[id.0 as usize].properties = relation;
            } else {
                // Its columns are not all known, so whatever gives or asks them is left out without another word.
                self.broken.insert(relation);
            }
        }
    }
}
