//! What is done with second factors: added, confirmed, removed, reset, and taken at the sign-in.

use ::store::Tx;
use crypto::{OtpSecret, SchoolField, Vault};
use jiff::Timestamp;
use kernel::{Ids, SchoolId, UserId};

use super::{
    PasskeyId, SET_UP_TIME, STEP_TIME,
    codes::{RECOVERY_CODES, RecoveryCode, Typed, step_of},
    store,
    webauthn::{Assertion, Challenge, RelyingParty},
};
use crate::{AccountsError, Action, Ctx, audit, rights::StaffRole, store as accounts_store, token::TokenHash};

/// The secret of an app, sealed for the school of its account.
const SECRET: SchoolField = SchoolField::new("user_totp", "secret");
/// Passkeys that one account may have.
const PASSKEYS_LIMIT: u64 = 20;
/// A passkey's name has so many letters at most.
const NAME_LIMIT: usize = 60;

/// Whether roles that see restricted data need a second factor. A setting of the installation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SecondFactor {
    /// They do: without one such an account can do nothing but set one up.
    Required,
    /// Everybody may set one up, nobody has to.
    #[default]
    Offered,
}

impl SecondFactor {
    /// Whether somebody with these roles needs one.
    pub fn is_needed_by<'a>(self, roles: impl IntoIterator<Item = &'a StaffRole>) -> bool {
        self == Self::Required && roles.into_iter().any(|role| role.sees_restricted())
    }
}

/// What somebody brings as the second step, not believed yet.
#[derive(Clone, Debug)]
pub(crate) enum Proof {
    /// A code of the app, or one that was written down.
    Code(Typed),
    /// A passkey, and who has to be reached by it.
    Passkey(RelyingParty, Assertion),
    /// Nothing that could be either.
    Nothing,
}

impl Proof {
    /// What was typed.
    pub(crate) fn typed(text: &str) -> Self {
        Typed::parse(text).map_or(Self::Nothing, Self::Code)
    }
}

/// Whether an account has a second factor.
pub(crate) fn has_factor(tx: &mut Tx<'_>, user: UserId) -> Result<bool, AccountsError> {
    Ok(store::factors(tx, user)?.any())
}

/// Takes a second factor of an account: gives the word for the audit trail, or nothing when it is not right. Each code and each challenge is
/// taken once, also when two come at the same time.
pub(crate) fn prove(
    tx: &mut Tx<'_>,
    vault: &Vault,
    now: Timestamp,
    (school, user): (SchoolId, UserId),
    challenge: &Challenge,
    proof: &Proof,
) -> Result<Option<&'static str>, AccountsError> {
    Ok(match proof {
        Proof::Code(Typed::App(code)) => {
            let Some(app) = store::app(tx, user)?.filter(|app| app.confirmed_at.is_some()) else { return Ok(None) };
            let secret = opened(tx, vault, school, user, &app.secret)?;
            let step = step_of(&secret, *code, now, app.last_step);
            let is_taken = match step {
                Some(step) => store::take_app_step(tx, user, step)? == 1,
                None => false,
            };
            is_taken.then_some("app")
        }
        Proof::Code(Typed::Recovery(code)) => {
            let is_taken = store::take_code(tx, user, &code.hash(user), now)? == 1;
            is_taken.then_some("recovery_code")
        }
        Proof::Passkey(party, answer) => {
            passkey_user(tx, now, challenge, party, answer)?.filter(|owner| *owner == user).map(|_| "passkey")
        }
        Proof::Nothing => None,
    })
}

/// Whose passkey answered; nothing when it is unknown or did not answer rightly.
pub(crate) fn passkey_user(
    tx: &mut Tx<'_>,
    now: Timestamp,
    challenge: &Challenge,
    party: &RelyingParty,
    answer: &Assertion,
) -> Result<Option<UserId>, AccountsError> {
    let Some(key) = store::passkey_of(tx, &answer.credential)? else { return Ok(None) };
    if answer.user_handle != key.user_id.as_bytes() {
        return Ok(None);
    }
    let Some(count) = party.asserted(challenge, answer, &key.public_key, key.sign_count) else { return Ok(None) };
    store::use_passkey(tx, key.id, count, now)?;
    Ok(Some(key.user_id))
}

/// Makes a secret for an app, in the place of one that was never confirmed.
///
/// # Errors
/// [`AccountsError::FactorKnown`] when the account has a confirmed one.
pub(crate) fn begin_app(tx: &mut Tx<'_>, ctx: &Ctx, vault: &Vault, now: Timestamp) -> Result<(), AccountsError> {
    let user = own(ctx)?;
    let secret = OtpSecret::random()?;
    let sealed = vault.seal_of_school(tx, ctx.actor.school, SECRET.at(user), secret.bytes())?;
    if store::begin_app(tx, user, &sealed, now)? == 0 {
        return Err(AccountsError::FactorKnown);
    }
    Ok(())
}

/// The secret that waits for its first code. It waits for some minutes only: who finds the page open later must not be shown it.
pub(crate) fn pending_app(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    vault: &Vault,
    now: Timestamp,
) -> Result<Option<OtpSecret>, AccountsError> {
    let user = own(ctx)?;
    let is_new = |at: Timestamp| now.duration_since(at) <= SET_UP_TIME;
    match store::app(tx, user)?.filter(|app| app.confirmed_at.is_none() && is_new(app.created_at)) {
        Some(app) => opened(tx, vault, ctx.actor.school, user, &app.secret).map(Some),
        None => Ok(None),
    }
}

/// Lets an app count, once it gave a right code. Gives new recovery codes when the account had none.
///
/// # Errors
/// [`AccountsError::WrongCode`]; [`AccountsError::FactorKnown`] when no secret waits.
pub(crate) fn confirm_app(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    vault: &Vault,
    now: Timestamp,
    code: &str,
) -> Result<Vec<RecoveryCode>, AccountsError> {
    let user = own(ctx)?;
    let secret = pending_app(tx, ctx, vault, now)?.ok_or(AccountsError::FactorKnown)?;
    let Some(Typed::App(code)) = Typed::parse(code) else { return Err(AccountsError::WrongCode) };
    let step = step_of(&secret, code, now, 0).ok_or(AccountsError::WrongCode)?;
    if store::confirm_app(tx, user, step, now)? == 0 {
        return Err(AccountsError::FactorKnown);
    }
    audit(tx, ctx, "factor_added", Some(user), "app")?;
    first_codes(tx, ctx, user, now)
}

/// Says what a device has to sign to become a passkey of the session's account.
pub(crate) fn begin_passkey(
    tx: &mut Tx<'_>,
    session: &TokenHash,
    challenge: &Challenge,
    now: Timestamp,
) -> Result<(), AccountsError> {
    let until = now.checked_add(STEP_TIME).unwrap_or(now);
    store::set_challenge(tx, session, challenge, until)?;
    Ok(())
}

/// Adds a passkey that its device made for this session. Gives new recovery codes when the account had none.
///
/// # Errors
/// [`AccountsError::WrongCode`] when what came is not what was asked for, [`AccountsError::FactorKnown`] when an account has this passkey,
/// [`AccountsError::TooManyPasskeys`], [`AccountsError::Name`].
pub(crate) fn add_passkey(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    session: &TokenHash,
    now: Timestamp,
    party: &RelyingParty,
    (name, client_data, attestation): (&str, &str, &str),
) -> Result<Vec<RecoveryCode>, AccountsError> {
    let user = own(ctx)?;
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_LIMIT || name.chars().any(char::is_control) {
        return Err(AccountsError::Name);
    }
    if store::factors(tx, user)?.passkeys >= PASSKEYS_LIMIT {
        return Err(AccountsError::TooManyPasskeys);
    }
    let challenge = store::challenge(tx, session, now)?.into_iter().next().ok_or(AccountsError::WrongCode)?;
    store::end_challenge(tx, session)?;
    let new = party.registered(&challenge, client_data, attestation).ok_or(AccountsError::WrongCode)?;
    if store::passkey_of(tx, &new.credential)?.is_some() {
        return Err(AccountsError::FactorKnown);
    }
    let id: PasskeyId = ctx.new_id();
    match store::add_passkey(tx, id, user, &new.credential, &new.public_key, new.sign_count, name, now) {
        Err(error) if error.is_duplicate() => return Err(AccountsError::FactorKnown),
        added => added?,
    };
    audit(tx, ctx, "factor_added", Some(user), "passkey")?;
    first_codes(tx, ctx, user, now)
}

/// The app does not count any more.
///
/// # Errors
/// [`AccountsError::LastFactor`] where one is needed and it is the last.
pub(crate) fn remove_app(tx: &mut Tx<'_>, ctx: &Ctx, rule: SecondFactor) -> Result<(), AccountsError> {
    let user = own(ctx)?;
    if store::remove_app(tx, user)? > 0 {
        audit(tx, ctx, "factor_removed", Some(user), "app")?;
    }
    keep_one(tx, ctx, rule, user)
}

/// A passkey does not count any more.
///
/// # Errors
/// [`AccountsError::LastFactor`] where one is needed and it is the last.
pub(crate) fn remove_passkey(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    rule: SecondFactor,
    passkey: PasskeyId,
) -> Result<(), AccountsError> {
    let user = own(ctx)?;
    if store::remove_passkey(tx, user, passkey)? == 0 {
        return Err(AccountsError::NoSuchFactor);
    }
    audit(tx, ctx, "factor_removed", Some(user), "passkey")?;
    keep_one(tx, ctx, rule, user)
}

/// New recovery codes in the place of those that there are.
///
/// # Errors
/// [`AccountsError::NoSuchFactor`] without a factor that they could stand in for.
pub(crate) fn new_recovery_codes(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    now: Timestamp,
) -> Result<Vec<RecoveryCode>, AccountsError> {
    let user = own(ctx)?;
    if !has_factor(tx, user)? {
        return Err(AccountsError::NoSuchFactor);
    }
    audit(tx, ctx, "recovery_codes_made", Some(user), "")?;
    codes(tx, &ctx.ids, user, now)
}

/// Takes all second factors from an account of the school, whose owner has lost them, and ends its sessions.
///
/// # Errors
/// [`AccountsError::Denied`], [`AccountsError::NoSuchUser`], or the database's.
pub fn reset_factors(tx: &mut Tx<'_>, ctx: &Ctx, user: UserId) -> Result<(), AccountsError> {
    let scope = ctx.require(Action::EditAccounts)?;
    accounts_store::user(tx, scope.school(), user)?.ok_or(AccountsError::NoSuchUser)?;
    let had = store::factors(tx, user)?;
    store::remove_app(tx, user)?;
    store::remove_passkeys(tx, user)?;
    store::remove_codes(tx, user)?;
    accounts_store::end_sessions(tx, user)?;
    store::end_steps(tx, user)?;
    audit(tx, ctx, "factors_reset", Some(user), &format!("app {} passkeys {}", had.apps, had.passkeys))?;
    Ok(())
}

fn own(ctx: &Ctx) -> Result<UserId, AccountsError> {
    ctx.actor.user.ok_or(AccountsError::NoSuchUser)
}

fn opened(
    tx: &mut Tx<'_>,
    vault: &Vault,
    school: SchoolId,
    user: UserId,
    sealed: &crypto::Sealed,
) -> Result<OtpSecret, AccountsError> {
    let opened = vault.open_of_school(tx, school, SECRET.at(user), sealed)?;
    OtpSecret::from_slice(opened.bytes()).ok_or(AccountsError::NoSuchFactor)
}

/// Codes for an account that has none yet.
fn first_codes(tx: &mut Tx<'_>, ctx: &Ctx, user: UserId, now: Timestamp) -> Result<Vec<RecoveryCode>, AccountsError> {
    if store::factors(tx, user)?.codes > 0 { Ok(Vec::new()) } else { codes(tx, &ctx.ids, user, now) }
}

fn codes(tx: &mut Tx<'_>, ids: &Ids, user: UserId, now: Timestamp) -> Result<Vec<RecoveryCode>, AccountsError> {
    store::remove_codes(tx, user)?;
    let codes: Vec<_> = (0..RECOVERY_CODES).map(|_| RecoveryCode::new(ids)).collect();
    for code in &codes {
        store::add_code(tx, user, &code.hash(user), now)?;
    }
    Ok(codes)
}

/// What is left after something was removed: one factor where one is needed; without any, no recovery codes either.
fn keep_one(tx: &mut Tx<'_>, ctx: &Ctx, rule: SecondFactor, user: UserId) -> Result<(), AccountsError> {
    if has_factor(tx, user)? {
        return Ok(());
    }
    if rule.is_needed_by(&ctx.actor.roles) {
        return Err(AccountsError::LastFactor);
    }
    store::remove_codes(tx, user)?;
    Ok(())
}
