//! Photos that come as a ZIP, each file named by the person's IIN, a card's number or the person's name.
//!
//! Each picture is looked at before anything is asked; what was found lies sealed beside the archive.

use std::collections::{HashMap, HashSet};

use accounts::{Action, App, Ctx};
use kernel::{Card, PersonId, PersonStatus, ReaderFormat};
use people::{
    everybody::{self, Finder, Known, Match, everybody},
    model::{Iin, Particulars, PersonName, Photo, PhotoError},
    ops,
};
use sheet::{Archive, date_of_text};

use crate::{
    ListsError, files,
    job::{Failure, Job, PartKind, State},
    model::card_of,
    store as table, work,
};

/// The archive may be so large, in bytes.
pub(crate) const ARCHIVE_LIMIT: usize = 128 * 1024 * 1024;
/// How often it is said how far the work is, in files.
const TOLD: u32 = 20;

macro_rules! verdicts {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// What was found about a file. Texts: keys `lists-photo-<word>`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Found { $($(#[$doc])* $name,)* }
        impl Found {
            pub(crate) const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
            fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$name),)* _ => None }
            }
        }
    };
}

verdicts! {
    /// A picture of one person.
    Fine = "fine",
    /// The same, in place of one that is there.
    Replaces = "replaces",
    /// Nobody is called so or holds such a card.
    Nobody = "nobody",
    /// Several are called so.
    Several = "several",
    /// Another file shows this person already.
    Twice = "twice",
    /// The person has left.
    Archived = "archived",
    /// No picture.
    NotAPicture = "not-a-picture",
    /// A picture of a kind that is not read.
    Unsupported = "unsupported",
    /// Too many bytes or pixels.
    TooLarge = "too-large",
}

impl Found {
    /// Whether the picture is taken.
    pub(crate) const fn is_taken(self) -> bool {
        matches!(self, Self::Fine | Self::Replaces)
    }
}

impl From<PhotoError> for Found {
    fn from(error: PhotoError) -> Self {
        match error {
            PhotoError::NotAPicture => Self::NotAPicture,
            PhotoError::Unsupported => Self::Unsupported,
            PhotoError::TooManyBytes | PhotoError::TooManyPixels => Self::TooLarge,
        }
    }
}

/// A file of the archive and what was found about it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    /// Its number in the archive.
    pub(crate) index: u32,
    /// Its name, without folders.
    pub(crate) name: String,
    /// Whom it shows.
    pub(crate) person: Option<PersonId>,
    /// What was found.
    pub(crate) found: Found,
}

/// The persons by what a file may be called after.
struct Album<'a> {
    finder: Finder,
    by_id: HashMap<PersonId, &'a Known>,
    cards: HashMap<Card, PersonId>,
    iins: HashMap<Iin, PersonId>,
    format: ReaderFormat,
}

impl<'a> Album<'a> {
    fn new(known: &'a [Known], private: &HashMap<PersonId, Particulars>, format: ReaderFormat) -> Self {
        let cards = known.iter().flat_map(|known| known.cards.iter().map(|(card, _)| (*card, known.id)));
        Self {
            finder: Finder::new(known),
            by_id: known.iter().map(|known| (known.id, known)).collect(),
            cards: cards.collect(),
            iins: private.iter().filter_map(|(person, private)| Some((private.iin?, *person))).collect(),
            format,
        }
    }

    /// Whom a file's name means.
    fn whom(&self, file: &str) -> Result<PersonId, Found> {
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem).trim();
        if let Ok(iin) = Iin::parse(stem) {
            return self.iins.get(&iin).copied().ok_or(Found::Nobody);
        }
        // A slash cannot stand in a file's name: `100_58400` is facility code and number too.
        if let Ok(card) = card_of(&stem.replace('_', ","), self.format) {
            return self.cards.get(&card).copied().ok_or(Found::Nobody);
        }
        let mut words: Vec<&str> = stem.split([' ', '_']).filter(|word| !word.is_empty()).collect();
        let born = words.last().and_then(|word| date_of_text(word));
        if born.is_some() {
            words.pop();
        }
        let [family, given, rest @ ..] = words.as_slice() else { return Err(Found::Nobody) };
        let name = PersonName::parse(family, given, Some(&rest.join(" "))).map_err(|_| Found::Nobody)?;
        match self.finder.find(&name, born) {
            Match::Nobody => Err(Found::Nobody),
            Match::One(person) => Ok(person),
            Match::Unsure(candidates) => match candidates.as_slice() {
                [person] => Ok(*person),
                _ => Err(Found::Several),
            },
        }
    }

    fn judge(&self, file: &str, bytes: &[u8], shown: &mut HashSet<PersonId>) -> (Option<PersonId>, Found) {
        let person = match self.whom(file) {
            Ok(person) => person,
            Err(found) => return (None, found),
        };
        let known = self.by_id.get(&person);
        if known.is_some_and(|known| known.status == PersonStatus::Archived) {
            return (Some(person), Found::Archived);
        }
        if let Err(error) = Photo::from_upload(bytes) {
            return (Some(person), error.into());
        }
        if !shown.insert(person) {
            return (Some(person), Found::Twice);
        }
        let replaces = known.is_some_and(|known| known.photo_version > 0);
        (Some(person), if replaces { Found::Replaces } else { Found::Fine })
    }
}

/// Looks at every picture of the archive.
pub(crate) fn read(app: &App, ctx: &Ctx, job: &Job) -> Result<(), ListsError> {
    let scope = ctx.require(Action::ImportRegister)?;
    let school = scope.school();
    let bytes = files::load(&app.db, &app.vault, school, job.id, PartKind::Source)?.ok_or(ListsError::FileGone)?;
    let mut archive = match Archive::open(bytes) {
        Ok(archive) => archive,
        Err(error) => return work::fail(app, school, job.id, work::sheet_fault(&error)),
    };
    let (known, private) = app.db.read_blocking(|tx| {
        Ok::<_, ListsError>((everybody(tx, &scope)?, everybody::particulars(tx, &scope, &app.vault)?))
    })?;
    let album = Album::new(&known, &private, job.settings.format);
    let (mut shown, mut pictures) = (HashSet::new(), Vec::new());
    let total = u32::try_from(archive.len()).unwrap_or(u32::MAX);
    for index in 0..total {
        if app.stop.is_stopping() {
            return Err(ListsError::Stopping);
        }
        if index % TOLD == 0 && !tell(app, ctx, job, index, total)? {
            return Ok(());
        }
        let limit = Photo::MAX_BYTES as u64;
        match archive.file(index as usize, limit) {
            Ok(None) => {}
            Ok(Some((name, bytes))) => {
                let (person, found) = album.judge(&name, &bytes, &mut shown);
                pictures.push(Picture { index, name: one_line(&name), person, found });
            }
            Err(sheet::SheetError::TooLarge) => {
                pictures.push(Picture {
                    index,
                    name: format!("№ {}", index + 1),
                    person: None,
                    found: Found::TooLarge,
                });
            }
            Err(error) => return work::fail(app, school, job.id, work::sheet_fault(&error)),
        }
    }
    if pictures.is_empty() {
        return work::fail(app, school, job.id, "empty");
    }
    files::keep(&app.db, &app.vault, ctx, job.id, PartKind::Refused, text_of(&pictures).as_bytes())?;
    let (id, now) = (job.id, app.clock.now());
    app.db.write_blocking(move |tx| {
        let row = table::held(tx, school, id)?.ok_or(ListsError::NoSuchJob)?;
        if row.state == State::Reading {
            table::advance(tx, school, id, 0, 0, 0, 0, 0, "", now)?;
            table::set_state(tx, school, id, State::Preview, "", now)?;
        }
        Ok(())
    })
}

/// Says how far the looking is; `false` when somebody has stopped it.
fn tell(app: &App, ctx: &Ctx, job: &Job, done: u32, total: u32) -> Result<bool, ListsError> {
    let (school, id, now) = (ctx.actor.school, job.id, app.clock.now());
    app.db.write_blocking(move |tx| {
        let row = table::held(tx, school, id)?.ok_or(ListsError::NoSuchJob)?;
        table::set_total(tx, school, id, total, now)?;
        table::advance(tx, school, id, done, 0, 0, 0, 0, "", now)?;
        Ok(row.state == State::Reading)
    })
}

/// What was found about the files of a piece of work.
pub(crate) fn found(app: &App, school: kernel::SchoolId, job: &Job) -> Result<Vec<Picture>, ListsError> {
    let bytes = files::load(&app.db, &app.vault, school, job.id, PartKind::Refused)?.ok_or(ListsError::FileGone)?;
    Ok(pictures_of(&String::from_utf8_lossy(&bytes)))
}

/// Puts every picture in its place, a transaction each.
pub(crate) fn write(app: &App, ctx: &Ctx, job: &Job) -> Result<(), ListsError> {
    let school = ctx.require(Action::ImportRegister)?.school();
    let all = found(app, school, job)?;
    let bytes = files::load(&app.db, &app.vault, school, job.id, PartKind::Source)?.ok_or(ListsError::FileGone)?;
    let mut archive = Archive::open(bytes)?;
    let taken: Vec<&Picture> = all.iter().filter(|picture| picture.found.is_taken()).collect();
    let (mut job, total) = (job.clone(), u32::try_from(taken.len()).unwrap_or(u32::MAX));
    job.refused = u32::try_from(all.len() - taken.len()).unwrap_or(u32::MAX);
    let (id, now) = (job.id, app.clock.now());
    app.db.write_blocking(move |tx| table::set_total(tx, school, id, total, now))?;
    for picture in taken.into_iter().skip(job.done as usize) {
        if app.stop.is_stopping() {
            return Err(ListsError::Stopping);
        }
        let file = archive.file(picture.index as usize, Photo::MAX_BYTES as u64)?;
        let photo = file.and_then(|(_, bytes)| Photo::from_upload(&bytes).ok());
        match picture.person.zip(photo) {
            Some((person, photo)) => match put(app, ctx, &job, picture.index, person, &photo)? {
                Some(next) => job = next,
                None => return Ok(()),
            },
            None => job = missed(app, ctx, &job, picture.index)?,
        }
    }
    finish(app, ctx, &job)
}

fn put(
    app: &App,
    ctx: &Ctx,
    job: &Job,
    index: u32,
    person: PersonId,
    photo: &Photo,
) -> Result<Option<Job>, ListsError> {
    let mut next = job.clone();
    (next.done, next.changed) = (job.done + 1, job.changed + 1);
    let vault = app.vault.clone();
    let (ctx_now, photo, kept) = (Ctx { now: app.clock.now(), ..ctx.clone() }, photo.clone(), next.clone());
    let done = app.db.write_blocking(move |tx| {
        let row = table::held(tx, ctx_now.actor.school, kept.id)?.ok_or(ListsError::NoSuchJob)?;
        if row.state != State::Writing {
            return Ok(false);
        }
        ops::set_photo(tx, &ctx_now, &vault, person, &photo)?;
        advance(tx, &ctx_now, &kept)?;
        Ok(true)
    });
    match done {
        Ok(true) => Ok(Some(next)),
        Ok(false) => Ok(None),
        Err(ListsError::People(people::PeopleError::NoSuchPerson)) => missed(app, ctx, job, index).map(Some),
        Err(error) => Err(error),
    }
}

fn missed(app: &App, ctx: &Ctx, job: &Job, index: u32) -> Result<Job, ListsError> {
    let mut next = job.clone();
    (next.done, next.refused) = (job.done + 1, job.refused + 1);
    next.failures.push((index, Failure::Row));
    let (ctx, kept) = (Ctx { now: app.clock.now(), ..ctx.clone() }, next.clone());
    app.db.write_blocking(move |tx| advance(tx, &ctx, &kept))?;
    Ok(next)
}

fn advance(tx: &mut store::Tx<'_>, ctx: &Ctx, job: &Job) -> Result<(), ListsError> {
    let failures = crate::job::failures_text(&job.failures);
    table::advance(tx, ctx.actor.school, job.id, job.done, 0, job.changed, 0, job.refused, &failures, ctx.now)?;
    Ok(())
}

fn finish(app: &App, ctx: &Ctx, job: &Job) -> Result<(), ListsError> {
    let (ctx, job) = (Ctx { now: app.clock.now(), ..ctx.clone() }, job.clone());
    app.db.write_blocking(move |tx| {
        let school = ctx.actor.school;
        advance(tx, &ctx, &job)?;
        table::remove_parts(tx, school, job.id, PartKind::Source)?;
        table::set_state(tx, school, job.id, State::Done, "", ctx.now)?;
        let detail = format!("set {} refused {}", job.changed, job.refused);
        accounts::audit(tx, &ctx, "photos_taken_in", Some(job.id), &detail)?;
        Ok(())
    })
}

/// A name without what would end a line of [`text_of`].
fn one_line(name: &str) -> String {
    name.chars().filter(|letter| !letter.is_control()).take(120).collect()
}

fn text_of(pictures: &[Picture]) -> String {
    let line = |picture: &Picture| {
        let person = picture.person.map(|person| person.to_string()).unwrap_or_default();
        format!("{}\t{}\t{person}\t{}\n", picture.index, picture.found.as_str(), picture.name)
    };
    pictures.iter().map(line).collect()
}

fn pictures_of(text: &str) -> Vec<Picture> {
    let one = |line: &str| {
        let mut parts = line.splitn(4, '\t');
        Some(Picture {
            index: parts.next()?.parse().ok()?,
            found: Found::parse(parts.next()?)?,
            person: parts.next()?.parse().ok(),
            name: parts.next()?.to_owned(),
        })
    };
    text.lines().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_comes_back_as_it_was_kept() {
        let person = kernel::Ids::seeded(1).new_id(jiff::Timestamp::UNIX_EPOCH);
        let pictures = [
            Picture { index: 3, name: one_line("Ким\tАнна.jpg"), person: Some(person), found: Found::Fine },
            Picture { index: 4, name: "x.txt".into(), person: None, found: Found::Nobody },
        ];
        let back = pictures_of(&text_of(&pictures));
        assert!(back == pictures && back[0].name == "КимАнна.jpg");
    }
}
