package wire

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	efstypes "github.com/aws/aws-sdk-go-v2/service/efs/types"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/smithy-go"

	"flexgw.io/controller/internal/awssim/core"
)

// refuser answers everything with an error.
type refuser struct {
	t     *testing.T
	codec *Codec
	err   *core.Error
}

func (f refuser) Do(r *http.Request) (*http.Response, error) {
	request, err := newRequest(r)
	if err != nil {
		return nil, err
	}
	op, _, err := f.codec.Operation(request)
	if err != nil {
		f.t.Error(err)
	}
	return newResponse(f.codec.EncodeError(op, "request-1", f.err)), nil
}

func TestErrorsReachTheSDKAsItsOwnTypes(t *testing.T) {
	ctx := t.Context()
	tests := []struct {
		name, service string
		err           *core.Error
		call          func(clients map[string]any) error
		code          string
		status        int
		check         func(error) bool
	}{
		{
			"a JSON error", "ecs", core.Errorf("ClusterNotFoundException", "Cluster not found."),
			func(c map[string]any) error {
				_, err := c["ecs"].(*ecs.Client).ListServices(ctx, &ecs.ListServicesInput{})
				return err
			},
			"ClusterNotFoundException", 400, is[*ecstypes.ClusterNotFoundException],
		},
		{
			"a JSON error of the service's own making", "ecs", core.Errorf("ServerException", "Sorry."),
			func(c map[string]any) error {
				_, err := c["ecs"].(*ecs.Client).ListServices(ctx, &ecs.ListServicesInput{})
				return err
			},
			"ServerException", 500, is[*ecstypes.ServerException],
		},
		{
			"a JSON error that no model knows", "logs", core.Errorf("IncompleteSignature", "The request signature does not conform to AWS standards."),
			func(c map[string]any) error {
				_, err := c["logs"].(*cloudwatchlogs.Client).DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{})
				return err
			},
			"IncompleteSignature", 400, is[*smithy.GenericAPIError],
		},
		{
			"a REST error with a further member", "efs", core.Errorf("FileSystemAlreadyExists", "It exists.").With("FileSystemId", "fs-01234567"),
			func(c map[string]any) error {
				_, err := c["efs"].(*efs.Client).CreateFileSystem(ctx, &efs.CreateFileSystemInput{CreationToken: aws.String("t")})
				return err
			},
			"FileSystemAlreadyExists", 409,
			func(err error) bool {
				exists, ok := errors.AsType[*efstypes.FileSystemAlreadyExists](err)
				return ok && aws.ToString(exists.FileSystemId) == "fs-01234567" && aws.ToString(exists.ErrorCode_) == "FileSystemAlreadyExists"
			},
		},
		{
			"a Query error by its code", "iam", core.Errorf("NoSuchEntity", "The role with name x cannot be found."),
			func(c map[string]any) error {
				_, err := c["iam"].(*iam.Client).GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String("x")})
				return err
			},
			"NoSuchEntity", 404, is[*iamtypes.NoSuchEntityException],
		},
		{
			"a Query error by the name of its shape", "elbv2", core.Errorf("LoadBalancerNotFoundException", "One or more load balancers not found"),
			func(c map[string]any) error {
				_, err := c["elbv2"].(*elasticloadbalancingv2.Client).DescribeLoadBalancers(ctx, &elasticloadbalancingv2.DescribeLoadBalancersInput{})
				return err
			},
			"LoadBalancerNotFound", 400, is[*elbtypes.LoadBalancerNotFoundException],
		},
		{
			"an EC2 error", "ec2", core.Errorf("RequestLimitExceeded", "Request limit exceeded."),
			func(c map[string]any) error {
				_, err := c["ec2"].(*ec2.Client).DescribeVpcs(ctx, &ec2.DescribeVpcsInput{})
				return err
			},
			"RequestLimitExceeded", 503, is[*smithy.GenericAPIError],
		},
		{
			"an error with a status of its own", "ec2", core.Errorf("Odd", "<odd> & new").WithStatus(418),
			func(c map[string]any) error {
				_, err := c["ec2"].(*ec2.Client).DescribeVpcs(ctx, &ec2.DescribeVpcsInput{})
				return err
			},
			"Odd", 418, is[*smithy.GenericAPIError],
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := test.call(clients(refuser{t: t, codec: codecOf(t, test.service), err: test.err}))
			api, ok := errors.AsType[smithy.APIError](err)
			if !ok || api.ErrorCode() != test.code || api.ErrorMessage() != test.err.Message {
				t.Fatalf("error = %v, want %s: %s", err, test.code, test.err.Message)
			}
			response, ok := errors.AsType[*awshttp.ResponseError](err)
			if !ok || response.HTTPStatusCode() != test.status || response.ServiceRequestID() != "request-1" {
				t.Errorf("error = %v, want status %d and request-1", err, test.status)
			}
			if !test.check(err) {
				t.Errorf("error is a %T", api)
			}
		})
	}
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

func TestAnOperationThatIsNotSimulatedIsNamed(t *testing.T) {
	tests := []struct {
		service string
		request *Request
		want    string
	}{
		{"ecs", jsonRequest(ecsTarget+"PutAccountSetting", "{}"), "awssim: ecs.PutAccountSetting is not simulated"},
		{"iam", formRequest(iamVersion, "CreateUser", ""), "awssim: iam.CreateUser is not simulated"},
		{"elbv2", formRequest("2012-06-01", "DescribeLoadBalancers", ""), "awssim: elbv2.DescribeLoadBalancers (Version 2012-06-01) is not simulated"},
		{"efs", pathRequest(http.MethodPut, efsRoot+"account-preferences", "", ""), "awssim: efs.PUT /2015-02-01/account-preferences is not simulated"},
	}
	for _, test := range tests {
		t.Run(test.want, func(t *testing.T) {
			_, _, err := codecOf(t, test.service).Operation(test.request)
			refusal, ok := errors.AsType[*core.Error](err)
			if !ok || refusal.Message != test.want || refusal.Status != http.StatusNotImplemented {
				t.Errorf("error = %v, want %s", err, test.want)
			}
		})
	}
}

func TestAStrangerIsRefusedInItsOwnProtocol(t *testing.T) {
	form := formRequest("2010-03-31", "Publish", "")
	form.Header = http.Header{"Content-Type": {"application/x-www-form-urlencoded; charset=utf-8"}}
	tests := []struct {
		service string
		request *Request
		want    string
	}{
		{"ssm", jsonRequest("AmazonSSM.GetParameter", "{}"), `{"__type":"NotImplemented","message":"awssim: ssm.GetParameter is not simulated"}`},
		{"sns", form, "<Message>awssim: sns.Publish is not simulated</Message>"},
		{"s3", pathRequest(http.MethodGet, "/bucket", "", ""), `{"message":"awssim: s3.GET /bucket is not simulated"}`},
	}
	for _, test := range tests {
		t.Run(test.service, func(t *testing.T) {
			codec := Stranger(test.service, test.request)
			_, _, err := codec.Operation(test.request)
			refusal, ok := errors.AsType[*core.Error](err)
			if !ok {
				t.Fatalf("error = %v, want a refusal", err)
			}
			body := string(codec.EncodeError(nil, "r", refusal).Body)
			if !strings.Contains(body, test.want) {
				t.Errorf("answer = %s, want %s", body, test.want)
			}
		})
	}
}
