// Package awscloud is the doorway to AWS: clients for each region from one set of
// credentials, the classes of AWS's errors, the owner tags, and the count of calls.
//
// The SDK's standard settings all work (AWS_ENDPOINT_URL, AWS_CA_BUNDLE,
// HTTPS_PROXY, profiles, web identity, EKS Pod Identity): the package sets no HTTP
// client and no endpoint of its own.
package awscloud

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"golang.org/x/sync/singleflight"
)

// maxBackoff bounds the pause between the SDK's own retries of one call; what
// takes longer is left to the next reconcile.
const maxBackoff = 3 * time.Second

// Cloud hands out clients for each region.
type Cloud struct {
	config aws.Config

	asking  singleflight.Group
	mu      sync.Mutex
	regions map[string]*Clients
}

// Clients are the service clients of one account and region.
type Clients struct {
	// Account is the id of the account, 12 digits.
	Account string
	// Region is the region of all clients. IAM is global whatever the region.
	Region string

	EC2     *ec2.Client
	EFS     *efs.Client
	ECS     *ecs.Client
	ELB     *elbv2.Client
	IAM     *iam.Client
	Logs    *cloudwatchlogs.Client
	Scaling *applicationautoscaling.Client
	Secrets *secretsmanager.Client
}

// New loads the SDK's configuration from the environment. The metrics may be nil.
func New(ctx context.Context, metrics *Metrics, options ...func(*config.LoadOptions) error) (*Cloud, error) {
	options = append(options,
		config.WithAppID("flexgw-controller"),
		config.WithRetryer(func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxBackoff = maxBackoff })
		}))
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("load the AWS configuration: %w", err)
	}
	if metrics != nil {
		cfg.APIOptions = append(cfg.APIOptions, metrics.middleware)
	}
	return &Cloud{config: cfg, regions: map[string]*Clients{}}, nil
}

// DefaultRegion is the region of the environment or profile; empty where there is none.
func (c *Cloud) DefaultRegion() string { return c.config.Region }

// In returns the clients of a region. The first call asks STS whose credentials
// these are.
func (c *Cloud) In(ctx context.Context, region string) (*Clients, error) {
	if clients := c.known(region); clients != nil {
		return clients, nil
	}
	cfg := c.config.Copy()
	cfg.Region = region
	account, err, _ := c.asking.Do("account", func() (any, error) { return whoAmI(ctx, cfg) })
	if err != nil {
		return nil, fmt.Errorf("find out the AWS account: %w", err)
	}
	return c.add(region, account.(string), cfg), nil
}

// whoAmI is the account of the credentials.
func whoAmI(ctx context.Context, cfg aws.Config) (string, error) {
	identity, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", err
	}
	account := aws.ToString(identity.Account)
	if !isAccount(account) {
		return "", errNoAccount
	}
	return account, nil
}

// errNoAccount says that STS answered with no account. The account is asked for once and
// stands in ARNs and policies from then on.
var errNoAccount = errors.New("STS answered without the id of an account")

// isAccount is true for the id of an AWS account: 12 digits.
func isAccount(id string) bool {
	return len(id) == 12 && strings.Trim(id, "0123456789") == ""
}

func (c *Cloud) known(region string) *Clients {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.regions[region]
}

// add makes the clients of a region; the first that were made stay.
func (c *Cloud) add(region, account string, cfg aws.Config) *Clients {
	c.mu.Lock()
	defer c.mu.Unlock()
	if clients, ok := c.regions[region]; ok {
		return clients
	}
	clients := &Clients{
		Account: account,
		Region:  region,
		EC2:     ec2.NewFromConfig(cfg),
		EFS:     efs.NewFromConfig(cfg),
		ECS:     ecs.NewFromConfig(cfg),
		ELB:     elbv2.NewFromConfig(cfg),
		IAM:     iam.NewFromConfig(cfg),
		Logs:    cloudwatchlogs.NewFromConfig(cfg),
		Scaling: applicationautoscaling.NewFromConfig(cfg),
		Secrets: secretsmanager.NewFromConfig(cfg),
	}
	c.regions[region] = clients
	return clients
}
