//! Holidays: those of the state, known by their occasion, and the school's own.

use jiff::civil::Date;

use super::Label;

macro_rules! occasions {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// Why the state gives a day off. Texts: key `calendar-occasion-<word>`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Occasion { $($(#[$doc])* $name,)* }
        impl Occasion {
            /// Every occasion, in the order of a school year.
            pub const ALL: &[Self] = &[$(Self::$name,)*];
            /// The word in the database and in text keys.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
            /// The occasion of this word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|occasion| occasion.as_str() == word)
            }
        }
    };
}

occasions! {
    /// 25 October.
    Republic = "republic",
    /// 16 December.
    Independence = "independence",
    /// 1 and 2 January.
    NewYear = "new_year",
    /// 7 January, the Orthodox one.
    Christmas = "christmas",
    /// 8 March.
    Women = "women",
    /// 15 March, since 2027: the day of the referendum of 2026.
    Constitution = "constitution",
    /// 21 to 23 March.
    Nauryz = "nauryz",
    /// 1 May.
    Unity = "unity",
    /// 7 May.
    Defender = "defender",
    /// 9 May.
    Victory = "victory",
    /// The first day of Kurban Ait, by the moon.
    KurbanAit = "kurban_ait",
    /// 6 July.
    Capital = "capital",
}

/// What a holiday is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HolidayName {
    /// One of the state: the name is known in every language.
    State(Occasion),
    /// One of the school, in its own words.
    Own(Label),
}

/// A day on which nobody learns, unless it was made a working day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holiday {
    /// When.
    pub day: Date,
    /// What it is called.
    pub name: HolidayName,
    /// Whether the day was reckoned and is still to be confirmed.
    pub is_guess: bool,
}

impl Holiday {
    /// A state holiday that is certain.
    pub const fn of_state(day: Date, occasion: Occasion) -> Self {
        Self { day, name: HolidayName::State(occasion), is_guess: false }
    }
}
