//! A browser without a window, spoken to in the DevTools protocol (https://chromedevtools.github.io/devtools-protocol/).

use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, ErrorKind};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tungstenite::{Error, Message, WebSocket};

/// How long a test waits for something before it says that it never came.
const PATIENCE: Duration = Duration::from_secs(60);

/// A browser with one page.
pub struct Chrome {
    process: Child,
    socket: WebSocket<TcpStream>,
    profile: PathBuf,
    session: Option<String>,
    sent: u64,
    events: VecDeque<Value>,
}

impl Chrome {
    /// Starts one with a window of that size; none where there is no browser, and then that has been said.
    pub fn start(width: u32, height: u32) -> Option<Chrome> {
        let Some(program) = ["chromium", "chromium-browser", "google-chrome"].into_iter().find(|p| known(p)) else {
            eprintln!("SKIPPED: no chromium is installed, so the page was shown to no browser");
            return None;
        };
        let profile = super::folder("profile");
        let mut process = Command::new(program)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"])
            .args(["--disable-dev-shm-usage", "--no-first-run", "--remote-debugging-port=0"])
            .arg(format!("--user-data-dir={}", profile.display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a browser that is installed starts");
        let told = process.stderr.take().expect("the stream was asked for");
        let mut lines = BufReader::new(told).lines();
        let mut found =
            || lines.by_ref().map_while(Result::ok).find_map(|l| Some(l.split_once("ws://")?.1.trim().to_string()));
        let Some(address) = found() else {
            let _ = process.kill();
            panic!("the browser says where it listens");
        };
        // What it says later nobody reads, but it must be able to say it.
        std::thread::spawn(move || lines.for_each(drop));
        let host = address.split('/').next().unwrap_or_default();
        let stream = TcpStream::connect(host).expect("the browser listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout that is not zero");
        let (socket, _) = tungstenite::client(format!("ws://{address}"), stream).expect("the browser speaks WebSocket");
        let mut chrome = Chrome { process, socket, profile, session: None, sent: 0, events: VecDeque::new() };
        let target = chrome.call("Target.createTarget", json!({ "url": "about:blank" }));
        let attached = chrome.call("Target.attachToTarget", json!({ "targetId": target["targetId"], "flatten": true }));
        chrome.session = attached["sessionId"].as_str().map(str::to_string);
        for domain in ["Page", "Log", "Runtime", "Network"] {
            chrome.call(&format!("{domain}.enable"), json!({}));
        }
        chrome.resize(width, height);
        Some(chrome)
    }

    /// Another window.
    pub fn resize(&mut self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500 });
        self.call("Emulation.setDeviceMetricsOverride", size);
    }

    /// Light or dark.
    pub fn scheme(&mut self, scheme: &str) {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.call("Emulation.setEmulatedMedia", features);
    }

    /// One request of the protocol, and its answer.
    pub fn call(&mut self, method: &str, params: Value) -> Value {
        self.sent += 1;
        let id = self.sent;
        let mut request = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = &self.session {
            request["sessionId"] = session.as_str().into();
        }
        self.socket.send(Message::text(request.to_string())).expect("the browser takes a request");
        let since = Instant::now();
        loop {
            assert!(since.elapsed() < PATIENCE, "the browser answers {method}");
            let text = match self.socket.read() {
                Ok(Message::Text(text)) => text,
                Ok(_) => continue,
                // A machine that was halted meanwhile ends the wait early; the answer still comes.
                Err(Error::Io(error)) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => panic!("the browser answers {method}: {error}"),
            };
            let told: Value = serde_json::from_str(&text).expect("the browser answers in JSON");
            if told["id"] == id {
                assert!(told.get("error").is_none(), "{method}: {}", told["error"]);
                return told["result"].clone();
            }
            self.events.push_back(told);
        }
    }

    /// Opens a file, at a place in it, and waits until its script is done.
    pub fn open(&mut self, file: &Path, hash: &str) {
        self.call("Page.navigate", json!({ "url": "about:blank" }));
        self.call("Page.navigate", json!({ "url": format!("file://{}{hash}", file.display()) }));
        self.wait("document.documentElement?.dataset.ready === 'true'");
    }

    /// What an expression is worth in the page.
    pub fn eval(&mut self, expression: &str) -> Value {
        let asked = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let told = self.call("Runtime.evaluate", asked);
        assert!(told.get("exceptionDetails").is_none(), "{expression}: {}", told["exceptionDetails"]);
        told["result"]["value"].clone()
    }

    /// The same as a text.
    pub fn text(&mut self, expression: &str) -> String {
        self.eval(expression).as_str().map(str::to_string).unwrap_or_default()
    }

    /// Waits until an expression is true.
    pub fn wait(&mut self, expression: &str) {
        let since = Instant::now();
        while self.eval(expression) != json!(true) {
            let trouble = self.text("(document.getElementById('trouble') || {}).textContent || ''");
            assert!(since.elapsed() < PATIENCE, "never true: {expression} {trouble} {:?}", self.trouble());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Presses a key.
    pub fn press(&mut self, key: &str, code: u32) {
        for kind in ["rawKeyDown", "keyUp"] {
            let event = json!({ "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code });
            self.call("Input.dispatchKeyEvent", event);
        }
    }

    /// Everything that the page has done wrong: errors, warnings, and requests for anything but itself.
    pub fn trouble(&mut self) -> Vec<String> {
        self.eval("new Promise((done) => setTimeout(done, 50))");
        let wrong = |event: &Value| {
            let params = &event["params"];
            match event["method"].as_str()? {
                "Runtime.exceptionThrown" | "Log.entryAdded" => Some(params.to_string()),
                "Runtime.consoleAPICalled" if params["type"] == "error" => Some(params.to_string()),
                "Network.requestWillBeSent" => {
                    let url = params["request"]["url"].as_str()?;
                    let own = ["file://", "data:", "about:", "blob:null", "blob:file:"]
                        .iter()
                        .any(|start| url.starts_with(start));
                    (!own || url.starts_with("file://") && !url.contains(".html") && !url.contains("/data/"))
                        .then(|| format!("requested {url}"))
                }
                _ => None,
            }
        };
        self.events.drain(..).filter_map(|event| wrong(&event)).collect()
    }
}

impl Drop for Chrome {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

/// True for a program that can be started.
pub fn known(program: &str) -> bool {
    let mut asked = Command::new(program);
    asked.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    asked.status().is_ok_and(|status| status.success())
}
