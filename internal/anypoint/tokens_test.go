package anypoint_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"flexgw.io/controller/internal/anypoint"
)

func TestManyCallersShareOneToken(t *testing.T) {
	p := newPlane(t).issuesTokens().says("GET "+gatewaysPath, 200, page())
	platform := p.platform()
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			client, err := platform.Client("US", app)
			if err == nil {
				_, err = client.Gateways(t.Context(), env)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := p.tokenCount(); n != 1 {
		t.Errorf("%d tokens were fetched, want 1", n)
	}
}

func TestATokenIsReplacedShortlyBeforeItsEnd(t *testing.T) {
	p := newPlane(t).issuesTokens().says("GET "+gatewaysPath, 200, page())
	client := p.client(t)
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{0, 1}, {58 * time.Minute, 1}, {2 * time.Minute, 2}, {58 * time.Minute, 2}} {
		p.clock.step(step.after)
		if _, err := client.Gateways(t.Context(), env); err != nil {
			t.Fatal(err)
		}
		if n := p.tokenCount(); n != step.want {
			t.Errorf("%d tokens were fetched after %v more, want %d", n, step.after, step.want)
		}
	}
}

func TestTokensOfOddLives(t *testing.T) {
	for _, test := range []struct {
		name    string
		expires any
		used    time.Duration
	}{
		{"shorter than the margin", 30, 15 * time.Second},
		{"in words", "3600", 59 * time.Minute},
		{"not said", nil, 9 * time.Minute},
		{"negative", -5, 9 * time.Minute},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newPlane(t).says("GET "+gatewaysPath, 200, page()).
				says("POST /accounts/api/v2/oauth2/token", 200, map[string]any{"access_token": "t", "expires_in": test.expires})
			client := p.client(t)
			for want, step := range []time.Duration{0, test.used - time.Second, 2 * time.Second} {
				p.clock.step(step)
				if _, err := client.Gateways(t.Context(), env); err != nil {
					t.Fatal(err)
				}
				if n := p.tokenCount(); n != max(want, 1) {
					t.Errorf("%d tokens were fetched, want %d", n, max(want, 1))
				}
			}
		})
	}
}

func TestARefusedTokenIsReplacedOnce(t *testing.T) {
	p := newPlane(t).issuesTokens().on("GET "+gatewaysPath, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer token-2" {
			reply(w, 401, nil)
			return
		}
		reply(w, 200, page())
	})
	client := p.client(t)
	for range 2 {
		if _, err := client.Gateways(t.Context(), env); err != nil {
			t.Fatal(err)
		}
	}
	if p.tokenCount() != 2 || p.count("GET "+gatewaysPath) != 3 {
		t.Errorf("%d tokens and %d calls, want 2 and 3", p.tokenCount(), p.count("GET "+gatewaysPath))
	}
}

func TestTokensThatAreAlwaysRefusedAreNotFetchedForEver(t *testing.T) {
	p := newPlane(t).issuesTokens().says("GET "+gatewaysPath, 401, map[string]any{"message": "Unauthorized"})
	_, err := p.client(t).Gateways(t.Context(), env)
	wantKind(t, err, anypoint.KindCredentials)
	if p.tokenCount() != 2 || p.count("GET "+gatewaysPath) != 2 {
		t.Errorf("%d tokens and %d calls, want 2 and 2", p.tokenCount(), p.count("GET "+gatewaysPath))
	}
}

func TestAWrongSecretIsNotTriedAgainAndAgain(t *testing.T) {
	for _, status := range []int{400, 401, 403} {
		p := newPlane(t).says("GET "+gatewaysPath, 200, page()).
			says("POST /accounts/api/v2/oauth2/token", status, map[string]any{"error": "invalid_client", "error_description": "secret " + secret + " is wrong"})
		platform := p.platform()
		client := clientOf(t, platform, "US", app)
		ask := func(c *anypoint.Client, want int) {
			t.Helper()
			_, err := c.Gateways(t.Context(), env)
			wantKind(t, err, anypoint.KindCredentials)
			if n := p.tokenCount(); n != want {
				t.Errorf("the secret was tried %d times after %d, want %d", n, status, want)
			}
		}
		ask(client, 1)
		ask(clientOf(t, platform, "US", app), 1)
		ask(clientOf(t, platform, "US", anypoint.Credentials{ClientID: "app", ClientSecret: "another"}), 2)
		p.clock.step(59 * time.Second)
		ask(client, 2)
		p.clock.step(2 * time.Second)
		ask(client, 3)
		if n := p.count("GET " + gatewaysPath); n != 0 {
			t.Errorf("%d calls were made without a token", n)
		}
	}
}

func TestAnAnswerWithoutATokenIsNonsense(t *testing.T) {
	p := newPlane(t).says("POST /accounts/api/v2/oauth2/token", 200, map[string]any{"token": "t"})
	_, err := p.client(t).Gateways(t.Context(), env)
	wantKind(t, err, anypoint.KindNonsense)
}

func TestATokenServerThatFailsIsAskedAgain(t *testing.T) {
	p := newPlane(t).says("POST /accounts/api/v2/oauth2/token", 500, nil)
	client := p.client(t)
	for want := 1; want <= 2; want++ {
		_, err := client.Gateways(t.Context(), env)
		wantKind(t, err, anypoint.KindServer)
		if p.tokenCount() != want {
			t.Errorf("%d calls, want %d", p.tokenCount(), want)
		}
	}
}

func TestPlanesAndCredentialsHaveTokensOfTheirOwn(t *testing.T) {
	p := newPlane(t).issuesTokens().says("GET "+gatewaysPath, 200, page())
	platform := p.platform()
	other := anypoint.Credentials{ClientID: "other", ClientSecret: secret}
	for _, client := range []*anypoint.Client{
		clientOf(t, platform, "US", app), clientOf(t, platform, "us", app), clientOf(t, platform, "https://anypoint.mulesoft.com/", app),
		clientOf(t, platform, "EU", app), clientOf(t, platform, "US", other),
	} {
		if _, err := client.Gateways(t.Context(), env); err != nil {
			t.Fatal(err)
		}
	}
	if n := p.tokenCount(); n != 3 {
		t.Errorf("%d tokens were fetched, want 3", n)
	}
}

func TestUnusedCredentialsAreForgotten(t *testing.T) {
	p := newPlane(t).issuesTokens().says("GET "+gatewaysPath, 200, page())
	platform := p.platform()
	other := anypoint.Credentials{ClientID: "other", ClientSecret: secret}
	for range 2 {
		if _, err := clientOf(t, platform, "US", app).Gateways(t.Context(), env); err != nil {
			t.Fatal(err)
		}
		p.clock.step(50 * time.Minute)
		clientOf(t, platform, "US", other)
		p.clock.step(20 * time.Minute)
	}
	if n := p.tokenCount(); n != 2 {
		t.Errorf("%d tokens were fetched, want 2: the first session is over an hour old", n)
	}
}
