//! The words of the command line. Help, error messages and completions all come from here.

use super::agree::AgreeArgs;
use super::audit::AuditArgs;
use super::format::{Color, Format};
use super::review::ReviewCommand;
use super::values::{seconds, setting, size};
use super::why::WhyArgs;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::time::Duration;

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "hence",
    version,
    about = "Analyse what people said: codes, themes and theory as rules, every conclusion with its reasons",
    disable_help_subcommand = true,
    arg_required_else_help = true,
    after_help = "Start with:\n  hence new my-study        a small study that runs\n  hence run my-study        what it finds\n  \
                  hence help check          more about a command\n  hence help E0201          more about a message",
    subcommand_value_name = "COMMAND"
)]
pub struct Line {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// How diagnostics and results are printed
    ///
    /// `human` and `plain` are for people, `plain` without graphics; `json` is for programs. `hence run` and `hence
    /// query` also know `table` (a report or table to read) and `csv`, `hence check` also `sarif`, `hence test`
    /// also `junit`, `hence why` also `dot` and `mermaid`.
    #[arg(long, global = true, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Begin a study: writes a small one that runs
    #[command(after_help = "Example:\n  hence new my-study")]
    New {
        /// The folder to make
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
    },
    /// Make a study of another program's project, or of messages as they come
    #[command(
        after_help = "Examples:\n  hence import interviews.qdpx my-study   REFI-QDA, as NVivo, ATLAS.ti, MAXQDA write it\n  \
                            hence import interviews.qda my-study    the folder of QualCoder\n  \
                            hence import taguette.sqlite3 my-study  Taguette's database, or its highlights as CSV or XLSX\n  \
                            hence import interviews.rqda my-study\n  \
                            hence import answers.xlsx my-study      a table of messages; its columns are guessed, and said\n  \
                            hence import list.mbox my-study         mail; also a Slack export, Discourse topics, a Reddit dump\n  \
                            hence import letters my-study           a folder of texts\n\n\
                            The folder must not exist yet, or be empty. What is left out is told and counted."
    )]
    Import {
        /// The project: a file, or the folder of one
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The folder to make
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
    },
    /// Write a study, people's codings and what the rules find, for other programs
    #[command(
        after_help = "Examples:\n  hence export findings.qdpx my-study   for NVivo, ATLAS.ti, MAXQDA, QualCoder\n  \
                            hence export codebook.qdc my-study\n  \
                            hence export findings.xlsx my-study   a workbook: findings, codings, codebook\n  \
                            hence export codings.csv my-study     the codings alone\n  \
                            hence export findings.json my-study\n\n\
                            The ending says what is written. A file that is there is not overwritten."
    )]
    Export {
        /// The file to write
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Which study, and how it is read.
        #[command(flatten)]
        study: StudyArgs,
    },
    /// Look for mistakes in a study and its data
    #[command(after_help = "Example:\n  hence check my-study\n  hence check --deny-warnings   fail on warnings too")]
    Check {
        /// Which study, and how it is read.
        #[command(flatten)]
        study: StudyArgs,
    },
    /// Put right what can be put right without a doubt
    #[command(
        after_help = "Examples:\n  hence fix my-study\n  hence fix --dry-run my-study   only show what would change"
    )]
    Fix {
        /// Show what would change, and write nothing
        #[arg(long)]
        dry_run: bool,
        /// Which study, and how it is read.
        #[command(flatten)]
        study: StudyArgs,
    },
    /// Find what the study finds, print it, and write its outputs
    #[command(after_help = "Examples:\n  hence run my-study\n  hence run --format csv my-study > findings.csv\n  \
                            hence run --set min_authors=3 my-study\n  \
                            hence run --only 'message(this, thread: rooms)' my-study")]
    Run {
        /// Say how long reading, evaluating and printing took
        #[arg(long)]
        timings: bool,
        /// Which study, and how it is read.
        #[command(flatten)]
        study: StudyArgs,
    },
    /// Ask the study a question
    #[command(after_help = "Example:\n  hence query 'theme(M, T) and message(id: M, author: A)' my-study\n\n\
                            A word with a capital letter stands for what is asked for.")]
    Query {
        /// The question: conditions as in a rule
        #[arg(value_name = "BODY")]
        body: String,
        /// Which study, and how it is read.
        #[command(flatten)]
        study: StudyArgs,
    },
    /// Say why something holds, with passages, reasons and sources
    #[command(after_help = "Examples:\n  hence why 'theme(m1, room_to_meet)' my-study\n  \
                            hence why 'theme(m1, T)' my-study               every theme of m1\n  \
                            hence why 'theme(m1, T)' --all 3 my-study       the three best reasons of each\n  \
                            hence why 'theme(m1, T)' --format dot my-study  a drawing, for Graphviz\n\n\
                            A word with a capital letter stands for whatever is there.")]
    Why {
        /// What is to be explained
        #[arg(value_name = "STATEMENT")]
        atom: String,
        /// How much is shown, and in what form.
        #[command(flatten)]
        shown: WhyArgs,
        /// Which study, and how it is read.
        #[command(flatten)]
        study: StudyArgs,
    },
    /// Check a proof that `hence why --proof` printed against the study as it is now
    #[command(after_help = "Example:\n  hence why --proof 'theme(m1, room_to_meet)' my-study > proof.json\n  \
                            hence verify proof.json my-study\n\nThe exit code is 1 where the proof does not hold.")]
    Verify {
        /// The proof
        #[arg(value_name = "PROOF")]
        proof: PathBuf,
        /// Which study, and how it is read.
        #[command(flatten)]
        study: StudyArgs,
    },
    /// Say why something does not hold, what came nearest, and what would make it hold
    #[command(after_help = "Examples:\n  hence why-not 'theme(m4, room_to_meet)' my-study\n  \
                            hence why-not 'theme(M, room_to_meet)' my-study   the messages that come nearest\n\n\
                            Takes 2 seconds at most unless --timeout says otherwise; every repair is tried before it is named.")]
    WhyNot {
        /// What does not hold; a word with a capital letter stands for what is asked for
        #[arg(value_name = "STATEMENT")]
        atom: String,
        /// Which study, and how it is read.
        #[command(flatten)]
        study: StudyArgs,
    },
    /// Say what would come and go if some of the study were otherwise
    #[command(after_help = "Examples:\n  hence what-if --set min_authors=4 my-study\n  \
                            hence what-if --set min_authors=2..6 my-study   a table, one column a value\n  \
                            hence what-if --add 'coding(message: m4, code: shared_place, coder: me)' my-study\n  \
                            hence what-if --without shared_place my-study\n  \
                            hence what-if --with 'code fair \"A fair\"' my-study\n  \
                            hence what-if --with @other-codes.hence my-study   items of a file in the place of the study's\n\n\
                            Nothing is changed.")]
    WhatIf {
        /// What is supposed.
        #[command(flatten)]
        supposed: SupposedArgs,
        /// Which study, and how it is read.
        #[command(flatten)]
        study: StudyArgs,
    },
    /// Say what one version of a study concludes otherwise than another, and why
    #[command(after_help = "Examples:\n  hence diff old-study my-study    two folders\n  \
                            hence diff HEAD~1 my-study       the commit before the last of its git repository, and the\n  \
                                                             study as it is\n  \
                            hence diff v1 v2 my-study        two revisions of that repository")]
    Diff(DiffArgs),
    /// Show the plain rules that codes, themes and maps stand for
    #[command(after_help = "Examples:\n  hence expand my-study\n  hence expand --of shared_place my-study")]
    Expand {
        /// Only the rules of this concept or relation
        #[arg(long, value_name = "NAME")]
        of: Option<String>,
        /// Which study, and how it is read.
        #[command(flatten)]
        study: StudyArgs,
    },
    /// Lay out rule files in the one way that all are laid out
    #[command(
        after_help = "Examples:\n  hence fmt                 the study in this folder, and the files it uses\n  \
                            hence fmt my-study        every .hence file in a folder\n  \
                            hence fmt --check         write nothing; exit code 1 where something would change\n\n\
                            Words, signs and comments stay as they are, and so does every item with a mistake."
    )]
    Fmt {
        /// Write nothing, and list what would change (exit code 1)
        #[arg(long)]
        check: bool,
        /// Read the standard input and print it laid out
        #[arg(long, conflicts_with = "paths")]
        stdin: bool,
        /// Files and folders; without any, the study in this folder with the files it uses
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// Write the codebook as people publish it: definitions, when to use, real quotes, counter-examples, counts
    #[command(after_help = "Examples:\n  hence codebook my-study                    as Markdown, on the screen\n  \
                            hence codebook -o codebook.html my-study   one page for a browser\n  \
                            hence codebook -o codebook.docx my-study   for Word and LibreOffice\n  \
                            hence codebook -o codebook.qdc my-study    for NVivo, ATLAS.ti, MAXQDA, QualCoder\n  \
                            hence codebook -o codebook.csv my-study    a table that `use` reads back\n\n\
                            The ending says what is written: `.md`, `.html`, `.docx`, `.qdc`, `.csv`, `.tsv`, `.xlsx` or \
                            `.json`. A file that is there is not overwritten.")]
    Codebook {
        /// The file to write; without it, Markdown goes to the screen
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Which study, and how it is read.
        #[command(flatten)]
        study: StudyArgs,
    },
    /// Count how codes, themes and rules work together: coverage, overlap, conflict
    #[command(after_help = "Examples:\n  hence stats my-study\n  hence stats --format json my-study > figures.json")]
    Stats {
        /// Which study, and how it is read.
        #[command(flatten)]
        study: StudyArgs,
    },
    /// Say how far coders agree, with each other and with the rules
    #[command(after_help = "Examples:\n  hence agree examples/two_coders\n  \
                            hence agree --coders ann,bob --unit sentence examples/two_coders\n  \
                            hence agree --rules --code price examples/two_coders   the rules as one more coder\n  \
                            hence agree --format csv examples/two_coders > agreement.csv")]
    Agree {
        /// Who is compared, about what, and how.
        #[command(flatten)]
        compared: AgreeArgs,
        /// Which study, and how it is read.
        #[command(flatten)]
        study: StudyArgs,
    },
    /// List the codings to look at again, since their code is defined otherwise now
    #[command(
        after_help = "Examples:\n  hence stale --record my-study          keep which definition each coding was made under\n  \
                            hence stale my-study                   what is to be looked at again\n  \
                            hence stale --reviewed price my-study  the codings of a code hold as they are"
    )]
    Stale {
        /// Record codings that are new under the definitions of today, in `codings.lock`
        #[arg(long)]
        record: bool,
        /// Accept the codings of this code under its definition of today; may be given several times
        #[arg(long, value_name = "CODE")]
        reviewed: Vec<String>,
        /// Which study, and how it is read.
        #[command(flatten)]
        study: StudyArgs,
    },
    /// Write the study as one web page: findings, quotations, and every conclusion with its reasons
    #[command(after_help = "Examples:\n  hence report my-study                     writes report.html\n  \
                            hence report my-study -o for-review.html\n  \
                            hence report my-study --folder for-review     a page with its data in files beside it\n\n\
                            The page needs no network and sends nothing. An earlier report is written over; any other file is\n\
                            left as it is, unless --force is given.")]
    Report {
        /// The file to write, named .html; without it, report.html in this folder
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Write a folder with index.html and the data in files beside it, for large studies
        #[arg(long, value_name = "DIR", conflicts_with = "output")]
        folder: Option<PathBuf>,
        /// Write over a file that is no report
        #[arg(long)]
        force: bool,
        /// Which study, and how it is read.
        #[command(flatten)]
        study: StudyArgs,
    },
    /// Write the audit trail: a folder with what led from the data to the conclusions, for reviewers to keep
    #[command(
        after_help = "Examples:\n  hence audit my-study -o audit              hashes of the data, and no copy of them\n  \
                            hence audit my-study -o audit --with-data  with the data, for those who may have them\n  \
                            hence audit --verify audit --study my-study\n\n\
                            The folder must be new, empty, or an audit trail that nobody changed. --verify ends with 1 where a \
                            file is another, or a proof does not hold."
    )]
    Audit {
        /// What is to be written, or checked.
        #[command(flatten)]
        asked: AuditArgs,
        /// Which study, and how it is read.
        #[command(flatten)]
        study: StudyArgs,
    },
    /// Mark conclusions as accepted, disputed or to discuss, and list such decisions
    #[command(
        after_help = "Examples:\n  hence review add 'theme(m15, workspaces)' --disputed --reason \"irony\" --by Ann my-study\n  \
                            hence review add decisions.jsonl my-study   what the report's page handed out\n  \
                            hence review list my-study"
    )]
    Review {
        /// What is to be done.
        #[command(subcommand)]
        action: ReviewCommand,
    },
    /// Run the tests of the study
    #[command(after_help = "Examples:\n  hence test my-study\n  hence test --name irony my-study\n  \
                            hence test --mutate my-study     which conditions nothing would miss\n  \
                            hence test --coverage my-study   what is left after each condition")]
    Test {
        /// Only tests whose name contains this
        #[arg(long, value_name = "TEXT")]
        name: Option<String>,
        /// Take away one condition after the other, and say which of them no test and no finding would miss
        #[arg(long, conflicts_with_all = ["name", "coverage"])]
        mutate: bool,
        /// Show for each clause and rule what is left of the data after each condition, and whether a test reaches it
        #[arg(long)]
        coverage: bool,
        /// Which study, and how it is read.
        #[command(flatten)]
        study: StudyArgs,
    },
    /// Keep an eye on a study: on every save, what changed in the findings, and through what
    #[command(after_help = "Example:\n  hence watch my-study\n\nCtrl-C ends it.")]
    Watch {
        /// Which study, and how it is read.
        #[command(flatten)]
        study: StudyArgs,
    },
    /// Keep a study open for another program: one JSON message a line in and out
    #[command(
        after_help = "Example:\n  echo '{\"do\": \"query\", \"body\": \"theme(M, T)\"}' | hence session my-study\n\n\
                            docs/session.md shows every message and its reply."
    )]
    Session {
        /// Which study, and how it is read.
        #[command(flatten)]
        study: StudyArgs,
    },
    /// Explain a message's code, or a command
    #[command(after_help = "Examples:\n  hence help E0201\n  hence help codes   all codes\n  hence help run")]
    Help {
        /// A code such as E0201, `codes` for a list of them, or a command
        #[arg(value_name = "CODE|COMMAND")]
        topic: Option<String>,
    },
    /// Print a script that completes commands in your shell
    #[command(after_help = "Example:\n  hence completions bash > ~/.local/share/bash-completion/completions/hence")]
    Completions {
        /// The shell
        #[arg(value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
}

/// Which study, and how it is read.
#[derive(Args, Clone, Debug)]
pub struct StudyArgs {
    /// The study: a folder with a `study.hence`, or a file
    #[arg(value_name = "PATH", default_value = ".")]
    pub path: PathBuf,
    /// Give a parameter another value for this time; may be given several times
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    pub set: Vec<(String, String)>,
    /// Take only the messages that meet this condition
    #[arg(long, value_name = "BODY")]
    pub only: Option<String>,
    /// Leave out rows of data that cannot be read, and count them
    #[arg(long)]
    pub lenient: bool,
    /// Give up once the rules have concluded so many facts (20000000 unless told)
    #[arg(long, value_name = "N")]
    pub max_facts: Option<usize>,
    /// Give up once so much memory is in use: 500MB, 2GB
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub max_memory: Option<usize>,
    /// Give up after so many seconds; of `watch` and `session`, each change anew; of `why-not`, how long it looks for
    /// changes and tries them (2 where nothing is said)
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub timeout: Option<Duration>,
    /// Let warnings fail the command (exit code 4)
    #[arg(long)]
    pub deny_warnings: bool,
}

/// What is to be supposed for a while.
#[derive(Args, Clone, Debug)]
pub struct SupposedArgs {
    /// A statement that would hold as well; may be given several times, as all of these
    #[arg(long, value_name = "FACT")]
    pub add: Vec<String>,
    /// A given statement that would not hold; `_` stands for anything
    #[arg(long, value_name = "FACT")]
    pub remove: Vec<String>,
    /// Codes, themes, rules or maps more, in the place of those that they name; `@FILE` reads them from a file
    #[arg(long, value_name = "ITEMS")]
    pub with: Vec<String>,
    /// An item that would not be there: its name, or its text; of a code or theme nothing would be found
    #[arg(long, value_name = "ITEM")]
    pub without: Vec<String>,
    /// Another file in the place of one that the study reads
    #[arg(long, value_name = "NAME=PATH", value_parser = setting)]
    pub file: Vec<(String, String)>,
}

/// Two versions of a study.
#[derive(Args, Clone, Debug)]
pub struct DiffArgs {
    /// The older version: a folder, a file, or a revision of a git repository
    #[arg(value_name = "OLD")]
    pub old: String,
    /// The newer version; the study as it is on the disk unless told
    #[arg(value_name = "NEW")]
    pub new: Option<String>,
    /// Which study, where both are revisions, and how both are read.
    #[command(flatten)]
    pub reading: StudyArgs,
}

impl Command {
    /// The command's name and the forms that make sense for it, the usual one first; none where nothing is formatted.
    pub fn formats(&self) -> (&'static str, &'static [Format]) {
        use Format::{Csv, Dot, Human, Json, Junit, Mermaid, Plain, Sarif, Table};
        match self {
            Command::New { .. } => ("new", &[]),
            Command::Import { .. } => ("import", &[Human, Plain, Json]),
            Command::Export { .. } => ("export", &[Human, Plain, Json]),
            Command::Check { .. } => ("check", &[Human, Plain, Json, Sarif]),
            Command::Fix { .. } => ("fix", &[Human, Plain, Json]),
            Command::Run { .. } => ("run", &[Table, Plain, Json, Csv]),
            Command::Query { .. } => ("query", &[Table, Plain, Json, Csv]),
            Command::Why { .. } => ("why", &[Human, Plain, Json, Dot, Mermaid]),
            Command::Verify { .. } => ("verify", &[Human, Plain, Json]),
            Command::WhyNot { .. } => ("why-not", &[Human, Plain, Json]),
            Command::WhatIf { .. } => ("what-if", &[Human, Plain, Json]),
            Command::Diff(_) => ("diff", &[Human, Plain, Json]),
            Command::Expand { .. } => ("expand", &[Human, Plain, Json]),
            Command::Fmt { .. } => ("fmt", &[Human, Plain]),
            Command::Stale { .. } => ("stale", &[Human, Plain, Json]),
            Command::Review { .. } => ("review", &[Human, Plain, Json]),
            Command::Agree { .. } => ("agree", &[Table, Plain, Json, Csv]),
            Command::Codebook { .. } => ("codebook", &[Human, Plain, Json]),
            Command::Stats { .. } => ("stats", &[Table, Plain, Json]),
            Command::Audit { .. } => ("audit", &[Human, Plain, Json]),
            Command::Report { .. } => ("report", &[Human, Plain]),
            Command::Test { .. } => ("test", &[Human, Plain, Json, Junit]),
            Command::Watch { .. } => ("watch", &[Human, Plain, Json]),
            Command::Session { .. } => ("session", &[Json]),
            Command::Help { .. } => ("help", &[Human, Plain, Json]),
            Command::Completions { .. } => ("completions", &[]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn every_command_and_option_has_help_and_every_command_an_example() {
        let mut line = Line::command();
        line.build();
        line.clone().debug_assert();
        for command in line.get_subcommands() {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(after.contains(&format!("hence {}", command.get_name())), "{}", command.get_name());
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{} {}", command.get_name(), argument.get_id());
            }
        }
    }
}
