//! The fields of rules of place and time, the same for the firm, a role and a person.

use maud::{Markup, html};
use serde_json::{Map, Value as Json, json};

use crate::data::{Access, DAYS, FieldError, Range, Rules};
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::field::Field;
use crate::web::components::form::{FieldError as Shown, error_of, section};
use crate::web::form::Form;
use crate::web::visit::Member;

/// What stands in the fields.
#[derive(Clone, Default)]
pub(super) struct RuleValues {
    pub(super) allowed_ips: String,
    hours: [String; 7],
}

impl RuleValues {
    pub(super) fn of(rules: &Rules) -> Self {
        Self {
            allowed_ips: lines_of(&rules.allowed_ips),
            hours: std::array::from_fn(|day| rules.hours.of_day(day)),
        }
    }

    pub(super) fn sent(form: &Form) -> Self {
        let of_day = |day: usize| form.get(&format!("hours.{}", DAYS[day])).trim().to_owned();
        Self {
            allowed_ips: form.get("allowed_ips").to_owned(),
            hours: std::array::from_fn(of_day),
        }
    }

    /// The fields in the contract's form.
    pub(super) fn json(&self) -> Map<String, Json> {
        let days = DAYS.iter().zip(&self.hours);
        let days = days
            .filter(|(_, text)| !text.is_empty())
            .map(|(day, text)| {
                let spans: Vec<&str> = text.split([',', ';']).map(str::trim).collect();
                ((*day).to_owned(), json!(spans))
            });
        let hours: Map<String, Json> = days.collect();
        [
            ("allowed_ips".to_owned(), lines(&self.allowed_ips)),
            ("hours".to_owned(), hours.into()),
        ]
        .into_iter()
        .collect()
    }
}

/// The lines of a text area that are not empty, as the API takes lists.
pub(super) fn lines(text: &str) -> Json {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().into()
}

/// Ranges as they stand in a text area.
pub(super) fn lines_of(ranges: &[Range]) -> String {
    let lines: Vec<String> = ranges.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// A text area with the address of this very request as one more line, unless it holds it already.
pub(super) fn with_own_address(member: &Member, text: &str) -> String {
    let address = member.client.address;
    let held = text
        .lines()
        .filter_map(|line| Range::parse(line).ok())
        .any(|range| range.holds(address));
    let text = text.trim_end();
    match (held, text.is_empty()) {
        (true, _) => text.to_owned(),
        (false, true) => address.to_string(),
        (false, false) => format!("{text}\n{address}"),
    }
}

/// From where the visitor comes, as the program sees it.
pub(super) fn own_address(member: &Member) -> Markup {
    let address = member.client.address.to_string();
    banner(
        Verdict::Info,
        html! { (member.text_with("places-own-address", &[("address", address.into())])) },
    )
}

/// A button that adds the visitor's address to a list and saves nothing yet.
pub(super) fn add_button(member: &Member, action: &str, list: &str) -> Markup {
    html! {
        div class="actions after" {
            button class="button" type="submit" formaction=(action) name="list" value=(list) { (member.text("places-add-own")) }
        }
    }
}

/// Addresses and hours. `add` is where the visitor's address is added by a button.
pub(super) fn rule_fields(
    member: &Member,
    values: &RuleValues,
    errors: &[Shown],
    add: &str,
) -> Markup {
    html! {
        (section(&member.text("places-addresses"), html! {
            (Field::new("allowed_ips", member.text("places-allowed")).value(values.allowed_ips.as_str())
                .hint(member.text("places-allowed-hint")).error(error_of(errors, "allowed_ips")).textarea(4))
            (add_button(member, add, "allowed_ips"))
        }))
        (section(&member.text("places-hours"), html! {
            p class="hint" { (member.text("places-hours-hint")) }
            @if let Some(error) = error_of(errors, "hours") { p class="error" id="f-hours" role="alert" { (error) } }
            div class="field-row" {
                @for (day, text) in DAYS.iter().zip(&values.hours) {
                    (hours_field(member, day, text, errors))
                }
            }
        }))
    }
}

/// Errors that a trial is a way around.
const TRIED: [&str; 3] = [
    "error-lock-out-address",
    "error-lock-out-hours",
    "error-lock-out-owners",
];

/// A box that takes the change on trial; there where it was refused because it would shut somebody out.
pub(super) fn trial_box(member: &Member, errors: &[FieldError]) -> Markup {
    let refused = errors
        .iter()
        .any(|error| TRIED.contains(&error.problem.key));
    html! {
        @if refused {
            (banner(Verdict::Warn, html! {
                div class="field check" {
                    label {
                        input type="checkbox" name="trial" value="true" aria-describedby="trial-help";
                        (member.text("trial-box"))
                    }
                    p class="hint" id="trial-help" { (member.text("trial-hint")) }
                }
            }))
        }
    }
}

/// Whoever changes rules, on trial where the box was ticked.
pub(super) fn on_trial(member: &Member, form: &Form) -> Access {
    if form.ticked("trial") {
        member.access.on_trial()
    } else {
        member.access.clone()
    }
}

fn hours_field(member: &Member, day: &str, text: &str, errors: &[Shown]) -> Markup {
    let name = format!("hours.{day}");
    Field::new(name.clone(), member.text(&format!("day-{day}")))
        .value(text.to_owned())
        .error(error_of(errors, &name))
        .autocomplete("off")
        .text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_become_rules_and_come_back() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let form = Form(vec![
            pair("allowed_ips", "10.0.0.0/8 Biuro\r\n\r\n 192.0.2.1 \r\n"),
            pair("hours.mon", "08:00-12:00, 13:00-16:00"),
            pair("hours.tue", " "),
        ]);
        let json = RuleValues::sent(&form).json();
        assert_eq!(
            json["allowed_ips"],
            json!(["10.0.0.0/8 Biuro", "192.0.2.1"])
        );
        assert_eq!(
            json["hours"],
            json!({"mon": ["08:00-12:00", "13:00-16:00"]})
        );
        let rules: Rules = serde_json::from_value(json.clone().into()).unwrap();
        let again = RuleValues::of(&rules);
        assert_eq!(again.allowed_ips, "10.0.0.0/8 Biuro\n192.0.2.1/32");
        assert_eq!(again.json()["hours"], json["hours"]);
        assert_eq!(
            RuleValues::sent(&Form::default()).json()["hours"],
            json!({})
        );
    }
}
