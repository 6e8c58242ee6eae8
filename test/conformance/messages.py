"""The part of the flow that is about events, queues and tags."""

import json

POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage",
    "Resource": "arn:aws:sqs:us-east-1:123456789012:compared"}]})
QUEUE = "arn:aws:sqs:us-east-1:123456789012:compared"


def queue(call):
    """A queue, and its messages. Returns its URL."""
    url = call("", "sqs.CreateQueue", QueueName="compared", Attributes={"Policy": POLICY}, tags={"a": "b"})["QueueUrl"]
    call("again", "sqs.CreateQueue", QueueName="compared", Attributes={"Policy": POLICY})
    call("other attributes", "sqs.CreateQueue", QueueName="compared", Attributes={"VisibilityTimeout": "7"})
    call("bad name", "sqs.CreateQueue", QueueName="no spaces")
    call("", "sqs.GetQueueUrl", QueueName="compared")
    call("missing", "sqs.GetQueueUrl", QueueName="missing")
    call("", "sqs.ListQueues", QueueNamePrefix="comp")
    call("", "sqs.GetQueueAttributes", QueueUrl=url, AttributeNames=["All"])
    call("missing", "sqs.GetQueueAttributes", QueueUrl=str(url) + "-missing", AttributeNames=["All"])
    call("", "sqs.SetQueueAttributes", QueueUrl=url, Attributes={"VisibilityTimeout": "60"})
    call("bad value", "sqs.SetQueueAttributes", QueueUrl=url, Attributes={"VisibilityTimeout": "-1"})
    call("", "sqs.TagQueue", QueueUrl=url, Tags={"c": "d"})
    call("", "sqs.UntagQueue", QueueUrl=url, TagKeys=["c"])
    call("", "sqs.ListQueueTags", QueueUrl=url)
    for body in ("one", "two"):
        call("", "sqs.SendMessage", QueueUrl=url, MessageBody=body)
    received = call("", "sqs.ReceiveMessage", QueueUrl=url, WaitTimeSeconds=1, MaxNumberOfMessages=1)["Messages"][0]
    call("too many", "sqs.ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=11)
    call("", "sqs.ChangeMessageVisibility", QueueUrl=url, ReceiptHandle=received["ReceiptHandle"], VisibilityTimeout=30)
    call("bad handle", "sqs.ChangeMessageVisibility", QueueUrl=url, ReceiptHandle="none", VisibilityTimeout=30)
    call("", "sqs.DeleteMessageBatch", QueueUrl=url, Entries=[{"Id": "1", "ReceiptHandle": received["ReceiptHandle"]}])
    call("empty", "sqs.DeleteMessageBatch", QueueUrl=url, Entries=[])
    another = call("another", "sqs.ReceiveMessage", QueueUrl=url, WaitTimeSeconds=1)["Messages"][0]
    call("", "sqs.DeleteMessage", QueueUrl=url, ReceiptHandle=another["ReceiptHandle"])
    call("", "sqs.PurgeQueue", QueueUrl=url)
    return url


def rules(call):
    """A rule, and its target."""
    pattern = json.dumps({"source": ["aws.ecs"]})
    arn = call("", "events.PutRule", Name="compared", EventPattern=pattern, Tags=[{"Key": "a", "Value": "b"}])["RuleArn"]
    call("neither", "events.PutRule", Name="neither")
    call("bad pattern", "events.PutRule", Name="bad", EventPattern="{")
    call("", "events.DescribeRule", Name="compared")
    call("missing", "events.DescribeRule", Name="missing")
    call("", "events.ListRules", NamePrefix="comp")
    call("", "events.PutTargets", Rule="compared", Targets=[{"Id": "1", "Arn": QUEUE}])
    call("missing", "events.PutTargets", Rule="missing", Targets=[{"Id": "1", "Arn": QUEUE}])
    call("", "events.ListTargetsByRule", Rule="compared")
    call("missing", "events.ListTargetsByRule", Rule="missing")
    call("", "events.ListRuleNamesByTarget", TargetArn=QUEUE)
    call("", "events.PutEvents", Entries=[{"Source": "mine", "DetailType": "d", "Detail": "{}"}])
    call("bad detail", "events.PutEvents", Entries=[{"Source": "mine", "DetailType": "d", "Detail": "{"}])
    call("", "events.DisableRule", Name="compared")
    call("missing", "events.DisableRule", Name="missing")
    call("", "events.EnableRule", Name="compared")
    call("missing", "events.EnableRule", Name="missing")
    call("", "events.TagResource", ResourceARN=arn, Tags=[{"Key": "c", "Value": "d"}])
    call("", "events.ListTagsForResource", ResourceARN=arn)
    call("", "events.UntagResource", ResourceARN=arn, TagKeys=["c"])
    call("missing", "events.ListTagsForResource", ResourceARN=str(arn) + "missing")
    call("has targets", "events.DeleteRule", Name="compared")
    call("", "events.RemoveTargets", Rule="compared", Ids=["1"])
    call("missing", "events.RemoveTargets", Rule="missing", Ids=["1"])
    call("", "events.DeleteRule", Name="compared")
    call("missing", "events.DeleteRule", Name="missing")


def tags(call, until):
    """What is tagged, once the index has it."""
    until(True, "resourcegroupstaggingapi.GetResources", lambda a: len(a["ResourceTagMappingList"]) > 0)
    call("", "resourcegroupstaggingapi.GetResources", TagFilters=[{"Key": "a"}], ResourceTypeFilters=["ec2:security-group"])
    call("page too large", "resourcegroupstaggingapi.GetResources", ResourcesPerPage=101)
    call("both", "resourcegroupstaggingapi.GetResources", ResourceARNList=[QUEUE], ResourceTypeFilters=["ec2"])
    call("bad token", "resourcegroupstaggingapi.GetResources", PaginationToken="none")
    call("", "resourcegroupstaggingapi.GetTagKeys")
    call("", "resourcegroupstaggingapi.GetTagValues", Key="a")


def farewell(call, url):
    call("", "sqs.DeleteQueue", QueueUrl=url)
    call("missing", "sqs.DeleteQueue", QueueUrl=str(url) + "-missing")
