// The calls of a whole run, whatever the number of certificates.
package main

import (
	"context"

	authentication "k8s.io/api/authentication/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Who logs in, which records exist, and which version the API server has.
func (i *issuer) lookAround(ctx context.Context) error {
	reviews := i.kube.AuthenticationV1().SelfSubjectReviews()
	if _, err := reviews.Create(ctx, &authentication.SelfSubjectReview{}, meta.CreateOptions{}); err != nil {
		return err
	}
	if err := i.listRecords(ctx); err != nil {
		return err
	}
	_, err := i.kube.Discovery().ServerVersion()
	return err
}

func (i *issuer) listRecords(ctx context.Context) error {
	return i.pages(func(options meta.ListOptions) (string, error) {
		found, err := i.kube.CoreV1().ConfigMaps(i.namespace).List(ctx, options)
		return found.Continue, err
	})
}

func (i *issuer) listRequests(ctx context.Context) error {
	return i.pages(func(options meta.ListOptions) (string, error) {
		found, err := i.kube.CertificatesV1().CertificateSigningRequests().List(ctx, options)
		return found.Continue, err
	})
}

func (i *issuer) pages(list func(meta.ListOptions) (string, error)) error {
	options := meta.ListOptions{LabelSelector: i.selector(), Limit: pageSize}
	for {
		next, err := list(options)
		if err != nil || next == "" {
			return err
		}
		options.Continue = next
	}
}

// The CA of client certificates, as the API server publishes it.
func (i *issuer) readBundle(ctx context.Context) (caBundle, error) {
	published, err := i.kube.CoreV1().ConfigMaps("kube-system").Get(ctx, "extension-apiserver-authentication", meta.GetOptions{})
	if err != nil {
		return caBundle{}, err
	}
	return bundleOf([]byte(published.Data["client-ca-file"]))
}
