//! Decisions of reviewers in a browser: taken in the page, handed out as a file, added to the study, seen in the next page, and
//! stale when the reason is another. And what a page does where the browser keeps nothing, or where the texts are hostile.

use super::chrome::Chrome;
use super::{folder, report, study};
use hence::cli::{Terminal, run};
use serde_json::{Value, json};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const RULES: &str = "study \"A library\"\n\ninput message from \"messages.csv\"\n  id = \"id\"\n  text = \"text\"\n\n\
    kind wish\n\nwish silence \"Silence\"\n\ncode quiet \"Quiet\"\n  matches \"quiet*\"\n\ncode loud \"Loud\"\n  matches \"loud\"\n\n\
    theme calm \"Calm\"\n  means \"They ask for calm.\"\n  when quiet and not loud\n\nmap calm -> silence\n  because \"Calm is asked for.\"\n";
const MESSAGES: &str = "id,text\nm1,\"A quiet room, please.\"\nm2,\"A quiet corner.\"\nd1,Rooms are loud.\n";

/// What a command prints; it must go well.
pub fn hence(words: &[&str], study: &Path) -> String {
    let args = std::iter::once("hence").chain(words.iter().copied()).map(OsString::from);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = run(args.chain([study.as_os_str().to_owned()]), &mut out, &mut err, Terminal::default());
    assert_eq!(code, 0, "{words:?}: {}", String::from_utf8_lossy(&err));
    String::from_utf8_lossy(&out).into_owned()
}

/// The file of decisions that a page hands out into a folder.
pub fn handed_out(downloads: &Path) -> PathBuf {
    let since = Instant::now();
    loop {
        let found = std::fs::read_dir(downloads).expect("it is there").flatten().map(|entry| entry.path());
        match found.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "jsonl")) {
            Some(file) => return file,
            None => std::thread::sleep(Duration::from_millis(20)),
        }
        assert!(since.elapsed() < Duration::from_secs(60), "a file is handed out");
    }
}

/// Fills in the form in an element and sends it off.
pub fn decide(chrome: &mut Chrome, place: &str, verdict: &str, reason: &str, by: &str) {
    chrome.eval(&format!("{place}.querySelector('details.review').open = true"));
    chrome.wait(&format!("{place}.querySelector('form.decide') !== null"));
    chrome.eval(&format!(
        "(() => {{ const form = {place}.querySelector('form.decide');
           form.querySelector('input[value={verdict}]').checked = true;
           form.querySelector('textarea').value = {};
           form.querySelector('input[autocomplete=name]').value = {};
           form.querySelector('button').click(); }})()",
        json!(reason),
        json!(by)
    ));
}

const CARD: &str = "document.querySelector('#theme\\\\.calm .card')";
const LEFT: &str = "document.getElementById('hand-count').textContent";

#[test]
fn a_decision_goes_out_as_a_file_and_comes_back_with_the_next_page() {
    let Some(mut chrome) = Chrome::start(1280, 900) else { return };
    let study = study(RULES, MESSAGES);
    let page = report(&study);
    let downloads = folder("downloads");
    chrome.call("Page.setDownloadBehavior", json!({ "behavior": "allow", "downloadPath": downloads }));
    chrome.open(&page, "#theme.calm");
    chrome.wait(&format!("{CARD} !== null"));
    assert_eq!(chrome.eval("document.getElementById('hand').hidden"), json!(true));
    // What is missing is said, and nothing is kept.
    decide(&mut chrome, CARD, "disputed", " ", "");
    chrome.wait(&format!("{CARD}.querySelector('.told').textContent === 'Not kept yet: say why, say who you are.'"));
    assert_eq!(chrome.eval("document.activeElement.tagName"), json!("TEXTAREA"));
    decide(&mut chrome, CARD, "disputed", "He says “quiet”,\nand means the light.", "Ann");
    chrome.wait(&format!("{LEFT} === '1 decision is not handed out yet.'"));
    let decided = format!("{CARD}.querySelector('.decided').textContent");
    let told = chrome.text(&decided);
    assert!(told.starts_with("disputed Ann, ") && told.ends_with("(yours, not handed out yet)"), "{told}");
    // What a map infers can be decided on too, and another window sees what was decided.
    decide(&mut chrome, "document.querySelector('.targets li')", "accepted", "So it is.", "Ann");
    chrome.wait(&format!("{LEFT} === '2 decisions are not handed out yet.'"));
    chrome.open(&page, "#why:code.loud:d1");
    chrome.wait(&format!("{LEFT} === '2 decisions are not handed out yet.'"));
    decide(
        &mut chrome,
        "document.querySelector('#reader details[data-why=\"code.loud\"]')",
        "discuss",
        "A joke?",
        "Ann",
    );
    chrome.wait(&format!("{LEFT} === '3 decisions are not handed out yet.'"));
    // One is taken back, the others are handed out.
    chrome.open(&page, "#reviews");
    chrome.eval("document.querySelector('#mine button[aria-label*=\"d1\"]').click()");
    chrome.wait(&format!("{LEFT} === '2 decisions are not handed out yet.'"));
    chrome.eval("document.getElementById('hand-out').click()");
    chrome.wait("document.getElementById('hand').hidden");
    let file = handed_out(&downloads);
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    assert!(name.starts_with("decisions-ann-2"), "{name}");
    // A page that is opened again says that they were handed out, and the file says what was decided, and on what.
    chrome.open(&page, "#reviews");
    assert!(chrome.text("document.getElementById('mine').textContent").contains("(handed out)"));
    let lines = std::fs::read_to_string(&file).expect("it was handed out");
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!((&lines[0]["conclusion"], &lines[0]["decision"]), (&json!("theme(m1, calm)"), &json!("disputed")));
    assert_eq!(lines[1]["conclusion"], json!("stimulates(calm, wish.silence)"));
    for (line, asked) in [(0, "theme(m1, calm)"), (1, "stimulates(calm, wish.silence)")] {
        let told = hence(&["why", asked, "--format", "json"], &study);
        let told = serde_json::Deserializer::from_str(&told).into_iter::<Value>().next().expect("an answer");
        let why = told.expect("it is JSON");
        assert_eq!(lines[line]["proof"], why["explanations"][0]["steps"][0]["id"], "the reason that was seen: {why}");
    }
    // Added, and added again.
    let path = file.display().to_string();
    let told = hence(&["review", "add", &path], &study);
    assert!(told.contains("2 decisions have been added"), "{told}");
    let told = hence(&["review", "add", &path], &study);
    assert!(told.contains("0 decisions have been added") && told.contains("2 were there already"), "{told}");
    // The next page shows them at the conclusion, and no longer as the reader's own.
    let next = report(&study);
    chrome.open(&next, "#theme.calm");
    chrome.wait(&format!("{CARD} !== null"));
    let told = chrome.text(&decided);
    assert!(told.starts_with("disputed Ann, ") && told.ends_with("and means the light."), "{told}");
    assert_eq!(chrome.text("document.getElementById('mine').textContent"), "");
    let table = chrome.text("document.querySelector('#reviews table').textContent");
    assert!(
        table.contains("m1: Calm") && table.contains("Calm leads to Silence") && !table.contains("stale"),
        "{table}"
    );
    // Another rule gives the same conclusion for another reason.
    std::fs::write(study.join("study.hence"), RULES.replace("when quiet and not loud", "when quiet"))
        .expect("it can be written");
    let last = report(&study);
    chrome.open(&last, "#theme.calm");
    chrome.wait(&format!("{CARD} !== null"));
    let told = chrome.text(&decided);
    assert!(told.contains("stale: still holds, for another reason"), "{told}");
    chrome.eval("document.querySelector('#reviews table a').click()");
    chrome.wait("document.getElementById('reader').open");
    assert!(
        chrome.text("document.getElementById('reader').textContent").contains("stale: still holds, for another reason")
    );
    std::fs::write(study.join("study.hence"), RULES.replace("when quiet and", "when loud and"))
        .expect("it can be written");
    let gone = std::fs::read_to_string(report(&study)).expect("it was written");
    assert!(gone.contains("stale: no longer holds"));
    assert_eq!(chrome.trouble(), [""; 0]);
}

#[test]
fn a_near_miss_is_disputed_in_the_page_and_shows_the_decision_in_the_next() {
    let Some(mut chrome) = Chrome::start(1280, 900) else { return };
    let study = study(&RULES.replace("and not loud", "and loud"), &format!("{MESSAGES}m4,\"Quiet, and loud.\"\n"));
    let page = report(&study);
    let downloads = folder("downloads");
    chrome.call("Page.setDownloadBehavior", json!({ "behavior": "allow", "downloadPath": downloads }));
    chrome.open(&page, "#theme.calm");
    let near = "[...document.querySelectorAll('#theme\\\\.calm .near')].find((n) => n.textContent.includes('d1'))";
    chrome.eval("document.querySelector('#theme\\\\.calm details.against').open = true");
    chrome.wait(&format!("{near}.querySelector('.decided') !== null"));
    decide(&mut chrome, near, "disputed", "This should be in.", "Eva");
    chrome.wait(&format!("{LEFT} === '1 decision is not handed out yet.'"));
    let told = chrome.text(&format!("{near}.querySelector('form.decide').textContent"));
    assert!(told.contains("You decide on its being left out") && !told.contains("whole reason"), "{told}");
    chrome.eval("document.getElementById('hand-out').click()");
    chrome.wait("document.getElementById('hand').hidden");
    let file = handed_out(&downloads).display().to_string();
    let told = hence(&["review", "add", &file], &study);
    assert!(told.contains("theme(d1, calm), which does not hold: disputed, Eva"), "{told}");
    assert!(hence(&["review", "list", "--stale"], &study).contains("No decision is stale."));
    chrome.open(&report(&study), "#theme.calm");
    chrome.wait(&format!("{near}.querySelector('.decided li') !== null"));
    let told = chrome.text(&format!("{near}.querySelector('.decided').textContent"));
    assert!(told.starts_with("disputed Eva, ") && told.ends_with("This should be in."), "{told}");
    let table = chrome.text("document.querySelector('#reviews table').textContent");
    assert!(table.contains("d1 does not belong to the theme") && !table.contains("stale"), "{table}");
    assert_eq!(chrome.trouble(), [""; 0]);
}

#[test]
fn where_the_browser_keeps_nothing_the_page_says_so_and_works() {
    let Some(mut chrome) = Chrome::start(1280, 900) else { return };
    let page = report(&study(RULES, MESSAGES));
    let denied =
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })";
    chrome.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": denied }));
    chrome.open(&page, "#theme.calm");
    chrome.wait(&format!("{CARD} !== null"));
    decide(&mut chrome, CARD, "accepted", "Yes.", "Eva");
    chrome.wait(&format!("{LEFT}.includes('This browser keeps nothing for this page')"));
    assert!(chrome.text(&format!("{CARD}.querySelector('.decided').textContent")).contains("Eva"));
    assert_eq!(chrome.trouble(), [""; 0]);
}

#[test]
fn what_reviewers_write_stays_text() {
    let Some(mut chrome) = Chrome::start(1280, 900) else { return };
    let evil = "</script><img src=x onerror=hit()> {{7*7}} ${hit()} \u{202e}txet";
    let study = study(RULES, MESSAGES);
    let line = |conclusion: &str| {
        json!({ "version": 1, "conclusion": conclusion, "decision": "disputed", "reason": evil, "by": evil,
                "at": "2026-03-01T12:00:00Z", "proof": "<b onclick=hit()>" })
    };
    let all = ["theme(m1, calm)", "stimulates(calm, wish.silence)", "theme(m9, calm)", "<img src=x onerror=hit()>"];
    let text: String = all.iter().map(|conclusion| format!("{}\n", line(conclusion))).collect();
    std::fs::write(study.join("reviews.jsonl"), text).expect("it can be written");
    let page = report(&study);
    assert_eq!(std::fs::read_to_string(&page).expect("it was written").matches("</script").count(), 2);
    chrome.call(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({ "source": "window.hits = 0; window.hit = () => { window.hits += 1; };
                           if (location.protocol === 'file:') localStorage.setItem('hence reviewer', '<img src=x onerror=hit()>');" }),
    );
    chrome.open(&page, "#theme.calm");
    chrome.wait(&format!("{CARD} !== null"));
    decide(&mut chrome, CARD, "discuss", &format!("{evil} \u{d7ff}"), evil);
    chrome.wait(&format!("{LEFT} === '1 decision is not handed out yet.'"));
    // Half a sign cannot be written to a file.
    chrome.eval(&format!("{CARD}.querySelector('textarea').value = 'half \\ud83d'; 0"));
    chrome.eval(&format!("{CARD}.querySelector('input[value=accepted]').checked = true"));
    chrome.eval(&format!("{CARD}.querySelector('form.decide button').click()"));
    chrome.wait(&format!("{CARD}.querySelector('.decided').textContent.includes('half \u{fffd}')"));
    chrome.eval("document.querySelectorAll('details').forEach((d) => { d.open = true; })");
    chrome.eval("new Promise((done) => setTimeout(done, 150))");
    let made = chrome.eval("document.querySelectorAll('img, i, [onclick], [onerror], [onload]').length");
    assert_eq!((made, chrome.eval("window.hits")), (json!(0), json!(0)));
    assert!(chrome.text("document.querySelector('#reviews table').textContent").contains("onerror=hit()"));
    assert_eq!(chrome.trouble(), [""; 0]);
}

const PEOPLE: &str = "study \"Voices\"\n\ninput message from \"messages.csv\"\n  id = \"id\"\n  author = \"author\"\n  text = \"text\"\n\n\
    code quiet \"Quiet\"\n  matches \"quiet*\"\n\ncode loud \"Loud\"\n  matches \"loud\"\n\n\
    kind voice \"Voices\" of author\n\nvoice hushed \"Asks for silence\"\n\
    rule voice(A, hushed) if message(id: M, author: A) and code(M, quiet)\n\n\
    relation agree(one: author, other: author)\n  reads \"{one} agrees with {other}\"\n\
    rule agree(A, B) if message(id: M, author: A) and message(id: N, author: B) and code(M, quiet) and code(N, quiet) and A != B\n";
const VOICES: &str =
    "id,author,text\nm1,Ann,A quiet room.\nm2,\"O'Neil: B\",\"Quiet, please.\"\nm3,Tom,It is loud.\nm4,Tom,Nothing.\n";

#[test]
fn conclusions_on_authors_and_further_ones_are_explained_decided_on_and_read_back() {
    let Some(mut chrome) = Chrome::start(1280, 900) else { return };
    let study = study(PEOPLE, VOICES);
    let page = report(&study);
    let downloads = folder("downloads");
    chrome.call("Page.setDownloadBehavior", json!({ "behavior": "allow", "downloadPath": downloads }));
    chrome.open(&page, "#voice.hushed");
    chrome.wait("document.querySelectorAll('.subject').length === 2");
    let neil = "[...document.querySelectorAll('.subject')].find((s) => s.textContent.includes('Neil'))";
    chrome.eval(&format!("{neil}.querySelector('details.why').open = true"));
    chrome.wait(&format!("{neil}.querySelector('.proof mark') !== null"));
    assert!(chrome.text(&format!("{neil}.textContent")).contains("This is a whole proof"));
    decide(&mut chrome, neil, "disputed", "He asks for manners.", "Eva");
    chrome.wait(&format!("{LEFT} === '1 decision is not handed out yet.'"));
    let row = "document.querySelector('#relation\\\\.agree .rows li')";
    assert!(chrome.text(&format!("{row}.textContent")).contains("Ann agrees with O'Neil: B"));
    decide(&mut chrome, row, "discuss", "Do they know?", "Eva");
    chrome.wait(&format!("{LEFT} === '2 decisions are not handed out yet.'"));
    // What was decided leads back to where it stands, in the address too.
    let linked = chrome.text("document.querySelectorAll('#mine a')[1].hash");
    chrome.eval("document.getElementById('hand-out').click()");
    chrome.wait("document.getElementById('hand').hidden");
    let file = handed_out(&downloads);
    let told = hence(&["review", "add", &file.display().to_string()], &study);
    assert!(told.contains("2 decisions have been added"), "{told}");
    let next = report(&study);
    let text = std::fs::read_to_string(&next).expect("it was written");
    assert!(!text.contains("stale: still holds"), "both stand as they were decided");
    chrome.open(&next, &linked);
    chrome.wait(&format!("document.activeElement.closest('li') === {row}"));
    let told = chrome.text(&format!("{row}.querySelector('.decided').textContent"));
    assert!(told.starts_with("to discuss Eva, ") && told.ends_with("Do they know?"), "{told}");
    chrome
        .eval("[...document.querySelectorAll('#reviews table a')].find((a) => a.textContent.includes('Neil')).click()");
    chrome.wait("document.activeElement.closest('.subject') !== null");
    let told = chrome.text("document.activeElement.closest('.subject').querySelector('.decided').textContent");
    assert!(told.starts_with("disputed Eva, ") && told.ends_with("He asks for manners."), "{told}");
    assert_eq!(chrome.trouble(), [""; 0]);
}

#[test]
fn messages_are_narrowed_to_what_was_decided_of_them() {
    let Some(mut chrome) = Chrome::start(1280, 900) else { return };
    let study = study(RULES, MESSAGES);
    let line = |conclusion: &str, decision: &str, proof: &str| {
        let decision = json!({ "version": 1, "conclusion": conclusion, "decision": decision, "reason": "So.", "by": "Ann",
                               "at": "2026-03-01T12:00:00Z", "proof": proof });
        format!("{decision}\n")
    };
    let old = "0".repeat(32);
    let text = line("theme(m1, calm)", "accepted", &old) + &line("code(m1, quiet)", "disputed", &old);
    std::fs::write(study.join("reviews.jsonl"), text).expect("it can be written");
    chrome.open(&report(&study), "#messages?decision=accepted");
    let found = "document.getElementById('found').textContent";
    chrome.wait(&format!("{found} === '1 message of 3'"));
    assert!(
        chrome.text("document.querySelector('#results .on').textContent").contains("Calmaccepted Ann, 2026-03-01: So.")
    );
    let set = |name: &str, value: &str| {
        format!(
            "(() => {{ const f = document.getElementById('search').elements['{name}']; f.value = '{value}'; \
             f.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()"
        )
    };
    // Of a theme, only decisions on that theme count.
    chrome.eval(&set("decision", "disputed"));
    chrome.wait(&format!("{found} === '1 message of 3'"));
    chrome.eval(&set("theme", "theme.calm"));
    chrome.wait(&format!("{found} === '0 messages of 3'"));
    chrome.eval(&set("decision", "stale"));
    chrome.wait(&format!("{found} === '1 message of 3'"));
    chrome.eval(&set("decision", "-"));
    chrome.wait(&format!("{found} === '1 message of 3' && location.hash.includes('decision=-')"));
    assert_eq!(chrome.text("document.querySelector('#results .card a').textContent"), "m2");
    chrome.eval(&set("theme", ""));
    chrome.wait(&format!("{found} === '2 messages of 3'"));
    // What is decided in the page counts at once.
    chrome.wait(&format!("{CARD} !== null"));
    chrome.eval(&set("decision", "discuss"));
    chrome.wait(&format!("{found} === '0 messages of 3'"));
    decide(&mut chrome, CARD, "discuss", "Hm.", "Eva");
    chrome.wait(&format!("{found} === '1 message of 3'"));
    assert_eq!(chrome.trouble(), [""; 0]);
}
