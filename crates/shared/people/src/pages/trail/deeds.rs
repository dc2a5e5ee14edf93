//! What the audit trail's words mean, in words of people.

use i18n::{Lang, msg, msg_dyn};

/// The words of all subsystems; each has a text `people-trail-deed-<word>`. One that is not here is shown as something else.
pub(super) const WORDS: &[&str] = &[
    "absence_told",
    "absence_withdrawn",
    "account_locked",
    "admit_asked",
    "admit_refused",
    "admit_withdrawn",
    "admitted_by_hand",
    "alarm_seen",
    "alarms_seen",
    "attendance_exported",
    "attendance_marked",
    "attendance_settings_changed",
    "badges_printed",
    "bell_rule_added",
    "bell_rule_removed",
    "bell_schedule_added",
    "bell_schedule_edited",
    "bell_schedule_removed",
    "building_added",
    "building_edited",
    "building_removed",
    "class_added",
    "class_edited",
    "class_home_set",
    "code_key_changed",
    "code_shown",
    "credential_issued",
    "credential_lost",
    "credential_replaced",
    "credential_resumed",
    "credential_returned",
    "credential_suspended",
    "credential_undone",
    "day_card_added",
    "day_card_ended",
    "day_card_handed_back",
    "day_card_lent",
    "day_card_withdrawn",
    "day_change_undone",
    "day_changed",
    "device_added",
    "device_edited",
    "device_removed",
    "device_synced",
    "everybody_out",
    "gate_added",
    "gate_removed",
    "gate_renamed",
    "gate_token_rotated",
    "grade_plans_set",
    "group_added",
    "group_member_removed",
    "group_members_added",
    "group_removed",
    "group_renamed",
    "guardian_of_removed",
    "guardian_removed",
    "guardian_role_given",
    "guardian_set",
    "guardians_loaded",
    "holiday_put",
    "holiday_removed",
    "leave_given",
    "leave_revoked",
    "list_brought",
    "list_cancelled",
    "list_confirmed",
    "list_taken_in",
    "mode_changed",
    "movements_seen",
    "particulars_exported",
    "particulars_loaded",
    "particulars_seen",
    "particulars_set",
    "passes_exported",
    "password_changed",
    "password_reset",
    "past_attendance_loaded",
    "people_loaded",
    "person_added",
    "person_archived",
    "person_blocked",
    "person_edited",
    "person_readmitted",
    "person_unblocked",
    "photo_removed",
    "photo_set",
    "photos_taken_in",
    "point_added",
    "point_disabled",
    "point_edited",
    "point_enabled",
    "point_removed",
    "post_added",
    "post_edited",
    "presence_nights_changed",
    "presence_set",
    "pupil_admitted",
    "pupil_left",
    "pupil_readmitted",
    "pupil_repeats",
    "pupil_repeats_not",
    "pupil_transferred",
    "register_exported",
    "register_taken_away",
    "rule_added",
    "rule_disabled",
    "rule_edited",
    "rule_enabled",
    "rule_removed",
    "rules_ordered",
    "school_edited",
    "school_year_copied",
    "school_year_edited",
    "school_year_opened",
    "school_year_removed",
    "sign_in_failed",
    "signed_in",
    "signed_out",
    "signed_out_elsewhere",
    "state_calendar_taken",
    "stays_in_grade_changed",
    "time_code_changed",
    "time_code_removed",
    "time_sheet_entered",
    "timetable_edited",
    "timetable_replaced",
    "token_added",
    "token_revoked",
    "trail_exported",
    "user_added",
    "user_disabled",
    "user_enabled",
    "user_person_set",
    "visits_exported",
    "webhook_added",
    "webhook_changed",
    "webhook_off",
    "webhook_on",
    "webhook_removed",
    "webhook_secret_changed",
    "webhook_sent_again",
    "webhook_skipped",
    "webhook_tested",
    "work_plan_changed",
    "year_turned",
    "year_turned_back",
    "zone_added",
    "zone_edited",
    "zone_removed",
];

/// What was done.
pub(super) fn deed(lang: Lang, word: &str) -> String {
    if WORDS.binary_search(&word).is_ok() {
        msg_dyn!(lang, "people-trail-deed-", word)
    } else {
        msg!(lang, "people-trail-deed-other")
    }
}

/// The deeds one may ask for, in the order of their texts.
pub(super) fn all(lang: Lang) -> Vec<(&'static str, String)> {
    let mut all: Vec<_> = WORDS.iter().map(|word| (*word, deed(lang, word))).collect();
    all.sort_by(|one, next| one.1.cmp(&next.1));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_a_text_in_three_languages_and_stands_in_order() {
        assert!(WORDS.is_sorted());
        for lang in Lang::ALL {
            for word in WORDS {
                let text = deed(lang, word);
                assert!(!text.contains('\u{27e6}') && !text.is_empty(), "{word}: {text}");
            }
        }
    }
}
