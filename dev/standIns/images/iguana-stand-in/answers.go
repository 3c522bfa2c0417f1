package main

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strconv"
)

// field is one member of an object. An object is a JSON object that keeps the order of its members.
type field struct {
	name  string
	value any
}
type object []field

func (o object) MarshalJSON() ([]byte, error) {
	text := []byte{'{'}
	for i, f := range o {
		if i > 0 {
			text = append(text, ',')
		}
		text = append(append(text, encode(f.name)...), ':')
		text = append(text, encode(f.value)...)
	}
	return append(text, '}'), nil
}

func success(result string) object { return object{{"result", result}} }

func failure(message string) object { return object{{"error", message}} }

// encode returns the JSON of a value. It panics on a value that has no JSON, which no caller passes.
func encode(value any) []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err)
	}
	return bytes.TrimSpace(text.Bytes())
}

// tagged adds the call's tag to an answer, as text. A call without a tag gets a random one. An array gets no tag
// (SuperNET_processJSON, iguana/main.c:276-330).
func tagged(answer any, args arguments) []byte {
	text := encode(answer)
	if !bytes.HasSuffix(text, []byte("}")) {
		return text
	}
	tag := args.text("tag")
	if number := args.integer("tag"); tag == "" && number != 0 {
		tag = strconv.Itoa(number)
	}
	if tag == "" {
		tag = strconv.FormatUint(rand.Uint64(), 10)
	}
	return append(text[:len(text)-1], append([]byte(`,"tag":`), append(encode(tag), '}')...)...)
}
