import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'
import { certificateFolder, createServers, forwardTo } from './servers.ts'

let registry: TestRegistry
let program: RegistryProgram
const servers = createServers()
beforeAll(async () => {
  registry = await startRegistry()
  program = await createRegistryProgram(registry.url)
})
afterEach(() => servers.close())
afterAll(async () => {
  await program.remove()
  await registry.close()
})

const ca = { NODE_EXTRA_CA_CERTS: join(certificateFolder, 'ca.pem') }
const ls = (url: string, env: Record<string, string> = {}) =>
  program.run(['ls', '--retries', '0', '--timeout', '10'], { env: { REGISTRY_URL: url, ...env } })

describe('a certificate', () => {
  test('of a CA that NODE_EXTRA_CA_CERTS names is trusted', async () => {
    const port = await servers.https('valid', forwardTo(registry.url))
    expect(await ls(`https://localhost:${port}`, ca)).toMatchObject({ code: 0, stderr: '' })
  })

  test.each([
    [
      'valid',
      {},
      {},
      'is not trusted: its CA is not known here, or the server does not send the certificates in between (UNABLE_TO_VERIFY_LEAF_SIGNATURE).\nGive the certificate of its CA, as a file in PEM: NODE_EXTRA_CA_CERTS=/path/to/ca.pem\n',
    ],
    [
      'valid',
      { chain: true },
      {},
      'is not trusted: its CA is not known here (SELF_SIGNED_CERT_IN_CHAIN).\nGive the certificate of its CA, as a file in PEM: NODE_EXTRA_CA_CERTS=/path/to/ca.pem\n',
    ],
    [
      'self-signed',
      {},
      {},
      'is not trusted: it is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT).\nGive the certificate of its CA, as a file in PEM: NODE_EXTRA_CA_CERTS=/path/to/ca.pem\n',
    ],
    [
      'self-signed',
      {},
      ca,
      `is not trusted: it is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT).\nNODE_EXTRA_CA_CERTS names "${ca.NODE_EXTRA_CA_CERTS}", which lacks the certificate of its CA, or cannot be read. Add the certificate.\n`,
    ],
    [
      'expired',
      {},
      ca,
      'has expired (CERT_HAS_EXPIRED).\nAsk who runs the server to renew it. The clock of this machine says ',
    ],
    ['future', {}, ca, 'is not valid yet (CERT_NOT_YET_VALID).\nThe clock of this machine says '],
    [
      'other',
      {},
      ca,
      'is not for localhost, but for registry.example, www.example (ERR_TLS_CERT_ALTNAME_INVALID).\nUse a host of the certificate in the address, or ask for a certificate for localhost.\n',
    ],
  ])('%s, %j with %j', async (certificate, options, env, message) => {
    const port = await servers.https(certificate, () => undefined, options)
    const { code, stdout, stderr } = await ls(`https://localhost:${port}`, env)
    expect({ code, stdout }).toEqual({ code: 6, stdout: '' })
    expect(stderr.startsWith(`error: The certificate of https://localhost:${port}/graphql ${message}`), stderr).toBe(
      true,
    )
    expect(stderr).not.toContain('registry serve')
  })
})

describe('the wrong scheme', () => {
  test.each([
    ['https', async () => servers.http(() => undefined)],
    ['https', async () => servers.tcp((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))],
    ['http', async () => servers.https('valid', () => undefined)],
    [
      'http',
      // As nginx, Apache and Go do it: they answer in plain HTTP, and speak TLS.
      async () => {
        const tls = await servers.https('valid', () => undefined)
        const { connect } = await import('node:net')
        return servers.tcp((socket) =>
          socket.once('data', (bytes: Buffer) => {
            if (bytes[0] !== 0x16) return socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 5\r\n\r\nHTTPS')
            const target = connect(tls, '127.0.0.1')
            target.on('error', () => undefined).write(bytes)
            return socket.pipe(target).pipe(socket)
          }),
        )
      },
    ],
  ])('%s is found out', async (scheme, listen) => {
    const place = `127.0.0.1:${await listen()}/graphql`
    const message =
      scheme === 'https'
        ? `error: https://${place}: the server there does not speak HTTPS.\nIf it is a registry without TLS, set REGISTRY_URL, or --url, to http://${place}\n`
        : `error: http://${place}: the server there speaks HTTPS, not plain HTTP.\nSet REGISTRY_URL, or --url, to https://${place}\n`
    expect(await ls(`${scheme}://${place}`)).toEqual({ code: 6, stdout: '', stderr: message })
  })
})

test.each([
  [{ requestCert: true }, 'has broken off the TLS handshake. It may ask for a client certificate'],
  [
    { requestCert: true, maxVersion: 'TLSv1.2' },
    'has broken off the TLS handshake. It may ask for a client certificate',
  ],
  [
    { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
    'speaks neither TLS 1.2 nor TLS 1.3, and Node accepts no older version.',
  ],
] as const)('a handshake with %j', async (options, message) => {
  const url = `https://localhost:${await servers.https('valid', () => undefined, options)}/graphql`
  const { code, stderr } = await ls(url, ca)
  expect(code).toBe(6)
  expect(stderr).toContain(`error: ${url} ${message}`)
})

describe('without a connection', () => {
  test('only nothing on a loopback address suggests to start a registry', async () => {
    for (const host of ['localhost', '127.0.0.1', '127.1.2.3', '[::1]', '0.0.0.0'])
      expect((await ls(`http://${host}:1`)).stderr).toMatch(/\(.+\)\.\nStart one with: registry serve\n/)
    const away = await ls('http://nowhere.invalid')
    expect(away).toMatchObject({ code: 6, stdout: '' })
    expect(away.stderr).toMatch(/^error: .*http:\/\/nowhere\.invalid\/graphql .*(?:no such host|DNS does not answer)/)
    expect(away.stderr).not.toContain('registry serve')
  })

  test.each([
    [
      'closes',
      (socket: { destroy: () => unknown }) => socket.destroy(),
      6,
      'cannot be reached: the connection was closed before there was an answer (ECONNRESET).\nTry again. If this lasts, look at the log of the server, and of what is between here and there.\n',
    ],
    [
      'speaks otherwise',
      (socket: { end: (text: string) => unknown }) => socket.end('220 mail\r\n'),
      6,
      'does not answer in HTTP (HPE_INVALID_CONSTANT).\nCheck REGISTRY_URL, or --url.\n',
    ],
  ])('a server that %s', async (_name, listener, code, message) => {
    const url = `http://127.0.0.1:${await servers.tcp(listener)}/graphql`
    expect(await ls(url)).toEqual({ code, stdout: '', stderr: `error: ${url} ${message}` })
  })
})

describe('an answer that is not a registry’s', () => {
  test.each([
    [301, { location: '/elsewhere' }, '', 1, 'redirects to another address: HTTP 301, http://PLACE/elsewhere\n'],
    [
      401,
      {},
      '{"errors": [{"message": "Who are you?", "extensions": {"code": "UNAUTHENTICATED"}}]}',
      1,
      'asks for credentials: HTTP 401, Who are you?\nSet REGISTRY_TOKEN, or REGISTRY_TOKEN_FILE',
    ],
    [401, {}, 'no', 1, 'asks for credentials: HTTP 401, no\nSet REGISTRY_TOKEN, or REGISTRY_TOKEN_FILE'],
    [
      403,
      {},
      '<html><head><title>Forbidden by policy</title>',
      1,
      'refuses the request: HTTP 403, Forbidden by policy\nAsk who runs',
    ],
    [
      404,
      {},
      '',
      1,
      'does not answer like a registry: HTTP 404\nThe path may be wrong: a registry has GraphQL at /graphql.',
    ],
    [405, {}, 'no', 1, 'does not answer like a registry: HTTP 405, no\nThe path may be wrong'],
    [413, {}, 'too large', 1, 'refuses the request as too large: HTTP 413, too large\nAsk who runs what is in front'],
    [421, {}, 'not me', 1, 'does not answer like a registry: HTTP 421, not me\nAdd this host to ALLOWED_HOSTS'],
    [429, {}, '', 1, 'has received too many requests: HTTP 429\n'],
    [
      200,
      {},
      '<!DOCTYPE html>\n<title>\n Sign in\n</title>',
      1,
      'does not answer like a registry: HTTP 200, Sign in\nThis may be a login page',
    ],
    [418, {}, 'a pot', 1, 'does not answer like a registry: HTTP 418, a pot\nCheck REGISTRY_URL, or --url.\n'],
    [502, {}, '', 6, 'gets no answer from the registry behind it: HTTP 502\nTry again later.'],
    [503, {}, '', 6, 'is not ready: HTTP 503\nTry again later.'],
    [504, {}, '', 6, 'gets no answer from the registry behind it: HTTP 504\nTry again later.'],
  ])('HTTP %i', async (status, headers, text, code, message) => {
    const port = await servers.http((_request, response) => response.writeHead(status, headers).end(text))
    const run = await ls(`http://127.0.0.1:${port}`)
    expect({ code: run.code, stdout: run.stdout }).toEqual({ code, stdout: '' })
    const expected = `error: http://127.0.0.1:${port}/graphql ${message.replace('PLACE', `127.0.0.1:${port}`)}`
    expect(run.stderr.startsWith(expected), run.stderr).toBe(true)
  })
})

describe('a proxy', () => {
  test('that HTTPS_PROXY names makes the connections to a registry with https, which are kept', async () => {
    const proxy = await servers.proxy({ port: await servers.https('valid', forwardTo(registry.url)) })
    const env = { ...ca, HTTPS_PROXY: `http://us%C3%A9r:p%40ss@127.0.0.1:${proxy.port}` }
    const set = await program.run(['image', 'set', 'name=proxied', '--fields', 'name', '--verbose'], {
      env: { ...env, REGISTRY_URL: 'https://registry.test/graphql' },
    })
    expect(set).toMatchObject({ code: 0, stdout: '{"name": "proxied"}\n' })
    expect(set.stderr).toMatch(
      /^https:\/\/registry\.test\/graphql answered 200 in \d+ ms through http:\/\/127\.0\.0\.1:\d+\n/,
    )
    expect(set.stderr).not.toMatch(/ss@|us%C3/)
    expect(proxy.asked).toEqual(['CONNECT registry.test:443'])
    expect(proxy.authorizations).toEqual([`Basic ${Buffer.from('usér:p@ss').toString('base64')}`])
  })

  test('that HTTP_PROXY names is asked for the whole URL of a registry with http', async () => {
    const proxy = await servers.proxy({ port: Number(new URL(registry.url).port) })
    const run = await ls('http://registry.test:81/graphql', { http_proxy: `127.0.0.1:${proxy.port}` })
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(proxy.asked).toEqual(['POST http://registry.test:81/graphql'])
  })

  test.each([
    ['https_proxy', 'https://registry.test/', true],
    ['HTTPS_PROXY', 'https://registry.test/', true],
    ['all_proxy', 'https://registry.test/', true],
    ['ALL_PROXY', 'https://registry.test/', true],
    ['ALL_PROXY', 'http://registry.test/', true],
    ['HTTP_PROXY', 'http://registry.test/', true],
    // Each for its own scheme.
    ['HTTP_PROXY', 'https://127.0.0.1:1/', false],
    ['HTTPS_PROXY', 'http://registry.invalid/', false],
  ])('of %s is used for %s: %s', async (name, url, isUsed) => {
    const proxy = await servers.proxy({ status: 403 })
    const { code } = await ls(url, { [name]: `http://127.0.0.1:${proxy.port}` })
    expect(code).toBe(url.startsWith('http:') && isUsed ? 1 : 6)
    expect(proxy.asked.length).toBe(isUsed ? 1 : 0)
  })

  test('is not asked for what NO_PROXY exempts, nor for a registry on this machine', async () => {
    const proxy = await servers.proxy({ status: 403 })
    const here = { ...ca, HTTP_PROXY: `http://127.0.0.1:${proxy.port}`, HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` }
    const secure = `https://127.0.0.1:${await servers.https('valid', forwardTo(registry.url))}`
    expect((await ls(secure, { ...here, NO_PROXY: 'example.org, 127.0.0.0/8' })).code).toBe(0)
    expect((await ls(secure, { ...here, no_proxy: '127.0.0.1' })).code).toBe(0)
    expect((await ls(registry.url, here)).code).toBe(0)
    expect((await ls(secure, { ...ca, HTTPS_PROXY: 'http://proxy.invalid:3128' })).code).toBe(0)
    expect((await ls(secure, { ...ca, ALL_PROXY: 'socks5://127.0.0.1:9050' })).code).toBe(0)
    expect(proxy.asked).toEqual([])
    expect((await ls(secure, here)).code).toBe(6)
    expect(proxy.asked).toEqual([`CONNECT ${new URL(secure).host}`])
  })

  test.each([
    [407, 'The proxy http://PLACE does not accept the user and password: HTTP 407.\nCorrect them in HTTPS_PROXY.\n'],
    [
      403,
      'The proxy http://PLACE does not connect to registry.test: HTTP 403.\nAsk who runs the proxy to allow it. If this host can be reached without the proxy, name it in NO_PROXY.\n',
    ],
    [503, 'The proxy http://PLACE does not connect to registry.test: HTTP 503.\n'],
  ])('that refuses with %i is told from a registry', async (status, message) => {
    const proxy = await servers.proxy({ status })
    const place = `127.0.0.1:${proxy.port}`
    const run = await ls('https://registry.test', { HTTPS_PROXY: `http://user:top-secret@${place}` })
    expect({ code: run.code, stdout: run.stdout }).toEqual({ code: 6, stdout: '' })
    expect(run.stderr.startsWith(`error: ${message.replaceAll('PLACE', place)}`), run.stderr).toBe(true)
    expect(run.stderr).not.toContain('top-secret')
  })

  test('that asks for a login in plain HTTP is told from a registry', async () => {
    const proxy = await servers.proxy({ status: 407 })
    const run = await ls('http://registry.test', { HTTP_PROXY: `http://127.0.0.1:${proxy.port}` })
    expect(run).toEqual({
      code: 6,
      stdout: '',
      stderr: `error: The proxy http://127.0.0.1:${proxy.port} asks for a user and password: HTTP 407.\nWrite them into HTTP_PROXY: http://USER:PASSWORD@127.0.0.1:${proxy.port}\n`,
    })
  })

  test.each(['https', 'http'])('that is away is told from a registry with %s', async (scheme) => {
    const name = `${scheme.toUpperCase()}_PROXY`
    const run = await ls(`${scheme}://registry.test`, { [name]: 'http://user:top-secret@127.0.0.1:1' })
    expect(run).toEqual({
      code: 6,
      stdout: '',
      stderr: `error: The proxy http://127.0.0.1:1 cannot be reached: nothing listens there.\nCorrect ${name}, or unset it. If the registry can be reached without it, name its host in NO_PROXY.\n`,
    })
  })

  test('that never answers does not hold the command', async () => {
    const port = await servers.tcp(() => undefined)
    const run = await program.run(['ls', '--timeout', '0.5'], {
      env: { REGISTRY_URL: 'https://registry.test', HTTPS_PROXY: `http://127.0.0.1:${port}` },
    })
    expect(run).toEqual({
      code: 5,
      stdout: '',
      stderr: `error: There was no connection to the proxy http://127.0.0.1:${port}, or through it to https://registry.test/graphql within 0.5 s. Wait longer with --timeout SECONDS.\n`,
    })
  })

  test('does not hide what is wrong with the certificate behind it', async () => {
    const proxy = await servers.proxy({ port: await servers.https('other', () => undefined) })
    const { code, stderr } = await ls('https://registry.test', { ...ca, HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` })
    expect(code).toBe(6)
    expect(stderr).toContain('The certificate of https://registry.test/graphql is not for registry.test, but for')
  })

  test.each([
    ['socks5://127.0.0.1:9050', 'SOCKS proxies are not supported.'],
    ['ftp://user:top-secret@proxy', '"ftp://***@proxy" is not the address of a proxy. It looks like'],
  ])('%s is wrong usage', async (proxy, message) => {
    const { code, stderr } = await ls('https://registry.test', { ALL_PROXY: proxy })
    expect(code).toBe(2)
    expect(stderr).toContain(`error: ALL_PROXY: ${message}`)
    expect(stderr).not.toContain('top-secret')
  })
})

test('a file of certificates that cannot be read is named beside what it causes', async () => {
  const port = await servers.https('valid', () => undefined)
  const file = join(program.folder, 'none.pem')
  writeFileSync(file, 'no certificate')
  expect((await ls(`https://localhost:${port}`, { NODE_EXTRA_CA_CERTS: file })).stderr).toContain(
    `NODE_EXTRA_CA_CERTS names "${file}", which lacks the certificate of its CA, or cannot be read.`,
  )
})
