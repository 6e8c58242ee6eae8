package wire

import (
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/core"
)

func jsonRequest(target, body string) *Request {
	return &Request{Method: http.MethodPost, Path: "/", Header: http.Header{"X-Amz-Target": {target}}, Body: []byte(body)}
}

func formRequest(version, action, body string) *Request {
	return &Request{Method: http.MethodPost, Path: "/", Body: []byte("Action=" + action + "&Version=" + version + "&" + body)}
}

func pathRequest(method, path, query, body string) *Request {
	values, _ := url.ParseQuery(query)
	return &Request{Method: method, Path: path, Query: values, Header: http.Header{}, Body: []byte(body)}
}

const (
	ecsTarget     = "AmazonEC2ContainerServiceV20141113."
	logsTarget    = "Logs_20140328."
	secretsTarget = "secretsmanager."
	ec2Version    = "2016-11-15"
	iamVersion    = "2010-05-08"
	elbVersion    = "2015-12-01"
	efsRoot       = "/2015-02-01/"
)

func TestBadRequestsAreRefusedAsEachServiceDoes(t *testing.T) {
	tests := []struct {
		name, service string
		request       *Request
		want          core.Error
	}{
		{
			"a required member is missing", "ecs", jsonRequest(ecsTarget+"CreateService", `{}`),
			core.Error{Code: "InvalidParameterException", Message: "1 validation error detected: Value null at 'serviceName' failed to satisfy constraint: Member must not be null"},
		},
		{
			"an enum in a task definition", "ecs", jsonRequest(ecsTarget+"RegisterTaskDefinition", `{"family":"f","containerDefinitions":[],"networkMode":"AWSVPC"}`),
			core.Error{Code: "ClientException", Message: "1 validation error detected: Value 'AWSVPC' at 'networkMode' failed to satisfy constraint: Member must satisfy enum value set: [bridge, host, awsvpc, none]"},
		},
		{
			"three violations, two of them in the key of a map", "logs", jsonRequest(logsTarget+"CreateLogGroup", `{"logGroupName":"a b","tags":{"":"x"}}`),
			core.Error{Code: "InvalidParameterException", Message: `3 validation errors detected: Value 'a b' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+; Value '' at 'tags' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'tags' failed to satisfy constraint: Member must satisfy regular expression pattern: ^([\p{L}\p{Z}\p{N}_.:/=+\-@]+)$`},
		},
		{
			"a secret that is too long does not appear in the answer", "secretsmanager",
			jsonRequest(secretsTarget+"CreateSecret", `{"Name":"n","SecretString":"`+strings.Repeat("s", 65537)+`"}`),
			core.Error{Code: "ValidationException", Message: "1 validation error detected: Value at 'secretString' failed to satisfy constraint: Member must have length less than or equal to 65536"},
		},
		{
			"a name that is too long", "iam", formRequest(iamVersion, "GetRole", "RoleName="+strings.Repeat("r", 65)),
			core.Error{Code: "ValidationError", Message: "1 validation error detected: Value '" + strings.Repeat("r", 65) + "' at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64"},
		},
		{
			"a port out of range", "elbv2", formRequest(elbVersion, "CreateTargetGroup", "Name=t&Port=65536"),
			core.Error{Code: "ValidationError", Message: "1 validation error detected: Value '65536' at 'port' failed to satisfy constraint: Member must have value less than or equal to 65535"},
		},
		{
			"a parameter that EC2 misses", "ec2", formRequest(ec2Version, "CreateSecurityGroup", "GroupName=g"),
			core.Error{Code: "MissingParameter", Message: "The request must contain the parameter description"},
		},
		{
			"a parameter that EC2 does not know", "ec2", formRequest(ec2Version, "DescribeVpcs", "VpcId.1=vpc-1&Filter.1.Nmae=x"),
			core.Error{Code: "UnknownParameter", Message: "The parameter Filter.1.Nmae is not recognized"},
		},
		{
			"a page size that EC2 does not allow", "ec2", formRequest(ec2Version, "DescribeVpcs", "MaxResults=1"),
			core.Error{Code: "InvalidParameterValue", Message: "Value (1) for parameter maxResults is invalid. Member must have value greater than or equal to 5"},
		},
		{
			"a file system id in a path", "efs", pathRequest(http.MethodDelete, efsRoot+"file-systems/nonsense", "", ""),
			core.Error{Code: "ValidationException", Message: "1 validation error detected: Value 'nonsense' at 'fileSystemId' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(arn:aws[-a-z]*:elasticfilesystem:[0-9a-z-:]+:file-system/fs-[0-9a-f]{8,40}|fs-[0-9a-f]{8,40})$"},
		},
		{
			"a body that is not JSON", "ecs", jsonRequest(ecsTarget+"ListClusters", `{"maxResults":`),
			core.Error{Code: "SerializationException", Message: "unexpected EOF"},
		},
		{
			"a number for a string", "ecs", jsonRequest(ecsTarget+"CreateCluster", `{"clusterName":1}`),
			core.Error{Code: "SerializationException", Message: "NUMBER_VALUE can not be converted to a String"},
		},
		{
			"a text for a number", "elbv2", formRequest(elbVersion, "CreateTargetGroup", "Name=t&Port=http"),
			core.Error{Code: "MalformedInput", Message: `Port: "http" is not an integer`},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := decode(t, test.service, test.request)
			refusal, ok := errors.AsType[*core.Error](err)
			if !ok {
				t.Fatalf("error = %v, want a refusal", err)
			}
			if diff := cmp.Diff(test.want, *refusal); diff != "" {
				t.Errorf("refusal (-want +got):\n%s", diff)
			}
		})
	}
}

func TestGoodRequestsAreAccepted(t *testing.T) {
	tests := []struct {
		name, service string
		request       *Request
	}{
		{"no body at all", "ecs", jsonRequest(ecsTarget+"ListClusters", "")},
		{"members that the model does not know, in JSON", "ecs", jsonRequest(ecsTarget+"ListClusters", `{"surprise":{}}`)},
		{"null for an optional member", "ecs", jsonRequest(ecsTarget+"ListClusters", `{"maxResults":null}`)},
		{"parameters that the model does not know, in Query", "iam", formRequest(iamVersion, "GetRole", "RoleName=r&Surprise=1")},
		{"an escaped ARN in a path", "efs", pathRequest(http.MethodGet, efsRoot+"resource-tags/arn%3Aaws%3Aelasticfilesystem%3Aus-east-1%3A123456789012%3Afile-system%2Ffs-01234567", "", "")},
		{"a tag whose key only contains aws", "efs", pathRequest(http.MethodPost, efsRoot+"resource-tags/fs-01234567", "", `{"Tags":[{"Key":"my-aws:x","Value":"y"}]}`)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := decode(t, test.service, test.request); err != nil {
				t.Errorf("refused: %v", err)
			}
		})
	}
}

// decode runs the request through the service's codec into the SDK's input struct.
func decode(t *testing.T, service string, r *Request) error {
	t.Helper()
	codec := codecOf(t, service)
	op, _, err := codec.Operation(r)
	if err != nil {
		t.Fatal(err)
	}
	method, _ := reflect.TypeOf(clients(nil)[service]).MethodByName(op.Name)
	return codec.Decode(op, r, reflect.New(method.Type.In(2).Elem()).Interface())
}

func codecOf(t *testing.T, service string) *Codec {
	t.Helper()
	models, err := Models()
	if err != nil {
		t.Fatal(err)
	}
	codec, err := NewCodec(models[service])
	if err != nil {
		t.Fatal(err)
	}
	return codec
}

func TestPatternsStandForTheWholeString(t *testing.T) {
	tests := []struct {
		pattern, text string
		want          bool
	}{
		{`[a-z]+`, "abc", true},
		{`[a-z]+`, "abc1", false},
		{`[\u0020-\u00FF]+`, "é", true},
		{`[\u0020-\u00FF]+`, "€", false},
		{`^(?![aA]{1}[wW]{1}[sS]{1}:)([\p{L}:]+)$`, "Aws:x", false},
		{`^(?![aA]{1}[wW]{1}[sS]{1}:)([\p{L}:]+)$`, "awsx:y", true},
		{"^(\\/|(\\/(?!\\.)+[^$#<>;`|&?{}^*/\\n]+){1,4})$", "/flex/gw-01", true},
		{"^(\\/|(\\/(?!\\.)+[^$#<>;`|&?{}^*/\\n]+){1,4})$", "/flex/.hidden", false},
		{"^(\\/|(\\/(?!\\.)+[^$#<>;`|&?{}^*/\\n]+){1,4})$", "/a/b/c/d/e", false},
		{`[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*`, "tab\t€ 🚀", true},
		{`[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*`, "bell\a", false},
		{`\p{Print}+`, "CPU at 60%", true},
		{`\p{Print}+`, "two\nlines", false},
		{`(?!((^[ ]+.*)|(.*([\u0000-\u001f]|[\u007f-\u009f]|[:/|])+.*)|(.*[ ]+$))).+`, "in the morning", true},
		{`(?!((^[ ]+.*)|(.*([\u0000-\u001f]|[\u007f-\u009f]|[:/|])+.*)|(.*[ ]+$))).+`, "a/b", false},
		{`(?!((^[ ]+.*)|(.*([\u0000-\u001f]|[\u007f-\u009f]|[:/|])+.*)|(.*[ ]+$))).+`, " a", false},
	}
	for _, test := range tests {
		match, err := compilePattern(test.pattern)
		if err != nil {
			t.Fatal(err)
		}
		if got := match(test.text); got != test.want {
			t.Errorf("%q fits %s = %v, want %v", test.text, test.pattern, got, test.want)
		}
	}
}
