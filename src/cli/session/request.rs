//! Messages: what a line asks for, or what is wrong with it, said so that the next one is right.

use crate::diagnostic::{Diagnostic, codes, suggest};
use crate::session::change::{Edit, Statement};
use serde_json::{Map, Value};

/// Every message with its fields: those that it must have, and those that it may.
const MESSAGES: &[(&str, &[&str], &[&str])] = &[
    ("insert", &["facts"], &[]),
    ("delete", &["facts"], &[]),
    ("replace", &["file", "text"], &[]),
    ("reload", &["file"], &[]),
    ("item", &["old", "new"], &[]),
    ("add", &["text"], &[]),
    ("set", &["name", "value"], &[]),
    ("change", &["edits"], &[]),
    ("query", &["body"], &[]),
    ("why", &["fact"], &["all"]),
    ("why_not", &["fact"], &[]),
    ("verify", &["proof"], &[]),
    ("findings", &[], &[]),
    ("diagnostics", &[], &[]),
    ("subscribe", &[], &["relation", "query", "tables"]),
    ("unsubscribe", &["subscription"], &[]),
    ("fork", &[], &[]),
    ("commit", &[], &[]),
    ("discard", &[], &[]),
    ("undo", &[], &[]),
    ("end", &[], &[]),
];

/// What is to be done.
pub(super) enum Order {
    Change(Vec<Edit>),
    Query(String),
    /// Of what, and how many reasons.
    Why(String, usize),
    WhyNot(String),
    /// A proof, as `hence why --proof` prints it.
    Verify(Value),
    Findings,
    Diagnostics,
    Subscribe(Follow),
    Unsubscribe(usize),
    Fork,
    Commit,
    Discard,
    Undo,
    End,
}

/// What is followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Follow {
    Relation(String),
    Query(String),
    Tables,
}

type Wrong = Box<Diagnostic>;

fn wrong(message: impl Into<String>, help: impl Into<String>) -> Wrong {
    Box::new(Diagnostic::new(codes::REQUEST, message).help(help))
}

/// How many reasons `why` is to give.
fn reasons(fields: &Map<String, Value>) -> Result<usize, Wrong> {
    match fields.get("all") {
        None => Ok(1),
        Some(all) => match all.as_u64() {
            Some(number @ 1..=1000) => Ok(number as usize),
            _ => Err(wrong("`all` is a number of reasons", "from 1 to 1000")),
        },
    }
}

/// A line that nobody means.
pub(super) fn too_long() -> Diagnostic {
    Diagnostic::new(codes::REQUEST, "this line is longer than 64 MB, and was skipped")
        .help("a large file is saved on the disk, and told with `reload`")
}

pub(super) struct Request;

impl Request {
    /// The id of a message, and what it asks for.
    pub fn read(bytes: &[u8]) -> (Value, Result<Order, Wrong>) {
        let fields = match fields(bytes) {
            Ok(fields) => fields,
            Err(wrong) => return (Value::Null, Err(wrong)),
        };
        let id = fields.get("id").cloned().unwrap_or_default();
        // It is given back as it came, so it had better be small.
        if matches!(id, Value::Array(_) | Value::Object(_)) {
            return (Value::Null, Err(wrong("`id` is a number or a text", "it is given back with the reply")));
        }
        (id, order(&fields))
    }
}

fn fields(bytes: &[u8]) -> Result<Map<String, Value>, Wrong> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(wrong("this line is not UTF-8", "write each message as UTF-8, or with \\u escapes"));
    };
    match serde_json::from_str(text.trim_start_matches('\u{FEFF}')) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(other) => {
            let message = format!("a message is an object, and this is {}", kind(&other));
            Err(wrong(message, "write for example {\"do\": \"query\", \"body\": \"theme(M, T)\"}"))
        }
        Err(error) => {
            let what = match error.classify() {
                serde_json::error::Category::Eof => "it ends too early",
                _ if error.to_string().starts_with("recursion") => "it is nested too deeply",
                _ => "it is not well formed",
            };
            let message = format!("this line is no JSON: {what}, at column {}", error.column());
            Err(wrong(message, "each message stands on one line; line breaks in a text are written \\n"))
        }
    }
}

fn order(fields: &Map<String, Value>) -> Result<Order, Wrong> {
    let known = || MESSAGES.iter().map(|(name, ..)| *name);
    let all = || known().collect::<Vec<_>>().join(", ");
    let name = match fields.get("do") {
        Some(Value::String(name)) => name.as_str(),
        Some(other) => {
            return Err(wrong(format!("`do` is a text, and this is {}", kind(other)), format!("one of {}", all())));
        }
        None => return Err(wrong("this message does not say what to `do`", format!("one of {}", all()))),
    };
    let Some((_, needed, allowed)) = MESSAGES.iter().find(|(known, ..)| *known == name) else {
        let help = match suggest::nearest(name, known()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("one of {}", all()),
        };
        return Err(wrong(format!("there is nothing called `{name}` to do"), help));
    };
    for field in fields.keys().filter(|field| !["do", "id"].contains(&field.as_str())) {
        let fits = needed.iter().chain(*allowed);
        if !fits.clone().any(|known| known == field) {
            let help = match suggest::nearest(field, fits.clone().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if fits.clone().next().is_none() => format!("`{name}` takes no more than `id`"),
                None => format!("`{name}` takes {}", fits.copied().collect::<Vec<_>>().join(", ")),
            };
            return Err(wrong(format!("`{name}` has no field `{field}`"), help));
        }
    }
    if let Some(missing) = needed.iter().find(|field| !fields.contains_key(**field)) {
        let help = format!("`{name}` needs {}", needed.join(", "));
        return Err(wrong(format!("`{name}` lacks the field `{missing}`"), help));
    }
    Ok(match name {
        "query" => Order::Query(text(fields, "body")?),
        "why" => Order::Why(text(fields, "fact")?, reasons(fields)?),
        "why_not" => Order::WhyNot(text(fields, "fact")?),
        "verify" => match &fields["proof"] {
            proof @ Value::Object(_) => Order::Verify(proof.clone()),
            other => {
                let message = format!("`proof` is an object, and this is {}", kind(other));
                return Err(wrong(message, "it is what `hence why 'STATEMENT' --proof` prints"));
            }
        },
        "findings" => Order::Findings,
        "diagnostics" => Order::Diagnostics,
        "subscribe" => Order::Subscribe(follow(fields)?),
        "unsubscribe" => match fields["subscription"].as_u64().and_then(|n| usize::try_from(n).ok()) {
            Some(number) => Order::Unsubscribe(number),
            None => return Err(wrong("`subscription` is a whole number", "the one that `subscribe` gave")),
        },
        "fork" => Order::Fork,
        "commit" => Order::Commit,
        "discard" => Order::Discard,
        "undo" => Order::Undo,
        "end" => Order::End,
        "change" => Order::Change(together(&fields["edits"])?),
        _ => Order::Change(edits(name, fields)?),
    })
}

/// Several edits at once, each written as a message of its own.
fn together(all: &Value) -> Result<Vec<Edit>, Wrong> {
    let help = "write a list of messages such as {\"do\": \"insert\", \"facts\": […]}";
    let Value::Array(all) = all else {
        return Err(wrong(format!("`edits` is a list, and this is {}", kind(all)), help));
    };
    let mut edits = Vec::new();
    for one in all {
        let Value::Object(fields) = one else {
            return Err(wrong(format!("an edit is an object, and this is {}", kind(one)), help));
        };
        let nested = matches!(fields.get("do"), Some(Value::String(name)) if name == "change");
        match if nested { None } else { Some(order(fields)?) } {
            Some(Order::Change(more)) => edits.extend(more),
            _ => {
                let message = "only `insert`, `delete`, `replace`, `reload`, `item`, `add` and `set` change anything";
                return Err(wrong(message, "put everything else into a message of its own"));
            }
        }
    }
    Ok(edits)
}

fn edits(name: &str, fields: &Map<String, Value>) -> Result<Vec<Edit>, Wrong> {
    Ok(match name {
        "insert" => statements(&fields["facts"])?.into_iter().map(Edit::Insert).collect(),
        "delete" => statements(&fields["facts"])?.into_iter().map(Edit::Delete).collect(),
        "replace" => vec![Edit::Replace(text(fields, "file")?, text(fields, "text")?)],
        "reload" => vec![Edit::Reload(text(fields, "file")?)],
        "item" => vec![Edit::Item(text(fields, "old")?, text(fields, "new")?)],
        "add" => vec![Edit::Add(text(fields, "text")?)],
        _ => {
            let name = text(fields, "name")?;
            vec![match &fields["value"] {
                Value::Null => Edit::Unset(name),
                Value::String(value) => Edit::Set(name, value.clone()),
                Value::Number(value) => Edit::Set(name, value.to_string()),
                other => {
                    let message = format!("`value` is a number or a text, and this is {}", kind(other));
                    return Err(wrong(message, "null gives the parameter back the value that the study gives it"));
                }
            }]
        }
    })
}

fn statements(facts: &Value) -> Result<Vec<Statement>, Wrong> {
    let example = "a fact is written `coding(m1, price, coder: \"eva\")`, or as an object with `relation` and `row`";
    let Value::Array(facts) = facts else {
        return Err(wrong(format!("`facts` is a list, and this is {}", kind(facts)), example));
    };
    let mut statements = Vec::new();
    for fact in facts {
        statements.push(match fact {
            Value::String(text) => Statement::Written(text.clone()),
            Value::Object(fields) => cells(fields)?,
            other => return Err(wrong(format!("a fact is a text or an object, and this is {}", kind(other)), example)),
        });
    }
    Ok(statements)
}

fn cells(fields: &Map<String, Value>) -> Result<Statement, Wrong> {
    let example = "write {\"relation\": \"coding\", \"row\": {\"message\": \"m1\", \"code\": \"price\"}}";
    if let Some(field) = fields.keys().find(|field| !["relation", "row"].contains(&field.as_str())) {
        return Err(wrong(format!("a fact has no field `{field}`"), example));
    }
    let (Some(Value::String(relation)), Some(Value::Object(row))) = (fields.get("relation"), fields.get("row")) else {
        return Err(wrong("a fact needs a `relation` and a `row` by columns", example));
    };
    let mut cells = Vec::new();
    for (column, cell) in row {
        let cell = match cell {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(truth) => Some(truth.to_string()),
            other => {
                let message = format!("the value of `{column}` is a text or a number, and this is {}", kind(other));
                return Err(wrong(message, example));
            }
        };
        cells.push((column.clone(), cell));
    }
    Ok(Statement::Cells { relation: relation.clone(), cells })
}

fn follow(fields: &Map<String, Value>) -> Result<Follow, Wrong> {
    let help = "name one: a `relation`, a `query`, or `tables` with true";
    let asked: Vec<&str> =
        ["relation", "query", "tables"].into_iter().filter(|name| fields.contains_key(*name)).collect();
    match asked[..] {
        ["relation"] => Ok(Follow::Relation(text(fields, "relation")?)),
        ["query"] => Ok(Follow::Query(text(fields, "query")?)),
        ["tables"] if fields["tables"] == Value::Bool(true) => Ok(Follow::Tables),
        ["tables"] => Err(wrong("`tables` is true, or is left out", help)),
        _ => Err(wrong("`subscribe` follows one thing at a time", help)),
    }
}

fn text(fields: &Map<String, Value>, name: &str) -> Result<String, Wrong> {
    match &fields[name] {
        Value::String(text) => Ok(text.clone()),
        other => Err(wrong(format!("`{name}` is a text, and this is {}", kind(other)), "put it in quotation marks")),
    }
}

/// What a value is, in words.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
