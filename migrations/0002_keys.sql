-- Keys of persons, schools and the installation, each wrapped by the one above. Tables whose names begin with key_ stay out of a backup's
-- file and go into the keys file beside it. They refer to no other table, since keys may be restored that are newer than the data.

-- The installation's own key, for blind indexes over all schools: one row.
create table key_installation (
  number bigint primary key check (number = 1),
  master bigint not null,
  wrapped {bytes} not null
);
create table key_school (
  school {id} not null,
  version bigint not null,
  -- The number of the master key that wrapped it.
  master bigint not null,
  wrapped {bytes} not null,
  primary key (school, version)
);
create index key_school_master on key_school (master);
create table key_person (
  school {id} not null,
  person {id} not null,
  -- The version of the school's key that wrapped it.
  school_version bigint not null,
  wrapped {bytes} not null,
  primary key (school, person)
);
-- Whose key was destroyed: nothing of them opens any more, and nothing is sealed for them.
create table key_destroyed (
  school {id} not null,
  person {id} not null,
  at bigint not null,
  primary key (school, person)
);
