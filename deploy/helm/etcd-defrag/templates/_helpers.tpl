{{- define "etcd-defrag.name" -}}
{{- if contains "etcd-defrag" .Release.Name }}{{ .Release.Name | trunc 52 | trimSuffix "-" }}{{ else }}{{ printf "%s-etcd-defrag" (.Release.Name | trunc 40) }}{{ end }}
{{- end }}

{{- define "etcd-defrag.selector" -}}
app.kubernetes.io/name: etcd-defrag
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "etcd-defrag.labels" -}}
{{ include "etcd-defrag.selector" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | quote }}
{{- end }}

{{- define "etcd-defrag.endpoints" -}}
{{- if .Values.endpoints }}{{ join "," .Values.endpoints }}
{{- else if ne .Values.preset "statefulset" }}https://127.0.0.1:2379
{{- else if .Values.tls.secretName }}https://etcd-0.etcd:2379,https://etcd-1.etcd:2379,https://etcd-2.etcd:2379
{{- else }}http://etcd-0.etcd:2379,http://etcd-1.etcd:2379,http://etcd-2.etcd:2379
{{- end }}
{{- end }}

{{- /* "true" where client certificates are to be shown. */}}
{{- define "etcd-defrag.tls" -}}
{{- if or (ne .Values.preset "statefulset") .Values.tls.secretName }}true{{ end }}
{{- end }}

{{- /* The control plane's folder of etcd's certificates. */}}
{{- define "etcd-defrag.folder" -}}
{{- if eq .Values.preset "kubeadm" }}/etc/kubernetes/pki/etcd{{ else }}/var/lib/rancher/{{ .Values.preset }}/server/tls/etcd{{ end }}
{{- end }}
