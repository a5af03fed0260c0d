import { afterEach, describe, expect, test } from 'vitest'
import { openStores, openTestApp, type TestApp } from '../../test/world.ts'

const stores = await openStores()

describe.each(stores)('importing contacts, on the $kind store', ({ databaseUrl }) => {
  let app: TestApp
  afterEach(() => app.close())

  async function open() {
    app = await openTestApp({ databaseUrl: await databaseUrl() })
  }
  async function send(file: string | Uint8Array, options: object = {}, cookie = app.cookie) {
    const form = new FormData()
    form.set('options', JSON.stringify(options))
    const bytes = typeof file === 'string' ? new TextEncoder().encode(file) : file
    form.set('file', new Blob([new Uint8Array(bytes)], { type: 'text/csv' }), 'people.csv')
    const response = await fetch(`${app.url}/api/contacts/import/csv`, {
      method: 'POST',
      headers: { cookie, 'sec-fetch-site': 'same-origin' },
      body: form,
    })
    const body = (await response.json()) as { data: Record<string, unknown>; error?: { code: string } }
    return { status: response.status, report: body.data, error: body.error }
  }
  const list = async (query = ''): Promise<Record<string, unknown>[]> =>
    (await app.call('GET', `/api/contacts?limit=100${query}`)).body.data.contacts
  async function exported(query = '') {
    const response = await fetch(`${app.url}/api/contacts/export${query}`, { headers: { cookie: app.cookie } })
    const bytes = new Uint8Array(await response.arrayBuffer())
    return { response, bytes, text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) }
  }

  test('every row becomes a contact with its fields and tags', async () => {
    await open()
    const { report } = await send(
      'Name,Phone,Email,Tags,City\r\n"Silva, Ana",+55 11 98765-4321,ana@example.com,"vip, friend",Recife\r\n',
      { tags: ['fair'] },
    )
    expect(report).toMatchObject({ rows: 1, created: 1, updated: 0, failed: 0, complete: true, delimiter: ',' })
    expect(await list()).toMatchObject([
      {
        name: 'Silva, Ana',
        phone: '+5511987654321',
        email: 'ana@example.com',
        tags: ['vip', 'friend', 'fair'],
        fields: { City: 'Recife' },
      },
    ])
  })

  test('a known number is updated or left alone, as was chosen, and never doubled', async () => {
    await open()
    await send('name;phone;City\nAna;+5511987654321;Recife\n')
    const skipped = await send('name;phone\nAna Maria;+5511987654321\n', { existing: 'skip', tags: ['new'] })
    expect(skipped.report).toMatchObject({ created: 0, updated: 0, skipped: 1 })
    expect(await list()).toMatchObject([{ name: 'Ana', tags: [] }])
    const updated = await send('name;phone\nAna Maria;+5511987654321\n', { tags: ['new'] })
    expect(updated.report).toMatchObject({ created: 0, updated: 1, skipped: 0 })
    expect(await list('&search=maria')).toMatchObject([
      { name: 'Ana Maria', tags: ['new'], fields: { City: 'Recife' } },
    ])
  })

  test('the same person twice in one file is one contact, in either spelling of a Brazilian number', async () => {
    await open()
    const { report } = await send('name,phone\nAna,+5511987654321\nAna Silva,+551187654321\n')
    expect(report).toMatchObject({ rows: 2, created: 1, updated: 1 })
    expect(await list()).toMatchObject([{ name: 'Ana Silva', phone: '+5511987654321' }])
  })

  test('a dry run says what would happen and changes nothing', async () => {
    await open()
    await send('name,phone\nAna,+5511987654321\n')
    const file = 'name,phone\nAna,+5511987654321\nBob,+4915112345678\nBob,+4915112345678\nCy,12\n'
    const planned = await send(file, { dryRun: true })
    expect(planned.report).toMatchObject({ rows: 4, created: 1, updated: 2, failed: 1, dryRun: true })
    expect(await list()).toHaveLength(1)
    expect((await send(file)).report).toMatchObject({ rows: 4, created: 1, updated: 2, failed: 1 })
    expect(await list()).toHaveLength(2)
  })

  test('a row that cannot be used is named by its line, and the others are imported', async () => {
    await open()
    const { report } = await send(
      'name,phone,email\n"two\nlines",+4915112345678,\nNo number,,x@example.com\nBad mail,+4915112345679,nonsense\nExcel,"4,91511E+12",\n',
    )
    expect(report).toMatchObject({ rows: 4, created: 1, failed: 3 })
    expect(report['problems']).toMatchObject([
      { line: 4, value: null },
      { line: 5, value: 'nonsense' },
      { line: 6, value: '4,91511E+12' },
    ])
  })

  test('a file that breaks off inside quotes says so, and what came before is kept', async () => {
    await open()
    const { report } = await send('name,phone\nAna,+5511987654321\n"Bob,+4915112345678\n')
    expect(report).toMatchObject({ created: 1, complete: false, failed: 1 })
  })

  test.each([
    ['UTF-8 with a mark', (text: string) => Buffer.from(`\ufeff${text}`), 'utf-8'],
    ['UTF-16 of Excel', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le'), 'utf-16le'],
    ['UTF-16 big endian', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(), 'utf-16be'],
    [
      'Windows-1252',
      (text: string) => Buffer.from([...text].map((sign) => (sign === '€' ? 0x80 : sign.charCodeAt(0)))),
      'windows-1252',
    ],
  ])('%s is recognised', async (_, encode, encoding) => {
    await open()
    const { report } = await send(encode('Name\tTelefon\tPreis\nJörg Müller\t0151 12345678\t5 €\n'), { country: 'DE' })
    expect(report).toMatchObject({ encoding, delimiter: '\t', created: 1 })
    expect(await list()).toMatchObject([{ name: 'Jörg Müller', phone: '+4915112345678', fields: { Preis: '5 €' } }])
  })

  test('the export of Google Contacts imports unedited', async () => {
    await open()
    const { report } = await send(
      [
        'First Name,Middle Name,Last Name,Phonetic First Name,Name Prefix,Nickname,File As,Organization Name,Organization Title,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value',
        'Ana,,Silva,,,,,Bakery,Owner,,,https://x/y,Friends ::: * myContacts,* Work,ana@example.com,Mobile,+55 11 98765-4321 ::: +55 11 3333-4444,,',
        'Bob,,,,,,,,,,,,* myContacts,,,,,Home,+49 151 12345678',
      ].join('\r\n'),
    )
    expect(report).toMatchObject({ created: 2, failed: 0 })
    expect(await list()).toMatchObject([
      {
        name: 'Ana Silva',
        phone: '+5511987654321',
        email: 'ana@example.com',
        tags: ['Friends'],
        fields: { Company: 'Bakery', 'Job title': 'Owner' },
      },
      { name: 'Bob', phone: '+4915112345678', tags: [], fields: {} },
    ])
  })

  test('the export of HubSpot imports unedited', async () => {
    await open()
    const { report } = await send(
      [
        '"Record ID","First Name","Last Name","Email","Phone Number","Mobile Phone Number","Contact owner","Associated Company","Lead Status","Create Date","Preferred language"',
        '"101","Ana","Silva","ana@example.com","+55 11 98765-4321","","Olga","Bakery","New","2026-01-01 10:00","pt"',
      ].join('\n'),
    )
    expect(report).toMatchObject({ created: 1, failed: 0 })
    expect(await list()).toMatchObject([
      { name: 'Ana Silva', language: 'pt', fields: { Company: 'Bakery', 'Lead status': 'New' } },
    ])
  })

  test('a file that is not a table, or has no numbers, is refused', async () => {
    await open()
    expect(await send(Buffer.from('PK\u0003\u0004\u0000\u0000zip'))).toMatchObject({
      status: 422,
      error: { code: 'contact.file_unreadable' },
    })
    expect(await send('')).toMatchObject({ status: 422, error: { code: 'contact.file_unreadable' } })
    expect(await send('a,b\n1,2\n')).toMatchObject({ status: 422, error: { code: 'contact.file_has_no_numbers' } })
    expect((await send('a,b\n1,2\n', { dryRun: true })).report).toMatchObject({ rows: 1, failed: 1 })
    expect(await send('phone\n+4915112345678\n', { columns: ['nonsense'] })).toMatchObject({ status: 422 })
    expect(await send('phone\n+4915112345678\n', {}, 'none=1')).toMatchObject({ status: 401 })
    expect(await list()).toEqual([])
  })

  test('a file does not take back a "no"', async () => {
    await open()
    await send('phone,opt in\n+4915112345678,no\n+4915112345679,\n')
    await send('phone\n+4915112345678\n+4915112345679\n', { optInSource: 'Fair 2026' })
    const people = await list()
    expect(people.map(({ optIn }) => optIn)).toMatchObject([
      { status: 'opted_out', source: 'import' },
      { status: 'opted_in', source: 'Fair 2026' },
    ])
  })

  test('twelve hundred rows go through in batches', async () => {
    await open()
    const rows = Array.from({ length: 1200 }, (_, index) => `Person ${index},+4915110${String(index).padStart(6, '0')}`)
    const { report } = await send(`name,phone\n${rows.join('\n')}\n`)
    expect(report).toMatchObject({ rows: 1200, created: 1200 })
    const { body } = await app.call('GET', '/api/contacts?page=1')
    expect(body.data.pagination.total).toBe(1200)
  })

  test('an export opens as text in a spreadsheet and imports again', async () => {
    await open()
    await app.call('POST', '/api/contacts', {
      name: '=HYPERLINK("http://evil")',
      phone: '+5511987654321',
      tags: ['vip'],
      fields: { Note: '@sum', 'Two\nlines': 'a, "b"' },
    })
    await app.call('POST', '/api/contacts', { name: 'Bob', phone: '+4915112345678' })
    const { response, bytes, text } = await exported('?tag=vip')
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="contacts-\d{4}-\d\d-\d\d\.csv"$/,
    )
    expect(bytes.slice(0, 3)).toEqual(new Uint8Array([0xef, 0xbb, 0xbf]))
    expect(text).toContain(`"'=HYPERLINK(""http://evil"")",'+5511987654321,`)
    expect(text).toContain(`'@sum`)
    expect(text).not.toContain('Bob')
    const { report } = await send(bytes)
    expect(report).toMatchObject({ rows: 1, updated: 1, failed: 0 })
    expect(await list('&tag=vip')).toMatchObject([
      { name: '=HYPERLINK("http://evil")', fields: { Note: '@sum' }, optIn: { status: 'unknown' } },
    ])
    expect(await exported('?nonsense=1')).toMatchObject({ response: { status: 422 } })
  })
})
