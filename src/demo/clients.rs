//! The clients themselves, made one after another in constant memory.

use std::collections::VecDeque;

use jiff::civil::Date;

use crate::data::records::fold::words as folded_words;

use super::dice::Dice;
use super::firms::firm;
use super::history::{Calendar, credit_limit, edits, payment_days, timestamp};
use super::numbers::{account, foreign_tax_id, landline, mobile, nip, stem};
use super::words::{PersonName, Town, Words};
use super::{DemoClient, MANAGER, OWNER, SALES_1, SALES_2};

/// How far back a person's company may lie.
const NEAR: usize = 200;

/// Demo clients for a firm whose today is `today`; the same arguments give the same clients.
pub(crate) fn clients(count: usize, seed: u64, today: Date) -> impl Iterator<Item = DemoClient> {
    let mut dice = Dice::new(seed);
    let offset = u64::from(dice.below(u32::MAX));
    let mut maker = Maker {
        count,
        offset,
        calendar: Calendar::until(today),
        words: Words::load(),
        dice,
        near: VecDeque::new(),
    };
    (0..count).map(move |index| maker.client(index))
}

struct Maker {
    count: usize,
    /// Where the tax ids start.
    offset: u64,
    calendar: Calendar,
    words: Words,
    dice: Dice,
    near: VecDeque<NearCompany>,
}

/// What a person takes over from their company.
struct NearCompany {
    index: usize,
    created: i64,
    domain: String,
    owner: Option<usize>,
}

struct Address {
    street: String,
    postal_code: String,
    city: String,
    country: &'static str,
}

impl Maker {
    fn client(&mut self, index: usize) -> DemoClient {
        let created = self.calendar.created(index, self.count, &mut self.dice);
        while self
            .near
            .front()
            .is_some_and(|company| company.index + NEAR < index)
        {
            self.near.pop_front();
        }
        let mut client = match self.dice.below(100) {
            0..22 => self.person(created),
            22..25 => self.firm_abroad(index, created),
            _ => self.firm(index, created),
        };
        client.edits = edits(&client, self.calendar, &self.words, &mut self.dice);
        client
    }

    fn firm(&mut self, index: usize, created: i64) -> DemoClient {
        let town = self.words.town(&mut self.dice);
        let firm = firm(&self.words, town, &mut self.dice);
        let domain = domain(&firm.domain, &mut self.dice);
        let tax_id = self
            .dice
            .chance(96)
            .then(|| nip(&stem(index, self.offset), &mut self.dice));
        let address = self.address(town);
        let mut phones = vec![if self.dice.chance(45) {
            landline(town, &mut self.dice)
        } else {
            mobile(&mut self.dice)
        }];
        if self.dice.chance(22) {
            phones.push(mobile(&mut self.dice));
        }
        let mut client = self.blank(created, firm.name, address);
        client.kind_is_company = true;
        client.tax_id = tax_id;
        client.phones = phones;
        client.tags = self.tags(firm.tag);
        client.bank_account = self.dice.chance(50).then(|| account(&mut self.dice));
        self.finish_company(index, created, client, domain)
    }

    fn firm_abroad(&mut self, index: usize, created: i64) -> DemoClient {
        let (country, name) = self.dice.pick(&self.words.firms_abroad);
        let towns: Vec<_> = self
            .words
            .towns_abroad
            .iter()
            .copied()
            .filter(|town| town.country == country)
            .collect();
        let town = self.dice.pick(&towns);
        let street = match country {
            "DE" | "AT" => {
                self.dice
                    .pick(&["Hauptstraße", "Bahnhofstraße", "Gartenweg", "Lindenallee"])
            }
            "CZ" => self.dice.pick(&["Nádražní", "Husova", "Komenského"]),
            "SK" => self.dice.pick(&["Hlavná", "Štúrova", "Hviezdoslavova"]),
            _ => self
                .dice
                .pick(&["Vilniaus g.", "Gedimino pr.", "Pylimo g."]),
        };
        let address = Address {
            street: format!("{street} {}", self.dice.between(1, 120)),
            postal_code: town
                .postal
                .chars()
                .map(|c| {
                    if c == '#' {
                        char::from(b'0' + self.dice.below(10) as u8)
                    } else {
                        c
                    }
                })
                .collect(),
            city: town.name.to_owned(),
            country,
        };
        let phone = format!("{} {}", town.area, self.dice.digits(7));
        let tax_id = foreign_tax_id(country, &stem(index, self.offset), &mut self.dice);
        let domain = domain(name, &mut self.dice);
        let mut client = self.blank(created, name.to_owned(), address);
        client.kind_is_company = true;
        client.tax_id = Some(tax_id);
        client.phones = vec![phone];
        client.tags = self.tags(Some("eksport"));
        self.finish_company(index, created, client, domain)
    }

    /// What every company has, Polish or not; keeps it for the persons that follow.
    fn finish_company(
        &mut self,
        index: usize,
        created: i64,
        mut client: DemoClient,
        domain: String,
    ) -> DemoClient {
        let dice = &mut self.dice;
        let mailbox = dice.weighted(&[
            (50, "biuro"),
            (18, "kontakt"),
            (14, "info"),
            (10, "sekretariat"),
            (8, "zamowienia"),
        ]);
        if dice.chance(92) {
            client.emails.push(format!("{mailbox}@{domain}"));
        }
        if dice.chance(18) {
            client.emails.push(format!(
                "{}@{domain}",
                dice.pick(&["faktury", "ksiegowosc", "handel"])
            ));
        }
        client.website = dice.chance(58).then(|| format!("https://www.{domain}"));
        if client.status == "active" {
            client.credit_limit_minor = dice.chance(45).then(|| credit_limit(dice));
            client.payment_days = dice.chance(75).then(|| payment_days(dice));
            client.discount_percent = dice
                .chance(30)
                .then(|| dice.pick(&[3, 5, 5, 7, 10, 12, 15]));
            client.balance_minor = dice
                .chance(35)
                .then(|| i64::from(dice.between(4_900, 2_499_900)));
        }
        self.near.push_back(NearCompany {
            index,
            created,
            domain,
            owner: client.owner,
        });
        client
    }

    fn person(&mut self, created: i64) -> DemoClient {
        let name = self.words.person(&mut self.dice);
        let works = !self.near.is_empty() && self.dice.chance(70);
        let phone = mobile(&mut self.dice);
        if !works {
            let town = self.words.town(&mut self.dice);
            let address = self.address(town);
            let mail = private_email(&name, &mut self.dice);
            let mut client = self.blank(created, name.full(), address);
            client.phones = vec![phone];
            client.emails = self.dice.chance(85).then_some(mail).into_iter().collect();
            client.tags = self.tags(None);
            return client;
        }
        let place = self.dice.below(self.near.len() as u32) as usize;
        let company = &self.near[place];
        let (company_of, owner) = (company.index, company.owner);
        // Nobody is entered before their company.
        let created = created.max(company.created + 60);
        let mail = format!("{}@{}", local_part(&name), company.domain);
        let nowhere = Address {
            street: String::new(),
            postal_code: String::new(),
            city: String::new(),
            country: "",
        };
        let mut client = self.blank(created, name.full(), nowhere);
        client.company_of = Some(company_of);
        client.owner = owner;
        client.phones = vec![phone];
        client.emails = vec![mail];
        client
    }

    /// A client with what all kinds have.
    fn blank(&mut self, created: i64, name: String, address: Address) -> DemoClient {
        let dice = &mut self.dice;
        let millis = created as u64 * 1000 + u64::from(dice.below(1000));
        let id = uuid::Builder::from_unix_timestamp_millis(millis, &dice.bytes()).into_uuid();
        let status = dice.weighted(&[(46, "lead"), (49, "active"), (5, "former")]);
        let owner = dice.weighted(&[
            (40, Some(SALES_1)),
            (40, Some(SALES_2)),
            (12, Some(MANAGER)),
            (5, Some(OWNER)),
            (3, None),
        ]);
        let mut notes = String::new();
        for _ in 0..dice.weighted(&[(36, 0), (38, 1), (20, 2), (6, 3)]) {
            let sentence = self.words.sentence(&self.words.notes, dice);
            if !notes.contains(&sentence) {
                if !notes.is_empty() {
                    notes.push(' ');
                }
                notes.push_str(&sentence);
            }
        }
        DemoClient {
            id_bytes: *id.as_bytes(),
            kind_is_company: false,
            company_of: None,
            name,
            tax_id: None,
            emails: Vec::new(),
            phones: Vec::new(),
            website: None,
            street: address.street,
            postal_code: address.postal_code,
            city: address.city,
            country: address.country.to_owned(),
            status,
            tags: Vec::new(),
            owner,
            notes,
            bank_account: None,
            credit_limit_minor: None,
            payment_days: None,
            discount_percent: None,
            balance_minor: None,
            created_at: timestamp(created),
            edits: Vec::new(),
        }
    }

    fn address(&mut self, town: Town) -> Address {
        let dice = &mut self.dice;
        let street = dice.pick(&self.words.streets);
        let prefix = if street == "Rynek" || street.contains(". ") {
            ""
        } else {
            "ul. "
        };
        let number = dice.between(1, 120);
        let number = match dice.below(10) {
            0..5 => number.to_string(),
            5 => format!("{number}{}", dice.pick(&["A", "B", "C"])),
            _ => format!("{number}/{}", dice.between(1, 60)),
        };
        let missing = "00-000".len() - town.postal.len();
        Address {
            street: format!("{prefix}{street} {number}"),
            postal_code: format!("{}{}", town.postal, dice.digits(missing)),
            city: town.name.to_owned(),
            country: "PL",
        }
    }

    fn tags(&mut self, suits: Option<&'static str>) -> Vec<String> {
        let mut tags: Vec<String> = suits
            .filter(|_| self.dice.chance(75))
            .map(str::to_owned)
            .into_iter()
            .collect();
        for _ in 0..self.dice.weighted(&[(45, 0), (35, 1), (20, 2)]) {
            let tag = self.dice.pick(&self.words.tags);
            if !tags.iter().any(|known| known == tag) {
                tags.push(tag.to_owned());
            }
        }
        tags
    }
}

/// A domain of at most five words, legal forms left out.
fn domain(words: &str, dice: &mut Dice) -> String {
    const FORMS: [&str; 6] = ["gmbh", "co", "kg", "ag", "uab", "ro"];
    let mut stem = String::with_capacity(48);
    for word in folded_words(words)
        .iter()
        .filter(|word| word.len() > 1 && !FORMS.contains(&word.as_str()))
        .take(5)
    {
        if !stem.is_empty() {
            stem.push('-');
        }
        stem.push_str(word);
    }
    stem.truncate(
        stem.char_indices()
            .nth(48)
            .map_or(stem.len(), |(end, _)| end),
    );
    format!(
        "{}.{}",
        stem.trim_end_matches('-'),
        dice.weighted(&[(4, "example"), (1, "test")])
    )
}

fn local_part(name: &PersonName) -> String {
    folded_words(&format!("{} {}", name.first, name.last)).join(".")
}

fn private_email(name: &PersonName, dice: &mut Dice) -> String {
    let local = local_part(name);
    let host = dice.pick(&["poczta.example", "skrzynka.example", "mail.test"]);
    match dice.below(3) {
        0 => format!("{local}@{host}"),
        1 => format!("{local}{}@{host}", dice.between(60, 99)),
        _ => format!("{}{}@{host}", local.replace('.', ""), dice.between(1, 999)),
    }
}

#[cfg(test)]
mod tests;
