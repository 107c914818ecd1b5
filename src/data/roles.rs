//! What the columns of a table of messages seem to be: which holds the text, who wrote it, when. A guess by the headers
//! first and by the cells where the headers say nothing; whoever uses it writes down what was guessed, to be put right.

use super::cell;
use super::codebook_table::plain;
use super::date;
use super::picture::Picture;
use crate::base::Table;
use rustc_hash::FxHashSet;

/// What the columns of a table seem to be, by their places.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Roles {
    /// What was said.
    pub text: usize,
    /// What tells the messages apart: none where no column has another value in every row.
    pub id: Option<usize>,
    /// The conversation.
    pub thread: Option<usize>,
    /// Who said it.
    pub author: Option<usize>,
    /// When, and the pictures that fit all its cells: none of them where they are as ISO 8601 has them.
    pub at: Option<(usize, Vec<Picture>)>,
    /// The id of the message that is answered.
    pub parent: Option<usize>,
    /// All other columns that hold anything, and what their cells are.
    pub others: Vec<(usize, Cells)>,
}

/// What all cells of a column are that are not empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cells {
    /// Whole numbers.
    Numbers,
    /// Numbers.
    Decimals,
    /// Days as ISO 8601 has them.
    Days,
    /// Anything.
    Texts,
}

/// What the headers of each role are called, in small letters without blanks and signs.
const TEXT: &[&str] = &[
    "text",
    "body",
    "message",
    "messagetext",
    "comment",
    "comments",
    "content",
    "post",
    "postraw",
    "response",
    "answer",
    "feedback",
    "statement",
    "quote",
    "utterance",
    "transcript",
    "tweet",
    "beitrag",
    "kommentar",
    "antwort",
    "nachricht",
    "texte",
    "texto",
    "testo",
    "mensaje",
    "mensagem",
    "commentaire",
    "comentario",
    "comentário",
    "réponse",
    "respuesta",
];
const ID: &[&str] = &[
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
const THREAD: &[&str] = &[
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
const AUTHOR: &[&str] = &[
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
    "utilisateur",
    "usuario",
];
const AT: &[&str] = &[
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
    "enddate",
    "recordeddate",
    "datum",
    "zeit",
    "fecha",
    "data",
    "heure",
];
const PARENT: &[&str] =
    &["inreplyto", "replyto", "replytoid", "parent", "parentid", "answers", "respondsto", "antwortauf", "réponseà"];

/// What one column holds.
struct Seen {
    filled: usize,
    letters: usize,
    distinct: FxHashSet<String>,
    numbers: bool,
    decimals: bool,
    /// Every cell is a day or a time as ISO 8601 has it; every one is a day.
    times: bool,
    days: bool,
    /// What fits all cells so far; nothing has been asked of the first yet.
    pictures: Option<Vec<Picture>>,
}

/// Guesses what the columns of a table are; none where no column holds a text.
pub fn guess(table: &Table) -> Option<Roles> {
    let width = table.header.len();
    let new = || Seen {
        filled: 0,
        letters: 0,
        distinct: FxHashSet::default(),
        numbers: true,
        decimals: true,
        times: true,
        days: true,
        pictures: None,
    };
    let mut seen: Vec<Seen> = (0..width).map(|_| new()).collect();
    for row in table.rows() {
        for (cell, seen) in row.cells.iter().zip(&mut seen) {
            if let Some(cell) = cell.as_deref().map(str::trim).filter(|cell| !cell.is_empty()) {
                seen.look(cell);
            }
        }
    }
    let rows = table.len();
    let headers: Vec<String> = table.header.iter().map(|header| plain(header)).collect();
    let mut free: Vec<usize> = (0..width).filter(|&at| seen[at].filled > 0).collect();
    // The first header of the list that the table has and whose column will do.
    let called = |names: &[&str], free: &[usize], fits: &dyn Fn(&Seen) -> bool| -> Option<usize> {
        let of = |name: &&str| free.iter().copied().find(|&at| headers[at] == *name && fits(&seen[at]));
        names.iter().find_map(of)
    };
    let take = |free: &mut Vec<usize>, at: Option<usize>| {
        free.retain(|other| Some(*other) != at);
        at
    };
    let sentences = |seen: &Seen| !seen.decimals && !seen.times && seen.letters > 12 * seen.filled;
    let text = called(TEXT, &free, &sentences).or_else(|| {
        let longest = free.iter().copied().filter(|&at| !seen[at].decimals && !seen[at].times);
        longest.max_by_key(|&at| (seen[at].letters / seen[at].filled.max(1), std::cmp::Reverse(at)))
    });
    let text = take(&mut free, text)?;
    let unique = |seen: &Seen| seen.filled == rows && seen.distinct.len() == rows && !seen.days;
    let id = called(ID, &free, &unique).or_else(|| {
        let short = |seen: &Seen| unique(seen) && seen.letters <= 40 * seen.filled;
        free.iter()
            .copied()
            .find(|&at| short(&seen[at]) && (headers[at].ends_with("id") || headers[at].ends_with("nr")))
    });
    let id = take(&mut free, id);
    let at = called(AT, &free, &|seen| seen.times || seen.pictures.as_ref().is_some_and(|all| !all.is_empty()));
    let at = take(&mut free, at)
        .map(|at| (at, if seen[at].times { Vec::new() } else { seen[at].pictures.clone().unwrap_or_default() }));
    let thread = called(THREAD, &free, &|seen| seen.distinct.len() < rows);
    let thread = take(&mut free, thread);
    let author = called(AUTHOR, &free, &|seen| seen.letters <= 60 * seen.filled);
    let author = take(&mut free, author);
    let ids = id.map(|id| &seen[id].distinct);
    let known = |seen: &Seen| ids.is_some_and(|ids| seen.distinct.iter().any(|cell| ids.contains(cell)));
    let parent = called(PARENT, &free, &known);
    let parent = take(&mut free, parent);
    let others = free.into_iter().map(|at| (at, seen[at].cells())).collect();
    Some(Roles { text, id, thread, author, at, parent, others })
}

impl Seen {
    fn look(&mut self, cell: &str) {
        self.filled += 1;
        self.letters += cell.len();
        self.distinct.insert(cell.to_owned());
        self.numbers &= cell::number(cell).is_ok();
        self.decimals &= self.numbers || cell::decimal(cell).is_ok();
        self.days &= date::date(cell, None).is_ok() && cell.len() == 10;
        self.times &= self.days || date::datetime(cell, None).is_ok() || date::date(cell, None).is_ok();
        match &mut self.pictures {
            None => self.pictures = Some(date::fitting(cell)),
            Some(pictures) => pictures.retain(|picture| picture.fits(cell)),
        }
    }

    fn cells(&self) -> Cells {
        match self {
            _ if self.numbers => Cells::Numbers,
            _ if self.decimals => Cells::Decimals,
            _ if self.days => Cells::Days,
            _ => Cells::Texts,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(csv: &str) -> Roles {
        guess(&crate::data::csv::read("a.csv", csv.into(), None).unwrap().0).unwrap()
    }

    #[test]
    fn headers_say_it_where_they_can() {
        let roles = of(
            "Message,Thread,Code name,Posted,In reply to,Minutes,Body\nm1,t,Ann,13/09/2013,,3,Is there a space we could share?\nm2,t,Tom,14/09/2013,m1,4.5,I would like to know that as well\n",
        );
        assert_eq!(
            (roles.id, roles.thread, roles.author, roles.parent, roles.text),
            (Some(0), Some(1), Some(2), Some(4), 6)
        );
        let (at, pictures) = roles.at.unwrap();
        assert_eq!((at, pictures.iter().map(Picture::text).collect::<Vec<_>>()), (3, vec!["dd/mm/yyyy"]));
        assert_eq!(roles.others, [(5, Cells::Decimals)]);
    }

    #[test]
    fn the_longest_cells_are_the_text_where_no_header_says_so() {
        let roles = of("q1,q2,age\nyes,The nurses were kind to all of us,30\nno,Nobody told me how long it takes,31\n");
        assert_eq!((roles.text, roles.id, roles.others), (1, None, vec![(0, Cells::Texts), (2, Cells::Numbers)]));
    }

    #[test]
    fn both_readings_of_a_date_are_kept() {
        let roles =
            of("id,date,text\n1,03/04/2013,something that was said here\n2,05/06/2013,and another thing said here\n");
        assert_eq!(roles.at.unwrap().1.len(), 2);
    }
}
