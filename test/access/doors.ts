/**
 * A way around the rules of access that one edit of `src` opens, and the tests that must then fail. They run in one process with what they
 * test: the server and the command line as processes are those of the build, in which no door is open.
 */
export interface Door {
  readonly title: string
  /** From the root of the checkout. */
  readonly file: string
  /** Stands in the file once. */
  readonly text: string
  readonly replacement: string
  readonly test: string
  /** A part of the titles of the tests to run. Absent: all of the file. */
  readonly only?: string
}

/** A caller sees what would be there without the rest, whatever it asks. */
const sight = { test: 'test/schema/sources.test.ts' }
/** The same over generated rules, where what refers to an object may be read and the object not. */
const generated = { test: 'test/schema/sight.property.test.ts', only: 'a caller sees what would be there' }
const related = { test: 'test/access/reads.test.ts', only: 'count for nothing' }
const writes = 'test/store/rules/write-rules.test.ts'
const deletes = 'test/store/rules/delete-rules.test.ts'

export const doors: readonly Door[] = [
  {
    title: 'lists show objects whatever the condition says',
    file: 'src/sql/source.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a text of the source
    text: '${literal(name)}${visibleIn(source, row, compiler)}`',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a text of the source
    replacement: '${literal(name)}`',
    ...sight,
  },
  {
    title: 'a reference shows an object that may not be read',
    file: 'src/sql/compile-selection.ts',
    text: 'objectsOf(selection.source, target, compiler)',
    replacement: "objectsOf({ ...selection.source, visible: { kind: 'always' } }, target, compiler)",
    test: 'test/access/reads.test.ts',
    only: 'is null, beside its key',
  },
  {
    title: 'a filter looks through a reference at what may not be read',
    file: 'src/sql/compile-condition.ts',
    text: 'objectsOf(condition.target, target, compiler)',
    replacement: "objectsOf({ ...condition.target, visible: { kind: 'always' } }, target, compiler)",
    ...generated,
  },
  {
    title: 'some, none and every count referrers that may not be read',
    file: 'src/sql/compile-condition.ts',
    text: 'objectsOf(condition.from, from, compiler)',
    replacement: "objectsOf({ ...condition.from, visible: { kind: 'always' } }, from, compiler)",
    ...sight,
  },
  {
    title: 'a filter by the number of related objects counts those that may not be read',
    file: 'src/sql/compile-condition.ts',
    text: 'objectsOf(source, one, compiler)',
    replacement: "objectsOf({ ...source, visible: { kind: 'always' } }, one, compiler)",
    ...related,
  },
  {
    title: 'a filter by the latest of related objects sees those that may not be read',
    file: 'src/sql/latest/compile-related-latest.ts',
    text: 'objectsOf(source, one, compiler)',
    replacement: "objectsOf({ ...source, visible: { kind: 'always' } }, one, compiler)",
    ...related,
  },
  {
    title: 'an ordering by the number of related objects counts those that may not be read',
    file: 'src/sql/compile-order.ts',
    text: 'objectsOf(source, counted, compiler)',
    replacement: "objectsOf({ ...source, visible: { kind: 'always' } }, counted, compiler)",
    ...related,
  },
  {
    title: 'the numbers of objects of the templates count all',
    file: 'src/sql/compile-counts.ts',
    text: 'objectsOf(source, compiler.next(), compiler)',
    replacement: "objectsOf({ ...source, visible: { kind: 'always' } }, compiler.next(), compiler)",
    ...sight,
  },
  {
    title: 'the key of a group shows an object that may not be read',
    file: 'src/sql/compile-group-by.ts',
    text: 'objectsOf(entry.selection.source, target, compiler)',
    replacement: "objectsOf({ ...entry.selection.source, visible: { kind: 'always' } }, target, compiler)",
    ...related,
  },
  {
    title: 'cells of a matrix tell of objects that may not be read',
    file: 'src/sql/matrix/compile-matrix.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a text of the source
    text: '${further} from ${objectsOf(source, row, compiler)}',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a text of the source
    replacement: "${further} from ${objectsOf({ ...source, visible: { kind: 'always' } }, row, compiler)}",
    ...sight,
  },
  {
    title: 'columns of a matrix are objects that may not be read',
    file: 'src/sql/matrix/compile-matrix.ts',
    text: 'objectsOf(columns.target, row, compiler)',
    replacement: "objectsOf({ ...columns.target, visible: { kind: 'always' } }, row, compiler)",
    ...sight,
  },
  {
    title: 'a search finds what may not be read',
    file: 'src/sql/compile-search.ts',
    text: 'objectsOf(target.source, row, compiler)',
    replacement: "objectsOf({ ...target.source, visible: { kind: 'always' } }, row, compiler)",
    ...sight,
  },
  {
    title: 'a uuid finds an object that may not be read',
    file: 'src/sql/compile-any-object.ts',
    text: 'const visible = visibleIn(source, row, compiler)',
    replacement: "const visible = visibleIn({ ...source, visible: { kind: 'always' } }, row, compiler)",
    test: 'test/store/many-templates.test.ts',
    only: 'what may not be read is found by no uuid',
  },
  {
    title: 'callers with other rights share compiled operations',
    file: 'src/schema/compiled-operations.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a text of the source
    text: '${JSON.stringify(request.rights.sight)}',
    replacement: '',
    test: 'test/access/reads.test.ts',
    only: 'share nothing that depends on it',
  },
  {
    title: 'a read as of a time shows what may not be read',
    file: 'src/plan/past/as-of.ts',
    text: 'conditionAsOf(source.visible, asOf)',
    replacement: "{ kind: 'always' }",
    test: 'test/past/as-of.test.ts',
  },
  {
    title: 'a history tells versions that may not be read',
    file: 'src/sql/past/judged-version.ts',
    text: 'const isVisible = compiler.condition(visible, row)',
    replacement: 'const isVisible = compiler.condition(visible, row) && sql`true`',
    test: 'test/past/rights.test.ts',
  },
  {
    title: 'the feed tells changes that may not be read',
    file: 'src/store/feed/see-changes.ts',
    text: 'judge(change.outcome, row.sees === true, row.saw === true, own !== undefined)',
    replacement: 'judge(change.outcome, true, true, own !== undefined)',
    test: 'test/live/rights.test.ts',
  },
  {
    title: 'the feed tells of templates that may not be read',
    file: 'src/schema/feed/define-feed.ts',
    text: 'for (const template of templates) assertMayRead(rights, template)',
    replacement: '',
    test: 'test/live/rights.test.ts',
  },
  {
    title: 'a subscription tells changes that may not be read',
    file: 'src/sql/live/compile-changed.ts',
    text: 'isSeen: seesAll(source) ? sql`true` :',
    replacement: 'isSeen: seesAll(source) || source ? sql`true` :',
    test: 'test/live/changed.test.ts',
    only: 'comes into the sight of a caller',
  },
  {
    title: 'a subscription goes on after its token has ended',
    file: 'src/schema/live/prepare-subscription.ts',
    text: 'verify: async () => asker.verify?.(),',
    replacement: 'verify: async () => undefined,',
    test: 'test/live/changed.test.ts',
    only: 'within half a minute of its token',
  },
  {
    title: 'a wait answers after its token has ended',
    file: 'src/schema/live/await-row.ts',
    text: 'await context.asker.verify?.()',
    replacement: '',
    test: 'test/live/awaiting.test.ts',
    only: 'a token that ends meanwhile',
  },
  {
    title: 'a wait counts objects that may not be read',
    file: 'src/sql/live/compile-enough.ts',
    text: 'objectsOf(source, row, compiler)',
    replacement: "objectsOf({ ...source, visible: { kind: 'always' } }, row, compiler)",
    test: 'test/live/awaiting.test.ts',
    only: 'sees what the caller may read',
  },
  {
    title: 'the answer of a write shows an object that may not be read',
    file: 'src/store/writes/read-views.ts',
    text: 'statements.show(request.source(template), [...byKey.keys()], binding)',
    replacement:
      "statements.show({ ...request.source(template), visible: { kind: 'always' } }, [...byKey.keys()], binding)",
    test: writes,
  },
  {
    title: 'the answer of a write shows what an object that may not be read was',
    file: 'src/store/writes/read-views.ts',
    text: 'statements.showFormer(request.source(template), keys, binding)',
    replacement: "statements.showFormer({ ...request.source(template), visible: { kind: 'always' } }, keys, binding)",
    test: 'test/store/writes/changes.test.ts',
    only: 'what the caller may not read',
  },
  {
    title: 'a write tells whether it changed an object that may not be read',
    file: 'src/store/write-items.ts',
    text: 'await hideOutcomes(run, upsert, byKey)',
    replacement: 'hideOutcomes',
    test: writes,
  },
  {
    title: 'a write of a template without the right to it',
    file: 'src/store/rules/refuse-by-rights.ts',
    text: "if (!rights.granted('write', template)) {",
    replacement: "if (!rights.granted('read', template)) {",
    test: writes,
  },
  {
    title: 'a write changes an object that is outside of the rule before',
    file: 'src/store/write-items.ts',
    text: 'if (held) await assertRules(run, upsert, items, held)',
    replacement: '',
    test: writes,
  },
  {
    title: 'a write leaves an object that is outside of the rule after',
    file: 'src/store/write-items.ts',
    text: 'await assertRules(run, upsert, items, new Set(byKey.keys()))',
    replacement: '',
    test: writes,
  },
  {
    title: 'a write outside of the rule by its key alone tells whether there is such an object',
    file: 'src/store/rules/refuse-by-rights.ts',
    text: "if (rule.kind === 'always' || items.length === 0) return []",
    replacement: 'if (rule) return []',
    test: writes,
  },
  {
    title: 'a write refers to an object that may not be read',
    file: 'src/store/writes/targets.ts',
    text: 'source: sourceOrNone(templateOf(model, to)),',
    replacement: "source: { ...sourceOrNone(templateOf(model, to)), visible: { kind: 'always' } },",
    test: writes,
  },
  {
    title: 'a conflict of versions tells that of an object that may not be read',
    file: 'src/store/write-items.ts',
    text: 'compileReadMany(request.sourceOrNone(template), [item.key], new Map())',
    replacement:
      "compileReadMany({ ...request.sourceOrNone(template), visible: { kind: 'always' } }, [item.key], new Map())",
    test: writes,
  },
  {
    title: 'an import gives times and authors without the right to',
    file: 'src/store/rules/item-rules.ts',
    text: 'if (imported.length > 0) rules.push',
    replacement: 'if (imported.length > items.length) rules.push',
    test: writes,
  },
  {
    title: 'UNIQUE_CONFLICT names the object with the uuid, which may not be read',
    file: 'src/store/rules/imported-uuids.ts',
    text: 'if (seen.size > 0) return',
    replacement: 'if (seen) return',
    test: 'test/store/imported-uuids.test.ts',
  },
  {
    title: 'a delete of an object without the right to it',
    file: 'src/store/delete-objects.ts',
    text: "if (keys.some((key) => !allowed.has(key))) throw placeRefusal(rights.refuse('delete', template), path)",
    replacement: 'void [allowed, path, placeRefusal]',
    test: deletes,
  },
  {
    title: 'a delete takes by cascade what may not be deleted',
    file: 'src/store/rules/delete-rules.ts',
    text: 'if (refused.length === 0) return',
    replacement: 'if (refused.length >= 0) return',
    test: deletes,
  },
  {
    title: 'STILL_REFERENCED names a referrer that may not be read',
    file: 'src/store/refuse-referred.ts',
    text: 'const seen = await find(source)',
    replacement: 'const seen = await find(allObjects(from))',
    test: deletes,
  },
  {
    title: 'the kept answer of a write is told to a caller with other rights',
    file: 'src/schema/writes/keep-answers.ts',
    text: 'hash(printSight(context.request))',
    replacement: "hash(printSight(context.request) && '')",
    test: 'test/store/writes/idempotency.test.ts',
    only: 'rights are those of now',
  },
  {
    title: 'a token goes on after its end',
    file: 'src/access/create-token-check.ts',
    text: 'if (token.expiresAt && token.expiresAt.getTime() <= now())',
    replacement: 'if (token.expiresAt && token.expiresAt.getTime() <= 0)',
    test: 'test/access/tokens.test.ts',
    only: 'ends a token at its time',
  },
  {
    title: 'a token goes on after it was revoked',
    file: 'src/access/create-token-check.ts',
    text: 'if (token.revokedAt)',
    replacement: 'if (token.revokedAt && token.revokedAt.getTime() < 0)',
    test: 'test/access/token-check.test.ts',
    only: 'a revocation is seen',
  },
  {
    title: 'a token of a job for another service is accepted',
    file: 'src/access/jobs/check-claims.ts',
    text: 'some((audience) => audiences.has(audience))',
    replacement: 'some((audience) => audiences.has(audience) || audience)',
    test: 'test/access/job-tokens.test.ts',
  },
  {
    title: 'a token of a job has the roles for another audience of its issuer',
    file: 'src/access/jobs/create-job-check.ts',
    text: 'audiences.includes(who.audience) &&',
    replacement: 'audiences.length > 0 &&',
    test: 'test/access/job-tokens.test.ts',
  },
  {
    title: 'a token of a job has a role with one of its claims',
    file: 'src/access/jobs/create-job-check.ts',
    text: 'Object.entries(who.claims).every(',
    replacement: 'Object.entries(who.claims).some(',
    test: 'test/access/job-tokens.test.ts',
  },
  {
    title: 'who is no administrator makes tokens',
    file: 'src/plan/rights.ts',
    text: "if (!isAdmin) throw refuse('admin')",
    replacement: "if (!isAdmin && !refuse) throw refuse('admin')",
    test: 'test/access/tokens.test.ts',
    only: 'only administrators',
  },
  {
    title: 'an increment tells whether a number that may not be read stays within its range',
    file: 'src/store/write-items.ts',
    text: 'new Map(refuseUnseenIncrements(upsert, items, hidden))',
    replacement: 'new Map(refuseUnseenIncrements(upsert, [], hidden))',
    test: 'test/access/reads.test.ts',
    only: 'is not incremented',
  },
  {
    title: 'the samples of violations are keys of objects that may not be read',
    file: 'src/schema/define-template-list.ts',
    text: 'sources.filter(seesAll).map(',
    replacement: 'sources.map(',
    test: 'test/access/reads.test.ts',
    only: 'what does not fit a template is told',
  },
  {
    title: 'what names no template tells of those that may not be read',
    file: 'src/plan/rights.ts',
    text: 'templates.filter((template) => mayRead(rights, template))',
    replacement: 'templates.filter((template) => template || rights)',
    test: 'test/access/reads.test.ts',
    only: 'is passed over by what names none',
  },
  {
    title: 'an export tells the history of objects that may not be read',
    file: 'src/schema/past/define-history-transfer.ts',
    text: "assertAll(rights, 'read', template)",
    replacement: 'void rights',
    test: 'test/access/root-fields.test.ts',
  },
  {
    title: 'metrics are shown to who is no administrator',
    file: 'src/server/metrics/create-metrics-listener.ts',
    text: "return rights.isAdmin ? undefined : rights.refuse('admin')",
    replacement: "return rights.isAdmin || rights ? undefined : rights.refuse('admin')",
    test: 'test/metrics/route.test.ts',
  },
  {
    title: 'the history of an object whose newest version may not be read is told',
    file: 'src/sql/past/compile-history.ts',
    text: 'where c.is_told and c.is_readable',
    replacement: 'where c.is_told',
    test: 'test/past/rights.test.ts',
  },
  {
    title: 'STILL_REFERENCED names a target of the cascade that may not be read',
    file: 'src/store/refuse-referred.ts',
    text: 'const isNamed = (await findSeen(run, request, target, [key])).has(key)',
    replacement: 'const isNamed = (await findSeen(run, request, target, [key])).size >= 0',
    test: deletes,
    only: 'a target that would go by cascade',
  },
  {
    title: 'FORBIDDEN of a delete names the template of what may not be read',
    file: 'src/store/rules/delete-rules.ts',
    text: 'if (seen.size === 0) {',
    replacement: 'if (seen.size < 0) {',
    test: deletes,
  },
  {
    title: 'a claim that is empty begins every text',
    file: 'src/access/placeholders.ts',
    text: "return typeof value === 'string' && value !== '' ? value : undefined",
    replacement: "return typeof value === 'string' ? value : undefined",
    test: 'test/access/placeholders.test.ts',
  },
  {
    title: 'a caller without a token writes under a name that it chooses',
    file: 'src/server/caller.ts',
    text: '{ actor: identity.actor, run: identity.run ?? run, onBehalfOf: actor }',
    replacement: '{ actor: identity.actor ?? actor, run: identity.run ?? run, onBehalfOf: actor }',
    test: 'test/access/identify.test.ts',
    only: 'under no name',
  },
  {
    title: 'a job writes under a run that it chooses',
    file: 'src/server/caller.ts',
    text: 'run: identity.run ?? run,',
    replacement: 'run: run ?? identity.run,',
    test: 'test/access/job-claims.test.ts',
  },
  {
    title: 'a wait is answered with what another caller of the same roles may read',
    file: 'src/schema/live/await-row.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a text of the source
    text: '`${statement.text} ${one} ${other}`',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a text of the source
    replacement: '`${statement.text}`',
    test: 'test/live/awaiting.test.ts',
    only: 'sees what the caller may read',
  },
  {
    title: 'a kept answer is given to another caller',
    file: 'src/schema/writes/keep-answers.ts',
    text: "const caller = callerNameOf(context) ?? ''",
    replacement: "const caller = callerNameOf(context) && ''",
    test: 'test/store/writes/idempotency.test.ts',
    only: "a key is the caller's own",
  },
  {
    title: 'a limit of objects limits nothing',
    file: 'src/store/usage/limit-usage.ts',
    text: "outcome === 'CREATED' && made === left.objects",
    replacement: "outcome === 'CREATED' && made < 0",
    test: 'test/access/limits.test.ts',
  },
  {
    title: 'a WebSocket goes on after its token has ended',
    file: 'src/server/live/create-sockets.ts',
    text: 'const verifyCaller = () => verify(caller, extra.socket)',
    replacement: 'const verifyCaller = async () => void [verify, caller]',
    test: 'test/live/sockets.test.ts',
    only: 'a token that ends',
  },
]
