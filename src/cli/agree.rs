//! `hence agree`: how far coders agree, with each other and with the rules.

use super::args::StudyArgs;
use super::format::Format;
use super::screen::Screen;
use super::{exit, study};
use crate::report::{agree, agree_data};
use crate::session::agree::{Asked, Given, Scale, Unit};
use clap::{Args, ValueEnum};

/// Who is compared, about what, and how.
#[derive(Args, Clone, Debug)]
pub struct AgreeArgs {
    /// What is judged one by one
    #[arg(long, value_name = "UNIT", default_value = "message")]
    pub unit: UnitName,
    /// Compare these coders only, with commas; `rules` stands for the rules
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub coders: Vec<String>,
    /// Compare this code only; may be given several times
    #[arg(long, value_name = "NAME")]
    pub code: Vec<String>,
    /// Count the rules as one more coder
    #[arg(long)]
    pub rules: bool,
    /// Which messages were given to a coder; as the relation `assigned` says where there is one, else as they were coded
    #[arg(long, value_name = "WHICH")]
    pub given: Option<GivenName>,
    /// How codes lie to each other where a unit has one of them: as ranks, or as the numbers that their labels are
    #[arg(long, value_name = "SCALE", default_value = "nominal")]
    pub scale: ScaleName,
    /// List all disagreements
    #[arg(long)]
    pub all: bool,
}

/// What is judged one by one.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum UnitName {
    /// A whole message
    Message,
    /// A sentence
    Sentence,
    /// A character
    Characters,
}

/// Which messages were given to a coder.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum GivenName {
    /// Those that the relation `assigned` names
    Assigned,
    /// Those that the coder coded anything in
    Coded,
    /// All
    All,
}

/// How codes lie to each other.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ScaleName {
    /// As categories
    Nominal,
    /// As ranks, in the order of the codebook
    Ordinal,
    /// As numbers whose differences count
    Interval,
    /// As numbers whose ratios count
    Ratio,
}

impl AgreeArgs {
    fn asked(&self, format: Format) -> Asked {
        Asked {
            unit: match self.unit {
                UnitName::Message => Unit::Message,
                UnitName::Sentence => Unit::Sentence,
                UnitName::Characters => Unit::Characters,
            },
            coders: self.coders.iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect(),
            codes: self.code.clone(),
            rules: self.rules,
            given: self.given.map(|given| match given {
                GivenName::Assigned => Given::Assigned,
                GivenName::Coded => Given::Coded,
                GivenName::All => Given::All,
            }),
            scale: match self.scale {
                ScaleName::Nominal => Scale::Nominal,
                ScaleName::Ordinal => Scale::Ordinal,
                ScaleName::Interval => Scale::Interval,
                ScaleName::Ratio => Scale::Ratio,
            },
            listed: match format {
                Format::Json | Format::Csv => usize::MAX,
                _ if self.all => usize::MAX,
                _ => agree::LISTED,
            },
        }
    }
}

/// Evaluates, compares and prints.
pub fn run(args: &AgreeArgs, reading: &StudyArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    let mut opened = study::open(reading, format, screen);
    if opened.study.is_missing() {
        return opened.close(screen);
    }
    opened.evaluate();
    if opened.misasked() {
        return opened.close(screen);
    }
    let found = opened.study.agreement(&args.asked(format));
    if let Some(found) = &found {
        match format {
            Format::Json => screen.print(agree_data::agreement(found)),
            Format::Csv => screen.print(agree_data::table(found)),
            _ => screen.print(agree::agreement(found, &reading.path.to_string_lossy(), screen.look())),
        }
    }
    let code = opened.close(screen);
    if found.is_none() { exit::ERRORS } else { code }
}
