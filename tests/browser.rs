//! The page of a study in a real browser: from a theme to a quotation to its proof to the work it cites, search, addresses
//! of messages and proofs, hostile texts, print, and what axe (https://github.com/dequelabs/axe-core) has to say.
//!
//! Where there is no chromium, or no axe-core and no npm to fetch it, the tests say so and pass.

#[path = "browser/chrome.rs"]
mod chrome;
#[path = "browser/decisions.rs"]
mod decisions;
#[path = "browser/round.rs"]
mod round;

use chrome::{Chrome, known};
use hence::cli::{Terminal, run};
use serde_json::{Value, json};
use std::ffi::OsString;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A folder of this test's own, empty.
fn folder(name: &str) -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser").join(format!("{name}-{number}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

/// The page of a study.
fn report(study: &Path) -> PathBuf {
    let file = folder("page").join("report.html");
    let words = ["hence", "report", "-o"].map(OsString::from).into_iter();
    let words = words.chain([file.clone().into_os_string(), study.as_os_str().to_owned()]);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = run(words, &mut out, &mut err, Terminal::default());
    assert_eq!(code, 0, "{}", String::from_utf8_lossy(&err));
    file
}

/// The page of the worked example.
fn example() -> &'static Path {
    static PAGE: OnceLock<PathBuf> = OnceLock::new();
    PAGE.get_or_init(|| report(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/creative_digital")))
}

/// A study of one file with its messages.
fn study(rules: &str, messages: &str) -> PathBuf {
    let folder = folder("study");
    std::fs::write(folder.join("study.hence"), rules).expect("the study can be written");
    std::fs::write(folder.join("messages.csv"), messages).expect("the messages can be written");
    folder
}

#[test]
fn a_reader_goes_from_a_theme_to_a_quotation_to_its_proof_to_the_work_it_cites() {
    let Some(mut chrome) = Chrome::start(1280, 900) else { return };
    chrome.open(example(), "");
    chrome.eval("document.querySelector('#findings a[href=\"#theme.collaborative_workspaces\"]').click()");
    let card = "document.querySelector('#theme\\\\.collaborative_workspaces .card')";
    chrome.wait(&format!("{card} !== null"));
    chrome.wait("document.activeElement.closest('article').id === 'theme.collaborative_workspaces'");
    assert!(chrome.eval(&format!("{card}.querySelectorAll('mark').length")).as_u64() > Some(0));
    let why = format!("{card}.querySelector('details.why')");
    assert_eq!(chrome.eval(&format!("{why}.querySelector('.proof') === null")), json!(true), "nothing is drawn before");
    chrome.eval(&format!("{why}.querySelector('summary').click()"));
    chrome.wait(&format!("{why}.querySelector('.proof mark') !== null"));
    let proof = chrome.text(&format!("{why}.textContent"));
    for part in ["belongs to the theme \"Collaborative workspaces\"", "codebook.hence:", "This is a whole proof"] {
        assert!(proof.contains(part), "{part} in {proof}");
    }
    let other = format!("{card}.querySelector('details.else')");
    chrome.eval(&format!("{other}.querySelector('summary').click()"));
    chrome.wait(&format!("{other}.textContent.includes('It belongs to no other theme.')"));
    chrome.eval(&format!("{why}.querySelector('a[href=\"#source.martins2017\"]').click()"));
    chrome.wait(
        "document.activeElement.closest('li') && document.activeElement.closest('li').id === 'source.martins2017'",
    );
    let work = chrome.text("document.getElementById('source.martins2017').textContent");
    assert!(work.contains("Martins") && work.contains("Collaborative workspaces"), "{work}");
    assert_eq!(chrome.trouble(), [""; 0]);
}

#[test]
fn an_address_leads_to_a_message_a_proof_a_rule_and_a_search() {
    let Some(mut chrome) = Chrome::start(1280, 900) else { return };
    chrome.open(example(), "#m15");
    chrome.wait("document.getElementById('reader').open");
    assert_eq!(chrome.text("document.getElementById('reader-title').textContent"), "m15");
    assert!(chrome.text("document.getElementById('reader').textContent").contains("Collaborative workspaces"));
    chrome.press("Escape", 27);
    chrome.wait("!document.getElementById('reader').open && location.hash === ''");
    chrome.open(example(), "#why:capacity.absorptive:m15");
    chrome.wait("document.querySelector('#reader details[data-why=\"capacity.absorptive\"]').open");
    chrome.wait("document.querySelector('#reader details[open] .proof') !== null");
    assert!(chrome.text("document.querySelector('#reader details[open]').textContent").contains("study.hence:"));
    chrome.open(example(), "#theme.collaborative_workspaces.when.2");
    chrome.wait("document.getElementById('theme.collaborative_workspaces.when.2').closest('details').open");
    chrome.open(example(), "#messages?q=warehouse");
    chrome.wait("document.getElementById('q').value === 'warehouse'");
    let found = chrome.text("document.getElementById('found').textContent");
    assert!(found.ends_with(" of 131"), "{found}");
    assert_eq!(chrome.trouble(), [""; 0]);
}

#[test]
fn messages_are_searched_and_narrowed() {
    let Some(mut chrome) = Chrome::start(1280, 900) else { return };
    chrome.open(example(), "");
    let set = |name: &str, value: &str| {
        format!(
            "(() => {{ const f = document.getElementById('search').elements['{name}']; f.value = '{value}'; \
             f.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()"
        )
    };
    let found = "document.getElementById('found').textContent";
    assert_eq!(chrome.text(found), "131 messages");
    chrome.eval(&set("theme", "theme.pathways_to_internationalisation"));
    chrome.wait(&format!("{found} === '11 messages of 131'"));
    chrome.eval(&set("theme", "-"));
    chrome.eval(&set("code", "-"));
    chrome.wait(&format!("{found} === '35 messages of 131'"));
    chrome.eval(&set("author", "karen"));
    chrome.wait(&format!("!{found}.startsWith('35 ')"));
    chrome.eval("document.querySelector('#search button[type=reset]').click()");
    chrome.wait(&format!("{found} === '131 messages'"));
    chrome.eval(&set("from", "2014-01-01"));
    chrome.wait(&format!("{found} !== '131 messages'"));
    chrome.eval(&set("from", ""));
    chrome.eval(&set("q", "space"));
    chrome.wait("document.querySelectorAll('#results mark.hit').length > 0 && location.hash === '#messages?q=space'");
    chrome.eval(&set("q", ""));
    chrome.wait("document.querySelector('#results .pager button:last-child') !== null");
    let first = chrome.text("document.querySelector('#results .card a').textContent");
    chrome.eval("document.querySelector('#results .pager button:last-child').click()");
    chrome.wait(&format!("document.querySelector('#results .card a').textContent !== '{first}'"));
    assert_eq!(chrome.trouble(), [""; 0]);
}

#[test]
fn a_folder_holds_the_page_and_its_data_beside_it() {
    let Some(mut chrome) = Chrome::start(1280, 900) else { return };
    let target = folder("in-a-folder");
    let words = ["hence", "report", "--folder"].map(OsString::from).into_iter();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/creative_digital");
    let words = words.chain([target.clone().into_os_string(), example.into_os_string()]);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    assert_eq!(run(words, &mut out, &mut err, Terminal::default()), 0, "{}", String::from_utf8_lossy(&err));
    let page = target.join("index.html");
    chrome.open(&page, "#why:theme.collaborative_workspaces:m15");
    chrome.wait("document.querySelector('#reader details[open] .proof mark') !== null");
    assert_eq!(chrome.trouble(), [""; 0]);
    // A file that is missing is told.
    let part = std::fs::read_dir(target.join("data")).expect("it is there").flatten().next().expect("a part").path();
    std::fs::remove_file(part).expect("it can be taken away");
    chrome.call("Page.navigate", json!({ "url": "about:blank" }));
    chrome.call("Page.navigate", json!({ "url": format!("file://{}", page.display()) }));
    chrome.wait("(document.getElementById('trouble') || {}).hidden === false");
    let told = chrome.text("document.getElementById('trouble').textContent");
    assert!(told.contains("data/") && told.contains("belong together"), "{told}");
}

#[test]
fn what_people_wrote_stays_text() {
    let Some(mut chrome) = Chrome::start(1280, 900) else { return };
    let rules = "study \"</title><script>hit()</script>\"\n  by \"<b>A</b>\"\n\n\
        input message from \"messages.csv\"\n  id = \"id\"\n  thread = \"thread\"\n  author = \"author\"\n  text = \"text\"\n\n\
        source bad \"<i>Nobody</i> 1999. </script>\"\n  url \"javascript:hit()\"\n\n\
        code odd \"</script><img src=x onerror=hit()>\"\n  means \"<script>hit()</script>\" cites bad\n  memo \"<svg onload=hit()>\"\n  matches \"alert\"\n\n\
        theme t \"{{7*7}}\"\n  when odd\n";
    let messages = "id,thread,author,text\n\
        m1,t1,Ann,\"alert <script>hit()</script>\"\n\
        m2,t1,<img src=x onerror=hit()>,\"alert </script><script>hit()</script> <!-- & ]]>\"\n\
        \"<b onclick=hit()>\",t1,javascript:hit(),\"alert \u{202e}txet\u{202c} \u{1f600} alert\"\n\
        constructor,t1,__proto__,\"alert ${hit()} `hit()`\"\n\
        themes,t2,Ann,\"alert 'hit()' \\u003cscript\\u003e\"\n";
    let page = report(&study(rules, messages));
    let text = std::fs::read_to_string(&page).expect("it was written");
    assert_eq!(text.matches("</script").count(), 2, "one for the data, one for the script");
    chrome.call(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({ "source": "window.hits = 0; window.hit = () => { window.hits += 1; };" }),
    );
    for hash in [
        "",
        "#m1",
        "#m2",
        "#message:themes",
        "#message:%3Cb%20onclick%3Dhit()%3E",
        "#constructor",
        "#why:code.odd:m2",
        "#<img>",
        "#%E0%A4%A",
    ] {
        chrome.open(&page, hash);
        chrome.eval("document.querySelectorAll('details').forEach((d) => { d.open = true; })");
        chrome.eval("document.querySelectorAll('[data-concept], [data-list]').forEach((e) => e.scrollIntoView())");
        chrome.eval("new Promise((done) => setTimeout(done, 150))");
        assert_eq!(chrome.eval("window.hits"), json!(0), "{hash}");
        let made = chrome.eval("document.querySelectorAll('img, i, main b:not(pre b), [onclick], [onerror], [onload], a[href^=\"javascript:\"]').length");
        assert_eq!(made, json!(0), "{hash}");
    }
    chrome.open(&page, "#message:%3Cb%20onclick%3Dhit()%3E");
    chrome.wait("document.getElementById('reader').open");
    assert_eq!(chrome.text("document.getElementById('reader-title').textContent"), "<b onclick=hit()>");
    // A passage after a sign that takes two halves stands where the message has it.
    assert_eq!(
        chrome.eval("[...document.querySelectorAll('#reader .full mark')].map((m) => m.textContent)"),
        json!(["alert", "alert"])
    );
    assert!(chrome.text("document.querySelector('h1').textContent").contains("<script>hit()</script>"));
    assert_eq!(chrome.trouble(), [""; 0]);
}

#[test]
fn a_page_of_a_hundred_thousand_messages_opens_and_stays_small() {
    let Some(mut chrome) = Chrome::start(1280, 900) else { return };
    let rules = "input message from \"messages.csv\"\n  id = \"id\"\n  thread = \"thread\"\n  author = \"author\"\n  text = \"text\"\n\n\
        code shared \"Shared\"\n  matches \"share*\" or \"common\"\n\ncode play \"Play\"\n  matches \"play*\"\n\n\
        theme both \"Both\"\n  means \"Sharing and playing.\"\n  when shared and play\n";
    let mut messages = String::from("id,thread,author,text\n");
    for n in 0..100_000 {
        let words = ["we share a room", "we play", "nothing to see here", "a common place to play in"][n % 4];
        let _ =
            writeln!(messages, "m{n},t{},a{},\"{words}, said number {n} in the long run of things\"", n / 20, n % 997);
    }
    let page = report(&study(rules, &messages));
    let size = std::fs::metadata(&page).expect("it was written").len();
    assert!(size < 20_000_000, "{size}");
    chrome.open(&page, "");
    assert_eq!(chrome.text("document.getElementById('found').textContent"), "100,000 messages");
    let elements = chrome.eval("document.querySelectorAll('*').length").as_u64().unwrap_or_default();
    assert!(elements < 5000, "{elements} elements");
    chrome.eval("location.hash = 'm99999'");
    chrome.wait(
        "document.getElementById('reader').open && document.getElementById('reader-title').textContent === 'm99999'",
    );
    let short = chrome.text("(() => { const d = document.querySelector('#reader details[data-why=\"theme.both\"]'); d.open = true; return ''; })()");
    assert_eq!(short, "");
    chrome.wait("document.querySelector('#reader details[open]').textContent.includes('This is not the whole proof')");
    let told = chrome.text("document.querySelector('#reader details[open]').textContent");
    assert!(told.contains("shared and play") && told.contains("hence why 'theme(m99999, both)'"), "{told}");
    chrome.open(&page, "#messages?q=number+77777");
    chrome.wait("document.getElementById('found').textContent === '1 message of 100,000'");
    assert_eq!(chrome.trouble(), [""; 0]);
}

#[test]
fn it_prints_with_everything_unfolded_and_fits_a_telephone() {
    let Some(mut chrome) = Chrome::start(390, 844) else { return };
    chrome.open(example(), "");
    assert_eq!(chrome.eval("document.documentElement.scrollWidth <= window.innerWidth"), json!(true));
    chrome.open(example(), "#m15");
    assert_eq!(chrome.eval("document.querySelector('.reader').scrollWidth <= window.innerWidth"), json!(true));
    chrome.open(example(), "");
    chrome.eval("dispatchEvent(new Event('beforeprint'))");
    chrome.wait("[...document.querySelectorAll('details.rules')].every((d) => d.open)");
    assert!(chrome.eval("document.querySelectorAll('#themes .card').length").as_u64() >= Some(20));
    assert!(chrome.eval("document.querySelectorAll('.appendix .card').length").as_u64() == Some(131));
    assert_eq!(
        chrome.eval(
            "[...document.querySelectorAll('#themes .soft')].some((e) => e.textContent.includes('more message'))"
        ),
        json!(false)
    );
    chrome.eval("dispatchEvent(new Event('afterprint'))");
    chrome.wait("[...document.querySelectorAll('details.rules')].every((d) => !d.open)");
    let printed = chrome.call("Page.printToPDF", json!({ "printBackground": true }));
    assert!(printed["data"].as_str().is_some_and(|data| data.len() > 50_000));
    assert_eq!(chrome.trouble(), [""; 0]);
}

/// The script of axe-core: where `HENCE_AXE` says, or fetched into the target folder.
fn axe() -> Option<String> {
    if let Some(path) = std::env::var_os("HENCE_AXE") {
        return std::fs::read_to_string(path).ok();
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("axe");
    let script = folder.join("node_modules/axe-core/axe.min.js");
    if !script.exists() && known("npm") {
        let mut npm = Command::new("npm");
        npm.args(["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"]).arg(&folder);
        let _ = npm.arg("axe-core@4").status();
    }
    let text = std::fs::read_to_string(script).ok();
    if text.is_none() {
        eprintln!("SKIPPED: axe-core is not there and cannot be fetched, so nobody looked at accessibility");
    }
    text
}

/// Fails where axe finds anything serious in what a browser shows.
fn judged(chrome: &mut Chrome, axe: &str, what: &str) {
    chrome.eval(&format!("{axe}; 0"));
    let found = chrome.eval(
        "axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })\
         .then((r) => r.violations.map((v) => [v.impact, v.id, v.help, v.nodes.length, v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200) + ' ' + n.failureSummary.slice(0, 300))]))",
    );
    let all = found.as_array().cloned().unwrap_or_default();
    let serious = |v: &&Value| v[0] == "serious" || v[0] == "critical";
    for mild in all.iter().filter(|v| !serious(v)) {
        eprintln!("axe, {what}: {mild}");
    }
    let serious: Vec<&Value> = all.iter().filter(serious).collect();
    assert!(serious.is_empty(), "{what}: {serious:#?}");
}

#[test]
fn axe_finds_nothing_serious() {
    let Some(axe) = axe() else { return };
    let Some(mut chrome) = Chrome::start(1280, 900) else { return };
    // With a decision that is not handed out, so that all there is stands in the page.
    chrome.open(example(), "");
    decisions::decide(&mut chrome, "document.querySelector('.targets li')", "accepted", "So it is.", "Ann");
    for (width, scheme, hash) in
        [(1280, "light", ""), (1280, "dark", ""), (390, "light", ""), (1280, "light", "#m15"), (390, "dark", "#m15")]
    {
        chrome.resize(width, 900);
        chrome.scheme(scheme);
        chrome.open(example(), hash);
        chrome
            .eval("document.querySelectorAll('main details:not(.why):not(.else)').forEach((d) => { d.open = true; })");
        chrome.eval("document.querySelectorAll('#reader details').forEach((d) => { d.open = true; })");
        chrome.eval("new Promise((done) => setTimeout(done, 200))");
        judged(&mut chrome, &axe, &format!("{width} {scheme} {hash}"));
    }
}

#[test]
fn axe_finds_nothing_serious_in_a_codebook() {
    let Some(axe) = axe() else { return };
    let Some(mut chrome) = Chrome::start(1280, 900) else { return };
    let file = folder("codebook").join("codebook.html");
    let study = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/creative_digital");
    let words = ["hence", "codebook", "-o"].map(OsString::from).into_iter();
    let words = words.chain([file.clone().into_os_string(), study.into_os_string()]);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    assert_eq!(run(words, &mut out, &mut err, Terminal::default()), 0, "{}", String::from_utf8_lossy(&err));
    for (width, scheme) in [(1280, "light"), (1280, "dark"), (390, "light")] {
        chrome.resize(width, 900);
        chrome.scheme(scheme);
        chrome.call("Page.navigate", json!({ "url": format!("file://{}", file.display()) }));
        chrome.wait("document.readyState === 'complete' && document.querySelector('section.entry') !== null");
        judged(&mut chrome, &axe, &format!("the codebook, {width} {scheme}"));
    }
    assert_eq!(chrome.trouble(), [""; 0]);
}

#[test]
fn axe_finds_nothing_serious_in_an_audit_trail() {
    let Some(axe) = axe() else { return };
    let Some(mut chrome) = Chrome::start(1280, 900) else { return };
    let target = folder("audit").join("trail");
    let study = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/two_coders");
    let words = ["hence", "audit", "-o"].map(OsString::from).into_iter();
    let words = words.chain([target.clone().into_os_string(), study.into_os_string()]);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    assert_eq!(run(words, &mut out, &mut err, Terminal::default()), 0, "{}", String::from_utf8_lossy(&err));
    for (width, scheme) in [(1280, "light"), (1280, "dark"), (390, "light")] {
        chrome.resize(width, 900);
        chrome.scheme(scheme);
        chrome.call("Page.navigate", json!({ "url": format!("file://{}", target.join("index.html").display()) }));
        chrome.wait("document.readyState === 'complete' && document.querySelector('main h2') !== null");
        assert_eq!(chrome.eval("document.documentElement.scrollWidth <= window.innerWidth"), json!(true), "{width}");
        judged(&mut chrome, &axe, &format!("the audit trail, {width} {scheme}"));
    }
    // Every file that the page leads to is there.
    let links = chrome.eval("[...document.querySelectorAll('a')].map((a) => a.getAttribute('href'))");
    for link in links.as_array().expect("a list").iter().filter_map(Value::as_str).filter(|link| !link.starts_with('#'))
    {
        assert!(link.starts_with("https://doi.org/") || target.join(link).exists(), "{link}");
    }
    assert_eq!(chrome.trouble(), [""; 0]);
}
