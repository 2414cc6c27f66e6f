"""Makes src/contract.rs of ../openapi.json."""

import json
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
CONTRACT = json.loads((HERE.parent / "openapi.json").read_text())
SCHEMAS = CONTRACT["components"]["schemas"]

HEAD = """//! What the server's contract says. Made of `../openapi.json` by `make.py`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
"""

# More words than this are no vocabulary to match on.
MOST_WORDS = 40
# Vocabularies that mean the same wherever they stand.
SHARED = {"environment": "Environment", "language": "Language", "channels": "Channel", "method": "Method", "asks_for": "PayerField"}

# Each vocabulary by its words, under the name of the field that has it first.
vocabularies: dict[tuple[str, ...], str] = {}


def main() -> None:
    vocabularies.update({words(schema): name for name, schema in SCHEMAS.items() if words(schema)})
    structures = [made(name, schema) for name, schema in SCHEMAS.items() if not words(schema)]
    structures += [structure(*query) for query in queries() if query[1]["properties"]]
    enums = [vocabulary(name, each) for each, name in sorted(vocabularies.items(), key=lambda pair: pair[1])]
    path = HERE / "src" / "contract.rs"
    path.write_text("\n".join([HEAD, *structures, *enums]))
    subprocess.run(["rustfmt", "--edition", "2024", "--config-path", HERE.parent.parent, path], check=True)


def made(name: str, schema: dict) -> str:
    if "oneOf" in schema:
        return doc(schema["oneOf"][0]) + f"pub type {name} = Value;\n"
    return structure(name, schema)


def structure(name: str, schema: dict) -> str:
    parts = [SCHEMAS[last(part["$ref"])] if "$ref" in part else part for part in schema.get("allOf", [schema])]
    fields, has_default = [], name.endswith(("Request", "Query")) and name != "RefundRequest"
    for part in parts:
        for field, about in part["properties"].items():
            kind, is_nullable = kind_of(name, field, about)
            is_required = field in part.get("required", [])
            has_default &= not is_required or kind in ("String", "i64", "bool")
            fields.append(written(field, about, kind, not is_required or is_nullable))
    default = ", Default" if has_default else ""
    derived = f"#[derive(Debug, Clone, PartialEq, Serialize, Deserialize{default})]\n"
    return f"{doc(schema)}{derived}pub struct {name} {{\n{''.join(fields)}}}\n"


def kind_of(schema: str, field: str, about: dict) -> tuple[str, bool]:
    """The type of a field, and whether it may be null."""
    if "oneOf" in about:
        return kind_of(schema, field, about["oneOf"][0])[0], True
    if "$ref" in about:
        name = last(about["$ref"])
        return (f"Box<{name}>" if name == "Order" else name), False
    kinds = about["type"] if isinstance(about["type"], list) else [about["type"]]
    return simple(schema, field, kinds[0], about), "null" in kinds


def simple(schema: str, field: str, kind: str, about: dict) -> str:
    if kind == "array":
        items, _ = kind_of(schema, field, about["items"])
        return f"Vec<{'Order' if items == 'Box<Order>' else items}>"
    if kind == "object" and isinstance(about.get("additionalProperties"), dict):
        return f"std::collections::BTreeMap<String, {kind_of(schema, field, about['additionalProperties'])[0]}>"
    if kind == "string" and 0 < len(words(about)) <= MOST_WORDS:
        name = SHARED.get(field, schema + camel("kind" if field == "type" else field))
        return vocabularies.setdefault(words(about), name)
    return {"object": "Map<String, Value>", "integer": "i64", "boolean": "bool", "string": "String"}[kind]


def written(field: str, about: dict, kind: str, is_optional: bool) -> str:
    name = "kind" if field == "type" else field
    serde = [f'rename = "{field}"'] if name != field else []
    if is_optional:
        kind = f"Option<{kind}>"
        serde += ["default", 'skip_serializing_if = "Option::is_none"']
    attribute = f"#[serde({', '.join(serde)})]\n" if serde else ""
    return f"{doc(about)}{attribute}pub {name}: {kind},\n"


def vocabulary(name: str, each: tuple[str, ...]) -> str:
    variants = "".join(f'/// `{word}`.\n#[serde(rename = "{word}")]\n{camel(word)},\n' for word in each)
    return (
        "/// One of those words, or one that is newer than this client.\n"
        "#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]\n#[non_exhaustive]\n"
        f"pub enum {name} {{\n{variants}/// A newer word.\n#[serde(untagged)]\nOther(String),\n}}\n"
    )


def queries() -> list[tuple[str, dict]]:
    """The name and the schema of what each operation may be asked for in its address."""
    found = []
    for operations in CONTRACT["paths"].values():
        for operation in operations.values():
            asked = [part for part in operation.get("parameters", []) if part["in"] == "query"]
            properties = {part["name"]: {**part["schema"], "description": part["description"]} for part in asked}
            required = [part["name"] for part in asked if part.get("required")]
            about = f"What `{operation['operationId']}` may be asked for."
            schema = {"description": about, "properties": properties, "required": required}
            found.append((camel(operation["operationId"]) + "Query", schema))
    return found


def words(schema: dict) -> tuple[str, ...]:
    return tuple(word for word in schema.get("enum", []) if word is not None)


def last(reference: str) -> str:
    return reference.rsplit("/", 1)[-1]


def camel(text: str) -> str:
    """``order.needs_you`` as ``OrderNeedsYou``."""
    return "".join(part[:1].upper() + part[1:] for part in text.replace(".", "_").split("_"))


def doc(schema: dict) -> str:
    about = schema.get("description") or next((part.get("description", "") for part in schema.get("oneOf", [])), "")
    return "".join(f"/// {line}\n" for line in about.splitlines())


if __name__ == "__main__":
    main()
