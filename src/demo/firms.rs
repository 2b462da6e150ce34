//! Names of Polish firms: sole traders, partnerships, companies, institutions.

use super::dice::Dice;
use super::words::{Town, Words, plural};

pub(super) struct Firm {
    pub(super) name: String,
    /// Words for its domain, not yet folded.
    pub(super) domain: String,
    /// A tag that suits it.
    pub(super) tag: Option<&'static str>,
}

/// Forms of small businesses named by what they do.
const SHOP_FORMS: &[(u32, &str)] = &[
    (60, "Sp. z o.o."),
    (8, "Spółka z o.o."),
    (14, "s.c."),
    (13, "Sp.j."),
    (5, "Sp.k."),
];

/// Forms of trading and producing companies.
const FORMS: &[(u32, &str)] = &[
    (62, "Sp. z o.o."),
    (6, "Spółka z o.o."),
    (10, "Sp.j."),
    (8, "Sp.k."),
    (4, "Sp. z o.o. Sp.k."),
    (7, "S.A."),
    (3, "S.K.A."),
];

/// Forms of small family firms.
const FAMILY_FORMS: &[(u32, &str)] = &[(45, "s.c."), (35, "Sp.j."), (20, "Sp. z o.o.")];

pub(super) fn firm(words: &Words, town: Town, dice: &mut Dice) -> Firm {
    match dice.below(100) {
        0..30 => sole_trader(words, dice),
        30..44 => with_surname(words, dice),
        44..63 => with_fantasy(words, dice),
        63..82 => coined(words, town, dice),
        82..92 => partners(words, dice),
        _ => institution(words, town, dice),
    }
}

/// `Usługi BHP Anna Nowak`
fn sole_trader(words: &Words, dice: &mut Dice) -> Firm {
    let activity = dice.pick(&words.activities);
    let person = words.person(dice);
    let full = person.full();
    let name = if activity.ends_with('.') || activity == "PPHU" || dice.chance(60) {
        format!("{activity} {full}")
    } else {
        format!("{full} {activity}")
    };
    let tag = match activity {
        "Artykuły Szkolne" => Some("szkoły"),
        "Catering" | "Usługi Gastronomiczne" => Some("gastronomia"),
        "Usługi Budowlane" | "Firma Budowlana" | "Roboty Ziemne" => Some("budowlanka"),
        _ => None,
    };
    Firm {
        name,
        domain: full,
        tag,
    }
}

/// `Stolarnia Kowalski Sp.j.`
fn with_surname(words: &Words, dice: &mut Dice) -> Firm {
    let (branch, kind) = dice.pick(&words.branches);
    let domain;
    let name = if dice.chance(45) {
        let person = words.person(dice).full();
        domain = format!("{branch} {person}");
        format!("{branch} {person}")
    } else {
        let surname = words.surname(dice);
        domain = format!("{branch} {surname}");
        format!("{branch} {surname} {}", dice.weighted(SHOP_FORMS))
    };
    Firm {
        name,
        domain,
        tag: branch_tag(kind, branch),
    }
}

/// `Hotel „Pod Lipą”`
fn with_fantasy(words: &Words, dice: &mut Dice) -> Firm {
    let (branch, kind) = dice.pick(&words.branches);
    let fantasy = words.fantasy(kind, dice);
    let quoted = if dice.chance(70) {
        format!("{branch} „{fantasy}”")
    } else {
        format!("{branch} {fantasy}")
    };
    let name = match dice.below(100) {
        0..55 => format!("{quoted} {}", words.person(dice).full()),
        55..90 => format!("{quoted} {}", dice.weighted(SHOP_FORMS)),
        _ => {
            let (one, other) = (words.person(dice), words.person(dice));
            format!(
                "{quoted} s.c. {}, {}",
                initial(one.first, &one.last),
                initial(other.first, &other.last)
            )
        }
    };
    Firm {
        name,
        domain: format!("{branch} {fantasy}"),
        tag: branch_tag(kind, branch),
    }
}

/// `Drewpol Radom Sp. z o.o.`
fn coined(words: &Words, town: Town, dice: &mut Dice) -> Firm {
    let head = dice.pick(&words.coined_heads);
    let mut tail = dice.pick(&words.coined_tails);
    // No `Techtech`, no `Metalex` with three consonants in a row from two equal letters.
    while head.to_lowercase().starts_with(tail) || head.chars().last() == tail.chars().next() {
        tail = dice.pick(&words.coined_tails);
    }
    let joined = match dice.below(10) {
        0..6 => format!("{head}{tail}"),
        6..9 => format!("{head}-{}{}", tail[..1].to_uppercase(), &tail[1..]),
        _ => format!("{head}{tail}").to_uppercase(),
    };
    let form = dice.weighted(FORMS);
    let more = match dice.below(100) {
        0..30 => String::new(),
        30..50 => format!(" {}", town.name),
        50..60 => " Grupa".to_owned(),
        60..72 => format!(" {}", words.surname(dice)),
        _ => {
            let person = words.person(dice).full();
            return Firm {
                name: format!("{joined} {person}"),
                domain: joined,
                tag: None,
            };
        }
    };
    Firm {
        name: format!("{joined}{more} {form}"),
        domain: format!("{joined}{more}"),
        tag: dice.chance(20).then_some("hurt"),
    }
}

/// `Kowalski i Nowak Biuro Rachunkowe s.c.`, `Bracia Kowalscy Sp.j.`, `Piekarnia Lis i Synowie Sp.j.`
fn partners(words: &Words, dice: &mut Dice) -> Firm {
    let (branch, kind) = dice.pick(&words.branches);
    let (one, other) = (words.surname(dice), words.surname(dice));
    let form = dice.weighted(FAMILY_FORMS);
    let family = match plural(one) {
        Some(plural) if dice.chance(40) => format!("Bracia {plural}"),
        _ if one == other || dice.chance(25) => format!("{one} i Synowie"),
        _ => format!("{one} i {other}"),
    };
    let name = if dice.chance(50) {
        format!("{branch} {family} {form}")
    } else {
        format!("{family} {branch} {form}")
    };
    Firm {
        name,
        domain: family,
        tag: branch_tag(kind, branch),
    }
}

/// `Szkoła Podstawowa nr 12 w Krakowie`
fn institution(words: &Words, town: Town, dice: &mut Dice) -> Firm {
    let place = format!("{} {}", locative_preposition(town.locative), town.locative);
    let number = dice.between(1, 40);
    let (name, tag) = match dice.below(12) {
        0..3 => (
            format!("Szkoła Podstawowa nr {number} {place}"),
            Some("szkoły"),
        ),
        3 => (format!("Zespół Szkół nr {number} {place}"), Some("szkoły")),
        4 => (
            format!("Zespół Szkolno-Przedszkolny nr {number} {place}"),
            Some("szkoły"),
        ),
        5..7 => (format!("Przedszkole nr {number} {place}"), Some("szkoły")),
        7 => (
            format!("Liceum Ogólnokształcące nr {number} {place}"),
            Some("szkoły"),
        ),
        8 => (format!("Dom Kultury {place}"), None),
        9 => (
            format!(
                "Spółdzielnia Mieszkaniowa „{}” {place}",
                words.fantasy("d", dice)
            ),
            Some("przetarg"),
        ),
        10 => (
            format!("Fundacja „{}” {place}", words.fantasy("e", dice)),
            None,
        ),
        _ => (
            format!("Stowarzyszenie „{}” {place}", words.fantasy("e", dice)),
            None,
        ),
    };
    let domain = name.replace(&place, town.name);
    Firm { name, domain, tag }
}

/// `we` before a name that begins with W or F and another consonant: `we Wrocławiu`.
fn locative_preposition(town: &str) -> &'static str {
    let mut letters = town.chars();
    let hard = matches!(letters.next(), Some('W' | 'F'))
        && letters.next().is_some_and(|c| !"aąeęioóuy".contains(c));
    if hard { "we" } else { "w" }
}

fn branch_tag(kind: &str, branch: &str) -> Option<&'static str> {
    match kind {
        "h" if matches!(branch, "Restauracja" | "Pizzeria" | "Gospoda") => Some("gastronomia"),
        "h" => Some("hotele"),
        "d" if branch.ends_with("Budowlana") || branch.ends_with("Budowlany") => Some("budowlanka"),
        _ if branch.starts_with("Hurtownia") => Some("hurt"),
        _ => None,
    }
}

/// `J. Kowalska`
fn initial(first: &str, last: &str) -> String {
    format!("{}. {last}", first.chars().next().unwrap_or('A'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn towns_take_their_preposition() {
        for (town, preposition) in [
            ("Wrocławiu", "we"),
            ("Włocławku", "we"),
            ("Wrześni", "we"),
            ("Warszawie", "w"),
            ("Wieliczce", "w"),
            ("Krakowie", "w"),
            ("Łodzi", "w"),
        ] {
            assert_eq!(locative_preposition(town), preposition);
        }
    }
}
