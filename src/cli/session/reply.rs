//! Replies: one JSON object a line, with the version, its number, and the id that the message had.

use crate::base::Sources;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::render::{Form, Style, render};
use serde_json::{Map, Value, json};

/// The version of messages and replies. Fields are only ever added under one version.
const VERSION: u32 = 1;

pub(super) struct Reply(Map<String, Value>);

impl Reply {
    pub fn new(number: u32, id: Value, ok: bool) -> Reply {
        let mut fields = Map::new();
        fields.insert("version".into(), VERSION.into());
        fields.insert("reply".into(), number.into());
        fields.insert("to".into(), id);
        fields.insert("ok".into(), ok.into());
        Reply(fields)
    }

    /// That a message was refused, for one reason.
    pub fn refused(number: u32, id: Value, wrong: Diagnostic) -> Reply {
        let mut reply = Reply::new(number, id, false);
        reply.set("errors", error(wrong));
        reply
    }

    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_string(), value.into());
    }

    /// The line, with its end. JSON writes line breaks in texts as `\n`, so it is one.
    pub fn line(&self) -> String {
        format!("{}\n", Value::Object(self.0.clone()))
    }
}

/// One thing that is wrong and stands in no file.
pub(super) fn error(wrong: Diagnostic) -> Value {
    diagnostics(&[wrong], &Sources::default())
}

/// Diagnostics, as `hence check --format json` has them.
pub(in crate::cli) fn diagnostics(all: &[Diagnostic], sources: &Sources) -> Value {
    let drawn = render(all, sources, Style { form: Form::Json, ..Style::default() });
    let mut document: Value = serde_json::from_str(&drawn).unwrap_or_else(|_| json!({ "diagnostics": [] }));
    document["diagnostics"].take()
}
