//! Badges to print: of a class, a group, or persons that were looked for, as a PDF of the size of a bank card.

use accounts::{Action, Reader, audit};
use i18n::{Lang, msg};
use kernel::{ClassId, GroupId, PersonId, PersonStatus};
use paper::{Badge, Badges, Colour, Paper};
use store::Tx;
use tokio::sync::Semaphore;
use web::{
    Filters, Form, IntoResponse, Markup, Page, Response, StatusCode, WebError,
    components::{
        Button, Choice, Field, Icon, Tone, alert, card, empty_state, filter_bar, form_actions, form_faults, hidden,
        icon, page_head, photo,
    },
    header, html,
};

use super::{read, words};
use crate::{
    PeopleError,
    person::{GroupView, PersonBrief},
    queries::{self, ClassView, PersonFilter, PhotoSize},
    register::SchoolProfile,
};

pub(super) const PATH: &str = "/badges";
pub(super) const PRINT: &str = "/badges/print";
/// Badges in one file at most: a school is printed class by class.
const MOST: usize = 200;
/// Files made at once: each holds some ten megabytes of portraits.
static MAKING: Semaphore = Semaphore::const_new(2);
const SHEETS: &str = "sheets";
const CARDS: &str = "cards";
const BOTH: &str = "both";

/// What a badge's code says: who, and nothing that opens a door. Capital letters and digits make the smallest code.
fn code_of(person: PersonId) -> String {
    let hex: String = person.as_bytes().iter().map(|byte| format!("{byte:02X}")).collect();
    format!("KEZEKSHI/P/{hex}")
}

/// A link to the badge of one person.
pub(super) fn of_person(person: PersonId) -> String {
    web::address(PATH, [("person", person.to_string().as_str())])
}

/// Who was asked for.
#[derive(Clone, Debug, Default)]
struct Asked {
    class: Option<ClassId>,
    group: Option<GroupId>,
    person: Option<PersonId>,
    text: String,
}

impl Asked {
    fn of(filters: &Filters) -> Self {
        Self {
            class: filters.parsed("class", |text| text.parse().ok()),
            group: filters.parsed("group", |text| text.parse().ok()),
            person: filters.parsed("person", |text| text.parse().ok()),
            text: filters.get("q").unwrap_or_default().to_owned(),
        }
    }

    fn of_form(form: &Form) -> Self {
        Self {
            class: form.value("class").parse().ok(),
            group: form.value("group").parse().ok(),
            person: form.value("one").parse().ok(),
            text: form.value("q").to_owned(),
        }
    }

    fn is_nothing(&self) -> bool {
        self.class.is_none() && self.group.is_none() && self.person.is_none() && self.text.is_empty()
    }
}

/// What can be chosen.
struct Offered {
    asked: Asked,
    classes: Vec<ClassView>,
    groups: Vec<GroupView>,
    persons: Vec<PersonBrief>,
    /// Whether there are more than fit a file.
    is_cut: bool,
    school: SchoolProfile,
}

async fn offered(reader: &Reader, asked: Asked) -> Result<Offered, WebError> {
    let found = read(reader, move |tx, scope| {
        let Some(school) = queries::school_profile(tx, scope)? else { return Ok(None) };
        let mut persons = match (&asked.class, &asked.group, &asked.person) {
            (_, _, Some(person)) => queries::brief(tx, scope, *person)?.into_iter().collect(),
            (Some(class), ..) => {
                let filter = PersonFilter { class: Some(*class), text: asked.text.clone(), ..PersonFilter::default() };
                queries::list(tx, scope, &filter, None, queries::PAGE_LIMIT)?.rows
            }
            (None, Some(group), None) => queries::group_members(tx, scope, *group)?,
            (None, None, None) => queries::search(tx, scope, &asked.text, queries::PAGE_LIMIT)?,
        };
        persons.retain(|person| person.status != PersonStatus::Archived);
        let is_cut = persons.len() > MOST;
        persons.truncate(MOST);
        Ok(Some(Offered {
            asked: asked.clone(),
            classes: queries::classes(tx, scope)?,
            groups: queries::groups(tx, scope)?,
            persons,
            is_cut,
            school: school.profile,
        }))
    });
    found.await?.ok_or(WebError::NotFound)
}

pub(super) async fn show(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    let offered = offered(&reader, Asked::of(&filters)).await?;
    Ok(badges_page(&reader, &offered, &Form::filled([("paper", SHEETS), ("names", BOTH)]), true))
}

/// `all`: everybody is ticked; else those whom the form names.
fn badges_page(reader: &Reader, offered: &Offered, form: &Form, all: bool) -> Page {
    let lang = reader.lang;
    let title = msg!(lang, "people-badges");
    let filters = Filters::parse(PATH, &query(&offered.asked));
    let search = msg!(lang, "people-badges-search");
    let body = html! {
        (page_head(&title, Markup::default()))
        p .quiet { (msg!(lang, "people-badges-how", most = i64::try_from(MOST).unwrap_or_default())) }
        (filter_bar(lang, &filters, PATH, Some(&search), choices(lang, offered), &["class", "group"]))
        div #results {
            @if offered.persons.is_empty() { (nobody(lang, offered)) } @else { (order(reader, offered, form, all)) }
        }
    };
    accounts::page(reader, title, body)
}

fn query(asked: &Asked) -> String {
    let pairs = [
        ("class", asked.class.map(|id| id.to_string()).unwrap_or_default()),
        ("group", asked.group.map(|id| id.to_string()).unwrap_or_default()),
        ("q", asked.text.clone()),
    ];
    let address = web::address(PATH, pairs.iter().map(|(name, value)| (*name, value.as_str())));
    address.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default()
}

fn choices(lang: Lang, offered: &Offered) -> Markup {
    let now = Form::filled([
        ("class", offered.asked.class.map(|id| id.to_string()).unwrap_or_default()),
        ("group", offered.asked.group.map(|id| id.to_string()).unwrap_or_default()),
    ]);
    let groups = offered.groups.iter().map(|group| Choice::new(group.id.to_string(), group.name.as_str())).collect();
    html! {
        (Field::select("class", msg!(lang, "people-class"), &now, words::class_choices(&offered.classes)).or_none(msg!(lang, "people-badges-none")))
        (Field::select("group", msg!(lang, "people-badges-group"), &now, groups).or_none(msg!(lang, "people-badges-none")))
    }
}

fn nobody(lang: Lang, offered: &Offered) -> Markup {
    let (what, how) = if offered.asked.is_nothing() {
        (msg!(lang, "people-badges-whose"), msg!(lang, "people-badges-whose-how"))
    } else {
        (msg!(lang, "people-badges-nobody"), msg!(lang, "people-badges-nobody-how"))
    };
    empty_state(Icon::IdBadge2, &what, &how, None)
}

fn order(reader: &Reader, offered: &Offered, form: &Form, all: bool) -> Markup {
    let lang = reader.lang;
    let papers = vec![
        Choice::new(SHEETS, msg!(lang, "people-badges-sheets")),
        Choice::new(CARDS, msg!(lang, "people-badges-cards")),
    ];
    let names = vec![
        Choice::new(BOTH, msg!(lang, "people-badges-names-both")),
        Choice::new("kk", msg!(lang, "people-badges-names-kk")),
        Choice::new("ru", msg!(lang, "people-badges-names-ru")),
    ];
    let (asked, id) = (&offered.asked, |id: Option<String>| id.unwrap_or_default());
    html! {
        (form_faults(lang, form))
        @if offered.is_cut { (alert(Tone::Info, &msg!(lang, "people-badges-cut", most = i64::try_from(MOST).unwrap_or_default()), "")) }
        // The answer is a file, so the page stays and may be sent again.
        form .columns method="post" action=(PRINT) data-again {
            (hidden("class", &id(asked.class.map(|id| id.to_string()))))
            (hidden("group", &id(asked.group.map(|id| id.to_string()))))
            (hidden("one", &id(asked.person.map(|id| id.to_string()))))
            (hidden("q", &asked.text))
            (card(&msg!(lang, "people-badges-persons"), html! {
                @if let Some(fault) = form.fault("person") { p .fault-line { (icon(Icon::AlertCircle)) (fault) } }
                div .picks.many tabindex="0" role="group" aria-label=(msg!(lang, "people-badges-persons")) {
                    @for person in &offered.persons { (pick(person, all || form.values("person").any(|id| id == person.id.to_string()))) }
                }
            }))
            (card(&msg!(lang, "people-badges-how-printed"), html! {
                div .form {
                    (Field::select("paper", msg!(lang, "people-badges-paper"), form, papers).required().wide())
                    (Field::select("names", msg!(lang, "people-badges-names"), form, names).required().wide())
                    p .quiet {
                        (msg!(lang, "people-badges-colour", colour = offered.school.badge_colour.as_str()))
                        @if reader.may(Action::EditSchool) { " " a href="/school" { (msg!(lang, "people-badges-colour-change")) } }
                    }
                    (form_actions(html! { (Button::primary(msg!(lang, "people-badges-print")).icon(Icon::Printer)) }))
                }
            }))
        }
    }
}

fn pick(person: &PersonBrief, is_ticked: bool) -> Markup {
    html! {
        label .pick {
            input type="checkbox" name="person" value=(person.id) checked[is_ticked];
            (photo(person.photo_src("small").as_deref(), &person.full, "small"))
            span { b { (person.full) } small { (person.class_name.as_deref().unwrap_or(&person.position)) } }
        }
    }
}

pub(super) async fn print(reader: Reader, mut form: Form) -> Result<Response, WebError> {
    let lang = reader.lang;
    let offered = offered(&reader, Asked::of_form(&form)).await?;
    let paper = match form.value("paper") {
        SHEETS => Some(Paper::Sheets),
        CARDS => Some(Paper::Cards),
        _ => None,
    };
    let school = match form.value("names") {
        BOTH => Some(format!("{}\n{}", offered.school.name_kk, offered.school.name_ru)),
        "kk" => Some(offered.school.name_kk.clone()),
        "ru" => Some(offered.school.name_ru.clone()),
        _ => None,
    };
    let (Some(paper), Some(school)) = (paper, school) else { return Err(WebError::BadInput(String::new())) };
    let persons: Vec<PersonId> = form.values("person").filter_map(|id| id.parse().ok()).collect();
    if persons.is_empty() || persons.len() > MOST {
        let most = i64::try_from(MOST).unwrap_or_default();
        let sentence = if persons.is_empty() {
            msg!(lang, "people-badges-choose")
        } else {
            msg!(lang, "people-badges-many", most = most)
        };
        form.refuse("person", sentence);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, badges_page(&reader, &offered, &form, false)).into_response());
    }
    let _turn = MAKING.acquire().await.map_err(WebError::internal)?;
    let badges = badges(&reader, persons).await?;
    // Whoever takes names and portraits away is noted before the file leaves.
    let (ctx, detail) = (reader.ctx(), format!("{} badges", badges.len()));
    let noted = move |tx: &mut Tx<'_>| {
        ctx.require(Action::PrintBadges)?;
        Ok::<_, PeopleError>(audit::<kernel::PersonKind>(tx, &ctx, "badges_printed", None, &detail)?)
    };
    reader.app.db.write(noted).await?;
    let colour = Colour::parse(&offered.school.badge_colour).unwrap_or(Colour { red: 20, green: 89, blue: 122 });
    let sheet = Badges { lang: lang.code().to_owned(), school, colour, paper, badges };
    let made = tokio::task::spawn_blocking(move || sheet.pdf()).await;
    let bytes = made.map_err(WebError::internal)?.map_err(WebError::internal)?;
    let day = i18n::local(reader.app.clock.now(), &reader.app.time_zone).date();
    let disposition = format!("attachment; filename=\"badges-{day}.pdf\"");
    let headers = [(header::CONTENT_TYPE, "application/pdf"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, [(header::CONTENT_DISPOSITION, disposition)], bytes).into_response())
}

/// The badges of these persons in this order, without those who have left.
async fn badges(reader: &Reader, persons: Vec<PersonId>) -> Result<Vec<Badge>, WebError> {
    let lang = reader.lang;
    let (scope, vault) = (reader.scope()?, reader.app.vault.clone());
    let work = move |tx: &mut Tx<'_>| {
        let scope = &scope;
        let mut badges = Vec::with_capacity(persons.len());
        for id in &persons {
            let Some(person) = queries::brief(tx, scope, *id)?.filter(|known| known.status != PersonStatus::Archived)
            else {
                continue;
            };
            let Some(name) = queries::name_of(tx, scope.school(), *id)? else { continue };
            let portrait = match person.photo_version {
                0 => None,
                _ => queries::photo(tx, scope, &vault, *id, PhotoSize::Large)?.map(|picture| picture.bytes),
            };
            let given = [Some(name.given()), name.patronymic()].into_iter().flatten().collect::<Vec<_>>().join(" ");
            badges.push(Badge {
                family: name.family().to_owned(),
                given,
                caption: caption(lang, &person),
                portrait,
                code: Some(code_of(*id)),
            });
        }
        Ok::<_, PeopleError>(badges)
    };
    Ok(reader.app.db.read(work).await?)
}

/// The class, the post, or what the person is to the school.
fn caption(lang: Lang, person: &PersonBrief) -> String {
    match &person.class_name {
        Some(class) => class.clone(),
        None if !person.position.is_empty() => person.position.clone(),
        None => words::roles(lang, person),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_names_the_person_in_letters_that_make_it_small() {
        let id = "01934d2e-7c00-7000-8000-000000000001".parse().unwrap();
        assert_eq!(code_of(id), "KEZEKSHI/P/01934D2E7C0070008000000000000001");
    }
}
