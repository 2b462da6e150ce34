//! Small files of demo clients, and large ones that say nothing, to measure with.

use std::io::Write;

/// A file of a demo client.
pub(crate) struct DemoFile {
    pub(crate) name: &'static str,
    pub(crate) finance: bool,
    /// Whether its lines are set on a page.
    is_page: bool,
    /// Lines of its text.
    lines: &'static [&'static str],
}

const FILES: [DemoFile; 6] = [
    DemoFile {
        name: "Umowa ramowa.pdf",
        finance: false,
        is_page: true,
        lines: &[
            "UMOWA RAMOWA",
            "zawarta w Bielsku-Bialej",
            "Bielska Stolarnia oraz Zamawiajacy",
            "1. Przedmiotem umowy sa dostawy i montaz stolarki.",
            "2. Terminy ustala sie dla kazdego zamowienia osobno.",
        ],
    },
    DemoFile {
        name: "Oferta – okna dębowe.pdf",
        finance: false,
        is_page: true,
        lines: &[
            "OFERTA",
            "Okna debowe, 12 sztuk, z montazem",
            "Oferta wazna 30 dni",
        ],
    },
    DemoFile {
        name: "Wymiary okien.csv",
        finance: false,
        is_page: false,
        lines: &[
            "pomieszczenie;szerokość;wysokość;sztuk",
            "salon;2400;1500;2",
            "kuchnia;1200;1200;1",
            "sypialnia;1500;1500;2",
            "łazienka;600;900;1",
        ],
    },
    DemoFile {
        name: "Protokół odbioru.txt",
        finance: false,
        is_page: false,
        lines: &[
            "Protokół odbioru prac montażowych",
            "Prace wykonano zgodnie z zamówieniem, bez uwag.",
            "Gwarancja: 5 lat.",
        ],
    },
    DemoFile {
        name: "Warunki kredytu kupieckiego.pdf",
        finance: true,
        is_page: true,
        lines: &[
            "WARUNKI KREDYTU KUPIECKIEGO",
            "Termin platnosci: 30 dni",
            "Zabezpieczenie: weksel in blanco",
        ],
    },
    DemoFile {
        name: "Notatka ze spotkania.txt",
        finance: false,
        is_page: false,
        lines: &[
            "Spotkanie w zakładzie, obejrzano próbki.",
            "Klient prosi o wycenę drzwi wewnętrznych do końca miesiąca.",
        ],
    },
];

/// Which files the client in this place has.
pub(crate) fn files_of(place: usize) -> impl Iterator<Item = &'static DemoFile> {
    // The first ones have several, the others one.
    let count = if place < 3 { 3 } else { 1 };
    (0..count).map(move |number| &FILES[(place + 2 * number) % FILES.len()])
}

impl DemoFile {
    /// Its content.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        if self.is_page {
            page(self.lines)
        } else {
            let mut text = self.lines.join("\r\n");
            text.push_str("\r\n");
            text.into_bytes()
        }
    }
}

/// A page with lines of plain letters (ISO 32000).
fn page(lines: &[&str]) -> Vec<u8> {
    let mut text = String::from("BT /F1 14 Tf 72 770 Td 22 TL\n");
    for line in lines {
        text.push_str(&format!("({line}) Tj T*\n"));
    }
    text.push_str("ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>"
            .to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
    ];
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n{object}\nendobj\n", number + 1).into_bytes());
    }
    let table = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).into_bytes());
    for place in places {
        bytes.extend(format!("{place:010} 00000 n \n").into_bytes());
    }
    let size = objects.len() + 1;
    bytes.extend(
        format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n")
            .into_bytes(),
    );
    bytes
}

/// Bytes that nothing makes smaller, the same for the same seed.
pub(crate) fn noise(seed: u64, to: &mut dyn Write, bytes: u64) -> std::io::Result<()> {
    let mut from = blake3::Hasher::new();
    from.update(b"kartoteka demo file")
        .update(&seed.to_be_bytes());
    let mut from = from.finalize_xof();
    let (mut buffer, mut left) = (vec![0; 64 << 10], bytes);
    while left > 0 {
        let part = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        from.fill(&mut buffer[..part]);
        to.write_all(&buffer[..part])?;
        left -= part as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_where_its_objects_are() {
        let bytes = FILES[0].bytes();
        let text = String::from_utf8(bytes).unwrap();
        let table: usize = text
            .lines()
            .rev()
            .nth(1)
            .and_then(|line| line.parse().ok())
            .unwrap();
        assert!(text[table..].starts_with("xref"));
        for (number, line) in text[table..].lines().skip(3).take(5).enumerate() {
            let place: usize = line[..10].parse().unwrap();
            assert!(text[place..].starts_with(&format!("{} 0 obj", number + 1)));
        }
    }
}
