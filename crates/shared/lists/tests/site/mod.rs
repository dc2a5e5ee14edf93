//! A school with a secretary who brings lists.
#![allow(dead_code, reason = "each story uses what it needs")]

use std::time::{Duration, Instant};

use accounts::StaffRole;
use testkit::TestDb;

use crate::browser::{Answer, Browser, Site};

/// How long a story waits for work beside the pages.
const LONG: Duration = Duration::from_secs(120);

pub fn school(t: &TestDb) -> Site {
    let site = Site::new(t, |app| vec![people::subsystem(app), lists::subsystem(app, Vec::new())]);
    site.add_user("secretary", &[StaffRole::Secretary]);
    site.add_user("teacher", &[StaffRole::Teacher]);
    site.add_user("head", &[StaffRole::Head]);
    site
}

/// Brings a list, waits until it is read; gives the work's id.
pub fn bring(desk: &mut Browser<'_>, name: &str, bytes: &[u8]) -> String {
    brought(desk, "/import", &[], name, bytes)
}

/// Brings photos, waits until they were looked at.
pub fn bring_photos(desk: &mut Browser<'_>, bytes: &[u8]) -> String {
    brought(desk, "/import/photos", &[("format", "w26")], "photos.zip", bytes)
}

fn brought(desk: &mut Browser<'_>, path: &str, fields: &[(&str, &str)], name: &str, bytes: &[u8]) -> String {
    let answer = desk.post_file(path, fields, "file", name, bytes);
    let job = answer
        .location()
        .strip_prefix("/import/")
        .unwrap_or_else(|| panic!("{} {}", answer.status, answer.body))
        .to_owned();
    waited(desk, &format!("/import/{job}"));
    job
}

/// The page of a piece of work once it is over.
pub fn finished(desk: &mut Browser<'_>, job: &str) -> Answer {
    waited(desk, &format!("/import/{job}"))
}

/// The page at a path once nothing goes on there any more.
pub fn waited(desk: &mut Browser<'_>, path: &str) -> Answer {
    let start = Instant::now();
    loop {
        let page = desk.get(path);
        if !page.says("id=\"work\"") {
            return page;
        }
        assert!(start.elapsed() < LONG, "the work does not end: {}", page.body);
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Sends the columns as they were guessed.
pub fn choose(desk: &mut Browser<'_>, job: &str) -> Answer {
    let path = format!("/import/{job}/columns");
    let page = desk.get(&path).body;
    let fields = selects(&page);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    desk.post(&path, &fields)
}

/// What a browser would send of the selects of a page.
fn selects(page: &str) -> Vec<(String, String)> {
    let chosen = |part: &str| {
        let name = part.split("name=\"").nth(1)?.split('"').next()?.to_owned();
        let body = part.split("</select>").next()?;
        let value = |option: &str| Some(option.split("value=\"").nth(1)?.split('"').next()?.to_owned());
        let options: Vec<&str> = body.split("<option").skip(1).collect();
        let selected =
            options.iter().find(|option| option.split('>').next().is_some_and(|tag| tag.contains(" selected")));
        Some((name, selected.or(options.first()).and_then(|option| value(option)).unwrap_or_default()))
    };
    page.split("<select").skip(1).filter_map(chosen).collect()
}

pub fn preview_of(desk: &mut Browser<'_>, job: &str, filters: &str) -> Answer {
    desk.get(&format!("/import/{job}/preview{filters}"))
}

/// Names and classes of those who are here, by the list of people.
pub fn people(desk: &mut Browser<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let mut path = "/people".to_owned();
    loop {
        let page = desk.get(&path).body;
        for row in page.split("<tr>").skip(2) {
            let name = row.split("<b>").nth(1).and_then(|rest| rest.split("</b>").next()).unwrap_or_default();
            let class =
                row.split("<td").nth(2).and_then(|rest| rest.split('>').nth(1)).and_then(|rest| rest.split('<').next());
            found.push(format!("{name} {}", class.unwrap_or_default()).trim().to_owned());
        }
        match page.split("href=\"/people?after=").nth(1).and_then(|rest| rest.split('"').next()) {
            Some(after) => path = format!("/people?after={after}"),
            None => return found,
        }
    }
}

store::statements! {
    /// How many are in groups.
    fn count_members(school: kernel::SchoolId) -> Exactly<u64> = "select count(*) from person_group_member where school = $1";
}

pub fn members(t: &TestDb, school: kernel::SchoolId) -> u64 {
    t.db.read_blocking(|tx| count_members(tx, school)).unwrap()
}

/// A number that the checksum allows, of somebody who was born on this day; each serial number is another person.
pub fn iin(born: jiff::civil::Date, is_female: bool, serial: u32) -> String {
    let century = if born.year() < 2000 { 3 } else { 5 } + i32::from(is_female);
    let (year, month, day) = (born.year() % 100, born.month(), born.day());
    // Of ten serial numbers nine or ten have a check digit.
    let of = |serial: u32| {
        let start = format!("{year:02}{month:02}{day:02}{century}{serial:04}");
        (0..10).map(|check| format!("{start}{check}")).find(|text| people::model::Iin::parse(text).is_ok())
    };
    let start = serial * 2 % 10_000;
    of(start).or_else(|| of(start + 1)).unwrap_or_else(|| panic!("no number for {born}"))
}

/// Everything that the register says of a school, without ids: a line a person.
pub fn register(t: &TestDb, school: kernel::SchoolId) -> Vec<String> {
    let scope = accounts::Scope::of_program(school);
    let read = |tx: &mut store::Tx<'_>| {
        let private = people::everybody::particulars(tx, &scope, &testkit::vault())?;
        let families = people::everybody::guardianships(tx, &scope)?;
        let known = people::everybody::everybody(tx, &scope)?;
        let classes = people::queries::classes(tx, &scope)?;
        let groups = people::queries::groups(tx, &scope)?;
        let members = people::everybody::memberships(tx, &scope)?;
        let line = |one: &people::everybody::Known| {
            let class = classes.iter().find(|class| Some(class.id) == one.data.class);
            let of = members.iter().filter(|(_, person)| *person == one.id);
            let of: Vec<&str> = of
                .filter_map(|(id, _)| groups.iter().find(|group| group.id == *id).map(|group| group.name.as_str()))
                .collect();
            let sealed = private.get(&one.id).cloned().unwrap_or_default();
            let phones: Vec<&str> = sealed.phones.iter().map(people::model::Phone::e164).collect();
            let document = sealed.document.map(|document| (document.kind, document.number, document.issued));
            let name_of = |id| known.iter().find(|other| other.id == id).map(|other| other.data.name.full());
            let mut kin: Vec<_> = families
                .iter()
                .filter(|(child, ..)| *child == one.id)
                .map(|(_, guardian, data)| (name_of(*guardian), data.clone()))
                .collect();
            kin.sort_by(|a, b| a.0.cmp(&b.0));
            let data = &one.data;
            format!(
                "{} {:?} {:?} {:?} {:?} {} {:?} {:?} {of:?} {} {:?} {document:?} {phones:?} {:?} {:?} {kin:?}",
                data.name.full(),
                data.sex,
                data.birth_date,
                class.map(|class| class.data.name.compact()),
                data.roles,
                data.position,
                data.learning_until,
                one.cards,
                one.status.as_str(),
                sealed.iin.map(|iin| iin.expose()),
                sealed.email.as_ref().map(people::model::Email::expose),
                sealed.address.expose(),
            )
        };
        Ok::<_, people::PeopleError>(known.iter().map(line).collect())
    };
    t.db.read_blocking(read).unwrap()
}
