package main

import (
	"strings"
	"testing"
)

const someKey = "02a854251adfee222bede8396fed0756985d4ea905f72611740867c7a4ad6488c1"

func TestParseElected(t *testing.T) {
	got, err := parseElected([]byte(`{"port":17778,"rpcport":7779,"BTCminsigs":1,"minsigs":2,"seeds":["1.2.3.4"],"notaries":[{"east":"` + someKey + `"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if got.busPort != 17778 || got.rpcPort != 7779 || len(got.seeds) != 1 || got.notaries[0] != (notary{"east", someKey}) {
		t.Errorf("got %+v", got)
	}
	if got.ltcMinsigs != 1 || got.minsigs != 2 || got.index(strings.ToUpper(someKey)) != 0 || got.index("02") != -1 {
		t.Errorf("got %+v", got)
	}
	withoutPorts, err := parseElected([]byte(`{"notaries":[]}`))
	if err != nil || withoutPorts.busPort != 7775 || withoutPorts.rpcPort != 0 {
		t.Errorf("got %+v, %v", withoutPorts, err)
	}
}

func TestOneBadNotaryFailsTheFile(t *testing.T) {
	many := strings.Repeat(`{"a":"`+someKey+`"},`, 65)
	for name, text := range map[string]string{
		"no JSON":       `{`,
		"no notaries":   `{"port":1}`,
		"a short key":   `{"notaries":[{"a":"` + someKey + `"},{"b":"02a8"}]}`,
		"a long key":    `{"notaries":[{"a":"` + someKey + `00"}]}`,
		"not hex":       `{"notaries":[{"a":"` + strings.Repeat("x", 66) + `"}]}`,
		"not an object": `{"notaries":["` + someKey + `"]}`,
		"65 of them":    `{"notaries":[` + strings.TrimSuffix(many, ",") + `]}`,
	} {
		if _, err := parseElected([]byte(text)); err == nil {
			t.Errorf("%s: went through", name)
		}
	}
}
