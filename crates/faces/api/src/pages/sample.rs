//! A body as an example, made of the shape that the document gives it.

use serde_json::{Map, Value, json};

/// Shapes within shapes are followed so far.
const DEPTH: u8 = 6;

/// A value that has this shape.
pub(super) fn of_schema(document: &Value, schema: &Value) -> Value {
    sample(document, schema, DEPTH)
}

fn sample(document: &Value, schema: &Value, depth: u8) -> Value {
    if depth == 0 {
        return Value::Null;
    }
    if let Some(name) = schema["$ref"].as_str() {
        let found = name.strip_prefix('#').and_then(|path| document.pointer(path));
        return found.map_or(Value::Null, |schema| sample(document, schema, depth - 1));
    }
    if let Some(example) = schema.get("example").or_else(|| schema["examples"].get(0)) {
        return example.clone();
    }
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let kept = choices.iter().find(|choice| choice["type"] != "null");
        return kept.map_or(Value::Null, |schema| sample(document, schema, depth - 1));
    }
    match type_of(schema) {
        "object" => {
            let fields = schema["properties"].as_object().into_iter().flatten();
            Value::Object(
                fields.map(|(name, schema)| (name.clone(), sample(document, schema, depth - 1))).collect::<Map<_, _>>(),
            )
        }
        "array" => Value::Array(vec![sample(document, &schema["items"], depth - 1)]),
        "integer" | "number" => schema.get("minimum").cloned().unwrap_or_else(|| json!(1)),
        "boolean" => json!(true),
        _ => json!(match schema["format"].as_str() {
            Some("uuid") => "01900000-0000-7000-8000-000000000000",
            Some("date") => "2026-11-23",
            Some("date-time") => "2026-11-23T03:00:00Z",
            Some(_) | None => "",
        }),
    }
}

/// The type of a schema, `null` aside.
pub(super) fn type_of(schema: &Value) -> &str {
    match &schema["type"] {
        Value::String(name) => name,
        Value::Array(names) => names.iter().filter_map(Value::as_str).find(|name| *name != "null").unwrap_or_default(),
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_has_the_fields_of_its_shape() {
        let document: Value = serde_json::from_str(crate::document()).unwrap();
        let example = of_schema(&document, &json!({ "$ref": "#/components/schemas/NewPerson" }));
        assert_eq!(example["family"], "Асанова");
        assert_eq!(example["roles"], json!(["pupil"]));
        assert_eq!(example["birth_date"], "2026-11-23");
        assert!(example["sex"].is_string());
    }
}
