package main

import (
	"fmt"
	"sort"
	"strings"

	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

const table = "ip network-policies"

type (
	pod       = core.Pod
	namespace = core.Namespace
	policy    = networking.NetworkPolicy
)

type cluster struct {
	pods       []*pod
	namespaces []*namespace
	policies   []*policy
}

// direction is one direction of a pod's traffic.
type direction struct {
	// prefix begins the chain's name.
	prefix string
	kind   networking.PolicyType
	// own and other are the nftables expressions for the pod's own address and for the address of the other end.
	own, other string
}

var (
	ingress = direction{"to", networking.PolicyTypeIngress, "ip daddr", "ip saddr"}
	egress  = direction{"from", networking.PolicyTypeEgress, "ip saddr", "ip daddr"}
)

// rule has the peers and ports of an ingress rule or of an egress rule.
type rule struct {
	peers []networking.NetworkPolicyPeer
	ports []networking.NetworkPolicyPort
}

// ruleset returns the whole table. A connection that was allowed once goes on. Packets from the node to its pods are always
// allowed, because probes need that. Packets from an isolated pod to the node need a policy that allows them.
func ruleset(all cluster) (string, error) {
	var chains, forward, input strings.Builder
	for _, one := range all.networked() {
		for _, way := range []direction{egress, ingress} {
			rules, isolated, err := all.rulesOf(one, way)
			if err != nil {
				return "", err
			}
			if !isolated {
				continue
			}
			name := way.prefix + "-" + strings.ReplaceAll(one.Status.PodIP, ".", "-")
			lines, err := all.allowed(one, way, rules)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(&chains, "  chain %s {\n", name)
			for _, line := range lines {
				fmt.Fprintf(&chains, "    %s return\n", line)
			}
			fmt.Fprintf(&chains, "    drop\n  }\n")
			jump := fmt.Sprintf("    %s %s jump %s\n", way.own, one.Status.PodIP, name)
			forward.WriteString(jump)
			if way == egress {
				input.WriteString(jump)
			}
		}
	}
	base := "  chain %s {\n    type filter hook %s priority filter; policy accept;\n" +
		"    ct state established,related accept\n%s  }\n"
	return fmt.Sprintf("table %s {\n", table) + chains.String() +
		fmt.Sprintf(base, "forward", "forward", forward.String()) +
		fmt.Sprintf(base, "input", "input", input.String()) + "}\n", nil
}

// networked returns the pods that have an address of their own, sorted by address.
func (all cluster) networked() []*pod {
	var found []*pod
	for _, one := range all.pods {
		ended := one.Status.Phase == core.PodSucceeded || one.Status.Phase == core.PodFailed
		if one.Status.PodIP != "" && !one.Spec.HostNetwork && !ended {
			found = append(found, one)
		}
	}
	sort.Slice(found, func(i, j int) bool { return found[i].Status.PodIP < found[j].Status.PodIP })
	return found
}

// rulesOf returns the rules of all policies that select the pod. isolated says whether any policy selects it.
func (all cluster) rulesOf(one *pod, way direction) (rules []rule, isolated bool, err error) {
	for _, policy := range all.policies {
		selected, err := matches(&policy.Spec.PodSelector, one.Labels)
		if err != nil {
			return nil, false, err
		}
		if policy.Namespace != one.Namespace || !selected || !hasType(policy, way.kind) {
			continue
		}
		isolated = true
		for _, found := range rulesIn(policy, way) {
			found.peers = inNamespace(found.peers, policy.Namespace)
			rules = append(rules, found)
		}
	}
	return rules, isolated, nil
}

func rulesIn(policy *policy, way direction) (rules []rule) {
	if way == ingress {
		for _, found := range policy.Spec.Ingress {
			rules = append(rules, rule{found.From, found.Ports})
		}
		return rules
	}
	for _, found := range policy.Spec.Egress {
		rules = append(rules, rule{found.To, found.Ports})
	}
	return rules
}

// inNamespace adds the policy's own namespace to peers that have no namespace selector, because they mean that namespace.
func inNamespace(peers []networking.NetworkPolicyPeer, namespace string) []networking.NetworkPolicyPeer {
	var named []networking.NetworkPolicyPeer
	for _, peer := range peers {
		if peer.IPBlock == nil && peer.NamespaceSelector == nil {
			own := map[string]string{core.LabelMetadataName: namespace}
			peer.NamespaceSelector = &meta.LabelSelector{MatchLabels: own}
		}
		named = append(named, peer)
	}
	return named
}

func hasType(policy *policy, kind networking.PolicyType) bool {
	for _, one := range policy.Spec.PolicyTypes {
		if one == kind {
			return true
		}
	}
	return false
}

// allowed returns what the rules allow, as nftables expressions.
func (all cluster) allowed(one *pod, way direction, rules []rule) (lines []string, err error) {
	for _, rule := range rules {
		peers, pods, err := all.peers(way, rule.peers)
		if err != nil {
			return nil, err
		}
		if len(rule.ports) == 0 {
			lines = append(lines, peers...)
		}
		for _, port := range rule.ports {
			if port.Port == nil || port.Port.Type == intstr.Int {
				lines = append(lines, each(peers, numbered(port))...)
				continue
			}
			// A port's name is looked up in the pod that is called.
			if way == ingress {
				for _, number := range named(one, port) {
					lines = append(lines, each(peers, number)...)
				}
				continue
			}
			for _, callee := range pods {
				for _, number := range named(callee, port) {
					lines = append(lines, fmt.Sprintf("%s %s %s", way.other, callee.Status.PodIP, number))
				}
			}
		}
	}
	return lines, nil
}

// peers returns what the other end may be, as nftables expressions, and the pods among them.
func (all cluster) peers(way direction, peers []networking.NetworkPolicyPeer) (lines []string, pods []*pod, err error) {
	if len(peers) == 0 {
		// No peer means every peer, and the table sees only IPv4 packets.
		return []string{"ip version 4"}, all.networked(), nil
	}
	for _, peer := range peers {
		if peer.IPBlock != nil {
			if line := block(way, peer.IPBlock); line != "" {
				lines = append(lines, line)
			}
			continue
		}
		for _, one := range all.networked() {
			selected, err := all.selects(peer, one)
			if err != nil {
				return nil, nil, err
			}
			if selected {
				pods = append(pods, one)
				lines = append(lines, fmt.Sprintf("%s %s", way.other, one.Status.PodIP))
			}
		}
	}
	return lines, pods, nil
}

func (all cluster) selects(peer networking.NetworkPolicyPeer, one *pod) (bool, error) {
	if peer.PodSelector != nil {
		if selected, err := matches(peer.PodSelector, one.Labels); err != nil || !selected {
			return false, err
		}
	}
	for _, namespace := range all.namespaces {
		if namespace.Name == one.Namespace {
			return matches(peer.NamespaceSelector, namespace.Labels)
		}
	}
	return false, nil
}

// block returns the expression for a block of addresses. It is empty for IPv6, because pods have no IPv6 here.
func block(way direction, addresses *networking.IPBlock) string {
	if strings.Contains(addresses.CIDR, ":") {
		return ""
	}
	words := []string{way.other, addresses.CIDR}
	for _, except := range addresses.Except {
		words = append(words, way.other, "!=", except)
	}
	return strings.Join(words, " ")
}

func numbered(port networking.NetworkPolicyPort) string {
	protocol := protocolOf(port)
	if port.Port == nil {
		return "meta l4proto " + protocol
	}
	if port.EndPort != nil {
		return fmt.Sprintf("%s dport %d-%d", protocol, port.Port.IntVal, *port.EndPort)
	}
	return fmt.Sprintf("%s dport %d", protocol, port.Port.IntVal)
}

func named(one *pod, port networking.NetworkPolicyPort) (numbers []string) {
	protocol := protocolOf(port)
	for _, container := range append(append([]core.Container{}, one.Spec.InitContainers...), one.Spec.Containers...) {
		for _, own := range container.Ports {
			if own.Name == port.Port.StrVal && strings.EqualFold(string(own.Protocol), protocol) {
				numbers = append(numbers, fmt.Sprintf("%s dport %d", protocol, own.ContainerPort))
			}
		}
	}
	return numbers
}

func protocolOf(port networking.NetworkPolicyPort) string {
	if port.Protocol == nil {
		return "tcp"
	}
	return strings.ToLower(string(*port.Protocol))
}

func each(lines []string, end string) []string {
	var ended []string
	for _, line := range lines {
		ended = append(ended, line+" "+end)
	}
	return ended
}

func matches(selector *meta.LabelSelector, of map[string]string) (bool, error) {
	parsed, err := meta.LabelSelectorAsSelector(selector)
	if err != nil {
		return false, err
	}
	return parsed.Matches(labels.Set(of)), nil
}
