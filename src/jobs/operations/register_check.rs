//! How clients stand in the registers of taxpayers, asked thirty at a time without haste, as a sheet.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;

use super::task::{Stop, Task};
use super::work::Chosen;
use crate::data::records::bank::Iban;
use crate::data::records::tax_id::TaxId;
use crate::data::{AccessError, Kind, Message, Permission, RecordId, RecordType, Seen};
use crate::exchange::sheet::{Format, HeadCell, OutCell, SheetError, Target, ValueKind, writer};
use crate::i18n::{Arg, Lang, text, text_with};
use crate::registers::{AT_ONCE, Answer, RegisterError, Registers, Subject};

/// Clients of a list looked up in one go.
const LOOKED_UP: usize = 500;

/// Questions in a row without an answer, after which no more are put.
const MOST_FAILURES: u32 = 3;

/// What is to be checked, and where the answers go.
pub(crate) struct Check {
    pub(crate) kind: &'static RecordType,
    pub(crate) chosen: Chosen,
    pub(crate) registers: Arc<Registers>,
    /// The day that is asked about.
    pub(crate) day: Date,
    /// Of headings and remarks.
    pub(crate) lang: Lang,
    /// Where the sheet keeps its rows until it is packed.
    pub(crate) temp_dir: Arc<Path>,
    /// Of the file.
    pub(crate) name: String,
}

/// A client as the check saw it.
struct Client {
    id: RecordId,
    name: String,
    /// As it is kept.
    written: String,
    number: Option<TaxId>,
    account: Option<String>,
}

/// What became of one client.
enum Outcome {
    Asked(Box<Answer>),
    NoNumber,
    /// Nobody was asked, and why.
    NotAsked(RegisterError),
}

/// Asks about every client that is chosen and seen, and writes what the registers say. Where they give no answer the
/// sheet says so; the check itself goes on, or ends early and says which were not asked.
pub(crate) async fn check(task: Task, check: Check) -> Result<(), Stop> {
    let Check {
        kind,
        mut chosen,
        registers,
        day,
        lang,
        temp_dir,
        name,
    } = check;
    let total = chosen.len();
    task.access.ask_to_take(total).await?;
    let with_accounts = {
        let reading = task.access.read()?;
        account_field(kind).is_some_and(|no| {
            kind.field(no)
                .is_some_and(|field| reading.rights().sees_field(kind, field))
        })
    };
    let file = task.result_file(&name, XLSX).map_err(|error| {
        tracing::error!(%error, "the result of a check cannot be written");
        Stop::Failed(Message::new("operation-why-file"))
    })?;
    let sheet = Sheet {
        lang,
        day,
        with_accounts,
    };
    let mut rows = blocking(move || {
        let target = Target {
            file,
            title: &text(lang, "check-vat"),
            temp_dir: &temp_dir,
        };
        writer(Format::Xlsx, target, &sheet.heading())
    })
    .await?;
    let mut asking = Asking::new(&registers, day);
    let mut done = 0;
    task.progress(done, Some(total));
    loop {
        task.go_on()?;
        let ids = chosen.take(&task, kind, LOOKED_UP)?;
        if ids.is_empty() && chosen.len() == 0 {
            break;
        }
        for ids in ids.chunks(AT_ONCE) {
            task.go_on()?;
            let clients = clients(&task, kind, ids)?;
            let outcomes = tokio::select! {
                outcomes = asking.about(&clients) => outcomes,
                () = task.live.cancel.cancelled() => return Err(Stop::Cancelled),
            };
            task.access
                .count_in(task.id, kind, counts(&clients, &outcomes))
                .await?;
            rows = blocking(move || {
                for (client, outcome) in clients.iter().zip(&outcomes) {
                    rows.write_row(&sheet.row(client, outcome))?;
                }
                Ok(rows)
            })
            .await?;
            done += ids.len() as u64;
            task.progress(done, Some(total));
        }
    }
    let count = blocking(move || rows.finish()).await?;
    task.access.ask_to_take(u64::from(count)).await?;
    let note = task
        .access
        .note_export(kind.module, u64::from(count), "xlsx", "");
    note.await?;
    Ok(())
}

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

async fn blocking<T: Send + 'static>(
    act: impl FnOnce() -> Result<T, SheetError> + Send + 'static,
) -> Result<T, Stop> {
    match crate::quiet::spawn(act).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => {
            tracing::error!(%error, "the result of a check cannot be written");
            Err(Stop::Failed(Message::new("operation-why-file")))
        }
        Err(error) => {
            tracing::error!(%error, "writing the result of a check broke");
            Err(Stop::Failed(Message::new("operation-broke")))
        }
    }
}

fn account_field(kind: &RecordType) -> Option<crate::data::FieldNo> {
    let field = kind.fields.iter().find(|field| field.kind == Kind::Iban);
    field.map(|field| field.no)
}

/// Those of a batch that the starter sees at this moment; the rest is passed over.
fn clients(
    task: &Task,
    kind: &'static RecordType,
    ids: &[RecordId],
) -> Result<Vec<Client>, AccessError> {
    let reading = task.access.read()?;
    let kind = reading.kind(kind.module)?;
    reading.rights().require(Permission::Export(kind.module))?;
    let mut clients = Vec::new();
    for id in ids {
        match reading.get(kind, *id) {
            Ok(seen) => clients.push(Client::of(kind, &seen)),
            Err(AccessError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(clients)
}

impl Client {
    fn of(kind: &RecordType, seen: &Seen) -> Self {
        let number = kind.fields.iter().find(|field| field.kind == Kind::TaxId);
        let written = number.map_or("", |field| seen.text(field.no)).to_owned();
        let account = account_field(kind).map_or("", |no| seen.text(no));
        let account = Iban::parse(account).ok();
        Self {
            id: seen.id(),
            name: seen.title().to_owned(),
            number: TaxId::parse(&written).ok(),
            written,
            account: account.map(|iban| iban.as_str().to_owned()),
        }
    }
}

/// How many came out in each way, and the clients to be named.
fn counts(
    clients: &[Client],
    outcomes: &[Outcome],
) -> Vec<(RecordId, &'static str, Option<Message>)> {
    let one = |(client, outcome): (&Client, &Outcome)| {
        let (name, why) = match outcome {
            Outcome::Asked(answer) => match &answer.subject {
                Ok(subject) => (subject.standing.name(), None),
                Err(RegisterError::NotFound) => {
                    ("vat_unknown", Some(Message::new("check-vat-unknown")))
                }
                Err(why) => ("vat_unanswered", Some(why.into())),
            },
            Outcome::NoNumber => ("vat_no_number", None),
            Outcome::NotAsked(_) => ("vat_unanswered", None),
        };
        (client.id, name, why)
    };
    clients.iter().zip(outcomes).map(one).collect()
}

/// The questions of one check: paced, and given up where nothing answers any more.
struct Asking<'a> {
    registers: &'a Registers,
    day: Date,
    begun: bool,
    failures: u32,
    given_up: Option<RegisterError>,
}

impl<'a> Asking<'a> {
    fn new(registers: &'a Registers, day: Date) -> Self {
        Self {
            registers,
            day,
            begun: false,
            failures: 0,
            given_up: None,
        }
    }

    async fn about(&mut self, clients: &[Client]) -> Vec<Outcome> {
        let mut answers: BTreeMap<TaxId, Answer> = BTreeMap::new();
        let mut numbers: Vec<TaxId> = clients
            .iter()
            .filter_map(|client| client.number.clone())
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        let (polish, others): (Vec<_>, Vec<_>) = numbers.into_iter().partition(TaxId::is_polish);
        if !polish.is_empty() && self.may_ask().await {
            let registers = self.registers;
            match registers.find_polish(&polish, self.day).await {
                Ok(found) => {
                    self.failures = 0;
                    answers.extend(polish.into_iter().zip(found));
                }
                Err(why) => {
                    self.failed(&why);
                    let answer = |id| (id, unanswered(why.clone()));
                    answers.extend(polish.into_iter().map(answer));
                }
            }
        }
        for id in others {
            if id.of_the_union().is_none() {
                answers.insert(id, unanswered(RegisterError::NoRegister));
            } else if self.may_ask().await {
                let answer = match self.registers.find(&id, self.day).await {
                    Ok(entry) => Answer {
                        subject: Ok(entry.subject),
                        request: entry.request,
                    },
                    Err(why) => {
                        self.failed(&why);
                        unanswered(why)
                    }
                };
                answers.insert(id, answer);
            }
        }
        let of = |client: &Client| match &client.number {
            None => Outcome::NoNumber,
            Some(number) => match answers.get(number) {
                Some(answer) => Outcome::Asked(Box::new(answer.clone())),
                None => Outcome::NotAsked(self.given_up.clone().unwrap_or(RegisterError::Off)),
            },
        };
        clients.iter().map(of).collect()
    }

    /// Waits until the next question is due; `false` where none is put any more.
    async fn may_ask(&mut self) -> bool {
        if self.given_up.is_some() {
            return false;
        }
        if self.begun {
            tokio::time::sleep(self.registers.pause).await;
        }
        self.begun = true;
        true
    }

    fn failed(&mut self, why: &RegisterError) {
        if why.is_of_the_number() {
            self.failures = 0;
            return;
        }
        self.failures += 1;
        if matches!(why, RegisterError::Limit(_)) || self.failures >= MOST_FAILURES {
            self.given_up = Some(why.clone());
        }
    }
}

fn unanswered(why: RegisterError) -> Answer {
    Answer {
        subject: Err(why),
        request: String::new(),
    }
}

/// How the sheet is written.
#[derive(Clone, Copy)]
struct Sheet {
    lang: Lang,
    day: Date,
    /// Only for those who see the accounts.
    with_accounts: bool,
}

impl Sheet {
    fn heading(self) -> Vec<HeadCell<'static>> {
        let mut columns = vec![
            ("check-vat-name", ValueKind::Text),
            ("check-vat-number", ValueKind::Code),
            ("check-vat-standing", ValueKind::Code),
            ("check-vat-day", ValueKind::Date),
            ("check-vat-request", ValueKind::Code),
        ];
        if self.with_accounts {
            columns.push(("check-vat-account", ValueKind::Code));
        }
        columns.push(("check-vat-remark", ValueKind::LongText));
        let head = |(key, kind)| HeadCell {
            title: Cow::Owned(text(self.lang, key)),
            kind,
        };
        columns.into_iter().map(head).collect()
    }

    fn row<'a>(self, client: &'a Client, outcome: &'a Outcome) -> Vec<OutCell<'a>> {
        let own = |text: String| OutCell::Text(Cow::Owned(text));
        let (answer, why) = match outcome {
            Outcome::Asked(answer) => (Some(answer), answer.subject.as_ref().err()),
            Outcome::NoNumber => (None, None),
            Outcome::NotAsked(why) => (None, Some(why)),
        };
        let subject = answer.and_then(|answer| answer.subject.as_ref().ok());
        let standing = match (subject, outcome) {
            (Some(subject), _) if !subject.standing_words.is_empty() => {
                subject.standing_words.clone()
            }
            (Some(subject), _) => {
                let name = subject.standing.name().replace('_', "-");
                text(self.lang, &format!("register-{name}"))
            }
            (None, Outcome::NoNumber) => text(self.lang, "check-vat-no-number"),
            (None, _) if why == Some(&RegisterError::NotFound) => {
                text(self.lang, "check-vat-unknown")
            }
            (None, _) => text(self.lang, "check-vat-unanswered"),
        };
        let asked = answer.is_some_and(|answer| !answer.request.is_empty()) || subject.is_some();
        let mut cells = vec![
            OutCell::Text(Cow::Borrowed(&client.name)),
            OutCell::Text(Cow::Borrowed(&client.written)),
            own(standing),
            if asked {
                OutCell::Date(self.day)
            } else {
                OutCell::Empty
            },
            OutCell::Text(Cow::Borrowed(answer.map_or("", |answer| &answer.request))),
        ];
        if self.with_accounts {
            cells.push(own(self.account(client, subject)));
        }
        cells.push(own(why.map_or(String::new(), |why| self.words(why))));
        cells
    }

    /// Whether the account that is kept is on the list. Only the Polish register has accounts.
    fn account(self, client: &Client, subject: Option<&Subject>) -> String {
        let polish = client.number.as_ref().is_some_and(TaxId::is_polish);
        match (&client.account, subject) {
            (Some(account), Some(subject)) if polish => {
                let on_list = subject.accounts.contains(account);
                text(self.lang, if on_list { "action-yes" } else { "action-no" })
            }
            _ => String::new(),
        }
    }

    fn words(self, why: &RegisterError) -> String {
        let problem = why.problem();
        let args: Vec<(&str, Arg<'_>)> = problem
            .args
            .iter()
            .map(|(name, value)| (*name, value.as_str().into()))
            .collect();
        text_with(self.lang, problem.key, &args)
    }
}
