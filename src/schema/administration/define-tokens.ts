import { createInputError } from '../../errors.ts'
import { assertAdmin } from '../../plan/rights.ts'
import type { CreatedToken, Token } from '../../store/tokens/create-tokens.ts'
import { longestName, namePattern, reservedNames } from '../../store/tokens/token-name.ts'
import type { TemplateModel } from '../../template/model.ts'
import { quote } from '../../template/quote.ts'
import type { DynamicBuilder } from '../dynamic-builder.ts'
import type { OutputField } from '../lazy/type-definitions.ts'
import { doerOf } from '../request-context.ts'
import { dryRun } from '../writes/dry-run-argument.ts'
import { administrationNamesOf } from './names.ts'
import { readTime } from './read-time.ts'

const states = {
  LIVE: { description: 'It can be used.' },
  EXPIRED: { description: 'Its time is over.' },
  REVOKED: { description: 'revokeToken has ended it.' },
}

/** The types that tell about tokens; none has the token itself but the payload of `createToken`. */
export function defineTokens(builder: DynamicBuilder, model: TemplateModel): void {
  const { types } = administrationNamesOf(model)
  const time = { type: 'DateTime', nullable: true } as const
  builder.enumeration(types.tokenState, states, 'Whether a token can be used.')
  builder.object(types.token, { description: 'A token of this registry. Only its hash is kept.' }, () => ({
    name: {
      type: 'String',
      description: 'What role files call its holder. Several tokens may have one name.',
      resolve: ({ name }: Token) => name,
    },
    state: { type: types.tokenState, resolve: stateOf },
    createTime: { type: 'DateTime', resolve: ({ createdAt }: Token) => toTime(createdAt) },
    createdBy: { type: 'String', nullable: true, resolve: ({ createdBy }: Token) => createdBy },
    expires: {
      ...time,
      description: 'From then on it is refused; null: never.',
      resolve: ({ expiresAt }: Token) => toTime(expiresAt),
    },
    revokeTime: { ...time, resolve: ({ revokedAt }: Token) => toTime(revokedAt) },
    revokedBy: { type: 'String', nullable: true, resolve: ({ revokedBy }: Token) => revokedBy },
    lastUse: {
      type: 'Date',
      nullable: true,
      description: 'The last day (UTC) on which it was used.',
      resolve: ({ usedOn }: Token) => usedOn,
    },
  }))
  builder.object(types.createTokenPayload, { description: 'A new token.' }, () => ({
    token: {
      type: 'String',
      description: 'The token itself. It is shown this once: only its hash is kept.',
      resolve: ({ text }: CreatedToken) => text,
    },
    name: { type: 'String', resolve: ({ name }: CreatedToken) => name },
    createTime: { type: 'DateTime', resolve: ({ createdAt }: CreatedToken) => toTime(createdAt) },
    expires: { ...time, resolve: ({ expiresAt }: CreatedToken) => toTime(expiresAt) },
    live: {
      type: 'Int',
      description: 'How many tokens of that name can now be used, this one included.',
      resolve: ({ live }: CreatedToken) => live,
    },
    warnings: {
      type: ['String'],
      description: 'What its holder may not expect, such as that no role file has the name.',
      resolve: ({ warnings }: CreatedToken) => warnings,
    },
  }))
}

/** The root field `tokens`. */
export function tokensField(model: TemplateModel): Record<string, OutputField> {
  const { fields, types } = administrationNamesOf(model)
  return {
    [fields.tokens]: {
      type: [types.token],
      description: 'The tokens of this registry, by name. Needs admin where there are rules of access.',
      args: { includeRevoked: { type: 'Boolean', default: false } },
      action: {
        kind: 'load',
        run({ tokens, request }, { includeRevoked }) {
          assertAdmin(request.rights)
          return tokens.list(includeRevoked === true)
        },
      },
    },
  }
}

/** The mutations `createToken` and `revokeToken`. */
export function tokenMutations(model: TemplateModel): Record<string, OutputField> {
  const { types } = administrationNamesOf(model)
  return {
    createToken: {
      type: types.createTokenPayload,
      description:
        'Makes a token, which is shown this once. Earlier tokens of that name stay, so that a new one can take their place without an outage. Needs admin where there are rules of access.',
      args: {
        name: {
          type: 'String',
          required: true,
          description: 'What role files call its holder: who: [{ token: NAME }].',
        },
        expires: { type: 'DateTime', description: 'From then on it is refused, such as now+90d. Default: never.' },
        dryRun: {
          ...dryRun,
          description: 'Makes no token: the answer shows all but the token itself, which is empty.',
        },
      },
      action: {
        kind: 'load',
        run(context, { name, expires, dryRun }) {
          const { request, tokens } = context
          assertAdmin(request.rights)
          assertName(String(name))
          return tokens.create(String(name), parseExpires(expires, request.now), doerOf(context), dryRun === true)
        },
      },
    },
    revokeToken: {
      type: 'Boolean',
      description:
        'Ends all tokens of that name; false if none of them could be used any more. Other servers of this registry refuse them within 5 seconds. Needs admin where there are rules of access.',
      args: { name: { type: 'String', required: true }, dryRun },
      action: {
        kind: 'load',
        async run(context, { name, dryRun }) {
          assertAdmin(context.request.rights)
          return (await context.tokens.revoke(String(name), doerOf(context), dryRun === true)) > 0
        },
      },
    },
  }
}

function assertName(name: string): void {
  const refuse = (code: string, message: string) => createInputError([{ path: ['name'], code, message }])
  if (!new RegExp(namePattern).test(name))
    throw refuse(
      'INVALID_NAME',
      `${quote(name)} is no name of a token: it has letters, digits, ".", "_" and "-", and begins with a letter or digit.`,
    )
  if (name.length > longestName)
    throw refuse('INVALID_NAME', `The name has ${name.length} characters; at most ${longestName} are allowed.`)
  const other = reservedNames.get(name)
  if (other !== undefined) throw refuse('RESERVED_NAME', `${quote(name)} is ${other}; choose another name.`)
}

function parseExpires(value: unknown, now: Date): Date | undefined {
  if (value === undefined || value === null) return undefined
  const refuse = (code: string, message: string) => createInputError([{ path: ['expires'], code, message }])
  const expires = new Date(readTime(value, now, ['expires']))
  if (expires <= now) throw refuse('IN_THE_PAST', `expires: ${quote(value)} is in the past.`)
  return expires
}

function stateOf({ revokedAt, expiresAt }: Token): keyof typeof states {
  if (revokedAt) return 'REVOKED'
  return expiresAt && expiresAt.getTime() <= Date.now() ? 'EXPIRED' : 'LIVE'
}

function toTime(time: Date): string
function toTime(time: Date | undefined): string | undefined
function toTime(time: Date | undefined): string | undefined {
  return time?.toISOString()
}
