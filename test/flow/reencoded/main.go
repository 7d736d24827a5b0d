// Logs in with a certificate of an ECDSA CA and with re-encodings of it that need no key of the CA, which OpenSSL refuses to send.
// Takes one JSON object on stdin, gives a JSON array: for each form its credential id and the codes of its calls.
package main

import (
	"bytes"
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"os"
)

type question struct {
	Server      string `json:"server"`
	CA          string `json:"caPem"`
	Certificate string `json:"certificatePem"`
	Key         string `json:"keyPem"`
	Calls       []call `json:"calls"`
}

type call struct {
	Method string          `json:"method"`
	Path   string          `json:"path"`
	Body   json.RawMessage `json:"body"`
}

type verdict struct {
	Form  string `json:"form"`
	ID    string `json:"id"`
	Codes []int  `json:"codes"`
}

// A certificate (RFC 5280 §4.1), its parts as they are.
type certificate struct {
	TBS       asn1.RawValue
	Algorithm asn1.RawValue
	Signature asn1.BitString
}

type signature struct{ R, S *big.Int }

type form struct {
	name string
	der  []byte
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// The content of a BIT STRING is read shifted to the right by its unused bits. An ECDSA signature begins with two bits that are 0.
func shifted(der []byte, bits uint) asn1.RawValue {
	number := new(big.Int).Lsh(new(big.Int).SetBytes(der), bits)
	content := append([]byte{byte(bits)}, number.FillBytes(make([]byte, len(der)))...)
	return asn1.RawValue{Tag: asn1.TagBitString, Bytes: content}
}

func sequence(parts ...[]byte) []byte {
	return must(asn1.Marshal(asn1.RawValue{Tag: asn1.TagSequence, IsCompound: true, Bytes: bytes.Join(parts, nil)}))
}

func forms(der []byte) []form {
	var parts certificate
	must(asn1.Unmarshal(der, &parts))
	tbs, algorithm, signed := parts.TBS.FullBytes, parts.Algorithm.FullBytes, parts.Signature.Bytes
	with := func(value any) []byte { return sequence(tbs, algorithm, must(asn1.Marshal(value))) }
	var pair signature
	must(asn1.Unmarshal(signed, &pair))
	pair.S = new(big.Int).Sub(elliptic.P256().Params().N, pair.S)
	other := must(asn1.Marshal(pair))
	return []form{
		{"as it was issued", der},
		{"the signature as (r, n-s)", with(asn1.BitString{Bytes: other, BitLength: 8 * len(other)})},
		{"1 unused bit", with(shifted(signed, 1))},
		{"2 unused bits", with(shifted(signed, 2))},
		{"a value behind the signature", sequence(tbs, algorithm, must(asn1.Marshal(parts.Signature)), must(asn1.Marshal(1)))},
	}
}

func (q question) ask(der []byte) ([]int, string) {
	block, _ := pem.Decode([]byte(q.Key))
	login := &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: must(x509.ParsePKCS8PrivateKey(block.Bytes))}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(q.CA))
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{
		RootCAs: roots,
		// Sends it without a look at it.
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return login, nil },
	}}}
	send := func(method, path string, body []byte) (int, []byte) {
		request := must(http.NewRequest(method, q.Server+path, bytes.NewReader(body)))
		request.Header.Set("Content-Type", "application/json")
		response := must(client.Do(request))
		defer response.Body.Close()
		return response.StatusCode, must(io.ReadAll(response.Body))
	}
	codes := []int{}
	for _, each := range q.Calls {
		code, _ := send(each.Method, each.Path, each.Body)
		codes = append(codes, code)
	}
	_, text := send("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", []byte(`{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}`))
	var review struct {
		Status struct {
			UserInfo struct {
				Extra map[string][]string `json:"extra"`
			} `json:"userInfo"`
		} `json:"status"`
	}
	_ = json.Unmarshal(text, &review)
	ids := review.Status.UserInfo.Extra["authentication.kubernetes.io/credential-id"]
	if len(ids) != 1 {
		return codes, ""
	}
	return codes, ids[0]
}

func main() {
	var asked question
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		panic(err)
	}
	block, _ := pem.Decode([]byte(asked.Certificate))
	verdicts := []verdict{}
	for _, each := range forms(block.Bytes) {
		codes, id := asked.ask(each.der)
		verdicts = append(verdicts, verdict{each.name, id, codes})
	}
	if err := json.NewEncoder(os.Stdout).Encode(verdicts); err != nil {
		panic(err)
	}
}
