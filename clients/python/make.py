"""Makes what is made: the types of ../openapi.json, and the client that waits of the one that does not. It needs the extra "make"."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import unasync

HERE = Path(__file__).parent
PACKAGE = HERE / "src" / "guichet"


def main() -> None:
    make_types()
    make_sync()


def make_types() -> None:
    contract = json.loads((HERE.parent / "openapi.json").read_text(), object_hook=plain)
    for operations in contract["paths"].values():
        for operation in operations.values():
            name, query = query_of(operation)
            if query["properties"]:
                contract["components"]["schemas"][name] = query
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(contract, file)
        file.flush()
        made = subprocess.run(
            [
                *(sys.executable, "-m", "datamodel_code_generator", "--input", file.name, "--input-file-type", "openapi"),
                *("--output-model-type", "typing.TypedDict", "--enum-field-as-literal", "all"),
                *("--use-schema-description", "--use-field-description", "--use-single-line-docstring"),
                *("--target-python-version", "3.10", "--formatters", "builtin", "--disable-timestamp"),
                *("--custom-file-header", '"""What the server\'s contract says. Made of ../openapi.json by make.py."""'),
            ],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    (PACKAGE / "contract.py").write_text(made.stdout)


def plain(schema: dict) -> dict:
    """Without examples, which are long, and without what older type checkers do not know: that there are no other members."""
    left_out = ("example", "examples")
    closed = ("additionalProperties", False)
    return {name: value for name, value in schema.items() if name not in left_out and (name, value) != closed}


def query_of(operation: dict) -> tuple[str, dict]:
    """The name and the schema of what an operation may be asked for in its address."""
    name = "".join(word.capitalize() for word in operation["operationId"].split("_"))
    asked = [parameter for parameter in operation.get("parameters", []) if parameter["in"] == "query"]
    described = [(part["name"], {**part["schema"], "description": part["description"]}) for part in asked]
    return f"{name}Query", {
        "type": "object",
        "description": f"What `{operation['operationId']}` may be asked for.",
        "properties": dict(described),
        "required": [part["name"] for part in asked if part.get("required")],
    }


def make_sync() -> None:
    renamed = {"AsyncGuichet": "Guichet", "AsyncPage": "Page", "AsyncTransport": "Transport", "AsyncClient": "Client", "asyncio": "time", "aclose": "close", "_async": "_sync"}
    rule = unasync.Rule(str(PACKAGE / "_async"), str(PACKAGE / "_sync"), additional_replacements=renamed)
    files = sorted(str(file) for file in (PACKAGE / "_async").glob("*.py"))
    unasync.unasync_files(files, [rule])


if __name__ == "__main__":
    main()
