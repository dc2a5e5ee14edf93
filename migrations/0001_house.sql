-- Every table of a school is keyed by (school, …): the key is the distribution key, should a country need one.
-- Moments are microseconds since 1970 in UTC, days YYYYMMDD, ids 16 bytes (UUIDv7).

create table school (
  school {id} primary key,
  name_kk text not null,
  name_ru text not null,
  time_zone text not null,
  mode text not null default 'normal' check (mode in ('normal', 'locked_down', 'free_passage')),
  mode_since bigint not null,
  mode_by {id},
  is_demo {bool} not null default false,
  created_at bigint not null
);

-- The journal: append-only, numbered per school without holes.
create table journal_head (
  school {id} primary key references school (school),
  seq bigint not null
);
create table journal (
  school {id} not null references school (school),
  seq bigint not null,
  at bigint not null,
  kind text not null,
  version bigint not null,
  body text not null,
  primary key (school, seq)
);
-- Passes are nearly all of a journal: the rest is found without reading them.
create index journal_rare on journal (school, seq) where kind <> 'PassRecorded';
create table journal_cursor (
  follower text not null,
  school {id} not null references school (school),
  seq bigint not null,
  primary key (follower, school)
);

-- Accounts of staff. A user belongs to a school; the operator's users have none.
create table user_account (
  id {id} primary key,
  school {id} references school (school),
  login text not null unique,
  name text not null,
  password_hash text not null,
  lang text not null check (lang in ('kk', 'ru', 'en')),
  status text not null default 'active' check (status in ('active', 'disabled')),
  failures bigint not null default 0,
  locked_until bigint,
  created_at bigint not null,
  password_changed_at bigint not null
);
create table user_role (
  user_id {id} not null references user_account (id),
  role text not null,
  primary key (user_id, role)
);
create table user_session (
  token_hash {bytes} primary key,
  user_id {id} not null references user_account (id),
  created_at bigint not null,
  last_seen_at bigint not null,
  expires_at bigint not null,
  address text not null,
  agent text not null
);
create index user_session_user on user_session (user_id);
-- Who did what to whom; chained by hashes once personal data of restricted kind is kept.
create table audit (
  school {id} not null references school (school),
  id {id} not null,
  at bigint not null,
  user_id {id},
  action text not null,
  subject {id},
  detail text not null,
  primary key (school, id)
);

create table class (
  school {id} not null references school (school),
  id {id} not null,
  grade bigint not null check (grade between 0 and 12),
  letter text not null,
  lang text not null check (lang in ('kk', 'ru', 'en')),
  shift bigint not null check (shift in (1, 2)),
  sort_key text not null,
  primary key (school, id),
  unique (school, grade, letter)
);
create table person (
  school {id} not null references school (school),
  id {id} not null,
  family text not null,
  given text not null,
  patronymic text,
  sort_key text not null,
  search_key text not null,
  sex text check (sex in ('m', 'f')),
  birth_date bigint,
  class {id},
  position text not null default '',
  status text not null default 'active' check (status in ('active', 'blocked', 'archived')),
  learning_until bigint,
  photo_version bigint not null default 0,
  revision bigint not null default 1,
  created_at bigint not null,
  primary key (school, id),
  foreign key (school, class) references class (school, id)
);
create index person_sort on person (school, sort_key, id);
create index person_class on person (school, class, sort_key);
-- One row per word of a name, folded, so that a prefix finds a person by any part of the name on both databases.
create table person_word (
  school {id} not null references school (school),
  word text not null,
  person {id} not null,
  primary key (school, word, person),
  foreign key (school, person) references person (school, id)
);
create index person_word_person on person_word (school, person, word);
create table person_role (
  school {id} not null references school (school),
  person {id} not null,
  role text not null check (role in ('pupil', 'teacher', 'staff', 'guardian')),
  primary key (school, person, role),
  foreign key (school, person) references person (school, id)
);
create table person_group (
  school {id} not null references school (school),
  id {id} not null,
  name text not null,
  primary key (school, id)
);
create table person_group_member (
  school {id} not null references school (school),
  group_id {id} not null,
  person {id} not null,
  primary key (school, group_id, person),
  foreign key (school, group_id) references person_group (school, id),
  foreign key (school, person) references person (school, id)
);
create index person_group_member_person on person_group_member (school, person);
create table photo (
  school {id} not null references school (school),
  person {id} not null,
  version bigint not null,
  large {bytes} not null,
  small {bytes} not null,
  created_at bigint not null,
  primary key (school, person),
  foreign key (school, person) references person (school, id)
);
create table credential (
  school {id} not null references school (school),
  id {id} not null,
  person {id} not null,
  bits bigint not null,
  value bigint not null,
  status text not null check (status in ('active', 'suspended', 'lost', 'returned')),
  valid_from bigint,
  valid_until bigint,
  issued_at bigint not null,
  changed_at bigint not null,
  replaced_by {id},
  primary key (school, id),
  foreign key (school, person) references person (school, id)
);
-- A card belongs to one living credential at a time; a returned one may be issued again.
create unique index credential_card on credential (school, bits, value) where status <> 'returned';
create index credential_person on credential (school, person);

create table building (
  school {id} not null references school (school),
  id {id} not null,
  name text not null,
  address text not null default '',
  primary key (school, id)
);
create table zone (
  school {id} not null references school (school),
  id {id} not null,
  building {id} not null,
  name text not null,
  occupancy_limit bigint check (occupancy_limit > 0),
  primary key (school, id),
  foreign key (school, building) references building (school, id)
);
create table gate (
  school {id} not null references school (school),
  id {id} not null,
  name text not null,
  kind text not null check (kind in ('in_process', 'remote')),
  token_hash {bytes},
  command_seq bigint not null default 0,
  seen_at bigint,
  snapshot bigint not null default 0,
  spool_depth bigint not null default 0,
  spool_ok {bool} not null default true,
  version text not null default '',
  created_at bigint not null,
  primary key (school, id)
);
create unique index gate_token on gate (token_hash);
-- Up to which number a gate's records are here. Apart from the gate, since it is written with every delivery by an upsert: a small table
-- that deliveries had to search would be read whole, and gates that deliver at once would be in each other's way.
create table gate_intake (
  school {id} not null references school (school),
  gate {id} not null,
  accepted_seq bigint not null,
  primary key (school, gate),
  foreign key (school, gate) references gate (school, id)
);
create table gate_command (
  school {id} not null references school (school),
  gate {id} not null,
  number bigint not null,
  until bigint not null,
  body text not null,
  primary key (school, gate, number),
  foreign key (school, gate) references gate (school, id)
);
create table device (
  school {id} not null references school (school),
  id {id} not null,
  gate {id} not null,
  name text not null,
  kind text not null check (kind in ('uhppote', 'virtual')),
  settings text not null,
  state text not null default 'unknown' check (state in ('unknown', 'online', 'unreachable')),
  clock_drift_s bigint,
  last_event bigint,
  last_seen_at bigint,
  cards_held bigint,
  cards_due bigint,
  version text not null default '',
  primary key (school, id),
  foreign key (school, gate) references gate (school, id)
);
create table access_point (
  school {id} not null references school (school),
  id {id} not null,
  gate {id} not null,
  device {id},
  door bigint not null default 1 check (door between 1 and 4),
  name text not null,
  reader_format text not null,
  inner_zone {id} not null,
  outer_zone {id},
  anti_passback text not null check (anti_passback in ('off', 'soft', 'hard', 'timed')),
  anti_passback_min bigint not null default 0,
  is_enabled {bool} not null default true,
  position bigint not null default 0,
  primary key (school, id),
  foreign key (school, gate) references gate (school, id),
  foreign key (school, device) references device (school, id),
  foreign key (school, inner_zone) references zone (school, id),
  foreign key (school, outer_zone) references zone (school, id)
);
create unique index access_point_door on access_point (school, device, door) where device is not null;
create table rule (
  school {id} not null references school (school),
  id {id} not null,
  name text not null,
  who text not null check (who in ('everybody', 'role', 'class', 'group', 'person')),
  who_role text,
  who_id {id},
  direction text check (direction in ('in', 'out')),
  from_day bigint,
  until_day bigint,
  on_holidays {bool} not null default false,
  is_enabled {bool} not null default true,
  position bigint not null default 0,
  revision bigint not null default 1,
  primary key (school, id)
);
-- No row: the rule holds at every access point.
create table rule_point (
  school {id} not null references school (school),
  rule {id} not null,
  point {id} not null,
  primary key (school, rule, point),
  foreign key (school, rule) references rule (school, id),
  foreign key (school, point) references access_point (school, id)
);
-- No row: the rule holds at any time.
create table rule_window (
  school {id} not null references school (school),
  rule {id} not null,
  position bigint not null,
  days bigint not null check (days between 1 and 127),
  from_min bigint not null check (from_min between 0 and 1439),
  to_min bigint not null check (to_min between 1 and 1440),
  primary key (school, rule, position),
  foreign key (school, rule) references rule (school, id)
);
create table holiday (
  school {id} not null references school (school),
  day bigint not null,
  name text not null,
  primary key (school, day)
);

create table pass (
  school {id} not null references school (school),
  id {id} not null,
  gate {id} not null,
  gate_seq bigint not null,
  point {id} not null,
  direction text not null,
  person {id},
  credential {id},
  reader_format text,
  number bigint,
  reason text not null,
  is_granted {bool} not null,
  decided_by text not null,
  guard {id},
  at bigint not null,
  received_at bigint not null,
  is_late {bool} not null,
  primary key (school, id)
);
create index pass_at on pass (school, at, id);
create index pass_person on pass (school, person, at, id) where person is not null;
create table alarm (
  school {id} not null references school (school),
  id {id} not null,
  gate {id} not null,
  kind text not null,
  device {id},
  point {id},
  person {id},
  detail text not null,
  at bigint not null,
  received_at bigint not null,
  seen_at bigint,
  seen_by {id},
  primary key (school, id)
);
create index alarm_at on alarm (school, at);
-- Where each person is: follows the journal, can be rebuilt from it.
create table presence (
  school {id} not null references school (school),
  person {id} not null,
  zone {id},
  since bigint not null,
  -- The pass that tells it; none when somebody said it by hand.
  point {id},
  direction text,
  pass {id},
  set_by {id},
  primary key (school, person)
);
create index presence_zone on presence (school, zone);
