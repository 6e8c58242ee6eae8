package ecs

import "time"

// The limits on Fargate's launches ("AWS Fargate throttling quotas" in AWS's
// documentation). They are for the larger regions; some have a quarter of the last.
const (
	// launchBurst tasks can be launched at once in an account and region, and
	// launchRate more in each second.
	launchBurst = 100
	launchRate  = 20
	// serviceLaunches is how many tasks a service's scheduler starts in a minute.
	serviceLaunches = 500
)

// launchBucket holds the launches of one account in one region that are not paid
// off yet; those on Fargate Spot are counted apart. The zero value is full of room.
type launchBucket struct {
	level float64
	at    time.Time
}

// take enters a launch and returns how long it has to wait for its turn.
func (b *launchBucket) take(now time.Time) time.Duration {
	b.level = max(b.level-now.Sub(b.at).Seconds()*launchRate, 0) + 1
	b.at = now
	return time.Duration(max(b.level-launchBurst, 0) / launchRate * float64(time.Second))
}

// launchMinute counts what one service has started in the present minute.
type launchMinute struct {
	began time.Time
	count int
}

// left is how many tasks may be started now.
func (m *launchMinute) left(now time.Time) int {
	if now.Sub(m.began) >= time.Minute {
		*m = launchMinute{began: now}
	}
	return serviceLaunches - m.count
}
