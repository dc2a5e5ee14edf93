//! Photos lie sealed: neither the database nor a backup shows a face, and of whoever was erased nothing opens.
#![allow(clippy::unwrap_used, reason = "a story that cannot go on shall stop")]

use std::io::Cursor;

use accounts::{Ctx, Scope};
use image::{ImageFormat, Rgb, RgbImage};
use kernel::{Clock, PersonId, Role, SchoolId};
use people::{
    PeopleError,
    model::{Address, Document, DocumentKind, Email, Iin, Particulars, PersonName, Phone, Photo},
    ops,
    person::PersonData,
    queries::{self, PhotoSize},
};
use store::{Db, Engine, Options, RestoreFrom, statements};
use testkit::{TestDb, both_databases, vault};

statements! {
    /// Puts a photo as an older program did.
    fn put_open(school: SchoolId, person: PersonId, large: &[u8], small: &[u8]) -> Run =
        "insert into photo (school, person, version, large, small, created_at) values ($1, $2, 7, $3, $4, 0)";
    /// Says that there is a photo.
    fn set_version(school: SchoolId, person: PersonId) -> Run = "update person set photo_version = 7 where school = $1 and id = $2";
    /// How many photos are not sealed.
    fn open_photos(school: SchoolId) -> Exactly<u64> = "select count(*) from photo where school = $1 and not is_sealed";
}

/// Beginnings of pictures: JPEG, also as base64 writes it, and WebP. Long enough that noise does not hit them.
const MAGIC: [&[u8]; 4] = [&[0xff, 0xd8, 0xff, 0xe0], b"JFIF", b"/9j/4A", b"WEBPVP8"];
const IIN: &str = "120302600174";
const PHONE: &str = "77001112233";
const EMAIL: &str = "aigul.asanova@mail.kz";
const DOCUMENT: &str = "N1234567";

/// A picture that no other is alike.
fn photo(seed: u8) -> Photo {
    let picture = RgbImage::from_fn(480, 640, |x, y| Rgb([(x as u8).wrapping_mul(seed), (y as u8) ^ seed, seed]));
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    Photo::from_upload(&bytes.into_inner()).unwrap()
}

fn add(t: &TestDb, school: SchoolId, family: &str) -> PersonId {
    let data = PersonData {
        name: PersonName::parse(family, "Айгүл", None).unwrap(),
        sex: None,
        birth_date: None,
        roles: [Role::Pupil].into(),
        class: None,
        position: String::new(),
        learning_until: None,
    };
    done(t, school, move |tx, ctx| ops::add_person(tx, ctx, &data))
}

fn done<T: Send + 'static>(
    t: &TestDb,
    school: SchoolId,
    mut work: impl FnMut(&mut store::Tx<'_>, &Ctx) -> Result<T, PeopleError> + Send + 'static,
) -> T {
    let ctx = Ctx::of_program(school, t.clock.now(), t.ids.clone());
    t.db.write_blocking(move |tx| work(tx, &ctx)).unwrap()
}

fn shown(db: &Db, school: SchoolId, person: PersonId, size: PhotoSize) -> Option<Vec<u8>> {
    let scope = Scope::of_program(school);
    let picture = db.read_blocking(|tx| queries::photo(tx, &scope, &vault(), person, size)).unwrap();
    picture.map(|picture| picture.bytes)
}

fn holds(file: &[u8], what: &[u8]) -> bool {
    file.windows(what.len()).any(|window| window == what)
}

/// Data and keys of a backup.
fn backup(t: &TestDb) -> (Vec<u8>, Vec<u8>) {
    let (mut data, mut keys) = (Vec::new(), Vec::new());
    t.db.backup(&mut data, &mut keys, t.clock.now()).unwrap();
    (data, keys)
}

/// The database's files as they lie on the disk now, its log too; nothing on PostgreSQL, whose files are its own.
fn files(t: &TestDb) -> Vec<Vec<u8>> {
    let Some(path) = t.db.file() else { return Vec::new() };
    let beside = |ending: &str| std::path::PathBuf::from(format!("{}{ending}", path.display()));
    [path.clone(), beside("-wal")].iter().filter_map(|path| std::fs::read(path).ok()).collect()
}

/// Whether a file shows a picture or a part of one.
fn shows(file: &[u8], photo: &Photo) -> bool {
    // The middle of a picture is in no other; a backup writes bytes as hexadecimal digits or base64.
    let parts = [&photo.full, &photo.thumbnail].map(|bytes| &bytes[bytes.len() / 6 * 3..bytes.len() / 6 * 3 + 48]);
    let spelled = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into_bytes();
    parts.iter().any(|part| holds(file, part) || holds(file, &spelled(part)) || holds(file, &base64(part)))
}

/// Base64 of bytes that stand at a place divisible by three within their value, without its ends.
fn base64(bytes: &[u8]) -> Vec<u8> {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let take = |chunk: &[u8]| {
        let number = u32::from(chunk[0]) << 16 | u32::from(chunk[1]) << 8 | u32::from(chunk[2]);
        [18, 12, 6, 0].map(|shift| SIGNS[(number >> shift & 63) as usize])
    };
    bytes.chunks_exact(3).flat_map(take).collect()
}

both_databases! {
    fn a_photo_opens_for_whoever_asks_and_lies_sealed_everywhere(t) {
        let school = t.school("one");
        let (girl, boy) = (add(t, school, "Асанова"), add(t, school, "Беков"));
        let (one, two) = (photo(3), photo(5));
        let (first, second) = (one.clone(), two.clone());
        done(t, school, move |tx, ctx| {
            ops::set_photo(tx, ctx, &vault(), girl, &first)?;
            ops::set_photo(tx, ctx, &vault(), boy, &second)
        });
        assert_eq!(shown(&t.db, school, girl, PhotoSize::Large).unwrap(), one.full);
        assert_eq!(shown(&t.db, school, girl, PhotoSize::Small).unwrap(), one.thumbnail);
        assert_eq!(shown(&t.db, school, boy, PhotoSize::Small).unwrap(), two.thumbnail);

        let (data, keys) = backup(t);
        for file in files(t).iter().chain([&data, &keys]) {
            assert!(!shows(file, &one) && !shows(file, &two));
            assert!(MAGIC.iter().all(|magic| !holds(file, magic)), "a picture begins somewhere");
        }
        // The look itself would find them: a file that holds one is known.
        assert!(shows(&[&[0; 9][..], &one.full].concat(), &one));
        let whole = &one.full[..one.full.len() / 3 * 3];
        assert!(shows(&base64(whole), &one) && holds(&base64(whole), MAGIC[2]) && holds(whole, MAGIC[0]));
    }

    fn photos_of_an_older_program_are_sealed_at_the_start_and_only_once(t) {
        let school = t.school("one");
        let people: Vec<_> = (0..60).map(|_| add(t, school, "Асанова")).collect();
        let (old, kept) = (photo(7), people.clone());
        let raw = old.clone();
        done(t, school, move |tx, _| {
            for person in &kept {
                put_open(tx, school, *person, &raw.full, &raw.thumbnail)?;
                set_version(tx, school, *person)?;
            }
            Ok(())
        });
        assert_eq!(shown(&t.db, school, people[0], PhotoSize::Small), None, "not shown before it is sealed");
        let gone = people[59];
        let at = t.clock.now();
        done(t, school, move |tx, _| Ok(vault().destroy(tx, school, gone, at)?));

        assert_eq!(ops::seal_photos(&t.db, &vault()).unwrap(), 60);
        assert_eq!(ops::seal_photos(&t.db, &vault()).unwrap(), 0);
        assert_eq!(t.db.read_blocking(|tx| open_photos(tx, school)).unwrap(), 0);
        assert_eq!(shown(&t.db, school, people[0], PhotoSize::Large).unwrap(), old.full);
        assert_eq!(shown(&t.db, school, gone, PhotoSize::Large), None);
        let (data, _) = backup(t);
        assert!(!shows(&data, &old));
        t.db.close();
        for file in files(t) {
            assert!(!shows(&file, &old), "what lay in the clear was written over");
        }
    }

    fn of_somebody_who_was_erased_nothing_opens_with_the_newest_keys(t) {
        let school = t.school("one");
        let (girl, boy) = (add(t, school, "Асанова"), add(t, school, "Беков"));
        let face = photo(9);
        for person in [girl, boy] {
            let face = face.clone();
            done(t, school, move |tx, ctx| {
                ops::set_photo(tx, ctx, &vault(), person, &face)?;
                let particulars = Particulars {
                    iin: (person == girl).then(|| Iin::parse(IIN).unwrap()),
                    document: Document::parse(DocumentKind::Passport, DOCUMENT, None).ok(),
                    phones: vec![Phone::parse(PHONE).unwrap()],
                    email: Some(Email::parse(EMAIL).unwrap()),
                    address: Address::parse("Абай, 1").unwrap(),
                };
                ops::bulk::keep_particulars(tx, ctx, &vault(), &[(person, particulars)])
            });
        }
        let (before, _) = backup(t);
        let at = t.clock.now();
        done(t, school, move |tx, _| Ok(vault().destroy(tx, school, girl, at)?));

        let nothing = |db: &Db, whose: &str| {
            let scope = Scope::of_program(school);
            let read = db.read_blocking(|tx| queries::particulars(tx, &scope, &vault(), girl)).unwrap();
            assert_eq!(read, Particulars::default(), "{whose}");
            for size in [PhotoSize::Large, PhotoSize::Small] {
                assert_eq!(shown(db, school, girl, size), None, "{whose}");
            }
            // Of the other everything opens: it is the key that is gone.
            let other = db.read_blocking(|tx| queries::particulars(tx, &scope, &vault(), boy)).unwrap();
            assert_eq!(other.phones, [Phone::parse(PHONE).unwrap()], "{whose}");
            assert!(other.email.is_some() && other.document.is_some(), "{whose}");
            assert!(shown(db, school, boy, PhotoSize::Large).is_some(), "{whose}");
        };
        nothing(&t.db, "the database");

        // The backup of before, with the keys of now.
        let (_, keys) = backup(t);
        let folder = tempfile::tempdir().unwrap();
        let fresh = Db::open(&format!("sqlite:{}", folder.path().join("r.sqlite").display()), &Options::default()).unwrap();
        fresh.migrate(store::MIGRATIONS, &t.clock).unwrap();
        let from = RestoreFrom { data: before.as_slice(), keys: Some(keys.as_slice()), older_keys: false };
        fresh.restore(from, &t.clock).unwrap();
        nothing(&fresh, "the backup of before");

        let refused = t.db.write_blocking(move |tx| {
            let ctx = Ctx::of_program(school, at, kernel::Ids::seeded(9));
            ops::set_photo(tx, &ctx, &vault(), girl, &photo(1))
        });
        assert!(refused.is_err(), "nothing more can be kept");

        if t.db.engine() == Engine::Sqlite {
            t.db.close();
        }
        for file in files(t).iter().chain([&before, &keys]) {
            for text in [IIN, PHONE, EMAIL, DOCUMENT] {
                assert!(!holds(file, text.as_bytes()), "{text} stands in the clear");
            }
            assert!(!shows(file, &face));
        }
    }
}
