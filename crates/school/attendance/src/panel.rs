//! A part of the dashboard that another subsystem adds: how the gates are. Attendance does not know them; the program hands it over.

use std::{fmt, pin::Pin, sync::Arc};

use accounts::Reader;
use web::{Markup, WebError};

type Shown = Pin<Box<dyn Future<Output = Result<Markup, WebError>> + Send>>;

/// A part of the dashboard. It checks its own right and shows nothing to whoever has none. Cheap to clone.
#[derive(Clone)]
pub struct Panel(Arc<dyn Fn(Reader) -> Shown + Send + Sync>);

impl Panel {
    /// A part that is shown so.
    pub fn new<F>(show: impl Fn(Reader) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Markup, WebError>> + Send + 'static,
    {
        Self(Arc::new(move |reader| Box::pin(show(reader))))
    }

    pub(crate) async fn show(&self, reader: &Reader) -> Result<Markup, WebError> {
        (self.0)(reader.clone()).await
    }
}

impl fmt::Debug for Panel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Panel")
    }
}
