//! What columns are called in tables of messages, codings and codes, in the languages of those who sent their tables: one
//! list for each thing, in small letters without blanks and signs, as [`plain`] makes them of a header.

/// A header in small letters, without anything that is no letter or digit.
pub fn plain(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What a text is that stands under a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// A whole message: another column beside it is no other question.
    Message,
    /// Perhaps one answer of several.
    Answer,
}

/// True of the header of a text.
pub fn is_text(header: &str) -> bool {
    TEXT.iter().any(|(name, _)| *name == header)
}

/// True of the header of whole messages.
pub fn is_whole(header: &str) -> bool {
    TEXT.contains(&(header, Holds::Message))
}

/// Headers of texts, the surest first.
pub const TEXT: &[(&str, Holds)] = &[
    ("text", Holds::Message),
    ("body", Holds::Message),
    ("message", Holds::Message),
    ("messagetext", Holds::Message),
    ("comment", Holds::Answer),
    ("comments", Holds::Answer),
    ("content", Holds::Message),
    ("post", Holds::Message),
    ("postraw", Holds::Message),
    ("response", Holds::Answer),
    ("answer", Holds::Answer),
    ("feedback", Holds::Answer),
    ("statement", Holds::Answer),
    ("quote", Holds::Answer),
    ("utterance", Holds::Message),
    ("transcript", Holds::Message),
    ("tweet", Holds::Message),
    ("beitrag", Holds::Message),
    ("kommentar", Holds::Answer),
    ("antwort", Holds::Answer),
    ("nachricht", Holds::Message),
    ("texte", Holds::Message),
    ("texto", Holds::Message),
    ("testo", Holds::Message),
    ("mensaje", Holds::Message),
    ("mensagem", Holds::Message),
    ("commentaire", Holds::Answer),
    ("comentario", Holds::Answer),
    ("comentário", Holds::Answer),
    ("réponse", Holds::Answer),
    ("respuesta", Holds::Answer),
];
/// Headers of sentences that answer no question.
pub const BESIDE: &[&str] = &[
    "note",
    "notes",
    "memo",
    "memos",
    "remark",
    "remarks",
    "title",
    "subject",
    "headline",
    "description",
    "url",
    "link",
    "address",
    "quote",
    "metadata",
    "tags",
];
/// Headers of passages that were coded, cut out of a document.
pub const SEGMENT: &[&str] = &[
    "segment",
    "codedsegment",
    "codedtext",
    "excerpt",
    "quotation",
    "quotationcontent",
    "passage",
    "selection",
    "selectedtext",
    "quote",
    "textstelle",
    "segmento",
    "extrait",
];
/// Headers of the documents they were cut out of.
pub const DOCUMENT: &[&str] =
    &["document", "documentname", "documentid", "dokument", "dokumentname", "source", "sourcename", "file", "filename"];
/// Headers of codes that messages have.
pub const CODES: &[&str] = &[
    "code",
    "codes",
    "coding",
    "codings",
    "codesassigned",
    "assignedcodes",
    "tag",
    "tags",
    "kode",
    "kodes",
    "codierung",
    "codierungen",
    "código",
    "códigos",
    "codice",
    "codici",
];
/// Headers of who coded.
pub const CODER: &[&str] = &["coder", "codername", "codedby", "rater", "annotator", "analyst", "codierer", "codeur"];
/// Headers of when somebody coded.
pub const CODED_AT: &[&str] =
    &["codedat", "codedon", "codeddate", "codedtime", "codingdate", "codingtime", "dateofcoding", "timeofcoding"];
/// Headers of what else is known of a coding, and not of its message.
pub const CODED_BESIDE: &[&str] = &["confidence", "certainty", "codingid", "codinground", "weight", "weightscore"];
/// Headers of where a passage begins.
pub const START: &[&str] = &["start", "startposition", "begin", "from"];
/// Headers of where it ends.
pub const END: &[&str] = &["end", "endposition", "to"];
/// Headers of what a coder noted.
pub const MEMO: &[&str] = &["memo", "note", "codingmemo"];
/// Headers of what tells messages apart.
pub const ID: &[&str] = &[
    "id",
    "messageid",
    "msgid",
    "postid",
    "commentid",
    "responseid",
    "answerid",
    "statementid",
    "messageno",
    "nr",
    "no",
    "number",
    "num",
    "key",
    "uid",
    "guid",
    "message",
    "recordid",
    "respondentid",
    "case",
    "caseid",
];
/// Headers of conversations.
pub const THREAD: &[&str] = &[
    "thread",
    "threadid",
    "topic",
    "topicid",
    "topictitle",
    "conversation",
    "conversationid",
    "discussion",
    "channel",
    "session",
    "interview",
    "group",
    "gespräch",
    "thema",
    "fil",
    "hilo",
    "sujet",
];
/// Headers of who spoke.
pub const AUTHOR: &[&str] = &[
    "author",
    "authorid",
    "user",
    "userid",
    "username",
    "name",
    "codename",
    "participant",
    "participantid",
    "respondent",
    "speaker",
    "from",
    "sender",
    "person",
    "member",
    "voter",
    "autor",
    "autorin",
    "auteur",
    "autore",
    "teilnehmer",
    "nutzer",
    "sprecher",
    "utilisateur",
    "usuario",
];
/// Headers of when.
pub const AT: &[&str] = &[
    "at",
    "date",
    "time",
    "datetime",
    "posted",
    "postedat",
    "created",
    "createdat",
    "createdutc",
    "timestamp",
    "sent",
    "when",
    "submitted",
    "submitdate",
    "submittedat",
    "enddate",
    "recordeddate",
    "completiontime",
    "endtime",
    "publishedat",
    "timestampms",
    "timestamps",
    "unixtime",
    "startdate",
    "starttime",
    "zeitstempel",
    "zeitpunkt",
    "horodateur",
    "marcatemporal",
    "datum",
    "zeit",
    "fecha",
    "data",
    "heure",
];
/// Headers of a time of day.
pub const CLOCK: &[&str] = &["time", "hour", "clock", "uhrzeit", "zeit", "heure", "hora"];
/// Headers of what a message answers.
pub const PARENT: &[&str] =
    &["inreplyto", "replyto", "replytoid", "parent", "parentid", "answers", "respondsto", "antwortauf", "réponseà"];
/// Headers of the name of a code.
pub const CODE: &[&str] = &["code", "codename", "codelabel", "subcode", "kode", "código", "codice"];
/// What Taguette calls a code.
pub const TAG: &[&str] = &["tag"];
/// Headers of the name of a code, in a table that is known to be one of codes.
pub const NAME: &[&str] = &["name", "label", "nameofcode"];
/// Headers of what a code stands under.
pub const ABOVE: &[&str] = &[
    "parent",
    "parentcode",
    "under",
    "category",
    "theme",
    "group",
    "family",
    "oberkode",
    "kategorie",
    "catégorie",
    "categoría",
];
/// Headers of a code's definition.
pub const DEFINITION: &[&str] = &[
    "definition",
    "means",
    "meaning",
    "description",
    "fulldefinition",
    "briefdefinition",
    "shortdefinition",
    "beschreibung",
    "définition",
    "definición",
];
/// Headers of when to use a code.
pub const INCLUDE: &[&str] = &["include", "includes", "inclusion", "inclusioncriteria", "whentouse", "use"];
/// Headers of when not to.
pub const EXCLUDE: &[&str] = &["exclude", "excludes", "exclusion", "exclusioncriteria", "whennottouse", "donotuse"];
/// Headers of what else is said of a code.
pub const REMARKS: &[&str] = &[
    "memo",
    "memos",
    "note",
    "notes",
    "comment",
    "comments",
    "example",
    "examples",
    "counterexample",
    "counterexamples",
    "quote",
    "quotes",
    "beispiel",
    "beispiele",
];
/// The first headers of the findings that `hence export` writes into a workbook.
pub const FINDINGS: [&str; 5] = ["kind", "name", "label", "messages", "authors"];
/// Headers that only messages have beside codes.
pub const MESSAGES: &[&str] = &["text", "body", "message", "content", "post", "author", "thread", "coder"];
