//! The frame of a page: head, top bar, navigation, place for toasts; and what a handler answers with.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use i18n::{Lang, msg, msg_dyn};
use maud::{DOCTYPE, Markup, html};

use crate::{
    Reader, Theme,
    assets::{Icon, asset},
    components::icon,
};

/// A whole page. Never kept by a cache: it shows people.
#[derive(Clone, Debug)]
pub struct Page(pub Markup);

/// A part of a page, put in by htmx.
#[derive(Clone, Debug)]
pub struct Fragment(pub Markup);

const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, HTML), (header::CACHE_CONTROL, NO_STORE)], self.0.into_string()).into_response()
    }
}

impl IntoResponse for Fragment {
    fn into_response(self) -> Response {
        Page(self.0).into_response()
    }
}

/// One entry of the navigation.
#[derive(Clone, Debug)]
pub struct NavItem {
    /// Where it leads.
    pub href: String,
    /// In the reader's language, one or two words.
    pub label: String,
    /// Before the label.
    pub icon: Icon,
    /// Whether this page belongs to it.
    pub current: bool,
}

/// A part of the navigation.
#[derive(Clone, Debug)]
pub struct NavPart {
    /// Its heading, by which it opens and closes; without one it is always open.
    pub label: Option<String>,
    /// Its entries.
    pub items: Vec<NavItem>,
}

impl NavPart {
    /// The part of the page that is shown is open, so one sees where one is.
    fn markup(&self) -> Markup {
        let list = html! {
            ul {
                @for item in &self.items {
                    li { a href=(item.href) aria-current=[item.current.then_some("page")] { (icon(item.icon)) span { (item.label) } } }
                }
            }
        };
        html! {
            @match &self.label {
                None => (list),
                Some(label) => {
                    details name="nav" open[self.items.iter().any(|item| item.current)] {
                        summary { span { (label) } (icon(Icon::ChevronDown)) }
                        (list)
                    }
                }
            }
        }
    }
}

/// Who is signed in, and what the menu under the name offers.
#[derive(Clone, Debug)]
pub struct UserMenu {
    /// `Фамилия И. О.`
    pub name: String,
    /// The role, in the reader's language.
    pub role: String,
    /// Entries above the switches.
    pub links: Vec<NavItem>,
    /// Where a POST signs out.
    pub sign_out: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Frame {
    Desk,
    Bare,
    Screen,
}

/// What stands around a page's own content.
#[derive(Clone, Debug)]
pub struct Shell {
    lang: Lang,
    theme: Theme,
    path: String,
    title: String,
    place: Option<String>,
    user: Option<UserMenu>,
    nav: Vec<NavPart>,
    styles: Vec<&'static str>,
    scripts: Vec<&'static str>,
    frame: Frame,
}

/// htmx without evaluation, inline style, foreign requests and a copy of pages in the browser's storage; error answers
/// are put in too, since they are toasts.
const HTMX_CONFIG: &str = r##"{"allowEval":false,"selfRequestsOnly":true,"includeIndicatorStyles":false,"historyCacheSize":0,"refreshOnHistoryMiss":true,"scrollBehavior":"auto","timeout":30000,"responseHandling":[{"code":"204","swap":false},{"code":"[23]..","swap":true},{"code":"422","swap":true},{"code":"[45]..","swap":true,"error":true}]}"##;

impl Shell {
    /// A page with the navigation at its side. `title` is the page's name without the product's.
    pub fn new(reader: &Reader, title: impl Into<String>) -> Self {
        Self {
            lang: reader.lang(),
            theme: reader.theme(),
            path: reader.path().to_owned(),
            title: title.into(),
            place: None,
            user: None,
            nav: Vec::new(),
            styles: Vec::new(),
            scripts: Vec::new(),
            frame: Frame::Desk,
        }
    }

    /// The language in which the page is written.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// The place that the page is about, shown in the top bar.
    #[must_use]
    pub fn place(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }

    /// Who is signed in.
    #[must_use]
    pub fn user(mut self, user: UserMenu) -> Self {
        self.user = Some(user);
        self
    }

    /// The navigation.
    #[must_use]
    pub fn nav(mut self, nav: Vec<NavPart>) -> Self {
        self.nav = nav;
        self
    }

    /// One more style sheet, by its name among the assets.
    #[must_use]
    pub fn style(mut self, name: &'static str) -> Self {
        self.styles.push(name);
        self
    }

    /// One more script, by its name among the assets.
    #[must_use]
    pub fn script(mut self, name: &'static str) -> Self {
        self.scripts.push(name);
        self
    }

    /// No navigation, the content in the middle: signing in, errors.
    #[must_use]
    pub fn bare(mut self) -> Self {
        self.frame = Frame::Bare;
        self
    }

    /// The content fills the screen, the navigation opens over it: a guard's monitor.
    #[must_use]
    pub fn screen(mut self) -> Self {
        self.frame = Frame::Screen;
        self
    }

    /// The page with this content.
    pub fn page(self, body: Markup) -> Page {
        let lang = self.lang;
        let frame = match self.frame {
            Frame::Desk if self.nav.is_empty() => "plain",
            Frame::Desk => "desk",
            Frame::Bare => "bare",
            Frame::Screen => "screen",
        };
        Page(html! {
            (DOCTYPE)
            html lang=(lang.code()) data-theme=(self.theme.as_str()) {
                (self.head())
                body class=(frame) hx-ext="sse" {
                    a .skip href="#main" { (msg!(lang, "web-skip")) }
                    @if frame != "bare" { (self.top_bar()) }
                    @if matches!(frame, "desk" | "screen") && !self.nav.is_empty() { (self.navigation()) }
                    main #main tabindex="-1" {
                        @if frame == "bare" { a .brand.bare-brand href="/" { (mark()) span { "Kezekshi" } } }
                        (body)
                    }
                    @if frame == "bare" { footer .bare-foot { (self.switches()) } }
                    div #toasts role="status" aria-live="polite" {}
                }
            }
        })
    }

    fn head(&self) -> Markup {
        html! {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                meta name="color-scheme" content=(match self.theme { Theme::Auto => "light dark", Theme::Light => "light", Theme::Dark => "dark" });
                meta name="htmx-config" content=(HTMX_CONFIG);
                title { (self.title) " · Kezekshi" }
                link rel="icon" type="image/svg+xml" href=(asset("favicon.svg"));
                link rel="manifest" href=(asset("site.webmanifest"));
                @for name in ["main.css"].iter().chain(&self.styles) { link rel="stylesheet" href=(asset(name)); }
                @for name in ["main.js"].iter().chain(&self.scripts) { script type="module" src=(asset(name)) {} }
            }
        }
    }

    fn top_bar(&self) -> Markup {
        html! {
            header .top {
                @if !self.nav.is_empty() {
                    a .nav-open href="#nav" data-nav-open aria-label=(msg!(self.lang, "web-nav-open")) { (icon(Icon::Menu2)) }
                }
                a .brand href="/" { (mark()) span { "Kezekshi" } }
                @if let Some(place) = &self.place { span .place { (place) } }
                span .spring {}
                @match &self.user {
                    Some(user) => (self.user_menu(user)),
                    None => (self.switches()),
                }
            }
        }
    }

    fn navigation(&self) -> Markup {
        html! {
            nav #nav .side aria-label=(msg!(self.lang, "web-nav")) {
                a .nav-close href="#_" aria-label=(msg!(self.lang, "web-nav-close")) { (icon(Icon::X)) }
                @for part in &self.nav { (part.markup()) }
            }
            a .nav-veil href="#_" tabindex="-1" aria-hidden="true" {}
        }
    }

    fn user_menu(&self, user: &UserMenu) -> Markup {
        let lang = self.lang;
        html! {
            details .menu {
                summary {
                    span .avatar aria-hidden="true" { (user.name.chars().next().unwrap_or('?')) }
                    span .who { b { (user.name) } small { (user.role) } }
                    (icon(Icon::ChevronDown))
                }
                div .menu-body {
                    p .menu-who { b { (user.name) } " " small { (user.role) } }
                    @for link in &user.links {
                        a .menu-item href=(link.href) { (icon(link.icon)) (link.label) }
                    }
                    (self.switches())
                    form method="post" action=(user.sign_out) {
                        button .menu-item type="submit" { (icon(Icon::Logout)) (msg!(lang, "web-sign-out")) }
                    }
                }
            }
        }
    }

    fn switches(&self) -> Markup {
        let lang = self.lang;
        html! {
            div .switches {
                form .segmented method="post" action="/language" aria-label=(msg!(lang, "web-language")) {
                    input type="hidden" name="next" value=(self.path);
                    @for choice in Lang::ALL {
                        button type="submit" name="lang" value=(choice.code()) lang=(choice.code()) title=(choice.native_name())
                            aria-pressed=(choice == lang) { (label_of(choice)) }
                    }
                }
                form .segmented method="post" action="/theme" aria-label=(msg!(lang, "web-theme")) {
                    input type="hidden" name="next" value=(self.path);
                    @for (choice, sign) in Theme::ALL.into_iter().zip([Icon::SunMoon, Icon::Sun, Icon::Moon]) {
                        @let name = msg_dyn!(lang, "web-theme-", choice.as_str());
                        button type="submit" name="theme" value=(choice.as_str()) title=(name) aria-label=(name)
                            aria-pressed=(choice == self.theme) { (icon(sign)) }
                    }
                }
            }
        }
    }
}

const fn label_of(lang: Lang) -> &'static str {
    match lang {
        Lang::Kk => "Қаз",
        Lang::Ru => "Рус",
        Lang::En => "Eng",
    }
}

/// The product's sign.
fn mark() -> Markup {
    html! {
        svg .mark viewBox="0 0 64 64" aria-hidden="true" {
            rect width="64" height="64" rx="15" {}
            path .stroke d="M21 14v36M46 15 25.5 32 46 49" {}
            circle cx="46" cy="32" r="5" {}
        }
    }
}
