//! Moments as people say them, the exact one when hovered over.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::{Markup, html};

use crate::i18n::{Lang, format};

/// What it takes to show a moment: the reader's language, the firm's zone, and the present.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    pub(crate) lang: Lang,
    pub(crate) zone: TimeZone,
    pub(crate) now: Timestamp,
}

impl Clock {
    /// `wczoraj`, `3 tyg. temu`: for columns.
    pub(crate) fn relative(&self, at: Timestamp) -> Markup {
        self.time_element(at, &format::relative(self.lang, at, self.now, &self.zone))
    }

    /// The same in little room, for columns of long lists.
    pub(crate) fn relative_cell(&self, at: Timestamp) -> Markup {
        let words = format::relative(self.lang, at, self.now, &self.zone);
        html! { span title=(format::date_time(self.lang, at, &self.zone)) { (words) } }
    }

    /// `wczoraj, 15:22`, `21.11.2026, 11:05`: for histories.
    pub(crate) fn recent(&self, at: Timestamp) -> Markup {
        self.time_element(at, &format::recent(self.lang, at, self.now, &self.zone))
    }

    /// `21.11.2026`: for facts.
    pub(crate) fn day(&self, at: Timestamp) -> Markup {
        self.time_element(at, &format::day_of(self.lang, at, &self.zone))
    }

    /// The firm's day.
    pub(crate) fn today(&self) -> Date {
        self.now.to_zoned_datetime(self.zone.clone()).date()
    }

    fn time_element(&self, at: Timestamp, shown: &str) -> Markup {
        html! { time datetime=(at) title=(format::date_time(self.lang, at, &self.zone)) { (shown) } }
    }
}
