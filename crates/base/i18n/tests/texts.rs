//! Texts as a page asks for them, over a catalog registered the way a subsystem does.

use i18n::{Lang, msg, msg_dyn};

i18n::catalog!(
    "sample",
    kk = include_str!("locales/kk.ftl"),
    ru = include_str!("locales/ru.ftl"),
    en = include_str!("locales/en.ftl")
);

#[test]
fn russian_has_three_plural_forms() {
    for (n, text) in [
        (0, "0 обедов"),
        (1, "1 обед"),
        (2, "2 обеда"),
        (5, "5 обедов"),
        (11, "11 обедов"),
        (14, "14 обедов"),
        (21, "21 обед"),
        (104, "104 обеда"),
        (1_112, "1\u{202f}112 обедов"),
    ] {
        assert_eq!(msg!(Lang::Ru, "sample-meals", n = n), text);
    }
}

#[test]
fn kazakh_and_english_have_their_forms() {
    assert_eq!(msg!(Lang::Kk, "sample-meals", n = 1), "1 түскі ас");
    assert_eq!(msg!(Lang::Kk, "sample-meals", n = 5_u64), "5 түскі ас");
    assert_eq!(msg!(Lang::En, "sample-meals", n = 1_usize), "1 lunch");
    assert_eq!(msg!(Lang::En, "sample-meals", n = 1_200), "1\u{202f}200 lunches");
}

#[test]
fn a_name_is_put_in_without_invisible_marks() {
    let name = String::from("Әлия");
    assert_eq!(msg!(Lang::Kk, "sample-hello", name = &name), "Сәлеметсіз бе, Әлия!");
    assert_eq!(msg!(Lang::En, "sample-hello", name = "Ann"), "Hello, Ann!");
}

#[test]
fn a_text_that_one_language_lacks_comes_from_russian() {
    assert_eq!(msg!(Lang::Kk, "sample-only"), "Только по-русски");
}

#[test]
fn the_end_of_a_key_may_be_known_at_run_time_only() {
    assert_eq!(msg_dyn!(Lang::En, "sample-", "hello", name = "Ann"), "Hello, Ann!");
    assert_eq!(msg_dyn!(Lang::En, "sample-", String::from("nothing")), "⟦sample-nothing⟧");
}

#[test]
fn the_check_of_all_catalogs_sees_what_is_missing() {
    let problems: Vec<String> = i18n::check_all().iter().map(ToString::to_string).collect();
    assert_eq!(problems, ["sample: kk lacks sample-only, which ru has", "sample: en lacks sample-only, which ru has"]);
}
