// Package gatewaycli is what "flexgw status", "tree", "resources", "events" and "diagram" do
// in a cluster: read gateways and their events, and tell them as text, JSON or YAML. They
// need nothing of AWS. What they say is gatewayview's.
package gatewaycli

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"sigs.k8s.io/yaml"

	"flexgw.io/controller/internal/cluster"
	"flexgw.io/controller/internal/gatewayview"
	"flexgw.io/controller/internal/terminal"
)

// Tool looks at the gateways of one namespace.
type Tool struct {
	cluster.Gateways
	// Out receives what was asked for, and Screen is Out as a person sees it.
	Out    io.Writer
	Screen *terminal.Screen
	// Now is the time by AWS's clock, and ClusterNow that by the API server's.
	Now, ClusterNow func() time.Time
	// Program is how the person calls this tool, for commands that are recommended.
	Program string
}

// The formats. Which of them a command knows is in its list.
const (
	FormatText = "text"
	FormatWide = "wide"
	FormatJSON = "json"
	FormatYAML = "yaml"
	FormatARN  = "arn"
)

// The formats of the commands.
var (
	TextFormats     = []string{FormatText, FormatJSON, FormatYAML}
	ResourceFormats = []string{FormatText, FormatWide, FormatJSON, FormatYAML, FormatARN}
)

// CheckFormat is the error of a format that is none of these.
func CheckFormat(format string, formats []string) error {
	if slices.Contains(formats, format) {
		return nil
	}
	last := len(formats) - 1
	return fmt.Errorf("--output %q: want %s or %s", format, strings.Join(formats[:last], ", "), formats[last])
}

// now is the time by both clocks.
func (t *Tool) now() gatewayview.Now {
	return gatewayview.Now{AWS: t.Now(), Cluster: t.ClusterNow()}
}

// encode writes what is for a program.
func (t *Tool) encode(content any, format string) error {
	text, err := json.MarshalIndent(content, "", "  ")
	if err == nil && format == FormatYAML {
		text, err = yaml.JSONToYAML(text)
	}
	if err != nil {
		return err
	}
	_, err = t.Out.Write(append([]byte(strings.TrimRight(string(text), "\n")), '\n'))
	return err
}
