-- Days put together for reports, and one place that says who leads a class.

-- Everybody's day in short, one row for each day that a later one has followed: a month of a school is 22 rows to read instead of 88,000. Made from
-- attendance_day in the transaction that changes it, can be rebuilt.
create table attendance_pack (
  school {id} not null references school (school),
  day bigint not null,
  -- How many persons came in.
  came bigint not null,
  -- By person, 25 bytes each: the id, then first way in, last way in and last way out, each as second + 1 in three bytes, 0 for none.
  seen {bytes} not null,
  primary key (school, day)
);

-- The person of the register who uses an account.
alter table user_account add column person {id};
create unique index user_account_person on user_account (school, person) where person is not null;

-- Accounts that led a class become those of persons, as far as it is plain whose they are: the class's home-room teacher by the register, when one account
-- and one person stand for each other in all their classes; else the only one of the staff who bears the account's name.
create table teacher_pair as
  select distinct t.school as school, t.user_id as user_id, c.teacher as person
  from class_teacher t join class c on c.school = t.school and c.id = t.class where c.teacher is not null;
update user_account set person = (select p.person from teacher_pair p where p.user_id = user_account.id)
  where (select count(*) from teacher_pair p where p.user_id = user_account.id) = 1
    and not exists (select 1 from teacher_pair p join teacher_pair o on o.school = p.school and o.person = p.person and o.user_id <> p.user_id
      where p.user_id = user_account.id);
drop table teacher_pair;
create table teacher_pair as
  select distinct u.school as school, u.id as user_id, p.id as person
  from class_teacher t join user_account u on u.id = t.user_id and u.school = t.school
  join person p on p.school = u.school and p.status <> 'archived'
    and (u.name = p.family || ' ' || p.given || coalesce(' ' || p.patronymic, '') or u.name = p.family || ' ' || p.given
      or u.name = p.given || ' ' || p.family)
  where u.person is null
    and exists (select 1 from person_role r where r.school = p.school and r.person = p.id and r.role in ('teacher', 'staff'))
    and not exists (select 1 from user_account o where o.school = p.school and o.person = p.id);
update user_account set person = (select p.person from teacher_pair p where p.user_id = user_account.id)
  where (select count(*) from teacher_pair p where p.user_id = user_account.id) = 1
    and not exists (select 1 from teacher_pair p join teacher_pair o on o.school = p.school and o.person = p.person and o.user_id <> p.user_id
      where p.user_id = user_account.id);
drop table teacher_pair;
-- A class of which the register did not know who leads it is told so.
update class set teacher = (select u.person from class_teacher t join user_account u on u.id = t.user_id
    where t.school = class.school and t.class = class.id and u.person is not null order by u.person limit 1)
  where teacher is null
    and exists (select 1 from class_teacher t join user_account u on u.id = t.user_id
      where t.school = class.school and t.class = class.id and u.person is not null);
drop table class_teacher;
create index class_of_teacher on class (school, teacher) where teacher is not null;
