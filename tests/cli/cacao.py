"""Judge CACAO documents: cacao.py SCHEMAS FILE...  SCHEMAS is the folder "schemas" of github.com/oasis-open/cacao-json-schemas.

Each schema is taken as the draft that it names (draft-07), its references from the folder alone: nothing is fetched.
"""
import json
import pathlib
import sys

import jsonschema


def load(folder):
    store = {}
    for path in pathlib.Path(folder).rglob("*.json"):
        schema = json.loads(path.read_text(encoding="utf-8"))
        store[schema["$id"]] = schema
    return store


def main():
    store = load(sys.argv[1])
    main_schema = next(s for i, s in store.items() if i.endswith("/playbook.json"))
    for schema in store.values():
        jsonschema.Draft7Validator.check_schema(schema)
    resolver = jsonschema.RefResolver(main_schema["$id"], main_schema, store=store, handlers={
        scheme: lambda uri: sys.exit("not in the folder: " + uri) for scheme in ("http", "https")})
    validator = jsonschema.Draft7Validator(main_schema, resolver=resolver)
    bad = 0
    for name in sys.argv[2:]:
        document = json.loads(pathlib.Path(name).read_text(encoding="utf-8"))
        for error in validator.iter_errors(document):
            bad += 1
            print("%s: %s: %s" % (name, "/".join(map(str, error.absolute_path)), error.message[:200]))
    sys.exit(bad > 0)


main()
