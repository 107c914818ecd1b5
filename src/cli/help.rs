//! `hence help`: of the whole, of a command, or of a message's code.

use super::args::Line;
use super::exit;
use super::screen::Screen;
use crate::diagnostic::{Severity, codes, suggest};
use clap::CommandFactory;

/// Prints help on a topic.
pub fn run(topic: Option<&str>, screen: &mut Screen<'_>) -> u8 {
    let mut line = Line::command().term_width(screen.look().width.min(100));
    line.build();
    let Some(topic) = topic else {
        let text = line.render_long_help();
        print(&text, screen);
        return exit::FINE;
    };
    if let Some(code) = codes::find(topic.trim()) {
        let severity = match code.severity() {
            Severity::Error => "an error: the study cannot be trusted until it is put right",
            Severity::Warning => "a warning: worth a look; nothing fails unless `--deny-warnings` is given",
        };
        screen.print(format!("{}: {}\n\nThis is {severity}.\n", code.id, code.title));
        return exit::FINE;
    }
    if let Some(command) = line.find_subcommand_mut(topic) {
        let text = command.render_long_help();
        print(&text, screen);
        return exit::FINE;
    }
    let names: Vec<&str> = line.get_subcommands().map(clap::Command::get_name).collect();
    let known = names.iter().copied().chain(codes::ALL.iter().map(|c| c.id));
    let nearest = suggest::nearest(topic, known).map(|n| format!("; did you mean `{n}`?")).unwrap_or_default();
    screen.say(&format!("error: there is no code and no command `{topic}`{nearest}"));
    exit::USAGE
}

fn print(text: &clap::builder::StyledStr, screen: &mut Screen<'_>) {
    let text = if screen.look().colour { text.ansi().to_string() } else { text.to_string() };
    screen.print(text);
}
