//! A photo as a picture; whoever has none gets the first letters of the name, drawn.

use accounts::Reader;
use i18n::{msg, text};
use kernel::PersonId;
use tokio::sync::Semaphore;
use web::{
    Filters, Form, HeaderMap, HeaderValue, IntoResponse, Markup, Path, Response, StatusCode, Upload, WebError, header,
    html,
};

use super::{
    card::{back, page, person_of},
    person_id,
};
use crate::{
    PeopleError,
    model::Photo,
    ops,
    panel::Panels,
    queries::{self, PersonBrief, PhotoSize, Picture},
};

/// The address of a photo in a size (`large`, `small`); `None` when `version` says that there is none.
pub fn photo_src(person: PersonId, version: u64, size: &str) -> Option<String> {
    (version > 0).then(|| format!("/people/{person}/photo?size={size}&v={version}"))
}

const JPEG: HeaderValue = HeaderValue::from_static("image/jpeg");
const SVG: HeaderValue = HeaderValue::from_static("image/svg+xml; charset=utf-8");
/// A version never changes, so the browser of whoever may see it keeps it; nobody between does.
const KEPT: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");
/// Without the version the browser asks again each time.
const ASKED_AGAIN: HeaderValue = HeaderValue::from_static("private, no-cache");

enum Found {
    Photo(Picture),
    Nothing(PersonBrief),
}

pub(super) async fn photo(
    reader: Reader,
    Path(id): Path<String>,
    filters: Filters,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let person = person_id(&id)?;
    let size = if filters.get("size") == Some("small") { PhotoSize::Small } else { PhotoSize::Large };
    let (scope, vault) = (reader.scope()?, reader.app.vault.clone());
    let found = reader.app.db.read(move |tx| {
        Ok::<_, PeopleError>(match queries::photo(tx, &scope, &vault, person, size)? {
            Some(picture) => Some(Found::Photo(picture)),
            None => queries::brief(tx, &scope, person)?.map(Found::Nothing),
        })
    });
    match found.await?.ok_or(WebError::NotFound)? {
        Found::Photo(Picture { version, bytes }) => {
            let is_asked_for = filters.parsed("v", |text| text.parse::<u64>().ok()) == Some(version);
            let tag = format!("\"{version}-{}\"", if size == PhotoSize::Small { "s" } else { "l" });
            Ok(answer(&headers, &tag, JPEG, if is_asked_for { KEPT } else { ASKED_AGAIN }, bytes))
        }
        Found::Nothing(person) => Ok(answer(&headers, "\"none\"", SVG, ASKED_AGAIN, drawn(&person).into_bytes())),
    }
}

fn answer(asked: &HeaderMap, tag: &str, kind: HeaderValue, kept: HeaderValue, bytes: Vec<u8>) -> Response {
    let is_known = asked.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response = if is_known { StatusCode::NOT_MODIFIED.into_response() } else { bytes.into_response() };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CACHE_CONTROL, kept);
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// The first letters of family and given name on a quiet ground.
fn drawn(person: &PersonBrief) -> String {
    let initials: String = person.full.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect();
    html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 160" width="120" height="160" {
            rect width="120" height="160" fill="#dfe7ec" {}
            text x="60" y="80" fill="#3f5560" font-family="system-ui, sans-serif" font-size="44" font-weight="600" text-anchor="middle"
                dominant-baseline="central" { (initials) }
        }
    }
    .into_string()
}

/// Two pictures are decoded at a time: each may take 192 MiB.
static DECODERS: Semaphore = Semaphore::const_new(2);
/// So many uploads may wait for that or be at work; more are refused.
static UPLOADS: Semaphore = Semaphore::const_new(16);

pub(super) async fn upload(
    reader: Reader,
    Path(id): Path<String>,
    upload: Upload,
    panels: Panels,
) -> Result<Response, WebError> {
    let lang = reader.lang;
    let person = person_of(&reader, person_id(&id)?).await?;
    let id = person.brief.id;
    let fault = match upload.file("photo") {
        None => msg!(lang, "people-photo-none"),
        Some(file) => match made_anew(file.bytes.clone()).await? {
            Ok(photo) => {
                let (ctx, vault) = (reader.ctx(), reader.app.vault.clone());
                reader.app.db.write(move |tx| ops::set_photo(tx, &ctx, &vault, id, &photo)).await?;
                return Ok(back(id, "photo"));
            }
            Err(error) => text(lang, error.key(), &[]),
        },
    };
    let mut form = Form::blank();
    form.refuse("photo", fault);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&reader, &person, Markup::default(), &form, &panels).await?)
        .into_response())
}

async fn made_anew(bytes: bytes::Bytes) -> Result<Result<Photo, crate::model::PhotoError>, WebError> {
    let _place = UPLOADS.try_acquire().map_err(|_| WebError::TooMany { retry_after_s: 5 })?;
    let turn = DECODERS.acquire().await.map_err(WebError::internal)?;
    // The permit goes with the work: a dropped request must not let a third picture be decoded.
    let done = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        Photo::from_upload(&bytes)
    });
    done.await.map_err(WebError::internal)
}

pub(super) async fn remove(reader: Reader, Path(id): Path<String>) -> Result<Response, WebError> {
    let (person, ctx) = (person_id(&id)?, reader.ctx());
    reader.app.db.write(move |tx| ops::remove_photo(tx, &ctx, person)).await?;
    Ok(back(person, "photo-removed"))
}
