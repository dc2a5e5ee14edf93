//! Whether what is sealed can be opened.

use std::collections::HashMap;

use ::store::{Finding, StoreError, Tx};
use kernel::{PersonId, SchoolId};

use crate::{
    field::SEALED,
    key::Key,
    master::MasterSource,
    store,
    vault::{Vault, unwrap_person, wrapping_key},
};

/// Every key that [`doctor()`] and [`check_source`] may give, with the names of its arguments.
pub const FINDINGS: &[(&str, &[&str])] = &[
    ("master-keys-usable", &["place", "keys"]),
    ("master-keys-not-made", &["place"]),
    ("master-keys-missing", &["place"]),
    ("master-keys-unusable", &["reason"]),
    ("school-keys-open", &["schools"]),
    ("school-key-closed", &["school", "master", "reason"]),
    ("installation-key-closed", &["master", "reason"]),
    ("person-keys-open", &["persons", "destroyed"]),
    ("person-keys-closed", &["school", "persons"]),
    ("person-keys-without-school", &["persons"]),
    ("sealed-values-have-keys", &["columns"]),
    ("sealed-values-without-key", &["table", "column", "persons"]),
];

/// Keys read at once.
const BATCH: u32 = 1000;
/// Schools whose key does not open that are told of: the first say enough.
const TOLD: usize = 20;

/// Looks at the master keys where they are kept; gives the vault on them, if they can be used. Nothing is made.
///
/// # Errors
/// From the database.
pub fn check_source(tx: &mut Tx<'_>, source: &MasterSource) -> Result<(Finding, Option<Vault>), StoreError> {
    let place = || vec![("place", source.to_string().into())];
    Ok(match Vault::load(source.clone()) {
        Ok(Some(vault)) => {
            let keys = vault.numbers().count() as u64;
            let args = vec![("place", source.to_string().into()), ("keys", keys.into())];
            (Finding::good("master-keys-usable", args), Some(vault))
        }
        Ok(None) if crate::status(tx)?.masters().next().is_some() => {
            (Finding::bad("master-keys-missing", place()), None)
        }
        Ok(None) => (Finding::good("master-keys-not-made", place()), None),
        Err(error) => (Finding::bad("master-keys-unusable", vec![("reason", error.to_string().into())]), None),
    })
}

/// Opens every key of every school and person, and counts persons with sealed values but without a key.
///
/// # Errors
/// From the database.
pub fn doctor(tx: &mut Tx<'_>, vault: &Vault) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    let schools = schools(tx, vault, &mut findings)?;
    persons(tx, &schools, &mut findings)?;
    sealed(tx, &mut findings)?;
    Ok(findings)
}

/// The keys by which persons' keys are wrapped, of every school and version.
type Wrapping = HashMap<SchoolId, HashMap<u32, Key>>;

fn schools(tx: &mut Tx<'_>, vault: &Vault, findings: &mut Vec<Finding>) -> Result<Wrapping, StoreError> {
    let (mut schools, mut closed) = (Wrapping::new(), 0);
    if let Some(row) = store::installation_key(tx)?
        && let Err(error) = vault.unwrap_installation(&row)
    {
        closed += 1;
        let args = vec![("master", u64::from(row.master).into()), ("reason", error.to_string().into())];
        findings.push(Finding::bad("installation-key-closed", args));
    }
    let mut after = (SchoolId::from_uuid(Default::default()), 0);
    loop {
        let rows = store::all_school_keys(tx, after.0, after.1, BATCH)?;
        let Some(last) = rows.last() else { break };
        after = (last.school, last.version);
        for row in rows {
            let opened = vault.unwrap_school(row.school, row.version, row.master, &row.wrapped);
            match opened.and_then(|key| wrapping_key(&key)) {
                Ok(key) => {
                    schools.entry(row.school).or_default().insert(row.version, key);
                }
                Err(error) => {
                    closed += 1;
                    if closed <= TOLD {
                        let args = vec![
                            ("school", row.school.to_string().into()),
                            ("master", u64::from(row.master).into()),
                            ("reason", error.to_string().into()),
                        ];
                        findings.push(Finding::bad("school-key-closed", args));
                    }
                }
            }
        }
    }
    if closed == 0 {
        findings.push(Finding::good("school-keys-open", vec![("schools", (schools.len() as u64).into())]));
    }
    Ok(schools)
}

fn persons(tx: &mut Tx<'_>, schools: &Wrapping, findings: &mut Vec<Finding>) -> Result<(), StoreError> {
    let (mut opened, mut is_well) = (0_u64, true);
    for (school, keys) in schools {
        let (mut after, mut closed) = (PersonId::from_uuid(Default::default()), 0_u64);
        loop {
            let rows = store::all_person_keys(tx, *school, after, BATCH)?;
            let Some(last) = rows.last() else { break };
            after = last.person;
            for row in rows {
                // Without the school's key of that version it is told of the school already, or below.
                let Some(key) = keys.get(&row.school_version) else { continue };
                match unwrap_person(key, *school, row.person, row.school_version, &row.wrapped) {
                    Ok(_) => opened += 1,
                    Err(_) => closed += 1,
                }
            }
        }
        if closed > 0 {
            is_well = false;
            let args = vec![("school", school.to_string().into()), ("persons", closed.into())];
            findings.push(Finding::bad("person-keys-closed", args));
        }
    }
    let orphaned = store::orphaned(tx)?;
    if orphaned > 0 {
        is_well = false;
        findings.push(Finding::bad("person-keys-without-school", vec![("persons", orphaned.into())]));
    }
    if is_well {
        let destroyed = store::counted(tx)?.destroyed;
        let args = vec![("persons", opened.into()), ("destroyed", destroyed.into())];
        findings.push(Finding::good("person-keys-open", args));
    }
    Ok(())
}

fn sealed(tx: &mut Tx<'_>, findings: &mut Vec<Finding>) -> Result<(), StoreError> {
    let mut is_well = true;
    for sealed in SEALED {
        let persons = (sealed.without_key)(tx)?;
        if persons > 0 {
            is_well = false;
            let args = vec![
                ("table", sealed.field.table().to_owned().into()),
                ("column", sealed.field.column().to_owned().into()),
                ("persons", persons.into()),
            ];
            findings.push(Finding::bad("sealed-values-without-key", args));
        }
    }
    if is_well {
        let columns = SEALED.len() as u64;
        findings.push(Finding::good("sealed-values-have-keys", vec![("columns", columns.into())]));
    }
    Ok(())
}
