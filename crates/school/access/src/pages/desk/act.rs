//! A number is looked up, a card is given out, the last one is undone.

use accounts::Reader;
use i18n::{Lang, msg, text};
use kernel::{Card, CredentialId, PersonId, ReaderFormat};
use people::{
    PeopleError,
    ops::{self, NewCredential, OldCards},
    queries::{self as register, CardHolder},
};
use web::{
    Filters, Form, Fragment, IntoResponse, Markup, Redirect, Response, StatusCode, WebError,
    components::{Icon, LinkButton, Tone, alert},
    html,
};

use super::{
    asked::{Asked, load},
    view,
};
use crate::AccessError;

/// What a number means, as it is typed or told by a reader.
pub(super) async fn check(reader: Reader, filters: Filters) -> Result<Fragment, WebError> {
    let lang = reader.lang;
    let Some(typed) = filters.get("text") else { return Ok(Fragment(Markup::default())) };
    let format = filters.parsed("format", ReaderFormat::parse).unwrap_or(ReaderFormat::W26);
    let card = match Card::parse(typed, format) {
        Ok(card) => card,
        Err(error) => {
            return Ok(Fragment(alert(
                Tone::Bad,
                &people::card_fault(lang, error),
                &msg!(lang, "people-card-fault-how"),
            )));
        }
    };
    let scope = reader.scope()?;
    let found = reader.app.db.read(move |tx| {
        let holder = register::holder_of(tx, &scope, card)?;
        Ok::<_, AccessError>((holder, register::day_card_of(tx, &scope, card)?))
    });
    let said = match found.await? {
        (_, Some(label)) => alert(
            Tone::Bad,
            &msg!(lang, "people-card-is-day-card", label = label),
            &msg!(lang, "people-card-is-day-card-how"),
        ),
        (Some(holder), None) => taken(lang, &holder),
        (None, None) => alert(Tone::Good, &msg!(lang, "people-card-free"), &msg!(lang, "access-desk-enter")),
    };
    Ok(Fragment(html! { (said) (people::card_views(lang, card)) }))
}

fn taken(lang: Lang, holder: &CardHolder) -> Markup {
    let name = holder.person.full.as_str();
    let what = if holder.is_exact {
        msg!(lang, "people-card-taken", name = name)
    } else {
        msg!(lang, "people-card-looks-taken", name = name)
    };
    html! { (alert(Tone::Bad, &what, &msg!(lang, "people-card-taken-how"))) (to_holder(lang, holder.person.id, &holder.person.short)) }
}

fn to_holder(lang: Lang, holder: PersonId, name: &str) -> Markup {
    let open = msg!(lang, "people-card-open-holder", name = name);
    html! { p { (LinkButton::plain(open, format!("/people/{holder}")).icon(Icon::User)) } }
}

/// Gives the card to the person and leads on to the next one.
pub(super) async fn give(reader: Reader, mut form: Form) -> Result<Response, WebError> {
    let lang = reader.lang;
    let asked = Asked::of_form(&form);
    let person = asked.person.ok_or_else(|| WebError::BadInput(String::new()))?;
    let format = ReaderFormat::parse(form.value("format")).unwrap_or_else(|| asked.format());
    let old = OldCards::parse(form.value("old")).unwrap_or(OldCards::Stay);
    let card = match Card::parse(form.value("text"), format) {
        Ok(card) => card,
        Err(error) => {
            form.refuse("text", people::card_fault(lang, error));
            return again(&reader, asked, &form, StatusCode::UNPROCESSABLE_ENTITY, Markup::default()).await;
        }
    };
    let (ctx, new) = (reader.ctx(), NewCredential { card, valid_from: None, valid_until: None });
    match reader.app.db.write(move |tx| ops::give_card(tx, &ctx, person, &new, old)).await {
        Ok(credential) => {
            let more = [("after", person.to_string()), ("given", credential.to_string())];
            Ok(Redirect::to(&asked.address(&more)).into_response())
        }
        Err(error) => {
            let said = refuse(lang, &mut form, error)?;
            again(&reader, asked, &form, StatusCode::CONFLICT, said).await
        }
    }
}

/// The page with what was typed and what is wrong with it.
async fn again(
    reader: &Reader,
    asked: Asked,
    form: &Form,
    status: StatusCode,
    said: Markup,
) -> Result<Response, WebError> {
    let desk = load(reader, asked).await?;
    Ok((status, view::desk_page(reader, &desk, form, said)).into_response())
}

/// Puts the reason beside the field; whose card it is stands above the page with the way to the holder.
fn refuse(lang: Lang, form: &mut Form, error: PeopleError) -> Result<Markup, WebError> {
    let (sentence, said) = match &error {
        PeopleError::CardTaken { holder, name, .. } => {
            let sentence = msg!(lang, "people-card-taken", name = name.full());
            let how = msg!(lang, "people-card-taken-how");
            (sentence.clone(), html! { (alert(Tone::Bad, &sentence, &how)) (to_holder(lang, *holder, &name.short())) })
        }
        PeopleError::CardIsDayCard { label } => {
            (msg!(lang, "people-card-is-day-card", label = label.as_str()), Markup::default())
        }
        other => match other.key() {
            Some(key) => (text(lang, key, &[]), Markup::default()),
            None => return Err(error.into()),
        },
    };
    form.refuse("text", sentence);
    Ok(said)
}

/// Takes the last card back and leads to whom it was given.
pub(super) async fn undo(reader: Reader, form: Form) -> Result<Response, WebError> {
    let asked = Asked::of_form(&form);
    let credential: CredentialId = form.value("credential").parse().map_err(|_| WebError::BadInput(String::new()))?;
    let ctx = reader.ctx();
    match reader.app.db.write(move |tx| ops::undo_card(tx, &ctx, credential)).await {
        Ok(person) => {
            let more = [("person", person.to_string()), ("done", "undone".to_owned())];
            Ok(Redirect::to(&asked.address(&more)).into_response())
        }
        Err(error) => {
            let Some(key) = error.key() else { return Err(error.into()) };
            let said = alert(Tone::Warn, &text(reader.lang, key, &[]), &msg!(reader.lang, "access-desk-undo-how"));
            again(&reader, asked, &Form::blank(), StatusCode::CONFLICT, said).await
        }
    }
}
