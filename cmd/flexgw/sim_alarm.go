package main

import (
	"fmt"
	"io"
	"net/http"

	"github.com/spf13/cobra"

	"flexgw.io/controller/internal/awssim/ecs"
)

// namedAlarm is the state of a CloudWatch alarm, as the simulator tells it.
type namedAlarm struct {
	Name  string         `json:"name"`
	State ecs.AlarmState `json:"state"`
}

func newSimAlarmCommand(f *simFlags) *cobra.Command {
	var state string
	c := &cobra.Command{
		Use:   "alarm [NAME]",
		Short: "Say in which state a CloudWatch alarm is, for the deployments that watch it",
		Long: `Say in which state a CloudWatch alarm is, or list the alarms that somebody has set. An
alarm that nobody has set is OK. ECS services whose deployment configuration names the alarm
roll a deployment back when it goes into ALARM, as they do in AWS. There is no CloudWatch
beside that: an alarm has a name and a state, in all accounts and regions, and no metric.`,
		Example: `  flexgw sim alarm gateway-errors --state ALARM
  flexgw sim alarm`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, names []string) error {
			method, body := http.MethodGet, any(nil)
			switch set := c.Flags().Changed("state"); {
			case len(names) == 1 && set:
				method, body = http.MethodPut, namedAlarm{Name: names[0], State: ecs.AlarmState(state)}
			case len(names) == 1:
				return fmt.Errorf("in which state? Give --state OK, ALARM or INSUFFICIENT_DATA")
			case set:
				return fmt.Errorf("which alarm? Give its name")
			}
			answer, err := f.ask(c.Context(), method, "alarms", body)
			if err != nil {
				return err
			}
			return printAnswer(c.OutOrStdout(), f, answer, alarmTable)
		},
	}
	c.Flags().StringVar(&state, "state", "", "OK, ALARM or INSUFFICIENT_DATA")
	return c
}

func alarmTable(w io.Writer, list []namedAlarm) {
	if len(list) == 0 {
		fmt.Fprintln(w, "Nobody has set an alarm: all are OK.")
		return
	}
	fmt.Fprintln(w, "ALARM\tSTATE")
	for _, a := range list {
		fmt.Fprintf(w, "%s\t%s\n", a.Name, a.State)
	}
}
