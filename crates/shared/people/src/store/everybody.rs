//! The register as a whole, for lists that are taken in and away.

use crypto::Sealed;
use jiff::civil::Date;
use kernel::{ClassId, CredentialStatus, GroupId, PersonId, PersonStatus, SchoolId};
use store::{record, statements};

use super::persons::RoleBits;
use crate::model::Sex;

record! {
    /// A person with everything that a form holds.
    pub struct EveryRow {
        /// Who.
        pub id: PersonId,
        /// Family name.
        pub family: String,
        /// Given name.
        pub given: String,
        /// Patronymic.
        pub patronymic: Option<String>,
        /// Sex.
        pub sex: Option<Sex>,
        /// Birth date.
        pub birth_date: Option<Date>,
        /// The class.
        pub class: Option<ClassId>,
        /// What the person works as.
        pub position: String,
        /// Roles.
        pub roles: RoleBits,
        /// Whether the person may be here.
        pub status: PersonStatus,
        /// Always let in up to and with this day.
        pub learning_until: Option<Date>,
        /// The version of the photo; 0: none.
        pub photo_version: u64,
        /// Rises with each change.
        pub revision: u64,
    }
    /// A card that somebody holds.
    pub struct EveryCard {
        /// Who.
        pub person: PersonId,
        /// How many bits.
        pub bits: u8,
        /// The bits.
        pub value: u64,
        /// Whether it opens anything.
        pub status: CredentialStatus,
    }
    /// What is kept sealed of a person.
    pub struct EveryPrivate {
        /// Whose.
        pub person: PersonId,
        /// The individual identification number.
        pub iin: Option<Sealed>,
        /// The document.
        pub document: Option<Sealed>,
        /// Phones.
        pub phones: Option<Sealed>,
        /// The e-mail address.
        pub email: Option<Sealed>,
        /// The postal address.
        pub address: Option<Sealed>,
    }
    /// Who is in which group.
    pub struct EveryMember {
        /// The group.
        pub group: GroupId,
        /// Its member.
        pub person: PersonId,
    }
}

statements! {
    /// Everybody in the order of the alphabet, archived ones included.
    fn everybody(school: SchoolId, limit: u32) -> Many<EveryRow> =
        "select p.id as id, p.family as family, p.given as given, p.patronymic as patronymic, p.sex as sex, p.birth_date as birth_date,
           p.class as class, p.position as position,
           (select cast(coalesce(sum(case r.role when 'pupil' then 1 when 'teacher' then 2 when 'staff' then 4 else 8 end), 0) as bigint)
            from person_role r where r.school = p.school and r.person = p.id) as roles,
           p.status as status, p.learning_until as learning_until, p.photo_version as photo_version, p.revision as revision
         from person p where p.school = $1 order by p.sort_key, p.id limit $2";
    /// Every card of somebody's own, also a lost one; day cards are nobody's.
    fn cards(school: SchoolId, limit: u32) -> Many<EveryCard> =
        "select c.person as person, c.bits as bits, c.value as value, c.status as status from credential c
         where c.school = $1 and c.status <> 'returned'
           and not exists (select 1 from day_card d where d.school = c.school and d.credential = c.id) order by c.issued_at, c.id limit $2";
    /// Everything that is kept sealed.
    fn privates(school: SchoolId, limit: u32) -> Many<EveryPrivate> =
        "select person, iin, document, phones, email, address from person_private where school = $1 order by person limit $2";
    /// Every membership.
    fn members(school: SchoolId, limit: u32) -> Many<EveryMember> =
        "select group_id as \"group\", person from person_group_member where school = $1 order by group_id, person limit $2";
}
