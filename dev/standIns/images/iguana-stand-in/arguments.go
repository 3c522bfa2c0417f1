package main

import (
	"encoding/json"
	"strconv"
	"strings"
)

// arguments are the fields of a JSON object. Iguana's JSON library finds them whatever their case.
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

// text is a string, or "" where there is none or something else.
func (a arguments) text(name string) string {
	text, _ := a[name].(string)
	return text
}

// integer is a number, also one that is written as a string, or 0.
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
