//! One order, from its beginning to a certificate that has been tried.

use std::collections::HashSet;
use std::time::Duration;

use instant_acme::{
    Account, AuthorizationStatus, CertificateIdentifier, ChallengeType, Error, Identifier,
    NewOrder, Order, OrderStatus, RetryPolicy,
};
use jiff::Timestamp;
use rcgen::{CertificateParams, DistinguishedName, KeyPair};

use super::http::Wait;
use super::{Trouble, account, again, is_kind, said, trouble};
use crate::config::{Challenge, Tls as Plan};
use crate::tls::challenges::Challenges;
use crate::tls::fault::Fault;
use crate::tls::pair::Pair;
use crate::tls::prove::prove;
use crate::tls::served::Tls;

/// How the authority is asked whether it is done.
const PATIENCE: RetryPolicy = RetryPolicy::new()
    .initial_delay(Duration::from_millis(300))
    .backoff(1.5)
    .timeout(Duration::from_secs(90));

/// A certificate, tried and not served yet.
pub(in crate::tls) struct Issued {
    pub(in crate::tls) pair: Pair,
    /// Chain and key, as they are kept.
    pub(in crate::tls) pem: String,
}

/// Orders a certificate for the names of the plan; `replaces` is the one it takes the place of.
pub(in crate::tls) async fn order(
    tls: &Tls,
    plan: &Plan,
    directory: &str,
    replaces: Option<&Pair>,
) -> Result<Issued, Trouble> {
    let (account, wait) = account(tls, &plan.acme, directory).await?;
    let _answers = Answers(tls.challenges().clone());
    match run(tls, plan, &account, &wait, replaces).await {
        // The authority has forgotten us, or it is another one under the same address.
        Err(Failed::Acme(error)) if is_kind(&error, "accountDoesNotExist") => {
            tls.folder().remove_account(directory)?;
            let (account, wait) = super::account(tls, &plan.acme, directory).await?;
            run(tls, plan, &account, &wait, None)
                .await
                .map_err(|failed| failed.sort(&wait))
        }
        done => done.map_err(|failed| failed.sort(&wait)),
    }
}

/// Takes the answers to challenges away, however the order ends.
struct Answers(Challenges);

impl Drop for Answers {
    fn drop(&mut self) {
        self.0.clear();
    }
}

enum Failed {
    Acme(Error),
    Other(Trouble),
}

impl Failed {
    fn sort(self, wait: &Wait) -> Trouble {
        match self {
            Self::Acme(error) => trouble(error, wait.told()),
            Self::Other(trouble) => trouble,
        }
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Acme(error)
    }
}

impl From<Fault> for Failed {
    fn from(fault: Fault) -> Self {
        Self::Other(Trouble::Unusable(fault))
    }
}

async fn run(
    tls: &Tls,
    plan: &Plan,
    account: &Account,
    wait: &Wait,
    replaces: Option<&Pair>,
) -> Result<Issued, Failed> {
    let names: Vec<Identifier> = plan.domains.iter().cloned().map(Identifier::Dns).collect();
    let mut order = begin(account, &names, replaces).await?;
    let mut ready = HashSet::new();
    again!(answer(
        tls.challenges(),
        &mut order,
        plan.acme.challenge,
        &mut ready
    ))?;
    let status = again!(order.poll_ready(&PATIENCE));
    match status {
        Ok(OrderStatus::Invalid) => return Err(refusal(&mut order).await),
        Err(Error::Api(problem)) => {
            // What the challenge met says more than that the order is invalid.
            let Failed::Other(Trouble::Refused(words)) = refusal(&mut order).await else {
                return Err(Failed::Acme(Error::Api(problem)));
            };
            return Err(Failed::Other(match wait.told() {
                Some(wait) => Trouble::Limited { words, wait },
                None => Trouble::Refused(words),
            }));
        }
        Err(error) => return Err(error.into()),
        Ok(_) => {}
    }
    let (key, request) = request(&plan.domains)?;
    again!(order.finalize_csr(&request))?;
    let chain = again!(order.poll_certificate(&PATIENCE))?;
    let pem = format!("{}\n{key}", chain.trim_end());
    let (names, read) = (plan.domains.clone(), pem.clone());
    let tried = tokio::task::spawn_blocking(move || {
        let pair = Pair::from_pem(read.as_bytes(), read.as_bytes())?;
        pair.check_use(&names, crate::clock::now())?;
        prove(&pair, &names)?;
        Ok::<_, Fault>(pair)
    });
    let pair = tried
        .await
        .map_err(|error| Fault::Unreadable(error.to_string()))??;
    Ok(Issued { pair, pem })
}

/// Places the order; an authority that does not know the certificate to be replaced gets one that replaces none.
async fn begin(
    account: &Account,
    names: &[Identifier],
    replaces: Option<&Pair>,
) -> Result<Order, Failed> {
    let replaced =
        replaces.and_then(|pair| CertificateIdentifier::try_from(pair.chain().first()?).ok());
    if let Some(replaced) = replaced {
        let new = NewOrder::new(names).replaces(replaced);
        match again!(account.new_order(&new)) {
            Ok(order) => return Ok(order),
            Err(error)
                if is_kind(&error, "rateLimited") || is_kind(&error, "accountDoesNotExist") =>
            {
                return Err(error.into());
            }
            Err(error) => tracing::debug!(%error, "an order without what it replaces"),
        }
    }
    Ok(again!(account.new_order(&NewOrder::new(names)))?)
}

/// Puts the answers where the authority will look, and says so; `ready` are the challenges for which that is done.
async fn answer(
    challenges: &Challenges,
    order: &mut Order,
    kind: Challenge,
    ready: &mut HashSet<String>,
) -> Result<(), Error> {
    let wanted = match kind {
        Challenge::TlsAlpn01 => ChallengeType::TlsAlpn01,
        Challenge::Http01 => ChallengeType::Http01,
    };
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization?;
        match authorization.status {
            AuthorizationStatus::Valid => continue,
            AuthorizationStatus::Pending => {}
            _ => return Err(Error::Str("an authorization that is still open")),
        }
        let name = authorization.identifier().to_string();
        let mut challenge = authorization
            .challenge(wanted.clone())
            .ok_or(Error::Str("a challenge of the kind that is configured"))?;
        if ready.contains(&challenge.url) {
            continue;
        }
        let authorization = challenge.key_authorization();
        match kind {
            Challenge::Http01 => challenges.answer_http(&challenge.token, authorization.as_str()),
            Challenge::TlsAlpn01 => challenges
                .answer_tls(&name, authorization.digest().as_ref())
                .map_err(|fault| Error::Other(Box::new(fault)))?,
        }
        challenge.set_ready().await?;
        ready.insert(challenge.url.clone());
    }
    Ok(())
}

/// Why an order came to nothing: what its challenges met.
async fn refusal(order: &mut Order) -> Failed {
    let mut words = Vec::new();
    let own = order.state().error.as_ref().map(said);
    let mut authorizations = order.authorizations();
    while let Some(Ok(mut authorization)) = authorizations.next().await {
        // Their state is the one from before the challenge.
        if again!(authorization.refresh()).is_err() {
            continue;
        }
        let name = authorization.identifier().to_string();
        let problems = authorization.challenges.iter();
        words.extend(
            problems
                .filter_map(|challenge| challenge.error.as_ref())
                .map(|problem| format!("{name}: {}", said(problem))),
        );
    }
    if words.is_empty() {
        words.push(own.unwrap_or_else(|| "the order became invalid".to_owned()));
    }
    Failed::Other(Trouble::Refused(words.join(" · ")))
}

/// A new key, and the request to have it certified.
fn request(names: &[String]) -> Result<(String, Vec<u8>), Fault> {
    let failed = |error: rcgen::Error| Fault::Unreadable(error.to_string());
    let key = KeyPair::generate().map_err(failed)?;
    let mut params = CertificateParams::new(names.to_vec()).map_err(failed)?;
    params.distinguished_name = DistinguishedName::new();
    let request = params.serialize_request(&key).map_err(failed)?;
    Ok((key.serialize_pem(), request.der().to_vec()))
}

/// When the authority would like a certificate to be renewed (RFC 9773), and after how long to ask again; nothing where it
/// has no wishes.
pub(in crate::tls) async fn window(
    tls: &Tls,
    plan: &Plan,
    pair: &Pair,
) -> Option<((Timestamp, Timestamp), Duration)> {
    let (account, _) = account(tls, &plan.acme, &plan.acme.directory).await.ok()?;
    let id = CertificateIdentifier::try_from(pair.chain().first()?).ok()?;
    let (info, again) = match account.renewal_info(&id).await {
        Ok(info) => info,
        Err(error) => {
            tracing::debug!(%error, "no wishes about renewal");
            return None;
        }
    };
    let moment = |seconds| Timestamp::from_second(seconds).ok();
    let window = (
        moment(info.suggested_window.start.unix_timestamp())?,
        moment(info.suggested_window.end.unix_timestamp())?,
    );
    Some((window, again))
}
