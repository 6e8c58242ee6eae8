package core

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPagesShowEverythingOnce(t *testing.T) {
	all := strings.Split("abcdefg", "")
	for name, page := range map[string]func(*string, int) ([]string, *string, error){
		"by key":    func(token *string, size int) ([]string, *string, error) { return PageByKey(all, Itself, token, size) },
		"by offset": func(token *string, size int) ([]string, *string, error) { return PageByOffset(all, token, size) },
	} {
		for size := 1; size <= 8; size++ {
			var seen []string
			var token *string
			for pages := 1; ; pages++ {
				shown, next, err := page(token, size)
				if err != nil || len(shown) > size {
					t.Fatalf("%s: a page of at most %d: %v, %v", name, size, shown, err)
				}
				seen = append(seen, shown...)
				if token = next; token == nil {
					if want := (len(all) + size - 1) / size; pages != want {
						t.Errorf("%s: %d pages of %d, want %d", name, pages, size, want)
					}
					break
				}
			}
			if diff := cmp.Diff(all, seen); diff != "" {
				t.Errorf("%s, pages of %d (-want +got):\n%s", name, size, diff)
			}
		}
		empty, garbage := "", "!"
		if shown, _, err := page(&empty, 3); err != nil || len(shown) != 3 {
			t.Errorf("%s: an empty token: %v, %v, want the first page", name, shown, err)
		}
		if _, _, err := page(&garbage, 3); !errors.Is(err, ErrToken) {
			t.Errorf("%s: error %v, want ErrToken", name, err)
		}
	}
}

func TestAPageByKeySkipsNothingWhenSomethingGoes(t *testing.T) {
	all := strings.Split("abcdef", "")
	_, next, _ := PageByKey(all, Itself, nil, 3)
	left := slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s == "a" || s == "d" })
	shown, _, err := PageByKey(left, Itself, next, 3)
	if diff := cmp.Diff([]string{"e", "f"}, shown); diff != "" || err != nil {
		t.Errorf("error %v, the second page (-want +got):\n%s", err, diff)
	}
}
