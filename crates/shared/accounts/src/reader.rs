//! Who reads a page: taken from the session by a middleware, given to handlers after the route's right was checked.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Request, State},
    http::request::Parts,
    middleware::Next,
    response::{IntoResponse, Response},
};
use i18n::Lang;
use jiff::Timestamp;
use web::WebError;

use crate::{
    api_tokens,
    app::App,
    ctx::{Actor, Ctx, Denied},
    pages::{passkeys, resume, second_factor},
    rights::{Action, Scope},
    routes::Right,
    session::{self, SchoolName, SignedIn},
    token::TokenHash,
};

/// Somebody with a right to this route.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The app.
    pub app: App,
    /// Who.
    pub actor: Arc<Actor>,
    /// The scope of the route's action; `None` on a [`Right::SignedIn`] route.
    scope: Option<Scope>,
    /// The language of this page.
    pub lang: Lang,
    /// What the page has to know besides: theme, path, whether a fragment is wanted.
    pub web: web::Reader,
    pub(crate) session: TokenHash,
    /// Whether nothing is open but setting up a second factor.
    pub(crate) must_enrol: bool,
    /// When the session began.
    pub(crate) since: Timestamp,
    school: Arc<SchoolName>,
}

impl Reader {
    /// The scope of the route's action.
    ///
    /// # Errors
    /// [`WebError::Forbidden`] on a route that has no action.
    pub fn scope(&self) -> Result<Scope, WebError> {
        self.scope.ok_or(WebError::Forbidden)
    }

    /// Whether the reader may also do this; for showing or leaving out a button.
    pub fn may(&self, action: Action) -> bool {
        Scope::of(&self.actor, action).is_ok()
    }

    /// The scope of another action than the route's.
    ///
    /// # Errors
    /// [`Denied`] when the reader has no right to it.
    pub fn require(&self, action: Action) -> Result<Scope, Denied> {
        Scope::of(&self.actor, action)
    }

    /// The name of the reader's school.
    pub fn school_name(&self) -> &str {
        self.school_name_in(self.lang)
    }

    /// The same in another language, for a document that is asked for in it.
    pub fn school_name_in(&self, lang: Lang) -> &str {
        self.school.in_lang(lang)
    }

    /// Whether the reader is still signed in, with the same roles at the same school. The route's guard asks once; an answer that goes on for
    /// long asks this again and again. When the database does not answer, nobody is.
    pub async fn is_still_here(&self) -> bool {
        session::is_unchanged(&self.app, self.session, &self.actor).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "a live stream ends, since its session cannot be read");
            false
        })
    }

    /// What a use case wants.
    pub fn ctx(&self) -> Ctx {
        let clock = &self.app.clock;
        Ctx { now: clock.now(), ids: self.app.ids.clone(), actor: (*self.actor).clone(), pace: clock.pace() }
    }
}

/// Anybody, on a public page.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The app.
    pub app: App,
    /// Who, if signed in.
    pub actor: Option<Arc<Actor>>,
    /// The language of this page.
    pub lang: Lang,
    /// What the page has to know besides: theme, path, whether a fragment is wanted.
    pub web: web::Reader,
    /// Whether browsers make passkeys where this one has reached us.
    pub(crate) has_passkeys: bool,
}

#[derive(Clone, Copy, Debug)]
struct Granted(Option<Scope>);

/// Checks a route's right before its handler runs.
pub(crate) async fn guard_route(
    State((app, right)): State<(App, Right)>,
    mut request: Request,
    next: Next,
) -> Response {
    let signed_in = request.extensions().get::<SignedIn>();
    let must_enrol = signed_in.is_some_and(|signed_in| signed_in.must_enrol);
    let actor = signed_in.map(|signed_in| signed_in.actor.clone());
    let granted = match (right, actor) {
        (Right::Token(purpose), _) => {
            let asked = api_tokens::Asked::of(&app, &request);
            let caller = match api_tokens::admit(&app, asked, purpose).await {
                Ok(caller) => caller,
                Err(error) => return error.into_response(),
            };
            // What a browser's cookie says must not even be seen by the handler.
            request.extensions_mut().remove::<SignedIn>();
            request.extensions_mut().insert(caller);
            Granted(None)
        }
        (Right::Public(_) | Right::Gate, _) => Granted(None),
        (Right::OwnFactors | Right::SignedIn | Right::Action(_), None) => {
            return resume::sign_in_first(app, request).await;
        }
        (Right::OwnFactors, Some(_)) => Granted(None),
        (Right::SignedIn | Right::Action(_), Some(_)) if must_enrol => return second_factor::first(&request),
        (Right::SignedIn, Some(_)) => Granted(None),
        (Right::Action(action), Some(actor)) => match Scope::of(&actor, action) {
            Ok(scope) => Granted(Some(scope)),
            Err(Denied(_)) => return WebError::Forbidden.into_response(),
        },
    };
    request.extensions_mut().insert(granted);
    next.run(request).await
}

impl FromRequestParts<App> for Reader {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        let SignedIn { actor, session, school, must_enrol, since } =
            parts.extensions.get::<SignedIn>().cloned().ok_or_else(|| WebError::SignIn { next: "/".to_owned() })?;
        let Granted(scope) = parts.extensions.get::<Granted>().copied().ok_or(WebError::Forbidden)?;
        let Ok(web) = web::Reader::from_request_parts(parts, app).await;
        Ok(Self { app: app.clone(), actor, scope, lang: web.lang(), web, session, must_enrol, since, school })
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        let actor = parts.extensions.get::<SignedIn>().map(|signed_in| signed_in.actor.clone());
        let Ok(web) = web::Reader::from_request_parts(parts, app).await;
        let cookies = parts.extensions.get::<web::Cookies>().copied();
        let has_passkeys = cookies.is_some_and(|cookies| passkeys::party(app, cookies, &parts.headers).is_some());
        Ok(Self { app: app.clone(), actor, lang: web.lang(), web, has_passkeys })
    }
}
