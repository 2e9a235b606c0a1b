/** Long enough that guessing is hopeless; no rules about signs, which only make people write passwords down. */
export const minPasswordLength = 12
/** Hashing works on all of it, so it has an end. */
export const maxPasswordLength = 200
