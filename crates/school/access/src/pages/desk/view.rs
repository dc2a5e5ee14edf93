//! The desk as it is shown.

use accounts::{Reader, shell};
use i18n::{Lang, msg, msg_dyn};
use kernel::ReaderFormat;
use people::{
    ops::OldCards,
    queries::{CredentialView, PersonBrief},
};
use web::{
    Filters, Form, Markup, Page, WebError,
    components::{
        Button, Choice, Field, Icon, LinkButton, Tone, alert, card, empty_state, filter_bar, form_actions, hidden,
        live_state, page_head, photo,
    },
    html,
};

use super::{
    CHECK, LIST, LIVE, PATH, UNDO,
    asked::{Asked, Desk, load},
};
use crate::pages::words::card_number;

pub(super) async fn show(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    let desk = load(&reader, Asked::of(&filters)).await?;
    let is_undone = filters.get("done") == Some("undone");
    let said = html! { @if is_undone { (alert(Tone::Good, &msg!(reader.lang, "access-desk-undone"), &msg!(reader.lang, "access-desk-undone-how"))) } };
    Ok(desk_page(&reader, &desk, &Form::blank(), said))
}

pub(super) fn desk_page(reader: &Reader, desk: &Desk, form: &Form, said: Markup) -> Page {
    let lang = reader.lang;
    let title = msg!(lang, "access-desk");
    // What was chosen, as the bar above the page sends it again.
    let here = desk.asked.address(&[("q", desk.asked.text.clone())]);
    let filters = Filters::parse(PATH, here.split_once('?').map_or("", |(_, query)| query));
    let search = msg!(lang, "access-desk-search");
    let body = html! {
        (page_head(&title, html! { (LinkButton::plain(msg!(lang, "access-desk-list"), LIST).icon(Icon::FileSpreadsheet)) }))
        p .quiet { (msg!(lang, "access-desk-how")) }
        (filter_bar(lang, &filters, PATH, Some(&search), choices(lang, desk), &["class", "point", "format"]))
        div #results .card-desk {
            (said)
            @if let Some((credential, person)) = &desk.given { (given(lang, desk, credential, person)) }
            @if !desk.asked.text.is_empty() { (card(&msg!(lang, "access-desk-found"), found(lang, desk))) }
            @match &desk.person {
                Some(person) => div .columns { (whom(lang, desk, person)) (giving(lang, desk, person, form)) },
                None => (nobody(lang, desk)),
            }
        }
    };
    shell(reader, title).style("desk.css").script("desk.js").page(body)
}

/// Class, reader, and how a reader at this computer shows numbers.
fn choices(lang: Lang, desk: &Desk) -> Markup {
    let asked = &desk.asked;
    let now = Form::filled([
        ("class", asked.class.map(|id| id.to_string()).unwrap_or_default()),
        ("point", asked.point.map(|id| id.to_string()).unwrap_or_default()),
        ("format", asked.format().as_str().to_owned()),
    ]);
    let classes =
        desk.classes.iter().map(|class| Choice::new(class.id.to_string(), class.data.name.to_string())).collect();
    let points = desk.points.iter().map(|point| Choice::new(point.id.to_string(), point.name.as_str())).collect();
    let formats = ReaderFormat::ALL
        .into_iter()
        .map(|format| Choice::new(format.as_str(), msg_dyn!(lang, "people-format-", format.as_str())))
        .collect();
    html! {
        (Field::select("class", msg!(lang, "access-desk-class"), &now, classes).or_none(msg!(lang, "access-desk-no-class")))
        (Field::select("point", msg!(lang, "access-desk-reader"), &now, points).or_none(msg!(lang, "access-desk-here")))
        (Field::select("format", msg!(lang, "access-desk-format"), &now, formats))
    }
}

/// What was given out last, and the way to undo it.
fn given(lang: Lang, desk: &Desk, credential: &CredentialView, person: &PersonBrief) -> Markup {
    let what = msg!(lang, "access-desk-given", name = person.short.as_str(), number = card_number(credential.card));
    html! {
        div .desk-given {
            (alert(Tone::Good, &what, &msg!(lang, "people-done-gates-know")))
            form method="post" action=(UNDO) {
                (kept(&desk.asked))
                (hidden("credential", &credential.id.to_string()))
                (Button::plain(msg!(lang, "access-desk-undo")).icon(Icon::ArrowBackUp))
            }
        }
    }
}

/// What each form of the desk sends along.
fn kept(asked: &Asked) -> Markup {
    let id = |id: Option<String>| id.unwrap_or_default();
    html! {
        (hidden("class", &id(asked.class.map(|id| id.to_string()))))
        (hidden("point", &id(asked.point.map(|id| id.to_string()))))
        (hidden("usual", asked.format.map_or("", ReaderFormat::as_str)))
    }
}

fn found(lang: Lang, desk: &Desk) -> Markup {
    html! {
        @if desk.found.is_empty() { p .quiet { (msg!(lang, "access-rule-nobody-found")) } }
        div .picks { @for person in &desk.found { (pick(desk, person, false)) } }
    }
}

/// A person to whom one may go.
fn pick(desk: &Desk, person: &PersonBrief, is_here: bool) -> Markup {
    html! {
        a .pick href=(desk.asked.address(&[("person", person.id.to_string())])) aria-current=[is_here.then_some("true")] {
            (photo(person.photo_src("small").as_deref(), &person.full, "small"))
            span { b { (person.full) } small { (person.class_name.as_deref().unwrap_or(&person.position)) } }
        }
    }
}

/// Who is next, and who comes after.
fn whom(lang: Lang, desk: &Desk, person: &PersonBrief) -> Markup {
    let left = i64::try_from(desk.queue.len()).unwrap_or(i64::MAX);
    let all = i64::try_from(desk.in_class).unwrap_or(i64::MAX);
    card(
        &msg!(lang, "access-desk-whom"),
        html! {
            div .desk-person {
                (photo(person.photo_src("large").as_deref(), &person.full, "middle"))
                div {
                    p .desk-name { (person.full) }
                    p .quiet { (person.class_name.as_deref().unwrap_or(&person.position)) }
                    p { a href={ "/people/" (person.id) } { (msg!(lang, "access-desk-open")) } }
                }
            }
            @if desk.asked.class.is_some() {
                h3 { (msg!(lang, "access-desk-left", left = left, all = all)) }
                div .picks.many tabindex="0" role="group" aria-label=(msg!(lang, "access-desk-queue")) {
                    @for other in &desk.queue { (pick(desk, other, other.id == person.id)) }
                }
            }
        },
    )
}

/// The form that gives the card.
fn giving(lang: Lang, desk: &Desk, person: &PersonBrief, form: &Form) -> Markup {
    let asked = &desk.asked;
    let usual = asked.format();
    let point = asked.point.and_then(|id| desk.points.iter().find(|point| point.id == id));
    let format = ReaderFormat::parse(form.value("format")).unwrap_or(usual);
    let olds = OldCards::ALL.map(|old| Choice::new(old.as_str(), msg_dyn!(lang, "access-desk-old-", old.as_str())));
    card(
        &msg!(lang, "access-desk-card"),
        html! {
            @if let Some(point) = point {
                div .desk-reader sse-connect=(web::address(LIVE, [("point", point.id.to_string().as_str())])) {
                    p { (msg!(lang, "access-desk-hold", point = point.name.as_str())) " " (live_state(lang)) }
                    div #taps hidden sse-swap="tap" {}
                }
            } @else { p .quiet { (msg!(lang, "access-desk-hold-here")) } }
            form #give .form method="post" action=(PATH) {
                (kept(asked))
                (hidden("person", &person.id.to_string()))
                input type="hidden" name="format" value=(format.as_str()) data-usual=(usual.as_str());
                (number_field(lang, desk, form))
                @if !desk.own.is_empty() {
                    (alert(Tone::Warn, &msg!(lang, "access-desk-has-card", numbers = numbers(&desk.own)), ""))
                    (Field::select("old", msg!(lang, "access-desk-old"), form, olds.to_vec()).required().wide())
                }
                (form_actions(html! {
                    (Button::primary(msg!(lang, "access-desk-give")).icon(Icon::CreditCard))
                    @if asked.class.is_some() {
                        (LinkButton::quiet(msg!(lang, "access-desk-skip"), asked.address(&[("after", person.id.to_string())])))
                    }
                }))
            }
            div #check .card-check aria-live="polite" {}
        },
    )
}

/// The field into which a reader types; what is typed is looked up beside it.
fn number_field(lang: Lang, desk: &Desk, form: &Form) -> Markup {
    let field = Field::text("text", msg!(lang, "people-card-number"), form).required().wide();
    let field = field
        .help(msg!(lang, "people-scan-help"))
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .attr("maxlength", "24")
        .attr("data-tap-field", "")
        .attr("hx-get", CHECK)
        .attr("hx-trigger", "input delay:150ms, tap")
        .attr("hx-include", "#give")
        .attr("hx-target", "#check")
        .attr("hx-sync", "this:replace");
    // Whoever types a name into the search must not find the letters here.
    let field = if desk.asked.text.is_empty() { field.attr("autofocus", "") } else { field };
    html! { (field) }
}

fn numbers(own: &[CredentialView]) -> String {
    own.iter().map(|credential| card_number(credential.card)).collect::<Vec<_>>().join("; ")
}

/// Everybody of the class has a card, or nothing is chosen yet.
fn nobody(lang: Lang, desk: &Desk) -> Markup {
    if desk.asked.class.is_some() {
        let (what, how) = (msg!(lang, "access-desk-all-served"), msg!(lang, "access-desk-all-served-how"));
        return empty_state(Icon::CircleCheck, &what, &how, None);
    }
    if !desk.asked.text.is_empty() {
        return Markup::default();
    }
    empty_state(Icon::CreditCard, &msg!(lang, "access-desk-empty"), &msg!(lang, "access-desk-empty-how"), None)
}
