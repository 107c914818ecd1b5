//! SQLite files of other people: QualCoder, Taguette and RQDA keep a project in one.
//!
//! A file is read into memory and opened there, so nothing is written beside it and nothing else is opened. Only plain
//! tables are read: a view or a virtual table of the same name would be a program of whoever made the file. What a query
//! may do and how large a cell may be is bounded, and so is the file.

use super::{Project, qualcoder, rqda, taguette};
use crate::data::problem::{Problem, shown};
use crate::diagnostic::codes;
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use rustc_hash::FxHashMap;
use std::io::Cursor;

/// The largest file that is read.
const LARGEST: usize = 1 << 30;
/// The largest cell.
const CELL: i32 = 256 << 20;
/// So many millions of the database's own steps may a query take.
const STEPS: u64 = 5_000;
/// Where a database says how it is written, and how it is read.
const WRITING: [usize; 2] = [18, 19];

/// Reads a project of the program whose tables these are.
pub fn read(name: &str, bytes: &[u8]) -> Result<Project, Problem> {
    let database = Database::open(name, bytes)?;
    if database.has("highlights") && database.has("documents") {
        taguette::read(&database)
    } else if database.has("code_text") && database.has("code_name") {
        qualcoder::read(&database)
    } else if database.has("freecode") && database.has("coding") {
        rqda::read(&database)
    } else {
        let message = format!("`{name}` is a database, and not of QualCoder, Taguette or RQDA");
        Err(Problem::new(codes::DATA_FORMAT, name, message).help("export its tables as CSV"))
    }
}

/// A database in memory.
pub struct Database<'a> {
    /// Its file.
    pub file: &'a str,
    connection: Connection,
    /// Its plain tables and their columns, in small letters.
    tables: FxHashMap<String, Vec<String>>,
}

/// A cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    /// Nothing.
    #[default]
    None,
    /// A whole number.
    Number(i64),
    /// Any other.
    Real(f64),
    /// A text.
    Text(String),
}

impl Cell {
    /// Its text; empty where there is none.
    pub fn text(&self) -> String {
        match self {
            Cell::None => String::new(),
            Cell::Number(n) => n.to_string(),
            Cell::Real(n) => n.to_string(),
            Cell::Text(text) => text.clone(),
        }
    }

    /// Its number, where it is one or is written as one.
    pub fn number(&self) -> Option<i64> {
        match self {
            Cell::None => None,
            Cell::Number(n) => Some(*n),
            Cell::Real(n) if n.fract() == 0.0 && n.abs() < 9e15 => Some(*n as i64),
            Cell::Real(_) => None,
            Cell::Text(text) => text.trim().parse().ok(),
        }
    }

    /// Takes the text out.
    pub fn take(&mut self) -> String {
        match std::mem::take(self) {
            Cell::Text(text) => text,
            other => other.text(),
        }
    }
}

impl<'a> Database<'a> {
    /// Opens a file.
    pub fn open(file: &'a str, bytes: &[u8]) -> Result<Database<'a>, Problem> {
        if bytes.len() > LARGEST {
            let message = format!("`{file}` is larger than {} MB, which no project's texts are", LARGEST >> 20);
            return Err(Problem::new(codes::LIMIT, file, message).help("is it the right file?"));
        }
        let mut bytes = bytes.to_vec();
        for at in WRITING {
            // A file in memory has no log beside it.
            if bytes.get(at) == Some(&2) {
                bytes[at] = 1;
            }
        }
        let size = bytes.len();
        let connection = Database::connect(bytes, size).map_err(|error| broken(file, &error))?;
        let mut database = Database { file, connection, tables: FxHashMap::default() };
        database.tables().map_err(|error| broken(file, &error))?;
        Ok(database)
    }

    fn connect(bytes: Vec<u8>, size: usize) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_in_memory_with_flags(flags)?;
        connection.deserialize_read_exact("main", Cursor::new(bytes), size, true)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, CELL)?;
        connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
        let mut left = STEPS;
        let count = move || {
            left = left.saturating_sub(1);
            left == 0
        };
        connection.progress_handler(1_000_000, Some(count))?;
        Ok(connection)
    }

    fn tables(&mut self) -> rusqlite::Result<()> {
        let mut names = Vec::new();
        let mut query = self.connection.prepare("select name, sql from sqlite_master where type = 'table'")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (name, made): (String, Option<String>) = (row.get(0)?, row.get(1)?);
            if made.is_some_and(|made| made.trim_start().to_lowercase().starts_with("create table")) {
                names.push(name);
            }
        }
        drop(rows);
        drop(query);
        for name in names {
            let mut query = self.connection.prepare("select name from pragma_table_info(?1)")?;
            let columns = query.query_map([&name], |row| row.get::<_, String>(0))?;
            let columns = columns.collect::<rusqlite::Result<Vec<String>>>()?;
            self.tables.insert(name.to_lowercase(), columns.into_iter().map(|c| c.to_lowercase()).collect());
        }
        Ok(())
    }

    /// True where there is a table of that name.
    pub fn has(&self, table: &str) -> bool {
        self.tables.contains_key(&table.to_lowercase())
    }

    /// How many rows a table has; none where there is no such table.
    pub fn count(&self, table: &str) -> Result<usize, Problem> {
        if !self.has(table) {
            return Ok(0);
        }
        let count =
            self.connection.query_row(&format!("select count(*) from \"{table}\""), [], |row| row.get::<_, i64>(0));
        count.map(|n| usize::try_from(n).unwrap_or(0)).map_err(|error| broken(self.file, &error))
    }

    /// The rows of a table in the order of a column. A column that the table does not have is empty, and so is a table
    /// that is not there: programs add to both over the years.
    pub fn rows<const N: usize>(
        &self,
        table: &str,
        columns: [&str; N],
        order: &str,
        mut row_read: impl FnMut([Cell; N]),
    ) -> Result<(), Problem> {
        let Some(known) = self.tables.get(&table.to_lowercase()) else { return Ok(()) };
        let has = |column: &str| known.contains(&column.to_lowercase());
        let listed: Vec<String> =
            columns.iter().map(|c| if has(c) { format!("\"{c}\"") } else { "null".to_owned() }).collect();
        let order = if has(order) { format!(" order by \"{order}\"") } else { String::new() };
        let query = format!("select {} from \"{table}\"{order}", listed.join(", "));
        let mut bad = None;
        let mut run = || -> rusqlite::Result<()> {
            let mut query = self.connection.prepare(&query)?;
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                let mut cells: [Cell; N] = std::array::from_fn(|_| Cell::None);
                for (at, cell) in cells.iter_mut().enumerate() {
                    *cell = match row.get_ref(at)? {
                        ValueRef::Null => Cell::None,
                        ValueRef::Integer(n) => Cell::Number(n),
                        ValueRef::Real(n) => Cell::Real(n),
                        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => match std::str::from_utf8(bytes) {
                            Ok(text) => Cell::Text(text.to_owned()),
                            Err(_) => {
                                bad = Some(columns[at]);
                                Cell::None
                            }
                        },
                    };
                }
                row_read(cells);
            }
            Ok(())
        };
        run().map_err(|error| broken(self.file, &error))?;
        match bad {
            None => Ok(()),
            Some(column) => {
                let file = self.file;
                let message = format!("{} of the table `{table}` in `{file}` holds what is not UTF-8", shown(column));
                Err(Problem::new(codes::ENCODING, file, message)
                    .help("open the project in its program and save it again"))
            }
        }
    }
}

fn broken(file: &str, error: &rusqlite::Error) -> Problem {
    use rusqlite::ErrorCode::{OperationInterrupted, TooBig};
    match error.sqlite_error_code() {
        Some(OperationInterrupted) => {
            let message = format!("`{file}` keeps the database at work without end");
            Problem::new(codes::LIMIT, file, message).help("the file may be made to do that; ask whoever sent it")
        }
        Some(TooBig) => {
            let message = format!("`{file}` has a cell larger than {} MB", CELL >> 20);
            Problem::new(codes::LIMIT, file, message).help("is it the right file?")
        }
        _ => Problem::new(codes::FILE, file, format!("`{file}` is a database that is broken or cut off"))
            .help("open the project in its program, save it and copy it again"),
    }
}
