import { never, type ErrorRows } from './row.ts'

const bodyOf = (part: string) => `Meta does not accept the ${part} of the template. Change it.`
const moving = 'The number cannot be moved to this account at the moment.'

/** Codes about templates and flows, and about moving numbers, which share their range. */
export const templateErrors: ErrorRows = {
  132000: never('The number of values does not fit the template. Load the templates again.', 'developer', 'template'),
  132001: never(
    'Meta has no approved template with this name and language. Load the templates again.',
    'agent',
    'template',
  ),
  132005: never('The template with these values is too long. Shorten them.', 'agent', 'template'),
  132007: never('Something in these values is against the rules of WhatsApp.', 'agent', 'template'),
  132008: never('A value does not fit the template.', 'agent', 'template'),
  132012: never('A value does not fit the template. Avoid line breaks and long gaps.', 'agent', 'template'),
  132015: never(
    'Meta paused this template because customers did not like it. Use another one for now.',
    'agent',
    'template',
  ),
  132016: never('Meta disabled this template for good. Make a new one.', 'admin', 'template'),
  132018: never('The values do not fit the template. Load the templates again.', 'developer', 'template'),
  132068: never('This form is blocked. It must be put right at Meta first.', 'admin', 'none'),
  132069: never('This form was sent too often in the last hour. Try again later.', 'admin', 'wait'),
  139000: never('Meta does not accept this form.', 'admin', 'none'),
  139001: never('The form could not be changed.', 'admin', 'none'),
  139002: never('The form could not be published.', 'admin', 'none'),
  139003: never('The form could not be taken out of use.', 'admin', 'none'),
  139004: never('The form could not be deleted.', 'admin', 'none'),
  200005: never('There are no numbers about this template.', 'admin', 'none'),
  200006: never('Numbers about templates cannot be switched off.', 'admin', 'none'),
  200007: never('Numbers about templates are not switched on.', 'admin', 'none'),
  2388001: never(moving, 'admin', 'none'),
  2388012: never(moving, 'admin', 'none'),
  2388091: never(moving, 'admin', 'none'),
  2388093: never(moving, 'admin', 'none'),
  2388103: never(moving, 'admin', 'none'),
  2388019: never('The account has as many templates as Meta allows. Delete some.', 'admin', 'none'),
  2388039: never(
    'This template cannot be changed now: it is in review, or was changed often enough today.',
    'admin',
    'wait',
  ),
  2388040: never('A part of the template is too long. Shorten it.', 'admin', 'edit'),
  2388047: never(bodyOf('header'), 'admin', 'edit'),
  2388072: never(bodyOf('text'), 'admin', 'edit'),
  2388073: never(bodyOf('footer'), 'admin', 'edit'),
  2388293: never('The template has too many variables for so short a text. Write more around them.', 'admin', 'edit'),
  2388299: never('A template must not begin or end with a variable. Put a word before and after it.', 'admin', 'edit'),
}
