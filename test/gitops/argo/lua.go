// Package argo runs the scripts of config/argocd as Argo CD does: in the same engine, with
// the same few libraries, in the same time. What it does with an action's result is done
// here, too. Written from the behaviour of Argo CD 3.2 (util/lua, server/application),
// which is too large a module to import.
package argo

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	lua "github.com/yuin/gopher-lua"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// longest is how long Argo CD lets a script run.
const longest = time.Second

// run runs a script on an object. The script sees a copy as the global "obj".
func run(script string, obj *unstructured.Unstructured) (any, error) {
	l := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer l.Close()
	if err := openLibraries(l); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	defer cancel()
	l.SetContext(ctx)
	l.SetGlobal("obj", toLua(l, obj.DeepCopy().Object))
	if err := l.DoString(script); err != nil {
		return nil, err
	}
	return fromLua(l.Get(-1))
}

// openLibraries opens what Argo CD opens where openLibs is not set: neither string nor
// math nor io. Time and date come from require("os") and not from a global.
func openLibraries(l *lua.LState) error {
	for _, library := range []struct {
		name string
		open lua.LGFunction
	}{{lua.LoadLibName, lua.OpenPackage}, {lua.BaseLibName, lua.OpenBase}, {lua.TabLibName, lua.OpenTable}, {lua.OsLibName, lua.OpenOs}} {
		if err := l.CallByParam(lua.P{Fn: l.NewFunction(library.open), Protect: true}, lua.LString(library.name)); err != nil {
			return err
		}
	}
	whole, ok := l.GetGlobal(lua.OsLibName).(*lua.LTable)
	if !ok {
		return fmt.Errorf("the engine has no library %s", lua.OsLibName)
	}
	safe := l.NewTable()
	for _, name := range []string{"time", "date"} {
		safe.RawSetString(name, whole.RawGetString(name))
	}
	l.SetGlobal(lua.OsLibName, lua.LNil)
	if loaded, ok := l.GetField(l.GetGlobal(lua.LoadLibName), "loaded").(*lua.LTable); ok {
		loaded.RawSetString(lua.OsLibName, lua.LNil)
	}
	l.PreloadModule(lua.OsLibName, func(l *lua.LState) int {
		l.Push(safe)
		return 1
	})
	for _, name := range []string{"dofile", "loadfile"} { // newer versions have taken them out
		l.SetGlobal(name, lua.LNil)
	}
	return nil
}

// toLua turns what JSON can say into Lua's values.
func toLua(l *lua.LState, value any) lua.LValue {
	switch v := value.(type) {
	case bool:
		return lua.LBool(v)
	case string:
		return lua.LString(v)
	case int64:
		return lua.LNumber(v)
	case float64:
		return lua.LNumber(v)
	case []any:
		list := l.CreateTable(len(v), 0)
		for _, item := range v {
			list.Append(toLua(l, item))
		}
		return list
	case map[string]any:
		table := l.CreateTable(0, len(v))
		for key, item := range v {
			table.RawSetString(key, toLua(l, item))
		}
		return table
	default:
		return lua.LNil
	}
}

// fromLua turns Lua's values into what JSON can say. Lua does not tell an empty list from
// an empty object: both are lists here, as in Argo CD.
func fromLua(value lua.LValue) (any, error) {
	switch v := value.(type) {
	case lua.LBool:
		return bool(v), nil
	case lua.LString:
		return string(v), nil
	case lua.LNumber:
		return float64(v), nil
	case *lua.LNilType:
		return nil, nil
	case *lua.LTable:
		return fromTable(v)
	default:
		return nil, fmt.Errorf("a script returned a %s", value.Type())
	}
}

func fromTable(table *lua.LTable) (result any, err error) {
	list, fields := []any{}, map[string]any{}
	table.ForEach(func(key, value lua.LValue) {
		item, problem := fromLua(value)
		if problem != nil {
			err = problem
		}
		switch k := key.(type) {
		case lua.LString:
			fields[string(k)] = item
		default:
			list = append(list, item)
		}
	})
	if len(fields) > 0 && len(list) > 0 {
		return nil, fmt.Errorf("a table has both names and numbers")
	}
	if len(fields) > 0 {
		return fields, err
	}
	return list, err
}

// decode turns a result into a type by way of JSON.
func decode(result any, into any) error {
	text, err := json.Marshal(result)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}
