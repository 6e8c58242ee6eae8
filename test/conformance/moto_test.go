package conformance_test

import "testing"

// compareSpeed is slower than a script needs: some members of an answer are there only
// after a while, and the flow must be there before.
const compareSpeed = 60

func TestMotoAnswersTheSameQuestionsTheSameWay(t *testing.T) {
	p := requirePython(t)
	p.script(t, p.environment(startAWS(t, compareSpeed), t.TempDir(), compareSpeed), "compare.py", operationsFile)
}
