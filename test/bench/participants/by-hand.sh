#!/usr/bin/env bash
# Client certificates with openssl and kubectl, one after the other: by-hand.sh PREFIX COUNT NAMESPACE, in a folder of its own.
set -euo pipefail
prefix=$1 count=$2 namespace=$3
for ((n = 0; n < count; n++)); do
  name=$prefix-$n
  openssl ecparam -name prime256v1 -genkey -noout -out "$name.key"
  openssl req -new -key "$name.key" -subj "/O=developers/CN=$name" -out "$name.csr"
  kubectl create -f - <<EOF
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: $name}
spec:
  request: $(base64 -w0 <"$name.csr")
  signerName: kubernetes.io/kube-apiserver-client
  expirationSeconds: 86400
  usages: [digital signature, client auth]
EOF
  kubectl certificate approve "$name"
  until [ -s "$name.crt" ]; do
    kubectl get csr "$name" -o jsonpath='{.status.certificate}' | base64 -d >"$name.crt"
  done
  kubectl create secret tls "$name-tls" --namespace "$namespace" --cert "$name.crt" --key "$name.key"
done
