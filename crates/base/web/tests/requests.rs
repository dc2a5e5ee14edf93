//! What every request goes through, over a small router.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may fail as tests do")]

use std::{sync::Arc, time::Duration};

use http_body_util::BodyExt;
use kernel::{Ids, TestClock};
use tower::ServiceExt;
use web::{
    Body, Cookies, Filters, Form, Fragment, Reader, Response, Router, Shell, StatusCode, Stop, Upload, WebError,
    WebSettings, body_limit, get, harden, header, html,
    http::Request,
    post, routes,
    sse::{self, LiveEvent},
};

fn app(change: impl FnOnce(&mut WebSettings)) -> Router {
    let clock = Arc::new(TestClock::at("2026-11-23T03:00:00Z".parse().unwrap()));
    let mut settings = WebSettings::new(clock, Ids::seeded(1));
    change(&mut settings);
    let router = Router::new()
        .merge(routes())
        .route("/", get(async |reader: Reader| Shell::new(&reader, "Главная").page(html! { h1 { "Главная" } })))
        .route("/part", get(async || Fragment(html! { p { "x" } })))
        .route("/panic", get(async || -> Fragment { panic!("a defect") }))
        .route("/broken", get(async || WebError::internal("the disk is gone")))
        .route("/never", get(async || std::future::pending::<&'static str>().await))
        .route("/mine", get(async || WebError::SignIn { next: "/mine?a=1&b=2".into() }))
        .route("/often", get(async || WebError::TooMany { retry_after_s: 21 }))
        .route(
            "/kazakh",
            get(async |reader: Reader| {
                reader.prefer(i18n::Lang::Kk);
                WebError::Forbidden
            }),
        )
        .route("/form", post(async |form: Form| form.value("name").to_owned()))
        .route("/number/{n}", get(async |web::Path(n): web::Path<u32>| n.to_string()))
        .route(
            "/upload",
            post(async |upload: Upload| upload.file("photo").map_or(0, |file| file.bytes.len()).to_string())
                .layer(body_limit(3 << 20)),
        )
        .route("/filters", get(async |filters: Filters| filters.with("a", "1")))
        .route(
            "/session",
            get(async |cookies: Cookies, headers: web::HeaderMap| {
                cookies.session(&headers).unwrap_or("none").to_owned()
            }),
        );
    harden(router, &settings)
}

struct Answer {
    status: StatusCode,
    headers: web::HeaderMap,
    body: String,
}

async fn answer(response: Response) -> Answer {
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
}

async fn get_with(path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    answer(app(|_| ()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap()).await
}

async fn send(path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let mut request = Request::post(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    answer(app(|_| ()).oneshot(request.body(body.into()).unwrap()).await.unwrap()).await
}

const OURS: (&str, &str) = ("sec-fetch-site", "same-origin");
const URLENCODED: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[tokio::test]
async fn every_answer_carries_the_headers_and_is_kept_by_no_cache() {
    for path in ["/", "/part", "/nothing", "/panic"] {
        let answer = get_with(path, &[]).await;
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'self'") && !policy.contains("unsafe"), "{path}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert_eq!(answer.headers["referrer-policy"], "same-origin");
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
        assert!(!answer.headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
    }
    let secure =
        app(|settings| settings.secure = true).oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
    assert!(secure.headers().contains_key(header::STRICT_TRANSPORT_SECURITY));
}

#[tokio::test]
async fn a_page_has_no_inline_script_or_style() {
    let page = get_with("/", &[]).await.body;
    assert!(!page.contains("<style") && !page.contains(" style=") && !page.contains(" onclick="), "{page}");
    assert_eq!(page.matches("<script").count(), page.matches("<script type=\"module\" src=\"/assets/").count());
}

#[tokio::test]
async fn an_error_is_a_page_in_the_readers_language() {
    let page = get_with("/nothing", &[("accept-language", "kk")]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.body.contains("<html lang=\"kk\"") && page.body.contains("Бет табылмады"));
    let page = get_with("/nothing", &[("accept-language", "kk"), ("cookie", "lang=en; theme=dark")]).await;
    assert!(page.body.contains("Page not found") && page.body.contains("data-theme=\"dark\""));
    let page = get_with("/kazakh", &[("accept-language", "ru")]).await;
    assert!(page.body.contains("Рұқсат жоқ"), "the signed-in user's language goes before the browser's");
    assert_eq!(get_with("/often", &[]).await.headers[header::RETRY_AFTER], "21");
}

#[tokio::test]
async fn an_error_is_a_toast_for_htmx_and_json_for_a_program() {
    let toast = get_with("/nothing", &[("hx-request", "true"), ("accept-language", "ru")]).await;
    assert_eq!(
        (toast.headers["hx-retarget"].to_str().unwrap(), toast.headers["hx-reswap"].to_str().unwrap()),
        ("#toasts", "beforeend")
    );
    assert_eq!(toast.headers["hx-reselect"].to_str().unwrap(), ".toast", "though a part of the page was to be taken");
    assert!(toast.body.starts_with("<div class=\"toast bad\"") && !toast.body.contains("<html"));
    let json = get_with("/nothing", &[("accept", "application/json"), ("accept-language", "en")]).await;
    assert_eq!(json.headers[header::CONTENT_TYPE], "application/problem+json");
    assert!(json.body.contains("\"status\":404") && json.body.contains("Page not found"), "{}", json.body);
}

#[tokio::test]
async fn a_panic_and_a_defect_show_an_id_and_nothing_else() {
    for path in ["/panic", "/broken"] {
        let page = get_with(path, &[]).await;
        assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(page.body.contains("<code>") && !page.body.contains("defect") && !page.body.contains("disk"), "{path}");
    }
}

#[tokio::test]
async fn a_handler_that_never_answers_is_ended() {
    let app = app(|settings| settings.handler_timeout = Duration::from_millis(1));
    let response = app.oneshot(Request::get("/never").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_led_there_and_back() {
    let page = get_with("/mine", &[]).await;
    assert_eq!(
        (page.status, &page.headers[header::LOCATION]),
        (StatusCode::SEE_OTHER, &"/sign-in?next=%2Fmine%3Fa%3D1%26b%3D2".parse().unwrap())
    );
    let part = get_with("/mine", &[("hx-request", "true")]).await;
    assert_eq!(
        (part.status, &part.headers["hx-redirect"]),
        (StatusCode::UNAUTHORIZED, &"/sign-in?next=%2Fmine%3Fa%3D1%26b%3D2".parse().unwrap())
    );
    assert_eq!(get_with("/mine", &[("accept", "application/json")]).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_form_of_a_foreign_page_is_refused() {
    assert_eq!(send("/form", &[OURS, URLENCODED], "name=%D3%99").await.body, "ә");
    for headers in [
        &[URLENCODED][..],
        &[URLENCODED, ("sec-fetch-site", "cross-site")],
        &[URLENCODED, ("host", "a"), ("origin", "https://b")],
    ] {
        assert_eq!(send("/form", headers, "name=x").await.status, StatusCode::FORBIDDEN, "{headers:?}");
    }
    assert_eq!(send("/form", &[URLENCODED, ("authorization", "Bearer t")], "name=x").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_large_body_is_refused_unless_the_route_takes_it() {
    assert_eq!(send("/form", &[OURS, URLENCODED], vec![b'a'; 10 << 20]).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let upload = |size: usize| {
        let mut body =
            b"--x\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"../../etc/passwd\"\r\n\r\n".to_vec();
        body.resize(body.len() + size, 7);
        body.extend_from_slice(b"\r\n--x--\r\n");
        body
    };
    let multipart = ("content-type", "multipart/form-data; boundary=x");
    assert_eq!(send("/upload", &[OURS, multipart], upload(2 << 20)).await.body, (2 << 20).to_string());
    assert_eq!(send("/upload", &[OURS, multipart], upload(4 << 20)).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(send("/upload", &[OURS, multipart], "--x\r\nnonsense").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(send("/upload", &[OURS, URLENCODED], "a=b").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        send("/form", &[OURS, ("content-type", "application/json")], "{}").await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn a_librarys_bare_refusal_becomes_a_page() {
    let page = get_with("/number/x", &[("accept-language", "en")]).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(page.body.contains("The request is not understood"), "{}", page.body);
    let page = send("/part", &[OURS, ("accept-language", "en")], "").await;
    assert_eq!(
        (page.status, &page.headers[header::ALLOW]),
        (StatusCode::METHOD_NOT_ALLOWED, &"GET,HEAD".parse().unwrap())
    );
}

#[tokio::test]
async fn language_and_theme_are_chosen_by_a_form_that_leads_back() {
    let chosen = send("/language", &[OURS, URLENCODED], "lang=kk&next=%2Fpasses%3Fday%3D1").await;
    assert_eq!(chosen.headers[header::LOCATION], "/passes?day=1");
    assert_eq!(chosen.headers[header::SET_COOKIE], "lang=kk; Path=/; Max-Age=31536000; SameSite=Lax");
    let chosen = send("/theme", &[OURS, URLENCODED], "theme=dark&next=https%3A%2F%2Fevil.example").await;
    assert_eq!(chosen.headers[header::LOCATION], "/");
    assert_eq!(send("/theme", &[OURS, URLENCODED], "theme=pink").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_session_is_read_from_the_cookie_of_the_setting() {
    assert_eq!(get_with("/session", &[("cookie", "session=abc")]).await.body, "abc");
    assert_eq!(get_with("/filters?b=2&page=3", &[]).await.body, "/filters?b=2&a=1");
}

#[tokio::test]
async fn a_long_page_is_packed_and_an_event_stream_is_not() {
    let packed = get_with("/", &[("accept-encoding", "gzip")]).await;
    assert_eq!(packed.headers[header::CONTENT_ENCODING], "gzip");
    let stop = Stop::new();
    let router = Router::new().route(
        "/events",
        get({
            let stop = stop.clone();
            async move || {
                sse::response(futures_util::stream::iter([LiveEvent::new("pass", html! { p { "a" } })]), &stop)
            }
        }),
    );
    let settings = WebSettings::new(Arc::new(TestClock::at(kernel::at_micros(0))), Ids::seeded(1));
    let request = Request::get("/events").header("accept-encoding", "gzip").body(Body::empty()).unwrap();
    let events = answer(harden(router, &settings).oneshot(request).await.unwrap()).await;
    assert!(!events.headers.contains_key(header::CONTENT_ENCODING));
    assert_eq!(events.body, "event: pass\ndata: <p>a</p>\n\n");
}

#[tokio::test]
async fn a_live_stream_ends_when_the_server_stops() {
    let stop = Stop::new();
    let response = sse::from_fn(std::future::pending, &stop);
    stop.begin();
    assert_eq!(answer(response).await.body, "");
}

#[tokio::test]
async fn a_reader_too_slow_for_the_channel_is_told_to_load_the_page_anew() {
    let (sender, receiver) = tokio::sync::broadcast::channel(2);
    for number in 0..5 {
        sender.send(number).unwrap();
    }
    drop(sender);
    let response = sse::from_broadcast(receiver, &Stop::new(), |number| {
        (number != 3).then(|| LiveEvent::new("pass", html! { (number) }))
    });
    assert_eq!(answer(response).await.body, "event: resync\ndata: missed\n\nevent: pass\ndata: 4\n\n");
}

#[test]
fn every_text_of_this_crate_stands_in_three_languages() {
    let problems: Vec<String> = i18n::check_all().iter().map(ToString::to_string).collect();
    assert_eq!(problems, [] as [&str; 0]);
}

#[tokio::test]
async fn a_live_stream_ends_when_its_reader_may_not_go_on() {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicU32, Ordering},
        },
        time::Duration,
    };
    let (sender, receiver) = tokio::sync::broadcast::channel::<u32>(4);
    let asked = Arc::new(AtomicU32::new(0));
    let count = asked.clone();
    let may_go_on = move || {
        let before = count.fetch_add(1, Ordering::SeqCst);
        async move { before < 2 }
    };
    let show = |number| Some(LiveEvent::new("pass", html! { (number) }));
    let response = sse::from_broadcast_while(receiver, &Stop::new(), Duration::from_millis(20), may_go_on, show);
    sender.send(7).unwrap();
    let body = axum::body::to_bytes(response.into_body(), 10_000);
    let body = tokio::time::timeout(Duration::from_secs(20), body).await.expect("the stream ended").unwrap();
    assert!(String::from_utf8_lossy(&body).contains("data: 7"));
    assert_eq!(asked.load(Ordering::SeqCst), 3);
    drop(sender);
}
