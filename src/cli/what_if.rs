//! `hence what-if`: what the study would conclude if some of it were otherwise.

use super::args::{StudyArgs, SupposedArgs};
use super::format::Format;
use super::screen::Screen;
use super::{exit, study};
use crate::report::what_if;
use crate::session::what_if::{MOST_CASES, Supposed, Sweep};

/// Asks, and prints what would come and go. The study on the disk stays as it is.
pub fn run(supposed: &SupposedArgs, args: &StudyArgs, format: Format, screen: &mut Screen<'_>) -> u8 {
    let (wanted, sweeps) = match (gather(supposed), sweeps(&args.set)) {
        (Ok(wanted), Ok(sweeps)) => (wanted, sweeps),
        (Err(wrong), _) | (_, Err(wrong)) => {
            screen.misused(&wrong);
            return exit::USAGE;
        }
    };
    if wanted.is_empty() && sweeps.is_empty() {
        screen.misused(
            "nothing is supposed; say what would be otherwise with --add, --remove, --with, --without, --file or --set",
        );
        return exit::USAGE;
    }
    // What is set is what is supposed: the study is opened without it.
    let args = StudyArgs { set: Vec::new(), ..args.clone() };
    let mut opened = study::open_with(&study::options_for_changes(&args), &args, format, screen);
    opened.evaluate();
    if opened.broken() {
        return opened.close(screen);
    }
    let found = opened.study.what_if(&wanted, &sweeps, &mut |_| {});
    match found {
        Ok(found) if format == Format::Json => screen.print(what_if::what_if_json(&found)),
        Ok(found) => screen.print(what_if::what_if(&found, screen.look())),
        Err(refused) => {
            screen.diagnostics(&refused.diagnostics, &refused.sources, format);
            return exit::ERRORS;
        }
    }
    // What is wrong with the study as it is has been said by `hence check`; a program is told in full.
    let code = if format.is_data() || args.deny_warnings { opened.close(screen) } else { exit::FINE };
    opened.leave();
    code
}

/// What the command line supposes, with the files that it names read.
fn gather(args: &SupposedArgs) -> Result<Vec<Supposed>, String> {
    let mut all = Vec::new();
    all.extend(args.without.iter().cloned().map(Supposed::Without));
    for text in &args.with {
        all.push(Supposed::With(match text.strip_prefix('@') {
            Some(path) => read(path)?,
            None => text.clone(),
        }));
    }
    for (name, path) in &args.file {
        all.push(Supposed::File { name: name.clone(), text: read(path)? });
    }
    all.extend(args.remove.iter().cloned().map(Supposed::Remove));
    all.extend(args.add.iter().cloned().map(Supposed::Add));
    Ok(all)
}

fn read(path: &str) -> Result<String, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("`{path}` cannot be read: {error}"))?;
    String::from_utf8(bytes).map_err(|_| format!("`{path}` is no UTF-8 text; save it as UTF-8 first"))
}

/// `2..6` is every whole number from 2 to 6, `2, 4` both; `2, 9..12` is some of either.
fn sweeps(set: &[(String, String)]) -> Result<Vec<Sweep>, String> {
    let mut all: Vec<Sweep> = Vec::new();
    for (name, written) in set {
        let mut values = Vec::new();
        if written.starts_with('"') {
            values.push(written.clone());
        } else {
            for part in written.split(',').map(str::trim) {
                match part.split_once("..").map(|(from, to)| (from.trim().parse(), to.trim().parse())) {
                    Some((Ok(from), Ok(to))) => values.extend(range(name, from, to)?),
                    _ => values.push(part.to_string()),
                }
            }
        }
        match all.iter_mut().find(|sweep| sweep.parameter == *name) {
            Some(sweep) => sweep.values.extend(values),
            None => all.push(Sweep { parameter: name.clone(), values }),
        }
    }
    for sweep in &mut all {
        let mut known: Vec<String> = Vec::new();
        sweep.values.retain(|value| {
            let new = !known.contains(value);
            known.push(value.clone());
            new
        });
    }
    Ok(all)
}

fn range(name: &str, from: i64, to: i64) -> Result<Vec<String>, String> {
    let count = to.checked_sub(from).and_then(|steps| usize::try_from(steps).ok());
    match count {
        Some(steps) if steps < MOST_CASES => Ok((from..=to).map(|n| n.to_string()).collect()),
        Some(_) => Err(format!("--set {name}={from}..{to} names more than {MOST_CASES} values")),
        None => Err(format!("--set {name}={from}..{to} ends before it begins; write {name}={to}..{from}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_lists_of_values_are_read_and_none_is_tried_twice() {
        let read = |set: &[(&str, &str)]| {
            let set: Vec<(String, String)> = set.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect();
            sweeps(&set).map(|all| all.into_iter().map(|s| (s.parameter, s.values.join(" "))).collect::<Vec<_>>())
        };
        let one = |name: &str, values: &str| Ok(vec![(name.to_string(), values.to_string())]);
        assert_eq!(read(&[("n", "2..4")]), one("n", "2 3 4"));
        assert_eq!(read(&[("n", "2, 9..11")]), one("n", "2 9 10 11"));
        assert_eq!(read(&[("n", "2, 5"), ("n", "5..6")]), one("n", "2 5 6"));
        assert_eq!(read(&[("d", "2013-09-01")]), one("d", "2013-09-01"));
        assert_eq!(read(&[("t", "\"a, b\"")]), one("t", "\"a, b\""));
        assert!(read(&[("n", "6..2")]).unwrap_err().contains("n=2..6"));
        assert!(read(&[("n", "0..9000000000000000000")]).is_err());
    }
}
