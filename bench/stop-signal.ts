/** Aborts at Ctrl-C, so that everything that was started is stopped; a second Ctrl-C ends the process at once. */
export function createStopSignal(): AbortSignal {
  const stopping = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort(new Error(name)))
  return stopping.signal
}
