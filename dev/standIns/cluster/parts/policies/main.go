// Command policies enforces the NetworkPolicies of a cluster with one node. It writes a table of nftables in the node's
// network namespace. Each pod must have its own routed link, because this table does not see packets that cross a bridge.
package main

import (
	"context"
	"flag"
	"fmt"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

// Changes come in groups, so the program waits this long for further ones before it writes the table.
const patience = 20 * time.Millisecond

func main() {
	kubeconfig := flag.String("kubeconfig", "", "path of the cluster's kubeconfig")
	flag.Parse()
	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		klog.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := enforce(ctx, kubernetes.NewForConfigOrDie(config)); err != nil {
		klog.Fatal(err)
	}
}

func enforce(ctx context.Context, client kubernetes.Interface) error {
	factory := informers.NewSharedInformerFactory(client, 0)
	pods := factory.Core().V1().Pods()
	namespaces := factory.Core().V1().Namespaces()
	policies := factory.Networking().V1().NetworkPolicies()
	changed := make(chan struct{}, 1)
	note := func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	}
	handler := cache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { note() },
		UpdateFunc: func(any, any) { note() },
		DeleteFunc: func(any) { note() },
	}
	for _, informer := range []cache.SharedIndexInformer{pods.Informer(), namespaces.Informer(), policies.Informer()} {
		if _, err := informer.AddEventHandler(handler); err != nil {
			return err
		}
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	note()
	inForce := ""
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
			time.Sleep(patience)
		}
		cluster, err := read(pods.Lister().List, namespaces.Lister().List, policies.Lister().List)
		if err != nil {
			return err
		}
		rules, err := ruleset(cluster)
		if err != nil {
			return err
		}
		if rules == inForce {
			continue
		}
		if err := apply(ctx, rules); err != nil {
			return err
		}
		klog.Infof("%d policies are in force over %d pods", len(cluster.policies), len(cluster.pods))
		inForce = rules
	}
}

func read(
	pods lister[pod], namespaces lister[namespace], policies lister[policy],
) (found cluster, err error) {
	if found.pods, err = pods(labels.Everything()); err != nil {
		return found, err
	}
	if found.namespaces, err = namespaces(labels.Everything()); err != nil {
		return found, err
	}
	found.policies, err = policies(labels.Everything())
	return found, err
}

type lister[T any] func(labels.Selector) ([]*T, error)

// apply replaces the table in one transaction, so the old rules hold until the new ones do. It adds the table first,
// because nft refuses to delete a table that does not exist.
func apply(ctx context.Context, rules string) error {
	command := exec.CommandContext(ctx, "nft", "-f", "-")
	command.Stdin = strings.NewReader(fmt.Sprintf("add table %s\ndelete table %s\n%s", table, table, rules))
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("nft: %w: %s\n%s", err, output, rules)
	}
	return nil
}
