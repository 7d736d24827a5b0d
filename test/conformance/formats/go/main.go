// Reads CSR JSON texts, one JSON string a line, and tells what cfssl makes of each, as `cfssl genkey` starts: a request with
// ecdsa-256 that the JSON is read over. RSA keys are not made: only their size is judged, as KeyRequest.Generate judges it.
package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/cloudflare/cfssl/csr"
	"github.com/cloudflare/cfssl/log"
)

type verdict struct {
	OK         bool     `json:"ok"`
	Error      string   `json:"error"`
	Subject    string   `json:"subject"`
	SANs       string   `json:"sans"`
	Extensions []string `json:"extensions"`
	Algorithm  string   `json:"algorithm"`
	Size       int      `json:"size"`
}

func main() {
	log.Level = log.LevelFatal
	signer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	scanner := bufio.NewScanner(os.Stdin)
	scanner.Buffer(nil, 1<<20)
	verdicts := []verdict{}
	for scanner.Scan() {
		var text string
		if err := json.Unmarshal(scanner.Bytes(), &text); err != nil {
			panic(err)
		}
		verdicts = append(verdicts, judge(text, signer))
	}
	if err := json.NewEncoder(os.Stdout).Encode(verdicts); err != nil {
		panic(err)
	}
}

func judge(text string, signer *ecdsa.PrivateKey) (seen verdict) {
	defer func() {
		if fault := recover(); fault != nil {
			seen = verdict{Error: fmt.Sprint("panic: ", fault)}
		}
	}()
	request := csr.CertificateRequest{KeyRequest: csr.NewKeyRequest()}
	if err := json.Unmarshal([]byte(text), &request); err != nil {
		return verdict{Error: err.Error()}
	}
	if request.CA != nil {
		return verdict{Error: "ca section only permitted in initca"}
	}
	if request.KeyRequest == nil {
		request.KeyRequest = csr.NewKeyRequest()
	}
	if err := keyFault(request.KeyRequest); err != nil {
		return verdict{Error: err.Error()}
	}
	der, err := csr.GenerateDER(signer, &request)
	if err != nil {
		return verdict{Error: err.Error()}
	}
	return seenIn(der, request.KeyRequest)
}

func keyFault(key *csr.KeyRequest) error {
	if key.Algo() != "rsa" {
		_, err := key.Generate()
		return err
	}
	if key.Size() < 2048 || key.Size() > 8192 {
		return errors.New("RSA key size")
	}
	return nil
}

func seenIn(der []byte, key *csr.KeyRequest) verdict {
	parsed, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return verdict{Error: "cannot be read again: " + err.Error()}
	}
	seen := verdict{OK: true, Subject: hex.EncodeToString(parsed.RawSubject), Extensions: []string{}}
	for _, extension := range parsed.Extensions {
		if extension.Id.String() == "2.5.29.17" {
			seen.SANs = hex.EncodeToString(extension.Value)
		} else {
			seen.Extensions = append(seen.Extensions, extension.Id.String())
		}
	}
	seen.Algorithm, seen.Size = key.Algo(), key.Size()
	return seen
}
