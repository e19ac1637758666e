import { expect, test } from 'vitest'
import { withArticle } from '../../src/template/names/with-article.ts'

test('the article fits how a name is spoken', () => {
  const names = [
    ...[
      'image',
      'int',
      'enum',
      'object',
      'os',
      'only_child',
      'ubuntu_release',
      'upload',
      'uninstall',
      'urgent_job',
      'hour',
    ],
    ...[
      'role',
      'vm_image',
      'uuid',
      'unit',
      'user',
      'usage',
      'utility',
      'uri',
      'url_list',
      'one_time_job',
      'europe',
      'host',
    ],
  ]
  expect(names.map(withArticle)).toEqual([
    'an image',
    'an int',
    'an enum',
    'an object',
    'an os',
    'an only_child',
    'an ubuntu_release',
    'an upload',
    'an uninstall',
    'an urgent_job',
    'an hour',
    'a role',
    'a vm_image',
    'a uuid',
    'a unit',
    'a user',
    'a usage',
    'a utility',
    'a uri',
    'a url_list',
    'a one_time_job',
    'a europe',
    'a host',
  ])
})
