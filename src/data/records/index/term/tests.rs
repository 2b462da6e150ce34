//! Numbers are found by the terms of their ranges.

use super::*;
use proptest::prelude::*;

proptest! {
    #[test]
    fn range_runs_cover_exactly_the_range(a in -2_000_000_i64..2_000_000, b in -2_000_000_i64..2_000_000, points in prop::collection::vec(-2_100_000_i64..2_100_000, 40)) {
        let (from, to) = (a.min(b), a.max(b));
        let runs = range_runs(7, from, to);
        for point in points.into_iter().chain([from, to, from - 1, to + 1]) {
            let hits = runs.iter().filter(|(first, last)| {
                (0..RANGE_LEVELS).any(|level| { let t = range(7, level, point); *first <= t && t <= *last })
            }).count();
            prop_assert_eq!(hits, usize::from((from..=to).contains(&point)), "{} in {}..={}", point, from, to);
        }
    }
}
