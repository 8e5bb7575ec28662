"""The contract written out from the topic table and the models: an AsyncAPI 3 document and docs/messages.md."""

from __future__ import annotations

import json
import re
from typing import Any

from broker import __version__
from broker.messages import MAX_PAYLOAD_BYTES, Message
from broker.samples import SAMPLES, SITE, names_for
from broker.topics import TOPICS, Party, Root, Topic

GENERATED = "<!-- Made by `holdshelf-broker docs` from broker/topics.py and broker/messages.py; do not edit. -->"
_PARTIES = {
    Party.HUB: "hub",
    Party.DASHBOARD: "dashboards",
    Party.NOTIFIER: "notifiers",
}
_PARAMETERS = {
    "site": "name of the site",
    "station": "name of the station",
    "desk": "name of the desk, or - where none is concerned",
    "type": "type of event or notice, with dashes",
    "hub": "name of the hub",
}


def documents() -> dict[str, str]:
    """Give every generated document by its file name."""
    return {"messages.md": messages_page(), "asyncapi.json": json.dumps(asyncapi_document(), indent=2, ensure_ascii=False) + "\n"}


# -- AsyncAPI 3.0


def asyncapi_document() -> dict[str, Any]:
    """Give the AsyncAPI 3.0 document as plain values."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Holdshelf messages",
            "version": __version__,
            "description": f"JSON in UTF-8, at most {MAX_PAYLOAD_BYTES} bytes, QoS 1. Delivery is at least once: drop repeats by id.",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {row.key: _channel(row) for row in TOPICS},
        "operations": {f"{deed}-{row.key}": _operation(row, deed) for row in TOPICS for deed in ("send", "receive")},
        "components": {"messages": {row.key: _message(row) for row in TOPICS}, "schemas": _schemas()},
    }


def _channel(row: Topic) -> dict[str, Any]:
    address = f"{Root('{site}').prefix}/{row.path}"
    return {
        "address": address,
        "description": row.says,
        "parameters": {name: {"description": _PARAMETERS[name]} for name in re.findall(r"\{(\w+)\}", address)},
        "messages": {row.key: {"$ref": f"#/components/messages/{row.key}"}},
    }


def _operation(row: Topic, deed: str) -> dict[str, Any]:
    who = row.writers if deed == "send" else row.readers
    return {
        "action": deed,
        "channel": {"$ref": f"#/channels/{row.key}"},
        "summary": f"{'Written' if deed == 'send' else 'Read'} by {_people(row, who)}.",
        "bindings": {"mqtt": {"qos": row.qos} | ({"retain": row.retained} if deed == "send" else {})},
    }


def _message(row: Topic) -> dict[str, Any]:
    return {
        "name": row.message.__name__,
        "summary": _doc(row.message),
        "payload": {"$ref": f"#/components/schemas/{row.message.__name__}"},
        "examples": [{"payload": SAMPLES[row.key].model_dump(mode="json")}],
    }


def _schemas() -> dict[str, Any]:
    schemas: dict[str, Any] = {}
    for row in TOPICS:
        schema = _schema(row.message)
        schemas |= schema.pop("$defs", {})
        schemas[row.message.__name__] = schema
    return dict(sorted(schemas.items()))


def _schema(model: type[Message]) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}", mode="validation")
    for name, field in model.model_fields.items():
        if field.exclude:
            schema["properties"].pop(name, None)
    return schema


# -- docs/messages.md


def messages_page() -> str:
    """Give docs/messages.md: one section a message."""
    head = [
        GENERATED,
        "# Messages",
        "",
        f"JSON in UTF-8, at most {MAX_PAYLOAD_BYTES // 1024} KiB; times are RFC 3339 in UTC; unknown fields are refused. Everything is",
        "published at QoS 1, so a message can come twice: drop repeats by its id. Every topic stands below `holdshelf/v1/{site}`.",
        "A change is a new version, never an edit. The same as a machine reads it: [asyncapi.json](asyncapi.json).",
        "",
        "| topic | message | written by | read by | retained |",
        "|---|---|---|---|---|",
        *(_table_row(row) for row in TOPICS),
        "",
        "Besides, every login may write and read one topic of its own, to see whether the way through the broker works:",
        "`station/{station}/check` for a station, `check/{name}` for everyone else. It carries no message of this list.",
    ]
    return "\n".join([*head, *(_section(row) for row in TOPICS), _parts()]).rstrip() + "\n"


def _table_row(row: Topic) -> str:
    link = f"[{row.message.__name__}](#{row.message.__name__.lower()})"
    return f"| `{row.path}` | {link} | {_people(row, row.writers)} | {_people(row, row.readers)} | {'yes' if row.retained else 'no'} |"


def _section(row: Topic) -> str:
    root = Root(SITE)
    kept = "retained: the last one is kept by the broker" if row.retained else "not retained"
    lines = [
        "",
        f"## {row.message.__name__}",
        "",
        f"{_sentence(row.says)} {_doc(row.message)}",
        "",
        f"- Topic: `{Root('{site}').prefix}/{row.path}`",
        f"- Written by {_people(row, row.writers)}, read by {_people(row, row.readers)}; QoS {row.qos}, {kept}.",
        "",
        *_fields(_schema(row.message)),
        "",
        f"On `{root.topic(row.key, **names_for(row.key))}`:",
        "",
        "```json",
        json.dumps(SAMPLES[row.key].model_dump(mode="json"), indent=2, ensure_ascii=False),
        "```",
    ]
    return "\n".join(lines)


def _parts() -> str:
    """Give the sections of the models that stand inside messages."""
    inner: dict[str, Any] = {}
    for row in TOPICS:
        inner |= _schema(row.message).get("$defs", {})
    lines = ["", "# Parts of messages"]
    for name, schema in sorted(inner.items()):
        lines += ["", f"## {name}", "", schema.get("description", "").split("\n")[0], ""]
        lines += _fields(schema) if "properties" in schema else ["One of " + ", ".join(f"`{value}`" for value in schema["enum"]) + "."]
    return "\n".join(lines)


def _fields(schema: dict[str, Any]) -> list[str]:
    required = set(schema.get("required", ()))
    lines = ["| field | type | | what |", "|---|---|---|---|"]
    for name, field in schema["properties"].items():
        must = "required" if name in required else f"default `{json.dumps(field.get('default'))}`"
        lines.append(f"| `{name}` | {_type(field)} | {must} | {field.get('description', '')} |")
    return lines


def _type(field: dict[str, Any]) -> str:
    """Give a field's type in words a reader of JSON knows."""
    if "anyOf" in field:
        return " or ".join(_type(each) for each in field["anyOf"])
    if "$ref" in field:
        name = field["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if "const" in field:
        return f"`{json.dumps(field['const'])}`"
    if "enum" in field:
        return " or ".join(f"`{json.dumps(value)}`" for value in field["enum"])
    if field.get("type") == "array":
        return f"list of {_type(field['items'])}" if "items" in field else "list"
    return _plain(field)


def _plain(field: dict[str, Any]) -> str:
    kind = {"date-time": "time"}.get(field.get("format", ""), field.get("type", "any"))
    if "minimum" in field:
        return f"{kind} from {field['minimum']}"
    if "pattern" in field:
        return f"{kind} like `{field['pattern'].strip('^$')}`"
    if "maxLength" in field:
        return f"{kind} up to {field['maxLength']} characters"
    return str(kind)


def _people(row: Topic, parties: frozenset[Party]) -> str:
    station = "that station" if "{station}" in row.path else "stations"
    return ", ".join(station if party is Party.STATION else _PARTIES[party] for party in Party if party in parties)


def _doc(model: type[Message]) -> str:
    return (model.__doc__ or "").strip().split("\n")[0]


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
