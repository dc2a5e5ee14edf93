//! Finds what is wrong within catalogs: what one language lacks, variables that differ, repeated keys, syntax.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Message, Pattern, PatternElement, Variant, VariantKey},
    parser,
};

use crate::{CATALOGS, Catalog, Lang};

/// Something that a translator or programmer has to mend. Its text is a sentence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The catalog or file.
    pub place: String,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// Checks the catalogs of all crates linked into this program.
pub fn check_all() -> Vec<Problem> {
    check(&CATALOGS)
}

/// Checks these catalogs. Problems come in the order of catalogs and keys.
pub fn check(catalogs: &[Catalog]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    for catalog in catalogs {
        if owners.insert(catalog.name, catalog.name).is_some() {
            problems.push(Problem { place: catalog.name.to_owned(), what: "is registered twice".to_owned() });
        }
        check_one(catalog, &mut problems);
    }
    problems
}

/// What a text of one language uses.
#[derive(Default)]
struct Uses {
    variables: BTreeSet<String>,
    faults: Vec<String>,
}

fn check_one(catalog: &Catalog, problems: &mut Vec<Problem>) {
    let mut report = |what: String| problems.push(Problem { place: catalog.name.to_owned(), what });
    let texts = Lang::ALL.map(|lang| read(catalog, lang, &mut report));
    let keys: BTreeSet<&String> = texts.iter().flat_map(BTreeMap::keys).collect();
    for key in keys {
        let Some(first) = Lang::ALL.into_iter().find(|lang| texts[*lang as usize].contains_key(key)) else { continue };
        for lang in Lang::ALL {
            match texts[lang as usize].get(key) {
                None => report(format!("{lang} lacks {key}, which {first} has")),
                Some(variables) if *variables != texts[first as usize][key] => {
                    report(format!(
                        "{key} uses {} in {lang} and {} in {first}",
                        named(variables),
                        named(&texts[first as usize][key])
                    ));
                }
                Some(_) => {}
            }
        }
    }
}

/// The keys of one language with the variables of each; faults of syntax and style are reported.
fn read(catalog: &Catalog, lang: Lang, report: &mut impl FnMut(String)) -> BTreeMap<String, BTreeSet<String>> {
    let source = catalog.source(lang);
    let resource = parser::parse(source).unwrap_or_else(|(resource, errors)| {
        for error in errors {
            report(format!("{lang} is not understood at line {}: {}", line_of(source, error.pos.start), error.kind));
        }
        resource
    });
    let mut texts = BTreeMap::new();
    for entry in &resource.body {
        let Entry::Message(message) = entry else { continue };
        let key = message.id.name;
        if !key.strip_prefix(catalog.name).is_some_and(|rest| rest.starts_with('-')) {
            report(format!("{key} in {lang} does not begin with {}-", catalog.name));
        }
        let uses = uses_of(message, lang);
        uses.faults.iter().for_each(|fault| report(format!("{key} in {lang} {fault}")));
        if texts.insert(key.to_owned(), uses.variables).is_some() {
            report(format!("{key} stands twice in {lang}"));
        }
    }
    texts
}

fn uses_of(message: &Message<&str>, lang: Lang) -> Uses {
    let mut uses = Uses::default();
    match &message.value {
        Some(value) => pattern(value, lang, &mut uses),
        None => uses.faults.push("has no text".to_owned()),
    }
    if !message.attributes.is_empty() {
        uses.faults.push("has attributes, which no page can show".to_owned());
    }
    uses
}

fn pattern(pattern: &Pattern<&str>, lang: Lang, uses: &mut Uses) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression: placed } = element {
            expression(placed, lang, uses);
        }
    }
}

fn expression(placed: &Expression<&str>, lang: Lang, uses: &mut Uses) {
    match placed {
        Expression::Inline(inline) => inline_expression(inline, lang, uses),
        Expression::Select { selector, variants } => {
            inline_expression(selector, lang, uses);
            check_plural(variants, lang, uses);
            variants.iter().for_each(|variant| pattern(&variant.value, lang, uses));
        }
    }
}

fn inline_expression(inline: &InlineExpression<&str>, lang: Lang, uses: &mut Uses) {
    match inline {
        InlineExpression::VariableReference { id } => {
            uses.variables.insert(id.name.to_owned());
        }
        InlineExpression::Placeable { expression: placed } => expression(placed, lang, uses),
        InlineExpression::FunctionReference { id, .. } => {
            uses.faults.push(format!("calls {}, which does not exist", id.name))
        }
        InlineExpression::MessageReference { id, .. } | InlineExpression::TermReference { id, .. } => {
            uses.faults.push(format!("refers to {}; write the text out", id.name));
        }
        InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
    }
}

/// A choice by plural forms has to name every form that whole numbers take in the language.
fn check_plural(variants: &[Variant<&str>], lang: Lang, uses: &mut Uses) {
    let named: BTreeSet<&str> = variants
        .iter()
        .filter_map(|variant| match &variant.key {
            VariantKey::Identifier { name } => Some(*name),
            VariantKey::NumberLiteral { .. } => None,
        })
        .collect();
    if !["zero", "one", "two", "few", "many"].iter().any(|form| named.contains(form)) {
        return;
    }
    let forms: &[&str] = match lang {
        Lang::Ru => &["one", "few", "many"],
        Lang::Kk | Lang::En => &["one", "other"],
    };
    for form in forms.iter().filter(|form| !named.contains(**form)) {
        // The default form stands for `many` when a translator calls it `other`.
        if !(*form == "many" && named.contains("other")) {
            uses.faults.push(format!("lacks the plural form [{form}]"));
        }
    }
}

fn named(variables: &BTreeSet<String>) -> String {
    if variables.is_empty() {
        return "no variable".to_owned();
    }
    variables.iter().map(|name| format!("${name}")).collect::<Vec<_>>().join(", ")
}

pub(crate) fn line_of(source: &str, position: usize) -> usize {
    source.bytes().take(position).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(kk: &'static str, ru: &'static str, en: &'static str) -> Vec<String> {
        check(&[Catalog { name: "a", kk, ru, en }]).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_whole_catalog_has_no_problem() {
        assert_eq!(problems("a-x = Б { $n }\n", "a-x = В { $n }\n", "a-x = { $n } C\n"), [] as [&str; 0]);
    }

    #[test]
    fn each_kind_of_mistake_is_a_sentence() {
        let whole = "a-x = В\n";
        for (kk, problem) in [
            ("", "a: kk lacks a-x, which ru has"),
            ("a-x = В { $n }\n", "a: a-x uses no variable in ru and $n in kk"),
            ("a-x = В\na-x = Г\n", "a: a-x stands twice in kk"),
            ("a-x = В\nb-y = Г\n", "a: b-y in kk does not begin with a-"),
            ("a-x = В\na-x { = \n", "a: kk is not understood at line 2: Expected a token starting with \"=\""),
            ("a-x = В\n    .title = Г\n", "a: a-x in kk has attributes, which no page can show"),
            ("a-x = { NUMBER(1) }\n", "a: a-x in kk calls NUMBER, which does not exist"),
            ("a-x = { -brand }\n", "a: a-x in kk refers to brand; write the text out"),
        ] {
            let found = problems(kk, whole, whole);
            assert!(found.iter().any(|line| line == problem), "{kk:?}: {found:?}");
        }
    }

    #[test]
    fn a_plural_without_all_forms_is_found() {
        let ru = "a-x = { $n ->\n    [one] обед\n   *[many] обедов\n }\n";
        let other = "a-x = { $n ->\n    [one] lunch\n   *[other] lunches\n }\n";
        assert_eq!(problems(other, ru, other), ["a: a-x in ru lacks the plural form [few]"]);
    }

    #[test]
    fn two_catalogs_of_one_name_are_found() {
        let catalog = Catalog { name: "a", kk: "", ru: "", en: "" };
        assert_eq!(check(&[catalog, catalog])[0].to_string(), "a: is registered twice");
    }
}
