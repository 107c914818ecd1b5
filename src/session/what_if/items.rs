//! Items that are supposed: which item of the study one takes the place of, and which one a name means.

use super::super::Study;
use super::super::change::{Edit, Refused};
use crate::base::FileId;
use crate::diagnostic::{Diagnostic, codes, suggest};
use crate::syntax::tree::{Item, ItemKind};
use crate::syntax::{self, Cache};

/// An item of the study's own files, as it is written.
struct Written {
    declares: Option<(String, String)>,
    text: String,
    /// What stays of it where the study is to do without: of a concept its name, so that what speaks of it still reads.
    left: String,
    file: String,
    line: usize,
}

impl Study {
    /// The edits that bring items in: each in the place of the item that declares the same, or as one more.
    pub(super) fn edits_with(&mut self, text: &str) -> Result<Vec<Edit>, Box<Refused>> {
        let before = self.sources.len();
        let file = self.add_question("--with", text);
        let (tree, wrong) = syntax::parse(file, text, &mut Cache::default());
        let refused = match wrong.iter().any(Diagnostic::is_error) {
            true => Some(Refused { diagnostics: wrong, sources: self.sources.clone() }),
            false => None,
        };
        self.sources.truncate(before);
        if let Some(refused) = refused {
            return Err(Box::new(refused));
        }
        if tree.items.is_empty() {
            let wrong = Diagnostic::new(codes::CHANGE, "there is nothing to suppose in this text");
            return Err(self.refuse(wrong.help("write items as in a rule file: `theme calm \"Calm\" when quiet`")));
        }
        let standing = self.written();
        let mut edits = Vec::new();
        for item in &tree.items {
            let new = slice(text, item).to_string();
            let declares = declares(&item.kind);
            let mut same = standing.iter().filter(|known| declares.is_some() && known.declares == declares);
            edits.push(match (same.next(), same.next()) {
                (Some(known), None) => Edit::Item(known.text.clone(), new),
                _ => Edit::Add(new),
            });
        }
        Ok(edits)
    }

    /// The edit that takes an item out. A concept stays declared, and nothing is found of it by rules.
    pub(super) fn edit_without(&self, named: &str) -> Result<Edit, Box<Refused>> {
        let standing = self.written();
        let wanted = one_line(named);
        let by_text = |item: &&Written| one_line(&item.text) == wanted;
        let by_name = |item: &&Written| match &item.declares {
            Some((word, name)) => *name == wanted || format!("{word} {name}") == wanted,
            None => false,
        };
        let mut found: Vec<&Written> = standing.iter().filter(by_text).collect();
        if found.is_empty() {
            found = standing.iter().filter(by_name).collect();
        }
        match found[..] {
            [one] => Ok(Edit::Item(one.text.clone(), one.left.clone())),
            [] => {
                let names = standing.iter().filter_map(|item| item.declares.as_ref().map(|(_, name)| name.as_str()));
                let help = match suggest::nearest(named, names) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "name what it declares, or give its whole text".to_string(),
                };
                let message = format!("nothing in the study's files is called `{wanted}` or reads so");
                Err(self.refuse(Diagnostic::new(codes::CHANGE, message).help(help)))
            }
            _ => {
                let places: Vec<String> = found
                    .iter()
                    .map(|item| match &item.declares {
                        Some((word, name)) => format!("`{word} {name}` ({}:{})", item.file, item.line),
                        None => format!("{}:{}", item.file, item.line),
                    })
                    .collect();
                let message = format!("`{wanted}` may mean several items: {}", places.join(", "));
                let help = "name it with its first word, or give its whole text";
                Err(self.refuse(Diagnostic::new(codes::CHANGE, message).help(help)))
            }
        }
    }

    /// The items of the study's own files.
    fn written(&self) -> Vec<Written> {
        let own = self.trees.iter().filter(|tree| !self.shipped.contains(&tree.id));
        own.flat_map(|tree| tree.items.iter().map(|item| self.written_item(tree.id, item))).collect()
    }

    fn written_item(&self, file: FileId, item: &Item) -> Written {
        let source = self.sources.get(file);
        let text = self.sources.slice(item.location(item.span)).to_string();
        let left = match &*item.kind {
            ItemKind::Concept(concept) => {
                let head = concept.label.as_ref().map_or(concept.name.span, |label| label.span);
                text.get(..head.end as usize).unwrap_or_default().to_string()
            }
            _ => String::new(),
        };
        Written {
            declares: declares(&item.kind),
            text,
            left,
            file: source.name.clone(),
            line: source.line_column(item.offset).0,
        }
    }
}

fn slice<'a>(text: &'a str, item: &Item) -> &'a str {
    let from = item.offset as usize;
    text.get(from..from + item.span.end as usize).unwrap_or_default()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first word of an item and the name it declares, where no other item may declare the same.
fn declares(kind: &ItemKind) -> Option<(String, String)> {
    let named = |word: &str, name: &str| Some((word.to_string(), name.to_string()));
    match kind {
        ItemKind::Study(_) => named("study", ""),
        ItemKind::Concept(concept) => named(&concept.kind.text, &concept.name.text),
        ItemKind::Parameter(parameter) => named("parameter", &parameter.name.text),
        ItemKind::Source(source) => named("source", &source.key.text),
        ItemKind::Kind(kind) => named("kind", &kind.name.text),
        ItemKind::Relation(relation) => named("relation", &relation.name.text),
        ItemKind::Table(table) => named("table", &table.title.text),
        ItemKind::Test(test) => named("test", &test.name.text),
        ItemKind::Map(map) => named("map", &map.from.name.text),
        ItemKind::Use(_)
        | ItemKind::Concepts(_)
        | ItemKind::Input(_)
        | ItemKind::Output(_)
        | ItemKind::Fact(_)
        | ItemKind::Rule(_)
        | ItemKind::Broken(_) => None,
    }
}
