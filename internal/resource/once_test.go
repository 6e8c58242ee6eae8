package resource

import (
	"errors"
	"sync"
	"testing"
	"testing/synctest"
)

func TestAQuestionIsAskedOnceByManyAndAgainAfterAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var question once[int]
		asked := 0
		answers := make(chan struct{})
		ask := func() (int, error) {
			asked++
			<-answers
			if asked == 1 {
				return 0, errors.New("no answer")
			}
			return 42, nil
		}
		var group sync.WaitGroup
		for range 5 {
			group.Go(func() { _, _ = question.get(ask) })
		}
		synctest.Wait()
		if asked != 1 {
			t.Errorf("asked %d times at once, want 1", asked)
		}
		close(answers)
		group.Wait()
		if got, err := question.get(ask); got != 42 || err != nil || asked != 2 {
			t.Errorf("got %d, %v after %d questions, want 42 after 2", got, err, asked)
		}
	})
}
