#!/bin/sh
# Writes clusters.yaml and the key files of all Secrets with the label $SELECTOR into $FLEET. Needs kubectl and base64.
set -eu
umask 077
cp "$CONFIG/defaults.yaml" "$FLEET/clusters.yaml"
echo 'clusters:' >>"$FLEET/clusters.yaml"
kubectl get secrets --all-namespaces --selector "$SELECTOR" --output go-template='{{range .items}}{{.metadata.namespace}}.{{.metadata.name}} {{index .metadata.annotations "etcd-defrag/endpoints"}} {{index .data "ca.crt"}} {{index .data "tls.crt"}} {{index .data "tls.key"}}
{{end}}' >"$FLEET/secrets"
while read -r name endpoints ca certificate key; do
    [ -n "$name" ] || continue
    mkdir "$FLEET/$name"
    echo "$ca" | base64 -d >"$FLEET/$name/ca.crt"
    echo "$certificate" | base64 -d >"$FLEET/$name/tls.crt"
    echo "$key" | base64 -d >"$FLEET/$name/tls.key"
    cat >>"$FLEET/clusters.yaml" <<ENTRY
  - name: $name
    endpoints: ["$endpoints"]
    cacert: $name/ca.crt
    cert: $name/tls.crt
    key: $name/tls.key
ENTRY
done <"$FLEET/secrets"
rm "$FLEET/secrets"
