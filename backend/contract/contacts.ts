import * as z from 'zod'
import { defineRoutes, Done } from './route.ts'
import { CleanText, Id, Instant, Label, PageQuery, Pagination, PhoneInput, QueryFlag, Tag } from './values.ts'

/** Whether the person agreed to be written to, since when, and where they said so. */
export const OptIn = z.object({
  status: z.enum(['unknown', 'opted_in', 'opted_out']),
  at: Instant.nullable(),
  source: z.string().nullable(),
})
export type OptIn = z.infer<typeof OptIn>

export const FieldValue = z.union([z.string(), z.number(), z.boolean(), z.null()])

export const Contact = z.object({
  id: Id,
  createdAt: Instant,
  updatedAt: Instant,
  name: z.string().nullable(),
  profileName: z.string().nullable(),
  displayName: z.string(),
  phone: z.string().nullable(),
  username: z.string().nullable(),
  email: z.string().nullable(),
  language: z.string().nullable(),
  tags: z.array(z.string()),
  fields: z.record(z.string(), FieldValue),
  optIn: OptIn,
  marketingStoppedAt: Instant.nullable(),
  blockedAt: Instant.nullable(),
})
export type Contact = z.infer<typeof Contact>

export const CustomFields = z.record(CleanText.trim().min(1).max(60), FieldValue)

const Editable = z.strictObject({
  name: Label.nullable().optional(),
  phone: PhoneInput.nullable().optional(),
  email: CleanText.trim().max(254).pipe(z.email()).nullable().optional(),
  language: CleanText.trim().max(20).nullable().optional(),
  tags: z.array(Tag).max(50).optional(),
  fields: CustomFields.optional(),
  optIn: z
    .strictObject({
      status: z.enum(['unknown', 'opted_in', 'opted_out']),
      source: CleanText.trim().max(120).optional(),
    })
    .optional(),
})

/** A person's number, ids and earlier selves: what the panel beside a chat shows. */
export const ContactDetails = Contact.extend({
  identities: z.array(z.object({ kind: z.enum(['phone', 'bsuid', 'parent_bsuid']), value: z.string() })),
  merges: z.array(z.object({ id: Id, name: z.string(), at: Instant })),
  conversationIds: z.array(Id),
})
export type ContactDetails = z.infer<typeof ContactDetails>

const filters = {
  search: CleanText.max(200).optional(),
  tag: Tag.optional(),
  optIn: z.enum(['unknown', 'opted_in', 'opted_out']).optional(),
  blocked: QueryFlag.optional(),
  /** The id of a segment. */
  segment: Id.optional(),
}

/** What the list and the export can be narrowed to. */
export const ContactFilter = z.strictObject(filters)
export type ContactFilter = z.infer<typeof ContactFilter>

export const contacts = defineRoutes({
  list: {
    method: 'GET',
    path: '/contacts',
    query: PageQuery.extend({
      ...filters,
      sort: z.enum(['name', 'created', 'updated']).default('name'),
      /** Passes over so many: for a table that is scrolled to any place. Going on by cursor is cheaper. */
      skip: z.coerce.number().int().min(0).max(10_000_000).optional(),
    }),
    result: z.object({ contacts: z.array(Contact), pagination: Pagination }),
    summary: 'Contacts, by name unless told otherwise',
  },
  create: {
    method: 'POST',
    path: '/contacts',
    body: Editable.refine(({ name, phone }) => Boolean(name || phone), 'Give a name or a number.'),
    result: Contact,
    status: 201,
    idempotent: true,
    summary: 'Add a contact',
  },
  tag: {
    method: 'POST',
    path: '/contacts/tags',
    body: z.strictObject({
      contactIds: z.array(Id).min(1).max(1000),
      add: z.array(Tag).max(20).default([]),
      remove: z.array(Tag).max(20).default([]),
    }),
    result: z.object({ changed: z.number() }),
    summary: 'Give many contacts tags, or take them away',
  },
  get: { method: 'GET', path: '/contacts/:contactId', result: ContactDetails, summary: 'One contact' },
  update: {
    method: 'PATCH',
    path: '/contacts/:contactId',
    body: Editable,
    result: Contact,
    summary: 'Change a contact',
  },
  remove: {
    method: 'DELETE',
    path: '/contacts/:contactId',
    result: Done,
    access: 'admin',
    summary: 'Erase a contact with conversations, messages and files',
  },
  block: {
    method: 'POST',
    path: '/contacts/:contactId/block',
    result: Contact,
    summary: 'Block a contact, at WhatsApp too',
  },
  unblock: { method: 'POST', path: '/contacts/:contactId/unblock', result: Contact, summary: 'Unblock a contact' },
  merge: {
    method: 'POST',
    path: '/contacts/:contactId/merge',
    body: z.strictObject({ contactId: Id }),
    result: Contact,
    summary: 'The other contact becomes part of this one',
  },
  unmerge: {
    method: 'POST',
    path: '/contacts/:contactId/unmerge',
    body: z.strictObject({ mergeId: Id }),
    result: z.object({ kept: Contact, restored: Contact }),
    summary: 'Take a merge back',
  },
})
