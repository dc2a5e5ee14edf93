//! `kezekshi user`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command answers whoever typed it")]

use std::{
    io::{BufRead, IsTerminal},
    path::Path,
};

use accounts::{Ctx, Login, NewPassword, Scope, StaffRole, User, ops};
use anyhow::{Context, bail};
use i18n::Lang;
use kernel::SchoolId;
use store::Db;

use super::{open, quiet, world};
use crate::cli::UserCommand;

pub(super) fn run(file: Option<&Path>, command: UserCommand) -> anyhow::Result<()> {
    let (clock, ids) = world();
    match command {
        UserCommand::Add { login, name, roles, school, lang, written } => {
            let db = open(&quiet(file, &written)?, clock.as_ref())?;
            let school = chosen_school(&db, school.as_deref())?;
            let roles = roles.iter().map(|word| role(word)).collect::<anyhow::Result<Vec<_>>>()?;
            let lang = Lang::parse(&lang)
                .with_context(|| format!("--lang = {lang:?} cannot be used: must be kk, ru or en"))?;
            let name = if name.trim().is_empty() { login.clone() } else { name };
            let new = ops::NewUser::new(&ids, &login, &name, school, roles, &password()?, lang)?;
            let ctx = Ctx::of_program(school, clock.now(), ids);
            db.write_blocking(move |tx| ops::add_user(tx, &ctx, &new))?;
            println!("{login} can sign in now");
        }
        UserCommand::Password { login, written } => {
            let db = open(&quiet(file, &written)?, clock.as_ref())?;
            let user = user(&db, &login)?;
            let hash = NewPassword::parse(&password()?, &Login::parse(&login)?)?.hash(&ids);
            let ctx = Ctx::of_program(user.school, clock.now(), ids);
            db.write_blocking(move |tx| ops::reset_password(tx, &ctx, user.id, &hash))?;
            println!("{login} has a new password; open sessions were ended");
        }
        UserCommand::ResetFactors { login, written } => {
            let db = open(&quiet(file, &written)?, clock.as_ref())?;
            let user = user(&db, &login)?;
            let ctx = Ctx::of_program(user.school, clock.now(), ids);
            db.write_blocking(move |tx| ops::reset_factors(tx, &ctx, user.id))?;
            println!("{login} has no second factor any more; open sessions were ended");
        }
        UserCommand::Disable { login, written } => {
            let db = open(&quiet(file, &written)?, clock.as_ref())?;
            let user = user(&db, &login)?;
            let ctx = Ctx::of_program(user.school, clock.now(), ids);
            db.write_blocking(move |tx| ops::disable(tx, &ctx, user.id))?;
            println!("{login} cannot sign in any more");
        }
        UserCommand::List { written } => {
            let db = open(&quiet(file, &written)?, clock.as_ref())?;
            for school in db.read_blocking(people::queries::schools)? {
                println!("{}", school.name_ru);
                for user in db.read_blocking(|tx| accounts::queries::users(tx, &Scope::of_program(school.school)))? {
                    let roles: Vec<_> = user.roles.iter().map(|role| role.as_str()).collect();
                    println!("  {}  {}  {}", user.login, roles.join(","), user.name);
                }
            }
        }
    }
    Ok(())
}

fn user(db: &Db, login: &str) -> anyhow::Result<User> {
    let parsed = Login::parse(login)?;
    db.read_blocking(|tx| accounts::queries::user_of_login(tx, &parsed))?
        .with_context(|| format!("there is no account {login:?}"))
}

fn role(word: &str) -> anyhow::Result<StaffRole> {
    let all = || StaffRole::ALL.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ");
    StaffRole::parse(word).with_context(|| format!("--role = {word:?} cannot be used: must be one of {}", all()))
}

fn chosen_school(db: &Db, given: Option<&str>) -> anyhow::Result<SchoolId> {
    let schools = db.read_blocking(people::queries::schools)?;
    match (given, schools.as_slice()) {
        (Some(id), all) => {
            let id: SchoolId = id
                .parse()
                .with_context(|| format!("--school = {id:?} cannot be used: must be an id of kezekshi school list"))?;
            match all.iter().find(|school| school.school == id) {
                Some(school) => Ok(school.school),
                None => bail!("--school = {id} cannot be used: there is no such school"),
            }
        }
        (None, [only]) => Ok(only.school),
        (None, []) => bail!("there is no school yet: kezekshi school add --name-kk … --name-ru …"),
        (None, _) => bail!("there are several schools: say which with --school ID (kezekshi school list)"),
    }
}

/// The first line of standard input.
fn password() -> anyhow::Result<String> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        eprintln!("Password (at least 10 letters; it will be seen as you type):");
    }
    let mut line = String::new();
    stdin.lock().read_line(&mut line)?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if password.is_empty() {
        bail!("a password is wanted on standard input");
    }
    Ok(password)
}
