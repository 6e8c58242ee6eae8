"""Answers must be what AWS's public service models say, to the letter.

botocore's parsers are lenient: members that the model does not have are dropped, null
becomes None, and text stays text where an enum has other words. Here all of it is a
fault, and so is a list member of a type that the model does not give it.
"""

import datetime
import json

TYPES = {
    "structure": dict, "map": dict, "list": list, "string": str, "character": str,
    "integer": int, "long": int, "float": (int, float), "double": (int, float),
    "boolean": bool, "blob": (bytes, bytearray), "timestamp": datetime.datetime,
}



class Judge:
    """Hears every answer of its clients; faults has what is wrong with them."""

    def __init__(self):
        self.faults = []
        self.answers = 0

    def watch(self, client):
        """Has the client's answers judged. Returns the client."""
        client.meta.events.register("after-call", self._answered)
        return client

    def _answered(self, http_response, parsed, model, **_):
        self.answers += 1
        where = f"{model.service_model.service_name}.{model.name}"
        if "x-amzn-requestid" not in {name.lower() for name in http_response.headers}:
            self.faults.append(f"{where}: no request id")
        if http_response.status_code >= 300 or model.output_shape is None:
            return
        body = {k: v for k, v in parsed.items() if k != "ResponseMetadata"}
        if model.name.startswith(("Describe", "List")):
            # People index these: an empty list is there, and empty.
            for name, member in model.output_shape.members.items():
                if member.type_name == "list" and name not in body:
                    self.faults.append(f"{where}.{name}: no list, want an empty one")
        self._parsed(where, model.output_shape, body)
        if model.service_model.metadata["protocol"] in ("json", "rest-json") and http_response.content:
            self._raw(where, model.output_shape, json.loads(http_response.content))

    def _parsed(self, where, shape, value):
        # botocore itself reads IAM's policy documents.
        kind = dict if shape.name == "policyDocumentType" else TYPES[shape.type_name]
        if value is None:
            self.faults.append(f"{where}: None")
        elif not isinstance(value, kind) or kind is int and isinstance(value, bool):
            self.faults.append(f"{where}: {type(value).__name__}, want {shape.type_name}")
        elif shape.type_name == "structure":
            for name in shape.required_members:
                if name not in value:
                    self.faults.append(f"{where}.{name}: required, and missing")
            for name, member in value.items():
                self._parsed(f"{where}.{name}", shape.members[name], member)
        elif shape.type_name == "list":
            for item in value:
                self._parsed(f"{where}[]", shape.member, item)
        elif shape.type_name == "map":
            for item in value.values():
                self._parsed(f"{where}{{}}", shape.value, item)
        elif shape.type_name == "string" and shape.enum and value not in shape.enum:
            self.faults.append(f"{where}: {value!r} is none of {shape.enum}")

    def _raw(self, where, shape, value):
        """Finds members on the wire that the model does not have."""
        if shape.type_name == "structure" and isinstance(value, dict):
            known = {m.serialization.get("name", n): m for n, m in shape.members.items()}
            for name, member in value.items():
                if name in known:
                    self._raw(f"{where}.{name}", known[name], member)
                elif name != "__type":
                    self.faults.append(f"{where}.{name}: not in the model")
        elif shape.type_name == "list" and isinstance(value, list):
            for item in value:
                self._raw(f"{where}[]", shape.member, item)
        elif shape.type_name == "map" and isinstance(value, dict):
            for item in value.values():
                self._raw(f"{where}{{}}", shape.value, item)

    def verdict(self, known):
        """Prints the faults, each once, and says whether they are those that are known."""
        clean = True
        for fault in sorted(set(self.faults)):
            if not any(fault.startswith(beginning) for beginning in known):
                print("FAULT", fault)
                clean = False
        for beginning in known:
            if not any(fault.startswith(beginning) for fault in self.faults):
                print("NO LONGER A FAULT", beginning)
                clean = False
        return clean
