//! What the columns of a list mean: guessed, corrected by hand.

use std::{collections::BTreeSet, sync::Arc};

use accounts::Reader;
use i18n::{Lang, msg, msg_dyn};
use kernel::ReaderFormat;
use sheet::{Book, Note, Sheet};
use web::{
    Form, IntoResponse, Markup, Page, Path, Response, StatusCode, WebError,
    components::{Button, Choice, Field as Input, Icon, Tone, alert, back_link, card, form_actions, page_head},
    html,
};

use super::{blocking, job_of, progress::cancel_button, step_of, to};
use crate::{
    job::{Job, Kind, Settings, State},
    model::{Field, ListRole, Mapping, guess},
    ops, words, work,
};

/// Rows among which the one with the headings is chosen.
const HEADINGS: usize = 25;
/// Cells of a column that are shown.
const SAMPLES: usize = 3;
/// Letters of a cell that are shown.
const LETTERS: usize = 40;

pub(super) async fn show(reader: Reader, Path(id): Path<String>) -> Result<Response, WebError> {
    let job = job_of(&reader, &id, false).await?;
    if job.kind != Kind::Persons || job.is_of_guardians() || !matches!(job.state, State::Columns | State::Preview) {
        return Ok(to(&step_of(&job)));
    }
    let book = book(&reader, &job).await?;
    Ok(page(&reader, &job, &book, &job.settings, None).into_response())
}

async fn book(reader: &Reader, job: &Job) -> Result<Arc<Book>, WebError> {
    let (app, school, id) = (reader.app.clone(), reader.scope()?.school(), job.id);
    Ok(blocking(move || work::book(&app, school, id)).await?)
}

pub(super) async fn choose(reader: Reader, Path(id): Path<String>, form: Form) -> Result<Response, WebError> {
    let lang = reader.lang;
    let job = job_of(&reader, &id, false).await?;
    if job.kind != Kind::Persons || job.is_of_guardians() || !matches!(job.state, State::Columns | State::Preview) {
        return Ok(to(&step_of(&job)));
    }
    let book = book(&reader, &job).await?;
    let (settings, is_moved) = filled_in(&form, &job, &book);
    if !is_moved && let Some(fault) = fault(lang, &settings.mapping) {
        let page = page(&reader, &job, &book, &settings, Some(&fault));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let (ctx, id) = (reader.ctx(), job.id);
    reader.app.db.write(move |tx| ops::choose(tx, &ctx, id, &settings, !is_moved)).await?;
    let step = if is_moved { "columns" } else { "preview" };
    Ok(to(&format!("/import/{id}/{step}")))
}

/// What was chosen, and whether another sheet or row of headings was: then the columns are guessed anew.
fn filled_in(form: &Form, job: &Job, book: &Book) -> (Settings, bool) {
    let old = &job.settings;
    let sheet = form.value("sheet").parse().ok().filter(|index| *index < book.sheets.len()).unwrap_or(old.sheet);
    let rows = book.sheets.get(sheet).map_or(0, |sheet| sheet.rows.len());
    let heading = match form.text("heading") {
        Some("none") => None,
        Some(text) => text.parse().ok().filter(|index| *index < rows),
        None => old.mapping.heading,
    };
    let mut settings = Settings {
        sheet,
        role: ListRole::parse(form.value("role")).unwrap_or(old.role),
        format: ReaderFormat::parse(form.value("format")).unwrap_or(old.format),
        lang: Lang::ALL.into_iter().find(|lang| lang.code() == form.value("class_lang")).unwrap_or(old.lang),
        mapping: old.mapping.clone(),
    };
    if sheet != old.sheet {
        settings.mapping = book.sheets.get(sheet).map(guess).unwrap_or_default();
        return (settings, true);
    }
    let column = |index: usize| Field::parse(form.value(&format!("column-{index}")));
    settings.mapping = Mapping { heading, columns: (0..old.mapping.columns.len()).map(column).collect() };
    (settings, heading != old.mapping.heading)
}

/// Why no list can be read so.
fn fault(lang: Lang, mapping: &Mapping) -> Option<String> {
    let mut seen = BTreeSet::new();
    let double = mapping.columns.iter().flatten().find(|field| !seen.insert(**field));
    if let Some(field) = double {
        return Some(msg!(lang, "lists-columns-double", field = words::field(lang, *field)));
    }
    (!mapping.has_name()).then(|| msg!(lang, "lists-columns-no-name"))
}

fn page(reader: &Reader, job: &Job, book: &Book, settings: &Settings, fault: Option<&str>) -> Page {
    let lang = reader.lang;
    let title = msg!(lang, "lists-columns");
    let path = format!("/import/{}/columns", job.id);
    let body = html! {
        (back_link(&msg!(lang, "lists-import"), "/import"))
        (page_head(&title, cancel_button(lang, job)))
        p .lead { (msg!(lang, "lists-columns-what")) }
        @if let Some(fault) = fault { (alert(Tone::Bad, fault, "")) }
        (notes(lang, &book.notes))
        form .form-stack method="post" action=(path) {
            (card(&msg!(lang, "lists-columns-where"), html! { div .form { (place(lang, book, settings)) } }))
            @if let Some(sheet) = book.sheets.get(settings.sheet) { (table(lang, sheet, settings)) }
            (card(&msg!(lang, "lists-columns-how"), html! { div .form { (ways(lang, settings)) } }))
            (form_actions(html! { (Button::primary(msg!(lang, "lists-columns-next")).icon(Icon::ArrowRight)) }))
        }
    };
    accounts::page(reader, title, body)
}

fn place(lang: Lang, book: &Book, settings: &Settings) -> Markup {
    let heading = settings.mapping.heading.map_or("none".into(), |index| index.to_string());
    let now = Form::filled([("sheet", settings.sheet.to_string()), ("heading", heading)]);
    let sheets = book.sheets.iter().enumerate();
    let sheets = sheets.map(|(index, sheet)| {
        let name = if sheet.name.is_empty() { msg!(lang, "lists-sheet-unnamed") } else { sheet.name.clone() };
        Choice::new(index.to_string(), msg!(lang, "lists-sheet-rows", name = name, rows = sheet.rows.len()))
    });
    let rows = book.sheets.get(settings.sheet).map(|sheet| sheet.rows.as_slice()).unwrap_or_default();
    let none = Choice::new("none", msg!(lang, "lists-heading-none"));
    let headings = rows.iter().take(HEADINGS).enumerate().map(|(index, row)| {
        let cells: Vec<String> =
            row.cells.iter().map(|cell| short(&cell.as_text(), 16)).filter(|text| !text.is_empty()).take(5).collect();
        Choice::new(index.to_string(), msg!(lang, "lists-heading-row", number = row.number, cells = cells.join(" · ")))
    });
    html! {
        @if book.sheets.len() > 1 { (Input::select("sheet", msg!(lang, "lists-sheet"), &now, sheets.collect())) }
        (Input::select("heading", msg!(lang, "lists-heading"), &now, std::iter::once(none).chain(headings).collect()).help(msg!(lang, "lists-heading-help")))
    }
}

fn ways(lang: Lang, settings: &Settings) -> Markup {
    let now = Form::filled([
        ("role", settings.role.role().as_str()),
        ("format", settings.format.as_str()),
        ("class_lang", settings.lang.code()),
    ]);
    let roles =
        ListRole::ALL.map(|list| Choice::new(list.role().as_str(), msg_dyn!(lang, "lists-who-", list.role().as_str())));
    let formats =
        ReaderFormat::ALL.map(|format| Choice::new(format.as_str(), msg_dyn!(lang, "lists-format-", format.as_str())));
    let langs = Lang::ALL.map(|of| Choice::new(of.code(), msg_dyn!(lang, "lists-lang-", of.code())));
    html! {
        (Input::select("role", msg!(lang, "lists-who"), &now, roles.into()).help(msg!(lang, "lists-who-help")))
        @if settings.mapping.column(Field::Card).is_some() { (Input::select("format", msg!(lang, "lists-format"), &now, formats.into())) }
        (Input::select("class_lang", msg!(lang, "lists-class-lang"), &now, langs.into()).help(msg!(lang, "lists-class-lang-help")))
    }
}

/// What whoever brought the file should know about it.
fn notes(lang: Lang, notes: &[Note]) -> Markup {
    let sentence = |note: &Note| match note {
        Note::Macros => Some(msg!(lang, "lists-note-macros")),
        Note::Formulas => Some(msg!(lang, "lists-note-formulas")),
        Note::HiddenSheets(count) => Some(msg!(lang, "lists-note-hidden", count = *count)),
        Note::Merged(count) => Some(msg!(lang, "lists-note-merged", count = *count)),
        Note::Encoding(_) => None,
    };
    html! { @for note in notes.iter().filter_map(sentence) { (alert(Tone::Info, &note, "")) } }
}

fn table(lang: Lang, sheet: &Sheet, settings: &Settings) -> Markup {
    let mapping = &settings.mapping;
    let samples = |column: usize| -> Vec<String> {
        let cells = mapping.body(sheet).iter().map(|row| row.cell(column).as_text()).filter(|text| !text.is_empty());
        cells.take(SAMPLES).map(|text| short(&text, LETTERS)).collect()
    };
    html! {
        div .table-box {
            table .table {
                caption .unseen { (msg!(lang, "lists-columns")) }
                thead { tr {
                    th scope="col" { (msg!(lang, "lists-columns-heading")) }
                    th scope="col" { (msg!(lang, "lists-columns-samples")) }
                    th scope="col" { (msg!(lang, "lists-columns-meaning")) }
                } }
                tbody {
                    @for (column, field) in mapping.columns.iter().enumerate() {
                        @let head = words::head(lang, Some(sheet), mapping, column);
                        @let samples = samples(column);
                        @if !samples.is_empty() || field.is_some() {
                            tr {
                                td data-label=(msg!(lang, "lists-columns-heading")) { b { (head) } }
                                td data-label=(msg!(lang, "lists-columns-samples")) { div .cell-stack { @for sample in &samples { div { (sample) } } } }
                                td data-label=(msg!(lang, "lists-columns-meaning")) { (meaning(lang, column, *field, &head)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn meaning(lang: Lang, column: usize, chosen: Option<Field>, head: &str) -> Markup {
    html! {
        div .field.cell-stack {
            select name={ "column-" (column) } aria-label=(msg!(lang, "lists-columns-meaning-of", column = head)) {
                option value="" { (msg!(lang, "lists-columns-left-out")) }
                @for field in Field::ALL {
                    option value=(field.as_str()) selected[chosen == Some(*field)] { (words::field(lang, *field)) }
                }
            }
        }
    }
}

fn short(text: &str, letters: usize) -> String {
    let mut short: String = text.chars().take(letters).collect();
    if text.chars().count() > letters {
        short.push('…');
    }
    short
}
