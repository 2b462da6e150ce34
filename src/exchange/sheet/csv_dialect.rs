//! Which character parts the columns of a CSV file.

const CANDIDATES: [u8; 3] = [b';', b'\t', b','];

/// What the beginning of a file says of its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) delimiter: u8,
    /// Excel's own first line `sep=;`, which is no row.
    pub(super) has_sep_line: bool,
}

/// `complete`: the sample is the whole file, so that its last record is not cut.
pub(super) fn sniff(sample: &str, complete: bool) -> Dialect {
    if let Some(delimiter) = sep_line(sample) {
        return Dialect {
            delimiter,
            has_sep_line: true,
        };
    }
    let mut best = (0.0, b',');
    for delimiter in CANDIDATES {
        let score = consistency(sample, complete, delimiter);
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    Dialect {
        delimiter: best.1,
        has_sep_line: false,
    }
}

/// Whether the first record has several columns.
pub(super) fn has_columns(sample: &str, dialect: Dialect) -> bool {
    consistency(sample, true, dialect.delimiter) > 0.0
}

fn sep_line(sample: &str) -> Option<u8> {
    let line = sample.lines().next()?;
    let (key, delimiter) = line.split_at_checked(4)?;
    match delimiter.as_bytes() {
        [delimiter] if key.eq_ignore_ascii_case("sep=") && delimiter.is_ascii() => Some(*delimiter),
        _ => None,
    }
}

/// How well the records agree with the first one on the number of columns; 0 where that has only one. More columns
/// count a little more, so that commas inside a heading do not beat its semicolons.
fn consistency(sample: &str, complete: bool, delimiter: u8) -> f64 {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(sample.as_bytes());
    let mut counts: Vec<usize> = reader
        .byte_records()
        .take(101)
        .map_while(Result::ok)
        .map(|record| record.len())
        .collect();
    if !complete && counts.len() > 1 {
        counts.pop();
    }
    let Some(&first) = counts.first().filter(|&&first| first > 1) else {
        return 0.0;
    };
    let agreeing = counts.iter().filter(|&&count| count == first).count();
    agreeing as f64 / counts.len() as f64 + first.min(100) as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delimiter(sample: &str) -> char {
        sniff(sample, true).delimiter as char
    }

    #[test]
    fn the_most_consistent_delimiter_wins() {
        assert_eq!(
            delimiter("Nazwa;NIP, VAT;Tagi\nA;1;eksport, VIP\nB;2;\n"),
            ';'
        );
        assert_eq!(
            delimiter("name,notes\n\"A\",\"x; y; z\"\nB,\"1;2\n3;4\"\n"),
            ','
        );
        assert_eq!(delimiter("name\tcity, country\nA\tŁódź, PL\n"), '\t');
        assert_eq!(delimiter("only one column\nA\n"), ',');
        assert_eq!(delimiter(""), ',');
    }

    #[test]
    fn excels_own_line_decides() {
        assert_eq!(
            sniff("sep=|\nName|City\n", true),
            Dialect {
                delimiter: b'|',
                has_sep_line: true
            }
        );
    }
}
