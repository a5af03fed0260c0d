import type { Template } from './world.ts'

type Seed = Omit<Template, 'id' | 'accountId' | 'edits'> & { id?: string }

const approved = {
  status: 'APPROVED',
  parameterFormat: 'POSITIONAL',
  qualityScore: 'GREEN',
  rejectedReason: 'NONE',
} as const

/** One template of each kind that a sender meets, and one in each of the states that refuse. */
export const DEFAULT_TEMPLATES: readonly Seed[] = [
  {
    ...approved,
    name: 'hello_world',
    language: 'en_US',
    category: 'UTILITY',
    components: [
      { type: 'HEADER', format: 'TEXT', text: 'Hello World' },
      {
        type: 'BODY',
        text: 'Welcome and congratulations!! This message demonstrates your ability to send a message notification.',
      },
      { type: 'FOOTER', text: 'WhatsApp Business Platform sample message' },
    ],
  },
  {
    ...approved,
    name: 'order_confirmation',
    language: 'en_US',
    category: 'UTILITY',
    components: [
      {
        type: 'BODY',
        text: 'Hi {{1}}, your order {{2}} is confirmed and will arrive on {{3}}. Thank you!',
        example: { body_text: [['Pablo', '860198-230332', 'Friday']] },
      },
      {
        type: 'BUTTONS',
        buttons: [
          {
            type: 'URL',
            text: 'Track order',
            url: 'https://luckyshrub.example/orders/{{1}}',
            example: ['860198-230332'],
          },
          { type: 'PHONE_NUMBER', text: 'Call us', phone_number: '+15550783881' },
        ],
      },
    ],
  },
  {
    ...approved,
    /** More than 2^53: whoever parses it as a JSON number loses the last digits. */
    id: '10203040506070809',
    name: 'appointment_reminder',
    language: 'en_US',
    category: 'UTILITY',
    parameterFormat: 'NAMED',
    components: [
      {
        type: 'HEADER',
        format: 'TEXT',
        text: 'See you on {{day}}',
        example: { header_text_named_params: [{ param_name: 'day', example: 'Monday' }] },
      },
      {
        type: 'BODY',
        text: 'Dear {{first_name}}, we look forward to seeing you at {{time}}. Does that still suit you?',
        example: {
          body_text_named_params: [
            { param_name: 'first_name', example: 'Pablo' },
            { param_name: 'time', example: '10:30' },
          ],
        },
      },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'QUICK_REPLY', text: 'Yes, I will come' },
          { type: 'QUICK_REPLY', text: 'Another time' },
        ],
      },
    ],
  },
  {
    ...approved,
    name: 'order_confirmation',
    language: 'de',
    category: 'UTILITY',
    components: [
      {
        type: 'BODY',
        text: 'Hallo {{1}}, Ihre Bestellung {{2}} ist bestätigt und kommt am {{3}} an. Vielen Dank!',
        example: { body_text: [['Pablo', '860198-230332', 'Freitag']] },
      },
      {
        type: 'BUTTONS',
        buttons: [
          {
            type: 'URL',
            text: 'Verfolgen',
            url: 'https://luckyshrub.example/orders/{{1}}',
            example: ['860198-230332'],
          },
        ],
      },
    ],
  },
  {
    ...approved,
    name: 'spring_sale',
    language: 'en_US',
    category: 'MARKETING',
    components: [
      {
        type: 'HEADER',
        format: 'IMAGE',
        example: { header_handle: ['https://scontent.whatsapp.net/v/t61/spring.jpg'] },
      },
      {
        type: 'BODY',
        text: 'Spring is here, {{1}}! Take 25% off all succulents until Sunday.',
        example: { body_text: [['Pablo']] },
      },
      { type: 'FOOTER', text: 'Not interested? Tap Stop promotions' },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'COPY_CODE', example: 'SPRING25' },
          { type: 'QUICK_REPLY', text: 'Stop promotions' },
        ],
      },
    ],
  },
  {
    ...approved,
    name: 'login_code',
    language: 'en_US',
    category: 'AUTHENTICATION',
    components: [
      {
        type: 'BODY',
        text: '*{{1}}* is your verification code.',
        add_security_recommendation: true,
        example: { body_text: [['123456']] },
      },
      { type: 'FOOTER', text: 'This code expires in 10 minutes.', code_expiration_minutes: 10 },
      { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE', text: 'Copy code' }] },
    ],
  },
  {
    ...approved,
    name: 'summer_carousel',
    language: 'en_US',
    category: 'MARKETING',
    components: [
      { type: 'BODY', text: 'Our favourites for you, {{1}}: have a look.', example: { body_text: [['Pablo']] } },
      { type: 'CAROUSEL', cards: ['Blue Elf Aloe', 'Buddhas Temple'].map((plant) => carouselCard(plant)) },
    ],
  },
  {
    ...approved,
    name: 'store_opening',
    language: 'en_US',
    category: 'MARKETING',
    status: 'PENDING',
    components: [{ type: 'BODY', text: 'Our new store opens on Saturday.' }],
  },
  {
    ...approved,
    name: 'free_money',
    language: 'en_US',
    category: 'MARKETING',
    status: 'REJECTED',
    rejectedReason: 'SCAM',
    components: [{ type: 'BODY', text: 'You have won. Answer with your card number.' }],
  },
  {
    ...approved,
    name: 'weekly_news',
    language: 'en_US',
    category: 'MARKETING',
    status: 'PAUSED',
    qualityScore: 'RED',
    components: [{ type: 'BODY', text: 'This is what happened this week.' }],
  },
]

function carouselCard(plant: string) {
  return {
    components: [
      {
        type: 'HEADER',
        format: 'IMAGE',
        example: { header_handle: ['https://scontent.whatsapp.net/v/t61/plant.jpg'] },
      },
      { type: 'BODY', text: `${plant}: yours with {{1}} off today only.`, example: { body_text: [['10%']] } },
      { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'Tell me more' }] },
    ],
  }
}
