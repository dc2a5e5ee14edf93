//! Names put together by lot: Kazakh ones in Kazakh or Russian spelling, Russian ones, and some of the country's others.

use people::model::Sex;

use crate::lot::Lot;

/// How a person is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Custom {
    /// Kazakh, spelt in Kazakh: Құдайберген Әсел Ерланқызы, Ахметов Әлихан Серікұлы.
    Kazakh,
    /// Kazakh, as documents in Russian have it: Ахметова Асель Сериковна.
    KazakhInRussian,
    /// Russian.
    Russian,
    /// A Korean, German or other family name with Russian names.
    Other,
}

/// The parts of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) family: String,
    pub(super) given: String,
    pub(super) patronymic: Option<String>,
}

/// A Kazakh name and its Russian spelling.
type Both = (&'static str, &'static str);

// Lists of names; where the Russian spelling of a Kazakh one differs, it follows a sign of equality.

const KAZAKH_BOYS: &str = "\
    Әлихан=Алихан Санжар Ерасыл Әлинұр=Алинур Рамазан Айсұлтан=Айсултан Бекзат Жәнібек=Жанибек Нұрсұлтан=Нурсултан Мирас \
    Айдос Диас Ансар Мұхаммед=Мухаммед Әмір=Амир Омар Мәди=Мади Дамир Данияр Ілияс=Ильяс Мейірхан=Мейрхан Шыңғыс=Чингис \
    Әділ=Адиль Жасұлан=Жасулан Расул Сұлтан=Султан Еркебұлан=Еркебулан Жандос Олжас Дархан Нұрислам=Нурислам Бейбарыс \
    Арлан Алдияр Ислам Темірлан=Темирлан Ұлан=Улан Абылай Мансұр=Мансур Тамерлан Батырхан Өмірхан=Омирхан Қуаныш=Куаныш \
    Хамза";

/// Names of grown men; fathers and grandfathers too.
const KAZAKH_MEN: &str = "\
    Ерлан Нұрлан=Нурлан Дәулет=Даулет Арман Бауыржан Асхат Қанат=Канат Марат Серік=Серик Болат Талғат=Талгат Ернар Абай \
    Ғалым=Галым Қайрат=Кайрат Нұрболат=Нурболат Оразбек Сабыр Төлеген=Толеген Үсен=Усен Ысқақ=Искак Бейбіт=Бейбит Досжан \
    Ерболат Мақсат=Максат Тоқтар=Токтар Хамит Құдайберген=Кудайберген Бақытжан=Бакытжан Мұрат=Мурат Дәурен=Даурен Жомарт \
    Кеңес=Кенес Сәкен=Сакен Азамат Рүстем=Рустем Өмірбек=Омирбек Алмас Мейрам Сәтбек=Сатбек";

const KAZAKH_GIRLS: &str = "\
    Айша Аяла Аружан Жанель Кәусар=Каусар Амина Медина Раяна Томирис Сафия Асылым Айым Інжу=Инжу Ділназ=Дильназ \
    Нұрай=Нурай Аяулым Зере Жібек=Жибек Мөлдір=Молдир Әсел=Асель Меруерт Айару Балауса Гүлназ=Гульназ Дана Еңлік=Енлик \
    Сымбат Ұлпан=Улпан Шұғыла=Шугыла Қарақат=Каракат Назерке Фариза Ханшайым Тоғжан=Тогжан Ақниет=Акниет Айзере Аяжан \
    Диана Көркем=Коркем Үміт=Умит Сезім=Сезим Толғанай=Толганай";

const KAZAKH_WOMEN: &str = "\
    Гүлнәр=Гульнара Айгүл=Айгуль Бақыт=Бакыт Сәуле=Сауле Жанар Гүлмира=Гульмира Салтанат Ләззат=Ляззат Динара Алма Роза \
    Кенжегүл=Кенжегуль Маржан Ботагөз=Ботагоз Нұргүл=Нургуль Шолпан Қарлығаш=Карлыгаш Бибігүл=Бибигуль Күләш=Куляш Раушан \
    Зәуре=Зауре Асия Ақмарал=Акмарал Айнұр=Айнур Мәриям=Марьям Әлия=Алия Индира Эльмира";

const KAZAKH_FAMILIES: &str = "\
    Ахметов Сәрсенов=Сарсенов Омаров Әбдіров=Абдиров Қасымов=Касымов Нұрғалиев=Нургалиев Жұмабаев=Жумабаев \
    Серікбаев=Серикбаев Төлегенов=Толегенов Оспанов Сейітов=Сеитов Бекмұхамбетов=Бекмухамбетов Ысқақов=Искаков \
    Мұхамеджанов=Мухамеджанов Әлиев=Алиев Есенов Қалиев=Калиев Смағұлов=Смагулов Тұрсынов=Турсынов Байжанов \
    Досмағамбетов=Досмагамбетов Ермеков Жақсыбеков=Жаксыбеков Ыбыраев=Ибраев Кенжебаев Қожахметов=Кожахметов Мамыров \
    Нұрпейісов=Нурпеисов Өтепов=Утепов Рахымов=Рахимов Сатыбалдиев Үсенов=Усенов Шаймерденов Ғабдуллин=Габдуллин Хасенов \
    Дүйсенов=Дюсенов Айтбаев Бөкенов=Букенов Елубаев Зейнуллин Іргебаев=Иргебаев Құлманов=Кулманов Мырзабеков Орынбаев \
    Сүлейменов=Сулейменов Тілеубаев=Тлеубаев Шәкенов=Шакенов Һашимов=Хашимов Юсупов Каримов Хакимов";

const RUSSIAN_BOYS: &str = "\
    Артём Максим Александр Дмитрий Иван Кирилл Никита Михаил Егор Матвей Роман Владислав Илья Тимофей Даниил Арсений \
    Ярослав Степан Глеб Марк Лев Богдан Захар Семён Фёдор Тимур";

const RUSSIAN_MEN: &str = "\
    Сергей Андрей Алексей Александр Дмитрий Владимир Николай Евгений Виктор Юрий Игорь Олег Василий Анатолий Геннадий \
    Павел Константин Вячеслав Пётр Михаил Георгий Денис";

const RUSSIAN_GIRLS: &str = "\
    София Мария Анна Виктория Полина Алиса Арина Ксения Дарья Варвара Елизавета Вероника Кира Милана Ева Таисия Василиса \
    Ульяна Екатерина Злата Эвелина Маргарита Юлия Яна";

const RUSSIAN_WOMEN: &str = "\
    Ольга Наталья Елена Татьяна Светлана Ирина Людмила Галина Марина Оксана Валентина Лариса Надежда Инна Юлия Анна \
    Екатерина Вера Любовь Алла";

const RUSSIAN_FAMILIES: &str = "\
    Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров Морозов Волков Алексеев Лебедев Семёнов \
    Егоров Павлов Козлов Степанов Николаев Орлов Андреев Макаров Никитин Захаров Зайцев Соловьёв Борисов Яковлев Григорьев \
    Романов Воробьёв Сергеев Фролов Ильин Щербаков Синицын Вишневский Левицкий Коваленко Шевченко Бондаренко Ткачук \
    Мельник";

const OTHER_FAMILIES: &str = "\
    Ким Пак Цой Ли Тен Хан Шмидт Вебер Миллер Вагнер Нам Шин Кох Беккер";

/// A name of this custom for a child or a grown-up.
pub(super) fn draw(lot: &mut Lot, custom: Custom, sex: Sex, is_adult: bool) -> Parts {
    match custom {
        Custom::Kazakh => kazakh(lot, sex, is_adult),
        Custom::KazakhInRussian => {
            let given = kazakh_given(lot, sex, is_adult).1;
            let father = pick(lot, KAZAKH_MEN).1;
            parts(of_sex(pick(lot, KAZAKH_FAMILIES).1, sex), given, russian_patronymic(father, sex))
        }
        Custom::Russian => russian(lot, RUSSIAN_FAMILIES, sex, is_adult),
        Custom::Other => russian(lot, OTHER_FAMILIES, sex, is_adult),
    }
}

/// The names of a list.
fn names(list: &'static str) -> impl Iterator<Item = Both> {
    list.split_ascii_whitespace().map(|name| name.split_once('=').unwrap_or((name, name)))
}

fn pick(lot: &mut Lot, list: &'static str) -> Both {
    let names: Vec<Both> = names(list).collect();
    *lot.pick(&names)
}

fn parts(family: String, given: &str, patronymic: String) -> Parts {
    Parts { family, given: given.to_owned(), patronymic: Some(patronymic) }
}

fn kazakh(lot: &mut Lot, sex: Sex, is_adult: bool) -> Parts {
    let given = kazakh_given(lot, sex, is_adult).0;
    let father = pick(lot, KAZAKH_MEN).0;
    // Of late many families take the grandfather's name as it is; before that they took an ending from Russian.
    let family = if lot.chance(if is_adult { 120 } else { 420 }) {
        let grandfathers: Vec<&str> = names(KAZAKH_MEN).map(|name| name.0).filter(|name| *name != father).collect();
        (*lot.pick(&grandfathers)).to_owned()
    } else {
        of_sex(pick(lot, KAZAKH_FAMILIES).0, sex)
    };
    parts(family, given, format!("{father}{}", if sex == Sex::Male { "ұлы" } else { "қызы" }))
}

fn kazakh_given(lot: &mut Lot, sex: Sex, is_adult: bool) -> Both {
    match (sex, is_adult) {
        (Sex::Male, false) => pick(lot, KAZAKH_BOYS),
        (Sex::Male, true) => pick(lot, KAZAKH_MEN),
        (Sex::Female, false) => pick(lot, KAZAKH_GIRLS),
        (Sex::Female, true) => pick(lot, KAZAKH_WOMEN),
    }
}

fn russian(lot: &mut Lot, families: &'static str, sex: Sex, is_adult: bool) -> Parts {
    let given = match (sex, is_adult) {
        (Sex::Male, false) => pick(lot, RUSSIAN_BOYS).0,
        (Sex::Male, true) => pick(lot, RUSSIAN_MEN).0,
        (Sex::Female, false) => pick(lot, RUSSIAN_GIRLS).0,
        (Sex::Female, true) => pick(lot, RUSSIAN_WOMEN).0,
    };
    let father = pick(lot, RUSSIAN_MEN).0;
    parts(of_sex(pick(lot, families).0, sex), given, russian_patronymic(father, sex))
}

/// A family name, given in its male form, as this sex bears it.
fn of_sex(family: &str, sex: Sex) -> String {
    if sex == Sex::Male {
        return family.to_owned();
    }
    if let Some(stem) = family.strip_suffix("ий") {
        return format!("{stem}ая");
    }
    let has_ending = ["ов", "ев", "ёв", "ин", "ын"].iter().any(|ending| family.ends_with(ending));
    format!("{family}{}", if has_ending { "а" } else { "" })
}

/// The Russian patronymic from a father's name.
fn russian_patronymic(father: &str, sex: Sex) -> String {
    let (stem, soft) = if let Some((_, stem)) =
        [("Павел", "Павл"), ("Пётр", "Петр"), ("Лев", "Льв"), ("Михаил", "Михайл")]
            .iter()
            .find(|(name, _)| *name == father)
    {
        ((*stem).to_owned(), false)
    } else if let Some(stem) = father.strip_suffix("ий") {
        // Василий, Васильевич, but after two consonants Дмитрий, Дмитриевич.
        let vowel = |letter: char| "аеёиоуыэюяЮЕИ".contains(letter);
        let is_cluster = stem.chars().rev().take(2).all(|letter| !vowel(letter));
        (format!("{stem}{}", if is_cluster { "и" } else { "ь" }), true)
    } else if let Some(stem) = father.strip_suffix(['й', 'ь']) {
        (stem.to_owned(), true)
    } else {
        (father.to_owned(), father.ends_with(['и', 'ж', 'ш', 'ч', 'щ', 'ц']))
    };
    let ending = match (soft, sex) {
        (false, Sex::Male) => "ович",
        (false, Sex::Female) => "овна",
        (true, Sex::Male) => "евич",
        (true, Sex::Female) => "евна",
    };
    format!("{stem}{ending}")
}

#[cfg(test)]
mod tests {
    use people::model::PersonName;

    use super::*;

    #[test]
    fn patronymics_follow_the_grammar() {
        for (father, son, daughter) in [
            ("Сергей", "Сергеевич", "Сергеевна"),
            ("Николай", "Николаевич", "Николаевна"),
            ("Дмитрий", "Дмитриевич", "Дмитриевна"),
            ("Георгий", "Георгиевич", "Георгиевна"),
            ("Юрий", "Юрьевич", "Юрьевна"),
            ("Анатолий", "Анатольевич", "Анатольевна"),
            ("Евгений", "Евгеньевич", "Евгеньевна"),
            ("Игорь", "Игоревич", "Игоревна"),
            ("Павел", "Павлович", "Павловна"),
            ("Пётр", "Петрович", "Петровна"),
            ("Михаил", "Михайлович", "Михайловна"),
            ("Ерлан", "Ерланович", "Ерлановна"),
            ("Абай", "Абаевич", "Абаевна"),
        ] {
            assert_eq!(russian_patronymic(father, Sex::Male), son);
            assert_eq!(russian_patronymic(father, Sex::Female), daughter);
        }
    }

    #[test]
    fn family_names_take_the_ending_of_the_sex() {
        for (male, female) in [
            ("Ахметов", "Ахметова"),
            ("Әлиев", "Әлиева"),
            ("Соловьёв", "Соловьёва"),
            ("Ильин", "Ильина"),
            ("Синицын", "Синицына"),
            ("Вишневский", "Вишневская"),
            ("Коваленко", "Коваленко"),
            ("Ким", "Ким"),
        ] {
            assert_eq!(of_sex(male, Sex::Male), male);
            assert_eq!(of_sex(male, Sex::Female), female);
        }
    }

    #[test]
    fn every_list_holds_names_that_are_accepted_and_each_once() {
        let kazakh = [KAZAKH_BOYS, KAZAKH_MEN, KAZAKH_GIRLS, KAZAKH_WOMEN, KAZAKH_FAMILIES];
        let russian = [RUSSIAN_BOYS, RUSSIAN_MEN, RUSSIAN_GIRLS, RUSSIAN_WOMEN, RUSSIAN_FAMILIES, OTHER_FAMILIES];
        for list in kazakh.into_iter().chain(russian) {
            for name in names(list).flat_map(|(kazakh, russian)| [kazakh, russian]) {
                let parsed = PersonName::parse(name, name, None).unwrap_or_else(|error| panic!("{name}: {error}"));
                assert_eq!(parsed.without_lookalikes(), None, "{name}");
            }
            assert!(
                names(list).all(|(_, russian)| !russian.to_lowercase().contains(|letter| "әғқңөұүһі".contains(letter)))
            );
            let different: std::collections::HashSet<Both> = names(list).collect();
            assert_eq!(different.len(), names(list).count(), "{list}");
        }
    }

    #[test]
    fn nobody_bears_the_same_name_as_family_and_fathers_name() {
        let mut lot = Lot::new(3, 0);
        for _ in 0..2000 {
            let parts = draw(&mut lot, Custom::Kazakh, Sex::Male, false);
            assert_ne!(parts.patronymic, Some(format!("{}ұлы", parts.family)));
        }
    }
}
