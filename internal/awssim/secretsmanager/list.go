package secretsmanager

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"flexgw.io/controller/internal/awssim/core"
)

// maxPage is the size of a page that asks for no other, and the largest one.
const maxPage = 100

// ListSecrets lists the secrets that pass all filters, by name; those scheduled
// for deletion only on request.
func (s *Service) ListSecrets(c *core.Call, in *sdk.ListSecretsInput) (*sdk.ListSecretsOutput, error) {
	if in.SortBy != "" && in.SortBy != types.SortByTypeName {
		return nil, core.Errorf("NotImplemented", "awssim: sorting secrets by %s is not simulated", in.SortBy).WithStatus(501)
	}
	all := *s.secrets.In(c.Scope)
	var names []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		sec := all[name]
		listed := sec.deleted.IsZero() || aws.ToBool(in.IncludePlannedDeletion) && !sec.forced
		if listed && sec.passes(in.Filters) {
			names = append(names, name)
		}
	}
	names, next, err := page(names, in.SortOrder, in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	out := &sdk.ListSecretsOutput{NextToken: next, SecretList: []types.SecretListEntry{}}
	for _, name := range names {
		out.SecretList = append(out.SecretList, all[name].entry())
	}
	return out, nil
}

// entry describes a secret in a list.
func (sec *secret) entry() types.SecretListEntry {
	e := types.SecretListEntry{
		ARN: aws.String(sec.arn), Name: aws.String(sec.name), CreatedDate: aws.Time(sec.created),
		LastChangedDate: aws.Time(sec.changed), Tags: tagList(sec.tags), SecretVersionsToStages: sec.stages(),
	}
	e.LastAccessedDate = day(sec.accessed)
	if sec.description != "" {
		e.Description = aws.String(sec.description)
	}
	if sec.kmsKey != "" {
		e.KmsKeyId = aws.String(sec.kmsKey)
	}
	if !sec.deleted.IsZero() {
		e.DeletedDate = aws.Time(sec.deleted)
	}
	return e
}

// passes reports whether the secret passes every filter, each with one of its
// values.
func (sec *secret) passes(filters []types.Filter) bool {
	for _, f := range filters {
		if !slices.ContainsFunc(f.Values, func(v string) bool { return sec.matches(f.Key, v) }) {
			return false
		}
	}
	return true
}

// matches compares a filter value as AWS does: the beginning of a name or tag with
// its case, the beginning of a word of a description without; a value that begins
// with "!" means the opposite (API reference of the data type Filter).
func (sec *secret) matches(key types.FilterNameStringType, value string) bool {
	if opposite, ok := strings.CutPrefix(value, "!"); ok {
		return !sec.matches(key, opposite)
	}
	prefix := func(text string) bool { return strings.HasPrefix(text, value) }
	word := func(text string) bool {
		return slices.ContainsFunc(strings.Fields(strings.ToLower(text)), func(w string) bool { return strings.HasPrefix(w, strings.ToLower(value)) })
	}
	tagKeys, tagValues := slices.Collect(maps.Keys(sec.tags)), slices.Collect(maps.Values(sec.tags))
	switch key {
	case types.FilterNameStringTypeName:
		return prefix(sec.name)
	case types.FilterNameStringTypeDescription:
		return word(sec.description)
	case types.FilterNameStringTypeTagKey:
		return slices.ContainsFunc(tagKeys, prefix)
	case types.FilterNameStringTypeTagValue:
		return slices.ContainsFunc(tagValues, prefix)
	case types.FilterNameStringTypeAll:
		return word(sec.name) || word(sec.description) || slices.ContainsFunc(tagKeys, word) || slices.ContainsFunc(tagValues, word)
	}
	return false // no replicas, no secrets of other services
}

// page cuts one page out of names, in the order that was asked for.
func page(names []string, order types.SortOrderType, token *string, size *int32) (shown []string, next *string, err error) {
	limit := maxPage
	if size != nil && *size > 0 {
		limit = min(int(*size), maxPage)
	}
	if order == types.SortOrderTypeDesc {
		slices.Reverse(names)
		shown, next, err = core.PageByOffset(names, token, limit)
	} else {
		shown, next, err = core.PageByKey(names, core.Itself, token, limit)
	}
	if err != nil {
		return nil, nil, core.Errorf(codeInvalidToken, "The NextToken value is invalid.")
	}
	return shown, next, nil
}
