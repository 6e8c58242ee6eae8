// Package simfault keeps the faults of a simulator: what goes wrong on purpose, in which
// order, and by what chance. What a fault does is the simulator's own.
package simfault
