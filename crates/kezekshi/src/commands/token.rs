//! `kezekshi token`.
#![allow(clippy::print_stdout, reason = "a command answers whoever typed it")]

use std::path::Path;

use accounts::{Actor, Ctx, Login, NewToken, Scope, TokenId, TokenScope, User, queries};
use anyhow::Context;
use kernel::Ids;
use store::Db;

use super::{open, quiet, world};
use crate::cli::TokenCommand;

pub(super) fn run(file: Option<&Path>, command: TokenCommand) -> anyhow::Result<()> {
    let (clock, ids) = world();
    let now = clock.now();
    match command {
        TokenCommand::Add { login, name, scopes, days, written } => {
            let db = open(&quiet(file, &written)?, clock.as_ref())?;
            let scopes = scopes.iter().map(|word| scope(word)).collect::<anyhow::Result<Vec<_>>>()?;
            let new = NewToken::new(&name, scopes, days)?;
            let ctx = acting(user(&db, &login)?, now, ids);
            let (_, token) = db.write_blocking(move |tx| accounts::add_token(tx, &ctx, &new, now))?;
            // Alone on its line, so that a program can take it.
            println!("{}", token.expose());
        }
        TokenCommand::Revoke { login, id, written } => {
            let db = open(&quiet(file, &written)?, clock.as_ref())?;
            let id: TokenId = id.parse().context("the id is one of kezekshi token list")?;
            let ctx = acting(user(&db, &login)?, now, ids);
            db.write_blocking(move |tx| accounts::revoke_token(tx, &ctx, id, now))?;
            println!("the token is revoked");
        }
        TokenCommand::List { login, written } => {
            let db = open(&quiet(file, &written)?, clock.as_ref())?;
            let user = user(&db, &login)?;
            let scope = Scope::of_program(user.school);
            for row in db.read_blocking(move |tx| queries::tokens(tx, &scope, Some(user.id)))? {
                let words: Vec<_> = row.scopes.all().iter().map(|scope| scope.as_str()).collect();
                let state = match row.revoked_at {
                    Some(_) => "revoked",
                    None if row.expires_at <= now => "over",
                    None => "works",
                };
                println!("{}  {state}  until {}  {}  {}", row.id, row.expires_at, words.join(","), row.name);
            }
        }
    }
    Ok(())
}

/// The account acting by itself: a token never reaches further than it does.
fn acting(user: User, now: jiff::Timestamp, ids: Ids) -> Ctx {
    let actor = Actor { user: Some(user.id), name: user.name, school: user.school, roles: user.roles, lang: user.lang };
    Ctx { now, ids, actor, pace: 1 }
}

fn user(db: &Db, login: &str) -> anyhow::Result<User> {
    let parsed = Login::parse(login)?;
    db.read_blocking(|tx| queries::user_of_login(tx, &parsed))?
        .with_context(|| format!("there is no account {login:?}"))
}

fn scope(word: &str) -> anyhow::Result<TokenScope> {
    let all = || TokenScope::ALL.map(TokenScope::as_str).join(", ");
    TokenScope::parse(word).with_context(|| format!("--scope = {word:?} cannot be used: must be one of {}", all()))
}
