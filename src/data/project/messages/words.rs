//! What of a message is its author's own: without the lines that it quotes and without its signature.

/// How mail programs begin the message that is answered, below the answer.
const BELOW: [&str; 8] = [
    "-----original message-----",
    "-----ursprüngliche nachricht-----",
    "-----message d'origine-----",
    "-----mensaje original-----",
    "-----mensagem original-----",
    "-----messaggio originale-----",
    "-----oorspronkelijk bericht-----",
    "-------- forwarded message --------",
];
/// The line under which mailing lists write about themselves.
const LIST: &str = "_______________________________________________";
/// Ends of the line that says who is quoted: "On Monday, Ann wrote:".
const WROTE: [&str; 10] = [
    "wrote:",
    "writes:",
    "schrieb:",
    "schreibt:",
    "a écrit :",
    "a écrit:",
    "escribió:",
    "escreveu:",
    "ha scritto:",
    "schreef:",
];

/// What was taken away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Lines of others.
    pub quoted: usize,
    /// Signatures and what lists add.
    pub signatures: usize,
}

/// The text without quoted lines, the lines that announce them, and whatever stands below a signature's mark.
pub fn own(text: &str, taken: &mut Taken) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut kept: Vec<&str> = Vec::with_capacity(lines.len());
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        let plain = line.trim().to_lowercase();
        if line == "-- " || line == "--" || line.trim_end() == LIST {
            taken.signatures += 1;
            break;
        }
        if BELOW.iter().any(|mark| plain.replace('\u{2019}', "'").starts_with(mark)) {
            taken.quoted += lines.len() - at;
            break;
        }
        if is_quoted(line) {
            taken.quoted += 1;
        } else if let Some(length) = announces(&lines[at..]) {
            taken.quoted += length;
            at += length - 1;
        } else {
            kept.push(line);
        }
        at += 1;
    }
    let mut own = String::with_capacity(text.len());
    let mut blank = 0;
    for line in kept {
        if line.trim().is_empty() {
            blank += 1;
            continue;
        }
        if !own.is_empty() {
            own.push_str(if blank > 0 { "\n\n" } else { "\n" });
        }
        own.push_str(line.trim_end());
        blank = 0;
    }
    own
}

fn is_quoted(line: &str) -> bool {
    line.trim_start_matches([' ', '\t']).starts_with('>')
}

/// How many lines, one or two, say who is quoted below; none where nothing is quoted there.
fn announces(lines: &[&str]) -> Option<usize> {
    (1..=2.min(lines.len())).find(|&length| {
        let end = lines[length - 1].trim_end().to_lowercase();
        let follows = lines[length..].iter().find(|line| !line.trim().is_empty());
        WROTE.iter().any(|wrote| end.ends_with(wrote)) && follows.is_some_and(|line| is_quoted(line))
    })
}

/// The five entities of XML as the signs they stand for.
pub fn unescaped(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken_from(text: &str) -> (String, Taken) {
        let mut taken = Taken::default();
        (own(text, &mut taken), taken)
    }

    #[test]
    fn what_others_said_is_not_the_authors() {
        let mail = "Yes, a lab.\n\nOn Mon, 2 Sep 2013, Ann Lee\n<ann@x.org> wrote:\n\n> Is there a space?\n> We need one.\n\nSee you\n-- \nTom\nDesigner";
        assert_eq!(taken_from(mail), ("Yes, a lab.\n\nSee you".into(), Taken { quoted: 4, signatures: 1 }));
        let below = "Agreed.\r\n\r\n-----Ursprüngliche Nachricht-----\r\nVon: Ann\r\nEin Labor?\r\n";
        assert_eq!(taken_from(below), ("Agreed.".into(), Taken { quoted: 3, signatures: 0 }));
    }

    #[test]
    fn words_that_only_look_like_a_quotation_stay() {
        let text = "As she wrote:\nspaces are scarce, 3 > 2";
        assert_eq!(taken_from(text), (text.into(), Taken::default()));
        assert_eq!(unescaped("&amp;lt; &lt;b&gt;"), "&lt; <b>");
    }
}
