//! `[registers]`: where public registers of taxpayers are asked.

use super::table::{Key, Section, Table, table};
use super::{ConfigError, value};

table! {
    /// The table `[registers]`.
    pub Registers {
        /// The Polish tax ministry's register of VAT payers, asked for data by tax id; empty: it is never asked.
        vat_payers: Option<String> = value::optional_base, default "'https://wl-api.mf.gov.pl'",
            allowed "an http or https address without parameters, or \"\" to switch it off";
        /// The European register of VAT numbers, asked about numbers of other states of the Union; empty: it is never asked.
        vies: Option<String> = value::optional_base, default "'https://ec.europa.eu/taxation_customs/vies/rest-api'",
            allowed "an http or https address without parameters, or \"\" to switch it off";
    }
    tables {}
}
