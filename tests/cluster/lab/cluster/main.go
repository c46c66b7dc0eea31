// lab is every program of a small Kubernetes cluster in one binary. Its
// first argument names the program to be.
package main

import (
	"context"
	"fmt"
	"os"
	_ "time/tzdata"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

// The programs of Kubernetes itself, each with its own flags.
var commands = map[string]func() *cobra.Command{
	"kube-apiserver":          func() *cobra.Command { return apiserver.NewAPIServerCommand() },
	"kube-controller-manager": func() *cobra.Command { return controllers.NewControllerManagerCommand() },
	"kube-scheduler":          func() *cobra.Command { return scheduler.NewSchedulerCommand() },
	"kube-proxy":              func() *cobra.Command { return proxy.NewProxyCommand() },
	"kubelet":                 func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) },
	"kubectl":                 func() *cobra.Command { return kubectl.NewDefaultKubectlCommand() },
}

// The rest.
var programs = map[string]func(args []string) error{
	"etcd":     func([]string) error { etcdmain.Main(os.Args); return nil },
	"coredns":  coredns,  // cluster DNS
	"registry": registry, // answers image pulls out of a folder
	"image":    image,    // builds an image into that folder
	"pki":      pki,      // certificates and kubeconfigs
	"wipe":     wipe,     // takes down whatever Pods containerd still runs
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: lab PROGRAM [argument...]")
		os.Exit(2)
	}
	name := os.Args[1]
	os.Args = os.Args[1:]
	if command, ok := commands[name]; ok {
		os.Exit(cli.Run(command()))
	}
	program, ok := programs[name]
	if !ok {
		fmt.Fprintf(os.Stderr, "lab: no program named %q\n", name)
		os.Exit(2)
	}
	if err := program(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "lab %s: %v\n", name, err)
		os.Exit(1)
	}
}
