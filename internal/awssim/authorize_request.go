package awssim

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/iam"
)

// request is a call as the rules look at it.
type request struct {
	call     *core.Call
	in       reflect.Value
	services Services
	// more are keys of the context that all of a rule's asks have.
	more map[string]string
}

func newRequest(call *core.Call, in any, services Services) *request {
	return &request{call: call, in: reflect.Indirect(reflect.ValueOf(in)), services: services, more: map[string]string{}}
}

// prefix is the part of an action before the colon, and of an ARN: the signing name
// of the service.
func (r *request) prefix() string {
	switch r.call.Service {
	case "efs":
		return "elasticfilesystem"
	case "elbv2":
		return "elasticloadbalancing"
	}
	return r.call.Service
}

func (r *request) action() string { return r.prefix() + ":" + r.call.Operation }

// arn builds the ARN of a resource of the called service where the call is made.
func (r *request) arn(resource string) string { return r.call.ARN(r.prefix(), resource) }

// arnOf is the ARN that an id stands for: itself, or kind/id.
func (r *request) arnOf(kind, id string) string {
	if strings.HasPrefix(id, "arn:") {
		return id
	}
	return r.arn(kind + "/" + id)
}

// field is a member of the input. A name that the input does not have is a mistake
// in a rule.
func (r *request) field(name string) reflect.Value {
	f := r.in.FieldByName(name)
	if !f.IsValid() {
		panic(fmt.Sprintf("%s has no member %s", r.in.Type(), name))
	}
	return f
}

// text is a member that is a string or a pointer to one.
func (r *request) text(name string) string { return textOf(r.field(name)) }

func textOf(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	return v.String()
}

// or is a member that is a string, or something else where it is empty.
func (r *request) or(name, otherwise string) string {
	if text := r.text(name); text != "" {
		return text
	}
	return otherwise
}

// texts is a member that is a list of strings.
func (r *request) texts(name string) []string {
	list, _ := r.field(name).Interface().([]string)
	return list
}

// tags are the tags that the request brings, in Tags or in TagSpecifications.
func (r *request) tags() map[string]string {
	found := map[string]string{}
	if f := r.in.FieldByName("TagSpecifications"); f.IsValid() {
		for i := range f.Len() {
			addTags(found, f.Index(i).FieldByName("Tags"))
		}
	}
	if f := r.in.FieldByName("Tags"); f.IsValid() {
		addTags(found, f)
	}
	return found
}

// addTags adds what is either a map or a list of structures with Key and Value.
func addTags(to map[string]string, tags reflect.Value) {
	if m, ok := tags.Interface().(map[string]string); ok {
		maps.Copy(to, m)
		return
	}
	for i := range tags.Len() {
		to[textOf(tags.Index(i).FieldByName("Key"))] = textOf(tags.Index(i).FieldByName("Value"))
	}
}

// tagKeys are the keys of the tags that the request brings or removes.
func (r *request) tagKeys() []string {
	keys := slices.Sorted(maps.Keys(r.tags()))
	if f := r.in.FieldByName("TagKeys"); f.IsValid() {
		keys = append(keys, r.texts("TagKeys")...)
	}
	return keys
}

// ask is one thing to authorize, in the context of the whole request.
func (r *request) ask(action, resource string) iam.Ask {
	ask := iam.Ask{
		Action: action, Resource: resource, Keys: maps.Clone(r.more),
		Lists: map[string][]string{},
	}
	ask.Keys["aws:PrincipalAccount"] = r.call.Account
	ask.Keys["aws:RequestedRegion"] = r.call.Region
	ask.Keys["aws:SecureTransport"] = "true"
	if keys := r.tagKeys(); len(keys) > 0 {
		ask.Lists["aws:TagKeys"] = keys
	}
	for key, value := range r.tags() {
		ask.Keys["aws:RequestTag/"+key] = value
	}
	for key, value := range r.tagsOf(resource) {
		ask.Keys["aws:ResourceTag/"+key] = value
	}
	return ask
}

// on asks for the operation's own action on each resource; on all where there is none.
func (r *request) on(resources ...string) []iam.Ask {
	if len(resources) == 0 {
		resources = []string{"*"}
	}
	var asks []iam.Ask
	for _, resource := range resources {
		asks = append(asks, r.ask(r.action(), resource))
	}
	return asks
}

// creating asks for the action of tagging besides, where the request brings tags:
// AWS authorizes the tags of a new resource as a call of its own, and says in a
// condition key what creates the resource.
func (r *request) creating(asks []iam.Ask, tagging string, resource string) []iam.Ask {
	if len(r.tags()) == 0 {
		return asks
	}
	ask := r.ask(r.prefix()+":"+tagging, resource)
	ask.Keys[r.prefix()+":CreateAction"] = r.call.Operation
	return append(asks, ask)
}

// tagsOf are the tags of a resource of the called service, none where it does not exist.
func (r *request) tagsOf(arn string) map[string]string {
	service, ok := r.services.named(r.call.Service).(inventoried)
	if !ok {
		return nil
	}
	for _, found := range service.Inventory() {
		here := found.Account == r.call.Account && (found.Region == "" || found.Region == r.call.Region)
		if here && (found.ID == arn || strings.HasSuffix(arn, "/"+found.ID) || strings.HasPrefix(arn, found.ID+":")) {
			return found.Tags
		}
	}
	return nil
}

// named is a service by botocore's name.
func (s Services) named(name string) any {
	return map[string]any{
		"ec2": s.EC2, "ecs": s.ECS, "efs": s.EFS, "elbv2": s.ELB, "iam": s.IAM,
		"application-autoscaling": s.Scaling, "events": s.Events, "logs": s.Logs, "secretsmanager": s.Secrets, "sqs": s.SQS, "sts": s.STS,
	}[name]
}

// everywhere is the rule of operations whose action has no resource type.
func everywhere(r *request) []iam.Ask { return r.on("*") }

// each is the rule of operations on the resources that a member names by ARN.
func each(member string) rule {
	return func(r *request) []iam.Ask {
		if r.field(member).Kind() == reflect.Slice {
			return r.on(r.texts(member)...)
		}
		return r.on(r.text(member))
	}
}

// identified is the rule of operations on the resource that a member names by its id
// or its ARN.
func identified(kind, member string) rule {
	return func(r *request) []iam.Ask { return r.on(r.arnOf(kind, r.or(member, "*"))) }
}
