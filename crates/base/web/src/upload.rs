//! Forms with files.

use axum::{
    extract::{FromRequest, Multipart, Request, multipart::MultipartError},
    http::StatusCode,
};
use bytes::Bytes;

use crate::{Form, WebError};

/// A form with files (`multipart/form-data`). Its size is bounded by the route's [`body_limit`](crate::body_limit).
#[derive(Clone, Debug, Default)]
pub struct Upload {
    /// The fields that are no files.
    pub form: Form,
    /// The files, without those that were left empty.
    pub files: Vec<UploadedFile>,
}

/// One file.
#[derive(Clone, Debug)]
pub struct UploadedFile {
    /// The form field.
    pub field: String,
    /// What the browser calls it. Shown at most, never used as a path.
    pub name: String,
    /// Its bytes. What they are is found by reading them, not by the name or type that was sent.
    pub bytes: Bytes,
}

/// More parts than this are refused.
const PARTS_LIMIT: usize = 200;
/// A field that is no file may be so long.
const TEXT_LIMIT: usize = 64 * 1024;
/// A file's name is cut to so many letters.
const NAME_LIMIT: usize = 200;

impl Upload {
    /// The file of a field.
    pub fn file(&self, field: &str) -> Option<&UploadedFile> {
        self.files.iter().find(|file| file.field == field)
    }
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = WebError;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebError> {
        let mut parts = Multipart::from_request(request, state).await.map_err(|_| WebError::BadInput(String::new()))?;
        let mut upload = Self::default();
        let mut count = 0;
        while let Some(part) = parts.next_field().await.map_err(|error| refused(&error))? {
            count += 1;
            if count > PARTS_LIMIT {
                return Err(WebError::TooLarge);
            }
            let field = part.name().unwrap_or_default().to_owned();
            let name = part
                .file_name()
                .map(|name| name.chars().filter(|c| !c.is_control()).take(NAME_LIMIT).collect::<String>());
            let bytes = part.bytes().await.map_err(|error| refused(&error))?;
            match name {
                Some(name) if !bytes.is_empty() => upload.files.push(UploadedFile { field, name, bytes }),
                Some(_) => {}
                None if bytes.len() > TEXT_LIMIT => return Err(WebError::TooLarge),
                None => upload.form.push(field, String::from_utf8_lossy(&bytes).into_owned()),
            }
        }
        Ok(upload)
    }
}

fn refused(error: &MultipartError) -> WebError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { WebError::TooLarge } else { WebError::BadInput(String::new()) }
}
