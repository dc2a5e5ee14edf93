-- The register of a school: where it belongs, what is kept sealed of a person, families, posts, and every move of a pupil.

-- Regions and districts of the installation. They belong to no school.
create table organisation (
  id {id} primary key,
  kind text not null check (kind in ('region', 'district')),
  parent {id} references organisation (id),
  name_kk text not null,
  name_ru text not null
);
alter table school add column district {id};
alter table school add column bin text not null default '';
alter table school add column address text not null default '';
alter table school add column phones text not null default '';
alter table school add column badge_colour text not null default '#14597a';
alter table school add column last_grade bigint not null default 11 check (last_grade in (11, 12));
alter table school add column revision bigint not null default 1;

-- A class keeps its id as it rises from grade to grade: rules and timetables stay with the children. A class that has ended gives its name free: its letter
-- then holds the year in which it ended.
alter table class add column room text not null default '';
alter table class add column teacher {id};
alter table class add column year text not null default '';
alter table class add column closed_at bigint;

-- What is dangerous of a person, each value sealed under the person's key.
create table person_private (
  school {id} not null references school (school),
  person {id} not null,
  iin {bytes},
  document {bytes},
  phones {bytes},
  email {bytes},
  address {bytes},
  primary key (school, person),
  foreign key (school, person) references person (school, id)
);
-- Blind indexes, by which a person is found whose value is sealed. Part of the keys file of a backup, so it refers to no other table.
create table key_person_lookup (
  school {id} not null,
  purpose text not null check (purpose in ('iin', 'document', 'phone', 'phone_end', 'email')),
  hash {bytes} not null,
  person {id} not null,
  primary key (school, purpose, hash, person)
);
create unique index key_person_lookup_iin on key_person_lookup (school, hash) where purpose = 'iin';
create index key_person_lookup_person on key_person_lookup (school, person);

create table guardianship (
  school {id} not null references school (school),
  child {id} not null,
  guardian {id} not null,
  kind text not null check (kind in ('parent', 'adoptive_parent', 'guardian', 'trustee')),
  may_see {bool} not null,
  may_pay {bool} not null,
  may_collect {bool} not null,
  since bigint,
  until bigint,
  note text not null default '',
  primary key (school, child, guardian),
  foreign key (school, child) references person (school, id),
  foreign key (school, guardian) references person (school, id)
);
create index guardianship_guardian on guardianship (school, guardian, child);

-- A post that somebody holds or held; the schedule is one line of text, `1 08:30-17:30; 2 …`.
create table employment (
  school {id} not null references school (school),
  id {id} not null,
  person {id} not null,
  position text not null,
  department text not null default '',
  rate_percent bigint not null check (rate_percent between 1 and 200),
  since bigint not null,
  until bigint,
  schedule text not null default '',
  primary key (school, id),
  foreign key (school, person) references person (school, id)
);
create index employment_person on employment (school, person);

-- The way of a pupil through the school, one row for each stay in a class of one grade. `since` is null when it began before records did.
create table turn_over (
  school {id} not null references school (school),
  id {id} not null,
  made_at bigint not null,
  made_by {id},
  year text not null,
  day bigint not null,
  undone_at bigint,
  primary key (school, id)
);
create table turn_over_class (
  school {id} not null references school (school),
  turn_over {id} not null,
  class {id} not null,
  was_new {bool} not null,
  grade bigint not null,
  letter text not null,
  shift bigint not null,
  year text not null,
  primary key (school, turn_over, class),
  foreign key (school, turn_over) references turn_over (school, id),
  foreign key (school, class) references class (school, id)
);
create table enrolment (
  school {id} not null references school (school),
  person {id} not null,
  number bigint not null,
  class {id} not null,
  grade bigint not null,
  letter text not null,
  since bigint,
  until bigint,
  how text not null check (how in ('admitted', 'transferred', 'promoted', 'repeated', 'readmitted')),
  ended text check (ended in ('transferred', 'promoted', 'repeated', 'left', 'graduated')),
  why text not null default '',
  document text not null default '',
  turn_over {id},
  ended_by {id},
  was_blocked {bool} not null default false,
  primary key (school, person, number),
  foreign key (school, person) references person (school, id),
  foreign key (school, class) references class (school, id)
);
create unique index enrolment_open on enrolment (school, person) where until is null and ended is null;
create index enrolment_class on enrolment (school, class);
create index enrolment_turn_over on enrolment (school, turn_over);
create index enrolment_ended_by on enrolment (school, ended_by);
insert into enrolment (school, person, number, class, grade, letter, how)
  select p.school, p.id, 1, c.id, c.grade, c.letter, 'admitted' from person p join class c on c.school = p.school and c.id = p.class
  where p.status <> 'archived';
-- Pupils who learn the same grade once more; the turn-over of the year asks for them.
create table pupil_repeats (
  school {id} not null references school (school),
  person {id} not null,
  marked_at bigint not null,
  primary key (school, person),
  foreign key (school, person) references person (school, id)
);
