//! Moments as people type them: by the firm's clocks.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// Which end of what was typed is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The first moment of the minute or day.
    First,
    /// Its last.
    Last,
}

/// Reads `2026-11-26T14:05` as browsers send it, with a blank for the `T`, with seconds, a day alone, or an exact moment
/// with its offset. Where clocks show an hour twice, the first end is in the first of them and the last in the second.
pub(crate) fn parse(text: &str, zone: &TimeZone, end: End) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    // Parsing a day as a moment would give its midnight.
    let (day, time) = match text.split_once(['T', ' ']) {
        Some((day, time)) => (day, Some(time)),
        None => (text, None),
    };
    let day: Date = day.parse().ok()?;
    let (first, shown_seconds) = match time {
        None => (day.at(0, 0, 0, 0), 24 * 60 * 60),
        Some(time) => {
            let parts = time.split(':').collect::<Vec<_>>();
            let number = |at: usize| {
                parts
                    .get(at)
                    .map_or(Some(0), |part| part.parse::<i8>().ok())
            };
            let (hour, minute, second) = (number(0)?, number(1)?, number(2)?);
            let first = DateTime::new(day.year(), day.month(), day.day(), hour, minute, second, 0);
            let seconds = match parts.len() {
                2 => 60,
                3 => 1,
                _ => return None,
            };
            (first.ok()?, seconds)
        }
    };
    let moment = |at: DateTime, end: End| {
        let at = zone.to_ambiguous_timestamp(at);
        match end {
            End::First => at.earlier().ok(),
            End::Last => at.later().ok(),
        }
    };
    if end == End::First {
        return moment(first, End::First);
    }
    let next = first.checked_add(jiff::Span::new().seconds(shown_seconds));
    let next = moment(next.ok()?, End::Last)?;
    Timestamp::from_millisecond(next.as_millisecond() - 1).ok()
}

/// A moment as an input for date and time takes it.
pub(crate) fn typed(moment: Timestamp, zone: &TimeZone) -> String {
    zone.to_datetime(moment)
        .strftime("%Y-%m-%dT%H:%M")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(text: &str) -> Option<(String, String)> {
        let zone = TimeZone::get("Europe/Warsaw").unwrap();
        let first = parse(text, &zone, End::First)?;
        Some((
            first.to_string(),
            parse(text, &zone, End::Last)?.to_string(),
        ))
    }

    #[test]
    fn what_is_typed_is_meant_by_the_firms_clocks() {
        let is = |text: &str, first: &str, last: &str| {
            assert_eq!(
                both(text),
                Some((first.to_owned(), last.to_owned())),
                "{text}"
            );
        };
        is(
            "2026-11-26T14:05",
            "2026-11-26T13:05:00Z",
            "2026-11-26T13:05:59.999Z",
        );
        is(
            "2026-11-26 14:05:30",
            "2026-11-26T13:05:30Z",
            "2026-11-26T13:05:30.999Z",
        );
        is(
            "2026-07-01",
            "2026-06-30T22:00:00Z",
            "2026-07-01T21:59:59.999Z",
        );
        // The hour that clocks show twice.
        is(
            "2026-10-25T02:30",
            "2026-10-25T00:30:00Z",
            "2026-10-25T01:30:59.999Z",
        );
        is(
            "2026-11-26T13:05:00Z",
            "2026-11-26T13:05:00Z",
            "2026-11-26T13:05:00Z",
        );
        for wrong in [
            "",
            "wczoraj",
            "2026-13-01",
            "2026-11-26T25:00",
            "2026-11-26T14",
            "99999-01-01",
        ] {
            assert_eq!(both(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_shown_is_read_back() {
        let zone = TimeZone::get("Europe/Warsaw").unwrap();
        let moment = "2026-11-26T13:05:00Z".parse().unwrap();
        assert_eq!(typed(moment, &zone), "2026-11-26T14:05");
        assert_eq!(
            parse(&typed(moment, &zone), &zone, End::First),
            Some(moment)
        );
    }
}
