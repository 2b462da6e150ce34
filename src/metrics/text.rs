//! The text form of Prometheus, version 0.0.4.

use std::fmt::Write as _;

/// A text that grows line by line.
#[derive(Debug, Default)]
pub(crate) struct Text(String);

impl Text {
    /// What a figure is; before its lines.
    pub(super) fn head(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    /// One value. Labels are words of our own, without quotes or line breaks.
    pub(super) fn line(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        self.0.push_str(name);
        if !labels.is_empty() {
            let labels: Vec<String> = labels
                .iter()
                .map(|(label, value)| format!("{label}=\"{value}\""))
                .collect();
            let _ = write!(self.0, "{{{}}}", labels.join(","));
        }
        let _ = writeln!(self.0, " {value}");
    }

    /// A figure of one value that goes up and down.
    pub(super) fn gauge(&mut self, name: &str, help: &str, value: f64) {
        self.one(name, help, &[], value);
    }

    pub(super) fn one(&mut self, name: &str, help: &str, labels: &[(&str, &str)], value: f64) {
        self.head(name, "gauge", help);
        self.line(name, labels, value);
    }

    /// All of it.
    pub(crate) fn finish(self) -> String {
        self.0
    }
}
