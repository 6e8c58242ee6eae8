package efs

import (
	"encoding/base64"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// pageSize is how many resources EFS returns at most and by default.
const pageSize = 100

// page cuts one page out of a listing, starting where the marker says.
func page[T any](all []T, size *int32, marker *string) (shown []T, next *string, err error) {
	start := 0
	if aws.ToString(marker) != "" {
		text, err := base64.RawURLEncoding.DecodeString(*marker)
		if err == nil {
			start, err = strconv.Atoi(string(text))
		}
		if err != nil || start < 0 {
			return nil, nil, badRequest("invalid marker: %s", *marker)
		}
	}
	limit := pageSize
	if size != nil {
		limit = min(max(int(*size), 1), pageSize)
	}
	start = min(start, len(all))
	end := min(start+limit, len(all))
	if end < len(all) {
		next = aws.String(base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(end))))
	}
	return all[start:end], next, nil
}
