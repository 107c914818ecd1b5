//! One reviewer's round through the worked example, in one go: from the findings to a theme, a quotation, its proof and the
//! work it cites; then a decision, which is handed out as a file, added to the study, read back in the next page, and stale
//! when the rule is another.

use super::chrome::Chrome;
use super::decisions::{decide, handed_out, hence};
use super::{folder, report};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The worked example in a folder of its own.
fn copied() -> PathBuf {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/creative_digital");
    let to = folder("round");
    for entry in std::fs::read_dir(from).expect("the example is there").flatten() {
        if entry.path().is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).expect("it can be copied");
        }
    }
    to
}

const THEME: &str = "document.querySelector('#theme\\\\.collaborative_workspaces')";
const CARD: &str = "document.querySelector('#theme\\\\.collaborative_workspaces .card')";

#[test]
fn a_reviewer_follows_a_theme_to_its_source_and_decides_and_the_decision_comes_back_and_grows_stale() {
    let Some(mut chrome) = Chrome::start(1280, 900) else { return };
    let study = copied();
    let page = report(&study);
    let downloads = folder("downloads");
    chrome.call("Page.setDownloadBehavior", json!({ "behavior": "allow", "downloadPath": downloads }));
    // The theme, from the findings.
    chrome.open(&page, "");
    chrome.eval("document.querySelector('#findings a[href=\"#theme.collaborative_workspaces\"]').click()");
    chrome.wait(&format!("document.activeElement.closest('article') === {THEME} && {CARD} !== null"));
    // A quotation of it.
    let quoted = chrome.text(&format!("{CARD}.querySelector('mark').textContent"));
    let message = chrome.text(&format!("{CARD}.querySelector('a[href^=\"#\"]').textContent"));
    assert!(!quoted.is_empty() && message.starts_with('m'), "{message}: {quoted}");
    // Its proof, which rests on words of that message.
    let why = format!("{CARD}.querySelector('details.why')");
    chrome.eval(&format!("{why}.querySelector('summary').click()"));
    chrome.wait(&format!("{why}.querySelector('.proof mark') !== null"));
    let proof = chrome.text(&format!("{why}.textContent"));
    assert!(proof.contains("belongs to the theme \"Collaborative workspaces\""), "{proof}");
    assert!(proof.contains("codebook.hence:") && proof.contains("This is a whole proof"), "{proof}");
    // The work that is cited there, and back to the quotation.
    chrome.eval(&format!("{why}.querySelector('a[href=\"#source.martins2017\"]').click()"));
    chrome.wait("document.activeElement.closest('li')?.id === 'source.martins2017'");
    let work = chrome.text("document.activeElement.closest('li').textContent");
    assert!(work.contains("Martins") && work.contains("2017"), "{work}");
    chrome.eval("history.back()");
    chrome.wait("location.hash === '#theme.collaborative_workspaces'");
    // A decision on what was followed.
    decide(&mut chrome, CARD, "disputed", "The words are there, the wish is not.", "Rita");
    chrome.wait("document.getElementById('hand-count').textContent === '1 decision is not handed out yet.'");
    chrome.eval("document.getElementById('hand-out').click()");
    chrome.wait("document.getElementById('hand').hidden");
    let file = handed_out(&downloads);
    let line = std::fs::read_to_string(&file).expect("it was handed out");
    let line: Value = serde_json::from_str(line.trim_end()).expect("one decision");
    assert_eq!(line["conclusion"], json!(format!("theme({message}, collaborative_workspaces)")));
    let told = hence(&["review", "add", &file.display().to_string()], &study);
    assert!(told.contains("1 decision has been added"), "{told}");
    // The next page has it where the conclusion stands, in the list of decisions and in the search.
    let decided = format!("{CARD}.querySelector('.decided').textContent");
    let next = report(&study);
    chrome.open(&next, "#theme.collaborative_workspaces");
    chrome.wait(&format!("{CARD} !== null"));
    let told = chrome.text(&decided);
    assert!(told.starts_with("disputed Rita, ") && told.ends_with("the wish is not."), "{told}");
    let table = chrome.text("document.querySelector('#reviews table').textContent");
    assert!(table.contains("Rita") && !table.contains("stale"), "{table}");
    chrome.open(&next, "#messages?decision=disputed");
    chrome.wait("document.getElementById('found').textContent === '1 message of 131'");
    assert_eq!(chrome.text("document.querySelector('#results .card a').textContent"), message);
    // Another rule: the theme holds there all the same, for another reason.
    let codebook = std::fs::read_to_string(study.join("codebook.hence")).expect("it is there");
    let at = codebook.find("theme collaborative_workspaces").expect("the theme");
    let changed = codebook[at..].replacen("  unless said_with_irony\n", "", 1);
    std::fs::write(study.join("codebook.hence"), codebook[..at].to_string() + &changed).expect("it can be written");
    let last = report(&study);
    chrome.open(&last, "#theme.collaborative_workspaces");
    chrome.wait(&format!("{CARD} !== null"));
    let told = chrome.text(&decided);
    assert!(told.starts_with("disputed Rita, ") && told.contains("stale: still holds, for another reason"), "{told}");
    chrome.open(&last, "#messages?decision=stale");
    chrome.wait("document.getElementById('found').textContent === '1 message of 131'");
    assert_eq!(chrome.trouble(), [""; 0]);
}
