# One image for every program of ours: compose.yaml says which one a service runs. DEPLOYMENT.md says how.
# Debian and not Alpine, since npm brings the indexer's compilers for glibc.
FROM node:24-bookworm-slim AS build
WORKDIR /checkout
COPY package.json ./
RUN npm install --no-audit --no-fund
COPY tsconfig.json ponder.config.ts ponder.schema.ts ./
COPY abis ./abis
COPY src ./src
COPY reactor ./reactor
COPY tripwire ./tripwire
COPY bin ./bin
RUN npm run image -- /image

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /image ./
# Ponder writes its types beside its sources when it starts.
COPY --from=build --chown=node:node /image/indexer ./indexer
USER node
ENTRYPOINT ["node", "--enable-source-maps"]
# Garbage is collected when there is a fifth more of it, not several times as much: BENCHMARKS.md, memory.
CMD ["--heap-growing-percent=20", "--max-semi-space-size=4", "programs/reactor.mjs"]
