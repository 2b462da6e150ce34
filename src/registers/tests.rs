//! Both registers as they should answer, and as they should not.

use jiff::civil::Date;
use serde_json::json;

use super::test_register::{KNOWN, Manner, TestRegister, subject};
use super::*;

const DAY: Date = Date::constant(2026, 11, 24);

fn registers(config: &config::Registers) -> Registers {
    Registers::hasty(config)
}

fn id(text: &str) -> TaxId {
    TaxId::parse(text).unwrap()
}

#[tokio::test]
async fn a_polish_number_is_read_field_by_field() {
    let register = TestRegister::start().await;
    let registers = registers(&register.config());
    let entry = registers.find(&id(KNOWN), DAY).await.unwrap();
    assert_eq!((entry.day, entry.request.as_str()), (DAY, "req-1"));
    let subject = entry.subject;
    assert_eq!(subject.name, "ŻÓŁW SPÓŁKA AKCYJNA");
    assert_eq!(
        (subject.standing, subject.standing_words.as_str()),
        (Standing::Active, "Czynny")
    );
    assert_eq!(
        (subject.regon.as_str(), subject.krs.as_str()),
        ("010648235", "0000025237")
    );
    assert_eq!(subject.address.postal_code, "00-838");
    assert_eq!(subject.accounts[0], "PL61109010140000071219812874");
    let asked = register.asked();
    let agent = concat!("Kartoteka/", env!("CARGO_PKG_VERSION"));
    assert_eq!(
        asked,
        [format!("/api/search/nip/{KNOWN}?date=2026-11-24 {agent}")]
    );
}

#[tokio::test]
async fn what_is_no_answer_says_what_it_is() {
    let register = TestRegister::start().await;
    let registers = registers(&register.config());
    let unknown = registers.find(&id("1234563218"), DAY).await;
    assert_eq!(unknown, Err(RegisterError::NotFound));
    for (manner, why) in [
        (Manner::Slow, RegisterError::Timeout),
        (Manner::Html, RegisterError::Strange),
        (Manner::Huge, RegisterError::Strange),
        (Manner::Elsewhere, RegisterError::Strange),
        (Manner::Another, RegisterError::Strange),
        (Manner::Shapeless, RegisterError::Strange),
        (Manner::Broken, RegisterError::OutOfOrder),
        (
            Manner::Limit,
            RegisterError::Limit("Przekroczono dzienny limit zapytań".into()),
        ),
        (
            Manner::Refuses,
            RegisterError::Refused("Nieprawidłowy NIP".into()),
        ),
    ] {
        let shown = format!("{manner:?}");
        register.about(KNOWN, manner);
        let found = registers.find(&id(KNOWN), DAY).await;
        assert_eq!(found, Err(why), "{shown}");
    }
    let asked = register.asked();
    assert!(
        !asked.iter().any(|asked| asked.starts_with("/elsewhere")),
        "a redirect was followed"
    );
}

#[tokio::test]
async fn without_a_register_nothing_is_asked() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let config = test_register::config(&base, "");
    let registers = registers(&config);
    let found = registers.find(&id(KNOWN), DAY).await;
    assert_eq!(found, Err(RegisterError::Unreachable));
    let off = registers.find(&id("DE123456789"), DAY).await;
    assert_eq!(off, Err(RegisterError::Off));
    let swiss = registers.find(&id("CHE123456789"), DAY).await;
    assert_eq!(swiss, Err(RegisterError::NoRegister));
}

#[tokio::test]
async fn several_numbers_are_one_question() {
    let register = TestRegister::start().await;
    let registers = registers(&register.config());
    let numbers = [id("1234563218"), id(KNOWN), id("7740001454")];
    register.about("7740001454", Manner::Refuses);
    let answers = registers.find_polish(&numbers, DAY).await.unwrap();
    assert_eq!(answers[0].subject, Err(RegisterError::NotFound));
    assert_eq!(
        answers[1].subject.as_ref().unwrap().name,
        "ŻÓŁW SPÓŁKA AKCYJNA"
    );
    assert_eq!(
        answers[2].subject,
        Err(RegisterError::Refused("Nieprawidłowy NIP".into()))
    );
    assert!(answers.iter().all(|answer| answer.request == "req-30"));
    assert_eq!(register.asked().len(), 1);
    register.about(KNOWN, Manner::Limit);
    let limited = registers.find_polish(&numbers, DAY).await;
    assert!(matches!(limited, Err(RegisterError::Limit(_))));
}

#[tokio::test]
async fn european_numbers_are_asked_by_country() {
    let register = TestRegister::start().await;
    let registers = registers(&register.config());
    let answer = json!({
        "isValid": true, "requestDate": "2026-11-24T10:00:00.000Z", "userError": "VALID", "name": "BIER SA",
        "address": "RUE DE LA LOI 16\n1000 BRUXELLES", "requestIdentifier": "WAPI-1",
    });
    register.about("BE0123456789", Manner::Knows(answer));
    let entry = registers.find(&id("BE0123456789"), DAY).await.unwrap();
    assert_eq!(entry.subject.name, "BIER SA");
    assert_eq!(entry.subject.address.city, "BRUXELLES");
    assert_eq!((entry.day, entry.request.as_str()), (DAY, "WAPI-1"));
    let unknown = registers.find(&id("DE123456789"), DAY).await;
    assert_eq!(unknown, Err(RegisterError::NotFound));
    let busy = json!({"isValid": false, "userError": "MS_UNAVAILABLE"});
    register.about("DE123456789", Manner::Knows(busy));
    let busy = registers.find(&id("DE123456789"), DAY).await;
    assert_eq!(busy, Err(RegisterError::OutOfOrder));
    register.about("DE123456789", Manner::Knows(subject(KNOWN, "X")));
    let strange = registers.find(&id("DE123456789"), DAY).await;
    assert_eq!(strange, Err(RegisterError::Strange));
}
