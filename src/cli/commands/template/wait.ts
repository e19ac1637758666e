import type { WaitOptions } from '../../live/wait-for-objects.ts'
import type { Command } from '../command.ts'

/** `registry role wait [field=value…]`: waits until objects match. */
export const waitCommand: Command<WaitOptions> = {
  name: 'wait',
  description: 'wait until enough objects match; print how many; exit 5 if the time is over',
  operands: [
    { name: 'field=value', isList: true, description: 'what to wait for; field:=JSON for values other than text' },
  ],
  options: [
    { long: '--where', value: 'filter', description: 'as for get' },
    { long: '--count', value: 'n', description: 'how many at least', default: '1' },
    { long: '--timeout', value: 'time', description: 'how long at most: 90s, 30m, 2h', default: '30m' },
  ],
  examples: ['registry role wait name=ntp-client status=true commit=b312abb --timeout 30m'],
  async run(assignments, options, name) {
    const { waitForObjects } = await import('../../live/wait-for-objects.ts')
    return waitForObjects(name, assignments, options)
  },
}
