package plan

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/terminal"
)

// plain are lines without their colours.
func plain(lines []terminal.Line) string {
	var texts []string
	for _, l := range lines {
		texts = append(texts, l.Text)
	}
	return strings.Join(texts, "\n")
}

func TestATextHasATableInColours(t *testing.T) {
	p := change()
	p.Cost = nil
	lines := p.Text()
	want := `flex/dev (account 123456789012, us-east-1): 1 to create, 1 to update, 1 to replace, 1 to restart, 1 to delete

ORDER  ACTION   RESOURCE                  PHASE    IN        DETAILS
1      create   APIInstance/health-check  Compute  Anypoint  it was there before, and is gone
2      replace  TaskDefinition/gateway    Compute  AWS       image: a:1 -> a:2
3      update   Service/gateway           Compute  AWS       taskDefinition: td:1 -> td:2
4      restart  Replicas/gateway          Compute  AWS       new replicas take the place of all 4, as spec.rollout says
4      delete   Secret/old                Compute  AWS`
	if diff := cmp.Diff(want, plain(lines)); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	if lines[3].Colour != terminal.Green || lines[7].Colour != terminal.Red {
		t.Errorf("colours %q and %q", lines[3].Colour, lines[7].Colour)
	}
}

func TestAHeadlineSaysWhatThereIsToDo(t *testing.T) {
	nothing := &engine.Report{}
	for want, p := range map[string]*Plan{
		"flex/dev: nothing to do":                        Of(Input{Kind: KindChange, After: gateway(1), Report: nothing}),
		"flex/dev: nothing to delete":                    Of(Input{Kind: KindDeletion, After: gateway(1), Report: nothing}),
		"flex/dev: no drift, all is as the spec asks":    Of(Input{Kind: KindDrift, After: gateway(1), Report: nothing}),
		"flex/dev: there is no plan":                     Failed(KindChange, gateway(1), "", "no region"),
		"flex/dev: 1 to update, to be as the spec asks":  Of(Input{Kind: KindDrift, After: gateway(1), Report: &engine.Report{Steps: []engine.Step{step("LogGroup", "logs", engine.ActionUpdate, 1, nil)}}}),
		"flex/dev (account 1, us-east-1): nothing to do": Of(Input{Kind: KindChange, After: gateway(1), Report: nothing, Account: "1", Region: "us-east-1"}),
	} {
		if got := p.Headline(); got != want {
			t.Errorf("headline %q, want %q", got, want)
		}
	}
}

func TestALongValueKeepsItsEnd(t *testing.T) {
	p := change()
	p.Steps = p.Steps[:1]
	p.Steps[0].Changes = []Change{{"arn", "short", strings.Repeat("x", 200) + ":42"}}
	if text := plain(p.table()); !strings.Contains(text, "arn: short -> ...xxx") || !strings.Contains(text, "xxx:42") || strings.Contains(text, strings.Repeat("x", 100)) {
		t.Errorf("text\n%s", text)
	}
}

func TestTwoLongValuesAreShortenedWhereTheyDiffer(t *testing.T) {
	end := strings.Repeat("z", 200)
	got := Change{"secrets", strings.Repeat("a", 200) + ":v1:" + end, strings.Repeat("a", 200) + ":v2:" + end}.short()
	from, to, _ := strings.Cut(strings.TrimPrefix(got, "secrets: "), " -> ")
	if from == to || !strings.Contains(from, ":v1:zz") || !strings.Contains(to, ":v2:zz") || len(got) > 200 {
		t.Errorf("change %q", got)
	}
	if got := (Change{"tag", "a\x1b", "a "}).short(); got != "tag: a  -> a " {
		t.Errorf("two values that print alike: %q", got)
	}
}

func TestATerminalObeysNothingOfAValueOrASentence(t *testing.T) {
	p := change()
	p.Steps = p.Steps[:1]
	p.Steps[0].Changes = []Change{{"tags.\x1b[2J", "a\x1b]0;x\a", "\u202eb"}}
	p.Problems = []Note{{Resource: "Secret/x", Message: "no\n::add-mask::x\r"}}
	text := plain(p.Text())
	if strings.ContainsAny(text, "\x1b\a\r\u202e") || strings.Contains(text, "\n::") || !strings.Contains(text, "tags. [2J: a ]0;x  ->  b") {
		t.Errorf("text %q", text)
	}
	if markdown := p.Markdown(); strings.ContainsAny(markdown, "\x1b\a\r\u202e") || strings.Contains(markdown, "\n::") {
		t.Errorf("markdown %q", markdown)
	}
}

func TestMarkdownIsATableInWhichNothingOfTheUsersIsMarkup(t *testing.T) {
	p := change()
	p.Steps = p.Steps[:1]
	p.Steps[0].Changes = []Change{{"tags.Team", "none", "a|b @all <b> [x](http://y) #7\n`z`"}, {"tags.B", "``", "x"}}
	p.Problems = []Note{{Resource: "Secret/x", Message: "**no** @all, see https://y or www.z.com, a&b ~~c~~ <d> #7"}}
	text := p.Markdown()
	for _, part := range []string{
		"### flex/dev (account 123456789012, us-east-1): 1 to create",
		"| 1 | **create** | `APIInstance/health-check` | Compute | Anypoint | `` tags.Team: none -> a\\|b @all <b> [x](http://y) #7 `z` ``<br>```tags.B: `` -> x```<br>it was there before, and is gone |\n",
		"\n- Secret/x: \\*\\*no\\*\\* @&#8203;all, see https:&#8203;//y or www&#8203;.z.com, a&amp;b \\~\\~c\\~\\~ &lt;d&gt; #&#8203;7\n", "<details><summary>Cost in a month: $60.17 -&gt; $167.89</summary>", "\n</details>\n",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in\n%s", part, text)
		}
	}
}
