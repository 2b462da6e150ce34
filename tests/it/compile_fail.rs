//! What must not compile: the raw store, actors, records and secrets are out of reach of everything outside of `data`.

use std::marker::PhantomData;

use kartoteka::data::{BuiltIn, User};
use serde::Serialize;

use crate::firm::TestFirm;

#[test]
fn the_raw_store_and_everything_secret_is_out_of_reach() {
    trybuild::TestCases::new().compile_fail("tests/it/compile_fail/*.rs");
}

struct Probe<T>(PhantomData<T>);

trait Otherwise {
    const SERIALISES: bool = false;
}

impl<T> Otherwise for Probe<T> {}

impl<T: Serialize> Probe<T> {
    /// Found before the trait's, where the bound holds.
    const SERIALISES: bool = true;
}

#[tokio::test]
async fn a_person_has_no_form_that_shows_the_hash_of_a_password() {
    const { assert!(Probe::<String>::SERIALISES && !Probe::<User>::SERIALISES) };
    let firm = TestFirm::new().await;
    for role in BuiltIn::ALL {
        let reading = firm.as_role(role).read().unwrap();
        for user in reading.rights().people().users() {
            let shown = format!("{user:?} {}", user.to_json());
            let leaks = shown.contains("not a hash") || shown.contains("password");
            assert!(!leaks, "{shown}");
        }
    }
}
