//! What the store tells of itself: how long transactions took and were waited for.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on stops")]

mod common;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use common::{add, count, school_with_things};
use metrics::{Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use testkit::both_databases;

/// Counts what was recorded under each name and label.
#[derive(Clone, Default)]
struct Counts(Arc<Mutex<BTreeMap<String, u64>>>);

struct Sink(String, Counts);
impl HistogramFn for Sink {
    fn record(&self, value: f64) {
        assert!(value.is_finite() && value >= 0.0, "{}: {value}", self.0);
        *self.1.0.lock().unwrap().entry(self.0.clone()).or_default() += 1;
    }
}

impl Recorder for Counts {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        Counter::noop()
    }
    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }
    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        let labels: Vec<_> = key.labels().map(|label| label.value().to_owned()).collect();
        Histogram::from_arc(Arc::new(Sink(format!("{} {}", key.name(), labels.join(" ")), self.clone())))
    }
}

both_databases! {
    fn transactions_are_timed_by_kind_and_waiting_is_too(t) {
        let counts = Counts::default();
        // SQLite writes on a thread of its own.
        let _ = metrics::set_global_recorder(counts.clone());
        let school = school_with_things(t);
        counts.0.lock().unwrap().clear();
        for id in 0..3 {
            t.db.write_blocking(move |tx| add(tx, school, id, None)).unwrap();
        }
        for _ in 0..5 {
            t.db.read_blocking(|tx| count(tx, school)).unwrap();
        }
        let told = counts.0.lock().unwrap().clone();
        let at_least = |name: &str, times| assert!(told.get(name).is_some_and(|count| *count >= times), "{name}: {told:?}");
        at_least("kezekshi_store_transaction_seconds write", 3);
        at_least("kezekshi_store_transaction_seconds read", 5);
        at_least("kezekshi_store_wait_seconds connection", 5);
        if t.db.engine() == store::Engine::Sqlite {
            at_least("kezekshi_store_wait_seconds writer", 3);
            at_least("kezekshi_store_group_size ", 3);
        }
    }
}
