//! Persons.

mod change;
mod read;
mod shape;

use accounts::{Right, Routes, TokenScope};
use kernel::PersonId;
use web::WebError;

pub(crate) use change::{__path_add_person, __path_change_person, add_person, change_person};
pub(crate) use read::{__path_get_person, __path_get_photo, __path_list_people, get_person, get_photo, list_people};

const PATH: &str = "/api/v1/people";
const ONE: &str = "/api/v1/people/{id}";

/// Adds the routes.
pub(crate) fn routes(routes: Routes) -> Routes {
    let (read, write) = (Right::Token(Some(TokenScope::PeopleRead)), Right::Token(Some(TokenScope::PeopleWrite)));
    routes
        .get(PATH, read, list_people)
        .post(PATH, write, add_person)
        .get(ONE, read, get_person)
        .patch(ONE, write, change_person)
        .get("/api/v1/people/{id}/photo", read, get_photo)
}

/// The person in an address; what is no id is nobody.
pub(crate) fn person_id(text: &str) -> Result<PersonId, WebError> {
    text.parse().map_err(|_| WebError::NotFound)
}
