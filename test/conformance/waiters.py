"""A gateway's whole stack built and taken down by boto3, as far as botocore's waiters go.

Every waiter and every paginator that botocore has for the operations of the simulator is
used, and every answer is judged (strict.py). The environment says where AWS is; the
waiters' delays shrink by FLEXGW_SPEED. Exit status 0 means that AWS is empty again and
that no answer was at fault.
"""

import json
import os
import sys
import time
import urllib.request

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import WaiterError

import strict

SPEED = float(os.environ["FLEXGW_SPEED"])
SERVICES = ("sts", "ec2", "efs", "iam", "logs", "secretsmanager", "ecs", "elbv2")
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
EXECUTION_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
REGISTRATION = "kind: Configuration\nspec:\n  platformConnection:\n    agentId: 00000000-0000-4000-8000-000000000001\n"
PORT = 8081

# Faults that are known, by their beginning, and why they are none of the simulator's.
# One that no longer occurs has to go from here.
KNOWN = {
    "ec2.DescribeNetworkInterfaces.NetworkInterfaces[].InterfaceType: 'efs'":
        "EC2 says efs for mount targets; the model's enum, which is open, does not have the word",
    "ec2.DescribeNetworkInterfaces.NetworkInterfaces: no list":
        "to be mended: EC2 answers with an empty element, and botocore with an empty list",
}

judge = strict.Judge()
aws = {name: judge.watch(boto3.client(name, config=Config(parameter_validation=True))) for name in SERVICES}
waited, paged = set(), set()


def wait(service, name, **arguments):
    """Has botocore wait, in the simulator's time: its delay, divided by the speed."""
    waiter = aws[service].get_waiter(name)
    waiter.wait(WaiterConfig={"Delay": waiter.config.delay / SPEED, "MaxAttempts": waiter.config.max_attempts}, **arguments)
    waited.add(f"{service}.{name}")


def wait_in_vain(service, name, **arguments):
    """The waiter must see that what it waits for will never be."""
    try:
        wait(service, name, **arguments)
    except WaiterError as e:
        assert "terminal failure" in str(e), e
        waited.add(f"{service}.{name}")
        return
    raise AssertionError(f"{name}: {arguments} is there")


def await_state(wanted, states):
    """For what botocore has no waiter for (EFS): asks once in a simulated second."""
    for _ in range(600):
        if (now := states()) == wanted:
            return
        time.sleep(1 / SPEED)
    raise AssertionError(f"still {now}, want {wanted}")


def pages(service, operation, key, size=1, **arguments):
    """All items of all pages; with more than size of them there must be more pages than one."""
    paginator = aws[service].get_paginator(operation)
    items, count = [], 0
    for page in paginator.paginate(PaginationConfig={"PageSize": size}, **arguments):
        items += page.get(key, [])
        count += 1
    assert count >= -(-len(items) // size), f"{operation}: {len(items)} items on {count} pages of {size}"
    assert len({json.dumps(i, sort_keys=True, default=str) for i in items}) == len(items), f"{operation}: an item twice"
    paged.add(f"{service}.{operation}")
    return items


def refused(code, call, **arguments):
    """The call must be refused with AWS's code."""
    try:
        call(**arguments)
    except Exception as e:  # whatever else it is, it is not what is wanted
        answer = getattr(e, "response", None)
        assert answer and answer["Error"]["Code"] == code, f"want {code}, got {e!r}"
        return
    raise AssertionError(f"want {code}, got an answer")


def network():
    ec2 = aws["ec2"]
    vpc = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
    wait("ec2", "vpc_exists", VpcIds=[vpc])
    wait("ec2", "vpc_available", VpcIds=[vpc])
    # EC2's pages have at least five items.
    subnets = sorted(s["SubnetId"] for s in pages("ec2", "describe_subnets", "Subnets", 5, Filters=[{"Name": "vpc-id", "Values": [vpc]}]))
    assert len(subnets) == 6, subnets
    wait("ec2", "subnet_available", SubnetIds=subnets)
    group = ec2.create_security_group(GroupName="flex", Description="flex", VpcId=vpc, TagSpecifications=[
        {"ResourceType": "security-group", "Tags": [{"Key": f"k{n}", "Value": "v"} for n in range(7)]}])["GroupId"]
    wait("ec2", "security_group_exists", GroupIds=[group])
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "UserIdGroupPairs": [{"GroupId": group}]}
        for port in (PORT, 2049, 1, 2, 3, 4)])
    assert len(pages("ec2", "describe_security_group_rules", "SecurityGroupRules", 5, Filters=[{"Name": "group-id", "Values": [group]}])) == 7
    assert len(pages("ec2", "describe_tags", "Tags", 5, Filters=[{"Name": "resource-id", "Values": [group]}])) == 7
    pages("ec2", "describe_vpcs", "Vpcs", 5)
    assert len(pages("ec2", "describe_security_groups", "SecurityGroups", 5)) == 2
    return vpc, subnets[:2], group


def storage(subnets, group):
    efs = aws["efs"]
    fs = efs.create_file_system(CreationToken="t", Encrypted=True, ThroughputMode="elastic")["FileSystemId"]
    other = efs.create_file_system(CreationToken="other")["FileSystemId"]
    await_state(["available"] * 2, lambda: [f["LifeCycleState"] for f in pages("efs", "describe_file_systems", "FileSystems")])
    efs.delete_file_system(FileSystemId=other)
    refused("FileSystemAlreadyExists", efs.create_file_system, CreationToken="t", Encrypted=True)
    for subnet in subnets:
        efs.create_mount_target(FileSystemId=fs, SubnetId=subnet, SecurityGroups=[group])
    await_state(["available"] * 2, lambda: [m["LifeCycleState"] for m in pages("efs", "describe_mount_targets", "MountTargets", FileSystemId=fs)])
    refused("FileSystemInUse", efs.delete_file_system, FileSystemId=fs)
    points = [efs.create_access_point(ClientToken=path, FileSystemId=fs, PosixUser={"Uid": 1000, "Gid": 1000}, RootDirectory={
        "Path": path, "CreationInfo": {"OwnerUid": 1000, "OwnerGid": 1000, "Permissions": "0755"}})["AccessPointId"] for path in ("/a", "/b")]
    await_state(["available"] * 2, lambda: [a["LifeCycleState"] for a in pages("efs", "describe_access_points", "AccessPoints", FileSystemId=fs)])
    return fs, points


def identity():
    iam = aws["iam"]
    for name in ("flex", "other"):
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST, Tags=[{"Key": f"k{n}", "Value": "v"} for n in range(3)])["Role"]["Arn"]
        wait("iam", "role_exists", RoleName=name)
    role = iam.get_role(RoleName="flex")["Role"]["Arn"]
    assert len([r for r in pages("iam", "list_roles", "Roles") if r["RoleName"] in ("flex", "other")]) == 2
    assert len(pages("iam", "list_role_tags", "Tags", RoleName="flex")) == 3
    iam.attach_role_policy(RoleName="flex", PolicyArn=EXECUTION_POLICY)
    for name in ("one", "two"):
        iam.put_role_policy(RoleName="flex", PolicyName=name, PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "logs:CreateLogGroup", "Resource": "*"}]}))
    assert pages("iam", "list_role_policies", "PolicyNames", RoleName="flex") == ["one", "two"]
    assert len(pages("iam", "list_attached_role_policies", "AttachedPolicies", RoleName="flex")) == 1
    assert pages("iam", "list_instance_profiles_for_role", "InstanceProfiles", RoleName="flex") == []
    return role


def balancer(vpc, subnets, group):
    elb = aws["elbv2"]
    nlb = elb.create_load_balancer(Name="flex", Type="network", Subnets=subnets, SecurityGroups=[group])["LoadBalancers"][0]["LoadBalancerArn"]
    other = elb.create_load_balancer(Name="other", Type="network", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    wait("elbv2", "load_balancer_exists", LoadBalancerArns=[nlb])
    wait("elbv2", "load_balancer_available", LoadBalancerArns=[nlb, other])
    assert len(pages("elbv2", "describe_load_balancers", "LoadBalancers")) == 2
    targets = [elb.create_target_group(Name=name, Protocol="TCP", Port=PORT, VpcId=vpc, TargetType="ip")["TargetGroups"][0]["TargetGroupArn"] for name in ("flex", "other")]
    assert len(pages("elbv2", "describe_target_groups", "TargetGroups")) == 2
    for port, target in zip((PORT, PORT + 1), targets):
        elb.create_listener(LoadBalancerArn=nlb, Protocol="TCP", Port=port, DefaultActions=[{"Type": "forward", "TargetGroupArn": target}])
    assert len(pages("elbv2", "describe_listeners", "Listeners", LoadBalancerArn=nlb)) == 2
    return nlb, other, targets


def volume(fs, point):
    return {"name": "conf", "efsVolumeConfiguration": {"fileSystemId": fs, "transitEncryption": "ENABLED", "authorizationConfig": {"accessPointId": point}}}


def definitions(role, fs, point):
    ecs = aws["ecs"]
    fargate = {"networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"], "cpu": "512", "memory": "1024", "executionRoleArn": role}
    logs = {"logDriver": "awslogs", "options": {"awslogs-group": "/flex", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "flex"}}
    ecs.register_task_definition(family="writer", volumes=[volume(fs, point)], containerDefinitions=[{
        "name": "writer", "image": "mulesoft/flex-gateway:1.9.0", "entryPoint": ["/bin/sh", "-c"],
        "command": [f"printf '%s' '{REGISTRATION}' > /mnt/registration.yaml"], "logConfiguration": logs,
        "mountPoints": [{"sourceVolume": "conf", "containerPath": "/mnt"}]}], **fargate)
    gateway = {"name": "flex-gateway", "image": "mulesoft/flex-gateway:1.9.0", "essential": True, "portMappings": [{"containerPort": PORT}], "logConfiguration": logs,
               "mountPoints": [{"sourceVolume": "conf", "containerPath": "/usr/local/share/mulesoft/flex-gateway/conf.d", "readOnly": True}]}
    for _ in range(2):
        ecs.register_task_definition(family="gateway", volumes=[volume(fs, point)], containerDefinitions=[gateway], **fargate)
    assert pages("ecs", "list_task_definition_families", "families") == ["gateway", "writer"]
    return pages("ecs", "list_task_definitions", "taskDefinitionArns")


def placed(subnets, group):
    return {"awsvpcConfiguration": {"subnets": subnets, "securityGroups": [group], "assignPublicIp": "ENABLED"}}


def register(where):
    ecs = aws["ecs"]
    task = ecs.run_task(cluster="flex", taskDefinition="writer", launchType="FARGATE", networkConfiguration=where)["tasks"][0]["taskArn"]
    wait("ecs", "tasks_stopped", cluster="flex", tasks=[task])
    stopped = ecs.describe_tasks(cluster="flex", tasks=[task])["tasks"][0]
    assert stopped["containers"][0]["exitCode"] == 0, stopped
    # A gateway runs until it is stopped, and a waiter for running tasks says so.
    task = ecs.run_task(cluster="flex", taskDefinition="gateway", launchType="FARGATE", networkConfiguration=where)["tasks"][0]
    wait("ecs", "tasks_running", cluster="flex", tasks=[task["taskArn"]])
    ecs.stop_task(cluster="flex", task=task["taskArn"], reason="seen enough")
    wait("ecs", "tasks_stopped", cluster="flex", tasks=[task["taskArn"]])
    wait_in_vain("ecs", "tasks_running", cluster="flex", tasks=[task["taskArn"]])


def serve(where, targets):
    ecs, elb = aws["ecs"], aws["elbv2"]
    for name, target in zip(("gateway", "other"), targets):
        ecs.create_service(cluster="flex", serviceName=name, taskDefinition="gateway:1", desiredCount=2, launchType="FARGATE", networkConfiguration=where,
                           loadBalancers=[{"targetGroupArn": target, "containerName": "flex-gateway", "containerPort": PORT}])
    assert len(pages("ecs", "list_services", "serviceArns", cluster="flex")) == 2
    wait("ecs", "services_stable", cluster="flex", services=["gateway", "other"])
    wait("elbv2", "target_in_service", TargetGroupArn=targets[0])
    ecs.update_service(cluster="flex", service="gateway", taskDefinition="gateway:2", desiredCount=4)
    wait("ecs", "services_stable", cluster="flex", services=["gateway"])
    tasks = pages("ecs", "list_tasks", "taskArns", cluster="flex", serviceName="gateway")
    assert len(tasks) == 4, tasks
    now = ecs.describe_services(cluster="flex", services=["gateway"])["services"][0]
    assert [d["rolloutState"] for d in now["deployments"]] == ["COMPLETED"], now["deployments"]
    for task in ecs.describe_tasks(cluster="flex", tasks=tasks)["tasks"]:
        assert task["taskDefinitionArn"].endswith(":2"), task
    await_state(["healthy"] * 4, lambda: [t["TargetHealth"]["State"] for t in elb.describe_target_health(TargetGroupArn=targets[0])["TargetHealthDescriptions"]])
    # No interface is ever available: nothing of the simulator makes one that is not in use.
    wait_in_vain("ec2", "network_interface_available", NetworkInterfaceIds=["eni-0123456789abcdef0"])
    assert len(pages("ec2", "describe_network_interfaces", "NetworkInterfaces", 5)) >= 8
    one = elb.describe_target_health(TargetGroupArn=targets[1])["TargetHealthDescriptions"][0]["Target"]
    elb.deregister_targets(TargetGroupArn=targets[1], Targets=[one])
    wait("elbv2", "target_deregistered", TargetGroupArn=targets[1], Targets=[one])


def tell():
    """What containers, and a keeper of secrets, have written."""
    logs, secrets = aws["logs"], aws["secretsmanager"]
    assert len(pages("logs", "describe_log_groups", "logGroups")) == 2
    streams = pages("logs", "describe_log_streams", "logStreams", logGroupName="/flex")
    assert len(streams) > 5, streams
    assert pages("logs", "filter_log_events", "events", 10, logGroupName="/flex", filterPattern="connected")
    assert logs.get_log_events(logGroupName="/flex", logStreamName=streams[0]["logStreamName"])["events"]
    for name in ("flex/a", "flex/b"):
        secrets.create_secret(Name=name, SecretString=name)
    assert [s["Name"] for s in pages("secretsmanager", "list_secrets", "SecretList")] in (["flex/a", "flex/b"], ["flex/b", "flex/a"])


def tear_down(nlbs, targets, group, fs, points, revisions):
    ecs, elb, efs, iam = aws["ecs"], aws["elbv2"], aws["efs"], aws["iam"]
    refused("DependencyViolation", aws["ec2"].delete_security_group, GroupId=group)
    refused("ClusterContainsServicesException", ecs.delete_cluster, cluster="flex")
    for name in ("gateway", "other"):
        ecs.update_service(cluster="flex", service=name, desiredCount=0)
        ecs.delete_service(cluster="flex", service=name)
    wait("ecs", "services_inactive", cluster="flex", services=["gateway", "other"])
    for arn in revisions:
        ecs.deregister_task_definition(taskDefinition=arn)
    ecs.delete_task_definitions(taskDefinitions=revisions)
    ecs.delete_cluster(cluster="flex")
    ecs.delete_cluster(cluster="other")
    refused("ResourceInUse", elb.delete_target_group, TargetGroupArn=targets[0])
    for nlb in nlbs:
        elb.delete_load_balancer(LoadBalancerArn=nlb)
    wait("elbv2", "load_balancers_deleted", LoadBalancerArns=nlbs)
    for target in targets:
        elb.delete_target_group(TargetGroupArn=target)
    for point in points:
        efs.delete_access_point(AccessPointId=point)
    for mount in efs.describe_mount_targets(FileSystemId=fs)["MountTargets"]:
        efs.delete_mount_target(MountTargetId=mount["MountTargetId"])
    await_state([], lambda: efs.describe_mount_targets(FileSystemId=fs)["MountTargets"])
    efs.delete_file_system(FileSystemId=fs)
    for name in ("/flex", "/other"):
        aws["logs"].delete_log_group(logGroupName=name)
    for name in ("flex/a", "flex/b"):
        aws["secretsmanager"].delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    refused("DeleteConflict", iam.delete_role, RoleName="flex")
    iam.detach_role_policy(RoleName="flex", PolicyArn=EXECUTION_POLICY)
    for name in ("one", "two"):
        iam.delete_role_policy(RoleName="flex", PolicyName=name)
    for name in ("flex", "other"):
        iam.delete_role(RoleName=name)
    await_state([], lambda: [i["NetworkInterfaceId"] for i in aws["ec2"].describe_network_interfaces().get("NetworkInterfaces", [])])
    aws["ec2"].delete_security_group(GroupId=group)


def inventory():
    with urllib.request.urlopen(os.environ["AWS_ENDPOINT_URL"] + "/_awssim/inventory") as answer:
        return json.load(answer)


def all_of_botocore():
    """The waiters and paginators that botocore has for the simulator's operations."""
    waiters, paginators = set(), set()
    for line in open(sys.argv[1], encoding="utf-8"):
        service, *operations = line.split() or [""]
        if service not in SERVICES:
            continue
        client = aws[service]
        for name in client.waiter_names:
            if client.get_waiter(name).config.operation in operations:
                waiters.add(f"{service}.{name}")
        paginators |= {f"{service}.{xform_name(o)}" for o in operations if client.can_paginate(xform_name(o))}
    return waiters, paginators


def main():
    assert inventory() == [], "the simulator is not new"
    vpc, subnets, group = network()
    fs, points = storage(subnets, group)
    role = identity()
    nlb, other, targets = balancer(vpc, subnets, group)
    for name in ("/flex", "/other"):
        aws["logs"].create_log_group(logGroupName=name)
    for name in ("flex", "other"):
        aws["ecs"].create_cluster(clusterName=name)
    assert len(pages("ecs", "list_clusters", "clusterArns")) == 2
    revisions = definitions(role, fs, points[0])
    where = placed(subnets, group)
    register(where)
    serve(where, targets)
    tell()
    tear_down([nlb, other], targets, group, fs, points, revisions)
    await_state([], inventory)

    waiters, paginators = all_of_botocore()
    unused = sorted((waiters - waited) | (paginators - paged))
    assert not unused, f"not used: {unused}"
    print(f"{judge.answers} answers, {len(waited)} of {len(waiters)} waiters, {len(paged)} of {len(paginators)} paginators, "
          f"{len(set(judge.faults))} faults; nothing is left behind")
    sys.exit(0 if judge.verdict(KNOWN) else 1)


if __name__ == "__main__":
    main()
