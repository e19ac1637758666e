import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

const templates = [
  `name: result
key: [suite, classname, name]
fields:
  suite: string
  classname: string
  name: string
  status: string
  time: float
  message: string
  line: int
  timestamp: datetime
`,
  `name: suite_result
key: [suite]
fields:
  suite: string
  status: { type: enum, values: [passed, failed, error, skipped] }
  tests: int
  failures: int
  errors: int
  skipped: int
  message: string
`,
  `name: run
key: [test, image]
fields:
  test: string
  image: string
  ok: boolean
  commit: string
  requirements: [string]
  trace: string
  log: string
  tries: int
  host: { type: string, maxLength: 10 }
  built: date
  took: duration
  count: int
  level: { type: enum, values: [low, high] }
`,
  'name: green\nkey: [name, green]\nfields: { name: string, green: boolean }\n',
]
let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry(templates)
  program = await createRegistryProgram(registry.url)
})
afterAll(async () => {
  await registry?.close()
  await program?.remove()
})
beforeEach(() => registry.sql('truncate registry_object'))

function write(name: string, text: string | Uint8Array): string {
  writeFileSync(join(program.folder, name), text)
  return name
}

/** Runs `registry junit TEMPLATE a.xml …` on a file of this text. */
async function read(template: string, text: string | Uint8Array, ...args: readonly string[]) {
  return program.run(['junit', template, write('a.xml', text), ...args])
}

async function stored(template: string, fields: string, order = fields.split(',')[0]): Promise<string> {
  const { stdout } = await program.run([
    template,
    'get',
    '--fields',
    fields,
    '--order-by',
    order as string,
    '-o',
    'csv',
  ])
  return stdout.trimEnd().split('\n').slice(1).join('\n')
}

describe('every result is seen', () => {
  test.each([
    [
      'directly in <testsuites>',
      '<testsuites name="s"><testcase name="a"><error/></testcase></testsuites>',
      's,s,a,error',
    ],
    ['at the root', '<testcase name="a" classname="c"><failure/></testcase>', 'c,c,a,failed'],
    ['without any names', '<testsuites><testcase><failure/></testcase></testsuites>', 'a,a,a,failed'],
    [
      'in elements that nobody knows',
      '<report><part><testsuite name="s"><list><testcase name="a" classname="c"><x><failure/></x></testcase></list></testsuite></part></report>',
      's,c,a,failed',
    ],
    [
      'in <testsuites> of <testsuites>',
      '<testsuites name="all"><testsuites name="s"><testcase name="a"><failure/></testcase></testsuites></testsuites>',
      's,s,a,failed',
    ],
    [
      'under a prefix',
      '<j:testsuite xmlns:j="urn:j" name="s"><j:testcase name="a"><j:failure/></j:testcase></j:testsuite>',
      's,s,a,failed',
    ],
    [
      'in several documents, one after another',
      '<?xml version="1.0"?><testsuite name="s"><testcase name="a"/></testsuite>\n<?xml version="1.0"?><testsuite name="t"><testcase name="b"><failure/></testcase></testsuite>',
      's,s,a,passed\nt,t,b,failed',
    ],
    ['by an attribute', '<testsuite name="s"><testcase name="a" status="FAILED"/></testsuite>', 's,s,a,failed'],
    [
      'by attributes that are true or false',
      '<testsuite name="s" failed="0" skipped="1"><testcase name="a" success="false"/><testcase name="b" skipped="true"/><testcase name="c" executed="True" success="True"/></testsuite>',
      's,s,a,failed\ns,s,b,skipped\ns,s,c,passed',
    ],
    ['by another attribute', '<testsuite name="s"><testcase name="a" result="broken"/></testsuite>', 's,s,a,error'],
    [
      'by the worst of several',
      '<testsuite name="s"><testcase name="a" status="passed"><skipped/><failure/><error/></testcase><testcase name="b" status="failed"><skipped/></testcase></testsuite>',
      's,s,a,failed\ns,s,b,failed',
    ],
    [
      'as skipped',
      '<testsuite name="s"><testcase name="a" status="notrun"/><testcase name="b" result="suppressed"/><testcase name="c"><disabled/></testcase></testsuite>',
      's,s,a,skipped\ns,s,b,skipped\ns,s,c,skipped',
    ],
    [
      'of earlier tries alone, as passed',
      '<testsuite name="s"><testcase name="a"><flakyFailure/><rerunError/></testcase></testsuite>',
      's,s,a,passed',
    ],
    [
      'of tries after a failure alone, as failed',
      '<testsuite name="s"><testcase name="a"><rerunFailure/><rerunFailure/></testcase></testsuite>',
      's,s,a,failed',
    ],
    [
      'of a suite that failed as a whole',
      '<testsuites><testsuite name="s" tests="1" errors="1"><error message="no class"/></testsuite></testsuites>',
      's,s,s,error',
    ],
    [
      'of a suite that failed beside its tests',
      '<testsuite name="s"><testcase name="a"/><failure>teardown</failure></testsuite>',
      's,s,a,passed\ns,s,s,failed',
    ],
    [
      'of all suites',
      '<testsuites name="all"><error/><testsuite name="s"><testcase name="a"/></testsuite></testsuites>',
      'all,all,all,error\ns,s,a,passed',
    ],
    ['of a suite by its attribute', '<testsuite name="s" result="error"/>', 's,s,s,error'],
    [
      'but not what output looks like',
      '<testsuite name="s"><testcase name="a"><system-out><failure/></system-out></testcase></testsuite>',
      's,s,a,passed',
    ],
  ])('%s', async (_, text, expected) => {
    expect(await read('result', text)).toMatchObject({ code: 0, stderr: '' })
    expect(await stored('result', 'suite,classname,name,status', 'suite,name')).toBe(expected)
  })

  test.each([
    [
      '1 failure of a suite',
      '<testsuite name="s" tests="6" failures="1" skipped="2"/>',
      's: it says that it has 4 more tests and 1 more failure or error than are in it; they cannot be stored',
    ],
    [
      'an error of all suites',
      '<testsuites errors="1"><testsuite name="s"><testcase name="a"/></testsuite></testsuites>',
      '<testsuites>: it says that it has 1 more failure or error than are in it; that one cannot be stored',
    ],
    [
      'one of two failures',
      '<testsuite name="s" failures="2"><testcase name="a"><failure/></testcase></testsuite>',
      's: it says that it has 1 more failure or error than are in it; that one cannot be stored',
    ],
    [
      'tests',
      '<testsuite name="s" tests="3"><testcase name="a"/></testsuite>',
      's: it says that it has 2 more tests than are in it; they cannot be stored',
    ],
    [
      'a test of an inner suite',
      '<testsuites tests="2"><testsuite name="s" tests="2"><testcase name="a"/></testsuite></testsuites>',
      's: it says that it has 1 more test than are in it; that one cannot be stored',
    ],
  ])('or else exit 1 where %s are announced and not there', async (_, text, message) => {
    expect(await read('result', text)).toMatchObject({ code: 1, stderr: `a.xml:1: ${message}\n` })
  })

  test.each([
    ['skipped tests that are not listed', '<testsuite name="s" tests="3" skipped="2"><testcase name="a"/></testsuite>'],
    [
      'tries that are counted as tests',
      '<testsuite name="s" tests="2" failures="1"><testcase name="a"><flakyFailure/></testcase></testsuite>',
    ],
    [
      'a sum over inner suites',
      '<testsuite name="r" tests="2" failures="1"><testsuite name="s" tests="2" failures="1"><testcase name="a"/><testcase name="b"><failure/></testcase></testsuite></testsuite>',
    ],
    [
      'several failures of one test',
      '<testsuite name="s" tests="1" failures="2"><testcase name="a"><failure/><failure/></testcase></testsuite>',
    ],
    ['numbers that are none', '<testsuite name="s" tests="many" failures="1,0"><testcase name="a"/></testsuite>'],
  ])('and nothing is missed for %s', async (_, text) => {
    expect(await read('result', text)).toMatchObject({ code: 0, stderr: '' })
  })

  test('with an object for each suite, also for one that has nothing but numbers', async () => {
    const text = `<testsuites>
      <testsuite name="broken" tests="1" errors="1" failures="0"><error message="no class">trace</error></testsuite>
      <testsuite name="counted" tests="6" failures="1" errors="1" skipped="2"/>
      <testsuite name="fine" tests="1"><testcase name="a"/></testsuite>
      <testsuite name="none" tests="0"/>
      <testcase name="alone"><failure>x</failure></testcase>
    </testsuites>`
    expect(await read('suite_result', text)).toEqual({
      code: 0,
      stdout: '4 created, 0 updated, 0 unchanged, 0 failed\n',
      stderr: '',
    })
    expect(await stored('suite_result', 'suite,status,tests,failures,errors,skipped,message')).toBe(
      'a,failed,1,1,0,0,alone: x\nbroken,error,1,0,1,0,broken: no class\ncounted,failed,4,1,1,0,\nfine,passed,1,0,0,0,',
    )
  })

  test.each([
    ['<testsuites/>', 0, 'there are no test results in this file'],
    ['<testsuite name="s" tests="0"/>', 0, 'there are no test results in this file'],
    [
      '<html/>',
      1,
      'there are no test results in this file: it has no <testsuite> and no <testcase>, and begins with <html>',
    ],
    [
      '<test-run result="Failed"/>',
      1,
      "this is not JUnit XML: <test-run> is NUnit 3's own format. NUnit writes JUnit with --result='junit.xml;transform=nunit3-junit.xslt'; dotnet test with --logger junit (JunitXml.TestLogger)",
    ],
    [
      '<result><suites><suite><cases><case/></cases></suite></suites></result>',
      1,
      "this is not JUnit XML: <result> is Jenkins' own format. Use the files that the junit step reads",
    ],
    [
      '<constructor/>',
      1,
      'there are no test results in this file: it has no <testsuite> and no <testcase>, and begins with <constructor>',
    ],
  ])('and a file without any says so: %s', async (text, code, message) => {
    expect(await read('result', text)).toEqual({
      code,
      stdout: `0 created, 0 updated, 0 unchanged, ${code} failed\n`,
      stderr: `a.xml:1: ${message}\n`,
    })
  })

  test('a word that says nothing is told once', async () => {
    const text =
      '<testsuite name="s">\n<testcase name="a" status="purple"/>\n<testcase name="b" status="green-ish"/>\n<testcase name="c" status="setup-failure"/></testsuite>'
    expect(await read('result', text)).toMatchObject({
      code: 0,
      stderr:
        'a.xml:2: status="purple" is no outcome that the registry knows, and counts for nothing (and 1 more like it)\na.xml:4: status="setup-failure" counts as an error\n',
    })
    expect(await stored('result', 'name,status')).toBe('a,passed\nb,passed\nc,error')
  })
})

describe('a result is not lost for a value', () => {
  test('that cannot be read: it is left out, and told once', async () => {
    const text = `<testsuite name="s" timestamp="then">
<testcase name="a" time="0,160" line="7"/>
<testcase name="b" time="1,234" line="no number"/>
<testcase name="c" time="soon" line="99999999999"/>
<testcase name="d" time="14,029.255" timestamp="2021-01-15 03:39:20"/>
<testcase name="e" time="1.234,5" timestamp="12"/>
</testsuite>`
    expect(await read('result', text)).toEqual({
      code: 0,
      stdout: '5 created, 0 updated, 0 unchanged, 0 failed\n',
      stderr:
        'a.xml:2: a: timestamp "then" is no point in time that can be read; it is left out (and 3 more like it)\na.xml:3: b: time "1,234" may be 1.234 or 1234; it is left out (and 1 more like it)\na.xml:3: b: line "no number" is no int; it is left out (and 1 more like it)\n',
    })
    expect(await stored('result', 'name,time,line,timestamp')).toBe(
      'a,0.16,7,\nb,,,\nc,,,\nd,14029.255,,2021-01-15T03:39:20.000Z\ne,1234.5,,',
    )
  })

  test('that the registry refuses, unless it is the key or the status', async () => {
    const text = `<testsuite name="s">
<testcase name="a" time="1e300"><properties><property name="h" value="a name that is too long"/><property name="n" value="3000000000"/></properties></testcase>
<testcase name="b"><properties><property name="h" value="short"/><property name="n" value="7"/></properties></testcase>
</testsuite>`
    const maps = ['--map', 'test=name', '--map', 'host=property:h', '--map', 'count=property:n', '--map', 'took=time']
    const { code, stdout, stderr } = await read('run', text, 'image=x', ...maps)
    expect({ code, stdout, stderr: stderr.split('\n') }).toEqual({
      code: 0,
      stdout: '2 created, 0 updated, 0 unchanged, 0 failed\n',
      stderr: [
        expect.stringMatching(/^a\.xml:2: a: count "3000000000" is too large; it is left out$/),
        expect.stringMatching(/^a\.xml:2: a: took: .*it is left out$/),
        expect.stringMatching(/^a\.xml:2: a: host: .*23 characters; at most 10.*it is cut$/),
        '',
      ],
    })
    expect(await stored('run', 'test,host,count,took')).toBe('a,a name th,,\nb,short,7,')
    const refused = await read(
      'run',
      '<testsuite name="s">\n<testcase name="a" classname="c"/></testsuite>',
      'image=x',
      'host=a name that is too long',
    )
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^a\.xml:2: c a: host: .*23 characters; at most 10/),
    })
  })

  test('that the registry refuses in very many of them', async () => {
    const tests = Array.from({ length: 120 }, (_, i) => `<testcase name="t${i}" time="1e300" classname="${i}"/>`)
    const text = `<testsuite name="s">\n${tests.join('\n')}\n</testsuite>`
    const maps = ['--map', 'test=name', '--map', 'took=time', '--map', 'host=classname']
    const { code, stdout, stderr } = await read('run', text, 'image=x', ...maps)
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '120 created, 0 updated, 0 unchanged, 0 failed\n',
      stderr: expect.stringMatching(/^a\.xml:2: 0 t0: took: .*; it is left out \(and 119 more like it\)\n$/),
    })
    expect(await stored('run', 'test,host,took', 'test')).toMatch(/^t0,0,\nt1,1,\n/)
  })

  test('that is long: it is cut between characters', async () => {
    const text = `<testsuite name="s"><testcase name="a"><failure message="x${'😀'.repeat(6_000)}"/></testcase></testsuite>`
    expect(await read('result', text)).toMatchObject({ code: 0, stderr: '' })
    expect(await stored('result', 'message')).toBe(`x${'😀'.repeat(4_999)}`)
  })

  test('that is no text', async () => {
    const text =
      '<testsuite name="s"><testcase name="a\u0000b&#0;"><failure message="&#27;[31mred &nbsp;&foo; & \u001b"/></testcase></testsuite>'
    expect(await read('result', text)).toMatchObject({ code: 0, stderr: '' })
    expect(await registry.data('{ results { nodes { name message } } }')).toEqual({
      results: { nodes: [{ name: 'a\uFFFDb&#0;', message: '&#27;[31mred \u00a0&foo; & \u001b' }] },
    })
  })

  test('but a result without a key is refused by its name, unless it was skipped and the key says whether it passed', async () => {
    const text =
      '<testsuite name="s">\n<testcase name="a" classname="c"/>\n<testcase name="b" classname="c"><properties><property name="image" value="debian"/></properties></testcase></testsuite>'
    expect(await read('run', text, '--map', 'test=name', '--map', 'image=property:image')).toEqual({
      code: 1,
      stdout: '1 created, 0 updated, 0 unchanged, 1 failed\n',
      stderr: 'a.xml:2: c a: it has no property "image" for image, which is part of the key\n',
    })
    expect(
      await read(
        'green',
        '<testsuite name="s"><testcase name="a"><skipped/></testcase></testsuite>',
        '--map',
        'green=status',
      ),
    ).toEqual({
      code: 0,
      stdout: '0 created, 0 updated, 0 unchanged, 0 failed\n',
      stderr: '1 skipped result is left out, because a key field would be empty\n',
    })
  })
})

describe('a bad file is named and passed over', () => {
  const good = '<testsuite name="s"><testcase name="a"/></testsuite>'
  test('whatever is wrong with it, and the others are written', async () => {
    const names = {
      'empty.xml': '',
      'blank.xml': ' \n',
      'cut.xml': '<testsuite name="t">\n<testcase name="b"/>\n<testcase na',
      'open.xml': '<testsuite name="t">\n<testcase name="b">\n',
      'crossed.xml': '<testsuite name="t">\n<testcase name="b"></testsuite></testcase>',
      'text.xml': 'Tests run: 3, Failures: 1',
      'ebcdic.xml': '<?xml version="1.0" encoding="EBCDIC-CP-US"?><testsuite/>',
      'good.xml': good,
    }
    for (const [name, text] of Object.entries(names)) write(name, text)
    write('latin.xml', Buffer.from('<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="gr\xfcn">', 'latin1'))
    mkdirSync(join(program.folder, 'reports'), { recursive: true })
    const args = [...Object.keys(names), 'latin.xml', 'reports', 'absent.xml', 'good.xml/in.xml', 'target/*.xml']
    const { code, stdout, stderr } = await program.run(['junit', 'result', ...args])
    expect({ code, stdout, stderr: stderr.trimEnd().split('\n') }).toEqual({
      code: 1,
      stdout: '1 created, 0 updated, 0 unchanged, 12 failed\n',
      stderr: [
        'empty.xml:1: there is nothing in this file',
        'blank.xml:1: there is nothing in this file',
        'cut.xml:3: the file ends in the middle: <testsuite> of line 1 is not closed',
        'open.xml:3: the file ends in the middle: <testcase> of line 2 is not closed',
        'crossed.xml:2: this is not XML: Unexpected close tag',
        'text.xml:1: this is not XML: Non-whitespace before first tag.',
        'ebcdic.xml:1: the encoding "EBCDIC-CP-US" is unknown here. Convert the file: iconv -f EBCDIC-CP-US -t UTF-8',
        'latin.xml:2: this is not UTF-8 text (byte 0xfc). If the file has another encoding, convert it: iconv -f ENCODING -t UTF-8',
        'reports:1: it is a folder; give the files in it: reports/*.xml',
        'absent.xml:1: there is no such file',
        'good.xml/in.xml:1: there is no such file',
        'target/*.xml:1: there is no such file. A shell leaves a pattern as it is where nothing matches it, and in quotes; bash needs shopt -s globstar for **',
      ],
    })
    expect(await stored('result', 'name')).toBe('a')
  })

  test('and a file in another encoding is read', async () => {
    const xml = (encoding: string) =>
      `<?xml version="1.0" encoding="${encoding}"?>\n<testsuite name="${encoding}"><testcase name="grün"><failure message="größer"/></testcase></testsuite>`
    write('a.xml', Buffer.from(xml('ISO-8859-1'), 'latin1'))
    write('b.xml', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(xml('utf-16'), 'utf16le')]))
    write('c.xml', xml('UTF-8'))
    expect(await program.run(['junit', 'result', 'a.xml', 'b.xml', 'c.xml'])).toMatchObject({ code: 0, stderr: '' })
    expect(await stored('result', 'suite,name,message')).toBe(
      'ISO-8859-1,grün,größer\nUTF-8,grün,größer\nutf-16,grün,größer',
    )
  })

  test('and stdin is read as -', async () => {
    expect(await program.run(['junit', 'result', '-'], { input: good })).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('--map takes a value from', () => {
  const text = `<testsuite name="s"><properties><property name="image" value="debian_12"/><property name="built">Fri, 29 Nov 2013 15:51:33 GMT</property></properties>
<testcase name="test_port[ansible://web-1]" classname="c" took="90s">
<properties><property name="commit" value="abc"/><property name="req" value="R1"/><property name="req" value="R2"/><property name="level" value="HIGH"/></properties>
<failure message="short">
Traceback: long
  line 2
</failure>
<flakyFailure/><rerunFailure/><system-out>out &amp; more</system-out><system-err><![CDATA[err]]></system-err></testcase></testsuite>`

  test('properties, texts, output, tries and parts of names', async () => {
    const maps = [
      'test=case:/^[^[]*/',
      'image=property:image',
      'ok=status',
      'commit=property:commit',
      'requirements=property:req',
      'trace=details',
      'log=output',
      'tries=retries',
      'host=case:/HOST|\\[\\w+:\\/\\/(.*)\\]/i',
      'built=suite-property:built',
      'took=property:took',
      'count=case:/(\\d+)/',
      'level=property:level',
    ]
    expect(await read('run', text, ...maps.flatMap((map) => ['--map', map]))).toMatchObject({ code: 0, stderr: '' })
    const { runs } = await registry.data('{ runs { nodes { _document } } }')
    expect(runs.nodes.map((node: { _document: unknown }) => node._document)).toEqual([
      {
        test: 'test_port',
        image: 'debian_12',
        ok: false,
        commit: 'abc',
        requirements: ['R1', 'R2'],
        trace: 'Traceback: long\n  line 2',
        log: 'out & more\nerr',
        tries: 2,
        host: 'web-1',
        built: '2013-11-29',
        took: 'PT1M30S',
        count: 1,
        level: 'high',
      },
    ])
  })

  test('nothing that no result has, which is told', async () => {
    const maps = ['--map', 'test=name', '--map', 'commit=property:comit']
    expect(await read('run', text, 'image=x', ...maps)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('no result has a property "comit"; there are image, built, commit, req, level\n'),
    })
  })

  test.each([
    ['case:/x{9}/', 'no result has a name that case:/x{9}/ matches\n'],
    ['case:/^TEST_/i', ''],
    ['suite:/^T/i', 'no result has a suite that suite:/^T/i matches\n'],
  ])('a part of a text, and says if no result has it: %s', async (source, stderr) => {
    expect(await read('run', text, 'image=x', '--map', 'test=name', '--map', `log=${source}`)).toMatchObject({
      code: 0,
      stderr,
    })
  })

  test.each([
    ['test=nme', 'test results have no "nme". Did you mean "name"?'],
    ['test=case:', 'test results have no "case:"'],
    ['test=case:abc', 'test results have no "case:abc"'],
    ['test=property:', 'give the name of the property, as in property:image'],
    ['test=case:/(/', '"(" is not a regular expression of RE2: missing closing ): `(`'],
    ['test=case:/a(?=b)/', 'RE2 has no lookahead or lookbehind, because they cannot be matched in linear time'],
    ['tst=name', 'run has no field "tst". Did you mean "test"?'],
    ['name', '--map takes field=source, not "name".'],
  ])('nothing else: %s', async (map, message) => {
    expect(await read('run', text, 'image=x', '--map', map)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(message),
    })
  })
})

test('memory follows the results, not their output', async () => {
  const file = openSync(join(program.folder, 'big.xml'), 'w')
  writeSync(file, '<testsuites>')
  const outputs = {
    escaped: ['<system-out>', '&quot;key&quot;: &lt;v&gt; &amp;\n'.repeat(30_000), '</system-out>'],
    cdata: ['<system-err><![CDATA[', 'key: v ü\n'.repeat(100_000), ']]></system-err>'],
    failure: ['<failure message="short">', 'a trace &amp; more\n'.repeat(50_000), '</failure>'],
    attribute: ['<failure message="', 'a message &amp; more '.repeat(25_000), '"/>'],
    comment: ['<!--', 'a comment '.repeat(50_000), '-->'],
  }
  for (const [name, [start = '', part = '', end = '']] of Object.entries(outputs)) {
    writeSync(file, `<testsuite name="${name}"><testcase name="a">${start}`)
    for (let i = 0; i < 20; i++) writeSync(file, part)
    writeSync(file, `${end}</testcase></testsuite>`)
  }
  writeSync(file, '</testsuites>')
  closeSync(file)
  write(
    'watch.cjs',
    "process.on('exit', () => require('node:fs').writeFileSync('used', String(process.resourceUsage().maxRSS)))",
  )
  const env = { NODE_OPTIONS: `--max-old-space-size=64 --require=${join(program.folder, 'watch.cjs')}` }
  for (const maps of [[], ['--map', 'message=output'], ['--map', 'message=details']]) {
    expect(await program.run(['junit', 'result', 'big.xml', ...maps], { env })).toMatchObject({ code: 0 })
    expect(Number(readFileSync(join(program.folder, 'used'), 'utf8')) / 1_024, `megabytes with ${maps}`).toBeLessThan(
      200,
    )
  }
}, 120_000)
