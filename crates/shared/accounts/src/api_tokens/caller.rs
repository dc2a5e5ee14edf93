//! Who asks with a token: found before any handler runs, by the route's guard.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use ::store::StoreError;
use axum::{
    extract::{ConnectInfo, FromRequestParts, Request},
    http::{StatusCode, header, request::Parts},
};
use i18n::Lang;
use jiff::{SignedDuration, Timestamp};
use web::{Problem, WebError};

use super::{ApiToken, TokenId, TokenScope, store};
use crate::{
    addresses::Addresses,
    app::App,
    ctx::{Actor, Ctx},
    pace::Pace,
    rights::Scope,
    session::before,
};

/// That a token is used is noted at most so often.
const NOTED_EVERY: SignedDuration = SignedDuration::from_secs(60);

/// How often programs may ask.
#[derive(Debug)]
pub(crate) struct Keeper {
    tokens: Pace<TokenId>,
    strangers: Addresses,
}

impl Keeper {
    /// `burst` requests of a token at once, then `per_s` a second.
    pub(crate) fn new(per_s: u32, burst: u32) -> Self {
        Self {
            tokens: Pace::new(i64::from(burst.max(1)), 1_000_000 / i64::from(per_s.clamp(1, 1_000_000))),
            strangers: Addresses::default(),
        }
    }
}

impl Default for Keeper {
    fn default() -> Self {
        Self::new(60, 120)
    }
}

/// A program with a token that opens this route.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The app.
    pub app: App,
    /// In whose name it asks, with the roles of this moment.
    pub actor: Arc<Actor>,
    /// Its token.
    pub token: TokenId,
    /// The language in which it is told what went wrong.
    pub lang: Lang,
    scope: Option<Scope>,
}

impl Caller {
    /// The scope of the route's purpose.
    ///
    /// # Errors
    /// [`WebError::Forbidden`] on a route that any token opens.
    pub fn scope(&self) -> Result<Scope, WebError> {
        self.scope.ok_or(WebError::Forbidden)
    }

    /// What a use case wants.
    pub fn ctx(&self) -> Ctx {
        let clock = &self.app.clock;
        Ctx { now: clock.now(), ids: self.app.ids.clone(), actor: (*self.actor).clone(), pace: clock.pace() }
    }
}

/// What a request says of its caller, read before anything is waited for: a body cannot be shared.
#[derive(Debug)]
pub(crate) struct Asked {
    token: Option<ApiToken>,
    shows_something: bool,
    address: Option<IpAddr>,
    lang: Lang,
}

impl Asked {
    pub(crate) fn of(app: &App, request: &Request) -> Self {
        let shown = request.headers().get(header::AUTHORIZATION);
        let speaker = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        Self {
            token: shown.and_then(|value| value.to_str().ok()).and_then(ApiToken::of_header),
            shows_something: shown.is_some(),
            address: speaker.map(|speaker| app.proxies().caller(speaker, request.headers())),
            lang: request.extensions().get::<web::Reader>().map_or_else(Lang::default, web::Reader::lang),
        }
    }
}

/// Finds who asks, and whether the token opens a route of this purpose; `None`: any living token does.
pub(crate) async fn admit(app: &App, asked: Asked, purpose: Option<TokenScope>) -> Result<Caller, WebError> {
    let now = app.session_now();
    let found = match &asked.token {
        Some(token) => living(app, token, now).await?,
        None => None,
    };
    let Some((row, actor)) = found else { return Err(stranger(app, &asked, now)) };
    app.keeper.tokens.take(row.id, now).map_err(|retry_after_s| WebError::TooMany { retry_after_s })?;
    note_use(app, &row, now).await?;
    let scope = match purpose {
        None => None,
        Some(purpose) if !row.scopes.all().contains(&purpose) => return Err(wrong_scope()),
        Some(purpose) => Some(Scope::of(&actor, purpose.action())?),
    };
    Ok(Caller { app: app.clone(), actor: Arc::new(actor), token: row.id, lang: asked.lang, scope })
}

async fn living(app: &App, token: &ApiToken, now: Timestamp) -> Result<Option<(store::Shown, Actor)>, StoreError> {
    let hash = token.hash();
    let found = app.db.read(move |tx| {
        let Some(row) = store::shown(tx, &hash, now)? else { return Ok(None) };
        let roles = crate::store::roles(tx, row.user_id)?;
        Ok::<_, StoreError>(Some((row, roles)))
    });
    Ok(found.await?.map(|(row, roles)| {
        let actor = Actor {
            user: Some(row.user_id),
            name: row.user_name.clone(),
            school: row.school,
            roles: roles.into_iter().collect(),
            lang: row.lang.0,
        };
        (row, actor)
    }))
}

async fn note_use(app: &App, row: &store::Shown, now: Timestamp) -> Result<(), StoreError> {
    let noted_before = before(now, NOTED_EVERY);
    if row.last_used_at.is_none_or(|at| at < noted_before) {
        let (school, id) = (row.school, row.id);
        app.db.write(move |tx| store::touch(tx, school, id, now, noted_before)).await?;
    }
    Ok(())
}

/// Nobody with a living token. Whether it was wrong, over or revoked is not told; whoever comes too often with such is told to wait.
fn stranger(app: &App, asked: &Asked, now: Timestamp) -> WebError {
    if let Some(Err(retry_after_s)) = asked.address.map(|address| app.keeper.strangers.take(address, now)) {
        return WebError::TooMany { retry_after_s };
    }
    let (title, detail) = if asked.shows_something {
        ("accounts-token-unknown", "accounts-token-unknown-how")
    } else {
        ("accounts-token-missing", "accounts-token-missing-how")
    };
    Problem { status: StatusCode::UNAUTHORIZED, kind: "about:blank", title, detail, faults: Vec::new() }.into()
}

fn wrong_scope() -> WebError {
    Problem {
        status: StatusCode::FORBIDDEN,
        kind: "/api#problem-scope",
        title: "accounts-token-scope",
        detail: "accounts-token-scope-how",
        faults: Vec::new(),
    }
    .into()
}

impl FromRequestParts<App> for Caller {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, WebError> {
        // Put there by the guard of a route for tokens, and by nothing else.
        parts.extensions.get::<Self>().cloned().ok_or(WebError::Forbidden)
    }
}
