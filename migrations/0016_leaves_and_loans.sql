-- Permissions to leave as attendance knows them from the journal: who left by one is no truant.
create table attendance_leave (
  school {id} not null references school (school),
  id {id} not null,
  person {id} not null,
  from_at bigint not null,
  -- Before this moment.
  until_at bigint not null,
  given_by {id},
  withdrawn_at bigint,
  -- The journal of older programs does not tell the term: what was given then stands here since this table does, and stays when attendance is rebuilt.
  is_older {bool} not null default false,
  primary key (school, id)
);
create index attendance_leave_until on attendance_leave (school, until_at);

insert into attendance_leave (school, id, person, from_at, until_at, given_by, withdrawn_at, is_older)
  select school, id, person, from_at, until_at, given_by, revoked_at, true from leave_permission;

-- Who had which day card: the pool knows the last loan of each only.
create table day_card_loan (
  school {id} not null references school (school),
  -- The credential of the loan: it says to whom, since when and until when.
  credential {id} not null,
  day_card {id} not null,
  person {id} not null,
  lent_at bigint not null,
  -- When it ends by itself.
  until_at bigint not null,
  lent_by {id},
  -- Since when it counts as lost; none: it does not, or was found.
  lost_at bigint,
  -- When the card lay at the desk again.
  back_at bigint,
  back_by {id},
  primary key (school, credential),
  foreign key (school, credential) references credential (school, id),
  foreign key (school, day_card) references day_card (school, id)
);
create index day_card_loan_at on day_card_loan (school, lent_at);
create index day_card_loan_card on day_card_loan (school, day_card, lent_at);
create index day_card_loan_person on day_card_loan (school, person, lent_at);

-- Loans until now: the credentials of each card since it is in the pool. Who lent the last one is known; of one that is over and was followed by another or
-- lies at the desk it is known when the credential was changed last, which is when it came back at the latest.
insert into day_card_loan (school, credential, day_card, person, lent_at, until_at, lent_by, lost_at, back_at)
  select c.school, c.id, d.id, c.person, c.issued_at, c.valid_until,
    case when d.credential = c.id then d.lent_by end,
    case when c.status = 'lost' then c.changed_at end,
    case when c.status = 'returned' and (d.credential is null or d.credential <> c.id) then c.changed_at end
  from credential c join day_card d on d.school = c.school and d.bits = c.bits and d.value = c.value
    and c.issued_at >= d.added_at and (d.withdrawn_at is null or c.issued_at < d.withdrawn_at)
  where c.valid_until is not null;
