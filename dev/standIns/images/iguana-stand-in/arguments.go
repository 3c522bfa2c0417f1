package main

import (
	"encoding/json"
	"strconv"
	"strings"
)

// arguments are the fields of a JSON object. Their names are in lower case, because Iguana's JSON library ignores case.
type arguments map[string]any

func parseArguments(text []byte) (arguments, error) {
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		return nil, err
	}
	return newArguments(fields), nil
}

func newArguments(fields map[string]any) arguments {
	a := arguments{}
	for name, value := range fields {
		a[strings.ToLower(name)] = value
	}
	return a
}

func (a arguments) has(name string) bool {
	_, found := a[name]
	return found
}

// text returns a field that is a string, and "" for any other field.
func (a arguments) text(name string) string {
	text, _ := a[name].(string)
	return text
}

// integer returns a field that is a number, a boolean, or a number written as a string. It returns 0 for any other field.
func (a arguments) integer(name string) int {
	switch value := a[name].(type) {
	case float64:
		return int(value)
	case bool:
		if value {
			return 1
		}
	case string:
		number, _ := strconv.Atoi(strings.TrimSpace(value))
		return number
	}
	return 0
}
