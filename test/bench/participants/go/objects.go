// The objects that the yardstick writes: as large as those of countersign, with the same labels and annotations.
package main

import (
	"crypto/x509"
	"encoding/json"
	"fmt"
	"strings"

	certificates "k8s.io/api/certificates/v1"
	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	ownerLabel = "countersign.dev/owner"
	pageSize   = 500
	digest     = "e297b14feab75a7f7a41611c09c1dd6bc1fc69d7def291339dcacdf53ff24f9f"
	proof      = "40dc21e335eade7c007cdbcc80c8bc0cde0c2b256d96c2a7e1dde924a0de0c3f"
)

// Bytes of a record of countersign as JSON in JSON: when a run claims it, when the certificate is signed, and when it is stored.
const (
	claimedBytes = 550
	signedBytes  = 1500
	storedBytes  = 3730
)

func (i *issuer) selector() string { return ownerLabel + "=" + i.owner }

func (i *issuer) labels() map[string]string { return map[string]string{ownerLabel: i.owner} }

func objectName(name string) string { return "cs-" + name + "-" + digest[:8] + "-1" }

func secretName(name string) string { return name + "-tls" }

func marks(name string) map[string]string {
	return map[string]string{
		"countersign.dev/cluster":   "test",
		"countersign.dev/effective": digest,
		"countersign.dev/path":      "requests/" + name + ".yaml",
		"countersign.dev/proof":     proof,
		"countersign.dev/request":   name,
	}
}

func (i *issuer) signingRequest(name string, made pair) *certificates.CertificateSigningRequest {
	expiration := int32(86_400)
	annotations := marks(name)
	annotations["countersign.dev/records"] = i.namespace
	return &certificates.CertificateSigningRequest{
		ObjectMeta: meta.ObjectMeta{Name: objectName(name), Labels: i.labels(), Annotations: annotations},
		Spec: certificates.CertificateSigningRequestSpec{
			Request:           made.requestPEM,
			SignerName:        signer,
			ExpirationSeconds: &expiration,
			Usages:            []certificates.KeyUsage{certificates.UsageDigitalSignature, certificates.UsageClientAuth},
		},
	}
}

func approvedCondition() certificates.CertificateSigningRequestCondition {
	return certificates.CertificateSigningRequestCondition{
		Type:    certificates.CertificateApproved,
		Status:  core.ConditionTrue,
		Reason:  "CountersignApproved",
		Message: "approved at a terminal by owner as admin; proof sha256:" + proof + ", plan sha256:" + digest,
	}
}

func (i *issuer) recordMap(name string, bytes int) *core.ConfigMap {
	return &core.ConfigMap{
		ObjectMeta: meta.ObjectMeta{
			Namespace: i.namespace, Name: fmt.Sprintf("countersign-%s-%s", i.owner, name), Labels: i.labels(),
		},
		Data: map[string]string{"record.json": strings.Repeat("r", bytes)},
	}
}

func (i *issuer) secret(name string, made pair, certificate []byte, leaf *x509.Certificate, roots caBundle) *core.Secret {
	annotations := marks(name)
	annotations["countersign.dev/attempt"] = "1"
	annotations["countersign.dev/not-after"] = leaf.NotAfter.UTC().Format("2006-01-02T15:04:05.000Z")
	annotations["countersign.dev/sha256"] = digest
	return &core.Secret{
		TypeMeta: meta.TypeMeta{APIVersion: "v1", Kind: "Secret"},
		ObjectMeta: meta.ObjectMeta{
			Namespace: i.namespace, Name: secretName(name), Labels: i.labels(), Annotations: annotations,
		},
		Type: core.SecretTypeTLS,
		Data: map[string][]byte{"tls.crt": certificate, "tls.key": made.keyPEM, "ca.crt": roots.pem},
	}
}

// A Secret to try whether it may be written.
func (i *issuer) trialSecret(name string) []byte {
	return must(json.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "Secret",
		"metadata": map[string]any{"name": secretName(name), "namespace": i.namespace},
	}))
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
