import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const product = ['backend', 'frontend'].flatMap((folder) =>
  readdirSync(resolve(root, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file}`)
    .filter(
      (file) => /\.(ts|vue)$/.test(file) && !/\/dist\/|\.test\.ts$|^backend\/(simulator|test|trust)\//.test(file),
    ),
)

/** What must not be written at all, or only where it is watched. */
const forbidden: [what: string, pattern: RegExp, ...allowed: string[]][] = [
  ['text as HTML', /v-html|\binnerHTML\b|\bouterHTML\b|insertAdjacentHTML|document\.write\b|DOMParser/],
  ['text as a program', /\beval\(|new Function\(|node:vm/],
  ['TLS without a look at the certificate', /rejectUnauthorized|NODE_TLS_REJECT/],
  [
    'requests that leave past the guard',
    /from '(node-fetch|undici|node:https|axios)'/,
    'backend/platform/http-client.ts',
  ],
  ['chance that can be guessed', /Math\.random\(/, 'backend/platform/realtime/postgres-bus.ts'],
]

test.each(forbidden)('there is no %s', (_, pattern, ...allowed) => {
  const found = product.filter((file) => pattern.test(readFileSync(resolve(root, file), 'utf8')))
  expect(found).toEqual(allowed)
})
