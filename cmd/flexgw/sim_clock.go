package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/spf13/cobra"
)

// simClock is the simulator's page of its time.
type simClock struct {
	Now    time.Time `json:"now"`
	Speed  float64   `json:"speed"`
	Paused bool      `json:"paused"`
	Ahead  string    `json:"ahead"`
	Note   string    `json:"note"`
}

// clockChange is the body of a request that changes the clock.
type clockChange struct {
	Speed  *float64 `json:"speed,omitempty"`
	Paused *bool    `json:"paused,omitempty"`
	Step   string   `json:"step,omitempty"`
}

func newSimClockCommand(f *simFlags) *cobra.Command {
	var step time.Duration
	var speed float64
	var pause, resume bool
	c := &cobra.Command{
		Use:   "clock",
		Short: "Show the simulated time, stop it, step it or speed it up",
		Long: `Show the simulated time, or change how it passes. A step lets time pass at once, and
everything that is due happens in order, each thing at its own moment. While time
stands still calls are answered at once, and what takes time does not come to its end.

This is the clock of the simulated AWS alone. The manager of "flexgw up" goes on to
wait, in real time, as long as it did before: it never compares its time with AWS's,
but at three times the speed it looks three times as rarely in AWS's time, and after a
step it finds out at its next look.`,
		Example: `  flexgw sim clock
  flexgw sim clock --pause
  flexgw sim clock --step 10m
  flexgw sim clock --resume --speed 60`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			var change clockChange
			if c.Flags().Changed("step") {
				change.Step = step.String()
			}
			if c.Flags().Changed("speed") {
				change.Speed = &speed
			}
			if pause || resume {
				change.Paused = &pause
			}
			method, body := http.MethodGet, any(nil)
			if change != (clockChange{}) {
				method, body = http.MethodPatch, change
			}
			answer, err := f.askAtLength(c.Context(), method, "clock", body)
			if err != nil {
				return err
			}
			return printAnswer(c.OutOrStdout(), f, answer, clockTable)
		},
	}
	c.Flags().DurationVar(&step, "step", 0, "simulated time to let pass at once, at most 720h")
	c.Flags().Float64Var(&speed, "speed", 0, "simulated seconds in a real one, more than 0")
	c.Flags().BoolVar(&pause, "pause", false, "let time stand still")
	c.Flags().BoolVar(&resume, "resume", false, "let time go on")
	c.MarkFlagsMutuallyExclusive("pause", "resume")
	return c
}

func clockTable(w io.Writer, c simClock) {
	pace := fmt.Sprintf("%g simulated seconds a second", c.Speed)
	if c.Paused {
		pace = "paused, then " + pace
	}
	fmt.Fprintf(w, "now\t%s\n", c.Now.UTC().Format(time.RFC3339))
	fmt.Fprintf(w, "pace\t%s\n", pace)
	if c.Note != "" {
		fmt.Fprintf(w, "ahead\t%s of the clock that it was started with\n", c.Ahead)
		fmt.Fprintf(w, "note\t%s\n", c.Note)
	}
}

func newSimResetCommand(f *simFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "reset",
		Short: "Make the simulated AWS as it was on its first day",
		Long: `Make the simulated AWS as it was on its first day: nothing has been made, nobody has
called, no faults are set and the settings are those of the start. Time alone goes on.

A manager beside it finds that all it made is gone, as if somebody had deleted it.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if _, err := f.ask(c.Context(), http.MethodPost, "reset", nil); err != nil {
				return err
			}
			return f.report(c.OutOrStdout(), "reset", "The simulated AWS is as it was on its first day.")
		},
	}
}

// report says what has been done: a sentence or, in JSON, a word.
func (f *simFlags) report(out io.Writer, done, sentence string) error {
	if f.output == "json" {
		return json.NewEncoder(out).Encode(map[string]string{"done": done})
	}
	_, err := fmt.Fprintln(out, sentence)
	return err
}
