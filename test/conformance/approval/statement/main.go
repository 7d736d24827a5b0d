// What the Go types of in-toto see in a Statement: questions on stdin, one JSON object after the other; a JSON array of verdicts on
// stdout. A verdict is empty, or why the Statement is not one about the certificate.
package main

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/gowebpki/jcs"
	attestation "github.com/in-toto/attestation/go/v1"
	"google.golang.org/protobuf/encoding/protojson"
)

const predicateType = "https://countersign.dev/evidence/v1"

type question struct {
	Statement   string `json:"statement"`
	Certificate string `json:"certificate"`
}

type statement struct {
	Predicate struct {
		Digests struct {
			Certificate string `json:"certificate"`
			Evidence    string `json:"evidence"`
			Path        string `json:"path"`
		} `json:"digests"`
		Evidence json.RawMessage `json:"evidence"`
	} `json:"predicate"`
}

func main() {
	verdicts := []string{}
	for decoder := json.NewDecoder(os.Stdin); ; {
		var asked question
		if err := decoder.Decode(&asked); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			panic(err)
		}
		verdict := ""
		if err := judge(asked); err != nil {
			verdict = err.Error()
		}
		verdicts = append(verdicts, verdict)
	}
	json.NewEncoder(os.Stdout).Encode(verdicts)
}

func judge(asked question) error {
	var parsed attestation.Statement
	if err := protojson.Unmarshal([]byte(asked.Statement), &parsed); err != nil {
		return err
	}
	if err := parsed.Validate(); err != nil {
		return err
	}
	if parsed.GetPredicateType() != predicateType {
		return fmt.Errorf("predicate type %s", parsed.GetPredicateType())
	}
	block, _ := pem.Decode([]byte(asked.Certificate))
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return err
	}
	subject := parsed.GetSubject()[0].GetDigest()["sha256"]
	if subject != digest(certificate.Raw) {
		return errors.New("another certificate")
	}
	var whole statement
	if err := json.Unmarshal([]byte(asked.Statement), &whole); err != nil {
		return err
	}
	digests := whole.Predicate.Digests
	if digests.Certificate != subject {
		return errors.New("another certificate in the predicate")
	}
	canonical, err := jcs.Transform([]byte(asked.Statement))
	if err != nil {
		return err
	}
	if !bytes.Equal(canonical, []byte(asked.Statement)) {
		return errors.New("not canonical")
	}
	return evidence(whole)
}

func evidence(whole statement) error {
	if whole.Predicate.Evidence == nil {
		return nil
	}
	canonical, err := jcs.Transform(whole.Predicate.Evidence)
	if err != nil {
		return err
	}
	if digest(canonical) != whole.Predicate.Digests.Evidence {
		return errors.New("other evidence")
	}
	var file struct {
		Path string `json:"path"`
	}
	if err := json.Unmarshal(canonical, &file); err != nil {
		return err
	}
	if digest([]byte(file.Path)) != whole.Predicate.Digests.Path {
		return errors.New("another path")
	}
	return nil
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
