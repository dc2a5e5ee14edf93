//! Finds keys that the program asks for and no catalog has, and keys that nobody asks for.
//!
//! The scanner reads the sources as text; it follows no macro and no type. A key is used when it stands in `msg!(…, "key")`,
//! when it begins with the prefix of a `msg_dyn!(…, "prefix-", …)`, or when it stands as a string anywhere else
//! (`fn key(&self) -> &'static str`). Only the first two are also checked for existence.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use fluent_syntax::{ast::Entry, parser};

use crate::{CATALOGS, Catalog, Lang, Problem, check::line_of};

/// Compares the sources under `root` (its `crates/**/*.rs`, without tests of this crate) with the catalogs linked into
/// this program.
pub fn scan(root: &Path) -> Vec<Problem> {
    scan_with(root, &CATALOGS)
}

/// Compares the sources under `root` with these catalogs.
pub fn scan_with(root: &Path, catalogs: &[Catalog]) -> Vec<Problem> {
    let keys: BTreeMap<String, &str> =
        catalogs.iter().flat_map(|catalog| keys_of(catalog).into_iter().map(|key| (key, catalog.name))).collect();
    let mut problems = Vec::new();
    let mut files = Vec::new();
    if let Err(error) = rust_files(&root.join("crates"), &mut files) {
        problems.push(Problem { place: root.display().to_string(), what: format!("cannot be read: {error}") });
    }
    files.sort();
    let mut unused: BTreeSet<&String> = keys.keys().collect();
    for file in &files {
        let place = file.strip_prefix(root).unwrap_or(file).display().to_string();
        match fs::read_to_string(file) {
            Ok(source) => {
                let uses = uses(&source);
                report_missing(&place, &source, &uses, &keys, &mut problems);
                unused.retain(|key| !uses.covers(key));
            }
            Err(error) => problems.push(Problem { place, what: format!("cannot be read: {error}") }),
        }
    }
    problems.extend(
        unused.into_iter().map(|key| Problem { place: keys[key].to_owned(), what: format!("{key} is used nowhere") }),
    );
    problems
}

fn report_missing(place: &str, source: &str, uses: &Uses, keys: &BTreeMap<String, &str>, problems: &mut Vec<Problem>) {
    let mut report =
        |at: usize, what: String| problems.push(Problem { place: format!("{place}:{}", line_of(source, at)), what });
    for (at, key) in uses.keys.iter().filter(|(_, key)| !keys.contains_key(key)) {
        report(*at, format!("no catalog has {key}"));
    }
    for (at, prefix) in &uses.prefixes {
        if !keys.keys().any(|key| key.starts_with(prefix)) {
            report(*at, format!("no catalog has a key that begins with {prefix}"));
        }
    }
}

fn keys_of(catalog: &Catalog) -> BTreeSet<String> {
    Lang::ALL
        .into_iter()
        .flat_map(|lang| {
            let resource = parser::parse(catalog.source(lang)).unwrap_or_else(|(resource, _)| resource);
            resource.body.into_iter().filter_map(|entry| match entry {
                Entry::Message(message) => Some(message.id.name.to_owned()),
                _ => None,
            })
        })
        .collect()
}

/// Folders deeper than this hold no source of ours.
const DEPTH_LIMIT: usize = 16;

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut folders = vec![(folder.to_path_buf(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            // This crate's own sources talk about keys that do not exist.
            if path.is_dir() && depth < DEPTH_LIMIT && !path.ends_with("base/i18n") && !path.ends_with("target") {
                folders.push((path, depth + 1));
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    Ok(())
}

/// What a source file asks for; positions are byte offsets.
#[derive(Debug, Default, PartialEq)]
struct Uses {
    keys: Vec<(usize, String)>,
    prefixes: Vec<(usize, String)>,
    strings: BTreeSet<String>,
}

impl Uses {
    fn covers(&self, key: &str) -> bool {
        self.strings.contains(key) || self.prefixes.iter().any(|(_, prefix)| key.starts_with(prefix))
    }
}

fn uses(source: &str) -> Uses {
    let tokens = strings(source);
    let mut uses = Uses::default();
    for token in &tokens {
        match token.macro_name {
            Some("msg") => uses.keys.push((token.at, token.text.clone())),
            Some("msg_dyn") => uses.prefixes.push((token.at, token.text.clone())),
            _ => {}
        }
        uses.strings.insert(token.text.clone());
    }
    uses
}

/// A string literal, and the `msg!` or `msg_dyn!` whose second argument it is.
struct Literal {
    at: usize,
    text: String,
    macro_name: Option<&'static str>,
}

/// Every string literal outside comments. Escapes are kept as they are written: a key has none.
fn strings(source: &str) -> Vec<Literal> {
    let bytes = source.as_bytes();
    let mut found = Vec::new();
    // The innermost open `msg!(`: its name and the depth of brackets at which its arguments stand.
    let mut open: Vec<(&'static str, usize, usize)> = Vec::new();
    let (mut at, mut depth) = (0, 0_usize);
    while at < bytes.len() {
        match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => at = end_of_line(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at = source[at..].find("*/").map_or(bytes.len(), |end| at + end + 2)
            }
            b'\'' => at = after_char_or_lifetime(source, at),
            b'r' if raw_hashes(bytes, at).is_some() => {
                let hashes = raw_hashes(bytes, at).unwrap_or_default();
                let start = at + hashes + 2;
                let close = format!("\"{}", "#".repeat(hashes));
                let end = source.get(start..).and_then(|rest| rest.find(&close)).map_or(bytes.len(), |end| start + end);
                found.push(Literal { at, text: source[start.min(end)..end].to_owned(), macro_name: None });
                at = end + close.len();
            }
            b'"' => {
                let end = end_of_string(bytes, at + 1);
                let macro_name =
                    open.last().filter(|(_, level, commas)| *level == depth && *commas == 1).map(|(name, ..)| *name);
                found.push(Literal { at, text: source[at + 1..end].to_owned(), macro_name });
                at = end + 1;
            }
            b'(' | b'[' | b'{' => {
                depth += 1;
                if let Some(name) = macro_before(source, at) {
                    open.push((name, depth, 0));
                }
                at += 1;
            }
            b')' | b']' | b'}' => {
                open.pop_if(|(_, level, _)| *level == depth);
                depth = depth.saturating_sub(1);
                at += 1;
            }
            b',' => {
                if let Some((_, level, commas)) = open.last_mut() {
                    *commas += usize::from(*level == depth);
                }
                at += 1;
            }
            _ => at += 1,
        }
    }
    found
}

fn macro_before(source: &str, bracket: usize) -> Option<&'static str> {
    let before = source[..bracket].trim_end().strip_suffix('!')?;
    ["msg_dyn", "msg"].into_iter().find(|name| {
        before.strip_suffix(name).is_some_and(|rest| !rest.ends_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}

fn raw_hashes(bytes: &[u8], at: usize) -> Option<usize> {
    if at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_') && bytes[at - 1] != b'b' {
        return None;
    }
    let hashes = bytes[at + 1..].iter().take_while(|byte| **byte == b'#').count();
    (bytes.get(at + 1 + hashes) == Some(&b'"')).then_some(hashes)
}

fn end_of_line(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| at + end)
}

fn end_of_string(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at.min(bytes.len())
}

/// Past `'x'`, `'\n'` or the quote of a lifetime.
fn after_char_or_lifetime(source: &str, at: usize) -> usize {
    let rest = &source[at + 1..];
    let mut chars = rest.chars();
    match (chars.next(), chars.next()) {
        // The escaped character may itself be a quote, so the search begins behind it.
        (Some('\\'), Some(escaped)) => {
            let behind = 1 + escaped.len_utf8();
            at + 1 + rest[behind..].find('\'').map_or(rest.len(), |end| behind + end + 1)
        }
        (Some(first), Some('\'')) => at + 2 + first.len_utf8(),
        _ => at + 1,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CATALOG: Catalog = Catalog {
        name: "a",
        kk: "a-one = 1\na-two = 2\na-why-lost = 3\na-idle = 4\n",
        ru: "a-one = 1\na-two = 2\na-why-lost = 3\na-idle = 4\n",
        en: "a-one = 1\na-two = 2\na-why-lost = 3\na-idle = 4\n",
    };

    fn scanned(source: &str) -> Vec<String> {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("crates/x/src")).unwrap();
        fs::write(root.path().join("crates/x/src/lib.rs"), source).unwrap();
        scan_with(root.path(), &[CATALOG]).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_key_that_no_catalog_has_and_one_that_nobody_asks_for_are_found() {
        let source = r#"
            fn page(lang: Lang) {
                msg!(lang, "a-one");
                i18n::msg!(shell.lang(1, "x"), "a-missing", name = f("a-ignored", 'x'));
                // msg!(lang, "a-in-a-comment")
                msg_dyn!(lang, "a-why-", word);
            }
            fn key<'a>(&'a self) -> &'static str { "a-two" }
        "#;
        assert_eq!(scanned(source), ["crates/x/src/lib.rs:4: no catalog has a-missing", "a: a-idle is used nowhere"]);
    }

    #[test]
    fn a_prefix_without_keys_is_found() {
        let problems = scanned("fn f() { msg_dyn!(lang, \"b-\", word); }");
        assert_eq!(problems[0], "crates/x/src/lib.rs:1: no catalog has a key that begins with b-");
    }

    #[test]
    fn quotes_in_characters_and_raw_strings_do_not_confuse_it() {
        let source = r###"fn f() { let a = '"'; let b = '\''; let c = r#"msg!(l, "a-no")"#; msg!(lang, "a-no"); }"###;
        let found = uses(source);
        assert_eq!(found.keys.len(), 1);
        assert!(found.strings.contains(r#"msg!(l, "a-no")"#));
    }

    proptest! {
        #[test]
        fn any_text_is_scanned_to_its_end(source in "[ -~\nәж\"'r#/*(){},!msg]{0,200}") {
            let _ = uses(&source);
        }
    }
}
