package resource

import "sync"

// once keeps the first answer to a question that several resources ask at the same time.
// An error is not kept: the next one asks again.
//
// Who waits for the answer waits on a channel, not on a mutex, which must not be held
// through a call.
type once[T any] struct {
	mu       sync.Mutex
	answered bool
	value    T
	asking   chan struct{} // closed when the question that is under way has been answered
}

// get returns the answer, and asks if nobody has.
func (o *once[T]) get(ask func() (T, error)) (T, error) {
	for {
		o.mu.Lock()
		if o.answered {
			defer o.mu.Unlock()
			return o.value, nil
		}
		if wait := o.asking; wait != nil {
			o.mu.Unlock()
			<-wait
			continue
		}
		done := make(chan struct{})
		o.asking = done
		o.mu.Unlock()

		answer, err := ask()

		o.mu.Lock()
		if err == nil {
			o.value, o.answered = answer, true
		}
		o.asking = nil
		o.mu.Unlock()
		close(done)
		return answer, err
	}
}
