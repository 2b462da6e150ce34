//! When things happened in the demo firm, and how its clients changed.

use jiff::Timestamp;
use jiff::civil::Date;

use super::dice::Dice;
use super::numbers::mobile;
use super::words::Words;
use super::{ACCOUNTING, DemoChange, DemoClient, DemoEdit, MANAGER, OWNER, SALES_1, SALES_2};

/// Days the history goes back.
const DAYS: i64 = 730;
const DAY_SECONDS: i64 = 86_400;
/// The working day in UTC: from seven or eight to four or five in Warsaw.
const OPENS: u32 = 6 * 3600;
const CLOSES: u32 = 15 * 3600;

/// The two years up to the end of yesterday.
#[derive(Debug, Clone, Copy)]
pub(super) struct Calendar {
    /// Days since 1970-01-01.
    first_day: i64,
}

impl Calendar {
    pub(super) fn until(today: Date) -> Self {
        let epoch = jiff::civil::date(1970, 1, 1);
        let today = epoch.duration_until(today).as_hours() / 24;
        Self {
            first_day: (today - DAYS).max(0),
        }
    }

    /// The midnight (UTC) before the day of the first record, which may move back over a weekend.
    pub(super) fn start(self) -> Timestamp {
        timestamp((self.first_day - 3) * DAY_SECONDS)
    }

    /// Seconds since 1970 of a working moment; the records come evenly spread, `index` of `count`.
    pub(super) fn created(self, index: usize, count: usize, dice: &mut Dice) -> i64 {
        let day = self.first_day + (index as i64 * DAYS) / count.max(1) as i64;
        working_moment(day, dice)
    }

    /// A working moment between then and the last day.
    fn later(self, since: i64, dice: &mut Dice) -> i64 {
        let day = since / DAY_SECONDS;
        let left = (self.first_day + DAYS - 1 - day).max(0);
        working_moment(day + i64::from(dice.below(left as u32 + 1)), dice)
    }
}

fn working_moment(day: i64, dice: &mut Dice) -> i64 {
    // 1970-01-01 was a Thursday.
    let back = match (day + 4) % 7 {
        0 => 2,
        6 => 1,
        _ => 0,
    };
    (day - back).max(0) * DAY_SECONDS + i64::from(dice.between(OPENS, CLOSES))
}

/// The moment as a timestamp.
pub(super) fn timestamp(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or_default()
}

/// What happened to a client after it was entered.
pub(super) fn edits(
    client: &DemoClient,
    calendar: Calendar,
    words: &Words,
    dice: &mut Dice,
) -> Vec<DemoEdit> {
    let created = client.created_at.as_second();
    let count = dice.weighted(&[(20, 0), (25, 1), (22, 2), (15, 3), (10, 4), (6, 5), (2, 7)]);
    let mut moments: Vec<i64> = (0..count)
        .map(|_| calendar.later(created, dice))
        .filter(|at| *at > created)
        .collect();
    moments.sort_unstable();
    moments.dedup();
    let mut state = Changing {
        status: client.status,
        notes: client.notes.clone(),
        tags: client.tags.clone(),
        owner: client.owner,
        has_finance: client.kind_is_company,
        credit_limit: client.credit_limit_minor,
        payment_days: client.payment_days,
    };
    moments
        .into_iter()
        .filter_map(|at| {
            state.next(words, dice).map(|(by, what)| DemoEdit {
                at: timestamp(at),
                by,
                what,
            })
        })
        .collect()
}

/// The part of a client that the next change depends on.
struct Changing {
    status: &'static str,
    notes: String,
    tags: Vec<String>,
    owner: Option<usize>,
    has_finance: bool,
    credit_limit: Option<i64>,
    payment_days: Option<i64>,
}

impl Changing {
    fn next(&mut self, words: &Words, dice: &mut Dice) -> Option<(usize, DemoChange)> {
        let by = self.author(dice);
        let change = match dice.below(100) {
            0..30 => {
                self.status = match self.status {
                    "lead" => dice.weighted(&[(85, "active"), (15, "former")]),
                    "active" => dice.weighted(&[(35, "former"), (65, "")]),
                    _ => "active",
                };
                if self.status.is_empty() {
                    self.status = "active";
                    return Some((by, self.noted(words, dice)));
                }
                DemoChange::Status(self.status)
            }
            30..62 => self.noted(words, dice),
            62..72 => DemoChange::PhoneAdded(mobile(dice)),
            72..86 => {
                let tag = dice.pick(&words.tags);
                if self.tags.iter().any(|known| known == tag) {
                    return Some((by, self.noted(words, dice)));
                }
                self.tags.push(tag.to_owned());
                DemoChange::TagAdded(tag)
            }
            86..91 => {
                let owner = dice.pick(&[SALES_1, SALES_2, MANAGER]);
                if self.owner == Some(owner) {
                    return None;
                }
                self.owner = Some(owner);
                return Some((MANAGER, DemoChange::Owner(owner)));
            }
            _ if !self.has_finance => self.noted(words, dice),
            91..96 => {
                let limit = credit_limit(dice);
                let before = self.credit_limit.replace(limit);
                return (before != Some(limit))
                    .then_some((ACCOUNTING, DemoChange::CreditLimit(limit)));
            }
            _ => {
                let days = payment_days(dice);
                let before = self.payment_days.replace(days);
                return (before != Some(days))
                    .then_some((ACCOUNTING, DemoChange::PaymentDays(days)));
            }
        };
        Some((by, change))
    }

    /// Mostly the client's owner; now and then those who see all.
    fn author(&self, dice: &mut Dice) -> usize {
        match self.owner {
            Some(owner) if dice.chance(80) => owner,
            _ => dice.pick(&[OWNER, MANAGER, MANAGER]),
        }
    }

    fn noted(&mut self, words: &Words, dice: &mut Dice) -> DemoChange {
        if !self.notes.is_empty() {
            self.notes.push('\n');
        }
        self.notes.push_str(&words.sentence(&words.updates, dice));
        DemoChange::Notes(self.notes.clone())
    }
}

/// In minor units.
pub(super) fn credit_limit(dice: &mut Dice) -> i64 {
    i64::from(dice.pick(&[
        2_000, 5_000, 5_000, 10_000, 10_000, 15_000, 20_000, 30_000, 50_000, 100_000,
    ])) * 100
}

pub(super) fn payment_days(dice: &mut Dice) -> i64 {
    dice.pick(&[7, 14, 14, 14, 21, 30, 30, 45, 60])
}
