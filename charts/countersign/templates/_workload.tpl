{{- define "countersign.selector" -}}
app.kubernetes.io/name: countersign
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- /* A Deployment and its PodDisruptionBudget. root, component, account: name of the service account, args: more arguments. */ -}}
{{- define "countersign.workload" -}}
{{- $values := .root.Values -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .root.Release.Name }}-{{ .component }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "countersign.selector" . | nindent 4 }}
spec:
  replicas: {{ int64 $values.replicas }}
  revisionHistoryLimit: 0 # a user who may scale could start an older image with an older trust root
  selector:
    matchLabels: {{- include "countersign.selector" . | nindent 6 }}
  template:
    metadata:
      labels: {{- include "countersign.selector" . | nindent 8 }}
      {{- with $values.annotations }}
      annotations: {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      serviceAccountName: {{ .account }}
      automountServiceAccountToken: true # the account itself says no: only these pods have the token
      enableServiceLinks: false
      terminationGracePeriodSeconds: 630 # a step ends within 10 minutes; then the Lease is given back
      securityContext:
        runAsNonRoot: true
        runAsUser: 65532
        runAsGroup: 65532
        seccompProfile: {type: RuntimeDefault}
      topologySpreadConstraints:
      - maxSkew: 1
        topologyKey: kubernetes.io/hostname
        whenUnsatisfiable: ScheduleAnyway
        labelSelector:
          matchLabels: {{- include "countersign.selector" . | nindent 12 }}
      {{- with $values.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.tolerations }}
      tolerations: {{- toYaml . | nindent 6 }}
      {{- end }}
      {{- with $values.imagePullSecrets }}
      imagePullSecrets: {{- toYaml . | nindent 6 }}
      {{- end }}
      containers:
      - name: {{ .component }}
        image: {{ printf "%s@%s" $values.image.repository $values.image.digest }}
        args:
        - controller
        - --repository={{ $values.github.repository }}
        - --cluster={{ $values.cluster }}
        - --trusted-config={{ $values.trustedConfig }}
        {{- with $values.trustedRequests }}
        - --trusted-requests={{ . }}
        {{- end }}
        {{- with $values.owner }}
        - --owner={{ . }}
        {{- end }}
        {{- with $values.github.calls }}
        - --github-calls={{ int64 . }}
        {{- end }}
        - --listen={{ $values.listen }}:8080
        {{- range .args }}
        - {{ . | quote }}
        {{- end }}
        env:
        {{- with $values.giteaUrl }}
        - {name: GITEA_SERVER_URL, value: {{ . | quote }}}
        {{- end }}
        {{- with $values.github.tokenSecret }}
        - name: {{ ternary "GITEA_SERVER_TOKEN" "GITHUB_TOKEN" (not (empty $values.giteaUrl)) }}
          valueFrom:
            secretKeyRef: {name: {{ .name }}, key: {{ .key }}}
        {{- end }}
        {{- with $values.env }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
        ports:
        - {name: http, containerPort: 8080}
        startupProbe:
          httpGet: {path: /healthz, port: http}
          failureThreshold: 30
          periodSeconds: 2
        livenessProbe:
          httpGet: {path: /healthz, port: http}
          periodSeconds: 60
          timeoutSeconds: 10
        readinessProbe:
          httpGet: {path: /readyz, port: http}
          timeoutSeconds: 10
        resources: {{- toYaml $values.resources | nindent 10 }}
        securityContext:
          allowPrivilegeEscalation: false
          readOnlyRootFilesystem: true
          capabilities: {drop: [ALL]}
        {{- if $values.giteaUrl }}
        volumeMounts:
        - {name: tmp, mountPath: /tmp}
      volumes:
      - name: tmp # git objects of the repository
        emptyDir: {sizeLimit: 1Gi}
        {{- end }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .root.Release.Name }}-{{ .component }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "countersign.selector" . | nindent 4 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels: {{- include "countersign.selector" . | nindent 6 }}
{{- end }}
