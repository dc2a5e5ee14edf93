//! A decision allocates nothing.
#![allow(unsafe_code, reason = "an allocator that counts can only be written so; it hands everything to the system's")]

mod support;

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    collections::BTreeSet,
    hint::black_box,
};

use gate::{Attempt, By, Presence, Snapshot, decide};
use kernel::{Direction, ReaderFormat, Reason};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call is handed to the system's allocator unchanged; counting touches only a thread-local cell without a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's layout, as it came.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the pointer came from `alloc` above, which is the system's.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(work: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS.with(Cell::get);
    work();
    ALLOCATIONS.with(Cell::get) - before
}

#[test]
fn deciding_and_remembering_allocate_nothing() {
    assert!(allocations(|| drop(black_box(vec![1]))) > 0, "the counter counts");
    let mut runner = TestRunner::deterministic();
    let mut reasons = BTreeSet::new();
    for _ in 0..500 {
        let doc = support::doc().new_tree(&mut runner).unwrap().current();
        let at = support::moment().new_tree(&mut runner).unwrap().current();
        let snapshot = Snapshot::compile(&doc).unwrap();
        let mut presence = Presence::new(&snapshot, &[]);
        for credential in &doc.credentials {
            for (point, format) in doc.points.iter().map(|point| (point.id, point.reader_format)) {
                for direction in Direction::ALL {
                    let number =
                        format.number(credential.card).or(ReaderFormat::W26.number(credential.card)).unwrap_or(9);
                    for by in [By::Number(number), By::Code(Ok(credential.person)), By::Code(Err(Reason::CodeExpired))]
                    {
                        let attempt = Attempt { point, direction, by, at, is_replayed: false };
                        let mut decision = None;
                        let count = allocations(|| {
                            let made = decide(&snapshot, &presence, black_box(&attempt));
                            presence.apply(&snapshot, &attempt, &made);
                            decision = Some(made);
                        });
                        assert_eq!(count, 0, "{attempt:?} {decision:?}");
                        reasons.extend(decision.map(|decision| decision.reason));
                    }
                }
            }
        }
    }
    assert!(reasons.len() > 15, "{reasons:?}");
}
