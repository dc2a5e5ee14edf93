//! Regions and districts, to which schools belong. They are the installation's, not a school's.

use store::{record, statements};

use crate::register::{OrganisationId, OrganisationKind};

record! {
    /// A region or a district.
    pub struct OrganisationRow {
        /// Which.
        pub id: OrganisationId,
        /// What it is.
        pub kind: OrganisationKind,
        /// The region of a district.
        pub parent: Option<OrganisationId>,
        /// Its name in Kazakh.
        pub name_kk: String,
        /// Its name in Russian.
        pub name_ru: String,
    }
}

statements! {
    /// Adds one.
    fn add(id: OrganisationId, kind: OrganisationKind, parent: Option<OrganisationId>, name_kk: &str, name_ru: &str) across_schools -> Run =
        "insert into organisation (id, kind, parent, name_kk, name_ru) values ($1, $2, $3, $4, $5)";
    /// All of them, regions before their districts.
    fn all() across_schools -> Many<OrganisationRow> =
        "select id, kind, parent, name_kk, name_ru from organisation order by case kind when 'region' then 0 else 1 end, name_ru, id";
    /// One of them.
    fn one(id: OrganisationId) across_schools -> One<OrganisationRow> = "select id, kind, parent, name_kk, name_ru from organisation where id = $1";
}
