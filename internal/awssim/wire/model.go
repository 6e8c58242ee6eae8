package wire

import (
	"embed"
	"fmt"
	"path"
	"strings"
	"sync"
)

//go:embed tables/*.json
var tables embed.FS

// Model is the table of one service. It is shared and must not be changed.
type Model struct {
	// Name is botocore's name of the service, such as "elbv2".
	Name       string                `json:"-"`
	Metadata   Metadata              `json:"metadata"`
	Operations map[string]*Operation `json:"operations"`
	Shapes     map[string]*Shape     `json:"shapes"`
}

// Metadata says which protocol a service speaks and under which names.
type Metadata struct {
	APIVersion     string `json:"apiVersion"`
	EndpointPrefix string `json:"endpointPrefix"`
	JSONVersion    string `json:"jsonVersion"`
	Protocol       string `json:"protocol"`
	Signing        string `json:"signingName"`
	TargetPrefix   string `json:"targetPrefix"`
	XMLNamespace   string `json:"xmlNamespace"`
}

// SigningName is the service's name in a request's credential scope.
func (m Metadata) SigningName() string {
	if m.Signing != "" {
		return m.Signing
	}
	return m.EndpointPrefix
}

// Operation is one operation of a service.
type Operation struct {
	Name string `json:"name"`
	// AuthType is "none" where a request need not be signed.
	AuthType string `json:"authtype"`
	HTTP     struct {
		Method       string `json:"method"`
		RequestURI   string `json:"requestUri"`
		ResponseCode int    `json:"responseCode"`
	} `json:"http"`
	Input  *Ref   `json:"input"`
	Output *Ref   `json:"output"`
	Errors []*Ref `json:"errors"`
}

// Ref is a use of a shape: as a member, an element, an input, an output or an error.
type Ref struct {
	ShapeName     string `json:"shape"`
	Flattened     bool   `json:"flattened"`
	Location      string `json:"location"`
	LocationName  string `json:"locationName"`
	QueryName     string `json:"queryName"`
	ResultWrapper string `json:"resultWrapper"`
	// Shape is the shape of that name.
	Shape *Shape `json:"-"`
}

// Shape is a type of the model.
type Shape struct {
	Name      string          `json:"-"`
	Type      string          `json:"type"`
	Document  bool            `json:"document"`
	Sensitive bool            `json:"sensitive"`
	Flattened bool            `json:"flattened"`
	Required  []string        `json:"required"`
	Enum      []string        `json:"enum"`
	Min       *float64        `json:"min"`
	Max       *float64        `json:"max"`
	Pattern   string          `json:"pattern"`
	Members   map[string]*Ref `json:"members"`
	Member    *Ref            `json:"member"`
	Key       *Ref            `json:"key"`
	Value     *Ref            `json:"value"`
	Error     *ErrorTrait     `json:"error"`
	Exception bool            `json:"exception"`
	Fault     bool            `json:"fault"`

	match matcher
	// sorted are the names of the members in order, so that encoding is stable.
	sorted []string
}

// ErrorTrait is how an error shape appears on the wire.
type ErrorTrait struct {
	Code           string `json:"code"`
	HTTPStatusCode int    `json:"httpStatusCode"`
}

var loadTables = sync.OnceValues(readTables)

// Models returns the tables of all services, by botocore's name of the service.
// The error can only mean that the program was built with a broken table.
func Models() (map[string]*Model, error) { return loadTables() }

func readTables() (map[string]*Model, error) {
	files, err := tables.ReadDir("tables")
	if err != nil {
		return nil, err
	}
	models := map[string]*Model{}
	for _, file := range files {
		text, err := tables.ReadFile(path.Join("tables", file.Name()))
		if err != nil {
			return nil, err
		}
		m, err := parseModel(strings.TrimSuffix(file.Name(), ".json"), text)
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", file.Name(), err)
		}
		models[m.Name] = m
	}
	return models, nil
}
