// Command argocd is Argo CD in one file, for tests on one machine: its API server,
// application controller, ApplicationSet controller and repo server, chosen by the first
// argument, with the flags that they have in Argo CD's own image.
//
// It is a Go module of its own, so that Argo CD with its hundreds of dependencies stays
// out of the controller's.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	appcontroller "github.com/argoproj/argo-cd/v3/cmd/argocd-application-controller/commands"
	setcontroller "github.com/argoproj/argo-cd/v3/cmd/argocd-applicationset-controller/commands"
	reposerver "github.com/argoproj/argo-cd/v3/cmd/argocd-repo-server/commands"
	server "github.com/argoproj/argo-cd/v3/cmd/argocd-server/commands"
	"github.com/spf13/cobra"
)

// components are the programs by the names that Argo CD's image gives them.
var components = map[string]func() *cobra.Command{
	"argocd-server":                    server.NewCommand,
	"argocd-application-controller":    appcontroller.NewCommand,
	"argocd-applicationset-controller": setcontroller.NewCommand,
	"argocd-repo-server":               reposerver.NewCommand,
}

func main() {
	name, args := filepath.Base(os.Args[0]), os.Args[1:]
	if components[name] == nil && len(args) > 0 {
		name, args = args[0], args[1:]
	}
	component := components[name]
	if component == nil {
		fmt.Fprintln(os.Stderr, "usage: argocd argocd-server|argocd-application-controller|argocd-applicationset-controller|argocd-repo-server [flags]")
		os.Exit(2)
	}
	command := component()
	command.SetArgs(args)
	if err := command.Execute(); err != nil {
		os.Exit(1)
	}
}
