package wire

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// xmlWriter writes the XML of the query protocols.
type xmlWriter struct{ buffer bytes.Buffer }

func (x *xmlWriter) bytes() []byte {
	return append([]byte(`<?xml version="1.0" encoding="UTF-8"?>`+"\n"), x.buffer.Bytes()...)
}

func (x *xmlWriter) open(name, namespace string) {
	if namespace == "" {
		fmt.Fprintf(&x.buffer, "<%s>", name)
		return
	}
	fmt.Fprintf(&x.buffer, "<%s xmlns=%q>", name, namespace)
}

func (x *xmlWriter) close(name string) { fmt.Fprintf(&x.buffer, "</%s>", name) }

func (x *xmlWriter) leaf(name, value string) {
	x.open(name, "")
	// EscapeText fails only where its writer does, and a bytes.Buffer does not.
	_ = xml.EscapeText(&x.buffer, []byte(value))
	x.close(name)
}

// fields are the further members of an error.
func (x *xmlWriter) fields(fields map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		x.leaf(name, fmt.Sprint(fields[name]))
	}
}

func (x *xmlWriter) members(s *Shape, v reflect.Value) {
	for _, name := range s.sorted {
		f, ok := field(v, name)
		if !ok {
			continue
		}
		if f, ok = present(f); ok {
			ref := s.Members[name]
			x.value(ref, ref.wireName(name), f)
		}
	}
}

func (x *xmlWriter) value(ref *Ref, name string, v reflect.Value) {
	s := ref.Shape
	switch s.Type {
	case "structure":
		x.open(name, "")
		x.members(s, v)
		x.close(name)
	case "list":
		x.list(ref, name, v)
	case "map":
		x.entries(s, name, v)
	default:
		x.leaf(name, text(s, v))
	}
}

func (x *xmlWriter) list(ref *Ref, name string, v reflect.Value) {
	element := ref.Shape.Member
	if ref.Flattened || ref.Shape.Flattened {
		for i := range v.Len() {
			x.element(element, element.wireName(name), v.Index(i))
		}
		return
	}
	x.open(name, "")
	for i := range v.Len() {
		x.element(element, element.wireName("member"), v.Index(i))
	}
	x.close(name)
}

func (x *xmlWriter) element(ref *Ref, name string, v reflect.Value) {
	v, _ = present(v)
	x.value(ref, name, v)
}

func (x *xmlWriter) entries(s *Shape, name string, v reflect.Value) {
	x.open(name, "")
	for entries := v.MapRange(); entries.Next(); {
		x.open("entry", "")
		x.element(s.Key, s.Key.wireName("key"), entries.Key())
		x.element(s.Value, s.Value.wireName("value"), entries.Value())
		x.close("entry")
	}
	x.close(name)
}
