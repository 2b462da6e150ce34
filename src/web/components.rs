//! Building blocks of pages: plain view models in, markup out. No store, no HTTP; texts come from the locale files.
//!
//! A handler fills a view model and calls the function named after the thing it shows. A partial update answers with the
//! same fragment alone. Styles stand in `assets/app.css`, behaviour in `assets/app.js`; every form works without script.
//!
//! - forms: [`form`], [`field`], [`button`], [`conflict`]
//! - lists and cards: [`list`], [`filters`], [`pager`], [`card`], [`facts`], [`timeline`], [`chip`], [`empty`]
//! - around them: [`navigation`], [`menu`], [`banner`], [`toast`], [`confirm`], [`secret`], [`passkey`],
//!   [`icon`]
//! - whole pages: [`sign_in`], [`problem`], [`role`]

pub(crate) mod banner;
pub(crate) mod button;
pub(crate) mod card;
pub(crate) mod chip;
pub(crate) mod confirm;
pub(crate) mod conflict;
pub(crate) mod empty;
pub(crate) mod facts;
pub(crate) mod field;
pub(crate) mod filters;
pub(crate) mod form;
pub(crate) mod icon;
pub(crate) mod list;
pub(crate) mod menu;
pub(crate) mod moment;
pub(crate) mod navigation;
pub(crate) mod pager;
pub(crate) mod passkey;
pub(crate) mod problem;
pub(crate) mod role;
pub(crate) mod secret;
pub(crate) mod sign_in;
pub(crate) mod timeline;
pub(crate) mod toast;
