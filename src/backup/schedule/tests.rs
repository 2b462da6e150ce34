//! Due times around changes of the clocks, missed days, failures and stops, by a clock that is moved.

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn warsaw() -> TimeZone {
    TimeZone::get("Europe/Warsaw").unwrap()
}

fn time(text: &str) -> Time {
    Time::strptime("%H:%M", text).unwrap()
}

fn run(due: Option<&str>, begun: &str, state: RunState) -> BackupRun {
    BackupRun {
        begun_at: at(begun),
        ended_at: (state != RunState::Running).then(|| at(begun)),
        why: String::new(),
        due: due.map(at),
        state,
        archive: None,
        error: None,
    }
}

/// What is due at a moment, the time being 02:30 in Warsaw in winter: 01:30 UTC.
fn due(now: &str, last_good: Option<&str>, runs: &[BackupRun]) -> Option<String> {
    let facts = Facts {
        now: at(now),
        zone: &warsaw(),
        daily_at: time("02:30"),
        since: at("2026-01-01T12:00:00Z"),
        last_good: last_good.map(at),
        runs,
    };
    due_now(&facts).map(|due| due.to_string())
}

#[test]
fn a_time_that_the_clocks_jump_over_comes_at_the_jump() {
    // On 29 March 2026 02:00 becomes 03:00 in Warsaw, at 01:00 UTC.
    let zone = warsaw();
    let jump = at("2026-03-29T01:00:00Z");
    let before = at("2026-03-29T00:59:59Z");
    assert_eq!(next_due(before, time("02:30"), &zone), Some(jump));
    assert_eq!(last_due(jump, time("02:30"), &zone), Some(jump));
    assert_eq!(
        last_due(before, time("02:30"), &zone),
        Some(at("2026-03-28T01:30:00Z"))
    );
    assert_eq!(
        next_due(jump, time("02:30"), &zone),
        Some(at("2026-03-30T00:30:00Z"))
    );
}

#[test]
fn a_time_that_comes_twice_is_due_once() {
    // On 25 October 2026 03:00 becomes 02:00 again, at 01:00 UTC.
    let zone = warsaw();
    let first = at("2026-10-25T00:30:00Z");
    assert_eq!(
        next_due(at("2026-10-25T00:00:00Z"), time("02:30"), &zone),
        Some(first)
    );
    for now in [
        "2026-10-25T00:30:00Z",
        "2026-10-25T01:30:00Z",
        "2026-10-25T20:00:00Z",
    ] {
        assert_eq!(
            last_due(at(now), time("02:30"), &zone),
            Some(first),
            "{now}"
        );
    }
    let after = at("2026-10-25T01:30:00Z");
    assert_eq!(
        next_due(after, time("02:30"), &zone),
        Some(at("2026-10-26T01:30:00Z"))
    );
}

#[test]
fn every_day_of_two_years_has_one_due_moment() {
    let zone = warsaw();
    for daily_at in ["00:00", "02:00", "02:30", "03:00", "23:59"] {
        let mut now = at("2025-12-31T22:00:00Z");
        let mut days = std::collections::BTreeSet::new();
        for _ in 0..730 {
            now = next_due(now, time(daily_at), &zone).unwrap();
            assert_eq!(last_due(now, time(daily_at), &zone), Some(now));
            assert!(days.insert(zone.to_datetime(now).date()), "{now}");
        }
        let (first, last) = (days.first().unwrap(), days.last().unwrap());
        assert_eq!(first.until(*last).unwrap().get_days(), 729);
    }
}

#[test]
fn missed_days_are_made_up_for_by_one_backup() {
    let good = Some("2026-02-01T01:30:05Z");
    assert_eq!(due("2026-02-01T10:00:00Z", good, &[]), None);
    let missed = Some("2026-02-05T01:30:00Z".to_owned());
    assert_eq!(due("2026-02-05T10:00:00Z", good, &[]), missed);
    assert_eq!(
        due("2026-02-05T10:01:00Z", Some("2026-02-05T10:00:03Z"), &[]),
        None
    );
    assert_eq!(due("2026-02-05T10:00:00Z", None, &[]), missed);
}

#[test]
fn one_made_by_hand_after_the_time_is_the_days_backup() {
    assert_eq!(
        due("2026-02-05T12:00:00Z", Some("2026-02-05T09:00:00Z"), &[]),
        None
    );
    // One made before it is not.
    let good = Some("2026-02-05T01:29:30Z");
    assert!(due("2026-02-05T01:30:00Z", good, &[]).is_some());
}

#[test]
fn nothing_was_due_before_there_was_a_firm() {
    assert_eq!(due("2026-01-01T13:00:00Z", None, &[]), None);
    assert_eq!(due("2026-01-02T01:29:00Z", None, &[]), None);
    assert!(due("2026-01-02T01:30:00Z", None, &[]).is_some());
}

#[test]
fn one_that_failed_is_tried_again_with_growing_gaps() {
    let of = Some("2026-02-05T01:30:00Z");
    let mut runs = vec![run(of, "2026-02-05T01:30:00Z", RunState::Failed)];
    let is_due = |now: &str, runs: &[BackupRun]| due(now, None, runs).is_some();
    assert!(!is_due("2026-02-05T01:39:00Z", &runs));
    assert!(is_due("2026-02-05T01:40:00Z", &runs));
    runs.insert(0, run(of, "2026-02-05T01:40:00Z", RunState::Failed));
    assert!(!is_due("2026-02-05T02:00:00Z", &runs));
    assert!(is_due("2026-02-05T02:10:00Z", &runs));
    runs.insert(0, run(of, "2026-02-05T02:10:00Z", RunState::Failed));
    assert!(!is_due("2026-02-05T04:00:00Z", &runs));
    assert!(is_due("2026-02-05T04:10:00Z", &runs));
    // The next day begins anew.
    runs.insert(0, run(of, "2026-02-06T01:20:00Z", RunState::Failed));
    assert!(is_due("2026-02-06T01:30:00Z", &runs));
}

#[test]
fn one_that_a_stop_cut_off_goes_on_after_the_start_but_not_for_ever() {
    let of = Some("2026-02-05T01:30:00Z");
    let mut runs = vec![run(of, "2026-02-05T01:30:00Z", RunState::Running)];
    assert_eq!(due("2026-02-05T01:31:00Z", None, &runs), None);
    runs[0].state = RunState::Interrupted;
    assert!(due("2026-02-05T01:31:00Z", None, &runs).is_some());
    runs.insert(0, run(of, "2026-02-05T01:31:00Z", RunState::Interrupted));
    assert_eq!(due("2026-02-05T01:32:00Z", None, &runs), None);
    assert!(due("2026-02-05T02:01:00Z", None, &runs).is_some());
}

#[test]
fn one_by_hand_that_failed_counts_as_a_try() {
    let runs = [run(None, "2026-02-05T01:35:00Z", RunState::Failed)];
    assert_eq!(due("2026-02-05T01:36:00Z", None, &runs), None);
    let before = [run(None, "2026-02-05T01:25:00Z", RunState::Failed)];
    assert!(due("2026-02-05T01:30:00Z", None, &before).is_some());
}

#[test]
fn a_clock_that_was_ahead_stops_no_backup() {
    let now = "2026-02-01T03:00:00Z";
    let today = Some("2026-02-01T01:30:00Z".to_owned());
    assert_eq!(due(now, Some("2028-02-01T02:00:00Z"), &[]), today);
    let ahead = run(None, "2028-02-01T02:00:00Z", RunState::Failed);
    assert_eq!(due(now, None, &[ahead]), today);
    let facts = Facts {
        now: at(now),
        zone: &warsaw(),
        daily_at: time("02:30"),
        since: at("2028-01-01T12:00:00Z"),
        last_good: None,
        runs: &[],
    };
    assert_eq!(due_now(&facts).map(|due| due.to_string()), today);
    // Some minutes are no other day.
    assert_eq!(due(now, Some("2026-02-01T03:04:00Z"), &[]), None);
}
