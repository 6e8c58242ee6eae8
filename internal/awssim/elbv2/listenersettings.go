package elbv2

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"flexgw.io/controller/internal/awssim/core"
)

// defaultSSLPolicy is the security policy of a TLS listener that names none.
const defaultSSLPolicy = "ELBSecurityPolicy-2016-08"

// with returns the settings with the changes of a request.
func (l listenerSettings) with(in *sdk.ModifyListenerInput) (listenerSettings, error) {
	set(&l.port, in.Port)
	if in.Protocol != "" {
		l.protocol = in.Protocol
	}
	switch {
	case l.port == 0:
		return l, invalid("A port must be specified")
	case l.protocol == "":
		return l, invalid("A protocol must be specified")
	case !isNetworkProtocol(l.protocol):
		return l, core.Errorf("UnsupportedProtocol", "Listener protocol '%s' must be one of 'UDP, TCP, TCP_UDP, TLS'", l.protocol)
	}
	if len(in.DefaultActions) > 0 {
		var err error
		if l.forward, err = forwardedTo(in.DefaultActions); err != nil {
			return l, err
		}
	}
	if l.protocol != types.ProtocolEnumTls {
		if len(in.Certificates) > 0 || in.SslPolicy != nil || len(in.AlpnPolicy) > 0 {
			return l, invalid("Certificates, SSL policies and ALPN policies cannot be specified for listeners with protocol '%s'", l.protocol)
		}
		l.certificate, l.sslPolicy, l.alpn = "", "", ""
		return l, nil
	}
	return l.withTLS(in)
}

// withTLS returns the settings with what a request says about TLS.
func (l listenerSettings) withTLS(in *sdk.ModifyListenerInput) (listenerSettings, error) {
	if len(in.Certificates) > 1 || len(in.AlpnPolicy) > 1 {
		return l, invalid("Up to one certificate and one ALPN policy can be specified for a listener")
	}
	if len(in.Certificates) == 1 {
		l.certificate = aws.ToString(in.Certificates[0].CertificateArn)
	}
	if len(in.AlpnPolicy) == 1 {
		l.alpn = in.AlpnPolicy[0]
	}
	set(&l.sslPolicy, in.SslPolicy)
	if l.sslPolicy == "" {
		l.sslPolicy = defaultSSLPolicy
	}
	if l.certificate == "" {
		return l, invalid("A certificate must be specified for TLS listeners")
	}
	return l, nil
}

// compatible are the protocols of the target groups that a listener can forward to
// (Network Load Balancers guide, "Listeners").
var compatible = map[types.ProtocolEnum][]types.ProtocolEnum{
	types.ProtocolEnumTcp:    {types.ProtocolEnumTcp, types.ProtocolEnumTcpUdp},
	types.ProtocolEnumTls:    {types.ProtocolEnumTcp, types.ProtocolEnumTls},
	types.ProtocolEnumUdp:    {types.ProtocolEnumUdp, types.ProtocolEnumTcpUdp},
	types.ProtocolEnumTcpUdp: {types.ProtocolEnumTcpUdp},
}

// targetGroupsFor returns the target groups that settings name, if a listener of the
// load balancer can use them.
func (r *region) targetGroupsFor(lb *loadBalancer, l listenerSettings) ([]*targetGroup, error) {
	var groups []*targetGroup
	for _, arn := range l.forward.groups() {
		tg := r.targetGroup(arn)
		switch {
		case tg == nil:
			return nil, errTargetGroupNotFound(arn)
		case !slices.Contains(compatible[l.protocol], tg.protocol):
			return nil, core.Errorf("IncompatibleProtocols", "Listener protocol '%s' and target group protocol '%s' are not compatible", l.protocol, tg.protocol)
		case tg.vpc != lb.vpc:
			return nil, misconfigured("The target group '%s' is not in the VPC '%s' of the load balancer", tg.arn, lb.vpc)
		case tg.loadBalancer != nil && tg.loadBalancer != lb:
			return nil, core.Errorf("TargetGroupAssociationLimit", "The following target groups cannot be associated with more than one load balancer: %s", tg.arn)
		}
		groups = append(groups, tg)
	}
	return groups, nil
}

func (l *listener) describe() types.Listener {
	d := types.Listener{
		ListenerArn: aws.String(l.arn), LoadBalancerArn: aws.String(l.loadBalancer.arn),
		Port: aws.Int32(l.port), Protocol: l.protocol,
		DefaultActions: []types.Action{l.forward.describe()},
	}
	if l.protocol == types.ProtocolEnumTls {
		d.Certificates = []types.Certificate{{CertificateArn: aws.String(l.certificate)}}
		d.SslPolicy = aws.String(l.sslPolicy)
		if l.alpn != "" {
			d.AlpnPolicy = []string{l.alpn}
		}
	}
	return d
}
