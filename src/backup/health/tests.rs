//! Judgements of what is known.

use super::*;
use crate::data::AtTarget;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn known(name: &str, made: &str, target: AtTarget) -> KnownBackup {
    let proved_at = target.proved_at;
    KnownBackup {
        name: name.to_owned(),
        created_at: at(made),
        size: 1,
        sha256: String::new(),
        counts: [].into(),
        file_bytes: 0,
        error: target.error.clone(),
        targets: [("nas".to_owned(), target)].into(),
        proved_at,
        made_in: 1,
        proved_in: None,
    }
}

fn good(made: &str) -> AtTarget {
    AtTarget {
        sent_at: Some(at(made)),
        proved_at: Some(at(made)),
        ..AtTarget::default()
    }
}

fn failed(begun: &str, archive: Option<&str>, error: &str) -> BackupRun {
    BackupRun {
        begun_at: at(begun),
        ended_at: Some(at(begun)),
        why: String::new(),
        due: None,
        state: RunState::Failed,
        archive: archive.map(str::to_owned),
        error: Some(error.to_owned()),
    }
}

fn judged(now: &str, targets: &[&str], known: &[KnownBackup], log: &BackupLog) -> Health {
    let targets: Vec<(String, &'static str)> = targets
        .iter()
        .map(|name| ((*name).to_owned(), "sftp"))
        .collect();
    judge(&Evidence {
        now: at(now),
        founded: at("2026-01-01T00:00:00Z"),
        targets: &targets,
        known,
        log,
        key: Some("age1x"),
    })
}

#[test]
fn a_firm_is_safe_for_26_hours_after_a_proved_backup() {
    let made = "2026-02-01T02:00:00Z";
    let known = [known("a", made, good(made))];
    let log = BackupLog::default();
    let of = |now: &str| {
        let health = judged(now, &["nas"], &known, &log);
        (health.standing, health.alarming)
    };
    assert_eq!(of("2026-02-02T03:59:00Z"), (Standing::Safe, false));
    assert_eq!(of("2026-02-02T04:00:00Z"), (Standing::Stale, true));
}

#[test]
fn a_young_firm_is_left_in_peace() {
    let log = BackupLog::default();
    let of = |now: &str, targets: &[&str]| {
        let health = judged(now, targets, &[], &log);
        (health.standing, health.alarming)
    };
    assert_eq!(
        of("2026-01-02T01:00:00Z", &["nas"]),
        (Standing::Young, false)
    );
    assert_eq!(
        of("2026-01-02T02:00:00Z", &["nas"]),
        (Standing::Stale, true)
    );
    assert_eq!(of("2026-01-02T01:00:00Z", &[]), (Standing::NoTarget, false));
    assert_eq!(of("2026-01-02T02:00:00Z", &[]), (Standing::NoTarget, true));
}

#[test]
fn a_failure_is_told_until_one_goes_well() {
    let made = "2026-02-01T02:00:00Z";
    let known = [known("a", made, good(made))];
    let mut log = BackupLog {
        runs: vec![failed(
            "2026-02-01T10:00:00Z",
            None,
            "nas: no route; far: full",
        )],
        ..BackupLog::default()
    };
    let health = judged("2026-02-01T11:00:00Z", &["nas", "other"], &known, &log);
    assert_eq!(
        (health.standing, health.alarming),
        (Standing::Failing, true)
    );
    assert_eq!(health.targets[0].error.as_deref(), Some("nas: no route"));
    assert_eq!(health.targets[0].last_proved, Some(at(made)));
    assert_eq!(health.targets[1].error, None);
    let done = BackupRun {
        state: RunState::Done,
        error: None,
        ..failed("2026-02-01T10:30:00Z", Some("a"), "")
    };
    log.runs.insert(0, done);
    let [first] = known;
    let made = "2026-02-01T10:30:01Z";
    let both = [self::known("b", made, good(made)), first];
    let health = judged("2026-02-01T11:00:00Z", &["nas"], &both, &log);
    assert_eq!(health.standing, Standing::Safe);
}

#[test]
fn one_broken_target_is_told_though_another_got_the_last_backup() {
    let later = known("b", "2026-02-01T03:00:00Z", good("2026-02-01T03:00:00Z"));
    let mut broken = known("a", "2026-02-01T02:00:00Z", good("2026-02-01T02:00:00Z"));
    let error = Some("far: full".to_owned());
    let at_far = AtTarget {
        error,
        ..AtTarget::default()
    };
    broken.targets.insert("far".to_owned(), at_far);
    let archives = [later, broken];
    let log = BackupLog::default();
    let health = judged("2026-02-01T11:00:00Z", &["nas", "far"], &archives, &log);
    assert_eq!(health.standing, Standing::Failing);
    assert_eq!(health.last_failure.unwrap().1, "far: full");
    // What is no target any more is nobody's worry.
    let health = judged("2026-02-01T11:00:00Z", &["nas"], &archives, &log);
    assert_eq!(health.standing, Standing::Safe);
}

#[test]
fn damage_of_an_old_archive_is_told_while_it_is_kept() {
    let made = "2026-02-01T02:00:00Z";
    let archives = [
        known("b", made, good(made)),
        known("a", "2026-01-05T02:00:00Z", AtTarget::default()),
    ];
    let proof = OldProof {
        at: at("2026-02-01T03:00:00Z"),
        archive: "a".to_owned(),
        took: 1,
        error: Some("nas: a is damaged".to_owned()),
        damaged: true,
    };
    let log = BackupLog {
        proofs: vec![proof],
        ..BackupLog::default()
    };
    let health = judged("2026-02-01T11:00:00Z", &["nas"], &archives, &log);
    assert_eq!(health.standing, Standing::Damaged);
    assert!(health.last_failure.unwrap().1.contains("damaged"));
    let health = judged("2026-02-01T11:00:00Z", &["nas"], &archives[..1], &log);
    assert_eq!(health.standing, Standing::Safe);
}

#[test]
fn the_key_is_kept_only_while_it_is_the_one_in_use() {
    let of = |kept: Option<&str>| {
        let log = BackupLog {
            key_kept: kept.map(str::to_owned),
            ..BackupLog::default()
        };
        judged("2026-02-01T11:00:00Z", &["nas"], &[], &log).key_kept
    };
    assert_eq!(
        (of(None), of(Some("age1x")), of(Some("age1old"))),
        (false, true, false)
    );
}

#[test]
fn a_backup_of_the_future_keeps_nobody_safe() {
    let [today, ahead] = ["2026-02-01T02:00:00Z", "2028-02-01T02:00:00Z"];
    let [today, ahead] =
        [("a", today), ("b", ahead)].map(|(name, made)| known(name, made, good(made)));
    let log = BackupLog::default();
    let of = |now: &str, known: &[KnownBackup]| {
        let health = judged(now, &["nas"], known, &log);
        let last = health.last_proved.map(|backup| backup.name);
        (health.standing, health.alarming, last)
    };
    let both = [ahead.clone(), today];
    let a = Some("a".to_owned());
    assert_eq!(
        of("2026-02-01T03:00:00Z", &both),
        (Standing::Safe, false, a.clone())
    );
    assert_eq!(
        of("2026-02-03T03:00:00Z", &both),
        (Standing::Ahead, true, a)
    );
    assert_eq!(
        of("2026-02-03T03:00:00Z", &[ahead]),
        (Standing::Ahead, true, None)
    );
}

#[test]
fn what_was_proved_at_a_place_of_before_keeps_nobody_safe() {
    let made = "2026-02-01T02:00:00Z";
    let known = [known("a", made, good(made))];
    let health = judged(
        "2026-02-01T03:00:00Z",
        &["new"],
        &known,
        &BackupLog::default(),
    );
    assert_eq!(
        (health.standing, health.last_proved),
        (Standing::Stale, None)
    );
}
