#!/usr/bin/env bash
# The end and the subject of each certificate in the Secrets of a namespace, as people look without countersign: read-secrets.sh NAMESPACE
set -euo pipefail
kubectl get secrets --namespace "$1" --field-selector type=kubernetes.io/tls \
  -o go-template='{{range .items}}{{index .data "tls.crt"}}{{"\n"}}{{end}}' |
  while read -r certificate; do
    base64 -d <<<"$certificate" | openssl x509 -noout -enddate -subject
  done
