import { useEffect, useRef } from 'preact/hooks'
import { findTemplate } from '../client/views/described-template.ts'
import { place } from './address.ts'
import { isRefused } from './ask.ts'
import { hasGraphiql } from './has-graphiql.ts'
import { ListPage } from './list/list-page.tsx'
import { MatrixPage } from './matrix/matrix-page.tsx'
import { ObjectPage } from './object/object-page.tsx'
import { OverviewPage } from './overview-page.tsx'
import { attempt } from './parts/attempt.ts'
import { ProblemNote } from './parts/problem-note.tsx'
import { TokenControl } from './parts/token-control.tsx'
import { TokenForm } from './parts/token-form.tsx'
import { templates, templatesProblem } from './templates.ts'
import { token } from './token.ts'
import { isLive } from './use-live.ts'
import { viewer } from './viewer.ts'

/** The whole page: its head, and the view that the address asks for. */
export function App() {
  const main = useRef<HTMLElement>(null)
  const { path } = place.value
  const isFirst = useRef(true)
  useEffect(() => {
    // A reader who follows a link by keyboard goes on at the new view.
    if (!isFirst.current) main.current?.focus({ preventScroll: true })
    isFirst.current = false
  }, [path])
  return (
    <>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <header class="head">
        <a class="brand" href="/">
          <span class="mark" aria-hidden="true">
            <i />
            <i />
            <i />
            <i />
          </span>
          Registry
        </a>
        <div class="grow" />
        <button
          type="button"
          class="live"
          aria-pressed={isLive.value}
          title="Views show changes as they come, while they are visible"
          onClick={() => {
            isLive.value = !isLive.value
          }}
        >
          <span class="dot" aria-hidden="true" />
          {isLive.value ? 'Live' : 'Paused'}
        </button>
        <TokenControl />
        {hasGraphiql && <a href="/graphql">GraphiQL</a>}
      </header>
      <main id="main" tabIndex={-1} ref={main}>
        <ProblemNote problem={templatesProblem.value} />
        {/* What one token may see is gone when there is another. */}
        <View key={token.value} path={path} />
      </main>
    </>
  )
}

function View({ path }: { readonly path: string }) {
  const known = templates.value
  if (!known) return isRefused(templatesProblem.value) ? <h1>Registry</h1> : <p class="quiet">Loading…</p>
  const [, kind, name = ''] = path.split('/').map(decode)
  if (path === '/') return <OverviewPage templates={known} />
  if (kind === 'object') return <ObjectPage key={path} uuid={name} templates={known} />
  const { value: template, problem } = attempt(() => findTemplate(known, name))
  if (!template)
    return (
      <>
        <h1>Nothing here</h1>
        <ProblemNote problem={problem} />
        {viewer.value?.kind === 'ANONYMOUS' && (
          <>
            <p>Or it is not shown to callers without a token.</p>
            <TokenForm />
          </>
        )}
      </>
    )
  return kind === 'list' ? (
    <ListPage key={path} template={template} templates={known} />
  ) : (
    <MatrixPage key={path} template={template} templates={known} />
  )
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
