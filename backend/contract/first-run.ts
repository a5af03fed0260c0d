import * as z from 'zod'
import { isTimeZone } from './business-hours.ts'
import { defineRoutes, Done } from './route.ts'
import { CleanText, Label } from './values.ts'
import { Workspace } from './workspace.ts'

/** What makes a new workspace useful, in the order in which it is worth doing. */
export const firstSteps = ['business', 'practice', 'connect', 'invite', 'contacts', 'template', 'lead'] as const
export type FirstStep = (typeof firstSteps)[number]

const FirstRun = z.object({
  steps: z.array(z.object({ key: z.enum(firstSteps), done: z.boolean() })),
  /** Somebody put the list away. */
  dismissed: z.boolean(),
})
export type FirstRun = z.infer<typeof FirstRun>

export const firstRun = defineRoutes({
  read: {
    method: 'GET',
    path: '/first-run',
    result: FirstRun,
    access: 'admin',
    summary: 'What is left to set up, found out from what is there',
  },
  dismiss: {
    method: 'POST',
    path: '/first-run/dismiss',
    result: Done,
    access: 'admin',
    summary: 'Put the list of first steps away',
  },
  addSamples: {
    method: 'POST',
    path: '/first-run/samples',
    result: z.object({ cannedReplies: z.number(), templates: z.number() }),
    access: 'admin',
    summary: 'Add saved answers and drafts of templates to begin with; those that are there stay as they are',
  },
  saveBusiness: {
    method: 'PATCH',
    path: '/workspace',
    body: z.strictObject({
      name: Label.optional(),
      timeZone: CleanText.max(60).refine(isTimeZone, 'There is no such time zone.').optional(),
      language: CleanText.regex(/^[a-z]{2,3}$/, 'Use a language code such as pt.').optional(),
      defaultCountry: CleanText.regex(/^[A-Z]{2}$/, 'Use a country code such as BR.')
        .nullable()
        .optional(),
    }),
    result: Workspace,
    access: 'admin',
    summary: 'Name, language, time zone and country of the business',
  },
})
