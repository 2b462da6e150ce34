//! A disk that goes away under a running server, as a broken cable or a lost volume does: nothing is acknowledged that is not
//! kept, the program ends for systemd to see, and what was acknowledged before is there when the disk is back.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::appliance::{demo, stdout, token};
use super::pebble::wait_for;
use super::program::{Served, code, program, run, stderr};

/// A file system of its own in a file; it can be shut down so that everything there answers with an error from then on.
struct Disk {
    folder: tempfile::TempDir,
}

impl Disk {
    fn make() -> Option<Self> {
        let disk = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let image = std::fs::File::create(disk.image()).unwrap();
        image.set_len(96 << 20).unwrap();
        std::fs::create_dir(disk.place()).unwrap();
        let made = Command::new("mkfs.ext4")
            .args(["-q", "-F"])
            .arg(disk.image())
            .output();
        (made.is_ok_and(|made| made.status.success()) && disk.mount()).then_some(disk)
    }

    fn image(&self) -> PathBuf {
        self.folder.path().join("disk.img")
    }

    fn place(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    fn mount(&self) -> bool {
        let mounted = Command::new("mount")
            .args(["-o", "loop"])
            .args([self.image(), self.place()])
            .output();
        mounted.is_ok_and(|mounted| mounted.status.success())
    }

    fn unmount(&self) {
        let _ = Command::new("umount").arg("-l").arg(self.place()).output();
    }

    /// `EXT4_IOC_SHUTDOWN` without writing the journal out: what was not synchronised is lost.
    fn dies(&self) -> bool {
        let shut_down = "import fcntl, os, struct, sys\n\
                         fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587d, struct.pack('I', 2))";
        let done = Command::new("python3")
            .args(["-c", shut_down])
            .arg(self.place())
            .output();
        done.is_ok_and(|done| done.status.success())
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.unmount();
    }
}

fn create(address: &str, bearer: &str, name: &str) -> Option<u16> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .into();
    let answer = agent
        .post(format!("http://{address}/api/v1/clients"))
        .header("authorization", bearer)
        .send_json(serde_json::json!({"kind": "company", "name": name}));
    answer.ok().map(|answer| answer.status().as_u16())
}

fn names(data: &Path) -> String {
    let out = data.join("clients.json");
    let exported = run(
        data,
        &[
            "export",
            "clients",
            "--out",
            out.to_str().unwrap(),
            "--as",
            "owner@demo.test",
        ],
    );
    assert_eq!(code(&exported), 0, "{}", stderr(&exported));
    let mut text = String::new();
    std::fs::File::open(out)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[test]
fn nothing_is_acknowledged_that_is_not_on_the_disk_and_the_program_ends() {
    let Some(disk) = Disk::make() else {
        eprintln!("a disk can be mounted by root alone; passed over");
        return;
    };
    let data = disk.place().join("data");
    demo(&data);
    let bearer = format!("Bearer {}", token(&data, "owner@demo.test"));
    let mut served = Served::start(program(&data, &["serve", "--listen", "127.0.0.1:0"]));
    let address = served.address.clone();
    assert_eq!(create(&address, &bearer, "Przed awarią"), Some(201));
    assert!(disk.dies());
    for name in ["Po awarii", "Jeszcze po awarii"] {
        let answered = create(&address, &bearer, name);
        assert!(
            answered.is_none_or(|status| status >= 500),
            "{name}: {answered:?}"
        );
    }
    let ended = wait_for(30, "the end of the program", || {
        served.child.try_wait().unwrap()
    });
    assert_eq!(ended.code(), Some(1), "systemd starts it again");
    drop(served);

    // The disk is back.
    disk.unmount();
    wait_for(10, "the disk", || disk.mount().then_some(()));
    let names = names(&data);
    assert!(names.contains("Przed awarią"));
    assert!(!names.contains("Po awarii") && !names.contains("Jeszcze"));
    let whole = run(&data, &["audit", "verify"]);
    assert_eq!(code(&whole), 0, "{}", stdout(&whole));
}
