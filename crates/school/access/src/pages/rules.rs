//! Who may pass where and when: rules and groups; the days off stand in the calendar.

mod edit;
pub(super) mod form;
mod groups;
mod list;
mod sentence;
mod usual;
mod what_if;

use accounts::{Action, Reader, Right, Routes};
use i18n::msg;
use web::{
    Markup,
    components::{Tab, tabs},
};

use crate::Access;

pub(crate) const PATH: &str = "/access/rules";

/// Adds the pages of rules and groups.
pub(super) fn routes(routes: Routes, access: &Access) -> Routes {
    let explain = access.explain;
    let (see, edit) = (Right::Action(Action::SeeRules), Right::Action(Action::EditRules));
    let routes = routes
        .get(PATH, see, list::show)
        .get(what_if::WHAT_IF, see, move |reader, filters| what_if::show(reader, filters, explain))
        .get("/access/rules/what-if/people", see, form::people)
        .get(usual::USUAL, edit, usual::show)
        .post(usual::USUAL, edit, usual::add)
        .get("/access/rules/people", edit, form::people)
        .get("/access/rules/new", edit, edit::blank)
        .post("/access/rules/new", edit, edit::add)
        .get("/access/rules/{id}", edit, edit::show)
        .post("/access/rules/{id}", edit, edit::save)
        .post("/access/rules/{id}/enable", edit, list::enable)
        .post("/access/rules/{id}/move", edit, list::shift)
        .post("/access/rules/{id}/remove", edit, edit::remove);
    groups::routes(routes)
}

/// The parts of the rules' page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Rules,
    Groups,
    WhatIf,
}

fn parts(reader: &Reader, here: Part) -> Markup {
    let lang = reader.lang;
    let part = |part, label: &str, href| -> (String, &'static str, bool) { (label.to_owned(), href, part == here) };
    let all = [
        part(Part::Rules, &msg!(lang, "access-rules"), PATH),
        part(Part::Groups, &msg!(lang, "access-groups"), groups::PATH),
        part(Part::WhatIf, &msg!(lang, "access-what-if"), what_if::WHAT_IF),
        // Whoever looks for the days off goes on to the calendar.
        (msg!(lang, "access-calendar"), calendar::PATH, false),
    ];
    let all: Vec<_> =
        all.iter().map(|(label, href, current)| Tab { label, href, count: None, current: *current }).collect();
    tabs(&msg!(lang, "access-rules-parts"), &all)
}
