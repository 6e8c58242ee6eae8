package wire

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"
)

var credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "AKIA123456789012SIMU", SecretAccessKey: "secret"}, nil
})

// clients are real SDK clients, by botocore's name of the service, that send to d.
func clients(d aws.HTTPClient) map[string]any {
	c := aws.Config{Region: "us-east-1", Credentials: credentials, HTTPClient: d, RetryMaxAttempts: 1}
	return map[string]any{
		"ec2": ec2.NewFromConfig(c), "ecs": ecs.NewFromConfig(c), "efs": efs.NewFromConfig(c),
		"elbv2": elasticloadbalancingv2.NewFromConfig(c), "iam": iam.NewFromConfig(c),
		"logs": cloudwatchlogs.NewFromConfig(c), "secretsmanager": secretsmanager.NewFromConfig(c), "sts": sts.NewFromConfig(c),
		"events": eventbridge.NewFromConfig(c), "application-autoscaling": applicationautoscaling.NewFromConfig(c),
		// what echo answers has no true checksums
		"sqs":                      sqs.NewFromConfig(c, func(o *sqs.Options) { o.DisableMessageChecksumValidation = true }),
		"resourcegroupstaggingapi": resourcegroupstaggingapi.NewFromConfig(c),
	}
}

// echo is a server that decodes a request and answers with an output that was
// made beforehand.
type echo struct {
	codec *Codec
	in    any // what to decode into
	out   any // what to answer
}

func (e *echo) Do(r *http.Request) (*http.Response, error) {
	request, err := newRequest(r)
	if err != nil {
		return nil, err
	}
	op, _, err := e.codec.Operation(request)
	if err != nil {
		return nil, err
	}
	if err := e.codec.protocol.decode(op, request, reflect.ValueOf(e.in).Elem()); err != nil {
		return nil, err
	}
	return newResponse(e.codec.Encode(op, "request-1", e.out)), nil
}

func newRequest(r *http.Request) (*Request, error) {
	request := &Request{Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.Query(), Header: r.Header}
	if r.Body == nil {
		return request, nil
	}
	var err error
	request.Body, err = io.ReadAll(r.Body)
	return request, err
}

func newResponse(r Response) *http.Response {
	return &http.Response{StatusCode: r.Status, Header: r.Header, Body: io.NopCloser(bytes.NewReader(r.Body))}
}

// TestEveryOperationRoundTripsThroughTheRealSDK sends, for every operation of
// every table, an input with all members set from the real client, and an output
// with all members set back to it.
func TestEveryOperationRoundTripsThroughTheRealSDK(t *testing.T) {
	models, err := Models()
	if err != nil {
		t.Fatal(err)
	}
	for service, m := range models {
		codec, err := NewCodec(m)
		if err != nil {
			t.Fatal(err)
		}
		server := &echo{codec: codec}
		client := reflect.ValueOf(clients(server)[service])
		for _, name := range slices.Sorted(maps.Keys(m.Operations)) {
			t.Run(service+"."+name, func(t *testing.T) {
				op := m.Operations[name]
				method := client.MethodByName(name)
				in, out := reflect.New(method.Type().In(1).Elem()), reflect.New(method.Type().Out(0).Elem())
				fill(op.Input, in.Elem(), 0)
				fill(op.Output, out.Elem(), 0)
				server.in, server.out = reflect.New(in.Type().Elem()).Interface(), out.Interface()
				results := method.Call([]reflect.Value{reflect.ValueOf(t.Context()), in})
				if err := results[1].Interface(); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(in.Interface(), server.in, ignoreUnexported); diff != "" {
					t.Errorf("input (-sent +decoded):\n%s", diff)
				}
				if diff := cmp.Diff(out.Interface(), results[0].Interface(), ignoreUnexported); diff != "" {
					t.Errorf("output (-encoded +received):\n%s", diff)
				}
			})
		}
	}
}

// ignoreUnexported leaves out the SDK's own bookkeeping.
var ignoreUnexported = cmp.FilterPath(func(p cmp.Path) bool {
	f, ok := p.Last().(cmp.StructField)
	return ok && (f.Name() == "ResultMetadata" || strings.ToLower(f.Name()[:1]) == f.Name()[:1])
}, cmp.Ignore())

// deepest is how far shapes that contain themselves are filled.
const deepest = 12

// fill sets every member that the model has. Free-form documents are left out.
func fill(ref *Ref, v reflect.Value, depth int) {
	if ref == nil || depth > deepest || ref.Shape.Document {
		return
	}
	s := ref.Shape
	v = target(v)
	switch s.Type {
	case "structure":
		for _, name := range s.sorted {
			if name == "EndpointId" {
				continue // a part of the host's name, by which the SDK sends elsewhere
			}
			if f, ok := field(v, name); ok {
				fill(s.Members[name], f, depth+1)
			}
		}
	case "list":
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(s.Member, v.Index(0), depth+1)
		fill(s.Member, v.Index(1), depth+1)
	case "map":
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(s.Key, key, depth+1)
		fill(s.Value, value, depth+1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case "string":
		v.SetString(fmt.Sprintf("%s <&> %d/é", s.Name, depth))
	case "boolean":
		v.SetBool(true)
	case "integer", "long":
		v.SetInt(int64(depth) + 1<<20)
	case "float", "double":
		v.SetFloat(0.25)
	case "timestamp":
		v.Set(reflect.ValueOf(time.Date(2026, 11, 22, 10, 0, 0, 250_000_000, time.UTC)))
	case "blob":
		v.SetBytes([]byte{0, 1, 0xff})
	}
}

// TestTheSDKHasEveryMemberOfTheTables fails where a table and the pinned SDK have
// drifted apart, which would drop members silently.
func TestTheSDKHasEveryMemberOfTheTables(t *testing.T) {
	models, err := Models()
	if err != nil {
		t.Fatal(err)
	}
	for service, m := range models {
		client := reflect.TypeOf(clients(nil)[service])
		seen := map[string]bool{}
		for name, op := range m.Operations {
			method, ok := client.MethodByName(name)
			if !ok {
				t.Errorf("%s: the SDK has no operation %s", service, name)
				continue
			}
			walk(t, service, op.Input, method.Type.In(2).Elem(), seen)
			walk(t, service, op.Output, method.Type.Out(0).Elem(), seen)
		}
	}
}

func walk(t *testing.T, service string, ref *Ref, goType reflect.Type, seen map[string]bool) {
	t.Helper()
	if ref == nil || seen[ref.ShapeName+goType.String()] {
		return
	}
	seen[ref.ShapeName+goType.String()] = true
	if goType.Kind() == reflect.Pointer {
		goType = goType.Elem()
	}
	switch ref.Shape.Type {
	case "structure":
		if ref.Shape.Document {
			return
		}
		for name, member := range ref.Shape.Members {
			f, ok := goType.FieldByName(capital(name))
			if !ok {
				t.Errorf("%s: %v has no member %s of shape %s", service, goType, name, ref.ShapeName)
				continue
			}
			walk(t, service, member, f.Type, seen)
		}
	case "list":
		walk(t, service, ref.Shape.Member, goType.Elem(), seen)
	case "map":
		walk(t, service, ref.Shape.Value, goType.Elem(), seen)
	}
}
