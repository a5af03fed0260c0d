import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkTemplate, type Draft } from './check.ts'
import { fillTemplate } from './fill.ts'
import { variablesOf } from './variables.ts'

const body = { type: 'BODY', text: 'Hi {{1}}, your order {{2}} is ready.', example: { body_text: [['Ana', '17']] } }
const draft = (members: Partial<Draft> = {}): Draft => ({
  name: 'order_ready',
  language: 'en_US',
  category: 'UTILITY',
  parameterFormat: 'positional',
  components: [body],
  ...members,
})
const withParts = (...components: Draft['components'][number][]) => draft({ components })
const buttons = (...list: object[]) => withParts(body, { type: 'BUTTONS', buttons: list })
const written = (text: string, more: object = {}) => withParts({ type: 'BODY', text, ...more })

const whole = withParts(
  { type: 'HEADER', format: 'TEXT', text: 'Order {{1}}', example: { header_text: ['17'] } },
  body,
  { type: 'FOOTER', text: 'Reply STOP to opt out' },
  {
    type: 'BUTTONS',
    buttons: [
      { type: 'QUICK_REPLY', text: 'Thanks' },
      { type: 'URL', text: 'Track', url: 'https://x.org/t/{{1}}', example: ['https://x.org/t/17'] },
      { type: 'PHONE_NUMBER', text: 'Call', phone_number: '+1 650 555 1234' },
      { type: 'COPY_CODE', example: 'SALE20' },
    ],
  },
)
const code = draft({
  category: 'AUTHENTICATION',
  components: [
    { type: 'BODY', add_security_recommendation: true },
    { type: 'FOOTER', code_expiration_minutes: 10 },
    { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE', text: 'Copy code' }] },
  ],
})

describe('a draft that Meta would take', () => {
  test.each<[string, Draft]>([
    ['with everything', whole],
    ['without variables', written('Hello there')],
    ['with a picture', withParts({ type: 'HEADER', format: 'IMAGE', example: { header_handle: ['4::aW'] } }, body)],
    ['with a place', withParts({ type: 'HEADER', format: 'LOCATION' }, body)],
    ['for codes', code],
    [
      'with named variables',
      draft({
        parameterFormat: 'named',
        components: [
          {
            type: 'HEADER',
            format: 'TEXT',
            text: 'For {{name}}',
            example: { header_text_named_params: [{ param_name: 'name', example: 'Ana' }] },
          },
          {
            type: 'BODY',
            text: 'Hi {{name}}, bye now',
            example: { body_text_named_params: [{ param_name: 'name', example: 'Ana' }] },
          },
        ],
      }),
    ],
    [
      'with a carousel',
      draft({
        category: 'MARKETING',
        components: [
          body,
          {
            type: 'CAROUSEL',
            cards: [1, 2].map(() => ({
              components: [
                { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['h'] } },
                { type: 'BODY', text: 'A card' },
                { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'Yes' }] },
              ],
            })),
          },
        ],
      }),
    ],
  ])('%s has no problem', (_name, template) => {
    expect(checkTemplate(template)).toEqual([])
  })
})

describe('a draft that Meta would refuse', () => {
  const long = (length: number) => 'a'.repeat(length)
  test.each<[string, Draft, string, string]>([
    ['its name', draft({ name: 'Order Ready' }), 'name', 'small letters'],
    ['the length of its name', draft({ name: long(513) }), 'name', 'small letters'],
    ['its language', draft({ language: 'english' }), 'language', 'language code'],
    ['its category', draft({ category: 'FUN' }), 'category', 'Choose'],
    ['no text', withParts({ type: 'FOOTER', text: 'Bye' }), 'components', 'needs a text'],
    ['two texts', withParts(body, body), 'components.1', 'only once'],
    ['an unknown part', withParts(body, { type: 'POEM' }), 'components.1.type', 'does not know'],
    ['an empty text', written(' '), 'components.0.text', 'empty'],
    ['a long text', written(long(1025)), 'components.0.text', '1024'],
    [
      'a long text beside an offer',
      withParts({ type: 'BODY', text: long(601) }, { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Now' } }),
      'components.0.text',
      '600',
    ],
    [
      'a long offer',
      withParts(body, { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: long(17) } }),
      'components.1.limited_time_offer.text',
      '16',
    ],
    [
      'a variable at the beginning',
      written('{{1}} is here', { example: { body_text: [['x']] } }),
      'components.0.text',
      'begin',
    ],
    [
      'a variable at the end',
      written('Here is {{1}}', { example: { body_text: [['x']] } }),
      'components.0.text',
      'end',
    ],
    [
      'variables side by side',
      written('Here is {{1}} {{2}} for you', { example: { body_text: [['x', 'y']] } }),
      'components.0.text',
      'side by side',
    ],
    [
      'a gap in the numbers',
      written('Here {{1}} and {{3}} go', { example: { body_text: [['x', 'y']] } }),
      'components.0.text',
      'without a gap',
    ],
    [
      'names among numbers',
      written('Here {{name}} goes', { example: { body_text: [['x']] } }),
      'components.0.text',
      'Number',
    ],
    [
      'more variables than words',
      written('a {{1}}, {{2}}, {{3}} b', { example: { body_text: [['x', 'y', 'z']] } }),
      'components.0.text',
      'too many',
    ],
    ['loose braces', written('Here {{1} goes'), 'components.0.text', 'two braces'],
    ['a missing example', written('Here {{1}} goes'), 'components.0.example', '{{1}}'],
    [
      'one of two examples missing',
      written('Here {{1}} and {{2}} go', { example: { body_text: [['x']] } }),
      'components.0.example',
      '{{2}}',
    ],
    [
      'a capital in a name',
      draft({
        parameterFormat: 'named',
        components: [
          {
            type: 'BODY',
            text: 'Hi {{Name}} there',
            example: { body_text_named_params: [{ param_name: 'Name', example: 'x' }] },
          },
        ],
      }),
      'components.0.text',
      'not a name',
    ],
    ['a sign in a variable', written('Here {{1#}} goes'), 'components.0.text', 'Number'],
    ['a long header', withParts({ type: 'HEADER', format: 'TEXT', text: long(61) }, body), 'components.0.text', '60'],
    [
      'marks in the header',
      withParts({ type: 'HEADER', format: 'TEXT', text: '*Order*' }, body),
      'components.0.text',
      'bold',
    ],
    [
      'two variables in the header',
      withParts(
        { type: 'HEADER', format: 'TEXT', text: '{{1}} and {{2}}', example: { header_text: ['a', 'b'] } },
        body,
      ),
      'components.0.text',
      'one variable',
    ],
    ['no sample of a file', withParts({ type: 'HEADER', format: 'VIDEO' }, body), 'components.0.example', 'sample'],
    ['an unknown header', withParts({ type: 'HEADER', format: 'SMELL' }, body), 'components.0.format', 'Choose'],
    [
      'a variable in the footer',
      withParts(body, { type: 'FOOTER', text: 'For {{1}}' }),
      'components.1.text',
      'variables',
    ],
    ['a long footer', withParts(body, { type: 'FOOTER', text: long(61) }), 'components.1.text', '60'],
    ['no button', buttons(), 'components.1.buttons', 'Add a button'],
    [
      'eleven buttons',
      buttons(...Array.from({ length: 11 }, () => ({ type: 'QUICK_REPLY', text: 'Yes' }))),
      'components.1.buttons',
      'ten',
    ],
    [
      'three links',
      buttons(...[1, 2, 3].map(() => ({ type: 'URL', text: 'Go', url: 'https://x.org' }))),
      'components.1.buttons',
      'two links',
    ],
    [
      'two telephones',
      buttons(...[1, 2].map(() => ({ type: 'PHONE_NUMBER', text: 'Call', phone_number: '+16505551234' }))),
      'components.1.buttons',
      'one telephone',
    ],
    [
      'answers around a link',
      buttons(
        { type: 'QUICK_REPLY', text: 'A' },
        { type: 'URL', text: 'Go', url: 'https://x.org' },
        { type: 'QUICK_REPLY', text: 'B' },
      ),
      'components.1.buttons',
      'together',
    ],
    ['a long button', buttons({ type: 'QUICK_REPLY', text: long(26) }), 'components.1.buttons.0.text', '25'],
    ['a blank button', buttons({ type: 'QUICK_REPLY' }), 'components.1.buttons.0.text', 'Write'],
    [
      'a button of the future',
      buttons({ type: 'TELEPORT', text: 'Go' }),
      'components.1.buttons.0.type',
      'does not know',
    ],
    ['a wrong link', buttons({ type: 'URL', text: 'Go', url: 'x.org' }), 'components.1.buttons.0.url', 'https://'],
    [
      'a variable inside a link',
      buttons({ type: 'URL', text: 'Go', url: 'https://x.org/{{1}}/t', example: ['x'] }),
      'components.1.buttons.0.url',
      'very end',
    ],
    [
      'a link without example',
      buttons({ type: 'URL', text: 'Go', url: 'https://x.org/{{1}}' }),
      'components.1.buttons.0.example',
      'example',
    ],
    [
      'a wrong telephone',
      buttons({ type: 'PHONE_NUMBER', text: 'Call', phone_number: 'zero' }),
      'components.1.buttons.0.phone_number',
      'country',
    ],
    ['a long code', buttons({ type: 'COPY_CODE', example: long(21) }), 'components.1.buttons.0.example', '20'],
    ['a button for codes', buttons({ type: 'OTP', otp_type: 'COPY_CODE' }), 'components.1.buttons', 'authentication'],
    ['a form that is not named', buttons({ type: 'FLOW', text: 'Book' }), 'components.1.buttons.0.flow_id', 'form'],
    [
      'a header in a template for codes',
      draft({ ...code, components: [{ type: 'HEADER', format: 'TEXT', text: 'Code' }, ...code.components] }),
      'components.0',
      'nothing else',
    ],
    [
      'a code that lasts too long',
      draft({ ...code, components: [{ type: 'BODY' }, { type: 'FOOTER', code_expiration_minutes: 91 }] }),
      'components.1.code_expiration_minutes',
      '90',
    ],
    [
      'an app that is not named',
      draft({
        ...code,
        components: [{ type: 'BODY' }, { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'ONE_TAP' }] }],
      }),
      'components.1.buttons.0.supported_apps',
      'app',
    ],
    ['one card', withParts(body, { type: 'CAROUSEL', cards: [{ components: [] }] }), 'components.1.cards', '2 to 10'],
    [
      'cards that differ',
      withParts(body, {
        type: 'CAROUSEL',
        cards: [{ components: [{ type: 'BODY', text: 'A' }] }, { components: [{ type: 'FOOTER', text: 'B' }] }],
      }),
      'components.1.cards',
      'same parts',
    ],
    [
      'a footer under a carousel',
      withParts(body, { type: 'FOOTER', text: 'Bye' }, { type: 'CAROUSEL', cards: [] }),
      'components.2',
      'no header',
    ],
    [
      'a card without a picture',
      withParts(body, { type: 'CAROUSEL', cards: [1, 2].map(() => ({ components: [{ type: 'BODY', text: 'A' }] })) }),
      'components.1.cards.0',
      'picture',
    ],
    [
      'a card with a text of 161 characters',
      withParts(body, {
        type: 'CAROUSEL',
        cards: [1, 2].map(() => ({ components: [{ type: 'BODY', text: long(161) }] })),
      }),
      'components.1.cards.1.components.0.text',
      '160',
    ],
    [
      'an offer outside marketing',
      withParts(body, { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Now' } }),
      'components.1',
      'marketing',
    ],
    [
      'an offer that counts down without a code',
      draft({
        category: 'MARKETING',
        components: [body, { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Now', has_expiration: true } }],
      }),
      'components.1',
      'copy its code',
    ],
    [
      'an app without its signature',
      draft({
        ...code,
        components: [
          { type: 'BODY' },
          {
            type: 'BUTTONS',
            buttons: [
              {
                type: 'OTP',
                otp_type: 'ONE_TAP',
                supported_apps: [{ package_name: 'com.example.shop', signature_hash: 'short' }],
              },
            ],
          },
        ],
      }),
      'components.1.buttons.0.supported_apps',
      '11 characters',
    ],
    [
      'a code without a tap and without consent',
      draft({
        ...code,
        components: [
          { type: 'BODY' },
          {
            type: 'BUTTONS',
            buttons: [
              {
                type: 'OTP',
                otp_type: 'ZERO_TAP',
                supported_apps: [{ package_name: 'com.example.shop', signature_hash: 'K8a/AINcGX7' }],
              },
            ],
          },
        ],
      }),
      'components.1.buttons.0.zero_tap_terms_accepted',
      'consent',
    ],
    [
      'a catalogue among other buttons',
      withParts(body, {
        type: 'BUTTONS',
        buttons: [
          { type: 'CATALOG', text: 'View catalogue' },
          { type: 'QUICK_REPLY', text: 'No' },
        ],
      }),
      'components.1.buttons',
      'alone',
    ],
    [
      'a card with a long text',
      withParts(body, { type: 'CAROUSEL', cards: [1, 2].map(() => ({ components: [{ type: 'BODY', text: ' ' }] })) }),
      'components.1.cards.0.components.0.text',
      'empty',
    ],
  ])('because of %s says where and why', (_name, template, path, words) => {
    const found = checkTemplate(template).find((problem) => problem.path === path)
    expect(found?.message ?? checkTemplate(template)).toContain(words)
    for (const { message } of checkTemplate(template)) expect(message).toMatch(/^[A-Z{].*[.…]$/)
  })

  test('is judged without an error, whatever its parts hold', () => {
    const part = fc.dictionary(
      fc.constantFrom('type', 'text', 'format', 'buttons', 'cards', 'example', 'url', 'components'),
      fc.jsonValue(),
    )
    const types = fc.constantFrom(
      'HEADER',
      'BODY',
      'FOOTER',
      'BUTTONS',
      'CAROUSEL',
      'LIMITED_TIME_OFFER',
      'constructor',
    )
    const component = fc.tuple(types, part).map(([type, members]) => ({ ...members, type }))
    fc.assert(
      fc.property(fc.array(component, { maxLength: 5 }), (components) => {
        expect(Array.isArray(checkTemplate(withParts(...components)))).toBe(true)
        expect(variablesOf(withParts(...components)).body).toBeInstanceOf(Array)
        expect(fillTemplate(withParts(...components), { variables: {} })).toBeTypeOf('object')
      }),
      { numRuns: 1000 },
    )
  })
})

describe('the variables of a template', () => {
  test('stand in the header, the text and the buttons', () => {
    expect(variablesOf(whole)).toMatchObject({
      header: ['1'],
      body: ['1', '2'],
      buttons: [
        { index: 1, name: '1', label: 'Track' },
        { index: 3, name: 'code', label: 'Copy code' },
      ],
      headerMedia: null,
    })
  })

  test('are counted once, in order', () => {
    expect(variablesOf(written('a {{10}} b {{2}} c {{ 2 }} d {{1}} e')).body).toEqual(['1', '2', '10'])
    expect(variablesOf(written('a {{name}} b {{city}} c {{name}}')).body).toEqual(['name', 'city'])
  })

  test('of a code are the code alone', () => {
    expect(variablesOf(code)).toMatchObject({ header: [], body: ['1'], buttons: [], headerMedia: null })
    const listed = draft({
      category: 'AUTHENTICATION',
      components: [
        { type: 'BODY', text: '*{{1}}* is your verification code.' },
        {
          type: 'BUTTONS',
          buttons: [{ type: 'URL', text: 'Copy code', url: 'https://www.whatsapp.com/otp/code/?code=otp{{1}}' }],
        },
      ],
    })
    expect(variablesOf(listed)).toMatchObject({ header: [], body: ['1'], buttons: [], headerMedia: null })
  })

  test.each(['IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION'])('include the %s of the header', (format) => {
    expect(variablesOf(withParts({ type: 'HEADER', format }, body)).headerMedia).toBe(format.toLowerCase())
  })
})

describe('a filled template', () => {
  const values = { header: { 1: '17' }, body: { 1: 'Ana', 2: 'B-17' }, buttons: { 1: 'b17', 3: 'SALE20' } }

  test('has what Meta gets and what the customer reads', () => {
    expect(fillTemplate(whole, { variables: values })).toEqual({
      components: [
        { type: 'header', parameters: [{ type: 'text', text: '17' }] },
        {
          type: 'body',
          parameters: [
            { type: 'text', text: 'Ana' },
            { type: 'text', text: 'B-17' },
          ],
        },
        { type: 'button', sub_type: 'url', index: '1', parameters: [{ type: 'text', text: 'b17' }] },
        {
          type: 'button',
          sub_type: 'copy_code',
          index: '3',
          parameters: [{ type: 'coupon_code', coupon_code: 'SALE20' }],
        },
      ],
      rendered: {
        header: { format: 'TEXT', text: 'Order 17' },
        body: 'Hi Ana, your order B-17 is ready.',
        footer: 'Reply STOP to opt out',
        buttons: [
          { type: 'QUICK_REPLY', text: 'Thanks' },
          { type: 'URL', text: 'Track', url: 'https://x.org/t/b17' },
          { type: 'PHONE_NUMBER', text: 'Call' },
          { type: 'COPY_CODE', text: 'Copy code' },
        ],
      },
    })
  })

  test('says all that is missing', () => {
    expect(fillTemplate(whole, { variables: { body: { 1: 'Ana', 2: '  ' } } })).toEqual({
      missing: ['header.1', 'body.2', 'buttons.1', 'buttons.3'],
    })
    expect(fillTemplate(withParts({ type: 'HEADER', format: 'IMAGE' }, body), { variables: values })).toEqual({
      missing: ['header.image'],
    })
    const card = {
      components: [
        { type: 'HEADER', format: 'IMAGE' },
        { type: 'BODY', text: 'Only {{1}}!' },
      ],
    }
    const offer = { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Now', has_expiration: true } }
    const products = { type: 'BUTTONS', buttons: [{ type: 'MPM', text: 'View items' }] }
    const parts = withParts(body, offer, products, { type: 'CAROUSEL', cards: [card, card] })
    const cards = [{ headerMedia: { mediaId: 'med_1' }, body: { 1: '5 €' } }]
    expect(fillTemplate(parts, { variables: values, cards })).toEqual({
      missing: ['cards.1.header.image', 'cards.1.body.1', 'offer.expiresAt', 'products.thumbnail', 'products.sections'],
    })
  })

  test('names named variables', () => {
    const template = draft({
      parameterFormat: 'named',
      components: [{ type: 'BODY', text: 'Hi {{name}} from {{city}}!' }],
    })
    expect(fillTemplate(template, { variables: { body: { city: 'Rio', name: 'Ana' } } })).toEqual({
      components: [
        {
          type: 'body',
          parameters: [
            { type: 'text', parameter_name: 'name', text: 'Ana' },
            { type: 'text', parameter_name: 'city', text: 'Rio' },
          ],
        },
      ],
      rendered: { body: 'Hi Ana from Rio!' },
    })
  })

  test('keeps the file of the header under our own id', () => {
    const template = withParts({ type: 'HEADER', format: 'DOCUMENT' }, { type: 'BODY', text: 'See here' })
    expect(fillTemplate(template, { variables: {}, headerMedia: { mediaId: 'med_1', filename: 'offer.pdf' } })).toEqual(
      {
        components: [],
        rendered: { header: { format: 'DOCUMENT', media: { id: 'med_1', filename: 'offer.pdf' } }, body: 'See here' },
      },
    )
  })

  test('tells the place of the header in texts', () => {
    const template = withParts({ type: 'HEADER', format: 'LOCATION' }, { type: 'BODY', text: 'Come here' })
    expect(
      fillTemplate(template, { variables: {}, headerLocation: { latitude: 1.5, longitude: -2, name: 'Shop' } }),
    ).toEqual({
      components: [
        {
          type: 'header',
          parameters: [{ type: 'location', location: { latitude: '1.5', longitude: '-2', name: 'Shop' } }],
        },
      ],
      rendered: { header: { format: 'LOCATION', text: 'Shop' }, body: 'Come here' },
    })
  })

  test('of a code puts it into the text and behind the button', () => {
    expect(fillTemplate(code, { variables: { body: { 1: '482916' } } })).toEqual({
      components: [
        { type: 'body', parameters: [{ type: 'text', text: '482916' }] },
        { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: '482916' }] },
      ],
      rendered: {
        body: '*482916* is your verification code. For your security, do not share this code.',
        footer: 'This code expires in 10 minutes.',
        buttons: [{ type: 'OTP', text: 'Copy code' }],
      },
    })
  })

  test('gives an answer button a payload only when there is one', () => {
    const template = buttons({ type: 'QUICK_REPLY', text: 'Yes' }, { type: 'QUICK_REPLY', text: 'No' })
    expect(fillTemplate(template, { variables: { body: values.body, buttons: { 1: 'no-17' } } })).toMatchObject({
      components: [
        { type: 'body' },
        { type: 'button', sub_type: 'quick_reply', index: '1', parameters: [{ type: 'payload', payload: 'no-17' }] },
      ],
    })
  })

  test('has no line breaks, tabs or long gaps in its values', () => {
    const filled = fillTemplate(whole, {
      variables: { ...values, body: { 1: ' Ana \n\t Maria ', 2: `a${' '.repeat(9)}b` } },
    })
    expect(filled).toMatchObject({ rendered: { body: 'Hi Ana Maria, your order a    b is ready.' } })
  })

  test('takes a value with braces or dollars as it is', () => {
    const filled = fillTemplate(whole, { variables: { ...values, body: { 1: '{{2}}', 2: '$& $1' } } })
    expect(filled).toMatchObject({ rendered: { body: 'Hi {{2}}, your order $& $1 is ready.' } })
  })
})
