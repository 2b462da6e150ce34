//! What must not compile: the raw store, actors, records and secrets are out of reach of everything outside of `data`.

#[test]
fn the_raw_store_and_everything_secret_is_out_of_reach() {
    trybuild::TestCases::new().compile_fail("tests/it/compile_fail/*.rs");
}
