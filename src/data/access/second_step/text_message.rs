//! Codes by text message (SMS): a number of one's own, confirmed by a code, and codes sent to it. What is sent is handed to
//! the caller, who knows the gateway; here it is decided whether, and how often.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Method, State, attempt, codes, load, policy, put};
use crate::data::access::error::AccessError;
use crate::data::access::vault::Access;
use crate::data::records::phone;
use crate::data::records::problem::Problem;
use crate::data::store::{Seal, StoreError};

/// How long a code for a new number is of use.
const LIFETIME: SignedDuration = SignedDuration::from_mins(10);
/// Wrong codes for a new number, after which it has to be asked for anew.
const MOST_WRONG: u8 = 5;
/// Messages to one person within [`SENT_TIME`], whatever they are for: each of them costs money.
const MOST_SENT: usize = 10;
const SENT_TIME: SignedDuration = SignedDuration::from_hours(24);

/// A confirmed number.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Phone {
    sealed: String,
    /// What of it may be shown before sign-in is done.
    pub(super) masked: String,
    added_at: Timestamp,
}

impl Phone {
    /// Whether a key opens the number.
    pub(super) fn check_seal(&self, seal: &Seal) -> Result<(), StoreError> {
        codes::texted(seal, &self.sealed).map(drop)
    }
}

/// A number whose code is still to come.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct NewPhone {
    sealed: String,
    pub(super) masked: String,
    code: String,
    pub(super) until: Timestamp,
    wrong: u8,
}

/// A message to be sent.
pub struct TextMessage {
    /// In the international form, `+48601102203`.
    pub phone: String,
    /// Six digits.
    pub code: String,
    /// The person's language, where they chose one.
    pub language: Option<String>,
}

impl std::fmt::Debug for TextMessage {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("TextMessage(…)")
    }
}

/// The country and the last three digits: `+48 ••• ••• 123`.
fn masked(phone: &str) -> String {
    let country = if phone.starts_with("+1") || phone.starts_with("+7") {
        2
    } else {
        3
    };
    let (country, rest) = phone.split_at(country.min(phone.len()));
    let last = &rest[rest.len().saturating_sub(3)..];
    format!("{country} ••• ••• {last}")
}

/// Notes that one more message goes out; `false` where too many did.
fn count_sent(state: &mut State, at: Timestamp) -> bool {
    state
        .texts_sent
        .retain(|sent| at.duration_since(*sent) < SENT_TIME);
    if state.texts_sent.len() >= MOST_SENT {
        return false;
    }
    state.texts_sent.push(at);
    true
}

/// A code for a sign-in, which takes the place of an earlier one; none where too many went out.
pub(super) fn code_for(
    seal: &Seal,
    attempt: &mut attempt::Attempt,
    state: &mut State,
    language: Option<String>,
    at: Timestamp,
) -> Result<Option<TextMessage>, StoreError> {
    let Some(phone) = state.phone.clone() else {
        return Ok(None);
    };
    if attempt.texts >= attempt::MOST_SENT || !count_sent(state, at) {
        return Ok(None);
    }
    let code = codes::six_digits();
    attempt.texts += 1;
    attempt.text_code = Some(codes::seal_texted(seal, &code));
    Ok(Some(TextMessage {
        phone: codes::texted(seal, &phone.sealed)?,
        code,
        language,
    }))
}

impl Access {
    /// Takes a number of one's own, and gives the code that has to come back from it.
    pub async fn begin_phone(&self, number: &str) -> Result<TextMessage, AccessError> {
        let wrong = |key| AccessError::field("phone", Problem::new(key));
        let phone = phone::Phone::parse(number).map_err(|error| wrong(error.key()))?;
        if phone.e164.is_empty() {
            return Err(wrong("error-phone-country"));
        }
        self.write(move |work| {
            let user = work.own()?;
            let mut state = load(work.write, user.id)?;
            if policy::read(work.write)?.no_sms {
                return Err(AccessError::conflict("two-step-sms-forbidden"));
            }
            let at = work.signature.at;
            if !count_sent(&mut state, at) {
                return Err(AccessError::conflict("error-texts-too-many"));
            }
            let code = codes::six_digits();
            state.new_phone = Some(NewPhone {
                sealed: codes::seal_texted(&work.seal, &phone.e164),
                masked: masked(&phone.e164),
                code: codes::seal_texted(&work.seal, &code),
                until: at + LIFETIME,
                wrong: 0,
            });
            put(work.write, user.id, &state);
            Ok(TextMessage {
                phone: phone.e164,
                code,
                language: user.language,
            })
        })
        .await
    }

    /// Confirms the number by its code, and turns the second step on. It takes the place of an earlier one.
    pub async fn add_phone(&self, code: &str) -> Result<(), AccessError> {
        let (code, session) = (codes::typed(code), self.actor.session());
        let done = self
            .write(move |work| {
                let old = work.own()?;
                let mut state = load(work.write, old.id)?;
                let at = work.signature.at;
                if policy::read(work.write)?.no_sms {
                    return Err(AccessError::conflict("two-step-sms-forbidden"));
                }
                let failures = state.failures.entry(Method::Sms).or_default();
                if failures.wait(at).is_some() {
                    return Ok(false);
                }
                let Some(mut new) = state.new_phone.take().filter(|new| new.until > at) else {
                    return Err(AccessError::conflict("error-phone-code-over"));
                };
                if !codes::same(&code, &codes::texted(&work.seal, &new.code)?) {
                    failures.add(at);
                    new.wrong += 1;
                    state.new_phone = (new.wrong < MOST_WRONG).then_some(new);
                    put(work.write, old.id, &state);
                    return Ok(false);
                }
                let replaced = state.phone.is_some();
                state.phone = Some(Phone {
                    sealed: new.sealed,
                    masked: new.masked,
                    added_at: at,
                });
                state.failures.remove(&Method::Sms);
                put(work.write, old.id, &state);
                let what = if replaced {
                    "phone-replaced"
                } else {
                    "phone-added"
                };
                work.way_added(old, session, what)?;
                Ok(true)
            })
            .await?;
        if done {
            return Ok(());
        }
        let problem = Problem::new("error-text-code-wrong");
        Err(AccessError::field("code", problem))
    }

    /// Removes the number, where another way is left or none is needed. The password was just checked.
    pub async fn remove_phone(&self, zone: TimeZone) -> Result<(), AccessError> {
        self.remove_way(zone, "phone-removed", |state| state.phone.take().is_some())
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_number_little_is_shown() {
        assert_eq!(masked("+48601102123"), "+48 ••• ••• 123");
        assert_eq!(masked("+12025550123"), "+1 ••• ••• 123");
    }
}
