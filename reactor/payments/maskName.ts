/** As much of a name as tells its owner that it is theirs: the first letter of each word. "Ana López" is "A••• L•••". */
export const maskName = (name: string): string =>
  name
    .split(/\s+/)
    .filter((word) => word !== "")
    .map((word) => `${[...word][0]}•••`)
    .join(" ");

/** An e-mail address but for its first letter, and without its server: `a***@…`. */
export const maskEmail = (address: string): string => `${Array.from(address).at(0) ?? ""}***@…`;
