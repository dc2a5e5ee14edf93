//! What stands above a column, in Kazakh, Russian and English as schools write it.

use super::Field;

/// A heading without case, spaces and signs: `Ф. И. О.` becomes `фио`. Latin letters stay Latin.
pub fn fold(heading: &str) -> String {
    heading
        .chars()
        .flat_map(char::to_lowercase)
        .map(|letter| if letter == 'ё' { 'е' } else { letter })
        .filter(|letter| letter.is_alphanumeric())
        .take(80)
        .collect()
}

/// Whole headings, folded.
const WHOLE: &[(Field, &[&str])] = &[
    (
        Field::FullName,
        &[
            "фио",
            "таә",
            "тәа",
            "атыжөні",
            "толықатыжөні",
            "толықаты",
            "фамилияимяотчество",
            "фамилияимя",
            "тегіаты",
            "тегіатыәкесініңаты",
            "фамилиясыаты",
            "фамилиясыатыәкесініңаты",
            "фамилияимяотчествоприналичии",
            "name",
            "fullname",
            "surnamename",
            "studentname",
            "ученик",
            "ученики",
            "учащийся",
            "оқушы",
            "оқушылар",
            "student",
            "сотрудник",
            "қызметкер",
            "employee",
            "фиоученика",
            "фиоучащегося",
            "фиосотрудника",
            "фиопедагога",
            "учитель",
            "мұғалім",
            "списокучащихся",
            "оқушыныңатыжөні",
            "баланыңатыжөні",
        ],
    ),
    (
        Field::Family,
        &["фамилия", "тегі", "тек", "фамилиясы", "surname", "lastname", "familyname", "family", "фам", "тегi"],
    ),
    (Field::Given, &["имя", "аты", "есімі", "есім", "firstname", "givenname", "given", "forename", "аты1", "өзаты"]),
    (
        Field::Patronymic,
        &[
            "отчество",
            "әкесініңаты",
            "patronymic",
            "middlename",
            "secondname",
            "отчествоприналичии",
            "отчествоеслиесть",
            "отч",
            "әкесініңатыболса",
        ],
    ),
    (
        Field::Iin,
        &[
            "иин",
            "жсн",
            "жcн",
            "iin",
            "жекесәйкестендірунөмірі",
            "индивидуальныйидентификационныйномер",
            "иинученика",
            "иинучащегося",
            "оқушыныңжсн",
            "жснжекесәйкестендірунөмірі",
            "individualidentificationnumber",
            "инн",
            "иинребенка",
            "баланыңжсн",
        ],
    ),
    (
        Field::BirthDate,
        &[
            "датарождения",
            "туғанкүні",
            "туылғанкүні",
            "туғанкүніайыжылы",
            "birthdate",
            "dateofbirth",
            "born",
            "birthday",
            "др",
            "дрождения",
            "деньрождения",
            "датарожд",
            "туғанжылы",
            "туғанжылыайыкүні",
            "туғандата",
            "туғанкүнi",
            "числомесяцгодрождения",
            "dob",
        ],
    ),
    (Field::Sex, &["пол", "жынысы", "жыныс", "sex", "gender", "пoл"]),
    (
        Field::Class,
        &[
            "класс",
            "сынып",
            "сыныбы",
            "class",
            "классилитера",
            "класслитера",
            "класслитер",
            "сыныплитері",
            "сыныпәрпі",
            "учебныйкласс",
            "классгруппа",
            "кл",
            "группа1",
            "классобучения",
        ],
    ),
    (Field::Grade, &["параллель", "номеркласса", "grade", "сыныпнөмірі", "классцифра", "сыныпсаны"]),
    (Field::Letter, &["литер", "литера", "буква", "букваклассa", "буквакласса", "әріп", "әрпі", "letter", "литері"]),
    (Field::Role, &["роль", "рөлі", "рөл", "role", "категория", "санаты", "кемболыптабылады", "статусучастника"]),
    (
        Field::Position,
        &[
            "должность",
            "лауазымы",
            "лауазым",
            "position",
            "jobtitle",
            "job",
            "қызметі",
            "специальность",
            "предмет",
            "subject",
            "пән",
        ],
    ),
    (
        Field::Card,
        &[
            "карта",
            "номеркарты",
            "картанөмірі",
            "card",
            "cardnumber",
            "cardno",
            "номерпропуска",
            "рұқсаттама",
            "рұқсаттаманөмірі",
            "пропуск",
            "кодкарты",
            "карточка",
            "номеркарточки",
            "uid",
            "carduid",
            "cards",
            "карты",
            "карталар",
            "номеракарт",
        ],
    ),
    (Field::Groups, &["группы", "топтар", "groups", "топтары", "группыправил"]),
    (Field::Status, &["статус", "состояние", "күйі", "status", "мәртебе", "мәртебесі", "state"]),
    (
        Field::LearningUntil,
        &[
            "обучениекартедо",
            "периодобучениядо",
            "пропускатьвсегдадо",
            "үйренукезеңідейін",
            "үйренукезеңі",
            "learningmonthuntil",
            "learninguntil",
        ],
    ),
    (
        Field::Phone,
        &[
            "телефон",
            "телефоны",
            "телефоннөмірі",
            "номертелефона",
            "phone",
            "phonenumber",
            "mobile",
            "моб",
            "мобильный",
            "сотовый",
            "ұялытелефон",
            "тел",
            "контакты",
            "байланыс",
        ],
    ),
    (
        Field::Email,
        &[
            "email",
            "почта",
            "электроннаяпочта",
            "электрондықпошта",
            "пошта",
            "mail",
            "емаил",
            "эладрес",
            "адресэлектроннойпочты",
            "электрондықмекенжай",
            "emailaddress",
        ],
    ),
    (
        Field::Document,
        &[
            "документ",
            "құжат",
            "document",
            "паспорт",
            "номердокумента",
            "құжатнөмірі",
            "удостоверение",
            "свидетельство",
            "свидетельствоорождении",
            "туутуралыкуәлік",
            "куәлік",
            "удостоверениеличности",
            "жекекуәлік",
        ],
    ),
    (
        Field::Address,
        &[
            "адрес",
            "домашнийадрес",
            "адреспроживания",
            "мекенжай",
            "мекенжайы",
            "тұрғылықтымекенжайы",
            "address",
            "homeaddress",
        ],
    ),
];

/// Words, folded, that a heading of a guardian holds.
const GUARDIAN: &[&str] = &[
    "родител",
    "мать",
    "матер",
    "мама",
    "отец",
    "отца",
    "папа",
    "опекун",
    "законныйпредставитель",
    "законногопредставителя",
    "представител",
    "атаана",
    "атаанасы",
    "анасы",
    "ананың",
    "әкесі",
    "әкенің",
    "қамқоршы",
    "заңдыөкіл",
    "parent",
    "mother",
    "father",
    "guardian",
];
/// Words that say which of two guardians is meant: the father stands second.
const SECOND: &[&str] = &["отец", "отца", "папа", "әкесі", "әкенің", "father", "2"];

/// What a heading means; `None` when it is not known.
pub fn recognise(heading: &str) -> Option<Field> {
    let folded = fold(heading);
    if folded.is_empty() {
        return None;
    }
    if let Some(field) = whole(&folded) {
        return Some(field);
    }
    // `Әкесінің аты` alone is a patronymic, and is known whole. What else is told of a parent is no column of the child.
    if GUARDIAN.iter().any(|word| folded.contains(word)) {
        return guardian(&folded);
    }
    // What is said besides stands in brackets or behind a stop: `ИИН (12 цифр)`, `Класс, литера`.
    let first = heading.split(['(', ',', ';', '/', '\n', '*', ':', '[']).next().unwrap_or_default();
    whole(&fold(first)).or_else(|| beginning(&folded))
}

fn whole(folded: &str) -> Option<Field> {
    WHOLE.iter().find(|(_, words)| words.contains(&folded)).map(|(field, _)| *field)
}

/// The longest known heading with which this one begins: `фиополностью`, `датарожденияученика`.
fn beginning(folded: &str) -> Option<Field> {
    const LEAST_LETTERS: usize = 4;
    // `Классный руководитель` is no class, `Полное имя` no sex, `Статус семьи` no status.
    if ["руководител", "жетекші", "teacher", "head"].iter().any(|word| folded.contains(word)) {
        return None;
    }
    let is_long_enough = |field: Field, word: &str| match field {
        Field::Sex | Field::Status | Field::Role => false,
        Field::FullName | Field::Iin => word.chars().count() + 1 >= LEAST_LETTERS,
        _ => word.chars().count() >= LEAST_LETTERS,
    };
    WHOLE
        .iter()
        .flat_map(|(field, words)| words.iter().map(move |word| (*field, *word)))
        .filter(|(field, word)| is_long_enough(*field, word) && folded.starts_with(word))
        .max_by_key(|(_, word)| word.len())
        .map(|(field, _)| field)
}

/// Which column of a guardian, if it is one.
fn guardian(folded: &str) -> Option<Field> {
    // `Родитель` holds `тел` itself.
    let rest = GUARDIAN.iter().fold(folded.to_owned(), |rest, word| rest.replace(word, " "));
    let is_second = SECOND.iter().any(|word| folded.contains(word));
    let has = |words: &[&str]| words.iter().any(|word| rest.contains(word));
    let pick = |first: Field, second: Field| Some(if is_second { second } else { first });
    if has(&["иин", "жсн", "iin"]) {
        pick(Field::Guardian1Iin, Field::Guardian2Iin)
    } else if has(&["тел", "phone", "моб", "сот", "mobile", "ұялы", "нөмір", "номер"]) {
        pick(Field::Guardian1Phone, Field::Guardian2Phone)
    } else if has(&["приходится", "кем", "кімболады", "степеньродства", "туыстық", "relation", "kind"])
    {
        pick(Field::Guardian1Kind, Field::Guardian2Kind)
    } else {
        // `Место работы матери`, `Отчество отца` are no names; `ФИО родителя` is one, and so is `Мать` alone, whatever its ending.
        const ENDING_LETTERS: usize = 3;
        let has_name = has(&["фио", "аты", "жөні", "таә", "тәа", "имя", "name", "фамилия"]);
        let letters = rest.chars().filter(|letter| letter.is_alphabetic()).count();
        if has_name || letters <= ENDING_LETTERS { pick(Field::Guardian1Name, Field::Guardian2Name) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn headings_are_known_in_three_languages_however_they_are_written() {
        for (heading, field) in [
            ("ФИО", Some(Field::FullName)),
            ("Ф. И. О.", Some(Field::FullName)),
            ("Ф.И.О. учащегося (полностью)", Some(Field::FullName)),
            ("Аты-жөні", Some(Field::FullName)),
            ("Т.А.Ә.", Some(Field::FullName)),
            ("Тегі", Some(Field::Family)),
            ("ФАМИЛИЯСЫ", Some(Field::Family)),
            ("Аты", Some(Field::Given)),
            ("Имя *", Some(Field::Given)),
            ("Әкесінің аты (болса)", Some(Field::Patronymic)),
            ("ЖСН", Some(Field::Iin)),
            ("ИИН (12 цифр)", Some(Field::Iin)),
            ("Класс", Some(Field::Class)),
            ("Сынып, литер", Some(Field::Class)),
            ("Литер", Some(Field::Letter)),
            ("Дата рождения ученика", Some(Field::BirthDate)),
            ("Туған күні", Some(Field::BirthDate)),
            ("Жынысы", Some(Field::Sex)),
            ("Пол", Some(Field::Sex)),
            ("Номер карты", Some(Field::Card)),
            ("ФИО матери", Some(Field::Guardian1Name)),
            ("Телефон отца", Some(Field::Guardian2Phone)),
            ("ИИН родителя 2", Some(Field::Guardian2Iin)),
            ("Анасының телефоны", Some(Field::Guardian1Phone)),
            ("ФИО родителя", Some(Field::Guardian1Name)),
            ("Телефон родителей", Some(Field::Guardian1Phone)),
            ("Мать", Some(Field::Guardian1Name)),
            ("Родители", Some(Field::Guardian1Name)),
            ("Место работы матери", None),
            ("Дата рождения отца", None),
            ("Домашний адрес", Some(Field::Address)),
            ("Адрес электронной почты", Some(Field::Email)),
            ("Классный руководитель", None),
            ("Полное имя", None),
            ("Статус семьи", None),
            ("Сынып жетекшісі", None),
            ("Date of birth", Some(Field::BirthDate)),
            ("№", None),
            ("№ п/п", None),
            ("Примечание", None),
            ("", None),
        ] {
            assert_eq!(recognise(heading), field, "{heading}");
        }
    }

    #[test]
    fn no_heading_stands_for_two_fields() {
        let mut all: Vec<&str> = WHOLE.iter().flat_map(|(_, words)| words.iter().copied()).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        for (field, words) in WHOLE {
            for word in *words {
                assert_eq!((fold(word).as_str(), recognise(word)), (*word, Some(*field)), "{word}");
            }
        }
    }

    #[test]
    fn what_the_template_says_is_understood() {
        for lang in i18n::Lang::ALL {
            for field in Field::ALL {
                let said = crate::words::field(lang, *field);
                assert_eq!(recognise(&said), Some(*field), "{said}");
            }
            for sex in people::model::Sex::ALL {
                assert_eq!(super::super::sex_of(&crate::words::sex(lang, Some(sex))), Some(sex));
            }
            let roles: std::collections::BTreeSet<_> = kernel::Role::ALL.iter().copied().collect();
            assert_eq!(super::super::roles_of(&crate::words::roles(lang, &roles)), Some(roles));
            for status in kernel::PersonStatus::ALL {
                assert_eq!(super::super::status_of(&crate::words::status(lang, *status)), Some(*status));
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_heading_or_none(text in "\\PC{0,60}") {
            let _ = recognise(&text);
        }

        #[test]
        fn case_and_spaces_do_not_count(index in 0..12_usize, upper: bool) {
            let heading = ["ФИО", "Тегі", "ЖСН", "Сынып", "Пол", "Дата рождения", "Имя", "Литера", "Card", "Должность", "Телефон", "Туған күні"][index];
            let written = if upper { format!("  {} ", heading.to_uppercase()) } else { heading.to_lowercase().replace(' ', "\n") };
            prop_assert_eq!(recognise(&written), recognise(heading));
        }
    }
}
