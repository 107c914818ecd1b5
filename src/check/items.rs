//! Second pass: the items that use what is declared. Inputs, outputs and cross-tables are read here, the others in
//! rooms of their own.

use super::concepts::literal_text;
use super::fixes::{misspelt, write};
use super::program::*;
use super::{Checker, Type};
use crate::diagnostic::{Diagnostic, codes};
use crate::syntax::tree::{self, CellSource as TreeCell, CountedThing, Format, ItemKind};

impl Checker<'_> {
    pub(super) fn read_items(&mut self) {
        self.each_item(|c, item| {
            if let ItemKind::Concept(concept) = &*item.kind {
                c.read_clauses(item, concept);
            }
        });
        self.each_item(|c, item| match &*item.kind {
            ItemKind::Fact(atoms) => c.read_facts(item, atoms),
            ItemKind::Rule(rule) => c.read_rule(item, rule),
            ItemKind::Map(map) => c.read_map(item, map),
            ItemKind::Input(input) => c.read_input(item, input),
            ItemKind::Output(output) => c.read_output(item, output),
            ItemKind::Table(table) => c.read_cross_table(item, table),
            ItemKind::Test(test) => c.read_test(item, test),
            ItemKind::Study(_)
            | ItemKind::Use(_)
            | ItemKind::Parameter(_)
            | ItemKind::Source(_)
            | ItemKind::Kind(_)
            | ItemKind::Concepts(_)
            | ItemKind::Relation(_)
            | ItemKind::Concept(_)
            | ItemKind::Broken(_) => {}
        });
    }

    fn read_input(&mut self, item: &tree::Item, input: &tree::Input) {
        let Some(id) = self.relation_named(item, &input.relation) else { return };
        let relation_at = item.location(input.relation.span);
        let help = match self.program.relation(id).kind {
            RelationKind::Quote => Some("passages come with `coded` and `evidence`"),
            RelationKind::Under => {
                Some("write `under PARENT` below the concept, or `under = \"…\"` in a `concepts` item")
            }
            RelationKind::Stimulates => Some("write `map THEME -> CONCEPT`"),
            RelationKind::Properties(_) => Some("write the properties below the concepts"),
            _ => None,
        };
        if let Some(help) = help {
            let message = format!("`{}` takes no rows of a file", input.relation.text);
            return self.error(codes::RESERVED_RELATION, relation_at, message, help);
        }
        let width = self.program.relation(id).columns.len();
        let mut columns: Vec<Option<Cell>> = vec![None; width];
        let mut quote: Option<Cell> = None;
        let mut whole = true;
        for binding in &input.columns {
            if self.is_quote(id, binding) && quote.is_none() {
                quote = self.cell(item, Type::Text, binding);
                whole &= quote.is_some();
                continue;
            }
            if self.is_quote(id, binding) {
                self.filled_twice(item, binding);
                continue;
            }
            let Some(column) = self.column_named(item, id, &binding.column) else {
                whole = false;
                continue;
            };
            if columns[column].is_some() {
                self.filled_twice(item, binding);
                continue;
            }
            match self.cell(item, self.program.relation(id).columns[column].of, binding) {
                Some(cell) => columns[column] = Some(cell),
                None => whole = false,
            }
        }
        if !whole {
            return;
        }
        let relation = self.program.relation(id);
        let missing: Vec<&str> = (0..width)
            .filter(|&c| columns[c].is_none() && !relation.columns[c].optional)
            .map(|c| relation.columns[c].name.as_str())
            .collect();
        if let Some(first) = missing.first() {
            if !item.whole {
                return;
            }
            let verb = if missing.len() == 1 { "comes" } else { "come" };
            let message = format!("nothing says where `{}` {verb} from", missing.join("`, `"));
            let help = format!("add a line `{first} = \"Header\"`, or `{first} is VALUE` for the same in every row");
            return self.error(codes::MISSING_PART, relation_at, message, help);
        }
        let delimiter = match &input.delimiter {
            None => None,
            Some(text) => match delimiter(&text.text) {
                Some(c) => Some(c),
                None => {
                    let at = item.location(text.span);
                    let help = "write `delimiter \";\"`, `delimiter \"tab\"` or another single sign";
                    return self.error(codes::SCOPE, at, format!("\"{}\" is no delimiter", text.text), help);
                }
            },
        };
        let only = input
            .only
            .iter()
            .map(|o| Only {
                header: o.header.text.clone(),
                negated: o.negated,
                values: o.values.iter().map(literal_text).collect(),
                at: item.location(o.span),
            })
            .collect();
        self.program.inputs.push(Input {
            relation: id,
            path: input.from.text.clone(),
            columns,
            quote,
            only,
            empty: input.empty.iter().map(|e| e.text.clone()).collect(),
            delimiter,
            sheet: input.sheet.as_ref().map(|sheet| sheet.text.clone()),
            at: relation_at,
            path_at: item.location(input.from.span),
        });
    }

    /// True for `quote = "Header"` of codings: the words that were coded, which are no column of `coding`.
    fn is_quote(&self, relation: RelationId, binding: &tree::ColumnBinding) -> bool {
        matches!(self.program.relation(relation).kind, RelationKind::Coding)
            && binding.column.text == "quote"
            && matches!(binding.value, TreeCell::Header { .. })
    }

    fn filled_twice(&mut self, item: &tree::Item, binding: &tree::ColumnBinding) {
        let message = format!("the column `{}` is filled twice", binding.column.text);
        let at = item.location(binding.span);
        let diagnostic = Diagnostic::at(codes::TWICE_CLAUSE, at, message).help("keep one of the lines");
        self.report(diagnostic.fix("take this line out", write(at, ""), false));
    }

    /// Where the cells of a column of that type come from.
    fn cell(&mut self, item: &tree::Item, of: Type, binding: &tree::ColumnBinding) -> Option<Cell> {
        let at = item.location(binding.span);
        let (source, or_skip) = match &binding.value {
            TreeCell::Constant(literal) => {
                let (value, found) = self.literal(item, literal, of)?;
                if !found.fits(of, &self.program) {
                    let (found, wanted) = (found.phrase(&self.program), of.phrase(&self.program));
                    let message = format!("this is {found}, and the column holds {wanted}");
                    self.error(codes::TYPES, item.location(literal.span), message, format!("write {wanted}"));
                    return None;
                }
                (CellSource::Constant(value), false)
            }
            TreeCell::Header { header, format, or_skip } => {
                let format = match format {
                    None => CellFormat::Plain,
                    Some(format) => self.cell_format(of, format, at)?,
                };
                (CellSource::Header { header: header.text.clone(), format }, *or_skip)
            }
        };
        Some(Cell { source, or_skip, at })
    }

    fn cell_format(&mut self, of: Type, format: &Format, at: crate::base::Location) -> Option<CellFormat> {
        let found = match format {
            Format::Pictures(pictures) => CellFormat::Pictures(pictures.iter().map(|p| p.text.clone()).collect()),
            Format::Words(words) => {
                let words: Vec<&str> = words.iter().map(|w| w.text.as_str()).collect();
                match words[..] {
                    ["unix"] | ["unix", "s"] | ["unix", "seconds"] => CellFormat::UnixSeconds,
                    ["unix", "ms"] | ["unix", "milliseconds"] => CellFormat::UnixMilliseconds,
                    _ => {
                        let message = format!("nothing can be read `as {}`", words.join(" "));
                        let help = "write `as \"dd/mm/yyyy\"` for dates, `as unix` or `as unix ms` for seconds or milliseconds since 1970";
                        self.error(codes::SCOPE, at, message, help);
                        return None;
                    }
                }
            }
        };
        if !of.is_time() {
            let message =
                format!("`as …` says how a date is written, and this column holds {}", of.phrase(&self.program));
            self.error(codes::TYPES, at, message, "leave `as …` out, or declare the column as `date` or `datetime`");
            return None;
        }
        Some(found)
    }

    fn read_output(&mut self, item: &tree::Item, output: &tree::Output) {
        let Some(relation) = self.relation_named(item, &output.relation) else { return };
        let at = item.location(output.to.span);
        if let Some(first) = self.program.outputs.iter().find(|o| o.path == output.to.text) {
            let first = first.at;
            let message = format!("two outputs go to `{}`", output.to.text);
            let diagnostic = Diagnostic::at(codes::DECLARED_TWICE, at, message).label(first, "the first stands here");
            return self.report(diagnostic.help("give each a file of its own"));
        }
        self.program.outputs.push(Output { relation, path: output.to.text.clone(), at });
    }

    fn read_cross_table(&mut self, item: &tree::Item, table: &tree::CrossTable) {
        let rows = self.axis(item, &table.rows);
        let columns = match &table.columns {
            Some(axis) => match self.axis(item, axis) {
                Some(axis) => Some(axis),
                None => return,
            },
            None => None,
        };
        let count = match table.count.as_ref().map(|c| (c, c.text.as_str())) {
            None | Some((_, "messages")) => CountedThing::Messages,
            Some((_, "authors")) => CountedThing::Authors,
            Some((_, "threads")) => CountedThing::Threads,
            Some((name, _)) => {
                let message = format!("a table cannot count `{}`", name.text);
                let help = "write `count messages`, `count authors` or `count threads`";
                return self.report(one_of(item, name, message, &["messages", "authors", "threads"], help));
            }
        };
        let shares = match table.shares.as_ref().map(|s| (s, s.text.as_str())) {
            None => None,
            Some((_, "rows")) => Some(ShareOf::Rows),
            Some((_, "columns")) => Some(ShareOf::Columns),
            Some((_, "all")) => Some(ShareOf::All),
            Some((name, _)) => {
                let message = format!("a table has no shares of `{}`", name.text);
                let help = "write `shares of rows`, `shares of columns` or `shares of all`";
                return self.report(one_of(item, name, message, &["rows", "columns", "all"], help));
            }
        };
        let Some(rows) = rows else { return };
        self.program.tables.push(CrossTable {
            title: table.title.text.clone(),
            rows,
            columns,
            count,
            totals: table.totals,
            shares,
            at: item.location(table.title.span),
        });
    }

    fn axis(&mut self, item: &tree::Item, axis: &tree::Axis) -> Option<TableAxis> {
        let id = match (&axis.column, self.program.kind_names.get(&axis.name.text)) {
            (None, Some(&kind)) => match self.program.kind(kind).relation {
                Some(relation) => relation,
                None => {
                    let message = format!("`{}` comes from the data: say by which relation", axis.name.text);
                    let help = "write the relation and its column: `message.author`";
                    self.error(codes::TABLE_AXIS, item.location(axis.name.span), message, help);
                    return None;
                }
            },
            _ => self.relation_named(item, &axis.name)?,
        };
        let relation = self.program.relation(id);
        let subject = |c: &Column| {
            [Subject::Message, Subject::Author, Subject::Thread]
                .into_iter()
                .find(|s| c.of == Type::Kind(self.program.known_kind(s.name())))
        };
        let found = relation.columns.iter().enumerate().find_map(|(i, c)| subject(c).map(|s| (i, s)));
        let Some((subject, of)) = found else {
            let message = format!("`{}` says nothing of messages, authors or threads", axis.name.text);
            let help = "a side of a table is a kind of concepts, or a column of a relation that names messages, authors or threads";
            self.error(codes::TABLE_AXIS, item.location(axis.name.span), message, help);
            return None;
        };
        let value = match &axis.column {
            Some(name) => self.column_named(item, id, name)?,
            None if relation.columns.len() == 2 => 1 - subject,
            None => {
                let names: Vec<String> =
                    relation.columns.iter().map(|c| format!("`{}.{}`", axis.name.text, c.name)).collect();
                let message = format!("`{}` has several columns", axis.name.text);
                let help = format!("say which: {}", names.join(", "));
                let at = item.location(axis.name.span);
                let mut diagnostic = Diagnostic::at(codes::TABLE_AXIS, at, message).help(help);
                for form in names {
                    diagnostic = diagnostic.fix(format!("write {form}"), write(at, form.trim_matches('`')), false);
                }
                self.report(diagnostic);
                return None;
            }
        };
        Some(TableAxis { relation: id, subject, of, value, written: axis.clone() })
    }
}

/// A word that is none of a few: helped in one way always, and put right where one of them is near.
fn one_of(item: &tree::Item, name: &tree::Name, message: String, known: &[&str], help: &str) -> Diagnostic {
    let at = item.location(name.span);
    let mut diagnostic = misspelt(Diagnostic::at(codes::SCOPE, at, message), at, &name.text, known, String::new);
    diagnostic.help = Some(help.to_string());
    diagnostic
}

/// A single sign, or the name of one that cannot be seen.
fn delimiter(text: &str) -> Option<char> {
    match text.to_lowercase().as_str() {
        "tab" => return Some('\t'),
        "comma" => return Some(','),
        "semicolon" => return Some(';'),
        _ => {}
    }
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) if c.is_ascii() && c != '"' && c != '\n' && c != '\r' => Some(c),
        _ => None,
    }
}
