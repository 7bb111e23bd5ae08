{{- define "daguerre.labels" -}}
app.kubernetes.io/name: daguerre
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: daguerre
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- with .Values.global.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Metadata of an object: a dict of ctx, name, and labels, annotations where it has them. */}}
{{- define "daguerre.metadata" -}}
name: {{ .name }}
namespace: {{ .ctx.Release.Namespace }}
labels:
  {{- include "daguerre.labels" .ctx | nindent 2 }}
  {{- with .labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with mustMergeOverwrite (dict) .ctx.Values.global.commonAnnotations (.annotations | default dict) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The services that are enabled, by name: all subcharts are charts/service. */}}
{{- define "daguerre.services" -}}
{{- keys .Subcharts | sortAlpha | toJson }}
{{- end }}

{{- define "daguerre.sidecars" -}}
{{- $names := list }}
{{- range include "daguerre.services" . | fromJsonArray }}{{ if (get $.Subcharts .).Values.dapr.enabled }}{{ $names = append $names . }}{{ end }}{{ end }}
{{- toJson $names }}
{{- end }}

{{/* Host names: those given, or that of what people type. A dict of ctx, hosts. */}}
{{- define "daguerre.hosts" -}}
{{- $url := urlParse .ctx.Values.global.publicUrl -}}
{{- toJson (.hosts | default (list (regexReplaceAll ":[0-9]+$" $url.host ""))) -}}
{{- end }}

{{/* Settings of the Redis of events or of caches: those of `redis`, and over them its own. A dict of ctx, role. */}}
{{- define "daguerre.redis" -}}
{{- $stores := .ctx.Values.global.stores -}}
{{- $own := get $stores .role | default dict -}}
{{- /* Another address means another password as well. */}}
{{- toJson (ternary $own $stores.redis (hasKey $own "url")) -}}
{{- end }}

{{/* Metadata by which a component of Dapr reaches a Redis. */}}
{{- define "daguerre.redisMetadata" -}}
{{- $redis := include "daguerre.redis" . | fromJson -}}
{{- $url := urlParse $redis.url -}}
- name: redisHost
  value: {{ ternary $url.host (printf "%s:6379" $url.host) (contains ":" $url.host) | quote }}
- name: enableTLS
  value: {{ eq $url.scheme "rediss" | quote }}
{{- if $redis.cluster }}
- name: redisType
  value: cluster
{{- end }}
{{- with $url.userinfo }}
- name: redisUsername
  value: {{ . | quote }}
{{- end }}
{{- with trimPrefix "/" $url.path }}
- name: redisDB
  value: {{ . | quote }}
{{- end }}
{{- with $redis.existingSecret }}
- name: redisPassword
  secretKeyRef: { name: {{ . }}, key: {{ $redis.passwordKey | default "password" }} }
{{- end }}
{{- end }}

{{/* What components/*.yaml of the local run say, but for where the store is: a dict of file. */}}
{{- define "daguerre.tuning" -}}
{{- range .component.spec.metadata }}
{{- if and (not .envRef) (not .secretKeyRef) (not (has .name $.except)) }}
- name: {{ .name }}
  value: {{ .value | quote }}
{{- end }}
{{- end }}
{{- end }}
