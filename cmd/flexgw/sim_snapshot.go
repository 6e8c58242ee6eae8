package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

func newSimSaveCommand(f *simFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "save FILE",
		Short: "Save the simulated AWS to a file",
		Long: `Save the simulated AWS to a file, for "flexgw sim load": all that has been made in it
and is under way, its time, its settings, its faults and its policies; not the list of
calls. A file that exists is replaced.

The file holds all secrets that callers have stored, as they are. It is made with mode
0600, for its owner alone; keep it like a password.

It can be loaded by the version of this program that wrote it. Another one loads it
only if it simulates all of it in the same way, and says so if it does not. At most
100,000 calls since the start or the last reset can be saved; reads do not count.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, files []string) error {
			snapshot, err := f.askAtLength(c.Context(), http.MethodGet, "snapshot", nil)
			if err != nil {
				return err
			}
			if err := writePrivate(files[0], snapshot); err != nil {
				return fmt.Errorf("save the simulated AWS: %w", err)
			}
			return f.report(c.OutOrStdout(), "saved", "Saved to "+files[0]+", which holds secrets.")
		},
	}
}

// writePrivate writes a file that its owner alone can read, whole or not at all.
func writePrivate(name string, content []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(name), ".flexgw-*") // with mode 0600
	if err != nil {
		return err
	}
	_, err = temporary.Write(content)
	if err = errors.Join(err, temporary.Close()); err == nil {
		err = os.Rename(temporary.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temporary.Name()))
	}
	return nil
}

func newSimLoadCommand(f *simFlags) *cobra.Command {
	return &cobra.Command{
		Use:   "load FILE",
		Short: "Put a saved AWS in the place of the one that runs",
		Long: `Put an AWS that "flexgw sim save" has saved in the place of the one that runs. Its time
goes on from the moment at which it was saved, at the pace of the one that runs.

The Kubernetes objects are not in the file. A manager beside it takes AWS as it finds
it: what its objects do not have is nobody's, and what they have is made again.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, files []string) error {
			snapshot, err := os.ReadFile(files[0])
			if err != nil {
				return fmt.Errorf("load a simulated AWS: %w", err)
			}
			if !json.Valid(snapshot) {
				return fmt.Errorf("load a simulated AWS: %s is not a whole snapshot", files[0])
			}
			if _, err := f.askAtLength(c.Context(), http.MethodPut, "snapshot", json.RawMessage(snapshot)); err != nil {
				return err
			}
			return f.report(c.OutOrStdout(), "loaded", "Loaded "+files[0]+".")
		},
	}
}
