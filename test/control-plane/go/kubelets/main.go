// Plays the certificates of many kubelets at once, with the kubelet's own packages: each gets its client certificate with a bootstrap
// token, registers its Node, and asks for its serving certificate with the client certificate.
// Takes a JSON object on stdin; gives a JSON array with the certificates of each node, in their order. It ends when each honest node has
// both certificates, or after the time limit.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	certificates "k8s.io/api/certificates/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/certificate"
	kubelet "k8s.io/kubernetes/pkg/kubelet/certificate"
)

type node struct {
	Name      string   `json:"name"`
	DNSNames  []string `json:"dnsNames"`
	Addresses []string `json:"addresses"`
	// Asks for what it must not have.
	IsLiar bool `json:"isLiar"`
}

type question struct {
	Server  string `json:"server"`
	CA      string `json:"ca"`
	Token   string `json:"token"`
	Seconds int    `json:"seconds"`
	Nodes   []node `json:"nodes"`
}

type verdict struct {
	Client  string `json:"client"`
	Serving string `json:"serving"`
	Error   string `json:"error"`
	// From the start of all nodes.
	ClientSeconds  float64 `json:"clientSeconds"`
	ServingSeconds float64 `json:"servingSeconds"`
}

var started = time.Now()

func main() {
	var asked question
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		fail(err)
	}
	folder, err := os.MkdirTemp("", "countersign-kubelets-")
	if err != nil {
		fail(err)
	}
	defer os.RemoveAll(folder)
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(asked.Seconds)*time.Second)
	defer cancel()
	verdicts := make([]verdict, len(asked.Nodes))
	var honest, all sync.WaitGroup
	for i, each := range asked.Nodes {
		all.Add(1)
		if !each.IsLiar {
			honest.Add(1)
		}
		go func() {
			defer all.Done()
			if !each.IsLiar {
				defer honest.Done()
			}
			if err := play(ctx, asked, each, filepath.Join(folder, each.Name), &verdicts[i]); err != nil {
				verdicts[i].Error = err.Error()
			}
		}()
	}
	honest.Wait()
	cancel()
	all.Wait()
	if err := json.NewEncoder(os.Stdout).Encode(verdicts); err != nil {
		fail(err)
	}
}

func play(ctx context.Context, asked question, own node, folder string, said *verdict) error {
	access := &rest.Config{Host: asked.Server, TLSClientConfig: rest.TLSClientConfig{CAData: []byte(asked.CA)}}
	bootstrap := rest.CopyConfig(access)
	bootstrap.BearerToken = asked.Token
	// As the kubelet does: with the bootstrap token until there is a certificate.
	client, err := kubelet.NewKubeletClientCertificateManager(folder, types.NodeName(own.Name), nil, nil, "", "",
		func(current *tls.Certificate) (kubernetes.Interface, error) {
			if current == nil {
				return kubernetes.NewForConfig(bootstrap)
			}
			return withCertificate(access, current)
		})
	if err != nil {
		return err
	}
	client.Start()
	defer client.Stop()
	identity, err := wait(ctx, client)
	if err != nil {
		return fmt.Errorf("client: %w", err)
	}
	said.Client, said.ClientSeconds = shown(identity), time.Since(started).Seconds()
	clients, err := withCertificate(access, identity)
	if err != nil {
		return err
	}
	object := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: own.Name}}
	if _, err := clients.CoreV1().Nodes().Create(ctx, object, metav1.CreateOptions{}); err != nil {
		return err
	}
	server, err := servingManager(clients, own, folder)
	if err != nil {
		return err
	}
	server.Start()
	defer server.Stop()
	serving, err := wait(ctx, server)
	if err != nil {
		return fmt.Errorf("serving: %w", err)
	}
	said.Serving, said.ServingSeconds = shown(serving), time.Since(started).Seconds()
	return nil
}

// As NewKubeletServerCertificateManager, which can only be called once in a process.
func servingManager(clients kubernetes.Interface, own node, folder string) (certificate.Manager, error) {
	store, err := certificate.NewFileStore("kubelet-server", folder, folder, "", "")
	if err != nil {
		return nil, err
	}
	template := &x509.CertificateRequest{
		Subject:  pkix.Name{CommonName: "system:node:" + own.Name, Organization: []string{"system:nodes"}},
		DNSNames: own.DNSNames,
	}
	for _, address := range own.Addresses {
		template.IPAddresses = append(template.IPAddresses, net.ParseIP(address))
	}
	return certificate.NewManager(&certificate.Config{
		ClientsetFn:      func(*tls.Certificate) (kubernetes.Interface, error) { return clients, nil },
		GetTemplate:      func() *x509.CertificateRequest { return template },
		SignerName:       certificates.KubeletServingSignerName,
		GetUsages:        certificate.DefaultKubeletServingGetUsages,
		CertificateStore: store,
	})
}

func withCertificate(access *rest.Config, current *tls.Certificate) (kubernetes.Interface, error) {
	config := rest.CopyConfig(access)
	key, err := x509.MarshalPKCS8PrivateKey(current.PrivateKey)
	if err != nil {
		return nil, err
	}
	config.CertData = []byte(shown(current))
	config.KeyData = pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})
	return kubernetes.NewForConfig(config)
}

func wait(ctx context.Context, manager certificate.Manager) (*tls.Certificate, error) {
	for {
		if current := manager.Current(); current != nil {
			return current, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func shown(found *tls.Certificate) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: found.Certificate[0]}))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
