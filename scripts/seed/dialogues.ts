import type { MessageContent, MessageType } from '../../backend/contract/messages.ts'
import type { Language } from './people.ts'

/** One thing that is said: by the customer, or by the shop. A file is named by its sample. */
export type Line = {
  from: 'them' | 'us'
  type?: MessageType
  content: MessageContent
  file?: 'voice' | 'document' | 'image'
  reaction?: string
}
export type Dialogue = {
  /** What a lead about it may be called. */
  topics: readonly string[]
  value: readonly [number, number] | null
  tags: readonly string[]
  lines: Line[]
}

const them = (text: string, reaction?: string): Line => ({
  from: 'them',
  content: { text },
  ...(reaction && { reaction }),
})
const us = (text: string, reaction?: string): Line => ({ from: 'us', content: { text }, ...(reaction && { reaction }) })
const shop: Line = {
  from: 'us',
  type: 'location',
  content: {
    latitude: 38.7139,
    longitude: -9.1394,
    name: 'Café Aurora',
    address: 'Rua das Flores 12, Lisboa',
  },
}
const voice: Line = { from: 'them', type: 'audio', content: { media: {}, voice: true }, file: 'voice' }
const photo = (caption: string): Line => ({
  from: 'them',
  type: 'image',
  content: { media: {}, caption },
  file: 'image',
})
const invoice = (caption: string): Line => ({
  from: 'us',
  type: 'document',
  content: { media: {}, caption },
  file: 'document',
})
const choose = (body: string, titles: string[]): Line => ({
  from: 'us',
  type: 'interactive',
  content: {
    kind: 'button',
    body,
    action: { buttons: titles.map((title, index) => ({ type: 'reply', reply: { id: `b${index}`, title } })) },
  },
})
const chosen = (title: string): Line => ({
  from: 'them',
  type: 'interactive',
  content: { kind: 'button_reply', reply: { id: 'b0', title } },
})
const card = (name: string, phone: string): Line => ({
  from: 'them',
  type: 'contacts',
  content: { contacts: [{ name: { formatted_name: name }, phones: [{ phone, type: 'CELL' }] }] },
})
const template = (body: string, buttons: string[] = []): Line => ({
  from: 'us',
  type: 'template',
  content: {
    name: 'appointment_reminder',
    language: 'en',
    rendered: { body, buttons: buttons.map((text) => ({ type: 'QUICK_REPLY', text })) },
  },
})
const pressed = (text: string): Line => ({ from: 'them', type: 'button', content: { text, payload: text } })

export const dialogues: Record<Language, Dialogue[]> = {
  en: [
    {
      topics: [
        'Wedding cake for 120',
        'Three-tier almond cake',
        'Wedding in Sintra, cake and desserts',
        'Tasting for a wedding',
      ],
      value: [450, 1400],
      tags: ['wedding'],
      lines: [
        them('Hi! We are getting married in June and fell in love with your almond cake 😍'),
        us('Congratulations! 🎉 How many guests will you be?'),
        them('About 120. Three tiers maybe?'),
        photo('Something like this one'),
        us('Lovely! Three tiers would be from €780. Shall I plan a tasting for you two?', '❤️'),
        choose('Which day suits you for the tasting?', ['Friday 16:00', 'Saturday 10:00', 'Next week']),
        chosen('Saturday 10:00'),
        us('Saturday at ten it is. You find us here:'),
        shop,
        them('Perfect, see you then!', '👍'),
      ],
    },
    {
      topics: [
        'Breakfast for the office',
        'Team breakfast, every Tuesday',
        'Croissants for 14',
        'Coffee and pastry for a start-up',
      ],
      value: [180, 520],
      tags: ['catering', 'b2b'],
      lines: [
        them('Good morning, do you deliver breakfast to offices?'),
        us('Good morning! We do, Monday to Friday from 7:30. For how many people?'),
        them('14 people, every second Tuesday. Two of them vegan.'),
        us('No problem. I put together an offer for you.'),
        invoice('Our offer for your team'),
        them('Thank you! I will ask my boss and come back to you'),
      ],
    },
    {
      topics: [
        'Birthday on Saturday',
        'Dinosaur cake for 12 kids',
        'Chocolate cake, 2 kg',
        'Surprise for a 40th birthday',
      ],
      value: [45, 110],
      tags: ['birthday'],
      lines: [
        them('Is it too late to order a chocolate cake for Saturday?'),
        us('Not at all, until Thursday noon. Which size?'),
        them('For 12 kids. With a dinosaur please 🦖'),
        us('One dinosaur coming up 😄 That is €58. Shall I put it down for you?'),
        them('Yes please!', '❤️'),
      ],
    },
    {
      topics: ['Order on its way?'],
      value: null,
      tags: [],
      lines: [
        them('Hello, my order should have come this morning?'),
        us('I am sorry! Let me look. What is the name on the order?'),
        voice,
        us('Found it: the driver is ten minutes away. The coffee is on us next time ☕'),
        them('Great, thanks for the quick answer 🙏'),
      ],
    },
    {
      topics: ['Visit on Friday', 'Tasting in the shop', 'Table for eight'],
      value: [60, 240],
      tags: ['regular'],
      lines: [
        template('Hello! We are looking forward to seeing you on Friday at 10:00. Does that still suit you?', [
          'I will be there',
          'Another day, please',
        ]),
        pressed('I will be there'),
        us('Wonderful, see you on Friday!'),
        them('Can I bring my sister? She would like to taste too'),
      ],
    },
    {
      topics: ['Coffee beans, 5 kg a month', 'House blend for a restaurant', 'Espresso machine and beans'],
      value: [320, 2600],
      tags: ['wholesale', 'b2b'],
      lines: [
        them('Do you sell your house blend to restaurants?'),
        us('Yes! From 5 kg a month. Where is your restaurant?'),
        card('Marta Pires (kitchen)', '+351 910 000 000'),
        them('Please talk to Marta, she decides about the coffee'),
        us('Thank you, I will call her tomorrow.'),
      ],
    },
    {
      topics: ['Allergies'],
      value: null,
      tags: ['allergy'],
      lines: [
        them('Are there nuts in the carrot cake?'),
        us('Yes, walnuts. The orange cake is without nuts and baked in a separate oven.'),
        them('Thanks for telling me, that helps a lot'),
      ],
    },
  ],
  pt: [
    {
      topics: [
        'Bolo para 15 pessoas',
        'Bolo de chocolate e morango',
        'Aniversário da Matilde',
        'Bolo com nome, 7 anos',
        'Festa no sábado',
      ],
      value: [35, 120],
      tags: ['birthday'],
      lines: [
        them('Bom dia! Ainda fazem bolos para este sábado?'),
        us('Bom dia! Fazemos sim, até quinta ao meio-dia. Para quantas pessoas?'),
        them('Umas 15. De chocolate com morango 🍓'),
        us('Fica em 52 €. Quer com nome escrito?'),
        them('Sim, “Matilde 7 anos”', '❤️'),
        us('Anotado! Pode levantar a partir das 9h.'),
      ],
    },
    {
      topics: [
        'Coffee break para 80',
        'Catering para conferência',
        'Lançamento de um livro',
        'Almoço de equipa, 30 pessoas',
      ],
      value: [600, 3200],
      tags: ['catering', 'b2b'],
      lines: [
        them('Boa tarde, precisamos de coffee break para 80 pessoas no dia 12'),
        us('Boa tarde! Conseguimos. De manhã e à tarde?'),
        them('Só de manhã, às 10h30, na Avenida'),
        invoice('A nossa proposta'),
        us('Segue a proposta. Qualquer coisa, estou por aqui 😊'),
        them('Recebi, obrigado. Respondo até sexta'),
      ],
    },
    {
      topics: ['Entrega em casa'],
      value: null,
      tags: ['regular'],
      lines: [
        them('Vocês entregam em Campo de Ourique?'),
        us('Entregamos, com encomenda mínima de 20 €.'),
        voice,
        us('Perfeito, chega entre as 9h e as 10h!'),
        them('Maravilha 🙌'),
      ],
    },
    {
      topics: ['Curso de pastéis de nata', 'Vale-oferta para o curso', 'Workshop para 6'],
      value: [65, 130],
      tags: ['newsletter'],
      lines: [
        them('Olá! Ainda há vagas para o curso de pastéis de nata?'),
        us('Olá! Há duas para dia 28. Quer que reserve?'),
        them('Sim! Para mim e para o meu namorado'),
      ],
    },
  ],
  es: [
    {
      topics: ['Tarta sin gluten para 10', 'Tarta de frutos rojos', 'Cumpleaños el viernes'],
      value: [40, 95],
      tags: ['birthday'],
      lines: [
        them('Hola, ¿hacéis tartas sin gluten?'),
        us('¡Hola! Sí, con dos días de antelación. ¿Para cuántas personas?'),
        them('Para 10, con frutos rojos'),
        us('Serían 48 €. ¿Te la preparo para el viernes?'),
        them('¡Genial! 🎂'),
      ],
    },
    {
      topics: ['Bollería para un hotel', 'Desayunos, 22 habitaciones', 'Entrega diaria 6:30'],
      value: [900, 4200],
      tags: ['wholesale', 'b2b'],
      lines: [
        them('Buenos días, somos un hotel pequeño y buscamos proveedor de bollería'),
        us('¡Buenos días! Con mucho gusto. ¿Cuántas habitaciones tenéis?'),
        them('22. Necesitaríamos entrega diaria a las 6:30'),
      ],
    },
  ],
  de: [
    {
      topics: ['Hochzeitstorte für 60', 'Zweistöckige Torte', 'Hochzeit im Mai'],
      value: [380, 1100],
      tags: ['wedding'],
      lines: [
        them('Hallo! Wir heiraten im Mai in Sintra und suchen noch eine Torte 🥂'),
        us('Wie schön! Für wie viele Gäste?'),
        them('60, gerne zweistöckig und nicht zu süß'),
        photo('So in der Art'),
        us('Das machen wir gern, ab 420 €. Mögt ihr zum Probieren vorbeikommen?'),
        them('Ja! Wir sind ab dem 3. in Lissabon'),
      ],
    },
    {
      topics: ['Tisch am Sonntag'],
      value: null,
      tags: [],
      lines: [
        them('Kann man bei euch sonntags einen Tisch reservieren?'),
        us('Sonntags leider nicht, aber um 9 Uhr ist fast immer etwas frei.'),
        them('Alles klar, danke!'),
      ],
    },
  ],
}
