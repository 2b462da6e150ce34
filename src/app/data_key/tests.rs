use super::*;
use std::os::unix::fs::MetadataExt;

#[test]
fn a_key_is_made_once_and_found_again() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = elsewhere.path().join("firm.key");
    let mut told = Vec::new();
    let places = KeyPlaces::named(Some(file.clone()), folder.path());
    assert!(places.find().is_empty());
    places.ensure(&mut told).unwrap();
    assert_eq!(file.metadata().unwrap().mode() & 0o777, 0o600);
    let told = String::from_utf8(told).unwrap();
    assert!(
        told.contains("firm.key") && !told.contains("WARNING"),
        "{told}"
    );
    let text = fs::read_to_string(&file).unwrap();
    places.ensure(&mut Vec::new()).unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    // Where it lies is remembered, the key itself is nowhere in the folder.
    assert!(!KeyPlaces::named(None, folder.path()).find().is_empty());
    for entry in fs::read_dir(folder.path()).unwrap() {
        let held = fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(!held.contains(text.trim()));
    }
    // Another file that is named counts, and not the remembered one.
    let wrong = elsewhere.path().join("none.key");
    assert!(
        KeyPlaces::named(Some(wrong), folder.path())
            .find()
            .is_empty()
    );
}

#[test]
fn a_key_in_the_data_folder_comes_with_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let mut told = Vec::new();
    KeyPlaces::named(None, folder.path())
        .ensure(&mut told)
        .unwrap();
    assert!(String::from_utf8(told).unwrap().contains("WARNING"));
    assert!(folder.path().join(FILE).exists());
}

#[test]
fn a_rotation_that_was_interrupted_goes_on_with_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let places = KeyPlaces::named(None, folder.path());
    places.ensure(&mut Vec::new()).unwrap();
    let old = fs::read_to_string(folder.path().join(FILE)).unwrap();
    let found = folder.path().join(FILE).display().to_string();
    let first = places.begin_rotation(&found, None).unwrap();
    let again = places.begin_rotation(&found, None).unwrap();
    assert!(first.key == again.key && first.key.text() != old.trim());
    let path = again.settle().unwrap();
    assert_eq!(read(&path).unwrap(), first.key);
    assert!(places.begin_rotation(VARIABLE, None).is_err());
}
