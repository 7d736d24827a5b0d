// The yardstick of npm run bench: client certificates by client-go, with the calls of countersign, with five calls for each, or only
// created and approved. QPS limits of the client are off; everything else is as client-go has it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"sync"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

const signer = "kubernetes.io/kube-apiserver-client"

type issuer struct {
	config    *rest.Config
	kube      kubernetes.Interface
	namespace string
	owner     string
	names     []string
	workers   int
	watch     *sharedWatch
	roots     func() (caBundle, error)
}

func main() {
	calls := flag.String("calls", "same", "same, five or signer")
	kubeconfig := flag.String("kubeconfig", "", "path of the kubeconfig")
	namespace := flag.String("namespace", "apps", "namespace of records and Secrets")
	owner := flag.String("owner", "bench", "value of the label of all objects")
	prefix := flag.String("prefix", "r", "first part of the names")
	count := flag.Int("count", 1, "number of certificates")
	workers := flag.Int("workers", 16, "certificates at once")
	flag.Parse()
	if err := run(*calls, *kubeconfig, issuer{namespace: *namespace, owner: *owner, workers: *workers}, *prefix, *count); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(calls, kubeconfig string, i issuer, prefix string, count int) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.QPS = -1
	config.UserAgent = "bench-" + calls
	i.config = config
	if i.kube, err = kubernetes.NewForConfig(config); err != nil {
		return err
	}
	for n := range count {
		i.names = append(i.names, fmt.Sprintf("%s-%d", prefix, n))
	}
	ctx := context.Background()
	switch calls {
	case "same":
		return i.sameCalls(ctx)
	case "five":
		return i.fiveCalls(ctx)
	case "signer":
		return i.signerAlone(ctx)
	}
	return fmt.Errorf("-calls must be same, five or signer (got %s)", calls)
}

// Runs work for each name, a number of them at once. The first error ends it.
func (i *issuer) each(work func(name string) error) error {
	queue := make(chan string, len(i.names))
	for _, name := range i.names {
		queue <- name
	}
	close(queue)
	failed := make(chan error, i.workers)
	var all sync.WaitGroup
	for range min(i.workers, len(i.names)) {
		all.Go(func() {
			for name := range queue {
				if err := work(name); err != nil {
					failed <- fmt.Errorf("%s: %w", name, err)
					return
				}
			}
		})
	}
	all.Wait()
	close(failed)
	return <-failed
}
