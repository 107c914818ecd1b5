//! The command `hence`: arguments in, exit code out.

use hence::cli::{Terminal, run_on};
use std::io::BufWriter;
use std::process::ExitCode;

fn main() -> ExitCode {
    hence::cli::interrupt::install();
    let mut out = BufWriter::new(std::io::stdout());
    let (mut input, mut err) = (std::io::stdin(), std::io::stderr());
    ExitCode::from(run_on(std::env::args_os(), &mut input, &mut out, &mut err, Terminal::detect()))
}
