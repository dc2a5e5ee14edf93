-- Permissions to leave during lessons: given for a part of a day, told to gates, seen by the guard. Never changed but by being used or taken
-- back.
create table leave_permission (
  school {id} not null references school (school),
  id {id} not null,
  person {id} not null,
  from_at bigint not null,
  -- Before this moment.
  until_at bigint not null check (until_at > from_at),
  -- Through this access point; none: through any that the person's rules name.
  point {id},
  reason text not null,
  collected_by text not null,
  given_by {id},
  given_at bigint not null,
  -- The first pass by it.
  used_at bigint,
  revoked_at bigint,
  primary key (school, id)
);
create index leave_permission_until on leave_permission (school, until_at);
create index leave_permission_person on leave_permission (school, person, until_at);

-- Pupils of the first grade up to this one do not leave during lessons without a permission; 0: all may.
alter table school add column stays_in_grade bigint not null default 4 check (stays_in_grade between 0 and 12);
