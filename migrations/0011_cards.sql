-- Day cards: lent for the rest of a day to somebody whose own card is not at hand. Each loan is a credential with an end; this table is the
-- pool of cards and where each of them is.
create table day_card (
  school {id} not null references school (school),
  id {id} not null,
  -- What is written on it.
  label text not null,
  bits bigint not null,
  value bigint not null,
  added_at bigint not null,
  -- Since when it is no day card any more.
  withdrawn_at bigint,
  -- The loan after which the card has not come back yet; none: it lies at the desk.
  credential {id},
  lent_by {id},
  primary key (school, id),
  foreign key (school, credential) references credential (school, id)
);
create unique index day_card_card on day_card (school, bits, value) where withdrawn_at is null;
create unique index day_card_label on day_card (school, label) where withdrawn_at is null;
create index day_card_credential on day_card (school, credential) where credential is not null;
