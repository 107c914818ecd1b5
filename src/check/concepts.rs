//! Which concepts there are: declared one by one, read from tables, or brought by another program's codebook. The same
//! label in one kind is the same concept, wherever it stands.

use super::fixes::{misspelt, misspelt_text, write};
use super::labels::{fold_label, name_of_label};
use super::program::*;
use super::{Checker, CodebookEntry, TableKey};
use crate::base::{Location, Span, Table};
use crate::diagnostic::{Diagnostic, codes};
use crate::syntax::synonyms;
use crate::syntax::tree::{self, CellSource as TreeCell, Format, ItemKind};
use crate::text::Pattern;

/// The columns that a table of concepts may fill.
const TABLE_COLUMNS: [&str; 10] =
    ["label", "name", "means", "include", "exclude", "example", "memo", "matches", "under", "status"];

impl Checker<'_> {
    pub(super) fn read_concepts(&mut self) {
        self.each_item(|c, item| match &*item.kind {
            // What a misspelt word declares may be a kind that stands before other items.
            ItemKind::Concept(concept) if !c.program.kind_names.contains_key(&concept.kind.text) => {
                c.broken.insert(concept.name.text.clone());
                c.broken.extend(concept.label.as_ref().map(|l| l.text.clone()));
                if c.is_behind_its_name(concept) {
                    c.broken.insert(concept.kind.text.clone());
                }
            }
            _ => {}
        });
        self.each_item(|c, item| match &*item.kind {
            ItemKind::Concept(concept) => c.declare_concept(item, concept),
            ItemKind::Broken(broken) => c.declare_broken(item, broken),
            _ => {}
        });
        let input = self.input;
        if !input.codebook.is_empty() {
            self.declare_codebook(&input.codebook);
        }
        self.each_item(|c, item| {
            if let ItemKind::Concepts(concepts) = &*item.kind {
                c.read_table(item, concepts);
            }
        });
    }

    fn declare_concept(&mut self, item: &tree::Item, concept: &tree::Concept) {
        let at = item.location(concept.name.span);
        let Some(&kind) = self.program.kind_names.get(&concept.kind.text) else {
            if self.is_behind_its_name(concept) {
                let (kind, name) = (&concept.name.text, &concept.kind.text);
                let at = Location::new(at.file, item.location(concept.kind.span).span.to(at.span));
                let message = format!("the word of an item stands first: `{kind}` comes before `{name}`");
                let right = format!("write `{kind} {name}`");
                let edits = write(at, format!("{kind} {name}"));
                self.report(
                    Diagnostic::at(codes::UNKNOWN_ITEM, at, message).help(right.clone()).fix(right, edits, false),
                );
            } else if !self.broken.contains(&concept.kind.text) {
                self.unknown_item(item, &concept.kind);
            }
            self.broken.insert(concept.name.text.clone());
            return;
        };
        if self.program.kind(kind).open {
            let name = &concept.kind.text;
            let message = format!("`{name}` comes from the data, so none is declared");
            self.error(codes::WRONG_KIND, at, message, "leave this item out; name it where a rule needs it");
            return;
        }
        if let Some(&first) = self.program.concept_names.get(&(kind, concept.name.text.clone())) {
            let first = self.program.concept(first).at;
            return self.declared_twice(item, &concept.kind.text, &concept.name.text, at, first);
        }
        self.label_of_lines(item, concept.label.as_ref());
        let label = concept.label.as_ref().map(|l| l.text.clone());
        if let Some(label) = &label
            && let Some(&first) = self.program.concept_labels.get(&(kind, fold_label(label)))
        {
            let first_at = self.program.concept(first).at;
            let message = format!("two concepts of the kind `{}` have the label \"{label}\"", concept.kind.text);
            self.report(
                Diagnostic::at(
                    codes::DECLARED_TWICE,
                    item.location(concept.label.as_ref().map_or(concept.name.span, |l| l.span)),
                    message,
                )
                .label(first_at, "the first is declared here")
                .help("give them labels that tell them apart: data and rules may name a concept by its label"),
            );
        }
        self.add_concept(kind, &concept.name.text, label, at);
    }

    /// `a code` for `code a`: the kind of a concept stands where its name should.
    fn is_behind_its_name(&self, concept: &tree::Concept) -> bool {
        let name = &concept.name.text;
        self.program.kind_names.get(name).is_some_and(|&kind| !self.program.kind(kind).open) || name == "kind"
    }

    /// A text of several lines where a label stands has lost the word before it.
    pub(super) fn label_of_lines(&mut self, item: &tree::Item, label: Option<&tree::Str>) {
        let Some(label) = label.filter(|l| l.text.trim().contains('\n')) else { return };
        let at = item.location(label.span);
        let start = Location::new(at.file, Span::new(at.span.start, at.span.start));
        let diagnostic =
            Diagnostic::at(codes::MISSING_PART, at, "a word is missing before this text: `means` or `memo`")
                .help("write `means` before it if it says what is meant; a label stands on one line")
                .fix("write `means`", write(start, "means "), false);
        self.report(diagnostic);
    }

    /// A concept whose item could not be read still has its name.
    fn declare_broken(&mut self, item: &tree::Item, broken: &tree::Broken) {
        let (Some(name), Some(&kind)) = (&broken.name, self.program.kind_names.get(&broken.keyword)) else { return };
        if !self.program.kind(kind).open && !self.program.concept_names.contains_key(&(kind, name.text.clone())) {
            self.add_concept(kind, &name.text, None, item.location(name.span));
        }
    }

    fn unknown_item(&mut self, item: &tree::Item, word: &tree::Name) {
        let items: Vec<&str> = crate::syntax::item_words().collect();
        let kinds: Vec<&str> = self.program.kinds.iter().filter(|k| !k.open).map(|k| k.name.as_str()).collect();
        let all = [items.as_slice(), kinds.as_slice()].concat();
        let otherwise = || {
            format!(
                "if it is a kind of your own, write `kind {} \"what it is\"` above; other items begin with a kind \
                 ({}) or with {}",
                word.text,
                kinds.join(", "),
                items.join(", ")
            )
        };
        let elsewhere = synonyms::items(&word.text);
        let message = format!("`{}` is neither a word of the language nor a kind", word.text);
        let at = item.location(word.span);
        let diagnostic = Diagnostic::at(codes::UNKNOWN_ITEM, at, message);
        if !elsewhere.is_empty() {
            let stub = format!("kind {} \"what it is\"", word.text);
            let help = format!(
                "write it like {}; if it is a kind of your own, write `{stub}` above",
                synonyms::forms(elsewhere)
            );
            let mut diagnostic = diagnostic.help(help);
            for meant in elsewhere.iter().filter(|w| kinds.contains(w)) {
                diagnostic = diagnostic.fix(format!("write `{meant}`"), write(at, *meant), false);
            }
            let diagnostic = self.declared(diagnostic, item, &word.text, &stub);
            return self.report(diagnostic);
        }
        let mut diagnostic = misspelt(diagnostic, at, &word.text, &all, otherwise);
        if diagnostic.fixes.is_empty() {
            diagnostic = self.declared(diagnostic, item, &word.text, &format!("kind {} \"what it is\"", word.text));
        }
        self.report(diagnostic);
    }

    pub(super) fn add_concept(&mut self, kind: KindId, name: &str, label: Option<String>, at: Location) -> ConceptId {
        let id = ConceptId(self.program.concepts.len() as u32);
        let value = self.pool.concept(&self.program.kind(kind).name.clone(), name);
        if let Some(label) = &label {
            self.program.concept_labels.entry((kind, fold_label(label))).or_insert(id);
        }
        self.program.concept_names.insert((kind, name.to_string()), id);
        self.program.concept_values.insert(value, id);
        self.program.concepts.push(Concept {
            kind,
            name: name.to_string(),
            label,
            value,
            means: Vec::new(),
            include: Vec::new(),
            exclude: Vec::new(),
            because: Vec::new(),
            memos: Vec::new(),
            examples: Vec::new(),
            cites: Vec::new(),
            status: Status::default(),
            status_said: false,
            under: Vec::new(),
            matches: Vec::new(),
            when: Vec::new(),
            unless: Vec::new(),
            withheld: false,
            at,
        });
        id
    }

    /// The concept of a label, declared now if it is new. A name that is taken by another label gets a number.
    fn concept_of_label(&mut self, kind: KindId, label: &str, at: Location) -> Option<ConceptId> {
        if let Some(id) = self.program.find_concept(kind, label) {
            return Some(id);
        }
        let base = name_of_label(label);
        if base.is_empty() {
            return None;
        }
        let taken = |c: &Self, name: &str| c.program.concept_names.contains_key(&(kind, name.to_string()));
        let mut name = base.clone();
        let mut n = 2;
        while taken(self, &name) {
            name = format!("{base}_{n}");
            n += 1;
        }
        let label = label.split_whitespace().collect::<Vec<_>>().join(" ");
        Some(self.add_concept(kind, &name, Some(label), at))
    }

    fn declare_codebook(&mut self, entries: &[CodebookEntry]) {
        let kind = self.program.known_kind("code");
        let ids: Vec<Option<ConceptId>> =
            entries.iter().map(|entry| self.concept_of_label(kind, &entry.label, entry.at)).collect();
        for (entry, &id) in entries.iter().zip(&ids) {
            let Some(id) = id else { continue };
            let concept = &mut self.program.concepts[id.0 as usize];
            let said = [
                (&entry.means, &mut concept.means),
                (&entry.include, &mut concept.include),
                (&entry.exclude, &mut concept.exclude),
                (&entry.memo, &mut concept.memos),
            ];
            for (text, all) in said {
                all.extend(text.iter().map(|text| Said { text: text.clone(), cites: Vec::new(), at: entry.at }));
            }
        }
        for (entry, &id) in entries.iter().zip(&ids) {
            let Some(id) = id else { continue };
            for parent in entry.under.iter().filter_map(|&p| ids.get(p).copied().flatten()).filter(|&p| p != id) {
                self.under(id, parent, entry.at);
            }
        }
    }

    fn read_table(&mut self, item: &tree::Item, concepts: &tree::Concepts) {
        let Some(&kind) = self.program.kind_names.get(&concepts.kind.text) else {
            if !self.broken.contains(&concepts.kind.text) {
                self.unknown_kind(item, &concepts.kind);
            }
            return;
        };
        if self.program.kind(kind).open {
            let name = &concepts.kind.text;
            let message = format!("`{name}` comes from the data, so none is declared");
            let help = format!(
                "read a table of them into a relation: `relation person({name}: {name}, …)`, `input person from …`"
            );
            self.error(codes::WRONG_KIND, item.location(concepts.kind.span), message, help);
            return;
        }
        let input = self.input;
        let Some(table) = input.tables.get(&TableKey::of(item.file, concepts)) else { return };
        let mut columns = Vec::new();
        for binding in &concepts.columns {
            if let Some(column) = self.table_column(item, table, binding) {
                columns.push(column);
            }
        }
        let label = columns.iter().position(|c| c.name == "label" || c.name == "name");
        let Some(label) = label else {
            if columns.len() == concepts.columns.len() {
                self.error(
                    codes::MISSING_PART,
                    item.location(concepts.from.span),
                    "this does not say which column holds the labels",
                    "add a line `label = \"…\"` with the header of that column",
                );
            }
            return;
        };
        let Some(only) = self.table_filters(item, concepts, table) else { return };
        let empty: Vec<String> = concepts.empty.iter().map(|e| e.text.trim().to_string()).collect();
        let at = item.location(concepts.from.span);
        for row in table.rows() {
            let cell = |header: usize| {
                let text = row.cells.get(header)?.as_deref()?;
                (!text.trim().is_empty() && !empty.iter().any(|e| e == text.trim())).then_some(text)
            };
            if !only.iter().all(|(header, negated, values)| {
                let text = row.cells.get(*header).and_then(|c| c.as_deref()).unwrap_or("").trim();
                values.iter().any(|v| v == text) != *negated
            }) {
                continue;
            }
            let Some(text) = cell(columns[label].header) else { continue };
            let Some(id) = self.concept_of_label(kind, text.trim(), at) else { continue };
            for (i, column) in columns.iter().enumerate() {
                if i != label
                    && let Some(text) = cell(column.header)
                {
                    self.fill(id, kind, column, text, at, (&table.file, row.line));
                }
            }
        }
    }

    fn fill(&mut self, id: ConceptId, kind: KindId, column: &TableColumn, cell: &str, at: Location, row: (&str, u32)) {
        let text = cell.trim();
        let said = Said { text: text.to_string(), cites: Vec::new(), at };
        match column.name.as_str() {
            "matches" => {
                let pattern = match column.words.as_deref() {
                    // A space at the end of a keyword is part of what is looked for: `trans ` is not in `transport`.
                    Some("contains") => Pattern::Substring(cell.to_string()),
                    Some("regex") => Pattern::Regex { pattern: text.to_string(), insensitive: true },
                    _ => Pattern::Phrase(text.to_string()),
                };
                if let Err(error) = crate::text::check(&pattern) {
                    let (file, line) = row;
                    let message = format!("the pattern `{text}` of {file}:{line} cannot be used: {}", error.message);
                    let part = error.at.and_then(|(start, end)| text.get(start..end)).filter(|p| *p != text);
                    let part = part.map_or(String::new(), |p| format!("at `{p}`: "));
                    let help = match error.help {
                        Some(help) => format!("in the table, {part}{help}"),
                        None => "change it in the table".to_string(),
                    };
                    return self.report(Diagnostic::at(codes::REGEX, at, message).help(help));
                }
                let place = Place { kind: PlaceKind::Pattern(self.add_pattern(pattern, at)), at };
                self.program.concepts[id.0 as usize].matches.push(Matches { place, at });
            }
            "under" => {
                let Some(parent) = self.concept_of_label(kind, text, at) else { return };
                self.under(id, parent, at);
            }
            "status" => {
                let status = match text.to_lowercase().as_str() {
                    "draft" => Status::Draft,
                    "agreed" => Status::Agreed,
                    "retired" => Status::Retired,
                    _ => {
                        let label = self.program.concept(id).title().to_string();
                        let message = format!("\"{text}\", in the row of \"{label}\", is no status");
                        let help = "a status is `draft`, `agreed` or `retired`; take other rows out with `only`";
                        return self.error(codes::UNKNOWN_NAME, at, message, help);
                    }
                };
                let concept = &mut self.program.concepts[id.0 as usize];
                (concept.status, concept.status_said) = (status, true);
            }
            other => {
                let concept = &mut self.program.concepts[id.0 as usize];
                match other {
                    "means" => concept.means.push(said),
                    "include" => concept.include.push(said),
                    "exclude" => concept.exclude.push(said),
                    "memo" => concept.memos.push(said),
                    // Examples of a table are prose about the code, often several in a cell: kept, not run as tests.
                    "example" => concept.memos.push(Said { text: format!("Examples: {text}"), ..said }),
                    "label" => concept.label = Some(text.to_string()),
                    _ => {}
                }
            }
        }
    }

    fn table_column(&mut self, item: &tree::Item, table: &Table, binding: &tree::ColumnBinding) -> Option<TableColumn> {
        let name = &binding.column.text;
        if !TABLE_COLUMNS.contains(&name.as_str()) {
            let at = item.location(binding.column.span);
            let unknown = Diagnostic::at(codes::UNKNOWN_COLUMN, at, format!("a concept has no `{name}`"));
            let otherwise = || format!("a table of concepts may fill: {}", TABLE_COLUMNS.join(", "));
            self.report(misspelt(unknown, at, name, &TABLE_COLUMNS, otherwise));
            return None;
        }
        let TreeCell::Header { header, format, .. } = &binding.value else {
            let at = item.location(binding.span);
            self.error(codes::SCOPE, at, "a table of concepts takes its values from columns", "write `= \"Header\"`");
            return None;
        };
        let words = format.as_ref().map(|f| match f {
            Format::Pictures(pictures) => {
                pictures.iter().map(|p| format!("\"{}\"", p.text)).collect::<Vec<_>>().join(" or ")
            }
            Format::Words(words) => words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" "),
        });
        if let Some(words) = &words
            && (name != "matches" || !["contains", "regex", "phrase"].contains(&words.as_str()))
        {
            let message = format!("`{name}` cannot be read `as {words}`");
            let help = "`matches` may be read `as contains`, `as regex` or `as phrase`; the others stand alone";
            self.error(codes::SCOPE, item.location(binding.span), message, help);
            return None;
        }
        let header = self.table_header(item, table, header)?;
        Some(TableColumn { name: name.clone(), header, words })
    }

    /// The place of a header in a table, or an error with the nearest.
    fn table_header(&mut self, item: &tree::Item, table: &Table, header: &tree::Str) -> Option<usize> {
        if let Some(place) = table.column(&header.text) {
            return Some(place);
        }
        let message = format!("`{}` has no column \"{}\"", table.file, header.text);
        let at = item.location(header.span);
        let known: Vec<&str> = table.header.iter().map(String::as_str).collect();
        let unknown = Diagnostic::at(codes::HEADER, at, message);
        let otherwise = || format!("its columns are: {}", table.header.join(", "));
        self.report(misspelt_text(unknown, at, &header.text, &known, otherwise));
        None
    }

    /// The `only` lines: which header, negated or not, which texts.
    fn table_filters(
        &mut self,
        item: &tree::Item,
        concepts: &tree::Concepts,
        table: &Table,
    ) -> Option<Vec<(usize, bool, Vec<String>)>> {
        let mut filters = Vec::new();
        for only in &concepts.only {
            let header = self.table_header(item, table, &only.header)?;
            filters.push((header, only.negated, only.values.iter().map(literal_text).collect()));
        }
        Some(filters)
    }
}

/// A column of a table of concepts.
struct TableColumn {
    name: String,
    header: usize,
    words: Option<String>,
}

/// A literal as the text of a cell.
pub(super) fn literal_text(literal: &tree::Literal) -> String {
    match &literal.kind {
        tree::LiteralKind::Text(text) => text.trim().to_string(),
        tree::LiteralKind::Number(n) => n.to_string(),
        tree::LiteralKind::Decimal(d) => d.to_string(),
        tree::LiteralKind::Date(d) => d.to_string(),
        tree::LiteralKind::DateTime(t) => t.to_string(),
        tree::LiteralKind::Ref(name) => name.name.text.clone(),
    }
}
