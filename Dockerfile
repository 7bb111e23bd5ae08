# The image of a service: --build-arg SERVICE=post. `npm run images` builds those of all services.
# Targets: none is what runs in production, `dev` has the sources and starts anew when they change, `tests` runs those of the API.
ARG BUILD_BASE=docker.io/library/node:24-bookworm-slim
ARG RUN_BASE=gcr.io/distroless/nodejs24-debian12:nonroot

# Only what says which packages are needed, all of one age: while that stays the same, nothing is installed again.
FROM ${BUILD_BASE} AS manifests
WORKDIR /app
COPY . .
RUN find . -type f ! -name package.json ! -name 'pnpm-*.yaml' -delete && \
    find . -type d -empty -delete && \
    find . -exec touch --date=@0 {} +

# All services share this layer. What only the checks and the tests of the root need is left out.
FROM ${BUILD_BASE} AS dependencies
WORKDIR /app
COPY --from=manifests --chown=65532:65532 /app .
COPY tools/images/install.sh /
RUN --mount=type=cache,id=daguerre,target=/cache \
    --mount=type=secret,id=npmrc,target=/root/.npmrc \
    sh /install.sh --prod --filter='@daguerre/*' --filter='!@daguerre/tests'

FROM dependencies AS sources
COPY --chown=65532:65532 LICENSE NOTICE tsconfig.json ./
COPY --chown=65532:65532 packages packages
COPY --chown=65532:65532 services services

FROM sources AS bundle
COPY tools tools
ARG SERVICE
RUN node tools/images/bundle.ts "$SERVICE" /out

# The same user as in production owns the sources, so that changed ones can be put in their place.
FROM sources AS dev
ARG SERVICE
# buildah takes a folder that a variable names from its cache, whatever the variable says; what is run it knows apart.
RUN test -d "/app/services/$SERVICE"
# The web app, which the gateway serves. Who works on it has `npm run web` beside the cluster.
RUN if [ "$SERVICE" = gateway ]; then cd services/web && node node_modules/vite/bin/vite.js build; fi
WORKDIR /app/services/${SERVICE}
USER 65532:65532
# As in production the arguments are what Node runs, for `args` of the chart.
ENTRYPOINT ["node"]
CMD ["--watch", "src/main.ts"]

# What `skaffold verify` runs; Vitest keeps a secret in the home folder.
FROM dependencies AS tests
RUN --mount=type=cache,id=daguerre,target=/cache \
    --mount=type=secret,id=npmrc,target=/root/.npmrc \
    sh /install.sh
COPY . .
ENV HOME=/tmp
USER 65532:65532
ENTRYPOINT ["node"]
CMD ["tools/images/verify.ts"]

FROM ${RUN_BASE}
WORKDIR /app
# `kubectl exec … -- node dist/call.js` finds it where there is no shell.
ENV NODE_ENV=production PATH=/nodejs/bin:/usr/local/bin:/usr/bin:/bin
COPY --from=bundle /out .
USER 65532:65532
ENTRYPOINT ["/nodejs/bin/node"]
CMD ["dist/main.js"]
ARG SERVICE
ARG VERSION
ARG REVISION
LABEL org.opencontainers.image.title="daguerre-${SERVICE}" \
      org.opencontainers.image.description="The service ${SERVICE} of Daguerre, self-hosted photo sharing" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0"
