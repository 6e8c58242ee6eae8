package ecs

import (
	"encoding/base64"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// page cuts one page out of a list. size nil means most; the token, opaque to
// callers, is the offset of the next page.
func page[T any](all []T, token *string, size *int32, most int32) (part []T, next *string, err error) {
	start := 0
	if aws.ToString(token) != "" {
		raw, err := base64.StdEncoding.DecodeString(*token)
		if err != nil {
			return nil, nil, invalidParameter("Invalid token in request.")
		}
		start, err = strconv.Atoi(string(raw))
		if err != nil || start < 0 {
			return nil, nil, invalidParameter("Invalid token in request.")
		}
	}
	limit := most
	if size != nil && *size > 0 {
		limit = min(*size, most)
	}
	start = min(start, len(all))
	end := min(start+int(limit), len(all))
	if end < len(all) {
		next = aws.String(base64.StdEncoding.EncodeToString([]byte(strconv.Itoa(end))))
	}
	return append([]T{}, all[start:end]...), next, nil
}
