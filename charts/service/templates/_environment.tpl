{{/* One variable from a Secret: a dict of env, name, key. */}}
{{- define "service.fromSecret" -}}
- name: {{ .env }}
  valueFrom: { secretKeyRef: { name: {{ .name }}, key: {{ .key }} } }
{{- end }}

{{/* The variables of one store: a dict of ctx, store, prefix. `{app}` stands for the service. */}}
{{- define "service.storeEnvironment" -}}
{{- $app := .ctx.Chart.Name -}}
{{- $store := get (.ctx.Values.global.stores | default dict) .store | default dict -}}
{{- $secret := $store.existingSecret | default "" | replace "{app}" $app -}}
{{- if $store.urlKey -}}
{{ include "service.fromSecret" (dict "env" (printf "%s_URL" .prefix) "name" $secret "key" ($store.urlKey | replace "{app}" $app)) }}
{{- else -}}
- name: {{ .prefix }}_URL
  value: {{ $store.url | replace "{app}" $app | quote }}
{{- if $secret }}
{{ include "service.fromSecret" (dict "env" (printf "%s_PASSWORD" .prefix) "name" $secret "key" ($store.passwordKey | default "password" | replace "{app}" $app)) }}
{{- end }}
{{- end }}
{{- end }}

{{/* Mail: nothing is said where there is none. */}}
{{- define "service.smtp" -}}
{{- $smtp := .Values.global.stores.smtp | default dict }}
{{- if or $smtp.url $smtp.urlKey }}
{{ include "service.storeEnvironment" (dict "ctx" . "store" "smtp" "prefix" "SMTP") }}
{{- with $smtp.from }}
- name: MAIL_FROM
  value: {{ . | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/* Where people may sign in elsewhere; secrets of clients by names that auth's `providersOf` knows. */}}
{{- define "service.oidc" -}}
{{- with .Values.oidc.providers }}
{{- $told := list }}
{{- range . }}{{ $told = append $told (omit . "existingSecret" "secretKey") }}{{ end }}
- name: OIDC_PROVIDERS
  value: {{ toJson $told | quote }}
{{- range . }}
{{- if .existingSecret }}
{{ include "service.fromSecret" (dict "env" (printf "OIDC_CLIENT_SECRET_%s" (.id | upper | replace "-" "_")) "name" .existingSecret "key" (.secretKey | default "clientSecret")) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "service.stores" -}}
{{- if has "postgres" .Values.stores }}
{{ include "service.storeEnvironment" (dict "ctx" . "store" "postgres" "prefix" "DATABASE") }}
{{- end }}
{{- if has "mongodb" .Values.stores }}
{{ include "service.storeEnvironment" (dict "ctx" . "store" "mongodb" "prefix" "MONGODB") }}
{{- end }}
{{- if has "redis" .Values.stores }}
{{ include "service.storeEnvironment" (dict "ctx" . "store" "redis" "prefix" "REDIS") }}
{{- if .Values.global.stores.redis.cluster }}
- name: REDIS_CLUSTER
  value: "true"
{{- end }}
{{- end }}
{{- if has "smtp" .Values.stores }}
{{- include "service.smtp" . }}
{{- end }}
{{- if has "s3" .Values.stores }}
{{- $s3 := .Values.global.stores.s3 }}
{{- with $s3.endpoint }}
- name: S3_ENDPOINT
  value: {{ . | quote }}
{{- end }}
{{- with $s3.publicEndpoint | default $s3.endpoint }}
- name: S3_PUBLIC_ENDPOINT
  value: {{ . | quote }}
{{- end }}
- name: S3_REGION
  value: {{ $s3.region | quote }}
- name: S3_BUCKET
  value: {{ $s3.bucket | quote }}
- name: S3_FORCE_PATH_STYLE
  value: {{ $s3.forcePathStyle | quote }}
{{ include "service.fromSecret" (dict "env" "S3_ACCESS_KEY" "name" $s3.existingSecret "key" $s3.accessKeyKey) }}
{{ include "service.fromSecret" (dict "env" "S3_SECRET_KEY" "name" $s3.existingSecret "key" $s3.secretKeyKey) }}
{{- end }}
{{- end }}

{{/* What the app reads; `env` wins over what stands here. */}}
{{- define "service.environment" -}}
{{- $global := .Values.global -}}
{{- $plain := dict
  "APP_ID" .Chart.Name
  "APP_PORT" .Values.port
  "HOST" "0.0.0.0"
  "LOG_LEVEL" ($global.logLevel | default "info")
  "PUBLIC_URL" $global.publicUrl
  "SHUTDOWN_LINGER_SECONDS" .Values.shutdown.lingerSeconds
  "NODE_OPTIONS" .Values.nodeOptions
-}}
{{- with $global.tracing }}
{{- if .otlpEndpoint }}
{{- $_ := set $plain "OTEL_EXPORTER_OTLP_ENDPOINT" .otlpEndpoint }}
{{- $_ := set $plain "OTEL_TRACES_SAMPLER_ARG" .samplingRate }}
{{- end }}
{{- if .zipkinEndpoint }}
{{- $_ := set $plain "OTEL_EXPORTER_ZIPKIN_ENDPOINT" .zipkinEndpoint }}
{{- $_ := set $plain "OTEL_TRACES_SAMPLER_ARG" .samplingRate }}
{{- end }}
{{- end }}
{{- range $name, $value := mustMergeOverwrite $plain .Values.env }}
- name: {{ $name }}
  value: {{ tpl (toString $value) $ | quote }}
{{- end }}
{{ include "service.fromSecret" (dict "env" "SECRET_KEY" "name" (include "service.keySecret" .) "key" .Values.secretKey.key) }}
{{- with .Values.secretKey.previousKey }}
{{ include "service.fromSecret" (dict "env" "SECRET_KEY_PREVIOUS" "name" (include "service.keySecret" $) "key" .) }}
{{- end }}
{{- if .Values.dapr.enabled }}
{{ include "service.fromSecret" (dict "env" "APP_API_TOKEN" "name" (include "service.appTokenSecret" .) "key" "token") }}
{{ include "service.fromSecret" (dict "env" "DAPR_API_TOKEN" "name" (include "service.daprTokenSecret" .) "key" "token") }}
{{- end }}
{{- include "service.stores" . }}
{{ include "service.oidc" . }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}
