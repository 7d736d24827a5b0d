# The image ghcr.io/countersign/countersign: Node, the npm package, and git, which reads a repository at Gitea. countersign.tgz is the package of the release:
#   npm run package -- . && mv countersign-*.tgz countersign.tgz && docker build --tag countersign .
FROM docker.io/library/node:24.21.0-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS base

# The package has no platform, so one machine installs it for all.
FROM --platform=$BUILDPLATFORM base AS package
COPY countersign.tgz /package/countersign.tgz
RUN npm install --global --offline --ignore-scripts --prefix /package/installed /package/countersign.tgz

FROM base
RUN apt-get update && apt-get install --yes --no-install-recommends git ca-certificates && rm -rf /var/lib/apt/lists/*
COPY --from=package /package/installed /usr/local
USER 65532:65532
ENTRYPOINT ["countersign"]
