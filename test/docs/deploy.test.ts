import { readFileSync } from 'node:fs'
import { Deployment } from 'kubernetes-models/apps/v1'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1'
import { Service } from 'kubernetes-models/v1'
import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { loadConfig } from '../../src/config.ts'
import { limits, limitVariable, mapLimits } from '../../src/limits.ts'
import { settings } from '../../src/settings.ts'
import { startTestServer } from '../server/start-test-server.ts'
import { listBlocks } from './list-blocks.ts'

const kinds = { Deployment, NetworkPolicy, PodDisruptionBudget, Service }

// biome-ignore lint/suspicious/noExplicitAny: as Kubernetes describes it, which the first test checks
type Manifest = any

const manifests: readonly Manifest[] = parseAllDocuments(readFileSync('deploy/kubernetes/registry.yaml', 'utf8')).map(
  (document) => document.toJS({ mapAsMap: false }),
)
const manifestOf = (kind: keyof typeof kinds) => manifests.find((manifest) => manifest.kind === kind)
const pod = manifestOf('Deployment').spec.template.spec
const container = pod.containers[0]

const unit = new Map<string, string>()
for (const line of readFileSync('deploy/systemd/registry.service', 'utf8').split('\n')) {
  const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? []
  if (name !== undefined && value !== undefined) unit.set(name, value)
}

const known = new Set([
  ...Object.values(settings).map(({ name }) => name),
  ...Object.values(mapLimits(limitVariable)),
  ...['ADMIN_TOKEN', 'ADMIN_TOKEN_FILE'],
])

/** The value, which notes in `unread` what nobody asks of it: Kubernetes would ignore or refuse it. */
function watch(value: unknown, path: string, unread: Set<string>): unknown {
  if (Array.isArray(value)) return value.map((item, i) => watch(item, `${path}[${i}]`, unread))
  if (value === null || typeof value !== 'object') return value
  const watched = {}
  for (const [name, own] of Object.entries(value)) {
    const place = `${path}.${name}`
    unread.add(place)
    const inner = watch(own, place, unread)
    Object.defineProperty(watched, name, {
      enumerable: true,
      get() {
        unread.delete(place)
        return inner
      },
    })
  }
  return watched
}

function problemsOf(manifest: Manifest): readonly string[] {
  const unread = new Set<string>()
  const Kind = kinds[manifest.kind as keyof typeof kinds]
  const model = new Kind()
  Object.assign(model, watch({ metadata: manifest.metadata, spec: manifest.spec }, manifest.kind, unread))
  try {
    model.validate()
  } catch (error) {
    return [(error as Error).message]
  }
  return [...unread]
}

test('the manifests of Kubernetes are as its API describes them, and have no field that it does not know', () => {
  expect(manifests.map(({ kind }) => kind)).toEqual(['Deployment', 'Service', 'PodDisruptionBudget', 'NetworkPolicy'])
  for (const manifest of manifests) {
    const Kind = kinds[manifest.kind as keyof typeof kinds]
    expect([manifest.apiVersion, problemsOf(manifest)]).toEqual([Kind.apiVersion, []])
  }
  const wrong = structuredClone(manifestOf('Deployment'))
  wrong.spec.template.spec.containers[0].readynessProbe = {}
  expect(problemsOf(wrong)).toEqual(['Deployment.spec.template.spec.containers[0].readynessProbe'])
  wrong.spec.replicas = 'three'
  expect(problemsOf(wrong)).toEqual([expect.stringContaining('replicas')])
})

test('they set settings that there are, to values that these take, and no secret', () => {
  const env = container.env as readonly { name: string; value?: string; valueFrom?: unknown }[]
  expect(env.filter(({ name }) => !known.has(name))).toEqual([])
  expect(env.filter(({ value }) => value === undefined).map(({ name }) => name)).toEqual(['DATABASE_URL'])
  const given = Object.fromEntries(
    env.flatMap(({ name, value }) => (value === undefined || name === 'ADMIN_TOKEN_FILE' ? [] : [[name, value]])),
  )
  const config = loadConfig(given)
  expect(config.warnings).toEqual([])
  expect(config.limits.bytesInFlight).toBeLessThan(limits.bytesInFlight.default)
  const ports = Object.fromEntries(
    container.ports.map(({ name, containerPort }: Record<string, unknown>) => [name, containerPort]),
  )
  expect(ports).toEqual({ http: config.port, metrics: config.metricsPort })
})

test('their probes are answered, to any Host', async () => {
  const started = await startTestServer()
  try {
    const paths = [container.livenessProbe, container.readinessProbe].map(({ httpGet }) => httpGet.path)
    expect(paths).toEqual(['/livez', '/readyz'])
    for (const path of paths) expect((await fetch(`${started.url}${path}`)).status).toBe(200)
  } finally {
    await started.server.drain(0)
  }
})

test('who stops a server leaves it the time to drain', () => {
  const seconds = Number(container.env.find(({ name }: { name: string }) => name === 'DRAIN_SECONDS').value)
  const { periodSeconds, failureThreshold, timeoutSeconds } = container.readinessProbe
  expect(seconds).toBeGreaterThanOrEqual(periodSeconds * failureThreshold + timeoutSeconds)
  expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(seconds + 15)
  expect(Number.parseInt(unit.get('TimeoutStopSec') ?? '', 10)).toBeGreaterThanOrEqual(20 + 40)
  expect(unit.get('KillMode')).toBe('mixed')
})

test('a server in Kubernetes writes no file, has no rights and no more servers down than one', () => {
  expect(container.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  })
  expect(pod.securityContext.runAsNonRoot).toBe(true)
  const { labels } = manifestOf('Deployment').spec.template.metadata
  for (const selector of [
    manifestOf('Deployment').spec.selector.matchLabels,
    manifestOf('Service').spec.selector,
    manifestOf('PodDisruptionBudget').spec.selector.matchLabels,
    manifestOf('NetworkPolicy').spec.podSelector.matchLabels,
  ])
    expect(labels).toEqual(selector)
  expect(manifestOf('PodDisruptionBudget').spec.maxUnavailable).toBe(1)
})

test('the unit of systemd sets settings that there are, and starts the command of the package', () => {
  const variables = [...(unit.get('Environment') ?? '').matchAll(/(\w+)=/g)].map(([, name]) => name ?? '')
  expect(variables.filter((name) => !known.has(name))).toEqual([])
  const { bin } = JSON.parse(readFileSync('package.json', 'utf8'))
  expect(unit.get('ExecStart')).toMatch(new RegExp(`/(${Object.keys(bin).join('|')}) serve$`))
})

test('docs/operation.md makes what the manifests and the unit refer to', () => {
  const commands = listBlocks(readFileSync('docs/operation.md', 'utf8'))
    .filter(({ language }) => language === 'bash')
    .map(({ text }) => text)
  const [kubernetes = '', systemd = ''] = commands
  expect(commands).toHaveLength(2)
  const found = (pattern: RegExp) => [...kubernetes.matchAll(pattern)].map(([, name]) => name).sort()
  const volumes = pod.volumes as readonly { configMap?: { name: string }; secret?: { secretName: string } }[]
  expect(found(/create configmap (\S+)/g)).toEqual(volumes.flatMap(({ configMap }) => configMap?.name ?? []).sort())
  expect(found(/create secret generic (\S+)/g)).toEqual(volumes.flatMap(({ secret }) => secret?.secretName ?? []))
  expect(found(/--from-literal=([\w-]+)=/g)).toEqual(['admin-token', 'database-url'])
  expect(JSON.stringify(pod)).toContain('"key":"admin-token"')
  expect(JSON.stringify(pod)).toContain('"key":"database-url"')
  expect(systemd).toContain(`-t ${unit.get('WorkingDirectory')}/object-templates `)
  expect(systemd).toContain(` ${unit.get('EnvironmentFile')?.replace(/^-/, '')} `)
})
