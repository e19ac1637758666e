import type { Problem } from '../ask.ts'

const titles: Readonly<Record<string, string>> = {
  UNREACHABLE: 'No answer from the registry. What is shown may be out of date; this page keeps trying.',
  SERVICE_UNAVAILABLE: 'The registry is not ready. This page keeps trying.',
  BAD_USER_INPUT: 'This address cannot be shown.',
  UNAUTHENTICATED: 'This registry shows this only to callers with a token.',
  FORBIDDEN: 'This registry does not show this to you.',
}

/** Says what went wrong, above what can be shown nevertheless. */
export function ProblemNote({ problem }: { readonly problem: Problem | undefined }) {
  return (
    <div role="status">
      {problem && (
        <div class="problem">
          <strong>{titles[problem.code] ?? 'The registry reports an error.'}</strong>
          {problem.messages.map((message) => (
            <p key={message}>{message}</p>
          ))}
        </div>
      )}
    </div>
  )
}
