//! Words of client lists.

use super::Vocabulary;
use crate::clients::field;
use crate::data::{Changes, Value};
use crate::exchange::headings::CLIENT_FIELDS;

pub(super) static VOCABULARY: Vocabulary = Vocabulary {
    fields: CLIENT_FIELDS,
    words: &[
        (
            "kind",
            "company",
            &[
                "firmy",
                "przedsiębiorstwo",
                "spółka",
                "podmiot gospodarczy",
                "działalność gospodarcza",
                "jdg",
                "osoba prawna",
                "organizacja",
                "instytucja",
                "business",
                "organization",
                "organisation",
                "firm",
                "f",
                "b2b",
            ],
        ),
        (
            "kind",
            "person",
            &[
                "osoba fizyczna",
                "osoba prywatna",
                "osoby",
                "kontakt",
                "klient indywidualny",
                "indywidualny",
                "prywatny",
                "konsument",
                "individual",
                "private",
                "contact",
                "consumer",
                "o",
                "b2c",
            ],
        ),
        (
            "status",
            "lead",
            &[
                "potencjalny",
                "potencjalna",
                "klient potencjalny",
                "potencjalny klient",
                "prospekt",
                "prospect",
                "nowy",
                "new",
                "potential",
                "szansa",
            ],
        ),
        (
            "status",
            "active",
            &[
                "aktywny",
                "aktywna",
                "klient aktywny",
                "aktywny klient",
                "stały",
                "stały klient",
                "obecny",
                "bieżący",
                "customer",
                "current",
                "tak",
                "yes",
            ],
        ),
        (
            "status",
            "former",
            &[
                "byli",
                "była",
                "były klient",
                "nieaktywny",
                "nieaktywna",
                "klient nieaktywny",
                "utracony",
                "archiwalny",
                "zakończony",
                "inactive",
                "lost",
                "archived",
                "past",
                "nie",
                "no",
            ],
        ),
    ],
    // An e-mail or phone alone is no proof: people of one office share them.
    same_by: &[
        &["tax_id"],
        &["emails", "name"],
        &["phones", "name"],
        &["name", "address.city"],
    ],
    remarks: Some("notes"),
    stands_in: Some("company"),
    referred: Some(("kind", "company")),
    implied: &[("company", "kind", "person")],
    title_parts: &[
        (
            "first_name",
            &[
                "Imię",
                "Imiona",
                "First name",
                "Given name",
                "Forename",
                "first_name",
            ],
        ),
        (
            "last_name",
            &[
                "Nazwisko",
                "Last name",
                "Surname",
                "Family name",
                "last_name",
            ],
        ),
    ],
    of_parts: Some(("kind", "person")),
    mend,
};

/// Excel takes `00-950` written without its dash for a number.
fn mend(values: &mut Changes) {
    let polish = match values.get(&field::COUNTRY) {
        Some(Some(country)) => country.as_text() == Some("PL"),
        _ => true,
    };
    if let Some(Some(Value::Text(code))) = values.get_mut(&field::POSTAL_CODE)
        && polish
        && code.len() == 5
        && code.bytes().all(|b| b.is_ascii_digit())
    {
        code.insert(2, '-');
    }
}
