package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/coredns/caddy"
	_ "github.com/coredns/coredns/core/dnsserver"
	_ "github.com/coredns/coredns/plugin/bind"
	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/hosts"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// coredns FILE serves names as the Corefile FILE says.
func coredns(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("usage: lab coredns COREFILE")
	}
	corefile, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	caddy.TrapSignals()
	instance, err := caddy.Start(caddy.CaddyfileInput{Contents: corefile, Filepath: args[0], ServerTypeName: "dns"})
	if err != nil {
		return err
	}
	instance.Wait()
	return nil
}

// wipe stops and removes every Pod that containerd knows of, which gives back
// its network address and its mounts too.
func wipe(args []string) error {
	flags := flag.NewFlagSet("wipe", flag.ExitOnError)
	endpoint := flags.String("endpoint", "", "socket of containerd: unix:///...")
	flags.Parse(args)
	connection, err := grpc.NewClient(*endpoint, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer connection.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	runtime := cri.NewRuntimeServiceClient(connection)
	pods, err := runtime.ListPodSandbox(ctx, &cri.ListPodSandboxRequest{})
	if err != nil {
		return err
	}
	for _, pod := range pods.Items {
		if _, err := runtime.StopPodSandbox(ctx, &cri.StopPodSandboxRequest{PodSandboxId: pod.Id}); err != nil {
			return err
		}
		if _, err := runtime.RemovePodSandbox(ctx, &cri.RemovePodSandboxRequest{PodSandboxId: pod.Id}); err != nil {
			return err
		}
	}
	return nil
}
