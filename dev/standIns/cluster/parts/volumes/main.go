// Command volumes makes a volume for every claim of the cluster's storage class. A volume is a folder on the node.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

// folders makes the volumes of one node. Each is a folder inside `folder` that has the volume's name.
type folders struct {
	folder string
	node   string
}

// Provision makes the folder of a volume. Its owner and mode are those of a new disk's file system. The kubelet then gives
// it to the group that the pod asks for.
func (f folders) Provision(_ context.Context, options controller.ProvisionOptions) (*v1.PersistentVolume, controller.ProvisioningState, error) {
	if options.SelectedNodeName != f.node {
		return nil, controller.ProvisioningFinished, fmt.Errorf(
			"the pod is on the node %s, but this program makes volumes only on the node %s", options.SelectedNodeName, f.node,
		)
	}
	path := filepath.Join(f.folder, options.PVName)
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	claim := options.PVC.Spec
	return &v1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: options.PVName},
		Spec: v1.PersistentVolumeSpec{
			AccessModes:                   claim.AccessModes,
			Capacity:                      v1.ResourceList{v1.ResourceStorage: claim.Resources.Requests[v1.ResourceStorage]},
			PersistentVolumeReclaimPolicy: *options.StorageClass.ReclaimPolicy,
			PersistentVolumeSource:        v1.PersistentVolumeSource{Local: &v1.LocalVolumeSource{Path: path}},
			NodeAffinity:                  f.affinity(),
		},
	}, controller.ProvisioningFinished, nil
}

// Delete removes the folder of a volume.
func (f folders) Delete(_ context.Context, volume *v1.PersistentVolume) error {
	return os.RemoveAll(filepath.Join(f.folder, volume.Name))
}

func (f folders) affinity() *v1.VolumeNodeAffinity {
	here := v1.NodeSelectorRequirement{Key: v1.LabelHostname, Operator: v1.NodeSelectorOpIn, Values: []string{f.node}}
	term := v1.NodeSelectorTerm{MatchExpressions: []v1.NodeSelectorRequirement{here}}
	return &v1.VolumeNodeAffinity{Required: &v1.NodeSelector{NodeSelectorTerms: []v1.NodeSelectorTerm{term}}}
}

func main() {
	kubeconfig := flag.String("kubeconfig", "", "path of the cluster's kubeconfig")
	name := flag.String("provisioner", "", "name by which the storage class refers to this program")
	folder := flag.String("folder", "", "folder that gets the volumes")
	node := flag.String("node", "", "name of the node that has the folder")
	flag.Parse()
	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		klog.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	volumes := folders{folder: *folder, node: *node}
	provisioner := controller.NewProvisionController(
		ctx, kubernetes.NewForConfigOrDie(config), *name, volumes, controller.LeaderElection(false),
	)
	provisioner.Run(ctx)
}
