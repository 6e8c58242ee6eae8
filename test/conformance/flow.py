"""The questions for compare.py: every operation that both servers have, also with what is
missing, double, wrong or in use.

A step of the flow uses what earlier steps have answered, from the same server. What moto
cannot do is left out here, with the reason: services that roll out, tasks that end.
"""

import json
import time

import messages
import scaling

TRUST = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:*", "Resource": "*"}]})
MANAGED = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
TAG, TAGS = {"Key": "a", "Value": "b"}, [{"Key": "a", "Value": "b"}]


class Nothing:
    """What an answer has that was an error: an id that names nothing."""

    def __getitem__(self, _):
        return self



def plain(value):
    """The value with a word in place of what is Nothing."""
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return "nothing" if isinstance(value, Nothing) else value


def run(recorder, speed):
    """Asks everything, in order."""
    call = recorder.call

    def until(wanted, operation, look, **arguments):
        """Waits for what takes time in the simulator, and none in moto."""
        for _ in range(600):
            try:
                if look(recorder.ask(operation, **arguments)) == wanted:
                    return
            except LookupError:
                pass  # not there yet
            time.sleep(1 / speed)
        raise AssertionError(f"{recorder.name}: {operation} never says {wanted}; so far: {recorder.outcomes}")

    def rolled_out(wanted, operation, look, **arguments):
        """Waits for what the simulator does by itself and moto never does."""
        if recorder.name != "moto":
            until(wanted, operation, look, **arguments)

    identity(call)
    vpc, subnets, group = network(call)
    storage(call, until, subnets, group)
    logging(call)
    secrets(call)
    target, nlb = balancer(call, until, vpc, subnets, group)
    queue = messages.queue(call)
    messages.rules(call)
    messages.tags(call, until)
    messages.farewell(call, queue)
    containers(call, rolled_out, subnets, group, target)
    farewell(call, nlb, target)


def identity(call):
    call("", "sts.GetCallerIdentity")
    role = call("", "iam.CreateRole", RoleName="flex", AssumeRolePolicyDocument=TRUST, Tags=TAGS, Description="d")["Role"]["Arn"]
    call("trusts others", "sts.AssumeRole", RoleArn=role, RoleSessionName="session")
    call("", "iam.UpdateAssumeRolePolicy", RoleName="flex", PolicyDocument=TRUST.replace('"Service": "ecs-tasks.amazonaws.com"', '"AWS": "*"'))
    call("", "sts.AssumeRole", RoleArn=role, RoleSessionName="session")
    call("not an ARN", "sts.AssumeRole", RoleArn="flex", RoleSessionName="session")
    call("duplicate", "iam.CreateRole", RoleName="flex", AssumeRolePolicyDocument=TRUST)
    call("bad policy", "iam.CreateRole", RoleName="bad", AssumeRolePolicyDocument="{")
    call("bad name", "iam.CreateRole", RoleName="no spaces", AssumeRolePolicyDocument=TRUST)
    call("no policy", "iam.CreateRole", RoleName="bad")
    call("", "iam.GetRole", RoleName="flex")
    call("", "iam.ListRoles")
    call("", "iam.UpdateRole", RoleName="flex", Description="e", MaxSessionDuration=7200)
    call("", "iam.UpdateAssumeRolePolicy", RoleName="flex", PolicyDocument=TRUST)
    call("bad policy", "iam.UpdateAssumeRolePolicy", RoleName="flex", PolicyDocument="{")
    call("", "iam.TagRole", RoleName="flex", Tags=[{"Key": "c", "Value": "d"}])
    call("", "iam.ListRoleTags", RoleName="flex")
    call("", "iam.UntagRole", RoleName="flex", TagKeys=["c"])
    call("", "iam.AttachRolePolicy", RoleName="flex", PolicyArn=MANAGED)
    call("again", "iam.AttachRolePolicy", RoleName="flex", PolicyArn=MANAGED)
    call("missing policy", "iam.AttachRolePolicy", RoleName="flex", PolicyArn="arn:aws:iam::aws:policy/NoSuchPolicyAtAll")
    call("", "iam.ListAttachedRolePolicies", RoleName="flex")
    call("", "iam.PutRolePolicy", RoleName="flex", PolicyName="p", PolicyDocument=POLICY)
    call("bad policy", "iam.PutRolePolicy", RoleName="flex", PolicyName="p", PolicyDocument="{")
    call("", "iam.GetRolePolicy", RoleName="flex", PolicyName="p")
    call("missing", "iam.GetRolePolicy", RoleName="flex", PolicyName="q")
    call("", "iam.ListRolePolicies", RoleName="flex")
    call("", "iam.ListInstanceProfilesForRole", RoleName="flex")
    call("", "iam.CreateServiceLinkedRole", AWSServiceName="ecs.amazonaws.com")
    call("in use", "iam.DeleteRole", RoleName="flex")
    call("", "iam.DeleteRolePolicy", RoleName="flex", PolicyName="p")
    call("again", "iam.DeleteRolePolicy", RoleName="flex", PolicyName="p")
    call("", "iam.DetachRolePolicy", RoleName="flex", PolicyArn=MANAGED)
    call("again", "iam.DetachRolePolicy", RoleName="flex", PolicyArn=MANAGED)
    for operation, more in (
            ("GetRole", {}), ("DeleteRole", {}), ("UpdateRole", {}), ("UpdateAssumeRolePolicy", {"PolicyDocument": TRUST}), ("TagRole", {"Tags": TAGS}),
            ("UntagRole", {"TagKeys": ["a"]}), ("ListRoleTags", {}), ("AttachRolePolicy", {"PolicyArn": MANAGED}), ("DetachRolePolicy", {"PolicyArn": MANAGED}),
            ("ListAttachedRolePolicies", {}), ("PutRolePolicy", {"PolicyName": "p", "PolicyDocument": POLICY}), ("GetRolePolicy", {"PolicyName": "p"}),
            ("ListRolePolicies", {}), ("DeleteRolePolicy", {"PolicyName": "p"}), ("ListInstanceProfilesForRole", {})):
        call("missing role", f"iam.{operation}", RoleName="missing", **more)


def network(call):
    call("", "ec2.DescribeRegions")
    call("", "ec2.DescribeAvailabilityZones")
    own = call("", "ec2.CreateVpc", CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    call("bad CIDR", "ec2.CreateVpc", CidrBlock="10.0.0.0/8")
    call("", "ec2.DescribeVpcs")
    call("missing", "ec2.DescribeVpcs", VpcIds=["vpc-0123456789abcdef0"])
    subnet = call("", "ec2.CreateSubnet", VpcId=own, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    call("overlap", "ec2.CreateSubnet", VpcId=own, CidrBlock="10.0.0.0/25")
    call("outside", "ec2.CreateSubnet", VpcId=own, CidrBlock="10.1.0.0/24")
    call("missing VPC", "ec2.CreateSubnet", VpcId="vpc-0123456789abcdef0", CidrBlock="10.0.0.0/24")
    call("in use", "ec2.DeleteVpc", VpcId=own)
    call("", "ec2.DeleteSubnet", SubnetId=subnet)
    call("", "ec2.DeleteVpc", VpcId=own)
    call("missing", "ec2.DeleteVpc", VpcId="vpc-0123456789abcdef0")
    call("missing", "ec2.DeleteSubnet", SubnetId="subnet-0123456789abcdef0")
    vpc = call("default", "ec2.DescribeVpcs", Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
    subnets = [s["SubnetId"] for s in call("", "ec2.DescribeSubnets", Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]][:2]
    call("missing", "ec2.DescribeSubnets", SubnetIds=["subnet-0123456789abcdef0"])
    group = call("", "ec2.CreateSecurityGroup", GroupName="flex", Description="d", VpcId=vpc, TagSpecifications=[
        {"ResourceType": "security-group", "Tags": TAGS}])["GroupId"]
    call("duplicate", "ec2.CreateSecurityGroup", GroupName="flex", Description="d", VpcId=vpc)
    call("missing VPC", "ec2.CreateSecurityGroup", GroupName="g", Description="d", VpcId="vpc-0123456789abcdef0")
    call("no description", "ec2.CreateSecurityGroup", GroupName="g", VpcId=vpc)
    rule = [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 81, "IpRanges": [{"CidrIp": "192.0.2.0/24", "Description": "r"}]}]
    itself = [{"IpProtocol": "tcp", "FromPort": 2049, "ToPort": 2049, "UserIdGroupPairs": [{"GroupId": group}]}]
    call("", "ec2.AuthorizeSecurityGroupIngress", GroupId=group, IpPermissions=rule)
    call("group", "ec2.AuthorizeSecurityGroupIngress", GroupId=group, IpPermissions=itself)
    call("duplicate", "ec2.AuthorizeSecurityGroupIngress", GroupId=group, IpPermissions=rule)
    call("missing", "ec2.AuthorizeSecurityGroupIngress", GroupId="sg-0123456789abcdef0", IpPermissions=rule)
    call("", "ec2.AuthorizeSecurityGroupEgress", GroupId=group, IpPermissions=rule)
    call("duplicate", "ec2.AuthorizeSecurityGroupEgress", GroupId=group, IpPermissions=rule)
    call("", "ec2.DescribeSecurityGroups", GroupIds=[group])
    call("missing", "ec2.DescribeSecurityGroups", GroupIds=["sg-0123456789abcdef0"])
    call("malformed", "ec2.DescribeSecurityGroups", GroupIds=["sg"])
    call("", "ec2.DescribeSecurityGroupRules", Filters=[{"Name": "group-id", "Values": [group]}])
    call("", "ec2.RevokeSecurityGroupIngress", GroupId=group, IpPermissions=rule)
    call("again", "ec2.RevokeSecurityGroupIngress", GroupId=group, IpPermissions=rule)
    call("", "ec2.RevokeSecurityGroupEgress", GroupId=group, IpPermissions=rule)
    call("", "ec2.CreateTags", Resources=[group], Tags=[{"Key": "c", "Value": "d"}])
    call("missing", "ec2.CreateTags", Resources=["sg-0123456789abcdef0"], Tags=TAGS)
    call("", "ec2.DescribeTags", Filters=[{"Name": "resource-id", "Values": [group]}])
    call("", "ec2.DeleteTags", Resources=[group], Tags=[{"Key": "c"}])
    spare = call("spare", "ec2.CreateSecurityGroup", GroupName="spare", Description="d", VpcId=vpc)["GroupId"]
    call("", "ec2.DeleteSecurityGroup", GroupId=spare)
    call("missing", "ec2.DeleteSecurityGroup", GroupId=spare)
    return vpc, subnets, group


def storage(call, until, subnets, group):
    fs = call("", "efs.CreateFileSystem", CreationToken="t", Encrypted=True, ThroughputMode="elastic", Tags=[{"Key": "Name", "Value": "n"}])["FileSystemId"]
    until("available", "efs.DescribeFileSystems", lambda a: a["FileSystems"][0]["LifeCycleState"], FileSystemId=fs)
    call("duplicate", "efs.CreateFileSystem", CreationToken="t")
    call("bad mode", "efs.CreateFileSystem", CreationToken="u", ThroughputMode="quick")
    call("", "efs.DescribeFileSystems")
    call("", "efs.UpdateFileSystem", FileSystemId=fs, ThroughputMode="bursting")
    until("available", "efs.DescribeFileSystems", lambda a: a["FileSystems"][0]["LifeCycleState"], FileSystemId=fs)
    call("", "efs.PutBackupPolicy", FileSystemId=fs, BackupPolicy={"Status": "ENABLED"})
    call("", "efs.DescribeBackupPolicy", FileSystemId=fs)
    call("", "efs.PutLifecycleConfiguration", FileSystemId=fs, LifecyclePolicies=[{"TransitionToIA": "AFTER_30_DAYS"}])
    call("", "efs.DescribeLifecycleConfiguration", FileSystemId=fs)
    # moto deletes a group that is in use; a second one leaves the first alone.
    held = call("held", "ec2.CreateSecurityGroup", GroupName="held", Description="d")["GroupId"]
    mount = call("", "efs.CreateMountTarget", FileSystemId=fs, SubnetId=subnets[0], SecurityGroups=[group, held])["MountTargetId"]
    until("available", "efs.DescribeMountTargets", lambda a: a["MountTargets"][0]["LifeCycleState"], FileSystemId=fs)
    call("same subnet", "efs.CreateMountTarget", FileSystemId=fs, SubnetId=subnets[0])
    call("missing subnet", "efs.CreateMountTarget", FileSystemId=fs, SubnetId="subnet-0123456789abcdef0")
    call("missing group", "efs.CreateMountTarget", FileSystemId=fs, SubnetId=subnets[1], SecurityGroups=["sg-0123456789abcdef0"])
    call("", "efs.DescribeMountTargets", FileSystemId=fs)
    call("", "efs.DescribeMountTargetSecurityGroups", MountTargetId=mount)
    call("", "ec2.DescribeNetworkInterfaces", Filters=[{"Name": "group-id", "Values": [group]}])
    call("missing", "ec2.DescribeNetworkInterfaces", NetworkInterfaceIds=["eni-0123456789abcdef0"])
    call("in use", "ec2.DeleteSecurityGroup", GroupId=held)
    call("", "efs.ModifyMountTargetSecurityGroups", MountTargetId=mount, SecurityGroups=[group])
    point = call("", "efs.CreateAccessPoint", ClientToken="c", FileSystemId=fs, Tags=TAGS, PosixUser={"Uid": 1, "Gid": 1}, RootDirectory={
        "Path": "/p", "CreationInfo": {"OwnerUid": 1, "OwnerGid": 1, "Permissions": "0755"}})["AccessPointId"]
    call("", "efs.DescribeAccessPoints", FileSystemId=fs)
    call("", "efs.TagResource", ResourceId=fs, Tags=TAGS)
    call("", "efs.ListTagsForResource", ResourceId=fs)
    call("", "efs.UntagResource", ResourceId=fs, TagKeys=["a"])
    call("in use", "efs.DeleteFileSystem", FileSystemId=fs)
    missing = "fs-0123456789abcdef0"
    for operation, more in (
            ("DescribeFileSystems", {}), ("UpdateFileSystem", {"ThroughputMode": "elastic"}), ("DeleteFileSystem", {}), ("DescribeBackupPolicy", {}),
            ("PutBackupPolicy", {"BackupPolicy": {"Status": "ENABLED"}}), ("DescribeLifecycleConfiguration", {}), ("PutLifecycleConfiguration", {"LifecyclePolicies": []}),
            ("CreateMountTarget", {"SubnetId": subnets[0]}), ("DescribeMountTargets", {}), ("CreateAccessPoint", {"ClientToken": "d"}), ("DescribeAccessPoints", {})):
        call("missing file system", f"efs.{operation}", FileSystemId=missing, **more)
    for operation, more in (("DescribeMountTargetSecurityGroups", {}), ("ModifyMountTargetSecurityGroups", {"SecurityGroups": [group]}), ("DeleteMountTarget", {})):
        call("missing mount target", f"efs.{operation}", MountTargetId="fsmt-0123456789abcdef0", **more)
    call("missing", "efs.DeleteAccessPoint", AccessPointId="fsap-0123456789abcdef0")
    call("missing", "efs.TagResource", ResourceId=missing, Tags=TAGS)
    call("missing", "efs.UntagResource", ResourceId=missing, TagKeys=["a"])
    call("missing", "efs.ListTagsForResource", ResourceId=missing)
    call("", "efs.DeleteAccessPoint", AccessPointId=point)
    call("", "efs.DeleteMountTarget", MountTargetId=mount)
    until([], "efs.DescribeMountTargets", lambda a: a["MountTargets"], FileSystemId=fs)
    call("", "efs.DeleteFileSystem", FileSystemId=fs)


def logging(call):
    call("", "logs.CreateLogGroup", logGroupName="/flex", tags={"a": "b"})
    call("duplicate", "logs.CreateLogGroup", logGroupName="/flex")
    call("bad name", "logs.CreateLogGroup", logGroupName="no spaces")
    call("", "logs.PutRetentionPolicy", logGroupName="/flex", retentionInDays=30)
    call("bad days", "logs.PutRetentionPolicy", logGroupName="/flex", retentionInDays=31)
    arn = call("", "logs.DescribeLogGroups", logGroupNamePrefix="/flex")["logGroups"][0]["arn"].removesuffix(":*")
    call("", "logs.TagResource", resourceArn=arn, tags={"c": "d"})
    call("", "logs.ListTagsForResource", resourceArn=arn)
    call("", "logs.UntagResource", resourceArn=arn, tagKeys=["c"])
    call("", "logs.DescribeLogStreams", logGroupName="/flex")
    call("missing stream", "logs.GetLogEvents", logGroupName="/flex", logStreamName="s")
    call("", "logs.FilterLogEvents", logGroupName="/flex")
    call("", "logs.DeleteRetentionPolicy", logGroupName="/flex")
    call("", "logs.DeleteLogGroup", logGroupName="/flex")
    for operation, more in (
            ("DeleteLogGroup", {}), ("PutRetentionPolicy", {"retentionInDays": 30}), ("DeleteRetentionPolicy", {}), ("DescribeLogStreams", {}),
            ("GetLogEvents", {"logStreamName": "s"}), ("FilterLogEvents", {})):
        call("missing", f"logs.{operation}", logGroupName="/missing", **more)
    missing = arn.replace("/flex", "/missing")
    call("missing", "logs.TagResource", resourceArn=missing, tags={"a": "b"})
    call("missing", "logs.UntagResource", resourceArn=missing, tagKeys=["a"])
    call("missing", "logs.ListTagsForResource", resourceArn=missing)


def secrets(call):
    call("", "secretsmanager.CreateSecret", Name="flex", SecretString="s", Tags=TAGS, Description="d")
    call("duplicate", "secretsmanager.CreateSecret", Name="flex", SecretString="s")
    call("bad name", "secretsmanager.CreateSecret", Name="no spaces", SecretString="s")
    call("", "secretsmanager.DescribeSecret", SecretId="flex")
    call("", "secretsmanager.UpdateSecret", SecretId="flex", SecretString="t")
    call("", "secretsmanager.PutSecretValue", SecretId="flex", SecretString="u")
    call("nothing", "secretsmanager.PutSecretValue", SecretId="flex")
    call("", "secretsmanager.GetSecretValue", SecretId="flex")
    call("missing version", "secretsmanager.GetSecretValue", SecretId="flex", VersionId="0" * 32)
    call("missing stage", "secretsmanager.GetSecretValue", SecretId="flex", VersionStage="NO")
    call("", "secretsmanager.ListSecretVersionIds", SecretId="flex")
    call("", "secretsmanager.ListSecrets")
    call("", "secretsmanager.TagResource", SecretId="flex", Tags=[{"Key": "c", "Value": "d"}])
    call("", "secretsmanager.UntagResource", SecretId="flex", TagKeys=["c"])
    call("both ways", "secretsmanager.DeleteSecret", SecretId="flex", ForceDeleteWithoutRecovery=True, RecoveryWindowInDays=7)
    call("short window", "secretsmanager.DeleteSecret", SecretId="flex", RecoveryWindowInDays=6)
    call("", "secretsmanager.DeleteSecret", SecretId="flex", RecoveryWindowInDays=7)
    call("deleted", "secretsmanager.GetSecretValue", SecretId="flex")
    call("deleted", "secretsmanager.PutSecretValue", SecretId="flex", SecretString="v")
    call("deleted", "secretsmanager.CreateSecret", Name="flex", SecretString="s")
    call("", "secretsmanager.RestoreSecret", SecretId="flex")
    call("for good", "secretsmanager.DeleteSecret", SecretId="flex", ForceDeleteWithoutRecovery=True)
    for operation, more in (
            ("DescribeSecret", {}), ("UpdateSecret", {"SecretString": "s"}), ("DeleteSecret", {}), ("RestoreSecret", {}), ("GetSecretValue", {}),
            ("PutSecretValue", {"SecretString": "s"}), ("ListSecretVersionIds", {}), ("TagResource", {"Tags": TAGS}), ("UntagResource", {"TagKeys": ["a"]})):
        call("missing", f"secretsmanager.{operation}", SecretId="missing", **more)


def balancer(call, until, vpc, subnets, group):
    made = call("", "elbv2.CreateLoadBalancer", Name="flex", Type="network", Subnets=subnets, SecurityGroups=[group], Tags=TAGS)
    nlb = made["LoadBalancers"][0]["LoadBalancerArn"]
    call("other", "elbv2.CreateLoadBalancer", Name="flex", Type="network", Subnets=subnets[:1], Scheme="internal")
    call("missing subnet", "elbv2.CreateLoadBalancer", Name="g", Type="network", Subnets=["subnet-0123456789abcdef0"])
    call("bad name", "elbv2.CreateLoadBalancer", Name="-g", Type="network", Subnets=subnets)
    until("active", "elbv2.DescribeLoadBalancers", lambda a: a["LoadBalancers"][0]["State"]["Code"], LoadBalancerArns=[nlb])
    call("", "elbv2.DescribeLoadBalancers", LoadBalancerArns=[nlb])
    call("missing name", "elbv2.DescribeLoadBalancers", Names=["missing"])
    call("", "elbv2.DescribeLoadBalancerAttributes", LoadBalancerArn=nlb)
    call("", "elbv2.ModifyLoadBalancerAttributes", LoadBalancerArn=nlb, Attributes=[{"Key": "load_balancing.cross_zone.enabled", "Value": "true"}])
    call("bad key", "elbv2.ModifyLoadBalancerAttributes", LoadBalancerArn=nlb, Attributes=[{"Key": "no.such.key", "Value": "true"}])
    call("", "elbv2.SetSecurityGroups", LoadBalancerArn=nlb, SecurityGroups=[group])
    call("missing group", "elbv2.SetSecurityGroups", LoadBalancerArn=nlb, SecurityGroups=["sg-0123456789abcdef0"])
    call("", "elbv2.SetSubnets", LoadBalancerArn=nlb, Subnets=subnets)
    target = call("", "elbv2.CreateTargetGroup", Name="flex", Protocol="TCP", Port=8081, VpcId=vpc, TargetType="ip")["TargetGroups"][0]["TargetGroupArn"]
    call("other", "elbv2.CreateTargetGroup", Name="flex", Protocol="TCP", Port=8082, VpcId=vpc, TargetType="ip")
    call("bad name", "elbv2.CreateTargetGroup", Name="a_b", Protocol="TCP", Port=8081, VpcId=vpc, TargetType="ip")
    call("bad protocol", "elbv2.CreateTargetGroup", Name="b", Protocol="SMTP", Port=8081, VpcId=vpc, TargetType="ip")
    call("no VPC", "elbv2.CreateTargetGroup", Name="c", Protocol="TCP", Port=8081, TargetType="ip")
    call("", "elbv2.DescribeTargetGroups", TargetGroupArns=[target])
    call("missing name", "elbv2.DescribeTargetGroups", Names=["missing"])
    call("", "elbv2.ModifyTargetGroup", TargetGroupArn=target, HealthyThresholdCount=2, UnhealthyThresholdCount=2)
    call("", "elbv2.DescribeTargetGroupAttributes", TargetGroupArn=target)
    call("", "elbv2.ModifyTargetGroupAttributes", TargetGroupArn=target, Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "30"}])
    forward = [{"Type": "forward", "TargetGroupArn": target}]
    listener = call("", "elbv2.CreateListener", LoadBalancerArn=nlb, Protocol="TCP", Port=8081, DefaultActions=forward)["Listeners"][0]["ListenerArn"]
    call("duplicate", "elbv2.CreateListener", LoadBalancerArn=nlb, Protocol="TCP", Port=8081, DefaultActions=forward)
    call("", "elbv2.DescribeListeners", LoadBalancerArn=nlb)
    call("", "elbv2.ModifyListener", ListenerArn=listener, Port=8083)
    call("", "elbv2.AddTags", ResourceArns=[nlb], Tags=[{"Key": "c", "Value": "d"}])
    call("", "elbv2.DescribeTags", ResourceArns=[nlb])
    call("", "elbv2.RemoveTags", ResourceArns=[nlb], TagKeys=["c"])
    one = [{"Id": "172.31.0.77", "Port": 8081}]
    call("", "elbv2.RegisterTargets", TargetGroupArn=target, Targets=one)
    call("", "elbv2.DescribeTargetHealth", TargetGroupArn=target)
    call("", "elbv2.DeregisterTargets", TargetGroupArn=target, Targets=one)
    call("in use", "elbv2.DeleteTargetGroup", TargetGroupArn=target)
    absent(call, nlb, target, listener)
    return target, nlb


def absent(call, nlb, target, listener):
    gone = {arn: arn[:-4] + "0000" for arn in (nlb, target, listener)}
    nlb, target, listener = gone[nlb], gone[target], gone[listener]
    forward = [{"Type": "forward", "TargetGroupArn": target}]
    for operation, arguments in (
            ("DescribeLoadBalancers", {"LoadBalancerArns": [nlb]}), ("DeleteLoadBalancer", {"LoadBalancerArn": nlb}),
            ("DescribeLoadBalancerAttributes", {"LoadBalancerArn": nlb}), ("SetSubnets", {"LoadBalancerArn": nlb, "Subnets": ["subnet-0123456789abcdef0"]}),
            ("CreateListener", {"LoadBalancerArn": nlb, "Protocol": "TCP", "Port": 1, "DefaultActions": forward}), ("DescribeListeners", {"LoadBalancerArn": nlb}),
            ("ModifyListener", {"ListenerArn": listener, "Port": 2}), ("DeleteListener", {"ListenerArn": listener}),
            ("DescribeTargetGroups", {"TargetGroupArns": [target]}), ("ModifyTargetGroup", {"TargetGroupArn": target, "HealthyThresholdCount": 2}),
            ("DescribeTargetGroupAttributes", {"TargetGroupArn": target}), ("RegisterTargets", {"TargetGroupArn": target, "Targets": [{"Id": "172.31.0.77"}]}),
            ("DeregisterTargets", {"TargetGroupArn": target, "Targets": [{"Id": "172.31.0.77"}]}), ("DescribeTargetHealth", {"TargetGroupArn": target}),
            ("DeleteTargetGroup", {"TargetGroupArn": target}), ("AddTags", {"ResourceArns": [nlb], "Tags": TAGS}), ("DescribeTags", {"ResourceArns": [nlb]})):
        call("missing", f"elbv2.{operation}", **arguments)


def containers(call, rolled_out, subnets, group, target):
    tags = [{"key": "a", "value": "b"}]
    cluster = call("", "ecs.CreateCluster", clusterName="flex", tags=tags)["cluster"]["clusterArn"]
    call("again", "ecs.CreateCluster", clusterName="flex")
    call("bad name", "ecs.CreateCluster", clusterName="no spaces")
    call("", "ecs.DescribeClusters", clusters=["flex", "missing"], include=["TAGS", "SETTINGS"])
    call("", "ecs.ListClusters")
    call("", "ecs.UpdateCluster", cluster="flex", settings=[{"name": "containerInsights", "value": "enabled"}])
    call("", "ecs.PutClusterCapacityProviders", cluster="flex", capacityProviders=["FARGATE", "FARGATE_SPOT"],
         defaultCapacityProviderStrategy=[{"capacityProvider": "FARGATE_SPOT", "weight": 1}])
    call("unknown", "ecs.PutClusterCapacityProviders", cluster="flex", capacityProviders=["mine"], defaultCapacityProviderStrategy=[])
    call("missing", "ecs.PutClusterCapacityProviders", cluster="missing", capacityProviders=[], defaultCapacityProviderStrategy=[])
    container = {"name": "flex-gateway", "image": "mulesoft/flex-gateway:1.9.0", "memory": 512, "portMappings": [{"containerPort": 8081}]}
    fargate = {"networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"], "cpu": "512", "memory": "1024"}
    for step in ("", "second"):
        definition = call(step, "ecs.RegisterTaskDefinition", family="flex", containerDefinitions=[container], tags=tags, **fargate)["taskDefinition"]["taskDefinitionArn"]
    call("no containers", "ecs.RegisterTaskDefinition", family="flex", containerDefinitions=[], **fargate)
    call("bad memory", "ecs.RegisterTaskDefinition", family="flex", containerDefinitions=[container], **fargate | {"memory": "1000"})
    call("no cpu", "ecs.RegisterTaskDefinition", family="flex", containerDefinitions=[container], networkMode="awsvpc", requiresCompatibilities=["FARGATE"])
    call("", "ecs.DescribeTaskDefinition", taskDefinition="flex", include=["TAGS"])
    call("missing", "ecs.DescribeTaskDefinition", taskDefinition="missing")
    call("", "ecs.ListTaskDefinitions")
    call("", "ecs.ListTaskDefinitionFamilies")
    where = {"awsvpcConfiguration": {"subnets": subnets, "securityGroups": [group], "assignPublicIp": "ENABLED"}}
    wanted = {"cluster": "flex", "serviceName": "flex", "taskDefinition": "flex:1", "desiredCount": 1, "launchType": "FARGATE"}
    balanced = [{"targetGroupArn": target, "containerName": "flex-gateway", "containerPort": 8081}]
    call("", "ecs.CreateService", networkConfiguration=where, loadBalancers=balanced, tags=tags, **wanted)
    call("duplicate", "ecs.CreateService", networkConfiguration=where, **wanted)
    call("no network", "ecs.CreateService", **wanted | {"serviceName": "g"})
    call("missing cluster", "ecs.CreateService", networkConfiguration=where, **wanted | {"cluster": "missing", "serviceName": "g"})
    call("missing definition", "ecs.CreateService", networkConfiguration=where, **wanted | {"taskDefinition": "missing", "serviceName": "g"})
    rolled_out(1, "ecs.DescribeServices", lambda a: a["services"][0]["runningCount"], cluster="flex", services=["flex"])
    call("", "ecs.DescribeServices", cluster="flex", services=["flex", "missing"], include=["TAGS"])
    call("missing cluster", "ecs.DescribeServices", cluster="missing", services=["flex"])
    call("", "ecs.ListServices", cluster="flex")
    call("", "ecs.UpdateService", cluster="flex", service="flex", desiredCount=2)
    scaling.scale(call)
    call("missing", "ecs.UpdateService", cluster="flex", service="missing", desiredCount=2)
    call("missing definition", "ecs.UpdateService", cluster="flex", service="flex", taskDefinition="missing")
    run = {"cluster": "flex", "taskDefinition": "flex", "launchType": "FARGATE"}
    task = call("", "ecs.RunTask", networkConfiguration=where, **run)["tasks"][0]["taskArn"]
    call("no network", "ecs.RunTask", **run)
    call("missing definition", "ecs.RunTask", networkConfiguration=where, **run | {"taskDefinition": "missing"})
    call("", "ecs.ListTasks", cluster="flex")
    rolled_out("RUNNING", "ecs.DescribeTasks", lambda a: a["tasks"][0]["lastStatus"], cluster="flex", tasks=[task])
    call("", "ecs.DescribeTasks", cluster="flex", tasks=[task])
    call("missing", "ecs.DescribeTasks", cluster="flex", tasks=["0" * 32])
    call("", "ecs.StopTask", cluster="flex", task=task, reason="r")
    call("missing", "ecs.StopTask", cluster="flex", task="0" * 32)
    call("", "ecs.TagResource", resourceArn=cluster, tags=[{"key": "c", "value": "d"}])
    call("", "ecs.ListTagsForResource", resourceArn=cluster)
    call("", "ecs.UntagResource", resourceArn=cluster, tagKeys=["c"])
    call("missing", "ecs.ListTagsForResource", resourceArn="arn:aws:ecs:us-east-1:123456789012:service/flex/missing")
    call("missing", "ecs.ListServiceDeployments", cluster="flex", service="missing")
    deployments = call("", "ecs.ListServiceDeployments", cluster="flex", service="flex")["serviceDeployments"]
    call("", "ecs.DescribeServiceDeployments", serviceDeploymentArns=[deployments[0]["serviceDeploymentArn"]])
    call("in use", "ecs.DeleteCluster", cluster="flex")
    call("running", "ecs.DeleteService", cluster="flex", service="flex")
    call("", "ecs.DeleteService", cluster="flex", service="flex", force=True)
    call("missing", "ecs.DeleteService", cluster="flex", service="missing")
    call("", "ecs.DeregisterTaskDefinition", taskDefinition=definition)
    call("missing", "ecs.DeregisterTaskDefinition", taskDefinition="missing:1")
    call("", "ecs.DeleteTaskDefinitions", taskDefinitions=[definition])
    call("active", "ecs.DeleteTaskDefinitions", taskDefinitions=["flex:1"])
    call("missing", "ecs.DeleteCluster", cluster="missing")


def farewell(call, nlb, target):
    listener = call("", "elbv2.DescribeListeners", LoadBalancerArn=nlb)["Listeners"][0]["ListenerArn"]
    call("", "elbv2.DeleteListener", ListenerArn=listener)
    call("", "elbv2.DeleteLoadBalancer", LoadBalancerArn=nlb)
    call("", "elbv2.DeleteTargetGroup", TargetGroupArn=target)
