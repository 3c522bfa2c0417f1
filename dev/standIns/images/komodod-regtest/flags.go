package main

import "strings"

// flags are komodod's command line: -name=value, --name=value or -name; a flag may be repeated (-addnode).
type flags map[string][]string

// parseFlags knows no list of flags, as komodod does not: what means nothing to it is ignored.
func parseFlags(args []string) flags {
	parsed := flags{}
	for _, arg := range args {
		if !strings.HasPrefix(arg, "-") {
			continue
		}
		name, value, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		parsed[name] = append(parsed[name], value)
	}
	return parsed
}

// last is the value that counts of a flag that is not a list, or "" without one.
func (f flags) last(name string) string {
	values := f[name]
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}
