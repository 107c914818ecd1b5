//! The command `hence`: arguments in, exit code out.

use hence::cli::{Terminal, run};
use std::io::BufWriter;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut out = BufWriter::new(std::io::stdout());
    ExitCode::from(run(std::env::args_os(), &mut out, &mut std::io::stderr(), Terminal::detect()))
}
