//! `kezekshi demo`: a made-up school, simulated boards and a simulated day; whole, or server and door apart.

use std::{fs, os::unix::fs::DirBuilderExt, path::Path, sync::Arc, time::Duration};

use ::demo::{
    clock::{Anchor, DemoClock, Made},
    door::{Boards, Crowd, Forgotten},
    office::Office,
    school::{self, ImportError, School},
    world::World,
};
use ::gate::{Gate, GateConfig, HttpServer};
use access::{Access, GATE_PATIENCE, ops as access_ops};
use accounts::{App, Ctx, Login};
use anyhow::Context;
use jiff::{Timestamp, civil::date, tz::TimeZone};
use kernel::{Clock, Ids, SystemClock, UserId};

use super::{drivers, open, reached, tls, vault};
use crate::{
    cli::DemoArgs,
    gates::Gates,
    health::Health,
    server::Server,
    settings::{DemoWishes, Settings},
    signals::StopSignal,
    telemetry,
};

const ANCHOR: &str = "clock.json";
const TOKEN: &str = "gate.token";
/// The folder in which the simulated boards keep their memory.
const BOARDS: &str = "boards";
/// After how long the duty guard of the demonstration lets somebody in who has no card, in simulated seconds.
const GUARD_TAKES: Duration = Duration::from_secs(8);

pub(super) fn run(settings: &Settings, arguments: &DemoArgs, stop: &StopSignal) -> anyhow::Result<()> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&settings.data);
    made.with_context(|| format!("setting data = {}", settings.data.display()))?;
    let is_known = settings.data.join(ANCHOR).exists();
    if !is_known && settings.data.join("kezekshi.sqlite").exists() {
        // Before anything is touched: it is a school's own folder.
        return Err(ImportError::Real.into());
    }
    match &arguments.door {
        Some(server) => door(settings, arguments, server, stop),
        None => server(settings, arguments, stop),
    }
}

/// The world of a seed. Ages and classes are those of the school year 2026-27, so that the same seed gives the same school.
fn world(seed: u64) -> Arc<World> {
    Arc::new(World::make(seed, date(2026, 11, 23)))
}

fn almaty() -> anyhow::Result<TimeZone> {
    TimeZone::get("Asia/Almaty").context("the time zone database inside the program")
}

fn server(settings: &Settings, arguments: &DemoArgs, stop: &StopSignal) -> anyhow::Result<()> {
    let metrics = telemetry::start_metrics()?;
    let (clock, made) = clock(settings, arguments)?;
    let shared: Arc<dyn Clock> = Arc::new(clock.clone());
    let world = world(made.seed);
    let db = open(settings, shared.as_ref())?;
    let vault = vault(settings, &db)?;
    people::ops::seal_photos(&db, &vault)?;
    let order = school::Order { boards_port: made.boards_port, apart: made.apart };
    let school = match school::import(&db, &world, &vault, shared.as_ref(), order, &|| stop.is_told()) {
        Err(ImportError::Stopped) => {
            db.close();
            return Ok(());
        }
        imported => imported?,
    };
    if let Some(token) = &school.new_token {
        let path = settings.data.join(TOKEN);
        fs::write(&path, token).with_context(|| path.display().to_string())?;
    }
    let app = App::new(db, vault, shared.clone(), Ids::random(), settings.https, school::users());
    let app = reached(app, settings).signing_in_by(Arc::new(SystemClock));
    let access = Access::start(&app, GATE_PATIENCE * clock.pace(), ::gate::explain)?;
    let gates = Gates::new(settings.data.join("gates"), drivers(settings, shared));
    let crowd = if arguments.apart {
        None
    } else {
        Some(crowd(&world, &clock, settings, made, guard(&app, &school, &clock)?)?)
    };
    let office = office(&app, &school, &clock, &world)?;
    let done = Server {
        app,
        access,
        gates,
        metrics,
        connections: settings.http_connections,
        data: settings.data.clone(),
        tls: tls(settings)?,
    }
    .run(settings.listen, stop, |address| {
        let scheme = settings.scheme();
        tracing::info!("the demonstration is at {scheme}://{address} (users and passwords stand on its sign-in page)");
        if arguments.apart {
            tracing::info!("now start the door in another terminal: ./run demo --door {scheme}://{address}");
        }
        Ok(())
    });
    drop((crowd, office));
    done
}

fn door(settings: &Settings, arguments: &DemoArgs, server: &str, stop: &StopSignal) -> anyhow::Result<()> {
    let path = settings.data.join(TOKEN);
    let token = fs::read_to_string(&path)
        .with_context(|| format!("{}: start the server first: ./run demo --apart", path.display()))?;
    let _health = Health::start(settings.metrics_listen, telemetry::start_metrics()?)?;
    let (clock, made) = clock(settings, arguments)?;
    let shared: Arc<dyn Clock> = Arc::new(clock.clone());
    let server = Arc::new(HttpServer::new(server, token.trim(), None)?);
    let crowd = crowd(&world(made.seed), &clock, settings, made, Box::new(|_, _, _| {}))?;
    let handle = Gate::start(
        GateConfig { verify: crypto::verify, ..GateConfig::new(settings.data.join("door")) },
        drivers(settings, shared.clone()),
        server,
        shared,
        Ids::random(),
    )?;
    stop.wait(Duration::from_secs(5), || {
        let status = handle.status();
        tracing::info!(kept = status.spool_depth, snapshot = status.snapshot, "the door works");
    })?;
    drop(crowd);
    handle.stop();
    Ok(())
}

/// The clock of this run, and what its folder was made with. With server and door in one program the day begins now; apart, the run
/// before goes on, if there was one, so that the two stay in step whichever is started anew.
fn clock(settings: &Settings, arguments: &DemoArgs) -> anyhow::Result<(DemoClock, Made)> {
    let (real, zone): (Arc<dyn Clock>, _) = (Arc::new(SystemClock), almaty()?);
    let (path, wishes) = (settings.data.join(ANCHOR), settings.demo);
    let before = Anchor::read(&path).with_context(|| path.display().to_string())?;
    let made = agreed(settings, wishes, arguments.is_apart(), before)?;
    let anchor = match before {
        Some(anchor) if made.apart => {
            agrees(settings, "speed", wishes.speed, anchor.speed)?;
            anchor
        }
        before => Anchor::anew(real.as_ref(), &zone, before, wishes.speed.unwrap_or(1)),
    };
    let anchor = Anchor { made: Some(made), ..anchor };
    anchor.write(&path).with_context(|| path.display().to_string())?;
    Ok((DemoClock::new(real, zone, anchor), made))
}

/// What time it is for whoever keeps things in this folder: the demonstration's own in its folder, else the real one.
pub(super) fn now_in(data: &Path) -> anyhow::Result<Timestamp> {
    let real: Arc<dyn Clock> = Arc::new(SystemClock);
    Ok(match Anchor::read(&data.join(ANCHOR)).with_context(|| data.display().to_string())? {
        Some(anchor) => DemoClock::new(real, almaty()?, anchor).now(),
        None => real.now(),
    })
}

/// What the folder was made with, which must be what is asked for now.
fn agreed(settings: &Settings, wishes: DemoWishes, apart: bool, before: Option<Anchor>) -> anyhow::Result<Made> {
    let asked = Made { seed: wishes.seed.unwrap_or(1), boards_port: wishes.boards_port.unwrap_or(60100), apart };
    let made = match before {
        None => return Ok(asked),
        // A folder of an older version says only by its token that its door is apart; its seed is looked at in the database.
        Some(anchor) => anchor.made.unwrap_or(Made { apart: settings.data.join(TOKEN).exists(), ..asked }),
    };
    let data = settings.data.display();
    anyhow::ensure!(
        made.apart || !apart,
        "the folder {data} was made by ./run demo, with the door in the same program: server and door apart need a folder of their own. \
         Leave --data out, or name another folder"
    );
    anyhow::ensure!(
        apart || !made.apart,
        "the folder {data} was made by ./run demo --apart, for a door that is a program of its own. Leave --data out, name another \
         folder, or add --apart"
    );
    agrees(settings, "seed", wishes.seed, made.seed)?;
    agrees(settings, "boards_port", wishes.boards_port, made.boards_port)?;
    Ok(made)
}

fn agrees<T: PartialEq + std::fmt::Display>(
    settings: &Settings,
    name: &str,
    asked: Option<T>,
    made: T,
) -> anyhow::Result<()> {
    let data = settings.data.display();
    match asked {
        Some(asked) if asked != made => anyhow::bail!(
            "setting {name} = {asked} cannot be used: the folder {data} was made with {name} = {made}. Leave the setting out, name another \
             --data folder, or remove this one"
        ),
        Some(_) | None => Ok(()),
    }
}

fn crowd(
    world: &Arc<World>,
    clock: &DemoClock,
    settings: &Settings,
    made: Made,
    forgotten: Forgotten,
) -> anyhow::Result<Crowd> {
    let port = made.boards_port;
    let boards = Boards::start(world, clock, port, &settings.data.join(BOARDS)).with_context(|| {
        format!(
            "--boards-port = {port} cannot be used: the simulated boards need it and the port after it on 127.0.0.1"
        )
    })?;
    Ok(Crowd::start(world.clone(), clock.clone(), boards, forgotten)?)
}

/// The office: the secretary gives the permissions to leave of each day.
fn office(app: &App, school: &School, clock: &DemoClock, world: &Arc<World>) -> anyhow::Result<Office> {
    let (account, people, made) = (account(app, school::SECRETARY)?, school.people.clone(), school.school);
    let (db, app) = (app.db.clone(), app.clone());
    let clerk = move || {
        let mut ctx = Ctx::of_program(made, app.clock.now(), app.ids.clone());
        // A permission stands in somebody's name.
        ctx.actor.user = Some(account);
        ctx.pace = app.clock.pace();
        ctx
    };
    Ok(Office::open(db, world.clone(), clock.clone(), people, Box::new(clerk))?)
}

/// The account of one of the demonstration's users.
fn account(app: &App, login: &str) -> anyhow::Result<UserId> {
    let known = Login::parse(login)?;
    let account = app.db.read_blocking(|tx| accounts::queries::user_of_login(tx, &known))?;
    Ok(account.with_context(|| format!("the demonstration's account {login:?} is gone"))?.id)
}

/// The duty guard: finds the pupil by name and lets the pupil in, as a guard at the monitor does.
fn guard(app: &App, school: &School, clock: &DemoClock) -> anyhow::Result<Forgotten> {
    let (app, school) = (app.clone(), school.clone());
    let wait = GUARD_TAKES / clock.speed();
    let account = account(&app, school::GUARD)?;
    Ok(Box::new(move |person, point, direction| {
        let (Some(person), Some(point)) = (school.people.get(person).copied(), school.points.get(point).copied())
        else {
            return;
        };
        let (app, school) = (app.clone(), school.school);
        // The others do not wait for the one without a card.
        std::thread::spawn(move || {
            std::thread::sleep(wait);
            let mut ctx = Ctx::of_program(school, app.clock.now(), app.ids.clone());
            // A pass by hand stands in somebody's name.
            ctx.actor.user = Some(account);
            ctx.pace = app.clock.pace();
            let asked = app
                .db
                .write_blocking(move |tx| access_ops::admit(tx, &ctx, access_ops::Admit { point, direction, person }));
            if let Err(error) = asked {
                tracing::warn!(%error, "the duty guard could not let somebody in");
            }
        });
    }))
}
