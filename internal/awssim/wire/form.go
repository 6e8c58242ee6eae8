package wire

import (
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"flexgw.io/controller/internal/awssim/core"
)

// node is a part of a form whose names are paths: "Filter.1.Value.2=x".
type node struct {
	// path is the name up to here.
	path     string
	value    string
	leaf     bool
	used     bool
	children map[string]*node
}

func (n *node) child(name string) *node {
	c, ok := n.children[name]
	if !ok {
		path := name
		if n.path != "" {
			path = n.path + "." + name
		}
		c = &node{path: path, children: map[string]*node{}}
		n.children[name] = c
	}
	return c
}

// elements are the numbered children, in the order of their numbers.
func (n *node) elements() []*node {
	byNumber := map[int]*node{}
	for name, c := range n.children {
		if i, err := strconv.Atoi(name); err == nil {
			byNumber[i] = c
		}
	}
	var list []*node
	for _, i := range slices.Sorted(maps.Keys(byNumber)) {
		list = append(list, byNumber[i])
	}
	return list
}

// unknown is the first parameter that no member has claimed.
func (n *node) unknown() (string, bool) {
	if n.leaf && !n.used {
		return n.path, true
	}
	for _, name := range slices.Sorted(maps.Keys(n.children)) {
		if path, ok := n.children[name].unknown(); ok {
			return path, true
		}
	}
	return "", false
}

// parseForm reads a form body, or the query string where there is no body.
func parseForm(r *Request) (url.Values, error) {
	if len(r.Body) == 0 {
		return r.Query, nil
	}
	values, err := url.ParseQuery(string(r.Body))
	if err != nil {
		return nil, core.Errorf("MalformedQueryString", "The query string contains a syntax error: %v", err)
	}
	return values, nil
}

func formTree(values url.Values) *node {
	root := &node{children: map[string]*node{}}
	for name, all := range values {
		if name == "Action" || name == "Version" || strings.HasPrefix(name, "X-Amz-") {
			continue
		}
		n := root
		for part := range strings.SplitSeq(name, ".") {
			n = n.child(part)
		}
		n.leaf, n.value = true, all[0]
	}
	return root
}

// formDecoder reads a form into a struct of the SDK. The two query protocols
// differ in the names of members and in whether lists have a level of their own.
type formDecoder struct {
	memberName func(member string, ref *Ref) string
	// listLevel is the name of the level between a list's name and the numbers of
	// its elements, "" for none.
	listLevel func(ref *Ref) string
}

func (d formDecoder) structure(s *Shape, n *node, v reflect.Value) error {
	for name, ref := range s.Members {
		c, ok := n.children[d.memberName(name, ref)]
		if !ok {
			continue
		}
		f, ok := field(v, name)
		if !ok {
			continue
		}
		if err := d.value(ref, c, f); err != nil {
			return err
		}
	}
	return nil
}

func (d formDecoder) value(ref *Ref, n *node, v reflect.Value) error {
	n.used = true
	switch ref.Shape.Type {
	case "structure":
		return d.structure(ref.Shape, n, target(v))
	case "list":
		return d.list(ref, n, v)
	case "map":
		return d.entries(ref, n, v)
	default:
		if err := setText(ref.Shape, v, n.value); err != nil {
			return core.Errorf("MalformedInput", "%s: %v", n.path, err)
		}
		return nil
	}
}

// list reads the numbered elements. A list that was sent empty ("Tags=") is empty, not absent.
func (d formDecoder) list(ref *Ref, n *node, v reflect.Value) error {
	if level := d.listLevel(ref); level != "" {
		if c, ok := n.children[level]; ok {
			n = c
			n.used = true
		}
	}
	elements := n.elements()
	list := reflect.MakeSlice(v.Type(), len(elements), len(elements))
	for i, element := range elements {
		if err := d.value(ref.Shape.Member, element, list.Index(i)); err != nil {
			return err
		}
	}
	v.Set(list)
	return nil
}

// entries reads a map: "Name.entry.1.key=a&Name.entry.1.value=b".
func (d formDecoder) entries(ref *Ref, n *node, v reflect.Value) error {
	if c, ok := n.children["entry"]; ok && !ref.Flattened && !ref.Shape.Flattened {
		n = c
	}
	m := reflect.MakeMap(v.Type())
	for _, entry := range n.elements() {
		key := reflect.New(v.Type().Key()).Elem()
		value := reflect.New(v.Type().Elem()).Elem()
		if err := d.value(ref.Shape.Key, entry.child(ref.Shape.Key.wireName("key")), key); err != nil {
			return err
		}
		if err := d.value(ref.Shape.Value, entry.child(ref.Shape.Value.wireName("value")), value); err != nil {
			return err
		}
		m.SetMapIndex(key, value)
	}
	v.Set(m)
	return nil
}

// actionOf is the operation that a form names; a form for another version of the
// API, such as that of classic load balancers, names none of this model's.
func actionOf(m *Model, r *Request) (name, description string) {
	values, err := parseForm(r)
	if err != nil || values.Get("Action") == "" {
		return "", fmt.Sprintf("%s %s without an Action", r.Method, r.Path)
	}
	name = values.Get("Action")
	if version := values.Get("Version"); version != m.Metadata.APIVersion {
		return "", fmt.Sprintf("%s (Version %s)", name, version)
	}
	return name, name
}
