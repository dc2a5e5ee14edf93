//! A network that loses, doubles and swaps datagrams.

use gate::driver::Told;

use crate::bench::{Bench, CARD, until};

/// Every event is told once, in order, whatever happens to datagrams; every opening opens.
fn taps_arrive(disturb: impl Fn(&Bench, u32)) {
    const TAPS: u32 = 60;
    let mut bench = Bench::online();
    for tap in 1..=TAPS {
        disturb(&bench, tap);
        let index = bench.board.swipe(CARD + tap, 1, true);
        match bench.ear.event(index) {
            Told::Swipe { number, .. } => assert_eq!(number, u64::from(CARD + tap)),
            other => panic!("{other:?}"),
        }
        let opened = bench.board.opened(1);
        bench.driver.open(1);
        let board = &bench.board;
        until("the relay", || board.opened(1) > opened);
    }
    let last = bench.board.events().last().unwrap().index;
    bench.ear.event(last);
    assert_eq!(bench.ear.indices(), (1..=last).collect::<Vec<_>>());
    assert!(!bench.ear.has_heard(|told| matches!(told, Told::Alarm { .. })));
    assert_eq!(bench.board.opened(1), u64::from(TAPS), "no door opens twice for one tap");
}

#[test]
fn doubled_replies_do_no_harm() {
    taps_arrive(|bench, _| bench.board.duplicate_replies(true));
}

#[test]
fn swapped_datagrams_do_no_harm() {
    taps_arrive(|bench, _| bench.board.reorder(true));
}

#[test]
fn lost_replies_do_no_harm() {
    taps_arrive(|bench, tap| bench.board.drop_replies(tap % 2));
}

#[test]
fn lost_pushes_and_doubled_and_swapped_replies_do_no_harm() {
    taps_arrive(|bench, tap| {
        bench.board.duplicate_replies(true);
        bench.board.reorder(true);
        bench.board.drop_pushes(tap % 2 == 0);
    });
}
