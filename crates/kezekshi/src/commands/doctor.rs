//! `kezekshi doctor`.
#![allow(clippy::print_stdout, reason = "a command answers whoever typed it")]

mod spools;

use std::process::ExitCode;

use anyhow::Context;
use i18n::{Arg, Lang, msg, msg_dyn, text};
use store::{Db, Finding, Options, StoreError, Told};

use super::{demo, master_source};
use crate::{anchors, settings::Settings};

/// Keys of our texts behind which a finding's own key stands.
const PREFIX: &str = "kezekshi-found-";

/// Checks without changing anything: a database of an older program is told of, not migrated. The machine of a gate that stands alone has
/// no database, and none is made there.
pub(super) fn run(settings: &Settings, lang: Lang) -> anyhow::Result<ExitCode> {
    let own = settings.data.join("kezekshi.sqlite");
    let is_gate_alone = settings.database == format!("sqlite:{}", own.display())
        && !own.exists()
        && settings.data.join("gate").is_dir();
    let mut findings = if is_gate_alone { Vec::new() } else { database(settings)? };
    findings.extend(spools::findings(&settings.data, demo::now_in(&settings.data)?));
    Ok(told(lang, &findings))
}

/// Tells the findings; the command has failed when one of them is bad.
pub(super) fn told(lang: Lang, findings: &[Finding]) -> ExitCode {
    tell(lang, findings);
    if findings.iter().all(|finding| finding.ok) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The language that was asked for.
pub(super) fn lang(word: &str) -> anyhow::Result<Lang> {
    Lang::parse(word).with_context(|| format!("--lang = {word:?} cannot be used: must be kk, ru or en"))
}

fn database(settings: &Settings) -> anyhow::Result<Vec<Finding>> {
    let db = Db::open(&settings.database, &Options { connections: settings.connections, ..Options::default() })?;
    let mut findings = db.check();
    if findings.iter().all(|finding| finding.ok) {
        findings.extend(db.read_blocking(journal::doctor)?);
        findings.extend(keys(settings, &db)?);
        let anchors = anchors::kept(&settings.data)?;
        findings.extend(db.read_blocking(|tx| accounts::verify(tx, &anchors))?);
        findings.extend(db.read_blocking(attendance::doctor)?);
    }
    Ok(findings)
}

/// Whether the master keys are there and open everything.
pub(super) fn keys(settings: &Settings, db: &Db) -> anyhow::Result<Vec<Finding>> {
    let source = master_source(settings);
    let findings = db.read_blocking(|tx| {
        let (finding, vault) = crypto::check_source(tx, &source)?;
        let mut findings = vec![finding];
        if let Some(vault) = vault {
            findings.extend(crypto::doctor(tx, &vault)?);
        }
        Ok::<_, StoreError>(findings)
    })?;
    Ok(findings)
}

pub(super) fn tell(lang: Lang, findings: &[Finding]) {
    for finding in findings {
        let state = if finding.ok { msg!(lang, "kezekshi-well") } else { msg!(lang, "kezekshi-wrong") };
        println!("{state}  {}", words(lang, finding));
    }
}

fn words(lang: Lang, finding: &Finding) -> String {
    if finding.args.is_empty() {
        return msg_dyn!(lang, "kezekshi-found-", finding.what_key);
    }
    let args: Vec<(&str, Arg<'_>)> = finding
        .args
        .iter()
        .map(|(name, told)| match told {
            Told::Number(number) => (*name, Arg::from(*number)),
            Told::Text(text) => (*name, Arg::from(text.as_str())),
        })
        .collect();
    text(lang, &format!("{PREFIX}{}", finding.what_key), &args)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finding_has_words_in_three_languages() {
        let all = store::FINDINGS
            .iter()
            .chain(journal::FINDINGS)
            .chain(crypto::FINDINGS)
            .chain(accounts::FINDINGS)
            .chain(attendance::FINDINGS)
            .chain(spools::FINDINGS);
        for (key, args) in all {
            for lang in Lang::ALL {
                let args = args.iter().map(|name| (*name, Told::Text("17".into()))).collect();
                let said = words(lang, &Finding { ok: true, what_key: key, args });
                assert!(!said.contains('⟦') && !said.contains('$'), "{key}: {said}");
            }
        }
    }
}
