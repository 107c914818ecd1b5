//! From the text of a file to its tree, item by item.
//!
//! The grammar sees an item as a whole first. Where it refuses it, head and clauses are parsed one by one, so that a broken
//! clause spares the others, and the doctor says what is wrong with each that is broken. What an item is depends on its
//! text alone, so items are kept by their text.

use super::build::Builder;
use super::common;
use super::doctor;
use super::facts;
use super::grammar::{Grammar, Rule};
use super::hidden;
use super::items;
use super::layout::{self, Part, PartKind};
use super::lexical;
use super::literal;
use super::token::{Token, TokenKind, lex};
use super::tree::{self, Broken, Expr, File, Item, ItemKind, Name};
use crate::base::{FileId, Location, Span, threads};
use crate::diagnostic::{Diagnostic, Edit, Label, codes};
use pest::Parser;
use pest::error::InputLocation;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// Items parsed before, by their text.
#[derive(Debug, Default)]
pub struct Cache {
    items: FxHashMap<Box<str>, Parsed>,
    bytes: usize,
}

/// A kept cache is emptied when the texts in it reach this many bytes.
const CACHE_LIMIT: usize = 64 << 20;

/// An item and what is wrong with it; places count from its start, in whatever file.
#[derive(Clone, Debug)]
struct Parsed {
    kind: Arc<ItemKind>,
    diagnostics: Arc<[Diagnostic]>,
}

/// Files with fewer bytes to parse are not worth a second thread.
const WORTH_THREADS: usize = 128 << 10;

/// The tree of a file and what is wrong with it, in order of place. Never fails. Items are parsed on several threads,
/// since each depends on its own text alone.
pub fn parse(id: FileId, text: &str, cache: &mut Cache) -> (File, Vec<Diagnostic>) {
    let tokens = lex(text);
    let mut file = File { id, items: Vec::new() };
    let mut diagnostics = Vec::new();
    let items: Vec<(&[Token], u32, &str)> = items::cut(text, &tokens)
        .into_iter()
        .filter_map(|range| {
            let tokens = &tokens[range];
            let (start, end) = (tokens.first()?.span.start, tokens.last()?.span.end);
            Some((tokens, start, text.get(start as usize..end as usize)?))
        })
        .collect();
    cache.parse_all(&items);
    for &(tokens, start, item_text) in &items {
        let (Some(first), end) = (tokens.first(), start + item_text.len() as u32) else { continue };
        // Only a cache that was full does not have it.
        let parsed = match cache.items.get(item_text) {
            Some(parsed) => parsed.clone(),
            None => Parsed::new(item_text, tokens, start),
        };
        if !items::is_first_column(text, first) {
            let above = !file.items.is_empty();
            diagnostics.push(indented(text, id, first, above));
        }
        diagnostics.extend(parsed.diagnostics.iter().map(|d| moved(d, id, start)));
        let whole = !parsed.diagnostics.iter().any(Diagnostic::is_error);
        file.items.push(Item { file: id, offset: start, kind: parsed.kind, span: Span::new(0, end - start), whole });
    }
    reserved_once(&mut diagnostics);
    let hidden = hidden::hidden(id, text, &tokens);
    if !hidden.is_empty() {
        diagnostics.extend(hidden);
        diagnostics.sort_by_key(Diagnostic::location);
    }
    (file, diagnostics)
}

/// A word of the language that is declared as a name and used as one is told once, with all places where it stands.
fn reserved_once(diagnostics: &mut Vec<Diagnostic>) {
    let mut kept: Vec<Diagnostic> = Vec::with_capacity(diagnostics.len());
    for diagnostic in diagnostics.drain(..) {
        let same = |k: &&mut Diagnostic| k.code == codes::RESERVED && k.message == diagnostic.message;
        let Some(first) = kept.iter_mut().find(same).filter(|_| diagnostic.code == codes::RESERVED) else {
            kept.push(diagnostic);
            continue;
        };
        let Some(location) = diagnostic.location() else { continue };
        first.labels.push(Label { location, text: "and here".into() });
        // Its declaration knows which name would fit, and every place takes that.
        if first.fixes.is_empty() && !diagnostic.fixes.is_empty() {
            first.help = diagnostic.help;
            first.fixes = diagnostic.fixes;
        }
        for fix in &mut first.fixes {
            let Some(text) = fix.edits.first().map(|e| e.text.clone()) else { continue };
            fix.edits = first.labels.iter().map(|l| Edit { location: l.location, text: text.clone() }).collect();
        }
    }
    *diagnostics = kept;
}

impl Parsed {
    fn new(text: &str, tokens: &[Token], start: u32) -> Parsed {
        let relative: Vec<Token> = tokens
            .iter()
            .map(|t| Token { kind: t.kind, span: Span::new(t.span.start - start, t.span.end - start) })
            .collect();
        let (kind, diagnostics) = parse_item(text, &relative);
        Parsed { kind: Arc::new(kind), diagnostics: diagnostics.into() }
    }
}

impl Cache {
    /// Parses what is not there yet.
    fn parse_all(&mut self, items: &[(&[Token], u32, &str)]) {
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        let missing = items.iter().filter(|(_, _, text)| !self.items.contains_key(*text) && seen.insert(text));
        let missing: Vec<&(&[Token], u32, &str)> = missing.collect();
        let parse = |&(tokens, start, text): &(&[Token], u32, &str)| Parsed::new(text, tokens, start);
        let parsed: Vec<Parsed> = match seen.iter().map(|text| text.len()).sum::<usize>() < WORTH_THREADS {
            true => missing.iter().copied().map(parse).collect(),
            false => threads::each(missing.clone(), parse),
        };
        for ((_, _, text), parsed) in missing.into_iter().zip(parsed) {
            self.keep(text, parsed);
        }
    }

    fn keep(&mut self, text: &str, parsed: Parsed) {
        if self.bytes > CACHE_LIMIT {
            self.items.clear();
            self.bytes = 0;
        }
        self.bytes += text.len();
        self.items.insert(text.into(), parsed);
    }
}

/// A diagnostic of an item that starts `offset` bytes into a file.
fn moved(diagnostic: &Diagnostic, id: FileId, offset: u32) -> Diagnostic {
    let mut diagnostic = diagnostic.clone();
    let shift = |at: &mut Location| *at = Location::new(id, at.span.shift(offset));
    diagnostic.labels.iter_mut().for_each(|l| shift(&mut l.location));
    diagnostic.fixes.iter_mut().flat_map(|f| &mut f.edits).for_each(|e| shift(&mut e.location));
    diagnostic
}

/// An item does not start in the first column.
fn indented(text: &str, id: FileId, first: &Token, above: bool) -> Diagnostic {
    let word = &text[first.span.range()];
    let line = text[..first.span.start as usize].rfind('\n').map_or(0, |i| i as u32 + 1);
    let blank = Location::new(id, Span::new(line, first.span.start));
    let (message, help) = match above {
        true => (
            format!("the item `{word}` is indented"),
            "an item starts in the first column; an indented line belongs to the item above it",
        ),
        false => (format!("`{word}` is indented, and no item is above it"), "an item starts in the first column"),
    };
    Diagnostic::at(codes::INDENT, Location::new(id, first.span), message).help(help).fix(
        "start it in the first column",
        vec![Edit { location: blank, text: String::new() }],
        true,
    )
}

/// The conditions of a query.
pub fn parse_body(id: FileId, text: &str) -> (Option<Expr>, Vec<Diagnostic>) {
    parse_alone(id, text, Rule::whole_body, |builder, pair| match pair.as_rule() {
        Rule::body => Some(builder.body(pair)),
        _ => None,
    })
}

/// The conclusion that `why` is asked about.
pub fn parse_atom(id: FileId, text: &str) -> (Option<tree::Atom>, Vec<Diagnostic>) {
    let (atom, mut wrong) = parse_alone(id, text, Rule::whole_atom, |builder, pair| match pair.as_rule() {
        Rule::atom => Some(builder.atom(pair)),
        _ => None,
    });
    for diagnostic in wrong.iter_mut().filter(|d| [codes::SYNTAX, codes::MISSING_PART].contains(&d.code)) {
        if diagnostic.fixes.is_empty() {
            let name = lex(text).iter().filter(|t| !t.kind.is_trivia()).map(|t| t.kind).eq([TokenKind::Name]);
            diagnostic.help = Some(match name {
                true => {
                    let name = text.trim();
                    format!(
                        "ask of a message: `theme({name}, T)`, or `code({name}, C)`; of a theme or a code: `theme(m1, {name})`, `code(m1, {name})`"
                    )
                }
                false => "a conclusion is written like `theme(m1, shared_ground)`, and nothing else".into(),
            });
        }
    }
    (atom, wrong)
}

fn parse_alone<T>(
    id: FileId,
    text: &str,
    rule: Rule,
    build: impl Fn(&mut Builder<'_>, pest::iterators::Pair<'_, Rule>) -> Option<T>,
) -> (Option<T>, Vec<Diagnostic>) {
    let tokens = lex(text);
    let end = tokens.iter().rposition(|t| !t.kind.is_trivia()).map_or(0, |i| i + 1);
    let start = tokens.iter().position(|t| !t.kind.is_trivia()).unwrap_or(0);
    let part = Part { tokens: start..end.max(start), start: 0, kind: PartKind::Alone };
    let mut builder = Builder::new(text);
    let mut found = None;
    if lexical::lexical(&mut builder.diagnostics, text, &tokens, &part) {
        match Grammar::parse(rule, text) {
            Ok(mut pairs) => {
                let inner = pairs.next().map(|p| p.into_inner());
                found = inner.and_then(|mut p| p.find_map(|p| build(&mut builder, p)));
            }
            Err(e) => builder.diagnostics.push(doctor::explain(text, &tokens, &part, offset(&e))),
        }
    }
    let diagnostics = builder.diagnostics.iter().map(|d| moved(d, id, 0)).collect();
    (found, diagnostics)
}

/// How far the grammar came.
pub(super) fn offset(error: &pest::error::Error<Rule>) -> usize {
    match error.location {
        InputLocation::Pos(at) => at,
        InputLocation::Span((start, _)) => start,
    }
}

/// The rule for one clause of an item; items without clauses have that of their head, which no clause fits.
fn clause_rule(word: &str) -> Rule {
    match word {
        "study" => Rule::alone_study,
        "source" => Rule::alone_source,
        "kind" => Rule::alone_kind,
        "relation" => Rule::alone_relation,
        "input" | "concepts" => Rule::alone_input,
        "table" => Rule::alone_table,
        "rule" => Rule::alone_rule,
        "map" => Rule::alone_map,
        "test" => Rule::alone_test,
        "use" | "parameter" | "output" | "fact" => Rule::alone_head,
        _ => Rule::alone_concept,
    }
}

fn parse_item(text: &str, tokens: &[Token]) -> (ItemKind, Vec<Diagnostic>) {
    let parts = layout::parts(text, tokens);
    let mut builder = Builder::new(text);
    let word = tokens.first().map_or("", |t| &text[t.span.range()]);
    let meant = layout::item_of(text, tokens);
    lexical::unindented(&mut builder.diagnostics, text, tokens, &parts);
    let mut sound = Vec::with_capacity(parts.len());
    for part in &parts {
        sound.push(lexical::lexical(&mut builder.diagnostics, text, tokens, part));
    }
    let marked: std::borrow::Cow<'_, str> = match parts.len() == 1 && !text.contains(layout::MARK) {
        true => text.into(),
        false => layout::mark(text, &parts).into(),
    };
    let foreign_head = layout::is_strict_clause_word(word);
    let whole =
        sound.iter().all(|s| *s) && !foreign_head && meant == word && parts.iter().all(|p| p.kind != PartKind::Unknown);
    if whole && layout::item_words().all(|w| w != word) {
        let told = builder.diagnostics.len();
        if let Some(item) = common::concept(&mut builder, &marked, tokens, &parts) {
            return finish(builder, item);
        }
        builder.forget(told);
    }
    if whole && let Ok(pairs) = Grammar::parse(Rule::item, &marked) {
        let inner = pairs.flat_map(|item| item.into_inner()).next().map(|item| item.into_inner());
        let mut item = None;
        for pair in inner.into_iter().flatten() {
            match &mut item {
                None => item = Some(builder.head(pair)),
                Some(item) => builder.clause(item, pair),
            }
        }
        if let Some(item) = item {
            return finish(builder, item);
        }
    }
    let mut item = broken(text, tokens, &parts[0]);
    let facts = meant == "fact" && meant == word;
    // The words of the clauses that could not be read.
    let mut lost = Vec::new();
    for (part, sound) in parts.iter().zip(sound) {
        let clause = tokens[part.tokens.clone()].first().map_or("", |t| &text[t.span.range()]);
        if !sound {
            if facts && part.kind == PartKind::Head {
                item = facts::sound(&mut builder, tokens, part, true).unwrap_or(item);
            }
            lost.push(clause);
            continue;
        }
        let end = tokens[part.tokens.clone()].last().map_or(part.start, |t| t.span.end as usize);
        let head = part.kind == PartKind::Head;
        if (head && (foreign_head || meant != word)) || part.kind == PartKind::Unknown {
            builder.diagnostics.push(doctor::explain(text, tokens, part, part.start));
            lost.push(clause);
            continue;
        }
        let slice = &marked[part.start..end];
        match Grammar::parse(if head { Rule::alone_head } else { clause_rule(meant) }, slice) {
            Ok(mut pairs) => {
                let Some(pair) = pairs.next().and_then(|p| p.into_inner().next()) else { continue };
                builder.base = part.start;
                match head {
                    true => item = builder.head(pair),
                    false => builder.clause(&mut item, pair),
                }
            }
            Err(e) => {
                let at = part.start + offset(&e);
                builder.diagnostics.push(doctor::explain(text, tokens, part, at));
                if facts && head {
                    item = facts::sound(&mut builder, tokens, part, false).unwrap_or(item);
                }
                lost.push(clause);
            }
        }
    }
    // Without the condition that was lost, a rule, a map or an input would say more than its author meant.
    match &mut item {
        ItemKind::Concept(concept) => concept.lost_unless = lost.contains(&"unless"),
        ItemKind::Rule(_) | ItemKind::Map(_) if lost.contains(&"if") => item = broken(text, tokens, &parts[0]),
        ItemKind::Input(_) | ItemKind::Concepts(_) if lost.contains(&"only") => item = broken(text, tokens, &parts[0]),
        _ => {}
    }
    finish(builder, item)
}

/// What an item is when its clauses are in.
fn finish(mut builder: Builder<'_>, item: ItemKind) -> (ItemKind, Vec<Diagnostic>) {
    if let ItemKind::Table(table) = &item
        && table.rows.name.text.is_empty()
    {
        if builder.diagnostics.is_empty() {
            let at = builder.location(table.title.span);
            builder.diagnostics.push(
                Diagnostic::at(codes::MISSING_PART, at, "this table does not say what stands in its rows")
                    .help("add a line `rows theme`, or a column of a relation, `rows comment.service`"),
            );
        }
        builder.diagnostics.sort_by_key(|d| d.location());
        return (ItemKind::Broken(Broken { keyword: "table".into(), ..Broken::default() }), builder.diagnostics);
    }
    builder.diagnostics.sort_by_key(|d| d.location());
    (item, builder.diagnostics)
}

/// Words that follow a name on one line where a line break was forgotten.
const CLAUSES: [&str; 7] = ["matches", "when", "unless", "means", "under", "if", "from"];

/// What can be told of an item without its head.
fn broken(text: &str, tokens: &[Token], head: &Part) -> ItemKind {
    let mut words = tokens[head.tokens.clone()].iter().filter(|t| !t.kind.is_trivia());
    let keyword = words.next().map_or(String::new(), |t| text[t.span.range()].to_string());
    // `Own_place`, `own-place` and `own place "A place"` are all meant to be `own_place`.
    let rest: Vec<&Token> = words.collect();
    let word = |t: &Token| &text[t.span.range()];
    let end = rest.iter().position(|t| !doctor::is_word(t.kind) && word(t) != "-" || CLAUSES.contains(&word(t)));
    let labelled = end.is_some_and(|end| rest[end].kind == TokenKind::Text);
    let parts = &rest[..end.unwrap_or(rest.len())];
    let joined = labelled || parts.get(1).is_some_and(|t| word(t) == "-");
    let parts = if joined { parts } else { &parts[..parts.len().min(1)] };
    let name = parts.first().filter(|t| doctor::is_word(t.kind)).map(|first| {
        let parts: Vec<&str> = parts.iter().map(|t| word(t)).filter(|w| *w != "-").collect();
        Name { text: literal::name(&parts.join("_").to_lowercase()), span: first.span }
    });
    ItemKind::Broken(Broken { keyword, name, words: head_words(text, tokens, head) })
}

/// All that a head could have been meant to declare.
fn head_words(text: &str, tokens: &[Token], head: &Part) -> Vec<String> {
    let mut line = tokens[head.tokens.clone()].iter().skip(1).filter(|t| !t.kind.is_trivia());
    let mut found = Vec::new();
    if let (Some(name), Some(next)) = (line.next(), line.next())
        && matches!(next.kind, TokenKind::Colon | TokenKind::Question)
    {
        // `relation rolea: text)`, which has swallowed its bracket.
        let name = &text[name.span.range()];
        found.extend(name.char_indices().skip(1).map(|(i, _)| literal::name(&name[..i])));
    }
    // The word of the item may be what was left out, or stand behind its name.
    if let Some(first) = tokens[head.tokens.clone()].first().filter(|t| t.kind == TokenKind::Name) {
        let word = &text[first.span.range()];
        found.extend(layout::item_words().all(|w| w != word).then(|| literal::name(word)));
    }
    let words = tokens[head.tokens.clone()].iter().skip(1);
    found.extend(words.filter_map(|t| match t.kind {
        TokenKind::Text => Some(literal::unquote(&text[t.span.range()]).0),
        kind if doctor::is_word(kind) => Some(literal::name(&text[t.span.range()])),
        _ => None,
    }));
    found
}
