# Build stage: everything, to build the dashboard and the server.
FROM node:26-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build

# Production packages only; Node comes from the image, so the optional one is left out.
FROM node:26-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional

FROM node:26-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_FILE_PATH=/app/data/parley.json
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json ./
# The sources too: npm run backup, restore, fsck and move-store run them as they are.
COPY backend backend
COPY scripts scripts
COPY --from=build /app/frontend/dist frontend/dist
COPY --from=build /app/build build
RUN mkdir -p data && chown node:node data && chmod 700 data
USER node
VOLUME /app/data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/livez`).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node itself is process 1, so that a stop signal reaches it.
CMD ["node", "build/main.js"]
