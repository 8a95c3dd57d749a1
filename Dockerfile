FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json prisma.config.ts ./
COPY prisma prisma
COPY src src
COPY tsconfig.json tsconfig.build.json vite.config.ts codegen.ts schema.graphql ./
RUN npm ci && npm run -s build && npm prune --omit=dev --ignore-scripts

FROM node:22-slim
ENV NODE_ENV=production ENVIRONMENT=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/prisma prisma
COPY --from=build /app/dist dist
USER node
EXPOSE 8002
# node itself, so that SIGTERM reaches it
CMD ["node", "dist/main.js"]
