-- The school's time: years with their terms and breaks, holidays, changed days, bells, timetables.

create table school_year (
  school {id} not null references school (school),
  id {id} not null,
  name text not null,
  from_day bigint not null,
  until_day bigint not null,
  revision bigint not null default 1,
  primary key (school, id),
  unique (school, name),
  check (from_day < until_day)
);
create table term (
  school {id} not null references school (school),
  year {id} not null,
  number bigint not null check (number between 1 and 4),
  from_day bigint not null,
  until_day bigint not null,
  primary key (school, year, number),
  foreign key (school, year) references school_year (school, id)
);
create table school_break (
  school {id} not null references school (school),
  year {id} not null,
  position bigint not null,
  from_day bigint not null,
  until_day bigint not null,
  grade_from bigint not null check (grade_from between 0 and 12),
  grade_to bigint not null check (grade_to between 0 and 12),
  primary key (school, year, position),
  foreign key (school, year) references school_year (school, id)
);

-- A holiday of the state is named by its occasion, one of the school's own by its name.
alter table holiday add column occasion text not null default 'own';
alter table holiday add column is_guess {bool} not null default false;

-- What differs from the week: a day made free, a day that works as a weekday, a day learnt from home.
create table day_change (
  school {id} not null references school (school),
  id {id} not null,
  -- Changes made together are undone together.
  act {id} not null,
  day bigint not null,
  kind text not null check (kind in ('free', 'works', 'remote')),
  as_weekday bigint check (as_weekday between 1 and 7),
  shift bigint check (shift in (1, 2)),
  grade_from bigint not null check (grade_from between 0 and 12),
  grade_to bigint not null check (grade_to between 0 and 12),
  reason text not null,
  primary key (school, id)
);
-- A day is free or works, not both.
create unique index day_change_moved on day_change (school, day) where kind <> 'remote';
create index day_change_act on day_change (school, act);

-- No row for a grade: five days a week, six lessons a day.
create table grade_plan (
  school {id} not null references school (school),
  grade_from bigint not null check (grade_from between 0 and 12),
  grade_to bigint not null check (grade_to between 0 and 12),
  week_days bigint not null check (week_days in (5, 6)),
  lessons bigint not null check (lessons between 1 and 12),
  primary key (school, grade_from)
);
create table grade_plan_book (
  school {id} primary key references school (school),
  revision bigint not null
);

create table bell_schedule (
  school {id} not null references school (school),
  id {id} not null,
  name text not null,
  revision bigint not null default 1,
  primary key (school, id),
  unique (school, name)
);
create table bell_lesson (
  school {id} not null references school (school),
  schedule {id} not null,
  shift bigint not null check (shift in (1, 2)),
  number bigint not null check (number between 0 and 12),
  from_min bigint not null check (from_min between 0 and 1439),
  until_min bigint not null check (until_min between 1 and 1440),
  primary key (school, schedule, shift, number),
  foreign key (school, schedule) references bell_schedule (school, id)
);
-- When a schedule holds; the most specific row that fits a day, a grade and a shift wins.
create table bell_rule (
  school {id} not null references school (school),
  id {id} not null,
  schedule {id} not null,
  day bigint,
  weekdays bigint not null check (weekdays between 1 and 127),
  shift bigint check (shift in (1, 2)),
  grade_from bigint not null check (grade_from between 0 and 12),
  grade_to bigint not null check (grade_to between 0 and 12),
  primary key (school, id),
  foreign key (school, schedule) references bell_schedule (school, id)
);

-- A class's timetable; its row is there from the first change on.
create table timetable (
  school {id} not null references school (school),
  class {id} not null,
  revision bigint not null,
  primary key (school, class),
  foreign key (school, class) references class (school, id)
);
create table timetable_cell (
  school {id} not null references school (school),
  class {id} not null,
  weekday bigint not null check (weekday between 1 and 7),
  lesson bigint not null check (lesson between 0 and 12),
  subject text not null,
  room text not null,
  teacher {id},
  primary key (school, class, weekday, lesson),
  foreign key (school, class) references class (school, id),
  foreign key (school, teacher) references person (school, id)
);
create index timetable_cell_teacher on timetable_cell (school, teacher) where teacher is not null;
