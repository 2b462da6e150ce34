//! The account at an authority: made with the first order, kept for all others.

use instant_acme::{Account, AccountCredentials, NewAccount};
use serde::{Deserialize, Serialize};

use super::http::Http;
use super::{Trouble, again, trouble};
use crate::config::Acme;
use crate::tls::served::Tls;

#[derive(Serialize, Deserialize)]
struct Stored {
    /// The address the authority knows.
    contact: String,
    credentials: AccountCredentials,
    /// Whether its key was being changed: which one counts is not known where that was cut off.
    #[serde(default)]
    changing: bool,
}

/// The account that is kept, or a new one; the authority learns of another address.
pub(super) async fn account(
    tls: &Tls,
    acme: &Acme,
    directory: &str,
) -> Result<(Account, super::http::Wait), Trouble> {
    let http = Http::new(acme)?;
    let wait = http.wait.clone();
    let builder = || Account::builder_with_http(Box::new(http.clone()));
    let failed = |error| trouble(error, wait.told());
    let contact = format!("mailto:{}", acme.contact);
    let contacts: &[&str] = if acme.contact.is_empty() {
        &[]
    } else {
        &[contact.as_str()]
    };
    let kept = tls.folder().account(directory);
    let kept = kept.and_then(|json| serde_json::from_slice::<Stored>(&json).ok());
    let kept = kept.filter(|stored| !stored.changing);
    if let Some(mut stored) = kept {
        // The credentials cannot be copied and are used up.
        let copy = serde_json::to_vec(&stored.credentials).expect("plain structs always serialise");
        let account = builder().from_credentials(stored.credentials).await;
        let account = account.map_err(failed)?;
        if stored.contact == acme.contact {
            return Ok((account, wait));
        }
        match again!(account.update_contacts(contacts)) {
            Ok(()) => {
                stored = Stored {
                    contact: acme.contact.clone(),
                    credentials: serde_json::from_slice(&copy).expect("it was just written"),
                    changing: false,
                };
                keep(tls, directory, &stored).await?;
                return Ok((account, wait));
            }
            Err(error) if super::is_kind(&error, "accountDoesNotExist") => {}
            Err(error) => return Err(failed(error)),
        }
    }
    let new = NewAccount {
        contact: contacts,
        terms_of_service_agreed: true,
        only_return_existing: false,
    };
    let made = again!(builder().create(&new, directory.to_owned(), None));
    let (account, credentials) = made.map_err(failed)?;
    let stored = Stored {
        contact: acme.contact.clone(),
        credentials,
        changing: false,
    };
    keep(tls, directory, &stored).await?;
    Ok((account, wait))
}

/// Gives the account another key, which takes the place of the old one at the authority and here. Where it is cut off
/// between the two, a new account is made with the next order.
pub(super) async fn change_key(tls: &Tls) -> Result<(), Trouble> {
    let acme = tls.plan().acme;
    let directory = acme.directory.as_str();
    let (mut account, wait) = account(tls, &acme, directory).await?;
    let old = tls.folder().account(directory);
    let old = old.and_then(|json| serde_json::from_slice::<Stored>(&json).ok());
    let mut old = old.ok_or_else(|| Trouble::Disk("the account is gone".to_owned()))?;
    old.changing = true;
    keep(tls, directory, &old).await?;
    match again!(account.update_key()) {
        Ok(credentials) => {
            let stored = Stored {
                contact: acme.contact.clone(),
                credentials,
                changing: false,
            };
            keep(tls, directory, &stored).await
        }
        Err(error) => {
            // Only a clear no means that the old one counts.
            if matches!(error, instant_acme::Error::Api(_)) {
                old.changing = false;
                keep(tls, directory, &old).await?;
            }
            Err(trouble(error, wait.told()))
        }
    }
}

async fn keep(tls: &Tls, directory: &str, stored: &Stored) -> Result<(), Trouble> {
    let json = serde_json::to_vec(stored).expect("plain structs always serialise");
    let (tls, directory) = (tls.clone(), directory.to_owned());
    tokio::task::spawn_blocking(move || tls.folder().keep_account(&directory, &json))
        .await
        .map_err(|error| Trouble::Disk(error.to_string()))?
        .map_err(Trouble::from)
}
