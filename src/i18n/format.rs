//! Dates, times, numbers and money as people of a language write them.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use super::{Lang, text, text_with};

/// Joins groups of digits, and a number with its unit, without letting the line break between them.
const NO_BREAK_SPACE: char = '\u{a0}';

/// `24.11.2026`; in English `24 Nov 2026`, which cannot be misread.
pub fn date(lang: Lang, date: Date) -> String {
    match lang {
        Lang::Pl => format!("{}.{:02}.{}", date.day(), date.month(), date.year()),
        Lang::En => {
            let month = ENGLISH_MONTHS[usize::from(date.month().unsigned_abs()) - 1];
            format!("{} {month} {}", date.day(), date.year())
        }
    }
}

const ENGLISH_MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// The day a moment falls on in a time zone.
pub fn day_of(lang: Lang, at: Timestamp, zone: &TimeZone) -> String {
    date(lang, at.to_zoned_datetime(zone.clone()).date())
}

/// `24.11.2026, 9:12`.
pub fn date_time(lang: Lang, at: Timestamp, zone: &TimeZone) -> String {
    let local = at.to_zoned_datetime(zone.clone());
    format!("{}, {}", date(lang, local.date()), time(local.time()))
}

/// `9:12`.
pub fn time(time: Time) -> String {
    format!("{}:{:02}", time.hour(), time.minute())
}

/// How long ago, or how far ahead, as said aloud: `dziś, 9:12`, `wczoraj`, `3 tyg. temu`, `za 2 dni`. Days are counted by
/// the calendar of the zone, not in spans of 24 hours.
pub fn relative(lang: Lang, at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (then, today) = (
        at.to_zoned_datetime(zone.clone()),
        now.to_zoned_datetime(zone.clone()).date(),
    );
    let days = days_between(then.date(), today);
    let key = match days {
        0 => return text_with(lang, "time-today-at", &[("time", time(then.time()).into())]),
        1 => return text(lang, "time-yesterday"),
        -1 => return text(lang, "time-tomorrow"),
        _ if days > 0 => "ago",
        _ => "ahead",
    };
    let days = days.abs();
    let counted = |unit: &str, count: i64| {
        text_with(
            lang,
            &format!("time-{unit}-{key}"),
            &[("count", count.into())],
        )
    };
    match days {
        ..7 => counted("days", days),
        7..14 => text(lang, &format!("time-week-{key}")),
        14..30 => counted("weeks", days / 7),
        30..60 => text(lang, &format!("time-month-{key}")),
        180..210 => text(lang, &format!("time-half-year-{key}")),
        60..365 => counted("months", days / 30),
        365..730 => text(lang, &format!("time-year-{key}")),
        _ => counted("years", days / 365),
    }
}

/// A moment with its hour, for histories: `dziś, 8:40`, `wczoraj, 15:22`, `21.11.2026, 11:05`.
pub fn recent(lang: Lang, at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (then, today) = (
        at.to_zoned_datetime(zone.clone()),
        now.to_zoned_datetime(zone.clone()).date(),
    );
    let hour = time(then.time());
    match days_between(then.date(), today) {
        0 => text_with(lang, "time-today-at", &[("time", hour.into())]),
        1 => text_with(lang, "time-yesterday-at", &[("time", hour.into())]),
        -1 => text_with(lang, "time-tomorrow-at", &[("time", hour.into())]),
        _ => date_time(lang, at, zone),
    }
}

fn days_between(earlier: Date, later: Date) -> i64 {
    let span = later - earlier;
    i64::from(span.get_days())
}

/// `4 218` (`4,218` in English).
pub fn integer(lang: Lang, number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}", grouped(lang, number.unsigned_abs()))
}

/// An amount in minor units of a currency: `1 234,50 zł`, `PLN 1,234.50`.
pub fn money(lang: Lang, minor: i64, currency: &str) -> String {
    let number = amount(lang, minor, currency);
    match lang {
        Lang::Pl => {
            let unit = match currency {
                "PLN" => "zł",
                "EUR" => "€",
                other => other,
            };
            format!("{number}{NO_BREAK_SPACE}{unit}")
        }
        Lang::En => format!("{currency}{NO_BREAK_SPACE}{number}"),
    }
}

/// An amount without its currency, for a column whose head names it: `1 234,50`.
pub fn amount(lang: Lang, minor: i64, currency: &str) -> String {
    let digits = minor_digits(currency);
    let scale = 10_u64.pow(digits);
    let (whole, rest) = (minor.unsigned_abs() / scale, minor.unsigned_abs() % scale);
    let sign = if minor < 0 { "-" } else { "" };
    let whole = grouped(lang, whole);
    if digits == 0 {
        return format!("{sign}{whole}");
    }
    let mark = match lang {
        Lang::Pl => ',',
        Lang::En => '.',
    };
    format!("{sign}{whole}{mark}{rest:0width$}", width = digits as usize)
}

/// Digits after the decimal mark (ISO 4217).
fn minor_digits(currency: &str) -> u32 {
    match currency {
        "JPY" | "KRW" | "VND" | "CLP" | "ISK" | "UGX" | "XAF" | "XOF" | "XPF" | "PYG" | "RWF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// `412 MB`, in steps of 1000, with one decimal below ten.
pub fn file_size(lang: Lang, bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let (mut tenths, mut unit) = (bytes.saturating_mul(10), 0);
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1000;
        unit += 1;
    }
    let mark = match lang {
        Lang::Pl => ',',
        Lang::En => '.',
    };
    let number = if unit > 0 && tenths < 100 && tenths % 10 != 0 {
        format!("{}{mark}{}", tenths / 10, tenths % 10)
    } else {
        grouped(lang, tenths / 10)
    };
    format!("{number}{NO_BREAK_SPACE}{}", UNITS[unit])
}

fn grouped(lang: Lang, number: u64) -> String {
    let separator = match lang {
        Lang::Pl => NO_BREAK_SPACE,
        Lang::En => ',',
    };
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3 * separator.len_utf8());
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warsaw() -> TimeZone {
        TimeZone::get("Europe/Warsaw").unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn numbers_and_money() {
        assert_eq!(integer(Lang::Pl, 4218), "4\u{a0}218");
        assert_eq!(integer(Lang::En, -1_234_567), "-1,234,567");
        assert_eq!(integer(Lang::Pl, 999), "999");
        assert_eq!(money(Lang::Pl, 123_450, "PLN"), "1\u{a0}234,50\u{a0}zł");
        assert_eq!(money(Lang::En, 123_450, "PLN"), "PLN\u{a0}1,234.50");
        assert_eq!(money(Lang::Pl, -5, "EUR"), "-0,05\u{a0}€");
        assert_eq!(money(Lang::En, 1500, "JPY"), "JPY\u{a0}1,500");
        assert_eq!(
            amount(Lang::Pl, i64::MIN, "PLN"),
            "-92\u{a0}233\u{a0}720\u{a0}368\u{a0}547\u{a0}758,08"
        );
    }

    #[test]
    fn sizes() {
        assert_eq!(file_size(Lang::Pl, 512), "512\u{a0}B");
        assert_eq!(file_size(Lang::Pl, 1_900_000_000), "1,9\u{a0}GB");
        assert_eq!(file_size(Lang::En, 412_000_000), "412\u{a0}MB");
    }

    #[test]
    fn dates_stand_in_the_zone_given() {
        let late = at("2026-11-23T23:30:00Z");
        assert_eq!(date_time(Lang::Pl, late, &warsaw()), "24.11.2026, 0:30");
        assert_eq!(day_of(Lang::En, late, &TimeZone::UTC), "23 Nov 2026");
    }

    #[test]
    fn relative_times() {
        let now = at("2026-11-24T12:00:00Z");
        let said = |text: &str| relative(Lang::Pl, at(text), now, &warsaw());
        assert_eq!(said("2026-11-24T08:12:00Z"), "dziś, 9:12");
        assert_eq!(said("2026-11-23T23:30:00Z"), "dziś, 0:30");
        assert_eq!(said("2026-11-23T20:00:00Z"), "wczoraj");
        assert_eq!(said("2026-11-22T08:00:00Z"), "2 dni temu");
        assert_eq!(said("2026-11-16T08:00:00Z"), "tydzień temu");
        assert_eq!(said("2026-11-08T08:00:00Z"), "2 tyg. temu");
        assert_eq!(said("2026-10-20T08:00:00Z"), "miesiąc temu");
        assert_eq!(said("2026-08-20T08:00:00Z"), "3 mies. temu");
        assert_eq!(said("2026-05-20T08:00:00Z"), "pół roku temu");
        assert_eq!(said("2025-09-20T08:00:00Z"), "rok temu");
        assert_eq!(said("2021-09-20T08:00:00Z"), "5 lat temu");
        assert_eq!(said("2026-11-25T08:00:00Z"), "jutro");
        assert_eq!(said("2026-11-28T08:00:00Z"), "za 4 dni");
    }
}
