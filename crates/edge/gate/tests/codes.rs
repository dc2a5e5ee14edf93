//! QR passes at a running gate, with a server, drivers and a disk in memory. What stands for a signature is the tests' own: the gate is handed the
//! means to check one.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on stops")]

mod support;

use std::{sync::Arc, time::Duration};

use kernel::*;
use support::{
    disk::MemoryDisk,
    id,
    school::{House, TestServer, morning, school, signature},
};

fn passes(server: &TestServer) -> usize {
    server.state().records.iter().filter(|record| matches!(record.body, GateBody::Pass(_))).count()
}

fn until_passes(server: &TestServer, count: usize) {
    server.until("so many passes", |state| {
        state.records.iter().filter(|record| matches!(record.body, GateBody::Pass(_))).count() >= count
    });
    assert_eq!(passes(server), count);
}

fn reasons(server: &TestServer) -> Vec<Reason> {
    server.passes().iter().map(|pass| pass.reason).collect()
}

/// A code of person 4 that begins so many seconds after the clock's time, "signed" as the tests' gate checks it.
fn code(house: &House, after_s: i64, nonce: u8) -> String {
    let from_s = u32::try_from(house.clock.now().as_second() + after_s).unwrap();
    let claims = CodeClaims { key: 1, school: id(1), person: id(4), from_s, lasts_s: CODE_LIFE_S, nonce: [nonce; 8] };
    claims.write(&signature(&claims.message()))
}

fn present_code(number: u64, code: String, pass: u8) -> GateCommand {
    let body = GateCommandBody::PresentCode { pass: id(pass), point: id(1), direction: Direction::In, code };
    GateCommand { number, until: morning() + Duration::from_secs(3_600), body }
}

#[test]
fn a_code_opens_once_without_the_server_and_not_after_a_restart() {
    let (disk, server) = (MemoryDisk::default(), TestServer::default());
    let key = CodeKeyDoc { number: 1, public: [7; 32] };
    server.change(|state| state.snapshot = Some(SnapshotDoc { code_keys: vec![key], ..school(2) }));
    let first = House::open(Arc::new(disk.clone()), server.clone());
    first.until("the keys", |status| status.snapshot == 2);
    first.clock.forward_s(60);
    let shown = code(&first, 0, 1);
    let mut broken = shown.clone();
    broken.pop();
    broken.push(if shown.ends_with('A') { 'B' } else { 'A' });
    server.change(|state| {
        state.commands = vec![
            present_code(1, shown.clone(), 10),
            present_code(2, shown.clone(), 11),
            present_code(3, broken, 12),
            present_code(4, code(&first, -36, 2), 13),
        ];
    });
    until_passes(&server, 4);
    assert_eq!(reasons(&server), [Reason::Granted, Reason::CodeReplayed, Reason::CodeInvalid, Reason::CodeExpired]);
    let pass = server.passes().remove(0);
    assert_eq!((pass.person, pass.credential, pass.number), (Some(id(4)), None, None));
    // What was shown is forgotten with the gate, so what was made before its new start counts no more.
    let crashed = disk.crashed(0.0);
    let now = first.clock.now();
    first.kill();
    let second = House::open_at(Arc::new(crashed), server.clone(), now);
    let after = code(&second, 6, 3);
    server.change(|state| state.commands.push(present_code(5, shown, 14)));
    until_passes(&server, 5);
    assert_eq!(reasons(&server).last(), Some(&Reason::CodeExpired));
    second.clock.forward_s(6);
    server.change(|state| state.commands.push(present_code(6, after, 15)));
    until_passes(&server, 6);
    assert!(!matches!(reasons(&server).last(), Some(Reason::CodeExpired | Reason::CodeReplayed | Reason::CodeInvalid)));
}
