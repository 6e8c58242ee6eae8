"""Asks the simulator and moto's server the same questions and compares the answers.

One flow (flow.py) runs against both. Of each call the HTTP status, the error code and the
members of the parsed answer are compared, with the types that botocore's models give them;
values are not. differences.yaml lists each difference that there may be, and why; one that
is not listed fails, and so does a listed one that is gone.

    compare.py OPERATIONS.TXT [--print]

The environment says where the simulator is; moto runs inside this program.
"""

import collections
import logging
import os
import pathlib
import sys
import warnings

import boto3
import yaml
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore import xform_name
from moto.server import ThreadedMotoServer

import flow

LISTED = pathlib.Path(__file__).with_name("differences.yaml")
SERVICES = ("sts", "ec2", "efs", "iam", "logs", "secretsmanager", "ecs", "elbv2", "events", "sqs",
            "resourcegroupstaggingapi", "application-autoscaling")


class Recorder:
    """Makes calls, and keeps what came of each."""

    def __init__(self, name, endpoint):
        self.name = name
        # What is wrong in a request is for the server to find.
        config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
        self.clients = {s: boto3.client(s, endpoint_url=endpoint, config=config) for s in SERVICES}
        self.outcomes = collections.OrderedDict()
        self.members = collections.defaultdict(set)
        self.operations = set()

    def call(self, step, operation, **arguments):
        """Makes one call. step tells it from others of its operation, empty for the usual.
        Returns the answer, or what is nothing wherever one looks, after an error."""
        service, name = operation.split(".")
        self.operations.add(operation)
        key = f"{operation} ({step})" if step else operation
        client = self.clients[service]
        arguments = flow.plain(arguments)
        try:
            answer = getattr(client, xform_name(name))(**arguments)
        except ClientError as e:
            self.outcomes[key] = f"{e.response['ResponseMetadata']['HTTPStatusCode']} {e.response['Error']['Code']}"
            return flow.Nothing()
        self.outcomes[key] = str(answer.pop("ResponseMetadata")["HTTPStatusCode"])
        shape = client.meta.service_model.operation_model(name).output_shape
        if shape is not None:
            self.members[operation] |= set(paths(shape, answer, ""))
        return answer

    def ask(self, operation, **arguments):
        """Makes a call that is not compared: to wait for something."""
        service, name = operation.split(".")
        return getattr(self.clients[service], xform_name(name))(**flow.plain(arguments))


def paths(shape, value, at):
    """The members that are there, each with its type."""
    if shape.type_name == "structure" and isinstance(value, dict) and shape.members:
        for name, member in value.items():
            yield from paths(shape.members[name], member, f"{at}.{name}".lstrip("."))
    elif shape.type_name == "list":
        yield f"{at}[]"
        for item in value:
            yield from paths(shape.member, item, f"{at}[]")
    else:
        yield f"{at}: {'null' if value is None else shape.type_name}"


def differences(ours, theirs):
    """All differences, as sentences."""
    found = []
    for key in ours.outcomes | theirs.outcomes:
        one, other = ours.outcomes.get(key, "not asked"), theirs.outcomes.get(key, "not asked")
        if one != other:
            found.append(f"{key}: {one}, moto {other}")
    for operation in sorted(ours.members.keys() & theirs.members.keys()):
        here, there = ours.members[operation], theirs.members[operation]
        found += [f"{operation} -> {m}, not moto" for m in sorted(here - there)]
        found += [f"{operation} -> {m}, only moto" for m in sorted(there - here)]
    return found


def listed():
    """The differences that there may be, each with its reason."""
    reasons = {}
    for entry in yaml.safe_load(LISTED.read_text(encoding="utf-8")):
        for difference in entry["differences"]:
            if difference in reasons:
                sys.exit(f"listed twice: {difference}")
            reasons[difference] = entry["reason"]
    return reasons


def operations(path):
    """The operations that the simulator has."""
    for line in open(path, encoding="utf-8"):
        service, *names = line.split() or [""]
        if service in SERVICES:
            yield from (f"{service}.{name}" for name in names)


def run():
    """Both servers, after the flow."""
    # moto logs each request, a stack for each that it cannot answer, and its own doubts.
    warnings.simplefilter("ignore")
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        ours, theirs = Recorder("ours", os.environ["AWS_ENDPOINT_URL"]), Recorder("moto", f"http://{host}:{port}")
        for recorder in (ours, theirs):
            flow.run(recorder, float(os.environ["FLEXGW_SPEED"]))
    finally:
        server.stop()
    return ours, theirs


def main():
    ours, theirs = run()
    found = differences(ours, theirs)
    if "--print" in sys.argv:
        print("\n".join(found))
        return
    allowed = listed()
    unlisted, gone = [d for d in found if d not in allowed], [d for d in allowed if d not in found]
    for difference in unlisted:
        print("NOT LISTED", difference)
    for difference in gone:
        print("GONE", difference)
    have = set(operations(sys.argv[1]))
    for name in sorted(have - ours.operations):
        print("NOT ASKED", name)
    print(f"{len(have & ours.operations)} of {len(have)} operations, {len(ours.outcomes)} steps, {sum(map(len, ours.members.values()))} members; "
          f"{len(found)} differences, {len(unlisted)} not listed, {len(gone)} gone")
    sys.exit(1 if unlisted or gone else 0)


if __name__ == "__main__":
    main()
