//! Questions to the vault.

use kartoteka::data::{Filter, Query, Sort, Test};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::acts::{CITIES, EMAILS, NAMES, PHONES, TAGS};
use crate::firm::kind;

/// A question; owners in it are picked among the model's people.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(super) query: Query,
    /// Owners of an additional filter; nobody for records without one.
    pub(super) owners: Vec<Option<Index>>,
    /// Records on a page.
    pub(super) page: usize,
}

const WORDS: [&str; 37] = [
    "zolw",
    "żół",
    "ŻÓŁW łódź",
    "no",
    "nowak fir",
    "24/7",
    "247",
    "24",
    "526 104",
    "5261040828",
    "pl526",
    "PL526-104-08-28",
    "123456",
    "de123",
    "22 555",
    "225556677",
    "555 66 77",
    "+48 22 555",
    "501502",
    "49 30",
    "ola@",
    "ola@firma.test",
    "jan.zak@zolw",
    "pl61109",
    "東",
    "हिन्दी",
    "हि",
    "हिन्दी x",
    "s",
    "st vi",
    "--",
    "rano dzwo",
    "oddział b bardzo",
    "Dziewięćsetdziewięćdziesięciodziewięcionarodowościowiec",
    "dziewiecset",
    "klient 22 5",
    "k",
];

const AMOUNTS: &[&str] = &[
    "-5",
    "-4,99",
    "0",
    "99,99 zł",
    "100",
    "100,01",
    "2500,50",
    "10 000 000",
];

fn filter() -> impl Strategy<Value = Filter> {
    let texts = |field: &'static str, from: &'static [&'static str]| {
        prop::collection::vec(select(from), 1..4).prop_map(move |values| Filter {
            field: field.to_owned(),
            test: Test::AnyOf(values.into_iter().map(str::to_owned).collect()),
        })
    };
    let range = |field: &'static str, from: &'static [&'static str]| {
        let end = || prop::option::of(select(from)).prop_map(|text| text.map(str::to_owned));
        (end(), end()).prop_map(move |(from, to)| Filter {
            field: field.to_owned(),
            test: Test::Between(from, to),
        })
    };
    let fields: Vec<&'static str> = kind()
        .fields
        .iter()
        .filter(|field| field.filterable)
        .map(|field| field.name)
        .collect();
    let empty = (select(fields), any::<bool>()).prop_map(|(field, empty)| Filter {
        field: field.to_owned(),
        test: Test::Empty(empty),
    });
    prop_oneof![
        2 => texts("name", &NAMES),
        2 => texts("tags", &TAGS),
        1 => texts("emails", &EMAILS),
        1 => texts("phones", &PHONES),
        1 => texts("address.city", &CITIES),
        2 => texts("status", &["lead", "active", "former", "other"]),
        1 => texts("kind", &["company", "person"]),
        1 => texts("tax_id", &["526-104-08-28", "DE123456789", "x"]),
        1 => texts("credit_limit", AMOUNTS),
        2 => range("credit_limit", AMOUNTS),
        1 => range("payment_days", &["0", "7", "8", "21", "365"]),
        1 => range("discount_percent", &["0", "7,25", "7.26", "100"]),
        1 => range("created_at", &["2020-01-01", "01.01.2021", "2200-01-01"]),
        4 => empty,
    ]
}

pub(crate) fn asked() -> impl Strategy<Value = Asked> {
    let fields: Vec<&'static str> = kind()
        .fields
        .iter()
        .filter(|field| field.sortable)
        .map(|field| field.name)
        .collect();
    let sort = (select(fields), any::<bool>()).prop_map(|(field, descending)| Sort {
        field: field.to_owned(),
        descending,
    });
    let search = prop_oneof![2 => Just(""), 3 => select(&WORDS[..])];
    let owners = prop_oneof![3 => Just(Vec::new()), 1 => prop::collection::vec(prop::option::of(any::<Index>()), 1..3)];
    (
        prop::option::weighted(0.8, sort),
        prop::collection::vec(filter(), 0..3),
        search,
        owners,
        1_usize..40,
    )
        .prop_map(|(sort, filters, search, owners, page)| Asked {
            query: Query {
                search: search.to_owned(),
                filters,
                sort,
                ids: Vec::new(),
            },
            owners,
            page,
        })
}

/// The whole list in an order.
pub(crate) fn sorted(field: &str, descending: bool) -> Query {
    Query {
        sort: Some(Sort {
            field: field.to_owned(),
            descending,
        }),
        ..Query::default()
    }
}

/// A condition that every record meets.
pub(crate) fn everything() -> Filter {
    Filter {
        field: "name".to_owned(),
        test: Test::Empty(false),
    }
}
