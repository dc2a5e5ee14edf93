-- A card is looked for by the number that a reader shows: the low 24 or 32 bits of what is on it.
create index credential_low24 on credential (school, (value % 16777216)) where status <> 'returned';
create index credential_low32 on credential (school, (value % 4294967296)) where status <> 'returned';
