//! Parts of a person's card that other subsystems add: where the person is, what the person owes. People does not know them; the program
//! hands them over when it wires the subsystems.

use std::{fmt, pin::Pin, sync::Arc};

use accounts::Reader;
use kernel::PersonId;
use web::{Markup, WebError};

type Shown = Pin<Box<dyn Future<Output = Result<Markup, WebError>> + Send>>;

/// A part of a person's card. It checks its own right and shows nothing to whoever has none. Cheap to clone.
#[derive(Clone)]
pub struct Panel(Arc<dyn Fn(Reader, PersonId) -> Shown + Send + Sync>);

impl Panel {
    /// A part that is shown so.
    pub fn new<F>(show: impl Fn(Reader, PersonId) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Markup, WebError>> + Send + 'static,
    {
        Self(Arc::new(move |reader, person| Box::pin(show(reader, person))))
    }

    pub(crate) async fn show(&self, reader: &Reader, person: PersonId) -> Result<Markup, WebError> {
        (self.0)(reader.clone(), person).await
    }
}

impl fmt::Debug for Panel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Panel")
    }
}

/// The parts of every card, in their order. Cheap to clone.
pub(crate) type Panels = Arc<[Panel]>;
