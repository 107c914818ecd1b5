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

/// How such a line begins and what it says before whom, where the name comes last: "Am Montag schrieb Ann:".
const ANNOUNCED: [(&str, &str); 9] = [
    ("am ", " schrieb "),
    ("on ", " wrote "),
    ("le ", " a écrit "),
    ("el ", " escribió "),
    ("op ", " schreef "),
    ("il ", " ha scritto "),
    ("em ", " escreveu "),
    ("den ", " skrev "),
    ("dne ", " napsal"),
];
/// So many lines such an announcement is broken into at most.
const ANNOUNCEMENT: usize = 3;
/// The lines above a message that Outlook puts below its answer: who wrote it, when, to whom, about what.
const FROM: [&str; 6] = ["from", "von", "de", "da", "van", "från"];
const SENT: [&str; 12] = [
    "sent",
    "date",
    "gesendet",
    "datum",
    "envoyé",
    "enviado",
    "fecha",
    "inviato",
    "data",
    "verzonden",
    "enviada",
    "skickat",
];
const ABOUT: [&str; 8] = ["subject", "betreff", "objet", "asunto", "oggetto", "onderwerp", "assunto", "ämne"];
/// So many lines below the first the other lines of that block stand.
const BLOCK: usize = 7;
/// How the line begins that telephones write below a mail.
const SENT_FROM: [&str; 17] = [
    "sent from my ",
    "sent from mail for ",
    "sent from outlook",
    "sent from yahoo",
    "sent via ",
    "get outlook for ",
    "von meinem ",
    "gesendet von ",
    "gesendet mit ",
    "holen sie sich outlook",
    "envoyé de mon ",
    "envoyé depuis ",
    "télécharger outlook",
    "enviado desde ",
    "inviato da",
    "verzonden vanaf ",
    "verstuurd vanaf ",
];
/// One of these is named in it.
const DEVICES: [&str; 22] = [
    "iphone",
    "ipad",
    "android",
    "samsung",
    "galaxy",
    "mobil",
    "móvil",
    "phone",
    "handy",
    "blackberry",
    "huawei",
    "windows",
    "pixel",
    "xiaomi",
    "nokia",
    "tablet",
    "outlook",
    "ios",
    "yahoo",
    "gmx",
    "web.de",
    "device",
];
/// No such line is longer.
const SENT_FROM_LENGTH: usize = 80;

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
        let plain = plain(line);
        if block(&lines[at..]) {
            taken.quoted += lines.len() - at;
            break;
        }
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
    while let Some(last) = kept.last().filter(|line| line.trim().is_empty() || is_sent_from(line)) {
        taken.signatures += usize::from(!last.trim().is_empty());
        kept.pop();
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

/// A line in small letters, with plain blanks and without stars around its words.
fn plain(line: &str) -> String {
    let words: Vec<&str> =
        line.split(|c: char| c.is_whitespace() || c == '*').filter(|word| !word.is_empty()).collect();
    words.join(" ").to_lowercase()
}

/// How many lines say who is quoted below; none where nothing is quoted there.
fn announces(lines: &[&str]) -> Option<usize> {
    if lines.first().is_none_or(|line| line.trim().is_empty()) {
        return None;
    }
    (1..=ANNOUNCEMENT.min(lines.len())).find(|&length| {
        let end = plain(lines[length - 1]);
        if !end.ends_with(':') {
            return false;
        }
        let whole = plain(&lines[..length].join(" "));
        let mut follows = lines[length..].iter().filter(|line| !line.trim().is_empty());
        // Of three lines only those are one announcement that begin as one.
        let last = length < ANNOUNCEMENT && WROTE.iter().any(|wrote| end.ends_with(wrote));
        let named = ANNOUNCED.iter().any(|(begins, says)| {
            whole.starts_with(begins)
                && (whole.contains(says) || whole.trim_end_matches([':', ' ']).ends_with(says.trim_end()))
        });
        (last || named) && follows.next().is_some_and(|line| is_quoted(line))
    })
}

/// True where Outlook's block begins: perhaps a line of `_`, then who wrote, and below when and about what.
fn block(lines: &[&str]) -> bool {
    let ruled = lines.first().is_some_and(|line| is_rule(line));
    let mut rest = lines.iter().skip(usize::from(ruled)).skip_while(|line| ruled && line.trim().is_empty());
    let is = |line: &str, names: &[&str]| {
        let plain = plain(line);
        plain.split_once(':').is_some_and(|(name, said)| names.contains(&name.trim()) && !said.trim().is_empty())
    };
    if !rest.next().is_some_and(|line| is(line, &FROM)) {
        return false;
    }
    let below: Vec<&&str> = rest.take(BLOCK).take_while(|line| !line.trim().is_empty()).collect();
    below.iter().any(|line| is(line, &SENT)) && (ruled || below.iter().any(|line| is(line, &ABOUT)))
}

/// A line of `_` or `-` alone.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 10 && (line.bytes().all(|b| b == b'_') || line.bytes().all(|b| b == b'-'))
}

/// "Sent from my iPhone", as telephones write below a mail.
fn is_sent_from(line: &str) -> bool {
    let line = plain(line);
    line.chars().count() <= SENT_FROM_LENGTH
        && SENT_FROM.iter().any(|begins| line.starts_with(begins))
        && DEVICES.iter().any(|device| line.contains(device))
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

    #[test]
    fn blocks_announcements_and_telephones_of_several_languages_are_known() {
        for (mail, quoted, signatures) in [
            (
                "Mine.\n\n________________________________\nFrom: Dia <d@x>\nSent: Monday\nTo: Eve\nSubject: Re: foo\n\nHers",
                7,
                0,
            ),
            ("Mine.\n\n*Von:* Dia\n*Gesendet:* Montag\n*Betreff:* foo\n\nIhres", 5, 0),
            ("Mine.\n\nAm 01.01.2024 um 12:00 schrieb Cem:\n> quoted", 2, 0),
            ("Mine.\n\nLe lun. 1 janv. 2024 à 12:00, Cem <c@x>\na écrit\u{a0}:\n\n> cité", 3, 0),
            ("Mine.\n\nEl lun, 1 ene 2024, Cem\n(<c@x>)\nescribió:\n> cita", 4, 0),
            ("Mine.\n\nOp 1 jan. 2024 schreef Cem <c@x>:\n> citaat", 2, 0),
            ("Mine.\n\nIl giorno 1 gen 2024 Cem ha scritto:\n> detto", 2, 0),
            ("Mine.\n\nSent from my iPhone", 0, 1),
            ("Mine.\nVon meinem iPhone gesendet\n\n> quoted", 1, 1),
            ("Mine.\n\nEnvoyé de mon iPhone\n", 0, 1),
            (
                "Mine.\n\nGet Outlook for iOS<https://aka.ms/x>\n________________________________\nFrom: Dia\nSent: Monday\n\nHers",
                5,
                1,
            ),
        ] {
            let (text, taken) = taken_from(mail);
            assert_eq!((text.as_str(), taken.quoted, taken.signatures), ("Mine.", quoted, signatures), "{mail}");
        }
        for own in [
            "From: the first day it was so.\n\nThat is all.",
            "Sent from my heart",
            "Am I the one who wrote this:\nyes",
            "I take it\nfrom my iPhone\nto you",
        ] {
            assert_eq!(taken_from(own), (own.to_owned(), Taken::default()));
        }
    }

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
