package tagging

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"

	"flexgw.io/controller/internal/awssim/core"
)

// The size of a page (GetResources: "a minimum of 1 and a maximum value of 100").
const (
	mostPerPage = 100
	// keysPerPage is an assumption: AWS names no figure for keys and values.
	keysPerPage = 100
)

// tokenLife is how long a pagination token is good (PaginationTokenExpiredException).
const tokenLife = 15 * time.Minute

const invalidParameter = "InvalidParameterException"

// GetResources lists resources that are tagged, or were once.
func (s *Service) GetResources(c *core.Call, in *sdk.GetResourcesInput) (*sdk.GetResourcesOutput, error) {
	if err := acceptable(in); err != nil {
		return nil, err
	}
	var found []entry
	for _, e := range s.index[c.Scope] {
		if e.matches(in) {
			found = append(found, e)
		}
	}
	size := mostPerPage
	if in.ResourcesPerPage != nil {
		size = int(*in.ResourcesPerPage)
	}
	shown, next, err := page(s, found, func(e entry) string { return e.arn }, in.PaginationToken, size)
	if err != nil {
		return nil, err
	}
	out := &sdk.GetResourcesOutput{PaginationToken: next, ResourceTagMappingList: []types.ResourceTagMapping{}}
	for _, e := range shown {
		out.ResourceTagMappingList = append(out.ResourceTagMappingList, e.mapping())
	}
	return out, nil
}

// acceptable refuses what may not be asked for together.
func acceptable(in *sdk.GetResourcesInput) error {
	paged := in.ResourcesPerPage != nil || in.TagsPerPage != nil || aws.ToString(in.PaginationToken) != ""
	switch {
	case len(in.ResourceARNList) > 0 && (len(in.ResourceTypeFilters) > 0 || len(in.TagFilters) > 0 || paged):
		return core.Errorf(invalidParameter, "ResourceARNList cannot be specified together with filters or pagination parameters")
	case in.ResourcesPerPage != nil && (*in.ResourcesPerPage < 1 || *in.ResourcesPerPage > mostPerPage):
		return core.Errorf(invalidParameter, "ResourcesPerPage must be between 1 and %d", mostPerPage)
	case in.TagsPerPage != nil || aws.ToBool(in.IncludeComplianceDetails) || aws.ToBool(in.ExcludeCompliantResources):
		return core.Errorf("NotImplemented", "awssim: TagsPerPage and compliance are not simulated").WithStatus(501)
	}
	return nil
}

// matches is true for what the request asks for: one of the types, and all of the tags,
// each with one of its values.
func (e entry) matches(in *sdk.GetResourcesInput) bool {
	if len(in.ResourceARNList) > 0 {
		return slices.Contains(in.ResourceARNList, e.arn)
	}
	isType := func(wanted string) bool { return hasType(e.arn, wanted) }
	if len(in.ResourceTypeFilters) > 0 && !slices.ContainsFunc(in.ResourceTypeFilters, isType) {
		return false
	}
	for _, f := range in.TagFilters {
		value, tagged := e.tags[aws.ToString(f.Key)]
		if !tagged || len(f.Values) > 0 && !slices.Contains(f.Values, value) {
			return false
		}
	}
	return true
}

func (e entry) mapping() types.ResourceTagMapping {
	m := types.ResourceTagMapping{ResourceARN: aws.String(e.arn), Tags: []types.Tag{}}
	for _, key := range slices.Sorted(maps.Keys(e.tags)) {
		m.Tags = append(m.Tags, types.Tag{Key: aws.String(key), Value: aws.String(e.tags[key])})
	}
	return m
}

// GetTagKeys lists the keys of all tags.
func (s *Service) GetTagKeys(c *core.Call, in *sdk.GetTagKeysInput) (*sdk.GetTagKeysOutput, error) {
	keys := map[string]bool{}
	for _, e := range s.index[c.Scope] {
		for key := range e.tags {
			keys[key] = true
		}
	}
	shown, next, err := page(s, slices.Sorted(maps.Keys(keys)), core.Itself, in.PaginationToken, keysPerPage)
	return &sdk.GetTagKeysOutput{TagKeys: append([]string{}, shown...), PaginationToken: next}, err
}

// GetTagValues lists the values of one key.
func (s *Service) GetTagValues(c *core.Call, in *sdk.GetTagValuesInput) (*sdk.GetTagValuesOutput, error) {
	values := map[string]bool{}
	for _, e := range s.index[c.Scope] {
		if value, ok := e.tags[aws.ToString(in.Key)]; ok {
			values[value] = true
		}
	}
	shown, next, err := page(s, slices.Sorted(maps.Keys(values)), core.Itself, in.PaginationToken, keysPerPage)
	return &sdk.GetTagValuesOutput{TagValues: append([]string{}, shown...), PaginationToken: next}, err
}

// page is core.PageByKey with tokens that carry the time at which they were given. After
// the last page the token is empty, not absent.
func page[T any](s *Service, sorted []T, key func(T) string, token *string, size int) ([]T, *string, error) {
	var inner *string
	if text := aws.ToString(token); text != "" {
		given, rest, ok := strings.Cut(text, ".")
		at, err := strconv.ParseInt(given, 36, 64)
		if !ok || err != nil {
			return nil, nil, core.Errorf(invalidParameter, "PaginationToken is invalid")
		}
		if s.world.Now().Sub(time.Unix(at, 0)) > tokenLife {
			return nil, nil, core.Errorf("PaginationTokenExpiredException", "The PaginationToken has expired")
		}
		inner = &rest
	}
	shown, next, err := core.PageByKey(sorted, key, inner, size)
	if err != nil {
		return nil, nil, core.Errorf(invalidParameter, "PaginationToken is invalid")
	}
	if next == nil {
		return shown, aws.String(""), nil
	}
	return shown, aws.String(strconv.FormatInt(s.world.Now().Unix(), 36) + "." + *next), nil
}
