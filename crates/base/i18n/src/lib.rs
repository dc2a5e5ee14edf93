//! Texts in Kazakh, Russian and English from Fluent files.
