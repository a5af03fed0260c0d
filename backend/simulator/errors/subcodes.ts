/** Subcodes of code 100 that template calls answer with. Title and sentence are what Graph calls error_user_title and error_user_msg. */
export const SUBCODES: Readonly<Record<number, readonly [title: string, message: string]>> = {
  2388019: [
    'Message template limit exceeded',
    'You have exceeded the maximum number of message templates for this WhatsApp Business Account.',
  ],
  2388023: [
    'Message template language is being deleted',
    'New content cannot be added while the existing content is being deleted. Try again in 4 weeks.',
  ],
  2388024: [
    'Content in this language already exists',
    'There is already content for this template and language. You can create a new template and try again.',
  ],
  2388039: ['Message template status cannot be changed', 'This template cannot be edited now.'],
  2388040: ['Character limit exceeded', 'A field of your template is too long.'],
  2388047: ['Message header format is incorrect', 'The header contains invalid formatting.'],
  2388072: ['Message body format is incorrect', 'The body contains invalid formatting.'],
  2388073: ['Message footer format is incorrect', 'The footer contains invalid formatting.'],
  2388293: ['Parameters words ratio exceeds limit', 'This template has too many variables for its length.'],
  2388299: ['Leading or trailing parameters not allowed', 'Variables cannot be at the start or end of the template.'],
}
