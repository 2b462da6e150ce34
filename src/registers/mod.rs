//! Public registers of taxpayers: the Polish tax ministry's register of VAT payers, and the European VIES. What they say
//! is read with suspicion: bounded in time and size, never followed elsewhere, and taken apart field by field.

mod error;
mod fetch;
mod subject;
#[cfg(test)]
pub(crate) mod test_register;
#[cfg(test)]
mod tests;
mod vat_payers;
mod vies;

use std::time::Duration;

use jiff::civil::Date;

use crate::config;
use crate::data::records::tax_id::TaxId;
pub(crate) use error::RegisterError;
use fetch::Fetcher;
pub(crate) use subject::{Answer, Entry, Standing, Subject};

/// Numbers that the register of VAT payers takes in one question.
pub(crate) const AT_ONCE: usize = 30;

/// Between two questions of a long check, so that it is no burden on the registers.
const PAUSE: Duration = Duration::from_secs(1);

/// Where the registers are, and the way to ask them.
pub(crate) struct Registers {
    vat_payers: Option<String>,
    vies: Option<String>,
    fetcher: Fetcher,
    pub(crate) pause: Duration,
}

impl Registers {
    /// Nothing is asked yet, and no certificate read.
    pub(crate) fn new(config: &config::Registers) -> Self {
        Self {
            vat_payers: config.vat_payers.clone(),
            vies: config.vies.clone(),
            fetcher: Fetcher::default(),
            pause: PAUSE,
        }
    }

    /// Asks without pauses, and waits but a moment.
    #[cfg(test)]
    pub(crate) fn hasty(config: &config::Registers) -> Self {
        let mut registers = Self::new(config);
        registers.fetcher.whole = Duration::from_millis(400);
        registers.pause = Duration::ZERO;
        registers
    }

    /// Whether any register can be asked.
    pub(crate) fn are_on(&self) -> bool {
        self.vat_payers.is_some() || self.vies.is_some()
    }

    /// Asks the register of the number's country about it, as of a day.
    pub(crate) async fn find(&self, id: &TaxId, day: Date) -> Result<Entry, RegisterError> {
        if id.is_polish() {
            let base = self.vat_payers.as_ref().ok_or(RegisterError::Off)?;
            return vat_payers::find(&self.fetcher, base, id, day).await;
        }
        let (country, number) = id.of_the_union().ok_or(RegisterError::NoRegister)?;
        let base = self.vies.as_ref().ok_or(RegisterError::Off)?;
        vies::find(&self.fetcher, base, country, number).await
    }

    /// Asks about several Polish numbers in one question, at most [`AT_ONCE`]. The answers stand in the order of the
    /// numbers.
    pub(crate) async fn find_polish(
        &self,
        ids: &[TaxId],
        day: Date,
    ) -> Result<Vec<Answer>, RegisterError> {
        let base = self.vat_payers.as_ref().ok_or(RegisterError::Off)?;
        vat_payers::find_several(&self.fetcher, base, ids, day).await
    }
}
