{{/* What the pods of the Deployment and of the migration have in common. */}}
{{- define "service.podSpec" -}}
serviceAccountName: {{ include "service.serviceAccountName" . }}
automountServiceAccountToken: {{ .Values.serviceAccount.automount }}
enableServiceLinks: false
{{- include "service.imagePullSecrets" . }}
securityContext:
  {{- toYaml .Values.podSecurityContext | nindent 2 }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/*
A sidecar of Dapr: who it is, its own ways of ending, and only what it needs of Kubernetes. Nothing here is an actor or a job, so it looks for neither
placement nor scheduler (a blank address is none, an empty one the default).
*/}}
{{- define "service.daprAnnotations" -}}
{{- $dapr := .Values.dapr -}}
{{- $values := dict
  "enabled" "true"
  "app-id" .Chart.Name
  "app-port" .Values.port
  "app-protocol" "http"
  "config" (include "service.fullname" .)
  "log-level" $dapr.logLevel
  "log-as-json" "true"
  "max-body-size" $dapr.maxBodySize
  "api-token-secret" (include "service.daprTokenSecret" .)
  "app-token-secret" (include "service.appTokenSecret" .)
  "block-shutdown-duration" (printf "%ds" (int $dapr.blockShutdownSeconds))
  "graceful-shutdown-seconds" $dapr.gracefulShutdownSeconds
  "disable-builtin-k8s-secret-store" "true"
  "sidecar-seccomp-profile-type" "RuntimeDefault"
  "enable-metrics" "true"
  "metrics-port" "9090"
  "placement-host-address" " "
  "scheduler-host-address" ""
-}}
{{- range $kind, $key := dict "requests" "request" "limits" "limit" }}
{{- range $what, $amount := get $dapr.resources $kind | default dict }}
{{- $_ := set $values (printf "sidecar-%s-%s" $what $key) $amount }}
{{- end }}
{{- end }}
{{- if $dapr.appHealthCheck }}
{{- $_ := set $values "enable-app-health-check" "true" }}
{{- $_ := set $values "app-health-check-path" "/readyz" }}
{{- $_ := set $values "app-health-probe-interval" "3" }}
{{- $_ := set $values "app-health-probe-timeout" "2500" }}
{{- $_ := set $values "app-health-threshold" "2" }}
{{- end }}
{{- with $dapr.env }}
{{- $pairs := list }}
{{- range $name, $value := . }}{{ $pairs = append $pairs (printf "%s=%s" $name $value) }}{{ end }}
{{- $_ := set $values "env" (join "," $pairs) }}
{{- end }}
{{- range $name, $value := mustMergeOverwrite $values $dapr.annotations }}
dapr.io/{{ $name }}: {{ toString $value | quote }}
{{- end }}
{{- end }}
