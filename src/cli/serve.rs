//! `serve`: the firm of the data folder on the web.

use clap::Args;

use super::Common;
use super::failure::Failure;
use crate::app;
use crate::app::data_dir::{DataDir, SHORTLY};
use crate::config::{self, Listen};
use crate::logging;

#[derive(Debug, Args)]
#[command(after_long_help = config::reference())]
pub(super) struct ServeArgs {
    /// The address and port to listen on, instead of the configuration's.
    #[arg(long, value_name = "ADDR")]
    listen: Option<Listen>,
}

impl ServeArgs {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        app::outlast_hangups()?;
        let mut config = common.load_config()?;
        if let Some(place) = self.listen {
            config.listen_instead(place);
        }
        let data = DataDir::create(&common.data, SHORTLY)?;
        logging::set_level(config.log);
        app::open(&data, &config, &common.source())?.serve(&data, &config)
    }
}
