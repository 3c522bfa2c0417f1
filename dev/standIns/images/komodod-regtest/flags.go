package main

import "strings"

// flags are the flags of komodod's command line: -name=value, --name=value or -name. A flag such as -addnode may be repeated.
type flags map[string][]string

// parseFlags accepts any flag, as komodod does. Arguments that are no flags are ignored.
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

// last returns the last value of a flag, which is the one that counts. It returns "" when the flag is absent.
func (f flags) last(name string) string {
	values := f[name]
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}
