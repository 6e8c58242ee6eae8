package wire

import "net/http"

// queryCodes are the codes that SQS's errors had when it spoke the query protocol, by
// the names of their shapes (aws.protocols#awsQueryError in its model). SDKs show
// these to their callers.
var queryCodes = map[string]string{
	"QueueDoesNotExist":            "AWS.SimpleQueueService.NonExistentQueue",
	"QueueDeletedRecently":         "AWS.SimpleQueueService.QueueDeletedRecently",
	"QueueNameExists":              "QueueAlreadyExists",
	"PurgeQueueInProgress":         "AWS.SimpleQueueService.PurgeQueueInProgress",
	"MessageNotInflight":           "AWS.SimpleQueueService.MessageNotInflight",
	"UnsupportedOperation":         "AWS.SimpleQueueService.UnsupportedOperation",
	"TooManyEntriesInBatchRequest": "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
	"EmptyBatchRequest":            "AWS.SimpleQueueService.EmptyBatchRequest",
	"BatchEntryIdsNotDistinct":     "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
	"InvalidBatchEntryId":          "AWS.SimpleQueueService.InvalidBatchEntryId",
}

// addQueryError adds the header with an error's earlier code, of services that once
// spoke the query protocol: SQS is the only one here.
func (p jsonRPC) addQueryError(h http.Header, e wireError) {
	if p.model.Metadata.TargetPrefix != "AmazonSQS" {
		return
	}
	code, ok := queryCodes[e.code]
	if !ok {
		code = e.code
	}
	blame := "Sender"
	if e.fault() {
		blame = "Receiver"
	}
	h.Set("X-Amzn-Query-Error", code+";"+blame)
}
