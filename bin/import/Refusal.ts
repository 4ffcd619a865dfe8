/** Thrown while a payment's evidence is looked at: why it stays outside, for a person. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}
