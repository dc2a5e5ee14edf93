//! Where one is and where one can go.

use i18n::{Lang, msg, number};
use maud::{Markup, html};

use super::{Icon, hidden, icon};
use crate::{Filters, PagePosition};

/// The head of a page: its name and the actions on it.
pub fn page_head(title: &str, actions: Markup) -> Markup {
    html! {
        div .page-head { h1 { (title) } @if !actions.0.is_empty() { div .actions { (actions) } } }
    }
}

/// The way from the home page to this one: names with addresses; the last is this page.
pub fn breadcrumb(lang: Lang, way: &[(&str, &str)], here: &str) -> Markup {
    html! {
        nav .crumbs aria-label=(msg!(lang, "web-crumbs")) {
            ol {
                @for (name, href) in way { li { a href=(href) { (name) } (icon(Icon::ChevronRight)) } }
                li aria-current="page" { (here) }
            }
        }
    }
}

/// A link to where one came from; Esc follows it.
pub fn back_link(label: &str, href: &str) -> Markup {
    html! { a .back href=(href) data-back { (icon(Icon::ArrowLeft)) (label) } }
}

/// One tab.
#[derive(Clone, Debug)]
pub struct Tab<'a> {
    /// Its name.
    pub label: &'a str,
    /// Where it leads.
    pub href: &'a str,
    /// How many things it holds.
    pub count: Option<i64>,
    /// Whether it is this one.
    pub current: bool,
}

/// Parts of one thing, each with an address of its own.
pub fn tabs(label: &str, tabs: &[Tab<'_>]) -> Markup {
    html! {
        nav .tabs aria-label=(label) {
            @for tab in tabs {
                a href=(tab.href) aria-current=[tab.current.then_some("page")] {
                    (tab.label)
                    @if let Some(count) = tab.count { span .count { (number(count)) } }
                }
            }
        }
    }
}

/// A search box that stands alone: sends itself as one types, keeps the other filters. `/` leads to it.
pub fn search_box(lang: Lang, filters: &Filters, action: &str, label: &str) -> Markup {
    html! {
        form .search method="get" action=(action) role="search" data-autosend hx-get=(action) hx-target="#results" hx-select="#results"
            hx-swap="outerHTML" hx-push-url="true" {
            @for (name, value) in filters.others(&["q", "page", "after"]) { (hidden(name, value)) }
            (search_input(lang, filters, label))
        }
    }
}

fn search_input(lang: Lang, filters: &Filters, label: &str) -> Markup {
    html! {
        label .search-box {
            span .unseen { (label) }
            (icon(Icon::Search))
            input type="search" name="q" value=(filters.get("q").unwrap_or_default()) placeholder=(label) autocomplete="off" data-search;
            kbd aria-hidden="true" title=(msg!(lang, "web-search-key")) { "/" }
        }
    }
}

/// The filters above a list: a search box when `search` has a label, then `fields` (selects and dates named like the
/// filters). It sends itself and replaces the element `#results`; without script there is a button.
pub fn filter_bar(
    lang: Lang,
    filters: &Filters,
    action: &str,
    search: Option<&str>,
    fields: Markup,
    names: &[&str],
) -> Markup {
    html! {
        form .filters method="get" action=(action) role="search" data-autosend hx-get=(action) hx-target="#results" hx-select="#results"
            hx-swap="outerHTML" hx-push-url="true" {
            @if let Some(sort) = filters.get("sort") { (hidden("sort", sort)) }
            @if let Some(label) = search { (search_input(lang, filters, label)) }
            (fields)
            noscript { button .button type="submit" { (msg!(lang, "web-filter-apply")) } }
            @if filters.any(names) || filters.get("q").is_some() {
                a .button.quiet href=(filters.without(&[names, &["q"]].concat())) { (icon(Icon::X)) span { (msg!(lang, "web-filter-clear")) } }
            }
        }
    }
}

/// Pages of a list whose length is known.
pub fn pager(lang: Lang, filters: &Filters, at: PagePosition, total: u64) -> Markup {
    let size = u64::from(at.size.max(1));
    let pages = u32::try_from(total.div_ceil(size)).unwrap_or(u32::MAX).max(1);
    let first = at.offset().saturating_add(1).min(total);
    let last = (at.offset().saturating_add(size)).min(total);
    let shown = msg!(lang, "web-pager-shown", first = first, last = last, total = total);
    html! {
        nav .pager aria-label=(msg!(lang, "web-pager")) {
            p { (shown) }
            @if pages > 1 {
                div .pager-links {
                    (step(&msg!(lang, "web-pager-previous"), Icon::ChevronLeft, (at.number > 1).then(|| filters.at_page(at.number - 1)), "prev"))
                    @for (index, page) in near(at.number, pages).into_iter().enumerate() {
                        @match page {
                            Some(page) => a .page-link href=(filters.at_page(page)) aria-current=[(page == at.number).then_some("page")] { (number(i64::from(page))) },
                            None => span .gap data-gap=(index) { "…" },
                        }
                    }
                    (step(&msg!(lang, "web-pager-next"), Icon::ChevronRight, (at.number < pages).then(|| filters.at_page(at.number + 1)), "next"))
                }
            }
        }
    }
}

/// Pages of a list that is read by a cursor: back to the newest, on to the older ones.
pub fn pager_cursor(lang: Lang, newest: Option<String>, older: Option<String>) -> Markup {
    html! {
        nav .pager aria-label=(msg!(lang, "web-pager")) {
            p {}
            div .pager-links {
                (step(&msg!(lang, "web-pager-newest"), Icon::ChevronLeft, newest, "first"))
                (step(&msg!(lang, "web-pager-older"), Icon::ChevronRight, older, "next"))
            }
        }
    }
}

fn step(label: &str, sign: Icon, href: Option<String>, rel: &str) -> Markup {
    html! {
        @match href {
            Some(href) => a .page-link href=(href) rel=(rel) title=(label) aria-label=(label) { (icon(sign)) },
            None => span .page-link.off aria-hidden="true" { (icon(sign)) },
        }
    }
}

/// The first page, the last, this one and its neighbours; `None` stands for a gap.
fn near(current: u32, pages: u32) -> Vec<Option<u32>> {
    let mut wanted = vec![1, current.saturating_sub(1), current, current.saturating_add(1), pages];
    wanted.retain(|page| (1..=pages).contains(page));
    wanted.sort_unstable();
    wanted.dedup();
    let mut shown = Vec::new();
    for page in wanted {
        match shown.last() {
            Some(Some(last)) if page == last + 2 => shown.push(Some(page - 1)),
            Some(Some(last)) if page > last + 2 => shown.push(None),
            _ => {}
        }
        shown.push(Some(page));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pager_shows_the_ends_and_the_neighbours() {
        for (current, pages, shown) in [
            (1, 1, "1"),
            (1, 3, "1 2 3"),
            (3, 5, "1 2 3 4 5"),
            (5, 9, "1 … 4 5 6 … 9"),
            (4, 9, "1 2 3 4 5 … 9"),
            (1, 9, "1 2 … 9"),
            (99, 9, "1 … 9"),
        ] {
            let words: Vec<String> =
                near(current, pages).iter().map(|page| page.map_or("…".to_owned(), |page| page.to_string())).collect();
            assert_eq!(words.join(" "), shown, "{current} of {pages}");
        }
    }
}
