//! Every component renders from samples, and looks as it did when it was last accepted.

#[path = "../examples/gallery/samples.rs"]
mod samples;

use i18n::Lang;

#[test]
fn the_samples_look_as_accepted() {
    for (name, markup) in samples::all(Lang::Ru) {
        // One element a line, so that a change shows as a line of the difference.
        let lines = markup.into_string().replace(samples::PORTRAIT, "portrait").replace("><", ">\n<");
        let lines = hashes_out(&lines);
        insta::assert_snapshot!(name, lines);
    }
}

/// Addresses of assets without their hashes, which change with every icon.
fn hashes_out(text: &str) -> String {
    let path = web::asset("icons.svg");
    text.replace(path, "/assets/icons.svg")
}

#[test]
fn samples_render_in_every_language_without_a_missing_text() {
    for lang in Lang::ALL {
        for (name, markup) in samples::all(lang) {
            let text = markup.into_string();
            assert!(!text.contains('⟦'), "{name} in {lang}");
            assert!(
                !text.contains(" style=") && !text.contains("<style") && !text.contains("<script"),
                "{name}: nothing inline"
            );
        }
    }
}

#[test]
fn a_control_is_named_and_every_description_is_there() {
    for (name, markup) in samples::all(Lang::Ru) {
        let text = markup.into_string();
        for id in values_of(&text, "aria-describedby").flat_map(str::split_whitespace).chain(values_of(&text, "for")) {
            assert!(text.contains(&format!("id=\"{id}\"")), "{name} lacks {id}");
        }
    }
}

fn values_of<'a>(text: &'a str, attribute: &str) -> impl Iterator<Item = &'a str> {
    let opening = format!(" {attribute}=\"");
    text.match_indices(&opening)
        .map(|(at, _)| at + opening.len())
        .collect::<Vec<_>>()
        .into_iter()
        .map(|start| text[start..].split('"').next().unwrap_or_default())
}
