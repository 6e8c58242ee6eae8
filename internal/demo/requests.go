package demo

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"flexgw.io/controller/internal/load"
	"flexgw.io/controller/internal/terminal"
)

// endpoint is where the gateway can be reached: the port of its API, else the first.
func (d *demo) endpoint() string {
	spec := d.story.gateway.Spec
	port := spec.Ports[0].LoadBalancerPort()
	for _, p := range spec.Ports {
		if api := spec.HealthCheckAPI; api != nil && api.Port == p.Port {
			port = p.LoadBalancerPort()
		}
	}
	return net.JoinHostPort(d.story.gateway.Status.Endpoint, strconv.Itoa(int(port)))
}

// apiPath is where an API answers.
func (d *demo) apiPath() string {
	if api := d.story.gateway.Spec.HealthCheckAPI; api != nil {
		return api.BasePath
	}
	return "/hello"
}

// ask asks the gateway once, as curl would, and begins to send requests all the time.
func (d *demo) ask(ctx context.Context) error {
	if !d.options.Traffic {
		d.screen.block("Not here: the demonstration runs without traffic.")
		return nil
	}
	url := "http://" + d.endpoint() + d.apiPath()
	d.screen.block("$ curl " + url)
	answer, err := get(ctx, url)
	if err != nil {
		return fmt.Errorf("ask the gateway: %w", err)
	}
	d.screen.block(answer)
	d.screen.blank()
	d.screen.block(
		"The address stands for the load balancer's DNS name. From here on, until the deletion, clients",
		"send requests through it: two a second over a connection of their own, and one a second over",
		"each of four connections that stay open.")
	d.load = load.Start(context.WithoutCancel(ctx), load.Options{Address: d.endpoint(), Path: d.apiPath(), Clock: d.stack.Clock()})
	return nil
}

// get is the answer to a GET.
func get(ctx context.Context, url string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<12))
	return strings.TrimSpace(string(body)), err
}

// upgrade gives the gateway another image, and waits until all replicas run it.
func (d *demo) upgrade(ctx context.Context) error {
	image, ok := nextImage(d.story.gateway.Spec.Image)
	if !ok {
		d.screen.block("Not here: the image has no version that could be raised.")
		return nil
	}
	err := d.kubectl.run(ctx, "patch", resourceName, d.sample.key.Name, "-n", d.sample.key.Namespace,
		"--type=merge", fmt.Sprintf(`--patch={"spec":{"image":%q}}`, image))
	if err != nil {
		return err
	}
	d.screen.blank()
	if err := d.until(ctx, "the gateway to be Ready with "+image, func() bool {
		return d.story.isReady() && d.story.gateway.Spec.Image == image
	}); err != nil {
		return err
	}
	d.screen.blank()
	d.screen.block(fmt.Sprintf("Ready with %s, %s after the change.", image, short(d.story.seenAt.Sub(d.story.changed))))
	d.tellLoad()
	return nil
}

// nextImage is the image with the last number of its tag raised by one.
func nextImage(image string) (string, bool) {
	at := strings.LastIndex(image, ".")
	if at < 0 || strings.Contains(image, "@") {
		return "", false
	}
	n, err := strconv.Atoi(image[at+1:])
	return image[:at+1] + strconv.Itoa(n+1), err == nil
}

// tellLoad tells what clients noticed since the last time.
func (d *demo) tellLoad() {
	if d.load != nil {
		d.sayLoad(d.load.Report())
	}
}

// endLoad ends the requests, before the gateway goes.
func (d *demo) endLoad() {
	if d.load != nil {
		d.sayLoad(d.load.Stop())
		d.load = nil
	}
}

func (d *demo) sayLoad(r load.Report) {
	tone := terminal.Green
	if r.Failed > 0 {
		tone = terminal.Red
	}
	d.screen.block(d.screen.Paint(tone, "Clients: "+r.String()+"."))
}
