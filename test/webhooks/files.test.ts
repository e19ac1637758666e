import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { printIssues } from '../../src/template/issue.ts'
import { readSecrets } from '../../src/webhooks/load-webhooks.ts'
import { parseWebhooks } from '../../src/webhooks/parse-webhooks.ts'
import { printWebhookJsonSchema } from '../../src/webhooks/webhook-json-schema.ts'
import { ruleContext } from '../access/rule-context.ts'

const right = `
name: chat
url: https://ci.example.org/hooks
secret: { env: CHAT_SECRET }
template: role
where: { image: { distr: { equals: jessie } } }
on: [CREATED]
fields: [status]`

function parse(...texts: readonly string[]) {
  const { webhooks, issues } = parseWebhooks(
    texts.map((text, i) => ({ file: `hooks/${i}.yaml`, text })),
    ruleContext,
  )
  return { webhooks, issues: printIssues(issues) }
}

const validate = new Ajv({ strictTypes: false, strictRequired: false }).compile(JSON.parse(printWebhookJsonSchema()))

test('a file of a webhook is read, and editors take it as well', () => {
  const { webhooks, issues } = parse(right)
  expect(issues).toBe('')
  expect(webhooks).toEqual([
    {
      name: 'chat',
      url: 'https://ci.example.org/hooks',
      secret: { kind: 'env', name: 'CHAT_SECRET' },
      template: 'role',
      where: { image: { distr: { equals: 'jessie' } } },
      on: ['CREATED'],
      fields: ['status'],
    },
  ])
  expect(validate(parseDocument(right).toJS())).toBe(true)
})

test('what is wrong with files has its place and a suggestion, and never shows a secret', () => {
  const { issues } = parse(
    'name: a b\nurl: ftp://x\nsecret: hunter2\ntemplat: role',
    'name: x\nurl: https://u:hunter2@x\nsecret: { env: A, file: b }\ntemplate: rol\non: [UPDATE]',
    'name: y\nurl: https://x\nsecret: { env: A B }\ntemplate: role\nfields: [stats]\nwhere: { nme: { equals: "x" } }',
    'name: z\nurl: https://x\nsecret: { file: z.key }\ntemplate: role\nwhere: { name: { equals: "{actor}" } }',
    right,
    right,
    '',
  )
  expect(issues).not.toContain('hunter2')
  expect(issues).toMatchInlineSnapshot(`
    "hooks/0.yaml:1:1 MISSING_KEY "template" is missing. Add the template whose changes are sent: template: role
    hooks/0.yaml:1:7 WRONG_NAME name: "a b" is not a valid name: it must begin with a letter or a digit and contain only letters, digits, . _ and -.
    hooks/0.yaml:2:6 WRONG_VALUE url: "ftp://x" is no address of HTTP. Write https://HOST/PATH.
    hooks/0.yaml:3:9 WRONG_TYPE secret: A secret does not stand in the file: this says where it is. Write secret: { env: NAME }, a variable of the server, or secret: { file: PATH }.
    hooks/0.yaml:4:1 UNKNOWN_KEY templat: "templat" is not a key of a webhook. Did you mean "template"?
    hooks/1.yaml:2:6 WRONG_VALUE url: The address has a user or a password, which others could read here. Leave them out: receivers check the signature.
    hooks/1.yaml:3:9 CONTRADICTION secret: A secret is in one place: a variable or a file. Write secret: { env: NAME }, a variable of the server, or secret: { file: PATH }.
    hooks/1.yaml:4:11 UNKNOWN_TEMPLATE template: There is no template "rol". Did you mean "role"?
    hooks/1.yaml:5:6 WRONG_VALUE on[0]: "UPDATE" is nothing that becomes of an object. Did you mean "UPDATED"?
    hooks/2.yaml:3:16 WRONG_NAME secret.env: This is not the name of a variable. Write secret: { env: NAME }, a variable of the server, or secret: { file: PATH }.
    hooks/2.yaml:5:10 UNKNOWN_FIELD fields[0]: role has no field "stats". Did you mean "status"?
    hooks/2.yaml:6:10 WRONG_WHERE where.nme: Field "nme" is not defined by type "RoleWhere". Did you mean "name"?
    hooks/3.yaml:5:26 WRONG_PLACEHOLDER where.name.equals: {actor} stands for nothing: a webhook has no caller.
    hooks/5.yaml:2:7 WRONG_NAME name: There is a webhook "chat" in hooks/4.yaml as well.
    hooks/6.yaml:1:1 EMPTY The file is empty; a webhook needs at least name, url, secret, template."
  `)
})

test('secrets that are not there stop the start', () => {
  const { webhooks } = parse(right, right.replace('chat', 'file').replace('{ env: CHAT_SECRET }', '{ file: none.key }'))
  expect(readSecrets(webhooks.slice(0, 1), { CHAT_SECRET: 'whsec_c2VjcmV0' })).toEqual(
    new Map([['chat', Buffer.from('secret')]]),
  )
  expect(() => readSecrets(webhooks, {})).toThrow(
    /^the webhook "chat": the variable CHAT_SECRET, where its secret is to be, is not set\nthe webhook "file": the file .*hooks.none.key, where its secret is to be, cannot be read: it does not exist$/,
  )
})
