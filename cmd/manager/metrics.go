package main

import (
	"fmt"
	"runtime"

	"github.com/prometheus/client_golang/prometheus"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/controllers"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/version"
)

// theMetrics are the project's own; controller-runtime has its own beside them.
type theMetrics struct {
	aws      *awscloud.Metrics
	anypoint *anypoint.Metrics
	gateways *controllers.Metrics
}

// registerMetrics registers all of them, and flexgw_build_info (version, goversion), which
// is 1. The gateways are read from reader once leads is closed.
func registerMetrics(registerer prometheus.Registerer, reader client.Reader, leads <-chan struct{}) (theMetrics, error) {
	var m theMetrics
	var err error
	if m.aws, err = awscloud.NewMetrics(registerer); err != nil {
		return m, fmt.Errorf("register the metrics of the calls to AWS: %w", err)
	}
	if m.anypoint, err = anypoint.NewMetrics(registerer); err != nil {
		return m, fmt.Errorf("register the metrics of the calls to Anypoint: %w", err)
	}
	if m.gateways, err = controllers.NewMetrics(registerer); err != nil {
		return m, fmt.Errorf("register the metrics of the gateways: %w", err)
	}
	if err = controllers.RegisterRoster(registerer, reader, leads); err != nil {
		return m, fmt.Errorf("register the metrics of each gateway: %w", err)
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "flexgw_build_info", Help: "1, with the version of the manager and of Go.",
		ConstLabels: prometheus.Labels{"version": version.Number(), "goversion": runtime.Version()},
	})
	build.Set(1)
	if err = registerer.Register(build); err != nil {
		return m, fmt.Errorf("register the version: %w", err)
	}
	return m, nil
}
