// The calls for one certificate: those of countersign, in its order; the least five; and those of the signer's own rate.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	authentication "k8s.io/api/authentication/v1"
	certificates "k8s.io/api/certificates/v1"
	faults "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

func (i *issuer) sameCalls(ctx context.Context) error {
	if err := i.lookAround(ctx); err != nil {
		return err
	}
	if err := i.each(func(name string) error { return i.expectNoSecret(ctx, name) }); err != nil {
		return err
	}
	i.roots = sync.OnceValues(func() (caBundle, error) { return i.readBundle(ctx) })
	open := sync.OnceValues(func() (*sharedWatch, error) { return i.openWatch(ctx) })
	err := i.each(func(name string) (err error) {
		record, err := i.kube.CoreV1().ConfigMaps(i.namespace).Create(ctx, i.recordMap(name, claimedBytes), meta.CreateOptions{})
		if err != nil {
			return err
		}
		secrets := i.kube.CoreV1().Secrets(i.namespace)
		trial := meta.PatchOptions{FieldManager: "bench", DryRun: []string{meta.DryRunAll}}
		if _, err = secrets.Patch(ctx, secretName(name), types.ApplyPatchType, i.trialSecret(name), trial); err != nil {
			return err
		}
		watch, err := open()
		if err != nil {
			return err
		}
		made, certificate, err := i.signOne(ctx, watch, name)
		if err != nil {
			return err
		}
		roots, err := i.roots()
		if err != nil {
			return err
		}
		leaf, err := made.check(certificate, name, roots)
		if err != nil {
			return err
		}
		if err = i.logIn(ctx, name, made, certificate); err != nil {
			return err
		}
		update := func(size int) error {
			next := i.recordMap(name, size)
			next.ResourceVersion = record.ResourceVersion
			record, err = i.kube.CoreV1().ConfigMaps(i.namespace).Update(ctx, next, meta.UpdateOptions{})
			return err
		}
		if err = update(signedBytes); err != nil {
			return err
		}
		if err = i.expectNoSecret(ctx, name); err != nil {
			return err
		}
		secret := i.secret(name, made, certificate, leaf, roots)
		body, force := must(json.Marshal(secret)), false
		written := meta.PatchOptions{FieldManager: "bench-" + digest[:8], Force: &force}
		stored, err := secrets.Patch(ctx, secret.Name, types.ApplyPatchType, body, written)
		if err != nil {
			return err
		}
		for entry, value := range secret.Data {
			if !bytes.Equal(stored.Data[entry], value) {
				return errors.New("the Secret holds other bytes")
			}
		}
		return update(storedBytes)
	})
	if err != nil {
		return err
	}
	if err = i.listRequests(ctx); err != nil {
		return err
	}
	return i.listRecords(ctx)
}

func (i *issuer) watchAndBundle(ctx context.Context) (*sharedWatch, caBundle, error) {
	watch, err := i.openWatch(ctx)
	if err != nil {
		return nil, caBundle{}, err
	}
	roots, err := i.readBundle(ctx)
	return watch, roots, err
}

// The least: claim, create, approve, store, record. Creating fails where another run or owner was first, and the watch brings the
// certificate, so nothing is read.
func (i *issuer) fiveCalls(ctx context.Context) error {
	watch, roots, err := i.watchAndBundle(ctx)
	if err != nil {
		return err
	}
	return i.each(func(name string) error {
		maps := i.kube.CoreV1().ConfigMaps(i.namespace)
		record, err := maps.Create(ctx, i.recordMap(name, claimedBytes), meta.CreateOptions{})
		if err != nil {
			return err
		}
		made, certificate, err := i.signOne(ctx, watch, name)
		if err != nil {
			return err
		}
		leaf, err := made.check(certificate, name, roots)
		if err != nil {
			return err
		}
		secret := i.secret(name, made, certificate, leaf, roots)
		if _, err = i.kube.CoreV1().Secrets(i.namespace).Create(ctx, secret, meta.CreateOptions{}); err != nil {
			return err
		}
		next := i.recordMap(name, storedBytes)
		next.ResourceVersion = record.ResourceVersion
		_, err = maps.Update(ctx, next, meta.UpdateOptions{})
		return err
	})
}

// Creates and approves, and waits for the certificates.
func (i *issuer) signerAlone(ctx context.Context) error {
	watch, roots, err := i.watchAndBundle(ctx)
	if err != nil {
		return err
	}
	return i.each(func(name string) error {
		made, certificate, err := i.signOne(ctx, watch, name)
		if err == nil {
			_, err = made.check(certificate, name, roots)
		}
		return err
	})
}

func (i *issuer) signOne(ctx context.Context, watch *sharedWatch, name string) (pair, []byte, error) {
	made, err := newPair(name)
	if err != nil {
		return made, nil, err
	}
	arrived := watch.expect(objectName(name))
	requests := i.kube.CertificatesV1().CertificateSigningRequests()
	created, err := requests.Create(ctx, i.signingRequest(name, made), meta.CreateOptions{})
	if err != nil {
		return made, nil, err
	}
	created.Status.Conditions = []certificates.CertificateSigningRequestCondition{approvedCondition()}
	if _, err = requests.UpdateApproval(ctx, created.Name, created, meta.UpdateOptions{}); err != nil {
		return made, nil, err
	}
	result := <-arrived
	return made, result.certificate, result.err
}

// Over a connection of its own.
func (i *issuer) logIn(ctx context.Context, name string, made pair, certificate []byte) error {
	config := rest.AnonymousClientConfig(i.config)
	config.TLSClientConfig.CertData, config.TLSClientConfig.KeyData = certificate, made.keyPEM
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	kube, err := kubernetes.NewForConfigAndClient(config, client)
	if err != nil {
		return err
	}
	review, err := kube.AuthenticationV1().SelfSubjectReviews().Create(ctx, &authentication.SelfSubjectReview{}, meta.CreateOptions{})
	if err == nil && review.Status.UserInfo.Username != name {
		err = fmt.Errorf("the certificate logs in as %s", review.Status.UserInfo.Username)
	}
	return err
}

func (i *issuer) expectNoSecret(ctx context.Context, name string) error {
	_, err := i.kube.CoreV1().Secrets(i.namespace).Get(ctx, secretName(name), meta.GetOptions{})
	if faults.IsNotFound(err) {
		return nil
	}
	return errors.Join(err, errors.New("the Secret is expected not to exist"))
}
