//! The log of passes: filters, pages, files.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a story that cannot be told shall stop")]

mod site;

use std::collections::BTreeSet;

use access::{
    AccessError,
    queries::{self, EXPORT_LIMIT, PassCursor, PassFilter, PassView},
};
use i18n::Lang;
use kernel::{Direction, Pass, PersonId, Reason};
use proptest::{
    prelude::*,
    sample::select,
    test_runner::{Config, TestRunner},
};
use sheet::{Archive, Pack};
use site::{Site, later};
use store::StoreError;
use testkit::{TestDb, both_databases};

/// Passes of an hour: three persons of two classes and strangers, both points, some late, several at the same moment.
struct Morning<'t> {
    site: Site<'t>,
    persons: Vec<PersonId>,
    classes: Vec<kernel::ClassId>,
    passes: Vec<Pass>,
}

const FAMILIES: [&str; 3] = ["Асанова", "Бекова", "Құдайбергенова"];

fn morning(t: &TestDb) -> Morning<'_> {
    let site = Site::new(t);
    let classes = vec![site.class(5, 'А'), site.class(5, 'Б')];
    let mut persons = site.persons(&FAMILIES[..2], Some(classes[0]), 1);
    persons.extend(site.persons(&FAMILIES[2..], Some(classes[1]), 10));
    let reasons = [Reason::Granted, Reason::NoRight, Reason::AntiPassback];
    let passes: Vec<Pass> = (0..120_i64)
        .map(|index| {
            let person = persons.get((index % 4) as usize).copied();
            let point = if index % 3 == 0 { site.inner_door } else { site.door };
            let mut pass = site.pass(point, if index % 5 < 3 { Direction::In } else { Direction::Out }, person);
            pass.reason = reasons[(index % 7 % 3) as usize];
            // Four at each moment; the oldest are over a minute old.
            pass.at = later(site.now(), -(index / 4) * 5);
            pass
        })
        .collect();
    site.deliver_passes(1, &passes);
    Morning { site, persons, classes, passes }
}

impl Morning<'_> {
    fn wanted(&self, filter: &PassFilter) -> Vec<kernel::PassId> {
        let mut found: Vec<&Pass> = self
            .passes
            .iter()
            .filter(|pass| {
                let family = pass.person.and_then(|who| self.persons.iter().position(|person| *person == who));
                let class = family.map(|index| self.classes[index / 2]);
                let is_late = self.site.now().duration_since(pass.at).as_secs() > 60;
                filter.from.is_none_or(|from| pass.at >= from)
                    && filter.until.is_none_or(|until| pass.at < until)
                    && filter.person.is_none_or(|person| pass.person == Some(person))
                    && (filter.name.is_empty() || family.is_some_and(|index| FAMILIES[index].starts_with(&filter.name)))
                    && filter.class.is_none_or(|wanted| class == Some(wanted))
                    && filter.point.is_none_or(|point| pass.point == point)
                    && filter.direction.is_none_or(|direction| pass.direction == direction)
                    && filter.is_granted.is_none_or(|granted| pass.reason.is_granted() == granted)
                    && filter.reason.is_none_or(|reason| pass.reason == reason)
                    && filter.is_late.is_none_or(|late| is_late == late)
            })
            .collect();
        found.sort_by_key(|pass| std::cmp::Reverse((pass.at, pass.id)));
        found.iter().map(|pass| pass.id).collect()
    }

    /// The whole log, page by page.
    fn paged(&self, filter: &PassFilter, limit: u32) -> Vec<kernel::PassId> {
        let (mut ids, mut after): (Vec<_>, Option<PassCursor>) = (Vec::new(), None);
        loop {
            let page = self
                .site
                .t
                .db
                .read_blocking(|tx| queries::passes(tx, &self.site.scope(), filter, after, limit))
                .unwrap();
            assert!(page.rows.len() <= limit as usize && (page.next.is_none() || page.rows.len() == limit as usize));
            ids.extend(page.rows.iter().map(|row| row.id));
            after = page.next;
            if after.is_none() {
                return ids;
            }
        }
    }

    fn exported(&self, filter: &PassFilter, limit: u64) -> Vec<PassView> {
        let mut rows = Vec::new();
        let given = self.site.t.db.read_blocking(|tx| {
            rows.clear();
            queries::export(tx, &self.site.scope(), filter, limit, |row| {
                rows.push(row);
                Ok::<_, AccessError>(())
            })
        });
        assert_eq!(given.unwrap(), rows.len() as u64);
        rows
    }
}

fn maybe<T: Clone + std::fmt::Debug + 'static>(values: Vec<T>) -> BoxedStrategy<Option<T>> {
    prop_oneof![2 => Just(None), 1 => select(values).prop_map(Some)].boxed()
}

both_databases! {
    fn every_mixture_of_filters_gives_each_row_once_newest_first(t) {
        let morning = morning(t);
        let site = &morning.site;
        let names = vec!["Асан".to_owned(), "Құдай".to_owned(), "Ж".to_owned()];
        let moments: Vec<_> = [-10, -75, -140].iter().map(|ago| later(site.now(), *ago)).collect();
        let filters = (
            (maybe(moments.clone()), maybe(moments), maybe(morning.persons.clone()), maybe(names)),
            (maybe(morning.classes.clone()), maybe(vec![site.door, site.inner_door]), maybe(Direction::ALL.to_vec())),
            (maybe(vec![true, false]), maybe(vec![Reason::Granted, Reason::NoRight]), maybe(vec![true, false])),
            1..50_u32,
        );
        let cases = if t.db.engine() == store::Engine::Sqlite { 150 } else { 60 };
        let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
        let done = runner.run(&filters, |((from, until, person, name), (class, point, direction), (is_granted, reason, is_late), limit)| {
            let name = name.unwrap_or_default();
            let filter = PassFilter { from, until, person, name, class, point, direction, is_granted, reason, is_late };
            let wanted = morning.wanted(&filter);
            prop_assert_eq!(morning.paged(&filter, limit), wanted.clone());
            let exported: Vec<_> = morning.exported(&filter, EXPORT_LIMIT).iter().map(|row| row.id).collect();
            prop_assert_eq!(exported, wanted);
            Ok(())
        });
        if let Err(error) = done {
            panic!("{error}");
        }
    }

    fn a_name_is_found_in_another_alphabet_and_words_are_taken_together(t) {
        let morning = morning(t);
        let families = |name: &str| {
            let filter = PassFilter { name: name.to_owned(), ..PassFilter::default() };
            let rows = morning.exported(&filter, EXPORT_LIMIT);
            rows.iter().filter_map(|row| row.person.as_ref()).map(|person| person.short.clone()).collect::<BTreeSet<_>>()
        };
        assert_eq!(families("kudaiber"), BTreeSet::from(["Құдайбергенова А.".to_owned()]));
        assert_eq!(families("айдана бек"), BTreeSet::from(["Бекова А.".to_owned()]));
        assert_eq!(families("бек кудай"), BTreeSet::new());
        assert_eq!(families("12345"), BTreeSet::new(), "what no name holds finds nobody, not everybody");
    }

    fn a_file_that_would_be_too_long_is_refused_and_one_that_cannot_be_written_ends(t) {
        let morning = morning(t);
        let scope = morning.site.scope();
        let all = morning.exported(&PassFilter::default(), EXPORT_LIMIT).len() as u64;
        let up_to = |limit| t.db.read_blocking(|tx| queries::export(tx, &scope, &PassFilter::default(), limit, |_| Ok::<_, AccessError>(())));
        assert_eq!(up_to(all).unwrap(), all);
        assert!(matches!(up_to(all - 1), Err(AccessError::TooManyRows)), "the rest is not left out without a word");
        let mut left = 3;
        let full = t.db.read_blocking(|tx| {
            queries::export(tx, &scope, &PassFilter::default(), 100, |_| {
                left -= 1;
                if left == 0 { Err(AccessError::NotFound("room on the disk")) } else { Ok(()) }
            })
        });
        assert!(matches!(full, Err(AccessError::NotFound("room on the disk"))));
    }

    fn the_log_goes_away_with_everything_else_a_file_a_month(t) {
        let morning = morning(t);
        let scope = morning.site.scope();
        let part = access::export_part(&morning.site.app);
        let mut pack = Pack::new();
        let mut written = Ok(());
        t.db.read_blocking(|tx| {
            written = part.write(tx, &scope, Lang::Ru, &mut pack);
            Ok::<_, StoreError>(())
        }).unwrap();
        written.unwrap();
        let mut archive = Archive::open(pack.finish().unwrap()).unwrap();
        assert_eq!(archive.len(), 1);
        let (name, bytes) = archive.file(0, 10_000_000).unwrap().unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!((name.as_str(), text.lines().count()), ("passes-2026-11.csv", morning.passes.len() + 1), "{text}");
    }

    fn another_schools_passes_are_not_in_the_log(t) {
        let morning = morning(t);
        let other = Site::named(t, "two");
        other.deliver_passes(1, &[other.pass(other.door, Direction::In, None)]);
        assert_eq!(morning.paged(&PassFilter::default(), 50).len(), 120);
        let last = t.db.read_blocking(|tx| queries::last_passes(tx, &other.scope(), 50)).unwrap();
        assert_eq!(last.len(), 1);
        let foreign = morning.passes[0].id;
        assert_eq!(t.db.read_blocking(|tx| queries::pass(tx, &other.scope(), foreign)).unwrap(), None);
    }

    fn a_lane_shows_its_newest_pass_of_today(t) {
        let morning = morning(t);
        let site = &morning.site;
        let lanes = || t.db.read_blocking(|tx| queries::lanes(tx, &site.scope(), site.now(), queries::GATE_PATIENCE)).unwrap();
        let newest = |point| morning.passes.iter().filter(|pass| pass.point == point).max_by_key(|pass| (pass.at, pass.id)).map(|pass| pass.id);
        let shown: Vec<_> = lanes().into_iter().map(|lane| (lane.point, lane.last.map(|pass| pass.id))).collect();
        assert_eq!(shown, [(site.door, newest(site.door)), (site.inner_door, newest(site.inner_door))]);
        t.clock.forward_s(17 * 3600);
        assert!(lanes().iter().all(|lane| lane.last.is_none()));
    }
}
