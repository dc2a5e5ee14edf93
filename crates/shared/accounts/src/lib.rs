//! Who signs in, and who may do what: sessions, roles, the rights matrix.
