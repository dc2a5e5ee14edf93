#!/usr/bin/env python3
"""Lets an independent client drive the simulated board, over UDP and over TCP.

The client is the package `uhppoted`, written by people who own real boards. If it and the simulator agree on every
frame, the simulator speaks the protocol and not only a dialect of our own driver.

    python tests-py/uhppoted_drives_board.py --board target/debug/uhppote-board

Each line is one check. The last line counts them; the exit code is 0 when none failed.
"""

import argparse
import atexit
import contextlib
import datetime
import ipaddress
import queue
import socket
import subprocess
import sys
import threading
import time

from uhppoted import errors, structs, uhppote

SERIAL = 405419896
CARDS = 64
EVENTS = 32
HOST_SILENCE_S = 3.0
PATIENCE_S = 20.0

DATE = datetime.date
TIME = datetime.time

passed = 0
failed = 0


def check(what, is_so, saw=""):
    """Counts one check and says what it was."""
    global passed, failed
    if is_so:
        passed += 1
        print(f"PASS  {what}")
    else:
        failed += 1
        print(f"FAIL  {what}: {saw!r}")


def same(what, saw, wanted):
    """Checks that two values are equal."""
    check(what, saw == wanted, f"{saw!r} instead of {wanted!r}")


def raises(what, error, call):
    """Checks that a call fails in this way."""
    try:
        saw = call()
    except error:
        saw = error
    check(what, saw is error, saw)


@contextlib.contextmanager
def story(name):
    """A group of checks; an exception ends the group and counts as one failure."""
    print(f"\n{name}")
    try:
        yield
    except Exception as error:  # pylint: disable=broad-exception-caught
        check(f"{name}: no exception", False, error)


def until(holds):
    """Waits until something holds; False when it never does."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return False


class Board:
    """The simulator as a process of its own, with the hands that its standard input gives."""

    def __init__(self, binary, count=1):
        self.process = subprocess.Popen(
            [binary, "--serial", str(SERIAL), "--bind", "127.0.0.1:0", "--count", str(count)]
            + ["--cards", str(CARDS), "--events", str(EVENTS), "--host-silence", str(HOST_SILENCE_S)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        atexit.register(self.process.kill)
        self.addresses = [self.process.stdout.readline().split()[-1] for _ in range(count)]

    def do(self, command):
        """Types a line and reads the line that answers."""
        self.process.stdin.write(command + "\n")
        return self.process.stdout.readline().strip()

    def event(self, command):
        """Types a line that makes an event and gives its index; 0 when there was none."""
        words = self.do(command).split()
        return int(words[1]) if words[0] == "event" else 0

    def stop(self):
        """Asks the program to end; its exit code."""
        self.process.stdin.write("quit\n")
        return self.process.wait(timeout=PATIENCE_S)


class Listener:
    """Gathers pushed events, decoded by the client's own listener."""

    def __init__(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.events = queue.Queue()
        client = uhppote.Uhppote(bind="127.0.0.1", listen=f"127.0.0.1:{self.port}")
        threading.Thread(target=client.listen, args=(self.events.put,), daemon=True).start()

    def next(self):
        """The next event that was pushed."""
        return self.events.get(timeout=PATIENCE_S)

    def find(self, index):
        """The push of this event; what came before it is left aside."""
        while True:
            event = self.next()
            if event.event_index == index:
                return event


def find_boards(binary):
    """Discovery by a question to everybody, one address at a time."""
    boards = Board(binary, count=3)
    with story("discovery"):
        found = []
        for address in boards.addresses:
            found += uhppote.Uhppote(bind="127.0.0.1", broadcast=address).get_all_controllers(timeout=1)
        same("three boards answer", [it.controller for it in found], [SERIAL, SERIAL + 1, SERIAL + 2])
        same("they say where they are", {str(it.ip_address) for it in found}, {"127.0.0.1"})
        same("they say their version", {it.version for it in found}, {"v8.92"})
    same("the program ends when told", boards.stop(), 0)


def system(client, at, board):
    """Identity, clock, listener, address."""
    with story(f"the board itself, {at[2]}"):
        about = client.get_controller(at)
        same("serial", about.controller, SERIAL)
        same("netmask", str(about.subnet_mask), "255.255.255.0")
        wanted = datetime.datetime(2026, 11, 23, 8, 15, 30)
        same("set time", client.set_time(at, wanted).datetime, wanted)
        drift = client.get_time(at).datetime - wanted
        check("get time goes on from there", datetime.timedelta() <= drift < datetime.timedelta(seconds=20), drift)
        status = client.get_status_record(at)
        check("status shows the same clock", abs(status.system.datetime - wanted).total_seconds() < 20, status)
        board.do("clock 86400")
        ahead = client.get_time(at).datetime - datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
        check("a clock a day ahead shows so", 28.9 * 3600 < ahead.total_seconds() < 29.1 * 3600, ahead)
        board.do("clock 0")
        listener = ipaddress.IPv4Address("192.168.1.100")
        check("set listener", client.set_listener(at, listener, 60001, 15).ok)
        got = client.get_listener(at)
        same("get listener", (got.address, got.port, got.interval), (listener, 60001, 15))
        check("no listener", client.set_listener(at, ipaddress.IPv4Address("0.0.0.0"), 0, 0).ok)
        address = [ipaddress.IPv4Address(text) for text in ("192.168.1.10", "255.255.0.0", "192.168.1.1")]
        client.set_ip(at, *address)
        took = until(lambda: client.get_controller(at).ip_address == address[0])
        check("set address takes effect without an answer", took)


def cards(client, at):
    """The card list: put, get, index, delete, full."""
    with story(f"cards, {at[2]}"):
        check("the list is emptied", client.delete_all_cards(at).deleted)
        first = structs.Card(
            10058400,
            DATE(2026, 1, 1),
            DATE(2026, 12, 31),
            {1: 1, 2: 0, 3: 29, 4: 1},
            7531,
            {1: True, 2: False, 3: False, 4: True},
        )
        check("put card", client.put_card_record(at, first))
        same("get card", client.get_card_record(at, first.card), first)
        same("get card by index", client.get_card_record_by_index(at, 1), first)
        later = client.put_card(at, first.card, DATE(2026, 1, 1), DATE(2027, 12, 31), 1, 1, 1, 1, 0)
        check("put the card again", later.stored)
        same("count", client.get_cards(at).cards, 1)
        same("it has changed", client.get_card(at, first.card).end_date, DATE(2027, 12, 31))
        raises("an unknown card", errors.CardNotFound, lambda: client.get_card_record(at, 1))
        raises("an empty slot", errors.CardNotFound, lambda: client.get_card_record_by_index(at, 2))
        check("delete card", client.delete_card(at, first.card).deleted)
        check("delete it again", not client.delete_card(at, first.card).deleted)
        raises("a deleted slot", errors.CardDeleted, lambda: client.get_card_record_by_index(at, 1))
        days = (DATE(2026, 1, 1), DATE(2026, 12, 31))
        stored = [client.put_card(at, 100 + n, *days, 1, 1, 1, 1, 0).stored for n in range(CARDS + 1)]
        same(f"{CARDS} cards fit and no more", stored, [True] * CARDS + [False])
        same("all are counted", client.get_cards(at).cards, CARDS)
        check("delete all", client.delete_all_cards(at).deleted)
        same("none is left", client.get_cards(at).cards, 0)


def schedule(client, at):
    """Time profiles, tasks, first cards."""
    with story(f"profiles and tasks, {at[2]}"):
        week = structs.Weekdays(True, True, False, True, False, True, True)
        segments = {
            1: structs.TimeSegment(TIME(8, 30), TIME(9, 45)),
            2: structs.TimeSegment(TIME(11, 35), TIME(13, 15)),
            3: structs.TimeSegment(TIME(14, 1), TIME(17, 59)),
        }
        profile = structs.TimeProfile(29, DATE(2026, 1, 1), DATE(2026, 12, 31), week, segments, 71)
        check("set time profile", client.set_time_profile_record(at, profile))
        same("get time profile", client.get_time_profile_record(at, 29), profile)
        absent = errors.TimeProfileNotFound
        raises("a profile that is not there", absent, lambda: client.get_time_profile_record(at, 30))
        check("clear time profiles", client.delete_all_time_profiles(at).deleted)
        raises("it is gone", absent, lambda: client.get_time_profile_record(at, 29))
        task = structs.Task(2, 3, DATE(2026, 1, 1), DATE(2026, 12, 31), week, TIME(8, 30), 11)
        check("add task", client.add_task_record(at, task))
        check("refresh task list", client.refresh_tasklist(at).refreshed)
        check("clear task list", client.clear_tasklist(at).cleared)
        mode = structs.DoorMode
        rule = structs.FirstCard(TIME(8, 30), TIME(17, 45), mode.NORMALLY_OPEN, mode.FIRSTCARD_ONLY, week)
        check("set first card", client.set_firstcard(at, 3, rule))


def doors(client, at, board):
    """Doors, readers, and how they bind each other."""
    with story(f"doors, {at[2]}"):
        got = client.set_door_control(at, 3, 2, 4)
        same("set door", (got.door, got.mode, got.delay), (3, 2, 4))
        got = client.get_door_control(at, 3)
        same("get door", (got.door, got.mode, got.delay), (3, 2, 4))
        check("a normally closed door stays shut", not client.open_door(at, 3).opened)
        client.set_door_control(at, 3, 3, 5)
        before = board.do("opened").split()[2]
        check("open door", client.open_door(at, 3).opened)
        same("the relay was pulsed", int(board.do("opened").split()[2]), int(before) + 1)
        check("status shows the relay", client.get_status_record(at).doors[3].unlocked)
        board.do("open 2")
        check("status shows the open door", client.get_status_record(at).doors[2].open)
        board.do("close 2")
        board.do("fire on")
        check("status shows the fire", client.get_status_record(at).alarms.fire)
        board.do("fire off")
        check("interlock", client.set_interlock(at, 8).ok)
        check("no such interlock", not client.set_interlock(at, 7).ok)
        check("interlock off", client.set_interlock(at, 0).ok)
        check("keypads", client.activate_keypads(at, True, True, False, True).ok)
        check("keypads off", client.activate_keypads(at, False, False, False, False).ok)
        check("passcodes", client.set_door_passcodes(at, 4, 12345, 0, 999999, 54321).ok)
        check("a passcode opens", board.event("code 4 999999") > 0)
        check("another does not", board.event("code 4 11111") == 0)
        check("anti-passback", client.set_antipassback(at, 1).ok)
        same("get anti-passback", client.get_antipassback(at).antipassback, 1)


def swipes(client, at, board):
    """The board decides by itself; its events are read back by index."""
    with story(f"swipes and events, {at[2]}"):
        client.put_card(at, 777, DATE(2020, 1, 1), DATE(2099, 12, 31), 1, 1, 0, 0, 0)
        for what, command, granted, reason in [
            ("a good card", "swipe 777 1 in", True, 1),
            ("the same way twice", "swipe 777 1 in", False, 8),
            ("out again", "swipe 777 2 out", True, 1),
            ("no right at that door", "swipe 777 3 in", False, 6),
            ("an unknown card", "swipe 778 1 in", False, 18),
        ]:
            event = client.get_event_record(at, board.event(command))
            same(what, (event.access_granted, event.reason), (granted, reason))
        check("anti-passback off", client.set_antipassback(at, 0).ok)
        same("no event of a button", board.event("button 1"), 0)
        check("record special events", client.record_special_events(at, True).updated)
        same("the button's event", client.get_event_record(at, board.event("button 1")).reason, 20)
        same("the door's event", client.get_event_record(at, board.event("open 1")).reason, 23)
        same("the closed door's event", client.get_event_record(at, board.event("close 1")).reason, 24)
        same("a forced door", client.get_event_record(at, board.event("force 4")).reason, 38)
        same("a door held open", client.get_event_record(at, board.event("hold 4")).reason, 37)
        board.do("close 4")
        last = 0
        for _ in range(EVENTS + 5):
            last = board.event("swipe 777 1 out")
        same("the newest event", client.get_event(at, 0xFFFFFFFF).index, last)
        same("the oldest event", client.get_event(at, 0).index, last - EVENTS + 1)
        same("the way is out", client.get_event_record(at, last).direction, 2)
        gone = last - EVENTS
        raises("an overwritten event", errors.EventOverwritten, lambda: client.get_event_record(at, gone))
        raises("an event to come", errors.EventNotFound, lambda: client.get_event_record(at, last + 1))
        check("set event index", client.set_event_index(at, last).updated)
        check("set it again", not client.set_event_index(at, last).updated)
        same("get event index", client.get_event_index(at).event_index, last)


def host_control(client, at, board, listener):
    """A host decides: the board denies and tells, the host opens."""
    with story(f"a host in control, {at[2]}"):
        client.put_card(at, 777, DATE(2020, 1, 1), DATE(2099, 12, 31), 1, 1, 0, 0, 0)
        check("set listener", client.set_listener(at, ipaddress.IPv4Address("127.0.0.1"), listener.port).ok)
        check("PC control", client.set_pc_control(at, True).ok)
        index = board.event("swipe 777 1 in")
        push = listener.find(index)
        pushed = (push.controller, push.event_card, push.event_door, push.event_access_granted, push.event_reason)
        same("the swipe is denied and pushed", pushed, (SERIAL, 777, 1, False, 5))
        check("the host opens", client.open_door(at, 1).opened)
        following = listener.find(index + 1)
        same("the opening is pushed", (following.event_access_granted, following.event_reason), (True, 44))
        same("with the next number", following.sequence_no, push.sequence_no + 1)
        check("and shows the relay", following.relays & 1)
        same("the ring says the same", client.get_event_record(at, index + 1).reason, 44)

        board.do("unplug")
        raises("an unplugged board is silent", (TimeoutError, socket.timeout), lambda: client.get_time(at, timeout=0.5))
        check("it decides by itself after a while", until(lambda: " granted " in board.do("swipe 777 2 out")))
        board.do("plug")
        replayed = client.get_event(at, 0xFFFFFFFF)
        same("and tells of it afterwards", (replayed.access_granted, replayed.card, replayed.reason), (True, 777, 1))

        board.do("lose on")
        lost = board.event("swipe 777 1 in")
        board.do("lose off")
        heard = board.event("swipe 777 1 in")
        same("a lost push is lost", listener.next().event_index, heard)
        same("but the ring has it", client.get_event_record(at, lost).card, 777)
        check("PC control off", client.set_pc_control(at, False).ok)
        check("sent again", client.set_listener(at, ipaddress.IPv4Address("127.0.0.1"), listener.port, 1).ok)
        same("the newest event comes again", listener.next().event_index, heard)
        check("no listener", client.set_listener(at, ipaddress.IPv4Address("0.0.0.0"), 0).ok)


def restore(client, at, board):
    """Back to the factory."""
    with story(f"restore, {at[2]}"):
        check("restore defaults", client.restore_default_parameters(at).reset)
        same("no cards", client.get_cards(at).cards, 0)
        same("no events", client.get_status_record(at).event, None)
        same("doors as new", client.get_door_control(at, 3).delay, 5)
        same("events begin anew", board.event("swipe 777 1 in"), 1)


def main():
    """Runs every story over both protocols."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--board", required=True, help="path of the program uhppote-board")
    binary = parser.parse_args().board

    find_boards(binary)
    for protocol in ("udp", "tcp"):
        board = Board(binary)
        client = uhppote.Uhppote(bind="127.0.0.1", broadcast=board.addresses[0])
        at = (SERIAL, board.addresses[0], protocol)
        system(client, at, board)
        cards(client, at)
        schedule(client, at)
        doors(client, at, board)
        swipes(client, at, board)
        host_control(client, at, board, Listener())
        restore(client, at, board)
        same(f"the program ends when told, {protocol}", board.stop(), 0)

    print(f"\n{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
