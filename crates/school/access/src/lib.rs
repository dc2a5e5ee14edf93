//! Access control: points, zones, rules, passes, presence, the guard's monitor.
//!
//! # Map (signatures that pages and the program use)
//! ```text
//! Access::start(&App, Stop, AccessSettings) -> Result<Access, AccessError>      threads: feeds of gates, live hub
//! subsystem(&App, &Access) -> Subsystem
//! access.live.subscribe(&Scope) -> broadcast::Receiver<LiveEvent>               Pass(Arc<PassView>), Alarm(Arc<AlarmView>), Mode(Arc<ModeView>), Counters(Arc<Inside>), Lanes(Arc<Vec<LaneView>>)
//!
//! queries::mode(tx, &Scope) -> Result<ModeView>
//! queries::inside(tx, &Scope) -> Result<Inside>
//! queries::where_is(tx, &Scope, PersonId) -> Result<Option<WhereView>>
//! queries::lanes(tx, &Scope, now, patience) -> Result<Vec<LaneView>>
//! queries::last_passes(tx, &Scope, limit) -> Result<Vec<PassView>>              newest first
//! queries::pass(tx, &Scope, PassId) -> Result<Option<PassView>>
//! queries::passes(tx, &Scope, &PassFilter, Option<PassCursor>, limit) -> Result<PassPage>
//! queries::export(tx, &Scope, &PassFilter, limit, |PassView| …) -> Result<u64>  rows given
//! queries::buildings / zones / points / gates / devices / rules / holidays (tx, &Scope …) -> Result<Vec<…View>>
//! queries::point / device / rule (tx, &Scope, id) -> Result<Option<…View>>
//! queries::who_choices(tx, &Scope) -> Result<WhoChoices>
//! queries::alarms(tx, &Scope, &AlarmFilter, limit) -> Result<Vec<AlarmView>>
//!
//! ops::change_mode(tx, &Ctx, SchoolMode)
//! ops::admit(tx, &Ctx, Admit { point, direction, person }) -> Result<PassId>
//! ops::present(tx, &Ctx, Present { point, direction, number: u64 }) -> Result<PassId>
//! ops::wait_for_pass(&App, Scope, PassId, Duration).await -> Result<Option<PassView>>
//! ops::sync_device(tx, &Ctx, DeviceId)
//! ops::add_building / edit_building / remove_building, … zone, … point (remove refuses when passes refer; enable_point(id, bool)), … device, … rule
//! ops::add_gate(tx, &Ctx, name, is_remote) -> Result<(GateId, Option<String /* token, shown once */>)>, rotate_gate_token, remove_gate
//! ops::add_rule(tx, &Ctx, RuleInput), edit_rule(tx, &Ctx, id, revision, RuleInput), enable_rule, remove_rule, order_rules(tx, &Ctx, &[RuleId])
//! ops::add_holiday(tx, &Ctx, day, name), remove_holiday(tx, &Ctx, day)
//! ops::see_alarm(tx, &Ctx, AlarmId), see_all_alarms(tx, &Ctx)
//! ops::set_presence(tx, &Ctx, PersonId, Option<ZoneId>)                         anti-passback reset
//! ```
