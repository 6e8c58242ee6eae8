package gatewaycli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"flexgw.io/controller/internal/diagram"
)

// The endings of the files that Diagram writes.
const (
	svgFile = ".svg"
	pngFile = ".png"
)

// CheckDiagramFile is the error of a file that is neither of the two.
func CheckDiagramFile(file string) error {
	switch strings.ToLower(filepath.Ext(file)) {
	case svgFile, pngFile:
		return nil
	}
	if file == "" || file == "-" {
		return nil
	}
	return fmt.Errorf("--output %q: want a file that ends with %s or %s", file, svgFile, pngFile)
}

// Diagram draws a gateway into a file, whose ending says as what; without one, or with -, as
// SVG to Out.
func (t *Tool) Diagram(ctx context.Context, name, file string) error {
	gw, err := t.Get(ctx, name)
	if err != nil {
		return err
	}
	drawing := diagram.Draw(gw)
	if file == "" || file == "-" {
		_, err := bytes.NewReader(drawing.SVG()).WriteTo(t.Out)
		return err
	}
	content := drawing.SVG()
	if strings.EqualFold(filepath.Ext(file), pngFile) {
		if content, err = drawing.PNG(); err != nil {
			return fmt.Errorf("draw %s: %w", file, err)
		}
	}
	return os.WriteFile(file, content, 0o644)
}
