/**
 * The version of the stored data: how many migrations lead to this model. It goes up with each of them, so that an older
 * Parley knows that it must not touch what a newer one wrote.
 */
export const dataVersion = 1
