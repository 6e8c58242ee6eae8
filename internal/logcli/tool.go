// Package logcli is what "flexgw logs" does: find the log streams of a gateway's replicas, read
// them from CloudWatch Logs with the person's own credentials, and tell them line by line. It
// changes nothing anywhere.
package logcli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/cluster"
	"flexgw.io/controller/internal/gateway"
	"flexgw.io/controller/internal/resource"
	"flexgw.io/controller/internal/terminal"
)

// Tool reads the logs of the gateways of one namespace.
type Tool struct {
	cluster.Gateways
	// Cloud is the doorway to AWS, with the person's own credentials.
	Cloud *awscloud.Cloud
	// Err receives what is said besides the lines, which are on Screen.
	Err    io.Writer
	Screen *terminal.Screen
	// Now is the time by AWS's clock.
	Now func() time.Time
}

// Options say which logs to tell, and how.
type Options struct {
	// Follow goes on until the context ends, with replicas that come meanwhile.
	Follow bool
	// Since is how far back to begin; 0 is without a limit.
	Since time.Duration
	// Tail is how many of the last lines of each stream to tell; -1 is all.
	Tail int
	// Task is the id of one replica, or its beginning; empty is all.
	Task string
	// Container is the name of the container; empty is the gateway's.
	Container string
	// Previous is the replica that has stopped last, instead of those that run.
	Previous bool
	// Registration is what flexctl, the keeper of its file and the writer to the file system
	// have said, instead of the replicas.
	Registration bool
	// Timestamps writes the time of each line before it.
	Timestamps bool
}

// source is where a gateway's logs are.
type source struct {
	gateway *v1alpha1.FlexGatewayDeployment
	client  *cloudwatchlogs.Client
	group   string
	// there are the streams that have been found.
	there map[string]bool
}

// Logs tells the logs of a gateway.
func (t *Tool) Logs(ctx context.Context, name string, o Options) error {
	gw, err := t.Get(ctx, name)
	if err != nil {
		return err
	}
	src, err := t.source(ctx, gw)
	if err != nil {
		return err
	}
	streams, err := src.streams(ctx, o)
	if err != nil {
		return explain(err, src)
	}
	if !o.Follow && len(streams) == 0 {
		return none(gw, o)
	}
	t.warnOfOthers(gw, o)
	began, from := t.Now().UnixMilli(), int64(0)
	if o.Since > 0 {
		from = t.Now().Add(-o.Since).UnixMilli()
	}
	lines, err := src.last(ctx, streams, from, o.Tail)
	if err == nil && len(lines) == 0 && !o.Follow {
		err = src.isThere(ctx)
	}
	if err != nil {
		return explain(err, src)
	}
	p := &printer{screen: t.Screen, timestamps: o.Timestamps, named: o.Task == "" || o.Registration}
	p.print(lines)
	p.keepCut(streams, lines, began, o.Tail)
	if !o.Follow || t.Screen.Err() != nil {
		return t.Screen.Err()
	}
	return explain(t.follow(ctx, src, p, streams, began, o), src)
}

// source finds the log group and the account's clients. Credentials of another account would
// find nothing, or another gateway's logs.
func (t *Tool) source(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment) (*source, error) {
	group := ""
	for _, r := range gw.Status.Resources {
		if _, name, found := strings.Cut(r.ID, ":log-group:"); found && r.Kind == "LogGroup" {
			group = name
		}
	}
	if group == "" {
		return nil, fmt.Errorf("%s/%s has no log group yet", gw.Namespace, gw.Name)
	}
	clients, err := t.Cloud.In(ctx, gw.Status.Region)
	if err != nil {
		return nil, fmt.Errorf("the logs are in AWS, which needs credentials of your own, as the AWS CLI does: %w", err)
	}
	if gw.Status.Account != "" && clients.Account != gw.Status.Account {
		return nil, fmt.Errorf("the gateway is in the AWS account %s, and your credentials are of %s", gw.Status.Account, clients.Account)
	}
	return &source{gateway: gw, client: clients.Logs, group: group, there: map[string]bool{}}, nil
}

// containers are those whose streams are asked for.
func (o Options) containers() []string {
	switch {
	case o.Container != "":
		return []string{o.Container}
	case o.Registration:
		return []string{resource.RegistrarContainer, resource.KeeperContainer, gateway.WriterContainer}
	default:
		return []string{gateway.ContainerName}
	}
}

// Containers are the names of all containers of a gateway's tasks.
func Containers() []string {
	return append(Options{}.containers(), Options{Registration: true}.containers()...)
}

// InContainer are the options for one container. Those that register a gateway are in tasks of
// their own. The error names those that there are.
func (o Options) InContainer(name string) (Options, error) {
	if name == "" {
		return o, nil
	}
	if !slices.Contains(Containers(), name) {
		return o, fmt.Errorf("--container %q: want one of %s", name, strings.Join(Containers(), ", "))
	}
	o.Container, o.Registration = name, o.Registration || name != gateway.ContainerName
	return o, nil
}

// warnOfOthers says that a log group that the spec names may have the streams of others: those
// of replicas that run are known by their ids, others are not.
func (t *Tool) warnOfOthers(gw *v1alpha1.FlexGatewayDeployment, o Options) {
	if gw.Spec.Logging.LogGroupName != "" && o.Task == "" && (o.Previous || o.Registration) {
		fmt.Fprintf(t.Err, "The log group %s may have streams of other gateways: name a task with --task to be sure.\n", gw.Spec.Logging.LogGroupName)
	}
}

// none says that there is nothing to tell, and where else to look.
func none(gw *v1alpha1.FlexGatewayDeployment, o Options) error {
	switch {
	case o.Task != "":
		return fmt.Errorf("no task of %s/%s whose id begins with %s has a log of %s", gw.Namespace, gw.Name, o.Task, strings.Join(o.containers(), ", "))
	case o.Previous:
		return fmt.Errorf("no replica of %s/%s that has stopped has left a log", gw.Namespace, gw.Name)
	case o.Registration:
		return fmt.Errorf("no registration of %s/%s has left a log", gw.Namespace, gw.Name)
	default:
		return fmt.Errorf("no replica of %s/%s is running: see those that have stopped with --previous", gw.Namespace, gw.Name)
	}
}

// explain says what to do about a refusal of AWS.
func explain(err error, src *source) error {
	switch {
	case err == nil || errors.Is(err, context.Canceled):
		return nil // Ctrl-C is how a person ends this
	case awscloud.IsDenied(err):
		return fmt.Errorf("your AWS credentials may not read the log group %s; it takes logs:DescribeLogStreams, logs:GetLogEvents and logs:FilterLogEvents (docs/logs.md): %w", src.group, err)
	case awscloud.IsNotFound(err):
		return fmt.Errorf("the log group %s is not there: %w", src.group, err)
	default:
		return err
	}
}
