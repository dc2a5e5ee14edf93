-- Photos are sealed under the key of their person. Those of before are sealed by the program's next start, in batches.
alter table photo add column is_sealed {bool} not null default false;
create index photo_unsealed on photo (school, person) where not is_sealed;
-- Which pages are opened, how often, by which kind of browser: sums of an hour, with nothing that leads to an account.
create table visit (
  school {id} not null references school (school),
  hour bigint not null,
  page text not null,
  referrer text not null,
  browser text not null,
  network text not null,
  visits bigint not null,
  primary key (school, hour, page, referrer, browser, network)
);
