//! What is printed, read by a program that others wrote (poppler's `pdftotext` and `pdfinfo`, which `./test` installs).
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be made shall stop")]

use std::{io::Write, process::Command};

use paper::{Align, Badge, Badges, Cell, Colour, Paper, Row, Shape, Table, TableColumn, Tone};
use proptest::prelude::*;

fn told(program: &str, arguments: &[&str], pdf: &[u8]) -> String {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(pdf).unwrap();
    let mut command = Command::new(program);
    command.args(arguments).arg(file.path());
    if program == "pdftotext" {
        command.arg("-");
    }
    let output = command.output().expect("poppler-utils is needed: ./test installs it");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn report(rows: usize) -> Table {
    let columns = [("№", 1.0, Align::Right), ("Аты-жөні", 6.0, Align::Left), ("Келді", 2.0, Align::Centre)];
    let mut table = Table {
        lang: "kk".into(),
        title: "Сыныптың күндік ведомосы".into(),
        lines: vec!["№ 1 мектеп-гимназия, 5 «Ә»".into(), "23.11.2026".into()],
        columns: columns.map(|(head, weight, align)| TableColumn::new(head, weight, align)).into(),
        notes: vec!["Барлығы: келді 25, келмеді 2".into()],
        signatures: vec!["Сынып жетекшісі".into(), "Директор".into()],
        footer: "Kezekshi · 23.11.2026 09:00".into(),
        ..Table::default()
    };
    for index in 0..rows {
        if index % 25 == 0 {
            table.rows.push(Row::Heading(format!("{} сынып", index / 25 + 1)));
        }
        let tone = if index % 7 == 0 { Tone::Shaded } else { Tone::Plain };
        table.rows.push(Row::Cells(vec![
            (index + 1).to_string().into(),
            format!("Құдайбергенова Үміт Һәкімқызы {index}").into(),
            Cell::new("07:52", tone),
        ]));
    }
    table
}

#[test]
fn a_report_is_read_back_letter_by_letter() {
    let pdf = report(3).pdf().unwrap();
    let text = told("pdftotext", &["-layout"], &pdf);
    for part in [
        "Сыныптың күндік ведомосы",
        "№ 1 мектеп-гимназия, 5 «Ә»",
        "Құдайбергенова Үміт Һәкімқызы 2",
        "07:52",
        "Сынып жетекшісі",
        "1/1",
    ] {
        assert!(text.contains(part), "{part} is missing in:\n{text}");
    }
    let about = told("pdfinfo", &[], &pdf);
    assert!(about.contains("Сыныптың күндік ведомосы"), "{about}");
    assert!(about.contains("A4"), "{about}");
}

#[test]
fn a_long_report_has_heads_on_each_page_and_loses_no_row() {
    let pdf = report(300).pdf().unwrap();
    let text = told("pdftotext", &["-layout"], &pdf);
    let pages: Vec<&str> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
    assert!(pages.len() > 3);
    for (number, page) in pages.iter().enumerate() {
        assert!(page.contains("Аты-жөні") || number + 1 == pages.len(), "{page}");
        assert!(page.contains(&format!("{}/{}", number + 1, pages.len())), "{page}");
    }
    for index in 0..300 {
        assert!(text.contains(&format!("Һәкімқызы {index} ")), "{index}");
    }
    assert_eq!(pdf, report(300).pdf().unwrap(), "the same input gives the same file");
}

#[test]
fn notes_go_on_over_pages_and_each_page_says_what_it_is_of() {
    let notes = (0..150).map(|note| format!("Ескертпе {note}.")).collect();
    let table = Table { notes, ..report(30) };
    let text = told("pdftotext", &["-layout"], &table.pdf().unwrap());
    let pages: Vec<&str> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
    assert!((3..6).contains(&pages.len()), "{}", pages.len());
    for note in 0..150 {
        assert_eq!(text.matches(&format!("Ескертпе {note}.")).count(), 1, "{note}");
    }
    assert!(pages.iter().all(|page| page.contains("Сыныптың күндік ведомосы")), "{text}");
    assert!(pages.last().is_some_and(|page| page.contains("Директор")) && text.matches("Директор").count() == 1);
}

#[test]
fn an_empty_report_is_a_page_with_its_heads() {
    let text = told("pdftotext", &["-layout"], &report(0).pdf().unwrap());
    assert!(text.contains("Аты-жөні") && text.contains("1/1"));
    assert!(Table::default().pdf().is_ok());
}

fn portrait() -> Vec<u8> {
    let picture = image::RgbImage::from_fn(90, 120, |x, y| image::Rgb([x as u8, y as u8, 120]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

fn badges(paper: Paper, count: usize) -> Badges {
    let badge = Badge {
        family: "Құдайбергенова".into(),
        given: "Үміт Һәкімқызы".into(),
        caption: "5 «Ә»".into(),
        portrait: Some(portrait()),
        code: Some("KZK:01J9Z3N5Q8".into()),
    };
    let colour = Colour::parse("#1a5fb4").unwrap();
    Badges {
        lang: "kk".into(), school: "№ 1 мектеп-гимназия".into(), colour, paper, badges: vec![badge; count]
    }
}

#[test]
fn badges_fill_sheets_of_ten_or_cards_of_one() {
    let sheets = badges(Paper::Sheets, 11).pdf().unwrap();
    let about = told("pdfinfo", &[], &sheets);
    assert!(about.contains("Pages:           2"), "{about}");
    let text = told("pdftotext", &[], &sheets);
    assert_eq!(text.matches("Құдайбергенова").count(), 11);
    let cards = told("pdfinfo", &[], &badges(Paper::Cards, 3).pdf().unwrap());
    assert!(cards.contains("Pages:           3") && cards.contains("242.646 x 153.014"), "{cards}");
}

#[test]
fn a_portrait_that_is_no_picture_is_left_out() {
    let mut strange = badges(Paper::Cards, 1);
    strange.badges[0].portrait = Some(b"no picture".to_vec());
    assert!(told("pdftotext", &[], &strange.pdf().unwrap()).contains("Құдайбергенова"));
    assert!(badges(Paper::Sheets, 0).pdf().is_ok());
    strange.badges[0].code = Some("x".repeat(5_000));
    assert!(matches!(strange.pdf(), Err(paper::PaperError::Code)));
}

#[test]
fn a_badge_without_a_portrait_shows_initials_and_the_school_in_two_languages() {
    let mut plain = badges(Paper::Cards, 1);
    plain.badges[0].portrait = None;
    plain.school = "№ 1 мектеп-гимназия\nШкола-гимназия № 1".into();
    let text = told("pdftotext", &[], &plain.pdf().unwrap());
    for part in ["ҚҮ", "№ 1 мектеп-гимназия", "Школа-гимназия № 1", "5 «Ә»"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_is_printed(text in "\\PC{0,200}", narrow in 0.01_f32..3.0, wide in any::<bool>()) {
        let mut table = report(2);
        table.shape = if wide { Shape::Wide } else { Shape::Landscape };
        table.title = text.clone();
        table.columns[1].weight = narrow;
        table.rows.push(Row::Cells(vec![text.as_str().into(); 5]));
        table.signatures.push(text.clone());
        prop_assert!(table.pdf().is_ok());
        let mut badges = badges(Paper::Sheets, 1);
        badges.badges[0].family = text.clone();
        badges.school = text;
        prop_assert!(badges.pdf().is_ok());
    }
}
