// One list and one watch of all CertificateSigningRequests of a run: the certificate of each is handed to the worker that waits for it.
package main

import (
	"context"
	"errors"
	"fmt"
	"sync"

	certificates "k8s.io/api/certificates/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
)

type signed struct {
	certificate []byte
	err         error
}

type sharedWatch struct {
	stream  watch.Interface
	mutex   sync.Mutex
	waiting map[string]chan signed
}

func (i *issuer) openWatch(ctx context.Context) (*sharedWatch, error) {
	requests := i.kube.CertificatesV1().CertificateSigningRequests()
	found, err := requests.List(ctx, meta.ListOptions{LabelSelector: i.selector(), Limit: pageSize})
	if err != nil {
		return nil, err
	}
	stream, err := requests.Watch(ctx, meta.ListOptions{
		LabelSelector: i.selector(), ResourceVersion: found.ResourceVersion, AllowWatchBookmarks: true,
	})
	if err != nil {
		return nil, err
	}
	opened := &sharedWatch{stream: stream, waiting: map[string]chan signed{}}
	go opened.read()
	return opened, nil
}

// Ask before the object is created, so that no event is missed.
func (w *sharedWatch) expect(object string) <-chan signed {
	arrived := make(chan signed, 1)
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.waiting[object] = arrived
	return arrived
}

func (w *sharedWatch) read() {
	for event := range w.stream.ResultChan() {
		request, isRequest := event.Object.(*certificates.CertificateSigningRequest)
		if !isRequest {
			continue
		}
		for _, condition := range request.Status.Conditions {
			if condition.Type != certificates.CertificateApproved {
				w.hand(request.Name, signed{err: fmt.Errorf("%s: %s", condition.Type, condition.Message)})
			}
		}
		if len(request.Status.Certificate) > 0 {
			w.hand(request.Name, signed{certificate: request.Status.Certificate})
		}
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for _, arrived := range w.waiting {
		arrived <- signed{err: errors.New("the watch ended")}
	}
}

func (w *sharedWatch) hand(object string, result signed) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if arrived := w.waiting[object]; arrived != nil {
		arrived <- result
		delete(w.waiting, object)
	}
}
