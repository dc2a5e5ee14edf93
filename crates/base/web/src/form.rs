//! A posted form: its values, and what is wrong with each field.

use std::ops::RangeInclusive;

use axum::{
    extract::{FromRequest, Request, rejection::BytesRejection},
    http::{StatusCode, header},
};
use bytes::Bytes;
use i18n::{Lang, msg};
use jiff::civil;

use crate::WebError;

/// The values of a form as they were sent, with an error beside a field where one was found. A page renders the form
/// from it, so what was typed is never lost.
///
/// As an extractor it reads an urlencoded body. Values keep their spaces; readers below trim them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    pairs: Vec<(String, String)>,
    faults: Vec<FormFault>,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormFault {
    /// The field's name.
    pub field: String,
    /// A sentence in the reader's language.
    pub sentence: String,
}

/// More fields than this are refused.
const FIELDS_LIMIT: usize = 2_000;

impl Form {
    /// A form that nobody has filled yet.
    pub fn blank() -> Self {
        Self::default()
    }

    /// A form that shows what is stored.
    pub fn filled<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        Self { pairs: pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect(), faults: Vec::new() }
    }

    /// The form in an urlencoded body.
    ///
    /// # Errors
    /// [`WebError::TooLarge`] when it has more fields than are taken.
    pub fn parse(body: &[u8]) -> Result<Self, WebError> {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(body)
            .take(FIELDS_LIMIT + 1)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        if pairs.len() > FIELDS_LIMIT { Err(WebError::TooLarge) } else { Ok(Self { pairs, faults: Vec::new() }) }
    }

    pub(crate) fn push(&mut self, name: String, value: String) {
        self.pairs.push((name, value));
    }

    /// Every name and value, in the order in which they were sent.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of a field as it was sent; empty when it was not.
    pub fn value(&self, name: &str) -> &str {
        self.values(name).next().unwrap_or_default()
    }

    /// Every value of a field, as several check boxes of one name send them.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.pairs.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether a check box was ticked.
    pub fn is_checked(&self, name: &str) -> bool {
        self.values(name).next().is_some()
    }

    /// The value without spaces around it; `None` when nothing is left.
    pub fn text(&self, name: &str) -> Option<&str> {
        Some(self.value(name).trim()).filter(|text| !text.is_empty())
    }

    /// Puts a sentence beside a field.
    pub fn refuse(&mut self, name: &str, sentence: impl Into<String>) {
        self.faults.push(FormFault { field: name.to_owned(), sentence: sentence.into() });
    }

    /// The sentence beside a field.
    pub fn fault(&self, name: &str) -> Option<&str> {
        self.faults.iter().find(|fault| fault.field == name).map(|fault| fault.sentence.as_str())
    }

    /// Everything that is wrong, in the order in which it was found.
    pub fn faults(&self) -> &[FormFault] {
        &self.faults
    }

    /// Whether nothing is wrong so far.
    pub fn is_ok(&self) -> bool {
        self.faults.is_empty()
    }

    /// A field that must not be empty.
    pub fn required(&mut self, lang: Lang, name: &str) -> Option<String> {
        let text = self.text(name).map(str::to_owned);
        if text.is_none() {
            self.refuse(name, msg!(lang, "web-form-required"));
        }
        text
    }

    /// A field that must not be empty, read by its type's parser; `say` puts the parser's error into a sentence.
    pub fn parsed<T, E>(
        &mut self,
        lang: Lang,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
        say: impl FnOnce(E) -> String,
    ) -> Option<T> {
        let text = self.required(lang, name)?;
        self.kept(name, parse(&text).map_err(say))
    }

    /// A field that may be empty, read by its type's parser. The outer `None` means that it was filled wrongly.
    pub fn optional<T, E>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
        say: impl FnOnce(E) -> String,
    ) -> Option<Option<T>> {
        let Some(text) = self.text(name).map(str::to_owned) else { return Some(None) };
        self.kept(name, parse(&text).map_err(say)).map(Some)
    }

    /// One of the values of a list, such as a select offers them.
    pub fn choice<T>(&mut self, lang: Lang, name: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        self.parsed(lang, name, |text| parse(text).ok_or(()), |()| msg!(lang, "web-form-choice"))
    }

    /// A whole number within a range.
    pub fn number(&mut self, lang: Lang, name: &str, range: RangeInclusive<i64>) -> Option<i64> {
        let say = |()| msg!(lang, "web-form-number", from = *range.start(), to = *range.end());
        self.parsed(lang, name, |text| text.parse().ok().filter(|number| range.contains(number)).ok_or(()), say)
    }

    /// A date as a date field sends it (`2026-11-23`) or a person types it (`23.11.2026`).
    pub fn date(&mut self, lang: Lang, name: &str) -> Option<civil::Date> {
        self.parsed(lang, name, |text| parse_date(text).ok_or(()), |()| msg!(lang, "web-form-date"))
    }

    /// A date that may be left out. The outer `None` means that it was filled wrongly.
    pub fn optional_date(&mut self, lang: Lang, name: &str) -> Option<Option<civil::Date>> {
        self.optional(name, |text| parse_date(text).ok_or(()), |()| msg!(lang, "web-form-date"))
    }

    /// A time of day, `08:05`.
    pub fn time(&mut self, lang: Lang, name: &str) -> Option<civil::Time> {
        self.parsed(lang, name, |text| parse_time(text).ok_or(()), |()| msg!(lang, "web-form-time"))
    }

    fn kept<T>(&mut self, name: &str, result: Result<T, String>) -> Option<T> {
        result.map_err(|sentence| self.refuse(name, sentence)).ok()
    }
}

/// A date as a date field sends it (`2026-11-23`) or a person types it (`23.11.2026`).
pub fn parse_date(text: &str) -> Option<civil::Date> {
    if let Some((year, rest)) = text.split_once('-') {
        let (month, day) = rest.split_once('-')?;
        return civil::Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok();
    }
    let mut parts = text.splitn(3, '.').map(|part| part.parse::<i16>().ok());
    let (day, month, year) = (parts.next()??, parts.next()??, parts.next()??);
    civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok().filter(|_| year >= 1000)
}

/// A time of day as a time field sends it: `08:05` or `08:05:00`.
pub fn parse_time(text: &str) -> Option<civil::Time> {
    let (hour, rest) = text.split_once(':')?;
    let (minute, second) = rest.split_once(':').unwrap_or((rest, "0"));
    civil::Time::new(hour.parse().ok()?, minute.parse().ok()?, second.parse().ok()?, 0).ok()
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = WebError;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebError> {
        let kind =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        // Browsers send neither type nor body for a form without fields.
        if !kind.is_empty() && !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(WebError::BadInput(String::new()));
        }
        let body = Bytes::from_request(request, state).await.map_err(|refused| body_error(&refused))?;
        Self::parse(&body)
    }
}

pub(crate) fn body_error(refused: &BytesRejection) -> WebError {
    if refused.status() == StatusCode::PAYLOAD_TOO_LARGE {
        WebError::TooLarge
    } else {
        WebError::BadInput(String::new())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_wrong_field_keeps_its_value_and_gets_a_sentence() {
        let mut form = Form::parse("name=+&grade=12&day=31.11.2026&at=25:00&role=cook".as_bytes()).unwrap();
        assert_eq!(form.required(Lang::En, "name"), None);
        assert_eq!(form.number(Lang::En, "grade", 0..=11), None);
        assert_eq!(form.date(Lang::En, "day"), None);
        assert_eq!(form.time(Lang::En, "at"), None);
        assert_eq!(form.choice(Lang::En, "role", |word| (word == "guard").then_some(())), None);
        assert_eq!(form.faults().len(), 5);
        assert_eq!(form.value("grade"), "12");
        assert_eq!(form.fault("grade"), Some("Enter a whole number from 0 to 11."));
        assert!(!form.is_ok());
    }

    #[test]
    fn a_field_may_be_empty_where_that_is_allowed() {
        let mut form = Form::parse(b"until=&ok=on").unwrap();
        assert_eq!(form.optional_date(Lang::Ru, "until"), Some(None));
        assert!(form.is_checked("ok") && !form.is_checked("no") && form.is_ok());
    }

    #[test]
    fn dates_are_read_as_sent_and_as_typed() {
        for (text, date) in [
            ("2026-11-23", Some(civil::date(2026, 11, 23))),
            ("23.11.2026", Some(civil::date(2026, 11, 23))),
            ("3.1.2026", Some(civil::date(2026, 1, 3))),
            ("23.11.26", None),
            ("2026-02-30", None),
            ("23/11/2026", None),
            ("-", None),
            ("", None),
        ] {
            assert_eq!(parse_date(text), date, "{text:?}");
        }
    }

    #[test]
    fn a_form_of_endless_fields_is_refused() {
        assert!(matches!(Form::parse("a=1&".repeat(FIELDS_LIMIT + 1).as_bytes()), Err(WebError::TooLarge)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_form_or_an_error(body in proptest::collection::vec(any::<u8>(), 0..300), text in "\\PC{0,20}") {
            let _ = Form::parse(&body);
            let _ = (parse_date(&text), parse_time(&text));
        }
    }
}
