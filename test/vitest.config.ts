import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// Vite would take graphql's ES module while its dependents in node_modules, which Node loads, take the other one; a
// schema made with the one is none to the other.
const resolve = { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] }
// Only a hanging test takes this long.
const common = { globalSetup: ['test/support/global-setup.ts'], testTimeout: 180_000, hookTimeout: 180_000 }

export default defineConfig({
  test: {
    teardownTimeout: 60_000,
    // On two cores, vitest would run one file at a time; most tests wait for other processes, or for time to pass.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    projects: [
      {
        resolve,
        test: {
          ...common,
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**', 'test/proxies/**'],
        },
      },
      // Needs Chromium; see CHROMIUM in the tests.
      { resolve, test: { ...common, name: 'browser', include: ['test/browser/**/*.test.ts'] } },
      // Needs nginx and Caddy; see NGINX and CADDY in the tests.
      { resolve, test: { ...common, name: 'proxies', include: ['test/proxies/**/*.test.ts'] } },
    ],
  },
})
