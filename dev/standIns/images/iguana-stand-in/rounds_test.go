package main

import (
	"slices"
	"testing"
)

func TestWhichBlocksAreNotarised(t *testing.T) {
	for name, test := range map[string]struct {
		source, dest string
		frequency    int
		// growth is how many blocks of the destination come with a block of the source.
		growth int
		want   []int
	}{
		"with KMD as fast":       {"BEER", "KMD", 4, 1, []int{4, 16, 28, 40, 52}},
		"with KMD twice as fast": {"BEER", "KMD", 4, 2, []int{0, 8, 16, 24, 32, 40, 48}},
		"with KMD at rest":       {"BEER", "KMD", 4, 0, nil},
		"a frequency of one":     {"BEER", "KMD", 1, 10, slices.Collect(everyOther(54))},
		"KMD, whatever is said":  {"KMD", "LTC", 7, 0, []int{0, 5, 10, 15, 20, 25, 30, 35, 40, 45}},
	} {
		t.Run(name, func(t *testing.T) {
			n := newNode(&elected{}, func(int) {})
			r := n.newRounds(&coin{symbol: test.source}, &coin{symbol: test.dest}, nil, test.frequency)
			var got []int
			for height := range 60 {
				before := r.latestRound()
				r.follow(block{height, blockHashAt(height)}, height*test.growth)
				if latest := r.latestRound(); latest != before {
					got = append(got, latest.block.height)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %v", got)
			}
		})
	}
}

func everyOther(end int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for height := 0; height < end && yield(height); height += 2 {
		}
	}
}

func TestFrequencyOfRounds(t *testing.T) {
	for _, test := range []struct {
		source, dest string
		asked, want  int
	}{
		{"BEER", "KMD", 0, 2}, {"BEER", "KMD", 2, 2}, {"BEER", "KMD", 3, 3}, {"KMD", "LTC", 3, 5},
		{"CHIPS", "KMD", 0, 100}, {"TESTX", "KMD", 0, 100}, {"CHIPS", "KMD", 5, 5},
	} {
		n := newNode(&elected{}, func(int) {})
		if got := n.newRounds(&coin{symbol: test.source}, &coin{symbol: test.dest}, nil, test.asked).frequency; got != test.want {
			t.Errorf("%+v: got %d", test, got)
		}
	}
}
