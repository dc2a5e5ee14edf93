//! The frame around every page of somebody who is signed in: navigation by rights, school, user menu.

use i18n::{Lang, msg, msg_dyn, text};
use maud::Markup;
use web::{NavItem, NavPart, Page, Shell, UserMenu, components::Icon};

use crate::{reader::Reader, rights::StaffRole, subsystem::NavEntry};

/// Where one's own account is.
pub(crate) const ACCOUNT_PATH: &str = "/account";
/// Where a POST signs out.
pub(crate) const SIGN_OUT_PATH: &str = "/sign-out";

/// So many places need no headings: they fit a small screen.
const FEW: usize = 10;

/// A page with the navigation at its side. `title` is the page's name.
pub fn page(reader: &Reader, title: impl Into<String>, body: Markup) -> Page {
    shell(reader, title).page(body)
}

/// The frame of a page that wants more than [`page`]: styles and scripts of its own, or the whole screen.
pub fn shell(reader: &Reader, title: impl Into<String>) -> Shell {
    let links = vec![NavItem {
        href: ACCOUNT_PATH.to_owned(),
        label: msg!(reader.lang, "accounts-nav-account"),
        icon: Icon::User,
        current: path(reader) == ACCOUNT_PATH,
    }];
    let user = UserMenu {
        name: reader.actor.name.clone(),
        role: roles_in_words(reader.lang, &reader.actor.roles),
        links,
        sign_out: SIGN_OUT_PATH.to_owned(),
    };
    Shell::new(&reader.web, title).place(reader.school_name()).user(user).nav(navigation(reader))
}

/// The places one may go to, in parts; in one part without headings while they are few.
fn navigation(reader: &Reader) -> Vec<NavPart> {
    let all = reader.app.nav();
    let current = current(reader, all);
    let mine: Vec<_> = all.iter().enumerate().filter(|(_, entry)| reader.may(entry.action)).collect();
    let few = mine.len() <= FEW;
    mine.chunk_by(|(_, one), (_, next)| few || one.group == next.group)
        .map(|part| NavPart {
            label: part
                .first()
                .and_then(|(_, entry)| entry.group.label())
                .filter(|_| !few)
                .map(|key| text(reader.lang, key, &[])),
            items: part
                .iter()
                .map(|(index, entry)| NavItem {
                    href: entry.href.to_owned(),
                    label: text(reader.lang, entry.label, &[]),
                    icon: icon_of(entry.icon),
                    current: Some(*index) == current,
                })
                .collect(),
        })
        .collect()
}

/// The roles of somebody, in words.
pub fn roles_in_words<'a>(lang: Lang, roles: impl IntoIterator<Item = &'a StaffRole>) -> String {
    roles.into_iter().map(|role| msg_dyn!(lang, "accounts-role-", role.as_str())).collect::<Vec<_>>().join(", ")
}

fn path(reader: &Reader) -> &str {
    reader.web.path().split('?').next().unwrap_or_default()
}

/// The entry to which the page belongs: the one with the longest address that the page's begins with.
fn current(reader: &Reader, nav: &[NavEntry]) -> Option<usize> {
    let path = path(reader);
    let fits = |href: &str| path.strip_prefix(href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    nav.iter()
        .enumerate()
        .filter(|(_, entry)| fits(entry.href))
        .max_by_key(|(_, entry)| entry.href.len())
        .map(|(index, _)| index)
}

fn icon_of(name: &str) -> Icon {
    Icon::ALL.iter().copied().find(|icon| icon.name() == name).unwrap_or(Icon::Dots)
}
