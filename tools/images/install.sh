#!/bin/sh
# In the Dockerfile: installs with the pnpm that package.json names; the caches are a mount that stays.
set -eu
export CI=true NODE_DISABLE_COMPILE_CACHE=1 XDG_CACHE_HOME=/cache npm_config_cache=/cache/npm
pnpm="pnpm@$(node -p 'require("./package.json").engines.pnpm')"
npm exec --yes --loglevel=error -- "$pnpm" install --frozen-lockfile \
  --store-dir=/cache/store --package-import-method=copy --reporter=append-only "$@"
# Node is in the image already.
rm -rf node_modules/node-linux-* node_modules/.pnpm/node-linux-*
