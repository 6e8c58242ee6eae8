package anypoint

import (
	"bytes"
	"mime/multipart"
)

// form is a multipart/form-data body of plain fields, in their order.
type form struct{ fields [][2]string }

func (f *form) encode() (body []byte, contentType string, err error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, field := range f.fields {
		if err := w.WriteField(field[0], field[1]); err != nil {
			return nil, "", err
		}
	}
	if err := w.Close(); err != nil {
		return nil, "", err
	}
	return b.Bytes(), w.FormDataContentType(), nil
}
