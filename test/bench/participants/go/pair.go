// A key pair, its PKCS#10, and the check of the certificate that came back.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
)

type pair struct {
	key        *ecdsa.PrivateKey
	keyPEM     []byte
	requestPEM []byte
}

type caBundle struct {
	pool *x509.CertPool
	pem  []byte
}

func newPair(name string) (pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return pair{}, err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return pair{}, err
	}
	subject := pkix.Name{CommonName: name, Organization: []string{"developers"}}
	request, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: subject}, key)
	if err != nil {
		return pair{}, err
	}
	return pair{
		key:        key,
		keyPEM:     pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}),
		requestPEM: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: request}),
	}, nil
}

func bundleOf(text []byte) (caBundle, error) {
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return caBundle{}, errors.New("the CA bundle has no certificate")
	}
	return caBundle{pool, text}, nil
}

// The certificate has this key and this subject, and the CA signed it for clients.
func (p pair) check(certificatePEM []byte, name string, roots caBundle) (*x509.Certificate, error) {
	block, _ := pem.Decode(certificatePEM)
	if block == nil {
		return nil, errors.New("the certificate is not PEM")
	}
	leaf, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, err
	}
	if !p.key.PublicKey.Equal(leaf.PublicKey) || leaf.Subject.CommonName != name || leaf.IsCA {
		return nil, fmt.Errorf("the certificate of %s is for another key or subject", name)
	}
	usages := []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	_, err = leaf.Verify(x509.VerifyOptions{Roots: roots.pool, KeyUsages: usages})
	return leaf, err
}
