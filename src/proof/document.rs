//! A proof as a document: JSON that can be kept, passed on and checked years later.
//!
//! Every value stands by its content and every rule as text, so a document means something without the program that
//! made it. Reading one trusts nothing: what comes out has the right form, and `verify` judges whether it is true.

use super::identity::GivenBy;
pub use super::write::Telling;
use crate::base::{Date, DateTime, Datum, Decimal, Pool, Value};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

/// The version that is written, and the newest that is read.
pub const VERSION: u64 = 1;

/// A proof with everything that it rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The version of the form.
    pub hence_proof: u64,
    /// The title of the study; empty where it has none.
    pub study: String,
    /// What is proven, as a sentence.
    pub statement: String,
    /// The same as it is written in rules: `theme(m15, sharing)`.
    pub fact: String,
    /// The node that says so.
    pub root: String,
    /// All facts of the proof, each once.
    pub nodes: Vec<DocumentNode>,
}

/// A fact and how it follows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentNode {
    /// Its identity.
    pub id: String,
    /// The relation.
    pub relation: String,
    /// Its values.
    pub values: Vec<Cell>,
    /// As a sentence, where it is a fact that an author can name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
    /// How it follows.
    pub source: DocumentSource,
}

/// How a fact follows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum DocumentSource {
    /// It is given.
    Given(DocumentGiven),
    /// A rule says so.
    Rule {
        /// The rule.
        text: String,
        /// The values of `V0`, `V1` and so on.
        binding: Vec<Cell>,
        /// One a condition, in the order of the text.
        premises: Vec<DocumentPremise>,
    },
    /// It is a count or another aggregate.
    Aggregate {
        /// What is counted, and by what.
        text: String,
        /// All rows that are counted.
        rows: Vec<Vec<Cell>>,
        /// The nodes of the first of them.
        facts: Vec<String>,
    },
}

/// Where a given fact comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum DocumentGiven {
    /// A row of a data file. Where it stood is told, not judged.
    Row(DocumentPlace),
    /// Something the author wrote. Where it stood is told, not judged.
    Written(DocumentPlace),
    /// A pattern's match in a text.
    Passage {
        /// The pattern.
        pattern: String,
        /// The words that the pattern found.
        words: String,
        /// The first 16 hexadecimal digits of the SHA-256 of the whole message.
        message: String,
    },
}

impl DocumentGiven {
    /// As far as the identity goes.
    pub fn by(&self) -> GivenBy {
        match self {
            DocumentGiven::Row(_) => GivenBy::Row,
            DocumentGiven::Written(_) => GivenBy::Written,
            DocumentGiven::Passage { .. } => GivenBy::Passage,
        }
    }
}

/// A place in a file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentPlace {
    /// The file.
    pub file: String,
    /// From 1; 0 where nobody knows.
    pub line: u64,
}

/// Why a condition of a rule is met.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum DocumentPremise {
    /// By the fact of that node.
    Fact(String),
    /// There is no such fact.
    Absent {
        /// The relation.
        relation: String,
        /// Its values.
        pattern: Vec<Cell>,
    },
    /// Nothing of that group is counted.
    NoneOf {
        /// The relation of the count.
        relation: String,
        /// The group.
        pattern: Vec<Cell>,
        /// The value that the count has then.
        value: Cell,
    },
    /// By the values alone.
    Holds,
}

/// A value in a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Json", into = "Json")]
pub enum Cell {
    /// `null`: an optional column that is empty.
    Empty,
    /// `{"any": true}`, in forms of facts: any value, or none.
    Any,
    /// `"m15"`
    Text(String),
    /// `15`
    Number(i64),
    /// `{"decimal": "2.5"}`
    Decimal(Decimal),
    /// `{"date": "2013-09-01"}`
    Date(Date),
    /// `{"time": "2013-09-01T10:30"}`
    Time(DateTime),
    /// `{"concept": "theme.sharing"}`
    Concept(String, String),
    /// `{"message": "m15", "from": 33, "to": 85}`, without the numbers for a whole message.
    Passage(String, Option<(u32, u32)>),
    /// `{"withheld": "8f3a…"}`: a text that stands here by its SHA-256 only, since it is somebody's own words.
    Withheld(String),
}

impl Cell {
    /// A value of a pool.
    pub fn of(value: Value, pool: &Pool) -> Cell {
        if value.is_none() {
            return Cell::Empty;
        }
        match pool.get(value) {
            Datum::Text(text) => Cell::Text(text.to_string()),
            Datum::Number(number) => Cell::Number(number),
            Datum::Decimal(decimal) => Cell::Decimal(decimal),
            Datum::Date(date) => Cell::Date(date),
            Datum::DateTime(time) => Cell::Time(time),
            Datum::Concept { kind, name } => Cell::Concept(kind.to_string(), name.to_string()),
            Datum::Quote { message, range } => Cell::Passage(pool.show(message), range),
        }
    }

    /// Values of a pool; [`None`] stands for any.
    pub fn form(values: &[Option<Value>], pool: &Pool) -> Vec<Cell> {
        values.iter().map(|value| value.map_or(Cell::Any, |value| Cell::of(value, pool))).collect()
    }

    /// The value in a pool; [`None`] stands for any.
    pub fn value(&self, pool: &mut Pool) -> Option<Value> {
        Some(match self {
            Cell::Any => return None,
            Cell::Empty => Value::NONE,
            Cell::Text(text) => pool.text(text),
            Cell::Number(number) => pool.number(*number),
            Cell::Decimal(decimal) => pool.decimal(*decimal),
            Cell::Date(date) => pool.intern(Datum::Date(*date)),
            Cell::Time(time) => pool.intern(Datum::DateTime(*time)),
            Cell::Concept(kind, name) => pool.concept(kind, name),
            Cell::Passage(message, range) => {
                let message = pool.text(message);
                pool.quote(message, *range)
            }
            // No study says this, so what rests on it does not hold until the text is put back.
            Cell::Withheld(hash) => pool.text(&format!("(a text that is kept back, {hash})")),
        })
    }
}

impl From<Cell> for Json {
    fn from(cell: Cell) -> Json {
        match cell {
            Cell::Empty => Json::Null,
            Cell::Any => json!({"any": true}),
            Cell::Text(text) => Json::String(text),
            Cell::Number(number) => number.into(),
            Cell::Decimal(decimal) => json!({"decimal": decimal.to_string()}),
            Cell::Date(date) => json!({"date": date.to_string()}),
            Cell::Time(time) => json!({"time": time.to_string()}),
            Cell::Concept(kind, name) => json!({"concept": format!("{kind}.{name}")}),
            Cell::Passage(message, None) => json!({"message": message}),
            Cell::Withheld(hash) => json!({"withheld": hash}),
            Cell::Passage(message, Some((from, to))) => json!({"message": message, "from": from, "to": to}),
        }
    }
}

impl TryFrom<Json> for Cell {
    type Error = String;

    fn try_from(json: Json) -> Result<Cell, String> {
        let wrong = |json: &Json| {
            let mut shown: String = json.to_string().chars().take(60).collect();
            if shown.len() < json.to_string().len() {
                shown.push('…');
            }
            format!("`{shown}` is no value")
        };
        let found = match &json {
            Json::Null => Some(Cell::Empty),
            Json::String(text) => Some(Cell::Text(text.clone())),
            Json::Number(number) => number.as_i64().map(Cell::Number),
            Json::Object(fields) => {
                let mut keys: Vec<&str> = fields.keys().map(String::as_str).collect();
                keys.sort_unstable();
                let text = |key: &str| fields.get(key).and_then(Json::as_str);
                let offset = |key: &str| fields.get(key).and_then(Json::as_u64).and_then(|n| u32::try_from(n).ok());
                match keys.as_slice() {
                    ["any"] => (fields["any"] == Json::Bool(true)).then_some(Cell::Any),
                    ["decimal"] => text("decimal").and_then(|text| Decimal::parse(text).ok()).map(Cell::Decimal),
                    ["date"] => text("date").and_then(Date::parse).map(Cell::Date),
                    ["time"] => text("time").and_then(DateTime::parse).map(Cell::Time),
                    ["concept"] => text("concept")
                        .and_then(|text| text.split_once('.'))
                        .map(|(kind, name)| Cell::Concept(kind.to_string(), name.to_string())),
                    ["withheld"] => {
                        let digest = |hash: &&str| hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
                        text("withheld").filter(digest).map(|hash| Cell::Withheld(hash.to_string()))
                    }
                    ["message"] => text("message").map(|message| Cell::Passage(message.to_string(), None)),
                    ["from", "message", "to"] => {
                        text("message").zip(offset("from").zip(offset("to"))).and_then(|(message, (from, to))| {
                            (from <= to).then(|| Cell::Passage(message.to_string(), Some((from, to))))
                        })
                    }
                    _ => None,
                }
            }
            Json::Bool(_) | Json::Array(_) => None,
        };
        found.ok_or_else(|| wrong(&json))
    }
}

/// Why a text is no proof document that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It is no JSON; line, column and what is wrong there.
    NoJson(usize, usize, String),
    /// It is JSON, and no proof.
    NoProof,
    /// It was written by a newer program.
    Newer(u64),
    /// It is a proof with something wrong in its form: where, and what.
    Malformed(usize, usize, String),
}

/// What every version has.
#[derive(Deserialize)]
struct Version {
    hence_proof: Option<Json>,
}

impl Document {
    /// Reads a document. It has the right form then; whether it is true is another matter.
    pub fn read(bytes: &[u8]) -> Result<Document, Unreadable> {
        let place = |error: serde_json::Error| {
            let text = error.to_string();
            let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what).to_string();
            (error.line(), error.column(), what)
        };
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        // A list would be read as the fields in their order.
        if bytes.trim_ascii_start().first().is_some_and(|&first| first != b'{') {
            return Err(Unreadable::NoProof);
        }
        let version = match serde_json::from_slice::<Version>(bytes) {
            Ok(version) => version.hence_proof.and_then(|version| version.as_u64()).ok_or(Unreadable::NoProof)?,
            Err(error) if error.is_data() => return Err(Unreadable::NoProof),
            Err(error) => {
                let (line, column, what) = place(error);
                return Err(Unreadable::NoJson(line, column, what));
            }
        };
        match version {
            VERSION => {}
            0 => return Err(Unreadable::NoProof),
            newer => return Err(Unreadable::Newer(newer)),
        }
        serde_json::from_slice(bytes).map_err(|error| {
            let (line, column, what) = place(error);
            Unreadable::Malformed(line, column, what)
        })
    }

    /// The text of the document: one node a line.
    pub fn text(&self) -> String {
        let nodes: Vec<String> = self.nodes.iter().map(|node| format!("    {}", json!(node))).collect();
        let nodes = if nodes.is_empty() { "[]".to_string() } else { format!("[\n{}\n  ]", nodes.join(",\n")) };
        let head = [("study", &self.study), ("statement", &self.statement), ("fact", &self.fact), ("root", &self.root)];
        let head: String = head.iter().map(|(name, text)| format!("  \"{name}\": {},\n", json!(text))).collect();
        format!("{{\n  \"hence_proof\": {},\n{head}  \"nodes\": {nodes}\n}}\n", self.hence_proof)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_from_json() {
        let mut pool = Pool::default();
        let m = pool.text("m1");
        let mut values = vec![m, Value::NONE, pool.number(-7), pool.number(i64::MAX), pool.concept("theme", "x")];
        values.extend([pool.quote(m, None), pool.quote(m, Some((3, 5))), pool.decimal(Decimal::parse("2.5").unwrap())]);
        values.push(pool.intern(Datum::Date(Date::parse("2013-09-01").unwrap())));
        values.push(pool.intern(Datum::DateTime(DateTime::parse("2013-09-01T10:30").unwrap())));
        for value in values {
            let text = serde_json::to_string(&Cell::of(value, &pool)).unwrap();
            let back: Cell = serde_json::from_str(&text).unwrap();
            assert_eq!(back.value(&mut pool), Some(value), "{text}");
        }
        for wrong in ["1.5", "true", "[]", "{}", "{\"date\": \"soon\"}", "1e5", "99999999999999999999", "{\"any\": 1}"]
        {
            assert!(serde_json::from_str::<Cell>(wrong).is_err(), "{wrong}");
        }
        let backwards = "{\"message\": \"m\", \"from\": 5, \"to\": 3}";
        assert_eq!(
            serde_json::from_str::<Cell>(backwards).unwrap_err().to_string(),
            format!("`{}` is no value", backwards.replace(": ", ":").replace(", ", ","))
        );
    }

    #[test]
    fn what_is_no_proof_is_told() {
        let read = |text: &str| Document::read(text.as_bytes()).unwrap_err();
        assert_eq!(read("{}"), Unreadable::NoProof);
        assert_eq!(read("[1]"), Unreadable::NoProof);
        assert_eq!(read("{\"hence_proof\": 2, \"other\": []}"), Unreadable::Newer(2));
        assert_eq!(read("{\"hence_proof\": \"x\"}"), Unreadable::NoProof);
        assert!(matches!(read("{\"hence_proof\": 1, "), Unreadable::NoJson(1, ..)));
        assert!(matches!(read("{\"hence_proof\": 1, \"hence_proof\": 1}"), Unreadable::NoProof));
        assert!(matches!(read(""), Unreadable::NoJson(..)));
        assert!(matches!(read(&"[".repeat(100_000)), Unreadable::NoProof | Unreadable::NoJson(..)));
        let deep = format!("{{\"hence_proof\": 1, \"study\": {}", "[".repeat(100_000));
        assert!(matches!(read(&deep), Unreadable::NoJson(..)));
        let mut whole = Document {
            hence_proof: 1,
            study: String::new(),
            statement: String::new(),
            fact: "p()".into(),
            root: "0".repeat(16),
            nodes: Vec::new(),
        };
        assert_eq!(Document::read(whole.text().as_bytes()), Ok(whole.clone()));
        whole.nodes.push(DocumentNode {
            id: "0".repeat(16),
            relation: "p".into(),
            values: vec![Cell::Any],
            statement: None,
            source: DocumentSource::Rule {
                text: "p().".into(),
                binding: vec![],
                premises: vec![DocumentPremise::Holds],
            },
        });
        let text = whole.text();
        assert_eq!(Document::read(text.as_bytes()), Ok(whole));
        let more = text.replace("\"relation\"", "\"colour\":1,\"relation\"");
        assert!(matches!(Document::read(more.as_bytes()), Err(Unreadable::Malformed(..))));
    }
}
