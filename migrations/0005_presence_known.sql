-- Where a person is may be set to "not known", which is not the same as outside: nothing is held against the person then.
alter table presence add column is_known {bool} not null default true;
