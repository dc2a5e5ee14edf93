//! The rights of the school in words: what each role may do, and who holds which, since when and by whom.

use i18n::{Lang, msg, msg_dyn};
use web::{
    Markup, Page, WebError,
    components::{Column, Icon, Row, Table, Tone, alert, badge, card, cell, icon, moment, page_head},
    html,
};

use crate::{
    frame,
    reader::Reader,
    rights::{Action, StaffRole, allows},
    store::{self, HolderRow},
    user::UserStatus,
};

/// Where the page is.
pub(crate) const PATH: &str = "/rights";

pub(super) async fn show(reader: Reader) -> Result<Page, WebError> {
    let (lang, school) = (reader.lang, reader.scope()?.school());
    let holders = reader.app.db.read(move |tx| store::holders(tx, school)).await?;
    let title = msg!(lang, "accounts-rights");
    let body = html! {
        (page_head(&title, Markup::default()))
        p .quiet { (msg!(lang, "accounts-rights-how")) }
        (card(&msg!(lang, "accounts-holders"), holder_list(&reader, &holders)))
        (card(&msg!(lang, "accounts-matrix"), html! {
            (alert(Tone::Info, &msg!(lang, "accounts-matrix-restricted"), &msg!(lang, "accounts-matrix-restricted-how")))
            (matrix(lang))
        }))
    };
    Ok(frame::page(&reader, title, body))
}

fn role_name(lang: Lang, role: StaffRole) -> String {
    msg_dyn!(lang, "accounts-role-", role.as_str())
}

fn holder_list(reader: &Reader, holders: &[HolderRow]) -> Markup {
    let (lang, zone) = (reader.lang, &reader.app.time_zone);
    let columns = vec![
        Column::new(msg!(lang, "accounts-name")),
        Column::new(msg!(lang, "accounts-login")),
        Column::new(msg!(lang, "accounts-role")),
        Column::new(msg!(lang, "accounts-role-since")),
        Column::new(msg!(lang, "accounts-role-by")),
    ];
    let rows = holders.iter().map(|holder| {
        let since = holder.granted_at.unwrap_or(holder.created_at);
        let by = match (&holder.by_name, holder.granted_at) {
            (Some(name), _) => name.clone(),
            (None, Some(_)) => msg!(lang, "accounts-role-by-program"),
            (None, None) => msg!(lang, "accounts-role-by-unknown"),
        };
        Row::new(vec![
            html! {
                b { (holder.name) }
                @if holder.status == UserStatus::Disabled { " " (badge(Tone::Plain, &msg!(lang, "accounts-status-disabled"))) }
            },
            html! { code { (holder.login) } },
            cell(role_name(lang, holder.role)),
            moment(lang, since, zone),
            cell(by),
        ])
        .leads_to(format!("/accounts/{}", holder.user_id))
    });
    html! { (Table::new(lang, msg!(lang, "accounts-holders"), columns).rows(rows)) }
}

fn matrix(lang: Lang) -> Markup {
    let yes = msg!(lang, "accounts-matrix-yes");
    let columns = std::iter::once(Column::new(msg!(lang, "accounts-matrix-action")))
        .chain(StaffRole::ALL.iter().map(|role| Column::new(role_name(lang, *role))))
        .collect();
    let rows = Action::ALL.iter().map(|action| {
        let name = html! {
            (msg_dyn!(lang, "accounts-action-", action.as_str()))
            @if action.is_restricted() { " " (badge(Tone::Warn, &msg!(lang, "accounts-matrix-personal"))) }
        };
        let cells = StaffRole::ALL.iter().map(|role| {
            html! { @if allows(*role, *action) { span .allowed { (icon(Icon::Check)) (yes) } } @else { span .quiet.refused { "—" } } }
        });
        Row::new(std::iter::once(name).chain(cells).collect())
    });
    html! { div .matrix { (Table::new(lang, msg!(lang, "accounts-matrix"), columns).rows(rows)) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_and_every_role_has_a_name_in_three_languages() {
        for lang in Lang::ALL {
            let actions = Action::ALL.iter().map(|action| msg_dyn!(lang, "accounts-action-", action.as_str()));
            let roles = StaffRole::ALL.iter().map(|role| msg_dyn!(lang, "accounts-role-", role.as_str()));
            for name in actions.chain(roles) {
                assert!(!name.contains('\u{27e6}'), "{name}");
            }
        }
    }
}
