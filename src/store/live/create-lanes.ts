/** Runs work, a few pieces at a time, in turns of those who want it: the result of the work, or its error. */
export type Lanes = <Result>(lane: string, work: () => Promise<Result>) => Promise<Result>

/** `most` is how many pieces run at a time. */
export function createLanes(most: number): Lanes {
  /** What waits, by lane; the lane whose turn it is comes first. */
  const queues = new Map<string, (() => void)[]>()
  let running = 0

  function startNext(): void {
    for (const [lane, queue] of queues) {
      if (running >= most) return
      const [start, ...others] = queue
      queues.delete(lane)
      // At the end, where this loop comes to it again.
      if (others.length > 0) queues.set(lane, others)
      running++
      start?.()
    }
  }

  return (lane, work) =>
    new Promise((resolve, reject) => {
      const start = () => {
        work()
          .then(resolve, reject)
          .finally(() => {
            running--
            startNext()
          })
      }
      const queue = queues.get(lane)
      if (queue) queue.push(start)
      else queues.set(lane, [start])
      startNext()
    })
}
