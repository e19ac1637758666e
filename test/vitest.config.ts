import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// Vite would take graphql's ES module while its dependents in node_modules, which Node loads, take the other one; a
// schema made with the one is none to the other.
const resolve = { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] }
// Only a hanging test takes this long.
const common = {
  globalSetup: ['test/support/global-setup.ts'],
  testTimeout: 180_000,
  hookTimeout: 600_000,
  expect: { poll: { timeout: 60_000 } },
}

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
          // Each worker loads the modules once for all of its files, which saves a quarter of the time. So no test may leave anything
          // changed that others see.
          isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**', 'test/proxies/**', 'test/poolers/**', 'test/cluster/**'],
        },
      },
      // Needs Chromium; see CHROMIUM in the tests.
      { resolve, test: { ...common, name: 'browser', isolate: false, include: ['test/browser/**/*.test.ts'] } },
      // Needs nginx, Caddy and HAProxy; see NGINX, CADDY and HAPROXY in the tests.
      { resolve, test: { ...common, name: 'proxies', isolate: false, include: ['test/proxies/**/*.test.ts'] } },
      // Needs PgBouncer; see PGBOUNCER in the tests.
      { resolve, test: { ...common, name: 'poolers', isolate: false, include: ['test/poolers/**/*.test.ts'] } },
      // Needs PostgreSQL 15, Patroni, etcd and HAProxy, and some minutes: `npm run test:cluster`, which .ci/run does not run.
      {
        resolve,
        test: { name: 'cluster', include: ['test/cluster/**/*.test.ts'], testTimeout: 1_800_000, hookTimeout: 180_000 },
      },
    ],
  },
})
