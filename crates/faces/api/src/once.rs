//! A write is done once: with an `Idempotency-Key` the same request sent again gives what the first one made.
//!
//! Kept is what was made, not what was answered: no copy of personal data lies about, and the second answer shows the thing as it is now.
//! The key and what was made are written in one transaction, so a write that failed left no key, and may be sent again.

use ::store::{StoreError, Tx};
use accounts::{App, Caller, Ctx};
use axum::{extract::FromRequestParts, http::request::Parts};
use jiff::SignedDuration;
use kernel::Id;
use people::PeopleError;
use sha2::{Digest, Sha256};
use web::{HeaderName, HeaderValue, Response, WebError};

use crate::{
    fault,
    store::{self, SubjectId},
};

/// A key is remembered for so long.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);
/// A key has so many signs at most.
const KEY_LIMIT: usize = 128;

/// What tells one write from another: the key, and the address it was sent to.
#[derive(Clone, Debug)]
pub(crate) struct Once {
    key: Option<String>,
    line: String,
}

impl FromRequestParts<App> for Once {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, WebError> {
        let key = match parts.headers.get("idempotency-key") {
            None => None,
            Some(value) => {
                let text = value.to_str().unwrap_or_default();
                let fits = (1..=KEY_LIMIT).contains(&text.len()) && text.bytes().all(|sign| sign.is_ascii_graphic());
                if !fits {
                    return Err(fault::field("Idempotency-Key", "api-fault-key"));
                }
                Some(text.to_owned())
            }
        };
        let if_match = parts.headers.get("if-match").and_then(|value| value.to_str().ok()).unwrap_or_default();
        Ok(Self { key, line: format!("{} {} {if_match}\n", parts.method, parts.uri.path()) })
    }
}

/// Why a write was not done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotDone {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    People(#[from] PeopleError),
    /// The key stands for another request.
    #[error("the key was used for another request")]
    Reused,
}

impl From<NotDone> for WebError {
    fn from(error: NotDone) -> Self {
        match error {
            // The same key came twice at the same moment: the other one is being done.
            NotDone::Store(error) if error.is_duplicate() => Self::Conflict,
            NotDone::Store(error) => error.into(),
            NotDone::People(PeopleError::Store(error)) if error.is_duplicate() => Self::Conflict,
            NotDone::People(PeopleError::Store(error)) => error.into(),
            NotDone::People(error) => fault::of_people(error),
            NotDone::Reused => fault::reused(),
        }
    }
}

/// What a write came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written<T> {
    /// What was made or changed, as it is now.
    pub(crate) value: T,
    /// Whether the same request had been done before.
    pub(crate) is_replay: bool,
}

impl<T> Written<T> {
    /// Says in the answer's headers that nothing was done a second time.
    pub(crate) fn mark(is_replay: bool, mut response: Response) -> Response {
        if is_replay {
            let name = HeaderName::from_static("idempotent-replayed");
            response.headers_mut().insert(name, HeaderValue::from_static("true"));
        }
        response
    }
}

impl Once {
    /// Does `act`, unless this key did it before, and reads with `show` what it made or changed; all in one transaction.
    ///
    /// # Errors
    /// Those of `act` and `show`; [`fault::reused`] when the key stands for another request.
    pub(crate) async fn write<K: 'static, T: Send + 'static>(
        self,
        caller: &Caller,
        body: &[u8],
        mut act: impl FnMut(&mut Tx<'_>, &Ctx) -> Result<Id<K>, PeopleError> + Send + 'static,
        mut show: impl FnMut(&mut Tx<'_>, &Ctx, Id<K>) -> Result<T, PeopleError> + Send + 'static,
    ) -> Result<Written<T>, WebError> {
        let (ctx, token, now) = (caller.ctx(), caller.token, caller.app.session_now());
        let since = now.checked_sub(REMEMBERED).unwrap_or(now);
        let hash = self.hash(body);
        let done = caller.app.db.write(move |tx| {
            let school = ctx.actor.school;
            let before = match &self.key {
                Some(key) => store::done(tx, school, token, key, since)?,
                None => None,
            };
            if let Some(before) = before {
                if before.request_hash != hash {
                    return Err(NotDone::Reused);
                }
                let subject = Id::from_uuid(before.subject.uuid());
                return Ok(Written { value: show(tx, &ctx, subject)?, is_replay: true });
            }
            let subject = act(tx, &ctx)?;
            if let Some(key) = &self.key {
                store::forget(tx, school, since)?;
                store::note(tx, school, token, key, &hash, SubjectId::from_uuid(subject.uuid()), now)?;
            }
            Ok(Written { value: show(tx, &ctx, subject)?, is_replay: false })
        });
        Ok(done.await?)
    }

    fn hash(&self, body: &[u8]) -> [u8; 32] {
        let mut hash = Sha256::new();
        // The key is random and goes in too, so that the hash alone tells nothing of a short body.
        hash.update(self.key.as_deref().unwrap_or_default());
        hash.update("\n");
        hash.update(&self.line);
        hash.update(body);
        hash.finalize().into()
    }
}
