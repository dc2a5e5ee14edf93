//! Tables: sticky head, sortable columns, rows that lead somewhere; on a phone each row becomes a card.

use i18n::{Lang, msg};
use maud::{Markup, Render, html};

use super::{Icon, icon};
use crate::Filters;

/// A column's head.
#[derive(Clone, Debug)]
pub struct Column {
    label: String,
    sort: Option<&'static str>,
    class: &'static str,
}

impl Column {
    /// A column of words.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), sort: None, class: "" }
    }

    /// A column of numbers, set to the right.
    pub fn number(label: impl Into<String>) -> Self {
        Self { class: "num", ..Self::new(label) }
    }

    /// A column of buttons; its label is only read aloud.
    pub fn actions(label: impl Into<String>) -> Self {
        Self { class: "act", ..Self::new(label) }
    }

    /// Can be sorted by: the word that stands in the address.
    #[must_use]
    pub fn sorted_by(mut self, word: &'static str) -> Self {
        self.sort = Some(word);
        self
    }
}

/// A row.
#[derive(Clone, Debug)]
pub struct Row {
    href: Option<String>,
    class: &'static str,
    cells: Vec<Markup>,
}

impl Row {
    /// A row of these cells, one a column.
    pub fn new(cells: Vec<Markup>) -> Self {
        Self { href: None, class: "", cells }
    }

    /// The whole row leads there; its first cell becomes the link.
    #[must_use]
    pub fn leads_to(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }

    /// With a class, such as a [`Tone`](super::Tone)'s.
    #[must_use]
    pub fn class(mut self, class: &'static str) -> Self {
        self.class = class;
        self
    }
}

/// A cell of plain text.
pub fn cell(text: impl AsRef<str>) -> Markup {
    html! { (text.as_ref()) }
}

/// A table. Its caption names it for whoever hears the page.
#[derive(Clone, Debug)]
pub struct Table<'a> {
    lang: Lang,
    caption: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
    filters: Option<&'a Filters>,
}

impl<'a> Table<'a> {
    /// A table of these columns.
    pub fn new(lang: Lang, caption: impl Into<String>, columns: Vec<Column>) -> Self {
        Self { lang, caption: caption.into(), columns, rows: Vec::new(), filters: None }
    }

    /// The address whose `sort` the heads change.
    #[must_use]
    pub fn sorts(mut self, filters: &'a Filters) -> Self {
        self.filters = Some(filters);
        self
    }

    /// With these rows.
    #[must_use]
    pub fn rows(mut self, rows: impl IntoIterator<Item = Row>) -> Self {
        self.rows.extend(rows);
        self
    }

    fn head(&self, column: &Column) -> Markup {
        let sorted = self.filters.zip(column.sort).map(|(filters, word)| (filters, word, filters.sort(&[word])));
        let Some((filters, word, now)) = sorted else {
            return html! { th scope="col" class=[class(column)] { span .unseen[column.class == "act"] { (column.label) } } };
        };
        let (next, aria, sign) = match now {
            Some((_, false)) => (format!("-{word}"), "ascending", Icon::SortAscending),
            Some((_, true)) => (word.to_owned(), "descending", Icon::SortDescending),
            None => (word.to_owned(), "none", Icon::ArrowsSort),
        };
        html! {
            th scope="col" class=[class(column)] aria-sort=(aria) {
                a .sort href=(filters.with("sort", next)) title=(msg!(self.lang, "web-table-sort")) { (column.label) (icon(sign)) }
            }
        }
    }
}

fn class(column: &Column) -> Option<&'static str> {
    Some(column.class).filter(|class| !class.is_empty())
}

impl Render for Table<'_> {
    fn render(&self) -> Markup {
        html! {
            div .table-box {
                table .table {
                    caption .unseen { (self.caption) }
                    thead { tr { @for column in &self.columns { (self.head(column)) } } }
                    tbody {
                        @for row in &self.rows {
                            tr class=[Some(row.class).filter(|class| !class.is_empty())] {
                                @for (index, (column, body)) in self.columns.iter().zip(&row.cells).enumerate() {
                                    td class=[class(column)] data-label=(column.label) {
                                        @match (&row.href, index) {
                                            (Some(href), 0) => a .row-link href=(href) { (body) },
                                            _ => (body),
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
