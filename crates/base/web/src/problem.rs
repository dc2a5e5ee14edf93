//! A problem as a program is told of it (RFC 9457): a type that the program knows, words for whoever reads its log.

use axum::http::StatusCode;

use crate::WebError;

/// Why a program is not answered with what it asked for. Its words are keys of texts: they are put into the reader's language when it is rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// By which a program knows it: an address that describes it, or `about:blank` when the status says all.
    pub kind: &'static str,
    /// The key of what happened.
    pub title: &'static str,
    /// The key of what to do.
    pub detail: &'static str,
    /// What is wrong with which field.
    pub faults: Vec<FieldFault>,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// The field's name, or the path to it; empty: the whole.
    pub field: String,
    /// The key of what is wrong.
    pub key: &'static str,
}

impl FieldFault {
    /// This is wrong with that field.
    pub fn new(field: impl Into<String>, key: &'static str) -> Self {
        Self { field: field.into(), key }
    }
}

impl From<Problem> for WebError {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}
