package events

import "testing"

const taskEvent = `{"source":"aws.ecs","detail-type":"ECS Task State Change","resources":["arn:a","arn:b"],
	"detail":{"lastStatus":"RUNNING","group":"service:gw-1","version":3,"empty":null,"attachments":[{"type":"eni"},{"type":"other"}]}}`

func TestWhatAPatternMatches(t *testing.T) {
	tests := []struct {
		name, pattern string
		want          bool
	}{
		{"a value", `{"source":["aws.ecs"]}`, true},
		{"another value", `{"source":["aws.ec2"]}`, false},
		{"one of two", `{"source":["aws.ec2","aws.ecs"]}`, true},
		{"all fields", `{"source":["aws.ecs"],"detail-type":["other"]}`, false},
		{"an element of resources", `{"resources":["arn:b"]}`, true},
		{"no element of resources", `{"resources":["arn:c"]}`, false},
		{"a nested field", `{"detail":{"lastStatus":["RUNNING"]}}`, true},
		{"objects in a list", `{"detail":{"attachments":{"type":["other"]}}}`, true},
		{"a prefix", `{"detail":{"group":[{"prefix":"service:"}]}}`, true},
		{"not the prefix", `{"detail":{"group":[{"prefix":"family:"}]}}`, false},
		{"a prefix in any case", `{"detail":{"group":[{"prefix":{"equals-ignore-case":"SERVICE:"}}]}}`, true},
		{"a suffix", `{"detail":{"group":[{"suffix":"-1"}]}}`, true},
		{"any case", `{"detail":{"lastStatus":[{"equals-ignore-case":"running"}]}}`, true},
		{"anything but", `{"detail":{"lastStatus":[{"anything-but":["STOPPED","PENDING"]}]}}`, true},
		{"anything but this", `{"detail":{"lastStatus":[{"anything-but":"RUNNING"}]}}`, false},
		{"anything but a prefix", `{"detail":{"group":[{"anything-but":{"prefix":"service:"}}]}}`, false},
		{"anything but, of what is absent", `{"detail":{"absent":[{"anything-but":"x"}]}}`, false},
		{"it exists", `{"detail":{"group":[{"exists":true}]}}`, true},
		{"it does not exist", `{"detail":{"group":[{"exists":false}]}}`, false},
		{"absent", `{"detail":{"absent":[{"exists":false}]}}`, true},
		{"within what is absent", `{"detail":{"absent":{"more":[{"exists":false}]}}}`, true},
		{"a number", `{"detail":{"version":[3.0]}}`, true},
		{"a number is no text", `{"detail":{"version":["3"]}}`, false},
		{"a range", `{"detail":{"version":[{"numeric":[">",2,"<=",3]}]}}`, true},
		{"out of range", `{"detail":{"version":[{"numeric":["<",3]}]}}`, false},
		{"null", `{"detail":{"empty":[null]}}`, true},
		{"a wildcard", `{"detail":{"group":[{"wildcard":"service:*-1"}]}}`, true},
		{"not the wildcard", `{"detail":{"group":[{"wildcard":"service:*-2"}]}}`, false},
		{"either", `{"$or":[{"source":["x"]},{"detail":{"version":[3]}}]}`, true},
		{"neither", `{"$or":[{"source":["x"]},{"detail":{"version":[4]}}]}`, false},
	}
	var event any
	if err := decode(taskEvent, &event); err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, err := parsePattern(test.pattern)
			if err != nil {
				t.Fatal(err)
			}
			if got := p.matches(event); got != test.want {
				t.Errorf("matches = %t, want %t", got, test.want)
			}
		})
	}
}

func TestPatternsThatAreNotValid(t *testing.T) {
	for _, text := range []string{
		``, `[]`, `{}`, `null`, `{"source":"aws.ecs"}`, `{"source":[]}`, `{"source":[["x"]]}`, `{"detail":{}}`, `{"source":["x"]} more`,
		`{"source":[{"unknown":"x"}]}`, `{"source":[{"prefix":1}]}`, `{"source":[{"prefix":"a","suffix":"b"}]}`, `{"source":[{"exists":"yes"}]}`,
		`{"n":[{"numeric":[">"]}]}`, `{"n":[{"numeric":["~",1]}]}`, `{"n":[{"numeric":[">","1"]}]}`, `{"s":[{"anything-but":[]}]}`, `{"s":[{"wildcard":"a**b"}]}`,
	} {
		if _, err := parsePattern(text); err == nil {
			t.Errorf("%s is taken as valid", text)
		}
	}
}
