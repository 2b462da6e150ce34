//! Form fields: label above, hint under, the error in place of the hint with an icon and words.
//!
//! `Field::new("name", "Nazwa").value(&name).required().error(error_of(errors, "name")).text()`

use std::borrow::Cow;

use maud::{Markup, html};

use super::icon::{Icon, icon};

/// One choice of a select.
#[derive(Debug, Clone)]
pub(crate) struct Choice<'a> {
    pub(crate) value: Cow<'a, str>,
    pub(crate) label: Cow<'a, str>,
}

impl<'a> Choice<'a> {
    pub(crate) fn new(value: impl Into<Cow<'a, str>>, label: impl Into<Cow<'a, str>>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
        }
    }
}

/// A field under construction; one of the last methods (`text`, `select`, …) makes its markup.
#[derive(Debug, Clone, Default)]
pub(crate) struct Field<'a> {
    name: Cow<'a, str>,
    label: Cow<'a, str>,
    value: Cow<'a, str>,
    hint: Option<Cow<'a, str>>,
    error: Option<Cow<'a, str>>,
    autocomplete: Option<&'static str>,
    suggest: Option<Cow<'a, str>>,
    required: bool,
    disabled: bool,
    autofocus: bool,
}

/// The id of a field's control, by the name it is sent under.
pub(crate) fn field_id(name: &str) -> String {
    format!("f-{}", name.replace('.', "-"))
}

impl<'a> Field<'a> {
    pub(crate) fn new(name: impl Into<Cow<'a, str>>, label: impl Into<Cow<'a, str>>) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            ..Self::default()
        }
    }

    pub(crate) fn value(mut self, value: impl Into<Cow<'a, str>>) -> Self {
        self.value = value.into();
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<Cow<'a, str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn error(mut self, error: Option<&'a str>) -> Self {
        self.error = error.map(Into::into);
        self
    }

    /// What the browser may fill in (HTML's `autocomplete` tokens).
    pub(crate) fn autocomplete(mut self, token: &'static str) -> Self {
        self.autocomplete = Some(token);
        self
    }

    /// An address that suggests values while typing; the text typed is appended to it (`/clients/suggest?q=`). It answers
    /// with `<option value="…">label</option>` elements.
    pub(crate) fn suggest(mut self, address: impl Into<Cow<'a, str>>) -> Self {
        self.suggest = Some(address.into());
        self
    }

    pub(crate) fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Shown and not to be changed; a disabled field is not sent.
    pub(crate) fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }

    pub(crate) fn autofocus(mut self) -> Self {
        self.autofocus = true;
        self
    }

    pub(crate) fn text(self) -> Markup {
        self.input("text", None, "")
    }

    pub(crate) fn email(self) -> Markup {
        self.input("email", Some("email"), "")
    }

    pub(crate) fn url(self) -> Markup {
        self.input("url", Some("url"), "")
    }

    pub(crate) fn number(self) -> Markup {
        self.input("text", Some("numeric"), "numeric")
    }

    /// A password; never filled with a value that was sent.
    pub(crate) fn password(mut self) -> Markup {
        self.value = Cow::Borrowed("");
        self.input("password", None, "")
    }

    /// A calendar day, its value as `YYYY-MM-DD`.
    pub(crate) fn date(self) -> Markup {
        self.input("date", None, "short")
    }

    /// A day and a time by the clocks of whoever reads, its value as `YYYY-MM-DDTHH:MM`.
    pub(crate) fn date_time(self) -> Markup {
        self.input("datetime-local", None, "short")
    }

    /// An amount; its currency stands behind it.
    pub(crate) fn money(self, currency: &str) -> Markup {
        let control = self.control("text", Some("decimal"), "numeric");
        self.framed(html! { span class="with-unit" { (control) span class="unit" { (currency) } } })
    }

    pub(crate) fn file(self, accept: &str) -> Markup {
        let control = html! {
            input type="file" id=(self.id()) name=(self.name) accept=(accept) required[self.required]
                aria-describedby=[self.described_by()] aria-invalid=[self.invalid()];
        };
        self.framed(control)
    }

    /// Several files of any sort.
    pub(crate) fn files(self) -> Markup {
        let control = html! {
            input type="file" id=(self.id()) name=(self.name) multiple required[self.required]
                aria-describedby=[self.described_by()] aria-invalid=[self.invalid()];
        };
        self.framed(control)
    }

    pub(crate) fn textarea(self, rows: u8) -> Markup {
        let control = html! {
            textarea id=(self.id()) name=(self.name) rows=(rows) dir="auto" required[self.required]
                disabled[self.disabled] autofocus[self.autofocus]
                aria-describedby=[self.described_by()] aria-invalid=[self.invalid()] { "\n" (self.value) }
        };
        self.framed(control)
    }

    /// Several values, one a line.
    pub(crate) fn lines(self, values: &[String]) -> Markup {
        let rows = u8::try_from(values.len() + 1)
            .unwrap_or(u8::MAX)
            .clamp(2, 8);
        self.value(values.join("\n")).textarea(rows)
    }

    /// Tags, separated by commas; `known` are offered while typing.
    pub(crate) fn tags(self, values: &[String], known: &[String]) -> Markup {
        let list = format!("{}-known", self.id());
        let field = self.value(values.join(", "));
        let control = html! {
            input type="text" id=(field.id()) name=(field.name) value=(field.value) list=(list) dir="auto"
                data-tags="" autocomplete="off" disabled[field.disabled]
                aria-describedby=[field.described_by()] aria-invalid=[field.invalid()];
            datalist id=(list) { @for tag in known { option value=(tag) {} } }
        };
        field.framed(control)
    }

    /// Boxes of which any may be ticked. An empty value is always sent, so that ticking none clears the field.
    pub(crate) fn boxes(self, choices: &[Choice<'_>], chosen: &[String]) -> Markup {
        html! {
            fieldset class="field" id=(self.id()) aria-describedby=[self.described_by()] {
                legend {
                    (self.label)
                    @if self.required { span class="required" aria-hidden="true" { "*" } }
                }
                input type="hidden" name=(self.name) value="";
                @for choice in choices {
                    label class="option" {
                        input type="checkbox" name=(self.name) value=(choice.value)
                            checked[chosen.iter().any(|chosen| choice.value == chosen.as_str())];
                        span dir="auto" { (choice.label) }
                    }
                }
                (self.help())
            }
        }
    }

    pub(crate) fn select(self, choices: &[Choice<'_>]) -> Markup {
        let control = html! {
            select id=(self.id()) name=(self.name) required[self.required] disabled[self.disabled]
                autofocus[self.autofocus] aria-describedby=[self.described_by()] aria-invalid=[self.invalid()] {
                (options(choices, &self.value))
            }
        };
        self.framed(control)
    }

    fn input(self, kind: &str, input_mode: Option<&str>, class: &str) -> Markup {
        let control = self.control(kind, input_mode, class);
        self.framed(control)
    }

    fn control(&self, kind: &str, input_mode: Option<&str>, class: &str) -> Markup {
        let user_text = (kind == "text" && class.is_empty()).then_some("auto");
        let class = (!class.is_empty()).then_some(class);
        let list = self
            .suggest
            .as_ref()
            .map(|_| format!("{}-suggested", self.id()));
        html! {
            input type=(kind) id=(self.id()) name=(self.name) value=(self.value) class=[class] dir=[user_text]
                inputmode=[input_mode] required[self.required] disabled[self.disabled] autofocus[self.autofocus]
                autocomplete=[self.autocomplete] list=[list.as_deref()]
                data-suggest=[self.suggest.as_deref()] aria-describedby=[self.described_by()]
                aria-invalid=[self.invalid()];
            @if let Some(list) = &list { datalist id=(list) {} }
        }
    }

    fn framed(&self, control: Markup) -> Markup {
        html! {
            div class="field" {
                label for=(self.id()) {
                    (self.label)
                    @if self.required { span class="required" aria-hidden="true" { "*" } }
                }
                (control)
                (self.help())
            }
        }
    }

    fn help(&self) -> Markup {
        html! {
            @if let Some(error) = &self.error {
                p class="error" id=(self.help_id()) { (icon(Icon::Error)) span { (error) } }
            } @else if let Some(hint) = &self.hint {
                p class="hint" id=(self.help_id()) { (hint) }
            }
        }
    }

    fn id(&self) -> String {
        field_id(&self.name)
    }

    fn help_id(&self) -> String {
        format!("{}-help", self.id())
    }

    fn described_by(&self) -> Option<String> {
        (self.error.is_some() || self.hint.is_some()).then(|| self.help_id())
    }

    fn invalid(&self) -> Option<&'static str> {
        self.error.is_some().then_some("true")
    }
}

/// The options of a select, the current one chosen. A current value that is not among them is kept as its own option, so
/// that saving changes nothing unasked.
pub(crate) fn options(choices: &[Choice<'_>], current: &str) -> Markup {
    let known = choices.iter().any(|choice| choice.value == current);
    html! {
        @if !known && !current.is_empty() { option value=(current) selected { (current) } }
        @for choice in choices {
            option value=(choice.value) selected[choice.value == current] { (choice.label) }
        }
    }
}

/// A select without a visible label, for tables and bars.
pub(crate) fn bare_select(
    name: &str,
    label: &str,
    choices: &[Choice<'_>],
    current: &str,
    disabled: bool,
) -> Markup {
    html! {
        select class="small" name=(name) aria-label=(label) title=(label) disabled[disabled] { (options(choices, current)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_takes_the_place_of_the_hint_and_is_tied_to_the_control() {
        let markup = Field::new("address.city", "Miasto")
            .hint("Bez skrótów")
            .error(Some("Podaj miasto."))
            .text();
        let markup = markup.into_string();
        assert!(markup.contains(r#"aria-describedby="f-address-city-help""#));
        assert!(markup.contains(r#"aria-invalid="true""#));
        assert!(markup.contains("Podaj miasto.") && !markup.contains("Bez skrótów"));
    }

    #[test]
    fn a_password_is_never_sent_back() {
        assert!(
            !Field::new("password", "Hasło")
                .value("tajne")
                .password()
                .into_string()
                .contains("tajne")
        );
    }

    #[test]
    fn values_are_escaped() {
        let markup = Field::new("name", "Nazwa")
            .value("\"><script>")
            .text()
            .into_string();
        assert!(!markup.contains("<script>"));
    }

    #[test]
    fn a_value_outside_the_choices_is_kept() {
        let markup = options(&[Choice::new("lead", "Lead")], "gone").into_string();
        assert!(markup.contains(r#"<option value="gone" selected>"#));
    }
}
