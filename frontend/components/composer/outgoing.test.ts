import { expect, test } from 'vitest'
import { NewMessage } from '#contract/messages.ts'
import { testMessage } from '../../test-message.ts'
import { isTooLarge, kindOfFile } from './file-kinds.ts'
import {
  choiceMessage,
  contactMessage,
  fileMessage,
  locationMessage,
  textMessage,
  type ChoiceDraft,
} from './outgoing.ts'
import type { Attachment } from './useAttachments.ts'

const base = { key: 'k', conversationId: 'cnv_1', replyTo: null }
const attachment = (name: string, type: string, caption = ''): Attachment => {
  const file = new File(['x'], name, { type })
  const uploaded = { id: 'med_1' } as Attachment['uploaded']
  return { key: 'k', file, kind: kindOfFile(file), url: 'blob:x', caption, uploaded, error: null }
}
const choice: ChoiceDraft = {
  kind: 'button',
  body: 'Which?',
  footer: ' ',
  opener: 'Choose',
  choices: [
    { title: ' A ', description: '' },
    { title: '', description: 'x' },
    { title: 'B', description: 'bee' },
  ],
}

test('everything the composer makes is what the contract accepts', () => {
  const made = [
    textMessage(base, 'hi'),
    textMessage({ ...base, replyTo: testMessage() }, 'hi'),
    fileMessage(base, attachment('a.png', 'image/png', ' cap ')),
    fileMessage(base, attachment('a.mp4', 'video/mp4')),
    fileMessage(base, attachment('a.pdf', 'application/pdf', 'cap')),
    fileMessage(base, attachment('voice.ogg', 'audio/ogg'), true),
    locationMessage(base, { latitude: 1, longitude: 2, name: 'Shop' }),
    contactMessage(base, { contacts: [{ name: { formatted_name: 'Ana' } }] }),
    choiceMessage(base, choice),
    choiceMessage(base, { ...choice, kind: 'list' }),
  ]
  for (const { request } of made) expect(NewMessage.safeParse(request).error).toBeUndefined()
})

test('answers without words are left out, and the small print only when there is any', () => {
  expect(choiceMessage(base, choice).request.content).toEqual({
    kind: 'button',
    body: 'Which?',
    buttons: [
      { id: '1', title: 'A' },
      { id: '2', title: 'B' },
    ],
  })
  expect(choiceMessage(base, { ...choice, kind: 'list' }).request.content).toMatchObject({
    sections: [
      {
        rows: [
          { id: '1', title: 'A' },
          { id: '2', title: 'B', description: 'bee' },
        ],
      },
    ],
  })
})

test('the reply names the message it answers', () => {
  expect(textMessage({ ...base, replyTo: testMessage({ id: 'msg_7' }) }, 'hi').request).toMatchObject({
    replyTo: 'msg_7',
  })
})

test('a file goes as what WhatsApp shows by itself, else as a document', () => {
  const kind = (type: string, size = 1000) => kindOfFile({ type, size })
  expect([kind('image/png'), kind('image/heic'), kind('video/mp4'), kind('audio/ogg; codecs=opus'), kind('')]).toEqual([
    'image',
    'document',
    'video',
    'audio',
    'document',
  ])
  expect([kind('image/jpeg', 6_000_000), kind('video/mp4', 17_000_000)]).toEqual(['document', 'document'])
  expect([isTooLarge({ size: 100_000_000 }), isTooLarge({ size: 100_000_001 })]).toEqual([false, true])
})
