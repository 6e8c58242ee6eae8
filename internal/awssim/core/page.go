package core

import (
	"encoding/base64"
	"errors"
	"slices"
	"strconv"
	"strings"
)

// ErrToken is the error of a pagination token that was never handed out. Each service
// refuses it with an error of its own.
var ErrToken = errors.New("not a pagination token")

// PageByKey cuts a page of at most size things out of those that are sorted by key. The
// token, opaque to callers, names the next thing by its key, so that it stays good while
// others come and go. A nil or empty token is the beginning; a nil next is the end.
func PageByKey[T any](sorted []T, key func(T) string, token *string, size int) (shown []T, next *string, err error) {
	if token != nil && *token != "" {
		first, err := base64.RawURLEncoding.DecodeString(*token)
		if err != nil {
			return nil, nil, ErrToken
		}
		from, _ := slices.BinarySearchFunc(sorted, string(first), func(t T, k string) int { return strings.Compare(key(t), k) })
		sorted = sorted[from:]
	}
	if len(sorted) <= size {
		return sorted, nil, nil
	}
	return sorted[:size], tokenOf(key(sorted[size])), nil
}

// PageByOffset is PageByKey for things in an order of their own. Its token counts them:
// while some go away between two pages, others may be skipped.
func PageByOffset[T any](all []T, token *string, size int) (shown []T, next *string, err error) {
	start := 0
	if token != nil && *token != "" {
		text, err := base64.RawURLEncoding.DecodeString(*token)
		if err == nil {
			start, err = strconv.Atoi(string(text))
		}
		if err != nil || start < 0 {
			return nil, nil, ErrToken
		}
	}
	start = min(start, len(all))
	if len(all)-start <= size {
		return all[start:], nil, nil
	}
	return all[start : start+size], tokenOf(strconv.Itoa(start + size)), nil
}

func tokenOf(text string) *string {
	token := base64.RawURLEncoding.EncodeToString([]byte(text))
	return &token
}

// Itself is the key of names.
func Itself(name string) string { return name }
