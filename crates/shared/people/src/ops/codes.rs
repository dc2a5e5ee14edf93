//! QR passes: the school's key that signs them, and a code for one person.

use accounts::{Action, Ctx, Scope, audit};
use crypto::{SchoolField, SigningKey, Vault};
use kernel::{CODE_LIFE_S, CodeClaims, Id, PersonId, PersonStatus};
use store::Tx;

use crate::{PeopleError, events::CodeKeysChanged, queries, store::codes};

/// A key of a school that signs QR passes.
#[derive(Debug)]
pub enum CodeKeyKind {}
/// The id of such a key.
pub type CodeKeyId = Id<CodeKeyKind>;

/// The seed of a key.
const SEED: SchoolField = SchoolField::new("code_key", "seed");

/// Makes the key that signs from now on; codes of those before are refused as soon as gates know of it. Gives its number.
///
/// # Errors
/// [`PeopleError::Denied`]; from the keys and the database. [`PeopleError::CodeKeys`] after 65,535 keys.
pub fn change_code_key(tx: &mut Tx<'_>, ctx: &Ctx, vault: &Vault) -> Result<u16, PeopleError> {
    let school = ctx.require(Action::ManageCredentials)?.school();
    let number = u16::try_from(codes::newest(tx, school)? + 1).map_err(|_| PeopleError::CodeKeys)?;
    let (id, key): (CodeKeyId, _) = (ctx.new_id(), SigningKey::random()?);
    let seed = vault.seal_of_school(tx, school, SEED.at(id), key.seed())?;
    codes::retire(tx, school, ctx.now)?;
    codes::add(tx, school, number, id, &key.public()?, &seed, ctx.now)?;
    journal::append(tx, school, ctx.now, &CodeKeysChanged { key: number })?;
    audit(tx, ctx, "code_key_changed", Some(id), &number.to_string())?;
    Ok(number)
}

/// Notes that somebody opened the page of a person's code, where each that follows is shown.
///
/// # Errors
/// [`PeopleError::Denied`], else the database's.
pub fn note_code_shown(tx: &mut Tx<'_>, ctx: &Ctx, person: PersonId) -> Result<(), PeopleError> {
    ctx.require(Action::ManageCredentials)?;
    audit(tx, ctx, "code_shown", Some(person), "")?;
    Ok(())
}

/// A new code of a person, good for half a minute; none while the school has no key. Every call gives another.
///
/// # Errors
/// [`PeopleError::Denied`], [`PeopleError::NoSuchPerson`], [`PeopleError::Archived`]; from the keys and the database.
pub fn code(tx: &mut Tx<'_>, ctx: &Ctx, vault: &Vault, person: PersonId) -> Result<Option<String>, PeopleError> {
    let scope: Scope = ctx.require(Action::ManageCredentials)?;
    let school = scope.school();
    let found = queries::brief(tx, &scope, person)?.ok_or(PeopleError::NoSuchPerson)?;
    if found.status == PersonStatus::Archived {
        return Err(PeopleError::Archived);
    }
    let Some(row) = codes::signing(tx, school)? else { return Ok(None) };
    let seed = vault.open_of_school(tx, school, SEED.at(row.id), &row.seed)?;
    let key = SigningKey::from_slice(seed.bytes()).ok_or(crypto::CryptoError::Cipher("a seed of QR passes"))?;
    let life_s = i32::from(CODE_LIFE_S).saturating_mul(ctx.pace.max(1));
    let claims = CodeClaims {
        key: row.number,
        school,
        person,
        from_s: u32::try_from(ctx.now.as_second()).unwrap_or(0),
        lasts_s: u16::try_from(life_s).unwrap_or(u16::MAX),
        nonce: ctx.ids.bytes(),
    };
    Ok(Some(claims.write(&key.sign(&claims.message())?)))
}
