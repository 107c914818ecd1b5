//! What was read of the data, in sentences: each file is counted once, however many inputs read it, and what was left out
//! of the data is told apart from rows that only say nothing of one relation.

use super::number;
use crate::session::findings::InputFinding;

/// A file of data, with its rows.
struct File<'a> {
    name: &'a str,
    rows: usize,
    /// True where every row of it is a message.
    messages: bool,
}

/// `131 messages and 52 rows of people.csv were read; none was left out. 37 messages answer no other.`
pub(super) fn rows_read(inputs: &[InputFinding]) -> Option<String> {
    let mut files: Vec<File<'_>> = Vec::new();
    for input in inputs {
        let messages = input.relation == "message" && input.kept == input.read;
        match files.iter_mut().find(|file| file.name == input.file) {
            Some(file) => {
                file.rows = file.rows.max(input.read);
                file.messages |= messages;
            }
            None => files.push(File { name: &input.file, rows: input.read, messages }),
        }
    }
    let messages: usize = files.iter().filter(|file| file.messages).map(|file| file.rows).sum();
    let mut read: Vec<String> = (messages > 0).then(|| number(messages, "message")).into_iter().collect();
    let others = files.iter().filter(|file| !file.messages);
    read.extend(others.map(|file| format!("{} of {}", number(file.rows, "row"), file.name)));
    let left = inputs.iter().map(|input| (missing(input), input)).filter(|(rows, _)| *rows > 0);
    let left: Vec<String> =
        left.map(|(rows, input)| format!("{rows} of {} as `{}`", input.file, input.relation)).collect();
    let left = match left.as_slice() {
        [] => "none was left out".to_owned(),
        left => format!("left out were {}, each with its reason in 1-raw-data/rows.csv", listed(left)),
    };
    let all: usize = files.iter().map(|file| file.rows).sum();
    let mut out = format!("{} {} read; {left}.", listed(&read), if all == 1 { "was" } else { "were" });
    let answers = inputs.iter().filter(|input| input.relation == "reply").count();
    for input in inputs {
        let of_messages = files.iter().any(|file| file.messages && file.name == input.file);
        for (rows, column) in &input.without {
            out += &match (input.relation.as_str(), column.as_str()) {
                ("reply", "parent") if of_messages && answers == 1 => {
                    let answer = if *rows == 1 { "answers" } else { "answer" };
                    format!(" {} {answer} no other.", number(*rows, "message"))
                }
                _ => {
                    let say = if *rows == 1 { "says" } else { "say" };
                    let rows = number(*rows, "row");
                    format!(
                        " {rows} of {} {say} nothing of `{}`, since `{column}` is empty.",
                        input.file, input.relation
                    )
                }
            };
        }
    }
    (!read.is_empty()).then_some(out)
}

/// The rows that were left out of the data.
pub(super) fn missing(input: &InputFinding) -> usize {
    let without: usize = input.without.iter().map(|(rows, _)| rows).sum();
    input.read.saturating_sub(input.kept + without)
}

/// `a, b and c`
fn listed(all: &[String]) -> String {
    match all {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::rows_read;
    use crate::session::findings::InputFinding;

    fn input(relation: &str, file: &str, read: usize, kept: usize) -> InputFinding {
        let (left_out, without) = (Vec::new(), Vec::new());
        InputFinding { relation: relation.into(), file: file.into(), read, kept, left_out, without }
    }

    #[test]
    fn a_file_that_two_inputs_read_counts_once_and_no_data_are_left_out() {
        let reply = InputFinding { without: vec![(37, "parent".into())], ..input("reply", "m.csv", 131, 94) };
        let all = [input("message", "m.csv", 131, 131), reply, input("role", "p.csv", 52, 52)];
        let told = "131 messages and 52 rows of p.csv were read; none was left out. 37 messages answer no other.";
        assert_eq!(rows_read(&all).as_deref(), Some(told));
    }

    #[test]
    fn what_is_left_out_of_the_data_is_told_of_its_file() {
        let only = InputFinding { left_out: vec![(3, "no".into())], ..input("message", "m.csv", 10, 7) };
        let role = InputFinding { without: vec![(1, "role".into())], ..input("role", "p.csv", 2, 1) };
        let told = "10 rows of m.csv and 2 rows of p.csv were read; left out were 3 of m.csv as `message`, each with its \
                    reason in 1-raw-data/rows.csv. 1 row of p.csv says nothing of `role`, since `role` is empty.";
        assert_eq!(rows_read(&[only, role]).as_deref(), Some(told));
        assert_eq!(rows_read(&[]), None);
    }
}
