import * as z from 'zod'

// zod tries `new Function` to see whether it may compile its parsers; the content security policy reports that as a violation.
z.config({ jitless: true })
