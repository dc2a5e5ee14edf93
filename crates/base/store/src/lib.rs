//! One thin layer over SQLite and PostgreSQL: plain SQL, one text for both.
