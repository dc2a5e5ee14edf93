-- Keys of a school that sign QR passes. Gates know the public ones by the snapshot.
create table code_key (
  school {id} not null references school (school),
  -- From 1; a code names it in two bytes.
  number bigint not null check (number between 1 and 65535),
  -- By which its seed is sealed.
  id {id} not null,
  public_key {bytes} not null,
  -- 32 bytes, sealed for the school; none: the key signs no more.
  seed {bytes},
  created_at bigint not null,
  -- Since when its codes are refused.
  retired_at bigint,
  primary key (school, number)
);
