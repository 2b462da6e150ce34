//! What people see and do, in a real browser: headless Chromium driven through `chromedriver`.
//!
//! `tests/run` installs both, and axe-core, which looks for barriers; without them these tests fail. With
//! `KARTOTEKA_PICTURES=FOLDER` the pages are photographed into that folder.

mod every_page;
mod list;
mod office_manager;
mod passkey;
mod record;
mod role;
mod safe_firm;
mod sign_in;
mod site;
mod window;
mod without_script;
