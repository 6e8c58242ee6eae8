package ecs

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// mostEvents is how many events ECS keeps for a service.
const mostEvents = 100

// event adds an event, whose text follows the name of the service.
func (s *Service) event(svc *service, format string, args ...any) {
	e := types.ServiceEvent{
		Id: aws.String(s.world.UUID()), CreatedAt: aws.Time(s.world.Now()),
		Message: aws.String("(service " + svc.name + ") " + fmt.Sprintf(format, args...)),
	}
	svc.events = append([]types.ServiceEvent{e}, svc.events...)
	svc.events = svc.events[:min(len(svc.events), mostEvents)]
}

// eventOnce is event, unless the newest event says the same already.
func (s *Service) eventOnce(svc *service, format string, args ...any) {
	message := "(service " + svc.name + ") " + fmt.Sprintf(format, args...)
	if len(svc.events) > 0 && aws.ToString(svc.events[0].Message) == message {
		return
	}
	s.event(svc, format, args...)
}

// listed names tasks as events do: "(task a) (task b)".
func listed(tasks []*task) string {
	var b strings.Builder
	for i, t := range tasks {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString("(task " + t.id + ")")
	}
	return b.String()
}
