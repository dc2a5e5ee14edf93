//! Screens of people.

mod card;
mod classes;
mod credentials;
mod form;
mod list;
mod picture;
mod words;

use accounts::{Action, NavEntry, Reader, Right, Routes, Scope};
use kernel::PersonId;
use store::{StoreError, Tx};
use web::WebError;

use crate::{model::Photo, panel::Panels};

pub use picture::photo_src;

const SEE: Right = Right::Action(Action::SeePersons);
const EDIT: Right = Right::Action(Action::EditPersons);
const CARDS: Right = Right::Action(Action::ManageCredentials);

/// What is read of an upload: more than a photo may have, so that the page can say so for any picture that a phone takes.
const UPLOAD_LIMIT: usize = 4 * Photo::MAX_BYTES;

pub(crate) fn routes(routes: Routes, panels: &Panels) -> Routes {
    let [beside, beside_status, beside_photo, beside_card] = [(); 4].map(|()| panels.clone());
    routes
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
        .get("/classes", SEE, classes::list)
        .get("/classes/new", EDIT, classes::new)
        .post("/classes/new", EDIT, classes::add)
        .get("/classes/{id}", EDIT, classes::edit)
        .post("/classes/{id}", EDIT, classes::change)
}

pub(crate) fn nav() -> Vec<NavEntry> {
    let entry = |label, href, icon, order| NavEntry { label, href, icon, action: Action::SeePersons, order };
    vec![entry("people-nav", "/people", "users", 40), entry("people-nav-classes", "/classes", "school", 45)]
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
