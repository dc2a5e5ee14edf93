//! What a column of a list can mean.

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// What a column of a list means. Texts: keys `lists-field-<word>` and `lists-about-<word>`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Field { $($(#[$doc])* $name,)* }
        impl Field {
            /// Every field, in the order of the template.
            pub const ALL: &[Self] = &[$(Self::$name,)*];
            /// The word in forms, in the database and in text keys.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
            /// The field of this word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|field| field.as_str() == word)
            }
        }
    };
}

fields! {
    /// Family name, given name and patronymic in one cell.
    FullName = "full_name",
    /// The family name.
    Family = "family",
    /// The given name.
    Given = "given",
    /// The patronymic.
    Patronymic = "patronymic",
    /// The individual identification number.
    Iin = "iin",
    /// The birth date.
    BirthDate = "birth_date",
    /// The sex.
    Sex = "sex",
    /// The class, grade and letter.
    Class = "class",
    /// The grade alone; the letter stands in another column.
    Grade = "grade",
    /// The letter of the class alone.
    Letter = "letter",
    /// What the person is to the school.
    Role = "role",
    /// What the person works as.
    Position = "position",
    /// Numbers of cards.
    Card = "card",
    /// Groups, separated by semicolons.
    Groups = "groups",
    /// Whether the person may be here.
    Status = "status",
    /// Always let in up to and with this day.
    LearningUntil = "learning_until",
    /// The telephone.
    Phone = "phone",
    /// The e-mail address.
    Email = "email",
    /// The document and its number.
    Document = "document",
    /// The postal address.
    Address = "address",
    /// The first guardian's name.
    Guardian1Name = "guardian1_name",
    /// The first guardian's identification number.
    Guardian1Iin = "guardian1_iin",
    /// The first guardian's telephone.
    Guardian1Phone = "guardian1_phone",
    /// What the first guardian is to the child.
    Guardian1Kind = "guardian1_kind",
    /// The second guardian's name.
    Guardian2Name = "guardian2_name",
    /// The second guardian's identification number.
    Guardian2Iin = "guardian2_iin",
    /// The second guardian's telephone.
    Guardian2Phone = "guardian2_phone",
    /// What the second guardian is to the child.
    Guardian2Kind = "guardian2_kind",
}

impl Field {
    /// Columns of the template, and of a list that is taken away: everything that the register keeps, each thing in one column.
    pub const KEPT: &'static [Self] = &[
        Self::Family,
        Self::Given,
        Self::Patronymic,
        Self::Iin,
        Self::BirthDate,
        Self::Sex,
        Self::Class,
        Self::Role,
        Self::Position,
        Self::Card,
        Self::Groups,
        Self::Status,
        Self::LearningUntil,
        Self::Document,
        Self::Phone,
        Self::Email,
        Self::Address,
        Self::Guardian1Name,
        Self::Guardian1Iin,
        Self::Guardian1Phone,
        Self::Guardian1Kind,
        Self::Guardian2Name,
        Self::Guardian2Iin,
        Self::Guardian2Phone,
        Self::Guardian2Kind,
    ];

    /// The columns of each guardian: name, IIN, telephone, relation.
    pub const GUARDIANS: [[Self; 4]; 2] = [
        [Self::Guardian1Name, Self::Guardian1Iin, Self::Guardian1Phone, Self::Guardian1Kind],
        [Self::Guardian2Name, Self::Guardian2Iin, Self::Guardian2Phone, Self::Guardian2Kind],
    ];

    /// How wide such a column is in a workbook, in letters.
    pub const fn width(self) -> f64 {
        match self {
            Self::FullName | Self::Guardian1Name | Self::Guardian2Name | Self::Document | Self::Address => 36.0,
            Self::Family | Self::Given | Self::Patronymic | Self::Position | Self::Groups => 22.0,
            Self::Iin | Self::Card | Self::Phone | Self::Email | Self::Role => 18.0,
            Self::Guardian1Iin | Self::Guardian1Phone | Self::Guardian2Iin | Self::Guardian2Phone => 18.0,
            _ => 14.0,
        }
    }
}
