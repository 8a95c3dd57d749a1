FROM node:22.12.0-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc prisma.config.ts ./
COPY prisma prisma
COPY tools tools
COPY src src
COPY tsconfig.json tsconfig.build.json vite.config.ts codegen.ts schema.graphql ./
RUN npm ci && npm run -s build && npm prune --omit=dev --ignore-scripts

FROM node:22.12.0-slim
ENV NODE_ENV=production ENVIRONMENT=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/prisma/migrations prisma/migrations
COPY --from=build /app/dist dist
# for DATA_DIR, which a volume may be mounted at
RUN mkdir -m 700 .tickroom && chown node:node .tickroom
USER node
EXPOSE 8002
# node itself, so that SIGTERM reaches it; `docker run … token ada` and `… migrate` run the other commands
ENTRYPOINT ["node", "dist/cli.js"]
CMD ["start"]
