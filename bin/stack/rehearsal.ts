/** Where everything is a rehearsal nobody waits a day for a second person's key, and one program asks for all callers. */
export const REHEARSAL = { APPROVE_AFTER_HOURS: "0", API_KEY_PER_MINUTE: "60000", API_ADDRESS_PER_MINUTE: "60000" };
