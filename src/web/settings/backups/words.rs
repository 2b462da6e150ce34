//! Why something with backups did not work, in the language of whoever looks. What a far side says stays in its own words.

use crate::backup::BackupError;
use crate::data::Problem;

/// Why, with what to do about it.
pub(crate) fn why(error: &BackupError) -> Problem {
    match error {
        BackupError::Key { file, why } => Problem::new("backup-says-key")
            .with("file", file.display().to_string())
            .with("why", why.as_str()),
        BackupError::WrongKey { .. } => Problem::new("backup-says-wrong-key"),
        BackupError::Damaged { what, .. } => {
            Problem::new("backup-says-damaged").with("what", what.as_str())
        }
        BackupError::Newer { program, .. } => {
            Problem::new("backup-says-newer").with("program", program.as_str())
        }
        BackupError::NoRoom { free, .. } => {
            let megabytes = i64::try_from(free >> 20).unwrap_or(i64::MAX);
            Problem::new("backup-says-no-room").with("count", megabytes)
        }
        BackupError::OtherFirm => Problem::new("error-archive-other-firm"),
        BackupError::Stopped => Problem::new("backup-says-stopped"),
        BackupError::LastProved => Problem::new("error-backup-last"),
        error => Problem::new("error-backup").with("why", error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;
    use crate::web::visit::say;

    #[test]
    fn an_owner_reads_in_their_own_language_why_a_backup_does_not_open() {
        let wrong = BackupError::WrongKey {
            archive: "x.tar.zst.age".to_owned(),
        };
        let said = say(Lang::Pl, &why(&wrong));
        assert!(said.contains("innym kluczem"), "{said}");
        assert!(!said.contains("--key-file"), "{said}");
        let full = BackupError::NoRoom {
            what: "to prove it",
            free: 300 << 20,
        };
        assert!(say(Lang::Pl, &why(&full)).contains("300 MB"));
    }
}
