package main

import (
	"testing"
	"time"
)

func TestStopEndsTheProcessAfterAWhile(t *testing.T) {
	code := -1
	n := newNode(&elected{}, func(c int) { code = c })
	if n.stopTakes != 19*time.Second {
		t.Errorf("stop takes %v", n.stopTakes)
	}
	n.stopTakes = 50 * time.Millisecond
	began := time.Now()
	n.answer(arguments{"agent": "SuperNET", "method": "stop"})
	if took := time.Since(began); code != 0 || took < n.stopTakes {
		t.Errorf("ended with %d after %v", code, took)
	}
}

func TestNotarizationsWithoutASymbolAreASegmentationFault(t *testing.T) {
	code := -1
	n := newNode(&elected{}, func(c int) { code = c })
	n.answer(arguments{"agent": "dpow", "method": "notarizations"})
	if code != 139 {
		t.Errorf("ended with %d", code)
	}
}
