//! The word lists of the demo data, cut into pieces once.

use super::dice::Dice;

/// A town with what belongs to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Town {
    pub(super) name: &'static str,
    /// The locative: `Krakowie`, as in `w Krakowie`.
    pub(super) locative: &'static str,
    /// How its postal codes begin.
    pub(super) postal: &'static str,
    /// Its telephone area, two digits.
    pub(super) area: &'static str,
}

/// A town abroad; `#` in the postal code stands for any digit.
#[derive(Debug, Clone, Copy)]
pub(super) struct TownAbroad {
    pub(super) country: &'static str,
    pub(super) name: &'static str,
    pub(super) postal: &'static str,
    pub(super) area: &'static str,
}

pub(super) struct Words {
    women: Vec<&'static str>,
    men: Vec<&'static str>,
    surnames: Vec<&'static str>,
    pub(super) towns: Vec<(u32, Town)>,
    pub(super) towns_abroad: Vec<TownAbroad>,
    pub(super) firms_abroad: Vec<(&'static str, &'static str)>,
    pub(super) streets: Vec<&'static str>,
    /// A kind of business and the letter of the fantasy names that suit it.
    pub(super) branches: Vec<(&'static str, &'static str)>,
    fantasy: Vec<(&'static str, Vec<&'static str>)>,
    pub(super) activities: Vec<&'static str>,
    pub(super) coined_heads: Vec<&'static str>,
    pub(super) coined_tails: Vec<&'static str>,
    pub(super) tags: Vec<&'static str>,
    pub(super) notes: Vec<&'static str>,
    pub(super) updates: Vec<&'static str>,
}

/// A person's name, the surname in the form of their gender.
pub(super) struct PersonName {
    pub(super) first: &'static str,
    pub(super) last: String,
}

impl PersonName {
    pub(super) fn full(&self) -> String {
        format!("{} {}", self.first, self.last)
    }
}

impl Words {
    pub(super) fn load() -> Self {
        let (heads, tails) = include_str!("words/coined.txt")
            .split_once("pol ")
            .unwrap_or_default();
        Self {
            women: include_str!("words/women.txt").split_whitespace().collect(),
            men: include_str!("words/men.txt").split_whitespace().collect(),
            surnames: include_str!("words/surnames.txt")
                .split_whitespace()
                .collect(),
            towns: rows(include_str!("words/towns.txt"))
                .map(|[weight, name, locative, postal, area]| {
                    (
                        weight.parse().unwrap_or(1),
                        Town {
                            name,
                            locative,
                            postal,
                            area,
                        },
                    )
                })
                .collect(),
            towns_abroad: rows(include_str!("words/abroad.txt"))
                .map(|[country, name, postal, area]| TownAbroad {
                    country,
                    name,
                    postal,
                    area,
                })
                .collect(),
            firms_abroad: rows(include_str!("words/abroad_firms.txt"))
                .map(|[country, name]| (country, name))
                .collect(),
            streets: include_str!("words/streets.txt").lines().collect(),
            branches: rows(include_str!("words/branches.txt"))
                .map(|[branch, kind]| (branch, kind))
                .collect(),
            fantasy: include_str!("words/fantasy.txt")
                .lines()
                .filter_map(|line| line.split_once('|'))
                .map(|(kind, names)| (kind, names.split('|').collect()))
                .collect(),
            activities: include_str!("words/activities.txt").lines().collect(),
            coined_heads: heads.split_whitespace().collect(),
            coined_tails: tails.split_whitespace().chain(["pol"]).collect(),
            tags: include_str!("words/tags.txt").split_whitespace().collect(),
            notes: include_str!("words/notes.txt").lines().collect(),
            updates: include_str!("words/updates.txt").lines().collect(),
        }
    }

    pub(super) fn person(&self, dice: &mut Dice) -> PersonName {
        if dice.chance(50) {
            PersonName {
                first: dice.pick(&self.women),
                last: feminine(dice.pick(&self.surnames)),
            }
        } else {
            PersonName {
                first: dice.pick(&self.men),
                last: dice.pick(&self.surnames).to_owned(),
            }
        }
    }

    pub(super) fn surname(&self, dice: &mut Dice) -> &'static str {
        dice.pick(&self.surnames)
    }

    /// A name a business of this kind could bear, as in `Hotel „Pod Lipą”`.
    pub(super) fn fantasy(&self, kind: &str, dice: &mut Dice) -> &'static str {
        let names = self.fantasy.iter().find(|(known, _)| *known == kind);
        names.map_or("Omega", |(_, names)| dice.pick(names))
    }

    pub(super) fn town(&self, dice: &mut Dice) -> Town {
        dice.weighted(&self.towns)
    }

    /// A sentence people would write, its gaps filled.
    pub(super) fn sentence(&self, templates: &[&'static str], dice: &mut Dice) -> String {
        let mut rest = dice.pick(templates);
        let mut sentence = String::new();
        while let Some((before, gap, after)) = next_gap(rest) {
            sentence.push_str(before);
            match gap {
                "woman" => sentence.push_str(dice.pick(&self.women)),
                "man" => sentence.push_str(dice.pick(&self.men)),
                "hour" => sentence.push_str(&dice.between(9, 15).to_string()),
                "number" => sentence.push_str(&dice.between(2, 4).to_string()),
                "pieces" => sentence.push_str(&(dice.between(2, 40) * 5).to_string()),
                "days" => sentence.push_str(dice.pick(&["14", "21", "30", "45", "60"])),
                _ => sentence.push_str(dice.pick(&MONTHS)),
            }
            rest = after;
        }
        sentence.push_str(rest);
        sentence
    }
}

/// What stands before the first gap `{…}`, its name, and what follows.
fn next_gap(template: &'static str) -> Option<(&'static str, &'static str, &'static str)> {
    let (before, rest) = template.split_once('{')?;
    let (gap, after) = rest.split_once('}')?;
    Some((before, gap, after))
}

const MONTHS: [&str; 12] = [
    "styczeń",
    "luty",
    "marzec",
    "kwiecień",
    "maj",
    "czerwiec",
    "lipiec",
    "sierpień",
    "wrzesień",
    "październik",
    "listopad",
    "grudzień",
];

/// The lines of a table with so many columns; others are passed over.
fn rows<const N: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    table
        .lines()
        .filter_map(|line| line.split('|').collect::<Vec<_>>().try_into().ok())
}

/// A surname as a woman bears it: only those in -ski, -cki and -dzki change.
pub(super) fn feminine(surname: &str) -> String {
    match surname
        .strip_suffix("ki")
        .filter(|stem| stem.ends_with(['s', 'c', 'z']))
    {
        Some(stem) => format!("{stem}ka"),
        None => surname.to_owned(),
    }
}

/// Brothers of a surname: `Kowalscy`, `Góreccy`; none where the plural would sound odd.
pub(super) fn plural(surname: &str) -> Option<String> {
    surname
        .strip_suffix("ki")
        .filter(|stem| stem.ends_with(['s', 'c', 'z']))
        .map(|stem| format!("{stem}cy"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_whole() {
        let words = Words::load();
        assert_eq!(
            words.towns.len(),
            include_str!("words/towns.txt").lines().count()
        );
        assert_eq!(
            words.branches.len(),
            include_str!("words/branches.txt").lines().count()
        );
        assert_eq!(
            words.firms_abroad.len(),
            include_str!("words/abroad_firms.txt").lines().count()
        );
        assert_eq!(
            words.towns_abroad.len(),
            include_str!("words/abroad.txt").lines().count()
        );
        assert!(words.coined_heads.len() > 40 && words.coined_tails.len() > 20);
        for (branch, kind) in &words.branches {
            assert!(
                words.fantasy.iter().any(|(known, _)| known == kind),
                "{branch}"
            );
        }
        for (country, firm) in &words.firms_abroad {
            assert!(
                words
                    .towns_abroad
                    .iter()
                    .any(|town| town.country == *country),
                "{firm}"
            );
        }
    }

    #[test]
    fn surnames_agree() {
        assert_eq!(feminine("Kowalski"), "Kowalska");
        assert_eq!(feminine("Zawadzki"), "Zawadzka");
        assert_eq!(feminine("Nowak"), "Nowak");
        assert_eq!(plural("Górecki").as_deref(), Some("Góreccy"));
        assert_eq!(plural("Kowalski").as_deref(), Some("Kowalscy"));
        assert_eq!(plural("Nowak"), None);
    }
}
