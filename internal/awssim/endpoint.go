package awssim

import (
	"fmt"
	"reflect"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/wire"
)

// endpoint is one service as the wire sees it.
type endpoint struct {
	codec    *wire.Codec
	handlers map[string]handler
	service  any
}

// handler is a method that implements an operation.
type handler struct {
	method reflect.Value
	input  reflect.Type
}

var (
	callType  = reflect.TypeFor[*core.Call]()
	errorType = reflect.TypeFor[error]()
)

// newEndpoint finds the operations of a service among its methods.
func newEndpoint(m *wire.Model, service any) (*endpoint, error) {
	codec, err := wire.NewCodec(m)
	if err != nil {
		return nil, err
	}
	e := &endpoint{codec: codec, handlers: map[string]handler{}, service: service}
	v := reflect.ValueOf(service)
	for i := range v.NumMethod() {
		if t := v.Method(i).Type(); isOperation(t) {
			e.handlers[v.Type().Method(i).Name] = handler{method: v.Method(i), input: t.In(1).Elem()}
		}
	}
	if len(e.handlers) == 0 {
		return nil, fmt.Errorf("%s: %T has no operation", m.Name, service)
	}
	return e, nil
}

// isOperation is true for func(*core.Call, *Input) (*Output, error).
func isOperation(t reflect.Type) bool {
	return t.NumIn() == 2 && t.NumOut() == 2 &&
		t.In(0) == callType && isStructPointer(t.In(1)) &&
		isStructPointer(t.Out(0)) && t.Out(1) == errorType
}

func isStructPointer(t reflect.Type) bool {
	return t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct
}

// call runs the handler with the world locked.
func (h handler) call(c *core.Call, in reflect.Value) (any, error) {
	out := h.method.Call([]reflect.Value{reflect.ValueOf(c), in})
	if err, ok := out[1].Interface().(error); ok {
		return nil, err
	}
	return out[0].Interface(), nil
}
