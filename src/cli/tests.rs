use super::*;
use clap::CommandFactory;

fn parse(arguments: &[&str]) -> Cli {
    Cli::try_parse_from([&["kartoteka"], arguments].concat()).expect("these arguments are right")
}

fn refusal(arguments: &[&str]) -> i32 {
    Cli::try_parse_from([&["kartoteka"], arguments].concat())
        .expect_err("these arguments are wrong")
        .exit_code()
}

#[test]
fn the_declarations_fit_together() {
    Cli::command().debug_assert();
}

#[test]
fn common_options_stand_before_or_after() {
    for arguments in [
        &[
            "--data",
            "/d",
            "--log-format",
            "json",
            "--config",
            "/c",
            "user",
            "list",
        ][..],
        &[
            "user",
            "list",
            "--data",
            "/d",
            "--log-format",
            "json",
            "--config",
            "/c",
        ],
        &[
            "user",
            "--data",
            "/d",
            "--log-format",
            "json",
            "list",
            "--config",
            "/c",
        ],
    ] {
        let common = parse(arguments).common;
        assert_eq!(common.data, PathBuf::from("/d"));
        assert_eq!(common.config, Some(PathBuf::from("/c")));
        assert_eq!(common.log_format, LogFormat::Json);
    }
}

#[test]
fn wrong_usage_is_code_2_and_help_is_0() {
    for wrong in [
        &["no-such-command"][..],
        &[],
        &["serve", "--no-such-option"],
        &["serve", "--listen", "localhost"],
        &["init", "--email", "a@b.pl", "--name", "A"],
        &["import", "dogs", "f.csv", "--as", "a@b.pl"],
        &[
            "import", "clients", "f.csv", "--as", "a@b.pl", "--map", "Nazwa",
        ],
        &[
            "import",
            "clients",
            "f.csv",
            "--as",
            "a@b.pl",
            "--strategy",
            "replace",
        ],
        &["export", "clients", "--as", "a@b.pl"],
        &[
            "token",
            "add",
            "--user",
            "a@b.pl",
            "--name",
            "x",
            "--expires",
            "soon",
        ],
        &["audit", "list", "--since", "yesterday"],
        &["ping"],
    ] {
        assert_eq!(refusal(wrong), 2, "{wrong:?}");
    }
    for help in [
        &["--help"][..],
        &["serve", "--help"],
        &["user", "add", "--help"],
        &["--version"],
    ] {
        assert_eq!(refusal(help), 0, "{help:?}");
    }
}

#[test]
fn the_help_of_serve_names_every_key() {
    let help = Cli::try_parse_from(["kartoteka", "serve", "--help"])
        .unwrap_err()
        .to_string();
    for key in ["listen = \"127.0.0.1:8080\"", "[limits]", "upload_mb = 50"] {
        assert!(help.contains(key), "{help}");
    }
    let main = Cli::try_parse_from(["kartoteka", "--help"])
        .unwrap_err()
        .to_string();
    assert!(main.starts_with("A CRM for a small firm"), "{main}");
}

#[test]
fn commands_survive_the_way_to_the_server() {
    for arguments in [
        &[
            "init",
            "--email",
            "a@b.pl",
            "--name",
            "A",
            "--firm",
            "F",
            "--password-stdin",
        ][..],
        &["user", "set-role", "a@b.pl", "Manager"],
        &[
            "token",
            "add",
            "--user",
            "a@b.pl",
            "--name",
            "n",
            "--expires",
            "2030-01-31",
        ],
        &[
            "import",
            "clients",
            "/tmp/a.csv",
            "--match",
            "tax_id,email",
            "--map",
            "A=B=name",
            "--dry-run",
            "--as",
            "a@b.pl",
        ],
        &[
            "export",
            "clients",
            "--out",
            "/tmp/a.csv",
            "--format",
            "csv",
            "--as",
            "a@b.pl",
        ],
        &["audit", "list", "--since", "2026-11-24T08:00:00Z", "--json"],
        &["audit", "list", "--since", "2026-11-24"],
    ] {
        let Command::Office(command) = parse(arguments).command else {
            panic!("{arguments:?} is about data");
        };
        let sent = serde_json::to_string(&command).unwrap();
        let came: OfficeCommand = serde_json::from_str(&sent).unwrap();
        assert_eq!(serde_json::to_string(&came).unwrap(), sent);
        assert!(
            !sent.contains("/tmp/"),
            "paths are the caller's own: {sent}"
        );
    }
}

#[test]
fn a_password_is_the_first_line() {
    let read = |text: &str| context::read_password(text.as_bytes());
    assert_eq!(read("zielony traktor\r\nmore").unwrap(), "zielony traktor");
    assert_eq!(read(" x ").unwrap(), " x ");
    assert_eq!(read("\n").unwrap_err().code(), 1);
    assert_eq!(read(&"x".repeat(5000)).unwrap_err().code(), 1);
}
