{{- define "capstan.selector" -}}
app.kubernetes.io/name: capstan
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "capstan.release-labels" -}}
app.kubernetes.io/name: capstan
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "capstan.labels" -}}
{{ include "capstan.release-labels" .root }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "capstan.image" -}}
{{- with .root.Values.images.registry }}{{ . }}/{{ end }}capstan/{{ .name }}:{{ .root.Values.images.tag | default .root.Chart.AppVersion }}
{{- end }}

{{- define "capstan.container-security" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- /* Of init containers that hand a folder over: the only thing that is done as root. */}}
{{- define "capstan.chown-security" -}}
runAsNonRoot: false
runAsUser: 0
runAsGroup: 0
{{ include "capstan.container-security" . }}
  add: [CHOWN]
{{- end }}

{{- define "capstan.pod-common" -}}
enableServiceLinks: false
{{- with .Values.priorityClass.name }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.images.pullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "capstan.placement" -}}
{{- with .tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* Names, Redis, the API server and registries. */}}
{{- define "capstan.egress" -}}
- ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
- ports:
    - port: 6379
    - port: 6380
- ports:
    - port: 443
    - port: 6443
{{- end }}
