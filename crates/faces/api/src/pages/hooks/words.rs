//! What states are called.

use accounts::Reader;
use i18n::{Lang, msg, msg_dyn};
use web::{
    Markup,
    components::{Tone, badge},
};

use crate::hooks::{DeliveryState, HookRow, Kinds, Trouble};

/// How a webhook is.
pub(super) fn hook_state(lang: Lang, hook: &HookRow) -> Markup {
    match (hook.is_enabled, hook.off_because, hook.failing_since) {
        (true, _, None) => badge(Tone::Good, &msg!(lang, "api-hook-works")),
        (true, _, Some(_)) => badge(Tone::Warn, &msg!(lang, "api-hook-fails")),
        (false, _, _) => badge(Tone::Bad, &msg!(lang, "api-hook-is-off")),
    }
}

/// What a webhook is told of, shortly.
pub(super) fn kinds(lang: Lang, kinds: &Kinds) -> String {
    if kinds.is_all() {
        return msg!(lang, "api-hook-all");
    }
    kinds.words().map(|kind| kind_name(lang, kind)).collect::<Vec<_>>().join(", ")
}

/// A kind of event.
pub(super) fn kind_name(lang: Lang, kind: &str) -> String {
    if crate::hooks::EVENT_KINDS.contains(&kind) {
        msg_dyn!(lang, "api-event-", kind)
    } else {
        msg!(lang, "api-event-test")
    }
}

/// How a delivery is.
pub(super) fn delivery_state(lang: Lang, state: DeliveryState, attempts: u64) -> Markup {
    let (tone, word) = match (state, attempts) {
        (DeliveryState::Delivered, _) => (Tone::Good, "delivered"),
        (DeliveryState::Waiting, 0) => (Tone::Info, "waiting"),
        (DeliveryState::Waiting, _) => (Tone::Warn, "failed"),
        (DeliveryState::Skipped, _) => (Tone::Plain, "skipped"),
    };
    badge(tone, &msg_dyn!(lang, "api-delivery-", word))
}

/// What was answered.
pub(super) fn result(reader: &Reader, status: Option<u64>, trouble: Option<Trouble>) -> String {
    match (status, trouble) {
        (Some(status), _) => status.to_string(),
        (None, Some(trouble)) => msg_dyn!(reader.lang, "api-trouble-", trouble.as_str()),
        (None, None) => String::new(),
    }
}
