//! Proofs about the whole house. Each failure says what to do.
#![allow(clippy::unwrap_used, reason = "a proof that cannot be set up shall stop")]

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use accounts::{Right, RouteEntry, rights};
use cargo_metadata::MetadataCommand;
use kezekshi::subsystems;
use testkit::both_databases;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Which rooms a room may stand on.
fn may_stand_on(room: &str) -> &'static [&'static str] {
    match room {
        "base" => &["base"],
        "shared" => &["base", "shared"],
        "school" => &["base", "shared"],
        "faces" => &["base", "shared", "school"],
        "edge" => &["edge", "base"],
        "demo" => &["base", "shared", "school", "simulators"],
        "simulators" => &[],
        "testkit" => &["base"],
        "kezekshi" => &["base", "shared", "school", "faces", "edge", "demo", "simulators"],
        other => panic!("{other} is a room that the dependency rule does not know: add it here and to ARCHITECTURE.md"),
    }
}

#[test]
fn the_arrows_between_crates_point_downwards() {
    let metadata = MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap();
    let room_of: BTreeMap<String, String> = metadata
        .packages
        .iter()
        .map(|package| {
            let path = package.manifest_path.strip_prefix(metadata.workspace_root.as_path()).unwrap();
            let parts: Vec<_> = path.iter().collect();
            (package.name.to_string(), parts[if parts[0] == "crates" { 1 } else { 0 }].to_owned())
        })
        .collect();
    let mut wrong = Vec::new();
    for package in &metadata.packages {
        let room = &room_of[package.name.as_str()];
        for dependency in
            package.dependencies.iter().filter(|dependency| dependency.kind == cargo_metadata::DependencyKind::Normal)
        {
            let Some(target) = room_of.get(&dependency.name) else { continue };
            let edge_on_more = room == "edge" && target == "base" && dependency.name != "kernel";
            let school_on_school = room == "school" && target == "school";
            if !may_stand_on(room).contains(&target.as_str()) || edge_on_more || school_on_school {
                wrong.push(format!("{} ({room}) must not stand on {} ({target})", package.name, dependency.name));
            }
        }
    }
    assert!(wrong.is_empty(), "move the code down or speak through the journal:\n{}", wrong.join("\n"));
}

#[test]
fn drivers_routers_and_clocks_are_named_only_in_their_rooms() {
    let rules: &[(&str, &[&str])] = &[
        ("rusqlite", &["crates/base/store"]),
        ("postgres::", &["crates/base/store", "crates/testkit"]),
        ("aes_gcm_siv", &["crates/base/crypto"]),
        ("Aes256", &["crates/base/crypto"]),
        ("Hkdf", &["crates/base/crypto"]),
        ("Hmac", &["crates/base/crypto"]),
        // Only sheet keeps texts from being taken for formulas.
        ("rust_xlsxwriter", &["crates/base/sheet"]),
        ("csv::Writer", &["crates/base/sheet"]),
        ("Set-Cookie", &["crates/base/web"]),
        ("SET_COOKIE", &["crates/base/web"]),
        ("Timestamp::now", &["crates/base/kernel"]),
        ("SystemTime::now", &["crates/base/kernel"]),
    ];
    let mut wrong = Vec::new();
    for file in rust_files(&root().join("crates")) {
        let name = file.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
        let is_test = name.contains("/tests/") || name.contains("/benches/");
        let text = std::fs::read_to_string(&file).unwrap();
        for (word, rooms) in rules {
            let allowed = is_test || name.ends_with("house.rs") || rooms.iter().any(|room| name.starts_with(room));
            if !allowed && text.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(word)) {
                wrong.push(format!("{name} names {word}, which only {} may", rooms.join(", ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Crates of ciphers, key derivation and keyed hashes, by the beginnings of their names.
const CIPHERS: &[&str] = &[
    "aes",
    "aead",
    "age",
    "aws-lc",
    "chacha20",
    "cipher",
    "crypto_box",
    "crypto_secretbox",
    "dryoc",
    "ed25519",
    "ghash",
    "hkdf",
    "hmac",
    "libsodium",
    "openssl",
    "orion",
    "p256",
    "pbkdf2",
    "polyval",
    "poly1305",
    "ring",
    "rsa",
    "salsa20",
    "sodiumoxide",
    "x25519",
    "xchacha20",
    "xsalsa20",
];

#[test]
fn only_crypto_stands_on_ciphers() {
    let metadata = MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap();
    let is_cipher = |name: &str| {
        CIPHERS
            .iter()
            .any(|cipher| name == *cipher || name.strip_prefix(cipher).is_some_and(|rest| rest.starts_with('-')))
    };
    let named = |package: &cargo_metadata::Package| {
        package
            .dependencies
            .iter()
            .filter(|dependency| is_cipher(&dependency.name))
            .map(|dependency| dependency.name.clone())
            .collect::<Vec<_>>()
    };
    let (crypto, others): (Vec<_>, Vec<_>) =
        metadata.packages.iter().partition(|package| package.name.as_str() == "crypto");
    assert!(crypto.iter().any(|package| !named(package).is_empty()), "crypto itself stands on ciphers");
    let wrong: Vec<_> = others
        .iter()
        .flat_map(|package| {
            named(package).into_iter().map(|cipher| format!("{} must not stand on {cipher}", package.name))
        })
        .collect();
    assert!(wrong.is_empty(), "seal and open through crypto::Vault:\n{}", wrong.join("\n"));
}

#[test]
fn files_stay_readable() {
    let long: Vec<_> = rust_files(&root().join("crates"))
        .into_iter()
        .chain(rust_files(&root().join("simulators")))
        .filter_map(|file| {
            let lines = std::fs::read_to_string(&file).unwrap().lines().count();
            (lines > 600).then(|| format!("{} has {lines} lines", file.display()))
        })
        .collect();
    assert!(long.is_empty(), "find the natural seam and split:\n{}", long.join("\n"));
}

#[test]
fn every_text_stands_in_three_languages_and_is_used() {
    let _linked = subsystems::NAMES;
    let problems: Vec<_> =
        i18n::check_all().into_iter().chain(i18n::scan(&root())).map(|problem| problem.to_string()).collect();
    assert!(problems.is_empty(), "mend the Fluent files:\n{}", problems.join("\n"));
}

both_databases! {
    fn every_statement_prepares_and_filters_by_school(t) {
        let _linked = subsystems::NAMES;
        let problems = store::prove(&t.db);
        assert!(problems.is_empty(), "mend the statements:\n{}", problems.join("\n"));
    }
}

#[test]
fn every_column_is_in_the_data_map() {
    let t = testkit::TestDb::sqlite();
    let (app, access) = support::test_app(&t);
    let entries: Vec<_> = subsystems::all(&app, &access).iter().flat_map(|subsystem| subsystem.data).collect();
    let whole: BTreeSet<_> = entries.iter().filter(|entry| entry.column == "*").map(|entry| entry.table).collect();
    let named: BTreeSet<_> = entries.iter().map(|entry| (entry.table, entry.column)).collect();
    let mut missing = Vec::new();
    for (table, column) in store::columns(&t.db).unwrap() {
        if !whole.contains(table.as_str()) && !named.contains(&(table.as_str(), column.as_str())) {
            missing.push(format!("{table}.{column}"));
        }
    }
    assert!(
        missing.is_empty(),
        "add to a subsystem's privacy.rs (purpose, ground, term), or declare the table with `*`:\n{}",
        missing.join("\n")
    );
    let mut text = String::from(
        "# Data map\n\nWritten from the subsystems' `privacy.rs` by a test.\n\n| table | column | purpose | ground | term |\n| --- | --- | --- | --- | --- |\n",
    );
    for entry in entries.iter().filter(|entry| entry.column != "*") {
        text += &format!(
            "| {} | {} | {} | {} | {} |\n",
            entry.table, entry.column, entry.purpose, entry.ground, entry.term
        );
    }
    text += &format!("\nHold nothing about a person: {}.\n", whole.into_iter().collect::<Vec<_>>().join(", "));
    generated("data-map.md", &text);
}

#[test]
fn the_rights_page_is_fresh_and_every_route_stands_in_it() {
    let t = testkit::TestDb::sqlite();
    let (app, access) = support::test_app(&t);
    let mut routes: Vec<RouteEntry> = kezekshi::routes(&app, &access);
    routes.sort_by_key(|route| (route.path, route.method));
    let mut text = format!(
        "# Rights\n\nWritten from `accounts::rights` and the routes by a test.\n\n{}\n## Routes\n\n| route | right |\n| --- | --- |\n",
        rights::matrix_markdown()
    );
    for route in routes {
        let right = match route.right {
            Right::Public(why) => format!("everybody: {why}"),
            Right::SignedIn => "whoever is signed in".to_owned(),
            Right::OwnFactors => "whoever is signed in, also without the second factor that is wanted".to_owned(),
            Right::Gate => "a gate with its token".to_owned(),
            Right::Token(None) => "any living token".to_owned(),
            Right::Token(Some(scope)) => format!("a token for {scope}, of somebody with {}", scope.action().as_str()),
            Right::Action(action) => action.as_str().to_owned(),
        };
        text += &format!("| {} {} | {right} |\n", route.method, route.path);
    }
    generated("rights.md", &text);
}

#[test]
fn every_kind_of_event_can_be_chosen_for_a_webhook() {
    let mut kinds = BTreeSet::new();
    for file in rust_files(&root().join("crates")) {
        if !file.components().any(|part| part.as_os_str() == "src") {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        for part in text.split("const KIND: &'static str = \"").skip(1) {
            kinds.insert(part.split('"').next().unwrap().to_owned());
        }
        // Events of a room that writes many: `kinds!(One, Other)`.
        for part in text.split("\nkinds!(").skip(1) {
            let names = part.split(");").next().unwrap().split(',');
            kinds.extend(names.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()));
        }
    }
    let known: BTreeSet<String> = api::hooks::EVENT_KINDS.iter().map(|kind| (*kind).to_owned()).collect();
    assert_eq!(kinds, known, "name each kind in api::hooks::EVENT_KINDS and give it a text api-event-<kind>");
}

#[test]
fn the_description_of_the_interface_is_fresh_and_complete() {
    let t = testkit::TestDb::sqlite();
    let (app, access) = support::test_app(&t);
    let document: serde_json::Value = serde_json::from_str(api::document()).unwrap();
    let described: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            methods.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone()))
        })
        .collect();
    let routed: BTreeSet<(String, String)> = kezekshi::routes(&app, &access)
        .into_iter()
        .filter(|route| matches!(route.right, Right::Token(_)))
        .map(|route| (route.method.to_owned(), route.path.to_owned()))
        .collect();
    assert_eq!(described, routed, "give the handler #[utoipa::path] and name it in api::document");
    generated("openapi.json", api::document());
}

#[test]
fn the_tests_that_the_agreement_map_names_are_there() {
    let text = std::fs::read_to_string(root().join("docs/agreement-map.md")).unwrap();
    let named: BTreeSet<&str> =
        text.split('`').skip(1).step_by(2).filter(|word| word.ends_with(".rs") && word.contains("/tests/")).collect();
    assert!(named.len() > 5, "the map names tests between backticks");
    let files: Vec<String> =
        rust_files(&root().join("crates")).iter().map(|file| file.to_string_lossy().into_owned()).collect();
    let lost: Vec<_> =
        named.into_iter().filter(|name| !files.iter().any(|file| file.ends_with(&format!("/{name}")))).collect();
    assert!(lost.is_empty(), "docs/agreement-map.md names tests that are not there: {}", lost.join(", "));
}

/// Compares with the checked-in page; `KEZEKSHI_ACCEPT=1` writes it.
fn generated(name: &str, text: &str) {
    let path = root().join("docs/generated").join(name);
    if std::env::var_os("KEZEKSHI_ACCEPT").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == text,
        "docs/generated/{name} is stale: run the tests once with KEZEKSHI_ACCEPT=1, read the difference, commit it"
    );
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "target" && name != "node_modules") {
                files.extend(rust_files(&path));
            }
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files
}
