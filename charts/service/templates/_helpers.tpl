{{- define "service.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{/* `<release>-<service>`; short enough for the names made from it. */}}
{{- define "service.fullname" -}}
{{- default (printf "%s-%s" .Release.Name .Chart.Name) .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- end }}

{{- define "service.selectorLabels" -}}
app.kubernetes.io/name: {{ include "service.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "service.labels" -}}
{{ include "service.selectorLabels" . }}
app.kubernetes.io/part-of: daguerre
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "daguerre-%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- with mustMergeOverwrite (dict) (.Values.global.commonLabels | default dict) .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Metadata of an object; a dict of ctx, and name, component, labels, annotations where it has them. */}}
{{- define "service.metadata" -}}
{{- $ctx := .ctx -}}
name: {{ .name | default (include "service.fullname" $ctx) }}
namespace: {{ $ctx.Release.Namespace }}
labels:
  {{- include "service.labels" $ctx | nindent 2 }}
  app.kubernetes.io/component: {{ .component | default "service" }}
  {{- with .labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with mustMergeOverwrite (dict) ($ctx.Values.global.commonAnnotations | default dict) $ctx.Values.commonAnnotations (.annotations | default dict) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "service.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{ .Values.serviceAccount.name | default (include "service.fullname" .) }}
{{- else -}}
{{ .Values.serviceAccount.name | default "default" }}
{{- end -}}
{{- end }}

{{- define "service.image" -}}
{{- $global := .Values.global.image | default dict -}}
{{- $image := .Values.image -}}
{{- $registry := $image.registry | default $global.registry | default "" -}}
{{- $repository := $image.repository | default (printf "daguerre-%s" .Chart.Name) -}}
{{- $name := ternary (printf "%s/%s" $registry $repository) $repository (ne $registry "") -}}
{{- if and $image.tag $image.digest -}}
{{ printf "%s:%s@%s" $name $image.tag $image.digest }}
{{- else if $image.digest -}}
{{ printf "%s@%s" $name $image.digest }}
{{- else -}}
{{ printf "%s:%s" $name ($image.tag | default $global.tag | default .Chart.AppVersion) }}
{{- end -}}
{{- end }}

{{- define "service.pullPolicy" -}}
{{ .Values.image.pullPolicy | default (.Values.global.image | default dict).pullPolicy | default "IfNotPresent" }}
{{- end }}

{{- define "service.imagePullSecrets" -}}
{{- with concat (.Values.global.imagePullSecrets | default list) .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "service.daprTokenSecret" -}}
{{ .Values.dapr.apiTokenSecret | default (printf "%s-dapr-token" (include "service.fullname" .)) }}
{{- end }}

{{- define "service.appTokenSecret" -}}
{{ .Values.dapr.appTokenSecret | default (printf "%s-app-token" (include "service.fullname" .)) }}
{{- end }}

{{- define "service.keySecret" -}}
{{ .Values.secretKey.existingSecret | default (printf "%s-key" (include "service.fullname" .)) }}
{{- end }}
