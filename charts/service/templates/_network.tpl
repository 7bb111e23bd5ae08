{{/* Pods of this release: a dict of ctx, names (of services). */}}
{{- define "service.podsOf" -}}
- podSelector:
    matchLabels:
      app.kubernetes.io/instance: {{ .ctx.Release.Name }}
      app.kubernetes.io/part-of: daguerre
    matchExpressions:
      - { key: app.kubernetes.io/name, operator: In, values: {{ toJson .names }} }
{{- end }}

{{/* The way to a store: to its peers, or to everywhere, but only on its ports. A dict of ctx, store, url, port (if the URL has none). */}}
{{- define "service.wayToStore" -}}
{{- $store := .store | default dict -}}
{{- $ports := $store.ports | default list -}}
{{- if and (not $ports) .url }}
{{- /* The last port of a list of hosts, as all have the same. */}}
{{- $found := regexFind ":[0-9]+(/|\\?|$)" .url | trimSuffix "/" | trimSuffix "?" | trimPrefix ":" }}
{{- if $found }}{{ $ports = list (int $found) }}{{ end }}
{{- end }}
- ports:
    {{- range $ports | default (list .port) }}
    - { protocol: TCP, port: {{ . }} }
    {{- end }}
  {{- with $store.peers }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{- define "service.waysToStores" -}}
{{- $stores := .Values.global.stores | default dict -}}
{{- if has "postgres" .Values.stores }}
{{ include "service.wayToStore" (dict "store" $stores.postgres "url" $stores.postgres.url "port" 5432) }}
{{- end }}
{{- if has "mongodb" .Values.stores }}
{{ include "service.wayToStore" (dict "store" $stores.mongodb "url" $stores.mongodb.url "port" 27017) }}
{{- end }}
{{- if has "redis" .Values.stores }}
{{ include "service.wayToStore" (dict "store" $stores.redis "url" $stores.redis.url "port" 6379) }}
{{- end }}
{{- $smtp := $stores.smtp | default dict }}
{{- if and (has "smtp" .Values.stores) (or $smtp.url $smtp.urlKey) }}
{{ include "service.wayToStore" (dict "store" $smtp "url" $smtp.url "port" (ternary 465 587 (hasPrefix "smtps:" ($smtp.url | default "")))) }}
{{- end }}
{{- if has "s3" .Values.stores }}
{{ include "service.wayToStore" (dict "store" $stores.s3 "url" $stores.s3.endpoint "port" (ternary 80 443 (hasPrefix "http:" ($stores.s3.endpoint | default "")))) }}
{{- end }}
{{- end }}

{{/* The ways to providers of OpenID Connect, each once. */}}
{{- define "service.waysToProviders" -}}
{{- $ways := list -}}
{{- range .Values.oidc.providers }}
{{- $ways = append $ways (include "service.wayToStore" (dict "store" $.Values.oidc "url" .issuer "port" 443) | trim) }}
{{- end }}
{{- uniq $ways | join "\n" }}
{{- end }}

{{- define "service.wayToNames" -}}
- ports:
    - { protocol: UDP, port: 53 }
    - { protocol: TCP, port: 53 }
  {{- with (.Values.global.networkPolicy | default dict).dnsPeers }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
