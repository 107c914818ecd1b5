//! What the columns of a table of messages seem to be: which holds the text, who wrote it, when. A guess by the headers
//! first and by the cells where the headers say nothing; whoever uses it writes down what was guessed, to be put right.

use super::cell;
use super::date;
use super::headers::{
    AT, AUTHOR, BESIDE, CLOCK, CODER, CODES, DOCUMENT, END, ID, MEMO, PARENT, SEGMENT, START, TEXT, THREAD, is_whole,
    plain,
};
use super::keyed;
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
    /// The time of day, where it has a column of its own beside the day.
    pub clock: Option<usize>,
    /// When, and the pictures that fit all its cells: none of them where they are as ISO 8601 has them.
    pub at: Option<(usize, Vec<Picture>)>,
    /// How many milliseconds one unit is, where the time is a number counted since 1970.
    pub unix: Option<i64>,
    /// Other columns that hold times too.
    pub times: Vec<usize>,
    /// The id of the message that is answered.
    pub parent: Option<usize>,
    /// All other columns that hold anything, and what their cells are.
    pub others: Vec<(usize, Cells)>,
    /// Those of them that hold sentences too.
    pub sentences: Vec<usize>,
    /// The questions of a survey, the text's own column among them, where each row answers several.
    pub questions: Vec<usize>,
    /// What was coded already.
    pub coded: Option<Coded>,
    /// The id names messages, of which some have several rows, each with its codings.
    pub keyed: bool,
    /// When somebody coded.
    pub coded_at: Option<When>,
    /// Other columns that say something of a coding.
    pub of_coding: Vec<(usize, Cells)>,
    /// Each row is a passage that somebody coded, and nothing that nobody coded stands in the table.
    pub segments: bool,
    /// The column of ids, where it holds codings of messages whose texts are elsewhere.
    pub without_texts: Option<usize>,
    /// Columns without anything.
    pub empty: Vec<usize>,
    /// What is called like an id, and a cell that stands there twice.
    pub repeated: Option<(usize, String)>,
    /// What is called like a time, and the first cell that no form fits which fits those before it.
    pub odd: Option<(usize, String)>,
}

/// A column of times.
#[derive(Clone, Debug, PartialEq)]
pub struct When {
    /// Where it stands.
    pub column: usize,
    /// What fits all its cells: none where they are as ISO 8601 has them.
    pub pictures: Vec<Picture>,
    /// How many milliseconds one unit is, where they are numbers counted since 1970.
    pub unix: Option<i64>,
}

/// Columns of codings that stand beside the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coded {
    /// The codes, several with semicolons, bars or line breaks between.
    pub codes: usize,
    /// Who coded.
    pub coder: Option<usize>,
    /// The first character, and the one after the last.
    pub place: Option<(usize, usize)>,
    /// What the coder noted.
    pub memo: Option<usize>,
}

/// The codes of a cell.
pub fn codes_of(cell: &str) -> impl Iterator<Item = &str> {
    cell.split([';', '|', '\n']).map(str::trim).filter(|code| !code.is_empty())
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

/// What one column holds.
struct Seen {
    filled: usize,
    /// Letters, so that a long date is no long text.
    letters: usize,
    /// Cells of several words.
    spaced: usize,
    distinct: FxHashSet<String>,
    /// Cells that are numbers.
    counted: usize,
    numbers: bool,
    decimals: bool,
    /// Every cell is a day or a time as ISO 8601 has it; every one is a day.
    times: bool,
    days: bool,
    /// Every cell is a count of seconds, or of milliseconds, since 1970, of the years from 2001 on.
    seconds: bool,
    milliseconds: bool,
    /// What fits all cells so far; nothing has been asked of the first yet.
    pictures: Option<Vec<Picture>>,
    /// Every cell is a time of day.
    clocks: bool,
    repeated: Option<String>,
    odd: Option<String>,
}

/// Guesses what the columns of a table are; none where no column holds a text.
pub fn guess(table: &Table) -> Option<Roles> {
    let width = table.header.len();
    let new = || Seen {
        filled: 0,
        letters: 0,
        spaced: 0,
        distinct: FxHashSet::default(),
        counted: 0,
        numbers: true,
        decimals: true,
        times: true,
        days: true,
        seconds: true,
        milliseconds: true,
        pictures: None,
        clocks: true,
        repeated: None,
        odd: None,
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
    let words = |seen: &Seen| !seen.decimals && !seen.times && !seen.dated() && !seen.clocks;
    let sentences = |seen: &Seen| words(seen) && (2 * seen.spaced >= seen.filled || seen.letters > 12 * seen.filled);
    let texts: Vec<&str> = TEXT.iter().map(|(name, _)| *name).collect();
    let cut = called(SEGMENT, &free, &words).filter(|_| headers.iter().any(|of| DOCUMENT.contains(&of.as_str())));
    let text = cut.or_else(|| called(&texts, &free, &sentences)).or_else(|| {
        // Names of people and codes are no texts, however long they are beside numbers.
        let other = |at: usize| [AUTHOR, AT, CODER, CODES].iter().any(|names| names.contains(&headers[at].as_str()));
        let longest = free.iter().copied().filter(|&at| words(&seen[at]) && (sentences(&seen[at]) || !other(at)));
        let longest = longest.filter(|&at| !AT.contains(&headers[at].as_str()));
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
    let named = |names: &[&str], at: &usize| names.contains(&headers[*at].as_str());
    let repeated = if id.is_some() { None } else { free.iter().copied().find(|at| named(ID, at)) };
    let repeated = repeated.and_then(|at| Some((at, seen[at].repeated.clone()?)));
    let at = called(AT, &free, &|seen| seen.times || seen.dated() || seen.seconds || seen.milliseconds);
    let unix = at.map(|at| &seen[at]).filter(|seen| seen.seconds || seen.milliseconds);
    let unix = unix.map(|seen| if seen.milliseconds { 1 } else { 1_000 });
    let unread = if at.is_some() { None } else { free.iter().copied().find(|at| named(AT, at)) };
    let odd = unread.and_then(|at| Some((at, seen[at].odd.clone()?)));
    let at = take(&mut free, at);
    let at = at.map(|at| {
        (at, if seen[at].times || unix.is_some() { Vec::new() } else { seen[at].pictures.clone().unwrap_or_default() })
    });
    let whole = |pictures: &[Picture]| pictures.first().is_some_and(Picture::has_time);
    let day = at
        .as_ref()
        .filter(|_| unix.is_none())
        .is_some_and(|(at, pictures)| seen[*at].days || !seen[*at].times && !whole(pictures));
    let clock = if day { called(CLOCK, &free, &|seen| seen.clocks) } else { None };
    let clock = take(&mut free, clock);
    let thread = called(THREAD, &free, &|seen| seen.distinct.len() < rows);
    let thread = take(&mut free, thread);
    let coded = coded(&headers, &seen, &free, rows);
    if let Some(coded) = coded {
        let (start, end) = coded.place.unzip();
        let used = [Some(coded.codes), coded.coder, start, end, coded.memo];
        free.retain(|at| !used.contains(&Some(*at)));
    }
    // Of codings, an id may name the message in each of its rows.
    let who = coded.is_some_and(|of| of.coder.is_some());
    let key =
        coded.filter(|_| id.is_none() || who).and_then(|_| keyed::key(table, &headers, text, &free, id.is_some()));
    let (keyed, repeated) = (key.is_some(), repeated.filter(|_| key.is_none()));
    if let Some(old) = id.filter(|_| keyed) {
        // What numbers the rows numbers the codings.
        free.push(old);
        free.sort_unstable();
    }
    let id = take(&mut free, key).or(id);
    // Whoever writes down passages under their documents writes down what was coded.
    let document = called(DOCUMENT, &free, &|_| coded.is_some() && id.is_none() && repeated.is_none());
    let segments = document.is_some() && coded.is_some_and(|of| seen[of.codes].filled == seen[text].filled);
    let thread = if thread.is_none() || segments { take(&mut free, document).or(thread) } else { thread };
    // Words of codings, or ids, are no texts of messages.
    let ids = (0..width).find(|&at| headers[at] == "message");
    let is_id = named(ID, &text) && seen[text].letters <= 12 * seen[text].filled;
    let is_quote = headers[text] == "quote" && ids.is_some();
    let without_texts = coded.and(if is_id { Some(text) } else { ids.filter(|_| is_quote) });
    let author = called(AUTHOR, &free, &|seen| seen.letters <= 60 * seen.filled);
    let author = take(&mut free, author);
    let ids = id.map(|id| &seen[id].distinct);
    let known = |seen: &Seen| ids.is_some_and(|ids| seen.distinct.iter().any(|cell| ids.contains(cell)));
    let parent = called(PARENT, &free, &known);
    let parent = take(&mut free, parent);
    let told: Vec<usize> =
        free.iter().copied().filter(|&at| sentences(&seen[at]) && seen[at].letters > 12 * seen[at].filled).collect();
    let asked = |at: &usize| !BESIDE.contains(&headers[*at].as_str()) && !headers[*at].is_empty();
    let is_survey = thread.is_none() && parent.is_none() && coded.is_none() && !is_whole(&headers[text]);
    let mut questions: Vec<usize> = told.iter().copied().filter(asked).filter(|_| is_survey).collect();
    if !questions.is_empty() {
        questions.push(text);
        questions.sort_unstable();
        free.retain(|at| !questions.contains(at));
    }
    // Whoever answers once is what tells the rows of a survey apart.
    let id = id.or(author.filter(|&at| !questions.is_empty() && unique(&seen[at])));
    let told =
        if questions.is_empty() { told } else { told.into_iter().filter(|at| !questions.contains(at)).collect() };
    let times = |at: &usize| (seen[*at].times || seen[*at].dated()) && !seen[*at].decimals;
    let times = free.iter().copied().filter(times).collect();
    let others = free.into_iter().map(|at| (at, seen[at].cells())).collect();
    let empty = (0..width).filter(|&at| seen[at].filled == 0).collect();
    let mut roles = Roles {
        text,
        id,
        thread,
        author,
        clock,
        at,
        unix,
        times,
        parent,
        others,
        sentences: told,
        questions,
        coded,
        keyed,
        coded_at: None,
        of_coding: Vec::new(),
        segments,
        without_texts,
        empty,
        repeated,
        odd,
    };
    if coded.is_some() && !segments {
        let when = |column: usize| {
            let seen = &seen[column];
            let pictures = if seen.times { Vec::new() } else { seen.pictures.clone().unwrap_or_default() };
            let sure = seen.times || seen.dated() && pictures.len() == 1;
            sure.then_some(When { column, pictures, unix: None })
        };
        keyed::by_coding(table, &headers, &mut roles, &when);
    }
    Some(roles)
}

/// The columns of codings: codes come again, or stand several in a cell, which tells them from ids that are called codes.
fn coded(headers: &[String], seen: &[Seen], free: &[usize], rows: usize) -> Option<Coded> {
    let called = |names: &[&str], fits: &dyn Fn(usize) -> bool| {
        names.iter().find_map(|name| free.iter().copied().find(|&at| headers[at] == *name && fits(at)))
    };
    let is_codes = |at: usize| {
        let column = &seen[at];
        let again =
            column.distinct.len() < column.filled || column.distinct.iter().any(|cell| codes_of(cell).count() > 1);
        column.letters > 0 && !column.times && (again || rows < 4) && column.letters <= 200 * column.filled
    };
    let codes = called(CODES, &is_codes)?;
    // A few cells that are no places are told, and cost the others nothing.
    let number = |at: usize| seen[at].counted > 0 && 2 * seen[at].counted >= seen[at].filled;
    let start = called(START, &number);
    let end = called(END, &number);
    let other = |at: usize| at != codes && !seen[at].decimals;
    Some(Coded { codes, coder: called(CODER, &other), place: start.zip(end), memo: called(MEMO, &other) })
}

impl Seen {
    fn look(&mut self, cell: &str) {
        self.filled += 1;
        self.letters += cell.chars().filter(|c| c.is_alphabetic()).count();
        self.spaced += usize::from(cell.contains(char::is_whitespace));
        if !self.distinct.insert(cell.to_owned()) && self.repeated.is_none() {
            self.repeated = Some(cell.to_owned());
        }
        self.clocks &= is_clock(cell);
        let counted =
            |digits: usize| cell.len() == digits && cell.starts_with('1') && cell.bytes().all(|b| b.is_ascii_digit());
        self.seconds &= counted(10);
        self.milliseconds &= counted(13);
        let (number, decimal) = (cell::number(cell).is_ok(), cell::decimal(cell).is_ok());
        self.counted += usize::from(number || decimal);
        self.numbers &= number;
        self.decimals &= self.numbers || decimal;
        self.days &= date::date(cell, None).is_ok() && cell.len() == 10;
        self.times &= self.days || date::datetime(cell, None).is_ok() || date::date(cell, None).is_ok();
        match &mut self.pictures {
            None => self.pictures = Some(date::fitting(cell)),
            Some(pictures) => pictures.retain(|picture| picture.fits(cell)),
        }
        if !self.times && !self.dated() && self.odd.is_none() {
            self.odd = Some(cell.to_owned());
        }
    }

    /// True where one form of a date fits all cells.
    fn dated(&self) -> bool {
        self.pictures.as_ref().is_some_and(|all| !all.is_empty())
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

/// `9:05`, `14:30:00`
fn is_clock(cell: &str) -> bool {
    let parts: Vec<&str> = cell.split(':').collect();
    let two = |part: &&str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    (2..=3).contains(&parts.len()) && parts.iter().all(two)
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
    fn days_and_times_are_no_texts() {
        let roles =
            of("Participant,Date answered,Comment\np1,03/14/2021 2:05 PM,Fine\np2,03/15/2021 11:10 AM,Too long\n");
        assert_eq!(roles.text, 2);
        let roles = of("id,date,time,text\n1,2013-09-01,9:05,what she said\n1,2013-09-02,14:30,what he said\n");
        assert_eq!((roles.at.map(|at| at.0), roles.clock, roles.repeated), (Some(1), Some(2), Some((0, "1".into()))));
        let roles = of("id,date,text,x\n1,13/09/2013,what she said,\n2,soon,what he said,\n");
        assert_eq!((roles.odd, roles.empty), (Some((1, "soon".into())), vec![3]));
    }

    #[test]
    fn both_readings_of_a_date_are_kept() {
        let roles =
            of("id,date,text\n1,03/04/2013,something that was said here\n2,05/06/2013,and another thing said here\n");
        assert_eq!(roles.at.unwrap().1.len(), 2);
    }
}
