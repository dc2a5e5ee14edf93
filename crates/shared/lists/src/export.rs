//! Everything that a school owns, as a ZIP of tables and pictures that can be brought again.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::{Arc, OnceLock},
};

use accounts::{Action, App, Ctx, Scope};
use i18n::{Lang, msg, msg_dyn};
use jiff::civil::Date;
use kernel::{ClassId, GroupId, PersonId};
use people::{
    everybody::Known,
    model::{ClassName, Phone},
    queries::{self, PhotoSize},
};
use sheet::{Column, Kind, Pack, SheetError, Value, Writer};
use store::Tx;

use crate::{
    ListsError, files,
    job::{Job, PartKind, State},
    model::{Field, KIN_COLUMNS, KinColumn, Register, Term, card_code, cards_in_hand},
    preview, store as table,
    words::{self, Look, Said, SaidKin},
};

/// How often it is said how far the work is, in pictures.
const TOLD: usize = 50;

/// What became of a part.
pub type Written = Result<(), Box<dyn std::error::Error + Send + Sync>>;
type Write = dyn Fn(&mut Tx<'_>, &Scope, Lang, &mut Pack) -> Written + Send + Sync;

/// What another subsystem puts into the archive: passes, meals, loans. Lists does not know them; the program hands them over when it wires
/// the subsystems. Cheap to clone.
#[derive(Clone)]
pub struct Part(Arc<Write>);

impl Part {
    /// A part that is written so. The scope is that of [`Action::ExportRegister`].
    pub fn new(write: impl Fn(&mut Tx<'_>, &Scope, Lang, &mut Pack) -> Written + Send + Sync + 'static) -> Self {
        Self(Arc::new(write))
    }

    /// Writes the part into an archive.
    ///
    /// # Errors
    /// Whatever the part says.
    pub fn write(&self, tx: &mut Tx<'_>, scope: &Scope, lang: Lang, pack: &mut Pack) -> Written {
        (self.0)(tx, scope, lang, pack)
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Part")
    }
}

/// The parts of others, as the program wires them.
#[derive(Default)]
struct Parts(OnceLock<Vec<Part>>);

/// Notes the parts of others, once for the program.
pub(crate) fn set_parts(app: &App, parts: Vec<Part>) {
    // A second call would come from a second wiring of the same program: the parts are the same.
    let _ = app.memory::<Parts>().0.set(parts);
}

/// Puts the archive together.
pub(crate) fn make(app: &App, ctx: &Ctx, job: &Job) -> Result<(), ListsError> {
    let scope = ctx.require(Action::ExportRegister)?;
    let (school, lang) = (scope.school(), job.settings.lang);
    let register = app.db.read_blocking(|tx| preview::register(tx, &scope, &app.vault))?;
    let mut pack = Pack::new();
    let today = i18n::local(app.clock.now(), &app.time_zone).date();
    pack.file("persons.xlsx", &persons(&register, lang, today)?)?;
    pack.file("guardians.xlsx", &guardians(&register, lang)?)?;
    pack.file("classes.xlsx", &classes(&register, lang)?)?;
    pack.file("groups.xlsx", &groups(&register, lang)?)?;
    pack.file("credentials.xlsx", &credentials(app, &scope, &register, lang)?)?;
    for part in app.memory::<Parts>().0.get().map(Vec::as_slice).unwrap_or_default() {
        let mut written: Written = Ok(());
        app.db.read_blocking(|tx| {
            written = part.write(tx, &scope, lang, &mut pack);
            Ok::<_, ListsError>(())
        })?;
        written.map_err(ListsError::Part)?;
    }
    if !photos(app, ctx, job, &register, &mut pack)? {
        return Ok(());
    }
    pack.file("readme.txt", readme().as_bytes())?;
    files::keep(&app.db, &app.vault, ctx, job.id, PartKind::Result, &pack.finish()?)?;
    let (ctx, id) = (Ctx { now: app.clock.now(), ..ctx.clone() }, job.id);
    let detail = format!("numbers of {} persons, {} guardianships", register.private.len(), register.families.len());
    app.db.write_blocking(move |tx| {
        let row = table::held(tx, school, id)?.ok_or(ListsError::NoSuchJob)?;
        if row.state == State::Writing {
            table::set_state(tx, school, id, State::Done, "", ctx.now)?;
            // A look at everybody's numbers at once.
            accounts::audit(tx, &ctx, "particulars_exported", Some(id), &detail)?;
        }
        Ok(())
    })
}

/// How the archive is to be read, in both languages of the country.
fn readme() -> String {
    let text = |lang| msg!(lang, "lists-export-readme").replace('\n', "\r\n");
    format!("\u{feff}{}\r\n\r\n{}\r\n", text(Lang::Kk), text(Lang::Ru))
}

fn class_names(register: &Register) -> HashMap<ClassId, ClassName> {
    register.classes.iter().map(|class| (class.id, class.data.name)).collect()
}

/// Everybody, in the columns of the template: what is brought again says the same. Of guardians the first two stand there, those of today before others;
/// all of them stand in a table of their own.
pub(crate) fn persons(register: &Register, lang: Lang, today: Date) -> Result<Vec<u8>, SheetError> {
    let columns: Vec<Column> =
        Field::KEPT.iter().map(|field| Column::new(words::field(lang, *field), field.width())).collect();
    let mut file = Writer::new(Kind::Xlsx, &msg!(lang, "lists-template-sheet"), &[], &columns)?;
    let classes = class_names(register);
    let names: HashMap<GroupId, &str> = register.groups.iter().map(|(id, name)| (*id, name.as_str())).collect();
    let mut groups: HashMap<PersonId, Vec<String>> = HashMap::new();
    for (group, person) in &register.memberships {
        groups.entry(*person).or_default().extend(names.get(group).map(|name| (*name).to_owned()));
    }
    let mut kin = kin(register, today);
    for known in &register.known {
        let said = Said {
            data: &known.data,
            class: known.data.class.and_then(|class| classes.get(&class).copied()),
            cards: cards_in_hand(known).collect(),
            groups: groups.remove(&known.id).unwrap_or_default(),
            status: known.status,
            private: register.private.get(&known.id).cloned().unwrap_or_default(),
            kin: kin.remove(&known.id).unwrap_or_default(),
            look: Look::Full,
        };
        file.row(Field::KEPT.iter().map(|field| match field {
            Field::BirthDate => Value::from(known.data.birth_date),
            Field::LearningUntil => Value::from(known.data.learning_until),
            field => Value::from(said.text(lang, *field)),
        }))?;
    }
    file.finish()
}

/// The first two guardians of each child.
fn kin(register: &Register, today: Date) -> HashMap<PersonId, [SaidKin; 2]> {
    let known: HashMap<PersonId, &Known> = register.known.iter().map(|known| (known.id, known)).collect();
    let mut all: Vec<_> = register.families.iter().collect();
    all.sort_by_key(|(child, guardian, data)| (*child, !data.counts_on(today), *guardian));
    let mut kin: HashMap<PersonId, Vec<SaidKin>> = HashMap::new();
    for (child, guardian, data) in all {
        let Some(guardian) = known.get(guardian) else { continue };
        let private = register.private.get(&guardian.id);
        kin.entry(*child).or_default().push(SaidKin {
            name: guardian.data.name.full(),
            iin: private.and_then(|private| private.iin),
            phones: private.map(|private| private.phones.clone()).unwrap_or_default(),
            kind: Some(data.kind),
        });
    }
    let two = |all: Vec<SaidKin>| {
        let mut all = all.into_iter();
        [all.next().unwrap_or_default(), all.next().unwrap_or_default()]
    };
    kin.into_iter().map(|(child, all)| (child, two(all))).collect()
}

/// Everybody who answers for a child, with what may be done and until when.
fn guardians(register: &Register, lang: Lang) -> Result<Vec<u8>, SheetError> {
    let width = |column| match column {
        KinColumn::Of(Field::FullName | Field::Guardian1Name) | KinColumn::Term(Term::Note) => 40.0,
        KinColumn::Of(Field::Class) => 12.0,
        KinColumn::Of(Field::Guardian1Kind) => 22.0,
        KinColumn::Of(_) => 18.0,
        KinColumn::Term(_) => 14.0,
    };
    let columns = KIN_COLUMNS.map(|column| Column::new(words::kin_head(lang, column), width(column)));
    let mut file = Writer::new(Kind::Xlsx, &msg!(lang, "lists-export-guardians"), &[], &columns)?;
    let iin = |person| {
        let private = register.private.get(&person);
        Value::from(private.and_then(|private| private.iin).map(|iin| iin.expose().to_string()))
    };
    let phones = |person| {
        let private = register.private.get(&person);
        let phones = private.map(|private| private.phones.iter().map(Phone::e164).collect::<Vec<_>>());
        phones.unwrap_or_default().join("; ")
    };
    let classes = class_names(register);
    let known: HashMap<PersonId, &Known> = register.known.iter().map(|known| (known.id, known)).collect();
    let yes = |is_so: bool| if is_so { msg!(lang, "lists-export-yes") } else { msg!(lang, "lists-export-no") };
    for (child, guardian, data) in &register.families {
        let (Some(child), Some(guardian)) = (known.get(child), known.get(guardian)) else { continue };
        let class = child.data.class.and_then(|class| classes.get(&class)).map(ToString::to_string);
        file.row([
            Value::from(child.data.name.full()),
            Value::from(class.unwrap_or_default()),
            iin(child.id),
            Value::from(child.data.birth_date),
            Value::from(cards_in_hand(child).next().map(card_code)),
            Value::from(guardian.data.name.full()),
            iin(guardian.id),
            Value::from(phones(guardian.id)),
            Value::from(words::kin(lang, data.kind)),
            Value::from(yes(data.may_see)),
            Value::from(yes(data.may_pay)),
            Value::from(yes(data.may_collect)),
            Value::from(data.since),
            Value::from(data.until),
            Value::from(data.note.clone()),
        ])?;
    }
    file.finish()
}

fn classes(register: &Register, lang: Lang) -> Result<Vec<u8>, SheetError> {
    let columns = [
        Column::new(words::field(lang, Field::Class), 12.0),
        Column::new(msg!(lang, "lists-export-class-lang"), 18.0),
        Column::new(msg!(lang, "lists-export-shift"), 10.0),
        Column::new(msg!(lang, "lists-export-pupils"), 12.0),
    ];
    let mut file = Writer::new(Kind::Xlsx, &msg!(lang, "lists-export-classes"), &[], &columns)?;
    for class in &register.classes {
        let of = msg_dyn!(lang, "lists-lang-", class.data.lang.code());
        let (shift, pupils) = (f64::from(class.data.shift.number()), class.pupils as f64);
        file.row([
            Value::from(class.data.name.to_string()),
            Value::from(of),
            Value::Number(shift),
            Value::Number(pupils),
        ])?;
    }
    file.finish()
}

fn groups(register: &Register, lang: Lang) -> Result<Vec<u8>, SheetError> {
    let columns =
        [Column::new(msg!(lang, "lists-export-group"), 30.0), Column::new(words::field(lang, Field::FullName), 40.0)];
    let mut file = Writer::new(Kind::Xlsx, &words::field(lang, Field::Groups), &[], &columns)?;
    let names: HashMap<PersonId, String> =
        register.known.iter().map(|known| (known.id, known.data.name.full())).collect();
    for (id, group) in &register.groups {
        let members: Vec<&String> = register
            .memberships
            .iter()
            .filter(|(of, _)| of == id)
            .filter_map(|(_, person)| names.get(person))
            .collect();
        if members.is_empty() {
            file.row([Value::from(group.clone())])?;
        }
        for member in members {
            file.row([Value::from(group.clone()), Value::from(member.clone())])?;
        }
    }
    file.finish()
}

fn credentials(app: &App, scope: &Scope, register: &Register, lang: Lang) -> Result<Vec<u8>, ListsError> {
    let columns = [
        Column::new(words::field(lang, Field::FullName), 40.0),
        Column::new(words::field(lang, Field::Card), 20.0),
        Column::new(words::field(lang, Field::Status), 18.0),
        Column::new(msg!(lang, "lists-export-issued"), 20.0),
        Column::new(msg!(lang, "lists-export-valid-until"), 20.0),
    ];
    let mut file = Writer::new(Kind::Xlsx, &words::field(lang, Field::Card), &[], &columns)?;
    let zone = &app.time_zone;
    for chunk in register.known.chunks(TOLD) {
        let all = app.db.read_blocking(|tx| {
            chunk.iter().map(|known| queries::credentials(tx, scope, known.id)).collect::<Result<Vec<_>, _>>()
        })?;
        for (known, held) in chunk.iter().zip(all) {
            for one in held {
                let moment = |at| Value::Moment(i18n::local(at, zone).datetime());
                file.row([
                    Value::from(known.data.name.full()),
                    Value::from(card_code(one.card)),
                    Value::from(msg_dyn!(lang, "lists-card-", one.status.as_str())),
                    moment(one.issued_at),
                    one.valid_until.map_or(Value::Empty, moment),
                ])?;
            }
        }
    }
    Ok(file.finish()?)
}

/// The pictures, each named as an import finds its person again; `false` when somebody has stopped the work.
fn photos(app: &App, ctx: &Ctx, job: &Job, register: &Register, pack: &mut Pack) -> Result<bool, ListsError> {
    let scope = ctx.require(Action::ExportRegister)?;
    let shown: Vec<&Known> = register.known.iter().filter(|known| known.photo_version > 0).collect();
    let mut taken = HashSet::new();
    for (batch, some) in shown.chunks(TOLD).enumerate() {
        if app.stop.is_stopping() {
            return Err(ListsError::Stopping);
        }
        if !tell(app, ctx, job, batch * TOLD, shown.len())? {
            return Ok(false);
        }
        let pictures = app.db.read_blocking(|tx| {
            some.iter()
                .map(|known| queries::photo(tx, &scope, &app.vault, known.id, PhotoSize::Large))
                .collect::<Result<Vec<_>, _>>()
        })?;
        for (known, picture) in some.iter().zip(pictures) {
            if let Some(picture) = picture {
                pack.file(&format!("photos/{}.jpg", file_name(known, &mut taken)), &picture.bytes)?;
            }
        }
    }
    tell(app, ctx, job, shown.len(), shown.len())
}

/// A picture's name: the card, else the person's name and birth date.
fn file_name(known: &Known, taken: &mut HashSet<String>) -> String {
    let born = known.data.birth_date.map(|day| format!(" {day}")).unwrap_or_default();
    let named = || format!("{}{born}", known.data.name.full());
    let first = cards_in_hand(known).next().map_or_else(named, card_code);
    let mut name = first.clone();
    let mut number = 2;
    while !taken.insert(name.to_lowercase()) {
        name = format!("{first} ({number})");
        number += 1;
    }
    name
}

fn tell(app: &App, ctx: &Ctx, job: &Job, done: usize, total: usize) -> Result<bool, ListsError> {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let (school, id, now, done, total) = (ctx.actor.school, job.id, app.clock.now(), count(done), count(total));
    app.db.write_blocking(move |tx| {
        let row = table::held(tx, school, id)?.ok_or(ListsError::NoSuchJob)?;
        table::set_total(tx, school, id, total, now)?;
        table::advance(tx, school, id, done, 0, 0, 0, 0, "", now)?;
        Ok(row.state == State::Writing)
    })
}
