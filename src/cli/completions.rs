//! `hence completions`: a script that completes commands in a shell.

use super::args::Line;
use super::exit;
use super::screen::Screen;
use clap::CommandFactory;

/// Prints the script.
pub fn run(shell: clap_complete::Shell, screen: &mut Screen<'_>) -> u8 {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Line::command(), "hence", &mut script);
    screen.print(script);
    exit::FINE
}
