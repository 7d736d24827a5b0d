// Says what Go's crypto/x509, which the API server and the built-in signers use, sees in PKCS#10 requests.
// Takes PEM blocks on stdin, gives a JSON array with one verdict for each, in their order.
package main

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"os"
)

type attribute struct {
	OID   string `json:"oid"`
	Value string `json:"value"`
}

type verdict struct {
	OK         bool          `json:"ok"`
	Error      string        `json:"error"`
	Subject    [][]attribute `json:"subject"`
	DNS        []string      `json:"dns"`
	IPs        []string      `json:"ips"`
	Emails     []string      `json:"emails"`
	URIs       []string      `json:"uris"`
	Extensions []string      `json:"extensions"`
	Key        string        `json:"key"`
	Signature  string        `json:"signature"`
}

func judge(der []byte) verdict {
	request, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return verdict{Error: err.Error()}
	}
	if err := request.CheckSignature(); err != nil {
		return verdict{Error: err.Error()}
	}
	subject, err := rdns(request.RawSubject)
	if err != nil {
		return verdict{Error: err.Error()}
	}
	seen := verdict{
		OK:         true,
		Subject:    subject,
		DNS:        append([]string{}, request.DNSNames...),
		IPs:        []string{},
		Emails:     append([]string{}, request.EmailAddresses...),
		URIs:       []string{},
		Extensions: []string{},
		Key:        request.PublicKeyAlgorithm.String(),
		Signature:  request.SignatureAlgorithm.String(),
	}
	for _, ip := range request.IPAddresses {
		seen.IPs = append(seen.IPs, ip.String())
	}
	for _, uri := range request.URIs {
		seen.URIs = append(seen.URIs, uri.String())
	}
	for _, extension := range request.Extensions {
		seen.Extensions = append(seen.Extensions, extension.Id.String())
	}
	return seen
}

func rdns(raw []byte) ([][]attribute, error) {
	var sequence pkix.RDNSequence
	if rest, err := asn1.Unmarshal(raw, &sequence); err != nil || len(rest) > 0 {
		return nil, fmt.Errorf("subject: %v, %d bytes left", err, len(rest))
	}
	names := [][]attribute{}
	for _, set := range sequence {
		names = append(names, []attribute{})
		for _, one := range set {
			last := len(names) - 1
			names[last] = append(names[last], attribute{one.Type.String(), fmt.Sprint(one.Value)})
		}
	}
	return names, nil
}

func main() {
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	verdicts := []verdict{}
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		verdicts = append(verdicts, judge(block.Bytes))
	}
	if err := json.NewEncoder(os.Stdout).Encode(verdicts); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
