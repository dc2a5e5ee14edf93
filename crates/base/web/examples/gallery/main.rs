//! Serves every component with sample values: `cargo run -p web --example gallery -- 127.0.0.1:8090`.

mod samples;

use std::{
    env,
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use kernel::{Ids, SystemClock};
use web::{
    NavItem, NavPart, Page, Path, Reader, Response, Router, Shell, Stop, UserMenu, WebError, WebSettings,
    components::Icon,
    get, harden, html,
    sse::{self, LiveEvent},
};

fn nav(current: &str) -> Vec<NavItem> {
    [
        ("today", "Сегодня", Icon::Home),
        ("passes", "Проходы", Icon::DoorEnter),
        ("person", "Карточка человека", Icon::Users),
        ("form", "Новый человек", Icon::UserPlus),
        ("empty", "Пустой список", Icon::Archive),
        ("screen", "Экран", Icon::DeviceDesktop),
        ("sign-in", "Вход", Icon::Login),
        ("nowhere", "Ошибка", Icon::AlertTriangle),
    ]
    .into_iter()
    .map(|(name, label, icon)| NavItem {
        href: format!("/{name}"),
        label: label.to_owned(),
        icon,
        current: name == current,
    })
    .collect()
}

async fn sample(reader: Reader, Path(name): Path<String>) -> Result<Page, WebError> {
    let lang = reader.lang();
    let user = UserMenu {
        name: "Сәрсенбаева Г. М.".to_owned(),
        role: "администратор".to_owned(),
        links: vec![NavItem {
            href: "/password".into(),
            label: "Сменить пароль".into(),
            icon: Icon::Key,
            current: false,
        }],
        sign_out: "/sign-out".to_owned(),
    };
    let shell = Shell::new(&reader, "Образцы")
        .place("Школа-гимназия № 25")
        .user(user)
        .nav(vec![NavPart { label: None, items: nav(&name) }]);
    let (_, body) = samples::all(lang).into_iter().find(|(sample, _)| *sample == name).ok_or(WebError::NotFound)?;
    Ok(match name.as_str() {
        "sign-in" => Shell::new(&reader, "Вход").bare().page(body),
        "screen" => shell.screen().page(body),
        _ => shell.page(body),
    })
}

/// Counts seconds, to be watched on the sample "screen".
async fn events() -> Response {
    let seconds = Arc::new(AtomicU64::new(0));
    let next = move || {
        let seconds = seconds.clone();
        async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let second = seconds.fetch_add(1, Ordering::Relaxed) + 1;
            Some(LiveEvent::new("tick", html! { b { (second) " с" } }))
        }
    };
    sse::from_fn(next, &Stop::new())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8090".to_owned());
    let router = Router::new()
        .merge(web::routes())
        .route("/", get(|| async { web::Redirect::to("/today") }))
        .route("/broken", get(|| async { WebError::internal("a sample") }))
        .route("/events", get(events))
        .route("/{name}", get(sample));
    let router = harden(router, &WebSettings::new(Arc::new(SystemClock), Ids::random()));
    axum::serve(tokio::net::TcpListener::bind(address).await?, router).await?;
    Ok(())
}
