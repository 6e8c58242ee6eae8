package api_test

import (
	"fmt"
	"slices"
	"testing"
)

// sizes are Fargate's pairs of cpu and memory (MiB), as AWS's documentation lists them:
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
var sizes = []struct {
	cpu     int
	memory  []int
	message string
}{
	{256, []int{512, 1024, 2048}, "512, 1024 or 2048"},
	{512, steps(1024, 4096, 1024), "1024 to 4096 in steps of 1024"},
	{1024, steps(2048, 8192, 1024), "2048 to 8192 in steps of 1024"},
	{2048, steps(4096, 16384, 1024), "4096 to 16384 in steps of 1024"},
	{4096, steps(8192, 30720, 1024), "8192 to 30720 in steps of 1024"},
	{8192, steps(16384, 61440, 4096), "16384 to 61440 in steps of 4096"},
	{16384, steps(32768, 122880, 8192), "32768 to 122880 in steps of 8192"},
}

func steps(from, to, step int) []int {
	var all []int
	for memory := from; memory <= to; memory += step {
		all = append(all, memory)
	}
	return all
}

func ofSize(cpu, memory int) string {
	return with(fmt.Sprintf("compute: {cpu: %d, memory: %d}", cpu, memory))
}

func TestEverySizeOfFargateIsAccepted(t *testing.T) {
	for _, size := range sizes {
		for _, memory := range size.memory {
			if err := dryRunCreate(t, object(t, "size", ofSize(size.cpu, memory))); err != nil {
				t.Errorf("cpu %d with memory %d is refused: %v", size.cpu, memory, err)
			}
		}
	}
}

// TestSizesBesideFargatesAreRefused tries, for each cpu, the memory sizes of all others
// and those just beside its own.
func TestSizesBesideFargatesAreRefused(t *testing.T) {
	var candidates []int
	for _, size := range sizes {
		for _, memory := range size.memory {
			candidates = append(candidates, memory-1, memory, memory+1, memory+512)
		}
	}
	slices.Sort(candidates)
	for _, size := range sizes {
		want := refused("spec.compute.memory", fmt.Sprintf("Fargate has no such size: with cpu %d, memory (MiB) must be %s", size.cpu, size.message))
		for _, memory := range slices.Compact(candidates) {
			if slices.Contains(size.memory, memory) {
				continue
			}
			t.Run(fmt.Sprintf("cpu %d with memory %d", size.cpu, memory), func(t *testing.T) {
				wantRefused(t, dryRunCreate(t, object(t, "size", ofSize(size.cpu, memory))), want)
			})
		}
	}
}

func TestACPUSizeThatFargateDoesNotHaveIsRefused(t *testing.T) {
	wantRefused(t, dryRunCreate(t, object(t, "size", ofSize(300, 1024))), refused("spec.compute.cpu",
		`Unsupported value: 300: supported values: "256", "512", "1024", "2048", "4096", "8192", "16384"`))
}

func TestOneOfCPUAndMemoryGoesWithTheDefaultOfTheOther(t *testing.T) {
	if err := dryRunCreate(t, object(t, "size", with(`compute: {memory: 4096}`))); err != nil {
		t.Errorf("4096 MiB with the default cpu: %v", err)
	}
	wantRefused(t, dryRunCreate(t, object(t, "size", with(`compute: {cpu: 1024}`))), refused("spec.compute.memory",
		"Fargate has no such size: with cpu 1024, memory (MiB) must be 2048 to 8192 in steps of 1024"))
}
