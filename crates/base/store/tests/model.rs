//! Chance transactions against a map: the database comes out as the map does, on both engines, also when they are committed in groups.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on stops")]

mod common;

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
};

use common::{Stop, add, ids, kept, number, number_later, put, remove, school_with_things, set_number};
use kernel::SchoolId;
use proptest::prelude::*;
use store::{Engine, StoreError, Tx, Value};
use testkit::{TestDb, both_databases};

type Map = BTreeMap<i64, Option<i64>>;

#[derive(Clone, Debug)]
enum Op {
    Add(i64, Option<i64>),
    Put(i64, i64),
    Set(i64, i64),
    Remove(i64),
    AddMissing(Vec<i64>),
    Read(i64),
    Ids,
    /// Asked for now, looked at when all is done.
    ReadLater(i64),
    AddAhead(Vec<i64>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Keep,
    Fail,
    Panic,
}

#[derive(Clone, Debug)]
struct Work {
    ops: Vec<Op>,
    end: End,
}

/// What a transaction tells its caller.
#[derive(Clone, Debug, PartialEq)]
enum Told {
    Kept(Vec<i64>),
    Failed,
    Duplicate,
    Panicked,
}

fn op() -> impl Strategy<Value = Op> {
    let id = 0..12_i64;
    prop_oneof![
        3 => (id.clone(), any::<Option<i64>>()).prop_map(|(id, number)| Op::Add(id, number)),
        4 => (id.clone(), any::<i64>()).prop_map(|(id, number)| Op::Put(id, number)),
        2 => (id.clone(), any::<i64>()).prop_map(|(id, number)| Op::Set(id, number)),
        2 => id.clone().prop_map(Op::Remove),
        1 => proptest::collection::vec(id.clone(), 0..8).prop_map(Op::AddMissing),
        2 => id.prop_map(Op::Read),
        1 => Just(Op::Ids),
        2 => (0..12_i64).prop_map(Op::ReadLater),
        1 => proptest::collection::vec(0..12_i64, 0..8).prop_map(Op::AddAhead),
    ]
}

fn work() -> impl Strategy<Value = Work> {
    let end = prop_oneof![8 => Just(End::Keep), 2 => Just(End::Fail), 1 => Just(End::Panic)];
    (proptest::collection::vec(op(), 0..6), end).prop_map(|(ops, end)| Work { ops, end })
}

/// The transaction on the map; what it tells, each read and count in order.
fn on_map(map: &mut Map, work: &Work) -> Told {
    let mut copy = map.clone();
    let mut seen = Vec::new();
    for op in &work.ops {
        match op {
            Op::Add(id, _) if copy.contains_key(id) => return Told::Duplicate,
            Op::Add(id, number) => {
                copy.insert(*id, *number);
                seen.push(1);
            }
            Op::Put(id, number) => {
                copy.insert(*id, Some(*number));
                seen.push(1);
            }
            Op::Set(id, number) => {
                let found = copy.get_mut(id).map(|value| *value = Some(*number));
                seen.push(i64::from(found.is_some()));
            }
            Op::Remove(id) => seen.push(i64::from(copy.remove(id).is_some())),
            Op::AddMissing(ids) => {
                let mut added: Vec<_> = ids.iter().copied().filter(|id| copy.insert_missing(*id)).collect();
                added.sort_unstable();
                seen.extend(added);
            }
            Op::AddAhead(ids) => ids.iter().for_each(|id| {
                copy.insert_missing(*id);
            }),
            Op::Read(id) | Op::ReadLater(id) => seen.push(copy.get(id).copied().flatten().unwrap_or(-1)),
            Op::Ids => seen.extend(copy.keys()),
        }
    }
    match work.end {
        End::Keep => {
            *map = copy;
            Told::Kept(seen)
        }
        End::Fail => Told::Failed,
        End::Panic => Told::Panicked,
    }
}

trait InsertMissing {
    fn insert_missing(&mut self, id: i64) -> bool;
}
impl InsertMissing for Map {
    fn insert_missing(&mut self, id: i64) -> bool {
        let is_new = !self.contains_key(&id);
        self.entry(id).or_insert(Some(id));
        is_new
    }
}

/// The same transaction on the database.
fn on_database(tx: &mut Tx<'_>, school: SchoolId, work: &Work) -> Result<Vec<i64>, Stop> {
    let (mut seen, mut later) = (Vec::new(), Vec::new());
    for op in &work.ops {
        match op {
            Op::Add(id, value) => seen.push(add(tx, school, *id, *value)? as i64),
            Op::Put(id, value) => seen.push(put(tx, school, *id, *value)? as i64),
            Op::Set(id, value) => seen.push(set_number(tx, school, *id, *value)? as i64),
            Op::Remove(id) => seen.push(remove(tx, school, *id)? as i64),
            Op::AddMissing(ids) => {
                let rows: Vec<_> =
                    ids.iter().map(|id| vec![store::Param::value(&school), Value::Int(*id), Value::Int(*id)]).collect();
                let columns = &["school", "id", "number"];
                let mut added =
                    tx.insert_many::<i64>("thing", columns, school, &rows, "on conflict do nothing returning id")?;
                added.sort_unstable();
                seen.extend(added);
            }
            Op::AddAhead(ids) => {
                let row = |id: &i64| vec![store::Param::value(&school), Value::Int(*id), Value::Int(*id)];
                let rows: Vec<_> = ids.iter().map(row).collect();
                tx.insert_ahead("thing", &["school", "id", "number"], school, &rows, "on conflict do nothing")?;
            }
            Op::ReadLater(id) => {
                later.push((seen.len(), number_later(tx, school, *id)?));
                seen.push(0);
            }
            Op::Read(id) => seen.push(number(tx, school, *id)?.flatten().unwrap_or(-1)),
            Op::Ids => seen.extend(ids(tx, school)?),
        }
    }
    for (place, later) in later {
        seen[place] = later.get(tx)?.first().copied().flatten().unwrap_or(-1);
    }
    match work.end {
        End::Keep => Ok(seen),
        End::Fail => Err(Stop::Told),
        End::Panic => panic!("told to panic"),
    }
}

/// Panics that are told to are not news.
fn hush() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if panic.payload_as_str() != Some("told to panic") {
            usual(panic);
        }
    }));
}

fn told(outcome: std::thread::Result<Result<Vec<i64>, Stop>>) -> Told {
    match outcome {
        Ok(Ok(seen)) => Told::Kept(seen),
        Ok(Err(Stop::Told)) => Told::Failed,
        Ok(Err(Stop::Store(error))) if error.is_duplicate() => Told::Duplicate,
        Ok(Err(Stop::Store(error))) => panic!("{error}"),
        Err(_) => Told::Panicked,
    }
}

fn stored(t: &TestDb, school: SchoolId) -> Map {
    let things = t.db.read_blocking(|tx| common::things(tx, school)).unwrap();
    things.into_iter().map(|thing| (thing.id, thing.number)).collect()
}

fn cases(usual: u32) -> ProptestConfig {
    let long = std::env::var("KEZEKSHI_LONG").is_ok();
    ProptestConfig { cases: if long { usual * 20 } else { usual }, ..ProptestConfig::default() }
}

both_databases! {
    fn one_transaction_after_the_other_does_what_it_does_to_a_map(t) {
        let school = school_with_things(t);
        hush();
        proptest!(cases(24), |(works in proptest::collection::vec(work(), 1..12))| {
            t.db.write_blocking(move |tx| {
                for id in ids(tx, school)? { remove(tx, school, id)?; }
                Ok::<_, StoreError>(())
            }).unwrap();
            let mut map = Map::new();
            for work in works {
                let expected = on_map(&mut map, &work);
                let done = catch_unwind(AssertUnwindSafe(|| t.db.write_blocking(move |tx| on_database(tx, school, &work))));
                prop_assert_eq!(told(done), expected);
                prop_assert_eq!(&stored(t, school), &map);
            }
        });
    }

    fn transactions_at_once_tell_what_some_order_of_them_tells(t) {
        let school = school_with_things(t);
        hush();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        proptest!(cases(16), |(works in proptest::collection::vec(work(), 1..10))| {
            t.db.write_blocking(move |tx| {
                for id in ids(tx, school)? { remove(tx, school, id)?; }
                Ok::<_, StoreError>(())
            }).unwrap();
            let outcomes: Vec<Told> = runtime.block_on(async {
                let tasks: Vec<_> = works.iter().cloned().map(|work| {
                    let db = t.db.clone();
                    tokio::spawn(async move { db.write(move |tx| on_database(tx, school, &work)).await })
                }).collect();
                let mut outcomes = Vec::new();
                for task in tasks {
                    outcomes.push(told(task.await.map_err(|error| error.into_panic())));
                }
                outcomes
            });
            let stored = stored(t, school);
            if t.db.engine() == Engine::Sqlite {
                // One writer takes them as they came.
                let mut map = Map::new();
                let expected: Vec<_> = works.iter().map(|work| on_map(&mut map, work)).collect();
                prop_assert_eq!(outcomes, expected);
                prop_assert_eq!(stored, map);
            } else {
                let pairs: Vec<_> = works.iter().zip(&outcomes).collect();
                prop_assert!(some_order(&Map::new(), &pairs, &stored), "no order of {works:?} tells {outcomes:?} and leaves {stored:?}");
            }
        });
        assert!(kept(t, school).len() <= 12);
    }
}

/// Whether these transactions, in some order, tell what they told and leave what was left.
fn some_order(map: &Map, rest: &[(&Work, &Told)], left: &Map) -> bool {
    if rest.is_empty() {
        return map == left;
    }
    (0..rest.len()).any(|next| {
        let mut after = map.clone();
        let mut others = rest.to_vec();
        let (work, told) = others.remove(next);
        on_map(&mut after, work) == *told && some_order(&after, &others, left)
    })
}
