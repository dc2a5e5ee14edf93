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
