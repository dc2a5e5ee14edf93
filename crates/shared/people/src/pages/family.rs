//! Families: who answers for a child, shown on the cards of both, and how somebody is added to a child.

use accounts::{Action, Ctx, Reader};
use i18n::{Lang, msg, msg_dyn, text};
use kernel::{PersonId, Role};
use web::{
    Filters, Form, IntoResponse, Markup, Page, Path, Redirect, Response, StatusCode, WebError,
    components::{
        Button, Choice, Column, Field, Icon, LinkButton, Row, Table, Tone, alert, back_link, badge, card, cell,
        checkbox, confirm_dialog, form_actions, form_faults, hidden, page_head, search_box,
    },
    html,
};

use super::{
    card::{back, brief_of},
    letters, person_id, read, words,
};
use crate::{
    PeopleError,
    model::{GuardianKind, GuardianshipData, Iin, NamePart, Particulars, PersonName, Phone},
    ops::{self, upsert},
    person::{PersonBrief, PersonData},
    queries,
    register::{Family, Kin},
};

/// Persons offered to choose from.
const OFFERED: u32 = 10;

/// The part of the card.
pub(super) fn section(reader: &Reader, person: &PersonBrief, family: &Family) -> Markup {
    let lang = reader.lang;
    let may_edit = reader.may(Action::EditPersons);
    let is_child = person.roles.contains(&Role::Pupil);
    if !is_child && family.guardians.is_empty() && family.children.is_empty() {
        return Markup::default();
    }
    let today = reader.app.clock.now().to_zoned(reader.app.time_zone.clone()).date();
    let body = html! {
        @if is_child || !family.guardians.is_empty() {
            @if family.guardians.is_empty() { p .quiet { (msg!(lang, "people-guardians-none")) } } @else {
                (table(lang, &msg!(lang, "people-guardians"), &family.guardians, today, |kin| {
                    may_edit.then(|| format!("/people/{}/family/{}", person.id, kin.person.id))
                }))
            }
        }
        @if !family.children.is_empty() {
            (table(lang, &msg!(lang, "people-children"), &family.children, today, |kin| {
                may_edit.then(|| format!("/people/{}/family/{}", kin.person.id, person.id))
            }))
        }
        @if !family.siblings.is_empty() {
            p { (msg!(lang, "people-siblings")) ": "
                @for (place, sibling) in family.siblings.iter().enumerate() {
                    @if place > 0 { ", " }
                    a href={ "/people/" (sibling.id) } { (sibling.short) @if let Some(class) = &sibling.class_name { ", " (class) } }
                }
            }
        }
        @if may_edit && is_child {
            div .form-actions {
                (LinkButton::plain(msg!(lang, "people-guardian-add"), format!("/people/{}/family/new", person.id)).icon(Icon::UserPlus))
            }
        }
    };
    card(&msg!(lang, "people-family-part"), body)
}

fn table(
    lang: Lang,
    title: &str,
    kin: &[Kin],
    today: jiff::civil::Date,
    edit: impl Fn(&Kin) -> Option<String>,
) -> Markup {
    let columns = vec![
        Column::new(title),
        Column::new(msg!(lang, "people-kin")),
        Column::new(msg!(lang, "people-kin-may")),
        Column::actions(msg!(lang, "people-actions")),
    ];
    let rows = kin.iter().map(|kin| {
        let who = html! {
            a href={ "/people/" (kin.person.id) } { (kin.person.full) }
            @if let Some(class) = &kin.person.class_name { " · " (class) }
            @if !kin.data.note.is_empty() { br; span .quiet { (kin.data.note) } }
        };
        let rights = html! {
            @if kin.data.counts_on(today) { (rights(lang, &kin.data)) } @else { (badge(Tone::Plain, &msg!(lang, "people-kin-ended"))) }
        };
        let edit = edit(kin).map(|href| LinkButton::quiet(msg!(lang, "people-edit"), href).icon(Icon::Edit).only_icon());
        Row::new(vec![who, cell(kin_name(lang, kin.data.kind)), rights, html! { @if let Some(edit) = edit { (edit) } }])
    });
    html! { (Table::new(lang, title, columns).rows(rows)) }
}

fn rights(lang: Lang, data: &GuardianshipData) -> Markup {
    let all = [
        (data.may_see, msg!(lang, "people-may-see")),
        (data.may_pay, msg!(lang, "people-may-pay")),
        (data.may_collect, msg!(lang, "people-may-collect")),
    ];
    let told: Vec<String> = all.into_iter().filter(|(may, _)| *may).map(|(_, word)| word).collect();
    if told.is_empty() { badge(Tone::Warn, &msg!(lang, "people-may-nothing")) } else { cell(told.join(", ")) }
}

fn kin_name(lang: Lang, kind: GuardianKind) -> String {
    msg_dyn!(lang, "people-kin-", kind.as_str())
}

/// Looks for somebody who is known, and offers to add somebody new.
pub(super) async fn new(reader: Reader, Path(id): Path<String>, filters: Filters) -> Result<Page, WebError> {
    let blank =
        Form::filled([("kind", GuardianKind::Parent.as_str()), ("may", "see"), ("may", "pay"), ("may", "collect")]);
    choose(&reader, person_id(&id)?, &filters, &blank).await
}

async fn choose(reader: &Reader, child: PersonId, filters: &Filters, form: &Form) -> Result<Page, WebError> {
    let lang = reader.lang;
    let child = brief_of(reader, child).await?;
    let home = format!("/people/{}", child.id);
    let path = format!("{home}/family/new");
    let found = offered(reader, filters.get("q").unwrap_or_default()).await?;
    let found: Vec<&PersonBrief> = found.iter().filter(|person| person.id != child.id).collect();
    let title = msg!(lang, "people-guardian-add-title", name = child.short.as_str());
    let longest = PersonName::MAX_LETTERS.to_string();
    let body = html! {
        (back_link(&child.short, &home))
        (page_head(&title, Markup::default()))
        (form_faults(lang, form))
        (card(&msg!(lang, "people-guardian-known"), html! {
            (search_box(lang, filters, &path, &msg!(lang, "people-guardian-search")))
            div #results {
                @if filters.get("q").is_some() && found.is_empty() { p .quiet { (msg!(lang, "people-guardian-not-found")) } }
                @if !found.is_empty() { (offers(lang, &home, &found)) }
            }
        }))
        (card(&msg!(lang, "people-guardian-new"), html! {
            form .form method="post" action=(path) {
                (letters::hint(lang, form))
                (Field::text("family", msg!(lang, "people-family"), form).required().attr("maxlength", &longest).attr("autocomplete", "off"))
                (Field::text("given", msg!(lang, "people-given"), form).required().attr("maxlength", &longest).attr("autocomplete", "off"))
                (Field::text("patronymic", msg!(lang, "people-patronymic"), form).attr("maxlength", &longest).attr("autocomplete", "off").help(msg!(lang, "people-patronymic-help")))
                @if reader.may(Action::SeePersonalNumbers) {
                    (Field::text("iin", msg!(lang, "people-iin"), form).short().attr("inputmode", "numeric").attr("maxlength", "20"))
                    (Field::area("phones", msg!(lang, "people-phones"), form, 2).help(msg!(lang, "people-phones-help")))
                }
                (terms(lang, form))
                (form_actions(html! {
                    (Button::primary(msg!(lang, "people-guardian-add")).icon(Icon::UserPlus))
                    (letters::button(lang, form))
                    (LinkButton::quiet(msg!(lang, "people-cancel"), home.as_str()))
                }))
            }
        }))
    };
    Ok(accounts::page(reader, title, body))
}

/// Persons by name; by IIN or phone too, for whoever may see them.
async fn offered(reader: &Reader, asked: &str) -> Result<Vec<PersonBrief>, WebError> {
    let asked = asked.trim().to_owned();
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let by_number = super::list::by_number(reader, &asked).await?;
    if !by_number.is_empty() {
        return Ok(by_number);
    }
    read(reader, move |tx, scope| queries::search(tx, scope, &asked, OFFERED)).await
}

fn offers(lang: Lang, home: &str, found: &[&PersonBrief]) -> Markup {
    let columns = vec![
        Column::new(msg!(lang, "people-name")),
        Column::new(msg!(lang, "people-role")),
        Column::actions(msg!(lang, "people-actions")),
    ];
    let rows = found.iter().map(|person| {
        let choose = LinkButton::plain(msg!(lang, "people-guardian-choose"), format!("{home}/family/{}", person.id));
        Row::new(vec![html! { b { (person.full) } }, cell(words::roles(lang, person)), html! { (choose) }])
    });
    html! { (Table::new(lang, msg!(lang, "people-guardian-known"), columns).rows(rows)) }
}

/// By what right, what the guardian may, from when to when.
fn terms(lang: Lang, form: &Form) -> Markup {
    let kinds = GuardianKind::ALL.iter().map(|kind| Choice::new(kind.as_str(), kin_name(lang, *kind))).collect();
    let is_ticked = |word: &str| form.values("may").any(|value| value == word);
    html! {
        (Field::select("kind", msg!(lang, "people-kin"), form, kinds).required())
        fieldset .field {
            legend { (msg!(lang, "people-kin-may")) }
            (checkbox("may", "see", &msg!(lang, "people-may-see"), is_ticked("see")))
            (checkbox("may", "pay", &msg!(lang, "people-may-pay"), is_ticked("pay")))
            (checkbox("may", "collect", &msg!(lang, "people-may-collect"), is_ticked("collect")))
        }
        (Field::date("since", msg!(lang, "people-since"), form).help(msg!(lang, "people-kin-term-help")))
        (Field::date("until", msg!(lang, "people-until"), form))
        (Field::text("note", msg!(lang, "people-note"), form).wide().attr("maxlength", GuardianshipData::MAX_NOTE_LETTERS.to_string()))
    }
}

fn terms_of(lang: Lang, form: &mut Form) -> Option<GuardianshipData> {
    let kind = form.choice(lang, "kind", GuardianKind::parse);
    let (since, until) = (form.optional_date(lang, "since"), form.optional_date(lang, "until"));
    let may = |word: &str| form.values("may").any(|value| value == word);
    Some(GuardianshipData {
        kind: kind?,
        may_see: may("see"),
        may_pay: may("pay"),
        may_collect: may("collect"),
        since: since?,
        until: until?,
        note: form.value("note").trim().to_owned(),
    })
}

/// Adds a new person as a guardian; whoever is known already by IIN is shown instead.
pub(super) async fn add(
    reader: Reader,
    Path(id): Path<String>,
    filters: Filters,
    form: Form,
) -> Result<Response, WebError> {
    let lang = reader.lang;
    let child = person_id(&id)?;
    let mut form = match letters::settled(form) {
        Ok(form) => form,
        Err(asking) => {
            let page = choose(&reader, child, &filters, &asking).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    if let Some((data, particulars, terms)) = filled_in(&reader, &mut form) {
        let (ctx, vault) = (reader.ctx(), reader.app.vault.clone());
        let new = (data, particulars);
        let work = move |tx: &mut store::Tx<'_>| add_new(tx, &ctx, &vault, child, &new, &terms);
        match reader.app.db.write(work).await {
            Ok(Added::Done) => return Ok(back(child, "guardian")),
            Ok(Added::Known(person)) => {
                return Ok(Redirect::to(&format!("/people/{child}/family/{person}?known=1")).into_response());
            }
            Err(error) => {
                let field = if matches!(error, PeopleError::IinDisagrees { .. }) { "iin" } else { "" };
                form.refuse(field, words::fault(lang, error)?);
            }
        }
    }
    Ok((StatusCode::UNPROCESSABLE_ENTITY, choose(&reader, child, &filters, &form).await?).into_response())
}

enum Added {
    Done,
    Known(PersonId),
}

fn add_new(
    tx: &mut store::Tx<'_>,
    ctx: &Ctx,
    vault: &crypto::Vault,
    child: PersonId,
    (data, particulars): &(PersonData, Particulars),
    terms: &GuardianshipData,
) -> Result<Added, PeopleError> {
    let scope = ctx.require(Action::EditPersons)?;
    let found = upsert::find_match(tx, &scope, vault, particulars.iin.as_ref(), &data.name, data.birth_date)?;
    if let upsert::Match::One(found) = found {
        return Ok(Added::Known(found.person));
    }
    // Whoever has the same phone and the same name is most probably meant.
    for phone in &particulars.phones {
        let known = queries::by_number(tx, &scope, vault, phone.e164())?;
        if let Some(person) = known.iter().find(|person| person.full == data.name.full()) {
            return Ok(Added::Known(person.id));
        }
    }
    let incoming = upsert::Incoming { data: data.clone(), particulars: particulars.clone() };
    let person = upsert::upsert(tx, ctx, vault, None, &incoming)?.person();
    ops::set_guardian(tx, ctx, child, person, terms)?;
    Ok(Added::Done)
}

fn filled_in(reader: &Reader, form: &mut Form) -> Option<(PersonData, Particulars, GuardianshipData)> {
    let lang = reader.lang;
    let name = match PersonName::parse(form.value("family"), form.value("given"), form.text("patronymic")) {
        Ok(name) => Some(name),
        Err(error) => {
            let field = match error.part() {
                NamePart::Family => "family",
                NamePart::Given => "given",
                NamePart::Patronymic => "patronymic",
            };
            form.refuse(field, words::name_fault(lang, error));
            None
        }
    };
    let (mut iin, mut phones): (Option<Option<Iin>>, Option<Vec<Phone>>) = (Some(None), Some(Vec::new()));
    if reader.may(Action::SeePersonalNumbers) {
        iin = form.optional("iin", Iin::parse, |error| text(lang, error.key(), &[]));
        phones = super::numbers::phones(lang, form);
    }
    let terms = terms_of(lang, form);
    let iin = iin?;
    let data = PersonData {
        name: name?,
        sex: iin.and_then(|iin| iin.sex()),
        birth_date: iin.and_then(|iin| iin.birth_date()),
        roles: [Role::Guardian].into(),
        class: None,
        position: String::new(),
        learning_until: None,
    };
    Some((data, Particulars { iin, phones: phones?, ..Particulars::default() }, terms?))
}

pub(super) async fn edit(
    reader: Reader,
    Path((child, guardian)): Path<(String, String)>,
    filters: Filters,
) -> Result<Page, WebError> {
    let (child, guardian) = (person_id(&child)?, person_id(&guardian)?);
    let known = read(&reader, move |tx, scope| queries::family(tx, scope, child)).await?;
    let known = known.guardians.into_iter().find(|kin| kin.person.id == guardian).map(|kin| kin.data);
    let is_new = known.is_none();
    let data = known.unwrap_or_else(|| GuardianshipData::of(GuardianKind::Parent));
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let fields = [
        ("kind", data.kind.as_str().to_owned()),
        ("since", day(data.since)),
        ("until", day(data.until)),
        ("note", data.note.clone()),
    ];
    let may = [("see", data.may_see), ("pay", data.may_pay), ("collect", data.may_collect)];
    let may = may.into_iter().filter(|(_, may)| *may).map(|(word, _)| ("may", word.to_owned()));
    let form = Form::filled(fields.into_iter().chain(may));
    let above = if filters.get("known").is_some() {
        alert(
            Tone::Info,
            &msg!(reader.lang, "people-guardian-is-known"),
            &msg!(reader.lang, "people-guardian-is-known-how"),
        )
    } else {
        Markup::default()
    };
    edit_page(&reader, child, guardian, &form, above, is_new).await
}

pub(super) async fn change(
    reader: Reader,
    Path((child, guardian)): Path<(String, String)>,
    mut form: Form,
) -> Result<Response, WebError> {
    let lang = reader.lang;
    let (child, guardian) = (person_id(&child)?, person_id(&guardian)?);
    let ctx = reader.ctx();
    if form.value("act") == "remove" {
        reader.app.db.write(move |tx| ops::remove_guardian(tx, &ctx, child, guardian)).await?;
        return Ok(back(child, "guardian-removed"));
    }
    if let Some(terms) = terms_of(lang, &mut form) {
        match reader.app.db.write(move |tx| ops::set_guardian(tx, &ctx, child, guardian, &terms)).await {
            Ok(()) => return Ok(back(child, "guardian")),
            Err(error) => form.refuse("", words::fault(lang, error)?),
        }
    }
    let page = edit_page(&reader, child, guardian, &form, Markup::default(), true).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn edit_page(
    reader: &Reader,
    child: PersonId,
    guardian: PersonId,
    form: &Form,
    above: Markup,
    is_new: bool,
) -> Result<Page, WebError> {
    let lang = reader.lang;
    let (child, guardian) = (brief_of(reader, child).await?, brief_of(reader, guardian).await?);
    let home = format!("/people/{}", child.id);
    let path = format!("{home}/family/{}", guardian.id);
    let title = msg!(lang, "people-guardian-title", guardian = guardian.short.as_str(), child = child.short.as_str());
    let body = html! {
        (back_link(&child.short, &home))
        (page_head(&title, Markup::default()))
        (above)
        (form_faults(lang, form))
        (card(&guardian.full, html! {
            form .form method="post" action=(path) {
                (terms(lang, form))
                (form_actions(html! {
                    (Button::primary(msg!(lang, "people-save")).icon(Icon::Check))
                    (LinkButton::quiet(msg!(lang, "people-cancel"), home.as_str()))
                    @if !is_new { (Button::danger(msg!(lang, "people-guardian-remove")).icon(Icon::UserMinus).opens("remove")) }
                }))
            }
        }))
        @if !is_new {
            (confirm_dialog(lang, "remove", &msg!(lang, "people-guardian-remove-ask", guardian = guardian.short.as_str()),
                &msg!(lang, "people-guardian-remove-what"), &path, &hidden("act", "remove"),
                &Button::danger(msg!(lang, "people-guardian-remove")).icon(Icon::UserMinus)))
        }
    };
    Ok(accounts::page(reader, title, body))
}
