// What go-pkcs12 (cert-manager's own reader and writer of keystores) sees: a file on stdin, JSON on stdout.
//
//	judge open PASSWORD < keystore.p12    key and certificates of a keystore
//	judge trust PASSWORD < truststore.p12 certificates of a truststore
//	judge make PASSWORD < pair.pem        a keystore of a PKCS#8 key and a chain, as cert-manager makes it
package main

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"os"

	pkcs12 "software.sslmate.com/src/go-pkcs12"
)

type seen struct {
	Ok           bool     `json:"ok"`
	Error        string   `json:"error"`
	Key          []byte   `json:"key"`
	Certificates [][]byte `json:"certificates"`
}

func main() {
	input, err := io.ReadAll(os.Stdin)
	if err != nil {
		panic(err)
	}
	if os.Args[1] == "make" {
		os.Stdout.Write(made(input, os.Args[2]))
		return
	}
	answer, err := look(os.Args[1], os.Args[2], input)
	if err != nil {
		answer.Error = err.Error()
	}
	answer.Ok = err == nil
	json.NewEncoder(os.Stdout).Encode(answer)
}

func look(what, password string, input []byte) (seen, error) {
	if what == "trust" {
		certificates, err := pkcs12.DecodeTrustStore(input, password)
		return seen{Certificates: raw(certificates)}, err
	}
	key, leaf, others, err := pkcs12.DecodeChain(input, password)
	if err != nil {
		return seen{}, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	return seen{Key: der, Certificates: raw(append([]*x509.Certificate{leaf}, others...))}, err
}

func made(input []byte, password string) []byte {
	var key any
	var chain []*x509.Certificate
	for block, rest := pem.Decode(input); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			certificate, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				panic(err)
			}
			chain = append(chain, certificate)
			continue
		}
		var err error
		if key, err = x509.ParsePKCS8PrivateKey(block.Bytes); err != nil {
			panic(err)
		}
	}
	file, err := pkcs12.Modern2023.WithRand(rand.Reader).Encode(key, chain[0], chain[1:], password)
	if err != nil {
		panic(err)
	}
	return bytes.Clone(file)
}

func raw(certificates []*x509.Certificate) [][]byte {
	all := [][]byte{}
	for _, certificate := range certificates {
		all = append(all, certificate.Raw)
	}
	return all
}
