//! One browser with one window, and a person's hands and eyes on it.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value as Json, json};

use super::site::Site;
use crate::browser_without_script::PASSWORD;

/// How long a person would wait before they call it broken; long, since the machine may be busy.
const PATIENCE: Duration = Duration::from_mins(1);

const CHROMIUM: &str = "/usr/bin/chromium";
const CHROMEDRIVER: &str = "/usr/bin/chromedriver";

/// Why nothing is skipped where something is missing: a test that did not run says nothing.
const SET_UP: &str = "is missing: run tests/run, which installs what the browser's tests need";

pub(super) const DESKTOP: (u32, u32) = (1440, 900);
pub(super) const PHONE: (u32, u32) = (390, 844);

pub(super) struct Window {
    client: Client,
    base: String,
    /// Address of this session at the driver.
    session: String,
    axe: String,
    _driver: Driver,
    _profile: tempfile::TempDir,
}

struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        // It has ended already where the browser crashed.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // Ends the browser, which would outlive its driver.
        let ending = ureq::delete(&self.session).config();
        let _ = ending.timeout_global(Some(PATIENCE)).build().call();
    }
}

impl Window {
    /// A browser whose person reads English.
    pub(super) async fn open(site: &Site) -> Self {
        Self::open_with(site, "en", true).await
    }

    pub(super) async fn open_with(site: &Site, language: &str, script: bool) -> Self {
        for needed in [CHROMIUM, CHROMEDRIVER] {
            assert!(Path::new(needed).exists(), "{needed} {SET_UP}");
        }
        let axe = std::env::var("KARTOTEKA_AXE")
            .unwrap_or_else(|_| panic!("KARTOTEKA_AXE, the path of axe.min.js, {SET_UP}"));
        let axe = std::fs::read_to_string(&axe).unwrap_or_else(|_| panic!("{axe} {SET_UP}"));
        let (driver, address) = start_driver();
        let profile = tempfile::tempdir().unwrap();
        let capabilities = capabilities(profile.path(), language, script);
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities.as_object().unwrap().clone())
            .connect(&address)
            .await
            .expect("a browser starts");
        let id = client.session_id().await.unwrap().expect("a session");
        let window = Self {
            client,
            base: format!("http://{}", site.address()),
            session: format!("{address}/session/{id}"),
            axe,
            _driver: driver,
            _profile: profile,
        };
        window.resize(DESKTOP);
        window
    }

    /// Asks the driver for what the protocol itself does not offer.
    fn ask(&self, command: &str, body: &Json) -> Json {
        let url = format!("{}/{command}", self.session);
        let mut answer = ureq::post(&url)
            .send_json(body)
            .expect("the driver answers");
        let answer: Json = answer.body_mut().read_json().unwrap();
        answer["value"].clone()
    }

    /// A device that keeps passkeys, and whose person always presses its button.
    pub(super) fn add_authenticator(&self) {
        let device = json!({"protocol": "ctap2", "transport": "internal", "hasResidentKey": true,
            "hasUserVerification": true, "isUserVerified": true, "isUserConsenting": true});
        self.ask("webauthn/authenticator", &device);
    }

    /// By the name of this machine from now on, as passkeys need it.
    pub(super) fn by_name(&mut self) {
        self.base = self.base.replace("127.0.0.1", "localhost");
    }

    fn devtools(&self, command: &str, parameters: Json) {
        self.ask(
            "goog/cdp/execute",
            &json!({"cmd": command, "params": parameters}),
        );
    }

    pub(super) fn resize(&self, (width, height): (u32, u32)) {
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", size);
    }

    pub(super) fn prefer(&self, scheme: &str) {
        let feature = json!({"name": "prefers-color-scheme", "value": scheme});
        self.devtools("Emulation.setEmulatedMedia", json!({"features": [feature]}));
    }

    // ---- Going places

    pub(super) async fn go(&self, path: &str) {
        self.client
            .goto(&format!("{}{path}", self.base))
            .await
            .unwrap();
    }

    pub(super) async fn back(&self) {
        self.client.back().await.unwrap();
    }

    /// The address bar, without the server.
    pub(super) async fn place(&self) -> String {
        let url = self.client.current_url().await.unwrap();
        url.as_str()
            .strip_prefix(&self.base)
            .unwrap_or_default()
            .to_owned()
    }

    /// Waits until the address begins like this; `/` is the dashboard alone, since every address begins so.
    pub(super) async fn arrives_at(&self, path: &str) {
        let script = "return arguments[0] === '/' ? location.pathname === '/'
            : (location.pathname + location.search).startsWith(arguments[0])";
        self.until_with(&format!("the address {path}"), script, vec![json!(path)])
            .await;
    }

    /// Signs in by the form.
    pub(super) async fn sign_in(&self, email: &str) {
        self.go("/login").await;
        self.fill("[name=email]", email).await;
        self.fill("[name=password]", PASSWORD).await;
        self.click("main button[type=submit]").await;
        self.until("the dashboard", "return location.pathname === '/'")
            .await;
    }

    // ---- Hands

    async fn find(&self, selector: &str) -> Element {
        let wait = self
            .client
            .wait()
            .at_most(PATIENCE)
            .every(Duration::from_millis(30));
        match wait.for_element(Locator::Css(selector)).await {
            Ok(element) => element,
            Err(error) => panic!("no {selector} on {}: {error}", self.place().await),
        }
    }

    pub(super) async fn click(&self, selector: &str) {
        let started = Instant::now();
        // What is just being replaced, or is covered by what is just closing, is clicked again, as a person would.
        loop {
            match self.find(selector).await.click().await {
                Ok(()) => return,
                Err(error) => assert!(
                    started.elapsed() < PATIENCE,
                    "cannot click {selector}: {error}"
                ),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Types into an emptied field.
    pub(super) async fn fill(&self, selector: &str, text: &str) {
        let field = self.find(selector).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Types into a field after what stands there.
    pub(super) async fn type_into(&self, selector: &str, text: &str) {
        self.find(selector).await.send_keys(text).await.unwrap();
    }

    pub(super) async fn choose(&self, selector: &str, value: &str) {
        self.find(selector)
            .await
            .select_by_value(value)
            .await
            .unwrap();
    }

    /// Presses a key wherever the focus is.
    pub(super) async fn press(&self, key: char) {
        let keys = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: key })
            .then(KeyAction::Up { value: key });
        self.client.perform_actions(keys).await.unwrap();
    }

    // ---- Eyes

    pub(super) async fn run(&self, script: &str, arguments: Vec<Json>) -> Json {
        match self.client.execute(script, arguments).await {
            Ok(value) => value,
            Err(error) => panic!("{script}: {error}"),
        }
    }

    /// The answer of a script that calls its first argument with it.
    pub(super) async fn run_later(&self, script: &str) -> Json {
        self.client.execute_async(script, Vec::new()).await.unwrap()
    }

    /// Waits until a script says true.
    pub(super) async fn until(&self, what: &str, script: &str) {
        self.until_with(what, script, Vec::new()).await;
    }

    async fn until_with(&self, what: &str, script: &str, arguments: Vec<Json>) {
        let started = Instant::now();
        loop {
            // A page that is just being left has no answer.
            let answer = self.client.execute(script, arguments.clone()).await;
            if matches!(answer, Ok(Json::Bool(true))) {
                return;
            }
            if started.elapsed() > PATIENCE {
                let shown = self.text("body").await;
                panic!(
                    "waited for {what}, at {}, which shows:\n{shown}",
                    self.place().await
                );
            }
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    /// The words a person reads there.
    pub(super) async fn text(&self, selector: &str) -> String {
        self.find(selector).await.text().await.unwrap()
    }

    /// Waits until these words stand there.
    pub(super) async fn reads(&self, selector: &str, words: &str) {
        let script = "return [...document.querySelectorAll(arguments[0])].some(one => one.innerText.includes(arguments[1]))";
        let what = format!("“{words}” in {selector}");
        self.until_with(&what, script, vec![json!(selector), json!(words)])
            .await;
    }

    pub(super) async fn value(&self, selector: &str) -> String {
        self.find(selector)
            .await
            .prop("value")
            .await
            .unwrap()
            .unwrap_or_default()
    }

    /// How many of these a person sees.
    pub(super) async fn count(&self, selector: &str) -> u64 {
        let script = "return [...document.querySelectorAll(arguments[0])].filter(one => one.checkVisibility()).length";
        self.run(script, vec![json!(selector)])
            .await
            .as_u64()
            .unwrap()
    }

    /// Waits until a person sees it.
    pub(super) async fn sees(&self, selector: &str) {
        let script = "return [...document.querySelectorAll(arguments[0])].some(one => one.checkVisibility())";
        self.until_with(
            &format!("{selector} to show"),
            script,
            vec![json!(selector)],
        )
        .await;
    }

    pub(super) async fn focused(&self, selector: &str) {
        let script = "return document.activeElement.matches(arguments[0])";
        self.until_with(
            &format!("the focus on {selector}"),
            script,
            vec![json!(selector)],
        )
        .await;
    }

    /// What stands between this page and people who see, hear or move otherwise: axe-core's findings, one a line.
    pub(super) async fn barriers(&self) -> Vec<String> {
        self.run(&format!("{}\n;window.axe = axe;", self.axe), Vec::new())
            .await;
        let script = "const done = arguments[0];
            axe.run().then(found => done(found.violations.flatMap(rule => rule.nodes.map(node =>
                `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary}`))), fault => done([`${fault}`]));";
        let found = self.client.execute_async(script, Vec::new()).await.unwrap();
        let found = found.as_array().cloned().unwrap_or_default();
        found
            .iter()
            .map(|line| line.as_str().unwrap_or_default().to_owned())
            .collect()
    }

    pub(super) async fn has_no_barrier(&self) {
        let barriers = self.barriers().await;
        assert!(
            barriers.is_empty(),
            "on {}: {}",
            self.place().await,
            barriers.join("\n")
        );
    }

    /// What the browser wrote to its console since it was last asked: errors, warnings, breaches of the policy.
    pub(super) fn complaints(&self) -> Vec<String> {
        let entries = self.ask("se/log", &json!({"type": "browser"}));
        let entries = entries.as_array().cloned().unwrap_or_default();
        let grave = entries
            .iter()
            .filter(|entry| matches!(entry["level"].as_str(), Some("SEVERE" | "WARNING")));
        grave
            .map(|entry| entry["message"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    pub(super) async fn photograph(&self, name: &str) {
        if let Ok(folder) = std::env::var("KARTOTEKA_PICTURES") {
            let picture = self.client.screenshot().await.unwrap();
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(Path::new(&folder).join(format!("{name}.png")), picture).unwrap();
        }
    }
}

fn capabilities(profile: &Path, language: &str, script: bool) -> Json {
    let mut preferences = json!({"intl.accept_languages": language});
    if !script {
        preferences["profile.managed_default_content_settings.javascript"] = json!(2);
    }
    let profile = format!("--user-data-dir={}", profile.display());
    json!({
        "goog:loggingPrefs": {"browser": "ALL"},
        "goog:chromeOptions": {
            "binary": CHROMIUM,
            "prefs": preferences,
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage",
                "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                profile,
            ],
        },
    })
}

/// Starts a driver of its own on a free port; another process may take the port first, then it is tried again.
fn start_driver() -> (Driver, String) {
    for _ in 0..5 {
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let child = Command::new(CHROMEDRIVER)
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|_| panic!("{CHROMEDRIVER} {SET_UP}"));
        let mut driver = Driver(child);
        let address = format!("http://127.0.0.1:{port}");
        let started = Instant::now();
        while started.elapsed() < PATIENCE && driver.0.try_wait().unwrap().is_none() {
            if ureq::get(format!("{address}/status")).call().is_ok() {
                return (driver, address);
            }
            std::thread::sleep(Duration::from_millis(30));
        }
    }
    panic!("{CHROMEDRIVER} does not start");
}
