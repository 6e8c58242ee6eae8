package main

import (
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// pluginFile is the name under which kubectl finds this program as "kubectl flexgw"
// (https://kubernetes.io/docs/tasks/extend-kubectl/kubectl-plugins/).
const pluginFile = "kubectl-flexgw"

// pluginName is what a person then types.
const pluginName = "kubectl flexgw"

// calledAs makes usage lines and examples say what the person types to run this program,
// of which program is the path.
func calledAs(root *cobra.Command, program string) *cobra.Command {
	if strings.TrimSuffix(filepath.Base(program), ".exe") != pluginFile {
		return root
	}
	root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: pluginName}
	rename(root, root.Name())
	return root
}

// rename changes the program's name in the examples of a command and all below it.
func rename(c *cobra.Command, name string) {
	c.Example = strings.ReplaceAll(" "+c.Example, " "+name+" ", " "+pluginName+" ")[1:]
	for _, sub := range c.Commands() {
		rename(sub, name)
	}
}
