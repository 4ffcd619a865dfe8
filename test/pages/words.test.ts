import { expect, test } from "vitest";
import { en } from "../../reactor/pages/words/en.ts";
import { es } from "../../reactor/pages/words/es.ts";

const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();

test("the pages say the same things in Spanish and English, with the same places to fill", () => {
  expect(Object.keys(en)).toEqual(Object.keys(es));
  for (const [key, text] of Object.entries(es)) expect(places(en[key as keyof typeof es]), key).toEqual(places(text));
});
