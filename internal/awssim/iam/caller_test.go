package iam

import (
	"strings"
	"testing"
)

func identityWith(t *testing.T, statements string) Identity {
	t.Helper()
	id, err := ParseIdentity(`{"Version":"2012-10-17","Statement":[` + statements + `]}`)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestACallersPoliciesDecideByActionResourceAndContext(t *testing.T) {
	const tagged = "aws:ResourceTag/Owner"
	onCondition := func(condition string) string {
		return `{"Effect":"Allow","Action":"ecs:StopTask","Resource":"*","Condition":{` + condition + `}}`
	}
	stop := Ask{Action: "ecs:StopTask", Resource: "arn:aws:ecs:us-east-1:123456789012:task/c/1"}
	with := func(keys map[string]string, lists map[string][]string) Ask {
		ask := stop
		ask.Keys, ask.Lists = keys, lists
		return ask
	}
	owned := with(map[string]string{tagged: "us"}, nil)
	tests := []struct {
		name, statements string
		ask              Ask
		want             Decision
	}{
		{"no statement about it", `{"Effect":"Allow","Action":"ecs:RunTask","Resource":"*"}`, stop, NotAllowed},
		{"another resource", `{"Effect":"Allow","Action":"ecs:*","Resource":"arn:aws:ecs:*:*:cluster/*"}`, stop, NotAllowed},
		{"allowed", `{"Effect":"Allow","Action":"ecs:*","Resource":"arn:aws:ecs:*:*:task/*"}`, stop, Allowed},
		{"a denial wins", `{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"ecs:Stop*","Resource":"*"}`, stop, Denied},
		{"the tag is there", onCondition(`"StringEquals":{"aws:resourcetag/owner":["them","us"]}`), owned, Allowed},
		{"the tag has another value", onCondition(`"StringEquals":{"aws:ResourceTag/Owner":"them"}`), owned, NotAllowed},
		{"the tag is absent", onCondition(`"StringEquals":{"aws:ResourceTag/Owner":"us"}`), stop, NotAllowed},
		{"absent and IfExists", onCondition(`"StringEqualsIfExists":{"aws:ResourceTag/Owner":"us"}`), stop, Allowed},
		{"absent is not equal", onCondition(`"StringNotEquals":{"aws:ResourceTag/Owner":"us"}`), stop, Allowed},
		{"Null of an absent key", onCondition(`"Null":{"aws:ResourceTag/Owner":"true"}`), stop, Allowed},
		{"Null of a key that is there", onCondition(`"Null":{"aws:ResourceTag/Owner":"true"}`), owned, NotAllowed},
		{"not Null", onCondition(`"Null":{"aws:ResourceTag/Owner":"false"}`), owned, Allowed},
		{"all tag keys", onCondition(`"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}`), with(nil, map[string][]string{"aws:TagKeys": {"a", "b"}}), Allowed},
		{"not all tag keys", onCondition(`"ForAllValues:StringEquals":{"aws:TagKeys":["a"]}`), with(nil, map[string][]string{"aws:TagKeys": {"a", "b"}}), NotAllowed},
		{"all of no tag keys", onCondition(`"ForAllValues:StringEquals":{"aws:TagKeys":["a"]}`), stop, Allowed},
		{"any tag key", onCondition(`"ForAnyValue:StringLike":{"aws:TagKeys":["b*"]}`), with(nil, map[string][]string{"aws:TagKeys": {"a", "bc"}}), Allowed},
		{"any of no tag keys", onCondition(`"ForAnyValue:StringLike":{"aws:TagKeys":["*"]}`), stop, NotAllowed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := identityWith(t, test.statements).Decide(test.ask); got != test.want {
				t.Errorf("decision %d, want %d", got, test.want)
			}
		})
	}
}

func TestPoliciesThatCannotBeUnderstoodAreRefusedWithTheirNumber(t *testing.T) {
	const good = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`
	tests := []struct{ name, document, want string }{
		{"no JSON", `{`, "policy 2: MalformedPolicyDocument"},
		{"no resource", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*"}}`, "must contain resources"},
		{"an operator that is not simulated",
			`{"Version":"2012-10-17","Statement":{"Sid":"S","Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}}}}`,
			`statement "S": the condition operator DateLessThan is not simulated`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := ParseIdentity(good, test.document)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q in it", err, test.want)
			}
		})
	}
}
