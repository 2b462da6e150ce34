//! Names of archives: the moment, the firm, what they are. `2026-11-26T02-30-00Z-firma.tar.zst.age`.

use jiff::Timestamp;

use super::ENDING;
use crate::data::records::fold::fold;

/// Characters of the firm's name that are taken.
const LONGEST: usize = 40;

/// The name of an archive of a firm at a moment that none of `taken` has.
pub(super) fn of(firm: &str, at: Timestamp, taken: impl Fn(&str) -> bool) -> String {
    let folded = fold(firm);
    let words = folded.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let mut slug = words.join("-");
    slug.truncate(LONGEST);
    let slug = slug.trim_end_matches('-');
    let slug = if slug.is_empty() { "firma" } else { slug };
    let stem = format!("{}-{slug}", at.strftime("%Y-%m-%dT%H-%M-%SZ"));
    let mut names = (1..).map(|number| match number {
        1 => format!("{stem}{ENDING}"),
        number => format!("{stem}-{number}{ENDING}"),
    });
    let free = names.find(|name| !taken(name));
    free.expect("numbers do not end")
}

/// The moment that a name tells.
pub(crate) fn moment(name: &str) -> Option<Timestamp> {
    let text = name.get(..20)?;
    let (day, time) = text.split_once('T')?;
    let time = time.strip_suffix('Z')?.replace('-', ":");
    format!("{day}T{time}Z").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_its_moment_and_its_firm() {
        let at: Timestamp = "2026-11-26T02:30:00.123Z".parse().unwrap();
        let name = of("Łódzkie „Gęsi” / Sp. z o.o.", at, |_| false);
        assert_eq!(
            name,
            "2026-11-26T02-30-00Z-lodzkie-gesi-sp-z-o-o.tar.zst.age"
        );
        assert_eq!(moment(&name).unwrap().to_string(), "2026-11-26T02:30:00Z");
        let second = of("漢字", at, |name| !name.contains("-2.tar"));
        assert_eq!(second, "2026-11-26T02-30-00Z-firma-2.tar.zst.age");
        for other in [
            "",
            "x.tar.zst.age",
            "2026-11-26-02-30-00Z-x",
            "żżżżżżżżżżżżżżżżżżżżżż",
        ] {
            assert_eq!(moment(other), None, "{other}");
        }
    }
}
