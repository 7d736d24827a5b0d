// Says what kubectl and the API server make of CertificateSigningRequest manifests, with their own packages: YAML or JSON is
// read as kubectl reads it, decoded as strictly as kubectl asks for, stripped as on create, and validated.
// Takes JSON strings on stdin, one manifest each; gives a JSON array with one verdict for each, in their order.
package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/types"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/kubernetes/pkg/apis/certificates"
	"k8s.io/kubernetes/pkg/apis/certificates/install"
	"k8s.io/kubernetes/pkg/apis/certificates/validation"
	"sigs.k8s.io/yaml"
)

type verdict struct {
	OK                bool     `json:"ok"`
	Error             string   `json:"error"`
	Name              string   `json:"name"`
	SignerName        string   `json:"signerName"`
	Usages            []string `json:"usages"`
	ExpirationSeconds *int32   `json:"expirationSeconds"`
	// SHA-256 over the DER of the request.
	Request string `json:"request"`
}

var codecs = func() serializer.CodecFactory {
	scheme := runtime.NewScheme()
	install.Install(scheme)
	return serializer.NewCodecFactory(scheme, serializer.EnableStrict)
}()

// As kubectl does it: what looks like JSON is read as JSON first (apimachinery, NewYAMLOrJSONDecoder).
func decode(text []byte) (runtime.Object, error) {
	decoder := codecs.UniversalDecoder(certificates.SchemeGroupVersion)
	if utilyaml.IsJSONBuffer(text) {
		if object, err := runtime.Decode(decoder, text); err == nil {
			return object, nil
		}
	}
	body, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		return nil, err
	}
	return runtime.Decode(decoder, body)
}

func judge(text string) (seen verdict) {
	defer func() {
		if cause := recover(); cause != nil {
			seen = verdict{Error: fmt.Sprint("panic: ", cause)}
		}
	}()
	object, err := decode([]byte(text))
	if err != nil {
		return verdict{Error: err.Error()}
	}
	request, ok := object.(*certificates.CertificateSigningRequest)
	if !ok {
		return verdict{Error: fmt.Sprintf("%T", object)}
	}
	// registry/certificates/certificates/strategy.go, PrepareForCreate, and what every create fills in
	request.Spec.Username, request.Spec.UID, request.Spec.Groups, request.Spec.Extra = "", "", nil, nil
	request.Status = certificates.CertificateSigningRequestStatus{}
	request.UID = types.UID("u")
	request.CreationTimestamp = metav1.Now()
	request.Namespace = ""
	if errs := validation.ValidateCertificateSigningRequestCreate(request); len(errs) > 0 {
		return verdict{Error: errs.ToAggregate().Error()}
	}
	parsed, err := certificates.ParseCSR(request.Spec.Request)
	if err != nil {
		return verdict{Error: err.Error()}
	}
	digest := sha256.Sum256(parsed.Raw)
	seen = verdict{
		OK:                true,
		Name:              request.Name,
		SignerName:        request.Spec.SignerName,
		Usages:            []string{},
		ExpirationSeconds: request.Spec.ExpirationSeconds,
		Request:           hex.EncodeToString(digest[:]),
	}
	for _, usage := range request.Spec.Usages {
		seen.Usages = append(seen.Usages, string(usage))
	}
	return seen
}

func run() error {
	input := json.NewDecoder(bufio.NewReader(os.Stdin))
	verdicts := []verdict{}
	for {
		var text string
		err := input.Decode(&text)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		verdicts = append(verdicts, judge(text))
	}
	return json.NewEncoder(os.Stdout).Encode(verdicts)
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
