-- Who was at school when, as passes through the doors to the street tell it, and what people say about it.

-- One row for each person and day with a pass. Follows the journal, can be rebuilt from it. Seconds are counted from the beginning of the
-- school's day, so that a day on which clocks change has no second twice.
create table attendance_day (
  school {id} not null references school (school),
  day bigint not null,
  person {id} not null,
  first_in bigint,
  last_in bigint,
  last_out bigint,
  -- Every pass of the day, sorted: three bytes each, second * 2 + (1: out).
  passes {bytes} not null,
  primary key (school, day, person)
);
-- A month of a school is one range of this index; the passes themselves are not read for it.
create index attendance_day_span on attendance_day (school, day, person, first_in, last_in, last_out);
create index attendance_day_person on attendance_day (school, person, day);

-- What somebody said of a pupil's day. The highest revision counts; earlier ones stay and are shown.
create table attendance_mark (
  school {id} not null references school (school),
  day bigint not null,
  person {id} not null,
  revision bigint not null check (revision > 0),
  status text not null check (status in ('present', 'late', 'left_early', 'absent', 'as_seen')),
  minutes bigint not null default 0 check (minutes between 0 and 1440),
  reason text check (reason in ('ill', 'family', 'competition', 'remote', 'unexplained')),
  note text not null default '',
  author {id},
  at bigint not null,
  primary key (school, day, person, revision),
  foreign key (school, person) references person (school, id),
  check ((status = 'absent') = (reason is not null))
);
create index attendance_mark_person on attendance_mark (school, person, day);

-- Days on which somebody is known to be away. One that was wrong is withdrawn, never removed.
create table absence (
  school {id} not null references school (school),
  id {id} not null,
  person {id} not null,
  from_day bigint not null,
  until_day bigint not null,
  reason text not null check (reason in ('ill', 'family', 'competition', 'remote', 'unexplained')),
  note text not null default '',
  author {id},
  at bigint not null,
  withdrawn_by {id},
  withdrawn_at bigint,
  primary key (school, id),
  foreign key (school, person) references person (school, id),
  check (from_day <= until_day)
);
create index absence_days on absence (school, until_day, from_day) where withdrawn_at is null;
create index absence_person on absence (school, person, from_day);

-- No row: late from the first minute on, staff works Monday to Friday 08:00 to 17:00 with an hour's break.
create table attendance_setting (
  school {id} primary key references school (school),
  tolerance_min bigint not null check (tolerance_min between 0 and 60),
  weekdays bigint not null check (weekdays between 0 and 127),
  from_min bigint not null check (from_min between 0 and 1439),
  until_min bigint not null check (until_min between 1 and 1440),
  break_min bigint not null check (break_min between 0 and 240),
  revision bigint not null,
  check (from_min < until_min)
);

-- Accounts that lead a class: they see and correct its attendance.
create table class_teacher (
  school {id} not null references school (school),
  class {id} not null,
  user_id {id} not null references user_account (id),
  primary key (school, class, user_id),
  foreign key (school, class) references class (school, id)
);
create index class_teacher_user on class_teacher (school, user_id);

-- Working hours of one person, where they differ from the school's. From at or after until: through midnight.
create table work_plan (
  school {id} not null references school (school),
  person {id} not null,
  weekdays bigint not null check (weekdays between 0 and 127),
  from_min bigint not null check (from_min between 0 and 1439),
  until_min bigint not null check (until_min between 1 and 1440),
  break_min bigint not null check (break_min between 0 and 240),
  primary key (school, person),
  foreign key (school, person) references person (school, id)
);

-- Letters of the time sheet. No rows: the usual ones.
create table time_code (
  school {id} not null references school (school),
  code text not null,
  position bigint not null,
  name_kk text not null,
  name_ru text not null,
  is_work {bool} not null,
  primary key (school, code)
);

-- What somebody entered in the time sheet instead of what passes tell. The highest revision counts; an empty code withdraws.
create table time_mark (
  school {id} not null references school (school),
  day bigint not null,
  person {id} not null,
  revision bigint not null check (revision > 0),
  code text not null,
  minutes bigint not null check (minutes between 0 and 1440),
  night_min bigint not null check (night_min between 0 and 1440),
  author {id},
  at bigint not null,
  primary key (school, day, person, revision),
  foreign key (school, person) references person (school, id)
);
