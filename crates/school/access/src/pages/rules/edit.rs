//! Adding, changing and removing a rule.

use accounts::{Reader, page};
use i18n::msg;
use kernel::RuleId;
use web::{
    Form, IntoResponse, Markup, Page, Path, Response, WebError,
    components::{back_link, card, page_head},
    html,
};

use super::{PATH, form, sentence};
use crate::{
    AccessError, ops,
    pages::editor::{done, id_of, refuse, refused, removal},
    queries::{self, PointView, RuleView, WhoChoices},
};

/// What can be chosen in the form.
pub(super) struct Choices {
    pub(super) points: Vec<PointView>,
    pub(super) who: WhoChoices,
}

async fn choices(reader: &Reader) -> Result<Choices, WebError> {
    let scope = reader.scope()?;
    let found = reader.app.db.read(move |tx| {
        Ok::<_, AccessError>(Choices { points: queries::points(tx, &scope)?, who: queries::who_choices(tx, &scope)? })
    });
    Ok(found.await?)
}

async fn rule(reader: &Reader, id: RuleId) -> Result<RuleView, WebError> {
    let scope = reader.scope()?;
    reader.app.db.read(move |tx| queries::rule(tx, &scope, id)).await?.ok_or(WebError::NotFound)
}

pub(super) async fn blank(reader: Reader) -> Result<Page, WebError> {
    new_page(&reader, &form::blank()).await
}

pub(super) async fn add(reader: Reader, mut sent: Form) -> Result<Response, WebError> {
    if let Some(rearranged) = form::rearranged(&sent) {
        return Ok(new_page(&reader, &rearranged).await?.into_response());
    }
    if let Some(input) = form::read(reader.lang, &mut sent) {
        let ctx = reader.ctx();
        match reader.app.db.write(move |tx| ops::add_rule(tx, &ctx, input.clone())).await {
            Ok(_) => return Ok(done(PATH, "added")),
            Err(error) => refuse(reader.lang, &mut sent, error)?,
        }
    }
    Ok(refused(new_page(&reader, &sent).await?))
}

async fn new_page(reader: &Reader, sent: &Form) -> Result<Page, WebError> {
    let (lang, choices) = (reader.lang, choices(reader).await?);
    let title = msg!(lang, "access-rule-new");
    let person = form::chosen(reader, sent).await?;
    let body = html! {
        (back_link(&msg!(lang, "access-rules"), PATH))
        (page_head(&title, Markup::default()))
        (card("", form::view(reader, sent, &choices, person.as_ref(), &format!("{PATH}/new"), msg!(lang, "access-add"))))
    };
    Ok(page(reader, title, body))
}

pub(super) async fn show(reader: Reader, Path(id): Path<String>) -> Result<Page, WebError> {
    let rule = rule(&reader, id_of(&id)?).await?;
    rule_page(&reader, &rule, &form::filled(&rule)).await
}

pub(super) async fn save(reader: Reader, Path(id): Path<String>, mut sent: Form) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    if let Some(rearranged) = form::rearranged(&sent) {
        let rule = rule(&reader, id).await?;
        return Ok(rule_page(&reader, &rule, &rearranged).await?.into_response());
    }
    let revision = sent.value("revision").parse().map_err(|_| WebError::BadInput(String::new()))?;
    if let Some(input) = form::read(reader.lang, &mut sent) {
        let ctx = reader.ctx();
        match reader.app.db.write(move |tx| ops::edit_rule(tx, &ctx, id, revision, input.clone())).await {
            Ok(()) => return Ok(done(PATH, "saved")),
            Err(error) => refuse(reader.lang, &mut sent, error)?,
        }
    }
    let rule = rule(&reader, id).await?;
    Ok(refused(rule_page(&reader, &rule, &sent).await?))
}

pub(super) async fn remove(reader: Reader, Path(id): Path<String>) -> Result<Response, WebError> {
    let (id, ctx) = (id_of(&id)?, reader.ctx());
    reader.app.db.write(move |tx| ops::remove_rule(tx, &ctx, id)).await?;
    Ok(done(PATH, "removed"))
}

/// The rule's editor. Above it stands the rule as it is kept now, so that whoever comes second sees what the other one wrote.
async fn rule_page(reader: &Reader, rule: &RuleView, sent: &Form) -> Result<Page, WebError> {
    let (lang, choices) = (reader.lang, choices(reader).await?);
    let who = sentence::who(lang, rule);
    let address = format!("{PATH}/{}", rule.id);
    let person = form::chosen(reader, sent).await?;
    let question = msg!(lang, "access-rule-remove-ask", who = &who);
    let actions = removal(
        lang,
        msg!(lang, "access-remove"),
        &question,
        &msg!(lang, "access-rule-remove-what"),
        &format!("{address}/remove"),
    );
    let body = html! {
        (back_link(&msg!(lang, "access-rules"), PATH))
        (page_head(&who, actions))
        p .lead { (sentence::rest(lang, rule)) }
        (card("", form::view(reader, sent, &choices, person.as_ref(), &address, msg!(lang, "access-save"))))
    };
    Ok(page(reader, who, body))
}
