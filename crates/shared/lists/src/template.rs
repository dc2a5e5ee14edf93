//! The table that a school may fill in: headings in the reader's language, an example, and a sheet that explains each column.

use i18n::{Lang, msg, msg_dyn};
use jiff::civil::date;
use sheet::{Column, Kind, SheetError, Value, Writer};

use crate::{model::Field, words};

const ABOUT_WIDTH: f64 = 90.0;

/// The template as a workbook.
pub(crate) fn workbook(lang: Lang) -> Result<Vec<u8>, SheetError> {
    let columns: Vec<Column> =
        Field::KEPT.iter().map(|field| Column::new(words::field(lang, *field), field.width())).collect();
    let mut file = Writer::new(Kind::Xlsx, &msg!(lang, "lists-template-sheet"), &[], &columns)?;
    file.row(Field::KEPT.iter().map(|field| example(lang, *field)))?;
    let about = [
        Column::new(msg!(lang, "lists-template-column"), 24.0),
        Column::new(msg!(lang, "lists-template-about"), ABOUT_WIDTH),
    ];
    file.sheet(&msg!(lang, "lists-template-explained"), &[], &about)?;
    for field in Field::KEPT {
        let about = msg_dyn!(lang, "lists-about-", field.as_str());
        file.row([Value::from(words::field(lang, *field)), Value::from(about)])?;
    }
    file.finish()
}

/// A made-up pupil. The number is one that the checksum allows, of somebody who was born on the day beside it.
fn example(lang: Lang, field: Field) -> Value<'static> {
    match field {
        Field::Family => Value::from(msg!(lang, "lists-example-family")),
        Field::Given => Value::from(msg!(lang, "lists-example-given")),
        Field::Patronymic => Value::from(msg!(lang, "lists-example-patronymic")),
        Field::Iin => Value::from("150915500017"),
        Field::BirthDate => Value::from(date(2015, 9, 15)),
        Field::Sex => Value::from(words::sex(lang, people::model::Sex::parse("m"))),
        Field::Class => Value::from("5 «Б»"),
        Field::Role => Value::from(words::roles(lang, &[kernel::Role::Pupil])),
        Field::Status => Value::from(words::status(lang, kernel::PersonStatus::Active)),
        Field::Guardian1Name => Value::from(msg!(lang, "lists-example-guardian")),
        Field::Guardian1Iin => Value::from("850611400232"),
        Field::Guardian1Phone => Value::from("+7 701 234 56 17"),
        Field::Guardian1Kind => Value::from(words::kin(lang, people::model::GuardianKind::Parent)),
        Field::Document => {
            let kind = msg_dyn!(lang, "lists-document-", people::model::DocumentKind::BirthCertificate.as_str());
            Value::from(format!("{kind} 0123456, 20.09.2015"))
        }
        Field::FullName
        | Field::Grade
        | Field::Letter
        | Field::Position
        | Field::Card
        | Field::Groups
        | Field::LearningUntil
        | Field::Phone
        | Field::Email
        | Field::Address
        | Field::Guardian2Name
        | Field::Guardian2Iin
        | Field::Guardian2Phone
        | Field::Guardian2Kind => Value::Empty,
    }
}
