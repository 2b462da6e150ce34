use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;

fn target(folder: &Path) -> Local {
    Local::new(&LocalTarget {
        name: "here".to_owned(),
        path: folder.to_owned(),
    })
}

#[tokio::test]
async fn what_is_put_is_listed_fetched_and_removed() {
    let root = tempfile::tempdir().unwrap();
    let store = root.path().join("store");
    let target = target(&store);
    let file = root.path().join("made");
    fs::write(&file, vec![7; 20 << 20]).unwrap();
    target.put("a.tar.zst.age", &file).await.unwrap();
    target.put("files/ab/abc.age", &file).await.unwrap();
    fs::write(&file, b"new").unwrap();
    target.put("a.tar.zst.age", &file).await.unwrap();
    let mode = fs::metadata(store.join("a.tar.zst.age"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);

    assert_eq!(
        target.list(".tar.zst.age").await.unwrap(),
        [Stored {
            name: "a.tar.zst.age".to_owned(),
            size: 3
        }]
    );
    assert_eq!(target.list(".age").await.unwrap().len(), 1);
    assert_eq!(target.list_files().await.unwrap().len(), 1);
    let back = root.path().join("back");
    target.get("files/ab/abc.age", &back).await.unwrap();
    assert_eq!(fs::metadata(&back).unwrap().len(), 20 << 20);
    target.get("a.tar.zst.age", &back).await.unwrap();
    assert_eq!(fs::read(&back).unwrap(), b"new");

    target.delete("a.tar.zst.age").await.unwrap();
    target.delete("a.tar.zst.age").await.unwrap();
    let absent = target.get("a.tar.zst.age", &back).await.unwrap_err();
    assert_eq!(absent.to_string(), "here: there is no a.tar.zst.age");
    assert!(matches!(absent, TargetError::Absent { .. }));
    assert!(target.room().await.unwrap().unwrap() > 0);
}

#[tokio::test]
async fn names_that_lead_out_of_the_folder_are_refused_and_never_listed() {
    let root = tempfile::tempdir().unwrap();
    let store = root.path().join("store");
    fs::create_dir(&store).unwrap();
    fs::write(root.path().join("secret.age"), b"x").unwrap();
    fs::write(store.join("żółć.age"), b"x").unwrap();
    fs::write(store.join(".hidden.age"), b"x").unwrap();
    std::os::unix::fs::symlink(root.path(), store.join("up")).unwrap();
    std::os::unix::fs::symlink(root.path().join("secret.age"), store.join("link.age")).unwrap();
    let target = target(&store);
    assert_eq!(target.list("").await.unwrap(), []);
    let file = root.path().join("secret.age");
    for name in [
        "../secret.age",
        "/etc/passwd",
        "a/../../secret.age",
        ".kartoteka-1.part",
    ] {
        target.put(name, &file).await.unwrap_err();
        target
            .get(name, &root.path().join("back"))
            .await
            .unwrap_err();
        target.delete(name).await.unwrap_err();
    }
    assert!(file.exists());
}

#[tokio::test]
async fn a_disk_that_is_not_there_is_said_to_be_so() {
    let root = tempfile::tempdir().unwrap();
    let target = target(&root.path().join("disk/store"));
    let file = root.path().join("made");
    fs::write(&file, b"x").unwrap();
    let error = target.put("a.age", &file).await.unwrap_err().to_string();
    assert!(
        error.contains("disk/store") && error.contains("mounted"),
        "{error}"
    );
    assert!(!root.path().join("disk").exists());
}

#[tokio::test]
async fn a_full_disk_leaves_nothing_behind() {
    let root = tempfile::tempdir().unwrap();
    let target = target(Path::new("/dev/full"));
    let file = root.path().join("made");
    fs::write(&file, b"x").unwrap();
    target.put("a.age", &file).await.unwrap_err();

    let mut full = File::options().write(true).open("/dev/full").unwrap();
    let error = copy(
        &mut File::open(&file).unwrap(),
        &mut full,
        &AtomicBool::new(false),
    );
    assert_eq!(error.unwrap_err().kind(), io::ErrorKind::StorageFull);
}

#[tokio::test]
async fn what_a_cut_off_put_left_goes_with_the_next_one_but_not_what_is_being_written() {
    let root = tempfile::tempdir().unwrap();
    let target = target(root.path());
    let file = root.path().join("made");
    fs::write(&file, b"x").unwrap();
    let left = root.path().join(".kartoteka-0011.part");
    let busy = root.path().join(".kartoteka-2233.part");
    fs::write(&left, b"half").unwrap();
    fs::write(&busy, b"half").unwrap();
    let writer = File::open(&busy).unwrap();
    writer.lock().unwrap();
    target.put("a.age", &file).await.unwrap();
    assert!(!left.exists() && busy.exists());
}

#[test]
fn work_nobody_waits_for_stops() {
    let folder = tempfile::tempdir().unwrap();
    let from = folder.path().join("from");
    File::create(&from).unwrap().set_len(64 << 20).unwrap();
    let into = folder.path().join("into");
    let stopped = copy(
        &mut File::open(&from).unwrap(),
        &mut File::create(&into).unwrap(),
        &AtomicBool::new(true),
    );
    stopped.unwrap_err();
    assert_eq!(fs::metadata(&into).unwrap().len(), STEP);
}
