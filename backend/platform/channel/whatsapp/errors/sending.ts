import { after, atLeastOne, never, passing, slower, stopped, type ErrorRows } from './row.ts'

/** Codes that a message meets, at once or later in its `failed` status. */
export const sendingErrors: ErrorRows = {
  1: passing('WhatsApp had a problem.'),
  2: passing('WhatsApp is not available at the moment.'),
  4: slower('Too much was asked of WhatsApp in a short time.', 60, 3600),
  80007: slower('Too much was asked of WhatsApp in a short time.', 60, 3600),
  80008: slower('Too much was asked of WhatsApp in a short time.', 60, 3600),
  130403: never('You have blocked this person. Unblock them to write.', 'agent', 'none'),
  130429: slower('Messages were sent faster than WhatsApp allows.', 1, 60),
  130472: never('WhatsApp holds back marketing messages to this person at the moment.', 'nobody', 'none'),
  130497: never('WhatsApp does not let your business write to people in this country.', 'admin', 'none'),
  131000: passing('WhatsApp had a problem with this message.'),
  131008: never('Something is missing in this message. Please report it to your administrator.', 'developer', 'none'),
  131009: never('WhatsApp does not accept something in this message. Check it and write it anew.', 'agent', 'edit'),
  131014: never('WhatsApp could not fetch the file from its link.', 'agent', 'edit'),
  131016: passing('WhatsApp is not available at the moment.'),
  131020: never('There is nobody else in this group.', 'agent', 'none'),
  131021: never('This is your own number. WhatsApp does not send to itself.', 'agent', 'none'),
  131026: never(
    'This person cannot get it: no WhatsApp at this number, or a version that is too old.',
    'agent',
    'none',
  ),
  131030: never('Your test number may only write to numbers that you listed at Meta.', 'admin', 'none'),
  131041: never('WhatsApp does not know this group.', 'agent', 'none'),
  131047: never('The customer last wrote more than 24 hours ago. Send a template instead.', 'agent', 'template'),
  131048: never('WhatsApp limits this number because customers blocked or reported it. Wait a day.', 'admin', 'wait'),
  131049: never(
    'WhatsApp held this back so that the person does not get too much marketing. Wait a day.',
    'nobody',
    'wait',
  ),
  131050: never('This person asked not to get marketing messages from you.', 'customer', 'none'),
  131051: never('WhatsApp does not take this kind of message.', 'agent', 'edit'),
  131052: never('The file could not be fetched. Ask the customer to send it again.', 'customer', 'none'),
  131053: never('WhatsApp could not use this file. Try another format or a smaller file.', 'agent', 'edit'),
  131055: never('This way of sending takes marketing templates only.', 'developer', 'none'),
  131056: {
    scope: 'pair',
    message: 'Too many messages to this person in a short time.',
    actor: 'nobody',
    action: 'wait',
    ambiguous: false,
    // Meta's own advice: 4 to the power of the tries, in seconds.
    retryAfter: (tries) => Math.min(4 ** (atLeastOne(tries) - 1), 3600) * 1000,
  },
  131057: {
    ...passing('Meta is working on this number.'),
    scope: 'wait',
    retryAfter: after(60, 60, 60, 60, 60, 60, 60, 60, 60, 60),
  },
  131060: never(
    'WhatsApp could not hand over this message. Open the WhatsApp Business app to read it.',
    'agent',
    'none',
  ),
  131062: never(
    'This message can only go to a telephone number, and the number of this person is hidden.',
    'agent',
    'none',
  ),
  131063: never('Marketing messages of this account are switched off for this way of sending.', 'admin', 'none'),
  131064: never(
    'Meta limits this kind of template for a while, because some were in the wrong category.',
    'admin',
    'wait',
  ),
  134100: never('This way of sending takes marketing templates only.', 'developer', 'none'),
  134101: {
    ...passing('Meta is still preparing this template.'),
    ambiguous: false,
    retryAfter: after(600, 600, 600),
  },
  134102: never('This template cannot be sent this way at the moment.', 'admin', 'none'),
  135000: never('WhatsApp could not make sense of this message. Check it and write it anew.', 'developer', 'edit'),
  137000: never('This person may have a new telephone. Confirm who they are, then send it again.', 'agent', 'resend'),
  2494100: {
    ...passing('Meta is working on this number.'),
    scope: 'wait',
    retryAfter: after(60, 120, 300, 600),
  },

  131201: never('Not everybody in the group could be reached.', 'nobody', 'none'),
  131202: never('This was already done in the group.', 'nobody', 'none'),
  131203: never('This person has not accepted the terms for groups yet.', 'customer', 'none'),
  131204: never('The group is full.', 'agent', 'none'),
  131207: never('WhatsApp suspended this group.', 'admin', 'none'),
  131208: slower('Too much happened in groups in a short time.', 5, 600),
  131209: never('WhatsApp does not accept this picture for the group.', 'agent', 'edit'),
  131210: never('WhatsApp does not accept this picture for the group.', 'agent', 'edit'),
  131211: never('No more groups can be made at the moment.', 'admin', 'wait'),
  131212: never('This person is not in the group.', 'agent', 'none'),
  131213: never('This person has not asked to join the group.', 'agent', 'none'),
  131214: never('Your business may not make groups at the moment.', 'admin', 'none'),
  131215: never('Your business may not use groups yet.', 'admin', 'none'),

  138000: never('Calls are not switched on for this number.', 'admin', 'none'),
  138001: never('This person cannot be called.', 'nobody', 'none'),
  138002: never('Too many calls at the same time.', 'nobody', 'wait'),
  138003: never('A call to this person is under way.', 'nobody', 'none'),
  138004: never('The call could not be connected.', 'nobody', 'wait'),
  138005: never('Too many calls in a short time.', 'nobody', 'wait'),
  138006: never('This person has not allowed you to call.', 'customer', 'none'),
  138007: never('Nobody answered the call in time.', 'nobody', 'wait'),
  138009: never('This person was asked for permission to call often enough for now.', 'nobody', 'wait'),
  138012: never('This person was called often enough for today.', 'nobody', 'wait'),
  138018: never('Something is still missing before this number can call.', 'admin', 'none'),

  131044: never('Calls need a way to pay. Add one to the account at Meta.', 'admin', 'channel'),
}

/** 138000 to 138018 that have no row of their own. */
export const otherCallError = never('The call did not work.', 'nobody', 'none')
/** 131201 to 131215 that have no row of their own. */
export const otherGroupError = never('This did not work in the group.', 'nobody', 'none')
/** 200 to 299: something may not be done, or the account was not handed to the token. */
export const permissionMissing = stopped('Parley may not use this number any more. Connect it again.')
