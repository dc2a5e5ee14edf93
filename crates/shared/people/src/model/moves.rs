//! How a pupil came into a class, and how the stay in it ended.

use super::words::words;

words! {
    /// How a stay in a class began. Texts: key `people-move-<word>`.
    Arrival {
        /// Into the school.
        Admitted = "admitted",
        /// From another class of the school.
        Transferred = "transferred",
        /// From the grade below, at the turn of the year.
        Promoted = "promoted",
        /// The same grade once more.
        Repeated = "repeated",
        /// Into the school again.
        Readmitted = "readmitted",
    }
}

words! {
    /// How a stay in a class ended. Texts: key `people-ended-<word>`.
    Ending {
        /// The pupil went into another class of the school.
        Transferred = "transferred",
        /// The pupil went into the grade above.
        Promoted = "promoted",
        /// The pupil learns the same grade once more.
        Repeated = "repeated",
        /// The pupil left the school.
        Left = "left",
        /// The pupil finished school.
        Graduated = "graduated",
    }
}
