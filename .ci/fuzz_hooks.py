"""What schemathesis has to be shown to send: lines of JSON, as an import takes them."""

import json

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def lines_of_json(_context, value):
    # A value of another kind is a document of one line, which is refused as it would be as JSON.
    if isinstance(value, bytes):
        return {"data": value}
    lines = value if isinstance(value, list) else [value]
    text = "".join(json.dumps(line, default=str) + "\n" for line in lines)
    return {"data": text.encode(errors="replace")}
