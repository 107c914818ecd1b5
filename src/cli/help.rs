//! `hence help`: of the whole, of a command, or of a message's code.

use super::args::Line;
use super::exit;
use super::format::Format;
use super::screen::Screen;
use crate::diagnostic::{Code, codes, pages, suggest};
use crate::report::page;
use clap::CommandFactory;

/// The topic that lists all codes.
const CODES: &str = "codes";

/// Prints help on a topic.
pub fn run(topic: Option<&str>, format: Format, screen: &mut Screen<'_>) -> u8 {
    let topic = topic.map(str::trim);
    if let Some(code) = topic.and_then(codes::find) {
        let page = pages::of(code);
        let text = match format {
            Format::Json => page::page_json(code, page),
            _ => page::page(code, page, screen.look()),
        };
        screen.print(text);
        return exit::FINE;
    }
    if topic == Some(CODES) {
        let text = match format {
            Format::Json => page::all_codes_json(),
            _ => page::all_codes(screen.look()),
        };
        screen.print(text);
        return exit::FINE;
    }
    let mut line = Line::command().term_width(screen.look().width.min(100));
    line.build();
    let Some(topic) = topic else {
        let text = line.render_long_help();
        return print(&text, format, screen);
    };
    if let Some(command) = line.find_subcommand_mut(topic) {
        let text = command.render_long_help();
        return print(&text, format, screen);
    }
    let names: Vec<&str> = line.get_subcommands().map(clap::Command::get_name).collect();
    let known = names.iter().copied().chain([CODES]).chain(codes::ALL.iter().map(|c| c.id));
    let nearest = same_number(topic).map(|c| c.id).or_else(|| suggest::nearest(topic, known));
    let nearest =
        nearest.map_or("; `hence help codes` lists the codes".to_owned(), |n| format!("; did you mean `{n}`?"));
    screen.misused(&format!("there is no code and no command `{topic}`{nearest}"));
    exit::USAGE
}

/// The code that differs only in its letter, or in how its number is written: `E0303` and `303` for `W0303`.
fn same_number(topic: &str) -> Option<Code> {
    let number = |text: &str| {
        let digits = text.strip_prefix(['E', 'W', 'e', 'w']).unwrap_or(text);
        if digits.bytes().all(|b| b.is_ascii_digit()) { digits.parse::<u32>().ok() } else { None }
    };
    let wanted = number(topic)?;
    codes::ALL.iter().copied().find(|code| number(code.id) == Some(wanted))
}

/// Prints the help of a command, which has one form only.
fn print(text: &clap::builder::StyledStr, format: Format, screen: &mut Screen<'_>) -> u8 {
    if format == Format::Json {
        screen.misused("only the help on codes can be printed as `json`, as in `hence help codes --format json`");
        return exit::USAGE;
    }
    let text = if screen.look().colour { text.ansi().to_string() } else { text.to_string() };
    screen.print(text);
    exit::FINE
}
