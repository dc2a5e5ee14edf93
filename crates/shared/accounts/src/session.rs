//! Who is signed in: read from the cookie before any handler runs.
//!
//! A session ends 12 hours after it was last used and 7 days after it began, whatever comes first. A cookie that is garbled, foreign,
//! over or of a disabled account makes nobody signed in, and says nothing about why.

use std::{collections::BTreeSet, sync::Arc};

use ::store::StoreError;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use i18n::Lang;
use jiff::{SignedDuration, Timestamp};
use kernel::SchoolId;
use web::{Cookies, WebError};

use crate::{
    app::App,
    ctx::Actor,
    store,
    token::{SessionToken, TokenHash},
};

/// A session that is not used ends after this time.
pub(crate) const IDLE: SignedDuration = SignedDuration::from_hours(12);
/// A session ends after this time, used or not.
pub(crate) const ABSOLUTE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// That a session is used is noted at most so often.
const NOTED_EVERY: SignedDuration = SignedDuration::from_secs(60);

/// The signed-in actor of a request, put there by the session's middleware.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn {
    pub(crate) actor: Arc<Actor>,
    pub(crate) session: TokenHash,
    pub(crate) school: Arc<SchoolName>,
    /// Whether a role of the account wants a second factor that is not there: nothing is open then but setting one up.
    pub(crate) must_enrol: bool,
    /// When the session began.
    pub(crate) since: Timestamp,
}

/// The name of a school in the languages in which it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SchoolName {
    kk: String,
    ru: String,
}

impl SchoolName {
    pub(crate) fn new(kk: String, ru: String) -> Self {
        Self { kk, ru }
    }

    pub(crate) fn in_lang(&self, lang: Lang) -> &str {
        match lang {
            Lang::Kk => &self.kk,
            Lang::Ru | Lang::En => &self.ru,
        }
    }
}

/// Lets every route know who is signed in; stands within [`web::harden`]:
/// `router.layer(middleware::from_fn_with_state(app.clone(), accounts::session_layer))`.
pub async fn session_layer(State(app): State<App>, mut request: Request, next: Next) -> Response {
    // Assets are the same for everybody.
    let is_asset = request.uri().path().starts_with("/assets/");
    // Programs ask with tokens: whoever is signed in in a browser counts for nothing there.
    let by_token = request.uri().path().starts_with(crate::API_PATHS);
    let cookies = request.extensions().get().copied().unwrap_or(Cookies { secure: app.is_secure });
    let token = if is_asset || by_token { None } else { token_of(cookies, request.headers()) };
    match signed_in(&app, token).await {
        Ok(Some(signed_in)) => {
            if let Some(reader) = request.extensions().get::<web::Reader>() {
                reader.prefer(signed_in.actor.lang);
            }
            request.extensions_mut().insert(signed_in);
        }
        Ok(None) => {}
        Err(error) => return WebError::internal(error).into_response(),
    }
    next.run(request).await
}

/// The school of whoever is signed in; asked within [`session_layer`] by what counts without names. It tells nothing else of the session.
pub fn school_of(request: &Request) -> Option<SchoolId> {
    request.extensions().get::<SignedIn>().map(|signed_in| signed_in.actor.school)
}

/// The token in the request's cookie, if it can be one.
pub(crate) fn token_of(cookies: Cookies, headers: &web::HeaderMap) -> Option<SessionToken> {
    cookies.session(headers).and_then(SessionToken::parse)
}

async fn signed_in(app: &App, token: Option<SessionToken>) -> Result<Option<SignedIn>, StoreError> {
    let Some(token) = token else { return Ok(None) };
    let (hash, now) = (token.hash(), app.session_now());
    let found = app
        .db
        .read(move |tx| {
            let Some(session) = store::session(tx, &hash, now, before(now, IDLE))? else { return Ok(None) };
            let roles = store::roles(tx, session.id)?;
            Ok::<_, StoreError>(Some((session, roles)))
        })
        .await?;
    let Some((session, roles)) = found else { return Ok(None) };
    let noted_before = before(now, NOTED_EVERY);
    if session.last_seen_at < noted_before {
        app.db.write(move |tx| store::touch_session(tx, &hash, now, noted_before)).await?;
    }
    let must_enrol = session.factors == 0 && app.second_factor().is_needed_by(&roles);
    let actor = Actor {
        user: Some(session.id),
        name: session.name,
        school: session.school,
        roles: roles.into_iter().collect(),
        lang: session.lang.0,
    };
    let school = SchoolName { kk: session.name_kk, ru: session.name_ru };
    Ok(Some(SignedIn {
        actor: Arc::new(actor),
        session: hash,
        school: Arc::new(school),
        must_enrol,
        since: session.created_at,
    }))
}

/// Whether the session still stands with the same school and roles; asked by streams that stay open. Looking is no use of the session.
pub(crate) async fn is_unchanged(app: &App, hash: TokenHash, actor: &Actor) -> Result<bool, StoreError> {
    let now = app.session_now();
    let found = app
        .db
        .read(move |tx| {
            let Some(session) = store::session(tx, &hash, now, before(now, IDLE))? else { return Ok(None) };
            let roles = store::roles(tx, session.id)?;
            Ok::<_, StoreError>(Some((session.school, roles)))
        })
        .await?;
    Ok(found.is_some_and(|(school, roles)| {
        school == actor.school && roles.into_iter().collect::<BTreeSet<_>>() == actor.roles
    }))
}

pub(crate) fn before(now: Timestamp, time: SignedDuration) -> Timestamp {
    now.checked_sub(time).unwrap_or(Timestamp::MIN)
}
