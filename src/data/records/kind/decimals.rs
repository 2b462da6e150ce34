//! Decimal numbers as whole numbers of their smallest place.

/// A decimal text as a whole number of its smallest place; `None` where it is none, or has more places.
pub(super) fn scaled(text: &str, scale: u8) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    if whole.is_empty()
        || fraction.len() > usize::from(scale)
        || !(whole.to_owned() + fraction)
            .bytes()
            .all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let mut number: i64 = whole.parse().ok()?;
    for place in 0..usize::from(scale) {
        let digit = fraction
            .as_bytes()
            .get(place)
            .map_or(0, |byte| i64::from(byte - b'0'));
        number = number.checked_mul(10)?.checked_add(digit)?;
    }
    Some(if negative { -number } else { number })
}

/// A scaled number as text without needless zeros.
pub(super) fn unscaled(number: i64, scale: u8) -> String {
    if scale == 0 {
        return number.to_string();
    }
    let base = 10_u64.pow(u32::from(scale));
    let (whole, fraction) = (number.unsigned_abs() / base, number.unsigned_abs() % base);
    let sign = if number < 0 { "-" } else { "" };
    if fraction == 0 {
        return format!("{sign}{whole}");
    }
    let places = format!("{fraction:0width$}", width = usize::from(scale));
    format!("{sign}{whole}.{}", places.trim_end_matches('0'))
}
