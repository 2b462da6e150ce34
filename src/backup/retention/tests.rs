use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

const USUAL: Keep = Keep {
    daily: 14,
    weekly: 8,
    monthly: 12,
    yearly: 2,
};

fn made(at: &str, proved: bool) -> Made {
    Made {
        name: at.to_owned(),
        at: format!("{at}[Europe/Warsaw]").parse().unwrap(),
        proved,
    }
}

fn keep(daily: u64, weekly: u64, monthly: u64, yearly: u64) -> Keep {
    Keep {
        daily,
        weekly,
        monthly,
        yearly,
    }
}

/// An archive a day at half past two, the newest on the 26th of November 2026.
fn daily(days: i64) -> Vec<Made> {
    let last: ZonedDateTime = "2026-11-26T02:30[Europe/Warsaw]".parse().unwrap();
    let days = (0..days).map(|back| last.saturating_sub(back.days()));
    days.map(|at| Made {
        name: at.date().to_string(),
        at,
        proved: true,
    })
    .collect()
}

fn kept(all: &[Made], keep: Keep) -> Vec<String> {
    let removed: BTreeSet<&str> = to_remove(all, keep).into_iter().collect();
    let mut kept: Vec<String> = all.iter().map(|made| made.name.clone()).collect();
    kept.retain(|name| !removed.contains(name.as_str()));
    kept
}

#[test]
fn three_years_of_days_thin_out_with_age() {
    let all = daily(1100);
    let kept = kept(&all, USUAL);
    assert_eq!(
        kept[..14],
        all[..14]
            .iter()
            .map(|made| made.name.clone())
            .collect::<Vec<_>>()
    );
    assert!(
        kept.contains(&"2026-10-31".to_owned()),
        "the end of a month: {kept:?}"
    );
    assert!(
        kept.contains(&"2025-12-31".to_owned()),
        "the end of a year: {kept:?}"
    );
    assert!(
        !kept.iter().any(|name| name.starts_with("2024")),
        "{kept:?}"
    );
    assert!((28..=34).contains(&kept.len()), "{}: {kept:?}", kept.len());
}

#[test]
fn the_firms_own_midnight_parts_days() {
    let all = [
        made("2026-11-20T23:30", true),
        made("2026-11-21T00:30", true),
        made("2026-11-24T02:30", true),
        made("2026-11-26T02:30", true),
    ];
    assert_eq!(kept(&all, keep(4, 0, 0, 0)).len(), 4);
    assert_eq!(to_remove(&all, keep(3, 0, 0, 0)), ["2026-11-20T23:30"]);
}

#[test]
fn the_last_good_one_stays_however_old_it_is() {
    let all = [
        made("2020-01-01T02:30", true),
        made("2020-01-02T02:30", false),
        made("2026-11-25T02:30", false),
        made("2026-11-26T02:40", false),
    ];
    let kept = kept(&all, keep(1, 0, 0, 0));
    assert_eq!(kept, ["2020-01-01T02:30", "2026-11-26T02:40"]);
}

#[test]
fn a_day_keeps_the_one_that_was_proved() {
    let all = [
        made("2026-11-20T02:30", true),
        made("2026-11-20T12:30", false),
        made("2026-11-26T02:30", true),
    ];
    assert_eq!(to_remove(&all, keep(2, 0, 0, 0)), ["2026-11-20T12:30"]);
}

#[test]
fn all_of_the_last_day_stay() {
    let all = [
        made("2026-11-25T09:00", true),
        made("2026-11-26T08:00", true),
        made("2026-11-26T08:05", true),
        made("2026-11-26T08:10", true),
    ];
    assert_eq!(to_remove(&all, keep(0, 0, 0, 0)), [""; 0]);
}

#[test]
fn counting_nothing_keeps_the_newest_three_that_are_proved() {
    let mut all = daily(40);
    assert_eq!(to_remove(&all, keep(0, 0, 0, 0)).len(), 37);
    all[2].proved = false;
    let newest = [0, 1, 3].map(|back| all[back].name.clone());
    assert_eq!(kept(&all, keep(0, 0, 0, 0)), newest);
    assert_eq!(to_remove(&[], USUAL), [""; 0]);
}

/// Archives at random hours of three years, some of them proved.
fn archives() -> impl Strategy<Value = Vec<Made>> {
    let one = (0i64..26_000, any::<bool>());
    proptest::collection::vec(one, 0..80).prop_map(|all| {
        let last: ZonedDateTime = "2026-11-26T02:30[Europe/Warsaw]".parse().unwrap();
        let all = all.into_iter().enumerate();
        all.map(|(index, (hours, proved))| Made {
            name: format!("{index}"),
            at: last.saturating_sub(hours.hours()),
            proved,
        })
        .collect()
    })
}

fn counts() -> impl Strategy<Value = Keep> {
    (0u64..20, 0u64..20, 0u64..20, 0u64..5).prop_map(|(a, b, c, d)| keep(a, b, c, d))
}

proptest! {
    #[test]
    fn the_newest_and_the_last_good_one_always_stay(all in archives(), counts in counts()) {
        let removed: HashSet<&str> = to_remove(&all, counts).into_iter().collect();
        prop_assert!(all.is_empty() || removed.len() < all.len());
        if let Some(newest) = all.iter().map(|made| &made.at).max() {
            prop_assert!(all.iter().any(|made| made.at == *newest && !removed.contains(made.name.as_str())));
        }
        let good = all.iter().filter(|made| made.proved);
        if let Some(good) = good.clone().map(|made| &made.at).max() {
            prop_assert!(all.iter().any(|made| made.proved && made.at == *good && !removed.contains(made.name.as_str())));
        }
    }

    #[test]
    fn once_thinned_out_nothing_more_goes(all in archives(), counts in counts()) {
        let removed: HashSet<String> = to_remove(&all, counts).into_iter().map(str::to_owned).collect();
        let mut rest = all;
        rest.retain(|made| !removed.contains(&made.name));
        prop_assert_eq!(to_remove(&rest, counts), [""; 0]);
    }

    #[test]
    fn keeping_more_removes_no_more(all in archives(), counts in counts()) {
        let more = keep(counts.daily + 1, counts.weekly + 1, counts.monthly + 1, counts.yearly + 1);
        let removed: HashSet<&str> = to_remove(&all, counts).into_iter().collect();
        prop_assert!(to_remove(&all, more).iter().all(|name| removed.contains(name)));
    }

    #[test]
    fn as_many_days_keep_one_as_are_counted(all in archives(), count in 0u64..30) {
        let removed: HashSet<&str> = to_remove(&all, keep(count, 0, 0, 0)).into_iter().collect();
        let days: BTreeSet<_> = all.iter().map(|made| made.at.date()).collect();
        let kept: HashSet<_> = all.iter().filter(|made| !removed.contains(made.name.as_str())).map(|made| made.at.date()).collect();
        for day in days.iter().rev().take(count as usize) {
            prop_assert!(kept.contains(day));
        }
    }
}
