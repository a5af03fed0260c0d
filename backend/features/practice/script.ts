/** What the practice customer opens with. */
export const greeting =
  'Hi! I am Ana, your practice customer. I am not a real person, so try anything on me. Do you deliver on Saturdays? 🙂'

const answers: [words: RegExp, answer: string][] = [
  [/\b(yes|sure|we do|of course|sim|sí|oui|ja)\b/i, 'Wonderful! Then I would like to order two boxes. How can I pay?'],
  [/\b(no|sorry|unfortunately|não|nein|non)\b/i, 'What a pity. Would Friday afternoon be possible instead?'],
  [/\b(pay|card|cash|pix|transfer|link)\b/i, 'Perfect, I will pay like that. Thank you for the quick answer! 🙌'],
  [
    /\b(hi|hello|good (morning|afternoon|evening)|olá|hola|hallo|bonjour)\b/i,
    'Hello! Nice to hear from you. So, do you deliver on Saturdays?',
  ],
  [/\b(thanks|thank you|welcome|obrigad|gracias|danke|merci)/i, 'You are welcome. Have a nice day!'],
  [/\?/, 'Good question! Let me think about it and tell you tomorrow.'],
]

const others = [
  'Great, thank you!',
  'I understand. Could you send me a picture of it?',
  'Sounds good. I will tell my sister about you, too.',
  'OK! By the way: every message you send me here takes the same way as one to a real customer.',
]

/** An answer that fits a little; `turn` counts the messages so far, so that the same words are not repeated. */
export function answerTo(text: string, turn: number): string {
  const match = answers.find(([words]) => words.test(text))
  return match && turn < 6 ? match[1] : others[turn % others.length]!
}
