//! Screens of people.

mod accounts;
mod badges;
mod card;
mod classes;
mod code;
mod credentials;
mod family;
mod form;
mod letters;
mod list;
mod moves;
mod numbers;
mod picture;
mod posts;
mod school;
mod trail;
mod turn_over;
mod words;

use ::accounts::{Action, NavEntry, NavGroup, Reader, Right, Routes, Scope};
use kernel::PersonId;
use store::{StoreError, Tx};
use web::WebError;

use crate::{model::Photo, panel::Panels};

pub use credentials::{card_fault, views as card_views};
pub use picture::photo_src;

const SEE: Right = Right::Action(Action::SeePersons);
const EDIT: Right = Right::Action(Action::EditPersons);
const NUMBERS: Right = Right::Action(Action::SeePersonalNumbers);
const ACCOUNTS: Right = Right::Action(Action::EditAccounts);
const SCHOOL: Right = Right::Action(Action::EditSchool);
const BADGES: Right = Right::Action(Action::PrintBadges);
const CARDS: Right = Right::Action(Action::ManageCredentials);

/// What is read of an upload: more than a photo may have, so that the page can say so for any picture that a phone takes.
const UPLOAD_LIMIT: usize = 4 * Photo::MAX_BYTES;

pub(crate) fn routes(routes: Routes, panels: &Panels) -> Routes {
    let [beside, beside_status, beside_photo, beside_card, beside_numbers] = [(); 5].map(|()| panels.clone());
    trail::routes(routes)
        .get("/people", SEE, list::show)
        .get("/people/new", EDIT, form::new)
        .post("/people/new", EDIT, form::add)
        .get("/people/credential-check", CARDS, credentials::check)
        .get("/people/{id}", SEE, move |reader, path, filters| card::show(reader, path, filters, beside.clone()))
        .get("/people/{id}/edit", EDIT, form::edit)
        .post("/people/{id}/edit", EDIT, form::change)
        .post("/people/{id}/status", EDIT, move |reader, path, form| {
            card::change_status(reader, path, form, beside_status.clone())
        })
        .get("/people/{id}/photo", SEE, picture::photo)
        .post_large("/people/{id}/photo", EDIT, UPLOAD_LIMIT, move |reader, path, upload| {
            picture::upload(reader, path, upload, beside_photo.clone())
        })
        .post("/people/{id}/photo/remove", EDIT, picture::remove)
        .get("/people/{id}/credentials/new", CARDS, credentials::scan)
        .post("/people/{id}/credentials/new", CARDS, credentials::issue)
        .post("/people/{id}/credentials/{credential}", CARDS, move |reader, path, form| {
            credentials::change(reader, path, form, beside_card.clone())
        })
        .get("/people/{id}/code", CARDS, code::show)
        .get("/people/{id}/code/live", CARDS, code::live)
        .post("/people/{id}/code/key", CARDS, code::change_key)
        .get("/people/{id}/numbers", NUMBERS, numbers::edit)
        .post("/people/{id}/numbers", NUMBERS, numbers::change)
        .post("/people/{id}/numbers/show", NUMBERS, move |reader, path| {
            numbers::show(reader, path, beside_numbers.clone())
        })
        .get(accounts::PATH, ACCOUNTS, accounts::list)
        .post("/people/{id}/account", ACCOUNTS, accounts::change)
        .get("/people/{id}/move", EDIT, moves::form)
        .post("/people/{id}/move", EDIT, moves::change)
        .post("/people/{id}/repeats", EDIT, moves::repeats)
        .get("/people/{id}/family/new", EDIT, family::new)
        .post("/people/{id}/family/new", EDIT, family::add)
        .get("/people/{id}/family/{guardian}", EDIT, family::edit)
        .post("/people/{id}/family/{guardian}", EDIT, family::change)
        .get("/people/{id}/posts/new", EDIT, posts::new)
        .post("/people/{id}/posts/new", EDIT, posts::add)
        .get("/people/{id}/posts/{post}", EDIT, posts::edit)
        .post("/people/{id}/posts/{post}", EDIT, posts::change)
        .get(badges::PATH, BADGES, badges::show)
        .post(badges::PRINT, BADGES, badges::print)
        .get("/school", SCHOOL, school::show)
        .post("/school", SCHOOL, school::change)
        .get("/classes", SEE, classes::list)
        .get("/classes/turn-over", EDIT, turn_over::show)
        .post("/classes/turn-over", EDIT, turn_over::turn)
        .post("/classes/turn-over/undo", EDIT, turn_over::undo)
        .get("/classes/new", EDIT, classes::new)
        .post("/classes/new", EDIT, classes::add)
        .get("/classes/{id}", EDIT, classes::edit)
        .post("/classes/{id}", EDIT, classes::change)
}

pub(crate) fn nav() -> Vec<NavEntry> {
    let entry = |label, href, icon, order| NavEntry {
        group: NavGroup::People,
        label,
        href,
        icon,
        action: Action::SeePersons,
        order,
    };
    let school = NavEntry {
        group: NavGroup::School,
        label: "people-nav-school",
        href: "/school",
        icon: "building-community",
        action: Action::EditSchool,
        order: 95,
    };
    let accounts = NavEntry {
        group: NavGroup::School,
        label: "people-nav-accounts",
        href: accounts::PATH,
        icon: "id-badge-2",
        action: Action::EditAccounts,
        order: 96,
    };
    let trail = NavEntry {
        group: NavGroup::School,
        label: "people-trail-nav",
        href: trail::PATH,
        icon: "history",
        action: Action::SeeTrail,
        order: 98,
    };
    let badges = NavEntry {
        group: NavGroup::Cards,
        label: "people-badges",
        href: badges::PATH,
        icon: "printer",
        action: Action::PrintBadges,
        order: 46,
    };
    vec![
        entry("people-nav", "/people", "users", 40),
        entry("people-nav-classes", "/classes", "school", 45),
        badges,
        school,
        accounts,
        trail,
    ]
}

/// The id in an address.
fn person_id(text: &str) -> Result<PersonId, WebError> {
    text.parse().map_err(|_| WebError::NotFound)
}

/// Reads for a page.
async fn read<T: Send + 'static>(
    reader: &Reader,
    mut work: impl FnMut(&mut Tx<'_>, &Scope) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, WebError> {
    let scope = reader.scope()?;
    Ok(reader.app.db.read(move |tx| work(tx, &scope)).await.map_err(crate::PeopleError::from)?)
}
