//! SIGKILL in the middle of concurrent writes, again and again: every acknowledged write is there, and no half of any
//! other.

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kartoteka::data::{Query, RecordId, Start};
use serde_json::{Value as Json, json};

use super::firm;
use super::program::{Served, program};

/// Kills in one run of the test.
const KILLS: u64 = 100;
/// People writing at the same time.
const WRITERS: usize = 4;

/// What was acknowledged of a record: its name, and the last note that was.
#[derive(Clone, Debug, Default)]
struct Known {
    name: String,
    notes: Option<u64>,
}

#[test]
fn acknowledged_writes_survive_a_hundred_kills() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    let token = make_firm(&data);
    let known: Arc<Mutex<HashMap<String, Known>>> = Arc::default();
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    for round in 0..KILLS {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let pause = Duration::from_millis(5 + (seed >> 33) % 120);
        let mut served = Served::on(&data);
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (known, token, address) =
                    (known.clone(), token.clone(), served.address.clone());
                std::thread::spawn(move || write_until_cut(&known, &token, &address, round, writer))
            })
            .collect();
        std::thread::sleep(pause);
        served.child.kill().unwrap();
        served.child.wait().unwrap();
        for writer in writers {
            writer.join().unwrap();
        }
        check(&data, &known.lock().unwrap(), round);
    }
    let known = known.lock().unwrap();
    assert!(
        known.len() as u64 > KILLS,
        "hardly anything was written: {}",
        known.len()
    );
}

fn make_firm(data: &Path) -> String {
    let init = [
        "init",
        "--email",
        firm::OWNER,
        "--name",
        "Olga",
        "--firm",
        "Firma",
        "--password-stdin",
    ];
    let mut made = program(data, &init).stdin(Stdio::piped()).spawn().unwrap();
    made.stdin
        .take()
        .unwrap()
        .write_all(b"Zielony-Traktor-4821-pod-lasem\n")
        .unwrap();
    assert!(made.wait().unwrap().success());
    let token = program(
        data,
        &["token", "add", "--user", firm::OWNER, "--name", "kill"],
    )
    .output()
    .unwrap();
    assert!(token.status.success());
    std::fs::write(
        data.join("kartoteka.toml"),
        "[limits]\nrequests_per_minute = 0\n",
    )
    .unwrap();
    String::from_utf8(token.stdout).unwrap().trim().to_owned()
}

/// Makes a record and counts up in its notes, then the next, noting each answer; ends when the server is gone.
fn write_until_cut(
    known: &Mutex<HashMap<String, Known>>,
    token: &str,
    address: &str,
    round: u64,
    writer: usize,
) {
    let agent = ureq::Agent::new_with_defaults();
    let url = format!("http://{address}/api/v1/clients");
    let bearer = format!("Bearer {token}");
    for number in 0.. {
        let name = format!("Runda {round} pisarz {writer} numer {number}");
        let body = json!({"name": name, "notes": "0", "tags": ["seria"]});
        let Ok(mut answer) = agent
            .post(&url)
            .header("Authorization", &bearer)
            .send_json(&body)
        else {
            return;
        };
        let Ok(record) = answer.body_mut().read_json::<Json>() else {
            return;
        };
        let id = record["id"].as_str().unwrap().to_owned();
        known.lock().unwrap().insert(
            id.clone(),
            Known {
                name,
                notes: Some(0),
            },
        );
        for count in 1..4_u64 {
            let changed = agent
                .patch(&format!("{url}/{id}"))
                .header("Authorization", &bearer)
                .send_json(json!({"notes": count.to_string()}));
            if changed.is_err() {
                return;
            }
            known.lock().unwrap().get_mut(&id).unwrap().notes = Some(count);
        }
    }
}

/// Opens what the kill left and holds it against what was acknowledged.
fn check(data: &Path, known: &HashMap<String, Known>, round: u64) {
    let vault = firm::open(data).unwrap_or_else(|error| panic!("round {round}: {error}"));
    assert_eq!(
        vault.check_consistency().unwrap(),
        Vec::<String>::new(),
        "round {round}"
    );
    vault
        .verify_audit()
        .unwrap()
        .unwrap_or_else(|error| panic!("round {round}: {error}"));
    let kind = firm::kind();
    let reading = firm::access(&vault, firm::OWNER).read().unwrap();
    for (id, acknowledged) in known {
        let seen = reading.get(kind, id.parse::<RecordId>().unwrap());
        let seen =
            seen.unwrap_or_else(|error| panic!("round {round}: {acknowledged:?} is gone: {error}"));
        assert_eq!(seen.title(), acknowledged.name, "round {round}");
        let notes: u64 = seen.to_json()["notes"].as_str().unwrap().parse().unwrap();
        // One change more may have been on disk when the kill kept its answer back.
        let least = acknowledged.notes.unwrap();
        assert!(
            (least..=least + 1).contains(&notes),
            "round {round}: {acknowledged:?} has {notes}"
        );
    }
    let all = reading
        .list(kind, &Query::default(), &Start::Offset(0), 1)
        .unwrap()
        .total;
    let most = known.len() as u64 + (round + 1) * WRITERS as u64;
    assert!(
        (known.len() as u64..=most).contains(&all),
        "round {round}: {all} of {} acknowledged",
        known.len()
    );
}
