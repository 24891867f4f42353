// What is counted of people, in the order in which it is shown.

export const COUNTS = ["registered", "active", "trained", "certified", "confirmed"];

/** What an edition publishes of a place, and of a group in it. */
export const PUBLISHED = ["registered", "trained", "confirmed"];
export const PUBLISHED_OF_GROUPS = ["trained"];

/** What an edition publishes of a group, or of everybody. */
export function countsOfEdition(group) {
  return group === "*" ? PUBLISHED : PUBLISHED_OF_GROUPS;
}
