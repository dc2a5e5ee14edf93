//! Rules, their points and windows.

use jiff::civil;
use kernel::{AccessPointId, ClassId, Direction, GroupId, Id, PersonId, Role, RuleId, SchoolId, Who, Window};
use store::{Param, StoreError, Tx, Value, record, statements};

/// The id in a rule's "who": of a class, a group or a person.
#[derive(Debug)]
pub enum WhoKind {}
/// See [`WhoKind`].
pub type WhoId = Id<WhoKind>;

record! {
    /// A rule without its points and windows.
    pub struct RuleRow {
        /// Which.
        pub id: RuleId,
        /// Its name.
        pub name: String,
        /// The word of who has it.
        pub who: String,
        /// The role.
        pub who_role: Option<Role>,
        /// The class, group or person.
        pub who_id: Option<WhoId>,
        /// Which way.
        pub direction: Option<Direction>,
        /// From this day.
        pub from_day: Option<civil::Date>,
        /// Up to and with this day.
        pub until_day: Option<civil::Date>,
        /// Whether it holds on holidays.
        pub on_holidays: bool,
        /// Whether it counts.
        pub is_enabled: bool,
        /// Rises with each change.
        pub revision: u64,
    }
    /// The names that a rule's "who" may have.
    pub struct WhoNameRow {
        /// The rule.
        pub id: RuleId,
        /// Grade of the class.
        pub grade: Option<u8>,
        /// Letter of the class.
        pub letter: Option<String>,
        /// Name of the group.
        pub group_name: Option<String>,
        /// Family name of the person.
        pub family: Option<String>,
        /// Given name of the person.
        pub given: Option<String>,
        /// Patronymic of the person.
        pub patronymic: Option<String>,
    }
    /// A point of a rule.
    pub struct RulePointRow {
        /// The rule.
        pub rule: RuleId,
        /// The point.
        pub point: AccessPointId,
        /// The point's name.
        pub name: String,
    }
    /// A window of a rule.
    pub struct RuleWindowRow {
        /// The rule.
        pub rule: RuleId,
        /// Bit 0 Monday.
        pub days: u8,
        /// From this minute.
        pub from_min: u16,
        /// Before this minute.
        pub to_min: u16,
    }
}

impl RuleRow {
    /// Who has the right; `None` when the words do not fit each other, which no operation writes.
    pub(crate) fn who(&self) -> Option<Who> {
        let uuid = self.who_id.map(WhoId::uuid);
        Some(match self.who.as_str() {
            "everybody" => Who::Everybody,
            "role" => Who::Role(self.who_role?),
            "class" => Who::Class(ClassId::from_uuid(uuid?)),
            "group" => Who::Group(GroupId::from_uuid(uuid?)),
            "person" => Who::Person(PersonId::from_uuid(uuid?)),
            _ => return None,
        })
    }
}

impl RuleWindowRow {
    pub(crate) const fn window(&self) -> Window {
        Window { days: self.days, from_min: self.from_min, to_min: self.to_min }
    }
}

/// The columns of a rule's "who": word, role, id.
pub(crate) fn who_words(who: Who) -> (&'static str, Option<Role>, Option<WhoId>) {
    match who {
        Who::Everybody => ("everybody", None, None),
        Who::Role(role) => ("role", Some(role), None),
        Who::Class(class) => ("class", None, Some(WhoId::from_uuid(class.uuid()))),
        Who::Group(group) => ("group", None, Some(WhoId::from_uuid(group.uuid()))),
        Who::Person(person) => ("person", None, Some(WhoId::from_uuid(person.uuid()))),
    }
}

macro_rules! rule_select {
    () => {
        "select id, name, who, who_role, who_id, direction, from_day, until_day, on_holidays, is_enabled, revision from rule "
    };
}

statements! {
    /// Rules in their order.
    fn list(school: SchoolId) -> Many<RuleRow> = concat!(rule_select!(), "where school = $1 order by position, id");
    /// One rule.
    fn one(school: SchoolId, rule: RuleId) -> One<RuleRow> = concat!(rule_select!(), "where school = $1 and id = $2");
    /// What the rules' classes, groups and persons are called.
    fn who_names(school: SchoolId) -> Many<WhoNameRow> =
        "select r.id as id, c.grade as grade, c.letter as letter, g.name as group_name, e.family as family, e.given as given,
           e.patronymic as patronymic
         from rule r left join class c on c.school = r.school and c.id = r.who_id and r.who = 'class'
         left join person_group g on g.school = r.school and g.id = r.who_id and r.who = 'group'
         left join person e on e.school = r.school and e.id = r.who_id and r.who = 'person'
         where r.school = $1 and r.who_id is not null";
    /// The points of all rules, in the points' order.
    fn points(school: SchoolId) -> Many<RulePointRow> =
        "select p.rule as rule, p.point as point, a.name as name
         from rule_point p join access_point a on a.school = p.school and a.id = p.point
         where p.school = $1 order by p.rule, a.position, a.name, a.id";
    /// The windows of all rules, in their order.
    fn windows(school: SchoolId) -> Many<RuleWindowRow> =
        "select rule, days, from_min, to_min from rule_window where school = $1 order by rule, position";
    /// The place after the last rule.
    fn next_position(school: SchoolId) -> Exactly<u32> = "select coalesce(max(position) + 1, 0) from rule where school = $1";
    /// Adds a rule.
    fn add(
        school: SchoolId, rule: RuleId, name: &str, who: &str, who_role: Option<Role>, who_id: Option<WhoId>,
        direction: Option<Direction>, from_day: Option<civil::Date>, until_day: Option<civil::Date>, on_holidays: bool,
        is_enabled: bool, position: u32,
    ) -> Run =
        "insert into rule (school, id, name, who, who_role, who_id, direction, from_day, until_day, on_holidays, is_enabled, position)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    /// Changes a rule that nobody has changed in the meantime.
    fn edit(
        school: SchoolId, rule: RuleId, revision: u64, name: &str, who: &str, who_role: Option<Role>, who_id: Option<WhoId>,
        direction: Option<Direction>, from_day: Option<civil::Date>, until_day: Option<civil::Date>, on_holidays: bool,
        is_enabled: bool,
    ) -> Run =
        "update rule set name = $4, who = $5, who_role = $6, who_id = $7, direction = $8, from_day = $9, until_day = $10,
           on_holidays = $11, is_enabled = $12, revision = revision + 1
         where school = $1 and id = $2 and revision = $3";
    /// Lets a rule count, or not.
    fn enable(school: SchoolId, rule: RuleId, is_enabled: bool) -> Run =
        "update rule set is_enabled = $3, revision = revision + 1 where school = $1 and id = $2";
    /// Puts a rule in its place.
    fn place(school: SchoolId, rule: RuleId, position: u32) -> Run = "update rule set position = $3 where school = $1 and id = $2";
    /// Removes a rule whose points and windows are gone.
    fn remove(school: SchoolId, rule: RuleId) -> Run = "delete from rule where school = $1 and id = $2";
    /// Removes the points of a rule.
    fn remove_points(school: SchoolId, rule: RuleId) -> Run = "delete from rule_point where school = $1 and rule = $2";
    /// Removes the windows of a rule.
    fn remove_windows(school: SchoolId, rule: RuleId) -> Run = "delete from rule_window where school = $1 and rule = $2";
    /// Whether a rule names a point.
    fn any_at_point(school: SchoolId, point: AccessPointId) -> One<u64> =
        "select 1 from rule_point where school = $1 and point = $2 limit 1";
}

/// Writes the points and windows of a rule that has none yet.
///
/// # Errors
/// From the database.
pub(crate) fn put_parts(
    tx: &mut Tx<'_>,
    school: SchoolId,
    rule: RuleId,
    points: &[AccessPointId],
    windows: &[Window],
) -> Result<(), StoreError> {
    let rows: Vec<Vec<Value<'_>>> =
        points.iter().map(|point| vec![school.value(), rule.value(), point.value()]).collect();
    tx.insert_many::<u64>("rule_point", &["school", "rule", "point"], school, &rows, "")?;
    let rows: Vec<Vec<Value<'_>>> = windows
        .iter()
        .zip(0_u32..)
        .map(|(window, position)| {
            vec![
                school.value(),
                rule.value(),
                Value::Int(position.into()),
                window.days.value(),
                window.from_min.value(),
                window.to_min.value(),
            ]
        })
        .collect();
    let columns = &["school", "rule", "position", "days", "from_min", "to_min"];
    tx.insert_many::<u64>("rule_window", columns, school, &rows, "").map(|_| ())
}
