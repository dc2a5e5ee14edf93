//! Cards that are held to the chosen access point, told to the desk as it happens.

use std::time::Duration;

use accounts::Reader;
use kernel::AccessPointId;
use web::{Filters, Markup, Response, WebError, html, sse};

use crate::{Access, LiveEvent, queries::PassView};

/// How soon a desk hears nothing more whose reader was signed out or lost the right to it.
const CHECKED_EVERY: Duration = Duration::from_secs(30);

pub(in crate::pages) async fn taps(reader: Reader, filters: Filters, access: Access) -> Result<Response, WebError> {
    let point: AccessPointId = filters.parsed("point", |text| text.parse().ok()).ok_or(WebError::NotFound)?;
    let receiver = access.live.subscribe(&reader.scope()?).await?;
    let stop = reader.app.stop.clone();
    let may_go_on = move || {
        let reader = reader.clone();
        async move { reader.is_still_here().await }
    };
    Ok(sse::from_broadcast_while(receiver, &stop, CHECKED_EVERY, may_go_on, move |event| match event {
        // A pass that came late is of a card that is no longer at the reader.
        LiveEvent::Pass(pass) if pass.point == point && !pass.is_late => tap(&pass),
        LiveEvent::Pass(_)
        | LiveEvent::Alarm(_)
        | LiveEvent::AlarmsSeen { .. }
        | LiveEvent::Mode(_)
        | LiveEvent::Counters(_)
        | LiveEvent::Lanes(_)
        | LiveEvent::Resync => None,
    }))
}

fn tap(pass: &PassView) -> Option<sse::LiveEvent> {
    let (format, number) = pass.number?;
    let told: Markup = html! { span data-tap=(pass.id) data-format=(format.as_str()) data-number=(number) {} };
    Some(sse::LiveEvent::new("tap", told))
}
