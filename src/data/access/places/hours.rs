//! Hours of the week, by the clock on the wall of the firm's zone.
//!
//! What counts is what the clock shows: where it is put forward, the hour left out is nobody's; where it is put back, the
//! hour that comes twice is allowed both times or not at all.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use crate::data::records::problem::{FieldError, Problem};

/// Days as they are named, from Monday.
pub const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// Minutes of a day.
pub(super) const DAY: u16 = 24 * 60;
/// Spans of one day.
const MOST_SPANS: usize = 12;

/// From a minute of the day until before another; one that ends before it starts runs past midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    from: u16,
    to: u16,
}

/// Hours allowed on each day of the week. The default is always.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Json", into = "Json")]
pub struct Hours(Option<[Vec<Span>; 7]>);

impl Hours {
    /// Whether they hold at a moment.
    pub fn hold(&self, at: Timestamp, zone: &TimeZone) -> bool {
        let clock = zone.to_datetime(at);
        let day = usize::try_from(clock.weekday().to_monday_zero_offset()).unwrap_or_default();
        let minute = u16::try_from(clock.hour()).unwrap_or_default() * 60
            + u16::try_from(clock.minute()).unwrap_or_default();
        self.open_at(day, minute)
    }

    /// Whether they hold at a minute of a day of the week.
    pub(super) fn open_at(&self, day: usize, minute: u16) -> bool {
        let Some(days) = &self.0 else { return true };
        let today = days[day]
            .iter()
            .any(|span| minute >= span.from && (minute < span.to || span.to < span.from));
        let yesterday = &days[(day + 6) % 7];
        today
            || yesterday
                .iter()
                .any(|span| span.to < span.from && minute < span.to)
    }

    /// The spans of a day as they are written, joined by commas; nothing where there are none.
    pub fn of_day(&self, day: usize) -> String {
        let days = self.0.as_ref();
        let spans = days.map(|days| days[day].as_slice()).unwrap_or_default();
        let spans: Vec<String> = spans.iter().copied().map(written).collect();
        spans.join(", ")
    }

    /// The form of the contract.
    pub fn to_json(&self) -> Json {
        let Some(days) = &self.0 else {
            return json!({});
        };
        // Hours that are never must not read as none given, which is always.
        let never = days.iter().all(Vec::is_empty);
        let named = DAYS
            .iter()
            .zip(days)
            .filter(|(_, spans)| never || !spans.is_empty());
        named
            .map(|(day, spans)| {
                (
                    (*day).to_owned(),
                    spans.iter().copied().map(written).collect(),
                )
            })
            .collect::<Map<String, Json>>()
            .into()
    }

    /// Reads the form of the contract; errors are named `hours.mon`.
    pub(in crate::data::access) fn of_json(json: &Json) -> Result<Self, Vec<FieldError>> {
        let Some(given) = json.as_object() else {
            let problem = Problem::new("error-not-an-object");
            return Err(vec![FieldError::new("hours", problem)]);
        };
        if given.is_empty() {
            return Ok(Self::default());
        }
        let mut days: [Vec<Span>; 7] = std::array::from_fn(|_| Vec::new());
        let mut errors = Vec::new();
        for (name, value) in given {
            let place = format!("hours.{name}");
            let Some(day) = DAYS.iter().position(|day| day == name) else {
                errors.push(FieldError::unknown(place));
                continue;
            };
            match spans(value) {
                Ok(spans) => days[day] = spans,
                Err(problem) => errors.push(FieldError::new(place, problem)),
            }
        }
        if errors.is_empty() {
            Ok(Self(Some(days)))
        } else {
            Err(errors)
        }
    }
}

fn spans(json: &Json) -> Result<Vec<Span>, Problem> {
    let items = json.as_array().ok_or(Problem::new("error-hours-list"))?;
    if items.len() > MOST_SPANS {
        return Err(Problem::new("error-too-many").with("most", MOST_SPANS));
    }
    let read = |item: &Json| {
        let text = item.as_str().ok_or(Problem::new("error-not-text"))?.trim();
        span(text).ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            Problem::new("error-hours").with("hours", shown)
        })
    };
    items.iter().map(read).collect()
}

fn span(text: &str) -> Option<Span> {
    let (from, to) = text.split_once(['-', '–'])?;
    let (from, to) = (minute(from)?, minute(to)?);
    // Midnight at the start is 00:00; a span without length says nothing.
    (from < DAY && from != to).then_some(Span { from, to })
}

fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let digits = |part: &str, least: usize| {
        let plain =
            part.len() >= least && part.len() <= 2 && part.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| part.parse::<u16>().ok()).flatten()
    };
    let (hour, minute) = (digits(hour, 1)?, digits(minute, 2)?);
    let of_day = hour * 60 + minute;
    (minute < 60 && of_day <= DAY).then_some(of_day)
}

fn written(span: Span) -> String {
    let of = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    format!("{}-{}", of(span.from), of(span.to))
}

impl From<Hours> for Json {
    fn from(hours: Hours) -> Self {
        hours.to_json()
    }
}

impl TryFrom<Json> for Hours {
    type Error = &'static str;

    fn try_from(json: Json) -> Result<Self, Self::Error> {
        Self::of_json(&json).map_err(|_| "hours that cannot be read")
    }
}
