import type { WatchOptions } from '../../live/watch-objects.ts'
import type { Command } from '../command.ts'

/** `registry role watch [field=value…]`: prints what changes, as it happens. */
export const watchCommand: Command<WatchOptions> = {
  name: 'watch',
  description: 'print a line of JSON for each change, as it happens, until it is ended',
  operands: [{ name: 'field=value', isList: true, description: 'only objects that match, before or after the change' }],
  options: [
    { long: '--where', value: 'filter', description: 'as for get' },
    {
      long: '--after',
      value: 'cursor',
      description: 'go on behind the event with this cursor; from now on if not given',
    },
  ],
  examples: ["registry role watch status=false | jq -r '.role.name'"],
  async run(assignments, options, name) {
    const { watchObjects } = await import('../../live/watch-objects.ts')
    return watchObjects(name, assignments, options)
  },
}
